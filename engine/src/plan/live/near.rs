//! What is near a place: the open stops of the plan on grids of several widths, so that a dense town and an empty country are both searched
//! in microseconds.
//!
//! `around` is for candidates: it takes the finest grid that holds enough around the place and returns the nearest of what is there. Which
//! may, at the edge, not be the nearest of all; whoever needs proof asks all (`search_all`). The answer depends on what is in the index
//! only, not on how it came there.

use crate::Point;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Widths of the grids' cells in 1e-7 degree, finest first: 140 m to 36 km.
const WIDTHS_E7: [i64; 5] = [12_500, 50_000, 200_000, 800_000, 3_200_000];
/// Cells on either side of the middle one that are looked at.
const REACH: i64 = 2;
const TURN_E7: i64 = 3_600_000_000;

/// Points by slot, found by place.
#[derive(Clone, Default)]
pub(super) struct Nearby {
    points: Vec<Option<Point>>,
    /// By slot: where in its cell it stands, for each grid. A wide cell holds a whole town, and is not to be looked through.
    held_at: Vec<[u32; WIDTHS_E7.len()]>,
    grids: [Grid; WIDTHS_E7.len()],
}

type Grid = HashMap<Cell, Vec<(u32, Point)>, BuildHasherDefault<CellHasher>>;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Cell(u64);

impl Cell {
    fn new(row: i64, column: i64, width_e7: i64) -> Self {
        Self(((row as u64) << 32) | column.rem_euclid(TURN_E7 / width_e7) as u64)
    }

    fn of(point: Point, width_e7: i64) -> (i64, i64) {
        ((i64::from(point.lat_e7()) + 900_000_000) / width_e7, (i64::from(point.lon_e7()) + 1_800_000_000) / width_e7)
    }
}

/// One multiplication: keys are small and come from us.
#[derive(Clone, Copy, Default)]
pub(super) struct CellHasher(u64);

impl Hasher for CellHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, value: u64) {
        let mixed = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

impl Nearby {
    pub fn point(&self, slot: u32) -> Option<Point> {
        self.points.get(slot as usize).copied().flatten()
    }

    /// Puts the slot at the point, whether it was elsewhere or nowhere.
    pub fn set(&mut self, slot: u32, point: Point) {
        if self.point(slot) == Some(point) {
            return;
        }
        self.remove(slot);
        if self.points.len() <= slot as usize {
            self.points.resize(slot as usize + 1, None);
            self.held_at.resize(slot as usize + 1, [0; WIDTHS_E7.len()]);
        }
        self.points[slot as usize] = Some(point);
        for ((grid, width_e7), at) in self.grids.iter_mut().zip(WIDTHS_E7).zip(&mut self.held_at[slot as usize]) {
            let (row, column) = Cell::of(point, width_e7);
            let items = grid.entry(Cell::new(row, column, width_e7)).or_default();
            *at = items.len() as u32;
            items.push((slot, point));
        }
    }

    pub fn remove(&mut self, slot: u32) {
        let Some(point) = self.points.get_mut(slot as usize).and_then(Option::take) else { return };
        for (level, (grid, width_e7)) in self.grids.iter_mut().zip(WIDTHS_E7).enumerate() {
            let (row, column) = Cell::of(point, width_e7);
            let cell = Cell::new(row, column, width_e7);
            if let Some(items) = grid.get_mut(&cell) {
                let at = self.held_at[slot as usize][level] as usize;
                items.swap_remove(at);
                if let Some((moved, _)) = items.get(at) {
                    self.held_at[*moved as usize][level] = at as u32;
                }
                if items.is_empty() {
                    grid.remove(&cell);
                }
            }
        }
    }

    /// Writes up to `count` slots around the place to `out`, nearest first, ties by slot.
    pub fn around(&self, place: Point, count: usize, out: &mut Vec<(u64, u32)>) {
        out.clear();
        for (level, (grid, width_e7)) in self.grids.iter().zip(WIDTHS_E7).enumerate() {
            let (row, column) = Cell::of(place, width_e7);
            let cells = (-REACH..=REACH).flat_map(|down| (-REACH..=REACH).map(move |right| (down, right)));
            let buckets = cells.filter_map(|(down, right)| grid.get(&Cell::new(row + down, column + right, width_e7)));
            let mut held: [&[(u32, Point)]; 25] = [&[]; 25];
            let mut total = 0;
            for (place, bucket) in held.iter_mut().zip(buckets) {
                *place = bucket;
                total += bucket.len();
            }
            if total < count && level + 1 < WIDTHS_E7.len() {
                continue;
            }
            let east = (place.lat().to_radians().cos() * 1024.0) as i64;
            let squared = |point: Point| {
                let north_e7 = i64::from(point.lat_e7()) - i64::from(place.lat_e7());
                let east_e7 = (i64::from(point.lon_e7()) - i64::from(place.lon_e7())).abs();
                let east_e7 = east_e7.min(TURN_E7 - east_e7) * east / 1024;
                (north_e7 * north_e7 + east_e7 * east_e7) as u64
            };
            for bucket in held {
                out.extend(bucket.iter().map(|(slot, point)| (squared(*point), *slot)));
            }
            break;
        }
        if out.len() > count {
            if count == 0 {
                out.clear();
                return;
            }
            out.select_nth_unstable(count - 1);
            out.truncate(count);
        }
        out.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 11) as f64 / (1u64 << 53) as f64
    }

    #[test]
    fn what_is_around_is_nearly_what_is_nearest_in_towns_and_in_the_country() {
        let seed = &mut 11;
        for (spread, count) in [(0.02, 20_000), (0.5, 3_000), (8.0, 2_000)] {
            let mut index = Nearby::default();
            let point = |seed: &mut u64| Point::new(40.0 + unit(seed) * spread, 179.9 + unit(seed) * 0.1).unwrap();
            let points: Vec<Point> = (0..count).map(|_| point(seed)).collect();
            points.iter().enumerate().for_each(|(slot, point)| index.set(slot as u32, *point));
            let (mut out, mut hits, mut asked) = (Vec::new(), 0, 0);
            for _ in 0..50 {
                let from = point(seed);
                index.around(from, 32, &mut out);
                assert!(out.len() == 32 && out.is_sorted());
                let mut all: Vec<_> = points
                    .iter()
                    .enumerate()
                    .map(|(slot, point)| (crate::geo::distance::metres(from, *point).0, slot as u32))
                    .collect();
                all.sort_by(|a, b| a.0.total_cmp(&b.0));
                hits += out.iter().filter(|(_, slot)| all[..32].iter().any(|(_, near)| near == slot)).count();
                asked += 32;
            }
            assert!(hits * 100 >= asked * 90, "{spread}: {hits} of {asked}");
        }
    }

    #[test]
    fn an_answer_does_not_depend_on_how_the_points_came() {
        let seed = &mut 5;
        let points: Vec<Point> =
            (0..500).map(|i| Point::new(10.0 + f64::from(i % 7) * 0.001, 20.0 + unit(seed) * 0.01).unwrap()).collect();
        let (mut a, mut b) = (Nearby::default(), Nearby::default());
        points.iter().enumerate().for_each(|(slot, point)| a.set(slot as u32, *point));
        for (slot, point) in points.iter().enumerate().rev() {
            b.set(slot as u32, points[(slot + 3) % 500]);
            b.set(slot as u32, *point);
        }
        b.remove(7);
        b.set(7, points[7]);
        let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
        for point in points.iter().step_by(17) {
            a.around(*point, 40, &mut of_a);
            b.around(*point, 40, &mut of_b);
            assert_eq!(of_a, of_b);
        }
    }

    #[test]
    fn points_across_the_antimeridian_are_near() {
        let mut index = Nearby::default();
        index.set(3, Point::new(0.0, -179.999).unwrap());
        let mut out = Vec::new();
        index.around(Point::new(0.0, 179.999).unwrap(), 1, &mut out);
        assert_eq!(out.iter().map(|(_, slot)| *slot).collect::<Vec<_>>(), [3]);
        index.remove(3);
        index.around(Point::new(0.0, 179.999).unwrap(), 1, &mut out);
        assert!(out.is_empty());
    }
}
