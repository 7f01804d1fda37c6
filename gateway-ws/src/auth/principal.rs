//! The principal: who a request comes from. What they may do is `permit`'s to say.

use crate::error::ApiError;
use crate::state::AppState;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use salessync_actors::PrincipalId;
use salessync_engine::{SessionId, Timestamp};
use std::future::{Ready, ready};

/// Who is asking, where they signed in, and until when that is good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Principal {
    pub id: PrincipalId,
    pub session: Option<SessionId>,
    pub expires: Timestamp,
}

/// The bearer token of a request's Authorization header.
pub fn bearer_token(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Who a request comes from.
pub fn authenticate(request: &HttpRequest, state: &AppState) -> Result<Principal, ApiError> {
    bearer_token(request).and_then(|token| state.tokens.verify(token, state.system.now())).ok_or(ApiError::Unauthenticated)
}

impl FromRequest for Principal {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<AppState>>().ok_or(ApiError::Internal);
        ready(state.and_then(|state| authenticate(request, state)))
    }
}
