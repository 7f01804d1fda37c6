//! One GPS reading. `Fix::new` is the only way to hold one, and it quantises to the grid of the stored form, so that a fix in
//! memory, in the journal and in a chunk is the same value, and equality is identity.
//!
//! Not here: whether the fix is believable (`plausible`), or what it adds up to (`day`).

use crate::{Point, Timestamp, geo::PointFlaw, time::TimeFlaw};
use serde::{Deserialize, Serialize};

/// Where a position came from, as the phone says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Source {
    #[default]
    Unknown,
    Gps,
    Network,
    Fused,
    Manual,
}

impl Source {
    pub const NAMES: &'static str = "gps | network | fused | manual | unknown";

    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Unknown, Self::Gps, Self::Network, Self::Fused, Self::Manual].get(usize::from(code)).copied()
    }

    pub const fn code(self) -> u8 {
        self as u8
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Gps => "gps",
            Self::Network => "network",
            Self::Fused => "fused",
            Self::Manual => "manual",
        }
    }
}

/// One GPS reading on the storage grid: 1e-7 degree, decimetres, cm/s, tenths of a degree, percent.
/// Ordered by event time first, then by content: ties are never broken by arrival.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Fix {
    pub(crate) recorded_at: Timestamp,
    pub(crate) point: Point,
    pub(crate) accuracy_dm: Option<u32>,
    pub(crate) speed_cmps: Option<u32>,
    pub(crate) bearing_ddeg: Option<u16>,
    pub(crate) altitude_dm: Option<i32>,
    pub(crate) battery_pct: Option<u8>,
    pub(crate) source: Source,
    pub(crate) mock: bool,
}

/// A reading as it was claimed, before anything is checked. What is absent is unknown.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RawFix {
    /// The phone's own number of the fix: echoed in refusals, otherwise without meaning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    pub recorded_at: Timestamp,
    pub lat: f64,
    pub lon: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_mps: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bearing_deg: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altitude_m: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<f64>,
    #[serde(default)]
    pub source: Source,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mock: bool,
}

/// The fields of a fix that can be wrong, each with the limit that error messages name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FixField {
    RecordedAt,
    Lat,
    Lon,
    AccuracyM,
    SpeedMps,
    BearingDeg,
    AltitudeM,
    Battery,
    Source,
    Mock,
    Seq,
    /// The fix as a whole: not an object.
    Whole,
}

impl FixField {
    pub const fn name(self) -> &'static str {
        match self {
            Self::RecordedAt => "recorded_at",
            Self::Lat => "lat",
            Self::Lon => "lon",
            Self::AccuracyM => "accuracy_m",
            Self::SpeedMps => "speed_mps",
            Self::BearingDeg => "bearing_deg",
            Self::AltitudeM => "altitude_m",
            Self::Battery => "battery",
            Self::Source => "source",
            Self::Mock => "mock",
            Self::Seq => "seq",
            Self::Whole => "fix",
        }
    }

    pub const fn limit(self) -> &'static str {
        match self {
            Self::RecordedAt => "RFC 3339 or integer Unix milliseconds, 1900-01-01..2200-01-01",
            Self::Lat => "-90..90",
            Self::Lon => "-180..180",
            Self::AccuracyM => "0..1000000",
            Self::SpeedMps => "0..10000",
            Self::BearingDeg => "0..360",
            Self::AltitudeM => "-20000..100000",
            Self::Battery => "0..1",
            Self::Source => Source::NAMES,
            Self::Mock => "true | false",
            Self::Seq => "a 64-bit integer",
            Self::Whole => "a JSON object",
        }
    }
}

/// What kind of wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlawCode {
    Missing,
    WrongType,
    NotFinite,
    OutOfRange,
    Unparsable,
    /// Its time lies in a time off duty: it can be represented, but is not kept.
    OffDuty,
}

/// Why a claimed reading cannot be represented. Anything that can be represented is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {}, must be {}", .field.name(), .code.words(), .field.limit())]
pub struct FixFlaw {
    pub field: FixField,
    pub code: FlawCode,
}

impl FlawCode {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::WrongType => "of the wrong type",
            Self::NotFinite => "not a finite number",
            Self::OutOfRange => "out of range",
            Self::Unparsable => "unparsable",
            Self::OffDuty => "off duty",
        }
    }
}

impl From<TimeFlaw> for FlawCode {
    fn from(flaw: TimeFlaw) -> Self {
        match flaw {
            TimeFlaw::Unparsable => Self::Unparsable,
            TimeFlaw::OutOfRange => Self::OutOfRange,
        }
    }
}

impl Fix {
    /// Checks a claimed reading and puts it on the storage grid.
    pub fn new(raw: &RawFix) -> Result<Self, FixFlaw> {
        let point = Point::new(raw.lat, raw.lon).map_err(|flaw| {
            let (field, value) = match flaw {
                PointFlaw::Lat => (FixField::Lat, raw.lat),
                PointFlaw::Lon => (FixField::Lon, raw.lon),
            };
            FixFlaw { field, code: if value.is_finite() { FlawCode::OutOfRange } else { FlawCode::NotFinite } }
        })?;
        let bearing = scaled(raw.bearing_deg, FixField::BearingDeg, 0.0..=360.0, 10.0)?;
        Ok(Self {
            recorded_at: raw.recorded_at,
            point,
            accuracy_dm: scaled(raw.accuracy_m, FixField::AccuracyM, 0.0..=1_000_000.0, 10.0)?.map(|dm| dm as u32),
            speed_cmps: scaled(raw.speed_mps, FixField::SpeedMps, 0.0..=10_000.0, 100.0)?.map(|cmps| cmps as u32),
            bearing_ddeg: bearing.map(|ddeg| (ddeg % 3600) as u16),
            altitude_dm: scaled(raw.altitude_m, FixField::AltitudeM, -20_000.0..=100_000.0, 10.0)?,
            battery_pct: scaled(raw.battery, FixField::Battery, 0.0..=1.0, 100.0)?.map(|pct| pct as u8),
            source: raw.source,
            mock: raw.mock,
        })
    }

    pub const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    pub const fn point(&self) -> Point {
        self.point
    }

    pub fn accuracy_m(&self) -> Option<f64> {
        self.accuracy_dm.map(|dm| f64::from(dm) / 10.0)
    }

    pub fn speed_mps(&self) -> Option<f64> {
        self.speed_cmps.map(|cmps| f64::from(cmps) / 100.0)
    }

    pub fn bearing_deg(&self) -> Option<f64> {
        self.bearing_ddeg.map(|ddeg| f64::from(ddeg) / 10.0)
    }

    pub fn altitude_m(&self) -> Option<f64> {
        self.altitude_dm.map(|dm| f64::from(dm) / 10.0)
    }

    /// Charge as a fraction, 0 to 1.
    pub fn battery(&self) -> Option<f64> {
        self.battery_pct.map(|pct| f64::from(pct) / 100.0)
    }

    pub const fn source(&self) -> Source {
        self.source
    }

    pub const fn is_mock(&self) -> bool {
        self.mock
    }

    /// The reading in the outward units again. `Fix::new(&fix.to_raw())` is the same fix.
    pub fn to_raw(&self) -> RawFix {
        RawFix {
            seq: None,
            recorded_at: self.recorded_at,
            lat: self.point.lat(),
            lon: self.point.lon(),
            accuracy_m: self.accuracy_m(),
            speed_mps: self.speed_mps(),
            bearing_deg: self.bearing_deg(),
            altitude_m: self.altitude_m(),
            battery: self.battery(),
            source: self.source,
            mock: self.mock,
        }
    }
}

/// Outward units where people may read it, the storage grid in compact forms.
impl Serialize for Fix {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return self.to_raw().serialize(serializer);
        }
        let measures = (self.accuracy_dm, self.speed_cmps, self.bearing_ddeg, self.altitude_dm, self.battery_pct);
        (self.recorded_at, self.point, measures, self.source.code(), self.mock).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Fix {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if deserializer.is_human_readable() {
            return Self::new(&RawFix::deserialize(deserializer)?).map_err(D::Error::custom);
        }
        let (recorded_at, point, measures, source, mock) = Deserialize::deserialize(deserializer)?;
        let (accuracy_dm, speed_cmps, bearing_ddeg, altitude_dm, battery_pct) = measures;
        let source = Source::from_code(source).ok_or_else(|| D::Error::custom("an unknown source"))?;
        Ok(Self { recorded_at, point, accuracy_dm, speed_cmps, bearing_ddeg, altitude_dm, battery_pct, source, mock })
    }
}

/// Range-checks an optional measure and rounds it to `per_unit` steps. The ranges above all fit an i32 after scaling.
fn scaled(
    value: Option<f64>,
    field: FixField,
    range: std::ops::RangeInclusive<f64>,
    per_unit: f64,
) -> Result<Option<i32>, FixFlaw> {
    match value {
        None => Ok(None),
        Some(value) if !value.is_finite() => Err(FixFlaw { field, code: FlawCode::NotFinite }),
        Some(value) if !range.contains(&value) => Err(FixFlaw { field, code: FlawCode::OutOfRange }),
        Some(value) => Ok(Some((value * per_unit).round() as i32)),
    }
}

/// The phone a fix came from: part of a fix's identity, 1 to 64 characters of `A-Z a-z 0-9 . _ : -`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Device(std::sync::Arc<str>);

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("device must be 1..64 characters of A-Z a-z 0-9 . _ : -")]
pub struct DeviceFlaw;

impl Device {
    pub const LIMIT: &'static str = "1..64 characters of A-Z a-z 0-9 . _ : -";
    const LEN_MAX: usize = 64;

    pub fn new(name: &str) -> Result<Self, DeviceFlaw> {
        let fits = (1..=Self::LEN_MAX).contains(&name.len());
        let clean = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b));
        if fits && clean { Ok(Self(name.into())) } else { Err(DeviceFlaw) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Device {
    fn default() -> Self {
        Self("default".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw() -> RawFix {
        RawFix {
            recorded_at: Timestamp::from_ms(1_795_420_800_000).unwrap(),
            lat: 52.520_006_6,
            lon: 13.404_954,
            ..RawFix::default()
        }
    }

    #[test]
    fn quantising_is_idempotent() {
        let fix =
            Fix::new(&RawFix { accuracy_m: Some(7.96), speed_mps: Some(1.788_16), bearing_deg: Some(359.97), ..raw() }).unwrap();
        assert_eq!(Fix::new(&fix.to_raw()).unwrap(), fix);
        assert_eq!(fix.accuracy_m(), Some(8.0));
        assert_eq!(fix.speed_mps(), Some(1.79));
        assert_eq!(fix.bearing_deg(), Some(0.0), "north is 0, never 360");
    }

    #[test]
    fn a_flaw_names_the_field_and_the_limit() {
        for (raw, field, code) in [
            (RawFix { lat: 91.0, ..raw() }, FixField::Lat, FlawCode::OutOfRange),
            (RawFix { lat: f64::NAN, ..raw() }, FixField::Lat, FlawCode::NotFinite),
            (RawFix { lon: -180.5, ..raw() }, FixField::Lon, FlawCode::OutOfRange),
            (RawFix { accuracy_m: Some(-1.0), ..raw() }, FixField::AccuracyM, FlawCode::OutOfRange),
            (RawFix { speed_mps: Some(f64::INFINITY), ..raw() }, FixField::SpeedMps, FlawCode::NotFinite),
            (RawFix { bearing_deg: Some(360.1), ..raw() }, FixField::BearingDeg, FlawCode::OutOfRange),
            (RawFix { battery: Some(87.0), ..raw() }, FixField::Battery, FlawCode::OutOfRange),
            (RawFix { altitude_m: Some(-30_000.0), ..raw() }, FixField::AltitudeM, FlawCode::OutOfRange),
        ] {
            let flaw = Fix::new(&raw).unwrap_err();
            assert_eq!((flaw.field, flaw.code), (field, code));
            assert!(flaw.to_string().contains(field.limit()), "{flaw}");
        }
    }

    #[test]
    fn device_names_are_short_and_plain() {
        assert!(Device::new("pixel-7_a:1.0").is_ok());
        for bad in ["", "a b", "ä", &"x".repeat(65)] {
            assert!(Device::new(bad).is_err(), "{bad:?}");
        }
    }
}
