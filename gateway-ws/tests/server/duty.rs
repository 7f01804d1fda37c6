//! Duty and how agents work, over REST, the phone's socket and stock apps: off duty means not tracked.

use super::common::server::answer;
use super::common::{Agent, Console, Phone, Server, eventually, fix, keys, minutes_ago};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

async fn tell(server: &Server, agent: &Agent, state: &str, at: i64) -> Value {
    let told = server.call(Method::POST, &format!("/agents/{}/duty", agent.id), Some(json!({"state": state, "at": at}))).await;
    assert_eq!(told.status, 201, "{told:?}");
    told.body
}

fn minutely(from: i64, n: i64) -> Vec<Value> {
    (0..n).map(|minute| fix(from + minute * 60_000, 52.5, 13.4 + 1e-3 * minute as f64)).collect()
}

async fn track(server: &Server, agent: &Agent) -> Vec<(i64, String)> {
    keys(&server.track(agent).await, "").into_iter().map(|key| (key.0, format!("{key:?}"))).collect()
}

async fn times(server: &Server, agent: &Agent) -> Vec<i64> {
    track(server, agent).await.into_iter().map(|(at, _)| at).collect()
}

#[tokio::test]
async fn a_fix_off_duty_is_refused_and_not_kept() {
    let server = Server::with(&[("LIVE__TICK_MS", "50")]).await;
    let agent = server.agent().await;
    let duty = format!("/agents/{}/duty", agent.id);
    assert_eq!(server.get(&duty).await, json!({"state": "on", "items": [], "next": null}), "nothing said: tracked");
    let start = minutes_ago(60);
    tell(&server, &agent, "off", start + 10 * 60_000).await;
    tell(&server, &agent, "on", start + 20 * 60_000).await;
    let fixes = minutely(start, 30);
    let mut phone = Phone::connect(&server, &agent).await;
    phone.send(&fixes).await;
    let frames = phone.settled().await;
    assert_eq!((frames.len(), &frames[0]["type"]), (1, &json!("rejected")), "{frames:?}");
    let refused = frames[0]["fixes"].as_array().unwrap();
    assert_eq!(refused.iter().map(|fix| fix["index"].as_i64().unwrap()).collect::<Vec<_>>(), (10..20).collect::<Vec<_>>());
    assert_eq!((&refused[0]["code"], &refused[0]["field"]), (&json!("off_duty"), &json!("recorded_at")));
    let on: Vec<i64> = (0..10).chain(20..30).map(|minute| start + minute * 60_000).collect();
    assert_eq!(times(&server, &agent).await, on);
    assert_eq!(server.quarantine(&agent).await, [] as [Value; 0], "not kept at all");
    // A frame of nothing else is acknowledged too, so that it is never sent again.
    phone.send(&fixes[12..15]).await;
    assert_eq!(phone.settled().await[0]["type"], "rejected");
    let refused = server.metric("salessync_fixes_total{outcome=\"off_duty\"}").await;
    assert!((refused - 13.0).abs() < 1e-9, "{refused}");

    // History and the state now, on the profile and on the map.
    let told = server.get(&duty).await;
    assert_eq!((&told["state"], told["items"].as_array().unwrap().len()), (&json!("on"), 2));
    let mut console = Console::connect(&server).await;
    console.watch(&["territory:none"]).await;
    assert_eq!(console.topics["territory:none"].rows[&agent.id].get("duty"), None);
    tell(&server, &agent, "off", minutes_ago(1)).await;
    console
        .follow_until("the row says so", |console| {
            console.topics["territory:none"].rows.get(&agent.id).is_some_and(|row| row["duty"] == "off")
        })
        .await;
    assert_eq!(server.get(&format!("/agents/{}", agent.id)).await["duty"], "off");
    assert_eq!(server.marker(&agent).await.unwrap()["duty"], "off");
}

#[tokio::test]
async fn a_phone_tells_duty_over_its_socket_and_what_follows_knows_it() {
    let mut server = Server::start().await;
    let agent = server.agent().await;
    let start = minutes_ago(30);
    let id = Uuid::now_v7();
    let mut phone = Phone::connect(&server, &agent).await;
    let off = json!({"type": "duty", "id": id, "state": "off", "at": start + 10 * 60_000}).to_string();
    phone.say(&off).await;
    // Sent without waiting for the answer: it comes behind the change and is judged by it.
    phone.send(&minutely(start, 20)).await;
    let answered = phone.socket.frame().await;
    assert_eq!(
        (&answered["type"], &answered["id"], &answered["state"]),
        (&json!("duty"), &json!(id), &json!("off")),
        "{answered}"
    );
    let frames = phone.settled().await;
    assert_eq!(frames[0]["fixes"].as_array().unwrap().len(), 10, "{frames:?}");
    assert_eq!(times(&server, &agent).await.len(), 10);
    phone.say(&off).await;
    assert_eq!(phone.socket.frame().await["id"], json!(id), "told again it is answered again");
    for (frame, code, field) in [
        (json!({"type": "duty", "state": "on"}), "malformed_frame", "id"),
        (json!({"type": "duty", "id": id}), "malformed_frame", "state"),
        (json!({"type": "duty", "id": id, "state": "maybe"}), "malformed_frame", "state"),
        (json!({"type": "duty", "id": id, "state": "on", "at": "noon"}), "malformed_frame", "at"),
        (json!({"type": "duty", "id": Uuid::now_v7(), "state": "on", "at": minutes_ago(-10)}), "out_of_range", "at"),
    ] {
        phone.say(&frame.to_string()).await;
        let error = phone.socket.frame().await;
        assert_eq!((error["code"].as_str(), error["field"].as_str()), (Some(code), Some(field)), "{frame}: {error}");
    }
    // After a crash of everything it is known still.
    server.kill();
    server.start_again().await;
    let mut phone = Phone::connect(&server, &agent).await;
    phone.send(&minutely(start + 10 * 60_000, 5)).await;
    assert_eq!(phone.settled().await[0]["fixes"].as_array().unwrap().len(), 5);
    let told = server.get(&format!("/agents/{}/duty", agent.id)).await;
    assert_eq!((&told["state"], told["items"].as_array().unwrap().len()), (&json!("off"), 1));
}

/// Told late, it sets aside what was kept; corrected, it takes back; in any order of telling the track is the same.
#[tokio::test]
async fn late_changes_set_aside_and_take_back() {
    let mut server = Server::start().await;
    let agent = server.agent().await;
    let start = minutes_ago(120);
    let minute = |n: i64| start + n * 60_000;
    server.ingest(&agent, &minutely(start, 60)).await;
    let all: Vec<i64> = (0..60).map(minute).collect();
    assert_eq!(times(&server, &agent).await, all);
    tell(&server, &agent, "off", minute(20)).await;
    assert_eq!(times(&server, &agent).await, all[..20]);
    assert_eq!(
        server.position_after(&agent, 20).await["recorded_at"],
        server.get(&format!("/agents/{}/position", agent.id)).await["recorded_at"]
    );
    let aside = server.quarantine(&agent).await;
    assert_eq!((aside.len(), &aside[0]["reason"]), (40, &json!("off_duty")));
    let day = server.get(&format!("/agents/{}/position", agent.id)).await["day"].clone();
    assert_eq!(day["fixes"], 20, "totals do not know them: {day}");

    tell(&server, &agent, "on", minute(40)).await;
    let worked: Vec<i64> = (0..20).chain(40..60).map(minute).collect();
    assert_eq!(times(&server, &agent).await, worked);
    assert_eq!(server.get(&format!("/agents/{}/position", agent.id)).await["day"]["fixes"], 40);
    // And so it stays, sent again or started anew.
    let mut phone = Phone::connect(&server, &agent).await;
    phone.send(&minutely(minute(20), 20)).await;
    assert_eq!(phone.settled().await[0]["fixes"].as_array().unwrap().len(), 20);
    server.kill();
    server.start_again().await;
    assert_eq!(times(&server, &agent).await, worked);
    assert_eq!(server.position_after(&agent, 40).await["day"]["fixes"], 40);
    // The whole of it was a mistake.
    tell(&server, &agent, "on", minute(20)).await;
    assert_eq!(times(&server, &agent).await, worked, "off wins at the same instant");
    let acts = server.acts(&agent.id).await;
    assert!(acts.is_none_or(|acts| acts.iter().filter(|act| *act == "duty_changed").count() == 3));
}

#[tokio::test]
async fn a_stock_app_forgets_what_is_off_duty_and_settings_may_require_duty() {
    let server = Server::start().await;
    let agent = server.agent().await;
    let device = server.post(&format!("/agents/{}/devices", agent.id), json!({"app": "osmand"})).await;
    let token = device["token"].as_str().unwrap();
    let start = minutes_ago(60);
    tell(&server, &agent, "off", start).await;
    let send = async |at: i64| {
        let url = format!("/phone/osmand/{token}?lat=52.5&lon=13.4&timestamp={}", at / 1000);
        answer(server.request(Method::POST, &url)).await.status
    };
    assert_eq!(send(start + 60_000).await, 200, "answered so that the app forgets it");
    assert_eq!(times(&server, &agent).await, [] as [i64; 0]);
    assert_eq!(send(start - 60_000).await, 200);
    assert_eq!(times(&server, &agent).await.len(), 1);
    let counted = server.metric("salessync_phone_fixes_total{app=\"osmand\",outcome=\"off_duty\"}").await;
    assert!((counted - 1.0).abs() < 1e-9, "{counted}");

    // Where the settings require it, whoever never went on duty is not tracked.
    let other = server.agent().await;
    let rules = server.get("/settings/tracks").await["items"][0]["rules"].clone();
    let mut rules = if rules.is_object() { rules } else { json!({}) };
    rules["duty_required"] = json!(true);
    let put = server.call(Method::PUT, "/settings/tracks", Some(json!({"rules": rules, "valid_from": start}))).await;
    assert_eq!(put.status / 100, 2, "{put:?}");
    let mut phone = Phone::connect(&server, &other).await;
    phone.send(&minutely(start - 5 * 60_000, 10)).await;
    assert_eq!(phone.settled().await[0]["fixes"].as_array().unwrap().len(), 5, "from then on");
    tell(&server, &other, "on", start).await;
    phone.send(&minutely(start, 5)).await;
    assert_eq!(phone.settled().await, [] as [Value; 0]);
    assert_eq!(times(&server, &other).await.len(), 10);
}

#[tokio::test]
async fn duty_is_told_by_whoever_may_and_what_is_wrong_is_named() {
    let server = Server::start().await;
    let agents = server.agents(2, None).await;
    let path = |agent: &Agent| format!("/agents/{}/duty", agent.id);
    let id = Uuid::now_v7();
    let body = json!({"id": id, "state": "on"});
    let own = server.ask(Some(&agents[0].token), Method::POST, &path(&agents[0]), Some(body.clone())).await;
    assert_eq!((own.status, &own.body["state"]), (201, &json!("on")), "{own:?}");
    let again =
        server.ask(Some(&agents[0].token), Method::POST, &path(&agents[0]), Some(json!({"id": id, "state": "off"}))).await;
    assert_eq!((again.status, &again.body), (200, &own.body), "an id that was told before");
    let others = server.ask(Some(&agents[0].token), Method::POST, &path(&agents[1]), Some(body.clone())).await;
    assert_eq!(others.status, 404);
    let taken = server.call(Method::POST, &path(&agents[1]), Some(body)).await;
    assert_eq!((taken.status, taken.code()), (409, "taken"));
    server.person("auditor.d@example.com", "auditor", json!({})).await;
    let auditor = server.sign_in("auditor.d@example.com").await.access;
    assert_eq!(server.ask(Some(&auditor), Method::GET, &path(&agents[0]), None).await.status, 200);
    assert_eq!(server.ask(Some(&auditor), Method::POST, &path(&agents[0]), Some(json!({"state": "on"}))).await.status, 403);
    for (body, field) in [
        (json!({}), "state"),
        (json!({"state": "maybe"}), "state"),
        (json!({"state": "on", "at": minutes_ago(-3)}), "at"),
        (json!({"state": "on", "at": minutes_ago(32 * 24 * 60)}), "at"),
        (json!({"state": "on", "id": 7}), "id"),
    ] {
        let refused = server.call(Method::POST, &path(&agents[0]), Some(body.clone())).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{body}");
    }
}

#[tokio::test]
async fn how_an_agent_works_is_kept_by_versions_and_shown_to_whom_it_concerns() {
    let server = Server::with(&[("ORGANISATION__TIME_ZONE", "UTC")]).await;
    let territory = server.territory("Work").await;
    let agent = server.agents(1, Some(&territory)).await.remove(0);
    let path = format!("/agents/{}/work", agent.id);
    assert_eq!(server.get(&path).await["version"], 0);
    server.call(Method::PUT, "/skills/cold", Some(json!({"name": "Cold chain"}))).await;
    let body = json!({
        "rotas": [{"valid_from": "2026-01-01", "shifts": [{"days": ["mon", "tue"], "from": "08:00", "to": "17:00",
            "breaks": [{"from": "11:30", "to": "13:30", "duration_s": 1800}]}]}],
        "absences": [{"from": "2026-03-03T10:00:00Z", "to": "2026-03-03T12:00:00Z", "reason": "dentist"}],
        "base": {"start": {"address": "Am Hang 3", "point": {"lat": 52.5001, "lon": 13.4001}}, "end": {"kind": "open"}},
        "vehicle": {"profile": "car"}, "skills": [{"code": "cold"}], "cost": {"hourly_minor": 2500},
    });
    let put = async |body: &Value| server.call(Method::PUT, &path, Some(body.clone())).await;
    let first = put(&body).await;
    assert_eq!((first.status, &first.body["version"], &first.body["currency"]), (200, &json!(1), &json!("EUR")), "{first:?}");
    assert_eq!(put(&body).await.body, first.body, "said again it is no new version");
    let stale = server.call(Method::PUT, &format!("{path}?version=0"), Some(json!({}))).await;
    assert_eq!((stale.status, stale.code()), (409, "version_conflict"));
    for (member, value, field) in [
        (
            "rotas",
            json!([{"valid_from": "2026-01-01", "shifts": [{"days": [], "from": "08:00", "to": "09:00"}]}]),
            "rotas[0].shifts[0].days",
        ),
        (
            "rotas",
            json!([{"valid_from": "2026-01-01", "shifts": [{"days": ["mon"], "from": "8", "to": "09:00"}]}]),
            "rotas[0].shifts[0].from",
        ),
        ("skills", json!([{"code": "hot"}]), "skills"),
        ("wage", json!(1), "wage"),
        ("overtime_max_s", json!(50_000), "overtime_max_s"),
    ] {
        let mut wrong = body.clone();
        wrong[member] = value;
        let refused = put(&wrong).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{refused:?}");
        let told = refused.body["message"].as_str().unwrap();
        assert!(field != "skills" || told.contains("hot"), "which skill: {told}");
    }
    let used = server.call(Method::DELETE, "/skills/cold", None).await;
    assert_eq!((used.status, used.code()), (409, "in_use"));
    let days = server.get(&format!("/agents/{}/work-days?from=2026-03-02&to=2026-03-09", agent.id)).await;
    let starts: Vec<_> = days["items"].as_array().unwrap().iter().map(|day| day["start"].as_str().unwrap()).collect();
    assert_eq!(starts, ["2026-03-02T08:00:00.000Z", "2026-03-03T08:00:00.000Z", "2026-03-03T12:00:00.000Z"]);
    let far = server.call(Method::GET, &format!("/agents/{}/work-days?from=2026-01-01&to=2026-12-31", agent.id), None).await;
    assert_eq!((far.status, far.field()), (400, "to"));

    // The agent sees all of it; a dispatcher everything but why somebody is away; an auditor not where they live.
    let of = async |token: &str| server.ask(Some(token), Method::GET, &path, None).await.body;
    assert_eq!(of(&agent.token).await["absences"][0]["reason"], "dentist");
    server.person("disp.w@example.com", "dispatcher", json!({"territories": [territory]})).await;
    let dispatcher = of(&server.sign_in("disp.w@example.com").await.access).await;
    assert_eq!(
        (&dispatcher["absences"][0]["reason"], &dispatcher["base"]["start"]["address"]),
        (&json!(""), &json!("Am Hang 3"))
    );
    server.person("auditor.w@example.com", "auditor", json!({})).await;
    let auditor = of(&server.sign_in("auditor.w@example.com").await.access).await;
    assert_eq!(auditor["base"]["start"]["address"], "");
    assert_ne!(auditor["base"]["start"]["point"]["lat"], 52.5001);
    let erased = server.call(Method::POST, &format!("/agents/{}/erase", agent.id), Some(json!({"confirm": "Agent 0"}))).await;
    assert_eq!((erased.status, &erased.body["rows"]["agent_work"]), (200, &json!(1)), "{erased:?}");
    eventually("the skill is free", async || {
        (server.call(Method::DELETE, "/skills/cold", None).await.status == 204).then_some(())
    })
    .await;
}
