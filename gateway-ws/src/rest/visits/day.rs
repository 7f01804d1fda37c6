//! An agent's own day, in one answer: what a phone shows and keeps for when it is offline. Visits with their places, whom to ask for, what is asked, and
//! by which rules.

use super::{DateQuery, checked_date, own_agent};
use crate::auth::Principal;
use crate::auth::permit::grants;
use crate::error::ApiError;
use crate::rest::customer_contacts::ContactView;
use crate::rest::forms::ActivityTypeView;
use crate::rest::input::Params;
use crate::state::AppState;
use actix_web::web::{self, Data, Json};
use chrono::NaiveDate;
use salessync_actors::store::visits::{VisitFilter, VisitQuery};
use salessync_engine::access::{Action, Module, Scope};
use salessync_engine::customer::Place;
use salessync_engine::form::Form;
use salessync_engine::visit::feed::FileHead;
use salessync_engine::visit::{Visit, VisitRules};
use salessync_engine::{AgentId, CustomerId, FormId, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Visits of one agent on one day: far more than anybody makes.
const VISITS_MAX: i64 = 500;

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/me/day", web::get().to(my_day));
}

/// The day of the agent who asks: visits in the order of the plan, places, contacts, what was done so far, forms and rules. Of today when no date is given.
#[utoipa::path(get, operation_id = "myDay", path = "/api/v1/me/day", tag = "visits", params(DateQuery),
    responses((status = 200, body = MyDay), (status = 403, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn my_day(state: Data<AppState>, who: Principal, query: Params<DateQuery>) -> Result<Json<MyDay>, ApiError> {
    let agent = own_agent(&state, who.id).ok_or(ApiError::Forbidden)?;
    let grants = grants(&state, who.id)?;
    let scope = grants.scope(Module::Visits, Action::Read).map_err(|_| ApiError::Forbidden)?;
    let unmasked = grants.scope(Module::Contacts, Action::Read).ok();
    let date = checked_date(&state, query.0.date.as_deref())?;
    let visits = visits_of(&state, &scope, agent, date).await?;
    let customers = customers(&state, agent, &scope, unmasked.as_ref(), &visits).await?;
    let types: Vec<ActivityTypeView> = state
        .system
        .store()
        .activity_types()
        .await?
        .into_iter()
        .filter(|kind| kind.is_active)
        .map(ActivityTypeView::of)
        .collect();
    let mut forms = Vec::new();
    for id in types.iter().filter_map(ActivityTypeView::form).collect::<BTreeSet<FormId>>() {
        forms.extend(state.system.store().form(id, None).await?);
    }
    let mut items = Vec::with_capacity(visits.len());
    for visit in visits {
        let activities = if visit.progress.checked_in_at.is_some() {
            state.system.store().activities(visit.id).await?.into_iter().map(super::activities::ActivityView::of).collect()
        } else {
            Vec::new()
        };
        let files =
            if visit.progress.checked_in_at.is_some() { state.system.store().files_of(visit.id).await? } else { Vec::new() };
        let customer = visit.plan.customer_id;
        items.push(DayVisit { visit, customer_id: customer, activities, files });
    }
    let book = state.system.visits().book();
    let now = state.system.now();
    Ok(Json(MyDay {
        agent_id: agent,
        date,
        time_zone: book.zone.name().to_owned(),
        server_time: now,
        // Where the feed stands: follow from here.
        seq: *state.system.visits().newest().borrow(),
        visits: items,
        customers,
        activity_types: types,
        forms,
        rules: book.rules.at(now).clone(),
    }))
}

/// An agent's visits of a date within a scope, once what the agent's phone sent is derived.
pub(super) async fn visits_of(state: &AppState, scope: &Scope, agent: AgentId, date: NaiveDate) -> Result<Vec<Visit>, ApiError> {
    if date <= state.system.now().civil_date(state.system.visits().zone()) {
        state.system.settle(agent).await?;
        state.system.visits().settle(agent).await?;
    }
    let filter = VisitFilter { agent: Some(agent), from: Some(date), to: Some(date), ..VisitFilter::default() };
    Ok(state.system.store().visits(scope, VisitQuery { filter, after: None, limit: VISITS_MAX }).await?)
}

/// The customers of an agent's visits. Whoever has a visit somewhere should go there: they see the customer as those who always do.
async fn customers(
    state: &AppState,
    agent: AgentId,
    scope: &Scope,
    unmasked: Option<&Scope>,
    visits: &[Visit],
) -> Result<Vec<DayCustomer>, ApiError> {
    let ids: BTreeSet<CustomerId> = visits.iter().map(|visit| visit.plan.customer_id).collect();
    let places: BTreeMap<CustomerId, BTreeSet<_>> = visits.iter().fold(BTreeMap::new(), |mut places, visit| {
        places.entry(visit.plan.customer_id).or_insert_with(BTreeSet::new).insert(visit.plan.place_id);
        places
    });
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(customer) = state.system.store().customer_to_visit(id).await? else { continue };
        let territory = customer.profile.territory_id;
        let seen = scope.customer(id, territory, &[agent]).ok_or(ApiError::NotFound("customer"))?;
        let is_unmasked = unmasked.is_some_and(|scope| scope.covers_customer(territory, &[agent]));
        let contacts = state.vault.customer_contacts(seen).await?;
        let contacts = contacts.into_iter().map(|contact| ContactView::of(contact, is_unmasked)).collect();
        let wanted = &places[&id];
        found.push(DayCustomer {
            id,
            name: customer.profile.name.clone(),
            class: customer.profile.class.clone(),
            notes: customer.profile.notes.clone(),
            places: customer.places.into_iter().filter(|place| wanted.contains(&place.id)).collect(),
            contacts,
        });
    }
    Ok(found)
}

/// What a phone shows of a day.
#[derive(Serialize, ToSchema)]
pub struct MyDay {
    agent_id: AgentId,
    #[schema(value_type = String, format = "date")]
    date: NaiveDate,
    time_zone: String,
    server_time: Timestamp,
    /// The newest change of visits in this answer: follow the feed from here.
    seq: i64,
    visits: Vec<DayVisit>,
    customers: Vec<DayCustomer>,
    activity_types: Vec<ActivityTypeView>,
    forms: Vec<Form>,
    rules: VisitRules,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MyDayVisit)]
pub struct DayVisit {
    visit: Visit,
    customer_id: CustomerId,
    activities: Vec<super::activities::ActivityView>,
    files: Vec<FileHead>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MyDayCustomer)]
pub struct DayCustomer {
    id: CustomerId,
    name: String,
    class: Option<String>,
    notes: String,
    places: Vec<Place>,
    contacts: Vec<ContactView>,
}
