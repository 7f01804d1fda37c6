//! GPSLogger for Android: one reading a request, whose URL and body the user writes. So every key has the names that templates give
//! it, in any case, in the query, a form or a flat JSON object. Speeds are m/s, or km/h as `spd_kph`.
//!
//! The app resends whole files: the same reading again is the same fix.

use super::fields::{json, missing, number_in, time_in, truth_in};
use super::words::kept;
use super::{Delivery, PhoneFlaw, SpeedUnit, Words};
use crate::Timestamp;
use crate::track::{FixField, RawFix, Source};
use serde_json::Value;
use std::collections::HashMap;

/// Most pairs looked at; `%ALL` makes about thirty.
const PAIRS_MAX: usize = 256;

const LAT: &[&str] = &["lat", "latitude"];
const LON: &[&str] = &["lon", "longitude", "lng"];
const TIME: &[&str] = &["time", "timestamp", "date_time", "tst"];
const ACCURACY: &[&str] = &["acc", "accuracy"];
const SPEED: &[&str] = &["spd", "s", "speed"];
const SPEED_KMH: &[&str] = &["spd_kph", "speed_kph"];
const BEARING: &[&str] = &["dir", "bearing", "direction", "course", "heading"];
const ALTITUDE: &[&str] = &["alt", "altitude", "elevation"];
const BATTERY: &[&str] = &["batt", "battery"];
const CHARGING: &[&str] = &["ischarging", "charging", "charge"];
const PROVIDER: &[&str] = &["prov", "provider"];
const PHONE: &[&str] = &["aid", "androidid", "ser", "serial", "id", "device"];

/// Reads a request: its query and its body, a form or a JSON object. What stands in both is taken from the query.
pub fn read(query: &str, body: &[u8], now: Timestamp) -> Result<Delivery, PhoneFlaw> {
    let pairs = Pairs::of(query, body)?;
    let mut delivery = Delivery::from(pairs.get(PHONE).and_then(|(_, id)| kept(id)));
    let at = pairs.get(TIME).map_or(Ok(None), |(_, text)| time_in(text, "time"));
    let battery =
        pairs.number(BATTERY, "batt", "0..100").map(|n| n.filter(|percent| *percent >= 0.0).map(|percent| percent / 100.0));
    delivery.say(Words {
        calls_itself: delivery.id.clone(),
        battery: battery.as_ref().ok().copied().flatten().filter(|level| *level <= 1.0),
        is_charging: pairs.get(CHARGING).and_then(|(_, text)| truth_in(text)),
        activity: pairs.get(&["act", "activity"]).and_then(|(_, text)| kept(text)),
        ..Words::new(at.as_ref().ok().copied().flatten().unwrap_or(now))
    });
    // There is no heartbeat: without coordinates the template is wrong, and success would throw the user's track away.
    let reading = at.and_then(|at| pairs.reading(at.unwrap_or(now), battery?));
    delivery.read(reading, name);
    Ok(delivery)
}

fn name(field: FixField) -> &'static str {
    match field {
        FixField::RecordedAt => "time",
        FixField::Lat => "lat",
        FixField::Lon => "lon",
        FixField::AccuracyM => "acc",
        FixField::SpeedMps => "spd",
        FixField::BearingDeg => "dir",
        FixField::AltitudeM => "alt",
        FixField::Battery => "batt",
        FixField::Mock => "mock",
        FixField::Source => "prov",
        FixField::Seq | FixField::Whole => "body",
    }
}

/// What was sent, by lower-case key; of a key sent several times, the first.
struct Pairs(HashMap<String, String>);

impl Pairs {
    fn of(query: &str, body: &[u8]) -> Result<Self, PhoneFlaw> {
        let mut pairs = HashMap::new();
        let mut put = |key: &str, value: String| {
            pairs.entry(key.to_ascii_lowercase()).or_insert(value);
            if pairs.len() > PAIRS_MAX {
                return Err(PhoneFlaw::body(format!("holds more than {PAIRS_MAX} parameters"), "1..256 parameters"));
            }
            Ok(())
        };
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            put(&key, value.into_owned())?;
        }
        if body.trim_ascii_start().starts_with(b"{") {
            let mut quoted = None;
            let object: serde_json::Map<String, Value> = json(super::fields::utf8(body)?, &mut quoted)
                .map_err(|error| PhoneFlaw::body(error.to_string(), "a form or a JSON object"))?;
            for (key, value) in &object {
                match value {
                    Value::String(text) => put(key, text.clone())?,
                    Value::Number(_) | Value::Bool(_) => put(key, value.to_string())?,
                    Value::Null | Value::Array(_) | Value::Object(_) => {}
                }
            }
        } else {
            for (key, value) in form_urlencoded::parse(body) {
                put(&key, value.into_owned())?;
            }
        }
        Ok(Self(pairs))
    }

    /// The first of the names that has a value.
    fn get(&self, names: &[&'static str]) -> Option<(&'static str, &str)> {
        names.iter().find_map(|name| {
            let value = self.0.get(*name)?.trim();
            (!value.is_empty()).then_some((*name, value))
        })
    }

    fn number(&self, names: &[&'static str], field: &'static str, limit: &'static str) -> Result<Option<f64>, PhoneFlaw> {
        self.get(names).map_or(Ok(None), |(_, text)| number_in(text, field, limit))
    }

    fn of_fix(&self, names: &[&'static str], field: FixField) -> Result<Option<f64>, PhoneFlaw> {
        self.number(names, name(field), field.limit())
    }

    fn reading(&self, recorded_at: Timestamp, battery: Option<f64>) -> Result<RawFix, PhoneFlaw> {
        let known = |value: Option<f64>| value.filter(|value| *value >= 0.0);
        let required = |names, field: FixField| self.of_fix(names, field)?.ok_or_else(|| missing(name(field), field.limit()));
        let speed_mps = match known(self.of_fix(SPEED, FixField::SpeedMps)?) {
            Some(mps) => Some(mps),
            None => known(self.of_fix(SPEED_KMH, FixField::SpeedMps)?).map(|kmh| kmh * SpeedUnit::KilometresPerHour.in_mps()),
        };
        Ok(RawFix {
            seq: None,
            recorded_at,
            lat: required(LAT, FixField::Lat)?,
            lon: required(LON, FixField::Lon)?,
            // 0.0 stands for a number that is missing.
            accuracy_m: self.of_fix(ACCURACY, FixField::AccuracyM)?.filter(|metres| *metres > 0.0),
            speed_mps,
            bearing_deg: known(self.of_fix(BEARING, FixField::BearingDeg)?),
            altitude_m: self.of_fix(ALTITUDE, FixField::AltitudeM)?,
            battery,
            source: self.get(PROVIDER).map_or(Source::Unknown, |(_, provider)| match provider.to_ascii_lowercase().as_str() {
                "gps" => Source::Gps,
                "network" => Source::Network,
                "fused" => Source::Fused,
                _ => Source::Unknown,
            }),
            mock: self.get(&["mock"]).and_then(|(_, text)| truth_in(text)).unwrap_or(false),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
    }

    fn fix(query: &str, body: &str) -> RawFix {
        let delivery = read(query, body.as_bytes(), now()).unwrap();
        assert_eq!((delivery.fixes.len(), delivery.refused.len()), (1, 0), "{query} {body}: {delivery:?}");
        delivery.fixes[0].to_raw()
    }

    #[test]
    fn a_templates_own_names_are_understood() {
        let expected = RawFix {
            recorded_at: now().plus_ms(949),
            lat: 12.193,
            lon: 19.111,
            accuracy_m: Some(8.0),
            speed_mps: Some(2.5),
            bearing_deg: Some(359.0),
            altitude_m: Some(45.0),
            battery: Some(0.91),
            source: Source::Gps,
            ..RawFix::default()
        };
        let long = "lat=12.193&lon=19.111&sat=9&desc=a+note&alt=45.0&acc=8.0&dir=359.0&prov=gps&spd_kph=9.0&spd=2.5\
                    &timestamp=1795420800&time=2026-11-23T08:00:00.949Z&starttimestamp=1795420000&date=2026-11-23&batt=91.0&ischarging=false\
                    &aid=22&ser=SRS11&act=&filename=f&profile=p&hdop=&vdop=&pdop=&dist=12&";
        assert_eq!(fix(long, ""), expected, "%ALL");
        let odd = "LAT=12.193&Longitude=19.111&ACCURACY=8.0&bearing=359.0&Provider=GPS&s=2.5&TIME=2026-11-23T08:00:00.949Z&battery=91.0&altitude=45.0";
        assert_eq!(fix(odd, ""), expected, "names and cases of templates");
        assert_eq!(fix("", odd), expected, "as a form");
        let object = r#"{"lat":12.193,"lon":"19.111","acc":8.0,"dir":359,"prov":"gps","spd":"","spd_kph":9.0,"time":"2026-11-23T08:00:00.949Z",
                         "batt":91,"alt":45,"extra":null,"more":[1]}"#;
        assert_eq!(fix("", object), expected, "as JSON; km/h where m/s is not given");
        assert_eq!(fix("lat=1&lon=2&time=1795420800&acc=0.0", "").accuracy_m, None);
        let words = read(long, b"", now()).unwrap().words.unwrap();
        assert_eq!((words.battery, words.is_charging, words.calls_itself.as_deref()), (Some(0.91), Some(false), Some("22")));
    }

    #[test]
    fn a_refusal_names_the_field() {
        for (query, field) in [
            ("", "lat"),
            ("latt=1&lonn=1", "lat"),
            ("lat=91&lon=1", "lat"),
            ("latitude=1", "lon"),
            ("lat=1&lon=x", "lon"),
            ("lat=1&lon=1&time=later", "time"),
            ("lat=1&lon=1&spd=x", "spd"),
            ("lat=1&lon=1&dir=400", "dir"),
            ("lat=1&lon=1&batt=1000", "batt"),
        ] {
            let delivery = read(query, b"", now()).unwrap();
            assert_eq!((delivery.fixes.len(), delivery.refused[0].flaw.field.as_ref()), (0, field), "{query}");
        }
        assert_eq!(read("", b"{", now()).unwrap_err().field, "body");
    }
}
