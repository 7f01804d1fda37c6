//! A planning problem that was checked: everything resolved to indexes, whole seconds and whole costs.

use super::ProfileIx;
use crate::geo::Point;
use crate::{AgentId, Timestamp, VisitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

/// One stretch of work of one agent: the day it belongs to, and which of that day's where there are several.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShiftId {
    pub agent: AgentId,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    #[serde(default)]
    pub part: u8,
}

impl fmt::Display for ShiftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.agent, self.date)?;
        if self.part > 0 { write!(f, " part {}", self.part) } else { Ok(()) }
    }
}

macro_rules! indexes {
    ($($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);

        impl $name {
            pub const fn at(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            /// Counts are bounded far below `u32::MAX`.
            fn from(index: usize) -> Self {
                Self(index as u32)
            }
        }
    )+};
}

indexes! {
    /// A visit's place in `Problem::visits`.
    VisitIx,
    /// A shift's place in `Problem::shifts`.
    ShiftIx,
    /// A stop's place in `Problem::stops`.
    StopIx
}

/// A checked problem. Its fields are read-only by convention: whoever holds one may trust every index and range in it.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) origin: Timestamp,
    pub(super) stops: Vec<Option<Point>>,
    pub(super) profiles: Vec<String>,
    pub(super) skills: Vec<String>,
    pub(super) visits: Vec<Visit>,
    pub(super) shifts: Vec<Shift>,
    pub(super) agents: Vec<AgentLimits>,
    pub(super) visit_ix: HashMap<VisitId, VisitIx>,
    pub(super) shift_ix: HashMap<ShiftId, ShiftIx>,
}

impl Problem {
    pub fn origin(&self) -> Timestamp {
        self.origin
    }

    /// Where each stop is; None where the draft gave no degrees.
    pub fn stops(&self) -> &[Option<Point>] {
        &self.stops
    }

    pub fn profiles(&self) -> &[String] {
        &self.profiles
    }

    /// Names of the skills, by bit.
    pub fn skills(&self) -> &[String] {
        &self.skills
    }

    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    /// Limits over the whole plan, of agents that have any.
    pub fn agents(&self) -> &[AgentLimits] {
        &self.agents
    }

    pub fn visit(&self, visit: VisitIx) -> &Visit {
        &self.visits[visit.at()]
    }

    pub fn shift(&self, shift: ShiftIx) -> &Shift {
        &self.shifts[shift.at()]
    }

    pub fn visit_ix(&self, id: VisitId) -> Option<VisitIx> {
        self.visit_ix.get(&id).copied()
    }

    pub fn shift_ix(&self, id: ShiftId) -> Option<ShiftIx> {
        self.shift_ix.get(&id).copied()
    }

    /// Whether this shift's agent may make the visit at all: skills, allowed and forbidden agents, pins. Says nothing of time.
    pub fn may_serve(&self, shift: ShiftIx, visit: VisitIx) -> bool {
        self.shift(shift).skills.has_all(self.visit(visit).skills) && self.is_allowed(shift, visit)
    }

    /// The same, skills aside.
    pub fn is_allowed(&self, shift: ShiftIx, visit: VisitIx) -> bool {
        let (agent, visit) = (self.shift(shift).id.agent, self.visit(visit));
        (visit.allowed_agents.is_empty() || visit.allowed_agents.binary_search(&agent).is_ok())
            && visit.forbidden_agents.binary_search(&agent).is_err()
            && visit.pinned.is_none_or(|pinned| pinned == shift)
    }
}

/// A set of skills, by bit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Skills(pub u128);

impl Skills {
    pub const fn has_all(self, needed: Self) -> bool {
        self.0 & needed.0 == needed.0
    }

    pub const fn missing(self, needed: Self) -> Self {
        Self(needed.0 & !self.0)
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// When service may start, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Window {
    pub opens_s: i32,
    pub closes_s: i32,
}

impl Window {
    pub const fn contains(self, at_s: i32) -> bool {
        self.opens_s <= at_s && at_s <= self.closes_s
    }
}

/// What leaving a visit out means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prize {
    /// It must be made; left out only where nothing else is possible, and then with a reason.
    Mandatory,
    /// Leaving it out costs this.
    Optional(i64),
}

#[derive(Clone, Debug)]
pub struct Visit {
    pub id: VisitId,
    pub stop: StopIx,
    pub service_s: i32,
    /// Sorted, disjoint, at least one.
    pub windows: Vec<Window>,
    pub demand: i32,
    pub skills: Skills,
    /// Sorted; empty: everybody.
    pub allowed_agents: Vec<AgentId>,
    /// Sorted.
    pub forbidden_agents: Vec<AgentId>,
    /// Sorted; empty: no preference.
    pub preferred_agents: Vec<AgentId>,
    pub not_preferred_cost: i64,
    pub prize: Prize,
    pub priority: u8,
    pub pinned: Option<ShiftIx>,
    pub promise: Option<Promise>,
    pub awaited: Option<Awaited>,
    pub current: Option<Current>,
    /// The shift whose locked prefix holds it.
    pub locked_in: Option<ShiftIx>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Promise {
    pub window: Window,
    pub agent: Option<AgentId>,
    pub cost_broken: i64,
}

impl Visit {
    /// Whether what it costs depends on when it starts.
    pub const fn costs_by_start(&self) -> bool {
        self.promise.is_some() || self.awaited.is_some()
    }

    /// What it costs that the customer waits until service starts then. Never less for a later start.
    #[inline]
    pub fn wait_cost(&self, start_s: i32) -> i64 {
        let cost = |awaited: Awaited| awaited.cost_per_s * i64::from(start_s.saturating_sub(self.waits_from_s(awaited)).max(0));
        self.awaited.map_or(0, cost)
    }

    /// From when on waiting counts: nobody waits for what may not begin yet.
    pub fn waits_from_s(&self, awaited: Awaited) -> i32 {
        self.windows.first().map_or(awaited.since_s, |first| awaited.since_s.max(first.opens_s))
    }
}

/// The customer waits: each second from `since_s`, or from when its first window opens, until service starts costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Awaited {
    pub since_s: i32,
    pub cost_per_s: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Current {
    pub shift: ShiftIx,
    pub cost_moved: i64,
}

/// How much of a visit's place in the plan is settled. Along a route it only loosens; down to `FixedOrder` it locks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Commitment {
    /// It was made; both its times are facts.
    Done,
    /// Service has started.
    InProgress,
    /// Agent, place in the order and start are settled: later only when the agent is late.
    FixedOrderAndTime,
    /// Agent and place in the order are settled, nothing is put before it.
    FixedOrder,
    /// The agent is settled (`Visit::pinned`).
    FixedAgent,
    Free,
}

impl Commitment {
    /// Whether it belongs to the locked prefix of a route.
    pub const fn is_locked(self) -> bool {
        matches!(self, Self::Done | Self::InProgress | Self::FixedOrderAndTime | Self::FixedOrder)
    }
}

/// A visit of a route's locked prefix. Its times are facts or follow from facts: no window makes it a violation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Locked {
    pub visit: VisitIx,
    pub commitment: Commitment,
    /// Present when done, in progress or fixed in time.
    pub start_s: Option<i32>,
    /// Present when done.
    pub end_s: Option<i32>,
}

#[derive(Clone, Debug)]
pub struct Shift {
    pub id: ShiftId,
    pub start_stop: StopIx,
    /// None: it ends where the last visit was.
    pub end_stop: Option<StopIx>,
    pub earliest_start_s: i32,
    pub latest_start_s: i32,
    /// From here on overtime is paid.
    pub latest_end_s: i32,
    pub overtime_max_s: i32,
    /// `i32::MAX`: no limit; so for the three below.
    pub capacity: i32,
    pub visits_max: u32,
    pub travel_max_s: i32,
    pub distance_max_m: i32,
    pub skills: Skills,
    /// Taken in this order: neither earliest nor latest starts decrease.
    pub breaks: Vec<Break>,
    pub profile: ProfileIx,
    pub travel_factor: f64,
    pub service_factor: f64,
    pub costs: Costs,
    pub target_duty_s: Option<i32>,
    pub locked: Vec<Locked>,
    pub under_way: Option<UnderWay>,
}

impl Shift {
    /// The last second of duty, overtime included.
    pub const fn end_max_s(&self) -> i32 {
        self.latest_end_s.saturating_add(self.overtime_max_s)
    }

    /// How long service of a visit takes in this shift.
    pub fn service_s(&self, visit: &Visit) -> i32 {
        scaled(visit.service_s, self.service_factor)
    }

    /// How long a leg takes in this shift, from what its profile says.
    pub fn travel_s(&self, profile_s: i32) -> i32 {
        scaled(profile_s, self.travel_factor)
    }

    /// What a leg costs, from its time in this shift and its length.
    pub fn leg_cost(&self, travel_s: i32, distance_m: i32) -> i64 {
        self.costs.per_travel_s * i64::from(travel_s) + (self.costs.per_km * i64::from(distance_m) + 500) / 1000
    }
}

pub(crate) fn scaled(seconds: i32, factor: f64) -> i32 {
    if factor == 1.0 { seconds } else { (f64::from(seconds) * factor).round() as i32 }
}

/// Units per unit of each, and once for `fixed`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Costs {
    pub fixed: i64,
    pub per_travel_s: i64,
    pub per_km: i64,
    pub per_duty_s: i64,
    pub per_overtime_s: i64,
    pub per_imbalance_s: i64,
}

/// Due for whoever goes on duty no later than its latest start and is on duty after it. Taken in one piece between two visits (or
/// before the first, or after the last), before or after the way between them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Break {
    pub earliest_start_s: i32,
    pub latest_start_s: i32,
    pub duration_s: i32,
}

/// Where the agent is and since when free: what is not yet begun starts from here, and the duty began at `earliest_start_s`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct UnderWay {
    pub stop: StopIx,
    pub at_s: i32,
}

/// Limits of an agent over all shifts of the problem.
#[derive(Clone, Debug)]
pub struct AgentLimits {
    pub agent: AgentId,
    pub duty_max_s: i64,
    pub shifts_max: u32,
    pub shifts: Vec<ShiftIx>,
}
