//! E-mail addresses of users: sealed with the user's own key, found by a blind index of the address in lower case.

use super::{Person, Place, Purpose, Vault, VaultError};
use salessync_engine::UserId;

/// Addresses sealed between two looks.
const STEP: i64 = 200;
/// The column of the blind index.
pub const EMAIL_INDEX: &str = "users.email";

impl Vault {
    /// What `users.email_index` holds for this address, whatever its case.
    pub fn email_index(&self, email: &str) -> [u8; 32] {
        self.blind_index(EMAIL_INDEX, &email.to_lowercase())
    }

    /// What `users.email_sealed` holds for this user.
    pub async fn seal_email(&self, user: UserId, email: &str) -> Result<Vec<u8>, VaultError> {
        let row = user.to_string();
        self.seal_for(Person::User(user), email_place(&row), email.as_bytes()).await
    }

    /// Opens what `seal_email` sealed; None when the user was erased.
    pub async fn open_email(&self, user: UserId, sealed: &[u8]) -> Result<Option<String>, VaultError> {
        let row = user.to_string();
        let opened = self.open_for(Person::User(user), email_place(&row), sealed).await?;
        Ok(opened.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Seals every address that is still in plain text. May be interrupted and run again. Returns how many.
    pub async fn seal_plain_emails(&self) -> Result<u64, VaultError> {
        let mut sealed = 0;
        loop {
            let plain = self.store().plain_emails(STEP).await?;
            if plain.is_empty() {
                return Ok(sealed);
            }
            for (user, email) in plain {
                let bytes = self.seal_email(user, &email).await?;
                let index = self.email_index(&email);
                sealed += u64::from(self.store().seal_email(user, email, bytes, index).await?);
            }
        }
    }
}

fn email_place(row: &str) -> Place<'_> {
    Place { purpose: Purpose::Contacts, table: "users", column: "email_sealed", row }
}
