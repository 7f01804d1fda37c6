//! Second factors: a sealed TOTP secret for a person, and codes for the day the phone is lost. A code works once.

use super::sessions::Hash;
use super::{Store, StoreError};
use salessync_engine::{Timestamp, UserId};
use sqlx::{PgConnection, PgPool};

/// Somebody's second factor.
#[derive(Clone)]
pub struct SecondFactor {
    /// Sealed.
    pub secret_sealed: Vec<u8>,
    /// Not before it is proved that the phone makes the right codes.
    pub is_confirmed: bool,
}

impl Store {
    pub async fn second_factor(&self, user: UserId) -> Result<Option<SecondFactor>, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query_as!(
                SecondFactor,
                r#"select secret_sealed, confirmed_at is not null as "is_confirmed!"
                   from second_factors
                   where user_id = $1"#,
                user as UserId
            );
            row.fetch_optional(&pool).await.map_err(|error| StoreError::sql("find a second factor", error))
        })
        .await
    }

    /// Puts a secret that is yet to be confirmed; False when one is confirmed already.
    pub async fn propose_second_factor(&self, user: UserId, secret: Vec<u8>, now: Timestamp) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "insert into second_factors (user_id, secret_sealed, created_at)
                 values ($1, $2, $3)
                 on conflict (user_id) do update
                 set secret_sealed = excluded.secret_sealed, created_at = excluded.created_at, last_step = 0
                 where second_factors.confirmed_at is null",
                user as UserId,
                secret,
                now as Timestamp
            );
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("propose a second factor", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Confirms it by the code of `step`, and gives the recovery codes. False when there is nothing to confirm.
    pub async fn confirm_second_factor(
        &self,
        user: UserId,
        step: i64,
        codes: Vec<Hash>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "confirm a second factor";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let confirmed = sqlx::query!(
                "update second_factors
                 set confirmed_at = $3, last_step = $2
                 where user_id = $1 and confirmed_at is null",
                user as UserId,
                step,
                now as Timestamp
            );
            if confirmed.execute(&mut *tx).await.map_err(sql)?.rows_affected() == 0 {
                return Ok(false);
            }
            put_recovery_codes(&mut tx, user, &codes).await?;
            tx.commit().await.map_err(sql)?;
            Ok(true)
        })
        .await
    }

    /// Uses up the code of `step`; False when it, or a later one, was used before.
    pub async fn use_totp_step(&self, user: UserId, step: i64) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "update second_factors
                 set last_step = $2
                 where user_id = $1 and last_step < $2 and confirmed_at is not null",
                user as UserId,
                step
            );
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("use a code", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Uses up a recovery code; False when there is none such.
    pub async fn use_recovery_code(&self, user: UserId, hash: Hash, now: Timestamp) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "update recovery_codes
                 set used_at = $3
                 where user_id = $1 and hash = $2 and used_at is null",
                user as UserId,
                hash.as_slice(),
                now as Timestamp
            );
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("use a recovery code", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// New recovery codes in place of all before; False without a confirmed second factor.
    pub async fn replace_recovery_codes(&self, user: UserId, codes: Vec<Hash>) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "replace recovery codes";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let confirmed = sqlx::query_scalar!(
                r#"select confirmed_at is not null as "is_confirmed!"
                   from second_factors
                   where user_id = $1
                   for update"#,
                user as UserId
            );
            if confirmed.fetch_optional(&mut *tx).await.map_err(sql)? != Some(true) {
                return Ok(false);
            }
            put_recovery_codes(&mut tx, user, &codes).await?;
            tx.commit().await.map_err(sql)?;
            Ok(true)
        })
        .await
    }

    /// Takes a second factor and its recovery codes away; False when there was none.
    pub async fn remove_second_factor(&self, user: UserId) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "remove a second factor";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let factor = sqlx::query!("delete from second_factors where user_id = $1", user as UserId);
            let removed = factor.execute(&mut *tx).await.map_err(sql)?.rows_affected();
            let codes = sqlx::query!("delete from recovery_codes where user_id = $1", user as UserId);
            codes.execute(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(removed == 1)
        })
        .await
    }
}

async fn put_recovery_codes(tx: &mut PgConnection, user: UserId, codes: &[Hash]) -> Result<(), StoreError> {
    let sql = |error| StoreError::sql("put recovery codes", error);
    let old = sqlx::query!("delete from recovery_codes where user_id = $1", user as UserId);
    old.execute(&mut *tx).await.map_err(sql)?;
    for code in codes {
        let new = sqlx::query!("insert into recovery_codes (user_id, hash) values ($1, $2)", user as UserId, code.as_slice());
        new.execute(&mut *tx).await.map_err(sql)?;
    }
    Ok(())
}
