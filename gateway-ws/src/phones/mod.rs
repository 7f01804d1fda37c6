//! Stock phone apps: Traccar Client and OsmAnd, OwnTracks, Overland, GPSLogger. docs/PHONES.md says how each is set up.
//!
//! An enrolled token says whose phone it is; nothing in a payload does. The reply that makes a phone delete its copy is sent only when
//! every fix of the request is durable; what cannot be represented is refused for good and costs only itself.

mod durable;
mod gpslogger;
mod known;
mod osmand;
mod overland;
mod owntracks;

use crate::edge::address::ClientAddress;
use crate::edge::body;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use known::Known;
use parking_lot::Mutex;
use prometheus::{IntCounterVec, Opts};
use salessync_actors::Metrics;
use salessync_actors::store::devices::{Heard, TokenHash};
use salessync_engine::device::EnrolledDevice;
use salessync_engine::track::plausible::AHEAD_MAX_S;
use salessync_engine::wire::phone::{BODY_BYTES_MAX, Delivery, PhoneFlaw, Words};
use salessync_engine::{DeviceId, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How often what was heard is written down.
const WRITE_DOWN_EVERY: Duration = Duration::from_secs(2);

/// What the phone endpoints share.
pub struct Phones {
    known: Known,
    /// What was heard since the last writing down; one entry for each phone in use.
    heard: Mutex<HashMap<DeviceId, Heard>>,
    fences_sent: Mutex<owntracks::FencesSent>,
    fixes: IntCounterVec,
}

impl Phones {
    pub fn new(metrics: &Metrics) -> Self {
        let opts = Opts::new("salessync_phone_fixes_total", "Fixes of stock phone apps by what became of them");
        let fixes = IntCounterVec::new(opts, &["app", "outcome"]).expect("a valid metric name");
        metrics.registry.register(Box::new(fixes.clone())).expect("made once for each system");
        Self { known: Known::default(), heard: Mutex::default(), fences_sent: Mutex::default(), fixes }
    }

    /// Forgets what is known of a device that was enrolled, changed or revoked.
    pub fn forget(&self, device: DeviceId) {
        self.known.forget(device);
    }

    fn count(&self, app: &str, outcome: &str, n: usize) {
        self.fixes.with_label_values(&[app, outcome]).inc_by(n as u64);
    }

    /// Notes that a phone is there, and what it says of itself.
    fn hear(&self, device: DeviceId, words: Option<Words>, now: Timestamp) {
        // A clock ahead of ours must not make its words the last ones for ever.
        let words = words.map(|words| Words { at: if words.at > now.plus_s(AHEAD_MAX_S) { now } else { words.at }, ..words });
        let mut heard = self.heard.lock();
        let known = heard.entry(device).or_insert(Heard { seen_at: now, words: None });
        known.seen_at = known.seen_at.max(now);
        match (&mut known.words, words) {
            (Some(known), Some(words)) => known.hear(&words),
            (known @ None, words) => *known = words,
            (Some(_), None) => {}
        }
    }
}

pub fn routes(config: &mut web::ServiceConfig) {
    let with_token = |app: &str| [format!("/phone/{app}"), format!("/phone/{app}/"), format!("/phone/{app}/{{token}}")];
    config
        .service(web::resource(with_token("osmand")).default_service(web::to(osmand::take)))
        .service(web::resource(with_token("owntracks")).default_service(web::to(owntracks::take)))
        .service(web::resource(with_token("overland")).default_service(web::to(overland::take)))
        .service(web::resource(with_token("gpslogger")).default_service(web::to(gpslogger::take)));
}

/// The second listener: OsmAnd at every path, whose last part may be a token.
pub fn osmand_only(config: &mut web::ServiceConfig, state: &Data<AppState>) {
    config.app_data(state.clone()).service(web::resource("/{before:(.*/)?}{token:[^/]*}").default_service(web::to(osmand::take)));
}

/// Writes down every so often what was heard, as long as the server lives.
pub fn start_writing_down(state: &Data<AppState>) {
    let state = state.clone();
    actix_web::rt::spawn(async move {
        loop {
            tokio::time::sleep(WRITE_DOWN_EVERY).await;
            write_down(&state).await;
        }
    });
}

/// Writes down what was heard. What cannot be written is kept for the next time.
pub async fn write_down(state: &AppState) {
    let heard: Vec<_> = std::mem::take(&mut *state.phones.heard.lock()).into_iter().collect();
    if heard.is_empty() {
        return;
    }
    if let Err(error) = state.system.store().write_heard(heard.clone()).await {
        tracing::warn!(devices = heard.len(), error = error.chain(), "cannot write down what was heard of phones, trying again");
        for (device, heard) in heard {
            state.phones.hear(device, heard.words, heard.seen_at);
        }
    }
}

/// SHA-256 of a token: the form in which tokens are stored and looked up.
pub fn token_hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// The token in the path, where there is one.
fn path_token(request: &HttpRequest) -> Option<&str> {
    request.match_info().get("token").filter(|token| !token.is_empty())
}

/// The password of HTTP Basic.
fn basic_password(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, coded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(coded.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

/// One parameter of the query.
fn query_value(request: &HttpRequest, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
}

/// The device in use that shows one of these tokens.
async fn by_token(state: &AppState, from: ClientAddress, tokens: [Option<&str>; 3]) -> Result<Arc<EnrolledDevice>, ApiError> {
    for token in tokens.into_iter().flatten() {
        if let Some(device) = known::find(state, from, token, None).await? {
            return Ok(device);
        }
    }
    Err(stranger(state, from, ApiError::UnknownDevice))
}

/// What somebody is told who is no device in use: the refusal, or after too many of them to wait.
fn stranger(state: &AppState, from: ClientAddress, refusal: ApiError) -> ApiError {
    state.guard.limits.stranger(from.0).err().unwrap_or(refusal)
}

/// The whole body, within its bound.
async fn read_body(payload: web::Payload) -> Result<Vec<u8>, ApiError> {
    body::read(payload, BODY_BYTES_MAX).await
}

/// What an app's requests hold: one reading, whose refusal it is told, or a batch, of which it cannot know what was refused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    One,
    Batch,
}

/// Takes a delivery in: returns when every fix of it is durable, with an error when the phone must keep its copy.
async fn take_in(
    state: &AppState,
    app: &'static str,
    device: &EnrolledDevice,
    delivery: Delivery,
    holds: Holds,
) -> Result<(), ApiError> {
    let now = state.system.now();
    state.phones.hear(device.id, delivery.words, now);
    if let Some(first) = delivery.refused.first() {
        let (refused, field) = (delivery.refused.len(), first.flaw.field.as_ref());
        state.phones.count(app, "refused", refused);
        tracing::info!(device = %device.id, app, refused, field, "a phone sent fixes that cannot be represented");
        if holds == Holds::One && refused == 1 && delivery.fixes.is_empty() {
            return Err(flawed(&first.flaw));
        }
    }
    state.guard.limits.phone_fixes(device.id.0, delivery.fixes.len()).inspect_err(|_| {
        state.phones.count(app, "not_taken", delivery.fixes.len());
    })?;
    durable::take_in(state, app, device, delivery.fixes, now).await
}

fn flawed(flaw: &PhoneFlaw) -> ApiError {
    ApiError::field(flaw.field.clone(), flaw.limit.clone(), flaw.to_string())
}

/// Success without a word, which is all that most apps want.
fn silence() -> HttpResponse {
    HttpResponse::Ok().finish()
}
