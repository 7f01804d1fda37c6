//! What tracks say of visits: arrivals nobody told, proofs that late fixes amend, stays nobody had planned.

use super::*;
use crate::common::Phone;

#[tokio::test]
async fn tracks_say_who_was_where() {
    let server = Server::start().await;
    an_arrival_needs_no_word(&server).await;
    late_fixes_flip_the_proof(&server).await;
    a_track_elsewhere_speaks_against_a_visit(&server).await;
    a_stay_that_nobody_planned_is_found(&server).await;
    simulated_fixes_are_no_proof(&server).await;
}

async fn an_arrival_needs_no_word(server: &Server) {
    let field = Field::new(server).await;
    let id = field.visit(json!({})).await;
    let fixes = stay(&field.shop, 10.0, 60, 40);
    let (before, after) = fixes.split_at(12 + 10);
    let mut phone = Phone::connect(server, &field.agent).await;
    phone.deliver(before).await;
    assert_ne!(field.read(&id).await["status"], "arrived", "two minutes are no visit");
    phone.deliver(after).await;
    let visit = field.read(&id).await;
    assert_eq!(visit["status"], "arrived", "{visit}");
    assert!(visit["arrived_at"].is_string() && visit["left_at"].is_string(), "{visit}");
    assert_eq!(visit["verification"], "partial", "a stay without a word is half a proof");
    let proof = server.get(&format!("/visits/{id}/proof")).await;
    assert!(proof["arrival"]["enter"]["overlap"].as_f64() > Some(0.7), "{proof}");
    // By the office: the track is there, the phone was not.
    let told = json!({"agent_id": field.agent.id, "events": [
        event(&id, "check_in", minutes_ago(58), json!({})), event(&id, "check_out", minutes_ago(42), check_out())]});
    let answer = server.call(Method::POST, "/visit-reports", Some(told)).await;
    assert_eq!(answer.body["outcomes"][1]["effect"], "effective", "{answer:?}");
    let visit = field.read(&id).await;
    assert_eq!((&visit["status"], &visit["verification"]), (&json!("completed"), &json!("verified")), "{visit}");
}

async fn late_fixes_flip_the_proof(server: &Server) {
    let field = Field::new(server).await;
    let id = field.visit(json!({})).await;
    field
        .tell(&[event(&id, "check_in", minutes_ago(58), json!({})), event(&id, "check_out", minutes_ago(42), check_out())])
        .await;
    let visit = field.read(&id).await;
    assert_eq!((&visit["status"], &visit["verification"]), (&json!("completed"), &json!("no_data")), "{visit}");
    let from = server.get("/visit-changes?after=0&limit=1").await["newest"].as_i64().unwrap();
    let mut fixes = stay(&field.shop, 10.0, 60, 40);
    fixes.reverse();
    let mut phone = Phone::connect(server, &field.agent).await;
    for batch in fixes.chunks(17) {
        phone.deliver(batch).await;
    }
    let visit = field.read(&id).await;
    assert_eq!(visit["verification"], "verified", "{visit}");
    assert!(visit["flags"].as_array().unwrap().is_empty(), "{visit}");
    let changes = server.get(&format!("/visit-changes?after={from}&limit=1000")).await;
    let amended: Vec<_> =
        changes["items"].as_array().unwrap().iter().filter(|change| change["event"]["kind"] == "verified").collect();
    let last = amended.last().unwrap();
    assert_eq!((&last["event"]["new"]["status"], &last["visit"]["verification"]), (&json!("verified"), &json!("verified")));
    let proof = server.get(&format!("/visits/{id}/proof")).await;
    assert_eq!(proof["verification"]["passage"]["overlap_pct"], 100, "{proof}");
    assert_eq!(proof["history"].as_array().unwrap().last().unwrap()["verification"]["status"], "no_data");

    // A person takes the fixes of the stay away one by one? One decision is enough to see that it is felt: the day is derived anew.
    let quarantined =
        server.call(Method::POST, &format!("/agents/{}/recompute", field.agent.id), Some(json!({"from": minutes_ago(90)}))).await;
    assert_eq!(quarantined.status, 204);
    assert_eq!(field.read(&id).await["verification"], "verified");
}

async fn a_track_elsewhere_speaks_against_a_visit(server: &Server) {
    let field = Field::new(server).await;
    let id = field.visit(json!({})).await;
    let here = position(&field.shop, 5.0);
    field
        .tell(&[
            event(&id, "check_in", minutes_ago(58), json!({"position": here})),
            event(&id, "check_out", minutes_ago(42), json!({"outcome": "productive", "position": here})),
        ])
        .await;
    assert_eq!(field.read(&id).await["verification"], "partial", "the phone's word alone");
    server.ingest(&field.agent, &stay(&field.shop, 3_000.0, 60, 40)).await;
    let visit = field.read(&id).await;
    assert_eq!(visit["verification"], "unverified", "{visit}");
    let flags = visit["flags"].as_array().unwrap();
    assert!(flags.contains(&json!("track_elsewhere")) && flags.contains(&json!("mismatch")), "{visit}");
}

async fn a_stay_that_nobody_planned_is_found(server: &Server) {
    let mut field = Field::new(server).await;
    // Where nobody else is a customer.
    field.shop = shop(server, &field.territory, LAT + 0.3).await;
    server.ingest(&field.agent, &stay(&field.shop, 10.0, 60, 40)).await;
    let path = format!("/agents/{}/unplanned-stays", field.agent.id);
    let found = server.get(&path).await;
    assert_eq!(found["items"][0]["fence"], field.shop.place.as_str(), "{found}");
    field.visit(json!({"kind": "ad_hoc"})).await;
    assert_eq!(server.get(&path).await["items"], json!([]));
}

async fn simulated_fixes_are_no_proof(server: &Server) {
    let field = Field::new(server).await;
    let id = field.visit(json!({})).await;
    field
        .tell(&[event(&id, "check_in", minutes_ago(58), json!({})), event(&id, "check_out", minutes_ago(42), check_out())])
        .await;
    let mut fixes = stay(&field.shop, 10.0, 60, 40);
    for fix in &mut fixes {
        fix["mock"] = json!(true);
    }
    server.ingest(&field.agent, &fixes).await;
    let visit = crate::common::eventually("the simulated fixes are seen", async || {
        let visit = field.read(&id).await;
        visit["flags"].as_array().unwrap().contains(&json!("mock")).then_some(visit)
    })
    .await;
    assert_ne!(visit["verification"], "verified", "{visit}");
}
