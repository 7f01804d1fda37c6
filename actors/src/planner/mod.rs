//! Plans and dispatch of the territories. A plan actor holds one territory's `Board` (its plan) and `Desk` (its dispatch jobs), one command
//! after the other: it decides on them, commits, and only then accepts and tells. It lives on its territory's arbiter, is woken by whoever
//! asks and built from Postgres, so that a crash or a `kill -9` costs nothing that was accepted.
//!
//! ```text
//! actor      messages, commit, accept            answers     questions
//! telling    what consoles and phones hear
//! changes    the plan's commands                dispatching the desk's · seeking jobs once more
//! watching   positions, overruns, risks         pool        searches, on threads of their own
//! improving  searches of its own accord         travelling  times that have changed
//! board      plan as state · edits · shifts · facts · relaxing · candidates · day  desk        jobs as state
//! world      visits and days as a problem       ways        travel times as the plan asks
//! durations  how long visits take, learned
//! ```

mod actor;
mod answers;
mod board;
pub(crate) mod build;
mod candidates;
mod changes;
mod day;
mod desk;
mod dispatching;
mod durations;
mod edits;
mod facts;
mod filling;
mod improving;
pub mod messages;
mod naming;
pub mod pool;
mod refusing;
mod relaxing;
mod seeking;
mod shifts;
mod takes;
mod telling;
#[cfg(test)]
mod tests;
mod travelling;
mod watching;
mod ways;
mod world;

pub use actor::{PlanActor, Planners, Surroundings};
pub use board::{Board, Decided, Unplanned, within};
pub use durations::{Durations, LearnedDurations};
pub use messages::{LaneMsg, PlanError, PlanMsg};
pub use refusing::NotDone;
pub use takes::Reassigned;
pub use ways::{PlanPin, PlanWays};
pub use world::{Card, Rest, Span, Unfit, WorkDay};
