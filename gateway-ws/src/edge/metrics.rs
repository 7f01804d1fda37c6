//! `/metrics` in Prometheus' text form: the system's own metrics and the process's memory. Gauges of the moment are read when asked.

use crate::auth::permit;
use crate::auth::principal::authenticate;
use crate::edge::address::ClientAddress;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use prometheus::{Encoder, TextEncoder};
use salessync_engine::access::{Action, Module};

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/metrics", web::get().to(metrics));
}

/// For whoever asks from this machine, and whoever may see how the system is: figures tell how many work, and when. What a proxy passes on does
/// not come from this machine.
fn check(request: &HttpRequest, state: &AppState) -> Result<(), ApiError> {
    let is_passed_on = ["x-forwarded-for", "forwarded"].iter().any(|name| request.headers().contains_key(*name));
    if !is_passed_on && ClientAddress::of(request).0.is_some_and(|address| address.is_loopback()) {
        return Ok(());
    }
    let who = authenticate(request, state)?;
    permit::grants(state, who.id)?.scope(Module::System, Action::Read).map(drop).map_err(|_| ApiError::Forbidden)
}

async fn metrics(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    check(&request, &state)?;
    Ok(text(&state))
}

fn text(state: &AppState) -> HttpResponse {
    let encoder = TextEncoder::new();
    let mut text = Vec::new();
    let (waiting, _) = state.system.journal_state();
    state.system.metrics().journal_waiting_fixes.set(waiting as i64);
    if encoder.encode(&state.system.metrics().registry.gather(), &mut text).is_err() {
        return HttpResponse::InternalServerError().finish();
    }
    if let Some(bytes) = resident_bytes() {
        let line =
            "# HELP process_resident_memory_bytes Resident memory of the server\n# TYPE process_resident_memory_bytes gauge\n";
        text.extend_from_slice(format!("{line}process_resident_memory_bytes {bytes}\n").as_bytes());
    }
    HttpResponse::Ok().content_type(encoder.format_type()).body(text)
}

/// Second number of /proc/self/statm, in pages of 4 KiB.
fn resident_bytes() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    statm.split_whitespace().nth(1)?.parse::<u64>().ok().map(|pages| pages * 4096)
}
