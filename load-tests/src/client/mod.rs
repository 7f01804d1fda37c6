//! What every client of SalesSync needs: signing in over REST, a phone that loses nothing, a console that holds the live map.
//!
//! `Outbox` (pure) decides what a phone sends; `Phone` performs it on a socket. `LiveMap` (pure) is what a console holds; `LiveSocket`
//! feeds it.

pub mod live;
pub mod outbox;
pub mod phone;
pub mod rest;
pub mod socket;

pub use live::{LiveMap, LiveSocket};
pub use outbox::{Batch, Outbox};
pub use phone::{Phone, Tally, Until};
pub use rest::{Api, NewAgent};
