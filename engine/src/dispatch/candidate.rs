//! Whom a job may ask, and what would give way for that.

use crate::{AgentId, Timestamp, VisitId};
use serde::{Deserialize, Serialize};

/// Somebody worth asking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DispatchCandidate))]
pub struct Candidate {
    pub agent_id: AgentId,
    /// What having the visit adds to the plan's cost, seconds of driving.
    pub cost: i64,
    /// When they would be there.
    pub arrival: Option<Timestamp>,
    /// What they would drive more, seconds.
    pub detour_s: Option<i32>,
    /// What makes room for it; absent: nothing has to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub gives_way: Vec<GivesWay>,
}

/// A visit that gives way to one that has to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DispatchGivesWay))]
pub struct GivesWay {
    pub visit_id: VisitId,
    /// Who makes it then; none: it is left out, and waits.
    pub agent_id: Option<AgentId>,
}
