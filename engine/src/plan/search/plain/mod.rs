//! The fast search for the plain problem: one depot, one kind of shift, one window a visit, everything mandatory.

mod descent;
mod elites;
mod ils;
mod instance;
mod routes;
mod segment;

use super::Progress;
use super::rich::Orders;
use crate::plan::model::{Prize, Problem, Shift, Travel};
use ils::{Ils, Tuning};
pub use instance::Instance;
use segment::Segment;

/// Nodes are numbered by `u16`, and the matrix is dense.
const NODES_MAX: usize = 20_000;
/// Travel of a whole plan must fit an `i32` many times over.
const TRAVEL_MAX: i32 = 1_000_000;

/// The problem as the fast search sees it; None: it has something the fast search does not know.
pub fn instance_of(problem: &Problem, travel: &impl Travel) -> Option<Instance> {
    let (first, visits) = (problem.shifts().first()?, problem.visits());
    let is_small = !visits.is_empty() && visits.len() + problem.shifts().len() < NODES_MAX;
    let is_plain = is_small
        && problem.agents().is_empty()
        && is_plain_shift(first)
        && problem.shifts().iter().all(|shift| is_same(shift, first))
        && visits.iter().all(|visit| {
            visit.windows.len() == 1
                && visit.prize == Prize::Mandatory
                && first.skills.has_all(visit.skills)
                && visit.allowed_agents.is_empty()
                && visit.forbidden_agents.is_empty()
                && visit.preferred_agents.is_empty()
                && visit.pinned.is_none()
                && !visit.costs_by_start()
                && visit.current.is_none()
        });
    if !is_plain {
        return None;
    }
    let stops: Vec<_> = visits.iter().map(|visit| visit.stop).chain([first.start_stop]).collect();
    let mut matrix = Vec::with_capacity(stops.len() * stops.len());
    for &from in &stops {
        for &to in &stops {
            let leg_s = if from == to { 0 } else { first.travel_s(travel.leg(first.profile, from, to)?.duration_s) };
            if leg_s > TRAVEL_MAX {
                return None;
            }
            matrix.push(leg_s);
        }
    }
    let own = visits
        .iter()
        .map(|visit| Segment::single(first.service_s(visit), visit.windows[0].opens_s, visit.windows[0].closes_s))
        .chain([Segment::single(0, first.earliest_start_s, first.latest_end_s)])
        .collect();
    let demand = visits.iter().map(|visit| visit.demand).chain([0]).collect();
    Some(Instance::new(problem.shifts().len(), first.capacity, matrix, own, demand))
}

fn is_plain_shift(shift: &Shift) -> bool {
    let costs = shift.costs;
    shift.end_stop == Some(shift.start_stop)
        && shift.latest_start_s >= shift.latest_end_s
        && shift.overtime_max_s == 0
        && shift.visits_max == u32::MAX
        && shift.travel_max_s == i32::MAX
        && shift.distance_max_m == i32::MAX
        && shift.breaks.is_empty()
        && shift.locked.is_empty()
        && shift.under_way.is_none()
        && costs.per_travel_s > 0
        && (costs.fixed, costs.per_km, costs.per_duty_s) == (0, 0, 0)
        && (shift.target_duty_s.is_none() || costs.per_imbalance_s == 0)
}

fn is_same(shift: &Shift, first: &Shift) -> bool {
    is_plain_shift(shift)
        && shift.start_stop == first.start_stop
        && shift.earliest_start_s == first.earliest_start_s
        && shift.latest_end_s == first.latest_end_s
        && shift.capacity == first.capacity
        && shift.skills == first.skills
        && shift.profile == first.profile
        && shift.travel_factor == first.travel_factor
        && shift.service_factor == first.service_factor
        && shift.costs.per_travel_s == first.costs.per_travel_s
}

/// Searches until told to stop. None: no plan was found that makes every visit within every rule.
pub fn search(instance: &Instance, start: &Orders, seed: u64, go_on: &mut dyn FnMut(Progress) -> bool) -> Option<Orders> {
    let mut ils = Ils::new(instance, seed, Tuning::default());
    let mut client_of = vec![0; instance.clients];
    for (client, &number) in instance.numbers.iter().enumerate() {
        client_of[usize::from(number)] = client as u16;
    }
    let start: Vec<Vec<u16>> = start.iter().map(|order| order.iter().map(|&visit| client_of[visit as usize]).collect()).collect();
    ils.run(&start, &mut |ils| go_on(Progress { iterations: ils.iterations, cost: ils.best_travel() }));
    let plan = ils.best_plan()?;
    let visit_of = |client: u16| u32::from(instance.numbers[usize::from(client)]);
    Some(plan.into_iter().map(|route| route.into_iter().map(visit_of).collect()).collect())
}

#[cfg(test)]
mod tests;
