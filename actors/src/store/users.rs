//! People who sign in. Hashing is the gateway's: here a hash is text. An e-mail address is sealed with its owner's key and found by a blind
//! index; `people` opens it. A row that was written before there were keys has a plain one until a server seals it.

use super::roles::hold_role;
use super::sessions::{Hash, Which, revoke_all};
use super::{Store, StoreError};
use salessync_engine::{AgentId, TeamId, TerritoryId, Timestamp, UserId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// A user as stored. Has no `Serialize` on purpose.
#[derive(Clone)]
pub struct UserRow {
    pub id: UserId,
    /// Not sealed yet.
    pub email: Option<String>,
    pub email_sealed: Option<Vec<u8>>,
    pub name: String,
    pub role: String,
    pub agent: Option<AgentId>,
    pub territories: Vec<TerritoryId>,
    /// Those they lead.
    pub teams: Vec<TeamId>,
    pub password_hash: String,
    pub password_changed_at: Option<Timestamp>,
    pub is_disabled: bool,
    pub has_second_factor: bool,
    pub created_at: Timestamp,
    pub last_seen_at: Option<Timestamp>,
}

/// A user to be created.
pub struct NewUserRow {
    pub id: UserId,
    pub email_sealed: Vec<u8>,
    pub email_index: Hash,
    pub name: String,
    pub role: String,
    pub agent: Option<AgentId>,
    pub territories: Vec<TerritoryId>,
    pub password_hash: String,
    pub created_at: Timestamp,
}

/// What changes of a user; None: nothing.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    pub name: Option<String>,
    pub role: Option<String>,
    pub agent: Option<Option<AgentId>>,
    pub territories: Option<Vec<TerritoryId>>,
    pub is_disabled: Option<bool>,
}

/// How changing a user went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserChanged {
    Changed,
    Unknown,
    /// Nobody would be left who may do everything.
    LastAdmin,
}

/// Which users of a list.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Part of the name.
    pub name: Option<String>,
    /// Or exactly this address.
    pub email_index: Option<Hash>,
    pub role: Option<String>,
}

impl Store {
    pub async fn create_user(&self, new: NewUserRow) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "create a user";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            insert_user(&mut tx, &new).await?;
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// Names of territories, by name.
    pub async fn territory_names(&self, ids: Vec<TerritoryId>) -> Result<Vec<(TerritoryId, String)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
            let rows = sqlx::query!(
                r#"select id as "id: TerritoryId", name
                   from territories
                   where id = any($1)
                   order by name, id"#,
                &ids
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("name territories", error))?;
            Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
        })
        .await
    }

    /// Users that are not erased, by name, then id.
    pub async fn users(
        &self,
        filter: UserFilter,
        after: Option<(String, UserId)>,
        limit: i64,
    ) -> Result<Vec<UserRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let (name, id) = after.unzip();
            let like =
                filter.name.map(|name| format!("%{}%", name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")));
            let rows = sqlx::query_as!(
                UserRow,
                r#"select id as "id: UserId", email, email_sealed, name, role, agent_id as "agent: AgentId",
                          array(select territory_id from user_territories t where t.user_id = u.id order by 1)
                              as "territories!: Vec<TerritoryId>",
                          array(select team_id from team_leads l where l.user_id = u.id order by 1) as "teams!: Vec<TeamId>",
                          password_hash, password_changed_at as "password_changed_at: Timestamp",
                          disabled_at is not null as "is_disabled!",
                          exists (select from second_factors f where f.user_id = u.id and f.confirmed_at is not null)
                              as "has_second_factor!",
                          created_at as "created_at: Timestamp",
                          (select max(last_used_at) from sessions s where s.user_id = u.id and s.impersonator_id is null)
                              as "last_seen_at: Timestamp"
                   from users u
                   where erased_at is null
                     and ($1::text is null or (name, id) > ($1, $2::uuid))
                     and ($3::text is null or role = $3)
                     and ($4::text is null or name ilike $4 or email_index = $5)
                   order by name, id
                   limit $6"#,
                name,
                id as Option<UserId>,
                filter.role,
                like,
                filter.email_index.as_ref().map(|index| index.as_slice()),
                limit
            );
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("list users", error))
        })
        .await
    }

    pub async fn user(&self, id: UserId) -> Result<Option<UserRow>, StoreError> {
        self.one_user(Some(id), None, None).await
    }

    /// By the index of their address, or by the address itself where it is not sealed yet.
    pub async fn user_by_email(&self, index: Hash, lower: String) -> Result<Option<UserRow>, StoreError> {
        self.one_user(None, Some(index), Some(lower)).await
    }

    async fn one_user(
        &self,
        id: Option<UserId>,
        index: Option<Hash>,
        lower: Option<String>,
    ) -> Result<Option<UserRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query_as!(
                UserRow,
                r#"select id as "id: UserId", email, email_sealed, name, role, agent_id as "agent: AgentId",
                          array(select territory_id from user_territories t where t.user_id = u.id order by 1)
                              as "territories!: Vec<TerritoryId>",
                          array(select team_id from team_leads l where l.user_id = u.id order by 1) as "teams!: Vec<TeamId>",
                          password_hash, password_changed_at as "password_changed_at: Timestamp",
                          disabled_at is not null as "is_disabled!",
                          exists (select from second_factors f where f.user_id = u.id and f.confirmed_at is not null)
                              as "has_second_factor!",
                          created_at as "created_at: Timestamp",
                          (select max(last_used_at) from sessions s where s.user_id = u.id and s.impersonator_id is null)
                              as "last_seen_at: Timestamp"
                   from users u
                   where erased_at is null and (id = $1 or email_index = $2 or lower(email) = $3)"#,
                id as Option<UserId>,
                index.as_ref().map(|index| index.as_slice()),
                lower
            );
            row.fetch_optional(&pool).await.map_err(|error| StoreError::sql("find a user", error))
        })
        .await
    }

    /// Changes a user. Disabling ends their sessions.
    pub async fn change_user(&self, id: UserId, change: UserChange, now: Timestamp) -> Result<UserChanged, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "change a user";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            // Two administrators who demote one another meet here.
            let admins = active_admins(&mut tx).await?;
            if let Some(role) = &change.role {
                hold_role(&mut tx, role).await?;
            }
            let sets_agent = change.agent.is_some();
            let updated = sqlx::query!(
                "update users
                 set name = coalesce($2, name), role = coalesce($3, role), agent_id = case when $4 then $5 else agent_id end,
                     disabled_at = case when $6::boolean is null then disabled_at
                                        when $6 then coalesce(disabled_at, $7) else null end
                 where id = $1 and erased_at is null",
                id as UserId,
                change.name,
                change.role,
                sets_agent,
                change.agent.flatten() as Option<AgentId>,
                change.is_disabled,
                now as Timestamp
            );
            if updated.execute(&mut *tx).await.map_err(sql)?.rows_affected() == 0 {
                return Ok(UserChanged::Unknown);
            }
            if let Some(territories) = &change.territories {
                put_territories(&mut tx, id, territories).await?;
            }
            if admins.contains(&id) && active_admins(&mut tx).await?.is_empty() {
                return Ok(UserChanged::LastAdmin);
            }
            if change.is_disabled == Some(true) {
                revoke_all(&mut tx, id, Which::All, now).await?;
            }
            tx.commit().await.map_err(sql)?;
            Ok(UserChanged::Changed)
        })
        .await
    }

    /// Gives a user another password and ends their sessions, all or all but one.
    pub async fn set_password(&self, id: UserId, hash: String, ending: Which, now: Timestamp) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "set a password";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            set_password(&mut tx, id, &hash, now).await?;
            revoke_all(&mut tx, id, ending, now).await?;
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// The same password under other parameters, unless it was changed meanwhile.
    pub async fn rehash_password(&self, id: UserId, from: String, to: String) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let done =
                sqlx::query!("update users set password_hash = $3 where id = $1 and password_hash = $2", id as UserId, from, to);
            done.execute(&pool).await.map_err(|error| StoreError::sql("rehash a password", error))?;
            Ok(())
        })
        .await
    }

    /// Notes that a reset was mailed.
    pub async fn put_password_reset(
        &self,
        token: Hash,
        user: UserId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "insert into password_resets (token_hash, user_id, created_at, expires_at) values ($1, $2, $3, $4)",
                token.as_slice(),
                user as UserId,
                now as Timestamp,
                expires_at as Timestamp
            );
            done.execute(&pool).await.map_err(|error| StoreError::sql("put a password reset", error))?;
            Ok(())
        })
        .await
    }

    /// Whose password the token resets, if it is still good.
    pub async fn user_of_reset(&self, token: Hash, now: Timestamp) -> Result<Option<UserId>, StoreError> {
        self.on(async move |pool: PgPool| {
            let found = sqlx::query_scalar!(
                r#"select user_id as "user: UserId"
                   from password_resets r
                   join users u on u.id = r.user_id
                   where token_hash = $1 and used_at is null and expires_at > $2 and u.disabled_at is null and u.erased_at is null"#,
                token.as_slice(),
                now as Timestamp
            );
            found.fetch_optional(&pool).await.map_err(|error| StoreError::sql("find a password reset", error))
        })
        .await
    }

    /// Uses the token up, sets the password, ends every session and every other reset. None when the token is not good (any more).
    pub async fn reset_password(&self, token: Hash, hash: String, now: Timestamp) -> Result<Option<UserId>, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "reset a password";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let used = sqlx::query_scalar!(
                r#"update password_resets
                   set used_at = $2
                   where token_hash = $1 and used_at is null and expires_at > $2
                   returning user_id as "user: UserId""#,
                token.as_slice(),
                now as Timestamp
            );
            let Some(user) = used.fetch_optional(&mut *tx).await.map_err(sql)? else { return Ok(None) };
            let others = sqlx::query!(
                "update password_resets set used_at = $2 where user_id = $1 and used_at is null",
                user as UserId,
                now as Timestamp
            );
            others.execute(&mut *tx).await.map_err(sql)?;
            set_password(&mut tx, user, &hash, now).await?;
            revoke_all(&mut tx, user, Which::All, now).await?;
            tx.commit().await.map_err(sql)?;
            Ok(Some(user))
        })
        .await
    }
}

pub(super) async fn insert_user(tx: &mut PgConnection, new: &NewUserRow) -> Result<(), StoreError> {
    hold_role(tx, &new.role).await?;
    let inserted = sqlx::query!(
        "insert into users (id, email_sealed, email_index, name, role, agent_id, password_hash, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id as UserId,
        new.email_sealed,
        new.email_index.as_slice(),
        new.name,
        new.role,
        new.agent as Option<AgentId>,
        new.password_hash,
        new.created_at as Timestamp
    );
    inserted.execute(&mut *tx).await.map_err(|error| StoreError::sql("create a user", error))?;
    put_territories(tx, new.id, &new.territories).await
}

async fn put_territories(tx: &mut PgConnection, user: UserId, territories: &[TerritoryId]) -> Result<(), StoreError> {
    let sql = |error| StoreError::sql("assign territories", error);
    sqlx::query!("delete from user_territories where user_id = $1", user as UserId).execute(&mut *tx).await.map_err(sql)?;
    let ids: Vec<Uuid> = territories.iter().map(|id| id.0).collect();
    let assigned = sqlx::query!(
        "insert into user_territories (user_id, territory_id) select $1, unnest($2::uuid[]) on conflict do nothing",
        user as UserId,
        &ids
    );
    assigned.execute(&mut *tx).await.map_err(sql)?;
    Ok(())
}

/// Locked in one order, so that whoever would change one of them waits.
async fn active_admins(tx: &mut PgConnection) -> Result<Vec<UserId>, StoreError> {
    let admins = sqlx::query_scalar!(
        r#"select id as "id: UserId"
           from users
           where role = 'admin' and disabled_at is null and erased_at is null
           order by id
           for update"#
    );
    admins.fetch_all(tx).await.map_err(|error| StoreError::sql("find the administrators", error))
}

async fn set_password(tx: &mut PgConnection, id: UserId, hash: &str, now: Timestamp) -> Result<(), StoreError> {
    let done = sqlx::query!(
        "update users set password_hash = $2, password_changed_at = $3 where id = $1",
        id as UserId,
        hash,
        now as Timestamp
    );
    done.execute(tx).await.map_err(|error| StoreError::sql("set a password", error))?;
    Ok(())
}
