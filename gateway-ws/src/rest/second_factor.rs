//! One's own second factor: a secret for an app, proved by a code, and recovery codes. Each step asks for the password again.

use crate::auth::second_factor::{new_recovery_codes, propose, step_of, use_code};
use crate::auth::{Asking, Principal};
use crate::error::ApiError;
use crate::rest::auth::{again_with_password, nothing};
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::web::{self, Data, Json};
use salessync_engine::audit::{ActKind, Object, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/auth/totp", web::post().to(begin))
        .route("/auth/totp", web::delete().to(end))
        .route("/auth/totp/confirm", web::post().to(confirm))
        .route("/auth/totp/recovery-codes", web::post().to(renew_codes));
}

fn already_on() -> ApiError {
    let message = "the second factor is on: take it off first".to_owned();
    ApiError::Conflict { code: "second_factor_on", message }
}

fn not_on() -> ApiError {
    ApiError::Conflict { code: "second_factor_off", message: "there is no second factor".to_owned() }
}

/// Makes a secret for an app. Nothing changes until a code of it is confirmed.
#[utoipa::path(post, operation_id = "beginSecondFactor", path = "/api/v1/auth/totp", tag = "auth", request_body = WithPassword,
    responses((status = 200, body = TotpSecret), (status = 401, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn begin(
    state: Data<AppState>,
    who: Principal,
    asking: Asking,
    body: Body<WithPassword>,
) -> Result<Json<TotpSecret>, ApiError> {
    let user = again_with_password(&state, &asking, &who, body.0.password).await?;
    let proposal = propose(&state, user.id, &user.email)?;
    if !state.system.store().propose_second_factor(user.id, proposal.sealed, state.system.now()).await? {
        return Err(already_on());
    }
    Ok(Json(TotpSecret { secret: proposal.secret, uri: proposal.uri }))
}

/// Turns the second factor on by a code of the app. The recovery codes are shown this once.
#[utoipa::path(post, operation_id = "confirmSecondFactor", path = "/api/v1/auth/totp/confirm", tag = "auth", request_body = WithCode,
    responses((status = 200, body = RecoveryCodes), (status = 401, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn confirm(
    state: Data<AppState>,
    who: Principal,
    asking: Asking,
    body: Body<WithCode>,
) -> Result<Json<RecoveryCodes>, ApiError> {
    let id = who.in_person()?;
    state.attempts.check_code(id).map_err(ApiError::TooManyAttempts)?;
    let store = state.system.store();
    let factor = store.second_factor(id).await?.ok_or_else(not_on)?;
    if factor.is_confirmed {
        return Err(already_on());
    }
    let now = state.system.now();
    let step = step_of(&state, id, &factor.secret_sealed, &body.0.code, now)?.ok_or(ApiError::SecondFactorInvalid)?;
    let (recovery_codes, hashes) = new_recovery_codes()?;
    if !store.confirm_second_factor(id, step, hashes, now).await? {
        return Err(already_on());
    }
    asking.done(&state, &who, ActKind::SecondFactorEnabled, Object::new("user", id), nothing()).await;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Takes the second factor off, by the password and a code of it.
#[utoipa::path(delete, operation_id = "endSecondFactor", path = "/api/v1/auth/totp", tag = "auth", request_body = WithPasswordAndCode,
    responses((status = 204), (status = 401, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn end(
    state: Data<AppState>,
    who: Principal,
    asking: Asking,
    body: Body<WithPasswordAndCode>,
) -> Result<HttpResponse, ApiError> {
    let WithPasswordAndCode { password, code } = body.0;
    let user = again_with_password(&state, &asking, &who, password).await?;
    if !user.has_second_factor {
        return Err(not_on());
    }
    let about = Object::new("user", user.id);
    if !use_code(&state, user.id, &code, state.system.now()).await? {
        let act = crate::auth::asking::act(&state, &who, ActKind::SecondFactorRefused).about(about).ended(Outcome::Refused);
        asking.note(&state, act).await;
        return Err(ApiError::SecondFactorInvalid);
    }
    state.system.store().remove_second_factor(user.id).await?;
    asking.done(&state, &who, ActKind::SecondFactorDisabled, about, nothing()).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes new recovery codes; the old ones work no more.
#[utoipa::path(post, operation_id = "renewRecoveryCodes", path = "/api/v1/auth/totp/recovery-codes", tag = "auth", request_body = WithPassword,
    responses((status = 200, body = RecoveryCodes), (status = 401, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn renew_codes(
    state: Data<AppState>,
    who: Principal,
    asking: Asking,
    body: Body<WithPassword>,
) -> Result<Json<RecoveryCodes>, ApiError> {
    let user = again_with_password(&state, &asking, &who, body.0.password).await?;
    let (recovery_codes, hashes) = new_recovery_codes()?;
    if !state.system.store().replace_recovery_codes(user.id, hashes).await? {
        return Err(not_on());
    }
    asking.done(&state, &who, ActKind::SecondFactorEnabled, Object::new("user", user.id), nothing()).await;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithPassword {
    pub password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithCode {
    /// Six digits.
    pub code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithPasswordAndCode {
    pub password: String,
    /// Six digits of the app, or a recovery code.
    pub code: String,
}

#[derive(Serialize, ToSchema)]
pub struct TotpSecret {
    /// Base32, to be typed in.
    pub secret: String,
    /// `otpauth://…`, to be shown as a QR code.
    pub uri: String,
}

#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten; each works once, in place of a code of the app.
    pub recovery_codes: Vec<String>,
}
