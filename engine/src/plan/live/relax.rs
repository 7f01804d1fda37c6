//! When a visit fits nowhere: what would have to give, and what that would cost. The ladder, mildest first: more overtime than allowed, a
//! window held open longer, a visit left out that is optional, one left out that matters less.
//!
//! Each rung is tried for real on the shifts near the visit, and taken back; nothing is changed. Whoever accepts one makes it with edits:
//! `SetOvertime`, `SetWindows` or `Remove`, then `InsertAt`.

use super::change::Rejection;
use super::edit::Edit;
use super::journal::Journal;
use super::quote::Quote;
use super::search::{Best, shift_slot};
use super::ways::Ways;
use super::{LivePlan, Spot};
use crate::VisitId;
use crate::plan::explain::Offer;
use crate::plan::model::{Bill, Prize, Shift, ShiftId, ShiftIx, Visit, VisitIx, Window};
use serde::{Deserialize, Serialize};

/// Shifts near the visit on which rungs are tried.
const SHIFTS: usize = 8;
/// Stops around the visit in which they are looked for.
const NEAR: usize = 256;
/// The most that overtime or a window is stretched, seconds.
pub const STRETCH_S_MAX: i32 = 4 * 3_600;

/// What would have to give, or has given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(tag = "give", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanRelaxationKind))]
pub enum RelaxationKind {
    /// So much more overtime than the shift allows.
    Overtime { by_s: i32 },
    /// The visit starts so much after its last window closed.
    Window { by_s: i32 },
    /// Another visit, which is optional, is left out.
    Drop { visit: VisitId },
    /// Another visit is left out that has to be made but is less important.
    Displace { visit: VisitId, priority: u8 },
}

/// One way to make a visit fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Relaxation {
    #[serde(flatten)]
    pub kind: RelaxationKind,
    pub shift: ShiftId,
    /// When service would start, seconds from the plan's origin.
    pub start_s: i32,
    /// What the plan's cost would grow by, a prize lost included.
    pub cost: i64,
    /// The place, and that cost by cause.
    #[serde(skip)]
    pub offer: Offer,
}

impl RelaxationKind {
    const fn rung(&self) -> u8 {
        match self {
            Self::Overtime { .. } => 0,
            Self::Window { .. } => 1,
            Self::Drop { .. } => 2,
            Self::Displace { .. } => 3,
        }
    }
}

impl<W: Ways> LivePlan<W> {
    /// What would have to give for a visit to fit, on the shifts near it: the cheapest way of each rung, mildest first. Of a visit that has a
    /// place: if it had none.
    pub fn relaxations_of(&mut self, visit: VisitId) -> Result<Vec<Relaxation>, Rejection> {
        self.without(visit, |plan, ix| plan.relaxations(ix))
    }

    /// The same on one shift. Empty where nothing helps: skills, people, a closed shift and what is settled give way to nobody.
    pub fn relaxations_on(&mut self, visit: VisitId, shift: ShiftId) -> Result<Vec<Relaxation>, Rejection> {
        let shift = self.shift_ix(shift)?;
        self.without(visit, |plan, ix| plan.rungs(ix, &[shift]))
    }

    /// The same, once these changes were made; they are taken back.
    pub fn relaxations_after(&mut self, edits: &[Edit], visit: VisitId, shift: ShiftId) -> Result<Vec<Relaxation>, Rejection> {
        let mut journal = Journal::default();
        let found = self.apply_each(edits, &mut 0, &mut journal).and_then(|()| self.relaxations_on(visit, shift));
        self.grounds.restore(journal);
        found
    }

    /// The mildest way of each shift near a visit that is in no route, mildest and cheapest first.
    pub fn relaxations_by_shift(&mut self, visit: VisitId) -> Result<Vec<Relaxation>, Rejection> {
        let ix = self.unplanned(visit)?;
        let shifts = self.shifts_near(ix, SHIFTS, self.within(ix, STRETCH_S_MAX));
        let mut mildest: Vec<Relaxation> =
            shifts.iter().filter_map(|shift| self.rungs(ix, &[*shift]).into_iter().next()).collect();
        mildest.sort_by_key(|relaxation| (relaxation.kind.rung(), relaxation.cost, relaxation.shift));
        Ok(mildest)
    }

    /// May this give way for a visit? Limits by so much at most, visits that are optional or matter less.
    pub fn gives_way(&self, kind: RelaxationKind, visit: VisitId) -> bool {
        let problem = &self.grounds.problem;
        let known = |id| problem.visit_ix(id).map(|ix| problem.visit(ix));
        let Some(wanted) = known(visit) else { return false };
        match kind {
            RelaxationKind::Overtime { by_s } | RelaxationKind::Window { by_s } => (1..=STRETCH_S_MAX).contains(&by_s),
            RelaxationKind::Drop { visit: other } => {
                other != visit && known(other).is_some_and(|other| matches!(other.prize, Prize::Optional(_)))
            }
            RelaxationKind::Displace { visit: other, .. } => {
                let is_less = |other: &Visit| other.prize == Prize::Mandatory && other.priority < wanted.priority;
                wanted.prize == Prize::Mandatory && known(other).is_some_and(is_less)
            }
        }
    }

    /// Lets a shift have so much overtime.
    pub(super) fn set_overtime(&mut self, shift: ShiftIx, overtime_max_s: i32, journal: &mut Journal) {
        let grounds = &mut self.grounds;
        if grounds.problem.shift(shift).overtime_max_s == overtime_max_s {
            return;
        }
        grounds.keep_shift(journal, shift);
        let stretched = Shift { overtime_max_s, ..grounds.problem.shift(shift).clone() };
        grounds.problem.replace_shift(shift, stretched);
        grounds.rebuild(journal, shift, &mut self.bench.board);
    }

    /// Asks something of a visit as if it had no place.
    fn without<T>(&mut self, visit: VisitId, ask: impl FnOnce(&mut Self, VisitIx) -> T) -> Result<T, Rejection> {
        let ix = self.visit_ix(visit)?;
        if let Spot::Begun { .. } = self.grounds.spots[ix.at()] {
            return Err(Rejection::Locked { visit });
        }
        let mut journal = Journal::default();
        self.unlock_and_take(ix, &mut journal);
        let answer = ask(self, ix);
        self.grounds.restore(journal);
        Ok(answer)
    }

    /// The cheapest way of each rung, mildest first.
    pub(super) fn relaxations(&mut self, ix: VisitIx) -> Vec<Relaxation> {
        let shifts = self.shifts_near(ix, SHIFTS, self.within(ix, STRETCH_S_MAX));
        self.rungs(ix, &shifts)
    }

    fn rungs(&mut self, ix: VisitIx, shifts: &[ShiftIx]) -> Vec<Relaxation> {
        let mut found: Vec<Relaxation> = Vec::new();
        for shift in shifts {
            found.extend(self.with_overtime(ix, *shift));
            found.extend(self.with_window(ix, *shift));
            found.extend(self.with_another_left_out(ix, *shift));
        }
        found.sort_by_key(|relaxation| (relaxation.kind.rung(), relaxation.cost, relaxation.shift));
        found.dedup_by_key(|relaxation| relaxation.kind.rung());
        found
    }

    /// Shifts that work within so much of a visit's windows.
    pub(super) fn within(&self, ix: VisitIx, stretch_s: i32) -> impl Fn(ShiftIx) -> bool {
        let problem = &self.grounds.problem;
        move |shift| apart_s(problem.shift(shift), problem.visit(ix)) <= stretch_s
    }

    /// Shifts that may make the visit as far as people are concerned, of those that are wanted: those with something near it first, then those that
    /// come nearest to its hours, the cheapest by the straight line first.
    pub(super) fn shifts_near(&self, ix: VisitIx, count: usize, is_wanted: impl Fn(ShiftIx) -> bool) -> Vec<ShiftIx> {
        let grounds = &self.grounds;
        let visit = grounds.problem.visit(ix);
        let apart_s = |shift: ShiftIx| apart_s(grounds.problem.shift(shift), visit);
        let may = |shift: ShiftIx| is_wanted(shift) && grounds.admits_as_person(shift, visit).is_ok();
        let mut near = Vec::new();
        if let Some(point) = grounds.ways.place(visit.stop) {
            grounds.near.around(point, NEAR, &mut near);
        }
        let mut shifts: Vec<ShiftIx> = Vec::new();
        for (_, slot) in near {
            let shift = if slot & 1 == 1 { Some(ShiftIx(slot >> 1)) } else { grounds.spots[(slot >> 1) as usize].shift() };
            let Some(shift) = shift.filter(|shift| !shifts.contains(shift) && may(*shift)) else { continue };
            shifts.push(shift);
            if shifts.len() == count {
                return shifts;
            }
        }
        let rest = (0..grounds.routes.len()).map(ShiftIx::from).filter(|shift| may(*shift) && !shifts.contains(shift));
        let mut rest: Vec<_> = rest.map(|shift| (apart_s(shift), grounds.least_on(shift, visit), shift)).collect();
        rest.sort_unstable();
        let left = count - shifts.len();
        shifts.extend(rest.into_iter().take(left).map(|(.., shift)| shift));
        shifts
    }

    /// Shifts that are nowhere, having no base and nothing to do, and may make a visit within its hours: nothing finds them by place.
    pub(super) fn shifts_nowhere(&self, ix: VisitIx, count: usize) -> Vec<ShiftIx> {
        let grounds = &self.grounds;
        let visit = grounds.problem.visit(ix);
        let nowhere = (0..grounds.routes.len()).map(ShiftIx::from).filter(|shift| {
            let is_nowhere = grounds.routes[shift.at()].is_empty() && grounds.near.point(shift_slot(*shift)).is_none();
            is_nowhere && apart_s(grounds.problem.shift(*shift), visit) == 0
        });
        nowhere.filter(|shift| grounds.admits_as_person(*shift, visit).is_ok()).take(count).collect()
    }

    fn with_overtime(&mut self, ix: VisitIx, shift: ShiftIx) -> Option<Relaxation> {
        let mut journal = Journal::default();
        let known = self.grounds.problem.shift(shift);
        let end_max_s = known.end_max_s();
        self.set_overtime(shift, known.overtime_max_s.saturating_add(STRETCH_S_MAX), &mut journal);
        let mut best = Best::new(1, i64::MAX);
        self.search_shift(ix, shift, &mut best);
        let quote = best.first();
        let ends_s = quote.map(|quote| {
            self.grounds.put(&mut journal, ix, shift, quote.position, &mut self.bench.board);
            self.grounds.routes[shift.at()].timing.ends_s
        });
        self.grounds.restore(journal);
        let (quote, by_s) = (quote?, ends_s? - end_max_s);
        (by_s > 0).then(|| self.relaxation(RelaxationKind::Overtime { by_s }, &quote, Bill::default()))
    }

    fn with_window(&mut self, ix: VisitIx, shift: ShiftIx) -> Option<Relaxation> {
        let mut visit = self.grounds.problem.visit(ix).clone();
        let closes_s = visit.windows.last()?.closes_s;
        let Window { opens_s, .. } = *visit.windows.last()?;
        *visit.windows.last_mut()? = Window { opens_s, closes_s: closes_s.saturating_add(STRETCH_S_MAX) };
        let was = self.grounds.problem.replace_visit(ix, visit);
        let mut best = Best::new(1, i64::MAX);
        self.search_shift(ix, shift, &mut best);
        self.grounds.problem.replace_visit(ix, was);
        let quote = best.first()?;
        let by_s = quote.start_s - closes_s;
        (by_s > 0).then(|| self.relaxation(RelaxationKind::Window { by_s }, &quote, Bill::default()))
    }

    /// `besides`: what the plan's bill grows by beside the place.
    fn relaxation(&self, kind: RelaxationKind, quote: &Quote, besides: Bill) -> Relaxation {
        let parts = quote.bill + besides;
        let offer = Offer { cost: parts.total(), parts, ..self.offer(quote) };
        Relaxation { kind, shift: offer.shift, start_s: offer.start_s, cost: offer.cost, offer }
    }

    fn with_another_left_out(&mut self, ix: VisitIx, shift: ShiftIx) -> Vec<Relaxation> {
        let priority = self.grounds.problem.visit(ix).priority;
        let is_optional = matches!(self.grounds.problem.visit(ix).prize, Prize::Optional(_));
        let mut found = Vec::new();
        for other in self.open_visits(shift) {
            let visit = self.grounds.problem.visit(other);
            let (kind, lost) = match visit.prize {
                Prize::Optional(prize) => (RelaxationKind::Drop { visit: visit.id }, prize),
                Prize::Mandatory if visit.priority < priority && !is_optional => {
                    (RelaxationKind::Displace { visit: visit.id, priority: visit.priority }, 0)
                }
                Prize::Mandatory => continue,
            };
            debug_assert!(matches!(self.grounds.spots[other.at()], Spot::On { .. }));
            let mut journal = Journal::default();
            let before = self.grounds.routes[shift.at()].bill;
            self.grounds.take(&mut journal, other, &mut self.bench.board);
            let saved = before - self.grounds.routes[shift.at()].bill;
            let mut best = Best::new(1, i64::MAX);
            self.search_shift(ix, shift, &mut best);
            self.grounds.restore(journal);
            let lost = Bill { prizes_lost: lost, ..Bill::default() };
            found.extend(best.first().map(|quote| self.relaxation(kind, &quote, lost - saved)));
        }
        found
    }
}

/// Seconds between a shift's hours and a visit's windows; 0 where they meet.
pub(super) fn apart_s(shift: &Shift, visit: &Visit) -> i32 {
    let opens_s = visit.windows.first().map_or(0, |window| window.opens_s);
    let closes_s = visit.windows.last().map_or(i32::MAX, |window| window.closes_s);
    let after_s = shift.earliest_start_s.saturating_sub(closes_s);
    after_s.max(opens_s.saturating_sub(shift.end_max_s())).max(0)
}
