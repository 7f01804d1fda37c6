//! The acknowledgement point: appending rows under the epoch's fence, and reading the tail that is not in chunks yet.

use super::{Store, StoreError};
use salessync_engine::{AgentId, Timestamp};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, PgPool};
use std::sync::Arc;
use std::time::Duration;

/// Shards of the journal. Part of the stored form: never changes.
pub const SHARDS: usize = 64;

/// The shard an agent's fixes are journalled in. The SQL function track_points() computes the same.
pub fn shard_of(agent: AgentId) -> usize {
    usize::from(agent.0.as_bytes()[15]) % SHARDS
}

/// A row to append: everything one flush has for one shard.
#[derive(Clone, Debug)]
pub struct NewRow {
    pub shard: i16,
    pub seq: i64,
    pub n: i32,
    pub data: Vec<u8>,
}

/// A stored row.
#[derive(Clone, Debug)]
pub struct JournalRow {
    pub seq: i64,
    pub at: Timestamp,
    pub data: Vec<u8>,
}

/// Where a shard stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShardHead {
    /// Last sequence number used.
    pub seq: i64,
    pub compacted_seq: i64,
    pub snapshot_seq: i64,
}

/// A connection of the journal's own: when a commit hangs it can be thrown away without poisoning the pool.
pub struct Appender {
    options: Arc<PgConnectOptions>,
    connection: Option<PgConnection>,
    timeout: Duration,
}

impl Store {
    /// Takes the next epoch: from now on no earlier server can append.
    pub async fn take_epoch(&self) -> Result<i64, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_scalar!("update journal_epoch set epoch = epoch + 1 returning epoch")
                .fetch_one(&pool)
                .await
                .map_err(|error| StoreError::sql("take the journal's next epoch", error))
        })
        .await
    }

    pub async fn shard_heads(&self) -> Result<Vec<ShardHead>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select s.shard, s.compacted_seq, s.snapshot_seq, coalesce(max(j.seq), 0) as "seq!"
                   from journal_shards s
                   left join ingest_journal j on j.shard = s.shard
                   group by s.shard
                   order by s.shard"#
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read the journal's heads", error))?;
            Ok(rows
                .into_iter()
                .map(|row| ShardHead {
                    seq: row.seq.max(row.compacted_seq).max(row.snapshot_seq),
                    compacted_seq: row.compacted_seq,
                    snapshot_seq: row.snapshot_seq,
                })
                .collect())
        })
        .await
    }

    /// Rows of a shard after `after`, in order, at most `limit`.
    pub async fn journal_rows(
        &self,
        shard: usize,
        after: i64,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<JournalRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                JournalRow,
                r#"select seq, at as "at: Timestamp", data
                   from ingest_journal
                   where shard = $1 and seq > $2 and at < $3
                   order by seq
                   limit $4"#,
                shard as i16,
                after,
                before as Timestamp,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read journal rows", error))
        })
        .await
    }

    /// Says that every agent's snapshot covers its shard up to here. Never goes back.
    pub async fn raise_snapshot_floor(&self, heads: Vec<i64>) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query!(
                r#"update journal_shards s
                   set snapshot_seq = h.seq
                   from unnest($1::bigint[]) with ordinality as h (seq, shard)
                   where s.shard = h.shard - 1 and s.snapshot_seq < h.seq"#,
                &heads
            )
            .execute(&pool)
            .await
            .map_err(|error| StoreError::sql("raise the snapshot floor", error))?;
            Ok(())
        })
        .await
    }

    pub fn appender(&self, timeout: Duration) -> Appender {
        Appender { options: self.pool.connect_options(), connection: None, timeout }
    }
}

impl Appender {
    /// Appends one flush, all of it or nothing, durable when this returns. Trying the same rows again after an error whose outcome
    /// is unknown is safe: rows that are there already are recognised.
    pub async fn append(&mut self, rows: &[NewRow], at: Timestamp, epoch: i64) -> Result<(), StoreError> {
        let timeout = self.timeout;
        let outcome = tokio::time::timeout(timeout, self.try_append(rows, at, epoch)).await;
        let outcome = outcome.unwrap_or_else(|_| {
            Err(StoreError::TimedOut { what: "append to the journal", after_ms: timeout.as_millis() as u64 })
        });
        if outcome.is_err() {
            self.connection = None; // whatever it was doing, it does it alone
        }
        outcome
    }

    async fn try_append(&mut self, rows: &[NewRow], at: Timestamp, epoch: i64) -> Result<(), StoreError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                PgConnection::connect_with(&self.options).await.map_err(|error| StoreError::sql("connect the journal", error))?
            }
        };
        let shards: Vec<_> = rows.iter().map(|row| row.shard).collect();
        let seqs: Vec<_> = rows.iter().map(|row| row.seq).collect();
        let counts: Vec<_> = rows.iter().map(|row| row.n).collect();
        let data: Vec<_> = rows.iter().map(|row| row.data.as_slice()).collect();
        let done = sqlx::query!(
            r#"with fence as materialized (select epoch from journal_epoch where epoch = $1 for share)
               insert into ingest_journal (shard, seq, at, epoch, n, data)
               select r.shard, r.seq, $2, fence.epoch, r.n, r.data
               from fence, unnest($3::smallint[], $4::bigint[], $5::integer[], $6::bytea[]) as r (shard, seq, n, data)
               on conflict (shard, seq, at) do nothing"#,
            epoch,
            at as Timestamp,
            &shards,
            &seqs,
            &counts,
            &data as &[&[u8]]
        )
        .execute(&mut connection)
        .await
        .map_err(|error| StoreError::sql("append to the journal", error))?;
        if done.rows_affected() != rows.len() as u64 {
            Self::check_committed(&mut connection, &shards, &seqs, at, epoch).await?;
        }
        self.connection = Some(connection);
        Ok(())
    }

    /// Fewer rows than sent were inserted: either an earlier try of ours did it, or the epoch is over.
    async fn check_committed(
        connection: &mut PgConnection,
        shards: &[i16],
        seqs: &[i64],
        at: Timestamp,
        epoch: i64,
    ) -> Result<(), StoreError> {
        let present = sqlx::query_scalar!(
            r#"select count(*) as "present!"
               from ingest_journal j
               join unnest($1::smallint[], $2::bigint[]) as r (shard, seq) on j.shard = r.shard and j.seq = r.seq
               where j.at = $3 and j.epoch = $4"#,
            shards,
            seqs,
            at as Timestamp,
            epoch
        )
        .fetch_one(connection)
        .await
        .map_err(|error| StoreError::sql("look whether the journal has the rows", error))?;
        if present == shards.len() as i64 { Ok(()) } else { Err(StoreError::Fenced { epoch }) }
    }
}
