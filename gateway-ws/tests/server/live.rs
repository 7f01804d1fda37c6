//! The live map as a console sees it: it holds what REST says, within its viewport, across reconnects, at its own pace.

use super::common::socket::Stared;
use super::common::{Agent, Console, Phone, Random, Server, eventually, fix, minutes_ago};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const NONE: &str = "territory:none";
const BERLIN: (f64, f64) = (52.52, 13.40);
const MUNICH: (f64, f64) = (48.13, 11.57);
const HAMBURG: (f64, f64) = (53.55, 9.99);

fn around((lat, lon): (f64, f64)) -> Value {
    json!({"south": lat - 0.01, "west": lon - 0.01, "north": lat + 0.01, "east": lon + 0.01})
}

fn shown(frame: &Value) -> Vec<&str> {
    let mut agents: Vec<_> = frame["rows"].as_array().unwrap().iter().map(|row| row["agent"].as_str().unwrap()).collect();
    agents.sort_unstable();
    agents
}

/// Random walks in three topics: at the end every console holds exactly what REST says, whenever it came.
async fn every_console_holds_what_rest_says(server: &Server) {
    let mut random = Random::new(23);
    let territories = [server.territory("East").await, server.territory("West").await];
    let topics: Vec<String> = territories.iter().map(|id| format!("territory:{id}")).collect();
    let topics: Vec<&str> = topics.iter().map(String::as_str).chain([NONE]).collect();
    let mut phones = Vec::new();
    for territory in [Some(territories[0].as_str()), Some(territories[1].as_str()), None] {
        for agent in server.agents(6, territory).await {
            phones.push((Phone::connect(server, &agent).await, territory, agent));
        }
    }
    let mut early = Console::connect(server).await;
    early.watch(&topics).await;
    let mut late = None;
    let at = minutes_ago(4);
    let mut last = BTreeMap::new();
    for round in 0..60 {
        for _ in 0..6 {
            let (phone, territory, agent) = &mut phones[random.below(18) as usize];
            let mut fix = fix(at + 1_000 * round, random.degrees(47.0, 54.0), random.degrees(8.0, 14.0));
            fix["speed_mps"] = json!(random.below(300) as f64 / 100.0);
            phone.send(&[fix]).await;
            let topic = territory.map_or(NONE.to_owned(), |id| format!("territory:{id}"));
            last.insert(agent.id.clone(), (topic, at + 1_000 * round));
        }
        if round == 30 {
            let mut console = Console::connect(server).await;
            console.watch(&topics).await;
            late = Some(console);
        }
        if let Some(late) = &mut late {
            let (agent, (topic, at)) = last.iter().next().unwrap();
            late.follow_until("the late console follows", |console| console.shows(topic, agent, *at)).await;
        }
        let (agent, (topic, at)) = last.iter().next_back().unwrap();
        early.follow_until("the early console follows", |console| console.shows(topic, agent, *at)).await;
    }
    for (phone, ..) in &mut phones {
        phone.settled().await;
    }
    for mut console in [early, late.unwrap()] {
        let caught_up = |console: &Console| last.iter().all(|(agent, (topic, at))| console.shows(topic, agent, *at));
        console.follow_until("everything is shown", caught_up).await;
        for topic in &topics {
            let id = topic.strip_prefix("territory:").unwrap();
            let rest = server.get(&format!("/positions?territory={id}")).await;
            let held: Vec<_> = console.rows(topic).values().cloned().collect();
            assert_eq!(json!(held), rest["items"], "{topic}");
        }
    }
}

/// A viewport limits what is sent; moving it brings what is new in it; leaving it is told.
async fn a_viewport_limits_what_is_sent(server: &Server) {
    let territory = server.territory("Everywhere").await;
    let topic = format!("territory:{territory}");
    let [berlin, munich, hamburg]: [Agent; 3] = server.agents(3, Some(&territory)).await.try_into().unwrap();
    let at = minutes_ago(3);
    for (agent, (lat, lon)) in [(&berlin, BERLIN), (&munich, MUNICH), (&hamburg, HAMBURG)] {
        server.ingest(agent, &[fix(at, lat, lon)]).await;
    }
    let mut overview = Console::connect(server).await;
    overview.watch(&[&topic]).await;
    overview.follow_until("all three are there", |console| console.rows(&topic).len() == 3).await;

    let mut console = Console::connect(server).await;
    console.say(json!({"type": "subscribe", "topics": [topic], "viewport": around(BERLIN)})).await;
    let snapshot = console.step().await;
    assert_eq!((shown(&snapshot), &snapshot["partial"]), (vec![berlin.id.as_str()], &json!(false)));
    // Munich moves first, Berlin after it: only Berlin is heard of.
    server.ingest(&munich, &[fix(at + 1_000, MUNICH.0, MUNICH.1)]).await;
    overview.follow_until("Munich moved", |console| console.shows(&topic, &munich.id, at + 1_000)).await;
    server.ingest(&berlin, &[fix(at + 2_000, BERLIN.0, BERLIN.1)]).await;
    let delta = console.step().await;
    assert_eq!((&delta["type"], shown(&delta)), (&json!("delta"), vec![berlin.id.as_str()]));

    // Out of view and back.
    server.ingest(&berlin, &[fix(at + 3_000, HAMBURG.0, HAMBURG.1)]).await;
    let delta = console.step().await;
    assert_eq!((&delta["gone"], shown(&delta)), (&json!([berlin.id]), vec![]));
    server.ingest(&berlin, &[fix(at + 4_000, BERLIN.0, BERLIN.1)]).await;
    assert_eq!(shown(&console.step().await), [berlin.id.as_str()]);

    // A new viewport, the whole world, a wrong one.
    let viewport = |edges: Value| {
        let mut frame = edges;
        frame["type"] = json!("viewport");
        frame
    };
    console.say(viewport(around(MUNICH))).await;
    let partial = console.step().await;
    assert_eq!((shown(&partial), &partial["partial"]), (vec![munich.id.as_str()], &json!(true)));
    console.say(viewport(json!({}))).await;
    let partial = console.step().await;
    assert_eq!(partial["partial"], true);
    let mut new = [berlin.id.as_str(), hamburg.id.as_str()];
    new.sort_unstable();
    assert_eq!(shown(&partial), new, "what was in view already does not come again");
    for (edges, code, field) in [
        (json!({"south": 1}), "malformed_frame", "viewport"),
        (json!({"south": 2, "west": 0, "north": 1, "east": 1}), "out_of_range", "viewport.south"),
        (json!({"south": 0, "west": 0, "north": 91, "east": 1}), "out_of_range", "viewport.north"),
    ] {
        console.say(viewport(edges)).await;
        let error = console.step().await;
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &json!(field)), "{error}");
    }
}

/// After a reconnect: one delta where the changes are known, else a resync and a snapshot.
async fn a_reconnect_resumes_or_is_told_to_start_over(server: &Server) {
    let territory = server.territory("Resumed").await;
    let topic = format!("territory:{territory}");
    let [staying, moving, leaving]: [Agent; 3] = server.agents(3, Some(&territory)).await.try_into().unwrap();
    let at = minutes_ago(2);
    for agent in [&staying, &moving, &leaving] {
        server.ingest(agent, &[fix(at, 52.0, 13.0)]).await;
    }
    let mut console = Console::connect(server).await;
    console.watch(&[&topic]).await;
    console.follow_until("all three are there", |console| console.rows(&topic).len() == 3).await;
    let (epoch, rev) = (console.topics[&topic].epoch.clone(), console.topics[&topic].rev);
    let held = std::mem::take(&mut console.topics);
    drop(console);

    let mut witness = Console::connect(server).await;
    witness.watch(&[&topic]).await;
    for step in 1..=5 {
        server.ingest(&moving, &[fix(at + step * 1_000, 52.0, 13.0)]).await;
        witness.follow_until("it moved", |console| console.shows(&topic, &moving.id, at + step * 1_000)).await;
    }
    server.patch(&format!("/agents/{}", leaving.id), json!({"territory_id": null})).await;
    witness.follow_until("it left", |console| console.rows(&topic).len() == 2).await;

    let resume = |epoch: &str, rev: u64| {
        let token = json!({"epoch": epoch, "rev": rev});
        json!({"type": "subscribe", "topics": [topic], "resume": {topic.clone(): token}})
    };
    let mut console = Console::connect(server).await;
    console.topics = held;
    console.say(resume(&epoch, rev)).await;
    let delta = console.step().await;
    assert_eq!((&delta["type"], &delta["since"]), (&json!("delta"), &json!(rev)));
    assert_eq!((shown(&delta), &delta["gone"]), (vec![moving.id.as_str()], &json!([leaving.id])));
    assert_eq!(console.rows(&topic), witness.rows(&topic));
    let now = console.topics[&topic].rev;

    for (epoch, rev, reason) in [("0", rev, "epoch_changed"), (epoch.as_str(), now + 100, "unknown_revision")] {
        let mut console = Console::connect(server).await;
        console.say(resume(epoch, rev)).await;
        assert_eq!(console.step().await, json!({"type": "resync", "topic": topic, "reason": reason}));
        let snapshot = console.step().await;
        assert_eq!((&snapshot["type"], &snapshot["partial"]), (&json!("snapshot"), &json!(false)));
        assert_eq!(console.rows(&topic), witness.rows(&topic));
    }
}

/// What is asked for wrongly is named; the rest of the frame counts.
async fn wrong_topics_cost_only_themselves(server: &Server) {
    let unknown = format!("territory:{}", uuid::Uuid::now_v7());
    let mut console = Console::connect(server).await;
    console.say(json!({"type": "subscribe", "topics": ["weather", unknown, NONE]})).await;
    let mut came = Vec::new();
    while came.len() < 3 {
        let frame = console.step().await;
        came.push((frame["type"].as_str().unwrap().to_owned(), frame["code"].as_str().unwrap_or_default().to_owned()));
        assert!(frame["type"] != "error" || frame["field"] == "topics" && frame["limit"].is_string(), "{frame}");
    }
    came.sort();
    let refused = ("error".to_owned(), "topic_unknown".to_owned());
    assert_eq!(came, [refused.clone(), refused, ("snapshot".to_owned(), String::new())]);

    let many: Vec<_> = (0..200).map(|_| format!("territory:{}", uuid::Uuid::now_v7())).collect();
    console.say(json!({"type": "subscribe", "topics": many})).await;
    let error = console.step().await;
    assert_eq!((&error["code"], &error["limit"]), (&json!("too_many_topics"), &json!("200")), "one topic is there already");
    for (text, field) in [
        (json!({"type": "subscribe"}), "topics"),
        (json!({"type": "ack", "topic": NONE, "rev": -1}), "rev"),
        (json!({"type": "ack", "topic": "weather", "rev": 1}), "topic"),
        (json!({"type": "dance"}), "type"),
    ] {
        console.say(text.clone()).await;
        let error = console.step().await;
        assert_eq!((&error["code"], &error["field"]), (&json!("malformed_frame"), &json!(field)), "{text}: {error}");
    }
    console.say(json!({"type": "ping"})).await;
    assert_eq!(console.step().await["type"], "pong");
}

#[tokio::test]
async fn a_console_holds_what_the_server_holds() {
    let server = Server::with(&[("LIVE__TICK_MS", "50")]).await;
    every_console_holds_what_rest_says(&server).await;
    a_viewport_limits_what_is_sent(&server).await;
    a_reconnect_resumes_or_is_told_to_start_over(&server).await;
    wrong_topics_cost_only_themselves(&server).await;
}

/// Who does not acknowledge costs two frames and then the connection; who does late gets the latest in one delta; nobody waits.
#[tokio::test]
async fn a_slow_console_is_coalesced_then_closed_and_slows_nobody() {
    let server = Server::with(&[("LIVE__TICK_MS", "50"), ("LIVE__ACK_TIMEOUT_S", "3")]).await;
    let agent = server.agent().await;
    let at = minutes_ago(3);
    let mut phone = Phone::connect(&server, &agent).await;
    phone.deliver(&[fix(at, 52.0, 13.0)]).await;
    let mut dispatcher = Console::connect(&server).await;
    dispatcher.watch(&[NONE]).await;
    dispatcher.follow_until("the agent is there", |console| console.shows(NONE, &agent.id, at)).await;

    let subscribe = json!({"type": "subscribe", "topics": [NONE]});
    let (mut silent, mut slow) = (Console::connect(&server).await, Console::connect(&server).await);
    silent.say(subscribe.clone()).await;
    slow.say(subscribe).await;
    let snapshot = slow.peek().await;
    slow.apply(&snapshot);
    for step in 1..=10 {
        phone.deliver(&[fix(at + step * 1_000, 52.0, 13.0)]).await;
        dispatcher
            .follow_until("the dispatcher sees every step", |console| console.shows(NONE, &agent.id, at + step * 1_000))
            .await;
    }
    let held_back = slow.peek().await;
    slow.apply(&held_back);
    assert_eq!(held_back["type"], "delta");
    assert!(!slow.shows(NONE, &agent.id, at + 10_000));
    // One acknowledgement for both frames, and the rest comes as one.
    slow.ack(&held_back).await;
    let caught_up = slow.step().await;
    assert_eq!((&caught_up["type"], &caught_up["since"]), (&json!("delta"), &held_back["rev"]));
    assert!(slow.shows(NONE, &agent.id, at + 10_000), "{caught_up}");
    assert_eq!(slow.topics[NONE].rev, dispatcher.topics[NONE].rev);
    phone.deliver(&[fix(at + 11_000, 52.0, 13.0)]).await;
    slow.follow_until("it goes on", |console| console.shows(NONE, &agent.id, at + 11_000)).await;
    dispatcher.follow_until("the dispatcher sees it too", |console| console.shows(NONE, &agent.id, at + 11_000)).await;
    assert!(server.metric("salessync_live_coalesced_total").await > 0.0);

    let (frames, code) = silent.closed().await;
    let of_topic = frames.iter().filter(|frame| frame["topic"] == NONE).count();
    assert_eq!((of_topic, code), (2, Some(4408)), "{frames:?}");
    phone.deliver(&[fix(at + 12_000, 52.0, 13.0)]).await;
    dispatcher.follow_until("the dispatcher goes on", |console| console.shows(NONE, &agent.id, at + 12_000)).await;
}

/// A console that asks for snapshots over and over and reads none: closed once 32 MiB wait for it, and nobody else is slowed.
#[tokio::test]
async fn a_console_that_asks_without_reading_is_closed() {
    const UNREAD_MAX: usize = 32 * 1024 * 1024;
    let server = Server::with(&[("LIVE__TICK_MS", "50"), ("SOCKETS__LIVE_FRAMES_PER_S", "0")]).await;
    let agents = server.agents(1_000, None).await;
    let at = minutes_ago(3);
    futures_util::stream::iter(&agents)
        .for_each_concurrent(32, async |agent| {
            server.ingest(agent, &[fix(at, 52.0, 13.0)]).await;
        })
        .await;
    let mut dispatcher = Console::connect(&server).await;
    dispatcher.watch(&[NONE]).await;
    dispatcher.follow_until("all are there", |console| console.rows(NONE).len() == agents.len()).await;
    let mut asking = Console::connect(&server).await;
    let subscribe = json!({"type": "subscribe", "topics": [NONE]});
    asking.say(subscribe.clone()).await;
    eventually("two watch", async || (server.metric("salessync_live_subscriptions").await == 2.0).then_some(())).await;
    eventually("the asking one has been left", async || {
        for _ in 0..20 {
            asking.say(subscribe.clone()).await;
        }
        (server.metric("salessync_live_subscriptions").await < 2.0).then_some(())
    })
    .await;
    server.ingest(&agents[0], &[fix(at + 1_000, 52.0, 13.1)]).await;
    dispatcher.follow_until("the dispatcher goes on", |console| console.shows(NONE, &agents[0].id, at + 1_000)).await;

    let came = asking.socket.stare().await;
    let bytes: usize = came.iter().map(|came| if let Stared::Text(bytes) = came { *bytes } else { 0 }).sum();
    assert_eq!(came.last(), Some(&Stared::Close(4408)), "{} frames, {bytes} bytes", came.len());
    assert!((UNREAD_MAX..UNREAD_MAX + UNREAD_MAX / 8).contains(&bytes), "{bytes} bytes were sent");
}
