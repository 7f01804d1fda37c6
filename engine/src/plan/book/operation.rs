//! What a dispatcher asks of a plan, in the dispatcher's words: visits, agents and dates. What becomes of it is the live plan's answer.

use crate::plan::live::RelaxationKind;
use crate::plan::model::Commitment;
use crate::{AgentId, Timestamp, VisitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Operations of one change: a day rearranged by hand, not a plan made anew.
pub const OPERATIONS_MAX: usize = 200;

/// One step of a change. Positions count all visits of the route, those made included, from 0; the visit stands there afterwards.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanOperation))]
pub enum Operation {
    /// Gives a visit to an agent. Without a position it goes where it costs least.
    Assign {
        visit: VisitId,
        agent: AgentId,
        /// The visit's day when absent.
        #[serde(default)]
        date: Option<NaiveDate>,
        #[serde(default)]
        position: Option<usize>,
        /// When it is to begin: settled, within its windows.
        #[serde(default)]
        start_at: Option<Timestamp>,
        /// What may give for that, as a refusal has named it. The visit is settled with its agent then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        accept_relaxation: Option<RelaxationKind>,
    },
    /// Puts a visit where it costs least, whoever that is.
    Place { visit: VisitId },
    /// Takes a visit out of its route; it waits to be planned again.
    Unassign { visit: VisitId },
    /// The same as `assign`, for a visit that has a place.
    Move {
        visit: VisitId,
        agent: AgentId,
        #[serde(default)]
        date: Option<NaiveDate>,
        #[serde(default)]
        position: Option<usize>,
        /// As with `assign`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        accept_relaxation: Option<RelaxationKind>,
    },
    /// Exchanges the places of two visits.
    Swap { visit: VisitId, with: VisitId },
    /// Gives the visits of a route that can still be moved another order.
    Reorder { agent: AgentId, date: NaiveDate, visits: Vec<VisitId> },
    /// Settles a visit: `fixed_agent` keeps it with its agent; `fixed_order` and `fixed_order_and_time` settle all before it on its route too. The
    /// latter two stand alone in a change.
    Lock { visit: VisitId, commitment: Commitment },
    /// Frees a visit, and where its order was settled all behind it. Stands alone in a change where an order was settled.
    Unlock { visit: VisitId },
    /// Settles when a visit begins, within its windows.
    PinTime { visit: VisitId, start_at: Timestamp },
    /// Takes everything not begun from an agent's day, to be given to others or to wait. Stands alone in a change.
    ReleaseAgent { agent: AgentId, date: NaiveDate, replace: bool },
    /// Opens a day again that `release_agent` with `replace` has ended; what it lost stays where it is. Nothing where nobody ended the day. Stands
    /// alone in a change.
    ReturnAgent { agent: AgentId, date: NaiveDate },
}

impl Operation {
    /// Visits it names.
    pub fn visits(&self) -> Vec<VisitId> {
        match self {
            Self::Assign { visit, .. }
            | Self::Place { visit }
            | Self::Unassign { visit }
            | Self::Move { visit, .. }
            | Self::Lock { visit, .. }
            | Self::Unlock { visit }
            | Self::PinTime { visit, .. } => vec![*visit],
            Self::Swap { visit, with } => vec![*visit, *with],
            Self::Reorder { visits, .. } => visits.clone(),
            Self::ReleaseAgent { .. } | Self::ReturnAgent { .. } => Vec::new(),
        }
    }

    /// The day it names.
    pub const fn date(&self) -> Option<NaiveDate> {
        match self {
            Self::Assign { date, .. } | Self::Move { date, .. } => *date,
            Self::Reorder { date, .. } | Self::ReleaseAgent { date, .. } | Self::ReturnAgent { date, .. } => Some(*date),
            Self::Place { .. }
            | Self::Unassign { .. }
            | Self::Swap { .. }
            | Self::Lock { .. }
            | Self::Unlock { .. }
            | Self::PinTime { .. } => None,
        }
    }

    /// Does it take visits out that it does not name, to leave them waiting?
    pub const fn only_empties(&self) -> bool {
        matches!(self, Self::ReleaseAgent { replace: false, .. })
    }
}
