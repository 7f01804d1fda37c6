//! Room for what has to be made, against leaving out every visit of every shift, and every two.

use super::judge::{judge, judge_step, whereabouts};
use super::scenes::{all_day, order, plain_shift, plan_of};
use super::world::{ALL, Kind, Rng, Town, empty_plan, shift_id, visit_id};
use crate::plan::live::*;
use crate::plan::model::*;

/// What the cheapest way costs to put a visit in a route that `count` visits which may be left out have left, each route built from nothing.
fn by_hand(plan: &LivePlan<Town>, wanted: VisitIx, count: usize) -> Option<i64> {
    let grounds = &plan.grounds;
    let mut cheapest: Option<i64> = None;
    for at in 0..grounds.routes.len() {
        let (ix, route) = (ShiftIx::from(at), &grounds.routes[at]);
        if grounds.admits_as_person(ix, grounds.problem.visit(wanted)).is_err() {
            continue;
        }
        let optional: Vec<(VisitIx, i64)> =
            route.steps[route.locked..].iter().filter_map(|step| Some((step.visit, loss(plan, step.visit)?))).collect();
        let sets: Vec<Vec<(VisitIx, i64)>> = match count {
            1 => optional.iter().map(|one| vec![*one]).collect(),
            _ => {
                optional.iter().enumerate().flat_map(|(at, one)| optional[..at].iter().map(move |two| vec![*one, *two])).collect()
            }
        };
        for gone in sets {
            let rest: Vec<VisitIx> = route.visits().filter(|visit| gone.iter().all(|(other, _)| other != visit)).collect();
            let build = |visits: &[VisitIx]| grounds.build(ix, visits, &mut timing::Board::default());
            let without = build(&rest);
            if without.timing.late_s > route.timing.late_s {
                continue;
            }
            for position in route.begun.len() + route.locked..=rest.len() {
                let mut visits = rest.clone();
                visits.insert(position, wanted);
                let with = build(&visits);
                let is_in_time = with.timing.late_s <= if rest.is_empty() { 0 } else { without.timing.late_s };
                if is_in_time && keeps_limits(plan, ix, &without, &with) {
                    let cost = with.bill.total() - route.bill.total() + gone.iter().map(|(_, loss)| loss).sum::<i64>();
                    cheapest = Some(cheapest.map_or(cost, |other| other.min(cost)));
                }
            }
        }
    }
    cheapest
}

/// What leaving a visit out costs, its promise counted as broken. None: it may not be.
fn loss(plan: &LivePlan<Town>, ix: VisitIx) -> Option<i64> {
    let visit = plan.grounds.problem.visit(ix);
    let is_fixed = visit.pinned.is_some() || visit.windows.iter().all(|window| window.opens_s == window.closes_s);
    match visit.prize {
        Prize::Optional(prize) if !is_fixed => Some(prize + visit.promise.map_or(0, |promise| promise.cost_broken)),
        Prize::Optional(_) | Prize::Mandatory => None,
    }
}

/// As `fits` and `admits` have it, of a route that grows from `without` to `with`.
fn keeps_limits(plan: &LivePlan<Town>, ix: ShiftIx, without: &route::Route, with: &route::Route) -> bool {
    let grounds = &plan.grounds;
    let shift = grounds.problem.shift(ix);
    let limits = grounds.limits_of(ix);
    let others = |limits: &AgentLimits| limits.shifts.iter().copied().filter(|other| *other != ix).collect::<Vec<_>>();
    let is_in_limits = limits.is_none_or(|limits| {
        let used = others(limits).iter().filter(|other| !grounds.routes[other.at()].is_empty()).count();
        let duty_s: i64 = others(limits).iter().map(|other| grounds.routes[other.at()].duty_s()).sum();
        let is_rested = duty_s + with.duty_s() <= limits.duty_max_s || with.duty_s() <= without.duty_s();
        is_rested && (!without.is_empty() || used < limits.shifts_max as usize)
    });
    is_in_limits
        && (shift.capacity == i32::MAX || with.sums.demand <= i64::from(shift.capacity))
        && with.sums.visits <= shift.visits_max
        && with.sums.travel_s <= shift.travel_max_s.max(without.sums.travel_s)
        && with.sums.distance_m <= shift.distance_max_m.max(without.sums.distance_m)
}

/// Plans so full that something waits, with what waits and has to be made and fits nowhere.
fn crowded(seed: u64, kind: Kind) -> (LivePlan<Town>, Vec<VisitIx>) {
    let rng = &mut Rng::new(seed * 29);
    let mut plan = empty_plan(rng, kind);
    // What may be left out came first.
    let (later, first): (Vec<_>, Vec<_>) =
        plan.unassigned().partition(|id| plan.problem().visit(plan.problem().visit_ix(*id).unwrap()).prize == Prize::Mandatory);
    plan.fill(&first).unwrap();
    plan.tick(rng.range(0, 2_000));
    for id in later.iter().take(kind.visits / 4) {
        let _ = plan.recommend(*id, 1).is_ok().then(|| plan.insert(*id, Expected::Any));
    }
    let waiting: Vec<_> = plan.unassigned().filter(|id| later.contains(id)).collect();
    for id in &waiting {
        if rng.chance(50) {
            plan.overrun(*id, rng.range(1_800, 7_200)).unwrap();
        }
    }
    let stuck = waiting.into_iter().filter(|id| plan.recommend_exactly(*id, 1).is_err());
    let stuck = stuck.collect::<Vec<_>>().into_iter().map(|id| plan.problem().visit_ix(id).unwrap()).collect();
    (plan, stuck)
}

const SEEDS: u64 = 30;

#[test]
fn room_is_found_wherever_leaving_one_or_two_visits_out_makes_it() {
    let kind = Kind { shifts: 4, visits: 60, ..ALL };
    let (mut by_one, mut by_two, mut by_moving, mut nowhere) = (0, 0, 0, 0);
    for seed in 1..=SEEDS {
        let (mut plan, stuck) = crowded(seed, kind);
        let before = plan.fingerprint();
        let shifts: Vec<ShiftIx> = (0..plan.grounds.routes.len()).map(ShiftIx::from).collect();
        for ix in stuck {
            let (one, two) = (by_hand(&plan, ix, 1), by_hand(&plan, ix, 2));
            let found = plan.rooms(ix, &shifts, 1).first().map(room::Room::cost);
            assert_eq!(plan.fingerprint(), before, "seed {seed}: to look changes nothing");
            match (one, two, found) {
                (Some(by_hand), _, Some(found)) => {
                    by_one += 1;
                    assert!(found <= by_hand, "seed {seed}: {found}, by hand {by_hand}");
                }
                (None, Some(by_hand), Some(found)) => {
                    by_two += 1;
                    // Moving one that has to be made may be dearer than leaving two out, and bothers fewer.
                    by_moving += usize::from(found > by_hand);
                }
                (None, None, Some(_)) => by_moving += 1,
                (None, None, None) => nowhere += 1,
                (_, _, None) => panic!("seed {seed}: there is room for {ix:?}: {one:?}, {two:?}"),
            }
        }
    }
    let told = format!("{by_one} by one, {by_two} by two, {by_moving} by moving, {nowhere} nowhere");
    assert!(by_one > 100 && by_two > 10 && by_moving > 2 && nowhere > 10, "{told}");
}

#[test]
fn room_is_made_as_it_was_offered_and_nothing_that_matters_is_lost_for_it() {
    let kind = Kind { shifts: 4, visits: 60, ..ALL };
    let (mut made, mut settled) = (0, 0);
    for seed in 1..=SEEDS {
        let (mut plan, stuck) = crowded(seed, kind);
        for ix in stuck {
            let id = plan.problem().visit(ix).id;
            let (bill, there) = (plan.bill(), whereabouts(&plan));
            let before = plan.fingerprint();
            let offers = plan.recommend_making_room(id, 4).unwrap();
            assert!(offers.is_sorted_by_key(|room| room.offer.cost), "seed {seed}");
            assert_eq!(plan.fingerprint(), before, "seed {seed}: to ask changes nothing");
            for RoomOffer { offer, gives_way } in offers {
                // Of one shift alone as much is tried as of all.
                let alone = plan.room_on(id, offer.shift).unwrap().unwrap();
                assert!(alone.offer.cost <= offer.cost, "seed {seed}: {alone:?}");
                let outcome = plan.edit(&[Edit::InsertMakingRoom { visit: id, shift: offer.shift }], Expected::Any).unwrap();
                judge_step(&plan, &there);
                let now = plan.bill();
                let must = i64::from(plan.problem().visit(ix).priority) + 1;
                assert_eq!(now.mandatory_lost, bill.mandatory_lost - must, "seed {seed}: what has to be made is made");
                // Repairs may have gained more; what was said to wait may have found a place.
                assert!(now.total() - bill.total() <= offer.cost, "seed {seed}: {:?} for {}", now - bill, offer.cost);
                for gone in gives_way.iter().filter(|gone| plan.slot(gone.visit).is_none()) {
                    let other = plan.problem().visit(plan.problem().visit_ix(gone.visit).unwrap());
                    assert!(other.prize != Prize::Mandatory, "seed {seed}: {gone:?}");
                }
                settled += gives_way.iter().filter(|gone| gone.to.is_some()).count();
                made += 1;
                assert!(plan.undo(outcome.undo).is_ok());
                assert_eq!(plan.fingerprint(), before, "seed {seed}");
            }
        }
    }
    assert!(made > 100 && settled > 30, "{made} made, {settled} found another place");
}

#[test]
fn shifts_of_other_days_are_in_nobodys_way() {
    // Twelve agents work next door on other days; the one who works when the visit is open comes from the end of the street.
    let other_day = |n| ShiftDraft { earliest_start_s: 100_000.0, latest_end_s: 128_800.0, ..plain_shift(n, 1) };
    let whole_day = |n, prize| VisitDraft { service_s: 27_000.0, prize, ..all_day(n, 2) };
    let shifts = (1..13).map(other_day).chain([plain_shift(0, 50)]).collect();
    let mut plan = plan_of(shifts, vec![whole_day(0, Some(900.0)), whole_day(1, None)]);
    plan.insert(visit_id(0), Expected::Any).unwrap();
    let why = plan.relaxations_of(visit_id(1)).unwrap();
    assert!(why.iter().any(|way| way.kind == RelaxationKind::Drop { visit: visit_id(0) }), "{why:?}");
    plan.insert(visit_id(1), Expected::Any).unwrap();
    assert_eq!(order(&plan, 0), [visit_id(1)]);
    judge(&plan);
}

#[test]
fn two_small_visits_give_way_where_one_is_not_enough() {
    let small = |n, prize| VisitDraft { service_s: 9_000.0, prize: Some(prize), ..all_day(n, 2) };
    let large = |n, prize: Option<f64>| VisitDraft { service_s: 17_000.0, prize, ..all_day(n, 2) };
    let visits = vec![small(0, 900.0), small(1, 400.0), small(2, 500.0), large(3, None)];
    let mut plan = plan_of(vec![plain_shift(0, 2)], visits.clone());
    (0..3).for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
    let offers = plan.recommend_making_room(visit_id(3), 3).unwrap();
    let waits = |n| GivesWay { visit: visit_id(n), to: None };
    assert_eq!((offers.len(), &offers[0].gives_way[..], offers[0].offer.cost), (1, &[waits(1), waits(2)][..], 900));
    plan.insert(visit_id(3), Expected::Any).unwrap();
    assert_eq!(plan.unassigned().collect::<Vec<_>>(), [visit_id(1), visit_id(2)]);
    judge(&plan);

    // Nothing that has to be made gives way to what may be left out.
    let mut plan = plan_of(vec![plain_shift(0, 2)], [visits[..3].to_vec(), vec![large(3, Some(90_000.0))]].concat());
    (0..3).for_each(|n| drop(plan.insert(visit_id(n), Expected::Any).unwrap()));
    assert_eq!(plan.recommend_making_room(visit_id(3), 3), Ok(vec![]));
}

#[test]
fn what_has_to_be_made_gives_way_only_to_another_agent_who_can() {
    let day = |n, skills: &[&str]| {
        let skills = skills.iter().map(|skill| (*skill).to_owned()).collect();
        VisitDraft { service_s: 20_000.0, skills, ..all_day(n, 2) }
    };
    let skilled = ShiftDraft { skills: vec!["cold".into()], ..plain_shift(0, 2) };
    for (second, moves) in [(day(0, &[]), true), (day(0, &["cold"]), false)] {
        let mut plan = plan_of(vec![skilled.clone(), plain_shift(1, 9)], vec![second, day(1, &["cold"])]);
        plan.edit(&[Edit::InsertAt { visit: visit_id(0), shift: shift_id(0, 0), position: None }], Expected::Any).unwrap();
        let offers = plan.recommend_making_room(visit_id(1), 3).unwrap();
        assert_eq!(plan.insert(visit_id(1), Expected::Any).is_ok(), moves);
        if moves {
            assert_eq!(offers[0].gives_way, [GivesWay { visit: visit_id(0), to: Some(shift_id(1, 0)) }]);
            assert_eq!((order(&plan, 0), order(&plan, 1)), (vec![visit_id(1)], vec![visit_id(0)]));
        } else {
            assert!(offers.is_empty());
        }
        judge(&plan);
    }
}
