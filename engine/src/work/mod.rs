//! How an agent works, as planning needs it: shifts with breaks, days that go otherwise, absences, vehicle, base, skills, what an hour costs.
//!
//! One document for each agent, checked as a whole; `days` makes working days of it. Whether an agent is on duty now is another matter
//! (`crate::duty`): a plan is not a clock.

pub mod days;

pub use days::{WorkBreak, WorkDay, days_away, work_days};

use crate::fence::calendar::{DayOfWeek, TimeOfDay};
use crate::flaw::{FieldFlaw, checked_code, checked_line};
use crate::horizon::{CALENDAR, check_calendar};
use crate::{AgentId, Point, Timestamp};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A change of shifts every fortnight for two years.
const ROTAS_MAX: usize = 50;
/// Several shifts for each day of the week, with room.
const SHIFTS_MAX: usize = 50;
const BREAKS_MAX: usize = 5;
/// A few years of holidays.
const EXCEPTIONS_MAX: usize = 400;
const ABSENCES_MAX: usize = 400;
const ABSENCE_DAYS_MAX: i64 = 800;
const SKILLS_MAX: usize = 50;
const REASON_MAX: usize = 120;
const NAME_MAX: usize = 60;
const ADDRESS_MAX: usize = 300;
const DAY_MIN: u16 = 24 * 60;
/// Half a day over time is no day any more.
const OVERTIME_MAX_S: u32 = 43_200;
/// Ten million of the currency an hour, in its smallest unit.
const HOURLY_MINOR_MAX: i64 = 1_000_000_000;
const VISITS_PER_DAY_MAX: u16 = 500;

/// How an agent works, as stored and shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentWork {
    pub agent_id: AgentId,
    /// Counts from 1; 0 while nothing was ever said.
    pub version: i64,
    #[serde(flatten)]
    pub work: Work,
}

/// Everything that is said of it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Work {
    /// Weekly shifts, each version valid from a date until the next one begins. Before the first one there are none. At most 50.
    pub rotas: Vec<Rota>,
    /// Dates that go otherwise than the week says. At most 400.
    pub exceptions: Vec<DatedShifts>,
    /// At most 400; they may overlap.
    pub absences: Vec<Absence>,
    pub vehicle: Option<Vehicle>,
    pub base: Base,
    /// At most 50.
    pub skills: Vec<AgentSkill>,
    pub cost: Cost,
    /// How long past the end of a shift work may go on, seconds, 0 to 43200.
    pub overtime_max_s: u32,
    /// 1 to 500; no limit when absent.
    pub max_visits_per_day: Option<u16>,
}

/// A week's shifts from a date on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rota {
    pub valid_from: NaiveDate,
    /// At most 50; none: no work from then on.
    pub shifts: Vec<Shift>,
}

/// A shift on some days of the week. It belongs to the date it begins on and may run past midnight.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shift {
    pub days: Vec<DayOfWeek>,
    pub from: TimeOfDay,
    pub to: TimeOfDay,
    /// In order, at most 5.
    #[serde(default)]
    pub breaks: Vec<Break>,
}

/// From and to in local time; `to` before or at `from` is on the next day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShiftHours {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
    /// In order, at most 5.
    #[serde(default)]
    pub breaks: Vec<Break>,
}

/// A break of some length, taken somewhere within a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Break {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
    /// At least 60, at most the window.
    pub duration_s: u32,
}

/// A date with shifts of its own; none: a day off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatedShifts {
    pub date: NaiveDate,
    #[serde(default)]
    pub shifts: Vec<ShiftHours>,
}

/// Not there in `[from, to)`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Absence {
    pub from: Timestamp,
    pub to: Timestamp,
    /// At most 120 characters. Shown to the agent and to whoever may change how they work.
    #[serde(default)]
    pub reason: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TravelProfile {
    Car,
    Bike,
    Foot,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Vehicle {
    pub profile: TravelProfile,
    /// At most 60 characters.
    #[serde(default)]
    pub name: String,
    /// In whatever unit visits say what they need; 1 to 1000000.
    #[serde(default)]
    pub capacity: Option<u32>,
    /// Of one day, 1000 to 5000000.
    #[serde(default)]
    pub max_distance_m: Option<u32>,
}

/// Where a day begins and ends.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Base {
    /// Absent: at the first visit.
    pub start: Option<BasePlace>,
    pub end: End,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BasePlace {
    /// At most 300 characters.
    #[serde(default)]
    pub address: String,
    pub point: Point,
}

/// Where a day ends.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum End {
    /// Where it began.
    #[default]
    Start,
    /// Wherever the last visit was.
    Open,
    /// Somewhere else.
    Place { place: BasePlace },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentSkill {
    /// Code of a skill of the organisation.
    pub code: String,
    /// The last date it holds; for ever when absent.
    #[serde(default)]
    pub expires_on: Option<NaiveDate>,
}

/// What an hour costs, in the smallest unit of the organisation's currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cost {
    pub hourly_minor: i64,
    pub overtime_hourly_minor: i64,
}

impl Work {
    /// Checks everything, and puts it in order.
    pub fn checked(mut self) -> Result<Self, FieldFlaw> {
        at_most("rotas", self.rotas.len(), ROTAS_MAX)?;
        at_most("exceptions", self.exceptions.len(), EXCEPTIONS_MAX)?;
        at_most("absences", self.absences.len(), ABSENCES_MAX)?;
        let mut dates = BTreeSet::new();
        for (at, rota) in self.rotas.iter().enumerate() {
            let path = format!("rotas[{at}]");
            checked_date(&format!("{path}.valid_from"), rota.valid_from, &mut dates)?;
            check_week(&rota.shifts).map_err(|flaw| flaw.within(&path))?;
        }
        let mut dates = BTreeSet::new();
        for (at, exception) in self.exceptions.iter().enumerate() {
            let path = format!("exceptions[{at}]");
            checked_date(&format!("{path}.date"), exception.date, &mut dates)?;
            let shifts: Vec<_> = exception.shifts.iter().map(|hours| (hours.times(), &[DayOfWeek::Mon][..])).collect();
            check_shifts(&shifts).map_err(|flaw| flaw.within(&path))?;
        }
        for (at, absence) in self.absences.iter_mut().enumerate() {
            absence.reason =
                checked_line("reason", &absence.reason, 0, REASON_MAX).map_err(|flaw| flaw.within(&format!("absences[{at}]")))?;
            let longest_ms = ABSENCE_DAYS_MAX * 86_400_000;
            if !(1..=longest_ms).contains(&absence.to.since_ms(absence.from)) {
                let limit = format!("must be after `from`, by at most {ABSENCE_DAYS_MAX} days");
                return Err(FieldFlaw::new(format!("absences[{at}].to"), limit));
            }
        }
        self.vehicle = self.vehicle.map(Vehicle::checked).transpose()?;
        self.base = self.base.checked()?;
        self.skills = checked_agent_skills(self.skills)?;
        for (field, minor) in
            [("cost.hourly_minor", self.cost.hourly_minor), ("cost.overtime_hourly_minor", self.cost.overtime_hourly_minor)]
        {
            within(field, minor, 0, HOURLY_MINOR_MAX)?;
        }
        within("overtime_max_s", self.overtime_max_s.into(), 0, OVERTIME_MAX_S.into())?;
        if let Some(visits) = self.max_visits_per_day {
            within("max_visits_per_day", visits.into(), 1, VISITS_PER_DAY_MAX.into())?;
        }
        self.rotas.sort_by_key(|rota| rota.valid_from);
        self.exceptions.sort_by_key(|exception| exception.date);
        self.absences.sort_by_key(|absence| (absence.from, absence.to));
        Ok(self)
    }

    /// Has the agent this skill on a date?
    pub fn has_skill(&self, code: &str, on: NaiveDate) -> bool {
        self.skills.iter().any(|skill| skill.code == code && skill.expires_on.is_none_or(|last| on <= last))
    }

    /// Where a day ends; None: wherever the last visit was.
    pub fn end_place(&self) -> Option<&BasePlace> {
        match &self.base.end {
            End::Start => self.base.start.as_ref(),
            End::Open => None,
            End::Place { place } => Some(place),
        }
    }
}

impl Vehicle {
    fn checked(mut self) -> Result<Self, FieldFlaw> {
        self.name = checked_line("vehicle.name", &self.name, 0, NAME_MAX)?;
        if let Some(capacity) = self.capacity {
            within("vehicle.capacity", capacity.into(), 1, 1_000_000)?;
        }
        if let Some(distance_m) = self.max_distance_m {
            within("vehicle.max_distance_m", distance_m.into(), 1_000, 5_000_000)?;
        }
        Ok(self)
    }
}

impl Base {
    fn checked(mut self) -> Result<Self, FieldFlaw> {
        if let Some(start) = &mut self.start {
            start.address = checked_line("base.start.address", &start.address, 0, ADDRESS_MAX)?;
        }
        if let End::Place { place } = &mut self.end {
            place.address = checked_line("base.end.place.address", &place.address, 0, ADDRESS_MAX)?;
        }
        Ok(self)
    }
}

/// The times of a shift, wherever they stand.
#[derive(Clone, Copy)]
struct Times<'a> {
    from: TimeOfDay,
    to: TimeOfDay,
    breaks: &'a [Break],
}

impl Shift {
    fn times(&self) -> Times<'_> {
        Times { from: self.from, to: self.to, breaks: &self.breaks }
    }
}

impl ShiftHours {
    fn times(&self) -> Times<'_> {
        Times { from: self.from, to: self.to, breaks: &self.breaks }
    }
}

impl Times<'_> {
    /// Minutes from the begin, 1 to 1440.
    fn length_min(self) -> u16 {
        after(self.from, self.to)
    }

    fn check(self) -> Result<(), FieldFlaw> {
        if self.from.minutes() == DAY_MIN {
            return Err(FieldFlaw::new("from", "must be a time of day within 00:00..23:59"));
        }
        if self.from == self.to {
            return Err(FieldFlaw::new("to", "must differ from `from`"));
        }
        at_most("breaks", self.breaks.len(), BREAKS_MAX)?;
        let mut free_from = 0;
        for (at, pause) in self.breaks.iter().enumerate() {
            let flaw = |field: &str, limit: &str| Err(FieldFlaw::new(format!("breaks[{at}].{field}"), limit));
            // A window that begins with the shift begins 0 minutes after it, not a day.
            let begin = after(self.from, pause.from) % DAY_MIN;
            let end = after(self.from, pause.to);
            if begin < free_from || begin >= self.length_min() {
                return flaw("from", "must lie within the shift, after the break before");
            }
            if end <= begin || end > self.length_min() {
                return flaw("to", "must be after `from`, within the shift");
            }
            let window_s = u32::from(end - begin) * 60;
            if !(60..=window_s).contains(&pause.duration_s) {
                return flaw("duration_s", "must be at least 60 and at most the window");
            }
            free_from = end;
        }
        Ok(())
    }
}

/// Minutes from one time of day to the next coming of another, 1 to 1440.
fn after(from: TimeOfDay, to: TimeOfDay) -> u16 {
    let (from, to) = (from.minutes(), to.minutes());
    if to > from { to - from } else { to + DAY_MIN - from }
}

fn check_week(shifts: &[Shift]) -> Result<(), FieldFlaw> {
    for (at, shift) in shifts.iter().enumerate() {
        let is_repeated = (1..shift.days.len()).any(|later| shift.days[..later].contains(&shift.days[later]));
        if shift.days.is_empty() || is_repeated {
            return Err(FieldFlaw::new(format!("shifts[{at}].days"), "must name 1..7 days, each once"));
        }
    }
    check_shifts(&shifts.iter().map(|shift| (shift.times(), &shift.days[..])).collect::<Vec<_>>())
}

/// Each by itself, and that those of one day do not overlap. One that runs past midnight into the next day's is cut off there (`days`).
fn check_shifts(shifts: &[(Times<'_>, &[DayOfWeek])]) -> Result<(), FieldFlaw> {
    at_most("shifts", shifts.len(), SHIFTS_MAX)?;
    for (at, (times, days)) in shifts.iter().enumerate() {
        times.check().map_err(|flaw| flaw.within(&format!("shifts[{at}]")))?;
        let span = |times: &Times<'_>| {
            let begin = times.from.minutes();
            begin..begin + times.length_min()
        };
        let own = span(times);
        let meets = |(other, other_days): &(Times<'_>, &[DayOfWeek])| {
            let other = span(other);
            own.start < other.end && other.start < own.end && days.iter().any(|day| other_days.contains(day))
        };
        if shifts[..at].iter().any(meets) {
            return Err(FieldFlaw::new(format!("shifts[{at}].from"), "must not lie within another shift of the same day"));
        }
    }
    Ok(())
}

fn checked_agent_skills(skills: Vec<AgentSkill>) -> Result<Vec<AgentSkill>, FieldFlaw> {
    at_most("skills", skills.len(), SKILLS_MAX)?;
    let mut codes = BTreeSet::new();
    let mut checked = Vec::with_capacity(skills.len());
    for (at, skill) in skills.into_iter().enumerate() {
        let code = checked_code(&format!("skills[{at}].code"), &skill.code)?;
        if !codes.insert(code.clone()) {
            return Err(FieldFlaw::new(format!("skills[{at}].code"), "must be another code than those before"));
        }
        skill.expires_on.map_or(Ok(()), |last| check_calendar(&format!("skills[{at}].expires_on"), last))?;
        checked.push(AgentSkill { code, ..skill });
    }
    checked.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(checked)
}

fn checked_date(field: &str, date: NaiveDate, seen: &mut BTreeSet<NaiveDate>) -> Result<(), FieldFlaw> {
    let fits = CALENDAR.contains(&date) && seen.insert(date);
    if fits { Ok(()) } else { Err(FieldFlaw::new(field, "must be a date that no other names, in 1900..2199")) }
}

fn at_most(field: &str, len: usize, max: usize) -> Result<(), FieldFlaw> {
    if len <= max { Ok(()) } else { Err(FieldFlaw::new(field, format!("must have at most {max} entries"))) }
}

fn within(field: &str, value: i64, min: i64, max: i64) -> Result<(), FieldFlaw> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(FieldFlaw::new(field, format!("must be within {min}..{max}"))) }
}

#[cfg(test)]
mod tests;
