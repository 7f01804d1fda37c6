//! Passages through zones against a walk in small steps that asks each place how far it is from everything.
//!
//! A failure prints its seed; `PROPTEST_RNG_SEED=<seed> cargo test --test all zone` replays it.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::json;

use crate::seeded::check;
use salessync_engine::geo::distance::{between, metres, shortest_lon};
use salessync_engine::geo::shape::Area;
use salessync_engine::geo::zone::Zone;
use salessync_engine::geo::{Bounds, Metres, Point};

/// Places looked at on a way.
const STEPS: usize = 1_000;

/// Steps from a middle, which lies in a town, in the far north, or at the antimeridian.
fn places(n: usize, reach: f64) -> impl Strategy<Value = Vec<Point>> {
    let middle = prop_oneof![Just((52.0, 13.0)), Just((-18.0, 179.999)), Just((-18.0, -179.98)), Just((69.6, 18.9))];
    let step = move || (-reach..reach, -reach..reach);
    (middle, prop::collection::vec(step(), n)).prop_map(|((lat, lon), steps)| {
        steps.iter().map(|(north, east)| Point::new(lat + north, shortest_lon(lon + east)).unwrap()).collect()
    })
}

/// The way is inside where, and only where, its places are; but for those within a step of an edge.
fn agrees(zone: &Zone, a: Point, b: Point, is_inside: impl Fn(Point) -> bool) -> TestCaseResult {
    let passage = zone.passage(a, b);
    prop_assert!(passage.inside.is_sorted_by(|one, next| one.1 < next.0), "{:?}", passage);
    let margin = 1.5 / STEPS as f64;
    for step in 0..=STEPS {
        let share = step as f64 / STEPS as f64;
        let says = passage.inside.iter().any(|(from, to)| (*from..=*to).contains(&share));
        let edges = passage.inside.iter().flat_map(|(from, to)| [*from, *to]);
        let place = between(a, b, share);
        let is_near_an_edge = edges.clone().any(|edge| (edge - share).abs() < margin);
        prop_assert!(says == is_inside(place) || is_near_an_edge, "at {share}: {says}, {:?}", passage);
        prop_assert!(!is_inside(place) || zone.bounds().contains(place), "bounds {:?} leave out {place:?}", zone.bounds());
    }
    Ok(())
}

/// To a millionth of the leg: centimetres on the longest here.
fn metres_to_leg(point: Point, a: Point, b: Point) -> f64 {
    let (mut low, mut high, mut nearest) = (0.0, 1.0, f64::INFINITY);
    for _ in 0..6 {
        let width: f64 = high - low;
        let share = |step: usize| low + width * step as f64 / 20.0;
        let at = |step: usize| metres(point, between(a, b, share(step))).0;
        let best = (0..=20).min_by(|&x, &y| at(x).total_cmp(&at(y))).unwrap();
        nearest = f64::min(nearest, at(best));
        (low, high) = (share(best.saturating_sub(1)), share((best + 1).min(20)));
    }
    nearest
}

#[test]
fn a_circle_is_passed_as_a_walk_in_small_steps_says() {
    // Up to where `metres` itself changes from the plane to the sphere: a degree of longitude.
    for (reach, radius) in [(0.02, 10.0..2_000.0), (0.9, 1_000.0..35_000.0)] {
        check(200, (places(3, reach), radius), |(places, radius)| {
            let &[centre, a, b] = places.as_slice() else { unreachable!() };
            let zone = Zone::near(centre, Metres(radius));
            let nearest = metres_to_leg(centre, a, b);
            let passage = zone.passage(a, b);
            prop_assert!(passage.inside.is_empty() == (nearest > radius) || (nearest - radius).abs() < 0.1 + radius * 1e-4);
            if let Some(said) = passage.nearest {
                prop_assert!((said.0 - nearest).abs() < 0.1 + nearest * 1e-3, "{said:?} instead of {nearest}");
            }
            // What is only just touched is too short to be met by a step.
            if (nearest - radius).abs() > radius * 1e-3 {
                agrees(&zone, a, b, |place| metres(centre, place).0 <= radius)?;
            }
            Ok(())
        });
    }
}

#[test]
fn a_corridor_is_passed_as_a_walk_in_small_steps_says() {
    for (reach, radius) in [(0.02, 50.0..500.0), (0.5, 2_000.0..20_000.0)] {
        check(20, (places(6, reach), radius), |(places, radius)| {
            let (line, way) = places.split_at(4);
            let zone = Zone::corridor(line, Metres(radius));
            let distance = |place| line.windows(2).map(|leg| metres_to_leg(place, leg[0], leg[1])).fold(f64::INFINITY, f64::min);
            for step in (0..=STEPS).step_by(20) {
                let place = between(way[0], way[1], step as f64 / STEPS as f64);
                let (said, is) = (zone.nearness(place), distance(place));
                prop_assert!(said.is_some() == (is <= radius) || (is - radius).abs() < 0.1 + radius * 1e-3, "{said:?}, {is}");
                prop_assert!(said.is_none_or(|said| (said.0 - is).abs() < 0.1 + radius * 1e-3), "{said:?}, {is}");
            }
            let passage = zone.passage(way[0], way[1]);
            let inside: f64 = passage.inside.iter().map(|(from, to)| to - from).sum();
            let steps =
                (0..STEPS).filter(|step| distance(between(way[0], way[1], (*step as f64 + 0.5) / STEPS as f64)) <= radius);
            let share = steps.count() as f64 / STEPS as f64;
            prop_assert!((inside - share).abs() < 0.02, "{inside} instead of {share}: {:?}", passage);
            Ok(())
        });
    }
}

#[test]
fn areas_and_boxes_are_passed_as_a_walk_in_small_steps_says() {
    check(200, places(5, 0.02), |places| {
        let way = &places[3..];
        // A box around two of the places, as bounds and, on one side of the antimeridian, as an area.
        let (a, b) = (places[0], places[1]);
        let (south, north) = (a.lat().min(b.lat()), a.lat().max(b.lat()));
        let (west, east) = if shortest_lon(b.lon() - a.lon()) >= 0.0 { (a.lon(), b.lon()) } else { (b.lon(), a.lon()) };
        let bounds = Bounds { south, west, north, east }.check().unwrap();
        agrees(&Zone::bounds_only(bounds), way[0], way[1], |place| bounds.contains(place))?;
        let ring = json!([[[west, south], [east, south], [east, north], [west, north], [west, south]]]);
        if west < east
            && let Ok(area) = Area::from_geojson(&json!({"type": "Polygon", "coordinates": ring}))
        {
            agrees(&Zone::area(area.clone()), way[0], way[1], |place| area.contains(place))?;
        }
        let corners: Vec<_> = places[..3].iter().chain([&places[0]]).map(|corner| [corner.lon(), corner.lat()]).collect();
        let spread = corners.iter().map(|corner| corner[0]).fold(-180.0, f64::max)
            - corners.iter().map(|corner| corner[0]).fold(180.0, f64::min);
        if spread < 1.0
            && let Ok(area) = Area::from_geojson(&json!({"type": "Polygon", "coordinates": [corners]}))
        {
            agrees(&Zone::area(area.clone()), way[0], way[1], |place| area.contains(place))?;
        }
        Ok(())
    });
}
