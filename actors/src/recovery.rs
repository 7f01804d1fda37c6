//! What happens at start, before anything serves: the journal's tail is brought into the snapshots, so that every agent can be
//! woken from its snapshot alone, and the markers come back.

use crate::journal::record;
use crate::station::Marker;
use crate::store::journal::{SHARDS, ShardHead};
use crate::store::{SnapshotRow, Store, StoreError};
use crate::supervision::rebuild::{Rebuilt, Tail, rebuild};
use crate::supervision::warden::{Recovery, Snapshot, read_snapshot, settle};
use salessync_engine::agent::AgentState;
use salessync_engine::{AgentId, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// Journal rows brought in at a time: bounds the memory of a recovery, whatever has gathered.
const ROWS_PER_STEP: i64 = 400;
/// Snapshots read or written with one statement.
const SNAPSHOTS_PER_STEP: usize = 2_000;

/// Brings every shard's tail into snapshots. Returns how many agents it concerned.
pub async fn bring_in_tails(around: &Recovery, heads: &[ShardHead]) -> Result<usize, StoreError> {
    let mut agents = 0;
    let mut floor = Vec::with_capacity(SHARDS);
    for (shard, head) in heads.iter().enumerate() {
        let held = bring_in_shard(around, shard, *head).await?;
        agents += held.len();
        let mut rows = held.into_iter().map(|(agent, (mut state, _))| {
            let patches = state.take_patches(&around.almanac.rules(agent).0);
            let rev = around.chronicle.next_rev();
            SnapshotRow { agent, shard: shard as i16, seq: head.seq, rev, state: state.to_bytes(), patches }
        });
        loop {
            let batch: Vec<_> = rows.by_ref().take(SNAPSHOTS_PER_STEP).collect();
            if batch.is_empty() {
                break;
            }
            around.chronicle.write(batch).await?;
        }
        floor.push(head.seq);
    }
    around.store.raise_snapshot_floor(floor).await?;
    Ok(agents)
}

type Held = HashMap<AgentId, (AgentState, i64)>;

async fn bring_in_shard(around: &Recovery, shard: usize, head: ShardHead) -> Result<Held, StoreError> {
    let store = &around.store;
    let damaged = || StoreError::Damaged { what: "ingest_journal" };
    let mut held = Held::new();
    let mut after = head.snapshot_seq;
    loop {
        let rows = store.journal_rows(shard, after, Timestamp::MAX, ROWS_PER_STEP).await?;
        let Some(last) = rows.last() else { return Ok(held) };
        after = last.seq;
        let mut tails = BTreeMap::<AgentId, Vec<Tail>>::new();
        for row in &rows {
            for record in record::records(&row.data) {
                let record = record.map_err(|_| damaged())?;
                if record.verdict.is_none() {
                    let (device, fixes) = (record.device().map_err(|_| damaged())?, record.fixes().map_err(|_| damaged())?);
                    tails.entry(record.agent).or_default().push(Tail { seq: row.seq, device, fixes });
                }
            }
        }
        let unread: Vec<_> = tails.keys().filter(|agent| !held.contains_key(agent)).copied().collect();
        for batch in unread.chunks(SNAPSHOTS_PER_STEP) {
            for row in store.snapshots_of(batch.to_vec()).await? {
                let (agent, seq) = (row.agent, row.seq);
                let read = match read_snapshot(agent, Some(row)) {
                    Snapshot::Read(state, position) => (state, position),
                    Snapshot::Unreadable => {
                        let fresh = rebuild(AgentState::new(agent), seq, &[], &around.almanac.rules(agent).0);
                        settle(around, agent, fresh, true).await?
                    }
                };
                held.insert(agent, read);
            }
        }
        for (agent, tail) in tails {
            let (state, position) = held.remove(&agent).unwrap_or_else(|| (AgentState::new(agent), 0));
            let rebuilt: Rebuilt = rebuild(state, position, &tail, &around.almanac.rules(agent).0);
            held.insert(agent, settle(around, agent, rebuilt, false).await?);
        }
    }
}

/// Every agent's newest durable fix, a page at a time.
pub async fn each_marker(
    store: &Store,
    topic_of: impl Fn(AgentId) -> Option<crate::territory::TopicId>,
    mut adopt: impl FnMut(Vec<Marker>),
) -> Result<usize, StoreError> {
    let (mut after, mut count) = (None, 0);
    loop {
        let page = store.snapshots_page(after, SNAPSHOTS_PER_STEP as i64).await?;
        let Some(last) = page.last() else { return Ok(count) };
        after = Some(last.agent);
        let markers: Vec<_> = page
            .into_iter()
            .filter_map(|row| {
                let agent = row.agent;
                let Snapshot::Read(state, _) = read_snapshot(agent, Some(row)) else { return None };
                let (fix, device) = state.latest()?;
                Some(Marker { agent, topic: topic_of(agent)?, fix: *fix, device: device.clone() })
            })
            .collect();
        count += markers.len();
        adopt(markers);
    }
}
