//! Customers as they are made and changed: what is refused, what a change leads to, and that state is the fold of events.

use super::command::{Command, CustomerState, Event, Order, Rejection};
use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn at(second: i64) -> Timestamp {
    Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(second)
}

fn minter() -> impl FnMut() -> Uuid {
    let mut next = 1_000;
    move || {
        next += 1;
        Uuid::from_u128(next)
    }
}

fn draft(more: Value) -> Result<Draft, FieldFlaw> {
    let mut customer =
        json!({ "name": "Bäckerei Müller", "places": [{ "address": "Hauptstraße 1", "point": { "lat": 52.5, "lon": 13.4 } }] });
    customer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value::<NewCustomer>(customer).unwrap().checked(&mut minter())
}

fn created(more: Value) -> CustomerState {
    let draft = draft(more).unwrap();
    let state = CustomerState::new(draft.id, None);
    let events = state.decide(&order(Command::Create(Box::new(draft)))).unwrap();
    state.after(&events, at(0))
}

fn order(command: Command) -> Order {
    Order { command, expected: None }
}

fn change(json: Value) -> Command {
    Command::Change(Box::new(serde_json::from_value::<CustomerPatch>(json).unwrap().checked().unwrap()))
}

fn place(id: u128, more: Value) -> Place {
    let mut place = json!({ "id": Uuid::from_u128(id) });
    place.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value::<NewPlace>(place).unwrap().checked(&mut minter()).unwrap()
}

fn place_change(id: PlaceId, json: Value) -> Command {
    Command::ChangePlace(id, Box::new(serde_json::from_value::<PlacePatch>(json).unwrap().checked().unwrap()))
}

/// Does an order, and returns the state after it.
fn done(state: &CustomerState, command: Command) -> CustomerState {
    let events = state.decide(&order(command)).unwrap();
    state.after(&events, at(60))
}

#[test]
fn a_flaw_names_the_field_and_the_limit() {
    let agent = Uuid::from_u128(7);
    let places = |place: Value| json!({ "places": [{ "address": "A" }, place] });
    for (more, field, limit) in [
        (json!({ "name": " " }), "name", "1..120"),
        (json!({ "ref": "x".repeat(65) }), "ref", "1..64"),
        (json!({ "class": "a b" }), "class", "1..32"),
        (json!({ "skills": ["cold", "!"] }), "skills[1]", "1..32"),
        (json!({ "tags": [""] }), "tags[0]", "1..40"),
        (json!({ "notes": "x".repeat(4_001) }), "notes", "4000"),
        (json!({ "preferred_agents": [agent], "forbidden_agents": [agent] }), "forbidden_agents", "preferred"),
        (json!({ "places": [] }), "places", "1..50"),
        (places(json!({ "point": { "lat": 90.1, "lon": 0 } })), "places[1].point.lat", "-90..90"),
        (places(json!({ "point": { "lat": 0, "lon": -181 } })), "places[1].point.lon", "-180..180"),
        (places(json!({ "fence": { "radius_m": 5 } })), "places[1].fence.radius_m", "10..5000"),
        (places(json!({ "fence": { "dwell_s": 0 } })), "places[1].fence.dwell_s", "1..86400"),
        (
            places(json!({ "fence": { "shape": { "type": "Circle", "coordinates": [0, 0], "radius_m": 9 } } })),
            "places[1].fence.shape.type",
            "Polygon",
        ),
        (places(json!({ "visit_duration_s": 59 })), "places[1].visit_duration_s", "60..86400"),
        (places(json!({ "hours": { "zone": "Mars/Olympus", "weekly": [] } })), "places[1].hours", "IANA"),
        (places(json!({ "location_quality": 1.5 })), "places[1].location_quality", "0..1"),
        (json!({ "places": [{ "is_primary": true }, { "is_primary": true }] }), "places[1].is_primary", "one place"),
        (json!({ "places": [{ "id": agent }, { "id": agent }] }), "places[1].id", "another id"),
    ] {
        let got = draft(more.clone()).unwrap_err();
        assert!(got.field == field && got.limit.contains(limit), "{got} for {more}");
    }
}

#[test]
fn a_new_customer_has_one_primary_place_which_comes_first() {
    let state = created(json!({ "places": [{ "label": "a" }, { "label": "b", "is_primary": true }, { "label": "c" }] }));
    let customer = state.customer().unwrap();
    let places: Vec<_> = customer.places.iter().map(|place| (place.label.as_str(), place.is_primary)).collect();
    assert_eq!(places, [("b", true), ("a", false), ("c", false)]);
    assert_eq!((customer.version, customer.created_at), (1, at(0)));
}

#[test]
fn creating_again_changes_nothing() {
    let state = created(json!({}));
    let again = Command::Create(Box::new(draft(json!({ "name": "Other" })).unwrap()));
    assert_eq!(state.decide(&order(again)), Ok(vec![]));
}

#[test]
fn a_change_upon_another_version_is_refused_unless_it_is_so_already() {
    let state = done(&created(json!({})), change(json!({ "name": "Conditorei" })));
    assert_eq!(state.customer().unwrap().version, 2);
    let stale = |json| state.decide(&Order { command: change(json), expected: Some(1) });
    assert_eq!(stale(json!({ "name": "Third" })), Err(Rejection::VersionConflict { current: 2 }));
    assert_eq!(stale(json!({ "name": "Conditorei" })), Ok(vec![]), "sent again after its answer was lost");
    let fresh = Order { command: change(json!({ "name": "Third" })), expected: Some(2) };
    assert_eq!(state.decide(&fresh).unwrap().len(), 1);
}

#[test]
fn null_takes_away_and_absent_stays() {
    let state = created(json!({ "ref": "K-1", "class": "A", "tags": ["b", "a", "b"] }));
    let profile = &state.customer().unwrap().profile;
    assert_eq!(profile.tags, ["a", "b"]);
    let changed = done(&state, change(json!({ "ref": null, "status": "on_hold" })));
    let changed = &changed.customer().unwrap().profile;
    assert_eq!(
        (changed.reference.as_deref(), changed.class.as_deref(), changed.status),
        (None, Some("A"), CustomerStatus::OnHold)
    );
}

#[test]
fn a_moved_pin_forgets_what_was_said_of_the_former_one() {
    let state =
        created(json!({ "places": [{ "point": { "lat": 1, "lon": 2 }, "located_by": "geocoded", "location_quality": 0.5 }] }));
    let id = state.customer().unwrap().places[0].id;
    let moved = done(&state, place_change(id, json!({ "point": { "lat": 1, "lon": 2.5 } })));
    let place = &moved.customer().unwrap().places[0];
    assert_eq!((place.located_by, place.location_quality), (Some(LocatedBy::Pinned), None));
    let fence = place.fence_definition("X").unwrap();
    assert_eq!(fence.shape.to_geojson()["coordinates"], json!([2.5, 1.0]), "the circle follows");
    let lost = done(&moved, place_change(id, json!({ "point": null })));
    let place = &lost.customer().unwrap().places[0];
    assert_eq!((place.point, place.located_by, place.fence_definition("X")), (None, None, None));
}

#[test]
fn a_point_that_an_address_was_found_by_is_no_point_of_another_address() {
    let address = "27 Osterley Gardens";
    let placed = |by: &str| {
        created(
            json!({ "places": [{ "address": address, "point": { "lat": 1, "lon": 2 }, "located_by": by, "location_quality": 0.8 }] }),
        )
    };
    let (found, pinned) = (placed("geocoded"), placed("pinned"));
    let after = |state: &CustomerState, patch: Value| {
        let id = state.customer().unwrap().places[0].id;
        let place = done(state, place_change(id, patch)).customer().unwrap().places[0].clone();
        (place.point, place.located_by)
    };
    let point = found.customer().unwrap().places[0].point;
    assert_eq!(after(&found, json!({ "address": "40 Medlar Road" })), (None, None));
    assert_eq!(after(&found, json!({ "address": "27 OSTERLEY gardens" })), (point, Some(LocatedBy::Geocoded)), "the same one");
    let both = json!({ "address": "40 Medlar Road", "point": { "lat": 1, "lon": 2 }, "located_by": "geocoded" });
    assert_eq!(after(&found, both), (point, Some(LocatedBy::Geocoded)));
    assert_eq!(after(&pinned, json!({ "address": "40 Medlar Road" })), (point, Some(LocatedBy::Pinned)), "somebody knew where");
}

#[test]
fn one_place_stays_and_one_is_primary() {
    let state = created(json!({}));
    let first = state.customer().unwrap().places[0].id;
    assert_eq!(state.decide(&order(Command::RemovePlace(first))), Err(Rejection::LastPlace));
    assert_eq!(state.decide(&order(place_change(first, json!({ "is_primary": false })))), Err(Rejection::PrimaryNeeded));
    let two = done(&state, Command::AddPlace(Box::new(place(2, json!({ "label": "dock" })))));
    assert_eq!(two.decide(&order(Command::RemovePlace(first))), Err(Rejection::PrimaryNeeded));
    let swapped = done(&two, place_change(PlaceId(Uuid::from_u128(2)), json!({ "is_primary": true })));
    assert_eq!(swapped.customer().unwrap().places.iter().map(|p| p.is_primary).collect::<Vec<_>>(), [true, false]);
    let one = done(&swapped, Command::RemovePlace(first));
    assert_eq!(one.customer().unwrap().places.len(), 1);
    assert_eq!(one.decide(&order(Command::RemovePlace(first))), Err(Rejection::PlaceUnknown));
}

#[test]
fn places_and_contacts_are_bounded() {
    let mut state = created(json!({}));
    for n in 0..PLACES_MAX - 1 {
        state = done(&state, Command::AddPlace(Box::new(place(2 + n as u128, json!({})))));
    }
    assert_eq!(state.decide(&order(Command::AddPlace(Box::new(place(999, json!({})))))), Err(Rejection::TooManyPlaces));
    let head = |n: usize| ContactHead::checked(ContactId(Uuid::from_u128(n as u128)), "buyer").unwrap();
    for n in 0..CONTACTS_MAX {
        state = done(&state, Command::PutContact(head(n)));
    }
    assert_eq!(state.decide(&order(Command::PutContact(head(99)))), Err(Rejection::TooManyContacts));
    assert_eq!(state.decide(&order(Command::PutContact(head(3)))).unwrap().len(), 1, "a known one may change");
    let fewer = done(&state, Command::RemoveContact(head(3).id));
    assert_eq!(fewer.decide(&order(Command::RemoveContact(head(3).id))), Err(Rejection::ContactUnknown));
}

#[test]
fn a_customer_is_found_by_name_code_tags_and_addresses() {
    let state = created(json!({ "ref": "K-1042", "tags": ["Café"] }));
    let words = state.customer().unwrap().search_words();
    for word in ["backerei", "muller", "hauptstrasse", "1", "k", "1042", "cafe"] {
        assert!(words.contains(word), "{word} in {words:?}");
    }
}

#[test]
fn json_there_and_back_is_the_same_customer() {
    let hours = json!({ "zone": "Europe/Berlin", "weekly": [{ "days": ["mon"], "from": "08:00", "to": "12:00" }],
                        "exceptions": [{ "date": "2026-12-24", "hours": [] }] });
    let state = created(json!({ "ref": "K-1", "places": [{ "hours": hours, "point": { "lat": 1.5, "lon": 2.5 } }] }));
    let json = serde_json::to_value(state.customer().unwrap()).unwrap();
    assert_eq!((&json["ref"], &json["places"][0]["point"]["lat"]), (&json!("K-1"), &json!(1.5)));
    assert_eq!(serde_json::from_value::<Customer>(json).unwrap(), *state.customer().unwrap());
}

/// Any order at all, about few enough things that they meet.
fn any_command() -> impl Strategy<Value = Command> {
    let status = prop_oneof![Just("active"), Just("on_hold"), Just("closed")];
    prop_oneof![
        (0..4u32, status).prop_map(|(n, status)| change(json!({ "name": format!("N{n}"), "status": status }))),
        (1..5u128, any::<bool>()).prop_map(|(n, p)| Command::AddPlace(Box::new(place(n, json!({ "is_primary": p }))))),
        (1..5u128, proptest::option::of(any::<bool>()), 0..9i32).prop_map(|(n, p, lat)| {
            place_change(PlaceId(Uuid::from_u128(n)), json!({ "is_primary": p, "point": { "lat": lat, "lon": 1 } }))
        }),
        (1..5u128).prop_map(|n| Command::RemovePlace(PlaceId(Uuid::from_u128(n)))),
        (1..4u128, 0..3u32).prop_map(|(n, role)| {
            Command::PutContact(ContactHead::checked(ContactId(Uuid::from_u128(n)), &format!("r{role}")).unwrap())
        }),
        (1..4u128).prop_map(|n| Command::RemoveContact(ContactId(Uuid::from_u128(n)))),
    ]
}

proptest! {
    /// Whatever is ordered: a refusal changes nothing, one version is one order, and one place is primary and first.
    #[test]
    fn any_orders_leave_a_customer_whole(commands in proptest::collection::vec(any_command(), 0..40)) {
        let mut state = created(json!({ "places": [{ "id": Uuid::from_u128(1) }] }));
        let first = state.clone();
        let mut all: Vec<Vec<Event>> = Vec::new();
        for command in commands {
            let Ok(events) = state.decide(&order(command.clone())) else { continue };
            let before = state.customer().unwrap().version;
            state = state.after(&events, at(60));
            let customer = state.customer().unwrap();
            prop_assert_eq!(customer.version, before + i64::from(!events.is_empty()));
            prop_assert!(customer.places[0].is_primary);
            prop_assert_eq!(customer.places.iter().filter(|place| place.is_primary).count(), 1);
            if !events.is_empty() && !matches!(command, Command::PutContact(_) | Command::RemovePlace(_) | Command::RemoveContact(_)) {
                prop_assert_eq!(state.decide(&order(command)), Ok(vec![]), "done again it changes nothing");
            }
            all.push(events);
        }
        let folded = all.iter().fold(first, |state, events| state.after(events, at(60)));
        prop_assert_eq!(folded, state);
    }
}
