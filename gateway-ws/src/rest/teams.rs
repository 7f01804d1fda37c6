//! Teams: agents that somebody leads, wherever they work.

use crate::auth::asking::Changed;
use crate::auth::permit::{CreateTeams, DeleteTeams, ReadTeams, UpdateTeams};
use crate::auth::{Asking, Can};
use crate::error::ApiError;
use crate::rest::auth::nothing;
use crate::rest::granting::{Given, may_give};
use crate::rest::input::Body;
use crate::rest::users::checked_name;
use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::PrincipalId;
use salessync_actors::store::teams::TeamRow;
use salessync_engine::access::{Breadth, Grants};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, TeamId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// Agents of one team, and people who lead it.
const AGENTS_MAX: usize = 2_000;
const LEADS_MAX: usize = 50;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/teams", web::get().to(list))
        .route("/teams", web::post().to(create))
        .route("/teams/{id}", web::patch().to(update))
        .route("/teams/{id}", web::delete().to(delete));
}

/// All teams by name.
#[utoipa::path(get, operation_id = "listTeams", path = "/api/v1/teams", tag = "users",
    responses((status = 200, body = Page<Team>), (status = 403, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(state: Data<AppState>, who: Can<ReadTeams>) -> Result<Json<Page<Team>>, ApiError> {
    let items = state.system.store().teams(who.whole()?).await?.into_iter().map(Team::from).collect();
    Ok(Json(Page { items, next: None }))
}

#[utoipa::path(post, operation_id = "createTeam", path = "/api/v1/teams", tag = "users", request_body = NewTeam,
    responses((status = 201, body = Team), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody, description = "the name is taken")))]
pub async fn create(
    state: Data<AppState>,
    who: Can<CreateTeams>,
    asking: Asking,
    body: Body<NewTeam>,
) -> Result<HttpResponse, ApiError> {
    let NewTeam { name, agents, leads } = body.0;
    let row = TeamRow { id: TeamId(Uuid::now_v7()), name: checked_name(name)?, agents, leads, created_at: state.system.now() };
    let team = put(&state, &who.grants, row).await?;
    asking.done(&state, &who.principal, ActKind::TeamChanged, Object::new("team", team.id), Changed::to(told(&team))).await;
    Ok(HttpResponse::build(StatusCode::CREATED).json(Team::from(team)))
}

/// Changes a team: what is absent stays.
#[utoipa::path(patch, operation_id = "updateTeam", path = "/api/v1/teams/{id}", tag = "users", params(("id" = TeamId, Path)), request_body = TeamPatch,
    responses((status = 200, body = Team), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    who: Can<UpdateTeams>,
    asking: Asking,
    id: Path<TeamId>,
    body: Body<TeamPatch>,
) -> Result<Json<Team>, ApiError> {
    let before = state.system.store().team(who.whole()?, *id).await?.ok_or(ApiError::NotFound("team"))?;
    let TeamPatch { name, agents, leads } = body.0;
    let row = TeamRow {
        name: name.map_or(Ok(before.name.clone()), checked_name)?,
        agents: agents.unwrap_or_else(|| before.agents.clone()),
        leads: leads.unwrap_or_else(|| before.leads.clone()),
        ..before.clone()
    };
    let team = put(&state, &who.grants, row).await?;
    let changed = Changed::from_to(told(&before), told(&team));
    asking.done(&state, &who.principal, ActKind::TeamChanged, Object::new("team", team.id), changed).await;
    Ok(Json(team.into()))
}

#[utoipa::path(delete, operation_id = "deleteTeam", path = "/api/v1/teams/{id}", tag = "users", params(("id" = TeamId, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn delete(
    state: Data<AppState>,
    who: Can<DeleteTeams>,
    asking: Asking,
    id: Path<TeamId>,
) -> Result<HttpResponse, ApiError> {
    if !state.system.store().delete_team(*id).await? {
        return Err(ApiError::NotFound("team"));
    }
    state.system.access().refresh().await?;
    asking.done(&state, &who.principal, ActKind::TeamChanged, Object::new("team", *id), nothing()).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Stores a team whose members exist, if what its leads get by it is the giver's to give.
async fn put(state: &AppState, giver: &Grants, mut row: TeamRow) -> Result<TeamRow, ApiError> {
    for (field, len, max) in [("agents", row.agents.len(), AGENTS_MAX), ("leads", row.leads.len(), LEADS_MAX)] {
        if len > max {
            return Err(ApiError::field(field, format!("0..{max}"), format!("holds {len}, must hold 0..{max}")));
        }
    }
    if row.agents.iter().any(|agent| !state.system.knows(*agent)) {
        return Err(ApiError::field("agents", "ids of agents", "holds an id that is no agent's"));
    }
    for lead in &row.leads {
        let access = state.system.access();
        let Some(grants) = access.grants_of(PrincipalId::User(*lead)) else { continue };
        let permissions = grants.permissions.iter().filter(|held| held.breadth == Breadth::Team).collect();
        may_give(giver, &Given { permissions, agents: &row.agents, ..Given::default() })?;
    }
    row.agents.sort_unstable();
    row.agents.dedup();
    row.leads.sort_unstable();
    row.leads.dedup();
    state.system.store().put_team(row.clone()).await?;
    state.system.access().refresh().await?;
    Ok(row)
}

fn told(team: &TeamRow) -> Value {
    json!({"agents": team.agents, "leads": team.leads})
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTeam {
    pub name: String,
    #[serde(default)]
    pub agents: Vec<AgentId>,
    #[serde(default)]
    pub leads: Vec<UserId>,
}

#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct TeamPatch {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub agents: Option<Vec<AgentId>>,
    #[serde(default)]
    pub leads: Option<Vec<UserId>>,
}

#[derive(Serialize, ToSchema)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub agents: Vec<AgentId>,
    pub leads: Vec<UserId>,
    pub created_at: Timestamp,
}

impl From<TeamRow> for Team {
    fn from(row: TeamRow) -> Self {
        Self { id: row.id, name: row.name, agents: row.agents, leads: row.leads, created_at: row.created_at }
    }
}
