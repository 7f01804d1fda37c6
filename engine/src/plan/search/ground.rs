//! The problem laid out for searching: stops renumbered to those in use, one dense matrix per way of travelling, service times and
//! fixed costs by kind of shift. Built once per search.

use crate::plan::model::{Prize, Problem, Shift, ShiftIx, StopIx, Travel, Visit, VisitIx};
use std::collections::HashMap;

/// No way, or never. Half of what fits, so that two may be added.
pub const NEVER: i32 = i32::MAX / 2;

/// What losing one mandatory visit weighs: more than any cost of serving it.
pub const MANDATORY: i64 = 1_000_000_000_000;

#[derive(Debug)]
pub struct Ground<'a> {
    pub problem: &'a Problem,
    /// Row-major over the stops in use, one per distinct profile and travel factor.
    gears: Vec<Gear>,
    gear_of: Vec<u16>,
    stop_of: HashMap<StopIx, u32>,
    pub visit_stop: Vec<u32>,
    stops: usize,
    /// For each visit, who is near in place and time, nearest first.
    near: Vec<u32>,
    near_len: usize,
}

#[derive(Debug)]
struct Gear {
    /// Seconds and metres side by side: who asks for one mostly wants both.
    legs: Vec<(i32, i32)>,
}

const NEAR_MAX: usize = 40;
const WAIT_WEIGHT: f64 = 0.2;

impl<'a> Ground<'a> {
    pub fn new(problem: &'a Problem, travel: &impl Travel) -> Self {
        let mut ground = Self::bare(problem, travel);
        ground.near_len = NEAR_MAX.min(problem.visits().len().saturating_sub(1));
        ground.choose_near();
        ground
    }

    /// Without neighbours: enough to time routes.
    pub fn bare(problem: &'a Problem, travel: &impl Travel) -> Self {
        let mut used: Vec<StopIx> = problem.visits().iter().map(|visit| visit.stop).collect();
        for shift in problem.shifts() {
            used.push(shift.start_stop);
            used.extend(shift.end_stop);
            used.extend(shift.under_way.map(|under_way| under_way.stop));
        }
        used.sort_unstable();
        used.dedup();
        let stop_of: HashMap<StopIx, u32> = used.iter().enumerate().map(|(i, &stop)| (stop, i as u32)).collect();
        let mut kinds: HashMap<(u16, u64), u16> = HashMap::new();
        let mut gears = Vec::new();
        let mut gear_of = Vec::with_capacity(problem.shifts().len());
        for shift in problem.shifts() {
            let kind = (shift.profile.0, shift.travel_factor.to_bits());
            let gear = *kinds.entry(kind).or_insert_with(|| {
                gears.push(Gear::new(shift, &used, travel));
                (gears.len() - 1) as u16
            });
            gear_of.push(gear);
        }
        let visit_stop = problem.visits().iter().map(|visit| stop_of[&visit.stop]).collect();
        Self { problem, gears, gear_of, stop_of, visit_stop, stops: used.len(), near: Vec::new(), near_len: 0 }
    }

    fn choose_near(&mut self) {
        let n = self.problem.visits().len();
        if self.gears.is_empty() || self.near_len == 0 {
            self.near_len = 0;
            return;
        }
        let mut keyed: Vec<(f64, u32)> = Vec::with_capacity(n);
        let by_key = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        for u in 0..n {
            keyed.clear();
            keyed.extend((0..n).filter(|&v| v != u).map(|v| (self.awkwardness(u, v).min(self.awkwardness(v, u)), v as u32)));
            keyed.select_nth_unstable_by(self.near_len - 1, by_key);
            keyed.truncate(self.near_len);
            keyed.sort_unstable_by(by_key);
            self.near.extend(keyed.iter().map(|&(_, v)| v));
        }
    }

    /// How ill `to` follows `from`, by the windows' hulls: within a day two visits with several windows can mostly be paired.
    fn awkwardness(&self, from: usize, to: usize) -> f64 {
        let travel = f64::from(self.gears[0].legs[self.visit_stop[from] as usize * self.stops + self.visit_stop[to] as usize].0);
        let (first, second) = (&self.problem.visits()[from], &self.problem.visits()[to]);
        let hull = |visit: &Visit| {
            let (first, last) = (visit.windows.first(), visit.windows.last());
            (first.map_or(0.0, |window| f64::from(window.opens_s)), last.map_or(0.0, |window| f64::from(window.closes_s)))
        };
        let ((opens_a, closes_a), (opens_b, closes_b)) = (hull(first), hull(second));
        let wait = opens_b - travel - f64::from(first.service_s) - closes_a;
        let warp = opens_a + f64::from(first.service_s) + travel - closes_b;
        travel + WAIT_WEIGHT * wait.max(0.0) + warp.max(0.0)
    }

    pub fn near(&self, visit: u32) -> &[u32] {
        &self.near[visit as usize * self.near_len..][..self.near_len]
    }

    /// Seconds and metres; `NEVER` where there is no way.
    #[inline]
    pub fn leg(&self, shift: usize, from: u32, to: u32) -> (i32, i32) {
        let gear = &self.gears[usize::from(self.gear_of[shift])];
        let at = from as usize * self.stops + to as usize;
        gear.legs[at]
    }

    pub fn stop(&self, stop: StopIx) -> u32 {
        self.stop_of[&stop]
    }

    pub fn shift(&self, shift: usize) -> &'a Shift {
        self.problem.shift(ShiftIx::from(shift))
    }

    pub fn visit(&self, visit: u32) -> &'a Visit {
        self.problem.visit(VisitIx(visit))
    }

    /// What leaving a visit out weighs in the search.
    pub fn loss(&self, visit: u32) -> i64 {
        let visit = self.visit(visit);
        match visit.prize {
            Prize::Optional(prize) => prize,
            Prize::Mandatory => MANDATORY * (1 + i64::from(visit.priority)),
        }
    }

    /// What this shift serving the visit costs beside time and way: for preference, and for being moved.
    pub fn fixed_costs(&self, shift: usize, visit: u32) -> (i64, i64) {
        let (agent, visit) = (self.shift(shift).id.agent, self.visit(visit));
        let is_preferred = visit.preferred_agents.is_empty() || visit.preferred_agents.contains(&agent);
        let moved = visit.current.filter(|current| current.shift.at() != shift).map_or(0, |current| current.cost_moved);
        (if is_preferred { 0 } else { visit.not_preferred_cost }, moved)
    }
}

impl Gear {
    fn new(shift: &Shift, used: &[StopIx], travel: &impl Travel) -> Self {
        let mut gear = Self { legs: Vec::with_capacity(used.len() * used.len()) };
        for &from in used {
            for &to in used {
                let leg = if from == to {
                    Some((0, 0))
                } else {
                    travel.leg(shift.profile, from, to).map(|leg| (leg.duration_s, leg.distance_m))
                };
                gear.legs.push(leg.map_or((NEVER, 0), |(duration_s, distance_m)| (shift.travel_s(duration_s), distance_m)));
            }
        }
        gear
    }
}
