//! No search ever breaks a rule, whatever the problem; it states what its plan costs; and the same question gets the same answer.

use super::dice;
use salessync_engine::plan::check::check;
use salessync_engine::plan::model::*;
use salessync_engine::plan::search::{Found, Progress, search};

fn iterations(max: u64) -> impl FnMut(Progress) -> bool {
    move |progress| progress.iterations < max
}

fn solve(problem: &Problem, travel: &Matrices, start: Option<&Solution>, seed: u64, max: u64) -> Found {
    search(problem, travel, start, seed, &mut iterations(max))
}

#[test]
fn no_plan_breaks_a_rule_and_its_bill_is_what_it_costs() {
    let (mut planned, mut left_out) = (0, 0);
    for seed in 0..400 {
        let (problem, travel) = dice::rich(seed, 14);
        let found = solve(&problem, &travel, None, seed, 60);
        match check(&problem, &travel, &found.solution) {
            Ok(bill) => assert_eq!(bill, found.bill, "seed {seed}"),
            Err(violations) => panic!("seed {seed}: {violations:#?}"),
        }
        planned += found.solution.routes.iter().map(|route| route.visits.len()).sum::<usize>();
        left_out += found.solution.unassigned.len();
    }
    assert!(planned > 900 && left_out > 300, "the dice give no problems worth the name: {planned} planned, {left_out} left out");
}

#[test]
fn a_plan_is_never_worse_than_the_one_it_began_with() {
    for seed in 0..60 {
        let (problem, travel) = dice::rich(seed, 16);
        let start = solve(&problem, &travel, None, seed, 40);
        for more in [0, 30] {
            let found = solve(&problem, &travel, Some(&start.solution), seed + 1, more);
            assert!(found.bill.rank() <= start.bill.rank(), "seed {seed}, {more} more iterations");
            assert_eq!(check(&problem, &travel, &found.solution).as_ref(), Ok(&found.bill), "seed {seed}");
        }
    }
}

#[test]
fn the_same_seed_and_iterations_give_the_same_plan() {
    for seed in 0..20 {
        let (problem, travel) = dice::rich(seed, 14);
        let once = solve(&problem, &travel, None, 7, 80);
        let again = solve(&problem, &travel, None, 7, 80);
        assert_eq!(once.solution, again.solution, "seed {seed}");
    }
}

#[test]
fn a_start_that_makes_no_sense_is_mended() {
    for seed in 0..20 {
        let (problem, travel) = dice::rich(seed, 10);
        let mut start = solve(&problem, &travel, None, seed, 20).solution;
        let all: Vec<VisitIx> = (0..problem.visits().len() + 3).map(VisitIx::from).collect();
        start.routes.push(Route { visits: all.clone(), ..Route::default() });
        for route in &mut start.routes {
            route.visits.extend(&all);
        }
        let found = solve(&problem, &travel, Some(&start), seed, 20);
        assert_eq!(check(&problem, &travel, &found.solution), Ok(found.bill), "seed {seed}");
    }
}

#[test]
fn a_plain_problem_may_begin_with_any_start() {
    let text = super::gates::instance("R1", 30);
    let instance = salessync_engine::plan::format::solomon::read(&text).unwrap();
    let (problem, travel) = instance.problem().unwrap();
    let first = solve(&problem, &travel, None, 1, 30);
    let routes = instance.routes(&first.solution);
    let again = instance.solution(&routes).unwrap();
    assert!(solve(&problem, &travel, Some(&again), 2, 0).bill.rank() <= first.bill.rank());
    let twice = instance.solution(&[routes.clone(), routes].concat()).unwrap();
    let found = solve(&problem, &travel, Some(&twice), 2, 10);
    assert_eq!(check(&problem, &travel, &found.solution), Ok(found.bill));
    assert_eq!(instance.solution(&[vec![999]]), Err(999));
}
