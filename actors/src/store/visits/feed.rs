//! The feed of what happens to visits, in the order of commits.

use super::super::{Store, StoreError};
use super::rows::{named, stored};
use salessync_engine::access::Scope;
use salessync_engine::visit::report::{Author, AuthorKind};
use salessync_engine::visit::{EventBody, Left, Visit, VisitChange, VisitEvent, VisitStatus};
use salessync_engine::{AgentId, TerritoryId, Timestamp, VisitEventId, VisitId};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A change with what decides who is told of it.
#[derive(Clone, PartialEq, Debug)]
pub struct TracedChange {
    pub event: VisitEvent,
    pub visit: Visit,
    /// Where whoever is to do it, or has done it, works.
    works_in: Vec<(AgentId, Option<TerritoryId>)>,
    /// What this change took it away from, and where that agent works.
    left: Left,
    left_works_in: Option<Option<TerritoryId>>,
}

impl TracedChange {
    pub fn seq(&self) -> i64 {
        self.event.seq
    }

    /// The territories whose visit it is, or was until this change.
    pub fn territories(&self) -> impl Iterator<Item = Option<TerritoryId>> + use<> {
        [Some(self.visit.plan.territory_id), self.left.territory_id].into_iter().flatten()
    }

    /// The agents whose visit it is, or was until this change.
    pub fn agents(&self) -> impl Iterator<Item = AgentId> + use<> {
        [self.visit.plan.agent_id, self.visit.progress.performed_by, self.left.agent_id].into_iter().flatten()
    }

    /// Is it a visit of this scope?
    pub fn is_covered(&self, scope: &Scope) -> bool {
        scope.covers_visit(self.visit.plan.territory_id, self.works_in.iter().copied())
    }

    /// What of it is told to a scope; a visit that has just left it is told of once more.
    pub fn told_to(&self, scope: &Scope) -> Option<VisitChange> {
        let had_it = || {
            self.left.territory_id.is_some_and(|territory| scope.covers_territory(territory))
                || self.left.agent_id.zip(self.left_works_in).is_some_and(|(agent, works_in)| scope.covers(agent, works_in))
        };
        self.told(self.is_covered(scope), had_it)
    }

    /// What of it is told to an agent: what becomes of the visits that are theirs or were done by them, that one has been taken away from them,
    /// and what came of what they told themselves.
    pub fn told_to_agent(&self, agent: AgentId) -> Option<VisitChange> {
        let is_theirs = self.visit.plan.agent_id == Some(agent) || self.visit.progress.performed_by == Some(agent);
        let is_by_them = self.event.agent_id == Some(agent);
        self.told(is_theirs, || is_by_them || self.left.agent_id == Some(agent))
    }

    fn told(&self, has_it: bool, had_it: impl FnOnce() -> bool) -> Option<VisitChange> {
        (has_it || had_it()).then(|| VisitChange { event: self.event.clone(), visit: has_it.then(|| self.visit.clone()) })
    }

    /// Is it, or was it, this agent's visit?
    pub(crate) fn concerns(&self, agent: AgentId) -> bool {
        self.visit.is_or_was_of(agent) || self.event.agent_id == Some(agent)
    }
}

impl Store {
    /// The first `limit` changes after `after`, whomever they concern.
    pub(crate) async fn visit_changes_after(&self, after: i64, limit: i64) -> Result<Vec<TracedChange>, StoreError> {
        self.on_desk(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read the feed of visits", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let events = events_after(&mut connection, after, limit).await?;
            traced(&mut connection, events).await
        })
        .await
    }

    /// Oldest and newest change there is; None when there are none.
    pub async fn visit_feed_ends(&self) -> Result<Option<(i64, i64)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query!("select min(seq) as oldest, max(seq) as newest from visit_events").fetch_one(&pool).await;
            let row = row.map_err(|error| StoreError::sql("read the feed of visits", error))?;
            Ok(row.oldest.zip(row.newest))
        })
        .await
    }
}

/// An event as it is stored; `query_as!` fills it.
struct EventRow {
    seq: i64,
    id: VisitEventId,
    visit_id: VisitId,
    at: Timestamp,
    received_at: Timestamp,
    by_kind: String,
    by_id: Option<Uuid>,
    agent_id: Option<AgentId>,
    device: Option<String>,
    body: Json<EventBody>,
    effect: Option<String>,
    was: String,
    status: String,
    revision: i64,
}

impl EventRow {
    fn event(self) -> Result<VisitEvent, StoreError> {
        Ok(VisitEvent {
            seq: self.seq,
            id: self.id,
            visit_id: self.visit_id,
            at: self.at,
            received_at: self.received_at,
            by: Author { kind: named::<AuthorKind>(&self.by_kind)?, id: self.by_id },
            agent_id: self.agent_id,
            device: self.device,
            body: self.body.0,
            effect: self.effect.as_deref().map(named).transpose()?,
            was: named::<VisitStatus>(&self.was)?,
            status: named::<VisitStatus>(&self.status)?,
            revision: self.revision,
        })
    }
}

/// The first events after a number.
async fn events_after(connection: &mut PgConnection, after: i64, limit: i64) -> Result<Vec<VisitEvent>, StoreError> {
    let rows = sqlx::query_as!(
        EventRow,
        r#"select seq, id as "id: VisitEventId", visit_id as "visit_id: VisitId", at as "at: Timestamp",
                  received_at as "received_at: Timestamp", by_kind, by_id, agent_id as "agent_id: AgentId", device,
                  body as "body: Json<EventBody>", effect, was, status, revision
           from visit_events
           where seq > $1
           order by seq
           limit $2"#,
        after,
        limit
    );
    let rows = rows.fetch_all(connection).await.map_err(|error| StoreError::sql("read the feed of visits", error))?;
    rows.into_iter().map(EventRow::event).collect()
}

/// Events by number, oldest first.
pub(super) async fn event_of(connection: &mut PgConnection, seqs: &[i64]) -> Result<Vec<VisitEvent>, StoreError> {
    let rows = sqlx::query_as!(
        EventRow,
        r#"select seq, id as "id: VisitEventId", visit_id as "visit_id: VisitId", at as "at: Timestamp",
                  received_at as "received_at: Timestamp", by_kind, by_id, agent_id as "agent_id: AgentId", device,
                  body as "body: Json<EventBody>", effect, was, status, revision
           from visit_events
           where seq = any($1)
           order by seq"#,
        seqs
    );
    let rows = rows.fetch_all(connection).await.map_err(|error| StoreError::sql("read what happened to visits", error))?;
    rows.into_iter().map(EventRow::event).collect()
}

async fn traced(connection: &mut PgConnection, events: Vec<VisitEvent>) -> Result<Vec<TracedChange>, StoreError> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let ids: HashSet<Uuid> = events.iter().map(|event| event.visit_id.0).collect();
    let visits = stored(connection, &ids.into_iter().collect::<Vec<_>>()).await?;
    let visits: HashMap<VisitId, _> = visits.into_iter().map(|stored| (stored.visit.id, stored.visit)).collect();
    let agents = visits.values().flat_map(|visit| [visit.plan.agent_id, visit.progress.performed_by]);
    let agents = agents.chain(events.iter().map(|event| event.body.left().agent_id)).flatten();
    let works_in = super::plans::works_in(connection, agents.map(|agent| agent.0).collect()).await?;
    let told = events.into_iter().filter_map(|event| {
        let visit = visits.get(&event.visit_id)?.clone();
        let agents = [visit.plan.agent_id, visit.progress.performed_by].into_iter().flatten();
        let left = event.body.left();
        Some(TracedChange {
            works_in: agents.filter_map(|agent| Some((agent, *works_in.get(&agent)?))).collect(),
            left_works_in: left.agent_id.and_then(|agent| works_in.get(&agent).copied()),
            event,
            visit,
            left,
        })
    });
    Ok(told.collect())
}
