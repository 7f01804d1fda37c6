//! OSRM's HTTP interface, version 1: `table` and `route` (docs/http.md of Project-OSRM/osrm-backend).

use super::{Drawn, ReplyFlaw, Request, code, leg, polyline, tables};
use salessync_engine::Point;
use salessync_engine::plan::times::{Matrix, TravelProfile};
use serde::Deserialize;
use std::fmt::Write;

/// The path says a profile too; most servers have one and ignore it.
const fn profile_name(profile: TravelProfile) -> &'static str {
    match profile {
        TravelProfile::Car => "driving",
        TravelProfile::Bike => "cycling",
        TravelProfile::Foot => "walking",
    }
}

fn coordinates<'a>(places: impl Iterator<Item = &'a Point>) -> String {
    let mut text = String::new();
    for place in places {
        let _ = write!(text, "{}{:.6},{:.6}", if text.is_empty() { "" } else { ";" }, place.lon(), place.lat());
    }
    text
}

fn indexes(range: std::ops::Range<usize>) -> String {
    range.map(|index| index.to_string()).collect::<Vec<_>>().join(";")
}

pub(super) fn matrix(base: &str, profile: TravelProfile, from: &[Point], to: &[Point]) -> Request {
    let all = from.len() + to.len();
    let url = format!(
        "{base}/table/v1/{}/{}?annotations=duration,distance&generate_hints=false&sources={}&destinations={}",
        profile_name(profile),
        coordinates(from.iter().chain(to)),
        indexes(0..from.len()),
        indexes(from.len()..all)
    );
    Request { url, body: None }
}

pub(super) fn route(base: &str, profile: TravelProfile, from: Point, to: Point) -> Request {
    let url = format!(
        "{base}/route/v1/{}/{}?overview=full&geometries=polyline6&generate_hints=false",
        profile_name(profile),
        coordinates([from, to].iter())
    );
    Request { url, body: None }
}

#[derive(Deserialize)]
struct Reply {
    code: String,
    #[serde(default)]
    message: String,
    durations: Option<Vec<Vec<Option<f64>>>>,
    distances: Option<Vec<Vec<Option<f64>>>>,
    routes: Option<Vec<Route>>,
}

#[derive(Deserialize)]
struct Route {
    duration: f64,
    distance: f64,
    geometry: String,
}

fn read(status: u16, body: &[u8]) -> Result<Reply, ReplyFlaw> {
    let reply = match serde_json::from_slice::<Reply>(body) {
        Ok(reply) => reply,
        Err(_) if status >= 500 || status == 429 => return Err(ReplyFlaw::Unavailable { status }),
        Err(_) => return Err(ReplyFlaw::Malformed { field: "JSON" }),
    };
    match reply.code.as_str() {
        "Ok" | "NoRoute" | "NoTable" => Ok(reply),
        // "Could not find a matching segment for coordinate 3"
        "NoSegment" => {
            Err(ReplyFlaw::NoRoad { place: reply.message.split_whitespace().last().and_then(|word| word.parse().ok()) })
        }
        "TooBig" => Err(ReplyFlaw::TooBig),
        other => Err(ReplyFlaw::Refused { status, code: code(other) }),
    }
}

pub(super) fn read_matrix(shape: (usize, usize), status: u16, body: &[u8]) -> Result<Matrix, ReplyFlaw> {
    let reply = read(status, body)?;
    if reply.code == "NoTable" {
        return Ok(Matrix::unreachable(shape.0, shape.1));
    }
    let durations = reply.durations.ok_or(ReplyFlaw::Malformed { field: "durations" })?;
    let distances = reply.distances.ok_or(ReplyFlaw::Malformed { field: "distances" })?;
    tables(shape, &durations, &distances)
}

pub(super) fn read_route(status: u16, body: &[u8]) -> Result<Option<Drawn>, ReplyFlaw> {
    let reply = read(status, body)?;
    if reply.code == "NoRoute" {
        return Ok(None);
    }
    let route = reply.routes.and_then(|routes| routes.into_iter().next()).ok_or(ReplyFlaw::Malformed { field: "routes" })?;
    let points = polyline::decode(&route.geometry, 6).ok_or(ReplyFlaw::Malformed { field: "geometry" })?;
    Ok(Some(Drawn { leg: leg(route.duration, route.distance)?, points }))
}

#[cfg(test)]
mod tests {
    use super::super::Service;
    use super::*;
    use salessync_engine::plan::times::Leg;

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    #[test]
    fn a_table_is_asked_for_by_indexes_longitude_first() {
        let asked = Service::Osrm.matrix(
            "http://osrm-{profile}:5000/",
            TravelProfile::Car,
            &[point(52.517_037, 13.388_86)],
            &[point(52.529_407, 13.397_634), point(-0.5, -13.4)],
        );
        assert_eq!(
            asked.url,
            "http://osrm-car:5000/table/v1/driving/13.388860,52.517037;13.397634,52.529407;-13.400000,-0.500000\
             ?annotations=duration,distance&generate_hints=false&sources=0&destinations=1;2"
        );
        assert_eq!(asked.body, None);
        let asked = Service::Osrm.route("http://x", TravelProfile::Foot, point(1.0, 2.0), point(3.0, 4.0)).url;
        assert!(asked.starts_with("http://x/route/v1/walking/2.000000,1.000000;4.000000,3.000000?overview=full"), "{asked}");
    }

    /// Replies of the shape the documentation shows.
    #[test]
    fn a_table_is_read_with_its_holes() {
        let body = br#"{"code":"Ok","durations":[[0,192.6,null],[195.2,0,60.4]],"distances":[[0,1886.8,null],[1902.1,0,99.5]],
            "sources":[{"hint":"x","location":[13.38,52.51],"name":"","distance":1}],"destinations":[]}"#;
        let matrix = Service::Osrm.read_matrix((2, 3), 200, body).unwrap();
        assert_eq!(matrix.get(0, 1), Some(Leg { duration_s: 193, distance_m: 1_887 }));
        assert_eq!((matrix.get(0, 2), matrix.get(1, 2)), (None, Some(Leg { duration_s: 60, distance_m: 100 })));
    }

    #[test]
    fn a_reply_that_gives_no_table_says_why() {
        let malformed = |field| ReplyFlaw::Malformed { field };
        for (status, body, expected) in [
            (
                400,
                r#"{"code":"NoSegment","message":"Could not find a matching segment for coordinate 2"}"#,
                ReplyFlaw::NoRoad { place: Some(2) },
            ),
            (400, r#"{"code":"NoSegment"}"#, ReplyFlaw::NoRoad { place: None }),
            (400, r#"{"code":"TooBig","message":"Too many table coordinates"}"#, ReplyFlaw::TooBig),
            (400, r#"{"code":"InvalidQuery"}"#, ReplyFlaw::Refused { status: 400, code: "InvalidQuery".into() }),
            (503, "<html>busy</html>", ReplyFlaw::Unavailable { status: 503 }),
            (200, "<html>a portal</html>", malformed("JSON")),
            (200, "", malformed("JSON")),
            (200, r#"{"code":"Ok"}"#, malformed("durations")),
            (200, r#"{"code":"Ok","durations":[[1,2]]}"#, malformed("distances")),
            (200, r#"{"code":"Ok","durations":[[1]],"distances":[[1,2]]}"#, malformed("durations")),
            (200, r#"{"code":"Ok","durations":[[1,2]],"distances":[[1]]}"#, malformed("distances")),
            (200, r#"{"code":"Ok","durations":[[1,-2]],"distances":[[1,2]]}"#, malformed("duration")),
            (200, r#"{"code":"Ok","durations":[[1,2]],"distances":[[1,1e300]]}"#, malformed("distance")),
            (200, r#"{"code":"Ok","durations":[[1,"2"]],"distances":[[1,1]]}"#, malformed("JSON")),
        ] {
            assert_eq!(Service::Osrm.read_matrix((1, 2), status, body.as_bytes()), Err(expected), "{body}");
        }
        let nothing = Service::Osrm.read_matrix((1, 2), 400, br#"{"code":"NoTable"}"#).unwrap();
        assert_eq!((nothing.get(0, 0), nothing.get(0, 1)), (None, None));
    }

    #[test]
    fn a_route_is_read_or_there_is_none() {
        let body = br#"{"code":"Ok","routes":[{"duration":251.5,"distance":1884.7,"weight":1,"geometry":"_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI","legs":[]}],"waypoints":[]}"#;
        let drawn = Service::Osrm.read_route(200, body).unwrap().unwrap();
        assert_eq!(drawn.leg, Leg { duration_s: 252, distance_m: 1_885 });
        assert_eq!(drawn.points, [point(38.5, -120.2), point(40.7, -120.95), point(43.252, -126.453)]);
        assert_eq!(Service::Osrm.read_route(400, br#"{"code":"NoRoute","message":"Impossible route"}"#), Ok(None));
        assert!(Service::Osrm.read_route(200, br#"{"code":"Ok","routes":[]}"#).is_err());
    }
}
