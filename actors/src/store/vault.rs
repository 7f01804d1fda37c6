//! Data keys as stored: wrapped, numbered, and destroyed. What they wrap is the vault's business.

use super::{Store, StoreError};
use crate::vault::{Owner, Person};
use salessync_engine::Timestamp;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// What holds for all data keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VaultState {
    /// Name of the master key; None before the first data key.
    pub kek_id: Option<String>,
    pub version: i64,
}

/// A data key. Has no `Debug`, though what is wrapped is no secret by itself.
#[derive(Clone)]
pub struct KeyRow {
    pub id: i64,
    pub purpose: String,
    pub subject: Uuid,
    pub version: i32,
    pub kek_id: String,
    /// None once destroyed.
    pub wrapped: Option<Vec<u8>>,
    pub created_at: Timestamp,
    pub destroyed_at: Option<Timestamp>,
}

/// A data key to be stored.
pub struct NewKey {
    pub purpose: &'static str,
    pub subject: Uuid,
    pub version: i32,
    pub wrapped: Vec<u8>,
}

impl Store {
    pub(crate) async fn vault_state(&self) -> Result<VaultState, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(VaultState, "select kek_id, version from vault_state")
                .fetch_one(&pool)
                .await
                .map_err(|error| StoreError::sql("read the vault's state", error))
        })
        .await
    }

    /// The salt of the passphrase: the one stored, or `fresh` from now on.
    pub(crate) async fn vault_salt(&self, fresh: [u8; 16]) -> Result<Vec<u8>, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_scalar!(r#"update vault_state set salt = coalesce(salt, $1) returning salt as "salt!""#, &fresh[..])
                .fetch_one(&pool)
                .await
                .map_err(|error| StoreError::sql("keep the passphrase's salt", error))
        })
        .await
    }

    /// The keys of purposes, destroyed ones too, by purpose and version.
    pub(crate) async fn keys_of_purposes(&self) -> Result<Vec<KeyRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                KeyRow,
                r#"select id, purpose, subject, version, kek_id, wrapped, created_at as "created_at: Timestamp",
                          destroyed_at as "destroyed_at: Timestamp"
                   from data_keys
                   where subject = '00000000-0000-0000-0000-000000000000'
                   order by purpose, version"#
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read the data keys", error))
        })
        .await
    }

    /// A person's keys, destroyed ones too, oldest first.
    pub(crate) async fn keys_of(&self, person: Person) -> Result<Vec<KeyRow>, StoreError> {
        let Owner { purpose, subject } = person.into();
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                KeyRow,
                r#"select id, purpose, subject, version, kek_id, wrapped, created_at as "created_at: Timestamp",
                          destroyed_at as "destroyed_at: Timestamp"
                   from data_keys
                   where subject = $1 and purpose = $2
                   order by version"#,
                subject,
                purpose
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read a person's data keys", error))
        })
        .await
    }

    /// Stores keys wrapped with the master key of that name; those that are there already stay as they are. Where another master key is in
    /// force nothing is stored, and its name is the answer.
    pub(crate) async fn add_keys(&self, kek_id: String, new: Vec<NewKey>) -> Result<Option<String>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("store data keys", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            sqlx::query!("update vault_state set kek_id = $1 where kek_id is null", kek_id)
                .execute(&mut *tx)
                .await
                .map_err(sql)?;
            let in_force = sqlx::query_scalar!(r#"select kek_id as "kek_id!" from vault_state for share"#);
            let in_force = in_force.fetch_one(&mut *tx).await.map_err(sql)?;
            if in_force != kek_id {
                return Ok(Some(in_force));
            }
            insert_keys(&mut tx, &kek_id, new).await?;
            tx.commit().await.map_err(sql)?;
            Ok(None)
        })
        .await
    }

    /// Destroys a person's keys. A person who never had one gets a destroyed one, so that none is ever made. Returns how many there were.
    pub(crate) async fn shred(&self, person: Person) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("destroy a person's data keys", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let destroyed = shred_within(&mut tx, person).await?;
            tx.commit().await.map_err(sql)?;
            Ok(destroyed)
        })
        .await
    }
}

async fn insert_keys(connection: &mut PgConnection, kek_id: &str, new: Vec<NewKey>) -> Result<(), StoreError> {
    let purposes: Vec<_> = new.iter().map(|key| key.purpose.to_owned()).collect();
    let subjects: Vec<_> = new.iter().map(|key| key.subject).collect();
    let versions: Vec<_> = new.iter().map(|key| key.version).collect();
    let wrapped: Vec<_> = new.into_iter().map(|key| key.wrapped).collect();
    sqlx::query!(
        r#"insert into data_keys (purpose, subject, version, kek_id, wrapped)
           select n.purpose, n.subject, n.version, $1, n.wrapped
           from unnest($2::text[], $3::uuid[], $4::integer[], $5::bytea[]) as n (purpose, subject, version, wrapped)
           on conflict (purpose, subject, version) do nothing"#,
        kek_id,
        &purposes,
        &subjects,
        &versions,
        &wrapped
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql("store data keys", error))?;
    Ok(())
}

/// Destroys a person's keys as part of a larger change.
pub(super) async fn shred_within(connection: &mut PgConnection, person: Person) -> Result<u64, StoreError> {
    let Owner { purpose, subject } = person.into();
    let sql = |error| StoreError::sql("destroy a person's data keys", error);
    // The row is taken first, as by everybody: a key is not made meanwhile.
    sqlx::query!("update vault_state set version = version + 1").execute(&mut *connection).await.map_err(sql)?;
    let done = sqlx::query!(
        r#"update data_keys
           set wrapped = null, destroyed_at = now()
           where subject = $1 and purpose = $2 and wrapped is not null"#,
        subject,
        purpose
    );
    let destroyed = done.execute(&mut *connection).await.map_err(sql)?.rows_affected();
    sqlx::query!(
        r#"insert into data_keys (purpose, subject, version, kek_id, destroyed_at)
           select $1, $2, 1, '', now()
           where not exists (select 1 from data_keys where purpose = $1 and subject = $2)"#,
        purpose,
        subject
    )
    .execute(&mut *connection)
    .await
    .map_err(sql)?;
    Ok(destroyed)
}
