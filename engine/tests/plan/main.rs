//! The planner judged from outside: by an independent checker, by brute force, and by what it found before.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod brute;
mod dice;
mod flaws;
mod gates;
mod search;
