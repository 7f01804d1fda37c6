//! Areas: the polygons a territory or a fence is made of, read from GeoJSON and checked once.
//!
//! Not here: finding which area among many (`still`), and shapes that are not areas. Sides are straight in the plane of degrees,
//! as on a map; an area across the antimeridian is a MultiPolygon cut along it (RFC 7946, 3.1.9; `cut` does it).
//! The invariant: every ring is closed, simple and encloses something; holes lie in their polygon and apart from each other.

use std::cmp::Ordering;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::distance::SPHERE_RADIUS_M;
use super::{Bounds, Point, PointFlaw};

/// Positions in all rings together, closing ones included: a country's border at 100 m; more is a file, not a territory.
pub const VERTICES_MAX: usize = 10_000;

/// One or more polygons with holes. Polygons may touch or overlap: a point is in the area when it is in any of them.
#[derive(Clone, PartialEq, Debug)]
pub struct Area {
    polygons: Vec<Polygon>,
}

/// What is wrong with an area, and where: `coordinates[0][3]`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path} {rule}")]
pub struct AreaFlaw {
    pub path: String,
    pub rule: AreaRule,
}

/// What the place named should have kept to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AreaRule {
    #[error("must be {0}")]
    MustBe(&'static str),
    #[error("is off the earth: {0}")]
    OffTheEarth(PointFlaw),
    #[error("must have at least 4 positions")]
    TooFewPositions,
    #[error("must end where it begins")]
    NotClosed,
    #[error("must have at most {VERTICES_MAX} positions in all")]
    TooManyPositions,
    #[error("must enclose an area")]
    EnclosesNothing,
    #[error("must not touch or cross another side of its ring")]
    SelfIntersects,
    #[error("must not cross or run along another ring of its polygon")]
    RingsCross,
    #[error("must be a hole within its polygon and outside its other holes")]
    HoleMisplaced,
}

impl Area {
    /// Reads a `Polygon` or `MultiPolygon` geometry. Altitudes are dropped, and so is a position that repeats the one before it.
    pub fn from_geojson(geometry: &Value) -> Result<Self, AreaFlaw> {
        let mut reader = Reader { positions: 0 };
        let coordinates = &geometry["coordinates"];
        let polygons = match geometry["type"].as_str() {
            Some("Polygon") => vec![reader.polygon(coordinates, "coordinates")?],
            Some("MultiPolygon") => list(coordinates, "coordinates", "a list of polygons, not empty")?
                .iter()
                .enumerate()
                .map(|(at, polygon)| reader.polygon(polygon, &format!("coordinates[{at}]")))
                .collect::<Result<_, _>>()?,
            _ => return flaw("type", AreaRule::MustBe("Polygon or MultiPolygon")),
        };
        Ok(Self { polygons })
    }

    /// Returns the geometry as it was drawn, a MultiPolygon of one polygon as a Polygon.
    pub fn to_geojson(&self) -> Value {
        let position = |point: &Point| json!([point.lon(), point.lat()]);
        let ring = |ring: &Vec<Point>| ring.iter().map(position).collect::<Value>();
        let polygon = |polygon: &Polygon| polygon.rings.iter().map(ring).collect::<Value>();
        match self.polygons.as_slice() {
            [only] => json!({ "type": "Polygon", "coordinates": polygon(only) }),
            several => json!({ "type": "MultiPolygon", "coordinates": several.iter().map(polygon).collect::<Value>() }),
        }
    }

    /// Returns the narrowest bounds that hold all polygons: across the antimeridian if that is the shorter way.
    pub fn bounds(&self) -> Bounds {
        let mut spans: Vec<_> = self.polygons.iter().map(|polygon| (polygon.extent.west, polygon.extent.east)).collect();
        spans.sort_unstable();
        let (mut west, mut east) = spans[0];
        let (mut gap_max, mut after_gap, mut before_gap) = (0, west, east);
        for (next_west, next_east) in spans {
            if next_west - east > gap_max {
                (gap_max, after_gap, before_gap) = (next_west - east, next_west, east);
            }
            east = east.max(next_east);
        }
        if gap_max > west + 3_600_000_000 - east {
            (west, east) = (after_gap, before_gap);
        }
        let extents = self.polygons.iter().map(|polygon| polygon.extent);
        let south = extents.clone().map(|extent| extent.south).min().unwrap_or_default();
        let north = extents.map(|extent| extent.north).max().unwrap_or_default();
        let degrees = |e7: i64| e7 as f64 / super::E7;
        Bounds { south: degrees(south), west: degrees(west), north: degrees(north), east: degrees(east) }
    }

    /// Edges count as inside, those of holes too: exact, in whole units of the grid.
    pub fn contains(&self, point: Point) -> bool {
        self.polygons.iter().any(|polygon| polygon.contains(Xy::of(point)))
    }

    /// Returns the centre of gravity in the plane of degrees; of a bent area, it may lie outside.
    pub fn centroid(&self) -> Point {
        let bounds = self.bounds();
        let (west, south) = (bounds.west, bounds.south);
        let (mut weight, mut east, mut north) = (0.0, 0.0, 0.0);
        for (sign, ring) in self.signed_rings() {
            // Degrees from the south-west corner: small numbers, and one side of the antimeridian goes on from the other.
            let eastward = |lon: f64| if lon < west { lon - west + 360.0 } else { lon - west };
            let at = |point: Point| (eastward(point.lon()), point.lat() - south);
            let (mut twice, mut x, mut y) = (0.0, 0.0, 0.0);
            for side in ring.windows(2) {
                let ((ax, ay), (bx, by)) = (at(side[0]), at(side[1]));
                let cross = ax * by - bx * ay;
                twice += cross;
                x += (ax + bx) * cross;
                y += (ay + by) * cross;
            }
            let sign = sign * f64::signum(twice);
            weight += sign * twice;
            east += sign * x / 3.0;
            north += sign * y / 3.0;
        }
        let lon = west + east / weight;
        let lon = if lon > 180.0 { lon - 360.0 } else { lon };
        Point::new(south + north / weight, lon).unwrap_or(self.polygons[0].rings[0][0])
    }

    /// Returns square metres on the sphere, good to half a per cent; where polygons overlap, each counts.
    pub fn area_m2(&self) -> f64 {
        self.signed_rings().map(|(sign, ring)| sign * ring_area_m2(ring)).sum()
    }

    /// The rings of each polygon: the outer one first, each closed.
    pub(crate) fn polygons(&self) -> impl Iterator<Item = &[Vec<Point>]> {
        self.polygons.iter().map(|polygon| polygon.rings.as_slice())
    }

    /// All rings, outer ones and holes, each closed.
    pub(super) fn rings(&self) -> impl Iterator<Item = &[Point]> {
        self.polygons.iter().flat_map(|polygon| polygon.rings.iter().map(Vec::as_slice))
    }

    /// Outer rings with +1, holes with -1.
    fn signed_rings(&self) -> impl Iterator<Item = (f64, &[Point])> {
        let signs = std::iter::once(1.0).chain(std::iter::repeat(-1.0));
        self.polygons.iter().flat_map(move |polygon| signs.clone().zip(polygon.rings.iter().map(Vec::as_slice)))
    }
}

impl Serialize for Area {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_geojson().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Area {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let geometry = Value::deserialize(deserializer)?;
        Self::from_geojson(&geometry).map_err(serde::de::Error::custom)
    }
}

/// The outer ring, then the holes; the first position of a ring is its last again.
#[derive(Clone, PartialEq, Debug)]
struct Polygon {
    extent: Extent,
    rings: Vec<Vec<Point>>,
}

impl Polygon {
    fn contains(&self, point: Xy) -> bool {
        if !self.extent.contains(point) {
            return false;
        }
        let mut is_inside = false;
        for ring in &self.rings {
            match side_of(ring, point) {
                Side::Edge => return true,
                Side::Inside => is_inside = !is_inside,
                Side::Outside => {}
            }
        }
        is_inside
    }
}

/// A box in units of 1e-7 degree.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Extent {
    south: i64,
    west: i64,
    north: i64,
    east: i64,
}

impl Extent {
    fn of(ring: &[Point]) -> Self {
        let nothing = Self { south: i64::MAX, west: i64::MAX, north: i64::MIN, east: i64::MIN };
        ring.iter().map(|&point| Xy::of(point)).fold(nothing, |extent, Xy { x, y }| Self {
            south: extent.south.min(y),
            west: extent.west.min(x),
            north: extent.north.max(y),
            east: extent.east.max(x),
        })
    }

    fn contains(&self, Xy { x, y }: Xy) -> bool {
        self.west <= x && x <= self.east && self.south <= y && y <= self.north
    }
}

/// A point with room to multiply: a product of two differences on the earth is under 2^63, so products are compared, not subtracted.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Xy {
    x: i64,
    y: i64,
}

impl Xy {
    fn of(point: Point) -> Self {
        Self { x: point.lon_e7().into(), y: point.lat_e7().into() }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Inside,
    Edge,
    Outside,
}

/// Even-odd: counts the sides that a line from the point to the east crosses.
fn side_of(ring: &[Point], point: Xy) -> Side {
    let mut is_odd = false;
    for side in ring.windows(2) {
        let (a, b) = (Xy::of(side[0]), Xy::of(side[1]));
        if (a.y > point.y) != (b.y > point.y) {
            match turn(a, b, point) {
                Ordering::Equal => return Side::Edge,
                turn => is_odd ^= turn.is_gt() == (b.y > a.y),
            }
        } else if a.y == point.y && (a.x == point.x || b.y == point.y && (a.x > point.x) != (b.x > point.x)) {
            return Side::Edge;
        }
    }
    if is_odd { Side::Inside } else { Side::Outside }
}

/// Greater when `c` is to the left of the way from `a` to `b`, equal when on its line.
fn turn(a: Xy, b: Xy, c: Xy) -> Ordering {
    ((b.x - a.x) * (c.y - a.y)).cmp(&((b.y - a.y) * (c.x - a.x)))
}

/// Sides taken as straight in the cylindrical equal-area projection, which for sides under a degree is no matter.
fn ring_area_m2(ring: &[Point]) -> f64 {
    let strip = |side: &[Point]| {
        let (sin_a, sin_b) = (side[0].lat().to_radians().sin(), side[1].lat().to_radians().sin());
        (side[1].lon() - side[0].lon()).to_radians() * (sin_a + sin_b) / 2.0
    };
    ring.windows(2).map(strip).sum::<f64>().abs() * SPHERE_RADIUS_M * SPHERE_RADIUS_M
}

fn flaw<T>(path: impl Into<String>, rule: AreaRule) -> Result<T, AreaFlaw> {
    Err(AreaFlaw { path: path.into(), rule })
}

fn list<'a>(value: &'a Value, path: &str, expected: &'static str) -> Result<&'a [Value], AreaFlaw> {
    match value.as_array() {
        Some(items) if !items.is_empty() => Ok(items),
        _ => flaw(path, AreaRule::MustBe(expected)),
    }
}

struct Reader {
    positions: usize,
}

impl Reader {
    fn polygon(&mut self, value: &Value, path: &str) -> Result<Polygon, AreaFlaw> {
        let mut rings = Vec::new();
        let mut sides = Vec::new();
        for (at, value) in list(value, path, "a list of rings, not empty")?.iter().enumerate() {
            rings.push(self.ring(value, &format!("{path}[{at}]"), at, &mut sides)?);
        }
        check_sides(&mut sides).or_else(|(at, rule)| flaw(format!("{path}[{}][{}]", at.ring, at.position), rule))?;
        check_holes(&rings).or_else(|ring| flaw(format!("{path}[{ring}]"), AreaRule::HoleMisplaced))?;
        Ok(Polygon { extent: Extent::of(&rings[0]), rings })
    }

    fn ring(&mut self, value: &Value, path: &str, number: usize, sides: &mut Vec<Segment>) -> Result<Vec<Point>, AreaFlaw> {
        let values = list(value, path, "a list of positions, not empty")?;
        self.positions += values.len();
        if self.positions > VERTICES_MAX {
            return flaw("coordinates", AreaRule::TooManyPositions);
        }
        if values.len() < 4 {
            return flaw(path, AreaRule::TooFewPositions);
        }
        let mut ring: Vec<Point> = Vec::with_capacity(values.len());
        let first_side = sides.len();
        for (at, value) in values.iter().enumerate() {
            let point = position(value).or_else(|rule| flaw(format!("{path}[{at}]"), rule))?;
            match ring.last() {
                Some(&last) if last == point => continue,
                Some(&last) => sides.push(Segment {
                    a: Xy::of(last),
                    b: Xy::of(point),
                    ring: number,
                    position: at - 1,
                    place: ring.len(),
                    next: ring.len() + 1,
                }),
                None => {}
            }
            ring.push(point);
        }
        let last = ring.len() - 1;
        if ring[0] != ring[last] {
            return flaw(format!("{path}[{}]", values.len() - 1), AreaRule::NotClosed);
        }
        if ring.len() < 4 || ring.iter().all(|&point| turn(Xy::of(ring[0]), Xy::of(ring[1]), Xy::of(point)).is_eq()) {
            return flaw(path, AreaRule::EnclosesNothing);
        }
        sides[first_side..].iter_mut().filter(|side| side.place == last).for_each(|side| side.next = 1);
        Ok(ring)
    }
}

/// `[lon, lat]`, perhaps with an altitude.
fn position(value: &Value) -> Result<Point, AreaRule> {
    let numbers = value.as_array().filter(|numbers| (2..=3).contains(&numbers.len()));
    let at = |index: usize| numbers.and_then(|numbers| numbers[index].as_f64());
    match (at(0), at(1)) {
        (Some(lon), Some(lat)) => Point::new(lat, lon).map_err(AreaRule::OffTheEarth),
        _ => Err(AreaRule::MustBe("[lon, lat]")),
    }
}

/// A side of a ring: `position` is where GeoJSON has its first end, `place` counts the sides of the ring from 1.
#[derive(Clone, Copy)]
struct Segment {
    a: Xy,
    b: Xy,
    ring: usize,
    position: usize,
    place: usize,
    /// The place of the side that goes on where this one ends.
    next: usize,
}

impl Segment {
    fn west(&self) -> i64 {
        self.a.x.min(self.b.x)
    }

    fn east(&self) -> i64 {
        self.a.x.max(self.b.x)
    }

    /// The rule two sides of one polygon break between them, if any.
    fn conflict(&self, other: &Self) -> Option<AreaRule> {
        let meeting = meeting(self, other);
        if self.ring != other.ring {
            return (meeting == Meeting::Cross).then_some(AreaRule::RingsCross);
        }
        let is_joint = self.next == other.place || other.next == self.place;
        match meeting {
            Meeting::Apart => None,
            Meeting::Touch if is_joint => None,
            Meeting::Touch | Meeting::Cross => Some(AreaRule::SelfIntersects),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meeting {
    Apart,
    /// In one point, an end of at least one of them.
    Touch,
    /// Through each other, or along each other.
    Cross,
}

fn meeting(s: &Segment, t: &Segment) -> Meeting {
    let (south, north) = (|s: &Segment| s.a.y.min(s.b.y), |s: &Segment| s.a.y.max(s.b.y));
    let (x0, x1) = (s.west().max(t.west()), s.east().min(t.east()));
    let (y0, y1) = (south(s).max(south(t)), north(s).min(north(t)));
    if x0 > x1 || y0 > y1 {
        return Meeting::Apart;
    }
    let (t_a, t_b) = (turn(s.a, s.b, t.a), turn(s.a, s.b, t.b));
    let (s_a, s_b) = (turn(t.a, t.b, s.a), turn(t.a, t.b, s.b));
    match (t_a == t_b, s_a == s_b) {
        // All on one line: they share what their boxes share.
        (true, true) if t_a.is_eq() && (x0, y0) == (x1, y1) => Meeting::Touch,
        (true, true) if t_a.is_eq() => Meeting::Cross,
        (true, _) | (_, true) => Meeting::Apart,
        _ if t_a.is_eq() || t_b.is_eq() || s_a.is_eq() || s_b.is_eq() => Meeting::Touch,
        _ => Meeting::Cross,
    }
}

/// Sweeps from west to east; at worst every pair is looked at, 50 million for the longest outline.
fn check_sides(sides: &mut [Segment]) -> Result<(), (Segment, AreaRule)> {
    sides.sort_unstable_by_key(|side| (side.west(), side.ring, side.position));
    for (at, side) in sides.iter().enumerate() {
        for other in sides[at + 1..].iter().take_while(|other| other.west() <= side.east()) {
            if let Some(rule) = side.conflict(other) {
                let later = if (side.ring, side.position) > (other.ring, other.position) { side } else { other };
                return Err((*later, rule));
            }
        }
    }
    Ok(())
}

/// Returns the number of the first hole out of place. Sides do not cross, so the corners that are on no edge tell for their ring.
fn check_holes(rings: &[Vec<Point>]) -> Result<(), usize> {
    let extents: Vec<_> = rings.iter().map(|ring| Extent::of(ring)).collect();
    let has_corner = |hole: usize, wanted: Side, ring: usize| {
        rings[hole].iter().map(|&corner| Xy::of(corner)).any(|corner| {
            let side = if extents[ring].contains(corner) { side_of(&rings[ring], corner) } else { Side::Outside };
            side == wanted
        })
    };
    for hole in 1..rings.len() {
        let is_nested = || (1..rings.len()).any(|other| other != hole && has_corner(hole, Side::Inside, other));
        if has_corner(hole, Side::Outside, 0) || is_nested() {
            return Err(hole);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polygon(coordinates: Value) -> Result<Area, AreaFlaw> {
        Area::from_geojson(&json!({ "type": "Polygon", "coordinates": coordinates }))
    }

    fn multi(coordinates: Value) -> Area {
        Area::from_geojson(&json!({ "type": "MultiPolygon", "coordinates": coordinates })).unwrap()
    }

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    fn square(west: f64, south: f64, side: f64) -> Value {
        let (east, north) = (west + side, south + side);
        json!([[west, south], [east, south], [east, north], [west, north], [west, south]])
    }

    /// A comb with teeth: `positions` in one simple ring, closing one included.
    fn comb(positions: usize) -> Value {
        let tooth = |at: usize| json!([at as f64 / 1000.0, if at.is_multiple_of(2) { 1.0 } else { 2.0 }]);
        let mut ring: Vec<_> = (0..positions - 2).map(tooth).collect();
        ring.extend([json!([20.0, -1.0]), json!([0.0, 1.0])]);
        json!([ring])
    }

    #[test]
    fn a_flaw_names_the_place_and_the_rule() {
        use AreaRule::*;
        for (coordinates, path, rule) in [
            (json!([]), "coordinates", MustBe("a list of rings, not empty")),
            (json!([[]]), "coordinates[0]", MustBe("a list of positions, not empty")),
            (json!([[[0, 0], [1, 0], [0, 0]]]), "coordinates[0]", TooFewPositions),
            (json!([[[0, 0], [1, 0], [1, 1], [0, 1]]]), "coordinates[0][3]", NotClosed),
            (json!([[[0, 0], [1, 0], [1, 91], [0, 0]]]), "coordinates[0][2]", OffTheEarth(PointFlaw::Lat)),
            (json!([[[0, 0], [180.1, 0], [1, 1], [0, 0]]]), "coordinates[0][1]", OffTheEarth(PointFlaw::Lon)),
            (json!([[[0, 0], [1], [1, 1], [0, 0]]]), "coordinates[0][1]", MustBe("[lon, lat]")),
            (json!([[[0, 0], ["1", 0], [1, 1], [0, 0]]]), "coordinates[0][1]", MustBe("[lon, lat]")),
            (json!([[[0, 0], [1, 0, 0, 0], [1, 1], [0, 0]]]), "coordinates[0][1]", MustBe("[lon, lat]")),
            (json!([[[0, 0], [1, 1], [2, 2], [0, 0]]]), "coordinates[0]", EnclosesNothing),
            (json!([[[0, 0], [0, 0], [0, 0], [0, 0]]]), "coordinates[0]", EnclosesNothing),
            (json!([[[0, 0], [1, 0], [1, 0], [0, 0]]]), "coordinates[0]", EnclosesNothing),
            (json!([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]), "coordinates[0][2]", SelfIntersects),
            (json!([[[0, 0], [2, 0], [2, 2], [1, 0], [0, 2], [0, 0]]]), "coordinates[0][3]", SelfIntersects),
            (json!([[[0, 0], [2, 0], [2, 2], [2, 1], [0, 0]]]), "coordinates[0][3]", SelfIntersects),
            (json!([square(0.0, 0.0, 4.0), square(3.0, 3.0, 4.0)]), "coordinates[1][3]", RingsCross),
            (json!([square(0.0, 0.0, 4.0), square(0.0, 1.0, 2.0)]), "coordinates[1][3]", RingsCross),
            (json!([square(0.0, 0.0, 4.0), square(5.0, 5.0, 1.0)]), "coordinates[1]", HoleMisplaced),
            (json!([square(0.0, 0.0, 4.0), square(1.0, 1.0, 2.0), square(1.5, 1.5, 1.0)]), "coordinates[2]", HoleMisplaced),
            (comb(VERTICES_MAX + 1), "coordinates", TooManyPositions),
        ] {
            let got = polygon(coordinates);
            assert_eq!(got, Err(AreaFlaw { path: path.into(), rule }), "{path} {rule}");
        }
    }

    #[test]
    fn the_largest_outline_is_taken() {
        assert!(polygon(comb(VERTICES_MAX)).is_ok());
        assert!(polygon(json!([[[0, 0], [1, 0], [1, 1], [0, 0]]])).is_ok());
    }

    #[test]
    fn only_polygons_are_areas_and_multipolygons_count_one_deeper() {
        let read = |geometry: Value| Area::from_geojson(&geometry).unwrap_err();
        for geometry in [json!(null), json!({}), json!({ "type": "Point", "coordinates": [0, 0] }), json!({ "type": 7 })] {
            assert_eq!(read(geometry).path, "type");
        }
        assert_eq!(read(json!({ "type": "Polygon" })).path, "coordinates");
        let flaw =
            read(json!({ "type": "MultiPolygon", "coordinates": [[square(0.0, 0.0, 1.0)], [[[0, 0], [1, 0], [1, 1], [9, 9]]]] }));
        assert_eq!(flaw.to_string(), "coordinates[1][0][3] must end where it begins");
    }

    #[test]
    fn a_ring_may_touch_another_in_a_point_and_repeat_a_position() {
        let diamond = json!([[2, 0], [4, 2], [2, 4], [0, 2], [2, 0]]);
        let area = polygon(json!([square(0.0, 0.0, 4.0), diamond])).unwrap();
        assert!(area.contains(point(0.1, 0.1)) && !area.contains(point(2.0, 2.0)));
        let twice = polygon(json!([[[0, 0, 35.5], [1, 0], [1, 0], [1, 1], [0, 0], [0, 0]]])).unwrap();
        assert_eq!(twice, polygon(json!([[[0, 0], [1, 0], [1, 1], [0, 0]]])).unwrap());
    }

    #[test]
    fn edges_and_corners_are_inside_and_one_step_out_is_not() {
        let area = polygon(json!([square(0.0, 0.0, 3.0), square(1.0, 1.0, 1.0)])).unwrap();
        for (lat, lon, expected) in [
            (0.0, 0.0, true),
            (3.0, 3.0, true),
            (3.0, 0.0, true),
            (0.0, 1.5, true),
            (1.5, 3.0, true),
            (3.000_000_1, 1.5, false),
            (1.5, -0.000_000_1, false),
            (1.0, 1.0, true),
            (1.0, 1.5, true),
            (1.000_000_1, 1.5, false),
            (1.5, 2.0, true),
            (1.0, 0.5, true),
            (2.0, 2.5, true),
            (0.0, 3.1, false),
        ] {
            assert_eq!(area.contains(point(lat, lon)), expected, "{lat}, {lon}");
        }
        let slope = polygon(json!([[[0, 0], [3, 1], [0, 1], [0, 0]]])).unwrap();
        assert!(slope.contains(point(0.5, 1.5)) && !slope.contains(point(0.499_999_9, 1.5)));
    }

    #[test]
    fn the_whole_world_is_an_area() {
        let world = polygon(json!([[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]])).unwrap();
        assert!(world.contains(point(90.0, 180.0)) && world.contains(point(-12.0, -180.0)));
        assert!((world.area_m2() / 5.1e14 - 1.0).abs() < 0.01);
        assert_eq!(world.centroid(), point(0.0, 0.0));
    }

    #[test]
    fn bounds_and_centroid_go_the_short_way_round() {
        let fiji = multi(json!([[square(176.0, -20.0, 4.0)], [square(-180.0, -20.0, 4.0)]]));
        assert_eq!(fiji.bounds(), Bounds { south: -20.0, west: 176.0, north: -16.0, east: -176.0 });
        assert_eq!((fiji.centroid().lat(), fiji.centroid().lon().abs()), (-18.0, 180.0));
        let apart = multi(json!([[square(10.0, 0.0, 1.0)], [square(-10.0, 5.0, 1.0)]]));
        assert_eq!(apart.bounds(), Bounds { south: 0.0, west: -10.0, north: 6.0, east: 11.0 });
    }

    #[test]
    fn holes_count_for_neither_size_nor_centre() {
        let whole = polygon(json!([square(0.0, 0.0, 0.04)])).unwrap();
        let holed = polygon(json!([square(0.0, 0.0, 0.04), square(0.02, 0.01, 0.02)])).unwrap_err();
        assert_eq!(holed.rule, AreaRule::RingsCross, "along the edge");
        let holed = polygon(json!([square(0.0, 0.0, 0.04), square(0.01, 0.01, 0.02)])).unwrap();
        assert!((whole.area_m2() / 19_784_000.0 - 1.0).abs() < 0.01, "{}", whole.area_m2());
        assert!((holed.area_m2() / whole.area_m2() - 0.75).abs() < 1e-6);
        assert_eq!(holed.centroid(), point(0.02, 0.02));
    }

    #[test]
    fn json_there_and_back_is_the_same_area() {
        for area in [
            polygon(json!([square(7.1, 50.123_456_7, 0.2)])).unwrap(),
            multi(json!([[square(0.0, 0.0, 1.0)], [square(2.0, 0.0, 1.0)]])),
        ] {
            let text = serde_json::to_string(&area).unwrap();
            assert_eq!(serde_json::from_str::<Area>(&text).unwrap(), area);
        }
        let flaw = serde_json::from_str::<Area>(r#"{"type":"Polygon","coordinates":[]}"#).unwrap_err();
        assert!(flaw.to_string().contains("coordinates must be"), "{flaw}");
    }
}
