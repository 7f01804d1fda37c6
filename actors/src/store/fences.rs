//! Fences: versioned rows. A change ends the version in force and begins the next in one transaction; nothing is overwritten.

use super::{Store, StoreError};
use salessync_engine::access::Scope;
use salessync_engine::fence::ground::Ground;
use salessync_engine::fence::{Calendar, Definition, Fence, Owner, OwnerKind, Shape};
use salessync_engine::geo::Bounds;
use salessync_engine::{AgentId, FenceId, Timestamp, UserId};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;
use uuid::Uuid;

/// Rows read in one statement when all fences are loaded.
const LOAD_ROWS: i64 = 20_000;
/// Names the lock of whoever changes fences.
const CHANGE_LOCK: i64 = 0x66_65_6e_63_65;

/// Which fences a list is about; all in force by default.
#[derive(Clone, Debug, Default)]
pub struct FenceFilter {
    /// Part of the name, whatever the case.
    pub name: Option<String>,
    pub owner_kind: Option<OwnerKind>,
    pub owner_id: Option<Uuid>,
    /// Whose bounds touch these.
    pub bounds: Option<Bounds>,
}

/// What became of a change.
#[derive(Clone, PartialEq, Debug)]
pub enum FenceChange {
    /// Committed under this revision.
    Done { fence: Fence, revision: i64 },
    /// Already so: the same definition, or the same id made before.
    Same(Fence),
    /// Somebody else has changed it since.
    Overtaken,
    /// There is no such fence in force: deleted, or never made.
    Gone,
}

impl Store {
    /// Makes fences, all or none. An id that was made before stays as it is, deleted or not.
    pub async fn create_fences(
        &self,
        new: Vec<(FenceId, Definition)>,
        at: Timestamp,
        by: Option<UserId>,
    ) -> Result<Vec<FenceChange>, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "create fences";
            let mut tx = pool.begin().await.map_err(|error| StoreError::sql(WHAT, error))?;
            let revision = next_revision(&mut tx, WHAT).await?;
            let mut changes = Vec::with_capacity(new.len());
            for (id, definition) in new {
                let fence = Fence { id, version: 1, valid_from: at, valid_to: None, definition };
                changes.push(if insert(&mut tx, &fence, revision, by, WHAT).await? {
                    FenceChange::Done { fence, revision }
                } else {
                    in_force(&mut tx, id, WHAT).await?.map_or(FenceChange::Gone, FenceChange::Same)
                });
            }
            tx.commit().await.map_err(|error| StoreError::sql(WHAT, error))?;
            Ok(changes)
        })
        .await
    }

    /// Begins a new version where `version` is the one in force.
    pub async fn change_fence(
        &self,
        (id, version): (FenceId, i64),
        definition: Definition,
        at: Timestamp,
        by: Option<UserId>,
    ) -> Result<FenceChange, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "change a fence";
            let mut tx = pool.begin().await.map_err(|error| StoreError::sql(WHAT, error))?;
            let revision = next_revision(&mut tx, WHAT).await?;
            let current = match in_force(&mut tx, id, WHAT).await? {
                None => return Ok(FenceChange::Gone),
                Some(current) if current.version != version => return Ok(FenceChange::Overtaken),
                Some(current) if current.definition == definition => return Ok(FenceChange::Same(current)),
                Some(current) => current,
            };
            let at = after_begin(&current, at);
            end(&mut tx, id, at, revision, WHAT).await?;
            let fence = Fence { id, version: version + 1, valid_from: at, valid_to: None, definition };
            insert(&mut tx, &fence, revision, by, WHAT).await?;
            tx.commit().await.map_err(|error| StoreError::sql(WHAT, error))?;
            Ok(FenceChange::Done { fence, revision })
        })
        .await
    }

    /// Ends the version in force; what was stays for the days it was in force.
    pub async fn delete_fence(&self, id: FenceId, at: Timestamp) -> Result<FenceChange, StoreError> {
        self.on(async move |pool: PgPool| {
            const WHAT: &str = "delete a fence";
            let mut tx = pool.begin().await.map_err(|error| StoreError::sql(WHAT, error))?;
            let revision = next_revision(&mut tx, WHAT).await?;
            let Some(current) = in_force(&mut tx, id, WHAT).await? else { return Ok(FenceChange::Gone) };
            let at = after_begin(&current, at);
            end(&mut tx, id, at, revision, WHAT).await?;
            tx.commit().await.map_err(|error| StoreError::sql(WHAT, error))?;
            Ok(FenceChange::Done { fence: Fence { valid_to: Some(at), ..current }, revision })
        })
        .await
    }

    /// The version in force, if the scope covers the fence: it belongs to a territory or a customer of the scope, is for an agent of it, or
    /// for everybody.
    pub async fn fence(&self, scope: &Scope, id: FenceId) -> Result<Option<Fence>, StoreError> {
        let versions = self.fence_versions(scope, id, None, 1).await?;
        Ok(versions.into_iter().find(|fence| fence.valid_to.is_none()))
    }

    /// Fences of a scope in force by name, then id, after `after`.
    pub async fn fences(
        &self,
        scope: &Scope,
        filter: FenceFilter,
        after: Option<(String, FenceId)>,
        limit: i64,
    ) -> Result<Vec<Fence>, StoreError> {
        let pattern = filter.name.map(|text| format!("%{}%", super::agents::escape_like(&text)));
        let (after_name, after_id) = after.unzip();
        let [view, view_2] = filter.bounds.as_ref().map_or([None, None], boxes);
        let scope = scope.condition();
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Row,
                r#"select fence_id as "id: FenceId", version, valid_from as "valid_from: Timestamp",
                          valid_to as "valid_to: Timestamp", revision, name, shape, owner_kind, owner_id,
                          agents as "agents: Vec<AgentId>", dwell_s, calendar, floor_m, ceiling_m
                   from fences
                   where valid_to is null
                     and ($1::text is null or name ilike $1)
                     and ($2::text is null or owner_kind = $2)
                     and ($3::uuid is null or owner_id = $3)
                     and ($4::text is null or extent && $4::text::box or extent_2 && $4::text::box
                          or extent && $5::text::box or extent_2 && $5::text::box)
                     and ($6::text is null or (name, fence_id) > ($6, $7))
                     and ($9 or owner_kind = 'territory' and owner_id = any($10)
                          or owner_kind = 'ad_hoc' and agents is null
                          or exists (select 1 from customer_places p
                                     join customers c on c.id = p.customer_id
                                     where owner_kind = 'place' and p.id = owner_id
                                       and (c.territory_id = any($10)
                                            or exists (select 1 from customer_agents o
                                                       where o.customer_id = c.id and o.is_preferred and o.agent_id = any($11))))
                          or exists (select 1 from agents a
                                     where a.id = any(fences.agents) and (a.id = any($11) or a.territory_id = any($12))))
                   order by name, fence_id
                   limit $8"#,
                pattern,
                filter.owner_kind.map(OwnerKind::as_str),
                filter.owner_id,
                view,
                view_2,
                after_name,
                after_id as Option<FenceId>,
                limit,
                scope.all,
                &scope.territories,
                &scope.agents,
                &scope.territories
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list fences", error))?;
            rows.into_iter().map(Row::fence).collect()
        })
        .await
    }

    /// All versions of a fence that the scope covers, newest first, before `before`.
    pub async fn fence_versions(
        &self,
        scope: &Scope,
        id: FenceId,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Fence>, StoreError> {
        let scope = scope.condition();
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Row,
                r#"select fence_id as "id: FenceId", version, valid_from as "valid_from: Timestamp",
                          valid_to as "valid_to: Timestamp", revision, name, shape, owner_kind, owner_id,
                          agents as "agents: Vec<AgentId>", dwell_s, calendar, floor_m, ceiling_m
                   from fences
                   where fence_id = $1 and ($2::bigint is null or version < $2)
                     and ($4 or owner_kind = 'territory' and owner_id = any($5)
                          or owner_kind = 'ad_hoc' and agents is null
                          or exists (select 1 from customer_places p
                                     join customers c on c.id = p.customer_id
                                     where owner_kind = 'place' and p.id = owner_id
                                       and (c.territory_id = any($5)
                                            or exists (select 1 from customer_agents o
                                                       where o.customer_id = c.id and o.is_preferred and o.agent_id = any($6))))
                          or exists (select 1 from agents a
                                     where a.id = any(fences.agents) and (a.id = any($6) or a.territory_id = any($7))))
                   order by version desc
                   limit $3"#,
                id as FenceId,
                before,
                limit,
                scope.all,
                &scope.territories,
                &scope.agents,
                &scope.territories
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("list the versions of a fence", error))?;
            rows.into_iter().map(Row::fence).collect()
        })
        .await
    }

    /// Every version written after a revision, and the newest revision there is. A row that cannot be read is named in the log and
    /// left out: one broken fence must not keep the others from being watched.
    pub async fn fences_since(&self, revision: i64) -> Result<(Vec<Fence>, i64), StoreError> {
        self.on(async move |pool: PgPool| {
            let mut fences = Vec::new();
            let mut newest = revision;
            let mut after = (revision, Uuid::nil(), 0);
            loop {
                let rows = sqlx::query_as!(
                    Row,
                    r#"select fence_id as "id: FenceId", version, valid_from as "valid_from: Timestamp",
                              valid_to as "valid_to: Timestamp", revision, name, shape, owner_kind, owner_id,
                              agents as "agents: Vec<AgentId>", dwell_s, calendar, floor_m, ceiling_m
                       from fences
                       where (revision, fence_id, version) > ($1, $2, $3) and revision > $4
                       order by revision, fence_id, version
                       limit $5"#,
                    after.0,
                    after.1,
                    after.2,
                    revision,
                    LOAD_ROWS
                )
                .fetch_all(&pool)
                .await
                .map_err(|error| StoreError::sql("load the fences", error))?;
                let is_last = rows.len() < LOAD_ROWS as usize;
                for row in rows {
                    newest = newest.max(row.revision);
                    after = (row.revision, row.id.0, row.version);
                    let (id, version) = (row.id, row.version);
                    match row.fence() {
                        Ok(fence) => fences.push(fence),
                        Err(error) => tracing::error!(fence = %id, version, error = error.chain(), "fence left out"),
                    }
                }
                if is_last {
                    return Ok((fences, newest));
                }
            }
        })
        .await
    }
}

/// Makes fences what they should be, as part of a larger change: a definition begins a version where another one, or none, is in force; None
/// ends the one in force. Returns the revision, where anything was changed.
pub(super) async fn follow(
    connection: &mut PgConnection,
    wanted: Vec<(FenceId, Option<Definition>)>,
    at: Timestamp,
    by: Option<UserId>,
) -> Result<Option<i64>, StoreError> {
    const WHAT: &str = "let fences follow their places";
    if wanted.is_empty() {
        return Ok(None);
    }
    let revision = next_revision(connection, WHAT).await?;
    let ids: Vec<Uuid> = wanted.iter().map(|(id, _)| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select distinct on (fence_id) fence_id as "id: FenceId", version, valid_from as "valid_from: Timestamp",
                  valid_to as "valid_to: Timestamp", revision, name, shape, owner_kind, owner_id,
                  agents as "agents: Vec<AgentId>", dwell_s, calendar, floor_m, ceiling_m
           from fences
           where fence_id = any($1)
           order by fence_id, version desc"#,
        &ids
    );
    let rows = rows.fetch_all(&mut *connection).await.map_err(|error| StoreError::sql(WHAT, error))?;
    let newest: HashMap<FenceId, Fence> =
        rows.into_iter().map(|row| row.fence().map(|fence| (fence.id, fence))).collect::<Result<_, _>>()?;
    let mut has_changed = false;
    for (id, definition) in wanted {
        let before = newest.get(&id);
        let in_force = before.filter(|fence| fence.valid_to.is_none());
        if in_force.map(|fence| &fence.definition) == definition.as_ref() {
            continue;
        }
        has_changed = true;
        let at = before.map_or(at, |before| after_begin(before, at).max(before.valid_to.unwrap_or(at)));
        if in_force.is_some() {
            end(connection, id, at, revision, WHAT).await?;
        }
        if let Some(definition) = definition {
            let version = before.map_or(1, |before| before.version + 1);
            insert(connection, &Fence { id, version, valid_from: at, valid_to: None, definition }, revision, by, WHAT).await?;
        }
    }
    Ok(has_changed.then_some(revision))
}

/// A row as it is stored.
struct Row {
    id: FenceId,
    version: i64,
    valid_from: Timestamp,
    valid_to: Option<Timestamp>,
    revision: i64,
    name: String,
    shape: serde_json::Value,
    owner_kind: String,
    owner_id: Option<Uuid>,
    agents: Option<Vec<AgentId>>,
    dwell_s: Option<i32>,
    calendar: Option<serde_json::Value>,
    floor_m: Option<f64>,
    ceiling_m: Option<f64>,
}

impl Row {
    fn fence(self) -> Result<Fence, StoreError> {
        const DAMAGED: StoreError = StoreError::Damaged { what: "a fence" };
        let calendar = self.calendar.map(serde_json::from_value::<Calendar>).transpose();
        let definition = Definition {
            name: self.name,
            shape: Shape::from_geojson(&self.shape).map_err(|_| DAMAGED)?,
            owner: Owner { kind: OwnerKind::from_name(&self.owner_kind).ok_or(DAMAGED)?, id: self.owner_id },
            agents: self.agents,
            dwell_s: self.dwell_s.map(u32::try_from).transpose().map_err(|_| DAMAGED)?,
            calendar: calendar.map_err(|_| DAMAGED)?,
            floor_m: self.floor_m,
            ceiling_m: self.ceiling_m,
        };
        let Self { id, version, valid_from, valid_to, .. } = self;
        Ok(Fence { id, version, valid_from, valid_to, definition })
    }
}

/// One change at a time: revisions become visible in their order.
async fn next_revision(connection: &mut PgConnection, what: &'static str) -> Result<i64, StoreError> {
    sqlx::query!("select pg_advisory_xact_lock($1)", CHANGE_LOCK)
        .execute(&mut *connection)
        .await
        .map_err(|error| StoreError::sql(what, error))?;
    sqlx::query_scalar!(r#"select nextval('fence_revisions') as "revision!""#)
        .fetch_one(connection)
        .await
        .map_err(|error| StoreError::sql(what, error))
}

async fn in_force(connection: &mut PgConnection, id: FenceId, what: &'static str) -> Result<Option<Fence>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        r#"select fence_id as "id: FenceId", version, valid_from as "valid_from: Timestamp",
                  valid_to as "valid_to: Timestamp", revision, name, shape, owner_kind, owner_id,
                  agents as "agents: Vec<AgentId>", dwell_s, calendar, floor_m, ceiling_m
           from fences
           where fence_id = $1 and valid_to is null"#,
        id as FenceId
    )
    .fetch_optional(connection)
    .await
    .map_err(|error| StoreError::sql(what, error))?;
    row.map(Row::fence).transpose()
}

async fn end(
    connection: &mut PgConnection,
    id: FenceId,
    at: Timestamp,
    revision: i64,
    what: &'static str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update fences set valid_to = $2, revision = $3 where fence_id = $1 and valid_to is null",
        id as FenceId,
        at as Timestamp,
        revision
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql(what, error))?;
    Ok(())
}

/// Returns whether the row is new.
async fn insert(
    connection: &mut PgConnection,
    fence: &Fence,
    revision: i64,
    by: Option<UserId>,
    what: &'static str,
) -> Result<bool, StoreError> {
    let Definition { name, shape, owner, agents, dwell_s, calendar, floor_m, ceiling_m } = &fence.definition;
    let [extent, extent_2] = boxes(&Ground::new(shape).bounds());
    let agents: Option<Vec<Uuid>> = agents.as_ref().map(|agents| agents.iter().map(|agent| agent.0).collect());
    let done = sqlx::query!(
        r#"insert into fences (fence_id, version, valid_from, revision, name, shape, extent, extent_2, owner_kind, owner_id,
                               agents, dwell_s, calendar, floor_m, ceiling_m, made_by)
           values ($1, $2, $3, $4, $5, $6, $7::text::box, $8::text::box, $9, $10, $11, $12, $13, $14, $15, $16)
           on conflict (fence_id, version) do nothing"#,
        fence.id as FenceId,
        fence.version,
        fence.valid_from as Timestamp,
        revision,
        name,
        Json(shape) as _,
        extent,
        extent_2,
        owner.kind.as_str(),
        owner.id,
        agents.as_deref(),
        dwell_s.map(|dwell_s| dwell_s as i32),
        calendar.as_ref().map(Json) as _,
        *floor_m,
        *ceiling_m,
        by as Option<UserId>
    )
    .execute(connection)
    .await
    .map_err(|error| StoreError::sql(what, error))?;
    Ok(done.rows_affected() == 1)
}

/// Two changes in one millisecond, or a clock set back: a version lasts a millisecond at least.
fn after_begin(current: &Fence, at: Timestamp) -> Timestamp {
    at.max(current.valid_from.plus_ms(1))
}

/// Bounds as Postgres writes boxes: one, or two where they cross the antimeridian.
pub(super) fn boxes(bounds: &Bounds) -> [Option<String>; 2] {
    let Bounds { south, west, north, east } = *bounds;
    let text = |west: f64, east: f64| Some(format!("({west},{south}),({east},{north})"));
    if west <= east { [text(west, east), None] } else { [text(west, 180.0), text(-180.0, east)] }
}
