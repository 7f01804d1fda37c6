//! Building a plan actor's beginning from the store: what was accepted, the visits and days of its span, open jobs, the newest versions.

use super::actor::{Beginning, RECENT_MAX};
use super::board::Board;
use super::ways::Stops;
use super::world::{Card, Span, WorkDay};
use crate::settings;
use crate::store::plan_world::Wanted;
use crate::store::{Store, StoreError};
use chrono::Days;
use salessync_engine::plan::model::ShiftId;
use salessync_engine::plan::times::{DayPart, StraightLine, StraightStops, TravelProfile};
use salessync_engine::{AgentId, TerritoryId, Timestamp};

/// Hours of whom nothing else is said, of the day in the organisation's zone, seconds.
const USUAL_HOURS_S: (i64, i64) = (8 * 3_600, 17 * 3_600);

/// Reads and builds. What the store holds is checked where it was written: a plan that cannot be built is damaged.
pub(crate) async fn build(
    store: &Store,
    territory: Option<TerritoryId>,
    zone: chrono_tz::Tz,
    settings: &settings::Plan,
    now: Timestamp,
) -> Result<Beginning, StoreError> {
    let span = Span { zone, first: now.civil_date(zone), days: settings.horizon_days };
    let book = store.plan_book(territory).await?;
    let wanted = Wanted::Plan { territory, first: span.first, last: span.last() };
    let cards: Vec<Card> = store.plan_cards(wanted).await?.into_iter().map(|(_, card)| card).collect();
    let days = work_days(store, territory, span, None, settings.overtime_max_s).await?;
    let jobs = store.open_jobs(territory).await?;
    let recent = store.plan_versions_back(territory, None, RECENT_MAX as i64).await?;
    // A large plan takes its time: not on a thread that serves others.
    let built = tokio::task::spawn_blocking(move || Board::build(territory, span, book, (cards, days), oracles(), now)).await;
    match built {
        Ok(Ok((board, follow))) => Ok(Beginning { board, follow, jobs, recent }),
        Ok(Err(flaws)) => {
            let first = flaws.first().map(ToString::to_string).unwrap_or_default();
            tracing::error!(?territory, flaws = flaws.len(), first, "a plan cannot be built");
            Err(StoreError::Damaged { what: "a plan's visits or days" })
        }
        Err(_) => Err(StoreError::Damaged { what: "a plan" }),
    }
}

/// Travel times: the straight line until a map says better.
pub(crate) fn oracles() -> ([Box<dyn Stops>; 3], DayPart) {
    let line = StraightLine::default();
    let oracle = |profile| Box::new(StraightStops::new(line.clone(), profile)) as Box<dyn Stops>;
    let part = line.parts().at_second(12 * 3_600);
    (TravelProfile::ALL.map(oracle), part)
}

/// The days that agents work in a span; of these agents, or of all of the plan.
pub(crate) async fn work_days(
    store: &Store,
    territory: Option<TerritoryId>,
    span: Span,
    only: Option<Vec<AgentId>>,
    overtime_max_s: i32,
) -> Result<Vec<WorkDay>, StoreError> {
    let mut agents = store.plan_agents(territory).await?;
    if let Some(only) = only {
        agents.retain(|agent| only.contains(agent));
    }
    let mut days = Vec::with_capacity(agents.len() * usize::from(span.days));
    for agent in agents {
        for n in 0..u64::from(span.days) {
            let Some(date) = span.first.checked_add_days(Days::new(n)) else { break };
            let midnight = Timestamp::start_of(date, span.zone);
            days.push(WorkDay {
                id: ShiftId { agent, date, part: 0 },
                from: midnight.plus_s(USUAL_HOURS_S.0),
                to: midnight.plus_s(USUAL_HOURS_S.1),
                breaks: Vec::new(),
                start: None,
                end: None,
                skills: Vec::new(),
                profile: TravelProfile::Car,
                visits_max: None,
                travel_max_s: None,
                overtime_max_s,
                is_closed: false,
            });
        }
    }
    Ok(days)
}
