//! Building a plan actor's beginning from the store: what was accepted, the visits and days of its span, open jobs, the newest versions.

use super::actor::{Beginning, RECENT_MAX};
use super::board::Board;
use super::world::{Card, Rest, Span, WorkDay};
use crate::almanac::Almanac;
use crate::settings;
use crate::store::plan_world::Wanted;
use crate::store::{Store, StoreError};
use crate::travel::Travel;
use chrono::Days;
use salessync_engine::plan::model::ShiftId;
use salessync_engine::plan::times::TravelProfile;
use salessync_engine::work::{self, AgentSkill, End, Work, WorkBreak};
use salessync_engine::{AgentId, TerritoryId, Timestamp};

/// Hours of whom nothing else is said, of the day in the organisation's zone, seconds.
const USUAL_HOURS_S: (i64, i64) = (8 * 3_600, 17 * 3_600);
/// Longer is no day any more: what `Work` lets be said is shorter.
const OVERTIME_LIMIT_S: u32 = 86_400;

/// Reads and builds. What the store holds is checked where it was written: a plan that cannot be built is damaged.
pub(crate) async fn build(
    store: &Store,
    almanac: &Almanac,
    territory: Option<TerritoryId>,
    zone: chrono_tz::Tz,
    (settings, travel): (&settings::Plan, &Travel),
    now: Timestamp,
) -> Result<Beginning, StoreError> {
    let span = Span { zone, first: now.civil_date(zone), days: settings.horizon_days };
    // Before the visits: a job is never there without its own.
    let jobs = store.open_jobs(territory).await?;
    let book = store.plan_book(territory).await?;
    let wanted = Wanted::Plan { territory, first: span.first, last: span.last() };
    let cards: Vec<Card> = store.plan_cards(wanted).await?.into_iter().map(|(_, card)| card).collect();
    let mut days = work_days(store, almanac, territory, span, None, settings.overtime_max_s).await?;
    let released = store.plan_closed(territory, span.first).await?;
    for day in days.iter_mut().filter(|day| released.contains(&day.id)) {
        day.is_ended = true;
    }
    let recent = store.plan_versions_back(territory, None, RECENT_MAX as i64).await?;
    // A large plan takes its time: not on a thread that serves others.
    let ways = travel.plan_ways();
    let built = tokio::task::spawn_blocking(move || Board::build(territory, span, book, (cards, days), ways, now)).await;
    match built {
        Ok(Ok((mut board, follow))) => {
            board.keep_released(released);
            Ok(Beginning { board, follow, jobs, recent })
        }
        Ok(Err(flaws)) => {
            let first = flaws.first().map(ToString::to_string).unwrap_or_default();
            tracing::error!(?territory, flaws = flaws.len(), first, "a plan cannot be built");
            Err(StoreError::Damaged { what: "a plan's visits or days" })
        }
        Err(_) => Err(StoreError::Damaged { what: "a plan" }),
    }
}

/// The days that agents work in a span; of these agents, or of all of the plan.
pub(crate) async fn work_days(
    store: &Store,
    almanac: &Almanac,
    territory: Option<TerritoryId>,
    span: Span,
    only: Option<Vec<AgentId>>,
    overtime_max_s: i32,
) -> Result<Vec<WorkDay>, StoreError> {
    let mut works = store.plan_works(territory).await?;
    if let Some(only) = only {
        works.retain(|(agent, _)| only.contains(agent));
    }
    let mut days = Vec::with_capacity(works.len() * usize::from(span.days));
    for (agent, work) in works {
        let off_since = almanac.duty(agent).and_then(|duty| duty.newest()).filter(|(duty, _)| !duty.is_on()).map(|(_, at)| at);
        match work {
            Some(work) => days.extend(days_of(agent, &work, span, off_since)),
            None => days.extend(usual_days(agent, span, overtime_max_s, off_since)),
        }
    }
    Ok(days)
}

/// Days as an agent's shifts, absences and abilities say.
fn days_of(agent: AgentId, work: &Work, span: Span, off_since: Option<Timestamp>) -> Vec<WorkDay> {
    let start = work.base.start.as_ref().map(|place| place.point);
    let end = match &work.base.end {
        End::Start => start,
        End::Open => None,
        End::Place { place } => Some(place.point),
    };
    let profile = match work.vehicle.as_ref().map(|vehicle| vehicle.profile) {
        None | Some(work::TravelProfile::Car) => TravelProfile::Car,
        Some(work::TravelProfile::Bike) => TravelProfile::Bike,
        Some(work::TravelProfile::Foot) => TravelProfile::Foot,
    };
    let after = span.last().checked_add_days(Days::new(1)).unwrap_or(span.last());
    let mut days: Vec<WorkDay> = Vec::new();
    for worked in work::work_days(work, span.first, after, span.zone) {
        let part = days.last().filter(|day| day.id.date == worked.date).map_or(0, |day| day.id.part + 1);
        let holds = |skill: &&AgentSkill| skill.expires_on.is_none_or(|last| last >= worked.date);
        days.push(WorkDay {
            id: ShiftId { agent, date: worked.date, part },
            from: worked.start,
            to: worked.end,
            breaks: worked.breaks.iter().map(rest_of).collect(),
            start,
            end,
            skills: work.skills.iter().filter(holds).map(|skill| skill.code.clone()).collect(),
            profile,
            capacity: work.vehicle.as_ref().and_then(|vehicle| vehicle.capacity),
            visits_max: work.max_visits_per_day.map(usize::from),
            travel_max_s: None,
            distance_max_m: work.vehicle.as_ref().and_then(|vehicle| vehicle.max_distance_m),
            overtime_max_s: work.overtime_max_s.min(OVERTIME_LIMIT_S) as i32,
            is_closed: is_off(off_since, worked.start, worked.end),
            is_ended: false,
        });
    }
    days
}

/// Days of whom nothing was ever said.
fn usual_days(agent: AgentId, span: Span, overtime_max_s: i32, off_since: Option<Timestamp>) -> Vec<WorkDay> {
    let dates = (0..u64::from(span.days)).filter_map(|n| span.first.checked_add_days(Days::new(n)));
    let day = |date| {
        let midnight = Timestamp::start_of(date, span.zone);
        let (from, to) = (midnight.plus_s(USUAL_HOURS_S.0), midnight.plus_s(USUAL_HOURS_S.1));
        WorkDay {
            id: ShiftId { agent, date, part: 0 },
            from,
            to,
            breaks: Vec::new(),
            start: None,
            end: None,
            skills: Vec::new(),
            profile: TravelProfile::Car,
            capacity: None,
            visits_max: None,
            travel_max_s: None,
            distance_max_m: None,
            overtime_max_s,
            is_closed: is_off(off_since, from, to),
            is_ended: false,
        }
    };
    dates.map(day).collect()
}

/// A break may begin as late as it still ends within its window.
fn rest_of(pause: &WorkBreak) -> Rest {
    Rest {
        from: pause.from,
        to: pause.to.plus_s(-i64::from(pause.duration_s)),
        duration_s: pause.duration_s.min(OVERTIME_LIMIT_S) as i32,
    }
}

/// Who went off duty in the middle of a shift has ended it. Off duty since before it: they have not begun yet.
fn is_off(off_since: Option<Timestamp>, from: Timestamp, to: Timestamp) -> bool {
    off_since.is_some_and(|since| (from..to).contains(&since))
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::Point;

    fn agent() -> AgentId {
        AgentId(uuid::Uuid::from_u128(1))
    }

    /// Two days in Berlin, the first with an absence at noon.
    fn work() -> Work {
        let work = serde_json::json!({
            "rotas": [{"valid_from": "2026-01-01", "shifts": [{"days": ["mon", "tue"], "from": "08:00", "to": "17:00",
                "breaks": [{"from": "11:30", "to": "13:30", "duration_s": 1_800}]}]}],
            "absences": [{"from": "2026-11-23T13:00:00+01:00", "to": "2026-11-23T14:00:00+01:00"}],
            "vehicle": {"profile": "bike", "capacity": 20, "max_distance_m": 60_000},
            "base": {"start": {"point": {"lat": 52.5, "lon": 13.4}}},
            "skills": [{"code": "crane"}, {"code": "cold", "expires_on": "2026-11-23"}],
            "overtime_max_s": 1_800, "max_visits_per_day": 9,
        });
        serde_json::from_value(work).unwrap()
    }

    fn span() -> Span {
        Span { zone: chrono_tz::Europe::Berlin, first: chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), days: 7 }
    }

    #[test]
    fn days_are_those_of_shifts_and_absences_with_what_the_agent_can_and_has() {
        let days = days_of(agent(), &work(), span(), None);
        let midnight = span().origin();
        let hours: Vec<_> =
            days.iter().map(|day| (day.id.date.to_string(), day.id.part, day.from.since_ms(midnight) / 3_600_000)).collect();
        let (monday, tuesday) = ("2026-11-23".to_owned(), "2026-11-24".to_owned());
        assert_eq!(hours, [(monday.clone(), 0, 8), (monday, 1, 14), (tuesday, 0, 32)]);
        assert_eq!(days[0].breaks, [Rest { from: midnight.plus_s(41_400), to: midnight.plus_s(45_000), duration_s: 1_800 }]);
        assert_eq!(days[1].breaks, [], "its window is over");
        let skills: Vec<_> = days.iter().map(|day| day.skills.join(" ")).collect();
        assert_eq!(skills, ["crane cold", "crane cold", "crane"]);
        let first = &days[0];
        assert_eq!((first.profile, first.distance_max_m, first.visits_max), (TravelProfile::Bike, Some(60_000), Some(9)));
        assert_eq!(days.iter().map(|day| day.capacity).collect::<Vec<_>>(), [Some(20); 3], "on every part of every day");
        assert_eq!((first.start, first.end), (Some(Point::new(52.5, 13.4).unwrap()), first.start));
        assert_eq!(first.overtime_max_s, 1_800);
    }

    #[test]
    fn who_goes_off_duty_in_a_shift_has_ended_it_and_nothing_else() {
        let closed = |off_since| days_of(agent(), &work(), span(), off_since).iter().map(|day| day.is_closed).collect::<Vec<_>>();
        let at = |hour: i64| Some(span().origin().plus_s(hour * 3_600));
        assert_eq!(closed(None), [false; 3]);
        assert_eq!(closed(at(7)), [false; 3], "they have not begun");
        assert_eq!(closed(at(9)), [true, false, false]);
        assert_eq!(closed(at(15)), [false, true, false]);
        assert_eq!(usual_days(agent(), span(), 0, at(9)).iter().filter(|day| day.is_closed).count(), 1);
    }
}
