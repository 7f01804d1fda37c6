//! The oracle without a map: the straight line, a share longer, at the profile's usual speed.

use super::{DayPart, DayParts, Leg, Pin, Stop, TravelProfile, TravelTimes};
use crate::Point;
use crate::geo::distance;
use std::collections::HashMap;

/// How much longer roads are than the straight line. Random pairs in towns: 1.2 (Newell 1980) to 1.34 (mean of 300 European cities,
/// radial, 2023); 1.3 is what planning experiments usually take.
pub const DETOUR: f64 = 1.3;
/// Door to door in towns, kilometres an hour, where roads are free: 30 for cars is the usual assumption of planning experiments; 15
/// and 5 are the speeds of OSRM's bicycle and foot profiles.
const USUAL_KMH: [f64; 3] = [30.0, 15.0, 5.0];
const DETOUR_RANGE: std::ops::RangeInclusive<f64> = 1.0..=5.0;
const KMH_RANGE: std::ops::RangeInclusive<f64> = 1.0..=200.0;

/// Straight lines, detour and speeds.
#[derive(Clone, PartialEq, Debug)]
pub struct StraightLine {
    detour: f64,
    /// By `TravelProfile::index`, metres a second.
    mps: [f64; 3],
    parts: DayParts,
}

/// What is wrong with a setting, and what it may be.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
#[error("{field} is {value}, must be {limit}")]
pub struct StraightFlaw {
    pub field: &'static str,
    pub value: f64,
    pub limit: &'static str,
}

impl Default for StraightLine {
    fn default() -> Self {
        Self::new(DETOUR, USUAL_KMH, DayParts::default()).expect("the usual figures lie within their limits")
    }
}

impl StraightLine {
    /// `kmh`: of cars where roads are free, of bicycles, on foot.
    pub fn new(detour: f64, kmh: [f64; 3], parts: DayParts) -> Result<Self, StraightFlaw> {
        if !DETOUR_RANGE.contains(&detour) {
            return Err(StraightFlaw { field: "detour", value: detour, limit: "1..5" });
        }
        for (field, value) in ["car_kmh", "bike_kmh", "foot_kmh"].into_iter().zip(kmh) {
            if !KMH_RANGE.contains(&value) {
                return Err(StraightFlaw { field, value, limit: "1..200" });
            }
        }
        Ok(Self { detour, mps: kmh.map(|kmh| kmh / 3.6), parts })
    }

    pub const fn parts(&self) -> &DayParts {
        &self.parts
    }

    pub const fn detour(&self) -> f64 {
        self.detour
    }

    /// There is always a way.
    pub fn leg(&self, profile: TravelProfile, from: Point, to: Point, part: DayPart) -> Leg {
        let distance_m = distance::metres(from, to).0 * self.detour;
        let duration_s = distance_m / self.mps_at(profile, part);
        Leg { duration_s: duration_s.round() as u32, distance_m: distance_m.round() as u32 }
    }

    /// Nobody gets ahead faster along the straight line, metres a second.
    pub fn top_mps(&self, profile: TravelProfile) -> f64 {
        self.mps[profile.index()] / self.detour
    }

    fn mps_at(&self, profile: TravelProfile, part: DayPart) -> f64 {
        let factor = match profile {
            TravelProfile::Car => self.parts.parts()[part.index()].car_factor,
            TravelProfile::Bike | TravelProfile::Foot => 1.0,
        };
        self.mps[profile.index()] * factor
    }
}

/// Straight lines between the stops of a table, for one profile.
#[derive(Clone, Debug)]
pub struct StraightStops {
    line: StraightLine,
    profile: TravelProfile,
    stops: Vec<Point>,
    /// Stops that never move, by place.
    fixed: HashMap<Point, Stop>,
}

impl StraightStops {
    pub fn new(line: StraightLine, profile: TravelProfile) -> Self {
        Self { line, profile, stops: Vec::new(), fixed: HashMap::new() }
    }

    /// The stop of a place that never moves; the same place is the same stop.
    pub fn intern(&mut self, point: Point) -> Stop {
        if let Some(stop) = self.fixed.get(&point) {
            return *stop;
        }
        let stop = self.add(point);
        self.fixed.insert(point, stop);
        stop
    }

    /// A stop of its own, which may be put elsewhere: somebody under way.
    pub fn add(&mut self, point: Point) -> Stop {
        self.stops.push(point);
        Stop(self.stops.len() as u32 - 1)
    }

    /// Puts a stop elsewhere. One that was interned stays where it is: others may mean it.
    pub fn put(&mut self, stop: Stop, point: Point) {
        if self.fixed.get(&self.stops[stop.index()]) != Some(&stop) {
            self.stops[stop.index()] = point;
        }
    }

    pub fn point(&self, stop: Stop) -> Point {
        self.stops[stop.index()]
    }

    fn between_s(&self, from: Stop, to: Stop, part: DayPart) -> u32 {
        self.line.leg(self.profile, self.stops[from.index()], self.stops[to.index()], part).duration_s
    }
}

impl TravelTimes for StraightStops {
    fn stop_count(&self) -> u32 {
        self.stops.len() as u32
    }

    fn parts(&self) -> &DayParts {
        self.line.parts()
    }

    fn leg(&self, from: Stop, to: Stop, part: DayPart) -> Option<Leg> {
        Some(self.line.leg(self.profile, self.stops[from.index()], self.stops[to.index()], part))
    }

    fn pin(&self, pin: &mut Pin, stop: Stop, part: DayPart) {
        pin.begin(stop, part, 0);
    }

    fn away_s(&self, pin: &Pin, to: Stop) -> u32 {
        self.between_s(pin.stop(), to, pin.part())
    }

    fn back_s(&self, pin: &Pin, from: Stop) -> u32 {
        self.between_s(from, pin.stop(), pin.part())
    }

    fn anchor(&self, stop: Stop) -> Option<Point> {
        self.stops.get(stop.index()).copied()
    }

    fn top_mps(&self) -> f64 {
        self.line.top_mps(self.profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    /// A kilometre and more of latitude, by hand: 1,112.674 m × 1.3 at 30 km/h × 0.75.
    #[test]
    fn a_leg_is_the_line_times_the_detour_at_the_parts_speed() {
        let line = StraightLine::default();
        let (a, b) = (point(52.0, 13.0), point(52.01, 13.0));
        let at = |profile, second| line.leg(profile, a, b, line.parts().at_second(second));
        assert_eq!(at(TravelProfile::Car, 0), Leg { duration_s: 174, distance_m: 1_446 });
        assert_eq!(at(TravelProfile::Car, 8 * 3_600).duration_s, 231);
        assert_eq!(at(TravelProfile::Foot, 8 * 3_600).duration_s, at(TravelProfile::Foot, 0).duration_s);
        assert_eq!(at(TravelProfile::Foot, 0).duration_s, 1_041);
        assert_eq!(line.leg(TravelProfile::Bike, a, a, DayPart(0)), Leg::default());
    }

    #[test]
    fn the_far_side_of_the_earth_still_has_a_time() {
        let slow = StraightLine::new(5.0, [1.0, 1.0, 1.0], DayParts::default()).unwrap();
        let leg = slow.leg(TravelProfile::Car, point(0.0, 0.0), point(0.0, 180.0), DayPart(3));
        assert!(leg.duration_s > 300_000_000 && leg.duration_s < super::super::UNREACHABLE, "{leg:?}");
    }

    #[test]
    fn a_fixed_stop_stays_and_one_under_way_moves() {
        let mut stops = StraightStops::new(StraightLine::default(), TravelProfile::Car);
        let (here, there) = (point(1.0, 1.0), point(1.0, 1.1));
        let (shop, van) = (stops.intern(here), stops.add(here));
        assert_eq!((stops.intern(here), shop == van), (shop, false));
        stops.put(shop, there);
        stops.put(van, there);
        assert_eq!((stops.point(shop), stops.point(van)), (here, there));
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let flaw = |detour, kmh| StraightLine::new(detour, kmh, DayParts::whole()).unwrap_err().field;
        assert_eq!(flaw(0.99, USUAL_KMH), "detour");
        assert_eq!(flaw(f64::NAN, USUAL_KMH), "detour");
        assert_eq!(flaw(1.3, [30.0, 0.0, 5.0]), "bike_kmh");
        assert_eq!(flaw(1.3, [30.0, 15.0, f64::INFINITY]), "foot_kmh");
    }

    #[test]
    fn pinned_answers_and_bounds_agree_with_legs() {
        let mut stops = StraightStops::new(StraightLine::default(), TravelProfile::Car);
        let ids: Vec<Stop> =
            (0..20).map(|i| stops.add(point(-30.0 - f64::from(i) * 0.013, -51.0 + f64::from(i % 7) * 0.02))).collect();
        let mut pin = Pin::new();
        for part in [DayPart(0), DayPart(3)] {
            for &a in &ids {
                stops.pin(&mut pin, a, part);
                for &b in &ids {
                    assert_eq!(stops.away_s(&pin, b), stops.duration_s(a, b, part));
                    assert_eq!(stops.back_s(&pin, b), stops.duration_s(b, a, part));
                    assert!(stops.least_s(a, b) <= stops.duration_s(a, b, part));
                }
            }
        }
        let matrix = stops.matrix(&ids, &ids[..3], DayPart(1));
        assert_eq!(matrix.get(7, 2), stops.leg(ids[7], ids[2], DayPart(1)));
    }
}
