//! Black-box clients of SalesSync: they speak REST and WebSocket, and see nothing of the inside.
//!
//! Start at `client`: what every phone and console needs. `fleet`, `replay` and `bench` are built on it; `town` makes the ground the
//! fleet drives on.

pub mod bench;
pub mod client;
pub mod fleet;
pub mod replay;
pub mod rng;
pub mod solve;
pub mod town;

/// The server to talk to, and as whom.
#[derive(Clone, Debug, clap::Args)]
pub struct Server {
    /// Where the server listens, `http://host:port`.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub url: String,
    /// An administrator.
    #[arg(long, env = "SALESSYNC_EMAIL")]
    pub email: String,
    #[arg(long, env = "SALESSYNC_PASSWORD", hide_env_values = true)]
    pub password: String,
}
