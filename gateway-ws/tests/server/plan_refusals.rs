//! What plans and dispatch refuse, and whether a stranger learns from the answer what to change: the operation, the field, the limit, who was
//! faster, what would have to give.

use super::common::field::{as_agent, route_of, skill, spot, today, tomorrow};
use super::common::{Field, Server};
use chrono::{DateTime, Duration, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

async fn server() -> Server {
    Server::with(&[("ORGANISATION__TIME_ZONE", "UTC")]).await
}

async fn version(server: &Server, field: &Field) -> i64 {
    field.plan(server, &today(server).await).await["version"].as_i64().unwrap()
}

fn limit_of(refused: &Value) -> &str {
    refused["fields"][0]["limit"].as_str().unwrap_or_default()
}

fn assign(field: &Field, visit: &str) -> Value {
    json!({"op": "assign", "visit": visit, "agent": field.agents[0].id})
}

/// When the first agent's work begins on a day.
async fn begins(server: &Server, field: &Field, day: &str) -> DateTime<chrono::FixedOffset> {
    let plan = field.plan(server, day).await;
    DateTime::parse_from_rfc3339(plan["routes"][0]["shift"]["from"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_refused_operation_is_named_by_its_place_and_field() {
    let server = server().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 2, &day).await;
    let (first, second, nobody) = (&visits[0], &visits[1], Uuid::now_v7().to_string());
    let agent = &field.agents[0].id;
    let base = version(&server, &field).await;
    let place = json!({"op": "place", "visit": first});
    let wrong = [
        (json!({"op": "assign", "visit": nobody, "agent": agent}), 400, "operations[1].visit"),
        (json!({"op": "assign", "visit": second, "agent": nobody}), 400, "operations[1].agent"),
        (json!({"op": "swap", "visit": first, "with": nobody}), 400, "operations[1].with"),
        (json!({"op": "unlock", "visit": second}), 400, "operations[1].visit"),
        (json!({"op": "lock", "visit": first, "commitment": "free"}), 400, "operations[1].commitment"),
        (json!({"op": "unassign", "visit": second}), 409, "operations[1].visit"),
        (json!({"op": "assign", "visit": second, "agent": agent, "position": 7}), 422, "operations[1].position"),
        (json!({"op": "reorder", "agent": agent, "date": day, "visits": [second]}), 422, "operations[1].visits"),
        (json!({"op": "assign", "visit": second, "agent": agent, "date": "0001-01-01"}), 400, "operations[1].date"),
        (json!({"op": "release_agent", "agent": agent, "date": "9999-12-31", "replace": true}), 400, "operations[1].date"),
        (json!({"op": "assign", "visit": second, "agent": "me"}), 400, "operations[1].agent"),
        (json!({"op": "assign", "visit": second, "agent": agent, "position": -1}), 400, "operations[1].position"),
    ];
    for (operation, status, name) in wrong {
        let operations = json!([place, operation]);
        for path in ["changes", "preview"] {
            let body = json!({"base_version": base, "operations": operations});
            let refused = server.call(Method::POST, &format!("/plans/{}/{path}", field.territory), Some(body)).await;
            assert_eq!((refused.status, refused.field()), (status, name), "{path} {operation}: {refused:?}");
            assert!(!refused.body.to_string().contains("usize"), "{refused:?}");
        }
        // The same of one plan among several.
        let bulk = json!({"plans": [{"territory": field.territory, "operations": operations}]});
        let refused = server.call(Method::POST, "/dispatch/bulk", Some(bulk)).await;
        assert_eq!((refused.status, refused.field()), (status, format!("plans[0].{name}").as_str()), "{refused:?}");
    }
    let stale = json!({"plans": [{"territory": field.territory, "base_version": base + 9, "operations": [place]}]});
    let refused = server.call(Method::POST, "/dispatch/bulk", Some(stale)).await;
    assert_eq!((refused.status, refused.code(), refused.field()), (409, "version_conflict", "plans[0].base_version"));
    let nowhere = json!({"plans": [{"territory": "nowhere", "operations": [place]}]});
    assert_eq!(server.call(Method::POST, "/dispatch/bulk", Some(nowhere)).await.field(), "plans[0].territory");

    // A list of visits names its own places.
    for (second, status, code, name) in [
        (json!({"visit_id": nobody, "agent_id": agent}), 404, "not_found", "assignments[1].visit_id"),
        (json!({"visit_id": second, "version": 9, "agent_id": agent}), 409, "version_conflict", "assignments[1].version"),
        (json!({"visit_id": second, "agent_id": nobody}), 400, "invalid_field", "assignments[1].agent_id"),
    ] {
        let body = json!({"assignments": [{"visit_id": first, "agent_id": agent}, second]});
        let refused = server.call(Method::POST, "/visits/assign", Some(body)).await;
        assert_eq!((refused.status, refused.code(), refused.field()), (status, code, name), "{refused:?}");
    }
    assert_eq!(version(&server, &field).await, base, "nothing of it was made");
}

#[tokio::test]
async fn days_beyond_the_horizon_and_outside_the_plan_are_refused() {
    let server = server().await;
    let field = Field::new(&server, "North", 1).await;
    let day = today(&server).await;
    let visit = field.visit(&server, spot(0), &day, json!({})).await;
    let customer = server.get(&format!("/visits/{visit}")).await["customer_id"].clone();
    let date: NaiveDate = day.parse().unwrap();
    let (first, last) = (date - chrono::Months::new(120), date + chrono::Months::new(120));
    let horizon = format!("must be within {first}..{last}");
    for far in ["0001-01-01", "9999-12-31"] {
        for (method, path, body, name) in [
            (Method::POST, "/visits".to_owned(), json!({"customer_id": customer, "day": far}), "day"),
            (Method::PATCH, format!("/visits/{visit}"), json!({"day": far}), "day"),
            (
                Method::POST,
                "/visits/bulk".to_owned(),
                json!({"visits": [{"customer_id": customer, "day": far}]}),
                "visits[0].day",
            ),
            (Method::POST, "/dispatch/jobs".to_owned(), json!({"visit": {"customer_id": customer, "day": far}}), "visit.day"),
            (
                Method::POST,
                format!("/plans/{}/improve", field.territory),
                json!({"base_version": 0, "seconds": 1, "dates": [day, far]}),
                "dates[1]",
            ),
        ] {
            let refused = server.call(method, &path, Some(body)).await;
            assert_eq!((refused.status, refused.field(), limit_of(&refused.body)), (400, name, horizon.as_str()), "{refused:?}");
        }
        let beat = json!({"name": "B", "cycle_weeks": 1, "starts_on": far, "territory_id": field.territory, "stops": []});
        for (method, path, body, name) in [
            (Method::POST, "/beats".to_owned(), Some(beat), "starts_on"),
            (Method::PUT, "/holidays".to_owned(), Some(json!({"put": [{"date": far, "name": "Feast"}]})), "put[0].date"),
            (Method::PUT, "/holidays".to_owned(), Some(json!({"remove": [far]})), "remove[0]"),
            (Method::GET, format!("/holidays?from={far}"), None, "from"),
            (Method::GET, format!("/visits?to={far}"), None, "to"),
            (Method::GET, format!("/days?from={far}"), None, "from"),
            (Method::GET, format!("/plans/{}?date={far}", field.territory), None, "date"),
            (Method::GET, format!("/agents/{}/work-days?from={far}&to={far}", field.agents[0].id), None, "from"),
        ] {
            let refused = server.call(method, &path, body).await;
            assert_eq!((refused.status, refused.field()), (400, name), "{path}: {refused:?}");
            assert_eq!(limit_of(&refused.body), "must be within 1900-01-01..2199-12-31", "{path}");
        }
    }

    // A search is narrowed to what the plan has.
    let base = version(&server, &field).await;
    let improve = async |narrowed: Value| {
        let mut body = json!({"base_version": base, "seconds": 1});
        body.as_object_mut().unwrap().extend(narrowed.as_object().unwrap().clone());
        server.call(Method::POST, &format!("/plans/{}/improve", field.territory), Some(body)).await
    };
    let (agent, nobody) = (&field.agents[0].id, Uuid::now_v7().to_string());
    let past = (date - Duration::days(400)).to_string();
    for (narrowed, name, value) in
        [(json!({"agents": [agent, nobody]}), "agents[1]", &nobody), (json!({"dates": [day, past]}), "dates[1]", &past)]
    {
        let refused = improve(narrowed).await;
        assert_eq!((refused.status, refused.code(), refused.field()), (400, "invalid_field", name), "{refused:?}");
        assert!(refused.body["message"].as_str().unwrap().contains(value.as_str()), "{refused:?}");
        assert!(limit_of(&refused.body).contains(".."), "the days that the plan covers: {refused:?}");
    }
    assert_eq!(improve(json!({"agents": [agent], "dates": [day]})).await.status, 202);
}

#[tokio::test]
async fn an_id_that_names_a_change_is_not_taken_for_another() {
    let mut server = server().await;
    let (north, south) = (Field::new(&server, "North", 1).await, Field::new(&server, "South", 1).await);
    let day = tomorrow(&server).await;
    let visits = north.visits(&server, 3, &day).await;
    let abroad = south.visit(&server, spot(4), &day, json!({})).await;
    let id = Uuid::now_v7();
    let change = async |server: &Server, field: &Field, id: Uuid, operations: &Value| {
        let body = json!({"id": id, "base_version": 0, "operations": operations});
        server.call(Method::POST, &format!("/plans/{}/changes", field.territory), Some(body)).await
    };
    let bulk = async |server: &Server, id: Uuid, plans: &Value| {
        server.call(Method::POST, "/dispatch/bulk", Some(json!({"id": id, "plans": plans}))).await
    };
    let mine = json!([assign(&north, &visits[0])]);
    let made = change(&server, &north, id, &mine).await;
    assert_eq!(made.status, 200, "{made:?}");
    let together = Uuid::now_v7();
    let part = |field: &Field, visit: &str| json!({"territory": field.territory, "operations": [assign(field, visit)]});
    let both = json!([part(&north, &visits[1]), part(&south, &abroad)]);
    let made_together = bulk(&server, together, &both).await;
    assert_eq!(made_together.status, 200, "{made_together:?}");
    let job = server.post("/dispatch/jobs", json!({"visit_id": visits[2], "mode": "manual"})).await["id"].clone();

    let versions = (version(&server, &north).await, version(&server, &south).await);
    for life in ["the first", "after a power cut"] {
        let again = change(&server, &north, id, &mine).await;
        assert_eq!((again.status, &again.body), (200, &made.body), "{life}");
        let again = bulk(&server, together, &both).await;
        assert_eq!((again.status, &again.body), (200, &made_together.body), "{life}: {again:?}");
        let others = json!([assign(&north, &visits[2])]);
        let taken = [
            change(&server, &north, id, &others).await,
            change(&server, &north, id, &json!([mine[0], others[0]])).await,
            change(&server, &south, id, &json!([assign(&south, &abroad)])).await,
            change(&server, &north, together, &others).await,
            bulk(&server, id, &both).await,
            bulk(&server, together, &json!([part(&north, &visits[2]), part(&south, &abroad)])).await,
            bulk(&server, together, &json!([part(&north, &visits[2])])).await,
            server.call(Method::POST, "/dispatch/jobs", Some(json!({"id": job, "visit_id": visits[1]}))).await,
        ];
        for (at, taken) in taken.iter().enumerate() {
            assert_eq!((taken.status, taken.code(), taken.field()), (409, "id_taken", "id"), "{life} {at}: {taken:?}");
        }
        assert_eq!((version(&server, &north).await, version(&server, &south).await), versions, "{life}: nothing more was made");
        if life == "the first" {
            server.kill();
            server.start_again().await;
        }
    }
}

#[tokio::test]
async fn what_cannot_be_taken_back_says_which_change_goes_on_from_it() {
    let server = server().await;
    let field = Field::new(&server, "North", 2).await;
    let day = tomorrow(&server).await;
    let visits = field.visits(&server, 2, &day).await;
    let base = version(&server, &field).await;
    let undo = async |version: &str, base: i64| {
        let path = format!("/plans/{}/versions/{version}/undo", field.territory);
        server.call(Method::POST, &path, Some(json!({"base_version": base}))).await
    };
    for operations in [json!([assign(&field, &visits[0])]), json!([assign(&field, &visits[1])])] {
        let at = version(&server, &field).await;
        assert_eq!(field.change(&server, at, operations).await.status, 200);
    }
    let now = version(&server, &field).await;
    let refused = undo(&(base + 1).to_string(), now).await;
    assert_eq!((refused.status, refused.code(), refused.field()), (409, "version_conflict", "version"), "{refused:?}");
    let message = refused.body["message"].as_str().unwrap();
    assert!(
        message.starts_with(&format!("version {} cannot be taken back: version {now} (edit by user ", base + 1)),
        "{message}"
    );
    let details = &refused.body["details"];
    assert_eq!((details["version"].as_i64(), details["current"].as_i64()), (Some(base + 1), Some(now)), "{details}");
    assert_eq!(details["since"][0]["version"].as_i64(), Some(now), "{details}");
    // One after the other.
    assert_eq!(undo(&now.to_string(), now).await.status, 200);
    for huge in ["18446744073709551616", "-1", "0", "latest", "1.5"] {
        let refused = undo(huge, now + 1).await;
        assert_eq!(
            (refused.status, refused.field(), limit_of(&refused.body)),
            (400, "version", "1..9223372036854775807"),
            "{huge}"
        );
        assert!(refused.body["message"].as_str().unwrap().contains(huge), "{refused:?}");
    }

    // An offer is its agent's to answer; one that is not there is not there for anybody.
    let body = json!({"visit_id": visits[1], "mode": "manual"});
    let job = server.post("/dispatch/jobs", body).await["id"].as_str().unwrap().to_owned();
    let asked = server.post(&format!("/dispatch/jobs/{job}/offer"), json!({"agent": field.agents[0].id})).await;
    let offer = asked["offers"][0]["id"].as_str().unwrap();
    for answer in ["accept", "decline"] {
        let body = (answer == "decline").then(|| json!({}));
        let refused = server.call(Method::POST, &format!("/offers/{offer}/{answer}"), body.clone()).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{refused:?}");
        assert_eq!(refused.body["details"]["agent"], field.agents[0].id.as_str(), "{refused:?}");
        let unknown = format!("/offers/{}/{answer}", Uuid::now_v7());
        let refused = server.call(Method::POST, &unknown, body.clone()).await;
        assert_eq!((refused.status, refused.body["message"].as_str()), (404, Some("offer was not found")), "{refused:?}");
        let refused = as_agent(&server, &field.agents[1], Method::POST, &format!("/offers/{offer}/{answer}"), body).await;
        assert_eq!((refused.status, refused.body["message"].as_str()), (404, Some("offer was not found")), "another's");
    }
}

#[tokio::test]
async fn a_start_outside_the_windows_and_what_would_have_to_give_are_told_in_instants() {
    let server = server().await;
    let field = Field::new(&server, "North", 1).await;
    let day = tomorrow(&server).await;
    let begins = begins(&server, &field, &day).await;
    let at = |minutes: i64| (begins + Duration::minutes(minutes)).to_rfc3339();
    let within = |from: i64, to: i64| json!({"windows": [{"from": at(from), "to": at(to)}]});
    let visit = field.visit(&server, spot(0), &day, within(60, 120)).await;
    let placed = field.place_all(&server, std::slice::from_ref(&visit)).await;
    let pin = json!([{"op": "pin_time", "visit": visit, "start_at": at(300)}]);
    let again = json!([{"op": "unassign", "visit": visit}, {"op": "assign", "visit": visit, "agent": field.agents[0].id, "start_at": at(300)}]);
    for (operations, name) in [(pin, "operations[0].start_at"), (again, "operations[1].start_at")] {
        let refused = field.change(&server, placed, operations).await;
        assert_eq!((refused.status, refused.code(), refused.field()), (422, "outside_windows", name), "{refused:?}");
        assert_eq!(limit_of(&refused.body), format!("{}..{}", at(60), at(120)), "{refused:?}");
        let message = refused.body["message"].as_str().unwrap();
        assert!(message.contains(&at(300)) && message.contains(&at(60)) && !message.ends_with(" s"), "{message}");
        let window = &refused.body["details"]["windows"][0]["from"];
        assert_eq!(DateTime::parse_from_rfc3339(window.as_str().unwrap()).unwrap(), begins + Duration::minutes(60));
    }

    // A visit whose hour is over when the day's work begins: what would have to give is in the refusal, and may be sent back.
    let early = field.visit(&server, spot(1), &day, json!({"kind": "urgent", "windows": within(-120, -60)["windows"]})).await;
    let mut operation = assign(&field, &early);
    let refused = field.change(&server, placed, json!([{"op": "unassign", "visit": visit}, operation])).await;
    assert_eq!((refused.status, refused.code(), refused.field()), (422, "breaks_constraint", "operations[1]"), "{refused:?}");
    let needed = refused.body["details"]["relaxations"][0].clone();
    assert_eq!(
        (needed["give"].as_str(), needed["agent_id"].as_str()),
        (Some("window"), Some(field.agents[0].id.as_str())),
        "{refused:?}"
    );
    let preview = json!({"operations": [operation]});
    let previewed = server.call(Method::POST, &format!("/plans/{}/preview", field.territory), Some(preview)).await;
    assert_eq!(previewed.body["details"]["relaxations"][0]["give"], "window", "{previewed:?}");
    let by_s = needed["by_s"].as_i64().unwrap();
    operation["accept_relaxation"] = json!({"give": "window", "by_s": by_s - 1});
    let less = field.change(&server, placed, json!([{"op": "unassign", "visit": visit}, operation])).await;
    assert_eq!((less.status, &less.body["details"]["relaxations"][0]["by_s"]), (422, &json!(by_s)), "{less:?}");
    operation["accept_relaxation"] = json!({"give": "window", "by_s": by_s});
    let given = field.change(&server, placed, json!([{"op": "unassign", "visit": visit}, operation])).await;
    assert_eq!(given.status, 200, "{given:?}");
}

#[tokio::test]
async fn an_explanation_names_the_shifts_of_the_day_each_once() {
    let server = server().await;
    let field = Field::new(&server, "North", 3).await;
    let day = tomorrow(&server).await;
    skill(&server, "crane").await;
    let held = field.visit(&server, spot(0), &day, json!({})).await;
    let nobodys = field.visit(&server, spot(1), &day, json!({"skills": ["crane"]})).await;
    let base = version(&server, &field).await;
    let fix = json!([assign(&field, &held), {"op": "lock", "visit": held, "commitment": "fixed_agent"}]);
    // What is settled is settled of what has a place.
    assert_eq!(field.change(&server, base, json!([fix[0]])).await.status, 200);
    assert_eq!(field.change(&server, base + 1, json!([fix[1]])).await.status, 200);
    let owner = &field.agents[0].id;
    for (visit, list, code) in [(&held, "refused", "pinned_elsewhere"), (&nobodys, "nearest", "skill_missing")] {
        let why = server.get(&format!("/plans/{}/visits/{visit}/explanation", field.territory)).await;
        let told = why[list].as_array().unwrap();
        assert!(told.iter().all(|refused| refused["code"] == code && refused["shift"]["date"] == day.as_str()), "{why}");
        let mut agents: Vec<&str> = told.iter().map(|refused| refused["shift"]["agent"].as_str().unwrap()).collect();
        agents.sort_unstable();
        let mut others: Vec<&str> = field.agents.iter().map(|agent| agent.id.as_str()).collect();
        others.retain(|agent| *visit == nobodys || *agent != owner.as_str());
        others.sort_unstable();
        assert_eq!(agents, others, "{why}");
        if *visit == held {
            assert!(told.iter().all(|refused| refused["stays_with"]["agent"] == owner.as_str()), "{why}");
        }
    }
    assert_eq!(route_of(&field.plan(&server, &day).await, owner), [held]);
}
