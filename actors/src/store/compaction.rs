//! From the journal to chunks, in one transaction each time: what a reader sees is always chunks ∪ tail, each fix once.

use super::erasure::{erased_among, hold_fence};
use super::{Store, StoreError};
use chrono::{DateTime, Utc};
use salessync_engine::track::{Device, Fix, Quarantine, codec};
use salessync_engine::{AgentId, Timestamp};
use sqlx::{PgConnection, PgPool};

/// Fixes in a chunk at most: a quarter of an hour at 1/5 s to four hours at 1/min.
pub const CHUNK_FIXES_MAX: usize = 240;

/// A chunk to store.
#[derive(Clone, Debug)]
pub struct NewChunk {
    agent: AgentId,
    device: Device,
    part: i64,
    first: Timestamp,
    last: Timestamp,
    n: i32,
    south: i32,
    west: i32,
    north: i32,
    east: i32,
    data: Vec<u8>,
}

/// A fix to set aside.
#[derive(Clone, Debug)]
pub struct NewQuarantined {
    pub agent: AgentId,
    pub device: Device,
    pub fix: Fix,
    pub reason: Quarantine,
    pub received_at: Timestamp,
}

/// Event times that have daily partitions, `[from, to)`.
pub type HotWindow = (Timestamp, Timestamp);

/// Cuts sorted, distinct fixes of one device into chunks that neither cross midnight UTC nor grow past `CHUNK_FIXES_MAX`.
pub fn chunks_of(agent: AgentId, device: &Device, part: i64, fixes: &[Fix]) -> Vec<NewChunk> {
    let same_day = |a: &Fix, b: &Fix| utc_day(a.recorded_at()) == utc_day(b.recorded_at());
    fixes
        .chunk_by(same_day)
        .flat_map(|day| day.chunks(CHUNK_FIXES_MAX))
        .filter_map(|run| {
            let (first, last) = (run.first()?, run.last()?);
            let lats = run.iter().map(|fix| fix.point().lat_e7());
            let lons = run.iter().map(|fix| fix.point().lon_e7());
            Some(NewChunk {
                agent,
                device: device.clone(),
                part,
                first: first.recorded_at(),
                last: last.recorded_at(),
                n: run.len() as i32,
                south: lats.clone().min()?,
                west: lons.clone().min()?,
                north: lats.max()?,
                east: lons.max()?,
                data: codec::encode(run),
            })
        })
        .collect()
}

fn utc_day(at: Timestamp) -> i64 {
    at.ms().div_euclid(86_400_000)
}

impl Store {
    /// Stores what came out of the rows of `shard` up to `up_to_seq`, and says so in the same transaction.
    pub async fn compact(
        &self,
        shard: usize,
        up_to_seq: i64,
        epoch: i64,
        hot: HotWindow,
        mut chunks: Vec<NewChunk>,
        mut quarantined: Vec<NewQuarantined>,
    ) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("compact the journal", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let fence = sqlx::query_scalar!("select epoch from journal_epoch where epoch = $1 for share", epoch);
            if fence.fetch_optional(&mut *tx).await.map_err(sql)?.is_none() {
                return Err(StoreError::Fenced { epoch });
            }
            // The rows were read before: somebody may have been erased since.
            let agents = chunks.iter().map(|chunk| chunk.agent.0).chain(quarantined.iter().map(|fix| fix.agent.0));
            let erased = erased_among(&mut tx, agents).await.map_err(sql)?;
            chunks.retain(|chunk| !erased.contains(&chunk.agent));
            quarantined.retain(|fix| !erased.contains(&fix.agent));
            put_chunks(&mut tx, hot, chunks).await.map_err(sql)?;
            put_quarantined(&mut tx, quarantined).await.map_err(sql)?;
            sqlx::query!(
                "update journal_shards set compacted_seq = $2 where shard = $1 and compacted_seq < $2",
                shard as i16,
                up_to_seq
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// Sets fixes aside at once, before their journal rows are compacted.
    pub async fn quarantine(&self, mut fixes: Vec<NewQuarantined>) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("set fixes aside", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            hold_fence(&mut tx).await.map_err(sql)?;
            let erased = erased_among(&mut tx, fixes.iter().map(|fix| fix.agent.0)).await.map_err(sql)?;
            fixes.retain(|fix| !erased.contains(&fix.agent));
            put_quarantined(&mut tx, fixes).await.map_err(sql)?;
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// Days, as UTC midnights before `before`, whose hot chunks have parts that want merging; and the agents concerned.
    pub async fn fragmented(&self, before: Timestamp, limit: i64) -> Result<Vec<(AgentId, Timestamp)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select agent_id as "agent: AgentId", date_trunc('day', t0) as "day!: Timestamp"
                   from track_chunks
                   where t0 < $1
                   group by agent_id, date_trunc('day', t0), device
                   having count(*) > 1 + sum(n) / 60
                   limit $2"#,
                before as Timestamp,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("look for chunks to merge", error))?;
            Ok(rows.into_iter().map(|row| (row.agent, row.day)).collect())
        })
        .await
    }

    /// Replaces one agent's chunks of one UTC day by as few as possible, each fix once.
    pub async fn merge_day(&self, agent: AgentId, day: Timestamp, epoch: i64) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("merge chunks", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            // First: an erasure waits for what is taken out here, or has taken it before.
            let fence = sqlx::query_scalar!("select epoch from journal_epoch where epoch = $1 for share", epoch);
            if fence.fetch_optional(&mut *tx).await.map_err(sql)?.is_none() {
                return Err(StoreError::Fenced { epoch });
            }
            let next_day = day.plus_s(86_400);
            let old = sqlx::query!(
                r#"delete from track_chunks
                   where agent_id = $1 and t0 >= $2 and t0 < $3
                   returning device, part, data"#,
                agent as AgentId,
                day as Timestamp,
                next_day as Timestamp
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(sql)?;
            let mut by_device = std::collections::BTreeMap::<Device, (i64, Vec<Fix>)>::new();
            for row in old {
                let damaged = StoreError::Damaged { what: "track_chunks" };
                let Ok(device) = Device::new(&row.device) else { return Err(damaged) };
                let Ok(fixes) = codec::decode(&row.data) else { return Err(damaged) };
                let (part, all) = by_device.entry(device).or_default();
                *part = (*part).max(row.part);
                all.extend(fixes);
            }
            let mut chunks = Vec::new();
            for (device, (part, mut fixes)) in by_device {
                fixes.sort_unstable();
                fixes.dedup();
                chunks.extend(chunks_of(agent, &device, part, &fixes));
            }
            put_chunks(&mut tx, (day, next_day), chunks).await.map_err(sql)?;
            tx.commit().await.map_err(sql)
        })
        .await
    }
}

async fn put_chunks(connection: &mut PgConnection, (from, to): HotWindow, chunks: Vec<NewChunk>) -> Result<(), sqlx::Error> {
    let (hot, cold): (Vec<_>, Vec<_>) = chunks.into_iter().partition(|chunk| chunk.first >= from && chunk.first < to);
    // The two statements differ only in the table, which cannot be a parameter.
    if !hot.is_empty() {
        let c = Columns::of(hot);
        sqlx::query!(
            r#"insert into track_chunks (agent_id, t0, t1, device, part, n, codec, south, west, north, east, data)
               select agent_id, t0, t1, device, part, n, 1, south, west, north, east, data
               from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::bigint[], $6::integer[],
                           $7::integer[], $8::integer[], $9::integer[], $10::integer[], $11::bytea[])
                    as t (agent_id, t0, t1, device, part, n, south, west, north, east, data)
               on conflict do nothing"#,
            &c.agents,
            &c.firsts as &[DateTime<Utc>],
            &c.lasts as &[DateTime<Utc>],
            &c.devices,
            &c.parts,
            &c.counts,
            &c.souths,
            &c.wests,
            &c.norths,
            &c.easts,
            &c.data
        )
        .execute(&mut *connection)
        .await?;
    }
    if !cold.is_empty() {
        let c = Columns::of(cold);
        sqlx::query!(
            r#"insert into track_chunks_cold (agent_id, t0, t1, device, part, n, codec, south, west, north, east, data)
               select agent_id, t0, t1, device, part, n, 1, south, west, north, east, data
               from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::bigint[], $6::integer[],
                           $7::integer[], $8::integer[], $9::integer[], $10::integer[], $11::bytea[])
                    as t (agent_id, t0, t1, device, part, n, south, west, north, east, data)
               on conflict do nothing"#,
            &c.agents,
            &c.firsts as &[DateTime<Utc>],
            &c.lasts as &[DateTime<Utc>],
            &c.devices,
            &c.parts,
            &c.counts,
            &c.souths,
            &c.wests,
            &c.norths,
            &c.easts,
            &c.data
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Chunks turned into one array per column, as `unnest` wants them.
#[derive(Default)]
struct Columns {
    agents: Vec<uuid::Uuid>,
    firsts: Vec<DateTime<Utc>>,
    lasts: Vec<DateTime<Utc>>,
    devices: Vec<String>,
    parts: Vec<i64>,
    counts: Vec<i32>,
    souths: Vec<i32>,
    wests: Vec<i32>,
    norths: Vec<i32>,
    easts: Vec<i32>,
    data: Vec<Vec<u8>>,
}

impl Columns {
    fn of(chunks: Vec<NewChunk>) -> Self {
        let mut columns = Self::default();
        for chunk in chunks {
            columns.agents.push(chunk.agent.0);
            columns.firsts.push(chunk.first.to_utc());
            columns.lasts.push(chunk.last.to_utc());
            columns.devices.push(chunk.device.as_str().to_owned());
            columns.parts.push(chunk.part);
            columns.counts.push(chunk.n);
            columns.souths.push(chunk.south);
            columns.wests.push(chunk.west);
            columns.norths.push(chunk.north);
            columns.easts.push(chunk.east);
            columns.data.push(chunk.data);
        }
        columns
    }
}

async fn put_quarantined(connection: &mut PgConnection, fixes: Vec<NewQuarantined>) -> Result<(), sqlx::Error> {
    if fixes.is_empty() {
        return Ok(());
    }
    let agents: Vec<_> = fixes.iter().map(|q| q.agent.0).collect();
    let times: Vec<_> = fixes.iter().map(|q| q.fix.recorded_at()).collect();
    let devices: Vec<_> = fixes.iter().map(|q| q.device.as_str().to_owned()).collect();
    let data: Vec<_> = fixes.iter().map(|q| codec::encode(&[q.fix])).collect();
    let reasons: Vec<_> = fixes.iter().map(|q| i16::from(q.reason.code())).collect();
    let received: Vec<_> = fixes.iter().map(|q| q.received_at).collect();
    sqlx::query!(
        r#"insert into quarantined_fixes (agent_id, recorded_at, device, data, reason, received_at)
           select *
           from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bytea[], $5::smallint[], $6::timestamptz[])
           on conflict do nothing"#,
        &agents,
        &times as &[Timestamp],
        &devices,
        &data,
        &reasons,
        &received as &[Timestamp]
    )
    .execute(connection)
    .await?;
    Ok(())
}
