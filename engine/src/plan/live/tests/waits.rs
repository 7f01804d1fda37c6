//! Visits that somebody waits for.

use super::judge::judge;
use super::scenes::{order, plain_shift, plain_visit, plan_of};
use super::world::{shift_id, visit_id};
use crate::plan::live::*;
use crate::plan::model::*;

const DAY_S: f64 = 28_800.0;

/// Somebody waits for it since the day began.
fn awaited(n: usize, stop: usize, cost_per_s: f64) -> VisitDraft {
    let awaited = Some(AwaitedDraft { since_s: 0.0, cost_per_s });
    VisitDraft { awaited, ..plain_visit(n, stop, 0.0, DAY_S) }
}

/// Agent 0 passes the place, but only after five hours elsewhere that are settled; agent 1 is free, and far away.
fn soon_or_on_the_way(awaited: VisitDraft) -> LivePlan<super::world::Town> {
    let long = VisitDraft { service_s: 18_000.0, ..plain_visit(1, 30, 0.0, 0.0 + DAY_S) };
    let settled = LockedDraft { visit: visit_id(1), commitment: Commitment::InProgress, start_s: Some(0.0), end_s: None };
    let busy = ShiftDraft { locked: vec![settled], ..plain_shift(0, 30) };
    plan_of(vec![busy, plain_shift(1, 0)], vec![awaited, long])
}

#[test]
fn whoever_comes_soonest_comes_first_where_somebody_waits() {
    let ranked = |cost_per_s: f64| {
        let mut plan = soon_or_on_the_way(awaited(0, 32, cost_per_s));
        let offers = plan.recommend_exactly(visit_id(0), 2).unwrap();
        assert_eq!(plan.recommend_by_scan(visit_id(0), 2).unwrap(), offers);
        assert_eq!(plan.recommend(visit_id(0), 1).unwrap()[0], offers[0]);
        assert_eq!(plan.places(visit_id(0), 2, |found| !found.is_empty()).unwrap(), offers);
        plan.insert(visit_id(0), Expected::Any).unwrap();
        judge(&plan);
        let chosen = plan.slot(visit_id(0)).unwrap();
        assert_eq!((chosen.shift, chosen.start_s), (offers[0].shift, offers[0].start_s));
        offers
    };
    let (by_cost, by_wait) = (ranked(0.0), ranked(1.0));
    let shifts = |offers: &[crate::plan::explain::Offer]| offers.iter().map(|offer| offer.shift).collect::<Vec<_>>();
    assert_eq!(shifts(&by_cost), [shift_id(0, 0), shift_id(1, 0)]);
    assert_eq!(shifts(&by_wait), [shift_id(1, 0), shift_id(0, 0)]);
    assert!(by_wait[1].start_s > by_wait[0].start_s + 10_000);
    for offer in &by_wait {
        assert_eq!(offer.parts.waiting, i64::from(offer.start_s));
        assert_eq!(offer.cost, offer.parts.travel + offer.parts.waiting);
    }
}

#[test]
fn nobody_is_put_before_a_visit_that_somebody_waits_for_unless_the_detour_saved_is_worth_it() {
    for (cost_per_s, first) in [(0.0, 1), (3.0, 0)] {
        // On the way out to the visit: 0 costs it ten minutes of waiting, and saves no way.
        let mut plan = plan_of(vec![plain_shift(0, 0)], vec![awaited(0, 40, cost_per_s), plain_visit(1, 20, 0.0, DAY_S)]);
        plan.insert(visit_id(0), Expected::Any).unwrap();
        let offers = plan.recommend_exactly(visit_id(1), 1).unwrap();
        assert_eq!(plan.recommend_by_scan(visit_id(1), 1).unwrap(), offers);
        plan.insert(visit_id(1), Expected::Any).unwrap();
        judge(&plan);
        assert_eq!(order(&plan, 0)[0], visit_id(first), "at {cost_per_s} a second");
    }
}

#[test]
fn nobody_leaves_later_for_what_comes_after_than_somebody_waits() {
    for cost_per_s in [None, Some(1.0)] {
        let soon = match cost_per_s {
            Some(cost_per_s) => awaited(0, 10, cost_per_s),
            None => plain_visit(0, 10, 0.0, DAY_S),
        };
        // The other opens at two hours: without anybody waiting one leaves just in time for it.
        let mut plan = plan_of(vec![plain_shift(0, 0)], vec![soon, plain_visit(1, 12, 7_200.0, DAY_S)]);
        (0..2).for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
        judge(&plan);
        let start_s = plan.slot(visit_id(0)).unwrap().start_s;
        assert_eq!(start_s < 1_000, cost_per_s.is_some(), "starts at {start_s}");
    }
}

#[test]
fn nobody_waits_for_what_may_not_begin_yet() {
    let later = VisitDraft { windows: vec![WindowDraft { opens_s: 3_600.0, closes_s: DAY_S }], ..awaited(0, 10, 1.0) };
    let mut plan = plan_of(vec![plain_shift(0, 0)], vec![later]);
    let offers = plan.recommend_exactly(visit_id(0), 1).unwrap();
    assert_eq!((offers[0].start_s, offers[0].parts.waiting), (3_600, 0));
    plan.insert(visit_id(0), Expected::Any).unwrap();
    judge(&plan);
    // Windows that come to be later take the wait along.
    let windows = vec![WindowDraft { opens_s: 7_200.0, closes_s: DAY_S }];
    plan.edit(&[Edit::SetWindows { visit: visit_id(0), windows }], Expected::Any).unwrap();
    assert_eq!((plan.slot(visit_id(0)).unwrap().start_s, plan.bill().waiting), (7_200, 0));
    judge(&plan);
}
