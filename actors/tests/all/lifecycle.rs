//! Sleep, wake, compaction, restart, take-over: whatever happens to a system, the fixes and what follows from them stay the same.

use crate::common::{World, agent_id, create_agent, deliver, eventually, everything, fix, seen};
use salessync_actors::SystemHandle;
use salessync_actors::station::{Positions, Seen};
use salessync_actors::store::tracks::{Start, Suspects, Track};
use salessync_actors::supervision::Phase;
use salessync_engine::track::{DaySummary, Fix};
use salessync_engine::{AgentId, Timestamp};

async fn track(system: &SystemHandle, agent: AgentId) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let mut next = Some(Start::At(Timestamp::MIN));
    while let Some(start) = next {
        let page = system.store().track_page(&Track::of(seen(agent), Timestamp::MAX, Suspects::Marked), start, 70).await.unwrap();
        fixes.extend(page.fixes.into_iter().map(|fix| fix.fix));
        next = page.next;
    }
    fixes
}

/// The agent's day once everything delivered so far has been derived.
async fn settled_day(system: &SystemHandle, agent: AgentId, fixes: u64) -> DaySummary {
    eventually("the day holds every fix", async || {
        system.describe(seen(agent)).await.unwrap().day.is_some_and(|day| day.fixes == fixes)
    })
    .await;
    system.describe(seen(agent)).await.unwrap().day.unwrap()
}

#[actix::test]
async fn a_shuffled_repeated_day_is_the_same_before_and_after_sleep_compaction_and_restart() {
    let world = World::new();
    let system = world.system().await;
    let (shuffled, in_order) = (agent_id(7), agent_id(71));
    create_agent(&system, shuffled).await;
    create_agent(&system, in_order).await;

    // 900 fixes: more than the window holds, so that late ones go to the store.
    let all: Vec<_> = (0..900).map(|i| fix(i * 7)).collect();
    for batch in all.chunks(50) {
        deliver(&system, in_order, batch).await;
    }
    let mut batches: Vec<_> = all.chunks(30).collect();
    batches.rotate_left(11);
    batches.reverse();
    for (index, batch) in batches.iter().enumerate() {
        deliver(&system, shuffled, batch).await;
        if index % 5 == 0 {
            deliver(&system, shuffled, &all[index * 20..index * 20 + 15]).await;
        }
    }
    let day = settled_day(&system, in_order, 900).await;
    assert_eq!(settled_day(&system, shuffled, 900).await, day);
    assert_eq!(track(&system, shuffled).await, all);

    // Asleep and awake again.
    system.snapshot_round().await.unwrap();
    eventually("the agent sleeps", async || {
        system.sweep(0);
        system.phase(shuffled) == Some(Phase::Asleep)
    })
    .await;
    assert_eq!(system.describe(seen(shuffled)).await.unwrap().day, Some(day.clone()));

    // In chunks, partly and then wholly; a repeat in the journal's tail counts once.
    world.advance_s(61);
    assert!(system.compaction_pass().await.unwrap() >= 1800);
    deliver(&system, shuffled, &all[100..140]).await;
    assert_eq!(track(&system, shuffled).await, all);
    world.advance_s(61);
    system.compaction_pass().await.unwrap();
    assert_eq!(track(&system, shuffled).await, all);
    assert_eq!(system.compaction_pass().await.unwrap(), 0, "a second pass finds nothing to do");

    // Two days later the scattered chunks of a trickle are merged; the others are fine as they are.
    let trickle = agent_id(72);
    create_agent(&system, trickle).await;
    for batch in all[..160].chunks(20) {
        deliver(&system, trickle, batch).await;
        world.advance_s(61);
        system.compaction_pass().await.unwrap();
    }
    world.advance_s(2 * 86_400);
    assert_eq!(system.merge_pass().await.unwrap(), 1);
    assert_eq!(system.merge_pass().await.unwrap(), 0);
    assert_eq!(track(&system, trickle).await, all[..160]);
    assert_eq!(track(&system, shuffled).await, all);

    system.stop().await;
    let system = world.system().await;
    assert_eq!(system.describe(seen(shuffled)).await.unwrap().day, Some(day.clone()));
    assert_eq!(system.describe(seen(in_order)).await.unwrap().day, Some(day));
    assert_eq!(track(&system, shuffled).await, all);
    system.stop().await;
}

#[actix::test]
async fn a_server_that_never_wrote_a_snapshot_is_rebuilt_from_its_journal() {
    let world = World::new();
    let system = world.system().await;
    let agent = agent_id(9);
    create_agent(&system, agent).await;
    let all: Vec<_> = (0..120).map(|i| fix(i * 5)).collect();
    for batch in all.chunks(40) {
        deliver(&system, agent, batch).await;
    }
    // No stop: the next server takes over as after a kill.
    let next = world.system().await;
    assert_eq!(settled_day(&next, agent, 120).await.fixes, 120);
    assert_eq!(next.describe(seen(agent)).await.unwrap().latest.unwrap().0, *all.last().unwrap());
    let found = next.positions(Positions { seen: Seen::all(everything()), topic: None, after: None, limit: 10 }).await.unwrap();
    assert_eq!(found.iter().map(|marker| marker.fix).collect::<Vec<_>>(), [*all.last().unwrap()], "the marker is back too");

    // The one that was replaced cannot write any more, and says so.
    let (mut fenced, sent) = (system.fenced(), fix(10_000));
    let late = tokio::time::timeout(std::time::Duration::from_secs(10), async {
        let (sender, mut answers) = tokio::sync::mpsc::unbounded_channel();
        let frame = salessync_actors::system::Frame {
            agent,
            device: salessync_engine::track::Device::default(),
            taken: vec![sent],
            aside: vec![],
        };
        system.ingest(frame, std::sync::Arc::new(Say(sender)), 1).unwrap();
        fenced.wait_for(|fenced| *fenced).await.unwrap();
        answers.recv().await
    });
    assert_eq!(late.await.unwrap(), Some(false), "the frame is lost, never acknowledged");
    assert_eq!(track(&next, agent).await, all);
    next.stop().await;
}

#[actix::test]
async fn a_snapshot_taken_while_a_frame_is_on_its_way_does_not_pass_for_one_that_has_it() {
    let world = World::new();
    let system = world.system().await;
    let agent = agent_id(10);
    create_agent(&system, agent).await;
    let all: Vec<_> = (0..60).map(|i| fix(i * 5)).collect();
    for (index, batch) in all.chunks(10).enumerate() {
        let (sender, mut answers) = tokio::sync::mpsc::unbounded_channel();
        let frame = salessync_actors::system::Frame {
            agent,
            device: salessync_engine::track::Device::default(),
            taken: batch.to_vec(),
            aside: vec![],
        };
        system.ingest(frame, std::sync::Arc::new(Say(sender)), 1).unwrap();
        // The agent is asked for its state before the journal has flushed the frame.
        system.snapshot_round().await.unwrap();
        assert_eq!(answers.recv().await, Some(true));
        settled_day(&system, agent, 10 * (index as u64 + 1)).await;
    }
    // What has gone on since is written now, and the journal's start moves up past it.
    system.snapshot_round().await.unwrap();
    // No stop: the next server takes over as after a kill, and finds all of it.
    let next = world.system().await;
    assert_eq!(next.describe(seen(agent)).await.unwrap().day.unwrap().fixes, 60);
    next.stop().await;
}

struct Say(tokio::sync::mpsc::UnboundedSender<bool>);

impl salessync_actors::journal::Answer for Say {
    fn durable(&self, _: u64) {
        let _ = self.0.send(true);
    }
    fn lost(&self, _: u64) {
        let _ = self.0.send(false);
    }
}

#[actix::test]
async fn spent_journal_partitions_go_and_nothing_is_missed() {
    let world = World::new();
    let system = world.system().await;
    let agent = agent_id(11);
    create_agent(&system, agent).await;
    let all: Vec<_> = (0..100).map(|i| fix(i * 5)).collect();
    deliver(&system, agent, &all).await;
    settled_day(&system, agent, 100).await;
    let store = system.store();

    world.advance_s(2 * 3_600);
    store.drop_spent_journal(system.now()).await.unwrap(); // empty hours go, the one with rows is needed
    assert_eq!(track(&system, agent).await, all);
    system.compaction_pass().await.unwrap();
    assert_eq!(store.drop_spent_journal(system.now()).await.unwrap(), 0, "in chunks, but not in snapshots");
    system.snapshot_round().await.unwrap();
    assert_eq!(store.drop_spent_journal(system.now()).await.unwrap(), 1);
    assert_eq!(track(&system, agent).await, all);
    assert_eq!(store.partition_days_ahead(system.now()).await.unwrap(), 3);
    system.stop().await;
}
