//! What it costs to put one visit in one place, exactly, or why it cannot be; and the floor below which no place of a route can cost.
//!
//! Checks go from cheap to dear: limits of the shift, what is closed whatever the way, one leg, the other, then the times of what comes
//! after. Only routes with breaks, or whose departure is not settled, are timed anew in full.

use super::Grounds;
use super::bounds::{least_s, per_m};
use super::route::{Route, Step, broken_cost, duty_s, leg_of, standing_costs, step_of, time_costs};
use super::timing::{Board, Course};
use super::ways::{NO_WAY, Ways};
use crate::plan::explain::Refusal;
use crate::plan::model::{Bill, Leg, ProfileIx, Shift, ShiftIx, StopIx, Visit, VisitIx};

/// A place for a visit, and what taking it changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Quote {
    pub shift: ShiftIx,
    /// Before the step that is at this position now.
    pub position: usize,
    pub cost: i64,
    /// By cause: what the route's bill grows by.
    pub bill: Bill,
    pub start_s: i32,
    /// By which other visits start later, in all.
    pub delay_s: i64,
}

impl Quote {
    /// Cheapest first; among equals the first shift, the first position: so that answers do not depend on who is asked when.
    pub fn rank(&self) -> (i64, ShiftIx, usize) {
        (self.cost, self.shift, self.position)
    }
}

/// The visit in question, its stop pinned for each profile that was needed.
pub(super) struct Sought<P> {
    pub visit: VisitIx,
    pub stop: StopIx,
    /// So many places are asked that every stop may as well be.
    is_wide: bool,
    pins: Vec<(Pinned, P)>,
}

/// What a pin was made ready for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pinned {
    No,
    Narrowly,
    Widely,
}

impl<P: Default> Sought<P> {
    pub fn new() -> Self {
        Self { visit: VisitIx(u32::MAX), stop: StopIx(u32::MAX), is_wide: false, pins: Vec::new() }
    }

    /// Asks for another visit; pins are made when they are needed.
    pub fn seek(&mut self, visit: VisitIx, stop: StopIx) {
        if self.stop != stop {
            self.pins.iter_mut().for_each(|(pinned, _)| *pinned = Pinned::No);
            self.is_wide = false;
        }
        (self.visit, self.stop) = (visit, stop);
    }

    /// Thousands of questions are to come.
    pub fn widen(&mut self) {
        self.is_wide = true;
    }

    /// After travel times changed.
    pub fn forget(&mut self) {
        self.stop = StopIx(u32::MAX);
    }

    pub fn pin<W: Ways<Pin = P>>(&mut self, ways: &W, profile: ProfileIx) -> &P {
        let at = usize::from(profile.0);
        while self.pins.len() <= at {
            self.pins.push((Pinned::No, P::default()));
        }
        let (pinned, pin) = &mut self.pins[at];
        let wanted = if self.is_wide { Pinned::Widely } else { Pinned::Narrowly };
        if *pinned < wanted {
            if self.is_wide {
                ways.pin_widely(pin, profile, self.stop)
            } else {
                ways.pin(pin, profile, self.stop)
            }
            *pinned = wanted;
        }
        pin
    }
}

/// Memory of one evaluation after another.
#[derive(Default)]
pub(super) struct Bench {
    pub steps: Vec<Step>,
    pub board: Board,
}

impl<W: Ways> Grounds<W> {
    /// Whether the shift may take the visit at all, times and ways aside.
    pub(super) fn admits(&self, ix: ShiftIx, visit: &Visit) -> Result<(), Refusal> {
        let (route, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
        self.admits_as_person(ix, visit)?;
        let load = route.sums.demand + i64::from(visit.demand);
        if shift.capacity != i32::MAX && load > i64::from(shift.capacity) {
            return Err(Refusal::Capacity { over: load - i64::from(shift.capacity) });
        }
        if route.sums.visits >= shift.visits_max {
            return Err(Refusal::MaxVisits { max: shift.visits_max });
        }
        if route.head.free_s > shift.end_max_s() {
            return Err(Refusal::NotOnShift);
        }
        if route.is_empty()
            && let Some(limits) = self.limits_of(ix)
        {
            let used = limits.shifts.iter().filter(|other| !self.routes[other.at()].is_empty()).count();
            if used >= limits.shifts_max as usize {
                return Err(Refusal::AgentShifts { max: limits.shifts_max });
            }
        }
        Ok(())
    }

    /// The same of what does not depend on the rest of the route.
    pub(super) fn admits_as_person(&self, ix: ShiftIx, visit: &Visit) -> Result<(), Refusal> {
        let shift = self.problem.shift(ix);
        if self.is_closed[ix.at()] {
            return Err(Refusal::NotOnShift);
        }
        if !shift.skills.has_all(visit.skills) {
            return Err(Refusal::SkillMissing { skills: self.skill_names(shift.skills.missing(visit.skills)) });
        }
        if visit.forbidden_agents.binary_search(&shift.id.agent).is_ok() {
            return Err(Refusal::ForbiddenAgent);
        }
        if !visit.allowed_agents.is_empty() && visit.allowed_agents.binary_search(&shift.id.agent).is_err() {
            return Err(Refusal::NotAllowedAgent);
        }
        match visit.pinned {
            Some(pinned) if pinned != ix => Err(Refusal::PinnedElsewhere { stays_with: self.problem.shift(pinned).id }),
            _ => Ok(()),
        }
    }

    /// Below this no place on the route costs, travel aside: what is due in any case, less what a later start could mend.
    pub(super) fn floor(&self, ix: ShiftIx, visit: &Visit) -> i64 {
        let (route, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
        let (preference, moved) = standing_costs(shift, ix, visit);
        let fixed = if route.is_empty() { shift.costs.fixed } else { 0 };
        preference + moved + fixed - route.bill.broken_promises - route.bill.waiting - self.idle_cost(ix)
    }

    /// What the time costs that is neither travel nor service: a later departure could save it.
    pub(super) fn idle_cost(&self, ix: ShiftIx) -> i64 {
        let (route, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
        let per_duty_s = shift.costs.per_duty_s + shift.costs.per_imbalance_s;
        if !route.head.is_flexible || per_duty_s == 0 {
            return 0;
        }
        let service_s: i64 = route.steps.iter().map(|step| i64::from(step.service_s)).sum();
        per_duty_s * (route.duty_s() - i64::from(route.sums.travel_s) - service_s).max(0)
    }

    /// The price of putting the sought visit before the step at `position`, when it can be and costs less than `below`.
    pub(super) fn quote(
        &self,
        ix: ShiftIx,
        position: usize,
        sought: &mut Sought<W::Pin>,
        floor: i64,
        below: i64,
        bench: &mut Bench,
    ) -> Result<Option<Quote>, Refusal> {
        let (route, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
        let visit = self.problem.visit(sought.visit);
        if position < route.locked {
            return Err(Refusal::Locked);
        }
        let mut step = step_of(self, shift, sought.visit);
        let (before, free_s) = route.before(position);
        if free_s > step.closes_s {
            return Err(Refusal::WindowClosed { late_by_s: free_s - step.closes_s });
        }
        let next = route.steps.get(position);
        let old = next.map_or(route.end_leg, |next| Leg { duration_s: next.leg_s, distance_m: next.leg_m });
        // What the place costs at least, the ways there and on taking that long.
        let per_late_s = shift.costs.per_duty_s + shift.costs.per_overtime_s + shift.costs.per_imbalance_s;
        let saved = if shift.costs.per_km > 0 { shift.leg_cost(0, old.distance_m) } else { 0 };
        let waits_from_s = free_s.max(step.opens_s);
        let least = |to_s: i32, from_s: i32| {
            let waits = visit.wait_cost(waits_from_s.max(free_s.saturating_add(to_s)));
            let detour_s = i64::from(to_s) + i64::from(from_s) - i64::from(old.duration_s);
            // Where the detour is a short cut, what comes after gains that much at most.
            let faster_s = (-detour_s - i64::from(step.service_s)).max(0);
            floor + waits + shift.costs.per_travel_s * detour_s - faster_s * per_late_s - saved
        };
        let per_m = per_m(shift, self.ways.top_mps(shift.profile));
        let least_from_s = next.map_or(0, |next| least_s(step.place.least_m(next.place), per_m));
        if least(0, least_from_s) > below {
            return Ok(None);
        }
        let pin = sought.pin(&self.ways, shift.profile);
        let to_s = shift.travel_s(self.ways.back_s(pin, before));
        if to_s >= NO_WAY {
            return Err(Refusal::Unreachable);
        }
        let course = Course { problem: &self.problem, shift, head: route.head, end_leg_s: 0 };
        let (start_s, late_s) = course.start(&step, free_s + to_s);
        if late_s > 0 {
            return Err(Refusal::WindowClosed { late_by_s: late_s as i32 });
        }
        (step.leg_s, step.start_s, step.soonest_s) = (to_s, start_s, start_s);
        if least(to_s, least_from_s) > below {
            return Ok(None);
        }
        let next_stop = next.map_or(shift.end_stop, |next| Some(next.stop));
        let from_s = next_stop.map_or(0, |stop| shift.travel_s(self.ways.away_s(pin, stop)));
        if from_s >= NO_WAY {
            return Err(Refusal::Unreachable);
        }
        let arrives_s = step.ready_s() + from_s;
        let latest_s = next.map_or_else(|| route.end_max_s(shift), |next| next.latest_s);
        if arrives_s > latest_s {
            return Err(match next {
                Some(next) => {
                    Refusal::DelaysOthers { late_by_s: arrives_s.saturating_sub(next.latest_s.max(next.start_s)).max(1) }
                }
                None => Refusal::ShiftEnd { over_s: arrives_s - latest_s },
            });
        }
        let travel_s = route.sums.travel_s.saturating_sub(old.duration_s).saturating_add(to_s).saturating_add(from_s);
        // Where somebody really went may have used up more than the limit: then no more may come to it.
        if travel_s > shift.travel_max_s.max(route.sums.travel_s) {
            return Err(Refusal::MaxTravel { over_s: travel_s - shift.travel_max_s });
        }
        if least(to_s, from_s) > below {
            return Ok(None);
        }
        let (mut to, mut from) = (Leg { duration_s: to_s, distance_m: 0 }, Leg { duration_s: from_s, distance_m: 0 });
        if shift.costs.per_km > 0 || shift.distance_max_m != i32::MAX {
            to = leg_of(&self.ways, shift, before, sought.stop);
            from = next_stop.map_or_else(Leg::default, |stop| leg_of(&self.ways, shift, sought.stop, stop));
            let distance_m = route.sums.distance_m.saturating_sub(old.distance_m).saturating_add(to.distance_m + from.distance_m);
            if distance_m > shift.distance_max_m.max(route.sums.distance_m) {
                return Err(Refusal::MaxDistance { over_m: distance_m - shift.distance_max_m });
            }
        }
        let old_cost = shift.leg_cost(old.duration_s, old.distance_m);
        let mut bill = Bill {
            travel: shift.leg_cost(to.duration_s, to.distance_m) + shift.leg_cost(from.duration_s, from.distance_m) - old_cost,
            fixed: if route.is_empty() { shift.costs.fixed } else { 0 },
            ..Bill::default()
        };
        (bill.preference, bill.moved) = standing_costs(shift, ix, visit);
        step.leg_m = to.distance_m;
        let timed = if route.is_plain {
            self.delayed(route, shift, position, &step, arrives_s)
        } else {
            self.retimed(route, shift, position, &step, from, bench)?
        };
        self.within_agent_limits(ix, route, timed.duty_s)?;
        let (duty, overtime, imbalance) = time_costs(shift, timed.duty_s, timed.ends_s);
        bill.duty = duty - route.bill.duty;
        bill.overtime = overtime - route.bill.overtime;
        bill.imbalance = imbalance - route.bill.imbalance;
        (bill.broken_promises, bill.waiting) = (timed.broken, timed.waiting);
        let cost = bill.total();
        Ok((cost <= below).then_some(Quote { shift: ix, position, cost, bill, start_s: timed.start_s, delay_s: timed.delay_s }))
    }

    pub(super) fn within_agent_limits(&self, ix: ShiftIx, route: &Route, duty_s: i64) -> Result<(), Refusal> {
        let Some(limits) = self.limits_of(ix) else { return Ok(()) };
        let others_s: i64 =
            limits.shifts.iter().filter(|other| **other != ix).map(|other| self.routes[other.at()].duty_s()).sum();
        if others_s + duty_s > limits.duty_max_s && duty_s > route.duty_s() {
            return Err(Refusal::AgentDuty { over_s: others_s + duty_s - limits.duty_max_s });
        }
        Ok(())
    }

    /// Passes an arrival on along a plain route, until it is absorbed.
    fn delayed(&self, route: &Route, shift: &Shift, position: usize, step: &Step, arrives_s: i32) -> Timed {
        let course = Course { problem: &self.problem, shift, head: route.head, end_leg_s: 0 };
        let mut timed = Timed { start_s: step.start_s, ..Timed::default() };
        timed.add(shift, self.problem.visit(step.visit), step.start_s, None);
        let mut arrives_s = arrives_s;
        let rest = &route.steps[position..];
        for (at, later) in rest.iter().enumerate() {
            let (start_s, _) = course.start(later, arrives_s);
            if start_s == later.start_s {
                timed.ends_s = route.timing.ends_s;
                timed.duty_s = route.duty_s();
                return timed;
            }
            timed.delay_s += i64::from(start_s - later.start_s);
            if later.costs_by_start {
                timed.add(shift, self.problem.visit(later.visit), start_s, Some(later.start_s));
            }
            let leg_s = rest.get(at + 1).map_or(route.end_leg.duration_s, |next| next.leg_s);
            arrives_s = start_s.saturating_add(later.service_s).saturating_add(leg_s);
        }
        timed.ends_s = arrives_s;
        timed.duty_s = i64::from(arrives_s) - i64::from(route.head.duty_s);
        timed
    }

    /// Times the route with the step in it, in full.
    fn retimed(
        &self,
        route: &Route,
        shift: &Shift,
        position: usize,
        step: &Step,
        from: Leg,
        bench: &mut Bench,
    ) -> Result<Timed, Refusal> {
        let Bench { steps, board } = bench;
        steps.clear();
        steps.extend_from_slice(&route.steps[..position]);
        steps.push(*step);
        steps.extend_from_slice(&route.steps[position..]);
        let mut end_leg_s = route.end_leg.duration_s;
        match steps.get_mut(position + 1) {
            Some(next) => next.leg_s = from.duration_s,
            None => end_leg_s = from.duration_s,
        }
        let course = Course { problem: &self.problem, shift, head: route.head, end_leg_s };
        let timing = course.time(steps, board);
        let allowed_s = if route.is_empty() { 0 } else { route.timing.late_s };
        if timing.late_s > allowed_s {
            return Err(Refusal::NoRoomBesideBreaks { late_by_s: timing.late_s - allowed_s });
        }
        let mut timed = Timed { ends_s: timing.ends_s, duty_s: duty_s(route.head, &timing, false), ..Timed::default() };
        let mut old = route.steps.iter();
        for (at, now) in steps.iter().enumerate() {
            let before = if at == position { None } else { old.next() };
            if at == position {
                timed.start_s = now.start_s;
            }
            timed.delay_s += before.map_or(0, |before| i64::from((now.start_s - before.start_s).max(0)));
            if now.costs_by_start {
                timed.add(shift, self.problem.visit(now.visit), now.start_s, before.map(|before| before.start_s));
            }
        }
        Ok(timed)
    }
}

/// Times that follow from an insertion.
#[derive(Default)]
struct Timed {
    start_s: i32,
    ends_s: i32,
    duty_s: i64,
    delay_s: i64,
    /// Costs of promises broken more than before.
    broken: i64,
    /// And of waiting longer.
    waiting: i64,
}

impl Timed {
    /// A visit that starts now, and has so far; None: it has not been here.
    fn add(&mut self, shift: &Shift, visit: &Visit, start_s: i32, before_s: Option<i32>) {
        let (broken, waiting) = before_s.map_or((0, 0), |at_s| (broken_cost(shift, visit, at_s), visit.wait_cost(at_s)));
        self.broken += broken_cost(shift, visit, start_s) - broken;
        self.waiting += visit.wait_cost(start_s) - waiting;
    }
}
