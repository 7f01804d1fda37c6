//! The principal: who a request comes from. Handlers say in their signature whom they serve.

use crate::error::ApiError;
use crate::state::AppState;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use salessync_actors::store::Role;
use salessync_engine::{AgentId, Timestamp, UserId};
use std::future::{Ready, ready};

/// Who is asking.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Principal {
    User { id: UserId, role: Role },
    Agent(AgentId),
}

/// Whoever has a valid token, and until when it is good.
#[derive(Clone, Copy, Debug)]
pub struct Bearer {
    pub principal: Principal,
    pub expires: Timestamp,
}

/// A person at a console: dispatcher, manager or admin.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    pub id: UserId,
    pub expires: Timestamp,
}

/// An administrator.
#[derive(Clone, Copy, Debug)]
pub struct AdminOnly {
    pub id: UserId,
}

/// A manager or an administrator: who decides how the field works.
#[derive(Clone, Copy, Debug)]
pub struct Manager {
    pub id: UserId,
}

/// The bearer token of a request's Authorization header.
pub fn bearer_token(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

pub(crate) fn bearer(request: &HttpRequest) -> Result<Bearer, ApiError> {
    let state = request.app_data::<web::Data<AppState>>().ok_or(ApiError::Internal)?;
    let (principal, expires) = bearer_token(request)
        .and_then(|token| state.tokens.verify(token, state.system.now()))
        .ok_or(ApiError::Unauthenticated)?;
    Ok(Bearer { principal, expires })
}

impl FromRequest for Bearer {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(bearer(request))
    }
}

impl FromRequest for Console {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(bearer(request).and_then(|bearer| match bearer.principal {
            Principal::User { id, .. } => Ok(Self { id, expires: bearer.expires }),
            Principal::Agent(_) => Err(ApiError::Forbidden),
        }))
    }
}

impl FromRequest for AdminOnly {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(bearer(request).and_then(|bearer| match bearer.principal {
            Principal::User { id, role: Role::Admin } => Ok(Self { id }),
            Principal::User { .. } | Principal::Agent(_) => Err(ApiError::Forbidden),
        }))
    }
}

impl FromRequest for Manager {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(bearer(request).and_then(|bearer| match bearer.principal {
            Principal::User { id, role: Role::Admin | Role::Manager } => Ok(Self { id }),
            Principal::User { role: Role::Dispatcher, .. } | Principal::Agent(_) => Err(ApiError::Forbidden),
        }))
    }
}
