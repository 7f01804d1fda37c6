//! Refusals of a dispatcher's operations as they are told: which operation, which of its fields, and what would have to give for it. The live plan
//! speaks in seconds and edits; here they become instants and operations again.

use super::board::{Board, Unplanned};
use super::relaxing::held_open;
use salessync_engine::VisitId;
use salessync_engine::plan::book::{Hold, Operation};
use salessync_engine::plan::live::{Edit, Rejection, Relaxation};
use salessync_engine::visit::Window;

/// One of several operations cannot be made, so none is.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error("{why}")]
pub struct NotDone {
    pub operation: usize,
    /// The field to blame; empty: the operation as a whole.
    pub field: &'static str,
    pub why: Unplanned,
}

impl NotDone {
    pub(super) fn new(operations: &[Operation], operation: usize, why: Unplanned) -> Self {
        let field = operations.get(operation).map_or("", |operation| blamed(operation, &why));
        Self { operation, field, why }
    }
}

impl Board {
    /// Why operations are not made: the live plan has refused an edit of one of them.
    pub(super) fn not_done(&mut self, operations: &[Operation], (at, edit): (usize, &Edit), rejection: Rejection) -> NotDone {
        let why = match rejection {
            Rejection::OutsideWindows { visit, start_s } => self.outside(&operations[at], visit, start_s),
            Rejection::Infeasible { visit, mut nearest, relaxations } => {
                if let Some(day) = self.card(visit).map(|card| card.day) {
                    nearest.retain(|refused| refused.shift.date == day);
                }
                let found = relaxations.clone();
                self.relaxable(Rejection::Infeasible { visit, nearest, relaxations }.into(), found)
            }
            Rejection::Breaks { .. } if matches!(edit, Edit::InsertAt { .. }) => {
                let found = self.would_give(operations, at);
                self.relaxable(rejection.into(), found)
            }
            other => other.into(),
        };
        NotDone::new(operations, at, why)
    }

    /// What would have to give for a visit that is given to somebody, once the operations before are made. What was accepted for it already is
    /// left aside: what is told is all that it takes.
    fn would_give(&mut self, operations: &[Operation], at: usize) -> Vec<Relaxation> {
        let (Operation::Assign { visit, agent, date, .. } | Operation::Move { visit, agent, date, .. }) = &operations[at] else {
            return Vec::new();
        };
        let (Ok(before), Ok(shift)) = (self.edits(&operations[..at]), self.target(*visit, *agent, *date)) else {
            return Vec::new();
        };
        let mut edits = before.all;
        if self.put(*visit, (shift, None), None, &mut edits).is_err() {
            return Vec::new();
        }
        edits.pop(); // the insertion that is refused
        self.live.relaxations_after(&edits, *visit, shift).unwrap_or_default()
    }

    /// A start that the visit does not allow, and those that it does, on the day it was to be.
    fn outside(&self, operation: &Operation, visit: VisitId, start_s: i32) -> Unplanned {
        let span = self.span();
        let own_day = self.card(visit).map(|card| card.day);
        let (start_at, day) = match operation {
            Operation::PinTime { start_at, .. } => (*start_at, own_day),
            Operation::Assign { start_at: Some(start_at), date, .. } => (*start_at, date.or(own_day)),
            _ => (span.instant(start_s), own_day),
        };
        let until = self.book().hold(visit).filter(|_| day == own_day).and_then(|Hold { start_until, .. }| start_until);
        let windows = day.and_then(|day| self.windows_of(visit, day)).unwrap_or_default();
        let windows = held_open(windows, until, |at| span.second(at)).into_iter();
        // Whole seconds within the span: `windows_on` made them so.
        let windows =
            windows.map(|window| Window { from: span.instant(window.opens_s as i32), to: span.instant(window.closes_s as i32) });
        Unplanned::OutsideWindows { visit, start_at, windows: windows.collect(), zone: span.zone }
    }
}

/// Which field of an operation a refusal is about.
fn blamed(operation: &Operation, why: &Unplanned) -> &'static str {
    let of_visit = |visit: VisitId| match operation {
        Operation::Swap { with, .. } if *with == visit => "with",
        Operation::Reorder { .. } => "visits",
        _ => "visit",
    };
    match why {
        Unplanned::UnknownVisit(visit)
        | Unplanned::NotSettled(visit)
        | Unplanned::Relaxed(visit)
        | Unplanned::Unfit { visit, .. } => of_visit(*visit),
        Unplanned::NoShift { .. } => "agent",
        Unplanned::Commitment => "commitment",
        Unplanned::GivesNoWay => "accept_relaxation",
        Unplanned::OutsideWindows { .. } => "start_at",
        Unplanned::NotAlone(_) | Unplanned::NotCovered { .. } => "",
        Unplanned::Relaxable { rejection, .. } => of_rejection(rejection, of_visit),
        Unplanned::Rejected(rejection) => of_rejection(rejection, of_visit),
    }
}

fn of_rejection(rejection: &Rejection, of_visit: impl Fn(VisitId) -> &'static str) -> &'static str {
    match rejection {
        Rejection::UnknownVisit { visit }
        | Rejection::AlreadyPlanned { visit }
        | Rejection::NotPlanned { visit }
        | Rejection::Locked { visit }
        | Rejection::Infeasible { visit, .. } => of_visit(*visit),
        Rejection::UnknownShift { .. } => "agent",
        Rejection::Position { .. } => "position",
        Rejection::NotTheVisits { .. } => "visits",
        Rejection::OutsideWindows { .. } => "start_at",
        Rejection::Breaks { .. } | Rejection::Conflict { .. } | Rejection::Flawed { .. } | Rejection::Times { .. } => "",
    }
}
