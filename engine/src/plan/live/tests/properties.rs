//! What holds of any plan after anything.

use super::judge::{judge, judge_step, whereabouts};
use super::world::{ALL, Kind, Rng, Town, agent, empty_plan, shift_id, visit, visit_id};
use crate::plan::live::*;
use crate::plan::model::*;

const SEEDS: u64 = 120;
const STEPS: usize = 60;

fn any_visit(rng: &mut Rng, plan: &LivePlan<Town>) -> crate::VisitId {
    let visits = plan.problem().visits();
    visits[rng.below(visits.len())].id
}

fn any_shift(rng: &mut Rng, plan: &LivePlan<Town>) -> ShiftId {
    let shifts = plan.problem().shifts();
    shifts[rng.below(shifts.len())].id
}

/// One random change or event; what it answered does not matter.
fn act(rng: &mut Rng, plan: &mut LivePlan<Town>, next_id: &mut usize, undos: &mut Vec<Undo>) -> bool {
    let id = any_visit(rng, plan);
    let shift = any_shift(rng, plan);
    let keep = |outcome: Result<Outcome, Rejection>, undos: &mut Vec<Undo>| match outcome {
        Ok(outcome) => {
            undos.push(outcome.undo);
            true
        }
        Err(_) => false,
    };
    let kept = |outcome: Result<Outcome<After>, Rejection>| outcome.is_ok();
    match rng.below(25) {
        0..=7 => {
            let waiting: Vec<_> = plan.unassigned().collect();
            let id = if waiting.is_empty() { id } else { waiting[rng.below(waiting.len())] };
            keep(plan.insert(id, Expected::Any), undos)
        }
        8 => keep(plan.edit(&[Edit::Remove { visit: id }], Expected::Any), undos),
        9 => keep(plan.cancel(id, Expected::Any), undos),
        10 => {
            *next_id += 1;
            let draft = visit(rng, *next_id, ALL);
            keep(plan.add_visit(&draft), undos)
        }
        11 => keep(plan.edit(&[Edit::Reassign { visit: id, shift, position: None }], Expected::Any), undos),
        12 => {
            let other = any_visit(rng, plan);
            keep(plan.edit(&[Edit::Swap { a: id, b: other }], Expected::Any), undos)
        }
        13 => {
            let view = plan.route(shift).unwrap();
            let mut visits: Vec<_> = view.visits.iter().map(|(visit, _)| *visit).collect();
            if visits.len() > 1 {
                let at = rng.below(visits.len() - 1);
                visits.swap(at, at + 1);
            }
            keep(plan.edit(&[Edit::Reorder { shift, visits }], Expected::Any), undos)
        }
        14 => kept(plan.overrun(id, rng.range(300, 3_000))),
        15 => kept(plan.agent_late(shift, rng.range(60, 1_800))),
        16 => {
            let stop = StopIx(rng.below(58) as u32);
            let at_s = plan.now_s() + rng.range(0, 400);
            kept(plan.set_position(shift, stop, at_s))
        }
        17 => {
            let view = plan.route(shift).unwrap();
            match view.visits.iter().find(|(visit, _)| plan.slot(*visit).is_some_and(|slot| slot.start_s >= plan.now_s())) {
                Some((visit, start_s)) => {
                    let at_s = *start_s;
                    plan.tick(at_s - rng.range(0, 200));
                    let started = kept(plan.progress(*visit, shift, Progress::Started { at_s }));
                    if rng.chance(60) {
                        let ended_s = at_s + rng.range(60, 900);
                        kept(plan.progress(*visit, shift, Progress::Finished { started_s: at_s, ended_s }));
                    }
                    started
                }
                None => false,
            }
        }
        18 => kept(plan.drop_agent(shift)),
        19 => keep(plan.return_agent(shift), undos),
        20 => {
            let count = rng.below(3);
            keep(plan.settle(shift, count, rng.chance(50)), undos)
        }
        21 => match plan.slot(id) {
            Some(slot) => keep(plan.edit(&[Edit::PinTime { visit: id, start_s: slot.start_s }], Expected::Any), undos),
            None => false,
        },
        22 => {
            plan.tick(plan.now_s() + rng.range(0, 300));
            true
        }
        23 => {
            let waiting: Vec<_> = plan.unassigned().collect();
            match plan.fill(&waiting) {
                Ok(outcome) => {
                    undos.push(outcome.undo);
                    true
                }
                Err(_) => false,
            }
        }
        _ => match undos.pop() {
            Some(undo) => plan.undo(undo).is_ok(),
            None => false,
        },
    }
}

#[test]
fn no_change_breaks_a_hard_constraint_and_a_failed_one_changes_nothing() {
    for seed in 1..=SEEDS {
        let rng = &mut Rng::new(seed);
        let mut plan = empty_plan(rng, ALL);
        let (mut next_id, mut undos) = (1_000, Vec::new());
        for step in 0..STEPS {
            let (before, version, now_s) = (plan.fingerprint(), plan.version(), plan.now_s());
            let happened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let (before, to_undo) = (whereabouts(&plan), undos.len());
                let is_done = act(rng, &mut plan, &mut next_id, &mut undos);
                // What is taken back is as it was, wherever the agent is by now.
                judge_step(&plan, &if undos.len() < to_undo { whereabouts(&plan) } else { before });
                is_done
            }));
            let is_done = happened.unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                panic!("seed {seed} step {step}: {text}")
            });
            if !is_done && plan.version() == version && plan.now_s() == now_s {
                assert_eq!(plan.fingerprint(), before, "seed {seed} step {step}: a refusal changed the plan");
            }
        }
    }
}

#[test]
fn what_is_undone_is_as_if_it_had_never_been() {
    for seed in 1..=SEEDS {
        let rng = &mut Rng::new(seed * 7);
        let mut plan = empty_plan(rng, ALL);
        let mut next_id = 1_000;
        (0..20).for_each(|_| {
            act(rng, &mut plan, &mut next_id, &mut Vec::new());
        });
        let (before, there) = (plan.fingerprint(), whereabouts(&plan));
        let id = any_visit(rng, &plan);
        let shift = any_shift(rng, &plan);
        next_id += 1;
        let undos = [
            plan.insert(id, Expected::Any).map(|outcome| outcome.undo),
            plan.cancel(id, Expected::Any).map(|outcome| outcome.undo),
            plan.add_visit(&visit(rng, next_id, ALL)).map(|outcome| outcome.undo),
            plan.agent_late(shift, 1_000).map(|outcome| outcome.undo),
            plan.drop_agent(shift).map(|outcome| outcome.undo),
        ];
        for undo in undos.into_iter().flatten().rev() {
            plan.undo(undo).map_err(|refused| refused.1).unwrap_or_else(|rejection| panic!("seed {seed}: {rejection}"));
            judge_step(&plan, &there);
        }
        assert_eq!(plan.fingerprint(), before, "seed {seed}");
    }
}

#[test]
fn gaps_are_filled_with_what_is_worth_it_and_nothing_else_suffers() {
    let mut placed = 0;
    for seed in 1..=SEEDS {
        let rng = &mut Rng::new(seed * 11);
        let mut plan = empty_plan(rng, ALL);
        let mut next_id = 1_000;
        (0..40).for_each(|_| {
            act(rng, &mut plan, &mut next_id, &mut Vec::new());
        });
        let (before, bill, there) = (plan.fingerprint(), plan.bill(), whereabouts(&plan));
        let waiting: Vec<_> = plan.unassigned().collect();
        let outcome = plan.fill(&waiting).unwrap_or_else(|rejection| panic!("seed {seed}: {rejection}"));
        judge_step(&plan, &there);
        assert_eq!(plan.unassigned().collect::<Vec<_>>(), outcome.done, "seed {seed}: what is said to wait still waits");
        assert!(plan.bill().rank() <= bill.rank(), "seed {seed}: {:?} after {bill:?}", plan.bill());
        placed += waiting.len() - outcome.done.len();
        // Nothing is left to fill, and what is not there fills nothing.
        let again = plan.fill(&[waiting, vec![visit_id(999_999)]].concat());
        judge_step(&plan, &there);
        let undos = [Some(outcome.undo), again.ok().map(|outcome| outcome.undo)];
        for undo in undos.into_iter().flatten().rev() {
            plan.undo(undo).map_err(|refused| refused.1).unwrap_or_else(|rejection| panic!("seed {seed}: {rejection}"));
        }
        assert_eq!(plan.fingerprint(), before, "seed {seed}");
    }
    assert!(placed > 100, "{placed} in all");
}

#[test]
fn what_a_search_found_is_taken_into_a_plan_that_has_gone_on() {
    let (mut whole, mut adapted, mut moved, mut refused) = (0, 0, 0, 0);
    for seed in 1..=SEEDS {
        let rng = &mut Rng::new(seed * 17);
        let mut plan = empty_plan(rng, ALL);
        let mut next_id = 1_000;
        (0..20).for_each(|_| {
            act(rng, &mut plan, &mut next_id, &mut Vec::new());
        });
        if plan.late().next().is_some() {
            continue;
        }
        let snapshot = plan.snapshot(&[]).unwrap();
        let start = Some(&snapshot.start);
        let found = crate::plan::search::search(&snapshot.problem, plan.ways(), start, seed, &mut |p| p.iterations < 200);
        let improvement = snapshot.improvement(&found.solution);
        (0..rng.below(6)).for_each(|_| {
            act(rng, &mut plan, &mut next_id, &mut Vec::new());
        });
        let (before, bill, there) = (plan.fingerprint(), plan.bill(), whereabouts(&plan));
        let late_s = |plan: &LivePlan<Town>| plan.late().map(|(_, late_s)| late_s).sum::<i64>();
        let was_late_s = late_s(&plan);
        match plan.accept(&improvement) {
            Ok(outcome) => {
                judge_step(&plan, &there);
                if late_s(&plan) == was_late_s {
                    assert!(plan.bill().rank() < bill.rank(), "seed {seed}: {:?} after {bill:?}", plan.bill());
                }
                match outcome.done {
                    Accepted::Whole => whole += 1,
                    Accepted::Adapted => adapted += 1,
                    Accepted::Moves(_) => moved += 1,
                }
                plan.undo(outcome.undo)
                    .map_err(|refused| refused.1)
                    .unwrap_or_else(|rejection| panic!("seed {seed}: {rejection}"));
            }
            Err(_) => refused += 1,
        }
        assert_eq!(plan.fingerprint(), before, "seed {seed}");
    }
    assert!(whole > 10 && adapted > 30 && refused < 40, "{whole} whole, {adapted} adapted, {moved} by moves, {refused} refused");
}

#[test]
fn the_same_questions_get_the_same_answers() {
    let run = |seed| {
        let rng = &mut Rng::new(seed);
        let mut plan = empty_plan(rng, ALL);
        let (mut next_id, mut undos) = (1_000, Vec::new());
        (0..STEPS).for_each(|_| {
            act(rng, &mut plan, &mut next_id, &mut undos);
        });
        plan.fingerprint()
    };
    (1..10).for_each(|seed| assert_eq!(run(seed), run(seed), "seed {seed}"));
}

/// Every place of every shift, each route built from nothing.
fn exhaustive(plan: &LivePlan<Town>, visit: VisitIx) -> Vec<(i64, ShiftIx, usize)> {
    let grounds = &plan.grounds;
    let mut found = Vec::new();
    for at in 0..grounds.routes.len() {
        let shift = ShiftIx::from(at);
        let route = &grounds.routes[at];
        if grounds.admits(shift, grounds.problem.visit(visit)).is_err() {
            continue;
        }
        for position in route.locked..=route.steps.len() {
            let mut visits: Vec<VisitIx> = route.visits().collect();
            visits.insert(route.begun.len() + position, visit);
            let with = grounds.build(shift, &visits, &mut timing::Board::default());
            let is_fine = if route.is_empty() { with.timing.late_s == 0 } else { with.timing.late_s <= route.timing.late_s };
            if is_fine && grounds.fits(shift, &with).is_ok() {
                found.push((with.bill.total() - route.bill.total(), shift, position));
            }
        }
    }
    found.sort_unstable();
    found
}

#[test]
fn the_best_of_all_is_the_best_that_brute_force_finds() {
    let mut found = 0;
    for seed in 1..=SEEDS {
        let rng = &mut Rng::new(seed * 13);
        let mut plan = empty_plan(rng, ALL);
        let mut next_id = 1_000;
        (0..30).for_each(|_| {
            act(rng, &mut plan, &mut next_id, &mut Vec::new());
        });
        let waiting: Vec<_> = plan.unassigned().collect();
        for id in waiting {
            let ix = plan.problem().visit_ix(id).unwrap();
            let all = exhaustive(&plan, ix);
            let best = plan.best_of_all(ix, 3).into_vec();
            let mut expected: Vec<(i64, ShiftIx, usize)> = Vec::new();
            for place in all {
                if expected.iter().all(|(_, shift, _)| *shift != place.1) && expected.len() < 3 {
                    expected.push(place);
                }
            }
            let got: Vec<_> = best.iter().map(|quote| (quote.cost, quote.shift, quote.position)).collect();
            assert_eq!(got, expected, "seed {seed} visit {id}");
            found += usize::from(!expected.is_empty());
        }
    }
    assert!(found > 100, "only {found} cases had an answer");
}

#[test]
fn an_insertion_costs_what_it_was_said_to_cost() {
    for seed in 1..=SEEDS {
        let rng = &mut Rng::new(seed * 17);
        let mut plan = empty_plan(rng, Kind { visits: 40, ..ALL });
        let waiting: Vec<_> = plan.unassigned().collect();
        for id in waiting {
            let Ok(offers) = plan.recommend(id, 1) else { continue };
            let offer = offers[0];
            let before = plan.bill();
            let edit = Edit::InsertAt { visit: id, shift: offer.shift, position: Some(offer.position) };
            let told = plan.preview(std::slice::from_ref(&edit), Expected::Any).unwrap();
            plan.edit(&[edit], Expected::Any).unwrap();
            let ix = plan.problem().visit_ix(id).unwrap();
            let prize = left_out(plan.problem(), ix).total();
            assert_eq!(plan.bill().total() - before.total(), offer.cost - prize, "seed {seed}");
            assert_eq!(told.cost, offer.cost - prize, "seed {seed}");
            assert_eq!(plan.slot(id).unwrap().start_s, offer.start_s);
        }
        judge(&plan);
    }
}

#[test]
fn a_repair_never_costs_more_than_leaving_it() {
    for seed in 1..=SEEDS {
        let rng = &mut Rng::new(seed * 19);
        let mut plan = empty_plan(rng, ALL);
        let mut next_id = 1_000;
        (0..40).for_each(|_| {
            act(rng, &mut plan, &mut next_id, &mut Vec::new());
        });
        for n in 0..6 {
            let before = plan.bill();
            let late: i64 = plan.late().map(|(_, late_s)| late_s).sum();
            if plan.repair_shift(shift_id(n / 2, n as u32 % 2)).is_ok() && late == 0 {
                assert!(plan.bill().total() <= before.total(), "seed {seed}");
                assert!(plan.bill().broken_promises <= before.broken_promises, "seed {seed}");
            }
        }
    }
}

#[test]
fn agents_with_limits_over_all_days_keep_them() {
    let rng = &mut Rng::new(3);
    let mut plan = empty_plan(rng, Kind { shifts: 2, ..ALL });
    let waiting: Vec<_> = plan.unassigned().collect();
    waiting.into_iter().for_each(|id| drop(plan.insert(id, Expected::Any)));
    let used = (0..2).filter(|day| !plan.route(shift_id(0, *day)).unwrap().visits.is_empty()).count();
    assert_eq!(used, 1, "{} may work on one day", agent(0));
    let _ = visit_id(0);
}
