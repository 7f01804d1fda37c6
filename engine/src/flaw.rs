//! What is wrong with an input, in the form the whole API says it: which field, and what it must be.

/// A field by its path (`places[0].hours`), and its limit: `must be 1..120 characters`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field} {limit}")]
pub struct FieldFlaw {
    pub field: String,
    pub limit: String,
}

impl FieldFlaw {
    pub fn new(field: impl Into<String>, limit: impl Into<String>) -> Self {
        Self { field: field.into(), limit: limit.into() }
    }

    /// The same, of a field that lies within another: `places[0]` and `hours`.
    #[must_use]
    pub fn within(mut self, path: &str) -> Self {
        self.field = format!("{path}.{}", self.field);
        self
    }
}

/// A line of text for people: without surrounding space, `min..=max` characters, none of them a control character.
pub fn checked_line(field: &str, text: &str, min: usize, max: usize) -> Result<String, FieldFlaw> {
    let text = text.trim();
    let fits = (min..=max).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits {
        Ok(text.to_owned())
    } else {
        Err(FieldFlaw::new(field, format!("must be {min}..{max} characters without control characters")))
    }
}

/// Text of several lines: at most `max` characters, no control characters but line ends and tabs.
pub fn checked_text(field: &str, text: &str, max: usize) -> Result<String, FieldFlaw> {
    let text = text.trim();
    let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if text.chars().count() <= max && text.chars().all(is_plain) {
        Ok(text.to_owned())
    } else {
        Err(FieldFlaw::new(field, format!("must be at most {max} characters without control characters")))
    }
}

/// The name of something configured: what stands in rows, files and filters.
pub fn checked_code(field: &str, text: &str) -> Result<String, FieldFlaw> {
    let text = text.trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if (1..=32).contains(&text.len()) && text.chars().all(is_plain) {
        Ok(text.to_owned())
    } else {
        Err(FieldFlaw::new(field, "must be 1..32 characters of A-Z a-z 0-9 - _ ."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_measured_in_characters() {
        assert_eq!(checked_line("name", " Bäckerei ", 1, 8).unwrap(), "Bäckerei");
        for bad in ["", "  ", "Bäckereien", "a\nb", "a\u{0}b"] {
            assert_eq!(checked_line("name", bad, 1, 8).unwrap_err().field, "name", "{bad:?}");
        }
        assert_eq!(checked_text("notes", " a\n\tb ", 4).unwrap(), "a\n\tb");
        assert!(checked_text("notes", "a\u{7}b", 4).is_err() && checked_text("notes", "abcde", 4).is_err());
    }

    #[test]
    fn codes_are_plain() {
        assert_eq!(checked_code("class", " A-1_x.y ").unwrap(), "A-1_x.y");
        for bad in ["", "a b", "ä", &"x".repeat(33)] {
            assert!(checked_code("class", bad).is_err(), "{bad:?}");
        }
        assert_eq!(checked_code("code", "").unwrap_err().within("skills[2]").field, "skills[2].code");
    }
}
