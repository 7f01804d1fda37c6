//! What people and programs ask of the plan: put this visit there, take it out, exchange these two. Each is made as a whole or refused
//! with a reason, and only if what it builds on has not changed under whoever asks.

use super::diff::{Changed, Diff, Outcome, PlanVersion};
use super::edit::Edit;
use super::journal::Journal;
use super::relax::Relaxation;
use super::route::Route;
use super::search::Best;
use super::ways::Ways;
use super::{Grounds, LivePlan, Spot};
use crate::VisitId;
use crate::plan::explain::{Offer, Refusal, Refused};
use crate::plan::model::{Flaw, Problem, ShiftId, ShiftIx, Visit, VisitDraft, VisitIx, Window, WindowDraft};
use serde::{Deserialize, Serialize};

/// What the asker last saw.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Whatever it is now: for programs that react to the present.
    Any,
    /// The plan is at this version.
    Exactly(PlanVersion),
    /// The visits and shifts that are named have not changed since this version, whatever else has.
    Untouched(PlanVersion),
}

/// Why a change was not made. Nothing has changed.
#[derive(Clone, PartialEq, Debug, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Rejection {
    #[error("the plan is at version {}, and what is asked for has changed since", current.0)]
    Conflict { current: PlanVersion, changed: Changed },
    #[error("visit {visit} is not in the plan")]
    UnknownVisit { visit: VisitId },
    #[error("shift {shift} is not in the plan")]
    UnknownShift { shift: ShiftId },
    #[error("visit {visit} is in a route already")]
    AlreadyPlanned { visit: VisitId },
    #[error("visit {visit} is in no route")]
    NotPlanned { visit: VisitId },
    #[error("visit {visit} is settled where it is")]
    Locked { visit: VisitId },
    #[error("position must be within {min}..{max}")]
    Position { min: usize, max: usize },
    #[error("visits must be those of {shift} that can be moved, each once")]
    NotTheVisits { shift: ShiftId },
    #[error("visit {visit} may not start at {start_s} s")]
    OutsideWindows { visit: VisitId, start_s: i32 },
    #[error("{} flaws, the first: {}", flaws.len(), flaws.first().map(ToString::to_string).unwrap_or_default())]
    Flawed { flaws: Vec<Flaw> },
    /// No place is possible. Who comes nearest and why they cannot, and what would have to give.
    #[error("visit {visit} fits nowhere")]
    Infeasible { visit: VisitId, nearest: Vec<Refused>, relaxations: Vec<Relaxation> },
    /// The route that would be breaks a limit.
    #[error("shift {shift} {refusal}")]
    Breaks { shift: ShiftId, refusal: Refusal },
    #[error("the times of {field} contradict what is known")]
    Times { field: &'static str },
}

/// Nearest refusals that are told.
const REFUSALS_TOLD: usize = 8;

impl<W: Ways> LivePlan<W> {
    /// The `k` best shifts for a visit that is in no route, each with its best place, cheapest first. Asks the places near it, and all
    /// when that finds nothing or somebody waits for it.
    pub fn recommend(&mut self, visit: VisitId, k: usize) -> Result<Vec<Offer>, Rejection> {
        let ix = self.unplanned(visit)?;
        let mut best = Best::new(k.max(1), i64::MAX);
        self.search_usual(ix, &mut best);
        self.offers(ix, best)
    }

    /// The best shifts for a visit that is in no route, cheapest first: those of the places near it where these are enough and nobody
    /// waits for it, else of all. Empty
    /// where it fits nowhere; why is not asked.
    pub fn places(&mut self, visit: VisitId, k: usize, is_enough: impl Fn(&[Offer]) -> bool) -> Result<Vec<Offer>, Rejection> {
        let ix = self.unplanned(visit)?;
        let mut best = Best::new(k.max(1), i64::MAX);
        self.search_near(ix, self.rules.near, self.rules.ask, &mut best);
        let offers = |plan: &Self, best: Best| best.into_vec().iter().map(|quote| plan.offer(quote)).collect::<Vec<_>>();
        let near = offers(self, best);
        // Who comes soonest to where somebody waits may be none of those who pass near by.
        if is_enough(&near) && self.grounds.problem.visit(ix).awaited.is_none() {
            return Ok(near);
        }
        let best = self.best_of_all(ix, k.max(1));
        Ok(offers(self, best))
    }

    /// As `recommend`, with proof that no other shift is better.
    pub fn recommend_exactly(&mut self, visit: VisitId, k: usize) -> Result<Vec<Offer>, Rejection> {
        let ix = self.unplanned(visit)?;
        let best = self.best_of_all(ix, k.max(1));
        self.offers(ix, best)
    }

    /// The same by asking every place of every shift, nothing left out: the yardstick that `recommend_exactly` is measured by.
    pub fn recommend_by_scan(&mut self, visit: VisitId, k: usize) -> Result<Vec<Offer>, Rejection> {
        let ix = self.unplanned(visit)?;
        let mut best = Best::new(k.max(1), i64::MAX);
        self.scan(ix, &mut best);
        self.offers(ix, best)
    }

    /// The places near a visit, and all where none of them will do, or where somebody waits for it: who comes soonest may come from far.
    pub(super) fn search_usual(&mut self, ix: VisitIx, best: &mut Best) {
        self.search_near(ix, self.rules.near, self.rules.ask, best);
        if best.first().is_none() || self.grounds.problem.visit(ix).awaited.is_some() {
            self.search_all(ix, best);
        }
    }

    pub(super) fn best_of_all(&mut self, ix: VisitIx, k: usize) -> Best {
        let mut best = Best::new(k, i64::MAX);
        // The better what is known, the more the bounds leave out.
        self.search_near(ix, self.rules.near, self.rules.near, &mut best);
        self.search_all(ix, &mut best);
        best
    }

    fn offers(&mut self, ix: VisitIx, best: Best) -> Result<Vec<Offer>, Rejection> {
        if best.first().is_none() {
            return Err(self.infeasible(ix));
        }
        Ok(best.into_vec().into_iter().map(|quote| self.offer(&quote)).collect())
    }

    pub(super) fn offer(&self, quote: &super::quote::Quote) -> Offer {
        let route = &self.grounds.routes[quote.shift.at()];
        Offer {
            shift: self.grounds.problem.shift(quote.shift).id,
            position: route.begun.len() + quote.position,
            start_s: quote.start_s,
            cost: quote.cost,
            parts: quote.bill,
            delay_s: quote.delay_s,
        }
    }

    /// Says that a visit fits nowhere, who comes nearest, and what would have to give.
    pub(super) fn infeasible(&mut self, ix: VisitIx) -> Rejection {
        let nearest = self.refusals(ix, REFUSALS_TOLD, None).1;
        let relaxations = self.relaxations(ix);
        Rejection::Infeasible { visit: self.grounds.problem.visit(ix).id, nearest, relaxations }
    }

    /// Puts a visit that is in no route to the best place near it, or of all where there is none near, and repairs what is around.
    pub fn insert(&mut self, visit: VisitId, expected: Expected) -> Result<Outcome, Rejection> {
        self.edit(&[Edit::Insert { visit }], expected)
    }

    /// Makes all of these changes, one after the other, or none.
    pub fn edit(&mut self, edits: &[Edit], expected: Expected) -> Result<Outcome, Rejection> {
        self.check_expected(edits, expected)?;
        self.edit_each(edits).map_err(|(_, rejection)| rejection)
    }

    /// The same of the plan as it is; a refusal says which of the changes cannot be made.
    pub fn edit_each(&mut self, edits: &[Edit]) -> Result<Outcome, (usize, Rejection)> {
        let mut at = 0;
        let made = self.transact(|plan, journal| plan.apply_each(edits, &mut at, journal));
        made.map_err(|rejection| (at, rejection))
    }

    /// What the changes would do, without making them.
    pub fn preview(&mut self, edits: &[Edit], expected: Expected) -> Result<Diff, Rejection> {
        self.check_expected(edits, expected)?;
        self.preview_each(edits).map_err(|(_, rejection)| rejection)
    }

    /// The same of the plan as it is; a refusal says which of the changes cannot be made.
    pub fn preview_each(&mut self, edits: &[Edit]) -> Result<Diff, (usize, Rejection)> {
        let (mut journal, mut at) = (Journal::default(), 0);
        let applied = self.apply_each(edits, &mut at, &mut journal);
        let diff = self.diff(&journal, self.version);
        self.grounds.restore(journal);
        applied.map(|()| diff).map_err(|rejection| (at, rejection))
    }

    /// Applies them in order; `at` is the last one tried.
    pub(super) fn apply_each(&mut self, edits: &[Edit], at: &mut usize, journal: &mut Journal) -> Result<(), Rejection> {
        for (index, edit) in edits.iter().enumerate() {
            *at = index;
            self.apply(edit, journal)?;
        }
        Ok(())
    }

    fn check_expected(&self, edits: &[Edit], expected: Expected) -> Result<(), Rejection> {
        let version = match expected {
            Expected::Any => return Ok(()),
            Expected::Exactly(version) if version == self.version() => return Ok(()),
            Expected::Exactly(version) | Expected::Untouched(version) => version.0,
        };
        let problem = &self.grounds.problem;
        let (mut visits, mut shifts) = (Vec::new(), Vec::new());
        for edit in edits {
            let (named, of) = edit.names();
            visits.extend(named.into_iter().filter_map(|id| problem.visit_ix(id)));
            shifts.extend(of.into_iter().filter_map(|id| problem.shift_ix(id)));
        }
        let is_exact = matches!(expected, Expected::Exactly(_));
        let changed = if is_exact {
            let visits = (0..problem.visits().len()).map(VisitIx::from);
            self.changed_since(version, visits, (0..problem.shifts().len()).map(ShiftIx::from))
        } else {
            self.changed_since(version, visits.into_iter(), shifts.into_iter())
        };
        if !is_exact && changed == Changed::default() {
            return Ok(());
        }
        Err(Rejection::Conflict { current: self.version(), changed })
    }

    fn apply(&mut self, edit: &Edit, journal: &mut Journal) -> Result<(), Rejection> {
        match edit {
            Edit::Add { draft } => self.add(draft, journal).map(drop),
            Edit::Insert { visit } => {
                let ix = self.unplanned(*visit)?;
                self.insert_best(ix, journal)
            }
            Edit::InsertMakingRoom { visit, shift } => {
                let ix = self.unplanned(*visit)?;
                let shift = self.shift_ix(*shift)?;
                self.make_room_in(ix, shift, journal)?;
                self.repair(&[shift], journal);
                Ok(())
            }
            Edit::InsertAt { visit, shift, position } => {
                let ix = self.unplanned(*visit)?;
                let shift = self.shift_ix(*shift)?;
                self.insert_at(ix, shift, *position, journal)
            }
            Edit::Remove { visit } => {
                let ix = self.movable(*visit)?;
                self.grounds.take(journal, ix, &mut self.bench.board);
                Ok(())
            }
            Edit::Cancel { visit } => {
                let ix = self.visit_ix(*visit)?;
                match self.grounds.spots[ix.at()] {
                    Spot::Begun { .. } => return Err(Rejection::Locked { visit: *visit }),
                    Spot::On { .. } => self.unlock_and_take(ix, journal),
                    Spot::Gone | Spot::Unassigned => {}
                }
                self.grounds.move_out(journal, ix, Spot::Gone);
                self.grounds.problem.forget_visit(ix);
                Ok(())
            }
            Edit::Reassign { visit, shift, position } => {
                let ix = self.movable(*visit)?;
                let shift = self.shift_ix(*shift)?;
                self.grounds.take(journal, ix, &mut self.bench.board);
                self.insert_at(ix, shift, *position, journal)
            }
            Edit::Swap { a, b } => self.swap(*a, *b, journal),
            Edit::Reorder { shift, visits } => self.reorder(*shift, visits, journal),
            Edit::PinTime { visit, start_s } => self.pin_time(*visit, *start_s, journal),
            Edit::SetWindows { visit, windows } => self.set_windows(*visit, windows, journal),
            Edit::PinShift { visit, shift } => self.pin_shift(*visit, *shift, journal),
            Edit::SetOvertime { overtime_max_s: ..0, .. } => Err(Rejection::Times { field: "overtime_max_s" }),
            Edit::SetOvertime { shift, overtime_max_s } => {
                let shift = self.shift_ix(*shift)?;
                self.set_overtime(shift, *overtime_max_s, journal);
                Ok(())
            }
        }
    }

    pub(super) fn add(&mut self, draft: &VisitDraft, journal: &mut Journal) -> Result<VisitIx, Rejection> {
        let ix = self.grounds.problem.add_visit(draft).map_err(|flaws| Rejection::Flawed { flaws })?;
        let grounds = &mut self.grounds;
        grounds.learn_stops();
        grounds.spots.push(Spot::Gone);
        grounds.visit_changed_at.push(0);
        grounds.visit_content.push(0);
        grounds.move_out(journal, ix, Spot::Unassigned);
        Ok(ix)
    }

    fn insert_best(&mut self, ix: VisitIx, journal: &mut Journal) -> Result<(), Rejection> {
        let mut best = Best::new(1, i64::MAX);
        self.search_usual(ix, &mut best);
        let shift = match best.first() {
            Some(quote) => {
                self.grounds.put(journal, ix, quote.shift, quote.position, &mut self.bench.board);
                quote.shift
            }
            None => match self.make_room(ix, journal) {
                Some(shift) => shift,
                None => return Err(self.infeasible(ix)),
            },
        };
        self.repair(&[shift], journal);
        Ok(())
    }

    /// At a position of all visits, or the cheapest of the shift.
    pub(super) fn insert_at(
        &mut self,
        ix: VisitIx,
        shift: ShiftIx,
        position: Option<usize>,
        journal: &mut Journal,
    ) -> Result<(), Rejection> {
        let id = self.grounds.problem.shift(shift).id;
        let breaks = |refusal| Rejection::Breaks { shift: id, refusal };
        let at = match position {
            Some(position) => {
                let route = &self.grounds.routes[shift.at()];
                let (begun, steps) = (route.begun.len(), route.steps.len());
                let (min, max) = (begun + route.locked, begun + steps);
                if !(min..=max).contains(&position) {
                    return Err(Rejection::Position { min, max });
                }
                self.begin(ix);
                let Self { grounds, sought, bench, .. } = self;
                let visit = grounds.problem.visit(ix);
                grounds.admits(shift, visit).map_err(breaks)?;
                let floor = grounds.floor(shift, visit);
                grounds.quote(shift, position - begun, sought, floor, i64::MAX, bench).map_err(breaks)?;
                position - begun
            }
            None => {
                let mut best = Best::new(1, i64::MAX);
                let refusal = self.search_shift(ix, shift, &mut best);
                match (best.first(), refusal) {
                    (Some(quote), _) => quote.position,
                    (None, refusal) => return Err(breaks(refusal.unwrap_or(Refusal::Locked))),
                }
            }
        };
        self.grounds.put(journal, ix, shift, at, &mut self.bench.board);
        Ok(())
    }

    fn swap(&mut self, a: VisitId, b: VisitId, journal: &mut Journal) -> Result<(), Rejection> {
        let (a, b) = (self.movable(a)?, self.movable(b)?);
        let (Spot::On { shift: of_a, .. }, Spot::On { shift: of_b, .. }) =
            (self.grounds.spots[a.at()], self.grounds.spots[b.at()])
        else {
            return Ok(());
        };
        let exchanged = |visit: VisitIx| {
            if visit == a {
                b
            } else if visit == b {
                a
            } else {
                visit
            }
        };
        let shifts = if of_a == of_b { vec![of_a] } else { vec![of_a, of_b] };
        let orders = shifts.iter().map(|shift| {
            (*shift, self.grounds.routes[shift.at()].steps.iter().map(|step| exchanged(step.visit)).collect::<Vec<_>>())
        });
        self.set_orders(orders.collect(), journal)
    }

    fn reorder(&mut self, shift: ShiftId, visits: &[VisitId], journal: &mut Journal) -> Result<(), Rejection> {
        let ix = self.shift_ix(shift)?;
        let route = &self.grounds.routes[ix.at()];
        let mut order = route.steps[..route.locked].iter().map(|step| step.visit).collect::<Vec<_>>();
        for visit in visits {
            order.push(self.visit_ix(*visit)?);
        }
        let sorted = |mut visits: Vec<VisitIx>| {
            visits.sort_unstable();
            visits
        };
        if sorted(order.clone()) != sorted(route.steps.iter().map(|step| step.visit).collect()) {
            return Err(Rejection::NotTheVisits { shift });
        }
        self.set_orders(vec![(ix, order)], journal)
    }

    /// Gives routes other orders at once, if the result keeps every limit.
    fn set_orders(&mut self, orders: Vec<(ShiftIx, Vec<VisitIx>)>, journal: &mut Journal) -> Result<(), Rejection> {
        let routes: Vec<(ShiftIx, Route)> =
            orders.into_iter().map(|(ix, order)| (ix, self.grounds.reordered(ix, order, &mut self.bench.board))).collect();
        for (ix, route) in &routes {
            let id = self.grounds.problem.shift(*ix).id;
            self.grounds.fits(*ix, route).map_err(|refusal| Rejection::Breaks { shift: id, refusal })?;
        }
        self.grounds.replace(journal, routes);
        Ok(())
    }

    fn pin_time(&mut self, id: VisitId, start_s: i32, journal: &mut Journal) -> Result<(), Rejection> {
        let ix = self.visit_ix(id)?;
        let mut visit = self.grounds.problem.visit(ix).clone();
        if !visit.windows.iter().any(|window| window.contains(start_s)) {
            return Err(Rejection::OutsideWindows { visit: id, start_s });
        }
        visit.windows = vec![Window { opens_s: start_s, closes_s: start_s }];
        self.change_visit(ix, visit, journal)
    }

    fn set_windows(&mut self, id: VisitId, windows: &[WindowDraft], journal: &mut Journal) -> Result<(), Rejection> {
        let ix = self.visit_ix(id)?;
        let mut visit = self.grounds.problem.visit(ix).clone();
        visit.windows = Problem::check_windows(id, windows).map_err(|flaws| Rejection::Flawed { flaws })?;
        self.change_visit(ix, visit, journal)
    }

    fn pin_shift(&mut self, id: VisitId, shift: Option<ShiftId>, journal: &mut Journal) -> Result<(), Rejection> {
        let ix = self.visit_ix(id)?;
        let pinned = shift.map(|shift| self.shift_ix(shift)).transpose()?;
        let mut visit = self.grounds.problem.visit(ix).clone();
        visit.pinned = pinned;
        if pinned.is_some() && self.grounds.spots[ix.at()].shift().is_some_and(|on| Some(on) != pinned) {
            return Err(Rejection::AlreadyPlanned { visit: id });
        }
        self.change_visit(ix, visit, journal)
    }

    /// Changes what a visit is; where it is planned already the route has to bear it.
    pub(super) fn change_visit(&mut self, ix: VisitIx, visit: Visit, journal: &mut Journal) -> Result<(), Rejection> {
        let Some(shift) = self.replace_visit(ix, visit, journal) else { return Ok(()) };
        let was = journal.routes.iter().find(|(kept, _)| *kept == shift).map_or(0, |(_, was)| was.timing.late_s);
        let late_s = self.grounds.routes[shift.at()].timing.late_s;
        if late_s > was {
            let refusal = Refusal::DelaysOthers { late_by_s: (late_s - was).min(i64::from(i32::MAX)) as i32 };
            return Err(Rejection::Breaks { shift: self.grounds.problem.shift(shift).id, refusal });
        }
        Ok(())
    }

    /// The same, whatever follows; returns the shift that has it.
    pub(super) fn replace_visit(&mut self, ix: VisitIx, visit: Visit, journal: &mut Journal) -> Option<ShiftIx> {
        self.grounds.keep_visit(journal, ix);
        self.grounds.problem.replace_visit(ix, visit);
        let shift = self.grounds.spots[ix.at()].shift()?;
        self.grounds.rebuild(journal, shift, &mut self.bench.board);
        Some(shift)
    }

    /// Takes a visit out even where its order is settled.
    pub(super) fn unlock_and_take(&mut self, ix: VisitIx, journal: &mut Journal) {
        let Spot::On { shift, position } = self.grounds.spots[ix.at()] else { return };
        if (position as usize) < self.grounds.routes[shift.at()].locked {
            let grounds = &mut self.grounds;
            grounds.keep_shift(journal, shift);
            grounds.keep_visit(journal, ix);
            let mut unlocked = grounds.problem.shift(shift).clone();
            unlocked.locked.retain(|locked| locked.visit != ix);
            grounds.problem.replace_shift(shift, unlocked);
            let visit = Visit { locked_in: None, ..grounds.problem.visit(ix).clone() };
            grounds.problem.replace_visit(ix, visit);
            let rest: Vec<VisitIx> = grounds.routes[shift.at()].visits().filter(|visit| *visit != ix).collect();
            grounds.set_spot(ix, Spot::Unassigned);
            grounds.rebuild_as(journal, shift, &rest, &mut self.bench.board);
        } else {
            self.grounds.take(journal, ix, &mut self.bench.board);
        }
    }

    pub(super) fn visit_ix(&self, id: VisitId) -> Result<VisitIx, Rejection> {
        let known = self.grounds.problem.visit_ix(id).filter(|ix| self.grounds.spots[ix.at()] != Spot::Gone);
        known.ok_or(Rejection::UnknownVisit { visit: id })
    }

    pub(super) fn shift_ix(&self, id: ShiftId) -> Result<ShiftIx, Rejection> {
        self.grounds.problem.shift_ix(id).ok_or(Rejection::UnknownShift { shift: id })
    }

    /// A visit that is in no route.
    pub(super) fn unplanned(&self, id: VisitId) -> Result<VisitIx, Rejection> {
        let ix = self.visit_ix(id)?;
        match self.grounds.spots[ix.at()] {
            Spot::Unassigned => Ok(ix),
            Spot::Gone | Spot::Begun { .. } | Spot::On { .. } => Err(Rejection::AlreadyPlanned { visit: id }),
        }
    }

    /// A visit that is in a route, and not settled there.
    fn movable(&self, id: VisitId) -> Result<VisitIx, Rejection> {
        let ix = self.visit_ix(id)?;
        match self.grounds.spots[ix.at()] {
            Spot::On { shift, position } if position as usize >= self.grounds.routes[shift.at()].locked => Ok(ix),
            Spot::On { .. } | Spot::Begun { .. } => Err(Rejection::Locked { visit: id }),
            Spot::Unassigned | Spot::Gone => Err(Rejection::NotPlanned { visit: id }),
        }
    }
}

impl<W: Ways> Grounds<W> {
    /// Whether a shift may make this route instead of its own: every limit is kept that is kept now.
    pub(super) fn fits(&self, ix: ShiftIx, route: &Route) -> Result<(), Refusal> {
        let (old, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
        for visit in route.steps.iter().map(|step| step.visit) {
            if !old.steps.iter().any(|step| step.visit == visit) {
                self.admits_as_person(ix, self.problem.visit(visit))?;
            }
        }
        let is_over = |now: i64, then: i64, limit: i64| now > limit && now > then;
        if shift.capacity != i32::MAX && is_over(route.sums.demand, old.sums.demand, i64::from(shift.capacity)) {
            return Err(Refusal::Capacity { over: route.sums.demand - i64::from(shift.capacity) });
        }
        if is_over(i64::from(route.sums.visits), i64::from(old.sums.visits), i64::from(shift.visits_max)) {
            return Err(Refusal::MaxVisits { max: shift.visits_max });
        }
        if is_over(i64::from(route.sums.travel_s), i64::from(old.sums.travel_s), i64::from(shift.travel_max_s)) {
            return Err(Refusal::MaxTravel { over_s: route.sums.travel_s - shift.travel_max_s });
        }
        if is_over(i64::from(route.sums.distance_m), i64::from(old.sums.distance_m), i64::from(shift.distance_max_m)) {
            return Err(Refusal::MaxDistance { over_m: route.sums.distance_m - shift.distance_max_m });
        }
        let more_late_s = route.timing.late_s - old.timing.late_s;
        if more_late_s > 0 {
            return Err(Refusal::DelaysOthers { late_by_s: more_late_s.min(i64::from(i32::MAX)) as i32 });
        }
        self.within_agent_limits(ix, old, route.duty_s())
    }
}
