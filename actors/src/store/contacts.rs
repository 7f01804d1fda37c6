//! How agents are reached, as stored: sealed, with blind indexes to be found by. Sealing and opening is `crate::contacts`.

use super::{Store, StoreError};
use salessync_engine::agent::Agent;
use salessync_engine::{AgentId, TerritoryId, Timestamp};
use sqlx::PgPool;

/// A row. Both parts of an address are there, or neither.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SealedContacts {
    pub phone_sealed: Option<Vec<u8>>,
    pub phone_index: Option<Vec<u8>>,
    pub email_sealed: Option<Vec<u8>>,
    pub email_index: Option<Vec<u8>>,
    pub updated_at: Timestamp,
}

/// What agents are looked up by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContactKind {
    Phone,
    Email,
}

/// Agents found by one address: a family or a depot may share a phone.
const FOUND_MAX: i64 = 100;

impl Store {
    pub(crate) async fn sealed_contacts(&self, agent: AgentId) -> Result<Option<SealedContacts>, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                SealedContacts,
                r#"select phone_sealed, phone_index, email_sealed, email_index, updated_at as "updated_at: Timestamp"
                   from agent_contacts
                   where agent_id = $1"#,
                agent as AgentId
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("read an agent's contacts", error))
        })
        .await
    }

    /// Replaces what is known. False when there is no such agent (any more).
    pub(crate) async fn put_sealed_contacts(&self, agent: AgentId, contacts: SealedContacts) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            // The agent's row is held meanwhile: an erasure comes before or after, never in between.
            let done = sqlx::query!(
                r#"insert into agent_contacts (agent_id, phone_sealed, phone_index, email_sealed, email_index, updated_at)
                   select id, $2, $3, $4, $5, $6
                   from agents
                   where id = $1 and erased_at is null
                   for share
                   on conflict (agent_id) do update
                   set phone_sealed = excluded.phone_sealed, phone_index = excluded.phone_index, email_sealed = excluded.email_sealed,
                       email_index = excluded.email_index, updated_at = excluded.updated_at"#,
                agent as AgentId,
                contacts.phone_sealed,
                contacts.phone_index,
                contacts.email_sealed,
                contacts.email_index,
                contacts.updated_at as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("write an agent's contacts", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// Agents with that blind index, by name.
    pub(crate) async fn agents_by_contact(&self, kind: ContactKind, index: [u8; 32]) -> Result<Vec<Agent>, StoreError> {
        let (phone, email) = match kind {
            ContactKind::Phone => (Some(index.to_vec()), None),
            ContactKind::Email => (None, Some(index.to_vec())),
        };
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                Agent,
                r#"select a.id as "id: AgentId", a.name, a.territory_id as "territory_id: TerritoryId",
                          a.created_at as "created_at: Timestamp"
                   from agent_contacts c
                   join agents a on a.id = c.agent_id
                   where (c.phone_index = $1 or c.email_index = $2) and a.erased_at is null
                   order by a.name, a.id
                   limit $3"#,
                phone,
                email,
                FOUND_MAX
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("find agents by their contacts", error))
        })
        .await
    }
}
