//! Territories: named areas that agents are assigned to.

use crate::audit::actor_of;
use crate::auth::{AdminOnly, Console};
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::territory::TopicId;
use salessync_engine::TerritoryId;
use salessync_engine::agent::checked_name;
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::geo::shape::Area;
use salessync_engine::territory::{NewTerritory, Territory, TerritoryPatch, default_colour, is_colour};
use salessync_engine::wire::page::Page;
use serde_json::{Value, json};
use uuid::Uuid;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/territories", web::get().to(list))
        .route("/territories", web::post().to(create))
        .route("/territories/{id}", web::get().to(read))
        .route("/territories/{id}", web::patch().to(update));
}

/// All territories by name.
#[utoipa::path(get, operation_id = "listTerritories", path = "/api/v1/territories", tag = "territories",
    responses((status = 200, body = Page<Territory>), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(state: Data<AppState>, _: Console) -> Result<Json<Page<Territory>>, ApiError> {
    Ok(Json(Page { items: state.system.store().territories().await?, next: None }))
}

/// Creates a territory. With an id that exists already the existing territory is returned unchanged.
#[utoipa::path(post, operation_id = "createTerritory", path = "/api/v1/territories", tag = "territories", request_body = NewTerritory,
    responses((status = 201, body = Territory), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    _: AdminOnly,
    request: HttpRequest,
    body: Body<NewTerritory>,
) -> Result<HttpResponse, ApiError> {
    let new = body.0;
    let colour = match new.colour {
        Some(colour) => checked_colour(colour)?,
        None => default_colour(state.system.store().territories().await?.len()).to_owned(),
    };
    let territory = Territory {
        id: new.id.unwrap_or_else(|| TerritoryId(Uuid::now_v7())),
        name: checked_territory_name(&new.name)?,
        colour,
        area: checked_area(new.area).await?,
        created_at: state.system.now(),
    };
    let made = territory.created_at;
    let stored = state.system.store().create_territory(territory).await?;
    // One that was there already comes back as it was.
    if stored.created_at == made {
        note(&state, &request, stored.id, (None, Some(json!(stored)))).await;
    }
    state.system.topics().open(TopicId::Territory(Some(stored.id)));
    Ok(HttpResponse::Created().json(stored))
}

/// One territory.
#[utoipa::path(get, operation_id = "readTerritory", path = "/api/v1/territories/{id}", tag = "territories", params(("id" = TerritoryId, Path)),
    responses((status = 200, body = Territory), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, _: Console, id: Path<TerritoryId>) -> Result<Json<Territory>, ApiError> {
    state.system.store().territory(*id).await?.map(Json).ok_or(ApiError::NotFound("territory"))
}

/// Changes a territory's name, colour or area; what is left out stays.
#[utoipa::path(patch, operation_id = "updateTerritory", path = "/api/v1/territories/{id}", tag = "territories", params(("id" = TerritoryId, Path)), request_body = TerritoryPatch,
    responses((status = 200, body = Territory), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    _: AdminOnly,
    request: HttpRequest,
    id: Path<TerritoryId>,
    body: Body<TerritoryPatch>,
) -> Result<Json<Territory>, ApiError> {
    let mut territory = state.system.store().territory(*id).await?.ok_or(ApiError::NotFound("territory"))?;
    let before = json!(territory);
    let patch = body.0;
    if let Some(name) = patch.name {
        territory.name = checked_territory_name(&name)?;
    }
    if let Some(colour) = patch.colour {
        territory.colour = checked_colour(colour)?;
    }
    if let Some(area) = patch.area {
        territory.area = checked_area(area).await?;
    }
    let updated = state.system.store().update_territory(territory).await?.ok_or(ApiError::NotFound("territory"))?;
    note(&state, &request, updated.id, (Some(before), Some(json!(updated)))).await;
    Ok(Json(updated))
}

async fn note(state: &AppState, request: &HttpRequest, id: TerritoryId, (before, after): (Option<Value>, Option<Value>)) {
    let object = Some(Object::new("territory", id));
    state.audit.note(request, actor_of(request), ActKind::TerritoryChanged, object, before, after).await;
}

fn checked_territory_name(name: &str) -> Result<String, ApiError> {
    checked_name(name).map_err(|flaw| ApiError::field("name", "1..120 characters", flaw.to_string()))
}

fn checked_colour(colour: String) -> Result<String, ApiError> {
    if is_colour(&colour) { Ok(colour) } else { Err(ApiError::field("colour", "#rrggbb", "is not a colour such as #2563eb")) }
}

/// Checking a large area takes up to half a second: not on a thread that serves others.
pub(crate) async fn checked_area(area: serde_json::Value) -> Result<Area, ApiError> {
    let checked = web::block(move || Area::from_geojson(&area)).await.map_err(|_| ApiError::Unavailable)?;
    checked.map_err(|flaw| ApiError::field(format!("area.{}", flaw.path), flaw.rule.to_string(), flaw.to_string()))
}
