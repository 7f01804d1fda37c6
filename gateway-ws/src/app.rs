//! The routes and what stands around them: used by the server and by tests alike.

use crate::state::AppState;
use crate::{edge, openapi, phones, rest, ws};
use actix_web::web::{self, Data};

/// Puts everything in its place.
pub fn configure(config: &mut web::ServiceConfig, state: &Data<AppState>) {
    config
        .app_data(state.clone())
        .configure(rest::health::routes)
        .configure(edge::metrics::routes)
        .configure(ws::upgrade::routes)
        .configure(phones::routes)
        .configure(openapi::routes)
        .configure(rest::jwks::routes)
        .configure(rest::map::files)
        .service(web::scope("/api/v1").configure(rest::routes));
    // What programs ask is never answered with the console's page: a phone would take its 200 for success.
    for place in ["/api", "/ws", "/phone"] {
        config.service(web::scope(place).default_service(web::to(rest::nothing_here)));
    }
    edge::console::routes(config, &state.config.console.dir);
}
