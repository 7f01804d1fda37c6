//! What every handler can reach: the system, people and their sessions, the tickets, the phones, the configuration.

use crate::audit::Auditor;
use crate::auth::password::Policy;
use crate::auth::{Attempts, Sessions, Tickets, Tokens};
use crate::config::Config;
use crate::edge::guard::Guard;
use crate::identity::Identity;
use crate::phones::Phones;
use crate::ws::sockets::Sockets;
use salessync_actors::files::Files;
use salessync_actors::ports::mail::Post;
use salessync_actors::{People, SystemHandle, Vault};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;

/// Shared by all workers.
pub struct AppState {
    pub system: SystemHandle,
    pub vault: Vault,
    pub people: People,
    pub audit: Auditor,
    pub tokens: Tokens,
    pub sessions: Sessions,
    pub policy: Policy,
    pub post: Post,
    pub files: Files,
    pub tickets: Tickets,
    pub attempts: Attempts,
    pub phones: Phones,
    pub guard: Guard,
    pub sockets: Arc<Sockets>,
    pub config: Config,
    viewers: AtomicU64,
    stopping: watch::Sender<bool>,
}

impl AppState {
    pub fn new(system: SystemHandle, identity: Identity, (post, files): (Post, Files), config: Config) -> Self {
        let Identity { vault, people, tokens, sessions, policy } = identity;
        let phones = Phones::new(system.metrics());
        let guard = Guard::new(&config, system.metrics());
        let audit = Auditor::new(&system);
        Self {
            audit,
            system,
            vault,
            people,
            tokens,
            sessions,
            policy,
            post,
            files,
            tickets: Tickets::default(),
            attempts: Attempts::default(),
            phones,
            guard,
            sockets: Arc::default(),
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
