//! Classes of customers: how often and for how long they are visited. The organisation's own list, by code.

use super::place::checked_duration;
use crate::flaw::{FieldFlaw, checked_code, checked_line};
use serde::{Deserialize, Serialize};

/// Two years: rarer is not regular.
const INTERVAL_DAYS: std::ops::RangeInclusive<i64> = 1..=730;
const CYCLE_WEEKS: std::ops::RangeInclusive<i64> = 1..=52;
/// Several a day would be another kind of work.
const VISITS_PER_CYCLE: std::ops::RangeInclusive<i64> = 1..=366;
/// Where a class says nothing.
pub const VISIT_DURATION_S_DEFAULT: u32 = 1_800;

/// A class as stored and shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerClass {
    /// 1 to 32 characters of `A-Z a-z 0-9 - _ .`
    pub code: String,
    pub name: String,
    /// Counts from 1, with every change.
    pub version: i64,
    #[serde(flatten)]
    pub frequency: Frequency,
    pub visit_duration_s: u32,
}

/// How often: every so many days, or so many times in a cycle of weeks, or whenever there is a reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Frequency {
    pub interval_days: Option<u16>,
    pub visits_per_cycle: Option<u16>,
    pub cycle_weeks: Option<u16>,
}

impl Frequency {
    /// Days between two visits on average; None where no frequency is set.
    pub fn days_between(self) -> Option<f64> {
        if let Some(days) = self.interval_days {
            return Some(f64::from(days));
        }
        Some(f64::from(self.cycle_weeks?) * 7.0 / f64::from(self.visits_per_cycle?))
    }
}

/// What a class is made or replaced by.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCustomerClass {
    /// 1 to 120 characters.
    pub name: String,
    /// 1 to 730. Give this, or visits_per_cycle and cycle_weeks, or none of them.
    #[serde(default)]
    pub interval_days: Option<i64>,
    /// 1 to 366.
    #[serde(default)]
    pub visits_per_cycle: Option<i64>,
    /// 1 to 52.
    #[serde(default)]
    pub cycle_weeks: Option<i64>,
    /// 60 to 86400, by default 1800.
    #[serde(default)]
    pub visit_duration_s: Option<i64>,
    /// The version that is replaced; refused where it is another one by now.
    #[serde(default)]
    pub version: Option<i64>,
}

impl NewCustomerClass {
    /// The class under this code, as its first version.
    pub fn checked(&self, code: &str) -> Result<CustomerClass, FieldFlaw> {
        let within = |field: &str, value: Option<i64>, range: std::ops::RangeInclusive<i64>| match value {
            None => Ok(None),
            Some(value) if range.contains(&value) => Ok(u16::try_from(value).ok()),
            Some(_) => Err(FieldFlaw::new(field, format!("must be within {}..{}", range.start(), range.end()))),
        };
        let frequency = Frequency {
            interval_days: within("interval_days", self.interval_days, INTERVAL_DAYS)?,
            visits_per_cycle: within("visits_per_cycle", self.visits_per_cycle, VISITS_PER_CYCLE)?,
            cycle_weeks: within("cycle_weeks", self.cycle_weeks, CYCLE_WEEKS)?,
        };
        match (frequency.interval_days, frequency.visits_per_cycle, frequency.cycle_weeks) {
            (None, None, None) | (Some(_), None, None) | (None, Some(_), Some(_)) => {}
            (Some(_), _, _) => {
                return Err(FieldFlaw::new("interval_days", "must not stand beside visits_per_cycle or cycle_weeks"));
            }
            (None, Some(_), None) => return Err(FieldFlaw::new("cycle_weeks", "must be given with visits_per_cycle")),
            (None, None, Some(_)) => return Err(FieldFlaw::new("visits_per_cycle", "must be given with cycle_weeks")),
        }
        Ok(CustomerClass {
            code: checked_code("code", code)?,
            name: checked_line("name", &self.name, 1, 120)?,
            version: 1,
            frequency,
            visit_duration_s: self
                .visit_duration_s
                .map_or(Ok(VISIT_DURATION_S_DEFAULT), |duration_s| checked_duration("visit_duration_s", duration_s))?,
        })
    }
}

/// Something a visit may need and an agent may have. The organisation's own list, by code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Skill {
    /// 1 to 32 characters of `A-Z a-z 0-9 - _ .`
    pub code: String,
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn class(more: serde_json::Value) -> Result<CustomerClass, FieldFlaw> {
        let mut class = json!({"name": "Key account"});
        class.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value::<NewCustomerClass>(class).unwrap().checked("A")
    }

    #[test]
    fn a_class_says_how_often_in_one_way() {
        assert_eq!(class(json!({"interval_days": 14})).unwrap().frequency.days_between(), Some(14.0));
        assert_eq!(class(json!({"visits_per_cycle": 2, "cycle_weeks": 4})).unwrap().frequency.days_between(), Some(14.0));
        assert_eq!(class(json!({})).unwrap().frequency.days_between(), None);
        for (more, field) in [
            (json!({"interval_days": 0}), "interval_days"),
            (json!({"interval_days": 731}), "interval_days"),
            (json!({"interval_days": 7, "cycle_weeks": 1}), "interval_days"),
            (json!({"visits_per_cycle": 2}), "cycle_weeks"),
            (json!({"cycle_weeks": 2}), "visits_per_cycle"),
            (json!({"visits_per_cycle": 367, "cycle_weeks": 52}), "visits_per_cycle"),
            (json!({"visit_duration_s": 59}), "visit_duration_s"),
            (json!({"name": ""}), "name"),
        ] {
            assert_eq!(class(more.clone()).unwrap_err().field, field, "{more}");
        }
    }
}
