//! Who people are and what proves it: the vault, the people, the keys that sign, the sessions. One value, for the server and for commands.

use crate::auth::keys::{self, SigningKeys};
use crate::auth::password::Policy;
use crate::auth::token::KeySet;
use crate::auth::{Sessions, Tokens};
use crate::config::{Config, TokenAlgorithm};
use crate::keys as vault_keys;
use anyhow::Context;
use salessync_actors::vault::Vault;
use salessync_actors::{Access, Clock, People, Store};
use std::sync::Arc;
use std::time::Duration;

/// How often sessions that have been over for long are deleted.
const SWEEP_EVERY: Duration = Duration::from_secs(3_600);

pub struct Identity {
    pub vault: Vault,
    pub people: People,
    pub tokens: Tokens,
    pub sessions: Sessions,
    pub policy: Policy,
}

impl Identity {
    /// Opens the vault and the keys that sign, making them when there are none. The schema must be there.
    pub async fn open(config: &Config, store: &Store, access: &Access, clock: &Clock) -> anyhow::Result<Self> {
        let auth = &config.auth;
        let vault = vault_keys::open(config, store).await?;
        vault.seal_plain_emails().await.context("seal e-mail addresses")?;
        let keys = match auth.token_algorithm {
            TokenAlgorithm::Hs256 => {
                let keys = KeySet::of_secret(auth.token_secret.as_bytes(), &auth.issuer, &auth.audience);
                SigningKeys::Secret(Arc::new(keys))
            }
            TokenAlgorithm::EdDsa => {
                keys::ensure(store, &vault, clock.now()).await.context("make the keys that sign tokens")?;
                access.refresh().await.context("read the keys that sign tokens")?;
                SigningKeys::rotating(access.clone(), vault.clone(), &auth.issuer, &auth.audience)
            }
        };
        let tokens = Tokens::new(keys);
        anyhow::ensure!(tokens.keys().is_some(), "the keys that sign tokens cannot be opened with this master key");
        let policy = match auth.breached_list.as_os_str().is_empty() {
            true => Policy::default(),
            false => Policy::with_breached(&auth.breached_list)?,
        };
        Ok(Self {
            people: People::new(store.clone(), vault.clone()),
            sessions: Sessions::new(store.clone(), tokens.clone(), vault.clone(), auth),
            vault,
            tokens,
            policy,
        })
    }
}

/// Deletes sessions that have been over for long, for as long as the store is open.
pub fn start_sweeping(store: &Store, clock: Clock) {
    let sweeping = store.clone();
    store.spawn(async move {
        loop {
            match sweeping.sweep_sessions(clock.now()).await {
                Ok(0) => {}
                Ok(sessions) => tracing::info!(sessions, "sessions long over are deleted"),
                Err(error) => tracing::warn!(error = error.chain(), "old sessions cannot be deleted, trying again"),
            }
            tokio::time::sleep(SWEEP_EVERY).await;
        }
    });
}
