//! On tiny problems every plan can be tried: the search must find one as good as the best of them, and the checker must agree with sums
//! done by hand.

use super::dice::{Dice, agent_id, problem, shift, visit};
use salessync_engine::plan::check::check;
use salessync_engine::plan::model::*;
use salessync_engine::plan::search::search;

const STOPS: usize = 9;

/// Windows, skills, a capacity, prizes, fixed costs; no breaks and no cost of time, so that starting as early as can be is best.
fn tiny(seed: u64) -> (Problem, Matrices, Vec<Vec<f64>>) {
    let mut dice = Dice::new(seed ^ 0xB007);
    let places: Vec<(f64, f64)> = (0..STOPS).map(|_| (dice.between(0, 1_500), dice.between(0, 1_500))).collect();
    let leg = |from: usize, to: usize| (places[from].0 - places[to].0).hypot(places[from].1 - places[to].1).round();
    let duration_s: Vec<Vec<f64>> = (0..STOPS).map(|from| (0..STOPS).map(|to| leg(from, to)).collect()).collect();
    let visits = 2 + dice.below(5) as usize;
    let mut shifts: Vec<ShiftDraft> = (0..2).map(|agent| shift(agent, 0, agent, 0.0, dice.between(5_000, 12_000))).collect();
    for shift in &mut shifts {
        shift.capacity = Some(dice.between(20, 60));
        shift.costs.fixed = dice.between(0, 1_500);
        shift.end_stop = dice.chance(70).then_some(shift.start_stop);
        shift.skills = if dice.chance(60) { vec!["fridge".to_owned()] } else { Vec::new() };
    }
    let visits = (0..visits)
        .map(|number| {
            let opens_s = dice.between(0, 5_000);
            let first = (opens_s, opens_s + dice.between(0, 3_000));
            let mut windows = vec![first];
            if dice.chance(30) {
                windows.push((first.1 + 1_000.0, first.1 + 2_000.0));
            }
            let mut new = visit(number, 2 + number, dice.between(60, 900), &windows);
            new.demand = dice.between(1, 20);
            new.prize = dice.chance(40).then(|| dice.between(100, 3_000));
            new.skills = if dice.chance(20) { vec!["fridge".to_owned()] } else { Vec::new() };
            new.preferred_agents = if dice.chance(30) { vec![agent_id(0)] } else { Vec::new() };
            new.not_preferred_cost = 300.0;
            new
        })
        .collect();
    let mut draft = problem(STOPS, visits, shifts);
    draft.skills = vec!["fridge".to_owned()];
    let cells = duration_s.iter().map(|row| row.iter().map(|&cell| Some(cell)).collect()).collect();
    draft.matrices = vec![MatrixDraft { duration_s: cells, distance_m: Vec::new() }];
    let travel = Matrices::from_drafts(&draft.matrices, STOPS, 1).unwrap();
    (Problem::new(&draft).unwrap(), travel, duration_s)
}

/// Starts as early as can be, or None when a window closes or the shift ends before.
fn timed(problem: &Problem, duration_s: &[Vec<f64>], at: usize, order: &[VisitIx]) -> Option<Route> {
    let shift = &problem.shifts()[at];
    let mut route = Route::idle(shift);
    let (mut now_s, mut stop) = (0, shift.start_stop.at());
    for &visit in order {
        let visit_of = problem.visit(visit);
        now_s += duration_s[stop][visit_of.stop.at()] as i32;
        let window = visit_of.windows.iter().find(|window| window.closes_s >= now_s)?;
        now_s = now_s.max(window.opens_s);
        route.visits.push(visit);
        route.starts_s.push(now_s);
        now_s += visit_of.service_s;
        stop = visit_of.stop.at();
    }
    if let (Some(end), false) = (shift.end_stop, order.is_empty()) {
        now_s += duration_s[stop][end.at()] as i32;
    }
    (route.departs_s, route.ends_s) = (0, now_s);
    Some(route)
}

/// Every order of every choice of visits in both shifts, by inserting visit after visit everywhere. The rank of the best.
fn best_rank(problem: &Problem, travel: &Matrices, duration_s: &[Vec<f64>]) -> (i64, i64) {
    let mut plans: Vec<[Vec<VisitIx>; 2]> = vec![Default::default()];
    for visit in (0..problem.visits().len()).map(VisitIx::from) {
        let mut longer = plans.clone();
        for plan in &plans {
            for shift in 0..2 {
                for place in 0..=plan[shift].len() {
                    let mut plan = plan.clone();
                    plan[shift].insert(place, visit);
                    longer.push(plan);
                }
            }
        }
        plans = longer;
    }
    let mut best = (i64::MAX, i64::MAX);
    for plan in plans {
        let routes: Option<Vec<Route>> = (0..2).map(|shift| timed(problem, duration_s, shift, &plan[shift])).collect();
        let Some(routes) = routes else { continue };
        let left_out =
            (0..problem.visits().len()).map(VisitIx::from).filter(|visit| !plan.iter().flatten().any(|other| other == visit));
        let unassigned = left_out.map(|visit| Unassigned { visit, reason: Reason::NoRoom }).collect();
        if let Ok(bill) = check(problem, travel, &Solution { routes, unassigned }) {
            best = best.min(bill.rank());
        }
    }
    best
}

#[test]
fn the_search_finds_the_best_of_all_plans_of_tiny_problems() {
    for seed in 0..40 {
        let (problem, travel, duration_s) = tiny(seed);
        let found = search(&problem, &travel, None, seed, &mut |progress| progress.iterations < 1_000);
        assert_eq!(found.bill.rank(), best_rank(&problem, &travel, &duration_s), "seed {seed}");
    }
}
