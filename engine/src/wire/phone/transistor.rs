//! Traccar Client 9: the JSON of the Transistor SDK, one location in a request (the SDK itself can also send a list).
//!
//! `{"location":{"timestamp","coords":{…},"battery":{…},…},"device_id":"…"}`. Without `coords` it is a heartbeat.

use super::fields::{accuracy, fraction, json, measure, missing, number, required, text, time, truth, utf8};
use super::words::kept;
use super::{Delivery, FIXES_MAX, PhoneFlaw, Words};
use crate::Timestamp;
use crate::track::{FixField, RawFix};
use crate::wire::phone::{Network, Permission};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

const LOCATION: &str = "a location object, or a list of up to 1000";

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    location: Option<&'a RawValue>,
    device_id: Option<Value>,
}

/// Reads a request's JSON body.
pub fn read(body: &[u8], now: Timestamp) -> Result<Delivery, PhoneFlaw> {
    let mut quoted = None;
    let body: Body<'_> = json(utf8(body)?, &mut quoted).map_err(|error| PhoneFlaw::body(error.to_string(), "a JSON object"))?;
    let id = body.device_id.as_ref().and_then(|id| match id {
        Value::String(id) => kept(id),
        Value::Number(id) => Some(id.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    let mut delivery = Delivery::from(id);
    let location = body.location.ok_or_else(|| missing("location", LOCATION))?.get();
    if !location.starts_with('[') {
        one(&mut delivery, location, now);
        return Ok(delivery);
    }
    let many: Vec<&RawValue> = serde_json::from_str(location).map_err(|error| PhoneFlaw::body(error.to_string(), LOCATION))?;
    if many.len() > FIXES_MAX {
        return Err(PhoneFlaw::new("location", format!("holds {}", many.len()), LOCATION));
    }
    for location in many {
        one(&mut delivery, location.get(), now);
    }
    Ok(delivery)
}

fn one(delivery: &mut Delivery, location: &str, now: Timestamp) {
    let parsed = serde_json::from_str::<Value>(location).ok().filter(Value::is_object);
    let Some(location) = parsed else {
        let flaw = PhoneFlaw::new("location", "of the wrong type", LOCATION);
        return delivery.read(Err(flaw), name);
    };
    let at = time(&location, "timestamp");
    delivery.say(words(&location, delivery.id.clone(), at.as_ref().ok().copied().flatten().unwrap_or(now)));
    if let Some(coords) = location.get("coords").filter(|coords| !coords.is_null()) {
        delivery.read(reading(&location, coords, at), name);
    }
}

fn reading(location: &Value, coords: &Value, at: Result<Option<Timestamp>, PhoneFlaw>) -> Result<RawFix, PhoneFlaw> {
    if !coords.is_object() {
        return Err(PhoneFlaw::new("coords", "of the wrong type", "an object"));
    }
    Ok(RawFix {
        seq: None,
        recorded_at: at?.ok_or_else(|| missing("timestamp", super::fields::TIME_LIMIT))?,
        lat: required(coords, "latitude", FixField::Lat)?,
        lon: required(coords, "longitude", FixField::Lon)?,
        accuracy_m: accuracy(coords, "accuracy")?,
        speed_mps: measure(coords, "speed", FixField::SpeedMps)?,
        bearing_deg: measure(coords, "heading", FixField::BearingDeg)?,
        altitude_m: number(coords, "altitude", FixField::AltitudeM.limit())?,
        battery: location.get("battery").and_then(|battery| fraction(battery, "level")),
        source: Default::default(),
        mock: truth(location, "mock").unwrap_or(false),
    })
}

fn words(location: &Value, id: Option<String>, at: Timestamp) -> Words {
    let of = |key: &str| location.get(key).unwrap_or(&Value::Null);
    let (battery, provider, activity) = (of("battery"), of("provider"), of("activity"));
    Words {
        calls_itself: id,
        battery: fraction(battery, "level"),
        is_charging: truth(battery, "is_charging"),
        network: truth(provider, "airplane").filter(|is| *is).map(|_| Network::Offline),
        permission: provider.get("status").and_then(Value::as_i64).and_then(permission),
        has_location_service: truth(provider, "enabled"),
        activity: text(activity, "type").filter(|activity| activity != "unknown"),
        is_moving: truth(location, "is_moving"),
        event: text(location, "event"),
        alarm: text(location, "alarm").or_else(|| text(of("extras"), "alarm")),
        ..Words::new(at)
    }
}

/// The SDK's authorisation codes: those of iOS, which it also uses on Android.
fn permission(code: i64) -> Option<Permission> {
    match code {
        0 => Some(Permission::NotAsked),
        1 => Some(Permission::Restricted),
        2 => Some(Permission::Denied),
        3 => Some(Permission::Always),
        4 => Some(Permission::WhileInUse),
        _ => None,
    }
}

fn name(field: FixField) -> &'static str {
    match field {
        FixField::RecordedAt => "timestamp",
        FixField::Lat => "latitude",
        FixField::Lon => "longitude",
        FixField::AccuracyM => "accuracy",
        FixField::SpeedMps => "speed",
        FixField::BearingDeg => "heading",
        FixField::AltitudeM => "altitude",
        FixField::Battery => "battery.level",
        FixField::Mock => "mock",
        FixField::Source | FixField::Seq | FixField::Whole => "location",
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

    #[test]
    fn a_location_is_read_with_its_unknowns() {
        let delivery = ask(r#"{"location":{"timestamp":"2026-11-23T07:59:00.250Z","coords":{"latitude":52.5,"longitude":13.4,
            "accuracy":5,"speed":18.67,"heading":-1,"altitude":35.7,"floor":null,"altitude_accuracy":-1},"is_moving":true,
            "odometer":12.5,"event":"motionchange","battery":{"level":0.79,"is_charging":false},"activity":{"type":"in_vehicle",
            "confidence":100},"extras":{},"_":"&id=4&lat=52.5&lon=13.4&"},"device_id":"4"}"#);
        let expected = RawFix {
            recorded_at: now().plus_ms(-59_750),
            lat: 52.5,
            lon: 13.4,
            accuracy_m: Some(5.0),
            speed_mps: Some(18.67),
            altitude_m: Some(35.7),
            battery: Some(0.79),
            ..RawFix::default()
        };
        assert_eq!((delivery.id.as_deref(), delivery.fixes[0].to_raw()), (Some("4"), expected));
        let words = delivery.words.unwrap();
        assert_eq!((words.activity.as_deref(), words.event.as_deref()), (Some("in_vehicle"), Some("motionchange")));
        assert_eq!((words.battery, words.is_charging, words.is_moving), (Some(0.79), Some(false), Some(true)));

        let simulated =
            ask(r#"{"location":{"mock":true,"timestamp":"2026-11-23T08:00:00Z","coords":{"latitude":1,"longitude":2,"speed":-1,
               "accuracy":5},"battery":{"level":-1,"is_charging":false},"activity":{"type":"unknown"}},"device_id":77}"#);
        let fix = simulated.fixes[0].to_raw();
        assert_eq!((fix.mock, fix.speed_mps, fix.battery, simulated.id.as_deref()), (true, None, None, Some("77")));
        assert_eq!(simulated.words.unwrap().activity, None);
    }

    #[test]
    fn a_heartbeat_and_a_change_of_permission_are_words() {
        let delivery = ask(
            r#"{"location":{"timestamp":"2026-11-23T08:00:00Z","event":"providerchange","battery":{"level":0.1,"is_charging":true},
               "provider":{"enabled":false,"status":2,"gps":false,"network":false}},"device_id":"4"}"#,
        );
        assert!(delivery.fixes.is_empty() && delivery.refused.is_empty());
        let words = delivery.words.unwrap();
        assert_eq!((words.permission, words.has_location_service), (Some(Permission::Denied), Some(false)));
        assert_eq!((words.battery, words.event.as_deref()), (Some(0.1), Some("providerchange")));
    }

    #[test]
    fn a_bad_location_costs_only_itself() {
        let good = r#"{"timestamp":"2026-11-23T08:00:00Z","coords":{"latitude":52.5,"longitude":13.4}}"#;
        let bad = [
            (r#"{"timestamp":"2026-11-23T08:00:00Z","coords":{"latitude":95,"longitude":13.4}}"#, "latitude"),
            (r#"{"coords":{"latitude":52.5,"longitude":13.4}}"#, "timestamp"),
            (r#"{"timestamp":"soon","coords":{"latitude":52.5,"longitude":13.4}}"#, "timestamp"),
            (r#"{"timestamp":"2026-11-23T08:00:00Z","coords":{"latitude":1e999,"longitude":13.4}}"#, "location"),
            (r#"{"timestamp":"2026-11-23T08:00:00Z","coords":{"latitude":NaN,"longitude":13.4}}"#, "latitude"),
            (r#"{"timestamp":"2026-11-23T08:00:00Z","coords":[1,2]}"#, "coords"),
            ("7", "location"),
        ];
        let list: Vec<&str> = bad.iter().flat_map(|(bad, _)| [good, *bad]).collect();
        let delivery = ask(&format!(r#"{{"location":[{}],"device_id":"4"}}"#, list.join(",")));
        assert_eq!(delivery.fixes.len(), bad.len());
        for (n, ((text, field), refused)) in bad.iter().zip(&delivery.refused).enumerate() {
            assert_eq!((refused.index, refused.flaw.field.as_ref()), (2 * n + 1, *field), "{text}");
        }
        for (body, field) in [("", "body"), ("[]", "body"), (r#"{"device_id":"1"}"#, "location"), ("\u{0}", "body")] {
            assert_eq!(read(body.as_bytes(), now()).unwrap_err().field, field, "{body}");
        }
        assert_eq!(read(b"\xff\xfe", now()).unwrap_err().field, "body");
        let crowd = format!(r#"{{"location":[{}]}}"#, vec!["{}"; FIXES_MAX + 1].join(","));
        assert_eq!(
            read(crowd.as_bytes(), now()).unwrap_err().to_string(),
            "location: holds 1001, must be a location object, or a list of up to 1000"
        );
    }
}
