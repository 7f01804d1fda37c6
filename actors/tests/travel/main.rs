//! Travel times as the product asks for them: from routing services that answer, fail, lie or say nothing, from a loaded map, by the straight
//! line; and the speeds learned from tracks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../common/mod.rs"]
mod common;
mod learning;
mod provider;
mod server;
mod service;
