//! Signing in, who am I, and tickets for browsers' sockets.

use crate::auth::principal::Bearer;
use crate::auth::{Console, Principal, password};
use crate::edge::address::ClientAddress;
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::web::{self, Data, Json};
use salessync_actors::store::Role;
use salessync_engine::{Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/auth/login", web::post().to(login))
        .route("/me", web::get().to(me))
        .route("/ws-tickets", web::post().to(ws_ticket));
}

/// Signs in with e-mail and password. Ten tries for an account at once, then one every six seconds; sixty from an address, then one a
/// second.
#[utoipa::path(post, operation_id = "login", path = "/api/v1/auth/login", tag = "auth", request_body = Login, security(()),
    responses((status = 200, body = SignedIn), (status = 401, body = salessync_engine::wire::page::ErrorBody),
        (status = 429, body = salessync_engine::wire::page::ErrorBody, description = "`too_many_attempts`, with `Retry-After`")))]
pub async fn login(state: Data<AppState>, from: ClientAddress, body: Body<Login>) -> Result<Json<SignedIn>, ApiError> {
    let Login { email, password } = body.0;
    state.attempts.check(&email, from.0).map_err(ApiError::TooManyAttempts)?;
    let found = state.system.store().user_by_email(&email).await?;
    let hash = found.as_ref().map(|found| found.password_hash.clone());
    if password.len() > *password::LEN.end() || !password::verify(password, hash).await {
        return Err(ApiError::InvalidCredentials);
    }
    let user = found.ok_or(ApiError::InvalidCredentials)?.user;
    let (now, ttl_s) = (state.system.now(), state.config.auth.user_token_ttl_s);
    let access_token = state.tokens.for_user(user.id, user.role, now, ttl_s).ok_or(ApiError::Internal)?;
    let user = UserView { id: user.id, email: user.email, name: user.name, role: role_name(user.role) };
    Ok(Json(SignedIn { access_token, expires_at: now.plus_s(ttl_s), user }))
}

/// The user whose token this is.
#[utoipa::path(get, operation_id = "me", path = "/api/v1/me", tag = "auth",
    responses((status = 200, body = UserView), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn me(state: Data<AppState>, who: Console) -> Result<Json<UserView>, ApiError> {
    let user = state.system.store().user(who.id).await?.ok_or(ApiError::Unauthenticated)?;
    Ok(Json(UserView { id: user.id, email: user.email, name: user.name, role: role_name(user.role) }))
}

/// Gives out a single-use ticket for `/ws/live`, good for 30 s: offer it as the subprotocol `ticket.<ticket>`.
#[utoipa::path(post, operation_id = "createWsTicket", path = "/api/v1/ws-tickets", tag = "auth",
    responses((status = 200, body = Ticket), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn ws_ticket(state: Data<AppState>, bearer: Bearer) -> Result<Json<Ticket>, ApiError> {
    let Principal::User { .. } = bearer.principal else { return Err(ApiError::Forbidden) };
    let now = state.system.now();
    let ticket = state.tickets.issue(bearer.principal, bearer.expires, now).ok_or(ApiError::Unavailable)?;
    Ok(Json(Ticket { ticket, expires_at: now.plus_s(crate::auth::ticket::TTL_S) }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub email: String,
    pub password: String,
}

#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    pub access_token: String,
    pub expires_at: Timestamp,
    pub user: UserView,
}

/// A user as shown to themselves.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserView {
    pub id: UserId,
    pub email: String,
    pub name: String,
    /// dispatcher, manager or admin
    pub role: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct Ticket {
    pub ticket: String,
    pub expires_at: Timestamp,
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Dispatcher => "dispatcher",
        Role::Manager => "manager",
        Role::Admin => "admin",
    }
}
