//! A place asked about in history: so near a point, so near a line, an area or a box; and which part of the way between two fixes lies
//! in it.
//!
//! The way between two fixes is straight in the plane of degrees, the short way round, as `distance::between` has it.
//! The invariant: what lies in a zone lies in its `bounds`.

use super::distance::{Scale, nearest_share, shortest_lon};
use super::shape::Area;
use super::still::StillIndex;
use super::{Bounds, Metres, Point};

/// Within a piece this long (degrees) the distance to a line falls and then rises.
const PIECE_DEG: f64 = 0.5;
/// Halvings of a piece when the edge is looked for: to a millionth of it.
const HALVINGS: usize = 20;

/// A place, made for many questions.
#[derive(Clone, Debug)]
pub struct Zone {
    bounds: Bounds,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    /// Within a radius of a line; of a point, where the line is one leg without length.
    Around {
        legs: Legs,
        radius_m: f64,
    },
    Area {
        area: Area,
        sides: StillIndex<(Point, Point)>,
    },
    Box,
}

/// The legs of a line, each findable by its bounds widened by the radius.
#[derive(Clone, Debug)]
struct Legs {
    legs: Vec<(Point, Point)>,
    index: StillIndex<usize>,
}

/// The part of a way that lies in a zone.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Passage {
    /// Shares of the way, 0 to 1, ascending and apart from each other.
    pub inside: Vec<(f64, f64)>,
    /// How near it came to the point or line; 0 in an area.
    pub nearest: Option<Metres>,
}

impl Zone {
    /// Everything within `radius` of `centre`.
    pub fn near(centre: Point, radius: Metres) -> Self {
        Self::around(vec![(centre, centre)], radius)
    }

    /// Everything within `radius` of a line. A line of one point is that point; without any, nothing is in the zone.
    pub fn corridor(line: &[Point], radius: Metres) -> Self {
        match line {
            [only] => Self::near(*only, radius),
            line => Self::around(line.windows(2).map(|leg| (leg[0], leg[1])).collect(), radius),
        }
    }

    fn around(legs: Vec<(Point, Point)>, radius: Metres) -> Self {
        let widened: Vec<_> = legs.iter().map(|&(a, b)| span(a, b).widened(radius)).collect();
        let bounds = hull(&widened);
        let index = StillIndex::bulk(widened.into_iter().zip(0..));
        Self { bounds, shape: Shape::Around { legs: Legs { legs, index }, radius_m: radius.0 } }
    }

    pub fn area(area: Area) -> Self {
        let sides = area.rings().flat_map(|ring| ring.windows(2)).map(|side| (plain(side[0], side[1]), (side[0], side[1])));
        Self { bounds: area.bounds(), shape: Shape::Area { sides: StillIndex::bulk(sides), area } }
    }

    /// `bounds` are checked.
    pub const fn bounds_only(bounds: Bounds) -> Self {
        Self { bounds, shape: Shape::Box }
    }

    pub const fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// How near the point is to the centre or line, if it is in the zone; 0 in an area. The edge counts as inside.
    pub fn nearness(&self, point: Point) -> Option<Metres> {
        if !self.bounds.contains(point) {
            return None;
        }
        match &self.shape {
            Shape::Around { legs, radius_m } => {
                let near = legs.index.at(point).map(|&leg| legs.metres_to(leg, point)).min_by(f64::total_cmp);
                near.filter(|metres| metres <= radius_m).map(Metres)
            }
            Shape::Area { area, .. } => area.contains(point).then_some(Metres(0.0)),
            Shape::Box => Some(Metres(0.0)),
        }
    }

    /// The part of the way from `a` to `b` that lies in the zone.
    pub fn passage(&self, a: Point, b: Point) -> Passage {
        let mut passage = Passage::default();
        if !self.bounds.touches(&span(a, b)) {
            return passage;
        }
        let way = Way::new(a, b);
        match &self.shape {
            Shape::Around { legs, radius_m } => {
                for &&leg in &legs.index.within(&span(a, b)) {
                    let leg = Leg::new(legs.legs[leg].0, legs.legs[leg].1);
                    let bounds = span(leg.a, leg.b).widened(Metres(*radius_m));
                    for (from, to) in way.within(&bounds).flat_map(|(from, to)| way.pieces(from, to)) {
                        if let Some((from, to, nearest)) = way.near(&leg, *radius_m, from, to) {
                            passage.inside.push((from, to));
                            passage.nearest = Some(Metres(passage.nearest.map_or(nearest, |so_far| so_far.0.min(nearest))));
                        }
                    }
                }
            }
            Shape::Area { area, sides } => way.through(area, sides, &mut passage.inside),
            Shape::Box => passage.inside.extend(way.within(&self.bounds)),
        }
        join(&mut passage.inside);
        if !passage.inside.is_empty() {
            passage.nearest.get_or_insert(Metres(0.0));
        }
        passage
    }
}

impl Legs {
    fn metres_to(&self, leg: usize, point: Point) -> f64 {
        let (a, b) = self.legs[leg];
        Leg::new(a, b).metres_to(point.lat(), point.lon())
    }
}

/// The bounds of the short way between two points.
pub fn span(a: Point, b: Point) -> Bounds {
    let (south, north) = (a.lat().min(b.lat()), a.lat().max(b.lat()));
    let is_eastward = shortest_lon(b.lon() - a.lon()) >= 0.0;
    let (west, east) = if is_eastward { (a.lon(), b.lon()) } else { (b.lon(), a.lon()) };
    Bounds { south, west, north, east }
}

/// The bounds of a side of an area, which never crosses the antimeridian.
fn plain(a: Point, b: Point) -> Bounds {
    let (west, east) = (a.lon().min(b.lon()), a.lon().max(b.lon()));
    Bounds { west, east, ..span(a, b) }
}

/// Bounds that hold all of these; the narrowest in latitude, and in longitude when the first one's east is gone on from.
fn hull(all: &[Bounds]) -> Bounds {
    let Some(first) = all.first() else { return Bounds { south: 90.0, west: 0.0, north: 90.0, east: 0.0 } };
    // East and west edges, counted from the first west, going on from bounds to bounds.
    let (mut west, mut east) = (0.0_f64, first.width());
    let mut last = (first.west, 0.0);
    for bounds in &all[1..] {
        let start = last.1 + shortest_lon(bounds.west - last.0);
        last = (bounds.west, start);
        west = west.min(start);
        east = east.max(start + bounds.width());
    }
    let south = all.iter().map(|bounds| bounds.south).fold(90.0, f64::min);
    let north = all.iter().map(|bounds| bounds.north).fold(-90.0, f64::max);
    if east - west >= 360.0 {
        return Bounds { south, west: -180.0, north, east: 180.0 };
    }
    let wrap = |lon: f64| (lon + 180.0).rem_euclid(360.0) - 180.0;
    let (turned_west, turned_east) = (wrap(first.west + west), wrap(first.west + east));
    // A whole number of turns is no turn: 180 stays 180 where the east edge is.
    let east = if turned_east == -180.0 { 180.0 } else { turned_east };
    Bounds { south, west: turned_west, north, east }
}

/// Sorts and makes one of what touches.
fn join(parts: &mut Vec<(f64, f64)>) {
    parts.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    parts.dedup_by(|next, last| {
        let touches = next.0 <= last.1;
        if touches {
            last.1 = last.1.max(next.1);
        }
        touches
    });
}

/// A leg of a line, its second end going on from the first.
struct Leg {
    a: Point,
    b: Point,
    d_lat: f64,
    d_lon: f64,
}

impl Leg {
    fn new(a: Point, b: Point) -> Self {
        Self { a, b, d_lat: b.lat() - a.lat(), d_lon: shortest_lon(b.lon() - a.lon()) }
    }

    fn metres_to(&self, lat: f64, lon: f64) -> f64 {
        let (north, east) = (self.a.lat() - lat, shortest_lon(self.a.lon() - lon));
        // The scale is taken half way to the place found; that place, with the scale before it.
        let mut scale = Scale::at(lat);
        let mut metres = f64::INFINITY;
        for _ in 0..2 {
            let a = (east * scale.east_m, north * scale.north_m);
            let b = ((east + self.d_lon) * scale.east_m, (north + self.d_lat) * scale.north_m);
            let share = nearest_share(a, b);
            let d_lat = north + self.d_lat * share;
            scale = Scale::at(lat + d_lat / 2.0);
            metres = (d_lat * scale.north_m).hypot((east + self.d_lon * share) * scale.east_m);
        }
        metres
    }
}

/// The way between two fixes.
struct Way {
    lat: f64,
    lon: f64,
    d_lat: f64,
    d_lon: f64,
}

impl Way {
    fn new(a: Point, b: Point) -> Self {
        Self { lat: a.lat(), lon: a.lon(), d_lat: b.lat() - a.lat(), d_lon: shortest_lon(b.lon() - a.lon()) }
    }

    /// Latitude, and longitude going on past 180.
    fn at(&self, share: f64) -> (f64, f64) {
        (self.lat + self.d_lat * share, self.lon + self.d_lon * share)
    }

    /// The parts within bounds: one, but where the bounds go nearly round the world.
    fn within(&self, bounds: &Bounds) -> impl Iterator<Item = (f64, f64)> {
        let x = (self.lon - bounds.west).rem_euclid(360.0);
        let (width, d_lon) = (bounds.width(), self.d_lon);
        let in_lat = clip((0.0, 1.0), self.lat - bounds.south, self.d_lat, bounds.north - bounds.south);
        [-360.0, 0.0, 360.0].into_iter().filter_map(move |turn| clip(in_lat?, x - turn, d_lon, width))
    }

    /// Cut so short that distances within a piece fall and then rise.
    fn pieces(&self, from: f64, to: f64) -> impl Iterator<Item = (f64, f64)> + use<> {
        let degrees = self.d_lat.abs().max(self.d_lon.abs()) * (to - from);
        let n = (degrees / PIECE_DEG).ceil().max(1.0);
        let step = (to - from) / n;
        (0..n as usize).map(move |piece| {
            let start = from + step * piece as f64;
            (start, if piece + 1 == n as usize { to } else { start + step })
        })
    }

    /// The part of a piece within `radius_m` of the leg, and how near it comes.
    fn near(&self, leg: &Leg, radius_m: f64, from: f64, to: f64) -> Option<(f64, f64, f64)> {
        let distance = |share: f64| {
            let (lat, lon) = self.at(share);
            leg.metres_to(lat, shortest_lon(lon))
        };
        let (at_from, at_to) = (distance(from), distance(to));
        let mut nearest = if at_from <= at_to { (at_from, from) } else { (at_to, to) };
        for share in self.turning_points(leg, from, to) {
            let metres = distance(share);
            if metres < nearest.0 {
                nearest = (metres, share);
            }
        }
        if nearest.0 > radius_m {
            return None;
        }
        let edge = |mut outside: f64, mut inside: f64| {
            for _ in 0..HALVINGS {
                let middle = f64::midpoint(outside, inside);
                *(if distance(middle) <= radius_m { &mut inside } else { &mut outside }) = middle;
            }
            inside
        };
        let enters = if at_from <= radius_m { from } else { edge(from, nearest.1) };
        let leaves = if at_to <= radius_m { to } else { edge(to, nearest.1) };
        Some((enters, leaves, nearest.0))
    }

    /// Where a piece may come nearest to the leg: beside either end of it, or where the two cross. Each found twice over, the second
    /// time with the scale of the place found first.
    fn turning_points(&self, leg: &Leg, from: f64, to: f64) -> impl Iterator<Item = f64> {
        let ends = [(leg.a.lat(), leg.a.lon()), (leg.b.lat(), leg.b.lon())];
        let beside = ends.into_iter().map(move |(lat, lon)| {
            let mut share = f64::midpoint(from, to);
            for _ in 0..3 {
                let (here_lat, here_lon) = self.at(share);
                let scale = Scale::at(f64::midpoint(here_lat, lat));
                let seen = |at: f64| {
                    let (other_lat, other_lon) = self.at(at);
                    let d_lon = shortest_lon(shortest_lon(here_lon) - lon) + other_lon - here_lon;
                    (d_lon * scale.east_m, (other_lat - lat) * scale.north_m)
                };
                share = from + nearest_share(seen(from), seen(to)) * (to - from);
            }
            share
        });
        let start = self.at(from);
        let (x, y) = (shortest_lon(shortest_lon(start.1) - leg.a.lon()), start.0 - leg.a.lat());
        let cross = self.d_lon * leg.d_lat - self.d_lat * leg.d_lon;
        let crossing = (cross != 0.0).then(|| (from + (y * leg.d_lon - x * leg.d_lat) / cross).clamp(from, to));
        beside.chain(crossing)
    }

    /// The parts within an area: cut where it meets a side, each part judged by its middle.
    fn through(&self, area: &Area, sides: &StillIndex<(Point, Point)>, inside: &mut Vec<(f64, f64)>) {
        let turn = if self.lon + self.d_lon > 180.0 { 180.0 } else { -180.0 };
        let crosses = (self.lon + self.d_lon).abs() > 180.0;
        let mut cuts = vec![0.0, 1.0];
        cuts.extend(crosses.then(|| (turn - self.lon) / self.d_lon));
        let point = |share: f64| {
            let (lat, lon) = self.at(share);
            Point::new(lat, shortest_lon(lon)).ok()
        };
        let ends = point(0.0).zip(point(1.0)).map(|(a, b)| span(a, b));
        for (a, b) in ends.map(|ends| sides.within(&ends)).into_iter().flatten() {
            for way_lon in [Some(self.lon), crosses.then_some(self.lon - 2.0 * turn)].into_iter().flatten() {
                let (x, y) = (way_lon - a.lon(), self.lat - a.lat());
                let (side_lat, side_lon) = (b.lat() - a.lat(), b.lon() - a.lon());
                let cross = self.d_lon * side_lat - self.d_lat * side_lon;
                if cross != 0.0 {
                    cuts.push((y * side_lon - x * side_lat) / cross);
                }
            }
        }
        cuts.retain(|cut| (0.0..=1.0).contains(cut));
        cuts.sort_unstable_by(f64::total_cmp);
        cuts.dedup();
        let is_inside = |part: &[f64]| point(f64::midpoint(part[0], part[1])).is_some_and(|middle| area.contains(middle));
        inside.extend(cuts.windows(2).filter(|part| is_inside(part)).map(|part| (part[0], part[1])));
    }
}

/// The part of `from..=to` in which `x + d * share` lies within `0..=width`.
fn clip((from, to): (f64, f64), x: f64, d: f64, width: f64) -> Option<(f64, f64)> {
    if d == 0.0 {
        return (0.0..=width).contains(&x).then_some((from, to));
    }
    let (one, other) = (-x / d, (width - x) / d);
    let (from, to) = (from.max(one.min(other)), to.min(one.max(other)));
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    fn check(zone: &Zone, (a, b): ((f64, f64), (f64, f64)), expected: &[(f64, f64)]) {
        let got = zone.passage(point(a.0, a.1), point(b.0, b.1)).inside;
        let agrees = got.len() == expected.len()
            && got
                .iter()
                .zip(expected)
                .all(|(got, expected)| (got.0 - expected.0).abs() < 2e-3 && (got.1 - expected.1).abs() < 2e-3);
        assert!(agrees, "{a:?} to {b:?}: {got:?} instead of {expected:?}");
    }

    #[test]
    fn passing_a_point_between_two_fixes_is_seen() {
        // 0.01° of latitude is 1,112.7 m here.
        let zone = Zone::near(point(52.0, 13.0), Metres(111.27));
        check(&zone, ((51.99, 13.0), (52.01, 13.0)), &[(0.45, 0.55)]);
        check(&zone, ((52.0, 13.0), (52.01, 13.0)), &[(0.0, 0.1)]);
        check(&zone, ((52.0, 13.0), (52.0, 13.0)), &[(0.0, 1.0)]);
        check(&zone, ((51.99, 13.002), (52.01, 13.002)), &[]);
        check(&zone, ((51.99, 12.99), (51.99, 13.01)), &[]);
        let nearest = zone.passage(point(51.99, 13.001), point(52.01, 13.001)).nearest.unwrap();
        assert!((nearest.0 - 68.7).abs() < 0.1, "{nearest:?}");
    }

    #[test]
    fn the_short_way_crosses_the_antimeridian() {
        let zone = Zone::near(point(-18.0, -179.99), Metres(530.0));
        check(&zone, ((-18.0, 179.98), (-18.0, -179.96)), &[(0.416, 0.583)]);
        check(&zone, ((-18.0, 179.0), (-18.0, 178.0)), &[]);
        let bounds = Zone::bounds_only(Bounds { south: -19.0, west: 179.99, north: -17.0, east: -179.99 });
        check(&bounds, ((-18.0, 179.98), (-18.0, -179.98)), &[(0.25, 0.75)]);
        let square =
            |west: f64| json!([[[west, -19.0], [west + 0.01, -19.0], [west + 0.01, -17.0], [west, -17.0], [west, -19.0]]]);
        let area = json!({"type": "MultiPolygon", "coordinates": [square(179.99), square(-180.0)]});
        let area = Zone::area(Area::from_geojson(&area).unwrap());
        check(&area, ((-18.0, 179.98), (-18.0, -179.98)), &[(0.25, 0.75)]);
        check(&area, ((-18.0, -179.98), (-18.0, 179.98)), &[(0.25, 0.75)]);
    }

    #[test]
    fn a_corridor_is_entered_at_its_side_and_at_its_round_end() {
        let zone = Zone::corridor(&[point(52.0, 13.0), point(52.0, 13.1), point(52.1, 13.1)], Metres(111.27));
        check(&zone, ((51.99, 13.05), (52.01, 13.05)), &[(0.45, 0.55)]);
        check(&zone, ((52.0, 12.99), (52.0, 13.09)), &[(0.0837, 1.0)]);
        check(&zone, ((52.05, 13.05), (52.05, 13.15)), &[(0.4838, 0.5162)]);
        // Over both legs, outside between them.
        check(&zone, ((51.99, 13.05), (52.05, 13.11)), &[(0.1485, 0.1852), (0.8062, 0.8605)]);
    }

    #[test]
    fn a_bent_area_is_passed_twice() {
        let u =
            json!({"type": "Polygon", "coordinates": [[[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3], [0, 0]]]});
        let zone = Zone::area(Area::from_geojson(&u).unwrap());
        check(&zone, ((2.0, -1.0), (2.0, 4.0)), &[(0.2, 0.4), (0.6, 0.8)]);
        check(&zone, ((0.5, -1.0), (0.5, 4.0)), &[(0.2, 0.8)]);
        check(&zone, ((2.0, 0.5), (2.5, 0.5)), &[(0.0, 1.0)]);
        check(&zone, ((2.0, 1.5), (2.5, 1.5)), &[]);
        assert_eq!(zone.nearness(point(2.0, 1.0)), Some(Metres(0.0)), "the edge is inside");
    }

    #[test]
    fn bounds_hold_the_zone() {
        let line = [point(10.0, 170.0), point(12.0, -175.0), point(11.0, -170.0), point(-5.0, 175.0)];
        let bounds = *Zone::corridor(&line, Metres(1_000.0)).bounds();
        assert!(bounds.west > bounds.east, "{bounds:?}");
        line.iter().for_each(|point| assert!(bounds.contains(*point), "{bounds:?}"));
        assert!(!bounds.contains(point(10.0, 0.0)));
        let round: Vec<_> = (0..40).map(|step| point(0.0, shortest_lon(f64::from(step * 10 % 360)))).collect();
        let bounds = *Zone::corridor(&round, Metres(1.0)).bounds();
        assert_eq!((bounds.west, bounds.east), (-180.0, 180.0));
        assert_eq!(Zone::corridor(&[], Metres(1.0)).nearness(point(0.0, 0.0)), None);
    }
}
