//! The actors on a real PostgreSQL: days, restarts, erasure, travel times.
//! One program: each of its own would be linked with the whole server again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod common;
mod customers;
mod erasure;
mod fences;
mod history;
mod lifecycle;
mod timelines;
mod travel;
mod vault;
