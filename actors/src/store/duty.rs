//! On and off duty: changes as they were told, and what is stored of times off duty.

use super::compaction::NewQuarantined;
use super::erasure::{erased_among, hold_fence};
use super::{Store, StoreError};
use salessync_engine::access::InScope;
use salessync_engine::duty::{Duty, DutyChange, DutyHistory};
use salessync_engine::track::Quarantine;
use salessync_engine::{AgentId, Timestamp};
use sqlx::PgPool;
use std::collections::HashMap;
use uuid::Uuid;

/// Rows read in one statement when all histories are loaded.
const LOAD_ROWS: i64 = 50_000;
/// Event time that is set aside in one step: a day of one agent.
const STEP_S: i64 = 86_400;

/// What became of a change that was told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum DutyTold {
    /// All that was ever told of the agent, this one included.
    Done { history: DutyHistory },
    /// It was told before, and is settled.
    Known(DutyChange),
    /// The id is that of another agent's change.
    Taken,
    /// There is no such agent.
    Gone,
}

struct Row {
    id: Uuid,
    agent_id: AgentId,
    at: Timestamp,
    is_on: bool,
    received_at: Timestamp,
    told_by: Option<Uuid>,
}

impl From<Row> for DutyChange {
    fn from(row: Row) -> Self {
        let Row { id, agent_id, at, is_on, received_at, told_by } = row;
        Self { id, agent_id, at, state: Duty::of(is_on), received_at, by: told_by }
    }
}

impl Store {
    /// Every agent's history: what the almanac needs to know at start.
    pub(crate) async fn duty_histories(&self) -> Result<HashMap<AgentId, DutyHistory>, StoreError> {
        self.on(async move |pool: PgPool| {
            let mut changes = HashMap::<AgentId, Vec<(Timestamp, Duty)>>::new();
            let mut after = (AgentId(Uuid::nil()), Timestamp::MIN, Uuid::nil());
            loop {
                let rows = sqlx::query!(
                    r#"select id, agent_id as "agent_id: AgentId", at as "at: Timestamp", is_on
                       from duty_changes
                       where (agent_id, at, id) > ($1, $2, $3)
                       order by agent_id, at, id
                       limit $4"#,
                    after.0 as AgentId,
                    after.1 as Timestamp,
                    after.2,
                    LOAD_ROWS
                );
                let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("read duty", error))?;
                let Some(last) = rows.last() else { break };
                after = (last.agent_id, last.at, last.id);
                for row in rows {
                    changes.entry(row.agent_id).or_default().push((row.at, Duty::of(row.is_on)));
                }
            }
            Ok(changes.into_iter().map(|(agent, changes)| (agent, DutyHistory::new(changes))).collect())
        })
        .await
    }

    /// Writes a change down, and returns all that was ever told. One at a time for each agent: the agent's row is held.
    pub(crate) async fn put_duty_change(&self, change: DutyChange) -> Result<DutyTold, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("write a change of duty", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            hold_fence(&mut tx).await.map_err(sql)?;
            let agent = change.agent_id;
            let there = sqlx::query_scalar!(
                "select 1 as one from agents where id = $1 and erased_at is null for no key update",
                agent as AgentId
            );
            if there.fetch_optional(&mut *tx).await.map_err(sql)?.is_none() {
                return Ok(DutyTold::Gone);
            }
            sqlx::query!(
                r#"insert into duty_changes (id, agent_id, at, is_on, received_at, told_by) values ($1, $2, $3, $4, $5, $6)
                   on conflict (id) do nothing"#,
                change.id,
                agent as AgentId,
                change.at as Timestamp,
                change.state.is_on(),
                change.received_at as Timestamp,
                change.by
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            let known = sqlx::query!(
                r#"select agent_id as "agent_id: AgentId", at as "at: Timestamp", is_on, received_at as "received_at: Timestamp", told_by,
                          is_settled
                   from duty_changes
                   where id = $1"#,
                change.id
            );
            let known = known.fetch_one(&mut *tx).await.map_err(sql)?;
            if known.agent_id != agent {
                return Ok(DutyTold::Taken);
            }
            if known.is_settled {
                let row = Row {
                    id: change.id,
                    agent_id: agent,
                    at: known.at,
                    is_on: known.is_on,
                    received_at: known.received_at,
                    told_by: known.told_by,
                };
                return Ok(DutyTold::Known(row.into()));
            }
            let all = sqlx::query!(
                r#"select at as "at: Timestamp", is_on from duty_changes where agent_id = $1"#,
                agent as AgentId
            );
            let all = all.fetch_all(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(DutyTold::Done { history: DutyHistory::new(all.into_iter().map(|row| (row.at, Duty::of(row.is_on)))) })
        })
        .await
    }

    /// Changes of an agent in `[from, to)`, newest first, before `before`.
    pub async fn duty_changes(
        &self,
        agent: InScope<AgentId>,
        (from, to): (Timestamp, Timestamp),
        before: Option<(Timestamp, Uuid)>,
        limit: i64,
    ) -> Result<Vec<DutyChange>, StoreError> {
        let agent = agent.id();
        let (before_at, before_id) = before.unzip();
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Row,
                r#"select id, agent_id as "agent_id: AgentId", at as "at: Timestamp", is_on, received_at as "received_at: Timestamp", told_by
                   from duty_changes
                   where agent_id = $1 and at >= $2 and at < $3 and ($4::timestamptz is null or (at, id) < ($4, $5))
                   order by at desc, id desc
                   limit $6"#,
                agent as AgentId,
                from as Timestamp,
                to as Timestamp,
                before_at as Option<Timestamp>,
                before_id,
                limit
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("list changes of duty", error))?;
            Ok(rows.into_iter().map(DutyChange::from).collect())
        })
        .await
    }

    /// Agents with changes whose time is not settled, and from when on: a crash came in between.
    pub(crate) async fn unsettled_duty(&self) -> Result<Vec<(AgentId, Timestamp)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select agent_id as "agent_id: AgentId", min(at) as "at!: Timestamp"
                   from duty_changes
                   where not is_settled
                   group by agent_id"#
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("look for unsettled duty", error))?;
            Ok(rows.into_iter().map(|row| (row.agent_id, row.at)).collect())
        })
        .await
    }

    /// Everything told of the agent's duty so far is settled.
    pub(crate) async fn duty_is_settled(&self, agent: AgentId, told_until: Timestamp) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query!(
                "update duty_changes set is_settled = true where agent_id = $1 and not is_settled and received_at <= $2",
                agent as AgentId,
                told_until as Timestamp
            )
            .execute(&pool)
            .await
            .map(drop)
            .map_err(|error| StoreError::sql("settle duty", error))
        })
        .await
    }

    /// Sets aside what is stored of an agent's `[from, to)`. Returns the earliest fix, if there was any.
    pub(crate) async fn set_aside_off_duty(
        &self,
        agent: AgentId,
        (from, to): (Timestamp, Timestamp),
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let (mut begin, mut earliest) = (from, None);
        while begin < to {
            let end = to.min(begin.plus_s(STEP_S));
            let fixes = self.track_span(agent, begin, end).await?.fixes;
            if let Some(first) = fixes.first() {
                earliest = earliest.or(Some(first.fix.recorded_at()));
                let aside = fixes.into_iter().map(|fix| NewQuarantined {
                    agent,
                    device: fix.device,
                    fix: fix.fix,
                    reason: Quarantine::OffDuty,
                    received_at: now,
                });
                self.quarantine(aside.collect()).await?;
            }
            begin = end;
        }
        Ok(earliest)
    }

    /// Takes back into the track what was set aside of `[from, to)` for being off duty. Returns the earliest fix, if there was any.
    pub(crate) async fn take_back_on_duty(
        &self,
        agent: AgentId,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Option<Timestamp>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("take back what was off duty", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            hold_fence(&mut tx).await.map_err(sql)?;
            if !erased_among(&mut tx, std::iter::once(agent.0)).await.map_err(sql)?.is_empty() {
                return Ok(None);
            }
            let earliest = sqlx::query_scalar!(
                r#"with back as (delete from quarantined_fixes
                                 where agent_id = $1 and recorded_at >= $2 and recorded_at < $3 and reason = $4
                                 returning recorded_at)
                   select min(recorded_at) as "at: Timestamp" from back"#,
                agent as AgentId,
                from as Timestamp,
                to as Timestamp,
                i16::from(Quarantine::OffDuty.code())
            );
            let earliest = earliest.fetch_one(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(earliest)
        })
        .await
    }
}
