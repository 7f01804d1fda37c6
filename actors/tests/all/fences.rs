//! The fences in memory follow those in the database: at the start, after each change, and in the order of the changes.

use crate::common::{World, eventually, everything};
use salessync_actors::SystemHandle;
use salessync_actors::store::fences::FenceChange;
use salessync_engine::fence::{Definition, Fence, NewFence};
use salessync_engine::{FenceId, Point};
use serde_json::json;
use uuid::Uuid;

fn depot(lon: f64) -> Definition {
    let shape = json!({ "type": "Circle", "coordinates": [lon, 52.5], "radius_m": 100 });
    serde_json::from_value::<NewFence>(json!({ "name": "Depot", "shape": shape })).unwrap().checked().unwrap()
}

fn at(lon: f64) -> Point {
    Point::new(52.5, lon).unwrap()
}

/// The change, once it is watched.
async fn done(system: &SystemHandle, change: FenceChange) -> Fence {
    let FenceChange::Done { fence, revision } = change else { panic!("{change:?}") };
    assert!(system.fences().catch_up(revision).await);
    assert!(system.fences().generation() >= u64::try_from(revision).unwrap());
    fence
}

async fn create(system: &SystemHandle, id: u128, lon: f64) -> Fence {
    let new = vec![(FenceId(Uuid::from_u128(id)), depot(lon))];
    let mut changes = system.store().create_fences(new, system.now(), None).await.unwrap();
    done(system, changes.pop().unwrap()).await
}

#[actix::test]
async fn the_set_follows_every_change_and_comes_back_after_a_restart() {
    let world = World::new();
    let system = world.system().await;
    let store = system.store().clone();
    assert_eq!((system.fences().current().len(), system.fences().generation()), (0, 0));

    let first = create(&system, 1, 13.0).await;
    let second = create(&system, 2, 14.0).await;
    let before = system.fences().latest();
    assert_eq!(before.set.around(at(13.0), system.now()), [&first]);

    world.advance_s(60);
    let moved = store.change_fence((first.id, 1), depot(15.0), system.now(), None).await.unwrap();
    let moved = done(&system, moved).await;
    let after = system.fences().latest();
    assert_eq!((moved.version, after.set.len()), (2, 3));
    assert_eq!(after.differs_from, Some(moved.valid_from));
    assert!(after.set.around(at(13.0), moved.valid_from).is_empty());
    assert_eq!(after.set.around(at(13.0), moved.valid_from.plus_ms(-1)).len(), 1, "as it stood before");
    assert_eq!(after.set.around(at(15.0), moved.valid_from), [&moved]);
    assert_eq!(before.set.around(at(13.0), moved.valid_from), [&first], "who holds the old set sees the old fences");

    assert_eq!(store.change_fence((first.id, 1), depot(16.0), system.now(), None).await.unwrap(), FenceChange::Overtaken);
    assert_eq!(store.change_fence((first.id, 2), depot(15.0), system.now(), None).await.unwrap(), FenceChange::Same(moved));

    // Twice within a millisecond: each version lasts one.
    let again = store.change_fence((first.id, 2), depot(17.0), system.now(), None).await.unwrap();
    let again = done(&system, again).await;
    assert_eq!(again.valid_from.since_ms(system.now()), 1);
    let gone = store.delete_fence(second.id, system.now()).await.unwrap();
    let gone = done(&system, gone).await;
    assert!(system.fences().current().fence_at(second.id, gone.valid_to.unwrap()).is_none());
    assert_eq!(store.delete_fence(second.id, system.now()).await.unwrap(), FenceChange::Gone);

    let (generation, versions) = (system.fences().generation(), system.fences().current().len());
    system.stop().await;
    let system = world.system().await;
    assert_eq!((system.fences().generation(), system.fences().current().len()), (generation, versions));
    assert_eq!(system.fences().latest().differs_from, None);
    system.stop().await;
}

#[actix::test]
async fn many_changes_at_once_are_all_taken_in() {
    let world = World::new();
    let system = world.system().await;
    let store = system.store();
    let new = |number: u128| (FenceId(Uuid::from_u128(number)), depot(number as f64 / 100.0));
    let made: Vec<_> =
        (0..40).map(|batch| store.create_fences((batch * 50..(batch + 1) * 50).map(new).collect(), system.now(), None)).collect();
    let mut newest = 0;
    for made in made {
        for change in made.await.unwrap() {
            let FenceChange::Done { revision, .. } = change else { panic!("{change:?}") };
            newest = newest.max(revision);
        }
    }
    assert!(system.fences().catch_up(newest).await);
    eventually("all are watched", async || system.fences().current().len() == 2000).await;
    system.stop().await;
}

/// A row that no program of ours has written is left out; the others are watched.
#[actix::test]
async fn a_broken_row_does_not_keep_the_others_from_being_watched() {
    let world = World::new();
    let system = world.system().await;
    create(&system, 1, 13.0).await;
    let broken = create(&system, 2, 14.0).await;
    system.stop().await;
    let psql = std::process::Command::new("psql")
        .args([&world.postgres.url(), "-X", "-q", "-c"])
        .arg(format!("update fences set shape = '{{}}' where fence_id = '{}'", broken.id))
        .status();
    if !psql.is_ok_and(|status| status.success()) {
        println!("SKIPPED: psql cannot be run");
        return;
    }
    let system = world.system().await;
    assert_eq!(system.fences().current().len(), 1);
    assert!(system.store().fence(&everything(), broken.id).await.is_err());
    system.stop().await;
}
