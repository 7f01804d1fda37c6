//! What a plan answers: changes accepted or refused, what they would do, who could make a visit and why.

use super::plan::{By, RouteDay};
use crate::access::named;
use crate::dispatch::GivesWay;
use crate::plan::book::{ChangeKind, Diff, PlanVersion};
use crate::plan::explain::{Refused, WhyHere, WhyUnassigned};
use crate::plan::live::RelaxationKind;
use crate::plan::model::{Bill, ShiftId};
use crate::{AgentId, ChangeId, PlanJobId, TerritoryId, Timestamp, VisitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A change was accepted.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanChanged))]
pub struct Changed {
    pub version: PlanVersion,
    pub diff: Diff,
    pub bill: Bill,
}

/// An agent's routes of a day, in one version of the plan.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanAgentDay))]
pub struct AgentDay {
    pub version: PlanVersion,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    pub routes: Vec<RouteDay>,
}

/// What operations would do.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanPreview))]
pub struct Preview {
    pub base: PlanVersion,
    /// What the plan's cost would grow by, seconds of driving.
    pub cost: i64,
    pub bill: Bill,
    pub moves: Vec<PreviewMove>,
    /// Routes touched, as they would be.
    pub routes: Vec<PreviewRoute>,
    pub promises_broken: usize,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanPreviewMove))]
pub struct PreviewMove {
    pub visit_id: VisitId,
    pub from: Option<PreviewSlot>,
    pub to: Option<PreviewSlot>,
    pub breaks_promise: bool,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanPreviewSlot))]
pub struct PreviewSlot {
    #[serde(flatten)]
    pub shift: ShiftId,
    pub position: usize,
    pub start: Timestamp,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanPreviewRoute))]
pub struct PreviewRoute {
    #[serde(flatten)]
    pub shift: ShiftId,
    pub stops: Vec<PreviewStop>,
    pub ends_at: Timestamp,
    pub late_s: i64,
    pub late_before_s: i64,
    /// Between getting to what is ahead and beginning there, seconds in all.
    pub wait_s: i64,
    pub wait_before_s: i64,
    /// Of the whole way.
    pub distance_m: i64,
    pub distance_before_m: i64,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanPreviewStop))]
pub struct PreviewStop {
    pub visit_id: VisitId,
    pub start: Timestamp,
}

/// Why a visit is where it is, or nowhere.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanExplanation))]
pub enum Explanation {
    Here {
        version: PlanVersion,
        sentence: String,
        #[serde(flatten)]
        why: Box<WhyHere>,
    },
    Waiting {
        version: PlanVersion,
        sentence: String,
        #[serde(flatten)]
        why: Box<WhyUnassigned>,
        /// What would have to give, mildest first.
        relaxations: Vec<RelaxationShown>,
    },
    /// It has begun: nothing decides about it any more.
    Begun { version: PlanVersion },
    /// It cannot be planned as it is.
    Unfit { version: PlanVersion, reason: String },
}

/// Who could make a visit, and who cannot.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanCandidates))]
pub struct Candidates {
    pub version: PlanVersion,
    pub visit_id: VisitId,
    pub candidates: Vec<CandidateShown>,
    pub refused: Vec<RefusedShown>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanCandidateShown))]
pub struct CandidateShown {
    pub agent_id: AgentId,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    pub position: usize,
    /// When service would begin.
    pub start: Timestamp,
    /// What the plan's cost would grow by, seconds of driving.
    pub cost: i64,
    /// By cause.
    pub parts: Bill,
    /// By which other visits would begin later, in all.
    pub delay_s: i64,
    /// More driving, seconds.
    pub detour_s: i64,
    /// Visits that make room for it, of which nobody has to be asked: part of the cost. Those for whom nothing has to give come first.
    pub gives_way: Vec<GivesWayShown>,
    /// What a dispatcher would have to accept for this agent to make it; absent: nothing. Those come last, mildest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relaxation: Option<RelaxationShown>,
}

/// A visit that gives way to one that has to be made.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanGivesWayShown))]
pub struct GivesWayShown {
    #[serde(flatten)]
    pub way: GivesWay,
    pub customer: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanRefusedShown))]
pub struct RefusedShown {
    pub agent_id: AgentId,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    pub sentence: String,
    /// Its stable code and figures.
    #[serde(flatten)]
    pub refused: Refused,
    /// What would have to give for this agent to make it, mildest first; empty where nothing helps.
    pub relaxations: Vec<RelaxationShown>,
}

/// What would have to give for an agent to make a visit. It is accepted by sending `give` and the fields that go with it back.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanRelaxation))]
pub struct RelaxationShown {
    #[serde(flatten)]
    pub kind: RelaxationKind,
    pub agent_id: AgentId,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    /// When service would begin.
    pub start: Timestamp,
    /// What the plan's cost would grow by, seconds of driving.
    pub cost: i64,
}

/// Somebody changed the plan since: what, and which visits.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanSince))]
pub struct Since {
    pub version: PlanVersion,
    pub kind: ChangeKind,
    pub at: Timestamp,
    pub by: By,
    pub visits: BTreeSet<VisitId>,
}

/// An accepted change, as it is listed.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanVersionShown))]
pub struct VersionShown {
    pub version: PlanVersion,
    pub change_id: ChangeId,
    pub at: Timestamp,
    pub by: By,
    pub kind: ChangeKind,
    /// The version it took back.
    pub undoes: Option<PlanVersion>,
    pub diff: Diff,
    /// Visits that went elsewhere.
    pub moves: Vec<crate::plan::book::Move>,
    /// The customers of the visits that went elsewhere or were settled or freed, by visit; one that is no more, or in another territory,
    /// is left out.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, String>))]
    pub customers: BTreeMap<VisitId, String>,
    pub bill: Bill,
    /// What the plan's cost grew by, seconds of driving.
    pub cost: i64,
}

/// Two versions of a plan compared.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanComparison))]
pub struct Comparison {
    pub from: PlanVersion,
    pub to: PlanVersion,
    /// Accepted changes between them.
    pub changes: u32,
    pub moves: Vec<crate::plan::book::Move>,
    /// The customers of the visits that went elsewhere or were settled or freed, by visit; one that is no more, or in another territory,
    /// is left out.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, String>))]
    pub customers: BTreeMap<VisitId, String>,
    pub diff: Diff,
    /// What the plan's cost grew by, by cause, as it was reckoned with each change.
    pub bill: Bill,
    /// The sum, seconds of driving.
    pub cost: i64,
}

named! {
    /// How far a search has come.
    PlanJobState, "state" {
        Queued => "queued",
        Running => "running",
        /// Something better was found, and waits for somebody to accept it.
        Proposed => "proposed",
        Applied => "applied",
        /// Applied to a plan that had gone on meanwhile, or in part.
        Rebased => "rebased",
        /// Nothing better was found, or nothing of it holds any more.
        Refused => "refused",
        Discarded => "discarded",
        Failed => "failed",
    }
}

/// One point of a search: after so long, the best plan cost this.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanCurvePoint))]
pub struct CurvePoint {
    pub after_ms: u64,
    /// Seconds of driving; what else counts is converted into them.
    pub cost: i64,
}

/// What a search found, in the words of the plan it set out from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanProposal))]
pub struct Proposal {
    /// The version it set out from.
    pub base: PlanVersion,
    pub diff: Diff,
    /// Of the plan it set out from, seconds of driving. Of one that is late somewhere it is what the plan would cost if that were no fault.
    pub cost_before: i64,
    /// Of the plan that was found, seconds of driving.
    pub cost_after: i64,
    /// Visits left out that have to be made, each counted 1 + its priority: fewer is better, whatever it costs.
    #[serde(default)]
    pub mandatory_lost_before: i64,
    #[serde(default)]
    pub mandatory_lost_after: i64,
    /// The plan it set out from is late somewhere; what was found is not.
    #[serde(default)]
    pub was_late: bool,
    pub iterations: u64,
    pub curve: Vec<CurvePoint>,
}

/// What is to be searched.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanJobRequest))]
pub struct JobRequest {
    pub seconds: u32,
    /// Empty: all of the plan.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub dates: Vec<NaiveDate>,
    /// Empty: everybody.
    #[serde(default)]
    pub agents: Vec<AgentId>,
    pub seed: u64,
    /// Whether it is accepted at once.
    pub apply: bool,
}

/// A search for a better plan.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanJob {
    pub id: PlanJobId,
    pub territory_id: Option<TerritoryId>,
    pub state: PlanJobState,
    /// The version it set out from.
    pub base: PlanVersion,
    #[serde(flatten)]
    pub request: JobRequest,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub proposal: Option<Proposal>,
    /// The version it became.
    pub version: Option<PlanVersion>,
    /// Why it was refused or failed.
    pub reason: Option<String>,
}
