//! How long visits took: those that were completed, in the order in which that became known.

use super::{Store, StoreError};
use salessync_engine::{AgentId, CustomerId, Timestamp};
use sqlx::PgPool;

/// A visit that took place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompletedVisit {
    pub customer: CustomerId,
    /// Of the customer, as it is by now.
    pub class: Option<String>,
    pub agent: AgentId,
    pub checked_in_at: Timestamp,
    pub ended_at: Timestamp,
}

impl Store {
    /// Where the feed of visits stood `back` events ago.
    pub async fn visit_feed_before(&self, back: i64) -> Result<i64, StoreError> {
        self.on(async move |pool: PgPool| {
            let newest = sqlx::query_scalar!(r#"select coalesce(max(seq), 0) as "seq!" from visit_events"#);
            let newest =
                newest.fetch_one(&pool).await.map_err(|error| StoreError::sql("find the end of the feed of visits", error))?;
            Ok((newest - back).max(0))
        })
        .await
    }

    /// The visits completed in the `limit` events after one, and the last event looked at. Calls are none: nobody was there.
    pub async fn visits_completed_after(&self, after: i64, limit: i64) -> Result<(Vec<CompletedVisit>, i64), StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select e.seq, v.customer_id as "customer?: CustomerId", c.class as "class?",
                          v.performed_by as "agent: AgentId", v.checked_in_at as "checked_in_at: Timestamp",
                          v.ended_at as "ended_at: Timestamp"
                   from (select seq, visit_id, was, status from visit_events where seq > $1 order by seq limit $2) e
                   left join visits v on v.id = e.visit_id and e.status = 'completed' and e.was <> 'completed'
                                     and v.status = 'completed' and v.kind <> 'phone_call'
                   left join customers c on c.id = v.customer_id
                   order by e.seq"#,
                after,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read visits that were completed", error))?;
            let last = rows.last().map_or(after, |row| row.seq);
            let completed = rows.into_iter().filter_map(|row| {
                Some(CompletedVisit {
                    customer: row.customer?,
                    class: row.class,
                    agent: row.agent?,
                    checked_in_at: row.checked_in_at?,
                    ended_at: row.ended_at?,
                })
            });
            Ok((completed.collect(), last))
        })
        .await
    }
}
