//! What plans are made for, read as planning sees it: visits with their customers and places, and who works.

use super::{Store, StoreError};
use crate::planner::Card;
use chrono::NaiveDate;
use salessync_engine::fence::Calendar;
use salessync_engine::visit::Window;
use salessync_engine::work::Work;
use salessync_engine::{AgentId, CustomerId, PlaceId, Point, TerritoryId, Timestamp, VisitId};
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// Which visits.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// All of a plan on these days, both included.
    Plan {
        territory: Option<TerritoryId>,
        first: NaiveDate,
        last: NaiveDate,
    },
    These(Vec<VisitId>),
}

impl Store {
    /// Visits as planning sees them, each with the territory whose plan it belongs to.
    pub(crate) async fn plan_cards(&self, wanted: Wanted) -> Result<Vec<(Option<TerritoryId>, Card)>, StoreError> {
        let (these, territory, first, last) = match wanted {
            Wanted::Plan { territory, first, last } => (None, territory, Some(first), Some(last)),
            Wanted::These(visits) => (Some(visits.into_iter().map(|visit| visit.0).collect::<Vec<Uuid>>()), None, None, None),
        };
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Row,
                r#"select v.id as "id: VisitId", v.territory_id as "territory_id: TerritoryId",
                          v.customer_id as "customer_id: CustomerId", c.name as customer, c.class, v.place_id as "place_id: PlaceId",
                          coalesce(p.address, '') as "address!", p.location[1] as lat, p.location[0] as lon, p.hours as "hours: Json<Calendar>", v.kind, v.status, v.day,
                          v.windows as "windows: Json<Vec<Window>>", v.duration_s, v.priority, v.demand, v.skills, v.purpose, v.note,
                          v.agent_id as "agent_id: AgentId", v.performed_by as "performed_by: AgentId",
                          coalesce(v.started_at, v.checked_in_at) as "started_at: Timestamp", v.ended_at as "ended_at: Timestamp",
                          v.revision, v.created_at as "asked_at: Timestamp",
                          coalesce((select array_agg(a.agent_id order by a.rank) from customer_agents a
                                    where a.customer_id = v.customer_id and a.is_preferred), '{}') as "preferred!: Vec<Uuid>",
                          coalesce((select array_agg(a.agent_id) from customer_agents a
                                    where a.customer_id = v.customer_id and not a.is_preferred), '{}') as "forbidden!: Vec<Uuid>"
                   from visits v
                   join customers c on c.id = v.customer_id
                   left join customer_places p on p.id = v.place_id
                   where case when $1::uuid[] is not null then v.id = any($1)
                              else v.territory_id is not distinct from $2 and v.day between $3 and $4
                                   and v.status in ('planned', 'en_route', 'arrived', 'checked_in', 'in_progress', 'completed') end
                   order by v.id"#,
                these.as_deref(),
                territory as Option<TerritoryId>,
                first,
                last
            )
            .fetch_all(&pool)
            .await
            .map_err(|error| StoreError::sql("read the visits of a plan", error))?;
            rows.into_iter().map(Row::card).collect()
        })
        .await
    }

    /// Whose plan a visit belongs to; None: there is no such visit.
    pub async fn plan_of_visit(&self, visit: VisitId) -> Result<Option<Option<TerritoryId>>, StoreError> {
        self.on_desk(async move |pool: PgPool| {
            let row =
                sqlx::query!(r#"select territory_id as "territory: TerritoryId" from visits where id = $1"#, visit as VisitId)
                    .fetch_optional(&pool)
                    .await
                    .map_err(|error| StoreError::sql("find a visit's plan", error))?;
            Ok(row.map(|row| row.territory))
        })
        .await
    }

    /// Has an agent anything planned, from a date on?
    pub(crate) async fn has_route(&self, agent: AgentId, from: NaiveDate) -> Result<bool, StoreError> {
        self.on(async move |pool: PgPool| {
            let there = sqlx::query_scalar!(
                r#"select exists (select 1 from plan_entries where agent_id = $1 and date >= $2) as "there!""#,
                agent as AgentId,
                from
            );
            there.fetch_one(&pool).await.map_err(|error| StoreError::sql("look for an agent's route", error))
        })
        .await
    }

    /// Agents of a territory, or without one, and how they work; None where nothing was ever said of it.
    pub(crate) async fn plan_works(&self, territory: Option<TerritoryId>) -> Result<Vec<(AgentId, Option<Work>)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select a.id as "id: AgentId", w.work as "work?"
                   from agents a
                   left join agent_work w on w.agent_id = a.id
                   where a.territory_id is not distinct from $1 and a.erased_at is null
                   order by a.id"#,
                territory as Option<TerritoryId>
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("read the agents of a plan", error))?;
            let read = rows.into_iter().map(|row| {
                let work = row.work.map(serde_json::from_value).transpose();
                Ok((row.id, work.map_err(|_| StoreError::Damaged { what: "agent_work" })?))
            });
            read.collect()
        })
        .await
    }
}

/// A row as it is stored.
struct Row {
    id: VisitId,
    territory_id: Option<TerritoryId>,
    customer_id: CustomerId,
    customer: String,
    class: Option<String>,
    place_id: PlaceId,
    address: String,
    lat: Option<f64>,
    lon: Option<f64>,
    hours: Option<Json<Calendar>>,
    kind: String,
    status: String,
    day: NaiveDate,
    windows: Json<Vec<Window>>,
    duration_s: i32,
    priority: i16,
    demand: i32,
    skills: Vec<String>,
    purpose: Option<String>,
    note: String,
    agent_id: Option<AgentId>,
    performed_by: Option<AgentId>,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    revision: i64,
    asked_at: Timestamp,
    preferred: Vec<Uuid>,
    forbidden: Vec<Uuid>,
}

impl Row {
    fn card(self) -> Result<(Option<TerritoryId>, Card), StoreError> {
        const DAMAGED: StoreError = StoreError::Damaged { what: "a visit" };
        let point = self.lat.zip(self.lon).and_then(|(lat, lon)| Point::new(lat, lon).ok());
        let agents = |ids: Vec<Uuid>| ids.into_iter().map(AgentId).collect();
        let card = Card {
            id: self.id,
            customer_id: self.customer_id,
            customer: self.customer,
            class: self.class,
            place_id: self.place_id,
            address: self.address,
            point,
            hours: self.hours.map(|hours| hours.0),
            kind: self.kind.parse().map_err(|_| DAMAGED)?,
            status: self.status.parse().map_err(|_| DAMAGED)?,
            day: self.day,
            windows: self.windows.0,
            duration_s: self.duration_s,
            priority: u8::try_from(self.priority).map_err(|_| DAMAGED)?,
            demand: u32::try_from(self.demand).map_err(|_| DAMAGED)?,
            skills: self.skills,
            purpose: self.purpose,
            note: self.note,
            agent_id: self.agent_id,
            preferred_agents: agents(self.preferred),
            forbidden_agents: agents(self.forbidden),
            performed_by: self.performed_by,
            started_at: self.started_at,
            ended_at: self.ended_at,
            revision: self.revision,
            asked_at: self.asked_at,
        };
        Ok((self.territory_id, card))
    }
}
