//! Judges a plan by the problem alone: shares nothing with the searches but the model, trusts nothing they say.
//!
//! A plan that passes breaks no hard rule, and its bill is what it really costs. Facts are no violations: what a locked prefix alone
//! breaks (a late visit, a long day) is how things are.

use super::model::{
    Bill, Commitment, Locked, Prize, Problem, Route, Shift, ShiftId, ShiftIx, Solution, StopIx, Travel, Visit, VisitIx,
};
use crate::{AgentId, VisitId};
use serde::Serialize;

/// A hard rule that a plan breaks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Violation {
    #[error("the plan has {routes} routes for {shifts} shifts")]
    RouteCount { routes: usize, shifts: usize },
    #[error("shift {shift}: the route does not say when each of its visits and breaks starts")]
    Incomplete { shift: ShiftId },
    #[error("no visit has number {index}")]
    UnknownVisit { index: u32 },
    #[error("visit {visit} is neither planned nor left out")]
    Forgotten { visit: VisitId },
    #[error("visit {visit} is there twice")]
    Twice { visit: VisitId },
    #[error("shift {shift}: the route does not begin with its locked visits")]
    LockBroken { shift: ShiftId },
    #[error("visit {visit}: shift {shift} may not serve it")]
    NotAllowed { visit: VisitId, shift: ShiftId },
    #[error("visit {visit}: shift {shift} lacks a skill")]
    NotSkilled { visit: VisitId, shift: ShiftId },
    #[error("shift {shift}: no way leads to {visit:?}")]
    NoWay { shift: ShiftId, visit: Option<VisitId> },
    #[error("shift {shift}: starts at {at_s} s, outside its limits")]
    StartOutside { shift: ShiftId, at_s: i32 },
    #[error("visit {visit}: starts at {at_s} s, outside its windows")]
    OutsideWindows { visit: VisitId, at_s: i32 },
    #[error("visit {visit}: starts at {at_s} s, which is not when it did")]
    FactChanged { visit: VisitId, at_s: i32 },
    #[error("visit {visit}: starts at {at_s} s, before it is reached")]
    TooEarly { visit: VisitId, at_s: i32 },
    #[error("shift {shift}: ends at {at_s} s, before its end is reached")]
    EndTooEarly { shift: ShiftId, at_s: i32 },
    #[error("shift {shift}: ends at {at_s} s, after its last second of {max_s}")]
    EndTooLate { shift: ShiftId, at_s: i32, max_s: i32 },
    #[error("shift {shift}: break {index} is due and not taken")]
    BreakMissing { shift: ShiftId, index: usize },
    #[error("shift {shift}: break {index} starts outside its window, or does not lie between visits")]
    BreakMisplaced { shift: ShiftId, index: usize },
    #[error("shift {shift}: {field} is {value}, over its limit of {max}")]
    OverLimit { shift: ShiftId, field: &'static str, value: i64, max: i64 },
    #[error("agent {agent}: {field} is {value} over all shifts, over the limit of {max}")]
    AgentOverLimit { agent: AgentId, field: &'static str, value: i64, max: i64 },
}

/// Returns what the plan costs, or everything that is wrong with it.
pub fn check(problem: &Problem, travel: &impl Travel, solution: &Solution) -> Result<Bill, Vec<Violation>> {
    let (bill, violations) = assess(problem, travel, solution);
    if violations.is_empty() { Ok(bill) } else { Err(violations) }
}

/// The same of a plan that may break rules: what it costs as far as it can be reckoned, and every rule it breaks.
pub fn assess(problem: &Problem, travel: &impl Travel, solution: &Solution) -> (Bill, Vec<Violation>) {
    let mut judge = Judge { problem, travel, violations: Vec::new(), bill: Bill::default() };
    judge.judge(solution);
    (judge.bill, judge.violations)
}

struct Judge<'a, T> {
    problem: &'a Problem,
    travel: &'a T,
    violations: Vec<Violation>,
    bill: Bill,
}

/// What nothing is done in: from being free at one stop to having to be at the next.
struct Gap {
    free_s: i32,
    until_s: i32,
    travel_s: i32,
    /// Whether the next thing's time is settled by facts, so that being late is no violation.
    is_fact: bool,
    next: Option<VisitIx>,
}

impl<T: Travel> Judge<'_, T> {
    fn judge(&mut self, solution: &Solution) {
        let (routes, shifts) = (solution.routes.len(), self.problem.shifts().len());
        if routes != shifts {
            return self.violations.push(Violation::RouteCount { routes, shifts });
        }
        let mut seen = vec![0u8; self.problem.visits().len()];
        let planned = solution.routes.iter().flat_map(|route| &route.visits);
        for &visit in planned.chain(solution.unassigned.iter().map(|left_out| &left_out.visit)) {
            match seen.get_mut(visit.at()) {
                None => self.violations.push(Violation::UnknownVisit { index: visit.0 }),
                Some(times) => *times = times.saturating_add(1),
            }
        }
        for (visit, times) in self.problem.visits().iter().zip(seen) {
            match times {
                0 => self.violations.push(Violation::Forgotten { visit: visit.id }),
                1 => {}
                _ => self.violations.push(Violation::Twice { visit: visit.id }),
            }
        }
        if !self.violations.is_empty() {
            return; // the rest would only repeat it
        }
        for left_out in &solution.unassigned {
            let visit = self.problem.visit(left_out.visit);
            match visit.prize {
                Prize::Optional(prize) => self.bill.prizes_lost += prize,
                Prize::Mandatory => self.bill.mandatory_lost += 1 + i64::from(visit.priority),
            }
            if let Some(shift) = visit.locked_in {
                self.violations.push(Violation::LockBroken { shift: self.problem.shift(shift).id });
            }
        }
        for (at, route) in solution.routes.iter().enumerate() {
            self.judge_route(ShiftIx::from(at), route);
        }
        self.judge_agents(solution);
    }

    fn judge_agents(&mut self, solution: &Solution) {
        for limits in self.problem.agents() {
            let used = || limits.shifts.iter().filter(|shift| !solution.routes[shift.at()].visits.is_empty());
            let has_choice =
                used().any(|&shift| solution.routes[shift.at()].visits.len() > self.problem.shift(shift).locked.len());
            let duty_s: i64 = used().map(|shift| i64::from(duty_s(&solution.routes[shift.at()]))).sum();
            let count = used().count() as i64;
            let checks = [("duty_max_s", duty_s, limits.duty_max_s), ("shifts_max", count, i64::from(limits.shifts_max))];
            for (field, value, max) in checks {
                if has_choice && value > max {
                    self.violations.push(Violation::AgentOverLimit { agent: limits.agent, field, value, max });
                }
            }
        }
    }

    fn judge_route(&mut self, at: ShiftIx, route: &Route) {
        let shift = self.problem.shift(at);
        if route.starts_s.len() != route.visits.len() || route.breaks_s.len() != shift.breaks.len() {
            return self.violations.push(Violation::Incomplete { shift: shift.id });
        }
        let is_locked_kept = route.visits.len() >= shift.locked.len()
            && shift.locked.iter().zip(&route.visits).all(|(locked, &visit)| locked.visit == visit);
        if !is_locked_kept {
            return self.violations.push(Violation::LockBroken { shift: shift.id });
        }
        for &visit in &route.visits {
            let visit_of = self.problem.visit(visit);
            if visit_of.locked_in.is_some_and(|locked_in| locked_in != at) {
                self.violations.push(Violation::LockBroken { shift: shift.id });
            }
        }
        for &visit in &route.visits[shift.locked.len()..] {
            let visit_of = self.problem.visit(visit);
            if !shift.skills.has_all(visit_of.skills) {
                self.violations.push(Violation::NotSkilled { visit: visit_of.id, shift: shift.id });
            } else if !self.problem.may_serve(at, visit) {
                self.violations.push(Violation::NotAllowed { visit: visit_of.id, shift: shift.id });
            }
        }
        if route.visits.is_empty() {
            for (index, start_s) in route.breaks_s.iter().enumerate() {
                if start_s.is_some() {
                    self.violations.push(Violation::BreakMisplaced { shift: shift.id, index });
                }
            }
            return;
        }
        self.judge_limits(at, shift, route);
        if let Some(gaps) = self.gaps(shift, route) {
            self.judge_times(shift, route, &gaps);
            self.judge_breaks(shift, route, &gaps);
        }
        self.add_costs(at, shift, route);
    }

    /// The legs really gone, each with the visit it leads to (None: the end). What is a fact or follows from the agent being under way
    /// starts from where the agent is.
    fn legs(&self, shift: &Shift, route: &Route) -> Vec<(StopIx, StopIx, Option<VisitIx>)> {
        let facts = facts(shift);
        let mut legs = Vec::new();
        let mut from = shift.start_stop;
        for (place, &visit) in route.visits.iter().enumerate() {
            from = if place == facts { head_stop(self.problem, shift) } else { from };
            let to = self.problem.visit(visit).stop;
            legs.push((from, to, Some(visit)));
            from = to;
        }
        if let Some(end) = shift.end_stop {
            from = if route.visits.len() == facts { head_stop(self.problem, shift) } else { from };
            legs.push((from, end, None));
        }
        legs
    }

    /// Seconds and metres of a leg in this shift.
    fn leg(&self, shift: &Shift, from: StopIx, to: StopIx) -> Option<(i32, i32)> {
        if from == to {
            return Some((0, 0));
        }
        let leg = self.travel.leg(shift.profile, from, to)?;
        Some((shift.travel_s(leg.duration_s), leg.distance_m))
    }

    fn judge_limits(&mut self, _at: ShiftIx, shift: &Shift, route: &Route) {
        let (mut travel_s, mut distance_m) = (0i64, 0i64);
        for (place, (from, to, visit)) in self.legs(shift, route).into_iter().enumerate() {
            let is_fact = place < shift.locked.len() || route.visits.len() == shift.locked.len();
            match self.leg(shift, from, to) {
                Some((leg_s, leg_m)) => {
                    travel_s += i64::from(leg_s);
                    distance_m += i64::from(leg_m);
                }
                None if is_fact => {}
                None => {
                    let visit = visit.map(|visit| self.problem.visit(visit).id);
                    self.violations.push(Violation::NoWay { shift: shift.id, visit });
                }
            }
        }
        if route.visits.len() == shift.locked.len() {
            return;
        }
        let demand: i64 = route.visits.iter().map(|&visit| i64::from(self.problem.visit(visit).demand)).sum();
        for (field, value, max) in [
            ("capacity", demand, i64::from(shift.capacity)),
            ("visits_max", route.visits.len() as i64, i64::from(shift.visits_max)),
            ("travel_max_s", travel_s, i64::from(shift.travel_max_s)),
            ("distance_max_m", distance_m, i64::from(shift.distance_max_m)),
        ] {
            if value > max {
                self.violations.push(Violation::OverLimit { shift: shift.id, field, value, max });
            }
        }
    }

    /// The gaps of the part of a route that is not yet a fact. None: some way is missing, which was said.
    fn gaps(&self, shift: &Shift, route: &Route) -> Option<Vec<Gap>> {
        let facts = facts(shift);
        let mut free_s = head_free_s(self.problem, shift).unwrap_or(route.departs_s);
        let mut gaps = Vec::new();
        let legs = self.legs(shift, route);
        for (place, &visit) in route.visits.iter().enumerate().skip(facts) {
            let (from, to, _) = legs[place];
            let (travel_s, _) = self.leg(shift, from, to)?;
            let is_fact = place < shift.locked.len();
            gaps.push(Gap { free_s, until_s: route.starts_s[place], travel_s, is_fact, next: Some(visit) });
            free_s = route.starts_s[place].saturating_add(shift.service_s(self.problem.visit(visit)));
        }
        let travel_s = match (shift.end_stop, legs.last()) {
            (Some(_), Some(&(from, to, None))) => self.leg(shift, from, to)?.0,
            _ => 0,
        };
        gaps.push(Gap { free_s, until_s: route.ends_s, travel_s, is_fact: false, next: None });
        Some(gaps)
    }

    fn judge_times(&mut self, shift: &Shift, route: &Route, gaps: &[Gap]) {
        let has_begun = head_free_s(self.problem, shift).is_some();
        let starts_well = if has_begun {
            route.departs_s == shift.earliest_start_s
        } else {
            (shift.earliest_start_s..=shift.latest_start_s).contains(&route.departs_s)
        };
        if !starts_well {
            self.violations.push(Violation::StartOutside { shift: shift.id, at_s: route.departs_s });
        }
        for (locked, &at_s) in shift.locked.iter().zip(&route.starts_s).take(facts(shift)) {
            if locked.start_s.is_some_and(|start_s| start_s != at_s) {
                self.violations.push(Violation::FactChanged { visit: self.problem.visit(locked.visit).id, at_s });
            }
        }
        for (place, gap) in gaps.iter().enumerate() {
            let is_early = i64::from(gap.until_s) < i64::from(gap.free_s) + i64::from(gap.travel_s);
            let at_s = gap.until_s;
            let Some(visit) = gap.next.map(|visit| self.problem.visit(visit)) else {
                if is_early {
                    self.violations.push(Violation::EndTooEarly { shift: shift.id, at_s });
                }
                let max_s = shift.end_max_s();
                if at_s > max_s && route.visits.len() > shift.locked.len() {
                    self.violations.push(Violation::EndTooLate { shift: shift.id, at_s, max_s });
                }
                continue;
            };
            if is_early {
                self.violations.push(Violation::TooEarly { visit: visit.id, at_s });
            }
            if gap.is_fact {
                self.judge_locked(&shift.locked[facts(shift) + place], visit, at_s);
            } else if !visit.windows.iter().any(|window| window.contains(at_s)) {
                self.violations.push(Violation::OutsideWindows { visit: visit.id, at_s });
            }
        }
    }

    /// A visit whose place is settled starts no earlier than settled; late it may be, when it must.
    fn judge_locked(&mut self, locked: &Locked, visit: &Visit, at_s: i32) {
        if locked.commitment == Commitment::FixedOrderAndTime && locked.start_s.is_some_and(|start_s| at_s < start_s) {
            self.violations.push(Violation::FactChanged { visit: visit.id, at_s });
        }
        let is_last_chance_past = visit.windows.iter().all(|window| window.closes_s < at_s);
        let is_within = visit.windows.iter().any(|window| window.contains(at_s));
        if locked.commitment == Commitment::FixedOrder && !is_within && !is_last_chance_past {
            self.violations.push(Violation::OutsideWindows { visit: visit.id, at_s });
        }
    }

    fn judge_breaks(&mut self, shift: &Shift, route: &Route, gaps: &[Gap]) {
        let duty_free_s = head_free_s(self.problem, shift);
        let mut taken: Vec<Vec<(i32, i32)>> = vec![Vec::new(); gaps.len()];
        for (index, (pause, start_s)) in shift.breaks.iter().zip(&route.breaks_s).enumerate() {
            let Some(start_s) = *start_s else {
                let was_before = duty_free_s.is_some_and(|free_s| pause.latest_start_s < free_s);
                let is_due = route.departs_s <= pause.latest_start_s && route.ends_s > pause.latest_start_s;
                if is_due && !was_before && route.visits.len() > shift.locked.len() {
                    self.violations.push(Violation::BreakMissing { shift: shift.id, index });
                }
                continue;
            };
            let end_s = start_s.saturating_add(pause.duration_s);
            let gap = gaps.iter().position(|gap| gap.free_s <= start_s && end_s <= gap.until_s);
            let is_in_window = (pause.earliest_start_s..=pause.latest_start_s).contains(&start_s);
            match gap.filter(|_| is_in_window) {
                Some(gap) => taken[gap].push((start_s, end_s)),
                None => self.violations.push(Violation::BreakMisplaced { shift: shift.id, index }),
            }
        }
        for (gap, mut breaks) in gaps.iter().zip(taken) {
            breaks.sort_unstable();
            let overlap = breaks.windows(2).any(|pair| pair[1].0 < pair[0].1);
            // The way is gone in one piece.
            let (mut longest_s, mut free_s) = (0, gap.free_s);
            for &(start_s, end_s) in &breaks {
                longest_s = longest_s.max(start_s - free_s);
                free_s = end_s;
            }
            longest_s = longest_s.max(gap.until_s - free_s);
            if overlap || (!breaks.is_empty() && longest_s < gap.travel_s) {
                let visit = gap.next.map_or(0, |next| next.at());
                let index = route.breaks_s.iter().position(|start_s| start_s.is_some_and(|at_s| at_s == breaks[0].0));
                let _ = visit;
                self.violations.push(Violation::BreakMisplaced { shift: shift.id, index: index.unwrap_or(0) });
            }
        }
    }

    fn add_costs(&mut self, at: ShiftIx, shift: &Shift, route: &Route) {
        let costs = shift.costs;
        let mut travel = 0;
        for (from, to, _) in self.legs(shift, route) {
            if let Some((leg_s, leg_m)) = self.leg(shift, from, to) {
                travel += costs.per_travel_s * i64::from(leg_s) + (costs.per_km * i64::from(leg_m) + 500) / 1000;
            }
        }
        let duty_s = i64::from(duty_s(route));
        self.bill.travel += travel;
        self.bill.fixed += costs.fixed;
        self.bill.duty += costs.per_duty_s * duty_s;
        self.bill.overtime += costs.per_overtime_s * i64::from(route.ends_s.saturating_sub(shift.latest_end_s).max(0));
        if let Some(target_s) = shift.target_duty_s {
            self.bill.imbalance += costs.per_imbalance_s * (duty_s - i64::from(target_s)).max(0);
        }
        for (&visit, &start_s) in route.visits.iter().zip(&route.starts_s) {
            let visit = self.problem.visit(visit);
            let agent = shift.id.agent;
            if !visit.preferred_agents.is_empty() && !visit.preferred_agents.contains(&agent) {
                self.bill.preference += visit.not_preferred_cost;
            }
            if let Some(promise) = visit.promise
                && (!promise.window.contains(start_s) || promise.agent.is_some_and(|promised| promised != agent))
            {
                self.bill.broken_promises += promise.cost_broken;
            }
            if let Some(awaited) = visit.awaited {
                let opens_s = visit.windows.iter().map(|window| window.opens_s).min().unwrap_or(0);
                self.bill.waiting += awaited.cost_per_s * (i64::from(start_s) - i64::from(awaited.since_s.max(opens_s))).max(0);
            }
            if let Some(current) = visit.current
                && current.shift != at
            {
                self.bill.moved += current.cost_moved;
            }
        }
    }
}

/// How many visits at the front are done or in progress.
fn facts(shift: &Shift) -> usize {
    shift.locked.iter().take_while(|locked| matches!(locked.commitment, Commitment::Done | Commitment::InProgress)).count()
}

/// Since when a duty that has begun is free for what is no fact; None: it has not begun.
fn head_free_s(problem: &Problem, shift: &Shift) -> Option<i32> {
    let last = shift.locked[..facts(shift)].last();
    let over_s = last.map(|last| {
        let service_s = shift.service_s(problem.visit(last.visit));
        last.end_s.unwrap_or_else(|| last.start_s.unwrap_or(shift.earliest_start_s).saturating_add(service_s))
    });
    let begun_s = over_s.max(shift.under_way.map(|under_way| under_way.at_s))?;
    Some(begun_s.max(shift.earliest_start_s))
}

/// Where what is no fact starts from: where the agent is, who stays at the place of a visit in progress.
fn head_stop(problem: &Problem, shift: &Shift) -> StopIx {
    let last = shift.locked[..facts(shift)].last();
    match (last, shift.under_way) {
        (Some(last), _) if last.commitment == Commitment::InProgress => problem.visit(last.visit).stop,
        (_, Some(under_way)) => under_way.stop,
        (Some(last), None) => problem.visit(last.visit).stop,
        (None, None) => shift.start_stop,
    }
}

fn duty_s(route: &Route) -> i32 {
    route.ends_s.saturating_sub(route.departs_s).max(0)
}
