//! Forms and the types of activities that ask them. A change of a form makes a new version; answers keep theirs.

use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadSettings, UpdateSettings};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::rest::{PageQuery, checked_limit, checked_version};
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use salessync_actors::store::visits::{ActivityType, FormChange};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::flaw::checked_line;
use salessync_engine::form::{Form, FormContent};
use salessync_engine::wire::page::Page;
use salessync_engine::{ActivityTypeId, FormId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/forms", web::get().to(list))
        .route("/forms", web::post().to(create))
        .route("/forms/{id}", web::get().to(read))
        .route("/forms/{id}", web::put().to(update))
        .route("/forms/{id}/versions/{version}", web::get().to(version))
        .route("/activity-types", web::get().to(types))
        .route("/activity-types/{id}", web::put().to(put_type));
}

/// Forms as they are by now, by title.
#[utoipa::path(get, operation_id = "listForms", path = "/api/v1/forms", tag = "forms", params(PageQuery), responses((status = 200, body = Page<Form>)))]
pub async fn list(state: Data<AppState>, _: Can<ReadSettings>, query: Params<PageQuery>) -> Result<Json<Page<Form>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 500)?;
    let after = query.0.after.as_deref().map(cursor::decode::<(String, FormId)>).transpose()?;
    let mut items = state.system.store().forms(after, limit as i64 + 1).await?;
    let next = (items.len() > limit).then(|| items.truncate(limit)).and_then(|()| items.last());
    let next = next.map(|last| cursor::encode(&(&last.content.title, last.id)));
    Ok(Json(Page { items, next }))
}

/// Makes a form. With an id that exists already the existing form is returned unchanged.
#[utoipa::path(post, operation_id = "createForm", path = "/api/v1/forms", tag = "forms", request_body = NewForm,
    responses((status = 201, body = Form), (status = 200, body = Form), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    by: Can<UpdateSettings>,
    request: HttpRequest,
    body: Body<NewForm>,
) -> Result<HttpResponse, ApiError> {
    let id = body.0.id.unwrap_or_else(|| FormId(Uuid::now_v7()));
    let content = FormContent { title: body.0.title, fields: body.0.fields }.checked()?;
    match state.system.store().create_form(id, content, by.author(), state.system.now()).await? {
        FormChange::Done(form) => {
            note(&state, &request, &form).await;
            Ok(HttpResponse::build(StatusCode::CREATED).json(form))
        }
        FormChange::Same(form) => Ok(HttpResponse::Ok().json(form)),
        FormChange::Overtaken { version } => Err(overtaken(version)),
        FormChange::Gone => Err(ApiError::NotFound("form")),
    }
}

/// A form as it is by now.
#[utoipa::path(get, operation_id = "readForm", path = "/api/v1/forms/{id}", tag = "forms", params(("id" = FormId, Path)),
    responses((status = 200, body = Form), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, _: Can<ReadSettings>, id: Path<FormId>) -> Result<Json<Form>, ApiError> {
    state.system.store().form(*id, None).await?.map(Json).ok_or(ApiError::NotFound("form"))
}

/// Adds a version of a form. What was answered before keeps the version it was answered under.
#[utoipa::path(put, operation_id = "updateForm", path = "/api/v1/forms/{id}", tag = "forms", params(("id" = FormId, Path)), request_body = NewForm,
    responses((status = 200, body = Form), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    by: Can<UpdateSettings>,
    request: HttpRequest,
    id: Path<FormId>,
    body: Body<NewForm>,
) -> Result<Json<Form>, ApiError> {
    let content = FormContent { title: body.0.title, fields: body.0.fields }.checked()?;
    let change = state.system.store().change_form(*id, body.0.version, content, by.author(), state.system.now()).await?;
    match change {
        FormChange::Done(form) => {
            note(&state, &request, &form).await;
            Ok(Json(form))
        }
        FormChange::Same(form) => Ok(Json(form)),
        FormChange::Overtaken { version } => Err(overtaken(version)),
        FormChange::Gone => Err(ApiError::NotFound("form")),
    }
}

/// A form as it was in a version.
#[utoipa::path(get, operation_id = "readFormVersion", path = "/api/v1/forms/{id}/versions/{version}", tag = "forms",
    params(("id" = FormId, Path), ("version" = i64, Path)),
    responses((status = 200, body = Form), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn version(state: Data<AppState>, _: Can<ReadSettings>, path: Path<(FormId, String)>) -> Result<Json<Form>, ApiError> {
    let (id, version) = path.into_inner();
    let version = checked_version(&version)?;
    state.system.store().form(id, Some(version)).await?.map(Json).ok_or(ApiError::NotFound("form"))
}

/// The types of activities, by name.
#[utoipa::path(get, operation_id = "listActivityTypes", path = "/api/v1/activity-types", tag = "forms", responses((status = 200, body = Page<ActivityTypeView>)))]
pub async fn types(state: Data<AppState>, _: Can<ReadSettings>) -> Result<Json<Page<ActivityTypeView>>, ApiError> {
    let items = state.system.store().activity_types().await?;
    Ok(Json(Page { items: items.into_iter().map(ActivityTypeView::of).collect(), next: None }))
}

/// Makes a type of activity under an id the client mints, or changes it.
#[utoipa::path(put, operation_id = "putActivityType", path = "/api/v1/activity-types/{id}", tag = "forms", params(("id" = ActivityTypeId, Path)), request_body = NewActivityType,
    responses((status = 200, body = ActivityTypeView), (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn put_type(
    state: Data<AppState>,
    _: Can<UpdateSettings>,
    request: HttpRequest,
    id: Path<ActivityTypeId>,
    body: Body<NewActivityType>,
) -> Result<Json<ActivityTypeView>, ApiError> {
    let NewActivityType { name, form_id, is_active, version } = body.0;
    let name = checked_line("name", &name, 1, 120)?;
    let created_at = state.system.now();
    let new = ActivityType { id: *id, name, form_id, is_active, version: 1, created_at };
    let written = state.system.store().put_activity_type(new, version).await?;
    let written = written.ok_or_else(|| ApiError::Conflict {
        code: "version_conflict",
        message: "somebody else has changed the type of activity: read it again".to_owned(),
    })?;
    let object = Some(Object::new("activity_type", *id));
    let what = json!({"form_id": written.form_id, "is_active": written.is_active, "version": written.version});
    state.audit.note(&request, actor_of(&request), ActKind::FormChanged, object, None, Some(what)).await;
    Ok(Json(ActivityTypeView::of(written)))
}

fn overtaken(version: i64) -> ApiError {
    ApiError::Conflict {
        code: "version_conflict",
        message: format!("the form has been changed since: it is version {version} by now"),
    }
}

async fn note(state: &AppState, request: &HttpRequest, form: &Form) {
    let object = Some(Object::new("form", form.id));
    let what = json!({"version": form.version, "fields": form.content.fields.len()});
    state.audit.note(request, actor_of(request), ActKind::FormChanged, object, None, Some(what)).await;
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewForm {
    #[serde(default)]
    id: Option<FormId>,
    /// Of a change: the version it was made from; when there is a newer one, it is refused.
    #[serde(default)]
    version: Option<i64>,
    title: String,
    fields: Vec<salessync_engine::form::Field>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewActivityType {
    /// 1 to 120 characters.
    name: String,
    /// Asked when it is done.
    #[serde(default)]
    form_id: Option<FormId>,
    #[serde(default = "yes")]
    is_active: bool,
    #[serde(default)]
    version: Option<i64>,
}

const fn yes() -> bool {
    true
}

/// A type of activity.
#[derive(Serialize, ToSchema)]
#[schema(as = ActivityType)]
pub struct ActivityTypeView {
    id: ActivityTypeId,
    name: String,
    form_id: Option<FormId>,
    is_active: bool,
    version: i64,
    created_at: Timestamp,
}

impl ActivityTypeView {
    pub(crate) fn of(kind: ActivityType) -> Self {
        let ActivityType { id, name, form_id, is_active, version, created_at } = kind;
        Self { id, name, form_id, is_active, version, created_at }
    }

    pub(crate) fn form(&self) -> Option<FormId> {
        self.form_id
    }
}
