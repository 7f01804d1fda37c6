//! Visits as they are read: one, lists, an agent's day, the history of one.

use super::super::{Store, StoreError};
use super::feed::event_of;
use super::plans::is_covered;
use super::rows::{self, stored};
use chrono::NaiveDate;
use salessync_engine::access::Scope;
use salessync_engine::customer::Customer;
use salessync_engine::visit::{Arrival, Verification, VerificationStatus, Visit, VisitEvent, VisitKind, VisitStatus};
use salessync_engine::{AgentId, BeatId, CustomerId, TerritoryId, Timestamp, VisitId};
use sqlx::PgPool;
use sqlx::types::Json;
use std::collections::HashSet;
use uuid::Uuid;

/// Which visits a list is about; all by default.
#[derive(Clone, Debug, Default)]
pub struct VisitFilter {
    /// Assigned to, or done by.
    pub agent: Option<AgentId>,
    pub is_unassigned: Option<bool>,
    pub customer: Option<CustomerId>,
    pub territory: Option<Option<TerritoryId>>,
    pub statuses: Vec<VisitStatus>,
    pub kinds: Vec<VisitKind>,
    pub verification: Option<VerificationStatus>,
    pub flag: Option<String>,
    pub beat: Option<BeatId>,
    /// The dates they belong to, both included.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// A page of them, by when they are planned for.
#[derive(Clone, Debug)]
pub struct VisitQuery {
    pub filter: VisitFilter,
    pub after: Option<(Timestamp, i32, VisitId)>,
    pub limit: i64,
}

/// The proof of a visit, as it is and as it was.
#[derive(Clone, PartialEq, Debug)]
pub struct Proofs {
    pub arrival: Option<Arrival>,
    pub current: Option<Verification>,
    /// Newest first: revision, when, what.
    pub history: Vec<(i64, Timestamp, Verification)>,
}

impl Store {
    pub async fn visit(&self, scope: &Scope, id: VisitId) -> Result<Option<Visit>, StoreError> {
        Ok(self.visits_within(scope, vec![id]).await?.pop())
    }

    /// A visit that may be told of: one of the scope, or one that is or was this agent's.
    pub async fn reportable_visit(&self, scope: &Scope, own: Option<AgentId>, id: VisitId) -> Result<Option<Visit>, StoreError> {
        let scope = scope.clone();
        self.on_desk(async move |pool: PgPool| {
            let mut connection = pool.acquire().await.map_err(|error| StoreError::sql("find a visit", error))?;
            let Some(stored) = stored(&mut connection, &[id.0]).await?.pop() else { return Ok(None) };
            let is_theirs = own.is_some_and(|agent| stored.visit.is_or_was_of(agent));
            let may = is_theirs || is_covered(&mut connection, &scope, &stored.visit).await?;
            Ok(may.then_some(stored.visit))
        })
        .await
    }

    /// Those of the ids that the scope covers, in the order given.
    pub async fn visits_within(&self, scope: &Scope, ids: Vec<VisitId>) -> Result<Vec<Visit>, StoreError> {
        let scope = scope.condition();
        self.on_desk(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("find visits", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
            let seen = sqlx::query_scalar!(
                r#"select v.id from visits v
                   where v.id = any($1)
                     and ($2 or v.territory_id = any($4) or v.doer = any($3) or v.agent_id = any($3)
                          or exists (select 1 from agents a where a.id = v.doer and a.territory_id = any($4)))"#,
                &ids,
                scope.all,
                &scope.agents,
                &scope.territories
            );
            let seen = seen.fetch_all(&mut *connection).await.map_err(sql)?;
            let seen: HashSet<Uuid> = seen.into_iter().collect();
            let ids: Vec<Uuid> = ids.into_iter().filter(|id| seen.contains(id)).collect();
            Ok(rows::stored(&mut connection, &ids).await?.into_iter().map(|stored| stored.visit).collect())
        })
        .await
    }

    /// Visits of a scope by when they are planned for, then place in their beat, then id.
    pub async fn visits(&self, scope: &Scope, query: VisitQuery) -> Result<Vec<Visit>, StoreError> {
        let scope = scope.condition();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("list visits", error);
            let VisitQuery { filter, after, limit } = query;
            let mut connection = pool.acquire().await.map_err(sql)?;
            let (territory, is_without) = match filter.territory {
                None => (None, false),
                Some(territory) => (territory, territory.is_none()),
            };
            let statuses: Vec<String> = filter.statuses.iter().map(|status| status.name().to_owned()).collect();
            let kinds: Vec<String> = filter.kinds.iter().map(|kind| kind.name().to_owned()).collect();
            let (after_at, after_position, after_id) = match after {
                Some((at, position, id)) => (Some(at), Some(position), Some(id.0)),
                None => (None, None, None),
            };
            let ids = sqlx::query_scalar!(
                r#"select v.id from visits v
                   where ($1 or v.territory_id = any($3) or v.doer = any($2) or v.agent_id = any($2)
                          or exists (select 1 from agents a where a.id = v.doer and a.territory_id = any($3)))
                     and ($4::uuid is null or v.doer = $4 or v.agent_id = $4)
                     and ($5::boolean is null or (v.agent_id is null) = $5)
                     and ($6::uuid is null or v.customer_id = $6)
                     and ($7::uuid is null or v.territory_id = $7)
                     and (not $8::boolean or v.territory_id is null)
                     and (cardinality($9::text[]) = 0 or v.status = any($9))
                     and (cardinality($10::text[]) = 0 or v.kind = any($10))
                     and ($11::text is null or v.verification = $11)
                     and ($12::text is null or $12 = any(v.flags))
                     and ($13::uuid is null or v.beat_id = $13)
                     and ($14::date is null or v.date >= $14)
                     and ($15::date is null or v.date <= $15)
                     and ($16::timestamptz is null or (v.starts_at, v.position, v.id) > ($16, $17::integer, $18::uuid))
                   order by v.starts_at, v.position, v.id
                   limit $19"#,
                scope.all,
                &scope.agents,
                &scope.territories,
                filter.agent.map(|id| id.0),
                filter.is_unassigned,
                filter.customer.map(|id| id.0),
                territory.map(|id| id.0),
                is_without,
                &statuses,
                &kinds,
                filter.verification.map(VerificationStatus::name),
                filter.flag,
                filter.beat.map(|id| id.0),
                filter.from,
                filter.to,
                after_at as Option<Timestamp>,
                after_position,
                after_id,
                limit
            )
            .fetch_all(&mut *connection)
            .await
            .map_err(sql)?;
            Ok(rows::stored(&mut connection, &ids).await?.into_iter().map(|stored| stored.visit).collect())
        })
        .await
    }

    /// A customer for whoever has a visit there, whatever else they see of customers.
    pub async fn customer_to_visit(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.customer_of(id).await
    }

    /// What happened to a visit, oldest first, after `after`.
    pub async fn visit_history(&self, id: VisitId, after: i64, limit: i64) -> Result<Vec<VisitEvent>, StoreError> {
        self.on(async move |pool: PgPool| {
            let seqs = sqlx::query_scalar!(
                "select seq from visit_events where visit_id = $1 and seq > $2 order by seq limit $3",
                id as VisitId,
                after,
                limit
            );
            let seqs = seqs.fetch_all(&pool).await.map_err(|error| StoreError::sql("read what happened to a visit", error))?;
            let mut connection = pool.acquire().await.map_err(|error| StoreError::sql("read what happened to a visit", error))?;
            event_of(&mut connection, &seqs).await
        })
        .await
    }

    /// The proof of a visit.
    pub async fn visit_proofs(&self, id: VisitId) -> Result<Proofs, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read a visit's proof", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let stored = rows::stored(&mut connection, &[id.0]).await?.pop();
            let rows = sqlx::query!(
                r#"select revision, at as "at: Timestamp", proof as "proof: Json<Verification>"
                   from visit_verifications
                   where visit_id = $1
                   order by revision desc
                   limit 100"#,
                id as VisitId
            );
            let rows = rows.fetch_all(&mut *connection).await.map_err(sql)?;
            let (arrival, current) = stored.map_or((None, None), |stored| (stored.arrival, stored.proof));
            Ok(Proofs { arrival, current, history: rows.into_iter().map(|row| (row.revision, row.at, row.proof.0)).collect() })
        })
        .await
    }
}
