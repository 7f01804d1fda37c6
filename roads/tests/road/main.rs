//! The road network against oracles: plain Dijkstra, brute force, maps written by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;
mod fuzzed;
mod importing;
mod learning;
mod naming;
mod snapping;
mod turning;
mod ways;
