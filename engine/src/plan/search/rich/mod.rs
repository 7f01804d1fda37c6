//! The search that knows every rule: takes strings of visits out of neighbouring routes and puts them back one by one where they cost
//! least and break nothing (after Christiaens & Vanden Berghe, "Slack induction by string removals", 2020), accepting by late acceptance
//! (Burke & Bykov 2017). A plan under way never breaks a hard rule: what fits nowhere waits in the pool.

mod places;
#[cfg(test)]
mod tests;
mod tour;
mod worths;

use super::ground::{Ground, MANDATORY};
use super::rng::Rng;
use super::timetable::Timetable;
use crate::plan::model::{AgentLimits, ShiftIx, VisitIx};
use places::{Memory, Place};
use std::cmp::Reverse;
use tour::Tour;
use worths::Worths;

/// `Rich::place_of` of a visit in no route.
const NOWHERE: u32 = u32::MAX;
/// One best place in so many is overlooked, so that greed does not repeat itself (the paper's blink rate of 1 %).
const BLINK: usize = 100;
const STRING_MAX: f64 = 10.0;
const REMOVED_MEAN: f64 = 10.0;
/// Up to so many shifts every route is tried, beyond only those of near visits.
const TRY_ALL_MAX: usize = 40;
/// How much what a visit is worth for its time may seem more or less than it is, in all.
const NOISE: f64 = 0.25;
/// Once in so many iterations the orders are those of plans that leave nothing out.
const OTHER_ORDERS: usize = 12;
const HISTORY_MIN: usize = 200;
const HISTORY_MAX: usize = 5_000;
/// The history grows by one for so many iterations: long runs may wander further.
const HISTORY_PART: u64 = 20;

/// A plan: visits by shift, in order.
pub type Orders = Vec<Vec<u32>>;

#[derive(Debug)]
pub struct Rich<'a> {
    ground: &'a Ground<'a>,
    timetable: Timetable<'a>,
    tours: Vec<Tour>,
    route_of: Vec<u32>,
    pool: Vec<u32>,
    cost: i64,
    /// The limits that bind a shift's agent, if any.
    limits: Vec<Option<&'a AgentLimits>>,
    /// By shift: nothing but the way and fixed costs is paid, and no limit over several shifts binds.
    is_by_way: Vec<bool>,
    memory: Memory,
    tours_made: u64,
    journal: Vec<(u32, Tour)>,
    pool_before: Vec<u32>,
    cost_before: i64,
    rng: Rng,
    scratch: Vec<u32>,
    unsure: Vec<Place>,
    /// Takes nothing while the plan is put together again: its visits are to try life elsewhere.
    barred: Option<usize>,
    /// While the plan is put together again, opening a shift counts as free: visits that are worth it only together may meet.
    is_opening_free: bool,
    /// Some visits had no place before this iteration.
    is_short: bool,
    worths: Worths,
    best: (i64, Orders),
    pub iterations: u64,
}

impl<'a> Rich<'a> {
    /// Begins with `start`: what of it cannot be made is left out.
    pub fn new(ground: &'a Ground<'a>, start: &Orders, seed: u64) -> Self {
        let problem = ground.problem;
        let limits: Vec<Option<&AgentLimits>> =
            problem.shifts().iter().map(|shift| problem.agents().iter().find(|limits| limits.agent == shift.id.agent)).collect();
        let is_by_way = problem.shifts().iter().zip(&limits).map(|(shift, limits)| {
            let costs = shift.costs;
            limits.is_none()
                && shift.locked.is_empty()
                && costs.per_duty_s == 0
                && (shift.target_duty_s.is_none() || costs.per_imbalance_s == 0)
        });
        let mut rich = Self {
            ground,
            timetable: Timetable::new(ground),
            tours: Vec::new(),
            route_of: vec![NOWHERE; problem.visits().len()],
            pool: Vec::new(),
            cost: 0,
            is_by_way: is_by_way.collect(),
            limits,
            memory: Memory::new(problem.visits().len(), problem.shifts().len()),
            tours_made: 0,
            journal: Vec::new(),
            pool_before: Vec::new(),
            cost_before: 0,
            rng: Rng::new(seed),
            scratch: Vec::new(),
            unsure: Vec::new(),
            barred: None,
            is_opening_free: false,
            is_short: true,
            worths: Worths::new(ground),
            best: (i64::MAX, Vec::new()),
            iterations: 0,
        };
        rich.begin(start);
        rich
    }

    fn begin(&mut self, start: &Orders) {
        let problem = self.ground.problem;
        for shift in 0..problem.shifts().len() {
            let locked: Vec<u32> = self.ground.shift(shift).locked.iter().map(|locked| locked.visit.0).collect();
            for &visit in &locked {
                self.route_of[visit as usize] = shift as u32;
            }
            let mut tour = Tour::new(&mut self.timetable, shift, locked.clone(), false).unwrap_or_else(|| Tour::closed(locked));
            self.tours_made += 1;
            tour.id = self.tours_made;
            self.cost += tour.cost;
            self.tours.push(tour);
        }
        for (shift, order) in start.iter().enumerate().take(problem.shifts().len()) {
            let is_wanted = |&visit: &u32| {
                self.route_of[visit as usize] == NOWHERE && problem.may_serve(ShiftIx::from(shift), VisitIx(visit))
            };
            let mut visits = self.tours[shift].visits.clone();
            let mut wanted: Vec<u32> = order.iter().copied().filter(|visit| is_wanted(visit)).collect();
            visits.extend(&wanted);
            if !self.put(shift, visits) {
                // Not as a whole: visit by visit, at the end.
                wanted.retain(|&visit| {
                    let mut visits = self.tours[shift].visits.clone();
                    visits.push(visit);
                    self.put(shift, visits)
                });
            }
            for &visit in &self.tours[shift].visits {
                self.route_of[visit as usize] = shift as u32;
            }
        }
        self.pool = (0..problem.visits().len() as u32).filter(|&visit| self.route_of[visit as usize] == NOWHERE).collect();
        self.cost += self.pool.iter().map(|&visit| self.ground.loss(visit)).sum::<i64>();
        self.commit();
        self.note_best();
        self.recreate();
        self.commit();
        self.note_best();
    }

    /// The best plan found, and what times it.
    pub fn into_best(self) -> (Timetable<'a>, Orders) {
        (self.timetable, self.best.1)
    }

    /// Searches until told to stop; asked before every iteration.
    pub fn run(&mut self, go_on: &mut dyn FnMut(u64, i64) -> bool) {
        if self.ground.problem.visits().is_empty() || self.ground.problem.shifts().is_empty() {
            return;
        }
        let mut judged = self.judged();
        let mut history = vec![judged; HISTORY_MIN];
        let mut at = 0;
        while go_on(self.iterations, self.best.0) {
            self.iterations += 1;
            self.is_short = !self.pool.is_empty();
            let is_sound = self.ruin();
            if is_sound {
                self.recreate();
                self.note_best();
            }
            if history.len() < HISTORY_MAX.min((self.iterations / HISTORY_PART) as usize) {
                history.push(judged);
            }
            at = (at + 1) % history.len();
            let now = self.judged();
            if is_sound && (now < history[at] || now <= judged) {
                self.commit();
                judged = now;
            } else {
                self.undo();
            }
            history[at] = history[at].min(judged);
        }
    }

    /// What a plan is accepted by: its cost, but of two visits worth the same rather the longer is left out, for the room it leaves.
    fn judged(&self) -> i64 {
        self.cost - self.pool.iter().map(|&visit| self.worths.relief(visit)).sum::<i64>()
    }

    fn note_best(&mut self) {
        if self.cost < self.best.0 {
            self.best = (self.cost, self.tours.iter().map(|tour| tour.visits.clone()).collect());
        }
    }

    fn commit(&mut self) {
        self.journal.clear();
        self.pool_before.clone_from(&self.pool);
        self.cost_before = self.cost;
    }

    fn undo(&mut self) {
        for (shift, tour) in std::mem::take(&mut self.journal).into_iter().rev() {
            self.tours[shift as usize] = tour;
            for &visit in &self.tours[shift as usize].visits {
                self.route_of[visit as usize] = shift;
            }
        }
        self.pool.clone_from(&self.pool_before);
        for &visit in &self.pool {
            self.route_of[visit as usize] = NOWHERE;
        }
        self.cost = self.cost_before;
    }

    /// Makes a shift do just these visits. False: it cannot, and nothing has changed.
    fn put(&mut self, shift: usize, visits: Vec<u32>) -> bool {
        let is_by_way = self.is_by_way[shift];
        let Some(mut tour) = Tour::new(&mut self.timetable, shift, visits, is_by_way) else { return false };
        if !self.agent_may(shift, &tour) {
            return false;
        }
        self.tours_made += 1;
        tour.id = self.tours_made;
        self.cost += tour.cost - self.tours[shift].cost;
        let old = std::mem::replace(&mut self.tours[shift], tour);
        if !self.journal.iter().any(|(touched, _)| *touched as usize == shift) {
            self.journal.push((shift as u32, old));
        }
        true
    }

    /// Whether the agent's limits over all shifts allow this tour in place of the shift's own.
    fn agent_may(&self, shift: usize, tour: &Tour) -> bool {
        let Some(limits) = self.limits[shift] else { return true };
        if tour.visits.len() <= self.tours[shift].visits.len() && tour.duty_s <= self.tours[shift].duty_s {
            return true; // never worse than it is
        }
        let (mut duty_s, mut used) = (i64::from(tour.duty_s), u32::from(!tour.visits.is_empty()));
        for other in limits.shifts.iter().map(|other| other.at()).filter(|&other| other != shift) {
            duty_s += i64::from(self.tours[other].duty_s);
            used += u32::from(!self.tours[other].visits.is_empty());
        }
        duty_s <= limits.duty_max_s && used <= limits.shifts_max
    }

    /// Takes strings of visits out of routes around a visit, sometimes a whole route. False: what is left of a route cannot be made
    /// (where the detour is quicker than the way), so the iteration must be undone.
    fn ruin(&mut self) -> bool {
        let n = self.ground.problem.visits().len();
        // Where visits are left out, room is made for one of them half of the time.
        let is_for_pooled = !self.pool.is_empty() && self.rng.one_in(2);
        let seed = if is_for_pooled { self.pool[self.rng.below(self.pool.len())] } else { self.rng.below(n) as u32 };
        let used = self.tours.iter().filter(|tour| !tour.visits.is_empty()).count().max(1);
        let mean_len = ((n - self.pool.len()) as f64 / used as f64).max(1.0);
        let len_max = STRING_MAX.min(mean_len);
        let strings = 1 + self.rng.below((4.0 * REMOVED_MEAN / (1.0 + len_max) - 1.0).max(1.0).ceil() as usize);
        let is_whole = self.rng.one_in(20);
        let mut ruined: Vec<u32> = Vec::with_capacity(strings);
        self.barred = None;
        for at in 0..=self.ground.near(seed).len() {
            let visit = if at == 0 { seed } else { self.ground.near(seed)[at - 1] };
            let shift = self.route_of[visit as usize];
            if shift == NOWHERE || ruined.contains(&shift) {
                continue;
            }
            let shift_at = shift as usize;
            let locked = self.ground.shift(shift_at).locked.len();
            let place = self.tours[shift_at].visits.iter().position(|&other| other == visit).unwrap_or(0);
            if place < locked {
                continue;
            }
            let free_len = self.tours[shift_at].visits.len() - locked;
            let len = if is_whole { free_len } else { 1 + self.rng.below((len_max as usize).min(free_len).max(1)) };
            let low = (place + 1).saturating_sub(len).max(locked);
            let high = place.min(self.tours[shift_at].visits.len() - len);
            let first = low + self.rng.below(high - low + 1);
            let mut visits = self.tours[shift_at].visits.clone();
            // Half of the time some in the middle of the string stay.
            let kept = if !is_whole && len > 2 && self.rng.one_in(2) { 1 + self.rng.below(len / 2) } else { 0 };
            let mut removed: Vec<u32> = visits.drain(first..first + len).collect();
            if kept > 0 {
                let from = self.rng.below(removed.len() - kept + 1);
                let stay: Vec<u32> = removed.drain(from..from + kept).collect();
                visits.splice(first..first, stay);
            }
            if !self.put(shift_at, visits) {
                return false;
            }
            for visit in removed {
                self.route_of[visit as usize] = NOWHERE;
                self.cost += self.ground.loss(visit);
                self.pool.push(visit);
            }
            if is_whole && self.barred.is_none() && self.rng.one_in(2) {
                self.barred = Some(shift_at);
            }
            ruined.push(shift);
            if ruined.len() == strings {
                break;
            }
        }
        true
    }

    /// Puts pooled visits where they cost least, in one of several orders. What fits nowhere or costs more than its loss stays.
    fn recreate(&mut self) {
        let mut waiting = std::mem::take(&mut self.pool);
        self.is_opening_free = self.rng.one_in(4);
        self.order(&mut waiting);
        for visit in waiting {
            match self.best_place(visit) {
                Some((_, shift, place)) => {
                    let mut visits = self.tours[shift].visits.clone();
                    visits.insert(place, visit);
                    if self.put(shift, visits) {
                        self.route_of[visit as usize] = shift as u32;
                        self.cost -= self.ground.loss(visit);
                    } else {
                        self.pool.push(visit);
                    }
                }
                None => self.pool.push(visit),
            }
        }
    }

    /// In which order visits are put back: where some were left out, what is worth most for its time first, give or take; elsewhere in
    /// one of several orders. What must be made comes first, the important before the rest.
    fn order(&mut self, waiting: &mut Vec<u32>) {
        let ground = self.ground;
        self.rng.shuffle(waiting);
        if self.is_short && !self.rng.one_in(OTHER_ORDERS) {
            let noise = |rng: &mut Rng| 1.0 + NOISE * (rng.unit() - 0.5);
            let mut keyed: Vec<(f64, u32)> =
                waiting.iter().map(|&visit| (noise(&mut self.rng) * self.worths.rate(visit), visit)).collect();
            keyed.sort_by(|a, b| b.0.total_cmp(&a.0));
            waiting.clear();
            waiting.extend(keyed.iter().map(|&(_, visit)| visit));
        } else {
            match self.rng.below(8) {
                0 | 1 => waiting
                    .sort_by_key(|&visit| -i64::from(ground.visit(visit).demand) - i64::from(ground.visit(visit).service_s)),
                2 => waiting.sort_by_key(|&visit| {
                    ground.visit(visit).windows.iter().map(|window| i64::from(window.closes_s - window.opens_s)).sum::<i64>()
                }),
                3 => waiting.sort_by_key(|&visit| ground.visit(visit).windows.last().map_or(0, |window| window.closes_s)),
                _ => {}
            }
        }
        waiting.sort_by_key(|&visit| Reverse(ground.loss(visit) / MANDATORY));
    }

    /// Where the visit costs least, and what: None where no place costs less than leaving it out.
    fn best_place(&mut self, visit: u32) -> Option<(i64, usize, usize)> {
        let mut best = (self.ground.loss(visit), usize::MAX, 0);
        if self.tours.len() > TRY_ALL_MAX {
            let mut tried: Vec<u32> = Vec::with_capacity(24);
            for at in 0..self.ground.near(visit).len() {
                let other = self.ground.near(visit)[at];
                let shift = self.route_of[other as usize];
                if shift != NOWHERE && !tried.contains(&shift) {
                    tried.push(shift);
                    self.try_tour(visit, shift as usize, &mut best);
                }
            }
            for shift in 0..self.tours.len() {
                if self.tours[shift].visits.is_empty() {
                    self.try_tour(visit, shift, &mut best);
                }
            }
        }
        if best.1 == usize::MAX {
            for shift in 0..self.tours.len() {
                self.try_tour(visit, shift, &mut best);
            }
        }
        (best.1 != usize::MAX).then_some(best)
    }

    fn try_tour(&mut self, visit: u32, shift: usize, best: &mut (i64, usize, usize)) {
        if self.barred == Some(shift) {
            return;
        }
        let waived =
            if self.is_opening_free && self.tours[shift].visits.is_empty() { self.ground.shift(shift).costs.fixed } else { 0 };
        for place in self.places(visit, shift, best.0 + waived).into_iter().flatten() {
            if place.delta - waived >= best.0 {
                return;
            }
            // The first plan overlooks nothing: there may be no second.
            if self.iterations == 0 || !self.rng.one_in(BLINK) {
                *best = (place.delta - waived, shift, place.at as usize);
                return;
            }
        }
    }
}
