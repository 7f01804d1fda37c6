//! Rows as customers: every flaw with its line, a second run changes nothing, and what a plan says is what its commands do.

use super::*;
use crate::Timestamp;
use crate::import::Options;
use proptest::prelude::*;

fn at(second: i64) -> Timestamp {
    Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(second)
}

fn known(customers: impl IntoIterator<Item = Customer>) -> Known {
    let territory = |n: u128| TerritoryId(Uuid::from_u128(n));
    let agent = |n: u128| AgentId(Uuid::from_u128(n));
    let mut territories = Names::default();
    [("Nord", 1), ("Süd", 2), ("Süd", 3)].into_iter().for_each(|(name, n)| territories.add(name, territory(n)));
    let mut agents = Names::default();
    agents.add("Anna Berg", agent(1));
    Known {
        classes: ["A".to_owned()].into(),
        skills: ["cold".to_owned()].into(),
        territories,
        agents,
        customers: customers.into_iter().map(|customer| (customer.profile.reference.clone().unwrap(), customer)).collect(),
        zone: chrono_tz::Europe::Berlin,
    }
}

fn planned(text: &str, known: &Known) -> Plan {
    let mut next = 100;
    let mut mint = || {
        next += 1;
        Uuid::from_u128(next)
    };
    let sheet = Sheet::open(text.as_bytes(), FIELDS, &Options::default()).unwrap();
    plan(&sheet, known, &mut mint).unwrap()
}

/// Carries a plan out.
fn carried_out(plan: &Plan, known: &Known) -> Vec<Customer> {
    let mut customers = known.customers.clone();
    for step in &plan.steps {
        let mut state = CustomerState::new(step.id, customers.remove(&step.reference));
        for command in &step.commands {
            let events = state.decide(&Order { command: command.clone(), expected: None }).unwrap();
            assert!(!events.is_empty(), "a command of a plan does something");
            state = state.after(&events, at(60));
        }
        customers.insert(step.reference.clone(), state.customer().unwrap().clone());
    }
    let mut customers: Vec<_> = customers.into_values().collect();
    customers.sort_by_key(|customer| customer.profile.reference.clone());
    customers
}

const HEAD: &str = "ref;name;class;territory;agent;skills;tags;street;PLZ;Ort;lat;lon;Öffnungszeiten;visit_minutes;contact;email";

#[test]
fn a_row_becomes_a_customer_and_a_second_run_changes_nothing() {
    let text =
        format!("{HEAD}\nK1;Bäckerei;A;Nord;Anna Berg;cold;x|y;Hauptstr. 1;10115;Berlin;52,5;13,4;Mo-Fr 8-18;30;Uwe;u@x.de\n");
    let none = known([]);
    let first = planned(&text, &none);
    assert_eq!((first.flaws.as_slice(), first.rows, first.steps[0].outcome()), (&[][..], 1, RowOutcome::Created));
    let customers = carried_out(&first, &none);
    let customer = &customers[0];
    assert_eq!((customer.profile.name.as_str(), customer.profile.class.as_deref()), ("Bäckerei", Some("A")));
    assert_eq!(
        (&customer.profile.tags[..], customer.profile.territory_id),
        (&["x".to_owned(), "y".to_owned()][..], Some(TerritoryId(Uuid::from_u128(1))))
    );
    let place = &customer.places[0];
    assert_eq!((place.address.as_str(), place.located_by), ("Hauptstr. 1, 10115 Berlin", Some(LocatedBy::Imported)));
    assert_eq!((place.visit_duration_s, place.hours.as_ref().unwrap().zone()), (Some(1_800), chrono_tz::Europe::Berlin));
    let contact = first.steps[0].contact.as_ref().unwrap();
    assert_eq!((contact.name.as_str(), contact.head.id), ("Uwe", ContactId(Uuid::new_v5(&customer.id.0, CONTACT_NAME))));

    let again = known(customers);
    let second = planned(&text, &again);
    assert_eq!((second.steps[0].outcome(), second.steps[0].fields.as_slice()), (RowOutcome::Unchanged, &[][..]));
    let changed = planned("Nr,Kunde,tags,notes,lat,lon\nK1,Konditorei,,,52.6,13.4\n", &again);
    assert_eq!(changed.steps[0].fields, ["name", "point"], "an empty cell leaves what is there");
    let after = carried_out(&changed, &again);
    assert_eq!((after[0].profile.tags.len(), after[0].version), (2, 3));
}

#[test]
fn every_flaw_is_told_with_its_line_and_good_rows_are_planned() {
    let text = format!(
        "{HEAD}\nK1;;B;Süd;Nobody;hot;;;;;91;;Mo 25-26;0;;x\n;B;;;;;;;;;;;;;;\nK1;C;;;;;;;;;;;;;;\nK2;D;;;;;;;;;;;;;;\nK3;E;;;;;;;;;;;;;;;too much\n"
    );
    let plan = planned(&text, &known([]));
    let told: Vec<_> = plan.flaws.iter().map(|flaw| (flaw.line, flaw.field.as_str(), flaw.value.as_str())).collect();
    let expected = [
        (2, "class", "B"),
        (2, "territory", "Süd"),
        (2, "preferred_agents", "Nobody"),
        (2, "skills", "hot"),
        (2, "lat", "91"),
        (2, "lon", ""),
        (2, "hours", "Mo 25-26"),
        (2, "visit_minutes", "0"),
        (2, "contact_email", "x"),
        (2, "contact_name", ""),
        (3, "ref", ""),
        (4, "ref", "K1"),
        (6, "row", "too much"),
    ];
    assert_eq!(told, expected);
    assert_eq!((plan.rows, plan.bad_rows, plan.steps.len()), (5, 4, 1));
    assert_eq!(plan.flaws[11].limit, "must be another one than on line 2");
    assert!(plan.flaws[1].limit.contains("several are called so"));
    let nameless = planned("ref,name\nK9,\n", &known([]));
    assert_eq!((nameless.flaws[0].field.as_str(), nameless.bad_rows), ("name", 1));
}

#[test]
fn the_references_are_those_of_all_rows() {
    let sheet = Sheet::open(b"ref\nK1\n\nK2\n".as_slice(), FIELDS, &Options::default()).unwrap();
    assert_eq!(references(&sheet).unwrap(), ["K1", "K2"]);
}

fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-zA-Z0-9 ,.;|\"'äß-]{0,12}",
        Just("A".to_owned()),
        Just("Nord".to_owned()),
        Just("52,5".to_owned()),
        Just("Mo-Fr 8-18".to_owned()),
        Just("a@b.c".to_owned()),
    ]
}

proptest! {
    /// Whatever stands in the cells: every row is planned or told why not, a plan can be carried out, and carried out it plans nothing more.
    #[test]
    fn any_table_is_planned_or_told_why_not(rows in proptest::collection::vec(proptest::collection::vec(any_cell(), FIELDS.len()), 1..8)) {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut text: String = FIELDS.iter().map(|field| field.name).collect::<Vec<_>>().join("\t");
        for row in &rows {
            text.push('\n');
            text.push_str(&row.iter().map(quoted).collect::<Vec<_>>().join("\t"));
        }
        let none = known([]);
        let plan = planned(&text, &none);
        prop_assert_eq!(plan.rows, plan.steps.len() + plan.bad_rows);
        prop_assert_eq!(plan.bad_rows, plan.flaws.iter().map(|flaw| flaw.line).collect::<BTreeSet<_>>().len());
        let again = known(carried_out(&plan, &none));
        let second = planned(&text, &again);
        prop_assert!(second.steps.iter().all(|step| step.commands.is_empty()), "{:?}", second.steps);
        prop_assert_eq!(second.flaws, plan.flaws);
    }
}
