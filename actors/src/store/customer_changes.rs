//! How customers are written: any number of changes in one transaction, each upon the version it was decided upon, with the fences of their
//! places.
//!
//! One statement a table, whatever the number: rows travel as JSON. The invariant: either all changes are written or none is, and the fences in
//! force are those of the places as they are.

use super::erasure::erase_contact;
use super::{Store, StoreError, fences};
use salessync_engine::customer::{Customer, CustomerStatus, Place};
use salessync_engine::{ContactId, CustomerId, Timestamp, UserId};
use serde_json::{Value, json};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::HashSet;
use uuid::Uuid;

/// Names the lock of whoever changes customers. Taken before that of fences.
const CHANGE_LOCK: i64 = 0x63_75_73_74;

/// A customer before and after.
#[derive(Clone)]
pub(crate) struct CustomerChange {
    /// None: it is new.
    pub before: Option<Customer>,
    pub after: Customer,
    pub contact: Option<ContactChange>,
}

/// What becomes of one contact's sealed part. That it is there or not is in the customer.
#[derive(Clone)]
pub(crate) enum ContactChange {
    Put(ContactId, SealedContact),
    /// With its key.
    Erase(ContactId),
}

/// How somebody is called and reached, sealed with their own key.
#[derive(Clone)]
pub(crate) struct SealedContact {
    pub name_sealed: Vec<u8>,
    pub email_sealed: Option<Vec<u8>>,
    pub phone_sealed: Option<Vec<u8>>,
}

/// What became of changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Written {
    /// `fences` says whether any of them changed.
    Done { fences: bool },
    /// Somebody else has changed one of them since: nothing is written.
    Overtaken,
}

impl Store {
    /// Writes changes, all or none.
    pub(crate) async fn write_customers(
        &self,
        changes: Vec<CustomerChange>,
        at: Timestamp,
        by: Option<UserId>,
    ) -> Result<Written, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("write customers", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let written = write(&mut tx, &changes, at, by).await?;
            if written != Written::Overtaken {
                tx.commit().await.map_err(sql)?;
            }
            Ok(written)
        })
        .await
    }
}

pub(super) async fn write(
    connection: &mut PgConnection,
    changes: &[CustomerChange],
    at: Timestamp,
    by: Option<UserId>,
) -> Result<Written, StoreError> {
    let sql = |error| StoreError::sql("write customers", error);
    sqlx::query!("select pg_advisory_xact_lock($1)", CHANGE_LOCK).execute(&mut *connection).await.map_err(sql)?;
    let revision = sqlx::query_scalar!(r#"select nextval('customer_revisions') as "revision!""#);
    let revision = revision.fetch_one(&mut *connection).await.map_err(sql)?;
    if !write_profiles(connection, changes, revision).await? {
        return Ok(Written::Overtaken);
    }
    write_agents_and_skills(connection, changes).await?;
    write_places(connection, changes).await?;
    for change in changes {
        write_contact(connection, change, at, by).await?;
    }
    let fences = fences::follow(connection, wanted_fences(changes), at, by).await?;
    Ok(Written::Done { fences: fences.is_some() })
}

/// False: one of them is not as it was.
async fn write_profiles(connection: &mut PgConnection, changes: &[CustomerChange], revision: i64) -> Result<bool, StoreError> {
    let sql = |error| StoreError::sql("write customers", error);
    let (new, known): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.before.is_none());
    if !new.is_empty() {
        let rows: Value = new.iter().map(|change| row(change)).collect();
        let done = sqlx::query!(
            r#"insert into customers (id, version, revision, name, reference, class, status, territory_id, tags, notes, words, created_at,
                                      updated_at)
               select r.id, r.version, $2, r.name, r.reference, r.class, r.status, r.territory_id, r.tags, r.notes,
                      array_to_tsvector(r.words), r.created_at, r.updated_at
               from jsonb_to_recordset($1) as r (id uuid, version bigint, name text, reference text, class text, status text,
                    territory_id uuid, tags text[], notes text, words text[], created_at timestamptz, updated_at timestamptz)
               on conflict (id) do nothing"#,
            Json(rows) as _,
            revision
        );
        if done.execute(&mut *connection).await.map_err(sql)?.rows_affected() != new.len() as u64 {
            return Ok(false);
        }
    }
    if !known.is_empty() {
        let rows: Value = known.iter().map(|change| row(change)).collect();
        let done = sqlx::query!(
            r#"update customers c
               set version = r.version, revision = $2, name = r.name, reference = r.reference, class = r.class, status = r.status,
                   territory_id = r.territory_id, tags = r.tags, notes = r.notes, words = array_to_tsvector(r.words),
                   updated_at = r.updated_at
               from jsonb_to_recordset($1) as r (id uuid, before bigint, version bigint, name text, reference text, class text,
                    status text, territory_id uuid, tags text[], notes text, words text[], updated_at timestamptz)
               where c.id = r.id and c.version = r.before"#,
            Json(rows) as _,
            revision
        );
        return Ok(done.execute(connection).await.map_err(sql)?.rows_affected() == known.len() as u64);
    }
    Ok(true)
}

fn row(change: &CustomerChange) -> Value {
    let Customer { id, version, profile, created_at, updated_at, .. } = &change.after;
    json!({
        "id": id, "before": change.before.as_ref().map(|before| before.version), "version": version,
        "name": profile.name, "reference": profile.reference, "class": profile.class, "status": profile.status,
        "territory_id": profile.territory_id, "tags": profile.tags, "notes": profile.notes,
        "words": change.after.search_words(), "created_at": created_at, "updated_at": updated_at,
    })
}

async fn write_agents_and_skills(connection: &mut PgConnection, changes: &[CustomerChange]) -> Result<(), StoreError> {
    let sql = |error| StoreError::sql("write customers' agents and skills", error);
    let changed: Vec<_> =
        changes.iter().filter(|change| !has_same_agents_and_skills(change)).map(|change| &change.after).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = changed.iter().map(|customer| customer.id.0).collect();
    let (mut agents, mut skills) = (Vec::new(), Vec::new());
    for Customer { id, profile, .. } in changed {
        for (is_preferred, named) in [(true, &profile.preferred_agents), (false, &profile.forbidden_agents)] {
            let rows = named.iter().enumerate();
            agents.extend(rows.map(|(rank, agent)| json!({"c": id, "a": agent, "p": is_preferred, "r": rank})));
        }
        skills.extend(profile.skills.iter().map(|skill| json!({"c": id, "s": skill})));
    }
    sqlx::query!("delete from customer_agents where customer_id = any($1)", &ids).execute(&mut *connection).await.map_err(sql)?;
    sqlx::query!("delete from customer_skills where customer_id = any($1)", &ids).execute(&mut *connection).await.map_err(sql)?;
    // Whoever was erased meanwhile is named no more.
    sqlx::query!(
        r#"insert into customer_agents (customer_id, agent_id, is_preferred, rank)
           select r.c, r.a, r.p, r.r
           from jsonb_to_recordset($1) as r (c uuid, a uuid, p boolean, r smallint)
           where not exists (select 1 from agents where agents.id = r.a and agents.erased_at is not null)"#,
        Json(Value::from(agents)) as _
    )
    .execute(&mut *connection)
    .await
    .map_err(sql)?;
    sqlx::query!(
        "insert into customer_skills (customer_id, skill) select r.c, r.s from jsonb_to_recordset($1) as r (c uuid, s text)",
        Json(Value::from(skills)) as _
    )
    .execute(connection)
    .await
    .map_err(sql)?;
    Ok(())
}

fn has_same_agents_and_skills(change: &CustomerChange) -> bool {
    let of = |customer: &Customer| {
        let profile = &customer.profile;
        (profile.preferred_agents.clone(), profile.forbidden_agents.clone(), profile.skills.clone())
    };
    let nobody = (Vec::new(), Vec::new(), Vec::new());
    change.before.as_ref().map_or(nobody, of) == of(&change.after)
}

async fn write_places(connection: &mut PgConnection, changes: &[CustomerChange]) -> Result<(), StoreError> {
    let sql = |error| StoreError::sql("write customers' places", error);
    let places_before = |change: &CustomerChange| change.before.as_ref().map(|before| before.places.clone()).unwrap_or_default();
    let changed = || changes.iter().filter(|change| places_before(change) != change.after.places);
    let kept: HashSet<_> = changed().flat_map(|change| &change.after.places).map(|place| place.id).collect();
    let removed = changed().flat_map(places_before).map(|place| place.id).filter(|id| !kept.contains(id));
    let removed: Vec<Uuid> = removed.map(|id| id.0).collect();
    if !removed.is_empty() {
        sqlx::query!("delete from customer_places where id = any($1)", &removed).execute(&mut *connection).await.map_err(sql)?;
    }
    let rows: Vec<Value> = changed()
        .flat_map(|change| {
            let places = change.after.places.iter().enumerate();
            places.map(|(position, place)| place_row(change.after.id, position, place))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let count = rows.len() as u64;
    let done = sqlx::query!(
        r#"insert into customer_places as p (id, customer_id, position, label, address, location, located_by, location_quality,
               fence_radius_m, fence_shape, fence_dwell_s, hours, visit_duration_s, access_notes)
           select r.id, r.customer_id, r.position, r.label, r.address, point(r.lon, r.lat), r.located_by, r.location_quality,
                  r.fence_radius_m, r.fence_shape, r.fence_dwell_s, r.hours, r.visit_duration_s, r.access_notes
           from jsonb_to_recordset($1) as r (id uuid, customer_id uuid, position smallint, label text, address text,
                lat double precision, lon double precision, located_by text, location_quality double precision,
                fence_radius_m double precision, fence_shape jsonb, fence_dwell_s integer, hours jsonb, visit_duration_s integer,
                access_notes text)
           on conflict (id) do update
           set position = excluded.position, label = excluded.label, address = excluded.address, location = excluded.location,
               located_by = excluded.located_by, location_quality = excluded.location_quality,
               fence_radius_m = excluded.fence_radius_m, fence_shape = excluded.fence_shape, fence_dwell_s = excluded.fence_dwell_s,
               hours = excluded.hours, visit_duration_s = excluded.visit_duration_s, access_notes = excluded.access_notes
           where p.customer_id = excluded.customer_id"#,
        Json(Value::from(rows)) as _
    );
    // An id that is a place of another customer stays there.
    if done.execute(connection).await.map_err(sql)?.rows_affected() == count {
        Ok(())
    } else {
        Err(StoreError::Taken("places.id"))
    }
}

fn place_row(customer: CustomerId, position: usize, place: &Place) -> Value {
    json!({
        "id": place.id, "customer_id": customer, "position": position, "label": place.label, "address": place.address,
        "lat": place.point.map(|point| point.lat()), "lon": place.point.map(|point| point.lon()),
        "located_by": place.located_by, "location_quality": place.location_quality,
        "fence_radius_m": place.fence.radius_m, "fence_shape": place.fence.shape, "fence_dwell_s": place.fence.dwell_s,
        "hours": place.hours, "visit_duration_s": place.visit_duration_s, "access_notes": place.access_notes,
    })
}

async fn write_contact(
    connection: &mut PgConnection,
    change: &CustomerChange,
    at: Timestamp,
    by: Option<UserId>,
) -> Result<(), StoreError> {
    let (id, sealed) = match &change.contact {
        None => return Ok(()),
        Some(ContactChange::Erase(id)) => return erase_contact(connection, *id, by, at).await,
        Some(ContactChange::Put(id, sealed)) => (*id, sealed),
    };
    let heads = change.after.contacts.iter().enumerate();
    let Some((position, head)) = heads.into_iter().find(|(_, head)| head.id == id) else { return Ok(()) };
    let done = sqlx::query!(
        r#"insert into customer_contacts as c (contact_id, customer_id, position, role, name_sealed, email_sealed, phone_sealed, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (contact_id) do update
           set position = excluded.position, role = excluded.role, name_sealed = excluded.name_sealed,
               email_sealed = excluded.email_sealed, phone_sealed = excluded.phone_sealed, updated_at = excluded.updated_at
           where c.customer_id = excluded.customer_id"#,
        id as ContactId,
        change.after.id as CustomerId,
        i16::try_from(position).unwrap_or(i16::MAX),
        head.role,
        sealed.name_sealed,
        sealed.email_sealed,
        sealed.phone_sealed,
        at as Timestamp
    );
    let done = done.execute(connection).await.map_err(|error| StoreError::sql("write a contact", error))?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Taken("id")) }
}

/// The fences that places which are changed should have: none where the place is gone or the customer closed.
fn wanted_fences(changes: &[CustomerChange]) -> Vec<(salessync_engine::FenceId, Option<salessync_engine::fence::Definition>)> {
    let of = |customer: &Customer, place: &Place| {
        let is_open = customer.profile.status != CustomerStatus::Closed;
        is_open.then(|| place.fence_definition(&customer.profile.name)).flatten()
    };
    let mut wanted = Vec::new();
    for CustomerChange { before, after, .. } in changes {
        let gone = before.iter().flat_map(|before| &before.places).filter(|place| after.place(place.id).is_none());
        wanted.extend(gone.map(|place| (place.fence_id(), None)));
        for place in &after.places {
            let now = of(after, place);
            let then = before.as_ref().and_then(|before| Some(of(before, before.place(place.id)?)));
            // A place that was there already has its fence already.
            if then.as_ref().is_none_or(|then| *then != now) {
                wanted.push((place.fence_id(), now));
            }
        }
    }
    wanted
}
