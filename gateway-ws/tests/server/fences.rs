//! Fences over REST: making, changing, finding, deleting, their versions, who may, and what is refused.

use super::common::server::{PASSWORD, answer};
use super::common::{Server, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

fn circle(lon: f64, lat: f64) -> Value {
    json!({"type": "Circle", "coordinates": [lon, lat], "radius_m": 100.0})
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|fence| fence["name"].as_str().unwrap()).collect()
}

async fn a_fence_lives_through_its_versions(server: &Server) {
    let id = Uuid::now_v7();
    let calendar = json!({"zone": "Europe/Berlin", "weekly": [{"days": ["mon", "fri"], "from": "09:00", "to": "17:00"}]});
    let body = json!({"id": id, "name": " Depot ", "shape": circle(13.4, 52.5), "dwell_s": 300, "calendar": calendar});
    let made = server.call(Method::POST, "/fences", Some(body)).await;
    assert_eq!((made.status, &made.body["name"], &made.body["version"]), (201, &json!("Depot"), &json!(1)), "{made:?}");
    assert_eq!((&made.body["shape"], &made.body["owner"]["kind"]), (&circle(13.4, 52.5), &json!("ad_hoc")));
    assert_eq!(made.body["calendar"]["weekly"], calendar["weekly"]);
    let again = server.call(Method::POST, "/fences", Some(json!({"id": id, "name": "Other", "shape": circle(1.0, 1.0)}))).await;
    assert_eq!((again.status, &again.body), (200, &made.body), "the same id again changes nothing");

    let path = format!("/fences/{id}");
    assert_eq!(server.get(&path).await, made.body);
    let changed = server.patch(&path, json!({"name": "Yard", "dwell_s": null})).await;
    assert_eq!(
        (&changed["version"], &changed["dwell_s"], &changed["calendar"]),
        (&json!(2), &json!(null), &made.body["calendar"])
    );
    assert_eq!(server.patch(&path, json!({"name": "Yard"})).await, changed, "nothing new is no new version");
    let agent = Uuid::now_v7();
    let moved = server.patch(&path, json!({"shape": circle(13.5, 52.5), "agents": [agent, agent], "floor_m": 0.0})).await;
    assert_eq!((&moved["version"], &moved["agents"]), (&json!(3), &json!([agent])));

    let deleted = server.call(Method::DELETE, &path, None).await;
    assert_eq!((deleted.status, &deleted.body), (204, &json!("")));
    for (method, body) in [(Method::GET, None), (Method::DELETE, None), (Method::PATCH, Some(json!({"name": "Late"})))] {
        assert_eq!(server.call(method, &path, body).await.status, 404);
    }
    let reborn = server.call(Method::POST, "/fences", Some(json!({"id": id, "name": "Again", "shape": circle(1.0, 1.0)}))).await;
    assert_eq!((reborn.status, reborn.code()), (409, "deleted"));

    let versions = server.get(&format!("{path}/versions")).await;
    let items = versions["items"].as_array().unwrap();
    assert_eq!(names(&versions), ["Yard", "Yard", "Depot"]);
    for pair in items.windows(2) {
        assert_eq!(pair[1]["valid_to"], pair[0]["valid_from"], "one ends as the next begins");
    }
    assert!(items[0]["valid_to"].as_str() > items[0]["valid_from"].as_str());
    let first = server.get(&format!("{path}/versions?limit=2")).await;
    let rest = server.get(&format!("{path}/versions?limit=2&after={}", first["next"].as_str().unwrap())).await;
    assert_eq!((names(&first).len(), names(&rest), &rest["next"]), (2, vec!["Depot"], &json!(null)));
    let nobody = server.call(Method::GET, &format!("/fences/{}/versions", Uuid::now_v7()), None).await;
    assert_eq!((nobody.status, nobody.code()), (404, "not_found"));
}

async fn fences_are_found_by_name_owner_and_place(server: &Server) {
    let territory = server.territory("Fenced").await;
    let place = Uuid::now_v7();
    let across =
        json!({"type": "Polygon", "coordinates": [[[179.9, -17], [180.1, -17], [180.1, -16], [179.9, -16], [179.9, -17]]]});
    let lane = json!({"type": "Corridor", "coordinates": [[9.0, 48.0], [9.2, 48.1]], "half_width_m": 25});
    let crowd = (0..9).map(|n| json!({"name": format!("Crowd {n}"), "shape": circle(2.0 + f64::from(n), 48.0)}));
    let mut fences: Vec<Value> = crowd.collect();
    fences.extend([
        json!({"name": "100% Fiji", "shape": across, "owner": {"kind": "place", "id": place}}),
        json!({"name": "Lane", "shape": lane, "owner": {"kind": "territory", "id": territory}}),
    ]);
    let created = server.post("/fences/bulk", json!({"fences": fences})).await;
    assert_eq!(created["created"], 11);

    let find = async |query: &str| {
        let page = server.get(&format!("/fences?{query}")).await;
        names(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(find("q=CROWD&limit=1000").await.len(), 9);
    assert_eq!(find("q=100%25").await, ["100% Fiji"], "a wildcard is a character");
    assert_eq!(find(&format!("owner_kind=territory&owner_id={territory}")).await, ["Lane"]);
    assert_eq!(find("owner_kind=place").await, ["100% Fiji"]);
    assert_eq!(find("bbox=1.9,47.9,3.1,48.1").await, ["Crowd 0", "Crowd 1"]);
    assert_eq!(find("bbox=9.1,48.05,9.11,48.06").await, ["Lane"]);
    assert_eq!(find("bbox=-179.95,-16.6,-179.9,-16.5").await, ["100% Fiji"]);
    assert_eq!(find("bbox=179,-16.6,-179,-16.5").await, ["100% Fiji"]);
    assert_eq!(find("bbox=-179.5,-16.6,179.5,-16.5").await, [""; 0], "nothing between");
    let page = server.get("/fences?q=crowd&limit=5").await;
    let rest = server.get(&format!("/fences?q=crowd&limit=5&after={}", page["next"].as_str().unwrap())).await;
    assert_eq!([names(&page), names(&rest)].concat(), (0..9).map(|n| format!("Crowd {n}")).collect::<Vec<_>>());
    let fiji = server.get("/fences?owner_kind=place").await;
    assert_eq!(fiji["items"][0]["shape"]["type"], "MultiPolygon", "cut along the antimeridian");
}

async fn what_is_wrong_is_named(server: &Server) {
    let good = json!({"name": "Good", "shape": circle(13.4, 52.5)});
    let id = server.post("/fences", good.clone()).await["id"].as_str().unwrap().to_owned();
    let bow = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]});
    for (change, field, limit) in [
        (json!({"name": ""}), "name", "1..120"),
        (json!({"shape": {"type": "Circle", "coordinates": [0, 0], "radius_m": 0}}), "shape.radius_m", "1..1000000"),
        (json!({"shape": {"type": "Circle", "coordinates": [0, 95], "radius_m": 10}}), "shape.coordinates", "-90..90"),
        (json!({"shape": {"type": "Point", "coordinates": [0, 0]}}), "shape.type", "Circle, Polygon"),
        (json!({"shape": bow}), "shape.coordinates[0][2]", "side of its ring"),
        (json!({"owner": {"kind": "territory"}}), "owner.id", "id of the territory"),
        (json!({"owner": {"kind": "territory", "id": Uuid::now_v7()}}), "owner.id", "id of a territory"),
        (json!({"agents": []}), "agents", "1..1000"),
        (json!({"dwell_s": 604_801}), "dwell_s", "1..604800"),
        (json!({"calendar": {"zone": "Atlantis", "weekly": []}}), "calendar", "IANA"),
        (json!({"floor_m": 10, "ceiling_m": 10}), "ceiling_m", "above floor_m"),
    ] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        for (method, path, body) in
            [(Method::POST, "/fences".to_owned(), body.clone()), (Method::PATCH, format!("/fences/{id}"), change.clone())]
        {
            let answer = server.call(method, &path, Some(body)).await;
            assert_eq!((answer.status, answer.field()), (400, field), "{change}: {answer:?}");
            assert!(answer.body["fields"][0]["limit"].as_str().unwrap().contains(limit), "{answer:?}");
        }
        let bulk = server.call(Method::POST, "/fences/bulk", Some(json!({"fences": [good, body]}))).await;
        assert_eq!((bulk.status, bulk.field()), (400, format!("fences[1].{field}").as_str()), "{bulk:?}");
    }
    assert_eq!(server.get("/fences?q=good").await["items"].as_array().unwrap().len(), 1, "all or none");
    let unknown = server.call(Method::POST, "/fences", Some(json!({"name": "X", "shape": circle(0.0, 0.0), "radius": 5}))).await;
    assert_eq!((unknown.status, unknown.field()), (400, "radius"));
    for (query, field) in
        [("bbox=1,2,3", "bbox"), ("bbox=0,9,1,8", "bbox"), ("limit=0", "limit"), ("owner_kind=customer", "owner_kind")]
    {
        let answer = server.call(Method::GET, &format!("/fences?{query}"), None).await;
        assert_eq!((answer.status, answer.field()), (400, field), "{answer:?}");
    }
}

async fn who_may_change_them(server: &Server) {
    let territory = server.territory("Theirs").await;
    for role in ["dispatcher", "manager"] {
        let email = format!("{role}@fences.example");
        let create = ["user", "create", "--email", &email, "--name", role, "--role", role, "--territory", &territory];
        server.cli(&[&create[..], &["--password-stdin"]].concat(), PASSWORD).await;
        let bearer = format!("Bearer {}", server.cli(&["token", "--user", &email], "").await);
        let call = async |method: Method, path: &str, body: Option<Value>| {
            let request = server.request(method, &format!("/api/v1/fences{path}")).header("authorization", &bearer);
            answer(match body {
                Some(body) => request.json(&body),
                None => request,
            })
            .await
            .status
        };
        let allowed = role == "manager";
        // Made by another process a moment ago.
        eventually("the server knows the user", async || (call(Method::GET, "", None).await == 200).then_some(())).await;
        assert_eq!(call(Method::GET, "", None).await, 200);
        let id = Uuid::now_v7();
        let body =
            json!({"id": id, "name": "Theirs", "shape": circle(5.0, 5.0), "owner": {"kind": "territory", "id": territory}});
        assert_eq!(call(Method::POST, "", Some(body.clone())).await, if allowed { 201 } else { 403 });
        assert_eq!(call(Method::POST, "/bulk", Some(json!({"fences": []}))).await, if allowed { 200 } else { 403 });
        server.call(Method::POST, "/fences", Some(body)).await;
        let path = format!("/{id}");
        assert_eq!(call(Method::GET, &path, None).await, 200);
        assert_eq!(call(Method::GET, &format!("{path}/versions"), None).await, 200);
        assert_eq!(call(Method::PATCH, &path, Some(json!({"name": "Mine"}))).await, if allowed { 200 } else { 403 });
        assert_eq!(call(Method::DELETE, &path, None).await, if allowed { 204 } else { 403 });
    }
    let agent = server.agent().await;
    let phone = server.request(Method::GET, "/api/v1/fences").header("authorization", format!("Bearer {}", agent.token));
    assert_eq!(answer(phone).await.status, 403);
    assert_eq!(answer(server.request(Method::GET, "/api/v1/fences")).await.status, 401);
}

/// Two changes of one version at once: both are made one after the other, or one is told that it came too late.
async fn changes_at_once_do_not_mix(server: &Server) {
    let made = server.post("/fences", json!({"name": "Busy", "shape": circle(7.0, 7.0)})).await;
    let path = format!("/fences/{}", made["id"].as_str().unwrap());
    let change = async |n: u32| server.call(Method::PATCH, &path, Some(json!({"name": format!("Busy {n}")}))).await.status;
    let (a, b, c, d) = tokio::join!(change(1), change(2), change(3), change(4));
    let done = [a, b, c, d].iter().filter(|status| **status == 200).count();
    assert!(done >= 1 && [a, b, c, d].iter().all(|status| [200, 409].contains(status)), "{:?}", [a, b, c, d]);
    let versions = server.get(&format!("{path}/versions")).await;
    assert_eq!(names(&versions).len(), done + 1);
}

#[tokio::test]
async fn fences_are_made_changed_found_and_deleted() {
    let mut server = Server::start().await;
    a_fence_lives_through_its_versions(&server).await;
    fences_are_found_by_name_owner_and_place(&server).await;
    what_is_wrong_is_named(&server).await;
    who_may_change_them(&server).await;
    changes_at_once_do_not_mix(&server).await;
    let before = server.get("/fences?limit=1000").await;
    server.kill();
    server.start_again().await;
    assert_eq!(server.get("/fences?limit=1000").await, before);
}
