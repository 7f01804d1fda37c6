//! Travel as a territory's plan asks for it: one table of stops, an oracle for each way to travel behind it.
//!
//! A stop that stands nowhere (an agent whose home is not known) is no way from anywhere: who starts there starts with their first visit.

use salessync_engine::Point;
use salessync_engine::plan::live::{NO_WAY, Ways};
use salessync_engine::plan::model::{Leg, ProfileIx, StopIx, Travel};
use salessync_engine::plan::times::{DayPart, Pin, Stop, TravelProfile, TravelTimes};

/// An oracle whose table of stops grows, and in which somebody under way is moved.
pub trait Stops: TravelTimes {
    /// The same table once more, for a search that takes its time.
    fn copy(&self) -> Box<dyn Stops>;
    fn add(&mut self, point: Point) -> Stop;
    fn put(&mut self, stop: Stop, point: Point);
}

impl Stops for salessync_engine::plan::times::StraightStops {
    fn copy(&self) -> Box<dyn Stops> {
        Box::new(self.clone())
    }

    fn add(&mut self, point: Point) -> Stop {
        Self::add(self, point)
    }

    fn put(&mut self, stop: Stop, point: Point) {
        Self::put(self, stop, point);
    }
}

/// The stops of one plan.
pub struct PlanWays {
    /// By `TravelProfile::index`; each has the stops that stand somewhere.
    oracles: [Box<dyn Stops>; 3],
    /// By stop of the plan: its stop at the oracles, and where it stands. None: nowhere.
    places: Vec<Option<(Stop, Point)>>,
    part: DayPart,
}

impl Clone for PlanWays {
    fn clone(&self) -> Self {
        let [car, bike, foot] = &self.oracles;
        Self { oracles: [car.copy(), bike.copy(), foot.copy()], places: self.places.clone(), part: self.part }
    }
}

/// One stop made ready.
#[derive(Default)]
pub struct PlanPin {
    at: Option<StopIx>,
    /// Of the oracle; None where the stop stands nowhere.
    pin: Option<(usize, Pin)>,
}

impl PlanWays {
    /// `part`: of the day, whose travel times hold for the whole plan.
    pub fn new(oracles: [Box<dyn Stops>; 3], part: DayPart) -> Self {
        Self { oracles, places: Vec::new(), part }
    }

    pub fn profile(profile: TravelProfile) -> usize {
        profile.index()
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

    /// Adds a stop, and returns its place in the table.
    pub fn add(&mut self, point: Option<Point>) -> usize {
        let place = point.map(|point| (self.known(point), point));
        self.places.push(place);
        self.places.len() - 1
    }

    /// Puts a stop elsewhere.
    pub fn put(&mut self, stop: usize, point: Point) {
        match self.places[stop] {
            Some((known, _)) => {
                self.oracles.iter_mut().for_each(|oracle| oracle.put(known, point));
                self.places[stop] = Some((known, point));
            }
            None => self.places[stop] = Some((self.known(point), point)),
        }
    }

    pub fn point(&self, stop: usize) -> Option<Point> {
        self.places.get(stop).copied().flatten().map(|(_, point)| point)
    }

    fn known(&mut self, point: Point) -> Stop {
        // All tables are the same, so the number is.
        let mut stop = Stop(0);
        for oracle in &mut self.oracles {
            stop = oracle.add(point);
        }
        stop
    }

    fn place_of(&self, stop: StopIx) -> Option<Stop> {
        self.places.get(stop.at()).copied().flatten().map(|(stop, _)| stop)
    }

    fn pin_by(&self, pin: &mut PlanPin, profile: ProfileIx, stop: StopIx, make_ready: impl FnOnce(&dyn Stops, &mut Pin, Stop)) {
        let profile = usize::from(profile.0);
        pin.at = Some(stop);
        let Some(at) = self.place_of(stop) else {
            pin.pin = None;
            return;
        };
        let mut ready = pin.pin.take().map_or_else(Pin::new, |(_, ready)| ready);
        make_ready(self.oracles[profile].as_ref(), &mut ready, at);
        pin.pin = Some((profile, ready));
    }

    fn between(&self, pin: &PlanPin, other: StopIx, ask: impl Fn(&dyn Stops, &Pin, Stop) -> u32) -> i32 {
        match (&pin.pin, self.place_of(other)) {
            (Some((profile, _)), Some(_)) if pin.at == Some(other) => {
                debug_assert!(*profile < self.oracles.len());
                0
            }
            (Some((profile, pin)), Some(other)) => {
                i32::try_from(ask(self.oracles[*profile].as_ref(), pin, other)).map_or(NO_WAY, |s| s.min(NO_WAY))
            }
            (None, _) | (_, None) => 0,
        }
    }
}

impl Travel for PlanWays {
    fn leg(&self, profile: ProfileIx, from: StopIx, to: StopIx) -> Option<Leg> {
        let (Some(a), Some(b)) = (self.place_of(from), self.place_of(to)) else { return Some(Leg::default()) };
        if from == to {
            return Some(Leg::default());
        }
        let leg = self.oracles[usize::from(profile.0)].leg(a, b, self.part)?;
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
        self.between(pin, to, |oracle, pin, to| oracle.away_s(pin, to))
    }

    fn back_s(&self, pin: &PlanPin, from: StopIx) -> i32 {
        self.between(pin, from, |oracle, pin, from| oracle.back_s(pin, from))
    }

    fn place(&self, stop: StopIx) -> Option<Point> {
        self.place_of(stop).and_then(|known| self.oracles[0].anchor(known))
    }

    fn top_mps(&self, profile: ProfileIx) -> f64 {
        self.oracles[usize::from(profile.0)].top_mps()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::plan::times::{StraightLine, StraightStops};

    pub(crate) fn straight() -> PlanWays {
        let line = StraightLine::default();
        let oracle = |profile| Box::new(StraightStops::new(line.clone(), profile)) as Box<dyn Stops>;
        PlanWays::new(TravelProfile::ALL.map(oracle), DayPart(0))
    }

    #[test]
    fn pinned_answers_are_those_of_legs_and_nowhere_is_no_way() {
        let mut ways = straight();
        let point = |n: i32| Point::new(52.5 + f64::from(n) * 0.01, 13.4).unwrap();
        for n in 0..5 {
            ways.add((n != 2).then(|| point(n)));
        }
        ways.put(3, point(9));
        let mut pin = PlanPin::default();
        for profile in [0, 1, 2].map(ProfileIx) {
            for a in 0..5 {
                ways.pin(&mut pin, profile, StopIx(a));
                for b in 0..5 {
                    let leg = ways.leg(profile, StopIx(a), StopIx(b)).unwrap();
                    let back = ways.leg(profile, StopIx(b), StopIx(a)).unwrap();
                    let pinned = (ways.away_s(&pin, StopIx(b)), ways.back_s(&pin, StopIx(b)));
                    assert_eq!(pinned, (leg.duration_s, back.duration_s));
                    assert_eq!(leg.duration_s == 0, a == b || a == 2 || b == 2);
                }
            }
        }
    }
}
