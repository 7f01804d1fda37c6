//! Timelines on a real Postgres: what is stored and fed equals the derivation, whatever arrives late, twice, after a restart or a decision.

use crate::common::{World, agent_id, create_agent, deliver, deliver_from, eventually, everything, seen, send};
use chrono::NaiveDate;
use salessync_actors::SystemHandle;
use salessync_actors::store::decisions::{Decision, FixDecision};
use salessync_actors::store::timeline_read::{DayQuery, ItemQuery};
use salessync_actors::store::track_settings::NewTrackRules;
use salessync_actors::store::tracks::{Start, Suspects, Track};
use salessync_actors::walk_again::Reach;
use salessync_engine::track::amend::Op;
use salessync_engine::track::feed::{ItemRow, Subject, outward, outward_day};
use salessync_engine::track::item::{Body, Suspicion};
use salessync_engine::track::walk::Yield;
use salessync_engine::track::{Book, DaySummary, Device, Fix, Guide, Kind, RawFix, TrackRules, Walker};
use salessync_engine::{AgentId, ItemId, Timestamp, UserId};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Drives and stands: hour `h` of a day, 40 minutes on the road, 20 at a customer; a fix every 20 s.
fn hours(date: &str, from: i64, to: i64) -> Vec<Fix> {
    let midnight = Timestamp::parse(&format!("{date}T00:00:00Z")).unwrap();
    (from * 180..to * 180)
        .map(|i| {
            let (hour, step) = (i / 180, i % 180);
            let lon = 13.0 + hour as f64 * 0.12 + step.min(120) as f64 * 0.001;
            let raw = RawFix { recorded_at: midnight.plus_s(i * 20), lat: 52.5, lon, accuracy_m: Some(8.0), ..RawFix::default() };
            Fix::new(&raw).unwrap()
        })
        .collect()
}

/// What the derivation says of a set of fixes.
fn derived(fixes: &[Fix]) -> (Vec<Value>, Vec<DaySummary>) {
    derived_by(fixes, &Guide::new(agent_id(0), Arc::new(Book::new(chrono_tz::UTC))))
}

fn derived_by(fixes: &[Fix], guide: &Guide) -> (Vec<Value>, Vec<DaySummary>) {
    let mut fixes = fixes.to_vec();
    fixes.sort_unstable();
    fixes.dedup();
    let (mut walker, mut out) = (Walker::default(), Yield::default());
    fixes.iter().for_each(|fix| walker.step(fix, guide, &mut out));
    let mut items = BTreeMap::new();
    for item in out.items.into_iter().chain(walker.open_items(guide)) {
        items.insert(item.key(), item);
    }
    items.retain(|key, _| !out.removed.contains(key));
    let days = out.days.into_iter().map(|day| day.summary).chain(walker.day()).collect();
    (sorted(items.values().map(|item| outward(item).to_value())), days)
}

fn sorted(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut values: Vec<_> = values.collect();
    values.sort_by_key(Value::to_string);
    values
}

async fn items(system: &SystemHandle, agent: AgentId) -> Vec<ItemRow> {
    let query = ItemQuery {
        agent: seen(agent),
        kinds: Kind::ALL.to_vec(),
        fence: None,
        from: Timestamp::MIN,
        to: Timestamp::MAX,
        after: None,
        limit: 10_000,
    };
    system.store().items(query).await.unwrap()
}

fn as_sent(items: &[ItemRow]) -> Vec<Value> {
    let sent = items.iter().map(|row| {
        let mut value = serde_json::to_value(&row.body).unwrap();
        let object = value.as_object_mut().unwrap();
        object.insert("start_at".into(), serde_json::to_value(row.start_at).unwrap());
        if let Some(end_at) = row.end_at {
            object.insert("end_at".into(), serde_json::to_value(end_at).unwrap());
        }
        value
    });
    sorted(sent)
}

async fn days(system: &SystemHandle, agent: AgentId) -> Vec<DaySummary> {
    let (from, to) = (NaiveDate::from_ymd_opt(2000, 1, 1).unwrap(), NaiveDate::from_ymd_opt(2100, 1, 1).unwrap());
    let rows = system
        .store()
        .days(DayQuery {
            agent: Some(seen(agent)),
            scope: everything(),
            only_primary: false,
            from,
            to,
            after: None,
            limit: 1_000,
        })
        .await
        .unwrap();
    rows.into_iter().map(|row| row.summary).collect()
}

/// What a client holds that has applied every change of an agent, in order.
async fn by_feed(system: &SystemHandle, agent: AgentId) -> (Vec<Value>, BTreeMap<NaiveDate, Value>) {
    let (mut items, mut days) = (BTreeMap::<ItemId, Value>::new(), BTreeMap::new());
    let mut after = 0;
    loop {
        let (page, _) = system.store().changes_after(&everything(), after, 50).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.seq;
        for change in page.into_iter().filter(|change| change.agent_id == agent) {
            match (change.kind, change.id, change.op) {
                (Subject::Day, None, Op::Withdrawn) => drop(days.remove(&change.date)),
                (Subject::Day, None, _) => drop(days.insert(change.date, change.new.unwrap().to_value())),
                (_, Some(id), Op::Created) => assert_eq!(items.insert(id, change.new.unwrap().to_value()), None),
                (_, Some(id), Op::Amended) => {
                    assert_eq!(items.insert(id, change.new.unwrap().to_value()), change.old.map(|old| old.to_value()))
                }
                (_, Some(id), Op::Withdrawn) => assert_eq!(items.remove(&id), change.old.map(|old| old.to_value())),
                other => panic!("{other:?}"),
            }
        }
    }
    (sorted(items.into_values()), days)
}

/// Waits until what is stored is what follows from `fixes`, and checks the feed against it.
async fn settles(system: &SystemHandle, agent: AgentId, fixes: &[Fix]) {
    let (expected, expected_days) = derived(fixes);
    eventually("the stored timeline is the derivation", async || {
        system.news_round().await.unwrap();
        system.news_round().await.unwrap();
        as_sent(&items(system, agent).await) == expected && days(system, agent).await == expected_days
    })
    .await;
    let (fed, fed_days) = by_feed(system, agent).await;
    assert_eq!(fed, expected);
    // The day under way goes on silently; those that are over are said as they are.
    for day in &expected_days[..expected_days.len() - 1] {
        assert_eq!(fed_days[&day.date], outward_day(day).to_value());
    }
    assert_eq!(fed_days.len(), expected_days.len());
}

#[actix::test]
async fn late_repeated_and_shuffled_days_end_up_as_if_they_had_come_in_order() {
    let world = World::new();
    let system = world.system().await;
    let agent = agent_id(3);
    create_agent(&system, agent).await;
    let all: Vec<Fix> = [hours("2026-11-21", 8, 12), hours("2026-11-22", 9, 12), hours("2026-11-23", 7, 11)].concat();
    let (d1, rest) = all.split_at(4 * 180);
    let (d2, d3) = rest.split_at(3 * 180);
    // Today first, then the second half of the day before yesterday, then yesterday, then what is missing: each older than memory holds.
    for batch in d3.chunks(100) {
        deliver(&system, agent, batch).await;
    }
    settles(&system, agent, d3).await;
    for batch in d1[300..].chunks(100) {
        deliver(&system, agent, batch).await;
    }
    settles(&system, agent, &[&d1[300..], d3].concat()).await;
    let before = items(&system, agent).await;
    for batch in d2.chunks(100) {
        deliver(&system, agent, batch).await;
    }
    deliver(&system, agent, &d3[50..150]).await;
    for batch in d1[..300].chunks(100) {
        deliver(&system, agent, batch).await;
    }
    settles(&system, agent, &all).await;

    // Ids stay with what is still there.
    let after = items(&system, agent).await;
    let trips = |items: &[ItemRow]| {
        let trips = items.iter().filter(|row| matches!(row.body, Body::Trip { .. }) && row.date.to_string() == "2026-11-23");
        trips.map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(trips(&before), trips(&after));

    // Everything again changes nothing.
    let newest = system.store().feed_ends().await.unwrap().unwrap().1;
    for batch in all.chunks(100) {
        deliver(&system, agent, batch).await;
    }
    settles(&system, agent, &all).await;
    let (said, _) = system.store().changes_after(&everything(), newest, 100).await.unwrap();
    assert!(said.is_empty(), "{said:?}");
    system.stop().await;
}

#[actix::test]
async fn a_server_killed_at_any_moment_goes_on_with_the_same_timeline() {
    let world = World::new();
    let agent = agent_id(4);
    let all: Vec<Fix> = [hours("2026-11-22", 20, 24), hours("2026-11-23", 0, 4)].concat();
    let mut delivered = Vec::new();
    let mut system = world.system().await;
    create_agent(&system, agent).await;
    for (index, batch) in all.chunks(90).enumerate() {
        deliver(&system, agent, batch).await;
        delivered.extend_from_slice(batch);
        if index % 3 == 1 {
            system.news_round().await.unwrap();
        }
        if index % 4 == 3 {
            // The next server takes over as after a kill: the first one writes nothing more.
            system = world.system().await;
        }
    }
    // A late one from the first evening, after the restarts.
    let late = Fix::new(&RawFix { lat: 52.51, ..all[40].to_raw() }).unwrap();
    deliver(&system, agent, &[late]).await;
    delivered.push(late);
    settles(&system, agent, &delivered).await;
    system.stop().await;
}

#[actix::test]
async fn a_person_restores_and_excludes_fixes_and_the_day_follows() {
    let world = World::new();
    let system = world.system().await;
    let agent = agent_id(5);
    create_agent(&system, agent).await;
    let drive = hours("2026-11-23", 7, 9);
    let glitch = Fix::new(&RawFix { recorded_at: drive[60].recorded_at().plus_s(5), lat: 54.0, ..drive[60].to_raw() }).unwrap();
    let mut fixes = drive.clone();
    fixes.insert(61, glitch);
    for batch in fixes.chunks(100) {
        deliver(&system, agent, batch).await;
    }
    settles(&system, agent, &fixes).await;
    let suspects: Vec<_> =
        items(&system, agent).await.into_iter().filter(|row| matches!(row.body, Body::Suspect { .. })).collect();
    let [ItemRow { body: Body::Suspect { reason: Suspicion::Jump, fix, .. }, .. }] = suspects.as_slice() else {
        panic!("{suspects:?}")
    };
    assert_eq!(*fix, glitch);
    let before = days(&system, agent).await;

    let decide = |decision, fix| FixDecision {
        was: None,
        device: Device::default(),
        fix,
        decision,
        by: UserId(uuid::Uuid::nil()),
        at: world_now(),
        note: "checked".into(),
    };
    // Vouched for: the way there and back counts.
    system.decide_fix(agent, decide(Some(Decision::Vouched), glitch)).await.unwrap();
    let mut vouched = Guide::new(agent, Arc::new(Book::new(chrono_tz::UTC)));
    vouched.decisions = Arc::new(salessync_engine::track::Decisions { vouched: [glitch].into(), ..Default::default() });
    let (expected, expected_days) = derived_by(&fixes, &vouched);
    eventually("the day has the way there", async || {
        system.news_round().await.unwrap();
        days(&system, agent).await == expected_days && as_sent(&items(&system, agent).await) == expected
    })
    .await;
    assert!(expected_days[0].distance_mm > before[0].distance_mm + 100_000_000);
    assert_eq!(by_feed(&system, agent).await.0, expected);

    // Taken back: as before.
    system.decide_fix(agent, decide(None, glitch)).await.unwrap();
    settles(&system, agent, &fixes).await;

    // Excluded: as if it had never come, even when it comes again.
    system.decide_fix(agent, decide(Some(Decision::Excluded), drive[10])).await.unwrap();
    deliver(&system, agent, &drive[5..15]).await;
    let without: Vec<Fix> = fixes.iter().filter(|fix| **fix != drive[10]).copied().collect();
    settles(&system, agent, &without).await;
    let whole = Track::of(seen(agent), Timestamp::MAX, Suspects::Marked);
    let track = system.store().track_page(&whole, Start::At(Timestamp::MIN), 1_000).await.unwrap();
    assert_eq!(track.fixes.iter().map(|fix| fix.fix).collect::<Vec<_>>(), without);
    system.stop().await;
}

fn world_now() -> Timestamp {
    Timestamp::parse("2026-11-23T12:00:00Z").unwrap()
}

#[actix::test]
async fn settings_reach_the_past_only_when_asked_to() {
    let world = World::new();
    let system = world.system().await;
    let agent = agent_id(6);
    create_agent(&system, agent).await;
    let all: Vec<Fix> = [hours("2026-11-22", 8, 10), hours("2026-11-23", 8, 10)].concat();
    for batch in all.chunks(100) {
        deliver(&system, agent, batch).await;
    }
    settles(&system, agent, &all).await;
    let rules = TrackRules { overspeed_mps: 2, ..TrackRules::default() };
    let version = NewTrackRules { valid_from: Timestamp::MIN, rules, by: UserId(uuid::Uuid::nil()), at: system.now() };
    system.set_track_rules(version).await.unwrap();
    system.news_round().await.unwrap();
    let speeding = async || items(&system, agent).await.iter().filter(|row| matches!(row.body, Body::Overspeed { .. })).count();
    assert_eq!(speeding().await, 0);
    system.walk_again(agent, None, all[0].recorded_at(), Reach::ToTheEnd).await.unwrap();
    eventually("every drive was too fast", async || {
        system.news_round().await.unwrap();
        speeding().await == 4
    })
    .await;
    system.stop().await;
}

#[actix::test]
async fn of_two_phones_one_counts_and_they_are_never_mixed() {
    let world = World::new();
    let system = world.system().await;
    let agent = agent_id(8);
    create_agent(&system, agent).await;
    let drive = hours("2026-11-23", 7, 9);
    deliver_from(&system, agent, "phone", &drive).await;
    deliver_from(&system, agent, "tablet", &drive[100..200]).await;
    let query = |only_primary| {
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        DayQuery { agent: Some(seen(agent)), scope: everything(), only_primary, from: date, to: date, after: None, limit: 10 }
    };
    let rows = async |only_primary| {
        let rows = system.store().days(query(only_primary)).await.unwrap();
        rows.into_iter().map(|row| (row.device, row.primary, row.two_devices_at_once)).collect::<Vec<_>>()
    };
    eventually("both days are written", async || {
        system.news_round().await.unwrap();
        rows(false).await == [("phone".to_owned(), true, true), ("tablet".to_owned(), false, true)]
    })
    .await;
    assert_eq!(days(&system, agent).await.iter().map(|day| day.fixes).collect::<Vec<_>>(), [360, 100]);
    system.store().set_primary_device(seen(agent), Some(Device::new("tablet").unwrap())).await.unwrap();
    assert_eq!(rows(true).await, [("tablet".to_owned(), true, true)]);
    system.store().set_primary_device(seen(agent), None).await.unwrap();
    assert_eq!(rows(true).await, [("phone".to_owned(), true, true)]);
    system.stop().await;
}

/// Many frames share a journal row; a snapshot may be taken between two of them.
#[actix::test]
async fn a_snapshot_between_two_frames_of_a_row_loses_neither() {
    let world = World::new();
    let mut system = world.system().await;
    let agent = agent_id(9);
    create_agent(&system, agent).await;
    let all = hours("2026-11-23", 6, 10);
    for part in all.chunks(180) {
        let (sender, mut answers) = tokio::sync::mpsc::unbounded_channel();
        let frames: Vec<_> = part.chunks(3).collect();
        let mut durable = 0;
        let mut sent = 0;
        while durable < frames.len() {
            while sent < frames.len() && send(&system, agent, frames[sent], sent as u64, &sender) {
                sent += 1;
            }
            system.news_round().await.unwrap();
            while answers.try_recv().is_ok() {
                durable += 1;
            }
        }
        // The next server takes over as after a kill.
        system = world.system().await;
        settles(&system, agent, &all[..all.partition_point(|fix| fix <= part.last().unwrap())]).await;
    }
    system.stop().await;
}
