//! What visits take and vehicles carry: said, refused, planned within, followed, and shown.

use super::common::field::{as_agent, route_of, spot, today, tomorrow};
use super::common::server::{Answer, answer};
use super::common::{Console, Field, Server, eventually};
use super::plans::{always, set_work};
use reqwest::Method;
use serde_json::{Value, json};

const LIMIT: &str = "must be within 0..1000000";

fn carries(capacity: Option<u32>) -> Value {
    json!({"vehicle": {"profile": "car", "capacity": capacity}})
}

/// Every day from eight to five, with a vehicle.
fn van(capacity: Option<u32>) -> Value {
    let mut work = always(carries(capacity));
    let shift = &mut work["rotas"][0]["shifts"][0];
    (shift["from"], shift["to"]) = (json!("08:00"), json!("17:00"));
    work
}

/// A visit of a day that takes so much.
async fn freight(field: &Field, server: &Server, n: usize, day: &str, more: Value) -> String {
    field.visit(server, spot(n), day, more).await
}

fn of_agent<'a>(plan: &'a Value, agent: &str) -> &'a Value {
    plan["routes"].as_array().unwrap().iter().find(|route| route["agent_id"] == agent).unwrap()
}

fn left<'a>(plan: &'a Value, visit: &str) -> Option<&'a Value> {
    plan["unassigned"].as_array().unwrap().iter().find(|left| left["visit_id"] == visit)
}

/// Gives a visit to an agent by hand; returns the answer, whatever it is.
async fn assign(field: &Field, server: &Server, visit: &str, agent: &str) -> Answer {
    let base = field.plan(server, &today(server).await).await["version"].as_i64().unwrap();
    field.change(server, base, json!([{"op": "assign", "visit": visit, "agent": agent}])).await
}

fn refusal(answer: &Answer) -> (u16, &str, &Value) {
    (answer.status, answer.code(), &answer.body["details"]["refusal"])
}

#[tokio::test]
async fn a_visit_says_what_it_takes_and_nonsense_is_refused_with_field_and_limit() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let plain = freight(&field, &server, 0, &day, json!({})).await;
    let most = freight(&field, &server, 1, &day, json!({"demand": 1_000_000})).await;
    let read = async |visit: &str| server.get(&format!("/visits/{visit}")).await;
    assert_eq!((&read(&plain).await["demand"], &read(&most).await["demand"]), (&json!(0), &json!(1_000_000)));
    let customer = read(&plain).await["customer_id"].clone();
    let refused = async |method: Method, path: &str, body: Value, named: &str, limit: &str| {
        let answer = server.call(method, path, Some(body)).await;
        assert_eq!((answer.status, answer.code(), answer.field()), (400, "invalid_field", named), "{answer:?}");
        assert!(answer.body["fields"][0]["limit"].as_str().is_some_and(|told| told.contains(limit)), "{answer:?}");
    };
    let path = format!("/visits/{plain}");
    for demand in [-1, 1_000_001] {
        let visit = json!({"customer_id": customer, "demand": demand});
        refused(Method::POST, "/visits", visit.clone(), "demand", LIMIT).await;
        let good = json!({"customer_id": customer});
        refused(Method::POST, "/visits/bulk", json!({"visits": [good, visit]}), "visits[1].demand", LIMIT).await;
        refused(Method::PATCH, &path, json!({"demand": demand}), "demand", LIMIT).await;
        refused(Method::POST, "/dispatch/jobs", json!({"visit": visit}), "visit.demand", LIMIT).await;
    }
    for nonsense in [json!(1.5), json!("7")] {
        let answer = server.call(Method::POST, "/visits", Some(json!({"customer_id": customer, "demand": nonsense}))).await;
        assert_eq!((answer.status, answer.field()), (400, "demand"), "{answer:?}");
    }
    let changed = server.patch(&path, json!({"demand": 12})).await;
    assert_eq!((&changed["demand"], &changed["version"]), (&json!(12), &json!(2)));
    assert_eq!(server.patch(&path, json!({"note": "ring twice"})).await["demand"], 12, "what is not named stays");
    let bulk = json!({"visits": [{"customer_id": customer, "day": day, "demand": 3}]});
    server.post("/visits/bulk", bulk).await;
    let of_day = server.get(&format!("/visits?from={day}&to={day}")).await;
    assert!(of_day["items"].as_array().unwrap().iter().any(|visit| visit["demand"] == 3), "{of_day}");
    let agent = &field.agents[0];
    assert_eq!(assign(&field, &server, &plain, &agent.id).await.status, 200);
    let own = as_agent(&server, agent, Method::GET, &format!("/visits/{plain}"), None).await;
    assert_eq!((own.status, &own.body["demand"]), (200, &json!(12)), "{own:?}");
}

#[tokio::test]
async fn a_beat_says_what_each_of_its_visits_takes() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let visit = freight(&field, &server, 0, &day, json!({})).await;
    let customer = server.get(&format!("/visits/{visit}")).await["customer_id"].clone();
    let weekday = chrono::NaiveDate::parse_from_str(&day, "%Y-%m-%d").unwrap().format("%a").to_string().to_lowercase();
    let beat = |demand: i64| {
        json!({"name": "Round", "territory_id": field.territory, "cycle_weeks": 1, "starts_on": day, "on_holiday": "keep",
            "stops": [{"week": 1, "weekday": weekday, "customer_id": customer, "demand": demand}]})
    };
    let refused = server.call(Method::POST, "/beats", Some(beat(1_000_001))).await;
    assert_eq!((refused.status, refused.field()), (400, "stops[0].demand"), "{refused:?}");
    let made = server.post("/beats", beat(8)).await;
    assert_eq!(made["stops"][0]["demand"], 8);
    let listed = async || {
        let visits = server.get(&format!("/visits?from={day}&to={day}")).await;
        visits["items"].as_array().unwrap().iter().find(|visit| visit["source"] == "beat").map(|visit| visit["demand"].clone())
    };
    assert_eq!(listed().await, Some(json!(8)));
    let mut changed = beat(9);
    changed["version"] = made["version"].clone();
    let path = format!("/beats/{}", made["id"].as_str().unwrap());
    let answer = server.call(Method::PUT, &path, Some(changed)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    server.post("/beats/generate", json!({})).await;
    assert_eq!(listed().await, Some(json!(9)), "its visits to come follow");
}

#[tokio::test]
async fn a_full_vehicle_refuses_and_a_larger_one_lets_the_visit_in() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 1).await;
    let (agent, day) = (&field.agents[0].id, tomorrow(&server).await);
    set_work(&server, agent, van(Some(20))).await;
    let first = freight(&field, &server, 0, &day, json!({"demand": 12, "priority": 90})).await;
    let second = freight(&field, &server, 1, &day, json!({"demand": 10, "priority": 80})).await;
    assert_eq!(assign(&field, &server, &first, agent).await.status, 200);
    let mut console = Console::connect(&server).await;
    console.say(json!({"type": "subscribe", "topics": [format!("plan:{}", field.territory)], "date": day})).await;
    let told = console.peek().await;
    let shown = &told["day"]["routes"][0];
    assert_eq!(
        (&shown["totals"]["load"], &shown["capacity"], &shown["stops"][0]["demand"]),
        (&json!(12), &json!(20), &json!(12))
    );

    let by_hand = assign(&field, &server, &second, agent).await;
    assert_eq!(refusal(&by_hand), (422, "breaks_constraint", &json!({"code": "capacity", "over": 2})), "{by_hand:?}");
    let base = field.plan(&server, &day).await["version"].as_i64().unwrap();
    let placed = field.change(&server, base, json!([{"op": "place", "visit": second}])).await;
    let nearest = &placed.body["details"]["nearest"][0];
    assert_eq!((placed.code(), &nearest["code"], &nearest["over"]), ("infeasible", &json!("capacity"), &json!(2)), "{placed:?}");
    let path = format!("/plans/{}/visits/{second}", field.territory);
    let job = server.call(Method::POST, "/dispatch/jobs", Some(json!({"visit_id": second, "mode": "manual"}))).await;
    assert_eq!(job.status, 201, "{job:?}");
    let candidates = server.get(&format!("/dispatch/jobs/{}/candidates", job.body["id"].as_str().unwrap())).await;
    let refused = &candidates["refused"][0];
    assert_eq!((&refused["code"], &refused["over"], &refused["agent_id"]), (&json!("capacity"), &json!(2), &json!(agent)));
    assert_eq!(refused["sentence"], "would carry 2 too much", "{candidates}");
    let why = server.get(&format!("{path}/explanation")).await;
    assert_eq!((&why["kind"], &why["nearest"][0]["code"]), (&json!("waiting"), &json!("capacity")), "{why}");

    set_work(&server, agent, van(Some(22))).await;
    eventually("the plan has heard of the larger vehicle", async || {
        (of_agent(&field.plan(&server, &day).await, agent)["capacity"] == 22).then_some(())
    })
    .await;
    let taken = assign(&field, &server, &second, agent).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let plan = field.plan(&server, &day).await;
    let route = of_agent(&plan, agent);
    assert_eq!(
        (&route["totals"]["load"], &route["capacity"], &plan["totals"]["load"]),
        (&json!(22), &json!(22), &json!(22)),
        "{plan}"
    );
}

#[tokio::test]
async fn a_smaller_vehicle_keeps_what_matters_and_the_rest_goes_to_others_or_waits() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let (a, b) = (&field.agents[0].id, &field.agents[1].id);
    set_work(&server, a, van(Some(30))).await;
    set_work(&server, b, van(Some(6))).await;
    let vital = freight(&field, &server, 0, &day, json!({"demand": 10, "priority": 95})).await;
    let heavy = freight(&field, &server, 1, &day, json!({"demand": 12, "priority": 80})).await;
    let light = freight(&field, &server, 2, &day, json!({"demand": 5, "priority": 75})).await;
    let letter = freight(&field, &server, 3, &day, json!({"priority": 10})).await;
    for visit in [&vital, &heavy, &light, &letter] {
        assert_eq!(assign(&field, &server, visit, a).await.status, 200);
    }
    set_work(&server, a, van(Some(11))).await;
    let plan = eventually("the plan has followed", async || {
        let plan = field.plan(&server, &day).await;
        (of_agent(&plan, a)["capacity"] == 11).then_some(plan)
    })
    .await;
    let mut kept = route_of(&plan, a);
    kept.retain(|visit| *visit != letter);
    assert_eq!((kept, &of_agent(&plan, a)["totals"]["load"]), (vec![vital.clone()], &json!(10)), "{plan}");
    assert!(route_of(&plan, b).contains(&light), "what the other can carry goes there: {plan}");
    let waits = left(&plan, &heavy).unwrap();
    assert_eq!((&waits["reasons"], &waits["demand"]), (&json!(["too_large"]), &json!(12)), "{plan}");
    let why = server.get(&format!("/plans/{}/visits/{heavy}/explanation", field.territory)).await;
    assert_eq!((&why["reason"], &why["nearest"][0]["code"]), (&json!("too_large"), &json!("capacity")), "{why}");

    // What had to go comes back when there is room again.
    set_work(&server, b, van(Some(40))).await;
    eventually("the larger vehicle takes it", async || left(&field.plan(&server, &day).await, &heavy).is_none().then_some(()))
        .await;

    // A visit that takes more than its vehicle has left waits, as one does that takes too long.
    let longer = server.call(Method::PATCH, &format!("/visits/{vital}"), Some(json!({"demand": 12}))).await;
    assert_eq!(longer.status, 200, "{longer:?}");
    eventually("it is with the first agent no more", async || {
        (!route_of(&field.plan(&server, &day).await, a).contains(&vital)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn how_far_a_vehicle_may_go_in_a_day_holds_in_the_plan() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 1).await;
    let (agent, day) = (&field.agents[0].id, tomorrow(&server).await);
    let base = json!({"start": {"point": {"lat": 52.5, "lon": 13.4}}});
    let within =
        |max_distance_m: u32| always(json!({"base": base, "vehicle": {"profile": "car", "max_distance_m": max_distance_m}}));
    set_work(&server, agent, within(10_000)).await;
    let near = freight(&field, &server, 0, &day, json!({})).await;
    let far = field.visit(&server, (52.6, 13.4), &day, json!({})).await;
    assert_eq!(assign(&field, &server, &near, agent).await.status, 200);
    let refused = assign(&field, &server, &far, agent).await;
    assert_eq!((refusal(&refused).0, &refusal(&refused).2["code"]), (422, &json!("max_distance")), "{refused:?}");
    set_work(&server, agent, within(100_000)).await;
    eventually("the plan has heard of it", async || (assign(&field, &server, &far, agent).await.status == 200).then_some(()))
        .await;
    set_work(&server, agent, within(10_000)).await;
    eventually("what is too far waits", async || {
        (route_of(&field.plan(&server, &day).await, agent) == [near.clone()]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_urgent_visit_is_offered_to_whoever_can_carry_it() {
    let server = Server::start().await;
    let field = Field::new(&server, "North", 2).await;
    let (small, large) = (&field.agents[0], &field.agents[1]);
    set_work(&server, &small.id, always(carries(Some(5)))).await;
    set_work(&server, &large.id, always(carries(Some(50)))).await;
    let day = today(&server).await;
    let other = freight(&field, &server, 0, &day, json!({})).await;
    let customer = server.get(&format!("/visits/{other}")).await["customer_id"].clone();
    let visit = json!({"customer_id": customer, "kind": "urgent", "priority": 90, "duration_s": 60, "demand": 30});
    let job = server.call(Method::POST, "/dispatch/jobs", Some(json!({"visit": visit, "at_once": 2, "timeout_s": 600}))).await;
    assert_eq!(job.status, 201, "{job:?}");
    let asked: Vec<&Value> = job.body["offers"].as_array().unwrap().iter().map(|offer| &offer["agent_id"]).collect();
    assert_eq!(asked, [&json!(large.id)], "{job:?}");
    let offers = as_agent(&server, large, Method::GET, "/me/offers", None).await;
    assert_eq!(offers.body["items"][0]["visit"]["demand"], 30, "{offers:?}");
}

#[tokio::test]
async fn a_file_of_visits_says_what_they_take() {
    let server = Server::start().await;
    let places = json!([{"address": "Hauptstr. 1", "point": {"lat": 52.5, "lon": 13.4}}]);
    server.post("/customers", json!({"name": "K1", "ref": "K1", "places": places})).await;
    let date = tomorrow(&server).await;
    let bring = async |query: &str, file: String| {
        let request = server.request(Method::POST, &format!("/api/v1/imports/visits{query}"));
        let request = request.header("authorization", server.bearer()).header("content-type", "text/csv");
        answer(request.body(file)).await
    };
    let good = format!("customer,date,ref,demand\nK1,{date},V1,12\nK1,{date},V2,\n");
    let dry = bring("?dry_run=true", format!("{good}K1,{date},V3,-1\nK1,{date},V4,1000001\nK1,{date},V5,much\n")).await;
    let flaws: Vec<_> =
        dry.body["flaws"].as_array().unwrap().iter().map(|flaw| (&flaw["line"], &flaw["field"], &flaw["limit"])).collect();
    let limit = json!("must be a whole number within 0..1000000");
    let (lines, named) = ([json!(4), json!(5), json!(6)], json!("demand"));
    assert_eq!(flaws, lines.iter().map(|line| (line, &named, &limit)).collect::<Vec<_>>(), "{dry:?}");
    let done = bring("", good.clone()).await;
    assert_eq!((done.status, &done.body["created"]), (200, &json!(2)), "{done:?}");
    let visits = server.get(&format!("/visits?from={date}&to={date}")).await;
    let mut demands: Vec<_> = visits["items"].as_array().unwrap().iter().map(|visit| visit["demand"].as_i64().unwrap()).collect();
    demands.sort_unstable();
    assert_eq!(demands, [0, 12]);
    let again = bring("", good.replace(",12\n", ",13\n")).await;
    assert_eq!((again.status, &again.body["outcomes"][0]["fields"]), (200, &json!(["demand"])), "{again:?}");
}
