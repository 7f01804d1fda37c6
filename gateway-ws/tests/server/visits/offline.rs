//! What offline phones tell: late, twice, in any order, in conflict with what the office did meanwhile; and a server that is killed.

use super::*;
use crate::common::eventually;

#[tokio::test]
async fn what_phones_tell_late_is_settled_by_rule() {
    let server = Server::start().await;
    a_batch_in_any_order_and_twice_is_the_same_visit(&server).await;
    what_cannot_be_kept_is_refused_alone(&server).await;
    a_cancellation_does_not_undo_a_visit(&server).await;
    a_reassignment_does_not_undo_a_visit(&server).await;
    a_visit_that_was_left_open_is_closed_by_the_next(&server).await;
    a_missed_visit_comes_back(&server).await;
}

async fn a_batch_in_any_order_and_twice_is_the_same_visit(server: &Server) {
    let field = Field::new(server).await;
    let id = field.visit(json!({})).await;
    let events = [
        event(&id, "en_route", minutes_ago(50), json!({})),
        event(&id, "check_in", minutes_ago(40), json!({"position": position(&field.shop, 10.0)})),
        event(&id, "start", minutes_ago(39), json!({})),
        event(&id, "check_out", minutes_ago(20), json!({"outcome": "productive", "position": position(&field.shop, 10.0)})),
    ];
    let last = field.tell(&events[3..]).await;
    assert_eq!((&last[0]["result"], &last[0]["effect"]), (&json!("taken"), &json!("not_checked_in")), "it waits");
    assert_eq!(field.read(&id).await["status"], "planned");
    let middle = field.tell(&[events[2].clone(), events[1].clone(), events[2].clone()]).await;
    let results: Vec<_> = middle.iter().map(|outcome| outcome["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["taken", "taken", "known"]);
    let visit = field.read(&id).await;
    assert_eq!((&visit["status"], &visit["outcome"]), (&json!("completed"), &json!("productive")), "{visit}");
    let all = field.tell(&events).await;
    let effects: Vec<_> =
        all.iter().map(|outcome| (outcome["result"].as_str().unwrap(), outcome["effect"].as_str().unwrap())).collect();
    assert_eq!(effects, [("taken", "effective"), ("known", "effective"), ("known", "effective"), ("known", "effective")]);
    let history = server.get(&format!("/visits/{id}/events")).await;
    let told = history["items"].as_array().unwrap().iter().filter(|event| event["kind"] == "told").count();
    assert_eq!(told, 4, "each is there once");
}

async fn what_cannot_be_kept_is_refused_alone(server: &Server) {
    let (field, other) = (Field::new(server).await, Field::new(server).await);
    let (id, foreign) = (field.visit(json!({})).await, other.visit(json!({})).await);
    let good = event(&id, "check_in", minutes_ago(5), json!({}));
    let outcomes = field
        .tell(&[
            event(&id, "dance", minutes_ago(5), json!({})),
            event(&id, "cancel", minutes_ago(5), json!({"reason": "tired"})),
            event(&foreign, "check_in", minutes_ago(5), json!({})),
            json!({"visit_id": id, "type": "check_in", "at": minutes_ago(5)}),
            event(&id, "check_out", minutes_ago(5), json!({})),
            event(&id, "check_in", minutes_ago(5), json!({"position": {"lat": 500, "lon": 0}})),
            good.clone(),
            event(&id, "start", minutes_ago(-60), json!({})),
        ])
        .await;
    let codes: Vec<_> = outcomes.iter().map(|outcome| outcome["code"].as_str().unwrap_or("-")).collect();
    let invalid = "invalid_field";
    assert_eq!(codes, [invalid, "not_a_deed", "visit_unknown", invalid, invalid, invalid, "-", "-"], "{outcomes:#?}");
    assert_eq!(outcomes[4]["field"], "outcome");
    let visit = field.read(&id).await;
    assert_eq!(visit["status"], "in_progress", "a clock that is ahead: it happened when it came");
    assert!(visit["flags"].as_array().unwrap().contains(&json!("clock_ahead")), "{visit}");
    // An id says one thing.
    let mut stolen = event(&id, "start", minutes_ago(1), json!({}));
    stolen["id"] = good["id"].clone();
    assert_eq!(field.tell(&[stolen]).await[0]["code"], "id_taken");
    let empty = server.ask(Some(&field.agent.token), Method::POST, "/visit-reports", Some(json!({"events": []}))).await;
    assert_eq!((empty.status, empty.field()), (400, "events"));
}

async fn a_cancellation_does_not_undo_a_visit(server: &Server) {
    let field = Field::new(server).await;
    let id = field.visit(json!({})).await;
    assert_eq!(field.office(&id, "cancel", json!({"reason": "customer called"})).await.status, 200);
    // They were there before, and offline.
    field
        .tell(&[event(&id, "check_in", minutes_ago(30), json!({})), event(&id, "check_out", minutes_ago(10), check_out())])
        .await;
    let visit = field.read(&id).await;
    assert_eq!((&visit["status"], &visit["performed_by"]), (&json!("completed"), &json!(field.agent.id)));
    let history = server.get(&format!("/visits/{id}/events")).await;
    let cancel = history["items"].as_array().unwrap().iter().find(|event| event["told"]["type"] == "cancel").unwrap();
    assert_eq!(cancel["effect"], "already_over", "what it did has changed: {cancel}");
}

async fn a_reassignment_does_not_undo_a_visit(server: &Server) {
    let field = Field::new(server).await;
    let other = server.agents(1, Some(&field.territory)).await.remove(0);
    let id = field.visit(json!({})).await;
    server.post("/visits/assign", json!({"assignments": [{"visit_id": id, "agent_id": other.id}]})).await;
    field
        .tell(&[event(&id, "check_in", minutes_ago(30), json!({})), event(&id, "check_out", minutes_ago(10), check_out())])
        .await;
    let visit = field.read(&id).await;
    assert_eq!((&visit["performed_by"], &visit["agent_id"]), (&json!(field.agent.id), &json!(other.id)));
    assert!(visit["flags"].as_array().unwrap().contains(&json!("not_assigned")), "{visit}");
    let late = server.ask(Some(&other.token), Method::POST, &format!("/visits/{id}/check-in"), Some(json!({}))).await;
    assert_eq!((late.status, late.code()), (409, "done_by_another"), "{late:?}");
    let told = json!({"events": [event(&id, "check_in", minutes_ago(5), json!({}))]});
    let kept = server.ask(Some(&other.token), Method::POST, "/visit-reports", Some(told)).await;
    assert_eq!(kept.body["outcomes"][0]["effect"], "done_by_another", "kept, and said");
}

async fn a_visit_that_was_left_open_is_closed_by_the_next(server: &Server) {
    let field = Field::new(server).await;
    let next_door = shop(server, &field.territory, LAT + 0.01).await;
    let (first, second) = (field.visit(json!({})).await, field.visit_at(&next_door, json!({})).await);
    field.tell(&[event(&second, "check_in", minutes_ago(20), json!({}))]).await;
    field.tell(&[event(&first, "check_in", minutes_ago(50), json!({}))]).await;
    let left = field.read(&first).await;
    assert_eq!((&left["status"], &left["reason"]), (&json!("abandoned"), &json!("next_check_in")), "{left}");
    assert_eq!(field.read(&second).await["status"], "checked_in");
    field.tell(&[event(&first, "check_out", minutes_ago(30), check_out())]).await;
    assert_eq!(field.read(&first).await["status"], "completed", "the agent's word is better than the server's guess");
}

async fn a_missed_visit_comes_back(server: &Server) {
    let field = Field::new(server).await;
    let answer = server.call(Method::PUT, "/settings/visits", Some(json!({"rules": {"missed_after_s": 0}}))).await;
    assert_eq!(answer.status, 204);
    let yesterday = (chrono::Utc::now() - chrono::TimeDelta::days(2)).date_naive();
    let (missed, open) = (field.visit(json!({"day": yesterday})).await, field.visit(json!({"day": yesterday})).await);
    let two_days = 2 * 24 * 60;
    field.tell(&[event(&open, "check_in", minutes_ago(two_days), json!({}))]).await;
    let settled = eventually("the day is settled", async || {
        let (missed, open) = (field.read(&missed).await, field.read(&open).await);
        (missed["status"] == "missed" && open["status"] == "abandoned").then_some(open)
    })
    .await;
    assert_eq!(settled["reason"], "day_over");
    field
        .tell(&[
            event(&missed, "check_in", minutes_ago(two_days + 60), json!({})),
            event(&missed, "check_out", minutes_ago(two_days + 30), check_out()),
        ])
        .await;
    assert_eq!(field.read(&missed).await["status"], "completed");
    let history = server.get(&format!("/visits/{missed}/events")).await;
    let moved: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|event| (event["was"].clone(), event["status"].clone())).collect();
    assert!(moved.contains(&(json!("planned"), json!("missed"))) && moved.iter().any(|(was, _)| *was == "missed"), "{moved:?}");
}

/// Everything that was answered is there after a power cut, and nothing twice.
#[tokio::test]
async fn a_killed_server_keeps_every_visit_it_answered_for() {
    let mut server = Server::start().await;
    let (id, events, token) = {
        let field = Field::new(&server).await;
        let id = field.visit(json!({})).await;
        field.done(&id, "check-in", json!({"position": position(&field.shop, 5.0)})).await;
        let events = [event(&id, "start", minutes_ago(0), json!({})), event(&id, "check_out", minutes_ago(0), check_out())];
        (id, events, field.agent.token.clone())
    };
    server.kill();
    server.start_again().await;
    assert_eq!(server.get(&format!("/visits/{id}")).await["status"], "checked_in");
    let tell = async |server: &Server| {
        let answer = server.ask(Some(&token), Method::POST, "/visit-reports", Some(json!({"events": events}))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["outcomes"].clone()
    };
    tell(&server).await;
    server.kill();
    server.start_again().await;
    assert_eq!(server.get(&format!("/visits/{id}")).await["status"], "completed");
    let again = tell(&server).await;
    assert!(again.as_array().unwrap().iter().all(|outcome| outcome["result"] == "known"), "{again}");
}
