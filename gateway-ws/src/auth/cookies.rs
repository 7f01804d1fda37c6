//! The console's cookies. A script cannot read them and other sites' pages do not send them; that a request comes from one of our pages is
//! shown once more by a header that only they can set, and by the Origin the browser tells.

use crate::auth::sessions::Issued;
use crate::edge::{address, cors};
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use salessync_engine::Timestamp;

const ACCESS: &str = "salessync_access";
const REFRESH: &str = "salessync_refresh";
/// The refresh token goes where it is used and nowhere else.
const REFRESH_PATH: &str = "/api/v1/auth";
/// A page of another origin cannot set it without asking first.
const CONSOLE: HeaderName = HeaderName::from_static("x-salessync-console");

pub fn access_token(request: &HttpRequest) -> Option<String> {
    value(request, ACCESS)
}

pub fn refresh_token(request: &HttpRequest) -> Option<String> {
    value(request, REFRESH)
}

fn value(request: &HttpRequest, name: &str) -> Option<String> {
    let lines = request.headers().get_all(header::COOKIE).filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, value)| *known == name && !value.is_empty()).map(|(_, value)| value.to_owned())
}

/// Puts a session's tokens into the answer, as cookies.
pub fn put(response: &mut HttpResponse, request: &HttpRequest, state: &AppState, issued: &Issued, now: Timestamp) {
    let is_secure = is_secure(request, state);
    add(response, cookie(ACCESS, &issued.access_token, "/", is_secure, seconds(now, issued.expires_at)));
    if let Some(refresh) = &issued.refresh {
        add(response, cookie(REFRESH, &refresh.token, REFRESH_PATH, is_secure, seconds(now, refresh.until)));
    }
}

/// Takes them away.
pub fn clear(response: &mut HttpResponse, request: &HttpRequest, state: &AppState) {
    let is_secure = is_secure(request, state);
    add(response, cookie(ACCESS, "", "/", is_secure, 0));
    add(response, cookie(REFRESH, "", REFRESH_PATH, is_secure, 0));
}

fn add(response: &mut HttpResponse, cookie: String) {
    // Tokens are letters, digits, dots, dashes and underscores: always a header's value.
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn cookie(name: &str, value: &str, path: &str, is_secure: bool, max_age_s: i64) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    format!("{name}={value}; Path={path}; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}")
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    ((to.ms() - from.ms()) / 1000).max(0)
}

/// Did the request come by TLS, as far as we know, or do all?
fn is_secure(request: &HttpRequest, state: &AppState) -> bool {
    address::is_https(request) || state.config.http.public_url.starts_with("https://")
}

/// Refuses a request that changes something and came with a cookie, unless one of our pages sent it.
pub fn check_sent_by_our_page(request: &HttpRequest, state: &AppState) -> Result<(), ApiError> {
    if request.method().is_safe() {
        return Ok(());
    }
    let has_header = request.headers().get(&CONSOLE).is_some_and(|value| value == "1");
    if has_header && comes_from_us(request, state) { Ok(()) } else { Err(ApiError::Csrf) }
}

/// A browser says where the page came from: here, or from where the configuration allows. Who says nothing is no browser.
pub fn comes_from_us(request: &HttpRequest, state: &AppState) -> bool {
    cors::check_origin(request, state).is_ok()
}
