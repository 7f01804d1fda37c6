//! The audit trail: acts are added, read in pages, and never changed. Sealing is in `audit_chain`.

use super::{Store, StoreError};
use salessync_engine::access::Whole;
use salessync_engine::audit::{Act, ActKind, AuditEntry, OBJECT_ID_LEN_MAX, Object, Outcome, storable};
use salessync_engine::{Timestamp, UserId};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// Longest id of a request that is kept.
const REQUEST_ID_LEN_MAX: usize = 64;

/// Which acts a list is about; everything by default.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// `[from, to)` of when it was done.
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub actor: Option<ActorFilter>,
    pub kind: Option<ActKind>,
    pub object_kind: Option<String>,
    pub object_id: Option<String>,
    pub outcome: Option<Outcome>,
}

/// Whose acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ActorFilter {
    /// Of somebody, or on their behalf.
    Id(Uuid),
    /// Of all users, agents, programs, of the system, or of nobody in particular.
    Kind(String),
}

/// A row as read; `query_as!` fills it.
struct Entry {
    id: Uuid,
    at: Timestamp,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    on_behalf_of: Option<UserId>,
    kind: String,
    object_kind: Option<String>,
    object_id: Option<String>,
    outcome: String,
    address: Option<String>,
    request_id: Option<String>,
    before: Option<Json<Value>>,
    after: Option<Json<Value>>,
    count: i32,
    seq: Option<i64>,
    hash: Option<String>,
}

impl From<Entry> for AuditEntry {
    fn from(row: Entry) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            on_behalf_of: row.on_behalf_of,
            kind: row.kind,
            object: row.object_kind.zip(row.object_id).map(|(kind, id)| Object { kind, id }),
            outcome: row.outcome,
            address: row.address,
            request_id: row.request_id,
            before: row.before.map(|json| json.0),
            after: row.after.map(|json| json.0),
            count: u32::try_from(row.count).unwrap_or(0),
            seq: row.seq,
            hash: row.hash,
        }
    }
}

impl Store {
    /// Adds an act to the trail. What else is written in the same transaction uses `audit_within`.
    pub async fn audit(&self, act: Act) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let mut connection = pool.acquire().await.map_err(|error| StoreError::sql("write the audit trail", error))?;
            audit_within(&mut connection, &act).await
        })
        .await
    }

    /// Acts, newest first, those before `before`.
    pub async fn audit_entries(
        &self,
        _: Whole,
        filter: AuditFilter,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.on(async move |pool: PgPool| {
            let (actor_id, actor_kind) = match filter.actor {
                Some(ActorFilter::Id(id)) => (Some(id), None),
                Some(ActorFilter::Kind(kind)) => (None, Some(kind)),
                None => (None, None),
            };
            let rows = sqlx::query_as!(
                Entry,
                r#"select a.id, a.at as "at: Timestamp", a.actor_kind, a.actor_id,
                          coalesce(u.name, g.name) as actor_name,
                          a.on_behalf_of as "on_behalf_of: UserId", a.kind, a.object_kind, a.object_id, a.outcome,
                          host(a.address) as address, a.request_id, a.before as "before: Json<Value>",
                          a.after as "after: Json<Value>", a.count, a.seq, encode(a.hash, 'hex') as hash
                   from audit_log a
                   left join users u on a.actor_kind = 'user' and u.id = a.actor_id
                   left join agents g on a.actor_kind = 'agent' and g.id = a.actor_id
                   where ($1::uuid is null or a.id < $1)
                     and ($2::timestamptz is null or a.at >= $2)
                     and ($3::timestamptz is null or a.at < $3)
                     and ($4::uuid is null or a.actor_id = $4 or a.on_behalf_of = $4)
                     and ($5::text is null or a.actor_kind = $5)
                     and ($6::text is null or a.kind = $6)
                     and ($7::text is null or a.object_kind = $7)
                     and ($8::text is null or a.object_id = $8)
                     and ($9::text is null or a.outcome = $9)
                   order by a.id desc
                   limit $10"#,
                before,
                filter.from as Option<Timestamp>,
                filter.to as Option<Timestamp>,
                actor_id,
                actor_kind,
                filter.kind.map(ActKind::name),
                filter.object_kind,
                filter.object_id,
                filter.outcome.map(Outcome::name),
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read the audit trail", error))?;
            Ok(rows.into_iter().map(AuditEntry::from).collect())
        })
        .await
    }

    /// Acts of `[from, to)`, oldest first, those after `after`.
    pub async fn audit_export(
        &self,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Entry,
                r#"select id, at as "at: Timestamp", actor_kind, actor_id, null::text as actor_name,
                          on_behalf_of as "on_behalf_of: UserId", kind, object_kind, object_id, outcome,
                          host(address) as address, request_id, before as "before: Json<Value>",
                          after as "after: Json<Value>", count, seq, encode(hash, 'hex') as hash
                   from audit_log
                   where ($1::timestamptz is null or at >= $1)
                     and ($2::timestamptz is null or at < $2)
                     and ($3::uuid is null or id > $3)
                   order by id
                   limit $4"#,
                from as Option<Timestamp>,
                to as Option<Timestamp>,
                after,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read the audit trail", error))?;
            Ok(rows.into_iter().map(AuditEntry::from).collect())
        })
        .await
    }
}

/// Adds an act to the trail in the transaction of what it records: both are written, or neither.
pub(super) async fn audit_within(connection: &mut PgConnection, act: &Act) -> Result<(), StoreError> {
    let rows = ActColumns::of(std::slice::from_ref(act));
    sqlx::query!(
        r#"insert into audit_log (id, at, actor_kind, actor_id, on_behalf_of, kind, object_kind, object_id, outcome, address,
                                  request_id, count, before, after)
           select id, at, actor_kind, actor_id, on_behalf_of, kind, object_kind, object_id, outcome, address::inet, request_id, count,
                  before, after
           from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                       $9::text[], $10::text[], $11::text[], $12::integer[], $13::jsonb[], $14::jsonb[])
                as t (id, at, actor_kind, actor_id, on_behalf_of, kind, object_kind, object_id, outcome, address, request_id, count,
                      before, after)"#,
        &rows.ids,
        &rows.ats as &[Timestamp],
        &rows.actor_kinds as &[&str],
        &rows.actor_ids as &[Option<Uuid>],
        &rows.on_behalf_of as &[Option<Uuid>],
        &rows.kinds as &[&str],
        &rows.object_kinds as &[Option<String>],
        &rows.object_ids as &[Option<String>],
        &rows.outcomes as &[&str],
        &rows.addresses as &[Option<String>],
        &rows.request_ids as &[Option<String>],
        &rows.counts,
        &rows.befores as &[Option<Json<Value>>],
        &rows.afters as &[Option<Json<Value>>]
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql("write the audit trail", error))?;
    Ok(())
}

/// Columns of acts on their way into the trail.
#[derive(Default)]
pub(super) struct ActColumns {
    pub ids: Vec<Uuid>,
    pub ats: Vec<Timestamp>,
    pub actor_kinds: Vec<&'static str>,
    pub actor_ids: Vec<Option<Uuid>>,
    pub on_behalf_of: Vec<Option<Uuid>>,
    pub kinds: Vec<&'static str>,
    pub object_kinds: Vec<Option<String>>,
    pub object_ids: Vec<Option<String>>,
    pub outcomes: Vec<&'static str>,
    pub addresses: Vec<Option<String>>,
    pub request_ids: Vec<Option<String>>,
    pub counts: Vec<i32>,
    pub befores: Vec<Option<Json<Value>>>,
    pub afters: Vec<Option<Json<Value>>>,
}

impl ActColumns {
    pub fn of(acts: &[Act]) -> Self {
        let mut columns = Self::default();
        for act in acts {
            let (kind, id) = act.object.clone().map(|object| (object.kind, clipped(object.id, OBJECT_ID_LEN_MAX))).unzip();
            let json = |value: &Option<Value>| value.clone().map(|value| Json(storable(value)));
            columns.ids.push(Uuid::now_v7());
            columns.ats.push(act.at);
            columns.actor_kinds.push(act.actor.kind());
            columns.actor_ids.push(act.actor.id());
            columns.on_behalf_of.push(act.on_behalf_of.map(|id| id.0));
            columns.kinds.push(act.kind.name());
            columns.object_kinds.push(kind);
            columns.object_ids.push(id);
            columns.outcomes.push(act.outcome.name());
            columns.addresses.push(act.address.map(|address| address.to_string()));
            columns.request_ids.push(act.request_id.clone().map(|id| clipped(id, REQUEST_ID_LEN_MAX)));
            columns.counts.push(i32::try_from(act.count.max(1)).unwrap_or(i32::MAX));
            columns.befores.push(json(&act.before));
            columns.afters.push(json(&act.after));
        }
        columns
    }
}

/// At most so many characters, none of them NUL.
fn clipped(text: String, len_max: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(len_max).collect()
}
