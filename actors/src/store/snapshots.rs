//! Snapshots of agents' live state, each with the journal position it covers.

use super::{Store, StoreError};
use salessync_engine::{AgentId, Timestamp};
use sqlx::PgPool;

/// One agent's state as of a journal position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SnapshotRow {
    pub agent: AgentId,
    pub shard: i16,
    pub seq: i64,
    pub state: Vec<u8>,
}

impl Store {
    /// Writes snapshots, never replacing a newer one.
    pub async fn put_snapshots(&self, rows: Vec<SnapshotRow>, epoch: i64, now: Timestamp) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let ids: Vec<_> = rows.iter().map(|row| row.agent.0).collect();
            let shards: Vec<_> = rows.iter().map(|row| row.shard).collect();
            let seqs: Vec<_> = rows.iter().map(|row| row.seq).collect();
            let states: Vec<_> = rows.into_iter().map(|row| row.state).collect();
            sqlx::query!(
                r#"insert into agent_snapshots (agent_id, shard, seq, epoch, at, state)
                   select id, shard, seq, $5, $6, state
                   from unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bytea[]) as t (id, shard, seq, state)
                   on conflict (agent_id) do update
                   set shard = excluded.shard, seq = excluded.seq, epoch = excluded.epoch, at = excluded.at, state = excluded.state
                   where agent_snapshots.seq <= excluded.seq"#,
                &ids,
                &shards,
                &seqs,
                &states,
                epoch,
                now as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("write snapshots", error))?;
            Ok(())
        })
        .await
    }

    /// Snapshots of the agents given; those without one are left out.
    pub async fn snapshots_of(&self, agents: Vec<AgentId>) -> Result<Vec<SnapshotRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let ids: Vec<_> = agents.into_iter().map(|id| id.0).collect();
            sqlx::query_as!(
                SnapshotRow,
                r#"select agent_id as "agent: AgentId", shard, seq, state from agent_snapshots where agent_id = any($1)"#,
                &ids
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read snapshots", error))
        })
        .await
    }

    /// Snapshots of one shard, after `after`, by agent: how the markers come back at start.
    pub async fn snapshots_page(&self, after: Option<AgentId>, limit: i64) -> Result<Vec<SnapshotRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                SnapshotRow,
                r#"select agent_id as "agent: AgentId", shard, seq, state
                   from agent_snapshots
                   where $1::uuid is null or agent_id > $1
                   order by agent_id
                   limit $2"#,
                after as Option<AgentId>,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("page through snapshots", error))
        })
        .await
    }
}
