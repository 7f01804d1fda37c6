//! Reading history: one agent's fixes from chunks and the journal's tail, in one snapshot, each fix once.

use super::compaction::CHUNK_FIXES_MAX;
use super::decisions::{Decided, Decision, decided};
use super::journal::shard_of;
use super::{Store, StoreError};
use crate::journal::record;
use salessync_engine::access::InScope;
use salessync_engine::track::item::{Body, Suspicion};
use salessync_engine::track::{Device, Fix, Quarantine, codec};

use salessync_engine::{AgentId, Timestamp};
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Which of them are not believed, where they are not left out.
    pub suspects: BTreeMap<TrackFix, Suspicion>,
    pub next: Option<Start>,
}

/// All of an agent's fixes in a span, and the journal position they cover.
#[derive(Clone, Debug)]
pub(crate) struct TrackSpan {
    pub fixes: Vec<TrackFix>,
    pub covers_seq: i64,
}

/// Fixes read for one page at most: what bounds its memory, and lets it be shorter than asked for where repeats are that many.
const PAGE_READS_MAX: i64 = 200_000;
/// How few fixes chunks are expected to hold on the average; where they hold fewer, a page takes a second look.
const CHUNK_FIXES_EXPECTED: i64 = 8;

/// Whose track, up to when, and of which device (by default all).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Track {
    pub agent: InScope<AgentId>,
    pub device: Option<Device>,
    pub to: Timestamp,
    pub suspects: Suspects,
}

/// What becomes of fixes that the derivation does not believe.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suspects {
    /// They are in the track, and marked: what the phone sent.
    Marked,
    /// They are left out: what totals and timelines are made of.
    LeftOut,
}

impl Track {
    pub const fn of(agent: InScope<AgentId>, to: Timestamp, suspects: Suspects) -> Self {
        Self { agent, device: None, to, suspects }
    }
}

struct ChunkRow {
    t0: Timestamp,
    device: String,
    n: i32,
    data: Vec<u8>,
}

impl Store {
    /// The fixes of `[start, to)`, at most `limit`, in order. Chunks that the page does not reach are not read.
    pub async fn track_page(&self, track: &Track, start: Start, limit: usize) -> Result<TrackPage, StoreError> {
        let Track { agent, device, to, suspects } = track.clone();
        self.track_page_of(agent.id(), (device, to, suspects), start, limit).await
    }

    /// The same for what is derived from tracks and asked by nobody.
    pub(crate) async fn track_page_of(
        &self,
        agent: AgentId,
        (device, to, of_suspects): (Option<Device>, Timestamp, Suspects),
        start: Start,
        limit: usize,
    ) -> Result<TrackPage, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read a track", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let from = start.time();
            let device_name = device.as_ref().map(Device::as_str);
            let mut tail = tail(&mut tx, agent).await?.taken;
            tail.retain(|fix| fix.fix.recorded_at() < to && start.admits(fix));
            tail.retain(|fix| device.as_ref().is_none_or(|device| fix.device == *device));
            let mut want = (limit + CHUNK_FIXES_MAX) as i64;
            let (mut fixes, horizon) = loop {
                let take = want / CHUNK_FIXES_EXPECTED;
                let mut chunks = chunks_between(&mut tx, agent, device_name, from, to, take, want).await.map_err(sql)?;
                let read: i64 = chunks.iter().map(|chunk| i64::from(chunk.n)).sum();
                let is_cut = chunks.len() as i64 == take || read >= want;
                // More may follow: everything before the last chunk's begin is complete, unless nothing is.
                let horizon = chunks.last().map_or(to, |chunk| if is_cut { chunk.t0 } else { to });
                if is_cut && horizon <= from {
                    want *= 4;
                    continue;
                }
                chunks.retain(|chunk| chunk.t0 < horizon);
                let mut fixes = decode_chunks(chunks)?;
                fixes.retain(|fix| fix.fix.recorded_at() < horizon && start.admits(fix));
                fixes.extend(tail.iter().filter(|fix| fix.fix.recorded_at() < horizon).cloned());
                let verdicts = match of_suspects {
                    Suspects::Marked => verdicts(&mut tx, agent, from, horizon).await?,
                    Suspects::LeftOut => verdicts_with_suspects(&mut tx, agent, from, horizon).await?,
                };
                verdicts.settle(&mut fixes);
                fixes.retain(|fix| start.admits(fix) && device.as_ref().is_none_or(|device| fix.device == *device));
                if !is_cut || fixes.len() >= limit || want >= PAGE_READS_MAX {
                    break (fixes, horizon);
                }
                want *= 4;
            };
            let doubted = match (of_suspects, fixes.last()) {
                (Suspects::Marked, Some(last)) => suspects(&mut tx, agent, from, last.fix.recorded_at().plus_ms(1)).await?,
                _ => Vec::new(),
            };
            tx.commit().await.map_err(sql)?;
            let next = if fixes.len() > limit {
                fixes.truncate(limit);
                fixes.last().cloned().map(Start::After)
            } else {
                (horizon < to).then_some(Start::At(horizon))
            };
            Ok(TrackPage { fixes, suspects: doubted.into_iter().collect(), next })
        })
        .await
    }

    /// The devices an agent's fixes of `[from, to)` come from, by name. A chunk that reaches into the span counts.
    pub async fn track_devices(
        &self,
        agent: InScope<AgentId>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Device>, StoreError> {
        let agent = agent.id();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("list a track's devices", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let names = sqlx::query_scalar!(
                r#"select device as "device!" from track_chunks
                   where agent_id = $1 and t0 >= $2 and t0 < $4 and t1 >= $3
                   union
                   select device from track_chunks_cold
                   where agent_id = $1 and t0 >= $2 and t0 < $4 and t1 >= $3"#,
                agent as AgentId,
                midnight(from) as Timestamp,
                from as Timestamp,
                to as Timestamp
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(sql)?;
            let tail = tail(&mut tx, agent).await?;
            tx.commit().await.map_err(sql)?;
            let in_tail = tail.taken.into_iter().filter(|fix| (from..to).contains(&fix.fix.recorded_at())).map(|fix| fix.device);
            let mut devices = names
                .iter()
                .map(|name| Device::new(name).map_err(|_| StoreError::Damaged { what: "track_chunks" }))
                .collect::<Result<Vec<_>, _>>()?;
            devices.extend(in_tail);
            devices.sort_unstable();
            devices.dedup();
            Ok(devices)
        })
        .await
    }

    /// Is this fix in the agent's track?
    pub async fn is_in_track(&self, agent: InScope<AgentId>, fix: &Fix, device: &Device) -> Result<bool, StoreError> {
        let span = self.track_span(agent.id(), fix.recorded_at(), fix.recorded_at().plus_ms(1)).await?;
        Ok(span.fixes.iter().any(|known| known.fix == *fix && known.device == *device))
    }

    /// Everything of `[from, to)` at once: for deriving a day, where the span is bounded by the caller.
    pub(crate) async fn track_span(&self, agent: AgentId, from: Timestamp, to: Timestamp) -> Result<TrackSpan, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read a day", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let chunks = chunks_between(&mut tx, agent, None, from, to, i64::MAX, i64::MAX).await.map_err(sql)?;
            let mut fixes = decode_chunks(chunks)?;
            let tail = tail(&mut tx, agent).await?;
            fixes.extend(tail.taken);
            let verdicts = verdicts(&mut tx, agent, from, to).await?;
            tx.commit().await.map_err(sql)?;
            fixes.retain(|fix| (from..to).contains(&fix.fix.recorded_at()));
            verdicts.settle(&mut fixes);
            Ok(TrackSpan { fixes, covers_seq: tail.seq })
        })
        .await
    }
}

/// What keeps fixes out of a track, and what puts them back.
#[derive(Default)]
pub(super) struct Verdicts {
    aside: BTreeSet<TrackFix>,
    vouched: Vec<TrackFix>,
}

impl Verdicts {
    pub(super) fn is_empty(&self) -> bool {
        self.aside.is_empty() && self.vouched.is_empty()
    }

    /// Sorts fixes, drops repeats and what is set aside; people's decisions have the last word.
    pub(super) fn settle(&self, fixes: &mut Vec<TrackFix>) {
        fixes.extend(self.vouched.iter().cloned());
        fixes.sort_unstable();
        fixes.dedup();
        if !self.aside.is_empty() {
            fixes.retain(|fix| !self.aside.contains(fix));
        }
    }
}

/// The verdicts at receipt and people's decisions about an agent's fixes of `[from, to)`: what the derivation goes by.
pub(super) async fn verdicts(
    connection: &mut PgConnection,
    agent: AgentId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Verdicts, StoreError> {
    let mut verdicts = Verdicts::default();
    let aside = quarantined(connection, agent, from, to).await?;
    verdicts.aside.extend(aside.into_iter().map(|q| TrackFix { fix: q.fix, device: q.device }));
    for Decided { fix, decision, .. } in decided(connection, agent, from, to).await? {
        match decision {
            Decision::Vouched => {
                verdicts.aside.remove(&fix);
                verdicts.vouched.push(fix);
            }
            Decision::Excluded => {
                verdicts.aside.insert(fix);
            }
        }
    }
    Ok(verdicts)
}

/// The same, and what the derivation does not believe: what questions about the past go by.
pub(super) async fn verdicts_with_suspects(
    connection: &mut PgConnection,
    agent: AgentId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Verdicts, StoreError> {
    let mut verdicts = verdicts(connection, agent, from, to).await?;
    verdicts.aside.extend(suspects(connection, agent, from, to).await?.into_iter().map(|(fix, _)| fix));
    Ok(verdicts)
}

/// Fixes that the derivation does not believe, and why.
pub(super) async fn suspects(
    connection: &mut PgConnection,
    agent: AgentId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(TrackFix, Suspicion)>, StoreError> {
    let rows = sqlx::query!(
        r#"select device, body from timeline_items where agent_id = $1 and kind = 6 and start_at >= $2 and start_at < $3"#,
        agent as AgentId,
        from as Timestamp,
        to as Timestamp
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read suspect fixes", error))?;
    let damaged = || StoreError::Damaged { what: "timeline_items" };
    rows.into_iter()
        .map(|row| {
            let Ok(Body::Suspect { reason, fix, .. }) = serde_json::from_value(row.body) else { return Err(damaged()) };
            Ok((TrackFix { fix, device: Device::new(&row.device).map_err(|_| damaged())? }, reason))
        })
        .collect()
}

/// A chunk never crosses midnight UTC, so one that reaches into a span begins at this instant or later.
pub(super) fn midnight(before: Timestamp) -> Timestamp {
    const DAY_MS: i64 = 86_400_000;
    Timestamp::from_ms_clamped(before.ms().div_euclid(DAY_MS) * DAY_MS)
}

/// Chunks that reach into `[from, to)`, by their begin: at most `take`, and no more than it needs for `want` fixes.
async fn chunks_between(
    connection: &mut PgConnection,
    agent: AgentId,
    device: Option<&str>,
    from: Timestamp,
    to: Timestamp,
    take: i64,
    want: i64,
) -> Result<Vec<ChunkRow>, sqlx::Error> {
    sqlx::query_as!(
        ChunkRow,
        r#"select t0 as "t0!: Timestamp", device as "device!", n as "n!", data as "data!"
           from (
               select t0, device, n, data, sum(n) over (order by t0, device, part rows unbounded preceding) - n as before
               from (
                   (select t0, device, part, n, data from track_chunks
                    where agent_id = $1 and t0 >= $2 and t0 < $4 and t1 >= $3 and ($5::text is null or device = $5))
                   union all
                   (select t0, device, part, n, data from track_chunks_cold
                    where agent_id = $1 and t0 >= $2 and t0 < $4 and t1 >= $3 and ($5::text is null or device = $5))
                   order by t0, device, part
                   limit $6
               ) chunks
           ) counted
           where before < $7
           order by t0"#,
        agent as AgentId,
        midnight(from) as Timestamp,
        from as Timestamp,
        to as Timestamp,
        device,
        take,
        want
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
