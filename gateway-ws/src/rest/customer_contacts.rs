//! Contacts of customers: whom one asks for. Kept sealed; masked for whoever may not see contacts. Who is taken away is erased.

use super::customer_places::VersionQuery;
use super::customers::{answer, changed, expected};
use crate::audit::actor_of;
use crate::auth::permit::{Can, ReadCustomers, UpdateCustomers};
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::state::AppState;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::customer_contacts::{ContactPerson, CustomerContact};
use salessync_engine::access::{Action, Module};
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::contact::{Email, Phone};
use salessync_engine::customer::ContactHead;
use salessync_engine::flaw::checked_line;
use salessync_engine::mask::{masked_email, masked_name, masked_phone};
use salessync_engine::wire::page::Page;
use salessync_engine::{ContactId, CustomerId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/customers/{id}/contacts", web::get().to(list))
        .route("/customers/{id}/contacts/{contact}", web::put().to(put))
        .route("/customers/{id}/contacts/{contact}", web::delete().to(erase));
}

/// Whom one asks for at a customer's, masked where contacts may not be seen.
#[utoipa::path(get, operation_id = "listCustomerContacts", path = "/api/v1/customers/{id}/contacts", tag = "customers",
    params(("id" = CustomerId, Path)),
    responses((status = 200, body = Page<ContactView>), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadCustomers>,
    id: Path<CustomerId>,
) -> Result<Json<Page<ContactView>>, ApiError> {
    let store = state.system.store();
    let customer = store.customer(&who.scope, *id).await?.ok_or(ApiError::NotFound("customer"))?;
    let (territory, preferred) = (customer.profile.territory_id, &customer.profile.preferred_agents);
    let seen = who.scope.customer(*id, territory, preferred).ok_or(ApiError::NotFound("customer"))?;
    let unmasked = who.grants.scope(Module::Contacts, Action::Read);
    let is_unmasked = unmasked.is_ok_and(|scope| scope.covers_customer(territory, preferred));
    let contacts = state.vault.customer_contacts(seen).await?;
    let items = contacts.into_iter().map(|contact| ContactView::of(contact, is_unmasked)).collect();
    Ok(Json(Page { items, next: None }))
}

/// Makes a contact, or replaces it; the client mints the id.
#[utoipa::path(put, operation_id = "putCustomerContact", path = "/api/v1/customers/{id}/contacts/{contact}", tag = "customers",
    params(("id" = CustomerId, Path), ("contact" = ContactId, Path)), request_body = NewContact,
    responses((status = 200, body = super::customers::CustomerView), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn put(
    state: Data<AppState>,
    who: Can<UpdateCustomers>,
    request: HttpRequest,
    ids: Path<(CustomerId, ContactId)>,
    body: Body<NewContact>,
) -> Result<HttpResponse, ApiError> {
    let (id, contact) = *ids;
    let NewContact { name, role, email, phone, version } = body.0;
    let expected = expected(&request, version)?;
    let person = ContactPerson {
        name: checked_line("name", &name, 1, 120)?,
        email: email.as_deref().map(checked_email).transpose()?,
        phone: phone.as_deref().map(checked_phone).transpose()?,
    };
    let head = ContactHead::checked(contact, &role)?;
    // Before anything is sealed: somebody at a customer who is not there gets no key.
    if state.system.store().customer(&who.scope, id).await?.is_none() {
        return Err(ApiError::NotFound("customer"));
    }
    let what = (head, person, expected);
    let done = state.system.put_customer_contact(&state.vault, &who.scope, id, what, who.user()).await?;
    changed(&state, &request, &done).await;
    Ok(answer(&state, StatusCode::OK, done.customer))
}

/// Takes a contact away and erases it: what was sealed can be opened by nobody any more.
#[utoipa::path(delete, operation_id = "eraseCustomerContact", path = "/api/v1/customers/{id}/contacts/{contact}", tag = "customers",
    params(("id" = CustomerId, Path), ("contact" = ContactId, Path), VersionQuery),
    responses((status = 200, body = super::customers::CustomerView), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn erase(
    state: Data<AppState>,
    who: Can<UpdateCustomers>,
    request: HttpRequest,
    ids: Path<(CustomerId, ContactId)>,
    query: Params<VersionQuery>,
) -> Result<HttpResponse, ApiError> {
    let (id, contact) = *ids;
    let what = (contact, expected(&request, query.0.version)?);
    let done = state.system.erase_customer_contact(&state.vault, &who.scope, id, what, who.user()).await?;
    let object = Some(Object::new("contact", contact));
    let after = Some(json!({"customer": id}));
    state.audit.note(&request, actor_of(&request), ActKind::Erasure, object, None, after).await;
    Ok(answer(&state, StatusCode::OK, done.customer))
}

fn checked_phone(text: &str) -> Result<Phone, ApiError> {
    Phone::new(text).map_err(|flaw| ApiError::field("phone", "a plus and 7..15 digits", flaw.to_string()))
}

fn checked_email(text: &str) -> Result<Email, ApiError> {
    Email::new(text).map_err(|flaw| ApiError::field("email", "an e-mail address, at most 254 characters", flaw.to_string()))
}

// No Debug: a body is not to be logged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCustomerContact)]
pub struct NewContact {
    /// 1 to 120 characters.
    name: String,
    /// "buyer", "caretaker": at most 60 characters.
    #[serde(default)]
    role: String,
    #[serde(default)]
    email: Option<String>,
    /// With its country: a plus and 7 to 15 digits; spaces and hyphens are left out.
    #[serde(default)]
    phone: Option<String>,
    /// The customer's version this was decided upon; refused where it is another one by now.
    #[serde(default)]
    version: Option<i64>,
}

/// A contact as shown.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerContact)]
pub struct ContactView {
    pub id: ContactId,
    pub role: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Only as much is shown as one needs to recognise them.
    pub masked: bool,
    pub updated_at: Timestamp,
}

impl ContactView {
    /// The one place that decides whether a contact leaves whole.
    pub(crate) fn of(contact: CustomerContact, is_unmasked: bool) -> Self {
        let CustomerContact { id, role, person: ContactPerson { name, email, phone }, updated_at } = contact;
        let (email, phone) = (email.as_ref().map(Email::as_str), phone.as_ref().map(Phone::as_str));
        let (name, email, phone) = if is_unmasked {
            (name, email.map(str::to_owned), phone.map(str::to_owned))
        } else {
            (masked_name(&name), email.map(masked_email), phone.map(masked_phone))
        };
        Self { id, role, name, email, phone, masked: !is_unmasked, updated_at }
    }
}
