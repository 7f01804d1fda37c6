//! Real vehicles through stock phone apps: each trace arrives shuffled and partly twice, by every protocol, and once in order over OsmAnd.
//! Every row is in the track once, and the days, trips, stops and gaps are the same, whichever way they came. Skips, and says so, where the
//! traces or the server's binary are not there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use futures_util::{StreamExt, stream};
use reqwest::{Client, RequestBuilder};
use salessync_engine::AgentId;
use salessync_engine::track::{RawFix, Source};
use salessync_load::bench::host::Host;
use salessync_load::client::{Api, NewAgent};
use salessync_load::replay::rows::read_file;
use salessync_load::replay::verify;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

const IN_FLIGHT: usize = 64;
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(200);
const KNOTS_PER_MPS: f64 = 1.0 / 0.514_444;
/// File, and most rows taken of its busiest entity.
const TRACES: [(&str, usize); 4] = [
    ("munich_barefoot_1s.csv.gz", 2_000),
    ("capmetro_austin_2017-03-21_06-10.csv.gz", 2_000),
    ("cabspotting_sf_folded_day.csv.gz", 1_500),
    ("comma2k19_sf_ublox.csv.gz", 600),
];

/// How a phone says where it is.
#[derive(Clone, Copy, PartialEq, Debug)]
enum App {
    OsmAnd,
    TraccarClient,
    OwnTracks,
    Overland,
    GpsLogger,
}

impl App {
    const ALL: [Self; 5] = [Self::OsmAnd, Self::TraccarClient, Self::OwnTracks, Self::Overland, Self::GpsLogger];

    const fn name(self) -> &'static str {
        match self {
            Self::OsmAnd => "osmand",
            Self::TraccarClient => "traccar_client",
            Self::OwnTracks => "owntracks",
            Self::Overland => "overland",
            Self::GpsLogger => "gpslogger",
        }
    }

    /// The requests that carry these rows.
    fn requests(self, http: &Client, base: &str, token: &str, rows: &[RawFix]) -> Vec<RequestBuilder> {
        let each = |request: &dyn Fn(&RawFix) -> RequestBuilder| rows.iter().map(request).collect();
        match self {
            Self::OsmAnd => each(&|row| {
                let mut query = vec![
                    ("id", token.to_owned()),
                    ("lat", row.lat.to_string()),
                    ("lon", row.lon.to_string()),
                    ("timestamp", row.recorded_at.ms().to_string()),
                ];
                query.extend(row.speed_mps.map(|speed| ("speed", (speed * KNOTS_PER_MPS).to_string())));
                query.extend(row.bearing_deg.map(|bearing| ("bearing", bearing.to_string())));
                http.get(format!("{base}/phone/osmand")).query(&query)
            }),
            Self::TraccarClient => each(&|row| {
                let coords = json!({"latitude": row.lat, "longitude": row.lon, "speed": row.speed_mps.unwrap_or(-1.0),
                    "heading": row.bearing_deg.unwrap_or(-1.0)});
                let body = json!({"device_id": token, "location": {"timestamp": row.recorded_at.to_string(), "coords": coords}});
                http.post(format!("{base}/phone/osmand")).json(&body)
            }),
            Self::OwnTracks => each(&|row| {
                let mut body = json!({"_type": "location", "lat": row.lat, "lon": row.lon, "tst": row.recorded_at.ms() / 1000});
                if let Some(speed) = row.speed_mps {
                    body["vel"] = json!(speed * 3.6);
                }
                if let Some(bearing) = row.bearing_deg {
                    body["cog"] = json!(bearing);
                }
                http.post(format!("{base}/phone/owntracks/{token}")).json(&body)
            }),
            Self::Overland => {
                let feature = |row: &RawFix| {
                    json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
                        "properties": {"timestamp": row.recorded_at.to_string(), "speed": row.speed_mps.unwrap_or(-1.0),
                            "course": row.bearing_deg.unwrap_or(-1.0)}})
                };
                let batch = |rows: &[RawFix]| {
                    let body = json!({"locations": rows.iter().map(feature).collect::<Vec<_>>()});
                    http.post(format!("{base}/phone/overland/{token}")).json(&body)
                };
                rows.chunks(200).map(batch).collect()
            }
            Self::GpsLogger => each(&|row| {
                let mut form = vec![
                    ("token", token.to_owned()),
                    ("lat", row.lat.to_string()),
                    ("lon", row.lon.to_string()),
                    ("time", row.recorded_at.to_string()),
                ];
                form.extend(row.speed_mps.map(|speed| ("spd", speed.to_string())));
                form.extend(row.bearing_deg.map(|bearing| ("dir", bearing.to_string())));
                http.get(format!("{base}/phone/gpslogger")).query(&form)
            }),
        }
    }
}

/// An agent with one phone of this app.
async fn enrol(api: &Api, name: String, app: App) -> (AgentId, String) {
    let id = AgentId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
    api.agents(&[NewAgent { id, name, territory_id: None }]).await.unwrap();
    let made: Value = api.post(&format!("/agents/{id}/devices"), &json!({"app": app.name(), "name": "phone"})).await.unwrap();
    (id, made["token"].as_str().unwrap().to_owned())
}

/// Sends each until it is taken, as a phone does that keeps what it has no success for.
async fn deliver(requests: Vec<RequestBuilder>) {
    let taken = stream::iter(requests).map(|request| async move {
        for _ in 0..TRIES {
            let answer = request.try_clone().unwrap().send().await.unwrap();
            match answer.status().as_u16() {
                200 => return,
                429 | 503 => tokio::time::sleep(PAUSE).await,
                status => panic!("{status}: {}", answer.text().await.unwrap()),
            }
        }
        panic!("still not taken after {TRIES} tries");
    });
    taken.buffer_unordered(IN_FLIGHT).collect::<()>().await;
}

/// Some of the rows once more, all in an order that a seed has made.
fn shuffled(rows: &[RawFix], seed: u64) -> Vec<RawFix> {
    let mut out: Vec<_> = rows.iter().chain(rows.iter().step_by(3)).copied().collect();
    let mut state = seed;
    for at in (1..out.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.swap(at, (state >> 33) as usize % (at + 1));
    }
    out
}

/// Days and items, without the names they go by.
async fn derived(api: &Api, agent: AgentId) -> Vec<Value> {
    let days: Vec<Value> = api.all(&format!("/agents/{agent}/days?limit=1000")).await.unwrap();
    let items: Vec<Value> = api.all(&format!("/agents/{agent}/timeline?limit=5000")).await.unwrap();
    let mut all: Vec<Value> = days.into_iter().chain(items).collect();
    for one in &mut all {
        for name in ["id", "agent_id", "revision"] {
            one.as_object_mut().unwrap().remove(name);
        }
    }
    all.sort_by_key(Value::to_string);
    all
}

async fn same_by_every_way(api: &Api, http: &Client, base: &str, file: &Path, rows_max: usize) {
    let recording = read_file(file).unwrap();
    let (entity, rows) = recording.entities.into_iter().max_by_key(|(_, rows)| rows.len()).unwrap();
    // An app does not say what kind of receiver it has.
    let rows: Vec<_> = rows.into_iter().take(rows_max).map(|row| RawFix { source: Source::default(), ..row }).collect();
    let (from, to) = verify::range(&rows).unwrap();
    let in_order = {
        let (agent, token) = enrol(api, format!("{entity} in order"), App::Overland).await;
        for request in App::Overland.requests(http, base, &token, &rows) {
            deliver(vec![request]).await;
        }
        derived(api, agent).await
    };
    let is_in_seconds = rows.iter().all(|row| row.recorded_at.ms() % 1000 == 0);
    for (seed, app) in App::ALL.into_iter().enumerate() {
        if app == App::OwnTracks && !is_in_seconds {
            continue; // it has no smaller unit
        }
        let (agent, token) = enrol(api, format!("{entity} by {app:?}"), app).await;
        deliver(app.requests(http, base, &token, &shuffled(&rows, seed as u64 + 1))).await;
        let track = api.track(agent, from, to).await.unwrap();
        let comparison = verify::compare(&rows, &track, &api.quarantine(agent).await.unwrap());
        assert_eq!(comparison.differences, [] as [String; 0], "{entity} by {app:?}");
        let derived = derived(api, agent).await;
        for (given, expected) in derived.iter().zip(&in_order) {
            assert_eq!(given, expected, "{entity} by {app:?}");
        }
        assert_eq!(derived.len(), in_order.len(), "{entity} by {app:?}");
        println!(
            "{entity} by {app:?}: {} rows, {} in the track, {} in quarantine, {} days and items",
            rows.len(),
            comparison.in_track,
            comparison.in_quarantine,
            derived.len()
        );
    }
}

#[tokio::test]
async fn shuffled_traces_come_out_the_same_by_every_protocol() {
    let traces = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/gps");
    let server: PathBuf = Path::new(env!("CARGO_BIN_EXE_salessync-load")).with_file_name("salessync");
    if !traces.is_dir() || !server.is_file() {
        println!("SKIPPED: needs {} and the built server", traces.display());
        return;
    }
    let host = Host::start(&server).unwrap();
    let api = host.api().await.unwrap();
    let http = Client::new();
    for (file, rows_max) in TRACES {
        same_by_every_way(&api, &http, &host.url, &traces.join(file), rows_max).await;
    }
}
