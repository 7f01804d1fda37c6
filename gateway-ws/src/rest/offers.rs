//! What an agent sees of plans and dispatch: their own day, and the offers they are to answer.

use super::plans::{DayQuery, acting};
use crate::auth::Principal;
use crate::auth::permit::{Can, Permit, ReadDispatch, ReadPlans, UpdateDispatch};
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::rest::visits;
use crate::state::AppState;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::PrincipalId;
use salessync_actors::planner::PlanError;
use salessync_actors::planner::messages::{Acting, Ask};
use salessync_engine::audit::{Act, ActKind, Actor};
use salessync_engine::dispatch::{Job, Offer, OfferState, Rejection, reason};
use salessync_engine::wire::page::Page;
use salessync_engine::wire::plan::{OfferShown, PhoneFrame};
use salessync_engine::wire::plan_answers::AgentDay;
use salessync_engine::{AgentId, OfferId};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/me/route", web::get().to(day))
        .route("/me/offers", web::get().to(list))
        .route("/offers/{id}/accept", web::post().to(accept))
        .route("/offers/{id}/decline", web::post().to(decline));
}

/// One's own routes of a day, in the version that the dispatchers see.
#[utoipa::path(get, operation_id = "readMyRoute", path = "/api/v1/me/route", tag = "dispatch", params(DayQuery),
    responses((status = 200, body = AgentDay), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn day(state: Data<AppState>, who: Can<ReadPlans>, query: Params<DayQuery>) -> Result<Json<AgentDay>, ApiError> {
    let agent = own_agent(&state, &who)?;
    let territory = state.system.territory_of(agent).ok_or(ApiError::NotFound("agent"))?;
    let date = query.0.checked()?;
    let day = state.system.question(territory, |answer| Ask::AgentDay { agent, date, precise: true, answer });
    Ok(Json(day.await?))
}

/// Offers that wait for one's own answer.
#[utoipa::path(get, operation_id = "listMyOffers", path = "/api/v1/me/offers", tag = "dispatch",
    responses((status = 200, body = Page<OfferShown>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(state: Data<AppState>, who: Can<ReadDispatch>) -> Result<Json<Page<OfferShown>>, ApiError> {
    let agent = own_agent(&state, &who)?;
    let seen = who.agent(&state, agent)?;
    let jobs = state.system.store().offers_of(seen).await?;
    let mut territories: Vec<_> = jobs.iter().map(|job| job.territory_id).collect();
    territories.sort_unstable();
    territories.dedup();
    let mut items = Vec::new();
    for territory in territories {
        items.extend(state.system.question(territory, |answer| Ask::Offers { agent, answer }).await?);
    }
    items.sort_by_key(|offer: &OfferShown| (offer.expires_at, offer.offer));
    Ok(Json(Page { items, next: None }))
}

/// Takes an offered visit: offer and place in the plan are one. Too late, or another was faster: 409 `offer_closed`.
#[utoipa::path(post, operation_id = "acceptOffer", path = "/api/v1/offers/{id}/accept", tag = "dispatch", params(("id" = OfferId, Path)),
    responses((status = 200, body = Offer), (status = 403, body = salessync_engine::wire::page::ErrorBody), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn accept(
    state: Data<AppState>,
    by: Can<UpdateDispatch>,
    request: HttpRequest,
    id: Path<OfferId>,
) -> Result<Json<Offer>, ApiError> {
    let agent = answering(&state, &by, *id).await?;
    let acting = acting(&state, &request, ActKind::DispatchChanged);
    let job = state.system.answer_offer(agent, *id, Ok(()), acting).await?;
    offer_of(&job, *id)
}

/// Declines an offered visit; the next candidate is asked.
#[utoipa::path(post, operation_id = "declineOffer", path = "/api/v1/offers/{id}/decline", tag = "dispatch", params(("id" = OfferId, Path)),
    request_body = Declined,
    responses((status = 200, body = Offer), (status = 403, body = salessync_engine::wire::page::ErrorBody), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn decline(
    state: Data<AppState>,
    by: Can<UpdateDispatch>,
    request: HttpRequest,
    id: Path<OfferId>,
    body: Body<Declined>,
) -> Result<Json<Offer>, ApiError> {
    let agent = answering(&state, &by, *id).await?;
    let acting = acting(&state, &request, ActKind::DispatchChanged);
    let why = body.0.reason.as_deref().and_then(reason);
    let job = state.system.answer_offer(agent, *id, Err(why), acting).await?;
    offer_of(&job, *id)
}

/// Who answers over a phone's socket, for the audit trail.
pub(crate) fn acting_of(state: &AppState, who: &Principal) -> Acting {
    let actor = match (who.id, who.impersonator) {
        (PrincipalId::User(_), Some(impersonator)) => Actor::User(impersonator),
        (PrincipalId::User(id), None) => Actor::User(id),
        (PrincipalId::Agent(id), _) => Actor::Agent(id),
        (PrincipalId::ApiKey(id), _) => Actor::ApiKey(id),
    };
    Acting { act: Act::new(state.system.now(), actor, ActKind::DispatchChanged) }
}

/// What a phone is told of its answer.
pub(crate) fn told(offer: OfferId, outcome: Result<Job, PlanError>) -> PhoneFrame {
    let (state, code) = match outcome {
        Ok(job) => (job.offer_of(offer).map(|offer| offer.state), None),
        Err(PlanError::Dispatch(Rejection::OfferClosed(state))) => (Some(state), Some("offer_closed")),
        Err(PlanError::Dispatch(Rejection::JobClosed(_))) => (None, Some("offer_closed")),
        Err(PlanError::NoLongerFits) => (Some(OfferState::Withdrawn), Some("offer_closed")),
        Err(PlanError::Dispatch(_) | PlanError::UnknownJob) => (None, Some("not_found")),
        Err(error) => {
            tracing::warn!(%offer, %error, "an answer to an offer was not taken");
            (None, Some("busy"))
        }
    };
    PhoneFrame::OfferState { offer, state, code: code.map(str::to_owned) }
}

/// The agent who answers an offer. Whoever is none sees the offers of their desks, and is told that those are not theirs to answer.
async fn answering<P: Permit>(state: &AppState, who: &Can<P>, offer: OfferId) -> Result<AgentId, ApiError> {
    if visits::own_agent(state, who.id).is_some() {
        return own_agent(state, who);
    }
    let place = state.system.store().offer_place(offer).await?;
    match place.filter(|(_, territory, _)| who.scope.covers_territory(*territory)) {
        Some((.., agent)) => {
            let message = "only the agent whom it was made to can answer an offer";
            Err(ApiError::detailed(StatusCode::FORBIDDEN, "forbidden", message, json!({"agent": agent})))
        }
        None => Err(ApiError::NotFound("offer")),
    }
}

/// The agent that whoever asks is.
fn own_agent<P: Permit>(state: &AppState, who: &Can<P>) -> Result<AgentId, ApiError> {
    let agent = visits::own_agent(state, who.id).ok_or(ApiError::NotFound("agent"))?;
    who.agent(state, agent).map(|seen| seen.id())
}

fn offer_of(job: &Job, id: OfferId) -> Result<Json<Offer>, ApiError> {
    job.offer_of(id).cloned().map(Json).ok_or(ApiError::NotFound("offer"))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declined {
    /// Up to 200 characters.
    #[serde(default)]
    pub reason: Option<String>,
}
