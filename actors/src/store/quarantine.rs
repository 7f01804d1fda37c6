//! Everything of an agent that is set aside, and everything a person decided about, as one list: verdicts at receipt, suspicions of the
//! derivation, decisions.

use super::decisions::{Decided, Decision, decided};
use super::tracks::{quarantined, tail};
use super::{Store, StoreError};
use salessync_engine::access::{InScope, Scope};
use salessync_engine::track::item::{Body, Evidence, Suspicion};
use salessync_engine::track::{Device, Fix, Quarantine};
use salessync_engine::{AgentId, Timestamp};
use sqlx::PgPool;
use std::collections::BTreeMap;

/// Why a fix is on the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The verdict at receipt.
    Receipt(Quarantine),
    /// What the fixes around it say, or said before somebody decided.
    Suspicion(Suspicion, Evidence),
    /// Nothing speaks of it but a person's decision.
    Decided,
}

/// One fix of the list.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    pub reason: Reason,
    /// Known for verdicts at receipt.
    pub received_at: Option<Timestamp>,
    /// The next fix will confirm or refute it.
    pub is_open: bool,
    pub decision: Option<Decision>,
}

/// By event time, content and phone.
pub type List = BTreeMap<(Fix, Device), Listed>;

impl Store {
    /// What is on an agent's list of `[from, to)`. The journal's tail is included.
    pub async fn quarantine_list(&self, agent: InScope<AgentId>, from: Timestamp, to: Timestamp) -> Result<List, StoreError> {
        let agent = agent.id();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read the quarantine", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let mut list = List::new();
            let mut aside = quarantined(&mut tx, agent, from, to).await?;
            aside.extend(tail(&mut tx, agent).await?.aside);
            for q in aside.into_iter().filter(|q| (from..to).contains(&q.fix.recorded_at())) {
                let entry = list.entry((q.fix, q.device)).or_insert(Listed {
                    reason: Reason::Receipt(q.reason),
                    received_at: Some(q.received_at),
                    is_open: false,
                    decision: None,
                });
                // The first verdict stands.
                if entry.received_at.is_some_and(|first| q.received_at < first) {
                    (entry.reason, entry.received_at) = (Reason::Receipt(q.reason), Some(q.received_at));
                }
            }
            let rows = sqlx::query!(
                r#"select device, end_at is null as "is_open!", body
                   from timeline_items
                   where agent_id = $1 and kind = 6 and start_at >= $2 and start_at < $3"#,
                agent as AgentId,
                from as Timestamp,
                to as Timestamp
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(sql)?;
            let damaged = || StoreError::Damaged { what: "timeline_items" };
            for row in rows {
                let Ok(Body::Suspect { reason, fix, evidence }) = serde_json::from_value(row.body) else { return Err(damaged()) };
                let device = Device::new(&row.device).map_err(|_| damaged())?;
                let reason = Reason::Suspicion(reason, evidence);
                list.insert((fix, device), Listed { reason, received_at: None, is_open: row.is_open, decision: None });
            }
            for Decided { fix, decision, was } in decided(&mut tx, agent, from, to).await? {
                let entry = list.entry((fix.fix, fix.device)).or_insert(Listed {
                    reason: was.map_or(Reason::Decided, |was| Reason::Suspicion(was.reason, was.evidence)),
                    received_at: None,
                    is_open: false,
                    decision: None,
                });
                entry.decision = Some(decision);
            }
            tx.commit().await.map_err(sql)?;
            Ok(list)
        })
        .await
    }

    /// Agents of a scope with something set aside whose event time lies in `[from, to)`, and how many fixes, most first.
    pub async fn quarantine_counts(
        &self,
        scope: &Scope,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<(AgentId, i64)>, StoreError> {
        let scope = scope.condition();
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select agent_id as "agent!: AgentId", count(*) as "fixes!"
                   from (select agent_id from quarantined_fixes where recorded_at >= $1 and recorded_at < $2
                         union all
                         select agent_id from timeline_items where kind = 6 and start_at >= $1 and start_at < $2) aside
                   where $3 or agent_id = any($4)
                      or exists (select 1 from agents a where a.id = aside.agent_id and a.territory_id = any($5))
                   group by agent_id
                   order by 2 desc, 1
                   limit 1000"#,
                from as Timestamp,
                to as Timestamp,
                scope.all,
                &scope.agents,
                &scope.territories
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("count what is set aside", error))?;
            Ok(rows.into_iter().map(|row| (row.agent, row.fixes)).collect())
        })
        .await
    }
}
