//! Changing a password, and setting another by a mailed token when it is forgotten. Whether an address is known is told to nobody.

use crate::auth::sessions::{hash, new_secret};
use crate::auth::{Asking, Principal, password};
use crate::error::ApiError;
use crate::letters;
use crate::rest::auth::{again_with_password, nothing};
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::web::{self, Data};
use salessync_actors::store::sessions::Which;
use salessync_engine::audit::{Act, ActKind, Actor, Object};
use serde::Deserialize;
use utoipa::ToSchema;

/// Life of a token that was mailed.
const RESET_S: i64 = 3_600;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/auth/password", web::post().to(change))
        .route("/auth/password/forgot", web::post().to(forgot))
        .route("/auth/password/reset", web::post().to(reset));
}

/// Changes one's password and ends one's other sessions.
#[utoipa::path(post, operation_id = "changePassword", path = "/api/v1/auth/password", tag = "auth", request_body = PasswordChange,
    responses((status = 204), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn change(
    state: Data<AppState>,
    who: Principal,
    asking: Asking,
    body: Body<PasswordChange>,
) -> Result<HttpResponse, ApiError> {
    let PasswordChange { current, new } = body.0;
    let user = again_with_password(&state, &asking, &who, current).await?;
    state.policy.check("new", &new, &[&user.email, &user.name])?;
    let stored = password::hashed(new).await?;
    let ending = who.session.map_or(Which::All, Which::AllBut);
    state.system.store().set_password(user.id, stored, ending, state.system.now()).await?;
    state.system.access().refresh().await?;
    asking.done(&state, &who, ActKind::PasswordChanged, Object::new("user", user.id), nothing()).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Mails a link to set another password, if the address belongs to somebody and mail is configured. The answer is always the same.
#[utoipa::path(post, operation_id = "forgotPassword", path = "/api/v1/auth/password/forgot", tag = "auth", request_body = Forgotten, security(()),
    responses((status = 202), (status = 429, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn forgot(state: Data<AppState>, asking: Asking, body: Body<Forgotten>) -> Result<HttpResponse, ApiError> {
    let email = body.0.email;
    state.attempts.check(&email, asking.address).map_err(ApiError::TooManyAttempts)?;
    // Answered before anything is looked up, so that the time tells nothing either.
    actix_web::rt::spawn(async move {
        if let Err(error) = send_reset(&state, &asking, &email).await {
            tracing::warn!(%error, "a letter about a forgotten password was not sent");
        }
    });
    Ok(HttpResponse::Accepted().finish())
}

async fn send_reset(state: &AppState, asking: &Asking, email: &str) -> Result<(), ApiError> {
    let Some(user) = state.people.by_email(email).await?.filter(|user| !user.is_disabled) else { return Ok(()) };
    let asked = Act::new(state.system.now(), Actor::Nobody, ActKind::PasswordResetAsked).about(Object::new("user", user.id));
    asking.note(state, asked).await;
    if !letters::can_be_sent(state) || state.attempts.check_letter(user.id).is_err() {
        return Ok(());
    }
    let token = new_secret().ok_or(ApiError::Unavailable)?;
    let now = state.system.now();
    state.system.store().put_password_reset(hash(&token), user.id, now, now.plus_s(RESET_S)).await?;
    letters::reset(state, &user.email, &user.name, &token)
}

/// Sets a password by a mailed token, once, and ends all sessions.
#[utoipa::path(post, operation_id = "resetPassword", path = "/api/v1/auth/password/reset", tag = "auth", request_body = PasswordReset, security(()),
    responses((status = 204), (status = 400, body = salessync_engine::wire::page::ErrorBody, description = "the field `token`: unknown, used or expired")))]
pub async fn reset(state: Data<AppState>, asking: Asking, body: Body<PasswordReset>) -> Result<HttpResponse, ApiError> {
    let PasswordReset { token, password } = body.0;
    state.attempts.check_address(asking.address).map_err(ApiError::TooManyAttempts)?;
    let spent = || ApiError::field("token", "a token that was mailed within the hour", "is unknown, used or expired");
    let (now, token) = (state.system.now(), hash(&token));
    let id = state.system.store().user_of_reset(token, now).await?.ok_or_else(spent)?;
    let user = state.people.user(id).await?.ok_or_else(spent)?;
    state.policy.check("password", &password, &[&user.email, &user.name])?;
    let stored = password::hashed(password).await?;
    state.system.store().reset_password(token, stored, now).await?.ok_or_else(spent)?;
    state.system.access().refresh().await?;
    asking.note(&state, Act::new(now, Actor::User(id), ActKind::PasswordReset).about(Object::new("user", id))).await;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    pub current: String,
    /// 10 to 256 characters; not one that everybody tries, that was breached, or that is one's own name.
    pub new: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    pub email: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    pub token: String,
    pub password: String,
}
