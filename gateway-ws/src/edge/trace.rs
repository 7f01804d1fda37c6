//! Every request has an id: taken from `x-request-id` when it is sane, made otherwise; in the answer, in the log, in error bodies.
//! The guard is asked from here and the security headers are set here, because both are for every request, and one layer costs less than three.

use super::address;
use super::cors;
use super::guard::{Verdict, judge};
use super::permit::Held;
use crate::audit::{self, RequestId};
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest};
use std::borrow::Cow;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id taken from a client.
const ID_LEN_MAX: usize = 64;

pub async fn trace<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<BoxBody>, Error> {
    let given = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok());
    let id = match given {
        Some(id)
            if !id.is_empty()
                && id.len() <= ID_LEN_MAX
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) =>
        {
            id.to_owned()
        }
        Some(_) | None => fresh_id(),
    };
    request.extensions_mut().insert(RequestId(id.clone()));
    let since = Instant::now();
    let state = request.app_data::<Data<AppState>>().cloned();
    let verdict = match &state {
        Some(state) => judge(request.request(), state).await,
        None => Verdict::Pass(Held::default()),
    };
    let answer = match verdict {
        Verdict::Pass(held) => next.call(request).await?.map_into_boxed_body().map_body(|_, body| held.until_the_end_of(body)),
        Verdict::Answer(response) => request.into_response(response.map_into_boxed_body()),
        Verdict::Refuse(refusal) => request.into_response(refusal.response(&id)),
    };
    let answer = with_id(answer, &id);
    let method = answer.request().method().as_str();
    let path = || shown_path(answer.request());
    let elapsed_us = since.elapsed().as_micros() as u64;
    let status = answer.status().as_u16();
    match status {
        500.. => tracing::warn!(request_id = id, method, path = path().as_ref(), status, elapsed_us, "request failed"),
        400.. => tracing::info!(request_id = id, method, path = path().as_ref(), status, elapsed_us, "request refused"),
        _ => tracing::debug!(request_id = id, method, path = path().as_ref(), status, elapsed_us, "request"),
    }
    if answer.status() == StatusCode::FORBIDDEN {
        audit::access_refused(answer.request());
    }
    let (request, mut response) = answer.into_parts();
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(state) = state.filter(|_| status != StatusCode::SWITCHING_PROTOCOLS.as_u16()) {
        state.guard.headers.set(headers, request.path(), address::is_https(&request));
        cors::allow(&request, &state, headers);
    }
    Ok(ServiceResponse::new(request, response))
}

/// The path as it may be logged: a phone's token in it is a secret, so such a path is shown as the pattern it matched.
fn shown_path(request: &HttpRequest) -> Cow<'_, str> {
    match request.match_pattern() {
        Some(pattern) if pattern.contains("{token") => Cow::Owned(pattern),
        // A mistyped address may hold one all the same.
        None if request.path().starts_with("/phone/") => Cow::Borrowed("/phone/…"),
        Some(_) | None => Cow::Borrowed(request.path()),
    }
}

/// An id nobody else has: this process's random part and a count. A UUID for each request would cost a call into the system.
fn fresh_id() -> String {
    static PROCESS: LazyLock<String> = LazyLock::new(|| Uuid::new_v4().simple().to_string()[..12].to_owned());
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("{}-{}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Writes the request id into error bodies; turns the framework's own plain errors into ours where a program may have asked.
fn with_id(answer: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    if let Some(error) = answer.response().error().and_then(|error| error.as_error::<ApiError>()) {
        let response = error.response(id);
        return answer.into_response(response);
    }
    let status = answer.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || says_json(answer.response().headers(), CONTENT_TYPE) {
        return answer;
    }
    let path = answer.request().path();
    let is_ours = ["/api/", "/ws/", "/phone/"].iter().any(|place| path.starts_with(place)) && !path.starts_with("/api/docs");
    if !is_ours && !says_json(answer.request().headers(), ACCEPT) {
        return answer;
    }
    let response = ApiError::Plain(status).response(id);
    answer.into_response(response)
}

fn says_json(headers: &HeaderMap, name: HeaderName) -> bool {
    headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("application/json"))
}
