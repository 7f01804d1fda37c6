//! What gives so that a visit fits: an optional visit, or a limit that a dispatcher lets be exceeded. Such a limit is part of what is settled of the
//! visit, which stays with its agent; it holds as long as the visit does.
//!
//! The invariant: a shift may have the overtime of its own day, or as much more as the visits on its route were given it for.

use super::board::{Board, Decided, Unplanned};
use super::world::{WorkDay, windows_on};
use chrono::NaiveDate;
use salessync_engine::plan::book::{Diff, Hold};
use salessync_engine::plan::live::{Edit, Expected, Relaxation, RelaxationKind};
use salessync_engine::plan::model::{Commitment, ShiftId, WindowDraft};
use salessync_engine::visit::plan::moved;
use salessync_engine::wire::plan_answers::RelaxationShown;
use salessync_engine::{AgentId, Timestamp, VisitId};
use std::collections::BTreeSet;

impl Board {
    /// Gives a visit to an agent where it fits, or else where others give way.
    pub fn give_making_room(&mut self, visit: VisitId, agent: AgentId) -> Result<Decided, Unplanned> {
        let refused = match self.give(visit, agent, None) {
            Ok((decided, _)) => return Ok(decided),
            Err(refused) => refused,
        };
        let day = self.known(visit)?.day;
        for shift in self.shifts_of(agent, day).collect::<Vec<_>>() {
            if let Ok(outcome) = self.live.edit(&[Edit::InsertMakingRoom { visit, shift }], Expected::Any) {
                return Ok(self.decided(outcome, [(visit, Some(Hold::chosen(self.book.hold(visit))))]));
            }
        }
        Err(refused)
    }

    /// Gives a visit that waits to an agent, where it costs least of what they work. Where it does not fit, what was accepted gives way; returns what
    /// did, and by how much. A refusal says what would have to give.
    pub fn give(
        &mut self,
        visit: VisitId,
        agent: AgentId,
        accepts: Option<RelaxationKind>,
    ) -> Result<(Decided, Option<RelaxationKind>), Unplanned> {
        let day = self.known(visit)?.day;
        let shifts: Vec<ShiftId> = self.shifts_of(agent, day).collect();
        let mut refused = Unplanned::NoShift { agent, date: day };
        let is_placed = self.book.shift_of(visit).is_some();
        let taken = is_placed.then_some(Edit::Remove { visit });
        for shift in &shifts {
            let insert = Edit::InsertAt { visit, shift: *shift, position: None };
            let edits: Vec<Edit> = taken.clone().into_iter().chain([insert]).collect();
            match self.live.edit(&edits, Expected::Any) {
                Ok(outcome) => return Ok((self.decided(outcome, [(visit, Some(Hold::chosen(self.book.hold(visit))))]), None)),
                Err(rejection) => refused = rejection.into(),
            }
        }
        for (shift, kind) in shifts.iter().flat_map(|shift| accepts.map(|kind| (*shift, kind))) {
            let Some(Relaxed { edits, hold, limit }) = self.relaxed(visit, shift, kind) else { continue };
            let insert = Edit::InsertAt { visit, shift, position: None };
            let edits = taken.clone().into_iter().chain(edits).chain([insert]).chain(pinned(visit, shift, hold));
            if let Ok(outcome) = self.live.edit(&edits.collect::<Vec<_>>(), Expected::Any) {
                let gave = self.gave(visit, shift, kind, limit);
                return Ok((self.decided(outcome, [(visit, Some(Hold::chosen(hold.or(self.book.hold(visit)))))]), Some(gave)));
            }
        }
        let found = shifts.iter().filter_map(|shift| self.live.relaxations_on(visit, *shift).ok()).flatten();
        let mut found: Vec<Relaxation> = found.collect();
        found.sort_by_key(|relaxation| (relaxation.kind, relaxation.cost));
        Err(self.relaxable(refused, found))
    }

    /// What would have to give for a visit to fit; of one shift, or of those near it.
    pub fn relaxations(&mut self, visit: VisitId, shift: Option<ShiftId>) -> Vec<RelaxationShown> {
        let found = match shift {
            Some(shift) => self.live.relaxations_on(visit, shift),
            None => self.live.relaxations_of(visit),
        };
        found.unwrap_or_default().into_iter().map(|relaxation| self.shown(relaxation)).collect()
    }

    /// A refusal as it is told: with what would have to give, in instants.
    pub(super) fn relaxable(&self, refused: Unplanned, found: Vec<Relaxation>) -> Unplanned {
        match refused {
            Unplanned::Rejected(rejection) if !found.is_empty() => {
                let relaxations = found.into_iter().map(|relaxation| self.shown(relaxation)).collect();
                Unplanned::Relaxable { rejection: Box::new(rejection), relaxations }
            }
            other => other,
        }
    }

    pub(super) fn shown(&self, relaxation: Relaxation) -> RelaxationShown {
        RelaxationShown {
            kind: relaxation.kind,
            agent_id: relaxation.shift.agent,
            date: relaxation.shift.date,
            start: self.span().instant(relaxation.start_s),
            cost: relaxation.cost,
        }
    }

    /// What makes room for a visit in a shift, before it is put there, and what is settled of it thereby. None where that may not give way.
    pub(super) fn relaxed(&self, visit: VisitId, shift: ShiftId, kind: RelaxationKind) -> Option<Relaxed> {
        if !self.live.gives_way(kind, visit) {
            return None;
        }
        // What else is settled of it there stays so.
        let was = self.book.hold(visit).filter(|_| self.book.shift_of(visit) == Some(shift));
        let was = was.unwrap_or(Hold::new(Commitment::FixedAgent));
        match kind {
            RelaxationKind::Overtime { by_s } => {
                let day = self.days.get(&shift)?;
                let ends = day.to.plus_s(i64::from(self.overtime_of(day)));
                let overtime_max_s = self.overtime_of(day).saturating_add(by_s);
                let shift_until = Some(ends.plus_s(i64::from(by_s)));
                let hold = Some(Hold { commitment: Commitment::FixedAgent, shift_until, ..was });
                Some(Relaxed { edits: vec![Edit::SetOvertime { shift, overtime_max_s }], hold, limit: Some(ends) })
            }
            RelaxationKind::Window { by_s } => {
                let closes = self.closes(visit, shift.date)?;
                let start_until = Some(closes.plus_s(i64::from(by_s)));
                let hold = Hold { commitment: Commitment::FixedAgent, start_at: None, start_until, ..was };
                let edits = self.rewindow(visit, shift.date, Some(hold)).into_iter().collect();
                Some(Relaxed { edits, hold: Some(hold), limit: Some(closes) })
            }
            RelaxationKind::Drop { visit: other } | RelaxationKind::Displace { visit: other, .. } => {
                let is_here = self.book.shift_of(other) == Some(shift);
                is_here.then(|| Relaxed { edits: vec![Edit::Remove { visit: other }], hold: None, limit: None })
            }
        }
    }

    /// By how much a limit gave way, now that the visit is there.
    fn gave(&self, visit: VisitId, shift: ShiftId, kind: RelaxationKind, limit: Option<Timestamp>) -> RelaxationKind {
        let Some((view, limit)) = self.live.route(shift).zip(limit) else { return kind };
        let over_s = |at_s: i32| at_s - self.span().second(limit);
        match kind {
            RelaxationKind::Overtime { by_s } => RelaxationKind::Overtime { by_s: over_s(view.ends_s).clamp(0, by_s) },
            RelaxationKind::Window { by_s } => {
                let start = view.visits.iter().find(|(of, _)| *of == visit);
                RelaxationKind::Window { by_s: start.map_or(by_s, |(_, start_s)| over_s(*start_s)).clamp(0, by_s) }
            }
            RelaxationKind::Drop { .. } | RelaxationKind::Displace { .. } => kind,
        }
    }

    /// The overtime that a day's shift may have: its own, or what the visits on its route were given.
    pub(super) fn overtime_of(&self, day: &WorkDay) -> i32 {
        overtime_max_s(day, self.book.route(day.id), |visit| self.book.hold(visit))
    }

    /// After a change: limits that were exceeded for a visit hold no longer than it stays, and what is settled no more binds nobody.
    pub(super) fn keep_relaxed(&mut self, diff: &Diff) {
        let of_holds = diff.holds.iter().filter_map(|change| self.book.shift_of(change.visit));
        let shifts: BTreeSet<ShiftId> = diff.shifts().chain(of_holds).collect();
        let mut edits: Vec<Edit> = Vec::new();
        for day in shifts.iter().filter_map(|shift| self.days.get(shift)) {
            edits.push(Edit::SetOvertime { shift: day.id, overtime_max_s: self.overtime_of(day) });
        }
        for change in &diff.holds {
            match (change.after, self.book.shift_of(change.visit)) {
                (None, None) => edits.extend(self.hold_edits(change.visit, None, None)),
                (Some(hold), Some(shift)) => edits.extend(pinned(change.visit, shift, Some(hold))),
                (None, Some(_)) | (Some(_), None) => {}
            }
        }
        for edit in edits {
            // A visit that is gone needs nothing any more.
            let _ = self.live.edit(&[edit], Expected::Any);
        }
    }

    /// The visit's windows on a day, as far as they are settled or held open.
    pub(super) fn rewindow(&self, visit: VisitId, day: NaiveDate, hold: Option<Hold>) -> Option<Edit> {
        let windows =
            held_open(self.windows_of(visit, day)?, hold.and_then(|hold| hold.start_until), |at| self.span().second(at));
        Some(Edit::SetWindows { visit, windows })
    }

    /// When the last of a visit's windows closes: as the plan has it, on another day as it would be there.
    fn closes(&self, visit: VisitId, day: NaiveDate) -> Option<Timestamp> {
        let problem = self.live.problem();
        let of_plan = problem.visit_ix(visit).and_then(|ix| Some(problem.visit(ix).windows.last()?.closes_s));
        let is_its_day = self.cards.get(&visit).is_some_and(|card| card.day == day);
        let closes_s = of_plan.filter(|_| is_its_day).or_else(|| Some(self.windows_of(visit, day)?.last()?.closes_s as i32))?;
        Some(self.span().instant(closes_s))
    }

    pub(super) fn windows_of(&self, visit: VisitId, day: NaiveDate) -> Option<Vec<WindowDraft>> {
        let card = self.cards.get(&visit)?;
        let windows = moved(&card.windows, card.day, day, self.span().zone);
        windows_on(self.span(), &super::world::Card { day, windows, ..card.clone() }).ok()
    }
}

/// What makes room for a visit.
pub(super) struct Relaxed {
    pub edits: Vec<Edit>,
    /// What is settled of the visit thereby.
    pub hold: Option<Hold>,
    /// The limit that is exceeded, as it was.
    pub limit: Option<Timestamp>,
}

/// A visit for whose sake a limit was exceeded stays with its shift.
pub(super) fn pinned(visit: VisitId, shift: ShiftId, hold: Option<Hold>) -> Option<Edit> {
    let is_pinned = hold.is_some_and(|hold| hold.commitment == Commitment::FixedAgent);
    is_pinned.then_some(Edit::PinShift { visit, shift: Some(shift) })
}

/// The overtime that a day's shift may have when it makes these visits.
pub(super) fn overtime_max_s(day: &WorkDay, route: &[VisitId], hold: impl Fn(VisitId) -> Option<Hold>) -> i32 {
    let until = route.iter().filter_map(|visit| hold(*visit)?.shift_until).max();
    let given_s = until.map_or(0, |until| until.since_ms(day.to).max(0) / 1_000);
    day.overtime_max_s.max(i32::try_from(given_s).unwrap_or(i32::MAX))
}

/// Windows of which the last is held open until an instant.
pub(super) fn held_open(
    mut windows: Vec<WindowDraft>,
    until: Option<Timestamp>,
    second: impl Fn(Timestamp) -> i32,
) -> Vec<WindowDraft> {
    if let (Some(last), Some(until)) = (windows.last_mut(), until) {
        last.closes_s = last.closes_s.max(f64::from(second(until)));
    }
    windows
}
