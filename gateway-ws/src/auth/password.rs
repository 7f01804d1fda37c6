//! Passwords: Argon2id with OWASP's minimum (19,456 KiB, t=2, p=1), on a blocking thread, two at a time. Length comes first, there are no
//! rules about kinds of characters; what everybody tries first, what was breached, and one's own name or address are refused.

use crate::error::ApiError;
use anyhow::Context;
use argon2::password_hash::{PasswordHash, SaltString};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use aws_lc_rs::digest;
use std::io::{BufRead, BufReader};
use std::path::Path;
use tokio::sync::Semaphore;

/// Hashes computed at once: bounds memory (19 MiB each) and what sign-ins can take from ingestion.
static PERMITS: Semaphore = Semaphore::const_new(2);
/// Length first; no rules about kinds of characters.
pub const LEN: std::ops::RangeInclusive<usize> = 10..=256;
pub const LIMIT: &str = "10..256 characters";
/// What people choose who must choose ten characters or more; a list of breached ones goes beside it.
const COMMON: &[&str] = &[
    "1234567890",
    "12345678910",
    "0123456789",
    "0987654321",
    "1111111111",
    "0000000000",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "qwertyuiop",
    "qwerty1234",
    "qwerty12345",
    "qwerty123456",
    "asdfghjkl1",
    "zxcvbnm123",
    "password12",
    "password123",
    "password1234",
    "passw0rd123",
    "p@ssword123",
    "p@ssw0rd123",
    "passwordpassword",
    "administrator",
    "admin12345",
    "admin123456",
    "changeme123",
    "letmein123",
    "welcome123",
    "welcome1234",
    "iloveyou123",
    "iloveyou12",
    "sunshine123",
    "football123",
    "baseball123",
    "dragon1234",
    "monkey1234",
    "superman123",
    "salessync123",
    "salessync2026",
    "abcdefghij",
    "abcdefghijk",
    "abc1234567",
    "abcd123456",
    "aaaaaaaaaa",
    "qazwsxedcrfv",
    "1qaz2wsx3edc",
    "zaq12wsxcde3",
    "secret1234",
    "trustno1234",
    "test123456",
    "testtest12",
];

fn argon() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("OWASP's parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password into PHC string form, on this thread.
pub fn hash(password: &str) -> Option<String> {
    let mut salt = [0u8; 16];
    getrandom::fill(&mut salt).ok()?;
    let salt = SaltString::encode_b64(&salt).ok()?;
    argon().hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// The same among the hashes that are computed at once.
pub async fn hashed(password: String) -> Result<String, ApiError> {
    let _permit = PERMITS.acquire().await.map_err(|_| ApiError::Unavailable)?;
    let hash = tokio::task::spawn_blocking(move || hash(&password)).await;
    hash.ok().flatten().ok_or(ApiError::Unavailable)
}

/// Compares a password with a hash. Without a hash (an unknown user) it takes as long and says no.
pub async fn verify(password: String, hash: Option<String>) -> bool {
    let Ok(_permit) = PERMITS.acquire().await else { return false };
    let compared = tokio::task::spawn_blocking(move || match hash.as_deref().map(PasswordHash::new) {
        Some(Ok(hash)) => argon().verify_password(password.as_bytes(), &hash).is_ok(),
        Some(Err(_)) | None => {
            let mut out = [0u8; 32];
            let _ = argon().hash_password_into(password.as_bytes(), b"sixteen byte salt", &mut out);
            false
        }
    });
    compared.await.unwrap_or(false)
}

/// Was the hash made with less than what is asked today?
pub fn is_outgrown(hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return true };
    let Ok(params) = Params::try_from(&hash) else { return true };
    let today = argon();
    let today = today.params();
    hash.algorithm.as_str() != "argon2id"
        || params.m_cost() < today.m_cost()
        || params.t_cost() < today.t_cost()
        || params.p_cost() < today.p_cost()
}

/// What passwords may be.
#[derive(Default)]
pub struct Policy {
    /// The first eight bytes of SHA-1 of each breached password, sorted: eight bytes for one.
    breached: Vec<u64>,
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policy").field("breached", &self.breached.len()).finish()
    }
}

impl Policy {
    /// Reads a list of breached passwords: a line is a SHA-1 in 40 hexadecimal digits, perhaps with `:count` after it, or the password.
    pub fn with_breached(list: &Path) -> anyhow::Result<Self> {
        let what = || format!("read auth.breached_list {}", list.display());
        let file = std::fs::File::open(list).with_context(what)?;
        let mut breached = Vec::new();
        for line in BufReader::new(file).split(b'\n') {
            let line = line.with_context(what)?;
            let line = line.strip_suffix(b"\r").unwrap_or(&line);
            if !line.is_empty() {
                breached.push(listed(line).unwrap_or_else(|| first_of_sha1(line)));
            }
        }
        breached.sort_unstable();
        breached.dedup();
        Ok(Self { breached })
    }

    /// Refuses a password in words about `field`. `own` is what belongs to the person: their name, their address.
    pub fn check(&self, field: &'static str, password: &str, own: &[&str]) -> Result<(), ApiError> {
        self.judge(password, own).map_err(|message| ApiError::field(field, LIMIT, message))
    }

    /// The same in plain words.
    pub fn judge(&self, password: &str, own: &[&str]) -> Result<(), String> {
        let len = password.chars().count();
        if !LEN.contains(&len) {
            return Err(format!("has {len} characters, must have {LIMIT}"));
        }
        let lower = password.trim().to_lowercase();
        let local_part = |text: &str| text.split('@').next().unwrap_or_default().to_owned();
        let is_own = |text: &&str| {
            let text = text.trim().to_lowercase();
            !text.is_empty() && (lower == text || lower == local_part(&text))
        };
        if own.iter().any(is_own) {
            return Err("is your own name or address".to_owned());
        }
        if COMMON.contains(&lower.as_str()) || self.breached.binary_search(&first_of_sha1(password.as_bytes())).is_ok() {
            return Err("is known to those who guess: it is on a list of common or breached passwords".to_owned());
        }
        Ok(())
    }
}

/// A line that is a hash.
fn listed(line: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(line).ok()?;
    let hex = text.split(':').next()?;
    let is_sha1 = hex.len() == 40 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_sha1.then(|| u64::from_str_radix(&hex[..16], 16).ok())?
}

fn first_of_sha1(password: &[u8]) -> u64 {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, password);
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_ref()[..8]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_fits() {
        let stored = hash("correct horse battery").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse battery".to_owned(), Some(stored.clone())).await);
        assert!(!verify("incorrect horse".to_owned(), Some(stored)).await);
        assert!(!verify("anything".to_owned(), None).await);
    }

    #[test]
    fn weaker_parameters_are_outgrown() {
        let salt = "c2l4dGVlbmJ5dGVzc2FsdA";
        let out = "uFpMXFnYkqRVdXvWz2VbLjWQV0wVYQ8QhAZ4cQmVQhQ";
        for (head, is_old) in [
            ("$argon2id$v=19$m=19456,t=2,p=1", false),
            ("$argon2id$v=19$m=65536,t=3,p=1", false),
            ("$argon2id$v=19$m=4096,t=2,p=1", true),
            ("$argon2id$v=19$m=19456,t=1,p=1", true),
            ("$argon2i$v=19$m=19456,t=2,p=1", true),
        ] {
            assert_eq!(is_outgrown(&format!("{head}${salt}${out}")), is_old, "{head}");
        }
        assert!(is_outgrown("not a hash"));
        assert!(!is_outgrown(&hash("correct horse battery").unwrap()));
    }

    #[test]
    fn length_comes_first_and_what_is_guessed_first_is_refused() {
        let list = tempfile::NamedTempFile::new().unwrap();
        // SHA-1 of "breached by its hash", and a plain line.
        let by_hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, b"breached by its hash");
        let hex: String = by_hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        std::fs::write(list.path(), format!("{hex}:17\r\nbreached as a line\n\n")).unwrap();
        let policy = Policy::with_breached(list.path()).unwrap();
        let own = ["ada.lovelace@example.com", "Ada Lovelace"];
        let check = |password: &str, says: Option<&str>| {
            let verdict = policy.judge(password, &own);
            match says {
                None => assert_eq!(verdict, Ok(()), "{password}"),
                Some(says) => assert!(verdict.unwrap_err().contains(says), "{password}"),
            }
        };
        check("aaaaaaaaa", Some("has 9 characters, must have 10..256 characters"));
        check("ten chars!", None);
        check("ööööööööäö", None);
        check(&"x".repeat(256), None);
        check(&"x".repeat(257), Some("has 257 characters"));
        check("Password123", Some("list of common"));
        check("breached by its hash", Some("list of common"));
        check("breached as a line", Some("list of common"));
        check("Ada Lovelace", Some("your own"));
        check("ADA.lovelace", Some("your own"));
        check("ada.lovelace@example.com", Some("your own"));
        check("ada.lovelace is my name", None);
        assert!(Policy::with_breached(Path::new("/no/such/list")).is_err());
    }
}
