//! What the rows of a file mean as customers: which are new, which change something, which say what is known already, and which are wrong.
//!
//! A customer is known by its `ref`, which every row must have. A column that is missing and a cell that is empty leave what is there. The invariant:
//! the plan of a good row is a command that its customer takes; nothing is left to be found out when it is carried out but other people's changes.

use super::command::{Command, CustomerState, Order};
use super::place::{NewPlace, PlacePatch, RawFence, RawPoint};
use super::{ContactHead, Customer, CustomerPatch, CustomerStatus, LocatedBy, NewCustomer, checked_reference};
use crate::contact::{Email, Phone};
use crate::fence::Calendar;
use crate::flaw::{FieldFlaw, checked_line};
use crate::import::hours::openings;
use crate::import::known::{Names, known_in, the_one};
use crate::import::{CellFlaw, Field, Row, RowOutcome, Sheet, SheetFlaw};
use crate::words::folded;
use crate::{AgentId, ContactId, CustomerId, TerritoryId};
use chrono_tz::Tz;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// The fields of a file of customers.
pub const FIELDS: &[Field] = &[
    Field::required(
        "ref",
        &["reference", "code", "customerno", "customernumber", "customerid", "nr", "no", "kundennummer", "kundennr"],
    ),
    Field::new("name", &["customer", "customername", "company", "firma", "kunde"]),
    Field::new("class", &["category", "klasse", "abc"]),
    Field::new("status", &[]),
    Field::new("territory", &["region", "gebiet", "bezirk"]),
    Field::new("preferred_agents", &["agent", "agents", "rep", "salesrep", "aussendienst", "vertreter"]),
    Field::new("skills", &[]),
    Field::new("tags", &["labels", "merkmale"]),
    Field::new("notes", &["note", "comment", "bemerkung", "notiz"]),
    Field::new("address", &["adresse", "anschrift"]),
    Field::new("street", &["strasse", "addressline1"]),
    Field::new("postcode", &["zip", "zipcode", "postalcode", "plz"]),
    Field::new("city", &["town", "ort", "stadt"]),
    Field::new("country", &["land"]),
    Field::new("lat", &["latitude", "breite", "breitengrad"]),
    Field::new("lon", &["lng", "long", "longitude", "laenge", "lange", "langengrad"]),
    Field::new("fence_radius_m", &["radius", "radiusm"]),
    Field::new("hours", &["openinghours", "offnungszeiten"]),
    Field::new("visit_minutes", &["visitduration", "duration", "besuchsdauer"]),
    Field::new("access_notes", &["access", "zugang"]),
    Field::new("contact_name", &["contact", "ansprechpartner", "kontakt"]),
    Field::new("contact_role", &["role", "funktion"]),
    Field::new("contact_email", &["email", "mail"]),
    Field::new("contact_phone", &["phone", "telephone", "tel", "telefon"]),
];

/// Names a customer's contact that came with files.
const CONTACT_NAME: &[u8] = b"imported contact";

/// What there is to refer to.
#[derive(Debug)]
pub struct Known {
    pub classes: HashSet<String>,
    pub skills: HashSet<String>,
    pub territories: Names<TerritoryId>,
    pub agents: Names<AgentId>,
    /// By `ref`.
    pub customers: HashMap<String, Customer>,
    /// Whose hours a file's hours are.
    pub zone: Tz,
}

/// Nothing at all, in UTC.
impl Default for Known {
    fn default() -> Self {
        Self {
            classes: HashSet::new(),
            skills: HashSet::new(),
            territories: Names::default(),
            agents: Names::default(),
            customers: HashMap::new(),
            zone: Tz::UTC,
        }
    }
}

/// What a row wants.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub line: u64,
    pub reference: String,
    pub id: CustomerId,
    /// In this order; none: everything is so already.
    pub commands: Vec<Command>,
    pub contact: Option<ImportedContact>,
    /// The fields that are others than before; of a new customer none.
    pub fields: Vec<&'static str>,
}

/// A contact that came with a row. Whether it is another than before is not known here: what is known is sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportedContact {
    pub head: ContactHead,
    pub name: String,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
}

/// A file of customers, understood.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    /// Rows with something in them, good and bad.
    pub rows: usize,
    pub steps: Vec<Step>,
    pub flaws: Vec<CellFlaw>,
    /// Rows with flaws.
    pub bad_rows: usize,
}

impl Step {
    pub fn is_new(&self) -> bool {
        matches!(self.commands.first(), Some(Command::Create(_)))
    }

    /// As far as is known without opening what is sealed.
    pub fn outcome(&self) -> RowOutcome {
        match (self.is_new(), self.commands.is_empty()) {
            (true, _) => RowOutcome::Created,
            (false, false) => RowOutcome::Updated,
            (false, true) => RowOutcome::Unchanged,
        }
    }
}

/// The references of a file's rows: what the store must be asked for.
pub fn references(sheet: &Sheet<'_>) -> Result<Vec<String>, SheetFlaw> {
    let read = sheet.rows().map(|row| Ok(row?.text("ref").map(str::to_owned)));
    Ok(read.collect::<Result<Vec<_>, SheetFlaw>>()?.into_iter().flatten().collect())
}

/// Reads every row. `mint` gives ids to what is new.
pub fn plan(sheet: &Sheet<'_>, known: &Known, mint: &mut dyn FnMut() -> Uuid) -> Result<Plan, SheetFlaw> {
    let mut plan = Plan::default();
    let mut seen: HashMap<String, u64> = HashMap::new();
    let heads = sheet.columns().len();
    for row in sheet.rows() {
        let mut row = row?;
        plan.rows += 1;
        row.check_width(heads);
        let step = step(&mut row, known, &mut seen, mint);
        match step.filter(|_| row.is_good()) {
            Some(step) => plan.steps.push(step),
            None => {
                plan.bad_rows += 1;
                plan.flaws.extend(row.into_flaws());
            }
        }
    }
    Ok(plan)
}

fn step(row: &mut Row<'_>, known: &Known, seen: &mut HashMap<String, u64>, mint: &mut dyn FnMut() -> Uuid) -> Option<Step> {
    let reference = row.required("ref", checked_reference);
    if let Some(reference) = &reference {
        if let Some(before) = seen.get(reference) {
            row.wrong("ref", format!("must be another one than on line {before}"));
        }
        seen.entry(reference.clone()).or_insert(row.line);
    }
    let profile = profile(row, known);
    let place = place(row, known.zone);
    let contact = contact(row);
    let reference = reference.filter(|_| row.is_good())?;
    let (id, commands, fields) = match known.customers.get(&reference) {
        None => {
            let draft = draft(row, reference.clone(), profile, place, mint)?;
            (draft.id, vec![Command::Create(Box::new(draft))], Vec::new())
        }
        Some(customer) => {
            let (commands, fields) = changes(row, customer, profile, place)?;
            (customer.id, commands, fields)
        }
    };
    let contact = contact.map(|contact| ImportedContact {
        head: ContactHead { id: ContactId(Uuid::new_v5(&id.0, CONTACT_NAME)), ..contact.head },
        ..contact
    });
    Some(Step { line: row.line, reference, id, commands, contact, fields })
}

/// What a row says of the customer as a whole.
fn profile(row: &mut Row<'_>, known: &Known) -> CustomerPatch {
    CustomerPatch {
        version: None,
        name: row.checked("name", |text| checked_line("name", text, 1, super::NAME_LEN_MAX)),
        reference: None,
        class: row.checked("class", |code| known_in(&known.classes, code, "class", "customer class")).map(Some),
        status: row.checked("status", |text| {
            let status = CustomerStatus::from_name(&folded(text).replace([' ', '-'], "_"));
            status.ok_or_else(|| FieldFlaw::new("status", "must be active, on_hold or closed"))
        }),
        territory_id: row.checked("territory", |name| the_one(&known.territories, name, "territory", "a territory")).map(Some),
        preferred_agents: row.several("preferred_agents", |name| the_one(&known.agents, name, "preferred_agents", "an agent")),
        forbidden_agents: None,
        skills: row.several("skills", |code| known_in(&known.skills, code, "skills", "skill")),
        tags: row.list("tags"),
        notes: row.text("notes").map(str::to_owned),
    }
}

/// What a row says of the primary place.
fn place(row: &mut Row<'_>, zone: Tz) -> PlacePatch {
    let lat = row.number("lat", -90.0, 90.0);
    let lon = row.number("lon", -180.0, 180.0);
    for (field, is_given, other) in [
        ("lat", row.text("lat").is_some(), row.text("lon").is_some()),
        ("lon", row.text("lon").is_some(), row.text("lat").is_some()),
    ] {
        if other && !is_given {
            row.wrong(field, "must stand beside the other coordinate");
        }
    }
    let hours = row.checked("hours", |text| {
        let weekly = openings(text)?;
        if weekly.is_empty() {
            return Ok(None);
        }
        let calendar = Calendar::new(zone.name(), weekly, Vec::new());
        let calendar = calendar.map_err(|flaw| FieldFlaw::new("hours", flaw.to_string()))?;
        Ok(serde_json::to_value(calendar).ok())
    });
    let radius_m = row.number("fence_radius_m", 10.0, 5_000.0);
    let minutes = row.whole("visit_minutes", 1, 1_440);
    PlacePatch {
        label: None,
        is_primary: None,
        address: address(row),
        point: lat.zip(lon).map(|(lat, lon)| Some(RawPoint { lat, lon })),
        located_by: lat.zip(lon).map(|_| LocatedBy::Imported),
        location_quality: None,
        fence: radius_m.map(|radius_m| RawFence { radius_m: Some(radius_m), ..RawFence::default() }),
        hours,
        visit_duration_s: minutes.map(|minutes| Some(minutes * 60)),
        access_notes: row.text("access_notes").map(str::to_owned),
    }
}

/// `address`, or made of its parts: street, postcode with city, country.
fn address(row: &Row<'_>) -> Option<String> {
    if let Some(address) = row.text("address") {
        return Some(address.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", "));
    }
    let town: Vec<_> = [row.text("postcode"), row.text("city")].into_iter().flatten().collect();
    let town = (!town.is_empty()).then(|| town.join(" "));
    let parts: Vec<String> =
        [row.text("street").map(str::to_owned), town, row.text("country").map(str::to_owned)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn contact(row: &mut Row<'_>) -> Option<ImportedContact> {
    let email =
        row.checked("contact_email", |text| Email::new(text).map_err(|flaw| FieldFlaw::new("contact_email", flaw.to_string())));
    let phone =
        row.checked("contact_phone", |text| Phone::new(text).map_err(|flaw| FieldFlaw::new("contact_phone", flaw.to_string())));
    let role = row.checked("contact_role", |text| checked_line("contact_role", text, 0, 60));
    let is_given =
        ["contact_name", "contact_role", "contact_email", "contact_phone"].into_iter().any(|field| row.text(field).is_some());
    if !is_given {
        return None;
    }
    let name = row.required("contact_name", |text| checked_line("contact_name", text, 1, 120))?;
    let head = ContactHead { id: ContactId(Uuid::nil()), role: role.unwrap_or_default() };
    Some(ImportedContact { head, name, email, phone })
}

fn draft(
    row: &mut Row<'_>,
    reference: String,
    profile: CustomerPatch,
    place: PlacePatch,
    mint: &mut dyn FnMut() -> Uuid,
) -> Option<super::Draft> {
    let Some(name) = profile.name else {
        row.wrong("name", "must not be empty of a customer who is not known yet");
        return None;
    };
    let new = NewCustomer {
        id: None,
        name,
        reference: Some(reference),
        class: profile.class.flatten(),
        status: profile.status.unwrap_or_default(),
        territory_id: profile.territory_id.flatten(),
        preferred_agents: profile.preferred_agents.unwrap_or_default(),
        forbidden_agents: Vec::new(),
        skills: profile.skills.unwrap_or_default(),
        tags: profile.tags.unwrap_or_default(),
        notes: profile.notes.unwrap_or_default(),
        places: vec![NewPlace {
            id: None,
            label: String::new(),
            is_primary: true,
            address: place.address.unwrap_or_default(),
            point: place.point.flatten(),
            located_by: place.located_by,
            location_quality: None,
            fence: place.fence,
            hours: place.hours.flatten(),
            visit_duration_s: place.visit_duration_s.flatten(),
            access_notes: place.access_notes.unwrap_or_default(),
        }],
    };
    new.checked(mint).map_err(|flaw| wrong(row, &flaw)).ok()
}

/// The commands that make a known customer what the row says, and the fields that change.
fn changes(
    row: &mut Row<'_>,
    customer: &Customer,
    profile: CustomerPatch,
    mut place: PlacePatch,
) -> Option<(Vec<Command>, Vec<&'static str>)> {
    // Holidays are kept elsewhere than in a file's week.
    let known_hours = customer.primary_place().and_then(|place| serde_json::to_value(place.hours.as_ref()?).ok());
    if let (Some(Some(hours)), Some(mut known_hours)) = (&mut place.hours, known_hours) {
        hours["exceptions"] = known_hours["exceptions"].take();
    }
    let change = profile.checked().map_err(|flaw| wrong(row, &flaw)).ok()?;
    let place = place.checked().map_err(|flaw| wrong(row, &flaw)).ok()?;
    let primary = customer.primary_place()?.id;
    let mut state = CustomerState::new(customer.id, Some(customer.clone()));
    let mut commands = Vec::new();
    for command in [Command::Change(Box::new(change)), Command::ChangePlace(primary, Box::new(place))] {
        let order = Order { command, expected: None };
        match state.decide(&order) {
            Ok(events) if events.is_empty() => {}
            Ok(events) => {
                state = state.after(&events, customer.updated_at);
                commands.push(order.command);
            }
            Err(rejection) => {
                row.wrong("row", rejection.to_string());
                return None;
            }
        }
    }
    let fields = state.customer().map(|after| differing(customer, after)).unwrap_or_default();
    Some((commands, fields))
}

/// Puts a flaw of a customer's field where the file has it.
fn wrong(row: &mut Row<'_>, flaw: &FieldFlaw) {
    let name = flaw.field.rsplit('.').next().unwrap_or_default().split('[').next().unwrap_or_default();
    let field = match name {
        "territory_id" => "territory",
        "visit_duration_s" => "visit_minutes",
        "radius_m" => "fence_radius_m",
        name => FIELDS.iter().find(|field| field.name == name).map_or("row", |field| field.name),
    };
    row.wrong(field, flaw.limit.clone());
}

fn differing(before: &Customer, after: &Customer) -> Vec<&'static str> {
    let (old, new) = (&before.profile, &after.profile);
    let mut fields = BTreeSet::new();
    let mut note = |field: &'static str, differs: bool| {
        if differs {
            fields.insert(field);
        }
    };
    note("name", old.name != new.name);
    note("class", old.class != new.class);
    note("status", old.status != new.status);
    note("territory", old.territory_id != new.territory_id);
    note("preferred_agents", old.preferred_agents != new.preferred_agents);
    note("skills", old.skills != new.skills);
    note("tags", old.tags != new.tags);
    note("notes", old.notes != new.notes);
    if let (Some(old), Some(new)) = (before.primary_place(), after.primary_place()) {
        note("address", old.address != new.address);
        note("point", old.point != new.point);
        note("fence_radius_m", old.fence != new.fence);
        note("hours", old.hours != new.hours);
        note("visit_minutes", old.visit_duration_s != new.visit_duration_s);
        note("access_notes", old.access_notes != new.access_notes);
    }
    fields.into_iter().collect()
}

#[cfg(test)]
mod tests;
