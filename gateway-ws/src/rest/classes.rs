//! The organisation's lists that customers and agents are described with: classes of customers, and skills.

use super::customers::expected;
use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadCustomers, UpdateSettings};
use crate::error::ApiError;
use crate::rest::input::Body;
use crate::state::AppState;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::store::classes::{ClassWritten, EntryDeletion};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::customer::{CustomerClass, NewCustomerClass, Skill};
use salessync_engine::flaw::{checked_code, checked_line};
use salessync_engine::wire::page::Page;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/customer-classes", web::get().to(list))
        .route("/customer-classes/{code}", web::put().to(put))
        .route("/customer-classes/{code}", web::delete().to(delete))
        .route("/skills", web::get().to(list_skills))
        .route("/skills/{code}", web::put().to(put_skill))
        .route("/skills/{code}", web::delete().to(delete_skill));
}

/// All classes of customers by code.
#[utoipa::path(get, operation_id = "listCustomerClasses", path = "/api/v1/customer-classes", tag = "customers",
    responses((status = 200, body = Page<CustomerClass>)))]
pub async fn list(state: Data<AppState>, who: Can<ReadCustomers>) -> Result<Json<Page<CustomerClass>>, ApiError> {
    Ok(Json(Page { items: state.system.store().customer_classes(&who.scope).await?, next: None }))
}

/// Makes a class of customers, or replaces it. It holds for what is planned from now on.
#[utoipa::path(put, operation_id = "putCustomerClass", path = "/api/v1/customer-classes/{code}", tag = "customers", params(("code" = String, Path)),
    request_body = NewCustomerClass,
    responses((status = 200, body = CustomerClass), (status = 201, body = CustomerClass),
        (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn put(
    state: Data<AppState>,
    by: Can<UpdateSettings>,
    request: HttpRequest,
    code: Path<String>,
    body: Body<NewCustomerClass>,
) -> Result<HttpResponse, ApiError> {
    let whole = by.whole()?;
    let version = expected(&request, body.0.version)?;
    let class = body.0.checked(&code)?;
    let (status, before, class) = match state.system.store().put_customer_class(whole, class, version).await? {
        ClassWritten::Created(class) => (StatusCode::CREATED, None, class),
        ClassWritten::Changed { before, after } => (StatusCode::OK, Some(json!(before)), after),
        ClassWritten::Same(class) => return Ok(shown(StatusCode::OK, &class)),
        ClassWritten::Overtaken { current } => {
            let message = format!("the class has been changed meanwhile: version {current} is in force");
            return Err(ApiError::Conflict { code: "version_conflict", message });
        }
    };
    note(&state, &request, Object::new("customer_class", &class.code), (before, Some(json!(class)))).await;
    Ok(shown(status, &class))
}

/// Deletes a class that no customer is of.
#[utoipa::path(delete, operation_id = "deleteCustomerClass", path = "/api/v1/customer-classes/{code}", tag = "customers", params(("code" = String, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn delete(
    state: Data<AppState>,
    by: Can<UpdateSettings>,
    request: HttpRequest,
    code: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let deletion = state.system.store().delete_customer_class(by.whole()?, code.clone()).await?;
    deleted(deletion, "customer class", "customers are of this class")?;
    note(&state, &request, Object::new("customer_class", &*code), (Some(json!({"code": *code})), None)).await;
    Ok(HttpResponse::NoContent().finish())
}

/// All skills by code.
#[utoipa::path(get, operation_id = "listSkills", path = "/api/v1/skills", tag = "customers", responses((status = 200, body = Page<Skill>)))]
pub async fn list_skills(state: Data<AppState>, who: Can<ReadCustomers>) -> Result<Json<Page<Skill>>, ApiError> {
    Ok(Json(Page { items: state.system.store().skills(&who.scope).await?, next: None }))
}

/// Makes a skill, or names it anew.
#[utoipa::path(put, operation_id = "putSkill", path = "/api/v1/skills/{code}", tag = "customers", params(("code" = String, Path)),
    request_body = NewSkill,
    responses((status = 200, body = Skill), (status = 201, body = Skill), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn put_skill(
    state: Data<AppState>,
    by: Can<UpdateSettings>,
    request: HttpRequest,
    code: Path<String>,
    body: Body<NewSkill>,
) -> Result<HttpResponse, ApiError> {
    let skill = Skill { code: checked_code("code", &code)?, name: checked_line("name", &body.0.name, 1, 120)? };
    let is_new = state.system.store().put_skill(by.whole()?, skill.clone()).await?;
    note(&state, &request, Object::new("skill", &skill.code), (None, Some(json!(skill)))).await;
    Ok(HttpResponse::build(if is_new { StatusCode::CREATED } else { StatusCode::OK }).json(skill))
}

/// Deletes a skill that nobody has, and that no customer and no visit to come asks for.
#[utoipa::path(delete, operation_id = "deleteSkill", path = "/api/v1/skills/{code}", tag = "customers", params(("code" = String, Path)),
    responses((status = 204), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn delete_skill(
    state: Data<AppState>,
    by: Can<UpdateSettings>,
    request: HttpRequest,
    code: Path<String>,
) -> Result<HttpResponse, ApiError> {
    deleted(
        state.system.store().delete_skill(by.whole()?, code.clone()).await?,
        "skill",
        "a customer or a visit to come asks for it, or somebody has it",
    )?;
    note(&state, &request, Object::new("skill", &*code), (Some(json!({"code": *code})), None)).await;
    Ok(HttpResponse::NoContent().finish())
}

fn shown(status: StatusCode, class: &CustomerClass) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::ETAG, format!("\"{}\"", class.version))).json(class)
}

fn deleted(deletion: EntryDeletion, what: &'static str, why: &str) -> Result<(), ApiError> {
    match deletion {
        EntryDeletion::Done => Ok(()),
        EntryDeletion::Gone => Err(ApiError::NotFound(what)),
        EntryDeletion::InUse => Err(ApiError::Conflict { code: "in_use", message: format!("the {what} is in use: {why}") }),
    }
}

async fn note(state: &AppState, request: &HttpRequest, object: Object, (before, after): (Option<Value>, Option<Value>)) {
    state.audit.note(request, actor_of(request), ActKind::SettingsChanged, Some(object), before, after).await;
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSkill {
    /// 1 to 120 characters.
    name: String,
}
