//! What the sockets refuse: upgrades, frames, bytes. Typed answers, and a close only where docs/PROTOCOL.md says so.

use super::common::server::answer;
use super::common::socket::{Came, Socket, Stared};
use super::common::{Agent, Console, Phone, Server, eventually, fix, keys, minutes_ago};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// Asks for an upgrade; returns the status (101 when it was granted) and the code of the refusal.
async fn upgrade(
    server: &Server,
    path: &str,
    token: Option<&str>,
    protocol: Option<&str>,
    origin: Option<&str>,
) -> (u16, String) {
    let mut request = server
        .request(Method::GET, path)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let token = token.map(|token| format!("Bearer {token}"));
    for (name, value) in [("authorization", token.as_deref()), ("sec-websocket-protocol", protocol), ("origin", origin)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let answer = answer(request).await;
    let code = answer.code().to_owned();
    (answer.status, code)
}

#[tokio::test]
async fn upgrades_are_refused_with_status_and_code() {
    let server = Server::start().await;
    let agent = server.agent().await;
    let short = server.post(&format!("/agents/{}/tokens", agent.id), json!({"ttl_s": 2})).await;
    let short = Agent { id: agent.id.clone(), token: short["access_token"].as_str().unwrap().to_owned() };
    let mut expiring = Phone::connect(&server, &short).await;
    let since = Instant::now();

    let ours = Some("salessync.v1");
    let erased = server.agent().await;
    server.post(&format!("/agents/{}/erase", erased.id), json!({"confirm": "Agent 0"})).await;
    let admin = server.bearer().replace("Bearer ", "");
    let forged = format!("{}x", &agent.token[..agent.token.len() - 2]);
    for (path, token, protocol, expected) in [
        ("/ws/agent", None, ours, (401, "unauthenticated")),
        ("/ws/agent", Some(forged.as_str()), ours, (401, "unauthenticated")),
        ("/ws/agent", Some("nonsense"), ours, (401, "unauthenticated")),
        ("/ws/agent", Some(admin.as_str()), ours, (403, "forbidden")),
        ("/ws/agent", Some(erased.token.as_str()), ours, (401, "unauthenticated")),
        ("/ws/agent", Some(agent.token.as_str()), None, (400, "subprotocol_required")),
        ("/ws/agent", Some(agent.token.as_str()), Some("mqtt, salessync.v2"), (400, "subprotocol_required")),
        ("/ws/agent", Some(agent.token.as_str()), Some("mqtt, salessync.v1"), (101, "")),
        ("/ws/live", None, ours, (401, "unauthenticated")),
        ("/ws/live", Some(agent.token.as_str()), ours, (403, "forbidden")),
        ("/ws/live", Some(admin.as_str()), None, (400, "subprotocol_required")),
        ("/ws/live", Some(admin.as_str()), ours, (101, "")),
    ] {
        let refused = upgrade(&server, path, token, protocol, None).await;
        assert_eq!((refused.0, refused.1.as_str()), expected, "{path} {token:?} {protocol:?}");
    }

    // A ticket opens one live socket, from our own page only.
    let host = server.url().replace("http://", "");
    let own = format!("http://{host}");
    let ticket =
        async || format!("salessync.v1, ticket.{}", server.post("/ws-tickets", json!({})).await["ticket"].as_str().unwrap());
    let first = ticket().await;
    let mut console =
        Console::welcomed(Socket::open(server.url(), "/ws/live", &[("sec-websocket-protocol", &first)]).await.unwrap()).await;
    console.watch(&["territory:none"]).await;
    assert_eq!(upgrade(&server, "/ws/live", None, Some(&first), None).await, (401, "unauthenticated".to_owned()), "used");
    assert_eq!(upgrade(&server, "/ws/live", None, Some("salessync.v1, ticket.guess"), Some(&own)).await.0, 401);
    assert_eq!(
        upgrade(&server, "/ws/live", None, Some(&ticket().await), Some("https://evil.example")).await,
        (403, "forbidden".to_owned())
    );
    assert_eq!(upgrade(&server, "/ws/live", None, Some(&ticket().await), Some(&own)).await.0, 101);
    let of_no_agent = upgrade(&server, "/ws/agent", None, Some(&ticket().await), Some(&own)).await;
    assert_eq!(of_no_agent, (403, "forbidden".to_owned()), "an administrator is no agent");

    // A token runs out: no new socket at once, and the open one is closed within the server's check interval.
    eventually("the token expires", async || {
        let refused = upgrade(&server, "/ws/agent", Some(&short.token), ours, None).await;
        (refused == (401, "unauthenticated".to_owned())).then_some(())
    })
    .await;
    let (frames, code) = expiring.socket.closed().await;
    assert_eq!((frames[0]["code"].as_str(), code), (Some("token_expired"), Some(4401)), "{frames:?}");
    assert!(since.elapsed().as_secs() < 25, "after {:?}", since.elapsed());
}

/// Refused frames leave the connection open and the frame number unused.
async fn a_refused_frame_leaves_the_connection_open(server: &Server) {
    let agent = server.agent().await;
    let other = server.agent().await;
    let good = fix(minutes_ago(1), 52.0, 13.0);
    let many = vec![good.clone(); 501];
    let mut phone = Phone::connect(server, &agent).await;
    for (text, code, field, limit) in [
        ("hello".to_owned(), "malformed_frame", None, None),
        ("[1]".to_owned(), "malformed_frame", None, None),
        (
            "{}".to_owned(),
            "malformed_frame",
            Some("type"),
            Some("fixes | duty | follow_visits | followed_visits | refresh | offer_reply | ping"),
        ),
        (
            r#"{"type":"sing"}"#.to_owned(),
            "malformed_frame",
            Some("type"),
            Some("fixes | duty | follow_visits | followed_visits | refresh | offer_reply | ping"),
        ),
        (json!({"type": "fixes", "fixes": [good]}).to_string(), "malformed_frame", Some("frame"), Some("an integer from 1")),
        (
            json!({"type": "fixes", "frame": "1", "fixes": [good]}).to_string(),
            "malformed_frame",
            Some("frame"),
            Some("an integer from 1"),
        ),
        (json!({"type": "fixes", "frame": 1}).to_string(), "malformed_frame", Some("fixes"), Some("an array of 1..500 fixes")),
        (
            json!({"type": "fixes", "frame": 1, "fixes": 3}).to_string(),
            "malformed_frame",
            Some("fixes"),
            Some("an array of 1..500 fixes"),
        ),
        (json!({"type": "fixes", "frame": 1, "fixes": []}).to_string(), "fixes_count", Some("fixes"), Some("1..500")),
        (json!({"type": "fixes", "frame": 1, "fixes": many}).to_string(), "fixes_count", Some("fixes"), Some("1..500")),
        (json!({"type": "fixes", "frame": 7, "fixes": [good]}).to_string(), "frame_out_of_order", Some("frame"), Some("1")),
        (
            json!({"type": "fixes", "frame": 1, "agent": other.id, "fixes": [good]}).to_string(),
            "not_your_agent",
            Some("agent"),
            None,
        ),
        (
            json!({"type": "fixes", "frame": 1, "agent": "me", "fixes": [good]}).to_string(),
            "malformed_frame",
            Some("agent"),
            Some("a UUID"),
        ),
        (
            json!({"type": "fixes", "frame": 1, "device": "no spaces", "fixes": [good]}).to_string(),
            "malformed_frame",
            Some("device"),
            None,
        ),
    ] {
        let shown: String = text.chars().take(80).collect();
        let answer = phone.ask(text).await;
        assert_eq!((answer["type"].as_str(), answer["code"].as_str()), (Some("error"), Some(code)), "{shown}: {answer}");
        assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}");
        assert_eq!(answer["field"].as_str(), field, "{shown}: {answer}");
        assert!(limit.is_none_or(|limit| answer["limit"] == limit), "{shown}: {answer}");
        assert_eq!(field.is_some(), answer["limit"].is_string(), "{shown}: a field comes with its limit: {answer}");
    }
    assert_eq!(phone.ask(r#"{"type":"ping"}"#).await["type"], "pong");
    let named = json!({"type": "fixes", "frame": 1, "agent": agent.id, "fixes": [good]});
    assert_eq!(phone.ask(named.to_string()).await, json!({"type": "ack", "frame": 1}), "number 1 was not used up");
    assert_eq!(phone.ask(named.to_string()).await, json!({"type": "ack", "frame": 1}), "sent again, acknowledged again");
    assert_eq!(server.track(&agent).await.len(), 1);
    assert_eq!(server.track(&other).await.len(), 0);
}

/// Whole messages may come in pieces, with control frames between; 500 fixes are a frame.
async fn fragments_and_pings_are_understood(server: &Server) {
    let agent = server.agent().await;
    let mut phone = Phone::connect(server, &agent).await;
    let at = minutes_ago(30);
    let fixes: Vec<Value> = (0..500).map(|n| fix(at + 1_000 * n, 52.0, 13.0)).collect();
    let text = json!({"type": "fixes", "frame": 1, "fixes": fixes}).to_string();
    let pieces: Vec<_> = text.as_bytes().chunks(1_000).collect();
    phone.socket.send_fragments(&pieces).await;
    phone.frame = 1;
    phone.settled().await;
    assert_eq!(keys(&server.track(&agent).await, ""), keys(&fixes, "default"));

    phone.socket.send_message(Message::Frame(Frame::message(br#"{"type":"#.to_vec(), OpCode::Data(Data::Text), false))).await;
    phone.socket.send_message(Message::Ping(b"are you there".to_vec().into())).await;
    assert!(matches!(phone.socket.next().await, Came::Pong(payload) if payload == b"are you there"));
    phone.socket.send_message(Message::Frame(Frame::message(br#""ping"}"#.to_vec(), OpCode::Data(Data::Continue), true))).await;
    assert_eq!(phone.socket.frame().await["type"], "pong");
}

/// What ends the connection, on both sockets: sends `harm`, expects the error (if any) and the close code.
async fn closes(socket: &mut Socket, what: &str, error: Option<&str>, code: u16) {
    let (frames, closed) = socket.closed().await;
    let errors: Vec<_> =
        frames.iter().filter(|frame| frame["type"] == "error").filter_map(|frame| frame["code"].as_str()).collect();
    assert_eq!((errors.last().copied(), closed), (error, Some(code)), "{what}: {frames:?}");
}

async fn what_harms_closes_with_its_code(server: &Server, agent: &Agent, is_console: bool) {
    let open = async || {
        if is_console { Console::connect(server).await.socket } else { Phone::connect(server, agent).await.socket }
    };
    let limit = if is_console { 16_384 } else { 65_536 };

    let mut socket = open().await;
    socket.send(" ".repeat(limit)).await.unwrap();
    assert_eq!(socket.frame().await["code"], "malformed_frame", "the limit itself is no harm");
    socket.send(" ".repeat(limit + 1)).await.unwrap();
    closes(&mut socket, "one byte too many", Some("frame_too_large"), 1009).await;

    let mut socket = open().await;
    let piece = vec![b' '; limit / 3];
    socket.send_fragments(&[&piece, &piece, &piece, &piece]).await;
    closes(&mut socket, "too much in pieces", Some("frame_too_large"), 1009).await;

    let mut socket = open().await;
    socket.send_message(Message::Binary(vec![0, 159, 146, 150].into())).await;
    closes(&mut socket, "binary", Some("binary_unsupported"), 1003).await;

    let mut socket = open().await;
    let not_utf8 = Frame::message(b"{\"type\":\"\xff\xfe\"}".to_vec(), OpCode::Data(Data::Text), true);
    socket.send_message(Message::Frame(not_utf8)).await;
    closes(&mut socket, "not UTF-8", None, 1007).await;

    for garbage in [&b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"[..], b"\x81\x02hi", b"\x83\x80\x00\x00\x00\x00"] {
        let mut socket = open().await;
        socket.send_bytes(garbage).await;
        closes(&mut socket, "not WebSocket", None, 1002).await;
    }

    let mut socket = open().await;
    for _ in 0..20 {
        socket.send("hello").await.unwrap();
    }
    closes(&mut socket, "twenty errors", Some("too_many_errors"), 4400).await;
}

/// 10,000 fixes in one frame, 1.2 MB: the phone learns why, although it was still sending.
async fn an_enormous_frame_is_refused_before_it_is_read(server: &Server, agent: &Agent) {
    let mut phone = Phone::connect(server, agent).await;
    let one = |n: i64| {
        json!({"seq": n, "recorded_at": "2026-11-23T08:00:00.000Z", "lat": 52.520_006_6, "lon": 13.404_954,
            "accuracy_m": 8.0, "speed_mps": 1.4, "source": "gps"})
    };
    let fixes: Vec<Value> = (0..10_000).map(one).collect();
    let text = json!({"type": "fixes", "frame": 1, "fixes": fixes}).to_string();
    assert!(text.len() > 1_200_000, "{}", text.len());
    phone.say(text).await;
    let (frames, code) = phone.socket.closed().await;
    let [error] = frames.as_slice() else { panic!("{frames:?}") };
    assert_eq!((error["code"].as_str(), error["limit"].as_str(), code), (Some("frame_too_large"), Some("65536"), Some(1009)));
}

#[tokio::test]
async fn frames_are_refused_or_close_the_connection_as_the_protocol_says() {
    let server = Server::start().await;
    let agent = server.agent().await;
    a_refused_frame_leaves_the_connection_open(&server).await;
    fragments_and_pings_are_understood(&server).await;
    what_harms_closes_with_its_code(&server, &agent, false).await;
    what_harms_closes_with_its_code(&server, &agent, true).await;
    an_enormous_frame_is_refused_before_it_is_read(&server, &agent).await;
    assert_eq!(server.track(&agent).await.len(), 0);
    assert_eq!(server.text("/health").await, r#"{"status":"ok"}"#);
}

/// A phone that says nothing is asked, then given up; one that answers the asking is kept.
#[tokio::test]
async fn a_silent_phone_is_pinged_and_closed() {
    let server = Server::with(&[("SOCKETS__SILENCE_TIMEOUT_S", "4")]).await;
    let agents = server.agents(2, None).await;
    let (mut silent, mut quiet) = (Phone::connect(&server, &agents[0]).await, Phone::connect(&server, &agents[1]).await);
    let since = Instant::now();
    // The quiet one is read, so its library answers pings; it is still there when the silent one has gone.
    let kept = tokio::spawn(async move { quiet.socket.next().await });
    let came = silent.socket.stare().await;
    assert_eq!(came.first(), Some(&Stared::Ping), "{came:?}");
    assert_eq!(came.last(), Some(&Stared::Close(4408)), "{came:?}");
    assert!(since.elapsed().as_secs() >= 4);
    assert!(!kept.is_finished());
    kept.abort();
}

/// A phone that asks and does not read: its answers stop at the bound, and it is closed. What was taken meanwhile is kept.
#[tokio::test]
async fn a_phone_that_does_not_read_its_answers_is_closed() {
    let server = Server::with(&[("SOCKETS__UNREAD_TIMEOUT_S", "2")]).await;
    let agent = server.agent().await;
    let mut phone = Phone::connect(&server, &agent).await;
    let at = minutes_ago(10);
    let kept: Vec<_> = (0..5).map(|n| fix(at + 1_000 * n, 52.0, 13.0)).collect();
    phone.send(&kept).await;
    for _ in 0..2_000 {
        phone.say(r#"{"type":"ping"}"#).await;
    }
    let came = phone.socket.stare().await;
    assert_eq!(came.last(), Some(&Stared::Close(4408)), "{came:?}");
    let answers = came.iter().filter(|came| matches!(came, Stared::Text(_))).count();
    assert_eq!(answers, 63, "64 with the welcome, then a ping that nobody answers");
    assert_eq!(keys(&server.track(&agent).await, ""), keys(&kept, "default"));
}

/// What asks for an upgrade where there is none is answered as ever; what comes in one piece with a granted upgrade is not lost.
#[tokio::test]
async fn an_upgrade_elsewhere_is_an_ordinary_request_and_early_frames_are_taken() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = Server::start().await;
    let agent = server.agent().await;
    let authority = server.url().trim_start_matches("http://").to_owned();
    let exchange = async |request: String, frame: &[u8], until: &str| {
        let mut stream = tokio::net::TcpStream::connect(&authority).await.unwrap();
        stream.write_all(&[request.as_bytes(), frame].concat()).await.unwrap();
        let mut came = Vec::new();
        while !String::from_utf8_lossy(&came).contains(until) {
            assert!(stream.read_buf(&mut came).await.unwrap() > 0, "{}", String::from_utf8_lossy(&came));
        }
        (String::from_utf8_lossy(&came).into_owned(), stream)
    };
    let upgrade = |method: &str, path: &str| {
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: salessync.v1\r\n\
             Authorization: Bearer {}\r\n\r\n",
            agent.token
        )
    };
    for (method, path, status, ends) in [
        ("GET", "/health", "200", r#"{"status":"ok"}"#),
        ("GET", "/api/v1/nothing", "404", "not_found"),
        ("HEAD", "/health", "", "\r\n\r\n"),
    ] {
        let (mut came, mut stream) = exchange(upgrade(method, path), b"", ends).await;
        stream.read_to_string(&mut came).await.unwrap();
        assert!(came.starts_with(&format!("HTTP/1.1 {status}")) && came.contains("connection: close"), "{method} {path}: {came}");
        assert!(method != "HEAD" || came.ends_with("\r\n\r\n"), "{came}");
    }
    let text = json!({"type": "fixes", "frame": 1, "fixes": [fix(minutes_ago(1), 52.0, 13.0)]}).to_string();
    let frame = [&[0x81, 0x80 | text.len() as u8, 0, 0, 0, 0], text.as_bytes()].concat();
    assert!(text.len() < 126);
    let (came, _) = exchange(upgrade("GET", "/ws/agent"), &frame, r#""type":"ack""#).await;
    assert!(came.starts_with("HTTP/1.1 101") && came.contains("welcome"), "{came}");
    assert_eq!(server.track(&agent).await.len(), 1);
}
