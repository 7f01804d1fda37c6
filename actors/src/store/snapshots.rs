//! Snapshots of agents' live state, each with the journal position it covers; and in the same transaction what changed in the agents'
//! timelines up to there, so that the two never disagree.

use super::erasure::erased_among;
use super::{Store, StoreError, timeline};
use salessync_engine::track::feed::FeedEntry;
use salessync_engine::track::{Device, Patch};
use salessync_engine::{AgentId, Timestamp};
use sqlx::PgPool;
use std::collections::HashSet;

/// One agent's state as of a journal position.
#[derive(Clone, PartialEq, Debug)]
pub struct SnapshotRow {
    pub agent: AgentId,
    pub shard: i16,
    pub seq: i64,
    /// Ascending in the order in which an agent's snapshots are taken.
    pub rev: i64,
    pub state: Vec<u8>,
    /// What changed in the timelines of its devices since the last snapshot that was written.
    pub patches: Vec<(Device, Patch)>,
}

impl SnapshotRow {
    /// Items of timelines that it has to say something about.
    pub fn items(&self) -> usize {
        self.patches
            .iter()
            .flat_map(|(_, patch)| &patch.sections)
            .map(|section| section.items.len() + section.removed.len())
            .sum()
    }

    /// Takes over what an earlier snapshot, not known to be written, had to say of the timelines.
    pub fn absorb(&mut self, earlier: Self) {
        for (device, mut patch) in earlier.patches {
            match self.patches.iter_mut().find(|(known, _)| *known == device) {
                Some((_, later)) => {
                    patch.then(std::mem::take(later));
                    *later = patch;
                }
                None => self.patches.push((device, patch)),
            }
        }
    }
}

/// What a row of the table says.
pub(super) struct StoredSnapshot {
    agent: AgentId,
    shard: i16,
    seq: i64,
    rev: i64,
    state: Vec<u8>,
}

impl From<StoredSnapshot> for SnapshotRow {
    fn from(StoredSnapshot { agent, shard, seq, rev, state }: StoredSnapshot) -> Self {
        Self { agent, shard, seq, rev, state, patches: Vec::new() }
    }
}

impl Store {
    /// Writes snapshots and what they say of timelines, never replacing a later one. Returns the changes, in the order of the feed.
    /// Calls must not overlap: the order of calls is the order of the feed.
    pub async fn put_snapshots(
        &self,
        mut rows: Vec<SnapshotRow>,
        epoch: i64,
        now: Timestamp,
        zone: chrono_tz::Tz,
    ) -> Result<Vec<FeedEntry>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("write snapshots", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let fence = sqlx::query_scalar!("select epoch from journal_epoch where epoch = $1 for share", epoch);
            if fence.fetch_optional(&mut *tx).await.map_err(sql)?.is_none() {
                return Err(StoreError::Fenced { epoch });
            }
            let erased = erased_among(&mut tx, rows.iter().map(|row| row.agent.0)).await.map_err(sql)?;
            rows.retain(|row| !erased.contains(&row.agent));
            let ids: Vec<_> = rows.iter().map(|row| row.agent.0).collect();
            let shards: Vec<_> = rows.iter().map(|row| row.shard).collect();
            let seqs: Vec<_> = rows.iter().map(|row| row.seq).collect();
            let revs: Vec<_> = rows.iter().map(|row| row.rev).collect();
            let states: Vec<&[u8]> = rows.iter().map(|row| row.state.as_slice()).collect();
            let written = sqlx::query_scalar!(
                r#"insert into agent_snapshots (agent_id, shard, seq, epoch, at, state, rev)
                   select id, shard, seq, $6, $7, state, rev
                   from unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bytea[], $5::bigint[]) as t (id, shard, seq, state, rev)
                   on conflict (agent_id) do update
                   set shard = excluded.shard, seq = excluded.seq, epoch = excluded.epoch, at = excluded.at, state = excluded.state,
                       rev = excluded.rev
                   where agent_snapshots.seq <= excluded.seq and agent_snapshots.rev < excluded.rev
                   returning agent_id"#,
                &ids,
                &shards,
                &seqs,
                &states as &[&[u8]],
                &revs,
                epoch,
                now as Timestamp
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(sql)?;
            let written: HashSet<_> = written.into_iter().map(AgentId).collect();
            let patches: Vec<_> = rows
                .into_iter()
                .filter(|row| written.contains(&row.agent))
                .flat_map(|row| row.patches.into_iter().map(move |(device, patch)| (row.agent, device, patch)))
                .collect();
            let feed = timeline::apply(&mut tx, patches, now, zone).await?;
            tx.commit().await.map_err(sql)?;
            Ok(feed)
        })
        .await
    }

    /// Snapshots of the agents given; those without one are left out.
    pub async fn snapshots_of(&self, agents: Vec<AgentId>) -> Result<Vec<SnapshotRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let ids: Vec<_> = agents.into_iter().map(|id| id.0).collect();
            let rows = sqlx::query_as!(
                StoredSnapshot,
                r#"select agent_id as "agent: AgentId", shard, seq, rev, state from agent_snapshots where agent_id = any($1)"#,
                &ids
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read snapshots", error))?;
            Ok(rows.into_iter().map(SnapshotRow::from).collect())
        })
        .await
    }

    /// Snapshots of one shard, after `after`, by agent: how the markers come back at start.
    pub async fn snapshots_page(&self, after: Option<AgentId>, limit: i64) -> Result<Vec<SnapshotRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                StoredSnapshot,
                r#"select agent_id as "agent: AgentId", shard, seq, rev, state
                   from agent_snapshots
                   where $1::uuid is null or agent_id > $1
                   order by agent_id
                   limit $2"#,
                after as Option<AgentId>,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("page through snapshots", error))?;
            Ok(rows.into_iter().map(SnapshotRow::from).collect())
        })
        .await
    }
}
