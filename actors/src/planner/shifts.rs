//! The days of a board's agents: how they follow shifts, absences and duty, and days that a dispatcher ended.

use super::board::{Board, Decided, Unplanned};
use super::world::{Card, WorkDay};
use salessync_engine::plan::live::{Edit, Expected};
use salessync_engine::plan::model::{ShiftDraft, ShiftId};
use salessync_engine::{AgentId, Timestamp, VisitId};
use std::collections::BTreeSet;

impl Board {
    /// Visits that were given to an agent before this plan knew of them are the agent's, as far as they fit.
    pub(super) fn place_assigned(&mut self) {
        let is_elsewhere = |card: &Card, agent: AgentId| {
            self.book.shift_of(card.id).is_none_or(|shift| (shift.agent, shift.date) != (agent, card.day))
        };
        let ahead = self.cards.values().filter(|card| card.is_ahead() && !self.unfit.contains_key(&card.id));
        let given = ahead.filter_map(|card| Some((card.id, card.agent_id.filter(|agent| is_elsewhere(card, *agent))?, card.day)));
        let mut given: Vec<_> = given.collect();
        given.sort_unstable();
        for (visit, agent, date) in given {
            for shift in self.shifts_of(agent, date).collect::<Vec<_>>() {
                if self.live.edit(&[Edit::InsertAt { visit, shift, position: None }], Expected::Any).is_ok() {
                    break;
                }
            }
        }
    }

    /// What the book has on days that are worked no more goes to others, as far as it fits.
    pub(super) fn replace_homeless(&mut self) {
        let routes = self.book.routes().iter().filter(|(shift, _)| !self.days.contains_key(shift));
        let homeless: Vec<VisitId> = routes.flat_map(|(_, visits)| visits).copied().collect();
        let ahead = |visit: &VisitId| self.cards.get(visit).is_some_and(Card::is_ahead) && !self.unfit.contains_key(visit);
        for visit in homeless.into_iter().filter(ahead).collect::<Vec<_>>() {
            let _ = self.live.insert(visit, Expected::Any);
        }
    }

    /// Days that a dispatcher ended before this plan was read; `days` were given as closed.
    pub fn keep_released(&mut self, released: BTreeSet<ShiftId>) {
        self.released = released;
    }

    pub(super) fn set_released(&mut self, shift: ShiftId, is_released: bool) {
        if is_released {
            self.released.insert(shift);
        } else {
            self.released.remove(&shift);
        }
        if let Some(day) = self.days.get_mut(&shift) {
            day.is_closed = is_released;
        }
    }

    /// An agent's day has changed: other hours, another home, off duty, back again, or a day that was not there.
    pub fn day_changed(&mut self, day: WorkDay) -> Option<Decided> {
        let day = WorkDay { is_closed: day.is_closed || self.released.contains(&day.id), ..day };
        let known = self.days.insert(day.id, day.clone());
        if known.as_ref() == Some(&day) || !self.span().covers(day.id.date) {
            return None;
        }
        let overtime_max_s = f64::from(self.overtime_of(&day));
        let draft = ShiftDraft { overtime_max_s, ..self.names.shift(&day, self.live.ways_mut()) };
        let _ = self.live.add_stops(self.live.ways().len());
        let Some(before) = known else {
            self.live.add_shift(&draft).ok()?;
            if !day.is_closed {
                return None;
            }
            let outcome = self.live.drop_agent(day.id).ok()?;
            return Some(self.decided_after(outcome));
        };
        // Closed first, or opened last: what is given back finds the hours that hold.
        let closes = day.is_closed && !before.is_closed;
        let mut all = if closes { self.live.drop_agent(day.id).ok().map(|outcome| self.decided_after(outcome)) } else { None };
        if (WorkDay { is_closed: before.is_closed, ..day.clone() }) != before {
            let changed = self.live.set_shift(&draft).ok().map(|outcome| self.decided_after(outcome));
            all = self.together(all, changed);
        }
        if before.is_closed && !day.is_closed {
            let opened = self.live.return_agent(day.id).ok().map(|outcome| self.decided(outcome, []));
            all = self.together(all, opened);
        }
        all
    }

    /// A day that is worked no more: what it held goes to others.
    pub fn day_gone(&mut self, shift: ShiftId) -> Option<Decided> {
        let day = self.days.get(&shift)?.clone();
        self.day_changed(WorkDay { is_closed: true, ..day })
    }

    pub(super) fn shifts_of(&self, agent: AgentId, date: chrono::NaiveDate) -> impl Iterator<Item = ShiftId> + '_ {
        let parts = ShiftId { agent, date, part: 0 }..=ShiftId { agent, date, part: u8::MAX };
        self.days.range(parts).map(|(shift, _)| *shift)
    }

    /// The agent's shift of that day which an instant lies in, or the one before it.
    pub(super) fn shift_at(&self, agent: AgentId, date: chrono::NaiveDate, at: Timestamp) -> Result<ShiftId, Unplanned> {
        let begun = self.shifts_of(agent, date).filter(|shift| self.days.get(shift).is_some_and(|day| day.from <= at));
        begun.last().map_or_else(|| self.shift(agent, date), Ok)
    }

    pub(super) fn shift(&self, agent: AgentId, date: chrono::NaiveDate) -> Result<ShiftId, Unplanned> {
        self.shifts_of(agent, date).next().ok_or(Unplanned::NoShift { agent, date })
    }
}
