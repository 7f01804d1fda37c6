//! Transactions on the plan: made as a whole, stamped with a version, taken back as long as nothing has changed since.

use super::LivePlan;
use super::change::Rejection;
use super::diff::{Changed, Outcome, Undo};
use super::journal::Journal;
use super::ways::Ways;
use crate::plan::model::{ShiftIx, VisitIx};

impl<W: Ways> LivePlan<W> {
    /// Takes a change back, unless something it touched has changed since. What drifted meanwhile, positions and the hour, stays.
    pub fn undo(&mut self, undo: Undo) -> Result<Outcome, Box<(Undo, Rejection)>> {
        let changed = self.changed_under(&undo);
        if changed != Changed::default() {
            let current = self.version();
            return Err(Box::new((undo, Rejection::Conflict { current, changed })));
        }
        let shifts: Vec<u64> = undo.journal.routes.iter().map(|(ix, _)| self.grounds.routes[ix.at()].stamps.shift).collect();
        let mut journal = self.grounds.restore(undo.journal);
        let restored: Vec<ShiftIx> = journal.routes.iter().map(|(ix, _)| *ix).collect();
        for (ix, stamp) in restored.into_iter().zip(shifts) {
            self.grounds.rebuild(&mut journal, ix, &mut self.bench.board);
            if !journal.shifts.iter().any(|(kept, ..)| *kept == ix) {
                self.grounds.routes[ix.at()].stamps.shift = stamp;
            }
        }
        Ok(self.commit((), journal, true))
    }

    /// What of a change is not any more as it left it.
    fn changed_under(&self, undo: &Undo) -> Changed {
        let grounds = &self.grounds;
        let mut changed = Changed::default();
        for ((ix, _), then) in undo.journal.routes.iter().zip(&undo.routes) {
            let now = grounds.routes[ix.at()].stamps;
            let is_kept = undo.journal.shifts.iter().any(|(kept, ..)| kept == ix);
            if now.content != then.content || (is_kept && now.shift != then.shift) {
                changed.shifts.push(grounds.problem.shift(*ix).id);
            }
        }
        for ((ix, ..), then) in undo.journal.visits.iter().zip(&undo.visits) {
            if grounds.visit_content[ix.at()] != *then {
                changed.visits.push(grounds.problem.visit(*ix).id);
            }
        }
        changed
    }

    /// Runs a change; when it fails everything is as it was.
    pub(super) fn transact<T>(
        &mut self,
        change: impl FnOnce(&mut Self, &mut Journal) -> Result<T, Rejection>,
    ) -> Result<Outcome<T>, Rejection> {
        let mut journal = Journal::default();
        match change(self, &mut journal) {
            Ok(done) => Ok(self.commit(done, journal, false)),
            Err(rejection) => {
                self.grounds.restore(journal);
                Err(rejection)
            }
        }
    }

    fn commit<T>(&mut self, done: T, journal: Journal, is_undo: bool) -> Outcome<T> {
        let base = self.version;
        if !journal.is_empty() {
            self.version += 1;
        }
        let diff = self.diff(&journal, base);
        self.stamp(&journal, is_undo);
        let grounds = &self.grounds;
        let routes = journal.routes.iter().map(|(ix, _)| grounds.routes[ix.at()].stamps).collect();
        let visits = journal.visits.iter().map(|(ix, ..)| grounds.visit_content[ix.at()]).collect();
        Outcome { done, diff, undo: Undo { version: self.version, journal, routes, visits } }
    }

    /// Marks what is new of what a change touched.
    fn stamp(&mut self, journal: &Journal, is_undo: bool) {
        let (grounds, version) = (&mut self.grounds, self.version);
        for (ix, was) in &journal.routes {
            let is_kept = journal.shifts.iter().any(|(kept, ..)| kept == ix);
            if is_kept && !is_undo {
                grounds.routes[ix.at()].stamps.shift = version;
            }
            let is_same = was.visits().eq(grounds.routes[ix.at()].visits());
            if journal.is_drift || (is_same && !is_kept) {
                continue;
            }
            let now: Vec<VisitIx> = grounds.routes[ix.at()].visits().collect();
            for visit in was.visits().chain(now.iter().copied()) {
                let was_here = was.visits().any(|other| other == visit);
                if !was_here || grounds.spots[visit.at()].shift() != Some(*ix) {
                    grounds.visit_changed_at[visit.at()] = version;
                }
            }
            let stamps = &mut grounds.routes[ix.at()].stamps;
            stamps.changed_at = version;
            if !is_undo {
                stamps.content = version;
            }
        }
        if !journal.is_drift {
            for (ix, ..) in &journal.visits {
                grounds.visit_changed_at[ix.at()] = version;
                if !is_undo {
                    grounds.visit_content[ix.at()] = version;
                }
            }
        }
    }

    pub(super) fn changed_since(
        &self,
        version: u64,
        visits: impl Iterator<Item = VisitIx>,
        shifts: impl Iterator<Item = ShiftIx>,
    ) -> Changed {
        let grounds = &self.grounds;
        let visits = visits.filter(|ix| grounds.visit_changed_at[ix.at()] > version).map(|ix| grounds.problem.visit(ix).id);
        let shifts =
            shifts.filter(|ix| grounds.routes[ix.at()].stamps.changed_at > version).map(|ix| grounds.problem.shift(ix).id);
        Changed { visits: visits.collect(), shifts: shifts.collect() }
    }
}
