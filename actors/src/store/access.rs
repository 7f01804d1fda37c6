//! Everything access follows from, read whole: who has which role, who answers for which territories and teams, which programs have keys,
//! which sessions were ended early, which keys sign. It is small (people, not fixes) and read anew only when the version says so.

use super::sessions::Hash;
use super::signing_keys::{KeyState, SigningKey};
use super::{Store, StoreError};
use salessync_engine::access::Permission;
use salessync_engine::{AgentId, ApiKeyId, SessionId, TerritoryId, Timestamp, UserId};
use sqlx::PgPool;
use std::collections::HashMap;

/// A user as access sees them.
#[derive(Clone, Debug)]
pub struct UserAccess {
    pub id: UserId,
    pub role: String,
    pub agent: Option<AgentId>,
    pub is_disabled: bool,
}

/// A program as access sees it.
#[derive(Clone, Debug)]
pub struct ApiKeyAccess {
    pub id: ApiKeyId,
    pub role: String,
    pub hash: Hash,
    pub expires_at: Timestamp,
    pub territories: Vec<TerritoryId>,
}

/// All of it, as of one version.
#[derive(Clone, Debug, Default)]
pub struct AccessRows {
    pub version: i64,
    pub users: Vec<UserAccess>,
    /// Custom roles.
    pub roles: HashMap<String, Vec<Permission>>,
    /// A territory and the one above it.
    pub territories: Vec<(TerritoryId, Option<TerritoryId>)>,
    pub assigned: HashMap<UserId, Vec<TerritoryId>>,
    /// Agents of the teams a user leads.
    pub led: HashMap<UserId, Vec<AgentId>>,
    /// Those in use.
    pub api_keys: Vec<ApiKeyAccess>,
    /// Sessions that ended before their tokens did, and when those do.
    pub revoked: HashMap<SessionId, Timestamp>,
    /// By kid.
    pub signing_keys: Vec<SigningKey>,
}

impl Store {
    /// Counts up with every change of what access follows from.
    pub(crate) async fn access_version(&self) -> Result<i64, StoreError> {
        self.on(async move |pool: PgPool| {
            let version = sqlx::query_scalar!("select version from access_version").fetch_one(&pool).await;
            version.map_err(|error| StoreError::sql("read the version of access", error))
        })
        .await
    }

    /// Reads everything, in one snapshot.
    pub(crate) async fn access_rows(&self) -> Result<AccessRows, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "read who may do what";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let version = sqlx::query_scalar!("select version from access_version").fetch_one(&mut *tx).await.map_err(sql)?;
            let users = sqlx::query_as!(
                UserAccess,
                r#"select id as "id: UserId", role, agent_id as "agent: AgentId", disabled_at is not null as "is_disabled!"
                   from users"#
            );
            let users = users.fetch_all(&mut *tx).await.map_err(sql)?;
            let mut rows = AccessRows { version, users, ..AccessRows::default() };
            let permissions = sqlx::query!("select role, module, action, scope from role_permissions").fetch_all(&mut *tx).await;
            for row in permissions.map_err(sql)? {
                // A permission this build does not know gives nothing.
                let (Ok(module), Ok(action), Ok(breadth)) = (row.module.parse(), row.action.parse(), row.scope.parse()) else {
                    continue;
                };
                if let Ok(permission) = Permission::new(module, action, breadth) {
                    rows.roles.entry(row.role).or_default().push(permission);
                }
            }
            let territories = sqlx::query!(
                r#"select id as "id: TerritoryId", parent_id as "parent_id: TerritoryId"
                   from territories"#
            );
            rows.territories =
                territories.fetch_all(&mut *tx).await.map_err(sql)?.into_iter().map(|row| (row.id, row.parent_id)).collect();
            let assigned = sqlx::query!(
                r#"select user_id as "user_id: UserId", territory_id as "territory_id: TerritoryId"
                   from user_territories"#
            );
            for row in assigned.fetch_all(&mut *tx).await.map_err(sql)? {
                rows.assigned.entry(row.user_id).or_default().push(row.territory_id);
            }
            let led = sqlx::query!(
                r#"select l.user_id as "user_id: UserId", a.agent_id as "agent_id: AgentId"
                   from team_leads l
                   join team_agents a using (team_id)"#
            );
            for row in led.fetch_all(&mut *tx).await.map_err(sql)? {
                rows.led.entry(row.user_id).or_default().push(row.agent_id);
            }
            let api_keys = sqlx::query!(
                r#"select id as "id: ApiKeyId", role, hash, expires_at as "expires_at: Timestamp",
                          array(select territory_id from api_key_territories t where t.api_key_id = k.id)
                              as "territories!: Vec<TerritoryId>"
                   from api_keys k
                   where revoked_at is null and expires_at > now()"#
            );
            for row in api_keys.fetch_all(&mut *tx).await.map_err(sql)? {
                let hash = row.hash.try_into().map_err(|_| StoreError::Damaged { what: "the hash of an API key" })?;
                let key =
                    ApiKeyAccess { id: row.id, role: row.role, hash, expires_at: row.expires_at, territories: row.territories };
                rows.api_keys.push(key);
            }
            let revoked = sqlx::query!(
                r#"select id as "id: SessionId", tokens_until as "until: Timestamp"
                   from sessions
                   where revoked_at is not null and tokens_until > now() - interval '5 minutes'"#
            );
            rows.revoked = revoked.fetch_all(&mut *tx).await.map_err(sql)?.into_iter().map(|row| (row.id, row.until)).collect();
            rows.signing_keys = sqlx::query_as!(
                SigningKey,
                r#"select kid, state as "state: KeyState", public_key, private_key_sealed, created_at as "created_at: Timestamp",
                          signed_until as "signed_until: Timestamp"
                   from signing_keys
                   order by kid"#
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(rows)
        })
        .await
    }
}
