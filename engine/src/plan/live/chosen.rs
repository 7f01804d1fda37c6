//! Visits whose agent a person chose. What is only cheaper leaves them there; where limits would be broken (the agent drops out, is late, the visit
//! itself is another) they go to others like all visits. A search on a snapshot knows nothing of them: who begins one of itself has it leave them with
//! their agents (`Snapshot::leave_with_agents`), and what one has found takes none of them away.

use super::ways::Ways;
use super::{LivePlan, Spot};
use crate::VisitId;
use crate::plan::model::{ShiftIx, VisitIx};

impl<W: Ways> LivePlan<W> {
    /// Notes that a person chose the agent who has this visit, or that this holds no more. No change of the plan: nothing moves for it.
    pub fn set_chosen(&mut self, visit: VisitId, is_chosen: bool) {
        if is_chosen {
            self.chosen.insert(visit);
        } else {
            self.chosen.remove(&visit);
        }
    }

    /// Visits whose agent a person chose, in no order.
    pub fn chosen(&self) -> impl Iterator<Item = VisitId> + '_ {
        self.chosen.iter().copied()
    }

    pub(super) fn is_chosen(&self, visit: VisitIx) -> bool {
        !self.chosen.is_empty() && self.chosen.contains(&self.grounds.problem.visit(visit).id)
    }

    /// Is it chosen for a shift other than this?
    pub(super) fn is_chosen_elsewhere(&self, visit: VisitIx, shift: ShiftIx) -> bool {
        matches!(self.grounds.spots[visit.at()], Spot::On { shift: with, .. } if with != shift) && self.is_chosen(visit)
    }
}
