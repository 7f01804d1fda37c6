//! Is the process alive, and can it serve? For load balancers and orchestrators; no authentication, nothing secret.

use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// Longest wait for a part to answer.
const PATIENCE: Duration = Duration::from_secs(2);

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/health", web::get().to(health)).route("/ready", web::get().to(ready));
}

/// The process answers.
#[utoipa::path(get, operation_id = "health", path = "/health", tag = "system", security(()), responses((status = 200, body = Health)))]
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

/// Postgres and the actor system answer too.
#[utoipa::path(get, operation_id = "ready", path = "/ready", tag = "system", security(()), responses((status = 200, body = Ready), (status = 503, body = Ready)))]
pub async fn ready(state: Data<AppState>) -> HttpResponse {
    let word = |fine: bool| if fine { "ok" } else { "failing" };
    let postgres = tokio::time::timeout(PATIENCE, state.system.store().ping()).await.is_ok_and(|ping| ping.is_ok());
    let actors = tokio::time::timeout(PATIENCE, state.system.is_responsive()).await.unwrap_or(false);
    let status = if postgres && actors { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    HttpResponse::build(status).json(Ready { status: word(postgres && actors), postgres: word(postgres), actors: word(actors) })
}

#[derive(Serialize, ToSchema)]
pub struct Health {
    pub status: &'static str,
}

/// `ok` or `failing`, each.
#[derive(Serialize, ToSchema)]
pub struct Ready {
    pub status: &'static str,
    pub postgres: &'static str,
    pub actors: &'static str,
}
