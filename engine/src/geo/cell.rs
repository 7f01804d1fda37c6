//! H3 cells: stored keys, coverage and aggregation. One costs some 400 ns to find, so never one per fix.
//!
//! Not here: searching (`grid`, `still`), and what a cell is used to count.
//! The invariant: a `Cell` is a valid H3 index; `cover` leaves no point of the area without its cell.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use h3o::{CellIndex, LatLng, Resolution};
use serde::{Deserialize, Serialize};

use super::Point;
use super::distance::metres;
use super::shape::Area;

/// The finest resolution there is: cells half a metre wide.
pub const RESOLUTION_MAX: u8 = 15;
/// Some 50,000 km² in cells of resolution 7 (5 km² each); a browser still draws it.
pub const COVER_CELLS_MAX: usize = 10_000;
/// A disk of 50 rings has 7,651 cells.
pub const RING_MAX: u32 = 50;
/// Points looked up for the outline of a cover: some 0.4 s at most.
const COVER_LOOKUPS_MAX: usize = 1_000_000;

/// An H3 cell of any resolution. In JSON its hexadecimal name, `"872a1072bffffff"`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct Cell(u64);

/// Why there is no such cell, or there are too many.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CellFlaw {
    #[error("must be an H3 cell in hexadecimal")]
    NotACell,
    #[error("covers more than {cells_max} cells or has too long an outline for them; ask for a coarser resolution")]
    CoverTooLarge { cells_max: usize },
    #[error("ring must be within 0..{ring_max}")]
    RingTooLarge { ring_max: u32 },
}

impl Cell {
    pub fn new(index: u64) -> Result<Self, CellFlaw> {
        CellIndex::try_from(index).map(Self::from).map_err(|_| CellFlaw::NotACell)
    }

    pub const fn index(self) -> u64 {
        self.0
    }

    pub fn resolution(self) -> u8 {
        self.h3().resolution().into()
    }

    pub fn centre(self) -> Point {
        let centre = LatLng::from(self.h3());
        Point::new(centre.lat(), centre.lng().clamp(-180.0, 180.0)).expect("H3 has its centres on the earth")
    }

    /// Square metres, exact for this cell: H3's cells of a resolution differ by up to two.
    pub fn area_m2(self) -> f64 {
        self.h3().area_m2()
    }

    /// The corners with their places, counter-clockwise. Cells that share a corner name it the same, to the bit.
    pub(crate) fn corners(self) -> impl Iterator<Item = (u64, Point)> {
        self.h3().vertexes().map(|corner| {
            let at = LatLng::from(corner);
            let point = Point::new(at.lat(), at.lng().clamp(-180.0, 180.0)).expect("H3 has its corners on the earth");
            (u64::from(corner), point)
        })
    }

    fn h3(self) -> CellIndex {
        CellIndex::try_from(self.0).expect("only made from valid cells")
    }
}

/// Returns the cell the point is in. A resolution over `RESOLUTION_MAX` is a bug and panics.
pub fn cell_of(point: Point, resolution: u8) -> Cell {
    at(point, resolution_of(resolution))
}

/// Returns the cells that hold some of the area, in ascending order. Sides are straight in degrees, as everywhere in `shape`.
/// A resolution over `RESOLUTION_MAX` is a bug and panics.
pub fn cover(area: &Area, resolution: u8) -> Result<Vec<Cell>, CellFlaw> {
    let resolution = resolution_of(resolution);
    let mut cover = Cover { resolution, cells: HashSet::new(), lookups: 0 };
    // Half the size is left for H3's cells not being all alike.
    if area.area_m2() / resolution.area_m2() > 2.0 * COVER_CELLS_MAX as f64 {
        return Err(TOO_LARGE);
    }
    for ring in area.rings() {
        for side in ring.windows(2) {
            cover.trace(side[0], side[1])?;
        }
    }
    let mut open: Vec<Cell> = cover.cells.iter().copied().collect();
    while let Some(cell) = open.pop() {
        for next in cell.h3().grid_disk::<Vec<_>>(1).into_iter().map(Cell::from) {
            if !cover.cells.contains(&next) && area.contains(next.centre()) {
                cover.add(next)?;
                open.push(next);
            }
        }
    }
    let mut cells: Vec<_> = cover.cells.into_iter().collect();
    cells.sort_unstable();
    Ok(cells)
}

/// Returns the cells at most `k` steps away, the cell itself included, in ascending order: H3's disk.
pub fn ring(cell: Cell, k: u32) -> Result<Vec<Cell>, CellFlaw> {
    if k > RING_MAX {
        return Err(CellFlaw::RingTooLarge { ring_max: RING_MAX });
    }
    let mut cells: Vec<_> = cell.h3().grid_disk::<Vec<_>>(k).into_iter().map(Cell::from).collect();
    cells.sort_unstable();
    Ok(cells)
}

const TOO_LARGE: CellFlaw = CellFlaw::CoverTooLarge { cells_max: COVER_CELLS_MAX };

struct Cover {
    resolution: Resolution,
    cells: HashSet<Cell>,
    lookups: usize,
}

impl Cover {
    fn add(&mut self, cell: Cell) -> Result<(), CellFlaw> {
        self.cells.insert(cell);
        if self.cells.len() > COVER_CELLS_MAX { Err(TOO_LARGE) } else { Ok(()) }
    }

    /// Adds the cells along one side, in pieces shorter than a cell is wide: the cells are all but convex, so a piece that ends in
    /// the cell it began in has not left it, and one that does not is halved down to the grid, past any corner it cuts.
    fn trace(&mut self, from: Point, to: Point) -> Result<(), CellFlaw> {
        let length_m = metres(from, to).0;
        let pieces = (length_m / (self.resolution.edge_length_m() / 2.0)).ceil().max(1.0) as usize;
        let part_way = |piece: usize| between(from, to, piece as f64 / pieces as f64);
        let (mut a, mut cell_a) = (from, self.look_up(from)?);
        for piece in 1..=pieces {
            let b = part_way(piece);
            let cell_b = self.look_up(b)?;
            self.halve((a, cell_a), (b, cell_b))?;
            (a, cell_a) = (b, cell_b);
        }
        Ok(())
    }

    fn halve(&mut self, (a, cell_a): (Point, Cell), (b, cell_b): (Point, Cell)) -> Result<(), CellFlaw> {
        let middle = between(a, b, 0.5);
        if cell_a == cell_b || middle == a || middle == b {
            return Ok(());
        }
        let cell = self.look_up(middle)?;
        self.halve((a, cell_a), (middle, cell))?;
        self.halve((middle, cell), (b, cell_b))
    }

    fn look_up(&mut self, point: Point) -> Result<Cell, CellFlaw> {
        self.lookups += 1;
        if self.lookups > COVER_LOOKUPS_MAX {
            return Err(TOO_LARGE);
        }
        let cell = at(point, self.resolution);
        self.add(cell)?;
        Ok(cell)
    }
}

fn between(a: Point, b: Point, part: f64) -> Point {
    let mix = |a: i32, b: i32| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as i32;
    Point::from_e7(mix(a.lat_e7(), b.lat_e7()), mix(a.lon_e7(), b.lon_e7())).expect("between two points is a point")
}

fn at(point: Point, resolution: Resolution) -> Cell {
    LatLng::new(point.lat(), point.lon()).expect("a point is finite").to_cell(resolution).into()
}

fn resolution_of(resolution: u8) -> Resolution {
    Resolution::try_from(resolution).expect("a resolution is 0..=15")
}

impl From<CellIndex> for Cell {
    fn from(index: CellIndex) -> Self {
        Self(index.into())
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl FromStr for Cell {
    type Err = CellFlaw;

    fn from_str(name: &str) -> Result<Self, CellFlaw> {
        u64::from_str_radix(name, 16).map_err(|_| CellFlaw::NotACell).and_then(Self::new)
    }
}

impl From<Cell> for String {
    fn from(cell: Cell) -> Self {
        cell.to_string()
    }
}

impl TryFrom<String> for Cell {
    type Error = CellFlaw;

    fn try_from(name: String) -> Result<Self, CellFlaw> {
        name.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    fn square(side: f64) -> Area {
        let (w, s, e, n) = (13.3, 52.4, 13.3 + side, 52.4 + side);
        let ring = serde_json::json!({ "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] });
        Area::from_geojson(&ring).unwrap()
    }

    #[test]
    fn a_cell_is_its_hexadecimal_name_in_json() {
        let cell = cell_of(point(37.774_929_5, -122.419_415_5), 7);
        assert_eq!(serde_json::to_string(&cell).unwrap(), r#""872830828ffffff""#);
        assert_eq!(serde_json::from_str::<Cell>(r#""872830828ffffff""#).unwrap(), cell);
        assert_eq!((cell.resolution(), cell_of(cell.centre(), 7)), (7, cell));
        for flawed in ["", "872830828fffff", "xyz", "0", "ffffffffffffffff", "1872830828ffffff0"] {
            assert_eq!(flawed.parse::<Cell>(), Err(CellFlaw::NotACell), "{flawed}");
        }
    }

    #[test]
    fn a_cell_is_found_at_the_poles_and_the_antimeridian() {
        assert_eq!(cell_of(point(12.0, 180.0), 9), cell_of(point(12.0, -180.0), 9));
        assert_eq!(cell_of(point(90.0, 0.0), 5), cell_of(point(90.0, 120.0), 5));
    }

    #[test]
    fn a_ring_of_none_is_the_cell_and_one_past_the_limit_is_refused() {
        let cell = cell_of(point(48.0, 11.0), 8);
        assert_eq!(ring(cell, 0), Ok(vec![cell]));
        assert_eq!(ring(cell, 1).unwrap().len(), 7);
        assert_eq!(ring(cell, RING_MAX).unwrap().len(), 7651);
        assert_eq!(ring(cell, RING_MAX + 1), Err(CellFlaw::RingTooLarge { ring_max: RING_MAX }));
    }

    #[test]
    fn a_cover_leaves_no_point_of_the_area_out() {
        let area = square(0.1);
        let cells = cover(&area, 7).unwrap();
        assert!(cells.is_sorted() && (10..40).contains(&cells.len()), "{}", cells.len());
        for step in 0..=10_000 {
            let (lat, lon) = (f64::from(step / 100) / 1000.0, f64::from(step % 100) / 990.0);
            let inside = point(52.4 + lat, 13.3 + lon.min(0.1));
            assert!(cells.binary_search(&cell_of(inside, 7)).is_ok(), "{inside:?}");
        }
    }

    #[test]
    fn a_small_area_has_a_cover_and_a_large_one_is_refused() {
        assert_eq!(cover(&square(0.000_01), 3).map(|cells| cells.len()), Ok(1));
        assert!(cover(&square(5.0), 7).is_err(), "by its size");
        assert!(cover(&square(0.05), 15).is_err(), "by its outline");
    }
}
