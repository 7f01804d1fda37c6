//! Overland: a batch of GeoJSON features, and beside it `current`, the newest position, when the batch is a backlog. So the newest may
//! arrive before old ones. Speeds are m/s, −1 is unknown.
//!
//! Features with an `action` tell what the app did and repeat a position known before: they are words, not readings.

use super::fields::{accuracy, fraction, json, measure, missing, number_in, text, time, truth, utf8};
use super::{Delivery, FIXES_MAX, Network, PhoneFlaw, Words};
use crate::Timestamp;
use crate::track::{FixField, RawFix};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The one reply after which the app deletes its batch.
pub const REPLY: &str = r#"{"result":"ok"}"#;
const LOCATIONS: &str = "a list of 0..1000 GeoJSON features";
const FEATURE: &str = "a GeoJSON feature with a point";

/// `trip` is passed over: its positions are repeated in the batch.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    locations: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    current: Option<&'a RawValue>,
}

/// Reads a request's body: the batch first, then `current`.
pub fn read(body: &[u8], now: Timestamp) -> Result<Delivery, PhoneFlaw> {
    let mut quoted = None;
    let body: Body<'_> = json(utf8(body)?, &mut quoted).map_err(|error| PhoneFlaw::body(error.to_string(), LOCATIONS))?;
    let locations = body.locations.ok_or_else(|| missing("locations", LOCATIONS))?;
    if locations.len() > FIXES_MAX {
        return Err(PhoneFlaw::new("locations", format!("holds {}", locations.len()), LOCATIONS));
    }
    let mut delivery = Delivery::default();
    for feature in locations.into_iter().chain(body.current).map(RawValue::get).filter(|feature| *feature != "null") {
        one(&mut delivery, feature, now);
    }
    Ok(delivery)
}

fn one(delivery: &mut Delivery, feature: &str, now: Timestamp) {
    let parsed = serde_json::from_str::<Value>(feature).ok();
    let Some((feature, properties)) = parsed.as_ref().and_then(|feature| Some((feature, feature.get("properties")?))) else {
        return delivery.read(Err(PhoneFlaw::new("locations", "not a feature with properties", FEATURE)), name);
    };
    let id = text(properties, "device_id").or_else(|| text(properties, "unique_id"));
    if delivery.id.is_none() {
        delivery.id.clone_from(&id);
    }
    let at = time(properties, "timestamp");
    let action = text(properties, "action");
    let is_reading = action.is_none();
    delivery.say(words(properties, id, action, at.as_ref().ok().copied().flatten().unwrap_or(now)));
    if is_reading {
        delivery.read(reading(feature, properties, at), name);
    }
}

fn reading(feature: &Value, properties: &Value, at: Result<Option<Timestamp>, PhoneFlaw>) -> Result<RawFix, PhoneFlaw> {
    let coordinates = feature.get("geometry").and_then(|geometry| geometry.get("coordinates")).and_then(Value::as_array);
    let coordinates = coordinates.ok_or_else(|| missing("geometry", FEATURE))?;
    let degrees = |index: usize, field: FixField| match coordinates.get(index) {
        Some(Value::Number(number)) => number.as_f64().ok_or_else(|| missing(name(field), field.limit())),
        // A bare NaN, quoted by now: its flaw is named like any other.
        Some(Value::String(text)) => {
            number_in(text, name(field), field.limit())?.ok_or_else(|| missing(name(field), field.limit()))
        }
        Some(_) => Err(PhoneFlaw::new(name(field), "of the wrong type", field.limit())),
        None => Err(missing(name(field), field.limit())),
    };
    Ok(RawFix {
        seq: None,
        recorded_at: at?.ok_or_else(|| missing("timestamp", super::fields::TIME_LIMIT))?,
        lat: degrees(1, FixField::Lat)?,
        lon: degrees(0, FixField::Lon)?,
        accuracy_m: accuracy(properties, "horizontal_accuracy")?,
        speed_mps: measure(properties, "speed", FixField::SpeedMps)?,
        bearing_deg: measure(properties, "course", FixField::BearingDeg)?,
        altitude_m: super::fields::number(properties, "altitude", FixField::AltitudeM.limit())?,
        battery: fraction(properties, "battery_level"),
        source: Default::default(),
        mock: truth(properties, "mock").unwrap_or(false),
    })
}

fn words(properties: &Value, id: Option<String>, action: Option<String>, at: Timestamp) -> Words {
    let motion = properties.get("motion").and_then(Value::as_array);
    let activity = motion.and_then(|motion| motion.first()).and_then(Value::as_str);
    Words {
        calls_itself: id,
        battery: fraction(properties, "battery_level"),
        is_charging: text(properties, "battery_state").and_then(|state| match state.as_str() {
            "charging" | "full" => Some(true),
            "unplugged" => Some(false),
            _ => None,
        }),
        network: text(properties, "wifi").map(|_| Network::Wifi),
        activity: activity.and_then(super::words::kept),
        is_moving: activity.map(|activity| activity != "stationary"),
        event: action,
        ..Words::new(at)
    }
}

fn name(field: FixField) -> &'static str {
    match field {
        FixField::RecordedAt => "timestamp",
        FixField::Lat => "latitude",
        FixField::Lon => "longitude",
        FixField::AccuracyM => "horizontal_accuracy",
        FixField::SpeedMps => "speed",
        FixField::BearingDeg => "course",
        FixField::AltitudeM => "altitude",
        FixField::Battery => "battery_level",
        FixField::Mock => "mock",
        FixField::Source | FixField::Seq | FixField::Whole => "locations",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
    }

    fn ask(body: &str) -> Delivery {
        read(body.as_bytes(), now()).unwrap()
    }

    fn feature(lon_lat: &str, properties: &str) -> String {
        format!(r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{lon_lat}]}},"properties":{{{properties}}}}}"#)
    }

    #[test]
    fn a_batch_and_the_current_position_are_read() {
        let old = feature(
            "13.4,52.5",
            r#""timestamp":"2026-11-23T00:00:00-0700","altitude":30,"speed":4,"course":90,"horizontal_accuracy":30,"vertical_accuracy":-1,
               "motion":["driving","stationary"],"battery_state":"charging","battery_level":0.8,"device_id":"","unique_id":"u-1","wifi":"Home""#,
        );
        let new =
            feature("13.5,52.6", r#""timestamp":"2026-11-23T07:59:59Z","speed":-1,"horizontal_accuracy":-1,"battery_level":-1"#);
        let trip = r#"{"distance":5,"mode":"car","current_location":null,"start":"x"}"#;
        let delivery = ask(&format!(r#"{{"locations":[{old}],"current":{new},"trip":{trip}}}"#));
        let first = RawFix {
            recorded_at: Timestamp::parse("2026-11-23T07:00:00Z").unwrap(),
            lat: 52.5,
            lon: 13.4,
            accuracy_m: Some(30.0),
            speed_mps: Some(4.0),
            bearing_deg: Some(90.0),
            altitude_m: Some(30.0),
            battery: Some(0.8),
            ..RawFix::default()
        };
        let second = RawFix { recorded_at: now().plus_s(-1), lat: 52.6, lon: 13.5, ..RawFix::default() };
        let fixes: Vec<RawFix> = delivery.fixes.iter().map(|fix| fix.to_raw()).collect();
        assert_eq!((fixes, delivery.id.as_deref()), (vec![first, second], Some("u-1")));
        let words = delivery.words.unwrap();
        assert_eq!((words.battery, words.is_charging, words.network), (Some(0.8), Some(true), Some(Network::Wifi)));
        assert_eq!((words.activity.as_deref(), words.at), (Some("driving"), now().plus_s(-1)));
    }

    #[test]
    fn a_bad_feature_costs_only_itself() {
        let good = feature("13.4,52.5", r#""timestamp":"2026-11-23T07:00:00Z""#);
        let bad = [
            (feature("13.4,95", r#""timestamp":"2026-11-23T07:00:00Z""#), "latitude"),
            (feature("-181,52", r#""timestamp":"2026-11-23T07:00:00Z""#), "longitude"),
            (feature("13.4,NaN", r#""timestamp":"2026-11-23T07:00:00Z""#), "latitude"),
            (feature("13.4,1e999", r#""timestamp":"2026-11-23T07:00:00Z""#), "locations"),
            (feature("13.4", r#""timestamp":"2026-11-23T07:00:00Z""#), "latitude"),
            (feature("13.4,52.5", r#""timestamp":"noon""#), "timestamp"),
            (feature("13.4,52.5", ""), "timestamp"),
            (r#"{"type":"Feature","properties":{"timestamp":"2026-11-23T07:00:00Z"}}"#.to_owned(), "geometry"),
            ("[]".to_owned(), "locations"),
            ("\"x\"".to_owned(), "locations"),
        ];
        let list: Vec<&str> = bad.iter().flat_map(|(bad, _)| [good.as_str(), bad]).collect();
        let delivery = ask(&format!(r#"{{"locations":[{}]}}"#, list.join(",")));
        assert_eq!(delivery.fixes.len(), bad.len());
        for (n, ((text, field), refused)) in bad.iter().zip(&delivery.refused).enumerate() {
            assert_eq!((refused.index, refused.flaw.field.as_ref()), (2 * n + 1, *field), "{text}");
        }
    }

    #[test]
    fn what_the_app_did_is_said_and_not_a_reading() {
        let visit =
            feature("13.4,52.5", r#""timestamp":"2026-11-23T07:00:00Z","action":"visit","arrival_date":"2026-11-23T06:00:00Z""#);
        let delivery = ask(&format!(r#"{{"locations":[{visit}]}}"#));
        assert!(delivery.fixes.is_empty() && delivery.refused.is_empty());
        assert_eq!(delivery.words.unwrap().event.as_deref(), Some("visit"));
    }

    #[test]
    fn the_body_must_be_a_batch() {
        assert_eq!(ask(r#"{"locations":[]}"#), Delivery::default());
        assert_eq!(ask(r#"{"locations":[],"current":null,"trip":null}"#), Delivery::default());
        for (body, field) in [("", "body"), ("{}", "locations"), (r#"{"locations":5}"#, "body"), ("[1]", "body")] {
            assert_eq!(read(body.as_bytes(), now()).unwrap_err().field, field, "{body}");
        }
        let crowd = format!(r#"{{"locations":[{}]}}"#, vec!["0"; FIXES_MAX + 1].join(","));
        assert_eq!(
            read(crowd.as_bytes(), now()).unwrap_err().to_string(),
            "locations: holds 1001, must be a list of 0..1000 GeoJSON features"
        );
    }
}
