//! Versions of a plan: whatever is moved, a visit is at one place, the diffs add up, each can be undone, and what was made from another
//! state is refused with the names of what has changed.

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};
use salessync_engine::plan::book::{Book, Diff, Hold, PlanVersion, RouteChange};
use salessync_engine::plan::model::{Commitment, ShiftId};
use salessync_engine::{AgentId, VisitId};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

const SHIFTS: u8 = 4;
const VISITS: u8 = 12;

fn shift(n: u8) -> ShiftId {
    ShiftId { agent: AgentId(Uuid::from_u128(u128::from(n))), date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), part: 0 }
}

fn visit(n: u8) -> VisitId {
    VisitId(Uuid::from_u128(100 + u128::from(n)))
}

/// Somebody moves a visit, out of the plan where there is no shift, or settles it.
#[derive(Clone, Debug)]
enum Edit {
    Move { visit: u8, to: Option<(u8, usize)> },
    Hold { visit: u8, agent_only: Option<bool> },
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let one = prop_oneof![
        5 => (0..VISITS, prop::option::weighted(0.85, (0..SHIFTS, 0usize..6)))
            .prop_map(|(visit, to)| Edit::Move { visit, to }),
        1 => (0..VISITS, prop::option::of(any::<bool>())).prop_map(|(visit, agent_only)| Edit::Hold { visit, agent_only }),
    ];
    prop::collection::vec(one, 1..5)
}

/// The diff some edits lead to.
fn edited(book: &Book, edits: &[Edit]) -> Diff {
    let mut routes: BTreeMap<ShiftId, Vec<VisitId>> = (0..SHIFTS).map(|n| (shift(n), book.route(shift(n)).to_vec())).collect();
    let mut holds = BTreeMap::new();
    for edit in edits {
        match edit {
            Edit::Move { visit: n, to } => {
                for route in routes.values_mut() {
                    route.retain(|at| *at != visit(*n));
                }
                if let Some((to, position)) = to {
                    let route = routes.get_mut(&shift(*to)).unwrap();
                    route.insert((*position).min(route.len()), visit(*n));
                }
            }
            Edit::Hold { visit: n, agent_only } => {
                let commitment = |agent_only| if agent_only { Commitment::FixedAgent } else { Commitment::FixedOrder };
                holds.insert(visit(*n), agent_only.map(|only| Hold::new(commitment(only))));
            }
        }
    }
    book.diff_to(routes, holds)
}

/// A plan in which each visit is where `places` says.
fn planned(places: &[Option<u8>]) -> Book {
    let mut routes: BTreeMap<ShiftId, Vec<VisitId>> = BTreeMap::new();
    for (n, place) in places.iter().enumerate() {
        if let Some(place) = place {
            routes.entry(shift(*place)).or_default().push(visit(n as u8));
        }
    }
    Book::new(PlanVersion(7), routes, [])
}

fn places() -> impl Strategy<Value = Vec<Option<u8>>> {
    prop::collection::vec(prop::option::weighted(0.8, 0..SHIFTS), usize::from(VISITS))
}

fn config() -> Config {
    Config { cases: 1_000, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..Config::default() }
}

/// Everything but the version.
fn content(book: &Book) -> (BTreeMap<ShiftId, Vec<VisitId>>, BTreeMap<VisitId, Hold>) {
    (book.routes().clone(), book.holds().clone())
}

fn whole(book: &Book) {
    let visits: Vec<_> = book.routes().values().flatten().collect();
    assert_eq!(visits.len(), visits.iter().collect::<HashSet<_>>().len(), "a visit at two places");
    for (shift, route) in book.routes() {
        assert!(!route.is_empty());
        for (at, visit) in route.iter().enumerate() {
            let spot = book.spot(*visit).unwrap();
            assert_eq!((spot.shift, spot.position as usize), (*shift, at));
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn diffs_add_up_and_lead_back(places in places(), changes in prop::collection::vec(edits(), 1..6)) {
        let first = planned(&places);
        let mut book = first.clone();
        let mut sum = Diff::default();
        for edits in &changes {
            let before = book.clone();
            let diff = edited(&book, edits);
            let stored: Diff = serde_json::from_str(&serde_json::to_string(&diff).unwrap()).unwrap();
            prop_assert_eq!(&stored, &diff);
            book.apply(&diff).unwrap();
            whole(&book);
            prop_assert_eq!(book.version(), before.version().next());
            sum = sum.then(&diff);
            let mut back = book.clone();
            back.apply(&diff.inverse()).unwrap();
            prop_assert_eq!(content(&back), content(&before));
        }
        let mut at_once = first.clone();
        at_once.apply(&sum).unwrap();
        prop_assert_eq!(content(&at_once), content(&book));
        // Moves tell where every visit is that is not where it was.
        let moved: BTreeSet<_> = sum.moves().iter().map(|moved| moved.visit).collect();
        for n in 0..VISITS {
            let (was, is) = (first.shift_of(visit(n)), book.shift_of(visit(n)));
            prop_assert!(was == is || moved.contains(&visit(n)));
        }
        for each in sum.moves() {
            prop_assert_eq!(each.from, first.spot(each.visit));
            prop_assert_eq!(each.to, book.spot(each.visit));
        }
    }

    #[test]
    fn what_was_made_from_another_state_is_refused_whole_or_rebased_in_whole_parts(
        places in places(), mine in edits(), yours in edits()
    ) {
        let base = planned(&places);
        let (mine, yours) = (edited(&base, &mine), edited(&base, &yours));
        let mut book = base.clone();
        book.apply(&yours).unwrap();
        let before = book.clone();
        match book.clone().apply(&mine) {
            Ok(_) => {
                let shared = mine.shifts().any(|shift| yours.shifts().any(|other| other == shift));
                prop_assert!(!shared || mine.routes.iter().all(|change| book.route(change.shift) == change.before));
            }
            Err(stale) => prop_assert!(!stale.shifts.is_empty() || !stale.visits.is_empty()),
        }
        if let Some(kept) = book.rebase(&mine) {
            book.apply(&kept).unwrap();
            whole(&book);
            // No visit is lost: it is where mine put it, or where yours had it.
            for n in 0..VISITS {
                let is = book.shift_of(visit(n));
                let mut alone = base.clone();
                alone.apply(&mine).unwrap();
                prop_assert!(is == alone.shift_of(visit(n)) || is == before.shift_of(visit(n)));
            }
        } else {
            prop_assert!(mine.is_empty() || book.check(&mine).is_err());
        }
    }
}

#[test]
fn who_is_pushed_along_has_not_moved() {
    let book = planned(&[Some(0), Some(0), Some(0), Some(0), Some(1)]);
    let mut route = book.route(shift(0)).to_vec();
    route.insert(0, visit(4));
    let diff = book.diff_to([(shift(0), route), (shift(1), Vec::new())], []);
    assert_eq!(diff.moves().iter().map(|moved| moved.visit).collect::<Vec<_>>(), [visit(4)]);
    let last_first = [visit(3), visit(0), visit(1), visit(2)].to_vec();
    let diff = book.diff_to([(shift(0), last_first)], []);
    assert_eq!(diff.moves().iter().map(|moved| moved.visit).collect::<Vec<_>>(), [visit(3)]);
}

#[test]
fn a_visit_put_at_two_places_is_refused() {
    let mut book = planned(&[Some(0), Some(1)]);
    let double =
        Diff { routes: vec![RouteChange { shift: shift(2), before: Vec::new(), after: vec![visit(0)] }], holds: Vec::new() };
    assert_eq!(book.apply(&double).unwrap_err().visits, BTreeSet::from([visit(0)]));
    let twice = Diff {
        routes: vec![RouteChange { shift: shift(2), before: Vec::new(), after: vec![visit(9), visit(9)] }],
        holds: Vec::new(),
    };
    assert_eq!(book.apply(&twice).unwrap_err().visits, BTreeSet::from([visit(9)]));
    assert_eq!(book, planned(&[Some(0), Some(1)]), "a refused change changes nothing");
}
