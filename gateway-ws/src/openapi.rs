//! The OpenAPI document, composed from the handlers, and the page that shows it.

use crate::rest::{
    agents, audit, auth, devices, fences, health, history, map, positions, quarantine, system, territories, timeline, tokens,
    track,
};
use actix_web::HttpResponse;
use actix_web::web;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::SwaggerUi;

/// The whole API.
#[derive(OpenApi)]
#[openapi(
    info(title = "SalesSync", description = "Real-time tracking and dispatch of a field sales force. Live data goes over the sockets of docs/PROTOCOL.md."),
    paths(
        auth::login, auth::me, auth::ws_ticket,
        agents::list, agents::create, agents::create_many, agents::read, agents::update, agents::resume, agents::position,
        tokens::create, tokens::create_many,
        devices::list, devices::enrol, devices::update, devices::revoke, devices::rotate,
        track::track, quarantine::counts, quarantine::list, quarantine::decide,
        timeline::timeline, timeline::trips, timeline::stops, timeline::fence_events, timeline::agent_days, timeline::days,
        timeline::changes, timeline::recompute, timeline::set_profile, timeline::set_primary_device, timeline::settings, timeline::put_settings,
        history::positions_at, history::near, history::corridor, history::area,
        territories::list, territories::create, territories::read, territories::update,
        fences::list, fences::create, fences::create_many, fences::read, fences::update, fences::delete, fences::versions,
        audit::list,
        positions::list, positions::nearest, positions::within_bounds, positions::within_area,
        map::map, system::system, health::health, health::ready
    ),
    security(("bearer" = [])),
    modifiers(&Bearer)
)]
pub struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// The document as it is committed in docs/openapi.json.
pub fn document() -> String {
    let mut text = Api::openapi().to_pretty_json().expect("the document is built from constants");
    text.push('\n');
    text
}

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route(
            "/api/openapi.json",
            web::get().to(|| async { HttpResponse::Ok().content_type("application/json").body(document()) }),
        )
        .service(SwaggerUi::new("/api/docs/{_:.*}").config(utoipa_swagger_ui::Config::from("/api/openapi.json")))
        .route("/api/docs", web::get().to(|| async { HttpResponse::Found().insert_header(("location", "/api/docs/")).finish() }));
}
