//! Web Mercator tiles of one fixed zoom: the unit in which live positions are gathered for viewers.
//!
//! Not here: drawing, other zooms, or the lists of tiles a viewport covers: a viewport is two ranges, however large it is.
//! The invariant: a point within bounds is on a tile within `TileRange::of` those bounds.

use std::f64::consts::PI;

use super::{Bounds, Point};

/// 2,048 tiles round the equator, 19.6 km each: a town is a handful, a country a few hundred.
pub const ZOOM: u8 = 11;
/// Tiles along one side of the world.
pub const TILES: u16 = 1 << ZOOM;
/// Where the square world of Web Mercator ends; points beyond are on its first or last row, degrees.
pub const LAT_MAX: f64 = 85.051_128_779_806_59;

/// Column from 180° west, row from the north. Orders by column, then row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Tile {
    pub x: u16,
    pub y: u16,
}

pub fn tile_of(point: Point) -> Tile {
    Tile { x: column(point.lon()), y: row(point.lat()) }
}

/// The tiles a viewport touches: rows `y0..=y1` and columns `x0..=x1`, which go on from the first after the last when `x0 > x1`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TileRange {
    x0: u16,
    x1: u16,
    y0: u16,
    y1: u16,
}

impl TileRange {
    /// Takes bounds as `Bounds::check` lets them pass.
    pub fn of(bounds: &Bounds) -> Self {
        let (y0, y1) = (row(bounds.north), row(bounds.south));
        let (x0, x1) = (column(bounds.west), column(bounds.east));
        // Round the world and back to the same or the next tile: all of them, and one way to say so.
        let is_whole_circle = bounds.west > bounds.east && x0 <= x1 + 1;
        if is_whole_circle { Self { x0: 0, x1: TILES - 1, y0, y1 } } else { Self { x0, x1, y0, y1 } }
    }

    pub const fn everywhere() -> Self {
        Self { x0: 0, x1: TILES - 1, y0: 0, y1: TILES - 1 }
    }

    pub fn contains(&self, tile: Tile) -> bool {
        let in_columns =
            if self.x0 <= self.x1 { self.x0 <= tile.x && tile.x <= self.x1 } else { tile.x >= self.x0 || tile.x <= self.x1 };
        in_columns && self.y0 <= tile.y && tile.y <= self.y1
    }

    /// Returns how many tiles there are, at most `TILES` squared.
    pub fn count(&self) -> u32 {
        let columns = if self.x0 <= self.x1 { self.x1 - self.x0 + 1 } else { TILES - self.x0 + self.x1 + 1 };
        u32::from(columns) * u32::from(self.y1 - self.y0 + 1)
    }
}

fn column(lon: f64) -> u16 {
    index((lon + 180.0) / 360.0)
}

fn row(lat: f64) -> u16 {
    // atanh(sin lat) is the Mercator ordinate; the clamp keeps it finite.
    let sin = lat.clamp(-LAT_MAX, LAT_MAX).to_radians().sin();
    index(0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI))
}

/// The tile at a part of the way across the world; the far edge belongs to the last.
fn index(part: f64) -> u16 {
    ((part * f64::from(TILES)) as u16).min(TILES - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(lat: f64, lon: f64) -> (u16, u16) {
        let tile = tile_of(Point::new(lat, lon).unwrap());
        (tile.x, tile.y)
    }

    fn range(south: f64, west: f64, north: f64, east: f64) -> TileRange {
        TileRange::of(&Bounds { south, west, north, east }.check().unwrap())
    }

    /// As OpenStreetMap numbers them at zoom 11.
    #[test]
    fn tiles_are_the_ones_maps_use() {
        for (lat, lon, expected) in [
            (0.0, 0.0, (1024, 1024)),
            (0.000_001, -0.000_001, (1023, 1023)),
            (52.52, 13.405, (1100, 671)),
            (37.7749, -122.4194, (327, 791)),
            (-33.8688, 151.2093, (1884, 1228)),
        ] {
            assert_eq!(tile(lat, lon), expected, "{lat}, {lon}");
        }
    }

    #[test]
    fn the_edges_of_the_world_are_on_it() {
        for (lat, lon, expected) in [
            (90.0, -180.0, (0, 0)),
            (LAT_MAX, 180.0, (2047, 0)),
            (-LAT_MAX, 180.0, (2047, 2047)),
            (-90.0, 179.999_999_9, (2047, 2047)),
        ] {
            assert_eq!(tile(lat, lon), expected, "{lat}, {lon}");
        }
    }

    #[test]
    fn the_whole_world_is_everywhere_however_it_is_said() {
        assert_eq!(range(-90.0, -180.0, 90.0, 180.0), TileRange::everywhere());
        assert_eq!(range(-90.0, 10.02, 90.0, 10.01), TileRange::everywhere());
        assert_eq!(range(-90.0, 0.01, 90.0, -0.01), TileRange::everywhere());
        assert_eq!(TileRange::everywhere().count(), 2048 * 2048);
        assert_ne!(range(-90.0, 0.2, 90.0, -0.01), TileRange::everywhere());
    }

    #[test]
    fn a_viewport_over_the_antimeridian_has_both_sides_and_not_the_rest() {
        let fiji = range(-20.0, 179.9, -15.0, -179.9);
        let at = |lon| tile_of(Point::new(-18.0, lon).unwrap());
        assert!(fiji.contains(at(179.95)) && fiji.contains(at(-179.95)));
        assert!(!fiji.contains(at(179.0)) && !fiji.contains(at(-179.0)) && !fiji.contains(at(0.0)));
        assert_eq!(fiji.count() % 2, 0);
    }

    #[test]
    fn a_point_is_one_tile() {
        let here = range(52.52, 13.405, 52.52, 13.405);
        assert_eq!(here.count(), 1);
        assert!(here.contains(Tile { x: 1100, y: 671 }));
        for (x, y) in [(1099, 671), (1101, 671), (1100, 670), (1100, 672)] {
            assert!(!here.contains(Tile { x, y }));
        }
    }
}
