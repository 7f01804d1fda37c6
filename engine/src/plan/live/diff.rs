//! What a change did: visits moved and retimed, routes as they are now, costs before and after; and what is needed to take it back.

use super::journal::Journal;
use super::route::{Route, Stamps, Step, keeps_promise};
use super::ways::Ways;
use super::{LivePlan, Spot, left_out};
use crate::VisitId;
use crate::plan::explain::parts;
use crate::plan::model::{Bill, ShiftId, ShiftIx, VisitIx};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts the changes of a plan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanVersion(pub u64);

/// A visit's place in the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Slot {
    pub shift: ShiftId,
    /// Counted from the first visit of the shift, those made included.
    pub position: usize,
    /// Seconds from the plan's origin.
    pub start_s: i32,
}

/// What became of one visit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Move {
    pub visit: VisitId,
    /// None: it was in no route.
    pub from: Option<Slot>,
    /// None: it is in no route now.
    pub to: Option<Slot>,
    /// What was promised was kept before and is not any more; or the other way round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<PromiseNow>,
}

/// How a promise changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseNow {
    Broken,
    Kept,
}

/// A touched route as it is now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RouteView {
    pub shift: ShiftId,
    /// In order, with the start of service of each.
    pub visits: Vec<(VisitId, i32)>,
    pub departs_s: i32,
    pub ends_s: i32,
    /// By which limits are overrun, seconds in all.
    pub late_s: i64,
    /// Of the whole way, metres.
    pub distance_m: i64,
    /// Between getting there and beginning, of what is ahead, seconds in all.
    pub wait_s: i64,
}

/// One change of the plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Diff {
    pub base: PlanVersion,
    pub version: PlanVersion,
    /// Visits that changed their shift or order, or whose start shifted by more than is told.
    pub moves: Vec<Move>,
    pub routes: Vec<RouteView>,
    /// What the plan's cost grows by, by cause.
    pub bill: Bill,
    /// The sum of it.
    pub cost: i64,
}

impl Diff {
    /// The causes that changed, and by how much.
    pub fn causes(&self) -> BTreeMap<&'static str, i64> {
        parts(&self.bill).into_iter().filter(|(_, by)| *by != 0).collect()
    }

    pub fn promises_broken(&self) -> usize {
        self.moves.iter().filter(|step| step.promise == Some(PromiseNow::Broken)).count()
    }
}

/// What is needed to take a change back, as long as nothing it touched has changed since.
pub struct Undo {
    pub(super) version: u64,
    pub(super) journal: Journal,
    /// By route of the journal: what it was stamped with after the change.
    pub(super) routes: Vec<Stamps>,
    /// By visit of the journal.
    pub(super) visits: Vec<u64>,
}

impl Undo {
    /// The version that the change made.
    pub const fn version(&self) -> PlanVersion {
        PlanVersion(self.version)
    }
}

/// A change that was made.
pub struct Outcome<T = ()> {
    pub done: T,
    pub diff: Diff,
    pub undo: Undo,
}

/// What changed since a version, as far as somebody's change would touch it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Changed {
    pub visits: Vec<VisitId>,
    pub shifts: Vec<ShiftId>,
}

impl<W: Ways> LivePlan<W> {
    /// A route as it is shown.
    pub fn route(&self, shift: ShiftId) -> Option<RouteView> {
        self.grounds.problem.shift_ix(shift).map(|ix| self.view(ix))
    }

    /// When the breaks of a shift begin, in the order of the problem's; None where one is not due, or long past.
    pub fn breaks(&self, shift: ShiftId) -> Option<&[Option<i32>]> {
        let ix = self.grounds.problem.shift_ix(shift)?;
        let count = self.grounds.problem.shift(ix).breaks.len();
        self.grounds.routes[ix.at()].timing.breaks_s.get(..count)
    }

    /// Where a visit is; None: in no route, or unknown.
    pub fn slot(&self, visit: VisitId) -> Option<Slot> {
        let ix = self.grounds.problem.visit_ix(visit)?;
        let shift = self.grounds.spots[ix.at()].shift()?;
        slot_in(&self.grounds.routes[shift.at()], self.grounds.problem.shift(shift), ix)
    }

    pub(super) fn view(&self, ix: ShiftIx) -> RouteView {
        let (route, shift) = (&self.grounds.routes[ix.at()], self.grounds.problem.shift(ix));
        let visit = |visit: VisitIx| self.grounds.problem.visit(visit).id;
        let begun = route.begun.iter().zip(&shift.locked).map(|(ix, locked)| (visit(*ix), locked.start_s.unwrap_or(0)));
        let ahead = route.steps.iter().map(|step| (visit(step.visit), step.start_s));
        let departs_s = if route.head.is_flexible { route.timing.departs_s } else { route.head.free_s };
        let left_s = std::iter::once(departs_s).chain(route.steps.iter().map(Step::ready_s));
        let waits = route
            .steps
            .iter()
            .zip(left_s)
            .map(|(step, left_s)| i64::from(step.start_s) - i64::from(left_s) - i64::from(step.leg_s));
        RouteView {
            shift: shift.id,
            visits: begun.chain(ahead).collect(),
            departs_s: if route.head.is_flexible { route.timing.departs_s } else { route.head.duty_s },
            ends_s: route.timing.ends_s,
            late_s: route.timing.late_s,
            distance_m: i64::from(route.sums.distance_m),
            wait_s: waits.map(|wait_s| wait_s.max(0)).sum(),
        }
    }

    /// What the kept originals and the plan as it is now differ by.
    pub(super) fn diff(&self, journal: &Journal, base: u64) -> Diff {
        let grounds = &self.grounds;
        let mut bill = Bill::default();
        // Where each touched visit was: its route as it was, and the shift with the facts of then.
        let mut touched: BTreeMap<VisitIx, Option<Was>> = BTreeMap::new();
        for (ix, was) in &journal.routes {
            let then =
                journal.shifts.iter().find(|(kept, ..)| kept == ix).map_or(grounds.problem.shift(*ix), |(_, shift, _)| shift);
            let now = &grounds.routes[ix.at()];
            bill += now.bill;
            subtract(&mut bill, &was.bill);
            now.visits().for_each(|visit| {
                touched.entry(visit).or_insert(None);
            });
            for (position, visit) in was.visits().enumerate() {
                let before = position.checked_sub(1).and_then(|at| was.visits().nth(at));
                let slot = slot_in(was, then, visit);
                touched.insert(visit, slot.map(|slot| Was { slot, before }));
            }
        }
        for (ix, _, spot) in &journal.visits {
            let now = grounds.spots[ix.at()];
            if *spot == Spot::Unassigned && now != Spot::Unassigned {
                subtract(&mut bill, &left_out(&grounds.problem, *ix));
            } else if *spot != Spot::Unassigned && now == Spot::Unassigned {
                bill += left_out(&grounds.problem, *ix);
            }
            touched.entry(*ix).or_insert(None);
        }
        let mut moves: Vec<Move> = touched.into_iter().filter_map(|(ix, was)| self.moved(ix, was)).collect();
        moves.sort_by_key(|step| step.visit);
        let routes = journal.routes.iter().map(|(ix, _)| self.view(*ix)).collect();
        Diff { base: PlanVersion(base), version: PlanVersion(self.version), moves, routes, cost: bill.total(), bill }
    }

    fn moved(&self, ix: VisitIx, was: Option<Was>) -> Option<Move> {
        let grounds = &self.grounds;
        let visit = grounds.problem.visit(ix);
        let now = grounds.spots[ix.at()].shift().and_then(|shift| {
            let route = &grounds.routes[shift.at()];
            let slot = slot_in(route, grounds.problem.shift(shift), ix)?;
            let before = slot.position.checked_sub(1).and_then(|at| route.visits().nth(at));
            Some((Was { slot, before }, shift))
        });
        let is_told = match (&was, &now) {
            (None, None) => false,
            (Some(was), Some((now, _))) => {
                was.slot.shift != now.slot.shift
                    || (was.before != now.before && was.slot.position != now.slot.position)
                    || (was.slot.start_s - now.slot.start_s).abs() >= self.rules.told_from_s
            }
            _ => true,
        };
        let is_broken = |slot: &Slot| {
            let shift = grounds.problem.shift_ix(slot.shift).map(|ix| grounds.problem.shift(ix));
            shift.is_some_and(|shift| !keeps_promise(shift, visit, slot.start_s))
        };
        let promise = match (was.as_ref().map(|was| is_broken(&was.slot)), now.as_ref().map(|(now, _)| is_broken(&now.slot))) {
            (Some(true), Some(false)) => Some(PromiseNow::Kept),
            (Some(false), Some(true) | None) if visit.promise.is_some() => Some(PromiseNow::Broken),
            (None, Some(true)) => Some(PromiseNow::Broken),
            _ => None,
        };
        (is_told || promise.is_some()).then(|| Move {
            visit: visit.id,
            from: was.map(|was| was.slot),
            to: now.map(|(now, _)| now.slot),
            promise,
        })
    }
}

struct Was {
    slot: Slot,
    before: Option<VisitIx>,
}

fn slot_in(route: &Route, shift: &crate::plan::model::Shift, visit: VisitIx) -> Option<Slot> {
    if let Some(position) = route.begun.iter().position(|begun| *begun == visit) {
        let start_s = shift.locked.get(position).and_then(|locked| locked.start_s).unwrap_or(0);
        return Some(Slot { shift: shift.id, position, start_s });
    }
    let at = route.steps.iter().position(|step| step.visit == visit)?;
    Some(Slot { shift: shift.id, position: route.begun.len() + at, start_s: route.steps[at].start_s })
}

pub(super) fn subtract(from: &mut Bill, what: &Bill) {
    from.travel -= what.travel;
    from.duty -= what.duty;
    from.overtime -= what.overtime;
    from.fixed -= what.fixed;
    from.imbalance -= what.imbalance;
    from.preference -= what.preference;
    from.broken_promises -= what.broken_promises;
    from.waiting -= what.waiting;
    from.moved -= what.moved;
    from.prizes_lost -= what.prizes_lost;
    from.mandatory_lost -= what.mandatory_lost;
}
