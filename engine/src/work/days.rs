//! Working days made of how an agent works: the times of each shift in a span of dates, as instants.
//!
//! Times of day are local, so that nine o'clock stays nine o'clock when the clocks change; a day of that night is 23 or 25 hours long. The
//! invariant: what is returned is in order, never overlaps, and holds every instant of the shifts that no absence takes away.

use super::{Break, Rota, Shift, ShiftHours, Times, Work};
use crate::Timestamp;
use crate::fence::calendar::{DayOfWeek, TimeOfDay, local_instant};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A shift of a date, or what absences leave of it: `[start, end)`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkDay {
    /// The civil date the shift began on.
    pub date: NaiveDate,
    pub start: Timestamp,
    pub end: Timestamp,
    pub breaks: Vec<WorkBreak>,
}

/// So long a break somewhere in `[from, to)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkBreak {
    pub from: Timestamp,
    pub to: Timestamp,
    pub duration_s: u32,
}

/// The times worked on the dates of `[from, to)`, several a date where there are several shifts or an absence parts one. A shift belongs to the date
/// it begins on. A break of whose window too little is left is not taken.
pub fn work_days(work: &Work, from: NaiveDate, to: NaiveDate, zone: Tz) -> Vec<WorkDay> {
    let mut days = Vec::new();
    let mut busy_until = Timestamp::MIN;
    // The night shift of the day before may reach into the first date.
    let first = from.pred_opt().unwrap_or(from);
    for date in first.iter_days().take_while(|date| *date < to) {
        let mut shifts: Vec<_> = shifts_of(work, date).filter_map(|times| shift_on(times, date, zone)).collect();
        shifts.sort_by_key(|shift| (shift.start, shift.end));
        for shift in shifts {
            let Some(shift) = cut(&shift, busy_until.max(shift.start), shift.end) else { continue };
            busy_until = shift.end;
            if date >= from {
                days.extend(without_absences(work, shift));
            }
        }
    }
    days
}

/// The dates of `[from, to)` that an agent is away: absences leave nothing of the shifts, or noon falls into one where nothing is said of
/// shifts.
pub fn days_away(work: &Work, from: NaiveDate, to: NaiveDate, zone: Tz) -> BTreeSet<NaiveDate> {
    if work.absences.is_empty() {
        return BTreeSet::new();
    }
    let worked: BTreeSet<NaiveDate> = work_days(work, from, to, zone).into_iter().map(|day| day.date).collect();
    let is_away = |date: &NaiveDate| {
        let has_shifts = shifts_of(work, *date).next().is_some();
        let noon = local_instant(zone, *date, TimeOfDay::NOON);
        let has_own = work.exceptions.iter().any(|exception| exception.date == *date);
        let is_silent = !has_own && rota_on(work, *date).is_none();
        let at_noon = || work.absences.iter().any(|absence| absence.from <= noon && noon < absence.to);
        !worked.contains(date) && (has_shifts || is_silent && at_noon())
    };
    from.iter_days().take_while(|date| *date < to).filter(is_away).collect()
}

/// The shifts of a date: its own, or those of the week in force.
fn shifts_of(work: &Work, date: NaiveDate) -> impl Iterator<Item = Times<'_>> {
    let own = work.exceptions.binary_search_by_key(&date, |exception| exception.date).ok();
    let own = own.map(|at| &work.exceptions[at].shifts);
    let rota = if own.is_some() { None } else { rota_on(work, date) };
    let day = DayOfWeek::of(date.weekday());
    let weekly = rota.into_iter().flat_map(|rota| &rota.shifts).filter(move |shift| shift.days.contains(&day));
    own.into_iter().flatten().map(ShiftHours::times).chain(weekly.map(Shift::times))
}

fn rota_on(work: &Work, date: NaiveDate) -> Option<&Rota> {
    let begun = work.rotas.partition_point(|rota| rota.valid_from <= date);
    begun.checked_sub(1).map(|at| &work.rotas[at])
}

/// A shift as instants; None where a change of the clocks leaves nothing of it.
fn shift_on(times: Times<'_>, date: NaiveDate, zone: Tz) -> Option<WorkDay> {
    // At or after the shift's begin it is on the date, otherwise on the next.
    let begins = |time: TimeOfDay| if time >= times.from { Some(date) } else { date.succ_opt() };
    let ends = |time: TimeOfDay| if time > times.from { Some(date) } else { date.succ_opt() };
    let start = local_instant(zone, date, times.from);
    let end = local_instant(zone, ends(times.to)?, times.to);
    let window = |pause: &Break| {
        Some(WorkBreak {
            from: local_instant(zone, begins(pause.from)?, pause.from),
            to: local_instant(zone, ends(pause.to)?, pause.to),
            duration_s: pause.duration_s,
        })
    };
    let breaks = times.breaks.iter().filter_map(window).collect();
    cut(&WorkDay { date, start, end, breaks }, start, end)
}

/// The part of a shift within `[start, end)`, with the breaks that find room there.
fn cut(shift: &WorkDay, start: Timestamp, end: Timestamp) -> Option<WorkDay> {
    if start >= end {
        return None;
    }
    let clipped = shift.breaks.iter().map(|pause| WorkBreak { from: pause.from.max(start), to: pause.to.min(end), ..*pause });
    let breaks = clipped.filter(|pause| pause.to.since_ms(pause.from) >= i64::from(pause.duration_s) * 1000).collect();
    Some(WorkDay { date: shift.date, start, end, breaks })
}

fn without_absences(work: &Work, shift: WorkDay) -> Vec<WorkDay> {
    let mut left = Vec::new();
    let mut start = shift.start;
    // In the order of their begin, so that what is left grows to the right.
    for absence in work.absences.iter().filter(|absence| absence.to > shift.start && absence.from < shift.end) {
        left.extend(cut(&shift, start, absence.from.min(shift.end)));
        start = start.max(absence.to);
    }
    left.extend(cut(&shift, start, shift.end));
    left
}
