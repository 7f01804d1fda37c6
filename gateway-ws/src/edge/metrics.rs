//! `/metrics` in Prometheus' text form: the system's own metrics and the process's memory. Gauges of the moment are read when asked.

use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::web::{self, Data};
use prometheus::{Encoder, TextEncoder};

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/metrics", web::get().to(metrics));
}

async fn metrics(state: Data<AppState>) -> HttpResponse {
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
