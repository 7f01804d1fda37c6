//! Automatic jobs that nobody was left to ask for. When the plan lets go of something (a visit is cancelled or goes elsewhere, an agent is back or
//! works longer) those of that day are ranked once more, and whoever can now and was not asked is asked. After a start all are looked at once,
//! since nobody knows what was let go of meanwhile.
//!
//! The invariant: a job is ranked only when something was let go of since, a few jobs in one go, with pauses. Where nobody new is found, nothing
//! is written and nobody hears of it.

use super::actor::PlanActor;
use super::board::Decided;
use super::messages::PlanMsg;
use actix::prelude::*;
use chrono::NaiveDate;
use salessync_engine::dispatch::{JobState, Mode};
use salessync_engine::{JobId, VisitId};
use std::collections::BTreeSet;
use std::time::Duration;

/// Jobs ranked in one go: each is a search that may take some ten milliseconds.
const AT_ONCE: usize = 4;
/// Commands of people come between.
const PAUSE: Duration = Duration::from_millis(500);

/// Where it stands.
#[derive(Debug, Default)]
pub(super) struct Seeking {
    /// Days on which something was let go of since the round began.
    freed: BTreeSet<NaiveDate>,
    /// Jobs that are still to be looked at.
    round: Vec<JobId>,
    is_under_way: bool,
}

impl PlanActor {
    /// The plan has let go of something on these days.
    pub(super) fn note_freed(&mut self, days: impl IntoIterator<Item = NaiveDate>, ctx: &mut Context<Self>) {
        if !self.has_unfilled() {
            return;
        }
        self.seeking.freed.extend(days);
        if !self.seeking.is_under_way && !self.seeking.freed.is_empty() {
            self.seeking.is_under_way = true;
            ctx.notify(PlanMsg::Seek);
        }
    }

    /// The same of all days there are.
    pub(super) fn note_all_freed(&mut self, ctx: &mut Context<Self>) {
        let days: BTreeSet<NaiveDate> = self.board.days.keys().map(|shift| shift.date).collect();
        self.note_freed(days, ctx);
    }

    /// What an accepted change lets go of: visits that left a route, days that opened again.
    pub(super) fn note_freed_by(&mut self, decided: &Decided, ctx: &mut Context<Self>) {
        let left = decided.diff.moves().into_iter().filter_map(|step| {
            let from = step.from?.shift;
            (step.to.map(|to| to.shift) != Some(from)).then_some(from.date)
        });
        let opened = decided.closes.iter().filter(|(_, closes)| !**closes).map(|(shift, _)| shift.date);
        self.note_freed(left.chain(opened).collect::<Vec<_>>(), ctx);
    }

    /// Days of visits that were planned, or that somebody is sought for: what becomes of these may let go of something.
    pub(super) fn days_that_may_free(&self, visits: &[VisitId]) -> Vec<NaiveDate> {
        let may = |visit: &&VisitId| self.board.book().shift_of(**visit).is_some() || self.desk.of_visit(**visit).is_some();
        visits.iter().filter(may).filter_map(|visit| self.board.card(*visit)).map(|card| card.day).collect()
    }

    /// Asks on for the next few jobs of the round, or begins the next round.
    pub(super) fn seek(&mut self, ctx: &mut Context<Self>) {
        if self.seeking.round.is_empty() {
            let freed = std::mem::take(&mut self.seeking.freed);
            let is_of_days = |visit: VisitId| self.board.card(visit).is_some_and(|card| freed.contains(&card.day));
            let round: Vec<JobId> = self.unfilled().filter(|(_, visit)| is_of_days(*visit)).map(|(job, _)| job).collect();
            self.seeking.round = round;
        }
        let now = self.now();
        let mut going = self.server_steps(now);
        let count = self.seeking.round.len().min(AT_ONCE);
        for id in self.seeking.round.drain(..count).collect::<Vec<_>>() {
            let Ok(mut working) = self.working(id) else { continue };
            if working.job.state == JobState::Unfilled {
                self.advance(&mut working, now);
                going.jobs.push(working);
            }
        }
        self.commit(going, ctx, |this, changed, ctx| {
            this.warn("ask on for jobs that nobody was left to ask for", &changed);
            if this.seeking.round.is_empty() && this.seeking.freed.is_empty() {
                this.seeking.is_under_way = false;
            } else {
                ctx.notify_later(PlanMsg::Seek, PAUSE);
            }
        });
    }

    fn has_unfilled(&self) -> bool {
        self.unfilled().next().is_some()
    }

    /// Automatic jobs that nobody is left to ask for, and that may ask somebody still, oldest first.
    fn unfilled(&self) -> impl Iterator<Item = (JobId, VisitId)> + '_ {
        let may = |job: &&salessync_engine::dispatch::Job| {
            job.terms.mode == Mode::Auto && job.state == JobState::Unfilled && job.may_ask_more()
        };
        self.desk.open().filter(may).map(|job| (job.id, job.visit_id))
    }
}
