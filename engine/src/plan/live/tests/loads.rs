//! What vehicles carry: a limit that becomes smaller, one that a plan begins beyond, and how a refusal by it is told.

use super::judge::judge;
use super::scenes::{all_day, order, plain_shift, plan_of, street};
use super::world::{Town, shift_id, visit_id};
use crate::Timestamp;
use crate::plan::explain::Refusal;
use crate::plan::live::{Edit, Expected, LivePlan, Rules};
use crate::plan::model::{Problem, ProblemDraft, Route, ShiftDraft, Solution, StopDraft, VisitDraft, VisitIx};
use std::collections::BTreeSet;

/// A visit that takes so much of a vehicle and matters so much.
fn freight(n: usize, demand: f64, priority: u8, is_optional: bool) -> VisitDraft {
    VisitDraft { demand, priority, prize: is_optional.then_some(20_000.0), ..all_day(n, n + 1) }
}

fn van(n: usize, capacity: f64) -> ShiftDraft {
    ShiftDraft { capacity: Some(capacity), ..plain_shift(n, 0) }
}

#[test]
fn a_vehicle_that_becomes_smaller_keeps_what_matters_and_fits() {
    let visits = vec![
        freight(0, 4.0, 1, true),
        freight(1, 6.0, 1, false),
        freight(2, 0.0, 0, true),
        freight(3, 5.0, 3, false),
        freight(4, 2.0, 3, false),
    ];
    for (capacity, kept, left) in [
        (17.0, vec![0, 1, 2, 3, 4], vec![]),
        (16.0, vec![1, 2, 3, 4], vec![0]),
        // Both that matter most stay, and what takes nothing is in nobody's way.
        (12.0, vec![0, 2, 3, 4], vec![1]),
        // Of those that matter as much the one leaves that is enough.
        (6.0, vec![2, 3], vec![0, 1, 4]),
        (2.0, vec![2, 4], vec![0, 1, 3]),
    ] {
        let mut plan = plan_of(vec![van(0, 17.0)], visits.clone());
        (0..5).for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
        let smaller = plan.set_shift(&van(0, capacity)).unwrap();
        let on_route = |plan: &LivePlan<Town>| order(plan, 0).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(on_route(&plan), kept.iter().map(|n| visit_id(*n)).collect(), "{capacity}");
        let told: BTreeSet<_> = smaller.done.left.iter().map(|why| why.visit).collect();
        assert_eq!(told, left.iter().map(|n| visit_id(*n)).collect(), "{capacity}");
        judge(&plan);
        assert!(plan.undo(smaller.undo).is_ok());
        assert_eq!(on_route(&plan).len(), 5);

        // A plan that begins so keeps the same.
        let draft = ProblemDraft {
            origin: Timestamp::parse("2026-11-02T08:00:00Z").unwrap(),
            stops: vec![StopDraft::default(); 60],
            profiles: vec!["car".into()],
            skills: vec![],
            visits: visits.clone(),
            shifts: vec![van(0, capacity)],
            agents: vec![],
            matrices: vec![],
        };
        let problem = Problem::new(&draft).unwrap();
        let all: Vec<VisitIx> = (0..5).filter_map(|n| problem.visit_ix(visit_id(n))).collect();
        let start = Solution { routes: vec![Route { visits: all, ..Route::default() }], unassigned: vec![] };
        let mut anew = LivePlan::new(problem, Some(&start), street(), Rules::default(), 0).unwrap();
        let kept_anew = anew.keep_limits(shift_id(0, 0)).unwrap();
        assert_eq!((kept_anew.is_some(), on_route(&anew)), (!left.is_empty(), kept.iter().map(|n| visit_id(*n)).collect()));
        assert!(anew.keep_limits(shift_id(0, 0)).unwrap().is_none(), "once is enough");
        judge(&anew);
    }
}

#[test]
fn what_a_vehicle_cannot_carry_goes_to_another_that_can() {
    let mut plan = plan_of(vec![van(0, 10.0), van(1, 10.0)], vec![freight(0, 6.0, 1, false), freight(1, 4.0, 2, false)]);
    for n in 0..2 {
        plan.edit(&[Edit::InsertAt { visit: visit_id(n), shift: shift_id(0, 0), position: None }], Expected::Any).unwrap();
    }
    assert!(plan.set_shift(&van(0, 9.0)).unwrap().done.left.is_empty());
    assert_eq!((order(&plan, 0), order(&plan, 1)), (vec![visit_id(1)], vec![visit_id(0)]));
    judge(&plan);
}

#[test]
fn a_full_vehicle_is_told_from_one_that_is_too_small() {
    for (demand, reason) in [(6.0, "no_room"), (11.0, "too_large")] {
        let mut plan = plan_of(vec![van(0, 10.0)], vec![freight(0, 6.0, 1, false), freight(1, demand, 1, false)]);
        plan.insert(visit_id(0), Expected::Any).unwrap();
        let why = plan.why_unassigned(visit_id(1), None).unwrap();
        assert_eq!((why.reason, &why.counts[..]), (reason, &[("capacity", 1)][..]));
        assert_eq!(why.nearest[0].refusal, Refusal::Capacity { over: 6 + demand as i64 - 10 });
    }
}
