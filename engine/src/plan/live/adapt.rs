//! What a search found, brought into a plan that has gone on meanwhile: somebody has set out or runs late, a visit was cancelled or came in. What
//! of the routes found can still be driven is, as long as the whole plan is the better for it.

use super::journal::Journal;
use super::rebase::LATE_COST;
use super::route::Route;
use super::ways::Ways;
use super::{LivePlan, Spot};
use crate::plan::model::{Prize, ShiftIx, VisitIx};
use std::collections::BTreeSet;

impl<W: Ways> LivePlan<W> {
    /// Takes these routes in as far as they fit; what fits nowhere any more waits. Says whether the plan is the better for it: otherwise nothing has
    /// changed.
    pub(super) fn take_adapted(&mut self, routes: &[(ShiftIx, Vec<VisitIx>)], journal: &mut Journal) -> bool {
        let (weight, over) = (self.weight(), self.over_limits(routes));
        self.adapt(routes, journal);
        if self.weight() < weight && self.over_limits(routes).iter().zip(&over).all(|(now, then)| now <= then) {
            return true;
        }
        self.grounds.restore(std::mem::take(journal));
        false
    }

    fn adapt(&mut self, routes: &[(ShiftIx, Vec<VisitIx>)], journal: &mut Journal) {
        let touched: Vec<ShiftIx> = routes.iter().map(|(ix, _)| *ix).collect();
        let open: BTreeSet<VisitIx> = touched.iter().flat_map(|ix| self.open_visits(*ix)).collect();
        let (mut seen, mut placed) = (BTreeSet::new(), BTreeSet::new());
        let mut made = Vec::with_capacity(routes.len());
        for (ix, visits) in routes {
            let is_free = |visit: &VisitIx| open.contains(visit) || self.grounds.spots[visit.at()] == Spot::Unassigned;
            let wanted: Vec<VisitIx> = visits.iter().copied().filter(|visit| is_free(visit) && seen.insert(*visit)).collect();
            let route = self.fitted(*ix, wanted);
            placed.extend(route.steps[route.locked..].iter().map(|step| step.visit));
            made.push((*ix, route));
        }
        let homeless: Vec<VisitIx> = open.union(&seen).filter(|visit| !placed.contains(visit)).copied().collect();
        for visit in open.union(&seen) {
            self.grounds.move_out(journal, *visit, Spot::Unassigned);
        }
        self.grounds.replace(journal, made);
        self.place_all(&homeless, journal);
        self.repair(&touched, journal);
    }

    /// The shift's route with these visits behind what is settled, as many of them as fit: where some have to go, the least important that helps.
    fn fitted(&mut self, ix: ShiftIx, mut wanted: Vec<VisitIx>) -> Route {
        let Self { grounds, bench, .. } = self;
        wanted.retain(|visit| grounds.admits_as_person(ix, grounds.problem.visit(*visit)).is_ok());
        let old = &grounds.routes[ix.at()];
        let settled: Vec<VisitIx> = old.steps[..old.locked].iter().map(|step| step.visit).collect();
        let importance = |visit: VisitIx| {
            let visit = grounds.problem.visit(visit);
            (visit.prize == Prize::Mandatory, visit.promise.is_some(), visit.priority)
        };
        loop {
            let mut with = |wanted: &mut dyn Iterator<Item = VisitIx>| {
                let order: Vec<VisitIx> = settled.iter().copied().chain(wanted).collect();
                grounds.reordered(ix, order, &mut bench.board)
            };
            let route = with(&mut wanted.iter().copied());
            if wanted.is_empty() || grounds.fits(ix, &route).is_ok() {
                return route;
            }
            let gone = (0..wanted.len()).min_by_key(|&at| {
                let without =
                    with(&mut wanted.iter().copied().enumerate().filter(|(other, _)| *other != at).map(|(_, visit)| visit));
                let is_enough = grounds.fits(ix, &without).is_ok();
                let late_s = if is_enough { 0 } else { without.timing.late_s };
                (!is_enough, late_s, importance(wanted[at]), std::cmp::Reverse(at))
            });
            if let Some(gone) = gone {
                wanted.remove(gone);
            }
        }
    }

    /// What plans are compared by; smaller is better.
    fn weight(&self) -> (i64, i64) {
        let (bill, late_s) = (self.bill(), self.late().map(|(_, late_s)| late_s).sum::<i64>());
        (bill.mandatory_lost, bill.total() + LATE_COST * late_s)
    }

    /// By how much the agents of these routes exceed what all their shifts have in common: seconds, and shifts.
    fn over_limits(&self, routes: &[(ShiftIx, Vec<VisitIx>)]) -> Vec<(i64, usize)> {
        let grounds = &self.grounds;
        let limits = routes.iter().filter_map(|(ix, _)| grounds.limits_of(*ix));
        let over = limits.map(|limits| {
            let duty_s: i64 = limits.shifts.iter().map(|shift| grounds.routes[shift.at()].duty_s()).sum();
            let used = limits.shifts.iter().filter(|shift| !grounds.routes[shift.at()].is_empty()).count();
            ((duty_s - limits.duty_max_s).max(0), used.saturating_sub(limits.shifts_max as usize))
        });
        over.collect()
    }
}
