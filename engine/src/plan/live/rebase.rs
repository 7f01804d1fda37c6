//! The plan handed to a search that takes its time, and what the search found taken back into a plan that has gone on meanwhile.

use super::change::Rejection;
use super::diff::{Changed, Outcome, PlanVersion};
use super::journal::Journal;
use super::search::Best;
use super::ways::Ways;
use super::{LivePlan, Spot};
use crate::VisitId;
use crate::plan::model::{self, BREAKS_MAX, Problem, Reason, Shift, ShiftId, ShiftIx, Solution, Unassigned, UnderWay, VisitIx};
use std::collections::BTreeSet;

/// A second by which somebody is late weighs as much as so many seconds of driving.
pub(super) const LATE_COST: i64 = 10;

/// A part of the plan as a problem of its own, with the plan as its solution. Stops keep their indexes.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub version: PlanVersion,
    pub problem: Problem,
    pub start: Solution,
}

impl Snapshot {
    /// What a search made of it, as far as it differs.
    pub fn improvement(&self, found: &Solution) -> Improvement {
        let visit = |ix: &VisitIx| self.problem.visit(*ix).id;
        let routes = self.problem.shifts().iter().zip(self.start.routes.iter().zip(&found.routes));
        let changed = routes.filter(|(_, (was, now))| was.visits != now.visits);
        let routes = changed.map(|(shift, (_, now))| (shift.id, now.visits.iter().map(visit).collect())).collect();
        Improvement { base: self.version, routes }
    }
}

impl Snapshot {
    /// Has the search leave none of these out that are planned, whatever else it could make for them.
    pub fn keep(&mut self, is_kept: impl Fn(&model::Visit) -> bool) {
        for ix in self.start.routes.iter().flat_map(|route| &route.visits) {
            let visit = self.problem.visit(*ix);
            if is_kept(visit) {
                let kept = model::Visit { prize: model::Prize::Mandatory, priority: KEPT, ..visit.clone() };
                self.problem.replace_visit(*ix, kept);
            }
        }
    }

    /// What is planned stays with its agent, unless moving it saves more than this, seconds of driving.
    pub fn settle(&mut self, cost_moved: impl Fn(VisitId) -> i64) {
        for (at, route) in self.start.routes.iter().enumerate() {
            for ix in &route.visits {
                let visit = self.problem.visit(*ix);
                let current = Some(model::Current { shift: ShiftIx::from(at), cost_moved: cost_moved(visit.id) });
                let settled = model::Visit { current, ..visit.clone() };
                self.problem.replace_visit(*ix, settled);
            }
        }
    }

    /// These that are planned stay with their agents, whatever that costs.
    pub fn leave_with_agents(&mut self, stays: impl Fn(VisitId) -> bool) {
        for (at, route) in self.start.routes.iter().enumerate() {
            for ix in &route.visits {
                let visit = self.problem.visit(*ix);
                if stays(visit.id) {
                    let pinned = model::Visit { pinned: Some(ShiftIx::from(at)), ..visit.clone() };
                    self.problem.replace_visit(*ix, pinned);
                }
            }
        }
    }

    /// Has the search leave these of the waiting visits alone: nothing is lost without them.
    pub fn leave_waiting(&mut self, is_left: impl Fn(VisitId) -> bool) {
        for waiting in &self.start.unassigned {
            let visit = self.problem.visit(waiting.visit);
            if is_left(visit.id) {
                let without_prize = model::Visit { prize: model::Prize::Optional(0), ..visit.clone() };
                self.problem.replace_visit(waiting.visit, without_prize);
            }
        }
    }
}

/// The priority of what a search may not leave out: above any that a visit can have, and worth more than all that could be made for it.
const KEPT: u8 = u8::MAX;

/// Has somebody fixed its agent or its time?
fn is_fixed(visit: &model::Visit) -> bool {
    visit.pinned.is_some() || matches!(*visit.windows, [only] if only.opens_s == only.closes_s)
}

/// Routes that a search would have instead. What is in none of them stays where it is, or is left out if it was in one of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Improvement {
    pub base: PlanVersion,
    /// All visits of the shift, in order.
    pub routes: Vec<(ShiftId, Vec<VisitId>)>,
}

/// How an improvement came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accepted {
    /// As it was found.
    Whole,
    /// As far as its routes can still be driven: what they cannot hold any more is elsewhere, or waits.
    Adapted,
    /// So many of its moves, one by one: the rest no longer fits or no longer gains.
    Moves(usize),
}

impl<W: Ways> LivePlan<W> {
    /// These shifts, their visits and all that are in no route, as a problem of their own. Empty: every shift. A search keeps what somebody has
    /// fixed, and what was promised and has to be made.
    pub fn snapshot(&self, shifts: &[ShiftId]) -> Result<Snapshot, Rejection> {
        let grounds = &self.grounds;
        let mut chosen = shifts.iter().map(|id| self.shift_ix(*id)).collect::<Result<Vec<_>, _>>()?;
        chosen.sort_unstable();
        chosen.dedup();
        if chosen.is_empty() {
            chosen = (0..grounds.routes.len()).map(ShiftIx::from).collect();
        }
        let waits = |at: &usize| grounds.spots[*at] == Spot::Unassigned;
        let planned = chosen.iter().flat_map(|ix| grounds.routes[ix.at()].visits());
        let mut visits: Vec<VisitIx> = planned.chain((0..grounds.spots.len()).filter(waits).map(VisitIx::from)).collect();
        visits.sort_unstable();
        let mut problem = grounds.problem.part(&chosen, &visits);
        for (at, ix) in chosen.iter().enumerate() {
            problem.replace_shift(ShiftIx::from(at), self.as_of_now(*ix, problem.shift(ShiftIx::from(at))));
        }
        let inner = |ix: VisitIx| VisitIx::from(visits.partition_point(|other| *other < ix));
        let routes = chosen.iter().map(|ix| {
            let (route, shift) = (&grounds.routes[ix.at()], grounds.problem.shift(*ix));
            let begun = shift.locked.iter().take(route.begun.len()).map(|locked| locked.start_s.unwrap_or(0));
            model::Route {
                visits: route.visits().map(inner).collect(),
                starts_s: begun.chain(route.steps.iter().map(|step| step.start_s)).collect(),
                breaks_s: route.timing.breaks_s[..shift.breaks.len().min(BREAKS_MAX)].to_vec(),
                departs_s: if route.head.is_flexible { route.timing.departs_s } else { route.head.duty_s },
                ends_s: route.timing.ends_s,
            }
        });
        let start = Solution {
            routes: routes.collect(),
            unassigned: (0..grounds.spots.len())
                .filter(waits)
                .map(|at| Unassigned { visit: inner(VisitIx::from(at)), reason: Reason::NoRoom })
                .collect(),
        };
        let mut snapshot = Snapshot { version: self.version(), problem, start };
        snapshot.keep(|visit| is_fixed(visit) || (visit.promise.is_some() && visit.prize == model::Prize::Mandatory));
        Ok(snapshot)
    }

    /// The shift with what the hour says: who has not left yet leaves no sooner, who is under way is free no sooner.
    fn as_of_now(&self, ix: ShiftIx, shift: &Shift) -> Shift {
        let head = self.grounds.routes[ix.at()].head;
        let mut now = shift.clone();
        if head.is_flexible {
            now.earliest_start_s = head.free_s;
            now.latest_start_s = now.latest_start_s.max(head.free_s);
        } else {
            now.under_way = Some(UnderWay { stop: head.stop, at_s: head.free_s });
        }
        now
    }

    /// Takes an improvement in: as it is where nothing it touches has changed since, else as far as its routes can still be driven, else those of
    /// its moves that still fit and still gain. Refused when nothing of it does.
    pub fn accept(&mut self, improvement: &Improvement) -> Result<Outcome<Accepted>, Rejection> {
        let mut routes = Vec::with_capacity(improvement.routes.len());
        let mut changed = Changed::default();
        for (id, visits) in &improvement.routes {
            let ix = self.shift_ix(*id)?;
            if self.grounds.routes[ix.at()].stamps.changed_at > improvement.base.0 {
                changed.shifts.push(*id);
            }
            let known: Vec<VisitIx> = visits.iter().filter_map(|visit| self.visit_ix(*visit).ok()).collect();
            let is_new = |visit: &VisitIx| self.grounds.visit_changed_at[visit.at()] > improvement.base.0;
            changed.visits.extend(known.iter().filter(|visit| is_new(visit)).map(|visit| self.grounds.problem.visit(*visit).id));
            changed.visits.extend(visits.iter().filter(|visit| self.visit_ix(**visit).is_err()));
            routes.push((ix, known));
        }
        let is_untouched = changed == Changed::default();
        // Fixed since the search began, perhaps.
        let stays: BTreeSet<VisitIx> = routes.iter().flat_map(|(_, visits)| visits).copied().collect();
        let of_routes = routes.iter().flat_map(|(ix, _)| self.grounds.routes[ix.at()].steps.iter().map(|step| step.visit));
        let mut left_out = of_routes.filter(|visit| !stays.contains(visit));
        let mut comes = routes.iter().flat_map(|(ix, visits)| visits.iter().map(|visit| (*visit, *ix)));
        let keeps_fixed = !left_out.any(|visit| is_fixed(self.grounds.problem.visit(visit)) || self.is_chosen(visit))
            && !comes.any(|(visit, ix)| self.is_chosen_elsewhere(visit, ix));
        let conflict = Rejection::Conflict { current: self.version(), changed };
        self.transact(|plan, journal| {
            if keeps_fixed && is_untouched && plan.take_whole(&routes, journal) {
                return Ok(Accepted::Whole);
            }
            if keeps_fixed && plan.take_adapted(&routes, journal) {
                return Ok(Accepted::Adapted);
            }
            match plan.take_moves(&routes, journal) {
                0 => Err(conflict),
                moves => Ok(Accepted::Moves(moves)),
            }
        })
    }

    /// All routes at once; says whether they were taken. Otherwise nothing has changed.
    fn take_whole(&mut self, routes: &[(ShiftIx, Vec<VisitIx>)], journal: &mut Journal) -> bool {
        let grounds = &self.grounds;
        let (mut made, mut gain, mut sooner_s, mut is_fine) = (Vec::new(), 0, 0, true);
        let before: BTreeSet<VisitIx> = routes.iter().flat_map(|(ix, _)| grounds.routes[ix.at()].visits()).collect();
        let mut after = BTreeSet::new();
        for (ix, visits) in routes {
            let old = &grounds.routes[ix.at()];
            let settled = old.visits().take(old.begun.len() + old.locked);
            is_fine &= settled.eq(visits.iter().copied().take(old.begun.len() + old.locked));
            is_fine &= visits.len() >= old.begun.len() + old.locked && visits.iter().all(|visit| after.insert(*visit));
            if !is_fine {
                return false;
            }
            let route = grounds.reordered(*ix, visits[old.begun.len()..].iter().copied(), &mut self.bench.board);
            is_fine &= grounds.fits(*ix, &route).is_ok();
            gain += old.bill.total() - route.bill.total();
            sooner_s += old.timing.late_s - route.timing.late_s;
            made.push((*ix, route));
        }
        // From elsewhere only what waits; a visit left out costs what it is worth.
        is_fine &= after.difference(&before).all(|visit| grounds.spots[visit.at()] == Spot::Unassigned);
        let mut lost = model::Bill::default();
        before.difference(&after).for_each(|visit| lost += super::left_out(&grounds.problem, *visit));
        let mut won = model::Bill::default();
        after.difference(&before).for_each(|visit| won += super::left_out(&grounds.problem, *visit));
        let rank = (lost.mandatory_lost - won.mandatory_lost, lost.prizes_lost - won.prizes_lost - gain - LATE_COST * sooner_s);
        if !is_fine || rank >= (0, 0) {
            return false;
        }
        for visit in before.difference(&after) {
            self.grounds.move_out(journal, *visit, Spot::Unassigned);
        }
        for visit in after.difference(&before) {
            self.grounds.move_out(journal, *visit, Spot::Unassigned);
        }
        self.grounds.replace(journal, made);
        true
    }

    /// Each visit to the shift that the improvement has it with, where that still gains.
    fn take_moves(&mut self, routes: &[(ShiftIx, Vec<VisitIx>)], journal: &mut Journal) -> usize {
        let mut moves = 0;
        for (shift, visits) in routes {
            for visit in visits {
                if self.is_chosen_elsewhere(*visit, *shift) {
                    continue;
                }
                let (old, at_most) = match self.grounds.spots[visit.at()] {
                    Spot::On { shift: old, position } if old != *shift => {
                        let route = &self.grounds.routes[old.at()];
                        if (position as usize) < route.locked {
                            continue;
                        }
                        let rest: Vec<VisitIx> =
                            route.steps.iter().map(|step| step.visit).filter(|other| other != visit).collect();
                        let without = self.grounds.reordered(old, rest, &mut self.bench.board);
                        if without.timing.late_s > route.timing.late_s {
                            continue;
                        }
                        (true, route.bill.total() - without.bill.total() - 1)
                    }
                    Spot::Unassigned => (
                        false,
                        match self.grounds.problem.visit(*visit).prize {
                            model::Prize::Mandatory => i64::MAX,
                            model::Prize::Optional(prize) => prize - 1,
                        },
                    ),
                    Spot::On { .. } | Spot::Begun { .. } | Spot::Gone => continue,
                };
                let mut best = Best::new(1, at_most);
                self.search_shift(*visit, *shift, &mut best);
                if let Some(quote) = best.first() {
                    if old {
                        self.grounds.take(journal, *visit, &mut self.bench.board);
                    }
                    self.grounds.put(journal, *visit, quote.shift, quote.position, &mut self.bench.board);
                    moves += 1;
                }
            }
        }
        moves
    }
}
