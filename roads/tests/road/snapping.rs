//! Putting places on the road against a scan of every segment of the map.

use crate::common::rng::Rng;
use crate::common::{extracts, point, roads, town};
use salessync_engine::Point;
use salessync_engine::geo::distance::{Scale, metres};
use salessync_engine::plan::times::TravelProfile;
use salessync_roads::osm::streets::Street;
use salessync_roads::{Extract, Network, Place};

/// The distance to every edge, metres, by scanning.
fn distances(network: &Network, from: Point) -> Vec<f64> {
    let scale = Scale::at(from.lat());
    let flat = |p: Point| ((p.lon() - from.lon()) * scale.east_m, (p.lat() - from.lat()) * scale.north_m);
    (0..network.edges.len() as u32)
        .map(|edge| {
            let points = network.points(edge);
            let of_segment = |pair: &[Point]| {
                let (a, b) = (flat(pair[0]), flat(pair[1]));
                let (x, y) = (b.0 - a.0, b.1 - a.1);
                let squared = x * x + y * y;
                let along = if squared > 0.0 { (-(a.0 * x + a.1 * y) / squared).clamp(0.0, 1.0) } else { 0.0 };
                (a.0 + x * along).hypot(a.1 + y * along)
            };
            points.windows(2).map(of_segment).fold(f64::INFINITY, f64::min)
        })
        .collect()
}

fn check(network: &Network, snapper: &salessync_roads::snap::Snapper, from: Point, reach_m: f64) {
    let all = distances(network, from);
    let nearest = |is_wanted: &dyn Fn(u32) -> bool| {
        (0..all.len() as u32).filter(|edge| is_wanted(*edge)).map(|edge| all[edge as usize]).fold(f64::INFINITY, f64::min)
    };
    let (main, any) = (nearest(&|edge| network.is_main(edge)), nearest(&|_| true));
    match snapper.snap(network, from, reach_m) {
        Ok(place) => {
            let expected = if main <= reach_m { main } else { any };
            assert!((place.off_m - expected).abs() < 1e-6, "{} instead of {expected}", place.off_m);
            assert!((all[place.edge as usize] - place.off_m).abs() < 1e-6);
            // Where it says it is, is where its share lies, and as far off as it says.
            // (in a plane of one scale: the further, the less exact).
            assert!((metres(place.point, from).0 - place.off_m).abs() < 0.05 + place.off_m * 3e-4, "{place:?}");
            let along = salessync_roads::Lane::along(place.edge);
            let at_share = network.stretch(along, place.share, 1.0)[0];
            assert!(metres(at_share, place.point).0 < 0.1, "{place:?} against {at_share:?}");
        }
        Err(unsnappable) => {
            assert!(any > reach_m);
            match unsnappable.distance_m {
                Some(distance_m) => assert!((distance_m - any).abs() < 1e-6),
                None => assert!(any > reach_m * 10.0),
            }
        }
    }
    let within = snapper.within(network, from, 120.0);
    assert_eq!(within.len(), all.iter().filter(|distance| **distance <= 120.0).count());
    assert!(within.windows(2).all(|pair| pair[0].off_m <= pair[1].off_m));
}

#[test]
fn the_nearest_road_is_found_on_random_towns() {
    for seed in 0..12 {
        let mut rng = Rng::new(seed);
        let extract = Extract::from_streets(&town(&mut rng, 6), Vec::new());
        for profile in TravelProfile::ALL {
            let roads = roads(&extract, profile);
            for _ in 0..60 {
                let from = point(rng.range(-30.04, -29.97), rng.range(-51.04, -50.97));
                let reach_m = *rng.pick(&[30.0, 200.0, 500.0, 3_000.0]);
                check(&roads.ground.network, &roads.ground.snapper, from, reach_m);
            }
        }
    }
}

#[test]
fn the_nearest_road_is_found_on_real_maps() {
    for (name, extract) in extracts() {
        let mut rng = Rng::new(21);
        let roads = roads(&extract, TravelProfile::Car);
        let network = &roads.ground.network;
        eprintln!("{name}");
        for _ in 0..150 {
            let near = network.vertices[rng.below(network.vertices.len() as u64) as usize];
            let from = point(near.lat() + rng.range(-0.004, 0.004), near.lon() + rng.range(-0.004, 0.004));
            check(network, &roads.ground.snapper, from, 500.0);
        }
    }
}

fn street(points: &[(f64, f64)]) -> Street {
    let points = points.iter().map(|&(lat, lon)| point(lat, lon)).collect();
    Street { points, highway: "residential".into(), name: String::new(), is_one_way: false, limit_kmh: None }
}

#[test]
fn a_road_that_leads_nowhere_is_taken_only_where_no_other_is_near() {
    // A grid large enough to be a town, and one street beside it that does not touch it.
    let mut streets: Vec<Street> = (0..6)
        .flat_map(|i| {
            let at = f64::from(i) * 0.001;
            let row = |along: bool| {
                let corners: Vec<(f64, f64)> =
                    (0..6).map(|k| f64::from(k) * 0.001).map(|k| if along { (at, k) } else { (k, at) }).collect();
                street(&corners)
            };
            [row(true), row(false)]
        })
        .collect();
    streets.push(street(&[(-0.001, 0.0), (-0.001, 0.005)]));
    let roads = roads(&Extract::from_streets(&streets, Vec::new()), TravelProfile::Car);
    let at = |lat: f64| roads.snap(point(lat, 0.0025), 300.0).unwrap();
    let is_main = |place: Place| roads.ground.network.is_main(place.edge);
    assert!(is_main(at(0.000_1)) && is_main(at(-0.001)), "111 m away is a street of the town");
    assert!(!is_main(at(-0.003)), "the town is out of reach");
}

#[test]
fn what_is_too_far_away_says_how_far() {
    let roads = roads(&Extract::from_streets(&[street(&[(0.0, 0.0), (0.0, 0.01)])], Vec::new()), TravelProfile::Foot);
    let far = roads.snap(point(0.01, 0.005), 500.0).unwrap_err();
    assert!(far.distance_m.is_some_and(|m| (1_100.0..1_111.0).contains(&m)), "{far:?}");
    assert_eq!(far.to_string(), "no road within 500 m; the nearest is 1106 m away");
    assert_eq!(roads.snap(point(1.0, 0.005), 500.0).unwrap_err().to_string(), "no road within 500 m");
    let near = roads.snap(point(0.0, 0.0), 500.0).unwrap();
    assert_eq!((near.share, near.off_m), (0.0, 0.0));
}
