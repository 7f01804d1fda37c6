//! What is mailed to people: an invitation, a forgotten password. A link's secret stands behind its `#`, where no server's log sees it.

use crate::error::ApiError;
use crate::state::AppState;
use salessync_actors::ports::mail::{Letter, MailError};

/// Whether letters go out at all.
pub fn can_be_sent(state: &AppState) -> bool {
    !state.post.is_off()
}

/// Where an invitation is accepted.
pub fn invitation_link(state: &AppState, token: &str) -> String {
    format!("{}/invite#token={token}", base(state))
}

/// Mails an invitation; it is sent after the answer, and tried again for a while.
pub fn invitation(state: &AppState, to: &str, name: &str, token: &str) -> Result<(), ApiError> {
    let link = invitation_link(state, token);
    let text = format!(
        "Hello {name},\n\nyou are invited to SalesSync. Choose your password here:\n\n{link}\n\nThe link works once and for seven \
         days. If you did not expect it, do nothing.\n"
    );
    send(state, to, "Your invitation to SalesSync", text)
}

/// Mails a link to set another password.
pub fn reset(state: &AppState, to: &str, name: &str, token: &str) -> Result<(), ApiError> {
    let link = format!("{}/reset#token={token}", base(state));
    let text = format!(
        "Hello {name},\n\nsomebody asked for a new password for your account at SalesSync. If it was you, set it here:\n\n{link}\n\n\
         The link works once and for an hour; all your sessions end when it is used. If it was not you, do nothing: your password \
         stays.\n"
    );
    send(state, to, "A new password for SalesSync", text)
}

fn send(state: &AppState, to: &str, subject: &str, text: String) -> Result<(), ApiError> {
    state.post.send(Letter { to: to.to_owned(), subject: subject.to_owned(), text }).map_err(|error| match error {
        MailError::Letter(_) => ApiError::field("email", "an address that letters can be sent to", "no letter can be sent there"),
        error => {
            tracing::warn!(%error, "a letter was not taken");
            ApiError::Unavailable
        }
    })
}

/// The address of the console. Never what a request says of it: whoever sent the request would choose where the link in somebody else's
/// letter leads.
fn base(state: &AppState) -> String {
    let http = &state.config.http;
    if http.public_url.is_empty() { format!("http://{}:{}", http.bind, http.port) } else { http.public_url.clone() }
}
