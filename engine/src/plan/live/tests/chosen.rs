//! Visits whose agent a person chose.

use super::judge::judge;
use super::scenes::{order, plain_shift, plain_visit, plan_of};
use super::world::{Town, shift_id, visit_id};
use crate::plan::live::*;
use crate::plan::model::*;

const DAY_S: f64 = 28_800.0;

/// Agent 0 lives at one end of the street and was given a visit at the other end, next to those of agent 1, who could make it on the way.
fn far_for_who_was_chosen() -> LivePlan<Town> {
    let visits = vec![plain_visit(0, 48, 0.0, DAY_S), plain_visit(1, 47, 0.0, DAY_S), plain_visit(2, 2, 0.0, DAY_S)];
    let mut plan = plan_of(vec![plain_shift(0, 0), plain_shift(1, 50)], visits);
    for (n, shift) in [(0, 0), (1, 1), (2, 0)] {
        plan.edit(&[Edit::InsertAt { visit: visit_id(n), shift: shift_id(shift, 0), position: None }], Expected::Any).unwrap();
    }
    plan
}

fn found(plan: &LivePlan<Town>, leaves_chosen: bool) -> Improvement {
    let mut snapshot = plan.snapshot(&[]).unwrap();
    if leaves_chosen {
        snapshot.leave_with_agents(|visit| plan.chosen().any(|chosen| chosen == visit));
    }
    let found =
        crate::plan::search::search(&snapshot.problem, plan.ways(), Some(&snapshot.start), 1, &mut |p| p.iterations < 300);
    snapshot.improvement(&found.solution)
}

fn with(plan: &LivePlan<Town>, n: usize) -> Option<ShiftId> {
    plan.slot(visit_id(n)).map(|slot| slot.shift)
}

#[test]
fn a_repair_moves_what_is_cheaper_elsewhere_but_not_what_a_person_chose() {
    for is_chosen in [false, true] {
        let mut plan = far_for_who_was_chosen();
        plan.set_chosen(visit_id(0), is_chosen);
        for shift in [0, 1] {
            plan.repair_shift(shift_id(shift, 0)).unwrap();
        }
        assert_eq!(with(&plan, 0), Some(shift_id(usize::from(!is_chosen), 0)));
        judge(&plan);
    }
}

#[test]
fn a_search_of_itself_leaves_it_too_and_so_does_what_was_found_before() {
    let mut plan = far_for_who_was_chosen();
    let before = found(&plan, true);
    assert!(before.routes.iter().any(|(shift, visits)| *shift == shift_id(1, 0) && visits.contains(&visit_id(0))));
    plan.set_chosen(visit_id(0), true);
    let _ = plan.accept(&before);
    assert_eq!(with(&plan, 0), Some(shift_id(0, 0)), "found before it was chosen");
    assert_eq!(found(&plan, false), before, "whoever does not ask it to");
    let since = found(&plan, true);
    assert!(since.routes.iter().all(|(shift, visits)| *shift != shift_id(1, 0) || !visits.contains(&visit_id(0))));
    let _ = plan.accept(&since);
    assert_eq!(with(&plan, 0), Some(shift_id(0, 0)));
    plan.set_chosen(visit_id(0), false);
    plan.accept(&found(&plan, true)).unwrap();
    assert_eq!(with(&plan, 0), Some(shift_id(1, 0)), "nobody chose any more");
    judge(&plan);
}

#[test]
fn who_was_chosen_and_drops_out_or_is_late_gives_it_to_others() {
    let mut plan = far_for_who_was_chosen();
    plan.set_chosen(visit_id(0), true);
    plan.drop_agent(shift_id(0, 0)).unwrap();
    assert_eq!(with(&plan, 0), Some(shift_id(1, 0)));
    judge(&plan);

    // Late for two, one of them chosen: the other goes, where that is enough.
    for (chosen, stays) in [(0, 0), (1, 1)] {
        let visits = vec![plain_visit(0, 10, 0.0, 2_000.0), plain_visit(1, 10, 0.0, 2_000.0)];
        let mut plan = plan_of(vec![plain_shift(0, 10), plain_shift(1, 12)], visits);
        for n in 0..2 {
            plan.edit(&[Edit::InsertAt { visit: visit_id(n), shift: shift_id(0, 0), position: None }], Expected::Any).unwrap();
        }
        plan.set_chosen(visit_id(chosen), true);
        plan.agent_late(shift_id(0, 0), 1_800).unwrap();
        assert_eq!(order(&plan, 0), [visit_id(stays)]);
        assert_eq!(with(&plan, 1 - stays), Some(shift_id(1, 0)));
        judge(&plan);
    }
}
