//! A planning problem as it is asked for: plain numbers, ids and names, nothing checked yet.
//!
//! Numbers are `f64` because that is what JSON has; [`Problem::new`](super::Problem::new) rounds times to whole seconds. Times are
//! seconds from `origin`, which is a label only: nothing here knows time zones.

use super::{Commitment, ShiftId};
use crate::{AgentId, Timestamp, VisitId};
use serde::{Deserialize, Serialize};

/// What is asked: visits, shifts that could make them, and where everything is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningProblem))]
pub struct ProblemDraft {
    /// Second 0 of every time in the problem.
    pub origin: Timestamp,
    pub stops: Vec<StopDraft>,
    /// Names of the ways to travel; a shift says which is its own.
    #[serde(default = "one_profile")]
    pub profiles: Vec<String>,
    /// Names of the skills that visits may ask for, at most 128.
    #[serde(default)]
    pub skills: Vec<String>,
    pub visits: Vec<VisitDraft>,
    pub shifts: Vec<ShiftDraft>,
    /// Limits over all shifts of an agent.
    #[serde(default)]
    pub agents: Vec<AgentLimitsDraft>,
    /// Travel times, one matrix per profile; empty when travel comes from elsewhere.
    #[serde(default)]
    pub matrices: Vec<MatrixDraft>,
}

/// A place. Degrees are optional where matrices tell the travel.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningStop))]
pub struct StopDraft {
    pub lat: Option<f64>,
    pub lon: Option<f64>,
}

/// `[from, to]` in row `from`; null where there is no way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningMatrix))]
pub struct MatrixDraft {
    pub duration_s: Vec<Vec<Option<f64>>>,
    /// Empty: no distances, they count as 0.
    #[serde(default)]
    pub distance_m: Vec<Vec<Option<f64>>>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningWindow))]
pub struct WindowDraft {
    pub opens_s: f64,
    pub closes_s: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningVisit))]
pub struct VisitDraft {
    pub id: VisitId,
    /// Index into `stops`.
    pub stop: usize,
    pub service_s: f64,
    /// When service may start; they must not overlap.
    pub windows: Vec<WindowDraft>,
    /// How much of a shift's capacity it takes.
    #[serde(default)]
    pub demand: f64,
    /// All of these are needed.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Empty: everybody.
    #[serde(default)]
    pub allowed_agents: Vec<AgentId>,
    #[serde(default)]
    pub forbidden_agents: Vec<AgentId>,
    /// Empty: no preference.
    #[serde(default)]
    pub preferred_agents: Vec<AgentId>,
    /// Paid when served by somebody who is not preferred.
    #[serde(default)]
    pub not_preferred_cost: f64,
    /// What leaving it out costs; null: it must be made.
    #[serde(default)]
    pub prize: Option<f64>,
    /// Among visits that must be made but do not all fit, the higher one stays. 0 to 9.
    #[serde(default)]
    pub priority: u8,
    /// It stays with this shift, wherever in its order.
    #[serde(default)]
    pub pinned: Option<ShiftId>,
    #[serde(default)]
    pub promise: Option<PromiseDraft>,
    /// Null: within its windows any start is as good as another.
    #[serde(default)]
    pub awaited: Option<AwaitedDraft>,
    #[serde(default)]
    pub current: Option<CurrentDraft>,
}

/// What the customer was told.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningPromise))]
pub struct PromiseDraft {
    pub opens_s: f64,
    pub closes_s: f64,
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// Paid once when service starts outside or somebody else comes.
    pub cost_broken: f64,
}

/// The customer waits: the sooner the better.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningAwaited))]
pub struct AwaitedDraft {
    pub since_s: f64,
    /// Paid for each second from then, or from when its first window opens, until service starts.
    pub cost_per_s: f64,
}

/// Where the plan in force has it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningCurrent))]
pub struct CurrentDraft {
    pub shift: ShiftId,
    /// Paid when another shift makes it.
    pub cost_moved: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningShift))]
pub struct ShiftDraft {
    pub id: ShiftId,
    pub start_stop: usize,
    /// Null: it ends where the last visit was.
    #[serde(default)]
    pub end_stop: Option<usize>,
    pub earliest_start_s: f64,
    /// Null: any time.
    #[serde(default)]
    pub latest_start_s: Option<f64>,
    /// After it, overtime begins.
    pub latest_end_s: f64,
    #[serde(default)]
    pub overtime_max_s: f64,
    #[serde(default)]
    pub capacity: Option<f64>,
    #[serde(default)]
    pub skills: Vec<String>,
    #[serde(default)]
    pub visits_max: Option<usize>,
    #[serde(default)]
    pub travel_max_s: Option<f64>,
    #[serde(default)]
    pub distance_max_m: Option<f64>,
    #[serde(default)]
    pub breaks: Vec<BreakDraft>,
    /// Index into `profiles`.
    #[serde(default)]
    pub profile: usize,
    /// Travel takes this many times the profile's time.
    #[serde(default = "one")]
    pub travel_factor: f64,
    /// Service takes this many times the visit's time.
    #[serde(default = "one")]
    pub service_factor: f64,
    #[serde(default)]
    pub costs: CostsDraft,
    /// Duty beyond it costs `costs.per_imbalance_s` a second: the same for all, it balances.
    #[serde(default)]
    pub target_duty_s: Option<f64>,
    /// What cannot be changed any more, in order, from the shift's start on.
    #[serde(default)]
    pub locked: Vec<LockedDraft>,
    #[serde(default)]
    pub under_way: Option<UnderWayDraft>,
}

/// Units per unit of each.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningCosts))]
pub struct CostsDraft {
    /// Paid when the shift makes at least one visit.
    pub fixed: f64,
    pub per_travel_s: f64,
    pub per_km: f64,
    pub per_duty_s: f64,
    pub per_overtime_s: f64,
    pub per_imbalance_s: f64,
}

impl Default for CostsDraft {
    fn default() -> Self {
        Self { fixed: 0.0, per_travel_s: 1.0, per_km: 0.0, per_duty_s: 0.0, per_overtime_s: 1.0, per_imbalance_s: 0.0 }
    }
}

/// Taken between visits, never during one nor while travelling, by whoever is on duty past its latest start.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningBreak))]
pub struct BreakDraft {
    pub earliest_start_s: f64,
    pub latest_start_s: f64,
    pub duration_s: f64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningLocked))]
pub struct LockedDraft {
    pub visit: VisitId,
    pub commitment: Commitment,
    /// When service started or is to start. Needed when done, in progress, or fixed in time.
    #[serde(default)]
    pub start_s: Option<f64>,
    /// When service ended. Needed when done.
    #[serde(default)]
    pub end_s: Option<f64>,
}

/// Where an agent on duty is: what is not yet begun starts from here.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningUnderWay))]
pub struct UnderWayDraft {
    pub stop: usize,
    pub at_s: f64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanningAgentLimits))]
pub struct AgentLimitsDraft {
    pub agent: AgentId,
    #[serde(default)]
    pub duty_max_s: Option<f64>,
    /// Shifts with at least one visit.
    #[serde(default)]
    pub shifts_max: Option<usize>,
}

fn one() -> f64 {
    1.0
}

fn one_profile() -> Vec<String> {
    vec!["default".to_owned()]
}
