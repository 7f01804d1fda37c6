//! Territory designs: proposals, the customers they move, and their coming into force.
//!
//! The invariant: a design comes into force as a whole or not at all, and only while areas and customers are as they were when it was made.

use super::customer_changes::{CustomerChange, Written, write};
use super::{Store, StoreError};
use salessync_engine::access::Scope;
use salessync_engine::customer::Customer;
use salessync_engine::design::document::{
    DesignMove, DesignState, NewTerritoryDesign, Proposal, TerritoryDesign, TerritoryDesignHead,
};
use salessync_engine::design::{Balance, Made, Material, Shared};
use salessync_engine::geo::shape::Area;
use salessync_engine::{CustomerId, Point, TerritoryDesignId, TerritoryId, Timestamp, UserId};
use serde_json::{Value, json};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;

const WHAT: &str = "read or write a territory design";

/// What became of the wish to bring a design into force, or what was before.
#[derive(Clone, PartialEq, Debug)]
pub enum Enforced {
    /// The customers that went over, and the fences that follow them.
    Done {
        customers: Vec<CustomerId>,
        fences: bool,
    },
    /// It is in this state, at this version.
    Not {
        state: DesignState,
        version: i64,
    },
    /// Areas or customers are not as they were.
    Outdated,
    Gone,
}

struct HeadRow {
    id: TerritoryDesignId,
    name: String,
    state: String,
    version: i64,
    territory_ids: Vec<uuid::Uuid>,
    before: Option<Json<Balance>>,
    after: Option<Json<Balance>>,
    failure: Option<String>,
    made_by: Option<UserId>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl HeadRow {
    fn head(self) -> Result<TerritoryDesignHead, StoreError> {
        Ok(TerritoryDesignHead {
            id: self.id,
            name: self.name,
            state: state_of(&self.state)?,
            version: self.version,
            territory_ids: self.territory_ids.into_iter().map(TerritoryId).collect(),
            before: self.before.map(|before| before.0),
            after: self.after.map(|after| after.0),
            failure: self.failure,
            made_by: self.made_by,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

fn state_of(name: &str) -> Result<DesignState, StoreError> {
    DesignState::from_name(name).ok_or(StoreError::Damaged { what: "a territory design" })
}

fn sql(error: sqlx::Error) -> StoreError {
    StoreError::sql(WHAT, error)
}

impl Store {
    /// Writes a design that is about to be made; an id that exists already stays as it is. Is it new?
    pub(crate) async fn begin_territory_design(
        &self,
        id: TerritoryDesignId,
        request: NewTerritoryDesign,
        by: Option<UserId>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let territories: Vec<_> = request.territories.iter().map(|seat| seat.territory_id.0).collect();
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                r#"insert into territory_designs (id, name, state, version, territory_ids, request, made_by, created_at, updated_at)
                   values ($1, $2, 'computing', 1, $3, $4, $5, $6, $6)
                   on conflict (id) do nothing"#,
                id as TerritoryDesignId,
                request.name,
                &territories,
                Json(&request) as _,
                by as Option<UserId>,
                at as Timestamp
            );
            Ok(done.execute(&pool).await.map_err(sql)?.rows_affected() == 1)
        })
        .await
    }

    /// Everything a design is made from: customers that are not closed, of these territories and, where asked for, of none; and in the order
    /// of the request their territories. A territory that is not there is left out.
    pub(crate) async fn territory_design_material(&self, request: &NewTerritoryDesign) -> Result<Material, StoreError> {
        let wanted: Vec<TerritoryId> = request.territories.iter().map(|seat| seat.territory_id).collect();
        let include_unassigned = request.include_unassigned;
        let there = self.territories_by_id(wanted.clone()).await?;
        let mut there: HashMap<_, _> = there.into_iter().map(|territory| (territory.id, territory)).collect();
        let territories: Vec<_> = wanted.iter().filter_map(|id| there.remove(id)).collect();
        let ids: Vec<_> = wanted.iter().map(|id| id.0).collect();
        let rows = self
            .on(async move |pool: PgPool| {
                sqlx::query!(
                    r#"select c.id as "id: CustomerId", c.territory_id as "territory_id: TerritoryId", c.status,
                              p.location[1] as lat, p.location[0] as lon,
                              coalesce(p.visit_duration_s, k.visit_duration_s, 1800) as "visit_duration_s!",
                              k.interval_days::float8 as interval_days,
                              (k.cycle_weeks * 7.0 / k.visits_per_cycle)::float8 as cycle_days,
                              exists (select 1 from customer_agents a join agents g on g.id = a.agent_id
                                      where a.customer_id = c.id and a.is_preferred and g.territory_id = c.territory_id) as "is_preferred!"
                       from customers c
                       left join customer_places p on p.customer_id = c.id and p.position = 0
                       left join customer_classes k on k.code = c.class
                       where c.status <> 'closed' and (c.territory_id = any($1) or ($2 and c.territory_id is null))
                       order by c.id"#,
                    &ids,
                    include_unassigned
                )
                .fetch_all(&pool)
                .await
                .map_err(sql)
            })
            .await?;
        let mut material = Material { customers: Vec::with_capacity(rows.len()), territories, unplaced: 0 };
        for row in rows {
            let point = row.lat.zip(row.lon).and_then(|(lat, lon)| Point::new(lat, lon).ok());
            let is_within = |point: Point| material.territories.iter().any(|territory| territory.area.contains(point));
            match point {
                None if row.territory_id.is_some() => material.unplaced += 1,
                None => {}
                Some(point) if row.territory_id.is_none() && !is_within(point) => {}
                Some(point) => material.customers.push(Shared {
                    id: row.id,
                    point,
                    // Nobody visits a customer on hold, but whose it is must be said all the same.
                    days_between: if row.status == "on_hold" {
                        Some(f64::INFINITY)
                    } else {
                        row.interval_days.or(row.cycle_days)
                    },
                    visit_s: f64::from(row.visit_duration_s),
                    territory_id: row.territory_id,
                    is_preferred_there: row.is_preferred,
                }),
            }
        }
        Ok(material)
    }

    /// Writes what was made of a design, upon the version it was made for. False: it is not at that version, or not to be changed any more.
    pub(crate) async fn put_territory_design(
        &self,
        id: TerritoryDesignId,
        version: i64,
        (made, material): (Made, Material),
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let mut tx = pool.begin().await.map_err(sql)?;
            let done = sqlx::query!(
                r#"update territory_designs
                   set state = 'ready', version = version + 1, proposal = $3, before = $4, after = $5, failure = null, updated_at = $6
                   where id = $1 and version = $2 and state in ('computing', 'ready')"#,
                id as TerritoryDesignId,
                version,
                Json(&made.proposal) as _,
                Json(&made.before) as _,
                Json(&made.after) as _,
                at as Timestamp
            );
            if done.execute(&mut *tx).await.map_err(sql)?.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query!("delete from territory_design_moves where design_id = $1", id as TerritoryDesignId)
                .execute(&mut *tx)
                .await
                .map_err(sql)?;
            let from: HashMap<_, _> = material.customers.iter().map(|customer| (customer.id, customer.territory_id)).collect();
            let row = |(customer, to, visits): &(CustomerId, TerritoryId, f64)| {
                json!({ "customer_id": customer, "from_id": from.get(customer).copied().flatten(), "to_id": to, "visits": visits })
            };
            let rows: Value = made.moves.iter().map(row).collect();
            sqlx::query!(
                r#"insert into territory_design_moves (design_id, customer_id, from_id, to_id, visits)
                   select $1, r.customer_id, r.from_id, r.to_id, r.visits
                   from jsonb_to_recordset($2) as r (customer_id uuid, from_id uuid, to_id uuid, visits double precision)"#,
                id as TerritoryDesignId,
                Json(rows) as _
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(true)
        })
        .await
    }

    /// Writes that a design could not be made.
    pub(crate) async fn fail_territory_design(
        &self,
        id: TerritoryDesignId,
        failure: String,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query!(
                r#"update territory_designs set state = 'failed', version = version + 1, failure = $2, updated_at = $3
                   where id = $1 and state = 'computing'"#,
                id as TerritoryDesignId,
                failure,
                at as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(sql)?;
            Ok(())
        })
        .await
    }

    /// Designs that a server was making when it ended: they are not made any more.
    pub(crate) async fn fail_interrupted_territory_designs(&self, at: Timestamp) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query!(
                r#"update territory_designs
                   set state = 'failed', version = version + 1, failure = 'the server ended before it was made: ask again', updated_at = $1
                   where state = 'computing'"#,
                at as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(sql)?;
            Ok(())
        })
        .await
    }

    /// Designs all of whose territories are in the scope, the newest first, older than `after`.
    pub async fn territory_designs(
        &self,
        scope: &Scope,
        after: Option<(Timestamp, TerritoryDesignId)>,
        limit: i64,
    ) -> Result<Vec<TerritoryDesignHead>, StoreError> {
        let scope = scope.condition();
        let (after_at, after_id) = after.unzip();
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                HeadRow,
                r#"select id as "id: TerritoryDesignId", name, state, version, territory_ids, before as "before: Json<Balance>",
                          after as "after: Json<Balance>", failure, made_by as "made_by: UserId", created_at as "created_at: Timestamp",
                          updated_at as "updated_at: Timestamp"
                   from territory_designs
                   where ($1 or territory_ids <@ $2) and ($3::timestamptz is null or (created_at, id) < ($3, $4))
                   order by created_at desc, id desc
                   limit $5"#,
                scope.all,
                &scope.territories,
                after_at as Option<Timestamp>,
                after_id as Option<TerritoryDesignId>,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(sql)?;
            rows.into_iter().map(HeadRow::head).collect()
        })
        .await
    }

    /// A design, if all of its territories are in the scope.
    pub async fn territory_design(&self, scope: &Scope, id: TerritoryDesignId) -> Result<Option<TerritoryDesign>, StoreError> {
        let scope = scope.condition();
        self.on(async move |pool: PgPool| {
            let row = sqlx::query!(
                r#"select id as "id: TerritoryDesignId", name, state, version, territory_ids, before as "before: Json<Balance>",
                          after as "after: Json<Balance>", failure, made_by as "made_by: UserId", created_at as "created_at: Timestamp",
                          updated_at as "updated_at: Timestamp", request as "request: Json<NewTerritoryDesign>",
                          proposal as "proposal: Json<Proposal>"
                   from territory_designs
                   where id = $1 and ($2 or territory_ids <@ $3)"#,
                id as TerritoryDesignId,
                scope.all,
                &scope.territories
            )
            .fetch_optional(&pool)
            .await
            .map_err(sql)?;
            let Some(row) = row else { return Ok(None) };
            let head = HeadRow {
                id: row.id,
                name: row.name,
                state: row.state,
                version: row.version,
                territory_ids: row.territory_ids,
                before: row.before,
                after: row.after,
                failure: row.failure,
                made_by: row.made_by,
                created_at: row.created_at,
                updated_at: row.updated_at,
            };
            let proposal = row.proposal.map(|proposal| proposal.0);
            Ok(Some(TerritoryDesign { head: head.head()?, request: row.request.0, proposal }))
        })
        .await
    }

    /// Customers that a design moves, by id, after `after`. Whoever may see the design may see who moves.
    pub async fn territory_design_moves(
        &self,
        design: &TerritoryDesign,
        after: Option<CustomerId>,
        limit: i64,
    ) -> Result<Vec<DesignMove>, StoreError> {
        let id = design.head.id;
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select m.customer_id as "customer_id: CustomerId", c.name, coalesce(p.location[1], 0) as "lat!",
                          coalesce(p.location[0], 0) as "lon!", m.from_id as "from_id: TerritoryId", m.to_id as "to_id: TerritoryId", m.visits
                   from territory_design_moves m
                   join customers c on c.id = m.customer_id
                   left join customer_places p on p.customer_id = c.id and p.position = 0
                   where m.design_id = $1 and ($2::uuid is null or m.customer_id > $2)
                   order by m.customer_id
                   limit $3"#,
                id as TerritoryDesignId,
                after as Option<CustomerId>,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(sql)?;
            let shown = rows.into_iter().map(|row| DesignMove {
                customer_id: row.customer_id,
                name: row.name,
                lat: row.lat,
                lon: row.lon,
                from: row.from_id,
                to: row.to_id,
                visits: row.visits,
            });
            Ok(shown.collect())
        })
        .await
    }

    /// Who goes over, from where and to where.
    pub(crate) async fn all_territory_design_moves(
        &self,
        id: TerritoryDesignId,
    ) -> Result<Vec<(CustomerId, Option<TerritoryId>, TerritoryId)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select customer_id as "customer_id: CustomerId", from_id as "from_id: TerritoryId", to_id as "to_id: TerritoryId"
                   from territory_design_moves where design_id = $1"#,
                id as TerritoryDesignId
            )
            .fetch_all(&pool)
            .await
            .map_err(sql)?;
            Ok(rows.into_iter().map(|row| (row.customer_id, row.from_id, row.to_id)).collect())
        })
        .await
    }

    /// Brings areas and customers into force, all or none, and says so in the design: from `expected` state and version to `next`.
    pub(crate) async fn enforce_territory_design(
        &self,
        id: TerritoryDesignId,
        (expected, version, next): (DesignState, i64, DesignState),
        areas: Vec<AreaChange>,
        customers: Vec<(Customer, Option<TerritoryId>)>,
        (at, by): (Timestamp, Option<UserId>),
    ) -> Result<Enforced, StoreError> {
        self.on(async move |pool: PgPool| {
            let mut tx = pool.begin().await.map_err(sql)?;
            let row =
                sqlx::query!("select state, version from territory_designs where id = $1 for update", id as TerritoryDesignId);
            let Some(row) = row.fetch_optional(&mut *tx).await.map_err(sql)? else { return Ok(Enforced::Gone) };
            let state = state_of(&row.state)?;
            if (state, row.version) != (expected, version) {
                return Ok(Enforced::Not { state, version: row.version });
            }
            let ids = customers.iter().map(|(customer, _)| customer.id).collect();
            let changes = customers.into_iter().map(|(before, territory)| moved(before, territory, at)).collect::<Vec<_>>();
            let Written::Done { fences } = write(&mut tx, &changes, at, by).await? else { return Ok(Enforced::Outdated) };
            if !put_areas(&mut tx, areas).await? {
                return Ok(Enforced::Outdated);
            }
            sqlx::query!(
                "update territory_designs set state = $2, version = version + 1, updated_at = $3 where id = $1",
                id as TerritoryDesignId,
                next.as_str(),
                at as Timestamp
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            tx.commit().await.map_err(sql)?;
            Ok(Enforced::Done { customers: ids, fences })
        })
        .await
    }

    /// Lays a design aside. None: there is no such design; else whether it could be.
    pub(crate) async fn discard_territory_design(&self, id: TerritoryDesignId, at: Timestamp) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let done = sqlx::query!(
                r#"update territory_designs set state = 'discarded', version = version + 1, updated_at = $2
                   where id = $1 and state in ('computing', 'ready', 'failed')"#,
                id as TerritoryDesignId,
                at as Timestamp
            );
            Ok(done.execute(&pool).await.map_err(sql)?.rows_affected() == 1)
        })
        .await
    }
}

/// A territory's area as it must be and as it is to be.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct AreaChange {
    pub territory: TerritoryId,
    pub before: Area,
    pub after: Area,
}

fn moved(before: Customer, territory: Option<TerritoryId>, at: Timestamp) -> CustomerChange {
    let mut after = before.clone();
    after.version += 1;
    after.updated_at = at;
    after.profile.territory_id = territory;
    CustomerChange { before: Some(before), after, contact: None }
}

/// False: an area is not as it was, or its territory is gone.
async fn put_areas(connection: &mut PgConnection, mut areas: Vec<AreaChange>) -> Result<bool, StoreError> {
    areas.sort_by_key(|change| change.territory);
    for AreaChange { territory, before, after } in areas {
        let now = sqlx::query_scalar!(
            r#"select area as "area: Json<Area>" from territories where id = $1 for update"#,
            territory as TerritoryId
        );
        if now.fetch_optional(&mut *connection).await.map_err(sql)?.is_none_or(|area| area.0 != before) {
            return Ok(false);
        }
        sqlx::query!("update territories set area = $2 where id = $1", territory as TerritoryId, Json(&after) as _)
            .execute(&mut *connection)
            .await
            .map_err(sql)?;
    }
    Ok(true)
}
