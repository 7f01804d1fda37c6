//! Signing in and out, renewing, who am I, and tickets for browsers' sockets.

use crate::auth::asking::{Changed, act};
use crate::auth::sessions::{Issued, Renewal};
use crate::auth::{Asking, Principal, cookies, password, second_factor};
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::web::{self, Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::PrincipalId;
use salessync_actors::people::User;
use salessync_engine::access::Permission;
use salessync_engine::audit::{Act, ActKind, Actor, Object, Outcome};
use salessync_engine::{AgentId, TerritoryId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/auth/login", web::post().to(login))
        .route("/auth/refresh", web::post().to(refresh))
        .route("/auth/logout", web::post().to(logout))
        .route("/me", web::get().to(me))
        .route("/ws-tickets", web::post().to(ws_ticket));
}

/// Signs in with e-mail and password, and a code where the account has a second factor. Ten tries for an account at once, then one every
/// six seconds; sixty from an address, then one a second; five codes for an account, then one a minute.
#[utoipa::path(post, operation_id = "login", path = "/api/v1/auth/login", tag = "auth", request_body = Login, security(()),
    responses((status = 200, body = SignedIn),
        (status = 401, body = salessync_engine::wire::page::ErrorBody, description = "`invalid_credentials`, `second_factor_required` or `second_factor_invalid`"),
        (status = 429, body = salessync_engine::wire::page::ErrorBody, description = "`too_many_attempts`, with `Retry-After`")))]
pub async fn login(
    state: Data<AppState>,
    request: HttpRequest,
    asking: Asking,
    body: Body<Login>,
) -> Result<HttpResponse, ApiError> {
    let Login { email, password, code, cookies, device } = body.0;
    if cookies && !cookies::comes_from_us(&request, &state) {
        return Err(ApiError::Csrf);
    }
    state.attempts.check(&email, asking.address).map_err(ApiError::TooManyAttempts)?;
    let found = state.people.by_email(&email).await?;
    let about = found.as_ref().map(|user| Object::new("user", user.id));
    let hash = found.as_ref().map(|found| found.password_hash.clone());
    let fits = password.len() <= *password::LEN.end() * 4 && password::verify(password.clone(), hash).await;
    let Some(user) = found.filter(|user| fits && !user.is_disabled) else {
        asking.refused(&state, ActKind::SignInRefused, about).await;
        return Err(ApiError::InvalidCredentials);
    };
    let now = state.system.now();
    if user.has_second_factor {
        let code = code.ok_or(ApiError::SecondFactorRequired)?;
        if !second_factor::use_code(&state, user.id, &code, now).await? {
            asking.refused(&state, ActKind::SecondFactorRefused, about).await;
            return Err(ApiError::SecondFactorInvalid);
        }
    }
    if password::is_outgrown(&user.password_hash) {
        let stronger = password::hashed(password).await?;
        state.system.store().rehash_password(user.id, user.password_hash.clone(), stronger).await?;
    }
    // Made a moment ago by another process: their first request is to find them.
    if !state.system.access().is_known(PrincipalId::User(user.id)) {
        state.system.access().refresh().await?;
    }
    let issued = state.sessions.open_for(user.id, asking.client(device.as_deref()), now).await?;
    let signed_in = Act::new(now, Actor::User(user.id), ActKind::SignIn).about(Object::new("session", issued.session));
    asking.note(&state, signed_in).await;
    Ok(answer(&state, &request, issued, &user, cookies, now))
}

/// Renews a session by its refresh token, from the body or the cookie. A refresh token is used once; asked again with the same one by the
/// same client within 30 s, the answer is the same; after that it ends the session.
#[utoipa::path(post, operation_id = "refresh", path = "/api/v1/auth/refresh", tag = "auth", request_body = RefreshRequest, security(()),
    responses((status = 200, body = SignedIn), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn refresh(
    state: Data<AppState>,
    request: HttpRequest,
    asking: Asking,
    body: Option<Body<RefreshRequest>>,
) -> Result<HttpResponse, ApiError> {
    let given = body.and_then(|Body(body)| body.refresh_token);
    let by_cookie = given.is_none();
    let token = match given {
        Some(token) => token,
        None => {
            let token = cookies::refresh_token(&request).ok_or(ApiError::Unauthenticated)?;
            cookies::check_sent_by_our_page(&request, &state)?;
            token
        }
    };
    let now = state.system.now();
    let issued = match state.sessions.renew(&token, asking.client(None), now).await? {
        Renewal::Renewed(issued) => issued,
        Renewal::Refused => return Err(ApiError::Unauthenticated),
        Renewal::Reused { session, whose } => {
            state.system.access().refresh().await?;
            let mut reused = Act::new(now, Actor::Nobody, ActKind::RefreshTokenReused).ended(Outcome::Refused);
            reused.object = Some(Object::new("session", session));
            reused.after = Some(serde_json::json!({ "whose": whose }));
            asking.note(&state, reused).await;
            tracing::warn!(%session, "a used refresh token came back: its session is over");
            return Err(ApiError::Unauthenticated);
        }
    };
    match issued.whose {
        PrincipalId::User(id) => {
            let user = state.people.user(id).await?.filter(|user| !user.is_disabled).ok_or(ApiError::Unauthenticated)?;
            Ok(answer(&state, &request, issued, &user, by_cookie, now))
        }
        PrincipalId::Agent(id) => {
            let agent = state.system.knows(id).then_some(id).ok_or(ApiError::Unauthenticated)?;
            Ok(HttpResponse::Ok().json(super::tokens::AgentToken::of(agent, issued)))
        }
        PrincipalId::ApiKey(_) => Err(ApiError::Unauthenticated),
    }
}

/// Ends the session, however it is shown: by its access token, its refresh token or its cookies.
#[utoipa::path(post, operation_id = "logout", path = "/api/v1/auth/logout", tag = "auth", request_body = RefreshRequest, security(()),
    responses((status = 204)))]
pub async fn logout(
    state: Data<AppState>,
    request: HttpRequest,
    asking: Asking,
    body: Option<Body<RefreshRequest>>,
) -> Result<HttpResponse, ApiError> {
    let now = state.system.now();
    let who = match crate::auth::principal::authenticate(&request, &state) {
        Err(ApiError::Csrf) => return Err(ApiError::Csrf),
        outcome => outcome.ok(),
    };
    let mut session = who.and_then(|who| who.session);
    if session.is_none() {
        let shown = match body.and_then(|Body(body)| body.refresh_token) {
            Some(token) => Some(token),
            None => match cookies::refresh_token(&request) {
                Some(token) => {
                    cookies::check_sent_by_our_page(&request, &state)?;
                    Some(token)
                }
                None => None,
            },
        };
        if let Some(token) = shown {
            session = state.sessions.of_refresh_token(&token).await?;
        }
    }
    if let Some(session) = session {
        state.system.store().revoke_session(session, now).await?;
        state.system.access().refresh().await?;
        let signed_out = match &who {
            Some(who) => act(&state, who, ActKind::SignOut),
            None => Act::new(now, Actor::Nobody, ActKind::SignOut),
        };
        asking.note(&state, signed_out.about(Object::new("session", session))).await;
    }
    let mut response = HttpResponse::NoContent().finish();
    cookies::clear(&mut response, &request, &state);
    Ok(response)
}

/// The user whose session this is, and what they may do.
#[utoipa::path(get, operation_id = "me", path = "/api/v1/me", tag = "auth",
    responses((status = 200, body = Me), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn me(state: Data<AppState>, who: Principal) -> Result<Json<Me>, ApiError> {
    let id = who.user()?;
    let user = state.people.user(id).await?.ok_or(ApiError::Unauthenticated)?;
    let grants = state.system.access().grants_of(who.id).ok_or(ApiError::Unauthenticated)?;
    let impersonated_by = match who.impersonator {
        Some(by) => state.people.user(by).await?.map(|by| Named { id: by.id, name: by.name.clone() }),
        None => None,
    };
    let names = state.system.store().territory_names(user.territories.clone()).await?;
    Ok(Json(Me {
        id,
        email: user.email.clone(),
        name: user.name.clone(),
        role: user.role.clone(),
        agent_id: user.agent,
        territories: names.into_iter().map(|(id, name)| NamedTerritory { id, name }).collect(),
        permissions: grants.permissions.iter().collect(),
        second_factor: user.has_second_factor,
        password_changed_at: user.password_changed_at,
        impersonated_by,
    }))
}

/// Gives out a single-use ticket for `/ws/live`, good for 30 s: offer it as the subprotocol `ticket.<ticket>`. It is worth as much as the
/// session it was asked in, and no longer.
#[utoipa::path(post, operation_id = "createWsTicket", path = "/api/v1/ws-tickets", tag = "auth",
    responses((status = 200, body = Ticket), (status = 401, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn ws_ticket(state: Data<AppState>, who: Principal) -> Result<Json<Ticket>, ApiError> {
    who.user()?;
    let now = state.system.now();
    let ticket = state.tickets.issue(who, now).ok_or(ApiError::Unavailable)?;
    Ok(Json(Ticket { ticket, expires_at: now.plus_s(crate::auth::ticket::TTL_S) }))
}

/// The answer to signing in and to renewing. With cookies the tokens are in them and nowhere else, where no script can read them.
fn answer(state: &AppState, request: &HttpRequest, issued: Issued, user: &User, cookies: bool, now: Timestamp) -> HttpResponse {
    let user = UserView::of(user);
    if cookies {
        let expires_at = issued.expires_at;
        let body = SignedIn { access_token: None, refresh_token: None, expires_at, user };
        let mut response = HttpResponse::Ok().json(body);
        cookies::put(&mut response, request, state, &issued, now);
        return response;
    }
    let refresh_token = issued.refresh.map(|refresh| refresh.token);
    HttpResponse::Ok().json(SignedIn {
        access_token: Some(issued.access_token),
        refresh_token,
        expires_at: issued.expires_at,
        user,
    })
}

/// Somebody who shows their password once more, for what a stolen session must not do.
pub(super) async fn again_with_password(
    state: &AppState,
    asking: &Asking,
    who: &Principal,
    password: String,
) -> Result<User, ApiError> {
    let id = who.in_person()?;
    let user = state.people.user(id).await?.ok_or(ApiError::Unauthenticated)?;
    state.attempts.check(&user.email, asking.address).map_err(ApiError::TooManyAttempts)?;
    if password.len() <= *password::LEN.end() * 4 && password::verify(password, Some(user.password_hash.clone())).await {
        return Ok(user);
    }
    let refused = act(state, who, ActKind::SignInRefused).about(Object::new("user", id)).ended(Outcome::Refused);
    asking.note(state, refused).await;
    Err(ApiError::InvalidCredentials)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub email: String,
    pub password: String,
    /// Of the second factor: six digits of the app, or a recovery code.
    #[serde(default)]
    pub code: Option<String>,
    /// Gives the tokens as cookies that no script can read.
    #[serde(default)]
    pub cookies: bool,
    /// What the client calls itself in the list of sessions.
    #[serde(default)]
    pub device: Option<String>,
}

#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    #[serde(default)]
    pub refresh_token: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// When the access token ends.
    pub expires_at: Timestamp,
    pub user: UserView,
}

/// A user as named in an answer to signing in.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedInUser)]
pub struct UserView {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: String,
}

impl UserView {
    fn of(user: &User) -> Self {
        Self { id: user.id, email: user.email.clone(), name: user.name.clone(), role: user.role.clone() }
    }
}

/// A user as shown to themselves.
#[derive(Serialize, ToSchema)]
pub struct Me {
    pub id: UserId,
    pub email: String,
    pub name: String,
    /// A built-in role or a custom one.
    pub role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    /// Those assigned; what lies below them is theirs too.
    pub territories: Vec<NamedTerritory>,
    pub permissions: Vec<Permission>,
    pub second_factor: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_changed_at: Option<Timestamp>,
    /// Who acts as this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impersonated_by: Option<Named>,
}

#[derive(Serialize, ToSchema)]
pub struct NamedTerritory {
    pub id: TerritoryId,
    pub name: String,
}

/// Somebody.
#[derive(Serialize, ToSchema)]
#[schema(as = NamedUser)]
pub struct Named {
    pub id: UserId,
    pub name: String,
}

#[derive(Serialize, ToSchema)]
pub struct Ticket {
    pub ticket: String,
    pub expires_at: Timestamp,
}

/// Nothing said about what changed.
pub(super) fn nothing() -> Changed {
    Changed::default()
}
