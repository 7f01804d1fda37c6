//! Stock phone apps' payloads: shapes seen in the field, peers' published vectors where they lie beside the repository, and what no
//! parser may do whatever it is given.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "seeds and vectors are files; a skip is said aloud")]

#[path = "../../../fuzz/src/lib.rs"]
mod entries;

use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};
use salessync_engine::Timestamp;
use salessync_engine::track::{Fix, codec, repair_time};
use salessync_engine::wire::phone::{Delivery, SpeedUnit, gpslogger, osmand, overland, owntracks, transistor};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn now() -> Timestamp {
    Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
}

fn query_of(uri: &str) -> &str {
    uri.split_once('?').unwrap().1
}

fn osmand(uri: &str) -> Delivery {
    osmand::read(query_of(uri), b"", SpeedUnit::Knots, now()).unwrap()
}

/// What an OsmAnd endpoint makes of a request when the phone must name itself: `position`, `accept` (nothing but words) or `reject`.
fn outcome(delivery: &Delivery) -> &'static str {
    match (&delivery.id, delivery.fixes.len(), delivery.refused.len()) {
        (Some(_), 1, 0) => "position",
        (Some(_), 0, 0) => "accept",
        _ => "reject",
    }
}

#[test]
fn requests_as_clients_and_test_scripts_write_them() {
    for (uri, expected) in [
        (
            "/?id=359710&timestamp=1795420740&lat=48.137&lon=11.575&speed=0.0&bearing=0.0&altitude=0.0&accuracy=0.0&batt=0.0",
            "position",
        ),
        ("/?id=359710&lat=48.137&lon=11.575&timestamp=2026-11-23T07%3A59%3A47Z&hdop=6.0&altitude=520.0&speed=0.0", "position"),
        ("/?id=359710&lat=48.137&lon=11.575&timestamp=1795420740579&hdop=6.0", "position"),
        ("/?lat=48.137&lon=11.575&timestamp=2026-11-23+07%3A59%3A11&altitude=520&speed=0.0&id=359710", "position"),
        ("/?lat=48.1&lon=11.5&speed=0.0&heading=0.0&vacc=0&hacc=0&altitude=0&deviceid=359710", "position"),
        ("/?id=359710&lat=48.1&lon=-0.88&altitude=350.059479&speed=0.000000&batt=87", "position"),
        ("/?id=359710&timestamp=1795420740&location=48.1,11.5", "position"),
        ("/?id=359710&timestamp=1795420740&lat=48.1&lon=11.5&ignition=true&rpm=933&fuel=24&input=1", "position"),
        ("/?id=359710&timestamp=1795420740&cell=262,02,16,2224&cell=262,02,16,2223,-90&wifi=00-14-22-01-23-45,-80", "accept"),
        ("/?id=359710", "accept"),
        ("/?timestamp=1795420740&lat=48.1&lon=11.5", "reject"),
        ("/?id=359710&lat=948.1&lon=11.5", "reject"),
    ] {
        assert_eq!(outcome(&osmand(uri)), expected, "{uri}");
    }
}

/// The folder with peers' vectors, which is no part of the repository.
fn vectors() -> Option<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/protocols/vectors.json");
    match fs::read_to_string(&file) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            eprintln!("SKIPPED: there are no vectors at {}", file.display());
            None
        }
    }
}

#[test]
fn peers_vectors_are_taken_or_refused_as_listed() {
    let Some(vectors) = vectors() else { return };
    let list = |key: &str| vectors[key].as_array().unwrap().clone();
    for vector in list("osmand_query") {
        let uri = vector["uri"].as_str().unwrap();
        assert_eq!(outcome(&osmand(uri)), vector["expect"].as_str().unwrap(), "{uri}");
    }
    for vector in list("osmand_json") {
        let delivery = transistor::read(vector.to_string().as_bytes(), now()).unwrap();
        assert_eq!(outcome(&delivery), "position", "{vector}");
        let coords = &vector["location"]["coords"];
        let fix = delivery.fixes[0];
        assert_eq!(fix.recorded_at(), Timestamp::parse(vector["location"]["timestamp"].as_str().unwrap()).unwrap());
        assert_eq!(fix.speed_mps(), coords["speed"].as_f64().filter(|speed| *speed >= 0.0), "{vector}");
        assert_eq!(fix.is_mock(), vector["location"]["mock"] == true);
    }
    for vector in list("owntracks_location") {
        let delivery = owntracks::read(vector.to_string().as_bytes(), now()).unwrap();
        assert_eq!(outcome(&delivery), "position", "{vector}");
        let fix = delivery.fixes[0].to_raw();
        assert_eq!((fix.lat, fix.lon), (vector["lat"].as_f64().unwrap(), vector["lon"].as_f64().unwrap()));
        assert_eq!(fix.recorded_at.ms(), 1_000 * vector["tst"].as_i64().unwrap());
        let speed = vector["vel"].as_f64().map(|kmh| (kmh / 3.6 * 100.0).round() / 100.0);
        assert_eq!(fix.speed_mps, speed, "{vector}");
    }
    let classic = osmand(vectors["traccar_client_android_v9"].as_str().unwrap());
    assert_eq!(classic.fixes[0].accuracy_m(), None, "0.0 is unknown");
    assert_eq!(classic.words.unwrap().alarm.as_deref(), Some("alert message"));

    let batch = overland::read(vectors["overland_batch"].to_string().as_bytes(), now()).unwrap();
    let fix = batch.fixes[0].to_raw();
    assert_eq!((fix.lat, fix.lon, fix.speed_mps, fix.accuracy_m), (37.3318, -122.030581, Some(4.0), Some(30.0)));
    assert_eq!(fix.recorded_at.to_string(), "2015-10-01T15:00:00.000Z");

    let rendered = gpslogger::read(query_of(vectors["gpslogger_rendered"].as_str().unwrap()), b"", now()).unwrap();
    let fix = rendered.fixes[0].to_raw();
    assert_eq!((fix.speed_mps, fix.bearing_deg, fix.accuracy_m, fix.battery), (Some(9005.0), Some(359.0), Some(8.0), Some(0.91)));

    let rollover = &vectors["gps_week_rollover"];
    let then = Timestamp::parse(rollover["now"].as_str().unwrap()).unwrap();
    let weeks = |n: i64| n * 7 * 86_400;
    assert_eq!(repair_time(then.plus_s(-weeks(1_024)), then).unwrap().0, then);
    assert_eq!(rollover["keep"], serde_json::json!(["now - 7 d", "1980-01-06T00:00:00Z"]), "the cases below are these");
    for kept in [then.plus_s(-weeks(1)), Timestamp::parse("1980-01-06T00:00:00Z").unwrap()] {
        assert_eq!(repair_time(kept, then), None, "{kept}");
    }
}

/// Seeds of one target, sorted by name.
fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

#[test]
fn every_fuzz_target_takes_its_seeds_and_every_part_of_them() {
    for (target, entry) in entries::ALL {
        let seeds = seeds(target);
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for (file, seed) in seeds {
            println!("{}", file.display());
            for end in 0..=seed.len() {
                entry(&seed[..end]);
            }
        }
    }
}

#[test]
fn the_chunk_seeds_are_chunks() {
    let fixes: Vec<usize> = seeds("chunk").iter().map(|(_, seed)| codec::decode(seed).map_or(0, |fixes| fixes.len())).collect();
    assert!(fixes.contains(&3), "one of them holds three fixes: {fixes:?}");
}

fn config() -> Config {
    Config { cases: 400, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..Config::default() }
}

/// One thing a broken phone, a proxy or a mischief-maker does to a payload.
#[derive(Clone, Debug)]
enum Damage {
    Set(prop::sample::Index, u8),
    Drop(prop::sample::Index),
    Insert(prop::sample::Index, String),
    Repeat(prop::sample::Index, prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    let words = prop::sample::select(vec![
        "-1",
        "null",
        "1e999",
        "NaN",
        "-Infinity",
        "[",
        "{",
        "\"",
        "\\u0000",
        "%00",
        "&",
        "=",
        "%FF",
        "+",
        ",",
        "9223372036854775808",
        "0.0",
        "\u{e9}",
        "true",
    ]);
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        at().prop_map(Damage::Drop),
        (at(), words).prop_map(|(at, word)| Damage::Insert(at, word.to_owned())),
        (at(), at()).prop_map(|(from, to)| Damage::Repeat(from, to)),
    ]
}

fn damaged(mut payload: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages {
        if payload.is_empty() {
            break;
        }
        let len = payload.len();
        match damage {
            Damage::Set(at, byte) => payload[at.index(len)] = *byte,
            Damage::Drop(at) => drop(payload.remove(at.index(len))),
            Damage::Insert(at, word) => {
                let at = at.index(len);
                payload.splice(at..at, word.bytes());
            }
            Damage::Repeat(from, to) => {
                let (from, to) = (from.index(len), to.index(len));
                let part = payload[from.min(to)..from.max(to)].to_vec();
                payload.extend(part);
            }
        }
    }
    payload
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_bytes_are_too_much(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        entries::ALL.iter().for_each(|(_, entry)| entry(&bytes));
    }

    #[test]
    fn no_damage_is_too_much(which in any::<prop::sample::Index>(), seed in any::<prop::sample::Index>(), damages in proptest::collection::vec(damage(), 1..12)) {
        let (target, entry) = which.get(&entries::ALL);
        let seeds = seeds(target);
        entry(&damaged(seed.get(&seeds).1.clone(), &damages));
    }

    #[test]
    fn a_batch_keeps_every_good_reading(bad in proptest::collection::vec(any::<bool>(), 1..40)) {
        let feature = |n: usize, is_bad: bool| {
            let lat = if is_bad { 95.0 } else { 52.0 };
            serde_json::json!({
                "type": "Feature", "geometry": {"type": "Point", "coordinates": [13.0 + n as f64 / 1e3, lat]},
                "properties": {"timestamp": now().plus_s(n as i64).to_string()}
            })
        };
        let features: Vec<Value> = bad.iter().enumerate().map(|(n, is_bad)| feature(n, *is_bad)).collect();
        let delivery = overland::read(serde_json::json!({"locations": features}).to_string().as_bytes(), now()).unwrap();
        let expected: Vec<Timestamp> = bad.iter().enumerate().filter(|(_, bad)| !**bad).map(|(n, _)| now().plus_s(n as i64)).collect();
        prop_assert_eq!(delivery.fixes.iter().map(Fix::recorded_at).collect::<Vec<_>>(), expected);
        let refused: Vec<usize> = delivery.refused.iter().map(|refused| refused.index).collect();
        prop_assert_eq!(refused, bad.iter().enumerate().filter(|(_, bad)| **bad).map(|(n, _)| n).collect::<Vec<_>>());
    }
}
