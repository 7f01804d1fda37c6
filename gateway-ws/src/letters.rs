//! What is mailed to people: an invitation, a forgotten password. A link's secret stands behind its `#`, where no server's log sees it.

use crate::error::ApiError;
use crate::state::AppState;

/// Whether letters go out at all.
pub fn can_be_sent(_: &AppState) -> bool {
    false
}

/// Where an invitation is accepted.
pub fn invitation_link(state: &AppState, token: &str) -> String {
    format!("{}/invite#token={token}", base(state))
}

pub async fn invitation(_: &AppState, _: &str, _: &str, _: &str) -> Result<(), ApiError> {
    Err(ApiError::Unavailable)
}

pub async fn reset(_: &AppState, _: &str, _: &str, _: &str) -> Result<(), ApiError> {
    Err(ApiError::Unavailable)
}

/// The address of the console. Never what a request says of it: whoever sent the request would choose where the link in somebody else's
/// letter leads.
fn base(state: &AppState) -> String {
    let http = &state.config.http;
    if http.public_url.is_empty() { format!("http://{}:{}", http.bind, http.port) } else { http.public_url.clone() }
}
