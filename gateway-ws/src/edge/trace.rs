//! Every request has an id: taken from `x-request-id` when it is sane, made otherwise; in the answer, in the log, in error bodies.
//! Also sets the security headers, because they too belong on every answer.

use crate::audit::{self, RequestId};
use crate::error::ApiError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use std::borrow::Cow;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id taken from a client.
const ID_LEN_MAX: usize = 64;
/// Scripts from here alone; workers from blobs because the map's worker is one; styles inline because the map sets them.
const CSP: &str = "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; \
                   img-src 'self' data: blob: https:; connect-src 'self' ws: wss: https:; font-src 'self' data:; object-src 'none'; \
                   base-uri 'self'; frame-ancestors 'none'";

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
    let reference_page = request.path().starts_with("/api/docs");
    let mut answer = with_id(next.call(request).await?.map_into_boxed_body(), &id);
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
    let headers = answer.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    if status != StatusCode::SWITCHING_PROTOCOLS.as_u16() {
        let mut set = |name: &'static str, value: &'static str| {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        set("x-content-type-options", "nosniff");
        set("referrer-policy", "same-origin");
        set("x-frame-options", "DENY");
        if !reference_page {
            set("content-security-policy", CSP);
        }
    }
    Ok(answer)
}

/// The path as it may be logged: a phone's token in it is a secret, so such a path is shown as the pattern it matched.
fn shown_path(request: &HttpRequest) -> Cow<'_, str> {
    match request.match_pattern().filter(|pattern| pattern.contains("{token")) {
        Some(pattern) => Cow::Owned(pattern),
        None => Cow::Borrowed(request.path()),
    }
}

/// An id nobody else has: this process's random part and a count. A UUID for each request would cost a call into the system.
fn fresh_id() -> String {
    static PROCESS: LazyLock<String> = LazyLock::new(|| Uuid::new_v4().simple().to_string()[..12].to_owned());
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("{}-{}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Writes the request id into error bodies; turns the framework's own plain errors into ours.
fn with_id(answer: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    if let Some(error) = answer.response().error().and_then(|error| error.as_error::<ApiError>()) {
        let response = error.response(id);
        return answer.into_response(response);
    }
    answer
}
