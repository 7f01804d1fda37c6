//! What a plan actor is told and asked. Whoever asks waits for a one-shot answer; an actor that crashes over a question drops it.

use super::board::Unplanned;
use super::refusing::NotDone;
use crate::hub::lane::View;
use crate::hub::{Push, ViewerId};
use crate::store::StoreError;
use crate::store::plan_commits::PlanCommit;
use crate::store::plans::StoredVersion;
use actix::prelude::*;
use chrono::NaiveDate;
use salessync_engine::audit::Act;
use salessync_engine::dispatch::{Cause, Job, Rejection as DispatchRejection, Terms};
use salessync_engine::plan::book::{Asked, Operation, PlanVersion};
use salessync_engine::plan::live::{RelaxationKind, Snapshot};
use salessync_engine::plan::times::{DayPart, TravelProfile};
use salessync_engine::visit::Visit;
use salessync_engine::wire::live::{Channel, ResumeToken};
use salessync_engine::wire::plan::{By, OfferShown, PlanDay, PlanSummary, RouteDay};
pub use salessync_engine::wire::plan_answers::{AgentDay, Candidates, Changed, Explanation, Preview, Since};
use salessync_engine::{AgentId, ChangeId, JobId, OfferId, Point, VisitId};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::oneshot;

use super::pool::Found;
use super::ways::PlanWays;

/// An answer that is waited for.
pub type Answer<T> = oneshot::Sender<Result<T, PlanError>>;

/// A route, and how it leads from point to point.
#[derive(Clone, Debug)]
pub struct RouteWithWay {
    pub route: RouteDay,
    /// The agent's own start first and end last, where there are such.
    pub way: Vec<Point>,
    pub profile: TravelProfile,
    /// Whose travel times the plan goes by.
    pub part: DayPart,
}

/// What is told of a visit.
#[derive(Clone, Debug)]
pub enum Told {
    /// It has this revision, at least.
    Revision(i64),
    /// This is what it was at its revision.
    Whole(Arc<Visit>),
}

impl Told {
    pub fn revision(&self) -> i64 {
        match self {
            Self::Revision(revision) => *revision,
            Self::Whole(visit) => visit.revision,
        }
    }
}

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
    Visits(BTreeMap<VisitId, Told>),
    /// How these agents work has changed: hours, absence, duty, home.
    Agents(Vec<AgentId>),
    /// A part of a change over several plans: decide, hand the commit over, and wait for the verdict.
    Join(Box<Joint>),
    /// A plan to search on.
    Snapshot {
        base: Option<PlanVersion>,
        shifts: Option<(Vec<NaiveDate>, Vec<AgentId>)>,
        answer: Answer<(PlanVersion, Box<Snapshot>, Box<PlanWays>)>,
    },
    /// A search has found something.
    Found(Box<Found>),
    /// There may be room for visits that wait.
    Fill,
    /// There may be somebody to ask for jobs that nobody was left to ask for.
    Seek,
    /// A message whose visits were read meanwhile.
    Heard(Box<PlanMsg>),
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
        answer: Answer<(PlanVersion, Vec<RouteWithWay>)>,
    },
    Explain {
        visit: VisitId,
        answer: Answer<Explanation>,
    },
    Preview {
        base: Option<PlanVersion>,
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

/// What is done at the desk.
pub struct DispatchAsk {
    pub what: DispatchCommand,
    pub by: Acting,
    pub answer: Answer<Job>,
}

pub enum DispatchCommand {
    Open {
        job: JobId,
        visit: VisitId,
        terms: Terms,
    },
    Offer {
        job: JobId,
        agent: AgentId,
    },
    /// A job was opened together with its visit: take it up.
    Begin {
        job: JobId,
        visit: VisitId,
    },
    /// `accepts`: what may give for that.
    Assign {
        job: JobId,
        agent: AgentId,
        accepts: Option<RelaxationKind>,
    },
    Cancel {
        job: JobId,
        cause: Cause,
    },
    Accept {
        offer: OfferId,
        agent: AgentId,
    },
    Decline {
        offer: OfferId,
        agent: AgentId,
        reason: Option<String>,
    },
}

/// A part of a change over several plans.
pub struct Joint {
    pub change: ChangeId,
    /// The id of the whole, and what the whole was asked for.
    pub of_bulk: ChangeId,
    pub asked: Asked,
    pub base: Option<PlanVersion>,
    pub operations: Vec<Operation>,
    pub by: Acting,
    pub ready: Answer<PlanCommit>,
    /// Whether it was committed; dropped: nobody knows.
    pub verdict: oneshot::Receiver<bool>,
}

impl From<StoredVersion> for Changed {
    fn from(stored: StoredVersion) -> Self {
        Self { version: stored.version, diff: stored.diff, bill: stored.bill }
    }
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
    NotDone(#[from] NotDone),
    /// The same, with the customers whose visits it speaks of.
    #[error("{error}")]
    Named { error: Box<PlanError>, customers: BTreeMap<VisitId, String> },
    #[error(transparent)]
    Dispatch(#[from] DispatchRejection),
    #[error("there is no version {0}")]
    UnknownVersion(PlanVersion),
    /// What a version did cannot be taken back, for it has been changed since.
    #[error("version {version} cannot be taken back: {}", gone_on(*current, since))]
    GoneOn {
        version: PlanVersion,
        current: PlanVersion,
        /// What has changed the same since, oldest first.
        since: Vec<Since>,
    },
    #[error("the id {0} was used for another change")]
    IdTaken(ChangeId),
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

fn gone_on(current: PlanVersion, since: &[Since]) -> String {
    match since.last() {
        Some(Since { version, kind, by, .. }) => {
            let by = by.id.map_or_else(|| by.kind.clone(), |id| format!("{} {id}", by.kind));
            format!("version {version} ({kind} by {by}) has changed the same since, and would have to be taken back first")
        }
        None => format!("the plan is at version {current}, and what it did has been changed since"),
    }
}
