//! What people and the planner decide of a visit: whom to visit where, on which day, within which hours, by whom.
//!
//! Not here: what became of it. A plan changes only while nothing has been done.

use crate::access::named;
use crate::agent::present;
use crate::flaw::{FieldFlaw, checked_code, checked_text};
use crate::horizon::Horizon;
use crate::{AgentId, CustomerId, PlaceId, TerritoryId, Timestamp, VisitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Hours promised for one visit: a few.
pub const WINDOWS_MAX: usize = 10;
/// A minute to a day.
pub const DURATION_S: std::ops::RangeInclusive<i64> = 60..=86_400;
pub const PRIORITY: std::ops::RangeInclusive<i64> = 0..=100;
pub const PRIORITY_DEFAULT: u8 = 50;
/// What a visit takes of its vehicle's capacity, in the unit of the organisation's choice: as much as a plan can reckon with.
pub const DEMAND: std::ops::RangeInclusive<i64> = 0..=crate::plan::model::DEMAND_MAX as i64;
pub(crate) const DEMAND_LIMIT: &str = "must be within 0..1000000";
/// Skills one visit asks for.
pub const SKILLS_MAX: usize = 20;
const NOTE_LEN_MAX: usize = 2_000;
const PURPOSE_LIMIT: &str = "must be 1..32 characters of A-Z a-z 0-9 - _ .";

named! {
    /// What sort of visit it is.
    VisitKind, "kind" {
        Routine => "routine",
        /// Not planned before: the agent is there, or nearby.
        AdHoc => "ad_hoc",
        Urgent => "urgent",
        /// By telephone: nobody has to be anywhere, so there is nothing to prove.
        PhoneCall => "phone_call",
    }
}

impl VisitKind {
    /// Nobody has to be anywhere.
    pub const fn is_by_telephone(self) -> bool {
        matches!(self, Self::PhoneCall)
    }
}

named! {
    /// Where a visit came from.
    VisitSource, "source" {
        Person => "person",
        Beat => "beat",
        Import => "import",
        /// The agent made it in the field.
        Phone => "phone",
        Api => "api",
    }
}

/// From and to, the second not included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitWindow))]
pub struct Window {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// What is planned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitPlan))]
pub struct Plan {
    pub customer_id: CustomerId,
    pub place_id: PlaceId,
    /// Whose plan it belongs to: the customer's territory, unless said otherwise.
    pub territory_id: Option<TerritoryId>,
    /// Who is to go; nobody yet when absent.
    pub agent_id: Option<AgentId>,
    pub kind: VisitKind,
    /// Civil date it is planned for, in the organisation's time zone.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub day: NaiveDate,
    /// What was promised: it begins within one of them. None: any time of the day.
    pub windows: Vec<Window>,
    /// How long it is expected to take.
    pub duration_s: u32,
    /// 0 to 100; more is more urgent.
    pub priority: u8,
    /// How much of its vehicle's capacity it takes, in the unit of the organisation's choice: 0 to 1000000.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub demand: u32,
    /// What the agent must be able to do.
    pub skills: Vec<String>,
    /// What for, in the organisation's words: delivery, audit, …
    pub purpose: Option<String>,
    pub note: String,
}

/// A visit to be made. The client may mint the id; sending the same one again changes nothing.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewVisit {
    #[serde(default)]
    pub id: Option<VisitId>,
    pub customer_id: CustomerId,
    /// The customer's main place when absent.
    #[serde(default)]
    pub place_id: Option<PlaceId>,
    /// The customer's territory when absent.
    #[serde(default)]
    pub territory_id: Option<TerritoryId>,
    #[serde(default)]
    pub agent_id: Option<AgentId>,
    /// Routine when absent.
    #[serde(default)]
    pub kind: Option<VisitKind>,
    /// The day of the first window when absent, else today.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    pub day: Option<NaiveDate>,
    /// At most 10.
    #[serde(default)]
    pub windows: Vec<Window>,
    /// 60 to 86400; what the place or the customer's class says when absent.
    #[serde(default)]
    pub duration_s: Option<i64>,
    /// 0 to 100; 50 when absent.
    #[serde(default)]
    pub priority: Option<i64>,
    /// How much of its vehicle's capacity it takes, in the unit of the organisation's choice: 0 to 1000000; 0 when absent.
    #[serde(default)]
    pub demand: Option<i64>,
    /// Beside those that the customer asks for.
    #[serde(default)]
    pub skills: Vec<String>,
    #[serde(default)]
    pub purpose: Option<String>,
    #[serde(default)]
    pub note: String,
}

/// A change of a plan: what is absent stays, `null` takes away what may be absent.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitPatch))]
pub struct PlanPatch {
    /// The version the change was made from: when the plan has changed since, it is refused.
    #[serde(default)]
    pub version: Option<i64>,
    #[serde(default)]
    pub place_id: Option<PlaceId>,
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TerritoryId>))]
    pub territory_id: Option<Option<TerritoryId>>,
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<AgentId>))]
    pub agent_id: Option<Option<AgentId>>,
    #[serde(default)]
    pub kind: Option<VisitKind>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    pub day: Option<NaiveDate>,
    #[serde(default)]
    pub windows: Option<Vec<Window>>,
    #[serde(default)]
    pub duration_s: Option<i64>,
    #[serde(default)]
    pub priority: Option<i64>,
    /// 0 to 1000000.
    #[serde(default)]
    pub demand: Option<i64>,
    #[serde(default)]
    pub skills: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub purpose: Option<Option<String>>,
    #[serde(default)]
    pub note: Option<String>,
}

/// What a new visit takes from its customer where it says nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct Defaults {
    pub place_id: PlaceId,
    pub territory_id: Option<TerritoryId>,
    /// That of the place, else of the class.
    pub duration_s: u32,
    /// What every visit there asks for.
    pub skills: Vec<String>,
    pub today: NaiveDate,
    pub zone: chrono_tz::Tz,
}

impl NewVisit {
    pub fn checked(self, defaults: &Defaults) -> Result<Plan, FieldFlaw> {
        let first = self.windows.first().map(|window| window.from.civil_date(defaults.zone));
        let day = self.day.or(first).unwrap_or(defaults.today);
        Horizon::around(defaults.today).check("day", day)?;
        Plan {
            customer_id: self.customer_id,
            place_id: self.place_id.unwrap_or(defaults.place_id),
            territory_id: self.territory_id.or(defaults.territory_id),
            agent_id: self.agent_id,
            kind: self.kind.unwrap_or(VisitKind::Routine),
            day,
            windows: self.windows,
            duration_s: checked_duration(self.duration_s, defaults.duration_s)?,
            priority: checked_priority(self.priority)?,
            demand: checked_demand(self.demand, 0)?,
            skills: self.skills.into_iter().chain(defaults.skills.iter().cloned()).collect(),
            purpose: self.purpose,
            note: self.note,
        }
        .checked(defaults.zone)
    }
}

impl PlanPatch {
    /// Returns the plan as it is afterwards.
    pub fn applied(self, to: &Plan, zone: chrono_tz::Tz, today: NaiveDate) -> Result<Plan, FieldFlaw> {
        // A visit that is moved to another day with nothing said of its hours keeps them, on that day.
        let day = self.day.unwrap_or(to.day);
        if day != to.day {
            Horizon::around(today).check("day", day)?;
        }
        let windows = match self.windows {
            Some(windows) => windows,
            None if day == to.day => to.windows.clone(),
            None => moved(&to.windows, to.day, day, zone),
        };
        Plan {
            customer_id: to.customer_id,
            place_id: self.place_id.unwrap_or(to.place_id),
            territory_id: self.territory_id.unwrap_or(to.territory_id),
            agent_id: self.agent_id.unwrap_or(to.agent_id),
            kind: self.kind.unwrap_or(to.kind),
            day,
            windows,
            duration_s: checked_duration(self.duration_s, to.duration_s)?,
            priority: self.priority.map_or(Ok(to.priority), |priority| checked_priority(Some(priority)))?,
            demand: checked_demand(self.demand, to.demand)?,
            skills: self.skills.unwrap_or_else(|| to.skills.clone()),
            purpose: self.purpose.unwrap_or_else(|| to.purpose.clone()),
            note: self.note.unwrap_or_else(|| to.note.clone()),
        }
        .checked(zone)
    }
}

impl Plan {
    /// The checks that every plan passes, and the order of what has one.
    pub fn checked(mut self, zone: chrono_tz::Tz) -> Result<Self, FieldFlaw> {
        if self.windows.len() > WINDOWS_MAX {
            return Err(FieldFlaw::new("windows", format!("must be at most {WINDOWS_MAX}")));
        }
        for (index, window) in self.windows.iter().enumerate() {
            let path = format!("windows[{index}]");
            if window.from >= window.to {
                return Err(FieldFlaw::new("to", "must be after from").within(&path));
            }
            // A window may run past midnight; it begins on the day.
            if window.from.civil_date(zone) != self.day {
                return Err(FieldFlaw::new("from", format!("must be on the day of the visit, {}", self.day)).within(&path));
            }
            if window.to.since_ms(window.from) > 86_400_000 {
                return Err(FieldFlaw::new("to", "must be at most 24 h after from").within(&path));
            }
        }
        self.windows.sort_unstable();
        if let Some(index) = self.windows.windows(2).position(|pair| pair[1].from < pair[0].to) {
            return Err(FieldFlaw::new(format!("windows[{}].from", index + 1), "must not lie within another window"));
        }
        if self.skills.len() > SKILLS_MAX {
            return Err(FieldFlaw::new("skills", format!("must be at most {SKILLS_MAX}")));
        }
        let skills = self.skills.iter().enumerate();
        self.skills = skills.map(|(index, skill)| checked_code(&format!("skills[{index}]"), skill)).collect::<Result<_, _>>()?;
        self.skills.sort_unstable();
        self.skills.dedup();
        self.purpose = match self.purpose.map(|purpose| purpose.trim().to_owned()).filter(|purpose| !purpose.is_empty()) {
            Some(purpose) => Some(checked_code("purpose", &purpose).map_err(|_| FieldFlaw::new("purpose", PURPOSE_LIMIT))?),
            None => None,
        };
        self.note = checked_text("note", &self.note, NOTE_LEN_MAX)?;
        Ok(self)
    }

    /// When it is promised to begin at the earliest; the beginning of its day where any time will do.
    pub fn earliest(&self, zone: chrono_tz::Tz) -> Timestamp {
        self.windows.first().map_or_else(|| Timestamp::start_of(self.day, zone), |window| window.from)
    }
}

/// The same local hours on another day.
pub fn moved(windows: &[Window], from: NaiveDate, to: NaiveDate, zone: chrono_tz::Tz) -> Vec<Window> {
    let by_ms = Timestamp::start_of(to, zone).since_ms(Timestamp::start_of(from, zone));
    let shifted = |at: Timestamp| {
        let naive = at.plus_ms(by_ms);
        // Where the clocks changed in between, nine o'clock stays nine o'clock.
        let of_day = |at: Timestamp| at.to_utc().with_timezone(&zone).time();
        let off_ms = of_day(at).signed_duration_since(of_day(naive)).num_milliseconds();
        let off_ms = if off_ms.abs() > 43_200_000 { off_ms - off_ms.signum() * 86_400_000 } else { off_ms };
        naive.plus_ms(off_ms)
    };
    windows.iter().map(|window| Window { from: shifted(window.from), to: shifted(window.to) }).collect()
}

fn checked_duration(duration_s: Option<i64>, default: u32) -> Result<u32, FieldFlaw> {
    match duration_s {
        None => Ok(default),
        Some(s) if DURATION_S.contains(&s) => Ok(u32::try_from(s).unwrap_or(default)),
        Some(_) => Err(FieldFlaw::new("duration_s", "must be within 60..86400")),
    }
}

fn checked_demand(demand: Option<i64>, default: u32) -> Result<u32, FieldFlaw> {
    match demand {
        None => Ok(default),
        Some(units) if DEMAND.contains(&units) => Ok(u32::try_from(units).unwrap_or(default)),
        Some(_) => Err(FieldFlaw::new("demand", DEMAND_LIMIT)),
    }
}

fn checked_priority(priority: Option<i64>) -> Result<u8, FieldFlaw> {
    match priority {
        None => Ok(PRIORITY_DEFAULT),
        Some(priority) if PRIORITY.contains(&priority) => Ok(u8::try_from(priority).unwrap_or(PRIORITY_DEFAULT)),
        Some(_) => Err(FieldFlaw::new("priority", "must be within 0..100")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    fn berlin() -> chrono_tz::Tz {
        "Europe/Berlin".parse().unwrap()
    }

    fn defaults() -> Defaults {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        Defaults {
            place_id: PlaceId(uuid::Uuid::from_u128(9)),
            territory_id: None,
            duration_s: 1_800,
            skills: vec![],
            today,
            zone: berlin(),
        }
    }

    fn new(more: serde_json::Value) -> Result<Plan, FieldFlaw> {
        let mut visit = json!({"customer_id": uuid::Uuid::from_u128(1)});
        visit.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value::<NewVisit>(visit).unwrap().checked(&defaults())
    }

    pub fn plan() -> Plan {
        new(json!({})).unwrap()
    }

    fn window(from: &str, to: &str) -> serde_json::Value {
        json!({"from": from, "to": to})
    }

    #[test]
    fn what_is_not_said_is_taken_from_the_customer() {
        let plan = new(json!({})).unwrap();
        assert_eq!((plan.place_id, plan.day), (defaults().place_id, defaults().today));
        assert_eq!((plan.kind, plan.duration_s, plan.priority, plan.demand), (VisitKind::Routine, 1_800, 50, 0));
        let plan = new(json!({"windows": [window("2026-11-25T08:00:00Z", "2026-11-25T09:00:00Z")]})).unwrap();
        assert_eq!(plan.day.to_string(), "2026-11-25");
    }

    #[test]
    fn what_a_visit_takes_of_a_vehicle_stays_until_it_is_said_otherwise() {
        let most = new(json!({"demand": 1_000_000})).unwrap();
        let patched = |patch: serde_json::Value| {
            serde_json::from_value::<PlanPatch>(patch).unwrap().applied(&most, berlin(), defaults().today)
        };
        assert_eq!(patched(json!({"note": "x"})).unwrap().demand, 1_000_000);
        assert_eq!(patched(json!({"demand": 0})).unwrap().demand, 0);
        assert_eq!(patched(json!({"demand": 1_000_001})).unwrap_err(), FieldFlaw::new("demand", "must be within 0..1000000"));
        // As it was told before visits said so.
        let mut told = serde_json::to_value(&most).unwrap();
        told.as_object_mut().unwrap().remove("demand");
        assert_eq!(serde_json::from_value::<Plan>(told).unwrap(), Plan { demand: 0, ..most });
    }

    #[test]
    fn a_flaw_names_the_field_and_the_limit() {
        let nine = "2026-11-23T08:00:00Z";
        for (more, field) in [
            (json!({"duration_s": 59}), "duration_s"),
            (json!({"duration_s": 86_401}), "duration_s"),
            (json!({"priority": 101}), "priority"),
            (json!({"priority": -1}), "priority"),
            (json!({"demand": -1}), "demand"),
            (json!({"demand": 1_000_001}), "demand"),
            (json!({"skills": ["a b"]}), "skills[0]"),
            (json!({"purpose": "a b"}), "purpose"),
            (json!({"note": "x".repeat(2_001)}), "note"),
            (json!({"windows": [window(nine, nine)]}), "windows[0].to"),
            (json!({"windows": [window(nine, "2026-11-24T08:00:01Z")]}), "windows[0].to"),
            (json!({"day": "2026-11-24", "windows": [window(nine, "2026-11-23T09:00:00Z")]}), "windows[0].from"),
            (
                json!({"windows": [window(nine, "2026-11-23T10:00:00Z"), window("2026-11-23T09:00:00Z", "2026-11-23T11:00:00Z")]}),
                "windows[1].from",
            ),
            (json!({"windows": vec![window(nine, "2026-11-23T09:00:00Z"); 11]}), "windows"),
            (json!({"day": "0001-01-01"}), "day"),
            (json!({"day": "9999-12-31"}), "day"),
            (json!({"windows": [window("2036-11-24T08:00:00Z", "2036-11-24T09:00:00Z")]}), "day"),
        ] {
            assert_eq!(new(more.clone()).unwrap_err().field, field, "{more}");
        }
    }

    #[test]
    fn a_visit_that_is_moved_keeps_its_hours_over_a_change_of_clocks() {
        let plan =
            new(json!({"day": "2026-10-23", "windows": [window("2026-10-23T07:00:00Z", "2026-10-23T22:30:00Z")]})).unwrap();
        let later: PlanPatch = serde_json::from_value(json!({"day": "2026-10-26"})).unwrap();
        let moved = later.applied(&plan, berlin(), defaults().today).unwrap();
        let at = |text: &str| Timestamp::parse(text).unwrap();
        assert_eq!(moved.windows, [Window { from: at("2026-10-26T08:00:00Z"), to: at("2026-10-26T23:30:00Z") }]);
        let back: PlanPatch = serde_json::from_value(json!({"day": "2026-10-23"})).unwrap();
        assert_eq!(back.applied(&moved, berlin(), defaults().today).unwrap(), plan);
    }

    #[test]
    fn a_visit_is_moved_within_the_horizon_and_one_that_lies_beyond_may_stay_there() {
        let plan = new(json!({})).unwrap();
        let to = |day: &str| PlanPatch { day: Some(day.parse().unwrap()), ..PlanPatch::default() };
        let flaw = to("9999-01-01").applied(&plan, berlin(), defaults().today).unwrap_err();
        assert_eq!(flaw, FieldFlaw::new("day", "must be within 2016-11-23..2036-11-23"));
        let far = Plan { day: "2050-01-01".parse().unwrap(), ..plan };
        let noted = PlanPatch { note: Some("x".to_owned()), ..PlanPatch::default() };
        assert_eq!(noted.applied(&far, berlin(), defaults().today).unwrap().day, far.day);
    }

    #[test]
    fn a_patch_changes_what_it_names_and_null_takes_away() {
        let plan = new(json!({"purpose": "audit", "agent_id": uuid::Uuid::from_u128(3)})).unwrap();
        let patch: PlanPatch = serde_json::from_value(json!({"purpose": null, "agent_id": null, "priority": 7})).unwrap();
        let patched = patch.applied(&plan, berlin(), defaults().today).unwrap();
        assert_eq!(patched, Plan { purpose: None, agent_id: None, priority: 7, ..plan });
    }
}
