//! Places of customers: added, moved, taken away. The fence of a place follows it.

use super::customers::{answer, changed, expected};
use crate::auth::permit::{Can, UpdateCustomers};
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::state::AppState;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use salessync_engine::customer::{Command, NewPlace, Order, PlacePatch};
use salessync_engine::{CustomerId, PlaceId};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/customers/{id}/places", web::post().to(add))
        .route("/customers/{id}/places/{place}", web::patch().to(update))
        .route("/customers/{id}/places/{place}", web::delete().to(remove));
}

/// Adds a place, with its fence. With an id that this customer has already nothing changes.
#[utoipa::path(post, operation_id = "addCustomerPlace", path = "/api/v1/customers/{id}/places", tag = "customers",
    params(("id" = CustomerId, Path), VersionQuery), request_body = NewPlace,
    responses((status = 200, body = super::customers::CustomerView), (status = 201, body = super::customers::CustomerView),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn add(
    state: Data<AppState>,
    who: Can<UpdateCustomers>,
    request: HttpRequest,
    id: Path<CustomerId>,
    query: Params<VersionQuery>,
    body: Body<NewPlace>,
) -> Result<HttpResponse, ApiError> {
    let expected = expected(&request, query.0.version)?;
    let place = on_a_thread(move || body.0.checked(&mut Uuid::now_v7)).await??;
    let order = Order { command: Command::AddPlace(Box::new(place)), expected };
    let done = state.system.order(&who.scope, *id, order, who.user()).await?;
    changed(&state, &request, &done).await;
    Ok(answer(&state, if done.is_changed { StatusCode::CREATED } else { StatusCode::OK }, done.customer))
}

/// Changes a place; what is left out stays, and `null` takes away what may be absent. A new `point` is the dragged pin, unless something else is
/// said.
#[utoipa::path(patch, operation_id = "updateCustomerPlace", path = "/api/v1/customers/{id}/places/{place}", tag = "customers",
    params(("id" = CustomerId, Path), ("place" = PlaceId, Path), VersionQuery), request_body = PlacePatch,
    responses((status = 200, body = super::customers::CustomerView), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    who: Can<UpdateCustomers>,
    request: HttpRequest,
    ids: Path<(CustomerId, PlaceId)>,
    query: Params<VersionQuery>,
    body: Body<PlacePatch>,
) -> Result<HttpResponse, ApiError> {
    let (id, place) = *ids;
    let expected = expected(&request, query.0.version)?;
    let change = on_a_thread(move || body.0.checked()).await??;
    let order = Order { command: Command::ChangePlace(place, Box::new(change)), expected };
    let done = state.system.order(&who.scope, id, order, who.user()).await?;
    changed(&state, &request, &done).await;
    Ok(answer(&state, StatusCode::OK, done.customer))
}

/// Takes a place away, with its fence. The primary one stays, and so does the last.
#[utoipa::path(delete, operation_id = "removeCustomerPlace", path = "/api/v1/customers/{id}/places/{place}", tag = "customers",
    params(("id" = CustomerId, Path), ("place" = PlaceId, Path), VersionQuery),
    responses((status = 200, body = super::customers::CustomerView), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn remove(
    state: Data<AppState>,
    who: Can<UpdateCustomers>,
    request: HttpRequest,
    ids: Path<(CustomerId, PlaceId)>,
    query: Params<VersionQuery>,
) -> Result<HttpResponse, ApiError> {
    let (id, place) = *ids;
    let order = Order { command: Command::RemovePlace(place), expected: expected(&request, query.0.version)? };
    let done = state.system.order(&who.scope, id, order, who.user()).await?;
    changed(&state, &request, &done).await;
    Ok(answer(&state, StatusCode::OK, done.customer))
}

/// Checking a large polygon takes up to half a second: not on a thread that serves others.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    web::block(work).await.map_err(|_| ApiError::Unavailable)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// The customer's version this was decided upon; refused where it is another one by now. If-Match says the same.
    pub version: Option<i64>,
}
