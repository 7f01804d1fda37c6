//! What speeds are learned from: trips as they end, in the order in which that became known.

use super::{Store, StoreError};
use salessync_engine::{AgentId, Timestamp};
use sqlx::PgPool;

/// A trip whose end is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndedTrip {
    pub agent: AgentId,
    pub device: String,
    pub start_at: Timestamp,
    pub end_at: Timestamp,
}

impl Store {
    /// Where the change feed stood at an instant: changes after this one are later.
    pub async fn feed_position_at(&self, at: Timestamp) -> Result<i64, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query!(
                r#"select coalesce((select min(seq) - 1 from timeline_changes where at >= $1),
                                   (select max(seq) from timeline_changes), 0) as "seq!""#,
                at as Timestamp
            );
            Ok(row.fetch_one(&pool).await.map_err(|error| StoreError::sql("find a place in the change feed", error))?.seq)
        })
        .await
    }

    /// The trips that ended among the `limit` changes after one, and the last change looked at. A trip that late data changed again is not told
    /// again; nor is one that nobody saw.
    pub async fn trips_ended_after(&self, after: i64, limit: i64) -> Result<(Vec<EndedTrip>, i64), StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select seq, agent_id as "agent_id: AgentId", device,
                          case when kind = 1 and old ->> 'end_at' is null and new ->> 'unobserved' is null
                               then (new ->> 'start_at')::timestamptz end as "start_at: Timestamp",
                          (new ->> 'end_at')::timestamptz as "end_at: Timestamp"
                   from (select * from timeline_changes where seq > $1 order by seq limit $2) changes
                   order by seq"#,
                after,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read trips that ended", error))?;
            let last = rows.last().map_or(after, |row| row.seq);
            let ended = rows.into_iter().filter_map(|row| {
                let (start_at, end_at) = row.start_at.zip(row.end_at)?;
                Some(EndedTrip { agent: row.agent_id, device: row.device, start_at, end_at })
            });
            Ok((ended.collect(), last))
        })
        .await
    }
}
