//! Gaps are filled. What had to give way to something else, what a repair had to leave out, or a search found no room for, comes back of its own
//! accord when what happens in the field makes room: a visit is cancelled or over, an agent works again. So does a planned visit whose owner changed
//! it so that it does not fit its agent any more. Where nothing fits as the plan is, a short search changes places, and of what has to be made leaves
//! nothing out for it. What a person has taken out stays out.

use super::actor::{Going, PlanActor};
use super::board::{Board, Decided};
use super::pool::{Improved, Result as Outcome};
use actix::prelude::*;
use chrono::NaiveDate;
use salessync_engine::VisitId;
use salessync_engine::plan::book::{ChangeKind, Diff, Move, Operation};
use salessync_engine::plan::model::{Bill, Prize};
use std::collections::BTreeSet;

/// Visits looked at in one go, the most urgent first: each is a search over the agents near it.
const AT_ONCE: usize = 64;
/// How long a search for room is, seconds.
const SECONDS: u32 = 1;
/// Nobody has asked for this search: another agent for a visit has to save so much, seconds of driving.
const MOVED_COST_S: i64 = 600;
/// The same of one that a person chose its agent for.
const CHOSEN_COST_S: i64 = 3_600;
/// For each visit that comes in so many others may go to another agent: a day turned over for one visit is a person's decision.
const MOVED_A_VISIT: usize = 8;

/// Which waiting visits are to come back.
#[derive(Debug, Default)]
pub(super) struct Wanted(BTreeSet<VisitId>);

impl Wanted {
    /// As accepted changes have left it, oldest first. What people's changes pushed out is not told apart from what they took out.
    pub fn after<'a>(changes: impl Iterator<Item = (ChangeKind, &'a Diff)>) -> Self {
        let mut wanted = Self::default();
        for (kind, diff) in changes {
            wanted.note(kind, diff, None);
        }
        wanted
    }

    /// A change was accepted, by these operations where a person made it. What it moves is settled, but for what had to give way.
    pub fn note(&mut self, kind: ChangeKind, diff: &Diff, operations: Option<&[Operation]>) {
        let pushes_out = match (kind, operations) {
            (ChangeKind::Repair | ChangeKind::Dispatch, _) => true,
            (ChangeKind::Edit | ChangeKind::Bulk, Some(operations)) => !operations.iter().any(Operation::only_empties),
            (ChangeKind::Edit | ChangeKind::Bulk, None) => false,
            // Taken back, found better so, or changed by whoever owns the visit.
            (ChangeKind::Undo | ChangeKind::Improve | ChangeKind::Follow, _) => false,
        };
        let named: BTreeSet<VisitId> = operations.unwrap_or_default().iter().flat_map(Operation::visits).collect();
        for step in diff.moves() {
            if step.to.is_none() && pushes_out && !named.contains(&step.visit) {
                self.0.insert(step.visit);
            } else {
                self.0.remove(&step.visit);
            }
        }
    }
}

impl PlanActor {
    /// An accepted change says which visits are to come back.
    pub(super) fn note_wanted(
        &mut self,
        kind: ChangeKind,
        diff: &Diff,
        operations: Option<&[Operation]>,
        ctx: &mut Context<Self>,
    ) {
        self.wanted.note(kind, diff, operations);
        let is_pushed_out = |visit: VisitId| self.wanted.0.contains(&visit);
        if diff.moves().iter().any(|step| is_pushed_out(step.visit)) {
            self.look_for_room(ctx);
        }
        if kind == ChangeKind::Improve {
            // The search was free to plan these, and found no room.
            let days: BTreeSet<_> = diff.shifts().map(|shift| shift.date).collect();
            let waiting = self.board.waiting().filter(|card| days.contains(&card.day)).map(|card| card.id);
            self.wanted.0.extend(waiting.collect::<Vec<_>>());
        }
    }

    /// These had a place and their owner wants them made, as they are now: what has none any more is to come back.
    pub(super) fn want_back(&mut self, visits: Vec<VisitId>, ctx: &mut Context<Self>) {
        let Self { wanted, board, .. } = self;
        wanted.0.extend(visits.into_iter().filter(|visit| board.is_waiting(*visit)));
        self.look_for_room(ctx);
    }

    /// There may be room now, or something to make room for: looks once what came before has been dealt with.
    pub(super) fn look_for_room(&self, ctx: &mut Context<Self>) {
        if self.around.settings.fill_gaps && !self.wanted.0.is_empty() {
            ctx.notify(super::messages::PlanMsg::Fill);
        }
    }

    /// Plans what is wanted and fits now.
    pub(super) fn fill(&mut self, ctx: &mut Context<Self>) {
        let Self { wanted, board, desk, .. } = self;
        wanted.0.retain(|visit| board.is_waiting(*visit));
        // Whom somebody is being asked about is found in that way.
        let free = wanted.0.iter().copied().filter(|visit| desk.of_visit(*visit).is_none()).collect();
        match board.place_waiting(&free, AT_ONCE) {
            Some(decided) => {
                let going = Going::of_itself(ChangeKind::Repair, self.now(), decided);
                self.commit(going, ctx, |this, changed, ctx| {
                    this.warn("fill gaps", &changed);
                    this.look_for_room(ctx);
                });
            }
            None => self.search_for_room(&free, ctx),
        }
    }

    /// What fits nowhere as the plan is may fit when others change places: a short search, once for each version.
    fn search_for_room(&mut self, visits: &BTreeSet<VisitId>, ctx: &mut Context<Self>) {
        let of_visits = visits.iter().filter_map(|visit| self.board.card(*visit)).map(|card| card.day);
        let days: BTreeSet<NaiveDate> = of_visits.filter(|day| self.board.is_worked_on(*day)).collect();
        if days.is_empty() || !self.improving.begins_to_seek(self.board.version()) {
            return;
        }
        let part = Some((days.into_iter().collect(), Vec::new()));
        let ticket = self.board.snapshot(part).ok().and_then(|(mut snapshot, ways)| {
            snapshot.leave_waiting(|visit| !visits.contains(&visit));
            snapshot.keep(|visit| visit.prize == Prize::Mandatory);
            snapshot.settle(|visit| if self.board.is_chosen(visit) { CHOSEN_COST_S } else { MOVED_COST_S });
            self.search(snapshot, ways, SECONDS)
        });
        let Some(ticket) = ticket else { return self.improving.ends() };
        let sought = ticket.done.into_actor(self).map(|outcome, this, ctx| {
            this.improving.ends();
            if let Ok(Outcome::Improved(found)) = outcome {
                this.take_room(&found, ctx);
            }
            this.look_for_room(ctx);
        });
        ctx.spawn(sought);
    }

    /// Takes in what was found where more visits are made by it and no promise is broken.
    fn take_room(&mut self, found: &Improved, ctx: &mut Context<Self>) {
        if !found.is_better() {
            return;
        }
        let mut diff = found.diff.clone();
        for change in &mut diff.routes {
            // Somebody may have taken it out since, or be asked about it by now.
            let comes_in = |visit: &VisitId| self.wanted.0.contains(visit) && self.desk.of_visit(*visit).is_none();
            change.after.retain(|visit| self.board.book().shift_of(*visit).is_some() || comes_in(visit));
        }
        let Ok((decided, _)) = self.board.take_in_whole(&diff) else { return };
        let Bill { mandatory_lost, prizes_lost, broken_promises, .. } = decided.bill;
        let makes_more = mandatory_lost < 0 || (mandatory_lost == 0 && prizes_lost < 0);
        if makes_more && broken_promises <= 0 && is_in_proportion(&decided.diff) {
            let going = Going::of_itself(ChangeKind::Repair, self.now(), decided);
            self.commit(going, ctx, |this, changed, _| this.warn("make room for visits that wait", &changed));
        } else if !self.board.take_back(decided) {
            ctx.stop();
        }
    }
}

/// Does it move few enough to other agents for what comes in by it?
fn is_in_proportion(diff: &Diff) -> bool {
    let moves = diff.moves();
    let come = moves.iter().filter(|step| step.from.is_none()).count();
    let change = |step: &&Move| step.from.zip(step.to).is_some_and(|(from, to)| from.shift != to.shift);
    moves.iter().filter(change).count() <= MOVED_A_VISIT * come
}

impl Board {
    /// Visits ahead that the live plan holds in no route.
    fn waiting(&self) -> impl Iterator<Item = &super::world::Card> {
        self.live.unassigned().filter_map(|visit| self.cards.get(&visit)).filter(|card| card.is_ahead())
    }

    /// Does anybody take visits on that day?
    fn is_worked_on(&self, date: NaiveDate) -> bool {
        self.days.values().any(|day| day.id.date == date && day.takes_visits())
    }

    fn is_waiting(&self, visit: VisitId) -> bool {
        self.book.shift_of(visit).is_none() && self.cards.get(&visit).is_some_and(super::world::Card::is_ahead)
    }

    /// Plans what of these waits, as far as it fits and is worth its way, the most urgent first. Promises to others are kept.
    pub fn place_waiting(&mut self, only: &BTreeSet<VisitId>, at_most: usize) -> Option<Decided> {
        let mut waiting: Vec<VisitId> = self.live.unassigned().filter(|visit| only.contains(visit)).collect();
        waiting.sort_by_key(|visit| {
            let card = self.cards.get(visit);
            (card.map(|card| (!card.is_mandatory(), std::cmp::Reverse(card.priority))), *visit)
        });
        waiting.truncate(at_most);
        self.place(&waiting).unwrap_or_else(|BreaksPromises| {
            // Somebody would be let down: then one by one, without those that do it.
            waiting.into_iter().fold(None, |all, visit| match self.place(&[visit]) {
                Ok(decided) => self.together(all, decided),
                Err(BreaksPromises) => all,
            })
        })
    }

    /// Plans what fits of these; None: nothing does.
    fn place(&mut self, visits: &[VisitId]) -> Result<Option<Decided>, BreaksPromises> {
        let Ok(outcome) = self.live.fill(visits) else { return Ok(None) };
        if outcome.diff.bill.broken_promises > 0 {
            // Made a moment ago, and nothing since: it can be taken back.
            let undone = self.live.undo(outcome.undo);
            debug_assert!(undone.is_ok(), "what was just made is taken back");
            return Err(BreaksPromises);
        }
        Ok(Some(self.decided(outcome, [])).filter(|decided| !decided.is_empty()))
    }
}

/// It was taken back.
struct BreaksPromises;

#[cfg(test)]
mod tests {
    use super::super::tests::{agent, date, visit};
    use super::*;
    use salessync_engine::plan::book::RouteChange;
    use salessync_engine::plan::model::ShiftId;

    #[test]
    fn a_day_is_not_turned_over_for_one_visit() {
        let route = |n: u64, before: std::ops::Range<u64>, after: Vec<u64>| RouteChange {
            shift: ShiftId { agent: agent(n), date: date(0), part: 0 },
            before: before.map(visit).collect(),
            after: after.into_iter().map(visit).collect(),
        };
        let moves = |moved: u64, come: std::ops::Range<u64>| Diff {
            routes: vec![route(0, 0..20, (moved..20).collect()), route(1, 20..20, (0..moved).chain(come).collect())],
            holds: Vec::new(),
        };
        for (moved, come, is_fine) in
            [(8, 30..31, true), (9, 30..31, false), (9, 30..32, true), (1, 30..30, false), (0, 30..31, true)]
        {
            assert_eq!(is_in_proportion(&moves(moved, come.clone())), is_fine, "{moved} for {come:?}");
        }
    }
}
