//! Rows as visits: every flaw with its line, the same file twice makes nothing twice, and what is there already stays.

use super::*;
use crate::customer::NewCustomer;
use crate::customer::command::{Command, CustomerState, Order};
use crate::import::Options;
use crate::visit::VisitKind;
use crate::{CustomerId, Timestamp};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;

const TODAY: &str = "2026-11-23";

fn today() -> NaiveDate {
    TODAY.parse().unwrap()
}

fn customer(n: u128, reference: &str, more: serde_json::Value) -> Customer {
    let mut new = json!({"id": Uuid::from_u128(n), "name": reference, "ref": reference, "places": [{"address": "A 1", "is_primary": true}]});
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let new: NewCustomer = serde_json::from_value(new).unwrap();
    let mut next = n * 100;
    let draft = new.checked(&mut || {
        next += 1;
        Uuid::from_u128(next)
    });
    let order = Order { command: Command::Create(Box::new(draft.unwrap())), expected: None };
    let state = CustomerState::new(CustomerId(Uuid::from_u128(n)), None);
    let events = state.decide(&order).unwrap();
    state.after(&events, Timestamp::parse("2026-11-01T00:00:00Z").unwrap()).customer().unwrap().clone()
}

fn known() -> Known {
    let two = json!([{"label": "Shop", "address": "A 1", "is_primary": true}, {"label": "Lager", "address": "B 2", "visit_duration_s": 600}]);
    let customers = [
        customer(1, "K1", json!({"class": "A", "skills": ["cold"], "places": two})),
        customer(2, "K2", json!({"territory_id": Uuid::from_u128(1)})),
        customer(3, "K3", json!({"status": "closed"})),
    ];
    let mut known = Known::nothing(today());
    known.customers = customers.into_iter().map(|customer| (customer.profile.reference.clone().unwrap(), customer)).collect();
    known.class_durations_s = [("A".to_owned(), 2_400)].into();
    known.skills = ["cold".to_owned(), "fitting".to_owned()].into();
    known.territories.add("Nord", TerritoryId(Uuid::from_u128(1)));
    known.agents.add("Anna Berg", AgentId(Uuid::from_u128(9)));
    known.zone = chrono_tz::Europe::Berlin;
    known
}

fn planned(text: &str) -> Planned {
    plan(&Sheet::open(text.as_bytes(), FIELDS, &Options::default()).unwrap(), &known()).unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn a_row_becomes_a_visit_with_what_follows_from_its_customer() {
    let text = "Kundennr;Datum;Zeitfenster;Vertreter;Art;Dauer;Prio;skills;Zweck;Notiz;Ort\n\
                K1;24.11.2026;9-12, 13:30-15;anna berg;Phone call;;80;fitting;audit;\"a;b\";\n\
                K1;2026-11-24;;;;;;;;;LAGER\n";
    let planned = planned(text);
    assert_eq!((planned.flaws.as_slice(), planned.rows, planned.steps.len()), (&[][..], 2, 2));
    let first = &planned.steps[0].plan;
    let window = |from: &str, to: &str| Window { from: at(from), to: at(to) };
    assert_eq!(
        first.windows,
        [window("2026-11-24T08:00:00Z", "2026-11-24T11:00:00Z"), window("2026-11-24T12:30:00Z", "2026-11-24T14:00:00Z")]
    );
    assert_eq!((first.agent_id, first.kind, first.duration_s), (Some(AgentId(Uuid::from_u128(9))), VisitKind::PhoneCall, 2_400));
    assert_eq!((first.priority, first.purpose.as_deref(), first.note.as_str()), (80, Some("audit"), "a;b"));
    assert_eq!(first.skills, ["cold", "fitting"], "the customer's and the row's");
    let second = &planned.steps[1].plan;
    assert_eq!((second.duration_s, second.windows.len(), second.priority), (600, 0, 50), "as its place says");
    assert_ne!(first.place_id, second.place_id);
}

#[test]
fn a_row_says_what_its_visit_takes_of_a_vehicle() {
    let text =
        "Kundennr;Datum;Menge\nK1;2026-11-24;12\nK1;2026-11-25;\nK1;2026-11-26;-1\nK1;2026-11-27;1000001\nK1;2026-11-28;1,5\n";
    let planned = planned(text);
    assert_eq!(planned.steps.iter().map(|step| step.plan.demand).collect::<Vec<_>>(), [12, 0]);
    let told: Vec<_> = planned.flaws.iter().map(|flaw| (flaw.line, flaw.field.as_str(), flaw.limit.as_str())).collect();
    let limit = "must be a whole number within 0..1000000";
    assert_eq!(told, [4, 5, 6].map(|line| (line, "demand", limit)));
    let there = Plan { demand: 3, ..planned.steps[0].plan.clone() };
    assert_eq!(planned.steps[0].beside(Some(&there), today()), Ok((RowOutcome::Kept, vec!["demand"])));
    let there = Plan { demand: 3, ..planned.steps[1].plan.clone() };
    assert_eq!(planned.steps[1].beside(Some(&there), today()), Ok((RowOutcome::Unchanged, vec![])), "the row says nothing of it");
}

#[test]
fn every_flaw_is_told_with_its_line() {
    let text = "customer,date,ref,from,to,window,agent,territory,kind,minutes,priority,skills,place,purpose\n\
                ,,,,,,,,,,,,,\n\
                K9,11/24/2026,,9,25:00,,Nobody,Süd,tea,0,101,hot,,\n\
                K3,2026-11-24,,,,,,,,,,,,\n\
                K1,2026-11-24,V1,09:00,,,,,,,,,Keller,\n\
                K1,2026-11-24,V1,,,nine,,,,,,,,\n\
                K1,2026-11-24,V1,,,,,,,,,,,\n\
                K2,2026-11-24,V1,,,,,,,,,,,\n\
                K2,2026-11-24,,,,\"9-12,11-13\",,,,,,,,\n\
                K2,2026-11-25,,9,10,9-10,,,,,,,,\n\
                K2,2026-11-26,,,,,,,,,,,,a b\n\
                K2,2026-11-27,,,,,,,,,,,,\n\
                K2,2026-11-27,,,,,,,,,,,,\n\
                K2,2026-11-28,,,,,,,,,,,,,extra\n";
    let planned = planned(text);
    let told: Vec<_> = planned.flaws.iter().map(|flaw| (flaw.line, flaw.field.as_str(), flaw.value.as_str())).collect();
    let expected = [
        (3, "customer", "K9"),
        (3, "date", "11/24/2026"),
        (3, "to", "25:00"),
        (3, "agent", "Nobody"),
        (3, "territory", "Süd"),
        (3, "kind", "tea"),
        (3, "minutes", "0"),
        (3, "priority", "101"),
        (3, "skills", "hot"),
        (4, "customer", "K3"),
        (5, "place", "Keller"),
        (5, "to", ""),
        (6, "window", "nine"),
        (8, "ref", "V1"),
        (9, "window", "9-12,11-13"),
        (10, "window", "9-10"),
        (11, "purpose", "a b"),
        (13, "row", ""),
        (14, "row", "extra"),
    ];
    assert_eq!(told, expected);
    assert_eq!((planned.rows, planned.bad_rows, planned.steps.len()), (12, 10, 2));
    assert_eq!(planned.flaws[13].limit, "must be another one than on line 7");
}

#[test]
fn a_file_that_comes_again_names_the_same_visits_and_changes_none() {
    let text = "customer,date,ref,minutes,from,to\nK1,2026-11-24,,,22:00,02:00\nK1,2026-11-25,V7,45,,\n";
    let (first, second) = (planned(text), planned(text));
    assert_eq!(first, second);
    let [night, named] = &first.steps[..] else { panic!("{first:?}") };
    assert_eq!(night.plan.windows[0].to, at("2026-11-25T01:00:00Z"), "over midnight");
    assert_eq!(night.beside(None, today()), Ok((RowOutcome::Created, vec![])));
    assert_eq!(named.beside(Some(&named.plan), today()), Ok((RowOutcome::Unchanged, vec![])));
    let moved = Plan { day: today(), agent_id: Some(AgentId(Uuid::from_u128(9))), duration_s: 60, ..named.plan.clone() };
    assert_eq!(
        named.beside(Some(&moved), today()),
        Ok((RowOutcome::Kept, vec!["date", "minutes"])),
        "nobody was named by the row"
    );
    let later: NaiveDate = "2026-11-26".parse().unwrap();
    let passed = named.beside(None, later).unwrap_err();
    assert_eq!(passed.field, "date");
    let told = named.flaw(&passed);
    assert_eq!(
        (told.line, told.column.as_deref(), told.value.as_str()),
        (3, Some("date"), "2026-11-25"),
        "where the row says it"
    );
    assert_eq!(named.beside(Some(&named.plan), later), Ok((RowOutcome::Unchanged, vec![])), "past, and there already");
}

fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-zA-Z0-9 ,.;|:\"'äß-]{0,12}",
        Just("K1".to_owned()),
        Just("K2".to_owned()),
        Just("2026-11-24".to_owned()),
        Just("08:00".to_owned()),
        Just("9-12".to_owned()),
        Just("45".to_owned()),
    ]
}

proptest! {
    /// Whatever stands in the cells: every row is planned or told why not, no two steps are the same visit, and a plan passes the checks again.
    #[test]
    fn any_table_is_planned_or_told_why_not(rows in proptest::collection::vec(proptest::collection::vec(any_cell(), FIELDS.len()), 1..8)) {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut text: String = FIELDS.iter().map(|field| field.name).collect::<Vec<_>>().join("\t");
        for row in &rows {
            text.push('\n');
            text.push_str(&row.iter().map(quoted).collect::<Vec<_>>().join("\t"));
        }
        let planned = planned(&text);
        prop_assert_eq!(planned.rows, planned.steps.len() + planned.bad_rows);
        prop_assert_eq!(planned.bad_rows, planned.flaws.iter().map(|flaw| flaw.line).collect::<BTreeSet<_>>().len());
        prop_assert_eq!(planned.steps.iter().map(|step| step.id).collect::<BTreeSet<_>>().len(), planned.steps.len());
        for step in &planned.steps {
            prop_assert_eq!(step.plan.clone().checked(known().zone), Ok(step.plan.clone()));
        }
    }
}
