//! Dispatch over phones and consoles: asked, declined, taken once; time that runs out whether or not the server lives; all or none.

use super::common::field::{as_agent, route_of, skill, spot, today, tomorrow};
use super::common::{Agent, Console, Field, Phone, Server, eventually};
use reqwest::Method;
use serde_json::{Value, json};

/// A visit that anybody can still make today, and must be made.
async fn urgent(field: &Field, server: &Server, n: usize) -> String {
    let day = today(server).await;
    field.visit(server, spot(n), &day, json!({"kind": "urgent", "priority": 90})).await
}

async fn open(server: &Server, body: Value) -> Value {
    let job = server.call(Method::POST, "/dispatch/jobs", Some(body)).await;
    assert_eq!(job.status, 201, "{job:?}");
    job.body
}

async fn job(server: &Server, id: &Value) -> Value {
    server.get(&format!("/dispatch/jobs/{}", id.as_str().unwrap())).await
}

fn offer_to<'a>(job: &'a Value, agent: &Agent) -> &'a Value {
    let offers = job["offers"].as_array().unwrap();
    offers.iter().rev().find(|offer| offer["agent_id"] == agent.id.as_str()).unwrap()
}

/// The agent of the offer that waits.
fn asked<'a>(field: &'a Field, job: &Value) -> &'a Agent {
    let pending = job["offers"].as_array().unwrap().iter().find(|offer| offer["state"] == "offered").unwrap();
    field.agents.iter().find(|agent| pending["agent_id"] == agent.id.as_str()).unwrap()
}

#[tokio::test]
async fn the_next_is_asked_until_one_says_yes_and_then_it_is_in_the_plan() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let visit = urgent(&field, &server, 0).await;
    let topic = format!("dispatch:{}", field.territory);
    let mut console = Console::connect(&server).await;
    console.say(json!({"type": "subscribe", "topics": [topic]})).await;
    let snapshot = console.peek().await;
    assert_eq!((snapshot["type"].as_str(), snapshot["jobs"].as_array().unwrap().len()), (Some("dispatch_snapshot"), 0));
    console.ack(&snapshot).await;

    let opened = open(&server, json!({"visit_id": visit, "timeout_s": 600})).await;
    let frame = console.peek().await;
    assert_eq!((frame["type"].as_str(), &frame["job"]), (Some("dispatch"), &opened), "dispatcher and REST see the same");
    console.ack(&frame).await;
    let first = asked(&field, &opened);
    let other = field.agents.iter().find(|agent| agent.id != first.id).unwrap();

    // Whoever connects is told what waits for them.
    let mut phone = Phone::connect(&server, first).await;
    let offer = phone.socket.frame().await;
    assert_eq!((offer["type"].as_str(), &offer["visit"]["visit_id"]), (Some("offer"), &json!(visit)), "{offer}");
    assert_eq!(offer["expires_at"], offer_to(&opened, first)["expires_at"]);
    let mine = as_agent(&server, first, Method::GET, "/me/offers", None).await;
    assert_eq!(mine.body["items"][0]["offer"], offer["offer"], "{mine:?}");
    let others =
        as_agent(&server, other, Method::POST, &format!("/offers/{}/accept", offer["offer"].as_str().unwrap()), None).await;
    assert_eq!((others.status, others.code()), (404, "not_found"), "another's offer is not there");

    phone
        .say(json!({"type": "offer_reply", "offer": offer["offer"], "answer": "decline", "reason": "too far"}).to_string())
        .await;
    let (mut withdrawn, mut told) = (phone.socket.frame().await, phone.socket.frame().await);
    if withdrawn["type"] == "offer_state" {
        (withdrawn, told) = (told, withdrawn);
    }
    assert_eq!((withdrawn["type"].as_str(), withdrawn["state"].as_str()), (Some("offer_withdrawn"), Some("declined")));
    assert_eq!((told["type"].as_str(), told["state"].as_str()), (Some("offer_state"), Some("declined")), "{told}");

    let second = job(&server, &opened["id"]).await;
    assert_eq!(offer_to(&second, first)["reason"], "too far");
    assert_eq!(asked(&field, &second).id, other.id);
    let id = offer_to(&second, other)["id"].as_str().unwrap().to_owned();
    let accepted = as_agent(&server, other, Method::POST, &format!("/offers/{id}/accept"), None).await;
    assert_eq!((accepted.status, accepted.body["state"].as_str()), (200, Some("accepted")), "{accepted:?}");
    let done = job(&server, &opened["id"]).await;
    assert_eq!((done["state"].as_str(), done["agent_id"].as_str()), (Some("accepted"), Some(other.id.as_str())));
    let day = today(&server).await;
    assert_eq!(route_of(&field.plan(&server, &day).await, &other.id), std::slice::from_ref(&visit));
    // Said twice is said once.
    let again = as_agent(&server, other, Method::POST, &format!("/offers/{id}/accept"), None).await;
    assert_eq!((again.status, again.body["state"].as_str()), (200, Some("accepted")), "{again:?}");
    let kinds = server.acts(opened["id"].as_str().unwrap()).await;
    assert!(
        kinds.is_none_or(|kinds| kinds.len() >= 3 && kinds.iter().all(|kind| kind == "dispatch_changed")),
        "every step audited"
    );
    let steps = server.get(&format!("/dispatch/jobs/{}/steps", opened["id"].as_str().unwrap())).await;
    let events: Vec<_> =
        steps["items"].as_array().unwrap().iter().map(|step| step["event"].as_str().unwrap().to_owned()).collect();
    let told: Vec<_> = events.iter().map(String::as_str).filter(|event| *event != "ranked").collect();
    assert_eq!(told, ["opened", "offered", "declined", "offered", "accepted"]);
}

#[tokio::test]
async fn of_two_who_accept_at_once_one_wins() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let visit = urgent(&field, &server, 0).await;
    let opened = open(&server, json!({"visit_id": visit, "timeout_s": 600, "at_once": 2})).await;
    assert_eq!(opened["offers"].as_array().unwrap().len(), 2, "{opened}");
    let accept = async |agent: &Agent| {
        let id = offer_to(&opened, agent)["id"].as_str().unwrap().to_owned();
        as_agent(&server, agent, Method::POST, &format!("/offers/{id}/accept"), None).await
    };
    let (a, b) = tokio::join!(accept(&field.agents[0]), accept(&field.agents[1]));
    let mut statuses = [(a.status, a.code().to_owned()), (b.status, b.code().to_owned())];
    statuses.sort();
    assert_eq!(statuses, [(200, String::new()), (409, "offer_closed".to_owned())], "{a:?} {b:?}");
    let winner = usize::from(b.status == 200);
    let done = job(&server, &opened["id"]).await;
    assert_eq!((done["state"].as_str(), &done["agent_id"]), (Some("accepted"), &json!(field.agents[winner].id)));
    assert_eq!(offer_to(&done, &field.agents[1 - winner])["cause"], "taken_by_another");
    let plan = field.plan(&server, &today(&server).await).await;
    assert_eq!(route_of(&plan, &field.agents[winner].id), [visit]);
    assert!(route_of(&plan, &field.agents[1 - winner].id).is_empty());
}

#[tokio::test]
async fn offers_outlive_the_server_and_their_time_runs_out_all_the_same() {
    let mut server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let (short, long) = (urgent(&field, &server, 0).await, urgent(&field, &server, 1).await);
    let hurried = open(&server, json!({"visit_id": short, "timeout_s": 10, "candidates_max": 1})).await;
    let patient = open(&server, json!({"visit_id": long, "timeout_s": 600})).await;
    let agent = asked(&field, &patient);
    server.kill();
    server.start_again().await;

    // Nobody has asked for the plan: the desk wakes by itself, and the phone is told what waits.
    let mut phone = Phone::connect(&server, agent).await;
    let waiting = offer_to(&patient, agent)["id"].clone();
    let told = eventually("the offer is told again", async || {
        let frame = phone.socket.frame().await;
        (frame["type"] == "offer" && frame["offer"] == waiting).then_some(frame)
    });
    assert_eq!(told.await["expires_at"], offer_to(&patient, agent)["expires_at"], "its time has not begun anew");
    let run_out = eventually("the other one runs out", async || {
        let job = job(&server, &hurried["id"]).await;
        (job["offers"][0]["state"] == "timed_out").then_some(job)
    });
    assert_eq!(run_out.await["state"], "unfilled");
    let late = asked(&field, &hurried);
    let id = hurried["offers"][0]["id"].as_str().unwrap();
    let refused = as_agent(&server, late, Method::POST, &format!("/offers/{id}/accept"), None).await;
    assert_eq!((refused.status, refused.code()), (409, "offer_closed"), "{refused:?}");
    assert_eq!(refused.body["details"]["state"], "timed_out");

    let id = waiting.as_str().unwrap();
    let accepted = as_agent(&server, agent, Method::POST, &format!("/offers/{id}/accept"), None).await;
    assert_eq!((accepted.status, accepted.body["state"].as_str()), (200, Some("accepted")), "{accepted:?}");
    server.kill();
    server.start_again().await;
    let plan = field.plan(&server, &today(&server).await).await;
    assert_eq!(route_of(&plan, &agent.id), [long], "offer and place in the plan are one");
    assert_eq!(job(&server, &patient["id"]).await["agent_id"], agent.id.as_str());
}

#[tokio::test]
async fn by_hand_a_dispatcher_sees_who_could_and_who_cannot() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let visit = urgent(&field, &server, 0).await;
    skill(&server, "crane").await;
    let skilled = field.visit(&server, spot(1), &today(&server).await, json!({"kind": "urgent", "skills": ["crane"]})).await;
    let opened = open(&server, json!({"visit_id": visit, "mode": "manual"})).await;
    assert_eq!((opened["state"].as_str(), opened["offers"].as_array().unwrap().len()), (Some("open"), 0));
    let path = format!("/dispatch/jobs/{}", opened["id"].as_str().unwrap());
    let ranked = server.get(&format!("{path}/candidates")).await;
    let costs: Vec<_> =
        ranked["candidates"].as_array().unwrap().iter().map(|candidate| candidate["cost"].as_i64().unwrap()).collect();
    assert!(costs.len() == 2 && costs.is_sorted(), "{ranked}");
    let twice = server.call(Method::POST, "/dispatch/jobs", Some(json!({"visit_id": visit}))).await;
    assert_eq!((twice.status, twice.code()), (409, "taken"), "{twice:?}");

    let chosen = &field.agents[1];
    let offered = server.post(&format!("{path}/offer"), json!({"agent": chosen.id})).await;
    assert_eq!(offered["state"], "offering");
    let again = server.call(Method::POST, &format!("{path}/offer"), Some(json!({"agent": chosen.id}))).await;
    assert_eq!((again.status, again.code()), (409, "already_asked"));
    let assigned = server.post(&format!("{path}/assign"), json!({"agent": field.agents[0].id})).await;
    assert_eq!((assigned["state"].as_str(), offer_to(&assigned, chosen)["cause"].as_str()), (Some("accepted"), Some("assigned")));
    assert_eq!(route_of(&field.plan(&server, &today(&server).await).await, &field.agents[0].id), [visit]);
    let cancelled = server.call(Method::POST, &format!("{path}/cancel"), None).await;
    assert_eq!((cancelled.status, cancelled.code()), (409, "job_closed"));

    let impossible = open(&server, json!({"visit_id": skilled})).await;
    assert_eq!(impossible["state"], "unfilled", "{impossible}");
    let path = format!("/dispatch/jobs/{}", impossible["id"].as_str().unwrap());
    let ranked = server.get(&format!("{path}/candidates")).await;
    assert_eq!(ranked["candidates"].as_array().unwrap().len(), 0);
    assert_eq!(
        ranked["refused"][0]["refusal"]["code"].as_str().or(ranked["refused"][0]["code"].as_str()),
        Some("skill_missing"),
        "{ranked}"
    );
    let refused = server.call(Method::POST, &format!("{path}/assign"), Some(json!({"agent": chosen.id}))).await;
    assert_eq!((refused.status, refused.code()), (422, "breaks_constraint"), "{refused:?}");
    let flaw = server.call(Method::POST, "/dispatch/jobs", Some(json!({"visit_id": skilled, "timeout_s": 5}))).await;
    assert_eq!((flaw.status, flaw.field()), (400, "timeout_s"));
}

#[tokio::test]
async fn a_job_and_the_visit_it_is_for_are_made_together() {
    let mut server = Server::start().await;
    let field = Field::new(&server, "North", 1).await;
    let day = today(&server).await;
    let known = server.get(&format!("/visits/{}", urgent(&field, &server, 0).await)).await;
    let ids = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
    let draft = json!({"id": ids.1, "customer_id": known["customer_id"], "kind": "urgent", "day": day, "duration_s": 900});
    let body = json!({"id": ids.0, "visit": draft, "timeout_s": 600});
    let call = async |server: &Server, body: &Value| server.call(Method::POST, "/dispatch/jobs", Some(body.clone())).await;

    let with = |changes: Value| {
        let mut body = body.clone();
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    let visit = |changes: Value| {
        let mut draft = draft.clone();
        draft.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        with(json!({"visit": draft}))
    };
    for (wrong, field) in [
        (with(json!({"visit": null})), "visit_id"),
        (with(json!({"visit_id": known["id"]})), "visit_id"),
        (visit(json!({"agent_id": field.agents[0].id})), "visit.agent_id"),
        (visit(json!({"duration_s": 5})), "visit.duration_s"),
        (visit(json!({"customer_id": ids.0})), "visit.customer_id"),
        (with(json!({"timeout_s": 1})), "timeout_s"),
    ] {
        let flaw = call(&server, &wrong).await;
        assert_eq!((flaw.status, flaw.field()), (400, field), "{flaw:?}");
    }
    let neither = server.call(Method::GET, &format!("/visits/{}", ids.1), None).await;
    assert_eq!((neither.status, job_status(&server, ids.0).await), (404, 404), "what is refused makes nothing");

    let opened = call(&server, &body).await;
    assert_eq!((opened.status, opened.body["state"].as_str()), (201, Some("offering")), "{opened:?}");
    assert_eq!((&opened.body["id"], &opened.body["visit_id"]), (&json!(ids.0), &json!(ids.1)));
    let made = server.get(&format!("/visits/{}", ids.1)).await;
    assert_eq!((made["kind"].as_str(), made["status"].as_str()), (Some("urgent"), Some("planned")), "{made}");
    let again = call(&server, &body).await;
    assert_eq!((again.status, &again.body), (200, &opened.body), "said twice");
    assert_eq!(server.get(&format!("/visits/{}", ids.1)).await, made);
    server.kill();
    server.start_again().await;
    let again = call(&server, &body).await;
    assert_eq!((again.status, &again.body["offers"][0]["id"]), (200, &opened.body["offers"][0]["id"]), "{again:?}");

    // A visit that is there already gets a job; by hand nobody is asked, and whoever looks is told.
    let topic = format!("dispatch:{}", field.territory);
    let mut console = Console::connect(&server).await;
    console.say(json!({"type": "subscribe", "topics": [topic]})).await;
    let snapshot = console.peek().await;
    console.ack(&snapshot).await;
    let draft = json!({"customer_id": known["customer_id"], "day": day, "duration_s": 900});
    let by_hand = call(&server, &json!({"visit": draft, "mode": "manual"})).await;
    assert_eq!((by_hand.status, by_hand.body["state"].as_str()), (201, Some("open")), "{by_hand:?}");
    let frame = console.peek().await;
    assert_eq!((frame["type"].as_str(), &frame["job"]), (Some("dispatch"), &by_hand.body));
    let draft = json!({"id": known["id"], "customer_id": known["customer_id"]});
    let for_known = call(&server, &json!({"visit": draft, "mode": "manual"})).await;
    assert_eq!((for_known.status, &for_known.body["visit_id"]), (201, &known["id"]), "{for_known:?}");
}

async fn job_status(server: &Server, id: uuid::Uuid) -> u16 {
    server.call(Method::GET, &format!("/dispatch/jobs/{id}"), None).await.status
}

#[tokio::test]
async fn what_has_to_give_is_named_accepted_and_outlives_the_server() {
    let mut server = Server::start().await;
    let field = Field::new(&server, "North", 1).await;
    let (agent, day) = (&field.agents[0].id, tomorrow(&server).await);
    // An hour that is over when the day's work begins.
    let begins = field.plan(&server, &day).await["routes"][0]["shift"]["from"].as_str().unwrap().to_owned();
    let begins = chrono::DateTime::parse_from_rfc3339(&begins).unwrap();
    let before = |hours| (begins - chrono::Duration::hours(hours)).to_rfc3339();
    let windows = json!([{"from": before(2), "to": before(1)}]);
    let visit = field.visit(&server, spot(0), &day, json!({"kind": "urgent", "windows": windows})).await;
    skill(&server, "crane").await;
    let skilled = field.visit(&server, spot(1), &day, json!({"skills": ["crane"]})).await;
    let opened = open(&server, json!({"visit_id": visit, "mode": "manual"})).await;
    let path = format!("/dispatch/jobs/{}", opened["id"].as_str().unwrap());
    let assign = async |server: &Server, path: &str, accepts: Value| {
        let body = json!({"agent": agent, "accept_relaxation": accepts});
        server.call(Method::POST, &format!("{path}/assign"), Some(body)).await
    };

    let ranked = server.get(&format!("{path}/candidates")).await;
    assert_eq!((ranked["candidates"].as_array().unwrap().len(), &ranked["refused"][0]["code"]), (1, &json!("window_closed")));
    let needed = ranked["refused"][0]["relaxations"][0].clone();
    assert_eq!((needed["give"].as_str(), needed["agent_id"].as_str()), (Some("window"), Some(agent.as_str())), "{ranked}");
    let could = &ranked["candidates"][0];
    assert_eq!((&could["relaxation"], &could["cost"], &could["start"]), (&needed, &needed["cost"], &needed["start"]), "{ranked}");
    let explained = server.get(&format!("/plans/{}/visits/{visit}/explanation", field.territory)).await;
    assert_eq!(explained["relaxations"][0], needed, "{explained}");

    let refused = assign(&server, &path, Value::Null).await;
    assert_eq!((refused.status, refused.code()), (422, "breaks_constraint"), "{refused:?}");
    assert_eq!(refused.body["details"]["relaxations"], json!([needed]));
    let by_s = needed["by_s"].as_i64().unwrap();
    let less = assign(&server, &path, json!({"give": "window", "by_s": by_s - 1})).await;
    assert_eq!((less.status, &less.body["details"]), (422, &refused.body["details"]), "{less:?}");
    for (wrong, field) in [
        (json!({"give": "window", "by_s": 0}), "accept_relaxation.by_s"),
        (json!({"give": "overtime", "by_s": 14_401}), "accept_relaxation.by_s"),
        (json!({"give": "skills"}), "accept_relaxation.give"),
    ] {
        let flaw = assign(&server, &path, wrong).await;
        assert_eq!((flaw.status, flaw.field()), (400, field), "{flaw:?}");
    }

    let given = assign(&server, &path, json!({"give": "window", "by_s": by_s + 60})).await;
    assert_eq!((given.status, &given.body["relaxed"]), (200, &json!({"give": "window", "by_s": by_s})), "{given:?}");
    let again = assign(&server, &path, Value::Null).await;
    assert_eq!((again.status, &again.body), (200, &given.body), "said twice");
    let planned = field.plan(&server, &day).await;
    let stop = &planned["routes"][0]["stops"][0];
    assert_eq!((stop["visit_id"].as_str(), &stop["start"]), (Some(visit.as_str()), &needed["start"]), "{stop}");
    assert_eq!((stop["hold"]["commitment"].as_str(), planned["routes"][0]["late_s"].as_i64()), (Some("fixed_agent"), Some(0)));
    assert!(stop["hold"]["start_until"].is_string(), "{stop}");
    let steps = server.get(&format!("{path}/steps")).await;
    assert_eq!(steps["items"].as_array().unwrap().last().unwrap()["relaxed"], given.body["relaxed"], "{steps}");

    server.kill();
    server.start_again().await;
    assert_eq!(field.plan(&server, &day).await["routes"], planned["routes"]);
    assert_eq!(job(&server, &opened["id"]).await, given.body);

    // What is hard stays so.
    let impossible = open(&server, json!({"visit_id": skilled, "mode": "manual"})).await;
    let path = format!("/dispatch/jobs/{}", impossible["id"].as_str().unwrap());
    let refused = assign(&server, &path, json!({"give": "overtime", "by_s": 14_400})).await;
    assert_eq!(
        (refused.status, refused.body["details"]["refusal"]["code"].as_str()),
        (422, Some("skill_missing")),
        "{refused:?}"
    );
    assert!(refused.body["details"]["relaxations"].is_null());
}

#[tokio::test]
async fn a_bulk_change_over_territories_is_made_whole_or_not_at_all() {
    let server = Server::start().await;
    let (north, south) = (Field::new(&server, "North", 1).await, Field::new(&server, "South", 1).await);
    let (a, b) = (urgent(&north, &server, 0).await, urgent(&south, &server, 1).await);
    skill(&server, "crane").await;
    let skilled = south.visit(&server, spot(2), &today(&server).await, json!({"skills": ["crane"]})).await;
    let day = today(&server).await;
    let assign = |field: &Field, visit: &str| json!({"op": "assign", "visit": visit, "agent": field.agents[0].id});
    let part = |field: &Field, operations: Value| json!({"territory": field.territory, "operations": operations});
    let bulk = async |plans: Value| server.call(Method::POST, "/dispatch/bulk", Some(json!({"plans": plans}))).await;
    let before = (north.plan(&server, &day).await, south.plan(&server, &day).await);

    let refused = bulk(json!([
        part(&north, json!([assign(&north, &a)])),
        part(&south, json!([assign(&south, &b), assign(&south, &skilled)]))
    ]))
    .await;
    assert_eq!((refused.status, refused.code()), (422, "breaks_constraint"), "{refused:?}");
    assert_eq!(refused.field(), "plans[1].operations[1]", "{refused:?}");
    assert_eq!((north.plan(&server, &day).await, south.plan(&server, &day).await), before, "all or none");

    let done = bulk(json!([part(&south, json!([assign(&south, &b)])), part(&north, json!([assign(&north, &a)]))])).await;
    assert_eq!((done.status, done.body["plans"].as_array().map(Vec::len)), (200, Some(2)), "{done:?}");
    assert_eq!(route_of(&north.plan(&server, &day).await, &north.agents[0].id), [a]);
    assert_eq!(route_of(&south.plan(&server, &day).await, &south.agents[0].id), [b]);
}
