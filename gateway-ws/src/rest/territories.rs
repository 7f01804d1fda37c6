//! Territories: named areas that agents are assigned to.

use crate::audit::actor_of;
use crate::auth::permit::{Can, CreateTerritories, DeleteTerritories, ReadTerritories, UpdateTerritories};
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::store::StoreError;
use salessync_actors::store::territories::TerritoryDeletion;
use salessync_actors::territory::TopicId;
use salessync_engine::TerritoryId;
use salessync_engine::access::{Action, Module, Scope};
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
        .route("/territories/{id}", web::patch().to(update))
        .route("/territories/{id}", web::delete().to(delete));
}

/// Territories by name: those one answers for, and those where agents of one's teams work.
#[utoipa::path(get, operation_id = "listTerritories", path = "/api/v1/territories", tag = "territories",
    responses((status = 200, body = Page<Territory>), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(state: Data<AppState>, who: Can<ReadTerritories>) -> Result<Json<Page<Territory>>, ApiError> {
    let agents = who.grants.scope(Module::Positions, Action::Read).unwrap_or_else(|_| who.scope.clone());
    Ok(Json(Page { items: state.system.store().territories(&who.scope, &agents).await?, next: None }))
}

/// Creates a territory, below one that one answers for. With an id that exists already the existing territory is returned unchanged.
#[utoipa::path(post, operation_id = "createTerritory", path = "/api/v1/territories", tag = "territories", request_body = NewTerritory,
    responses((status = 201, body = Territory), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    who: Can<CreateTerritories>,
    request: HttpRequest,
    body: Body<NewTerritory>,
) -> Result<HttpResponse, ApiError> {
    let new = body.0;
    let colour = match new.colour {
        Some(colour) => checked_colour(colour)?,
        None => default_colour(state.system.store().territories(&who.scope, &who.scope).await?.len()).to_owned(),
    };
    let territory = Territory {
        id: new.id.unwrap_or_else(|| TerritoryId(Uuid::now_v7())),
        name: checked_territory_name(&new.name)?,
        colour,
        area: checked_area(new.area).await?,
        parent_id: checked_parent(&state, &who.scope, new.parent_id)?,
        created_at: state.system.now(),
    };
    let (stored, is_new) = state.system.create_territory(territory).await?;
    if !is_new && !who.scope.covers_territory(Some(stored.id)) {
        return Err(StoreError::Taken("id").into());
    }
    if is_new {
        note(&state, &request, stored.id, (None, Some(json!(stored)))).await;
    }
    Ok(HttpResponse::build(if is_new { StatusCode::CREATED } else { StatusCode::OK }).json(stored))
}

/// One territory.
#[utoipa::path(get, operation_id = "readTerritory", path = "/api/v1/territories/{id}", tag = "territories", params(("id" = TerritoryId, Path)),
    responses((status = 200, body = Territory), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, who: Can<ReadTerritories>, id: Path<TerritoryId>) -> Result<Json<Territory>, ApiError> {
    state.system.store().territory(who.territory(*id)?).await?.map(Json).ok_or(ApiError::NotFound("territory"))
}

/// Changes a territory's name, colour, area or the territory above it; what is left out stays.
#[utoipa::path(patch, operation_id = "updateTerritory", path = "/api/v1/territories/{id}", tag = "territories", params(("id" = TerritoryId, Path)), request_body = TerritoryPatch,
    responses((status = 200, body = Territory), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    who: Can<UpdateTerritories>,
    request: HttpRequest,
    id: Path<TerritoryId>,
    body: Body<TerritoryPatch>,
) -> Result<Json<Territory>, ApiError> {
    let seen = who.territory(*id)?;
    let mut territory = state.system.store().territory(seen).await?.ok_or(ApiError::NotFound("territory"))?;
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
    if let Some(parent) = patch.parent_id {
        territory.parent_id = checked_parent(&state, &who.scope, parent)?;
        if parent.is_some_and(|parent| state.system.access().would_loop(*id, parent)) {
            return Err(ApiError::field("parent_id", "not the territory itself or one below it", "would make a circle"));
        }
    }
    let updated = state.system.store().update_territory(seen, territory).await?.ok_or(ApiError::NotFound("territory"))?;
    state.system.access().refresh().await?;
    note(&state, &request, updated.id, (Some(before), Some(json!(updated)))).await;
    Ok(Json(updated))
}

/// Deletes a territory where nobody works, with nothing below it and no fence of its own.
#[utoipa::path(delete, operation_id = "deleteTerritory", path = "/api/v1/territories/{id}", tag = "territories", params(("id" = TerritoryId, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn delete(
    state: Data<AppState>,
    who: Can<DeleteTerritories>,
    request: HttpRequest,
    id: Path<TerritoryId>,
) -> Result<HttpResponse, ApiError> {
    match state.system.delete_territory(who.territory(*id)?).await? {
        TerritoryDeletion::Done => {
            note(&state, &request, *id, (Some(json!({ "id": *id })), None)).await;
            Ok(HttpResponse::NoContent().finish())
        }
        TerritoryDeletion::Gone => Err(ApiError::NotFound("territory")),
        TerritoryDeletion::InUse => Err(ApiError::Conflict {
            code: "in_use",
            message: "agents, fences or other territories belong to it; move them first".to_owned(),
        }),
    }
}

async fn note(state: &AppState, request: &HttpRequest, id: TerritoryId, (before, after): (Option<Value>, Option<Value>)) {
    let object = Some(Object::new("territory", id));
    state.audit.note(request, actor_of(request), ActKind::TerritoryChanged, object, before, after).await;
}

/// The territory above: one that one answers for; none only for whoever answers for everything.
fn checked_parent(state: &AppState, scope: &Scope, parent: Option<TerritoryId>) -> Result<Option<TerritoryId>, ApiError> {
    let is_there = parent.is_none_or(|id| state.system.topics().exists(TopicId::Territory(Some(id))));
    if is_there && scope.covers_territory(parent) {
        return Ok(parent);
    }
    Err(ApiError::field("parent_id", "the id of a territory of yours", "there is no such territory"))
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
