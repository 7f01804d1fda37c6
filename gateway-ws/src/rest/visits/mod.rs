//! Visits: planned, listed, read with their history and proof. What is done with them is in `commands`, what offline phones tell in `reports`, what
//! an agent's phone shows in `day`.

pub mod activities;
pub mod commands;
pub mod day;
mod refusals;
pub mod reports;
pub mod settings;

use crate::audit::actor_of;
use crate::auth::permit::{Can, CreateVisits, ReadVisits, UpdateVisits};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::rest::{checked_limit, checked_territory, shown};
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use chrono::NaiveDate;
pub(crate) use refusals::plan_refusal;
use salessync_actors::PrincipalId;
use salessync_actors::store::visits::{Assignment, Hand, NewPlanned, Planned, VisitFilter, VisitQuery};
use salessync_engine::access::{Action, Module, Scope};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::horizon::check_calendar;
use salessync_engine::visit::report::Author;
use salessync_engine::visit::{
    Arrival, NewVisit, PlanPatch, Verification, Visit, VisitChange, VisitEvent, VisitKind, VisitSource,
};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, BeatId, CustomerId, Timestamp, VisitId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::str::FromStr;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Visits in one bulk request.
const BULK_MAX: usize = 1_000;
/// Changes in one answer of the feed.
const CHANGES_MAX: i64 = 1_000;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/visits", web::get().to(list))
        .route("/visits", web::post().to(create))
        .route("/visits/bulk", web::post().to(create_many))
        .route("/visits/assign", web::post().to(assign))
        .route("/visits/{id}", web::get().to(read))
        .route("/visits/{id}", web::patch().to(update))
        .route("/visits/{id}/events", web::get().to(history))
        .route("/visits/{id}/proof", web::get().to(proof))
        .route("/agents/{id}/visits", web::get().to(of_agent))
        .route("/agents/{id}/unplanned-stays", web::get().to(unplanned_stays))
        .route("/visit-changes", web::get().to(changes))
        .configure(commands::routes)
        .configure(reports::routes)
        .configure(activities::routes)
        .configure(settings::routes)
        .configure(day::routes);
}

/// Visits by when they are planned for, a page at a time.
#[utoipa::path(get, operation_id = "listVisits", path = "/api/v1/visits", tag = "visits", params(VisitsQuery),
    responses((status = 200, body = Page<Visit>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadVisits>,
    query: Params<VisitsQuery>,
) -> Result<Json<Page<Visit>>, ApiError> {
    page(&state, &who.scope, query.0).await.map(Json)
}

/// Makes a visit. With an id that exists already the existing visit is returned unchanged.
#[utoipa::path(post, operation_id = "createVisit", path = "/api/v1/visits", tag = "visits", request_body = NewVisit,
    responses((status = 201, body = Visit), (status = 200, body = Visit), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    by: Can<CreateVisits>,
    request: HttpRequest,
    body: Body<NewVisit>,
) -> Result<HttpResponse, ApiError> {
    let planned = plan(&state, &by, &request, vec![body.0], |_| String::new()).await?.pop().ok_or(ApiError::Internal)?;
    let status = if planned.is_new { StatusCode::CREATED } else { StatusCode::OK };
    if planned.is_new {
        note(&state, &request, planned.visit.id, (None, Some(told(&planned.visit)))).await;
    }
    Ok(HttpResponse::build(status).json(planned.visit))
}

/// Makes up to 1,000 visits, all or none; ids that exist already stay as they are.
#[utoipa::path(post, operation_id = "createVisits", path = "/api/v1/visits/bulk", tag = "visits", request_body = BulkVisits,
    responses((status = 200, body = VisitsCreated), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create_many(
    state: Data<AppState>,
    by: Can<CreateVisits>,
    request: HttpRequest,
    body: Body<BulkVisits>,
) -> Result<Json<VisitsCreated>, ApiError> {
    let new = body.0.visits;
    if new.len() > BULK_MAX {
        return Err(ApiError::field("visits", format!("0..{BULK_MAX}"), format!("holds {} visits", new.len())));
    }
    let planned = plan(&state, &by, &request, new, |index| format!("visits[{index}].")).await?;
    let created: Vec<VisitId> = planned.iter().filter(|planned| planned.is_new).map(|planned| planned.visit.id).collect();
    let what = json!({"created": created.len(), "visits": created});
    state.audit.note(&request, actor_of(&request), ActKind::VisitPlanned, None, None, Some(what)).await;
    Ok(Json(VisitsCreated { created: created.len() as u64 }))
}

/// Gives visits to agents, or takes them away, all or none. Each upon the version of its plan that was seen.
#[utoipa::path(post, operation_id = "assignVisits", path = "/api/v1/visits/assign", tag = "visits", request_body = AssignRequest,
    responses((status = 200, body = Page<Visit>), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn assign(
    state: Data<AppState>,
    by: Can<UpdateVisits>,
    request: HttpRequest,
    body: Body<AssignRequest>,
) -> Result<Json<Page<Visit>>, ApiError> {
    let assignments = body.0.assignments;
    if !(1..=BULK_MAX).contains(&assignments.len()) {
        let limit = format!("1..{BULK_MAX}");
        return Err(ApiError::field("assignments", limit, format!("holds {} assignments", assignments.len())));
    }
    let assignments: Vec<_> = assignments
        .into_iter()
        .map(|one| Assignment { visit: one.visit_id, version: one.version, agent: one.agent_id })
        .collect();
    let path = |index| format!("assignments[{index}].");
    let items = state.system.visits().assign(&by.scope, assignments, hand(&state, &request)).await;
    let items = items.map_err(|refusal| plan_refusal(refusal, path))?;
    let what = items.iter().map(|visit| json!({"visit": visit.id, "agent": visit.plan.agent_id})).collect::<Vec<_>>();
    state.audit.note(&request, actor_of(&request), ActKind::VisitPlanned, None, None, Some(json!({"assigned": what}))).await;
    Ok(Json(Page { items, next: None }))
}

/// One visit.
#[utoipa::path(get, operation_id = "readVisit", path = "/api/v1/visits/{id}", tag = "visits", params(("id" = VisitId, Path)),
    responses((status = 200, body = Visit), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, who: Can<ReadVisits>, id: Path<VisitId>) -> Result<Json<Visit>, ApiError> {
    settled(&state, &who.scope, *id).await.map(Json)
}

/// Changes the plan of a visit that nobody has begun; what is left out stays.
#[utoipa::path(patch, operation_id = "updateVisit", path = "/api/v1/visits/{id}", tag = "visits", params(("id" = VisitId, Path)), request_body = PlanPatch,
    responses((status = 200, body = Visit), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    by: Can<UpdateVisits>,
    request: HttpRequest,
    id: Path<VisitId>,
    body: Body<PlanPatch>,
) -> Result<Json<Visit>, ApiError> {
    let before = state.system.store().visit(&by.scope, *id).await?.ok_or(ApiError::NotFound("visit"))?;
    let changed = state.system.visits().replan(&by.scope, *id, body.0, hand(&state, &request)).await;
    let visit = changed.map_err(|refusal| plan_refusal(refusal, |_| String::new()))?;
    note(&state, &request, *id, (Some(told(&before)), Some(told(&visit)))).await;
    Ok(Json(visit))
}

/// What happened to a visit, oldest first.
#[utoipa::path(get, operation_id = "visitHistory", path = "/api/v1/visits/{id}/events", tag = "visits", params(("id" = VisitId, Path), HistoryQuery),
    responses((status = 200, body = Page<VisitEvent>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn history(
    state: Data<AppState>,
    who: Can<ReadVisits>,
    id: Path<VisitId>,
    query: Params<HistoryQuery>,
) -> Result<HttpResponse, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 1_000)?;
    let after = query.0.after.as_deref().map(cursor::decode::<i64>).transpose()?.unwrap_or(0);
    let visit = settled(&state, &who.scope, *id).await?;
    let mut items = state.system.store().visit_history(*id, after, limit as i64 + 1).await?;
    let next = (items.len() > limit).then(|| items.truncate(limit)).and_then(|()| items.last());
    let next = next.map(|last| cursor::encode(&last.seq));
    Ok(shown(&Page { items, next }, is_precise(&state, &who, &visit)))
}

/// The proof of a visit: where the track saw the agent, how it was weighed, and how it was weighed before.
#[utoipa::path(get, operation_id = "visitProof", path = "/api/v1/visits/{id}/proof", tag = "visits", params(("id" = VisitId, Path)),
    responses((status = 200, body = ProofView), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn proof(state: Data<AppState>, who: Can<ReadVisits>, id: Path<VisitId>) -> Result<HttpResponse, ApiError> {
    let visit = settled(&state, &who.scope, *id).await?;
    let proofs = state.system.store().visit_proofs(*id).await?;
    let history = proofs.history.into_iter().map(|(revision, at, verification)| ProofVersion { revision, at, verification });
    let view = ProofView {
        visit_id: *id,
        arrival: proofs.arrival,
        verification: proofs.current.unwrap_or_else(Verification::none),
        history: history.collect(),
    };
    Ok(shown(&view, is_precise(&state, &who, &visit)))
}

/// An agent's visits of a date, in the order of the plan; of today when no date is given.
#[utoipa::path(get, operation_id = "agentVisits", path = "/api/v1/agents/{id}/visits", tag = "visits", params(("id" = AgentId, Path), DateQuery),
    responses((status = 200, body = Page<Visit>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn of_agent(
    state: Data<AppState>,
    who: Can<ReadVisits>,
    id: Path<AgentId>,
    query: Params<DateQuery>,
) -> Result<Json<Page<Visit>>, ApiError> {
    who.agent(&state, *id)?;
    let date = checked_date(&state, query.0.date.as_deref())?;
    day::visits_of(&state, &who.scope, *id, date).await.map(|items| Json(Page { items, next: None }))
}

/// Stays of an agent at customers' places on a date that were not planned: visits that nobody has written down. Make one of them with
/// `POST /visits`, kind `ad_hoc`, for the place whose id is the fence's.
#[utoipa::path(get, operation_id = "unplannedStays", path = "/api/v1/agents/{id}/unplanned-stays", tag = "visits", params(("id" = AgentId, Path), DateQuery),
    responses((status = 200, body = Page<salessync_engine::visit::stay::Stay>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn unplanned_stays(
    state: Data<AppState>,
    who: Can<ReadVisits>,
    id: Path<AgentId>,
    query: Params<DateQuery>,
) -> Result<HttpResponse, ApiError> {
    let agent = who.agent(&state, *id)?;
    let date = checked_date(&state, query.0.date.as_deref())?;
    state.system.settle(*id).await?;
    let stays = state.system.visits().unplanned_stays(agent, date).await?;
    let fences = state.system.fences().current();
    let is_of_place = |fence, at| {
        // Who was there before the place was written down was there.
        let fence = fences.fence_at(fence, at).or_else(|| fences.version(fence, 1));
        fence.is_some_and(|fence| fence.definition.owner.kind == salessync_engine::fence::OwnerKind::Place)
    };
    let items: Vec<_> = stays.into_iter().filter(|stay| is_of_place(stay.fence, stay.from)).collect();
    Ok(shown(&Page { items, next: None }, who.is_precise(&state, *id)))
}

/// The feed of what happens to visits, in the order of commits. Keep the last `seq` you have applied and ask for what comes after it.
#[utoipa::path(get, operation_id = "listVisitChanges", path = "/api/v1/visit-changes", tag = "visits", params(ChangesQuery),
    responses((status = 200, body = VisitChanges), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn changes(state: Data<AppState>, who: Can<ReadVisits>, query: Params<ChangesQuery>) -> Result<HttpResponse, ApiError> {
    let limit = checked_limit(query.0.limit, 100, CHANGES_MAX)?;
    let after = match query.0.after {
        Some(after) if after < 0 => return Err(ApiError::field("after", "an integer from 0", format!("is {after}"))),
        Some(after) => after,
        None => 0,
    };
    let precise = who.precise();
    state.system.visits().has_caught_up().await;
    let changes = state.system.visits().changes_after(after, limit).await?;
    let last = changes.last().map_or(after, |change| change.seq());
    let told = changes.iter().filter_map(|change| {
        let is_precise = precise.as_ref().is_some_and(|scope| change.is_covered(scope));
        Some(change.told_to(&who.scope)?.seen(is_precise))
    });
    let items: Vec<Value> = told.collect();
    let newest = *state.system.visits().newest().borrow();
    Ok(HttpResponse::Ok().json(json!({"items": items, "last": last, "newest": newest})))
}

async fn page(state: &AppState, scope: &Scope, query: VisitsQuery) -> Result<Page<Visit>, ApiError> {
    let limit = checked_limit(query.limit, 100, 1_000)?;
    let after = query.after.as_deref().map(cursor::decode::<(Timestamp, i32, VisitId)>).transpose()?;
    let filter = VisitFilter {
        agent: query.agent,
        is_unassigned: query.unassigned,
        customer: query.customer,
        territory: checked_territory(query.territory.as_deref())?,
        statuses: names("status", query.status.as_deref())?,
        kinds: names::<VisitKind>("kind", query.kind.as_deref())?,
        verification: names("verification", query.verification.as_deref())?.first().copied(),
        flag: query.flag.filter(|flag| !flag.is_empty()),
        beat: query.beat,
        from: query.from.as_deref().map(|date| parsed_date("from", date)).transpose()?,
        to: query.to.as_deref().map(|date| parsed_date("to", date)).transpose()?,
    };
    if filter.from.zip(filter.to).is_some_and(|(from, to)| from > to) {
        return Err(ApiError::field("from", "at most `to`", "from is after to"));
    }
    let query = VisitQuery { filter, after, limit: limit as i64 + 1 };
    let mut items = state.system.store().visits(scope, query).await?;
    let next = (items.len() > limit).then(|| items.truncate(limit)).and_then(|()| items.last());
    let next = next.map(|last| cursor::encode(&(last.plan.earliest(state.system.visits().zone()), last.position, last.id)));
    Ok(Page { items, next })
}

/// Makes visits; an agent who makes one makes it for themselves, here and now.
async fn plan(
    state: &AppState,
    by: &Can<CreateVisits>,
    request: &HttpRequest,
    new: Vec<NewVisit>,
    path: impl Fn(usize) -> String,
) -> Result<Vec<Planned>, ApiError> {
    let customers = by.also(Module::Customers, Action::Read)?;
    let own = own_agent(state, by.id);
    let source = match by.id {
        PrincipalId::ApiKey(_) => VisitSource::Api,
        PrincipalId::Agent(_) => VisitSource::Phone,
        PrincipalId::User(_) if own.is_some() => VisitSource::Phone,
        PrincipalId::User(_) => VisitSource::Person,
    };
    let new = new.into_iter().map(|mut new| {
        if source == VisitSource::Phone {
            new.agent_id = new.agent_id.or(own);
            new.kind = new.kind.or(Some(VisitKind::AdHoc));
        }
        NewPlanned { id: new.id.unwrap_or_else(|| VisitId(Uuid::now_v7())), new, source }
    });
    let planned = state.system.visits().plan(&by.scope, (&customers, own), new.collect(), hand(state, request)).await;
    planned.map_err(|refusal| plan_refusal(refusal, path))
}

/// A visit that is made because somebody is sought for it.
pub(crate) fn sought(by: PrincipalId, new: NewVisit) -> NewPlanned {
    let source = match by {
        PrincipalId::ApiKey(_) => VisitSource::Api,
        PrincipalId::Agent(_) | PrincipalId::User(_) => VisitSource::Person,
    };
    NewPlanned { id: new.id.unwrap_or_else(|| VisitId(Uuid::now_v7())), new, source }
}

/// The agent that whoever asks is.
pub(crate) fn own_agent(state: &AppState, who: PrincipalId) -> Option<AgentId> {
    match who {
        PrincipalId::Agent(agent) => Some(agent),
        PrincipalId::User(user) => state.system.access().agent_of(user),
        PrincipalId::ApiKey(_) => None,
    }
}

pub(crate) fn hand(state: &AppState, request: &HttpRequest) -> Hand {
    Hand { by: Author::from(actor_of(request)), now: state.system.now() }
}

/// A visit of the scope, once what its agent was told of is derived.
pub(crate) async fn settled(state: &AppState, scope: &Scope, id: VisitId) -> Result<Visit, ApiError> {
    let store = state.system.store();
    let visit = store.visit(scope, id).await?.ok_or(ApiError::NotFound("visit"))?;
    let Some(agent) = visit.progress.performed_by.or(visit.plan.agent_id) else { return Ok(visit) };
    if visit.date > state.system.now().civil_date(state.system.visits().zone()) {
        return Ok(visit);
    }
    state.system.settle(agent).await?;
    state.system.visits().settle(agent).await?;
    store.visit(scope, id).await?.ok_or(ApiError::NotFound("visit"))
}

/// Are the places of whoever does this visit shown to the metre?
pub(crate) fn is_precise<P>(state: &AppState, who: &Can<P>, visit: &Visit) -> bool {
    let agent = visit.progress.performed_by.or(visit.plan.agent_id);
    match agent {
        Some(agent) => who.is_precise(state, agent),
        None => who.precise().is_some_and(|scope| scope.covers_territory(visit.plan.territory_id)),
    }
}

pub(crate) async fn note(
    state: &AppState,
    request: &HttpRequest,
    visit: VisitId,
    (before, after): (Option<Value>, Option<Value>),
) {
    let object = Some(Object::new("visit", visit));
    state.audit.note(request, actor_of(request), ActKind::VisitPlanned, object, before, after).await;
}

/// A visit as the trail has it: no names, no notes.
pub(crate) fn told(visit: &Visit) -> Value {
    json!({"customer_id": visit.plan.customer_id, "agent_id": visit.plan.agent_id, "day": visit.plan.day, "status": visit.progress.status,
        "windows": visit.plan.windows, "kind": visit.plan.kind, "version": visit.version})
}

/// A date of a query.
pub(crate) fn parsed_date(name: &str, text: &str) -> Result<NaiveDate, ApiError> {
    let date = text.parse::<NaiveDate>().map_err(|error| ApiError::field(name, "YYYY-MM-DD", format!("{text:?}: {error}")))?;
    check_calendar(name, date)?;
    Ok(date)
}

/// `date` of a query; today when absent.
pub(crate) fn checked_date(state: &AppState, date: Option<&str>) -> Result<NaiveDate, ApiError> {
    match date {
        Some(date) if !date.is_empty() => parsed_date("date", date),
        Some(_) | None => Ok(state.system.now().civil_date(state.system.visits().zone())),
    }
}

/// Names separated by commas.
fn names<T: FromStr<Err = String>>(field: &str, text: Option<&str>) -> Result<Vec<T>, ApiError> {
    let names = text.filter(|text| !text.is_empty()).into_iter().flat_map(|text| text.split(','));
    let parsed = names.map(|name| {
        name.trim().parse().map_err(|message: String| {
            let limit = message.rsplit_once("one of ").map_or_else(String::new, |(_, names)| names.to_owned());
            ApiError::field(field, limit, message)
        })
    });
    parsed.collect()
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VisitsQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1..1000, by default 100.
    limit: Option<i64>,
    /// Assigned to this agent, or done by them.
    agent: Option<AgentId>,
    /// Whether nobody is assigned.
    unassigned: Option<bool>,
    customer: Option<CustomerId>,
    /// An id, or `none`.
    territory: Option<String>,
    /// Statuses, separated by commas.
    status: Option<String>,
    /// Kinds, separated by commas: routine, ad_hoc, urgent, phone_call.
    kind: Option<String>,
    /// verified, partial, unverified or no_data.
    verification: Option<String>,
    /// What deserves a look: one of the visit's flags.
    flag: Option<String>,
    beat: Option<BeatId>,
    /// The dates they belong to, YYYY-MM-DD, both included.
    from: Option<String>,
    to: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1..1000, by default 100.
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DateQuery {
    /// YYYY-MM-DD; today when absent.
    pub date: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// The change applied last; from the first one there is when absent.
    after: Option<i64>,
    /// 1..1000, by default 100: changes looked at, of which those that are not yours are left out.
    limit: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkVisits {
    visits: Vec<NewVisit>,
}

#[derive(Serialize, ToSchema)]
pub struct VisitsCreated {
    created: u64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AssignVisitsRequest)]
pub struct AssignRequest {
    /// 1 to 1000.
    assignments: Vec<OneAssignment>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VisitAssignment)]
pub struct OneAssignment {
    visit_id: VisitId,
    /// The version of the plan that was seen: when it has changed since, nothing is done.
    #[serde(default)]
    version: Option<i64>,
    /// `null`: nobody.
    #[serde(default)]
    agent_id: Option<AgentId>,
}

/// Changes after a position.
#[derive(Serialize, ToSchema)]
pub struct VisitChanges {
    pub items: Vec<VisitChange>,
    /// The last change looked at: ask for what comes after it.
    pub last: i64,
    /// The newest there is.
    pub newest: i64,
}

/// The proof of a visit.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitProofs)]
pub struct ProofView {
    visit_id: VisitId,
    arrival: Option<Arrival>,
    verification: Verification,
    /// What it was weighed as before, newest first, the current one included.
    history: Vec<ProofVersion>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = VisitProofVersion)]
pub struct ProofVersion {
    revision: i64,
    at: Timestamp,
    verification: Verification,
}
