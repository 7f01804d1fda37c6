//! Roles: those built in, which cannot be changed, and those people make.

use crate::auth::asking::Changed;
use crate::auth::permit::{CreateRoles, DeleteRoles, ReadRoles, UpdateRoles};
use crate::auth::{Asking, Can};
use crate::error::ApiError;
use crate::rest::auth::nothing;
use crate::rest::granting::{Given, may_give};
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::store::StoreError;
use salessync_actors::store::roles::{RoleDeleted, RoleRow};
use salessync_engine::access::{Action, BUILT_IN, Breadth, BuiltIn, Grants, Module, Permission, Permissions};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::wire::page::Page;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Custom roles.
const ROLES_MAX: usize = 200;
const TITLE_MAX: usize = 80;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/roles", web::get().to(list))
        .route("/roles", web::post().to(create))
        .route("/roles/{name}", web::put().to(update))
        .route("/roles/{name}", web::patch().to(update))
        .route("/roles/{name}", web::delete().to(delete));
}

/// All roles, those built in first.
#[utoipa::path(get, operation_id = "listRoles", path = "/api/v1/roles", tag = "users",
    responses((status = 200, body = Page<Role>), (status = 403, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(state: Data<AppState>, who: Can<ReadRoles>) -> Result<Json<Page<Role>>, ApiError> {
    let built_in = BUILT_IN.iter().map(|role| Role::of(role.name, role.title, true, &role.permissions()));
    let custom = state.system.store().custom_roles(who.whole()?).await?;
    let access = state.system.access();
    let custom = custom.iter().map(|role| Role::of(&role.name, &role.title, false, &access.role(&role.name).unwrap_or_default()));
    Ok(Json(Page { items: built_in.chain(custom).collect(), next: None }))
}

/// Makes a role of permissions that its maker has.
#[utoipa::path(post, operation_id = "createRole", path = "/api/v1/roles", tag = "users", request_body = NewRole,
    responses((status = 201, body = Role), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 403, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody, description = "the name is taken")))]
pub async fn create(
    state: Data<AppState>,
    who: Can<CreateRoles>,
    asking: Asking,
    body: Body<NewRole>,
) -> Result<HttpResponse, ApiError> {
    let NewRole { name, title, permissions } = body.0;
    let name = checked_name(name)?;
    if BuiltIn::find(&name).is_some() {
        return Err(StoreError::Taken("name").into());
    }
    let (title, permissions) = (checked_title(title)?, checked(&who.grants, &permissions)?);
    if state.system.store().custom_roles(who.whole()?).await?.len() >= ROLES_MAX {
        let message = format!("there are {ROLES_MAX} custom roles, which is the most there may be");
        return Err(ApiError::Conflict { code: "too_many_roles", message });
    }
    let row = RoleRow { name: name.clone(), title: title.clone(), created_at: state.system.now() };
    state.system.store().create_role(row, permissions.iter().collect()).await?;
    state.system.access().refresh().await?;
    let role = Role::of(&name, &title, false, &permissions);
    let changed = Changed::to(json!({"permissions": role.permissions}));
    asking.done(&state, &who.principal, ActKind::RoleCreated, Object::new("role", &name), changed).await;
    Ok(HttpResponse::build(StatusCode::CREATED).json(role))
}

/// Gives a custom role another title and other permissions; they hold for everybody who has it before the answer.
#[utoipa::path(put, operation_id = "updateRole", path = "/api/v1/roles/{name}", tag = "users", params(("name" = String, Path)), request_body = RoleChange,
    responses((status = 200, body = Role), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 403, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody, description = "`built_in`")))]
pub async fn update(
    state: Data<AppState>,
    who: Can<UpdateRoles>,
    asking: Asking,
    name: Path<String>,
    body: Body<RoleChange>,
) -> Result<Json<Role>, ApiError> {
    not_built_in(&name)?;
    let before = state.system.access().role(&name).ok_or(ApiError::NotFound("role"))?;
    // Whoever could not have made it cannot take it away from those who have it.
    if !who.grants.permissions.include(&before) {
        return Err(ApiError::Forbidden);
    }
    let (title, permissions) = (checked_title(body.0.title)?, checked(&who.grants, &body.0.permissions)?);
    if !state.system.store().update_role(name.clone(), title.clone(), permissions.iter().collect()).await? {
        return Err(ApiError::NotFound("role"));
    }
    state.system.access().refresh().await?;
    let role = Role::of(&name, &title, false, &permissions);
    let was: Vec<_> = before.iter().collect();
    let changed = Changed::from_to(json!({"permissions": was}), json!({"permissions": role.permissions}));
    asking.done(&state, &who.principal, ActKind::RoleUpdated, Object::new("role", &*name), changed).await;
    Ok(Json(role))
}

/// Deletes a custom role that nobody has.
#[utoipa::path(delete, operation_id = "deleteRole", path = "/api/v1/roles/{name}", tag = "users", params(("name" = String, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody, description = "`role_in_use` or `built_in`")))]
pub async fn delete(
    state: Data<AppState>,
    who: Can<DeleteRoles>,
    asking: Asking,
    name: Path<String>,
) -> Result<HttpResponse, ApiError> {
    not_built_in(&name)?;
    match state.system.store().delete_role(name.clone()).await? {
        RoleDeleted::Deleted => {}
        RoleDeleted::Unknown => return Err(ApiError::NotFound("role")),
        RoleDeleted::InUse(n) => {
            let message = format!("{n} users, API keys or invitations have this role: give them another first");
            return Err(ApiError::Conflict { code: "role_in_use", message });
        }
    }
    state.system.access().refresh().await?;
    asking.done(&state, &who.principal, ActKind::RoleDeleted, Object::new("role", &*name), nothing()).await;
    Ok(HttpResponse::NoContent().finish())
}

fn not_built_in(name: &str) -> Result<(), ApiError> {
    if BuiltIn::find(name).is_none() {
        return Ok(());
    }
    Err(ApiError::Conflict { code: "built_in", message: "a built-in role cannot be changed: make one of your own".to_owned() })
}

fn checked_name(name: String) -> Result<String, ApiError> {
    let is_named = (2..=40).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
    if is_named {
        return Ok(name);
    }
    let limit = "2..40 of a-z, 0-9, _ and -, beginning with a letter";
    Err(ApiError::field("name", limit, format!("must be {limit}")))
}

fn checked_title(title: String) -> Result<String, ApiError> {
    let title = title.trim().to_owned();
    if (1..=TITLE_MAX).contains(&title.chars().count()) && !title.contains('\0') {
        return Ok(title);
    }
    Err(ApiError::field("title", format!("1..{TITLE_MAX} characters"), format!("must have 1..{TITLE_MAX} characters")))
}

/// Permissions that exist, fit together and are the giver's to give.
fn checked(giver: &Grants, asked: &[PermissionText]) -> Result<Permissions, ApiError> {
    let mut permissions = Vec::with_capacity(asked.len().min(1_000));
    for (index, PermissionText { module, action, scope }) in asked.iter().enumerate() {
        let at = |part: &str| format!("permissions[{index}].{part}");
        let module: Module = module.parse().map_err(|flaw: String| ApiError::field(at("module"), names(Module::ALL), flaw))?;
        let action: Action = action.parse().map_err(|flaw: String| ApiError::field(at("action"), names(Action::ALL), flaw))?;
        let breadth: Breadth = scope.parse().map_err(|flaw: String| ApiError::field(at("scope"), names(Breadth::ALL), flaw))?;
        let permission = Permission::new(module, action, breadth);
        permissions.push(permission.map_err(|flaw| ApiError::field(at("scope"), "all", flaw.to_string()))?);
    }
    let permissions: Permissions = permissions.into_iter().collect();
    may_give(giver, &Given { permissions: permissions.clone(), ..Given::default() })?;
    Ok(permissions)
}

fn names<T: std::fmt::Display>(all: &[T]) -> String {
    let names: Vec<_> = all.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// A permission as it is written; checked word by word, so that a refusal names the one that is wrong.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionText {
    #[schema(value_type = Module)]
    pub module: String,
    #[schema(value_type = Action)]
    pub action: String,
    #[schema(value_type = Breadth)]
    pub scope: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// 2 to 40 of a-z, 0-9, _ and -, beginning with a letter. It stays.
    pub name: String,
    /// What people read.
    pub title: String,
    pub permissions: Vec<PermissionText>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleChange {
    pub title: String,
    pub permissions: Vec<PermissionText>,
}

#[derive(Serialize, ToSchema)]
pub struct Role {
    pub name: String,
    pub title: String,
    /// Comes with the product and cannot be changed.
    pub built_in: bool,
    pub permissions: Vec<Permission>,
}

impl Role {
    fn of(name: &str, title: &str, built_in: bool, permissions: &Permissions) -> Self {
        Self { name: name.to_owned(), title: title.to_owned(), built_in, permissions: permissions.iter().collect() }
    }
}
