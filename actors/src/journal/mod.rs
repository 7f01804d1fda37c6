//! The journal: fixes of all agents, committed together, acknowledged when durable and then handed to their agents.
//!
//! One writer per node. While a commit is under way the next one gathers, so the load sets the size of a commit and the disk its
//! pace. What waits is bounded: beyond `spill_fixes_max` nothing is taken and phones are told `busy`. Nothing is ever dropped: a
//! failed commit is tried again with the very same rows until Postgres is back.

pub mod record;

pub use record::Packed;

use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::settings;
use crate::store::journal::{Appender, NewRow, SHARDS, ShardHead, shard_of};
use crate::store::{Store, StoreError};
use parking_lot::RwLock;
use salessync_engine::track::{Device, Fix, Quarantine};
use salessync_engine::{AgentId, Timestamp};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Most fixes in one commit, whatever has gathered: keeps a commit under ~100 ms.
const COMMIT_FIXES_MAX: usize = 100_000;
/// First and longest pause before a failed commit is tried again.
const RETRY_MS: (u64, u64) = (50, 2_000);

/// Somebody waiting for a frame to become durable. Told exactly once; a receipt that is dropped untold says `lost`, so that a
/// frame which vanished with a crashed actor is sent again.
pub struct Receipt {
    to: Option<Arc<dyn Answer>>,
    frame: u64,
}

/// Where receipts report to: a phone's session.
pub trait Answer: Send + Sync {
    fn durable(&self, frame: u64);
    fn lost(&self, frame: u64);
}

impl Receipt {
    pub fn new(to: Arc<dyn Answer>, frame: u64) -> Self {
        Self { to: Some(to), frame }
    }

    fn durable(mut self) {
        if let Some(to) = self.to.take() {
            to.durable(self.frame);
        }
    }

    /// The frame was refused and its sender already knows.
    pub fn void(mut self) {
        self.to = None;
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        if let Some(to) = self.to.take() {
            to.lost(self.frame);
        }
    }
}

/// One frame's fixes on their way to the journal.
pub struct Entry {
    pub agent: AgentId,
    pub device: Device,
    pub taken: Packed,
    /// Newest of those taken: moves the marker.
    pub newest: Option<Fix>,
    pub aside: Vec<(Quarantine, Fix)>,
    pub receipt: Option<Receipt>,
    /// Held until the agent has derived from the fixes, or the entry is lost.
    pub room: Room,
}

/// A part of the journal's bounded buffer; given back when dropped.
#[derive(Debug)]
pub struct Room {
    fixes: usize,
    shared: Arc<Shared>,
}

impl Drop for Room {
    fn drop(&mut self) {
        self.shared.waiting_fixes.fetch_sub(self.fixes, Ordering::AcqRel);
    }
}

impl Entry {
    pub fn len(&self) -> usize {
        self.taken.len() + self.aside.len()
    }

    pub fn is_empty(&self) -> bool {
        self.taken.is_empty() && self.aside.is_empty()
    }
}

/// A committed frame, for its agent.
#[derive(Debug)]
pub struct Committed {
    pub agent: AgentId,
    pub seq: i64,
    /// Nothing more of this agent comes from the journal row `seq`: a state that has taken this frame covers the row.
    pub is_last_of_row: bool,
    pub device: Device,
    pub fixes: Packed,
    /// How many fixes of the frame were set aside.
    pub aside: usize,
    /// What waits for its agent counts as what waits for the disk: agents that fall behind turn phones away too.
    pub room: Room,
}

/// Takes a committed frame, in journal order: the system's way to the agents.
pub type Deliver = Box<dyn Fn(Committed) + Send>;

/// The door to the journal. Cheap to clone.
#[derive(Clone)]
pub struct Journal {
    queue: mpsc::UnboundedSender<Vec<Entry>>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    waiting_fixes: AtomicUsize,
    spill_fixes_max: usize,
    /// Last sequence number of each shard that has been delivered to the agents.
    delivered: [AtomicI64; SHARDS],
    failing: AtomicBool,
    epoch: i64,
    /// Agents that were erased: their entries are dropped.
    shut_out: RwLock<HashSet<AgentId>>,
    /// Held from before a batch is looked through until it is committed and delivered.
    committing: tokio::sync::Mutex<()>,
}

impl Journal {
    /// Starts the writer on the store's runtime. `fenced` turns true when another server has taken over.
    pub fn start(
        store: &Store,
        settings: &settings::Journal,
        epoch: i64,
        heads: &[ShardHead],
        (clock, metrics): (Clock, Metrics),
        deliver: Deliver,
    ) -> (Self, watch::Receiver<bool>, tokio::task::JoinHandle<()>) {
        // Unbounded as a channel, bounded by `reserve`: entries are only sent after their fixes were counted.
        let (queue, entries) = mpsc::unbounded_channel();
        let (fenced, on_fenced) = watch::channel(false);
        let delivered = std::array::from_fn(|shard| AtomicI64::new(heads.get(shard).map_or(0, |head| head.seq)));
        let shared = Arc::new(Shared {
            waiting_fixes: AtomicUsize::new(0),
            spill_fixes_max: settings.spill_fixes_max,
            delivered,
            failing: AtomicBool::new(false),
            epoch,
            shut_out: RwLock::default(),
            committing: tokio::sync::Mutex::default(),
        });
        let writer = Writer {
            entries,
            shared: shared.clone(),
            appender: store.appender(Duration::from_millis(settings.commit_timeout_ms)),
            seqs: std::array::from_fn(|shard| heads.get(shard).map_or(0, |head| head.seq)),
            flush_interval: Duration::from_millis(settings.flush_interval_ms),
            flush_fixes: settings.flush_fixes,
            clock,
            metrics,
            deliver,
            fenced,
        };
        let task = store.spawn(writer.run());
        (Self { queue, shared }, on_fenced, task)
    }

    /// Makes room for `fixes`, or says that the buffer is full.
    pub fn reserve(&self, fixes: usize) -> Option<Room> {
        let before = self.shared.waiting_fixes.fetch_add(fixes, Ordering::AcqRel);
        let room = Room { fixes, shared: self.shared.clone() };
        (before + fixes <= self.shared.spill_fixes_max).then_some(room)
    }

    /// Hands over entries. When the writer is gone they are dropped, which tells their senders that the frames are lost.
    pub fn append(&self, entries: Vec<Entry>) {
        let _ = self.queue.send(entries);
    }

    pub fn epoch(&self) -> i64 {
        self.shared.epoch
    }

    /// Drops whatever comes of an agent from now on. Returns when nothing of them that was taken before is on its way any more.
    pub async fn shut_out(&self, agent: AgentId) {
        self.shared.shut_out.write().insert(agent);
        drop(self.shared.committing.lock().await);
    }

    /// Up to where each shard has been delivered to the agents' mailboxes.
    pub fn delivered(&self) -> Vec<i64> {
        self.shared.delivered.iter().map(|seq| seq.load(Ordering::Acquire)).collect()
    }

    /// Fixes waiting for a commit or for their agent, and whether the last commit failed.
    pub fn state(&self) -> (usize, bool) {
        (self.shared.waiting_fixes.load(Ordering::Relaxed), self.shared.failing.load(Ordering::Relaxed))
    }
}

struct Writer {
    entries: mpsc::UnboundedReceiver<Vec<Entry>>,
    shared: Arc<Shared>,
    appender: Appender,
    seqs: [i64; SHARDS],
    flush_interval: Duration,
    flush_fixes: usize,
    clock: Clock,
    metrics: Metrics,
    deliver: Deliver,
    fenced: watch::Sender<bool>,
}

impl Writer {
    async fn run(mut self) {
        while let Some(batch) = self.gather().await {
            if !self.commit(batch).await {
                return;
            }
        }
    }

    /// Waits for the first entry, then for company until the interval is over or enough is there.
    async fn gather(&mut self) -> Option<Vec<Entry>> {
        let mut batch = self.entries.recv().await?;
        let mut fixes: usize = batch.iter().map(Entry::len).sum();
        let until = tokio::time::Instant::now() + self.flush_interval;
        while fixes < self.flush_fixes {
            match tokio::time::timeout_at(until, self.entries.recv()).await {
                Ok(Some(more)) => {
                    fixes += more.iter().map(Entry::len).sum::<usize>();
                    batch.extend(more);
                }
                Ok(None) | Err(_) => break,
            }
        }
        // What arrived during the last commit goes along, up to the size of a commit.
        while fixes < COMMIT_FIXES_MAX
            && let Ok(more) = self.entries.try_recv()
        {
            fixes += more.iter().map(Entry::len).sum::<usize>();
            batch.extend(more);
        }
        Some(batch)
    }

    /// Commits until it is done. False when this server has been replaced.
    async fn commit(&mut self, mut batch: Vec<Entry>) -> bool {
        let shared = self.shared.clone();
        let _committing = shared.committing.lock().await;
        {
            let shut_out = shared.shut_out.read();
            if !shut_out.is_empty() {
                batch.retain(|entry| !shut_out.contains(&entry.agent));
            }
        }
        if batch.is_empty() {
            return true;
        }
        let mut shards: [Option<NewRow>; SHARDS] = [const { None }; SHARDS];
        for entry in &batch {
            let shard = shard_of(entry.agent);
            let row = shards[shard].get_or_insert_with(|| NewRow {
                shard: shard as i16,
                seq: self.seqs[shard] + 1,
                n: 0,
                data: Vec::new(),
            });
            row.n += entry.len() as i32;
            put_entry(&mut row.data, entry);
        }
        let rows: Vec<_> = shards.into_iter().flatten().collect();
        let fixes: usize = batch.iter().map(Entry::len).sum();
        self.metrics.journal_waiting_fixes.set(self.shared.waiting_fixes.load(Ordering::Relaxed) as i64);
        if !self.append_until_done(&rows).await {
            return false;
        }
        for row in &rows {
            self.seqs[row.shard as usize] = row.seq;
        }
        self.metrics.journal_rows.inc_by(rows.len() as u64);
        self.metrics.journal_fixes.inc_by(fixes as u64);
        self.tell(batch);
        for row in &rows {
            self.shared.delivered[row.shard as usize].store(row.seq, Ordering::Release);
        }
        true
    }

    async fn append_until_done(&mut self, rows: &[NewRow]) -> bool {
        // The time is fixed before the first try: it is part of the rows' identity.
        let at = self.clock.now();
        let mut pause = RETRY_MS.0;
        loop {
            let timer = self.metrics.journal_commit_seconds.start_timer();
            match self.appender.append(rows, at, self.shared.epoch).await {
                Ok(()) => {
                    timer.observe_duration();
                    if self.shared.failing.swap(false, Ordering::Relaxed) {
                        tracing::info!("journal commits again");
                    }
                    return true;
                }
                Err(error @ StoreError::Fenced { .. }) => {
                    timer.stop_and_discard();
                    tracing::error!(%error, "another server has taken over the journal, this one stops");
                    let _ = self.fenced.send(true);
                    return false;
                }
                Err(error) => {
                    timer.stop_and_discard();
                    self.metrics.journal_failures.inc();
                    if !self.shared.failing.swap(true, Ordering::Relaxed) {
                        tracing::error!(
                            error = error.chain(),
                            rows = rows.len(),
                            "journal commit failed, trying again until it succeeds"
                        );
                    }
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    pause = (pause * 2).min(RETRY_MS.1);
                }
            }
        }
    }

    /// Delivers and acknowledges what is durable now. Delivered first: whoever has an acknowledgement can ask the agent what follows.
    fn tell(&self, batch: Vec<Entry>) {
        let mut seen = HashSet::with_capacity(batch.len());
        let mut is_last: Vec<bool> = batch.iter().rev().map(|entry| seen.insert(entry.agent)).collect();
        for entry in batch {
            let seq = self.seqs[shard_of(entry.agent)];
            (self.deliver)(Committed {
                is_last_of_row: is_last.pop().unwrap_or(true),
                agent: entry.agent,
                seq,
                device: entry.device,
                fixes: entry.taken,
                aside: entry.aside.len(),
                room: entry.room,
            });
            if let Some(receipt) = entry.receipt {
                receipt.durable();
            }
        }
    }
}

/// Writes an entry as records: the taken fixes, then those set aside by reason.
fn put_entry(out: &mut Vec<u8>, entry: &Entry) {
    if !entry.taken.is_empty() {
        record::put(out, entry.agent, &entry.device, None, &entry.taken);
    }
    for (reason, fix) in &entry.aside {
        record::put(out, entry.agent, &entry.device, Some(*reason), &Packed::new(&[*fix]));
    }
}

/// The newest time a row may have to be compacted now.
pub fn compaction_horizon(now: Timestamp, compact_after_s: u64) -> Timestamp {
    now.plus_s(-(compact_after_s as i64))
}
