//! Passwords: Argon2id with OWASP's minimum (19,456 KiB, t=2, p=1), on a blocking thread, two at a time.

use argon2::password_hash::{PasswordHash, SaltString};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

/// Hashes computed at once: bounds memory (19 MiB each) and what sign-ins can take from ingestion.
static PERMITS: Semaphore = Semaphore::const_new(2);
/// Length first; no rules about kinds of characters.
pub const LEN: std::ops::RangeInclusive<usize> = 10..=256;
pub const LIMIT: &str = "10..256 characters";

fn argon() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("OWASP's parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password into PHC string form.
pub fn hash(password: &str) -> Option<String> {
    let mut salt = [0u8; 16];
    getrandom::fill(&mut salt).ok()?;
    let salt = SaltString::encode_b64(&salt).ok()?;
    argon().hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
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
}
