//! What of the organisation's settings shapes the derivation, each threshold with its source, and which of them were in force when.
//!
//! Settings are versions with a beginning: a fix is judged by the version in force at its own event time, never by today's.

use crate::Timestamp;
use crate::fence::FenceRules;
use serde::{Deserialize, Serialize};

/// How an agent moves: it decides which distances make a trip.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Profile {
    #[default]
    Vehicle,
    /// A walking rep between shops 100 m apart makes trips.
    Foot,
}

/// Thresholds of trips and stops.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MotionRules {
    /// A trip begins when the place of the stop is left by so much, metres.
    pub distance_min_m: u32,
    /// A stop begins when nothing within so long was farther away, seconds.
    pub duration_min_s: u32,
}

impl MotionRules {
    /// Traccar's published defaults (report.trip.minimalTripDistance, minimalTripDuration of its new logic).
    pub const VEHICLE: Self = Self { distance_min_m: 200, duration_min_s: 180 };
    /// Between neighbouring shops, above the drift of a standing phone (20 to 40 m among houses).
    pub const FOOT: Self = Self { distance_min_m: 60, duration_min_s: 120 };
}

/// Everything a version of the settings says about tracks. The defaults are the field's.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrackRules {
    pub vehicle: MotionRules,
    pub foot: MotionRules,
    /// After so long without a fix nobody knows what happened in between, seconds: trip or stop ends at the last fix.
    pub stop_gap_s: u32,
    /// A silence of so long is shown as a gap unless the agent simply stood, seconds.
    pub gap_after_s: u32,
    /// Faster than this on the straight line is no journey but a GPS fault, m/s. 90: above a high-speed train.
    pub speed_max_mps: u32,
    /// Taken for the accuracy of a fix that does not say, where a jump is judged, metres.
    pub accuracy_default_m: u32,
    /// A coarser fix is set aside, metres; 0: none is. 1,000: a cell tower's guess.
    pub accuracy_max_m: u32,
    /// Set aside readings at exactly 0° N 0° E, which receivers give when they do not know.
    pub null_island: bool,
    /// Set aside readings that stand still for so long while they report a speed, seconds; 0: never.
    pub frozen_after_s: u32,
    /// Speed limit, m/s; 0: none.
    pub overspeed_mps: u32,
    /// Shortest time above the limit that counts, seconds.
    pub overspeed_min_s: u32,
    /// Inside or outside of fences.
    pub fences: FenceRules,
    /// Agents are tracked from when they go on duty for the first time; otherwise also as long as nothing is said of their duty.
    pub duty_required: bool,
}

impl Default for TrackRules {
    fn default() -> Self {
        Self {
            vehicle: MotionRules::VEHICLE,
            foot: MotionRules::FOOT,
            stop_gap_s: 3_600,
            gap_after_s: 600,
            speed_max_mps: 90,
            accuracy_default_m: 50,
            accuracy_max_m: 1_000,
            null_island: true,
            frozen_after_s: 30,
            overspeed_mps: 0,
            overspeed_min_s: 15,
            fences: FenceRules::default(),
            duty_required: false,
        }
    }
}

/// A threshold outside what makes sense.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field} {limit}")]
pub struct RuleFlaw {
    pub field: String,
    pub limit: String,
}

impl TrackRules {
    pub fn check(self) -> Result<Self, RuleFlaw> {
        let within = |field: &str, value: u32, min, max| {
            if (min..=max).contains(&value) {
                Ok(())
            } else {
                Err(RuleFlaw { field: field.to_owned(), limit: format!("must be within {min}..{max}") })
            }
        };
        within("vehicle.distance_min_m", self.vehicle.distance_min_m, 10, 100_000)?;
        within("vehicle.duration_min_s", self.vehicle.duration_min_s, 10, 86_400)?;
        within("foot.distance_min_m", self.foot.distance_min_m, 10, 100_000)?;
        within("foot.duration_min_s", self.foot.duration_min_s, 10, 86_400)?;
        within("stop_gap_s", self.stop_gap_s, 60, 604_800)?;
        within("gap_after_s", self.gap_after_s, 60, 604_800)?;
        within("speed_max_mps", self.speed_max_mps, 5, 1_000)?;
        within("accuracy_default_m", self.accuracy_default_m, 0, 10_000)?;
        within("accuracy_max_m", self.accuracy_max_m, 0, 1_000_000)?;
        within("frozen_after_s", self.frozen_after_s, 0, 86_400)?;
        within("overspeed_mps", self.overspeed_mps, 0, 1_000)?;
        within("overspeed_min_s", self.overspeed_min_s, 0, 86_400)?;
        self.fences.check().map_err(|flaw| RuleFlaw { field: format!("fences.{}", flaw.field), limit: flaw.limit.to_owned() })?;
        Ok(self)
    }

    pub const fn motion(&self, profile: Profile) -> MotionRules {
        match profile {
            Profile::Vehicle => self.vehicle,
            Profile::Foot => self.foot,
        }
    }
}

/// A value from an instant on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Since<T> {
    pub from: Timestamp,
    pub value: T,
}

/// Versions of a value, oldest first. Before the first one its default holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Versions<T>(Vec<Since<T>>);

impl<T> Versions<T> {
    pub fn new(mut versions: Vec<Since<T>>) -> Self {
        versions.sort_by_key(|version| version.from);
        Self(versions)
    }

    /// The version in force at an instant; None before the first.
    pub fn in_force(&self, time: Timestamp) -> Option<&T> {
        self.0.iter().rev().find(|version| version.from <= time).map(|version| &version.value)
    }

    /// All values there were or will be.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|version| &version.value)
    }
}

impl<T: Copy + Default> Versions<T> {
    /// What is in force at an instant. The newest versions are asked for most.
    pub fn at(&self, time: Timestamp) -> T {
        self.in_force(time).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_within_their_limits_and_a_flaw_names_the_field() {
        assert_eq!(TrackRules::default().check(), Ok(TrackRules::default()));
        let flaw = TrackRules { stop_gap_s: 5, ..TrackRules::default() }.check().unwrap_err();
        assert_eq!(flaw.to_string(), "stop_gap_s must be within 60..604800");
    }

    #[test]
    fn a_version_holds_from_its_beginning_on() {
        let at = |ms| Timestamp::from_ms(ms).unwrap();
        let versions = Versions::new(vec![
            Since { from: at(2_000), value: Profile::Vehicle },
            Since { from: at(1_000), value: Profile::Foot },
        ]);
        for (ms, expected) in [(999, Profile::Vehicle), (1_000, Profile::Foot), (1_999, Profile::Foot), (2_000, Profile::Vehicle)]
        {
            assert_eq!(versions.at(at(ms)), expected, "{ms}");
        }
    }
}
