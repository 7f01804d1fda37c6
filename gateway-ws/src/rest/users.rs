//! People who sign in, as those who manage them see them. Nobody changes somebody who may do more than themselves, gives what they do not have,
//! or shuts themselves out.

use crate::auth::asking::Changed;
use crate::auth::permit::{ReadUsers, UpdateUsers};
use crate::auth::{Asking, Can};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::auth::nothing;
use crate::rest::checked_limit;
use crate::rest::granting::{Given, may_give, may_touch, permissions_of};
use crate::rest::input::{Body, Params};
use crate::rest::sessions::Revoked;
use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::people::User;
use salessync_actors::store::sessions::Which;
use salessync_actors::store::users::{UserChange, UserChanged};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, TeamId, TerritoryId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// Characters of a name.
const NAME_MAX: usize = 120;
/// Territories of one person, assigned one by one.
const TERRITORIES_MAX: usize = 1_000;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/users", web::get().to(list))
        .route("/users/{id}", web::get().to(read))
        .route("/users/{id}", web::patch().to(update))
        .route("/users/{id}/sessions/revoke", web::post().to(revoke_sessions))
        .route("/users/{id}/second-factor/reset", web::post().to(reset_second_factor))
        .route("/users/{id}/impersonate", web::post().to(impersonate));
}

/// Users by name, a page at a time.
#[utoipa::path(get, operation_id = "listUsers", path = "/api/v1/users", tag = "users", params(UsersQuery),
    responses((status = 200, body = Page<UserRecord>), (status = 403, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadUsers>,
    query: Params<UsersQuery>,
) -> Result<Json<Page<UserRecord>>, ApiError> {
    let UsersQuery { after, limit, q, role } = query.0;
    let limit = checked_limit(limit, 100, 500)?;
    let after = after.as_deref().map(cursor::decode::<(String, UserId)>).transpose()?;
    let q = q.filter(|q| !q.trim().is_empty());
    let mut users =
        state.people.page(who.whole()?, q.as_deref(), role.filter(|role| !role.is_empty()), after, limit as i64 + 1).await?;
    let next = (users.len() > limit).then(|| users.truncate(limit)).and_then(|()| users.last());
    let next = next.map(|last| cursor::encode(&(&last.name, last.id)));
    Ok(Json(Page { items: users.iter().map(UserRecord::of).collect(), next }))
}

#[utoipa::path(get, operation_id = "readUser", path = "/api/v1/users/{id}", tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = UserRecord), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, _: Can<ReadUsers>, id: Path<UserId>) -> Result<Json<UserRecord>, ApiError> {
    Ok(Json(UserRecord::of(&found(&state, *id).await?)))
}

/// Changes a user's name, role, agent, territories, or whether they may sign in; what it allows holds before the answer. Nobody disables
/// themselves or takes their own administrator's role, and the last active administrator stays.
#[utoipa::path(patch, operation_id = "updateUser", path = "/api/v1/users/{id}", tag = "users", params(("id" = UserId, Path)), request_body = UserPatch,
    responses((status = 200, body = UserRecord), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 403, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody, description = "`own_account` or `last_admin`")))]
pub async fn update(
    state: Data<AppState>,
    who: Can<UpdateUsers>,
    asking: Asking,
    id: Path<UserId>,
    body: Body<UserPatch>,
) -> Result<Json<UserRecord>, ApiError> {
    let before = found(&state, *id).await?;
    may_touch(&state, &who.grants, before.id, &before.role)?;
    let change = checked(&state, &who, &before, body.0)?;
    let is_self = who.user() == Some(before.id);
    let loses_admin = before.role == "admin" && change.role.as_deref().is_some_and(|role| role != "admin");
    if is_self && (change.is_disabled == Some(true) || loses_admin) {
        let message = "nobody disables themselves or takes their own administrator's role: ask another administrator".to_owned();
        return Err(ApiError::Conflict { code: "own_account", message });
    }
    match state.system.store().change_user(before.id, change, state.system.now()).await? {
        UserChanged::Changed => {}
        UserChanged::Unknown => return Err(ApiError::NotFound("user")),
        UserChanged::LastAdmin => {
            let message = "this is the last administrator who can sign in: make another one first".to_owned();
            return Err(ApiError::Conflict { code: "last_admin", message });
        }
    }
    state.system.access().refresh().await?;
    let after = found(&state, *id).await?;
    for (kind, from, to) in differences(&before, &after) {
        asking.done(&state, &who.principal, kind, Object::new("user", after.id), Changed::from_to(from, to)).await;
    }
    Ok(Json(UserRecord::of(&after)))
}

/// Ends every session of a user.
#[utoipa::path(post, operation_id = "revokeUserSessions", path = "/api/v1/users/{id}/sessions/revoke", tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = Revoked), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn revoke_sessions(
    state: Data<AppState>,
    who: Can<UpdateUsers>,
    asking: Asking,
    id: Path<UserId>,
) -> Result<Json<Revoked>, ApiError> {
    let user = found(&state, *id).await?;
    may_touch(&state, &who.grants, user.id, &user.role)?;
    let revoked = state.system.store().revoke_sessions_of(user.id, Which::All, state.system.now()).await?;
    state.system.access().refresh().await?;
    asking.done(&state, &who.principal, ActKind::SessionRevoked, Object::new("user", user.id), nothing()).await;
    Ok(Json(Revoked { revoked }))
}

/// Takes a user's second factor off, for whoever lost phone and codes. Their sessions end.
#[utoipa::path(post, operation_id = "resetSecondFactor", path = "/api/v1/users/{id}/second-factor/reset", tag = "users", params(("id" = UserId, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn reset_second_factor(
    state: Data<AppState>,
    who: Can<UpdateUsers>,
    asking: Asking,
    id: Path<UserId>,
) -> Result<HttpResponse, ApiError> {
    let user = found(&state, *id).await?;
    may_touch(&state, &who.grants, user.id, &user.role)?;
    let store = state.system.store();
    if store.remove_second_factor(user.id).await? {
        store.revoke_sessions_of(user.id, Which::All, state.system.now()).await?;
        state.system.access().refresh().await?;
        asking.done(&state, &who.principal, ActKind::SecondFactorDisabled, Object::new("user", user.id), nothing()).await;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Acts as a user for a quarter of an hour, to see what they see. It is written down under both names; the account itself cannot be
/// changed meanwhile.
#[utoipa::path(post, operation_id = "impersonate", path = "/api/v1/users/{id}/impersonate", tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = Impersonation), (status = 403, body = salessync_engine::wire::page::ErrorBody), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn impersonate(
    state: Data<AppState>,
    who: Can<UpdateUsers>,
    asking: Asking,
    id: Path<UserId>,
) -> Result<Json<Impersonation>, ApiError> {
    let by = who.principal.in_person()?;
    let user = found(&state, *id).await?;
    if user.is_disabled || user.id == by {
        return Err(ApiError::Forbidden);
    }
    may_touch(&state, &who.grants, user.id, &user.role)?;
    // What the role allows is not all: where it reaches counts too.
    let agents: Vec<_> = user.agent.into_iter().collect();
    let permissions = permissions_of(&state, &user.role)?;
    may_give(&who.grants, &Given { permissions, territories: &user.territories, agents: &agents })?;
    let issued = state.sessions.impersonate(user.id, by, asking.client(None), state.system.now()).await?;
    let changed = Changed::to(json!({"session": issued.session}));
    asking.done(&state, &who.principal, ActKind::ImpersonationBegun, Object::new("user", user.id), changed).await;
    Ok(Json(Impersonation { access_token: issued.access_token, expires_at: issued.expires_at }))
}

async fn found(state: &AppState, id: UserId) -> Result<User, ApiError> {
    state.people.user(id).await?.ok_or(ApiError::NotFound("user"))
}

/// A patch, if everything in it is there and the giver's to give.
fn checked(state: &AppState, who: &Can<UpdateUsers>, user: &User, patch: UserPatch) -> Result<UserChange, ApiError> {
    let UserPatch { name, role, agent_id, territories, disabled } = patch;
    let name = name.map(checked_name).transpose()?;
    checked_agent(state, agent_id.flatten())?;
    if let Some(territories) = &territories {
        checked_territories(territories)?;
    }
    if role.is_some() || agent_id.is_some() || territories.is_some() {
        let permissions = permissions_of(state, role.as_deref().unwrap_or(&user.role))?;
        let agents: Vec<_> = agent_id.unwrap_or(user.agent).into_iter().collect();
        let territories = territories.as_deref().unwrap_or(&user.territories);
        may_give(&who.grants, &Given { permissions, territories, agents: &agents })?;
    }
    Ok(UserChange { name, role, agent: agent_id, territories, is_disabled: disabled })
}

/// What changed, as acts: ids and settings, never a name.
fn differences(before: &User, after: &User) -> Vec<(ActKind, Value, Value)> {
    let mut acts = Vec::new();
    if before.role != after.role {
        acts.push((ActKind::RoleChanged, json!({"role": before.role}), json!({"role": after.role})));
    }
    if before.territories != after.territories {
        let (from, to) = (json!({"territories": before.territories}), json!({"territories": after.territories}));
        acts.push((ActKind::TerritoryAssigned, from, to));
    }
    if before.is_disabled != after.is_disabled {
        let kind = if after.is_disabled { ActKind::UserDisabled } else { ActKind::UserChanged };
        acts.push((kind, json!({"disabled": before.is_disabled}), json!({"disabled": after.is_disabled})));
    }
    if before.agent != after.agent || before.name != after.name {
        let shown = |user: &User| json!({"agent_id": user.agent});
        acts.push((ActKind::UserChanged, shown(before), shown(after)));
    }
    acts
}

pub(super) fn checked_name(name: String) -> Result<String, ApiError> {
    let name = name.trim().to_owned();
    let len = name.chars().count();
    if (1..=NAME_MAX).contains(&len) && !name.contains('\0') {
        return Ok(name);
    }
    Err(ApiError::field("name", format!("1..{NAME_MAX} characters"), format!("has {len} characters, must have 1..{NAME_MAX}")))
}

pub(super) fn checked_agent(state: &AppState, agent: Option<AgentId>) -> Result<(), ApiError> {
    match agent {
        Some(agent) if !state.system.knows(agent) => {
            Err(ApiError::field("agent_id", "the id of an agent", "there is no such agent"))
        }
        Some(_) | None => Ok(()),
    }
}

pub(super) fn checked_territories(territories: &[TerritoryId]) -> Result<(), ApiError> {
    if territories.len() <= TERRITORIES_MAX {
        return Ok(());
    }
    let message = format!("holds {} territories", territories.len());
    Err(ApiError::field("territories", format!("0..{TERRITORIES_MAX}"), message))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsersQuery {
    /// `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// 1 to 500, by default 100.
    #[serde(default)]
    pub limit: Option<i64>,
    /// Part of the name, or the whole e-mail address.
    #[serde(default)]
    pub q: Option<String>,
    #[serde(default)]
    pub role: Option<String>,
}

#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub role: Option<String>,
    /// The agent they are; null: none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<AgentId>)]
    pub agent_id: Option<Option<AgentId>>,
    #[serde(default)]
    pub territories: Option<Vec<TerritoryId>>,
    #[serde(default)]
    pub disabled: Option<bool>,
}

/// Tells an explicit `null` from an absent field.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A user as those who manage users see them.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserRecord {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    /// Those assigned; what lies below them is theirs too.
    pub territories: Vec<TerritoryId>,
    /// Teams they lead.
    pub teams: Vec<TeamId>,
    pub disabled: bool,
    pub second_factor: bool,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
}

impl UserRecord {
    fn of(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role.clone(),
            agent_id: user.agent,
            territories: user.territories.clone(),
            teams: user.teams.clone(),
            disabled: user.is_disabled,
            second_factor: user.has_second_factor,
            created_at: user.created_at,
            last_seen_at: user.last_seen_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Impersonation {
    pub access_token: String,
    pub expires_at: Timestamp,
}
