//! Opening hours of a fence: weekly times in a zone, dates that go otherwise, and when they next change.
//!
//! Times are local: "09:00" stays nine o'clock when the clocks change. An opening belongs to the date it begins on and may run past
//! midnight; a date named in `exceptions` has only the hours given there (none: closed all day).
//! A local time that is skipped stands for the first instant after the gap, one that comes twice for its first coming.

use crate::Timestamp;
use crate::horizon::CALENDAR;
use chrono::{Datelike, Days, NaiveDate, TimeDelta, TimeZone, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Several openings for each day of the week, with room.
const WEEKLY_MAX: usize = 50;
/// A few years of holidays.
const EXCEPTIONS_MAX: usize = 400;
/// How many days are looked through for a change, nearest first: a week, then past the longest holidays, then over a year.
const REACHES_DAYS: [u64; 3] = [9, 60, 400];

/// When a fence is in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Calendar {
    /// IANA name, such as Europe/Berlin.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    zone: Tz,
    weekly: Vec<Opening>,
    exceptions: Vec<Exception>,
}

/// Hours on some days of the week.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Opening {
    pub days: Vec<DayOfWeek>,
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

/// A date with hours of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Exception {
    pub date: NaiveDate,
    #[serde(default)]
    pub hours: Vec<Hours>,
}

/// From and to, local time; `to` before `from` is on the next day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hours {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

/// `HH:MM`, 00:00 to 24:00; holds minutes after midnight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct TimeOfDay(u16);

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DayOfWeek {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// What is wrong with a calendar, and where: `weekly[2].to`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path} {rule}")]
pub struct CalendarFlaw {
    pub path: String,
    pub rule: CalendarRule,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CalendarRule {
    #[error("must be the name of an IANA time zone, such as Europe/Berlin")]
    Zone,
    #[error("must have 1..{WEEKLY_MAX} openings, or exceptions that open")]
    NeverOpen,
    #[error("must have at most {WEEKLY_MAX} openings")]
    TooManyOpenings,
    #[error("must have at most {EXCEPTIONS_MAX} dates")]
    TooManyExceptions,
    #[error("must name 1..7 days, each once")]
    Days,
    #[error("must differ from `from`")]
    NoTime,
    #[error("must be a date no other exception names, in 1900..2199")]
    Date,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be a time of day HH:MM within 00:00..24:00")]
pub struct TimeOfDayFlaw;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    zone: String,
    #[serde(default)]
    weekly: Vec<Opening>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

impl Calendar {
    pub fn new(zone: &str, weekly: Vec<Opening>, mut exceptions: Vec<Exception>) -> Result<Self, CalendarFlaw> {
        let flaw = |path: String, rule| Err(CalendarFlaw { path, rule });
        let Ok(zone) = zone.parse::<Tz>() else { return flaw("zone".into(), CalendarRule::Zone) };
        if weekly.len() > WEEKLY_MAX {
            return flaw("weekly".into(), CalendarRule::TooManyOpenings);
        }
        if exceptions.len() > EXCEPTIONS_MAX {
            return flaw("exceptions".into(), CalendarRule::TooManyExceptions);
        }
        if weekly.is_empty() && exceptions.iter().all(|exception| exception.hours.is_empty()) {
            return flaw("weekly".into(), CalendarRule::NeverOpen);
        }
        for (at, Opening { days, from, to }) in weekly.iter().enumerate() {
            let is_repeated = (1..days.len()).any(|later| days[..later].contains(&days[later]));
            if days.is_empty() || is_repeated {
                return flaw(format!("weekly[{at}].days"), CalendarRule::Days);
            }
            if from == to {
                return flaw(format!("weekly[{at}].to"), CalendarRule::NoTime);
            }
        }
        for (at, Exception { date, hours }) in exceptions.iter().enumerate() {
            let is_repeated = exceptions[..at].iter().any(|other| other.date == *date);
            if is_repeated || !CALENDAR.contains(date) {
                return flaw(format!("exceptions[{at}].date"), CalendarRule::Date);
            }
            if hours.len() > WEEKLY_MAX {
                return flaw(format!("exceptions[{at}].hours"), CalendarRule::TooManyOpenings);
            }
            if let Some(hour) = hours.iter().position(|hours| hours.from == hours.to) {
                return flaw(format!("exceptions[{at}].hours[{hour}].to"), CalendarRule::NoTime);
            }
        }
        exceptions.sort_unstable_by_key(|exception| exception.date);
        Ok(Self { zone, weekly, exceptions })
    }

    /// From the opening instant on, up to but not including the closing one.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let date = at.civil_date(self.zone);
        let mut is_open = false;
        for date in [date.checked_sub_days(Days::new(1)), Some(date)].into_iter().flatten() {
            self.each_span_of(date, |from, to| is_open |= from <= at && at < to);
        }
        is_open
    }

    /// The first opening or closing after this instant; None when there is none for over a year.
    pub fn next_change(&self, after: Timestamp) -> Option<Timestamp> {
        let date = after.civil_date(self.zone);
        REACHES_DAYS.into_iter().find_map(|reach| {
            let last = date.checked_add_days(Days::new(reach))?;
            // What is still open when the days looked through end may go on.
            let sure_until = Timestamp::start_of(last, self.zone);
            let spans = self.spans(date.checked_sub_days(Days::new(1))?, last);
            spans.into_iter().flat_map(|(from, to)| [from, to]).find(|change| *change > after && *change < sure_until)
        })
    }

    /// The last opening or closing at or before this instant; None when there was none for over a year.
    pub fn last_change(&self, at: Timestamp) -> Option<Timestamp> {
        let date = at.civil_date(self.zone);
        REACHES_DAYS.into_iter().find_map(|reach| {
            let first = date.checked_sub_days(Days::new(reach))?;
            let sure_from = Timestamp::start_of(first.checked_add_days(Days::new(2))?, self.zone);
            let spans = self.spans(first, date.checked_add_days(Days::new(1))?);
            let mut changes = spans.into_iter().flat_map(|(from, to)| [from, to]);
            changes.rfind(|change| *change <= at && *change >= sure_from)
        })
    }

    /// The openings that begin on these dates, in order, those that touch made one.
    fn spans(&self, first: NaiveDate, last: NaiveDate) -> Vec<(Timestamp, Timestamp)> {
        let mut spans = Vec::new();
        for date in first.iter_days().take_while(|date| *date <= last) {
            self.each_span_of(date, |from, to| spans.push((from, to)));
        }
        spans.sort_unstable();
        let mut merged: Vec<(Timestamp, Timestamp)> = Vec::with_capacity(spans.len());
        for (from, to) in spans {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        merged
    }

    fn each_span_of(&self, date: NaiveDate, mut see: impl FnMut(Timestamp, Timestamp)) {
        let mut span = |from: TimeOfDay, to: TimeOfDay| {
            let until = if to > from { Some(date) } else { date.succ_opt() };
            let (from, to) = (from.on(date, self.zone), until.map(|until| to.on(until, self.zone)));
            if let Some(to) = to.filter(|to| from < *to) {
                see(from, to);
            }
        };
        match self.exceptions.binary_search_by_key(&date, |exception| exception.date) {
            Ok(at) => self.exceptions[at].hours.iter().for_each(|hours| span(hours.from, hours.to)),
            Err(_) => {
                let today = DayOfWeek::of(date.weekday());
                let openings = self.weekly.iter().filter(|opening| opening.days.contains(&today));
                openings.for_each(|opening| span(opening.from, opening.to));
            }
        }
    }
}

impl Calendar {
    /// The openings that begin on the dates of `[first, last]`, in order, those that touch made one.
    pub fn openings(&self, first: NaiveDate, last: NaiveDate) -> Vec<(Timestamp, Timestamp)> {
        self.spans(first, last)
    }

    pub const fn zone(&self) -> Tz {
        self.zone
    }
}

/// A local time of a date. One that is skipped stands for the first instant after the gap, one that comes twice for its first coming.
pub(crate) fn local_instant(zone: Tz, date: NaiveDate, time: TimeOfDay) -> Timestamp {
    let midnight = date.and_hms_opt(0, 0, 0).expect("midnight is a valid time of day");
    let local = midnight + TimeDelta::minutes(time.0.into());
    let first = |local| zone.from_local_datetime(&local).earliest().map(|time| Timestamp::from(time.to_utc()));
    first(local).unwrap_or_else(|| {
        // Gaps begin and end on quarter hours; the longest was a whole day (Samoa, 2011).
        let quarter = |n: i64| local + TimeDelta::minutes(15 * n - i64::from(time.0 % 15));
        (1..=97).find_map(|n| first(quarter(n))).unwrap_or_else(|| local.and_utc().into())
    })
}

impl TimeOfDay {
    pub const NOON: Self = Self(12 * 60);
    pub const MIDNIGHT: Self = Self(0);

    /// The instant at which it is this time on a date.
    pub fn on(self, date: NaiveDate, zone: Tz) -> Timestamp {
        local_instant(zone, date, self)
    }

    /// Minutes after midnight, 0 to 1440.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl TryFrom<Unchecked> for Calendar {
    type Error = CalendarFlaw;

    fn try_from(Unchecked { zone, weekly, exceptions }: Unchecked) -> Result<Self, CalendarFlaw> {
        Self::new(&zone, weekly, exceptions)
    }
}

impl From<Calendar> for Unchecked {
    fn from(Calendar { zone, weekly, exceptions }: Calendar) -> Self {
        Self { zone: zone.name().to_owned(), weekly, exceptions }
    }
}

impl DayOfWeek {
    pub const fn of(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Mon,
            Weekday::Tue => Self::Tue,
            Weekday::Wed => Self::Wed,
            Weekday::Thu => Self::Thu,
            Weekday::Fri => Self::Fri,
            Weekday::Sat => Self::Sat,
            Weekday::Sun => Self::Sun,
        }
    }
}

impl std::str::FromStr for TimeOfDay {
    type Err = TimeOfDayFlaw;

    fn from_str(text: &str) -> Result<Self, TimeOfDayFlaw> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u16>().ok()).flatten();
        let (hour, minute) =
            text.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2).ok_or(TimeOfDayFlaw)?;
        match (digits(hour), digits(minute)) {
            (Some(hour), Some(minute)) if minute < 60 && hour * 60 + minute <= 24 * 60 => Ok(Self(hour * 60 + minute)),
            _ => Err(TimeOfDayFlaw),
        }
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = TimeOfDayFlaw;

    fn try_from(text: String) -> Result<Self, TimeOfDayFlaw> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(TimeOfDay(minutes): TimeOfDay) -> Self {
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn calendar(json: serde_json::Value) -> Calendar {
        serde_json::from_value(json).unwrap()
    }

    fn shop() -> Calendar {
        calendar(json!({
            "zone": "Europe/Berlin",
            "weekly": [
                { "days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "12:00" },
                { "days": ["mon", "tue", "wed", "thu", "fri"], "from": "12:00", "to": "17:30" },
                { "days": ["fri", "sat"], "from": "22:00", "to": "02:30" },
            ],
            "exceptions": [{ "date": "2026-12-25" }, { "date": "2026-12-24", "hours": [{ "from": "10:00", "to": "13:00" }] }],
        }))
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn hours_are_local_and_the_end_is_out() {
        let shop = shop();
        for (time, expected) in [
            ("2026-11-23T09:00:00+01:00", true),
            ("2026-11-23T08:59:59.999+01:00", false),
            ("2026-11-23T12:00:00+01:00", true),
            ("2026-11-23T17:29:59.999+01:00", true),
            ("2026-11-23T17:30:00+01:00", false),
            ("2026-07-20T09:00:00+02:00", true),
            ("2026-11-22T10:00:00+01:00", false),
            ("2026-11-28T01:00:00+01:00", true),
            ("2026-11-28T02:30:00+01:00", false),
            ("2026-11-29T02:29:00+01:00", true),
            ("2026-12-24T09:30:00+01:00", false),
            ("2026-12-24T12:59:00+01:00", true),
            ("2026-12-25T10:00:00+01:00", false),
        ] {
            assert_eq!(shop.is_open(at(time)), expected, "{time}");
        }
    }

    #[test]
    fn changes_skip_what_merely_goes_on() {
        let shop = shop();
        for (from, next) in [
            ("2026-11-23T08:00:00+01:00", "2026-11-23T09:00:00+01:00"),
            ("2026-11-23T09:00:00+01:00", "2026-11-23T17:30:00+01:00"),
            ("2026-11-27T23:00:00+01:00", "2026-11-28T02:30:00+01:00"),
            ("2026-11-29T02:30:00+01:00", "2026-11-30T09:00:00+01:00"),
            ("2026-12-24T14:00:00+01:00", "2026-12-26T22:00:00+01:00"),
        ] {
            assert_eq!(shop.next_change(at(from)), Some(at(next)), "after {from}");
            assert_eq!(shop.last_change(at(next)), Some(at(next)), "at {next}");
            assert!(shop.last_change(at(next).plus_ms(-1)).is_some_and(|last| last <= at(from)), "before {next}");
        }
        assert_eq!(shop.last_change(at("2026-11-23T15:00:00+01:00")), Some(at("2026-11-23T09:00:00+01:00")));
        assert_eq!(shop.last_change(at("2026-11-23T08:00:00+01:00")), Some(at("2026-11-22T02:30:00+01:00")));
    }

    #[test]
    fn what_is_always_open_never_changes() {
        let all = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let always = calendar(json!({ "zone": "Asia/Kolkata", "weekly": [{ "days": all, "from": "00:00", "to": "24:00" }] }));
        assert!(always.is_open(at("2026-11-23T18:30:00Z")) && always.is_open(at("2026-11-23T18:29:59Z")));
        assert_eq!(always.next_change(at("2026-11-23T09:00:00Z")), None);
        assert_eq!(always.last_change(at("2026-11-23T09:00:00Z")), None);
        let once = calendar(
            json!({ "zone": "UTC", "exceptions": [{ "date": "2026-11-23", "hours": [{ "from": "09:00", "to": "10:00" }] }] }),
        );
        assert_eq!(once.next_change(at("2026-11-23T10:00:00Z")), None);
        assert_eq!(once.next_change(at("2026-01-23T10:00:00Z")), Some(at("2026-11-23T09:00:00Z")));
        assert_eq!(once.last_change(at("2027-01-23T10:00:00Z")), Some(at("2026-11-23T10:00:00Z")));
    }

    /// Berlin: 2026-03-29 has no 02:00..03:00, 2026-10-25 has it twice.
    #[test]
    fn days_of_23_and_25_hours_keep_their_local_times() {
        let day = calendar(json!({ "zone": "Europe/Berlin", "weekly": [{ "days": ["sun"], "from": "00:00", "to": "24:00" }] }));
        for (date, hours) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-01", 24)] {
            let opened = day.next_change(at(&format!("{date}T10:00:00Z")).plus_s(-36 * 3600)).unwrap();
            assert_eq!(day.next_change(opened).unwrap().since_ms(opened), hours * 3_600_000, "{date}");
        }
        let night =
            calendar(json!({ "zone": "Europe/Berlin", "weekly": [{ "days": ["sat", "sun"], "from": "02:30", "to": "03:30" }] }));
        let spring = night.next_change(at("2026-03-29T00:00:00Z")).unwrap();
        assert_eq!(spring, at("2026-03-29T03:00:00+02:00"), "skipped: the first instant after the gap");
        assert_eq!(night.next_change(spring), Some(at("2026-03-29T03:30:00+02:00")));
        let autumn = night.next_change(at("2026-10-24T22:00:00Z")).unwrap();
        assert_eq!(autumn, at("2026-10-25T02:30:00+02:00"), "twice: the first");
        assert_eq!(night.next_change(autumn), Some(at("2026-10-25T03:30:00+01:00")));
        let gone = calendar(json!({ "zone": "Europe/Berlin", "weekly": [{ "days": ["sun"], "from": "02:10", "to": "02:50" }] }));
        assert_eq!(gone.next_change(at("2026-03-28T12:00:00Z")), Some(at("2026-04-05T02:10:00+02:00")));
        let samoa = calendar(json!({ "zone": "Pacific/Apia", "weekly": [{ "days": ["fri"], "from": "09:00", "to": "17:00" }] }));
        assert_eq!(samoa.next_change(at("2011-12-29T12:00:00Z")), Some(at("2012-01-06T09:00:00+14:00")), "no 30 December 2011");
    }

    /// Against a walk in steps of five minutes over two years.
    #[test]
    fn changes_are_where_a_walk_finds_them() {
        let shop = shop();
        let mut time = at("2026-01-01T00:00:00Z");
        let mut last = None;
        let mut next = shop.next_change(time);
        let mut was_open = shop.is_open(time);
        while time < at("2027-06-01T00:00:00Z") {
            time = time.plus_s(300);
            if shop.is_open(time) != was_open {
                was_open = !was_open;
                assert_eq!(next, Some(time));
                (last, next) = (Some(time), shop.next_change(time));
            }
            if last.is_some() && time.ms() % 7_200_000 == 0 {
                assert_eq!((shop.last_change(time), shop.next_change(time)), (last, next), "{time}");
            }
        }
    }

    #[test]
    fn a_flaw_names_the_field_and_the_limit() {
        for (json, expected) in [
            (json!({ "zone": "Berlin", "weekly": [] }), "zone must be the name of an IANA"),
            (json!({ "zone": "UTC", "weekly": [] }), "weekly must have 1..50"),
            (
                json!({ "zone": "UTC", "weekly": [{ "days": [], "from": "09:00", "to": "10:00" }] }),
                "weekly[0].days must name 1..7",
            ),
            (json!({ "zone": "UTC", "weekly": [{ "days": ["mon", "mon"], "from": "09:00", "to": "10:00" }] }), "weekly[0].days"),
            (
                json!({ "zone": "UTC", "weekly": [{ "days": ["mon"], "from": "09:00", "to": "09:00" }] }),
                "weekly[0].to must differ",
            ),
            (json!({ "zone": "UTC", "weekly": [{ "days": ["mon"], "from": "9:00", "to": "10:00" }] }), "HH:MM"),
            (json!({ "zone": "UTC", "weekly": [{ "days": ["mon"], "from": "09:00", "to": "24:01" }] }), "00:00..24:00"),
            (json!({ "zone": "UTC", "weekly": [{ "days": ["mon"], "from": "+9:00", "to": "10:00" }] }), "HH:MM"),
            (json!({ "zone": "UTC", "exceptions": [{ "date": "2026-12-25" }] }), "weekly must have"),
        ] {
            let flaw = serde_json::from_value::<Calendar>(json).unwrap_err().to_string();
            assert!(flaw.contains(expected), "{flaw} instead of {expected}");
        }
        let shop = shop();
        assert_eq!(serde_json::from_str::<Calendar>(&serde_json::to_string(&shop).unwrap()).unwrap(), shop);
    }
}
