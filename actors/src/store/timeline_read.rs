//! Reading timelines: items and days by agent or for everybody, the change feed, and what a walk needs of the days before it.

use super::{Store, StoreError};
use chrono::NaiveDate;
use salessync_engine::access::{InScope, Scope};
use salessync_engine::track::amend::Op;
use salessync_engine::track::feed::{DayRow, FeedEntry, ItemRow, Subject};
use salessync_engine::track::walk::DaySummary;
use salessync_engine::track::{Device, Fix, Kind};
use salessync_engine::{AgentId, FenceId, ItemId, Timestamp};
use serde_json::value::RawValue;
use sqlx::PgPool;
use sqlx::types::Json;

/// Which items.
#[derive(Clone, Debug)]
pub struct ItemQuery {
    pub agent: InScope<AgentId>,
    pub kinds: Vec<Kind>,
    pub fence: Option<FenceId>,
    /// Items that overlap `[from, to)`.
    pub from: Timestamp,
    pub to: Timestamp,
    /// After this one, in the order of start.
    pub after: Option<(Timestamp, ItemId)>,
    pub limit: i64,
}

/// Which days.
#[derive(Clone, Debug)]
pub struct DayQuery {
    /// Of one agent, or of everybody in the scope.
    pub agent: Option<InScope<AgentId>>,
    pub scope: Scope,
    /// Only the phone that counts, where there are several.
    pub only_primary: bool,
    /// Both included.
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// After this one, by date, agent and device.
    pub after: Option<(NaiveDate, AgentId, String)>,
    pub limit: i64,
}

impl Store {
    /// Items by start, then id.
    pub async fn items(&self, query: ItemQuery) -> Result<Vec<ItemRow>, StoreError> {
        self.on(async move |pool: PgPool| {
            let kinds: Vec<i16> = query.kinds.iter().map(|kind| kind.code()).collect();
            let (after_at, after_id) = query.after.unzip();
            let rows = sqlx::query!(
                r#"select id as "id: ItemId", agent_id as "agent_id: AgentId", device, date, revision,
                          start_at as "start_at: Timestamp", end_at as "end_at: Timestamp", body
                   from timeline_items
                   where agent_id = $1 and kind = any($2) and ($3::uuid is null or subject = $3)
                     and start_at < $5 and (end_at is null or end_at > $4 or start_at >= $4)
                     and ($6::timestamptz is null or (start_at, id) > ($6, $7))
                   order by start_at, id
                   limit $8"#,
                query.agent.id() as AgentId,
                &kinds,
                query.fence.map(|fence| fence.0) as Option<uuid::Uuid>,
                query.from as Timestamp,
                query.to as Timestamp,
                after_at as Option<Timestamp>,
                after_id.map(|id: ItemId| id.0) as Option<uuid::Uuid>,
                query.limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read timelines", error))?;
            rows.into_iter()
                .map(|row| {
                    let body = serde_json::from_value(row.body).map_err(|_| StoreError::Damaged { what: "timeline_items" })?;
                    Ok(ItemRow {
                        id: row.id,
                        agent_id: row.agent_id,
                        device: row.device,
                        date: row.date,
                        revision: row.revision,
                        start_at: row.start_at,
                        end_at: row.end_at,
                        body,
                    })
                })
                .collect()
        })
        .await
    }

    /// Days by date, agent and device.
    pub async fn days(&self, query: DayQuery) -> Result<Vec<DayRow>, StoreError> {
        let scope = query.scope.condition();
        self.on(async move |pool: PgPool| {
            let (after_date, after_agent, after_device) = match query.after {
                Some((date, agent, device)) => (Some(date), Some(agent.0), Some(device)),
                None => (None, None, None),
            };
            let rows = sqlx::query!(
                r#"select agent_id as "agent_id: AgentId", device, date, revision, carry_out is null as "under_way!", fixes,
                          distance_mm, motion_ms, idle_ms, gap_ms, max_speed_cmps, first_at as "first_at: Timestamp",
                          last_at as "last_at: Timestamp", place = 1 as "primary!", at_once as "two_devices_at_once!"
                   from (
                       select d.*,
                              row_number() over (
                                  partition by d.agent_id, d.date
                                  order by (p.device is not distinct from d.device) desc, d.fixes desc, d.device
                              ) as place,
                              exists (
                                  select 1 from timeline_days o
                                  where o.agent_id = d.agent_id and o.date = d.date and o.device <> d.device
                                    and o.first_at < d.last_at and o.last_at > d.first_at
                              ) as at_once
                       from timeline_days d
                       left join agent_primary_devices p on p.agent_id = d.agent_id
                       where ($1::uuid is null or d.agent_id = $1) and d.date >= $2 and d.date <= $3
                         and ($9 or d.agent_id = any($10)
                              or exists (select 1 from agents a where a.id = d.agent_id and a.territory_id = any($11)))
                   ) days
                   where ($4::date is null or (date, agent_id, device) > ($4, $5, $6)) and (not $8 or place = 1)
                   order by date, agent_id, device
                   limit $7"#,
                query.agent.map(|agent| agent.id()) as Option<AgentId>,
                query.from,
                query.to,
                after_date,
                after_agent,
                after_device,
                query.limit,
                query.only_primary,
                scope.all,
                &scope.agents,
                &scope.territories
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read days", error))?;
            Ok(rows
                .into_iter()
                .map(|row| DayRow {
                    agent_id: row.agent_id,
                    device: row.device,
                    revision: row.revision,
                    under_way: row.under_way,
                    primary: row.primary,
                    two_devices_at_once: row.two_devices_at_once,
                    summary: DaySummary {
                        date: row.date,
                        fixes: row.fixes as u64,
                        distance_mm: row.distance_mm,
                        motion_ms: row.motion_ms,
                        idle_ms: row.idle_ms,
                        gap_ms: row.gap_ms,
                        max_speed_cmps: row.max_speed_cmps as u32,
                        first_at: Some(row.first_at),
                        last_at: Some(row.last_at),
                    },
                })
                .collect())
        })
        .await
    }

    /// Says which of an agent's phones counts where several were on; None: the one with most fixes of the day.
    pub async fn set_primary_device(&self, agent: InScope<AgentId>, device: Option<Device>) -> Result<(), StoreError> {
        let agent = agent.id();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("choose an agent's phone", error);
            match device {
                Some(device) => sqlx::query!(
                    r#"insert into agent_primary_devices (agent_id, device) values ($1, $2)
                       on conflict (agent_id) do update set device = excluded.device"#,
                    agent as AgentId,
                    device.as_str()
                )
                .execute(&pool)
                .await
                .map_err(sql)?,
                None => sqlx::query!("delete from agent_primary_devices where agent_id = $1", agent as AgentId)
                    .execute(&pool)
                    .await
                    .map_err(sql)?,
            };
            Ok(())
        })
        .await
    }

    /// Of the first `limit` changes after `after` those whose agents the scope covers, in the order of the feed, and the last that was
    /// looked at.
    pub async fn changes_after(&self, scope: &Scope, after: i64, limit: i64) -> Result<(Vec<FeedEntry>, i64), StoreError> {
        let condition = scope.condition();
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select seq, at as "at: Timestamp", agent_id as "agent_id: AgentId", device, op, kind, item_id as "item_id: ItemId",
                          date, revision, old as "old: Json<Box<RawValue>>", new as "new: Json<Box<RawValue>>",
                          ($3 or agent_id = any($4)
                           or exists (select 1 from agents a where a.id = c.agent_id and a.territory_id = any($5))) as "is_covered!"
                   from (select * from timeline_changes where seq > $1 order by seq limit $2) c
                   order by seq"#,
                after,
                limit,
                condition.all,
                &condition.agents,
                &condition.territories
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read the change feed", error))?;
            let damaged = || StoreError::Damaged { what: "timeline_changes" };
            let last = rows.last().map_or(after, |row| row.seq);
            let items = rows.into_iter().filter(|row| row.is_covered);
            let items = items
                .map(|row| {
                    Ok(FeedEntry {
                        seq: row.seq,
                        at: row.at,
                        agent_id: row.agent_id,
                        device: row.device,
                        op: Op::from_code(row.op).ok_or_else(damaged)?,
                        kind: Subject::from_code(row.kind).ok_or_else(damaged)?,
                        id: row.item_id,
                        date: row.date,
                        revision: row.revision,
                        old: row.old.map(|Json(old)| old.into()),
                        new: row.new.map(|Json(new)| new.into()),
                    })
                })
                .collect::<Result<_, StoreError>>()?;
            Ok((items, last))
        })
        .await
    }

    /// Oldest and newest change there is; None when there are none.
    pub async fn feed_ends(&self) -> Result<Option<(i64, i64)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let row = sqlx::query!("select min(seq) as oldest, max(seq) as newest from timeline_changes")
                .fetch_one(&pool)
                .await
                .map_err(|error| StoreError::sql("read the change feed", error))?;
            Ok(row.oldest.zip(row.newest))
        })
        .await
    }

    /// Deletes changes committed before an instant. Returns how many.
    pub async fn drop_changes_before(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!("delete from timeline_changes where at < $1", before as Timestamp)
                .execute(&pool)
                .await
                .map_err(|error| StoreError::sql("forget old changes", error))?;
            Ok(done.rows_affected())
        })
        .await
    }

    /// The state a device's latest day before `date` carried over, and which day that was.
    pub async fn carry_before(
        &self,
        agent: AgentId,
        device: &Device,
        date: NaiveDate,
    ) -> Result<Option<(NaiveDate, Vec<u8>)>, StoreError> {
        let device = device.clone();
        self.on(async move |pool: PgPool| {
            let row = sqlx::query!(
                r#"select date, carry_out as "carry_out!" from timeline_days
                   where agent_id = $1 and device = $2 and date < $3 and carry_out is not null
                   order by date desc
                   limit 1"#,
                agent as AgentId,
                device.as_str(),
                date
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("read a day's end", error))?;
            Ok(row.map(|row| (row.date, row.carry_out)))
        })
        .await
    }

    /// The state a device's day carried over; None when there is no such day, or it is under way.
    pub async fn carry_of(&self, agent: AgentId, device: &Device, date: NaiveDate) -> Result<Option<Vec<u8>>, StoreError> {
        let device = device.clone();
        self.on(async move |pool: PgPool| {
            let carry = sqlx::query_scalar!(
                "select carry_out from timeline_days where agent_id = $1 and device = $2 and date = $3",
                agent as AgentId,
                device.as_str(),
                date
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("read a day's end", error))?;
            Ok(carry.flatten())
        })
        .await
    }

    /// A device's next day after `date`.
    pub async fn day_after(&self, agent: AgentId, device: &Device, date: NaiveDate) -> Result<Option<NaiveDate>, StoreError> {
        let device = device.clone();
        self.on(async move |pool: PgPool| {
            sqlx::query_scalar!(
                "select min(date) from timeline_days where agent_id = $1 and device = $2 and date > $3",
                agent as AgentId,
                device.as_str(),
                date
            )
            .fetch_one(&pool)
            .await
            .map_err(|error| StoreError::sql("read a day's end", error))
        })
        .await
    }

    /// The newest fix of each of an agent's devices, from days and from the journal's tail: where to begin when nothing else is known.
    pub async fn last_fixes(&self, agent: AgentId) -> Result<Vec<(Device, Fix)>, StoreError> {
        let last = self
            .on(async move |pool: PgPool| {
                sqlx::query_scalar!(
                    r#"select max(t1) as "t1: Timestamp"
                       from (select t1 from track_chunks where agent_id = $1
                             union all select t1 from track_chunks_cold where agent_id = $1) chunks"#,
                    agent as AgentId
                )
                .fetch_one(&pool)
                .await
                .map_err(|error| StoreError::sql("look for an agent's last fix", error))
            })
            .await?;
        // The day of the last chunk, and the tail, which any span reads.
        let from = last.unwrap_or(Timestamp::MIN).plus_s(-86_400);
        let span = self.track_span(agent, from, Timestamp::MAX.plus_ms(1)).await?;
        let mut newest = std::collections::BTreeMap::<Device, Fix>::new();
        for fix in span.fixes {
            newest.entry(fix.device).and_modify(|known| *known = fix.fix.max(*known)).or_insert(fix.fix);
        }
        Ok(newest.into_iter().collect())
    }
}
