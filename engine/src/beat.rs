//! Beats: who is visited on which weekday of a cycle of weeks, in which order, over and over; and the visits that follow from them.
//!
//! An occurrence has an id that follows from beat, customer and date, so that making visits weeks ahead may be done again and again. A holiday or an
//! absence moves the visit and not the occurrence. Not here: what has become of visits made before; whoever stores them leaves alone what a
//! person has touched.

use crate::agent::checked_name;
use crate::fence::calendar::{DayOfWeek, TimeOfDay};
use crate::flaw::FieldFlaw;
use crate::horizon::check_calendar;
use crate::visit::plan::{DEMAND, DEMAND_LIMIT, DURATION_S, Window};
use crate::{AgentId, BeatId, CustomerId, PlaceId, TerritoryId, Timestamp, VisitId};
use chrono::{Datelike, Days, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub const CYCLE_WEEKS_MAX: u8 = 12;
pub const STOPS_MAX: usize = 2_000;
/// How far a visit is moved before it is left out.
const SHIFT_DAYS_MAX: u64 = 14;
/// Names an occurrence for good: UUIDv5 of beat, customer and date in this namespace.
const NAMESPACE: Uuid = Uuid::from_u128(0x2b1c_7f0e_93d4_4b7a_8c55_61f0_4ad2_e8b9);

crate::access::named! {
    /// What becomes of a visit on a day that nobody works.
    OnHoliday, "on_holiday" {
        /// On the next working day.
        After => "after",
        /// On the working day before.
        Before => "before",
        Skip => "skip",
        /// Where holidays are worked.
        Keep => "keep",
    }
}

crate::access::named! {
    /// What becomes of a visit on a day that its agent is away.
    OnAbsence, "on_absence" {
        /// It stays on its day, for somebody else to do.
        Unassign => "unassign",
        /// On the agent's next working day.
        After => "after",
        Skip => "skip",
        Keep => "keep",
    }
}

/// A beat, as it is stored and sent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Beat {
    pub id: BeatId,
    /// Counts changes.
    pub version: i64,
    #[serde(flatten)]
    pub content: BeatContent,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What is said of a beat.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BeatContent {
    /// 1 to 120 characters.
    pub name: String,
    #[serde(default)]
    pub territory_id: Option<TerritoryId>,
    #[serde(default)]
    pub agent_id: Option<AgentId>,
    /// 1 to 12.
    pub cycle_weeks: u8,
    /// The week of this date is the first of the cycle; no visit is before it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date"))]
    pub starts_on: NaiveDate,
    /// No visit is after it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date"))]
    pub ends_on: Option<NaiveDate>,
    #[serde(default = "after_holiday")]
    pub on_holiday: OnHoliday,
    #[serde(default = "unassign")]
    pub on_absence: OnAbsence,
    /// In the order in which they are visited on their day; at most 2000.
    pub stops: Vec<Stop>,
}

const fn after_holiday() -> OnHoliday {
    OnHoliday::After
}

const fn unassign() -> OnAbsence {
    OnAbsence::Unassign
}

/// One customer on one day of the cycle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = BeatStop))]
pub struct Stop {
    /// Week of the cycle, from 1.
    pub week: u8,
    pub weekday: DayOfWeek,
    pub customer_id: CustomerId,
    /// The customer's main place when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_id: Option<PlaceId>,
    /// Promised hours, local time; both or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TimeOfDay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<TimeOfDay>,
    /// As the place or the customer's class says when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<u32>,
    /// How much of its vehicle's capacity each of its visits takes: 0 to 1000000; 0 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand: Option<u32>,
}

/// What moves visits: days that nobody works, and days that agents are away.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Calendar {
    pub holidays: BTreeSet<NaiveDate>,
    pub absences: BTreeMap<AgentId, BTreeSet<NaiveDate>>,
}

/// A visit that a beat wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    pub id: VisitId,
    pub beat: BeatId,
    /// By the beat, before anything moved it.
    pub on: NaiveDate,
    pub day: NaiveDate,
    /// Its place in the day's order, from 0.
    pub position: i32,
    pub agent_id: Option<AgentId>,
    pub territory_id: Option<TerritoryId>,
    pub customer_id: CustomerId,
    pub place_id: Option<PlaceId>,
    pub windows: Vec<Window>,
    pub duration_s: Option<u32>,
    pub demand: u32,
}

impl BeatContent {
    pub fn checked(mut self) -> Result<Self, FieldFlaw> {
        let limit = "must be 1..120 characters without control characters";
        self.name = checked_name(&self.name).map_err(|_| FieldFlaw::new("name", limit))?;
        if !(1..=CYCLE_WEEKS_MAX).contains(&self.cycle_weeks) {
            return Err(FieldFlaw::new("cycle_weeks", format!("must be within 1..{CYCLE_WEEKS_MAX}")));
        }
        check_calendar("starts_on", self.starts_on)?;
        self.ends_on.map_or(Ok(()), |ends_on| check_calendar("ends_on", ends_on))?;
        if self.ends_on.is_some_and(|ends_on| ends_on < self.starts_on) {
            return Err(FieldFlaw::new("ends_on", "must not be before starts_on"));
        }
        if self.stops.len() > STOPS_MAX {
            return Err(FieldFlaw::new("stops", format!("must be at most {STOPS_MAX}")));
        }
        for (index, stop) in self.stops.iter().enumerate() {
            let path = format!("stops[{index}]");
            if !(1..=self.cycle_weeks).contains(&stop.week) {
                return Err(FieldFlaw::new("week", format!("must be within 1..{}", self.cycle_weeks)).within(&path));
            }
            match (stop.from, stop.to) {
                (Some(from), Some(to)) if from < to => {}
                (None, None) => {}
                _ => return Err(FieldFlaw::new("to", "must be after from, and both be given or none").within(&path)),
            }
            if stop.duration_s.is_some_and(|s| !DURATION_S.contains(&i64::from(s))) {
                return Err(FieldFlaw::new("duration_s", "must be within 60..86400").within(&path));
            }
            if stop.demand.is_some_and(|units| !DEMAND.contains(&i64::from(units))) {
                return Err(FieldFlaw::new("demand", DEMAND_LIMIT).within(&path));
            }
        }
        Ok(self)
    }

    /// The week of the cycle a date lies in, from 1.
    fn week_of(&self, date: NaiveDate) -> Option<u8> {
        let monday = |date: NaiveDate| date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday())));
        let weeks = (monday(date)? - monday(self.starts_on)?).num_days() / 7;
        u8::try_from(weeks.rem_euclid(i64::from(self.cycle_weeks)) + 1).ok()
    }

    fn is_worked(&self, date: NaiveDate) -> bool {
        let weekday = DayOfWeek::of(date.weekday());
        let is_weekend = matches!(weekday, DayOfWeek::Sat | DayOfWeek::Sun);
        !is_weekend || self.stops.iter().any(|stop| stop.weekday == weekday)
    }
}

/// The visits that a beat wants on the dates `from..=to` by the beat; holidays and absences may put some outside of these.
pub fn wanted(beat: BeatId, content: &BeatContent, calendar: &Calendar, from: NaiveDate, to: NaiveDate, zone: Tz) -> Vec<Wanted> {
    let first = from.max(content.starts_on);
    let last = content.ends_on.map_or(to, |ends_on| ends_on.min(to));
    let mut all = Vec::new();
    for on in first.iter_days().take_while(|date| *date <= last) {
        let (Some(week), weekday) = (content.week_of(on), DayOfWeek::of(on.weekday())) else { continue };
        let stops = content.stops.iter().filter(|stop| stop.week == week && stop.weekday == weekday);
        let mut seen = BTreeMap::<CustomerId, u32>::new();
        for (position, stop) in stops.enumerate() {
            let nth = seen.entry(stop.customer_id).and_modify(|n| *n += 1).or_insert(0);
            let Some((day, agent_id)) = placed(content, calendar, on) else { continue };
            all.push(Wanted {
                id: occurrence(beat, stop.customer_id, on, *nth),
                beat,
                on,
                day,
                position: i32::try_from(position).unwrap_or(i32::MAX),
                agent_id,
                territory_id: content.territory_id,
                customer_id: stop.customer_id,
                place_id: stop.place_id,
                windows: window(stop, day, zone).into_iter().collect(),
                duration_s: stop.duration_s,
                demand: stop.demand.unwrap_or_default(),
            });
        }
    }
    all
}

/// The id of an occurrence. A customer who is visited several times on one day has a number for each.
pub fn occurrence(beat: BeatId, customer: CustomerId, on: NaiveDate, nth: u32) -> VisitId {
    let nth = if nth == 0 { String::new() } else { format!(":{nth}") };
    VisitId(Uuid::new_v5(&NAMESPACE, format!("{beat}:{customer}:{on}{nth}").as_bytes()))
}

/// The day and the agent of an occurrence; None where it falls out.
fn placed(content: &BeatContent, calendar: &Calendar, on: NaiveDate) -> Option<(NaiveDate, Option<AgentId>)> {
    let is_away = |date: &NaiveDate| {
        let absences = content.agent_id.and_then(|agent| calendar.absences.get(&agent));
        absences.is_some_and(|absences| absences.contains(date))
    };
    let is_free = |date: &NaiveDate| !calendar.holidays.contains(date) && content.is_worked(*date);
    let mut day = on;
    if calendar.holidays.contains(&on) {
        day = match content.on_holiday {
            OnHoliday::Keep => on,
            OnHoliday::Skip => return None,
            OnHoliday::After => days_after(on).find(is_free)?,
            OnHoliday::Before => days_before(on).find(is_free).filter(|day| *day >= content.starts_on)?,
        };
    }
    if !is_away(&day) {
        return Some((day, content.agent_id));
    }
    match content.on_absence {
        OnAbsence::Keep => Some((day, content.agent_id)),
        OnAbsence::Unassign => Some((day, None)),
        OnAbsence::Skip => None,
        OnAbsence::After => days_after(day).find(|date| is_free(date) && !is_away(date)).map(|day| (day, content.agent_id)),
    }
}

fn days_after(date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (1..=SHIFT_DAYS_MAX).filter_map(move |n| date.checked_add_days(Days::new(n)))
}

fn days_before(date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (1..=SHIFT_DAYS_MAX).filter_map(move |n| date.checked_sub_days(Days::new(n)))
}

fn window(stop: &Stop, day: NaiveDate, zone: Tz) -> Option<Window> {
    let (from, to) = (stop.from?, stop.to?);
    let window = Window { from: from.on(day, zone), to: to.on(day, zone) };
    // Hours that a change of clocks swallowed are no promise.
    (window.from < window.to).then_some(window)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BEAT: BeatId = BeatId(Uuid::from_u128(1));
    const ANNA: AgentId = AgentId(Uuid::from_u128(2));

    fn date(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, day).unwrap()
    }

    /// Two weeks: Mondays of the first, Thursdays of both.
    fn beat(more: serde_json::Value) -> BeatContent {
        let stop = |week: u8, weekday: &str, customer: u128| json!({"week": week, "weekday": weekday, "customer_id": Uuid::from_u128(customer), "from": "09:00", "to": "11:00"});
        let mut beat = json!({"name": "North", "agent_id": ANNA, "cycle_weeks": 2, "starts_on": "2026-12-01",
            "stops": [stop(1, "mon", 10), stop(1, "thu", 11), stop(1, "thu", 12), stop(2, "thu", 11)]});
        beat.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value::<BeatContent>(beat).unwrap().checked().unwrap()
    }

    fn days(beat: &BeatContent, calendar: &Calendar) -> Vec<(u32, u128, bool)> {
        let wanted = wanted(BEAT, beat, calendar, date(1), date(31), Tz::UTC);
        wanted.iter().map(|w| (w.day.day(), w.customer_id.0.as_u128(), w.agent_id.is_some())).collect()
    }

    #[test]
    fn a_cycle_goes_on_and_on_in_its_order() {
        // The 1st is a Tuesday: its week is the first, of which the Monday lies before.
        let expected = [(3, 11), (3, 12), (10, 11), (14, 10), (17, 11), (17, 12), (24, 11), (28, 10), (31, 11), (31, 12)];
        let expected: Vec<_> = expected.into_iter().map(|(day, customer)| (day, customer, true)).collect();
        assert_eq!(days(&beat(json!({})), &Calendar::default()), expected);
        assert_eq!(days(&beat(json!({"ends_on": "2026-12-09"})), &Calendar::default()), expected[..2]);
    }

    #[test]
    fn an_occurrence_has_one_id_for_good() {
        let beat = beat(json!({}));
        let (all, later) = (
            wanted(BEAT, &beat, &Calendar::default(), date(1), date(31), Tz::UTC),
            wanted(BEAT, &beat, &Calendar::default(), date(14), date(31), Tz::UTC),
        );
        assert_eq!(all[3..], later);
        let ids: BTreeSet<_> = all.iter().map(|wanted| wanted.id).collect();
        assert_eq!(ids.len(), all.len());
        let holidays = Calendar { holidays: [date(14)].into(), ..Calendar::default() };
        let moved = wanted(BEAT, &beat, &holidays, date(14), date(14), Tz::UTC);
        assert_eq!((moved[0].id, moved[0].on, moved[0].day), (all[3].id, date(14), date(15)));
        assert_eq!(occurrence(BEAT, moved[0].customer_id, date(14), 0), moved[0].id);
        assert_ne!(occurrence(BEAT, moved[0].customer_id, date(14), 1), moved[0].id);
    }

    #[test]
    fn holidays_and_absences_move_visits_by_rule() {
        // Thursday the 24th and Friday the 25th are holidays; then comes a weekend.
        let holidays = Calendar { holidays: [date(24), date(25)].into(), ..Calendar::default() };
        let on = |rule: &str| {
            let found = days(&beat(json!({"on_holiday": rule})), &holidays);
            found
                .iter()
                .filter(|(day, customer, _)| *customer == 11 && (18..31).contains(day))
                .map(|(day, ..)| *day)
                .collect::<Vec<_>>()
        };
        assert_eq!((on("after"), on("before"), on("skip"), on("keep")), (vec![28], vec![23], vec![], vec![24]));
        let away = Calendar { absences: [(ANNA, [date(3), date(4)].into())].into(), ..Calendar::default() };
        let first = |rule: &str| {
            let found = days(&beat(json!({"on_absence": rule})), &away);
            found.first().map(|(day, _, has_agent)| (*day, *has_agent)).unwrap()
        };
        assert_eq!(first("unassign"), (3, false));
        assert_eq!(first("after"), (7, true));
        assert_eq!(first("skip"), (10, true));
        assert_eq!(first("keep"), (3, true));
    }

    #[test]
    fn visits_take_of_a_vehicle_what_their_stop_says() {
        let mut beat = beat(json!({}));
        beat.stops[1].demand = Some(7);
        let wanted = wanted(BEAT, &beat, &Calendar::default(), date(3), date(3), Tz::UTC);
        assert_eq!(wanted.iter().map(|wanted| wanted.demand).collect::<Vec<_>>(), [7, 0]);
    }

    #[test]
    fn promised_hours_are_local() {
        let berlin: Tz = "Europe/Berlin".parse().unwrap();
        let beat = beat(json!({}));
        let wanted = wanted(BEAT, &beat, &Calendar::default(), date(3), date(3), berlin);
        assert_eq!(wanted[0].windows[0].from, Timestamp::parse("2026-12-03T08:00:00Z").unwrap());
        assert_eq!((wanted[0].position, wanted[1].position), (0, 1));
    }

    #[test]
    fn a_flaw_names_the_field() {
        let good = beat(json!({}));
        for (flawed, field) in [
            (BeatContent { cycle_weeks: 13, ..good.clone() }, "cycle_weeks"),
            (BeatContent { cycle_weeks: 1, ..good.clone() }, "stops[3].week"),
            (BeatContent { ends_on: Some(good.starts_on.pred_opt().unwrap()), ..good.clone() }, "ends_on"),
            (BeatContent { name: String::new(), ..good.clone() }, "name"),
            (BeatContent { stops: vec![Stop { to: None, ..good.stops[0].clone() }], ..good.clone() }, "stops[0].to"),
            (
                BeatContent { stops: vec![Stop { duration_s: Some(1), ..good.stops[0].clone() }], ..good.clone() },
                "stops[0].duration_s",
            ),
            (BeatContent { stops: vec![Stop { demand: Some(1_000_001), ..good.stops[0].clone() }], ..good }, "stops[0].demand"),
        ] {
            assert_eq!(flawed.checked().unwrap_err().field, field);
        }
    }
}
