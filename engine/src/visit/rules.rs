//! The organisation's settings for visits, each threshold with its source. They are versions with a beginning: what happened is judged by
//! the version in force when it happened.

use super::proof::Requirement;
use super::{Outcome, VisitKind};
use crate::access::named;
use crate::flaw::{FieldFlaw, checked_code};
use crate::track::rules::Versions;
use crate::{ActivityTypeId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Reasons of one kind, with room.
const REASONS_MAX: usize = 100;
const REQUIREMENTS_MAX: usize = 100;
const CLASSES_MAX: usize = 100;

named! {
    /// What becomes of a check-in, or a check-out, outside of the radius.
    Outside, "policy" {
        /// Refused (ForceManager).
        Block => "block",
        /// Taken, and marked for somebody to look at (Relentify, Salesforce).
        Flag => "flag",
        /// Taken with a photo (Striker).
        Proof => "proof",
    }
}

/// What a version of the settings says about visits.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitRules {
    /// Nearer than this to the place's point is there, metres; whoever is within the place's fence is there as well. 100: SPOTIO, Striker,
    /// Relentify.
    pub radius_m: u32,
    pub outside_check_in: Outside,
    pub outside_check_out: Outside,
    /// A coarser position tells nothing, metres. 100: CoreIsle.
    pub accuracy_max_m: u32,
    /// A visit shorter than this is marked short, seconds. 300: Involves.
    pub dwell_min_s: u32,
    /// A visit shorter than this is marked a drive-by, seconds. 120: gogig.
    pub drive_by_s: u32,
    /// Time inside after which somebody has arrived although nothing was told, seconds. 300: Involves, Reitti.
    pub arrival_dwell_s: u32,
    /// Who comes back within so long has not left, seconds. 1,800: the lower end of Reitti's 30 to 60 minutes.
    pub stay_gap_s: u32,
    /// After a check-out nobody checks in at the same place again for so long, seconds. 120: the upper end of ForceManager's 1 to 2 minutes.
    pub cool_down_s: u32,
    /// Part of a visit that the track must show at the place for it to be verified, per cent.
    pub overlap_min_pct: u32,
    /// A longer silence within a visit is marked, seconds. As long as a gap of tracks.
    pub gap_max_s: u32,
    /// A fix says where somebody was at an instant when it is no farther away in time, seconds.
    pub near_s: u32,
    /// Position told and track at the same time may be so far apart, beyond the accuracy of both, metres.
    pub mismatch_m: u32,
    /// A photo's own time may be so far outside of the visit, seconds.
    pub photo_apart_s: u32,
    /// A photo's own place may be so far from the visit's, metres.
    pub photo_apart_m: u32,
    /// After the end of the agent's day a visit that nobody made is missed when so long has passed, seconds.
    pub missed_after_s: u32,
    /// Why a visit may be unproductive; empty: any reason will do.
    pub unproductive_reasons: Vec<String>,
    pub cancel_reasons: Vec<String>,
    pub abandon_reasons: Vec<String>,
    /// What a visit needs before it can be completed.
    pub requirements: Vec<Requirement>,
    /// What is otherwise for customers of a class, by the class's code.
    pub classes: BTreeMap<String, ClassRules>,
}

/// What is otherwise for customers of a class; what is absent is as for everybody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitClassRules))]
pub struct ClassRules {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius_m: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dwell_min_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrival_dwell_s: Option<u32>,
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

impl Default for VisitRules {
    fn default() -> Self {
        Self {
            radius_m: 100,
            outside_check_in: Outside::Flag,
            outside_check_out: Outside::Flag,
            accuracy_max_m: 100,
            dwell_min_s: 300,
            drive_by_s: 120,
            arrival_dwell_s: 300,
            stay_gap_s: 1_800,
            cool_down_s: 120,
            overlap_min_pct: 50,
            gap_max_s: 600,
            near_s: 300,
            mismatch_m: 200,
            photo_apart_s: 900,
            photo_apart_m: 300,
            missed_after_s: 7_200,
            unproductive_reasons: words(&["closed", "no_buyer", "no_need", "no_money", "other"]),
            cancel_reasons: Vec::new(),
            abandon_reasons: Vec::new(),
            requirements: Vec::new(),
            classes: BTreeMap::new(),
        }
    }
}

impl VisitRules {
    /// Names the first threshold that makes no sense.
    pub fn checked(mut self) -> Result<Self, FieldFlaw> {
        let within = |field: &str, value: u32, min, max| {
            if (min..=max).contains(&value) { Ok(()) } else { Err(FieldFlaw::new(field, format!("must be within {min}..{max}"))) }
        };
        within("radius_m", self.radius_m, 10, 10_000)?;
        within("accuracy_max_m", self.accuracy_max_m, 10, 10_000)?;
        within("dwell_min_s", self.dwell_min_s, 0, 86_400)?;
        within("drive_by_s", self.drive_by_s, 0, 86_400)?;
        within("arrival_dwell_s", self.arrival_dwell_s, 0, 86_400)?;
        within("stay_gap_s", self.stay_gap_s, 0, 14_400)?;
        within("cool_down_s", self.cool_down_s, 0, 86_400)?;
        within("overlap_min_pct", self.overlap_min_pct, 1, 100)?;
        within("gap_max_s", self.gap_max_s, 30, 86_400)?;
        within("near_s", self.near_s, 10, 3_600)?;
        within("mismatch_m", self.mismatch_m, 10, 100_000)?;
        within("photo_apart_s", self.photo_apart_s, 0, 86_400)?;
        within("photo_apart_m", self.photo_apart_m, 10, 1_000_000)?;
        within("missed_after_s", self.missed_after_s, 0, 172_800)?;
        if self.drive_by_s > self.dwell_min_s {
            return Err(FieldFlaw::new("drive_by_s", "must be at most dwell_min_s"));
        }
        for (field, reasons) in [
            ("unproductive_reasons", &mut self.unproductive_reasons),
            ("cancel_reasons", &mut self.cancel_reasons),
            ("abandon_reasons", &mut self.abandon_reasons),
        ] {
            if reasons.len() > REASONS_MAX {
                return Err(FieldFlaw::new(field, format!("must be at most {REASONS_MAX}")));
            }
            for (index, reason) in reasons.iter_mut().enumerate() {
                *reason = checked_code(&format!("{field}[{index}]"), reason)?;
            }
        }
        if self.requirements.len() > REQUIREMENTS_MAX {
            return Err(FieldFlaw::new("requirements", format!("must be at most {REQUIREMENTS_MAX}")));
        }
        if self.classes.len() > CLASSES_MAX {
            return Err(FieldFlaw::new("classes", format!("must be at most {CLASSES_MAX}")));
        }
        for (class, rules) in &self.classes {
            let path = format!("classes.{class}");
            let field = |name: &str| format!("{path}.{name}");
            within(&field("radius_m"), rules.radius_m.unwrap_or(self.radius_m), 10, 10_000)?;
            within(&field("dwell_min_s"), rules.dwell_min_s.unwrap_or(self.dwell_min_s), 0, 86_400)?;
            within(&field("arrival_dwell_s"), rules.arrival_dwell_s.unwrap_or(self.arrival_dwell_s), 0, 86_400)?;
        }
        Ok(self)
    }

    /// The same as they hold for a class of customers.
    pub fn of_class(&self, class: Option<&str>) -> ClassRules {
        let own = class.and_then(|class| self.classes.get(class)).copied().unwrap_or_default();
        ClassRules {
            radius_m: own.radius_m.or(Some(self.radius_m)),
            dwell_min_s: own.dwell_min_s.or(Some(self.dwell_min_s)),
            arrival_dwell_s: own.arrival_dwell_s.or(Some(self.arrival_dwell_s)),
        }
    }

    pub fn radius_for(&self, class: Option<&str>) -> u32 {
        self.of_class(class).radius_m.unwrap_or(self.radius_m)
    }

    pub fn dwell_min_for(&self, class: Option<&str>) -> u32 {
        self.of_class(class).dwell_min_s.unwrap_or(self.dwell_min_s)
    }

    pub fn arrival_dwell_for(&self, class: Option<&str>) -> u32 {
        self.of_class(class).arrival_dwell_s.unwrap_or(self.arrival_dwell_s)
    }

    /// What a visit must show before it can be completed.
    pub fn required(&self, kind: VisitKind, class: Option<&str>, outcome: Outcome) -> BTreeSet<super::Proof> {
        let concerned = self.requirements.iter().filter(|requirement| requirement.concerns(kind, class, outcome));
        concerned.flat_map(|requirement| requirement.proofs.iter().copied()).collect()
    }

    /// Activities named anywhere: they must exist.
    pub fn activities(&self) -> BTreeSet<ActivityTypeId> {
        self.requirements.iter().flat_map(|requirement| &requirement.proofs).filter_map(|proof| proof.activity()).collect()
    }
}

/// The versions of the settings; before the first one the field's defaults hold.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct VisitRuleVersions {
    versions: Versions<VisitRules>,
    before: VisitRules,
}

impl VisitRuleVersions {
    pub fn new(versions: Versions<VisitRules>) -> Self {
        Self { versions, before: VisitRules::default() }
    }

    pub fn at(&self, time: Timestamp) -> &VisitRules {
        self.versions.in_force(time).unwrap_or(&self.before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::rules::Since;
    use serde_json::json;

    fn read(rules: serde_json::Value) -> Result<VisitRules, FieldFlaw> {
        serde_json::from_value::<VisitRules>(rules).unwrap().checked()
    }

    #[test]
    fn the_defaults_are_within_their_limits_and_a_flaw_names_the_field() {
        assert_eq!(VisitRules::default().checked(), Ok(VisitRules::default()));
        for (rules, field) in [
            (json!({"radius_m": 9}), "radius_m"),
            (json!({"overlap_min_pct": 0}), "overlap_min_pct"),
            (json!({"drive_by_s": 301}), "drive_by_s"),
            (json!({"cancel_reasons": ["a b"]}), "cancel_reasons[0]"),
            (json!({"classes": {"A": {"radius_m": 1}}}), "classes.A.radius_m"),
        ] {
            assert_eq!(read(rules.clone()).unwrap_err().field, field, "{rules}");
        }
        assert!(serde_json::from_value::<VisitRules>(json!({"radius": 10})).is_err());
    }

    #[test]
    fn a_class_has_what_is_its_own_and_the_rest_from_everybody() {
        let rules = read(json!({"radius_m": 150, "classes": {"A": {"dwell_min_s": 600}}})).unwrap();
        assert_eq!((rules.radius_for(Some("A")), rules.dwell_min_for(Some("A"))), (150, 600));
        assert_eq!((rules.radius_for(None), rules.dwell_min_for(Some("B"))), (150, 300));
    }

    #[test]
    fn before_the_first_version_the_defaults_hold() {
        let from = Timestamp::from_ms(1_000).unwrap();
        let value = read(json!({"radius_m": 500})).unwrap();
        let versions = VisitRuleVersions::new(Versions::new(vec![Since { from, value }]));
        assert_eq!(versions.at(from.plus_ms(-1)).radius_m, 100);
        assert_eq!(versions.at(from).radius_m, 500);
    }
}
