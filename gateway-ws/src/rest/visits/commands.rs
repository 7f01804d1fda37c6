//! What is done with a visit now: each command is carried out at once or refused with the reason. A client that sends an `id` may send the same command
//! again; it is carried out once. What happened earlier is told with `reports` instead.

use super::refusals::refused_at;
use super::{hand, note, own_agent, told};
use crate::auth::permit::{Can, CreateVisitReports, DeleteVisits, Permit, UpdateVisits, see};
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::HttpRequest;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::store::visits::{Deed, Performed};
use salessync_engine::audit::ActKind;
use salessync_engine::visit::{Claim, Outcome, Told, Visit};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, FileId, Timestamp, VisitEventId, VisitId};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// A command may lie so far back: the network was slow. What is older has happened, and is told, not asked.
const BACK_MAX_S: i64 = 600;
/// Visits cancelled in one request.
const CANCELLED_AT_ONCE_MAX: usize = 200;
/// Or ahead, by a phone's clock.
const AHEAD_MAX_S: i64 = 120;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/visits/cancel", web::post().to(cancel_many))
        .route("/visits/{id}/en-route", web::post().to(en_route))
        .route("/visits/{id}/check-in", web::post().to(check_in))
        .route("/visits/{id}/start", web::post().to(start))
        .route("/visits/{id}/check-out", web::post().to(check_out))
        .route("/visits/{id}/abandon", web::post().to(abandon))
        .route("/visits/{id}/cancel", web::post().to(cancel))
        .route("/visits/{id}/reinstate", web::post().to(reinstate));
}

/// The agent sets off for the visit.
#[utoipa::path(post, operation_id = "setOffForVisit", path = "/api/v1/visits/{id}/en-route", tag = "visits", params(("id" = VisitId, Path)), request_body = Plain,
    responses((status = 200, body = Visit), (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn en_route(
    state: Data<AppState>,
    by: Can<CreateVisitReports>,
    request: HttpRequest,
    id: Path<VisitId>,
    body: Body<Plain>,
) -> Result<Json<Visit>, ApiError> {
    deed(&state, &by, &request, *id, body.0.head, Told::EnRoute {}).await
}

/// The agent checks in. Refused with `illegal_transition`, `not_assigned`, `another_visit_open`, `cooling_down`, `outside_radius`, `position_needed` or
/// `proof_lacking`; the message and the fields say more.
#[utoipa::path(post, operation_id = "checkIn", path = "/api/v1/visits/{id}/check-in", tag = "visits", params(("id" = VisitId, Path)), request_body = CheckIn,
    responses((status = 200, body = Visit), (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn check_in(
    state: Data<AppState>,
    by: Can<CreateVisitReports>,
    request: HttpRequest,
    id: Path<VisitId>,
    body: Body<CheckIn>,
) -> Result<Json<Visit>, ApiError> {
    let CheckIn { head, position, photos, note } = body.0;
    deed(&state, &by, &request, *id, head, Told::CheckIn { position, photos, note }).await
}

/// Work begins.
#[utoipa::path(post, operation_id = "startVisit", path = "/api/v1/visits/{id}/start", tag = "visits", params(("id" = VisitId, Path)), request_body = Plain,
    responses((status = 200, body = Visit), (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn start(
    state: Data<AppState>,
    by: Can<CreateVisitReports>,
    request: HttpRequest,
    id: Path<VisitId>,
    body: Body<Plain>,
) -> Result<Json<Visit>, ApiError> {
    deed(&state, &by, &request, *id, body.0.head, Told::Start {}).await
}

/// The agent checks out: the visit is completed, productive or not. Refused with `proof_lacking`, naming what the settings ask for and is not there.
#[utoipa::path(post, operation_id = "checkOut", path = "/api/v1/visits/{id}/check-out", tag = "visits", params(("id" = VisitId, Path)), request_body = CheckOut,
    responses((status = 200, body = Visit), (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn check_out(
    state: Data<AppState>,
    by: Can<CreateVisitReports>,
    request: HttpRequest,
    id: Path<VisitId>,
    body: Body<CheckOut>,
) -> Result<Json<Visit>, ApiError> {
    let CheckOut { head, position, outcome, reason, photos, note } = body.0;
    deed(&state, &by, &request, *id, head, Told::CheckOut { position, outcome, reason, photos, note }).await
}

/// The agent gives the visit up.
#[utoipa::path(post, operation_id = "abandonVisit", path = "/api/v1/visits/{id}/abandon", tag = "visits", params(("id" = VisitId, Path)), request_body = WithReason,
    responses((status = 200, body = Visit), (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn abandon(
    state: Data<AppState>,
    by: Can<CreateVisitReports>,
    request: HttpRequest,
    id: Path<VisitId>,
    body: Body<WithReason>,
) -> Result<Json<Visit>, ApiError> {
    let WithReason { head, reason, note } = body.0;
    deed(&state, &by, &request, *id, head, Told::Abandon { reason, note }).await
}

/// Cancels a visit that nobody has checked in to. What an agent did meanwhile, offline, counts all the same when it is told.
#[utoipa::path(post, operation_id = "cancelVisit", path = "/api/v1/visits/{id}/cancel", tag = "visits", params(("id" = VisitId, Path)), request_body = WithReason,
    responses((status = 200, body = Visit), (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn cancel(
    state: Data<AppState>,
    by: Can<DeleteVisits>,
    request: HttpRequest,
    id: Path<VisitId>,
    body: Body<WithReason>,
) -> Result<Json<Visit>, ApiError> {
    let WithReason { head, reason, note } = body.0;
    decision(&state, &by, &request, *id, head, Told::Cancel { reason, note }).await
}

/// Cancels several visits, all or none: the first that cannot be cancelled is named by its place in the list. The same `id` again changes nothing.
#[utoipa::path(post, operation_id = "cancelVisits", path = "/api/v1/visits/cancel", tag = "visits", request_body = CancelMany,
    responses((status = 200, body = Page<Visit>), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn cancel_many(
    state: Data<AppState>,
    by: Can<DeleteVisits>,
    request: HttpRequest,
    body: Body<CancelMany>,
) -> Result<Json<Page<Visit>>, ApiError> {
    let CancelMany { id, visits, reason, note: said } = body.0;
    if !(1..=CANCELLED_AT_ONCE_MAX).contains(&visits.len()) {
        let message = format!("holds {} visits", visits.len());
        return Err(ApiError::field("visits", format!("1..{CANCELLED_AT_ONCE_MAX}"), message));
    }
    if visits.iter().collect::<BTreeSet<_>>().len() < visits.len() {
        return Err(ApiError::field("visits", "each visit once", "names a visit twice"));
    }
    let (id, at) = (id.unwrap_or_else(Uuid::now_v7), state.system.now());
    let deed = |visit: &VisitId| {
        // Each visit has its own event, the same one when the request is sent again.
        let event = VisitEventId(Uuid::new_v5(&id, visit.0.as_bytes()));
        let told = Told::Cancel { reason: reason.clone(), note: said.clone() };
        Deed { visit: *visit, id: event, at, told, agent: None, is_own: false, device: None }
    };
    let deeds = visits.iter().map(deed).collect();
    let done = state.system.visits().perform_all(&by.scope, deeds, hand(&state, &request)).await;
    let done = done.map_err(|(index, refusal)| refused_at(index, refusal))?;
    for performed in done.iter().filter(|performed| performed.is_new) {
        let visit = &performed.visit;
        note(&state, &request, visit.id, (Some(told(&performed.before)), Some(told(visit)))).await;
    }
    Ok(Json(Page { items: done.into_iter().map(|performed| performed.visit).collect(), next: None }))
}

/// Makes a visit planned again that was cancelled, missed, or given up before anybody was there.
#[utoipa::path(post, operation_id = "reinstateVisit", path = "/api/v1/visits/{id}/reinstate", tag = "visits", params(("id" = VisitId, Path)), request_body = Plain,
    responses((status = 200, body = Visit), (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn reinstate(
    state: Data<AppState>,
    by: Can<UpdateVisits>,
    request: HttpRequest,
    id: Path<VisitId>,
    body: Body<Plain>,
) -> Result<Json<Visit>, ApiError> {
    decision(&state, &by, &request, *id, body.0.head, Told::Reinstate { note: String::new() }).await
}

/// Something an agent does, or that somebody tells for them.
async fn deed(
    state: &AppState,
    by: &Can<CreateVisitReports>,
    request: &HttpRequest,
    visit: VisitId,
    head: Head,
    what: Told,
) -> Result<Json<Visit>, ApiError> {
    let own = own_agent(state, by.id);
    if let Some(agent) = head.agent_id.filter(|agent| Some(*agent) != own) {
        see(state, &by.scope, agent)?;
    }
    let agent = head.agent_id.or(own);
    let is_own = agent.is_some() && agent == own;
    let kind = what.kind();
    let Performed { visit: done, is_new, .. } = perform(state, by, request, visit, (head, agent, is_own), what).await?;
    if is_new && !is_own {
        let what =
            json!({"type": kind, "agent": done.progress.performed_by.or(done.plan.agent_id), "status": done.progress.status});
        let object = Some(salessync_engine::audit::Object::new("visit", visit));
        let actor = crate::audit::actor_of(request);
        state.audit.note(request, actor, ActKind::VisitToldFor, object, None, Some(what)).await;
    }
    Ok(Json(done))
}

/// Something the office decides.
async fn decision<P: Permit>(
    state: &AppState,
    by: &Can<P>,
    request: &HttpRequest,
    visit: VisitId,
    head: Head,
    what: Told,
) -> Result<Json<Visit>, ApiError> {
    let Performed { visit: done, before, is_new } = perform(state, by, request, visit, (head, None, false), what).await?;
    if is_new {
        note(state, request, visit, (Some(told(&before)), Some(told(&done)))).await;
    }
    Ok(Json(done))
}

async fn perform<P: Permit>(
    state: &AppState,
    by: &Can<P>,
    request: &HttpRequest,
    visit: VisitId,
    (head, agent, is_own): (Head, Option<AgentId>, bool),
    what: Told,
) -> Result<Performed, ApiError> {
    let now = state.system.now();
    let at = head.at.unwrap_or(now);
    if at < now.plus_s(-BACK_MAX_S) || at > now.plus_s(AHEAD_MAX_S) {
        let limit = format!("within {BACK_MAX_S} s before and {AHEAD_MAX_S} s after {now}");
        let message = format!("is {at}, must be {limit}; what happened earlier is told at /visits/{{id}}/events");
        return Err(ApiError::field("at", limit, message));
    }
    let id = head.id.unwrap_or_else(|| VisitEventId(Uuid::now_v7()));
    let deed = Deed { visit, id, at, told: what, agent, is_own, device: head.device };
    Ok(state.system.visits().perform(&by.scope, deed, hand(state, request)).await?)
}

/// What every command may say.
#[derive(Deserialize, ToSchema, Default)]
#[schema(as = VisitCommand)]
pub struct Head {
    /// Minted by the client: the same command sent again is carried out once.
    #[serde(default)]
    id: Option<VisitEventId>,
    /// At most ten minutes ago; now when absent.
    #[serde(default)]
    at: Option<Timestamp>,
    /// Told for this agent; by default one's own deed, or that of the agent whose visit it is.
    #[serde(default)]
    agent_id: Option<AgentId>,
    /// The phone it is told from.
    #[serde(default)]
    device: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = PlainVisitCommand)]
pub struct Plain {
    #[serde(flatten)]
    head: Head,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = CheckInCommand)]
pub struct CheckIn {
    #[serde(flatten)]
    head: Head,
    #[serde(default)]
    #[schema(value_type = Option<salessync_engine::visit::report::RawClaim>)]
    position: Option<Claim>,
    /// Ids of photos taken as a proof, uploaded before or after.
    #[serde(default)]
    photos: Vec<FileId>,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = CheckOutCommand)]
pub struct CheckOut {
    #[serde(flatten)]
    head: Head,
    #[serde(default)]
    #[schema(value_type = Option<salessync_engine::visit::report::RawClaim>)]
    position: Option<Claim>,
    outcome: Outcome,
    /// Of an unproductive visit.
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    photos: Vec<FileId>,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CancelVisits)]
pub struct CancelMany {
    /// Minted by the client: the same request sent again changes nothing.
    #[serde(default)]
    id: Option<Uuid>,
    /// 1 to 200, each once.
    visits: Vec<VisitId>,
    reason: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = VisitCommandWithReason)]
pub struct WithReason {
    #[serde(flatten)]
    head: Head,
    reason: String,
    #[serde(default)]
    note: String,
}
