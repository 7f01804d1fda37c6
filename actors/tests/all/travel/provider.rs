//! `Travel`: which answer is given when, and what it says about itself.

use super::server::Server;
use super::service::{manual, point};
use salessync_actors::planner::PlanWays;
use salessync_actors::travel::{MapState, Source, Surroundings, Travel, TravelSettings};
use salessync_actors::{Metrics, Store};
use salessync_engine::plan::model::{ProfileIx, StopIx, Travel as _};
use salessync_engine::plan::times::{DayPart, TravelProfile};
use salessync_engine::{Point, Timestamp};
use std::path::PathBuf;
use tempfile::TempDir;

const CAR: TravelProfile = TravelProfile::Car;
const NIGHT: DayPart = DayPart(0);

/// Two villages, a road between them that goes around a lake, with paths to the water, and a shop.
pub fn town() -> String {
    let road = |name: &str, corners: &[(f64, f64)]| {
        let corners: Vec<[f64; 2]> = corners.iter().map(|&(lat, lon)| [lon, lat]).collect();
        serde_json::json!({"type": "Feature", "properties": {"kind": "road", "highway": "secondary", "limit_kmh": 50, "name": name},
            "geometry": {"type": "LineString", "coordinates": corners}})
    };
    let shop = serde_json::json!({"type": "Feature", "properties": {"kind": "shop", "name": "Bakery", "address": "1 Lake Road"},
        "geometry": {"type": "Point", "coordinates": [9.0, 47.0]}});
    let step = |i: i32| f64::from(i) * 0.005;
    let shore: Vec<(f64, f64)> = (0..4)
        .map(|i| (47.0 + step(i), 9.0))
        .chain((0..8).map(|i| (47.02, 9.0 + step(i))))
        .chain((0..=4).map(|i| (47.02 - step(i), 9.04)))
        .collect();
    let mut features = vec![
        road("Lake Road", &shore),
        road("West Lane", &[(47.0, 8.99), (47.0, 9.0)]),
        road("East Lane", &[(47.0, 9.04), (47.0, 9.05)]),
        shop,
    ];
    features.extend(shore[1..16].iter().map(|&(lat, lon)| road("", &[(lat, lon), (lat - 0.001, lon + 0.001)])));
    serde_json::json!({"type": "FeatureCollection", "format": "salessync-town", "version": 1, "features": features}).to_string()
}

pub fn town_file(dir: &TempDir) -> PathBuf {
    let file = dir.path().join("town.geojson");
    std::fs::write(&file, town()).unwrap();
    file
}

fn ends() -> (Point, Point) {
    (point(47.0, 9.0), point(47.0, 9.04))
}

/// Without a database: nothing here asks one.
fn travel(set: impl FnOnce(&mut TravelSettings)) -> Travel {
    let mut settings = TravelSettings::default();
    set(&mut settings);
    let store = Store::open("postgres://nobody@127.0.0.1:1/none", 1).unwrap();
    let (clock, _) = manual();
    Travel::start(&settings, Surroundings { store, clock, metrics: Metrics::new(), zone: chrono_tz::UTC }).unwrap()
}

#[tokio::test]
async fn without_a_map_the_line_answers_and_that_is_no_fallback() {
    let travel = travel(|_| {});
    let (a, b) = ends();
    let answer = travel.matrix(CAR, &[a, b], &[b], NIGHT).await.unwrap();
    assert_eq!((answer.source, answer.is_fallback), (Source::StraightLine, false));
    let leg = answer.value.get(0, 0).unwrap();
    assert_eq!(leg.distance_m, (3_041.6_f64 * 1.3).round() as u32 + 1);
    let way = travel.way(CAR, a, b, NIGHT).await;
    assert_eq!((way.value.unwrap().points, way.source), (vec![a, b], Source::StraightLine));
    assert_eq!(travel.map_state(), MapState::None);
    assert!(travel.gazetteer().is_none());
}

#[tokio::test]
async fn a_loaded_map_answers_by_road() {
    let dir = tempfile::tempdir().unwrap();
    let travel = travel(|s| (s.provider, s.map) = ("embedded".into(), town_file(&dir)));
    travel.settled().await;
    assert!(matches!(travel.map_state(), MapState::Loaded { metric_version: 0, places: 5, .. }), "{:?}", travel.map_state());
    let (a, b) = ends();
    let answer = travel.leg(CAR, a, b, NIGHT).await;
    assert_eq!((answer.source, answer.is_fallback), (Source::Embedded, false));
    let leg = answer.value.unwrap();
    assert!((7_400..7_600).contains(&leg.distance_m), "around the lake: {leg:?}");
    assert_eq!(travel.leg(CAR, a, b, NIGHT).await, answer, "and from the cache");
    let matrix = travel.matrix(CAR, &[a, point(50.0, 9.0)], &[b], NIGHT).await.unwrap();
    assert_eq!((matrix.value.get(0, 0), matrix.value.get(1, 0)), (Some(leg), None), "nobody lives out there");
    let way = travel.way(CAR, a, b, NIGHT).await.value.unwrap();
    assert!(way.leg == leg && way.points.len() >= 5 && way.points.contains(&point(47.02, 9.02)));
    assert_eq!(travel.way(CAR, a, point(50.0, 9.0), NIGHT).await.value, None);
    assert!(travel.leg(CAR, a, b, DayPart(1)).await.value.unwrap().duration_s > leg.duration_s, "the morning is slower");
    assert_eq!(travel.gazetteer().unwrap().search("bakery", None, 3)[0].name, "Bakery");
}

#[tokio::test]
async fn a_map_that_cannot_be_read_leaves_the_line_and_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("broken.osm.pbf");
    std::fs::write(&file, b"this is no map").unwrap();
    let travel = travel(|s| (s.provider, s.map) = ("embedded".into(), file));
    let (a, b) = ends();
    travel.settled().await;
    let MapState::Failed { reason } = travel.map_state() else { panic!("{:?}", travel.map_state()) };
    assert!(reason.contains("no OpenStreetMap PBF"), "{reason}");
    let answer = travel.leg(CAR, a, b, NIGHT).await;
    assert_eq!((answer.source, answer.is_fallback), (Source::StraightLine, true));
}

fn osrm_of(seconds: u32) -> impl Fn(super::server::Asked) -> super::server::Answer + Send + Sync + 'static {
    move |asked| {
        let query = asked.target.split_once('?').unwrap().1.to_owned();
        let count = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)).unwrap().split(';').count();
        let table = vec![vec![seconds; count("destinations=")]; count("sources=")];
        Some((200, "", serde_json::json!({"code": "Ok", "durations": table, "distances": table}).to_string()))
    }
}

#[tokio::test]
async fn a_service_answers_and_is_not_asked_twice() {
    let server = Server::start(osrm_of(123)).await;
    let travel = travel(|s| (s.provider, s.url) = ("osrm".into(), server.url.clone()));
    let (a, b) = ends();
    for _ in 0..3 {
        let answer = travel.matrix(CAR, &[a, b], &[a, b], NIGHT).await.unwrap();
        assert_eq!((answer.source, answer.is_fallback), (Source::Osrm, false));
        assert_eq!(answer.value.durations_s(), [123; 4]);
    }
    assert_eq!(server.asked(), 1);
    // A place more: only what is new is asked for.
    let c = point(47.0, 9.06);
    assert_eq!(travel.matrix(CAR, &[a, b, c], &[a, b], NIGHT).await.unwrap().value.durations_s(), [123; 6]);
    assert_eq!(server.asked(), 2);
    assert_eq!(travel.leg(TravelProfile::Foot, a, b, NIGHT).await.value.unwrap().duration_s, 123);
    assert_eq!(server.asked(), 3, "another profile is another question");
}

#[tokio::test]
async fn where_the_service_is_away_the_map_stands_in_and_where_there_is_none_the_line() {
    let dir = tempfile::tempdir().unwrap();
    let away = || {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let (a, b) = ends();
    let file = town_file(&dir);
    let with_map = travel(|s| (s.provider, s.url, s.map) = ("osrm".into(), away(), file));
    with_map.settled().await;
    let without = travel(|s| (s.provider, s.url) = ("valhalla".into(), away()));
    for (travel, source) in [(&with_map, Source::Embedded), (&without, Source::StraightLine)] {
        for _ in 0..5 {
            let answer = travel.matrix(CAR, &[a], &[b], NIGHT).await.unwrap();
            assert_eq!((answer.source, answer.is_fallback), (source, true));
            assert!(answer.value.get(0, 0).is_some());
        }
        assert_eq!(travel.way(CAR, a, b, NIGHT).await.source, source);
    }
}

/// A plan's ways with two places to visit, somebody's home, and nobody under way yet.
fn planned(travel: &Travel) -> PlanWays {
    let mut ways = travel.plan_ways();
    let (a, b) = ends();
    ways.add_place(a);
    ways.add_place(b);
    ways.add_person(Some(point(47.0, 8.995)));
    ways.add_person(None);
    ways
}

fn leg_of(ways: &PlanWays, from: u32, to: u32) -> Option<(i32, i32)> {
    ways.leg(ProfileIx(0), StopIx(from), StopIx(to)).map(|leg| (leg.duration_s, leg.distance_m))
}

#[tokio::test]
async fn a_plan_goes_by_the_line_until_the_map_is_there_and_then_by_road() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = ends();
    let file = town_file(&dir);
    let travel = travel(|s| (s.provider, s.map) = ("embedded".into(), file));
    let before = planned(&self::travel(|_| {}));
    assert!(!self::travel(|_| {}).has_news_for(&before), "without a map there is never any news");
    travel.settled().await;
    assert!(travel.has_news_for(&before));
    let mut after = travel.renewed_ways(before.clone(), &[CAR]).await.unwrap();
    assert!(!travel.has_news_for(&after) && !travel.has_news_for(&planned(&travel)));
    let expected = travel.leg(CAR, a, b, after.part()).await.value.unwrap();
    assert_eq!(travel.part_at(Timestamp::parse("2026-11-23T12:00:00Z").unwrap()), after.part(), "as at noon");
    for ways in [&after, &planned(&travel)] {
        assert_eq!(leg_of(ways, 0, 1), Some((expected.duration_s as i32, expected.distance_m as i32)));
        assert!(leg_of(ways, 2, 1).unwrap().0 > expected.duration_s as i32, "and from home");
    }
    assert_ne!(leg_of(&before, 0, 1), leg_of(&after, 0, 1));
    // Somebody sets out far from any road, and is not cut off; a place out there is.
    after.put(3, point(47.3, 9.3));
    let far = after.add_place(point(47.3, 9.3)) as u32;
    assert!(leg_of(&after, 3, 1).is_some() && leg_of(&after, 1, far).is_none());
}

#[tokio::test]
async fn a_plan_goes_by_the_line_until_a_service_was_asked() {
    let server = Server::start(osrm_of(77)).await;
    let travel = travel(|s| (s.provider, s.url) = ("osrm".into(), server.url.clone()));
    let ways = planned(&travel);
    let line = leg_of(&ways, 0, 1);
    assert!(travel.has_news_for(&ways) && line.is_some_and(|(seconds, _)| seconds != 77));
    let mut asked = travel.renewed_ways(ways, &[CAR]).await.unwrap();
    assert_eq!((leg_of(&asked, 0, 1), leg_of(&asked, 1, 0)), (Some((77, 77)), Some((77, 77))));
    assert_ne!(leg_of(&asked, 2, 1), Some((77, 77)), "where people live is not told");
    assert!(!travel.has_news_for(&asked), "what is known is not asked again");
    let requests = server.asked();
    asked.add_place(point(47.0, 9.02));
    assert!(travel.has_news_for(&asked));
    let asked = travel.renewed_ways(asked, &[CAR]).await.unwrap();
    assert_eq!((leg_of(&asked, 0, 4), server.asked()), (Some((77, 77)), requests + 1));
}

#[tokio::test]
async fn where_a_service_does_not_answer_a_plan_keeps_what_it_has() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let travel = travel(|s| (s.provider, s.url) = ("valhalla".into(), away));
    let ways = planned(&travel);
    assert!(travel.renewed_ways(ways.clone(), &[CAR]).await.is_none());
    assert!(travel.has_news_for(&ways), "it is asked again later");
}

#[tokio::test]
async fn too_many_places_are_refused() {
    let travel = travel(|_| {});
    let many = vec![ends().0; 5_001];
    let error = travel.matrix(CAR, &many, &[ends().1], NIGHT).await.unwrap_err();
    assert_eq!(error.to_string(), "5001 places, must be at most 5000");
}
