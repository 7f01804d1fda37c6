//! From a dispatcher's operations to the edits of the live plan, and to what is settled thereby.

use super::board::{Board, Decided, Unplanned};
use super::refusing::NotDone;
use super::relaxing::pinned;
use chrono::NaiveDate;
use salessync_engine::plan::book::{Hold, Operation};
use salessync_engine::plan::live::{Edit, RelaxationKind};
use salessync_engine::plan::model::{Commitment, ShiftId};
use salessync_engine::{AgentId, VisitId};

/// Visits and what is to be settled of them.
type Holds = Vec<(VisitId, Option<Hold>)>;

/// Edits for operations that can be made together.
#[derive(Default)]
pub(super) struct Edits {
    pub all: Vec<Edit>,
    /// The operation that each edit belongs to.
    pub of: Vec<usize>,
    pub holds: Holds,
}

impl Board {
    pub(super) fn edits(&self, operations: &[Operation]) -> Result<Edits, NotDone> {
        let mut edits = Edits::default();
        for (index, operation) in operations.iter().enumerate() {
            let made = self.edits_of(operation, &mut edits.all, &mut edits.holds);
            made.map_err(|why| NotDone::new(operations, index, why))?;
            edits.of.resize(edits.all.len(), index);
        }
        Ok(edits)
    }

    fn edits_of(&self, operation: &Operation, edits: &mut Vec<Edit>, holds: &mut Holds) -> Result<(), Unplanned> {
        match operation {
            Operation::Assign { visit, agent, date, position, start_at, accept_relaxation } => {
                let shift = self.target(*visit, *agent, *date)?;
                let hold = self.put(*visit, (shift, *position), *accept_relaxation, edits)?;
                holds.push((*visit, Some(hold)));
                if let Some(at) = start_at {
                    edits.push(Edit::PinTime { visit: *visit, start_s: self.span().second(*at) });
                    holds.push((*visit, Some(hold.settled(hold.commitment, Some(*at)))));
                }
            }
            Operation::Move { visit, agent, date, position, accept_relaxation } => {
                let shift = self.target(*visit, *agent, *date)?;
                let hold = self.put(*visit, (shift, *position), *accept_relaxation, edits)?;
                holds.push((*visit, Some(hold)));
            }
            Operation::Place { visit } => {
                self.known(*visit)?;
                if self.is_placed(*visit, edits) {
                    edits.push(Edit::Remove { visit: *visit });
                }
                edits.push(Edit::Insert { visit: *visit });
            }
            Operation::Unassign { visit } => {
                self.known(*visit)?;
                edits.push(Edit::Remove { visit: *visit });
                edits.extend(self.book.hold(*visit).map(|_| Edit::PinShift { visit: *visit, shift: None }));
            }
            Operation::Swap { visit, with } => {
                self.known(*visit)?;
                self.known(*with)?;
                edits.push(Edit::Swap { a: *visit, b: *with });
                if self.book.shift_of(*visit) != self.book.shift_of(*with) {
                    holds.extend([*visit, *with].map(|visit| (visit, Some(Hold::chosen(self.book.hold(visit))))));
                }
            }
            Operation::Reorder { agent, date, visits } => {
                edits.push(Edit::Reorder { shift: self.shift(*agent, *date)?, visits: visits.clone() });
            }
            Operation::PinTime { visit, start_at } => {
                self.known(*visit)?;
                let hold = self.book.hold(*visit);
                edits.extend(self.rewindow(*visit, self.known(*visit)?.day, hold));
                edits.push(Edit::PinTime { visit: *visit, start_s: self.span().second(*start_at) });
                let hold = hold.unwrap_or(Hold::new(Commitment::Free));
                holds.push((*visit, Some(hold.settled(hold.commitment, Some(*start_at)))));
            }
            Operation::Lock { visit, commitment: Commitment::FixedAgent } => {
                let shift = self.book.shift_of(*visit).ok_or(Unplanned::NotSettled(*visit))?;
                let hold = self.book.hold(*visit).unwrap_or(Hold::new(Commitment::FixedAgent));
                edits.push(Edit::PinShift { visit: *visit, shift: Some(shift) });
                holds.push((*visit, Some(hold.settled(Commitment::FixedAgent, hold.start_at))));
            }
            Operation::Lock { commitment: Commitment::FixedOrder | Commitment::FixedOrderAndTime, .. } => {
                return Err(Unplanned::NotAlone("settling an order"));
            }
            Operation::Lock { .. } => return Err(Unplanned::Commitment),
            Operation::Unlock { visit } => {
                let hold = self.book.hold(*visit).ok_or(Unplanned::NotSettled(*visit))?;
                if matches!(hold.commitment, Commitment::FixedOrder | Commitment::FixedOrderAndTime) {
                    return Err(Unplanned::NotAlone("freeing an order"));
                }
                if hold.is_relaxed() {
                    return Err(Unplanned::Relaxed(*visit));
                }
                edits.extend(self.hold_edits(*visit, None, None));
                holds.push((*visit, None));
            }
            Operation::ReleaseAgent { .. } => return Err(Unplanned::NotAlone("releasing an agent")),
            Operation::ReturnAgent { .. } => return Err(Unplanned::NotAlone("opening an agent's day again")),
        }
        Ok(())
    }

    /// Operations that stand alone; None: it is not one of them.
    pub(super) fn alone(&mut self, operations: &[Operation]) -> Result<Option<Decided>, Unplanned> {
        let [operation] = operations else { return Ok(None) };
        match operation {
            Operation::Lock { visit, commitment: commitment @ (Commitment::FixedOrder | Commitment::FixedOrderAndTime) } => {
                let spot = self.book.spot(*visit).ok_or(Unplanned::NotSettled(*visit))?;
                self.settle(spot.shift, spot.position as usize + 1, *commitment).map(Some)
            }
            Operation::Unlock { visit } => {
                let hold = self.book.hold(*visit).ok_or(Unplanned::NotSettled(*visit))?;
                if !matches!(hold.commitment, Commitment::FixedOrder | Commitment::FixedOrderAndTime) {
                    return Ok(None);
                }
                let spot = self.book.spot(*visit).ok_or(Unplanned::NotSettled(*visit))?;
                self.settle(spot.shift, spot.position as usize, hold.commitment).map(Some)
            }
            Operation::ReleaseAgent { agent, date, replace } => {
                self.shift(*agent, *date)?;
                if *replace { self.end(*agent, *date) } else { self.empty(*agent, *date) }.map(Some)
            }
            Operation::ReturnAgent { agent, date } => {
                self.shift(*agent, *date)?;
                self.open_again(*agent, *date).map(Some)
            }
            Operation::Assign { .. }
            | Operation::Place { .. }
            | Operation::Unassign { .. }
            | Operation::Move { .. }
            | Operation::Swap { .. }
            | Operation::Reorder { .. }
            | Operation::Lock { .. }
            | Operation::PinTime { .. } => Ok(None),
        }
    }

    /// Settles the first `count` visits of a route, those begun included, and nothing behind them.
    fn settle(&mut self, shift: ShiftId, count: usize, commitment: Commitment) -> Result<Decided, Unplanned> {
        let route = self.book.route(shift).to_vec();
        let begun = route.iter().take_while(|visit| self.cards.get(visit).is_some_and(super::world::Card::is_begun)).count();
        let in_time = commitment == Commitment::FixedOrderAndTime;
        let outcome = self.live.settle(shift, count.saturating_sub(begun), in_time)?;
        let starts = self.live.route(shift).map(|view| view.visits).unwrap_or_default();
        let span = self.span();
        let holds: Holds = route
            .iter()
            .enumerate()
            .skip(begun)
            .filter_map(|(at, visit)| {
                let start = starts.iter().find(|(of, _)| of == visit).map(|(_, start_s)| span.instant(*start_s));
                let was = self.book.hold(*visit);
                if at < count {
                    let hold = was.unwrap_or(Hold::new(commitment));
                    Some((*visit, Some(hold.settled(commitment, start.filter(|_| in_time)))))
                } else {
                    let was =
                        was.filter(|was| matches!(was.commitment, Commitment::FixedOrder | Commitment::FixedOrderAndTime))?;
                    // Limits that were exceeded for it stay so, and it stays with its agent.
                    Some((*visit, was.freed()))
                }
            })
            .collect();
        Ok(self.decided(outcome, holds))
    }

    /// Ends an agent's day: what it held goes to others. The last shift first, so that an earlier one is not given what a later one loses.
    fn end(&mut self, agent: AgentId, date: NaiveDate) -> Result<Decided, Unplanned> {
        let mut all = None;
        for shift in self.shifts_of(agent, date).collect::<Vec<_>>().into_iter().rev() {
            let outcome = self.live.drop_agent(shift)?;
            let mut decided = self.decided_after(outcome);
            if !self.released.contains(&shift) {
                self.set_released(shift, true);
                decided.closes.insert(shift, true);
            }
            all = self.together(all, Some(decided));
        }
        Ok(all.unwrap_or_default())
    }

    /// Opens the shifts of a day that a dispatcher has ended, but those that are closed for another reason.
    fn open_again(&mut self, agent: AgentId, date: NaiveDate) -> Result<Decided, Unplanned> {
        let ended: Vec<ShiftId> = self.shifts_of(agent, date).filter(|shift| self.released.contains(shift)).collect();
        let mut all = None;
        for shift in ended {
            let mut decided = if self.days.get(&shift).is_some_and(|day| day.is_closed) {
                Decided::default()
            } else {
                let outcome = self.live.return_agent(shift)?;
                self.decided(outcome, [])
            };
            self.set_released(shift, false);
            decided.closes.insert(shift, false);
            all = self.together(all, Some(decided));
        }
        Ok(all.unwrap_or_default())
    }

    /// Takes everything not begun out of an agent's day.
    fn empty(&mut self, agent: AgentId, date: NaiveDate) -> Result<Decided, Unplanned> {
        let held = self.shifts_of(agent, date).flat_map(|shift| self.book.route(shift));
        let open = held.filter(|visit| self.cards.get(visit).is_some_and(super::world::Card::is_ahead));
        let edits: Vec<Edit> = open.map(|visit| Edit::Remove { visit: *visit }).collect();
        let outcome = self.live.edit(&edits, salessync_engine::plan::live::Expected::Any)?;
        Ok(self.decided(outcome, []))
    }

    pub(super) fn target(
        &self,
        visit: VisitId,
        agent: salessync_engine::AgentId,
        date: Option<NaiveDate>,
    ) -> Result<ShiftId, Unplanned> {
        let day = self.known(visit)?.day;
        self.shift(agent, date.unwrap_or(day))
    }

    /// Puts a visit into a route, from wherever it is; on another day its windows go with it. Returns what is settled of it: that its agent was
    /// chosen, what was settled of it on this day, and what gives.
    pub(super) fn put(
        &self,
        visit: VisitId,
        (shift, position): (ShiftId, Option<usize>),
        accepts: Option<RelaxationKind>,
        edits: &mut Vec<Edit>,
    ) -> Result<Hold, Unplanned> {
        if self.is_placed(visit, edits) {
            edits.push(Edit::Remove { visit });
        }
        let is_other_day = self.known(visit)?.day != shift.date;
        if is_other_day {
            edits.extend(self.rewindow(visit, shift.date, None));
        }
        let mut hold = None;
        if let Some(kind) = accepts {
            let relaxed = self.relaxed(visit, shift, kind).ok_or(Unplanned::GivesNoWay)?;
            edits.extend(relaxed.edits);
            hold = relaxed.hold;
        }
        edits.push(Edit::InsertAt { visit, shift, position });
        edits.extend(pinned(visit, shift, hold));
        let was = self.book.hold(visit).filter(|_| !is_other_day);
        Ok(Hold::chosen(hold.or(was)))
    }

    /// Is it in a route, after these edits?
    fn is_placed(&self, visit: VisitId, edits: &[Edit]) -> bool {
        edits
            .iter()
            .rev()
            .find_map(|edit| match edit {
                Edit::Remove { visit: of } if *of == visit => Some(false),
                Edit::InsertAt { visit: of, .. } | Edit::Insert { visit: of } if *of == visit => Some(true),
                _ => None,
            })
            .unwrap_or_else(|| self.book.shift_of(visit).is_some())
    }

    /// Edits that make a hold of what people settle, of a visit in a shift, hold for the live plan too; orders are settled otherwise.
    pub(super) fn hold_edits(&self, visit: VisitId, hold: Option<Hold>, shift: Option<ShiftId>) -> Vec<Edit> {
        let mut edits = Vec::new();
        let Some(card) = self.cards.get(&visit) else { return edits };
        match hold.and_then(|hold| hold.start_at) {
            Some(at) => edits.push(Edit::PinTime { visit, start_s: self.span().second(at) }),
            None => edits.extend(self.rewindow(visit, card.day, hold)),
        }
        let is_pinned = hold.is_some_and(|hold| hold.commitment == Commitment::FixedAgent);
        edits.push(Edit::PinShift { visit, shift: shift.filter(|_| is_pinned) });
        edits
    }
}
