//! Repair after a change: visits of the touched routes go where they are cheaper now, tails and single visits are exchanged with routes
//! near by, within a bounded number of places asked. Only what is not settled moves, and only for a gain worth the disturbance.
//!
//! A route that limits overrun (its agent is late) is relieved first: whatever takes lateness away is a gain. The invariant: no move makes
//! any route later than it was, or breaks a promise that was kept.

use super::journal::Journal;
use super::quote::Quote;
use super::search::Best;
use super::ways::Ways;
use super::{LivePlan, Spot};
use crate::plan::model::{Prize, ShiftIx, VisitIx};

/// Stops around a visit that a repair tries.
const NEAR: usize = 24;
/// Places among them that are asked.
const ASK: usize = 12;
/// Stops looked at when there is nothing among the near ones, and shifts and places asked when there is nothing among those either.
const FAR: usize = 2_048;
const FAR_ASK: (usize, usize) = (1_000, 500);
/// What pricing a route anew costs of the effort, in places asked.
const PRICING_EFFORT: u32 = 8;
/// What looking around a visit costs, before any place is asked.
const SEARCH_EFFORT: u32 = 25;
/// Passes over the touched routes.
const ROUNDS: usize = 3;
/// Routes a repair may spread to.
const ROUTES_MAX: usize = 12;
/// The best shifts kept for each visit that waits to be placed again.
const CHOICES: usize = 3;
/// A visit that only one shift can make is placed before those that can wait: worth more than any regret.
const LAST_CHANCE: i64 = i64::MAX / 8;

/// How much a repair may still do.
pub(super) struct Effort {
    left: u32,
}

impl Effort {
    pub const fn new(places: u32) -> Self {
        Self { left: places }
    }

    /// Says whether there was anything left to spend.
    pub const fn spend(&mut self, places: u32) -> bool {
        self.left = self.left.saturating_sub(places);
        self.left > 0
    }

    pub const fn is_spent(&self) -> bool {
        self.left == 0
    }
}

impl<W: Ways> LivePlan<W> {
    /// Improves these routes and what they touch.
    pub(super) fn repair(&mut self, shifts: &[ShiftIx], journal: &mut Journal) {
        let mut effort = Effort::new(self.rules.effort);
        let mut touched: Vec<ShiftIx> = shifts.to_vec();
        touched.sort_unstable();
        touched.dedup();
        for _ in 0..ROUNDS {
            let mut is_better = false;
            let mut at = 0;
            while at < touched.len() && !effort.is_spent() {
                let shift = touched[at];
                at += 1;
                for visit in self.open_visits(shift) {
                    if effort.is_spent() {
                        break;
                    }
                    // It may have gone elsewhere meanwhile.
                    if self.grounds.spots[visit.at()].shift() != Some(shift) {
                        continue;
                    }
                    let moved = self.relocate(visit, journal, &mut effort);
                    is_better |= moved.is_some();
                    if let Some(other) = moved.filter(|other| !touched.contains(other) && touched.len() < ROUTES_MAX) {
                        touched.push(other);
                    }
                }
                if let Some(other) = self.exchange(shift, journal, &mut effort) {
                    is_better = true;
                    if !touched.contains(&other) && touched.len() < ROUTES_MAX {
                        touched.push(other);
                    }
                }
            }
            if !is_better || effort.is_spent() {
                break;
            }
        }
    }

    pub(super) fn open_visits(&self, shift: ShiftIx) -> Vec<VisitIx> {
        let route = &self.grounds.routes[shift.at()];
        route.steps[route.locked..].iter().map(|step| step.visit).collect()
    }

    /// Moves a visit to where it is cheaper by enough; returns the shift it is with then.
    fn relocate(&mut self, visit: VisitIx, journal: &mut Journal, effort: &mut Effort) -> Option<ShiftIx> {
        let Spot::On { shift, position } = self.grounds.spots[visit.at()] else { return None };
        if self.is_chosen(visit) {
            return None;
        }
        let grounds = &self.grounds;
        let route = &grounds.routes[shift.at()];
        let rest = route.steps.iter().map(|step| step.visit).filter(|other| *other != visit);
        let without = grounds.reordered(shift, rest, &mut self.bench.board);
        let gain = route.bill.total() - without.bill.total();
        let broken = route.bill.broken_promises - without.bill.broken_promises;
        effort.spend(PRICING_EFFORT);
        if gain < self.rules.least_gain || without.timing.late_s > route.timing.late_s {
            return None;
        }
        let mut best = Best::new(1, gain - self.rules.least_gain - self.rules.least_gain_moved).except(Some(shift));
        let asked = self.search_near(visit, NEAR, ASK, &mut best);
        effort.spend(SEARCH_EFFORT + asked);
        let elsewhere = best.first().filter(|quote| quote.bill.broken_promises <= broken);
        // Another place on its own route: asked with the visit taken out for a moment.
        let with = std::mem::replace(&mut self.grounds.routes[shift.at()], without);
        let mut own = Best::new(1, gain - self.rules.least_gain);
        effort.spend(with.steps.len() as u32);
        self.search_shift(visit, shift, &mut own);
        self.grounds.routes[shift.at()] = with;
        let same = own.first().filter(|quote| quote.position != position as usize && quote.bill.broken_promises <= broken);
        let chosen = [same, elsewhere].into_iter().flatten().min_by_key(Quote::rank)?;
        self.grounds.take(journal, visit, &mut self.bench.board);
        self.grounds.put(journal, visit, chosen.shift, chosen.position, &mut self.bench.board);
        Some(chosen.shift)
    }

    /// Gives visits of a route that limits overrun to others, until none is overrun or nobody can take any. What then is later than the
    /// rules' grace is released: it is returned, in no route.
    pub(super) fn relieve(&mut self, shift: ShiftIx, journal: &mut Journal, touched: &mut Vec<ShiftIx>) -> Vec<VisitIx> {
        let mut released = Vec::new();
        while self.grounds.routes[shift.at()].timing.late_s > 0 {
            let late_s = self.grounds.routes[shift.at()].timing.late_s;
            let mut options = Vec::new();
            for visit in self.open_visits(shift) {
                let rest = self.grounds.routes[shift.at()].steps.iter().map(|step| step.visit).filter(|other| *other != visit);
                let without = self.grounds.reordered(shift, rest, &mut self.bench.board);
                let relief_s = late_s - without.timing.late_s;
                if relief_s > 0 {
                    let saved = self.grounds.routes[shift.at()].bill.total() - without.bill.total();
                    options.push((visit, relief_s, saved));
                }
            }
            let mut chosen: Option<(VisitIx, Quote, (i64, bool, i64))> = None;
            for &(visit, relief_s, saved) in &options {
                let mut best = Best::new(1, i64::MAX).except(Some(shift));
                self.search_near(visit, self.rules.near, self.rules.ask, &mut best);
                if let Some(quote) = best.first() {
                    let rank = (late_s - relief_s, self.is_chosen(visit), quote.cost - saved);
                    if chosen.as_ref().is_none_or(|(.., best)| rank < *best) {
                        chosen = Some((visit, quote, rank));
                    }
                }
            }
            if let Some((visit, quote, _)) = chosen {
                self.grounds.take(journal, visit, &mut self.bench.board);
                self.grounds.put(journal, visit, quote.shift, quote.position, &mut self.bench.board);
                touched.push(quote.shift);
                continue;
            }
            if late_s <= i64::from(self.rules.grace_s) {
                break;
            }
            // Nobody can: the least important goes, of those the one that relieves the most.
            let least = options.iter().min_by_key(|(visit, relief_s, _)| (self.importance(*visit), -relief_s, *visit));
            let Some(&(visit, ..)) = least else { break };
            self.grounds.take(journal, visit, &mut self.bench.board);
            released.push(visit);
        }
        released
    }

    /// How much it matters that a visit is made, where not all can be.
    pub(super) fn importance(&self, visit: VisitIx) -> (bool, u8, bool) {
        let visit = self.grounds.problem.visit(visit);
        (visit.prize == Prize::Mandatory, visit.priority, visit.promise.is_some())
    }

    /// Puts many visits that are in no route back into the plan, those first that have the most to lose by waiting; returns those that
    /// fit nowhere or are not worth it.
    pub(super) fn place_all(&mut self, visits: &[VisitIx], journal: &mut Journal) -> Vec<VisitIx> {
        let mut waiting: Vec<(VisitIx, Vec<Quote>)> = Vec::with_capacity(visits.len());
        for visit in visits {
            waiting.push((*visit, self.choices(*visit)));
        }
        let mut left = Vec::new();
        while let Some(at) = (0..waiting.len()).max_by_key(|&at| (self.urgency(&waiting[at]), std::cmp::Reverse(waiting[at].0))) {
            let (visit, choices) = waiting.swap_remove(at);
            let Some(quote) = choices.first() else {
                left.push(visit);
                continue;
            };
            self.grounds.put(journal, visit, quote.shift, quote.position, &mut self.bench.board);
            // Shifts with limits in common: what was asked of any of them is out of date.
            let stale: Vec<ShiftIx> =
                self.grounds.limits_of(quote.shift).map_or_else(|| vec![quote.shift], |limits| limits.shifts.clone());
            for (other, choices) in &mut waiting {
                let (asked, still): (Vec<Quote>, Vec<Quote>) =
                    std::mem::take(choices).into_iter().partition(|choice| stale.contains(&choice.shift));
                *choices = still;
                if !asked.is_empty() {
                    for choice in asked {
                        let mut best = Best::new(1, self.worth(*other));
                        self.search_shift(*other, choice.shift, &mut best);
                        choices.extend(best.first());
                    }
                    choices.sort_by_key(Quote::rank);
                    if choices.is_empty() {
                        *choices = self.choices(*other);
                    }
                }
            }
        }
        left.sort_unstable();
        left
    }

    /// The best shifts for a visit: near ones, or any.
    fn choices(&mut self, visit: VisitIx) -> Vec<Quote> {
        let mut best = Best::new(CHOICES, self.worth(visit));
        self.search_near(visit, self.rules.near, self.rules.ask, &mut best);
        if self.grounds.problem.visit(visit).awaited.is_some() {
            self.search_all(visit, &mut best);
        }
        if best.first().is_none() {
            self.search_near(visit, FAR, self.rules.ask, &mut best);
        }
        if best.first().is_none() && self.rules.near < self.grounds.routes.len() {
            self.search_within(visit, FAR_ASK, &mut best);
        } else if best.first().is_none() {
            self.search_all(visit, &mut best);
        }
        best.into_vec()
    }

    /// What a visit may cost at most.
    pub(super) fn worth(&self, visit: VisitIx) -> i64 {
        match self.grounds.problem.visit(visit).prize {
            Prize::Mandatory => i64::MAX,
            Prize::Optional(prize) => prize,
        }
    }

    /// What is lost when the best choice goes to another; visits that must be made, and those more important, before others.
    fn urgency(&self, (visit, choices): &(VisitIx, Vec<Quote>)) -> (bool, u8, i64) {
        let visit = self.grounds.problem.visit(*visit);
        let regret = match (choices.first(), choices.get(1)) {
            (Some(first), Some(second)) => second.cost - first.cost,
            (Some(_), None) | (None, _) => LAST_CHANCE,
        };
        (visit.prize == Prize::Mandatory, visit.priority, regret)
    }
}
