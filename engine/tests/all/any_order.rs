//! A timeline is a pure function of the set of its fixes: deliver them late, twice, shuffled, in any batches, and rows, days and the sum of
//! all amendments come out the same.

#![allow(clippy::disallowed_macros, reason = "a test that is skipped says so")]

use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};
use salessync_engine::agent::{AgentState, Rules};
use salessync_engine::fence::{Fence, FenceSet, NewFence};
use salessync_engine::track::amend::{Op, amend};
use salessync_engine::track::item::Body;
use salessync_engine::track::rules::{Since, Versions};
use salessync_engine::track::walk::Yield;
use salessync_engine::track::{
    Book, DaySummary, Device, Fix, Guide, Item, Patch, Published, RawFix, Timeline, TrackRules, Walker, codec,
};
use salessync_engine::{AgentId, FenceId, ItemId, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

fn agent() -> AgentId {
    AgentId(uuid::Uuid::from_u128(1))
}

/// Defaults, a speed limit, and fences where `life` goes: with dwell, with hours, one that comes later.
fn guide(zone: Tz) -> Guide {
    static FENCES: std::sync::OnceLock<Arc<FenceSet>> = std::sync::OnceLock::new();
    let limit = TrackRules { overspeed_mps: 15, overspeed_min_s: 20, ..TrackRules::default() };
    let rules = Versions::new(vec![Since { from: Timestamp::MIN, value: limit }]);
    let book = Book { rules, fences: FENCES.get_or_init(fences).clone(), ..Book::new(zone) };
    Guide::new(agent(), Arc::new(book))
}

fn fences() -> Arc<FenceSet> {
    let circle = |n: u128, lat: f64, lon: f64, radius_m: f64, extra: serde_json::Value| {
        let mut fence = serde_json::json!({"name": "here", "owner": {"kind": "ad_hoc"}, "dwell_s": 60,
            "shape": {"type": "Circle", "coordinates": [lon, lat], "radius_m": radius_m}});
        fence.as_object_mut().unwrap().extend(extra.as_object().cloned().unwrap_or_default());
        let definition = serde_json::from_value::<NewFence>(fence).unwrap().checked().unwrap();
        Fence { id: FenceId(uuid::Uuid::from_u128(n)), version: 1, valid_from: Timestamp::MIN, valid_to: None, definition }
    };
    let hours = serde_json::json!({"calendar": {"zone": "Europe/Berlin", "weekly": [{"days": ["mon", "tue"], "from": "19:30", "to": "23:00"}]}});
    let later = Timestamp::parse("2026-11-23T18:15:00Z").unwrap();
    let fences = [
        circle(1, 52.5, 13.4, 150.0, serde_json::json!({})),
        circle(2, 52.505, 13.42, 900.0, hours),
        Fence { valid_from: later, ..circle(3, 52.51, 13.44, 2_000.0, serde_json::json!({})) },
        Fence { valid_to: Some(later), ..circle(4, 52.5, 13.41, 400.0, serde_json::json!({})) },
    ];
    Arc::new(FenceSet::new(fences))
}

/// What a client holds that applies every change it is sent.
#[derive(Default)]
struct Client {
    items: BTreeMap<ItemId, Item>,
    days: BTreeMap<chrono::NaiveDate, DaySummary>,
}

/// The store's side: what is published, and the changes that follow from patches.
#[derive(Default)]
struct Ledger {
    published: Vec<Published>,
    minted: u128,
    client: Client,
}

impl Ledger {
    fn apply(&mut self, patch: Patch) {
        for section in &patch.sections {
            let minted = &mut self.minted;
            let changes = amend(&mut self.published, section, || {
                *minted += 1;
                ItemId(uuid::Uuid::from_u128(*minted))
            });
            for change in changes {
                match change.op {
                    Op::Created => assert!(self.client.items.insert(change.id, change.new.unwrap()).is_none()),
                    Op::Amended => {
                        assert_eq!(
                            self.client.items.insert(change.id, change.new.unwrap()),
                            change.old,
                            "old is what the client had"
                        );
                    }
                    Op::Withdrawn => assert_eq!(self.client.items.remove(&change.id), change.old),
                }
            }
        }
        self.client.days.retain(|date, day| !patch.is_withdrawn(*date, day.last_at.unwrap()));
        for (date, end) in patch.days {
            self.client.days.insert(date, end.summary);
        }
    }

    fn rows(&self) -> Vec<String> {
        let mut rows: Vec<_> = self.client.items.values().map(|item| serde_json::to_string(item).unwrap()).collect();
        rows.sort();
        rows
    }
}

/// The oracle: everything at once, in order.
fn walked(fixes: &[Fix], guide: &Guide) -> (Vec<String>, BTreeMap<chrono::NaiveDate, DaySummary>) {
    let mut sorted = fixes.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let (mut walker, mut out) = (Walker::default(), Yield::default());
    for fix in &sorted {
        walker.step(fix, guide, &mut out);
    }
    let mut items = BTreeMap::new();
    for item in out.items.into_iter().chain(walker.open_items(guide)) {
        items.insert(item.key(), item);
    }
    for key in out.removed {
        items.remove(&key);
    }
    let mut rows: Vec<_> = items.values().map(|item| serde_json::to_string(item).unwrap()).collect();
    rows.sort();
    let days = out.days.into_iter().map(|day| day.summary).chain(walker.day());
    (rows, days.map(|day| (day.date, day)).collect())
}

/// Delivers `batches` to a timeline, walking again from the "store" (all that was delivered) where a fix is older than the window, and writing
/// patches down whenever `write` says so.
fn deliver(batches: &[Vec<Fix>], guide: &Guide, window: usize, write: impl Fn(usize) -> bool) -> Ledger {
    let (mut timeline, mut ledger, mut stored) = (Timeline::default(), Ledger::default(), Vec::new());
    for (index, batch) in batches.iter().enumerate() {
        stored.extend(batch.iter().copied());
        if timeline.observe(batch, guide, window).older.is_some() {
            stored.sort_unstable();
            stored.dedup();
            let mut again = Timeline::rewalk(Walker::default(), &stored, Timestamp::MIN, guide, window);
            again.after(timeline);
            timeline = again;
        }
        if write(index) {
            ledger.apply(timeline.take_patch(guide));
        }
    }
    ledger.apply(timeline.take_patch(guide));
    ledger
}

fn check(batches: &[Vec<Fix>], guide: &Guide, window: usize, write: impl Fn(usize) -> bool) {
    let all: Vec<Fix> = batches.iter().flatten().copied().collect();
    let (rows, days) = walked(&all, guide);
    let ledger = deliver(batches, guide, window, write);
    assert_eq!(ledger.rows(), rows);
    assert_eq!(ledger.client.days, days);
}

/// A working life in small: drives, stands, walks, silences, glitches, over two days.
fn life() -> impl Strategy<Value = Vec<Fix>> {
    let act = (0u8..7, 1usize..30, any::<u32>());
    proptest::collection::vec(act, 2..14).prop_map(|acts| {
        let mut at = Timestamp::parse("2026-11-23T17:30:00Z").unwrap();
        let (mut lat, mut lon) = (52.5f64, 13.4f64);
        let mut fixes = Vec::new();
        for (what, n, salt) in acts {
            for i in 0..n {
                let turn = f64::from(salt.wrapping_mul(2_654_435_761).rotate_left(i as u32) % 1000) / 1000.0;
                let (mut la, mut lo, mut speed) = (None, None, None);
                match what {
                    0 => (lat, lon) = (lat + 0.002 * turn, lon + 0.003),                // drives
                    1 => {}                                                             // stands, exactly
                    2 => (la, lo) = (Some(lat + 2e-5 * turn), Some(lon - 1e-5 * turn)), // stands, drifting
                    3 => (lat, lon) = (lat + 3e-4 * turn, lon - 2e-4),                  // walks
                    4 if i == 0 => at = at.plus_s(1_800 + i64::from(salt % 20_000)),    // falls silent
                    4 => lon += 0.001,
                    5 if i % 3 == 1 => (la, lo) = (Some(lat + 2.0), Some(lon)), // glitches
                    5 => lat += 0.0005,
                    _ if i % 4 == 2 => (la, lo) = (Some(0.0), Some(0.0)),
                    _ => speed = Some(20.0), // frozen
                }
                at = at.plus_s(1 + i64::from(salt % 55));
                let raw = RawFix {
                    recorded_at: at,
                    lat: la.unwrap_or(lat),
                    lon: lo.unwrap_or(lon),
                    speed_mps: speed,
                    accuracy_m: (salt % 5 == 0).then_some(f64::from(salt % 40)),
                    ..RawFix::default()
                };
                fixes.push(Fix::new(&raw).unwrap());
                if salt % 11 == 3 && i % 5 == 0 {
                    // Another reading of the same instant.
                    fixes.push(Fix::new(&RawFix { lat: raw.lat + 1e-5, ..raw }).unwrap());
                }
            }
        }
        fixes
    })
}

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..Config::default() }
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn any_delivery_gives_the_same_rows_and_the_same_sum_of_amendments(
        fixes in life(),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..400),
        cuts in proptest::collection::vec(1usize..40, 1..20),
        window in prop_oneof![Just(64usize), Just(128), Just(100_000)],
        every in 1usize..6,
    ) {
        let guide = guide(Tz::Europe__Berlin);
        // Some fixes early and repeated, then all of them rotated: late, shuffled, twice.
        let mut deliveries: Vec<Fix> = order.iter().map(|pick| *pick.get(&fixes)).collect();
        let turn = order.first().map_or(0, |pick| pick.index(fixes.len()));
        deliveries.extend(fixes[turn..].iter().chain(&fixes[..turn]));
        let mut batches = Vec::new();
        let mut rest = deliveries.as_slice();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (batch, more) = rest.split_at((*cut).min(rest.len()));
            batches.push(batch.to_vec());
            rest = more;
        }
        check(&batches, &guide, window, |index| index % every == 0);
    }
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn a_walk_cut_at_midnight_goes_on_as_if_it_had_not_been(fixes in life()) {
        let guide = guide(Tz::UTC);
        let mut sorted = fixes;
        sorted.sort_unstable();
        sorted.dedup();
        let (mut whole, mut out) = (Walker::default(), Yield::default());
        let mut carried = Walker::default();
        let mut date = None;
        for fix in &sorted {
            let today = fix.recorded_at().civil_date(Tz::UTC);
            if date.is_some_and(|date| date != today) {
                carried.end_day(&guide, &mut Yield::default());
                carried = Walker::from_bytes(&carried.to_bytes()).unwrap();
            }
            date = Some(today);
            whole.step(fix, &guide, &mut out);
            carried.step(fix, &guide, &mut Yield::default());
            prop_assert_eq!(&whole, &carried);
        }
    }

    #[test]
    fn a_chunk_decodes_to_what_was_encoded(fixes in life()) {
        prop_assert_eq!(codec::decode(&codec::encode(&fixes)), Ok(fixes));
    }

    #[test]
    fn arbitrary_bytes_never_panic_the_decoders(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = codec::decode(&bytes);
        let _ = AgentState::from_bytes(agent(), &bytes);
        let _ = Walker::from_bytes(&[&[1], bytes.as_slice()].concat());
    }

    #[test]
    fn arbitrary_text_never_panics_the_frame_readers(text in "\\PC{0,200}") {
        let _ = salessync_engine::wire::agent::read(&text);
        let _ = salessync_engine::wire::live::read(&text);
    }

    #[test]
    fn an_agents_latest_fix_is_the_same_whatever_the_order(fixes in life(), cut in any::<prop::sample::Index>()) {
        let rules = Rules { book: Arc::new(Book::new(Tz::UTC)), profile: Versions::default(), duty: None, window_fixes: 100_000 };
        let device = Device::default();
        let cut = cut.index(fixes.len());
        let (mut one, mut other) = (AgentState::new(agent()), AgentState::new(agent()));
        one.observe(&device, &fixes, &rules);
        other.observe(&device, &fixes[cut..], &rules);
        other.observe(&device, &fixes[..cut], &rules);
        prop_assert_eq!(one.latest(), other.latest());
    }
}

/// The field's real traces, each vehicle's rows delivered shuffled, in batches, some twice.
#[test]
fn real_traces_come_out_the_same_in_any_order() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/gps");
    if !folder.is_dir() {
        eprintln!("SKIPPED: {} is not there", folder.display());
        return;
    }
    let guide = guide(Tz::America__Los_Angeles);
    for (name, vehicles) in
        [("capmetro_austin_2017-03-21_06-10", 40), ("cabspotting_sf_folded_day", 20), ("munich_barefoot_1s", 1)]
    {
        for (entity, fixes) in salessync_traces(&folder.join(format!("{name}.csv.gz"))).into_iter().take(vehicles) {
            let mut shuffled: Vec<Fix> = fixes.iter().chain(fixes.iter().step_by(7)).copied().collect();
            let mut seed = entity
                .bytes()
                .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
            for i in (1..shuffled.len()).rev() {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                shuffled.swap(i, (seed >> 33) as usize % (i + 1));
            }
            let batches: Vec<_> = shuffled.chunks(50).map(<[Fix]>::to_vec).collect();
            check(&batches, &guide, 512, |index| index % 3 == 0);
        }
    }
}

/// Rows of a trace file by vehicle.
fn salessync_traces(path: &std::path::Path) -> BTreeMap<String, Vec<Fix>> {
    let mut vehicles = BTreeMap::<String, Vec<Fix>>::new();
    let output = std::process::Command::new("gzip").arg("-dc").arg(path).output().unwrap();
    for line in String::from_utf8(output.stdout).unwrap().lines().skip(1) {
        let mut columns = line.split(',');
        let (Some(entity), Some(at), Some(lat), Some(lon)) = (columns.next(), columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        let (Ok(at), Ok(lat), Ok(lon)) = (Timestamp::parse(at), lat.parse(), lon.parse()) else { continue };
        if let Ok(fix) = Fix::new(&RawFix { recorded_at: at, lat, lon, ..RawFix::default() }) {
            vehicles.entry(entity.to_owned()).or_default().push(fix);
        }
    }
    vehicles
}

#[test]
fn settings_hold_from_their_beginning_on() {
    let start = Timestamp::parse("2026-11-23T08:00:00Z").unwrap();
    let fixes: Vec<_> = (0..60)
        .map(|i| {
            let raw = RawFix {
                recorded_at: start.plus_s(i * 10),
                lat: 52.5,
                lon: 13.4 + i as f64 * 3e-4,
                speed_mps: Some(20.0),
                ..RawFix::default()
            };
            Fix::new(&raw).unwrap()
        })
        .collect();
    let limited = TrackRules { overspeed_mps: 15, ..TrackRules::default() };
    let book = Book { rules: Versions::new(vec![Since { from: start.plus_s(300), value: limited }]), ..Book::new(Tz::UTC) };
    let (rows, _) = walked(&fixes, &Guide::new(agent(), Arc::new(book)));
    let over: Vec<_> = rows.iter().filter(|row| row.contains("overspeed")).collect();
    assert_eq!(over.len(), 1);
    assert!(over[0].contains("2026-11-23T08:05:00.000Z"), "{over:?}");
}

/// What real vehicles did comes out as trips and stops that can be believed; their receivers' faults are set aside, and few.
#[test]
fn real_traces_make_sensible_days() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/gps");
    if !folder.is_dir() {
        eprintln!("SKIPPED: {} is not there", folder.display());
        return;
    }
    let guide = Guide::new(agent(), Arc::new(Book::new(Tz::America__Los_Angeles)));
    // Trace, vehicles at least with a trip, suspects at most per thousand.
    for (name, with_trips, suspects_max) in
        [("capmetro_austin_2017-03-21_06-10", 200, 20), ("cabspotting_sf_folded_day", 100, 20), ("munich_barefoot_1s", 1, 5)]
    {
        let (mut fixes_n, mut suspects, mut vehicles_with_trips) = (0, 0, 0);
        for (entity, mut fixes) in salessync_traces(&folder.join(format!("{name}.csv.gz"))) {
            fixes.sort_unstable();
            fixes.dedup();
            fixes_n += fixes.len();
            let (mut walker, mut out) = (Walker::default(), Yield::default());
            fixes.iter().for_each(|fix| walker.step(fix, &guide, &mut out));
            let days: Vec<_> = out.days.iter().map(|day| day.summary.clone()).chain(walker.day()).collect();
            let mut items = BTreeMap::new();
            for item in out.items.into_iter().chain(walker.open_items(&guide)) {
                items.insert(item.key(), item);
            }
            items.retain(|key, _| !out.removed.contains(key));
            let (mut trips, mut trips_mm, mut standing) = (0, 0, Vec::new());
            for item in items.values() {
                match &item.body {
                    Body::Trip { distance_mm: Some(mm), unobserved, .. } => {
                        trips += 1;
                        trips_mm += mm;
                        let ms = item.end_at.unwrap().since_ms(item.start_at);
                        assert!(ms > 0 && *mm >= 0, "{name} {entity}: {item:?}");
                        assert!(*unobserved || mm / ms.max(1) <= 90, "{name} {entity}: {item:?} is faster than a train");
                        standing.push((item.start_at, item.end_at));
                    }
                    Body::Trip { .. } => standing.push((item.start_at, None)),
                    Body::Stop { .. } => standing.push((item.start_at, item.end_at)),
                    Body::Suspect { .. } => suspects += 1,
                    Body::Gap { .. } | Body::FencePassage { .. } | Body::Overspeed { .. } => {}
                }
            }
            vehicles_with_trips += usize::from(trips > 0);
            let driven: i64 = days.iter().map(|day| day.distance_mm).sum();
            assert!(trips_mm <= driven, "{name} {entity}: trips are part of the day");
            // Trips and stops follow each other and never overlap.
            standing.sort_by_key(|(start, end)| (*start, end.unwrap_or(Timestamp::MAX)));
            for pair in standing.windows(2) {
                assert!(pair[0].1.is_some_and(|end| end <= pair[1].0), "{name} {entity}: {pair:?}");
            }
        }
        eprintln!("{name}: {fixes_n} fixes, {suspects} suspect, {vehicles_with_trips} vehicles made trips");
        assert!(vehicles_with_trips >= with_trips, "{name}: {vehicles_with_trips}");
        assert!(suspects * 1_000 <= fixes_n * suspects_max, "{name}: {suspects} of {fixes_n}");
    }
}
