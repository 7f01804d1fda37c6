//! History of many agents at once: where everybody was at an instant, and who may have been in a place.
//!
//! The journal's tail is read before the chunks or with them: what is compacted in between is then seen twice, never not at all. Which
//! fixes lie in a place is the engine's to say; here whole stretches of a track are left out whose chunks lie elsewhere. Not here: one
//! agent's track (`tracks`).

use super::journal::shard_of;
use super::stretch::{Content, Extent, Piece, Stretch, stretches_of};
use super::tracks::{TrackFix, midnight, verdicts_with_suspects};
use super::{Store, StoreError};
use crate::journal::record;
use futures_util::TryStreamExt;
use salessync_engine::access::{InScope, Scope};
use salessync_engine::geo::Bounds;
use salessync_engine::track::{Device, Fix, codec};
use salessync_engine::{AgentId, TerritoryId, Timestamp};
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet};

/// Which agents a question is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    Everybody,
    /// Those assigned to a territory now; None: to none.
    Territory(Option<TerritoryId>),
}

/// The fixes of an agent around an instant, nothing in quarantine among them.
#[derive(Clone, PartialEq, Debug)]
pub struct Around {
    pub agent: AgentId,
    /// The last at or before the instant, of whichever device; ties go by content.
    pub before: TrackFix,
    /// The first after it of the same device.
    pub after: Option<Fix>,
}

/// A span of event time, `[from, to)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Span {
    fn holds(&self, fix: &Fix) -> bool {
        self.from <= fix.recorded_at() && fix.recorded_at() < self.to
    }
}

/// What the journal holds of a span and is not in chunks yet.
#[derive(Clone, Debug, Default)]
pub struct Tail(BTreeMap<AgentId, Vec<TrackFix>>);

impl Store {
    /// Agents of a scope after `after`, by id.
    pub async fn agents_in(
        &self,
        scope: &Scope,
        of: Of,
        after: Option<AgentId>,
        limit: i64,
    ) -> Result<Vec<InScope<AgentId>>, StoreError> {
        let condition = scope.condition();
        let scope = scope.clone();
        let (is_filtered, territory) = match of {
            Of::Everybody => (false, None),
            Of::Territory(territory) => (true, territory),
        };
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select id as "id: AgentId", territory_id as "territory_id: TerritoryId" from agents
                   where ($1::uuid is null or id > $1) and (not $2 or territory_id is not distinct from $3)
                     and ($5 or id = any($6) or territory_id = any($7))
                   order by id
                   limit $4"#,
                after as Option<AgentId>,
                is_filtered,
                territory as Option<TerritoryId>,
                limit,
                condition.all,
                &condition.agents,
                &condition.territories
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list the agents of a territory", error))?;
            Ok(rows.into_iter().filter_map(|row| scope.agent(row.id, row.territory_id)).collect())
        })
        .await
    }

    /// For each of these agents that has a fix in `[since, at]` its last, and the first of the same device in `(at, until]`. By id.
    pub async fn around(
        &self,
        agents: Vec<InScope<AgentId>>,
        since: Timestamp,
        at: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Around>, StoreError> {
        let agents: Vec<_> = agents.into_iter().map(|agent| agent.id()).collect();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read where everybody was", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let span = Span { from: since, to: until.plus_ms(1) };
            let wanted: BTreeSet<_> = agents.iter().copied().collect();
            let Tail(mut fixes) = tail(&mut tx, Some(&wanted), span).await?;
            let ids: Vec<_> = agents.iter().map(|agent| agent.0).collect();
            for (agent, fix) in chunks_around(&mut tx, &ids, since, at, until).await? {
                fixes.entry(agent).or_default().push(fix);
            }
            // Where something was set aside, the fix before or after it may be in a chunk that was not looked into.
            let doubtful = sqlx::query_scalar!(
                r#"select distinct agent_id as "agent!: AgentId"
                   from (select agent_id, recorded_at from quarantined_fixes
                         union all
                         select agent_id, recorded_at from fix_decisions
                         union all
                         select agent_id, start_at from timeline_items where kind = 6) doubtful
                   where agent_id = any($1) and recorded_at >= $2 and recorded_at <= $3"#,
                &ids,
                since as Timestamp,
                until as Timestamp
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(sql)?;
            for agent in doubtful {
                let all = fixes.entry(agent).or_default();
                all.extend(all_chunks(&mut tx, agent, span).await?);
                verdicts_with_suspects(&mut tx, agent, span.from, span.to).await?.settle(all);
            }
            tx.commit().await.map_err(sql)?;
            Ok(fixes.into_iter().filter_map(|(agent, fixes)| pick(agent, fixes, since, at, until)).collect())
        })
        .await
    }

    /// The agents of a scope after `after` whose track in the span may touch the bounds, by id, and the journal's part of their tracks.
    pub async fn visitors(
        &self,
        scope: &Scope,
        bounds: Bounds,
        span: Span,
        after: Option<AgentId>,
    ) -> Result<(Vec<InScope<AgentId>>, Tail), StoreError> {
        let scope = scope.clone();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("look who may have been in a place", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let mut tail = tail(&mut tx, None, span).await?;
            tail.0.retain(|agent, _| after.is_none_or(|after| *agent > after));
            let rows = sqlx::query!(
                r#"select agent_id as "agent!: AgentId",
                          min(south) as "south!", min(west) as "west!", max(north) as "north!", max(east) as "east!"
                   from (
                       select agent_id, south, west, north, east from track_chunks
                       where t0 >= $1 and t0 < $3 and t1 >= $2 and ($4::uuid is null or agent_id > $4)
                       union all
                       select agent_id, south, west, north, east from track_chunks_cold
                       where t0 >= $1 and t0 < $3 and t1 >= $2 and ($4::uuid is null or agent_id > $4)
                   ) chunks
                   group by agent_id"#,
                midnight(span.from) as Timestamp,
                span.from as Timestamp,
                span.to as Timestamp,
                after as Option<AgentId>
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(sql)?;
            let seen: Vec<_> = rows.iter().map(|row| row.agent.0).chain(tail.0.keys().map(|agent| agent.0)).collect();
            let places = sqlx::query!(
                r#"select id as "id: AgentId", territory_id as "territory_id: TerritoryId" from agents where id = any($1)"#,
                &seen
            );
            let places = places.fetch_all(&mut *tx).await.map_err(sql)?;
            let covered: BTreeMap<_, _> =
                places.into_iter().filter_map(|row| Some((row.id, scope.agent(row.id, row.territory_id)?))).collect();
            tail.0.retain(|agent, _| covered.contains_key(agent));
            tx.commit().await.map_err(sql)?;
            let mut boxes: BTreeMap<AgentId, Extent> = rows
                .into_iter()
                .map(|row| (row.agent, Extent { south: row.south, west: row.west, north: row.north, east: row.east }))
                .collect();
            for (agent, fixes) in &tail.0 {
                for fix in fixes {
                    let extent = Extent::of(&fix.fix);
                    boxes.entry(*agent).and_modify(|whole| *whole = whole.with(extent)).or_insert(extent);
                }
            }
            boxes.retain(|agent, extent| covered.contains_key(agent) && extent.bounds().touches(&bounds));
            tail.0.retain(|agent, _| boxes.contains_key(agent));
            Ok((boxes.into_keys().filter_map(|agent| covered.get(&agent).copied()).collect(), tail))
        })
        .await
    }

    /// The stretches of an agent's track in the span that may touch the bounds, by device and time. `gap_ms` is the longest time
    /// between two fixes that belong together: the way between them is part of the track.
    pub async fn stretches(
        &self,
        agent: InScope<AgentId>,
        bounds: Bounds,
        span: Span,
        gap_ms: i64,
        tail: &Tail,
    ) -> Result<Vec<Stretch>, StoreError> {
        let agent = agent.id();
        let mut pieces = BTreeMap::<Device, Vec<Piece>>::new();
        for fix in tail.0.get(&agent).into_iter().flatten() {
            pieces.entry(fix.device.clone()).or_default().push(Piece::of_fix(fix.fix));
        }
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("list an agent's chunks", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let rows = sqlx::query!(
                r#"select t0 as "t0!: Timestamp", t1 as "t1!: Timestamp", device as "device!", part as "part!", n as "n!",
                          south as "south!", west as "west!", north as "north!", east as "east!"
                   from (
                       select t0, t1, device, part, n, south, west, north, east from track_chunks
                       where agent_id = $1 and t0 >= $2 and t0 < $4 and t1 >= $3
                       union all
                       select t0, t1, device, part, n, south, west, north, east from track_chunks_cold
                       where agent_id = $1 and t0 >= $2 and t0 < $4 and t1 >= $3
                   ) chunks"#,
                agent as AgentId,
                midnight(span.from) as Timestamp,
                span.from as Timestamp,
                span.to as Timestamp
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(sql)?;
            // A way may lead past a fix that is in quarantine: then no box tells which.
            let is_certain = verdicts_with_suspects(&mut tx, agent, span.from, span.to).await?.is_empty();
            tx.commit().await.map_err(sql)?;
            for row in rows {
                let device = Device::new(&row.device).map_err(|_| StoreError::Damaged { what: "track_chunks" })?;
                let extent = Extent { south: row.south, west: row.west, north: row.north, east: row.east };
                let content = Content::Chunk { t0: row.t0, part: row.part };
                pieces.entry(device).or_default().push(Piece { t0: row.t0, t1: row.t1, n: i64::from(row.n), extent, content });
            }
            let touches = |extent: Extent| !is_certain || extent.bounds().touches(&bounds);
            let stretches = |(device, pieces): (Device, Vec<Piece>)| stretches_of(agent, &device, pieces, touches, span, gap_ms);
            Ok(pieces.into_iter().flat_map(stretches).collect())
        })
        .await
    }

    /// The fixes of a stretch in order, each once, without those in quarantine.
    pub async fn stretch(&self, stretch: Stretch) -> Result<Vec<Fix>, StoreError> {
        let Stretch { agent, device, ends, span, chunks, tail, .. } = stretch;
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read a stretch of a track", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let (begins, parts): (Vec<_>, Vec<_>) = chunks.into_iter().unzip();
            // Merging may have replaced these chunks in the meantime; then everything of the time between is read.
            let found = sqlx::query_scalar!(
                r#"select c.data as "data!"
                   from unnest($3::timestamptz[], $4::bigint[]) as k (t0, part)
                   join track_chunks c on c.agent_id = $1 and c.t0 = k.t0 and c.device = $2 and c.part = k.part
                   union all
                   select c.data
                   from unnest($3::timestamptz[], $4::bigint[]) as k (t0, part)
                   join track_chunks_cold c on c.agent_id = $1 and c.t0 = k.t0 and c.device = $2 and c.part = k.part"#,
                agent as AgentId,
                device.as_str(),
                &begins as &[Timestamp],
                &parts
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(sql)?;
            let track_fix = |fix| TrackFix { fix, device: device.clone() };
            let mut fixes: Vec<_> = tail.into_iter().map(track_fix).collect();
            if found.len() == begins.len() {
                for data in &found {
                    fixes.extend(decode(data)?.into_iter().map(track_fix));
                }
            } else {
                let all = all_chunks(&mut tx, agent, Span { from: ends.0, to: ends.1.plus_ms(1) }).await?;
                fixes.extend(all.into_iter().filter(|fix| fix.device == device));
            }
            fixes.retain(|fix| span.holds(&fix.fix) && (ends.0..=ends.1).contains(&fix.fix.recorded_at()));
            verdicts_with_suspects(&mut tx, agent, ends.0, ends.1.plus_ms(1)).await?.settle(&mut fixes);
            fixes.retain(|fix| fix.device == device);
            tx.commit().await.map_err(sql)?;
            Ok(fixes.into_iter().map(|fix| fix.fix).collect())
        })
        .await
    }
}

/// Of all that is known around an instant, the last fix before and the first after of the same device.
fn pick(agent: AgentId, fixes: Vec<TrackFix>, since: Timestamp, at: Timestamp, until: Timestamp) -> Option<Around> {
    let is_before = |fix: &&TrackFix| (since..=at).contains(&fix.fix.recorded_at());
    let before = fixes.iter().filter(is_before).max()?.clone();
    let is_after = |fix: &&TrackFix| fix.device == before.device && at < fix.fix.recorded_at() && fix.fix.recorded_at() <= until;
    let after = fixes.iter().filter(is_after).min().map(|fix| fix.fix);
    Some(Around { agent, before, after })
}

/// Fixes of the chunks that can hold the last fix at or before `at`, or the first after it, of each agent and device. A chunk has a fix
/// at its begin and at its end: whatever ends before the latest of these can be left out, and likewise after. The `limit` of the unique
/// rows keeps the planner, which expects more of them than there are, from reading whole partitions for a hash join.
async fn chunks_around(
    connection: &mut PgConnection,
    agents: &[uuid::Uuid],
    since: Timestamp,
    at: Timestamp,
    until: Timestamp,
) -> Result<Vec<(AgentId, TrackFix)>, StoreError> {
    let mut rows = sqlx::query!(
        r#"with near as materialized (
               select agent_id, device, t0, t1, part,
                      max(case when t1 <= $4 then t1 when t0 <= $4 then t0 end) over w as lower,
                      min(case when t0 > $4 then t0 when t1 > $4 then t1 end) over w as upper
               from (
                   select agent_id, device, t0, t1, part from track_chunks
                   where agent_id = any($1) and t0 >= $2 and t0 <= $5 and t1 >= $3
                   union all
                   select agent_id, device, t0, t1, part from track_chunks_cold
                   where agent_id = any($1) and t0 >= $2 and t0 <= $5 and t1 >= $3
               ) chunks
               window w as (partition by agent_id, device)
           ),
           wanted as materialized (
               select agent_id, device, t0, part from near
               where (t0 <= $4 and t1 >= lower) or (t1 > $4 and t0 <= upper)
           )
           select w.agent_id as "agent!: AgentId", w.device as "device!", c.data as "data!"
           from wanted w
           cross join lateral (
               select c.data from track_chunks c
               where c.agent_id = w.agent_id and c.t0 = w.t0 and c.device = w.device and c.part = w.part
               limit 1
           ) c
           union all
           select w.agent_id, w.device, c.data
           from wanted w
           cross join lateral (
               select c.data from track_chunks_cold c
               where c.agent_id = w.agent_id and c.t0 = w.t0 and c.device = w.device and c.part = w.part
               limit 1
           ) c"#,
        agents,
        midnight(since) as Timestamp,
        since as Timestamp,
        at as Timestamp,
        until as Timestamp
    )
    .fetch(connection);
    let mut fixes = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(|error| StoreError::sql("read where everybody was", error))? {
        let device = Device::new(&row.device).map_err(|_| StoreError::Damaged { what: "track_chunks" })?;
        // Of one chunk no more than these two can be asked for.
        let decoded = decode(&row.data)?;
        let before = decoded.iter().filter(|fix| fix.recorded_at() <= at).max();
        let after = decoded.iter().filter(|fix| fix.recorded_at() > at).min();
        fixes.extend(before.into_iter().chain(after).map(|fix| (row.agent, TrackFix { fix: *fix, device: device.clone() })));
    }
    Ok(fixes)
}

/// Everything of one agent in a span that is in chunks.
async fn all_chunks(connection: &mut PgConnection, agent: AgentId, span: Span) -> Result<Vec<TrackFix>, StoreError> {
    let rows = sqlx::query!(
        r#"select device as "device!", data as "data!" from track_chunks
           where agent_id = $1 and t0 >= $2 and t0 < $4 and t1 >= $3
           union all
           select device, data from track_chunks_cold
           where agent_id = $1 and t0 >= $2 and t0 < $4 and t1 >= $3"#,
        agent as AgentId,
        midnight(span.from) as Timestamp,
        span.from as Timestamp,
        span.to as Timestamp
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read an agent's chunks", error))?;
    let mut fixes = Vec::new();
    for row in rows {
        let device = Device::new(&row.device).map_err(|_| StoreError::Damaged { what: "track_chunks" })?;
        fixes.extend(decode(&row.data)?.into_iter().map(|fix| TrackFix { fix, device: device.clone() }));
    }
    fixes.retain(|fix| span.holds(&fix.fix));
    Ok(fixes)
}

fn decode(data: &[u8]) -> Result<Vec<Fix>, StoreError> {
    codec::decode(data).map_err(|_| StoreError::Damaged { what: "track_chunks" })
}

/// The journal's fixes of a span that are not in chunks yet, of these agents or all. Compaction keeps this to a few minutes of ingest.
async fn tail(connection: &mut PgConnection, agents: Option<&BTreeSet<AgentId>>, span: Span) -> Result<Tail, StoreError> {
    let damaged = || StoreError::Damaged { what: "ingest_journal" };
    let shards: Vec<_> = match agents {
        Some(agents) => agents.iter().map(|agent| shard_of(*agent) as i16).collect::<BTreeSet<_>>().into_iter().collect(),
        None => (0..super::journal::SHARDS as i16).collect(),
    };
    let mut rows = sqlx::query_scalar!(
        r#"select j.data
           from journal_shards s
           join ingest_journal j on j.shard = s.shard and j.seq > s.compacted_seq
           where s.shard = any($1)"#,
        &shards
    )
    .fetch(connection);
    let mut tail = Tail::default();
    while let Some(data) = rows.try_next().await.map_err(|error| StoreError::sql("read the journal's tail", error))? {
        for record in record::records(&data) {
            let record = record.map_err(|_| damaged())?;
            if record.verdict.is_some() || agents.is_some_and(|agents| !agents.contains(&record.agent)) {
                continue;
            }
            let device = record.device().map_err(|_| damaged())?;
            let mut fixes = record.fixes().map_err(|_| damaged())?;
            fixes.retain(|fix| span.holds(fix));
            if !fixes.is_empty() {
                let fixes = fixes.into_iter().map(|fix| TrackFix { fix, device: device.clone() });
                tail.0.entry(record.agent).or_default().extend(fixes);
            }
        }
    }
    Ok(tail)
}
