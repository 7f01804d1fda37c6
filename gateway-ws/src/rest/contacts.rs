//! How agents are reached: telephone number and e-mail address. Kept sealed; masked for whoever may not see them.

use crate::auth::permit::{Can, ReadAgents, ReadContacts, UpdateContacts, see};
use crate::error::ApiError;
use crate::rest::input::{Body, Params};
use crate::state::AppState;
use actix_web::web::{self, Data, Json, Path};
use salessync_actors::contacts::Contacts;
use salessync_engine::access::{Action, Module};
use salessync_engine::contact::{Email, Phone};
use salessync_engine::mask::{masked_email, masked_phone};
use salessync_engine::wire::page::Page;
use salessync_engine::{AgentId, TerritoryId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Must be configured before `agents::routes`: `by-contact` is no id.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/agents/by-contact", web::get().to(find))
        .route("/agents/{id}/contacts", web::get().to(read))
        .route("/agents/{id}/contacts", web::put().to(put));
}

/// An agent's telephone number and e-mail address, masked where they may not be seen.
#[utoipa::path(get, operation_id = "readAgentContacts", path = "/api/v1/agents/{id}/contacts", tag = "agents", params(("id" = AgentId, Path)),
    responses((status = 200, body = ContactsView), (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn read(state: Data<AppState>, who: Can<ReadAgents>, id: Path<AgentId>) -> Result<Json<ContactsView>, ApiError> {
    let agent = who.agent(&state, *id)?;
    let contacts = state.vault.contacts(agent).await?;
    let seen = who.grants.scope(Module::Contacts, Action::Read).is_ok_and(|scope| see(&state, &scope, *id).is_ok());
    Ok(Json(ContactsView::of(&contacts, seen)))
}

/// Replaces an agent's contacts: what is absent or null is known no more.
#[utoipa::path(put, operation_id = "putAgentContacts", path = "/api/v1/agents/{id}/contacts", tag = "agents", params(("id" = AgentId, Path)),
    request_body = NewContacts,
    responses((status = 200, body = ContactsView), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 404, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn put(
    state: Data<AppState>,
    who: Can<UpdateContacts>,
    id: Path<AgentId>,
    body: Body<NewContacts>,
) -> Result<Json<ContactsView>, ApiError> {
    let phone = body.0.phone.as_deref().map(checked_phone).transpose()?;
    let email = body.0.email.as_deref().map(checked_email).transpose()?;
    // Before anything is sealed: somebody who is not there gets no key.
    let agent = who.agent(&state, *id)?;
    let now = state.system.now();
    if !state.vault.put_contacts(agent, phone.clone(), email.clone(), now).await? {
        return Err(ApiError::NotFound("agent"));
    }
    // Whoever has just written them knows them.
    Ok(Json(ContactsView::of(&Contacts { phone, email, updated_at: Some(now) }, true)))
}

/// Agents with a telephone number or an e-mail address, by name, at most 100. Give one of the two.
#[utoipa::path(get, operation_id = "findAgentsByContact", path = "/api/v1/agents/by-contact", tag = "agents", params(FindQuery),
    responses((status = 200, body = Page<FoundAgent>), (status = 400, body = salessync_engine::wire::page::ErrorBody),
        (status = 403, body = salessync_engine::wire::page::ErrorBody)))]
pub async fn find(
    state: Data<AppState>,
    // Whoever may not see an address may not try addresses either.
    who: Can<ReadContacts>,
    query: Params<FindQuery>,
) -> Result<Json<Page<FoundAgent>>, ApiError> {
    let found = match (query.0.phone.as_deref(), query.0.email.as_deref()) {
        (Some(phone), None) => state.vault.agents_by_phone(&who.scope, &checked_phone(phone)?).await?,
        (None, Some(email)) => state.vault.agents_by_email(&who.scope, &checked_email(email)?).await?,
        (None, None) | (Some(_), Some(_)) => {
            return Err(ApiError::field("phone", "phone or email", "give either phone or email"));
        }
    };
    let items = found.into_iter().map(|agent| FoundAgent { id: agent.id, name: agent.name, territory_id: agent.territory_id });
    Ok(Json(Page { items: items.collect(), next: None }))
}

fn checked_phone(text: &str) -> Result<Phone, ApiError> {
    Phone::new(text).map_err(|flaw| ApiError::field("phone", "a plus and 7..15 digits", flaw.to_string()))
}

fn checked_email(text: &str) -> Result<Email, ApiError> {
    Email::new(text).map_err(|flaw| ApiError::field("email", "an e-mail address, at most 254 characters", flaw.to_string()))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindQuery {
    /// With its country: a plus (%2B) and 7 to 15 digits.
    phone: Option<String>,
    /// In any case.
    email: Option<String>,
}

// No Debug: a body is not to be logged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContacts {
    /// With its country: a plus and 7 to 15 digits; spaces and hyphens are left out.
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

/// An agent's contacts as shown.
#[derive(Serialize, ToSchema)]
#[schema(as = AgentContacts)]
pub struct ContactsView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Only as much is shown as one needs to recognise them.
    pub masked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

impl ContactsView {
    /// The one place that decides whether an address leaves whole.
    fn of(contacts: &Contacts, can_see_contacts: bool) -> Self {
        let (phone, email) = (contacts.phone.as_ref().map(Phone::as_str), contacts.email.as_ref().map(Email::as_str));
        let (phone, email) = if can_see_contacts {
            (phone.map(str::to_owned), email.map(str::to_owned))
        } else {
            (phone.map(masked_phone), email.map(masked_email))
        };
        Self { phone, email, masked: !can_see_contacts, updated_at: contacts.updated_at }
    }
}

/// An agent that was looked up.
#[derive(Serialize, ToSchema)]
pub struct FoundAgent {
    pub id: AgentId,
    pub name: String,
    pub territory_id: Option<TerritoryId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_leave_masked_unless_they_may_be_seen() {
        let contacts =
            Contacts { phone: Phone::new("+49301234567").ok(), email: Email::new("anna@example.com").ok(), updated_at: None };
        let seen = ContactsView::of(&contacts, true);
        assert_eq!(
            (seen.phone.as_deref(), seen.email.as_deref(), seen.masked),
            (Some("+49301234567"), Some("anna@example.com"), false)
        );
        let masked = ContactsView::of(&contacts, false);
        assert_eq!(
            (masked.phone.as_deref(), masked.email.as_deref(), masked.masked),
            (Some("***4567"), Some("an***@example.com"), true)
        );
    }
}
