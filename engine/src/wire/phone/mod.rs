//! What stock phone apps send, and what they want to hear: Traccar Client in its three generations, OsmAnd, OwnTracks, Overland and
//! GPSLogger. Each reader is a pure function of the request's text and takes no more than one pass.
//!
//! An app's word for "unknown" (−1, 0 metres of accuracy, an empty text) becomes absence, never a refusal. What cannot be represented
//! is refused by the app's own name for the field, and costs only itself: the rest of a batch is kept. Whose phone it is, is not
//! decided here.

mod fields;
pub mod gpslogger;
pub mod osmand;
pub mod overland;
pub mod owntracks;
pub mod transistor;
mod words;

pub use words::{Monitoring, Network, Permission, SilenceReason, Words, silence_reason};

use crate::track::{Fix, FixField, FixFlaw, RawFix};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Largest body of a request, bytes.
pub const BODY_BYTES_MAX: usize = 1_048_576;
/// Most fixes of one request: the largest batch that Overland can be set to.
pub const FIXES_MAX: usize = 1_000;

/// What one request of a phone held.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Delivery {
    /// What the phone calls itself.
    pub id: Option<String>,
    /// The readings, in the order of the payload.
    pub fixes: Vec<Fix>,
    pub refused: Vec<Refused>,
    /// What the phone said of itself, put together from all of the payload.
    pub words: Option<Words>,
    /// The kind of a message that is understood and has no use here.
    pub ignored: Option<&'static str>,
}

/// A reading refused for good, with its place in the payload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    pub index: usize,
    pub flaw: PhoneFlaw,
}

/// Why a request, or one reading of it, is refused. `field` is the app's own name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field}: {problem}, must be {limit}")]
pub struct PhoneFlaw {
    pub field: Cow<'static, str>,
    pub problem: Cow<'static, str>,
    pub limit: Cow<'static, str>,
}

/// The unit of a speed that carries none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SpeedUnit {
    /// Knots: Traccar Client.
    #[default]
    #[serde(rename = "kn")]
    Knots,
    #[serde(rename = "kmh")]
    KilometresPerHour,
    #[serde(rename = "mph")]
    MilesPerHour,
    #[serde(rename = "mps")]
    MetresPerSecond,
}

impl SpeedUnit {
    pub const fn in_mps(self) -> f64 {
        match self {
            Self::Knots => 1_852.0 / 3_600.0,
            Self::KilometresPerHour => 1_000.0 / 3_600.0,
            Self::MilesPerHour => 1_609.344 / 3_600.0,
            Self::MetresPerSecond => 1.0,
        }
    }
}

/// How an app names the fields of a fix.
type Names = fn(FixField) -> &'static str;

impl Delivery {
    fn from(id: Option<String>) -> Self {
        Self { id, ..Self::default() }
    }

    /// Takes in one more reading, good or not.
    fn read(&mut self, reading: Result<RawFix, PhoneFlaw>, names: Names) {
        let index = self.fixes.len() + self.refused.len();
        match reading.and_then(|raw| Fix::new(&raw).map_err(|flaw| PhoneFlaw::of(flaw, names))) {
            Ok(fix) => self.fixes.push(fix),
            Err(flaw) => self.refused.push(Refused { index, flaw }),
        }
    }

    fn say(&mut self, words: Words) {
        match &mut self.words {
            Some(known) => known.hear(&words),
            None => self.words = Some(words),
        }
    }
}

impl PhoneFlaw {
    pub fn new(
        field: impl Into<Cow<'static, str>>,
        problem: impl Into<Cow<'static, str>>,
        limit: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { field: field.into(), problem: problem.into(), limit: limit.into() }
    }

    fn of(flaw: FixFlaw, names: Names) -> Self {
        // Speeds were brought to m/s before they were looked at, whatever the app counts in.
        let limit = if flaw.field == FixField::SpeedMps { "0..10000 m/s" } else { flaw.field.limit() };
        Self::new(names(flaw.field), flaw.code.words(), limit)
    }

    fn body(problem: impl Into<Cow<'static, str>>, limit: &'static str) -> Self {
        Self::new("body", problem, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_the_same_speed_in_every_unit() {
        for (unit, text, value) in [
            (SpeedUnit::Knots, "\"kn\"", 19.438_445),
            (SpeedUnit::KilometresPerHour, "\"kmh\"", 36.0),
            (SpeedUnit::MilesPerHour, "\"mph\"", 22.369_363),
            (SpeedUnit::MetresPerSecond, "\"mps\"", 10.0),
        ] {
            assert!((value * unit.in_mps() - 10.0).abs() < 1e-6, "{unit:?}");
            assert_eq!(serde_json::from_str::<SpeedUnit>(text).unwrap(), unit);
            assert_eq!(serde_json::to_string(&unit).unwrap(), text);
        }
    }
}
