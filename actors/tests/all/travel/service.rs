//! The client of OSRM and Valhalla against services of the shapes that they document.

use super::server::{Answer, Asked, Server};
use salessync_actors::Clock;
use salessync_actors::ports::travel::{Remote, RemoteSettings, TravelError};
use salessync_engine::plan::times::{Leg, TravelProfile};
use salessync_engine::{Point, Timestamp};
use salessync_roads::http::{ReplyFlaw, Service};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

pub fn point(lat: f64, lon: f64) -> Point {
    Point::new(lat, lon).unwrap()
}

/// Places whose numbers are their latitudes, so that a cell tells whose it is.
fn places(numbers: std::ops::Range<u32>) -> Vec<Point> {
    numbers.map(|number| point(f64::from(number) / 10.0, 1.0)).collect()
}

fn cell(from: f64, to: f64) -> f64 {
    (from * 10.0).round() * 1_000.0 + (to * 10.0).round()
}

/// The latitudes of sources and destinations of a table request.
fn osrm_latitudes(target: &str) -> (Vec<f64>, Vec<f64>) {
    let (path, query) = target.split_once('?').unwrap();
    let all: Vec<f64> =
        path.rsplit('/').next().unwrap().split(';').map(|pair| pair.split_once(',').unwrap().1.parse().unwrap()).collect();
    let of = |name: &str| -> Vec<f64> {
        let indexes = query.split('&').find_map(|part| part.strip_prefix(name)).unwrap();
        indexes.split(';').map(|index| all[index.parse::<usize>().unwrap()]).collect()
    };
    (of("sources="), of("destinations="))
}

fn osrm_table(from: &[f64], to: &[f64]) -> String {
    let table: Vec<Vec<f64>> = from.iter().map(|from| to.iter().map(|to| cell(*from, *to)).collect()).collect();
    json!({"code": "Ok", "durations": table, "distances": table, "sources": [], "destinations": []}).to_string()
}

fn osrm(asked: &Asked) -> Answer {
    let (from, to) = osrm_latitudes(&asked.target);
    Some((200, "", osrm_table(&from, &to)))
}

fn valhalla_latitudes(body: &str) -> (Vec<f64>, Vec<f64>) {
    let body: Value = serde_json::from_str(body).unwrap();
    let of = |name: &str| body[name].as_array().unwrap().iter().map(|place| place["lat"].as_f64().unwrap()).collect();
    (of("sources"), of("targets"))
}

fn valhalla_table(from: &[f64], to: &[f64]) -> String {
    let cells = |from: f64| -> Vec<Value> {
        to.iter()
            .map(|to| json!({"time": cell(from, *to), "distance": cell(from, *to) / 1_000.0, "to_index": 0, "from_index": 0}))
            .collect()
    };
    json!({"sources_to_targets": from.iter().map(|from| cells(*from)).collect::<Vec<_>>(), "units": "kilometers"}).to_string()
}

pub fn manual() -> (Clock, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(Timestamp::parse("2026-11-23T12:00:00Z").unwrap().ms()));
    (Clock::Manual(Arc::clone(&now)), now)
}

fn remote(service: Service, url: &str, places_max: usize) -> (Remote, Arc<AtomicI64>) {
    let (clock, now) = manual();
    let settings = RemoteSettings { service, url: url.to_owned(), timeout: Duration::from_secs(10), places_max };
    (Remote::new(settings, clock).unwrap(), now)
}

fn expect(matrix: &salessync_engine::plan::times::Matrix, from: &[Point], to: &[Point], is_off_road: impl Fn(Point) -> bool) {
    for (row, from) in from.iter().enumerate() {
        for (column, to) in to.iter().enumerate() {
            let number = cell(from.lat(), to.lat()) as u32;
            let expected = (!is_off_road(*from) && !is_off_road(*to)).then_some(Leg { duration_s: number, distance_m: number });
            assert_eq!(matrix.get(row, column), expected, "{row}, {column}");
        }
    }
}

#[tokio::test]
async fn a_large_table_is_asked_for_in_pieces_a_few_at_once() {
    let server = Server::start(|asked| osrm(&asked)).await;
    let (remote, _) = remote(Service::Osrm, &server.url, 10);
    let (from, to) = (places(0..23), places(100..131));
    let matrix = remote.matrix(TravelProfile::Car, &from, &to).await.unwrap();
    expect(&matrix, &from, &to, |_| false);
    assert_eq!(server.asked(), 5 * 7);
    assert!(server.at_once_max.load(Ordering::SeqCst) <= 4);
}

#[tokio::test]
async fn places_without_a_road_are_found_and_left_out() {
    let off = |lat: f64| [3.0, 7.0, 104.0].contains(&(lat * 10.0).round());
    let named = Server::start(move |asked| {
        let (from, to) = osrm_latitudes(&asked.target);
        match from.iter().chain(&to).position(|lat| off(*lat)) {
            Some(at) => Some((
                400,
                "",
                format!(r#"{{"code":"NoSegment","message":"Could not find a matching segment for coordinate {at}"}}"#),
            )),
            None => Some((200, "", osrm_table(&from, &to))),
        }
    })
    .await;
    let unnamed = Server::start(move |asked| {
        let (from, to) = valhalla_latitudes(&asked.body);
        match from.iter().chain(&to).any(|lat| off(*lat)) {
            true => Some((400, "", r#"{"error_code":171,"error":"No suitable edges near location","status_code":400}"#.into())),
            false => Some((200, "", valhalla_table(&from, &to))),
        }
    })
    .await;
    let (from, to) = (places(0..10), places(100..110));
    for (service, server) in [(Service::Osrm, &named), (Service::Valhalla, &unnamed)] {
        let (remote, _) = remote(service, &server.url, 100);
        let matrix = remote.matrix(TravelProfile::Car, &from, &to).await.unwrap();
        expect(&matrix, &from, &to, |point| off(point.lat()));
        assert!(!remote.is_resting(), "a place without a road is no fault of the service");
    }
    assert!(named.asked() <= 12, "{} requests", named.asked());
}

#[tokio::test]
async fn a_service_with_a_smaller_limit_is_asked_for_less() {
    let server = Server::start(|asked| {
        let (from, to) = osrm_latitudes(&asked.target);
        match from.len() + to.len() > 6 {
            true => Some((400, "", r#"{"code":"TooBig","message":"Too many table coordinates"}"#.into())),
            false => Some((200, "", osrm_table(&from, &to))),
        }
    })
    .await;
    let (remote, _) = remote(Service::Osrm, &server.url, 100);
    let (from, to) = (places(0..9), places(100..105));
    expect(&remote.matrix(TravelProfile::Car, &from, &to).await.unwrap(), &from, &to, |_| false);
}

#[tokio::test]
async fn a_service_that_fails_is_left_alone_for_a_while() {
    let server = Server::start(|_| Some((503, "", "busy".into()))).await;
    let (remote, now) = remote(Service::Osrm, &server.url, 100);
    let (from, to) = (places(0..1), places(100..101));
    for _ in 0..3 {
        let error = remote.matrix(TravelProfile::Car, &from, &to).await.unwrap_err();
        assert!(matches!(error, TravelError::Reply(ReplyFlaw::Unavailable { status: 503 })), "{error:?}");
    }
    assert!(remote.is_resting());
    assert!(matches!(remote.matrix(TravelProfile::Car, &from, &to).await, Err(TravelError::Resting)));
    assert_eq!(server.asked(), 3, "nobody asks it meanwhile");
    now.fetch_add(30_000, Ordering::Relaxed);
    assert!(matches!(remote.matrix(TravelProfile::Car, &from, &to).await, Err(TravelError::Reply(_))));
    assert_eq!(server.asked(), 4);
}

#[tokio::test]
async fn whatever_a_service_says_there_is_an_error_or_an_answer() {
    let long = "x".repeat(9 * 1024 * 1024);
    let cases: Vec<(Answer, &str)> = vec![
        (Some((200, "", long)), "more than"),
        (Some((200, "", "<html>a portal</html>".into())), "not understood"),
        (Some((302, "location: http://127.0.0.1:1/\r\n", String::new())), "not understood"),
        (Some((200, "", r#"{"code":"Ok","durations":[[1,2]],"distances":[[1,2]]}"#.into())), "not understood: durations"),
        (Some((404, "", r#"{"code":"InvalidUrl"}"#.into())), "refused: 404 InvalidUrl"),
    ];
    for (answer, says) in cases {
        let said = answer.clone();
        let server = Server::start(move |_| said.clone()).await;
        let (remote, _) = remote(Service::Osrm, &server.url, 100);
        let error = remote.matrix(TravelProfile::Car, &places(0..1), &places(1..2)).await.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[tokio::test]
async fn a_service_that_says_nothing_or_is_not_there_is_not_waited_for() {
    let silent = Server::start(|_| None).await;
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://user:secret@{}", listener.local_addr().unwrap())
    };
    for url in [&silent.url, &closed] {
        let (clock, _) = manual();
        let settings =
            RemoteSettings { service: Service::Osrm, url: url.clone(), timeout: Duration::from_millis(200), places_max: 100 };
        let remote = Remote::new(settings, clock).unwrap();
        let error = remote.matrix(TravelProfile::Car, &places(0..1), &places(1..2)).await.unwrap_err();
        assert!(matches!(error, TravelError::Unreachable(_)), "{error:?}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_way_is_drawn_or_there_is_none() {
    let server = Server::start(|asked| {
        if asked.target.starts_with("/route/v1/driving/1.000000,0.000000;1.000000,0.100000") {
            let route =
                json!({"code": "Ok", "routes": [{"duration": 61.2, "distance": 700.4, "geometry": "_izlhA~rlgdF_{geC~ywl@"}]});
            return Some((200, "", route.to_string()));
        }
        Some((400, "", r#"{"code":"NoRoute"}"#.into()))
    })
    .await;
    let (remote, _) = remote(Service::Osrm, &server.url, 100);
    let [a, b, c] = [0, 1, 2].map(|n| places(n..n + 1)[0]);
    let drawn = remote.route(TravelProfile::Car, a, b).await.unwrap().unwrap();
    assert_eq!((drawn.leg, drawn.points.len()), (Leg { duration_s: 61, distance_m: 700 }, 2));
    assert_eq!(remote.route(TravelProfile::Car, a, c).await.unwrap(), None);
}
