//! The live row: what a dispatcher's map shows of an agent, its status, and its JSON text.
//!
//! The text is written by hand because it is written a million times a second; a test holds it to what serde would write.

use crate::duty::Duty;
use crate::text::{put_decimal, put_int};
use crate::track::{Device, Fix};
use crate::{AgentId, Timestamp};
use serde::{Deserialize, Serialize};

/// At least this fast is moving, m/s: above GPS drift of a standing phone, below walking pace.
pub const MOVING_MIN_CMPS: u32 = 50;
/// A last fix older than this is stale.
pub const STALE_AFTER_S: i64 = 5 * 60;
/// A last fix older than this is offline.
pub const OFFLINE_AFTER_S: i64 = 30 * 60;

/// How an agent stands, from the last fix and the time now.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    Moving,
    Idle,
    Stale,
    Offline,
}

impl Status {
    pub fn of(fix: &Fix, now: Timestamp) -> Self {
        let age_ms = now.since_ms(fix.recorded_at());
        if age_ms > OFFLINE_AFTER_S * 1000 {
            Self::Offline
        } else if age_ms > STALE_AFTER_S * 1000 {
            Self::Stale
        } else if fix.speed_cmps.is_none_or(|speed| speed >= MOVING_MIN_CMPS) {
            Self::Moving
        } else {
            Self::Idle
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Moving => "moving",
            Self::Idle => "idle",
            Self::Stale => "stale",
            Self::Offline => "offline",
        }
    }
}

/// An agent's marker: the newest fix that may be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Marker {
    pub agent: AgentId,
    pub fix: Fix,
    pub device: Device,
}

impl Marker {
    /// Would showing `fix` move the marker forward in event time? Ties go by content.
    pub fn is_before(&self, fix: &Fix) -> bool {
        self.fix < *fix
    }
}

/// Appends one row of a snapshot or delta as JSON.
pub fn write_row(out: &mut Vec<u8>, agent: AgentId, fix: &Fix, status: Status, duty: Duty) {
    let mut id = uuid::Uuid::encode_buffer();
    out.extend_from_slice(br#"{"agent":""#);
    out.extend_from_slice(agent.0.hyphenated().encode_lower(&mut id).as_bytes());
    out.extend_from_slice(br#"","at":"#);
    put_int(out, fix.recorded_at.ms());
    out.extend_from_slice(br#","lat":"#);
    put_decimal(out, i64::from(fix.point.lat_e7()), 7);
    out.extend_from_slice(br#","lon":"#);
    put_decimal(out, i64::from(fix.point.lon_e7()), 7);
    if let Some(cmps) = fix.speed_cmps {
        out.extend_from_slice(br#","speed_mps":"#);
        put_decimal(out, i64::from(cmps), 2);
    }
    if let Some(ddeg) = fix.bearing_ddeg {
        out.extend_from_slice(br#","bearing_deg":"#);
        put_decimal(out, i64::from(ddeg), 1);
    }
    if let Some(dm) = fix.accuracy_dm {
        out.extend_from_slice(br#","accuracy_m":"#);
        put_decimal(out, i64::from(dm), 1);
    }
    if let Some(pct) = fix.battery_pct {
        out.extend_from_slice(br#","battery":"#);
        put_decimal(out, i64::from(pct), 2);
    }
    out.extend_from_slice(br#","status":""#);
    out.extend_from_slice(status.as_str().as_bytes());
    // Most are on duty: only the others say so.
    out.extend_from_slice(if duty.is_on() { br#""}"# } else { br#"","duty":"off"}"# });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::{RawFix, Source};

    #[test]
    fn the_hand_written_row_is_what_serde_would_write() {
        let agent: AgentId = "018f3f2e-0000-7000-8000-000000000001".parse().unwrap();
        for (lat, lon) in [(52.520_006_6, 13.404_954), (-0.000_000_1, -179.999_999_9), (0.0, 0.0), (-33.5, 151.25)] {
            let raw = RawFix {
                recorded_at: Timestamp::from_ms(1_763_884_800_000).unwrap(),
                lat,
                lon,
                speed_mps: Some(1.4),
                bearing_deg: Some(87.5),
                accuracy_m: Some(8.0),
                battery: Some(0.87),
                source: Source::Gps,
                ..RawFix::default()
            };
            let fix = Fix::new(&raw).unwrap();
            let mut text = Vec::new();
            write_row(&mut text, agent, &fix, Status::Moving, Duty::On);
            let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
            assert_eq!(value["lat"].as_f64(), Some(fix.point().lat()));
            assert_eq!(value["lon"].as_f64(), Some(fix.point().lon()));
            assert_eq!(value["at"], 1_763_884_800_000i64);
            assert_eq!(value["accuracy_m"].as_f64(), Some(8.0));
            assert_eq!(value["battery"].as_f64(), Some(0.87));
            assert_eq!((&value["status"], value.get("duty")), (&"moving".into(), None));
            text.clear();
            write_row(&mut text, agent, &fix, Status::Offline, Duty::Off);
            let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
            assert_eq!((&value["status"], &value["duty"]), (&"offline".into(), &"off".into()));
        }
    }

    #[test]
    fn status_follows_age_and_speed() {
        let now = Timestamp::parse("2026-11-23T08:00:00Z").unwrap();
        let fix = |age_s: i64, speed_mps| {
            Fix::new(&RawFix { recorded_at: now.plus_s(-age_s), speed_mps, ..RawFix::default() }).unwrap()
        };
        for (age_s, speed, expected) in [
            (0, Some(0.5), Status::Moving),
            (0, Some(0.49), Status::Idle),
            (0, None, Status::Moving),
            (300, Some(9.0), Status::Moving),
            (301, Some(9.0), Status::Stale),
            (1800, None, Status::Stale),
            (1801, None, Status::Offline),
        ] {
            assert_eq!(Status::of(&fix(age_s, speed), now), expected, "{age_s} s, {speed:?}");
        }
    }
}
