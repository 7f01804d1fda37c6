//! The indexes and shapes against the plainest thing that could be right: a scan of everything.
//!
//! Not here: single examples and limits, which stand beside the code.
//! The invariant: whatever was inserted, moved and removed before, an index answers as the scan does. A failure prints its seed;
//! `PROPTEST_RNG_SEED=<seed> cargo test --test all index_oracle` replays it.

use std::collections::BTreeMap;
use std::fmt::Debug;

use geo::{Area as _, Contains, Validation};
use proptest::prelude::*;

use crate::seeded::check;
use salessync_engine::geo::cell::{cell_of, cover};
use salessync_engine::geo::distance::metres;
use salessync_engine::geo::grid::{MovingIndex, Near};
use salessync_engine::geo::shape::Area;
use salessync_engine::geo::still::{StillIndex, distance_to};
use salessync_engine::geo::tile::{TileRange, tile_of};
use salessync_engine::geo::{Bounds, Metres, Point};

/// The whole world, its awkward corners, one town, and a few places that many share.
fn point() -> impl Strategy<Value = Point> {
    let place = |lats: std::ops::RangeInclusive<i32>, lons: std::ops::RangeInclusive<i32>| {
        (lats, lons).prop_map(|(lat, lon)| Point::from_e7(lat, lon).expect("within the ranges of this file"))
    };
    prop_oneof![
        2 => place(-900_000_000..=900_000_000, -1_800_000_000..=1_800_000_000),
        1 => place(899_000_000..=900_000_000, -1_800_000_000..=1_800_000_000),
        1 => place(-900_000_000..=-890_000_000, -1_800_000_000..=1_800_000_000),
        2 => place(-170_500_000..=-169_500_000, 1_799_000_000..=1_800_000_000),
        2 => place(-170_500_000..=-169_500_000, -1_800_000_000..=-1_799_000_000),
        4 => place(524_000_000..=526_000_000, 133_000_000..=135_000_000),
        1 => (0..3, -1..=1).prop_map(|(lat, lon)| Point::from_e7(lat * 450_000_000, lon * 1_800_000_000).expect("on the earth")),
    ]
}

/// Viewports between two points, half of them the other way round the world.
fn viewport() -> impl Strategy<Value = Bounds> {
    (point(), point()).prop_map(|(a, b)| {
        let (south, north) = (a.lat().min(b.lat()), a.lat().max(b.lat()));
        Bounds { south, north, west: a.lon(), east: b.lon() }.check().expect("between two points")
    })
}

#[derive(Clone, Debug)]
enum Step {
    Set(u32, Point),
    Nudge(u32, i32, i32),
    Remove(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let slot = 0..150_u32;
    let step = prop_oneof![
        5 => (slot.clone(), point()).prop_map(|(slot, point)| Step::Set(slot, point)),
        3 => (slot.clone(), -90_000..90_000, -90_000..90_000).prop_map(|(slot, lat, lon)| Step::Nudge(slot, lat, lon)),
        1 => slot.prop_map(Step::Remove),
    ];
    prop::collection::vec(step, 0..300)
}

/// The index and the scan's table after the same steps.
fn follow(steps: &[Step]) -> (MovingIndex, BTreeMap<u32, Point>) {
    let (mut index, mut table) = (MovingIndex::new(), BTreeMap::new());
    for step in steps {
        match *step {
            Step::Set(slot, point) => {
                index.set(slot, point);
                table.insert(slot, point);
            }
            Step::Nudge(slot, lat, lon) => {
                let nudged = |point: &Point| Point::from_e7(point.lat_e7() + lat, point.lon_e7() + lon);
                if let Some(point) = table.get(&slot).and_then(nudged) {
                    index.set(slot, point);
                    table.insert(slot, point);
                }
            }
            Step::Remove(slot) => assert_eq!(index.remove(slot), table.remove(&slot).is_some(), "remove {slot}"),
        }
    }
    (index, table)
}

#[test]
fn the_grid_finds_the_nearest_as_a_scan_does() {
    let k = prop_oneof![8 => 0..12_usize, 1 => Just(1000)];
    let max = prop_oneof![2 => Just(None), 1 => (0.0..30_000.0).prop_map(Some), 1 => (0.0..2e7).prop_map(Some)];
    let asked = prop::collection::vec((point(), k, max, 1..4_u32), 1..8);
    check(400, (steps(), asked), |(steps, asked)| {
        let (index, table) = follow(&steps);
        prop_assert_eq!(index.len(), table.len());
        for (from, k, max, every) in asked {
            let kept = table.iter().filter(|(slot, _)| *slot % every == 0);
            let mut expected: Vec<_> = kept.map(|(&slot, &point)| Near { slot, distance: metres(from, point) }).collect();
            expected.retain(|near| max.is_none_or(|max| near.distance.0 <= max));
            expected.sort_by(|a, b| a.distance.0.total_cmp(&b.distance.0).then(a.slot.cmp(&b.slot)));
            expected.truncate(k);
            prop_assert_eq!(
                index.nearest(from, k, max.map(Metres), |slot| slot % every == 0),
                expected,
                "{:?} {} {:?}",
                from,
                k,
                max
            );
        }
        Ok(())
    });
}

/// Enough points in one country that rings are walked and settled, and some far off that they are not.
#[test]
fn the_grid_finds_the_nearest_in_a_crowd() {
    let at = |lat: (i32, i32)| {
        (lat.0..lat.1, 50_000_000..65_000_000_i32).prop_map(|(lat, lon)| Point::from_e7(lat, lon).expect("in range"))
    };
    let anywhere =
        prop_oneof![at((500_000_000, 510_000_000)), at((880_000_000, 899_000_000)), at((870_000_000, 880_000_000)), point()];
    let crowd = prop::collection::vec(anywhere.clone(), 500..3000);
    check(64, (crowd, prop::collection::vec((anywhere, 1..40_usize), 10)), |(crowd, asked)| {
        let mut index = MovingIndex::new();
        (0..).zip(&crowd).for_each(|(slot, &point)| index.set(slot, point));
        for (from, k) in asked {
            let mut expected: Vec<_> =
                (0..).zip(&crowd).map(|(slot, &point)| Near { slot, distance: metres(from, point) }).collect();
            expected.sort_by(|a, b| a.distance.0.total_cmp(&b.distance.0).then(a.slot.cmp(&b.slot)));
            expected.truncate(k);
            prop_assert_eq!(index.nearest(from, k, None, |_| true), expected, "{:?} {}", from, k);
        }
        Ok(())
    });
}

#[test]
fn the_grid_sees_a_viewport_as_a_scan_does() {
    check(400, (steps(), prop::collection::vec(viewport(), 1..8)), |(steps, viewports)| {
        let (index, table) = follow(&steps);
        for viewport in viewports {
            let mut found = Vec::new();
            index.within(&viewport, |slot, point| found.push((slot, point)));
            found.sort_unstable();
            let inside = table.iter().map(|(&slot, &point)| (slot, point)).filter(|(_, point)| viewport.contains(*point));
            prop_assert_eq!(found, inside.collect::<Vec<_>>(), "{:?}", viewport);
        }
        Ok(())
    });
}

/// Whether two viewports share a point, by their sides of the antimeridian.
fn meet(a: &Bounds, b: &Bounds) -> bool {
    let spans = |bounds: &Bounds| match bounds {
        Bounds { west, east, .. } if west <= east => vec![(*west, *east)],
        Bounds { west, east, .. } => vec![(*west, 180.0), (-180.0, *east)],
    };
    let is_level = a.south <= b.north && b.south <= a.north;
    is_level && spans(a).iter().any(|a| spans(b).iter().any(|b| a.0 <= b.1 && b.0 <= a.1))
}

#[test]
fn the_tree_answers_as_a_scan_does() {
    let extent = || prop_oneof![point().prop_map(Bounds::from), viewport()];
    let items = || prop::collection::vec(extent(), 0..60);
    let asked = prop::collection::vec((point(), viewport(), 0..10_usize), 1..6);
    check(
        300,
        (items(), items(), prop::collection::vec(any::<prop::sample::Index>(), 0..40), asked),
        |(bulk, single, gone, asked)| {
            let mut table: Vec<(Bounds, usize)> = bulk.iter().copied().zip(0..).collect();
            let mut index = StillIndex::bulk(table.clone());
            for bounds in single {
                index.insert(bounds, 1000 + table.len());
                table.push((bounds, 1000 + table.len()));
            }
            for at in gone {
                if !table.is_empty() {
                    let (bounds, item) = table.swap_remove(at.index(table.len()));
                    prop_assert!(index.remove(bounds, &item));
                    prop_assert!(!index.remove(bounds, &item));
                }
            }
            prop_assert_eq!(index.len(), table.len());
            for (from, viewport, k) in asked {
                let sorted = |found: &mut dyn Iterator<Item = usize>| {
                    let mut found: Vec<_> = found.collect();
                    found.sort_unstable();
                    found
                };
                let scan = |wanted: &dyn Fn(&Bounds) -> bool| {
                    sorted(&mut table.iter().filter(|(bounds, _)| wanted(bounds)).map(|(_, item)| *item))
                };
                prop_assert_eq!(sorted(&mut index.at(from).copied()), scan(&|bounds| bounds.contains(from)));
                prop_assert_eq!(
                    sorted(&mut index.within(&viewport).into_iter().copied()),
                    scan(&|bounds| meet(bounds, &viewport))
                );

                let mut expected: Vec<_> = table.iter().map(|(bounds, _)| distance_to(bounds, from).0).collect();
                expected.sort_by(f64::total_cmp);
                expected.truncate(k);
                let nearest = index.nearest(from, k);
                let distances: Vec<_> = nearest.iter().map(|(_, distance)| distance.0).collect();
                prop_assert_eq!(&distances, &expected);
                let items = sorted(&mut nearest.iter().map(|(item, _)| **item));
                prop_assert!(items.windows(2).all(|pair| pair[0] != pair[1]), "each once");
                for (item, distance) in nearest {
                    let bounds = table.iter().find(|(_, other)| other == item).expect("one of ours").0;
                    prop_assert_eq!(distance_to(&bounds, from), distance);
                }
            }
            Ok(())
        },
    );
}

/// A star about a centre, its corners in order of angle so that it is simple, with a smaller star as a hole.
fn star() -> impl Strategy<Value = (Area, geo::Polygon)> {
    let radii = prop::collection::vec((0.5..1.0, 0.1..0.4), 3..40);
    (-80.0..80.0, -170.0..170.0, 0.001..5.0, radii, any::<bool>()).prop_map(|(lat, lon, size, radii, has_hole)| {
        let corner = |at: usize, radius: f64| {
            let angle = std::f64::consts::TAU * at as f64 / radii.len() as f64;
            let corner =
                Point::new(lat + size * radius * angle.sin(), lon + size * radius * angle.cos()).expect("away from the edges");
            [corner.lon(), corner.lat()]
        };
        let close = |mut ring: Vec<[f64; 2]>| {
            ring.push(ring[0]);
            ring
        };
        let outer = close(radii.iter().enumerate().map(|(at, radius)| corner(at, radius.0)).collect());
        let inner = close(radii.iter().enumerate().map(|(at, radius)| corner(at, radius.0 * radius.1)).collect());
        let rings = if has_hole { vec![outer, inner] } else { vec![outer] };
        let area = Area::from_geojson(&serde_json::json!({ "type": "Polygon", "coordinates": rings })).expect("a star is simple");
        let mut lines = rings.into_iter().map(geo::LineString::from);
        let outer = lines.next().expect("there is an outer ring");
        (area, geo::Polygon::new(outer, lines.collect()))
    })
}

#[test]
fn an_area_holds_what_geo_says_it_holds() {
    let asked = prop::collection::vec((-0.1..1.1, -0.1..1.1), 40);
    check(300, (star(), asked), |((area, oracle), asked)| {
        let bounds = area.bounds();
        for (part_lat, part_lon) in asked {
            let lat = bounds.south + (bounds.north - bounds.south) * part_lat;
            let lon = bounds.west + (bounds.east - bounds.west) * part_lon;
            let point = Point::new(lat, lon).expect("away from the edges");
            // A point exactly on an edge is inside for us and not for geo; no random one is.
            prop_assert_eq!(area.contains(point), oracle.contains(&geo::Point::new(point.lon(), point.lat())), "{:?}", point);
        }
        for ring in std::iter::once(oracle.exterior()).chain(oracle.interiors()) {
            for corner in ring.coords() {
                prop_assert!(area.contains(Point::new(corner.y, corner.x).expect("a corner")), "corners are inside");
            }
        }
        prop_assert_eq!(Area::from_geojson(&area.to_geojson()), Ok(area));
        Ok(())
    });
}

#[test]
fn a_ring_is_refused_when_geo_finds_it_crosses_itself() {
    // A coarse grid, so that touching and running along are as likely as crossing.
    let ring = prop::collection::vec((0..5, 0..5), 3..8);
    check(2000, ring, |corners| {
        let mut ring: Vec<_> = corners.iter().map(|&(x, y)| [f64::from(x), f64::from(y)]).collect();
        ring.push(ring[0]);
        ring.dedup();
        prop_assume!(ring.len() > 3);
        let area = Area::from_geojson(&serde_json::json!({ "type": "Polygon", "coordinates": [ring] }));
        let oracle = geo::Polygon::new(geo::LineString::from(ring), Vec::new());
        // geo lets a ring pass that is one straight line.
        prop_assert_eq!(area.is_ok(), oracle.is_valid() && oracle.unsigned_area() > 0.0, "{:?}", area);
        Ok(())
    });
}

#[test]
fn a_cover_holds_the_cell_of_every_point_of_the_area() {
    let asked = prop::collection::vec((0.0..1.0, 0.0..1.0), 60);
    check(256, (star(), 2..9_u8, asked), |((area, _), resolution, asked)| {
        let bounds = area.bounds();
        prop_assume!((bounds.north - bounds.south) * 5_f64.powi(resolution.into()).sqrt() < 100.0);
        let Ok(cells) = cover(&area, resolution) else { return Ok(()) };
        for (part_lat, part_lon) in asked {
            let lat = bounds.south + (bounds.north - bounds.south) * part_lat;
            let lon = bounds.west + (bounds.east - bounds.west) * part_lon;
            let point = Point::new(lat, lon).expect("within its bounds");
            prop_assert!(
                !area.contains(point) || cells.binary_search(&cell_of(point, resolution)).is_ok(),
                "{:?} at {}",
                point,
                resolution
            );
        }
        Ok(())
    });
}

#[test]
fn a_tile_range_holds_the_tile_of_every_point_in_the_viewport() {
    let asked = prop::collection::vec(point(), 40);
    check(400, (viewport(), asked), |(viewport, asked)| {
        let range = TileRange::of(&viewport);
        prop_assert!(range.count() <= TileRange::everywhere().count());
        let corners = [(viewport.south, viewport.west), (viewport.north, viewport.east)];
        let corners = corners.map(|(lat, lon)| Point::new(lat, lon).expect("a corner"));
        for point in asked.into_iter().chain(corners) {
            prop_assert!(!viewport.contains(point) || range.contains(tile_of(point)), "{:?}", point);
            prop_assert!(TileRange::everywhere().contains(tile_of(point)));
            // And no tile too many: a tile in range has its point, or one that shares its row or column, within the viewport.
            let tile = tile_of(point);
            let is_by_sides = |corner: Point| tile_of(corner).x == tile.x || tile_of(corner).y == tile.y;
            prop_assert!(
                !range.contains(tile)
                    || viewport.contains(point)
                    || corners.into_iter().any(is_by_sides)
                    || point.lat().abs() > 85.0
            );
        }
        Ok(())
    });
}
