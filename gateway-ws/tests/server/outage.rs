//! Postgres away: the live map goes on, acknowledgements wait, the bounded buffer says when it is full, all recovers by itself.

use super::common::processes::signal;
use super::common::socket::Came;
use super::common::{Console, Phone, Server, eventually, fix, keys, minutes_ago};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const NONE: &str = "territory:none";
/// How long Postgres stands still: many times the commit timeout.
const OUTAGE: Duration = Duration::from_secs(30);

/// Nothing may come before `until`.
async fn nothing_comes(phone: &mut Phone, until: Instant) {
    let rest = until.saturating_duration_since(Instant::now());
    if let Ok(came) = tokio::time::timeout(rest, phone.socket.next()).await {
        panic!("{came:?} came while Postgres stood still");
    }
}

#[tokio::test]
async fn while_postgres_stands_still_the_map_goes_on_and_nothing_acknowledged_is_lost() {
    let settings = [("JOURNAL__SPILL_FIXES_MAX", "1000"), ("JOURNAL__COMMIT_TIMEOUT_MS", "1000"), ("LIVE__TICK_MS", "50")];
    let server = Server::with(&settings).await;
    let agents = server.agents(3, None).await;
    let at = minutes_ago(60);
    let mut sent: Vec<Vec<Value>> = vec![vec![fix(at, 52.0, 13.0)]; 3];
    let mut phones = Vec::new();
    for (agent, sent) in agents.iter().zip(&sent) {
        let mut phone = Phone::connect(&server, agent).await;
        phone.deliver(sent).await;
        server.position_after(agent, 1).await;
        phones.push(phone);
    }
    let [mut seen, mut eager, mut flooding] = <[Phone; 3]>::try_from(phones).ok().unwrap();
    let mut console = Console::connect(&server).await;
    console.watch(&[NONE]).await;

    let postgres = server.postgres();
    assert!(postgres.len() > 3, "the postmaster and its processes: {postgres:?}");
    postgres.iter().for_each(|pid| signal("STOP", *pid));
    let until = Instant::now() + OUTAGE;

    // The live map goes on, before anything is durable.
    for step in 1..=5 {
        let fix = fix(at + 1_000 * step, 52.0, 13.0 + 1e-3 * step as f64);
        sent[0].push(fix.clone());
        seen.send(&[fix]).await;
        console.follow_until("the marker moves", |console| console.shows(NONE, &agents[0].id, at + 1_000 * step)).await;
    }
    // 32 frames may be unacknowledged; one more is busy, and comes again later.
    let singles: Vec<Value> = (1..=33).map(|n| fix(at + 1_000 * n, 53.0, 13.0)).collect();
    for single in &singles {
        eager.send(std::slice::from_ref(single)).await;
        // A ping is answered behind the frame: one after the other, so that the agent's mailbox is never what is full.
        eager.say(r#"{"type":"ping"}"#).await;
        let answer = eager.socket.frame().await;
        if answer["type"] == "busy" {
            assert_eq!((&answer["code"], &answer["frame"]), (&json!("in_flight"), &json!(34)), "after one acknowledged before");
            assert!(answer["retry_after_ms"].as_u64().unwrap() > 0);
            assert_eq!(eager.socket.frame().await["type"], "pong");
            break;
        }
        assert_eq!(answer["type"], "pong", "{answer}");
    }
    assert_eq!(eager.frame, 34);
    // The buffer holds 1,000 fixes.
    let batches: Vec<Vec<Value>> =
        (0..30).map(|batch| (0..50).map(|n| fix(at + 1_000 * (1 + batch * 50 + n), 54.0, 13.0)).collect()).collect();
    let mut busy = json!(null);
    for batch in &batches {
        flooding.send(batch).await;
        flooding.say(r#"{"type":"ping"}"#).await;
        let answer = flooding.socket.frame().await;
        if answer["type"] == "busy" {
            busy = answer;
            assert_eq!(flooding.socket.frame().await["type"], "pong");
            break;
        }
        assert_eq!(answer["type"], "pong", "{answer}");
    }
    assert_eq!(busy["code"], "journal_full", "{busy}");
    let refused = busy["frame"].as_u64().unwrap();
    assert!((16..=20).contains(&(refused - 2)), "1,000 fixes are 20 frames, less what the others hold: {busy}");
    // History and readiness say what is wrong; the process is alive.
    assert_eq!(server.text("/health").await, r#"{"status":"ok"}"#);
    let ready = server.request(Method::GET, "/ready").send().await.unwrap();
    assert_eq!((ready.status().as_u16(), ready.json::<Value>().await.unwrap()["postgres"].clone()), (503, json!("failing")));
    // The map goes on to the end of the outage: the buffer has room left for single fixes.
    for step in 6..=15 {
        let due = until - OUTAGE * (16 - step) / 16;
        tokio::time::sleep_until(due.into()).await;
        let at = at + 1_000 * i64::from(step);
        let fix = fix(at, 52.0, 13.0 + 1e-3 * f64::from(step));
        sent[0].push(fix.clone());
        seen.send(&[fix]).await;
        console.follow_until("the marker still moves", |console| console.shows(NONE, &agents[0].id, at)).await;
    }
    tokio::join!(nothing_comes(&mut seen, until), nothing_comes(&mut eager, until), nothing_comes(&mut flooding, until));
    let system = server.call(Method::GET, "/system", None).await;
    assert_eq!(system.body["journal"]["is_failing"], true, "{system:?}");
    assert!(system.body["journal"]["waiting_fixes"].as_u64().unwrap() > 900, "{system:?}");

    postgres.iter().for_each(|pid| signal("CONT", *pid));
    // What was taken is acknowledged without anybody doing anything; what was refused is sent again.
    flooding.frame = refused - 1;
    assert_eq!(flooding.settled().await, [] as [Value; 0]);
    for batch in &batches[refused as usize - 2..] {
        flooding.deliver(batch).await;
    }
    sent[2].extend(batches.concat());
    seen.settled().await;
    eager.frame = 33;
    while eager.acked < 33 {
        let Came::Frame(frame) = eager.socket.next().await else { panic!("the phone is still connected") };
        if frame["type"] == "ack" {
            eager.acked = frame["frame"].as_u64().unwrap();
        } else {
            assert_eq!(frame["type"], "pong", "{frame}");
        }
    }
    eager.say(r#"{"type":"ping"}"#).await;
    while eager.socket.frame().await["type"] != "pong" {}
    eager.deliver(&singles[32..]).await;
    sent[1].extend(singles);
    for (agent, sent) in agents.iter().zip(&sent) {
        assert_eq!(keys(&server.track(agent).await, ""), keys(sent, "default"));
        let position = server.position_after(agent, sent.len() as u64).await;
        assert_eq!(keys(&[position], ""), keys(&sent[sent.len() - 1..], "default"));
    }
    eventually("the journal is well again", async || {
        let journal = server.get("/system").await["journal"].clone();
        (journal == json!({"waiting_fixes": 0, "is_failing": false})).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_killed_postgres_is_started_again_and_acknowledgements_resume() {
    let server = Server::with(&[("JOURNAL__COMMIT_TIMEOUT_MS", "1000")]).await;
    let agent = server.agent().await;
    let mut phone = Phone::connect(&server, &agent).await;
    let at = minutes_ago(60);
    let mut sent = Vec::new();
    for round in 0..4 {
        let fixes: Vec<Value> = (0..20).map(|n| fix(at + 60_000 * round + 1_000 * n, 52.0, 13.0)).collect();
        phone.deliver(&fixes[..5]).await;
        let postgres = server.postgres();
        match round {
            0 | 2 => signal("KILL", postgres[0]),
            // One of its processes: Postgres itself ends all sessions and recovers.
            _ => signal("KILL", *postgres.last().unwrap()),
        }
        for fix in &fixes[5..] {
            phone.send(std::slice::from_ref(fix)).await;
        }
        assert_eq!(phone.settled().await, [] as [Value; 0]);
        if round % 2 == 0 {
            let restarted = eventually("Postgres is there again", async || server.postgres().first().copied()).await;
            assert_ne!(restarted, postgres[0]);
        }
        sent.extend(fixes);
    }
    assert_eq!(keys(&server.track(&agent).await, ""), keys(&sent, "default"));
    server.position_after(&agent, sent.len() as u64).await;
}
