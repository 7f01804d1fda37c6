//! Peers' fence cases, each in short here, and all of them from the workspace's vectors where those are at hand.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test that reads its cases and says what it skips"
)]

use salessync_engine::fence::ground::Ground;
use salessync_engine::fence::{Definition, Fence, FenceEventKind, FenceRules, FenceSet, FenceWatch, Owner, OwnerKind, Shape};
use salessync_engine::geo::distance::haversine;
use salessync_engine::track::RawFix;
use salessync_engine::{AgentId, FenceId, Fix, Point, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

/// None, loudly, when this checkout stands alone.
fn vectors() -> Option<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/protocols/vectors.json");
    match std::fs::read_to_string(path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(error) => {
            eprintln!("SKIPPED: the peers' vectors at {path}: {error}");
            None
        }
    }
}

/// Longitudes of the vectors may go beyond ±180.
fn point(lat: f64, lon: f64) -> Point {
    Point::new(lat, lon - 360.0 * (lon / 360.0).round()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// `CIRCLE (lat lon, r)`, `POLYGON ((lat lon, …))`, `LINESTRING (lat lon, …)`, as Traccar writes them.
fn shape(area: &str, half_width_m: Option<f64>) -> Shape {
    let inner = area.split_once('(').unwrap().1.trim_matches(['(', ')', ' ']);
    let position = |text: &str| {
        let (lat, lon) = text.trim().split_once(' ').unwrap();
        json!([lon.parse::<f64>().unwrap(), lat.parse::<f64>().unwrap()])
    };
    let shape = if area.starts_with("CIRCLE") {
        let (centre, radius) = inner.split_once(',').unwrap();
        json!({ "type": "Circle", "coordinates": position(centre), "radius_m": radius.trim().parse::<f64>().unwrap() })
    } else if area.starts_with("POLYGON") {
        let mut ring: Vec<Value> = inner.split(',').map(position).collect();
        ring.push(ring[0].clone());
        json!({ "type": "Polygon", "coordinates": [ring] })
    } else {
        let line: Vec<Value> = inner.split(',').map(position).collect();
        json!({ "type": "Corridor", "coordinates": line, "half_width_m": half_width_m.unwrap() })
    };
    Shape::from_geojson(&shape).unwrap()
}

fn check_case(case: &Value) -> usize {
    let shape = shape(case["area"].as_str().unwrap(), case["corridor_m"].as_f64());
    let ground = Ground::new(&shape);
    let mut checked = 0;
    for (list, expected) in [("in", true), ("out", false)] {
        for spot in case[list].as_array().into_iter().flatten().map(numbers) {
            assert_eq!(ground.contains(point(spot[0], spot[1])), expected, "{spot:?} in {case}");
            checked += 1;
        }
    }
    for (list, expected) in [("seg_cross", true), ("seg_miss", false)] {
        for ends in case[list].as_array().into_iter().flatten().map(numbers) {
            let chord = ground.chord(point(ends[0], ends[1]), point(ends[2], ends[3]));
            assert_eq!(chord.is_some(), expected, "{ends:?} through {case}");
            checked += 1;
        }
    }
    checked
}

#[test]
fn every_peers_geofence_holds_what_it_should() {
    let Some(vectors) = vectors() else { return };
    let checked: usize = vectors["geofence"].as_array().unwrap().iter().map(check_case).sum();
    assert!(checked >= 15, "only {checked} cases");
}

#[test]
fn every_peers_distance_is_met() {
    let Some(vectors) = vectors() else { return };
    for case in vectors["distance"].as_array().unwrap() {
        let (a, b) = (numbers(&case["a"]), numbers(&case["b"]));
        let got = haversine(point(a[0], a[1]), point(b[0], b[1])).0;
        assert!((got - case["m"].as_f64().unwrap()).abs() <= case["tol"].as_f64().unwrap(), "{got} for {case}");
    }
    for case in vectors["distance_to_segment"].as_array().unwrap() {
        let [p, a, b] = ["p", "a", "b"].map(|name| numbers(&case[name]));
        let line = json!({ "type": "Corridor", "coordinates": [[a[1], a[0]], [b[1], b[0]]], "half_width_m": 1 });
        let ground = Ground::new(&Shape::from_geojson(&line).unwrap());
        let got = 1.0 - ground.signed_distance_m(point(p[0], p[1]));
        assert!((got - case["m"].as_f64().unwrap()).abs() <= case["tol"].as_f64().unwrap(), "{got} for {case}");
    }
}

fn circle_fence(id: u128, lat: f64, lon: f64, radius_m: f64) -> Fence {
    let shape = json!({ "type": "Circle", "coordinates": [lon, lat], "radius_m": radius_m });
    Fence {
        id: FenceId(Uuid::from_u128(id)),
        version: 1,
        valid_from: Timestamp::MIN,
        valid_to: None,
        definition: Definition {
            name: format!("fence {id}"),
            shape: Shape::from_geojson(&shape).unwrap(),
            owner: Owner { kind: OwnerKind::AdHoc, id: None },
            agents: None,
            dwell_s: None,
            calendar: None,
            floor_m: None,
            ceiling_m: None,
        },
    }
}

/// What an agent sent to these places hears, in order: the kind, and the fence's number.
fn events(fences: Vec<Fence>, places: &[(f64, f64)]) -> Vec<(FenceEventKind, u128)> {
    let set = FenceSet::new(fences);
    let mut watch = FenceWatch::default();
    let mut previous = None;
    let mut told = Vec::new();
    for (at, &(lat, lon)) in places.iter().enumerate() {
        let recorded_at = Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(60 * at as i64);
        let fix = Fix::new(&RawFix { recorded_at, lat, lon, ..RawFix::default() }).unwrap();
        let mut out = Vec::new();
        watch.step(AgentId(Uuid::from_u128(1)), previous.as_ref(), &fix, &set, &FenceRules::EXACT, &mut out);
        for passage in out {
            told.extend(passage.events().last().map(|event| (event.kind, event.fence.0.as_u128())));
        }
        previous = Some(fix);
    }
    told
}

/// Tile38's `inside` and `outside` repeat enter and exit; here the event says it once.
#[test]
fn tile38s_fence_cross_and_order_come_out() {
    use FenceEventKind::{Cross, Enter, Exit};
    assert_eq!(events(vec![circle_fence(1, 33.0, -115.0, 5000.0)], &[(33.0, -115.0), (34.0, -115.0)]), [(Enter, 1), (Exit, 1)]);
    let cross = events(vec![circle_fence(1, 10.0, 10.0, 10_000.0)], &[(10.0, 10.0), (0.0, 0.0), (20.0, 20.0)]);
    assert_eq!(cross, [(Enter, 1), (Exit, 1), (Cross, 1)]);
    let (a, b, c, d) = (1, 2, 3, 4);
    let fences = vec![
        circle_fence(d, 34.0, -115.0, 2000.0),
        circle_fence(b, 33.0, -115.0, 2000.0),
        circle_fence(c, 34.0, -115.0, 1000.0),
        circle_fence(a, 33.0, -115.0, 1000.0),
    ];
    let told = events(fences, &[(33.0, -115.0), (34.0, -115.0)]);
    assert_eq!(told, [(Enter, a), (Enter, b), (Exit, a), (Exit, b), (Enter, c), (Enter, d)]);
}

#[test]
fn the_files_tile38_cases_are_those_above() {
    let Some(vectors) = vectors() else { return };
    assert_eq!(vectors["tile38_cross"]["detect_when_only_enter_exit_cross"], json!(["enter", "exit", "cross"]));
    assert_eq!(vectors["tile38_order"]["expect"].as_array().unwrap()[..2], [json!("exit:A"), json!("exit:B")]);
    let fence = &vectors["tile38_fence"];
    let sets: Vec<(f64, f64)> = fence["sets"].as_array().unwrap().iter().map(numbers).map(|at| (at[0], at[1])).collect();
    assert_eq!(events(vec![circle_fence(1, 33.0, -115.0, 5000.0)], &sets).len(), fence["detect"].as_array().unwrap().len());
}
