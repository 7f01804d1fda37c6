//! Valhalla's HTTP interface: `sources_to_targets` and `route` (valhalla/valhalla, docs/api).

use super::{Drawn, ReplyFlaw, Request, code, leg, polyline, tables};
use salessync_engine::Point;
use salessync_engine::plan::times::{Matrix, TravelProfile};
use serde::Deserialize;
use serde_json::{Value, json};

/// Error codes of valhalla: a location without a road; no path; limits on locations and distances.
const NO_ROAD: [u64; 2] = [170, 171];
const NO_PATH: [u64; 2] = [441, 442];
const TOO_BIG: [u64; 3] = [150, 153, 154];

const fn costing(profile: TravelProfile) -> &'static str {
    match profile {
        TravelProfile::Car => "auto",
        TravelProfile::Bike => "bicycle",
        TravelProfile::Foot => "pedestrian",
    }
}

fn locations(places: &[Point]) -> Value {
    places.iter().map(|place| json!({"lat": place.lat(), "lon": place.lon()})).collect()
}

pub(super) fn matrix(base: &str, profile: TravelProfile, from: &[Point], to: &[Point]) -> Request {
    let body = json!({
        "sources": locations(from),
        "targets": locations(to),
        "costing": costing(profile),
        "units": "kilometers",
        "verbose": true,
    });
    Request { url: format!("{base}/sources_to_targets"), body: Some(body.to_string()) }
}

pub(super) fn route(base: &str, profile: TravelProfile, from: Point, to: Point) -> Request {
    let body = json!({
        "locations": locations(&[from, to]),
        "costing": costing(profile),
        "units": "kilometers",
        "directions_type": "none",
    });
    Request { url: format!("{base}/route"), body: Some(body.to_string()) }
}

#[derive(Deserialize)]
struct Reply {
    sources_to_targets: Option<Table>,
    trip: Option<Trip>,
    error_code: Option<u64>,
    #[serde(default)]
    error: String,
}

/// A cell for each pair, or two tables: which one depends on the version and on `verbose`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Table {
    Cells(Vec<Vec<Cell>>),
    Tables { durations: Vec<Vec<Option<f64>>>, distances: Vec<Vec<Option<f64>>> },
}

#[derive(Deserialize)]
struct Cell {
    time: Option<f64>,
    distance: Option<f64>,
}

#[derive(Deserialize)]
struct Trip {
    legs: Vec<TripLeg>,
    summary: Summary,
}

#[derive(Deserialize)]
struct TripLeg {
    shape: String,
}

#[derive(Deserialize)]
struct Summary {
    time: f64,
    length: f64,
}

const M_IN_KM: f64 = 1_000.0;

/// None: there is no path.
fn read(status: u16, body: &[u8]) -> Result<Option<Reply>, ReplyFlaw> {
    let reply = match serde_json::from_slice::<Reply>(body) {
        Ok(reply) => reply,
        Err(_) if status >= 500 || status == 429 => return Err(ReplyFlaw::Unavailable { status }),
        Err(_) => return Err(ReplyFlaw::Malformed { field: "JSON" }),
    };
    match reply.error_code {
        None if status < 400 => Ok(Some(reply)),
        None if status >= 500 || status == 429 => Err(ReplyFlaw::Unavailable { status }),
        Some(error) if NO_PATH.contains(&error) => Ok(None),
        Some(error) if NO_ROAD.contains(&error) => Err(ReplyFlaw::NoRoad { place: None }),
        Some(error) if TOO_BIG.contains(&error) => Err(ReplyFlaw::TooBig),
        error => Err(ReplyFlaw::Refused { status, code: code(&format!("{} {}", error.unwrap_or_default(), reply.error)) }),
    }
}

pub(super) fn read_matrix(shape: (usize, usize), status: u16, body: &[u8]) -> Result<Matrix, ReplyFlaw> {
    let Some(reply) = read(status, body)? else { return Ok(Matrix::unreachable(shape.0, shape.1)) };
    let in_metres = |table: Vec<Vec<Option<f64>>>| -> Vec<Vec<Option<f64>>> {
        table.into_iter().map(|row| row.into_iter().map(|km| km.map(|km| km * M_IN_KM)).collect()).collect()
    };
    match reply.sources_to_targets.ok_or(ReplyFlaw::Malformed { field: "sources_to_targets" })? {
        Table::Tables { durations, distances } => tables(shape, &durations, &in_metres(distances)),
        Table::Cells(cells) => {
            let of =
                |value: fn(&Cell) -> Option<f64>| cells.iter().map(|row| row.iter().map(value).collect()).collect::<Vec<_>>();
            tables(shape, &of(|cell| cell.time), &in_metres(of(|cell| cell.distance)))
        }
    }
}

pub(super) fn read_route(status: u16, body: &[u8]) -> Result<Option<Drawn>, ReplyFlaw> {
    let Some(reply) = read(status, body)? else { return Ok(None) };
    let Trip { legs, summary } = reply.trip.ok_or(ReplyFlaw::Malformed { field: "trip" })?;
    let mut points: Vec<Point> = Vec::new();
    for TripLeg { shape } in &legs {
        points.extend(polyline::decode(shape, 6).ok_or(ReplyFlaw::Malformed { field: "shape" })?);
    }
    points.dedup();
    Ok(Some(Drawn { leg: leg(summary.time, summary.length * M_IN_KM)?, points }))
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
    fn a_table_is_asked_for_as_json() {
        let asked = Service::Valhalla.matrix(
            "http://valhalla:8002",
            TravelProfile::Bike,
            &[point(40.744, -73.99)],
            &[point(40.75, -73.98)],
        );
        assert_eq!(asked.url, "http://valhalla:8002/sources_to_targets");
        let body: Value = serde_json::from_str(&asked.body.unwrap()).unwrap();
        assert_eq!(body["sources"], json!([{"lat": 40.744, "lon": -73.99}]));
        assert_eq!((&body["costing"], &body["units"]), (&json!("bicycle"), &json!("kilometers")));
        let asked = Service::Valhalla.route("http://x/", TravelProfile::Car, point(1.0, 2.0), point(3.0, 4.0));
        assert!(asked.url == "http://x/route" && asked.body.unwrap().contains(r#""costing":"auto""#));
    }

    #[test]
    fn both_shapes_of_a_table_are_read() {
        let cells =
            br#"{"algorithm":"costmatrix","units":"kilometers","sources":[{"lat":1,"lon":2}],"targets":[],"sources_to_targets":
            [[{"distance":0.0,"time":0,"to_index":0,"from_index":0},{"distance":2.103,"time":254,"to_index":1,"from_index":0},
              {"distance":null,"time":null,"to_index":2,"from_index":0}]]}"#;
        let tables =
            br#"{"sources_to_targets":{"durations":[[0,254,null]],"distances":[[0.0,2.103,null]]},"units":"kilometers"}"#;
        for body in [&cells[..], tables] {
            let matrix = Service::Valhalla.read_matrix((1, 3), 200, body).unwrap();
            assert_eq!(matrix.get(0, 1), Some(Leg { duration_s: 254, distance_m: 2_103 }));
            assert_eq!((matrix.get(0, 0), matrix.get(0, 2)), (Some(Leg::default()), None));
        }
    }

    #[test]
    fn a_reply_that_gives_no_table_says_why() {
        let error = |code: u64| {
            format!(r#"{{"error_code":{code},"error":"No suitable edges","status_code":400,"status":"Bad Request"}}"#)
        };
        for (status, body, expected) in [
            (400, error(171), ReplyFlaw::NoRoad { place: None }),
            (400, error(150), ReplyFlaw::TooBig),
            (400, error(154), ReplyFlaw::TooBig),
            (400, error(125), ReplyFlaw::Refused { status: 400, code: "125 No suitable edges".into() }),
            (502, "bad gateway".into(), ReplyFlaw::Unavailable { status: 502 }),
            (200, "bad gateway".into(), ReplyFlaw::Malformed { field: "JSON" }),
            (200, "{}".into(), ReplyFlaw::Malformed { field: "sources_to_targets" }),
            (200, r#"{"sources_to_targets":[[{"time":1,"distance":2}]]}"#.into(), ReplyFlaw::Malformed { field: "durations" }),
            (
                200,
                r#"{"sources_to_targets":[[{"time":-1,"distance":2},{"time":1,"distance":2}]]}"#.into(),
                ReplyFlaw::Malformed { field: "duration" },
            ),
        ] {
            assert_eq!(Service::Valhalla.read_matrix((1, 2), status, body.as_bytes()), Err(expected), "{body}");
        }
        assert_eq!(Service::Valhalla.read_matrix((1, 1), 400, error(442).as_bytes()).unwrap().get(0, 0), None);
    }

    #[test]
    fn a_route_is_read_or_there_is_none() {
        let body = br#"{"trip":{"locations":[],"legs":[{"summary":{"time":1,"length":1},"shape":"_izlhA~rlgdF_{geC~ywl@"}],"summary":{"time":251.4,"length":1.8847},"status":0,"units":"kilometers"}}"#;
        let drawn = Service::Valhalla.read_route(200, body).unwrap().unwrap();
        assert_eq!(drawn.leg, Leg { duration_s: 251, distance_m: 1_885 });
        assert_eq!(drawn.points, [point(38.5, -120.2), point(40.7, -120.95)]);
        assert_eq!(
            Service::Valhalla.read_route(400, br#"{"error_code":442,"error":"No path could be found for input"}"#),
            Ok(None)
        );
    }
}
