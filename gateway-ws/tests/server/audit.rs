//! The audit trail as an administrator, an intruder and an auditor meet it: over REST, at the command line, and by hand in the database.

use super::common::server::{answer, command};
use super::common::{Server, eventually};
use reqwest::Method;
use serde_json::{Value, json};

/// The newest act of a kind.
async fn newest(server: &Server, kind: &str) -> Value {
    server.get(&format!("/audit?kind={kind}&limit=1")).await["items"][0].clone()
}

/// Runs `salessync audit verify`: how it ended, and what it printed.
async fn verify(server: &Server, arguments: &[&str]) -> (i32, String) {
    let mut command = command(server.data_dir(), &[]);
    command.args(["audit", "verify"]).args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stdout).into_owned())
}

async fn is_sealed(server: &Server) -> Option<()> {
    let items = server.get("/audit?limit=1000").await["items"].clone();
    items.as_array().unwrap().iter().filter(|act| act["kind"] != "audit_read").all(|act| act["seq"].is_i64()).then_some(())
}

#[tokio::test]
async fn acts_are_in_the_trail_with_who_where_and_what_changed() {
    let server = Server::start().await;
    let me = server.get("/me").await["id"].clone();
    let agent = server.agent().await;
    let territory = server.territory("North").await;
    server.patch(&format!("/agents/{}", agent.id), json!({"territory_id": territory, "name": "Secret Name"})).await;
    let changed = newest(&server, "agent_changed").await;
    assert_eq!((&changed["actor_kind"], &changed["actor_id"], &changed["actor_name"]), (&json!("user"), &me, &json!("Ada")));
    assert_eq!(changed["object"], json!({"kind": "agent", "id": agent.id}));
    assert_eq!((&changed["outcome"], &changed["address"]), (&json!("done"), &json!("127.0.0.1")));
    assert_eq!(changed["before"], json!({"territory_id": null}));
    assert_eq!(changed["after"], json!({"territory_id": territory, "name_changed": true}));

    let enrolled = server.call(Method::POST, &format!("/agents/{}/devices", agent.id), Some(json!({"app": "owntracks"}))).await;
    let device = enrolled.body["id"].as_str().unwrap().to_owned();
    let told = newest(&server, "device_enrolled").await;
    assert_eq!((&told["object"]["id"], &told["request_id"]), (&json!(device), &json!(enrolled.request_id)));
    server.patch(&format!("/devices/{device}"), json!({"name": "annas-phone"})).await;
    server.post(&format!("/devices/{device}/token"), json!({})).await;
    server.call(Method::DELETE, &format!("/devices/{device}"), None).await;
    assert_eq!(newest(&server, "device_revoked").await["object"]["id"], json!(device));
    server.text(&format!("/api/v1/agents/{}/track?format=gpx", agent.id)).await;
    assert_eq!(newest(&server, "export").await["after"]["format"], "gpx");

    let whole = server.get("/audit?limit=1000").await.to_string();
    for (secret, what) in [("Secret Name", "a name"), ("annas", "a name"), (agent.token.as_str(), "a token")] {
        assert!(!whole.contains(secret), "{what} is in the trail");
    }
    let token = enrolled.body["token"].as_str().unwrap();
    assert!(!whole.contains(token), "a phone's token is in the trail");
    for kind in ["agent_created", "token_minted", "territory_changed", "device_changed"] {
        assert!(newest(&server, kind).await.is_object(), "{kind}");
    }
    eventually("that the trail is read is in the trail", async || newest(&server, "audit_read").await.is_object().then_some(()))
        .await;

    let page = server.get("/audit?limit=2").await;
    let next = page["next"].as_str().unwrap();
    let second = server.get(&format!("/audit?limit=2&after={next}")).await;
    assert!(second["items"][0]["id"].as_str() < page["items"][1]["id"].as_str());
    let of_device = server.get(&format!("/audit?object=device:{device}")).await;
    assert_eq!(of_device["items"].as_array().unwrap().len(), 4);
    for (query, field) in [
        ("kind=nonsense", "kind"),
        ("limit=0", "limit"),
        ("actor=me", "actor"),
        ("object=:", "object"),
        ("from=x", "from"),
        ("after=x", "after"),
        ("outcome=maybe", "outcome"),
        ("what=x", "what"),
    ] {
        let refused = server.call(Method::GET, &format!("/audit?{query}"), None).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{query}: {refused:?}");
    }
}

#[tokio::test]
async fn refusals_are_counted_and_not_written_one_by_one() {
    let server = Server::start().await;
    let agent = server.agent().await;
    for _ in 0..50 {
        let request = server.request(Method::GET, "/api/v1/audit").header("authorization", format!("Bearer {}", agent.token));
        assert_eq!(answer(request).await.status, 403);
    }
    let acts = eventually("refusals are written", async || {
        let acts = server.get("/audit?kind=access_refused").await["items"].as_array().unwrap().clone();
        (!acts.is_empty()).then_some(acts)
    });
    let acts = acts.await;
    assert!(acts.len() <= 6, "{}", acts.len());
    assert_eq!((&acts[0]["actor_kind"], &acts[0]["actor_id"]), (&json!("agent"), &json!(agent.id)));
    assert_eq!((&acts[0]["outcome"], &acts[0]["object"]["id"]), (&json!("refused"), &json!("GET /api/v1/audit")));
}

#[tokio::test]
async fn tampering_by_hand_is_found_from_the_command_line() {
    let mut server = Server::start().await;
    let agents = server.agents(3, None).await;
    for agent in &agents {
        server.patch(&format!("/agents/{}", agent.id), json!({"name": "Other"})).await;
    }
    eventually("all is sealed", async || is_sealed(&server).await).await;
    let (code, printed) = verify(&server, &[]).await;
    assert_eq!(code, 0, "{printed}");
    assert!(printed.starts_with("all fits: "), "{printed}");

    let exported = server.cli(&["audit", "export"], "").await;
    let first: Value = serde_json::from_str(exported.lines().next().unwrap()).unwrap();
    assert_eq!(first["seq"], 1);
    let key = server.cli(&["audit", "public-key"], "").await;
    assert_eq!(verify(&server, &["--public-key", &key]).await.0, 0);
    let (code, printed) = verify(&server, &["--public-key", &"0".repeat(64)]).await;
    assert!(code == 1 && printed.contains("unknown key"), "{printed}");
    assert_eq!(verify(&server, &["--public-key", "short"]).await.0, 64);

    // The server's own stop seals what is left.
    server.patch(&format!("/agents/{}", agents[0].id), json!({"name": "Another"})).await;
    assert!(server.terminate().await.success());
    server.start_again().await;
    assert_eq!(verify(&server, &[]).await.0, 0);
    let by_hand = "set session_replication_role = replica; update audit_log set actor_id = gen_random_uuid() where seq = 2";
    if server.sql(by_hand).await.is_some() {
        let (code, printed) = verify(&server, &[]).await;
        assert_eq!(code, 1);
        assert!(printed.contains("(seq 2) was altered"), "{printed}");
    }
}
