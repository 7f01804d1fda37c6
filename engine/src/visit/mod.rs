//! Visits: somebody from the field at a customer's place, from the plan to the proof.
//!
//! What a visit *is* follows from four things: its plan, what was told of it (`report`), where the track saw its agent (`arrival`), and the day
//! having ended. `progress` folds them into a status, `decide` says whether a command may be carried out, `verify` weighs the proof. The
//! invariant: what a visit comes out as is a function of the set of these facts, never of the order in which they arrived.

pub mod arrival;
pub mod decide;
pub mod derive;
pub mod earlier;
pub mod facts;
pub mod feed;
pub mod import;
pub mod plan;
pub mod progress;
pub mod proof;
pub mod report;
pub mod rules;
pub mod site;
pub mod stay;
pub mod trail;
pub mod verify;

pub use arrival::Arrival;
pub use decide::{Asking, Rejection, decide};
pub use facts::Facts;
pub use feed::{EventBody, Left, VisitChange, VisitEvent};
pub use plan::{NewVisit, Plan, PlanPatch, VisitKind, VisitSource, Window};
pub use progress::{Effect, Progress, Standing};
pub use proof::{Proof, Requirement};
pub use report::{Author, Claim, Report, Told};
pub use rules::VisitRules;
pub use site::Site;
pub use verify::{Flag, Verification, VerificationStatus};

use crate::access::named;
use crate::{AgentId, BeatId, Point, Timestamp, VisitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

named! {
    /// Where a visit stands.
    VisitStatus, "status" {
        Planned => "planned",
        EnRoute => "en_route",
        /// The track shows the agent at the place for long enough; nothing was told yet.
        Arrived => "arrived",
        CheckedIn => "checked_in",
        InProgress => "in_progress",
        Completed => "completed",
        /// The day is over and nobody came.
        Missed => "missed",
        Cancelled => "cancelled",
        Abandoned => "abandoned",
    }
}

impl VisitStatus {
    /// Is somebody there at this moment, as far as was told? Of an agent at most one visit is open.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::CheckedIn | Self::InProgress)
    }

    /// Has nothing been done yet? The plan of such a visit may be changed.
    pub const fn is_ahead(self) -> bool {
        matches!(self, Self::Planned | Self::EnRoute | Self::Arrived)
    }

    /// As in a sentence: "the visit is checked in".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::EnRoute => "en route",
            Self::Arrived => "arrived",
            Self::CheckedIn => "checked in",
            Self::InProgress => "in progress",
            Self::Completed => "completed",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::Abandoned => "abandoned",
        }
    }
}

named! {
    /// What came of a visit.
    Outcome, "outcome" {
        Productive => "productive",
        /// With a reason.
        Unproductive => "unproductive",
    }
}

/// The occurrence of a beat that a visit was made for: it stays with the visit wherever people move it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitOrigin))]
pub struct Origin {
    pub beat: BeatId,
    /// The date by the beat, before holidays and absences moved it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub on: NaiveDate,
}

/// A visit, as it is stored and sent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Visit {
    pub id: VisitId,
    #[serde(flatten)]
    pub plan: Plan,
    /// The customer's name and where the place is, as they are now.
    pub customer_name: String,
    pub address: String,
    pub point: Option<Point>,
    pub source: VisitSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Its place in the order of its beat's day, from 0.
    pub position: i32,
    #[serde(flatten)]
    pub progress: Progress,
    /// Civil date it belongs to: that of its check-in, else the one planned.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date", example = "2026-11-23"))]
    pub date: NaiveDate,
    /// What deserves a look, of what was told and of the proof.
    pub flags: BTreeSet<Flag>,
    pub verification: VerificationStatus,
    /// Agents who had it before: what they tell of it is taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_agents: Vec<AgentId>,
    /// Counts the changes of the plan: send it along to change no other plan than the one that was seen.
    pub version: i64,
    /// Counts every change.
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Visit {
    /// May this agent tell of it?
    pub fn is_or_was_of(&self, agent: AgentId) -> bool {
        self.plan.agent_id == Some(agent) || self.progress.performed_by == Some(agent) || self.former_agents.contains(&agent)
    }
}
