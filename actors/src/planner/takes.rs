//! What the actor takes from the board beside changes: reasons, a part to search on, what visits are to be told.

use super::board::{Board, Decided, Unplanned};
use super::ways::PlanWays;
use super::world::{Card, Unfit, WorkDay};
use chrono::NaiveDate;
use salessync_engine::plan::book::Diff;
use salessync_engine::plan::explain::{WhyHere, WhyUnassigned};
use salessync_engine::plan::live::{self, Accepted, AlarmRules, Improvement, Risk, RouteView, Snapshot};
use salessync_engine::plan::model::ShiftId;
use salessync_engine::visit::Window;
use salessync_engine::visit::plan::moved;
use salessync_engine::{AgentId, Timestamp, VisitId};
use std::collections::BTreeSet;

/// A visit that another agent makes now, or on another day, or nobody.
#[derive(Clone, PartialEq, Debug)]
pub struct Reassigned {
    pub visit: VisitId,
    pub agent: Option<AgentId>,
    pub day: NaiveDate,
    /// The visit's own windows, on that day.
    pub windows: Vec<Window>,
}

impl Board {
    pub fn unfit(&self, visit: VisitId) -> Option<Unfit> {
        self.unfit.get(&visit).copied()
    }

    /// When the visits of a shift are to begin.
    pub fn starts(&self, shift: ShiftId) -> Vec<(VisitId, Timestamp)> {
        let span = self.span();
        let view = self.live.route(shift).map(|view| view.visits).unwrap_or_default();
        view.into_iter().map(|(visit, start_s)| (visit, span.instant(start_s))).collect()
    }

    /// Visits whose own agent or day a change makes out of date.
    pub fn reassigned(&self, diff: &Diff) -> Vec<Reassigned> {
        let of = |step: &salessync_engine::plan::book::Move| {
            let card = self.cards.get(&step.visit).filter(|card| card.is_ahead())?;
            let (agent, day) = step.to.map_or((None, card.day), |to| (Some(to.shift.agent), to.shift.date));
            let is_same = card.agent_id == agent && card.day == day;
            let windows = moved(&card.windows, card.day, day, self.span().zone);
            (!is_same).then_some(Reassigned { visit: step.visit, agent, day, windows })
        };
        diff.moves().iter().filter_map(of).collect()
    }

    /// The cards say what the visits now say.
    pub(super) fn note(&mut self, reassigned: &[Reassigned]) {
        for Reassigned { visit, agent, day, windows } in reassigned {
            if let Some(card) = self.cards.get_mut(visit) {
                (card.agent_id, card.day) = (*agent, *day);
                card.windows.clone_from(windows);
            }
        }
    }

    /// Its own changes are written, as these revisions of visits. A card that knew everything before knows everything now.
    pub(super) fn written(&mut self, revisions: &[(VisitId, i64)]) {
        for (visit, revision) in revisions {
            if let Some(card) = self.cards.get_mut(visit).filter(|card| card.revision + 1 == *revision) {
                card.revision = *revision;
            }
        }
    }

    /// A change that the plan has made by being built anew.
    pub fn as_decided(&self, diff: Diff) -> Decided {
        Decided::of_the_past(diff)
    }

    /// Two changes as one, as the plan has them now.
    pub fn together(&self, all: Option<Decided>, more: Option<Decided>) -> Option<Decided> {
        match (all, more) {
            (Some(all), Some(more)) => Some(self.again(all.and(more))),
            (all, more) => all.or(more),
        }
    }

    pub fn why_here(&mut self, visit: VisitId) -> Result<WhyHere, Unplanned> {
        let day = self.card(visit).map(|card| card.day);
        Ok(self.live.why_here(visit, day)?)
    }

    pub fn why_waiting(&mut self, visit: VisitId) -> Result<WhyUnassigned, Unplanned> {
        let day = self.card(visit).map(|card| card.day);
        Ok(self.live.why_unassigned(visit, day)?)
    }

    /// A route as it is now.
    pub fn route(&self, shift: ShiftId) -> Option<RouteView> {
        self.live.route(shift)
    }

    /// Shifts that limits overrun, and by how much.
    pub fn lateness(&self) -> Vec<(ShiftId, i64)> {
        self.live.late().collect()
    }

    /// A part of the plan to search on: these days and agents, or everything. Closed shifts are left out.
    pub fn snapshot(&self, part: Option<(Vec<NaiveDate>, Vec<AgentId>)>) -> Result<(Snapshot, PlanWays), Unplanned> {
        if let Some((dates, agents)) = &part {
            self.check_covered(dates, agents)?;
        }
        let is_wanted = |shift: &ShiftId| {
            part.as_ref().is_none_or(|(dates, agents)| {
                (dates.is_empty() || dates.contains(&shift.date)) && (agents.is_empty() || agents.contains(&shift.agent))
            })
        };
        let open = self.days.values().filter(|day| day.takes_visits()).map(|day| day.id);
        let shifts: Vec<ShiftId> = open.filter(is_wanted).collect();
        let snapshot = self.live.snapshot(&shifts)?;
        Ok((snapshot, self.live.ways().clone()))
    }

    /// Days that the plan covers, and agents who work on some of them.
    fn check_covered(&self, dates: &[NaiveDate], agents: &[AgentId]) -> Result<(), Unplanned> {
        let span = self.span();
        if let Some((index, date)) = dates.iter().enumerate().find(|(_, date)| !span.covers(**date)) {
            let limit = format!("must be within {}..{}", span.first, span.last());
            return Err(Unplanned::NotCovered { field: "dates", index, what: date.to_string(), limit });
        }
        let works = |agent: &AgentId| self.days.keys().any(|shift| shift.agent == *agent);
        if let Some((index, agent)) = agents.iter().enumerate().find(|(_, agent)| !works(agent)) {
            let limit = format!("must be the id of an agent who works for this plan within {}..{}", span.first, span.last());
            return Err(Unplanned::NotCovered { field: "agents", index, what: format!("agent {agent}"), limit });
        }
        Ok(())
    }

    /// Takes a proposal in, whole where nothing it touches has changed, else what of it still fits and gains; says whether it was whole. What was taken
    /// out since stays out, and what a person chose stays with its agent.
    pub fn take_in(&mut self, proposal: &Diff) -> Result<(Decided, bool), Unplanned> {
        let was_planned: BTreeSet<VisitId> = proposal.routes.iter().flat_map(|change| &change.before).copied().collect();
        let is_in = |visit: &VisitId| !was_planned.contains(visit) || self.book.shift_of(*visit).is_some();
        let is_untouched = self.book.check(proposal).is_ok();
        let base = if is_untouched { self.live.version() } else { live::PlanVersion(0) };
        let found = proposal.routes.iter();
        let routes = found.map(|change| (change.shift, change.after.iter().copied().filter(is_in).collect())).collect();
        let outcome = self.live.accept(&Improvement { base, routes })?;
        let is_whole = outcome.done == Accepted::Whole;
        Ok((self.decided(outcome, []), is_whole))
    }

    /// The same with what it moves of what a person chose: for whom has seen it, and where more visits are made by it.
    pub fn take_in_whole(&mut self, proposal: &Diff) -> Result<(Decided, bool), Unplanned> {
        let moved: Vec<VisitId> = proposal.moves().iter().map(|step| step.visit).collect();
        moved.iter().for_each(|visit| self.live.set_chosen(*visit, false));
        let taken = self.take_in(proposal);
        self.choose_as_accepted(moved.into_iter());
        taken
    }

    /// Did a person choose the agent who has it?
    pub fn is_chosen(&self, visit: VisitId) -> bool {
        self.book.hold(visit).is_some_and(|hold| hold.chosen)
    }

    /// Visits of a shift at risk now.
    pub fn risks(&self, shift: ShiftId, was: &BTreeSet<VisitId>, rules: &AlarmRules) -> Result<Vec<Risk>, Unplanned> {
        Ok(self.live.risks(shift, &|visit, shift| self.duration_of(visit.id, shift), was, rules)?)
    }

    /// By how much a shift with visits ends after its hours, seconds.
    pub fn overtime_s(&self, shift: ShiftId) -> i64 {
        let Some((view, ix)) = self.live.route(shift).zip(self.live.problem().shift_ix(shift)) else { return 0 };
        let over_s = view.ends_s - self.live.problem().shift(ix).latest_end_s;
        i64::from(over_s.max(0)) * i64::from(!view.visits.is_empty())
    }

    /// Shifts of a day with something ahead.
    pub fn shifts_ahead(&self, date: NaiveDate) -> Vec<ShiftId> {
        let has_ahead =
            |shift: &ShiftId| self.book.route(*shift).iter().any(|visit| self.cards.get(visit).is_some_and(Card::is_ahead));
        self.days.keys().filter(|shift| shift.date == date).copied().filter(has_ahead).collect()
    }

    /// All shifts of these agents that the plan knows.
    pub fn shifts_known(&self, agents: &[AgentId]) -> Vec<ShiftId> {
        self.days.keys().filter(|shift| agents.contains(&shift.agent)).copied().collect()
    }

    /// Does this agent take visits on a day?
    pub fn is_open(&self, agent: AgentId, date: NaiveDate) -> bool {
        self.shifts_of(agent, date).any(|shift| self.days.get(&shift).is_some_and(WorkDay::takes_visits))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{agree, assign, at_home, built, visit};
    use super::*;
    use salessync_engine::plan::book::{Book, Operation};
    use std::collections::BTreeMap;

    #[test]
    fn what_a_dispatcher_chose_is_known_as_long_as_the_visit_stays_there() {
        let cards = BTreeMap::from([at_home(0), at_home(1)].map(|card| (card.id, card)));
        let mut board = built(Book::default(), &cards, 2);
        let chosen = |board: &Board| -> Vec<VisitId> {
            board.book().holds().iter().filter(|(_, hold)| hold.chosen).map(|(visit, _)| *visit).collect()
        };
        let none: Vec<VisitId> = Vec::new();
        let given = board.change(&[assign(visit(0), None), Operation::Place { visit: visit(1) }]).unwrap().diff;
        board.accept(&given);
        assert_eq!(chosen(&board), [visit(0)], "the other was put where it costs least");
        agree(&board, "given");
        let stored = Book::new(board.version(), board.book().routes().clone(), board.book().holds().clone());
        agree(&built(stored, &cards, 2), "after a restart");

        let unlocked = board.change(&[Operation::Unlock { visit: visit(0) }]).unwrap().diff;
        board.accept(&unlocked);
        assert_eq!(chosen(&board), none, "freed");
        let back = board.follow_diff(&unlocked.inverse()).unwrap().diff;
        board.accept(&back);
        assert_eq!(chosen(&board), [visit(0)], "and taken back");
        agree(&board, "taken back");

        let failed = board.change(&[Operation::Unassign { visit: visit(0) }]).unwrap();
        assert!(board.take_back(failed), "its commit failed");
        agree(&board, "failed");
        let out = board.change(&[Operation::Unassign { visit: visit(0) }]).unwrap().diff;
        board.accept(&out);
        assert_eq!(chosen(&board), none, "it is in no route");
        agree(&board, "out");
    }

    #[test]
    fn nobody_chose_whoever_gets_it_when_the_chosen_one_drops_out() {
        let cards = BTreeMap::from([at_home(0)].map(|card| (card.id, card)));
        let mut board = built(Book::default(), &cards, 2);
        let given = board.change(&[assign(visit(0), None)]).unwrap().diff;
        board.accept(&given);
        let chosen = board.book().shift_of(visit(0)).unwrap();
        assert!(board.is_chosen(visit(0)));
        let ended = Operation::ReleaseAgent { agent: chosen.agent, date: chosen.date, replace: true };
        let lost = board.change(&[ended]).unwrap().diff;
        board.accept(&lost);
        let other = board.book().shift_of(visit(0)).unwrap();
        assert!(other.agent != chosen.agent && !board.is_chosen(visit(0)), "{:?}", board.book().hold(visit(0)));
        agree(&board, "dropped out");
        let back = board.follow_diff(&lost.inverse()).unwrap().diff;
        board.accept(&back);
        assert!(board.book().shift_of(visit(0)) == Some(chosen) && board.is_chosen(visit(0)), "and taken back");
        agree(&board, "taken back");
    }
}
