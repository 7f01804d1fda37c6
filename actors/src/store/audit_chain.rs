//! Sealing the audit trail, checking it, and forgetting what is too old. What is signed, and what is trusted, is decided by the caller.

use super::{Store, StoreError};
use salessync_engine::Timestamp;
use salessync_engine::audit::chain::{Hash, Head, Row};
use salessync_engine::audit::verify::{Checker, Report, Signature};
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;
use uuid::Uuid;

/// Held while rows are sealed, so that several servers do not both do it. "SSAU".
const LOCK: i64 = 0x5353_4155;
/// Rows read at once when a chain is checked.
const PAGE: i64 = 2_000;
/// Heads looked at for the end of the chain.
const TAIL_HEADS: i64 = 16;
/// A row that is not sealed after so long is a finding.
const UNSEALED_MAX_S: i64 = 60;

/// The end of the chain as the database has it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tail {
    /// The newest heads, newest first, checkpoints among them: more than one, because somebody may have put one there that nobody signed.
    pub heads: Vec<Head>,
    /// The newest row with a seq, and the hash it has.
    pub row: Option<(i64, Hash)>,
}

/// Rows with their places: the first has seq `first_seq`, and each its hash.
pub struct Sealed {
    pub first_seq: i64,
    pub hashes: Vec<Hash>,
    pub head: Head,
}

/// What became of an attempt to seal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sealing {
    /// There was nothing to seal, or another server is about it.
    Nothing,
    Done {
        head: Head,
        rows: u64,
    },
}

/// Judges a head's signature.
pub type Judge = Arc<dyn Fn(&Head) -> Signature + Send + Sync>;

struct HeadRow {
    seq: i64,
    is_checkpoint: bool,
    hash: Vec<u8>,
    rows: i64,
    sealed_ms: i64,
    key_id: String,
    signature: Vec<u8>,
}

impl From<HeadRow> for Head {
    fn from(row: HeadRow) -> Self {
        Self {
            seq: row.seq,
            // A hash of another length fits nothing, and is found out as such.
            hash: row.hash.try_into().unwrap_or([0; 32]),
            rows: row.rows,
            at: Timestamp::from_ms_clamped(row.sealed_ms),
            checkpoint: row.is_checkpoint,
            key_id: row.key_id,
            signature: row.signature,
        }
    }
}

struct ChainRow {
    id: Uuid,
    at_us: i64,
    actor_kind: String,
    actor_id: Option<Uuid>,
    on_behalf_of: Option<Uuid>,
    kind: String,
    object_kind: Option<String>,
    object_id: Option<String>,
    outcome: String,
    address: Option<String>,
    request_id: Option<String>,
    count: i32,
    before: Option<String>,
    after: Option<String>,
    seq: Option<i64>,
    hash: Option<Vec<u8>>,
}

impl ChainRow {
    fn sealed(self) -> (i64, Option<Hash>, Row) {
        let (seq, hash) = (self.seq.unwrap_or(0), self.hash.as_deref().and_then(|hash| hash.try_into().ok()));
        (seq, hash, self.into())
    }
}

impl From<ChainRow> for Row {
    fn from(row: ChainRow) -> Self {
        Self {
            id: row.id,
            at_us: row.at_us,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            on_behalf_of: row.on_behalf_of,
            kind: row.kind,
            object_kind: row.object_kind,
            object_id: row.object_id,
            outcome: row.outcome,
            address: row.address,
            request_id: row.request_id,
            count: row.count,
            before: row.before,
            after: row.after,
        }
    }
}

impl Store {
    /// Gives unsealed rows, at most `limit`, the places that `link` says, and adds the head it signs, in one transaction. The order is that
    /// in which commits are seen here, so no row comes later into what is sealed already.
    pub async fn seal_audit(
        &self,
        limit: i64,
        link: impl FnOnce(&Tail, &[Row]) -> Option<Sealed> + Send + 'static,
    ) -> Result<Sealing, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("seal the audit trail", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let locked = sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock($1) as "locked!""#, LOCK);
            if !locked.fetch_one(&mut *tx).await.map_err(sql)? {
                return Ok(Sealing::Nothing);
            }
            let rows = sqlx::query_as!(
                ChainRow,
                r#"select id,
                          case when isfinite(at) then (extract(epoch from at) * 1000000)::bigint
                               else 9223372036854775807 end as "at_us!",
                          actor_kind, actor_id, on_behalf_of, kind, object_kind, object_id, outcome, address::text as address,
                          request_id, count, before::text as before, after::text as after, seq, hash
                   from audit_log
                   where seq is null
                   order by id
                   limit $1"#,
                limit
            )
            .fetch_all(&mut *tx)
            .await
            .map_err(sql)?;
            if rows.is_empty() {
                return Ok(Sealing::Nothing);
            }
            let rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
            let tail = tail(&mut tx).await.map_err(sql)?;
            let Some(Sealed { first_seq, hashes, head }) = link(&tail, &rows) else { return Ok(Sealing::Nothing) };
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            let seqs: Vec<_> = (first_seq..).take(ids.len()).collect();
            let hashes: Vec<_> = hashes.iter().map(|hash| hash.to_vec()).collect();
            sqlx::query!(
                r#"update audit_log
                   set seq = sealed.seq, hash = sealed.hash
                   from unnest($1::uuid[], $2::bigint[], $3::bytea[]) as sealed (id, seq, hash)
                   where audit_log.id = sealed.id"#,
                &ids,
                &seqs,
                &hashes
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            add_head(&mut tx, &head).await.map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(Sealing::Done { head, rows: ids.len() as u64 })
        })
        .await
    }

    /// The end of the chain as the database has it.
    pub async fn audit_tail(&self) -> Result<Tail, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read the end of the audit trail", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            tail(&mut connection).await.map_err(sql)
        })
        .await
    }

    /// Heads after a seq, checkpoints left out, oldest first.
    pub async fn audit_heads_after(&self, seq: i64, limit: i64) -> Result<Vec<Head>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read heads of the audit trail", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            heads_between(&mut connection, seq, i64::MAX, limit).await.map_err(sql)
        })
        .await
    }

    /// The newest checkpoint.
    pub async fn audit_checkpoint(&self) -> Result<Option<Head>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read checkpoints of the audit trail", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            Ok(checkpoints(&mut connection).await.map_err(sql)?.pop())
        })
        .await
    }

    /// The newest head all of whose rows are older than `before`; None when there is none after the newest checkpoint.
    pub async fn audit_cut(&self, before: Timestamp) -> Result<Option<Head>, StoreError> {
        self.on(async move |pool: PgPool| {
            let head = sqlx::query_as!(
                HeadRow,
                r#"select seq, is_checkpoint, hash, rows, key_id, signature,
                          case when isfinite(sealed_at) then floor(extract(epoch from sealed_at) * 1000)::bigint else 0 end as "sealed_ms!"
                   from audit_heads
                   where not is_checkpoint
                     and seq < coalesce((select min(seq) from audit_log where at >= $1 and seq is not null), 9223372036854775807)
                     and seq > coalesce((select max(seq) from audit_heads where is_checkpoint), 0)
                   order by seq desc
                   limit 1"#,
                before as Timestamp
            )
            .fetch_optional(&pool)
            .await
            .map_err(|error| StoreError::sql("look for audit rows that are too old", error))?;
            Ok(head.map(Head::from))
        })
        .await
    }

    pub async fn add_audit_checkpoint(&self, checkpoint: Head) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("write a checkpoint of the audit trail", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            add_head(&mut connection, &checkpoint).await.map_err(sql)
        })
        .await
    }

    /// Forgets the rows up to a checkpoint. Returns how many.
    pub async fn forget_audit(&self, cut: i64) -> Result<i64, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("forget audit rows that are too old", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            sqlx::query!("set local statement_timeout = '30min'").execute(&mut *tx).await.map_err(sql)?;
            let forgotten = sqlx::query_scalar!(r#"select audit_forget($1) as "forgotten!""#, cut);
            let forgotten = forgotten.fetch_one(&mut *tx).await.map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(forgotten)
        })
        .await
    }

    /// Reads the whole chain, in one snapshot, and says what does not fit. `outside` are the heads kept elsewhere, read before this is called;
    /// None where there is no such place.
    pub async fn check_audit(&self, outside: Option<Vec<Head>>, judge: Judge, now: Timestamp) -> Result<Report, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("check the audit trail", error);
            let mut tx = pool.begin_with("begin isolation level repeatable read read only").await.map_err(sql)?;
            let checkpoints = checkpoints(&mut tx).await.map_err(sql)?;
            let mut checker = Checker::new(&checkpoints, outside.as_deref(), &*judge, now);
            let from_seq = checker.seq();
            loop {
                let rows = rows_after(&mut tx, checker.seq()).await.map_err(sql)?;
                let is_last = rows.len() < PAGE as usize;
                let to = if is_last { i64::MAX } else { rows.last().map_or(i64::MAX, |row| row.seq.unwrap_or(i64::MAX)) };
                let mut after = checker.heads_seq();
                loop {
                    let heads = heads_between(&mut tx, after, to, PAGE).await.map_err(sql)?;
                    checker.heads(&heads, &*judge);
                    after = heads.last().map_or(i64::MAX, |head| head.seq);
                    if heads.len() < PAGE as usize {
                        break;
                    }
                }
                let rows: Vec<_> = rows.into_iter().map(ChainRow::sealed).collect();
                checker.rows(&rows);
                if is_last {
                    break;
                }
            }
            let since = now.plus_s(-UNSEALED_MAX_S);
            let unsealed = sqlx::query!(
                r#"select count(*) as "rows!", (select id from audit_log where seq is null order by id limit 1) as oldest
                   from audit_log
                   where seq is null and at < $1"#,
                since as Timestamp
            );
            let unsealed = unsealed.fetch_one(&mut *tx).await.map_err(sql)?;
            let before = sqlx::query_scalar!(r#"select count(*) as "rows!" from audit_log where seq <= $1"#, from_seq);
            let before = before.fetch_one(&mut *tx).await.map_err(sql)?;
            Ok(checker.finish(from_seq, before, unsealed.oldest.map(|oldest| (unsealed.rows, oldest))))
        })
        .await
    }
}

async fn tail(connection: &mut PgConnection) -> Result<Tail, sqlx::Error> {
    let heads = sqlx::query_as!(
        HeadRow,
        r#"select seq, is_checkpoint, hash, rows, key_id, signature,
                  case when isfinite(sealed_at) then floor(extract(epoch from sealed_at) * 1000)::bigint else 0 end as "sealed_ms!"
           from audit_heads
           order by seq desc, is_checkpoint
           limit $1"#,
        TAIL_HEADS
    )
    .fetch_all(&mut *connection)
    .await?;
    let row =
        sqlx::query!(r#"select seq as "seq!", hash as "hash!" from audit_log where seq is not null order by seq desc limit 1"#)
            .fetch_optional(connection)
            .await?;
    Ok(Tail {
        heads: heads.into_iter().map(Head::from).collect(),
        row: row.map(|row| (row.seq, row.hash.try_into().unwrap_or([0; 32]))),
    })
}

async fn add_head(connection: &mut PgConnection, head: &Head) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"insert into audit_heads (seq, is_checkpoint, hash, rows, sealed_at, key_id, signature)
           values ($1, $2, $3, $4, $5, $6, $7)"#,
        head.seq,
        head.checkpoint,
        head.hash.as_slice(),
        head.rows,
        head.at as Timestamp,
        head.key_id,
        head.signature
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Heads of `(after, to]`, checkpoints left out, oldest first.
async fn heads_between(connection: &mut PgConnection, after: i64, to: i64, limit: i64) -> Result<Vec<Head>, sqlx::Error> {
    let rows = sqlx::query_as!(
        HeadRow,
        r#"select seq, is_checkpoint, hash, rows, key_id, signature,
                  case when isfinite(sealed_at) then floor(extract(epoch from sealed_at) * 1000)::bigint else 0 end as "sealed_ms!"
           from audit_heads
           where not is_checkpoint and seq > $1 and seq <= $2
           order by seq
           limit $3"#,
        after,
        to,
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Head::from).collect())
}

/// Checkpoints, oldest first.
async fn checkpoints(connection: &mut PgConnection) -> Result<Vec<Head>, sqlx::Error> {
    let rows = sqlx::query_as!(
        HeadRow,
        r#"select seq, is_checkpoint, hash, rows, key_id, signature,
                  case when isfinite(sealed_at) then floor(extract(epoch from sealed_at) * 1000)::bigint else 0 end as "sealed_ms!"
           from audit_heads
           where is_checkpoint
           order by seq"#
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Head::from).collect())
}

async fn rows_after(connection: &mut PgConnection, seq: i64) -> Result<Vec<ChainRow>, sqlx::Error> {
    sqlx::query_as!(
        ChainRow,
        r#"select id,
                  case when isfinite(at) then (extract(epoch from at) * 1000000)::bigint
                       else 9223372036854775807 end as "at_us!",
                  actor_kind, actor_id, on_behalf_of, kind, object_kind, object_id, outcome, address::text as address,
                  request_id, count, before::text as before, after::text as after, seq, hash
           from audit_log
           where seq > $1
           order by seq
           limit $2"#,
        seq,
        PAGE
    )
    .fetch_all(connection)
    .await
}
