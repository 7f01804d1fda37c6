//! Planning: visits are made, their plans changed, agents assigned. All or nothing, and never over somebody else's change.

use super::super::audit::audit_within;
use super::super::dispatch::{JobCommit, put_jobs};
use super::super::{Store, StoreError};
use super::change::{Change, EventColumns, NewEvent, hold, mark_due, reread, write};
use super::facts::Case;
use super::{Hand, VisitBook, skills};
use chrono::NaiveDate;
use salessync_engine::access::Scope;
use salessync_engine::audit::{Act, Object};
use salessync_engine::dispatch::{Job, Terms};
use salessync_engine::flaw::FieldFlaw;
use salessync_engine::visit::plan::Defaults;
use salessync_engine::visit::report::Author;
use salessync_engine::visit::{EventBody, NewVisit, Origin, Plan, PlanPatch, Visit, VisitSource, VisitStatus};
use salessync_engine::{AgentId, CustomerId, JobId, PlaceId, TerritoryId, Timestamp, VisitId};
use serde_json::json;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A visit that is to be made.
#[derive(Clone, Debug)]
pub struct NewPlanned {
    pub id: VisitId,
    pub new: NewVisit,
    pub source: VisitSource,
}

/// The job that a new visit is made for.
#[derive(Clone, Debug)]
pub struct Sought {
    pub job: JobId,
    pub terms: Terms,
    /// The territories whose dispatch the maker may begin.
    pub desks: Scope,
    pub act: Act,
}

/// What became of one.
#[derive(Clone, PartialEq, Debug)]
pub struct Planned {
    pub visit: Visit,
    /// False: there was one with this id before, and it stayed as it was.
    pub is_new: bool,
}

/// An agent for a visit, or none; upon the version of the plan that was seen.
#[derive(Clone, Copy, Debug)]
pub struct Assignment {
    pub visit: VisitId,
    pub version: Option<i64>,
    pub agent: Option<AgentId>,
}

/// Why nothing of it was done.
#[derive(Debug, thiserror::Error)]
pub enum PlanRefusal {
    /// Each is about the visit at `index` of the list.
    #[error("there is no visit {visit}")]
    NotFound { index: usize, field: &'static str, visit: VisitId },
    #[error("{flaw}")]
    Field { index: usize, flaw: FieldFlaw },
    #[error("the plan of visit {visit} has been changed since: it is version {version} by now")]
    Overtaken { index: usize, visit: VisitId, version: i64 },
    #[error("the plan cannot be changed: the visit is {}", .status.words())]
    Begun { index: usize, visit: VisitId, status: VisitStatus },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a customer says to visits there.
pub(super) struct Site {
    pub territory: Option<TerritoryId>,
    pub is_closed: bool,
    /// Neither closed nor on hold.
    pub is_active: bool,
    preferred: Vec<AgentId>,
    class_duration_s: Option<i32>,
    pub skills: Vec<String>,
    /// The primary place first: id, its own duration.
    pub places: Vec<(PlaceId, Option<i32>)>,
}

impl Store {
    /// Makes visits, all or none. `scope`: which visits the maker may make; `customers`: whom they may see, and the agent they are, who may visit
    /// whoever is in their territory.
    pub async fn plan_visits(
        &self,
        scope: &Scope,
        (customers, own): (&Scope, Option<AgentId>),
        book: VisitBook,
        new: Vec<NewPlanned>,
        hand: Hand,
    ) -> Result<Vec<Planned>, PlanRefusal> {
        let (scope, customers) = (scope.clone(), customers.clone());
        let done = self.on_desk(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("make visits", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            match plan(&mut tx, (&scope, &customers, own), &book, new, &hand).await {
                Ok(planned) => {
                    tx.commit().await.map_err(sql)?;
                    Ok(Ok(planned))
                }
                Err(PlanRefusal::Store(error)) => Err(error),
                Err(refusal) => Ok(Err(refusal)),
            }
        });
        done.await?
    }

    /// Makes a visit that somebody is sought for, and opens the job, both or neither. A visit that was there before stays as it was, and then no job
    /// is opened here.
    pub async fn plan_sought(
        &self,
        scope: &Scope,
        customers: &Scope,
        book: VisitBook,
        new: NewPlanned,
        sought: Sought,
    ) -> Result<Planned, PlanRefusal> {
        let (scope, customers) = (scope.clone(), customers.clone());
        let done = self.on_desk(async move |pool: PgPool| {
            const WHAT: &str = "make a visit that somebody is sought for";
            let sql = |error| StoreError::sql(WHAT, error);
            let Sought { job, terms, desks, act } = sought;
            let hand = Hand { by: Author::from(act.actor), now: act.at };
            let mut tx = pool.begin().await.map_err(sql)?;
            let planned = match plan(&mut tx, (&scope, &customers, None), &book, vec![new], &hand).await {
                Ok(mut planned) => planned.pop().ok_or(StoreError::Damaged { what: "a visit" })?,
                Err(PlanRefusal::Store(error)) => return Err(error),
                Err(refusal) => return Ok(Err(refusal)),
            };
            if !planned.is_new {
                return Ok(Ok(planned));
            }
            let territory = planned.visit.plan.territory_id;
            if !desks.covers_territory(territory) {
                let flaw = FieldFlaw::new("territory_id", "must be the id of a territory whose dispatch is yours");
                return Ok(Err(PlanRefusal::Field { index: 0, flaw }));
            }
            let (step, job) = Job::open(job, planned.visit.id, territory, terms, act.at);
            let told = json!({"visit": planned.visit.id, "steps": [&step.event]});
            let act = act.about(Object::new("dispatch_job", job.id)).changing(None, Some(told));
            put_jobs(&mut tx, act.actor, &[JobCommit { job, steps: vec![step] }]).await?;
            audit_within(&mut tx, &act).await?;
            tx.commit().await.map_err(sql)?;
            Ok(Ok(planned))
        });
        done.await?
    }

    /// Those of the customers that a scope covers.
    pub async fn customers_seen(&self, scope: &Scope, customers: Vec<CustomerId>) -> Result<HashSet<CustomerId>, StoreError> {
        let scope = scope.clone();
        self.on(async move |pool: PgPool| {
            let mut connection = pool.acquire().await.map_err(|error| StoreError::sql("read whom to visit", error))?;
            let sites = sites(&mut connection, customers.into_iter().map(|id| id.0).collect()).await?;
            let seen = sites.into_iter().filter(|(_, site)| scope.covers_customer(site.territory, &site.preferred));
            Ok(seen.map(|(id, _)| id).collect())
        })
        .await
    }

    /// Changes the plan of one visit.
    pub async fn replan_visit(
        &self,
        scope: &Scope,
        book: VisitBook,
        visit: VisitId,
        patch: PlanPatch,
        hand: Hand,
    ) -> Result<Visit, PlanRefusal> {
        let mut changed = self.replan_visits(scope, book, vec![(visit, patch)], hand).await?;
        changed.pop().ok_or(PlanRefusal::NotFound { index: 0, field: "visit_id", visit })
    }

    /// Changes the plans of several, all or none. The visits are returned as they are then, in the order given.
    pub async fn replan_visits(
        &self,
        scope: &Scope,
        book: VisitBook,
        patches: Vec<(VisitId, PlanPatch)>,
        hand: Hand,
    ) -> Result<Vec<Visit>, PlanRefusal> {
        let scope = scope.clone();
        let done = self.on_desk(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("change visits", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            match replan(&mut tx, &scope, &book, patches, &hand).await {
                Ok(visits) => {
                    tx.commit().await.map_err(sql)?;
                    Ok(Ok(visits))
                }
                Err(PlanRefusal::Store(error)) => Err(error),
                Err(refusal) => Ok(Err(refusal)),
            }
        });
        done.await?
    }

    /// Gives visits to agents, or takes them away, all or none.
    pub async fn assign_visits(
        &self,
        scope: &Scope,
        book: VisitBook,
        assignments: Vec<Assignment>,
        hand: Hand,
    ) -> Result<Vec<Visit>, PlanRefusal> {
        let scope = scope.clone();
        let done = self.on_desk(async move |pool: PgPool| {
            let sql = |error| StoreError::sql("assign visits", error);
            let mut tx = pool.begin().await.map_err(sql)?;
            match assign_within(&mut tx, &scope, &book, assignments, &hand).await {
                Ok(visits) => {
                    tx.commit().await.map_err(sql)?;
                    Ok(Ok(visits))
                }
                Err(PlanRefusal::Store(error)) => Err(error),
                Err(refusal) => Ok(Err(refusal)),
            }
        });
        done.await?
    }
}

impl Site {
    /// How long a visit at a place takes: as the place says, else the class.
    pub fn duration_s(&self, place: PlaceId) -> u32 {
        let of_place = self.places.iter().find(|(id, _)| *id == place).and_then(|(_, duration_s)| *duration_s);
        let said = of_place.or(self.class_duration_s).and_then(|s| u32::try_from(s).ok());
        said.unwrap_or(salessync_engine::customer::class::VISIT_DURATION_S_DEFAULT)
    }
}

impl Assignment {
    fn as_patch(self) -> (VisitId, PlanPatch) {
        (self.visit, PlanPatch { version: self.version, agent_id: Some(self.agent), ..PlanPatch::default() })
    }
}

/// Gives visits to agents within a transaction of somebody who plans: nothing is committed here. Whoever calls it writes nothing that others wait for
/// afterwards, because the feed of visits is held until the end.
pub(in crate::store) async fn assign_within(
    connection: &mut PgConnection,
    scope: &Scope,
    book: &VisitBook,
    assignments: Vec<Assignment>,
    hand: &Hand,
) -> Result<Vec<Visit>, PlanRefusal> {
    replan(connection, scope, book, assignments.into_iter().map(Assignment::as_patch).collect(), hand).await
}

/// The same for any change of plans: a visit that goes to another day, say.
pub(in crate::store) async fn replan_within(
    connection: &mut PgConnection,
    scope: &Scope,
    book: &VisitBook,
    patches: Vec<(VisitId, PlanPatch)>,
    hand: &Hand,
) -> Result<Vec<Visit>, PlanRefusal> {
    replan(connection, scope, book, patches, hand).await
}

async fn plan(
    connection: &mut PgConnection,
    (scope, customers, own): (&Scope, &Scope, Option<AgentId>),
    book: &VisitBook,
    new: Vec<NewPlanned>,
    hand: &Hand,
) -> Result<Vec<Planned>, PlanRefusal> {
    let ids: Vec<Uuid> = new.iter().map(|new| new.id.0).collect();
    let sites = sites(connection, new.iter().map(|new| new.new.customer_id.0).collect()).await?;
    let named = new.iter().filter_map(|new| new.new.agent_id).chain(own);
    let works_in = works_in(connection, named.map(|agent| agent.0).collect()).await?;
    let known_skills = skills::known(connection, skills::named(new.iter().map(|new| &new.new.skills))).await?;
    let own_territory = own.and_then(|own| works_in.get(&own).copied()).flatten();
    let mut plans = Vec::with_capacity(new.len());
    for (index, NewPlanned { id, new, source }) in new.into_iter().enumerate() {
        let field = |flaw| PlanRefusal::Field { index, flaw };
        let unknown = || field(FieldFlaw::new("customer_id", "must be the id of a customer"));
        let site = sites.get(&new.customer_id).ok_or_else(unknown)?;
        let is_neighbour = own_territory.is_some() && own_territory == site.territory;
        if !is_neighbour && !customers.covers_customer(site.territory, &site.preferred) {
            return Err(unknown());
        }
        if site.is_closed {
            return Err(field(FieldFlaw::new("customer_id", "must not be the id of a closed customer")));
        }
        let defaults = defaults_of(site, &new, book, hand.now);
        let asked = new.skills.clone();
        let plan = new.checked(&defaults).map_err(field)?;
        skills::check(&asked, |skill| known_skills.contains(skill)).map_err(field)?;
        check_place(site, plan.place_id).map_err(field)?;
        check_reach(scope, &plan, &works_in).map_err(field)?;
        plans.push(Fresh { id, plan, source, origin: None, position: 0 });
    }
    let made = insert(connection, &plans, book, hand).await?;
    let visits = reread(connection, &ids).await?;
    // An id that was there before may be a visit of others.
    for visit in visits.iter().filter(|visit| !made.contains(&visit.id)) {
        if !is_covered(connection, scope, visit).await? {
            let index = ids.iter().position(|id| *id == visit.id.0).unwrap_or_default();
            return Err(PlanRefusal::NotFound { index, field: "id", visit: visit.id });
        }
    }
    let planned = visits.into_iter().map(|visit| Planned { is_new: made.contains(&visit.id), visit });
    Ok(planned.collect())
}

fn defaults_of(site: &Site, new: &NewVisit, book: &VisitBook, now: Timestamp) -> Defaults {
    let primary = site.places.first().map(|(id, _)| *id);
    let place_id = new.place_id.or(primary).unwrap_or(PlaceId(Uuid::nil()));
    Defaults {
        place_id,
        territory_id: site.territory,
        duration_s: site.duration_s(place_id),
        skills: site.skills.clone(),
        today: now.civil_date(book.zone),
        zone: book.zone,
    }
}

fn check_place(site: &Site, place: PlaceId) -> Result<(), FieldFlaw> {
    if site.places.iter().any(|(id, _)| *id == place) {
        Ok(())
    } else {
        Err(FieldFlaw::new("place_id", "must be the id of one of the customer's places"))
    }
}

/// A visit may be planned for one's own territories and agents; whoever it is planned for must be there.
fn check_reach(scope: &Scope, plan: &Plan, works_in: &HashMap<AgentId, Option<TerritoryId>>) -> Result<(), FieldFlaw> {
    let Some(agent) = plan.agent_id else {
        let is_theirs = scope.covers_territory(plan.territory_id);
        return if is_theirs { Ok(()) } else { Err(FieldFlaw::new("territory_id", "must be the id of a territory of yours")) };
    };
    let unknown = || FieldFlaw::new("agent_id", "must be the id of an agent");
    let territory = works_in.get(&agent).ok_or_else(unknown)?;
    if scope.covers(agent, *territory) { Ok(()) } else { Err(unknown()) }
}

async fn replan(
    connection: &mut PgConnection,
    scope: &Scope,
    book: &VisitBook,
    patches: Vec<(VisitId, PlanPatch)>,
    hand: &Hand,
) -> Result<Vec<Visit>, PlanRefusal> {
    let ids: Vec<Uuid> = patches.iter().map(|(id, _)| id.0).collect();
    let agents: Vec<AgentId> = patches.iter().filter_map(|(_, patch)| patch.agent_id.flatten()).collect();
    let works_in = works_in(connection, agents.iter().map(|agent| agent.0).collect()).await?;
    let asked = skills::named(patches.iter().filter_map(|(_, patch)| patch.skills.as_ref()));
    let known_skills = skills::known(connection, asked).await?;
    let mut changes = hold(connection, &ids, &agents, book).await?;
    for (index, (id, patch)) in patches.into_iter().enumerate() {
        let unknown = PlanRefusal::NotFound { index, field: "visit_id", visit: id };
        let Some(found) = changes.iter_mut().find(|change| change.id() == id) else { return Err(unknown) };
        if !is_covered(connection, scope, &found.case.stored.visit).await? {
            return Err(unknown);
        }
        let (version, status) = (found.case.stored.visit.version, found.before.progress.status);
        if patch.version.is_some_and(|seen| seen != version) {
            return Err(PlanRefusal::Overtaken { index, visit: id, version });
        }
        if found.case.stored.is_erased || !(status.is_ahead() || status == VisitStatus::Missed) {
            return Err(PlanRefusal::Begun { index, visit: id, status });
        }
        let old = found.case.facts.plan.clone();
        let field = |flaw| PlanRefusal::Field { index, flaw };
        let asked = patch.skills.clone().unwrap_or_default();
        let new = patch.applied(&old, book.zone, hand.now.civil_date(book.zone)).map_err(field)?;
        let is_known = |skill: &str| known_skills.contains(skill) || old.skills.iter().any(|had| had == skill);
        skills::check(&asked, is_known).map_err(field)?;
        if new.place_id != old.place_id {
            let sites = sites(connection, vec![new.customer_id.0]).await?;
            if let Some(site) = sites.get(&new.customer_id) {
                check_place(site, new.place_id).map_err(field)?;
            }
        }
        if new.agent_id != old.agent_id && new.agent_id.is_some() {
            check_reach(scope, &new, &works_in).map_err(field)?;
        }
        if new.territory_id != old.territory_id && !scope.covers_territory(new.territory_id) {
            return Err(field(FieldFlaw::new("territory_id", "must be the id of a territory of yours")));
        }
        set_plan(found, new, hand);
        found.is_touched = true;
    }
    // Patches of one visit after another may undo each other.
    let (changed, same): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| !change.events.is_empty());
    let is_elsewhere = |change: &Change| change.case.stored.visit.plan.place_id != change.case.facts.plan.place_id;
    let needs_address = changed.iter().any(is_elsewhere);
    let written = write(connection, changed, book, hand).await?;
    if needs_address {
        return Ok(reread(connection, &ids).await?);
    }
    let mut visits: HashMap<Uuid, Visit> =
        written.into_iter().chain(same).map(|change| (change.id().0, change.case.stored.visit)).collect();
    Ok(ids.iter().filter_map(|id| visits.remove(id)).collect())
}

/// Puts a new plan in the place of the old one.
pub(super) fn set_plan(change: &mut Change, new: Plan, hand: &Hand) {
    let Case { stored, facts } = &mut change.case;
    let old = std::mem::replace(&mut facts.plan, new);
    let new = &facts.plan;
    let Some(body) = EventBody::replanned(&old, new) else { return };
    if let Some(former) = old.agent_id.filter(|_| old.agent_id != new.agent_id) {
        stored.visit.former_agents.retain(|agent| *agent != former && Some(*agent) != new.agent_id);
        stored.visit.former_agents.push(former);
    }
    if new.day != old.day {
        // What was missed on one day is not on another.
        facts.missed_at = None;
    }
    change.is_replanned = true;
    if old.agent_id != new.agent_id || old.day != new.day || old.place_id != new.place_id {
        // What the track said was said of another plan; it is asked again at once.
        (facts.arrival, facts.under_way_since) = (None, None);
    }
    change.events.push(NewEvent::own(hand, new.agent_id.or(old.agent_id), body));
}

/// A visit that is to be written.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub id: VisitId,
    pub plan: Plan,
    pub source: VisitSource,
    pub origin: Option<Origin>,
    pub position: i32,
}

/// Writes new visits; ids that are there stay as they are. Returns which are new.
pub(super) async fn insert(
    connection: &mut PgConnection,
    fresh: &[Fresh],
    book: &VisitBook,
    hand: &Hand,
) -> Result<HashSet<VisitId>, StoreError> {
    if fresh.is_empty() {
        return Ok(HashSet::new());
    }
    let today = hand.now.civil_date(book.zone);
    let column = |of: &dyn Fn(&Fresh) -> Option<Uuid>| fresh.iter().map(of).collect::<Vec<_>>();
    let ids: Vec<Uuid> = fresh.iter().map(|new| new.id.0).collect();
    let customers: Vec<Uuid> = fresh.iter().map(|new| new.plan.customer_id.0).collect();
    let places: Vec<Uuid> = fresh.iter().map(|new| new.plan.place_id.0).collect();
    let territories = column(&|new| new.plan.territory_id.map(|id| id.0));
    let agents = column(&|new| new.plan.agent_id.map(|id| id.0));
    let kinds: Vec<String> = fresh.iter().map(|new| new.plan.kind.name().to_owned()).collect();
    let days: Vec<NaiveDate> = fresh.iter().map(|new| new.plan.day).collect();
    let windows: Vec<Json<_>> = fresh.iter().map(|new| Json(&new.plan.windows)).collect();
    let durations: Vec<i32> = fresh.iter().map(|new| new.plan.duration_s as i32).collect();
    let priorities: Vec<i16> = fresh.iter().map(|new| i16::from(new.plan.priority)).collect();
    let demands: Vec<i32> = fresh.iter().map(|new| new.plan.demand as i32).collect();
    // An array of arrays must be a rectangle: each visit's skills travel as one text.
    let skills: Vec<String> = fresh.iter().map(|new| new.plan.skills.join(" ")).collect();
    let purposes: Vec<Option<String>> = fresh.iter().map(|new| new.plan.purpose.clone()).collect();
    let notes: Vec<String> = fresh.iter().map(|new| new.plan.note.clone()).collect();
    let starts: Vec<Timestamp> = fresh.iter().map(|new| new.plan.earliest(book.zone)).collect();
    let positions: Vec<i32> = fresh.iter().map(|new| new.position).collect();
    let sources: Vec<String> = fresh.iter().map(|new| new.source.name().to_owned()).collect();
    let beats = column(&|new| new.origin.map(|origin| origin.beat.0));
    let beat_days: Vec<Option<NaiveDate>> = fresh.iter().map(|new| new.origin.map(|origin| origin.on)).collect();
    let made = sqlx::query_scalar!(
        r#"insert into visits (id, customer_id, place_id, territory_id, agent_id, kind, day, date, windows, duration_s, priority, skills,
                               purpose, note, starts_at, position, source, beat_id, beat_on, demand, status, created_at,
                               updated_at)
           select id, customer_id, place_id, territory_id, agent_id, kind, day, day, windows, duration_s, priority,
                  string_to_array(skills, ' '), purpose, note, starts_at, position, source, beat_id, beat_on, demand, 'planned', $19, $19
           from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::date[], $8::jsonb[], $9::integer[],
                       $10::smallint[], $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::integer[], $16::text[],
                       $17::uuid[], $18::date[], $20::integer[])
                as t (id, customer_id, place_id, territory_id, agent_id, kind, day, windows, duration_s, priority, skills, purpose, note,
                      starts_at, position, source, beat_id, beat_on, demand)
           on conflict (id) do nothing
           returning id as "id: VisitId""#,
        &ids,
        &customers,
        &places,
        &territories as &[Option<Uuid>],
        &agents as &[Option<Uuid>],
        &kinds,
        &days,
        &windows as _,
        &durations,
        &priorities,
        &skills,
        &purposes as &[Option<String>],
        &notes,
        &starts as &[Timestamp],
        &positions,
        &sources,
        &beats as &[Option<Uuid>],
        &beat_days as &[Option<NaiveDate>],
        hand.now as Timestamp,
        &demands
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(|error| StoreError::sql("make visits", error))?;
    let made: HashSet<VisitId> = made.into_iter().collect();
    let mut columns = EventColumns::default();
    let planned = VisitStatus::Planned;
    for new in fresh.iter().filter(|new| made.contains(&new.id)) {
        let event = NewEvent::own(hand, new.plan.agent_id, EventBody::Planned { plan: new.plan.clone() });
        columns.push(new.id, &event, None, (planned, planned), 1);
    }
    let due = fresh.iter().filter(|new| made.contains(&new.id) && new.plan.day <= today);
    let due = due.filter_map(|new| Some((new.plan.agent_id?, new.plan.day)));
    mark_due(connection, due).await?;
    columns.number(connection, hand.now).await?;
    Ok(made)
}

/// Where agents work; those there are not, or not any more, are left out.
pub(super) async fn works_in(
    connection: &mut PgConnection,
    agents: Vec<Uuid>,
) -> Result<HashMap<AgentId, Option<TerritoryId>>, StoreError> {
    if agents.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"select id as "id: AgentId", territory_id as "territory: TerritoryId"
           from agents
           where id = any($1) and erased_at is null"#,
        &agents
    )
    .fetch_all(connection)
    .await
    .map_err(|error| StoreError::sql("look where agents work", error))?;
    Ok(rows.into_iter().map(|row| (row.id, row.territory)).collect())
}

/// Is it a visit of this scope?
pub(super) async fn is_covered(connection: &mut PgConnection, scope: &Scope, visit: &Visit) -> Result<bool, StoreError> {
    if scope.is_everything() || scope.covers_territory(visit.plan.territory_id) {
        return Ok(true);
    }
    let agents = [visit.plan.agent_id, visit.progress.performed_by].into_iter().flatten();
    let works_in = works_in(connection, agents.map(|agent| agent.0).collect()).await?;
    Ok(scope.covers_visit(visit.plan.territory_id, works_in))
}

pub(super) async fn sites(connection: &mut PgConnection, customers: Vec<Uuid>) -> Result<HashMap<CustomerId, Site>, StoreError> {
    let sql = |error| StoreError::sql("read whom to visit", error);
    let rows = sqlx::query!(
        r#"select c.id as "id!: CustomerId", c.territory_id as "territory: TerritoryId", c.status = 'closed' as "is_closed!",
                  c.status = 'active' as "is_active!",
                  k.visit_duration_s as "class_duration_s?",
                  array(select o.agent_id from customer_agents o where o.customer_id = c.id and o.is_preferred)
                      as "preferred!: Vec<AgentId>",
                  array(select s.skill from customer_skills s where s.customer_id = c.id order by s.skill) as "skills!"
           from customers c
           left join customer_classes k on k.code = c.class
           where c.id = any($1)"#,
        &customers
    );
    let rows = rows.fetch_all(&mut *connection).await.map_err(sql)?;
    let mut sites: HashMap<CustomerId, Site> = rows
        .into_iter()
        .map(|row| {
            let site = Site {
                territory: row.territory,
                is_closed: row.is_closed,
                is_active: row.is_active,
                preferred: row.preferred,
                class_duration_s: row.class_duration_s,
                skills: row.skills,
                places: Vec::new(),
            };
            (row.id, site)
        })
        .collect();
    let places = sqlx::query!(
        r#"select id as "id: PlaceId", customer_id as "customer: CustomerId", visit_duration_s
           from customer_places
           where customer_id = any($1)
           order by customer_id, position"#,
        &customers
    );
    for row in places.fetch_all(connection).await.map_err(sql)? {
        if let Some(site) = sites.get_mut(&row.customer) {
            site.places.push((row.id, row.visit_duration_s));
        }
    }
    Ok(sites)
}
