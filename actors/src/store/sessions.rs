//! Where people and phones are signed in. A session's refresh tokens are one family: each is used once and followed by the next, and a used
//! one that comes back ends the session.

use super::{Store, StoreError};
use crate::PrincipalId;
use salessync_engine::{AgentId, SessionId, Timestamp, UserId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// SHA-256.
pub type Hash = [u8; 32];

/// A lost answer is asked for again within this time, by the same client.
pub const GRACE_S: i64 = 30;
/// Sessions of one person in a list.
const LISTED_MAX: i64 = 200;
/// What is over is kept for so long: people ask where they were signed in.
const KEPT_S: i64 = 30 * 86_400;

/// Who asked, as far as they told.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub device: Option<String>,
    pub user_agent: Option<String>,
    pub address: Option<String>,
}

/// A session to be opened. Programs have none.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: SessionId,
    pub user: Option<UserId>,
    pub agent: Option<AgentId>,
    pub impersonator: Option<UserId>,
    pub client: Client,
    pub now: Timestamp,
    pub expires_at: Timestamp,
    pub token_ttl_s: i64,
    /// End of the access token signed for it.
    pub token_until: Timestamp,
    /// None: it cannot be refreshed.
    pub refresh: Option<NewRefresh>,
}

/// A refresh token as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct NewRefresh {
    pub id: Uuid,
    pub hash: Hash,
    pub expires_at: Timestamp,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub id: SessionId,
    pub device: Option<String>,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A refresh token that is shown, and what follows it if it is good.
#[derive(Clone, Debug)]
pub struct Shown {
    pub id: Uuid,
    pub hash: Hash,
    /// SHA-256 of the client's name: who may ask again for a lost answer.
    pub by: Hash,
    pub successor: Uuid,
    pub successor_hash: Hash,
    pub client: Client,
    pub now: Timestamp,
    /// A token that is not used for so long ends, unless it was to live longer itself.
    pub idle_s: i64,
    /// Life of a user's access token; a phone's is what it was given at first.
    pub user_token_ttl_s: i64,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Rotation {
    Renewed(Renewed),
    /// A used token came back: its session is over.
    Reused {
        session: SessionId,
        whose: PrincipalId,
    },
    /// Unknown, expired or revoked.
    Refused,
}

/// The next access token to sign. The same for the same refresh token, however often it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Renewed {
    pub session: SessionId,
    pub whose: PrincipalId,
    pub issued_at: Timestamp,
    pub token_ttl_s: i64,
    pub refresh_until: Timestamp,
}

/// Which of a person's sessions end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    All,
    AllBut(SessionId),
}

impl Store {
    /// Opens sessions, all or none. `kid` names the key that signs for them, if one of ours does.
    pub async fn open_sessions(&self, new: Vec<NewSession>, kid: Option<String>) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "open sessions";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            insert_sessions(&mut tx, &new).await?;
            if let (Some(kid), Some(until)) = (kid, new.iter().map(|session| session.token_until).max()) {
                signs_until(&mut tx, &kid, until).await?;
            }
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// Takes a refresh token and puts its successor in its place, in one transaction.
    pub async fn rotate_refresh(&self, shown: Shown, kid: Option<String>) -> Result<Rotation, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "take a refresh token";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let row = sqlx::query!(
                r#"select t.hash, t.expires_at as "expires_at: Timestamp", t.used_at as "used_at: Timestamp", t.used_by,
                          s.id as "session: SessionId", s.user_id as "user: UserId", s.agent_id as "agent: AgentId", s.token_ttl_s,
                          s.expires_at as "session_expires_at: Timestamp", s.revoked_at as "revoked_at: Timestamp"
                   from refresh_tokens t
                   join sessions s on s.id = t.session_id
                   where t.id = $1
                   for update"#,
                shown.id
            );
            let Some(row) = row.fetch_optional(&mut *tx).await.map_err(sql)? else { return Ok(Rotation::Refused) };
            let now = shown.now;
            let is_over = row.revoked_at.is_some() || row.session_expires_at <= now || row.expires_at <= now;
            if is_over || aws_lc_rs::constant_time::verify_slices_are_equal(&row.hash, &shown.hash).is_err() {
                return Ok(Rotation::Refused);
            }
            let (whose, token_ttl_s) = match (row.user, row.agent) {
                (Some(user), _) => (PrincipalId::User(user), shown.user_token_ttl_s),
                (None, Some(agent)) => (PrincipalId::Agent(agent), row.token_ttl_s),
                (None, None) => return Err(StoreError::Damaged { what: "a session" }),
            };
            let idle_s = shown.idle_s.saturating_add(if row.agent.is_some() { token_ttl_s } else { 0 });
            let until = |issued_at: Timestamp| issued_at.plus_s(idle_s).min(row.session_expires_at);
            let renewed = |issued_at| Renewed { session: row.session, whose, issued_at, token_ttl_s, refresh_until: until(issued_at) };
            if let Some(used_at) = row.used_at {
                let is_lost_answer = used_at.plus_s(GRACE_S) > now && row.used_by.as_deref() == Some(shown.by.as_slice());
                if is_lost_answer {
                    return Ok(Rotation::Renewed(renewed(used_at)));
                }
                revoke(&mut tx, row.session, now).await?;
                tx.commit().await.map_err(sql)?;
                return Ok(Rotation::Reused { session: row.session, whose });
            }
            let token_until = now.plus_s(token_ttl_s);
            let used = sqlx::query!(
                "update refresh_tokens
                 set used_at = $2, used_by = $3
                 where id = $1",
                shown.id,
                now as Timestamp,
                shown.by.as_slice()
            );
            used.execute(&mut *tx).await.map_err(sql)?;
            let next = NewRefresh { id: shown.successor, hash: shown.successor_hash, expires_at: until(now) };
            insert_refresh(&mut tx, row.session, next, now).await?;
            let touched = sqlx::query!(
                "update sessions
                 set last_used_at = $2, user_agent = coalesce($3, user_agent), address = coalesce($4, address),
                     tokens_until = greatest(tokens_until, $5)
                 where id = $1",
                row.session as SessionId,
                now as Timestamp,
                shown.client.user_agent,
                shown.client.address,
                token_until as Timestamp
            );
            touched.execute(&mut *tx).await.map_err(sql)?;
            if let Some(kid) = kid {
                signs_until(&mut tx, &kid, token_until).await?;
            }
            tx.commit().await.map_err(sql)?;
            Ok(Rotation::Renewed(renewed(now)))
        })
        .await
    }

    /// The session a refresh token belongs to, whether it is still good or not.
    pub async fn session_of_refresh(&self, id: Uuid, hash: Hash) -> Result<Option<SessionId>, StoreError> {
        self.on(async move |pool: PgPool| {
            let found = sqlx::query_scalar!(
                r#"select session_id as "session: SessionId"
                   from refresh_tokens
                   where id = $1 and hash = $2"#,
                id,
                hash.as_slice()
            );
            found.fetch_optional(&pool).await.map_err(|error| StoreError::sql("find a refresh token", error))
        })
        .await
    }

    /// Where somebody is signed in at `now`, what was used last first. Not where somebody else acts as them.
    pub async fn sessions_of(&self, user: UserId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                SessionRow,
                r#"select id as "id: SessionId", device, user_agent, address, created_at as "created_at: Timestamp",
                          last_used_at as "last_used_at: Timestamp", expires_at as "expires_at: Timestamp"
                   from sessions
                   where user_id = $1 and revoked_at is null and expires_at > $2 and impersonator_id is null
                   order by last_used_at desc, id desc
                   limit $3"#,
                user as UserId,
                now as Timestamp,
                LISTED_MAX
            );
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("list sessions", error))
        })
        .await
    }

    /// Ends one session; False when it is not this person's, or is over.
    pub async fn revoke_session_of(&self, user: UserId, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "update sessions
                 set revoked_at = $3
                 where id = $2 and user_id = $1 and revoked_at is null and expires_at > $3",
                user as UserId,
                id as SessionId,
                now as Timestamp
            );
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("revoke a session", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Ends a session, whoever's it is.
    pub async fn revoke_session(&self, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let mut connection = pool.acquire().await.map_err(|error| StoreError::sql("revoke a session", error))?;
            revoke(&mut connection, id, now).await
        })
        .await
    }

    /// Ends a person's sessions; returns how many there were.
    pub async fn revoke_sessions_of(&self, user: UserId, which: Which, now: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let mut connection = pool.acquire().await.map_err(|error| StoreError::sql("revoke sessions", error))?;
            revoke_all(&mut connection, user, which, now).await
        })
        .await
    }

    /// Ends every session of an agent's phones.
    pub async fn revoke_sessions_of_agent(&self, agent: AgentId, now: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "update sessions
                 set revoked_at = $2
                 where agent_id = $1 and revoked_at is null and tokens_until > $2",
                agent as AgentId,
                now as Timestamp
            );
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("revoke an agent's sessions", error))?;
            Ok(done.rows_affected())
        })
        .await
    }

    /// Deletes what has been over for long, invitations and resets too; returns how many sessions.
    pub async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "sweep sessions";
            let sql = |error| StoreError::sql(WHAT, error);
            let before = now.plus_s(-KEPT_S);
            let tokens = sqlx::query!("delete from refresh_tokens where expires_at < $1", now.plus_s(-GRACE_S) as Timestamp);
            tokens.execute(&pool).await.map_err(sql)?;
            let resets = sqlx::query!("delete from password_resets where expires_at < $1", before as Timestamp);
            resets.execute(&pool).await.map_err(sql)?;
            let invitations =
                sqlx::query!("delete from invitations where expires_at < $1 or revoked_at < $1", before as Timestamp);
            invitations.execute(&pool).await.map_err(sql)?;
            let sessions = sqlx::query!(
                "delete from sessions where expires_at < $1 and tokens_until < $1 or revoked_at < $1 and tokens_until < $1",
                before as Timestamp
            );
            Ok(sessions.execute(&pool).await.map_err(sql)?.rows_affected())
        })
        .await
    }
}

async fn insert_sessions(tx: &mut PgConnection, new: &[NewSession]) -> Result<(), StoreError> {
    for session in new {
        let inserted = sqlx::query!(
            r#"insert into sessions (id, user_id, agent_id, impersonator_id, device, user_agent, address, created_at, last_used_at,
                                     expires_at, token_ttl_s, tokens_until)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11)"#,
            session.id as SessionId,
            session.user as Option<UserId>,
            session.agent as Option<AgentId>,
            session.impersonator as Option<UserId>,
            session.client.device,
            session.client.user_agent,
            session.client.address,
            session.now as Timestamp,
            session.expires_at as Timestamp,
            session.token_ttl_s,
            session.token_until as Timestamp
        );
        inserted.execute(&mut *tx).await.map_err(|error| StoreError::sql("open a session", error))?;
        if let Some(refresh) = session.refresh {
            insert_refresh(tx, session.id, refresh, session.now).await?;
        }
    }
    Ok(())
}

async fn insert_refresh(tx: &mut PgConnection, session: SessionId, new: NewRefresh, now: Timestamp) -> Result<(), StoreError> {
    let inserted = sqlx::query!(
        "insert into refresh_tokens (id, session_id, hash, issued_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        new.id,
        session as SessionId,
        new.hash.as_slice(),
        now as Timestamp,
        new.expires_at as Timestamp
    );
    inserted.execute(tx).await.map_err(|error| StoreError::sql("store a refresh token", error))?;
    Ok(())
}

/// Rounded up to the next hour, so that most tokens write nothing.
async fn signs_until(tx: &mut PgConnection, kid: &str, until: Timestamp) -> Result<(), StoreError> {
    let raised = sqlx::query!(
        "update signing_keys
         set signed_until = $2
         where kid = $1 and signed_until < $3",
        kid,
        until.plus_s(3_600) as Timestamp,
        until as Timestamp
    );
    raised.execute(tx).await.map_err(|error| StoreError::sql("note what a key signed", error))?;
    Ok(())
}

async fn revoke(tx: &mut PgConnection, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let done = sqlx::query!(
        "update sessions
         set revoked_at = $2
         where id = $1 and revoked_at is null",
        id as SessionId,
        now as Timestamp
    );
    done.execute(tx).await.map_err(|error| StoreError::sql("revoke a session", error))?;
    Ok(())
}

/// Ends a person's sessions, and those of others who act as them.
pub(super) async fn revoke_all(tx: &mut PgConnection, user: UserId, which: Which, now: Timestamp) -> Result<u64, StoreError> {
    let but = match which {
        Which::All => None,
        Which::AllBut(session) => Some(session),
    };
    let done = sqlx::query!(
        "update sessions
         set revoked_at = $3
         where user_id = $1 and revoked_at is null and greatest(expires_at, tokens_until) > $3 and id is distinct from $2",
        user as UserId,
        but as Option<SessionId>,
        now as Timestamp
    );
    let done = done.execute(tx).await.map_err(|error| StoreError::sql("revoke sessions", error))?;
    Ok(done.rows_affected())
}
