//! Plans with more work than hours: what has to be made goes before what may be left, and nothing is lost on the way.

use super::common::field::{as_agent, route_of, tomorrow};
use super::common::{Field, Server, eventually};
use super::plans::{always, set_work};
use reqwest::Method;
use serde_json::{Value, json};

const HERE: (f64, f64) = (50.0, 2.0);

/// A server whose days are those of UTC, as the windows below are.
async fn server() -> Server {
    Server::with(&[("ORGANISATION__TIME_ZONE", "UTC")]).await
}

/// A window of a day in UTC, from hour to hour.
fn hours(day: &str, from: u32, until: u32) -> Value {
    json!([{"from": format!("{day}T{from:02}:00:00Z"), "to": format!("{day}T{until:02}:00:00Z")}])
}

async fn waiting(field: &Field, server: &Server, day: &str) -> Vec<String> {
    let plan = field.plan(server, day).await;
    let waiting = plan["unassigned"].as_array().unwrap().iter();
    waiting.map(|visit| visit["visit_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_visit_that_no_longer_fits_waits_and_comes_back_when_it_does() {
    let server = server().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let visit = field.visit(&server, HERE, &day, json!({"windows": hours(&day, 9, 16)})).await;
    field.place_all(&server, std::slice::from_ref(&visit)).await;
    let path = format!("/visits/{visit}");
    // Longer than anybody works.
    let longer = server.call(Method::PATCH, &path, Some(json!({"duration_s": 14 * 3_600}))).await;
    assert_eq!(longer.status, 200, "{longer:?}");
    eventually("it waits", async || (waiting(&field, &server, &day).await == [visit.clone()]).then_some(())).await;
    assert!(route_of(&field.plan(&server, &day).await, &field.agents[0].id).is_empty());
    let shorter = server.call(Method::PATCH, &path, Some(json!({"duration_s": 900}))).await;
    assert_eq!(shorter.status, 200, "{shorter:?}");
    let route = async || route_of(&field.plan(&server, &day).await, &field.agents[0].id);
    eventually("it comes back", async || (route().await == [visit.clone()]).then_some(())).await;
}

#[tokio::test]
async fn a_start_that_was_fixed_gives_way_to_other_hours_of_the_visit() {
    let server = server().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let visit = field.visit(&server, HERE, &day, json!({"windows": hours(&day, 9, 12)})).await;
    let base = field.place_all(&server, std::slice::from_ref(&visit)).await;
    let pin = json!([{"op": "pin_time", "visit": visit, "start_at": format!("{day}T10:30:00Z")}]);
    let pinned = field.change(&server, base, pin).await;
    assert_eq!(pinned.status, 200, "{pinned:?}");
    let stop = async || {
        let plan = field.plan(&server, &day).await;
        plan["routes"].as_array().unwrap().iter().flat_map(|route| route["stops"].as_array().unwrap().clone()).next().unwrap()
    };
    let begins = async || stop().await["start"].as_str().unwrap()[..16].to_owned();
    assert_eq!(begins().await, format!("{day}T10:30"));
    let patch = async |hours: Value| {
        let answer = server.call(Method::PATCH, &format!("/visits/{visit}"), Some(json!({"windows": hours}))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    // Other hours that allow it leave it fixed.
    patch(hours(&day, 10, 14)).await;
    eventually("the plan has heard of them", async || {
        stop().await["windows"][0]["to"].as_str().unwrap().contains("T14:00").then_some(())
    })
    .await;
    assert_eq!(begins().await, format!("{day}T10:30"));
    patch(hours(&day, 14, 15)).await;
    eventually("it begins in its hours", async || {
        (format!("{day}T14:00")..=format!("{day}T15:00")).contains(&begins().await).then_some(())
    })
    .await;
    assert!(stop().await["hold"].is_null(), "{}", stop().await);
}

#[tokio::test]
async fn a_search_leaves_out_what_may_be_left_for_what_has_to_be_made() {
    let server = server().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let (long, narrow) = (json!({"windows": hours(&day, 9, 10), "duration_s": 4 * 3_600}), hours(&day, 9, 10));
    let optional = field.visit(&server, HERE, &day, long).await;
    let version = field.place_all(&server, std::slice::from_ref(&optional)).await;
    let urgent = json!({"windows": narrow, "kind": "urgent", "duration_s": 3_600});
    let urgent = field.visit(&server, (50.01, 2.01), &day, urgent).await;
    eventually("the plan has heard of it", async || (waiting(&field, &server, &day).await == [urgent.clone()]).then_some(()))
        .await;
    let body = json!({"base_version": version, "seconds": 1, "apply": true, "seed": 7});
    let job = server.call(Method::POST, &format!("/plans/{}/improve", field.territory), Some(body)).await;
    assert_eq!(job.status, 202, "{job:?}");
    let path = format!("/plan-jobs/{}", job.body["id"].as_str().unwrap());
    let job = eventually("the search ends", async || {
        let job = server.get(&path).await;
        (!["queued", "running"].contains(&job["state"].as_str().unwrap())).then_some(job)
    })
    .await;
    assert_eq!(job["state"], "applied", "{job}");
    let proposal = &job["proposal"];
    let lost = |field: &str| proposal[field].as_i64().unwrap();
    assert!(lost("mandatory_lost_before") > 0 && lost("mandatory_lost_after") == 0, "{job}");
    assert_eq!(route_of(&field.plan(&server, &day).await, &field.agents[0].id), [urgent]);
    assert_eq!(waiting(&field, &server, &day).await, [optional]);
}

#[tokio::test]
async fn an_urgent_visit_finds_its_agent_although_another_stands_in_its_way() {
    let server = server().await;
    let field = Field::new(&server, "North", 1).await;
    let (agent, day) = (&field.agents[0], tomorrow(&server).await);
    let long = json!({"windows": hours(&day, 9, 10), "duration_s": 4 * 3_600});
    let optional = field.visit(&server, HERE, &day, long).await;
    field.place_all(&server, std::slice::from_ref(&optional)).await;
    let urgent = json!({"windows": hours(&day, 9, 10), "kind": "urgent", "duration_s": 3_600});
    let urgent = field.visit(&server, (50.01, 2.01), &day, urgent).await;
    let job = server.call(Method::POST, "/dispatch/jobs", Some(json!({"visit_id": urgent, "timeout_s": 600}))).await;
    assert_eq!((job.status, job.body["state"].as_str()), (201, Some("offering")), "{job:?}");
    let offer = job.body["offers"][0]["id"].as_str().unwrap();
    let accepted = as_agent(&server, agent, Method::POST, &format!("/offers/{offer}/accept"), None).await;
    assert_eq!(accepted.status, 200, "{accepted:?}");
    assert_eq!(route_of(&field.plan(&server, &day).await, &agent.id), [urgent]);
    assert_eq!(waiting(&field, &server, &day).await, [optional]);

    // Two that have to be made do not give way to each other.
    let other = json!({"windows": hours(&day, 9, 10), "kind": "urgent", "duration_s": 4 * 3_600});
    let other = field.visit(&server, HERE, &day, other).await;
    let base = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let refused = field.change(&server, base, json!([{"op": "place", "visit": other}])).await;
    assert_eq!((refused.status, refused.code()), (422, "infeasible"), "{refused:?}");
}

#[tokio::test]
async fn what_had_to_give_way_comes_back_when_there_is_room_and_what_was_taken_out_does_not() {
    let server = server().await;
    let field = Field::new(&server, "North", 1).await;
    let (agent, day) = (&field.agents[0].id, tomorrow(&server).await);
    let route = async || route_of(&field.plan(&server, &day).await, agent);
    let cancel = async |visit: &str| {
        let answer = server.call(Method::POST, &format!("/visits/{visit}/cancel"), Some(json!({"reason": "closed"}))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    let long = json!({"windows": hours(&day, 9, 10), "duration_s": 4 * 3_600});
    let optional = field.visit(&server, HERE, &day, long).await;
    field.place_all(&server, std::slice::from_ref(&optional)).await;
    let urgent = json!({"windows": hours(&day, 9, 10), "kind": "urgent", "duration_s": 3_600});
    let urgent = field.visit(&server, (50.01, 2.01), &day, urgent).await;
    field.place_all(&server, std::slice::from_ref(&urgent)).await;
    assert_eq!((route().await, waiting(&field, &server, &day).await), (vec![urgent.clone()], vec![optional.clone()]));
    cancel(&urgent).await;
    eventually("it comes back", async || (route().await == [optional.clone()]).then_some(())).await;

    // Taken out by hand it waits, whatever room there is.
    let base = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let taken_out = field.change(&server, base, json!([{"op": "unassign", "visit": optional}])).await;
    assert_eq!(taken_out.status, 200, "{taken_out:?}");
    let other = field.visit(&server, HERE, &day, json!({"windows": hours(&day, 9, 10), "duration_s": 900})).await;
    let version = field.place_all(&server, std::slice::from_ref(&other)).await;
    cancel(&other).await;
    eventually("the plan has followed", async || {
        (field.plan(&server, &day).await["version"].as_i64().unwrap() > version).then_some(())
    })
    .await;
    assert_eq!((route().await, waiting(&field, &server, &day).await), (Vec::new(), vec![optional]));
}

#[tokio::test]
async fn with_filling_off_what_gave_way_waits_for_a_dispatcher() {
    let server = Server::with(&[("ORGANISATION__TIME_ZONE", "UTC"), ("PLAN__FILL_GAPS", "false")]).await;
    let field = Field::new(&server, "North", 1).await;
    let (agent, day) = (&field.agents[0].id, tomorrow(&server).await);
    let route = async || route_of(&field.plan(&server, &day).await, agent);
    let long = json!({"windows": hours(&day, 9, 10), "duration_s": 4 * 3_600});
    let optional = field.visit(&server, HERE, &day, long).await;
    field.place_all(&server, std::slice::from_ref(&optional)).await;
    let urgent = json!({"windows": hours(&day, 9, 10), "kind": "urgent", "duration_s": 3_600});
    let urgent = field.visit(&server, (50.01, 2.01), &day, urgent).await;
    field.place_all(&server, std::slice::from_ref(&urgent)).await;
    assert_eq!((route().await, waiting(&field, &server, &day).await), (vec![urgent.clone()], vec![optional.clone()]));
    let cancelled = server.call(Method::POST, &format!("/visits/{urgent}/cancel"), Some(json!({"reason": "closed"}))).await;
    assert_eq!(cancelled.status, 200, "{cancelled:?}");
    eventually("there is room", async || route().await.is_empty().then_some(())).await;
    // Longer than the search for room would take.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert_eq!((route().await, waiting(&field, &server, &day).await), (Vec::<String>::new(), vec![optional.clone()]));
    field.place_all(&server, std::slice::from_ref(&optional)).await;
    assert_eq!(route().await, [optional]);
}

#[tokio::test]
async fn where_nothing_fits_others_change_places_and_what_was_taken_out_stays_out() {
    let server = server().await;
    let field = Field::new(&server, "North", 3).await;
    let day = tomorrow(&server).await;
    let [a, b, c] = [0, 1, 2].map(|n| field.agents[n].id.as_str());
    let skill = server.call(Method::PUT, "/skills/crane", Some(json!({"name": "Crane"}))).await;
    assert!(skill.status < 300, "{skill:?}");
    let crane = json!({"skills": [{"code": "crane"}]});
    for (agent, work) in [(a, crane.clone()), (b, json!({})), (c, crane.clone())] {
        set_work(&server, agent, always(work)).await;
    }
    // Both at the same hour; only a and c have what the heavy one takes.
    let hour = json!({"windows": hours(&day, 9, 10), "duration_s": 3 * 3_600});
    let light = field.visit(&server, HERE, &day, hour.clone()).await;
    let mut with_skill = hour.clone();
    with_skill["skills"] = json!(["crane"]);
    let heavy = field.visit(&server, (50.01, 2.01), &day, with_skill.clone()).await;
    let out = field.visit(&server, (50.01, 2.0), &day, hour).await;
    let version = field.place_all(&server, std::slice::from_ref(&out)).await;
    let unassign = json!({"op": "unassign", "visit": out});
    let operations = [(&light, a), (&heavy, c)].map(|(visit, agent)| json!({"op": "assign", "visit": visit, "agent": agent}));
    let changed = field.change(&server, version, json!([unassign, operations[0], operations[1]])).await;
    assert_eq!(changed.status, 200, "{changed:?}");

    let noon = chrono::DateTime::parse_from_rfc3339(&format!("{day}T12:00:00Z")).unwrap();
    let (from, to) = (noon - chrono::TimeDelta::days(1), noon + chrono::TimeDelta::days(1));
    let ill = json!({"skills": [{"code": "crane"}], "absences": [{"from": from, "to": to, "reason": "ill"}]});
    set_work(&server, c, always(ill)).await;
    eventually("the light one goes to b, so that a can make the heavy one", async || {
        let plan = field.plan(&server, &day).await;
        (route_of(&plan, a) == [heavy.clone()] && route_of(&plan, b) == [light.clone()]).then_some(())
    })
    .await;
    assert_eq!(waiting(&field, &server, &day).await, [out]);
}

#[tokio::test]
async fn a_plan_that_was_told_of_visits_is_the_plan_read_anew() {
    let mut server = server().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 8, &day).await;
    field.place_all(&server, &visits).await;
    let windows = hours(&day, 9, 16);
    let changes = [
        (Method::PATCH, format!("/visits/{}", visits[0]), json!({"duration_s": 2_400, "priority": 90, "note": "ring twice"})),
        (Method::PATCH, format!("/visits/{}", visits[1]), json!({"windows": windows, "agent_id": field.agents[1].id})),
        (Method::POST, format!("/visits/{}/cancel", visits[2]), json!({"reason": "closed"})),
        (Method::POST, format!("/visits/{}/cancel", visits[3]), json!({"reason": "closed"})),
        (Method::POST, format!("/visits/{}/reinstate", visits[3]), json!({})),
        (Method::PATCH, format!("/visits/{}", visits[4]), json!({"agent_id": null})),
    ];
    for (method, path, body) in changes {
        let answer = server.call(method, &path, Some(body)).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
    let told = field.plan(&server, &day).await;
    server.kill();
    server.start_again().await;
    let read = field.plan(&server, &day).await;
    for part in ["version", "unassigned"] {
        assert_eq!(read[part], told[part], "{part}");
    }
    let stops = |plan: &Value| {
        let routes = plan["routes"].as_array().unwrap().iter();
        routes.map(|route| json!([route["agent_id"], route["stops"]])).collect::<Vec<_>>()
    };
    assert_eq!(stops(&read), stops(&told));
}
