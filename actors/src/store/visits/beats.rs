//! Beats and the visits they make: weeks ahead, again and again, leaving alone what a person has touched. Holidays, and who is overdue.

use super::super::agents::escape_like;
use super::super::{Store, StoreError};
use super::change::{Change, hold, write};
use super::plans::{Fresh, Site, insert, set_plan, sites, works_in};
use super::{Hand, VisitBook};
use chrono::NaiveDate;
use salessync_engine::access::Scope;
use salessync_engine::beat::{Beat, BeatContent, Calendar, Wanted, wanted};
use salessync_engine::visit::report::{Author, Report, Told};
use salessync_engine::visit::{Origin, Plan, VisitKind, VisitSource, VisitStatus};
use salessync_engine::{AgentId, BeatId, CustomerId, TerritoryId, Timestamp, VisitEventId, VisitId};
use serde::Serialize;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Why the server cancels a visit that its beat does not want any more.
pub const BEAT_CHANGED: &str = "beat_changed";

/// What became of a change of a beat.
#[derive(Clone, PartialEq, Debug)]
pub enum BeatChange {
    Done(Beat),
    Overtaken { version: i64 },
    Gone,
}

/// Which beats a list is about.
#[derive(Clone, Debug, Default)]
pub struct BeatFilter {
    pub name: Option<String>,
    pub territory: Option<TerritoryId>,
    pub agent: Option<AgentId>,
}

/// A day that nobody works.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Holiday {
    pub date: NaiveDate,
    pub name: String,
}

/// What making visits led to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Generated {
    pub made: usize,
    pub changed: usize,
    pub withdrawn: usize,
    pub reinstated: usize,
}

/// A customer who has waited longer than they should.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Overdue {
    pub customer_id: CustomerId,
    pub name: String,
    pub class: String,
    pub territory_id: Option<TerritoryId>,
    /// Date of the newest completed visit; absent: never.
    pub last_visit: Option<NaiveDate>,
    /// Days between two visits, on average.
    pub interval_days: f64,
    pub days_overdue: i32,
    /// The next one that is planned.
    pub next_visit: Option<NaiveDate>,
}

impl Store {
    /// Makes a beat; with an id that exists already the one there is returned as it is, and false.
    pub async fn create_beat(&self, id: BeatId, content: BeatContent, now: Timestamp) -> Result<(Beat, bool), StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("make a beat", error);
            let done = sqlx::query!(
                r#"insert into beats (id, name, territory_id, agent_id, content, created_at, updated_at)
                   values ($1, $2, $3, $4, $5, $6, $6)
                   on conflict (id) do nothing"#,
                id as BeatId,
                content.name,
                content.territory_id.map(|id| id.0),
                content.agent_id.map(|id| id.0),
                Json(&content) as _,
                now as Timestamp
            )
            .execute(&pool)
            .await
            .map_err(sql)?;
            let mut connection = pool.acquire().await.map_err(sql)?;
            let beat = beats_by_id(&mut connection, &[id.0]).await?.pop().ok_or(StoreError::Damaged { what: "beats" })?;
            Ok((beat, done.rows_affected() == 1))
        })
        .await
    }

    /// Replaces what a beat says, upon the version that was seen; None ends it.
    pub async fn change_beat(
        &self,
        id: BeatId,
        seen: Option<i64>,
        content: Option<BeatContent>,
        now: Timestamp,
    ) -> Result<BeatChange, StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("change a beat", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let version =
                sqlx::query_scalar!("select version from beats where id = $1 and ended_at is null for update", id as BeatId);
            let Some(version) = version.fetch_optional(&mut *tx).await.map_err(sql)? else { return Ok(BeatChange::Gone) };
            if seen.is_some_and(|seen| seen != version) {
                return Ok(BeatChange::Overtaken { version });
            }
            match &content {
                Some(content) => sqlx::query!(
                    r#"update beats
                       set name = $2, territory_id = $3, agent_id = $4, content = $5, updated_at = $6, version = version + 1
                       where id = $1"#,
                    id as BeatId,
                    content.name,
                    content.territory_id.map(|id| id.0),
                    content.agent_id.map(|id| id.0),
                    Json(content) as _,
                    now as Timestamp
                ),
                None => sqlx::query!(
                    "update beats set ended_at = $2, updated_at = $2, version = version + 1 where id = $1",
                    id as BeatId,
                    now as Timestamp
                ),
            }
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            let beat = beats_by_id(&mut tx, &[id.0]).await?.pop().ok_or(StoreError::Damaged { what: "beats" })?;
            tx.commit().await.map_err(sql)?;
            Ok(BeatChange::Done(beat))
        })
        .await
    }

    pub async fn beat(&self, scope: &Scope, id: BeatId) -> Result<Option<Beat>, StoreError> {
        let condition = scope.condition();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("read a beat", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let seen = sqlx::query_scalar!(
                r#"select b.id from beats b
                   where b.id = $1 and b.ended_at is null
                     and ($2 or b.territory_id = any($3) or b.agent_id = any($4))"#,
                id as BeatId,
                condition.all,
                &condition.territories,
                &condition.agents
            );
            let seen = seen.fetch_all(&mut *connection).await.map_err(sql)?;
            Ok(beats_by_id(&mut connection, &seen).await?.pop())
        })
        .await
    }

    /// Beats of a scope that go on, by name, then id.
    pub async fn beats(
        &self,
        scope: &Scope,
        filter: BeatFilter,
        after: Option<(String, BeatId)>,
        limit: i64,
    ) -> Result<Vec<Beat>, StoreError> {
        let condition = scope.condition();
        let pattern = filter.name.map(|text| format!("%{}%", escape_like(&text)));
        let (after_name, after_id) = after.unzip();
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("list beats", error);
            let mut connection = pool.acquire().await.map_err(sql)?;
            let ids = sqlx::query_scalar!(
                r#"select b.id from beats b
                   where b.ended_at is null
                     and ($1 or b.territory_id = any($2) or b.agent_id = any($3))
                     and ($4::text is null or b.name ilike $4)
                     and ($5::uuid is null or b.territory_id = $5)
                     and ($6::uuid is null or b.agent_id = $6)
                     and ($7::text is null or (b.name, b.id) > ($7, $8))
                   order by b.name, b.id
                   limit $9"#,
                condition.all,
                &condition.territories,
                &condition.agents,
                pattern,
                filter.territory.map(|id| id.0),
                filter.agent.map(|id| id.0),
                after_name,
                after_id.map(|id| id.0),
                limit
            );
            let ids = ids.fetch_all(&mut *connection).await.map_err(sql)?;
            beats_by_id(&mut connection, &ids).await
        })
        .await
    }

    /// Every beat, those that have ended with nothing in them: what visits are made by.
    pub(crate) async fn all_beats(&self) -> Result<Vec<(BeatId, BeatContent)>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query!(
                r#"select id as "id: BeatId", content as "content: Json<BeatContent>", ended_at is not null as "is_ended!"
                   from beats b
                   where ended_at is null
                      or exists (select 1 from visits v where v.beat_id = b.id and v.status = 'planned' and not v.is_touched)
                   order by id"#
            );
            let rows = rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("read beats", error))?;
            let beats = rows.into_iter().map(|row| {
                let Json(mut content) = row.content;
                if row.is_ended {
                    content.stops.clear();
                }
                (row.id, content)
            });
            Ok(beats.collect())
        })
        .await
    }

    /// Brings the visits of one beat for `from..=to` in line with it.
    pub(crate) async fn generate_visits(
        &self,
        book: &VisitBook,
        (beat, content): (BeatId, BeatContent),
        calendar: &Calendar,
        (from, to): (NaiveDate, NaiveDate),
        now: Timestamp,
    ) -> Result<Generated, StoreError> {
        let wants = wanted(beat, &content, calendar, from, to, book.zone);
        let (book, hand) = (book.clone(), Hand { by: Author::SYSTEM, now });
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("make the visits of a beat", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            let generated = generate(&mut tx, &book, beat, wants, (from, to), &hand).await?;
            tx.commit().await.map_err(sql)?;
            Ok(generated)
        })
        .await
    }

    pub async fn holidays(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Holiday>, StoreError> {
        self.on(async move |pool: PgPool| {
            let rows =
                sqlx::query_as!(Holiday, "select date, name from holidays where date between $1 and $2 order by date", from, to);
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("read holidays", error))
        })
        .await
    }

    /// Names days that nobody works, and takes the name from others.
    pub async fn put_holidays(&self, put: Vec<Holiday>, gone: Vec<NaiveDate>) -> Result<(), StoreError> {
        self.on(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("write holidays", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            sqlx::query!("delete from holidays where date = any($1)", &gone).execute(&mut *tx).await.map_err(sql)?;
            let (dates, names): (Vec<_>, Vec<_>) = put.into_iter().map(|holiday| (holiday.date, holiday.name)).unzip();
            sqlx::query!(
                r#"insert into holidays (date, name)
                   select distinct on (date) date, name from unnest($1::date[], $2::text[]) as t (date, name)
                   on conflict (date) do update set name = excluded.name"#,
                &dates,
                &names
            )
            .execute(&mut *tx)
            .await
            .map_err(sql)?;
            tx.commit().await.map_err(sql)
        })
        .await
    }

    /// Customers of a scope who have waited longer than their class says, longest first.
    pub async fn overdue(
        &self,
        scope: &Scope,
        today: NaiveDate,
        zone: chrono_tz::Tz,
        after: Option<(i32, CustomerId)>,
        limit: i64,
    ) -> Result<Vec<Overdue>, StoreError> {
        let condition = scope.condition();
        let (after_days, after_id) = after.unzip();
        self.on(async move |pool: PgPool| {
            let rows = sqlx::query_as!(
                Overdue,
                r#"select customer_id as "customer_id!: CustomerId", name as "name!", class as "class!",
                          territory_id as "territory_id: TerritoryId", last_visit, interval_days as "interval_days!",
                          days_overdue as "days_overdue!",
                          (select min(v.date) from visits v
                           where v.customer_id = o.customer_id and v.date >= $1 and v.status in ('planned', 'en_route', 'arrived'))
                              as next_visit
                   from (
                       select c.id as customer_id, c.name, c.class, c.territory_id, h.last_completed as last_visit,
                              f.days as interval_days,
                              ceil(($1::date - coalesce(h.last_completed, (c.created_at at time zone $2)::date)) - f.days)::integer
                                  as days_overdue
                       from customers c
                       join customer_classes k on k.code = c.class
                       cross join lateral (
                           select coalesce(k.interval_days::float8, k.cycle_weeks * 7.0 / k.visits_per_cycle)::float8 as days
                       ) f
                       left join customer_visits h on h.customer_id = c.id
                       where c.status = 'active' and f.days is not null
                         and ($3 or c.territory_id = any($4)
                              or exists (select 1 from customer_agents a
                                         where a.customer_id = c.id and a.is_preferred and a.agent_id = any($5)))
                   ) o
                   where days_overdue > 0
                     and ($6::integer is null or days_overdue < $6 or (days_overdue = $6 and customer_id > $7))
                   order by days_overdue desc, customer_id
                   limit $8"#,
                today,
                zone.name(),
                condition.all,
                &condition.territories,
                &condition.agents,
                after_days,
                after_id.map(|id| id.0),
                limit
            );
            rows.fetch_all(&pool).await.map_err(|error| StoreError::sql("look who is overdue", error))
        })
        .await
    }
}

async fn beats_by_id(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Beat>, StoreError> {
    let rows = sqlx::query!(
        r#"select id as "id: BeatId", version, content as "content: Json<BeatContent>", created_at as "created_at: Timestamp",
                  updated_at as "updated_at: Timestamp"
           from beats
           where id = any($1)
           order by name, id"#,
        ids
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("read beats", error))?;
    let beat = |id, version, Json(content), created_at, updated_at| Beat { id, version, content, created_at, updated_at };
    Ok(rows.into_iter().map(|row| beat(row.id, row.version, row.content, row.created_at, row.updated_at)).collect())
}

async fn generate(
    connection: &mut PgConnection,
    book: &VisitBook,
    beat: BeatId,
    wants: Vec<Wanted>,
    (from, to): (NaiveDate, NaiveDate),
    hand: &Hand,
) -> Result<Generated, StoreError> {
    let customers: BTreeSet<Uuid> = wants.iter().map(|want| want.customer_id.0).collect();
    let sites = sites(connection, customers.into_iter().collect()).await?;
    let agents: BTreeSet<Uuid> = wants.iter().filter_map(|want| want.agent_id).map(|agent| agent.0).collect();
    let agents = works_in(connection, agents.into_iter().collect()).await?;
    let wants = wants.into_iter().filter_map(|want| plan_of(want, &sites, &agents));
    let wants: HashMap<VisitId, Fresh> = wants.map(|fresh| (fresh.id, fresh)).collect();
    let there = sqlx::query_scalar!(
        "select id from visits where beat_id = $1 and (beat_on between $2 and $3 or id = any($4)) and not is_touched",
        beat as BeatId,
        from,
        to,
        &wants.keys().map(|id| id.0).collect::<Vec<_>>()
    );
    let there = there.fetch_all(&mut *connection).await.map_err(|error| StoreError::sql("make the visits of a beat", error))?;
    let mut generated = Generated::default();
    let mut changes = hold(connection, &there, &agents.keys().copied().collect::<Vec<_>>(), book).await?;
    // Whoever was touched, or begun, between the look and the lock is left alone.
    changes.retain(|change| !change.is_touched && !change.case.stored.is_erased);
    for change in &mut changes {
        follow(change, wants.get(&change.id()), &mut generated, hand);
    }
    changes.retain(|change| !change.events.is_empty());
    let mut fresh: Vec<Fresh> = wants.into_values().collect();
    fresh.sort_by_key(|fresh| (fresh.plan.day, fresh.position, fresh.id));
    write(connection, changes, book, hand).await?;
    generated.made = insert(connection, &fresh, book, hand).await?.len();
    Ok(generated)
}

/// Brings one visit that nobody has touched in line with its beat.
fn follow(change: &mut Change, want: Option<&Fresh>, generated: &mut Generated, hand: &Hand) {
    let progress = &change.before.progress;
    let was_withdrawn = progress.status == VisitStatus::Cancelled && progress.reason.as_deref() == Some(BEAT_CHANGED);
    match want {
        None if progress.status == VisitStatus::Planned => {
            own_word(change, Told::Cancel { reason: BEAT_CHANGED.to_owned(), note: String::new() }, hand);
            generated.withdrawn += 1;
        }
        Some(want) if progress.status == VisitStatus::Planned || was_withdrawn => {
            if was_withdrawn {
                own_word(change, Told::Reinstate { note: String::new() }, hand);
                generated.reinstated += 1;
            }
            let before = change.events.len();
            change.case.stored.visit.position = want.position;
            set_plan(change, want.plan.clone(), hand);
            generated.changed += usize::from(change.events.len() > before);
        }
        Some(_) | None => {}
    }
}

fn own_word(change: &mut Change, told: Told, hand: &Hand) {
    let id = VisitEventId(Uuid::now_v7());
    let report = Report { id, at: hand.now, received_at: hand.now, by: hand.by, agent: None, told, clock_ahead: false };
    change.tell(report, None);
}

/// The visit that a beat wants; None where the customer is not to be visited, or has no place.
fn plan_of(want: Wanted, sites: &HashMap<CustomerId, Site>, agents: &HashMap<AgentId, Option<TerritoryId>>) -> Option<Fresh> {
    let site = sites.get(&want.customer_id).filter(|site| site.is_active)?;
    let known = |place| site.places.iter().any(|(id, _)| *id == place);
    let place_id = want.place_id.filter(|place| known(*place)).or(site.places.first().map(|(id, _)| *id))?;
    let plan = Plan {
        customer_id: want.customer_id,
        place_id,
        territory_id: want.territory_id.or(site.territory),
        agent_id: want.agent_id.filter(|agent| agents.contains_key(agent)),
        kind: VisitKind::Routine,
        day: want.day,
        windows: want.windows,
        duration_s: want.duration_s.unwrap_or_else(|| site.duration_s(place_id)),
        priority: salessync_engine::visit::plan::PRIORITY_DEFAULT,
        demand: want.demand,
        skills: site.skills.clone(),
        purpose: None,
        note: String::new(),
    };
    let origin = Some(Origin { beat: want.beat, on: want.on });
    Some(Fresh { id: want.id, plan, source: VisitSource::Beat, origin, position: want.position })
}
