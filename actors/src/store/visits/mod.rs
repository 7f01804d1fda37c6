//! Visits in Postgres: rows, the facts they follow from, and what happened to them in the order of commits.
//!
//! Every change goes one way (`change`): lock the agents concerned, then the visits; decide in the engine; write the rows; number the events under
//! the feed's lock, last. An office's decision about one visit locks nothing beforehand: `at_once` writes it in one statement, if the visit is still
//! as it was when it was decided on, and leaves anything else to `change`; so does `reassign` with visits that a plan gives to others. Whoever
//! writes without a lock compares the revision, and whoever locks reads afterwards: so a visit's row is always what its facts amount to, and a
//! number in the feed is never passed by a smaller one.

mod activities;
mod at_once;
mod beats;
mod change;
mod commands;
mod derivation;
mod erased;
mod facts;
mod feed;
mod files;
mod forms;
mod missed;
mod plans;
mod read;
mod reassign;
mod rows;
mod settings;
mod skills;

pub use activities::{ActivityRefusal, NewActivity, ToldActivity};
pub use beats::{BeatChange, BeatFilter, Generated, Holiday, Overdue};
pub use commands::{Deed, Performed, Refusal, ToldOutcome, ToldReport};
pub use derivation::Awaiting;
pub(super) use erased::forget_agent;
pub use feed::TracedChange;
pub use files::{FILES_MAX, FileRow, NewFile, StoredFile};
pub use forms::{ActivityType, FormChange};
pub(super) use plans::replan_within;
pub use plans::{Assignment, NewPlanned, PlanRefusal, Planned, Sought};
pub use read::{Proofs, VisitFilter, VisitQuery};
pub(super) use reassign::Reassign;
pub use settings::{NewVisitRules, VisitRulesVersion};

use chrono_tz::Tz;
use salessync_engine::Timestamp;
use salessync_engine::fence::{FenceRules, FenceSet};
use salessync_engine::visit::report::Author;
use salessync_engine::visit::rules::VisitRuleVersions;
use std::sync::Arc;

/// Names the lock of whoever numbers events.
pub(super) const FEED_LOCK: i64 = 0x76_69_73_69_74;
/// Names the locks of agents: the class of two-key advisory locks.
const AGENT_LOCK: i32 = 0x76_61;

/// What visits are judged by.
#[derive(Clone, Debug)]
pub struct VisitBook {
    pub zone: Tz,
    pub rules: Arc<VisitRuleVersions>,
    pub fences: Arc<FenceSet>,
    /// Inside or outside, by now.
    pub fence_rules: FenceRules,
}

/// Who changes something, and when.
#[derive(Clone, Copy, Debug)]
pub struct Hand {
    pub by: Author,
    pub now: Timestamp,
}
