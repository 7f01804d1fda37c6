//! Customers: who is visited. What is changed goes through the customer's actor, one change after the other, each upon the version its maker
//! has seen (`version` in the body, or If-Match).

use crate::audit::actor_of;
use crate::auth::permit::{Can, CreateCustomers, ReadCustomers, UpdateCustomers, see};
use crate::cursor;
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::rest::positions::checked_bbox;
use crate::rest::{checked_limit, checked_point, checked_territory};
use crate::state::AppState;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use salessync_actors::customer::Done;
use salessync_actors::store::StoreError;
use salessync_actors::store::customers::{AfterDistance, Around, CustomerFilter};
use salessync_actors::supervision::Phase;
use salessync_actors::system::ManyCreated;
use salessync_engine::access::Scope;
use salessync_engine::audit::{ActKind, Object};
use salessync_engine::customer::{Command, Customer, CustomerPatch, CustomerStatus, Draft, NewCustomer, Order};
use salessync_engine::flaw::FieldFlaw;
use salessync_engine::wire::page::Page;
use salessync_engine::words::query_words;
use salessync_engine::{AgentId, CustomerId, Point, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Customers in one bulk request.
const BULK_MAX: usize = 1_000;
/// Farther is not nearby.
const RADIUS_M: std::ops::RangeInclusive<f64> = 1.0..=200_000.0;
const RADIUS_M_DEFAULT: f64 = 5_000.0;

/// `changes` and `bulk` are no ids: they come first.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/customers", web::get().to(list))
        .route("/customers", web::post().to(create))
        .route("/customers/bulk", web::post().to(create_many))
        .route("/customers/changes", web::get().to(changes))
        .route("/customers/{id}", web::get().to(read))
        .route("/customers/{id}", web::patch().to(update))
        .route("/customers/{id}/resume", web::post().to(resume));
}

/// Customers by name, a page at a time; with `near` those with a place in the circle, the nearest first.
#[utoipa::path(get, operation_id = "listCustomers", path = "/api/v1/customers", tag = "customers", params(CustomersQuery),
    responses((status = 200, body = Page<ListedCustomer>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn list(
    state: Data<AppState>,
    who: Can<ReadCustomers>,
    query: Params<CustomersQuery>,
) -> Result<Json<Page<ListedCustomer>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 500)?;
    let around = checked_around(&query.0)?;
    let after = query.0.after.clone();
    let filter = query.0.filter()?;
    let store = state.system.store();
    let Some(around) = around else {
        let after = after.as_deref().map(cursor::decode::<(String, CustomerId)>).transpose()?;
        let mut customers = store.customers(&who.scope, filter, after, limit as i64 + 1).await?;
        let next = (customers.len() > limit).then(|| customers.truncate(limit)).and_then(|()| customers.last());
        let next = next.map(|last| cursor::encode(&(&last.profile.name, last.id)));
        let items = customers.into_iter().map(|customer| ListedCustomer { customer, distance_m: None });
        return Ok(Json(Page { items: items.collect(), next }));
    };
    let after = after.as_deref().map(cursor::decode::<AfterDistance>).transpose()?;
    let mut found = store.customers_near(&who.scope, filter, around, after, limit as i64 + 1).await?;
    let next = (found.len() > limit).then(|| found.truncate(limit)).and_then(|()| found.last());
    let next = next.map(|(customer, distance_mm)| cursor::encode(&(distance_mm, customer.id)));
    let items = found
        .into_iter()
        .map(|(customer, distance_mm)| ListedCustomer { customer, distance_m: Some(distance_mm as f64 / 1000.0) });
    Ok(Json(Page { items: items.collect(), next }))
}

/// Creates a customer with its places and their fences. With an id that exists already the existing customer is returned unchanged.
#[utoipa::path(post, operation_id = "createCustomer", path = "/api/v1/customers", tag = "customers", request_body = NewCustomer,
    responses((status = 201, body = CustomerView), (status = 200, body = CustomerView),
        (status = 400, body = salessync_engine::wire::page::ErrorBody), (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create(
    state: Data<AppState>,
    who: Can<CreateCustomers>,
    request: HttpRequest,
    body: Body<NewCustomer>,
) -> Result<HttpResponse, ApiError> {
    let draft = checked(&state, &who.scope, vec![body.0], |_| String::new()).await?.pop().ok_or(ApiError::Internal)?;
    let id = draft.id;
    let order = Order { command: Command::Create(Box::new(draft)), expected: None };
    let done = state.system.order(&who.scope, id, order, who.user()).await?;
    if done.is_changed {
        note(&state, &request, ActKind::CustomerCreated, &done).await;
    }
    Ok(answer(&state, if done.is_changed { StatusCode::CREATED } else { StatusCode::OK }, done.customer))
}

/// Creates up to 1,000 customers, all or none; ids that exist already stay as they are.
#[utoipa::path(post, operation_id = "createCustomers", path = "/api/v1/customers/bulk", tag = "customers", request_body = BulkCustomers,
    responses((status = 200, body = CustomersCreated), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn create_many(
    state: Data<AppState>,
    who: Can<CreateCustomers>,
    request: HttpRequest,
    body: Body<BulkCustomers>,
) -> Result<Json<CustomersCreated>, ApiError> {
    let new = body.0.customers;
    if new.len() > BULK_MAX {
        return Err(ApiError::field("customers", format!("0..{BULK_MAX}"), format!("holds {} customers", new.len())));
    }
    let drafts = checked(&state, &who.scope, new, |index| format!("customers[{index}].")).await?;
    let named: Vec<_> =
        drafts.iter().map(|draft| (draft.id, draft.profile.class.clone(), draft.profile.skills.clone())).collect();
    let created = state.system.create_customers(&who.scope, drafts, who.user()).await.map_err(|error| {
        let StoreError::Missing { field, value: Some(value) } = &error else { return error.into() };
        let names =
            |(_, class, skills): &(_, Option<String>, Vec<String>)| class.as_ref() == Some(value) || skills.contains(value);
        match named.iter().position(names) {
            Some(index) => ApiError::field(format!("customers[{index}].{field}"), "must name what there is", error.to_string()),
            None => error.into(),
        }
    });
    match created? {
        ManyCreated::Outside(id) => {
            let index = named.iter().position(|(known, ..)| *known == id).unwrap_or_default();
            let message = format!("{id} is the id of a customer that is not yours");
            Err(ApiError::field(format!("customers[{index}].id"), "an id of your own", message))
        }
        ManyCreated::Done(created) => {
            let ids: Vec<_> = created.iter().map(|customer| customer.id).collect();
            let what = json!({"created": ids.len(), "customers": ids});
            state.audit.note(&request, actor_of(&request), ActKind::CustomerCreated, None, None, Some(what)).await;
            Ok(Json(CustomersCreated { created: ids.len() as u64 }))
        }
    }
}

/// Customers that were changed after a revision, in the order of their newest change. Ask again with `next`, which is always there: so a copy is
/// kept up to date. A customer that leaves one's scope is not told of.
#[utoipa::path(get, operation_id = "listCustomerChanges", path = "/api/v1/customers/changes", tag = "customers", params(ChangesQuery),
    responses((status = 200, body = Page<Customer>), (status = 400, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn changes(
    state: Data<AppState>,
    who: Can<ReadCustomers>,
    query: Params<ChangesQuery>,
) -> Result<Json<Page<Customer>>, ApiError> {
    let limit = checked_limit(query.0.limit, 100, 500)?;
    let after = query.0.after.as_deref().map(cursor::decode::<(i64, CustomerId)>).transpose()?;
    let after = after.unwrap_or((0, CustomerId(Uuid::nil())));
    let changed = state.system.store().customers_changed(&who.scope, after, limit as i64).await?;
    let next = changed.last().map_or(after, |(revision, customer)| (*revision, customer.id));
    let items = changed.into_iter().map(|(_, customer)| customer).collect();
    Ok(Json(Page { items, next: Some(cursor::encode(&next)) }))
}

/// One customer; the ETag is its version.
#[utoipa::path(get, operation_id = "readCustomer", path = "/api/v1/customers/{id}", tag = "customers", params(("id" = CustomerId, Path)),
    responses((status = 200, body = CustomerView), (status = 304), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(
    state: Data<AppState>,
    who: Can<ReadCustomers>,
    request: HttpRequest,
    id: Path<CustomerId>,
) -> Result<HttpResponse, ApiError> {
    let customer = state.system.store().customer(&who.scope, *id).await?.ok_or(ApiError::NotFound("customer"))?;
    let seen = request.headers().get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    if seen.and_then(version_of) == Some(customer.version) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, etag(customer.version))).finish());
    }
    Ok(answer(&state, StatusCode::OK, customer))
}

/// Changes what is said of a customer as a whole; what is left out stays, and `null` takes away what may be absent.
#[utoipa::path(patch, operation_id = "updateCustomer", path = "/api/v1/customers/{id}", tag = "customers", params(("id" = CustomerId, Path)),
    request_body = CustomerPatch,
    responses((status = 200, body = CustomerView), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn update(
    state: Data<AppState>,
    who: Can<UpdateCustomers>,
    request: HttpRequest,
    id: Path<CustomerId>,
    body: Body<CustomerPatch>,
) -> Result<HttpResponse, ApiError> {
    let expected = expected(&request, body.0.version)?;
    let change = body.0.checked()?;
    for (field, agent) in change.agents() {
        check_agent(&state, &who.scope, field, agent)?;
    }
    let order = Order { command: Command::Change(Box::new(change)), expected };
    let done = state.system.order(&who.scope, *id, order, who.user()).await?;
    changed(&state, &request, &done).await;
    Ok(answer(&state, StatusCode::OK, done.customer))
}

/// Lets a customer's actor live again that was halted after repeated crashes.
#[utoipa::path(post, operation_id = "resumeCustomer", path = "/api/v1/customers/{id}/resume", tag = "customers", params(("id" = CustomerId, Path)),
    responses((status = 200, body = CustomerView), (status = 404, body = salessync_engine::wire::page::ErrorBody),
        (status = 409, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn resume(
    state: Data<AppState>,
    who: Can<UpdateCustomers>,
    request: HttpRequest,
    id: Path<CustomerId>,
) -> Result<HttpResponse, ApiError> {
    let customer = state.system.store().customer(&who.scope, *id).await?.ok_or(ApiError::NotFound("customer"))?;
    if !state.system.resume_customer(*id) {
        return Err(ApiError::Conflict { code: "not_halted", message: "the customer is not halted".to_owned() });
    }
    let object = Some(Object::new("customer", *id));
    state.audit.note(&request, actor_of(&request), ActKind::CustomerResumed, object, None, None).await;
    Ok(answer(&state, StatusCode::OK, customer))
}

/// A customer with its version as the ETag.
pub(super) fn answer(state: &AppState, status: StatusCode, customer: Customer) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::ETAG, etag(customer.version)));
    response.json(CustomerView::of(state, customer))
}

fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// Reads a version from an entity tag.
fn version_of(tag: &str) -> Option<i64> {
    tag.trim().trim_start_matches("W/").trim_matches('"').parse().ok()
}

/// The version a change was decided upon: from the body, or from If-Match.
pub(super) fn expected(request: &HttpRequest, in_body: Option<i64>) -> Result<Option<i64>, ApiError> {
    let flaw = |message: &str| ApiError::field("If-Match", "the ETag of what was read", message);
    let Some(tag) = request.headers().get(header::IF_MATCH) else { return Ok(in_body) };
    let tag = tag.to_str().map_err(|_| flaw("is not text"))?;
    if tag.trim() == "*" {
        return Ok(in_body);
    }
    let version = version_of(tag).ok_or_else(|| flaw("is not a version"))?;
    match in_body {
        Some(other) if other != version => Err(flaw("differs from the version in the body")),
        Some(_) | None => Ok(Some(version)),
    }
}

/// Writes a change down, if there was one.
pub(super) async fn changed(state: &AppState, request: &HttpRequest, done: &Done) {
    if done.is_changed {
        note(state, request, ActKind::CustomerChanged, done).await;
    }
}

async fn note(state: &AppState, request: &HttpRequest, kind: ActKind, done: &Done) {
    let object = Some(Object::new("customer", done.customer.id));
    let (before, after) = (done.before.as_ref().map(told), Some(told(&done.customer)));
    state.audit.note(request, actor_of(request), kind, object, before, after).await;
}

/// A customer as the trail has it: without names, addresses and notes, which may be a person's.
fn told(customer: &Customer) -> Value {
    let Customer { version, profile, places, contacts, .. } = customer;
    let places: Vec<_> = places.iter().map(|place| json!({"id": place.id, "is_primary": place.is_primary})).collect();
    json!({
        "version": version, "status": profile.status, "class": profile.class, "territory_id": profile.territory_id,
        "preferred_agents": profile.preferred_agents, "forbidden_agents": profile.forbidden_agents, "skills": profile.skills,
        "places": places, "contacts": contacts.len(),
    })
}

/// Checks new customers; a flaw names its field after what `path` says of the customer.
async fn checked(
    state: &AppState,
    scope: &Scope,
    new: Vec<NewCustomer>,
    path: impl Fn(usize) -> String + Clone + Send + 'static,
) -> Result<Vec<Draft>, ApiError> {
    let path_of = path.clone();
    let named = move |path: String, flaw: FieldFlaw| FieldFlaw { field: path + &flaw.field, ..flaw };
    // A drawn fence takes up to half a second: not on a thread that serves others.
    let made = web::block(move || {
        let check = |(index, new): (usize, NewCustomer)| {
            new.checked(&mut Uuid::now_v7).map_err(|flaw| ApiError::from(named(path_of(index), flaw)))
        };
        new.into_iter().enumerate().map(check).collect::<Result<Vec<_>, _>>()
    });
    let drafts = made.await.map_err(|_| ApiError::Unavailable)??;
    for (index, draft) in drafts.iter().enumerate() {
        let profile = &draft.profile;
        for (field, agents) in [("preferred_agents", &profile.preferred_agents), ("forbidden_agents", &profile.forbidden_agents)]
        {
            for agent in agents {
                check_agent(state, scope, &format!("{}{field}", path(index)), *agent)?;
            }
        }
        if !scope.covers_customer(profile.territory_id, &profile.preferred_agents) {
            let field = format!("{}territory_id", path(index));
            return Err(ApiError::field(field, "the id of a territory of yours", "there is no such territory"));
        }
    }
    Ok(drafts)
}

/// Agents that are named must be there, for whoever names them.
fn check_agent(state: &AppState, scope: &Scope, field: &str, agent: AgentId) -> Result<(), ApiError> {
    let unknown = |_| ApiError::field(field, "ids of agents", format!("there is no agent {agent}"));
    see(state, scope, agent).map(drop).map_err(unknown)
}

/// Reads `lat,lon`.
pub(super) fn checked_near(near: &str) -> Result<Point, ApiError> {
    let flaw = || ApiError::field("near", "lat,lon in degrees", "must be two numbers, lat,lon");
    let (lat, lon) = near.split_once(',').ok_or_else(flaw)?;
    let read = |text: &str| text.trim().parse::<f64>().map_err(|_| flaw());
    checked_point(read(lat)?, read(lon)?)
}

fn checked_around(query: &CustomersQuery) -> Result<Option<Around>, ApiError> {
    let Some(near) = query.near.as_deref() else {
        return match query.radius_m {
            None => Ok(None),
            Some(_) => Err(ApiError::field("radius_m", "with near only", "belongs to near")),
        };
    };
    let centre = checked_near(near)?;
    let radius_m = query.radius_m.unwrap_or(RADIUS_M_DEFAULT);
    if !RADIUS_M.contains(&radius_m) {
        return Err(ApiError::field("radius_m", "1..200000", format!("is {radius_m}, must be within 1..200000")));
    }
    Ok(Some(Around { centre, radius_m }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CustomersQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1..500, by default 100.
    limit: Option<i64>,
    /// Beginnings of words of the name, the code, a tag or an address; all must be there, in any case and without accents.
    q: Option<String>,
    /// The code in other systems, exactly.
    #[serde(rename = "ref")]
    reference: Option<String>,
    /// Id of a territory, or `none`.
    territory: Option<String>,
    /// Code of a class.
    class: Option<String>,
    #[param(inline)]
    status: Option<CustomerStatus>,
    tag: Option<String>,
    /// Whom this agent should visit.
    preferred_agent: Option<AgentId>,
    /// `west,south,east,north` in degrees; `west` > `east` crosses the antimeridian.
    bbox: Option<String>,
    /// `lat,lon` in degrees.
    near: Option<String>,
    /// With `near`: 1..200000, by default 5000.
    radius_m: Option<f64>,
    /// Only those with a place that is not located yet (true), or without any such (false).
    unlocated: Option<bool>,
}

impl CustomersQuery {
    fn filter(self) -> Result<CustomerFilter, ApiError> {
        let territory = checked_territory(self.territory.as_deref())?;
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(CustomerFilter {
            words: self.q.as_deref().map(query_words).unwrap_or_default(),
            reference: given(self.reference),
            territory: territory.flatten(),
            without_territory: territory == Some(None),
            class: given(self.class),
            status: self.status,
            tag: given(self.tag),
            preferred_agent: self.preferred_agent,
            bounds: self.bbox.as_deref().map(checked_bbox).transpose()?,
            unlocated: self.unlocated,
        })
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// `next` of the answer before; everything from the beginning when absent.
    after: Option<String>,
    /// 1..500, by default 100.
    limit: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkCustomers {
    pub customers: Vec<NewCustomer>,
}

#[derive(Serialize, ToSchema)]
pub struct CustomersCreated {
    pub created: u64,
}

/// A customer in a list.
#[derive(Serialize, ToSchema)]
pub struct ListedCustomer {
    #[serde(flatten)]
    pub customer: Customer,
    /// With `near`: from there to the nearest place of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<f64>,
}

/// A customer as shown: what is stored, and how its actor is.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerView)]
pub struct CustomerView {
    #[serde(flatten)]
    pub customer: Customer,
    /// Why and since when its commands are refused, after repeated crashes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub halted: Option<HaltedCustomer>,
}

#[derive(Serialize, ToSchema)]
pub struct HaltedCustomer {
    pub since: Timestamp,
    pub last_panic: String,
}

impl CustomerView {
    fn of(state: &AppState, customer: Customer) -> Self {
        let halted = match state.system.customer_phase(customer.id) {
            Phase::Halted(halt) => Some(HaltedCustomer { since: halt.since, last_panic: halt.last_panic }),
            Phase::Asleep | Phase::Awake | Phase::Restarting => None,
        };
        Self { customer, halted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_any_form_of_a_tag() {
        for (tag, version) in [("\"3\"", Some(3)), ("W/\"3\"", Some(3)), ("3", Some(3)), ("\"x\"", None), ("", None)] {
            assert_eq!(version_of(tag), version, "{tag}");
        }
        assert_eq!(version_of(&etag(42)), Some(42));
    }
}
