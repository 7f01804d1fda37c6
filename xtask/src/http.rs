//! Just enough HTTP to ask our own server on loopback whether it is ready: one request a connection, bounded in time and size.
//! Not a client for anything else: no TLS, no chunked bodies (HTTP/1.0 is asked for), no redirects.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

const TIMEOUT: Duration = Duration::from_secs(5);
const BODY_MAX: u64 = 16 * 1024 * 1024;

#[derive(Debug, Clone, Copy)]
pub struct Server(pub SocketAddr);

/// What is asked of the server here.
#[derive(Debug, Clone, Copy)]
pub enum Method {
    Post,
    Patch,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Patch => "PATCH",
        }
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Result<Value> {
        ensure!((200..300).contains(&self.status), "the server answered {}: {}", self.status, self.body);
        serde_json::from_str(&self.body).context("read the server's JSON")
    }
}

impl Server {
    pub fn get(self, path: &str, token: Option<&str>) -> Result<Answer> {
        let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        self.ask(&format!("GET {path} HTTP/1.0\r\nHost: {}\r\n{authorization}\r\n", self.0))
    }

    pub fn post(self, path: &str, body: &Value) -> Result<Answer> {
        let body = body.to_string();
        let head = format!("Host: {}\r\nContent-Type: application/json\r\nContent-Length: {}", self.0, body.len());
        self.ask(&format!("POST {path} HTTP/1.0\r\n{head}\r\n\r\n{body}"))
    }

    /// A request of somebody.
    pub fn ask_as(self, method: Method, path: &str, token: &str, body: &Value) -> Result<Answer> {
        let body = body.to_string();
        let head = format!("Host: {}\r\nContent-Type: application/json\r\nContent-Length: {}", self.0, body.len());
        let method = method.name();
        self.ask(&format!("{method} {path} HTTP/1.0\r\n{head}\r\nAuthorization: Bearer {token}\r\n\r\n{body}"))
    }

    fn ask(self, request: &str) -> Result<Answer> {
        let mut stream = TcpStream::connect_timeout(&self.0, TIMEOUT).context("connect to the server")?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        stream.write_all(request.as_bytes()).context("send a request")?;
        let mut answer = Vec::new();
        stream.take(BODY_MAX).read_to_end(&mut answer).context("read the answer")?;
        parse(&String::from_utf8_lossy(&answer))
    }
}

fn parse(answer: &str) -> Result<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n").context("the server's answer has no end of headers")?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("the server's answer has no status")?;
    Ok(Answer { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_split_into_status_and_body() {
        let answer = parse("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"items\":[1]}").unwrap();
        assert_eq!(answer.json().unwrap()["items"][0], 1);
        assert!(parse("HTTP/1.1 401 Unauthorized\r\n\r\n{}").unwrap().json().unwrap_err().to_string().contains("401"));
        assert!(parse("").is_err() && parse("HTTP/1.1\r\n\r\n").is_err());
    }

    #[test]
    fn a_post_carries_its_body() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let server = Server(listener.local_addr().unwrap());
        let peer = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = String::new();
            while !request.ends_with("{\"a\":1}") {
                let mut bytes = [0; 512];
                let n = stream.read(&mut bytes).unwrap();
                assert!(n > 0, "the request ended early: {request}");
                request.push_str(std::str::from_utf8(&bytes[..n]).unwrap());
            }
            stream.write_all(b"HTTP/1.0 201 Created\r\n\r\nok").unwrap();
            request
        });
        let answer = server.post("/x", &json!({"a": 1})).unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (201, "ok"));
        assert!(peer.join().unwrap().contains("Content-Length: 7\r\n"));
    }
}
