//! What is decided of a request before any handler sees it: whether its shape is sane, and whether its sender may ask again already.

use super::address::{ClientAddress, Proxies};
use super::cors;
use super::headers::Headers;
use super::limit::{Class, Limits};
use super::permit::{Held, Permits, Seats};
use crate::auth::principal::authenticate;
use crate::config::Config;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::http::header::CONTENT_ENCODING;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::{Metrics, PrincipalId};
use uuid::Uuid;

/// Longest path with query.
const URI_LEN_MAX: usize = 8 * 1024;
/// Most bytes of names and values of a request's headers; that there are at most 96 is the HTTP layer's bound.
const HEADER_BYTES_MAX: usize = 32 * 1024;

/// The edge's memory of who has asked how often, and what it does not change with requests.
pub struct Guard {
    pub proxies: Proxies,
    pub limits: Limits,
    pub permits: Permits,
    pub agent_sockets: Seats,
    pub live_sockets: Seats,
    pub headers: Headers,
}

impl Guard {
    pub fn new(config: &Config, metrics: &Metrics) -> Self {
        Self {
            proxies: Proxies::read(&config.http.trusted_proxies).expect("the configuration was checked"),
            limits: Limits::new(&config.limits, metrics),
            permits: Permits::new(&config.limits),
            agent_sockets: Seats::new(config.sockets.agent_per_principal_max),
            live_sockets: Seats::new(config.sockets.live_per_principal_max),
            headers: Headers::new(config),
        }
    }
}

/// What becomes of a request.
pub enum Verdict {
    /// Goes on; what it holds is let go with the answer's last byte.
    Pass(Held),
    /// Is answered here.
    Answer(HttpResponse),
    Refuse(ApiError),
}

/// Judges a request by its head.
pub async fn judge(request: &HttpRequest, state: &Data<AppState>) -> Verdict {
    if let Err(refusal) = check_shape(request) {
        return Verdict::Refuse(refusal);
    }
    if let Some(answer) = cors::preflight(request, state) {
        return Verdict::Answer(answer);
    }
    // The decoded path, because that is the one which is routed.
    let Some(class) = Class::of(request.method(), request.match_info().as_str(), request.query_string()) else {
        return Verdict::Pass(Held::default());
    };
    let who = who(request, state);
    let limits = &state.guard.limits;
    let may_ask = match who {
        Some(who) => limits.of_principal(class, who),
        None => limits.of_address(class, ClientAddress::of(request).0),
    };
    if let Err(refusal) = may_ask {
        return Verdict::Refuse(refusal);
    }
    match state.guard.permits.acquire(class, who).await {
        Ok(held) => Verdict::Pass(held),
        Err(refusal) => {
            limits.count("overloaded");
            Verdict::Refuse(refusal)
        }
    }
}

fn check_shape(request: &HttpRequest) -> Result<(), ApiError> {
    if request.uri().path_and_query().is_some_and(|uri| uri.as_str().len() > URI_LEN_MAX) {
        return Err(ApiError::UriTooLong { limit: URI_LEN_MAX });
    }
    let headers = request.headers();
    // Counted only where there are enough of them to matter.
    if headers.len() > 32 || headers.iter().any(|(_, value)| value.len() > 1_024) {
        let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if bytes > HEADER_BYTES_MAX {
            return Err(ApiError::HeadersTooLarge { limit: HEADER_BYTES_MAX });
        }
    }
    match headers.get(CONTENT_ENCODING) {
        Some(coding) if !coding.as_bytes().eq_ignore_ascii_case(b"identity") => Err(ApiError::Encoded),
        Some(_) | None => Ok(()),
    }
}

/// Whose bucket a request takes from, when its token is good.
fn who(request: &HttpRequest, state: &AppState) -> Option<Uuid> {
    authenticate(request, state).ok().map(|principal| key(principal.id))
}

/// The key of somebody's buckets and seats.
pub fn key(principal: PrincipalId) -> Uuid {
    match principal {
        PrincipalId::User(id) => id.0,
        PrincipalId::Agent(id) => id.0,
        PrincipalId::ApiKey(id) => id.0,
    }
}
