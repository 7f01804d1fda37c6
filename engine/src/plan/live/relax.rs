//! When a visit fits nowhere: what would have to give, and what that would cost. The ladder, mildest first: more overtime than allowed, a
//! window held open longer, a visit left out that is optional, one left out that matters less.
//!
//! Each rung is tried for real on the shifts near the visit, and taken back; nothing is changed. Whoever accepts one makes it with edits:
//! `SetOvertime`, `SetWindows` or `Remove`, then `InsertAt`.

use super::change::{Edit, Rejection};
use super::journal::Journal;
use super::search::{Best, shift_slot};
use super::ways::Ways;
use super::{LivePlan, Spot};
use crate::VisitId;
use crate::plan::model::{Prize, Shift, ShiftId, ShiftIx, Visit, VisitIx, Window};
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
        // Nothing that gives would bring a shift of another day together with the visit.
        let (problem, visit) = (&self.grounds.problem, self.grounds.problem.visit(ix));
        let shifts = self.shifts_near(ix, SHIFTS, |shift| apart_s(problem.shift(shift), visit) <= STRETCH_S_MAX);
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

    /// Shifts with something near the visit, or nowhere yet, that may make it as far as people are concerned; of those that are wanted.
    pub(super) fn shifts_near(&self, ix: VisitIx, count: usize, is_wanted: impl Fn(ShiftIx) -> bool) -> Vec<ShiftIx> {
        let grounds = &self.grounds;
        let visit = grounds.problem.visit(ix);
        let may = |shift: ShiftIx| is_wanted(shift) && grounds.admits_as_person(shift, visit).is_ok();
        let mut near = Vec::new();
        match grounds.ways.place(visit.stop) {
            Some(point) => grounds.near.around(point, NEAR, &mut near),
            None => near.extend((0..grounds.routes.len() as u32).map(|shift| (0, shift << 1 | 1))),
        }
        let mut shifts: Vec<ShiftIx> = Vec::new();
        for (_, slot) in near {
            let shift = if slot & 1 == 1 { Some(ShiftIx(slot >> 1)) } else { grounds.spots[(slot >> 1) as usize].shift() };
            let Some(shift) = shift.filter(|shift| !shifts.contains(shift)) else { continue };
            if may(shift) {
                shifts.push(shift);
                if shifts.len() == count {
                    return shifts;
                }
            }
        }
        // Who has no base and nothing to do is nowhere, so near to everything: those who work about then first.
        let is_nowhere = |shift: &ShiftIx| grounds.near.point(shift_slot(*shift)).is_none() && !shifts.contains(shift);
        let nowhere = (0..grounds.routes.len()).map(ShiftIx::from).filter(is_nowhere);
        let mut nowhere: Vec<_> = nowhere.filter(|shift| may(*shift)).collect();
        nowhere.sort_by_key(|shift| (apart_s(grounds.problem.shift(*shift), visit), *shift));
        shifts.extend(nowhere.into_iter().take(count - shifts.len()));
        shifts
    }

    fn with_overtime(&mut self, ix: VisitIx, shift: ShiftIx) -> Option<Relaxation> {
        let mut journal = Journal::default();
        let known = self.grounds.problem.shift(shift);
        let (id, end_max_s) = (known.id, known.end_max_s());
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
        (by_s > 0).then_some(Relaxation {
            kind: RelaxationKind::Overtime { by_s },
            shift: id,
            start_s: quote.start_s,
            cost: quote.cost,
        })
    }

    fn with_window(&mut self, ix: VisitIx, shift: ShiftIx) -> Option<Relaxation> {
        let id = self.grounds.problem.shift(shift).id;
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
        (by_s > 0).then_some(Relaxation {
            kind: RelaxationKind::Window { by_s },
            shift: id,
            start_s: quote.start_s,
            cost: quote.cost,
        })
    }

    fn with_another_left_out(&mut self, ix: VisitIx, shift: ShiftIx) -> Vec<Relaxation> {
        let id = self.grounds.problem.shift(shift).id;
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
            let before = self.grounds.routes[shift.at()].bill.total();
            self.grounds.take(&mut journal, other, &mut self.bench.board);
            let saved = before - self.grounds.routes[shift.at()].bill.total();
            let mut best = Best::new(1, i64::MAX);
            self.search_shift(ix, shift, &mut best);
            self.grounds.restore(journal);
            let relaxed = |quote: super::quote::Quote| Relaxation {
                kind,
                shift: id,
                start_s: quote.start_s,
                cost: quote.cost - saved + lost,
            };
            found.extend(best.first().map(relaxed));
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
