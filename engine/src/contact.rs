//! How somebody is reached: a telephone number and an e-mail address, checked once and kept in one form, so that the same one is found again.

use serde::{Deserialize, Serialize};

/// Digits of a number after the plus (E.164).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Characters of an address, as SMTP carries it, and of the part before the @.
const EMAIL_MAX: usize = 254;
const LOCAL_MAX: usize = 64;

/// A telephone number in E.164: a plus and 7 to 15 digits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct Phone(String);

/// An e-mail address, as it was written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct Email(String);

/// What is wrong with an address. Never repeats it: the text may end in a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ContactFlaw {
    #[error("must be a number with its country: a plus and 7 to 15 digits, such as +49 30 1234567")]
    Phone,
    #[error("must be an e-mail address of at most 254 characters, such as anna@example.com")]
    Email,
}

impl Phone {
    /// Reads a number; spaces and the signs people put between digits are left out.
    pub fn new(text: &str) -> Result<Self, ContactFlaw> {
        let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}')).collect();
        let digits = number.strip_prefix('+').ok_or(ContactFlaw::Phone)?;
        let is_number = DIGITS.contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        if is_number { Ok(Self(number)) } else { Err(ContactFlaw::Phone) }
    }

    /// The form it is looked up by, and the one it is kept in.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Email {
    pub fn new(text: &str) -> Result<Self, ContactFlaw> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(ContactFlaw::Email)?;
        let is_address = text.len() <= EMAIL_MAX
            && (1..=LOCAL_MAX).contains(&local.len())
            && !domain.is_empty()
            && !domain.starts_with(['.', '-'])
            && !domain.ends_with(['.', '-'])
            && !domain.contains("..")
            && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
            && !local.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '@' | '<' | '>' | ',' | ';'));
        if is_address { Ok(Self(text.to_owned())) } else { Err(ContactFlaw::Email) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form it is looked up by: people do not mind the case, so neither does the search.
    pub fn normalised(&self) -> String {
        self.0.to_lowercase()
    }
}

impl TryFrom<String> for Phone {
    type Error = ContactFlaw;
    fn try_from(text: String) -> Result<Self, ContactFlaw> {
        Self::new(&text)
    }
}

impl TryFrom<String> for Email {
    type Error = ContactFlaw;
    fn try_from(text: String) -> Result<Self, ContactFlaw> {
        Self::new(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({})", crate::mask::masked_phone(&self.0))
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Email({})", crate::mask::masked_email(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_in_one_form() {
        for text in ["+49301234567", "+49 30 1234567", "+49 (30) 123-45.67", " +49/30/1234567 "] {
            assert_eq!(Phone::new(text).unwrap().as_str(), "+49301234567", "{text}");
        }
        for text in [
            "",
            "+",
            "030 1234567",
            "0049301234567",
            "+0301234567",
            "+123456",
            "+1234567890123456",
            "+49x30123456",
            "++49301234567",
            "+٤٩٣٠١٢٣٤",
        ] {
            assert_eq!(Phone::new(text), Err(ContactFlaw::Phone), "{text}");
        }
        assert!(Phone::new("+1234567").is_ok() && Phone::new("+123456789012345").is_ok());
    }

    #[test]
    fn addresses_are_checked_and_compared_without_their_case() {
        for text in ["anna@example.com", "Anna.Berg+x@sub.example.com", "a@b", "ä@bücher.example", " anna@example.com "] {
            assert!(Email::new(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "anna",
            "@example.com",
            "anna@",
            "an na@example.com",
            "anna@exa mple.com",
            "anna@.com",
            "anna@a..b",
            "a@b@c",
            "Anna <anna@example.com>",
            "a\n@b.c",
        ] {
            assert_eq!(Email::new(text), Err(ContactFlaw::Email), "{text}");
        }
        assert_eq!(Email::new(&format!("{}@b.c", "a".repeat(65))), Err(ContactFlaw::Email));
        assert_eq!(Email::new("Anna@Example.COM").unwrap().normalised(), "anna@example.com");
    }

    #[test]
    fn neither_is_printed_whole() {
        assert_eq!(format!("{:?}", Phone::new("+49301234567").unwrap()), "Phone(***4567)");
        assert_eq!(format!("{:?}", Email::new("anna@example.com").unwrap()), "Email(an***@example.com)");
    }
}
