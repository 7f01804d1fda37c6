//! A phone: keeps its fixes until they are durable, whatever happens to the connection.
//!
//! `Phone::drive` performs what the `Outbox` decides. A phone has no task of its own: its owner drives it, so that a simulated walk
//! and its network are one sequence of events.

use super::outbox::Outbox;
use super::rest::Api;
use super::socket::{self, Incoming, Refusal, Stream};
use crate::rng::Rng;
use futures_util::SinkExt;
use salessync_engine::AgentId;
use salessync_engine::track::{FlawCode, Quarantine, RawFix};
use salessync_engine::wire::agent::{Limits, ServerFrame};
use salessync_engine::wire::codes;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

const BACKOFF_FIRST_MS: u64 = 250;
const BACKOFF_MAX_MS: u64 = 10_000;
const WELCOME_WITHIN: Duration = Duration::from_secs(15);

/// Counts over all phones of a run.
#[derive(Debug, Default)]
pub struct Tally {
    pub sent: AtomicU64,
    pub acked: AtomicU64,
    pub rejected: AtomicU64,
    pub quarantined: AtomicU64,
    pub busy: AtomicU64,
    pub reconnects: AtomicU64,
    pub errors: AtomicU64,
}

impl Tally {
    fn add(counter: &AtomicU64, n: usize) {
        counter.fetch_add(n as u64, Ordering::Relaxed);
    }
}

/// How long to drive.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    Time(Instant),
    /// Until at most this many batches are unacknowledged.
    Pending(usize),
}

pub struct Phone {
    api: Arc<Api>,
    authority: String,
    pub agent: AgentId,
    device: String,
    token: Option<String>,
    socket: Option<Stream>,
    pub outbox: Outbox,
    backoff_ms: u64,
    reconnect_at: Instant,
    has_connected: bool,
    rng: Rng,
    tally: Arc<Tally>,
    /// What the server refused or set aside, by the fix's own number.
    pub rejected: BTreeMap<i64, (String, FlawCode)>,
    pub quarantined: BTreeMap<i64, Quarantine>,
    /// Why the last connection failed or a frame was refused, for whoever has to find out.
    pub last_trouble: Option<String>,
}

impl Phone {
    /// A phone that is not connected yet. Without a `token` it fetches one when it connects.
    pub fn new(api: Arc<Api>, agent: AgentId, device: &str, token: Option<String>, tally: Arc<Tally>) -> anyhow::Result<Self> {
        Ok(Self {
            authority: socket::authority(api.base())?,
            api,
            agent,
            device: device.to_owned(),
            token,
            socket: None,
            outbox: Outbox::default(),
            backoff_ms: BACKOFF_FIRST_MS,
            reconnect_at: Instant::now(),
            has_connected: false,
            rng: Rng::new(agent.0.as_u64_pair().0),
            tally,
            rejected: BTreeMap::new(),
            quarantined: BTreeMap::new(),
            last_trouble: None,
        })
    }

    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Puts fixes into the outbox. False when it is full.
    pub fn queue(&mut self, fixes: &[RawFix], per_frame: usize) -> bool {
        self.outbox.push(fixes, per_frame)
    }

    /// Loses the connection at once, as in a tunnel. What is unacknowledged stays.
    pub fn lose_connection(&mut self) {
        self.socket = None;
    }

    /// Says goodbye.
    pub async fn close(&mut self) {
        if let Some(mut socket) = self.socket.take() {
            let _ = tokio::time::timeout(Duration::from_secs(2), socket.close(None)).await;
        }
    }

    /// Connects where needed, sends, reads answers, waits: until the moment or the state asked for.
    pub async fn drive(&mut self, until: Until) {
        loop {
            let end = match until {
                Until::Time(end) if Instant::now() >= end => return,
                Until::Time(end) => Some(end),
                Until::Pending(n) if self.outbox.len() <= n => return,
                Until::Pending(_) => None,
            };
            if self.socket.is_none() {
                let at = self.reconnect_at.max(Instant::now());
                if let Some(end) = end.filter(|end| *end < at) {
                    tokio::time::sleep_until(end).await;
                    return;
                }
                tokio::time::sleep_until(at).await;
                self.connect().await;
                continue;
            }
            self.send_what_may_go().await;
            let wake = [end, self.outbox.wait_until_ms().map(instant_of)].into_iter().flatten().min();
            let Some(socket) = &mut self.socket else { continue };
            let incoming = match wake {
                Some(wake) => tokio::time::timeout_at(wake, socket::receive(socket)).await.ok(),
                None => Some(socket::receive(socket).await),
            };
            match incoming {
                Some(Incoming::Text(text)) => self.take(&text),
                Some(Incoming::Closed(code)) => self.closed(code),
                None => {}
            }
        }
    }

    async fn connect(&mut self) {
        if self.has_connected {
            Tally::add(&self.tally.reconnects, 1);
        }
        match self.try_connect().await {
            Ok((socket, limits)) => {
                self.outbox.connected(limits);
                self.socket = Some(socket);
                self.has_connected = true;
                self.backoff_ms = BACKOFF_FIRST_MS;
            }
            Err(refusal) => {
                if matches!(refusal, Refusal::Status(401)) {
                    self.token = None;
                }
                self.trouble(refusal.to_string());
                self.back_off();
            }
        }
    }

    async fn try_connect(&mut self) -> Result<(Stream, Limits), Refusal> {
        let token = match &self.token {
            Some(token) => token.clone(),
            None => self.api.agent_token(self.agent).await.map_err(Refusal::Unreachable)?,
        };
        self.token = Some(token.clone());
        let mut socket = socket::open(&self.authority, "/ws/agent", &token).await?;
        match tokio::time::timeout(WELCOME_WITHIN, socket::receive(&mut socket)).await {
            Ok(Incoming::Text(text)) => match serde_json::from_str(&text) {
                Ok(ServerFrame::Welcome { limits, .. }) => Ok((socket, limits)),
                _ => Err(Refusal::Unreachable(anyhow::anyhow!("instead of a welcome: {text}"))),
            },
            Ok(Incoming::Closed(code)) => Err(Refusal::Unreachable(anyhow::anyhow!("closed before the welcome, code {code:?}"))),
            Err(_) => Err(Refusal::Unreachable(anyhow::anyhow!("no welcome within {WELCOME_WITHIN:?}"))),
        }
    }

    async fn send_what_may_go(&mut self) {
        let Some(socket) = &mut self.socket else { return };
        let mut is_broken = false;
        while let Some((number, batch)) = self.outbox.next(now_ms()) {
            Tally::add(&self.tally.sent, batch.len());
            if socket.feed(Message::text(batch.frame(number, &self.device))).await.is_err() {
                is_broken = true;
                break;
            }
        }
        if is_broken || socket.flush().await.is_err() {
            self.closed(None);
        }
    }

    fn take(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(ServerFrame::Ack { frame }) => Tally::add(&self.tally.acked, self.outbox.acknowledged(frame)),
            Ok(ServerFrame::Busy { frame, retry_after_ms, .. }) => {
                Tally::add(&self.tally.busy, 1);
                self.outbox.busy(frame, retry_after_ms, now_ms());
            }
            Ok(ServerFrame::Rejected { fixes, .. }) => {
                Tally::add(&self.tally.rejected, fixes.len());
                self.rejected.extend(fixes.into_iter().filter_map(|fix| Some((fix.seq?, (fix.field.into_owned(), fix.code)))));
            }
            Ok(ServerFrame::Quarantined { fixes, .. }) => {
                Tally::add(&self.tally.quarantined, fixes.len());
                self.quarantined.extend(fixes.into_iter().filter_map(|fix| Some((fix.seq?, fix.reason))));
            }
            Ok(ServerFrame::Error(flaw)) => {
                Tally::add(&self.tally.errors, 1);
                if let Some(frame) = flaw.frame.filter(|_| is_for_good(&flaw)) {
                    self.outbox.refused(frame);
                }
                self.trouble(format!("{:?}: {}", flaw.code, flaw.message));
                self.closed(None); // the numbers no longer fit: start again
            }
            Ok(
                ServerFrame::Welcome { .. }
                | ServerFrame::Refreshed { .. }
                | ServerFrame::Pong { .. }
                | ServerFrame::Planning(_)
                | ServerFrame::Duty(_)
                | ServerFrame::Visits { .. },
            ) => {}
            Err(error) => self.trouble(format!("unreadable frame ({error}): {text}")),
        }
    }

    fn closed(&mut self, code: Option<u16>) {
        self.socket = None;
        if code == Some(codes::TOKEN_EXPIRED) {
            self.token = None;
            return;
        }
        if code.is_some() {
            self.trouble(format!("closed with {code:?}"));
        }
        self.back_off();
    }

    fn back_off(&mut self) {
        let jittered = self.backoff_ms as f64 * self.rng.range(0.5, 1.0);
        self.reconnect_at = Instant::now() + Duration::from_millis(jittered as u64);
        self.backoff_ms = (self.backoff_ms * 2).min(BACKOFF_MAX_MS);
    }

    fn trouble(&mut self, what: String) {
        self.last_trouble = Some(what);
    }
}

/// The same frame would be refused again.
fn is_for_good(flaw: &salessync_engine::wire::agent::FrameFlaw) -> bool {
    use salessync_engine::wire::agent::FrameCode;
    match flaw.code {
        FrameCode::MalformedFrame | FrameCode::FixesCount | FrameCode::NotYourAgent | FrameCode::FrameTooLarge => true,
        FrameCode::FrameOutOfOrder
        | FrameCode::BinaryUnsupported
        | FrameCode::TooManyErrors
        | FrameCode::TokenExpired
        | FrameCode::TokenRefused
        | FrameCode::SessionEnded
        | FrameCode::Forbidden
        | FrameCode::Superseded
        | FrameCode::OutOfRange
        | FrameCode::TopicUnknown
        | FrameCode::TooManyTopics
        | FrameCode::Unavailable
        | FrameCode::RateLimited => false,
    }
}

pub fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

fn instant_of(ms: i64) -> Instant {
    Instant::now() + Duration::from_millis(u64::try_from(ms - now_ms()).unwrap_or(0))
}
