//! Some phones write `NaN`, `Infinity` or `-Infinity` where JSON wants a number. Quoting these words lets the rest of a frame be
//! read, so that one bad fix does not cost a batch.

/// Returns `text` with bare non-finite words quoted, or None when there are none.
pub fn quote_non_finite(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    let mut in_string = false;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'N' | b'I' | b'-' if !in_string => {
                if let Some(word) = ["NaN", "Infinity", "-Infinity", "-NaN"].into_iter().find(|word| text[at..].starts_with(word))
                {
                    out.push_str(&text[copied..at]);
                    out.push('"');
                    out.push_str(word);
                    out.push('"');
                    at += word.len();
                    copied = at;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    (copied > 0).then(|| {
        out.push_str(&text[copied..]);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_words_are_quoted() {
        assert_eq!(
            quote_non_finite(r#"{"lat":NaN,"lon":-Infinity,"a":[Infinity],"b":"NaN \" NaN"}"#).unwrap(),
            r#"{"lat":"NaN","lon":"-Infinity","a":["Infinity"],"b":"NaN \" NaN"}"#
        );
        assert_eq!(quote_non_finite(r#"{"lat":-1,"device":"NaN-Ä"}"#), None);
    }
}
