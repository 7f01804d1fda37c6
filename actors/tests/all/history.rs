//! The past of several agents, read from chunks, the journal's tail and around what is in quarantine.

use crate::common::{World, agent_id, create_agent, deliver, everything, fix, seen};
use salessync_actors::SystemHandle;
use salessync_actors::store::compaction::NewQuarantined;
use salessync_actors::store::history::{Of, Span};
use salessync_actors::store::tracks::{Start, Suspects, Track};
use salessync_engine::geo::Bounds;
use salessync_engine::track::{Device, Fix, Quarantine};
use salessync_engine::{AgentId, Timestamp};

async fn quarantine(system: &SystemHandle, agent: AgentId, fix: Fix) {
    let reason = Quarantine::DerivationFailed;
    let aside = NewQuarantined { agent, device: Device::default(), fix, reason, received_at: system.now() };
    system.store().quarantine(vec![aside]).await.unwrap();
}

/// Every fix of an agent that a search would look at, in the order of the stretches.
async fn looked_at(system: &SystemHandle, agent: AgentId, bounds: Bounds, span: Span) -> Vec<Fix> {
    let store = system.store();
    let (visitors, tail) = store.visitors(&everything(), bounds, span, None).await.unwrap();
    let mut fixes = Vec::new();
    if visitors.contains(&seen(agent)) {
        for stretch in store.stretches(seen(agent), bounds, span, 60_000, &tail).await.unwrap() {
            fixes.extend(store.stretch(stretch).await.unwrap());
        }
    }
    fixes
}

#[actix::test]
async fn what_is_in_quarantine_is_nowhere_in_the_past() {
    let world = World::new();
    let system = world.system().await;
    let (one, other) = (agent_id(64), agent_id(128));
    for agent in [one, other] {
        create_agent(&system, agent).await;
    }
    let fixes: Vec<_> = (0..600).map(|n| fix(n * 10)).collect();
    deliver(&system, one, &fixes[..300]).await;
    world.advance_s(90);
    assert!(system.compaction_pass().await.unwrap() > 0);
    deliver(&system, one, &fixes[300..]).await;
    deliver(&system, other, &fixes[..1]).await;

    let store = system.store();
    assert_eq!(store.agents_in(&everything(), Of::Everybody, None, 10).await.unwrap(), [seen(one), seen(other)]);
    assert_eq!(store.agents_in(&everything(), Of::Territory(None), Some(one), 10).await.unwrap(), [seen(other)]);
    let around = async |at: Timestamp| {
        let around = store.around(vec![seen(one), seen(other)], at.plus_s(-600), at, at.plus_s(600)).await.unwrap();
        around.into_iter().map(|around| (around.agent, around.before.fix, around.after)).collect::<Vec<_>>()
    };
    let at = |n: usize| fixes[n].recorded_at();
    assert_eq!(around(at(100)).await, [(one, fixes[100], Some(fixes[101]))]);
    assert_eq!(around(at(299)).await, [(one, fixes[299], Some(fixes[300]))], "from a chunk on into the journal");
    assert_eq!(around(at(599)).await, [(one, fixes[599], None)]);
    assert_eq!(around(at(5)).await, [(one, fixes[5], Some(fixes[6])), (other, fixes[0], None)]);
    assert_eq!(around(at(0).plus_ms(-1)).await, []);

    // The last and the next are set aside: in a chunk, at the end of one, and in the journal.
    for n in [100, 101, 239, 240, 299, 300, 400] {
        quarantine(&system, one, fixes[n]).await;
    }
    for (n, before, after) in [(100, 99, 102), (240, 238, 241), (299, 298, 301), (400, 399, 401)] {
        assert_eq!(around(at(n)).await, [(one, fixes[before], Some(fixes[after]))], "around {n}");
    }

    let here = Bounds { south: 52.0, west: 13.0, north: 53.0, east: 14.0 };
    let there = Bounds { south: 10.0, west: 13.0, north: 11.0, east: 14.0 };
    let span = Span { from: at(50), to: at(550) };
    let expected: Vec<_> = (50..550).filter(|n| ![100, 101, 239, 240, 299, 300, 400].contains(n)).map(|n| fixes[n]).collect();
    assert_eq!(looked_at(&system, one, here, span).await, expected);
    assert_eq!(looked_at(&system, one, there, span).await, []);
    assert_eq!(looked_at(&system, other, here, span).await, []);
    // A page of the track is full although what is set aside was read with it.
    let page = store.track_page(&Track::of(seen(one), Timestamp::MAX, Suspects::LeftOut), Start::At(at(90)), 20).await.unwrap();
    let first: Vec<_> = page.fixes.iter().map(|fix| fix.fix).collect();
    assert_eq!(first, [&fixes[90..100], &fixes[102..112]].concat());
    system.stop().await;
}

#[actix::test]
async fn chunks_that_were_merged_while_a_search_went_on_are_found_again() {
    let world = World::new();
    let system = world.system().await;
    let agent = agent_id(7);
    create_agent(&system, agent).await;
    // Three days ago, in many parts.
    let fixes: Vec<_> = (0..200).map(|n| fix(n * 10 - 3 * 86_400)).collect();
    for part in fixes.chunks(20) {
        deliver(&system, agent, part).await;
        world.advance_s(90);
        system.compaction_pass().await.unwrap();
    }
    let here = Bounds { south: 52.0, west: 13.0, north: 53.0, east: 14.0 };
    let span = Span { from: fixes[30].recorded_at(), to: fixes[170].recorded_at() };
    let (_, tail) = system.store().visitors(&everything(), here, span, None).await.unwrap();
    let stretches = system.store().stretches(seen(agent), here, span, 60_000, &tail).await.unwrap();
    assert_eq!(system.merge_pass().await.unwrap(), 1);
    let mut found = Vec::new();
    for stretch in stretches {
        found.extend(system.store().stretch(stretch).await.unwrap());
    }
    assert_eq!(found, fixes[30..170]);
    system.stop().await;
}
