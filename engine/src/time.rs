//! `Timestamp`: an instant as integer milliseconds UTC, the only time the domain knows.
//!
//! It never comes from a clock in this crate. Text form is RFC 3339 with milliseconds; read from text or from integer milliseconds.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = chrono::DateTime<Utc>))]
pub struct Timestamp(i64);

/// What a text or number that should be a time was instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeFlaw {
    #[error("not an RFC 3339 time nor integer Unix milliseconds")]
    Unparsable,
    #[error("outside 1900-01-01..2200-01-01")]
    OutOfRange,
}

impl Timestamp {
    /// 1900-01-01: earlier instants cannot be represented.
    pub const MIN: Self = Self(-2_208_988_800_000);
    /// 2200-01-01: later instants cannot be represented.
    pub const MAX: Self = Self(7_258_118_400_000);
    /// The range as error messages name it.
    pub const RANGE: &'static str = "1900-01-01..2200-01-01";

    /// Returns the instant, unless it lies outside `MIN..=MAX`.
    pub fn from_ms(ms: i64) -> Result<Self, TimeFlaw> {
        if (Self::MIN.0..=Self::MAX.0).contains(&ms) { Ok(Self(ms)) } else { Err(TimeFlaw::OutOfRange) }
    }

    /// Returns the instant nearest to `ms` that can be represented.
    pub const fn from_ms_clamped(ms: i64) -> Self {
        if ms < Self::MIN.0 {
            Self::MIN
        } else if ms > Self::MAX.0 {
            Self::MAX
        } else {
            Self(ms)
        }
    }

    /// Parses RFC 3339; digits below the millisecond are cut off.
    pub fn parse(text: &str) -> Result<Self, TimeFlaw> {
        let parsed = DateTime::parse_from_rfc3339(text).map_err(|_| TimeFlaw::Unparsable)?;
        Self::from_ms(parsed.timestamp_millis())
    }

    pub const fn ms(self) -> i64 {
        self.0
    }

    pub const fn plus_ms(self, ms: i64) -> Self {
        Self::from_ms_clamped(self.0.saturating_add(ms))
    }

    pub const fn plus_s(self, s: i64) -> Self {
        self.plus_ms(s.saturating_mul(1000))
    }

    /// Milliseconds from `earlier` to `self`; negative when `earlier` is later.
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).expect("MIN..=MAX lies within chrono's range")
    }

    /// The civil date of this instant in `zone`: the day a trip, stop or visit belongs to.
    pub fn civil_date(self, zone: Tz) -> NaiveDate {
        self.to_utc().with_timezone(&zone).date_naive()
    }

    /// As people of a zone write it: RFC 3339 with the zone's offset, whole seconds.
    pub fn local(self, zone: Tz) -> String {
        self.to_utc().with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
    }

    /// First instant of a civil date in `zone`. Where a daylight-saving change skips midnight, the first instant after it.
    pub fn start_of(date: NaiveDate, zone: Tz) -> Self {
        let midnight = date.and_hms_opt(0, 0, 0).expect("midnight is a valid time of day");
        let local = (0..=4).find_map(|half_hours| {
            zone.from_local_datetime(&(midnight + chrono::TimeDelta::minutes(30 * half_hours))).earliest()
        });
        let ms = local.map_or_else(|| midnight.and_utc().timestamp_millis(), |time| time.timestamp_millis());
        Self::from_ms_clamped(ms)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self::from_ms_clamped(time.timestamp_millis())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
    }
}

impl std::fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Text where people may read it, milliseconds in compact forms.
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { serializer.serialize_i64(self.0) }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Timestamp;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an RFC 3339 time or integer Unix milliseconds")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::parse(text).map_err(E::custom)
            }
            fn visit_i64<E: serde::de::Error>(self, ms: i64) -> Result<Timestamp, E> {
                Timestamp::from_ms(ms).map_err(E::custom)
            }
            fn visit_u64<E: serde::de::Error>(self, ms: u64) -> Result<Timestamp, E> {
                i64::try_from(ms).map_err(|_| TimeFlaw::OutOfRange).and_then(Timestamp::from_ms).map_err(E::custom)
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Visitor)
        } else {
            deserializer.deserialize_i64(Visitor)
        }
    }
}

#[cfg(feature = "sqlx")]
mod sql {
    use super::{DateTime, Timestamp, Utc};
    use sqlx::encode::IsNull;
    use sqlx::error::BoxDynError;
    use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef};
    use sqlx::{Decode, Encode, Postgres, Type};

    impl Type<Postgres> for Timestamp {
        fn type_info() -> PgTypeInfo {
            <DateTime<Utc> as Type<Postgres>>::type_info()
        }
    }

    impl PgHasArrayType for Timestamp {
        fn array_type_info() -> PgTypeInfo {
            <DateTime<Utc> as PgHasArrayType>::array_type_info()
        }
    }

    impl Encode<'_, Postgres> for Timestamp {
        fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
            self.to_utc().encode_by_ref(buffer)
        }
    }

    impl Decode<'_, Postgres> for Timestamp {
        fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
            Ok(DateTime::<Utc>::decode(value)?.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_milliseconds_read_as_the_same_instant() {
        let text: Timestamp = serde_json::from_str(r#""2026-11-23T09:00:00.250+01:00""#).unwrap();
        let ms: Timestamp = serde_json::from_str("1795420800250").unwrap();
        assert_eq!(text, ms);
        assert_eq!(serde_json::to_string(&text).unwrap(), r#""2026-11-23T08:00:00.250Z""#);
    }

    #[test]
    fn what_cannot_be_represented_is_refused() {
        assert_eq!(Timestamp::parse("yesterday"), Err(TimeFlaw::Unparsable));
        assert_eq!(Timestamp::parse("2026-11-23 08:00:00"), Err(TimeFlaw::Unparsable));
        assert_eq!(Timestamp::from_ms(i64::MAX), Err(TimeFlaw::OutOfRange));
        assert_eq!(Timestamp::parse("1850-01-01T00:00:00Z"), Err(TimeFlaw::OutOfRange));
    }

    #[test]
    fn a_day_starts_at_local_midnight_or_right_after_a_skipped_one() {
        let berlin: Tz = "Europe/Berlin".parse().unwrap();
        let date = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap();
        let next = date.succ_opt().unwrap();
        assert_eq!(Timestamp::start_of(next, berlin).since_ms(Timestamp::start_of(date, berlin)), 23 * 3_600_000);

        assert_eq!(Timestamp::start_of(date, berlin).local(berlin), "2026-03-29T00:00:00+01:00");
        assert_eq!(Timestamp::start_of(next, berlin).local(berlin), "2026-03-30T00:00:00+02:00");

        let beirut: Tz = "Asia/Beirut".parse().unwrap(); // clocks go from 00:00 to 01:00
        let spring = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap();
        let start = Timestamp::start_of(spring, beirut);
        assert_eq!(start.civil_date(beirut), spring);
        assert_ne!(start.plus_ms(-1).civil_date(beirut), spring);
    }
}
