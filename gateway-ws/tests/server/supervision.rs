//! Crashes on purpose (feature `fault-injection`): they cost the one who crashes, no one else, and never a fix.

use super::common::{Agent, Console, PATIENCE, Phone, Server, eventually, fix, key, keys, minutes_ago};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const NONE: &str = "territory:none";
const POISON: &str = r#"{"type":"poison"}"#;
/// So deep that the derivation panics.
const POISON_M: f64 = -19_999.0;

async fn state(server: &Server, agent: &Agent) -> Value {
    server.get(&format!("/agents/{}", agent.id)).await
}

async fn position(server: &Server, agent: &Agent) -> Value {
    server.get(&format!("/agents/{}/position", agent.id)).await
}

/// Streams batches of a neighbour until told to stop; each must be acknowledged without any `busy`.
async fn neighbour(mut phone: Phone, stop: Arc<AtomicBool>) -> Vec<Value> {
    let at = minutes_ago(60);
    let mut sent = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let from = sent.len() as i64;
        let batch: Vec<Value> = (from..from + 5).map(|n| fix(at + 100 * n, 50.0, 8.0 + 1e-5 * n as f64)).collect();
        phone.send(&batch).await;
        assert_eq!(phone.settled().await, [] as [Value; 0], "the neighbour notices nothing");
        sent.extend(batch);
    }
    sent
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_costs_one_agent_and_too_many_halt_it_until_it_is_resumed() {
    let server = Server::with(&[("ACTORS__ARBITERS", "1"), ("LIVE__TICK_MS", "50")]).await;
    let [victim, beside]: [Agent; 2] = server.agents(2, None).await.try_into().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let stream = tokio::spawn(neighbour(Phone::connect(&server, &beside).await, stop.clone()));
    let at = minutes_ago(30);
    let mut sent: Vec<Value> = (0..10).map(|n| fix(at + 1_000 * n, 52.0, 13.0 + 1e-4 * n as f64)).collect();
    let mut phone = Phone::connect(&server, &victim).await;
    phone.deliver(&sent).await;
    let before = server.position_after(&victim, 10).await;

    // Once: the next question is answered from durable state, the next batch is taken.
    phone.say(POISON).await;
    eventually("the restart is counted", async || (server.metric("salessync_actor_restarts_total").await == 1.0).then_some(()))
        .await;
    assert_eq!(position(&server, &victim).await, before);
    let more: Vec<Value> = (10..15).map(|n| fix(at + 1_000 * n, 52.0, 13.0 + 1e-4 * n as f64)).collect();
    phone.deliver(&more).await;
    sent.extend(more);
    let before = server.position_after(&victim, 15).await;
    assert_eq!(key(&before, "").0, at + 14_000);
    assert_eq!(state(&server, &victim).await["state"], "awake");
    let resume = server.call(Method::POST, &format!("/agents/{}/resume", victim.id), None).await;
    assert_eq!((resume.status, resume.code()), (409, "not_halted"));

    // Five restarts within a minute are borne; the sixth crash halts.
    for restart in 2..=5 {
        phone.say(POISON).await;
        eventually("the restart is counted", async || {
            (server.metric("salessync_actor_restarts_total").await == f64::from(restart)).then_some(())
        })
        .await;
        // The answer shows that it lives again: a crash while it is down would be the same crash.
        assert_eq!(position(&server, &victim).await, before);
    }
    phone.say(POISON).await;
    let halted = eventually("the agent is halted", async || {
        Some(state(&server, &victim).await).filter(|agent| agent["state"] == "halted")
    });
    let halted = halted.await;
    assert!(
        halted["halted"]["since"].is_string() && halted["halted"]["last_panic"].as_str().unwrap().contains("poison"),
        "{halted}"
    );
    let system = server.get("/system").await;
    let shown = &system["halted"][0];
    assert_eq!((&shown["agent"], &shown["name"]), (&json!(victim.id), &json!("Agent 0")));
    assert_eq!((&system["agents"]["halted"], system["halted"].as_array().unwrap().len()), (&json!(1), 1));
    let actors_halted = server.metric("salessync_actors_halted").await;
    assert!((actors_halted - 1.0).abs() < 1e-9);

    // Its frames wait at the phone, its history is answered, its live position is not.
    let frame = phone.send(&[fix(at + 60_000, 52.0, 13.01)]).await;
    let busy = phone.socket.frame().await;
    assert_eq!((&busy["type"], &busy["frame"], &busy["code"]), (&json!("busy"), &json!(frame), &json!("agent_halted")));
    let refused = server.call(Method::GET, &format!("/agents/{}/position", victim.id), None).await;
    assert_eq!((refused.status, refused.code()), (409, "agent_halted"));
    assert_eq!(keys(&server.track(&victim).await, ""), keys(&sent, "default"));
    stop.store(true, Ordering::SeqCst);
    let streamed = tokio::time::timeout(PATIENCE, stream).await.unwrap().unwrap();
    assert_eq!(keys(&server.track(&beside).await, ""), keys(&streamed, "default"));
    server.position_after(&beside, streamed.len() as u64).await;

    let resumed = server.post(&format!("/agents/{}/resume", victim.id), json!({})).await;
    assert_ne!(resumed["state"], "halted");
    assert_eq!(position(&server, &victim).await, before);
    phone.frame = frame - 1;
    phone.deliver(&[fix(at + 60_000, 52.0, 13.01)]).await;
    sent.push(fix(at + 60_000, 52.0, 13.01));
    assert_eq!(key(&server.position_after(&victim, 16).await, "").0, at + 60_000);
    assert_eq!(keys(&server.track(&victim).await, ""), keys(&sent, "default"));
    assert_eq!(server.get("/system").await["halted"], json!([]));
}

fn poison(at_ms: i64) -> Value {
    let mut fix = fix(at_ms, 52.9, 13.9);
    fix["altitude_m"] = json!(POISON_M);
    fix
}

/// The poison is listed as parked, everything else is the track, and the agent lives.
async fn poison_is_parked(server: &Server, agent: &Agent, good: &[Value], poison: &[Value]) {
    let aside = eventually("the poison is in quarantine", async || {
        let aside = server.quarantine(agent).await;
        (aside.len() == poison.len()).then_some(aside)
    });
    let aside = aside.await;
    assert!(aside.iter().all(|fix| fix["reason"] == "derivation_failed"), "{aside:?}");
    assert_eq!(keys(&aside, ""), keys(poison, "default"));
    assert_eq!(keys(&server.track(agent).await, ""), keys(good, "default"));
    let position = server.position_after(agent, good.len() as u64).await;
    let newest = keys(good, "default").pop().unwrap();
    assert_eq!(key(&position, ""), newest);
    eventually("the marker stands on a good fix", async || (server.marker(agent).await?["at"] == newest.0).then_some(())).await;
    assert_eq!(state(server, agent).await["state"], "awake");
    if let Some(rows) =
        server.sql(&format!("select count(*) from track_points('{}', '2000-01-01', '2100-01-01')", agent.id)).await
    {
        assert_eq!(rows[0][0], good.len().to_string());
    }
}

#[tokio::test]
async fn a_poisonous_fix_is_acknowledged_parked_and_survived() {
    let mut server = Server::with(&[("LIVE__TICK_MS", "50")]).await;
    let agent = server.agent().await;
    let at = minutes_ago(30);
    let mut console = Console::connect(&server).await;
    console.watch(&[NONE]).await;
    let mut phone = Phone::connect(&server, &agent).await;
    phone.deliver(&[fix(at, 52.0, 13.0)]).await;
    server.position_after(&agent, 1).await;

    // In the middle of a batch, then as the newest fix there is, then alone.
    let mut bad = vec![poison(at + 2_000)];
    phone.send(&[fix(at + 1_000, 52.0, 13.0001), bad[0].clone(), fix(at + 3_000, 52.0, 13.0002)]).await;
    phone.settled().await;
    let mut good: Vec<Value> =
        [0, 1_000, 3_000].iter().zip([13.0, 13.0001, 13.0002]).map(|(after, lon)| fix(at + after, 52.0, lon)).collect();
    poison_is_parked(&server, &agent, &good, &bad).await;
    phone.deliver(&[fix(at + 4_000, 52.0, 13.0003), poison(at + 9_000)]).await;
    good.push(fix(at + 4_000, 52.0, 13.0003));
    bad.push(poison(at + 9_000));
    poison_is_parked(&server, &agent, &good, &bad).await;
    phone.deliver(&[fix(at + 5_000, 52.0, 13.0004)]).await;
    good.push(fix(at + 5_000, 52.0, 13.0004));
    poison_is_parked(&server, &agent, &good, &bad).await;
    console.follow_until("the live map goes on", |console| console.shows(NONE, &agent.id, at + 5_000)).await;

    // Sent again it is acknowledged again and stays parked, once.
    phone.deliver(&bad[..1]).await;
    poison_is_parked(&server, &agent, &good, &bad).await;

    // Killed in the moment of the acknowledgement, and killed again.
    bad.push(poison(at + 10_000));
    good.push(fix(at + 11_000, 52.0, 13.0005));
    phone.deliver(&[bad[2].clone(), good.last().unwrap().clone()]).await;
    for _ in 0..2 {
        server.kill();
        server.start_again().await;
        poison_is_parked(&server, &agent, &good, &bad).await;
    }
    good.push(fix(at + 12_000, 52.0, 13.0006));
    server.ingest(&agent, &good[good.len() - 1..]).await;
    poison_is_parked(&server, &agent, &good, &bad).await;
}
