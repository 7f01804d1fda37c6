//! Secrets of the configuration: where the master key is, and what is too weak to be one.

use super::ConfigFlaw;
use salessync_actors::vault::PASSPHRASE_MIN;
use serde::Deserialize;
use std::path::PathBuf;

/// Where the master key is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vault {
    pub key_file: PathBuf,
    /// The name of the variable, not what is in it.
    pub passphrase_env: String,
}

impl Vault {
    /// The passphrase is looked at here, so that a weak one is noticed before anything is touched. It is never repeated.
    pub(super) fn check(&self, environment: &[(String, String)]) -> Result<(), ConfigFlaw> {
        let flaw = |key: &str, value: String, limit: String| {
            Err(ConfigFlaw::Value { origin: "configuration".to_owned(), key: key.to_owned(), value, limit })
        };
        let Self { key_file, passphrase_env } = self;
        if passphrase_env.is_empty() {
            if !key_file.as_os_str().is_empty() && !key_file.is_file() {
                let limit = "a file that exists: 32 random bytes, raw, in base64 or hexadecimal".to_owned();
                return flaw("vault.key_file", format!("{key_file:?}"), limit);
            }
            return Ok(());
        }
        if !key_file.as_os_str().is_empty() {
            return flaw("vault.passphrase_env", format!("{passphrase_env:?}"), "empty where vault.key_file is set".to_owned());
        }
        let passphrase = environment.iter().find(|(name, _)| name == passphrase_env);
        match passphrase.map(|(_, text)| text.chars().count()) {
            Some(characters) if characters >= PASSPHRASE_MIN => Ok(()),
            Some(characters) => flaw(
                "vault.passphrase_env",
                format!("the name of a passphrase of {characters} characters"),
                format!("the name of one of at least {PASSPHRASE_MIN}"),
            ),
            None => flaw("vault.passphrase_env", format!("{passphrase_env:?}"), "the name of a variable that is set".to_owned()),
        }
    }
}

/// Distinct characters of a secret that somebody chose at random: of 32 hexadecimal digits all but never fewer.
const SECRET_VARIETY_MIN: usize = 8;

/// Why a secret of sufficient length is no secret.
pub(super) fn weakness(secret: &str) -> Option<&'static str> {
    if secret.is_empty() {
        return None;
    }
    let bytes = secret.as_bytes();
    let distinct = bytes.iter().collect::<std::collections::HashSet<_>>().len();
    if distinct < SECRET_VARIETY_MIN {
        return Some("a few characters again and again");
    }
    let repeats = |period: usize| bytes.iter().zip(&bytes[period..]).all(|(earlier, later)| earlier == later);
    if (1..=bytes.len() / 2).any(repeats) {
        return Some("one text again and again");
    }
    // Each character next to the one before: alphabets and rows of digits.
    let steps = bytes.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) <= 1).count();
    (steps * 2 > bytes.len()).then_some("an alphabet")
}
