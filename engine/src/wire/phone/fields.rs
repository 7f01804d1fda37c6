//! Reading single fields of a phone's payload, from JSON or from text, with the leniency that stock apps need and no more.

use super::PhoneFlaw;
use super::words::kept;
use crate::Timestamp;
use crate::time::TimeFlaw;
use crate::track::{FixField, FlawCode};
use crate::wire::bare_numbers::quote_non_finite;
use chrono::{DateTime, NaiveDateTime};
use serde::Deserialize;
use serde_json::Value;

pub(super) const TIME_LIMIT: &str = "Unix seconds or milliseconds, ISO 8601 or YYYY-MM-DD hh:mm:ss, 1900-01-01..2200-01-01";
/// Traccar's border between seconds and milliseconds: 2038 as seconds, 25 days of 1970 as milliseconds.
const SECONDS_BEFORE: f64 = 2_147_483_647.0;

fn flaw(field: &'static str, code: FlawCode, limit: &'static str) -> PhoneFlaw {
    PhoneFlaw::new(field, code.words(), limit)
}

pub(super) fn missing(field: &'static str, limit: &'static str) -> PhoneFlaw {
    flaw(field, FlawCode::Missing, limit)
}

/// Parses a JSON body; `NaN` and `Infinity`, which some apps write bare, cost their field and not the body.
pub(super) fn json<'a, T: Deserialize<'a>>(text: &'a str, quoted: &'a mut Option<String>) -> Result<T, serde_json::Error> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        Err(error) => {
            *quoted = quote_non_finite(text);
            quoted.as_deref().map_or(Err(error), serde_json::from_str)
        }
    }
}

/// A body that must be UTF-8.
pub(super) fn utf8(body: &[u8]) -> Result<&str, PhoneFlaw> {
    std::str::from_utf8(body).map_err(|error| PhoneFlaw::body(format!("not UTF-8 after {} bytes", error.valid_up_to()), "UTF-8"))
}

/// A number in a text; empty is absent.
pub(super) fn number_in(text: &str, field: &'static str, limit: &'static str) -> Result<Option<f64>, PhoneFlaw> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            Ok(_) => Err(flaw(field, FlawCode::NotFinite, limit)),
            Err(_) => Err(flaw(field, FlawCode::Unparsable, limit)),
        },
    }
}

/// A number of a JSON object, also when it is written as a string; null is absent.
pub(super) fn number(of: &Value, key: &'static str, limit: &'static str) -> Result<Option<f64>, PhoneFlaw> {
    match of.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => Ok(number.as_f64()),
        Some(Value::String(text)) => number_in(text, key, limit),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => Err(flaw(key, FlawCode::WrongType, limit)),
    }
}

/// A number that can only be 0 or more; phones write a negative one for "unknown".
pub(super) fn measure(of: &Value, key: &'static str, field: FixField) -> Result<Option<f64>, PhoneFlaw> {
    Ok(number(of, key, field.limit())?.filter(|value| *value >= 0.0))
}

/// An accuracy: 0 m is what apps send when they do not know.
pub(super) fn accuracy(of: &Value, key: &'static str) -> Result<Option<f64>, PhoneFlaw> {
    Ok(number(of, key, FixField::AccuracyM.limit())?.filter(|metres| *metres > 0.0))
}

/// A number that must be there.
pub(super) fn required(of: &Value, key: &'static str, field: FixField) -> Result<f64, PhoneFlaw> {
    number(of, key, field.limit())?.ok_or_else(|| missing(key, field.limit()))
}

/// A text of a JSON object, as far as it is kept; numbers count as text.
pub(super) fn text(of: &Value, key: &str) -> Option<String> {
    match of.get(key)? {
        Value::String(text) => kept(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A yes or no of a JSON object, in any of the ways apps write it.
pub(super) fn truth(of: &Value, key: &str) -> Option<bool> {
    match of.get(key)? {
        Value::Bool(is) => Some(*is),
        Value::Number(number) => number.as_f64().map(|n| n != 0.0),
        Value::String(text) => truth_in(text),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

pub(super) fn truth_in(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

/// A charge: 0 to 1, or −1 for "unknown". Anything else is not believed, and not worth a position.
pub(super) fn fraction(of: &Value, key: &str) -> Option<f64> {
    of.get(key)?.as_f64().filter(|level| (0.0..=1.0).contains(level))
}

/// A time of a JSON object.
pub(super) fn time(of: &Value, key: &'static str) -> Result<Option<Timestamp>, PhoneFlaw> {
    match of.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => time_in(text, key),
        Some(Value::Number(number)) => number.as_f64().map(|n| unix(n, key)).transpose(),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => Err(flaw(key, FlawCode::WrongType, TIME_LIMIT)),
    }
}

/// A time in a text; empty is absent.
pub(super) fn time_in(text: &str, field: &'static str) -> Result<Option<Timestamp>, PhoneFlaw> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(number) = text.parse::<f64>() {
        return unix(number, field).map(Some);
    }
    calendar(text).map(Some).map_err(|bad| flaw(field, bad.into(), TIME_LIMIT))
}

/// Seconds or milliseconds since 1970, told apart as Traccar does.
fn unix(number: f64, field: &'static str) -> Result<Timestamp, PhoneFlaw> {
    let ms = if number < SECONDS_BEFORE { number * 1_000.0 } else { number };
    // The cast saturates, and both ends are out of range.
    let checked = if ms.is_finite() { Timestamp::from_ms(ms.round() as i64) } else { Err(TimeFlaw::OutOfRange) };
    checked.map_err(|bad| flaw(field, bad.into(), TIME_LIMIT))
}

/// A date and time as apps write it. Without a zone it is UTC.
fn calendar(text: &str) -> Result<Timestamp, TimeFlaw> {
    // In a query an unescaped `+` of the zone has become a space.
    let mended = if text.contains('T') { text.replace(' ', "+") } else { text.to_owned() };
    if let Ok(time) = Timestamp::parse(&mended) {
        return Ok(time);
    }
    let zoned = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z"];
    let plain = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
    let ms = zoned
        .iter()
        .find_map(|form| DateTime::parse_from_str(&mended, form).ok().map(|time| time.timestamp_millis()))
        .or_else(|| {
            plain
                .iter()
                .find_map(|form| NaiveDateTime::parse_from_str(&mended, form).ok())
                .map(|t| t.and_utc().timestamp_millis())
        })
        .ok_or_else(|| Timestamp::parse(&mended).err().unwrap_or(TimeFlaw::Unparsable))?;
    Timestamp::from_ms(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_apps_write_them() {
        let expected = "2016-01-27T18:55:47.000Z";
        for text in [
            "1453920947",
            "1453920947000",
            " 1453920947.0 ",
            "2016-01-27T18:55:47Z",
            "2016-01-27T18:55:47.000Z",
            "2016-01-27T10:55:47-0800",
            "2016-01-27T19:55:47 01:00", // `+01:00`, unescaped in a query
            "2016-01-27T18:55:47",
            "2016-01-27 18:55:47",
        ] {
            assert_eq!(time_in(text, "t").unwrap().unwrap().to_string(), expected, "{text}");
        }
        assert_eq!(time_in("2147483646", "t").unwrap().unwrap().to_string(), "2038-01-19T03:14:06.000Z");
        assert_eq!(time_in("2147483647", "t").unwrap().unwrap().ms(), 2_147_483_647, "Traccar's border");
        assert_eq!(time_in("", "t").unwrap(), None);
        for bad in ["noon", "2016-13-01 00:00:00", "1e300", "NaN", "-1e300", "99999999999999", "1850-01-01T00:00:00Z"] {
            let flaw = time_in(bad, "timestamp").unwrap_err();
            assert_eq!((flaw.field.as_ref(), flaw.limit.as_ref()), ("timestamp", TIME_LIMIT), "{bad}");
        }
    }

    #[test]
    fn numbers_are_told_from_what_is_none() {
        let of: Value = serde_json::from_str(r#"{"n":1.5,"s":"2","e":"","z":null,"b":true,"m":-1,"i":"NaN"}"#).unwrap();
        let read = |key| number(&of, key, "a number");
        assert_eq!(
            (read("n"), read("s"), read("e"), read("z"), read("x")),
            (Ok(Some(1.5)), Ok(Some(2.0)), Ok(None), Ok(None), Ok(None))
        );
        assert_eq!(read("b").unwrap_err().to_string(), "b: of the wrong type, must be a number");
        assert_eq!(read("i").unwrap_err().to_string(), "i: not a finite number, must be a number");
        assert_eq!(measure(&of, "m", FixField::SpeedMps), Ok(None));
    }
}
