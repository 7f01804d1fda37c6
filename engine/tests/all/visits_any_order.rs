//! Arrivals and proofs are a function of the set of fixes and reports: deliver the fixes of a day late, twice, shuffled, in any batches, and the
//! reports in any order in between, and every visit comes out the same.

use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};
use salessync_engine::fence::{Fence, FenceSet, NewFence};
use salessync_engine::track::amend::{Op, amend};
use salessync_engine::track::item::Body;
use salessync_engine::track::{Book, Device, Fix, Guide, Item, Published, RawFix, Timeline, Walker};
use salessync_engine::visit::derive::{Derived, Subject, Track, Unplanned, derive};
use salessync_engine::visit::report::AuthorKind;
use salessync_engine::visit::rules::VisitRuleVersions;
use salessync_engine::visit::stay::Seen;
use salessync_engine::visit::trail::Around;
use salessync_engine::visit::{
    Author, Claim, Facts, Outcome, Plan, Report, Site, Told, VerificationStatus, VisitKind, VisitStatus, Window,
};
use salessync_engine::{AgentId, CustomerId, FenceId, ItemId, PlaceId, Point, Timestamp, VisitEventId, VisitId};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

const ANNA: AgentId = AgentId(Uuid::from_u128(1));
/// Three shops; the grounds of the second and third overlap.
const SHOPS: [(f64, f64, f64); 3] = [(52.500, 13.400, 120.0), (52.510, 13.420, 150.0), (52.5105, 13.4205, 150.0)];

fn start() -> Timestamp {
    Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
}

fn fences() -> Arc<FenceSet> {
    static FENCES: OnceLock<Arc<FenceSet>> = OnceLock::new();
    let make = || {
        let fences = SHOPS.iter().enumerate().map(|(n, (lat, lon, radius_m))| {
            let fence = serde_json::json!({"name": "shop", "owner": {"kind": "place", "id": Uuid::from_u128(n as u128 + 1)},
                "shape": {"type": "Circle", "coordinates": [lon, lat], "radius_m": radius_m}});
            let definition = serde_json::from_value::<NewFence>(fence).unwrap().checked().unwrap();
            let id = FenceId(Uuid::from_u128(n as u128 + 1));
            Fence { id, version: 1, valid_from: Timestamp::MIN, valid_to: None, definition }
        });
        Arc::new(FenceSet::new(fences))
    };
    FENCES.get_or_init(make).clone()
}

/// Goes between the shops, stands in them or near them, falls silent.
fn day() -> impl Strategy<Value = Vec<Fix>> {
    let act = (0u8..6, 1usize..40, any::<u32>());
    proptest::collection::vec(act, 2..12).prop_map(|acts| {
        let (mut at, mut lat, mut lon) = (start(), 52.495f64, 13.39f64);
        let mut fixes = Vec::new();
        for (what, n, salt) in acts {
            let (to_lat, to_lon, _) = SHOPS[salt as usize % 3];
            for i in 0..n {
                let left = (n - i) as f64;
                match what {
                    0 | 1 => (lat, lon) = (lat + (to_lat - lat) / left, lon + (to_lon - lon) / left), // goes to a shop
                    2 | 3 => {}                                                                       // stands
                    4 if i == 0 => at = at.plus_s(i64::from(salt % 2_400)),                           // falls silent
                    _ => (lat, lon) = (lat + 1e-4, lon - 1e-4),                                       // strolls
                }
                at = at.plus_s(15 + i64::from(salt % 40));
                let raw = RawFix { recorded_at: at, lat, lon, accuracy_m: Some(f64::from(5 + salt % 20)), ..RawFix::default() };
                fixes.push(Fix::new(&raw).unwrap());
            }
        }
        fixes
    })
}

fn visit(n: u128, shop: usize, windows: Vec<Window>) -> (VisitId, Facts) {
    let plan = Plan {
        customer_id: CustomerId(Uuid::from_u128(n)),
        place_id: PlaceId(Uuid::from_u128(shop as u128 + 1)),
        territory_id: None,
        agent_id: Some(ANNA),
        kind: VisitKind::Routine,
        day: start().civil_date(Tz::UTC),
        windows,
        duration_s: 900,
        priority: 50,
        demand: 0,
        skills: vec![],
        purpose: None,
        note: String::new(),
    };
    (VisitId(Uuid::from_u128(n)), Facts::new(plan))
}

fn visits() -> Vec<(VisitId, Facts)> {
    let from = |hour: i64| Window { from: start().plus_s(hour * 3_600), to: start().plus_s(hour * 3_600 + 3_600) };
    vec![visit(1, 0, vec![]), visit(2, 1, vec![from(1)]), visit(3, 1, vec![from(0)]), visit(4, 2, vec![])]
}

fn reports(seed: &[(usize, i64, bool)]) -> Vec<(VisitId, Report)> {
    let told = |n: usize, (visit, at, is_out): (usize, i64, bool)| {
        let shop = [0, 1, 1, 2][visit % 4];
        let position =
            Some(Claim { point: Point::new(SHOPS[shop].0, SHOPS[shop].1).unwrap(), accuracy_m: Some(9.0), mock: false });
        let told = if is_out {
            Told::CheckOut { position, outcome: Outcome::Productive, reason: None, photos: vec![], note: String::new() }
        } else {
            Told::CheckIn { position, photos: vec![], note: String::new() }
        };
        let by = Author { kind: AuthorKind::Agent, id: Some(ANNA.0) };
        let at = start().plus_s(at);
        let id = VisitEventId(Uuid::from_u128(n as u128));
        let report = Report { id, at, received_at: at, by, agent: Some(ANNA), told, clock_ahead: false };
        (VisitId(Uuid::from_u128(visit as u128 % 4 + 1)), report)
    };
    seed.iter().enumerate().map(|(n, seed)| told(n, *seed)).collect()
}

/// The server's side in small: items as they are published, and the fixes.
#[derive(Default)]
struct World {
    timeline: Timeline,
    published: Vec<Published>,
    stored: Vec<Fix>,
    minted: u128,
    visits: Vec<(VisitId, Facts)>,
}

impl World {
    fn new() -> Self {
        Self { visits: visits(), ..Self::default() }
    }

    fn ingest(&mut self, batch: &[Fix], guide: &Guide) {
        self.stored.extend(batch);
        if self.timeline.observe(batch, guide, 128).older.is_some() {
            self.stored.sort_unstable();
            self.stored.dedup();
            let mut again = Timeline::rewalk(Walker::default(), &self.stored, Timestamp::MIN, guide, 128);
            again.after(std::mem::take(&mut self.timeline));
            self.timeline = again;
        }
        for section in &self.timeline.take_patch(guide).sections {
            let minted = &mut self.minted;
            let changes = amend(&mut self.published, section, || {
                *minted += 1;
                ItemId(Uuid::from_u128(*minted))
            });
            assert!(changes.iter().all(|change| change.op != Op::Withdrawn || change.new.is_none()));
        }
    }

    fn tell(&mut self, (visit, report): &(VisitId, Report)) {
        let (_, facts) = self.visits.iter_mut().find(|(id, _)| id == visit).unwrap();
        facts.apply(report.clone());
    }

    fn derived(&self) -> (BTreeMap<VisitId, Derived>, Unplanned) {
        let (mut seen, mut under_way_since) = (Vec::new(), None);
        for Published { item: Item { start_at, end_at, body, .. }, .. } in &self.published {
            match body {
                Body::FencePassage { passage } => seen.push(Seen { device: Device::default(), passage: passage.clone() }),
                Body::Trip { .. } if end_at.is_none() => under_way_since = Some(*start_at),
                _ => {}
            }
        }
        let last_at = self.timeline.day().and_then(|day| day.last_at).map(|last_at| (Device::default(), last_at));
        let track = Track { seen, last_at: last_at.into_iter().collect(), under_way_since };
        let mut fixes = self.stored.clone();
        fixes.sort_unstable();
        fixes.dedup();
        let rules = VisitRuleVersions::default();
        let site = |facts: &Facts| {
            let (lat, lon, _) = SHOPS[facts.plan.place_id.0.as_u128() as usize - 1];
            Site { point: Some(Point::new(lat, lon).unwrap()), ground: None, radius_m: 100 }
        };
        let mut arounds = BTreeMap::new();
        for (id, facts) in &self.visits {
            let span = salessync_engine::visit::derive::span_of(facts, &site(facts), &rules);
            let within = |fix: &&Fix| span.is_some_and(|(from, to)| (from..=to).contains(&fix.recorded_at()));
            let believed = [(Device::default(), fixes.iter().filter(within).copied().collect())].into();
            arounds.insert(*id, Around { believed, mock: 0, suspect: 0 });
        }
        let subjects: Vec<_> = self
            .visits
            .iter()
            .map(|(id, facts)| Subject {
                id: *id,
                facts,
                site: site(facts),
                fence: Some(FenceId(facts.plan.place_id.0)),
                sequence: None,
                around: &arounds[id],
            })
            .collect();
        derive(&subjects, &track, start().civil_date(Tz::UTC), Tz::UTC, &rules)
    }
}

fn guide() -> Guide {
    Guide::new(ANNA, Arc::new(Book { fences: fences(), ..Book::new(Tz::UTC) }))
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..Config::default() })]

    #[test]
    fn any_delivery_gives_the_same_arrivals_and_the_same_proof(
        fixes in day(),
        told in proptest::collection::vec((0usize..4, 0i64..12_000, any::<bool>()), 0..10),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..200),
        cut in 1usize..30,
        turn in any::<prop::sample::Index>(),
    ) {
        let guide = guide();
        let reports = reports(&told);
        let mut at_once = World::new();
        let mut sorted = fixes.clone();
        sorted.sort_unstable();
        at_once.ingest(&sorted, &guide);
        reports.iter().for_each(|report| at_once.tell(report));

        let mut late = World::new();
        let turn = turn.index(fixes.len());
        let mut deliveries: Vec<Fix> = order.iter().map(|pick| *pick.get(&fixes)).collect();
        deliveries.extend(fixes[turn..].iter().chain(&fixes[..turn]));
        let mut waiting = reports.iter().rev().chain(&reports);
        for batch in deliveries.chunks(cut) {
            late.ingest(batch, &guide);
            waiting.next().into_iter().for_each(|report| late.tell(report));
            // Deriving in between leaves nothing behind.
            let _ = late.derived();
        }
        waiting.for_each(|report| late.tell(report));

        prop_assert_eq!(late.derived(), at_once.derived());
    }
}

/// A morning: the first shop for twenty minutes with check-in and check-out, a drive, the second for ten without a word.
#[test]
fn a_morning_comes_out_as_it_was() {
    let mut fixes = Vec::new();
    let mut at = 0;
    let mut stand = |lat: f64, lon: f64, minutes: i64| {
        for _ in 0..minutes * 4 {
            let recorded_at = start().plus_s(at);
            fixes.push(Fix::new(&RawFix { recorded_at, lat, lon, accuracy_m: Some(8.0), ..RawFix::default() }).unwrap());
            at += 15;
        }
    };
    stand(52.49, 13.39, 5);
    stand(52.5, 13.4, 20);
    stand(52.505, 13.41, 2);
    stand(52.5092, 13.419, 10); // within the second shop's ground, not the third's
    let mut world = World::new();
    let told = reports(&[(0, 360, false), (0, 1_380, true)]);
    told.iter().for_each(|report| world.tell(report));
    let (before, _) = world.derived();
    let first = |derived: &BTreeMap<VisitId, Derived>| derived[&VisitId(Uuid::from_u128(1))].clone();
    assert_eq!(first(&before).verification.status, VerificationStatus::Partial, "the phone's word alone");
    assert!(first(&before).awaits_track);
    fixes.chunks(7).rev().for_each(|batch| world.ingest(batch, &guide()));
    let (after, unplanned) = world.derived();
    let done = first(&after);
    assert_eq!((done.verification.status, done.standing.progress.status), (VerificationStatus::Verified, VisitStatus::Completed));
    assert!(done.arrival.is_some() && !done.awaits_track, "{done:#?}");
    assert_eq!(done.verification.passage.unwrap().overlap_pct, 100);
    // Two visits are planned at the second shop: it is the one whose hour it is.
    let status = |n: u128| after[&VisitId(Uuid::from_u128(n))].standing.progress.status;
    assert_eq!((status(2), status(3), status(4)), (VisitStatus::Planned, VisitStatus::Arrived, VisitStatus::Planned));
    assert!(unplanned.is_empty(), "{unplanned:#?}");
}
