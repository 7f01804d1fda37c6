//! Answers to "why": gathered by asking every shift, so for people, not for inner loops.

use super::change::Rejection;
use super::relax::{STRETCH_S_MAX, apart_s};
use super::search::Best;
use super::ways::Ways;
use super::{LivePlan, Spot};
use crate::VisitId;
use crate::plan::explain::{Elsewhere, Refusal, Refused, WhyHere, WhyOrder, WhyUnassigned, reason_code};
use crate::plan::model::{Prize, Reason, ShiftIx, VisitIx};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Shifts near a visit that are asked for their reasons place by place.
const SHIFTS_ASKED: usize = 32;
/// Alternatives and refusals that are told.
const TOLD: usize = 5;

/// Is the shift of another day, and how near its refusal came to being none.
type Nearness = (bool, (u8, i64));

impl<W: Ways> LivePlan<W> {
    /// Why a visit is where it is: what that costs, what the next best would, and which constraint refuses the nearest others, on its day.
    pub fn why_here(&mut self, visit: VisitId, day: Option<NaiveDate>) -> Result<WhyHere, Rejection> {
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
        self.search_near(ix, self.rules.near, self.rules.ask, &mut best);
        self.search_all(ix, &mut best);
        let others = best.into_vec().iter().map(|quote| self.offer(quote)).collect();
        let (_, refused) = self.refusals(ix, TOLD, day);
        let chosen = here.ok().flatten().map(|quote| self.offer(&quote));
        self.grounds.restore(journal);
        match chosen {
            Some(chosen) => Ok(WhyHere { visit, chosen, others, refused }),
            // It is there although limits are overrun: nothing to compare with.
            None => Err(Rejection::Locked { visit }),
        }
    }

    /// Why a visit is in no route, and who on its day comes nearest.
    pub fn why_unassigned(&mut self, visit: VisitId, day: Option<NaiveDate>) -> Result<WhyUnassigned, Rejection> {
        let ix = self.unplanned(visit)?;
        let mut why = self.why_unassigned_ix(ix, day);
        if why.reason == reason_code(Reason::NoRoom) {
            let mut best = Best::new(1, i64::MAX);
            self.search_near(ix, self.rules.near, self.rules.ask, &mut best);
            if best.first().is_some() {
                why.reason = reason_code(Reason::NotPlanned);
            }
        }
        Ok(why)
    }

    pub(super) fn why_unassigned_ix(&mut self, ix: VisitIx, day: Option<NaiveDate>) -> WhyUnassigned {
        let (counts, nearest) = self.refusals(ix, TOLD, day);
        let reason = reason_code(self.reason(ix, &counts));
        let visit = self.grounds.problem.visit(ix);
        WhyUnassigned { visit: visit.id, reason, counts, nearest }
    }

    fn reason(&mut self, ix: VisitIx, counts: &[(&'static str, usize)]) -> Reason {
        let (shifts, visit) = (self.grounds.problem.shifts().len(), self.grounds.problem.visit(ix));
        if shifts == 0 {
            return Reason::NoShift;
        }
        let of = |codes: &[&str]| counts.iter().filter(|(code, _)| codes.contains(code)).map(|(_, count)| count).sum::<usize>();
        let person = ["forbidden_agent", "not_allowed_agent", "pinned_elsewhere", "not_on_shift"];
        let nobody = of(&person);
        if nobody == shifts {
            return Reason::NobodyAllowed;
        }
        if nobody + of(&["skill_missing"]) == shifts {
            let missing = self.grounds.problem.shifts().iter().map(|shift| shift.skills.missing(visit.skills));
            let missing = missing.min_by_key(|skills| (skills.0.count_ones(), skills.0));
            return Reason::NobodySkilled { missing: missing.unwrap_or_default() };
        }
        if nobody + of(&["skill_missing", "unreachable"]) == shifts {
            return Reason::Unreachable;
        }
        if nobody + of(&["skill_missing", "unreachable", "capacity"]) == shifts {
            // A vehicle that is full would have carried it.
            let carries = |ix: ShiftIx| {
                let is_large = self.grounds.problem.shift(ix).capacity >= visit.demand;
                is_large && self.grounds.admits_as_person(ix, visit).is_ok()
            };
            let is_full = (0..shifts).map(ShiftIx::from).any(carries);
            return if is_full { Reason::NoRoom } else { Reason::TooLarge };
        }
        // Near by at any price: it is not room that lacks.
        let is_optional = matches!(visit.prize, Prize::Optional(_));
        let mut best = Best::new(1, i64::MAX);
        if is_optional {
            self.search_near(ix, self.rules.near, self.rules.ask, &mut best);
        }
        if best.first().is_some() { Reason::NotWorthIt } else { Reason::NoRoom }
    }

    /// How often each constraint refuses a visit, most first, and those shifts that come nearest to taking it: of a day, where one is given. Limits
    /// and people are asked of every shift, ways and times of those that are near.
    pub(super) fn refusals(
        &mut self,
        ix: VisitIx,
        told: usize,
        day: Option<NaiveDate>,
    ) -> (Vec<(&'static str, usize)>, Vec<Refused>) {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut nearest: Vec<(Nearness, ShiftIx, Refusal)> = Vec::new();
        // Shifts of another day, which nothing that gives would bring together with the visit, come last.
        let far: Vec<bool> = {
            let (problem, visit) = (&self.grounds.problem, self.grounds.problem.visit(ix));
            problem.shifts().iter().map(|shift| apart_s(shift, visit) > STRETCH_S_MAX).collect()
        };
        let dates: Vec<NaiveDate> = self.grounds.problem.shifts().iter().map(|shift| shift.id.date).collect();
        let is_of_day = |shift: ShiftIx| day.is_none_or(|day| dates[shift.at()] == day);
        let mut note = |shift: ShiftIx, refusal: Refusal| {
            *counts.entry(refusal.code()).or_default() += 1;
            if !is_of_day(shift) {
                return;
            }
            let nearness = (far[shift.at()], refusal.nearness());
            let at = nearest.partition_point(|(other, of, _)| (*other, *of) < (nearness, shift));
            if at < told {
                nearest.insert(at, (nearness, shift, refusal));
                nearest.truncate(told);
            }
        };
        for at in 0..self.grounds.routes.len() {
            let shift = ShiftIx::from(at);
            if let Err(refusal) = self.grounds.admits(shift, self.grounds.problem.visit(ix)) {
                note(shift, refusal);
            }
        }
        let mut asked = self.shifts_near(ix, SHIFTS_ASKED, is_of_day);
        asked.extend(self.shifts_near(ix, SHIFTS_ASKED - asked.len(), |shift| !is_of_day(shift)));
        for shift in asked {
            let mut best = Best::new(1, i64::MAX);
            if self.grounds.admits(shift, self.grounds.problem.visit(ix)).is_ok()
                && let Some(refusal) = self.search_shift(ix, shift, &mut best)
            {
                note(shift, refusal);
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
