//! The feed of visits over the sockets: what consoles and phones are told, in order, once acknowledged, from where they were.

use super::*;
use crate::common::console::Console;
use crate::common::socket::{Came, Socket};
use crate::common::{PATIENCE, Phone};
use salessync_engine::wire::{agent, live};

/// Reads the feed and acknowledges it until a change satisfies `is_it`. Returns everything that came.
async fn until(socket: &mut Socket, what: &str, is_it: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut came = Vec::new();
    let found = tokio::time::timeout(PATIENCE, async {
        loop {
            let Came::Frame(frame) = socket.next().await else { panic!("the connection ended: {what}") };
            if frame["type"] != "visits" {
                continue;
            }
            let items = frame["items"].as_array().unwrap().clone();
            let is_there = items.iter().any(&is_it);
            came.extend(items);
            socket.send(json!({"type": "followed_visits", "seq": frame["last"]}).to_string()).await.unwrap();
            if is_there {
                return;
            }
        }
    });
    assert!(found.await.is_ok(), "waited in vain: {what}; came: {came:?}");
    came
}

fn is_event(visit: &str, kind: &str) -> impl Fn(&Value) -> bool {
    move |change| change["event"]["visit_id"] == visit && change["event"]["kind"] == kind
}

/// The position at which a follower began.
async fn begun(socket: &mut Socket) -> i64 {
    loop {
        let Came::Frame(frame) = socket.next().await else { panic!("the connection ended") };
        if frame["type"] == "visits" {
            assert_eq!(frame["items"], json!([]));
            socket.send(json!({"type": "followed_visits", "seq": frame["last"]}).to_string()).await.unwrap();
            return frame["last"].as_i64().unwrap();
        }
    }
}

#[tokio::test]
async fn the_feed_of_visits_is_followed_live() {
    let server = Server::start().await;
    an_amended_proof_is_seen_by_a_console(&server).await;
    a_phone_is_told_of_its_visits(&server).await;
    nothing_is_lost_between_two_connections(&server).await;
    a_console_chooses_territories(&server).await;
    odd_frames_are_refused(&server).await;
}

async fn an_amended_proof_is_seen_by_a_console(server: &Server) {
    let field = Field::new(server).await;
    let mut console = Console::connect(server).await;
    console.say(json!({"type": "follow_visits"})).await;
    begun(&mut console.socket).await;
    let id = field.visit(json!({})).await;
    field
        .tell(&[event(&id, "check_in", minutes_ago(58), json!({})), event(&id, "check_out", minutes_ago(42), check_out())])
        .await;
    let no_data = |change: &Value| is_event(&id, "verified")(change) && change["event"]["new"]["status"] == "no_data";
    let before = until(&mut console.socket, "nothing shows it", no_data).await;
    let seqs: Vec<_> = before.iter().map(|change| change["event"]["seq"].as_i64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b), "{seqs:?}");
    // The phone was offline; now its fixes come.
    server.ingest(&field.agent, &stay(&field.shop, 10.0, 60, 40)).await;
    let verified = |change: &Value| is_event(&id, "verified")(change) && change["event"]["new"]["status"] == "verified";
    let after = until(&mut console.socket, "the late fixes show it", verified).await;
    assert!(after.iter().any(is_event(&id, "arrival")), "the arrival came as well: {after:?}");
    let last = after.iter().rev().find(|change| is_event(&id, "verified")(change)).unwrap();
    assert_eq!(last["visit"]["verification"], "verified");
    // What is sent is what the document says is sent.
    let frame = json!({"type": "visits", "last": 1, "items": after});
    assert!(matches!(serde_json::from_value(frame).unwrap(), live::ServerFrame::Visits { .. }));
}

async fn a_phone_is_told_of_its_visits(server: &Server) {
    let field = Field::new(server).await;
    let other = server.agents(1, Some(&field.territory)).await.remove(0);
    let mut phone = Phone::connect(server, &field.agent).await;
    phone.say(json!({"type": "follow_visits"}).to_string()).await;
    begun(&mut phone.socket).await;
    let theirs = field.visit(json!({"agent_id": other.id})).await;
    let own = field.visit(json!({})).await;
    let came = until(&mut phone.socket, "the visit is planned", is_event(&own, "planned")).await;
    assert!(!came.iter().any(|change| change["event"]["visit_id"] == theirs.as_str()), "another's visit: {came:?}");
    let version = field.read(&own).await["version"].clone();
    let taken = json!({"assignments": [{"visit_id": own, "version": version, "agent_id": other.id}]});
    server.post("/visits/assign", taken).await;
    let came = until(&mut phone.socket, "the visit is taken away", is_event(&own, "replanned")).await;
    let last = came.last().unwrap();
    assert!(last["visit"].is_null(), "it is not theirs any more: {last}");
    assert!(matches!(
        serde_json::from_value(json!({"type": "visits", "last": 1, "items": came})).unwrap(),
        agent::ServerFrame::Visits { .. }
    ));
    // What becomes of it from now on is the other's business.
    let done = server.ask(Some(&other.token), Method::POST, &format!("/visits/{own}/check-in"), Some(json!({}))).await;
    assert_eq!(done.status, 200, "{done:?}");
    let mine = field.visit(json!({})).await;
    let came = until(&mut phone.socket, "the next visit is planned", is_event(&mine, "planned")).await;
    assert!(!came.iter().any(|change| change["event"]["visit_id"] == own.as_str()), "{came:?}");
}

async fn nothing_is_lost_between_two_connections(server: &Server) {
    let field = Field::new(server).await;
    let mut phone = Phone::connect(server, &field.agent).await;
    phone.say(json!({"type": "follow_visits"}).to_string()).await;
    let from = begun(&mut phone.socket).await;
    drop(phone);
    let mut visits = Vec::new();
    for _ in 0..25 {
        visits.push(field.visit(json!({})).await);
    }
    for _ in 0..2 {
        let mut phone = Phone::connect(server, &field.agent).await;
        phone.say(json!({"type": "follow_visits", "after": from}).to_string()).await;
        let came = until(&mut phone.socket, "everything comes", is_event(&visits[24], "planned")).await;
        let planned: Vec<_> = came.iter().filter(|change| change["event"]["kind"] == "planned").collect();
        let told: Vec<_> = planned.iter().map(|change| change["event"]["visit_id"].as_str().unwrap()).collect();
        assert_eq!(told, visits, "each once, in order");
    }
    // One that is not acknowledged is not followed by another: ten visits in a frame, and then silence but for what is asked for.
    let mut phone = Phone::connect(server, &field.agent).await;
    phone.say(json!({"type": "follow_visits", "after": from}).to_string()).await;
    let Came::Frame(first) = phone.socket.next().await else { panic!() };
    assert_eq!(first["type"], "visits");
    assert!(first["items"].as_array().unwrap().len() <= 10);
    let pong = phone.ask(r#"{"type":"ping"}"#).await;
    assert_eq!(pong["type"], "pong", "nothing else comes before the acknowledgement");
}

async fn a_console_chooses_territories(server: &Server) {
    let (near, far) = (Field::new(server).await, Field::new(server).await);
    let mut console = Console::connect(server).await;
    console.say(json!({"type": "follow_visits", "territories": [near.territory]})).await;
    begun(&mut console.socket).await;
    let theirs = far.visit(json!({})).await;
    let own = near.visit(json!({})).await;
    let came = until(&mut console.socket, "the near one comes", is_event(&own, "planned")).await;
    assert!(!came.iter().any(|change| change["event"]["visit_id"] == theirs.as_str()), "{came:?}");
    console.say(json!({"type": "unfollow_visits"})).await;
    // What was under way still comes.
    console.say(json!({"type": "ping"})).await;
    while console.socket.frame().await["type"] != "pong" {}
    near.visit(json!({})).await;
    console.say(json!({"type": "ping"})).await;
    assert_eq!(console.socket.frame().await["type"], "pong");
}

async fn odd_frames_are_refused(server: &Server) {
    let field = Field::new(server).await;
    let mut console = Console::connect(server).await;
    let mut phone = Phone::connect(server, &field.agent).await;
    for (frame, code, named) in [
        (json!({"type": "follow_visits", "after": -1}), "out_of_range", "after"),
        (json!({"type": "follow_visits", "after": "now"}), "malformed_frame", "after"),
        (json!({"type": "followed_visits"}), "malformed_frame", "seq"),
    ] {
        console.say(frame.clone()).await;
        let error = console.socket.frame().await;
        assert_eq!((error["code"].as_str(), error["field"].as_str()), (Some(code), Some(named)), "{frame}: {error}");
        let error = phone.ask(frame.to_string()).await;
        assert_eq!((error["code"].as_str(), error["field"].as_str()), (Some(code), Some(named)), "{frame}: {error}");
    }
    console.say(json!({"type": "follow_visits", "territories": ["near"]})).await;
    assert_eq!(console.socket.frame().await["field"], "territories");
}
