//! Whose visits a refusal speaks of: told beside its sentence, since people know customers and no ids.

use super::board::{Board, Unplanned};
use super::messages::PlanError;
use super::refusing::NotDone;
use salessync_engine::VisitId;
use salessync_engine::plan::live::{Rejection, RelaxationKind};
use salessync_engine::wire::plan_answers::RelaxationShown;
use std::collections::BTreeMap;

/// Customers named in one refusal.
const NAMES_MAX: usize = 50;

impl Board {
    /// A refusal with the names of those whose visits it speaks of, as far as they are known here.
    pub(super) fn named(&self, error: PlanError) -> PlanError {
        let (PlanError::Unplanned(why) | PlanError::NotDone(NotDone { why, .. })) = &error else { return error };
        let of_visit = |visit: VisitId| Some((visit, self.card(visit)?.customer.clone()));
        let customers: BTreeMap<VisitId, String> = spoken_of(why).into_iter().filter_map(of_visit).take(NAMES_MAX).collect();
        if customers.is_empty() { error } else { PlanError::Named { error: Box::new(error), customers } }
    }
}

fn spoken_of(error: &Unplanned) -> Vec<VisitId> {
    match error {
        Unplanned::Rejected(rejection) => of_rejection(rejection),
        Unplanned::Relaxable { rejection, relaxations } => {
            of_rejection(rejection).into_iter().chain(relaxations.iter().filter_map(of_relaxation)).collect()
        }
        Unplanned::UnknownVisit(visit)
        | Unplanned::Unfit { visit, .. }
        | Unplanned::NotSettled(visit)
        | Unplanned::Relaxed(visit)
        | Unplanned::OutsideWindows { visit, .. } => vec![*visit],
        Unplanned::NoShift { .. }
        | Unplanned::NotAlone(_)
        | Unplanned::Commitment
        | Unplanned::GivesNoWay
        | Unplanned::NotCovered { .. } => Vec::new(),
    }
}

fn of_rejection(rejection: &Rejection) -> Vec<VisitId> {
    match rejection {
        Rejection::Conflict { changed, .. } => changed.visits.clone(),
        Rejection::UnknownVisit { visit }
        | Rejection::AlreadyPlanned { visit }
        | Rejection::NotPlanned { visit }
        | Rejection::Locked { visit }
        | Rejection::OutsideWindows { visit, .. }
        | Rejection::Infeasible { visit, .. } => vec![*visit],
        Rejection::UnknownShift { .. }
        | Rejection::Position { .. }
        | Rejection::NotTheVisits { .. }
        | Rejection::Flawed { .. }
        | Rejection::Breaks { .. }
        | Rejection::Times { .. } => Vec::new(),
    }
}

fn of_relaxation(relaxation: &RelaxationShown) -> Option<VisitId> {
    match relaxation.kind {
        RelaxationKind::Drop { visit } | RelaxationKind::Displace { visit, .. } => Some(visit),
        RelaxationKind::Overtime { .. } | RelaxationKind::Window { .. } => None,
    }
}
