//! The OsmAnd protocol: one reading as a query or a form. Spoken by OsmAnd's online tracking and by Traccar Client before 9 (query)
//! and from 10 on (form); what other trackers' test scripts send.
//!
//! A request without coordinates is a heartbeat. Keys that are not known are passed over: apps add what they like.

use super::fields::{number_in, time_in, truth_in};
use super::words::kept;
use super::{Delivery, PhoneFlaw, SpeedUnit, Words};
use crate::Timestamp;
use crate::track::{FixField, RawFix};
use std::borrow::Cow;
use std::collections::HashMap;

/// Most pairs looked at; a phone sends about fifteen, more with cell and wifi lists.
const PAIRS_MAX: usize = 256;

/// Reads a request: the query, and the body where the app sends a form. What stands in both is taken from the query.
pub fn read(query: &str, form: &[u8], unit: SpeedUnit, now: Timestamp) -> Result<Delivery, PhoneFlaw> {
    let pairs = Pairs::of(query, form)?;
    let mut delivery = Delivery::from(pairs.text(&["id", "deviceid"]));
    let at = match pairs.first(&["timestamp"]).map(|text| time_in(text, "timestamp")).transpose() {
        Ok(at) => at.flatten().unwrap_or(now),
        Err(flaw) => {
            delivery.read(Err(flaw), name);
            return Ok(delivery);
        }
    };
    let battery = pairs.number("batt", "0..100").map(|percent| percent.filter(|percent| *percent >= 0.0).map(|p| p / 100.0));
    delivery.say(Words {
        calls_itself: delivery.id.clone(),
        battery: battery.as_ref().ok().copied().flatten().filter(|level| *level <= 1.0),
        is_charging: pairs.truth("charge"),
        activity: pairs.text(&["activity"]),
        event: pairs.text(&["event"]),
        alarm: pairs.text(&["alarm"]),
        ..Words::new(at)
    });
    if let Some(place) = pairs.place() {
        let reading = place.and_then(|(lat, lon)| pairs.reading(at, lat, lon, battery?, unit));
        delivery.read(reading, name);
    } else if pairs.first(&["notificationToken"]).is_some() {
        delivery.ignored = Some("notificationToken");
    }
    Ok(delivery)
}

/// How this protocol names the fields of a fix.
fn name(field: FixField) -> &'static str {
    match field {
        FixField::RecordedAt => "timestamp",
        FixField::Lat => "lat",
        FixField::Lon => "lon",
        FixField::AccuracyM => "accuracy",
        FixField::SpeedMps => "speed",
        FixField::BearingDeg => "bearing",
        FixField::AltitudeM => "altitude",
        FixField::Battery => "batt",
        FixField::Mock => "mock",
        FixField::Source | FixField::Seq | FixField::Whole => "body",
    }
}

/// What was sent, by key; of a key sent several times, the first.
struct Pairs<'a>(HashMap<Cow<'a, str>, Cow<'a, str>>);

impl<'a> Pairs<'a> {
    fn of(query: &'a str, form: &'a [u8]) -> Result<Self, PhoneFlaw> {
        let mut pairs = HashMap::new();
        for (n, (key, value)) in form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(form)).enumerate() {
            if n >= PAIRS_MAX {
                return Err(PhoneFlaw::body(format!("holds more than {PAIRS_MAX} parameters"), "1..256 parameters"));
            }
            pairs.entry(key).or_insert(value);
        }
        Ok(Self(pairs))
    }

    fn first(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.0.get(*key)).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn text(&self, keys: &[&str]) -> Option<String> {
        self.first(keys).and_then(kept)
    }

    fn truth(&self, key: &str) -> Option<bool> {
        self.first(&[key]).and_then(truth_in)
    }

    fn number(&self, key: &'static str, limit: &'static str) -> Result<Option<f64>, PhoneFlaw> {
        self.first(&[key]).map_or(Ok(None), |text| number_in(text, key, limit))
    }

    /// A number under the first of the keys that is there; below 0 it is unknown.
    fn measure(&self, keys: &[&'static str], field: FixField) -> Result<Option<f64>, PhoneFlaw> {
        let Some(key) = keys.iter().find(|key| self.first(&[**key]).is_some()) else { return Ok(None) };
        Ok(self.number(key, field.limit())?.filter(|value| *value >= 0.0))
    }

    /// Where the phone is; None when it does not say.
    fn place(&self) -> Option<Result<(f64, f64), PhoneFlaw>> {
        let (lat, lon) = match self.first(&["location"]) {
            Some(both) => match both.split_once(',') {
                Some((lat, lon)) => (Some(lat), Some(lon)),
                None => return Some(Err(PhoneFlaw::new("location", "without a comma", "lat,lon"))),
            },
            None => (self.first(&["lat"]), self.first(&["lon"])),
        };
        if lat.is_none() && lon.is_none() {
            return None;
        }
        let degrees = |text: Option<&str>, field: FixField| {
            let found = text.map_or(Ok(None), |text| number_in(text, name(field), field.limit()))?;
            found.ok_or_else(|| super::fields::missing(name(field), field.limit()))
        };
        Some(degrees(lat, FixField::Lat).and_then(|lat| Ok((lat, degrees(lon, FixField::Lon)?))))
    }

    fn reading(
        &self,
        recorded_at: Timestamp,
        lat: f64,
        lon: f64,
        battery: Option<f64>,
        unit: SpeedUnit,
    ) -> Result<RawFix, PhoneFlaw> {
        Ok(RawFix {
            seq: None,
            recorded_at,
            lat,
            lon,
            // Traccar Client sends 0.0 for whatever came from GPS.
            accuracy_m: self.measure(&["accuracy", "hacc"], FixField::AccuracyM)?.filter(|metres| *metres > 0.0),
            speed_mps: self.measure(&["speed"], FixField::SpeedMps)?.map(|speed| speed * unit.in_mps()),
            bearing_deg: self.measure(&["bearing", "heading"], FixField::BearingDeg)?,
            altitude_m: self.number("altitude", FixField::AltitudeM.limit())?,
            battery,
            source: Default::default(),
            mock: self.truth("mock").unwrap_or(false),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
    }

    fn ask(query: &str) -> Delivery {
        read(query, b"", SpeedUnit::Knots, now()).unwrap()
    }

    /// The one fix of a delivery in which nothing was refused.
    fn fix(query: &str) -> RawFix {
        let delivery = ask(query);
        assert_eq!((delivery.fixes.len(), delivery.refused.as_slice()), (1, [].as_slice()), "{query}");
        delivery.fixes[0].to_raw()
    }

    #[test]
    fn the_classic_client_says_0_when_it_does_not_know_the_accuracy() {
        let query = "id=9&timestamp=1795420740&lat=52.5&lon=13.4&speed=10.0&bearing=90.0&altitude=34.5&accuracy=0.0&batt=87.0&charge=true";
        let delivery = ask(query);
        let expected = RawFix {
            recorded_at: now().plus_s(-60),
            lat: 52.5,
            lon: 13.4,
            speed_mps: Some(5.14), // 10 knots
            bearing_deg: Some(90.0),
            altitude_m: Some(34.5),
            battery: Some(0.87),
            ..RawFix::default()
        };
        assert_eq!(delivery.fixes[0].to_raw(), expected);
        let words = delivery.words.unwrap();
        assert_eq!((words.battery, words.is_charging, words.at), (Some(0.87), Some(true), now().plus_s(-60)));
        assert_eq!(delivery.id.as_deref(), Some("9"));
        let mock = fix("id=9&lat=1&lon=2&mock=true&accuracy=12.3");
        assert_eq!((mock.mock, mock.accuracy_m, mock.recorded_at), (true, Some(12.3), now()));
    }

    #[test]
    fn a_form_is_read_as_a_query_is() {
        let form = b"id=7&lat=52.5&lon=13.4&timestamp=1795420740&speed=2.92&alarm=sos";
        let delivery = read("", form, SpeedUnit::Knots, now()).unwrap();
        assert_eq!(delivery.fixes[0].speed_mps(), Some(1.5));
        assert_eq!(delivery.words.unwrap().alarm.as_deref(), Some("sos"));
        let both = read("id=8", form, SpeedUnit::MetresPerSecond, now()).unwrap();
        assert_eq!((both.id.as_deref(), both.fixes[0].speed_mps()), (Some("8"), Some(2.92)), "the query stands first");
    }

    #[test]
    fn places_and_names_have_several_forms() {
        let one = fix("deviceid=5&location=60.0,30.0&heading=359.96");
        assert_eq!((one.lat, one.lon, one.bearing_deg), (60.0, 30.0, Some(0.0)));
        assert_eq!(ask("deviceid=5").id.as_deref(), Some("5"));
        let unknown = fix("id=5&lat=60&lon=30&speed=-1&bearing=-1&accuracy=-1&batt=-1&altitude=");
        assert_eq!(unknown, RawFix { recorded_at: now(), lat: 60.0, lon: 30.0, ..RawFix::default() });
    }

    #[test]
    fn without_coordinates_it_is_a_heartbeat() {
        for query in ["id=1&timestamp=1795420740&batt=55&charge=false", "id=1&timestamp=1795420740&lat=&lon=&batt=55&charge=0"] {
            let delivery = ask(query);
            assert!(delivery.fixes.is_empty() && delivery.refused.is_empty(), "{query}");
            let words = delivery.words.unwrap();
            assert_eq!((words.battery, words.is_charging, words.at), (Some(0.55), Some(false), now().plus_s(-60)));
        }
        assert_eq!(ask("id=1&notificationToken=abc").ignored, Some("notificationToken"));
        assert_eq!(ask("lat=60&lon=30").id, None, "it is for the caller to say whose it is");
    }

    #[test]
    fn a_refusal_names_the_field_as_the_app_does() {
        for (query, field, says) in [
            ("lat=91&lon=1", "lat", "out of range, must be -90..90"),
            ("lat=1&lon=180.5", "lon", "must be -180..180"),
            ("lat=1", "lon", "missing"),
            ("lat=north&lon=1", "lat", "unparsable"),
            ("lat=NaN&lon=1", "lat", "not a finite number"),
            ("location=60.0", "location", "must be lat,lon"),
            ("location=60.0,", "lon", "missing"),
            ("lat=1&lon=1&timestamp=noon", "timestamp", "unparsable"),
            ("lat=1&lon=1&speed=fast", "speed", "unparsable"),
            ("lat=1&lon=1&speed=99999999", "speed", "must be 0..10000 m/s"),
            ("lat=1&lon=1&bearing=361", "bearing", "must be 0..360"),
            ("lat=1&lon=1&batt=101", "batt", "out of range"),
        ] {
            let delivery = ask(query);
            assert!(delivery.fixes.is_empty(), "{query}");
            let [refused] = delivery.refused.as_slice() else { panic!("{query}: {delivery:?}") };
            assert_eq!(refused.flaw.field, field, "{query}");
            assert!(refused.flaw.to_string().contains(says), "{query}: {}", refused.flaw);
        }
        let crowd = "a=1&".repeat(PAIRS_MAX + 1);
        assert_eq!(read(&crowd, b"", SpeedUnit::Knots, now()).unwrap_err().field, "body");
    }
}
