//! The chronicle: the one writer of snapshots and of what they say about timelines, and the live end of the change feed.
//!
//! Writes never overlap, so the order of the feed is the order of commits; what is committed is then published, in that order.

use crate::clock::Clock;
use crate::store::{SnapshotRow, Store, StoreError};
use parking_lot::RwLock;
use salessync_engine::AgentId;
use salessync_engine::track::feed::FeedEntry;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{Mutex, watch};

/// Changes kept in memory for consoles that follow live; who is further behind reads the store.
const RECENT_MAX: usize = 8_192;

/// Writes and publishes. Cheap to clone.
#[derive(Clone)]
pub struct Chronicle {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Clock,
    epoch: i64,
    zone: chrono_tz::Tz,
    writing: Mutex<()>,
    last_rev: AtomicI64,
    recent: RwLock<VecDeque<Arc<FeedEntry>>>,
    newest: watch::Sender<i64>,
    /// Agents whose state was written since somebody last asked: their tracks have gone on, whether or not the feed says so.
    heard: parking_lot::Mutex<BTreeSet<AgentId>>,
}

impl Chronicle {
    pub fn new(store: Store, clock: Clock, epoch: i64, zone: chrono_tz::Tz) -> Self {
        // Numbers of a later epoch are greater than all of an earlier one, whatever the clock says.
        let last_rev = AtomicI64::new(epoch << 32);
        let (newest, _) = watch::channel(0);
        let inner = Inner {
            store,
            clock,
            epoch,
            zone,
            writing: Mutex::default(),
            last_rev,
            recent: RwLock::default(),
            newest,
            heard: parking_lot::Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// A number for a snapshot about to be taken, greater than all before.
    pub fn next_rev(&self) -> i64 {
        self.inner.last_rev.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Writes rows in one transaction, then publishes what changed.
    pub async fn write(&self, rows: Vec<SnapshotRow>) -> Result<(), StoreError> {
        let Inner { store, clock, epoch, zone, writing, .. } = &*self.inner;
        let _turn = writing.lock().await;
        let agents: Vec<AgentId> = rows.iter().map(|row| row.agent).collect();
        let feed = store.put_snapshots(rows, *epoch, clock.now(), *zone).await?;
        self.publish(feed);
        self.inner.heard.lock().extend(agents);
        Ok(())
    }

    /// Takes the agents whose state was written since this was last asked.
    pub(crate) fn take_heard(&self) -> BTreeSet<AgentId> {
        std::mem::take(&mut *self.inner.heard.lock())
    }

    /// Puts them back: nothing was made of them.
    pub(crate) fn hear_again(&self, agents: BTreeSet<AgentId>) {
        self.inner.heard.lock().extend(agents);
    }

    /// Takes an erased agent's changes out of memory, after the write under way.
    pub(crate) async fn forget(&self, agent: AgentId) {
        let _turn = self.inner.writing.lock().await;
        self.inner.recent.write().retain(|entry| entry.agent_id != agent);
    }

    fn publish(&self, feed: Vec<FeedEntry>) {
        let Some(last) = feed.last().map(|entry| entry.seq) else { return };
        let mut recent = self.inner.recent.write();
        recent.extend(feed.into_iter().map(Arc::new));
        let surplus = recent.len().saturating_sub(RECENT_MAX);
        recent.drain(..surplus);
        drop(recent);
        self.inner.newest.send_replace(last);
    }

    /// Sequence number of the newest change published by this server; 0 before the first.
    pub fn newest(&self) -> watch::Receiver<i64> {
        self.inner.newest.subscribe()
    }

    /// Up to `limit` changes after `after`, if memory still holds all of them. None: read the store.
    pub fn recent_after(&self, after: i64, limit: usize) -> Option<Vec<Arc<FeedEntry>>> {
        let recent = self.inner.recent.read();
        recent.front().filter(|oldest| oldest.seq <= after + 1)?;
        let from = recent.partition_point(|entry| entry.seq <= after);
        Some(recent.iter().skip(from).take(limit).cloned().collect())
    }
}
