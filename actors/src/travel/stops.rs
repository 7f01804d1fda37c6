//! A planner's stops, whichever way their times are known: by road, by a table from a service, or by the straight line.

use salessync_engine::Point;
use salessync_engine::plan::times::{
    DayPart, DayParts, Leg, Matrix, Pin, Stop, StraightLine, StraightStops, TravelProfile, TravelTimes,
};
use salessync_roads::RoadStops;
use std::collections::HashMap;

/// Travel times between the stops of one plan.
#[derive(Clone, Debug)]
pub enum StopTimes {
    Road(RoadStops),
    Table(TableStops),
    Straight(StraightStops),
}

impl StopTimes {
    /// A stop of its own, which may be put elsewhere.
    pub fn add(&mut self, point: Point) -> Stop {
        match self {
            Self::Road(stops) => stops.add(point),
            Self::Table(stops) => stops.straight.add(point),
            Self::Straight(stops) => stops.add(point),
        }
    }

    /// Puts a stop elsewhere.
    pub fn put(&mut self, stop: Stop, point: Point) {
        match self {
            Self::Road(stops) => stops.put(stop, point),
            Self::Table(stops) => stops.put(stop, point),
            Self::Straight(stops) => stops.put(stop, point),
        }
    }

    /// Is there no road near a stop? Of a service's roads nothing is known, and a line begins everywhere.
    pub fn is_off_road(&self, stop: Stop) -> bool {
        match self {
            Self::Road(stops) => stops.place(stop).is_err(),
            Self::Table(_) | Self::Straight(_) => false,
        }
    }

    fn times(&self) -> &dyn TravelTimes {
        match self {
            Self::Road(stops) => stops,
            Self::Table(stops) => stops,
            Self::Straight(stops) => stops,
        }
    }
}

impl TravelTimes for StopTimes {
    fn stop_count(&self) -> u32 {
        self.times().stop_count()
    }

    fn parts(&self) -> &DayParts {
        self.times().parts()
    }

    fn leg(&self, from: Stop, to: Stop, part: DayPart) -> Option<Leg> {
        self.times().leg(from, to, part)
    }

    fn pin(&self, pin: &mut Pin, stop: Stop, part: DayPart) {
        self.times().pin(pin, stop, part);
    }

    fn pin_widely(&self, pin: &mut Pin, stop: Stop, part: DayPart) {
        self.times().pin_widely(pin, stop, part);
    }

    // The inner loop: a match that is always the same costs nothing, a call through a table would.
    fn away_s(&self, pin: &Pin, to: Stop) -> u32 {
        match self {
            Self::Road(stops) => stops.away_s(pin, to),
            Self::Table(stops) => stops.away_s(pin, to),
            Self::Straight(stops) => stops.away_s(pin, to),
        }
    }

    fn back_s(&self, pin: &Pin, from: Stop) -> u32 {
        match self {
            Self::Road(stops) => stops.back_s(pin, from),
            Self::Table(stops) => stops.back_s(pin, from),
            Self::Straight(stops) => stops.back_s(pin, from),
        }
    }

    fn zone(&self, stop: Stop) -> Option<u16> {
        self.times().zone(stop)
    }

    fn anchor(&self, stop: Stop) -> Option<Point> {
        self.times().anchor(stop)
    }

    fn top_mps(&self) -> f64 {
        self.times().top_mps()
    }

    fn matrix(&self, from: &[Stop], to: &[Stop], part: DayPart) -> Matrix {
        self.times().matrix(from, to, part)
    }
}

/// Stops with a table of a service's times; where a cell is not known, the straight line stands in.
#[derive(Clone, Debug)]
pub struct TableStops {
    straight: StraightStops,
    /// None: asked for, and there is no way. Absent: not asked for.
    known: HashMap<(Stop, Stop), Option<Leg>>,
}

impl TableStops {
    /// `line` stands in for what is not known. A service knows no parts of the day, so there is one.
    pub fn new(line: StraightLine, profile: TravelProfile) -> Self {
        Self { straight: StraightStops::new(line, profile), known: HashMap::new() }
    }

    /// Takes a table that a service gave.
    pub fn fill(&mut self, from: &[Stop], to: &[Stop], table: &Matrix) {
        for (row, &from) in from.iter().enumerate() {
            for (column, &to) in to.iter().enumerate() {
                self.known.insert((from, to), table.get(row, column));
            }
        }
    }

    /// Is this leg the service's, rather than the straight line?
    pub fn is_known(&self, from: Stop, to: Stop) -> bool {
        self.known.contains_key(&(from, to))
    }

    fn put(&mut self, stop: Stop, point: Point) {
        let before = self.straight.point(stop);
        self.straight.put(stop, point);
        if self.straight.point(stop) != before {
            self.known.retain(|(from, to), _| *from != stop && *to != stop);
        }
    }
}

impl TravelTimes for TableStops {
    fn stop_count(&self) -> u32 {
        self.straight.stop_count()
    }

    fn parts(&self) -> &DayParts {
        self.straight.parts()
    }

    fn leg(&self, from: Stop, to: Stop, part: DayPart) -> Option<Leg> {
        match self.known.get(&(from, to)) {
            Some(leg) => *leg,
            None => self.straight.leg(from, to, part),
        }
    }

    fn pin(&self, pin: &mut Pin, stop: Stop, part: DayPart) {
        self.straight.pin(pin, stop, part);
    }

    fn away_s(&self, pin: &Pin, to: Stop) -> u32 {
        self.duration_s(pin.stop(), to, pin.part())
    }

    fn back_s(&self, pin: &Pin, from: Stop) -> u32 {
        self.duration_s(from, pin.stop(), pin.part())
    }

    fn anchor(&self, stop: Stop) -> Option<Point> {
        self.straight.anchor(stop) // nobody knows where the service put it: no speed is too high for a bound
    }

    fn top_mps(&self) -> f64 {
        f64::INFINITY
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use salessync_engine::plan::times::UNREACHABLE;
    use salessync_roads::RoadMap;
    use std::sync::Arc;

    /// Where the two streets of `town` cross: latitude, longitude.
    pub(crate) const CROSSING: (f64, f64) = (47.0, 9.0);

    /// Two streets of some three kilometres, one to the north and one to the east, with a side street every 200 m.
    pub(crate) fn town() -> RoadMap {
        let road = |corners: Vec<[f64; 2]>| {
            serde_json::json!({"type": "Feature", "properties": {"kind": "road", "highway": "residential", "limit_kmh": 30},
                "geometry": {"type": "LineString", "coordinates": corners}})
        };
        let (lat, lon) = CROSSING;
        let at = |n: i32| f64::from(n) * 0.002;
        let mut roads =
            vec![road((-7..=7).map(|n| [lon, lat + at(n)]).collect()), road((-7..=7).map(|n| [lon + at(n), lat]).collect())];
        for n in (-7..=7).filter(|n| *n != 0) {
            roads.push(road(vec![[lon, lat + at(n)], [lon - 0.0008, lat + at(n)]]));
            roads.push(road(vec![[lon + at(n), lat], [lon + at(n), lat - 0.0008]]));
        }
        let town = serde_json::json!({"type": "FeatureCollection", "format": "salessync-town", "version": 1, "features": roads});
        let bytes = town.to_string();
        RoadMap::read(|| Ok(bytes.as_bytes()), Arc::new(DayParts::default())).unwrap()
    }

    #[test]
    fn the_straight_line_stands_in_for_what_a_service_was_not_asked() {
        let point = |lon: f64| Point::new(47.0, lon).unwrap();
        let mut stops = TableStops::new(StraightLine::default(), TravelProfile::Car);
        let known: Vec<Stop> = (0..3).map(|i| stops.straight.add(point(9.0 + f64::from(i) * 0.01))).collect();
        let mut table = Matrix::unreachable(3, 3);
        table.set(0, 1, Some(Leg { duration_s: 77, distance_m: 700 }));
        stops.fill(&known, &known, &table);
        let mut times = StopTimes::Table(stops);
        let new = times.add(point(9.05));
        let part = DayPart(0);
        assert_eq!(times.duration_s(known[0], known[1], part), 77);
        assert_eq!(times.duration_s(known[1], known[0], part), UNREACHABLE);
        let straight = StraightLine::default().leg(TravelProfile::Car, point(9.0), point(9.05), part);
        assert_eq!(times.leg(known[0], new, part), Some(straight));
        let mut pin = Pin::new();
        times.pin(&mut pin, known[0], part);
        assert_eq!(
            (times.away_s(&pin, known[1]), times.away_s(&pin, new), times.back_s(&pin, known[1])),
            (77, straight.duration_s, UNREACHABLE)
        );
        times.put(new, point(9.0));
        assert_eq!(times.duration_s(known[0], new, part), 0);
        times.put(known[1], point(9.3));
        let moved = StraightLine::default().leg(TravelProfile::Car, point(9.0), point(9.3), part).duration_s;
        assert_eq!(times.duration_s(known[0], known[1], part), moved, "the table does not know the new place");
    }
}
