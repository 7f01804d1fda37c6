//! A shape made ready to be measured against: containment, distance to the boundary, overlap with an accuracy circle, and the
//! chord a segment cuts out of it.
//!
//! A segment is straight in the plane of degrees, the short way round, as the sides are: what a map shows and what peers compute;
//! over the few kilometres between two fixes a great circle differs by metres. Distances are WGS84, in the plane about the place
//! asked from. The invariant: edges are inside, and the antimeridian is never an edge of what goes on beyond it.

use super::bands::{Bands, Side, Spot};
use super::shape::{Circle, Shape};
use crate::Point;
use crate::geo::distance::{SPHERE_RADIUS_M, Scale, metres, shortest_lon};
use crate::geo::{Bounds, E7};
use std::f64::consts::PI;

/// Half of the earth's circumference, and then some: what stands for "no boundary anywhere".
const FARTHEST_M: f64 = 2.1e7;
/// Bounds are drawn on the sphere and widened by more than it differs from the ellipsoid (0.6 %).
const WIDENED: f64 = 1.01;
/// Two steps of the grid of coordinates: a chord no longer is a touch.
const TOUCH_M: f64 = 0.025;
const HALF_TURN_E7: i64 = 1_800_000_000;

/// Where a fence stands, as it is measured against.
#[derive(Clone, Debug)]
pub enum Ground {
    Circle(Circle),
    Polygon(Box<Outline>),
    Corridor(Box<Path>),
}

#[derive(Clone, Debug)]
pub struct Outline {
    /// The sides of each polygon, those along the antimeridian too.
    polygons: Vec<Bands>,
    /// The boundary: without what two polygons share along the antimeridian, and without the poles.
    edge: Bands,
    bounds: Bounds,
    area_m2: f64,
}

#[derive(Clone, Debug)]
pub struct Path {
    line: Bands,
    half_width_m: f64,
    bounds: Bounds,
    area_m2: f64,
}

/// The longest piece of a segment that lies within a shape.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Chord {
    /// Middle of the piece, as a part of the way from the segment's begin to its end.
    pub middle: f64,
    pub point: Point,
    pub length_m: f64,
}

impl Ground {
    pub fn new(shape: &Shape) -> Self {
        match shape {
            Shape::Circle(circle) => Self::Circle(*circle),
            Shape::Polygon(area) => {
                let rings = |rings: &[Vec<Point>]| -> Vec<Side> {
                    rings.iter().flat_map(|ring| ring.windows(2)).map(|side| Side::between(side[0], side[1])).collect()
                };
                let polygons: Vec<Vec<Side>> = area.polygons().map(rings).collect();
                Self::Polygon(Box::new(Outline {
                    edge: Bands::new(&boundary(polygons.iter().flatten())),
                    polygons: polygons.iter().map(|sides| Bands::new(sides)).collect(),
                    bounds: area.bounds(),
                    area_m2: area.area_m2(),
                }))
            }
            Shape::Corridor(corridor) => {
                let line = corridor.line();
                let sides: Vec<Side> = line.windows(2).map(|side| Side::the_short_way(side[0], side[1])).collect();
                let length_m: f64 = line.windows(2).map(|side| metres(side[0], side[1]).0).sum();
                let half_width_m = corridor.half_width_m();
                Self::Corridor(Box::new(Path {
                    line: Bands::new(&sides),
                    half_width_m,
                    bounds: line_bounds(line, half_width_m),
                    area_m2: half_width_m * (2.0 * length_m + PI * half_width_m),
                }))
            }
        }
    }

    /// What holds the shape, perhaps with a little room around it.
    pub fn bounds(&self) -> Bounds {
        match self {
            Self::Circle(circle) => around(circle.centre(), circle.radius_m()),
            Self::Polygon(outline) => outline.bounds,
            Self::Corridor(path) => path.bounds,
        }
    }

    /// Of a corridor: as if it were stretched out straight.
    pub fn area_m2(&self) -> f64 {
        match self {
            Self::Circle(circle) => PI * circle.radius_m() * circle.radius_m(),
            Self::Polygon(outline) => outline.area_m2,
            Self::Corridor(path) => path.area_m2,
        }
    }

    /// Edges count as inside.
    pub fn contains(&self, point: Point) -> bool {
        match self {
            Self::Circle(circle) => metres(circle.centre(), point).0 <= circle.radius_m(),
            Self::Polygon(outline) => outline.contains(point),
            Self::Corridor(path) => path.distance_m(point, path.half_width_m * 2.0) <= path.half_width_m,
        }
    }

    /// Metres to the boundary, positive inside. Of overlapping polygons of one area every side counts as boundary; inside a corridor it
    /// is what the distance to its line tells, which in a bend is less.
    pub fn signed_distance_m(&self, point: Point) -> f64 {
        match self {
            Self::Circle(circle) => circle.radius_m() - metres(circle.centre(), point).0,
            Self::Polygon(outline) => outline.signed_m(point, FARTHEST_M),
            Self::Corridor(path) => path.half_width_m - path.distance_m(point, FARTHEST_M),
        }
    }

    /// The part of the accuracy circle that lies within, 0 to 1: exact for circles; polygons are taken for a straight edge, corridors
    /// for a straight strip. With accuracy 0, whether the point is inside.
    pub fn overlap(&self, point: Point, accuracy_m: f64) -> f64 {
        if accuracy_m <= 0.0 {
            return if self.contains(point) { 1.0 } else { 0.0 };
        }
        match self {
            Self::Circle(circle) => lens(metres(circle.centre(), point).0, circle.radius_m(), accuracy_m),
            Self::Polygon(outline) => half_plane(outline.signed_m(point, accuracy_m) / accuracy_m),
            Self::Corridor(path) => {
                let off_m = path.distance_m(point, path.half_width_m + accuracy_m);
                half_plane((path.half_width_m - off_m) / accuracy_m) - half_plane((-path.half_width_m - off_m) / accuracy_m)
            }
        }
    }

    /// Returns the longest piece of the segment within the shape; None when it stays outside or only touches.
    pub fn chord(&self, a: Point, b: Point) -> Option<Chord> {
        let way = Way { a, d_lat: b.lat() - a.lat(), d_lon: shortest_lon(b.lon() - a.lon()) };
        let (from, to) = match self {
            Self::Circle(circle) => way.through_circle(circle),
            Self::Polygon(outline) => outline.longest_piece(&way),
            Self::Corridor(path) => path.longest_piece(&way),
        }
        .filter(|(from, to)| from < to)?;
        let middle = f64::midpoint(from, to);
        let length_m = metres(way.at(from), way.at(to)).0;
        (length_m > TOUCH_M).then(|| Chord { middle, point: way.at(middle), length_m })
    }
}

impl Outline {
    fn contains(&self, point: Point) -> bool {
        let inside = |x: i64| self.polygons.iter().any(|sides| sides.surround(x, point.lat_e7().into()));
        let x = i64::from(point.lon_e7());
        // Both ends of the world's map are one meridian.
        inside(x) || x.abs() == HALF_TURN_E7 && inside(-x)
    }

    /// Exact within the limit, at least the limit beyond it.
    fn signed_m(&self, point: Point, limit_m: f64) -> f64 {
        let distance_m = measured(&self.edge, point, limit_m);
        if self.contains(point) { distance_m } else { -distance_m }
    }

    fn longest_piece(&self, way: &Way) -> Option<(f64, f64)> {
        let mut cuts = vec![0.0, 1.0];
        way.visit(&self.edge, 0.0, |from, side| cuts.extend(side.cut(from, way.d_lat * E7, way.d_lon * E7)));
        cuts.sort_unstable_by(f64::total_cmp);
        let pieces = cuts.windows(2).filter(|cut| cut[0] < cut[1] && self.contains(way.at(f64::midpoint(cut[0], cut[1]))));
        longest(pieces.map(|cut| (cut[0], cut[1])))
    }
}

impl Path {
    fn distance_m(&self, point: Point, limit_m: f64) -> f64 {
        measured(&self.line, point, limit_m)
    }

    fn longest_piece(&self, way: &Way) -> Option<(f64, f64)> {
        let mut pieces = Vec::new();
        way.visit(&self.line, self.half_width_m * WIDENED, |from, side| {
            let side = Side { ax: side.ax - from.x, bx: side.bx - from.x, ay: side.ay - from.y, by: side.by - from.y };
            pieces.extend(way.along(&side, self.half_width_m));
        });
        pieces.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        longest(pieces.into_iter())
    }
}

/// The nearest place on the sides, measured as points are; the limit where they are farther.
fn measured(sides: &Bands, point: Point, limit_m: f64) -> f64 {
    let Scale { north_m: per_lat, east_m: per_lon } = Scale::at(point.lat());
    let spot = Spot { x: point.lon_e7().into(), y: point.lat_e7().into(), x_m: per_lon / E7, y_m: per_lat / E7 };
    match sides.nearest(&spot, limit_m) {
        None => limit_m,
        Some((plane_m, x, y)) => on_earth(x, y).map_or(plane_m, |foot| metres(point, foot).0),
    }
}

/// Merges pieces that touch, in order of their begins, and returns the longest.
fn longest(pieces: impl Iterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    let mut best: Option<(f64, f64)> = None;
    let mut running: Option<(f64, f64)> = None;
    for (from, to) in pieces {
        running = match running {
            Some((begin, end)) if from <= end => Some((begin, end.max(to))),
            _ => Some((from, to)),
        };
        let length = |piece: Option<(f64, f64)>| piece.map_or(0.0, |(from, to)| to - from);
        if length(running) > length(best) {
            best = running;
        }
    }
    best
}

/// A segment on its way.
struct Way {
    a: Point,
    d_lat: f64,
    d_lon: f64,
}

impl Way {
    fn at(&self, part: f64) -> Point {
        let lon = self.a.lon() + self.d_lon * part;
        on_earth(lon * E7, (self.a.lat() + self.d_lat * part) * E7).unwrap_or(self.a)
    }

    /// Shows the sides that may be near, each with the segment's begin moved round the world to where the side is.
    fn visit(&self, sides: &Bands, room_m: f64, mut see: impl FnMut(Spot, &Side)) {
        let (a_y, b_y) = (self.a.lat() * E7, (self.a.lat() + self.d_lat) * E7);
        let room = room_m / Scale::at(0.0).north_m * E7;
        let (south, north) = ((a_y.min(b_y) - room).floor() as i64, (a_y.max(b_y) + room).ceil() as i64);
        let middle = self.a.lon() * E7 + self.d_lon * E7 / 2.0;
        sides.between(south, north, |side| {
            let turns = (((side.ax + side.bx) as f64 / 2.0 - middle) / (2.0 * HALF_TURN_E7 as f64)).round() as i64;
            let x = i64::from(self.a.lon_e7()) + turns * 2 * HALF_TURN_E7;
            see(Spot { x, y: self.a.lat_e7().into(), x_m: 1.0, y_m: 1.0 }, side);
        });
    }

    fn through_circle(&self, circle: &Circle) -> Option<(f64, f64)> {
        let centre = circle.centre();
        let Scale { north_m: per_lat, east_m: per_lon } = Scale::at(centre.lat());
        let (y, dy) = ((self.a.lat() - centre.lat()) * per_lat, self.d_lat * per_lat);
        // The copy of the circle, once round the world, that is nearest to the middle of the way.
        let lon = self.a.lon() - centre.lon();
        let turns = ((lon + self.d_lon / 2.0) / 360.0).round() * 360.0;
        let (x, dx) = ((lon - turns) * per_lon, self.d_lon * per_lon);
        let length2 = dx * dx + dy * dy;
        if length2 == 0.0 {
            return None;
        }
        let foot = -(x * dx + y * dy) / length2;
        let off2 = (x + foot * dx).powi(2) + (y + foot * dy).powi(2);
        let half2 = (circle.radius_m().powi(2) - off2) / length2;
        if half2 <= 0.0 {
            return None;
        }
        Some(((foot - half2.sqrt()).max(0.0), (foot + half2.sqrt()).min(1.0)))
    }

    /// The piece of the way within this distance of a side given relative to its begin. Distance to a straight side is convex along a
    /// straight way: its least is found by thirds, then either end by halves.
    fn along(&self, side: &Side, half_width_m: f64) -> Option<(f64, f64)> {
        let Scale { north_m: per_lat, east_m: per_lon } = Scale::at(self.a.lat() + (side.ay + side.by) as f64 / 2.0 / E7);
        let off_m = |part: f64| {
            let (x, y) = (self.d_lon * E7 * part, self.d_lat * E7 * part);
            side.distance_m(x, y, per_lon / E7, per_lat / E7)
        };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..STEPS {
            let third = (high - low) / 3.0;
            if off_m(low + third) <= off_m(high - third) { high -= third } else { low += third }
        }
        let nearest = f64::midpoint(low, high);
        if off_m(nearest) > half_width_m {
            return None;
        }
        let end = |mut outside: f64| {
            if off_m(outside) <= half_width_m {
                return outside;
            }
            let mut inside = nearest;
            for _ in 0..STEPS {
                let middle = f64::midpoint(inside, outside);
                if off_m(middle) <= half_width_m { inside = middle } else { outside = middle }
            }
            inside
        };
        Some((end(0.0), end(1.0)))
    }
}

/// Enough to bring the longest way there can be below a centimetre.
const STEPS: usize = 60;

/// A place by unrolled units of 1e-7 degree.
fn on_earth(x: f64, y: f64) -> Option<Point> {
    let lon = x / E7;
    Point::new((y / E7).clamp(-90.0, 90.0), lon - 360.0 * (lon / 360.0).round()).ok()
}

/// The sides without those that only the map has: the poles, and what two polygons share along the antimeridian.
fn boundary<'a>(sides: impl Iterator<Item = &'a Side>) -> Vec<Side> {
    let mut edge = Vec::new();
    let mut seam = Vec::new();
    for side in sides {
        if side.ax == side.bx && side.ax.abs() == HALF_TURN_E7 {
            seam.extend([side.ay, side.by]);
        } else if !(side.ay == side.by && side.ay.abs() == 900_000_000) {
            edge.push(*side);
        }
    }
    // Where only one side of the antimeridian is inside, an odd number of ends lies to the south.
    seam.sort_unstable();
    let alone = seam.chunks_exact(2).filter(|ends| ends[0] < ends[1]);
    edge.extend(alone.map(|ends| Side { ax: HALF_TURN_E7, ay: ends[0], bx: HALF_TURN_E7, by: ends[1] }));
    edge
}

fn around(centre: Point, radius_m: f64) -> Bounds {
    let angle = radius_m * WIDENED / SPHERE_RADIUS_M;
    let (south, north) = (centre.lat() - angle.to_degrees(), centre.lat() + angle.to_degrees());
    let sin = angle.sin() / centre.lat().to_radians().cos();
    let (west, east) = if south <= -90.0 || north >= 90.0 || sin >= 1.0 {
        (-180.0, 180.0)
    } else {
        let d_lon = sin.asin().to_degrees();
        (wrapped(centre.lon() - d_lon), wrapped(centre.lon() + d_lon))
    };
    Bounds { south: south.max(-90.0), west, north: north.min(90.0), east }
}

fn wrapped(lon: f64) -> f64 {
    if lon < -180.0 {
        lon + 360.0
    } else if lon > 180.0 {
        lon - 360.0
    } else {
        lon
    }
}

/// Follows the line round the world; where it comes all the way round, the bounds do too.
fn line_bounds(line: &[Point], room_m: f64) -> Bounds {
    let mut lon = line[0].lon();
    let (mut west, mut east) = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut south, mut north) = (90.0_f64, -90.0_f64);
    for (at, point) in line.iter().enumerate() {
        if at > 0 {
            lon += shortest_lon(point.lon() - line[at - 1].lon());
        }
        let room = around(*point, room_m);
        let room_lon =
            if room.west == -180.0 && room.east == 180.0 { 360.0 } else { (room.east - room.west).rem_euclid(360.0) / 2.0 };
        (west, east) = (west.min(lon - room_lon), east.max(lon + room_lon));
        (south, north) = (south.min(room.south), north.max(room.north));
    }
    let (west, east) = if east - west >= 360.0 { (-180.0, 180.0) } else { (turned(west), turned(east)) };
    Bounds { south, west, north, east }
}

fn turned(lon: f64) -> f64 {
    lon - 360.0 * (lon / 360.0).round()
}

/// The part of a disc of radius `r` that a disc of radius `big` covers, their centres this far apart.
fn lens(apart: f64, big: f64, r: f64) -> f64 {
    if apart + r <= big {
        return 1.0;
    }
    if apart >= big + r {
        return 0.0;
    }
    if apart + big <= r {
        return (big / r).powi(2);
    }
    let corner = |near: f64, far: f64| {
        let cos = ((apart * apart + near * near - far * far) / (2.0 * apart * near)).clamp(-1.0, 1.0);
        let angle = cos.acos();
        near * near * (angle - cos * (1.0 - cos * cos).sqrt())
    };
    ((corner(r, big) + corner(big, r)) / (PI * r * r)).clamp(0.0, 1.0)
}

/// The part of a unit disc on the near side of a straight edge, its centre this far within.
fn half_plane(within: f64) -> f64 {
    let h = within.clamp(-1.0, 1.0);
    0.5 + (h * (1.0 - h * h).sqrt() + h.asin()) / PI
}

#[cfg(test)]
#[path = "tests/ground.rs"]
mod tests;
