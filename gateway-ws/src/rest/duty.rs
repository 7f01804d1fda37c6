//! On and off duty: told by the agent, or for them; readable as a history. Off duty means not tracked.

use crate::audit::actor_of;
use crate::auth::permit::{Can, CreateDuty, ReadDuty};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::rest::{checked_limit, checked_span};
use crate::state::AppState;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::system::{CommandError, DutyAnswer};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::duty::{Duty, DutyChange, checked_at};
use salessync_engine::{AgentId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/agents/{id}/duty", web::get().to(read)).route("/agents/{id}/duty", web::post().to(tell));
}

/// How an agent's duty stands, and what was told of it, newest first.
#[utoipa::path(get, operation_id = "readDuty", path = "/api/v1/agents/{id}/duty", tag = "agents", params(("id" = AgentId, Path), DutyQuery),
    responses((status = 200, body = DutyView), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(
    state: Data<AppState>,
    who: Can<ReadDuty>,
    id: Path<AgentId>,
    query: Params<DutyQuery>,
) -> Result<Json<DutyView>, ApiError> {
    let agent = who.agent(&state, *id)?;
    let DutyQuery { from, to, after, limit } = query.0;
    let limit = checked_limit(limit, 100, 500)?;
    let span = checked_span(from, to)?;
    let before = after.as_deref().map(cursor::decode::<(Timestamp, Uuid)>).transpose()?;
    let mut changes = state.system.store().duty_changes(agent, span, before, limit as i64 + 1).await?;
    let next = (changes.len() > limit).then(|| changes.truncate(limit)).and_then(|()| changes.last());
    let next = next.map(|last| cursor::encode(&(last.at, last.id)));
    let now = state.system.duty_now(*id);
    Ok(Json(DutyView { state: now.state, since: now.since, items: changes, next }))
}

/// Says that an agent went on or off duty. What comes of a time off duty is not kept from now on; what is kept of it already is set aside. An id that
/// was told before changes nothing.
#[utoipa::path(post, operation_id = "tellDuty", path = "/api/v1/agents/{id}/duty", tag = "agents", params(("id" = AgentId, Path)),
    request_body = NewDuty,
    responses((status = 200, body = DutyChange), (status = 201, body = DutyChange), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn tell(
    state: Data<AppState>,
    who: Can<CreateDuty>,
    request: HttpRequest,
    id: Path<AgentId>,
    body: Body<NewDuty>,
) -> Result<HttpResponse, ApiError> {
    let agent = who.agent(&state, *id)?.id();
    let now = state.system.now();
    let at = body.0.at.map_or(Ok(now), |at| checked_at(at, now))?;
    let change = DutyChange {
        id: body.0.id.unwrap_or_else(Uuid::now_v7),
        agent_id: agent,
        at,
        state: body.0.state,
        received_at: now,
        by: who.user().map(|user| user.0),
    };
    let (change, is_new) = match state.system.tell_duty(change).await.map_err(refused)? {
        DutyAnswer::Told { change, is_new } => (change, is_new),
        DutyAnswer::Taken => {
            return Err(ApiError::Conflict { code: "taken", message: "the id is that of another agent's change".to_owned() });
        }
        DutyAnswer::Gone => return Err(ApiError::NotFound("agent")),
    };
    if is_new {
        let after = Some(json!({"id": change.id, "at": change.at, "state": change.state}));
        let object = Some(Object::new("agent", agent));
        state.audit.note(&request, actor_of(&request), ActKind::DutyChanged, object, None, after).await;
    }
    Ok(HttpResponse::build(if is_new { StatusCode::CREATED } else { StatusCode::OK }).json(change))
}

fn refused(error: CommandError) -> ApiError {
    match error {
        CommandError::Store(error) => error.into(),
        CommandError::Ask(error) => error.into(),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDuty {
    pub state: Duty,
    /// When it happened, within the last 31 days; now when absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Minted by the client, so that it can be told again when the answer was lost.
    #[serde(default)]
    pub id: Option<Uuid>,
}

/// How an agent's duty stands.
#[derive(Serialize, ToSchema)]
pub struct DutyView {
    pub state: Duty,
    /// Absent while nothing was ever said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// What was told, newest first.
    pub items: Vec<DutyChange>,
    pub next: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DutyQuery {
    /// RFC 3339 or Unix milliseconds; by default from the beginning.
    from: Option<String>,
    /// By default all that was told.
    to: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1..500, by default 100.
    limit: Option<i64>,
}
