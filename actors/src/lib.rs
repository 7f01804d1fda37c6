//! Supervised live state and its persistence: agent and territory actors, the journal that makes fixes durable, the hub that shows
//! them. `system` starts it all; `agent` is the place to begin reading.
//!
//! Deliberately absent: HTTP, sockets, tokens (gateway-ws), and every rule about what a fix means (engine).

pub mod access;
pub mod agent;
pub mod almanac;
pub mod chronicle;
pub mod clock;
mod compactor;
pub mod contacts;
pub mod customer;
pub mod customer_contacts;
mod erasure;
pub mod fences;
pub mod files;
pub mod hub;
pub mod journal;
mod locating;
pub mod metrics;
pub mod people;
pub mod planner;
pub mod ports;
mod recovery;
pub mod retention;
pub mod sealer;
pub mod settings;
mod snapshot;
pub mod station;
pub mod store;
pub mod supervision;
pub mod system;
mod tasks;
pub mod territory;
pub mod travel;
pub mod vault;
pub mod visits;
pub mod walk_again;

pub use access::{Access, PrincipalId};
pub use chronicle::Chronicle;
pub use clock::Clock;
pub use erasure::NotErased;
pub use metrics::Metrics;
pub use people::People;
pub use settings::Settings;
pub use store::Store;
pub use system::SystemHandle;
pub use travel::Travel;
pub use vault::Vault;
pub use visits::Visits;
