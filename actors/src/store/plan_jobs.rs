//! Searches for better plans, as rows: what was asked, how far it has come, what was found. The plan itself is not here.

use super::plans::{key_of, territory_of};
use super::{Store, StoreError};
use salessync_engine::audit::Actor;
use salessync_engine::plan::book::PlanVersion;
use salessync_engine::wire::plan_answers::{JobRequest, PlanJob, PlanJobState, Proposal};
use salessync_engine::{PlanJobId, Timestamp};
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

impl Store {
    pub(crate) async fn create_plan_job(&self, job: PlanJob, by: Actor) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query!(
                r#"insert into plan_jobs (id, territory, state, base, request, actor_kind, actor_id, created_at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8)"#,
                job.id as PlanJobId,
                key_of(job.territory_id),
                job.state.name(),
                job.base.0,
                Json(&job.request) as _,
                by.kind(),
                by.id(),
                job.created_at as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("write a search", error))?;
            Ok(())
        })
        .await
    }

    /// Takes a search from one of these states to the state it is in now. False: it was in none of them.
    pub(crate) async fn step_plan_job(&self, job: PlanJob, from: &'static [PlanJobState]) -> Result<bool, StoreError> {
        let from: Vec<&str> = from.iter().map(|state| state.name()).collect();
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                r#"update plan_jobs
                   set state = $2, started_at = $3, finished_at = $4, result = $5, version = $6, reason = $7
                   where id = $1 and state = any($8)"#,
                job.id as PlanJobId,
                job.state.name(),
                job.started_at as Option<Timestamp>,
                job.finished_at as Option<Timestamp>,
                job.proposal.as_ref().map(Json) as Option<Json<&Proposal>>,
                job.version.map(|version| version.0),
                job.reason,
                &from as &[&str]
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("write how far a search has come", error))?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }

    /// A search, whoever's plan it is of: the caller looks whether the asker may see it.
    pub async fn plan_job(&self, id: PlanJobId) -> Result<Option<PlanJob>, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query_as!(
                Row,
                r#"select id as "id: PlanJobId", territory, state, base, request as "request: Json<JobRequest>",
                          created_at as "created_at: Timestamp", started_at as "started_at: Timestamp",
                          finished_at as "finished_at: Timestamp", result as "result: Json<Proposal>", version, reason
                   from plan_jobs
                   where id = $1"#,
                id as PlanJobId
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("find a search", error))?;
            row.map(Row::job).transpose()
        })
        .await
    }

    /// Searches that a stop of the server has cut off have failed. Returns how many.
    pub(crate) async fn fail_interrupted_plan_jobs(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                r#"update plan_jobs
                   set state = 'failed', finished_at = $1, reason = 'the server stopped'
                   where state in ('queued', 'running')"#,
                now as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("close interrupted searches", error))?;
            Ok(done.rows_affected())
        })
        .await
    }
}

/// A row as it is stored.
struct Row {
    id: PlanJobId,
    territory: Uuid,
    state: String,
    base: i64,
    request: Json<JobRequest>,
    created_at: Timestamp,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    result: Option<Json<Proposal>>,
    version: Option<i64>,
    reason: Option<String>,
}

impl Row {
    fn job(self) -> Result<PlanJob, StoreError> {
        Ok(PlanJob {
            id: self.id,
            territory_id: territory_of(self.territory),
            state: self.state.parse().map_err(|_| StoreError::Damaged { what: "a search" })?,
            base: PlanVersion(self.base),
            request: self.request.0,
            created_at: self.created_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
            proposal: self.result.map(|result| result.0),
            version: self.version.map(PlanVersion),
            reason: self.reason,
        })
    }
}
