//! Data keys as stored: wrapped, numbered, and destroyed. What they wrap is the vault's business.

use super::{Store, StoreError};
use crate::vault::{Owner, Person, SealedColumn};
use salessync_engine::{Timestamp, UserId};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
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

/// A key that only opens, because a newer version seals.
pub(crate) struct OldKey {
    pub id: i64,
    /// None for a purpose of another build.
    pub owner: Option<Owner>,
    pub successor_age_s: i64,
}

/// A key wrapped with another master key.
pub(crate) struct Rewrapped {
    pub id: i64,
    pub wrapped: Vec<u8>,
}

/// Sealed bytes, the row's key, and where Postgres keeps this version of the row.
pub(crate) struct SealedRow {
    pub key: String,
    place: String,
    pub sealed: Vec<u8>,
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

    /// Stores the next version of every newest key that `next` gives one for. Returns how many; none where another master key is in force.
    pub(crate) async fn next_keys(
        &self,
        kek_id: String,
        next: impl Fn(&KeyRow) -> Option<NewKey> + Send + 'static,
    ) -> Result<usize, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("make new versions of the data keys", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            // One rotation at a time, and no key of anybody is made meanwhile.
            let state =
                sqlx::query_scalar!("select kek_id from vault_state for update").fetch_one(&mut *tx).await.map_err(sql)?;
            if state.as_deref() != Some(kek_id.as_str()) {
                return Ok(0);
            }
            let newest = sqlx::query_as!(
                KeyRow,
                r#"select distinct on (purpose, subject) id, purpose, subject, version, kek_id, wrapped,
                          created_at as "created_at: Timestamp", destroyed_at as "destroyed_at: Timestamp"
                   from data_keys
                   order by purpose, subject, version desc"#
            );
            let newest = newest.fetch_all(&mut *tx).await.map_err(sql)?;
            let new: Vec<_> = newest.iter().filter(|row| row.wrapped.is_some()).filter_map(next).collect();
            let count = new.len();
            insert_keys(&mut tx, &kek_id, new).await?;
            sqlx::query!("update vault_state set version = version + 1").execute(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(count)
        })
        .await
    }

    /// Replaces what every key is wrapped with, all or none. None where another master key than `old_kek` is in force.
    pub(crate) async fn rewrap_keys<E: Send + 'static>(
        &self,
        old_kek: String,
        new_kek: String,
        wrap: impl FnOnce(Vec<KeyRow>) -> Result<Vec<Rewrapped>, E> + Send + 'static,
    ) -> Result<Result<Option<usize>, E>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("wrap the data keys anew", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let state =
                sqlx::query_scalar!("select kek_id from vault_state for update").fetch_one(&mut *tx).await.map_err(sql)?;
            if state.as_deref() != Some(old_kek.as_str()) {
                return Ok(Ok(None));
            }
            let rows = sqlx::query_as!(
                KeyRow,
                r#"select id, purpose, subject, version, kek_id, wrapped, created_at as "created_at: Timestamp",
                          destroyed_at as "destroyed_at: Timestamp"
                   from data_keys
                   where wrapped is not null
                   order by id
                   for update"#
            );
            let rows = rows.fetch_all(&mut *tx).await.map_err(sql)?;
            let rewrapped = match wrap(rows) {
                Ok(rewrapped) => rewrapped,
                Err(error) => return Ok(Err(error)),
            };
            let ids: Vec<_> = rewrapped.iter().map(|key| key.id).collect();
            let wrapped: Vec<_> = rewrapped.into_iter().map(|key| key.wrapped).collect();
            sqlx::query!(
                r#"update data_keys k
                   set wrapped = n.wrapped, kek_id = $3
                   from unnest($1::bigint[], $2::bytea[]) as n (id, wrapped)
                   where k.id = n.id"#,
                &ids,
                &wrapped,
                new_kek
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            sqlx::query!("update vault_state set kek_id = $1, version = version + 1", new_kek)
                .execute(&mut *tx)
                .await
                .map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(Ok(Some(ids.len())))
        })
        .await
    }

    /// Every key, destroyed ones too, by purpose, person and version.
    pub(crate) async fn all_keys(&self) -> Result<Vec<KeyRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                KeyRow,
                r#"select id, purpose, subject, version, kek_id, wrapped, created_at as "created_at: Timestamp",
                          destroyed_at as "destroyed_at: Timestamp"
                   from data_keys
                   order by subject, purpose, version"#
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list the data keys", error))
        })
        .await
    }

    /// Keys that have a successor and are not destroyed, oldest first.
    pub(crate) async fn old_keys(&self, limit: i64) -> Result<Vec<OldKey>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select k.id, k.purpose, k.subject, extract(epoch from now() - max(n.created_at))::bigint as "successor_age_s!"
                   from data_keys k
                   join data_keys n on n.purpose = k.purpose and n.subject = k.subject and n.version > k.version
                   where k.wrapped is not null and n.wrapped is not null
                   group by k.id
                   order by k.id
                   limit $1"#,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("look for old data keys", error))?;
            let old = rows.into_iter().map(|row| OldKey {
                id: row.id,
                owner: Owner::read(&row.purpose, row.subject),
                successor_age_s: row.successor_age_s,
            });
            Ok(old.collect())
        })
        .await
    }

    /// Rows of a sealed column whose bytes say that key `id` sealed them.
    pub(crate) async fn rows_sealed_with(
        &self,
        column: SealedColumn,
        id: i64,
        person: Option<Person>,
        limit: i64,
    ) -> Result<Vec<SealedRow>, StoreError> {
        let SealedColumn { table, column, key, .. } = column;
        // Names are constants of vault/columns.rs.
        let whose = if person.is_some() { format!("and {key} = $3") } else { "and $3::uuid is null".to_owned() };
        let text = format!(
            "select {key}::text, ctid::text, {column} from {table}
             where {column} is not null and substring({column} from 2 for 4) = $1 {whose}
             limit $2"
        );
        let subject = person.map(|person| Owner::from(person).subject);
        self.on(async move |pool: PgPool| {
            let rows: Vec<(String, String, Vec<u8>)> = sqlx::query_as(AssertSqlSafe(text))
                .bind(&(id as u32).to_be_bytes()[..])
                .bind(limit)
                .bind(subject)
                .fetch_all(&pool)
                .await
                .map_err(|error| StoreError::sql("look for rows sealed with an old key", error))?;
            Ok(rows.into_iter().map(|(key, place, sealed)| SealedRow { key, place, sealed }).collect())
        })
        .await
    }

    /// Replaces sealed bytes. False when the row is not as it was read.
    pub(crate) async fn replace_sealed(&self, column: SealedColumn, row: SealedRow, sealed: Vec<u8>) -> Result<bool, StoreError> {
        let SealedColumn { table, column, .. } = column;
        let text = format!("update {table} set {column} = $1 where ctid = $2::tid and {column} = $3");
        self.on(async move |pool: PgPool| {
            let done = sqlx::query(AssertSqlSafe(text)).bind(sealed).bind(row.place).bind(row.sealed).execute(&pool).await;
            Ok(done.map_err(|error| StoreError::sql("seal a row anew", error))?.rows_affected() == 1)
        })
        .await
    }

    /// Destroys one key that has a successor. Returns 1, or 0 when it was destroyed before.
    pub(crate) async fn destroy_key(&self, id: i64) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                r#"update data_keys k
                   set wrapped = null, destroyed_at = now()
                   where k.id = $1 and k.wrapped is not null
                     and exists (
                         select 1 from data_keys n
                         where n.purpose = k.purpose and n.subject = k.subject and n.version > k.version and n.wrapped is not null
                     )"#,
                id
            );
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("destroy an old data key", error))?;
            Ok(done.rows_affected())
        })
        .await
    }

    /// E-mail addresses of users that are not sealed yet.
    pub(crate) async fn plain_emails(&self, limit: i64) -> Result<Vec<(UserId, String)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select id as "id: UserId", email as "email!"
                   from users
                   where email is not null
                   order by id
                   limit $1"#,
                limit
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("look for plain e-mail addresses", error))?;
            Ok(rows.into_iter().map(|row| (row.id, row.email)).collect())
        })
        .await
    }

    /// Puts the sealed address in the place of the plain one, unless that has changed.
    pub(crate) async fn seal_email(
        &self,
        id: UserId,
        plain: String,
        sealed: Vec<u8>,
        index: [u8; 32],
    ) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "update users set email = null, email_sealed = $3, email_index = $4 where id = $1 and email = $2",
                id as UserId,
                plain,
                sealed,
                &index[..]
            );
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("seal an e-mail address", error))?;
            Ok(done.rows_affected() == 1)
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
