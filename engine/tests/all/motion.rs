//! Trips and stops against the field's published examples, and the day that other trackers get wrong. The figures are facts of public
//! tests (Traccar, Apache-2.0), restated here so that a fresh clone tests them.

use chrono_tz::Tz;
use salessync_engine::geo::Point;
use salessync_engine::geo::distance::metres;
use salessync_engine::track::item::{Body, Suspicion};
use salessync_engine::track::rules::{MotionRules, Profile, Since, Versions};
use salessync_engine::track::walk::Yield;
use salessync_engine::track::{Book, DaySummary, Fix, Guide, Item, RawFix, TrackRules, Walker};
use salessync_engine::{AgentId, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

const START: &str = "2026-11-23T00:00:00Z";

fn at(second: i64) -> Timestamp {
    Timestamp::parse(START).unwrap().plus_s(second)
}

/// A fix so many metres east of a place on the equator.
fn east(second: i64, x_m: f64) -> Fix {
    let metres_per_degree = metres(Point::new(0.0, 30.0).unwrap(), Point::new(0.0, 30.1).unwrap()).0 * 10.0;
    let raw = RawFix { recorded_at: at(second), lat: 0.0, lon: 30.0 + x_m / metres_per_degree, ..RawFix::default() };
    Fix::new(&raw).unwrap()
}

fn agent() -> AgentId {
    AgentId(uuid::Uuid::from_u128(1))
}

fn guide(rules: TrackRules) -> Guide {
    let rules = Versions::new(vec![Since { from: Timestamp::MIN, value: rules.check().unwrap() }]);
    Guide::new(agent(), Arc::new(Book { rules, ..Book::new(Tz::UTC) }))
}

fn walk(fixes: &[Fix], guide: &Guide) -> (Vec<Item>, Option<DaySummary>) {
    let (mut walker, mut out) = (Walker::default(), Yield::default());
    for fix in fixes {
        walker.step(fix, guide, &mut out);
    }
    let mut items = BTreeMap::new();
    for item in out.items.into_iter().chain(walker.open_items(guide)) {
        items.insert(item.key(), item);
    }
    items.retain(|key, _| !out.removed.contains(key));
    (items.into_values().collect(), walker.day())
}

/// Trips (`t`) and stops (`s`) with their minutes, in order.
fn legs(items: &[Item]) -> Vec<(char, i64, Option<i64>)> {
    let minute = |time: Timestamp| time.since_ms(at(0)) / 60_000;
    let mut legs: Vec<_> = items
        .iter()
        .filter_map(|item| {
            let what = match item.body {
                Body::Trip { .. } => 't',
                Body::Stop { .. } => 's',
                _ => return None,
            };
            Some((what, minute(item.start_at), item.end_at.map(minute)))
        })
        .collect();
    legs.sort_by_key(|(what, start, end)| (*start, end.unwrap_or(i64::MAX), *what));
    legs
}

fn vehicle(distance_min_m: u32, duration_min_s: u32, stop_gap_s: u32) -> TrackRules {
    TrackRules { vehicle: MotionRules { distance_min_m, duration_min_s }, stop_gap_s, ..TrackRules::default() }
}

#[test]
fn streaming_events_come_in_their_published_order() {
    let fixes: Vec<_> = [0.0, 0.0, 0.0, 100.0, 220.0, 0.0, 60.0, 320.0].iter().zip(0..).map(|(x, i)| east(i * 60, *x)).collect();
    let (items, _) = walk(&fixes, &guide(vehicle(200, 180, 3_600)));
    assert_eq!(legs(&items), [('s', 0, Some(2)), ('t', 2, Some(6)), ('s', 6, Some(7)), ('t', 7, None)]);
}

#[test]
fn a_long_silence_ends_a_trip_and_a_far_one_is_a_trip_nobody_saw() {
    // Moving, then 13 km in two hours of silence.
    let moving = [east(0, 0.0), east(60, 600.0), east(120, 1_200.0), east(120 + 7_200, 14_200.0)];
    let (items, _) = walk(&moving, &guide(vehicle(500, 300, 3_600)));
    assert_eq!(legs(&items), [('s', 0, Some(1)), ('t', 1, Some(2)), ('t', 2, Some(122)), ('s', 122, None)]);
    // Standing, then the same.
    let standing = [east(0, 0.0), east(7_200, 13_000.0)];
    let (items, _) = walk(&standing, &guide(vehicle(500, 300, 3_600)));
    assert_eq!(legs(&items), [('s', 0, Some(0)), ('t', 0, Some(120)), ('s', 120, None)]);
    // Moving, then silent in about the same place: it stopped when it was last heard.
    let parked = [east(0, 0.0), east(60, 600.0), east(120, 1_200.0), east(120 + 7_200, 1_300.0)];
    let (items, _) = walk(&parked, &guide(vehicle(500, 300, 3_600)));
    assert_eq!(legs(&items), [('s', 0, Some(1)), ('t', 1, Some(2)), ('s', 2, None)]);
    // Too slow for a trip: it was somewhere else afterwards, and a gap says so.
    let slow = [east(0, 0.0), east(14 * 3_600, 13_000.0)];
    let (items, _) = walk(&slow, &guide(vehicle(500, 300, 3_600)));
    assert_eq!(legs(&items), [('s', 0, Some(0)), ('s', 840, None)]);
    assert!(items.iter().any(|item| matches!(item.body, Body::Gap { relocated: false, .. })));
}

#[test]
fn a_parked_car_is_parked_from_when_it_stood_and_hesitating_is_not_parking() {
    let rules = vehicle(500, 180, 900);
    let simple: Vec<_> =
        [(0, 0.0), (1, 0.0), (2, 0.0), (3, 1_000.0), (4, 2_000.0), (5, 3_000.0), (15, 3_000.0), (25, 3_000.0)].to_vec();
    let fluctuation: Vec<_> = [0.0, 0.0, 0.0, 1_000.0, 2_000.0, 3_000.0, 4_000.0, 5_000.0, 6_000.0, 7_000.0]
        .iter()
        .zip(0..)
        .map(|(x, minute)| (minute, *x))
        .chain([(19, 7_000.0), (29, 7_000.0)])
        .collect();
    for (points, end, distance_m) in [(simple, 5, 3_000), (fluctuation, 9, 7_000)] {
        let fixes: Vec<_> = points.iter().map(|(minute, x)| east(minute * 60, *x)).collect();
        let (items, _) = walk(&fixes, &guide(rules));
        assert_eq!(legs(&items), [('s', 0, Some(2)), ('t', 2, Some(end)), ('s', end, None)]);
        let Some(Body::Trip { distance_mm: Some(mm), .. }) = items
            .iter()
            .find(|item| item.end_at == Some(at(end * 60)) && matches!(item.body, Body::Trip { .. }))
            .map(|item| item.body.clone())
        else {
            panic!("no trip")
        };
        assert!((mm - distance_m * 1_000).abs() < 100, "{mm}");
        let knots = mm as f64 / 1000.0 / ((end - 2) as f64 * 60.0) * 3_600.0 / 1_852.0;
        assert!((knots - 32.4).abs() < 0.05, "{knots}");
    }
}

#[test]
fn a_walking_rep_makes_trips_between_shops_a_hundred_metres_apart() {
    let mut fixes = Vec::new();
    for shop in 0..3 {
        for i in 0..30 {
            fixes.push(east(shop * 1_000 + i * 20, shop as f64 * 100.0)); // ten minutes in the shop
        }
        for i in 1..5 {
            fixes.push(east(shop * 1_000 + 600 + i * 20, shop as f64 * 100.0 + i as f64 * 20.0)); // then 1 m/s to the next
        }
    }
    fixes.sort();
    let profile = |profile| {
        let profile = Versions::new(vec![Since { from: Timestamp::MIN, value: profile }]);
        Guide { profile, ..guide(TrackRules::default()) }
    };
    let trips = |guide: &Guide| legs(&walk(&fixes, guide).0).iter().filter(|(what, ..)| *what == 't').count();
    assert_eq!(trips(&profile(Profile::Foot)), 3);
    assert_eq!(trips(&profile(Profile::Vehicle)), 1, "a car would have gone once");
}

/// 2 km online; 3 km out, ten minutes at a customer, 3 km back, delivered late; 2 km online: 100 m every 10 s. Others make 4.00 km of it.
#[test]
fn the_day_with_a_late_detour_is_ten_kilometres() {
    let mut fixes = Vec::new();
    let (mut second, mut x, mut y) = (0, 0.0, 0.0);
    let mut drive = |fixes: &mut Vec<Fix>, n: i64, dx: f64, dy: f64| {
        for _ in 0..n {
            second += 10;
            (x, y) = (x + dx, y + dy);
            let p = east(second, x).to_raw();
            let north = y / 110_574.0;
            fixes.push(Fix::new(&RawFix { lat: north, ..p }).unwrap());
        }
    };
    drive(&mut fixes, 1, 0.0, 0.0);
    drive(&mut fixes, 20, 100.0, 0.0);
    let late = fixes.len();
    drive(&mut fixes, 30, 0.0, 100.0);
    drive(&mut fixes, 60, 0.0, 0.0);
    drive(&mut fixes, 30, 0.0, -100.0);
    let online = fixes.len();
    drive(&mut fixes, 20, 100.0, 0.0);
    let delivered: Vec<Fix> = [&fixes[..late], &fixes[online..], &fixes[late..online]].concat();
    let guide = guide(TrackRules::default());
    let mut timeline = salessync_engine::track::Timeline::default();
    for batch in delivered.chunks(7) {
        timeline.observe(batch, &guide, 512);
    }
    let day = timeline.day().unwrap();
    let (items, expected) = walk(&fixes, &guide);
    assert_eq!(Some(&day), expected.as_ref());
    assert!((day.distance_mm - 10_000_000).abs() < 5_000, "{} mm", day.distance_mm);
    let patch = timeline.take_patch(&guide);
    let trips = |items: &[Item]| legs(items).into_iter().filter(|(what, ..)| *what == 't').count();
    assert_eq!(trips(&items), 2, "to the customer, and on");
    assert_eq!(trips(&patch.sections.iter().flat_map(|section| section.items.clone()).collect::<Vec<_>>()), 2);
}

#[test]
fn overspeed_needs_its_time_and_is_said_once() {
    let knots = 1_852.0 / 3_600.0;
    let rules = TrackRules { overspeed_mps: 20, overspeed_min_s: 15, ..TrackRules::default() };
    let fixes: Vec<_> = [(0, 50.0), (10, 55.0), (20, 55.0), (30, 55.0), (40, 30.0), (50, 45.0)]
        .iter()
        .map(|(second, kn)| {
            let p = east(*second, *second as f64 * 25.0).to_raw();
            Fix::new(&RawFix { speed_mps: Some(kn * knots), ..p }).unwrap()
        })
        .collect();
    let mut walker = Walker::default();
    let mut said = Vec::new();
    for (index, fix) in fixes.iter().enumerate() {
        let mut out = Yield::default();
        walker.step(fix, &guide(rules), &mut out);
        for item in out.items.into_iter().filter(|item| matches!(item.body, Body::Overspeed { .. })) {
            said.push((index, item.is_open()));
        }
    }
    assert_eq!(said, [(2, true), (4, false)], "said at the third fix, ended when the speed dropped, no repeat");
}

fn suspects(fixes: &[Fix]) -> Vec<(usize, Suspicion)> {
    let (items, _) = walk(fixes, &guide(TrackRules::default()));
    items
        .into_iter()
        .filter_map(|item| match item.body {
            Body::Suspect { reason, fix, .. } => Some((fixes.iter().position(|known| *known == fix)?, reason)),
            _ => None,
        })
        .collect()
}

#[test]
fn an_outlier_is_set_aside_and_a_real_move_is_believed() {
    let drive = |i: i64| east(i * 10, i as f64 * 100.0);
    let far = |i: i64| east(i * 10, 500_000.0 + i as f64 * 100.0);
    assert_eq!(suspects(&[drive(0), drive(1), far(2), drive(3), drive(4)]), [(2, Suspicion::Jump)]);
    assert_eq!(suspects(&[drive(0), drive(1), far(2), far(3), far(4)]), [], "two that agree are a new place");
    assert_eq!(suspects(&[drive(0), far(1)]), [(1, Suspicion::Jump)], "held until the next one says which");
    let wobble = |i: i64, x: f64| Fix::new(&RawFix { accuracy_m: Some(3_000.0), ..east(i, x).to_raw() }).unwrap();
    assert_eq!(suspects(&[drive(0), wobble(1, 2_500.0)]), [(1, Suspicion::PoorAccuracy)]);
    let day = walk(&[drive(0), drive(1), far(2), far(3)], &guide(TrackRules::default())).1.unwrap();
    assert_eq!(day.distance_mm / 1000, 199, "the way over the jump was not travelled in ten seconds");
}

#[test]
fn null_island_and_a_frozen_receiver_are_faults() {
    let nowhere = |i: i64| Fix::new(&RawFix { recorded_at: at(i), ..RawFix::default() }).unwrap();
    assert_eq!(suspects(&[east(0, 0.0), nowhere(10), east(20, 10.0)]), [(1, Suspicion::NullIsland)]);
    let stuck = |i: i64| Fix::new(&RawFix { speed_mps: Some(14.0), ..east(i * 10, 0.0).to_raw() }).unwrap();
    let run: Vec<_> = (0..8).map(stuck).collect();
    assert_eq!(suspects(&run).first(), Some(&(3, Suspicion::Frozen)), "30 s and four readings");
    let standing: Vec<_> =
        (0..8).map(|i| Fix::new(&RawFix { speed_mps: Some(0.0), ..east(i * 10, 0.0).to_raw() }).unwrap()).collect();
    assert_eq!(suspects(&standing), []);
}
