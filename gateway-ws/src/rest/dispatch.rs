//! Dispatch: visits that somebody is sought for, whom to ask, and whom somebody chose.

use super::plan_refusals::plan_refusal;
use super::plans::{acting, check_operations, checked_plan, checked_plan_at, checked_relaxation};
use crate::auth::permit::{Can, CreateDispatch, ReadDispatch, UpdateDispatch};
use crate::cursor;
use crate::error::{ApiError, taken};
use crate::rest::checked_limit;
use crate::rest::input::{Body, Params};
use crate::rest::visits;
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::planner::messages::{Ask, DispatchCommand};
use salessync_actors::store::dispatch::JobFilter;
use salessync_actors::store::visits::Sought;
use salessync_actors::system::{PartRefused, Parts};
use salessync_engine::access::{Action, Module, Scope};
use salessync_engine::audit::ActKind;
use salessync_engine::dispatch::{Cause, Job, JobState, Mode, Step, Terms, TermsFlaw, TermsWanted};
use salessync_engine::plan::book::{Operation, PlanVersion};
use salessync_engine::plan::live::RelaxationKind;
use salessync_engine::visit::NewVisit;
use salessync_engine::wire::page::Page;
use salessync_engine::wire::plan_answers::{Candidates, Changed};
use salessync_engine::{AgentId, ChangeId, JobId, TerritoryId, Timestamp, VisitId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Candidates in one answer.
const CANDIDATES_MAX: i64 = 100;
/// Plans that one bulk change may touch.
const PLANS_MAX: usize = 50;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/dispatch/jobs", web::get().to(list))
        .route("/dispatch/jobs", web::post().to(create))
        .route("/dispatch/bulk", web::post().to(bulk))
        .route("/dispatch/jobs/{id}", web::get().to(read))
        .route("/dispatch/jobs/{id}/steps", web::get().to(steps))
        .route("/dispatch/jobs/{id}/candidates", web::get().to(candidates))
        .route("/dispatch/jobs/{id}/offer", web::post().to(offer))
        .route("/dispatch/jobs/{id}/assign", web::post().to(assign))
        .route("/dispatch/jobs/{id}/cancel", web::post().to(cancel));
}

/// Jobs, newest first.
#[utoipa::path(get, operation_id = "listDispatchJobs", path = "/api/v1/dispatch/jobs", tag = "dispatch", params(JobsQuery),
    responses((status = 200, body = Page<Job>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(state: Data<AppState>, who: Can<ReadDispatch>, query: Params<JobsQuery>) -> Result<Json<Page<Job>>, ApiError> {
    let JobsQuery { state: job_state, territory, visit, after, limit } = query.0;
    let limit = checked_limit(limit, 100, 500)?;
    let filter = JobFilter {
        state: job_state,
        territory: territory.as_deref().map(checked_plan).transpose()?,
        visit,
        before: after.as_deref().map(cursor::decode::<(Timestamp, JobId)>).transpose()?,
    };
    let mut jobs = state.system.store().dispatch_jobs(&who.scope, filter, limit as i64 + 1).await?;
    let next = (jobs.len() > limit).then(|| jobs.truncate(limit)).and_then(|()| jobs.last());
    let next = next.map(|last| cursor::encode(&(last.opened_at, last.id)));
    Ok(Json(Page { items: jobs, next }))
}

/// Opens a job for a visit that waits, or for one that is made with it; an automatic one asks its first candidates at once. The same ids again
/// change nothing.
#[utoipa::path(post, operation_id = "createDispatchJob", path = "/api/v1/dispatch/jobs", tag = "dispatch", request_body = NewJob,
    responses((status = 201, body = Job), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    by: Can<CreateDispatch>,
    request: HttpRequest,
    body: Body<NewJob>,
) -> Result<HttpResponse, ApiError> {
    let NewJob { id, visit_id, visit: draft, mode, timeout_s, at_once, candidates_max } = body.0;
    let terms = Terms::new(TermsWanted { mode, timeout_s, at_once, candidates_max }).map_err(refused)?;
    let job = id.unwrap_or_else(|| JobId(Uuid::now_v7()));
    let visit = match (visit_id, draft) {
        (Some(visit), None) => visit,
        (None, Some(draft)) => match opened_with(&state, &by, &request, (job, terms), *draft).await? {
            Opened::Answered(response) => return Ok(response),
            Opened::Visit(visit) => visit,
        },
        (Some(_), Some(_)) | (None, None) => {
            let message = "either the id of a visit or a visit to be made is needed";
            return Err(ApiError::field("visit_id", "visit_id or visit, one of the two", message));
        }
    };
    let no_visit = || ApiError::field("visit_id", "the id of a visit", "there is no such visit");
    let territory = state.system.store().plan_of_visit(visit).await?.ok_or_else(no_visit)?;
    if !by.scope.covers_territory(territory) {
        return Err(no_visit());
    }
    if let Some(known) = state.system.store().dispatch_job(&by.scope, job).await? {
        return if known.visit_id == visit { Ok(HttpResponse::Ok().json(known)) } else { Err(job_taken(&known)) };
    }
    let what = DispatchCommand::Open { job, visit, terms };
    let job = state.system.dispatch(territory, what, acting(&state, &request, ActKind::DispatchChanged)).await?;
    Ok(HttpResponse::Created().json(job))
}

/// What became of a job whose visit was to be made with it.
enum Opened {
    Answered(HttpResponse),
    /// The visit was there before.
    Visit(VisitId),
}

/// Makes a visit and opens its job, both or neither.
async fn opened_with(
    state: &AppState,
    by: &Can<CreateDispatch>,
    request: &HttpRequest,
    (job, terms): (JobId, Terms),
    draft: NewVisit,
) -> Result<Opened, ApiError> {
    let (scope, customers) = (by.also(Module::Visits, Action::Create)?, by.also(Module::Customers, Action::Read)?);
    if draft.agent_id.is_some() {
        return Err(ApiError::field("visit.agent_id", "absent", "somebody is sought for the visit: nobody can have it yet"));
    }
    if let Some(known) = state.system.store().dispatch_job(&by.scope, job).await? {
        if draft.id.is_some_and(|id| id != known.visit_id) {
            return Err(job_taken(&known));
        }
        if known.state != JobState::Open {
            return Ok(Opened::Answered(HttpResponse::Ok().json(known)));
        }
        // Perhaps nobody has taken it up yet.
        let what = DispatchCommand::Begin { job, visit: known.visit_id };
        let known = state.system.dispatch(known.territory_id, what, acting(state, request, ActKind::DispatchChanged)).await?;
        return Ok(Opened::Answered(HttpResponse::Ok().json(known)));
    }
    let new = visits::sought(by.id, draft);
    let visit = new.id;
    let sought = Sought { job, terms, desks: by.scope.clone(), act: acting(state, request, ActKind::DispatchChanged).act };
    let planned = state.system.visits().plan_sought(&scope, &customers, new, sought).await;
    let planned = planned.map_err(|refusal| visits::plan_refusal(refusal, |_| "visit.".to_owned()))?;
    if !planned.is_new {
        return Ok(Opened::Visit(visit));
    }
    visits::note(state, request, visit, (None, Some(visits::told(&planned.visit)))).await;
    let what = DispatchCommand::Begin { job, visit };
    let territory = planned.visit.plan.territory_id;
    let job = state.system.dispatch(territory, what, acting(state, request, ActKind::DispatchChanged)).await?;
    Ok(Opened::Answered(HttpResponse::Created().json(job)))
}

/// A job with its offers.
#[utoipa::path(get, operation_id = "readDispatchJob", path = "/api/v1/dispatch/jobs/{id}", tag = "dispatch", params(("id" = JobId, Path)),
    responses((status = 200, body = Job), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, who: Can<ReadDispatch>, id: Path<JobId>) -> Result<Json<Job>, ApiError> {
    seen(&state, &who.scope, *id).await.map(Json)
}

/// Everything that happened to a job, in order.
#[utoipa::path(get, operation_id = "listDispatchSteps", path = "/api/v1/dispatch/jobs/{id}/steps", tag = "dispatch",
    params(("id" = JobId, Path)),
    responses((status = 200, body = Page<Step>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn steps(state: Data<AppState>, who: Can<ReadDispatch>, id: Path<JobId>) -> Result<Json<Page<Step>>, ApiError> {
    seen(&state, &who.scope, *id).await?;
    let items = state.system.store().dispatch_steps(*id).await?;
    Ok(Json(Page { items, next: None }))
}

/// Who could make the visit, ranked with what it would cost and when they would be there; and the nearest who cannot, with the constraint.
#[utoipa::path(get, operation_id = "listDispatchCandidates", path = "/api/v1/dispatch/jobs/{id}/candidates", tag = "dispatch",
    params(("id" = JobId, Path), CandidatesQuery),
    responses((status = 200, body = Candidates), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn candidates(
    state: Data<AppState>,
    who: Can<ReadDispatch>,
    id: Path<JobId>,
    query: Params<CandidatesQuery>,
) -> Result<Json<Candidates>, ApiError> {
    let job = seen(&state, &who.scope, *id).await?;
    let k = checked_limit(query.0.limit, 20, CANDIDATES_MAX)?;
    let visit = job.visit_id;
    let found = state.system.question(job.territory_id, |answer| Ask::Candidates { visit, k, answer });
    Ok(Json(found.await?))
}

/// Asks an agent, by hand.
#[utoipa::path(post, operation_id = "offerDispatchJob", path = "/api/v1/dispatch/jobs/{id}/offer", tag = "dispatch",
    params(("id" = JobId, Path)), request_body = AgentChosen,
    responses((status = 200, body = Job), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody), (status = 422, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn offer(
    state: Data<AppState>,
    by: Can<UpdateDispatch>,
    request: HttpRequest,
    id: Path<JobId>,
    body: Body<AgentChosen>,
) -> Result<Json<Job>, ApiError> {
    let territory = seen(&state, &by.scope, *id).await?.territory_id;
    let what = DispatchCommand::Offer { job: *id, agent: body.0.agent };
    Ok(Json(state.system.dispatch(territory, what, acting(&state, &request, ActKind::DispatchChanged)).await?))
}

/// Gives the visit to an agent without asking them: job and plan in one. Where it does not fit, the refusal names in `details.relaxations` what
/// would have to give; sent back as `accept_relaxation`, that gives, and the job says what did and by how much.
#[utoipa::path(post, operation_id = "assignDispatchJob", path = "/api/v1/dispatch/jobs/{id}/assign", tag = "dispatch",
    params(("id" = JobId, Path)), request_body = AssignAsked,
    responses((status = 200, body = Job), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody), (status = 422, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn assign(
    state: Data<AppState>,
    by: Can<UpdateDispatch>,
    request: HttpRequest,
    id: Path<JobId>,
    body: Body<AssignAsked>,
) -> Result<Json<Job>, ApiError> {
    let AssignAsked { agent, accept_relaxation: accepts } = body.0;
    checked_relaxation("accept_relaxation", accepts)?;
    let territory = seen(&state, &by.scope, *id).await?.territory_id;
    let what = DispatchCommand::Assign { job: *id, agent, accepts };
    Ok(Json(state.system.dispatch(territory, what, acting(&state, &request, ActKind::DispatchChanged)).await?))
}

/// Ends a job without an agent; whoever is being asked is told.
#[utoipa::path(post, operation_id = "cancelDispatchJob", path = "/api/v1/dispatch/jobs/{id}/cancel", tag = "dispatch",
    params(("id" = JobId, Path)),
    responses((status = 200, body = Job), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn cancel(
    state: Data<AppState>,
    by: Can<UpdateDispatch>,
    request: HttpRequest,
    id: Path<JobId>,
) -> Result<Json<Job>, ApiError> {
    let territory = seen(&state, &by.scope, *id).await?.territory_id;
    let what = DispatchCommand::Cancel { job: *id, cause: Cause::Dispatcher };
    Ok(Json(state.system.dispatch(territory, what, acting(&state, &request, ActKind::DispatchChanged)).await?))
}

/// Changes of several plans, all or none: reassigning, swapping, moving to another day, taking out of the plan. The same id again is answered as
/// the first time if it asks for the same operations; for others the id is taken: 409 `id_taken`.
#[utoipa::path(post, operation_id = "bulkDispatch", path = "/api/v1/dispatch/bulk", tag = "dispatch", request_body = Bulk,
    responses((status = 200, body = BulkDone), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody), (status = 422, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn bulk(
    state: Data<AppState>,
    by: Can<UpdateDispatch>,
    request: HttpRequest,
    body: Body<Bulk>,
) -> Result<Json<BulkDone>, ApiError> {
    let Bulk { id, plans } = body.0;
    if !(1..=PLANS_MAX).contains(&plans.len()) {
        return Err(ApiError::field("plans", format!("1..{PLANS_MAX}"), format!("holds {} plans", plans.len())));
    }
    let mut parts = Parts::new();
    let mut places: BTreeMap<Option<TerritoryId>, usize> = BTreeMap::new();
    for (index, part) in plans.into_iter().enumerate() {
        let path = |field: &str| format!("plans[{index}].{field}");
        let territory = checked_plan_at(&path("territory"), &part.territory)?;
        if !by.scope.covers_territory(territory) {
            return Err(ApiError::field(path("territory"), "the id of a territory", "there is no such territory"));
        }
        check_operations(&state, &path("operations"), &part.operations)?;
        if parts.insert(territory, (part.base_version, part.operations)).is_some() {
            return Err(ApiError::field(path("territory"), "each territory once", "is named twice"));
        }
        places.insert(territory, index);
    }
    let change = id.unwrap_or_else(|| ChangeId(Uuid::now_v7()));
    let acting = acting(&state, &request, ActKind::PlanChanged);
    let changed = state.system.change_plans(change, parts, &acting).await.map_err(|PartRefused { part, error }| {
        let place = part.and_then(|part| places.get(&part)).map(|index| format!("plans[{index}]."));
        plan_refusal(error, &place.unwrap_or_default())
    })?;
    let done = changed.into_iter().map(|(territory, changed)| PlanDone { territory_id: territory, changed });
    Ok(Json(BulkDone { plans: done.collect() }))
}

/// A job whose territory the scope covers.
async fn seen(state: &AppState, scope: &Scope, id: JobId) -> Result<Job, ApiError> {
    state.system.store().dispatch_job(scope, id).await?.ok_or(ApiError::NotFound("dispatch job"))
}

/// An id that names the job of another visit.
fn job_taken(known: &Job) -> ApiError {
    let message = format!("the id {} was used for the job of visit {}", known.id, known.visit_id);
    taken("id", message)
}

fn refused(flaw: TermsFlaw) -> ApiError {
    let message = flaw.to_string();
    ApiError::field(flaw.field, flaw.limit, message)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobsQuery {
    state: Option<JobState>,
    /// Id of a territory, or none.
    territory: Option<String>,
    visit: Option<VisitId>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1..500, by default 100.
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CandidatesQuery {
    /// 1..100, by default 20.
    limit: Option<i64>,
}

/// A visit that somebody is sought for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewJob {
    #[serde(default)]
    pub id: Option<JobId>,
    /// A visit that waits. Either this or `visit`.
    #[serde(default)]
    pub visit_id: Option<VisitId>,
    /// A visit to be made with the job, as in `POST /visits`, without an agent.
    #[serde(default)]
    pub visit: Option<Box<NewVisit>>,
    /// auto when absent.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// How long an agent may think, 10 to 3600 s; 60 when absent.
    #[serde(default)]
    pub timeout_s: Option<i64>,
    /// Agents asked at the same time, 1 to 5; 1 when absent.
    #[serde(default)]
    pub at_once: Option<i64>,
    /// Agents asked in all, 1 to 50; 10 when absent.
    #[serde(default)]
    pub candidates_max: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentChosen {
    pub agent: AgentId,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignAsked {
    pub agent: AgentId,
    /// What may give where it does not fit otherwise. What gives is never more than that.
    #[serde(default)]
    pub accept_relaxation: Option<RelaxationKind>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    #[serde(default)]
    pub id: Option<ChangeId>,
    /// 1 to 50.
    pub plans: Vec<BulkPart>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkPart {
    /// Id of a territory, or none.
    pub territory: String,
    /// Refused where the plan has gone on since.
    #[serde(default)]
    pub base_version: Option<PlanVersion>,
    /// 1 to 200.
    pub operations: Vec<Operation>,
}

#[derive(Serialize, ToSchema)]
pub struct BulkDone {
    pub plans: Vec<PlanDone>,
}

#[derive(Serialize, ToSchema)]
pub struct PlanDone {
    pub territory_id: Option<TerritoryId>,
    #[serde(flatten)]
    pub changed: Changed,
}
