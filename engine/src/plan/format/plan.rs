//! A plan as JSON: shifts and visits by id, times in seconds from the problem's origin.

use crate::VisitId;
use crate::plan::model::{Bill, Problem, Reason, Route, ShiftId, ShiftIx, Solution, Unassigned};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanDraft {
    /// Shifts that make at least one visit.
    pub routes: Vec<RouteDraft>,
    #[serde(default)]
    pub unassigned: Vec<UnassignedDraft>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteDraft {
    pub shift: ShiftId,
    pub departs_s: i32,
    pub ends_s: i32,
    pub visits: Vec<CallDraft>,
    /// One for each break of the shift, in order of their earliest starts; null: not due.
    #[serde(default)]
    pub breaks_s: Vec<Option<i32>>,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallDraft {
    pub visit: VisitId,
    pub start_s: i32,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnassignedDraft {
    pub visit: VisitId,
    /// A code: no_shift, nobody_allowed, nobody_skilled, unreachable, too_large, no_time, no_room, not_worth_it.
    pub reason: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_skills: Vec<String>,
}

/// A plan and what it costs.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Answer {
    pub cost: i64,
    pub bill: Bill,
    pub plan: PlanDraft,
}

impl Answer {
    pub fn new(problem: &Problem, solution: &Solution, bill: Bill) -> Self {
        Self { cost: bill.total(), bill, plan: PlanDraft::new(problem, solution) }
    }
}

/// What a plan names that the problem does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PlanFlaw {
    #[error("the plan names shift {0}, which the problem does not have")]
    UnknownShift(ShiftId),
    #[error("the plan names visit {0}, which the problem does not have")]
    UnknownVisit(VisitId),
}

impl PlanDraft {
    pub fn new(problem: &Problem, solution: &Solution) -> Self {
        let routes = problem.shifts().iter().zip(&solution.routes).filter(|(_, route)| !route.visits.is_empty());
        let routes = routes.map(|(shift, route)| RouteDraft {
            shift: shift.id,
            departs_s: route.departs_s,
            ends_s: route.ends_s,
            visits: route
                .visits
                .iter()
                .zip(&route.starts_s)
                .map(|(&visit, &start_s)| CallDraft { visit: problem.visit(visit).id, start_s })
                .collect(),
            breaks_s: route.breaks_s.clone(),
        });
        let unassigned = solution.unassigned.iter().map(|left_out| {
            let missing = match left_out.reason {
                Reason::NobodySkilled { missing } => missing.0,
                Reason::NoShift
                | Reason::NobodyAllowed
                | Reason::Unreachable
                | Reason::TooLarge
                | Reason::NoTime
                | Reason::NoRoom
                | Reason::NotWorthIt
                | Reason::NotPlanned => 0,
            };
            let names = problem.skills().iter().enumerate().filter(|(bit, _)| missing >> bit & 1 == 1);
            UnassignedDraft {
                visit: problem.visit(left_out.visit).id,
                reason: left_out.reason.code().to_owned(),
                missing_skills: names.map(|(_, name)| name.clone()).collect(),
            }
        });
        Self { routes: routes.collect(), unassigned: unassigned.collect() }
    }

    /// The plan in the problem's numbers: what a search may begin with. Visits it does not name are left out of it.
    pub fn solution(&self, problem: &Problem) -> Result<Solution, PlanFlaw> {
        let mut routes: Vec<Route> = problem.shifts().iter().map(Route::idle).collect();
        let mut is_planned = HashSet::new();
        for draft in &self.routes {
            let shift = problem.shift_ix(draft.shift).ok_or(PlanFlaw::UnknownShift(draft.shift))?;
            let route: &mut Route = &mut routes[ShiftIx::at(shift)];
            (route.departs_s, route.ends_s) = (draft.departs_s, draft.ends_s);
            if !draft.breaks_s.is_empty() {
                route.breaks_s.clone_from(&draft.breaks_s);
            }
            for call in &draft.visits {
                let visit = problem.visit_ix(call.visit).ok_or(PlanFlaw::UnknownVisit(call.visit))?;
                is_planned.insert(visit);
                route.visits.push(visit);
                route.starts_s.push(call.start_s);
            }
        }
        let left_out = (0..problem.visits().len()).map(Into::into).filter(|visit| !is_planned.contains(visit));
        let unassigned = left_out.map(|visit| Unassigned { visit, reason: Reason::NoRoom }).collect();
        Ok(Solution { routes, unassigned })
    }
}
