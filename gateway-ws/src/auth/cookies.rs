//! The console's cookies. A script cannot read them and other sites' pages do not send them; that a request comes from one of our pages is
//! shown once more by a header that only they can set, and by the Origin the browser tells.

use crate::auth::sessions::Issued;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{self, HeaderName};
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
    request.cookie(name).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
}

/// Puts a session's tokens into the answer, as cookies.
pub fn put(response: &mut HttpResponse, request: &HttpRequest, state: &AppState, issued: &Issued, now: Timestamp) {
    let is_secure = is_secure(request, state);
    let access = cookie(ACCESS, issued.access_token.clone(), "/", is_secure, seconds(now, issued.expires_at));
    let _ = response.add_cookie(&access);
    if let Some(refresh) = &issued.refresh {
        let refresh = cookie(REFRESH, refresh.token.clone(), REFRESH_PATH, is_secure, seconds(now, refresh.until));
        let _ = response.add_cookie(&refresh);
    }
}

/// Takes them away.
pub fn clear(response: &mut HttpResponse, request: &HttpRequest, state: &AppState) {
    let is_secure = is_secure(request, state);
    for (name, path) in [(ACCESS, "/"), (REFRESH, REFRESH_PATH)] {
        let _ = response.add_cookie(&cookie(name, String::new(), path, is_secure, 0));
    }
}

fn cookie(name: &'static str, value: String, path: &'static str, is_secure: bool, max_age_s: i64) -> Cookie<'static> {
    Cookie::build(name, value)
        .path(path)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(is_secure)
        .max_age(Duration::seconds(max_age_s))
        .finish()
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    ((to.ms() - from.ms()) / 1000).max(0)
}

/// Did the request come by TLS, as far as we know, or do all?
fn is_secure(request: &HttpRequest, state: &AppState) -> bool {
    request.app_config().secure() || state.config.http.public_url.starts_with("https://")
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
    let Some(origin) = request.headers().get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let own = origin.split_once("://").map(|(_, host)| host);
    own.is_some() && own == host
        || origin == state.config.http.public_url
        || state.config.console.allowed_origins.iter().any(|allowed| allowed == origin)
}
