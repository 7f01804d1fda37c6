//! Places for words: asked politely of a server that speaks as Nominatim does, remembered, and put to customers who have an address and no point.

use super::common::nominatim::{Asked, Nominatim, found};
use super::common::{Server, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

fn answers(asked: &Asked) -> (u16, String) {
    let text = asked.query.get("q").map(String::as_str).unwrap_or_default();
    let body = match (asked.path.as_str(), text) {
        ("/nominatim/search", "Hauptstraße 1") => {
            json!([found("Hauptstraße 1, Berlin", 52.5, 13.4), {"lat": "x", "display_name": "broken"}, found("Hauptstraße 1, Köln", 50.9, 6.9)])
        }
        ("/nominatim/search", "down") => return (500, "<html>".to_owned()),
        ("/nominatim/search", "nonsense") => return (200, "{".to_owned()),
        ("/nominatim/search", "large") => return (200, " ".repeat(2 * 1024 * 1024)),
        ("/nominatim/search", _) => json!([]),
        ("/nominatim/reverse", _) if asked.query["lat"] == "52.5" => found("Hauptstraße 1, Berlin", 52.5001, 13.4),
        ("/nominatim/reverse", _) => json!({"error": "Unable to geocode"}),
        (path, _) => panic!("{path}"),
    };
    (200, body.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_asked_politely_and_once() {
    let nominatim = Nominatim::start(answers).await;
    let server = Server::with(&[
        ("GEOCODE__URL", nominatim.url.as_str()),
        ("GEOCODE__USER_AGENT", "SalesSync test (ops@example.com)"),
        ("GEOCODE__INTERVAL_MS", "300"),
        ("GEOCODE__LOCATE", "false"),
    ])
    .await;
    let search = async |query: &str| server.call(Method::GET, &format!("/geocode?{query}"), None).await;
    let street = search("q=Hauptstra%C3%9Fe%201&near=52.5,13.4").await;
    assert_eq!((street.status, &street.body["source"]), (200, &json!("server")), "{street:?}");
    let items = street.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "what has no point is left out");
    let first = json!({"name": "Hauptstraße 1, Berlin", "point": {"lat": 52.5, "lon": 13.4}, "kind": "building", "score": 0.4});
    assert_eq!(items[0], first);
    let asked = nominatim.asked();
    assert_eq!((asked[0].user_agent.as_str(), asked[0].query["format"].as_str()), ("SalesSync test (ops@example.com)", "jsonv2"));
    assert_eq!((asked[0].query["viewbox"].as_str(), asked[0].query["limit"].as_str()), ("12.9,53,13.9,52", "5"));
    assert_eq!(
        search("q=hauptstrasse%201&near=52.51,13.42").await.body["items"],
        street.body["items"],
        "as good as the same question"
    );
    assert_eq!(nominatim.asked().len(), 1);
    let nothing = search("q=Nirgendwo").await;
    assert_eq!((nothing.status, &nothing.body["items"]), (200, &json!([])));
    for (query, status, code) in [
        ("q=down", 503, "geocoder_unavailable"),
        ("q=nonsense", 503, "geocoder_unavailable"),
        ("q=large", 503, "geocoder_unavailable"),
    ] {
        let refused = search(query).await;
        assert_eq!((refused.status, refused.code()), (status, code), "{refused:?}");
    }
    let reverse = server.get("/geocode/reverse?lat=52.5&lon=13.4").await;
    assert_eq!(reverse["items"][0]["name"], "Hauptstraße 1, Berlin");
    assert_eq!(server.get("/geocode/reverse?lat=0&lon=0").await["items"], json!([]));
    let asked = nominatim.asked();
    // Asked every 300 ms, and heard a moment later when the machine is busy: that moment counts once, however many are looked at.
    for (n, question) in asked.iter().enumerate().skip(1) {
        let since_first = question.at - asked[0].at;
        assert!(since_first >= Duration::from_millis(300 * n as u64 - 100), "question {n} after {since_first:?}");
    }
    // More than wait are told to come again.
    let crowd = (0..20).map(|n| server.call(Method::GET, Box::leak(format!("/geocode?q=crowd{n}").into_boxed_str()), None));
    let answers = futures_util::future::join_all(crowd).await;
    let busy = answers.iter().filter(|answer| answer.code() == "geocoder_busy").count();
    assert!(busy >= 11 && answers.iter().all(|answer| answer.status == 200 || answer.code() == "geocoder_busy"), "{busy} of 20");
    for (query, field) in [("q=", "q"), ("near=1,2", "q"), ("q=a&near=1", "near"), ("q=a&limit=21", "limit")] {
        assert_eq!(search(query).await.field(), field, "{query}");
    }
    assert_eq!(server.call(Method::GET, "/geocode/reverse?lat=91&lon=0", None).await.field(), "lat");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_with_an_address_are_located_in_time() {
    let nominatim = Nominatim::start(answers).await;
    let server = Server::with(&[("GEOCODE__URL", nominatim.url.as_str()), ("GEOCODE__INTERVAL_MS", "0")]).await;
    let make = async |name: &str, address: &str| {
        let made = server.post("/customers", json!({"name": name, "places": [{"address": address}]})).await;
        format!("/customers/{}", made["id"].as_str().unwrap())
    };
    let (found, lost) = (make("Found", "Hauptstraße 1").await, make("Lost", "Nirgendwo").await);
    let place = async |path: &str| -> Value { server.get(path).await["places"][0].clone() };
    eventually("the place is found", async || (place(&found).await["point"] == json!({"lat": 52.5, "lon": 13.4})).then_some(()))
        .await;
    let located = place(&found).await;
    assert_eq!((&located["located_by"], &located["location_quality"]), (&json!("geocoded"), &json!(0.4)));
    let fence = server.get(&format!("/fences/{}", located["id"].as_str().unwrap())).await;
    assert_eq!(fence["shape"]["coordinates"], json!([13.4, 52.5]), "with its fence");
    eventually("the other one was looked for", async || {
        nominatim.asked().iter().any(|asked| asked.query.get("q").is_some_and(|text| text == "Nirgendwo")).then_some(())
    })
    .await;
    assert_eq!(place(&lost).await["point"], json!(null));
    // Dragged by hand it is the hand's.
    let path = format!("{found}/places/{}", located["id"].as_str().unwrap());
    let dragged = server.patch(&path, json!({"point": {"lat": 52.51, "lon": 13.4}})).await;
    assert_eq!(
        (&dragged["places"][0]["located_by"], &dragged["places"][0]["location_quality"]),
        (&json!("pinned"), &json!(null))
    );
}

#[tokio::test]
async fn without_a_geocoder_nothing_is_found_and_nothing_fails() {
    let server = Server::start().await;
    let nothing = server.get("/geocode?q=Berlin").await;
    assert_eq!(nothing, json!({"items": [], "source": "nobody"}));
    assert_eq!(server.get("/geocode/reverse?lat=1&lon=2").await["items"], json!([]));
}
