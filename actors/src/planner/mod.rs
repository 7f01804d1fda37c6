//! Plans and dispatch of the territories. A plan actor holds one territory's `Board` (its plan) and `Desk` (its dispatch jobs), one command
//! after the other: it decides on them, commits, and only then accepts and tells. It lives on its territory's arbiter, is woken by whoever
//! asks and built from Postgres, so that a crash or a `kill -9` costs nothing that was accepted.

mod board;
mod day;
mod edits;
mod ways;
mod world;

pub use board::{Board, Decided, Unplanned};
pub use ways::{PlanPin, PlanWays, Stops};
pub use world::{Card, Rest, Span, Unfit, WorkDay};
