//! What a plan actor is told and asked. Whoever asks waits for a one-shot answer; an actor that crashes over a question drops it.

use super::board::Unplanned;
use crate::hub::lane::View;
use crate::hub::{Push, ViewerId};
use crate::store::StoreError;
use crate::store::plans::PlanCommit;
use actix::prelude::*;
use chrono::NaiveDate;
use salessync_engine::audit::Act;
use salessync_engine::dispatch::{Cause, Job, Rejection as DispatchRejection, Terms};
use salessync_engine::plan::book::{ChangeKind, Diff, Operation, PlanVersion};
use salessync_engine::plan::explain::{Refused, WhyHere, WhyUnassigned};
use salessync_engine::plan::live::Snapshot;
use salessync_engine::plan::model::{Bill, ShiftId};
use salessync_engine::wire::live::{Channel, ResumeToken};
use salessync_engine::wire::plan::{By, OfferShown, PlanDay, PlanSummary, RouteDay};
use salessync_engine::{AgentId, ChangeId, JobId, OfferId, Point, Timestamp, VisitId};
use serde::Serialize;
use std::collections::BTreeSet;
use tokio::sync::oneshot;

use super::pool::Found;
use super::ways::PlanWays;

/// An answer that is waited for.
pub type Answer<T> = oneshot::Sender<Result<T, PlanError>>;

/// Everything a plan actor can be told.
#[derive(Message)]
#[rtype(result = "()")]
pub enum PlanMsg {
    Lane(LaneMsg),
    Ask(Ask),
    Change(Box<ChangeAsk>),
    Undo {
        version: PlanVersion,
        base: PlanVersion,
        by: Box<Acting>,
        answer: Answer<Changed>,
    },
    Dispatch(Box<DispatchAsk>),
    /// These visits have been made, changed, gone on or ended.
    Visits(Vec<VisitId>),
    /// How these agents work has changed: hours, absence, duty, home.
    Agents(Vec<AgentId>),
    /// A part of a change over several plans: decide, hand the commit over, and wait for the verdict.
    Join(Box<Joint>),
    /// A plan to search on.
    Snapshot {
        shifts: Option<(Vec<NaiveDate>, Vec<AgentId>)>,
        answer: Answer<(PlanVersion, Box<Snapshot>, Box<PlanWays>)>,
    },
    /// A search has found something.
    Found(Box<Found>),
    /// Damage yourself (tests of supervision).
    #[cfg(feature = "fault-injection")]
    Poison,
}

/// Lanes of the actor's consoles.
pub enum LaneMsg {
    Watch { channel: Channel, viewer: ViewerId, session: Recipient<Push>, view: View, resume: Option<ResumeToken> },
    Leave { channel: Channel, viewer: ViewerId },
    Acknowledged { channel: Channel, viewer: ViewerId, rev: u64 },
}

/// Questions: nothing changes.
pub enum Ask {
    Day {
        date: Option<NaiveDate>,
        precise: bool,
        answer: Answer<Box<PlanDay>>,
    },
    AgentDay {
        agent: AgentId,
        date: Option<NaiveDate>,
        precise: bool,
        answer: Answer<AgentDay>,
    },
    Summary {
        date: Option<NaiveDate>,
        answer: Answer<PlanSummary>,
    },
    WayPoints {
        agent: AgentId,
        date: Option<NaiveDate>,
        answer: Answer<(PlanVersion, Vec<(RouteDay, Vec<Point>)>)>,
    },
    Explain {
        visit: VisitId,
        answer: Answer<Explanation>,
    },
    Preview {
        base: PlanVersion,
        operations: Vec<Operation>,
        answer: Answer<Preview>,
    },
    Candidates {
        visit: VisitId,
        k: usize,
        answer: Answer<Candidates>,
    },
    /// Which of these offers are open, as their agent sees them.
    Offers {
        agent: AgentId,
        answer: Answer<Vec<OfferShown>>,
    },
}

/// Who acts, and the act of the trail that says so; what it led to is filled in.
#[derive(Clone, Debug)]
pub struct Acting {
    pub act: Act,
}

impl Acting {
    pub fn by(&self) -> By {
        By { kind: self.act.actor.kind().to_owned(), id: self.act.actor.id() }
    }
}

/// A dispatcher's change.
pub struct ChangeAsk {
    pub change: ChangeId,
    pub base: PlanVersion,
    pub operations: Vec<Operation>,
    pub by: Acting,
    pub answer: Answer<Changed>,
}

/// A change was accepted.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changed {
    pub version: PlanVersion,
    pub diff: Diff,
    pub bill: Bill,
}

/// An agent's routes of a day, in one version of the plan.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AgentDay {
    pub version: PlanVersion,
    pub date: NaiveDate,
    pub routes: Vec<RouteDay>,
}

/// What operations would do.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Preview {
    pub base: PlanVersion,
    /// What the plan's cost would grow by.
    pub cost: i64,
    pub bill: Bill,
    pub moves: Vec<PreviewMove>,
    /// Routes touched, as they would be.
    pub routes: Vec<PreviewRoute>,
    pub promises_broken: usize,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct PreviewMove {
    pub visit_id: VisitId,
    pub from: Option<PreviewSlot>,
    pub to: Option<PreviewSlot>,
    pub breaks_promise: bool,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct PreviewSlot {
    #[serde(flatten)]
    pub shift: ShiftId,
    pub position: usize,
    pub start: Timestamp,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PreviewRoute {
    #[serde(flatten)]
    pub shift: ShiftId,
    pub stops: Vec<PreviewStop>,
    pub ends_at: Timestamp,
    pub late_s: i64,
    pub late_before_s: i64,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct PreviewStop {
    pub visit_id: VisitId,
    pub start: Timestamp,
}

/// Why a visit is where it is, or nowhere.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Explanation {
    Here {
        version: PlanVersion,
        sentence: String,
        #[serde(flatten)]
        why: Box<WhyHere>,
    },
    Waiting {
        version: PlanVersion,
        sentence: String,
        #[serde(flatten)]
        why: Box<WhyUnassigned>,
    },
    /// It has begun: nothing decides about it any more.
    Begun { version: PlanVersion },
    /// It cannot be planned as it is.
    Unfit { version: PlanVersion, reason: &'static str },
}

/// Who could make a visit, and who cannot.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Candidates {
    pub version: PlanVersion,
    pub visit_id: VisitId,
    pub candidates: Vec<CandidateShown>,
    pub refused: Vec<RefusedShown>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CandidateShown {
    pub agent_id: AgentId,
    pub date: NaiveDate,
    pub position: usize,
    /// When service would begin.
    pub start: Timestamp,
    pub cost: i64,
    /// By cause.
    pub parts: Bill,
    /// By which other visits would begin later, in all.
    pub delay_s: i64,
    /// More driving, seconds.
    pub detour_s: i64,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RefusedShown {
    pub agent_id: AgentId,
    pub date: NaiveDate,
    pub sentence: String,
    #[serde(flatten)]
    pub refused: Refused,
}

/// What is done at the desk.
pub struct DispatchAsk {
    pub what: DispatchCommand,
    pub by: Acting,
    pub answer: Answer<Job>,
}

pub enum DispatchCommand {
    Open { job: JobId, visit: VisitId, terms: Terms },
    Offer { job: JobId, agent: AgentId },
    Assign { job: JobId, agent: AgentId },
    Cancel { job: JobId, cause: Cause },
    Accept { offer: OfferId, agent: AgentId },
    Decline { offer: OfferId, agent: AgentId, reason: Option<String> },
}

/// A part of a change over several plans.
pub struct Joint {
    pub change: ChangeId,
    pub base: Option<PlanVersion>,
    pub operations: Vec<Operation>,
    pub kind: ChangeKind,
    pub by: Acting,
    pub ready: Answer<PlanCommit>,
    /// Whether it was committed; dropped: nobody knows.
    pub verdict: oneshot::Receiver<bool>,
}

/// Somebody changed the plan since: what, and which visits.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Since {
    pub version: PlanVersion,
    pub kind: ChangeKind,
    pub at: Timestamp,
    pub by: By,
    pub visits: BTreeSet<VisitId>,
}

/// Why a plan actor does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("the plan is at version {current}, not {base}")]
    Conflict {
        base: PlanVersion,
        current: PlanVersion,
        /// What has changed since, oldest first; the newest only where it is much.
        since: Vec<Since>,
    },
    #[error(transparent)]
    Unplanned(#[from] Unplanned),
    #[error(transparent)]
    Dispatch(#[from] DispatchRejection),
    #[error("there is no version {0}")]
    UnknownVersion(PlanVersion),
    /// The offer's agent said yes, and the visit does not fit into their day any more.
    #[error("the visit does not fit into the agent's day any more")]
    NoLongerFits,
    #[error("there is no such job")]
    UnknownJob,
    #[error("the visit has a place in the plan already")]
    AlreadyPlanned(VisitId),
    #[error("nothing of what was found still holds")]
    NothingLeft,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("too much is waiting for the plan")]
    Busy,
    #[error("the plan is halted")]
    Halted,
    #[error("the plan did not answer in time")]
    TimedOut,
}
