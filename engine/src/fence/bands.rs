//! Sides sorted into bands of latitude, so that a point asks only those it may meet: a border of ten thousand sides costs as a square.
//!
//! Units are 1e-7 degree; what lies beyond ±180° is unrolled. The invariant: a side stands in every band it touches.

use crate::Point;

const SIDES_PER_BAND: usize = 8;
const BANDS_MAX: usize = 1024;
/// Long sides stand in many bands: so many copies for each side on average, not more.
const COPIES_MAX: usize = 4;
const TURN_E7: f64 = 3.6e9;

/// From a to b.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Side {
    pub ax: i64,
    pub ay: i64,
    pub bx: i64,
    pub by: i64,
}

/// A place asked from, and what a unit of longitude and of latitude measures there.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    pub x: i64,
    pub y: i64,
    pub x_m: f64,
    pub y_m: f64,
}

impl Side {
    pub fn between(a: Point, b: Point) -> Self {
        Self { ax: a.lon_e7().into(), ay: a.lat_e7().into(), bx: b.lon_e7().into(), by: b.lat_e7().into() }
    }

    /// Unrolled where that is shorter.
    pub fn the_short_way(a: Point, b: Point) -> Self {
        let side = Self::between(a, b);
        let turns = ((side.bx - side.ax) as f64 / TURN_E7).round() as i64;
        Self { bx: side.bx - turns * TURN_E7 as i64, ..side }
    }

    fn south(&self) -> i64 {
        self.ay.min(self.by)
    }

    fn north(&self) -> i64 {
        self.ay.max(self.by)
    }

    /// Distance to the side, and the part of it where it is nearest.
    fn nearest(&self, x: f64, y: f64, x_m: f64, y_m: f64) -> (f64, f64) {
        let (ax, ay) = ((self.ax as f64 - x) * x_m, (self.ay as f64 - y) * y_m);
        let (dx, dy) = ((self.bx - self.ax) as f64 * x_m, (self.by - self.ay) as f64 * y_m);
        let length2 = dx * dx + dy * dy;
        let part = if length2 > 0.0 { (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
        let (foot_x, foot_y) = (ax + part * dx, ay + part * dy);
        (foot_x * foot_x + foot_y * foot_y, part)
    }

    pub fn distance_m(&self, x: f64, y: f64, x_m: f64, y_m: f64) -> f64 {
        self.nearest(x, y, x_m, y_m).0.sqrt()
    }

    /// Where the segment from the spot by (dy, dx) is cut by this side, as a part of its way.
    pub fn cut(&self, from: Spot, dy: f64, dx: f64) -> Option<f64> {
        let (ax, ay) = ((self.ax - from.x) as f64, (self.ay - from.y) as f64);
        let (sx, sy) = ((self.bx - self.ax) as f64, (self.by - self.ay) as f64);
        let cross = dx * sy - dy * sx;
        if cross == 0.0 {
            return None;
        }
        let (along, across) = ((ax * sy - ay * sx) / cross, (ax * dy - ay * dx) / cross);
        ((0.0..=1.0).contains(&along) && (0.0..=1.0).contains(&across)).then_some(along)
    }
}

/// Sides by the bands they touch.
#[derive(Clone, Debug)]
pub struct Bands {
    south: i64,
    north: i64,
    west: i64,
    east: i64,
    height: i64,
    /// Where each band begins in `sides`, and the end.
    starts: Box<[u32]>,
    sides: Box<[Side]>,
}

impl Bands {
    pub fn new(sides: &[Side]) -> Self {
        let south = sides.iter().map(Side::south).min().unwrap_or(0);
        let north = sides.iter().map(Side::north).max().unwrap_or(0);
        let west = sides.iter().map(|side| side.ax.min(side.bx)).min().unwrap_or(0);
        let east = sides.iter().map(|side| side.ax.max(side.bx)).max().unwrap_or(0);
        let mut count = (sides.len() / SIDES_PER_BAND).clamp(1, BANDS_MAX);
        let height = |count: usize| (north - south) / count as i64 + 1;
        let span = |side: &Side, height: i64| (side.south() - south) / height..=(side.north() - south) / height;
        let copies = |count: usize| {
            let spans = sides.iter().map(|side| span(side, height(count)));
            spans.map(|span| (span.end() - span.start() + 1) as usize).sum::<usize>()
        };
        while count > 1 && copies(count) > COPIES_MAX * sides.len() {
            count /= 2;
        }
        let height = height(count);
        let mut copies: Vec<(i64, Side)> = sides.iter().flat_map(|side| span(side, height).map(|band| (band, *side))).collect();
        copies.sort_by_key(|(band, _)| *band);
        let starts = (0..=count as i64).map(|band| copies.partition_point(|(of, _)| *of < band) as u32).collect();
        Self { south, north, west, east, height, starts, sides: copies.into_iter().map(|(_, side)| side).collect() }
    }

    fn count(&self) -> i64 {
        self.starts.len() as i64 - 1
    }

    fn band(&self, at: i64) -> &[Side] {
        let at = at as usize;
        &self.sides[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    fn band_of(&self, y: i64) -> i64 {
        ((y - self.south) / self.height).clamp(0, self.count() - 1)
    }

    /// Even-odd, exact in whole units; on a side is inside. A product of two differences on the earth is under 2^63.
    pub fn surround(&self, x: i64, y: i64) -> bool {
        if y < self.south || y > self.north || x < self.west || x > self.east {
            return false;
        }
        let mut is_odd = false;
        for side in self.band(self.band_of(y)) {
            if (side.ay > y) != (side.by > y) {
                let turn = ((side.bx - side.ax) * (y - side.ay)).cmp(&((side.by - side.ay) * (x - side.ax)));
                if turn.is_eq() {
                    return true;
                }
                is_odd ^= turn.is_gt() == (side.by > side.ay);
            } else if side.ay == y && (side.ax == x || side.by == y && (side.ax > x) != (side.bx > x)) {
                return true;
            }
        }
        is_odd
    }

    /// Distance in the plane about the spot to the nearest side not beyond the limit, and the place there, unrolled.
    pub fn nearest(&self, spot: &Spot, limit_m: f64) -> Option<(f64, f64, f64)> {
        let home = self.band_of(spot.y);
        let mut best = (limit_m * limit_m, None);
        let mut look = |at: i64| {
            let (south, north) = (self.south + at * self.height, self.south + (at + 1) * self.height);
            let off_m = (south - spot.y).max(spot.y - north).max(0) as f64 * spot.y_m;
            if off_m * off_m > best.0 {
                return false;
            }
            for side in self.band(at) {
                // Of the copies of the side round the world, the one whose middle is nearest.
                let turns = (((side.ax + side.bx) as f64 / 2.0 - spot.x as f64) / TURN_E7).round() * TURN_E7;
                let (distance2, part) = side.nearest(spot.x as f64 + turns, spot.y as f64, spot.x_m, spot.y_m);
                if distance2 <= best.0 {
                    best = (distance2, Some((*side, part)));
                }
            }
            true
        };
        let (mut goes_north, mut goes_south) = (look(home), true);
        for step in 1..self.count() {
            goes_north = goes_north && home + step < self.count() && look(home + step);
            goes_south = goes_south && home >= step && look(home - step);
            if !goes_north && !goes_south {
                break;
            }
        }
        let (side, part) = best.1?;
        let (x, y) = (side.ax as f64 + part * (side.bx - side.ax) as f64, side.ay as f64 + part * (side.by - side.ay) as f64);
        Some((best.0.sqrt(), x, y))
    }

    /// Shows the sides that may touch these latitudes, some more than once.
    pub fn between<'a>(&'a self, south: i64, north: i64, mut see: impl FnMut(&'a Side)) {
        if north < self.south || south > self.north {
            return;
        }
        let sides = (self.band_of(south)..=self.band_of(north)).flat_map(|at| self.band(at));
        sides.filter(|side| side.south() <= north && side.north() >= south).for_each(&mut see);
    }
}
