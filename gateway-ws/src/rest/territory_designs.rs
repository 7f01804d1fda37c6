//! Territory designs: proposals to cut territories anew, compared with today, edited by hand, brought into force and taken back.

use super::{PageQuery, checked_limit};
use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadTerritories, UpdateTerritories};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::system::territory_designs::DesignUndone;
use salessync_engine::access::Scope;
use salessync_engine::agent::checked_name;
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::design::document::{DesignEdit, DesignMove, NewTerritoryDesign, TerritoryDesign, TerritoryDesignHead};
use salessync_engine::design::{CELLS_MAX, Draft, Failure, Seat, Travel};
use salessync_engine::wire::page::Page;
use salessync_engine::{CustomerId, Point, TerritoryDesignId, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// Customers that stay where they are.
const LOCKED_MAX: usize = 10_000;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/territory-designs", web::get().to(list))
        .route("/territory-designs", web::post().to(create))
        .route("/territory-designs/{id}", web::get().to(read))
        .route("/territory-designs/{id}/moves", web::get().to(moves))
        .route("/territory-designs/{id}/edits", web::post().to(edit))
        .route("/territory-designs/{id}/apply", web::post().to(apply))
        .route("/territory-designs/{id}/revert", web::post().to(revert))
        .route("/territory-designs/{id}/discard", web::post().to(discard));
}

/// Designs all of whose territories one answers for, the newest first, without their ground.
#[utoipa::path(get, operation_id = "listTerritoryDesigns", path = "/api/v1/territory-designs", tag = "territories", params(PageQuery),
    responses((status = 200, body = Page<TerritoryDesignHead>)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadTerritories>,
    query: Query<PageQuery>,
) -> Result<Json<Page<TerritoryDesignHead>>, ApiError> {
    let limit = checked_limit(query.limit, 100, 500)?;
    let after: Option<(Timestamp, TerritoryDesignId)> = query.after.as_deref().map(cursor::decode).transpose()?;
    let mut items = state.system.store().territory_designs(&who.scope, after, limit as i64 + 1).await?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| has_more).map(|last| cursor::encode(&(last.created_at, last.id)));
    Ok(Json(Page { items, next }))
}

/// Begins a design. It is made in the background: read it until its state is no longer `computing`. With an id that exists already the existing
/// design is returned.
#[utoipa::path(post, operation_id = "createTerritoryDesign", path = "/api/v1/territory-designs", tag = "territories",
    request_body = NewTerritoryDesign,
    responses((status = 202, body = TerritoryDesign), (status = 200, body = TerritoryDesign),
        (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 503, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    who: Can<UpdateTerritories>,
    request: HttpRequest,
    body: Body<NewTerritoryDesign>,
) -> Result<HttpResponse, ApiError> {
    let new = checked(body.0, &state, &who.scope)?;
    let id = new.id.unwrap_or_else(|| TerritoryDesignId(Uuid::now_v7()));
    let (design, is_new) = state.system.begin_territory_design(&who.scope, id, new, who.user()).await.map_err(undone)?;
    if is_new {
        note(&state, &request, &design, None).await;
    }
    Ok(HttpResponse::build(if is_new { StatusCode::ACCEPTED } else { StatusCode::OK }).json(design))
}

/// One design with its ground: cells, outlines and measures of each territory, today and as proposed.
#[utoipa::path(get, operation_id = "readTerritoryDesign", path = "/api/v1/territory-designs/{id}", tag = "territories",
    params(("id" = TerritoryDesignId, Path)),
    responses((status = 200, body = TerritoryDesign), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(
    state: Data<AppState>,
    who: Can<ReadTerritories>,
    id: Path<TerritoryDesignId>,
) -> Result<Json<TerritoryDesign>, ApiError> {
    found(&state, &who.scope, *id).await.map(Json)
}

/// Customers that a design moves, by id.
#[utoipa::path(get, operation_id = "listTerritoryDesignMoves", path = "/api/v1/territory-designs/{id}/moves", tag = "territories",
    params(("id" = TerritoryDesignId, Path), PageQuery),
    responses((status = 200, body = Page<DesignMove>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn moves(
    state: Data<AppState>,
    who: Can<ReadTerritories>,
    id: Path<TerritoryDesignId>,
    query: Query<PageQuery>,
) -> Result<Json<Page<DesignMove>>, ApiError> {
    let limit = checked_limit(query.limit, 100, 500)?;
    let after: Option<CustomerId> = query.after.as_deref().map(cursor::decode).transpose()?;
    let design = found(&state, &who.scope, *id).await?;
    let mut items = state.system.store().territory_design_moves(&design, after, limit as i64 + 1).await?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| has_more).map(|last| cursor::encode(&last.customer_id));
    Ok(Json(Page { items, next }))
}

/// Gives cells of a design's ground to one of its territories, and measures again. Refused where that would tear a territory apart.
#[utoipa::path(post, operation_id = "editTerritoryDesign", path = "/api/v1/territory-designs/{id}/edits", tag = "territories",
    params(("id" = TerritoryDesignId, Path)), request_body = DesignEdit,
    responses((status = 200, body = TerritoryDesign), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn edit(
    state: Data<AppState>,
    who: Can<UpdateTerritories>,
    id: Path<TerritoryDesignId>,
    body: Body<DesignEdit>,
) -> Result<Json<TerritoryDesign>, ApiError> {
    if body.0.cells.is_empty() || body.0.cells.len() > CELLS_MAX {
        return Err(ApiError::field("cells", format!("1..{CELLS_MAX} cells"), format!("has {} cells", body.0.cells.len())));
    }
    state.system.edit_territory_design(&who.scope, *id, body.0).await.map(Json).map_err(undone)
}

/// The version that was looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DesignVersion {
    pub version: i64,
}

/// Brings a design into force: areas and customers' territories, all or none. Refused when any of them has changed since it was made.
#[utoipa::path(post, operation_id = "applyTerritoryDesign", path = "/api/v1/territory-designs/{id}/apply", tag = "territories",
    params(("id" = TerritoryDesignId, Path)), request_body = DesignVersion,
    responses((status = 200, body = TerritoryDesign), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn apply(
    state: Data<AppState>,
    who: Can<UpdateTerritories>,
    request: HttpRequest,
    id: Path<TerritoryDesignId>,
    body: Body<DesignVersion>,
) -> Result<Json<TerritoryDesign>, ApiError> {
    let before = found(&state, &who.scope, *id).await?;
    let design = state.system.apply_territory_design(&who.scope, *id, body.0.version, who.user()).await.map_err(undone)?;
    note(&state, &request, &design, Some(&before)).await;
    Ok(Json(design))
}

/// Takes a design that is in force back: areas and customers are again as they were. Refused when any of them has changed since.
#[utoipa::path(post, operation_id = "revertTerritoryDesign", path = "/api/v1/territory-designs/{id}/revert", tag = "territories",
    params(("id" = TerritoryDesignId, Path)), request_body = DesignVersion,
    responses((status = 200, body = TerritoryDesign), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn revert(
    state: Data<AppState>,
    who: Can<UpdateTerritories>,
    request: HttpRequest,
    id: Path<TerritoryDesignId>,
    body: Body<DesignVersion>,
) -> Result<Json<TerritoryDesign>, ApiError> {
    let before = found(&state, &who.scope, *id).await?;
    let design = state.system.revert_territory_design(&who.scope, *id, body.0.version, who.user()).await.map_err(undone)?;
    note(&state, &request, &design, Some(&before)).await;
    Ok(Json(design))
}

/// Lays a design aside that is not in force.
#[utoipa::path(post, operation_id = "discardTerritoryDesign", path = "/api/v1/territory-designs/{id}/discard", tag = "territories",
    params(("id" = TerritoryDesignId, Path)),
    responses((status = 200, body = TerritoryDesign), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn discard(
    state: Data<AppState>,
    who: Can<UpdateTerritories>,
    request: HttpRequest,
    id: Path<TerritoryDesignId>,
) -> Result<Json<TerritoryDesign>, ApiError> {
    let before = found(&state, &who.scope, *id).await?;
    let design = state.system.discard_territory_design(&who.scope, *id).await.map_err(undone)?;
    note(&state, &request, &design, Some(&before)).await;
    Ok(Json(design))
}

async fn found(state: &AppState, scope: &Scope, id: TerritoryDesignId) -> Result<TerritoryDesign, ApiError> {
    state.system.store().territory_design(scope, id).await?.ok_or(ApiError::NotFound("territory design"))
}

/// Everything that can be said of a request before customers are read.
fn checked(mut new: NewTerritoryDesign, state: &AppState, scope: &Scope) -> Result<NewTerritoryDesign, ApiError> {
    new.name = checked_name(&new.name).map_err(|flaw| ApiError::field("name", "1..120 characters", flaw.to_string()))?;
    if new.locked.len() > LOCKED_MAX {
        return Err(ApiError::field("locked", format!("at most {LOCKED_MAX}"), format!("has {}", new.locked.len())));
    }
    for (name, value, min, max) in [
        ("days", new.days, 1.0, 366.0),
        ("speed_kmh", new.speed_kmh, 1.0, 200.0),
        ("visits_default", new.visits_default, 0.0, 100.0),
    ] {
        if !(value >= min && value <= max) {
            return Err(ApiError::field(name, format!("{min}..{max}"), format!("is {value}, must be {min}..{max}")));
        }
    }
    if new.resolution.is_some_and(|resolution| !(3..=9).contains(&resolution)) {
        return Err(ApiError::field("resolution", "3..9", "must be 3..9"));
    }
    let mut seats = Vec::with_capacity(new.territories.len());
    let mut seen = HashSet::new();
    for (at, seat) in new.territories.iter().enumerate() {
        let field = format!("territories[{at}].territory_id");
        let is_there = state.system.topics().exists(salessync_actors::territory::TopicId::Territory(Some(seat.territory_id)));
        if !is_there || !scope.covers_territory(Some(seat.territory_id)) {
            return Err(ApiError::field(field, "the id of a territory of yours", "there is no such territory"));
        }
        if !seen.insert(seat.territory_id) {
            return Err(ApiError::field(field, "each territory once", "is named twice"));
        }
        let base = seat.base.map(|base| Point::new(base.lat, base.lon)).transpose();
        let base =
            base.map_err(|flaw| ApiError::field(format!("territories[{at}].base"), "a place on the earth", flaw.to_string()))?;
        seats.push(Seat { base, share: seat.share });
    }
    let travel = Travel { speed_mps: new.speed_kmh / 3.6, days: new.days, ..Travel::default() };
    let draft =
        Draft { accounts: Vec::new(), seats, weights: new.weights, travel, seed: u64::from(new.seed), rounds: new.rounds };
    draft.check().map_err(|flaw| ApiError::field(flaw.field.clone(), flaw.limit.clone(), flaw.to_string()))?;
    Ok(new)
}

fn undone(error: DesignUndone) -> ApiError {
    let conflict = |code, message| ApiError::Conflict { code, message };
    match error {
        DesignUndone::Store(error) => error.into(),
        DesignUndone::Busy => ApiError::Unavailable,
        DesignUndone::Gone => ApiError::NotFound("territory design"),
        DesignUndone::Not { .. } => conflict("version_conflict", error.to_string()),
        DesignUndone::Outdated | DesignUndone::Failure(Failure::Outdated) => conflict("design_outdated", error.to_string()),
        DesignUndone::Failure(Failure::UnknownTerritory) => {
            ApiError::field("territory_id", "a territory of the design", error.to_string())
        }
        DesignUndone::Failure(_) => {
            ApiError::field("cells", "cells of the ground that leave every territory in one piece", error.to_string())
        }
    }
}

async fn note(state: &AppState, request: &HttpRequest, design: &TerritoryDesign, before: Option<&TerritoryDesign>) {
    let brief = |design: &TerritoryDesign| -> Value {
        let moved = design.proposal.as_ref().map(|proposal| proposal.moved);
        json!({ "name": design.head.name, "state": design.head.state, "version": design.head.version,
                "territories": design.head.territory_ids, "moved": moved })
    };
    let object = Some(Object::new("territory_design", design.head.id));
    state.audit.note(request, actor_of(request), ActKind::TerritoryChanged, object, before.map(brief), Some(brief(design))).await;
}
