//! Places for words and words for a place, from whichever geocoder there is.

use crate::auth::permit::{Can, ReadCustomers};
use crate::error::ApiError;
use crate::rest::customers::checked_near;
use crate::rest::input::Params;
use crate::rest::{checked_limit, checked_point};
use crate::state::AppState;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json};
use salessync_actors::ports::geocode::{GeocodeError, LIMIT_MAX};
use salessync_engine::geocode::Candidate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const QUERY_LEN_MAX: usize = 300;

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/geocode", web::get().to(search)).route("/geocode/reverse", web::get().to(reverse));
}

/// Places that a text may mean, the best first.
#[utoipa::path(get, operation_id = "geocode", path = "/api/v1/geocode", tag = "customers", params(GeocodeQuery),
    responses((status = 200, body = Places), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 503, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn search(state: Data<AppState>, _: Can<ReadCustomers>, query: Params<GeocodeQuery>) -> Result<Json<Places>, ApiError> {
    let GeocodeQuery { q, near, limit } = query.0;
    let text = q.trim();
    if !(1..=QUERY_LEN_MAX).contains(&text.chars().count()) {
        return Err(ApiError::field("q", format!("1..{QUERY_LEN_MAX} characters"), "is empty or too long"));
    }
    let near = near.as_deref().map(checked_near).transpose()?;
    let limit = checked_limit(limit, 5, LIMIT_MAX as i64)?;
    let geocoder = state.system.geocoder();
    let items = geocoder.search(text, near, limit).await.map_err(refused)?;
    Ok(Json(Places { items, source: geocoder.source().as_str() }))
}

/// What lies at a point: one place, or none.
#[utoipa::path(get, operation_id = "reverseGeocode", path = "/api/v1/geocode/reverse", tag = "customers", params(ReverseQuery),
    responses((status = 200, body = Places), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 503, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn reverse(
    state: Data<AppState>,
    _: Can<ReadCustomers>,
    query: Params<ReverseQuery>,
) -> Result<Json<Places>, ApiError> {
    let point = checked_point(query.0.lat, query.0.lon)?;
    let geocoder = state.system.geocoder();
    let items = geocoder.reverse(point).await.map_err(refused)?.into_iter().collect();
    Ok(Json(Places { items, source: geocoder.source().as_str() }))
}

fn refused(error: GeocodeError) -> ApiError {
    let again = |code, message, after_s| ApiError::SendAgain { status: StatusCode::SERVICE_UNAVAILABLE, code, message, after_s };
    match error {
        GeocodeError::Busy => again("geocoder_busy", "too many questions are waiting for the geocoder, try again in a moment", 3),
        GeocodeError::Unreachable(_) | GeocodeError::Refused(_) | GeocodeError::Unreadable(_) => {
            tracing::warn!(%error, "the geocoder does not answer");
            again("geocoder_unavailable", "the geocoder does not answer, try again later", 10)
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GeocodeQuery {
    /// An address or the name of a place, 1 to 300 characters.
    q: String,
    /// `lat,lon` in degrees: places near there are preferred.
    near: Option<String>,
    /// 1..20, by default 5.
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReverseQuery {
    lat: f64,
    lon: f64,
}

/// What was found, and by whom.
#[derive(Serialize, ToSchema)]
#[schema(as = GeocodeAnswer)]
pub struct Places {
    pub items: Vec<Candidate>,
    /// `server`: a geocoding server; `map`: the names of the loaded map; `nobody`: there is neither.
    pub source: &'static str,
}
