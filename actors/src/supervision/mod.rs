//! Supervision, ours because actix's is not enough: an actor that panics is rebuilt from durable state by the warden of its arbiter,
//! with back-off and a bound; past the bound it is halted, visibly, until somebody resumes it.
//!
//! Callers go through the `Directory`; nobody else keeps an agent's or a customer's `Addr`.

pub mod directory;
pub mod life;
pub mod rebuild;
pub mod warden;

pub use directory::{Agents, AskError, Directory, Phase, Refusal};
pub use life::LifeGuard;
pub use warden::Warden;
