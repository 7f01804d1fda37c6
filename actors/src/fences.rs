//! The fences of the whole installation in memory, as one set that is replaced when a fence changes.
//!
//! A change is committed first; then the set is made anew from the one before and the rows that are new, off the threads that serve.
//! Changes that come in meanwhile are taken together in the next one. The lock is held for the time of copying a pointer.

use crate::store::{Store, StoreError};
use parking_lot::RwLock;
use salessync_engine::Timestamp;
use salessync_engine::fence::FenceSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Looked after even when nobody says that something has changed: a change that was committed and never told, or another writer's.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// After a failure.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Longest that whoever made a change waits for it to be watched; a million fences take a few seconds.
const CATCH_UP_MAX: Duration = Duration::from_secs(5);

/// The fences now. Cheap to clone.
#[derive(Clone)]
pub struct Fences {
    shared: Arc<Shared>,
}

struct Shared {
    current: RwLock<Generation>,
    generation: watch::Sender<u64>,
    changed: Notify,
}

/// A set and where it stands in the order of changes.
#[derive(Clone, Debug, Default)]
pub struct Generation {
    /// The revision of the newest change in it: grows, and means the same after a restart.
    pub number: u64,
    pub set: Arc<FenceSet>,
    /// From this event time on the set may differ from that of the generation before. None for the first.
    pub differs_from: Option<Timestamp>,
}

impl Fences {
    /// Loads all fences, then follows their changes until the system stops.
    pub async fn start(store: Store, stopping: watch::Receiver<bool>) -> Result<Self, StoreError> {
        let fences = Self {
            shared: Arc::new(Shared { current: RwLock::default(), generation: watch::Sender::new(0), changed: Notify::new() }),
        };
        fences.refresh(&store).await?;
        let generation = fences.generation();
        tracing::info!(versions = fences.current().len(), generation, "fences are loaded");
        let follower = fences.clone();
        store.clone().spawn(async move { follower.follow(store, stopping).await });
        Ok(fences)
    }

    pub fn current(&self) -> Arc<FenceSet> {
        self.shared.current.read().set.clone()
    }

    pub fn generation(&self) -> u64 {
        self.shared.current.read().number
    }

    /// The set and its number together.
    pub fn latest(&self) -> Generation {
        self.shared.current.read().clone()
    }

    /// Hears of each new generation.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.shared.generation.subscribe()
    }

    /// Waits until a committed change is watched, so that who made it can rely on it. False when that takes too long.
    pub async fn catch_up(&self, revision: i64) -> bool {
        self.shared.changed.notify_one();
        let mut generation = self.subscribe();
        let reached = generation.wait_for(|number| i64::try_from(*number).is_ok_and(|number| number >= revision));
        tokio::time::timeout(CATCH_UP_MAX, reached).await.is_ok_and(|reached| reached.is_ok())
    }

    /// Says that a change is committed, to whoever does not wait for it to be watched.
    pub fn has_changed(&self) {
        self.shared.changed.notify_one();
    }

    async fn follow(&self, store: Store, mut stopping: watch::Receiver<bool>) {
        let mut wait = LOOK_EVERY;
        loop {
            tokio::select! {
                () = self.shared.changed.notified() => {}
                () = tokio::time::sleep(wait) => {}
                _ = stopping.wait_for(|stop| *stop) => return,
            }
            wait = LOOK_EVERY;
            if let Err(error) = self.refresh(&store).await {
                tracing::warn!(error = error.chain(), "fences cannot be read, the former ones stay");
                wait = RETRY_AFTER;
            }
        }
    }

    /// Takes in what has been committed since. Only ever run by one at a time: `start`, then `follow`.
    async fn refresh(&self, store: &Store) -> Result<(), StoreError> {
        let before = self.latest();
        let known = i64::try_from(before.number).unwrap_or(i64::MAX);
        let (changed, newest) = store.fences_since(known).await?;
        if newest == known {
            return Ok(());
        }
        let is_first = before.number == 0;
        let from = changed.iter().map(|fence| fence.valid_to.unwrap_or(fence.valid_from)).min();
        let made = tokio::task::spawn_blocking(move || Arc::new(before.set.with(changed)));
        let set = made.await.map_err(|_| StoreError::Closed)?;
        let number = u64::try_from(newest).unwrap_or_default();
        *self.shared.current.write() = Generation { number, set, differs_from: from.filter(|_| !is_first) };
        self.shared.generation.send_replace(number);
        Ok(())
    }
}
