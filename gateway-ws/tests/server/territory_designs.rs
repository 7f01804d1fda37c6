//! Territory designs over REST: made, compared, edited, brought into force and taken back, by whoever answers for all of it.

use super::common::{Server, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A territory between two longitudes.
async fn strip(server: &Server, name: &str, west: f64, east: f64) -> String {
    let ring = json!([[west, 52.40], [east, 52.40], [east, 52.60], [west, 52.60], [west, 52.40]]);
    let territory = json!({"name": name, "area": {"type": "Polygon", "coordinates": [ring]}});
    server.post("/territories", territory).await["id"].as_str().unwrap().to_owned()
}

/// Customers on a lattice between two longitudes.
async fn customers(server: &Server, territory: &str, n: usize, (west, east): (f64, f64)) {
    let customer = |at: usize| {
        let (row, column) = (at / 10, at % 10);
        let lat = 52.41 + 0.18 * row as f64 / (n as f64 / 10.0);
        let lon = west + (east - west) * (column as f64 + 0.5) / 10.0;
        json!({"name": format!("Customer {at}"), "territory_id": territory, "places": [{"point": {"lat": lat, "lon": lon}}]})
    };
    let all: Vec<_> = (0..n).map(customer).collect();
    server.post("/customers/bulk", json!({"customers": all})).await;
}

/// The design when it is made.
async fn made(server: &Server, id: &Value) -> Value {
    let path = format!("/territory-designs/{}", id.as_str().unwrap());
    eventually("the design is made", async || {
        let design = server.get(&path).await;
        (design["state"] != "computing").then_some(design)
    })
    .await
}

/// Customers by territory.
async fn shares(server: &Server) -> BTreeMap<String, usize> {
    let mut shares = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page = server.get(&format!("/customers?limit=500{after}")).await;
        for customer in page["items"].as_array().unwrap() {
            *shares.entry(customer["territory_id"].as_str().unwrap_or("none").to_owned()).or_default() += 1;
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return shares,
        }
    }
}

#[tokio::test]
async fn a_design_evens_the_work_out_and_can_be_taken_back() {
    let server = Server::start().await;
    let (west, east) = (strip(&server, "West", 13.2, 13.4).await, strip(&server, "East", 13.4, 13.6).await);
    customers(&server, &west, 160, (13.2, 13.4)).await;
    customers(&server, &east, 40, (13.4, 13.6)).await;
    server.post("/customers", json!({"name": "Nowhere", "territory_id": west, "places": [{}]})).await;
    let request = json!({"name": "Even", "territories": [{"territory_id": west}, {"territory_id": east}], "resolution": 8, "rounds": 100_000});
    let begun = server.call(Method::POST, "/territory-designs", Some(request)).await;
    assert_eq!((begun.status, &begun.body["state"]), (202, &json!("computing")), "{begun:?}");
    let again = json!({"id": begun.body["id"], "name": "Other", "territories": [{"territory_id": east}]});
    let again = server.call(Method::POST, "/territory-designs", Some(again)).await;
    assert_eq!((again.status, &again.body["name"]), (200, &json!("Even")), "the same id again changes nothing");

    let design = made(&server, &begun.body["id"]).await;
    assert_eq!(design["state"], "ready", "{design}");
    let spread = |balance: &Value| balance["spread"].as_f64().unwrap();
    assert!(spread(&design["before"]) > 0.8 && spread(&design["after"]) < 0.2, "{} {}", design["before"], design["after"]);
    assert_eq!(design["proposal"]["unplaced"], 1);
    let moved = design["proposal"]["moved"].as_u64().unwrap();
    assert!((40..90).contains(&moved), "{moved}");
    let path = format!("/territory-designs/{}", design["id"].as_str().unwrap());
    let first = server.get(&format!("{path}/moves?limit=30")).await;
    let rest = server.get(&format!("{path}/moves?limit=500&after={}", first["next"].as_str().unwrap())).await;
    let moves: Vec<_> = first["items"].as_array().unwrap().iter().chain(rest["items"].as_array().unwrap()).collect();
    assert_eq!(moves.len() as u64, moved);
    assert!(moves.iter().all(|row| row["from"] == west.as_str() && row["to"] == east.as_str()), "{moves:?}");

    // By hand: what would tear is refused, what does not is measured again.
    let cells = |design: &Value, at: usize| design["proposal"]["territories"][at]["cells"].as_array().unwrap().clone();
    let edit = |version: i64, territory: &str, cells: &[Value]| {
        let body = json!({"version": version, "territory_id": territory, "cells": cells});
        let (server, path) = (&server, format!("{path}/edits"));
        async move { server.call(Method::POST, &path, Some(body)).await }
    };
    let all_of_west = edit(2, &east, &cells(&design, 0)).await;
    assert_eq!((all_of_west.status, all_of_west.field()), (400, "cells"), "{all_of_west:?}");
    let unknown = edit(2, &east, &[json!("88283082b9fffff")]).await;
    assert_eq!((unknown.status, unknown.field()), (400, "cells"));
    let mut edited = None;
    for cell in cells(&design, 1) {
        let answer = edit(2, &west, &[cell]).await;
        if answer.status == 200 {
            edited = Some(answer.body);
            break;
        }
        assert_eq!((answer.status, answer.field()), (400, "cells"), "{answer:?}");
    }
    let edited = edited.expect("some cell at the border can go over");
    assert_eq!((&edited["version"], cells(&edited, 1).len()), (&json!(3), cells(&design, 1).len() - 1));
    assert_eq!(edit(2, &west, &cells(&design, 1)[..1]).await.code(), "version_conflict");

    // Into force, as a whole.
    let moved = edited["proposal"]["moved"].as_u64().unwrap() as usize;
    let version = |version: i64| Some(json!({"version": version}));
    let stale = server.call(Method::POST, &format!("{path}/apply"), version(2)).await;
    assert_eq!((stale.status, stale.code()), (409, "version_conflict"));
    let before = server.get(&format!("/territories/{east}")).await["area"].clone();
    assert_eq!(shares(&server).await, BTreeMap::from([(west.clone(), 161), (east.clone(), 40)]));
    let applied = server.call(Method::POST, &format!("{path}/apply"), version(3)).await;
    assert_eq!((applied.status, &applied.body["state"]), (200, &json!("applied")), "{applied:?}");
    assert_eq!(shares(&server).await, BTreeMap::from([(west.clone(), 161 - moved), (east.clone(), 40 + moved)]));
    assert_eq!(server.get(&format!("/territories/{east}")).await["area"], edited["proposal"]["territories"][1]["area"]);
    let one = moves[0]["customer_id"].as_str().unwrap();
    let renamed = server.patch(&format!("/customers/{one}"), json!({"notes": "seen after the move"})).await;
    assert!([west.as_str(), east.as_str()].contains(&renamed["territory_id"].as_str().unwrap()), "its actor has read again");
    assert_eq!(server.call(Method::POST, &format!("{path}/apply"), version(4)).await.code(), "version_conflict");
    if let Some(acts) = server.acts(design["id"].as_str().unwrap()).await {
        assert_eq!(acts, ["territory_changed", "territory_changed"]);
    }

    // And back.
    let reverted = server.call(Method::POST, &format!("{path}/revert"), version(4)).await;
    assert_eq!((reverted.status, &reverted.body["state"]), (200, &json!("reverted")), "{reverted:?}");
    assert_eq!(shares(&server).await, BTreeMap::from([(west.clone(), 161), (east.clone(), 40)]));
    assert_eq!(server.get(&format!("/territories/{east}")).await["area"], before);
}

#[tokio::test]
async fn a_design_of_what_has_changed_is_not_brought_into_force() {
    let server = Server::start().await;
    let (west, east) = (strip(&server, "West", 13.2, 13.4).await, strip(&server, "East", 13.4, 13.6).await);
    customers(&server, &west, 60, (13.2, 13.4)).await;
    let request = json!({"name": "Even", "territories": [{"territory_id": west}, {"territory_id": east}], "rounds": 20_000});
    let first = server.post("/territory-designs", request.clone()).await;
    let second = server.post("/territory-designs", request.clone()).await;
    let (first, second) = (made(&server, &first["id"]).await, made(&server, &second["id"]).await);
    let post = |design: &Value, act: &str, version: i64| {
        let path = format!("/territory-designs/{}/{act}", design["id"].as_str().unwrap());
        let body = (act != "discard").then(|| json!({"version": version}));
        let server = &server;
        async move { server.call(Method::POST, &path, body).await }
    };
    // A customer that was to go over is closed.
    let moves = server.get(&format!("/territory-designs/{}/moves", first["id"].as_str().unwrap())).await;
    let customer = moves["items"][0]["customer_id"].as_str().unwrap();
    server.patch(&format!("/customers/{customer}"), json!({"territory_id": east})).await;
    let outdated = post(&first, "apply", 2).await;
    assert_eq!((outdated.status, outdated.code()), (409, "design_outdated"), "{outdated:?}");
    server.patch(&format!("/customers/{customer}"), json!({"territory_id": west})).await;
    // One that was to go over is somewhere else.
    let place = server.get(&format!("/customers/{customer}")).await["places"][0].clone();
    let place_path = format!("/customers/{customer}/places/{}", place["id"].as_str().unwrap());
    server.patch(&place_path, json!({"point": {"lat": 48.1, "lon": 11.5}})).await;
    let outdated = post(&first, "apply", 2).await;
    assert_eq!((outdated.status, outdated.code()), (409, "design_outdated"), "{outdated:?}");
    server.patch(&place_path, json!({"point": place["point"]})).await;
    assert_eq!(post(&first, "apply", 2).await.status, 200);
    // The second was made of areas that are not in force any more.
    let outdated = post(&second, "apply", 2).await;
    assert_eq!((outdated.status, outdated.code()), (409, "design_outdated"), "{outdated:?}");
    let discarded = post(&second, "discard", 0).await;
    assert_eq!((discarded.status, &discarded.body["state"]), (200, &json!("discarded")));
    assert_eq!(post(&first, "discard", 0).await.code(), "version_conflict", "it is in force");
    let list = server.get("/territory-designs?limit=1").await;
    assert_eq!((&list["items"][0]["id"], list["items"][0].get("proposal")), (&second["id"], None));
    assert_eq!(
        server.get(&format!("/territory-designs?after={}", list["next"].as_str().unwrap())).await["items"][0]["id"],
        first["id"]
    );
}

#[tokio::test]
async fn what_cannot_be_designed_is_refused_by_field() {
    let server = Server::start().await;
    let west = strip(&server, "West", 13.2, 13.4).await;
    let seat = json!({"territory_id": west});
    let nobodys = uuid::Uuid::now_v7();
    let cases = [
        (json!({"name": "", "territories": [seat]}), "name"),
        (json!({"name": "X", "territories": []}), "territories"),
        (json!({"name": "X", "territories": [seat, seat]}), "territories[1].territory_id"),
        (json!({"name": "X", "territories": [{"territory_id": nobodys}]}), "territories[0].territory_id"),
        (json!({"name": "X", "territories": [{"territory_id": west, "share": 0}]}), "territories[0].share"),
        (json!({"name": "X", "territories": [{"territory_id": west, "base": {"lat": 91, "lon": 0}}]}), "territories[0].base"),
        (json!({"name": "X", "territories": [seat], "days": 0}), "days"),
        (json!({"name": "X", "territories": [seat], "speed_kmh": 500}), "speed_kmh"),
        (json!({"name": "X", "territories": [seat], "resolution": 12}), "resolution"),
        (json!({"name": "X", "territories": [seat], "rounds": 6_000_000}), "rounds"),
        (json!({"name": "X", "territories": [seat], "weights": {"balance": -1}}), "weights.balance"),
    ];
    for (body, field) in cases {
        let refused = server.call(Method::POST, "/territory-designs", Some(body.clone())).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{body} {refused:?}");
    }
    // What is only found when it is made says so too.
    let many = json!({"name": "X", "territories": [seat], "resolution": 3});
    let design = server.post("/territory-designs", many).await;
    assert_eq!(made(&server, &design["id"]).await["state"], "ready", "one territory of a few cells is a design too");
}
