//! Agents, territories, users: making, changing, listing, and what is refused, with the error body of docs.

use super::common::server::{EMAIL, PASSWORD, answer};
use super::common::{Console, Server, eventually, fix, minutes_ago};
use reqwest::Method;
use serde_json::{Value, json};

fn square(west: f64) -> Value {
    let east = west + 1.0;
    json!({"type": "Polygon", "coordinates": [[[west, 52.0], [east, 52.0], [east, 53.0], [west, 53.0], [west, 52.0]]]})
}

async fn refused(server: &Server, method: Method, path: &str, body: Value, status: u16, field: &str) -> Value {
    let answer = server.call(method, path, Some(body.clone())).await;
    assert_eq!((answer.status, answer.field()), (status, field), "{path} {body}: {answer:?}");
    answer.body
}

async fn people_sign_in(server: &Server) {
    let login = |email: &str, password: &str| {
        server.request(Method::POST, "/api/v1/auth/login").json(&json!({"email": email, "password": password}))
    };
    let signed_in = answer(login("ADMIN@example.com", PASSWORD)).await;
    assert_eq!((signed_in.status, &signed_in.body["user"]["role"]), (200, &json!("admin")), "{signed_in:?}");
    let bearer = format!("Bearer {}", signed_in.body["access_token"].as_str().unwrap());
    let me = answer(server.request(Method::GET, "/api/v1/me").header("authorization", &bearer)).await;
    assert_eq!((&me.body["email"], &me.body["name"]), (&json!(EMAIL), &json!("Ada")));
    for (email, password) in [(EMAIL, "wrong password"), ("nobody@example.com", PASSWORD), (EMAIL, "")] {
        let refused = answer(login(email, password)).await;
        assert_eq!((refused.status, refused.code()), (401, "invalid_credentials"));
    }
    // Whoever guesses has to wait, whether the account is there or not; others sign in meanwhile.
    for account in ["guessed@example.com", "ADA@nowhere.example"] {
        let mut statuses = Vec::new();
        for _ in 0..12 {
            statuses.push(answer(login(account, "wrong password")).await.status);
        }
        assert_eq!((statuses[0], statuses[9], statuses[11]), (401, 401, 429), "{statuses:?}");
        let waits = login(account, PASSWORD).send().await.unwrap();
        let wait: u32 = waits.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=6).contains(&wait), "{wait} s");
        let refused: Value = waits.json().await.unwrap();
        assert_eq!(refused["code"], "too_many_attempts");
    }
    assert_eq!(answer(login(EMAIL, PASSWORD)).await.status, 200);
    // A dispatcher reads but does not administrate.
    server
        .cli(
            &["user", "create", "--email", "dora@example.com", "--name", "Dora", "--role", "dispatcher", "--password-stdin"],
            PASSWORD,
        )
        .await;
    let dora = format!("Bearer {}", server.cli(&["token", "--user", "dora@example.com"], "").await);
    let as_dora = |method: Method, path: &str| server.request(method, &format!("/api/v1{path}")).header("authorization", &dora);
    // Made by another process a moment ago.
    eventually("the server knows Dora", async || (answer(as_dora(Method::GET, "/agents")).await.status == 200).then_some(()))
        .await;
    let forbidden = answer(as_dora(Method::POST, "/agents").json(&json!({"name": "X"}))).await;
    assert_eq!((forbidden.status, forbidden.code()), (403, "forbidden"));
}

async fn error_bodies_have_one_shape(server: &Server) {
    let request = server.request(Method::GET, "/api/v1/agents").header("x-request-id", "my-id_1.2");
    let refused = answer(request).await;
    assert_eq!((refused.status, refused.code(), refused.request_id.as_str()), (401, "unauthenticated", "my-id_1.2"));
    assert_eq!(refused.body["request_id"], "my-id_1.2");
    let odd = server.request(Method::GET, "/api/v1/agents").header("x-request-id", "no spaces, please");
    let odd = answer(odd).await;
    assert!(odd.request_id.len() > 12 && !odd.request_id.contains(' '), "an id of the server's own: {odd:?}");
    assert_eq!(odd.body["request_id"], odd.request_id.as_str());
    let next = answer(server.request(Method::GET, "/api/v1/agents")).await;
    assert_ne!(next.request_id, odd.request_id);
    let nowhere = server.call(Method::GET, "/nowhere", None).await;
    assert_eq!((nowhere.status, nowhere.code()), (404, "not_found"));
    let path = server.call(Method::GET, "/agents/not-an-id", None).await;
    assert_eq!((path.status, path.field()), (400, "id"));
    let garbage = server.request(Method::POST, "/api/v1/agents").header("authorization", server.bearer());
    let garbage = answer(garbage.header("content-type", "application/json").body("{")).await;
    assert_eq!((garbage.status, garbage.code()), (400, "invalid_body"), "{garbage:?}");
    let huge = json!({"name": "x".repeat(3_000_000)});
    let huge = server.call(Method::POST, "/agents", Some(huge)).await;
    assert_eq!((huge.status, huge.code()), (413, "too_large"));
    let wrong_method = server.call(Method::DELETE, "/agents", None).await;
    assert!([404, 405].contains(&wrong_method.status) && !wrong_method.code().is_empty(), "{wrong_method:?}");
    for answer in [odd, nowhere, path, garbage, huge, wrong_method] {
        assert!(!answer.request_id.is_empty() && answer.body["request_id"] == answer.request_id.as_str(), "{answer:?}");
        assert!(answer.body["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer:?}");
    }
}

async fn territories_are_made_changed_and_checked(server: &Server) {
    let made = server.post("/territories", json!({"name": " Havel ", "colour": "#12aBcd", "area": square(12.0)})).await;
    assert_eq!((&made["name"], &made["colour"], &made["area"]["type"]), (&json!("Havel"), &json!("#12aBcd"), &json!("Polygon")));
    let path = format!("/territories/{}", made["id"].as_str().unwrap());
    assert_eq!(server.get(&path).await, made);
    let changed = server.patch(&path, json!({"name": "Spree", "area": square(13.0)})).await;
    assert_eq!((&changed["name"], &changed["colour"], &changed["area"]), (&json!("Spree"), &json!("#12aBcd"), &square(13.0)));
    let list = server.get("/territories").await;
    assert!(list["items"].as_array().unwrap().contains(&changed));
    let id = uuid::Uuid::now_v7().to_string();
    let first = server.post("/territories", json!({"id": id, "name": "A", "area": square(1.0)})).await;
    let again = server.post("/territories", json!({"id": id, "name": "B", "area": square(2.0)})).await;
    assert_eq!(first, again, "the same id again changes nothing");
    assert_eq!(server.call(Method::GET, &format!("/territories/{}", uuid::Uuid::now_v7()), None).await.status, 404);

    let bow = json!([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]);
    for (area, field) in [
        (json!({"type": "Point", "coordinates": [1, 2]}), "area.type"),
        (json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}), "area.coordinates[0]"),
        (json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}), "area.coordinates[0]"),
        (json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 95], [1, 1], [0, 0]]]}), "area.coordinates[0][1]"),
        (json!({"type": "Polygon", "coordinates": [[[0, 0], [1, "x"], [1, 1], [0, 0]]]}), "area.coordinates[0][1]"),
        (
            json!({"type": "MultiPolygon", "coordinates": [square(1.0)["coordinates"], [[[0, 0], [1, 0]]]]}),
            "area.coordinates[1][0]",
        ),
        (json!({"type": "Polygon", "coordinates": bow}), "area.coordinates[0]"),
        (json!(null), "area.type"),
    ] {
        let body = json!({"name": "Bad", "area": area});
        let answer = server.call(Method::POST, "/territories", Some(body.clone())).await;
        assert_eq!(answer.status, 400, "{body}: {answer:?}");
        assert!(answer.field().starts_with(field), "{body}: {answer:?}");
    }
}

async fn agents_are_made_changed_and_found(server: &Server) {
    let territory = server.territory("Nord").await;
    let id = uuid::Uuid::now_v7().to_string();
    let body = json!({"id": id, "name": "  Zoë Ångström  ", "territory_id": territory});
    let made = server.call(Method::POST, "/agents", Some(body)).await;
    assert_eq!((made.status, &made.body["name"]), (201, &json!("Zoë Ångström")));
    assert_eq!((&made.body["state"], &made.body["territory_id"]), (&json!("asleep"), &json!(territory)));
    let again = server.call(Method::POST, "/agents", Some(json!({"id": id, "name": "Somebody else"}))).await;
    assert_eq!((again.status, again.body), (200, made.body.clone()), "the same id again changes nothing");
    assert_eq!(server.get(&format!("/agents/{id}")).await, made.body);
    let position = server.call(Method::GET, &format!("/agents/{id}/position"), None).await;
    assert_eq!((position.status, position.code()), (404, "no_position"));

    for (body, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "   "}), "name"),
        (json!({"name": "x".repeat(121)}), "name"),
        (json!({"name": "line\nbreak"}), "name"),
        (json!({"name": 5}), "name"),
        (json!({"name": "X", "territory_id": "north"}), "territory_id"),
        (json!({"name": "X", "territory_id": uuid::Uuid::now_v7()}), "territory_id"),
        (json!({"name": "X", "colour": "red"}), "colour"),
    ] {
        refused(server, Method::POST, "/agents", body.clone(), 400, field).await;
        refused(server, Method::PATCH, &format!("/agents/{id}"), body, 400, field).await;
    }
    refused(server, Method::POST, "/agents", json!({}), 400, "name").await;
    refused(server, Method::POST, "/agents/bulk", json!({"agents": [{"name": "fine"}, {"name": null}]}), 400, "agents[1].name")
        .await;
    let bulk = json!({"agents": [{"name": "fine"}, {"name": ""}]});
    refused(server, Method::POST, "/agents/bulk", bulk, 400, "agents[1].name").await;
    refused(server, Method::POST, &format!("/agents/{id}/tokens"), json!({"ttl_s": 0}), 400, "ttl_s").await;
    assert_eq!(
        server.call(Method::PATCH, &format!("/agents/{}", uuid::Uuid::now_v7()), Some(json!({"name": "X"}))).await.status,
        404
    );
    server.patch(&format!("/agents/{id}"), json!({"name": "x".repeat(120)})).await;

    // Pages by name, part of the name in any case, territory.
    let crowd: Vec<_> = (0..25).map(|n| json!({"name": format!("Crowd {:02}", n / 2), "territory_id": territory})).collect();
    server.post("/agents/bulk", json!({"agents": crowd})).await;
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("/agents?q=cROWD&territory={territory}&limit=4{after}")).await;
        names.extend(page["items"].as_array().unwrap().iter().map(|agent| agent["name"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(names, (0..25).map(|n| format!("Crowd {:02}", n / 2)).collect::<Vec<_>>());
    assert_eq!(server.get("/agents?q=100%25").await["items"], json!([]), "a wildcard is a character");
    for query in ["limit=0", "limit=501"] {
        let answer = server.call(Method::GET, &format!("/agents?{query}"), None).await;
        assert_eq!((answer.status, answer.field()), (400, "limit"));
    }
}

/// A change of territory moves the marker from one topic to the other, for who watches and who asks.
async fn a_change_of_territory_moves_the_agent_between_topics(server: &Server) {
    let (from, to) = (server.territory("From").await, server.territory("To").await);
    let (from_topic, to_topic) = (format!("territory:{from}"), format!("territory:{to}"));
    let agent = server.agents(1, Some(&from)).await.remove(0);
    let at = minutes_ago(2);
    server.ingest(&agent, &[fix(at, 52.5, 13.4)]).await;
    let mut console = Console::connect(server).await;
    console.watch(&[&from_topic, &to_topic, "territory:none"]).await;
    console.follow_until("the agent is in its territory", |console| console.shows(&from_topic, &agent.id, at)).await;

    let path = format!("/agents/{}", agent.id);
    assert_eq!(server.patch(&path, json!({"territory_id": to})).await["territory_id"], to.as_str());
    let moved = |console: &Console| console.shows(&to_topic, &agent.id, at) && console.rows(&from_topic).is_empty();
    console.follow_until("the agent moves over", moved).await;
    assert_eq!(server.get(&format!("/positions?territory={from}")).await["items"], json!([]));
    assert_eq!(server.get(&format!("/positions?territory={to}")).await["items"][0]["agent"], agent.id.as_str());

    // Its next fix goes to the new topic, and null takes it out of every territory.
    server.ingest(&agent, &[fix(at + 1_000, 52.5, 13.41)]).await;
    console.follow_until("the next fix comes in the new topic", |console| console.shows(&to_topic, &agent.id, at + 1_000)).await;
    assert!(console.rows(&from_topic).is_empty());
    server.patch(&path, json!({"territory_id": null})).await;
    let moved = |console: &Console| console.shows("territory:none", &agent.id, at + 1_000) && console.rows(&to_topic).is_empty();
    console.follow_until("the agent is in no territory", moved).await;
}

#[tokio::test]
async fn profiles_are_made_changed_found_and_checked() {
    let server = Server::start().await;
    people_sign_in(&server).await;
    error_bodies_have_one_shape(&server).await;
    territories_are_made_changed_and_checked(&server).await;
    agents_are_made_changed_and_found(&server).await;
    a_change_of_territory_moves_the_agent_between_topics(&server).await;
}
