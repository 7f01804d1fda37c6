//! Scenes that a dispatcher would recognise, and single rules against brute force.

use super::judge::judge;
use super::world::{ALL, Kind, Rng, Town, agent, empty_plan, shift, shift_id, visit, visit_id};
use crate::geo::Point;
use crate::plan::explain::Refusal;
use crate::plan::live::*;
use crate::plan::model::*;
use crate::{Timestamp, VisitId};
use std::collections::BTreeSet;

/// A street running east: one stop every 100 m, ten seconds (13 with the detour) from one to the next.
pub(super) fn street() -> Town {
    let points = (0..60).map(|n| Point::new(0.0, f64::from(n) * 0.000_898_3).unwrap()).collect();
    Town { points, islands: vec![59], slow: 1.0 }
}

pub(super) fn plain_visit(n: usize, stop: usize, opens_s: f64, closes_s: f64) -> VisitDraft {
    let rng = &mut Rng::new(1);
    let windows = vec![WindowDraft { opens_s, closes_s }];
    let bare = visit(rng, n, ALL);
    VisitDraft {
        stop,
        windows,
        service_s: 600.0,
        demand: 0.0,
        skills: vec![],
        allowed_agents: vec![],
        forbidden_agents: vec![],
        preferred_agents: vec![],
        prize: None,
        priority: 1,
        promise: None,
        awaited: None,
        ..bare
    }
}

pub(super) fn plain_shift(n: usize, home: usize) -> ShiftDraft {
    let bare = shift(&mut Rng::new(1), n, ALL);
    ShiftDraft {
        id: shift_id(n, 0),
        start_stop: home,
        end_stop: Some(home),
        earliest_start_s: 0.0,
        latest_start_s: None,
        latest_end_s: 28_800.0,
        overtime_max_s: 0.0,
        capacity: None,
        skills: vec![],
        visits_max: None,
        travel_max_s: None,
        distance_max_m: None,
        breaks: vec![],
        profile: 0,
        travel_factor: 1.0,
        service_factor: 1.0,
        costs: CostsDraft::default(),
        target_duty_s: None,
        ..bare
    }
}

pub(super) fn plan_of(shifts: Vec<ShiftDraft>, visits: Vec<VisitDraft>) -> LivePlan<Town> {
    let draft = ProblemDraft {
        origin: Timestamp::parse("2026-11-02T08:00:00Z").unwrap(),
        stops: vec![StopDraft::default(); 60],
        profiles: vec!["car".into(), "bike".into()],
        skills: vec!["cold".into()],
        visits,
        shifts,
        agents: vec![],
        matrices: vec![],
    };
    LivePlan::new(Problem::new(&draft).unwrap(), None, street(), Rules { grace_s: 0, ..Rules::default() }, 0).unwrap()
}

pub(super) fn all_day(n: usize, stop: usize) -> VisitDraft {
    plain_visit(n, stop, 0.0, 28_800.0)
}

pub(super) fn order(plan: &LivePlan<Town>, n: usize) -> Vec<VisitId> {
    plan.route(shift_id(n, 0)).unwrap().visits.iter().map(|(visit, _)| *visit).collect()
}

#[test]
fn two_dispatchers_who_edit_the_same_visit_meet_in_a_conflict() {
    let mut plan = plan_of(vec![plain_shift(0, 0), plain_shift(1, 30)], (0..4).map(|n| all_day(n, n * 10)).collect());
    (0..3).for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
    let seen = plan.version();
    let taken = plan.edit(&[Edit::Remove { visit: visit_id(1) }], Expected::Untouched(seen)).unwrap();
    let refused = plan.edit(&[Edit::Remove { visit: visit_id(1) }], Expected::Untouched(seen)).err().unwrap();
    let Rejection::Conflict { current, changed } = refused else { panic!("{refused}") };
    assert_eq!((current, changed.visits), (taken.diff.version, vec![visit_id(1)]));
    // What the first did not touch may still be changed; but not by who insists on the very version.
    assert!(plan.edit(&[Edit::Insert { visit: visit_id(3) }], Expected::Exactly(seen)).is_err());
    assert!(plan.edit(&[Edit::Insert { visit: visit_id(3) }], Expected::Untouched(seen)).is_ok());
    // A position that drifts is no change.
    let seen = plan.version();
    plan.set_position(shift_id(0, 0), StopIx(1), 30).unwrap();
    let id = order(&plan, 0)[0];
    assert!(plan.edit(&[Edit::Remove { visit: id }], Expected::Untouched(seen)).is_ok());
}

#[test]
fn many_edits_are_made_together_or_not_at_all() {
    let mut plan = plan_of(vec![plain_shift(0, 0)], (0..3).map(|n| all_day(n, n * 10)).collect());
    let before = plan.fingerprint();
    let edits = [
        Edit::Insert { visit: visit_id(0) },
        Edit::Insert { visit: visit_id(1) },
        Edit::Reassign { visit: visit_id(2), shift: shift_id(0, 0), position: None },
    ];
    assert_eq!(plan.edit(&edits, Expected::Any).err(), Some(Rejection::NotPlanned { visit: visit_id(2) }));
    assert_eq!(plan.fingerprint(), before);
    let told = plan.preview(&edits[..2], Expected::Any).unwrap();
    assert_eq!((told.moves.len(), plan.fingerprint()), (2, before), "a preview changes nothing");
}

#[test]
fn nothing_is_put_before_what_is_settled() {
    let mut plan = plan_of(vec![plain_shift(0, 0)], vec![all_day(0, 20), all_day(1, 40), all_day(2, 10)]);
    plan.insert(visit_id(0), Expected::Any).unwrap();
    plan.insert(visit_id(1), Expected::Any).unwrap();
    let first = order(&plan, 0)[0];
    plan.settle(shift_id(0, 0), 1, false).unwrap();
    plan.insert(visit_id(2), Expected::Any).unwrap();
    assert_eq!(order(&plan, 0)[0], first, "nearer to home, and yet not first");
    let at_front = Edit::Reassign { visit: visit_id(2), shift: shift_id(0, 0), position: Some(0) };
    assert_eq!(plan.edit(&[at_front], Expected::Any).err(), Some(Rejection::Position { min: 1, max: 2 }));
    assert_eq!(plan.edit(&[Edit::Remove { visit: first }], Expected::Any).err(), Some(Rejection::Locked { visit: first }));
    judge(&plan);
}

#[test]
fn who_can_not_is_told_by_the_constraint_that_binds() {
    let cold = ShiftDraft { skills: vec!["cold".into()], visits_max: Some(0), ..plain_shift(1, 10) };
    let tired = ShiftDraft { skills: vec!["cold".into()], latest_end_s: 500.0, ..plain_shift(2, 20) };
    let banned = ShiftDraft { skills: vec!["cold".into()], ..plain_shift(3, 30) };
    let far = ShiftDraft { skills: vec!["cold".into()], earliest_start_s: 5_000.0, ..plain_shift(4, 40) };
    let wanted = VisitDraft { skills: vec!["cold".into()], forbidden_agents: vec![agent(3)], ..plain_visit(0, 25, 0.0, 4_000.0) };
    let mut plan = plan_of(vec![plain_shift(0, 0), cold, tired, banned, far], vec![wanted]);
    let Rejection::Infeasible { nearest, relaxations, .. } = plan.insert(visit_id(0), Expected::Any).err().unwrap() else {
        panic!()
    };
    let refusal =
        |n| nearest.iter().find(|refused| refused.shift == shift_id(n, 0)).map(|refused| refused.refusal.clone()).unwrap();
    assert_eq!(refusal(0), Refusal::SkillMissing { skills: vec!["cold".into()] });
    assert_eq!(refusal(1), Refusal::MaxVisits { max: 0 });
    assert!(matches!(refusal(2), Refusal::ShiftEnd { over_s: 1.. }));
    assert_eq!(refusal(3), Refusal::ForbiddenAgent);
    assert_eq!(refusal(4), Refusal::WindowClosed { late_by_s: 1_000 });
    // Mildest first: overtime of the one whose day is too short, then a later window for the one who starts late.
    let kinds: Vec<_> = relaxations.iter().map(|relaxation| (relaxation.kind, relaxation.shift)).collect();
    assert!(matches!(kinds[0], (RelaxationKind::Overtime { by_s: 1..=300 }, shift) if shift == shift_id(2, 0)), "{kinds:?}");
    assert!(matches!(kinds[1], (RelaxationKind::Window { by_s: 1_000.. }, shift) if shift == shift_id(4, 0)), "{kinds:?}");
    let why = plan.why_unassigned(visit_id(0), None);
    assert!(why.is_ok_and(|why| why.reason == "no_room" && !why.to_string().is_empty()));
}

#[test]
fn an_urgent_visit_may_displace_one_that_matters_less() {
    let busy = plain_visit(0, 10, 0.0, 100.0);
    let urgent = VisitDraft { priority: 5, ..plain_visit(1, 12, 0.0, 100.0) };
    let mut plan = plan_of(vec![plain_shift(0, 10)], vec![VisitDraft { priority: 2, ..busy }, urgent]);
    plan.insert(visit_id(0), Expected::Any).unwrap();
    let Rejection::Infeasible { relaxations, .. } = plan.insert(visit_id(1), Expected::Any).err().unwrap() else { panic!() };
    let displaced = relaxations.iter().find(|relaxation| matches!(relaxation.kind, RelaxationKind::Displace { .. })).unwrap();
    assert_eq!(displaced.kind, RelaxationKind::Displace { visit: visit_id(0), priority: 2 });
    judge(&plan);
}

/// The edits with which a relaxation is accepted.
fn accepting(plan: &LivePlan<Town>, id: VisitId, Relaxation { kind, shift, .. }: &Relaxation) -> Vec<Edit> {
    let problem = plan.problem();
    let gives = match *kind {
        RelaxationKind::Overtime { by_s } => {
            let overtime_max_s = problem.shift(problem.shift_ix(*shift).unwrap()).overtime_max_s + by_s;
            Edit::SetOvertime { shift: *shift, overtime_max_s }
        }
        RelaxationKind::Window { by_s } => {
            let mut windows: Vec<WindowDraft> = Vec::new();
            for window in &problem.visit(problem.visit_ix(id).unwrap()).windows {
                windows.push(WindowDraft { opens_s: f64::from(window.opens_s), closes_s: f64::from(window.closes_s) });
            }
            windows.last_mut().unwrap().closes_s += f64::from(by_s);
            Edit::SetWindows { visit: id, windows }
        }
        RelaxationKind::Drop { visit } | RelaxationKind::Displace { visit, .. } => Edit::Remove { visit },
    };
    vec![gives, Edit::InsertAt { visit: id, shift: *shift, position: None }]
}

#[test]
fn whatever_would_have_to_give_is_enough_when_it_does() {
    let mut told = [0; 4];
    for seed in 0..60 {
        let rng = &mut Rng::new(seed);
        let mut plan = empty_plan(rng, Kind { shifts: 2, visits: 40, ..ALL });
        let visits: Vec<VisitId> = plan.problem().visits().iter().map(|visit| visit.id).collect();
        for id in visits {
            let Err(Rejection::Infeasible { relaxations, .. }) = plan.insert(id, Expected::Any) else { continue };
            assert_eq!(plan.relaxations_of(id).unwrap(), relaxations);
            for relaxation in relaxations {
                let before = plan.fingerprint();
                assert!(plan.gives_way(relaxation.kind, id), "{relaxation:?}");
                let on_shift = plan.relaxations_on(id, relaxation.shift).unwrap();
                assert!(on_shift.contains(&relaxation), "seed {seed}: {relaxation:?} is not among {on_shift:?}");
                let edits = accepting(&plan, id, &relaxation);
                let outcome =
                    plan.edit(&edits, Expected::Any).unwrap_or_else(|refused| panic!("seed {seed}: {refused}: {edits:?}"));
                judge(&plan);
                told[match relaxation.kind {
                    RelaxationKind::Overtime { .. } => 0,
                    RelaxationKind::Window { .. } => 1,
                    RelaxationKind::Drop { .. } => 2,
                    RelaxationKind::Displace { .. } => 3,
                }] += 1;
                plan.undo(outcome.undo).map_err(|refused| refused.1).unwrap();
                assert_eq!(plan.fingerprint(), before, "seed {seed}: taken back");
            }
        }
    }
    assert!(told.iter().all(|count| *count > 5), "the test asks for too little of one sort: {told:?}");
}

#[test]
fn what_has_to_be_made_goes_before_what_may_be_left_out() {
    let optional = VisitDraft { prize: Some(900.0), ..plain_visit(0, 10, 0.0, 150.0) };
    let promised = PromiseDraft { opens_s: 0.0, closes_s: 1_000.0, agent: None, cost_broken: 50.0 };
    let urgent = plain_visit(1, 12, 0.0, 150.0);
    let mut plan = plan_of(vec![plain_shift(0, 10)], vec![optional.clone(), urgent.clone()]);
    (0..2).for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
    assert_eq!(order(&plan, 0), [visit_id(1)]);
    assert_eq!(plan.unassigned().collect::<Vec<_>>(), [visit_id(0)]);
    judge(&plan);

    // Where there is another who can, the other goes there.
    let mut plan = plan_of(vec![plain_shift(0, 10), plain_shift(1, 14)], vec![optional.clone(), urgent.clone()]);
    for (n, shift) in [(0, 0), (1, 0)] {
        let only = Edit::PinShift { visit: visit_id(1), shift: Some(shift_id(shift, 0)) };
        plan.edit(&[only, Edit::Insert { visit: visit_id(n) }], Expected::Any).unwrap();
    }
    assert_eq!((order(&plan, 0), order(&plan, 1)), (vec![visit_id(1)], vec![visit_id(0)]));
    judge(&plan);

    // What was promised gives way last.
    for (promise, gives_way) in [(None, 0), (Some(promised), 2)] {
        let first = VisitDraft { prize: Some(900.0), promise, ..plain_visit(0, 10, 0.0, 1_000.0) };
        let other = VisitDraft { prize: Some(930.0), ..plain_visit(2, 10, 0.0, 1_000.0) };
        let short = ShiftDraft { latest_end_s: 1_250.0, ..plain_shift(0, 10) };
        let mut plan = plan_of(vec![short], vec![first, plain_visit(1, 10, 0.0, 1_000.0), other]);
        [0, 2, 1].into_iter().for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
        assert_eq!(plan.unassigned().collect::<Vec<_>>(), [visit_id(gives_way)]);
        judge(&plan);
    }

    // What somebody fixed stays, and so does what has to be made as well.
    let fixed = VisitDraft { windows: vec![WindowDraft { opens_s: 100.0, closes_s: 100.0 }], ..optional };
    for kept in [fixed, VisitDraft { prize: None, ..plain_visit(0, 10, 0.0, 150.0) }] {
        let mut plan = plan_of(vec![plain_shift(0, 10)], vec![kept, urgent.clone()]);
        plan.insert(visit_id(0), Expected::Any).unwrap();
        let before = plan.fingerprint();
        assert!(matches!(plan.insert(visit_id(1), Expected::Any), Err(Rejection::Infeasible { .. })));
        assert_eq!(plan.fingerprint(), before);
    }
}

#[test]
fn a_shift_that_is_added_takes_what_nobody_could_make() {
    let skilled = VisitDraft { skills: vec!["cold".into()], ..all_day(0, 5) };
    let mut plan = plan_of(vec![plain_shift(0, 1)], vec![skilled]);
    assert!(plan.insert(visit_id(0), Expected::Any).is_err());
    plan.add_shift(&ShiftDraft { skills: vec!["cold".into()], ..plain_shift(1, 9) }).unwrap();
    plan.insert(visit_id(0), Expected::Any).unwrap();
    assert_eq!(order(&plan, 1), [visit_id(0)]);
    judge(&plan);
}

#[test]
fn who_drops_out_is_replaced_and_what_nobody_can_make_is_left_with_its_reason() {
    let visits = vec![all_day(0, 5), all_day(1, 8), VisitDraft { allowed_agents: vec![agent(0)], ..all_day(2, 9) }];
    let mut plan = plan_of(vec![plain_shift(0, 0), plain_shift(1, 50)], visits);
    (0..3).for_each(|n| {
        drop(
            plan.edit(&[Edit::InsertAt { visit: visit_id(n), shift: shift_id(0, 0), position: Some(0) }], Expected::Any).unwrap(),
        )
    });
    let before = plan.fingerprint();
    let outcome = plan.drop_agent(shift_id(0, 0)).unwrap();
    assert!(order(&plan, 0).is_empty());
    assert_eq!(order(&plan, 1).len(), 2);
    let left = &outcome.done.left;
    assert_eq!((left.len(), left[0].visit, left[0].reason), (1, visit_id(2), "nobody_allowed"));
    judge(&plan);
    plan.undo(outcome.undo).map_err(|refused| refused.1).unwrap();
    assert_eq!(plan.fingerprint(), before);
}

#[test]
fn a_late_agent_s_visit_goes_to_who_can_still_make_it() {
    let visits = vec![plain_visit(0, 5, 0.0, 2_000.0), plain_visit(1, 6, 0.0, 2_000.0)];
    let mut plan = plan_of(vec![plain_shift(0, 0), plain_shift(1, 40)], visits);
    (0..2).for_each(|n| {
        drop(
            plan.edit(&[Edit::InsertAt { visit: visit_id(n), shift: shift_id(0, 0), position: Some(0) }], Expected::Any).unwrap(),
        )
    });
    let outcome = plan.agent_late(shift_id(0, 0), 1_500).unwrap();
    assert_eq!((order(&plan, 0).len(), order(&plan, 1).len()), (1, 1), "{:?}", outcome.diff.moves);
    assert!(plan.late().next().is_none() && outcome.done.left.is_empty());
    judge(&plan);
    // Later than anybody can mend: one is released, and said so.
    plan.drop_agent(shift_id(1, 0)).unwrap();
    let outcome = plan.agent_late(shift_id(0, 0), 5_000).unwrap();
    assert!(!outcome.done.left.is_empty() && plan.late().next().is_none());
    judge(&plan);
}

#[test]
fn a_promise_at_risk_is_told_before_its_window_is_missed_and_only_once() {
    let promised = PromiseDraft { opens_s: 1_500.0, closes_s: 3_000.0, agent: None, cost_broken: 100.0 };
    let second = VisitDraft { promise: Some(promised), ..plain_visit(1, 30, 0.0, 28_800.0) };
    let mut plan = plan_of(vec![plain_shift(0, 0)], vec![plain_visit(0, 10, 0.0, 600.0), second]);
    (0..2).for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
    let planned = |_: &Visit, _: ShiftId| None;
    let (rules, mut was) = (AlarmRules::default(), BTreeSet::new());
    assert!(plan.risks(shift_id(0, 0), &planned, &was, &rules).unwrap().is_empty());
    let etas = plan.etas(shift_id(0, 0), &planned).unwrap();
    assert!(etas[0].sd_s < etas[1].sd_s, "uncertainty grows along the route");
    plan.progress(visit_id(0), shift_id(0, 0), Progress::Started { at_s: 200 }).unwrap();
    plan.tick(2_750);
    let risks = plan.risks(shift_id(0, 0), &planned, &was, &rules).unwrap();
    assert_eq!(risks.iter().map(|risk| (risk.visit, risk.is_new)).collect::<Vec<_>>(), [(visit_id(1), true)]);
    was.extend(risks.iter().map(|risk| risk.visit));
    assert!(plan.risks(shift_id(0, 0), &planned, &was, &rules).unwrap().iter().all(|risk| !risk.is_new));
}

#[test]
fn whoever_waits_for_a_fixed_hour_is_not_at_risk() {
    for promise in [None, Some(PromiseDraft { opens_s: 5_000.0, closes_s: 5_000.0, agent: None, cost_broken: 100.0 })] {
        let pinned = VisitDraft { promise, ..plain_visit(1, 30, 5_000.0, 5_000.0) };
        let mut plan = plan_of(vec![plain_shift(0, 0)], vec![plain_visit(0, 10, 0.0, 600.0), pinned]);
        (0..2).for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
        let planned = |_: &Visit, _: ShiftId| None;
        let at_risk =
            |plan: &LivePlan<Town>| plan.risks(shift_id(0, 0), &planned, &BTreeSet::new(), &AlarmRules::default()).unwrap().len();
        assert!(plan.etas(shift_id(0, 0), &planned).unwrap()[1].chance() < 0.01);
        assert_eq!(at_risk(&plan), 0);
        // Until the visit before takes up the wait.
        plan.progress(visit_id(0), shift_id(0, 0), Progress::Started { at_s: 200 }).unwrap();
        plan.tick(4_900);
        assert_eq!(at_risk(&plan), 1);
    }
}

#[test]
fn the_choice_is_explained_by_what_the_next_best_would_cost() {
    let cold = VisitDraft { skills: vec!["cold".into()], ..all_day(1, 21) };
    let near = ShiftDraft { skills: vec!["cold".into()], ..plain_shift(0, 20) };
    let mut plan = plan_of(vec![near, plain_shift(1, 22), plain_shift(2, 55)], vec![all_day(0, 20), cold]);
    (0..2).for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
    let before = plan.fingerprint();
    let why = plan.why_here(visit_id(0), None).unwrap();
    assert_eq!(plan.fingerprint(), before);
    assert_eq!(why.chosen.shift, shift_id(0, 0));
    assert_eq!(why.others[0].shift, shift_id(1, 0));
    assert!(why.others[0].cost > why.chosen.cost && why.decided_by().is_some_and(|(cause, _)| cause == "travel"));
    let skilled = plan.why_here(visit_id(1), None).unwrap();
    assert!(skilled.others.is_empty() && skilled.refused.iter().all(|refused| refused.refusal.code() == "skill_missing"));
    let order = plan.why_order(visit_id(1)).unwrap();
    assert!(order.elsewhere.iter().all(|other| other.cost_more.is_none_or(|more| more >= 0)));
}

#[test]
fn an_improvement_is_taken_whole_when_nothing_changed_and_by_parts_when_something_did() {
    let visits: Vec<_> = (0..8).map(|n| all_day(n, (n * 17) % 50)).collect();
    let build = || {
        let mut plan = plan_of(vec![plain_shift(0, 0), plain_shift(1, 49)], visits.clone());
        // As badly as can be: everything alternating.
        for n in 0..8 {
            let edit = Edit::InsertAt { visit: visit_id(n), shift: shift_id(n % 2, 0), position: Some(0) };
            plan.edit(&[edit], Expected::Any).unwrap();
        }
        plan
    };
    let improve = |plan: &LivePlan<Town>| {
        let snapshot = plan.snapshot(&[]).unwrap();
        let found =
            crate::plan::search::search(&snapshot.problem, plan.ways(), Some(&snapshot.start), 1, &mut |p| p.iterations < 300);
        snapshot.improvement(&found.solution)
    };
    let mut plan = build();
    let (before, improvement) = (plan.bill().total(), improve(&plan));
    let outcome = plan.accept(&improvement).unwrap();
    assert_eq!(outcome.done, Accepted::Whole);
    assert!(plan.bill().total() < before && outcome.diff.cost == plan.bill().total() - before);
    judge(&plan);
    assert!(plan.accept(&improvement).is_err(), "nothing is gained twice");

    let mut plan = build();
    let improvement = improve(&plan);
    plan.cancel(visit_id(3), Expected::Any).unwrap();
    let before = plan.bill().total();
    match plan.accept(&improvement) {
        Ok(outcome) => assert!(outcome.done == Accepted::Adapted && plan.bill().total() < before),
        Err(refused) => panic!("what a cancelled visit leaves of it still gains: {refused}"),
    }
    judge(&plan);
}

#[test]
fn a_search_leaves_out_nothing_that_is_fixed_or_promised() {
    let promised = |n: usize, stop: usize| {
        let promise = PromiseDraft { opens_s: 0.0, closes_s: 9_000.0, agent: None, cost_broken: 1_800.0 };
        VisitDraft { promise: Some(promise), service_s: 7_200.0, ..plain_visit(n, stop, 0.0, 9_000.0) }
    };
    // Three short ones fit in the place of the long one.
    let short = |n: usize| VisitDraft { priority: 9, ..plain_visit(n, 5 + n, 0.0, 2_400.0) };
    for fix in [
        None,
        Some(Edit::PinTime { visit: visit_id(0), start_s: 300 }),
        Some(Edit::PinShift { visit: visit_id(0), shift: Some(shift_id(0, 0)) }),
    ] {
        let long = if fix.is_none() { promised(0, 4) } else { VisitDraft { promise: None, ..promised(0, 4) } };
        let mut plan = plan_of(vec![plain_shift(0, 0)], vec![long, short(1), short(2), short(3)]);
        let put = Edit::InsertAt { visit: visit_id(0), shift: shift_id(0, 0), position: None };
        let narrow = [Some(put), fix.clone()].into_iter().flatten().collect::<Vec<_>>();
        plan.edit(&narrow, Expected::Any).unwrap();
        let snapshot = plan.snapshot(&[]).unwrap();
        let found =
            crate::plan::search::search(&snapshot.problem, plan.ways(), Some(&snapshot.start), 1, &mut |p| p.iterations < 300);
        assert!(!found.solution.unassigned.iter().any(|left| left.visit == VisitIx(0)), "{fix:?}");
        // What left it out before it was fixed is refused.
        let without = Improvement { base: plan.version(), routes: vec![(shift_id(0, 0), vec![visit_id(1), visit_id(2)])] };
        let taken = plan.accept(&without).map(|outcome| outcome.done);
        assert!(fix.is_none() || !plan.unassigned().any(|visit| visit == visit_id(0)), "{fix:?}: {taken:?}");
        judge(&plan);
    }
}

#[test]
fn a_visit_that_no_longer_fits_as_what_it_became_is_not_lost() {
    let mut plan = plan_of(vec![plain_shift(0, 0)], vec![all_day(0, 5), all_day(1, 9)]);
    (0..2).for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
    let longer = VisitDraft { windows: vec![WindowDraft { opens_s: 0.0, closes_s: 30.0 }], ..all_day(0, 5) };
    let again = [Edit::Cancel { visit: visit_id(0) }, Edit::Add { draft: Box::new(longer) }];
    let put = Edit::InsertAt { visit: visit_id(0), shift: shift_id(0, 0), position: None };
    let before = plan.fingerprint();
    assert!(plan.edit(&[again.to_vec(), vec![put.clone()]].concat(), Expected::Any).is_err());
    assert_eq!(plan.fingerprint(), before);
    let there = plan.slot(visit_id(0)).map(|slot| slot.shift);
    assert_eq!(there, Some(shift_id(0, 0)), "it is where it was, by its name");
    let outcome = plan.edit(&again, Expected::Any).unwrap();
    assert_eq!(plan.unassigned().collect::<Vec<_>>(), [visit_id(0)]);
    assert_eq!(order(&plan, 0), [visit_id(1)]);
    // And back, and forth.
    let undone = plan.undo(outcome.undo).map_err(|refused| refused.1).unwrap();
    assert_eq!(plan.fingerprint(), before);
    plan.undo(undone.undo).map_err(|refused| refused.1).unwrap();
    assert_eq!(plan.unassigned().collect::<Vec<_>>(), [visit_id(0)]);
    assert!(plan.edit(&[put], Expected::Any).is_err(), "it is known, and fits nowhere");
    judge(&plan);
}

#[test]
fn what_makes_nobody_late_any_more_is_an_improvement() {
    let optional = VisitDraft { prize: Some(500.0), ..all_day(0, 0) };
    let draft = vec![optional, plain_visit(1, 0, 0.0, 620.0)];
    let mut plan = LivePlan::new(
        plan_of(vec![plain_shift(0, 0)], draft).problem().clone(),
        None,
        street(),
        Rules { grace_s: 600, ..Rules::default() },
        0,
    )
    .unwrap();
    for n in 0..2 {
        let edit = Edit::InsertAt { visit: visit_id(n), shift: shift_id(0, 0), position: Some(n) };
        plan.edit(&[edit], Expected::Any).unwrap();
    }
    plan.agent_late(shift_id(0, 0), 120).unwrap();
    assert_eq!(plan.late().map(|(_, late_s)| late_s).collect::<Vec<_>>(), [100]);
    let alone = Improvement { base: plan.version(), routes: vec![(shift_id(0, 0), vec![visit_id(1)])] };
    assert_eq!(plan.accept(&alone).unwrap().done, Accepted::Whole, "a hundred seconds late are worse than 500 lost");
    assert!(plan.late().next().is_none());
    judge(&plan);
}

#[test]
fn traffic_makes_agents_late_and_the_repair_mends_what_it_can() {
    let mut plan = plan_of(vec![plain_shift(0, 0), plain_shift(1, 45)], vec![plain_visit(0, 30, 0.0, 500.0)]);
    let edit = Edit::InsertAt { visit: visit_id(0), shift: shift_id(0, 0), position: Some(0) };
    plan.edit(&[edit], Expected::Any).unwrap();
    plan.ways_mut().slow = 2.0;
    assert_eq!(plan.refresh(), [shift_id(0, 0)]);
    plan.repair_shift(shift_id(0, 0)).unwrap();
    assert_eq!(order(&plan, 1), [visit_id(0)]);
    judge(&plan);
}

#[test]
fn a_visit_that_no_way_leads_to_any_more_is_left_and_the_others_stay_where_they_are() {
    let shifts = vec![plain_shift(0, 0), plain_shift(1, 45)];
    let mut plan = plan_of(shifts, vec![all_day(0, 10), all_day(1, 12), all_day(2, 14)]);
    for (visit, position) in [(0, 0), (1, 1), (2, 2)] {
        let edit = Edit::InsertAt { visit: visit_id(visit), shift: shift_id(0, 0), position: Some(position) };
        plan.edit(&[edit], Expected::Any).unwrap();
    }
    assert_eq!(plan.without_way().count(), 0);
    plan.ways_mut().islands.push(12);
    assert_eq!(plan.refresh(), [shift_id(0, 0)]);
    assert!(plan.without_way().eq([shift_id(0, 0)]));
    let after = plan.repair_shift(shift_id(0, 0)).unwrap().done;
    assert!(after.left.iter().map(|why| (why.visit, why.reason)).eq([(visit_id(1), "unreachable")]));
    assert!(after.late.is_empty() && plan.without_way().count() == 0);
    assert_eq!((order(&plan, 0), order(&plan, 1).len()), (vec![visit_id(0), visit_id(2)], 0));
    judge(&plan);
}

#[test]
fn wrong_words_are_refused_with_the_field_that_is_wrong() {
    let mut plan = plan_of(vec![plain_shift(0, 0)], vec![all_day(0, 3)]);
    let before = plan.fingerprint();
    let nan = VisitDraft { service_s: f64::NAN, ..all_day(5, 3) };
    let Rejection::Flawed { flaws } = plan.add_visit(&nan).err().unwrap() else { panic!() };
    assert_eq!((flaws[0].field, flaws[0].of), ("service_s", Subject::Visit(visit_id(5))));
    let twice = plan.add_visit(&all_day(0, 3)).err().unwrap();
    assert!(matches!(twice, Rejection::Flawed { ref flaws } if flaws[0].kind == FlawKind::Duplicate));
    assert_eq!(plan.insert(visit_id(77), Expected::Any).err(), Some(Rejection::UnknownVisit { visit: visit_id(77) }));
    let unknown = plan.drop_agent(shift_id(9, 0)).err();
    assert_eq!(unknown, Some(Rejection::UnknownShift { shift: shift_id(9, 0) }));
    let island = plan.add_visit(&all_day(6, 59)).err().unwrap();
    let Rejection::Infeasible { nearest, .. } = island else { panic!("{island}") };
    assert_eq!(nearest[0].refusal, Refusal::Unreachable);
    assert_eq!(plan.fingerprint(), before);
}

#[test]
fn no_shifts_is_an_answer_not_a_panic() {
    let mut plan = plan_of(vec![], vec![all_day(0, 3)]);
    assert!(matches!(plan.insert(visit_id(0), Expected::Any).err(), Some(Rejection::Infeasible { .. })));
    assert_eq!(plan.why_unassigned(visit_id(0), None).unwrap().reason, "no_shift");
}

/// Every way to put the breaks into the gaps, before or after the way there, each timed on its own.
fn earliest_end(problem: &Problem, shift: &Shift, steps: &[(i32, VisitIx)], end_leg_s: i32) -> Option<i32> {
    let places = 2 * (steps.len() + 1);
    let count = shift.breaks.len();
    let mut best: Option<i32> = None;
    for code in 0..(places + 1).pow(count as u32) {
        // Where each break is; `places`: not taken.
        let chosen: Vec<usize> = (0..count).map(|at| code / (places + 1).pow(at as u32) % (places + 1)).collect();
        if chosen.windows(2).any(|pair| pair[1] < pair[0]) {
            continue;
        }
        let (mut at_s, mut is_fine) = (shift.earliest_start_s, true);
        let pause = |place: usize, at_s: &mut i32, is_fine: &mut bool| {
            for (due, _) in shift.breaks.iter().zip(&chosen).filter(|(_, chosen)| **chosen == place) {
                *at_s = (*at_s).max(due.earliest_start_s);
                *is_fine &= *at_s <= due.latest_start_s;
                *at_s += due.duration_s;
            }
        };
        for gap in 0..=steps.len() {
            pause(2 * gap, &mut at_s, &mut is_fine);
            at_s += steps.get(gap).map_or(end_leg_s, |step| step.0);
            pause(2 * gap + 1, &mut at_s, &mut is_fine);
            if let Some((_, visit)) = steps.get(gap) {
                let visit = problem.visit(*visit);
                match visit.windows.iter().find(|window| at_s <= window.closes_s) {
                    Some(window) => at_s = at_s.max(window.opens_s) + shift.service_s(visit),
                    None => is_fine = false,
                }
            }
        }
        let is_due = |(due, chosen): (&Break, &usize)| *chosen < places || at_s <= due.latest_start_s;
        let is_complete = shift.breaks.iter().zip(&chosen).all(is_due);
        if is_fine && is_complete && at_s <= shift.end_max_s() && best.is_none_or(|best| at_s < best) {
            best = Some(at_s);
        }
    }
    best
}

#[test]
fn breaks_and_several_windows_are_placed_as_well_as_any_way_to_place_them() {
    let (mut possible, mut impossible) = (0, 0);
    for seed in 1..=400 {
        let rng = &mut Rng::new(seed);
        let plan = empty_plan(rng, Kind { shifts: 2, visits: 5, ..ALL });
        let grounds = &plan.grounds;
        for at in 0..2 {
            let ix = ShiftIx(at);
            let shift = grounds.problem.shift(ix);
            let visits: Vec<VisitIx> = (0..1 + rng.below(4)).map(VisitIx::from).collect();
            let route = grounds.build(ix, &visits, &mut timing::Board::default());
            let steps: Vec<_> = route.steps.iter().map(|step| (step.leg_s, step.visit)).collect();
            match earliest_end(&grounds.problem, shift, &steps, route.end_leg.duration_s) {
                Some(ends_s) => {
                    assert_eq!((route.timing.late_s, route.timing.ends_s), (0, ends_s), "seed {seed}");
                    possible += 1;
                }
                None => {
                    assert!(route.timing.late_s > 0, "seed {seed}: {:?}", route.timing);
                    impossible += 1;
                }
            }
        }
    }
    assert!(possible > 100 && impossible > 100, "{possible} {impossible}");
}
