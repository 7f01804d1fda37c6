//! Reading history: one agent's fixes from chunks and the journal's tail, in one snapshot, each fix once.

use super::decisions::{Decision, decided};
use super::journal::shard_of;
use super::{Store, StoreError};
use crate::journal::record;
use salessync_engine::track::{Device, Fix, Quarantine, codec};
use salessync_engine::{AgentId, Timestamp};
use sqlx::{PgConnection, PgPool};

/// A fix of the track, and the phone it came from. Ordered by event time, then content.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TrackFix {
    pub fix: Fix,
    pub device: Device,
}

/// A fix that was set aside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct QuarantinedFix {
    pub fix: Fix,
    pub device: Device,
    pub reason: Quarantine,
    pub received_at: Timestamp,
}

/// Where a page begins: after this fix, or at this time.
#[derive(Clone, PartialEq, Debug)]
pub enum Start {
    At(Timestamp),
    After(TrackFix),
}

impl Start {
    fn time(&self) -> Timestamp {
        match self {
            Self::At(time) => *time,
            Self::After(last) => last.fix.recorded_at(),
        }
    }

    fn admits(&self, fix: &TrackFix) -> bool {
        match self {
            Self::At(time) => fix.fix.recorded_at() >= *time,
            Self::After(last) => fix > last,
        }
    }
}

/// A page of a track; `next` is where the following one begins.
#[derive(Clone, PartialEq, Debug)]
pub struct TrackPage {
    pub fixes: Vec<TrackFix>,
    pub next: Option<Start>,
}

/// All of an agent's fixes in a span, and the journal position they cover.
#[derive(Clone, Debug)]
pub struct TrackSpan {
    pub fixes: Vec<TrackFix>,
    pub covers_seq: i64,
}

/// Chunks read for one page at most: what bounds the memory of a page.
const CHUNKS_PER_PAGE: i64 = 256;

struct ChunkRow {
    t0: Timestamp,
    device: String,
    data: Vec<u8>,
}

impl Store {
    /// The fixes of `[start, to)`, at most `limit`, in order.
    pub async fn track_page(&self, agent: AgentId, start: Start, to: Timestamp, limit: usize) -> Result<TrackPage, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read a track", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let from = start.time();
            let mut take = CHUNKS_PER_PAGE;
            let (chunks, horizon) = loop {
                let mut chunks = chunks_between(&mut tx, agent, from, to, take).await.map_err(sql)?;
                if (chunks.len() as i64) < take {
                    break (chunks, to);
                }
                // More may follow: everything before the last chunk's begin is complete, unless nothing is.
                let horizon = chunks.last().map_or(to, |chunk| chunk.t0);
                if horizon > from {
                    chunks.retain(|chunk| chunk.t0 < horizon);
                    break (chunks, horizon);
                }
                take *= 4;
            };
            let mut fixes = decode_chunks(chunks)?;
            let tail = tail(&mut tx, agent).await?;
            fixes.extend(tail.taken);
            let aside = quarantined(&mut tx, agent, from, to).await?;
            let decided = decided(&mut tx, agent, from, to).await?;
            tx.commit().await.map_err(sql)?;
            settle(&mut fixes, aside, decided);
            fixes.retain(|fix| fix.fix.recorded_at() < horizon && start.admits(fix));
            let next = if fixes.len() > limit {
                fixes.truncate(limit);
                fixes.last().cloned().map(Start::After)
            } else {
                (horizon < to).then_some(Start::At(horizon))
            };
            Ok(TrackPage { fixes, next })
        })
        .await
    }

    /// Everything of `[from, to)` at once: for deriving a day, where the span is bounded by the caller.
    pub async fn track_span(&self, agent: AgentId, from: Timestamp, to: Timestamp) -> Result<TrackSpan, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read a day", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let chunks = chunks_between(&mut tx, agent, from, to, i64::MAX).await.map_err(sql)?;
            let mut fixes = decode_chunks(chunks)?;
            let tail = tail(&mut tx, agent).await?;
            fixes.extend(tail.taken);
            let aside = quarantined(&mut tx, agent, from, to).await?;
            let decided = decided(&mut tx, agent, from, to).await?;
            tx.commit().await.map_err(sql)?;
            fixes.retain(|fix| (from..to).contains(&fix.fix.recorded_at()));
            settle(&mut fixes, aside, decided);
            Ok(TrackSpan { fixes, covers_seq: tail.seq })
        })
        .await
    }
}

/// Sorts, drops repeats and what is set aside; people's decisions have the last word.
fn settle(fixes: &mut Vec<TrackFix>, mut aside: Vec<QuarantinedFix>, decided: Vec<(TrackFix, Decision)>) {
    for (fix, decision) in decided {
        aside.retain(|q| (q.fix, &q.device) != (fix.fix, &fix.device));
        match decision {
            Decision::Vouched => fixes.push(fix),
            Decision::Excluded => fixes.retain(|known| *known != fix),
        }
    }
    fixes.sort_unstable();
    fixes.dedup();
    if !aside.is_empty() {
        let aside: std::collections::BTreeSet<_> = aside.into_iter().map(|q| TrackFix { fix: q.fix, device: q.device }).collect();
        fixes.retain(|fix| !aside.contains(fix));
    }
}

async fn chunks_between(
    connection: &mut PgConnection,
    agent: AgentId,
    from: Timestamp,
    to: Timestamp,
    limit: i64,
) -> Result<Vec<ChunkRow>, sqlx::Error> {
    // A chunk never crosses midnight UTC, so one that reaches into the span begins at most a day before it.
    sqlx::query_as!(
        ChunkRow,
        r#"select t0 as "t0!: Timestamp", device as "device!", data as "data!"
           from (
               select t0, device, data from track_chunks
               where agent_id = $1 and t0 >= $2::timestamptz - interval '1 day' and t0 < $3 and t1 >= $2
               union all
               select t0, device, data from track_chunks_cold
               where agent_id = $1 and t0 >= $2::timestamptz - interval '1 day' and t0 < $3 and t1 >= $2
           ) chunks
           order by t0
           limit $4"#,
        agent as AgentId,
        from as Timestamp,
        to as Timestamp,
        limit
    )
    .fetch_all(connection)
    .await
}

fn decode_chunks(chunks: Vec<ChunkRow>) -> Result<Vec<TrackFix>, StoreError> {
    let damaged = || StoreError::Damaged { what: "track_chunks" };
    let mut fixes = Vec::new();
    for chunk in chunks {
        let device = Device::new(&chunk.device).map_err(|_| damaged())?;
        let decoded = codec::decode(&chunk.data).map_err(|_| damaged())?;
        fixes.extend(decoded.into_iter().map(|fix| TrackFix { fix, device: device.clone() }));
    }
    Ok(fixes)
}

/// An agent's part of the journal rows that are not in chunks yet.
pub(super) struct Tail {
    taken: Vec<TrackFix>,
    pub(super) aside: Vec<QuarantinedFix>,
    seq: i64,
}

pub(super) async fn tail(connection: &mut PgConnection, agent: AgentId) -> Result<Tail, StoreError> {
    let damaged = || StoreError::Damaged { what: "ingest_journal" };
    let shard = shard_of(agent) as i16;
    let rows = sqlx::query!(
        r#"select j.seq, j.at as "at: Timestamp", j.data
           from journal_shards s
           join ingest_journal j on j.shard = s.shard and j.seq > s.compacted_seq
           where s.shard = $1 and j.shard = $1
           order by j.seq"#,
        shard
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(|error| StoreError::sql("read the journal's tail", error))?;
    let mut tail = Tail { taken: Vec::new(), aside: Vec::new(), seq: 0 };
    for row in rows {
        tail.seq = row.seq;
        for record in record::records(&row.data) {
            let record = record.map_err(|_| damaged())?;
            if record.agent != agent {
                continue;
            }
            let device = record.device().map_err(|_| damaged())?;
            let fixes = record.fixes().map_err(|_| damaged())?.into_iter();
            match record.verdict {
                None => tail.taken.extend(fixes.map(|fix| TrackFix { fix, device: device.clone() })),
                Some(reason) => tail.aside.extend(fixes.map(|fix| QuarantinedFix {
                    fix,
                    device: device.clone(),
                    reason,
                    received_at: row.at,
                })),
            }
        }
    }
    if tail.seq == 0 {
        tail.seq = sqlx::query_scalar!("select compacted_seq from journal_shards where shard = $1", shard)
            .fetch_one(connection)
            .await
            .map_err(|error| StoreError::sql("read the journal's tail", error))?;
    }
    Ok(tail)
}

pub(super) async fn quarantined(
    connection: &mut PgConnection,
    agent: AgentId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<QuarantinedFix>, StoreError> {
    let rows = sqlx::query!(
        r#"select device, data, reason, received_at as "received_at: Timestamp"
           from quarantined_fixes
           where agent_id = $1 and recorded_at >= $2 and recorded_at < $3
           order by recorded_at"#,
        agent as AgentId,
        from as Timestamp,
        to as Timestamp
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read the quarantine", error))?;
    rows.into_iter()
        .map(|row| {
            let fix = codec::decode(&row.data).ok().and_then(|fixes| fixes.first().copied());
            let device = Device::new(&row.device).ok();
            let reason = u8::try_from(row.reason).ok().and_then(Quarantine::from_code);
            match (fix, device, reason) {
                (Some(fix), Some(device), Some(reason)) => {
                    Ok(QuarantinedFix { fix, device, reason, received_at: row.received_at })
                }
                _ => Err(StoreError::Damaged { what: "quarantined_fixes" }),
            }
        })
        .collect()
}
