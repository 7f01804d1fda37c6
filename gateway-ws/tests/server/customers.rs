//! Customers over REST: making, changing one version after the other, finding, places with fences, contacts, lists, and who sees what.

use super::common::server::answer;
use super::common::{Phone, Server, eventually, fix, minutes_ago};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

fn place(lat: f64, lon: f64) -> Value {
    json!({"address": "Hauptstraße 1, Berlin", "point": {"lat": lat, "lon": lon}})
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

/// The fence of a place as it is in force.
async fn fence(server: &Server, place: &Value) -> Value {
    server.call(Method::GET, &format!("/fences/{}", place["id"].as_str().unwrap()), None).await.body
}

async fn a_customer_lives_through_its_versions(server: &Server) {
    let id = Uuid::now_v7();
    let hours = json!({"zone": "Europe/Berlin", "exceptions": [{"date": "2026-12-24", "hours": []}], "weekly": [
        {"days": ["mon", "tue"], "from": "08:00", "to": "12:00"}, {"days": ["mon", "tue"], "from": "13:00", "to": "18:00"}]});
    let mut first = place(52.5, 13.4);
    first["hours"] = hours.clone();
    let body = json!({"id": id, "name": " Bäckerei Müller ", "ref": "K-1", "tags": ["b", "a"], "places": [first]});
    let made = server.call(Method::POST, "/customers", Some(body)).await;
    assert_eq!((made.status, &made.body["name"], &made.body["version"]), (201, &json!("Bäckerei Müller"), &json!(1)), "{made:?}");
    assert_eq!((&made.body["status"], &made.body["tags"]), (&json!("active"), &json!(["a", "b"])));
    assert_eq!(made.body["places"][0]["hours"]["weekly"], hours["weekly"]);
    let again = json!({"id": id, "name": "Other", "places": [{}]});
    let again = server.call(Method::POST, "/customers", Some(again)).await;
    assert_eq!((again.status, &again.body), (200, &made.body), "the same id again changes nothing");

    let path = format!("/customers/{id}");
    assert_eq!(server.get(&path).await, made.body);
    let changed = server.patch(&path, json!({"name": "Conditorei", "version": 1, "ref": null})).await;
    assert_eq!((&changed["version"], &changed["ref"], &changed["tags"]), (&json!(2), &json!(null), &json!(["a", "b"])));
    let stale = server.call(Method::PATCH, &path, Some(json!({"name": "Third", "version": 1}))).await;
    assert_eq!((stale.status, stale.code()), (409, "version_conflict"));
    let lost = server.call(Method::PATCH, &path, Some(json!({"name": "Conditorei", "ref": null, "version": 1}))).await;
    assert_eq!((lost.status, &lost.body), (200, &changed), "sent again after the answer was lost");

    // The same by header.
    let patch = |tag: &str| {
        let request = server.request(Method::PATCH, &format!("/api/v1{path}")).header("authorization", server.bearer());
        answer(request.header("if-match", tag).json(&json!({"notes": "ring twice"})))
    };
    assert_eq!(patch("\"1\"").await.code(), "version_conflict");
    assert_eq!(patch("nonsense").await.field(), "If-Match");
    assert_eq!(patch("\"2\"").await.body["version"], 3);
    let seen = server.request(Method::GET, &format!("/api/v1{path}")).header("authorization", server.bearer());
    assert_eq!(seen.header("if-none-match", "\"3\"").send().await.unwrap().status(), 304);

    let nobody = format!("/customers/{}", Uuid::now_v7());
    for (method, body) in [(Method::GET, None), (Method::PATCH, Some(json!({"name": "Late"})))] {
        assert_eq!(server.call(method, &nobody, body).await.status, 404);
    }
    let taken = json!({"name": "A", "ref": "K-2", "places": [{}]});
    server.post("/customers", taken.clone()).await;
    let refused = server.call(Method::POST, "/customers", Some(taken)).await;
    assert_eq!((refused.status, refused.code()), (409, "taken"));
    if let Some(acts) = server.acts(&id.to_string()).await {
        assert_eq!(acts, ["customer_created", "customer_changed", "customer_changed"]);
    }
}

async fn a_fence_follows_its_place(server: &Server) {
    let made = server.post("/customers", json!({"name": "Fenced", "places": [place(50.0, 8.0)]})).await;
    let path = format!("/customers/{}", made["id"].as_str().unwrap());
    let first = &made["places"][0];
    let at_first = fence(server, first).await;
    assert_eq!((&at_first["name"], &at_first["owner"]), (&json!("Fenced"), &json!({"kind": "place", "id": first["id"]})));
    assert_eq!((&at_first["shape"]["coordinates"], &at_first["dwell_s"]), (&json!([8.0, 50.0]), &json!(300)));

    let place_path = format!("{path}/places/{}", first["id"].as_str().unwrap());
    let moved = server.patch(&place_path, json!({"point": {"lat": 50.0, "lon": 8.1}, "fence": {"radius_m": 50}})).await;
    assert_eq!(moved["places"][0]["located_by"], "pinned");
    let at_second = fence(server, first).await;
    assert_eq!((&at_second["version"], &at_second["shape"]["coordinates"]), (&json!(2), &json!([8.1, 50.0])));
    assert_eq!(at_second["shape"]["radius_m"], 50.0);
    let drawn = json!({"type": "Polygon", "coordinates": [[[8.0, 50.0], [8.2, 50.0], [8.2, 50.1], [8.0, 50.0]]]});
    server.patch(&place_path, json!({"fence": {"shape": drawn}})).await;
    assert_eq!(fence(server, first).await["shape"]["type"], "Polygon");

    // By hand it is not changed: it would stand elsewhere than its place.
    let fence_path = format!("/fences/{}", first["id"].as_str().unwrap());
    let refused = server.call(Method::PATCH, &fence_path, Some(json!({"name": "X"}))).await;
    assert_eq!((refused.status, refused.code()), (409, "fence_of_a_place"));
    assert_eq!(server.call(Method::DELETE, &fence_path, None).await.code(), "fence_of_a_place");

    let second = server.post(&format!("{path}/places"), json!({"label": "Dock"})).await;
    let dock = second["places"][1].clone();
    assert_eq!((&dock["point"], &fence(server, &dock).await["code"]), (&json!(null), &json!("not_found")), "nobody knows where");
    let dock_path = format!("{path}/places/{}", dock["id"].as_str().unwrap());
    server.patch(&dock_path, json!({"point": {"lat": 51.0, "lon": 8.0}, "is_primary": true})).await;
    assert_eq!(fence(server, &dock).await["name"], "Fenced, Dock");
    let primary = server.call(Method::DELETE, &dock_path, None).await;
    assert_eq!((primary.status, primary.code()), (409, "primary_needed"));
    let one = server.call(Method::DELETE, &place_path, None).await;
    assert_eq!((one.status, one.body["places"].as_array().unwrap().len()), (200, 1));
    assert_eq!(fence(server, first).await["code"], "not_found");

    // Closed it has none, open again it has one.
    server.patch(&path, json!({"status": "closed"})).await;
    assert_eq!(fence(server, &dock).await["code"], "not_found");
    server.patch(&path, json!({"status": "active", "name": "Reopened"})).await;
    assert_eq!(fence(server, &dock).await["name"], "Reopened, Dock");
}

async fn a_passage_names_the_place(server: &Server) {
    let made = server.post("/customers", json!({"name": "Visited", "places": [place(48.0, 9.0)]})).await;
    let agent = server.agent().await;
    let at = minutes_ago(0);
    let mut phone = Phone::connect(server, &agent).await;
    // Outside, ten minutes inside, outside again; from the moment on at which the fence was made.
    let lat = |n: i64| if (2..14).contains(&n) { 48.0 } else { 48.01 };
    let fixes: Vec<Value> = (0..17).map(|n| fix(at + 1_000 + n * 5_000, lat(n), 9.0)).collect();
    phone.deliver(&fixes).await;
    let events = format!("/agents/{}/fence-events?from={}&to={}", agent.id, at - 60_000, at + 3_600_000);
    let events = eventually("the passage is told", async || {
        let events = server.get(&events).await;
        (events["items"].as_array().is_some_and(|items| !items.is_empty())).then_some(events)
    });
    let events = events.await;
    assert!(events["items"].to_string().contains(made["places"][0]["id"].as_str().unwrap()), "{events}");
}

async fn customers_are_found(server: &Server) {
    let near = server.territory("Customers near").await;
    let class = server.call(Method::PUT, "/customer-classes/A", Some(json!({"name": "Key account", "interval_days": 14}))).await;
    assert_eq!(class.status, 201, "{class:?}");
    let crowd = (0..9).map(|n| {
        json!({"name": format!("Café Crowd {n}"), "class": "A", "tags": ["crowd"], "places": [place(0.0, f64::from(n) / 100.0)]})
    });
    let mut customers: Vec<Value> = crowd.collect();
    customers.extend([
        json!({"name": "Fiji West", "places": [place(-17.0, 179.99)]}),
        json!({"name": "Fiji East", "places": [place(-17.0, -179.98)]}),
        json!({"name": "Nowhere", "places": [{"address": "Łódź"}], "territory_id": near, "status": "on_hold"}),
    ]);
    let created = server.post("/customers/bulk", json!({"customers": customers})).await;
    assert_eq!(created["created"], 12);
    let find = async |query: &str| {
        let page = server.get(&format!("/customers?{query}")).await;
        names(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(find("q=CAFE%20cro").await.len(), 9);
    assert_eq!(find("q=crowd%203").await, ["Café Crowd 3"]);
    assert_eq!(find("q=lodz").await, ["Nowhere"]);
    assert_eq!(find("q=%27%29%20%7C%20%28%21").await.is_empty(), find("").await.is_empty(), "signs are no operators");
    assert_eq!(find("tag=crowd&class=A&limit=500").await.len(), 9);
    assert_eq!(find(&format!("territory={near}")).await, ["Nowhere"]);
    assert_eq!(find("status=on_hold").await, ["Nowhere"]);
    assert_eq!(find("unlocated=true&q=nowhere").await, ["Nowhere"]);
    assert_eq!(find("bbox=-0.001,-1,0.011,1").await, ["Café Crowd 0", "Café Crowd 1"]);
    assert_eq!(find("bbox=179.5,-18,-179.5,-16").await, ["Fiji East", "Fiji West"]);
    assert_eq!(find("near=0,0.05&radius_m=1500").await, ["Café Crowd 5", "Café Crowd 4", "Café Crowd 6"]);
    assert_eq!(find("near=-17,180&radius_m=5000").await, ["Fiji West", "Fiji East"]);
    let nearest = server.get("/customers?near=0,0&radius_m=5000&limit=2").await;
    // A hundredth of a degree on the sphere of 6,371,000 m.
    assert_eq!((&nearest["items"][0]["distance_m"], &nearest["items"][1]["distance_m"]), (&json!(0.0), &json!(1111.949)));
    let mut found = names(&nearest).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut next = nearest["next"].clone();
    while let Some(after) = next.as_str() {
        let page = server.get(&format!("/customers?near=0,0&radius_m=5000&limit=2&after={after}")).await;
        found.extend(names(&page).into_iter().map(str::to_owned));
        next = page["next"].clone();
    }
    assert_eq!(found, (0..5).map(|n| format!("Café Crowd {n}")).collect::<Vec<_>>());
    let page = server.get("/customers?q=crowd&limit=5").await;
    let rest = server.get(&format!("/customers?q=crowd&limit=5&after={}", page["next"].as_str().unwrap())).await;
    assert_eq!([names(&page), names(&rest)].concat(), (0..9).map(|n| format!("Café Crowd {n}")).collect::<Vec<_>>());
    for (query, field) in [
        ("near=0", "near"),
        ("near=91,0", "lat"),
        ("near=0,0&radius_m=0", "radius_m"),
        ("radius_m=5", "radius_m"),
        ("bbox=1,2", "bbox"),
        ("status=gone", "status"),
        ("limit=501", "limit"),
    ] {
        let refused = server.call(Method::GET, &format!("/customers?{query}"), None).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{query}");
    }
}

async fn a_copy_is_kept_up_to_date_by_what_changed(server: &Server) {
    let mut after = String::new();
    let mut take = async || {
        let page = server
            .get(
                &format!("/customers/changes?limit=500&after={after}")
                    .replace("&after=", if after.is_empty() { "" } else { "&after=" }),
            )
            .await;
        page["next"].as_str().unwrap().clone_into(&mut after);
        page["items"].as_array().unwrap().clone()
    };
    while !take().await.is_empty() {}
    let made = server.post("/customers", json!({"name": "Fresh", "places": [{}]})).await;
    let changed = server.patch(&format!("/customers/{}", made["id"].as_str().unwrap()), json!({"notes": "x"})).await;
    let seen = take().await;
    assert_eq!((seen.len(), &seen[0]["version"]), (1, &changed["version"]), "told once, as it is now");
    assert!(take().await.is_empty());
}

async fn contacts_are_sealed_masked_and_erased(server: &Server) {
    let made = server.post("/customers", json!({"name": "Contacted", "places": [{}]})).await;
    let path = format!("/customers/{}/contacts", made["id"].as_str().unwrap());
    let anna = format!("{path}/{}", Uuid::now_v7());
    let body = json!({"name": "Anna Berg", "role": "buyer", "email": "anna.berg@example.com", "phone": "+49 30 1234567"});
    let put = server.call(Method::PUT, &anna, Some(body.clone())).await;
    assert_eq!((put.status, &put.body["contacts"][0]["role"]), (200, &json!("buyer")), "{put:?}");
    assert!(!put.body.to_string().contains("Anna"));
    let contacts = server.get(&path).await;
    let contact = &contacts["items"][0];
    assert_eq!(
        (&contact["name"], &contact["phone"], &contact["masked"]),
        (&json!("Anna Berg"), &json!("+49301234567"), &json!(false))
    );
    for (body, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "A", "phone": "030"}), "phone"),
        (json!({"name": "A", "email": "x"}), "email"),
        (json!({"name": "A", "role": "x".repeat(61)}), "role"),
    ] {
        assert_eq!(server.call(Method::PUT, &anna, Some(body.clone())).await.field(), field, "{body}");
    }
    if let Some(rows) = server.sql("select customer_contacts::text from customer_contacts").await {
        assert!(!format!("{rows:?}").contains("Anna"), "{rows:?}");
    }
    server.person("auditor.c@example.com", "auditor", json!({})).await;
    let auditor = server.sign_in("auditor.c@example.com").await;
    let masked = server.ask(Some(&auditor.access), Method::GET, &path, None).await;
    let masked = &masked.body["items"][0];
    assert_eq!(
        (&masked["name"], &masked["email"], &masked["phone"]),
        (&json!("A*** B***"), &json!("an***@example.com"), &json!("***4567"))
    );

    let erased = server.call(Method::DELETE, &anna, None).await;
    assert_eq!((erased.status, &erased.body["contacts"]), (200, &json!([])), "{erased:?}");
    assert_eq!(server.get(&path).await["items"], json!([]));
    assert_eq!(server.call(Method::DELETE, &anna, None).await.status, 404);
    let reborn = server.call(Method::PUT, &anna, Some(body)).await;
    assert_eq!((reborn.status, reborn.code()), (409, "erased"), "a key that is destroyed stays so");
    let id = anna.rsplit('/').next().unwrap();
    if let Some(rows) = server.sql(&format!("select wrapped is null from data_keys where subject = '{id}'")).await {
        assert_eq!(rows, [["t"]]);
        let erasures = server.sql(&format!("select kind, rows from erasures where subject = '{id}'")).await.unwrap();
        assert_eq!(erasures, [["contact", "{\"customer_contacts\": 1}"]]);
    }
}

async fn lists_are_kept_while_they_are_used(server: &Server) {
    let put = async |path: &str, body: Value| server.call(Method::PUT, path, Some(body)).await;
    let class = put("/customer-classes/B", json!({"name": "Normal", "visits_per_cycle": 2, "cycle_weeks": 4})).await;
    assert_eq!((class.status, &class.body["version"], &class.body["visit_duration_s"]), (201, &json!(1), &json!(1800)));
    let changed = put("/customer-classes/B", json!({"name": "Normal", "interval_days": 28, "version": 1})).await;
    assert_eq!((changed.status, &changed.body["version"], &changed.body["cycle_weeks"]), (200, &json!(2), &json!(null)));
    let stale = put("/customer-classes/B", json!({"name": "Other", "version": 1})).await;
    assert_eq!((stale.status, stale.code()), (409, "version_conflict"));
    assert_eq!(put("/customer-classes/B", json!({"name": "x", "interval_days": 0})).await.field(), "interval_days");
    assert_eq!(put("/customer-classes/b%20c", json!({"name": "x"})).await.field(), "code");
    assert_eq!(put("/skills/cold", json!({"name": "Cold chain"})).await.status, 201);
    assert_eq!(put("/skills/cold", json!({"name": "Cold chain, certified"})).await.status, 200);

    let unknown = json!({"name": "A", "places": [{}], "class": "Z"});
    assert_eq!(server.call(Method::POST, "/customers", Some(unknown)).await.field(), "class");
    let unknown = json!({"name": "A", "places": [{}], "skills": ["hot"]});
    let unknown = server.call(Method::POST, "/customers", Some(unknown)).await;
    assert_eq!(unknown.field(), "skills");
    assert!(unknown.body["message"].as_str().unwrap().contains("hot"), "which skill: {unknown:?}");
    let many = json!({"customers": [{"name": "A", "places": [{}]}, {"name": "B", "places": [{}], "skills": ["hot"]}]});
    assert_eq!(server.call(Method::POST, "/customers/bulk", Some(many)).await.field(), "customers[1].skills");
    let made = server.post("/customers", json!({"name": "A", "places": [{}], "class": "B", "skills": ["cold"]})).await;
    assert_eq!(made["skills"], json!(["cold"]));
    for path in ["/customer-classes/B", "/skills/cold"] {
        let used = server.call(Method::DELETE, path, None).await;
        assert_eq!((used.status, used.code()), (409, "in_use"), "{path}");
    }
    server.patch(&format!("/customers/{}", made["id"].as_str().unwrap()), json!({"class": null, "skills": []})).await;
    for path in ["/customer-classes/B", "/skills/cold"] {
        assert_eq!(server.call(Method::DELETE, path, None).await.status, 204);
        assert_eq!(server.call(Method::DELETE, path, None).await.status, 404);
    }
}

async fn whoever_should_visit_sees_the_customer(server: &Server) {
    let agents = server.agents(2, None).await;
    let mine = json!({"name": "Mine", "places": [place(47.0, 9.0)], "preferred_agents": [agents[0].id]});
    let mine = server.post("/customers", mine).await;
    let path = format!("/customers/{}", mine["id"].as_str().unwrap());
    let fence = format!("/fences/{}", mine["places"][0]["id"].as_str().unwrap());
    for (agent, status) in [(&agents[0], 200), (&agents[1], 404)] {
        assert_eq!(server.ask(Some(&agent.token), Method::GET, &path, None).await.status, status);
        let refused = server.ask(Some(&agent.token), Method::PATCH, &path, Some(json!({"name": "X"}))).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"));
    }
    let list = server.ask(Some(&agents[0].token), Method::GET, "/customers", None).await;
    assert_eq!(names(&list.body), ["Mine"]);
    assert_eq!(server.get(&fence).await["name"], "Mine");

    let [mine_too, theirs] = [server.territory("Mine").await, server.territory("Theirs").await];
    server.person("disp.c@example.com", "dispatcher", json!({"territories": [mine_too]})).await;
    let dispatcher = server.sign_in("disp.c@example.com").await.access;
    let ask = async |method, path: &str, body| server.ask(Some(&dispatcher), method, path, Some(body)).await;
    let body = |territory: &str| json!({"name": "D", "places": [place(46.0, 9.0)], "territory_id": territory});
    let made = ask(Method::POST, "/customers", body(&mine_too)).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(ask(Method::POST, "/customers", body(&theirs)).await.field(), "territory_id");
    assert_eq!(ask(Method::POST, "/customers", json!({"name": "D", "places": [{}]})).await.field(), "territory_id");
    let path = format!("/customers/{}", made.body["id"].as_str().unwrap());
    assert_eq!(ask(Method::PATCH, &path, json!({"territory_id": theirs})).await.field(), "territory_id");
    let named = ask(Method::PATCH, &path, json!({"preferred_agents": [agents[0].id]})).await;
    assert_eq!(named.field(), "preferred_agents", "an agent of nobody's");
    let mut taken = body(&mine_too);
    taken["id"] = mine["id"].clone();
    assert_eq!(ask(Method::POST, "/customers", taken).await.field(), "id", "another's");
    let other = server.post("/customers", body(&theirs)).await;
    let fences = server.ask(Some(&dispatcher), Method::GET, "/fences?owner_kind=place&limit=1000", None).await;
    assert!(fences.body.to_string().contains(made.body["places"][0]["id"].as_str().unwrap()));
    assert!(!fences.body.to_string().contains(other["places"][0]["id"].as_str().unwrap()), "another's place is not told");
    let used = server.call(Method::DELETE, &format!("/territories/{mine_too}"), None).await;
    assert_eq!((used.status, used.code()), (409, "in_use"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_are_kept_with_their_places() {
    let server = Server::start().await;
    a_customer_lives_through_its_versions(&server).await;
    a_fence_follows_its_place(&server).await;
    a_passage_names_the_place(&server).await;
    customers_are_found(&server).await;
    a_copy_is_kept_up_to_date_by_what_changed(&server).await;
    contacts_are_sealed_masked_and_erased(&server).await;
    lists_are_kept_while_they_are_used(&server).await;
    whoever_should_visit_sees_the_customer(&server).await;
}

/// Many at once, each upon the version it has seen: every version is made by exactly one of them, and no change is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_change_the_same_version_one_is_told() {
    let server = Server::start().await;
    let made = server.post("/customers", json!({"name": "Busy", "places": [{}]})).await;
    let path = format!("/customers/{}", made["id"].as_str().unwrap());
    let mut version = 1;
    for round in 0..10 {
        let tries =
            (0..4).map(|n| server.call(Method::PATCH, &path, Some(json!({"notes": format!("{round}/{n}"), "version": version}))));
        let answers = futures_util::future::join_all(tries).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1, "{won:?} {lost:?}");
        assert!(lost.iter().all(|answer| answer.code() == "version_conflict"), "{lost:?}");
        version += 1;
        assert_eq!(won[0].body["version"], version);
        assert_eq!(server.get(&path).await, won[0].body);
    }
}
