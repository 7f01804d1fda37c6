//! How far from today anybody plans, and which dates there are at all. This is the only place that says so; refusals name it.
//!
//! Two measures. What is planned for a day (a visit, a change of a plan, a search) lies within the `Horizon` around today: a day further off is a
//! slip of the pen. What holds from a date on, or was once so (a beat, a holiday, a question about the past), need only be a date of `CALENDAR`:
//! what was right when it was written stays right.

use crate::flaw::FieldFlaw;
use chrono::{Months, NaiveDate};
use std::ops::RangeInclusive;

/// Visits of an organisation that brings its past along.
pub const YEARS_BACK: u32 = 10;
/// The longest contract that visits are promised in.
pub const YEARS_AHEAD: u32 = 10;

/// Dates whose instants can be represented (`Timestamp`).
pub const CALENDAR: RangeInclusive<NaiveDate> =
    NaiveDate::from_ymd_opt(1900, 1, 1).expect("a date")..=NaiveDate::from_ymd_opt(2199, 12, 31).expect("a date");

/// Dates that something may be planned for, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Horizon {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Horizon {
    pub fn around(today: NaiveDate) -> Self {
        Self {
            first: today.checked_sub_months(Months::new(12 * YEARS_BACK)).unwrap_or(*CALENDAR.start()),
            last: today.checked_add_months(Months::new(12 * YEARS_AHEAD)).unwrap_or(*CALENDAR.end()),
        }
    }

    pub fn covers(self, date: NaiveDate) -> bool {
        (self.first..=self.last).contains(&date)
    }

    pub fn check(self, field: &str, date: NaiveDate) -> Result<(), FieldFlaw> {
        if self.covers(date) { Ok(()) } else { Err(FieldFlaw::new(field, format!("must be within {self}"))) }
    }
}

impl std::fmt::Display for Horizon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

pub fn check_calendar(field: &str, date: NaiveDate) -> Result<(), FieldFlaw> {
    if CALENDAR.contains(&date) {
        Ok(())
    } else {
        Err(FieldFlaw::new(field, format!("must be within {}..{}", CALENDAR.start(), CALENDAR.end())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_beyond_the_horizon_are_refused_with_its_ends() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let horizon = Horizon::around(date("2024-02-29"));
        for (day, fits) in
            [("2014-02-28", true), ("2014-02-27", false), ("2034-02-28", true), ("2034-03-01", false), ("0001-01-01", false)]
        {
            assert_eq!(horizon.check("day", date(day)).is_ok(), fits, "{day}");
        }
        let flaw = horizon.check("day", date("9999-01-01")).unwrap_err();
        assert_eq!(flaw.to_string(), "day must be within 2014-02-28..2034-02-28");
        for (day, fits) in [("1900-01-01", true), ("1899-12-31", false), ("2199-12-31", true), ("2200-01-01", false)] {
            assert_eq!(check_calendar("from", date(day)).is_ok(), fits, "{day}");
        }
    }
}
