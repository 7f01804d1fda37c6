//! Visits that a change of plan gives to another agent or day, as columns of the one statement that writes the plan: decided on what was read
//! without a lock, and written if every visit is still at the revision that was read. What is more than that goes the way that locks.

use super::super::StoreError;
use super::change::{Change, due_days};
use super::facts::cases;
use super::plans::set_plan;
use super::{Hand, VisitBook};
use chrono::NaiveDate;
use salessync_engine::visit::derive::date_of;
use salessync_engine::visit::facts::Facts;
use salessync_engine::visit::plan::PlanPatch;
use salessync_engine::visit::{EventBody, Plan, VisitStatus};
use salessync_engine::{Timestamp, VisitId};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Columns of the visits, in the order of their events, and of the days that fall due for them.
#[derive(Clone, Default, Debug)]
pub(in crate::store) struct Reassign {
    pub visits: Vec<Uuid>,
    /// They were read at.
    pub revisions: Vec<i64>,
    pub agents: Vec<Option<Uuid>>,
    pub days: Vec<NaiveDate>,
    pub dates: Vec<NaiveDate>,
    pub starts: Vec<Timestamp>,
    pub statuses: Vec<&'static str>,
    pub events: Vec<Uuid>,
    /// Whom the event is about.
    pub concerns: Vec<Option<Uuid>>,
    pub kinds: Vec<&'static str>,
    pub bodies: Vec<Json<EventBody>>,
    pub due_agents: Vec<Uuid>,
    pub due_dates: Vec<NaiveDate>,
}

impl Reassign {
    /// Reads the visits and decides. None: this is not all there is to write, or it is to be refused.
    pub async fn read(
        connection: &mut PgConnection,
        patches: Vec<(VisitId, PlanPatch)>,
        book: &VisitBook,
        hand: &Hand,
    ) -> Result<Option<Self>, StoreError> {
        let ids: Vec<Uuid> = patches.iter().map(|(visit, _)| visit.0).collect();
        let mut changes: Vec<Change> = cases(connection, &ids).await?.into_iter().map(|case| Change::of(case, book)).collect();
        if changes.len() != patches.len() {
            return Ok(None); // one is gone, or is named twice
        }
        let today = hand.now.civil_date(book.zone);
        let mut columns = Self::default();
        let mut due = BTreeSet::new();
        for (change, (_, patch)) in changes.iter_mut().zip(patches) {
            let Ok(plan) = patch.applied(&change.case.facts.plan, book.zone, today) else { return Ok(None) };
            if !is_only_assigned(change, &plan) {
                return Ok(None);
            }
            set_plan(change, plan, hand);
            let after = change.standing(book);
            let [event] = &change.events[..] else { return Ok(None) };
            if after.progress != change.before.progress || after.flags != change.before.flags {
                return Ok(None);
            }
            let (visit, facts) = (&change.case.stored.visit, &change.case.facts);
            columns.visits.push(visit.id.0);
            columns.revisions.push(visit.revision);
            columns.agents.push(facts.plan.agent_id.map(|agent| agent.0));
            columns.days.push(facts.plan.day);
            columns.dates.push(date_of(facts, &after, book.zone));
            columns.starts.push(facts.plan.earliest(book.zone));
            columns.statuses.push(after.progress.status.name());
            columns.events.push(event.id.0);
            columns.concerns.push(event.agent.map(|agent| agent.0));
            columns.kinds.push(event.body.kind().name());
            columns.bodies.push(Json(event.body.clone()));
            due.extend(due_days(change, &after, book, hand));
        }
        (columns.due_agents, columns.due_dates) = due.into_iter().map(|(agent, date)| (agent.0, date)).unzip();
        Ok(Some(columns))
    }

    /// The visits' revisions as they are written.
    pub fn written(&self) -> Vec<(VisitId, i64)> {
        self.visits.iter().map(|visit| VisitId(*visit)).zip(self.revisions.iter().map(|revision| revision + 1)).collect()
    }
}

/// Does the plan differ in agent and day alone, of a visit that waits to be made and of which the track has nothing to say?
fn is_only_assigned(change: &Change, plan: &Plan) -> bool {
    let (stored, facts) = (&change.case.stored, &change.case.facts);
    let Facts { plan: old, arrival, under_way_since, missed_at, .. } = facts;
    let same = Plan { agent_id: old.agent_id, day: old.day, ..plan.clone() };
    let is_untracked = arrival.is_none() && under_way_since.is_none() && missed_at.is_none() && stored.proof.is_none();
    change.before.progress.status == VisitStatus::Planned && !stored.is_erased && is_untracked && same == *old
}
