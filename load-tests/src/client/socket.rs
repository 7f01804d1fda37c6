//! Opening a WebSocket of SalesSync: subprotocol, bearer token, plain TCP without delay.

use anyhow::{Context, Result, anyhow, bail};
use futures_util::{SinkExt, StreamExt};
use salessync_engine::wire::SUBPROTOCOL;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

pub type Stream = WebSocketStream<TcpStream>;

/// Why a socket was not opened. 401 wants a new token.
#[derive(Debug)]
pub enum Refusal {
    Status(u16),
    Unreachable(anyhow::Error),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status(status) => write!(f, "upgrade refused with HTTP {status}"),
            Self::Unreachable(error) => write!(f, "{error:#}"),
        }
    }
}

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    Text(String),
    Closed(Option<u16>),
}

/// `host:port` of an `http://` address.
pub fn authority(url: &str) -> Result<String> {
    let rest = url.strip_prefix("http://").ok_or_else(|| anyhow!("{url}: only http:// addresses are served here"))?;
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.is_empty() {
        bail!("{url}: no host");
    }
    Ok(if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") })
}

/// Opens `ws://authority/path` with a bearer token.
pub async fn open(authority: &str, path: &str, token: &str) -> Result<Stream, Refusal> {
    open_small(authority, path, token, WebSocketConfig::default()).await
}

/// The same with buffers of one's own choice: thousands of sockets in one process.
pub async fn open_small(authority: &str, path: &str, token: &str, config: WebSocketConfig) -> Result<Stream, Refusal> {
    let request = || -> Result<_> {
        let mut request = format!("ws://{authority}{path}").into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("authorization", HeaderValue::from_str(&format!("Bearer {token}"))?);
        headers.insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        Ok(request)
    };
    let request = request().map_err(Refusal::Unreachable)?;
    let stream =
        TcpStream::connect(authority).await.with_context(|| format!("connect to {authority}")).map_err(Refusal::Unreachable)?;
    stream.set_nodelay(true).map_err(|error| Refusal::Unreachable(error.into()))?;
    match tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => Err(Refusal::Status(response.status().as_u16())),
        Err(error) => Err(Refusal::Unreachable(anyhow::Error::new(error).context("upgrade to WebSocket"))),
    }
}

/// The next text frame; pings are answered on the way. A broken connection reads as closed without a code.
pub async fn receive(socket: &mut Stream) -> Incoming {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Incoming::Text(text.as_str().to_owned()),
            Some(Ok(Message::Close(frame))) => return Incoming::Closed(frame.map(|CloseFrame { code, .. }| code.into())),
            Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            Some(Err(_)) | None => return Incoming::Closed(None),
        }
    }
}

pub async fn send(socket: &mut Stream, text: String) -> Result<()> {
    socket.send(Message::text(text)).await.context("send a frame")
}
