//! What is sealed: for which purpose, for which person, and at which place.

use salessync_engine::{AgentId, ContactId, UserId};
use uuid::Uuid;

/// What a data key is for. Append only: the names are stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Purpose {
    /// Keys that sign access tokens.
    SigningKeys,
    /// Secrets of second factors.
    SecondFactor,
    /// Secrets of sessions.
    Sessions,
    /// Addresses of people who have no key of their own (yet), such as whoever is invited.
    Contacts,
    /// The key that signs the heads of the audit log.
    Audit,
}

impl Purpose {
    pub const ALL: [Self; 5] = [Self::SigningKeys, Self::SecondFactor, Self::Sessions, Self::Contacts, Self::Audit];

    pub const fn name(self) -> &'static str {
        match self {
            Self::SigningKeys => "signing_keys",
            Self::SecondFactor => "second_factor",
            Self::Sessions => "sessions",
            Self::Contacts => "contacts",
            Self::Audit => "audit",
        }
    }
}

/// Somebody with data keys of their own: what is sealed for them is gone for everybody once those are destroyed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Person {
    User(UserId),
    Agent(AgentId),
    /// Somebody who is asked for at a customer's.
    Contact(ContactId),
}

/// The purpose of blind indexes. Its key never changes: the indexes of all rows would have to change with it at once.
pub(super) const BLIND_INDEX: &str = "blind_index";

/// Whose keys: a purpose's, a person's, or those of blind indexes. As stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Owner {
    pub purpose: &'static str,
    pub subject: Uuid,
}

impl Owner {
    pub(super) const BLIND_INDEX: Self = Self { purpose: BLIND_INDEX, subject: Uuid::nil() };

    /// Reads what is stored; None for a purpose that this build does not know.
    pub(crate) fn read(purpose: &str, subject: Uuid) -> Option<Self> {
        let known = Purpose::ALL.iter().map(|purpose| purpose.name()).chain([BLIND_INDEX, USER, AGENT, CONTACT]);
        known.into_iter().find(|name| *name == purpose).map(|purpose| Self { purpose, subject })
    }

    pub fn person(&self) -> Option<Person> {
        match self.purpose {
            USER => Some(Person::User(UserId(self.subject))),
            AGENT => Some(Person::Agent(AgentId(self.subject))),
            CONTACT => Some(Person::Contact(ContactId(self.subject))),
            _ => None,
        }
    }
}

const USER: &str = "user";
const AGENT: &str = "agent";
const CONTACT: &str = "contact";

impl From<Purpose> for Owner {
    fn from(purpose: Purpose) -> Self {
        Self { purpose: purpose.name(), subject: Uuid::nil() }
    }
}

impl From<Person> for Owner {
    fn from(person: Person) -> Self {
        match person {
            Person::User(id) => Self { purpose: USER, subject: id.0 },
            Person::Agent(id) => Self { purpose: AGENT, subject: id.0 },
            Person::Contact(id) => Self { purpose: CONTACT, subject: id.0 },
        }
    }
}

/// Where sealed bytes are kept; they open nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Whose key seals; of no account for what is sealed for a person.
    pub purpose: Purpose,
    pub table: &'a str,
    pub column: &'a str,
    /// The row's key as text.
    pub row: &'a str,
}

impl Place<'_> {
    pub(super) fn associated(&self) -> Vec<u8> {
        super::sealed::joined(&[self.table.as_bytes(), self.column.as_bytes(), self.row.as_bytes()])
    }
}
