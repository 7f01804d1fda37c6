//! Profiles of agents.

use super::{Store, StoreError};
use salessync_engine::access::{InScope, Scope};
use salessync_engine::agent::Agent;
use salessync_engine::{AgentId, TerritoryId, Timestamp};
use sqlx::PgPool;

impl Store {
    /// Every agent's id and territory: what the directory needs to know at start.
    pub async fn agent_places(&self) -> Result<Vec<(AgentId, Option<TerritoryId>)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select id as "id: AgentId", territory_id as "territory_id: TerritoryId" from agents where erased_at is null"#
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list the agents' places", error))?;
            Ok(rows.into_iter().map(|row| (row.id, row.territory_id)).collect())
        })
        .await
    }

    pub async fn agent(&self, id: InScope<AgentId>) -> Result<Option<Agent>, StoreError> {
        let id = id.id();
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                Agent,
                r#"select id as "id: AgentId", name, territory_id as "territory_id: TerritoryId",
                          created_at as "created_at: Timestamp"
                   from agents
                   where id = $1 and erased_at is null"#,
                id as AgentId
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("find an agent", error))
        })
        .await
    }

    /// Agents of a scope by name, then id, after `after`; `q` is looked for in the name whatever the case.
    pub async fn agents(
        &self,
        scope: &Scope,
        filter: AgentFilter,
        after: Option<(String, AgentId)>,
        limit: i64,
    ) -> Result<Vec<Agent>, StoreError> {
        let pattern = filter.name.map(|text| format!("%{}%", escape_like(&text)));
        let (after_name, after_id) = after.unzip();
        let scope = scope.condition();
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                Agent,
                r#"select id as "id: AgentId", name, territory_id as "territory_id: TerritoryId",
                          created_at as "created_at: Timestamp"
                   from agents
                   where erased_at is null
                     and ($1::text is null or name ilike $1)
                     and ($2::boolean is null or (territory_id is null) = $2)
                     and ($3::uuid is null or territory_id = $3)
                     and ($4::text is null or (name, id) > ($4, $5))
                     and ($7 or id = any($8) or territory_id = any($9))
                   order by name, id
                   limit $6"#,
                pattern,
                filter.without_territory.then_some(true),
                filter.territory as Option<TerritoryId>,
                after_name,
                after_id as Option<AgentId>,
                limit,
                scope.all,
                &scope.agents,
                &scope.territories
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list agents", error))
        })
        .await
    }

    /// Creates agents; ids that exist already stay as they are. Returns how many are new.
    pub(crate) async fn create_agents(&self, new: Vec<Agent>) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let ids: Vec<_> = new.iter().map(|agent| agent.id.0).collect();
            let territories: Vec<_> = new.iter().map(|agent| agent.territory_id.map(|id| id.0)).collect();
            let created: Vec<_> = new.iter().map(|agent| agent.created_at).collect();
            let names: Vec<_> = new.into_iter().map(|agent| agent.name).collect();
            let done = sqlx::query!(
                r#"insert into agents (id, name, territory_id, created_at)
                   select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[])
                   on conflict (id) do nothing"#,
                &ids,
                &names,
                &territories as &[Option<uuid::Uuid>],
                &created as &[Timestamp]
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("create agents", error))?;
            Ok(done.rows_affected())
        })
        .await
    }

    /// Writes name and territory; None when there is no such agent.
    pub(crate) async fn update_agent(&self, agent: Agent) -> Result<Option<Agent>, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                Agent,
                r#"update agents
                   set name = $2, territory_id = $3
                   where id = $1 and erased_at is null
                   returning id as "id: AgentId", name, territory_id as "territory_id: TerritoryId",
                             created_at as "created_at: Timestamp""#,
                agent.id as AgentId,
                agent.name,
                agent.territory_id as Option<TerritoryId>
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("update an agent", error))
        })
        .await
    }

    /// Names of the agents given, in no order.
    pub async fn agent_names(&self, ids: Vec<InScope<AgentId>>) -> Result<Vec<(AgentId, String)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let ids: Vec<_> = ids.into_iter().map(|id| id.id().0).collect();
            let rows = sqlx::query!(r#"select id as "id: AgentId", name from agents where id = any($1)"#, &ids)
                .fetch_all(&pool)
                .await
                .map_err(|error| StoreError::sql("look up agents' names", error))?;
            Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
        })
        .await
    }
}

/// Which agents a list is about; everything by default.
#[derive(Clone, Debug, Default)]
pub struct AgentFilter {
    pub name: Option<String>,
    pub territory: Option<TerritoryId>,
    pub without_territory: bool,
}

/// Takes the meaning from `%`, `_` and `\` in a text that is looked for.
pub(super) fn escape_like(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
