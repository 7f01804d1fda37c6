//! The OpenAPI document, composed from the handlers, and the page that shows it.

use crate::auth::operations;
use crate::rest::{
    agents, api_keys, audit, auth, beats, classes, contacts, customer_contacts, customer_places, customers, devices, dispatch,
    duty, erasure, fences, files, forms, geocode, health, history, imports, invitations, jwks, map, offers, passwords, plan_jobs,
    plans, positions, quarantine, roles, second_factor, sessions, system, teams, territories, territory_designs, timeline,
    tokens, track, users, visits, work,
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
        auth::login, auth::refresh, auth::logout, auth::me, auth::ws_ticket,
        sessions::list, sessions::revoke, sessions::revoke_others,
        passwords::change, passwords::forgot, passwords::reset,
        second_factor::begin, second_factor::confirm, second_factor::end, second_factor::renew_codes,
        invitations::list, invitations::create, invitations::revoke, invitations::show, invitations::accept,
        users::list, users::read, users::update, users::revoke_sessions, users::reset_second_factor, users::impersonate,
        roles::list, roles::create, roles::update, roles::delete,
        teams::list, teams::create, teams::update, teams::delete,
        api_keys::list, api_keys::create, api_keys::revoke,
        jwks::jwks,
        agents::list, agents::create, agents::create_many, agents::read, agents::update, agents::resume, agents::viewers, agents::position,
        work::read, work::put, work::days, duty::read, duty::tell,
        contacts::find, contacts::read, contacts::put, erasure::erase_agent, erasure::erase_user, erasure::retention,
        tokens::create, tokens::create_many,
        devices::list, devices::enrol, devices::update, devices::revoke, devices::rotate,
        track::track, quarantine::counts, quarantine::list, quarantine::decide,
        timeline::timeline, timeline::trips, timeline::stops, timeline::fence_events, timeline::agent_days, timeline::days,
        timeline::changes, timeline::recompute, timeline::set_profile, timeline::set_primary_device, timeline::settings, timeline::put_settings,
        history::positions_at, history::near, history::corridor, history::area,
        territories::list, territories::create, territories::read, territories::update, territories::delete,
        territory_designs::list, territory_designs::create, territory_designs::read, territory_designs::moves, territory_designs::edit,
        territory_designs::apply, territory_designs::revert, territory_designs::discard,
        fences::list, fences::create, fences::create_many, fences::read, fences::update, fences::delete, fences::versions,
        customers::list, customers::create, customers::create_many, customers::changes, customers::read, customers::update, customers::resume,
        customer_places::add, customer_places::update, customer_places::remove,
        customer_contacts::list, customer_contacts::put, customer_contacts::erase,
        imports::customers, imports::visits, geocode::search, geocode::reverse,
        classes::list, classes::put, classes::delete, classes::list_skills, classes::put_skill, classes::delete_skill,
        plans::list, plans::read, plans::route, plans::preview, plans::change, plans::versions, plans::undo, plans::compare, plans::explain,
        plan_jobs::improve, plan_jobs::read, plan_jobs::accept, plan_jobs::discard, plan_jobs::solve,
        dispatch::list, dispatch::create, dispatch::read, dispatch::steps, dispatch::candidates, dispatch::offer, dispatch::assign,
        dispatch::cancel, dispatch::bulk,
        offers::list, offers::accept, offers::decline, offers::day,
        visits::list, visits::create, visits::create_many, visits::assign, visits::read, visits::update, visits::history, visits::proof,
        visits::of_agent, visits::unplanned_stays, visits::changes,
        visits::commands::en_route, visits::commands::check_in, visits::commands::start, visits::commands::check_out,
        visits::commands::abandon, visits::commands::cancel, visits::commands::cancel_many, visits::commands::reinstate,
        visits::reports::of_one, visits::reports::of_many, visits::activities::list, visits::activities::add,
        visits::settings::read, visits::settings::put, visits::day::my_day,
        files::list, files::upload, files::read, files::thumbnail,
        forms::list, forms::create, forms::read, forms::update, forms::version, forms::types, forms::put_type,
        beats::list, beats::create, beats::generate, beats::read, beats::update, beats::end, beats::holidays, beats::put_holidays, beats::overdue,
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
        operations::describe(document);
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
