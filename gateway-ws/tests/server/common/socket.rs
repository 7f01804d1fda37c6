//! A WebSocket client with a deadline on everything.

use super::PATIENCE;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub struct Socket {
    ws: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What came in.
#[derive(Debug)]
pub enum Came {
    Frame(Value),
    Pong(Vec<u8>),
    /// The close code, where one was given; None also for a connection that just ended.
    Closed(Option<u16>),
}

/// What a client sees that reads and answers nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stared {
    /// Of so many bytes.
    Text(usize),
    Ping,
    Close(u16),
}

impl Socket {
    /// Opens `path` of the server at `url` (http://…); the server must choose the subprotocol.
    pub async fn open(url: &str, path: &str, headers: &[(&'static str, &str)]) -> anyhow::Result<Self> {
        let mut request = format!("{}{path}", url.replacen("http", "ws", 1)).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse()?);
        }
        let (ws, response) = timeout(PATIENCE, connect_async(request)).await??;
        assert_eq!(response.headers()["sec-websocket-protocol"], "salessync.v1");
        Ok(Self { ws })
    }

    /// The status of the refusal; None when the socket opened.
    pub async fn refusal(url: &str, path: &str, headers: &[(&'static str, &str)]) -> Option<u16> {
        let error = Self::open(url, path, headers).await.err()?;
        match error.downcast_ref::<tokio_tungstenite::tungstenite::Error>() {
            Some(tokio_tungstenite::tungstenite::Error::Http(response)) => Some(response.status().as_u16()),
            other => panic!("neither opened nor refused: {other:?}"),
        }
    }

    pub async fn send(&mut self, text: impl Into<String>) -> anyhow::Result<()> {
        Ok(timeout(PATIENCE, self.ws.send(Message::text(text.into()))).await??)
    }

    pub async fn send_message(&mut self, message: Message) {
        timeout(PATIENCE, self.ws.send(message)).await.unwrap().unwrap();
    }

    /// Sends a text in pieces.
    pub async fn send_fragments(&mut self, pieces: &[&[u8]]) {
        for (index, piece) in pieces.iter().enumerate() {
            let code = if index == 0 { Data::Text } else { Data::Continue };
            let frame = Frame::message(piece.to_vec(), OpCode::Data(code), index + 1 == pieces.len());
            self.send_message(Message::Frame(frame)).await;
        }
    }

    /// Writes bytes past the protocol.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        let MaybeTlsStream::Plain(stream) = self.ws.get_mut() else { panic!("no TLS here") };
        timeout(PATIENCE, stream.write_all(bytes)).await.unwrap().unwrap();
    }

    /// Reads to the end of the connection past the protocol: pings are not answered. What came, one after the other; nothing may have
    /// been read ahead, so only for a connection that was silent so far.
    pub async fn stare(&mut self) -> Vec<Stared> {
        let MaybeTlsStream::Plain(stream) = self.ws.get_mut() else { panic!("no TLS here") };
        let mut bytes = Vec::new();
        // Ended or reset: the connection is over.
        let _ = timeout(2 * PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the server ends the connection in time");
        let mut rest = bytes.as_slice();
        let mut came = Vec::new();
        while let [first, second, tail @ ..] = rest {
            let (len, tail) = match second {
                126 => (usize::from(u16::from_be_bytes([tail[0], tail[1]])), &tail[2..]),
                127 => (u64::from_be_bytes(tail[..8].try_into().unwrap()) as usize, &tail[8..]),
                len => (usize::from(*len), tail),
            };
            let (payload, tail) = tail.split_at(len);
            came.push(match first & 0x0f {
                0x1 => Stared::Text(payload.len()),
                0x8 => Stared::Close(u16::from_be_bytes([payload[0], payload[1]])),
                0x9 => Stared::Ping,
                opcode => panic!("the server sent opcode {opcode}"),
            });
            rest = tail;
        }
        came
    }

    /// The next thing that is not a ping (those are answered underneath).
    pub async fn next(&mut self) -> Came {
        loop {
            let message = timeout(PATIENCE, self.ws.next()).await.expect("the server says something in time");
            match message {
                Some(Ok(Message::Text(text))) => return Came::Frame(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Pong(payload))) => return Came::Pong(payload.to_vec()),
                Some(Ok(Message::Close(frame))) => return Came::Closed(frame.map(|frame| frame.code.into())),
                Some(Ok(Message::Ping(_))) => {}
                Some(Ok(other)) => panic!("the server sent {other:?}"),
                Some(Err(_)) | None => return Came::Closed(None),
            }
        }
    }

    /// The next frame; the connection must not end.
    pub async fn frame(&mut self) -> Value {
        match self.next().await {
            Came::Frame(frame) => frame,
            other => panic!("a frame was expected, {other:?} came"),
        }
    }

    /// The frames that still come, and the code the server closes with.
    pub async fn closed(&mut self) -> (Vec<Value>, Option<u16>) {
        let mut frames = Vec::new();
        loop {
            match self.next().await {
                Came::Frame(frame) => frames.push(frame),
                Came::Pong(_) => {}
                Came::Closed(code) => return (frames, code),
            }
        }
    }
}
