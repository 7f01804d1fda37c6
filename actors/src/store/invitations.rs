//! Invitations: a token that was mailed makes a user, once.

use super::sessions::Hash;
use super::users::{NewUserRow, insert_user};
use super::{Store, StoreError};
use salessync_engine::access::Whole;
use salessync_engine::{AgentId, TerritoryId, Timestamp, UserId};
use sqlx::PgPool;
use uuid::Uuid;

/// An invitation as stored.
#[derive(Clone, Debug)]
pub struct InvitationRow {
    pub id: Uuid,
    /// Sealed.
    pub email_sealed: Vec<u8>,
    pub email_index: Vec<u8>,
    pub name: String,
    pub role: String,
    pub territories: Vec<TerritoryId>,
    pub agent: Option<AgentId>,
    pub invited_by: Option<UserId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Store {
    /// Invites; an open invitation of the same address ends.
    pub async fn create_invitation(&self, new: InvitationRow, token: Hash) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "invite";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            super::roles::hold_role(&mut tx, &new.role).await?;
            let old = sqlx::query!(
                "update invitations
                 set revoked_at = $2
                 where email_index = $1 and revoked_at is null",
                new.email_index,
                new.created_at as Timestamp
            );
            old.execute(&mut *tx).await.map_err(sql)?;
            let territories: Vec<Uuid> = new.territories.iter().map(|id| id.0).collect();
            let known = sqlx::query_scalar!(
                r#"select count(*) as "known!" from territories where id = any($1)"#,
                &territories
            );
            if known.fetch_one(&mut *tx).await.map_err(sql)? < new.territories.len() as i64 {
                return Err(StoreError::missing("territories"));
            }
            let inserted = sqlx::query!(
                r#"insert into invitations (id, email_sealed, email_index, name, role, territories, agent_id, token_hash, invited_by,
                                            created_at, expires_at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"#,
                new.id,
                new.email_sealed,
                new.email_index,
                new.name,
                new.role,
                &territories,
                new.agent as Option<AgentId>,
                token.as_slice(),
                new.invited_by as Option<UserId>,
                new.created_at as Timestamp,
                new.expires_at as Timestamp
            );
            inserted.execute(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// Those that may still be accepted at `now`, the newest first.
    pub async fn open_invitations(
        &self,
        _: Whole,
        after: Option<(Timestamp, Uuid)>,
        limit: i64,
        now: Timestamp,
    ) -> Result<Vec<InvitationRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let (at, id) = after.unzip();
            let rows = sqlx::query_as!(
                InvitationRow,
                r#"select id, email_sealed, email_index, name, role, territories as "territories: Vec<TerritoryId>",
                          agent_id as "agent: AgentId", invited_by as "invited_by: UserId", created_at as "created_at: Timestamp",
                          expires_at as "expires_at: Timestamp"
                   from invitations
                   where revoked_at is null and expires_at > $4
                     and ($1::timestamptz is null or (created_at, id) < ($1, $2::uuid))
                   order by created_at desc, id desc
                   limit $3"#,
                at as Option<Timestamp>,
                id,
                limit,
                now as Timestamp
            );
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("list invitations", error))
        })
        .await
    }

    /// The invitation a token stands for, if it may still be accepted.
    pub async fn invitation_by_token(&self, token: Hash, now: Timestamp) -> Result<Option<InvitationRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query_as!(
                InvitationRow,
                r#"select id, email_sealed, email_index, name, role, territories as "territories: Vec<TerritoryId>",
                          agent_id as "agent: AgentId", invited_by as "invited_by: UserId", created_at as "created_at: Timestamp",
                          expires_at as "expires_at: Timestamp"
                   from invitations
                   where token_hash = $1 and revoked_at is null and expires_at > $2"#,
                token.as_slice(),
                now as Timestamp
            );
            row.fetch_optional(&pool).await.map_err(|error| StoreError::sql("find an invitation", error))
        })
        .await
    }

    /// Makes the user in place of the invitation, both or neither; False when it may not be accepted (any more).
    pub async fn accept_invitation(&self, id: Uuid, user: NewUserRow) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "accept an invitation";
            let sql = |error| StoreError::sql(WHAT, error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let accepted = sqlx::query!(
                "delete from invitations
                 where id = $1 and revoked_at is null and expires_at > $2",
                id,
                user.created_at as Timestamp
            );
            if accepted.execute(&mut *tx).await.map_err(sql)?.rows_affected() == 0 {
                return Ok(false);
            }
            insert_user(&mut tx, &user).await?;
            tx.commit().await.map_err(sql)?;
            Ok(true)
        })
        .await
    }

    /// False when there is no such open invitation.
    pub async fn revoke_invitation(&self, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done =
                sqlx::query!("update invitations set revoked_at = $2 where id = $1 and revoked_at is null", id, now as Timestamp);
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("revoke an invitation", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }
}
