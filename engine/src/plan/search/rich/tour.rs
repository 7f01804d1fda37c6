//! One shift's route with what is needed to judge an insertion into it in constant time.

use crate::plan::model::BREAKS_MAX;
use crate::plan::search::clock::{Instants, Start};
use crate::plan::search::ground::NEVER;
use crate::plan::search::timetable::{Figures, Timetable, lock_rule};

#[derive(Clone, Debug, Default)]
pub struct Tour {
    /// Not twice the same: what was found out about this tour holds as long as it is that tour.
    pub id: u64,
    pub visits: Vec<u32>,
    /// When one is free at the earliest: before everything, and after each visit. Promises do not make it wait.
    pub free: Vec<Instants>,
    /// When each visit must be reached at the latest, and the end, for the rest to be made.
    pub reach: Vec<Instants>,
    /// The same, for the duty to end without overtime.
    pub reach_in_time: Vec<Instants>,
    pub travel_s: i64,
    pub distance_m: i64,
    pub demand: i64,
    pub cost: i64,
    pub duty_s: i32,
    /// Some are promised, or waited for: what the tour costs depends on when they start.
    pub costs_by_start: bool,
    pub has_overtime: bool,
}

impl Tour {
    /// None: the visits cannot be made in this order. `is_by_way`: nothing is paid in this shift but the way and fixed costs, and none of
    /// it is locked.
    pub fn new(timetable: &mut Timetable<'_>, shift: usize, visits: Vec<u32>, is_by_way: bool) -> Option<Self> {
        let (travel_s, distance_m, demand, travel_cost) = timetable.sums(shift, &visits)?;
        let costs_by_start = visits.iter().any(|&visit| timetable.ground.visit(visit).costs_by_start());
        let mut tour = Self { travel_s, distance_m, demand, costs_by_start, visits, ..Self::default() };
        let shift_of = timetable.clocks[shift].shift;
        let has_overtime_costs = shift_of.overtime_max_s > 0 && shift_of.costs.per_overtime_s > 0;
        if is_by_way && !costs_by_start && !has_overtime_costs && timetable.clocks[shift].breaks.is_empty() {
            let is_within = demand <= i64::from(shift_of.capacity)
                && tour.visits.len() as u64 <= u64::from(shift_of.visits_max)
                && travel_s <= i64::from(shift_of.travel_max_s)
                && distance_m <= i64::from(shift_of.distance_max_m);
            if !is_within {
                return None;
            }
            tour.set_instants(timetable, shift);
            let is_in_time =
                tour.free[0].0[0] + timetable.clocks[shift].travel_s(timetable.ground, &tour.visits, 0) <= tour.reach[0].0[0];
            if tour.visits.is_empty() {
                return Some(tour);
            }
            let fixed = tour.visits.iter().map(|&visit| {
                let (preference, moved) = timetable.ground.fixed_costs(shift, visit);
                preference + moved
            });
            tour.cost = travel_cost + shift_of.costs.fixed + fixed.sum::<i64>();
            return is_in_time.then_some(tour);
        }
        let Figures { bill, duty_s } = timetable.figures(shift, &tour.visits)?;
        (tour.cost, tour.duty_s, tour.has_overtime) = (bill.total(), duty_s, bill.overtime > 0);
        tour.set_instants(timetable, shift);
        Some(tour)
    }

    /// A shift whose locked visits cannot even be reached: nothing more is put into it.
    pub fn closed(visits: Vec<u32>) -> Self {
        let never = |at_s| vec![Instants([at_s; BREAKS_MAX + 1]); visits.len() + 1];
        Self { free: never(NEVER), reach: never(-NEVER), reach_in_time: never(-NEVER), visits, ..Self::default() }
    }

    fn set_instants(&mut self, timetable: &Timetable<'_>, shift: usize) {
        let (clock, ground, visits) = (&timetable.clocks[shift], timetable.ground, &self.visits);
        let locked = &clock.shift.locked;
        let leg = |place: usize| clock.travel_s(ground, visits, place);
        self.free.clear();
        self.free.resize(clock.facts + 1, clock.head);
        let mut free = clock.head;
        for (place, &visit) in visits.iter().enumerate().skip(clock.facts) {
            let rule = locked.get(place).map_or(Start::Early, lock_rule);
            free = clock.serve(&clock.arrive(&free, leg(place)), ground.visit(visit), rule);
            self.free.push(free);
        }
        let set_reach = |reach: &mut Vec<Instants>, end_s: i32| {
            reach.clear();
            reach.resize(visits.len() + 1, clock.last_arrivals(end_s));
            for place in (clock.facts..visits.len()).rev() {
                let free = clock.leave(&reach[place + 1], leg(place + 1));
                reach[place] = clock.serve_back(&free, ground.visit(visits[place]), place < locked.len());
            }
        };
        set_reach(&mut self.reach, clock.shift.end_max_s());
        if clock.shift.overtime_max_s > 0 {
            set_reach(&mut self.reach_in_time, clock.shift.latest_end_s);
        }
    }
}
