//! Keys of programs: a role, the territories it is for, and an end. The key itself is shown once.

use crate::auth::asking::Changed;
use crate::auth::permit::{CreateApiKeys, DeleteApiKeys, ReadApiKeys};
use crate::auth::principal::API_KEY_PREFIX;
use crate::auth::sessions::{hash, new_secret};
use crate::auth::{Asking, Can};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::auth::nothing;
use crate::rest::granting::{Given, may_give, permissions_of};
use crate::rest::input::{Body, Params};
use crate::rest::users::{checked_name, checked_territories};
use crate::rest::{PageQuery, checked_limit};
use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::store::api_keys::ApiKeyRow;
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::wire::page::Page;
use salessync_engine::{ApiKeyId, TerritoryId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

/// Longest life of a key: a year and a month to replace it in.
const LIFE_MAX_S: i64 = 397 * 86_400;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/api-keys", web::get().to(list))
        .route("/api-keys", web::post().to(create))
        .route("/api-keys/{id}", web::delete().to(revoke));
}

/// API keys, the newest first, those revoked and expired among them.
#[utoipa::path(get, operation_id = "listApiKeys", path = "/api/v1/api-keys", tag = "users", params(PageQuery),
    responses((status = 200, body = Page<ApiKey>), (status = 403, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadApiKeys>,
    query: Params<PageQuery>,
) -> Result<Json<Page<ApiKey>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 500)?;
    let after = query.0.after.as_deref().map(cursor::decode::<(Timestamp, ApiKeyId)>).transpose()?;
    let mut rows = state.system.store().api_keys(who.whole()?, after, limit as i64 + 1).await?;
    let next = (rows.len() > limit).then(|| rows.truncate(limit)).and_then(|()| rows.last());
    let next = next.map(|last| cursor::encode(&(last.created_at, last.id)));
    Ok(Json(Page { items: rows.into_iter().map(|row| ApiKey::of(row, None)).collect(), next }))
}

/// Makes a key for a program, with a role and territories that its maker has. It is shown in this answer and never again.
#[utoipa::path(post, operation_id = "createApiKey", path = "/api/v1/api-keys", tag = "users", request_body = NewApiKey,
    responses((status = 201, body = ApiKey), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 403, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    who: Can<CreateApiKeys>,
    asking: Asking,
    body: Body<NewApiKey>,
) -> Result<HttpResponse, ApiError> {
    let NewApiKey { name, role, territories, expires_at } = body.0;
    let (name, now) = (checked_name(name)?, state.system.now());
    if expires_at <= now || expires_at > now.plus_s(LIFE_MAX_S) {
        let limit = format!("from now to {} days ahead", LIFE_MAX_S / 86_400);
        return Err(ApiError::field("expires_at", &limit, format!("is {expires_at}, must be {limit}")));
    }
    checked_territories(&territories)?;
    let permissions = permissions_of(&state, &role)?;
    may_give(&who.grants, &Given { permissions, territories: &territories, agents: &[] })?;
    let secret = new_secret().ok_or(ApiError::Unavailable)?;
    let id = ApiKeyId(Uuid::now_v7());
    // Somebody who impersonates leaves nothing behind that outlives it.
    who.principal.impersonator.map_or(Ok(()), |_| Err(ApiError::Forbidden))?;
    let row = ApiKeyRow { id, name, role, territories, created_by: who.user(), created_at: now, expires_at, revoked_at: None };
    state.system.store().create_api_key(row.clone(), hash(&secret)).await?;
    state.system.access().refresh().await?;
    let changed = Changed::to(json!({"role": row.role, "territories": row.territories, "expires_at": row.expires_at}));
    asking.done(&state, &who.principal, ActKind::ApiKeyCreated, Object::new("api_key", id), changed).await;
    let key = format!("{API_KEY_PREFIX}{}_{secret}", id.0.simple());
    Ok(HttpResponse::build(StatusCode::CREATED).json(ApiKey::of(row, Some(key))))
}

/// Revokes a key: it is refused from now on.
#[utoipa::path(delete, operation_id = "revokeApiKey", path = "/api/v1/api-keys/{id}", tag = "users", params(("id" = ApiKeyId, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn revoke(
    state: Data<AppState>,
    who: Can<DeleteApiKeys>,
    asking: Asking,
    id: Path<ApiKeyId>,
) -> Result<HttpResponse, ApiError> {
    if !state.system.store().revoke_api_key(*id, state.system.now()).await? {
        return Err(ApiError::NotFound("API key"));
    }
    state.system.access().refresh().await?;
    asking.done(&state, &who.principal, ActKind::ApiKeyRevoked, Object::new("api_key", *id), nothing()).await;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    pub name: String,
    pub role: String,
    #[serde(default)]
    pub territories: Vec<TerritoryId>,
    pub expires_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub role: String,
    pub territories: Vec<TerritoryId>,
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// `ssk_…`, to be shown as a bearer token. In the answer to its making only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl ApiKey {
    fn of(row: ApiKeyRow, key: Option<String>) -> Self {
        Self {
            id: row.id,
            name: row.name,
            role: row.role,
            territories: row.territories,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            key,
        }
    }
}
