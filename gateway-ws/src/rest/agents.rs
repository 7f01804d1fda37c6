//! Agents: profiles, their actors' state, their live position.

use crate::audit::actor_of;
use crate::auth::permit::{Can, CreateAgents, ReadAgents, ReadPositions, ReadUsers, UpdateAgents};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::checked_limit;
use crate::rest::input::{Body, Params};
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use salessync_actors::store::agents::AgentFilter;
use salessync_actors::supervision::Phase;
use salessync_engine::access::{Action, InScope, Module, Scope};
use salessync_engine::agent::{Agent, AgentPatch, NewAgent, checked_name};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::duty::Duty;
use salessync_engine::live::Status;
use salessync_engine::sight::coarse_fix;
use salessync_engine::track::item::Suspicion;
use salessync_engine::track::{DaySummary, Device, Fix, Source};
use salessync_engine::wire::page::Page;
use salessync_engine::wire::phone::{SilenceReason, Words, silence_reason};
use salessync_engine::{AgentId, TerritoryId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Agents in one bulk request.
const BULK_MAX: usize = 1_000;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/agents", web::get().to(list))
        .route("/agents", web::post().to(create))
        .route("/agents/bulk", web::post().to(create_many))
        .route("/agents/{id}", web::get().to(read))
        .route("/agents/{id}", web::patch().to(update))
        .route("/agents/{id}/resume", web::post().to(resume))
        .route("/agents/{id}/viewers", web::get().to(viewers))
        .route("/agents/{id}/position", web::get().to(position));
}

/// Agents by name, a page at a time.
#[utoipa::path(get, operation_id = "listAgents", path = "/api/v1/agents", tag = "agents", params(ListQuery),
    responses((status = 200, body = Page<AgentView>), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadAgents>,
    query: Params<ListQuery>,
) -> Result<Json<Page<AgentView>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 500)?;
    let mut filter = AgentFilter { name: query.0.q.clone().filter(|q| !q.is_empty()), ..AgentFilter::default() };
    match query.0.territory.as_deref() {
        None | Some("") => {}
        Some("none") => filter.without_territory = true,
        Some(id) => {
            let id = id.parse().map_err(|_| ApiError::field("territory", "a UUID or none", "is not the id of a territory"))?;
            filter.territory = Some(id);
        }
    }
    let after = query.0.after.as_deref().map(cursor::decode::<(String, AgentId)>).transpose()?;
    let mut agents = state.system.store().agents(&who.scope, filter, after, limit as i64 + 1).await?;
    let next = (agents.len() > limit).then(|| agents.truncate(limit)).and_then(|()| agents.last());
    let next = next.map(|last| cursor::encode(&(&last.name, last.id)));
    Ok(Json(Page { items: agents.into_iter().map(|agent| AgentView::of(&state, agent)).collect(), next }))
}

/// Creates an agent. With an id that exists already the existing agent is returned unchanged.
#[utoipa::path(post, operation_id = "createAgent", path = "/api/v1/agents", tag = "agents", request_body = NewAgent,
    responses((status = 201, body = AgentView), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    who: Can<CreateAgents>,
    request: HttpRequest,
    body: Body<NewAgent>,
) -> Result<HttpResponse, ApiError> {
    let agent = checked(&state, &who.scope, body.0, "")?;
    let id = agent.id;
    let created = state.system.create_agents(vec![agent]).await?;
    let erased = || ApiError::Conflict { code: "erased", message: "the agent with this id was erased".to_owned() };
    // An id that was there before may be an agent of others.
    let seen = if state.system.knows(id) { who.agent(&state, id)? } else { return Err(erased()) };
    let agent = state.system.store().agent(seen).await?.ok_or_else(erased)?;
    if created == 1 {
        note(&state, &request, ActKind::AgentCreated, id, (None, Some(json!({"territory_id": agent.territory_id})))).await;
    }
    let status = if created == 1 { StatusCode::CREATED } else { StatusCode::OK };
    Ok(HttpResponse::build(status).json(AgentView::of(&state, agent)))
}

/// Creates up to 1,000 agents, all or none; ids that exist already stay as they are.
#[utoipa::path(post, operation_id = "createAgents", path = "/api/v1/agents/bulk", tag = "agents", request_body = BulkAgents,
    responses((status = 200, body = BulkCreated), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create_many(
    state: Data<AppState>,
    who: Can<CreateAgents>,
    request: HttpRequest,
    body: Body<BulkAgents>,
) -> Result<Json<BulkCreated>, ApiError> {
    let new = body.0.agents;
    if new.len() > BULK_MAX {
        return Err(ApiError::field("agents", format!("0..{BULK_MAX}"), format!("holds {} agents", new.len())));
    }
    let agents = new.into_iter().enumerate().map(|(index, new)| checked(&state, &who.scope, new, &format!("agents[{index}].")));
    let agents = agents.collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<_> = agents.iter().map(|agent| agent.id).collect();
    let created = state.system.create_agents(agents).await?;
    let what = json!({"created": created, "agents": ids});
    state.audit.note(&request, actor_of(&request), ActKind::AgentCreated, None, None, Some(what)).await;
    Ok(Json(BulkCreated { created }))
}

/// One agent.
#[utoipa::path(get, operation_id = "readAgent", path = "/api/v1/agents/{id}", tag = "agents", params(("id" = AgentId, Path)),
    responses((status = 200, body = AgentView), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, who: Can<ReadAgents>, id: Path<AgentId>) -> Result<Json<AgentView>, ApiError> {
    let agent = state.system.store().agent(who.agent(&state, *id)?).await?.ok_or(ApiError::NotFound("agent"))?;
    Ok(Json(AgentView::of(&state, agent)))
}

/// Changes an agent's name or territory; what is left out stays.
#[utoipa::path(patch, operation_id = "updateAgent", path = "/api/v1/agents/{id}", tag = "agents", params(("id" = AgentId, Path)), request_body = AgentPatch,
    responses((status = 200, body = AgentView), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    who: Can<UpdateAgents>,
    request: HttpRequest,
    id: Path<AgentId>,
    body: Body<AgentPatch>,
) -> Result<Json<AgentView>, ApiError> {
    let seen = who.agent(&state, *id)?;
    let mut agent = state.system.store().agent(seen).await?.ok_or(ApiError::NotFound("agent"))?;
    let before = agent.clone();
    let patch = body.0;
    if let Some(name) = patch.name {
        agent.name = checked_name(&name).map_err(|flaw| ApiError::field("name", "1..120 characters", flaw.to_string()))?;
    }
    if let Some(territory) = patch.territory_id {
        agent.territory_id = covered(&who.scope, territory, "territory_id")?;
    }
    let agent = state.system.update_agent(seen, agent).await?.ok_or(ApiError::NotFound("agent"))?;
    // A name is a person's, and the trail outlives it: that it changed is enough.
    let after = json!({"territory_id": agent.territory_id, "name_changed": agent.name != before.name});
    let before = json!({"territory_id": before.territory_id});
    note(&state, &request, ActKind::AgentChanged, *id, (Some(before), Some(after))).await;
    Ok(Json(AgentView::of(&state, agent)))
}

/// Lets an agent live again that was halted after repeated crashes.
#[utoipa::path(post, operation_id = "resumeAgent", path = "/api/v1/agents/{id}/resume", tag = "agents", params(("id" = AgentId, Path)),
    responses((status = 200, body = AgentView), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn resume(
    state: Data<AppState>,
    who: Can<UpdateAgents>,
    request: HttpRequest,
    id: Path<AgentId>,
) -> Result<Json<AgentView>, ApiError> {
    let agent = state.system.store().agent(who.agent(&state, *id)?).await?.ok_or(ApiError::NotFound("agent"))?;
    if !state.system.resume(*id) {
        return Err(ApiError::Conflict { code: "not_halted", message: "the agent is not halted".to_owned() });
    }
    note(&state, &request, ActKind::AgentResumed, *id, (None, None)).await;
    Ok(Json(AgentView::of(&state, agent)))
}

/// Who may do something about an agent, by default see where they are: the answer to "who may see this person?".
#[utoipa::path(get, operation_id = "agentViewers", path = "/api/v1/agents/{id}/viewers", tag = "users", params(("id" = AgentId, Path), ViewersQuery),
    responses((status = 200, body = Viewers), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn viewers(
    state: Data<AppState>,
    _: Can<ReadUsers>,
    id: Path<AgentId>,
    query: Params<ViewersQuery>,
) -> Result<Json<Viewers>, ApiError> {
    let territory = state.system.territory_of(*id).ok_or(ApiError::NotFound("agent"))?;
    let (module, action) = (query.0.module.unwrap_or(Module::Positions), query.0.action.unwrap_or(Action::Read));
    Ok(Json(Viewers { module, action, users: state.system.access().who_may(module, action, *id, territory) }))
}

/// An agent's newest durable position and its day so far, answered by the agent's actor.
#[utoipa::path(get, operation_id = "agentPosition", path = "/api/v1/agents/{id}/position", tag = "agents", params(("id" = AgentId, Path)),
    responses((status = 200, body = Position), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn position(state: Data<AppState>, who: Can<ReadPositions>, id: Path<AgentId>) -> Result<Json<Position>, ApiError> {
    let agent = who.agent(&state, *id)?;
    let view = state.system.describe(agent).await?;
    let Some((fix, device)) = view.latest else {
        return Err(ApiError::Absent { code: "no_position", message: "the agent has not sent a position yet" });
    };
    let status = Status::of(&fix, state.system.now());
    let silence = match status {
        Status::Moving | Status::Idle => None,
        Status::Stale | Status::Offline => Some(silence(&state, agent, &fix).await?),
    };
    let fix = if who.is_precise(&state, *id) { fix } else { coarse_fix(&fix) };
    Ok(Json(Position { agent: *id, fix: FixView::of(&fix, &device), status, silence, day: view.day.map(DayView::of) }))
}

/// Since when nothing is heard of an agent's phones, and why, as the one that spoke last has told.
async fn silence(state: &AppState, agent: InScope<AgentId>, fix: &Fix) -> Result<Silence, ApiError> {
    let devices = state.system.store().devices_of(agent).await?;
    let spoke_last = devices.into_iter().filter(|device| device.revoked_at.is_none()).max_by_key(|device| device.last_seen_at);
    let since =
        spoke_last.as_ref().and_then(|device| device.last_seen_at).map_or(fix.recorded_at(), |seen| seen.max(fix.recorded_at()));
    let words = spoke_last.and_then(|device| device.last_words);
    let reason = silence_reason(&words.clone().unwrap_or_default(), fix.battery());
    Ok(Silence { since, reason, last_words: words })
}

async fn note(
    state: &AppState,
    request: &HttpRequest,
    kind: ActKind,
    agent: AgentId,
    (before, after): (Option<Value>, Option<Value>),
) {
    state.audit.note(request, actor_of(request), kind, Some(Object::new("agent", agent)), before, after).await;
}

fn checked(state: &AppState, scope: &Scope, new: NewAgent, path: &str) -> Result<Agent, ApiError> {
    let name =
        checked_name(&new.name).map_err(|flaw| ApiError::field(format!("{path}name"), "1..120 characters", flaw.to_string()))?;
    let id = new.id.unwrap_or_else(|| AgentId(Uuid::now_v7()));
    let territory_id = covered(scope, new.territory_id, &format!("{path}territory_id"))?;
    Ok(Agent { id, name, territory_id, created_at: state.system.now() })
}

/// A territory an agent may be put into: one of the scope.
fn covered(scope: &Scope, territory: Option<TerritoryId>, field: &str) -> Result<Option<TerritoryId>, ApiError> {
    if scope.covers_territory(territory) {
        return Ok(territory);
    }
    Err(ApiError::field(field, "the id of a territory of yours", "there is no such territory"))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1..500, by default 100.
    limit: Option<i64>,
    /// Part of the name, in any case.
    q: Option<String>,
    /// Id of a territory, or `none`.
    territory: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ViewersQuery {
    /// By default positions.
    #[param(inline)]
    module: Option<Module>,
    /// By default read.
    #[param(inline)]
    action: Option<Action>,
}

/// Users who may do it, by id.
#[derive(Serialize, ToSchema)]
pub struct Viewers {
    pub module: Module,
    pub action: Action,
    pub users: Vec<UserId>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkAgents {
    pub agents: Vec<NewAgent>,
}

#[derive(Serialize, ToSchema)]
pub struct BulkCreated {
    pub created: u64,
}

/// An agent as shown: the profile and how its actor is.
#[derive(Serialize, ToSchema)]
#[schema(as = AgentView)]
pub struct AgentView {
    pub id: AgentId,
    pub name: String,
    pub territory_id: Option<TerritoryId>,
    pub created_at: Timestamp,
    /// Off duty an agent is not tracked.
    pub duty: Duty,
    /// asleep, awake, restarting or halted
    pub state: &'static str,
    /// Why and since when, where the state is halted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub halted: Option<HaltView>,
}

#[derive(Serialize, ToSchema)]
pub struct HaltView {
    pub since: Timestamp,
    pub last_panic: String,
}

impl AgentView {
    fn of(state: &AppState, agent: Agent) -> Self {
        let (name, halted) = match state.system.phase(agent.id) {
            None | Some(Phase::Asleep) => ("asleep", None),
            Some(Phase::Awake) => ("awake", None),
            Some(Phase::Restarting) => ("restarting", None),
            Some(Phase::Halted(halt)) => ("halted", Some(HaltView { since: halt.since, last_panic: halt.last_panic })),
        };
        Self {
            id: agent.id,
            name: agent.name,
            territory_id: agent.territory_id,
            created_at: agent.created_at,
            duty: state.system.duty_now(agent.id).state,
            state: name,
            halted,
        }
    }
}

/// A fix as shown, in outward units; what is absent is unknown.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Fix)]
pub struct FixView {
    pub recorded_at: Timestamp,
    pub lat: f64,
    pub lon: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed_mps: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bearing_deg: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub altitude_m: Option<f64>,
    /// Fraction, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub battery: Option<f64>,
    pub source: Source,
    pub device: String,
    /// In a track: why the derivation does not believe this fix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Suspicion>,
}

impl FixView {
    pub fn of(fix: &Fix, device: &Device) -> Self {
        Self {
            recorded_at: fix.recorded_at(),
            lat: fix.point().lat(),
            lon: fix.point().lon(),
            accuracy_m: fix.accuracy_m(),
            speed_mps: fix.speed_mps(),
            bearing_deg: fix.bearing_deg(),
            altitude_m: fix.altitude_m(),
            battery: fix.battery(),
            source: fix.source(),
            device: device.as_str().to_owned(),
            quarantine: None,
        }
    }
}

/// Where an agent is and how its day has been.
#[derive(Serialize, ToSchema)]
pub struct Position {
    pub agent: AgentId,
    #[serde(flatten)]
    pub fix: FixView,
    pub status: Status,
    /// With status stale or offline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
    /// The day of the device heard last, in the organisation's time zone.
    pub day: Option<DayView>,
}

/// An agent whose phones say nothing.
#[derive(Serialize, ToSchema)]
pub struct Silence {
    pub since: Timestamp,
    /// Absent when the phone's last words do not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<SilenceReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_words: Option<Words>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Day)]
pub struct DayView {
    #[schema(value_type = String, format = Date)]
    pub date: chrono::NaiveDate,
    /// Distinct fixes, without those in quarantine.
    pub fixes: u64,
    pub distance_m: f64,
    /// Time in motion, standing, and in silences, milliseconds.
    pub motion_ms: i64,
    pub idle_ms: i64,
    pub gap_ms: i64,
    pub max_speed_mps: f64,
    pub first_at: Option<Timestamp>,
    pub last_at: Option<Timestamp>,
}

impl DayView {
    fn of(day: DaySummary) -> Self {
        let DaySummary { date, fixes, distance_mm, motion_ms, idle_ms, gap_ms, max_speed_cmps, first_at, last_at } = day;
        Self {
            date,
            fixes,
            distance_m: distance_mm as f64 / 1000.0,
            motion_ms,
            idle_ms,
            gap_ms,
            max_speed_mps: f64::from(max_speed_cmps) / 100.0,
            first_at,
            last_at,
        }
    }
}
