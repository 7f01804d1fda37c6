//! The keys that sign tokens, sealed. What is in the seal is the gateway's.

use super::{Store, StoreError};
use salessync_engine::Timestamp;
use sqlx::PgPool;

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum KeyState {
    /// Published, so that it is known when it begins to sign.
    Next,
    Current,
    /// Verifies what it signed.
    Retired,
}

/// A key as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    pub kid: String,
    pub state: KeyState,
    pub public_key: Vec<u8>,
    /// Sealed.
    pub private_key_sealed: Vec<u8>,
    pub created_at: Timestamp,
    /// No token signed with it lives longer.
    pub signed_until: Timestamp,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).field("state", &self.state).finish_non_exhaustive()
    }
}

impl Store {
    /// Puts the keys in unless there are some: of several servers that start at once, one's keys stay.
    pub async fn put_first_signing_keys(&self, keys: Vec<SigningKey>) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "put the first signing keys";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            sqlx::query!("lock table signing_keys in share row exclusive mode").execute(&mut *tx).await.map_err(sql)?;
            for key in keys {
                let inserted = sqlx::query!(
                    "insert into signing_keys (kid, state, public_key, private_key_sealed, created_at, signed_until)
                     values ($1, $2, $3, $4, $5, $6)
                     on conflict do nothing",
                    key.kid,
                    key.state as KeyState,
                    key.public_key,
                    key.private_key_sealed,
                    key.created_at as Timestamp,
                    key.signed_until as Timestamp
                );
                inserted.execute(&mut *tx).await.map_err(sql)?;
            }
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// The next key signs from now on, the current one verifies what it signed, and `next` is published. Keys whose last token has ended are
    /// deleted.
    pub async fn rotate_signing_keys(&self, next: SigningKey, now: Timestamp) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "rotate the signing keys";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            sqlx::query!("lock table signing_keys in share row exclusive mode").execute(&mut *tx).await.map_err(sql)?;
            let over = sqlx::query!("delete from signing_keys where state = 'retired' and signed_until < $1", now as Timestamp);
            over.execute(&mut *tx).await.map_err(sql)?;
            let retired = sqlx::query!(
                "update signing_keys set state = 'retired', retired_at = $1 where state = 'current'",
                now as Timestamp
            );
            retired.execute(&mut *tx).await.map_err(sql)?;
            sqlx::query!("update signing_keys set state = 'current' where state = 'next'")
                .execute(&mut *tx)
                .await
                .map_err(sql)?;
            let inserted = sqlx::query!(
                "insert into signing_keys (kid, state, public_key, private_key_sealed, created_at, signed_until)
                 values ($1, 'next', $2, $3, $4, $4)",
                next.kid,
                next.public_key,
                next.private_key_sealed,
                next.created_at as Timestamp
            );
            inserted.execute(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)
        })
        .await
    }
}
