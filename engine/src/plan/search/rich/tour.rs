//! One shift's route with what is needed to judge an insertion into it in constant time.

use crate::plan::model::BREAKS_MAX;
use crate::plan::search::clock::{Instants, Start};
use crate::plan::search::ground::NEVER;
use crate::plan::search::timetable::{Figures, Timetable, lock_rule};

#[derive(Clone, Debug, Default)]
pub struct Tour {
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
    pub has_promise: bool,
    pub has_overtime: bool,
}

impl Tour {
    /// None: the visits cannot be made in this order.
    pub fn new(timetable: &mut Timetable<'_>, shift: usize, visits: Vec<u32>) -> Option<Self> {
        let Figures { bill, duty_s } = timetable.figures(shift, &visits)?;
        let (travel_s, distance_m, demand, _) = timetable.sums(shift, &visits)?;
        let mut tour =
            Self { travel_s, distance_m, demand, cost: bill.total(), duty_s, has_overtime: bill.overtime > 0, ..Self::default() };
        tour.has_promise = visits.iter().any(|&visit| timetable.ground.visit(visit).promise.is_some());
        tour.visits = visits;
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
