//! The principal: who a request comes from, by a bearer token, an API key or a cookie. Handlers say in their signature whom they serve.
//!
//! The invariant: who is disabled, whose session was ended, whose key was revoked is nobody, whatever they show.

use super::cookies;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use salessync_actors::PrincipalId;
use salessync_engine::wire::Refresh;
use salessync_engine::{ApiKeyId, SessionId, Timestamp, UserId};
use sha2::{Digest, Sha256};
use std::future::{Ready, ready};
use uuid::Uuid;

/// What an API key begins with.
pub const API_KEY_PREFIX: &str = "ssk_";

/// Who is asking, and until when what they showed is good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Principal {
    pub id: PrincipalId,
    /// None: a program, which has a key and no session.
    pub session: Option<SessionId>,
    pub expires: Timestamp,
    /// The administrator who acts as this user.
    pub impersonator: Option<UserId>,
}

impl Principal {
    /// Who shows this access token or API key, if they may be here.
    pub fn of_bearer(shown: &str, state: &AppState) -> Option<Self> {
        let now = state.system.now();
        let principal = match shown.strip_prefix(API_KEY_PREFIX) {
            Some(key) => of_api_key(key, state)?,
            None => {
                let claimed = state.tokens.verify(shown, now)?;
                let (session, impersonator) = (Some(claimed.session), claimed.impersonator);
                Self { id: claimed.whose, session, expires: claimed.expires, impersonator }
            }
        };
        principal.is_still_good(state, now).then_some(principal)
    }

    /// Who shows this on an open socket.
    pub fn of_refresh(shown: &Refresh, state: &AppState) -> Option<Self> {
        match (&shown.token, &shown.ticket) {
            (Some(token), _) => Self::of_bearer(&token.0, state),
            (None, Some(ticket)) => state.tickets.redeem(&ticket.0, state.system.now()),
            (None, None) => None,
        }
    }

    /// Whether they may still be here: asked again where they stay for long.
    pub fn is_still_good(&self, state: &AppState, now: Timestamp) -> bool {
        let access = state.system.access();
        self.expires > now
            && self.session.is_none_or(|session| !access.is_revoked(session))
            && access.is_known(self.id)
            && self.impersonator.is_none_or(|id| access.is_known(PrincipalId::User(id)))
    }

    /// The person, if it is one.
    pub fn user(&self) -> Result<UserId, ApiError> {
        match self.id {
            PrincipalId::User(id) => Ok(id),
            PrincipalId::Agent(_) | PrincipalId::ApiKey(_) => Err(ApiError::Forbidden),
        }
    }

    /// The person themselves: what is theirs alone is not done by whoever acts as them.
    pub fn in_person(&self) -> Result<UserId, ApiError> {
        match self.impersonator {
            None => self.user(),
            Some(_) => Err(ApiError::Forbidden),
        }
    }
}

/// `ssk_<id>_<secret>` without its prefix. A secret may hold underscores, an id does not.
fn of_api_key(key: &str, state: &AppState) -> Option<Principal> {
    let (id, secret) = key.split_once('_')?;
    let id = ApiKeyId(Uuid::try_parse(id).ok()?);
    let expires = state.system.access().api_key(id, &Sha256::digest(secret).into())?;
    Some(Principal { id: PrincipalId::ApiKey(id), session: None, expires, impersonator: None })
}

/// Who a request comes from. Whoever comes by cookie must also show that one of our pages sent the request: a browser adds cookies to
/// requests of any page.
pub fn authenticate(request: &HttpRequest, state: &AppState) -> Result<Principal, ApiError> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        let shown = bearer_token(request).ok_or(ApiError::Unauthenticated)?;
        return Principal::of_bearer(shown, state).ok_or(ApiError::Unauthenticated);
    }
    let token = cookies::access_token(request).ok_or(ApiError::Unauthenticated)?;
    let is_key = token.starts_with(API_KEY_PREFIX);
    let principal = Principal::of_bearer(&token, state).filter(|_| !is_key).ok_or(ApiError::Unauthenticated)?;
    cookies::check_sent_by_our_page(request, state)?;
    Ok(principal)
}

/// The bearer token of a request's Authorization header.
pub fn bearer_token(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn principal(request: &HttpRequest) -> Result<Principal, ApiError> {
    let state = request.app_data::<web::Data<AppState>>().ok_or(ApiError::Internal)?;
    authenticate(request, state)
}

impl FromRequest for Principal {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(principal(request))
    }
}
