//! One statement reads a visit with everything that is stored of it; what else reads visits finds their ids first.

use super::super::StoreError;
use chrono::NaiveDate;
use salessync_engine::visit::arrival::Arrival;
use salessync_engine::visit::{
    Flag, Origin, Plan, Progress, Proof, Verification, VerificationStatus, Visit, VisitKind, VisitSource, VisitStatus, Window,
};
use salessync_engine::{AgentId, BeatId, CustomerId, PlaceId, Point, TerritoryId, Timestamp, VisitId};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::HashMap;
use std::str::FromStr;
use uuid::Uuid;

/// A visit and what is stored beside it.
#[derive(Clone, Debug)]
pub(in crate::store) struct Stored {
    pub visit: Visit,
    /// Of the customer.
    pub class: Option<String>,
    pub arrival: Option<Arrival>,
    pub under_way_since: Option<Timestamp>,
    pub missed_mark: Option<Timestamp>,
    pub proof: Option<Verification>,
    pub awaits_track: bool,
    pub is_touched: bool,
    pub is_erased: bool,
    /// Something was told of it or done on it; false also where that was not asked for.
    pub has_past: bool,
}

/// Text that is one of an enum's names.
pub(super) fn named<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged { what: "visits" })
}

fn all_named<T: FromStr, C: FromIterator<T>>(texts: &[String]) -> Result<C, StoreError> {
    texts.iter().map(|text| named(text)).collect()
}

/// Visits by id, in the order of the ids; those there are not are left out.
pub(in crate::store) async fn stored(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Stored>, StoreError> {
    read(connection, ids, false).await
}

/// The same, with the word whether they have a past.
pub(super) async fn stored_with_past(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Stored>, StoreError> {
    read(connection, ids, true).await
}

async fn read(connection: &mut PgConnection, ids: &[Uuid], asks_past: bool) -> Result<Vec<Stored>, StoreError> {
    let rows = sqlx::query!(
        r#"select v.id as "id!: VisitId", v.customer_id as "customer_id!: CustomerId", v.place_id as "place_id!: PlaceId",
                  v.territory_id as "territory_id: TerritoryId", v.agent_id as "agent_id: AgentId", v.kind as "kind!", v.day as "day!",
                  v.windows as "windows!: Json<Vec<Window>>", v.duration_s as "duration_s!", v.priority as "priority!",
                  v.demand as "demand!",
                  v.skills as "skills!", v.purpose, v.note as "note!", v.position as "position!",
                  v.source as "source!", v.beat_id as "beat_id: BeatId", v.beat_on, v.is_touched as "is_touched!", v.status as "status!",
                  v.performed_by as "performed_by: AgentId", v.date as "date!", v.en_route_at as "en_route_at: Timestamp",
                  v.arrived_at as "arrived_at: Timestamp", v.left_at as "left_at: Timestamp",
                  v.checked_in_at as "checked_in_at: Timestamp", v.started_at as "started_at: Timestamp",
                  v.ended_at as "ended_at: Timestamp", v.missed_at as "missed_at: Timestamp", v.outcome, v.reason, v.lacking as "lacking!",
                  v.flags as "flags!", v.verification as "verification!", v.arrival as "arrival: Json<Arrival>", v.under_way_since as "under_way_since: Timestamp",
                  v.missed_mark as "missed_mark: Timestamp", v.proof as "proof: Json<Verification>", v.awaits_track as "awaits_track!",
                  v.former_agents as "former_agents!: Vec<AgentId>", v.version as "version!", v.revision as "revision!",
                  v.created_at as "created_at!: Timestamp",
                  v.updated_at as "updated_at!: Timestamp", v.erased_at is not null as "is_erased!", c.class as "class?",
                  c.name as "customer_name!", p.address as "address?", p.location[1] as "lat?", p.location[0] as "lon?",
                  ($2 and coalesce((select true from visit_events e where e.visit_id = v.id and e.kind = 'told' limit 1),
                                   (select true from files f where f.visit_id = v.id limit 1),
                                   (select true from visit_activities a where a.visit_id = v.id limit 1), false)) as "has_past!"
           from visits v
           join customers c on c.id = v.customer_id
           left join customer_places p on p.id = v.place_id
           where v.id = any($1)"#,
        ids,
        asks_past
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read visits", error))?;
    let place_of: HashMap<Uuid, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let plan = Plan {
            customer_id: row.customer_id,
            place_id: row.place_id,
            territory_id: row.territory_id,
            agent_id: row.agent_id,
            kind: named::<VisitKind>(&row.kind)?,
            day: row.day,
            windows: row.windows.0,
            duration_s: row.duration_s as u32,
            priority: row.priority as u8,
            demand: row.demand as u32,
            skills: row.skills,
            purpose: row.purpose,
            note: row.note,
        };
        let progress = Progress {
            status: named::<VisitStatus>(&row.status)?,
            performed_by: row.performed_by,
            en_route_at: row.en_route_at,
            arrived_at: row.arrived_at,
            left_at: row.left_at,
            checked_in_at: row.checked_in_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            missed_at: row.missed_at,
            outcome: row.outcome.as_deref().map(named).transpose()?,
            reason: row.reason,
            lacking: all_named::<Proof, _>(&row.lacking)?,
        };
        let point = row.lat.zip(row.lon).and_then(|(lat, lon)| Point::new(lat, lon).ok());
        let visit = Visit {
            id: row.id,
            plan,
            customer_name: row.customer_name,
            address: row.address.unwrap_or_default(),
            point,
            source: named::<VisitSource>(&row.source)?,
            origin: row.beat_id.zip(row.beat_on).map(|(beat, on): (BeatId, NaiveDate)| Origin { beat, on }),
            position: row.position,
            progress,
            date: row.date,
            flags: all_named::<Flag, _>(&row.flags)?,
            verification: named::<VerificationStatus>(&row.verification)?,
            former_agents: row.former_agents,
            version: row.version,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        found.push(Stored {
            visit,
            class: row.class,
            arrival: row.arrival.map(|Json(arrival)| arrival),
            under_way_since: row.under_way_since,
            missed_mark: row.missed_mark,
            proof: row.proof.map(|Json(proof)| proof),
            awaits_track: row.awaits_track,
            is_touched: row.is_touched,
            is_erased: row.is_erased,
            has_past: row.has_past,
        });
    }
    found.sort_by_key(|stored| place_of.get(&stored.visit.id.0).copied());
    Ok(found)
}
