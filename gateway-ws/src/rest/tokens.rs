//! Access tokens for agents' phones, minted by an administrator.

use crate::audit::actor_of;
use crate::auth::AdminOnly;
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::HttpRequest;
use actix_web::web::{self, Data, Json, Path};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::{AgentId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Agents in one request.
const AGENTS_MAX: usize = 1_000;
/// Life of a token when none is asked for: a month.
const TTL_DEFAULT_S: i64 = 30 * 86_400;

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/agents/{id}/tokens", web::post().to(create)).route("/tokens", web::post().to(create_many));
}

/// Mints an access token for an agent's phone.
#[utoipa::path(post, operation_id = "createAgentToken", path = "/api/v1/agents/{id}/tokens", tag = "agents", params(("id" = AgentId, Path)), request_body = TokenRequest,
    responses((status = 200, body = AgentToken), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    _: AdminOnly,
    request: HttpRequest,
    id: Path<AgentId>,
    body: Option<Body<TokenRequest>>,
) -> Result<Json<AgentToken>, ApiError> {
    let ttl_s = checked_ttl(&state, body.and_then(|Body(body)| body.ttl_s))?;
    let token = mint(&state, *id, ttl_s)?;
    let what = json!({"expires_at": token.expires_at});
    let of = Some(Object::new("agent", *id));
    state.audit.note(&request, actor_of(&request), ActKind::TokenMinted, of, None, Some(what)).await;
    Ok(Json(token))
}

/// Mints tokens for up to 1,000 agents at once.
#[utoipa::path(post, operation_id = "createAgentTokens", path = "/api/v1/tokens", tag = "agents", request_body = TokensRequest,
    responses((status = 200, body = AgentTokens), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create_many(
    state: Data<AppState>,
    _: AdminOnly,
    request: HttpRequest,
    body: Body<TokensRequest>,
) -> Result<Json<AgentTokens>, ApiError> {
    if body.0.agents.len() > AGENTS_MAX {
        return Err(ApiError::field("agents", format!("0..{AGENTS_MAX}"), format!("holds {} agents", body.0.agents.len())));
    }
    let ttl_s = checked_ttl(&state, body.0.ttl_s)?;
    let items = body.0.agents.iter().map(|agent| mint(&state, *agent, ttl_s)).collect::<Result<_, _>>()?;
    let what = json!({"agents": body.0.agents, "ttl_s": ttl_s});
    state.audit.note(&request, actor_of(&request), ActKind::TokenMinted, None, None, Some(what)).await;
    Ok(Json(AgentTokens { items }))
}

fn checked_ttl(state: &AppState, ttl_s: Option<i64>) -> Result<i64, ApiError> {
    let max = state.config.auth.agent_token_ttl_max_s;
    match ttl_s {
        None => Ok(TTL_DEFAULT_S.min(max)),
        Some(ttl_s) if (1..=max).contains(&ttl_s) => Ok(ttl_s),
        Some(ttl_s) => Err(ApiError::field("ttl_s", format!("1..{max}"), format!("is {ttl_s}, must be 1..{max}"))),
    }
}

fn mint(state: &AppState, agent: AgentId, ttl_s: i64) -> Result<AgentToken, ApiError> {
    if !state.system.knows(agent) {
        return Err(ApiError::NotFound("agent"));
    }
    let now = state.system.now();
    let access_token = state.tokens.for_agent(agent, now, ttl_s).ok_or(ApiError::Internal)?;
    Ok(AgentToken { agent, access_token, expires_at: now.plus_s(ttl_s) })
}

#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// Life of the token in seconds.
    #[serde(default)]
    pub ttl_s: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokensRequest {
    pub agents: Vec<AgentId>,
    #[serde(default)]
    pub ttl_s: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct AgentToken {
    pub agent: AgentId,
    pub access_token: String,
    pub expires_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
pub struct AgentTokens {
    pub items: Vec<AgentToken>,
}
