//! One shift's route as it stands: what is behind the agent as facts, what is ahead as steps with their times, sums and costs.
//!
//! `start_s` of a step is when it is expected, `soonest_s` when it could be, `latest_s` the latest arrival from which everything after it
//! can still be kept, the last two with breaks left out. So one comparison says that a visit cannot be put before a step, and on plain
//! routes also that it can.

use super::Grounds;
use super::timing::{Board, Course, Timing};
use super::ways::{Chord, NO_WAY, Ways};
use crate::plan::model::{Bill, Commitment, Leg, Shift, ShiftIx, StopIx, Visit, VisitIx};

/// A visit ahead of the agent.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Step {
    pub visit: VisitIx,
    pub stop: StopIx,
    pub place: Chord,
    /// From the step before, or the head.
    pub leg_s: i32,
    pub leg_m: i32,
    pub service_s: i32,
    /// Of the first window, or when it is fixed to start.
    pub opens_s: i32,
    /// Of the last window; `i32::MAX` in the locked prefix, where facts excuse everything.
    pub closes_s: i32,
    pub start_s: i32,
    /// The earliest it could be with breaks left out, departing at once. The same as `start_s` on plain routes.
    pub soonest_s: i32,
    pub latest_s: i32,
    /// Several windows: `opens_s` and `closes_s` are not all there is to know.
    pub has_choice: bool,
    /// Its start is fixed; it moves only by being late.
    pub is_timed: bool,
    /// Promised, or waited for.
    pub costs_by_start: bool,
}

impl Step {
    /// Free to leave, at the soonest.
    pub fn ready_s(&self) -> i32 {
        self.soonest_s.saturating_add(self.service_s)
    }
}

/// Where the agent is, or will be, when the first step begins.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Head {
    pub stop: StopIx,
    pub place: Chord,
    /// Free to leave; the earliest departure where it is not settled.
    pub free_s: i32,
    /// When duty began, as far as it is settled.
    pub duty_s: i32,
    /// Nothing has happened yet: the departure may wait.
    pub is_flexible: bool,
}

/// What was travelled, carried and made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Sums {
    pub travel_s: i32,
    pub distance_m: i32,
    pub travel_cost: i64,
    pub demand: i64,
    pub visits: u32,
}

/// Versions of the plan at which something of a route became what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Stamps {
    /// Which visits it makes, in which order; it only grows.
    pub changed_at: u64,
    /// The same, taken back when a change is undone: equal stamps, equal routes.
    pub content: u64,
    /// The shift itself: hours, position, what is settled.
    pub shift: u64,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Route {
    /// Visits that have begun, in order.
    pub begun: Vec<VisitIx>,
    pub steps: Vec<Step>,
    /// So many steps keep their order, and nothing is put before them.
    pub locked: usize,
    pub head: Head,
    pub end_leg: Leg,
    pub timing: Timing,
    /// Of what has begun.
    pub facts: Sums,
    /// Of everything.
    pub sums: Sums,
    pub bill: Bill,
    /// Times follow from arrivals alone: nothing to place or to postpone.
    pub is_plain: bool,
    pub stamps: Stamps,
}

impl Route {
    pub fn is_empty(&self) -> bool {
        self.begun.is_empty() && self.steps.is_empty()
    }

    /// All its visits, in order.
    pub fn visits(&self) -> impl Iterator<Item = VisitIx> {
        self.begun.iter().copied().chain(self.steps.iter().map(|step| step.visit))
    }

    /// Where one is before the step at `position`, and when free to leave at the soonest.
    #[inline]
    pub fn before(&self, position: usize) -> (StopIx, i32) {
        match position.checked_sub(1).map(|at| &self.steps[at]) {
            Some(step) => (step.stop, step.ready_s()),
            None => (self.head.stop, self.head.free_s),
        }
    }

    /// When it has to be over; where it is later already, when it is.
    pub fn end_max_s(&self, shift: &Shift) -> i32 {
        let is_late = !self.is_empty() && self.timing.ends_s > shift.end_max_s();
        if is_late { self.timing.ends_s } else { shift.end_max_s() }
    }

    pub fn duty_s(&self) -> i64 {
        duty_s(self.head, &self.timing, self.is_empty())
    }
}

pub(super) fn duty_s(head: Head, timing: &Timing, is_empty: bool) -> i64 {
    if is_empty {
        return 0;
    }
    let begins_s = if head.is_flexible { timing.departs_s } else { head.duty_s };
    i64::from(timing.ends_s) - i64::from(begins_s)
}

/// A leg in a shift's own time; no way is a way too long for every limit.
pub(super) fn leg_of<W: Ways>(ways: &W, shift: &Shift, from: StopIx, to: StopIx) -> Leg {
    match ways.leg(shift.profile, from, to) {
        Some(leg) => Leg { duration_s: shift.travel_s(leg.duration_s), distance_m: leg.distance_m },
        None => Leg { duration_s: NO_WAY, distance_m: 0 },
    }
}

/// The visit as a step of the shift, its leg and times unknown yet.
pub(super) fn step_of<W: Ways>(grounds: &Grounds<W>, shift: &Shift, ix: VisitIx) -> Step {
    let visit = grounds.problem.visit(ix);
    Step {
        visit: ix,
        stop: visit.stop,
        place: grounds.chord(visit.stop),
        leg_s: 0,
        leg_m: 0,
        service_s: shift.service_s(visit),
        opens_s: visit.windows.first().map_or(0, |window| window.opens_s),
        closes_s: visit.windows.last().map_or(0, |window| window.closes_s),
        start_s: 0,
        soonest_s: 0,
        latest_s: 0,
        has_choice: visit.windows.len() > 1,
        is_timed: false,
        costs_by_start: visit.costs_by_start(),
    }
}

/// What a visit costs on a shift whatever its time: a colleague preferred, another shift before.
pub(super) fn standing_costs(shift: &Shift, ix: ShiftIx, visit: &Visit) -> (i64, i64) {
    let is_preferred = visit.preferred_agents.is_empty() || visit.preferred_agents.binary_search(&shift.id.agent).is_ok();
    let preference = if is_preferred { 0 } else { visit.not_preferred_cost };
    let moved = visit.current.filter(|current| current.shift != ix).map_or(0, |current| current.cost_moved);
    (preference, moved)
}

/// Whether a start, by this agent, keeps what was promised; nothing promised is kept.
pub(super) fn keeps_promise(shift: &Shift, visit: &Visit, start_s: i32) -> bool {
    visit
        .promise
        .is_none_or(|promise| promise.window.contains(start_s) && promise.agent.is_none_or(|agent| agent == shift.id.agent))
}

/// What a start, by this agent, costs of what was promised.
pub(super) fn broken_cost(shift: &Shift, visit: &Visit, start_s: i32) -> i64 {
    if keeps_promise(shift, visit, start_s) { 0 } else { visit.promise.map_or(0, |promise| promise.cost_broken) }
}

/// The parts of a bill that follow from time alone: duty, overtime, imbalance.
pub(super) fn time_costs(shift: &Shift, duty_s: i64, ends_s: i32) -> (i64, i64, i64) {
    let overtime_s = i64::from((ends_s - shift.latest_end_s).max(0));
    let excess_s = shift.target_duty_s.map_or(0, |target_s| (duty_s - i64::from(target_s)).max(0));
    (shift.costs.per_duty_s * duty_s, shift.costs.per_overtime_s * overtime_s, shift.costs.per_imbalance_s * excess_s)
}

/// Building a route from the order of its visits, and everything that follows from it.
impl<W: Ways> Grounds<W> {
    /// The route of a shift that makes these visits; those locked come first, in their order.
    pub(super) fn build(&self, ix: ShiftIx, visits: &[VisitIx], board: &mut Board) -> Route {
        let shift = self.problem.shift(ix);
        let begun = shift.locked.iter().take_while(|locked| locked.commitment <= Commitment::InProgress).count();
        let nowhere = Head { stop: shift.start_stop, place: Chord::default(), free_s: 0, duty_s: 0, is_flexible: true };
        let mut route = Route {
            begun: visits[..begun].to_vec(),
            steps: visits[begun..].iter().map(|&visit| step_of(self, shift, visit)).collect(),
            locked: shift.locked.len() - begun,
            head: nowhere,
            end_leg: Leg::default(),
            timing: Timing::default(),
            facts: Sums::default(),
            sums: Sums::default(),
            bill: Bill::default(),
            is_plain: true,
            stamps: Stamps::default(),
        };
        for (step, locked) in route.steps.iter_mut().zip(&shift.locked[begun..]) {
            step.closes_s = i32::MAX;
            if let (Commitment::FixedOrderAndTime, Some(start_s)) = (locked.commitment, locked.start_s) {
                (step.opens_s, step.has_choice, step.is_timed) = (start_s, false, true);
            }
        }
        self.behind(ix, &mut route);
        let mut stop = route.head.stop;
        for step in &mut route.steps {
            let leg = leg_of(&self.ways, shift, stop, step.stop);
            (step.leg_s, step.leg_m) = (leg.duration_s, leg.distance_m);
            stop = step.stop;
        }
        route.end_leg = self.end_leg(shift, &route);
        self.time(ix, &mut route, board);
        route
    }

    /// The route with its steps in another order, or with others; legs that stay are not asked again.
    pub(super) fn reordered(&self, ix: ShiftIx, order: impl IntoIterator<Item = VisitIx>, board: &mut Board) -> Route {
        let (old, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
        let mut route = Route { begun: old.begun.clone(), steps: Vec::with_capacity(old.steps.len() + 2), ..*old };
        let mut stop = route.head.stop;
        let mut before = None;
        for visit in order {
            let known = old.steps.iter().position(|step| step.visit == visit);
            let mut step = known.map_or_else(|| step_of(self, shift, visit), |at| old.steps[at]);
            let was_before = known.map(|at| at.checked_sub(1).map(|at| old.steps[at].visit));
            if was_before != Some(before) {
                let leg = leg_of(&self.ways, shift, stop, step.stop);
                (step.leg_s, step.leg_m) = (leg.duration_s, leg.distance_m);
            }
            (stop, before) = (step.stop, Some(visit));
            route.steps.push(step);
        }
        let is_same_end = !old.is_empty() && !route.is_empty() && old.steps.last().map(|step| step.visit) == before;
        if !is_same_end {
            route.end_leg = self.end_leg(shift, &route);
        }
        self.time(ix, &mut route, board);
        route
    }

    /// What lies behind: the head, and sums of what has begun.
    fn behind(&self, ix: ShiftIx, route: &mut Route) {
        let shift = self.problem.shift(ix);
        let mut facts = Sums::default();
        let (mut stop, mut free_s) = (shift.start_stop, shift.earliest_start_s);
        for (&visit, locked) in route.begun.iter().zip(&shift.locked) {
            let visit = self.problem.visit(visit);
            facts.add_leg(shift, leg_of(&self.ways, shift, stop, visit.stop));
            facts.demand += i64::from(visit.demand);
            facts.visits += 1;
            let start_s = locked.start_s.unwrap_or(free_s);
            free_s = locked.end_s.unwrap_or_else(|| start_s.saturating_add(shift.service_s(visit)));
            stop = visit.stop;
        }
        if let Some(under_way) = shift.under_way {
            stop = under_way.stop;
            free_s = free_s.max(under_way.at_s);
        }
        route.facts = facts;
        route.head = Head {
            stop,
            place: self.chord(stop),
            free_s: free_s.max(self.now_s),
            duty_s: shift.earliest_start_s,
            is_flexible: route.begun.is_empty() && shift.under_way.is_none(),
        };
    }

    fn end_leg(&self, shift: &Shift, route: &Route) -> Leg {
        let last = route.steps.last().map_or(route.head.stop, |step| step.stop);
        match shift.end_stop {
            Some(end) if !route.is_empty() => leg_of(&self.ways, shift, last, end),
            _ => Leg::default(),
        }
    }

    /// Times, sums and costs from the legs as they are.
    pub(super) fn time(&self, ix: ShiftIx, route: &mut Route, board: &mut Board) {
        let shift = self.problem.shift(ix);
        let course = Course { problem: &self.problem, shift, head: route.head, end_leg_s: route.end_leg.duration_s };
        route.is_plain = !route.head.is_flexible && course.breaks_ahead().is_empty();
        let mut sums = route.facts;
        for step in &route.steps {
            sums.add_leg(shift, Leg { duration_s: step.leg_s, distance_m: step.leg_m });
            sums.demand += i64::from(self.problem.visit(step.visit).demand);
            sums.visits += 1;
        }
        sums.add_leg(shift, route.end_leg);
        route.sums = sums;
        route.timing = course.time(&mut route.steps, board);
        let mut free_s = route.head.free_s;
        for step in &mut route.steps {
            step.soonest_s = course.start(step, free_s.saturating_add(step.leg_s)).0;
            free_s = step.ready_s();
        }
        self.latest(shift, route);
        route.bill = self.bill(ix, route);
    }

    fn latest(&self, shift: &Shift, route: &mut Route) {
        // What is late already may stay as late as it is.
        let mut latest_s = route.end_max_s(shift).saturating_sub(route.end_leg.duration_s);
        for step in route.steps.iter_mut().rev() {
            let by_rest_s = latest_s.saturating_sub(step.service_s);
            step.latest_s = if step.has_choice && by_rest_s < step.closes_s {
                let windows = &self.problem.visit(step.visit).windows;
                let last = windows.iter().rev().find(|window| window.opens_s <= by_rest_s);
                last.map_or(i32::MIN / 2, |window| window.closes_s.min(by_rest_s))
            } else if by_rest_s < step.opens_s {
                i32::MIN / 2
            } else {
                by_rest_s.min(step.closes_s)
            };
            step.latest_s = step.latest_s.max(step.start_s);
            latest_s = step.latest_s.saturating_sub(step.leg_s);
        }
    }

    fn bill(&self, ix: ShiftIx, route: &Route) -> Bill {
        let shift = self.problem.shift(ix);
        if route.is_empty() {
            return Bill::default();
        }
        let mut bill = Bill { travel: route.sums.travel_cost, fixed: shift.costs.fixed, ..Bill::default() };
        (bill.duty, bill.overtime, bill.imbalance) = time_costs(shift, route.duty_s(), route.timing.ends_s);
        let begun = route.begun.iter().zip(&shift.locked).map(|(&visit, locked)| (visit, locked.start_s.unwrap_or(0)));
        for (visit, start_s) in begun.chain(route.steps.iter().map(|step| (step.visit, step.start_s))) {
            let visit = self.problem.visit(visit);
            let (preference, moved) = standing_costs(shift, ix, visit);
            bill.preference += preference;
            bill.moved += moved;
            bill.broken_promises += broken_cost(shift, visit, start_s);
            bill.waiting += visit.wait_cost(start_s);
        }
        bill
    }
}

impl Sums {
    pub fn add_leg(&mut self, shift: &Shift, leg: Leg) {
        self.travel_s = self.travel_s.saturating_add(leg.duration_s);
        self.distance_m = self.distance_m.saturating_add(leg.distance_m);
        self.travel_cost += shift.leg_cost(leg.duration_s, leg.distance_m);
    }
}
