//! Finds plans: any time, from any start, the same for the same seed and number of iterations.
//!
//! Two searches share the work. `plain` knows one depot, one kind of vehicle, one window a visit, and is as fast as can be; `rich` knows
//! every rule of the model. Which one runs follows from the problem alone. Neither reads a clock: the caller is asked before every
//! iteration whether to go on. What comes back always passes [`check`]: what cannot be made is left out, with its reason.

mod clock;
mod ground;
mod plain;
mod reason;
mod rich;
mod rng;
mod timetable;

use super::check::check;
use super::model::{Bill, Problem, Route, Solution, Travel, Unassigned, VisitIx};
use ground::Ground;
use rich::{Orders, Rich};
use timetable::Timetable;

/// How far a search has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    pub iterations: u64,
    /// What the best plan so far costs; None: no plan that could be shown yet. A visit that must be made and is not counts as a
    /// million million.
    pub cost: Option<i64>,
}

/// What a search came back with.
#[derive(Clone, Debug)]
pub struct Found {
    pub solution: Solution,
    pub bill: Bill,
    pub iterations: u64,
}

/// So many iterations without any plan that keeps all rules, and the plain search gives way to the one that may leave visits out.
const PLAIN_PATIENCE: u64 = 20_000;

/// Searches until `go_on` says no, beginning with `start` where there is one. Never returns a plan that is worse than a start that passes
/// [`check`].
pub fn search(
    problem: &Problem,
    travel: &impl Travel,
    start: Option<&Solution>,
    seed: u64,
    go_on: &mut dyn FnMut(Progress) -> bool,
) -> Found {
    let orders = start.map_or_else(Vec::new, |start| orders_of(problem, start));
    let mut iterations = 0;
    let plain = plain::instance_of(problem, travel).and_then(|instance| {
        plain::search(&instance, &orders, seed, &mut |progress: Progress| {
            iterations = progress.iterations;
            (progress.cost.is_some() || progress.iterations < PLAIN_PATIENCE) && go_on(progress)
        })
    });
    let found = match plain {
        Some(orders) => {
            let ground = Ground::bare(problem, travel);
            answer(problem, &mut Timetable::new(&ground), &orders)
        }
        None => {
            let ground = Ground::new(problem, travel);
            let mut rich = Rich::new(&ground, &orders, seed);
            let before = iterations;
            rich.run(&mut |after, cost| go_on(Progress { iterations: before + after, cost: Some(cost) }));
            iterations = before + rich.iterations;
            let (mut timetable, orders) = rich.into_best();
            answer(problem, &mut timetable, &orders)
        }
    };
    let found = Found { iterations, ..found };
    // A start that somebody timed by hand may be better than the same order timed by rule.
    match start.and_then(|start| Some((start, check(problem, travel, start).ok()?))) {
        Some((start, bill)) if bill.rank() < found.bill.rank() => Found { solution: start.clone(), bill, iterations },
        _ => found,
    }
}

/// The orders of a start that may say anything: visits that there are, each once, in shifts that there are.
fn orders_of(problem: &Problem, start: &Solution) -> Orders {
    let mut is_taken = vec![false; problem.visits().len()];
    let mut take = |visit: &VisitIx| {
        let is_new = is_taken.get_mut(visit.at()).is_some_and(|is_taken| !std::mem::replace(is_taken, true));
        is_new.then_some(visit.0)
    };
    start.routes.iter().take(problem.shifts().len()).map(|route| route.visits.iter().filter_map(&mut take).collect()).collect()
}

/// Times the orders, and says why each visit that is in none was left out.
fn answer(problem: &Problem, timetable: &mut Timetable, orders: &Orders) -> Found {
    let mut solution = Solution::default();
    let mut bill = Bill::default();
    let mut is_planned = vec![false; problem.visits().len()];
    for shift in 0..problem.shifts().len() {
        let visits = orders.get(shift).map_or(&[][..], Vec::as_slice);
        let route = timetable.route(shift, visits);
        if let Some(route) = &route {
            route.visits.iter().for_each(|visit| is_planned[visit.at()] = true);
            bill += timetable.figures(shift, visits).map(|figures| figures.bill).unwrap_or_default();
        }
        solution.routes.push(route.unwrap_or_else(|| Route::idle(problem.shift(shift.into()))));
    }
    for (visit, _) in is_planned.iter().enumerate().filter(|(_, is_planned)| !**is_planned) {
        let visit = VisitIx::from(visit);
        bill.leave_out(problem.visit(visit));
        solution.unassigned.push(Unassigned { visit, reason: reason::why_left_out(timetable, visit) });
    }
    Found { solution, bill, iterations: 0 }
}
