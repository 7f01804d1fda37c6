//! What the rows of a file mean as visits: whom to visit, on which day, within which hours, by whom; and which rows are wrong.
//!
//! A visit's id follows from its row: from its `ref`, or else from customer, place, day, hours and purpose. So a file that comes again makes nothing
//! twice. A visit that is there already stays as it is, whatever the row says: what dispatchers and agents did with it since is not undone.

use super::Plan;
use super::plan::{DEMAND, DURATION_S, Defaults, NewVisit, PRIORITY, Window};
use crate::customer::{Customer, CustomerStatus, class::VISIT_DURATION_S_DEFAULT};
use crate::fence::calendar::TimeOfDay;
use crate::flaw::{FieldFlaw, checked_line};
use crate::horizon::Horizon;
use crate::import::hours::{spans, time_of};
use crate::import::known::{Names, known_in, the_one};
use crate::import::{CellFlaw, Field, Row, RowOutcome, Sheet, SheetFlaw};
use crate::words::folded;
use crate::{AgentId, PlaceId, TerritoryId, VisitId};
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The fields of a file of visits.
pub const FIELDS: &[Field] = &[
    Field::required(
        "customer",
        &["customerref", "customercode", "customerno", "customernumber", "customerid", "kunde", "kundennummer", "kundennr"],
    ),
    Field::required("date", &["day", "datum", "tag"]),
    Field::new("ref", &["reference", "visit", "visitref", "visitid", "besuchsnummer", "nr", "no"]),
    Field::new("place", &["site", "ort", "standort"]),
    Field::new("window", &["windows", "hours", "time", "zeitfenster", "uhrzeit"]),
    Field::new("from", &["start", "begin", "von"]),
    Field::new("to", &["until", "end", "bis"]),
    Field::new("agent", &["rep", "salesrep", "assignedto", "aussendienst", "vertreter"]),
    Field::new("territory", &["region", "gebiet", "bezirk"]),
    Field::new("kind", &["type", "art"]),
    Field::new("minutes", &["duration", "visitminutes", "visitduration", "dauer", "besuchsdauer"]),
    Field::new("priority", &["prio", "prioritat"]),
    Field::new("demand", &["load", "units", "quantity", "bedarf", "ladung", "menge"]),
    Field::new("skills", &[]),
    Field::new("purpose", &["reason", "zweck", "anlass"]),
    Field::new("note", &["notes", "comment", "bemerkung", "notiz"]),
];

/// Names visits that came with files: UUIDv5 in this namespace.
const NAMESPACE: Uuid = Uuid::from_u128(0x1d60_4b52_8f0e_4a3c_b7d1_5a0c_92e4_77b3);
const REF_LEN_MAX: usize = 64;
const WINDOW_LIMIT: &str = "must be hours of the day such as 09:00-12:00, several parted by commas";

/// What there is to refer to.
#[derive(Debug)]
pub struct Known {
    /// Those that may be visited, by `ref`.
    pub customers: HashMap<String, Customer>,
    /// How long a visit of a class takes.
    pub class_durations_s: HashMap<String, u32>,
    pub skills: HashSet<String>,
    pub territories: Names<TerritoryId>,
    pub agents: Names<AgentId>,
    /// Whose days and hours a file's are.
    pub zone: Tz,
    pub today: NaiveDate,
}

/// Nothing at all, in UTC.
impl Known {
    pub fn nothing(today: NaiveDate) -> Self {
        Self {
            customers: HashMap::new(),
            class_durations_s: HashMap::new(),
            skills: HashSet::new(),
            territories: Names::default(),
            agents: Names::default(),
            zone: Tz::UTC,
            today,
        }
    }
}

/// A visit that a row asks for.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub line: u64,
    /// What the row calls the visit, else its customer.
    pub reference: String,
    pub id: VisitId,
    pub new: NewVisit,
    /// The same with everything that follows from the customer.
    pub plan: Plan,
    /// What the row says, field by field, for flaws that show later.
    cells: Vec<CellFlaw>,
}

/// A file of visits, understood.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Planned {
    /// Rows with something in them, good and bad.
    pub rows: usize,
    pub steps: Vec<Step>,
    pub flaws: Vec<CellFlaw>,
    /// Rows with flaws.
    pub bad_rows: usize,
}

impl Step {
    /// What becomes of it beside what is there already under its id, and the fields that differ from that.
    pub fn beside(&self, there: Option<&Plan>, today: NaiveDate) -> Result<(RowOutcome, Vec<&'static str>), FieldFlaw> {
        match there {
            None if self.plan.day < today => Err(FieldFlaw::new("date", format!("must not be before today, {today}"))),
            None => Ok((RowOutcome::Created, Vec::new())),
            Some(there) => {
                let fields = differing(there, &self.plan, &self.new);
                Ok((if fields.is_empty() { RowOutcome::Unchanged } else { RowOutcome::Kept }, fields))
            }
        }
    }

    /// A flaw of the visit, where its row has it.
    pub fn flaw(&self, flaw: &FieldFlaw) -> CellFlaw {
        let field = field_of(flaw);
        let limit = flaw.limit.clone();
        match self.cells.iter().find(|cell| cell.field == field) {
            Some(cell) => CellFlaw { limit, ..cell.clone() },
            None => CellFlaw { line: self.line, field: field.to_owned(), column: None, value: String::new(), limit },
        }
    }
}

/// The customers that a file's rows name: what the store must be asked for.
pub fn customers_named(sheet: &Sheet<'_>) -> Result<Vec<String>, SheetFlaw> {
    let read = sheet.rows().map(|row| Ok(row?.text("customer").map(str::to_owned)));
    let named: HashSet<String> = read.collect::<Result<Vec<_>, SheetFlaw>>()?.into_iter().flatten().collect();
    let mut named: Vec<String> = named.into_iter().collect();
    named.sort_unstable();
    Ok(named)
}

/// Reads every row.
pub fn plan(sheet: &Sheet<'_>, known: &Known) -> Result<Planned, SheetFlaw> {
    let mut planned = Planned::default();
    let mut seen: HashMap<VisitId, u64> = HashMap::new();
    let heads = sheet.columns().len();
    for row in sheet.rows() {
        let mut row = row?;
        planned.rows += 1;
        row.check_width(heads);
        let step = step(&mut row, known, &mut seen);
        match step.filter(|_| row.is_good()) {
            Some(step) => planned.steps.push(step),
            None => {
                planned.bad_rows += 1;
                planned.flaws.extend(row.into_flaws());
            }
        }
    }
    Ok(planned)
}

fn step(row: &mut Row<'_>, known: &Known, seen: &mut HashMap<VisitId, u64>) -> Option<Step> {
    let reference = row.checked("ref", |text| checked_line("ref", text, 1, REF_LEN_MAX));
    let customer = row.required("customer", |text| customer_called(known, text));
    let place = customer.and_then(|customer| place(row, customer));
    let day = row.required("date", |text| day_of(text, Horizon::around(known.today)));
    let windows = windows(row, day, known.zone);
    let agent_id = row.checked("agent", |name| the_one(&known.agents, name, "agent", "an agent"));
    let territory_id = row.checked("territory", |name| the_one(&known.territories, name, "territory", "a territory"));
    let kind = row.checked("kind", |text| {
        let kind = folded(text).replace([' ', '-'], "_").parse();
        kind.map_err(|_| FieldFlaw::new("kind", "must be routine, ad_hoc, urgent or phone_call"))
    });
    let minutes = row.whole("minutes", DURATION_S.start() / 60, DURATION_S.end() / 60);
    let priority = row.whole("priority", *PRIORITY.start(), *PRIORITY.end());
    let demand = row.whole("demand", *DEMAND.start(), *DEMAND.end());
    let skills = row.several("skills", |code| known_in(&known.skills, code, "skills", "skill")).unwrap_or_default();
    let purpose = row.text("purpose").map(str::to_owned);
    let note = row.text("note").map(str::to_owned).unwrap_or_default();
    let (customer, place, day) = (customer?, place?, day?);
    if !row.is_good() {
        return None;
    }
    let new = NewVisit {
        id: None,
        customer_id: customer.id,
        place_id: Some(place),
        territory_id,
        agent_id,
        kind,
        day: Some(day),
        windows,
        duration_s: minutes.map(|minutes| minutes * 60),
        priority,
        demand,
        skills,
        purpose,
        note,
    };
    let plan = new.clone().checked(&defaults(known, customer, place));
    let plan = plan.map_err(|flaw| row.wrong(field_of(&flaw), flaw.limit)).ok()?;
    let id = id_of(reference.as_deref(), &plan);
    if let Some(before) = seen.get(&id) {
        match reference {
            Some(_) => row.wrong("ref", format!("must be another one than on line {before}")),
            None => row.wrong("row", format!("must be another visit than on line {before}, or have a ref of its own")),
        }
        return None;
    }
    seen.insert(id, row.line);
    let reference = reference.or_else(|| row.text("customer").map(str::to_owned)).unwrap_or_default();
    let cells = FIELDS.iter().filter(|field| row.text(field.name).is_some()).map(|field| row.flaw(field.name, "")).collect();
    Some(Step { line: row.line, reference, id, new: NewVisit { id: Some(id), ..new }, plan, cells })
}

fn customer_called<'a>(known: &'a Known, reference: &str) -> Result<&'a Customer, FieldFlaw> {
    let customer = known.customers.get(reference);
    let customer = customer.ok_or_else(|| FieldFlaw::new("customer", "must be the ref of a customer of yours"))?;
    if customer.profile.status == CustomerStatus::Closed {
        return Err(FieldFlaw::new("customer", "must not be closed"));
    }
    Ok(customer)
}

/// The place of this label; the primary one where none is named.
fn place(row: &mut Row<'_>, customer: &Customer) -> Option<PlaceId> {
    if row.text("place").is_none() {
        return Some(customer.primary_place().or_else(|| customer.places.first())?.id);
    }
    row.checked("place", |label| {
        let called: Vec<_> = customer.places.iter().filter(|place| folded(&place.label) == folded(label)).collect();
        match called[..] {
            [place] => Ok(place.id),
            [] => Err(FieldFlaw::new("place", "must be what one of the customer's places is called")),
            _ => Err(FieldFlaw::new("place", "must be one place: several are called so")),
        }
    })
}

/// `2026-11-23`, `23.11.2026`. Slashes mean the month first to some and the day to others: they are refused.
fn day_of(text: &str, horizon: Horizon) -> Result<NaiveDate, FieldFlaw> {
    let limit = || FieldFlaw::new("date", format!("must be a date such as 2026-11-23 or 23.11.2026, within {horizon}"));
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%d.%m.%Y"));
    day.ok().filter(|day| horizon.covers(*day)).ok_or_else(limit)
}

/// `window`, or `from` and `to`; none: any time of the day. A window that ends before it begins ends on the next day.
fn windows(row: &mut Row<'_>, day: Option<NaiveDate>, zone: Tz) -> Vec<Window> {
    let in_one = row.checked("window", |text| spans(text).ok_or_else(|| FieldFlaw::new("window", WINDOW_LIMIT)));
    let clock = |field: &'static str| {
        move |text: &str| time_of(text).ok_or_else(|| FieldFlaw::new(field, "must be a time of day such as 09:00"))
    };
    let (from, to) = (row.checked("from", clock("from")), row.checked("to", clock("to")));
    let (says_from, says_to) = (row.text("from").is_some(), row.text("to").is_some());
    if row.text("window").is_some() && (says_from || says_to) {
        row.wrong("window", "must not stand beside from and to");
        return Vec::new();
    }
    if says_from && !says_to {
        row.wrong("to", "must stand beside from");
    }
    let pair = match (from, to) {
        (Some(from), Some(to)) if from == to => {
            row.wrong("to", "must differ from from");
            None
        }
        (Some(from), Some(to)) => Some((from, to)),
        // Until when, and nothing else: from the beginning of the day.
        (None, Some(to)) if !says_from => Some((TimeOfDay::MIDNIGHT, to)),
        _ => None,
    };
    let Some(day) = day else { return Vec::new() };
    let spans = in_one.unwrap_or_default().into_iter().chain(pair);
    let windows = spans.map(|(from, to)| {
        let ends_on = if to > from { day } else { day.succ_opt().unwrap_or(day) };
        Window { from: from.on(day, zone), to: to.on(ends_on, zone) }
    });
    windows.collect()
}

fn defaults(known: &Known, customer: &Customer, place_id: PlaceId) -> Defaults {
    let of_place = customer.places.iter().find(|place| place.id == place_id).and_then(|place| place.visit_duration_s);
    let of_class = customer.profile.class.as_ref().and_then(|class| known.class_durations_s.get(class)).copied();
    Defaults {
        place_id,
        territory_id: customer.profile.territory_id,
        duration_s: of_place.or(of_class).unwrap_or(VISIT_DURATION_S_DEFAULT),
        skills: customer.profile.skills.clone(),
        today: known.today,
        zone: known.zone,
    }
}

/// The same row makes the same visit.
fn id_of(reference: Option<&str>, plan: &Plan) -> VisitId {
    let name = reference.map_or_else(
        || {
            let hours: Vec<String> =
                plan.windows.iter().map(|window| format!("{}-{}", window.from.ms(), window.to.ms())).collect();
            let purpose = plan.purpose.as_deref().unwrap_or_default();
            format!("row:{}:{}:{}:{}:{purpose}", plan.customer_id, plan.place_id, plan.day, hours.join(","))
        },
        |reference| format!("ref:{reference}"),
    );
    VisitId(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
}

/// What the row says otherwise; what it does not say differs in nothing.
fn differing(there: &Plan, plan: &Plan, said: &NewVisit) -> Vec<&'static str> {
    let checks = [
        ("customer", there.customer_id != plan.customer_id),
        ("place", there.customer_id == plan.customer_id && there.place_id != plan.place_id),
        ("date", there.day != plan.day),
        ("window", !said.windows.is_empty() && there.windows != plan.windows),
        ("agent", said.agent_id.is_some() && there.agent_id != plan.agent_id),
        ("territory", said.territory_id.is_some() && there.territory_id != plan.territory_id),
        ("kind", said.kind.is_some() && there.kind != plan.kind),
        ("minutes", said.duration_s.is_some() && there.duration_s != plan.duration_s),
        ("priority", said.priority.is_some() && there.priority != plan.priority),
        ("demand", said.demand.is_some() && there.demand != plan.demand),
        ("skills", !said.skills.is_empty() && there.skills != plan.skills),
        ("purpose", said.purpose.is_some() && there.purpose != plan.purpose),
        ("note", !said.note.is_empty() && there.note != plan.note),
    ];
    checks.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}

/// Where the file has what a visit calls so.
fn field_of(flaw: &FieldFlaw) -> &'static str {
    let name = flaw.field.split(['.', '[']).next().unwrap_or_default();
    match name {
        "customer_id" => "customer",
        "place_id" => "place",
        "territory_id" => "territory",
        "agent_id" => "agent",
        "day" => "date",
        "windows" => "window",
        "duration_s" => "minutes",
        name => FIELDS.iter().find(|field| field.name == name).map_or("row", |field| field.name),
    }
}

#[cfg(test)]
mod tests;
