//! What open sockets are told from outside: a newer token in-band, the same phone connecting anew, a session that ends.

use super::common::server::PASSWORD;
use super::common::socket::Socket;
use super::common::{Agent, Console, Phone, Server, eventually, fix, minutes_ago};
use reqwest::Method;
use serde_json::{Value, json};

async fn token(server: &Server, agent: &str, ttl_s: u64) -> Value {
    server.post(&format!("/agents/{agent}/tokens"), json!({"ttl_s": ttl_s})).await
}

fn phone_with(agent: &Agent, minted: &Value) -> Agent {
    Agent { id: agent.id.clone(), token: minted["access_token"].as_str().unwrap().to_owned() }
}

#[tokio::test]
async fn a_phone_that_connects_anew_ends_its_earlier_connection_and_no_other() {
    let server = Server::start().await;
    let agent = server.agent().await;
    let other = server.agent().await;
    let mut earlier = Phone::connect(&server, &agent).await.with_device("pixel");
    let mut tablet = Phone::connect(&server, &agent).await.with_device("tablet");
    let mut others = Phone::connect(&server, &other).await.with_device("pixel");
    for phone in [&mut earlier, &mut tablet, &mut others] {
        phone.deliver(&[fix(minutes_ago(9), 52.0, 13.0)]).await;
    }
    // It is the same phone once it says so, not by its token.
    let mut newer = Phone::connect(&server, &agent).await.with_device("pixel");
    earlier.deliver(&[fix(minutes_ago(8), 52.0, 13.1)]).await;
    newer.deliver(&[fix(minutes_ago(7), 52.0, 13.2)]).await;
    let (frames, code) = earlier.socket.closed().await;
    assert_eq!((frames.last().unwrap()["code"].as_str(), code), (Some("superseded"), Some(4409)), "{frames:?}");
    for (minutes, phone) in [(6, &mut newer), (5, &mut tablet), (4, &mut others)] {
        phone.deliver(&[fix(minutes_ago(minutes), 52.0, 13.3)]).await;
    }
}

#[tokio::test]
async fn a_connection_lives_as_long_as_the_token_it_is_shown_last() {
    let server = Server::start().await;
    let agent = server.agent().await;
    let other = server.agent().await;
    // The first token ends while the connection goes on with the second.
    let short = token(&server, &agent.id, 3).await;
    let mut phone = Phone::connect(&server, &phone_with(&agent, &short)).await;
    let refused = phone.ask(json!({"type": "refresh", "token": other.token}).to_string()).await;
    assert_eq!(refused["code"], "token_refused", "somebody else's: {refused}");
    let refused = phone.ask(json!({"type": "refresh", "token": "nonsense"}).to_string()).await;
    assert_eq!((&refused["code"], &refused["field"]), (&json!("token_refused"), &json!("token")));
    let long = token(&server, &agent.id, 900).await;
    let refreshed = phone.ask(json!({"type": "refresh", "token": long["access_token"]}).to_string()).await;
    assert_eq!(refreshed["type"], "refreshed", "{refreshed}");
    let is_over = async || {
        let bearer = format!("Bearer {}", short["access_token"].as_str().unwrap());
        let headers = [("authorization", bearer.as_str()), ("sec-websocket-protocol", "salessync.v1")];
        Socket::open(server.url(), "/ws/agent", &headers).await.is_err().then_some(())
    };
    eventually("the first token ends", is_over).await;
    phone.deliver(&[fix(minutes_ago(3), 52.0, 13.0)]).await;

    // A console, with a ticket.
    let mut console = Console::connect(&server).await;
    let ticket = server.post("/ws-tickets", json!({})).await["ticket"].as_str().unwrap().to_owned();
    for (ticket, kind) in [("guess", "error"), (ticket.as_str(), "refreshed"), (ticket.as_str(), "error")] {
        console.say(json!({"type": "refresh", "ticket": ticket})).await;
        assert_eq!(console.step().await["type"], kind, "{ticket}");
    }
}

/// A page on a phone cannot set headers, and its tokens are in cookies that it cannot read.
#[tokio::test]
async fn an_agent_s_page_streams_with_tickets() {
    let server = Server::start().await;
    let agent = server.agent().await;
    server.person("pat@example.com", "agent", json!({"agent_id": agent.id})).await;
    let login = json!({"email": "pat@example.com", "password": PASSWORD});
    let token =
        server.ask(None, Method::POST, "/auth/login", Some(login)).await.body["access_token"].as_str().unwrap().to_owned();
    let ticket =
        async || server.ask(Some(&token), Method::POST, "/ws-tickets", None).await.body["ticket"].as_str().unwrap().to_owned();
    let own = server.url().to_owned();
    let open = async |ticket: &str, origin: &str| {
        let protocols = format!("salessync.v1, ticket.{ticket}");
        Socket::open(server.url(), "/ws/agent", &[("sec-websocket-protocol", &protocols), ("origin", origin)]).await
    };
    assert!(open(&ticket().await, "https://evil.example").await.is_err(), "a page of somebody else");
    assert!(open("guess", &own).await.is_err());
    let first = ticket().await;
    let mut phone = Phone::welcomed(open(&first, &own).await.unwrap(), &agent.id).await.unwrap();
    phone.deliver(&[fix(minutes_ago(3), 52.0, 13.0)]).await;
    assert!(open(&first, &own).await.is_err(), "a ticket works once");

    let newer = ticket().await;
    for (shown, kind) in [("guess", "error"), (newer.as_str(), "refreshed"), (newer.as_str(), "error")] {
        let answer = phone.ask(json!({"type": "refresh", "ticket": shown}).to_string()).await;
        assert_eq!(answer["type"], kind, "{shown}: {answer}");
    }
    let stranger = server.post("/ws-tickets", json!({})).await;
    let refused = phone.ask(json!({"type": "refresh", "ticket": stranger["ticket"]}).to_string()).await;
    assert_eq!(refused["code"], "token_refused", "somebody else's");
    phone.deliver(&[fix(minutes_ago(2), 52.0, 13.1)]).await;
}

#[tokio::test]
async fn a_phone_whose_sessions_are_ended_is_out_within_a_second() {
    let server = Server::start().await;
    let agent = server.agent().await;
    let minted = token(&server, &agent.id, 900).await;
    let mut phone = Phone::connect(&server, &phone_with(&agent, &minted)).await;
    phone.deliver(&[fix(minutes_ago(3), 52.0, 13.0)]).await;
    let logout = server.request(Method::POST, "/api/v1/auth/logout").json(&json!({"refresh_token": minted["refresh_token"]}));
    let since = std::time::Instant::now();
    assert_eq!(logout.send().await.unwrap().status().as_u16(), 204);
    let (frames, code) = phone.socket.closed().await;
    assert_eq!((frames.last().unwrap()["code"].as_str(), code), (Some("session_ended"), Some(4401)), "{frames:?}");
    assert!(since.elapsed().as_secs() < 5, "{:?}", since.elapsed());
}
