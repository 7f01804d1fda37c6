//! Dispatch in full days: whom others give way for, and jobs that go on when somebody can again.

use super::common::field::{as_agent, route_of, spot, tomorrow};
use super::common::{Agent, Console, Field, Phone, Server, eventually};
use super::plans::{always, set_work};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const HERE: (f64, f64) = (50.0, 2.0);

/// A server whose days are those of UTC, and whose agents work from eight to five.
async fn server() -> Server {
    Server::with(&[("ORGANISATION__TIME_ZONE", "UTC"), ("PLAN__OVERTIME_MAX_S", "0")]).await
}

async fn job(server: &Server, id: &Value) -> Value {
    server.get(&format!("/dispatch/jobs/{}", id.as_str().unwrap())).await
}

async fn open(server: &Server, body: Value) -> Value {
    let job = server.call(Method::POST, "/dispatch/jobs", Some(body)).await;
    assert_eq!(job.status, 201, "{job:?}");
    job.body
}

async fn accept(server: &Server, agent: &Agent, offer: &Value) -> Value {
    let path = format!("/offers/{}/accept", offer["id"].as_str().unwrap());
    let accepted = as_agent(server, agent, Method::POST, &path, None).await;
    assert_eq!((accepted.status, accepted.body["state"].as_str()), (200, Some("accepted")), "{accepted:?}");
    accepted.body
}

async fn cancel(server: &Server, visit: &str) {
    let answer = server.call(Method::POST, &format!("/visits/{visit}/cancel"), Some(json!({"reason": "closed"}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Visits of so many minutes each, in the agent's route.
async fn given(field: &Field, server: &Server, day: &str, agent: &str, visits: &[(i64, Value)]) -> Vec<String> {
    let mut made = Vec::new();
    for (minutes, more) in visits {
        let mut visit = json!({"duration_s": minutes * 60});
        visit.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        made.push(field.visit(server, HERE, day, visit).await);
    }
    let base = field.plan(server, day).await["version"].as_i64().unwrap();
    let assign: Vec<_> = made.iter().map(|visit| json!({"op": "assign", "visit": visit, "agent": agent})).collect();
    let changed = field.change(server, base, json!(assign)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    made
}

/// The job as the desk's lane tells it next.
async fn next_job(console: &mut Console) -> Value {
    let frame = console.peek().await;
    console.ack(&frame).await;
    assert_eq!(frame["type"], "dispatch", "{frame}");
    frame["job"].clone()
}

fn events(steps: &Value) -> Vec<&str> {
    let events = steps["items"].as_array().unwrap().iter().map(|step| step["event"].as_str().unwrap());
    events.filter(|event| *event != "ranked").collect()
}

#[tokio::test]
async fn two_small_visits_give_way_for_one_that_has_to_be_made_and_candidates_say_so() {
    let server = server().await;
    let field = Field::new(&server, "North", 2).await;
    let (a, b, day) = (&field.agents[0], &field.agents[1], tomorrow(&server).await);
    let small = given(&field, &server, &day, &a.id, &[(160, json!({})), (160, json!({})), (160, json!({}))]).await;
    given(&field, &server, &day, &b.id, &[(240, json!({"priority": 95})), (239, json!({"priority": 95}))]).await;
    let urgent = field.visit(&server, HERE, &day, json!({"kind": "urgent", "duration_s": 5 * 3_600})).await;

    let opened = open(&server, json!({"visit_id": urgent, "timeout_s": 600})).await;
    assert_eq!((opened["state"].as_str(), opened["offers"][0]["agent_id"].as_str()), (Some("offering"), Some(a.id.as_str())));
    let gives = opened["candidates"][0]["gives_way"].as_array().unwrap();
    assert!(gives.len() == 2 && gives.iter().all(|way| way["agent_id"].is_null()), "{opened}");

    // Whoever looks sees what gives, whose it is, and that the other would have to be asked for more.
    let ranked = server.get(&format!("/dispatch/jobs/{}/candidates", opened["id"].as_str().unwrap())).await;
    let candidates = ranked["candidates"].as_array().unwrap();
    let first = &candidates[0];
    assert_eq!((first["agent_id"].as_str(), first["gives_way"].as_array().unwrap().len()), (Some(a.id.as_str()), 2), "{ranked}");
    assert_eq!(first["gives_way"][0]["customer"], "Customer 50.0000", "{ranked}");
    assert!(first["relaxation"].is_null() && first["parts"]["prizes_lost"].as_i64() > Some(0), "{ranked}");
    assert!(candidates[1..].iter().all(|candidate| candidate["relaxation"]["give"].is_string()), "{ranked}");

    let base = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let refused = field.change(&server, base, json!([{"op": "unassign", "visit": urgent}])).await;
    assert_eq!(
        (refused.status, &refused.body["details"]["customers"][&urgent]),
        (409, &json!("Customer 50.0000")),
        "{refused:?}"
    );

    accept(&server, a, &opened["offers"][0]).await;
    let plan = field.plan(&server, &day).await;
    let route = route_of(&plan, &a.id);
    assert!(route.len() == 2 && route.contains(&urgent), "{route:?}");
    let waiting: BTreeSet<_> =
        plan["unassigned"].as_array().unwrap().iter().map(|left| left["visit_id"].as_str().unwrap()).collect();
    assert!(waiting.len() == 2 && small.iter().filter(|visit| waiting.contains(visit.as_str())).count() == 2, "{waiting:?}");
}

#[tokio::test]
async fn whom_a_dispatcher_chooses_may_need_room_too() {
    let server = server().await;
    let field = Field::new(&server, "North", 2).await;
    let (a, b, day) = (&field.agents[0], &field.agents[1], tomorrow(&server).await);
    let skill = server.call(Method::PUT, "/skills/crane", Some(json!({"name": "Crane"}))).await;
    assert!(skill.status < 300, "{skill:?}");
    let mut work = always(json!({"skills": [{"code": "crane"}]}));
    (work["rotas"][0]["shifts"][0]["from"], work["rotas"][0]["shifts"][0]["to"]) = (json!("08:00"), json!("17:00"));
    set_work(&server, &a.id, work).await;
    let must = given(&field, &server, &day, &a.id, &[(480, json!({"priority": 95}))]).await;
    // Only the first can; the second is free, and takes over what is in the way.
    let urgent = json!({"kind": "urgent", "duration_s": 4 * 3_600, "skills": ["crane"]});
    let urgent = field.visit(&server, HERE, &day, urgent).await;
    let opened = open(&server, json!({"visit_id": urgent, "mode": "manual"})).await;
    let path = format!("/dispatch/jobs/{}", opened["id"].as_str().unwrap());
    let ranked = server.get(&format!("{path}/candidates")).await;
    let way = &ranked["candidates"][0]["gives_way"][0];
    assert_eq!((way["visit_id"].as_str(), way["agent_id"].as_str()), (Some(must[0].as_str()), Some(b.id.as_str())), "{ranked}");
    let offered = server.post(&format!("{path}/offer"), json!({"agent": a.id})).await;
    assert_eq!(offered["state"], "offering", "{offered}");
    let assigned = server.post(&format!("{path}/assign"), json!({"agent": a.id})).await;
    assert_eq!(assigned["state"], "accepted", "{assigned}");
    let plan = field.plan(&server, &day).await;
    assert_eq!((route_of(&plan, &a.id), route_of(&plan, &b.id)), (vec![urgent], must));
}

#[tokio::test]
async fn an_unfilled_job_asks_on_when_somebody_can_again_and_nobody_twice() {
    let mut server = server().await;
    let field = Field::new(&server, "North", 2).await;
    let (a, b, day) = (&field.agents[0], &field.agents[1], tomorrow(&server).await);
    let away = json!({"rotas": [{"valid_from": "2020-01-01", "shifts": []}]});
    set_work(&server, &b.id, away).await;
    let full = given(&field, &server, &day, &a.id, &[(470, json!({"priority": 95}))]).await;
    let urgent = field.visit(&server, HERE, &day, json!({"kind": "urgent", "duration_s": 2 * 3_600})).await;
    let opened = open(&server, json!({"visit_id": urgent, "timeout_s": 600})).await;
    assert_eq!((opened["state"].as_str(), opened["offers"].as_array().map(Vec::len)), (Some("unfilled"), Some(0)), "{opened}");
    // What it is lives in the database, and goes on from there.
    server.kill();
    server.start_again().await;
    assert_eq!(job(&server, &opened["id"]).await, opened, "nothing was let go of: nothing is written");

    let topic = format!("dispatch:{}", field.territory);
    let mut console = Console::connect(&server).await;
    console.say(json!({"type": "subscribe", "topics": [topic]})).await;
    let snapshot = console.peek().await;
    assert_eq!(snapshot["jobs"][0]["state"], "unfilled", "{snapshot}");
    console.ack(&snapshot).await;
    cancel(&server, &full[0]).await;
    let told = next_job(&mut console).await;
    assert_eq!(
        (told["state"].as_str(), told["offers"][0]["agent_id"].as_str()),
        (Some("offering"), Some(a.id.as_str())),
        "{told}"
    );
    let declined = format!("/offers/{}/decline", told["offers"][0]["id"].as_str().unwrap());
    let declined = as_agent(&server, a, Method::POST, &declined, Some(json!({}))).await;
    assert_eq!(declined.status, 200, "{declined:?}");
    let told = next_job(&mut console).await;
    assert_eq!(told["state"], "unfilled", "{told}");

    // Another comes to work: they are asked, and who said no is not.
    set_work(&server, &b.id, always(json!({}))).await;
    let told = next_job(&mut console).await;
    let asked: Vec<_> = told["offers"].as_array().unwrap().iter().map(|offer| offer["agent_id"].as_str().unwrap()).collect();
    assert_eq!((told["state"].as_str(), asked), (Some("offering"), vec![a.id.as_str(), b.id.as_str()]), "{told}");
    accept(&server, b, &told["offers"][1]).await;
    let steps = server.get(&format!("/dispatch/jobs/{}/steps", opened["id"].as_str().unwrap())).await;
    let expected = ["opened", "exhausted", "offered", "declined", "exhausted", "offered", "accepted"];
    assert_eq!(events(&steps), expected, "{steps}");
    assert_eq!(route_of(&field.plan(&server, &day).await, &b.id), [urgent]);
    let acts = server.acts(opened["id"].as_str().unwrap()).await;
    assert!(acts.is_none_or(|acts| acts.len() >= 5 && acts.iter().all(|kind| kind == "dispatch_changed")), "every step audited");
}

#[tokio::test]
async fn who_went_off_duty_while_asked_is_asked_when_they_are_back() {
    let server = server().await;
    let field = Field::new(&server, "North", 1).await;
    let agent = &field.agents[0];
    set_work(&server, &agent.id, always(json!({}))).await;
    let day = super::common::field::today(&server).await;
    let urgent = field.visit(&server, HERE, &day, json!({"kind": "urgent", "duration_s": 60})).await;
    let opened = open(&server, json!({"visit_id": urgent, "timeout_s": 3_600})).await;
    assert_eq!(opened["state"], "offering", "{opened}");
    set_work(&server, &agent.id, json!({"rotas": [{"valid_from": "2020-01-01", "shifts": []}]})).await;
    eventually("nobody is left to ask", async || (job(&server, &opened["id"]).await["state"] == "unfilled").then_some(())).await;
    set_work(&server, &agent.id, always(json!({}))).await;
    let again = eventually("they are asked again", async || {
        let job = job(&server, &opened["id"]).await;
        (job["state"] == "offering").then_some(job)
    });
    let states: Vec<_> = again.await["offers"].as_array().unwrap().iter().map(|offer| offer["state"].clone()).collect();
    assert_eq!(states, ["withdrawn", "offered"]);
}

#[tokio::test]
async fn who_accepts_is_told_so_and_only_the_others_of_a_withdrawal() {
    let server = server().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let more = json!({"kind": "urgent", "purpose": "repair", "note": "Ring twice.\nThe dog is harmless."});
    let urgent = field.visit(&server, spot(0), &day, more).await;
    let mut phones = Vec::new();
    for agent in &field.agents {
        phones.push(Phone::connect(&server, agent).await);
    }
    open(&server, json!({"visit_id": urgent, "timeout_s": 600, "at_once": 2})).await;
    let mut offers = Vec::new();
    for phone in &mut phones {
        offers.push(phone.socket.frame().await);
    }
    for offer in &offers {
        assert_eq!(offer["type"], "offer", "{offer}");
        assert_eq!(
            (offer["address"].as_str(), offer["purpose"].as_str(), offer["note"].as_str()),
            (Some("Here"), Some("repair"), Some("Ring twice.\nThe dog is harmless."))
        );
    }
    let listed = as_agent(&server, &field.agents[0], Method::GET, "/me/offers", None).await;
    assert_eq!(listed.body["items"][0]["purpose"], "repair", "{listed:?}");

    phones[0].say(json!({"type": "offer_reply", "offer": offers[0]["offer"], "answer": "accept"}).to_string()).await;
    // Their day, that it is theirs (on every phone of theirs), and the answer.
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(phones[0].socket.frame().await);
    }
    let kinds: Vec<_> = told.iter().map(|frame| (frame["type"].as_str().unwrap(), frame["state"].as_str())).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == ("offer_state", Some("accepted"))).count(), 2, "{told:?}");
    assert_eq!(kinds.iter().filter(|(kind, _)| *kind == "plan_changed").count(), 1, "{told:?}");
    let withdrawn = phones[1].socket.frame().await;
    assert_eq!(
        (withdrawn["type"].as_str(), withdrawn["state"].as_str(), withdrawn["cause"].as_str()),
        (Some("offer_withdrawn"), Some("withdrawn"), Some("taken_by_another")),
        "{withdrawn}"
    );
}
