//! Exchanges between two routes: their tails from some place on, and one visit against another.
//!
//! Both are found by travel alone, two or four legs asked for each pair of near stops; only what saves travel is then timed and priced in
//! full, and kept if everything is kept that was.

use super::journal::Journal;
use super::repair::Effort;
use super::route::Route;
use super::search::visit_slot;
use super::ways::Ways;
use super::{LivePlan, Spot};
use crate::plan::model::{ShiftIx, VisitIx};

/// Stops around a visit that are paired with it.
const NEAR: usize = 10;
/// What a pair costs of the effort: its legs, and now and then a pricing.
const PAIR_EFFORT: u32 = 2;
const PRICING_EFFORT: u32 = 25;
/// What looking around a stop costs, and making two stops ready.
const SEARCH_EFFORT: u32 = 25;

/// What to try: the orders of two routes afterwards.
struct Trial {
    saved: i64,
    orders: [(ShiftIx, Vec<VisitIx>); 2],
    moved: usize,
}

impl<W: Ways> LivePlan<W> {
    /// Makes the first exchange with a near route that gains enough; returns that route.
    pub(super) fn exchange(&mut self, shift: ShiftIx, journal: &mut Journal, effort: &mut Effort) -> Option<ShiftIx> {
        let route = &self.grounds.routes[shift.at()];
        for position in route.locked..route.steps.len() {
            if effort.is_spent() {
                return None;
            }
            for trial in self.trials(shift, position, effort) {
                if !effort.spend(PRICING_EFFORT) {
                    return None;
                }
                if let Some(routes) = self.priced(&trial) {
                    let other = trial.orders[1].0;
                    self.grounds.replace(journal, routes);
                    return Some(other);
                }
            }
        }
        None
    }

    /// Exchanges at one position that save travel, the best first.
    fn trials(&mut self, shift: ShiftIx, position: usize, effort: &mut Effort) -> Vec<Trial> {
        let Self { grounds, seen, sought, other, rules, .. } = self;
        let route = &grounds.routes[shift.at()];
        let of = grounds.problem.shift(shift);
        let step = route.steps[position];
        let Some(point) = grounds.ways.place(step.stop) else { return Vec::new() };
        let mut found = seen.take_near();
        grounds.near.around(point, NEAR, &mut found);
        effort.spend(SEARCH_EFFORT);
        // `other` holds the stop before, which a tail of another route would follow.
        let (before, _) = route.before(position);
        sought.seek(step.visit, step.stop);
        other.seek(step.visit, before);
        let next = route.steps.get(position + 1);
        let mut trials = Vec::new();
        for &(_, slot) in &found {
            if slot & 1 == 1 || slot == visit_slot(step.visit) {
                continue;
            }
            let Spot::On { shift: theirs, position: at } = grounds.spots[(slot >> 1) as usize] else { continue };
            let (their_route, at) = (&grounds.routes[theirs.at()], at as usize);
            let their = grounds.problem.shift(theirs);
            if theirs == shift || their.profile != of.profile {
                continue;
            }
            effort.spend(PAIR_EFFORT);
            let their_step = their_route.steps[at];
            let (their_before, _) = their_route.before(at);
            // Tails: the stop before ours goes on with theirs, theirs with ours.
            let to_theirs_s = of.travel_s(grounds.ways.away_s(other.pin(&grounds.ways, of.profile), their_step.stop));
            let to_ours_s = their.travel_s(grounds.ways.back_s(sought.pin(&grounds.ways, of.profile), their_before));
            let tails = cost(of, step.leg_s) + cost(their, their_step.leg_s) - cost(of, to_theirs_s) - cost(their, to_ours_s);
            let ours_moved = route.steps.len() - position;
            let theirs_moved = their_route.steps.len() - at;
            let threshold = |moved: usize| rules.least_gain + rules.least_gain_moved * moved as i64;
            // Whoever gives the longer tail keeps theirs: what counts as moved is up to the shorter.
            if tails >= threshold(1) {
                let ours = order(&route.steps[..position], &their_route.steps[at..]);
                let others = order(&their_route.steps[..at], &route.steps[position..]);
                trials.push(Trial {
                    saved: tails,
                    orders: [(shift, ours), (theirs, others)],
                    moved: ours_moved.min(theirs_moved).max(1),
                });
            }
            // One against the other, where both have somebody behind them.
            let (Some(next), Some(their_next)) = (next, their_route.steps.get(at + 1)) else { continue };
            let pin = sought.pin(&grounds.ways, of.profile);
            let ours_there = cost(their, to_ours_s) + cost(their, their.travel_s(grounds.ways.away_s(pin, their_next.stop)));
            let away =
                cost(their, their_step.leg_s) + cost(their, their_next.leg_s) + cost(of, step.leg_s) + cost(of, next.leg_s);
            // Theirs comes near ours: at least the way from the stop before.
            if away - ours_there - cost(of, to_theirs_s) >= threshold(2) {
                let exchange = |steps: &[super::route::Step], at: usize, visit: VisitIx| {
                    let mut visits: Vec<VisitIx> = steps.iter().map(|step| step.visit).collect();
                    visits[at] = visit;
                    visits
                };
                let ours = exchange(&route.steps, position, their_step.visit);
                let others = exchange(&their_route.steps, at, step.visit);
                trials.push(Trial {
                    saved: away - ours_there - cost(of, to_theirs_s),
                    orders: [(shift, ours), (theirs, others)],
                    moved: 2,
                });
            }
        }
        seen.give_near(found);
        trials.sort_by_key(|trial| std::cmp::Reverse(trial.saved));
        trials.truncate(2);
        trials
    }

    /// The two routes as they would be, if everything is kept and enough is gained.
    fn priced(&mut self, trial: &Trial) -> Option<Vec<(ShiftIx, Route)>> {
        let grounds = &self.grounds;
        let leaves =
            |(shift, order): &(ShiftIx, Vec<VisitIx>)| order.iter().any(|visit| self.is_chosen_elsewhere(*visit, *shift));
        if trial.orders.iter().any(leaves) {
            return None;
        }
        let mut routes = Vec::with_capacity(2);
        let (mut gain, mut broken) = (0, 0);
        for (shift, order) in &trial.orders {
            let route = grounds.reordered(*shift, order.iter().copied(), &mut self.bench.board);
            grounds.fits(*shift, &route).ok()?;
            let old = &grounds.routes[shift.at()];
            gain += old.bill.total() - route.bill.total();
            broken += route.bill.broken_promises - old.bill.broken_promises;
            routes.push((*shift, route));
        }
        let threshold = self.rules.least_gain + self.rules.least_gain_moved * trial.moved as i64;
        (gain >= threshold && broken <= 0).then_some(routes)
    }
}

fn cost(shift: &crate::plan::model::Shift, seconds: i32) -> i64 {
    shift.costs.per_travel_s * i64::from(seconds)
}

fn order(head: &[super::route::Step], tail: &[super::route::Step]) -> Vec<VisitIx> {
    head.iter().chain(tail).map(|step| step.visit).collect()
}
