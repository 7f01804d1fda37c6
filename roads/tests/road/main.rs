//! The road network against oracles: plain Dijkstra, brute force, maps written by hand.

mod common;
mod importing;
mod snapping;
mod turning;
mod ways;
