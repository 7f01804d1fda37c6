//! Keys of programs. The secret is nowhere; its hash is verified in memory.

use super::sessions::Hash;
use super::{Store, StoreError};
use salessync_engine::access::Whole;
use salessync_engine::{ApiKeyId, TerritoryId, Timestamp, UserId};
use sqlx::PgPool;
use uuid::Uuid;

/// A key as people see it.
#[derive(Clone, Debug)]
pub struct ApiKeyRow {
    pub id: ApiKeyId,
    pub name: String,
    pub role: String,
    pub territories: Vec<TerritoryId>,
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

impl Store {
    pub async fn create_api_key(&self, key: ApiKeyRow, hash: Hash) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "create an API key";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            super::roles::hold_role(&mut tx, &key.role).await?;
            let inserted = sqlx::query!(
                "insert into api_keys (id, name, role, hash, created_by, created_at, expires_at)
                 values ($1, $2, $3, $4, $5, $6, $7)",
                key.id as ApiKeyId,
                key.name,
                key.role,
                hash.as_slice(),
                key.created_by as Option<UserId>,
                key.created_at as Timestamp,
                key.expires_at as Timestamp
            );
            inserted.execute(&mut *tx).await.map_err(sql)?;
            let territories: Vec<Uuid> = key.territories.iter().map(|id| id.0).collect();
            let assigned = sqlx::query!(
                "insert into api_key_territories (api_key_id, territory_id)
                 select $1, unnest($2::uuid[])
                 on conflict do nothing",
                key.id as ApiKeyId,
                &territories
            );
            assigned.execute(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// The newest first.
    pub async fn api_keys(
        &self,
        _: Whole,
        after: Option<(Timestamp, ApiKeyId)>,
        limit: i64,
    ) -> Result<Vec<ApiKeyRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let (at, id) = after.unzip();
            let rows = sqlx::query_as!(
                ApiKeyRow,
                r#"select id as "id: ApiKeyId", name, role,
                          array(select territory_id from api_key_territories t where t.api_key_id = k.id order by 1)
                              as "territories!: Vec<TerritoryId>",
                          created_by as "created_by: UserId", created_at as "created_at: Timestamp",
                          expires_at as "expires_at: Timestamp", revoked_at as "revoked_at: Timestamp"
                   from api_keys k
                   where $1::timestamptz is null or (created_at, id) < ($1, $2::uuid)
                   order by created_at desc, id desc
                   limit $3"#,
                at as Option<Timestamp>,
                id as Option<ApiKeyId>,
                limit
            );
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("list API keys", error))
        })
        .await
    }

    /// False when there is no such key in use.
    pub async fn revoke_api_key(&self, id: ApiKeyId, now: Timestamp) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "update api_keys set revoked_at = $2 where id = $1 and revoked_at is null",
                id as ApiKeyId,
                now as Timestamp
            );
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("revoke an API key", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }
}
