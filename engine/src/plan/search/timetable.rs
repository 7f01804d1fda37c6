//! What a shift's route costs and when everything in it happens: the one place where the search knows all rules.
//!
//! The duty ends as early as it can; given that, it starts as late as it can; given that, every visit starts as early as it can, but
//! waits for its promise where the route can afford it.

use super::clock::{Clock, Instants, Start, start_of};
use super::ground::{Ground, NEVER};
use crate::plan::model::{BREAKS_MAX, Bill, Commitment, Locked, Route, VisitIx};

/// Sums and costs of one route.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub bill: Bill,
    pub duty_s: i32,
}

/// Evaluates routes; keeps its working memory between calls.
#[derive(Debug)]
pub struct Timetable<'a> {
    pub ground: &'a Ground<'a>,
    pub clocks: Vec<Clock<'a>>,
    /// Latest instants at which each visit may be over, and the latest arrivals before it.
    latest_free: Vec<Instants>,
    /// Earliest instants at which each visit may be over.
    over: Vec<Instants>,
    starts_s: Vec<i32>,
    breaks_s: Vec<Option<i32>>,
    departs_s: i32,
    ends_s: i32,
}

const NONE: Instants = Instants([NEVER; BREAKS_MAX + 1]);

impl<'a> Timetable<'a> {
    pub fn new(ground: &'a Ground<'a>) -> Self {
        let clocks = (0..ground.problem.shifts().len()).map(|shift| Clock::new(ground, shift)).collect();
        Self {
            ground,
            clocks,
            latest_free: Vec::new(),
            over: Vec::new(),
            starts_s: Vec::new(),
            breaks_s: Vec::new(),
            departs_s: 0,
            ends_s: 0,
        }
    }

    /// Travel, distance and demand of a whole route. None where there is no way, facts aside.
    pub fn sums(&self, shift: usize, visits: &[u32]) -> Option<(i64, i64, i64, i64)> {
        let (clock, ground) = (&self.clocks[shift], self.ground);
        let (mut travel_s, mut distance_m, mut demand, mut cost) = (0i64, 0i64, 0i64, 0i64);
        let mut add = |from: u32, to: u32, is_fact: bool| {
            let (leg_s, leg_m) = ground.leg(shift, from, to);
            if leg_s >= NEVER {
                return is_fact;
            }
            travel_s += i64::from(leg_s);
            distance_m += i64::from(leg_m);
            cost += clock.shift.leg_cost(leg_s, leg_m);
            true
        };
        let mut from = clock.start_stop;
        for (place, &visit) in visits.iter().enumerate() {
            if place == clock.facts {
                from = clock.head_stop;
            }
            let stop = ground.visit_stop[visit as usize];
            if !add(from, stop, place < clock.shift.locked.len()) {
                return None;
            }
            from = stop;
            demand += i64::from(ground.visit(visit).demand);
        }
        if let Some(end) = clock.end_stop
            && !visits.is_empty()
        {
            let from = if visits.len() == clock.facts { clock.head_stop } else { from };
            if !add(from, end, visits.len() == clock.shift.locked.len()) {
                return None;
            }
        }
        Some((travel_s, distance_m, demand, cost))
    }

    /// Evaluates a route that begins with the shift's locked prefix. None: it breaks a hard rule that the prefix alone does not break.
    pub fn figures(&mut self, shift: usize, visits: &[u32]) -> Option<Figures> {
        if visits.is_empty() {
            return Some(Figures::default());
        }
        let is_only_locked = visits.len() == self.clocks[shift].shift.locked.len();
        let (travel_s, distance_m, demand, travel_cost) = self.sums(shift, visits)?;
        let limits = self.clocks[shift].shift;
        let is_within = demand <= i64::from(limits.capacity)
            && visits.len() as u64 <= u64::from(limits.visits_max)
            && travel_s <= i64::from(limits.travel_max_s)
            && distance_m <= i64::from(limits.distance_max_m);
        if !is_within && !is_only_locked {
            return None;
        }
        let has_promise = visits.iter().any(|&visit| self.ground.visit(visit).promise.is_some());
        let is_timed = (has_promise && self.time(shift, visits, Start::AsPromised)) || self.time(shift, visits, Start::Early);
        if !is_timed {
            return None;
        }
        let (shift_of, costs) = (self.clocks[shift].shift, self.clocks[shift].shift.costs);
        let duty_s = (self.ends_s - self.departs_s).max(0);
        let mut bill =
            Bill { travel: travel_cost, fixed: costs.fixed, duty: costs.per_duty_s * i64::from(duty_s), ..Bill::default() };
        bill.overtime = costs.per_overtime_s * i64::from((self.ends_s - shift_of.latest_end_s).max(0));
        if let Some(target_s) = shift_of.target_duty_s {
            bill.imbalance = costs.per_imbalance_s * i64::from((duty_s - target_s).max(0));
        }
        for (&visit, &start_s) in visits.iter().zip(&self.starts_s) {
            let visit_of = self.ground.visit(visit);
            let (preference, moved) = self.ground.fixed_costs(shift, visit);
            bill.preference += preference;
            bill.moved += moved;
            if let Some(promise) = visit_of.promise
                && !(promise.window.contains(start_s) && promise.agent.is_none_or(|agent| agent == shift_of.id.agent))
            {
                bill.broken_promises += promise.cost_broken;
            }
            bill.waiting += visit_of.wait_cost(start_s);
        }
        Some(Figures { bill, duty_s })
    }

    /// The route as the answer shows it.
    pub fn route(&mut self, shift: usize, visits: &[u32]) -> Option<Route> {
        let is_known = !visits.is_empty() && self.figures(shift, visits).is_some();
        let shift_of = self.clocks[shift].shift;
        if !is_known {
            let breaks_s = vec![None; shift_of.breaks.len()];
            let at_s = shift_of.earliest_start_s;
            return visits.is_empty().then(|| Route { breaks_s, departs_s: at_s, ends_s: at_s, ..Route::default() });
        }
        let mut breaks_s = vec![None; self.clocks[shift].past];
        breaks_s.extend_from_slice(&self.breaks_s);
        Some(Route {
            visits: visits.iter().map(|&visit| VisitIx(visit)).collect(),
            starts_s: self.starts_s.clone(),
            breaks_s,
            departs_s: self.departs_s,
            ends_s: self.ends_s,
        })
    }

    /// Finds departure, starts, breaks and end. False: there is no way to be in time.
    fn time(&mut self, shift: usize, visits: &[u32], rule: Start) -> bool {
        let (clock, ground) = (&self.clocks[shift], self.ground);
        let locked = &clock.shift.locked;
        let rule_at = |place: usize| locked.get(place).map_or(rule, lock_rule);
        let leg = |place: usize| clock.travel_s(ground, visits, place);
        let mut free = clock.head;
        self.over.clear();
        for (place, &visit) in visits.iter().enumerate().skip(clock.facts) {
            free = clock.serve(&clock.arrive(&free, leg(place)), ground.visit(visit), rule_at(place));
            self.over.push(free);
        }
        let arrived = clock.arrive(&free, leg(visits.len()));
        let is_only_locked = visits.len() == locked.len();
        let end = clock.end(&arrived).or_else(|| {
            let earliest = (0..clock.states()).map(|taken| (arrived.0[taken], taken)).min()?;
            is_only_locked.then_some(earliest)
        });
        let Some((ends_s, taken)) = end.filter(|&(ends_s, _)| ends_s < NEVER) else { return false };

        // How late may each visit be over, for the duty to end then?
        let mut latest = clock.last_arrivals(ends_s);
        latest.0[taken] = ends_s;
        self.latest_free.clear();
        self.latest_free.resize(visits.len() + 1, NONE);
        for place in (clock.facts..=visits.len()).rev() {
            let free = clock.leave(&latest, leg(place));
            self.latest_free[place] = free; // latest instant to be free before the leg to `place`
            if place > clock.facts {
                let visit = ground.visit(visits[place - 1]);
                latest = clock.serve_back(&free, visit, place - 1 < locked.len());
                if let Some(awaited) = visit.awaited {
                    clock.no_later(&mut latest, &self.over[place - 1 - clock.facts], visit, visit.waits_from_s(awaited));
                }
            }
        }
        let departure = (0..clock.states())
            .filter(|&taken| clock.head.0[taken] < NEVER && clock.head.0[taken] <= self.latest_free[clock.facts].0[taken])
            .map(|taken| {
                let latest_s = self.latest_free[clock.facts].0[taken].min(clock.shift.latest_start_s);
                let can_wait = !clock.has_begun && locked.is_empty();
                (if can_wait { latest_s.max(clock.head.0[taken]) } else { clock.head.0[taken] }, taken)
            })
            .max();
        let earliest = (clock.head.0[0], 0);
        for (free_s, taken) in [departure.unwrap_or(earliest), earliest] {
            if self.walk(shift, visits, rule, free_s, taken) {
                self.departs_s = if self.clocks[shift].has_begun { self.clocks[shift].shift.earliest_start_s } else { free_s };
                return true;
            }
        }
        false
    }

    /// Writes down starts and breaks of a duty that is free at `free_s` having taken `taken` breaks, within the latest instants.
    fn walk(&mut self, shift: usize, visits: &[u32], rule: Start, mut free_s: i32, mut taken: usize) -> bool {
        let (clock, ground) = (&self.clocks[shift], self.ground);
        let locked = &clock.shift.locked;
        let (mut starts_s, mut breaks_s) = (std::mem::take(&mut self.starts_s), std::mem::take(&mut self.breaks_s));
        starts_s.clear();
        breaks_s.clear();
        breaks_s.resize(clock.breaks.len(), None);
        starts_s.extend(locked[..clock.facts].iter().map(|fact| fact.start_s.unwrap_or(clock.shift.earliest_start_s)));
        let mut is_timed = true;
        for place in clock.facts..=visits.len() {
            let travel_s = clock.travel_s(ground, visits, place);
            let visit = visits.get(place).map(|&visit| ground.visit(visit));
            let rule = locked.get(place).map_or(rule, lock_rule);
            let mut best: Option<(i32, usize, usize)> = None;
            // So many breaks before the way, then so many by its end.
            let mut here_s = free_s;
            for first in taken..=clock.breaks.len() {
                if first > taken {
                    let Some(rested_s) = clock.rested(here_s, first - 1) else { break };
                    here_s = rested_s;
                }
                let mut there_s = here_s.saturating_add(travel_s);
                for then in first..=clock.breaks.len() {
                    if then > first {
                        let Some(rested_s) = clock.rested(there_s, then - 1) else { break };
                        there_s = rested_s;
                    }
                    let reached = match visit {
                        None => (there_s <= self.latest_end(shift, visits, then)).then_some(there_s),
                        Some(visit) => start_of(there_s, visit, rule)
                            .filter(|&start_s| start_s + clock.shift.service_s(visit) <= self.latest_free[place + 1].0[then]),
                    };
                    let Some(reached_s) = reached else { continue };
                    if best.is_none_or(|(best_s, _, best_then)| (reached_s, then) < (best_s, best_then)) {
                        best = Some((reached_s, first, then));
                    }
                }
            }
            let Some((reached_s, first, then)) = best else {
                is_timed = false;
                break;
            };
            let mut at_s = free_s;
            for (index, pause) in clock.breaks.iter().enumerate().take(then).skip(taken) {
                if index == first {
                    at_s += travel_s;
                }
                let start_s = at_s.max(pause.earliest_start_s);
                breaks_s[index] = Some(start_s);
                at_s = start_s + pause.duration_s;
            }
            taken = then;
            match visit {
                Some(visit) => {
                    starts_s.push(reached_s);
                    free_s = reached_s + clock.shift.service_s(visit);
                }
                None => self.ends_s = reached_s,
            }
        }
        (self.starts_s, self.breaks_s) = (starts_s, breaks_s);
        is_timed
    }

    /// The latest that a duty may end having taken `taken` breaks. A prefix of facts ends when it ends.
    fn latest_end(&self, shift: usize, visits: &[u32], taken: usize) -> i32 {
        let clock = &self.clocks[shift];
        if visits.len() == clock.shift.locked.len() {
            return NEVER;
        }
        clock.last_arrivals(clock.shift.end_max_s()).0[taken]
    }
}

pub fn lock_rule(locked: &Locked) -> Start {
    match locked.commitment {
        Commitment::FixedOrderAndTime => Start::Locked(locked.start_s),
        Commitment::Done | Commitment::InProgress | Commitment::FixedOrder | Commitment::FixedAgent | Commitment::Free => {
            Start::Locked(None)
        }
    }
}
