//! The board under random dispatchers, phones and crashes: whatever is asked, book and live plan agree once it is accepted, what is taken back
//! leaves nothing behind, an independent checker finds no broken rule, and a board built anew is the same plan.

use super::board::{Board, Unplanned};
use super::ways::PlanWays;
use super::world::{Card, Span, WorkDay};
use chrono::{Days, NaiveDate};
use salessync_engine::plan::book::{Book, Hold, Operation};
use salessync_engine::plan::check::check;
use salessync_engine::plan::live::RelaxationKind;
use salessync_engine::plan::model::{Commitment, ShiftId};
use salessync_engine::plan::times::{StraightLine, TravelProfile};
use salessync_engine::visit::{VisitKind, VisitStatus};
use salessync_engine::{AgentId, CustomerId, PlaceId, Point, Timestamp, VisitId};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(super) struct Random(pub u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n.max(1)
    }
}

pub(super) fn span() -> Span {
    Span { zone: chrono_tz::Europe::Berlin, first: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), days: 2 }
}

/// Before anybody works.
pub(super) fn early() -> Timestamp {
    span().origin().plus_s(6 * 3_600)
}

pub(super) fn agent(n: u64) -> AgentId {
    AgentId(Uuid::from_u128(u128::from(n) + 1))
}

pub(super) fn visit(n: u64) -> VisitId {
    VisitId(Uuid::from_u128(u128::from(n) + 1_000))
}

pub(super) fn date(n: u64) -> NaiveDate {
    span().first.checked_add_days(Days::new(n)).unwrap()
}

pub(super) fn card(n: u64, random: &mut Random) -> Card {
    let point = Point::new(52.45 + random.below(100) as f64 / 1_000.0, 13.3 + random.below(200) as f64 / 1_000.0).unwrap();
    let day = date(random.below(2));
    let opens = Timestamp::start_of(day, span().zone).plus_s(8 * 3_600 + random.below(6) as i64 * 3_600);
    let windowed = random.below(3) == 0;
    Card {
        id: visit(n),
        customer_id: CustomerId(Uuid::from_u128(u128::from(n))),
        customer: format!("Customer {n}"),
        class: None,
        place_id: PlaceId(Uuid::from_u128(u128::from(n))),
        address: String::new(),
        point: (random.below(20) > 0).then_some(point),
        hours: None,
        kind: VisitKind::Routine,
        status: VisitStatus::Planned,
        day,
        windows: if windowed {
            vec![salessync_engine::visit::Window { from: opens, to: opens.plus_s(2 * 3_600) }]
        } else {
            Vec::new()
        },
        duration_s: 600 + random.below(4) as i32 * 600,
        priority: 20 + random.below(80) as u8,
        demand: 0,
        skills: if random.below(8) == 0 { vec!["crane".to_owned()] } else { Vec::new() },
        purpose: None,
        note: String::new(),
        agent_id: None,
        preferred_agents: Vec::new(),
        forbidden_agents: Vec::new(),
        performed_by: None,
        started_at: None,
        ended_at: None,
        revision: 1,
        asked_at: early(),
    }
}

pub(super) fn days(agents: u64) -> Vec<WorkDay> {
    let day = |n: u64, date: NaiveDate| {
        let midnight = Timestamp::start_of(date, span().zone);
        WorkDay {
            id: ShiftId { agent: agent(n), date, part: 0 },
            from: midnight.plus_s(8 * 3_600),
            to: midnight.plus_s(16 * 3_600),
            breaks: Vec::new(),
            start: Some(Point::new(52.5, 13.4).unwrap()),
            end: Some(Point::new(52.5, 13.4).unwrap()),
            skills: if n == 0 { vec!["crane".to_owned()] } else { Vec::new() },
            profile: TravelProfile::Car,
            // One vehicle is small, one large, all others carry anything.
            capacity: [Some(6), Some(12)].get(n as usize).copied().flatten(),
            visits_max: Some(8),
            travel_max_s: None,
            distance_max_m: None,
            overtime_max_s: 1_800,
            is_closed: false,
            is_ended: false,
        }
    };
    (0..agents).flat_map(|n| [day(n, date(0)), day(n, date(1))]).collect()
}

pub(super) fn straight() -> PlanWays {
    let line = StraightLine::default();
    PlanWays::straight(&line, line.parts().at_second(12 * 3_600))
}

pub(super) fn built(book: Book, cards: &BTreeMap<VisitId, Card>, agents: u64) -> Board {
    let cards = cards.values().cloned().collect();
    let (mut board, follow) = Board::build(None, span(), book, (cards, days(agents)), straight(), early()).unwrap();
    board.accept(&follow);
    board
}

/// Book and live plan have the same routes, and those keep every rule.
pub(super) fn agree(board: &Board, when: &str) {
    for shift in board.days.keys() {
        let live: Vec<VisitId> = board.live.route(*shift).unwrap().visits.iter().map(|(visit, _)| *visit).collect();
        assert_eq!(board.book().route(*shift), live, "{when}: {shift}");
    }
    let chosen: BTreeSet<VisitId> = board.live.chosen().collect();
    let held = board.book().holds().iter().filter(|(_, hold)| hold.chosen).map(|(visit, _)| *visit);
    assert_eq!(chosen, held.collect(), "{when}: chosen");
    let snapshot = board.live.snapshot(&[]).unwrap();
    if board.lateness().is_empty() {
        let judged = check(&snapshot.problem, board.live.ways(), &snapshot.start);
        assert!(judged.is_ok(), "{when}: {:?}", judged.unwrap_err());
    }
    for visit in board.book().holds().keys() {
        assert!(board.book().shift_of(*visit).is_some(), "{when}: what has no place is not settled");
    }
}

fn operation(random: &mut Random, visits: u64, agents: u64, board: &Board) -> Operation {
    let (of, with) = (visit(random.below(visits)), visit(random.below(visits)));
    let to = agent(random.below(agents + 1));
    let on = Some(date(random.below(2))).filter(|_| random.below(3) == 0);
    let position = Some(random.below(5) as usize).filter(|_| random.below(2) == 0);
    match random.below(11) {
        0..=2 => {
            let accept_relaxation = relaxation(random, with);
            Operation::Assign { visit: of, agent: to, date: on, position, start_at: None, accept_relaxation }
        }
        3..=4 => Operation::Place { visit: of },
        5 => Operation::Unassign { visit: of },
        6 => Operation::Move { visit: of, agent: to, date: on, position, accept_relaxation: relaxation(random, with) },
        7 => Operation::Swap { visit: of, with },
        8 => {
            let kinds = [Commitment::FixedAgent, Commitment::FixedOrder, Commitment::FixedOrderAndTime];
            Operation::Lock { visit: of, commitment: kinds[random.below(3) as usize] }
        }
        9 => Operation::Unlock { visit: of },
        _ => {
            let start = board.book().shift_of(of).map(|shift| board.starts(shift));
            let start = start.and_then(|starts| starts.into_iter().find(|(visit, _)| *visit == of)).map(|(_, at)| at);
            Operation::PinTime { visit: of, start_at: start.unwrap_or_else(early) }
        }
    }
}

/// What a dispatcher may let give, often nothing, sometimes what cannot.
fn relaxation(random: &mut Random, other: VisitId) -> Option<RelaxationKind> {
    let by_s = random.below(4 * 3_600) as i32;
    match random.below(8) {
        0 => Some(RelaxationKind::Window { by_s }),
        1 => Some(RelaxationKind::Overtime { by_s }),
        2 => Some(RelaxationKind::Drop { visit: other }),
        3 => Some(RelaxationKind::Displace { visit: other, priority: 0 }),
        _ => None,
    }
}

#[test]
fn whatever_is_asked_book_and_live_plan_agree_and_no_rule_is_broken() {
    let (mut accepted, mut taken_back, mut refusals, mut relaxed) = (0, 0, 0, 0);
    for seed in 1..=60u64 {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (visits, agents) = (14, 3);
        let freight = |n: u64, random: &mut Random| Card { demand: n as u32 % 5, ..card(n, random) };
        let mut cards: BTreeMap<VisitId, Card> = (0..visits).map(|n| (visit(n), freight(n, &mut random))).collect();
        let mut board = built(Book::default(), &cards, agents);
        agree(&board, "at first");
        for step in 0..40 {
            let when = format!("seed {seed}, step {step}");
            let before = (board.book().clone(), board.live.fingerprint());
            let count = if random.below(4) == 0 { 2 } else { 1 };
            let operations: Vec<Operation> = (0..count).map(|_| operation(&mut random, visits, agents, &board)).collect();
            let version = board.live.version();
            let previewed = board.preview(&operations).ok();
            assert_eq!(
                (board.live.fingerprint(), board.live.version()),
                (before.1, version),
                "{when}: a preview changes nothing"
            );
            match board.change(&operations) {
                Err(refused) => {
                    refusals += 1;
                    assert_eq!(board.book(), &before.0, "{when}: {refused}");
                    assert_eq!(
                        board.live.fingerprint(),
                        before.1,
                        "{when}: a refused change changes nothing: {refused}: {operations:?}"
                    );
                    assert!(previewed.is_none(), "{when}: previewed, then refused: {refused}");
                }
                Ok(decided) if random.below(4) == 0 => {
                    // The commit certainly failed.
                    taken_back += 1;
                    assert!(board.take_back(decided), "{when}: {operations:?}");
                    assert_eq!(board.book(), &before.0, "{when}");
                    assert_eq!(board.live.fingerprint(), before.1, "{when}: taken back: {operations:?}");
                }
                Ok(decided) => {
                    accepted += usize::from(!decided.is_empty());
                    relaxed += decided.diff.holds.iter().filter(|change| change.after.is_some_and(Hold::is_relaxed)).count();
                    let diff = decided.diff.clone();
                    let stored = serde_json::to_string(&diff).unwrap();
                    board.accept(&serde_json::from_str(&stored).unwrap());
                    for moved in diff.moves().iter().filter_map(|step| Some((step.visit, step.to?))) {
                        let known = cards.get_mut(&moved.0).unwrap();
                        known.agent_id = Some(moved.1.shift.agent);
                        if known.day != moved.1.shift.date {
                            let zone = span().zone;
                            known.windows =
                                salessync_engine::visit::plan::moved(&known.windows, known.day, moved.1.shift.date, zone);
                            known.day = moved.1.shift.date;
                        }
                    }
                    for gone in diff.moves().iter().filter(|step| step.to.is_none()) {
                        cards.get_mut(&gone.visit).unwrap().agent_id = None;
                    }
                }
            }
            agree(&board, &when);
            if random.below(10) == 0 {
                let again = built(board.book().clone(), &cards, agents);
                assert_eq!(again.book().routes(), board.book().routes(), "{when}: built anew");
                assert_eq!(again.book().holds(), board.book().holds(), "{when}: built anew");
                assert_eq!(again.lateness(), board.lateness(), "{when}: built anew");
                board = again;
            }
        }
    }
    assert!(relaxed > 50, "the test lets too little give: {relaxed}");
    println!("{accepted} accepted, {taken_back} taken back, {refusals} refused");
    assert!(accepted > 300 && taken_back > 100 && refusals > 300, "the test asks for too little of one sort");
}

#[test]
fn a_version_is_undone_by_its_inverse() {
    let mut random = Random(77);
    let cards: BTreeMap<VisitId, Card> = (0..10)
        .map(|n| {
            (
                visit(n),
                Card {
                    windows: Vec::new(),
                    skills: Vec::new(),
                    point: Some(Point::new(52.5, 13.4 + n as f64 / 200.0).unwrap()),
                    ..card(n, &mut random)
                },
            )
        })
        .collect();
    let mut board = built(Book::default(), &cards, 3);
    let all: Vec<Operation> = cards.keys().map(|visit| Operation::Place { visit: *visit }).collect();
    let placed = board.change(&all).unwrap();
    board.accept(&placed.diff);
    let before = board.book().clone();
    for operations in [
        vec![Operation::Unassign { visit: visit(3) }],
        vec![Operation::Swap { visit: visit(1), with: visit(2) }],
        vec![Operation::Lock { visit: visit(4), commitment: Commitment::FixedAgent }],
    ] {
        let Ok(decided) = board.change(&operations) else { continue };
        let diff = decided.diff.clone();
        board.accept(&diff);
        let back = board.follow_diff(&diff.inverse()).unwrap();
        assert_eq!(back.diff, diff.inverse(), "{operations:?}");
        let back = back.diff;
        board.accept(&back);
        assert_eq!((board.book().routes(), board.book().holds()), (before.routes(), before.holds()), "{operations:?}");
        agree(&board, "undone");
    }
}

/// A plan that is laid out late finds visits that somebody has been given already.
#[test]
fn a_plan_begins_with_what_agents_were_given() {
    for seed in 1..=40u64 {
        let mut random = Random(seed.wrapping_mul(0xD134_2543_DE82_EF95) | 1);
        let mut cards: BTreeMap<VisitId, Card> = (0..9).map(|n| (visit(n), card(n, &mut random))).collect();
        for (n, known) in cards.values_mut().enumerate() {
            known.agent_id = (n % 3 > 0).then(|| agent(n as u64 % 3 - 1));
        }
        let board = built(Book::default(), &cards, 2);
        agree(&board, &format!("seed {seed}"));
        for card in cards.values() {
            let place = board.book().shift_of(card.id).map(|shift| (shift.agent, shift.date));
            let wanted = card.agent_id.map(|agent| (agent, card.day));
            let fits = wanted.is_some_and(|_| card.point.is_some() && card.skills.is_empty() && card.windows.is_empty());
            assert!(place == wanted || (place.is_none() && !fits), "seed {seed}: {place:?} for {card:?}");
        }
        // Laid out again it is the same.
        let again = built(board.book().clone(), &cards, 2);
        assert_eq!(again.book().routes(), board.book().routes(), "seed {seed}");
    }
}

/// What happens to visits: begun, ended, cancelled, moved elsewhere, made anew.
#[test]
fn a_plan_follows_what_happens_to_its_visits() {
    for seed in 1..=40u64 {
        let mut random = Random(seed.wrapping_mul(0xD134_2543_DE82_EF95) | 1);
        let mut cards: BTreeMap<VisitId, Card> = (0..12).map(|n| (visit(n), card(n, &mut random))).collect();
        let mut board = built(Book::default(), &cards, 3);
        let waiting: BTreeSet<VisitId> = cards.keys().copied().collect();
        if let Some(decided) = board.place_waiting(&waiting, usize::MAX) {
            let diff = decided.diff;
            board.accept(&diff);
        }
        for (visit, known) in &mut cards {
            known.agent_id = board.book().shift_of(*visit).map(|shift| shift.agent);
        }
        let mut now = early().plus_s(3 * 3_600);
        for step in 0..30 {
            let when = format!("seed {seed}, step {step}");
            let id = visit(random.below(14));
            let known = cards.get(&id).cloned().unwrap_or_else(|| card(id.0.as_u128() as u64 - 1_000, &mut random));
            let next = match random.below(5) {
                0 => Card { status: VisitStatus::Cancelled, agent_id: known.agent_id, ..known },
                1 if known.is_ahead() && known.agent_id.is_some() && known.day == date(0) => {
                    Card { status: VisitStatus::InProgress, performed_by: known.agent_id, started_at: Some(now), ..known }
                }
                2 if known.status == VisitStatus::InProgress => {
                    Card { status: VisitStatus::Completed, ended_at: Some(now), ..known }
                }
                3 => Card { duration_s: 900 + random.below(5) as i32 * 300, demand: random.below(5) as u32, ..known },
                _ => known,
            };
            now = now.plus_s(random.below(900) as i64);
            cards.insert(id, Card { revision: next.revision + 1, ..next.clone() });
            if let Some(decided) = board.visit_changed(Card { revision: next.revision + 1, ..next }) {
                let diff = decided.diff;
                board.accept(&diff);
                for moved in diff.moves() {
                    if let Some(known) = cards.get_mut(&moved.visit).filter(|known| known.is_ahead()) {
                        known.agent_id = moved.to.map(|to| to.shift.agent);
                    }
                }
            }
            agree(&board, &when);
        }
    }
}

/// Hours change, skills go, homes move, days end, are ended by a dispatcher, and begin again.
#[test]
fn a_plan_follows_how_its_agents_work() {
    let (mut followed, mut emptied) = (0, 0);
    for seed in 1..=40u64 {
        let mut random = Random(seed.wrapping_mul(0xA076_1D64_78BD_642F) | 1);
        let freight = |n: u64, random: &mut Random| Card { demand: n as u32 % 5, ..card(n, random) };
        let cards: BTreeMap<VisitId, Card> = (0..12).map(|n| (visit(n), freight(n, &mut random))).collect();
        let mut board = built(Book::default(), &cards, 3);
        let waiting: BTreeSet<VisitId> = cards.keys().copied().collect();
        if let Some(decided) = board.place_waiting(&waiting, usize::MAX) {
            board.accept(&decided.diff);
        }
        let mut all = days(3);
        for step in 0..30 {
            let when = format!("seed {seed}, step {step}");
            let at = random.below(all.len() as u64) as usize;
            let day = &mut all[at];
            let midnight = Timestamp::start_of(day.id.date, span().zone);
            let decided = match random.below(7) {
                0 => board.day_gone(day.id),
                1 => {
                    let asked = Operation::ReleaseAgent { agent: day.id.agent, date: day.id.date, replace: true };
                    board.change(&[asked]).ok()
                }
                2 => {
                    let asked = Operation::ReturnAgent { agent: day.id.agent, date: day.id.date };
                    board.change(&[asked]).ok()
                }
                kind => {
                    let opens = 7 + random.below(5) as i64;
                    (day.from, day.to) = (midnight.plus_s(opens * 3_600), midnight.plus_s((opens + 3) * 3_600));
                    day.is_closed = kind == 6;
                    day.skills = if kind == 3 { Vec::new() } else { vec!["crane".to_owned()] };
                    day.end = (kind == 4).then(|| Point::new(52.48, 13.35).unwrap());
                    day.visits_max = (kind != 5).then_some(4);
                    day.capacity = (kind == 3 || kind == 5).then_some(opens as u32 - 5);
                    board.day_changed(day.clone())
                }
            };
            if let Some(decided) = decided {
                followed += 1;
                let diff = decided.diff;
                board.accept(&diff);
            }
            let closed = board.days.values().filter(|day| !day.takes_visits()).map(|day| day.id).collect::<Vec<_>>();
            for shift in closed {
                emptied += 1;
                assert_eq!(board.book().route(shift), [], "{when}: {shift} is closed");
            }
            agree(&board, &when);
            let again =
                Board::build(None, span(), board.book().clone(), (cards_of(&cards, &board), all_of(&board)), straight(), early());
            let (mut again, follow) = again.unwrap();
            again.keep_released(board.released.clone());
            again.accept(&follow);
            assert_eq!(again.book().routes(), board.book().routes(), "{when}: built anew");
        }
    }
    println!("{followed} followed, {emptied} closed days looked at");
    assert!(followed > 300 && emptied > 300, "the test asks for too little");
}

/// Visits as they are stored once the plan's changes are: with the agent and on the day that they have been given.
fn cards_of(cards: &BTreeMap<VisitId, Card>, board: &Board) -> Vec<Card> {
    let with = |card: &Card| Card { agent_id: board.book().shift_of(card.id).map(|shift| shift.agent), ..card.clone() };
    cards.values().map(with).collect()
}

fn all_of(board: &Board) -> Vec<WorkDay> {
    board.days.values().cloned().collect()
}

#[test]
fn a_day_that_a_dispatcher_ended_opens_again_when_that_is_undone() {
    let mut random = Random(5);
    let fit = |n: u64, random: &mut Random| Card {
        windows: Vec::new(),
        skills: Vec::new(),
        day: date(0),
        point: Some(Point::new(52.5, 13.4).unwrap()),
        ..card(n, random)
    };
    let cards: BTreeMap<VisitId, Card> = (0..4).map(|n| (visit(n), fit(n, &mut random))).collect();
    let mut board = built(Book::default(), &cards, 2);
    let shift = ShiftId { agent: agent(0), date: date(0), part: 0 };
    let to_first = |visit: &VisitId| assign(*visit, None);
    let placed = board.change(&cards.keys().map(to_first).collect::<Vec<_>>()).unwrap();
    board.accept(&placed.diff);
    let before = board.book().routes().clone();

    let release = Operation::ReleaseAgent { agent: agent(0), date: date(0), replace: true };
    let lost = board.change(std::slice::from_ref(&release)).unwrap();
    assert!(board.take_back(lost), "its commit failed");
    assert!(board.days[&shift].takes_visits() && board.released.is_empty());

    let ended = board.change(&[release]).unwrap();
    let diff = ended.diff;
    board.accept(&diff);
    assert_eq!(board.book().route(shift), []);
    // Whatever the agent's shifts say by now, the dispatcher's word holds.
    let day = WorkDay { is_closed: false, ..board.days[&shift].clone() };
    assert!(board.day_changed(WorkDay { overtime_max_s: 0, ..day }).is_none_or(|decided| decided.is_empty()));
    assert!(board.change(&[to_first(&visit(0))]).is_err(), "the day is over");

    let back = board.follow_diff(&diff.inverse()).unwrap();
    assert_eq!(back.closes, BTreeMap::from([(shift, false)]));
    board.accept(&back.diff);
    assert_eq!(board.book().routes(), &before);
    agree(&board, "undone");
}

pub(super) fn assign(visit: VisitId, accept_relaxation: Option<RelaxationKind>) -> Operation {
    Operation::Assign { visit, agent: agent(0), date: None, position: None, start_at: None, accept_relaxation }
}

/// What a refusal says would have to give.
fn would_give(refused: &Unplanned) -> Vec<RelaxationKind> {
    let Unplanned::Relaxable { relaxations, .. } = refused else { return Vec::new() };
    relaxations.iter().map(|relaxation| relaxation.kind).collect()
}

/// A visit at the agents' home on the first day.
pub(super) fn at_home(n: u64) -> Card {
    let home = Some(Point::new(52.5, 13.4).unwrap());
    let bare = card(n, &mut Random(n + 1));
    Card { windows: Vec::new(), skills: Vec::new(), day: date(0), point: home, duration_s: 600, priority: 90, ..bare }
}

#[test]
fn a_limit_that_a_dispatcher_lets_be_exceeded_holds_as_long_as_the_visit_stays() {
    let before_work = vec![salessync_engine::visit::Window { from: early(), to: early().plus_s(3_600) }];
    let too_early = Card { windows: before_work, ..at_home(0) };
    let too_long = Card { duration_s: 9 * 3_600, ..at_home(0) };
    let late_s = RelaxationKind::Window { by_s: 3_600 };
    let longer_s = RelaxationKind::Overtime { by_s: 1_800 };
    for (card, needed) in [(too_early, late_s), (too_long, longer_s)] {
        let cards = BTreeMap::from([(visit(0), card)]);
        let mut board = built(Book::default(), &cards, 1);
        let fingerprint = board.live.fingerprint();
        let refused = board.give(visit(0), agent(0), None).map(drop).unwrap_err();
        assert_eq!(would_give(&refused), [needed], "{refused}");
        let less = match needed {
            RelaxationKind::Window { by_s } => RelaxationKind::Window { by_s: by_s - 1 },
            RelaxationKind::Overtime { by_s } => RelaxationKind::Overtime { by_s: by_s - 1 },
            other => other,
        };
        assert_eq!(board.give(visit(0), agent(0), Some(less)).map(drop).unwrap_err(), refused, "less than it takes");
        assert_eq!(board.live.fingerprint(), fingerprint, "a refusal changes nothing");

        let more = match needed {
            RelaxationKind::Window { by_s } => RelaxationKind::Window { by_s: by_s + 600 },
            RelaxationKind::Overtime { by_s } => RelaxationKind::Overtime { by_s: by_s + 600 },
            other => other,
        };
        let (given, gave) = board.give(visit(0), agent(0), Some(more)).unwrap();
        assert_eq!(gave, Some(needed), "what gave, not what could have");
        let diff = given.diff;
        board.accept(&diff);
        agree(&board, "given");
        assert_eq!(board.lateness(), [], "{needed:?}");
        let stored: Book = serde_json::from_value::<salessync_engine::plan::book::Diff>(serde_json::to_value(&diff).unwrap())
            .map(|diff| {
                let mut book = Book::default();
                book.apply(&diff).unwrap();
                book
            })
            .unwrap();
        let again = built(stored, &cards, 1);
        assert_eq!((again.book().routes(), again.lateness()), (board.book().routes(), Vec::new()), "after a restart");
        agree(&again, "after a restart");

        let unlock = Operation::Unlock { visit: visit(0) };
        assert_eq!(board.change(&[unlock]).map(drop).unwrap_err().why, Unplanned::Relaxed(visit(0)));
        let undone = board.follow_diff(&diff.inverse()).unwrap().diff;
        board.accept(&undone);
        assert_eq!(board.give(visit(0), agent(0), None).map(drop).unwrap_err(), refused, "as it was at first");
        let redone = board.follow_diff(&undone.inverse()).unwrap().diff;
        board.accept(&redone);
        assert_eq!((board.book().routes().len(), board.lateness()), (1, Vec::new()), "and back again");
        let out = board.change(&[Operation::Unassign { visit: visit(0) }]).unwrap().diff;
        board.accept(&out);
        assert!(board.book().holds().is_empty());
        assert_eq!(board.give(visit(0), agent(0), None).map(drop).unwrap_err(), refused, "the limit holds again");
        assert!(board.change(&[assign(visit(0), Some(needed))]).is_ok(), "a change may say so too");
    }
}

#[test]
fn what_is_hard_gives_way_to_nobody() {
    let skilled = Card { skills: vec!["saw".to_owned()], ..at_home(0) };
    let forbidden = Card { forbidden_agents: vec![agent(0)], ..at_home(1) };
    let optional = Card { priority: 20, ..at_home(2) };
    let cards = BTreeMap::from([skilled, forbidden, optional].map(|card| (card.id, card)));
    let mut board = built(Book::default(), &cards, 1);
    let placed = board.change(&[Operation::Place { visit: visit(2) }]).unwrap().diff;
    board.accept(&placed);
    let all = [
        RelaxationKind::Window { by_s: 14_400 },
        RelaxationKind::Overtime { by_s: 14_400 },
        RelaxationKind::Drop { visit: visit(2) },
        RelaxationKind::Displace { visit: visit(2), priority: 1 },
    ];
    for (n, kind) in (0..2).flat_map(|n| all.map(|kind| (n, kind))) {
        let refused = board.give(visit(n), agent(0), Some(kind)).map(drop).unwrap_err();
        assert!(matches!(refused, Unplanned::Rejected(_)), "{refused:?}");
        assert!(board.change(&[assign(visit(n), Some(kind))]).is_err());
    }
    agree(&board, "refused");
}
