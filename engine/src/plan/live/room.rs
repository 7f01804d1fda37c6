//! Making room for a visit that has to be made and fits nowhere: another one gives way, or two that may be left out. What gives way goes where it
//! still fits, to another agent or to another place on its route, or waits. What has to be made gives way only where somebody else makes it.
//!
//! Sought is in the shifts near the visit that work when it is open, within bounded numbers of tries. What somebody fixed never gives way.

use super::change::Rejection;
use super::journal::Journal;
use super::quote::Quote;
use super::search::Best;
use super::ways::Ways;
use super::{LivePlan, Spot};
use crate::VisitId;
use crate::plan::explain::{Offer, Refusal};
use crate::plan::model::{Bill, Prize, ShiftId, ShiftIx, VisitIx};

/// Shifts near the visit in which room is sought.
const SHIFTS: usize = 64;
/// Routes that are priced without one of their visits: some milliseconds.
const SINGLES: usize = 1_024;
/// Routes that are priced without two.
const PAIRS: usize = 1_024;
/// Of those the cheapest for which another place is sought for what gives way: up to a millisecond each.
const RESETTLED: usize = 8;
/// The same where nothing that may be left out makes room.
const RESETTLED_MOST: usize = 24;
/// Stops around what gives way where it goes, when there is nothing among the near ones.
const FAR: usize = 512;
/// Agents without a base and with nothing to do whom it may go to then.
const IDLE: usize = 4;

/// A visit that gives way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GivesWay {
    pub visit: VisitId,
    /// Who makes it then; None: it waits.
    pub to: Option<ShiftId>,
}

/// A place for a visit where others give way. What that costs is part of the offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoomOffer {
    pub offer: Offer,
    pub gives_way: Vec<GivesWay>,
}

/// A place for a visit in a route that some have left.
struct Trial {
    others: Vec<VisitIx>,
    /// Its position is the one without the others.
    quote: Quote,
    /// What the route's bill grows by.
    bill: Bill,
    /// What leaving the others out costs; None: one of them may not be.
    loss: Option<Bill>,
}

/// A trial, and what becomes of the others.
pub(super) struct Room {
    others: Vec<(VisitIx, Option<ShiftIx>)>,
    quote: Quote,
    bill: Bill,
}

impl<W: Ways> LivePlan<W> {
    /// Puts a visit where others give way, if there is such a place: the cheapest. Returns the shift that makes the visit then.
    pub(super) fn make_room(&mut self, ix: VisitIx, journal: &mut Journal) -> Option<ShiftIx> {
        let shifts = self.shifts_near(ix, SHIFTS, self.within(ix, 0));
        let room = self.rooms(ix, &shifts, 1).into_iter().next()?;
        let left = self.take_room(ix, &room.others(), room.quote, journal);
        self.place_all(&left, journal);
        Some(room.quote.shift)
    }

    /// The same in one shift.
    pub(super) fn make_room_in(&mut self, ix: VisitIx, shift: ShiftIx, journal: &mut Journal) -> Result<(), Rejection> {
        let no_room = Rejection::Breaks { shift: self.grounds.problem.shift(shift).id, refusal: Refusal::Locked };
        let room = self.rooms(ix, &[shift], 1).into_iter().next().ok_or(no_room)?;
        let left = self.take_room(ix, &room.others(), room.quote, journal);
        self.place_all(&left, journal);
        Ok(())
    }

    /// Who could make a visit that has to be made, if others gave way: the `k` cheapest shifts. Nobody for a visit that may be left out itself.
    pub fn recommend_making_room(&mut self, visit: VisitId, k: usize) -> Result<Vec<RoomOffer>, Rejection> {
        let ix = self.unplanned(visit)?;
        let shifts = self.shifts_near(ix, SHIFTS, self.within(ix, 0));
        Ok(self.room_offers(ix, &shifts, k))
    }

    /// The same of one shift.
    pub fn room_on(&mut self, visit: VisitId, shift: ShiftId) -> Result<Option<RoomOffer>, Rejection> {
        let (ix, shift) = (self.unplanned(visit)?, self.shift_ix(shift)?);
        Ok(self.room_offers(ix, &[shift], 1).pop())
    }

    fn room_offers(&mut self, ix: VisitIx, shifts: &[ShiftIx], k: usize) -> Vec<RoomOffer> {
        let mut rooms = self.rooms(ix, shifts, k);
        rooms.truncate(k);
        let problem = &self.grounds.problem;
        let gives_way = |room: &Room| {
            let others = room.others.iter();
            others
                .map(|(other, to)| GivesWay { visit: problem.visit(*other).id, to: to.map(|to| problem.shift(to).id) })
                .collect()
        };
        let offer = |room: &Room| Offer { cost: room.bill.total(), parts: room.bill, ..self.offer(&room.quote) };
        rooms.iter().map(|room| RoomOffer { offer: offer(room), gives_way: gives_way(room) }).collect()
    }

    /// The cheapest room in each of these shifts, cheapest first. Two give way only where one is not enough for `wanted` shifts.
    pub(super) fn rooms(&mut self, ix: VisitIx, shifts: &[ShiftIx], wanted: usize) -> Vec<Room> {
        if self.grounds.problem.visit(ix).prize != Prize::Mandatory {
            return Vec::new();
        }
        let singles = self.singles(ix, shifts);
        let mut rooms = self.settled(ix, singles);
        if rooms.len() < wanted {
            let rest = shifts.iter().copied().filter(|shift| rooms.iter().all(|room| room.quote.shift != *shift));
            let pairs = self.pairs(ix, &rest.collect::<Vec<_>>());
            rooms.extend(self.settled(ix, pairs));
            rooms.sort_by_key(Room::rank);
        }
        rooms
    }

    /// Places in routes without one of their visits.
    fn singles(&mut self, ix: VisitIx, shifts: &[ShiftIx]) -> Vec<Trial> {
        let (mut trials, mut tried) = (Vec::new(), 0);
        for shift in shifts {
            for (other, loss) in self.yielding(*shift) {
                if tried == SINGLES {
                    return trials;
                }
                tried += 1;
                trials.extend(self.without_them(ix, *shift, vec![other], loss));
            }
        }
        trials
    }

    /// Places in routes without two that may be left out, those first whose loss costs the least.
    fn pairs(&mut self, ix: VisitIx, shifts: &[ShiftIx]) -> Vec<Trial> {
        let (mut trials, mut tried) = (Vec::new(), 0);
        for shift in shifts {
            let mut optional: Vec<(VisitIx, Bill)> =
                self.yielding(*shift).into_iter().filter_map(|(other, loss)| Some((other, loss?))).collect();
            optional.sort_by_key(|(other, loss)| (loss.total(), *other));
            for (at, (second, loss)) in optional.iter().enumerate() {
                for (first, less) in &optional[..at] {
                    if tried == PAIRS {
                        return trials;
                    }
                    tried += 1;
                    trials.extend(self.without_them(ix, *shift, vec![*first, *second], Some(*less + *loss)));
                }
            }
        }
        trials
    }

    /// Visits of a shift that may give way, and what leaving each out costs, its promise counted as broken; None: it has to be made by somebody.
    fn yielding(&self, shift: ShiftIx) -> Vec<(VisitIx, Option<Bill>)> {
        let mut yielding = Vec::new();
        for other in self.open_visits(shift) {
            let visit = self.grounds.problem.visit(other);
            let is_timed = visit.windows.iter().all(|window| window.opens_s == window.closes_s);
            if visit.pinned.is_some() || is_timed {
                continue;
            }
            let broken_promises = visit.promise.map_or(0, |promise| promise.cost_broken);
            let loss = match visit.prize {
                Prize::Mandatory => None,
                Prize::Optional(prizes_lost) => Some(Bill { prizes_lost, broken_promises, ..Bill::default() }),
            };
            yielding.push((other, loss));
        }
        yielding
    }

    /// The best place for a visit in a shift without some others.
    fn without_them(&mut self, ix: VisitIx, shift: ShiftIx, others: Vec<VisitIx>, loss: Option<Bill>) -> Option<Trial> {
        let route = &self.grounds.routes[shift.at()];
        let rest = route.steps.iter().map(|step| step.visit).filter(|visit| !others.contains(visit));
        let without = self.grounds.reordered(shift, rest, &mut self.bench.board);
        let saved = route.bill - without.bill;
        if without.timing.late_s > route.timing.late_s {
            return None;
        }
        let with = std::mem::replace(&mut self.grounds.routes[shift.at()], without);
        let mut best = Best::new(1, i64::MAX);
        self.search_shift(ix, shift, &mut best);
        self.grounds.routes[shift.at()] = with;
        best.first().map(|quote| Trial { others, quote, bill: quote.bill - saved, loss })
    }

    /// Rooms of trials, the cheapest of each shift, cheapest first: what gives way goes elsewhere where that costs less than its loss.
    fn settled(&mut self, ix: VisitIx, mut trials: Vec<Trial>) -> Vec<Room> {
        trials.sort_by_key(|trial| (trial.bill.total(), trial.quote.shift, trial.others.clone()));
        let mut rooms = Vec::new();
        for (at, trial) in trials.iter().enumerate() {
            if at < RESETTLED || (at < RESETTLED_MOST && rooms.is_empty()) {
                rooms.extend(self.resettled(ix, trial));
            }
            let left = |loss: Bill| Room {
                others: trial.others.iter().map(|other| (*other, None)).collect(),
                quote: trial.quote,
                bill: trial.bill + loss,
            };
            rooms.extend(trial.loss.map(left));
        }
        rooms.sort_by_key(Room::rank);
        let mut told: Vec<ShiftIx> = Vec::new();
        rooms.retain(|room| {
            let is_first = !told.contains(&room.quote.shift);
            told.push(room.quote.shift);
            is_first
        });
        rooms
    }

    /// A trial made for real, and taken back: all of the others find another place.
    fn resettled(&mut self, ix: VisitIx, trial: &Trial) -> Option<Room> {
        let mut journal = Journal::default();
        let left = self.take_room(ix, &trial.others, trial.quote, &mut journal);
        let spots = trial.others.iter().map(|other| (*other, self.grounds.spots[other.at()].shift()));
        let room = left.is_empty().then(|| {
            let bill = journal.routes.iter().map(|(shift, was)| self.grounds.routes[shift.at()].bill - was.bill);
            Room { others: spots.collect(), quote: trial.quote, bill: bill.fold(Bill::default(), |sum, bill| sum + bill) }
        });
        self.grounds.restore(journal);
        room
    }

    /// Takes others out, puts the visit in, and the others where they fit near by and break no promise; returns those that fit nowhere there.
    fn take_room(&mut self, ix: VisitIx, others: &[VisitIx], quote: Quote, journal: &mut Journal) -> Vec<VisitIx> {
        for other in others {
            self.grounds.take(journal, *other, &mut self.bench.board);
        }
        self.grounds.put(journal, ix, quote.shift, quote.position, &mut self.bench.board);
        let mut left = Vec::new();
        for other in others {
            let mut best = Best::new(1, self.worth(*other));
            self.search_near(*other, self.rules.near, self.rules.ask, &mut best);
            if best.first().is_none() {
                self.search_near(*other, FAR, self.rules.ask, &mut best);
            }
            if best.first().is_none() {
                for shift in self.shifts_nowhere(*other, IDLE) {
                    self.search_shift(*other, shift, &mut best);
                }
            }
            match best.first().filter(|quote| quote.bill.broken_promises <= 0) {
                Some(quote) => self.grounds.put(journal, *other, quote.shift, quote.position, &mut self.bench.board),
                None => left.push(*other),
            }
        }
        debug_assert!(left.iter().all(|other| self.grounds.spots[other.at()] == Spot::Unassigned));
        left
    }
}

impl Room {
    fn rank(&self) -> (i64, ShiftIx, Vec<VisitIx>) {
        (self.bill.total(), self.quote.shift, self.others())
    }

    fn others(&self) -> Vec<VisitIx> {
        self.others.iter().map(|(other, _)| *other).collect()
    }

    #[cfg(test)]
    pub fn cost(&self) -> i64 {
        self.bill.total()
    }
}
