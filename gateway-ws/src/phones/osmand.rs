//! `/phone/osmand`: OsmAnd's online tracking, Traccar Client of every generation, and the scripts of other trackers. Query, form or JSON.
//!
//! The phone's `id` is its token, or the external id it was enrolled with; a token may also stand in the path. Success is 200 without a
//! body, as Traccar answers.

use super::{Holds, flawed, known, path_token, read_body, silence, stranger, take_in};
use crate::edge::address::ClientAddress;
use crate::error::ApiError;
use crate::state::AppState;
use actix_web::http::Method;
use actix_web::web::{self, Data};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use salessync_engine::device::EnrolledDevice;
use salessync_engine::wire::phone::{SpeedUnit, osmand, transistor};
use std::sync::Arc;

pub async fn take(request: HttpRequest, payload: web::Payload, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    if ![Method::GET, Method::POST, Method::PUT].contains(request.method()) {
        return Err(ApiError::MethodNotAllowed);
    }
    let body = read_body(payload).await?;
    let strange = |refusal| stranger(&state, ClientAddress::of(&request), refusal);
    let is_json = request.content_type().eq_ignore_ascii_case("application/json") || body.trim_ascii_start().starts_with(b"{");
    let now = state.system.now();
    if is_json {
        let delivery = transistor::read(&body, now).map_err(|flaw| flawed(&flaw))?;
        let device = caller(&request, &state, delivery.id.as_deref()).await?.ok_or_else(|| strange(UNKNOWN_JSON))?;
        let holds = if delivery.fixes.len() + delivery.refused.len() == 1 { Holds::One } else { Holds::Batch };
        take_in(&state, "transistor", &device, delivery, holds).await?;
        return Ok(silence());
    }
    // Read first for the id; the unit of the speed is known with the device.
    let first = osmand::read(request.query_string(), &body, SpeedUnit::default(), now).map_err(|flaw| flawed(&flaw))?;
    let device = caller(&request, &state, first.id.as_deref()).await?.ok_or_else(|| strange(unknown()))?;
    let delivery = match device.settings.speed_unit {
        SpeedUnit::Knots => first,
        unit => osmand::read(request.query_string(), &body, unit, now).map_err(|flaw| flawed(&flaw))?,
    };
    take_in(&state, "osmand", &device, delivery, Holds::One).await?;
    Ok(silence())
}

/// The device that calls: by the token in the path, by the token or the external id it names itself.
async fn caller(request: &HttpRequest, state: &AppState, id: Option<&str>) -> Result<Option<Arc<EnrolledDevice>>, ApiError> {
    let from = ClientAddress::of(request);
    if let Some(token) = path_token(request)
        && let Some(device) = known::find(state, from, token, None).await?
    {
        return Ok(Some(device));
    }
    match id {
        None => Ok(None),
        Some(id) => known::find(state, from, id, state.config.phones.allow_external_id.then_some(id)).await,
    }
}

/// What Traccar answers to a location in JSON.
const UNKNOWN_JSON: ApiError =
    ApiError::Absent { code: "unknown_device", message: "no device in use has this device_id as its token or external id" };

/// What Traccar answers to a query or a form.
fn unknown() -> ApiError {
    let message = "no device in use has this id as its token or external id".to_owned();
    ApiError::BadRequest { code: "unknown_device", message }
}
