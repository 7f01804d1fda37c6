//! Making room for a visit that has to be made: one that may be left out gives way. It goes where it still fits, or waits.

use super::LivePlan;
use super::change::Rejection;
use super::journal::Journal;
use super::quote::Quote;
use super::search::Best;
use super::ways::Ways;
use crate::VisitId;
use crate::plan::explain::{Offer, Refusal};
use crate::plan::model::{Bill, Prize, ShiftIx, VisitIx};

/// Shifts near the visit in which room is sought.
const SHIFTS: usize = 8;

impl<W: Ways> LivePlan<W> {
    /// Puts a visit where one that may be left out stands in its way, if there is one: the one whose loss costs the least, a
    /// promise to come counted as broken. What somebody fixed does not give way. Returns the shift that makes the visit then.
    pub(super) fn make_room(&mut self, ix: VisitIx, journal: &mut Journal) -> Option<ShiftIx> {
        let shifts = self.shifts_near(ix, SHIFTS, |_| true);
        let rooms: Vec<Room> = shifts.into_iter().filter_map(|shift| self.room_in(shift, ix)).collect();
        let room = rooms.into_iter().min_by_key(Room::rank)?;
        self.take_room(ix, &room, journal);
        Some(room.quote.shift)
    }

    /// The same in one shift.
    pub(super) fn make_room_in(&mut self, ix: VisitIx, shift: ShiftIx, journal: &mut Journal) -> Result<(), Rejection> {
        let room = self.room_in(shift, ix);
        let breaks = || Rejection::Breaks { shift: self.grounds.problem.shift(shift).id, refusal: Refusal::Locked };
        let room = room.ok_or_else(breaks)?;
        self.take_room(ix, &room, journal);
        Ok(())
    }

    /// Who could make a visit that has to be made, and fits nowhere, if another gave way: the `k` cheapest, the loss of the other included.
    pub fn recommend_making_room(&mut self, visit: VisitId, k: usize) -> Result<Vec<Offer>, Rejection> {
        let ix = self.unplanned(visit)?;
        let shifts = self.shifts_near(ix, SHIFTS, |_| true);
        let mut rooms: Vec<Room> = shifts.into_iter().filter_map(|shift| self.room_in(shift, ix)).collect();
        rooms.sort_by_key(Room::rank);
        rooms.truncate(k);
        if rooms.is_empty() {
            return Err(self.infeasible(ix));
        }
        Ok(rooms.iter().map(|room| Offer { cost: room.cost, parts: room.bill, ..self.offer(&room.quote) }).collect())
    }

    fn take_room(&mut self, ix: VisitIx, room: &Room, journal: &mut Journal) {
        self.grounds.take(journal, room.other, &mut self.bench.board);
        self.grounds.put(journal, ix, room.quote.shift, room.quote.position, &mut self.bench.board);
        self.place_all(&[room.other], journal);
    }

    /// The cheapest room in a shift.
    fn room_in(&mut self, shift: ShiftIx, ix: VisitIx) -> Option<Room> {
        if self.grounds.problem.visit(ix).prize != Prize::Mandatory {
            return None;
        }
        let mut best: Option<Room> = None;
        for other in self.open_visits(shift) {
            let visit = self.grounds.problem.visit(other);
            let Prize::Optional(prize) = visit.prize else { continue };
            let is_timed = visit.windows.iter().all(|window| window.opens_s == window.closes_s);
            if visit.pinned.is_some() || is_timed {
                continue;
            }
            let broken_promise = visit.promise.map_or(0, |promise| promise.cost_broken);
            let Some((saved, quote)) = self.instead_of(ix, shift, other) else { continue };
            let mut bill = quote.bill - saved;
            bill.prizes_lost += prize;
            bill.broken_promises += broken_promise;
            let room = Room { other, quote, cost: bill.total(), bill };
            if best.as_ref().is_none_or(|best| room.rank() < best.rank()) {
                best = Some(room);
            }
        }
        best
    }

    /// The best place for a visit in a shift without another, and what leaving that one out saves.
    fn instead_of(&mut self, ix: VisitIx, shift: ShiftIx, other: VisitIx) -> Option<(Bill, Quote)> {
        let route = &self.grounds.routes[shift.at()];
        let rest = route.steps.iter().map(|step| step.visit).filter(|visit| *visit != other);
        let without = self.grounds.reordered(shift, rest, &mut self.bench.board);
        let saved = route.bill - without.bill;
        if without.timing.late_s > route.timing.late_s {
            return None;
        }
        let with = std::mem::replace(&mut self.grounds.routes[shift.at()], without);
        let mut best = Best::new(1, i64::MAX);
        self.search_shift(ix, shift, &mut best);
        self.grounds.routes[shift.at()] = with;
        best.first().map(|quote| (saved, quote))
    }
}

/// A place for a visit where another gives way.
struct Room {
    other: VisitIx,
    /// Its position is the one without the other.
    quote: Quote,
    cost: i64,
    bill: Bill,
}

impl Room {
    fn rank(&self) -> (i64, ShiftIx, VisitIx) {
        (self.cost, self.quote.shift, self.other)
    }
}
