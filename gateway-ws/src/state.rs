//! What every handler can reach: the system, the keys, the tickets, the configuration.

use crate::auth::{Tickets, Tokens};
use crate::config::Config;
use salessync_actors::SystemHandle;
use std::sync::atomic::{AtomicU64, Ordering};

/// Shared by all workers.
pub struct AppState {
    pub system: SystemHandle,
    pub tokens: Tokens,
    pub tickets: Tickets,
    pub config: Config,
    viewers: AtomicU64,
}

impl AppState {
    pub fn new(system: SystemHandle, tokens: Tokens, config: Config) -> Self {
        Self { system, tokens, tickets: Tickets::default(), config, viewers: AtomicU64::new(1) }
    }

    /// A number for a live socket, unique within this server's life.
    pub fn next_viewer(&self) -> u64 {
        self.viewers.fetch_add(1, Ordering::Relaxed)
    }
}
