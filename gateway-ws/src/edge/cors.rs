//! Which other origins' pages may use the API and the sockets: those of `console.allowed_origins`, to the letter, and nobody else.
//! A browser's own checks do the rest: without these headers it keeps an answer from the page that asked.

use super::address;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const HEADERS: &str = "authorization, content-type, x-request-id, x-salessync-console";
const EXPOSED: &str = "x-request-id, retry-after, content-disposition";
/// Browsers ask again after so many seconds.
const MAX_AGE_S: &str = "600";

/// What a page asks before it sends something: answered here, when its origin is allowed.
pub fn preflight(request: &HttpRequest, state: &AppState) -> Option<HttpResponse> {
    let asks = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        && is_api(request.path());
    if !asks || allowed(request, state).is_none() {
        return None;
    }
    let mut answer = HttpResponse::NoContent();
    answer
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_S));
    Some(answer.finish())
}

/// Lets the page that asked read the answer, when its origin is allowed.
pub fn allow(request: &HttpRequest, state: &AppState, headers: &mut HeaderMap) {
    if state.config.console.allowed_origins.is_empty() || !is_api(request.path()) {
        return;
    }
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = allowed(request, state) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
}

/// Whether a request that a browser sends may come from the page it says it comes from: ours, or one of an allowed origin. What says
/// nothing of a page is no browser's. `null`, the origin of pages from nowhere, is nobody's.
pub fn check_origin(request: &HttpRequest, state: &AppState) -> Result<(), ApiError> {
    let mut origins = request.headers().get_all(header::ORIGIN);
    let Some(origin) = origins.next() else { return Ok(()) };
    if origins.next().is_some() {
        return Err(ApiError::Forbidden);
    }
    let is_own = origin.to_str().is_ok_and(|origin| is_own(origin, request, state));
    if is_own || allowed(request, state).is_some() { Ok(()) } else { Err(ApiError::Forbidden) }
}

/// With `http.public_url` that alone is our origin. Without it, whatever host the client asked for is; by either scheme while we do not
/// know better, because a proxy that is not configured may speak TLS for us.
fn is_own(origin: &str, request: &HttpRequest, state: &AppState) -> bool {
    let public = state.config.http.public_url.trim_end_matches('/');
    if !public.is_empty() {
        return origin == public;
    }
    let (Some((scheme, origin)), Some(host)) = (origin.split_once("://"), address::host(request)) else { return false };
    let port = match scheme {
        "https" => ":443",
        "http" if !address::is_https(request) => ":80",
        _ => return false,
    };
    origin == host.strip_suffix(port).unwrap_or(host)
}

fn allowed<'a>(request: &'a HttpRequest, state: &AppState) -> Option<&'a HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    state.config.console.allowed_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()).then_some(origin)
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}
