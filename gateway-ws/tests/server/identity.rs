//! Signing in, renewing, ending: what a session is worth and when it is worth nothing any more.

use super::common::people::{SignedIn, token_of};
use super::common::server::{EMAIL, PASSWORD, answer};
use super::common::socket::Socket;
use super::common::{Server, eventually};
use reqwest::Method;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use serde_json::{Value, json};

const PHONE: &str = "SalesSync/1 (test)";

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_its_answer_can_be_asked_for_again() {
    let server = Server::start().await;
    let first = server.sign_in(EMAIL).await;
    assert_eq!(first.body["user"]["email"], EMAIL);

    // Many tabs at once: all get the same answer.
    let asked: Vec<_> = (0..8).map(|_| server.refresh(&first.refresh, PHONE)).collect();
    let answers = futures_util::future::join_all(asked).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (200, &answers[0].body), "{answers:?}");
    }
    let second = SignedIn::of(answers[0].body.clone());
    assert_ne!(second.refresh, first.refresh);
    assert!(server.is_known(&second.access).await);
    assert!(server.is_known(&first.access).await, "the token before lives on for its quarter of an hour");

    // The next is good, and the first is still a lost answer to the same client.
    let third = SignedIn::of(server.refresh(&second.refresh, PHONE).await.body);
    assert_eq!(server.refresh(&first.refresh, PHONE).await.body, answers[0].body);
    assert!(server.is_known(&third.access).await);

    // Another client shows what was used: somebody stole it.
    let stolen = server.refresh(&second.refresh, "Thief/1").await;
    assert_eq!((stolen.status, stolen.code()), (401, "unauthenticated"));
    for token in [&first.access, &second.access, &third.access] {
        assert!(!server.is_known(token).await, "the whole session is over, at once");
    }
    assert_eq!(server.refresh(&third.refresh, PHONE).await.status, 401);
    let Some(rows) = server.sql("select outcome from audit_log where kind = 'refresh_token_reused'").await else { return };
    assert_eq!(rows, [["refused"]]);

    // The same client, but too late.
    let late = server.sign_in(EMAIL).await;
    let next = SignedIn::of(server.refresh(&late.refresh, PHONE).await.body);
    server.sql("update refresh_tokens set used_at = used_at - interval '31 seconds' where used_at is not null").await;
    assert_eq!(server.refresh(&late.refresh, PHONE).await.status, 401);
    assert!(!server.is_known(&next.access).await);

    // Not used for a week; or used daily for a month.
    for column in ["refresh_tokens set expires_at", "sessions set expires_at"] {
        let idle = server.sign_in(EMAIL).await;
        server.sql(&format!("update {column} = now()")).await;
        assert_eq!(server.refresh(&idle.refresh, PHONE).await.status, 401, "{column}");
        assert!(server.is_known(&idle.access).await, "the access token ends by itself");
    }
}

#[tokio::test]
async fn refresh_tokens_that_are_not_ours_are_nothing() {
    let server = Server::start().await;
    let good = server.sign_in(EMAIL).await;
    let (id, secret) = good.refresh.split_once('.').unwrap();
    let other = server.sign_in(EMAIL).await;
    let (other_id, _) = other.refresh.split_once('.').unwrap();
    for forged in [
        String::new(),
        ".".to_owned(),
        id.to_owned(),
        format!("{id}."),
        format!("{id}.{}", "A".repeat(43)),
        format!("{other_id}.{secret}"),
        format!("{}.{secret}", uuid::Uuid::now_v7().simple()),
        format!("../../{id}.{secret}"),
        format!("{id}' or '1'='1.{secret}"),
        good.refresh.to_uppercase(),
        good.access.clone(),
        "x".repeat(100_000),
    ] {
        let refused = server.refresh(&forged, PHONE).await;
        assert_eq!((refused.status, refused.code()), (401, "unauthenticated"), "{forged:.80}");
    }
    assert_eq!(server.ask(None, Method::POST, "/auth/refresh", None).await.status, 401);
    assert_eq!(server.refresh(&good.refresh, PHONE).await.status, 200, "and nothing of it ended the session");
    assert!(!server.is_known(&good.refresh).await, "a refresh token is no access token");
}

#[tokio::test]
async fn two_who_sign_in_at_once_are_two_sessions() {
    let server = Server::start().await;
    let (one, two) = tokio::join!(server.sign_in(EMAIL), server.sign_in(EMAIL));
    assert!(server.is_known(&one.access).await && server.is_known(&two.access).await);
    let listed = server.ask(Some(&one.access), Method::GET, "/auth/sessions", None).await.body;
    let current: Vec<_> = listed["items"].as_array().unwrap().iter().map(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 3, "and the one of the command line");
    assert_eq!(current.iter().filter(|is_current| **is_current).count(), 1);

    // Signing out ends one of them.
    assert_eq!(server.ask(Some(&one.access), Method::POST, "/auth/logout", None).await.status, 204);
    assert!(!server.is_known(&one.access).await);
    assert_eq!(server.refresh(&one.refresh, PHONE).await.status, 401);
    assert!(server.is_known(&two.access).await);
    // By the refresh token, when the access token has ended; and again, which is no error.
    for _ in 0..2 {
        let out = server.ask(None, Method::POST, "/auth/logout", Some(json!({"refresh_token": two.refresh}))).await;
        assert_eq!(out.status, 204);
    }
    assert!(!server.is_known(&two.access).await);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one() {
    let server = Server::start().await;
    server.person("ben@example.com", "dispatcher", json!({})).await;
    let ben = server.sign_in("ben@example.com").await;
    let request = server.request(Method::POST, "/api/v1/auth/login").header("user-agent", "Firefox");
    let named = answer(request.json(&json!({"email": "ben@example.com", "password": PASSWORD, "device": "Desk\u{7} "}))).await;
    let desk = SignedIn::of(named.body);
    let listed = server.ask(Some(&ben.access), Method::GET, "/auth/sessions", None).await.body;
    let shown = listed["items"].as_array().unwrap().iter().find(|session| session["device"] == "Desk").unwrap();
    assert_eq!(
        (&shown["user_agent"], &shown["address"], &shown["current"]),
        (&json!("Firefox"), &json!("127.0.0.1"), &json!(false))
    );

    // Nobody else's, and not what is not there.
    let theirs = shown["id"].as_str().unwrap().to_owned();
    let path = format!("/auth/sessions/{theirs}");
    assert_eq!(server.call(Method::DELETE, &path, None).await.status, 404, "not even an administrator's to end here");
    let ticket =
        server.ask(Some(&desk.access), Method::POST, "/ws-tickets", None).await.body["ticket"].as_str().unwrap().to_owned();
    assert_eq!(server.ask(Some(&ben.access), Method::DELETE, &path, None).await.status, 204);
    assert_eq!(server.ask(Some(&ben.access), Method::DELETE, &path, None).await.status, 404);
    assert!(!server.is_known(&desk.access).await);
    let protocol = format!("salessync.v1, ticket.{ticket}");
    let refused = Socket::refusal(server.url(), "/ws/live", &[("sec-websocket-protocol", &protocol)]).await;
    assert_eq!(refused, Some(401), "a ticket is worth no more than the session it was asked in");

    let others = [server.sign_in("ben@example.com").await, server.sign_in("ben@example.com").await];
    let revoked = server.ask(Some(&ben.access), Method::POST, "/auth/sessions/revoke-others", None).await;
    assert_eq!((revoked.status, &revoked.body["revoked"]), (200, &json!(2)));
    for other in &others {
        assert!(!server.is_known(&other.access).await);
    }
    let left = server.ask(Some(&ben.access), Method::GET, "/auth/sessions", None).await.body;
    assert_eq!(ids(&left).len(), 1);
    if let Some(acts) = server.acts(&theirs).await {
        assert_eq!(acts, ["sign_in", "session_revoked"]);
    }
}

#[tokio::test]
async fn cookies_are_for_our_own_pages() {
    let server = Server::start().await;
    let own = server.url().to_owned();
    let login = json!({"email": EMAIL, "password": PASSWORD, "cookies": true});
    let foreign = server.request(Method::POST, "/api/v1/auth/login").header(ORIGIN, "https://attacker.example").json(&login);
    assert_eq!(answer(foreign).await.code(), "csrf", "nobody signs somebody else in");
    let response = server.request(Method::POST, "/api/v1/auth/login").header(ORIGIN, &own).json(&login).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let set: Vec<_> = response.headers().get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap().to_owned()).collect();
    assert_eq!(set.len(), 2);
    for (cookie, name, path) in [(&set[0], "salessync_access", "/"), (&set[1], "salessync_refresh", "/api/v1/auth")] {
        let parts: Vec<_> = cookie.split("; ").collect();
        assert!(parts[0].starts_with(&format!("{name}=")));
        for attribute in [&format!("Path={path}"), "HttpOnly", "SameSite=Strict"] {
            assert!(parts.contains(&attribute), "{attribute}: {cookie}");
        }
        assert!(!parts.contains(&"Secure"), "over plain HTTP it would never come back");
    }
    let body: Value = response.json().await.unwrap();
    assert_eq!((body.get("access_token"), body.get("refresh_token")), (None, None), "no script reads them");
    let pair = |cookie: &str| cookie.split(';').next().unwrap().to_owned();
    let jar = format!("theme=dark; {}; {}", pair(&set[0]), pair(&set[1]));

    let ask = async |method: Method, path: &str, console: Option<&str>, origin: Option<&str>| {
        let mut request = server.request(method, &format!("/api/v1{path}")).header(COOKIE, &jar);
        if let Some(console) = console {
            request = request.header("x-salessync-console", console);
        }
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        let answer = answer(request).await;
        (answer.status, answer.code().to_owned())
    };
    let csrf = (403, "csrf".to_owned());
    assert_eq!(ask(Method::GET, "/me", None, None).await.0, 200, "reading changes nothing");
    for (console, origin) in [
        (None, None),
        (None, Some(own.as_str())),
        (Some("0"), Some(own.as_str())),
        (Some("1"), Some("https://attacker.example")),
        (Some("1"), Some("null")),
        (Some("1"), Some("http://127.0.0.1:1")),
        (Some("1"), Some(&*format!("{own}.attacker.example"))),
    ] {
        for path in ["/ws-tickets", "/auth/refresh", "/auth/logout"] {
            assert_eq!(ask(Method::POST, path, console, origin).await, csrf, "{path} {console:?} {origin:?}");
        }
    }
    assert_eq!(ask(Method::POST, "/ws-tickets", Some("1"), Some(&own)).await.0, 200);
    assert_eq!(ask(Method::POST, "/ws-tickets", Some("1"), None).await.0, 200);

    // A header goes before a cookie, and a wrong one is not made good by it.
    let both = server.request(Method::GET, "/api/v1/me").header(COOKIE, &jar).bearer_auth("nonsense");
    assert_eq!(answer(both).await.status, 401);
    // A page of somebody else opens a socket with our cookies: they are no ticket.
    let headers = [("cookie", jar.as_str()), ("sec-websocket-protocol", "salessync.v1")];
    assert_eq!(Socket::refusal(server.url(), "/ws/live", &headers).await, Some(401));

    assert_eq!(ask(Method::POST, "/auth/refresh", Some("1"), Some(&own)).await.0, 200);
    let request = server.request(Method::POST, "/api/v1/auth/logout").header(COOKIE, &jar).header("x-salessync-console", "1");
    let response = request.send().await.unwrap();
    let cleared: Vec<_> = response.headers().get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert!(
        cleared.len() == 2 && cleared.iter().all(|cookie| cookie.contains("=; ") && cookie.contains("Max-Age=0")),
        "{cleared:?}"
    );
    assert_eq!(ask(Method::GET, "/me", None, None).await.0, 401);
}

#[tokio::test]
async fn cookies_are_for_tls_alone_where_there_is_tls() {
    let server = Server::with(&[("HTTP__PUBLIC_URL", "https://sales.example.com")]).await;
    let login = json!({"email": EMAIL, "password": PASSWORD, "cookies": true});
    let request = server.request(Method::POST, "/api/v1/auth/login").header(ORIGIN, "https://sales.example.com").json(&login);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers().get_all(SET_COOKIE).iter().all(|cookie| cookie.to_str().unwrap().ends_with("; Secure")));
}

#[tokio::test]
async fn a_password_is_changed_and_reset_and_all_else_ends() {
    let server = Server::start().await;
    let id = server.person("ben@example.com", "dispatcher", json!({})).await;
    let (here, there) = (server.sign_in("ben@example.com").await, server.sign_in("ben@example.com").await);
    let change = async |current: &str, new: &str| {
        server.ask(Some(&here.access), Method::POST, "/auth/password", Some(json!({"current": current, "new": new}))).await
    };
    assert_eq!(change("not the password", "another long password").await.code(), "invalid_credentials");
    for (weak, says) in [("short", "10..256"), ("Password123", "breached"), ("ben@example.com", "your own")] {
        let refused = change(PASSWORD, weak).await;
        assert_eq!((refused.status, refused.field()), (400, "new"), "{weak:.20}");
        assert!(refused.body["fields"][0]["message"].as_str().unwrap().contains(says), "{refused:?}");
    }
    assert_eq!(change(PASSWORD, "another long password").await.status, 204);
    assert!(server.is_known(&here.access).await && !server.is_known(&there.access).await);
    assert_eq!(server.login("ben@example.com", PASSWORD, None).await.code(), "invalid_credentials");
    let me = server.ask(Some(&here.access), Method::GET, "/me", None).await.body;
    assert!(me["password_changed_at"].is_string(), "{me}");

    // Known or not, the answer is the same.
    let forgot = async |email: &str| server.ask(None, Method::POST, "/auth/password/forgot", Some(json!({"email": email}))).await;
    for email in ["ben@example.com", "nobody@example.com"] {
        let answer = forgot(email).await;
        assert_eq!((answer.status, answer.body), (202, json!("")), "{email}");
    }
    let insert = |token: &str, expires: &str| {
        format!(
            "insert into password_resets (token_hash, user_id, created_at, expires_at) values (sha256('{token}'), '{id}', now(), {expires})"
        )
    };
    for (token, expires) in [("one", "now() + interval '1 hour'"), ("two", "now() + interval '1 hour'"), ("old", "now()")] {
        if server.sql(&insert(token, expires)).await.is_none() {
            return;
        }
    }
    let reset = async |token: &str, password: &str| {
        server.ask(None, Method::POST, "/auth/password/reset", Some(json!({"token": token, "password": password}))).await
    };
    for token in ["guess", "old", "", "' or true --"] {
        let refused = reset(token, "a third long password").await;
        assert_eq!((refused.status, refused.field()), (400, "token"), "{token}");
    }
    assert_eq!(reset("one", "short").await.field(), "password", "and the token is not used up by that");
    let (first, second) = tokio::join!(reset("one", "a third long password"), reset("one", "a fourth long password"));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 400], "it works once");
    assert_eq!(reset("two", "a fifth long password").await.status, 400, "nor do the others any more");
    assert!(!server.is_known(&here.access).await, "whoever was signed in is not");
    let password = if first.status == 204 { "a third long password" } else { "a fourth long password" };
    assert_eq!(server.login("ben@example.com", password, None).await.status, 200);
    for kind in ["password_changed", "password_reset_asked", "password_reset", "sign_in_refused"] {
        server.until_noted(&id, kind).await;
    }
}

#[tokio::test]
async fn a_hash_that_was_outgrown_is_made_anew_at_the_next_sign_in() {
    use argon2::PasswordHasher;
    let server = Server::start().await;
    let id = server.person("ben@example.com", "dispatcher", json!({})).await;
    let salt = argon2::password_hash::SaltString::from_b64("c2l4dGVlbmJ5dGVzc2FsdA").unwrap();
    let params = argon2::Params::new(4_096, 1, 1, None).unwrap();
    let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let weak = weak.hash_password(PASSWORD.as_bytes(), &salt).unwrap().to_string();
    if server.sql(&format!("update users set password_hash = '{weak}' where id = '{id}'")).await.is_none() {
        return;
    }
    let stored =
        async || server.sql(&format!("select password_hash from users where id = '{id}'")).await.unwrap().concat().remove(0);
    assert_eq!(server.login("ben@example.com", "not the password", None).await.status, 401);
    assert_eq!(stored().await, weak, "only whoever knows the password");
    let ben = server.sign_in("ben@example.com").await;
    assert!(stored().await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(server.is_known(&ben.access).await);
    server.sign_in("ben@example.com").await;
}

#[tokio::test]
async fn a_live_socket_ends_with_its_session() {
    let server = Server::start().await;
    let open = async |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("sec-websocket-protocol", "salessync.v1")];
        super::common::Console::welcomed(Socket::open(server.url(), "/ws/live", &headers).await.unwrap()).await
    };
    let (one, two) = (server.sign_in(EMAIL).await, server.sign_in(EMAIL).await);
    let (mut ended, mut other) = (open(&one.access).await, open(&two.access).await);
    assert_eq!(server.ask(Some(&one.access), Method::POST, "/auth/logout", None).await.status, 204);
    let (_, code) = ended.socket.closed().await;
    assert_eq!(code, Some(4401));
    other.watch(&["territory:none"]).await;
}

/// The links of the letters in a folder to somebody, oldest first.
fn letters(folder: &std::path::Path, to: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some()).collect();
    paths.sort();
    let texts = paths.iter().map(|path| std::fs::read_to_string(path).unwrap().replace("=\r\n", "").replace("=3D", "="));
    let theirs = texts.filter(|text| text.contains(&format!("To: {to}")));
    theirs.map(|text| text.split_whitespace().find(|word| word.contains("#token=")).unwrap().to_owned()).collect()
}

#[tokio::test]
async fn invitations_and_forgotten_passwords_are_mailed() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let from = "SalesSync <sales@example.com>";
    let url = "https://sales.example.com";
    let settings = [("MAIL__KIND", "folder"), ("MAIL__FOLDER", dir), ("MAIL__FROM", from), ("HTTP__PUBLIC_URL", url)];
    let server = Server::with(&settings).await;
    let invited = server.post("/invitations", json!({"email": "ben@example.com", "name": "Ben", "role": "dispatcher"})).await;
    assert_eq!(invited.get("link"), None, "the one who invites does not get in by it");
    let arrived = async |n: usize| {
        eventually("a letter", async || Some(letters(folder.path(), "ben@example.com")).filter(|links| links.len() >= n)).await
    };
    let link = arrived(1).await.remove(0);
    assert!(link.starts_with("https://sales.example.com/invite#token="), "{link}");
    let accept = json!({"token": token_of(&link), "password": PASSWORD});
    assert_eq!(server.ask(None, Method::POST, "/auth/invitations/accept", Some(accept)).await.status, 204);

    // Whatever a request says of the server's name, the link leads to the configured one.
    let forgot = |email: &str| {
        let request = server.request(Method::POST, "/api/v1/auth/password/forgot").header("x-forwarded-host", "attacker.example");
        request.json(&json!({"email": email}))
    };
    for email in ["nobody@example.com", "BEN@example.com"] {
        assert_eq!(answer(forgot(email)).await.status, 202);
    }
    let link = arrived(2).await.remove(1);
    assert!(link.starts_with("https://sales.example.com/reset#token="), "{link}");
    let reset = json!({"token": token_of(&link), "password": "another long password"});
    let set = async || server.ask(None, Method::POST, "/auth/password/reset", Some(reset.clone())).await.status;
    assert_eq!((set().await, set().await), (204, 400));
    assert_eq!(server.login("ben@example.com", "another long password", None).await.status, 200);
    // Nobody's letterbox is flooded.
    for _ in 0..6 {
        answer(forgot("ben@example.com")).await;
    }
    let Some(rows) = server.sql("select count(*) from password_resets").await else { return };
    assert!(rows[0][0].parse::<u32>().unwrap() <= 3, "{rows:?}");
    assert_eq!(letters(folder.path(), "nobody@example.com").len(), 0);
}

#[tokio::test]
async fn an_invitation_makes_one_account() {
    let server = Server::start().await;
    let territory = server.territory("North").await;
    let invite = async |body: Value| server.call(Method::POST, "/invitations", Some(body)).await;
    for (body, field) in [
        (json!({"email": "not an address", "name": "B", "role": "dispatcher"}), "email"),
        (json!({"email": "b@example.com", "name": " ", "role": "dispatcher"}), "name"),
        (json!({"email": "b@example.com", "name": "B", "role": "emperor"}), "role"),
        (
            json!({"email": "b@example.com", "name": "B", "role": "dispatcher", "territories": [uuid::Uuid::now_v7()]}),
            "territories",
        ),
        (json!({"email": "b@example.com", "name": "B", "role": "agent", "agent_id": uuid::Uuid::now_v7()}), "agent_id"),
    ] {
        let refused = invite(body).await;
        assert_eq!((refused.status, refused.field()), (400, field), "{refused:?}");
    }
    assert_eq!(invite(json!({"email": EMAIL.to_uppercase(), "name": "A", "role": "admin"})).await.status, 409);

    let ben = json!({"email": "Ben@Example.com", "name": "Ben", "role": "dispatcher", "territories": [territory]});
    let earlier = invite(ben.clone()).await.body;
    let made = invite(ben).await;
    assert_eq!(made.status, 201);
    let listed = server.get("/invitations").await;
    assert_eq!(ids(&listed), [made.body["id"].as_str().unwrap()], "a new one takes the place of the old");
    assert_eq!((listed["items"][0].get("link"), &listed["items"][0]["invited_by"]["name"]), (None, &json!("Ada")));
    let (token, old) = (token_of(made.body["link"].as_str().unwrap()), token_of(earlier["link"].as_str().unwrap()));
    let show = async |token: &str| server.ask(None, Method::GET, &format!("/auth/invitations/{token}"), None).await;
    assert_eq!(show(&token).await.body, json!({"email": "Ben@Example.com", "name": "Ben", "role": "dispatcher"}));
    let accept = async |token: &str, password: &str| {
        server.ask(None, Method::POST, "/auth/invitations/accept", Some(json!({"token": token, "password": password}))).await
    };
    for gone in [old.as_str(), "guess"] {
        assert_eq!((show(gone).await.status, accept(gone, PASSWORD).await.status), (404, 404), "{gone}");
    }
    assert_eq!(accept(&token, "ben@example.com").await.field(), "password");
    let (first, second) = tokio::join!(accept(&token, PASSWORD), accept(&token, PASSWORD));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404], "it works once");
    assert_eq!((show(&token).await.status, accept(&token, PASSWORD).await.status), (404, 404));
    let ben = server.sign_in("ben@example.com").await;
    let me = server.ask(Some(&ben.access), Method::GET, "/me", None).await.body;
    assert_eq!((&me["role"], &me["territories"]), (&json!("dispatcher"), &json!([{"id": territory, "name": "North"}])));
    let permissions = me["permissions"].as_array().unwrap();
    assert!(permissions.contains(&json!({"module": "positions", "action": "read", "scope": "territory"})), "{me}");

    // Taken back; expired.
    let carol = json!({"email": "carol@example.com", "name": "Carol", "role": "auditor"});
    let taken_back = invite(carol.clone()).await.body;
    let path = format!("/invitations/{}", taken_back["id"].as_str().unwrap());
    assert_eq!(server.call(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(server.call(Method::DELETE, &path, None).await.status, 404);
    assert_eq!(accept(&token_of(taken_back["link"].as_str().unwrap()), PASSWORD).await.status, 404);
    let expired = invite(carol).await.body;
    if server.sql("update invitations set expires_at = now()").await.is_some() {
        assert_eq!(accept(&token_of(expired["link"].as_str().unwrap()), PASSWORD).await.status, 404);
        let plain = server.sql("select count(*) from invitations where encode(email_sealed, 'escape') ilike '%example%'").await;
        assert_eq!(plain.unwrap(), [["0"]], "addresses are sealed");
    }
}

/// The code of a secret for the step so many steps from now.
fn code(secret: &str, steps: i64) -> String {
    let secret = totp_rs::Secret::Encoded(secret.to_owned()).to_bytes().unwrap();
    let totp = totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 1, 30, secret, None, String::new()).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    totp.generate((now + 30 * steps) as u64)
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_each_code_works_once() {
    let server = Server::start().await;
    let id = server.person("ben@example.com", "dispatcher", json!({})).await;
    let ben = server.sign_in("ben@example.com").await.access;
    let ask = async |method: Method, path: &str, body: Value| server.ask(Some(&ben), method, path, Some(body)).await;
    assert_eq!(ask(Method::POST, "/auth/totp", json!({"password": "wrong password"})).await.code(), "invalid_credentials");
    let begun = ask(Method::POST, "/auth/totp", json!({"password": PASSWORD})).await.body;
    let secret = begun["secret"].as_str().unwrap().to_owned();
    assert!(begun["uri"].as_str().unwrap().starts_with("otpauth://totp/SalesSync:ben"), "{begun}");
    assert_eq!(server.login("ben@example.com", PASSWORD, None).await.status, 200, "not before it is confirmed");
    assert_eq!(ask(Method::POST, "/auth/totp/confirm", json!({"code": "000000"})).await.code(), "second_factor_invalid");
    let confirmed = ask(Method::POST, "/auth/totp/confirm", json!({"code": code(&secret, 0)})).await;
    assert_eq!(confirmed.status, 200, "{confirmed:?}");
    let recovery: Vec<_> =
        confirmed.body["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    assert_eq!(recovery.len(), 10);
    assert_eq!(ask(Method::POST, "/auth/totp", json!({"password": PASSWORD})).await.code(), "second_factor_on");

    let login = async |code: Option<&str>| server.login("ben@example.com", PASSWORD, code).await;
    let asked = login(None).await;
    assert_eq!((asked.status, asked.code(), asked.field()), (401, "second_factor_required", "code"));
    assert_eq!(server.login("ben@example.com", "wrong password", Some("000000")).await.code(), "invalid_credentials");
    let next = code(&secret, 1);
    assert_eq!(login(Some(&next)).await.status, 200);
    let replayed = login(Some(&next)).await;
    assert_eq!((replayed.status, replayed.code()), (401, "second_factor_invalid"), "a code works once");
    // A recovery code, however it is typed, and once.
    assert_eq!(login(Some(&recovery[0].to_uppercase().replace('-', " "))).await.status, 200);
    // Four codes were tried with the right password (one to confirm it, and one wrong): no more for a while.
    let mut answers = Vec::new();
    for _ in 0..2 {
        answers.push(login(Some(&recovery[0])).await.status);
    }
    assert!(answers.contains(&429) && !answers.contains(&200), "{answers:?}");
    for kind in ["second_factor_enabled", "second_factor_refused"] {
        server.until_noted(&id, kind).await;
    }

    // Whoever lost phone and codes asks an administrator; their sessions end.
    assert!(server.get(&format!("/users/{id}")).await["second_factor"] == true);
    let reset = server.call(Method::POST, &format!("/users/{id}/second-factor/reset"), None).await;
    assert_eq!(reset.status, 204);
    assert!(!server.is_known(&ben).await);
    if let Some(rows) = server.sql("select count(*) from second_factors").await {
        assert_eq!(rows, [["0"]]);
    }
}

#[tokio::test]
async fn recovery_codes_are_replaced_and_the_second_factor_is_taken_off() {
    let server = Server::start().await;
    server.person("ben@example.com", "dispatcher", json!({})).await;
    let ben = server.sign_in("ben@example.com").await.access;
    let ask = async |method: Method, path: &str, body: Value| server.ask(Some(&ben), method, path, Some(body)).await;
    let with_password = json!({"password": PASSWORD});
    assert_eq!(ask(Method::POST, "/auth/totp/recovery-codes", with_password.clone()).await.code(), "second_factor_off");
    let secret = ask(Method::POST, "/auth/totp", with_password.clone()).await.body["secret"].as_str().unwrap().to_owned();
    let first = ask(Method::POST, "/auth/totp/confirm", json!({"code": code(&secret, 0)})).await.body;
    let second = ask(Method::POST, "/auth/totp/recovery-codes", with_password).await.body;
    let (old, new) = (first["recovery_codes"][0].as_str().unwrap(), second["recovery_codes"][0].as_str().unwrap());
    assert_eq!(server.login("ben@example.com", PASSWORD, Some(old)).await.code(), "second_factor_invalid");
    let off = json!({"password": PASSWORD, "code": new});
    assert_eq!(ask(Method::DELETE, "/auth/totp", off.clone()).await.status, 204);
    assert_eq!(ask(Method::DELETE, "/auth/totp", off).await.code(), "second_factor_off");
    assert_eq!(server.login("ben@example.com", PASSWORD, None).await.status, 200);
}

#[tokio::test]
async fn a_key_that_is_rotated_verifies_what_it_signed_until_it_is_taken_away() {
    let server = Server::start().await;
    let jwks = async || -> Vec<String> {
        let response = server.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap();
        assert_eq!(response.headers()["cache-control"], "public, max-age=300");
        let keys: Value = response.json().await.unwrap();
        let keys = keys["keys"].as_array().unwrap();
        for key in keys {
            assert_eq!(
                (&key["kty"], &key["crv"], &key["alg"], key.get("d")),
                (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"), None)
            );
        }
        keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let kid = |token: &str| {
        use base64::Engine;
        let head = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        serde_json::from_slice::<Value>(&head).unwrap()["kid"].as_str().unwrap().to_owned()
    };
    let before = jwks().await;
    assert_eq!(before.len(), 2, "the one that signs, and the next");
    let old = server.sign_in(EMAIL).await;
    assert_eq!(kid(&old.access), before[0]);
    server.cli(&["tokens", "rotate"], "").await;
    let after = eventually("the server has heard of it", async || Some(jwks().await).filter(|keys| keys.len() == 3)).await;
    assert_eq!((&after[0], &after[2]), (&before[1], &before[0]), "the next signs, the old verifies");
    let new = server.sign_in(EMAIL).await;
    assert_eq!(kid(&new.access), before[1]);
    assert!(server.is_known(&old.access).await && server.is_known(&new.access).await);
    assert_eq!(server.refresh(&old.refresh, PHONE).await.status, 200);
    // A key that leaked is deleted by hand: what it signed is nothing, although it was good a moment ago.
    if server.sql(&format!("delete from signing_keys where kid = '{}'", before[0])).await.is_some() {
        server.until_known(&old.access, false).await;
        assert!(server.is_known(&new.access).await);
        let sealed = server.sql("select count(*) from signing_keys where position(public_key in private_key_sealed) > 0").await;
        assert_eq!(sealed.unwrap(), [["0"]], "PKCS#8 holds the public key: this is sealed");
    }
}

#[tokio::test]
async fn one_secret_signs_where_it_is_configured_and_then_nothing_else_does() {
    let mut server = Server::start().await;
    let eddsa = server.sign_in(EMAIL).await;
    server.terminate().await;
    server.set("AUTH__TOKEN_ALGORITHM", "HS256");
    server.set("AUTH__TOKEN_SECRET", "kX7vQ2mZr9Lw4TnB6pYs1HcJ8dGf3AeU");
    server.start_again().await;
    assert!(!server.is_known(&eddsa.access).await);
    let renewed = SignedIn::of(server.refresh(&eddsa.refresh, PHONE).await.body);
    assert!(server.is_known(&renewed.access).await, "a session is renewed with what signs now");
    let keys: Value = server.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(keys, json!({"keys": []}));
}
