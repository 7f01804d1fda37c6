//! The index of what moves: a uniform grid of cells 0.02° wide, exact nearest and viewport queries, a move in tens of nanoseconds.
//!
//! Not here: anything that stays put (`still`), and who the slots are: the caller keeps a dense table and names its rows.
//! The invariant: an occupied slot is in exactly one bucket, the bucket of its cell, at the position the slot points back to.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use super::distance::{SPHERE_RADIUS_M, metres};
use super::{Bounds, E7, Metres, Point};

/// Width and height of a cell in 1e-7 degree. 0.02° is some 2 km: about 1 % of the moves at one a second change cell.
const CELL_E7: i64 = 200_000;
const ROWS: i64 = 1_800_000_000 / CELL_E7;
const COLUMNS: i64 = 3_600_000_000 / CELL_E7;
/// No slot has this bucket.
const VACANT: u32 = u32::MAX;
/// An emptied bucket keeps its memory for the next cell up to this many entries: agents between towns are alone in theirs.
const SPARE_MAX: usize = 16;
/// The sphere overstates `metres` by 0.56 % at most (along a meridian at the equator); what stops a search allows for more.
const FLOOR: f64 = 0.99;
/// One degree by one, the farthest that `metres` measures in its plane, is 157.3 km.
const PLANE_DIAGONAL_M: f64 = 160_000.0;
/// Squares of distances ranked on the local sphere may be out by 1.2 % either way; whatever is this close to the last place stays.
const SLACK: f64 = 1.03;
/// Beyond these the local plane of `Search` is not trusted and every candidate is measured, degrees.
const PLANE_REACH_DEG: f64 = 0.9;
const PLANE_LAT_MAX_DEG: f64 = 87.9;

/// Points by slot, found by place. Slots are the caller's and dense: memory follows the highest one.
#[derive(Clone, Default)]
pub struct MovingIndex {
    entries: Vec<Entry>,
    buckets: Vec<Bucket>,
    /// Buckets of no cell, to be used before a new one is made.
    spare: Vec<u32>,
    occupied: HashMap<Cell, u32, BuildHasherDefault<CellHasher>>,
    len: usize,
}

/// One answer of `nearest`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Near {
    pub slot: u32,
    pub distance: Metres,
}

impl MovingIndex {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn point(&self, slot: u32) -> Option<Point> {
        self.entries.get(slot as usize).filter(|entry| entry.bucket != VACANT).map(|entry| entry.point)
    }

    /// Puts the slot at the point, whether it was elsewhere or nowhere.
    pub fn set(&mut self, slot: u32, point: Point) {
        let cell = Cell::of(point);
        match self.entries.get_mut(slot as usize) {
            Some(entry) if entry.bucket != VACANT => {
                if Cell::of(entry.point) == cell {
                    entry.point = point;
                    self.buckets[entry.bucket as usize].items[entry.position as usize].point = point;
                    return;
                }
                self.take_out(slot);
            }
            Some(_) => self.len += 1,
            None => {
                self.entries.resize(slot as usize + 1, Entry { point, bucket: VACANT, position: 0 });
                self.len += 1;
            }
        }
        self.put_in(slot, point, cell);
    }

    /// Returns whether the slot was occupied.
    pub fn remove(&mut self, slot: u32) -> bool {
        if self.point(slot).is_none() {
            return false;
        }
        self.take_out(slot);
        self.len -= 1;
        true
    }

    /// Returns the `k` accepted entries nearest by `distance::metres`, nearest first, ties by slot; fewer when there are fewer, or
    /// when the rest is beyond `max` (which itself counts). `keep` is asked at most once for a slot, and only for likely ones.
    pub fn nearest(&self, from: Point, k: usize, max: Option<Metres>, keep: impl FnMut(u32) -> bool) -> Vec<Near> {
        if k == 0 || self.len == 0 {
            return Vec::new();
        }
        let mut search = Search::new(from, k.min(self.len), max, keep);
        let here = Cell::of(from);
        let mut walked = 0;
        let mut ring = Vec::with_capacity(16);
        for radius in 0.. {
            walked += if radius == 0 { 1 } else { 8 * radius as usize };
            if walked > self.occupied.len().max(9) || 2 * radius >= COLUMNS {
                self.search_occupied(&mut search, here, radius);
                break;
            }
            search.enter_ring(radius);
            // All looked up before any is looked through: their cache misses overlap.
            ring.clear();
            here.for_each_at(radius, |cell| {
                if search.may_improve(cell) {
                    ring.push(self.items_in(cell));
                }
            });
            ring.iter().flat_map(|items| items.iter()).for_each(|item| search.offer(item));
            if search.is_settled_beyond(here.reach(from, radius)) {
                break;
            }
        }
        search.finish()
    }

    /// Calls `found` for every entry within the bounds, edges included, in no particular order.
    pub fn within(&self, bounds: &Bounds, mut found: impl FnMut(u32, Point)) {
        let window = Window::of(bounds);
        let mut look = |items: &[Item]| {
            items.iter().filter(|item| bounds.contains(item.point)).for_each(|item| found(item.slot, item.point));
        };
        if window.cells() > self.occupied.len() as i64 {
            self.buckets.iter().filter(|bucket| window.holds(bucket.cell)).for_each(|bucket| look(&bucket.items));
        } else {
            window.for_each(|cell| look(self.items_in(cell)));
        }
    }

    fn items_in(&self, cell: Cell) -> &[Item] {
        self.occupied.get(&cell).map_or(&[], |&bucket| &self.buckets[bucket as usize].items)
    }

    /// Searches every occupied cell from `radius` on, likeliest first: for when the rings to walk would be mostly empty.
    fn search_occupied<K: FnMut(u32) -> bool>(&self, search: &mut Search<K>, here: Cell, radius: i64) {
        search.leave_plane();
        let rest = self
            .buckets
            .iter()
            .enumerate()
            .filter(|(_, bucket)| !bucket.items.is_empty() && here.rings_to(bucket.cell) >= radius);
        let mut rest: BinaryHeap<_> =
            rest.map(|(at, bucket)| Reverse((bucket.cell.floor_haversine(search.from).to_bits(), at))).collect();
        while let Some(Reverse((floor, at))) = rest.pop() {
            if search.is_settled_beyond(floor_metres(f64::from_bits(floor))) {
                break;
            }
            self.buckets[at].items.iter().for_each(|item| search.offer(item));
        }
    }

    fn put_in(&mut self, slot: u32, point: Point, cell: Cell) {
        let (buckets, spare) = (&mut self.buckets, &mut self.spare);
        let at = *self.occupied.entry(cell).or_insert_with(|| {
            spare.pop().unwrap_or_else(|| {
                buckets.push(Bucket { cell, items: Vec::new() });
                (buckets.len() - 1) as u32
            })
        });
        let bucket = &mut self.buckets[at as usize];
        bucket.cell = cell;
        self.entries[slot as usize] = Entry { point, bucket: at, position: bucket.items.len() as u32 };
        bucket.items.push(Item { slot, point });
    }

    fn take_out(&mut self, slot: u32) {
        let entry = &mut self.entries[slot as usize];
        let (at, position) = (entry.bucket, entry.position);
        entry.bucket = VACANT;
        let bucket = &mut self.buckets[at as usize];
        bucket.items.swap_remove(position as usize);
        if let Some(moved) = bucket.items.get(position as usize) {
            self.entries[moved.slot as usize].position = position;
        }
        if bucket.items.capacity() > SPARE_MAX && bucket.items.len() < bucket.items.capacity() / 8 {
            bucket.items.shrink_to(bucket.items.len() * 2);
        }
        if bucket.items.is_empty() {
            self.occupied.remove(&bucket.cell);
            self.spare.push(at);
        }
    }
}

#[derive(Clone, Copy)]
struct Entry {
    point: Point,
    bucket: u32,
    position: u32,
}

#[derive(Clone)]
struct Bucket {
    cell: Cell,
    items: Vec<Item>,
}

/// The point is kept here too, so that looking through a bucket is one straight read.
#[derive(Clone, Copy)]
struct Item {
    slot: u32,
    point: Point,
}

/// Row from the south and column from 180° west, packed. The last of each holds its far edge too.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Cell(u32);

impl Cell {
    fn new(row: i64, column: i64) -> Self {
        Self((row << 16 | column) as u32)
    }

    fn of(point: Point) -> Self {
        let row = (i64::from(point.lat_e7()) + 900_000_000) / CELL_E7;
        let column = (i64::from(point.lon_e7()) + 1_800_000_000) / CELL_E7;
        Self::new(row.min(ROWS - 1), column.min(COLUMNS - 1))
    }

    fn row(self) -> i64 {
        i64::from(self.0 >> 16)
    }

    fn column(self) -> i64 {
        i64::from(self.0 & 0xffff)
    }

    /// How many rings away the other cell is, the short way round.
    fn rings_to(self, other: Self) -> i64 {
        let columns = (self.column() - other.column()).abs();
        (self.row() - other.row()).abs().max(columns.min(COLUMNS - columns))
    }

    /// Visits the cells exactly `radius` rings away; those beyond the poles do not exist. `radius` is under half the columns.
    fn for_each_at(self, radius: i64, mut visit: impl FnMut(Self)) {
        for row in (self.row() - radius).max(0)..=(self.row() + radius).min(ROWS - 1) {
            let is_edge = (row - self.row()).abs() == radius;
            let step = if is_edge { 1 } else { 2 * radius };
            let mut offset = -radius;
            while offset <= radius {
                visit(Self::new(row, (self.column() + offset).rem_euclid(COLUMNS)));
                offset += step;
            }
        }
    }

    /// Returns metres that everything beyond `radius` rings is certainly away from the point, which is in this cell.
    fn reach(self, from: Point, radius: i64) -> f64 {
        let (lat, lon) = (i64::from(from.lat_e7()) + 900_000_000, i64::from(from.lon_e7()) + 1_800_000_000);
        let south = if self.row() > radius { lat - (self.row() - radius) * CELL_E7 } else { i64::MAX };
        let north = if self.row() + radius < ROWS - 1 { (self.row() + radius + 1) * CELL_E7 - lat } else { i64::MAX };
        let sideways = (lon - self.column() * CELL_E7).min((self.column() + 1) * CELL_E7 - lon) + radius * CELL_E7;
        floor_along(south.min(north)).min(floor_across(from, sideways))
    }

    /// Returns how far the cell is from the point along the meridian and along the parallel, the short way round, in 1e-7 degree.
    fn gaps(self, from: Point) -> (i64, i64) {
        let (lat, lon) = (i64::from(from.lat_e7()) + 900_000_000, i64::from(from.lon_e7()) + 1_800_000_000);
        let (south, west) = (self.row() * CELL_E7, self.column() * CELL_E7);
        let ahead = |gap: i64| if gap < 0 { gap + 3_600_000_000 } else { gap };
        let is_above_or_below = west <= lon && lon <= west + CELL_E7;
        let across = if is_above_or_below { 0 } else { ahead(west - lon).min(ahead(lon - west - CELL_E7)) };
        ((south - lat).max(lat - south - CELL_E7).max(0), across)
    }

    /// Returns the haversine of an angle that everything in this cell is certainly away from the point: each of its terms at its least.
    fn floor_haversine(self, from: Point) -> f64 {
        let (along, across) = self.gaps(from);
        let half_sin = |gap_e7: i64| (gap_e7 as f64 / E7 / 2.0).to_radians().sin();
        let cos_at = |row: i64| ((row * CELL_E7) as f64 / E7 - 90.0).to_radians().cos();
        let cos_min = cos_at(self.row()).min(cos_at(self.row() + 1)).max(0.0);
        half_sin(along).powi(2) + from.lat().to_radians().cos().max(0.0) * cos_min * half_sin(across).powi(2)
    }
}

/// Metres for a haversine that is certainly not too large: farther than the plane of `metres` reaches, the two are the same sphere.
fn floor_metres(haversine: f64) -> f64 {
    let sphere_m = 2.0 * SPHERE_RADIUS_M * haversine.sqrt().min(1.0).asin();
    if sphere_m > PLANE_DIAGONAL_M { sphere_m * (1.0 - 1e-9) } else { sphere_m * FLOOR }
}

/// No distance is shorter than its difference of latitudes.
fn floor_along(lat_gap_e7: i64) -> f64 {
    lat_gap_e7 as f64 / E7 * (SPHERE_RADIUS_M * FLOOR).to_radians()
}

/// The shortest way to any meridian `lon_gap` away is asin(cos lat · sin gap) up to 90° and over the pole after; this is less.
fn floor_across(from: Point, lon_gap_e7: i64) -> f64 {
    let gap = (lon_gap_e7 as f64 / E7).to_radians().min(std::f64::consts::SQRT_2);
    SPHERE_RADIUS_M * FLOOR * from.lat().to_radians().cos().max(0.0) * gap * (1.0 - gap * gap / 6.0)
}

/// Rows and columns that bounds touch; one column range, or two when they cross the antimeridian.
struct Window {
    rows: [i64; 2],
    columns: [[i64; 2]; 2],
}

impl Window {
    const NOWHERE: [i64; 2] = [0, -1];

    fn of(bounds: &Bounds) -> Self {
        // One unit of slack each way: degrees are compared as floats, cells as integers.
        let row = |lat: f64, slack: i64| (((lat + 90.0) * E7) as i64 + slack).clamp(0, 1_800_000_000 - 1) / CELL_E7;
        let column = |lon: f64, slack: i64| (((lon + 180.0) * E7) as i64 + slack).clamp(0, 3_600_000_000 - 1) / CELL_E7;
        let (west, east) = (column(bounds.west, -1), column(bounds.east, 1));
        let columns = if bounds.west <= bounds.east {
            [[west, east], Self::NOWHERE]
        } else if west <= east {
            [[0, COLUMNS - 1], Self::NOWHERE]
        } else {
            [[west, COLUMNS - 1], [0, east]]
        };
        Self { rows: [row(bounds.south, -1), row(bounds.north, 1)], columns }
    }

    fn cells(&self) -> i64 {
        let length = |[first, last]: [i64; 2]| (last - first + 1).max(0);
        length(self.rows) * (length(self.columns[0]) + length(self.columns[1]))
    }

    fn holds(&self, cell: Cell) -> bool {
        let in_range = |[first, last]: [i64; 2], at| first <= at && at <= last;
        in_range(self.rows, cell.row()) && self.columns.iter().any(|&range| in_range(range, cell.column()))
    }

    fn for_each(&self, mut visit: impl FnMut(Cell)) {
        for row in self.rows[0]..=self.rows[1] {
            for [first, last] in self.columns {
                (first..=last).for_each(|column| visit(Cell::new(row, column)));
            }
        }
    }
}

/// The candidates of one `nearest`. They are ranked by a square in the local plane of the sphere, a few nanoseconds each; only those
/// that may make the first `k` are measured, at the end.
struct Search<K> {
    from: Point,
    k: usize,
    max: f64,
    keep: K,
    /// Whether squares are ranked in the plane, good to `SLACK`; else they are measured.
    is_planar: bool,
    metres_per_e7: f64,
    /// Cosine of the middle latitude, to first order in the difference of latitudes: at none, and its change per 1e-7 degree.
    cos: f64,
    cos_per_e7: f64,
    /// The least of it in the ring.
    cos_min: f64,
    pool: Vec<(f64, Item)>,
    pool_len_max: usize,
    /// The `k` least squares of the pool, the greatest on top, as bits: a float that is not negative compares like its bits.
    best: BinaryHeap<u64>,
    /// Squared metres beyond which nobody makes the first `k`.
    cut: f64,
}

impl<K: FnMut(u32) -> bool> Search<K> {
    fn new(from: Point, k: usize, max: Option<Metres>, keep: K) -> Self {
        let (sin, cos) = from.lat().to_radians().sin_cos();
        let max = max.map_or(f64::INFINITY, |max| max.0);
        let pool_len_max = 4 * k + 64;
        Self {
            from,
            k,
            max,
            keep,
            is_planar: from.lat().abs() < PLANE_LAT_MAX_DEG,
            metres_per_e7: SPHERE_RADIUS_M.to_radians() / E7,
            cos,
            cos_per_e7: -sin * 0.5_f64.to_radians() / E7,
            cos_min: 0.0,
            pool: Vec::with_capacity(pool_len_max.min(256)),
            pool_len_max,
            best: BinaryHeap::with_capacity(k.min(64)),
            cut: if max < 0.0 { -1.0 } else { max * max * SLACK },
        }
    }

    fn enter_ring(&mut self, radius: i64) {
        let reach_e7 = ((radius + 1) * CELL_E7) as f64;
        self.cos_min = self.cos - self.cos_per_e7.abs() * reach_e7;
        if reach_e7 / E7 > PLANE_REACH_DEG {
            self.leave_plane();
        }
    }

    /// From here on every square is measured, those in the pool too, and there is no slack.
    fn leave_plane(&mut self) {
        if self.is_planar {
            self.is_planar = false;
            self.best.clear();
            for (_, item) in std::mem::take(&mut self.pool) {
                self.rank(metres(self.from, item.point).0.powi(2), item);
            }
        }
    }

    /// Whether the nearest corner or side of the cell would still be ranked.
    #[inline]
    fn may_improve(&self, cell: Cell) -> bool {
        let (along, across) = cell.gaps(self.from);
        let (north, east) = (along as f64 * self.metres_per_e7, across as f64 * self.metres_per_e7 * self.cos_min);
        !self.is_planar || north * north + east * east <= self.cut
    }

    #[inline]
    fn offer(&mut self, item: &Item) {
        let square = if self.is_planar { self.planar_square(item.point) } else { metres(self.from, item.point).0.powi(2) };
        if square <= self.cut && (self.keep)(item.slot) {
            self.rank(square, *item);
        }
    }

    #[inline]
    fn planar_square(&self, point: Point) -> f64 {
        let d_lat = f64::from(point.lat_e7() - self.from.lat_e7());
        let mut d_lon = (i64::from(point.lon_e7()) - i64::from(self.from.lon_e7())).abs();
        if d_lon > 1_800_000_000 {
            d_lon = 3_600_000_000 - d_lon;
        }
        let north = d_lat * self.metres_per_e7;
        let east = d_lon as f64 * self.metres_per_e7 * (self.cos + self.cos_per_e7 * d_lat);
        north * north + east * east
    }

    fn rank(&mut self, square: f64, item: Item) {
        if self.pool.len() >= self.pool_len_max {
            let cut = self.cut;
            self.pool.retain(|(square, _)| *square <= cut);
            self.pool_len_max = self.pool_len_max.max(2 * self.pool.len());
        }
        self.pool.push((square, item));
        if self.best.len() < self.k {
            self.best.push(square.to_bits());
        } else if let Some(mut last) = self.best.peek_mut()
            && square.to_bits() < *last
        {
            *last = square.to_bits();
        }
        if self.best.len() == self.k
            && let Some(last) = self.best.peek()
        {
            let slack = if self.is_planar { SLACK } else { 1.0 };
            self.cut = self.cut.min(f64::from_bits(*last) * slack);
        }
    }

    /// Whether nothing at least so many metres away could be among the answers.
    fn is_settled_beyond(&self, floor_m: f64) -> bool {
        floor_m * floor_m > self.cut || floor_m > self.max
    }

    fn finish(mut self) -> Vec<Near> {
        self.pool.retain(|(square, _)| *square <= self.cut);
        let measured = self.pool.iter().map(|(_, item)| Near { slot: item.slot, distance: metres(self.from, item.point) });
        let mut nearest = Vec::with_capacity(self.pool.len());
        nearest.extend(measured.filter(|near| near.distance.0 <= self.max));
        nearest.sort_unstable_by(|a, b| a.distance.0.total_cmp(&b.distance.0).then(a.slot.cmp(&b.slot)));
        nearest.truncate(self.k);
        nearest
    }
}

/// A multiplication and a fold: cells are our own numbers, nobody can choose them to collide for long.
#[derive(Default)]
struct CellHasher(u64);

impl Hasher for CellHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u32(self.0 as u32 ^ u32::from(byte)));
    }

    #[inline]
    fn write_u32(&mut self, cell: u32) {
        let mixed = u64::from(cell).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    fn index(points: &[(f64, f64)]) -> MovingIndex {
        let mut index = MovingIndex::new();
        (0..).zip(points).for_each(|(slot, &(lat, lon))| index.set(slot, point(lat, lon)));
        index
    }

    fn slots(near: &[Near]) -> Vec<u32> {
        near.iter().map(|near| near.slot).collect()
    }

    fn within(index: &MovingIndex, south: f64, west: f64, north: f64, east: f64) -> Vec<u32> {
        let mut found = Vec::new();
        index.within(&Bounds { south, west, north, east }, |slot, _| found.push(slot));
        found.sort_unstable();
        found
    }

    #[test]
    fn an_empty_index_answers_nothing() {
        let index = MovingIndex::new();
        assert!(index.is_empty());
        assert_eq!(index.point(0), None);
        assert!(index.nearest(point(0.0, 0.0), 10, None, |_| true).is_empty());
        assert!(within(&index, -90.0, -180.0, 90.0, 180.0).is_empty());
    }

    #[test]
    fn k_may_be_none_or_more_than_there_are() {
        let index = index(&[(0.0, 0.0), (0.0, 1.0), (0.0, -170.0)]);
        assert!(index.nearest(point(0.0, 0.0), 0, None, |_| true).is_empty());
        assert_eq!(slots(&index.nearest(point(0.0, 0.9), usize::MAX, None, |_| true)), [1, 0, 2]);
        assert_eq!(slots(&index.nearest(point(0.0, 0.9), 3, None, |slot| slot != 0)), [1, 2]);
    }

    #[test]
    fn the_limit_itself_counts_and_one_past_it_does_not() {
        let index = index(&[(0.0, 0.0), (0.0, 0.01)]);
        let away = metres(point(0.0, 0.0), point(0.0, 0.01));
        assert_eq!(slots(&index.nearest(point(0.0, 0.0), 5, Some(away), |_| true)), [0, 1]);
        assert_eq!(slots(&index.nearest(point(0.0, 0.0), 5, Some(Metres(away.0 - 1e-6)), |_| true)), [0]);
        assert!(index.nearest(point(0.0, 0.0), 5, Some(Metres(-1.0)), |_| true).is_empty());
        assert!(index.nearest(point(0.0, 0.0), 5, Some(Metres(f64::NAN)), |_| true).is_empty());
    }

    #[test]
    fn many_in_one_place_come_by_slot() {
        let index = index(&[(48.1, 11.5); 1000]);
        assert_eq!(slots(&index.nearest(point(48.1, 11.5), 4, None, |slot| slot >= 500)), [500, 501, 502, 503]);
    }

    #[test]
    fn a_slot_is_moved_removed_once_and_used_again() {
        let mut index = index(&[(1.0, 1.0), (1.0, 1.0)]);
        index.set(0, point(1.001, 1.001));
        index.set(0, point(60.0, 60.0));
        assert_eq!((index.len(), index.point(0)), (2, Some(point(60.0, 60.0))));
        assert!(index.remove(0));
        assert!(!index.remove(0) && !index.remove(7));
        assert_eq!((index.len(), index.point(0)), (1, None));
        index.set(0, point(1.0, 1.0));
        assert_eq!(within(&index, 1.0, 1.0, 1.0, 1.0), [0, 1]);
    }

    #[test]
    fn memory_follows_the_occupied_cells() {
        let mut index = MovingIndex::new();
        (0..5000).for_each(|step| index.set(0, point(0.0, f64::from(step) * 0.03)));
        assert_eq!((index.occupied.len(), index.buckets.len() - index.spare.len()), (1, 1));
        assert!(index.buckets.len() <= 2);
    }

    #[test]
    fn poles_and_antimeridian_are_places_like_any_other() {
        let index = index(&[(90.0, 10.0), (89.999, -170.0), (-90.0, 180.0), (0.0, 180.0), (0.0, -180.0), (0.0, -179.99)]);
        assert_eq!(slots(&index.nearest(point(89.9995, 100.0), 2, None, |_| true)), [0, 1]);
        assert_eq!(slots(&index.nearest(point(-89.0, 0.0), 1, None, |_| true)), [2]);
        assert_eq!(slots(&index.nearest(point(0.0, 179.995), 3, None, |_| true)), [3, 4, 5]);
        assert_eq!(within(&index, -1.0, 179.0, 1.0, -179.0), [3, 4, 5]);
        assert_eq!(within(&index, -90.0, -180.0, 90.0, 180.0), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn bounds_that_go_nearly_all_the_way_round_report_once() {
        let index = index(&[(0.0, 10.001), (0.0, 10.009), (0.0, 10.005), (0.0, -60.0)]);
        assert_eq!(within(&index, -1.0, 10.008, 1.0, 10.002), [0, 1, 3]);
    }
}
