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

    /// What was accepted and is more than a day may hold by now, of a vehicle that became smaller while nobody held this plan, goes to others.
    pub(super) fn keep_limits(&mut self) {
        for shift in self.days.keys() {
            let _ = self.live.keep_limits(*shift);
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
            day.is_ended = is_released;
        }
    }

    /// An agent's day has changed: other hours, another home, off duty, back again, or a day that was not there.
    pub fn day_changed(&mut self, day: WorkDay) -> Option<Decided> {
        let day = WorkDay { is_ended: self.released.contains(&day.id), ..day };
        let known = self.days.insert(day.id, day.clone());
        if known.as_ref() == Some(&day) || !self.span().covers(day.id.date) {
            return None;
        }
        let overtime_max_s = f64::from(self.overtime_of(&day));
        let draft = ShiftDraft { overtime_max_s, ..self.names.shift(&day, self.live.ways_mut()) };
        let _ = self.live.add_stops(self.live.ways().len());
        let Some(before) = known else {
            self.live.add_shift(&draft).ok()?;
            if day.takes_visits() {
                return None;
            }
            let outcome = self.live.drop_agent(day.id).ok()?;
            return Some(self.decided_after(outcome));
        };
        // Closed first, or opened last: what is given back finds the hours that hold.
        let closes = before.takes_visits() && !day.takes_visits();
        let mut all = if closes { self.live.drop_agent(day.id).ok().map(|outcome| self.decided_after(outcome)) } else { None };
        if (WorkDay { is_closed: before.is_closed, ..day.clone() }) != before {
            let changed = self.live.set_shift(&draft).ok().map(|outcome| self.decided_after(outcome));
            all = self.together(all, changed);
        }
        if !before.takes_visits() && day.takes_visits() {
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

#[cfg(test)]
mod tests {
    use super::super::tests::{agent, agree, assign, at_home, built, date, days, early, span, straight, visit};
    use super::*;
    use salessync_engine::plan::book::{Book, Diff, Operation, RouteChange};
    use salessync_engine::plan::explain::Refusal;
    use salessync_engine::plan::live::Rejection;
    use salessync_engine::plan::search;

    fn freight(n: u64, demand: u32) -> Card {
        Card { demand, ..at_home(n) }
    }

    fn board(cards: impl IntoIterator<Item = Card>, agents: u64) -> Board {
        built(Book::default(), &cards.into_iter().map(|card| (card.id, card)).collect(), agents)
    }

    fn first_day(n: u64) -> ShiftId {
        ShiftId { agent: agent(n), date: date(0), part: 0 }
    }

    /// What the first agent's vehicle carries from now on.
    fn carries(board: &mut Board, capacity: Option<u32>) {
        let day = WorkDay { capacity, ..board.days[&first_day(0)].clone() };
        if let Some(decided) = board.day_changed(day) {
            board.accept(&decided.diff);
        }
        agree(board, "another vehicle");
    }

    fn made(board: &mut Board, operations: &[Operation]) {
        let decided = board.change(operations).unwrap();
        board.accept(&decided.diff);
        agree(board, "made");
    }

    /// What a vehicle is to carry, as it is shown.
    fn load(board: &Board, n: u64) -> (i64, Option<u32>) {
        let route = board.route_day(first_day(n), true, &BTreeSet::new()).unwrap();
        (route.totals.load, route.capacity)
    }

    /// By how much a vehicle would carry too much.
    fn over(refused: Unplanned) -> Option<i64> {
        let rejection = match refused {
            Unplanned::Rejected(rejection) => rejection,
            Unplanned::Relaxable { rejection, .. } => *rejection,
            _ => return None,
        };
        match rejection {
            Rejection::Breaks { refusal: Refusal::Capacity { over }, .. } => Some(over),
            _ => None,
        }
    }

    #[test]
    fn a_full_vehicle_takes_no_more_until_it_is_a_larger_one() {
        let mut board = board([freight(0, 4), freight(1, 3), freight(2, 0)], 1);
        made(&mut board, &[assign(visit(0), None)]);
        assert_eq!(over(board.change(&[assign(visit(1), None)]).map(drop).unwrap_err().why), Some(1));
        assert_eq!(over(board.give(visit(1), agent(0), None).map(drop).unwrap_err()), Some(1));
        made(&mut board, &[assign(visit(2), None)]);
        assert_eq!(load(&board, 0), (4, Some(6)), "what takes nothing always fits");
        let (offers, refused) = board.ranked(visit(1), 5).unwrap();
        assert_eq!((offers.len(), &refused[0].refusal), (0, &Refusal::Capacity { over: 1 }));
        assert_eq!(board.left_out(date(0))[0].reasons, Vec::<String>::new(), "the vehicle is full, not too small");
        carries(&mut board, Some(7));
        made(&mut board, &[assign(visit(1), None)]);
        assert_eq!(load(&board, 0), (7, Some(7)));
        carries(&mut board, None);
        assert_eq!(load(&board, 0), (7, None));
    }

    #[test]
    fn a_smaller_vehicle_keeps_what_matters_and_the_rest_goes_to_others_or_waits_with_its_reason() {
        let cards = [freight(0, 3), Card { priority: 80, ..freight(1, 3) }, Card { priority: 100, ..freight(2, 14) }];
        let mut board = board(cards, 2);
        carries(&mut board, Some(20));
        made(&mut board, &[0, 1, 2].map(|n| assign(visit(n), None)));
        let before = board.book().clone();
        // The other's vehicle carries twelve.
        carries(&mut board, Some(17));
        assert_eq!((board.book().route(first_day(0)).len(), board.book().route(first_day(1))), (2, &[visit(1)][..]));
        carries(&mut board, Some(13));
        assert_eq!((load(&board, 0), load(&board, 1).0), ((3, Some(13)), 3));
        let left = board.left_out(date(0));
        assert_eq!((left[0].visit_id, left[0].demand, &left[0].reasons[..]), (visit(2), 14, &["too_large".to_owned()][..]));
        let why = board.why_waiting(visit(2)).unwrap();
        assert_eq!(why.nearest[0].refusal, Refusal::Capacity { over: 4 });

        // The same where the plan was asleep meanwhile.
        let days = days(2).into_iter().map(|day| match day.id == first_day(0) {
            true => WorkDay { capacity: Some(13), ..day },
            false => day,
        });
        let cards = board.cards.values().cloned().collect();
        let (mut anew, follow) = Board::build(None, span(), before, (cards, days.collect()), straight(), early()).unwrap();
        anew.accept(&follow);
        agree(&anew, "built anew");
        assert_eq!((load(&anew, 0).0, load(&anew, 1).0, anew.book().shift_of(visit(2))), (3, 3, None));
    }

    #[test]
    fn a_visit_that_takes_more_than_there_is_room_for_waits() {
        let mut board = board([freight(0, 3), freight(1, 3)], 1);
        made(&mut board, &[0, 1].map(|n| assign(visit(n), None)));
        let more = Card { agent_id: Some(agent(0)), ..freight(1, 4) };
        let decided = board.visit_changed(more).unwrap();
        board.accept(&decided.diff);
        agree(&board, "it takes more");
        assert_eq!((board.book().route(first_day(0)), load(&board, 0).0), (&[visit(0)][..], 3));
    }

    #[test]
    fn how_far_a_vehicle_may_go_in_a_day_is_followed_too() {
        let far = Some(salessync_engine::Point::new(52.6, 13.4).unwrap());
        let mut board = board([freight(0, 0), Card { point: far, ..freight(1, 0) }], 1);
        made(&mut board, &[0, 1].map(|n| assign(visit(n), None)));
        let day = WorkDay { distance_max_m: Some(15_000), ..board.days[&first_day(0)].clone() };
        let decided = board.day_changed(day).unwrap();
        board.accept(&decided.diff);
        agree(&board, "a shorter way");
        assert_eq!(board.book().route(first_day(0)), [visit(0)]);
        let refused = board.change(&[assign(visit(1), None)]).map(drop).unwrap_err();
        assert!(refused.to_string().contains("too far"), "{refused}");
    }

    #[test]
    fn a_search_loads_no_vehicle_with_more_than_it_carries() {
        for seed in 1..=6 {
            let spread = |n: u64| salessync_engine::Point::new(52.5 + (n * 7 % 10) as f64 / 100.0, 13.3 + n as f64 / 50.0).ok();
            let cards =
                (0..9).map(|n| Card { point: spread(n), priority: 40 + 5 * n as u8, ..freight(n, 1 + (n as u32 + seed) % 4) });
            let mut board = board(cards, 2);
            let (snapshot, ways) = board.snapshot(None).unwrap();
            let mut rounds = 0;
            let found = search::search(&snapshot.problem, &ways, Some(&snapshot.start), u64::from(seed), &mut |_| {
                rounds += 1;
                rounds < 2_000
            });
            let problem = &snapshot.problem;
            let routes = problem.shifts().iter().zip(&found.solution.routes).map(|(shift, route)| {
                let after = route.visits.iter().map(|ix| problem.visit(*ix).id).collect();
                RouteChange { shift: shift.id, before: Vec::new(), after }
            });
            let diff = Diff { routes: routes.filter(|route| !route.after.is_empty()).collect(), holds: Vec::new() };
            let (taken, _) = board.take_in(&diff).unwrap();
            board.accept(&taken.diff);
            agree(&board, "searched");
            let loads = [load(&board, 0), load(&board, 1)];
            assert!(loads.iter().all(|(load, capacity)| *load <= i64::from(capacity.unwrap())), "{loads:?}");
            assert!(loads.iter().any(|(load, _)| *load > 0), "seed {seed}: nothing was placed");
        }
    }
}
