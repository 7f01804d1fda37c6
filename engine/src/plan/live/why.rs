//! Answers to "why": gathered by asking every shift, so for people, not for inner loops.

use super::change::Rejection;
use super::search::Best;
use super::ways::Ways;
use super::{LivePlan, Spot};
use crate::VisitId;
use crate::plan::explain::{Elsewhere, Refusal, Refused, WhyHere, WhyOrder, WhyUnassigned, reason_code};
use crate::plan::model::{Prize, Reason, ShiftIx, VisitIx};
use std::collections::BTreeMap;

/// Alternatives and refusals that are told.
const TOLD: usize = 5;

impl<W: Ways> LivePlan<W> {
    /// Why a visit is where it is: what that costs, what the next best would, and which constraint refuses the nearest others.
    pub fn why_here(&mut self, visit: VisitId) -> Result<WhyHere, Rejection> {
        let ix = self.visit_ix(visit)?;
        let Spot::On { shift, position } = self.grounds.spots[ix.at()] else {
            return Err(match self.grounds.spots[ix.at()] {
                Spot::Begun { .. } => Rejection::Locked { visit },
                _ => Rejection::NotPlanned { visit },
            });
        };
        // Asked with the visit taken out, and put back.
        let mut journal = super::journal::Journal::default();
        self.unlock_and_take(ix, &mut journal);
        self.begin(ix);
        let Self { grounds, sought, bench, .. } = self;
        let floor = grounds.floor(shift, grounds.problem.visit(ix));
        let here = grounds.quote(shift, position as usize, sought, floor, i64::MAX, bench);
        let mut best = Best::new(TOLD, i64::MAX).except(Some(shift));
        self.search_near(ix, self.rules.near, &mut best);
        self.search_all(ix, &mut best);
        let others = best.into_vec().iter().map(|quote| self.offer(quote)).collect();
        let (_, refused) = self.refusals(ix, TOLD);
        let chosen = here.ok().flatten().map(|quote| self.offer(&quote));
        self.grounds.restore(journal);
        match chosen {
            Some(chosen) => Ok(WhyHere { visit, chosen, others, refused }),
            // It is there although limits are overrun: nothing to compare with.
            None => Err(Rejection::Locked { visit }),
        }
    }

    /// Why a visit is in no route.
    pub fn why_unassigned(&mut self, visit: VisitId) -> Result<WhyUnassigned, Rejection> {
        let ix = self.unplanned(visit)?;
        Ok(self.why_unassigned_ix(ix))
    }

    pub(super) fn why_unassigned_ix(&mut self, ix: VisitIx) -> WhyUnassigned {
        let (counts, nearest) = self.refusals(ix, TOLD);
        let visit = self.grounds.problem.visit(ix);
        let reason = reason_code(self.reason(ix, &counts));
        WhyUnassigned { visit: visit.id, reason, counts, nearest }
    }

    fn reason(&self, ix: VisitIx, counts: &[(&'static str, usize)]) -> Reason {
        let (problem, visit) = (&self.grounds.problem, self.grounds.problem.visit(ix));
        let shifts = problem.shifts().len();
        let refused: usize = counts.iter().map(|(_, count)| count).sum();
        if shifts == 0 {
            return Reason::NoShift;
        }
        if refused < shifts {
            return if matches!(visit.prize, Prize::Optional(_)) { Reason::NotWorthIt } else { Reason::NoRoom };
        }
        let of = |codes: &[&str]| counts.iter().filter(|(code, _)| codes.contains(code)).map(|(_, count)| count).sum::<usize>();
        let person = ["forbidden_agent", "not_allowed_agent", "pinned_elsewhere", "not_on_shift"];
        let skilled = ["forbidden_agent", "not_allowed_agent", "pinned_elsewhere", "not_on_shift", "skill_missing"];
        let reached =
            ["forbidden_agent", "not_allowed_agent", "pinned_elsewhere", "not_on_shift", "skill_missing", "unreachable"];
        if of(&person) == shifts {
            Reason::NobodyAllowed
        } else if of(&skilled) == shifts {
            let missing = problem
                .shifts()
                .iter()
                .map(|shift| shift.skills.missing(visit.skills))
                .min_by_key(|skills| skills.0.count_ones());
            Reason::NobodySkilled { missing: missing.unwrap_or_default() }
        } else if of(&reached) == shifts {
            Reason::Unreachable
        } else {
            Reason::NoRoom
        }
    }

    /// How often each constraint refuses a visit, most first, and those shifts that come nearest to taking it.
    pub(super) fn refusals(&mut self, ix: VisitIx, told: usize) -> (Vec<(&'static str, usize)>, Vec<Refused>) {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut nearest: Vec<((u8, i64), ShiftIx, Refusal)> = Vec::new();
        for at in 0..self.grounds.routes.len() {
            let shift = ShiftIx::from(at);
            let mut best = Best::new(1, i64::MAX);
            let Some(refusal) = self.search_shift(ix, shift, &mut best) else { continue };
            *counts.entry(refusal.code()).or_default() += 1;
            let rank = (refusal.nearness(), shift);
            let at = nearest.partition_point(|(nearness, shift, _)| (*nearness, *shift) < rank);
            if at < told {
                nearest.insert(at, (refusal.nearness(), shift, refusal));
                nearest.truncate(told);
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
        let named =
            nearest.into_iter().map(|(_, shift, refusal)| Refused { shift: self.grounds.problem.shift(shift).id, refusal });
        (counts, named.collect())
    }

    /// Why a visit stands where it does on its route: what other positions would cost more.
    pub fn why_order(&mut self, visit: VisitId) -> Result<WhyOrder, Rejection> {
        let ix = self.visit_ix(visit)?;
        let Spot::On { shift, position } = self.grounds.spots[ix.at()] else { return Err(Rejection::NotPlanned { visit }) };
        let grounds = &self.grounds;
        let route = &grounds.routes[shift.at()];
        let rest: Vec<VisitIx> = route.steps.iter().map(|step| step.visit).filter(|other| *other != ix).collect();
        let mut elsewhere = Vec::new();
        for at in (route.locked..=rest.len()).filter(|at| *at != position as usize) {
            let order = rest[..at].iter().copied().chain([ix]).chain(rest[at..].iter().copied());
            let other = grounds.reordered(shift, order, &mut self.bench.board);
            let cost_more = grounds.fits(shift, &other).ok().map(|()| other.bill.total() - route.bill.total());
            elsewhere.push(Elsewhere { position: route.begun.len() + at, cost_more });
        }
        let position = route.begun.len() + position as usize;
        Ok(WhyOrder { visit, shift: grounds.problem.shift(shift).id, position, elsewhere })
    }
}
