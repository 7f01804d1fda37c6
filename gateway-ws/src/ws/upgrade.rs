//! Who may open which socket. A refusal is plain HTTP, before anything is upgraded.

use super::agent_session::AgentSession;
use super::inbound::Frames;
use super::live_session::LiveSession;
use super::rights::Rights;
use crate::auth::permit::{grants, is_good, see};
use crate::auth::principal::{Principal, authenticate, bearer_token};
use crate::edge::address::ClientAddress;
use crate::edge::limit::Class;
use crate::edge::{cors, guard};
use crate::error::ApiError;
use crate::state::AppState;
use actix::Actor;
use actix_http::ws::ProtocolError;
use actix_web::error::PayloadError;
use actix_web::http::{StatusCode, header};
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
    cors::check_origin(&request, &state)?;
    let who = shown(&request, &state).map_err(|refusal| stranger(&request, &state, refusal))?;
    state.guard.limits.of_principal(Class::Read, guard::key(who.id))?;
    let scope = grants(&state, who.id)?.scope(Module::Tracks, Action::Create).map_err(|_| ApiError::Forbidden)?;
    let agent = match who.id {
        PrincipalId::Agent(agent) => agent,
        PrincipalId::User(user) => state.system.access().agent_of(user).ok_or(ApiError::Forbidden)?,
        PrincipalId::ApiKey(_) => return Err(ApiError::Forbidden),
    };
    see(&state, &scope, agent)
        .map_err(|_| ApiError::Absent { code: "agent_unknown", message: "the agent of this token does not exist" })?;
    let response = handshake(&request)?;
    let seat = state.guard.agent_sockets.take(agent.0).ok_or_else(|| too_many(&state))?;
    let frames = Frames::new(payload.into_inner(), agent::FRAME_BYTES_MAX);
    Ok(start(response, AgentSession::new(state, agent, who, frames, seat)))
}

/// A console watches.
async fn live_socket(request: HttpRequest, payload: web::Payload, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    cors::check_origin(&request, &state)?;
    let who = shown(&request, &state).map_err(|refusal| stranger(&request, &state, refusal))?;
    state.guard.limits.of_principal(Class::Read, guard::key(who.id))?;
    let rights = match who.id {
        // A phone's token streams; it does not watch.
        PrincipalId::Agent(_) => return Err(ApiError::Forbidden),
        PrincipalId::User(_) | PrincipalId::ApiKey(_) => Rights::of(&state, who.id).ok_or(ApiError::Forbidden)?,
    };
    let response = handshake(&request)?;
    let seat = state.guard.live_sockets.take(guard::key(who.id)).ok_or_else(|| too_many(&state))?;
    let frames = Frames::new(payload.into_inner(), live::FRAME_BYTES_MAX);
    Ok(start(response, LiveSession::new(state, who, rights, frames, seat)))
}

/// Who opens a socket: by a bearer token, or, where a browser does, by a ticket. Never by cookie: a page of somebody else could open it.
fn shown(request: &HttpRequest, state: &AppState) -> Result<Principal, ApiError> {
    if bearer_token(request).is_some() {
        return authenticate(request, state);
    }
    let redeemed = ticket(request).and_then(|ticket| state.tickets.redeem(ticket, state.system.now()));
    redeemed.filter(|who| is_good(state, who)).ok_or(ApiError::Unauthenticated)
}

/// What somebody is told who shows nothing that is good: the refusal, or after too many of them to wait.
fn stranger(request: &HttpRequest, state: &AppState, refusal: ApiError) -> ApiError {
    state.guard.limits.stranger(ClientAddress::of(request).0).err().unwrap_or(refusal)
}

fn too_many(state: &AppState) -> ApiError {
    state.guard.limits.count("sockets");
    let message = "as many sockets as may be are open for you already, close one";
    ApiError::SendAgain { status: StatusCode::TOO_MANY_REQUESTS, code: "too_many_sockets", message, after_s: 30 }
}

/// The ticket among the subprotocols offered.
fn ticket(request: &HttpRequest) -> Option<&str> {
    let offered = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(|name| name.trim().strip_prefix("ticket."))
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
