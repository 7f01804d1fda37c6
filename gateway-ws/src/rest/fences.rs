//! Fences: shapes whose entering and leaving is told. A change makes a new version; what was stays for the days it was in force.

use crate::audit::actor_of;
use crate::auth::permit::{Can, CreateFences, DeleteFences, ReadFences, UpdateFences, see};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::checked_limit;
use crate::rest::input::{Body, Params};
use crate::rest::positions::checked_bbox;
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use salessync_actors::store::fences::{FenceChange, FenceFilter};
use salessync_actors::territory::TopicId;
use salessync_engine::access::Scope;
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::fence::{Definition, Fence, FenceFlaw, FencePatch, NewFence, OwnerKind};
use salessync_engine::wire::page::Page;
use salessync_engine::{FenceId, TerritoryId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Fences in one bulk request.
const BULK_MAX: usize = 1_000;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/fences", web::get().to(list))
        .route("/fences", web::post().to(create))
        .route("/fences/bulk", web::post().to(create_many))
        .route("/fences/{id}", web::get().to(read))
        .route("/fences/{id}", web::patch().to(update))
        .route("/fences/{id}", web::delete().to(delete))
        .route("/fences/{id}/versions", web::get().to(versions));
}

/// Fences in force by name, a page at a time.
#[utoipa::path(get, operation_id = "listFences", path = "/api/v1/fences", tag = "fences", params(FencesQuery),
    responses((status = 200, body = Page<Fence>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadFences>,
    query: Params<FencesQuery>,
) -> Result<Json<Page<Fence>>, ApiError> {
    let FencesQuery { after, limit, q, owner_kind, owner_id, bbox } = query.0;
    let limit = checked_limit(limit, 100, 1000)?;
    let filter = FenceFilter {
        name: q.filter(|q| !q.is_empty()),
        owner_kind,
        owner_id,
        bounds: bbox.as_deref().map(checked_bbox).transpose()?,
    };
    let after = after.as_deref().map(cursor::decode::<(String, FenceId)>).transpose()?;
    let mut fences = state.system.store().fences(&who.scope, filter, after, limit as i64 + 1).await?;
    let next = (fences.len() > limit).then(|| fences.truncate(limit)).and_then(|()| fences.last());
    let next = next.map(|last| cursor::encode(&(&last.definition.name, last.id)));
    Ok(Json(Page { items: fences, next }))
}

/// Creates a fence, in force from now on. With an id that exists already the existing fence is returned unchanged.
#[utoipa::path(post, operation_id = "createFence", path = "/api/v1/fences", tag = "fences", request_body = NewFence,
    responses((status = 201, body = Fence), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    by: Can<CreateFences>,
    request: HttpRequest,
    body: Body<NewFence>,
) -> Result<HttpResponse, ApiError> {
    let new = checked(&state, &by.scope, vec![body.0], |_| String::new()).await?;
    let mut changes = state.system.store().create_fences(new, state.system.now(), by.user()).await?;
    let change = changes.pop().ok_or(ApiError::Internal)?;
    let status = if matches!(change, FenceChange::Done { .. }) { StatusCode::CREATED } else { StatusCode::OK };
    if change == FenceChange::Gone {
        return Err(ApiError::Conflict { code: "deleted", message: "a fence with this id has been deleted".to_owned() });
    }
    let fence = settled(&state, change).await?;
    if status == StatusCode::CREATED {
        note(&state, &request, fence.id, (None, Some(told(&fence)))).await;
    }
    Ok(HttpResponse::build(status).json(fence))
}

/// Creates up to 1,000 fences, all or none; ids that exist already stay as they are.
#[utoipa::path(post, operation_id = "createFences", path = "/api/v1/fences/bulk", tag = "fences", request_body = BulkFences,
    responses((status = 200, body = FencesCreated), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create_many(
    state: Data<AppState>,
    by: Can<CreateFences>,
    request: HttpRequest,
    body: Body<BulkFences>,
) -> Result<Json<FencesCreated>, ApiError> {
    let new = body.0.fences;
    if new.len() > BULK_MAX {
        return Err(ApiError::field("fences", format!("0..{BULK_MAX}"), format!("holds {} fences", new.len())));
    }
    let new = checked(&state, &by.scope, new, |index| format!("fences[{index}].")).await?;
    let changes = state.system.store().create_fences(new, state.system.now(), by.user()).await?;
    let revisions = changes.iter().filter_map(|change| match change {
        FenceChange::Done { revision, .. } => Some(*revision),
        FenceChange::Same(_) | FenceChange::Overtaken | FenceChange::Gone => None,
    });
    let revisions: Vec<i64> = revisions.collect();
    if let Some(revision) = revisions.last() {
        state.system.fences().catch_up(*revision).await;
    }
    let what = json!({"created": revisions.len(), "revisions": [revisions.first(), revisions.last()]});
    state.audit.note(&request, actor_of(&request), ActKind::FenceChanged, None, None, Some(what)).await;
    Ok(Json(FencesCreated { created: revisions.len() as u64 }))
}

/// One fence, as it is in force.
#[utoipa::path(get, operation_id = "readFence", path = "/api/v1/fences/{id}", tag = "fences", params(("id" = FenceId, Path)),
    responses((status = 200, body = Fence), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, who: Can<ReadFences>, id: Path<FenceId>) -> Result<Json<Fence>, ApiError> {
    state.system.store().fence(&who.scope, *id).await?.map(Json).ok_or(ApiError::NotFound("fence"))
}

/// Changes a fence from now on; what is left out stays, and `null` takes away what may be absent.
#[utoipa::path(patch, operation_id = "updateFence", path = "/api/v1/fences/{id}", tag = "fences", params(("id" = FenceId, Path)), request_body = FencePatch,
    responses((status = 200, body = Fence), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    by: Can<UpdateFences>,
    request: HttpRequest,
    id: Path<FenceId>,
    body: Body<FencePatch>,
) -> Result<Json<Fence>, ApiError> {
    let fence = state.system.store().fence(&by.scope, *id).await?.ok_or(ApiError::NotFound("fence"))?;
    changeable(&state, &by.scope, &fence)?;
    let before = told(&fence);
    let Fence { version, definition, .. } = fence;
    let definition = on_a_thread(move || body.0.applied(definition)).await?.map_err(|flaw| refused("", flaw))?;
    check_reach(&state, &by.scope, "", &definition)?;
    let change = state.system.store().change_fence((*id, version), definition, state.system.now(), by.user()).await?;
    let fence = settled(&state, change).await?;
    note(&state, &request, fence.id, (Some(before), Some(told(&fence)))).await;
    Ok(Json(fence))
}

/// Deletes a fence from now on: whoever is inside leaves it now, and its past stays.
#[utoipa::path(delete, operation_id = "deleteFence", path = "/api/v1/fences/{id}", tag = "fences", params(("id" = FenceId, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn delete(
    state: Data<AppState>,
    by: Can<DeleteFences>,
    request: HttpRequest,
    id: Path<FenceId>,
) -> Result<HttpResponse, ApiError> {
    let fence = state.system.store().fence(&by.scope, *id).await?.ok_or(ApiError::NotFound("fence"))?;
    changeable(&state, &by.scope, &fence)?;
    let change = state.system.store().delete_fence(*id, state.system.now()).await?;
    let fence = settled(&state, change).await?;
    note(&state, &request, *id, (Some(told(&fence)), None)).await;
    Ok(HttpResponse::NoContent().finish())
}

/// All versions of a fence, newest first, also of one that is deleted.
#[utoipa::path(get, operation_id = "listFenceVersions", path = "/api/v1/fences/{id}/versions", tag = "fences",
    params(("id" = FenceId, Path), VersionsQuery),
    responses((status = 200, body = Page<Fence>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn versions(
    state: Data<AppState>,
    who: Can<ReadFences>,
    id: Path<FenceId>,
    query: Params<VersionsQuery>,
) -> Result<Json<Page<Fence>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 1000)?;
    let before = query.0.after.as_deref().map(cursor::decode::<i64>).transpose()?;
    let mut fences = state.system.store().fence_versions(&who.scope, *id, before, limit as i64 + 1).await?;
    if fences.is_empty() && before.is_none() {
        return Err(ApiError::NotFound("fence"));
    }
    let next = (fences.len() > limit).then(|| fences.truncate(limit)).and_then(|()| fences.last());
    let next = next.map(|last| cursor::encode(&last.version));
    Ok(Json(Page { items: fences, next }))
}

async fn note(state: &AppState, request: &HttpRequest, fence: FenceId, (before, after): (Option<Value>, Option<Value>)) {
    let object = Some(Object::new("fence", fence));
    state.audit.note(request, actor_of(request), ActKind::FenceChanged, object, before, after).await;
}

/// A fence as the trail has it.
fn told(fence: &Fence) -> Value {
    json!({"version": fence.version, "definition": fence.definition})
}

/// The fence after a change, once it is watched.
async fn settled(state: &AppState, change: FenceChange) -> Result<Fence, ApiError> {
    match change {
        FenceChange::Done { fence, revision } => {
            if !state.system.fences().catch_up(revision).await {
                tracing::warn!(fence = %fence.id, revision, "the change is stored but not watched yet");
            }
            Ok(fence)
        }
        FenceChange::Same(fence) => Ok(fence),
        FenceChange::Gone => Err(ApiError::NotFound("fence")),
        FenceChange::Overtaken => Err(ApiError::Conflict {
            code: "changed_meanwhile",
            message: "somebody else has changed the fence just now: read it again".to_owned(),
        }),
    }
}

/// Checks new fences; a flaw names its field after what `path` says of the fence.
async fn checked(
    state: &AppState,
    scope: &Scope,
    new: Vec<NewFence>,
    path: impl Fn(usize) -> String + Clone + Send + 'static,
) -> Result<Vec<(FenceId, Definition)>, ApiError> {
    let path_of = path.clone();
    let made = on_a_thread(move || {
        let check = |(index, new): (usize, NewFence)| {
            let id = new.id.unwrap_or_else(|| FenceId(Uuid::now_v7()));
            new.checked().map(|definition| (id, definition)).map_err(|flaw| refused(&path_of(index), flaw))
        };
        new.into_iter().enumerate().map(check).collect::<Result<Vec<_>, _>>()
    });
    let made = made.await??;
    for (index, (_, definition)) in made.iter().enumerate() {
        check_reach(state, scope, &path(index), definition)?;
    }
    Ok(made)
}

/// Checking a large polygon takes up to half a second: not on a thread that serves others.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    web::block(work).await.map_err(|_| ApiError::Unavailable)
}

fn refused(path: &str, flaw: FenceFlaw) -> ApiError {
    let message = flaw.to_string();
    ApiError::field(format!("{path}{}", flaw.field), flaw.limit, message)
}

/// A fence may be made for one's own territories, for agents of one's own, and for everybody by whoever answers for everybody. A territory must
/// be there.
fn check_reach(state: &AppState, scope: &Scope, path: &str, definition: &Definition) -> Result<(), ApiError> {
    let owner = definition.owner;
    if let (OwnerKind::Territory, Some(id)) = (owner.kind, owner.id) {
        let id = TerritoryId(id);
        if !scope.covers_territory(Some(id)) || !state.system.topics().exists(TopicId::Territory(Some(id))) {
            return Err(ApiError::field(format!("{path}owner.id"), "the id of a territory", "there is no such territory"));
        }
        return Ok(());
    }
    match &definition.agents {
        Some(agents) => {
            let outside = agents.iter().find(|agent| see(state, scope, **agent).is_err());
            // Whoever answers for everybody may name agents that come later.
            match outside.filter(|_| !scope.is_everything()) {
                Some(agent) => {
                    Err(ApiError::field(format!("{path}agents"), "ids of agents", format!("there is no agent {agent}")))
                }
                None => Ok(()),
            }
        }
        None if scope.is_everything() => Ok(()),
        None => Err(ApiError::field(
            format!("{path}owner"),
            "a territory of yours, or agents",
            "a fence for everybody is not yours to make",
        )),
    }
}

/// A fence that is seen may still be another's: one for everybody, or for agents of several. That of a customer's place follows the place.
fn changeable(state: &AppState, scope: &Scope, fence: &Fence) -> Result<(), ApiError> {
    let owner = fence.definition.owner;
    if owner.kind == OwnerKind::Place && owner.id == Some(fence.id.0) {
        let message = "the fence belongs to the place of a customer: change it there".to_owned();
        return Err(ApiError::Conflict { code: "fence_of_a_place", message });
    }
    check_reach(state, scope, "", &fence.definition).map_err(|_| ApiError::Forbidden)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FencesQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1..1000, by default 100.
    limit: Option<i64>,
    /// Part of the name, in any case.
    q: Option<String>,
    owner_kind: Option<OwnerKind>,
    /// Id of the territory or place.
    owner_id: Option<Uuid>,
    /// `west,south,east,north` in degrees; `west` > `east` crosses the antimeridian.
    bbox: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionsQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1..1000, by default 100.
    limit: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkFences {
    pub fences: Vec<NewFence>,
}

#[derive(Serialize, ToSchema)]
pub struct FencesCreated {
    pub created: u64,
}
