//! Customers' actors: commands queue, survive crashes and other writers, are refused when there is too much, and sleep.

use crate::common::{World, eventually, everything};
use salessync_actors::SystemHandle;
use salessync_actors::customer::{Done, Undone};
use salessync_actors::supervision::Phase;
use salessync_actors::system::ManyCreated;
use salessync_engine::CustomerId;
use salessync_engine::customer::{Command, Customer, CustomerPatch, Draft, NewCustomer, Order, Rejection};
use serde_json::{Value, json};
use uuid::Uuid;

fn draft(id: u128, more: Value) -> Draft {
    let mut customer =
        json!({"id": Uuid::from_u128(id), "name": format!("Customer {id}"), "places": [{"point": {"lat": 1, "lon": 2}}]});
    customer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value::<NewCustomer>(customer).unwrap().checked(&mut Uuid::now_v7).unwrap()
}

async fn order(system: &SystemHandle, id: u128, command: Command, expected: Option<i64>) -> Result<Done, Undone> {
    system.order(&everything(), CustomerId(Uuid::from_u128(id)), Order { command, expected }, None).await
}

async fn create(system: &SystemHandle, id: u128) -> Customer {
    order(system, id, Command::Create(Box::new(draft(id, json!({})))), None).await.unwrap().customer
}

async fn change(system: &SystemHandle, id: u128, patch: Value) -> Result<Done, Undone> {
    let patch: CustomerPatch = serde_json::from_value(patch).unwrap();
    let expected = patch.version;
    order(system, id, Command::Change(Box::new(patch.checked().unwrap())), expected).await
}

async fn stored(system: &SystemHandle, id: u128) -> Customer {
    system.store().customer(&everything(), CustomerId(Uuid::from_u128(id))).await.unwrap().unwrap()
}

fn phase(system: &SystemHandle, id: u128) -> Phase {
    system.customer_phase(CustomerId(Uuid::from_u128(id)))
}

#[actix::test]
async fn what_is_answered_is_stored_and_comes_back_after_a_restart() {
    let world = World::new();
    let system = world.system().await;
    let made = create(&system, 1).await;
    assert_eq!(stored(&system, 1).await, made);
    world.advance_s(60);
    let changed = change(&system, 1, json!({"notes": "x", "tags": ["t"], "version": 1})).await.unwrap();
    assert!(changed.is_changed && changed.customer.updated_at > made.updated_at);
    assert_eq!(stored(&system, 1).await, changed.customer);
    assert!(matches!(change(&system, 2, json!({"notes": "x"})).await, Err(Undone::Rejected(Rejection::Unknown))));
    system.stop().await;

    let system = world.system().await;
    assert_eq!(phase(&system, 1), Phase::Asleep);
    let again = change(&system, 1, json!({"notes": "y", "version": 2})).await.unwrap();
    assert_eq!((again.before, again.customer.version), (Some(changed.customer), 3));
}

#[actix::test]
async fn an_idle_customer_sleeps_and_wakes_as_it_was() {
    let world = World::new();
    let system = world.system_with(|settings| settings.actors.passivate_after_s = 1).await;
    create(&system, 1).await;
    assert_eq!(phase(&system, 1), Phase::Awake);
    eventually("the customer sleeps", async || phase(&system, 1) == Phase::Asleep).await;
    assert_eq!(system.customer_census().known, 0, "nothing is held of who sleeps");
    assert_eq!(change(&system, 1, json!({"notes": "x", "version": 1})).await.unwrap().customer.version, 2);
}

#[actix::test]
async fn whoever_writes_past_an_awake_customer_is_noticed() {
    let world = World::new();
    let (here, there) = (world.system().await, world.system().await);
    create(&here, 1).await;
    // Another server takes the same customer two versions further.
    for notes in ["a", "b"] {
        change(&there, 1, json!({"notes": notes})).await.unwrap();
    }
    let stale = change(&here, 1, json!({"name": "Stale", "version": 1})).await;
    assert!(matches!(stale, Err(Undone::Rejected(Rejection::VersionConflict { current: 3 }))), "{stale:?}");
    let fresh = change(&here, 1, json!({"name": "Fresh"})).await.unwrap().customer;
    assert_eq!((fresh.version, fresh.profile.notes.as_str()), (4, "b"), "nothing of the others' is lost");
    // And back: the other one has never heard of version 4.
    let back = change(&there, 1, json!({"tags": ["x"]})).await.unwrap().customer;
    assert_eq!((back.version, back.profile.name.as_str()), (5, "Fresh"));
}

#[actix::test]
async fn many_are_made_at_once_or_none() {
    let world = World::new();
    let system = world.system().await;
    create(&system, 1).await;
    let drafts = (1..=50).map(|id| draft(id, json!({"ref": format!("K-{id}")}))).collect();
    let made = system.create_customers(&everything(), drafts, None).await.unwrap();
    let ManyCreated::Done(made) = made else { panic!("{made:?}") };
    assert_eq!((made.len(), stored(&system, 1).await.profile.reference), (49, None), "who was there stays");
    assert_eq!(stored(&system, 50).await.profile.reference.as_deref(), Some("K-50"));
    let clash = vec![draft(60, json!({})), draft(61, json!({"ref": "K-7"}))];
    let refused = system.create_customers(&everything(), clash, None).await.unwrap_err();
    assert_eq!(refused.to_string(), "ref is already taken");
    assert!(matches!(change(&system, 60, json!({"notes": "x"})).await, Err(Undone::Rejected(Rejection::Unknown))));
    // A place id that is another customer's stays there, with its fence.
    let place = stored(&system, 7).await.places[0].id;
    let thief = draft(62, json!({"places": [{"id": place}]}));
    let refused = order(&system, 62, Command::Create(Box::new(thief)), None).await.unwrap_err();
    assert!(matches!(refused, Undone::Store(_)), "{refused}");
    assert_eq!(stored(&system, 7).await.places[0].id, place);
}

/// More than the mailbox holds, all at once: each is done or refused as busy, none is lost, and the versions are without a gap.
#[actix::test]
async fn too_many_commands_are_refused_and_none_is_half_done() {
    let world = World::new();
    let system = world.system().await;
    create(&system, 1).await;
    let orders = (0..200).map(|n| change(&system, 1, json!({"notes": format!("n{n}")})));
    let answers = futures_util::future::join_all(orders).await;
    let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert!(refused.iter().all(|refusal| matches!(refusal, Err(Undone::Busy))), "{refused:?}");
    assert!(!refused.is_empty() && done.len() >= 16, "{} done, {} refused", done.len(), refused.len());
    let mut versions: Vec<_> = done.into_iter().map(|done| done.unwrap().customer.version).collect();
    versions.sort_unstable();
    assert_eq!(versions, (2..2 + versions.len() as i64).collect::<Vec<_>>());
    assert_eq!(stored(&system, 1).await.version, 1 + versions.len() as i64);
}

#[cfg(feature = "fault-injection")]
#[actix::test]
async fn a_crash_costs_no_command_that_was_not_begun_and_too_many_halt_the_customer() {
    let world = World::new();
    let system = world.system_with(|settings| settings.actors.arbiters = 1).await;
    let id = CustomerId(Uuid::from_u128(1));
    create(&system, 1).await;
    create(&system, 2).await;
    for crash in 1..=5 {
        system.poison_customer(id);
        // Queued behind the poison, lost with the mailbox, and sent again to the one that is built from the store.
        let changed = change(&system, 1, json!({"notes": format!("{crash}"), "version": crash})).await.unwrap();
        assert_eq!(changed.customer.version, crash + 1);
        assert_eq!(stored(&system, 1).await, changed.customer);
    }
    system.poison_customer(id);
    eventually("the customer is halted", async || matches!(phase(&system, 1), Phase::Halted(_))).await;
    let Phase::Halted(halt) = phase(&system, 1) else { panic!() };
    assert!(halt.last_panic.contains("poison"), "{halt:?}");
    assert!(matches!(change(&system, 1, json!({"notes": "x"})).await, Err(Undone::Halted)));
    assert_eq!(system.customer_census().halted.len(), 1);
    assert_eq!(change(&system, 2, json!({"notes": "beside"})).await.unwrap().customer.version, 2, "others notice nothing");
    assert!(system.resume_customer(id) && !system.resume_customer(id));
    assert_eq!(change(&system, 1, json!({"notes": "back", "version": 6})).await.unwrap().customer.version, 7);
}
