//! What may be done with a customer, and what it leads to. `decide` refuses or says what happens, `apply` makes it so; whoever calls them
//! commits in between. The events of one command are one version.

use super::place::PlaceChange;
use super::{CONTACTS_MAX, ContactHead, Customer, Draft, PLACES_MAX, Place, Profile, ProfileChange};
use crate::flaw::FieldFlaw;
use crate::{ContactId, CustomerId, PlaceId, Timestamp};

/// What somebody wants done.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    Create(Box<Draft>),
    Change(Box<ProfileChange>),
    AddPlace(Box<Place>),
    ChangePlace(PlaceId, Box<PlaceChange>),
    RemovePlace(PlaceId),
    /// Also where only what is sealed changes: whoever has seen the old version has not seen this contact.
    PutContact(ContactHead),
    RemoveContact(ContactId),
}

/// A command, and the version it was decided upon, where its sender says so.
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    pub command: Command,
    pub expected: Option<i64>,
}

/// What happened.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    Created(Box<Draft>),
    ProfileChanged(Box<Profile>),
    /// A place is new, or is another one now under the same id. Where it is primary, no other one is any more.
    PlacePut(Box<Place>),
    PlaceRemoved(PlaceId),
    ContactPut(ContactHead),
    ContactRemoved(ContactId),
}

/// Why nothing is done.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Rejection {
    #[error("there is no such customer")]
    Unknown,
    #[error("the customer has been changed meanwhile: version {current} is in force")]
    VersionConflict { current: i64 },
    #[error("there is no such place")]
    PlaceUnknown,
    #[error("there is no such contact")]
    ContactUnknown,
    #[error("a customer has one place at least")]
    LastPlace,
    #[error("one place is primary: make another one primary instead")]
    PrimaryNeeded,
    #[error("a customer has at most {PLACES_MAX} places")]
    TooManyPlaces,
    #[error("a customer has at most {CONTACTS_MAX} contacts")]
    TooManyContacts,
    #[error(transparent)]
    Flaw(#[from] FieldFlaw),
}

impl Rejection {
    /// Stable, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown | Self::PlaceUnknown | Self::ContactUnknown => "not_found",
            Self::VersionConflict { .. } => "version_conflict",
            Self::LastPlace => "last_place",
            Self::PrimaryNeeded => "primary_needed",
            Self::TooManyPlaces => "too_many_places",
            Self::TooManyContacts => "too_many_contacts",
            Self::Flaw(_) => "invalid_field",
        }
    }
}

/// A customer as its actor holds it: nothing until it is created.
#[derive(Clone, PartialEq, Debug)]
pub struct CustomerState {
    id: CustomerId,
    customer: Option<Customer>,
}

impl CustomerState {
    pub const fn new(id: CustomerId, customer: Option<Customer>) -> Self {
        Self { id, customer }
    }

    pub const fn id(&self) -> CustomerId {
        self.id
    }

    pub const fn customer(&self) -> Option<&Customer> {
        self.customer.as_ref()
    }

    /// What an order leads to; nothing where it is so already, whichever version its sender has seen: an order that is sent again because its
    /// answer was lost is answered like the first time.
    pub fn decide(&self, order: &Order) -> Result<Vec<Event>, Rejection> {
        if let Command::Create(draft) = &order.command {
            return Ok(if self.customer.is_none() { vec![Event::Created(draft.clone())] } else { Vec::new() });
        }
        let customer = self.customer.as_ref().ok_or(Rejection::Unknown)?;
        let events = decide(customer, &order.command)?;
        match order.expected {
            Some(expected) if expected != customer.version && !events.is_empty() => {
                Err(Rejection::VersionConflict { current: customer.version })
            }
            Some(_) | None => Ok(events),
        }
    }

    /// The state after the events of one order, in their order. No events: the same state.
    #[must_use]
    pub fn after(&self, events: &[Event], now: Timestamp) -> Self {
        let mut next = self.clone();
        for event in events {
            next.apply(event, now);
        }
        if let (Some(customer), false) = (&mut next.customer, events.is_empty()) {
            customer.version = self.customer.as_ref().map_or(1, |before| before.version + 1);
            customer.updated_at = now;
        }
        next
    }

    fn apply(&mut self, event: &Event, now: Timestamp) {
        if let Event::Created(draft) = event {
            let Draft { id, profile, places } = (**draft).clone();
            let (created_at, updated_at) = (now, now);
            self.customer = Some(Customer { id, version: 1, profile, places, contacts: Vec::new(), created_at, updated_at });
        }
        let Some(customer) = &mut self.customer else { return };
        match event {
            Event::Created(_) => {}
            Event::ProfileChanged(profile) => customer.profile = (**profile).clone(),
            Event::PlacePut(place) => put_place(&mut customer.places, place),
            Event::PlaceRemoved(id) => customer.places.retain(|place| place.id != *id),
            Event::ContactPut(head) => match customer.contacts.iter_mut().find(|contact| contact.id == head.id) {
                Some(contact) => contact.clone_from(head),
                None => customer.contacts.push(head.clone()),
            },
            Event::ContactRemoved(id) => customer.contacts.retain(|contact| contact.id != *id),
        }
    }
}

fn decide(customer: &Customer, command: &Command) -> Result<Vec<Event>, Rejection> {
    Ok(match command {
        Command::Create(_) => Vec::new(),
        Command::Change(change) => {
            let profile = change.applied(&customer.profile)?;
            if profile == customer.profile { Vec::new() } else { vec![Event::ProfileChanged(Box::new(profile))] }
        }
        Command::AddPlace(place) => {
            if customer.place(place.id).is_some() {
                return Ok(Vec::new());
            }
            if customer.places.len() == PLACES_MAX {
                return Err(Rejection::TooManyPlaces);
            }
            vec![Event::PlacePut(place.clone())]
        }
        Command::ChangePlace(id, change) => {
            let before = customer.place(*id).ok_or(Rejection::PlaceUnknown)?;
            let mut place = change.applied(before);
            match (change.is_primary, before.is_primary) {
                (Some(false), true) => return Err(Rejection::PrimaryNeeded),
                (Some(is_primary), _) => place.is_primary = is_primary,
                (None, _) => {}
            }
            if place == *before { Vec::new() } else { vec![Event::PlacePut(Box::new(place))] }
        }
        Command::RemovePlace(id) => match customer.place(*id) {
            None => return Err(Rejection::PlaceUnknown),
            Some(_) if customer.places.len() == 1 => return Err(Rejection::LastPlace),
            Some(place) if place.is_primary => return Err(Rejection::PrimaryNeeded),
            Some(_) => vec![Event::PlaceRemoved(*id)],
        },
        Command::PutContact(head) => {
            let is_new = customer.contacts.iter().all(|contact| contact.id != head.id);
            if is_new && customer.contacts.len() == CONTACTS_MAX {
                return Err(Rejection::TooManyContacts);
            }
            vec![Event::ContactPut(head.clone())]
        }
        Command::RemoveContact(id) => match customer.contacts.iter().any(|contact| contact.id == *id) {
            true => vec![Event::ContactRemoved(*id)],
            false => return Err(Rejection::ContactUnknown),
        },
    })
}

/// Keeps exactly one primary place, and that one first.
fn put_place(places: &mut Vec<Place>, place: &Place) {
    if place.is_primary {
        places.iter_mut().for_each(|other| other.is_primary = false);
    }
    match places.iter_mut().find(|other| other.id == place.id) {
        Some(other) => other.clone_from(place),
        None => places.push(place.clone()),
    }
    if let Some(primary) = places.iter().position(|place| place.is_primary) {
        places[..=primary].rotate_right(1);
    }
}
