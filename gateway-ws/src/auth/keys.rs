//! The keys that sign tokens: made here, sealed by the vault, kept in the database, and opened again when they change. Two are live: the one
//! that signs, and the next, which is published before it signs. A retired one verifies until its last token has ended.

use super::token::{KeySet, PublicKey};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::RwLock;
use salessync_actors::store::StoreError;
use salessync_actors::store::signing_keys::{KeyState, SigningKey};
use salessync_actors::vault::{Place, Purpose, Vault, VaultError};
use salessync_actors::{Access, Store};
use salessync_engine::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("open or seal a key that signs tokens")]
    Vault(#[from] VaultError),
    #[error("the system has no randomness")]
    Randomness,
    #[error("there is no key that signs tokens")]
    None,
}

/// A pair just made.
pub struct Pair {
    pub kid: String,
    pub public: Vec<u8>,
    pub pkcs8: Zeroizing<Vec<u8>>,
}

/// Makes a pair. Its name is its thumbprint (RFC 7638, RFC 8037), so that no two keys share one.
pub fn new_pair() -> Result<Pair, KeysError> {
    let random = aws_lc_rs::rand::SystemRandom::new();
    let document = Ed25519KeyPair::generate_pkcs8(&random).map_err(|_| KeysError::Randomness)?;
    let pkcs8 = Zeroizing::new(document.as_ref().to_vec());
    let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| KeysError::Randomness)?;
    let public = pair.public_key().as_ref().to_vec();
    let x = URL_SAFE_NO_PAD.encode(&public);
    let thumbprint = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
    Ok(Pair { kid: URL_SAFE_NO_PAD.encode(thumbprint), public, pkcs8 })
}

fn sealed(vault: &Vault, state: KeyState, now: Timestamp) -> Result<SigningKey, KeysError> {
    let pair = new_pair()?;
    let private_key_sealed = vault.seal(place(&pair.kid), &pair.pkcs8)?;
    Ok(SigningKey { kid: pair.kid, state, public_key: pair.public, private_key_sealed, created_at: now, signed_until: now })
}

fn place(kid: &str) -> Place<'_> {
    Place { purpose: Purpose::SigningKeys, table: "signing_keys", column: "private_key_sealed", row: kid }
}

/// Makes the first keys, unless there are some.
pub async fn ensure(store: &Store, vault: &Vault, now: Timestamp) -> Result<(), KeysError> {
    let keys = vec![sealed(vault, KeyState::Current, now)?, sealed(vault, KeyState::Next, now)?];
    Ok(store.put_first_signing_keys(keys).await?)
}

/// Lets the next key sign, and makes another next. Returns its name.
pub async fn rotate(store: &Store, vault: &Vault, now: Timestamp) -> Result<String, KeysError> {
    ensure(store, vault, now).await?;
    let next = sealed(vault, KeyState::Next, now)?;
    let kid = next.kid.clone();
    store.rotate_signing_keys(next, now).await?;
    Ok(kid)
}

/// Where the keys of the moment come from.
pub enum SigningKeys {
    /// One configured secret.
    Secret(Arc<KeySet>),
    Rotating {
        access: Access,
        vault: Vault,
        issuer: String,
        audience: String,
        held: RwLock<Option<Held>>,
    },
}

/// A set, and the rows it was made of.
pub struct Held {
    of: Arc<Vec<SigningKey>>,
    keys: Arc<KeySet>,
}

impl SigningKeys {
    pub fn rotating(access: Access, vault: Vault, issuer: &str, audience: &str) -> Self {
        Self::Rotating { access, vault, issuer: issuer.to_owned(), audience: audience.to_owned(), held: RwLock::new(None) }
    }

    pub fn now(&self) -> Option<Arc<KeySet>> {
        let (access, vault, issuer, audience, held) = match self {
            Self::Secret(keys) => return Some(keys.clone()),
            Self::Rotating { access, vault, issuer, audience, held } => (access, vault, issuer, audience, held),
        };
        let rows = access.signing_keys();
        if let Some(Held { of, keys }) = &*held.read()
            && Arc::ptr_eq(of, &rows)
        {
            return Some(keys.clone());
        }
        match opened(&rows, vault, issuer, audience) {
            Ok(keys) => {
                let keys = Arc::new(keys);
                *held.write() = Some(Held { of: rows, keys: keys.clone() });
                Some(keys)
            }
            Err(error) => {
                tracing::error!(error = chain(&error), "the keys that sign tokens cannot be opened");
                // What was there goes on verifying; it is tried again with the next question.
                held.read().as_ref().map(|held| held.keys.clone())
            }
        }
    }

    /// Names and bytes of those in use: the current one first.
    pub fn public(&self, now: Timestamp) -> Vec<(String, Vec<u8>)> {
        let Self::Rotating { access, .. } = self else { return Vec::new() };
        let rows = access.signing_keys();
        let mut keys: Vec<_> = rows.iter().filter(|key| key.state != KeyState::Retired || key.signed_until > now).collect();
        keys.sort_by_key(|key| match key.state {
            KeyState::Current => 0,
            KeyState::Next => 1,
            KeyState::Retired => 2,
        });
        keys.into_iter().map(|key| (key.kid.clone(), key.public_key.clone())).collect()
    }
}

fn opened(rows: &[SigningKey], vault: &Vault, issuer: &str, audience: &str) -> Result<KeySet, KeysError> {
    let current = rows.iter().find(|key| key.state == KeyState::Current).ok_or(KeysError::None)?;
    let pkcs8 = vault.open_sealed(place(&current.kid), &current.private_key_sealed)?;
    let public: Vec<_> = rows
        .iter()
        .map(|key| PublicKey {
            kid: key.kid.clone(),
            public: key.public_key.clone(),
            until: (key.state == KeyState::Retired).then_some(key.signed_until),
        })
        .collect();
    Ok(KeySet::of_keys(&current.kid, &pkcs8, &public, issuer, audience))
}

/// The whole chain on one line, for the log.
pub fn chain(error: &KeysError) -> String {
    match error {
        KeysError::Store(error) => error.chain(),
        KeysError::Vault(source) => format!("{error}: {}", source.chain()),
        KeysError::Randomness | KeysError::None => error.to_string(),
    }
}
