//! How an agent works: shifts, absences, vehicle, base, skills, cost; and the working days that follow.

use super::customers::expected;
use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadAgents, UpdateAgents, see};
use crate::error::ApiError;
use crate::rest::customer_places::VersionQuery;
use crate::rest::input::{Body, Params};
use crate::state::AppState;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use salessync_actors::store::work::WorkWritten;
use salessync_engine::AgentId;
use salessync_engine::access::{Action, Module};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::horizon::check_calendar;
use salessync_engine::sight::coarse;
use salessync_engine::wire::page::Page;
use salessync_engine::work::{AgentWork, BasePlace, End, Work, WorkDay, work_days};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// Dates in one question: a quarter and a bit.
const DAYS_MAX: i64 = 100;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/agents/{id}/work", web::get().to(read))
        .route("/agents/{id}/work", web::put().to(put))
        .route("/agents/{id}/work-days", web::get().to(days));
}

/// How an agent works; version 0 where nothing was ever said. Reasons of absences are shown to the agent and to whoever may change them; where the
/// base is, to whoever sees the agent to the metre.
#[utoipa::path(get, operation_id = "readAgentWork", path = "/api/v1/agents/{id}/work", tag = "agents", params(("id" = AgentId, Path)),
    responses((status = 200, body = WorkView), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, who: Can<ReadAgents>, id: Path<AgentId>) -> Result<HttpResponse, ApiError> {
    let work = state.system.store().agent_work(who.agent(&state, *id)?).await?;
    Ok(shown(&state, &who, work))
}

/// Says how an agent works: what is left out is not so any more.
#[utoipa::path(put, operation_id = "putAgentWork", path = "/api/v1/agents/{id}/work", tag = "agents",
    params(("id" = AgentId, Path), VersionQuery), request_body = Work,
    responses((status = 200, body = WorkView), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn put(
    state: Data<AppState>,
    who: Can<UpdateAgents>,
    request: HttpRequest,
    id: Path<AgentId>,
    query: Params<VersionQuery>,
    body: Body<Work>,
) -> Result<HttpResponse, ApiError> {
    let agent = who.agent(&state, *id)?;
    let expected = expected(&request, query.0.version)?;
    let work = body.0.checked()?;
    let now = match state.system.put_agent_work(agent, work, expected).await? {
        WorkWritten::Done { before, now } => {
            let object = Some(Object::new("agent", *id));
            let (before, after) = (Some(json!({"version": before})), Some(told(&now)));
            state.audit.note(&request, actor_of(&request), ActKind::WorkChanged, object, before, after).await;
            now
        }
        WorkWritten::Same(now) => now,
        WorkWritten::Gone => return Err(ApiError::NotFound("agent")),
        WorkWritten::Overtaken { current } => {
            let message = format!("it has been changed meanwhile: version {current} is in force");
            return Err(ApiError::Conflict { code: "version_conflict", message });
        }
    };
    Ok(shown(&state, &who, now))
}

/// The times an agent works on the dates of `[from, to)`, in the organisation's time zone.
#[utoipa::path(get, operation_id = "agentWorkDays", path = "/api/v1/agents/{id}/work-days", tag = "agents",
    params(("id" = AgentId, Path), DaysQuery),
    responses((status = 200, body = Page<WorkDay>), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn days(
    state: Data<AppState>,
    who: Can<ReadAgents>,
    id: Path<AgentId>,
    query: Params<DaysQuery>,
) -> Result<Json<Page<WorkDay>>, ApiError> {
    let agent = who.agent(&state, *id)?;
    let DaysQuery { from, to } = query.0;
    check_calendar("from", from)?;
    check_calendar("to", to)?;
    let asked = (to - from).num_days();
    if !(0..=DAYS_MAX).contains(&asked) {
        let limit = format!("`from` to {DAYS_MAX} days later");
        return Err(ApiError::field("to", limit, format!("is {asked} days after from")));
    }
    let zone = state.system.settings().zone().map_err(|_| ApiError::Internal)?;
    let work = state.system.store().agent_work(agent).await?.work;
    Ok(Json(Page { items: work_days(&work, from, to, zone), next: None }))
}

/// How an agent works as the trail has it: neither where somebody lives nor why they were absent.
fn told(now: &AgentWork) -> Value {
    let Work { rotas, exceptions, absences, vehicle, skills, cost, .. } = &now.work;
    json!({
        "version": now.version, "rotas": rotas.len(), "exceptions": exceptions.len(), "absences": absences.len(),
        "vehicle": vehicle.as_ref().map(|vehicle| vehicle.profile), "skills": skills, "cost": cost,
    })
}

fn shown<P>(state: &AppState, who: &Can<P>, now: AgentWork) -> HttpResponse {
    let AgentWork { agent_id, version, mut work } = now;
    let may_change = who.grants.scope(Module::Agents, Action::Update).is_ok_and(|scope| see(state, &scope, agent_id).is_ok());
    if !may_change && !who.grants.own.contains(&agent_id) {
        work.absences.iter_mut().for_each(|absence| absence.reason.clear());
    }
    if !who.is_precise(state, agent_id) {
        work.base.start.iter_mut().for_each(blur);
        if let End::Place { place } = &mut work.base.end {
            blur(place);
        }
    }
    let currency = state.system.settings().organisation.currency.clone();
    let mut response = HttpResponse::build(StatusCode::OK);
    response.insert_header((header::ETAG, format!("\"{version}\"")));
    response.json(WorkView { now: AgentWork { agent_id, version, work }, currency })
}

/// Leaves of a place what of an agent's own place may be seen by everybody who sees the agent.
fn blur(place: &mut BasePlace) {
    place.address.clear();
    place.point = coarse(place.point);
}

/// How an agent works, as shown.
#[derive(Serialize, ToSchema)]
#[schema(as = AgentWorkView)]
pub struct WorkView {
    #[serde(flatten)]
    pub now: AgentWork,
    /// ISO 4217; `cost` is in its smallest unit.
    pub currency: String,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// Civil date.
    from: NaiveDate,
    /// The first date that is not asked for, at most 100 days later.
    to: NaiveDate,
}
