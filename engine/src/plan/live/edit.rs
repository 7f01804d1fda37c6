//! The changes that can be asked of a live plan, one by one.

use crate::VisitId;
use crate::plan::model::{ShiftId, VisitDraft, WindowDraft};
use serde::{Deserialize, Serialize};

/// One change. Positions count all visits of the shift, those made included; the visit stands at that position afterwards.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    /// Adds a visit that is in no route yet.
    Add {
        draft: Box<VisitDraft>,
    },
    /// Puts a visit that is in no route to its best place, and repairs what is around. For one that has to be made and fits nowhere, others
    /// give way that may be left out or that somebody else can make.
    Insert {
        visit: VisitId,
    },
    /// Puts a visit that is in no route, and has to be made, where others of the shift give way.
    InsertMakingRoom {
        visit: VisitId,
        shift: ShiftId,
    },
    InsertAt {
        visit: VisitId,
        shift: ShiftId,
        position: Option<usize>,
    },
    /// Takes a visit out of its route and keeps it for later.
    Remove {
        visit: VisitId,
    },
    /// Forgets a visit.
    Cancel {
        visit: VisitId,
    },
    /// Gives a visit to another shift, or another place; without a position: the cheapest.
    Reassign {
        visit: VisitId,
        shift: ShiftId,
        position: Option<usize>,
    },
    /// Exchanges the places of two visits.
    Swap {
        a: VisitId,
        b: VisitId,
    },
    /// All visits of the shift that can still be moved, in their new order.
    Reorder {
        shift: ShiftId,
        visits: Vec<VisitId>,
    },
    /// Fixes the start of a visit to an instant within its windows. `SetWindows` frees it again.
    PinTime {
        visit: VisitId,
        start_s: i32,
    },
    SetWindows {
        visit: VisitId,
        windows: Vec<WindowDraft>,
    },
    /// Keeps a visit with a shift; None: no longer.
    PinShift {
        visit: VisitId,
        shift: Option<ShiftId>,
    },
    /// How much overtime a shift may have. Where that is less than before, what is over it is late, and stays.
    SetOvertime {
        shift: ShiftId,
        overtime_max_s: i32,
    },
}

impl Edit {
    /// The visits and shifts it names.
    pub(super) fn names(&self) -> (Vec<VisitId>, Vec<ShiftId>) {
        match self {
            Self::Add { .. } => (vec![], vec![]),
            Self::Insert { visit }
            | Self::Remove { visit }
            | Self::Cancel { visit }
            | Self::PinTime { visit, .. }
            | Self::SetWindows { visit, .. } => (vec![*visit], vec![]),
            Self::InsertAt { visit, shift, .. }
            | Self::InsertMakingRoom { visit, shift }
            | Self::Reassign { visit, shift, .. } => (vec![*visit], vec![*shift]),
            Self::PinShift { visit, shift } => (vec![*visit], shift.iter().copied().collect()),
            Self::Swap { a, b } => (vec![*a, *b], vec![]),
            Self::Reorder { shift, visits } => (visits.clone(), vec![*shift]),
            Self::SetOvertime { shift, .. } => (vec![], vec![*shift]),
        }
    }
}
