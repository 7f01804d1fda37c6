//! How agents work: a document for each, and the skills in it.

use super::{Store, StoreError};
use chrono::NaiveDate;
use salessync_engine::access::InScope;
use salessync_engine::work::{AgentWork, Work};
use salessync_engine::{AgentId, Timestamp};
use sqlx::PgPool;
use sqlx::types::Json;

/// What became of the wish to write how an agent works.
#[derive(Clone, PartialEq, Debug)]
pub enum WorkWritten {
    /// The version before (0: none), and what is in force now.
    Done { before: i64, now: AgentWork },
    /// It was said so already.
    Same(AgentWork),
    /// Another version is in force.
    Overtaken { current: i64 },
    /// There is no such agent.
    Gone,
}

impl Store {
    /// How an agent works; version 0 and nothing where nothing was ever said.
    pub async fn agent_work(&self, agent: InScope<AgentId>) -> Result<AgentWork, StoreError> {
        let id = agent.id();
        let found = self.agent_works(vec![agent]).await?.pop();
        Ok(found.unwrap_or(AgentWork { agent_id: id, version: 0, work: Work::default() }))
    }

    /// The same of many, in no order; those of whom nothing was ever said are left out.
    pub async fn agent_works(&self, agents: Vec<InScope<AgentId>>) -> Result<Vec<AgentWork>, StoreError> {
        self.on(async move |pool: PgPool| {
            let ids: Vec<_> = agents.into_iter().map(|agent| agent.id().0).collect();
            let rows = sqlx::query!(
                r#"select agent_id as "agent_id: AgentId", version, work from agent_work where agent_id = any($1)"#,
                &ids
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("read how agents work", error))?;
            let read = rows.into_iter().map(|row| {
                let work = serde_json::from_value(row.work).map_err(|_| StoreError::Damaged { what: "agent_work" })?;
                Ok(AgentWork { agent_id: row.agent_id, version: row.version, work })
            });
            read.collect()
        })
        .await
    }

    /// How agents work of whom an absence is said, everywhere.
    pub(crate) async fn works_with_absences(&self) -> Result<Vec<(AgentId, Work)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select agent_id as "agent_id: AgentId", work as "work: Json<Work>" from agent_work
                   where jsonb_array_length(coalesce(work -> 'absences', '[]')) > 0"#
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("read agents' absences", error))?;
            Ok(rows.into_iter().map(|row| (row.agent_id, row.work.0)).collect())
        })
        .await
    }

    /// Says how an agent works, where `expected` (any, when None) is the version in force.
    pub async fn put_agent_work(
        &self,
        agent: InScope<AgentId>,
        work: Work,
        expected: Option<i64>,
        now: Timestamp,
    ) -> Result<WorkWritten, StoreError> {
        let id = agent.id();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("write how an agent works", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            // The agent's row is held meanwhile: an erasure comes before or after, never in between.
            let there = sqlx::query_scalar!(
                "select 1 as one from agents where id = $1 and erased_at is null for no key update",
                id as AgentId
            );
            if there.fetch_optional(&mut *tx).await.map_err(sql)?.is_none() {
                return Ok(WorkWritten::Gone);
            }
            let before = sqlx::query!("select version, work from agent_work where agent_id = $1", id as AgentId);
            let before = before.fetch_optional(&mut *tx).await.map_err(sql)?;
            let version = before.as_ref().map_or(0, |row| row.version);
            let same = before.and_then(|row| serde_json::from_value::<Work>(row.work).ok()).is_some_and(|before| before == work);
            if same {
                return Ok(WorkWritten::Same(AgentWork { agent_id: id, version, work }));
            }
            if expected.is_some_and(|expected| expected != version) {
                return Ok(WorkWritten::Overtaken { current: version });
            }
            sqlx::query!(
                r#"insert into agent_work (agent_id, version, work, updated_at) values ($1, $2, $3, $4)
                   on conflict (agent_id) do update
                   set version = excluded.version, work = excluded.work, updated_at = excluded.updated_at"#,
                id as AgentId,
                version + 1,
                Json(&work) as _,
                now as Timestamp
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            sqlx::query!("delete from agent_skills where agent_id = $1", id as AgentId).execute(&mut *tx).await.map_err(sql)?;
            let codes: Vec<_> = work.skills.iter().map(|skill| skill.code.clone()).collect();
            let expiries: Vec<_> = work.skills.iter().map(|skill| skill.expires_on).collect();
            sqlx::query!(
                "insert into agent_skills (agent_id, skill, expires_on) select $1, * from unnest($2::text[], $3::date[])",
                id as AgentId,
                &codes,
                &expiries as &[Option<NaiveDate>]
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(WorkWritten::Done { before: version, now: AgentWork { agent_id: id, version: version + 1, work } })
        })
        .await
    }
}
