//! One's own sessions: where one is signed in, and ending it.

use crate::auth::{Asking, Principal};
use crate::error::ApiError;
use crate::rest::auth::nothing;
use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::store::sessions::{SessionRow, Which};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::wire::page::Page;
use salessync_engine::{SessionId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/auth/sessions", web::get().to(list))
        .route("/auth/sessions/revoke-others", web::post().to(revoke_others))
        .route("/auth/sessions/{id}", web::delete().to(revoke));
}

/// Where the user is signed in, what was used last first.
#[utoipa::path(get, operation_id = "listSessions", path = "/api/v1/auth/sessions", tag = "auth",
    responses((status = 200, body = Page<Session>), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(state: Data<AppState>, who: Principal) -> Result<Json<Page<Session>>, ApiError> {
    let rows = state.system.store().sessions_of(who.user()?, state.system.now()).await?;
    let items = rows.into_iter().map(|row| Session::of(row, who.session)).collect();
    Ok(Json(Page { items, next: None }))
}

/// Ends one of the user's sessions: its tokens are refused from now on, its sockets closed.
#[utoipa::path(delete, operation_id = "revokeSession", path = "/api/v1/auth/sessions/{id}", tag = "auth", params(("id" = SessionId, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn revoke(
    state: Data<AppState>,
    who: Principal,
    asking: Asking,
    id: Path<SessionId>,
) -> Result<HttpResponse, ApiError> {
    let user = who.in_person()?;
    if !state.system.store().revoke_session_of(user, *id, state.system.now()).await? {
        return Err(ApiError::NotFound("session"));
    }
    state.system.access().refresh().await?;
    asking.done(&state, &who, ActKind::SessionRevoked, Object::new("session", *id), nothing()).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends all of the user's sessions but this one.
#[utoipa::path(post, operation_id = "revokeOtherSessions", path = "/api/v1/auth/sessions/revoke-others", tag = "auth",
    responses((status = 200, body = Revoked), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn revoke_others(state: Data<AppState>, who: Principal, asking: Asking) -> Result<Json<Revoked>, ApiError> {
    let user = who.in_person()?;
    let session = who.session.ok_or(ApiError::Forbidden)?;
    let revoked = state.system.store().revoke_sessions_of(user, Which::AllBut(session), state.system.now()).await?;
    state.system.access().refresh().await?;
    asking.done(&state, &who, ActKind::SessionRevoked, Object::new("user", user), nothing()).await;
    Ok(Json(Revoked { revoked }))
}

/// Where somebody is signed in.
#[derive(Serialize, ToSchema)]
pub struct Session {
    pub id: SessionId,
    /// What the client calls itself.
    pub device: Option<String>,
    pub user_agent: Option<String>,
    /// Where it was last used from.
    pub address: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
    /// The one that asks.
    pub current: bool,
}

impl Session {
    fn of(row: SessionRow, current: Option<SessionId>) -> Self {
        Self {
            id: row.id,
            device: row.device,
            user_agent: row.user_agent,
            address: row.address,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            current: Some(row.id) == current,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Revoked {
    /// How many sessions ended.
    pub revoked: u64,
}
