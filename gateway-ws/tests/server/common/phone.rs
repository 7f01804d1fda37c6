//! A phone: numbers its frames, waits for acknowledgements, sends again what was answered `busy`.

use super::socket::Socket;
use super::{Agent, PATIENCE, Server};
use serde_json::{Value, json};
use std::time::Duration;

pub struct Phone {
    pub socket: Socket,
    /// Number of the last frame sent.
    pub frame: u64,
    pub acked: u64,
    device: String,
}

impl Phone {
    pub async fn connect(server: &Server, agent: &Agent) -> Self {
        Self::try_connect(server.url(), agent).await.unwrap()
    }

    pub async fn try_connect(url: &str, agent: &Agent) -> anyhow::Result<Self> {
        let bearer = format!("Bearer {}", agent.token);
        let headers = [("authorization", bearer.as_str()), ("sec-websocket-protocol", "salessync.v1")];
        Self::welcomed(Socket::open(url, "/ws/agent", &headers).await?, &agent.id).await
    }

    /// Over a socket that was opened another way.
    pub async fn welcomed(mut socket: Socket, agent: &str) -> anyhow::Result<Self> {
        let super::socket::Came::Frame(welcome) = socket.next().await else { anyhow::bail!("no welcome") };
        assert_eq!((&welcome["type"], &welcome["agent"]), (&json!("welcome"), &json!(agent)));
        Ok(Self { socket, frame: 0, acked: 0, device: "default".to_owned() })
    }

    /// From now on fixes come from this device.
    pub fn with_device(mut self, device: &str) -> Self {
        device.clone_into(&mut self.device);
        self
    }

    /// Sends a batch as the next frame; returns its number.
    pub async fn send(&mut self, fixes: &[Value]) -> u64 {
        self.try_send(fixes).await.unwrap()
    }

    pub async fn try_send(&mut self, fixes: &[Value]) -> anyhow::Result<u64> {
        self.frame += 1;
        let frame = json!({"type": "fixes", "frame": self.frame, "device": self.device, "fixes": fixes});
        self.socket.send(frame.to_string()).await?;
        Ok(self.frame)
    }

    /// Sends a text as it is.
    pub async fn say(&mut self, text: impl Into<String>) {
        self.socket.send(text).await.unwrap();
    }

    /// Sends a text as it is; returns the one answer.
    pub async fn ask(&mut self, text: impl Into<String>) -> Value {
        self.say(text).await;
        self.socket.frame().await
    }

    /// Waits until everything sent is acknowledged; returns what else came on the way.
    pub async fn settled(&mut self) -> Vec<Value> {
        let mut others = Vec::new();
        while self.acked < self.frame {
            let frame = self.socket.frame().await;
            if frame["type"] == "ack" {
                let acked = frame["frame"].as_u64().unwrap();
                assert!(acked >= self.acked && acked <= self.frame, "ack {acked} after {}, sent {}", self.acked, self.frame);
                self.acked = acked;
            } else {
                assert_ne!(frame["type"], "error", "{frame}");
                others.push(frame);
            }
        }
        others
    }

    /// Sends a batch and sees it through, however often the server is `busy`. Nothing else may be under way.
    pub async fn deliver(&mut self, fixes: &[Value]) -> Vec<Value> {
        assert_eq!(self.acked, self.frame);
        let mut others = Vec::new();
        tokio::time::timeout(PATIENCE, async {
            let number = self.send(fixes).await;
            while self.acked < number {
                let frame = self.socket.frame().await;
                match frame["type"].as_str() {
                    Some("ack") => self.acked = frame["frame"].as_u64().unwrap(),
                    Some("busy") => {
                        assert_eq!(frame["frame"], number);
                        // The pause the server asks for.
                        tokio::time::sleep(Duration::from_millis(frame["retry_after_ms"].as_u64().unwrap())).await;
                        self.frame = number - 1;
                        self.send(fixes).await;
                    }
                    Some("rejected" | "quarantined") => others.push(frame),
                    _ => panic!("{frame}"),
                }
            }
        })
        .await
        .expect("the batch is taken in time");
        others
    }

    /// Sends batches as frames in bursts without waiting for acknowledgements, and sees them through as docs/PROTOCOL.md says: told `busy`,
    /// it waits and goes on from the frame named. Returns the codes of the `busy` answers.
    pub async fn burst(&mut self, batches: &[Vec<Value>], burst: usize) -> Vec<String> {
        let (first, mut codes) = (self.frame, Vec::new());
        let last = first + batches.len() as u64;
        while self.acked < last {
            for _ in 0..burst {
                if self.frame < last {
                    let batch = &batches[(self.frame - first) as usize];
                    self.send(batch).await;
                }
            }
            // Between bursts only what is there already is read.
            let patience = if self.frame < last { Duration::ZERO } else { PATIENCE };
            while self.acked < last
                && let Ok(frame) = tokio::time::timeout(patience, self.socket.frame()).await
            {
                match frame["type"].as_str() {
                    Some("ack") => self.acked = frame["frame"].as_u64().unwrap(),
                    Some("busy") => {
                        let (number, pause) = (frame["frame"].as_u64().unwrap(), frame["retry_after_ms"].as_u64().unwrap());
                        assert!(number > self.acked && number <= self.frame, "{frame} after {} of {}", self.acked, self.frame);
                        codes.push(frame["code"].as_str().unwrap().to_owned());
                        tokio::time::sleep(Duration::from_millis(pause)).await;
                        self.frame = number - 1;
                        break;
                    }
                    _ => panic!("{frame}"),
                }
            }
        }
        codes
    }
}
