//! What was acknowledged is there, once, after kill -9 at any moment under load and after a stop.

use super::common::fixes::Key;
use super::common::processes::is_alive;
use super::common::socket::Came;
use super::common::{Agent, Phone, Server, eventually, fix, keys, minutes_ago};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;

const PHONES: usize = 6;
const BATCHES: usize = 300;
const FIXES: usize = 15;
const IN_FLIGHT: usize = 4;
const KILLS: usize = 4;

/// One phone's day: its batches, and how many of them have been acknowledged.
struct Load {
    agent: Agent,
    batches: Vec<Vec<Value>>,
    acked: AtomicUsize,
}

impl Load {
    fn new(agent: Agent, phone: usize) -> Self {
        let at = minutes_ago(90);
        let one = |n: usize| fix(at + 1_000 * n as i64, 50.0 + phone as f64, 8.0 + 1e-4 * n as f64);
        let batches = (0..BATCHES).map(|batch| (0..FIXES).map(|n| one(batch * FIXES + n)).collect()).collect();
        Self { agent, batches, acked: AtomicUsize::new(0) }
    }

    fn acked(&self) -> usize {
        self.acked.load(Ordering::SeqCst)
    }

    /// Sends everything in order; after any break it connects again, wherever the server is then, and goes on behind the last
    /// acknowledged batch.
    async fn stream(self: Arc<Self>, mut url: watch::Receiver<Option<String>>) {
        while self.acked() < BATCHES {
            let up = url.wait_for(Option::is_some).await.unwrap().clone().unwrap();
            if let Ok(phone) = Phone::try_connect(&up, &self.agent).await {
                self.send_over(phone).await;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn send_over(&self, mut phone: Phone) {
        let base = self.acked();
        let mut sent = base;
        while self.acked() < BATCHES {
            while sent < BATCHES && sent - self.acked() < IN_FLIGHT {
                if phone.try_send(&self.batches[sent]).await.is_err() {
                    return;
                }
                sent += 1;
            }
            let frame = match phone.socket.next().await {
                Came::Frame(frame) => frame,
                Came::Pong(_) => continue,
                Came::Closed(_) => return,
            };
            let number = frame["frame"].as_u64().unwrap() as usize;
            match frame["type"].as_str() {
                Some("ack") => {
                    let acked = base + number;
                    assert!(acked >= self.acked() && acked <= sent, "{frame}");
                    self.acked.store(acked, Ordering::SeqCst);
                }
                Some("busy") => {
                    tokio::time::sleep(Duration::from_millis(frame["retry_after_ms"].as_u64().unwrap())).await;
                    phone.frame = number as u64 - 1;
                    sent = base + number - 1;
                }
                _ => panic!("{frame}"),
            }
        }
    }
}

/// The track holds the acknowledged fixes, each once, and nothing that was not sent.
async fn assert_acked_fixes_are_there(server: &Server, load: &Load, acked: usize) {
    let track = keys(&server.track(&load.agent).await, "");
    let unique: BTreeSet<&Key> = track.iter().collect();
    assert_eq!(unique.len(), track.len(), "each fix once");
    let sent = keys(&load.batches.concat(), "default");
    let missing: Vec<_> = sent[..acked * FIXES].iter().filter(|key| !unique.contains(key)).collect();
    assert!(missing.is_empty(), "{} of {} acknowledged fixes are lost: {:?}…", missing.len(), acked * FIXES, missing.first());
    let sent: BTreeSet<&Key> = sent.iter().collect();
    assert!(unique.is_subset(&sent), "fixes that nobody sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_fix_survives_kill_9_exactly_once() {
    let mut server = Server::with(&[("STORAGE__SNAPSHOT_EVERY_S", "1"), ("STORAGE__COMPACT_AFTER_S", "1")]).await;
    let agents = server.agents(PHONES, None).await;
    let loads: Vec<_> = agents.into_iter().enumerate().map(|(n, agent)| Arc::new(Load::new(agent, n))).collect();
    let (where_to, url) = watch::channel(Some(server.url().to_owned()));
    let streams: Vec<_> = loads.iter().map(|load| tokio::spawn(load.clone().stream(url.clone()))).collect();
    for kill in 1..=KILLS {
        eventually("the next part is acknowledged", async || {
            let acked: usize = loads.iter().map(|load| load.acked()).sum();
            (acked >= PHONES * BATCHES * kill / (KILLS + 1)).then_some(())
        })
        .await;
        where_to.send_replace(None);
        server.kill();
        let acked: Vec<_> = loads.iter().map(|load| load.acked()).collect();
        server.start_again().await;
        for (load, acked) in loads.iter().zip(acked) {
            assert_acked_fixes_are_there(&server, load, acked).await;
        }
        where_to.send_replace(Some(server.url().to_owned()));
    }
    for stream in streams {
        stream.await.unwrap();
    }
    server.kill();
    server.start_again().await;
    for load in &loads {
        let sent = load.batches.concat();
        assert_eq!(keys(&server.track(&load.agent).await, ""), keys(&sent, "default"));
        let position = server.position_after(&load.agent, sent.len() as u64).await;
        assert_eq!(keys(&[position], ""), keys(&sent[sent.len() - 1..], "default"));
        assert_eq!(server.marker(&load.agent).await.unwrap()["at"], sent.last().unwrap()["recorded_at"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_loses_nothing_and_leaves_nothing_running() {
    let mut server = Server::start().await;
    let load = Arc::new(Load::new(server.agent().await, 0));
    let (where_to, url) = watch::channel(Some(server.url().to_owned()));
    let mut idle = Phone::connect(&server, &load.agent).await;
    let stream = tokio::spawn(load.clone().stream(url));
    eventually("something is acknowledged", async || (load.acked() > BATCHES / 10).then_some(())).await;
    where_to.send_replace(None);
    let postgres = server.postgres();
    assert!(!postgres.is_empty());
    let status = server.terminate().await;
    assert_eq!(status.code(), Some(0));
    assert!(!postgres.iter().any(|pid| is_alive(*pid)), "Postgres goes first");
    assert_eq!(idle.socket.closed().await.1, Some(1001));
    let acked = load.acked();
    server.start_again().await;
    assert_acked_fixes_are_there(&server, &load, acked).await;
    where_to.send_replace(Some(server.url().to_owned()));
    stream.await.unwrap();
    assert_eq!(keys(&server.track(&load.agent).await, ""), keys(&load.batches.concat(), "default"));
}
