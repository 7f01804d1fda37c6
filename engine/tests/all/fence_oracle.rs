//! Fences against the plainest thing that could be right: every fence alone, containment by scan, ways by small steps.
//!
//! Not here: single examples, which stand beside the code. A failure prints its seed; `PROPTEST_RNG_SEED=<seed> cargo test --test all
//! fence_oracle` replays it.

use crate::seeded::check;
use proptest::prelude::*;
use salessync_engine::fence::ground::Ground;
use salessync_engine::fence::{
    Calendar, Definition, Fence, FenceEventKind, FenceRules, FenceSet, FenceWatch, Owner, OwnerKind, Passage, Shape,
};
use salessync_engine::geo::distance::metres;
use salessync_engine::track::{RawFix, Source};
use salessync_engine::{AgentId, FenceId, Fix, Point, Timestamp};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

const AGENT: AgentId = AgentId(Uuid::from_u128(1));

/// Towns where everything happens: an ordinary one, one across the antimeridian, one near the pole.
fn town() -> impl Strategy<Value = (f64, f64)> {
    prop_oneof![3 => Just((52.5, 13.4)), 2 => Just((-17.5, 180.0)), 1 => Just((88.9, -40.0)), 1 => Just((0.0, 0.0))]
}

fn unrolled(lat: f64, lon: f64) -> Point {
    Point::new(lat.clamp(-90.0, 90.0), lon - 360.0 * (lon / 360.0).round()).unwrap()
}

/// Degrees from the middle of the town.
fn off() -> impl Strategy<Value = (f64, f64)> {
    (-0.02..0.02, -0.03..0.03)
}

fn shape((lat, lon): (f64, f64)) -> impl Strategy<Value = Shape> {
    let position = move |(north, east): (f64, f64)| {
        let point = unrolled(lat + north, lon + east);
        json!([point.lon(), point.lat()])
    };
    prop_oneof![
        (off(), 20.0..1500.0)
            .prop_map(move |(at, radius_m)| { json!({ "type": "Circle", "coordinates": position(at), "radius_m": radius_m }) }),
        // A star about its middle: simple, seldom convex.
        (off(), proptest::collection::vec(0.001..0.01, 3..12)).prop_map(move |((north, east), reaches)| {
            let corner = |at: usize| {
                let angle = at as f64 / reaches.len() as f64 * std::f64::consts::TAU;
                position((north + reaches[at] * angle.sin(), east + reaches[at] * angle.cos()))
            };
            let ring: Vec<_> = (0..=reaches.len()).map(|at| corner(at % reaches.len())).collect();
            json!({ "type": "Polygon", "coordinates": [ring] })
        }),
        (proptest::collection::vec(off(), 2..5), 15.0..300.0).prop_map(move |(line, half_width_m)| {
            let line: Vec<_> = line.into_iter().map(position).collect();
            json!({ "type": "Corridor", "coordinates": line, "half_width_m": half_width_m })
        }),
    ]
    .prop_filter_map("a shape", |shape| Shape::from_geojson(&shape).ok())
}

fn start() -> Timestamp {
    Timestamp::parse("2026-11-23T06:00:00Z").unwrap()
}

/// Versions of one fence, each from some minute on; the last may have an end.
fn fence(town: (f64, f64)) -> impl Strategy<Value = Vec<Fence>> {
    let hours = prop_oneof![
        3 => Just(None),
        1 => (0u32..20, 1u32..4).prop_map(|(from, hours)| {
            let every = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let (from, to) = (format!("{from:02}:30"), format!("{:02}:10", from + hours));
            let calendar = json!({ "zone": "Europe/Berlin", "weekly": [{ "days": every, "from": from, "to": to }] });
            serde_json::from_value::<Calendar>(calendar).ok()
        }),
    ];
    let dwell = prop_oneof![Just(None), (1u32..3000).prop_map(Some)];
    let version = (shape(town), dwell, hours, 0i64..900);
    (proptest::collection::vec(version, 1..3), any::<bool>()).prop_map(|(versions, is_deleted)| {
        let mut minute = -600;
        let mut fences: Vec<Fence> = Vec::new();
        for (at, (shape, dwell_s, calendar, minutes)) in versions.into_iter().enumerate() {
            let valid_from = start().plus_s(60 * minute);
            minute += minutes + 1;
            fences.push(Fence {
                id: FenceId(Uuid::nil()),
                version: at as i64 + 1,
                valid_from,
                valid_to: Some(start().plus_s(60 * minute)),
                definition: Definition {
                    name: "fence".into(),
                    shape,
                    owner: Owner { kind: OwnerKind::AdHoc, id: None },
                    agents: None,
                    dwell_s,
                    calendar,
                    floor_m: None,
                    ceiling_m: None,
                },
            });
        }
        if !is_deleted {
            fences.last_mut().unwrap().valid_to = None;
        }
        fences
    })
}

/// One fence in several versions each, numbered.
fn fences(town: (f64, f64), most: usize) -> impl Strategy<Value = Vec<Fence>> {
    proptest::collection::vec(fence(town), 1..most).prop_map(|mut fences| {
        for (at, versions) in fences.iter_mut().enumerate() {
            versions.iter_mut().for_each(|fence| fence.id = FenceId(Uuid::from_u128(at as u128 + 1)));
        }
        fences.into_iter().flatten().collect()
    })
}

/// Small steps, pauses, and now and then a leap.
fn walk((lat, lon): (f64, f64), accuracy: BoxedStrategy<f64>) -> impl Strategy<Value = Vec<Fix>> {
    let step = prop_oneof![
        6 => (-0.002..0.002, -0.003..0.003, 5i64..120),
        2 => Just((0.0, 0.0, 30i64)),
        1 => (-0.03..0.03, -0.04..0.04, 100i64..2000),
        1 => (-0.001..0.001, -0.001..0.001, 3600i64..80_000),
    ];
    (off(), proptest::collection::vec((step, accuracy), 2..60)).prop_map(move |((mut north, mut east), steps)| {
        let mut second = 0;
        let mut fixes = Vec::new();
        for ((d_north, d_east, seconds), accuracy_m) in steps {
            // Back into the town from its edge.
            (north, east, second) = ((north + d_north) % 0.03, (east + d_east) % 0.04, second + seconds);
            let point = unrolled(lat + north, lon + east);
            let raw = RawFix {
                recorded_at: start().plus_s(second),
                lat: point.lat(),
                lon: point.lon(),
                accuracy_m: Some(accuracy_m),
                ..RawFix::default()
            };
            fixes.push(Fix::new(&raw).unwrap());
        }
        fixes
    })
}

fn accuracy() -> BoxedStrategy<f64> {
    prop_oneof![Just(0.0), 3.0..40.0, 100.0..3000.0].boxed()
}

fn scene(most: usize) -> impl Strategy<Value = (Vec<Fence>, Vec<Fix>)> {
    town().prop_flat_map(move |town| (fences(town, most), walk(town, accuracy())))
}

/// What is put out with each fix.
fn passages(set: &FenceSet, rules: &FenceRules, fixes: &[Fix]) -> Vec<Vec<Passage>> {
    let mut watch = FenceWatch::default();
    let step = |at: usize| {
        let mut out = Vec::new();
        watch.step(AGENT, at.checked_sub(1).map(|before| &fixes[before]), &fixes[at], set, rules, &mut out);
        watch = FenceWatch::from_bytes(&watch.to_bytes()).unwrap();
        out
    };
    (0..fixes.len()).map(step).collect()
}

/// The last thing a passage tells, in the order of one step: exits, dwells, crosses, enters, each by fence.
fn rank(passage: &Passage) -> (u8, FenceId) {
    let kind = passage.events().last().unwrap().kind;
    let is_entering = passage.exited_at.is_none() && passage.fixes == 1;
    let rank = match kind {
        FenceEventKind::Exit => 0,
        FenceEventKind::Dwell if !is_entering => 1,
        FenceEventKind::Cross => 2,
        FenceEventKind::Dwell | FenceEventKind::Enter => 3,
    };
    (rank, passage.fence)
}

#[test]
fn many_fences_together_tell_what_each_tells_alone() {
    check(400, scene(40), |(fences, fixes)| {
        let mut alone: Vec<Vec<Passage>> = vec![Vec::new(); fixes.len()];
        let mut by_id: BTreeMap<FenceId, Vec<Fence>> = BTreeMap::new();
        fences.iter().for_each(|fence| by_id.entry(fence.id).or_default().push(fence.clone()));
        for versions in by_id.into_values() {
            let told = passages(&FenceSet::new(versions), &FenceRules::default(), &fixes);
            alone.iter_mut().zip(told).for_each(|(all, told)| all.extend(told));
        }
        alone.iter_mut().for_each(|told| told.sort_by_key(rank));
        let together = passages(&FenceSet::new(fences), &FenceRules::default(), &fixes);
        prop_assert_eq!(together, alone);
        Ok(())
    });
}

/// By scan: inside from one fix to the next exactly when the fix is contained, and across where neither is but the way has a chord.
#[test]
fn without_accuracy_state_is_plain_containment() {
    let scene = town().prop_flat_map(|town| (fences(town, 12), walk(town, Just(0.0).boxed())));
    check(400, scene, |(mut fences, fixes)| {
        fences.retain(|fence| fence.version == 1);
        fences.iter_mut().for_each(|fence| {
            (fence.valid_from, fence.valid_to, fence.definition.calendar) = (Timestamp::MIN, None, None);
        });
        let told = passages(&FenceSet::new(fences.clone()), &FenceRules::EXACT, &fixes);
        for fence in &fences {
            let ground = Ground::new(&fence.definition.shape);
            let (mut expected, mut ways) = (Vec::new(), Vec::new());
            for (at, fix) in fixes.iter().enumerate() {
                let was = at > 0 && ground.contains(fixes[at - 1].point());
                let is = ground.contains(fix.point());
                expected.extend((was != is).then_some((is, fix.recorded_at())));
                let chord = at.checked_sub(1).and_then(|before| ground.chord(fixes[before].point(), fix.point()));
                let is_cross = !was && !is && chord.is_some_and(|chord| ground.contains(chord.point));
                ways.extend(is_cross.then_some(at));
            }
            let ends = |passage: &Passage| match passage.events().last().unwrap().kind {
                FenceEventKind::Exit => Some((false, passage.exited_at.unwrap())),
                FenceEventKind::Enter => Some((true, passage.entered_at)),
                FenceEventKind::Dwell | FenceEventKind::Cross => None,
            };
            let got: Vec<_> = told.iter().flatten().filter(|passage| passage.fence == fence.id).filter_map(ends).collect();
            prop_assert_eq!(got, expected, "{:?}", fence.definition.shape);
            let has_crossed = |at: &usize| told[*at].iter().any(|told| told.fence == fence.id && told.chord_m.is_some());
            let crossed: Vec<usize> = (0..fixes.len()).filter(has_crossed).collect();
            prop_assert_eq!(crossed, ways, "{:?}", fence.definition.shape);
        }
        Ok(())
    });
}

/// Walked in a thousand steps: the longest stretch inside is about as long as the chord.
#[test]
fn a_chord_is_what_a_walk_along_it_finds() {
    let scene = town().prop_flat_map(|town| (shape(town), off(), off(), Just(town)));
    check(600, scene, |(shape, a, b, (lat, lon))| {
        prop_assume!(lat < 80.0, "straight in degrees is not straight on the ground up there");
        const STEPS: i32 = 1000;
        let ground = Ground::new(&shape);
        let (a, b) = (unrolled(lat + a.0, lon + a.1), unrolled(lat + b.0, lon + b.1));
        let d_lon = (b.lon() - a.lon()) - 360.0 * ((b.lon() - a.lon()) / 360.0).round();
        let at = |step: i32| {
            let part = f64::from(step) / f64::from(STEPS);
            unrolled(a.lat() + (b.lat() - a.lat()) * part, a.lon() + d_lon * part)
        };
        let step_m = metres(a, b).0 / f64::from(STEPS);
        // What steps cannot tell, a gap or a touch narrower than they are, may count or not: between a smaller shape and a larger.
        let walked_m = |least_m: f64| {
            let (mut run, mut longest) = (0, 0);
            for step in 0..=STEPS {
                run = if ground.signed_distance_m(at(step)) >= least_m { run + 1 } else { 0 };
                longest = longest.max(run);
            }
            f64::from(longest) * step_m
        };
        let (least_m, most_m) = (walked_m(step_m + 1.0), walked_m(-step_m - 1.0));
        let length_m = ground.chord(a, b).map_or(0.0, |chord| chord.length_m);
        let slack_m = 3.0 * step_m + 0.01 * length_m + 1.0;
        prop_assert!(length_m >= least_m - slack_m && length_m <= most_m + slack_m, "{least_m} <= {length_m} <= {most_m}");
        Ok(())
    });
}

/// No point nearer than the distance said lies on the other side of the boundary, and some point hardly farther does.
#[test]
fn signed_distances_are_what_a_look_around_finds() {
    let scene = town().prop_flat_map(|town| (shape(town), off(), Just(town)));
    check(1000, scene, |(shape, off, (lat, lon))| {
        prop_assume!(lat < 80.0);
        let ground = Ground::new(&shape);
        let from = unrolled(lat + off.0, lon + off.1);
        let signed_m = ground.signed_distance_m(from);
        prop_assert_eq!(signed_m >= 0.0, ground.contains(from));
        let per_lat = metres(unrolled(lat - 0.005, lon), unrolled(lat + 0.005, lon)).0 * 100.0;
        let per_lon = metres(unrolled(from.lat(), lon), unrolled(from.lat(), lon + 0.01)).0 * 100.0;
        let looks_over = |reach_m: f64| {
            // Every two metres, or a small shape far off is looked past.
            let looks = (reach_m * std::f64::consts::PI).clamp(720.0, 50_000.0) as u32;
            (0..looks).map(|look| f64::from(look) / f64::from(looks) * std::f64::consts::TAU).any(|angle| {
                let spot = unrolled(from.lat() + reach_m * angle.sin() / per_lat, from.lon() + reach_m * angle.cos() / per_lon);
                ground.contains(spot) != (signed_m >= 0.0)
            })
        };
        let reach_m = signed_m.abs();
        prop_assert!(!looks_over((reach_m * 0.995 - 0.1).max(0.0)), "something nearer than {}", reach_m);
        // Within the bend of a corridor the boundary is farther than the line's distance tells.
        prop_assume!(signed_m < 0.0 || !matches!(shape, Shape::Corridor(_)));
        let beyond_m = [0.2, 2.0, 8.0, 30.0];
        prop_assert!(beyond_m.iter().any(|beyond| looks_over(reach_m * 1.001 + beyond)), "nothing at {}", reach_m);
        Ok(())
    });
}

#[test]
fn no_input_panics() {
    let any_fix = (any::<i64>(), -90.0..=90.0, -180.0..=180.0, proptest::option::of(0.0..=1e6), proptest::option::of(-2e4..=1e5))
        .prop_map(|(ms, lat, lon, accuracy_m, altitude_m)| {
            let recorded_at = Timestamp::from_ms_clamped(ms);
            Fix::new(&RawFix { recorded_at, lat, lon, accuracy_m, altitude_m, source: Source::Network, ..RawFix::default() })
                .unwrap()
        });
    let places = proptest::collection::vec((-90.0..=90.0, -180.0..=180.0), 4..8);
    let big = (places, 1.0..1e6).prop_map(|(places, size)| {
        let positions: Vec<_> = places.iter().map(|(lat, lon)| json!([lon, lat])).collect();
        let ring: Vec<_> = positions.iter().chain([&positions[0]]).cloned().collect();
        [
            json!({ "type": "Circle", "coordinates": positions[0], "radius_m": size }),
            json!({ "type": "Corridor", "coordinates": positions, "half_width_m": size / 20.0 + 1.0 }),
            json!({ "type": "Polygon", "coordinates": [ring] }),
        ]
    });
    let scene = (big, proptest::collection::vec(any_fix, 1..12), fences((52.5, 13.4), 4), any::<bool>());
    check(400, scene, |(shapes, mut fixes, fences, is_exact)| {
        let mut fences: Vec<Fence> = fences.into_iter().filter(|fence| fence.version == 1).collect();
        for (at, shape) in shapes.iter().filter_map(|shape| Shape::from_geojson(shape).ok()).enumerate() {
            let mut fence = fences[0].clone();
            (fence.id, fence.definition.shape) = (FenceId(Uuid::from_u128(100 + at as u128)), shape);
            (fence.valid_from, fence.valid_to) = (Timestamp::MIN, None);
            fences.push(fence);
        }
        fixes.sort();
        let rules = if is_exact { FenceRules::EXACT } else { FenceRules::default() };
        passages(&FenceSet::new(fences), &rules, &fixes);
        Ok(())
    });
    check(2000, proptest::collection::vec(any::<u8>(), 0..200), |bytes| {
        let versioned = [&[1], bytes.as_slice()].concat();
        for bytes in [&bytes, &versioned] {
            if let Some(watch) = FenceWatch::from_bytes(bytes) {
                prop_assert_eq!(FenceWatch::from_bytes(&watch.to_bytes()), Some(watch));
            }
        }
        Ok(())
    });
}
