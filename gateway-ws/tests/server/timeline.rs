//! Timelines from outside: late data over a real socket, what REST tells and what the feed says, decisions about fixes, settings.

use super::common::{Console, Phone, Server, eventually, fix, minutes_ago};
use super::exports::every_file_holds_the_same;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const LAT_METRE: f64 = 1.0 / 111_250.0;

/// 2 km out, 3 km north, ten minutes there, 3 km back, 2 km on: a fix every ten seconds, 100 m apart. Returns the fixes and which part
/// came late.
fn detour(start_ms: i64) -> (Vec<Value>, std::ops::Range<usize>) {
    let (mut x, mut y, mut at) = (0.0, 0.0, start_ms);
    let mut fixes = vec![fix(at, 52.5, 13.4)];
    let lon_metre = LAT_METRE / 52.5f64.to_radians().cos();
    let mut go = |fixes: &mut Vec<Value>, n: usize, dx: f64, dy: f64| {
        for _ in 0..n {
            (x, y, at) = (x + dx, y + dy, at + 10_000);
            let mut fix = fix(at, 52.5 + y * LAT_METRE, 13.4 + x * lon_metre);
            fix["accuracy_m"] = json!(6.0);
            fixes.push(fix);
        }
    };
    go(&mut fixes, 20, 100.0, 0.0);
    let from = fixes.len();
    go(&mut fixes, 30, 0.0, 100.0);
    go(&mut fixes, 60, 0.0, 0.0);
    go(&mut fixes, 30, 0.0, -100.0);
    let to = fixes.len();
    go(&mut fixes, 20, 100.0, 0.0);
    (fixes, from..to)
}

async fn items(server: &Server, agent: &str) -> Vec<Value> {
    let page = server.get(&format!("/agents/{agent}/timeline")).await;
    page["items"].as_array().unwrap().clone()
}

async fn day(server: &Server, agent: &str) -> Option<Value> {
    let page = server.get(&format!("/agents/{agent}/days")).await;
    page["items"].as_array().unwrap().last().cloned()
}

fn of_kind(items: &[Value], kind: &str) -> Vec<Value> {
    items.iter().filter(|item| item["kind"] == kind).cloned().collect()
}

/// The day that other trackers make 4.00 km of is 10.00 km, whichever part comes when; the amendments say what changed.
async fn a_late_detour_counts_in_full(server: &Server) {
    let agent = server.agent().await;
    let mut console = Console::connect(server).await;
    console.say(json!({"type": "follow", "agents": [agent.id]})).await;
    let begin = console.peek().await;
    assert_eq!((&begin["type"], &begin["items"]), (&json!("changes"), &json!([])));
    console.say(json!({"type": "followed", "seq": begin["last"]})).await;

    let (fixes, late) = detour(minutes_ago(60));
    let mut phone = Phone::connect(server, &agent).await;
    phone.deliver(&fixes[..late.start]).await;
    phone.deliver(&fixes[late.end..]).await;
    // What is acknowledged is in the answer to the next question.
    let before = day(server, &agent.id).await.unwrap();
    assert!((before["distance_mm"].as_i64().unwrap() - 4_000_000).abs() < 20_000, "{before}");
    for batch in fixes[late].chunks(33) {
        phone.deliver(batch).await;
    }
    let after = day(server, &agent.id).await.unwrap();
    assert_eq!(after["fixes"], fixes.len(), "{after}");
    assert!((after["distance_mm"].as_i64().unwrap() - 10_000_000).abs() < 20_000, "{after}");
    assert_eq!(after["under_way"], true);
    let trips = of_kind(&items(server, &agent.id).await, "trip");
    assert_eq!(trips.len(), 2, "{trips:#?}");
    let stops = server.get(&format!("/agents/{}/stops", agent.id)).await;
    let there: Vec<_> =
        stops["items"].as_array().unwrap().iter().filter(|stop| stop["at"]["lat"].as_f64().unwrap() > 52.52).collect();
    assert_eq!(there.len(), 1, "ten minutes at the customer");

    // What the console was sent, applied in order, is what REST says; a resume from the middle sends the rest again.
    let mut held = BTreeMap::<String, Value>::new();
    let mut entries = Vec::new();
    let all = items(server, &agent.id).await;
    while held.len() != all.len() || !all.iter().all(|item| same(item, held.get(item["id"].as_str().unwrap()))) {
        let frame = console.peek().await;
        assert_eq!(frame["type"], "changes", "{frame}");
        console.say(json!({"type": "followed", "seq": frame["last"]})).await;
        for entry in frame["items"].as_array().unwrap() {
            apply(&mut held, entry);
            entries.push(entry.clone());
        }
    }
    assert!(entries.iter().any(|entry| entry["op"] == "amended"), "the late part amended something");
    let middle = entries[entries.len() / 2]["seq"].clone();
    let mut again = Console::connect(server).await;
    again.say(json!({"type": "follow", "after": middle, "agents": [agent.id]})).await;
    let frame = again.peek().await;
    let expected: Vec<_> = entries.iter().filter(|entry| entry["seq"].as_i64() > middle.as_i64()).cloned().collect();
    assert_eq!(frame["items"].as_array().unwrap()[..expected.len().min(100)], expected[..expected.len().min(100)]);
    let rest = server.get(&format!("/changes?after={middle}&limit=5000")).await;
    let rest: Vec<_> = rest["items"].as_array().unwrap().iter().filter(|entry| entry["agent_id"] == agent.id).cloned().collect();
    assert_eq!(rest[..expected.len()], expected);
}

fn apply(held: &mut BTreeMap<String, Value>, entry: &Value) {
    let Some(id) = entry["id"].as_str() else { return };
    match entry["op"].as_str() {
        Some("withdrawn") => assert_eq!(held.remove(id).as_ref(), entry.get("old")),
        _ => assert_eq!(held.insert(id.to_owned(), entry["new"].clone()).as_ref(), entry.get("old")),
    }
}

/// Is what the feed said of an item what REST says of it?
fn same(item: &Value, held: Option<&Value>) -> bool {
    let Some(Value::Object(held)) = held else { return false };
    held.iter().all(|(name, value)| item.get(name) == Some(value))
}

/// A glitch is listed with its reason and evidence, out of the day; a person restores it and takes that back.
async fn a_glitch_is_quarantined_and_can_be_restored(server: &Server) {
    let agent = server.agent().await;
    let (mut fixes, _) = detour(minutes_ago(90));
    fixes.truncate(20);
    let mut glitch = fixes[10].clone();
    glitch["recorded_at"] = json!(glitch["recorded_at"].as_i64().unwrap() + 5_000);
    glitch["lat"] = json!(54.0);
    let island = fix(minutes_ago(80), 0.0, 0.0);
    server.ingest(&agent, &[fixes.clone(), vec![glitch.clone(), island]].concat()).await;
    let listed = server.quarantine(&agent).await;
    assert_eq!((&listed[0]["reason"], &listed[1]["reason"]), (&json!("jump"), &json!("null_island")), "{listed:#?}");
    assert!(listed[0]["evidence"]["implied_speed_mps"].as_i64().unwrap() > 10_000);
    let believed = day(server, &agent.id).await.unwrap();
    assert_eq!(believed["fixes"], 20);
    let track = server.get(&format!("/agents/{}/track", agent.id)).await;
    let marks: Vec<_> = track["items"].as_array().unwrap().iter().filter_map(|row| row.get("quarantine")).collect();
    assert_eq!((track["items"].as_array().unwrap().len(), marks), (22, vec![&json!("jump"), &json!("null_island")]));
    // Files mark them too, and so does what is thinned when they are asked for.
    every_file_holds_the_same(server, &agent, track["items"].as_array().unwrap()).await;
    let thinned = server.get(&format!("/agents/{}/track?every_s=1&suspects=include", agent.id)).await;
    assert_eq!(thinned["items"], track["items"]);
    let clean = server.get(&format!("/agents/{}/track?suspects=exclude", agent.id)).await;
    assert_eq!(clean["items"].as_array().unwrap().len(), 20);
    assert!(server.marker(&agent).await.is_some_and(|marker| marker["lat"].as_f64().unwrap() < 53.0), "no glitch on the map");

    let path = format!("/agents/{}/quarantine/decisions", agent.id);
    let decide = async |decision: &str| {
        let body = json!({"key": listed[0]["key"], "decision": decision, "note": "he flew"});
        let answer = server.call(Method::POST, &path, Some(body)).await;
        assert_eq!(answer.status, 204, "{:?}", answer.body);
    };
    decide("restore").await;
    let restored = day(server, &agent.id).await.unwrap();
    assert_eq!(restored["fixes"], 21, "the way there counts");
    assert!(restored["distance_mm"].as_i64() > Some(160_000_000), "{restored}");
    // Why it was doubted is still there to read.
    let decided =
        |listed: Vec<Value>| (listed[0]["decision"].clone(), listed[0]["reason"].clone(), listed[0]["evidence"].clone());
    assert_eq!(decided(server.quarantine(&agent).await), (json!("restored"), json!("jump"), listed[0]["evidence"].clone()));
    decide("exclude").await;
    assert_eq!(decided(server.quarantine(&agent).await), (json!("excluded"), json!("jump"), listed[0]["evidence"].clone()));
    assert_eq!(day(server, &agent.id).await.unwrap()["fixes"], 20);
    decide("clear").await;
    assert_eq!(day(server, &agent.id).await.unwrap()["distance_mm"], believed["distance_mm"], "as before");

    for (body, field) in [
        (json!({"key": "nonsense", "decision": "restore"}), "key"),
        (json!({"key": listed[0]["key"], "decision": "forgive"}), "decision"),
        (json!({"key": listed[0]["key"], "decision": "clear", "note": "x".repeat(501)}), "note"),
    ] {
        let answer = server.call(Method::POST, &path, Some(body)).await;
        assert_eq!((answer.status, answer.field()), (400, field));
    }
}

/// Settings are versions; bad ones are refused by name; the past follows only when asked to.
async fn settings_are_versions(server: &Server) {
    let refused = server.call(Method::PUT, "/settings/tracks", Some(json!({"rules": {"stop_gap_s": 5}}))).await;
    assert_eq!((refused.status, refused.field()), (400, "rules.stop_gap_s"));
    let from = "2020-01-01T00:00:00.000Z";
    let body = json!({"valid_from": from, "rules": {"overspeed_mps": 5}});
    assert_eq!(server.call(Method::PUT, "/settings/tracks", Some(body)).await.status, 204);
    let settings = server.get("/settings/tracks").await;
    assert_eq!((&settings["current"]["overspeed_mps"], &settings["versions"][0]["valid_from"]), (&json!(5), &json!(from)));
    let agent = server.agent().await;
    let (fixes, _) = detour(minutes_ago(60));
    server.ingest(&agent, &fixes).await;
    eventually("driving 10 m/s is too fast", async || {
        (!of_kind(&items(server, &agent.id).await, "overspeed").is_empty()).then_some(())
    })
    .await;
    let body = json!({"valid_from": from, "rules": {}});
    assert_eq!(server.call(Method::PUT, "/settings/tracks", Some(body)).await.status, 204);
    assert!(!of_kind(&items(server, &agent.id).await, "overspeed").is_empty());
    let answer = server.call(Method::POST, &format!("/agents/{}/recompute", agent.id), Some(json!({"from": from}))).await;
    assert_eq!(answer.status, 204);
    eventually("nothing is too fast any more", async || {
        of_kind(&items(server, &agent.id).await, "overspeed").is_empty().then_some(())
    })
    .await;
}

/// Every wrong parameter is named.
async fn wrong_questions_are_refused_by_name(server: &Server) {
    let agent = server.agent().await.id;
    for (path, field) in [
        (format!("/agents/{agent}/timeline?kind=trip,nap"), "kind"),
        (format!("/agents/{agent}/timeline?from=yesterday"), "from"),
        (format!("/agents/{agent}/timeline?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"), "from"),
        (format!("/agents/{agent}/trips?limit=0"), "limit"),
        (format!("/agents/{agent}/stops?after=x"), "after"),
        (format!("/agents/{agent}/days?from=23.11.2026"), "from"),
        (format!("/agents/{agent}/fence-events?fence=7"), "fence"),
        ("/changes?after=-1".to_owned(), "after"),
        ("/days?to=never".to_owned(), "to"),
        ("/quarantine?from=x".to_owned(), "from"),
    ] {
        let answer = server.call(Method::GET, &path, None).await;
        assert_eq!((answer.status, answer.field()), (400, field), "{path}: {:?}", answer.body);
    }
    let nobody = "018f3f2e-0000-7000-8000-00000000dead";
    for path in ["timeline", "trips", "stops", "fence-events", "days", "quarantine"] {
        assert_eq!(server.call(Method::GET, &format!("/agents/{nobody}/{path}"), None).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn timelines_are_right_from_outside() {
    let server = Server::start().await;
    a_late_detour_counts_in_full(&server).await;
    a_glitch_is_quarantined_and_can_be_restored(&server).await;
    wrong_questions_are_refused_by_name(&server).await;
    settings_are_versions(&server).await;
}
