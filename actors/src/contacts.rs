//! How agents are reached. Sealed with the agent's own key before it is stored, so that it is gone with that key; found again by blind
//! indexes, without being opened.

use crate::store::contacts::{ContactKind, SealedContacts};
use crate::vault::{Person, Place, Purpose, Vault, VaultError};
use salessync_engine::access::{InScope, Scope};
use salessync_engine::agent::Agent;
use salessync_engine::contact::{Email, Phone};
use salessync_engine::{AgentId, Timestamp};

const PHONE_INDEX: &str = "agent_contacts.phone";
const EMAIL_INDEX: &str = "agent_contacts.email";

/// An agent's telephone number and e-mail address.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Contacts {
    pub phone: Option<Phone>,
    pub email: Option<Email>,
    /// None: nothing was ever written down.
    pub updated_at: Option<Timestamp>,
}

impl Vault {
    /// An agent's contacts; nothing where none are known or the agent was erased.
    pub async fn contacts(&self, agent: InScope<AgentId>) -> Result<Contacts, VaultError> {
        let agent = agent.id();
        let Some(row) = self.store().sealed_contacts(agent).await? else { return Ok(Contacts::default()) };
        let phone = self.open_contact(agent, "phone_sealed", row.phone_sealed).await?;
        let email = self.open_contact(agent, "email_sealed", row.email_sealed).await?;
        Ok(Contacts {
            phone: phone.and_then(|text| Phone::new(&text).ok()),
            email: email.and_then(|text| Email::new(&text).ok()),
            updated_at: Some(row.updated_at),
        })
    }

    /// Replaces an agent's contacts: what is absent is known no more. False when there is no such agent.
    pub async fn put_contacts(
        &self,
        agent: InScope<AgentId>,
        phone: Option<Phone>,
        email: Option<Email>,
        now: Timestamp,
    ) -> Result<bool, VaultError> {
        let agent = agent.id();
        let row = SealedContacts {
            phone_sealed: self.seal_contact(agent, "phone_sealed", phone.as_ref().map(Phone::as_str)).await?,
            phone_index: phone.as_ref().map(|phone| self.blind_index(PHONE_INDEX, phone.as_str()).to_vec()),
            email_sealed: self.seal_contact(agent, "email_sealed", email.as_ref().map(Email::as_str)).await?,
            email_index: email.as_ref().map(|email| self.blind_index(EMAIL_INDEX, &email.normalised()).to_vec()),
            updated_at: now,
        };
        Ok(self.store().put_sealed_contacts(agent, row).await?)
    }

    /// Agents with that telephone number, by name.
    pub async fn agents_by_phone(&self, scope: &Scope, phone: &Phone) -> Result<Vec<Agent>, VaultError> {
        let index = self.blind_index(PHONE_INDEX, phone.as_str());
        Ok(covered(scope, self.store().agents_by_contact(ContactKind::Phone, index).await?))
    }

    /// Agents with that e-mail address, whatever its case, by name.
    pub async fn agents_by_email(&self, scope: &Scope, email: &Email) -> Result<Vec<Agent>, VaultError> {
        let index = self.blind_index(EMAIL_INDEX, &email.normalised());
        Ok(covered(scope, self.store().agents_by_contact(ContactKind::Email, index).await?))
    }

    async fn seal_contact(&self, agent: AgentId, column: &str, text: Option<&str>) -> Result<Option<Vec<u8>>, VaultError> {
        let Some(text) = text else { return Ok(None) };
        let row = agent.to_string();
        let place = Place { purpose: Purpose::Contacts, table: "agent_contacts", column, row: &row };
        self.seal_for(Person::Agent(agent), place, text.as_bytes()).await.map(Some)
    }

    async fn open_contact(&self, agent: AgentId, column: &str, sealed: Option<Vec<u8>>) -> Result<Option<String>, VaultError> {
        let Some(sealed) = sealed else { return Ok(None) };
        let row = agent.to_string();
        let place = Place { purpose: Purpose::Contacts, table: "agent_contacts", column, row: &row };
        let opened = self.open_for(Person::Agent(agent), place, &sealed).await?;
        Ok(opened.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

fn covered(scope: &Scope, found: Vec<Agent>) -> Vec<Agent> {
    found.into_iter().filter(|agent| scope.covers(agent.id, agent.territory_id)).collect()
}
