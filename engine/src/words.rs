//! The words a text is found by: folded so that people need no capitals, accents or punctuation to find what they know.
//!
//! `Straße`, `STRASSE` and `strasse` are one word; so are `São` and `sao`, `Łódź` and `lodz`. A query finds a text when each of its words
//! begins a word of the text.

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest word kept: a longer one is found by its beginning.
const WORD_LEN_MAX: usize = 64;
/// Words of one query that count; people type three.
const QUERY_WORDS_MAX: usize = 12;

/// Returns the distinct words of some texts, folded, in order.
pub fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        let folded = folded(text);
        found.extend(folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(shortened));
    }
    found
}

/// The words of a query, in the order they were typed, at most twelve. Empty: nothing to look for.
pub fn query_words(query: &str) -> Vec<String> {
    let folded = folded(query);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(QUERY_WORDS_MAX).map(shortened).collect()
}

/// Lower case without accents, ligatures written out; everything else stays.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' | 'ẞ' => out.push_str("ss"),
            'æ' | 'Æ' => out.push_str("ae"),
            'œ' | 'Œ' => out.push_str("oe"),
            'ø' | 'Ø' => out.push('o'),
            'ł' | 'Ł' => out.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
            'þ' | 'Þ' => out.push_str("th"),
            'ı' => out.push('i'),
            c => out.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c))),
        }
    }
    out
}

fn shortened(word: &str) -> String {
    word.chars().take(WORD_LEN_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_capitals_and_ligatures_do_not_matter() {
        for (text, folded_to) in [
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("São João", "sao joao"),
            ("Łódź", "lodz"),
            ("Ærø", "aero"),
            ("İstanbul", "istanbul"),
            ("Ｆｕｌｌ", "full"),
            ("Ἀθήνα", "αθηνα"),
        ] {
            assert_eq!(folded(text), folded_to, "{text}");
        }
    }

    #[test]
    fn a_text_is_cut_where_no_letter_or_digit_stands() {
        let found = words(["Bäckerei Müller & Söhne", "K-1042/b", "müller"]);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["1042", "b", "backerei", "k", "muller", "sohne"]);
        assert_eq!(query_words("  müll  K-10 "), ["mull", "k", "10"]);
        assert_eq!(query_words(" !&|' "), [""; 0]);
    }

    #[test]
    fn words_and_queries_are_bounded() {
        assert_eq!(words(["x".repeat(500).as_str()]).first().unwrap().len(), 64);
        assert_eq!(query_words(&"ab ".repeat(100)).len(), 12);
    }
}
