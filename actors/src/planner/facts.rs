//! What the world says of a plan before anybody decides: which routes follow from the book and from what was begun, and what of them is settled.

use super::world::{Card, Span, WorkDay};
use salessync_engine::plan::book::{Book, Hold};
use salessync_engine::plan::model::{Commitment, LockedDraft, ShiftId};
use salessync_engine::visit::VisitStatus;
use salessync_engine::{AgentId, Timestamp, VisitId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Is it the same to be done, at the same place, in the same time?
pub(super) fn is_same_task(a: &Card, b: &Card) -> bool {
    (a.place_id, a.point, a.day, a.duration_s, a.demand, a.priority, a.kind)
        == (b.place_id, b.point, b.day, b.duration_s, b.demand, b.priority, b.kind)
        && a.windows == b.windows
        && a.skills == b.skills
        && a.hours == b.hours
        && a.preferred_agents == b.preferred_agents
        && a.forbidden_agents == b.forbidden_agents
        && a.is_ahead() == b.is_ahead()
}

/// The routes as they should be: what was begun first, in the order in which it was, then what the book has and is still to be made.
pub(super) fn wanted(book: &Book, cards: &HashMap<VisitId, Card>, days: &[WorkDay]) -> BTreeMap<ShiftId, Vec<VisitId>> {
    let known: BTreeSet<ShiftId> = days.iter().map(|day| day.id).collect();
    // The shift of that day which somebody began in: the last one before, or the first.
    let begun_in = |agent: AgentId, date, at: Option<Timestamp>| {
        let of_day = |day: &&WorkDay| day.id.agent == agent && day.id.date == date;
        let first = days.iter().filter(of_day).min_by_key(|day| day.id);
        let last = days.iter().filter(of_day).filter(|day| at.is_some_and(|at| day.from <= at)).max_by_key(|day| day.id);
        last.or(first).map(|day| day.id)
    };
    let mut routes: BTreeMap<ShiftId, Vec<VisitId>> = BTreeMap::new();
    let mut begun: Vec<&Card> = cards.values().filter(|card| card.is_begun() && card.started_at.is_some()).collect();
    begun.sort_by_key(|card| (card.started_at, card.id));
    let mut placed = BTreeSet::new();
    for card in begun {
        let shift = card.performed_by.or(card.agent_id).and_then(|agent| begun_in(agent, card.day, card.started_at));
        if let Some(shift) = shift {
            routes.entry(shift).or_default().push(card.id);
            placed.insert(card.id);
        }
    }
    for (shift, visits) in book.routes() {
        let stays = visits.iter().filter(|visit| {
            let card = cards.get(visit).filter(|card| card.is_ahead());
            card.is_some_and(|card| card.day == shift.date && card.agent_id.is_none_or(|agent| agent == shift.agent))
        });
        let stays: Vec<VisitId> = stays.copied().filter(|visit| known.contains(shift) && placed.insert(*visit)).collect();
        routes.entry(*shift).or_default().extend(stays);
    }
    routes
}

/// The settled beginning of a route.
pub(super) fn locked(span: Span, route: &[VisitId], cards: &HashMap<VisitId, Card>, book: &Book) -> Vec<LockedDraft> {
    let mut locked = Vec::new();
    let mut free_s = 0;
    for visit in route {
        let Some(card) = cards.get(visit) else { break };
        if card.is_begun() {
            let start_s = card.started_at.map_or(free_s, |at| span.second(at)).max(free_s);
            let is_done = card.status == VisitStatus::Completed;
            let end_s = card.ended_at.filter(|_| is_done).map_or(start_s, |at| span.second(at)).max(start_s);
            let commitment = if is_done { Commitment::Done } else { Commitment::InProgress };
            free_s = end_s;
            locked.push(LockedDraft {
                visit: *visit,
                commitment,
                start_s: Some(f64::from(start_s)),
                end_s: is_done.then_some(f64::from(end_s)),
            });
            continue;
        }
        match book.hold(*visit) {
            Some(Hold { commitment: Commitment::FixedOrderAndTime, start_at: Some(at), .. }) => locked.push(LockedDraft {
                visit: *visit,
                commitment: Commitment::FixedOrderAndTime,
                start_s: Some(f64::from(span.second(at))),
                end_s: None,
            }),
            Some(Hold { commitment: Commitment::FixedOrder | Commitment::FixedOrderAndTime, .. }) => {
                locked.push(LockedDraft { visit: *visit, commitment: Commitment::FixedOrder, start_s: None, end_s: None });
            }
            Some(_) | None => break,
        }
    }
    // Along a route what is settled only loosens, and only one visit is under way.
    let mut loosest = Commitment::Done;
    let keep = locked.iter().take_while(|each| {
        let goes_on =
            each.commitment >= loosest && (each.commitment != Commitment::InProgress || loosest < Commitment::InProgress);
        loosest = each.commitment;
        goes_on
    });
    let keep = keep.count();
    locked.truncate(keep);
    locked
}
