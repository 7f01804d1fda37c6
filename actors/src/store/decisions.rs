//! What people decided about single fixes: kept apart from fixes and verdicts, so that a decision can be taken before the fix comes again,
//! and taken back.

use super::erasure::{erased_among, hold_fence};
use super::tracks::TrackFix;
use super::{Store, StoreError};
use salessync_engine::track::item::{Evidence, Suspicion};
use salessync_engine::track::{Decisions, Device, Fix, codec};
use salessync_engine::{AgentId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

/// A decision. The codes are stored: append only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The fix belongs to the track, whatever raised suspicion.
    Vouched,
    /// As if the fix had never come.
    Excluded,
}

impl Decision {
    const fn code(self) -> i16 {
        match self {
            Self::Vouched => 1,
            Self::Excluded => 2,
        }
    }

    fn from_code(code: i16) -> Option<Self> {
        [Self::Vouched, Self::Excluded].into_iter().find(|decision| decision.code() == code)
    }
}

/// What a fix was suspected of before somebody decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Was {
    pub reason: Suspicion,
    pub evidence: Evidence,
}

/// A decision that stands.
pub(super) struct Decided {
    pub fix: TrackFix,
    pub decision: Decision,
    pub was: Option<Was>,
}

/// A decision to be stored; without one, an earlier decision is taken back.
#[derive(Clone, Debug)]
pub struct FixDecision {
    pub device: Device,
    pub fix: Fix,
    pub decision: Option<Decision>,
    pub was: Option<Was>,
    pub by: UserId,
    pub at: Timestamp,
    pub note: String,
}

impl Store {
    pub async fn decide_fix(&self, agent: AgentId, decided: FixDecision) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("decide about a fix", error);
            let FixDecision { device, fix, decision, was, by, at, note } = decided;
            let data = codec::encode(&[fix]);
            let mut tx = pool.begin().await.map_err(sql)?;
            hold_fence(&mut tx).await.map_err(sql)?;
            if !erased_among(&mut tx, std::iter::once(agent.0)).await.map_err(sql)?.is_empty() {
                return Err(StoreError::missing("agent"));
            }
            match decision {
                Some(decision) => {
                    sqlx::query!(
                        r#"insert into fix_decisions (agent_id, recorded_at, device, data, decision, decided_by, decided_at, note, was)
                           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                           on conflict (agent_id, recorded_at, device, data) do update
                           set decision = excluded.decision, decided_by = excluded.decided_by, decided_at = excluded.decided_at,
                               note = excluded.note, was = coalesce(excluded.was, fix_decisions.was)"#,
                        agent as AgentId,
                        fix.recorded_at() as Timestamp,
                        device.as_str(),
                        data,
                        decision.code(),
                        by as UserId,
                        at as Timestamp,
                        note,
                        was.map(Json) as Option<Json<Was>>
                    )
                    .execute(&mut *tx)
                    .await
                    .map_err(sql)?;
                }
                None => {
                    sqlx::query!(
                        "delete from fix_decisions where agent_id = $1 and recorded_at = $2 and device = $3 and data = $4",
                        agent as AgentId,
                        fix.recorded_at() as Timestamp,
                        device.as_str(),
                        data
                    )
                    .execute(&mut *tx)
                    .await
                    .map_err(sql)?;
                }
            }
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// Everything decided about a device's fixes.
    pub async fn decisions_of(&self, agent: AgentId, device: &Device) -> Result<Decisions, StoreError> {
        let device = device.clone();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read decisions", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let mut decisions = Decisions::default();
            for Decided { fix, decision, .. } in
                decided(&mut connection, agent, Timestamp::MIN, Timestamp::MAX.plus_ms(1)).await?
            {
                if fix.device == device {
                    match decision {
                        Decision::Vouched => decisions.vouched.insert(fix.fix),
                        Decision::Excluded => decisions.excluded.insert(fix.fix),
                    };
                }
            }
            Ok(decisions)
        })
        .await
    }
}

/// Decisions about an agent's fixes of `[from, to)`.
pub(super) async fn decided(
    connection: &mut PgConnection,
    agent: AgentId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Decided>, StoreError> {
    let rows = sqlx::query!(
        r#"select device, data, decision, was as "was: Json<Was>"
           from fix_decisions
           where agent_id = $1 and recorded_at >= $2 and recorded_at < $3"#,
        agent as AgentId,
        from as Timestamp,
        to as Timestamp
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read decisions", error))?;
    let damaged = || StoreError::Damaged { what: "fix_decisions" };
    rows.into_iter()
        .map(|row| {
            let fix = codec::decode(&row.data).ok().and_then(|fixes| fixes.first().copied()).ok_or_else(damaged)?;
            let device = Device::new(&row.device).map_err(|_| damaged())?;
            Ok(Decided {
                fix: TrackFix { fix, device },
                decision: Decision::from_code(row.decision).ok_or_else(damaged)?,
                was: row.was.map(|Json(was)| was),
            })
        })
        .collect()
}
