//! Where a visit may be put into a shift's tour and what that costs. What was found is remembered for as long as the tour is the same:
//! most tours stay as they are from one iteration to the next.

use super::Rich;
use super::tour::Tour;
use crate::plan::model::{ShiftIx, VisitIx};
use crate::plan::search::clock::{Instants, Start, start_of};
use crate::plan::search::ground::NEVER;

/// Memory for so many pairs of visit and shift; where there are more they share.
const PAIRS_MAX: usize = 1 << 20;

/// What putting a visit at a place adds to the cost of the tour, opening its shift included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    pub delta: i64,
    pub at: u32,
}

/// What is known of putting a visit into a tour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Places {
    /// The two best places, as far as there are any.
    Best([Option<Place>; 2]),
    /// Not worked out: it costs at least this.
    AtLeast(i64),
}

const NOWHERE: Places = Places::Best([None, None]);

#[derive(Debug)]
pub struct Memory {
    shifts: usize,
    /// Visit, the tour's id, and what is known.
    pairs: Vec<(u32, u64, Places)>,
}

impl Memory {
    pub fn new(visits: usize, shifts: usize) -> Self {
        Self { shifts, pairs: vec![(u32::MAX, 0, NOWHERE); visits.saturating_mul(shifts).min(PAIRS_MAX)] }
    }

    fn slot(&self, visit: u32, shift: usize) -> usize {
        (visit as usize * self.shifts + shift) % self.pairs.len()
    }

    pub(super) fn recall(&self, visit: u32, shift: usize, tour: u64) -> Option<Places> {
        let (of, in_tour, places) = self.pairs[self.slot(visit, shift)];
        (of == visit && in_tour == tour).then_some(places)
    }

    fn keep(&mut self, visit: u32, shift: usize, tour: u64, places: Places) {
        let slot = self.slot(visit, shift);
        self.pairs[slot] = (visit, tour, places);
    }
}

impl Rich<'_> {
    /// The best places for a visit in a shift's tour. Those that cost `limit` or more may be left out.
    pub(super) fn places(&mut self, visit: u32, shift: usize, limit: i64) -> [Option<Place>; 2] {
        let tour = self.tours[shift].id;
        match self.memory.recall(visit, shift, tour) {
            Some(Places::Best(places)) => return places,
            Some(Places::AtLeast(least)) if least >= limit => return [None, None],
            Some(Places::AtLeast(_)) | None => {}
        }
        let places = self.find_places(visit, shift, limit);
        // What an agent may do over all shifts depends on more than this tour.
        if self.limits[shift].is_none() {
            self.memory.keep(visit, shift, tour, places);
        }
        match places {
            Places::Best(places) => places,
            Places::AtLeast(_) => [None, None],
        }
    }

    pub(super) fn find_places(&mut self, visit: u32, shift: usize, limit: i64) -> Places {
        let ground = self.ground;
        let (shift_of, visit_of) = (ground.shift(shift), ground.visit(visit));
        let (clock, tour) = (&self.timetable.clocks[shift], &self.tours[shift]);
        if tour.demand + i64::from(visit_of.demand) > i64::from(shift_of.capacity)
            || tour.visits.len() as u64 >= u64::from(shift_of.visits_max)
            || !ground.problem.may_serve(ShiftIx::from(shift), VisitIx(visit))
        {
            return NOWHERE;
        }
        let (preference, moved) = ground.fixed_costs(shift, visit);
        let costs = shift_of.costs;
        let base = preference + moved + if tour.visits.is_empty() { costs.fixed } else { 0 };
        // Where nothing but the way and these costs can change, their sum is exact; elsewhere it is a bound.
        let is_exact = self.is_by_way[shift] && !tour.costs_by_start && !visit_of.costs_by_start();
        let has_overtime_costs = shift_of.overtime_max_s > 0 && costs.per_overtime_s > 0;
        let stop = ground.visit_stop[visit as usize];
        let service_s = shift_of.service_s(visit_of);
        let opens_s = visit_of.windows.first().map_or(0, |window| window.opens_s);
        let closes_s = visit_of.windows.last().map_or(NEVER, |window| window.closes_s);
        let mut best = [None, None];
        let mut unsure = std::mem::take(&mut self.unsure);
        unsure.clear();
        for place in shift_of.locked.len()..=tour.visits.len() {
            let states = clock.states();
            let free_s = tour.free[place].0[..states].iter().fold(NEVER, |least, &at_s| least.min(at_s));
            if free_s > closes_s {
                break;
            }
            let reach_s = tour.reach[place].0[..states].iter().fold(-NEVER, |most, &at_s| most.max(at_s));
            if free_s.max(opens_s) + service_s > reach_s {
                continue;
            }
            let from = clock.stop_before(ground, &tour.visits, place);
            let to = clock.stop_at(ground, &tour.visits, place);
            let (to_s, to_m) = ground.leg(shift, from, stop);
            let (on_s, on_m) = to.map_or((0, 0), |to| ground.leg(shift, stop, to));
            if to_s >= NEVER || on_s >= NEVER {
                continue;
            }
            let (past_s, past_m) = match to {
                Some(to) if !tour.visits.is_empty() => ground.leg(shift, from, to),
                _ => (0, 0),
            };
            let more_s = i64::from(to_s) + i64::from(on_s) - i64::from(past_s);
            let more_m = i64::from(to_m) + i64::from(on_m) - i64::from(past_m);
            if tour.travel_s + more_s > i64::from(shift_of.travel_max_s)
                || tour.distance_m + more_m > i64::from(shift_of.distance_max_m)
            {
                continue;
            }
            let waits = visit_of.wait_cost(free_s.saturating_add(to_s).max(opens_s));
            let delta =
                base + waits + shift_of.leg_cost(to_s, to_m) + if to.is_some() { shift_of.leg_cost(on_s, on_m) } else { 0 }
                    - if to.is_some() && !tour.visits.is_empty() { shift_of.leg_cost(past_s, past_m) } else { 0 };
            if best[1].is_some_and(|second: Place| delta >= second.delta) {
                continue;
            }
            let Some(is_in_time) = self.fits(visit, shift, place, (to_s, on_s)) else { continue };
            let found = Place { delta, at: place as u32 };
            if is_exact && (is_in_time || !has_overtime_costs) {
                note(&mut best, found);
            } else {
                unsure.push(found);
            }
        }
        let places = self.settle(visit, shift, limit, best, &mut unsure);
        self.unsure = unsure;
        places
    }

    /// Whether the rest of the tour can still be made with a visit at a place, given the ways to it and on from it: None where it cannot,
    /// and whether without overtime where there may be some.
    #[inline]
    fn fits(&self, visit: u32, shift: usize, place: usize, (to_s, on_s): (i32, i32)) -> Option<bool> {
        let (clock, tour, visit) = (&self.timetable.clocks[shift], &self.tours[shift], self.ground.visit(visit));
        let in_time = |has_overtime: bool, meets: &dyn Fn(&Instants) -> bool| {
            !has_overtime && tour.reach_in_time.get(place).is_some_and(meets)
        };
        if clock.breaks.is_empty() {
            let start_s = start_of(tour.free[place].0[0].saturating_add(to_s), visit, Start::Early)?;
            let onward_s = start_s + clock.shift.service_s(visit) + on_s;
            let meets = |reach: &Instants| onward_s <= reach.0[0];
            return meets(&tour.reach[place]).then(|| in_time(tour.has_overtime, &meets));
        }
        if !clock.could_meet(&tour.free[place], &tour.reach[place], visit, (to_s, on_s)) {
            return None;
        }
        let arrived = clock.arrive(&tour.free[place], to_s);
        let onward = clock.arrive(&clock.serve(&arrived, visit, Start::Early), on_s);
        let meets = |reach: &Instants| clock.can_meet(&onward, reach);
        meets(&tour.reach[place]).then(|| in_time(tour.has_overtime, &meets))
    }

    /// Works out places of which only a bound is known, the most promising first, as long as one may be the best.
    fn settle(&mut self, visit: u32, shift: usize, limit: i64, mut best: [Option<Place>; 2], unsure: &mut [Place]) -> Places {
        unsure.sort_unstable();
        let Some(least) = unsure.first().map(|place| place.delta) else { return Places::Best(best) };
        if least >= limit && best[0].is_none() {
            return Places::AtLeast(least);
        }
        for bound in unsure {
            if best[0].is_some_and(|best| bound.delta >= best.delta) {
                break;
            }
            let tour = &self.tours[shift];
            self.scratch.clear();
            self.scratch.extend_from_slice(&tour.visits);
            self.scratch.insert(bound.at as usize, visit);
            let Some(figures) = self.timetable.figures(shift, &self.scratch) else { continue };
            let may = self.limits[shift].is_none() || {
                let tour = Tour { visits: self.scratch.clone(), duty_s: figures.duty_s, ..Tour::default() };
                self.agent_may(shift, &tour)
            };
            if may {
                note(&mut best, Place { delta: figures.bill.total() - self.tours[shift].cost, at: bound.at });
            }
        }
        Places::Best(best)
    }
}

/// Keeps the two best.
fn note(best: &mut [Option<Place>; 2], place: Place) {
    if best[0].is_none_or(|first| place.delta < first.delta) {
        *best = [Some(place), best[0]];
    } else if best[1].is_none_or(|second| place.delta < second.delta) {
        best[1] = Some(place);
    }
}
