//! Partitions: hours of the journal and days of the chunks, made ahead of time and dropped when nothing needs them.

use super::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use salessync_engine::Timestamp;
use sqlx::{AssertSqlSafe, Connection, Executor, PgPool};

/// Hours of journal partitions made ahead: a server whose task fails for a day still writes.
const JOURNAL_HOURS_AHEAD: i64 = 30;
/// Held while partitions are made, so that two servers do not try at once. "SSPT".
const LOCK: i64 = 0x5353_5054;

impl Store {
    /// Makes what is missing of the journal's hours and of the chunk days `[now - behind, now + ahead]`.
    pub async fn ensure_partitions(&self, now: Timestamp, days_behind: i64, days_ahead: i64) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("make partitions", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            sqlx::query!("select pg_advisory_xact_lock($1)", LOCK).execute(&mut *tx).await.map_err(sql)?;
            let existing = partition_names(&mut tx).await.map_err(sql)?;
            let now = now.to_utc();
            let hours = (-1..=JOURNAL_HOURS_AHEAD)
                .map(|hour| ("ingest_journal", floor(now, 3_600) + TimeDelta::hours(hour), TimeDelta::hours(1), "%Y%m%d%H"));
            let days = (-days_behind..=days_ahead)
                .map(|day| ("track_chunks", floor(now, 86_400) + TimeDelta::days(day), TimeDelta::days(1), "%Y%m%d"));
            for (table, from, span, form) in hours.chain(days) {
                let name = format!("{table}_{}", from.format(form));
                if existing.contains(&name) {
                    continue;
                }
                let to = from + span;
                // Names and times are made here, from the clock alone.
                let ddl = format!(
                    "create table if not exists {name} partition of {table} for values from ('{}') to ('{}')",
                    from.to_rfc3339(),
                    to.to_rfc3339()
                );
                tx.execute(AssertSqlSafe(ddl)).await.map_err(sql)?;
            }
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// Full days of chunk partitions that exist after today.
    pub async fn partition_days_ahead(&self, now: Timestamp) -> Result<i64, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("count partitions", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let today = format!("track_chunks_{}", now.to_utc().format("%Y%m%d"));
            let names = partition_names(&mut connection).await.map_err(sql)?;
            Ok(names.iter().filter(|name| name.starts_with("track_chunks_2") && **name > today).count() as i64)
        })
        .await
    }

    /// Drops journal hours whose every row is in chunks and in snapshots. Returns how many.
    pub async fn drop_spent_journal(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("drop spent journal partitions", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let current = format!("ingest_journal_{}", now.to_utc().format("%Y%m%d%H"));
            let names = partition_names(&mut connection).await.map_err(sql)?;
            let mut dropped = 0;
            for name in names.into_iter().filter(|name| name.starts_with("ingest_journal_") && *name < current) {
                let unspent = format!(
                    "select exists (select 1 from {name} j join journal_shards s using (shard) where j.seq > least(s.compacted_seq, s.snapshot_seq))"
                );
                let unspent: bool = sqlx::query_scalar(AssertSqlSafe(unspent)).fetch_one(&mut *connection).await.map_err(sql)?;
                if !unspent {
                    drop_partition(&mut connection, &name).await.map_err(sql)?;
                    dropped += 1;
                }
            }
            Ok(dropped)
        })
        .await
    }

    /// Deletes tracks older than `before`: whole partitions, and rows of the cold table. Returns how many of both went.
    pub async fn drop_tracks_before(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("drop old tracks", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let last = format!("track_chunks_{}", before.to_utc().format("%Y%m%d"));
            let names = partition_names(&mut connection).await.map_err(sql)?;
            let mut dropped = 0;
            for name in names.into_iter().filter(|name| name.starts_with("track_chunks_2") && *name < last) {
                drop_partition(&mut connection, &name).await.map_err(sql)?;
                dropped += 1;
            }
            let cold = sqlx::query!("delete from track_chunks_cold where t1 < $1", before as Timestamp);
            Ok(dropped + cold.execute(&mut *connection).await.map_err(sql)?.rows_affected())
        })
        .await
    }
}

/// Drops a partition, or gives up soon: it must not hold up the commits that wait behind its lock. The next turn tries again.
async fn drop_partition(connection: &mut sqlx::PgConnection, name: &str) -> Result<(), sqlx::Error> {
    let mut tx = connection.begin().await?;
    tx.execute("set local lock_timeout = '1s'").await?;
    tx.execute(AssertSqlSafe(format!("drop table {name}"))).await?;
    tx.commit().await
}

async fn partition_names(connection: &mut sqlx::PgConnection) -> Result<std::collections::BTreeSet<String>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"select c.relname as "name!"
           from pg_inherits i
           join pg_class c on c.oid = i.inhrelid
           where i.inhparent in ('ingest_journal'::regclass, 'track_chunks'::regclass)"#
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().collect())
}

fn floor(time: DateTime<Utc>, span_s: i64) -> DateTime<Utc> {
    let s = time.timestamp();
    DateTime::from_timestamp(s - s.rem_euclid(span_s), 0).unwrap_or(time)
}
