//! Improving of its own accord: when a plan has rested a while since its last change, a short search is made, and what gains enough and breaks no
//! promise is accepted. One search at a time, none when the pool has no place, and none twice for the same version.

use super::actor::{Going, PlanActor};
use super::pool::{Errand, Improved, Result as Outcome, Ticket};
use super::ways::PlanWays;
use actix::prelude::*;
use salessync_engine::PlanJobId;
use salessync_engine::plan::book::{ChangeKind, PlanVersion};
use salessync_engine::plan::live::Snapshot;
use std::time::Duration;
use uuid::Uuid;

/// How long a plan rests before it is searched.
const REST: Duration = Duration::from_secs(10);
/// How long such a search is, seconds.
const SECONDS: u32 = 5;

/// Where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Improving {
    /// The version searched last.
    searched: Option<PlanVersion>,
    /// The version in which room was sought last.
    sought: Option<PlanVersion>,
    is_searching: bool,
}

impl Improving {
    /// Whether to seek room in this version; then that is begun.
    pub fn begins_to_seek(&mut self, version: PlanVersion) -> bool {
        let begins = !self.is_searching && self.sought != Some(version);
        if begins {
            (self.sought, self.is_searching) = (Some(version), true);
        }
        begins
    }

    /// A search is over.
    pub fn ends(&mut self) {
        self.is_searching = false;
    }
}

impl PlanActor {
    /// Begins a search, where it is wanted and the plan has rested.
    pub(super) fn improve_when_rested(&mut self, ctx: &mut Context<Self>) {
        let version = self.board.version();
        let is_due =
            self.around.settings.auto_improve && !self.improving.is_searching && self.improving.searched != Some(version);
        if !is_due || self.changed.elapsed() < REST {
            return;
        }
        let Ok((mut snapshot, ways)) = self.board.snapshot(None) else { return };
        snapshot.leave_with_agents(|visit| self.board.is_chosen(visit));
        let Some(ticket) = self.search(snapshot, ways, SECONDS) else { return };
        self.improving = Improving { searched: Some(version), is_searching: true, ..self.improving };
        let searched = ticket.done.into_actor(self).map(|outcome, this, ctx| {
            this.improving.ends();
            if let Ok(Outcome::Improved(found)) = outcome {
                this.take_improvement(&found, ctx);
            }
        });
        ctx.spawn(searched);
    }

    /// Puts a search of the plan's own into the queue, where there is place.
    pub(super) fn search(&self, snapshot: Snapshot, ways: PlanWays, seconds: u32) -> Option<Ticket> {
        let errand = Errand::Improve { snapshot: Box::new(snapshot), ways: Box::new(ways) };
        let seed = self.board.version().0.unsigned_abs();
        self.around.pool.put(PlanJobId(Uuid::now_v7()), errand, seconds, seed).ok()
    }

    fn take_improvement(&mut self, found: &Improved, ctx: &mut Context<Self>) {
        let least = self.around.settings.improve_min_gain;
        let saves = found.was_late || found.after.mandatory_lost < found.before.mandatory_lost;
        if !found.is_better() || !(saves || found.before.total() - found.after.total() >= least) {
            return;
        }
        let Ok((decided, _)) = self.board.take_in(&found.diff) else { return };
        // What came in may be less than what was found.
        let gains = match decided.bill.mandatory_lost {
            0 => found.was_late || -decided.bill.total() >= least,
            lost => lost < 0,
        };
        let is_worth_it = gains && decided.bill.broken_promises <= 0;
        if !is_worth_it {
            if !self.board.take_back(decided) {
                ctx.stop();
            }
            return;
        }
        let going = Going::of_itself(ChangeKind::Improve, self.now(), decided);
        self.commit(going, ctx, |this, changed, _| {
            this.warn("accept an improvement", &changed);
            if let Ok(changed) = changed {
                // The same plan is not searched again at once.
                this.improving.searched = Some(changed.version);
            }
        });
    }
}
