//! Access tokens for agents' phones. Each opens a session of its own, which can be renewed and ended.

use crate::auth::Asking;
use crate::auth::asking::Changed;
use crate::auth::permit::{Can, CreateDevices};
use crate::auth::sessions::Issued;
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::PrincipalId;
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
    who: Can<CreateDevices>,
    asking: Asking,
    id: Path<AgentId>,
    body: Option<Body<TokenRequest>>,
) -> Result<Json<AgentToken>, ApiError> {
    let ttl_s = checked_ttl(&state, body.and_then(|Body(body)| body.ttl_s))?;
    mint(&state, &who, &asking, &[*id], ttl_s).await?.pop().map(Json).ok_or(ApiError::Internal)
}

/// Mints tokens for up to 1,000 agents at once.
#[utoipa::path(post, operation_id = "createAgentTokens", path = "/api/v1/tokens", tag = "agents", request_body = TokensRequest,
    responses((status = 200, body = AgentTokens), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create_many(
    state: Data<AppState>,
    who: Can<CreateDevices>,
    asking: Asking,
    body: Body<TokensRequest>,
) -> Result<Json<AgentTokens>, ApiError> {
    if body.0.agents.len() > AGENTS_MAX {
        return Err(ApiError::field("agents", format!("0..{AGENTS_MAX}"), format!("holds {} agents", body.0.agents.len())));
    }
    let ttl_s = checked_ttl(&state, body.0.ttl_s)?;
    let items = mint(&state, &who, &asking, &body.0.agents, ttl_s).await?;
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

async fn mint(
    state: &AppState,
    who: &Can<CreateDevices>,
    asking: &Asking,
    agents: &[AgentId],
    ttl_s: i64,
) -> Result<Vec<AgentToken>, ApiError> {
    for agent in agents {
        who.agent(state, *agent)?;
    }
    let whose: Vec<_> = agents.iter().map(|agent| PrincipalId::Agent(*agent)).collect();
    let issued = state.sessions.open_many(&whose, &Default::default(), ttl_s, state.system.now()).await?;
    let object = match agents {
        [agent] => Object::new("agent", agent),
        _ => Object::new("agents", agents.len()),
    };
    let changed = Changed::to(json!({"agents": agents, "ttl_s": ttl_s}));
    asking.done(state, &who.principal, ActKind::TokenMinted, object, changed).await;
    Ok(agents.iter().zip(issued).map(|(agent, issued)| AgentToken::of(*agent, issued)).collect())
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
    /// Renews the session once, at `/api/v1/auth/refresh`, which gives the next.
    pub refresh_token: Option<String>,
    pub expires_at: Timestamp,
}

impl AgentToken {
    pub(super) fn of(agent: AgentId, issued: Issued) -> Self {
        let refresh_token = issued.refresh.map(|refresh| refresh.token);
        Self { agent, access_token: issued.access_token, refresh_token, expires_at: issued.expires_at }
    }
}

#[derive(Serialize, ToSchema)]
pub struct AgentTokens {
    pub items: Vec<AgentToken>,
}
