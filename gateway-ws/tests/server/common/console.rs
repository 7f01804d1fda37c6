//! A console as docs/PROTOCOL.md describes it: applies snapshots and deltas, notices gaps, acknowledges.

use super::socket::{Came, Socket};
use super::{PATIENCE, Server};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub struct Console {
    pub socket: Socket,
    pub topics: BTreeMap<String, View>,
}

/// What a console holds of a topic.
#[derive(Default)]
pub struct View {
    pub epoch: String,
    pub rev: u64,
    pub rows: BTreeMap<String, Value>,
}

impl Console {
    pub async fn connect(server: &Server) -> Self {
        let bearer = server.bearer();
        let headers = [("authorization", bearer.as_str()), ("sec-websocket-protocol", "salessync.v1")];
        Self::welcomed(Socket::open(server.url(), "/ws/live", &headers).await.unwrap()).await
    }

    pub async fn welcomed(mut socket: Socket) -> Self {
        let welcome = socket.frame().await;
        assert_eq!(welcome["type"], "welcome");
        Self { socket, topics: BTreeMap::new() }
    }

    pub async fn say(&mut self, frame: Value) {
        self.socket.send(frame.to_string()).await.unwrap();
    }

    /// Subscribes and takes the first snapshot of each topic.
    pub async fn watch(&mut self, topics: &[&str]) {
        self.say(json!({"type": "subscribe", "topics": topics})).await;
        while !topics.iter().all(|topic| self.topics.contains_key(*topic)) {
            self.step().await;
        }
    }

    /// Takes one frame: applies and acknowledges it; returns it.
    pub async fn step(&mut self) -> Value {
        let frame = self.socket.frame().await;
        if self.apply(&frame) {
            self.ack(&frame).await;
        }
        frame
    }

    pub async fn ack(&mut self, frame: &Value) {
        self.say(json!({"type": "ack", "topic": frame["topic"], "rev": frame["rev"]})).await;
    }

    /// Applies a snapshot or delta; false for other frames.
    pub fn apply(&mut self, frame: &Value) -> bool {
        let rows = || {
            let rows = frame["rows"].as_array().unwrap().iter();
            rows.map(|row| (row["agent"].as_str().unwrap().to_owned(), row.clone()))
        };
        let view = match frame["type"].as_str() {
            Some("snapshot") => {
                let view = self.topics.entry(frame["topic"].as_str().unwrap().to_owned()).or_default();
                frame["epoch"].as_str().unwrap().clone_into(&mut view.epoch);
                if frame["partial"] == false {
                    view.rows.clear();
                }
                view
            }
            Some("delta") => {
                let view = self.topics.entry(frame["topic"].as_str().unwrap().to_owned()).or_default();
                assert_eq!(frame["since"], view.rev, "a gap: {frame}");
                for gone in frame["gone"].as_array().unwrap() {
                    view.rows.remove(gone.as_str().unwrap());
                }
                view
            }
            _ => return false,
        };
        view.rows.extend(rows());
        view.rev = frame["rev"].as_u64().unwrap();
        true
    }

    /// Follows the topics until what is held satisfies `is_so`.
    pub async fn follow_until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let followed = tokio::time::timeout(PATIENCE, async {
            while !is_so(self) {
                self.step().await;
            }
        });
        assert!(followed.await.is_ok(), "waited in vain: {what}");
    }

    pub fn rows(&self, topic: &str) -> &BTreeMap<String, Value> {
        &self.topics[topic].rows
    }

    /// Whether the topic shows the agent with a fix of that time.
    pub fn shows(&self, topic: &str, agent: &str, at_ms: i64) -> bool {
        self.topics.get(topic).and_then(|view| view.rows.get(agent)).is_some_and(|row| row["at"] == at_ms)
    }

    /// Reads without acknowledging until the server closes; returns what came and the code.
    pub async fn closed(&mut self) -> (Vec<Value>, Option<u16>) {
        self.socket.closed().await
    }

    /// The next frame, neither applied nor acknowledged.
    pub async fn peek(&mut self) -> Value {
        match self.socket.next().await {
            Came::Frame(frame) => frame,
            other => panic!("a frame was expected, {other:?} came"),
        }
    }
}
