//! What a plan is made for: visits to be made and days to be worked, as the store has them, and how they become the words of a planning
//! problem. Times become seconds from the first day's beginning, places become stops, skills become bits.

use super::relaxing::held_open;
use super::ways::PlanWays;
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use salessync_engine::fence::Calendar;
use salessync_engine::plan::book::Hold;
use salessync_engine::plan::model::{
    AwaitedDraft, BreakDraft, CostsDraft, PromiseDraft, SKILLS_MAX, ShiftDraft, ShiftId, StopDraft, VisitDraft, WINDOWS_MAX,
    WindowDraft,
};
use salessync_engine::plan::times::TravelProfile;
use salessync_engine::visit::{Visit, VisitKind, VisitStatus, Window};
use salessync_engine::{AgentId, CustomerId, PlaceId, Point, Timestamp, VisitId};
use std::collections::{BTreeSet, HashMap};

/// From this priority on a visit must be made; below it is worth something.
const MANDATORY_FROM: u8 = 70;
/// What a visit is worth, seconds of driving for each point of priority: at the usual 50 it is worth five hours and a half.
const WORTH_S: i64 = 400;
/// What a broken promise costs, seconds of driving.
const PROMISE_COST_S: f64 = 7_200.0;
/// What a second of waiting for an urgent visit costs that is to be made as soon as possible: it is worth the same second of driving.
const WAIT_COST: f64 = 1.0;
/// What a second of overtime costs.
const OVERTIME_COST: f64 = 2.0;
/// What it costs when somebody else makes it than those who should.
const NOT_PREFERRED_COST_S: f64 = 900.0;

/// A visit as planning sees it.
#[derive(Clone, PartialEq, Debug)]
pub struct Card {
    pub id: VisitId,
    pub customer_id: CustomerId,
    pub customer: String,
    /// Of the customer.
    pub class: Option<String>,
    pub place_id: PlaceId,
    /// Of the place.
    pub address: String,
    pub point: Option<Point>,
    /// Of the place; None: always open.
    pub hours: Option<Calendar>,
    pub kind: VisitKind,
    pub status: VisitStatus,
    pub day: NaiveDate,
    pub windows: Vec<Window>,
    pub duration_s: i32,
    pub priority: u8,
    /// What it takes of its vehicle's capacity.
    pub demand: u32,
    pub skills: Vec<String>,
    /// Told to whoever is asked to make it.
    pub purpose: Option<String>,
    pub note: String,
    /// Who has it by the visit itself.
    pub agent_id: Option<AgentId>,
    pub preferred_agents: Vec<AgentId>,
    pub forbidden_agents: Vec<AgentId>,
    /// Who checked in, and when it began and ended.
    pub performed_by: Option<AgentId>,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub revision: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

impl Card {
    /// Is it to be made still?
    pub fn is_ahead(&self) -> bool {
        self.status.is_ahead()
    }

    /// Has somebody begun, or made it?
    pub fn is_begun(&self) -> bool {
        matches!(self.status, VisitStatus::CheckedIn | VisitStatus::InProgress | VisitStatus::Completed)
    }

    /// The card after the next change of its visit. None where more than that has changed, or what a visit does not say of itself.
    pub fn next(&self, visit: &Visit) -> Option<Self> {
        let Visit { plan, progress, .. } = visit;
        let is_next = self.revision + 1 == visit.revision;
        if !is_next || self.customer_id != plan.customer_id || self.place_id != plan.place_id {
            return None;
        }
        Some(Self {
            address: visit.address.clone(),
            kind: plan.kind,
            status: progress.status,
            day: plan.day,
            windows: plan.windows.clone(),
            duration_s: plan.duration_s as i32,
            priority: plan.priority,
            demand: plan.demand,
            skills: plan.skills.clone(),
            purpose: plan.purpose.clone(),
            note: plan.note.clone(),
            agent_id: plan.agent_id,
            performed_by: progress.performed_by,
            started_at: progress.started_at.or(progress.checked_in_at),
            ended_at: progress.ended_at,
            revision: visit.revision,
            ..self.clone()
        })
    }

    /// Does somebody wait for it? An urgent visit of no hours of its own is to be made as soon as possible.
    pub fn is_awaited(&self) -> bool {
        self.kind == VisitKind::Urgent && self.windows.is_empty()
    }

    pub fn is_mandatory(&self) -> bool {
        self.kind == VisitKind::Urgent || self.priority >= MANDATORY_FROM
    }
}

/// One stretch of work of one agent.
#[derive(Clone, PartialEq, Debug)]
pub struct WorkDay {
    pub id: ShiftId,
    pub from: Timestamp,
    pub to: Timestamp,
    pub breaks: Vec<Rest>,
    pub start: Option<Point>,
    pub end: Option<Point>,
    pub skills: Vec<String>,
    pub profile: TravelProfile,
    /// What the agent's vehicle carries at most, in the unit of visits' demands; None: no limit.
    pub capacity: Option<u32>,
    pub visits_max: Option<usize>,
    pub travel_max_s: Option<i32>,
    pub distance_max_m: Option<u32>,
    pub overtime_max_s: i32,
    /// Takes nothing: the agent is absent or off duty.
    pub is_closed: bool,
    /// Takes nothing: a dispatcher has ended it.
    pub is_ended: bool,
}

impl WorkDay {
    pub const fn takes_visits(&self) -> bool {
        !self.is_closed && !self.is_ended
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rest {
    /// It begins within these.
    pub from: Timestamp,
    pub to: Timestamp,
    pub duration_s: i32,
}

/// The days a plan covers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Span {
    pub zone: Tz,
    pub first: NaiveDate,
    pub days: u16,
}

impl Span {
    /// The instant that is second 0.
    pub fn origin(&self) -> Timestamp {
        Timestamp::start_of(self.first, self.zone)
    }

    pub fn last(&self) -> NaiveDate {
        self.first.checked_add_days(Days::new(u64::from(self.days.saturating_sub(1)))).unwrap_or(self.first)
    }

    pub fn covers(&self, date: NaiveDate) -> bool {
        (self.first..=self.last()).contains(&date)
    }

    /// Seconds from the origin, whole and not before it.
    pub fn second(&self, at: Timestamp) -> i32 {
        (at.since_ms(self.origin()).max(0) / 1_000).min(i64::from(i32::MAX)) as i32
    }

    pub fn instant(&self, second: i32) -> Timestamp {
        self.origin().plus_s(i64::from(second))
    }

    fn day(&self, date: NaiveDate) -> (Timestamp, Timestamp) {
        let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
        (Timestamp::start_of(date, self.zone), Timestamp::start_of(next, self.zone).plus_s(-1))
    }
}

/// Why a visit cannot be planned as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// Nobody knows where its place is.
    PlaceUnknown,
    /// Its place is closed all day.
    PlaceClosed,
    /// Its windows have all passed, or lie on another day.
    WindowsPassed,
    /// Made by telephone: nobody has to be anywhere.
    ByTelephone,
    /// The plan has as many skills as it can tell apart.
    TooManySkills,
}

impl Unfit {
    /// The visit's field to blame.
    pub const fn field(self) -> &'static str {
        match self {
            Self::PlaceUnknown | Self::PlaceClosed => "place_id",
            Self::WindowsPassed => "windows",
            Self::ByTelephone => "kind",
            Self::TooManySkills => "skills",
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::PlaceUnknown => "place_unknown",
            Self::PlaceClosed => "place_closed",
            Self::WindowsPassed => "windows_passed",
            Self::ByTelephone => "by_telephone",
            Self::TooManySkills => "too_many_skills",
        }
    }
}

/// Names that have a number in the plan: skills, and the stops of places and shifts.
pub struct Names {
    pub span: Span,
    skills: BTreeSet<String>,
    places: HashMap<PlaceId, (usize, Point)>,
    /// Start, end, and where the agent is under way.
    shifts: HashMap<ShiftId, ShiftStops>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShiftStops {
    pub start: usize,
    pub end: Option<usize>,
    pub under_way: usize,
}

impl Names {
    /// All skills that are asked for or had, as many as a plan can tell apart: those that somebody has come first.
    pub fn new(span: Span, cards: &[Card], days: &[WorkDay]) -> Self {
        let had: BTreeSet<&String> = days.iter().flat_map(|day| &day.skills).collect();
        let asked: BTreeSet<&String> = cards.iter().flat_map(|card| &card.skills).collect();
        let all = had.iter().chain(asked.difference(&had)).take(SKILLS_MAX).map(|skill| (*skill).clone());
        Self { span, skills: all.collect(), places: HashMap::new(), shifts: HashMap::new() }
    }

    pub fn skills(&self) -> Vec<String> {
        self.skills.iter().cloned().collect()
    }

    /// Takes up a skill that the plan tells apart since.
    pub fn learn_skill(&mut self, name: &str) {
        self.skills.insert(name.to_owned());
    }

    pub fn knows_skills(&self, skills: &[String]) -> bool {
        skills.iter().all(|skill| self.skills.contains(skill))
    }

    pub fn stops_of(&self, shift: ShiftId) -> Option<ShiftStops> {
        self.shifts.get(&shift).copied()
    }

    /// The stop of a place; a place that was moved is a stop anew.
    pub fn place(&mut self, place: PlaceId, point: Point, ways: &mut PlanWays) -> usize {
        match self.places.get(&place) {
            Some((stop, known)) if *known == point => *stop,
            Some(_) | None => {
                let stop = ways.add_place(point);
                self.places.insert(place, (stop, point));
                stop
            }
        }
    }

    /// A visit in the plan's words.
    pub fn visit(&mut self, card: &Card, hold: Option<Hold>, ways: &mut PlanWays) -> Result<VisitDraft, Unfit> {
        if card.kind.is_by_telephone() {
            return Err(Unfit::ByTelephone);
        }
        let point = card.point.ok_or(Unfit::PlaceUnknown)?;
        if !self.knows_skills(&card.skills) {
            return Err(Unfit::TooManySkills);
        }
        let windows = if card.is_begun() { vec![whole(self.span, card.day)] } else { windows_on(self.span, card)? };
        let promise = match card.windows.as_slice() {
            [only] => Some(PromiseDraft {
                opens_s: f64::from(self.span.second(only.from)),
                closes_s: f64::from(self.span.second(only.to)),
                agent: None,
                cost_broken: PROMISE_COST_S,
            }),
            _ => None,
        };
        let since_s = f64::from(self.span.second(card.asked_at));
        let awaited = card.is_awaited().then_some(AwaitedDraft { since_s, cost_per_s: WAIT_COST });
        let windows = match hold {
            Some(Hold { start_at: Some(at), .. }) if !card.is_begun() => {
                let at = f64::from(self.span.second(at));
                vec![WindowDraft { opens_s: at, closes_s: at }]
            }
            Some(Hold { start_until, .. }) => held_open(windows, start_until, |at| self.span.second(at)),
            None => windows,
        };
        let worth = (i64::from(card.priority) + 1) * WORTH_S;
        Ok(VisitDraft {
            id: card.id,
            stop: self.place(card.place_id, point, ways),
            service_s: f64::from(card.duration_s),
            windows,
            demand: f64::from(card.demand),
            skills: card.skills.clone(),
            allowed_agents: Vec::new(),
            forbidden_agents: card.forbidden_agents.clone(),
            preferred_agents: card.preferred_agents.clone(),
            not_preferred_cost: if card.preferred_agents.is_empty() { 0.0 } else { NOT_PREFERRED_COST_S },
            prize: (!card.is_mandatory()).then_some(worth as f64),
            priority: card.priority.min(100) / 11,
            pinned: None,
            promise,
            awaited,
            current: None,
        })
    }

    /// A shift in the plan's words, nothing locked and nobody under way yet.
    pub fn shift(&mut self, day: &WorkDay, ways: &mut PlanWays) -> ShiftDraft {
        let stops = match self.shifts.get(&day.id) {
            Some(known) => {
                if let Some(point) = day.start {
                    ways.put(known.start, point);
                }
                if let (Some(stop), Some(point)) = (known.end, day.end) {
                    ways.put(stop, point);
                }
                *known
            }
            None => ShiftStops {
                start: ways.add_person(day.start),
                end: day.end.map(|point| ways.add_person(Some(point))),
                under_way: ways.add_person(None),
            },
        };
        self.shifts.insert(day.id, stops);
        let second = |at: Timestamp| f64::from(self.span.second(at));
        let pause = |rest: &Rest| BreakDraft {
            earliest_start_s: second(rest.from),
            latest_start_s: second(rest.to),
            duration_s: f64::from(rest.duration_s),
        };
        ShiftDraft {
            id: day.id,
            start_stop: stops.start,
            end_stop: stops.end,
            earliest_start_s: second(day.from),
            latest_start_s: None,
            latest_end_s: second(day.to),
            overtime_max_s: f64::from(day.overtime_max_s),
            capacity: day.capacity.map(f64::from),
            skills: day.skills.iter().filter(|skill| self.skills.contains(*skill)).cloned().collect(),
            visits_max: day.visits_max,
            travel_max_s: day.travel_max_s.map(f64::from),
            distance_max_m: day.distance_max_m.map(f64::from),
            breaks: day.breaks.iter().map(pause).collect(),
            profile: day.profile.index(),
            travel_factor: 1.0,
            service_factor: 1.0,
            costs: CostsDraft { per_overtime_s: OVERTIME_COST, ..CostsDraft::default() },
            target_duty_s: None,
            locked: Vec::new(),
            under_way: None,
        }
    }
}

/// Stops of the table so far, as a problem's draft has them: places are asked of the ways.
pub fn stop_drafts(ways: &PlanWays) -> Vec<StopDraft> {
    (0..ways.len()).map(|_| StopDraft::default()).collect()
}

/// When service may begin: within the visit's own windows, or while its place is open on its day.
pub(super) fn windows_on(span: Span, card: &Card) -> Result<Vec<WindowDraft>, Unfit> {
    let own = card.windows.iter().map(|window| (window.from, window.to)).collect::<Vec<_>>();
    let (from, to) = span.day(card.day);
    let (times, otherwise) = match (&card.hours, own.is_empty()) {
        (_, false) => (own, Unfit::WindowsPassed),
        (None, true) => (vec![(from, to)], Unfit::WindowsPassed),
        (Some(hours), true) => (open_hours(hours, from, to), Unfit::PlaceClosed),
    };
    let in_span = times.into_iter().filter(|(_, to)| *to > span.origin()).take(WINDOWS_MAX);
    let mut drafts: Vec<WindowDraft> = in_span
        .map(|(from, to)| WindowDraft { opens_s: f64::from(span.second(from)), closes_s: f64::from(span.second(to)) })
        .collect();
    // Windows that touch are one.
    drafts.dedup_by(|later, earlier| {
        let touches = later.opens_s <= earlier.closes_s;
        if touches {
            earlier.closes_s = earlier.closes_s.max(later.closes_s);
        }
        touches
    });
    if drafts.is_empty() { Err(otherwise) } else { Ok(drafts) }
}

fn whole(span: Span, date: NaiveDate) -> WindowDraft {
    let (from, to) = span.day(date);
    WindowDraft { opens_s: f64::from(span.second(from)), closes_s: f64::from(span.second(to)) }
}

/// The spans in which a calendar is open, within `[from, to]`.
fn open_hours(hours: &Calendar, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let (mut at, mut is_open, mut spans) = (from, hours.is_open(from), Vec::new());
    while at < to && spans.len() <= WINDOWS_MAX {
        let change = hours.next_change(at).filter(|change| *change <= to).unwrap_or(to);
        if is_open {
            // The last second of an opening is the one before it closes.
            spans.push((at, if change < to { change.plus_s(-1) } else { to }));
        }
        (at, is_open) = (change, !is_open);
    }
    spans
}
