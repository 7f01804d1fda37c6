//! The watch by example: hysteresis, sparse fixes, dwell, calendars, versions, and the bytes it is kept in.

use super::*;
use crate::Point;
use crate::fence::{Calendar, Definition, Fence, FenceEventKind, Owner, OwnerKind, Shape};
use crate::track::RawFix;
use serde_json::{Value, json};
use uuid::Uuid;

const AGENT: AgentId = AgentId(Uuid::from_u128(77));
/// Metres in a degree of latitude at 52.5° N.
const DEGREE_M: f64 = 111_270.0;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn nine() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn fence(id: u128) -> Fence {
    let shape = json!({ "type": "Circle", "coordinates": [13.4, 52.5], "radius_m": 100 });
    Fence {
        id: FenceId(Uuid::from_u128(id)),
        version: 1,
        valid_from: at("2026-01-01T00:00:00Z"),
        valid_to: None,
        definition: Definition {
            name: "Depot".into(),
            shape: Shape::from_geojson(&shape).unwrap(),
            owner: Owner { kind: OwnerKind::AdHoc, id: None },
            agents: None,
            dwell_s: None,
            calendar: None,
            floor_m: None,
            ceiling_m: None,
        },
    }
}

fn with(mut fence: Fence, change: impl FnOnce(&mut Fence)) -> Fence {
    change(&mut fence);
    fence
}

fn calendar(json: Value) -> Option<Calendar> {
    Some(serde_json::from_value(json).unwrap())
}

/// Seconds after nine, metres north of the depot, accuracy.
fn fix(second: i64, north_m: f64, accuracy_m: f64) -> Fix {
    let raw = RawFix {
        recorded_at: nine().plus_s(second),
        lat: 52.5 + north_m / DEGREE_M,
        lon: 13.4,
        accuracy_m: Some(accuracy_m),
        ..RawFix::default()
    };
    Fix::new(&raw).unwrap()
}

struct Walk {
    set: FenceSet,
    rules: FenceRules,
    watch: FenceWatch,
    previous: Option<Fix>,
}

impl Walk {
    fn among(fences: Vec<Fence>) -> Self {
        Self { set: FenceSet::new(fences), rules: FenceRules::default(), watch: FenceWatch::default(), previous: None }
    }

    fn to(&mut self, fix: Fix) -> Vec<Passage> {
        let mut out = Vec::new();
        self.watch.step(AGENT, self.previous.as_ref(), &fix, &self.set, &self.rules, &mut out);
        self.previous = Some(fix);
        // What is carried over is always what its bytes bring back.
        assert_eq!(FenceWatch::from_bytes(&self.watch.to_bytes()).as_ref(), Some(&self.watch));
        for passage in &out {
            let json = serde_json::to_string(passage).unwrap();
            assert_eq!(&serde_json::from_str::<Passage>(&json).unwrap(), passage, "{json}");
        }
        out
    }

    /// Seconds after nine of each thing that is told, by its name.
    fn told(&mut self, fixes: impl IntoIterator<Item = Fix>) -> Vec<(&'static str, i64)> {
        let tell = |passage: Passage| {
            let last = passage.events().pop()?;
            let name = match last.kind {
                FenceEventKind::Enter => "enter",
                FenceEventKind::Dwell => "dwell",
                FenceEventKind::Exit => "exit",
                FenceEventKind::Cross => "cross",
            };
            Some((name, last.at.since_ms(nine()) / 1000))
        };
        fixes.into_iter().flat_map(|fix| self.to(fix)).filter_map(tell).collect()
    }
}

#[test]
fn a_visit_has_its_evidence() {
    let mut walk = Walk::among(vec![fence(1)]);
    assert!(walk.to(fix(0, -500.0, 5.0)).is_empty());
    let entered = walk.to(fix(60, -40.0, 5.0)).pop().unwrap();
    assert_eq!((entered.entered_at, entered.exited_at), (nine().plus_s(60), None));
    assert_eq!((entered.enter.overlap(), entered.enter.gap_s, entered.enter.already_inside), (1.0, 60, false));
    assert!((entered.enter.signed_distance_m() - 60.0).abs() < 0.5);
    assert!(walk.to(fix(90, 0.0, 5.0)).is_empty());
    assert_eq!(walk.watch.open_passages().next().unwrap().fixes, 2);
    let left = walk.to(fix(300, 200.0, 5.0)).pop().unwrap();
    assert_eq!((left.exited_at, left.end), (Some(nine().plus_s(300)), Some(PassageEnd::Left)));
    assert_eq!((left.fixes, left.gap_max_s, left.inside_ms()), (2, 30, Some(240_000)));
    assert_eq!(left.exit.unwrap().overlap(), 0.0);
    assert!(walk.watch.is_empty());
}

/// Noise about the edge, a hundred fixes of it: one enter, one exit.
#[test]
fn noise_at_the_edge_does_not_flap() {
    let mut walk = Walk::among(vec![fence(1)]);
    let noise = |step: i64| f64::from((step * 7919 % 23) as i32 - 11);
    let edge = (1..100).map(|step| fix(60 + step, 100.0 + noise(step), 20.0));
    let fixes = std::iter::once(fix(0, 0.0, 20.0)).chain(edge).chain([fix(600, 200.0, 20.0)]);
    assert_eq!(walk.told(fixes), [("enter", 0), ("exit", 600)]);
    let mut exact = Walk { rules: FenceRules::EXACT, ..Walk::among(vec![fence(1)]) };
    let edge = (1..100).map(|step| fix(60 + step, 100.0 + noise(step), 0.0));
    assert!(exact.told(edge).len() > 30, "what plain containment makes of it");
}

#[test]
fn a_fix_coarser_than_the_fence_abstains() {
    let mut walk = Walk::among(vec![fence(1)]);
    let fixes = [
        fix(0, 0.0, 101.0),
        fix(60, 0.0, 99.0),
        fix(120, 900.0, 101.0),
        fix(180, 0.0, 5.0),
        fix(240, 900.0, 5.0),
        fix(300, -900.0, 101.0),
    ];
    assert_eq!(walk.told(fixes), [("enter", 60), ("exit", 240)], "and no cross on the way to a coarse fix");
}

#[test]
fn unknown_accuracy_takes_the_default_of_its_source() {
    let near_edge = |source| {
        let raw = RawFix { accuracy_m: None, source, ..fix(0, 93.0, 0.0).to_raw() };
        Walk::among(vec![fence(1)]).told([Fix::new(&raw).unwrap()])
    };
    assert_eq!(near_edge(crate::track::Source::Gps), [("enter", 0)], "87 % of a circle of 10 m");
    assert_eq!(near_edge(crate::track::Source::Network), [], "half of one of 100 m");
}

#[test]
fn small_fences_are_entered_at_three_quarters_and_large_ones_at_85() {
    let sized = |radius_m: f64| {
        with(fence(1), |fence| {
            let shape = json!({ "type": "Circle", "coordinates": [13.4, 52.5], "radius_m": radius_m });
            fence.definition.shape = Shape::from_geojson(&shape).unwrap();
        })
    };
    // 4 m within the edge, accuracy 10 m: four fifths of the circle, less a little for the curve.
    assert_eq!(Walk::among(vec![sized(99.0)]).told([fix(0, 94.0, 10.0)]), [("enter", 0)]);
    assert_eq!(Walk::among(vec![sized(101.0)]).told([fix(0, 96.0, 10.0)]), []);
}

#[test]
fn sparse_fixes_cross_in_the_middle_of_the_chord() {
    let mut walk = Walk::among(vec![fence(1)]);
    let crossed = [fix(0, -900.0, 5.0), fix(600, 300.0, 5.0)].into_iter().flat_map(|fix| walk.to(fix)).collect::<Vec<_>>();
    let [cross] = crossed.as_slice() else { panic!("{crossed:?}") };
    assert_eq!(cross.kind, PassageKind::Cross);
    assert!(cross.entered_at.since_ms(nine().plus_s(450)).abs() < 5 && cross.exited_at == Some(cross.entered_at));
    assert_eq!((cross.chord_m, cross.enter.gap_s, cross.enter.overlap()), (Some(200), 600, 1.0));
    assert_eq!(cross.events().len(), 1);
    assert_eq!(walk.told([fix(1501, -900.0, 5.0)]), [], "901 s: too long to know the way");
    assert_eq!(walk.told([fix(1502, -900.0, 5.0), fix(2402, 300.0, 5.0)]), [("cross", 2177)], "900 s is not");
    assert_eq!(walk.told([fix(2402, -900.0, 5.0)]), [], "at the same instant: there was no way");
    assert_eq!(walk.told([fix(2460, 0.0, 5.0), fix(2520, -500.0, 5.0)]), [("enter", 2460), ("exit", 2520)]);
}

/// Past the fence at its edge, as far inside as the noise: no cross, as there would be no enter.
#[test]
fn a_grazing_way_is_no_cross() {
    let beside = |second: i64, north_m: f64, east_m: f64| {
        let raw = fix(second, north_m, 20.0).to_raw();
        Fix::new(&RawFix { lon: raw.lon + east_m / (DEGREE_M * 0.609), ..raw }).unwrap()
    };
    let mut walk = Walk::among(vec![fence(1)]);
    assert_eq!(walk.told([beside(0, 95.0, -300.0), beside(60, 95.0, 300.0)]), []);
    assert_eq!(walk.told([beside(120, 70.0, 300.0), beside(180, 70.0, -300.0)]), [("cross", 150)]);
}

#[test]
fn dwell_is_reached_at_its_time_and_told_by_the_first_fix_still_inside() {
    let dwelling = with(fence(1), |fence| fence.definition.dwell_s = Some(120));
    let mut walk = Walk::among(vec![dwelling.clone()]);
    let told = walk.told([fix(0, 0.0, 5.0), fix(119, 0.0, 5.0), fix(170, 9.0, 5.0), fix(200, 0.0, 5.0), fix(260, 500.0, 5.0)]);
    assert_eq!(told, [("enter", 0), ("dwell", 120), ("exit", 260)]);
    let told = Walk::among(vec![dwelling]).told([fix(0, 0.0, 5.0), fix(119, 0.0, 5.0), fix(170, 500.0, 5.0)]);
    assert_eq!(told, [("enter", 0), ("exit", 170)], "gone by then");
}

fn shop() -> Fence {
    with(fence(1), |fence| {
        fence.definition.dwell_s = Some(1800);
        fence.definition.calendar = calendar(json!({
            "zone": "UTC",
            "weekly": [{ "days": ["mon", "tue"], "from": "09:30", "to": "17:00" }],
        }));
    })
}

#[test]
fn a_calendar_that_opens_and_closes_around_somebody_makes_the_passage() {
    let mut walk = Walk::among(vec![shop()]);
    assert_eq!(walk.told([fix(0, 0.0, 5.0), fix(1500, 0.0, 5.0)]), [], "closed");
    let entered = walk.to(fix(2400, 0.0, 5.0)).pop().unwrap();
    assert_eq!((entered.entered_at, entered.enter.already_inside), (at("2026-11-23T09:30:00Z"), true));
    assert_eq!(entered.enter.gap_s, 900);
    assert_eq!(walk.told([fix(3700, 0.0, 5.0)]), [("dwell", 3600)]);
    let closed = walk.to(fix(40_000, 0.0, 5.0)).pop().unwrap();
    assert_eq!((closed.exited_at, closed.end), (Some(at("2026-11-23T17:00:00Z")), Some(PassageEnd::Closed)));
    assert!(closed.exit.unwrap().already_inside && walk.watch.open_passages().next().is_none());
    let reopened = walk.to(fix(100_000, 0.0, 5.0)).pop().unwrap();
    assert_eq!(reopened.entered_at, at("2026-11-24T09:30:00Z"));
    // Thursday: Tuesday's closing is told, and nothing of days on which it stayed shut.
    assert_eq!(walk.told([fix(3 * 86_400, 0.0, 5.0)]), [("exit", 86_400 + 8 * 3600)]);
    assert_eq!(walk.told([fix(4 * 86_400, 900.0, 5.0)]), []);
}

/// Gone before the next fix: nothing shows that anybody was inside when it opened.
#[test]
fn an_opening_nobody_is_seen_in_is_no_visit() {
    let mut walk = Walk::among(vec![shop()]);
    assert_eq!(walk.told([fix(0, 0.0, 5.0), fix(3600, 900.0, 5.0)]), []);
    let mut walk = Walk::among(vec![shop()]);
    assert_eq!(
        walk.told([fix(0, 0.0, 5.0), fix(2400, 0.0, 500.0), fix(3000, 0.0, 5.0)]),
        [("dwell", 3600)].map(|_| ("enter", 1800))
    );
    let shut = [fix(-600, -500.0, 5.0), fix(-300, 500.0, 5.0)];
    assert_eq!(Walk::among(vec![shop()]).told(shut), [], "no cross through a closed fence");
}

#[test]
fn a_new_version_of_other_ground_ends_the_passage_and_a_renamed_one_does_not() {
    let first = with(fence(1), |fence| fence.valid_to = Some(nine().plus_s(600)));
    let renamed = with(fence(1), |fence| {
        fence.version = 2;
        fence.valid_from = nine().plus_s(600);
        fence.definition.name = "Yard".into();
    });
    let there = [fix(0, 0.0, 5.0), fix(900, 0.0, 5.0), fix(1000, 500.0, 5.0)];
    assert_eq!(Walk::among(vec![first.clone(), renamed.clone()]).told(there), [("enter", 0), ("exit", 1000)]);

    let larger = with(renamed, |fence| {
        let shape = json!({ "type": "Circle", "coordinates": [13.4, 52.5], "radius_m": 150 });
        fence.definition.shape = Shape::from_geojson(&shape).unwrap();
    });
    let mut walk = Walk::among(vec![larger, first.clone()]);
    assert_eq!(walk.told(there), [("enter", 0), ("exit", 600), ("enter", 600), ("exit", 1000)]);

    let mut walk = Walk::among(vec![first]);
    let told: Vec<_> = there.into_iter().flat_map(|fix| walk.to(fix)).collect();
    assert_eq!((told.len(), told[1].end, told[1].exited_at), (2, Some(PassageEnd::Ended), Some(nine().plus_s(600))), "deleted");
}

#[test]
fn a_fence_put_around_somebody_is_entered_when_it_begins() {
    let new = with(fence(1), |fence| fence.valid_from = nine().plus_s(300));
    let mut walk = Walk::among(vec![new.clone()]);
    assert!(walk.to(fix(0, 0.0, 5.0)).is_empty());
    let entered = walk.to(fix(600, 0.0, 5.0)).pop().unwrap();
    assert_eq!((entered.entered_at, entered.enter.already_inside), (nine().plus_s(300), true));
    let mut walk = Walk::among(vec![new]);
    assert_eq!(walk.told([fix(0, 500.0, 5.0), fix(600, 0.0, 5.0)]), [("enter", 600)], "came after it began, for all one knows");
}

#[test]
fn a_fence_is_for_those_it_names_and_between_its_heights() {
    let others = with(fence(1), |fence| fence.definition.agents = Some(vec![AgentId(Uuid::from_u128(78))]));
    let mine = with(fence(2), |fence| fence.definition.agents = Some(vec![AGENT]));
    let upstairs = with(fence(3), |fence| fence.definition.floor_m = Some(50.0));
    let mut walk = Walk::among(vec![others, mine, upstairs]);
    let high = |second: i64, altitude_m| Fix::new(&RawFix { altitude_m, ..fix(second, 0.0, 5.0).to_raw() }).unwrap();
    let told: Vec<_> = walk.to(high(0, Some(34.0))).into_iter().map(|passage| passage.fence.0.as_u128()).collect();
    assert_eq!(told, [2]);
    assert_eq!(walk.told([high(60, None), high(120, Some(49.0))]), [("enter", 60), ("exit", 120)], "an unknown height fits");
}

#[test]
fn after_a_gap_the_state_is_right_and_the_gap_is_on_record() {
    let mut walk = Walk::among(vec![fence(1)]);
    walk.to(fix(0, 0.0, 5.0));
    assert!(walk.to(fix(36_000, 0.0, 5.0)).is_empty());
    let left = walk.to(fix(36_060, 500.0, 5.0)).pop().unwrap();
    assert_eq!((left.entered_at, left.gap_max_s), (nine(), 36_000));
    assert_eq!(walk.told([fix(80_000, 10.0, 5.0)]), [("enter", 80_000)]);
}

#[test]
fn bytes_that_are_not_a_watch_are_nothing() {
    let mut walk = Walk::among(vec![fence(1), shop(), with(fence(3), |fence| fence.definition.dwell_s = Some(1))]);
    walk.to(fix(2400, 0.0, 5.0));
    walk.to(fix(2500, 0.0, 5.0));
    let bytes = walk.watch.to_bytes();
    for end in 0..bytes.len() {
        assert_eq!(FenceWatch::from_bytes(&bytes[..end]), None, "cut off at {end}");
    }
    for at in 0..bytes.len() {
        for flip in [1, 0x80, 0xff] {
            let mut broken = bytes.clone();
            broken[at] ^= flip;
            let _ = FenceWatch::from_bytes(&broken);
        }
    }
    assert_eq!(FenceWatch::from_bytes(&[&bytes[..], &[0]].concat()), None);
    assert_eq!(FenceWatch::from_bytes(&[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]), None);
}

#[test]
fn a_set_answers_by_instant() {
    let first = with(fence(1), |fence| fence.valid_to = Some(nine()));
    let second = with(fence(1), |fence| (fence.version, fence.valid_from) = (2, nine()));
    let set = FenceSet::new([second.clone(), first.clone()]);
    assert_eq!(set.len(), 2);
    assert_eq!(set.fence_at(first.id, nine().plus_ms(-1)), Some(&first));
    assert_eq!(set.fence_at(first.id, nine()), Some(&second));
    assert_eq!(set.fence_at(FenceId(Uuid::from_u128(9)), nine()), None);
    assert_eq!(set.version(first.id, 2), Some(&second));
    let depot = Point::new(52.5, 13.4).unwrap();
    assert_eq!(set.around(depot, nine()), [&second]);
    assert!(set.around(Point::new(52.6, 13.4).unwrap(), nine()).is_empty());
    let ended = with(second, |fence| fence.valid_to = Some(nine().plus_s(60)));
    let later = set.with([ended.clone()]);
    assert_eq!((later.len(), later.version(ended.id, 2)), (2, Some(&ended)));
    assert_eq!(set.fence_at(ended.id, nine().plus_s(60)).map(|fence| fence.version), Some(2), "the old set is as it was");
    assert_eq!(later.fence_at(ended.id, nine().plus_s(60)), None);
}
