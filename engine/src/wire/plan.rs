//! What is sent of plans and dispatch: a day of a plan, changes of it on `plan:<territory>`, jobs on `dispatch:<territory>`, and what phones are
//! told. Times are instants here; the plan itself reckons in seconds from its origin.

use super::live::Channel;
use crate::dispatch::{Cause, Job, OfferState};
use crate::plan::book::{ChangeKind, Hold, Move, PlanVersion};
use crate::plan::model::{Bill, Commitment};
use crate::{AgentId, ChangeId, CustomerId, JobId, OfferId, PlaceId, Point, TerritoryId, Timestamp, VisitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One day of a territory's plan, in one version.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanDay {
    pub territory_id: Option<TerritoryId>,
    pub version: PlanVersion,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    /// IANA zone of the day.
    pub zone: String,
    /// Of every agent who works that day, by agent.
    pub routes: Vec<RouteDay>,
    /// Visits of the day that nobody makes.
    pub unassigned: Vec<LeftOut>,
    /// Visits of the day that may miss their window, the likeliest first.
    pub at_risk: Vec<AtRisk>,
    pub totals: Totals,
}

/// What an agent does in one shift.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanRoute))]
pub struct RouteDay {
    pub agent_id: AgentId,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    /// Which of the agent's shifts that day.
    pub part: u8,
    pub shift: ShiftHours,
    /// Where it begins and ends; absent where the asker does not see places to the metre, or it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Point>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Point>,
    pub departs_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub stops: Vec<Stop>,
    pub totals: Totals,
    /// What its vehicle carries at most, in the unit that visits say their demand in; absent: no limit was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    pub overtime_s: i64,
    /// By which windows and hours are overrun in all; 0: it can be kept.
    pub late_s: i64,
    /// Takes nothing new: the agent is off duty or absent, or a dispatcher has ended the day.
    pub is_closed: bool,
    /// A dispatcher has ended it; `return_agent` opens it again.
    pub is_ended: bool,
}

/// When an agent works.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanShift))]
pub struct ShiftHours {
    pub from: Timestamp,
    pub to: Timestamp,
    pub breaks: Vec<Pause>,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanBreak))]
pub struct Pause {
    /// It begins within these.
    pub from: Timestamp,
    pub to: Timestamp,
    pub duration_s: i32,
    /// When it is to begin as planned.
    pub planned_at: Option<Timestamp>,
}

/// When service may begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanWindow))]
pub struct Hours {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// A visit on a route.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanStop))]
pub struct Stop {
    pub visit_id: VisitId,
    pub customer_id: CustomerId,
    pub customer: String,
    pub place_id: PlaceId,
    pub point: Option<Point>,
    /// From 0.
    pub position: u32,
    /// Of the visit.
    pub status: String,
    pub commitment: Commitment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    pub windows: Vec<Hours>,
    /// What the customer was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<Hours>,
    pub duration_s: i32,
    /// What it takes of its vehicle's capacity.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub demand: u32,
    pub travel_s: i32,
    pub distance_m: i32,
    pub arrival: Timestamp,
    pub start: Timestamp,
    pub end: Timestamp,
    pub wait_s: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta_std_s: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
}

/// How likely a visit begins too late.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanRisk))]
pub struct Risk {
    /// 0 to 1.
    pub probability: f64,
    /// Expected, beyond the window; 0 where it is expected in time.
    pub late_by_s: i32,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanAtRisk))]
pub struct AtRisk {
    pub visit_id: VisitId,
    pub agent_id: AgentId,
    #[serde(flatten)]
    pub risk: Risk,
}

/// A visit that nobody makes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanLeftOut))]
pub struct LeftOut {
    pub visit_id: VisitId,
    pub customer_id: CustomerId,
    pub customer: String,
    pub place_id: PlaceId,
    pub point: Option<Point>,
    pub status: String,
    pub windows: Vec<Hours>,
    pub duration_s: i32,
    pub priority: u8,
    /// What it takes of its vehicle's capacity.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub demand: u32,
    pub is_mandatory: bool,
    /// What it asks of whoever makes it.
    pub skills: Vec<String>,
    /// Why it cannot be planned as it is: it names no place that is known, a skill that nobody has, or is more than any vehicle of its day carries
    /// (`too_large`). Why it was left out otherwise is told by its explanation.
    pub reasons: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanTotals))]
pub struct Totals {
    pub visits: u32,
    pub travel_s: i64,
    pub distance_m: i64,
    pub service_s: i64,
    pub wait_s: i64,
    pub duty_s: i64,
    /// What its visits take of the vehicle's capacity together, begun and ended ones among them.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub load: i64,
    /// Seconds of driving; what else counts is converted into them.
    pub cost: i64,
}

/// A plan at a glance.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanSummary {
    pub territory_id: Option<TerritoryId>,
    pub version: PlanVersion,
    pub agents: u32,
    pub visits: u32,
    pub unassigned: u32,
    pub at_risk: u32,
    pub promises_broken: u32,
    pub travel_s: i64,
    pub distance_m: i64,
    /// Seconds of driving; what else counts is converted into them.
    pub cost: i64,
}

/// Who changed a plan; as in the audit trail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanAuthor))]
pub struct By {
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<uuid::Uuid>,
}

/// A frame on a plan's or a desk's lane.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LaneFrame {
    /// A day as it is.
    PlanSnapshot {
        topic: Channel,
        epoch: String,
        rev: u64,
        day: Box<PlanDay>,
    },
    /// The plan has gone on by one version: routes touched as they are now, and visits that left the routes.
    PlanDiff {
        topic: Channel,
        rev: u64,
        version: PlanVersion,
        base: PlanVersion,
        by: By,
        kind: ChangeKind,
        change_id: ChangeId,
        changes: Vec<Move>,
        routes: Vec<RouteDay>,
        unassigned: Vec<LeftOut>,
        bill: Bill,
    },
    /// The same version, shown otherwise: a visit takes longer, waits since, or waits no more; an agent is back; times have drifted.
    PlanUpdate {
        topic: Channel,
        rev: u64,
        version: PlanVersion,
        date: NaiveDate,
        /// As they are now, whole.
        routes: Vec<RouteDay>,
        /// Visits of that day that wait, as they are now.
        unassigned: Vec<LeftOut>,
        /// Visits that wait on that day no more.
        gone: Vec<VisitId>,
    },
    /// Newest expectations of visits; what is not named stays.
    Eta {
        topic: Channel,
        rev: u64,
        visits: Vec<Eta>,
    },
    PlanAlert {
        topic: Channel,
        rev: u64,
        alert: Alert,
    },
    /// Jobs that are open, and those closed lately.
    DispatchSnapshot {
        topic: Channel,
        epoch: String,
        rev: u64,
        jobs: Vec<Job>,
    },
    /// A job as it is now.
    Dispatch {
        topic: Channel,
        rev: u64,
        job: Box<Job>,
    },
}

/// When a visit is expected to begin.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Eta {
    pub visit_id: VisitId,
    pub eta: Timestamp,
    pub eta_std_s: i32,
    pub risk: Option<Risk>,
}

/// Something somebody should look at.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Alert {
    /// A window will probably be missed; `is_over` takes it back.
    PromiseAtRisk { visit_id: VisitId, agent_id: AgentId, probability: f64, late_by_s: i32, is_over: bool },
    /// A visit that must be made fits nowhere.
    Unassignable { visit_id: VisitId },
    /// An agent will work longer than their hours.
    Overtime { agent_id: AgentId, date: NaiveDate, overtime_s: i64 },
}

/// What a phone is told of plans and offers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PhoneFrame {
    /// Somebody is sought for a visit: answer before it expires.
    Offer(Box<OfferShown>),
    /// It is not to be answered any more.
    OfferWithdrawn { offer: OfferId, state: OfferState, cause: Option<Cause> },
    /// What became of an answer. `code` where it came too late: `offer_closed`; where there is no such offer: `not_found`; where it is not
    /// known: `busy`, say it again.
    OfferState {
        offer: OfferId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<OfferState>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// The agent's day is otherwise now.
    PlanChanged { version: PlanVersion, day: Box<RouteDay> },
}

/// An offer as its agent sees it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferShown {
    pub offer: OfferId,
    pub job: JobId,
    pub state: OfferState,
    pub offered_at: Timestamp,
    pub expires_at: Timestamp,
    pub visit: LeftOut,
    /// Of the place to go to; empty where it is not known.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub address: String,
    /// What it is for, by the code of a purpose.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub purpose: Option<String>,
    /// What whoever makes it should know.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub note: String,
    pub arrival: Option<Timestamp>,
    pub detour_s: Option<i32>,
}
