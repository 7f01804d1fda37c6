//! What every handler can reach: the system, the keys, the tickets, the phones, the configuration.

use crate::audit::Auditor;
use crate::auth::{Attempts, Tickets, Tokens};
use crate::config::Config;
use crate::phones::Phones;
use salessync_actors::SystemHandle;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;

/// Shared by all workers.
pub struct AppState {
    pub system: SystemHandle,
    pub audit: Auditor,
    pub tokens: Tokens,
    pub tickets: Tickets,
    pub attempts: Attempts,
    pub phones: Phones,
    pub config: Config,
    viewers: AtomicU64,
    stopping: watch::Sender<bool>,
}

impl AppState {
    pub fn new(system: SystemHandle, tokens: Tokens, config: Config) -> Self {
        let phones = Phones::new(system.metrics());
        let audit = Auditor::new(&system);
        Self {
            audit,
            system,
            tokens,
            tickets: Tickets::default(),
            attempts: Attempts::default(),
            phones,
            config,
            viewers: AtomicU64::new(1),
            stopping: watch::Sender::new(false),
        }
    }

    /// A number for a live socket, unique within this server's life.
    pub fn next_viewer(&self) -> u64 {
        self.viewers.fetch_add(1, Ordering::Relaxed)
    }

    /// Tells every socket that the server stops.
    pub fn say_goodbye(&self) {
        self.stopping.send_replace(true);
    }

    /// Ends when the server stops. Owns what it needs, so that a session can wait for it.
    pub fn goodbye(&self) -> impl Future<Output = ()> + use<> {
        let mut stopping = self.stopping.subscribe();
        async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        }
    }
}
