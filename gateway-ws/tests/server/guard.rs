//! What the edge refuses before anybody is asked: forged addresses and origins, requests that are too many, too large or too slow.

use super::common::server::answer;
use super::common::socket::{Came, Socket};
use super::common::{Console, Phone, Server, eventually, fix, minutes_ago};
use futures_util::future::join_all;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Writes bytes and reads to the end of the connection.
async fn raw(server: &Server, pieces: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).await.unwrap();
    for piece in pieces {
        if stream.write_all(piece).await.is_err() {
            break; // refused already
        }
    }
    let mut came = Vec::new();
    let mut buffer = [0u8; 4096];
    loop {
        match tokio::time::timeout(Duration::from_secs(40), stream.read(&mut buffer)).await.expect("the server ends it in time") {
            Ok(0) | Err(_) => return String::from_utf8_lossy(&came).into_owned(),
            Ok(n) => came.extend_from_slice(&buffer[..n]),
        }
    }
}

fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or("none")
}

/// Signs in with a wrong password, saying that it comes from somewhere else each time; returns the statuses.
async fn forged_sign_ins(server: &Server, n: usize, header: &'static str, forge: impl Fn(usize) -> String) -> Vec<u16> {
    // All at once, so that nothing comes back in between.
    let tries = (0..n).map(|index| {
        let body = json!({"email": format!("nobody{index}@example.com"), "password": "x"});
        let request = server.request(Method::POST, "/api/v1/auth/login").header(header, forge(index)).json(&body);
        async move { request.send().await.unwrap().status().as_u16() }
    });
    join_all(tries).await
}

#[tokio::test]
async fn an_address_is_believed_of_configured_proxies_only() {
    let strict = [("LIMITS__ENABLED", "true"), ("LIMITS__AUTH_PER_S", "1"), ("LIMITS__AUTH_BURST", "5")];
    let server = Server::with(&strict).await;
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "x-client-ip"] {
        let forge = |n| if header == "forwarded" { format!("for=203.0.113.{n}") } else { format!("203.0.113.{n}") };
        let statuses = forged_sign_ins(&server, 8, header, forge).await;
        assert!(statuses.contains(&429), "{header}: {statuses:?}");
        assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{header}: {statuses:?}");
    }
    assert!(server.metric("salessync_rate_limited_total").await >= 5.0);

    let server = Server::with(&[&strict[..], &[("HTTP__TRUSTED_PROXIES", "127.0.0.0/8")]].concat()).await;
    let statuses = forged_sign_ins(&server, 8, "x-forwarded-for", |n| format!("203.0.113.{n}")).await;
    assert_eq!(statuses, [401; 8], "eight clients behind our proxy");
    // What a client wrote itself stands left of what the proxy added.
    let statuses = forged_sign_ins(&server, 8, "x-forwarded-for", |n| format!("198.51.100.{n}, 203.0.113.99")).await;
    assert!(statuses.contains(&401) && statuses.contains(&429), "{statuses:?}");
    let statuses = forged_sign_ins(&server, 8, "forwarded", |n| format!("for=203.0.113.{n}")).await;
    assert!(statuses.contains(&429), "not a header we know: {statuses:?}");
}

#[tokio::test]
async fn the_scheme_and_host_a_client_claims_are_believed_of_proxies_only() {
    let hsts = async |server: &Server, headers: &[(&str, &str)]| {
        let mut request = server.request(Method::GET, "/health");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().headers().contains_key("strict-transport-security")
    };
    let open = async |server: &Server, headers: &[(&'static str, &str)]| {
        let ticket = server.post("/ws-tickets", json!({})).await["ticket"].as_str().unwrap().to_owned();
        let protocols = format!("salessync.v1, ticket.{ticket}");
        let headers = [headers, &[("sec-websocket-protocol", protocols.as_str())]].concat();
        Socket::open(server.url(), "/ws/live", &headers).await.is_ok()
    };
    let plain = Server::start().await;
    assert!(!hsts(&plain, &[("x-forwarded-proto", "https")]).await);
    let evil = [("origin", "https://evil.example"), ("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "https")];
    assert!(!open(&plain, &evil).await, "a forged host does not make an origin ours");
    for origin in
        ["null", "https://evil.example", "", "file://", &format!("{}.evil.example", plain.url()), &format!("{}/", plain.url())]
    {
        assert!(!open(&plain, &[("origin", origin)]).await, "{origin}");
    }
    let bearer = plain.bearer();
    let with_bearer = [("authorization", bearer.as_str()), ("sec-websocket-protocol", "salessync.v1")];
    let forged = [&with_bearer[..], &[("origin", "https://evil.example")]].concat();
    assert!(Socket::open(plain.url(), "/ws/live", &forged).await.is_err(), "a browser with a bearer token is a browser");
    assert!(open(&plain, &[("origin", plain.url())]).await);

    // A token in an address is not looked at.
    let token = bearer.trim_start_matches("Bearer ");
    let ticket = plain.post("/ws-tickets", json!({})).await["ticket"].as_str().unwrap().to_owned();
    for query in [format!("token={token}"), format!("access_token={token}"), format!("ticket={ticket}")] {
        let opened = Socket::open(plain.url(), &format!("/ws/live?{query}"), &[("sec-websocket-protocol", "salessync.v1")]).await;
        assert!(opened.is_err(), "{query}");
    }
    let protocols = format!("salessync.v1, ticket.{ticket}");
    assert!(Socket::open(plain.url(), "/ws/live", &[("sec-websocket-protocol", &protocols)]).await.is_ok(), "and is not used up");
    assert!(Socket::open(plain.url(), "/ws/live", &[("sec-websocket-protocol", &protocols)]).await.is_err(), "but once");

    let proxied = Server::with(&[("HTTP__TRUSTED_PROXIES", "127.0.0.1")]).await;
    assert!(hsts(&proxied, &[("x-forwarded-proto", "https")]).await);
    assert!(hsts(&proxied, &[("x-forwarded-proto", "http, https")]).await, "the nearest proxy's word counts");
    assert!(!hsts(&proxied, &[("x-forwarded-proto", "https, http")]).await);
    let ours =
        [("origin", "https://sales.example.com"), ("x-forwarded-host", "sales.example.com"), ("x-forwarded-proto", "https")];
    assert!(open(&proxied, &ours).await);
    assert!(!open(&proxied, &[("origin", "http://sales.example.com"), ours[1], ours[2]]).await, "the page came in the clear");
    let device = json!({"app": "traccar_client", "name": "phone"});
    let agent = proxied.agent().await;
    let enrol = proxied
        .request(Method::POST, &format!("/api/v1/agents/{}/devices", agent.id))
        .header("authorization", proxied.bearer())
        .header("x-forwarded-host", "sales.example.com")
        .header("x-forwarded-proto", "https");
    let enrolled = answer(enrol.json(&device)).await;
    assert!(enrolled.body["setup"]["url"].as_str().unwrap().starts_with("https://sales.example.com/phone/"), "{enrolled:?}");

    let public = Server::with(&[("HTTP__PUBLIC_URL", "https://sales.example.com")]).await;
    assert!(open(&public, &[("origin", "https://sales.example.com")]).await);
    let forged = [("origin", "http://rebound.example"), ("host", "rebound.example")];
    assert!(!open(&public, &forged).await, "with a public address the host asked for does not matter");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_again() {
    let limits = [
        ("LIMITS__ENABLED", "true"),
        ("LIMITS__READ_PER_S", "5"),
        ("LIMITS__READ_BURST", "20"),
        ("LIMITS__EXPENSIVE_BURST", "3"),
        ("LIMITS__EXPENSIVE_PER_S", "1"),
        ("LIMITS__UNAUTHENTICATED_BURST", "10"),
        ("LIMITS__UNAUTHENTICATED_PER_S", "1"),
        ("LIMITS__PHONE_FIXES_PER_S", "1"),
        ("LIMITS__PHONE_FIXES_BURST", "5"),
    ];
    let server = Server::with(&limits).await;
    let agent = server.agent().await;
    let refused = async |method: Method, path: &str, n: usize, bearer: Option<String>| {
        let asked = (0..n).map(|_| {
            let request = server.request(method.clone(), path);
            let request = if let Some(bearer) = &bearer { request.header("authorization", bearer) } else { request };
            async move {
                let response = request.send().await.unwrap();
                let after = response.headers().get("retry-after").map(|after| after.to_str().unwrap().parse::<u32>().unwrap());
                let status = response.status().as_u16();
                let body: Value = response.json().await.unwrap_or_default();
                if status == 429 {
                    assert_eq!(body["code"], "rate_limited", "{body}");
                    assert!(after.is_some_and(|after| after >= 1) && !body["request_id"].as_str().unwrap().is_empty(), "{body}");
                }
                status
            }
        });
        join_all(asked).await.into_iter().filter(|status| *status == 429).count()
    };
    let admin = Some(server.bearer());
    // Expensive ones first: they have a bucket of their own, however their address is written.
    assert!(refused(Method::GET, "/api/v1/%68istory/near?lat=1&lon=2", 8, admin.clone()).await >= 3);
    assert!(refused(Method::GET, "/api/v1/history/near", 4, admin.clone()).await >= 2, "a refused query counts too");
    let reads = refused(Method::GET, "/api/v1/system", 60, admin.clone()).await;
    // The harness has asked a few times already.
    assert!((20..=50).contains(&reads), "{reads} of 60");
    let second = server.cli(&["token", "--agent", &agent.id], "").await;
    assert_eq!(refused(Method::GET, "/api/v1/system", 10, Some(format!("Bearer {second}"))).await, 0, "somebody else's bucket");
    let forged = Some("Bearer forged".to_owned());
    assert!(refused(Method::GET, "/api/v1/system", 20, forged).await >= 9, "a bad token is the address's affair");
    assert!(refused(Method::GET, "/api/v1/me", 10, None).await >= 9, "and no token is the same address");
    assert!(refused(Method::GET, "/phone/osmand?id=guess&lat=1&lon=2", 5, None).await >= 4, "so is a guessed phone");
    assert_eq!(refused(Method::GET, "/health", 100, None).await, 0);

    // A phone: its fixes, whatever the number of requests.
    let enrol = async || {
        let (path, device) = (format!("/agents/{}/devices", agent.id), json!({"app": "osmand", "name": "one"}));
        let made = server.call(Method::POST, &path, Some(device)).await;
        made.body["token"].as_str().map(str::to_owned)
    };
    let token = eventually("a write is allowed again", enrol).await;
    let mut statuses = Vec::new();
    for n in 0..8 {
        let at = minutes_ago(60) + 1_000 * n;
        let path = format!("/phone/osmand?id={token}&timestamp={at}&lat=52&lon=13");
        let response = server.request(Method::GET, &path).send().await.unwrap();
        statuses.push((response.status().as_u16(), response.headers().contains_key("retry-after")));
    }
    assert!(statuses[..5].iter().all(|status| *status == (200, false)), "{statuses:?}");
    assert!(statuses.contains(&(429, true)), "{statuses:?}");
}

#[tokio::test]
async fn a_socket_has_rates_and_a_principal_has_so_many_sockets() {
    let settings = [
        ("SOCKETS__FIXES_PER_S", "1"),
        ("SOCKETS__FIXES_BURST", "500"),
        ("SOCKETS__LIVE_FRAMES_PER_S", "1"),
        ("SOCKETS__LIVE_FRAMES_BURST", "10"),
        ("SOCKETS__AGENT_PER_PRINCIPAL_MAX", "2"),
        ("SOCKETS__LIVE_PER_PRINCIPAL_MAX", "2"),
    ];
    let server = Server::with(&settings).await;
    let agent = server.agent().await;
    let frame = |number: u64, n: i64| {
        let at = minutes_ago(60) + 10_000_000 * number as i64 / 1_000;
        let fixes: Vec<_> = (0..n).map(|index| fix(at + 20 * index, 52.0, 13.0)).collect();
        json!({"type": "fixes", "frame": number, "fixes": fixes}).to_string()
    };
    let mut phone = Phone::connect(&server, &agent).await;
    assert_eq!(phone.ask(frame(1, 490)).await["type"], "ack");
    let busy = phone.ask(frame(2, 100)).await;
    assert_eq!((&busy["type"], &busy["frame"], &busy["code"]), (&json!("busy"), &json!(2), &json!("rate_limited")), "{busy}");
    let wait = busy["retry_after_ms"].as_u64().unwrap();
    assert!((6_000..=60_000).contains(&wait), "{wait}");
    // What was on its way behind it is passed over; what fits is taken.
    phone.say(frame(3, 1)).await;
    assert_eq!(phone.ask(frame(2, 5)).await, json!({"type": "ack", "frame": 2}));
    for _ in 0..40 {
        phone.say(frame(3, 400)).await;
    }
    let (frames, code) = phone.socket.closed().await;
    let busy = frames.iter().filter(|frame| frame["code"] == "rate_limited" && frame["type"] == "busy").count();
    assert!(code == Some(4429) && busy >= 38, "{busy} {code:?}");

    let mut phones = vec![Phone::connect(&server, &agent).await];
    // The closed one may still be leaving.
    eventually("the closed socket has left", async || {
        phones.push(Phone::try_connect(server.url(), &agent).await.ok()?);
        Some(())
    })
    .await;
    let refused = upgrade_refused(&server, "/ws/agent", &format!("Bearer {}", agent.token)).await;
    assert_eq!(refused, (429, "too_many_sockets".to_owned()));
    let consoles = [Console::connect(&server).await, Console::connect(&server).await];
    assert_eq!(upgrade_refused(&server, "/ws/live", &server.bearer()).await, (429, "too_many_sockets".to_owned()));
    drop(consoles);
    let mut console = eventually("the seats are free again", async || {
        let socket = Socket::open(server.url(), "/ws/live", &bearer(&server.bearer())).await.ok()?;
        Some(Console::welcomed(socket).await)
    })
    .await;
    for _ in 0..40 {
        console.say(json!({"type": "ping"})).await;
    }
    let (frames, code) = console.socket.closed().await;
    let told = frames.iter().filter(|frame| frame["code"] == "rate_limited").count();
    assert_eq!((told, code), (20, Some(4429)), "{frames:?}");
}

fn bearer(value: &str) -> [(&'static str, &str); 2] {
    [("authorization", value), ("sec-websocket-protocol", "salessync.v1")]
}

async fn upgrade_refused(server: &Server, path: &str, bearer: &str) -> (u16, String) {
    let request = server
        .request(Method::GET, path)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("sec-websocket-protocol", "salessync.v1")
        .header("authorization", bearer);
    let answer = answer(request).await;
    (answer.status, answer.code().to_owned())
}

#[tokio::test]
async fn requests_of_a_wrong_shape_are_refused_and_the_server_lives() {
    let server = Server::start().await;
    let bearer = server.bearer();
    let post = |head: &str, body: &str| {
        format!(
            "POST /api/v1/territories HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer}\r\nContent-Type: application/json\r\n{head}\r\n{body}"
        )
    };
    let get = |head: &str| format!("GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}\r\n");
    for (what, request, expected) in [
        ("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"), "400"),
        ("two equal lengths", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"), "400"),
        ("length and chunks", post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400"),
        ("two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), "400"),
        ("an odd coding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "400"),
        ("a signed length", post("Content-Length: +2\r\n", "{}"), "400"),
        ("a negative length", post("Content-Length: -2\r\n", "{}"), "400"),
        ("a bad chunk", post("Transfer-Encoding: chunked\r\nConnection: close\r\n", "zz\r\n{}\r\n0\r\n\r\n"), "400"),
        ("no host", "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), "400"),
        ("two hosts", "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(), "400"),
        ("no HTTP", "\u{16}\u{3}\u{1} hello\r\n\r\n".to_owned(), "400"),
        ("a space in a name", get("Bad Name: 1\r\n"), "400"),
        ("too many headers", get(&"X-A: 1\r\n".repeat(120)), "431"),
        ("too large a header", get(&format!("X-A: {}\r\n", "a".repeat(40_000))), "431"),
        ("far too large a header", get(&format!("X-A: {}\r\n", "a".repeat(200_000))), "431"),
        (
            "too long an address",
            format!("GET /api/v1/agents?q={} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "a".repeat(10_000)),
            "414",
        ),
        ("packed", post("Content-Encoding: gzip\r\nContent-Length: 2\r\nConnection: close\r\n", "{}"), "415"),
        ("packed twice", post("Content-Encoding: gzip, br\r\nContent-Length: 2\r\nConnection: close\r\n", "{}"), "415"),
        ("too large a body", post("Content-Length: 3000000\r\n", &"[".repeat(3_000_000)), "413"),
    ] {
        let answer = raw(&server, &[request.as_bytes()]).await;
        // A refusal that comes while there is still much to send may be lost with the connection.
        let is_large = request.len() > 100_000;
        assert!(
            status(&answer) == expected || is_large && answer.is_empty(),
            "{what}: {}",
            answer.chars().take(300).collect::<String>()
        );
        if let Some((_, body)) = answer.split_once("\r\n\r\n").filter(|(_, body)| !body.is_empty()) {
            let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{what}: {error}: {body}"));
            assert!(body["code"].is_string() && body["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{what}: {body}");
        }
    }
    for deep in ["[".repeat(100_000), r#"{"a":"#.repeat(100_000), format!(r#"{{"name":{}"#, "[".repeat(100_000))] {
        let request = server.request(Method::POST, "/api/v1/territories").header("authorization", &bearer);
        let refused = answer(request.header("content-type", "application/json").body(deep)).await;
        assert_eq!(refused.status, 400, "{refused:?}");
    }
    let deep = format!(r#"{{"_type":"location","x":{}"#, "[".repeat(100_000));
    let refused = answer(server.request(Method::POST, "/phone/owntracks/guess").body(deep)).await;
    assert!([400, 401].contains(&refused.status), "{refused:?}");

    // Slowly: the head, then the body, then nothing after an answer.
    let since = Instant::now();
    let half = post("Content-Length: 1000\r\n", "{\"name\":");
    let half = [half.as_bytes()];
    let unread = "POST /api/v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx";
    let unread = [unread.as_bytes()];
    let (head, body, idle, unread) = tokio::join!(
        raw(&server, &[b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: "]),
        raw(&server, &half),
        raw(&server, &[b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"]),
        raw(&server, &unread),
    );
    assert_eq!(status(&unread), "401", "{unread}");
    assert_eq!(status(&head), "408", "{head}");
    assert!(status(&body) == "408" && body.contains("request_timeout") && body.contains("connection: close"), "{body}");
    assert!(status(&idle) == "200", "{idle}");
    assert!(since.elapsed() < Duration::from_secs(40));
    assert_eq!(server.text("/health").await, r#"{"status":"ok"}"#);
}

#[tokio::test]
async fn errors_are_uniform_and_every_answer_has_its_headers() {
    let mut server = Server::start().await;
    let console = tempfile::tempdir().unwrap();
    for (file, text) in
        [("index.html", "<title>SalesSync</title>"), ("field.html", "<title>SalesSync Field</title>"), ("field-worker.js", "//")]
    {
        std::fs::write(console.path().join(file), text).unwrap();
    }
    server.set("CONSOLE__DIR", console.path().to_str().unwrap());
    server.set("CONSOLE__ALLOWED_ORIGINS", "https://console.example.com");
    server.terminate().await;
    server.start_again().await;
    let ask = async |method: Method, path: &str, headers: &[(&str, &str)]| {
        let mut request = server.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.text().await.unwrap())
    };
    let admin = server.bearer();
    let json = ("accept", "application/json");
    let signed = ("authorization", admin.as_str());
    for (method, path, headers, status, code) in [
        (Method::GET, "/", &[][..], 200, None),
        (Method::GET, "/agents/anything", &[], 200, None),
        (Method::GET, "/health", &[], 200, None),
        (Method::GET, "/api/v1/agents", &[signed], 200, None),
        (Method::GET, "/api/docs/", &[], 200, None),
        (Method::GET, "/nothing.js", &[], 404, None),
        (Method::GET, "/nothing.js", &[json], 404, Some("not_found")),
        (Method::GET, "/%2e%2e/%2e%2e/etc/passwd.txt", &[json], 404, Some("not_found")),
        (Method::GET, "/api/v1/nothing", &[], 404, Some("not_found")),
        (Method::GET, "/api/v2/agents", &[], 404, Some("not_found")),
        (Method::GET, "/phone/nothing?id=1", &[], 404, Some("not_found")),
        (Method::GET, "/ws/nothing", &[], 404, Some("not_found")),
        (Method::GET, "/api/v1/agents", &[], 401, Some("unauthenticated")),
        (Method::GET, "/api/v1/agents?limit=no", &[signed], 400, Some("invalid_field")),
        (Method::GET, "/api/v1/agents/7", &[signed], 400, Some("invalid_field")),
        (Method::PUT, "/api/v1/agents", &[signed], 405, Some("method_not_allowed")),
        (Method::POST, "/ws/live", &[], 405, Some("method_not_allowed")),
        (Method::POST, "/health", &[json], 405, Some("method_not_allowed")),
        (Method::DELETE, "/phone/osmand", &[], 405, Some("method_not_allowed")),
        (Method::POST, "/api/v1/agents", &[signed, ("content-type", "text/plain")], 400, Some("content_type")),
    ] {
        let (came, headers, body) = ask(method.clone(), path, headers).await;
        assert_eq!(came, status, "{method} {path}: {body}");
        has_its_headers(path, &headers);
        if let Some(code) = code {
            let body: Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{method} {path}: {error}: {body}"));
            assert_eq!((&body["code"], &body["request_id"]), (&json!(code), &json!(headers["x-request-id"].to_str().unwrap())));
            assert!(!body["message"].as_str().unwrap().is_empty(), "{body}");
        }
    }

    // The phones' page and its worker: asked for anew each time, and with a camera.
    for (path, holds, camera) in [
        ("/field", "SalesSync Field", "camera=(self)"),
        ("/field/visits/7", "SalesSync Field", "camera=(self)"),
        ("/field.html", "SalesSync Field", "camera=(self)"),
        ("/field-worker.js", "//", "camera=()"),
        ("/fields", "<title>SalesSync</title>", "camera=()"),
        ("/", "<title>SalesSync</title>", "camera=()"),
    ] {
        let (status, headers, body) = ask(Method::GET, path, &[]).await;
        assert!(status == 200 && body.contains(holds), "{path}: {status} {body}");
        assert_eq!(headers["cache-control"], "no-cache", "{path}");
        assert!(headers["permissions-policy"].to_str().unwrap().contains(camera), "{path}");
    }

    // Pages of other origins: those allowed, to the letter, and under /api only.
    let asks = ("access-control-request-method", "PATCH");
    for (path, origin, is_allowed) in [
        ("/api/v1/agents", "https://console.example.com", true),
        ("/api/v1/agents", "https://console.example.com.evil.example", false),
        ("/api/v1/agents", "http://console.example.com", false),
        ("/api/v1/agents", "https://CONSOLE.example.com", false),
        ("/api/v1/agents", "null", false),
        ("/health", "https://console.example.com", false),
    ] {
        let (status, headers, _) = ask(Method::OPTIONS, path, &[("origin", origin), asks]).await;
        assert_eq!((status == 204, headers.contains_key("access-control-max-age")), (is_allowed, is_allowed), "{path} {origin}");
        let allowed = |headers: &HeaderMap| {
            let credentials = headers.get("access-control-allow-credentials").is_some_and(|value| value == "true");
            headers.get("access-control-allow-origin").is_some_and(|value| value == origin) && credentials
        };
        assert_eq!(allowed(&headers), is_allowed);
        let (_, headers, _) = ask(Method::GET, path, &[("origin", origin), signed]).await;
        assert_eq!(allowed(&headers), is_allowed, "{path} {origin}");
        let varies = headers.get_all("vary").iter().any(|value| value.to_str().unwrap().to_lowercase().contains("origin"));
        assert_eq!(varies, path.starts_with("/api"), "{path}");
        assert!(is_allowed || !headers.contains_key("access-control-allow-origin"));
    }
    let (status, headers, _) = ask(Method::OPTIONS, "/api/v1/agents", &[("origin", "https://console.example.com"), asks]).await;
    assert!(status == 204 && headers["access-control-allow-methods"].to_str().unwrap().contains("PATCH"));
    assert!(headers["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
    let socket = [
        ("origin", "https://console.example.com"),
        ("authorization", admin.as_str()),
        ("sec-websocket-protocol", "salessync.v1"),
    ];
    let mut socket = Socket::open(server.url(), "/ws/live", &socket).await.unwrap();
    assert!(matches!(socket.next().await, Came::Frame(_)), "an allowed origin's page opens a socket");
}

fn has_its_headers(path: &str, headers: &HeaderMap) {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
    assert_eq!((text("x-content-type-options"), text("x-frame-options")), ("nosniff", "DENY"), "{path}");
    assert_eq!((text("referrer-policy"), text("cross-origin-resource-policy")), ("same-origin", "same-origin"), "{path}");
    assert!(!text("x-request-id").is_empty() && text("strict-transport-security").is_empty(), "{path}");
    assert_eq!(text("cache-control") == "no-store", path.starts_with("/api/v1/") || path.starts_with("/phone/"), "{path}");
    if path.starts_with("/phone/") {
        return;
    }
    assert_eq!(text("cross-origin-opener-policy"), "same-origin", "{path}");
    assert!(text("permissions-policy").starts_with("geolocation=(self)"), "{path}");
    let csp = text("content-security-policy");
    let scripts = csp.split(';').find(|part| part.trim().starts_with("script-src")).unwrap_or_default().trim();
    assert_eq!(scripts, "script-src 'self'", "{path}");
    for open in ["https:", "http:", "ws:", "wss:", "*"] {
        assert!(!csp.contains(open), "{path}: {csp}");
    }
}
