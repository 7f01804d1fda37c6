//! A customer: who is visited, where, and by whom. What is edited is checked here; `command` decides what a change leads to.
//!
//! Deliberately absent: how contacts are called and reached (sealed, actors/src/customer_contacts.rs; here they are an id and a role), and the
//! commercial side. What a customer may order and owe will be further commands of the same actor, so that they queue in one line.

pub mod class;
pub mod command;
pub mod import;
pub mod place;

pub use class::{CustomerClass, Frequency, NewCustomerClass, Skill};
pub use command::{Command, CustomerState, Event, Order, Rejection};
pub use place::{LocatedBy, NewPlace, Place, PlaceChange, PlaceFence, PlacePatch};

use crate::agent::present;
use crate::flaw::{FieldFlaw, checked_code, checked_line, checked_text};
use crate::words::words;
use crate::{AgentId, ContactId, CustomerId, PlaceId, TerritoryId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A chain's branches are customers of their own; this is a campus with its doors.
pub const PLACES_MAX: usize = 50;
pub const CONTACTS_MAX: usize = 50;
const PREFERRED_MAX: usize = 20;
const FORBIDDEN_MAX: usize = 100;
const SKILLS_MAX: usize = 20;
const TAGS_MAX: usize = 50;
const TAG_LEN_MAX: usize = 40;
pub const NAME_LEN_MAX: usize = 120;
pub const REF_LEN_MAX: usize = 64;
pub const NOTES_LEN_MAX: usize = 4_000;

/// A customer as stored and sent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Customer {
    pub id: CustomerId,
    /// Counts from 1, with every change of anything about the customer.
    pub version: i64,
    #[serde(flatten)]
    pub profile: Profile,
    /// The primary place first, then in the order they were made.
    pub places: Vec<Place>,
    /// Who is asked for; how they are called and reached is at `/contacts`.
    pub contacts: Vec<ContactHead>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What is said of a customer as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CustomerProfile))]
pub struct Profile {
    pub name: String,
    /// What other systems call the customer; unique.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Code of a customer class.
    pub class: Option<String>,
    pub status: CustomerStatus,
    pub territory_id: Option<TerritoryId>,
    /// Who should visit, the best first.
    pub preferred_agents: Vec<AgentId>,
    /// Who must not.
    pub forbidden_agents: Vec<AgentId>,
    /// Codes of skills that a visit needs.
    pub skills: Vec<String>,
    pub tags: Vec<String>,
    pub notes: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CustomerStatus {
    #[default]
    Active,
    /// Not to be visited for now.
    OnHold,
    /// Not a customer any more: kept for what was, without fences.
    Closed,
}

impl CustomerStatus {
    pub const ALL: [Self; 3] = [Self::Active, Self::OnHold, Self::Closed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::OnHold => "on_hold",
            Self::Closed => "closed",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// Somebody who is asked for, without what is sealed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CustomerContactHead))]
pub struct ContactHead {
    pub id: ContactId,
    /// "buyer", "caretaker": at most 60 characters, may be empty.
    pub role: String,
}

impl ContactHead {
    pub fn checked(id: ContactId, role: &str) -> Result<Self, FieldFlaw> {
        Ok(Self { id, role: checked_line("role", role, 0, 60)? })
    }
}

/// What makes a new customer, before anything is checked. The client may mint the ids; sending the same ones again changes nothing.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCustomer {
    #[serde(default)]
    pub id: Option<CustomerId>,
    /// 1 to 120 characters.
    pub name: String,
    /// 1 to 64 characters.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    #[serde(default)]
    pub class: Option<String>,
    #[serde(default)]
    pub status: CustomerStatus,
    #[serde(default)]
    pub territory_id: Option<TerritoryId>,
    #[serde(default)]
    pub preferred_agents: Vec<AgentId>,
    #[serde(default)]
    pub forbidden_agents: Vec<AgentId>,
    #[serde(default)]
    pub skills: Vec<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    /// At most 4,000 characters.
    #[serde(default)]
    pub notes: String,
    /// 1 to 50. The first one is primary unless another says so.
    pub places: Vec<NewPlace>,
}

/// A change of what is said of a customer: what is absent stays, `null` takes away what may be absent.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerPatch {
    /// The version this was decided upon; refused where it is another one by now.
    pub version: Option<i64>,
    pub name: Option<String>,
    #[serde(default, rename = "ref", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub reference: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub class: Option<Option<String>>,
    pub status: Option<CustomerStatus>,
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TerritoryId>))]
    pub territory_id: Option<Option<TerritoryId>>,
    pub preferred_agents: Option<Vec<AgentId>>,
    pub forbidden_agents: Option<Vec<AgentId>>,
    pub skills: Option<Vec<String>>,
    pub tags: Option<Vec<String>>,
    pub notes: Option<String>,
}

/// A `CustomerPatch` that was read; what one member must be because of another is checked when it is applied.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProfileChange {
    name: Option<String>,
    reference: Option<Option<String>>,
    class: Option<Option<String>>,
    status: Option<CustomerStatus>,
    territory_id: Option<Option<TerritoryId>>,
    preferred_agents: Option<Vec<AgentId>>,
    forbidden_agents: Option<Vec<AgentId>>,
    skills: Option<Vec<String>>,
    tags: Option<Vec<String>>,
    notes: Option<String>,
}

/// A customer that is to be made: everything but the time.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    pub id: CustomerId,
    pub profile: Profile,
    /// At least one, exactly one of them primary, that one first.
    pub places: Vec<Place>,
}

impl NewCustomer {
    /// Checks everything. A large polygon takes up to half a second. `mint` gives ids where the client gave none.
    pub fn checked(self, mint: &mut dyn FnMut() -> Uuid) -> Result<Draft, FieldFlaw> {
        let profile = Profile {
            name: checked_line("name", &self.name, 1, NAME_LEN_MAX)?,
            reference: self.reference.as_deref().map(checked_reference).transpose()?,
            class: self.class.as_deref().map(|code| checked_code("class", code)).transpose()?,
            status: self.status,
            territory_id: self.territory_id,
            preferred_agents: checked_agents("preferred_agents", self.preferred_agents, PREFERRED_MAX)?,
            forbidden_agents: checked_agents("forbidden_agents", self.forbidden_agents, FORBIDDEN_MAX)?,
            skills: checked_skills("skills", &self.skills)?,
            tags: checked_tags(&self.tags)?,
            notes: checked_text("notes", &self.notes, NOTES_LEN_MAX)?,
        }
        .consistent()?;
        if !(1..=PLACES_MAX).contains(&self.places.len()) {
            return Err(FieldFlaw::new("places", format!("must be 1..{PLACES_MAX} places")));
        }
        let mut places = Vec::with_capacity(self.places.len());
        for (at, new) in self.places.into_iter().enumerate() {
            let path = format!("places[{at}]");
            let place = new.checked(mint).map_err(|flaw| flaw.within(&path))?;
            if places.iter().any(|other: &Place| other.id == place.id) {
                return Err(FieldFlaw::new(format!("{path}.id"), "must be another id than that of the places before"));
            }
            if place.is_primary && places.iter().any(|other: &Place| other.is_primary) {
                return Err(FieldFlaw::new(format!("{path}.is_primary"), "must be true of one place only"));
            }
            places.push(place);
        }
        let primary = places.iter().position(|place| place.is_primary).unwrap_or_default();
        places[primary].is_primary = true;
        places[..=primary].rotate_right(1);
        Ok(Draft { id: self.id.unwrap_or_else(|| CustomerId(mint())), profile, places })
    }
}

impl CustomerPatch {
    /// Checks every member by itself.
    pub fn checked(self) -> Result<ProfileChange, FieldFlaw> {
        Ok(ProfileChange {
            name: self.name.map(|name| checked_line("name", &name, 1, NAME_LEN_MAX)).transpose()?,
            reference: self.reference.map(|text| text.as_deref().map(checked_reference).transpose()).transpose()?,
            class: self.class.map(|code| code.as_deref().map(|code| checked_code("class", code)).transpose()).transpose()?,
            status: self.status,
            territory_id: self.territory_id,
            preferred_agents: self
                .preferred_agents
                .map(|agents| checked_agents("preferred_agents", agents, PREFERRED_MAX))
                .transpose()?,
            forbidden_agents: self
                .forbidden_agents
                .map(|agents| checked_agents("forbidden_agents", agents, FORBIDDEN_MAX))
                .transpose()?,
            skills: self.skills.map(|skills| checked_skills("skills", &skills)).transpose()?,
            tags: self.tags.map(|tags| checked_tags(&tags)).transpose()?,
            notes: self.notes.map(|notes| checked_text("notes", &notes, NOTES_LEN_MAX)).transpose()?,
        })
    }
}

impl ProfileChange {
    /// The territory the customer is moved to; None when it stays where it is.
    pub fn territory(&self) -> Option<Option<TerritoryId>> {
        self.territory_id
    }

    /// Agents that are newly named.
    pub fn agents(&self) -> impl Iterator<Item = (&'static str, AgentId)> + '_ {
        let named = |field, agents: &'_ Option<Vec<AgentId>>| {
            agents.iter().flatten().map(move |agent| (field, *agent)).collect::<Vec<_>>()
        };
        named("preferred_agents", &self.preferred_agents).into_iter().chain(named("forbidden_agents", &self.forbidden_agents))
    }

    /// The profile afterwards.
    pub fn applied(&self, to: &Profile) -> Result<Profile, FieldFlaw> {
        let or = |new: &Option<String>, old: &String| new.clone().unwrap_or_else(|| old.clone());
        Profile {
            name: or(&self.name, &to.name),
            reference: self.reference.clone().unwrap_or_else(|| to.reference.clone()),
            class: self.class.clone().unwrap_or_else(|| to.class.clone()),
            status: self.status.unwrap_or(to.status),
            territory_id: self.territory_id.unwrap_or(to.territory_id),
            preferred_agents: self.preferred_agents.clone().unwrap_or_else(|| to.preferred_agents.clone()),
            forbidden_agents: self.forbidden_agents.clone().unwrap_or_else(|| to.forbidden_agents.clone()),
            skills: self.skills.clone().unwrap_or_else(|| to.skills.clone()),
            tags: self.tags.clone().unwrap_or_else(|| to.tags.clone()),
            notes: or(&self.notes, &to.notes),
        }
        .consistent()
    }
}

impl Profile {
    fn consistent(self) -> Result<Self, FieldFlaw> {
        if let Some(agent) = self.preferred_agents.iter().find(|agent| self.forbidden_agents.contains(agent)) {
            return Err(FieldFlaw::new("forbidden_agents", format!("must not name {agent}, who is preferred")));
        }
        Ok(self)
    }
}

impl Customer {
    pub fn place(&self, id: PlaceId) -> Option<&Place> {
        self.places.iter().find(|place| place.id == id)
    }

    pub fn primary_place(&self) -> Option<&Place> {
        self.places.iter().find(|place| place.is_primary)
    }

    /// The words it is found by: name, code, tags and addresses.
    pub fn search_words(&self) -> BTreeSet<String> {
        let Profile { name, reference, tags, .. } = &self.profile;
        let own = std::iter::once(name).chain(reference).chain(tags);
        let places = self.places.iter().flat_map(|place| [&place.label, &place.address]);
        words(own.chain(places).map(String::as_str))
    }
}

fn checked_reference(text: &str) -> Result<String, FieldFlaw> {
    checked_line("ref", text, 1, REF_LEN_MAX)
}

/// In the order given, each once.
fn checked_agents(field: &str, agents: Vec<AgentId>, max: usize) -> Result<Vec<AgentId>, FieldFlaw> {
    let mut seen = BTreeSet::new();
    let agents: Vec<_> = agents.into_iter().filter(|agent| seen.insert(*agent)).collect();
    if agents.len() <= max { Ok(agents) } else { Err(FieldFlaw::new(field, format!("must name at most {max} agents"))) }
}

/// In order, each once.
pub(crate) fn checked_skills(field: &str, skills: &[String]) -> Result<Vec<String>, FieldFlaw> {
    let checked = skills.iter().enumerate().map(|(at, code)| checked_code(&format!("{field}[{at}]"), code));
    let skills: BTreeSet<_> = checked.collect::<Result<_, _>>()?;
    if skills.len() <= SKILLS_MAX {
        Ok(skills.into_iter().collect())
    } else {
        Err(FieldFlaw::new(field, format!("must name at most {SKILLS_MAX} skills")))
    }
}

/// In order, each once.
fn checked_tags(tags: &[String]) -> Result<Vec<String>, FieldFlaw> {
    let checked = tags.iter().enumerate().map(|(at, tag)| checked_line(&format!("tags[{at}]"), tag, 1, TAG_LEN_MAX));
    let tags: BTreeSet<_> = checked.collect::<Result<_, _>>()?;
    if tags.len() <= TAGS_MAX {
        Ok(tags.into_iter().collect())
    } else {
        Err(FieldFlaw::new("tags", format!("must be at most {TAGS_MAX} tags")))
    }
}

#[cfg(test)]
mod tests;
