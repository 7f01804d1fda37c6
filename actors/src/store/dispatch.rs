//! Dispatch jobs and offers: rows as `engine::dispatch` has folded them, and every step beside. Written in the transaction of whatever else
//! the step means: an accepted offer and its place in the plan are one.

use super::plans::{key_of, territory_of};
use super::{Store, StoreError};
use salessync_engine::access::Scope;
use salessync_engine::audit::Actor;
use salessync_engine::dispatch::{Candidate, Job, JobState, Offer, Step, Terms};
use salessync_engine::plan::live::RelaxationKind;
use salessync_engine::{AgentId, JobId, OfferId, TerritoryId, Timestamp, VisitId};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::collections::HashMap;
use uuid::Uuid;

/// A job after some steps, and these.
#[derive(Clone, Debug)]
pub struct JobCommit {
    pub job: Job,
    pub steps: Vec<Step>,
}

/// Which jobs a list is about.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    pub state: Option<JobState>,
    /// Of this territory, or of none.
    pub territory: Option<Option<TerritoryId>>,
    pub visit: Option<VisitId>,
    /// Jobs opened before this one.
    pub before: Option<(Timestamp, JobId)>,
}

impl Store {
    /// Jobs that may still change, of one plan: what its desk begins with.
    pub(crate) async fn open_jobs(&self, territory: Option<TerritoryId>) -> Result<Vec<Job>, StoreError> {
        let key = key_of(territory);
        self.on_desk(async move |pool: PgPool| {
            let mut tx = snapshot(&pool, "read open dispatch jobs").await?;
            let rows = sqlx::query_as!(
                JobRow,
                r#"select id as "id: JobId", visit_id as "visit_id: VisitId", territory, mode, state, timeout_s, at_once,
                          candidates_max, candidates as "candidates: Json<Vec<Candidate>>", agent_id as "agent_id: AgentId", cause,
                          relaxed as "relaxed: Json<RelaxationKind>", opened_at as "opened_at: Timestamp",
                          closed_at as "closed_at: Timestamp", revision
                   from dispatch_jobs
                   where territory = $1 and closed_at is null
                   order by opened_at, id"#,
                key
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(|error| StoreError::sql("read open dispatch jobs", error))?;
            with_offers(&mut tx, rows).await
        })
        .await
    }

    /// Jobs of territories that the scope covers, newest first.
    pub async fn dispatch_jobs(&self, scope: &Scope, filter: JobFilter, limit: i64) -> Result<Vec<Job>, StoreError> {
        let scope = scope.condition();
        self.on(async move |pool: PgPool| {
            let (before_at, before_id) = filter.before.unzip();
            let mut tx = snapshot(&pool, "list dispatch jobs").await?;
            let rows = sqlx::query_as!(
                JobRow,
                r#"select id as "id: JobId", visit_id as "visit_id: VisitId", territory, mode, state, timeout_s, at_once,
                          candidates_max, candidates as "candidates: Json<Vec<Candidate>>", agent_id as "agent_id: AgentId", cause,
                          relaxed as "relaxed: Json<RelaxationKind>", opened_at as "opened_at: Timestamp",
                          closed_at as "closed_at: Timestamp", revision
                   from dispatch_jobs
                   where ($1 or territory = any($2))
                     and ($3::text is null or state = $3)
                     and ($4::uuid is null or territory = $4)
                     and ($5::uuid is null or visit_id = $5)
                     and ($6::timestamptz is null or (opened_at, id) < ($6, $7))
                   order by opened_at desc, id desc
                   limit $8"#,
                scope.all,
                &scope.territories,
                filter.state.map(JobState::name),
                filter.territory.map(key_of),
                filter.visit as Option<VisitId>,
                before_at as Option<Timestamp>,
                before_id as Option<JobId>,
                limit
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(|error| StoreError::sql("list dispatch jobs", error))?;
            with_offers(&mut tx, rows).await
        })
        .await
    }

    /// A job whose territory the scope covers.
    pub async fn dispatch_job(&self, scope: &Scope, id: JobId) -> Result<Option<Job>, StoreError> {
        let job = self.any_job(id).await?;
        Ok(job.filter(|job| scope.covers_territory(job.territory_id)))
    }

    /// A job, for whoever decides about it: nothing is shown of it.
    pub(crate) async fn any_job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.on_desk(async move |pool: PgPool| {
            let mut tx = snapshot(&pool, "find a dispatch job").await?;
            let rows = sqlx::query_as!(
                JobRow,
                r#"select id as "id: JobId", visit_id as "visit_id: VisitId", territory, mode, state, timeout_s, at_once,
                          candidates_max, candidates as "candidates: Json<Vec<Candidate>>", agent_id as "agent_id: AgentId", cause,
                          relaxed as "relaxed: Json<RelaxationKind>", opened_at as "opened_at: Timestamp",
                          closed_at as "closed_at: Timestamp", revision
                   from dispatch_jobs
                   where id = $1"#,
                id as JobId
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(|error| StoreError::sql("find a dispatch job", error))?;
            Ok(with_offers(&mut tx, rows).await?.pop())
        })
        .await
    }

    /// Steps of a job after a revision, in order.
    pub async fn dispatch_steps(&self, job: JobId) -> Result<Vec<Step>, StoreError> {
        self.on_desk(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select at as "at: Timestamp", event as "event: Json<salessync_engine::dispatch::Event>"
                   from dispatch_steps
                   where job_id = $1
                   order by revision"#,
                job as JobId
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read the steps of a dispatch job", error))?;
            Ok(rows.into_iter().map(|row| Step { at: row.at, event: row.event.0 }).collect())
        })
        .await
    }

    /// Jobs in which this agent is being asked.
    pub async fn offers_of(&self, agent: salessync_engine::access::InScope<AgentId>) -> Result<Vec<Job>, StoreError> {
        let agent = agent.id();
        self.on_desk(async move |pool: PgPool| {
            let mut tx = snapshot(&pool, "find an agent's offers").await?;
            let rows = sqlx::query_as!(
                JobRow,
                r#"select j.id as "id: JobId", j.visit_id as "visit_id: VisitId", j.territory, j.mode, j.state, j.timeout_s, j.at_once,
                          j.candidates_max, j.candidates as "candidates: Json<Vec<Candidate>>", j.agent_id as "agent_id: AgentId",
                          j.cause, j.relaxed as "relaxed: Json<RelaxationKind>", j.opened_at as "opened_at: Timestamp",
                          j.closed_at as "closed_at: Timestamp", j.revision
                   from dispatch_jobs j
                   join dispatch_offers o on o.job_id = j.id
                   where o.agent_id = $1 and o.state = 'offered'
                   order by o.expires_at, j.id"#,
                agent as AgentId
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(|error| StoreError::sql("find an agent's offers", error))?;
            with_offers(&mut tx, rows).await
        })
        .await
    }

    /// Where an offer belongs: its job, that job's plan, and who is asked.
    pub async fn offer_place(&self, offer: OfferId) -> Result<Option<(JobId, Option<TerritoryId>, AgentId)>, StoreError> {
        self.on_desk(async move |pool: PgPool| {
            let row = sqlx::query!(
                r#"select j.id as "job: JobId", j.territory, o.agent_id as "agent: AgentId"
                   from dispatch_offers o
                   join dispatch_jobs j on j.id = o.job_id
                   where o.id = $1"#,
                offer as OfferId
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("find an offer", error))?;
            Ok(row.map(|row| (row.job, territory_of(row.territory), row.agent)))
        })
        .await
    }

    /// Plans whose desk has somebody waiting for an answer: these are woken when the server starts, so that time runs out for them too.
    pub(crate) async fn waiting_desks(&self) -> Result<Vec<Option<TerritoryId>>, StoreError> {
        self.on_desk(async move |pool: PgPool| {
            let keys = sqlx::query_scalar!("select distinct territory from dispatch_jobs where closed_at is null")
                .fetch_all(&pool)
                .await
                .map_err(|error| StoreError::sql("find desks with open jobs", error))?;
            Ok(keys.into_iter().map(territory_of).collect())
        })
        .await
    }
}

/// Writes jobs as they are now and the steps that led here.
pub(super) async fn put_jobs(connection: &mut PgConnection, by: Actor, jobs: &[JobCommit]) -> Result<(), StoreError> {
    const WHAT: &str = "write a dispatch job";
    for JobCommit { job, steps } in jobs.iter().filter(|commit| !commit.steps.is_empty()) {
        put_job(connection, job, steps.len(), WHAT).await?;
        put_offers(connection, job, WHAT).await?;
        let first = i64::from(job.revision) - steps.len() as i64 + 1;
        let revisions: Vec<i32> = (first..=i64::from(job.revision)).map(|revision| revision as i32).collect();
        let ats: Vec<Timestamp> = steps.iter().map(|step| step.at).collect();
        let events: Vec<serde_json::Value> =
            steps.iter().map(|step| serde_json::to_value(&step.event).unwrap_or_default()).collect();
        sqlx::query!(
            r#"insert into dispatch_steps (job_id, revision, at, event, actor_kind, actor_id)
               select $1, r.revision, r.at, r.event, $5, $6
               from unnest($2::integer[], $3::timestamptz[], $4::jsonb[]) as r (revision, at, event)"#,
            job.id as JobId,
            &revisions,
            &ats as &[Timestamp],
            &events,
            by.kind(),
            by.id()
        )
        .execute(&mut *connection)
        .await
        .map_err(|error| StoreError::sql(WHAT, error))?;
    }
    Ok(())
}

async fn put_job(connection: &mut PgConnection, job: &Job, steps: usize, what: &'static str) -> Result<(), StoreError> {
    let before = job.revision as i32 - steps as i32;
    let done = sqlx::query!(
        r#"insert into dispatch_jobs (id, visit_id, territory, mode, state, timeout_s, at_once, candidates_max, candidates, agent_id,
                                      cause, opened_at, closed_at, revision, relaxed)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16)
           on conflict (id) do update
           set state = excluded.state, candidates = excluded.candidates, agent_id = excluded.agent_id, cause = excluded.cause,
               closed_at = excluded.closed_at, revision = excluded.revision, relaxed = excluded.relaxed
           where dispatch_jobs.revision = $15"#,
        job.id as JobId,
        job.visit_id as VisitId,
        key_of(job.territory_id),
        job.terms.mode.name(),
        job.state.name(),
        job.terms.timeout_s as i32,
        i16::from(job.terms.at_once),
        job.terms.candidates_max as i16,
        Json(&job.candidates) as _,
        job.agent_id as Option<AgentId>,
        job.cause.map(|cause| cause.name()),
        job.opened_at as Timestamp,
        job.closed_at as Option<Timestamp>,
        job.revision as i32,
        before,
        job.relaxed.as_ref().map(Json) as _
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql(what, error))?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Overtaken { what }) }
}

async fn put_offers(connection: &mut PgConnection, job: &Job, what: &'static str) -> Result<(), StoreError> {
    let offers = &job.offers;
    let each = |of: fn(&Offer) -> Uuid| offers.iter().map(of).collect::<Vec<_>>();
    let (ids, agents) = (each(|offer| offer.id.0), each(|offer| offer.agent_id.0));
    let positions: Vec<i32> = (0..offers.len() as i32).collect();
    let states: Vec<&str> = offers.iter().map(|offer| offer.state.name()).collect();
    let offered: Vec<Timestamp> = offers.iter().map(|offer| offer.offered_at).collect();
    let expires: Vec<Timestamp> = offers.iter().map(|offer| offer.expires_at).collect();
    let answered: Vec<Option<Timestamp>> = offers.iter().map(|offer| offer.answered_at).collect();
    let reasons: Vec<Option<&str>> = offers.iter().map(|offer| offer.reason.as_deref()).collect();
    let causes: Vec<Option<&str>> = offers.iter().map(|offer| offer.cause.map(|cause| cause.name())).collect();
    let arrivals: Vec<Option<Timestamp>> = offers.iter().map(|offer| offer.arrival).collect();
    let detours: Vec<Option<i32>> = offers.iter().map(|offer| offer.detour_s).collect();
    sqlx::query!(
        r#"insert into dispatch_offers (id, job_id, position, agent_id, state, offered_at, expires_at, answered_at, reason, cause,
                                        arrival_at, detour_s)
           select r.id, $1, r.position, r.agent, r.state, r.offered, r.expires, r.answered, r.reason, r.cause, r.arrival, r.detour
           from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
                       $9::text[], $10::text[], $11::timestamptz[], $12::integer[])
                as r (id, position, agent, state, offered, expires, answered, reason, cause, arrival, detour)
           on conflict (id) do update
           set state = excluded.state, answered_at = excluded.answered_at, reason = excluded.reason, cause = excluded.cause
           where dispatch_offers.state = 'offered'"#,
        job.id as JobId,
        &ids,
        &positions,
        &agents,
        &states as &[&str],
        &offered as &[Timestamp],
        &expires as &[Timestamp],
        &answered as &[Option<Timestamp>],
        &reasons as &[Option<&str>],
        &causes as &[Option<&str>],
        &arrivals as &[Option<Timestamp>],
        &detours as &[Option<i32>]
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql(what, error))?;
    Ok(())
}

/// A row as it is stored.
struct JobRow {
    id: JobId,
    visit_id: VisitId,
    territory: Uuid,
    mode: String,
    state: String,
    timeout_s: i32,
    at_once: i16,
    candidates_max: i16,
    candidates: Json<Vec<Candidate>>,
    agent_id: Option<AgentId>,
    cause: Option<String>,
    relaxed: Option<Json<RelaxationKind>>,
    opened_at: Timestamp,
    closed_at: Option<Timestamp>,
    revision: i32,
}

impl JobRow {
    fn job(self, offers: Vec<Offer>) -> Option<Job> {
        Some(Job {
            id: self.id,
            visit_id: self.visit_id,
            territory_id: territory_of(self.territory),
            terms: Terms {
                mode: self.mode.parse().ok()?,
                timeout_s: self.timeout_s.try_into().ok()?,
                at_once: self.at_once.try_into().ok()?,
                candidates_max: self.candidates_max.try_into().ok()?,
            },
            state: self.state.parse().ok()?,
            candidates: self.candidates.0,
            offers,
            agent_id: self.agent_id,
            cause: self.cause.map(|cause| cause.parse()).transpose().ok()?,
            relaxed: self.relaxed.map(|relaxed| relaxed.0),
            opened_at: self.opened_at,
            closed_at: self.closed_at,
            revision: self.revision.try_into().ok()?,
        })
    }
}

/// A job lies in two tables: both are read as they were at one moment.
async fn snapshot(pool: &PgPool, what: &'static str) -> Result<Transaction<'static, Postgres>, StoreError> {
    let begun = pool.begin_with("begin isolation level repeatable read read only").await;
    begun.map_err(|error| StoreError::sql(what, error))
}

/// Brings jobs and their offers together, in the order of the rows.
async fn with_offers(connection: &mut PgConnection, rows: Vec<JobRow>) -> Result<Vec<Job>, StoreError> {
    const DAMAGED: StoreError = StoreError::Damaged { what: "a dispatch job" };
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let offers = sqlx::query!(
        r#"select id as "id: OfferId", job_id as "job: JobId", agent_id as "agent: AgentId", state,
                  offered_at as "offered_at: Timestamp", expires_at as "expires_at: Timestamp",
                  answered_at as "answered_at: Timestamp", reason, cause, arrival_at as "arrival: Timestamp", detour_s
           from dispatch_offers
           where job_id = any($1)
           order by job_id, position"#,
        &ids
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read dispatch offers", error))?;
    let mut by_job: HashMap<JobId, Vec<Offer>> = HashMap::new();
    for row in offers {
        by_job.entry(row.job).or_default().push(Offer {
            id: row.id,
            agent_id: row.agent,
            state: row.state.parse().map_err(|_| DAMAGED)?,
            offered_at: row.offered_at,
            expires_at: row.expires_at,
            answered_at: row.answered_at,
            reason: row.reason,
            cause: row.cause.map(|cause| cause.parse()).transpose().map_err(|_| DAMAGED)?,
            arrival: row.arrival,
            detour_s: row.detour_s,
        });
    }
    rows.into_iter()
        .map(|row| {
            let offers = by_job.remove(&row.id).unwrap_or_default();
            row.job(offers).ok_or(DAMAGED)
        })
        .collect()
}
