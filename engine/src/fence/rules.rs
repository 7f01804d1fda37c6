//! The thresholds of the fence decision and where they come from.

use crate::track::{Fix, Source};
use serde::{Deserialize, Serialize};

/// What decides between in and out. The defaults are those of field practice, `EXACT` those of trackers that know no accuracy.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FenceRules {
    /// What a fix that does not know its accuracy, or claims 0, is taken for.
    pub accuracy_default: AccuracyDefaults,
    /// The segment between two fixes counts as a way gone only when they are no further apart than this: three reports of the usual
    /// five-minute interval of stock phone apps missed.
    pub cross_gap_max_s: u32,
    /// Overlap of accuracy circle and fence from which somebody is inside, up to which outside. Google Play services: 85 % and 15 %
    /// for large fences, 75 % and 25 % for small ones; in between everything stays as it was, which is what stops the flapping.
    pub enter_large: f64,
    pub exit_large: f64,
    pub enter_small: f64,
    pub exit_small: f64,
    /// A fence of less area than a circle of this radius is small: 100 m is what Android recommends as the least, and the usual
    /// radius of a customer's fence.
    pub small_radius_m: f64,
}

/// Metres by where a position came from.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccuracyDefaults {
    pub gps_m: f64,
    pub fused_m: f64,
    pub network_m: f64,
    pub manual_m: f64,
    pub unknown_m: f64,
}

/// Which rule is out of its limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field} {limit}")]
pub struct RulesFlaw {
    pub field: &'static str,
    pub limit: &'static str,
}

impl FenceRules {
    /// Plain containment, as peers' test vectors have it.
    pub const EXACT: Self = Self { accuracy_default: AccuracyDefaults::uniform(0.0), cross_gap_max_s: u32::MAX, ..DEFAULT };

    /// Refuses what no decision could follow from. Over one half, an overlap is only possible from within the fence, which is what
    /// lets the index ask for the fences at a point.
    pub fn check(self) -> Result<Self, RulesFlaw> {
        let flaw = |field, limit| Err(RulesFlaw { field, limit });
        let AccuracyDefaults { gps_m, fused_m, network_m, manual_m, unknown_m } = self.accuracy_default;
        for (field, metres) in [
            ("accuracy_default.gps_m", gps_m),
            ("accuracy_default.fused_m", fused_m),
            ("accuracy_default.network_m", network_m),
            ("accuracy_default.manual_m", manual_m),
            ("accuracy_default.unknown_m", unknown_m),
            ("small_radius_m", self.small_radius_m),
        ] {
            if !(0.0..=1_000_000.0).contains(&metres) {
                return flaw(field, "must be within 0..1000000");
            }
        }
        for (field, part) in [("enter_large", self.enter_large), ("enter_small", self.enter_small)] {
            if !(0.5..=1.0).contains(&part) {
                return flaw(field, "must be within 0.5..1");
            }
        }
        for (field, part) in [("exit_large", self.exit_large), ("exit_small", self.exit_small)] {
            if !(0.0..0.5).contains(&part) {
                return flaw(field, "must be within 0..0.5, below 0.5");
            }
        }
        Ok(self)
    }

    /// Never over what a fix can claim, so that it fits its quantised form.
    pub fn accuracy_m(&self, fix: &Fix) -> f64 {
        match fix.accuracy_m() {
            Some(accuracy_m) if accuracy_m > 0.0 => accuracy_m,
            _ => self.accuracy_default.of(fix.source()),
        }
    }
}

impl AccuracyDefaults {
    pub const fn uniform(metres: f64) -> Self {
        Self { gps_m: metres, fused_m: metres, network_m: metres, manual_m: metres, unknown_m: metres }
    }

    const fn of(&self, source: Source) -> f64 {
        match source {
            Source::Gps => self.gps_m,
            Source::Fused => self.fused_m,
            Source::Network => self.network_m,
            Source::Manual => self.manual_m,
            Source::Unknown => self.unknown_m,
        }
    }
}

/// Phones under open sky are good to 4.9 m (GPS.gov); between houses twice that is honest. Wi-Fi places to tens of metres, cells to
/// hundreds.
const ACCURACY: AccuracyDefaults =
    AccuracyDefaults { gps_m: 10.0, fused_m: 10.0, network_m: 100.0, manual_m: 10.0, unknown_m: 10.0 };

const DEFAULT: FenceRules = FenceRules {
    accuracy_default: ACCURACY,
    cross_gap_max_s: 900,
    enter_large: 0.85,
    exit_large: 0.15,
    enter_small: 0.75,
    exit_small: 0.25,
    small_radius_m: 100.0,
};

impl Default for FenceRules {
    fn default() -> Self {
        DEFAULT
    }
}

impl Default for AccuracyDefaults {
    fn default() -> Self {
        ACCURACY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_decide_nothing_are_refused() {
        assert!(FenceRules::default().check().is_ok() && FenceRules::EXACT.check().is_ok());
        for (json, field) in [
            (r#"{"enter_large": 0.4}"#, "enter_large"),
            (r#"{"enter_small": 1.1}"#, "enter_small"),
            (r#"{"exit_small": 0.5}"#, "exit_small"),
            (r#"{"accuracy_default": {"network_m": -1}}"#, "accuracy_default.network_m"),
        ] {
            let rules: FenceRules = serde_json::from_str(json).unwrap();
            assert_eq!(rules.check().unwrap_err().field, field);
        }
        assert!(serde_json::from_str::<FenceRules>(r#"{"enter": 0.9}"#).is_err());
        assert_eq!(serde_json::from_str::<FenceRules>("{}").unwrap(), FenceRules::default());
    }
}
