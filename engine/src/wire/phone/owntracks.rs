//! OwnTracks over HTTP: one message a request, told apart by `_type`; the reply is a list of messages for the phone.
//!
//! Only `location` is a reading: what comes with the other types is either said of the phone (status, will, transition) or of no use
//! here. Speeds are km/h. What the app does not know it leaves out or sends as −1.

use super::fields::{accuracy, json, measure, missing, number, required, text, time, utf8};
use super::words::kept;
use super::{Delivery, Monitoring, Network, Permission, PhoneFlaw, SpeedUnit, Words};
use crate::Timestamp;
use crate::track::{FixField, RawFix};
use serde::Serialize;
use serde_json::{Value, json};

/// Reads a request's body. An empty one is what the app sends when a friend is deleted.
pub fn read(body: &[u8], now: Timestamp) -> Result<Delivery, PhoneFlaw> {
    let text = utf8(body)?.trim();
    if text.is_empty() {
        return Ok(Delivery { ignored: Some("empty"), ..Delivery::default() });
    }
    let mut quoted = None;
    let message: Value = json(text, &mut quoted).map_err(|error| PhoneFlaw::body(error.to_string(), "a JSON object"))?;
    if !message.is_object() {
        return Err(PhoneFlaw::body("of the wrong type", "a JSON object"));
    }
    let kind = message.get("_type").and_then(Value::as_str).ok_or_else(|| missing("_type", "location | status | …"))?;
    let mut delivery = Delivery::from(named(&message));
    match kind {
        "location" => location(&mut delivery, &message, now),
        "transition" => {
            let event = text_of(&message, "event").map(|event| match text_of(&message, "desc") {
                Some(place) => format!("{event} {place}"),
                None => event,
            });
            delivery.say(Words { event: event.as_deref().and_then(kept), ..Words::new(said_at(&message, now)) });
        }
        // `tst` is when the phone connected; that it is gone is news of now.
        "lwt" => delivery.say(Words { event: Some("connection_lost".to_owned()), ..Words::new(now) }),
        "status" => delivery.say(status(&message, now)),
        "configuration" => delivery.say(Words { monitoring: monitoring(&message, "monitoring"), ..Words::new(now) }),
        "encrypted" => {
            return Err(PhoneFlaw::new(
                "_type",
                "encrypted",
                "a message in the clear: leave the app's encryption key empty, TLS protects the way",
            ));
        }
        "waypoint" => delivery.ignored = Some("waypoint"),
        "waypoints" => delivery.ignored = Some("waypoints"),
        "steps" => delivery.ignored = Some("steps"),
        "beacon" => delivery.ignored = Some("beacon"),
        "card" => delivery.ignored = Some("card"),
        "request" => delivery.ignored = Some("request"),
        "cmd" => delivery.ignored = Some("cmd"),
        // A refusal would make the app send it for ever.
        _ => delivery.ignored = Some("other"),
    }
    if let (Some(words), Some(id)) = (&mut delivery.words, &delivery.id) {
        words.calls_itself = Some(id.clone());
    }
    Ok(delivery)
}

/// `user/device` from the topic the message would have had over MQTT, else the tracker's two letters.
fn named(message: &Value) -> Option<String> {
    let topic = message.get("topic").and_then(Value::as_str);
    let place = topic.and_then(|topic| {
        let mut parts = topic.split('/').skip(1);
        Some(format!("{}/{}", parts.next()?, parts.next()?).to_lowercase())
    });
    place.as_deref().and_then(kept).or_else(|| text_of(message, "tid"))
}

fn location(delivery: &mut Delivery, message: &Value, now: Timestamp) {
    delivery.say(Words {
        battery: percent(message, "batt").ok().flatten().filter(|level| *level <= 1.0),
        is_charging: message.get("bs").and_then(Value::as_i64).and_then(|state| match state {
            1 => Some(false),
            2 | 3 => Some(true),
            _ => None,
        }),
        network: message.get("conn").and_then(Value::as_str).and_then(|conn| match conn {
            "w" => Some(Network::Wifi),
            "m" => Some(Network::Mobile),
            "o" => Some(Network::Offline),
            _ => None,
        }),
        monitoring: monitoring(message, "m"),
        activity: message.get("motionactivities").and_then(Value::as_array).and_then(|many| kept(many.first()?.as_str()?)),
        event: text_of(message, "t").and_then(|trigger| trigger_name(&trigger)).map(str::to_owned),
        ..Words::new(said_at(message, now))
    });
    delivery.read(reading(message), name);
}

fn reading(message: &Value) -> Result<RawFix, PhoneFlaw> {
    Ok(RawFix {
        seq: None,
        recorded_at: time(message, "tst")?.ok_or_else(|| missing("tst", super::fields::TIME_LIMIT))?,
        lat: required(message, "lat", FixField::Lat)?,
        lon: required(message, "lon", FixField::Lon)?,
        accuracy_m: accuracy(message, "acc")?,
        speed_mps: measure(message, "vel", FixField::SpeedMps)?.map(|kmh| kmh * SpeedUnit::KilometresPerHour.in_mps()),
        bearing_deg: measure(message, "cog", FixField::BearingDeg)?,
        altitude_m: number(message, "alt", FixField::AltitudeM.limit())?,
        battery: percent(message, "batt")?,
        source: Default::default(),
        mock: super::fields::truth(message, "mock").unwrap_or(false),
    })
}

/// When the message speaks of: for what is said of the phone, when it was put together.
fn said_at(message: &Value, now: Timestamp) -> Timestamp {
    let read = |key| time(message, key).ok().flatten();
    read("created_at").or_else(|| read("tst")).unwrap_or(now)
}

fn percent(message: &Value, key: &'static str) -> Result<Option<f64>, PhoneFlaw> {
    Ok(number(message, key, "0..100")?.filter(|percent| *percent >= 0.0).map(|percent| percent / 100.0))
}

fn monitoring(message: &Value, key: &str) -> Option<Monitoring> {
    message.get(key).and_then(Value::as_f64).and_then(Monitoring::from_code)
}

fn text_of(message: &Value, key: &str) -> Option<String> {
    text(message, key)
}

fn trigger_name(trigger: &str) -> Option<&'static str> {
    match trigger {
        "p" => Some("ping"),
        "c" | "C" => Some("region"),
        "b" => Some("beacon"),
        "r" => Some("asked"),
        "u" => Some("by hand"),
        "t" => Some("timer"),
        "v" => Some("frequent location"),
        _ => None,
    }
}

/// What the phone lets the app do: iOS by the names of its constants, Android by 0 for "fine".
fn status(message: &Value, now: Timestamp) -> Words {
    let mut words = Words::new(said_at(message, now));
    if let Some(ios) = message.get("iOS") {
        let word = |key| text_of(ios, key).unwrap_or_default();
        words.permission = match word("locationManagerAuthorizationStatus").as_str() {
            "kCLAuthorizationStatusAuthorizedAlways" => Some(Permission::Always),
            "kCLAuthorizationStatusAuthorizedWhenInUse" => Some(Permission::WhileInUse),
            "kCLAuthorizationStatusDenied" => Some(Permission::Denied),
            "kCLAuthorizationStatusRestricted" => Some(Permission::Restricted),
            "kCLAuthorizationStatusNotDetermined" => Some(Permission::NotAsked),
            _ => None,
        };
        words.may_be_stopped = match word("backgroundRefreshStatus").as_str() {
            "UIBackgroundRefreshStatusAvailable" => Some(false),
            "UIBackgroundRefreshStatusDenied" | "UIBackgroundRefreshStatusRestricted" => Some(true),
            _ => None,
        };
    }
    let android = message.get("android").unwrap_or(message);
    let code = |key| android.get(key).and_then(Value::as_i64);
    words.saves_power = code("ps").map(|code| code != 0);
    if let Some(stops) = [code("bo"), code("hib")].into_iter().flatten().map(|code| code != 0).reduce(|a, b| a || b) {
        words.may_be_stopped = Some(stops);
    }
    match code("loc") {
        // 0 always and exact, −1 always but coarse, −2 and −3 the same while in use, −4 not at all.
        Some(0 | -1) => words.permission = Some(Permission::Always),
        Some(-2 | -3) => words.permission = Some(Permission::WhileInUse),
        Some(-4) => words.permission = Some(Permission::Denied),
        Some(_) | None => {}
    }
    words
}

fn name(field: FixField) -> &'static str {
    match field {
        FixField::RecordedAt => "tst",
        FixField::Lat => "lat",
        FixField::Lon => "lon",
        FixField::AccuracyM => "acc",
        FixField::SpeedMps => "vel",
        FixField::BearingDeg => "cog",
        FixField::AltitudeM => "alt",
        FixField::Battery => "batt",
        FixField::Mock => "mock",
        FixField::Source | FixField::Seq | FixField::Whole => "body",
    }
}

/// A place the phone is to watch itself. `tst` is its identity in the app: the same again replaces it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Waypoint {
    pub desc: String,
    pub lat: f64,
    pub lon: f64,
    /// Whole metres, as the app wants them.
    #[serde(rename = "rad")]
    pub radius_m: u32,
    /// Unix seconds.
    pub tst: i64,
    pub rid: String,
}

/// The reply to a delivery: a list of messages, which carries the places to watch when there are any.
pub fn reply(waypoints: &[Waypoint]) -> String {
    if waypoints.is_empty() {
        return "[]".to_owned();
    }
    let places: Vec<Value> = waypoints
        .iter()
        .map(|w| json!({"_type": "waypoint", "desc": w.desc, "lat": w.lat, "lon": w.lon, "rad": w.radius_m, "tst": w.tst, "rid": w.rid}))
        .collect();
    let command = json!({"_type": "cmd", "action": "setWaypoints", "waypoints": {"_type": "waypoints", "waypoints": places}});
    json!([command]).to_string()
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
    fn a_location_is_in_kilometres_an_hour_and_percent() {
        let delivery = ask(
            r#"{"_type":"location","acc":13,"alt":23,"batt":62,"bs":2,"cog":56,"conn":"w","created_at":1795420801,"lat":52.5,"lon":13.4,
               "m":1,"t":"p","tid":"le","topic":"owntracks/Ada/Oriole","tst":1795420800,"vac":15,"vel":36,"motionactivities":["walking"]}"#,
        );
        let expected = RawFix {
            recorded_at: now(),
            lat: 52.5,
            lon: 13.4,
            accuracy_m: Some(13.0),
            speed_mps: Some(10.0),
            bearing_deg: Some(56.0),
            altitude_m: Some(23.0),
            battery: Some(0.62),
            ..RawFix::default()
        };
        assert_eq!((delivery.fixes[0].to_raw(), delivery.id.as_deref()), (expected, Some("ada/oriole")));
        let words = delivery.words.unwrap();
        assert_eq!((words.battery, words.is_charging, words.network), (Some(0.62), Some(true), Some(Network::Wifi)));
        assert_eq!((words.monitoring, words.activity.as_deref()), (Some(Monitoring::Significant), Some("walking")));
        assert_eq!((words.at, words.event.as_deref()), (now().plus_s(1), Some("ping")));

        let bare = ask(
            r#"{"_type":"location","lat":48.85,"lon":2.295,"tst":1795420800,"tid":"JJ","vel":-1,"cog":-1,"batt":-1,"acc":0}"#,
        );
        let expected = RawFix { recorded_at: now(), lat: 48.85, lon: 2.295, ..RawFix::default() };
        assert_eq!((bare.fixes[0].to_raw(), bare.id.as_deref()), (expected, Some("JJ")));
    }

    #[test]
    fn a_status_says_why_a_phone_may_fall_silent() {
        let android = ask(r#"{"_type":"status","_id":"1","android":{"hib":0,"bo":1,"loc":-2,"ps":1,"wifi":0}}"#).words.unwrap();
        assert_eq!(
            (android.permission, android.saves_power, android.may_be_stopped),
            (Some(Permission::WhileInUse), Some(true), Some(true))
        );
        let ios = ask(r#"{"_type":"status","iOS":{"backgroundRefreshStatus":"UIBackgroundRefreshStatusAvailable",
               "locationManagerAuthorizationStatus":"kCLAuthorizationStatusDenied"}}"#);
        let words = ios.words.unwrap();
        assert_eq!((words.permission, words.may_be_stopped, words.saves_power), (Some(Permission::Denied), Some(false), None));
    }

    #[test]
    fn every_type_is_understood() {
        let event = |body: &str| ask(body).words.unwrap().event;
        assert_eq!(event(r#"{"_type":"lwt","tst":"1440363922"}"#).as_deref(), Some("connection_lost"));
        let transition = r#"{"_type":"transition","wtst":1,"tst":1795420800,"acc":5,"event":"enter","desc":"Depot","lat":1,"lon":2,"tid":"x"}"#;
        assert_eq!(event(transition).as_deref(), Some("enter Depot"));
        assert!(ask(transition).fixes.is_empty(), "the location of it comes in a message of its own");
        let dump = ask(r#"{"_type":"configuration","monitoring":-1,"username":"ada"}"#).words.unwrap();
        assert_eq!(dump.monitoring, Some(Monitoring::Quiet));
        for kind in ["waypoint", "waypoints", "steps", "beacon", "card", "request", "cmd", "other"] {
            let delivery = ask(&format!(r#"{{"_type":"{kind}"}}"#));
            assert_eq!((delivery.ignored, delivery.fixes.len(), delivery.refused.len()), (Some(kind), 0, 0));
        }
        assert_eq!(ask(r#"{"_type":"tomorrows"}"#).ignored, Some("other"));
        assert_eq!(ask("").ignored, Some("empty"));
        let sealed = read(br#"{"_type":"encrypted","data":"AAAA"}"#, now()).unwrap_err();
        assert!(sealed.to_string().starts_with("_type: encrypted, must be a message in the clear"), "{sealed}");
    }

    #[test]
    fn a_refusal_names_the_field() {
        for (fields, field) in [
            (r#""lat":91,"lon":1,"tst":1"#, "lat"),
            (r#""lat":1,"tst":1"#, "lon"),
            (r#""lat":1,"lon":1"#, "tst"),
            (r#""lat":1,"lon":1,"tst":"x""#, "tst"),
            (r#""lat":1,"lon":1,"tst":1,"vel":{}"#, "vel"),
            (r#""lat":NaN,"lon":1,"tst":1"#, "lat"),
        ] {
            let delivery = ask(&format!(r#"{{"_type":"location",{fields}}}"#));
            assert_eq!((delivery.fixes.len(), delivery.refused[0].flaw.field.as_ref()), (0, field), "{fields}");
        }
        for (body, field) in [("{", "body"), ("[]", "body"), ("{}", "_type"), (r#"{"_type":5}"#, "_type")] {
            assert_eq!(read(body.as_bytes(), now()).unwrap_err().field, field, "{body}");
        }
    }

    #[test]
    fn the_reply_carries_the_places_to_watch() {
        assert_eq!(reply(&[]), "[]");
        let depot = Waypoint {
            desc: "Depot \"A\"".to_owned(),
            lat: 52.5,
            lon: 13.4,
            radius_m: 100,
            tst: 1_795_420_800,
            rid: "f1".to_owned(),
        };
        let sent: Value = serde_json::from_str(&reply(&[depot])).unwrap();
        let place = json!({"_type": "waypoint", "desc": "Depot \"A\"", "lat": 52.5, "lon": 13.4, "rad": 100, "tst": 1_795_420_800, "rid": "f1"});
        assert_eq!(
            sent,
            json!([{"_type": "cmd", "action": "setWaypoints", "waypoints": {"_type": "waypoints", "waypoints": [place]}}])
        );
    }
}
