//! What a planning problem is, and what answers it.
//!
//! A [`ProblemDraft`] is what somebody asks for, as it came from JSON; [`Problem::new`] is the only way to a [`Problem`] and names
//! every flaw it finds. Times are whole seconds from the problem's origin, distances whole metres, costs whole units: one unit is one
//! second of travel unless the shift's costs say otherwise. Travel is not part of the problem: it is asked through [`Travel`], so the
//! same problem is planned over a dense matrix or over a live road network.

mod amend;
mod build;
mod draft;
mod flaw;
mod limits;
mod problem;
mod solution;
mod travel;

pub use draft::{
    AgentLimitsDraft, AwaitedDraft, BreakDraft, CostsDraft, CurrentDraft, LockedDraft, MatrixDraft, ProblemDraft, PromiseDraft,
    ShiftDraft, StopDraft, UnderWayDraft, VisitDraft, WindowDraft,
};
pub use flaw::{Flaw, FlawKind, Subject};
pub use limits::*;
pub(crate) use problem::scaled;
pub use problem::{
    AgentLimits, Awaited, Break, Commitment, Costs, Current, Locked, Prize, Problem, Promise, Shift, ShiftId, ShiftIx, Skills,
    StopIx, UnderWay, Visit, VisitIx, Window,
};
pub use solution::{Bill, Reason, Route, Solution, Unassigned};
pub use travel::{Leg, Matrices, Matrix, ProfileIx, Travel};
