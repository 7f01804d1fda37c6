//! Deleting what is older than it is kept, and the report of it. Partitions of tracks are dropped in `partitions`.

use super::{Store, StoreError};
use crate::retention::Kind;
use salessync_engine::Timestamp;
use salessync_engine::access::Whole;
use sqlx::{Executor, PgPool};

/// One run that found something of a kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetentionRun {
    pub at: Timestamp,
    pub kind: String,
    pub before: Timestamp,
    pub deleted: i64,
}

impl Store {
    pub(crate) async fn drop_quarantined_before(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!("delete from quarantined_fixes where received_at < $1", before as Timestamp);
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("delete old quarantined fixes", error))?;
            Ok(done.rows_affected())
        })
        .await
    }

    pub(crate) async fn drop_decisions_before(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!("delete from fix_decisions where decided_at < $1", before as Timestamp);
            let done = done.execute(&pool).await.map_err(|error| StoreError::sql("delete old decisions", error))?;
            Ok(done.rows_affected())
        })
        .await
    }

    /// Deletes timelines of days that ended before. What still goes on stays.
    pub(crate) async fn drop_timeline_before(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("delete old timelines", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            tx.execute("set local statement_timeout = '10min'").await.map_err(sql)?;
            let items = sqlx::query!(
                "delete from timeline_items where date < ($1::timestamptz)::date and end_at < $1",
                before as Timestamp
            );
            let items = items.execute(&mut *tx).await.map_err(sql)?.rows_affected();
            let days = sqlx::query!(
                "delete from timeline_days where date < ($1::timestamptz)::date and last_at < $1",
                before as Timestamp
            );
            let days = days.execute(&mut *tx).await.map_err(sql)?.rows_affected();
            tx.commit().await.map_err(sql)?;
            Ok(items + days)
        })
        .await
    }

    pub(crate) async fn note_retention(
        &self,
        kind: Kind,
        at: Timestamp,
        before: Timestamp,
        deleted: u64,
    ) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                "insert into retention_runs (at, kind, before, deleted) values ($1, $2, $3, $4)",
                at as Timestamp,
                kind.name(),
                before as Timestamp,
                deleted as i64
            );
            done.execute(&pool).await.map_err(|error| StoreError::sql("note what was deleted", error))?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn drop_retention_runs_before(&self, before: Timestamp) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!("delete from retention_runs where at < $1", before as Timestamp);
            done.execute(&pool).await.map_err(|error| StoreError::sql("delete old notes of deletions", error))?;
            Ok(())
        })
        .await
    }

    /// Runs that deleted something, newest first.
    pub async fn retention_runs(&self, _: Whole, limit: i64) -> Result<Vec<RetentionRun>, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                RetentionRun,
                r#"select at as "at: Timestamp", kind, before as "before: Timestamp", deleted
                   from retention_runs
                   order by at desc, id desc
                   limit $1"#,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read what was deleted", error))
        })
        .await
    }
}
