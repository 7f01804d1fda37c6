//! Travel as a territory's plan asks for it: one table of stops, an oracle for each way to travel behind it.
//!
//! A stop that stands nowhere (an agent whose home is not known) is no way from anywhere: who starts there starts with their first visit.
//! A place that no road leads to is reached by nobody. People are never cut off: where the oracle knows no way from or to where somebody
//! is, starts or ends, or away from a place where somebody must have got to, the straight line stands in.

use crate::travel::stops::StopTimes;
use salessync_engine::Point;
use salessync_engine::plan::live::{NO_WAY, Ways};
use salessync_engine::plan::model::{Leg, ProfileIx, StopIx, Travel};
use salessync_engine::plan::times::{
    self, DayPart, Pin, Stop, StraightLine, StraightStops, TravelProfile, TravelTimes, UNREACHABLE, ZoneTimes,
};

/// The stops of one plan.
#[derive(Clone)]
pub struct PlanWays {
    /// By `TravelProfile::index`; each has the stops that stand somewhere, by the same numbers.
    oracles: [StopTimes; 3],
    /// By stop of the plan. None: nowhere.
    places: Vec<Option<Place>>,
    part: DayPart,
    /// Stands in where people would be cut off, and at which part of its day.
    line: (StraightLine, DayPart),
    /// Of a routing service's table: how many places it was asked about, and when, ms.
    asked: Option<(usize, i64)>,
}

/// Where a stop is at the oracles, and in the world.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Place {
    stop: Stop,
    point: Point,
    is_person: bool,
}

/// One stop made ready.
#[derive(Default)]
pub struct PlanPin {
    at: Option<StopIx>,
    profile: usize,
    /// Of the oracle; None where the stop stands nowhere.
    pin: Option<Pin>,
}

/// Which of the two ways between a pinned stop and another.
#[derive(Clone, Copy)]
enum Direction {
    Away,
    Back,
}

impl PlanWays {
    /// Without stops yet. `part`: of the day, whose travel times hold for the whole plan; `line` stands in, at its own part of the day.
    pub fn new(oracles: [StopTimes; 3], part: DayPart, line: (StraightLine, DayPart)) -> Self {
        Self { oracles, places: Vec::new(), part, line, asked: None }
    }

    /// By the straight line alone.
    pub fn straight(line: &StraightLine, part: DayPart) -> Self {
        let oracle = |profile| StopTimes::Straight(StraightStops::new(line.clone(), profile));
        Self::new(TravelProfile::ALL.map(oracle), part, (line.clone(), part))
    }

    /// Names of the profiles, by index.
    pub fn profiles() -> Vec<String> {
        TravelProfile::ALL.iter().map(|profile| profile.as_str().to_owned()).collect()
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The part of the day whose times hold for the plan.
    pub fn part(&self) -> DayPart {
        self.part
    }

    pub fn oracle(&self, profile: TravelProfile) -> &StopTimes {
        &self.oracles[profile.index()]
    }

    /// Points of the oracles' stops, by number.
    pub fn points(&self) -> Vec<Point> {
        let mut known: Vec<&Place> = self.places.iter().flatten().collect();
        known.sort_unstable_by_key(|place| place.stop);
        known.into_iter().map(|place| place.point).collect()
    }

    /// Places that are visited, by the oracles' numbers: what a routing service is asked about.
    pub fn visited(&self) -> impl Iterator<Item = (Stop, Point)> {
        self.places.iter().flatten().filter(|place| !place.is_person).map(|place| (place.stop, place.point))
    }

    /// How many places a routing service was asked about for this table, and when.
    pub fn asked(&self) -> Option<(usize, i64)> {
        self.asked
    }

    /// The same stops with other oracles, which must know them by the same numbers.
    pub fn with(&self, oracles: [StopTimes; 3], asked: Option<(usize, i64)>) -> Self {
        debug_assert!(oracles.iter().all(|oracle| oracle.stop_count() == self.oracles[0].stop_count()));
        Self { oracles, asked, ..self.clone() }
    }

    /// Follows what stops have come and moved since this was made from `now`.
    pub fn caught_up(mut self, now: &Self) -> Self {
        for (stop, place) in now.places.iter().enumerate() {
            match (self.places.get(stop).copied(), place) {
                (None, Some(place)) => drop(self.push(Some(place.point), place.is_person)),
                (None, None) => drop(self.push(None, true)),
                (Some(was), Some(place)) if was != Some(*place) => self.put(stop, place.point),
                (Some(_), _) => {}
            }
        }
        self
    }

    /// Adds a place that is visited, and returns its number in the table.
    pub fn add_place(&mut self, point: Point) -> usize {
        self.push(Some(point), false)
    }

    /// Adds where somebody starts, ends or is.
    pub fn add_person(&mut self, point: Option<Point>) -> usize {
        self.push(point, true)
    }

    fn push(&mut self, point: Option<Point>, is_person: bool) -> usize {
        let place = point.map(|point| Place { stop: self.known(point), point, is_person });
        self.places.push(place);
        self.places.len() - 1
    }

    /// Puts a stop elsewhere.
    pub fn put(&mut self, stop: usize, point: Point) {
        match self.places[stop] {
            Some(place) if place.point == point => {}
            Some(place) => {
                self.oracles.iter_mut().for_each(|oracle| oracle.put(place.stop, point));
                self.places[stop] = Some(Place { point, ..place });
            }
            None => self.places[stop] = Some(Place { stop: self.known(point), point, is_person: true }),
        }
    }

    pub fn point(&self, stop: usize) -> Option<Point> {
        self.places.get(stop).copied().flatten().map(|place| place.point)
    }

    /// A place that no road leads to.
    pub fn is_off_road(&self, profile: ProfileIx, stop: StopIx) -> bool {
        self.place_of(stop).is_some_and(|place| self.oracles[usize::from(profile.0)].is_off_road(place.stop))
    }

    fn known(&mut self, point: Point) -> Stop {
        // All tables are the same, so the number is.
        let mut stop = Stop(0);
        for oracle in &mut self.oracles {
            stop = oracle.add(point);
        }
        stop
    }

    fn place_of(&self, stop: StopIx) -> Option<Place> {
        self.places.get(stop.at()).copied().flatten()
    }

    fn pin_by(&self, pin: &mut PlanPin, profile: ProfileIx, stop: StopIx, make_ready: impl FnOnce(&StopTimes, &mut Pin, Stop)) {
        let profile = usize::from(profile.0);
        (pin.at, pin.profile) = (Some(stop), profile);
        let Some(place) = self.place_of(stop) else {
            pin.pin = None;
            return;
        };
        let mut ready = pin.pin.take().unwrap_or_default();
        make_ready(&self.oracles[profile], &mut ready, place.stop);
        pin.pin = Some(ready);
    }

    /// A place that is visited, and that no road leads to: not even who begins there is thought to get there.
    #[cold]
    fn is_cut_off(&self, profile: usize, place: Place) -> bool {
        !place.is_person && self.oracles[profile].is_off_road(place.stop)
    }

    /// The way where the oracle knows none.
    #[cold]
    fn stand_in(&self, profile: usize, from: Place, to: Place) -> Option<times::Leg> {
        let oracle = &self.oracles[profile];
        if self.is_cut_off(profile, to) || !(from.is_person || to.is_person || oracle.is_off_road(from.stop)) {
            return None;
        }
        let at = |place: Place| oracle.anchor(place.stop).unwrap_or(place.point);
        let (line, part) = &self.line;
        Some(line.leg(TravelProfile::ALL[profile], at(from), at(to), *part))
    }

    fn between(&self, pin: &PlanPin, other: StopIx, direction: Direction) -> i32 {
        let (profile, here) = (pin.profile, pin.at.and_then(|at| self.place_of(at)));
        if pin.at == Some(other) {
            return 0;
        }
        let (Some(ready), Some(place)) = (&pin.pin, self.place_of(other)) else {
            // From nowhere it is no way, but to where no road leads.
            let to = match direction {
                Direction::Away => self.place_of(other),
                Direction::Back => here,
            };
            return if to.is_some_and(|to| self.is_cut_off(profile, to)) { NO_WAY } else { 0 };
        };
        let oracle = &self.oracles[profile];
        let mut seconds = match direction {
            Direction::Away => oracle.away_s(ready, place.stop),
            Direction::Back => oracle.back_s(ready, place.stop),
        };
        if seconds == UNREACHABLE {
            let leg = here.and_then(|here| match direction {
                Direction::Away => self.stand_in(profile, here, place),
                Direction::Back => self.stand_in(profile, place, here),
            });
            seconds = leg.map_or(UNREACHABLE, |leg| leg.duration_s);
        }
        i32::try_from(seconds).map_or(NO_WAY, |seconds| seconds.min(NO_WAY))
    }
}

impl Travel for PlanWays {
    fn leg(&self, profile: ProfileIx, from: StopIx, to: StopIx) -> Option<Leg> {
        let profile = usize::from(profile.0);
        let (a, b) = (self.place_of(from), self.place_of(to));
        if from == to {
            return Some(Leg::default());
        }
        let (Some(a), Some(b)) = (a, b) else {
            return b.is_none_or(|to| !self.is_cut_off(profile, to)).then(Leg::default);
        };
        let leg = self.oracles[profile].leg(a.stop, b.stop, self.part).or_else(|| self.stand_in(profile, a, b))?;
        Some(Leg { duration_s: i32::try_from(leg.duration_s).ok()?, distance_m: i32::try_from(leg.distance_m).ok()? })
    }
}

impl Ways for PlanWays {
    type Pin = PlanPin;

    fn pin(&self, pin: &mut PlanPin, profile: ProfileIx, stop: StopIx) {
        self.pin_by(pin, profile, stop, |oracle, ready, at| oracle.pin(ready, at, self.part));
    }

    fn pin_widely(&self, pin: &mut PlanPin, profile: ProfileIx, stop: StopIx) {
        self.pin_by(pin, profile, stop, |oracle, ready, at| oracle.pin_widely(ready, at, self.part));
    }

    fn away_s(&self, pin: &PlanPin, to: StopIx) -> i32 {
        self.between(pin, to, Direction::Away)
    }

    fn back_s(&self, pin: &PlanPin, from: StopIx) -> i32 {
        self.between(pin, from, Direction::Back)
    }

    fn place(&self, stop: StopIx) -> Option<Point> {
        self.place_of(stop).and_then(|place| self.oracles[0].anchor(place.stop))
    }

    fn top_mps(&self, profile: ProfileIx) -> f64 {
        let profile = usize::from(profile.0);
        match &self.oracles[profile] {
            // Places are where cars begin and end; others may begin elsewhere, and no bound holds for them.
            StopTimes::Road(_) if profile != TravelProfile::Car.index() => f64::INFINITY,
            StopTimes::Road(stops) => stops.top_mps().max(self.line.0.top_mps(TravelProfile::Car)),
            StopTimes::Table(stops) => stops.top_mps(),
            StopTimes::Straight(stops) => stops.top_mps(),
        }
    }

    /// Of people nothing is known: where they would be cut off, the straight line stands in.
    fn zone(&self, profile: ProfileIx, stop: StopIx) -> Option<u16> {
        let place = self.place_of(stop).filter(|place| !place.is_person)?;
        self.oracles[usize::from(profile.0)].zone(place.stop)
    }

    fn zone_times<'a>(&self, pin: &'a PlanPin) -> &'a [ZoneTimes] {
        pin.pin.as_ref().map_or(&[], Pin::zones)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::stops::tests::{CROSSING, town};

    fn straight() -> PlanWays {
        let line = StraightLine::default();
        PlanWays::straight(&line, line.parts().at_second(0))
    }

    /// Every pinned answer is the leg's, however it was pinned.
    fn agree(ways: &PlanWays) {
        let mut pin = PlanPin::default();
        let stops = (0..ways.len() as u32).map(StopIx);
        for profile in [0, 1, 2].map(ProfileIx) {
            for a in stops.clone() {
                for is_wide in [false, true] {
                    if is_wide {
                        ways.pin_widely(&mut pin, profile, a);
                    } else {
                        ways.pin(&mut pin, profile, a);
                    }
                    for b in stops.clone() {
                        let seconds = |leg: Option<Leg>| leg.map_or(NO_WAY, |leg| leg.duration_s);
                        let pinned = (ways.away_s(&pin, b), ways.back_s(&pin, b));
                        let legs = (seconds(ways.leg(profile, a, b)), seconds(ways.leg(profile, b, a)));
                        assert_eq!(pinned, legs, "{profile:?} {a:?} {b:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn pinned_answers_are_those_of_legs_and_nowhere_is_no_way() {
        let mut ways = straight();
        let point = |n: i32| Point::new(52.5 + f64::from(n) * 0.01, 13.4).unwrap();
        for n in 0..5 {
            ways.add_person((n != 2).then(|| point(n)));
        }
        ways.put(3, point(9));
        agree(&ways);
        for (a, b) in (0..5).flat_map(|a| (0..5).map(move |b| (a, b))) {
            let leg = ways.leg(ProfileIx(0), StopIx(a), StopIx(b)).unwrap();
            assert_eq!(leg.duration_s == 0, a == b || a == 2 || b == 2);
        }
    }

    #[test]
    fn by_road_a_place_off_the_road_is_reached_by_nobody_and_nobody_is_cut_off() {
        let roads = town();
        let part = DayPart(0);
        let oracle = |profile: TravelProfile| {
            StopTimes::Road(salessync_roads::RoadStops::at_part(roads.roads(profile).clone(), 100.0, part, Vec::new()))
        };
        let mut ways = PlanWays::new(TravelProfile::ALL.map(oracle), part, (StraightLine::default(), part));
        let near = |north: f64, east: f64| Point::new(CROSSING.0 + north, CROSSING.1 + east).unwrap();
        let (home, shop, other, field) = (near(0.0, 0.0), near(0.002, 0.0001), near(0.0001, 0.002), near(0.1, 0.1));
        let home = StopIx::from(ways.add_person(Some(home)));
        let [shop, other, farm] = [shop, other, field].map(|point| StopIx::from(ways.add_place(point)));
        let lost = StopIx::from(ways.add_person(Some(field)));
        agree(&ways);
        let car = ProfileIx(0);
        let along = ways.leg(car, shop, other).unwrap();
        let crow = StraightLine::new(1.0, [30.0, 15.0, 5.0], times::DayParts::whole()).unwrap();
        let line = crow.leg(TravelProfile::Car, ways.point(shop.at()).unwrap(), ways.point(other.at()).unwrap(), DayPart(0));
        assert!(along.distance_m as f64 > f64::from(line.distance_m) * 1.3, "round the corner: {along:?} {line:?}");
        assert!(ways.is_off_road(car, farm) && !ways.is_off_road(car, shop));
        assert_eq!((ways.leg(car, shop, farm), ways.leg(car, home, farm), ways.leg(car, lost, farm)), (None, None, None));
        assert!(
            ways.leg(car, farm, shop).is_some() && ways.leg(car, lost, shop).is_some() && ways.leg(car, shop, lost).is_some()
        );
        assert!(ways.place(farm).is_none() && ways.place(shop).is_some());
    }

    #[test]
    fn oracles_that_took_their_time_follow_what_moved_meanwhile() {
        let mut ways = straight();
        let point = |n: i32| Point::new(52.5 + f64::from(n) * 0.01, 13.4).unwrap();
        ways.add_place(point(0));
        let under_way = ways.add_person(None);
        let of = ways.clone();
        ways.put(under_way, point(3));
        ways.add_place(point(4));
        ways.add_person(None);
        let new = of.with(of.oracles.clone(), None).caught_up(&ways);
        assert_eq!((new.len(), new.point(under_way), new.points()), (ways.len(), ways.point(under_way), ways.points()));
        agree(&new);
        let leg = |ways: &PlanWays| ways.leg(ProfileIx(0), StopIx::from(under_way), StopIx(2));
        assert_eq!(leg(&new), leg(&ways));
    }
}
