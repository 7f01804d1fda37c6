//! What the end of a day does to visits: those that nobody made are missed, those that nobody left are closed. Both give way to whatever is told or
//! seen later.

use super::super::{Store, StoreError};
use super::change::{NewEvent, hold, write};
use super::{Hand, VisitBook};
use chrono::{Days, NaiveDate};
use salessync_engine::visit::report::{Author, LeftOpen, Report, Told};
use salessync_engine::visit::{EventBody, VisitStatus};
use salessync_engine::{Timestamp, VisitEventId};
use sqlx::PgPool;
use uuid::Uuid;

/// Visits looked at in one transaction.
const BATCH: i64 = 100;
/// Names the closing of a visit at the end of its day for good: UUIDv5 in this namespace.
const DAY_OVER: Uuid = Uuid::from_u128(0x53d9_0c6a_8e7f_4a02_9b1d_e4f3_6c28_7a15);

impl Store {
    /// Settles the next visits whose day is over, if the settings' time has passed since. Returns how many were looked at; fewer than a whole
    /// batch: there are no more.
    pub(crate) async fn settle_past_days(&self, book: &VisitBook, now: Timestamp) -> Result<usize, StoreError> {
        let hand = Hand { by: Author::SYSTEM, now };
        let today = now.civil_date(book.zone);
        // A day that is over by the calendar may not be over by the settings.
        let over = (1..=3).filter_map(|n| today.checked_sub_days(Days::new(n))).find(|date| is_over(*date, book, now));
        let Some(last) = over else { return Ok(0) };
        let book = book.clone();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("settle visits of past days", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let ids = sqlx::query_scalar!(
                r#"select id from visits
                   where date <= $1 and erased_at is null
                     and (status in ('checked_in', 'in_progress') or (status in ('planned', 'en_route') and missed_mark is null))
                   order by date, id
                   limit $2"#,
                last,
                BATCH
            );
            let ids = ids.fetch_all(&mut *tx).await.map_err(sql)?;
            let mut changes = hold(&mut tx, &ids, &[], &book).await?;
            for change in &mut changes {
                let end = end_of(change.case.stored.visit.date, &book);
                let status = change.before.progress.status;
                if status.is_open() {
                    let id = VisitEventId(Uuid::new_v5(&DAY_OVER, change.id().0.as_bytes()));
                    let told = Told::LeftOpen { why: LeftOpen::DayOver };
                    let report =
                        Report { id, at: end, received_at: now, by: Author::SYSTEM, agent: None, told, clock_ahead: false };
                    if change.case.facts.knows(id) {
                        continue;
                    }
                    change.tell(report, None);
                } else if matches!(status, VisitStatus::Planned | VisitStatus::EnRoute) {
                    change.case.facts.missed_at = Some(end);
                    let agent = change.case.facts.plan.agent_id;
                    let event = NewEvent { at: end, ..NewEvent::own(&hand, agent, EventBody::Missed { is_missed: true }) };
                    change.events.push(event);
                    change.is_derived = true;
                }
            }
            changes.retain(|change| !change.events.is_empty());
            write(&mut tx, changes, &book, &hand).await?;
            tx.commit().await.map_err(sql)?;
            Ok(ids.len())
        })
        .await
    }

    /// How many visits `settle_past_days` takes at once.
    pub(crate) const PAST_DAYS_BATCH: usize = BATCH as usize;
}

fn end_of(date: NaiveDate, book: &VisitBook) -> Timestamp {
    Timestamp::start_of(date.succ_opt().unwrap_or(date), book.zone)
}

fn is_over(date: NaiveDate, book: &VisitBook, now: Timestamp) -> bool {
    let end = end_of(date, book);
    end.plus_s(i64::from(book.rules.at(end).missed_after_s)) <= now
}
