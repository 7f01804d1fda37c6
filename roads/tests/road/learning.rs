//! Tracks of simulated drives put back on the map, and the speeds learned from them.

use crate::common::rng::Rng;
use crate::common::{extract, roads, somewhere};
use salessync_engine::Point;
use salessync_engine::geo::distance::{Scale, between, metres};
use salessync_engine::plan::times::{DayPart, TravelProfile};
use salessync_roads::matching::{Matched, Reading, matched};
use salessync_roads::{Lane, Observed, Roads, Route};
use std::collections::HashSet;

/// How a drive is recorded.
#[derive(Clone, Copy)]
struct Recorder {
    every_s: f64,
    sigma_m: f64,
    /// How many times as long as usual everything takes.
    slower: f64,
}

/// A drive along a route, as a phone records it.
fn drive(roads: &Roads, route: &Route, recorder: Recorder, rng: &mut Rng) -> Vec<Reading> {
    let times = &roads.speeds(DayPart(0)).times;
    let mut path: Vec<(f64, Point)> = Vec::new();
    let mut at_s = 0.0;
    for lane in &route.lanes {
        let points = roads.ground.network.stretch(*lane, 0.0, 1.0);
        let lengths: Vec<f64> = points.windows(2).map(|pair| metres(pair[0], pair[1]).0).collect();
        let whole: f64 = lengths.iter().sum::<f64>().max(0.1);
        let lane_s = f64::from(times.0[lane.index()]) / 1000.0 * recorder.slower;
        for (point, length) in points.iter().zip(&lengths) {
            path.push((at_s, *point));
            at_s += lane_s * length / whole;
        }
        path.push((at_s, points[points.len() - 1]));
    }
    let mut readings = Vec::new();
    let mut next = 0;
    let mut clock_s = 0.0;
    while clock_s <= at_s {
        while next + 2 < path.len() && path[next + 1].0 <= clock_s {
            next += 1;
        }
        let ((from_s, from), (to_s, to)) = (path[next], path[next + 1]);
        let here = between(from, to, ((clock_s - from_s) / (to_s - from_s).max(1e-9)).clamp(0.0, 1.0));
        let scale = Scale::at(here.lat());
        let noisy = Point::new(
            here.lat() + rng.normal() * recorder.sigma_m / scale.north_m,
            here.lon() + rng.normal() * recorder.sigma_m / scale.east_m,
        );
        let accuracy_m = Some(recorder.sigma_m * 1.5);
        readings.push(Reading { point: noisy.unwrap(), accuracy_m, at_ms: (clock_s * 1000.0) as i64 });
        clock_s += recorder.every_s;
    }
    readings
}

/// Routes of some kilometres.
fn routes(roads: &Roads, count: usize, rng: &mut Rng) -> Vec<Route> {
    let mut routes = Vec::new();
    while routes.len() < count {
        let (from, to) = (somewhere(&roads.ground.network, rng), somewhere(&roads.ground.network, rng));
        let route = roads.route(&from, &to, DayPart(0));
        routes.extend(route.filter(|route| (2_500..15_000).contains(&route.leg.distance_m)));
    }
    routes
}

fn lanes(matched: &Matched) -> HashSet<Lane> {
    matched.pieces.iter().flat_map(|piece| piece.lanes.iter().copied()).collect()
}

#[test]
fn noisy_drives_are_put_back_on_the_roads_they_took() {
    let Some(extract) = extract("r5r-porto-alegre.osm.pbf") else { return };
    let roads = roads(&extract, TravelProfile::Car);
    for recorder in [
        Recorder { every_s: 1.0, sigma_m: 5.0, slower: 1.0 },
        Recorder { every_s: 5.0, sigma_m: 8.0, slower: 1.0 },
        Recorder { every_s: 15.0, sigma_m: 10.0, slower: 1.3 },
    ] {
        let mut rng = Rng::new(17);
        let (mut taken, mut found, mut invented, mut cuts) = (0, 0, 0, 0);
        for route in routes(&roads, 25, &mut rng) {
            let track = drive(&roads, &route, recorder, &mut rng);
            let times = &roads.speeds(DayPart(0)).times;
            let on_map = matched(&roads.ground, times, track.iter().copied());
            assert_eq!(on_map, matched(&roads.ground, times, track), "the same track gives the same answer");
            // Long enough that a reading fell on it, and not the ends, of which only a part was driven.
            let inner: HashSet<Lane> = route.lanes[1..route.lanes.len() - 1].iter().copied().collect();
            let all: HashSet<Lane> = route.lanes.iter().copied().collect();
            let got = lanes(&on_map);
            taken += inner.len();
            found += inner.intersection(&got).count();
            invented += got.difference(&all).count();
            cuts += on_map.cuts;
        }
        let (recall, wrong) = (found as f64 / taken as f64, f64::from(invented as u32) / taken as f64);
        eprintln!(
            "every {} s, sigma {} m: {recall:.4} of {taken} lanes found, {wrong:.4} as many invented, {cuts} cuts",
            recorder.every_s, recorder.sigma_m
        );
        assert!(recall >= 0.95, "{recall}");
        assert!(wrong <= 0.04, "{wrong}");
    }
}

#[test]
fn speeds_are_learned_where_and_when_they_were_driven() {
    let Some(extract) = extract("r5r-porto-alegre.osm.pbf") else { return };
    let roads = roads(&extract, TravelProfile::Car);
    let mut rng = Rng::new(23);
    let mut observed = Observed::new(&roads);
    let route = routes(&roads, 1, &mut rng).remove(0);
    let (night, morning) = (DayPart(0), DayPart(1));
    let slow = Recorder { every_s: 3.0, sigma_m: 6.0, slower: 2.5 };
    for _ in 0..30 {
        let track = drive(&roads, &route, slow, &mut rng);
        for traversal in
            matched(&roads.ground, &roads.speeds(night).times, track).pieces.iter().flat_map(|piece| &piece.traversals)
        {
            observed.observe(traversal.lane, night, traversal.duration_ms());
        }
    }
    assert!(observed.count() > 30 * route.lanes.len() as u64 / 2, "{} of {} lanes", observed.count(), route.lanes.len());
    // Lanes as long as a few readings show their time; of short ones a second more or less is all of it.
    let long: Vec<Lane> = route.lanes[1..route.lanes.len() - 1]
        .iter()
        .copied()
        .filter(|lane| roads.speeds(night).times.0[lane.index()] > 8_000)
        .collect();
    assert!(long.len() > 5);
    let ratios: Vec<f64> = long.iter().map(|lane| observed.ratio(*lane, night)).collect();
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    assert!((2.1..2.6).contains(&mean), "{ratios:?}");
    let learned = roads.learned(&observed).unwrap();
    assert_eq!((learned.metric_version, roads.metric_version), (1, 0));
    let (from, to) = (somewhere(&roads.ground.network, &mut rng), somewhere(&roads.ground.network, &mut rng));
    assert_eq!(learned.leg(&from, &to, morning), roads.leg(&from, &to, morning), "nothing was seen in the morning");
    let times = |roads: &Roads| long.iter().map(|lane| u64::from(roads.speeds(night).times.0[lane.index()])).sum::<u64>();
    assert!(times(&learned) as f64 > 2.0 * times(&roads) as f64);
}

#[test]
fn what_cannot_have_been_a_drive_is_not_believed() {
    let Some(extract) = extract("liechtenstein-latest.osm.pbf") else { return };
    let roads = roads(&extract, TravelProfile::Car);
    let mut observed = Observed::new(&roads);
    let lane = roads.ground.network.lanes().find(|lane| roads.speeds(DayPart(0)).times.0[lane.index()] > 10_000).unwrap();
    let usual_ms = roads.speeds(DayPart(0)).times.0[lane.index()];
    assert!(observed.observe(lane, DayPart(0), usual_ms * 2));
    for duration_ms in [0, usual_ms / 10, usual_ms * 20, u32::MAX] {
        assert!(!observed.observe(lane, DayPart(0), duration_ms), "{duration_ms}");
    }
    assert!(!observed.observe(Lane(u32::MAX - 1), DayPart(0), 1_000));
    let other = crate::common::roads(&salessync_roads::Extract::default(), TravelProfile::Car);
    assert!(other.learned(&observed).is_none(), "another map");
}

#[test]
fn tracks_that_say_nothing_give_nothing() {
    let Some(extract) = extract("r5r-porto-alegre.osm.pbf") else { return };
    let roads = roads(&extract, TravelProfile::Car);
    let times = &roads.speeds(DayPart(0)).times;
    let here = roads.ground.network.vertices[100];
    let reading = |point: Point, at_s: i64| Reading { point, accuracy_m: Some(8.0), at_ms: at_s * 1000 };
    let nothing = |readings: Vec<Reading>| {
        let matched = matched(&roads.ground, times, readings);
        assert!(matched.pieces.iter().all(|piece| piece.traversals.is_empty()), "{matched:?}");
        matched
    };
    nothing(Vec::new());
    nothing(vec![reading(here, 0)]);
    nothing((0..50).map(|s| reading(here, s)).collect()); // standing still
    let sea = Point::new(0.0, -20.0).unwrap();
    assert_eq!(nothing((0..5).map(|s| reading(sea, s)).collect()).set_aside, 5);
    let coarse: Vec<Reading> = (0..5).map(|s| Reading { accuracy_m: Some(800.0), ..reading(here, s) }).collect();
    assert_eq!(nothing(coarse).set_aside, 5);
    // An hour between two readings: the way is anybody's guess.
    let far = roads.ground.network.vertices[9_000];
    assert_eq!(nothing(vec![reading(here, 0), reading(far, 3_600)]).cuts, 1);
    // Time that stands still or runs backwards.
    let near = roads.ground.network.vertices[101];
    assert_eq!(nothing(vec![reading(here, 10), reading(near, 10), reading(near, 5)]).set_aside, 2);
}

#[test]
fn walkers_are_matched_too() {
    let Some(extract) = extract("liechtenstein-latest.osm.pbf") else { return };
    let roads = roads(&extract, TravelProfile::Foot);
    let mut rng = Rng::new(31);
    let mut shares = Vec::new();
    while shares.len() < 10 {
        let (from, to) = (somewhere(&roads.ground.network, &mut rng), somewhere(&roads.ground.network, &mut rng));
        let Some(route) = roads.route(&from, &to, DayPart(0)).filter(|route| (800..2_500).contains(&route.leg.distance_m)) else {
            continue;
        };
        let track = drive(&roads, &route, Recorder { every_s: 10.0, sigma_m: 4.0, slower: 1.0 }, &mut rng);
        let got = lanes(&matched(&roads.ground, &roads.speeds(DayPart(0)).times, track));
        let inner: HashSet<Lane> = route.lanes[1..route.lanes.len() - 1].iter().copied().collect();
        shares.push(inner.intersection(&got).count() as f64 / inner.len().max(1) as f64);
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    assert!(mean > 0.9, "{shares:?}");
}
