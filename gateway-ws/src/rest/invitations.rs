//! Invitations: somebody is to have an account, and chooses the password themselves. The token is mailed and stored as a hash; it works once,
//! for a week.

use crate::auth::asking::Changed;
use crate::auth::permit::{CreateUsers, ReadUsers};
use crate::auth::sessions::{hash, new_secret};
use crate::auth::{Asking, Can, password};
use crate::cursor;
use crate::error::ApiError;
use crate::letters;
use crate::rest::auth::Named;
use crate::rest::granting::{Given, may_give, permissions_of};
use crate::rest::input::{Body, Params};
use crate::rest::users::{checked_agent, checked_name, checked_territories};
use crate::rest::{PageQuery, checked_limit};
use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::people::NewUser;
use salessync_actors::store::StoreError;
use salessync_actors::store::invitations::InvitationRow;
use salessync_engine::audit::{Act, ActKind, Actor, Object};
use salessync_engine::contact::Email;
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, TerritoryId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

const LIFE_S: i64 = 7 * 86_400;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/invitations", web::get().to(list))
        .route("/invitations", web::post().to(create))
        .route("/invitations/{id}", web::delete().to(revoke))
        .route("/auth/invitations/accept", web::post().to(accept))
        .route("/auth/invitations/{token}", web::get().to(show));
}

/// Invitations that may still be accepted, the newest first.
#[utoipa::path(get, operation_id = "listInvitations", path = "/api/v1/invitations", tag = "users", params(PageQuery),
    responses((status = 200, body = Page<InvitationView>), (status = 403, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadUsers>,
    query: Params<PageQuery>,
) -> Result<Json<Page<InvitationView>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 500)?;
    let after = query.0.after.as_deref().map(cursor::decode::<(Timestamp, Uuid)>).transpose()?;
    let mut rows = state.system.store().open_invitations(who.whole()?, after, limit as i64 + 1, state.system.now()).await?;
    let next = (rows.len() > limit).then(|| rows.truncate(limit)).and_then(|()| rows.last());
    let next = next.map(|last| cursor::encode(&(last.created_at, last.id)));
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(InvitationView::of(&state, row).await?);
    }
    Ok(Json(Page { items, next }))
}

/// Invites somebody. The link is mailed; it is in the answer only where no mail is configured. An open invitation of the same address ends.
#[utoipa::path(post, operation_id = "createInvitation", path = "/api/v1/invitations", tag = "users", request_body = NewInvitation,
    responses((status = 201, body = InvitationView), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 403, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    who: Can<CreateUsers>,
    asking: Asking,
    body: Body<NewInvitation>,
) -> Result<HttpResponse, ApiError> {
    let NewInvitation { email, name, role, territories, agent_id } = body.0;
    let email = Email::new(&email).map_err(|flaw| ApiError::field("email", "an e-mail address", flaw.to_string()))?;
    let name = checked_name(name)?;
    let permissions = permissions_of(&state, &role)?;
    checked_agent(&state, agent_id)?;
    checked_territories(&territories)?;
    let agents: Vec<_> = agent_id.into_iter().collect();
    may_give(&who.grants, &Given { permissions, territories: &territories, agents: &agents })?;
    if state.people.by_email(email.as_str()).await?.is_some() {
        return Err(StoreError::Taken("email").into());
    }
    let token = new_secret().ok_or(ApiError::Unavailable)?;
    let (id, now) = (Uuid::now_v7(), state.system.now());
    let row = InvitationRow {
        id,
        email_sealed: state.people.seal_invited(id, email.as_str())?,
        email_index: state.people.index(email.as_str()).to_vec(),
        name,
        role,
        territories,
        agent: agent_id,
        invited_by: who.user(),
        created_at: now,
        expires_at: now.plus_s(LIFE_S),
    };
    state.system.store().create_invitation(row.clone(), hash(&token)).await?;
    let changed = Changed::to(json!({"role": row.role, "territories": row.territories, "agent_id": row.agent}));
    asking.done(&state, &who.principal, ActKind::UserInvited, Object::new("invitation", id), changed).await;
    let mut view = InvitationView::of(&state, row).await?;
    if letters::can_be_sent(&state) {
        letters::invitation(&state, email.as_str(), &view.name, &token)?;
    } else {
        view.link = Some(letters::invitation_link(&state, &token));
    }
    Ok(HttpResponse::build(StatusCode::CREATED).json(view))
}

/// Takes an invitation back.
#[utoipa::path(delete, operation_id = "revokeInvitation", path = "/api/v1/invitations/{id}", tag = "users", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn revoke(
    state: Data<AppState>,
    who: Can<CreateUsers>,
    asking: Asking,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    if !state.system.store().revoke_invitation(*id, state.system.now()).await? {
        return Err(ApiError::NotFound("invitation"));
    }
    let changed = Changed::to(json!({"revoked": true}));
    asking.done(&state, &who.principal, ActKind::UserInvited, Object::new("invitation", *id), changed).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Whom an invitation is for, by its token.
#[utoipa::path(get, operation_id = "showInvitation", path = "/api/v1/auth/invitations/{token}", tag = "auth", params(("token" = String, Path)), security(()),
    responses((status = 200, body = InvitationShown), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn show(state: Data<AppState>, asking: Asking, token: Path<String>) -> Result<Json<InvitationShown>, ApiError> {
    state.attempts.check_address(asking.address).map_err(ApiError::TooManyAttempts)?;
    let row = state.system.store().invitation_by_token(hash(&token), state.system.now()).await?;
    let row = row.ok_or(ApiError::NotFound("invitation"))?;
    let email = state.people.open_invited(row.id, &row.email_sealed)?;
    Ok(Json(InvitationShown { email, name: row.name, role: row.role }))
}

/// Accepts an invitation, once: makes the account with a password of one's own.
#[utoipa::path(post, operation_id = "acceptInvitation", path = "/api/v1/auth/invitations/accept", tag = "auth", request_body = Acceptance, security(()),
    responses((status = 204), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn accept(state: Data<AppState>, asking: Asking, body: Body<Acceptance>) -> Result<HttpResponse, ApiError> {
    let Acceptance { token, password, name } = body.0;
    state.attempts.check_address(asking.address).map_err(ApiError::TooManyAttempts)?;
    let now = state.system.now();
    let row = state.system.store().invitation_by_token(hash(&token), now).await?;
    let row = row.ok_or(ApiError::NotFound("invitation"))?;
    let email = state.people.open_invited(row.id, &row.email_sealed)?;
    let name = name.map_or(Ok(row.name), checked_name)?;
    state.policy.check("password", &password, &[&email, &name])?;
    let id = UserId(Uuid::now_v7());
    let user = NewUser {
        id,
        email,
        name,
        role: row.role.clone(),
        agent: row.agent,
        territories: row.territories.clone(),
        password_hash: password::hashed(password).await?,
        created_at: now,
    };
    let user = state.people.sealed(user).await?;
    if !state.system.store().accept_invitation(row.id, user).await? {
        return Err(ApiError::NotFound("invitation"));
    }
    state.system.access().refresh().await?;
    let created = Act::new(now, Actor::User(id), ActKind::UserCreated).about(Object::new("user", id)).changing(
        None,
        Some(json!({"invitation": row.id, "role": row.role, "territories": row.territories, "agent_id": row.agent})),
    );
    asking.note(&state, created).await;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    pub email: String,
    pub name: String,
    pub role: String,
    #[serde(default)]
    pub territories: Vec<TerritoryId>,
    /// The agent they are.
    #[serde(default)]
    pub agent_id: Option<AgentId>,
}

/// An invitation as the inviter sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationView {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub role: String,
    pub territories: Vec<TerritoryId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited_by: Option<Named>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// Where it is accepted: only in the answer to its making, and only where no mail is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl InvitationView {
    async fn of(state: &AppState, row: InvitationRow) -> Result<Self, ApiError> {
        let invited_by = match row.invited_by {
            Some(by) => state.people.user(by).await?.map(|by| Named { id: by.id, name: by.name.clone() }),
            None => None,
        };
        Ok(Self {
            email: state.people.open_invited(row.id, &row.email_sealed)?,
            id: row.id,
            name: row.name,
            role: row.role,
            territories: row.territories,
            agent_id: row.agent,
            invited_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            link: None,
        })
    }
}

/// An invitation as the invited sees it.
#[derive(Serialize, ToSchema)]
pub struct InvitationShown {
    pub email: String,
    pub name: String,
    pub role: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    pub token: String,
    pub password: String,
    #[serde(default)]
    pub name: Option<String>,
}
