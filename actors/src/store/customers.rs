//! Customers as they are read: one, or pages of those a scope covers, by name, by what changed, or by how near they are.
//!
//! Writing is `customer_changes`. Every read is one repeatable-read snapshot, because a customer lies in several tables.

use super::fences::boxes;
use super::{Store, StoreError};
use salessync_engine::access::{Condition, InScope, Scope};
use salessync_engine::customer::{ContactHead, Customer, CustomerStatus, LocatedBy, Place, PlaceFence, Profile};
use salessync_engine::fence::{Calendar, Shape};
use salessync_engine::geo::Bounds;
use salessync_engine::geo::distance::SPHERE_RADIUS_M;
use salessync_engine::{AgentId, ContactId, CustomerId, PlaceId, Point, TerritoryId, Timestamp};
use sqlx::postgres::types::PgPoint;
use sqlx::{Connection, Executor, PgConnection, PgPool};
use std::collections::HashMap;
use uuid::Uuid;

/// Which customers a list is about; all by default.
#[derive(Clone, Debug, Default)]
pub struct CustomerFilter {
    /// Folded words, each the beginning of a word of the customer's; engine/src/words.rs.
    pub words: Vec<String>,
    pub reference: Option<String>,
    pub territory: Option<TerritoryId>,
    pub without_territory: bool,
    pub class: Option<String>,
    pub status: Option<CustomerStatus>,
    pub tag: Option<String>,
    /// Whom this agent should visit.
    pub preferred_agent: Option<AgentId>,
    /// One of whose places lies in these.
    pub bounds: Option<Bounds>,
    /// One of whose places nobody knows where it is (true), or none of them (false).
    pub unlocated: Option<bool>,
}

/// A circle to look for customers in.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    pub centre: Point,
    pub radius_m: f64,
}

/// Where a page by distance goes on: millimetres, and the id.
pub type AfterDistance = (i64, CustomerId);

/// A place with an address and no point.
#[derive(Clone, Debug)]
pub(crate) struct Unlocated {
    pub place: PlaceId,
    pub customer: CustomerId,
    /// Of the customer.
    pub version: i64,
    pub address: String,
}

/// The filter as parameters.
struct Wanted {
    query: Option<String>,
    filter: CustomerFilter,
    view: [Option<String>; 2],
    scope: Condition,
}

impl Wanted {
    fn new(scope: &Scope, filter: CustomerFilter) -> Self {
        // Folded words hold letters and digits only, so that none of them can be an operator.
        let words: Vec<_> = filter.words.iter().map(|word| format!("'{word}':*")).collect();
        let query = (!words.is_empty()).then(|| words.join(" & "));
        let view = filter.bounds.as_ref().map_or([None, None], boxes);
        Self { query, filter, view, scope: scope.condition() }
    }
}

impl Store {
    /// A customer of the scope.
    pub async fn customer(&self, scope: &Scope, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let found = self.customer_of(id).await?;
        Ok(found.filter(|customer| scope.covers_customer(customer.profile.territory_id, &customer.profile.preferred_agents)))
    }

    /// A customer for its actor, which looks at the scope of whoever asks.
    pub(crate) async fn customer_of(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.read_customers(vec![id]).await.map(|mut customers| customers.pop())
    }

    /// The id and what else the scope makes of it, for what is stored beside a customer.
    pub async fn customer_in(&self, scope: &Scope, id: CustomerId) -> Result<Option<InScope<CustomerId>>, StoreError> {
        let customer = self.customer_of(id).await?;
        Ok(customer.and_then(|customer| scope.customer(id, customer.profile.territory_id, &customer.profile.preferred_agents)))
    }

    /// Those of the ids that there are, in the order given.
    pub(crate) async fn read_customers(&self, ids: Vec<CustomerId>) -> Result<Vec<Customer>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read customers", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let mut tx = connection.begin().await.map_err(sql)?;
            one_snapshot(&mut tx).await?;
            customers_by_id(&mut tx, &ids).await
        })
        .await
    }

    /// Those that other systems call so, whoever they belong to: for writing many at once.
    pub(crate) async fn customers_by_reference(&self, references: Vec<String>) -> Result<Vec<Customer>, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("look for customers by their codes", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let mut tx = connection.begin().await.map_err(sql)?;
            one_snapshot(&mut tx).await?;
            let ids =
                sqlx::query_scalar!(r#"select id as "id: CustomerId" from customers where reference = any($1)"#, &references);
            let ids = ids.fetch_all(&mut *tx).await.map_err(sql)?;
            customers_by_id(&mut tx, &ids).await
        })
        .await
    }

    /// Places that a geocoder may find and was not asked for yet, those of customers that are not closed.
    pub(crate) async fn unlocated_places(&self, limit: i64) -> Result<Vec<Unlocated>, StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query_as!(
                Unlocated,
                r#"select p.id as "place: PlaceId", c.id as "customer: CustomerId", c.version, p.address
                   from customer_places p
                   join customers c on c.id = p.customer_id
                   where p.location is null and p.address <> '' and p.geocode_tried is distinct from p.address and c.status <> 'closed'
                   order by p.id
                   limit $1"#,
                limit
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("look for places to locate", error))
        })
        .await
    }

    /// No geocoder knows this address: it is not asked for again until it changes.
    pub(crate) async fn note_not_located(&self, place: PlaceId, address: String) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            sqlx::query!("update customer_places set geocode_tried = $2 where id = $1", place as PlaceId, address)
                .execute(&pool)
                .await
                .map(drop)
                .map_err(|error| StoreError::sql("note a place not located", error))
        })
        .await
    }

    /// Customers of a scope by name, then id, after `after`.
    pub async fn customers(
        &self,
        scope: &Scope,
        filter: CustomerFilter,
        after: Option<(String, CustomerId)>,
        limit: i64,
    ) -> Result<Vec<Customer>, StoreError> {
        let Wanted { query, filter, view: [view, view_2], scope } = Wanted::new(scope, filter);
        let (after_name, after_id) = after.unzip();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("list customers", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let mut tx = connection.begin().await.map_err(sql)?;
            one_snapshot(&mut tx).await?;
            let ids = sqlx::query_scalar!(
                r#"select c.id as "id: CustomerId"
                   from customers c
                   where ($1 or c.territory_id = any($2)
                          or exists (select 1 from customer_agents o
                                     where o.customer_id = c.id and o.is_preferred and o.agent_id = any($3)))
                     and ($4::text is null or c.words @@ $4::text::tsquery)
                     and ($5::text is null or c.reference = $5)
                     and ($6::uuid is null or c.territory_id = $6)
                     and (not $7::boolean or c.territory_id is null)
                     and ($8::text is null or c.class = $8)
                     and ($9::text is null or c.status = $9)
                     and ($10::text is null or c.tags @> array[$10::text])
                     and ($11::uuid is null or exists (select 1 from customer_agents o
                                                       where o.customer_id = c.id and o.is_preferred and o.agent_id = $11))
                     and ($12::text is null or c.id in (select p.customer_id from customer_places p
                                                        where p.location <@ $12::text::box or p.location <@ $13::text::box))
                     and ($14::boolean is null or $14 = exists (select 1 from customer_places p
                                                                where p.customer_id = c.id and p.location is null))
                     and ($15::text is null or (c.name, c.id) > ($15, $16))
                   order by c.name, c.id
                   limit $17"#,
                scope.all,
                &scope.territories,
                &scope.agents,
                query,
                filter.reference,
                filter.territory as Option<TerritoryId>,
                filter.without_territory,
                filter.class,
                filter.status.map(CustomerStatus::as_str),
                filter.tag,
                filter.preferred_agent as Option<AgentId>,
                view,
                view_2,
                filter.unlocated,
                after_name,
                after_id as Option<CustomerId>,
                limit
            );
            let ids = ids.fetch_all(&mut *tx).await.map_err(sql)?;
            customers_by_id(&mut tx, &ids).await
        })
        .await
    }

    /// Customers of a scope with a place in the circle, the nearest first, each with the distance to its nearest place in millimetres on the
    /// sphere of 6,371,000 m.
    pub async fn customers_near(
        &self,
        scope: &Scope,
        filter: CustomerFilter,
        around: Around,
        after: Option<AfterDistance>,
        limit: i64,
    ) -> Result<Vec<(Customer, i64)>, StoreError> {
        let Wanted { query, filter, view: [view, view_2], scope } = Wanted::new(scope, filter);
        let (after_mm, after_id) = after.unzip();
        let [near, near_2] = boxes(&bounds_around(around));
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("look for customers nearby", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let mut tx = connection.begin().await.map_err(sql)?;
            one_snapshot(&mut tx).await?;
            let found = sqlx::query!(
                r#"select c.id as "id: CustomerId", d.distance_mm as "distance_mm!"
                   from (select p.customer_id,
                                min(round(2000 * $18::float8 * asin(least(1, sqrt(
                                    sind((p.location[1] - $19) / 2) ^ 2
                                    + cosd($19) * cosd(p.location[1]) * sind((p.location[0] - $20) / 2) ^ 2)))))::bigint as distance_mm
                         from customer_places p
                         where p.location <@ $21::text::box or p.location <@ $22::text::box
                         group by p.customer_id) d
                   join customers c on c.id = d.customer_id
                   where d.distance_mm <= $23::float8 * 1000
                     and ($1 or c.territory_id = any($2)
                          or exists (select 1 from customer_agents o
                                     where o.customer_id = c.id and o.is_preferred and o.agent_id = any($3)))
                     and ($4::text is null or c.words @@ $4::text::tsquery)
                     and ($5::text is null or c.reference = $5)
                     and ($6::uuid is null or c.territory_id = $6)
                     and (not $7::boolean or c.territory_id is null)
                     and ($8::text is null or c.class = $8)
                     and ($9::text is null or c.status = $9)
                     and ($10::text is null or c.tags @> array[$10::text])
                     and ($11::uuid is null or exists (select 1 from customer_agents o
                                                       where o.customer_id = c.id and o.is_preferred and o.agent_id = $11))
                     and ($12::text is null or c.id in (select p.customer_id from customer_places p
                                                        where p.location <@ $12::text::box or p.location <@ $13::text::box))
                     and ($14::boolean is null or $14 = exists (select 1 from customer_places p
                                                                where p.customer_id = c.id and p.location is null))
                     and ($15::bigint is null or (d.distance_mm, c.id) > ($15, $16))
                   order by d.distance_mm, c.id
                   limit $17"#,
                scope.all,
                &scope.territories,
                &scope.agents,
                query,
                filter.reference,
                filter.territory as Option<TerritoryId>,
                filter.without_territory,
                filter.class,
                filter.status.map(CustomerStatus::as_str),
                filter.tag,
                filter.preferred_agent as Option<AgentId>,
                view,
                view_2,
                filter.unlocated,
                after_mm,
                after_id as Option<CustomerId>,
                limit,
                SPHERE_RADIUS_M,
                around.centre.lat(),
                around.centre.lon(),
                near,
                near_2,
                around.radius_m
            );
            let found = found.fetch_all(&mut *tx).await.map_err(sql)?;
            let ids: Vec<_> = found.iter().map(|row| row.id).collect();
            let customers = customers_by_id(&mut tx, &ids).await?;
            Ok(customers.into_iter().zip(found.into_iter().map(|row| row.distance_mm)).collect())
        })
        .await
    }

    /// Customers of a scope that were changed after a revision, in the order of their newest change, each with its revision.
    pub async fn customers_changed(
        &self,
        scope: &Scope,
        after: (i64, CustomerId),
        limit: i64,
    ) -> Result<Vec<(i64, Customer)>, StoreError> {
        let scope = scope.condition();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("list changed customers", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let mut tx = connection.begin().await.map_err(sql)?;
            one_snapshot(&mut tx).await?;
            let found = sqlx::query!(
                r#"select c.id as "id: CustomerId", c.revision
                   from customers c
                   where (c.revision, c.id) > ($4, $5)
                     and ($1 or c.territory_id = any($2)
                          or exists (select 1 from customer_agents o
                                     where o.customer_id = c.id and o.is_preferred and o.agent_id = any($3)))
                   order by c.revision, c.id
                   limit $6"#,
                scope.all,
                &scope.territories,
                &scope.agents,
                after.0,
                after.1 as CustomerId,
                limit
            );
            let found = found.fetch_all(&mut *tx).await.map_err(sql)?;
            let ids: Vec<_> = found.iter().map(|row| row.id).collect();
            let customers = customers_by_id(&mut tx, &ids).await?;
            Ok(found.into_iter().map(|row| row.revision).zip(customers).collect())
        })
        .await
    }
}

/// All statements of a transaction see the same.
async fn one_snapshot(connection: &mut PgConnection) -> Result<(), StoreError> {
    let set = connection.execute("set transaction isolation level repeatable read, read only").await;
    set.map(drop).map_err(|error| StoreError::sql("read customers", error))
}

/// Bounds of a circle, widened a little: what lies within is measured afterwards.
fn bounds_around(Around { centre, radius_m }: Around) -> Bounds {
    let reach_deg = (radius_m / SPHERE_RADIUS_M).to_degrees() * 1.001 + 1e-6;
    let (south, north) = ((centre.lat() - reach_deg).max(-90.0), (centre.lat() + reach_deg).min(90.0));
    let widest = south.abs().max(north.abs()).to_radians().cos();
    let lon_reach_deg = if widest > 1e-9 { reach_deg / widest } else { 360.0 };
    if lon_reach_deg >= 180.0 {
        return Bounds { south, west: -180.0, north, east: 180.0 };
    }
    let wrapped = |lon: f64| {
        if lon > 180.0 {
            lon - 360.0
        } else if lon < -180.0 {
            lon + 360.0
        } else {
            lon
        }
    };
    Bounds { south, west: wrapped(centre.lon() - lon_reach_deg), north, east: wrapped(centre.lon() + lon_reach_deg) }
}

/// Whole customers in the order of the ids; ids of nobody are left out.
pub(super) async fn customers_by_id(connection: &mut PgConnection, ids: &[CustomerId]) -> Result<Vec<Customer>, StoreError> {
    let sql = |error| StoreError::sql("read customers", error);
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select id as "id: CustomerId", version, name, reference, class, status, territory_id as "territory_id: TerritoryId", tags, notes,
                  created_at as "created_at: Timestamp", updated_at as "updated_at: Timestamp"
           from customers
           where id = any($1)"#,
        &ids
    );
    let rows = rows.fetch_all(&mut *connection).await.map_err(sql)?;
    let mut customers = HashMap::with_capacity(rows.len());
    for row in rows {
        let status = CustomerStatus::from_name(&row.status).ok_or(StoreError::Damaged { what: "a customer" })?;
        let profile = Profile {
            name: row.name,
            reference: row.reference,
            class: row.class,
            status,
            territory_id: row.territory_id,
            preferred_agents: Vec::new(),
            forbidden_agents: Vec::new(),
            skills: Vec::new(),
            tags: row.tags,
            notes: row.notes,
        };
        let (id, version, created_at, updated_at) = (row.id, row.version, row.created_at, row.updated_at);
        let (places, contacts) = (Vec::new(), Vec::new());
        customers.insert(id, Customer { id, version, profile, places, contacts, created_at, updated_at });
    }
    let agents = sqlx::query!(
        r#"select customer_id as "customer_id: CustomerId", agent_id as "agent_id: AgentId", is_preferred
           from customer_agents
           where customer_id = any($1)
           order by customer_id, rank"#,
        &ids
    );
    for row in agents.fetch_all(&mut *connection).await.map_err(sql)? {
        if let Some(Customer { profile, .. }) = customers.get_mut(&row.customer_id) {
            let named = if row.is_preferred { &mut profile.preferred_agents } else { &mut profile.forbidden_agents };
            named.push(row.agent_id);
        }
    }
    let skills = sqlx::query!(
        r#"select customer_id as "customer_id: CustomerId", skill from customer_skills where customer_id = any($1) order by customer_id, skill"#,
        &ids
    );
    for row in skills.fetch_all(&mut *connection).await.map_err(sql)? {
        if let Some(customer) = customers.get_mut(&row.customer_id) {
            customer.profile.skills.push(row.skill);
        }
    }
    for (customer, place) in places_of(connection, &ids).await? {
        if let Some(customer) = customers.get_mut(&customer) {
            customer.places.push(place);
        }
    }
    let contacts = sqlx::query!(
        r#"select customer_id as "customer_id: CustomerId", contact_id as "id: ContactId", role
           from customer_contacts
           where customer_id = any($1)
           order by customer_id, position"#,
        &ids
    );
    for row in contacts.fetch_all(connection).await.map_err(sql)? {
        if let Some(customer) = customers.get_mut(&row.customer_id) {
            customer.contacts.push(ContactHead { id: row.id, role: row.role });
        }
    }
    Ok(ids.into_iter().filter_map(|id| customers.remove(&CustomerId(id))).collect())
}

async fn places_of(connection: &mut PgConnection, customers: &[Uuid]) -> Result<Vec<(CustomerId, Place)>, StoreError> {
    const DAMAGED: StoreError = StoreError::Damaged { what: "a customer's place" };
    let rows = sqlx::query!(
        r#"select id as "id: PlaceId", customer_id as "customer_id: CustomerId", position, label, address, location as "location: PgPoint",
                  located_by, location_quality, fence_radius_m, fence_shape, fence_dwell_s, hours, visit_duration_s, access_notes
           from customer_places
           where customer_id = any($1)
           order by customer_id, position"#,
        customers
    );
    let rows = rows.fetch_all(connection).await.map_err(|error| StoreError::sql("read customers' places", error))?;
    let read = rows.into_iter().map(|row| {
        let point = row.location.map(|at| Point::new(at.y, at.x)).transpose().map_err(|_| DAMAGED)?;
        let located_by = row.located_by.map(|by| LocatedBy::from_name(&by).ok_or(DAMAGED)).transpose()?;
        let shape = row.fence_shape.map(|shape| Shape::from_geojson(&shape)).transpose().map_err(|_| DAMAGED)?;
        let hours = row.hours.map(serde_json::from_value::<Calendar>).transpose().map_err(|_| DAMAGED)?;
        let place = Place {
            id: row.id,
            label: row.label,
            is_primary: row.position == 0,
            address: row.address,
            point,
            located_by,
            location_quality: row.location_quality,
            fence: PlaceFence {
                radius_m: row.fence_radius_m,
                shape,
                dwell_s: u32::try_from(row.fence_dwell_s).map_err(|_| DAMAGED)?,
            },
            hours,
            visit_duration_s: row.visit_duration_s.map(u32::try_from).transpose().map_err(|_| DAMAGED)?,
            access_notes: row.access_notes,
        };
        Ok((row.customer_id, place))
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_a_circle_reach_over_the_antimeridian_and_the_poles() {
        let around = |lat, lon, radius_m| bounds_around(Around { centre: Point::new(lat, lon).unwrap(), radius_m });
        let plain = around(0.0, 10.0, 111_195.0);
        assert!((plain.north - 1.0).abs() < 0.01 && (plain.west - 9.0).abs() < 0.01, "{plain:?}");
        let fiji = around(-17.0, 179.9, 50_000.0);
        assert!(fiji.west > 179.0 && fiji.east < -179.0, "{fiji:?}");
        let pole = around(89.99, 0.0, 5_000.0);
        assert_eq!((pole.north, pole.west, pole.east), (90.0, -180.0, 180.0));
    }
}
