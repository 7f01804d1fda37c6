//! Who could make a visit: first those for whom nothing has to give, then those for whom other visits give way, which nobody has to be asked about,
//! and last those for whom a person would have to let something give. Nothing here changes the plan.

use super::board::{Board, Unplanned};
use salessync_engine::dispatch::{Candidate, GivesWay};
use salessync_engine::plan::explain::{Offer, Refused};
use salessync_engine::plan::live::{Edit, Expected, Rejection, RoomOffer};
use salessync_engine::plan::model::ShiftId;
use salessync_engine::wire::plan_answers::{CandidateShown, GivesWayShown, RelaxationShown};
use salessync_engine::{AgentId, VisitId};

/// Places in one answer where others give way: each is a search of its own.
const ROOMS: usize = 16;

impl Board {
    /// Whom an automatic job may ask about a visit that waits, best first, so that `wanted` are among them who were not asked. Only where too few
    /// can as things are is it sought whom others would give way for; no limit is exceeded for that.
    pub fn whom_to_ask(
        &mut self,
        visit: VisitId,
        (k, wanted): (usize, usize),
        was_asked: impl Fn(AgentId) -> bool,
    ) -> Result<Vec<Candidate>, Unplanned> {
        let is_mandatory = self.known(visit)?.is_mandatory();
        let is_enough = |offers: &[Offer]| offers.iter().filter(|offer| !was_asked(offer.shift.agent)).count() >= wanted;
        let mut offers = self.live.places(visit, k, is_enough)?;
        offers.retain(|offer| offer.parts.broken_promises <= 0);
        let mut found: Vec<Candidate> = offers.iter().map(|offer| self.candidate(offer, Vec::new())).collect();
        if is_mandatory && !is_enough(&offers) {
            for room in self.rooms(visit, k.saturating_sub(offers.len()), &offers)? {
                found.push(self.candidate(&room.offer, gives_way(&room)));
            }
        }
        Ok(found)
    }

    /// Those who could make a visit and the nearest who cannot as things are; for one that has a place, as if it had none.
    pub fn ranked(&mut self, visit: VisitId, k: usize) -> Result<(Vec<CandidateShown>, Vec<Refused>), Unplanned> {
        let card = self.known(visit)?;
        let (day, is_mandatory) = (card.day, card.is_mandatory());
        if self.book.shift_of(visit).is_some() {
            let why = self.live.why_here(visit, Some(day))?;
            let offers = std::iter::once(&why.chosen).chain(&why.others);
            let shown = offers.map(|offer| self.candidate_shown(offer, &[], None)).collect();
            return Ok((shown, of_day(why.refused, day)));
        }
        let (offers, refused) = match self.live.recommend_exactly(visit, k) {
            Ok(offers) => (offers, self.live.why_unassigned(visit, Some(day))?.nearest),
            Err(Rejection::Infeasible { nearest, .. }) => (Vec::new(), nearest),
            Err(other) => return Err(other.into()),
        };
        let mut refused = of_day(refused, day);
        let mut shown: Vec<CandidateShown> = offers.iter().map(|offer| self.candidate_shown(offer, &[], None)).collect();
        if is_mandatory {
            let rooms = self.rooms(visit, k.saturating_sub(offers.len()), &offers)?;
            shown.extend(rooms.iter().map(|room| self.candidate_shown(&room.offer, &gives_way(room), None)));
            let able: Vec<ShiftId> = offers.iter().chain(rooms.iter().map(|room| &room.offer)).map(|offer| offer.shift).collect();
            refused.retain(|refused| !able.contains(&refused.shift));
            let unable = |shift: ShiftId| shift.date == day && !able.contains(&shift);
            let relaxed = self.live.relaxations_by_shift(visit)?.into_iter().filter(|relaxation| unable(relaxation.shift));
            for relaxation in relaxed.take(k.saturating_sub(shown.len())).collect::<Vec<_>>() {
                shown.push(self.candidate_shown(&relaxation.offer, &[], Some(self.shown(relaxation))));
            }
        }
        Ok((shown, refused))
    }

    /// What it would mean for this agent to have the visit, where it fits or others give way.
    pub fn quote(&mut self, visit: VisitId, agent: AgentId) -> Result<Candidate, Unplanned> {
        let day = self.known(visit)?.day;
        let mut refused = Unplanned::NoShift { agent, date: day };
        let shifts: Vec<ShiftId> = self.shifts_of(agent, day).collect();
        for shift in &shifts {
            match self.live.preview(&[Edit::InsertAt { visit, shift: *shift, position: None }], Expected::Any) {
                Ok(diff) => {
                    let start_s =
                        diff.moves.iter().find(|step| step.visit == visit).and_then(|step| step.to).map(|slot| slot.start_s);
                    return Ok(Candidate {
                        agent_id: agent,
                        cost: diff.cost,
                        arrival: start_s.map(|start_s| self.span().instant(start_s)),
                        detour_s: Some(seconds(diff.bill.travel)),
                        gives_way: Vec::new(),
                    });
                }
                Err(rejection) => refused = rejection.into(),
            }
        }
        for shift in shifts {
            if let Some(room) = self.live.room_on(visit, shift)? {
                return Ok(self.candidate(&room.offer, gives_way(&room)));
            }
        }
        Err(refused)
    }

    /// Places where others give way, with agents who have none in `offers`.
    fn rooms(&mut self, visit: VisitId, k: usize, offers: &[Offer]) -> Result<Vec<RoomOffer>, Unplanned> {
        let mut rooms = if k == 0 { Vec::new() } else { self.live.recommend_making_room(visit, k.min(ROOMS) + offers.len())? };
        rooms.retain(|room| offers.iter().all(|offer| offer.shift.agent != room.offer.shift.agent));
        rooms.truncate(k.min(ROOMS));
        Ok(rooms)
    }

    fn candidate(&self, offer: &Offer, gives_way: Vec<GivesWay>) -> Candidate {
        Candidate {
            agent_id: offer.shift.agent,
            cost: offer.cost,
            arrival: Some(self.span().instant(offer.start_s)),
            detour_s: Some(seconds(offer.parts.travel)),
            gives_way,
        }
    }

    fn candidate_shown(&self, offer: &Offer, gives_way: &[GivesWay], relaxation: Option<RelaxationShown>) -> CandidateShown {
        let customer = |visit: VisitId| self.card(visit).map(|card| card.customer.clone()).unwrap_or_default();
        CandidateShown {
            agent_id: offer.shift.agent,
            date: offer.shift.date,
            position: offer.position,
            start: self.span().instant(offer.start_s),
            cost: offer.cost,
            parts: offer.parts,
            delay_s: offer.delay_s,
            detour_s: offer.parts.travel,
            gives_way: gives_way.iter().map(|way| GivesWayShown { way: *way, customer: customer(way.visit_id) }).collect(),
            relaxation,
        }
    }
}

fn gives_way(room: &RoomOffer) -> Vec<GivesWay> {
    let ways = room.gives_way.iter();
    ways.map(|way| GivesWay { visit_id: way.visit, agent_id: way.to.map(|shift| shift.agent) }).collect()
}

/// A visit is given to somebody on its day.
fn of_day(mut refused: Vec<Refused>, day: chrono::NaiveDate) -> Vec<Refused> {
    refused.retain(|refused| refused.shift.date == day);
    refused
}

fn seconds(travel: i64) -> i32 {
    travel.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Random, agent, agree, at_home, built, card, date, days, early, span, straight, visit};
    use super::super::world::{Card, Rest, WorkDay};
    use super::*;
    use salessync_engine::plan::book::{Book, Operation};
    use salessync_engine::visit::{VisitKind, Window};
    use salessync_engine::{Point, Timestamp};
    use std::collections::BTreeMap;

    const OPTIONAL: u64 = 30;
    const URGENT: u64 = 10;

    /// Days with breaks, skills and vehicles that carry little: one with room, one full of visits that may be left out, one full of such as may not,
    /// in turn. Urgent ones wait.
    fn full(seed: u64) -> Board {
        let (planned, least) = [(12, 20), (OPTIONAL, 20), (OPTIONAL, 75)][seed as usize % 3];
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let cards = (0..OPTIONAL + URGENT).map(|n| Card {
            day: date(0),
            windows: Vec::new(),
            demand: n as u32 % 4,
            priority: if n < OPTIONAL { least } else { 90 },
            kind: if n >= OPTIONAL && n % 2 == 0 { VisitKind::Urgent } else { VisitKind::Routine },
            ..card(n, &mut random)
        });
        let noon = Timestamp::start_of(date(0), span().zone).plus_s(11 * 3_600);
        let rest = Rest { from: noon, to: noon.plus_s(2 * 3_600), duration_s: 2_700 };
        let work = days(3).into_iter().map(|day| WorkDay { breaks: vec![rest; usize::from(day.id.date == date(0))], ..day });
        let world = (cards.collect(), work.collect());
        let (mut board, follow) = Board::build(None, span(), Book::default(), world, straight(), early()).unwrap();
        board.accept(&follow);
        for n in 0..planned {
            if let Ok(decided) = board.change(&[Operation::Place { visit: visit(n) }]) {
                board.accept(&decided.diff);
            }
        }
        board
    }

    #[test]
    fn whoever_is_ranked_can_and_nothing_that_matters_is_left_out_for_it() {
        let (mut at_once, mut making_room, mut relaxing) = (0, 0, 0);
        for seed in 1..=12 {
            let mut board = full(seed);
            for n in OPTIONAL..OPTIONAL + URGENT {
                let when = format!("seed {seed}, visit {n}");
                let Ok(candidates) = board.whom_to_ask(visit(n), (10, 10), |_| false) else { continue };
                let (shown, refused) = board.ranked(visit(n), 20).unwrap();
                let rank = |one: &CandidateShown| (one.relaxation.is_some(), !one.gives_way.is_empty());
                assert!(shown.is_sorted_by_key(rank), "{when}: {shown:?}");
                let able = shown.iter().filter(|one| one.relaxation.is_none()).map(|one| one.agent_id);
                assert!(able.eq(candidates.iter().map(|candidate| candidate.agent_id)), "{when}: {shown:?}, {candidates:?}");
                assert!(refused.iter().all(|one| candidates.iter().all(|able| able.agent_id != one.shift.agent)), "{when}");
                relaxing += shown.iter().filter(|one| one.relaxation.is_some()).count();
                let before = board.live.fingerprint();
                for candidate in &candidates {
                    let quoted = board.quote(visit(n), candidate.agent_id).unwrap();
                    assert!(quoted.cost <= candidate.cost, "{when}: {quoted:?}, {candidate:?}");
                    assert_eq!(quoted.gives_way.is_empty(), candidate.gives_way.is_empty(), "{when}");
                    let decided = board.give_making_room(visit(n), candidate.agent_id).unwrap();
                    let moves = decided.diff.moves();
                    assert!(moves.iter().any(|step| step.visit == visit(n) && step.to.is_some()), "{when}");
                    for left in moves.iter().filter(|step| step.to.is_none()) {
                        assert!(!board.card(left.visit).unwrap().is_mandatory(), "{when}");
                    }
                    assert!(board.take_back(decided), "{when}");
                    assert_eq!(board.live.fingerprint(), before, "{when}");
                    let count = if candidate.gives_way.is_empty() { &mut at_once } else { &mut making_room };
                    *count += 1;
                }
                if let Some(best) = candidates.first() {
                    let decided = board.give_making_room(visit(n), best.agent_id).unwrap();
                    board.accept(&decided.diff);
                }
                agree(&board, &when);
            }
        }
        println!("{at_once} at once, {making_room} making room, {relaxing} relaxing");
        assert!(at_once > 20 && making_room > 50 && relaxing > 20);
    }

    #[test]
    fn nobody_has_to_make_room_while_somebody_who_was_not_asked_fits() {
        let mut board = full(1);
        for n in 0..OPTIONAL / 2 {
            if let Ok(decided) = board.change(&[Operation::Unassign { visit: visit(n) }]) {
                board.accept(&decided.diff);
            }
        }
        let urgent = (OPTIONAL..OPTIONAL + URGENT).map(visit).find(|id| board.card(*id).unwrap().skills.is_empty()).unwrap();
        let all = board.whom_to_ask(urgent, (10, 1), |_| false).unwrap();
        assert!(!all.is_empty() && all.iter().all(|candidate| candidate.gives_way.is_empty()), "{all:?}");
        let asked: Vec<AgentId> = all.iter().map(|candidate| candidate.agent_id).collect();
        let more = board.whom_to_ask(urgent, (10, 1), |agent| asked.contains(&agent)).unwrap();
        assert_eq!(more[..all.len()], all[..], "those for whom nothing has to give come first");
    }

    #[test]
    fn who_is_asked_first_for_an_urgent_visit_is_whoever_comes_soonest_unless_it_has_hours_of_its_own() {
        let there = at_home(0).point.map(|home| Point::new(home.lat() + 0.02, home.lon()).unwrap());
        // Agent 0 is busy next door until noon; agent 1 is at home, two kilometres away.
        let busy = Card { point: there, duration_s: 4 * 3_600, agent_id: Some(agent(0)), ..at_home(0) };
        let start_at = Some(early().plus_s(2 * 3_600 + 600));
        let at_eight =
            Operation::Assign { visit: visit(0), agent: agent(0), date: None, position: None, start_at, accept_relaxation: None };
        let hours = vec![Window { from: early(), to: early().plus_s(8 * 3_600) }];
        for (kind, windows, first) in
            [(VisitKind::Urgent, Vec::new(), 1), (VisitKind::Urgent, hours.clone(), 0), (VisitKind::Routine, Vec::new(), 0)]
        {
            let asked_at = early().plus_s(3_600);
            let sought = Card { point: there, kind, windows: windows.clone(), asked_at, ..at_home(1) };
            let cards = BTreeMap::from([busy.clone(), sought].map(|card| (card.id, card)));
            let mut board = built(Book::default(), &cards, 2);
            let settled = board.change(std::slice::from_ref(&at_eight)).unwrap().diff;
            board.accept(&settled);
            let asked = board.whom_to_ask(visit(1), (2, 1), |_| false).unwrap();
            let (shown, _) = board.ranked(visit(1), 2).unwrap();
            let order = |agents: &mut dyn Iterator<Item = AgentId>| agents.collect::<Vec<_>>();
            let expected = [agent(first), agent(1 - first)];
            assert_eq!(order(&mut asked.iter().map(|one| one.agent_id)), expected, "{kind:?} {windows:?}");
            assert_eq!(order(&mut shown.iter().map(|one| one.agent_id)), expected);
            for one in &shown {
                let waits_s = if first == 1 { (one.start.since_ms(asked_at) / 1_000).max(0) } else { 0 };
                assert_eq!(one.parts.waiting, waits_s, "{one:?}");
            }
        }
    }
}
