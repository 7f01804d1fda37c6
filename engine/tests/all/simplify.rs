//! Simplified tracks against the plainest check there is: every point left out, measured against the line that is left.
//!
//! A failure prints its seed; `PROPTEST_RNG_SEED=<seed> cargo test --test all simplify` replays it.

use std::hash::{BuildHasher, RandomState};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use salessync_engine::geo::distance::{between, metres};
use salessync_engine::geo::simplify::simplify;
use salessync_engine::geo::{Metres, Point};

/// Walks that start anywhere and go on in steps of very different lengths, standing still now and then.
fn walk() -> impl Strategy<Value = Vec<Point>> {
    let start = prop_oneof![
        (-800_000_000..=800_000_000, -1_800_000_000..=1_800_000_000),
        (-180_000_000..=-170_000_000, 1_799_900_000..=1_800_000_000),
        (520_000_000..=520_000_001, 130_000_000..=130_000_001),
    ];
    let step = prop_oneof![
        1 => Just((0, 0)),
        6 => (-2_000..=2_000, -3_000..=3_000),
        3 => (0..=20_000, 0..=30_000),
        1 => (-900_000..=900_000, -900_000..=900_000),
    ];
    (start, prop::collection::vec(step, 0..400)).prop_map(|((lat, lon), steps)| {
        let (mut lat, mut lon) = (i64::from(lat), i64::from(lon));
        let mut points = vec![Point::from_e7(lat as i32, lon as i32).unwrap()];
        for (north, east) in steps {
            lat = (lat + i64::from(north)).clamp(-850_000_000, 850_000_000);
            lon = (lon + i64::from(east) + 1_800_000_000).rem_euclid(3_600_000_000) - 1_800_000_000;
            points.push(Point::from_e7(lat as i32, lon as i32).unwrap());
        }
        points
    })
}

/// Distance from a point to the way between two others, by looking along it ever closer. Knows nothing of planes and scales.
fn metres_to_way(point: Point, a: Point, b: Point) -> f64 {
    const STEPS: usize = 64;
    let (mut low, mut high, mut nearest) = (0.0, 1.0, f64::INFINITY);
    for _ in 0..5 {
        let width: f64 = high - low;
        let share = |step: usize| low + width * step as f64 / STEPS as f64;
        let at = |step: usize| metres(point, between(a, b, share(step))).0;
        let best = (0..=STEPS).min_by(|&x, &y| at(x).total_cmp(&at(y))).unwrap();
        nearest = f64::min(nearest, at(best));
        (low, high) = (share(best.saturating_sub(1)), share((best + 1).min(STEPS)));
    }
    nearest
}

#[test]
fn nothing_left_out_is_farther_than_the_tolerance() {
    let mut config = Config { cases: 300, failure_persistence: None, ..Config::default() };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(RandomState::new().hash_one(0));
    }
    let seed = config.rng_seed;
    let tolerance = prop_oneof![Just(1.0), 0.5..50.0, 50.0..10_000.0];
    let outcome = TestRunner::new(config).run(&(walk(), tolerance), |(points, tolerance_m)| {
        let stays = simplify(&points, Metres(tolerance_m));
        prop_assert_eq!(&stays, &simplify(&points, Metres(tolerance_m)));
        prop_assert_eq!((stays.first(), stays.last()), (Some(&0), Some(&(points.len() - 1))));
        prop_assert!(stays.is_sorted_by(|a, b| a < b));
        for pair in stays.windows(2) {
            for point in &points[pair[0] + 1..pair[1]] {
                let distance = metres_to_way(*point, points[pair[0]], points[pair[1]]);
                // The places looked at lie on a grid of about a centimetre.
                prop_assert!(distance <= tolerance_m + 0.02, "{distance} m of {tolerance_m} m in {:?}", pair);
            }
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("PROPTEST_RNG_SEED={seed}\n{failure}");
    }
}
