//! Users, roles, teams and keys: who may change whom, what nobody may give away, and how soon a change is felt.

use super::common::Server;
use super::common::server::{EMAIL, PASSWORD};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn permission(module: &str, action: &str, scope: &str) -> Value {
    json!({"module": module, "action": action, "scope": scope})
}

#[tokio::test]
async fn who_is_disabled_is_nobody_within_a_second() {
    let server = Server::start().await;
    let id = server.person("ben@example.com", "dispatcher", json!({})).await;
    let ben = server.sign_in("ben@example.com").await;
    let path = format!("/users/{id}");
    let disabled = server.patch(&path, json!({"disabled": true})).await;
    assert_eq!(disabled["disabled"], true);
    assert!(!server.is_known(&ben.access).await, "before the answer");
    assert_eq!(server.refresh(&ben.refresh, "x").await.status, 401);
    let refused = server.login("ben@example.com", PASSWORD, None).await;
    assert_eq!((refused.status, refused.code()), (401, "invalid_credentials"), "the answer says nothing of it");
    server.patch(&path, json!({"disabled": false})).await;
    let ben = server.sign_in("ben@example.com").await;
    // By hand, behind the server's back.
    if server.sql(&format!("update users set disabled_at = now() where id = '{id}'")).await.is_some() {
        let since = Instant::now();
        server.until_known(&ben.access, false).await;
        assert!(since.elapsed() < Duration::from_secs(5), "a second, and the patience of a busy machine");
        let acts = server.acts(&id).await.unwrap();
        assert_eq!(acts.iter().filter(|act| *act == "user_disabled").count(), 1, "{acts:?}");
    }
}

#[tokio::test]
async fn administrators_do_not_shut_themselves_out() {
    let server = Server::start().await;
    let me = server.get("/me").await["id"].as_str().unwrap().to_owned();
    let change = async |id: &str, patch: Value| server.call(Method::PATCH, &format!("/users/{id}"), Some(patch)).await;
    for patch in [json!({"disabled": true}), json!({"role": "dispatcher"})] {
        assert_eq!(change(&me, patch.clone()).await.code(), "own_account", "{patch}");
    }
    // Two administrators take each other's role at once: one stays.
    let eve = server.person("eve@example.com", "admin", json!({})).await;
    let token = server.sign_in("eve@example.com").await.access;
    let path = format!("/users/{me}");
    let eves = server.ask(Some(&token), Method::PATCH, &path, Some(json!({"role": "dispatcher"})));
    let (one, two) = tokio::join!(change(&eve, json!({"role": "dispatcher"})), eves);
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200, "{one:?} {two:?}");
    assert!([403, 409].contains(&statuses[1]), "{one:?} {two:?}");
    if let Some(rows) = server.sql("select count(*) from users where role = 'admin' and disabled_at is null").await {
        assert_eq!(rows, [["1"]]);
    }
}

#[tokio::test]
async fn nobody_gives_more_than_they_have() {
    let server = Server::start().await;
    let (north, south) = (server.territory("North").await, server.territory("South").await);
    let mut own: Vec<_> = ["agents", "positions"].map(|module| permission(module, "read", "territory")).to_vec();
    for action in ["read", "create", "update"] {
        own.push(permission("users", action, "all"));
        own.push(permission("roles", action, "all"));
        own.push(permission("api_keys", action, "all"));
    }
    server.post("/roles", json!({"name": "recruiter", "title": "Recruiter", "permissions": own})).await;
    let seer = [permission("positions", "read", "territory")];
    server.post("/roles", json!({"name": "seer", "title": "Seer", "permissions": seer})).await;
    let recruiter = server.person("rita@example.com", "recruiter", json!({"territories": [north]})).await;
    let ben = server.person("ben@example.com", "seer", json!({"territories": [north]})).await;
    let admin = server.get("/me").await["id"].as_str().unwrap().to_owned();
    let rita = server.sign_in("rita@example.com").await.access;
    let ask = async |method: Method, path: &str, body: Value| {
        server.ask(Some(&rita), method, path, (!body.is_null()).then_some(body)).await
    };
    let in_a_month = (chrono::Utc::now() + chrono::Duration::days(30)).to_rfc3339();
    let invitation = |role: &str, territory: &str| json!({"email": "new@example.com", "name": "New", "role": role, "territories": [territory]});
    let key =
        |role: &str, territory: &str| json!({"name": "k", "role": role, "territories": [territory], "expires_at": in_a_month});
    for (method, path, body, status) in [
        (Method::POST, "/invitations".to_owned(), invitation("admin", &north), 403),
        (Method::POST, "/invitations".to_owned(), invitation("dispatcher", &north), 403),
        (Method::POST, "/invitations".to_owned(), invitation("seer", &south), 403),
        (Method::POST, "/invitations".to_owned(), invitation("seer", &north), 201),
        (Method::PATCH, format!("/users/{ben}"), json!({"role": "admin"}), 403),
        (Method::PATCH, format!("/users/{ben}"), json!({"territories": [south]}), 403),
        (Method::PATCH, format!("/users/{ben}"), json!({"role": "recruiter"}), 200),
        (Method::PATCH, format!("/users/{recruiter}"), json!({"territories": [north, south]}), 403),
        (Method::PATCH, format!("/users/{recruiter}"), json!({"role": "admin"}), 403),
        (Method::PATCH, format!("/users/{admin}"), json!({"disabled": true}), 403),
        (Method::PATCH, format!("/users/{admin}"), json!({"name": "Mallory"}), 403),
        (Method::POST, format!("/users/{admin}/impersonate"), Value::Null, 403),
        (Method::POST, format!("/users/{admin}/sessions/revoke"), Value::Null, 403),
        (Method::POST, format!("/users/{admin}/second-factor/reset"), Value::Null, 403),
        (Method::POST, "/api-keys".to_owned(), key("admin", &north), 403),
        (Method::POST, "/api-keys".to_owned(), key("seer", &south), 403),
        (Method::POST, "/api-keys".to_owned(), key("seer", &north), 201),
        (
            Method::POST,
            "/roles".to_owned(),
            json!({"name": "more", "title": "More", "permissions": [permission("positions", "read", "all")]}),
            403,
        ),
        (Method::POST, "/roles".to_owned(), json!({"name": "same", "title": "Same", "permissions": seer}), 201),
        (
            Method::PUT,
            "/roles/recruiter".to_owned(),
            json!({"title": "Recruiter", "permissions": [permission("settings", "update", "all")]}),
            403,
        ),
    ] {
        let answer = ask(method.clone(), &path, body.clone()).await;
        assert_eq!(answer.status, status, "{method} {path} {body}: {answer:?}");
    }
}

#[tokio::test]
async fn roles_are_made_changed_and_deleted_when_nobody_has_them() {
    let server = Server::start().await;
    let listed = server.get("/roles").await;
    let names: Vec<_> = listed["items"].as_array().unwrap().iter().map(|role| role["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["agent", "dispatcher", "manager", "admin", "auditor"]);
    let make = async |body: Value| server.call(Method::POST, "/roles", Some(body)).await;
    let role = |name: &str, permissions: Value| json!({"name": name, "title": "T", "permissions": permissions});
    for (body, field) in [
        (role("X", json!([])), "name"),
        (role("x", json!([])), "name"),
        (role("1st", json!([])), "name"),
        (role("ok", json!([permission("everything", "read", "all")])), "permissions[0].module"),
        (role("ok", json!([permission("tracks", "read", "all"), permission("tracks", "steal", "all")])), "permissions[1].action"),
        (role("ok", json!([permission("tracks", "read", "region")])), "permissions[0].scope"),
        (role("ok", json!([permission("users", "read", "territory")])), "permissions[0].scope"),
    ] {
        let refused = make(body.clone()).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{body}: {refused:?}");
    }
    assert_eq!(make(role("admin", json!([]))).await.status, 409);
    assert_eq!(make(role("seer", json!([permission("positions", "read", "all")]))).await.status, 201);
    assert_eq!(make(role("seer", json!([]))).await.status, 409);

    let ben = server.person("ben@example.com", "seer", json!({})).await;
    let token = server.sign_in("ben@example.com").await.access;
    let status = async |path: &str| server.ask(Some(&token), Method::GET, path, None).await.status;
    assert_eq!((status("/positions").await, status("/agents").await), (200, 403));
    let change = json!({"title": "Other", "permissions": [permission("agents", "read", "all")]});
    assert_eq!(server.call(Method::PUT, "/roles/seer", Some(change.clone())).await.status, 200);
    assert_eq!((status("/positions").await, status("/agents").await), (403, 200), "with the answer");
    assert_eq!(server.call(Method::PUT, "/roles/admin", Some(change.clone())).await.code(), "built_in");
    assert_eq!(server.call(Method::PATCH, "/roles/nobodys", Some(change)).await.status, 404);
    let delete = async |name: &str| server.call(Method::DELETE, &format!("/roles/{name}"), None).await;
    assert_eq!((delete("seer").await.code(), delete("admin").await.code()), ("role_in_use", "built_in"));
    server.patch(&format!("/users/{ben}"), json!({"role": "dispatcher"})).await;
    assert_eq!((delete("seer").await.status, delete("seer").await.status), (204, 404));
    if let Some(acts) = server.acts("seer").await {
        assert_eq!(acts, ["role_created", "role_updated", "role_deleted"]);
    }
}

#[tokio::test]
async fn teams_are_led() {
    let server = Server::start().await;
    let agent = server.agent().await;
    let lead = server.person("lena@example.com", "manager", json!({})).await;
    let lena = server.sign_in("lena@example.com").await.access;
    let seen = async || server.ask(Some(&lena), Method::GET, &format!("/agents/{}", agent.id), None).await.status;
    assert_eq!(seen().await, 404);
    for (body, field) in [
        (json!({"name": "", "agents": [], "leads": []}), "name"),
        (json!({"name": "T", "agents": [uuid::Uuid::now_v7()]}), "agents"),
        (json!({"name": "T", "leads": [uuid::Uuid::now_v7()]}), "leads"),
    ] {
        let refused = server.call(Method::POST, "/teams", Some(body)).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{refused:?}");
    }
    let team = server.post("/teams", json!({"name": "North", "agents": [agent.id], "leads": [lead, lead]})).await;
    assert_eq!((&team["leads"], seen().await), (&json!([lead]), 200));
    assert_eq!(server.call(Method::POST, "/teams", Some(json!({"name": "North"}))).await.status, 409);
    let path = format!("/teams/{}", team["id"].as_str().unwrap());
    let renamed = server.patch(&path, json!({"name": "Far north"})).await;
    assert_eq!((&renamed["name"], &renamed["agents"]), (&json!("Far north"), &json!([agent.id])));
    server.patch(&path, json!({"agents": []})).await;
    assert_eq!(seen().await, 404);
    assert_eq!(server.call(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(server.call(Method::DELETE, &path, None).await.status, 404);
    assert_eq!(server.ask(Some(&lena), Method::POST, "/teams", Some(json!({"name": "Mine"}))).await.status, 403);
}

#[tokio::test]
async fn an_api_key_is_scoped_ends_and_is_revoked() {
    let server = Server::start().await;
    let (north, south) = (server.territory("North").await, server.territory("South").await);
    let (near, far) = (server.agents(1, Some(&north)).await.remove(0), server.agents(1, Some(&south)).await.remove(0));
    let in_a_month = (chrono::Utc::now() + chrono::Duration::days(30)).to_rfc3339();
    let make = async |body: Value| server.call(Method::POST, "/api-keys", Some(body)).await;
    for (body, field) in [
        (json!({"name": "erp", "role": "dispatcher"}), "expires_at"),
        (json!({"name": "erp", "role": "dispatcher", "expires_at": "2020-01-01T00:00:00Z"}), "expires_at"),
        (json!({"name": "erp", "role": "dispatcher", "expires_at": "2099-01-01T00:00:00Z"}), "expires_at"),
        (json!({"name": "erp", "role": "emperor", "expires_at": in_a_month}), "role"),
        (json!({"name": "", "role": "dispatcher", "expires_at": in_a_month}), "name"),
    ] {
        let refused = make(body).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{refused:?}");
    }
    let made = make(json!({"name": "erp", "role": "dispatcher", "territories": [north], "expires_at": in_a_month})).await;
    assert_eq!(made.status, 201);
    let (id, key) = (made.body["id"].as_str().unwrap().to_owned(), made.body["key"].as_str().unwrap().to_owned());
    assert!(key.starts_with("ssk_") && key.len() > 70);
    let status = async |key: &str, path: &str| server.ask(Some(key), Method::GET, path, None).await.status;
    let (near, far) = (format!("/agents/{}", near.id), format!("/agents/{}", far.id));
    assert_eq!((status(&key, &near).await, status(&key, &far).await, status(&key, "/users").await), (200, 404, 403));
    assert_eq!(status(&key, "/me").await, 403, "a program is nobody");
    let listed = server.get("/api-keys").await;
    assert_eq!((&listed["items"][0]["id"], listed["items"][0].get("key")), (&json!(id), None), "shown once");
    for wrong in [
        key[..key.len() - 1].to_owned(),
        format!("{key}x"),
        key.to_uppercase(),
        "ssk_".to_owned(),
        "ssk__".to_owned(),
        format!("ssk_{}", id.replace('-', "")),
        format!("ssk_{}_{}", uuid::Uuid::now_v7().simple(), key.rsplit_once('_').unwrap().1),
    ] {
        assert_eq!(status(&wrong, &near).await, 401, "{wrong}");
    }
    let cookie = server.request(Method::GET, &format!("/api/v1{near}")).header("cookie", format!("salessync_access={key}"));
    assert_eq!(cookie.send().await.unwrap().status(), 401, "a key is no cookie");

    if server.sql(&format!("update api_keys set expires_at = now() where id = '{id}'")).await.is_some() {
        super::common::eventually("it is felt", async || (status(&key, &near).await == 401).then_some(())).await;
        server.sql(&format!("update api_keys set expires_at = now() + interval '1 day' where id = '{id}'")).await;
        super::common::eventually("it is felt", async || (status(&key, &near).await == 200).then_some(())).await;
        let stored = server.sql("select encode(hash, 'escape') from api_keys").await.unwrap();
        assert!(!stored[0][0].contains(key.rsplit_once('_').unwrap().1));
    }
    let path = format!("/api-keys/{id}");
    assert_eq!(server.call(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(status(&key, &near).await, 401, "before the answer");
    assert_eq!(server.call(Method::DELETE, &path, None).await.status, 404);
}

#[tokio::test]
async fn an_administrator_acts_as_somebody_for_a_while() {
    let server = Server::start().await;
    let ben = server.person("ben@example.com", "dispatcher", json!({})).await;
    let begun = server.call(Method::POST, &format!("/users/{ben}/impersonate"), None).await;
    assert_eq!(begun.status, 200, "{begun:?}");
    assert_eq!(begun.body.get("refresh_token"), None);
    let token = begun.body["access_token"].as_str().unwrap();
    let ask = async |method: Method, path: &str, body: Option<Value>| server.ask(Some(token), method, path, body).await;
    let me = ask(Method::GET, "/me", None).await.body;
    assert_eq!((&me["id"], &me["impersonated_by"]["name"]), (&json!(ben), &json!("Ada")));
    assert_eq!(ask(Method::GET, "/users", None).await.status, 403, "no more than they may");
    for (path, body) in [
        ("/auth/password", json!({"current": PASSWORD, "new": "another long password"})),
        ("/auth/totp", json!({"password": PASSWORD})),
        ("/auth/sessions/revoke-others", json!({})),
    ] {
        let refused = ask(Method::POST, path, Some(body)).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{path}");
    }
    let own = server.sign_in("ben@example.com").await;
    let sessions = server.ask(Some(&own.access), Method::GET, "/auth/sessions", None).await.body;
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1, "it is not one of theirs");
    let revoked = server.post(&format!("/users/{ben}/sessions/revoke"), json!({})).await;
    assert_eq!(revoked["revoked"], 2);
    assert!(!server.is_known(token).await && !server.is_known(&own.access).await);
    if let Some(acts) = server.acts(&ben).await {
        assert!(acts.iter().any(|act| act == "impersonation_begun"), "{acts:?}");
    }
    let me = server.get("/me").await["id"].as_str().unwrap().to_owned();
    assert_eq!(server.call(Method::POST, &format!("/users/{me}/impersonate"), None).await.status, 403);
}

#[tokio::test]
async fn phones_have_sessions_and_renew_them() {
    let server = Server::start().await;
    let agent = server.agent().await;
    let minted = server.post(&format!("/agents/{}/tokens", agent.id), json!({"ttl_s": 600})).await;
    let refresh = minted["refresh_token"].as_str().unwrap();
    let renewed = server.refresh(refresh, "phone").await;
    assert_eq!((renewed.status, &renewed.body["agent"]), (200, &json!(agent.id)), "{renewed:?}");
    assert_ne!(renewed.body["refresh_token"], refresh);
    let of_phone = |answer: &Value| answer["access_token"].as_str().unwrap().to_owned();
    let phone = super::common::Agent { id: agent.id.clone(), token: of_phone(&renewed.body) };
    super::common::Phone::connect(&server, &phone).await;
    let stranger = server.ask(Some(&phone.token), Method::GET, "/me", None).await;
    assert_eq!(stranger.status, 403);
    assert_eq!(server.refresh(refresh, "thief").await.status, 401);
    assert_eq!(server.ask(Some(&phone.token), Method::GET, &format!("/agents/{}", agent.id), None).await.status, 401);
    assert_eq!(server.ask(Some(&of_phone(&minted)), Method::GET, &format!("/agents/{}", agent.id), None).await.status, 401);
}

#[tokio::test]
async fn the_command_line_makes_administrators_and_tokens_that_can_be_ended() {
    let server = Server::start().await;
    let territory = server.territory("North").await;
    server.cli(&["admin", "create", "--email", "root@example.com", "--name", "Root", "--password-stdin"], PASSWORD).await;
    let create =
        ["user", "create", "--email", "Ben@example.com", "--name", "Ben", "--role", "dispatcher", "--territory", &territory];
    server.cli(&[create.as_slice(), &["--password-stdin"]].concat(), PASSWORD).await;
    let token = server.cli(&["token", "--user", "ben@example.com", "--ttl-s", "600"], "").await;
    server.until_known(&token, true).await;
    let me = server.ask(Some(&token), Method::GET, "/me", None).await.body;
    assert_eq!((&me["email"], &me["territories"][0]["name"]), (&json!("Ben@example.com"), &json!("North")));
    let root = server.sign_in("root@example.com").await.access;
    let found = server.ask(Some(&root), Method::GET, "/users?q=BEN@example.com", None).await.body;
    let id = found["items"][0]["id"].as_str().unwrap();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let ended = server.ask(Some(&root), Method::POST, &format!("/users/{id}/sessions/revoke"), None).await;
    assert_eq!((ended.status, &ended.body["revoked"]), (200, &json!(1)));
    assert!(!server.is_known(&token).await);
    // Again with another role: the same account.
    let create = ["user", "create", "--email", "ben@example.com", "--name", "Ben", "--role", "auditor", "--password-stdin"];
    server.cli(&create, PASSWORD).await;
    assert_eq!(server.get("/users?role=auditor").await["items"][0]["id"], json!(id));
    let by_name = server.get("/users?q=e&limit=1").await;
    assert!(by_name["next"].is_null() || by_name["items"].as_array().unwrap().len() == 1);
}

#[tokio::test]
async fn secrets_are_in_no_log_and_no_table() {
    let server = Server::with(&[("LOG__FILTER", "debug")]).await;
    server.person("ben@example.com", "dispatcher", json!({})).await;
    let ben = server.sign_in("ben@example.com").await;
    server.login("ben@example.com", "the wrong long password", None).await;
    let invited = server.post("/invitations", json!({"email": "carol@example.com", "name": "Carol", "role": "auditor"})).await;
    let token = super::common::people::token_of(invited["link"].as_str().unwrap());
    server.ask(None, Method::GET, &format!("/auth/invitations/{token}"), None).await;
    server.ask(None, Method::GET, &format!("/auth/invitations/{token}x"), None).await;
    server.ask(None, Method::POST, "/auth/password/forgot", Some(json!({"email": "ben@example.com"}))).await;
    let log = std::fs::read_to_string(server.data_dir().join("server.log")).unwrap();
    for secret in
        [PASSWORD, "the wrong long password", &ben.access, &ben.refresh, &token, "ben@example.com", "carol@example.com", EMAIL]
    {
        assert!(!log.contains(secret), "{secret:.12}… is in the log");
    }
    let Some(rows) =
        server.sql("select u::text, s::text, r::text, i::text from users u, sessions s, refresh_tokens r, invitations i").await
    else {
        return;
    };
    let stored = rows.concat().join("\n");
    for secret in [PASSWORD, ben.refresh.split_once('.').unwrap().1, &token, "example.com"] {
        assert!(!stored.contains(secret), "{secret:.12}… is in the database");
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!stored.contains(&hex), "{secret:.12}… is in the database");
    }
}
