//! Who may open which socket. A refusal is plain HTTP, before anything is upgraded.

use super::agent_session::AgentSession;
use super::inbound::Frames;
use super::live_session::{LiveSession, Rights};
use crate::auth::permit::{grants, is_good, see};
use crate::auth::principal::{authenticate, bearer_token};
use crate::error::ApiError;
use crate::state::AppState;
use actix::Actor;
use actix_http::ws::ProtocolError;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use actix_web_actors::ws::{self, WebsocketContext};
use futures_util::stream;
use salessync_actors::PrincipalId;
use salessync_engine::access::{Action, Module};
use salessync_engine::wire::{SUBPROTOCOL, agent, live};

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/ws/agent", web::get().to(agent_socket)).route("/ws/live", web::get().to(live_socket));
}

/// A phone streams fixes.
async fn agent_socket(request: HttpRequest, payload: web::Payload, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    // Never by cookie: a page of somebody else could open it.
    bearer_token(&request).ok_or(ApiError::Unauthenticated)?;
    let who = authenticate(&request, &state)?;
    let scope = grants(&state, who.id)?.scope(Module::Tracks, Action::Create).map_err(|_| ApiError::Forbidden)?;
    let agent = match who.id {
        PrincipalId::Agent(agent) => agent,
        PrincipalId::User(user) => state.system.access().agent_of(user).ok_or(ApiError::Forbidden)?,
        PrincipalId::ApiKey(_) => return Err(ApiError::Forbidden),
    };
    see(&state, &scope, agent)
        .map_err(|_| ApiError::Absent { code: "agent_unknown", message: "the agent of this token does not exist" })?;
    let response = handshake(&request)?;
    let frames = Frames::new(payload.into_inner(), agent::FRAME_BYTES_MAX);
    Ok(start(response, AgentSession::new(state, agent, who, frames)))
}

/// A console watches.
async fn live_socket(request: HttpRequest, payload: web::Payload, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let who = if bearer_token(&request).is_some() {
        authenticate(&request, &state)?
    } else {
        check_origin(&request, &state)?;
        let redeemed = ticket(&request).and_then(|ticket| state.tickets.redeem(ticket, state.system.now()));
        redeemed.filter(|who| is_good(&state, who)).ok_or(ApiError::Unauthenticated)?
    };
    let rights = match who.id {
        // A phone's token streams; it does not watch.
        PrincipalId::Agent(_) => return Err(ApiError::Forbidden),
        PrincipalId::User(_) | PrincipalId::ApiKey(_) => Rights::of(&state, who.id).ok_or(ApiError::Forbidden)?,
    };
    let response = handshake(&request)?;
    let frames = Frames::new(payload.into_inner(), live::FRAME_BYTES_MAX);
    Ok(start(response, LiveSession::new(state, who, rights, frames)))
}

/// The ticket among the subprotocols offered.
fn ticket(request: &HttpRequest) -> Option<&str> {
    let offered = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(|name| name.trim().strip_prefix("ticket."))
}

/// A browser says where the page came from; only our own pages and those configured may open a socket.
fn check_origin(request: &HttpRequest, state: &AppState) -> Result<(), ApiError> {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().map_err(|_| ApiError::Forbidden)?;
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let own = origin.split_once("://").map(|(_, host)| host);
    if own.is_some() && own == host || state.config.console.allowed_origins.iter().any(|allowed| allowed == origin) {
        Ok(())
    } else {
        Err(ApiError::Forbidden)
    }
}

fn handshake(request: &HttpRequest) -> Result<actix_web::HttpResponseBuilder, ApiError> {
    let offers_ours = request
        .headers()
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|name| name.trim() == SUBPROTOCOL);
    if !offers_ours {
        let message = format!("the upgrade must ask for the subprotocol {SUBPROTOCOL}");
        return Err(ApiError::BadRequest { code: "subprotocol_required", message });
    }
    ws::handshake_with_protocols(request, &[SUBPROTOCOL])
        .map_err(|error| ApiError::BadRequest { code: "not_a_websocket", message: error.to_string() })
}

/// Starts a session whose own stream reads the socket: the one the library offers is given nothing.
fn start<A>(mut response: actix_web::HttpResponseBuilder, session: A) -> HttpResponse
where
    A: Actor<Context = WebsocketContext<A>> + actix::StreamHandler<Result<ws::Message, ProtocolError>>,
{
    response.streaming(WebsocketContext::create(session, stream::empty::<Result<Bytes, PayloadError>>()))
}
