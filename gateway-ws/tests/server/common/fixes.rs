//! Fixes as phones send them, and how they are recognised in what the server answers.

use serde_json::{Value, json};

/// What makes a fix itself here: time in ms, position in 1e-7 degrees, device.
pub type Key = (i64, i64, i64, String);

pub fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// A time so many minutes ago, on a whole second.
pub fn minutes_ago(minutes: i64) -> i64 {
    (now_ms() - 60_000 * minutes) / 1_000 * 1_000
}

/// A fix with nothing but the required fields.
pub fn fix(at_ms: i64, lat: f64, lon: f64) -> Value {
    json!({"recorded_at": at_ms, "lat": lat, "lon": lon})
}

/// The key of a fix as it was sent from `device`, or as REST shows it (then with a device of its own).
pub fn key(fix: &Value, device: &str) -> Key {
    let at = match &fix["recorded_at"] {
        Value::String(text) => chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis(),
        ms => ms.as_i64().unwrap(),
    };
    let e7 = |field: &str| (fix[field].as_f64().unwrap() * 1e7).round() as i64;
    (at, e7("lat"), e7("lon"), fix["device"].as_str().unwrap_or(device).to_owned())
}

/// Keys of many, sorted.
pub fn keys(fixes: &[Value], device: &str) -> Vec<Key> {
    let mut keys: Vec<_> = fixes.iter().map(|fix| key(fix, device)).collect();
    keys.sort();
    keys
}
