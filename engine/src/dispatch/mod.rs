//! Dispatch: a *job* is a visit somebody is sought for; an *offer* asks one agent, until an instant. `Job::decide` says what a command leads
//! to, `Job::apply` takes it, and a job is nothing but the fold of its steps: rows, sockets and the audit trail are written from the same ones.
//!
//! Deliberately absent: who the candidates are and whether a visit fits into somebody's day (engine/plan), timers and storage (actors).
//! The invariant: at most one agent has a job, for ever. An offer whose time is up is closed by the clock of whoever decides, not by a
//! timer, so that a timer that comes late or never lets nobody in.

mod candidate;
mod terms;

pub use candidate::{Candidate, GivesWay};
pub use terms::{Terms, TermsFlaw, TermsWanted};

use crate::access::named;
use crate::plan::live::RelaxationKind;
use crate::{AgentId, JobId, OfferId, TerritoryId, Timestamp, VisitId};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Offers one job may make in its life: a manual job is offered again and again by people, not by a loop.
pub const OFFERS_MAX: usize = 200;
/// Longest reason of a refusal, characters.
pub const REASON_LEN_MAX: usize = 200;

named! {
    /// Who chooses whom to ask.
    Mode, "mode" {
        /// The best candidate first, the next one when that says no or nothing.
        Auto => "auto",
        /// A dispatcher.
        Manual => "manual",
    }
}

named! {
    JobState, "state" {
        /// Nobody is being asked.
        Open => "open",
        /// Somebody is being asked.
        Offering => "offering",
        /// Somebody has it: for good.
        Accepted => "accepted",
        /// All candidates were asked. A dispatcher may go on by hand; an automatic job asks on when there is somebody new to ask.
        Unfilled => "unfilled",
        /// Nobody will have it: for good.
        Cancelled => "cancelled",
    }
}

named! {
    OfferState, "state" {
        Offered => "offered",
        Accepted => "accepted",
        Declined => "declined",
        TimedOut => "timed_out",
        /// Taken back before it was answered.
        Withdrawn => "withdrawn",
    }
}

named! {
    /// Why an offer was taken back, or a job ended without an agent.
    Cause, "cause" {
        /// Another agent was faster.
        TakenByAnother => "taken_by_another",
        /// A dispatcher gave the visit to somebody.
        Assigned => "assigned",
        /// A dispatcher took it back.
        Dispatcher => "dispatcher",
        /// The agent is off duty or absent.
        AgentGone => "agent_gone",
        /// The visit was cancelled, or is done already.
        VisitGone => "visit_gone",
        /// The visit does not fit into the agent's day any more.
        NoLongerFits => "no_longer_fits",
    }
}

/// A visit somebody is sought for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DispatchJob))]
pub struct Job {
    pub id: JobId,
    pub visit_id: VisitId,
    /// Whose agents are asked; none: those without a territory.
    pub territory_id: Option<TerritoryId>,
    #[serde(flatten)]
    pub terms: Terms,
    pub state: JobState,
    /// Whom to ask, best first, as ranked last.
    pub candidates: Vec<Candidate>,
    /// In the order in which they were made.
    pub offers: Vec<Offer>,
    /// Who has it.
    pub agent_id: Option<AgentId>,
    /// Why it ended without an agent, or was given by hand.
    pub cause: Option<Cause>,
    /// What had to give when it was given by hand, and by how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relaxed: Option<RelaxationKind>,
    pub opened_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    /// Steps taken so far: grows with every change.
    pub revision: u32,
}

/// One agent asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DispatchOffer))]
pub struct Offer {
    pub id: OfferId,
    pub agent_id: AgentId,
    pub state: OfferState,
    pub offered_at: Timestamp,
    /// From this instant on it cannot be accepted.
    pub expires_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    /// What the agent said when declining.
    pub reason: Option<String>,
    pub cause: Option<Cause>,
    pub arrival: Option<Timestamp>,
    pub detour_s: Option<i32>,
}

/// What somebody wants of a job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Ask on: the best candidates who have not been asked, as many at once as the terms say. Does nothing by hand.
    Advance {
        candidates: Vec<Candidate>,
    },
    /// Ask this agent, by hand; also one who said no before.
    Offer {
        to: Candidate,
    },
    Accept {
        offer: OfferId,
        by: AgentId,
    },
    Decline {
        offer: OfferId,
        by: AgentId,
        reason: Option<String>,
    },
    /// Close what has run out.
    Expire,
    /// Take back what this agent is asked.
    Withdraw {
        agent: AgentId,
        cause: Cause,
    },
    /// Give it to this agent without asking. `relaxed`: what has to give for that.
    Assign {
        agent: AgentId,
        relaxed: Option<RelaxationKind>,
    },
    Cancel {
        cause: Cause,
    },
}

/// What happened, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DispatchStep))]
pub struct Step {
    pub at: Timestamp,
    #[serde(flatten)]
    pub event: Event,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DispatchEvent))]
pub enum Event {
    Opened {
        job: JobId,
        visit: VisitId,
        territory: Option<TerritoryId>,
        terms: Terms,
    },
    Ranked {
        candidates: Vec<Candidate>,
    },
    Offered {
        offer: OfferId,
        to: Candidate,
        expires_at: Timestamp,
    },
    Accepted {
        offer: OfferId,
    },
    Declined {
        offer: OfferId,
        reason: Option<String>,
    },
    TimedOut {
        offer: OfferId,
    },
    Withdrawn {
        offer: OfferId,
        cause: Cause,
    },
    Assigned {
        agent: AgentId,
        /// What had to give.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        relaxed: Option<RelaxationKind>,
    },
    Exhausted,
    Cancelled {
        cause: Cause,
    },
}

/// Why a command leads to nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Rejection {
    #[error("the job is {0} already")]
    JobClosed(JobState),
    #[error("the offer is {0} already")]
    OfferClosed(OfferState),
    /// Also an offer of another agent: it is not there for this one.
    #[error("there is no such offer")]
    UnknownOffer,
    #[error("the agent is being asked already")]
    AlreadyAsked,
    #[error("a job makes at most {OFFERS_MAX} offers")]
    TooManyOffers,
}

impl Rejection {
    /// Stable, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::JobClosed(_) => "job_closed",
            Self::OfferClosed(_) => "offer_closed",
            Self::UnknownOffer => "not_found",
            Self::AlreadyAsked => "already_asked",
            Self::TooManyOffers => "too_many_offers",
        }
    }
}

impl JobState {
    /// Nothing will change any more.
    pub fn is_final(self) -> bool {
        match self {
            Self::Accepted | Self::Cancelled => true,
            Self::Open | Self::Offering | Self::Unfilled => false,
        }
    }
}

impl Offer {
    /// May it be answered at this instant?
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == OfferState::Offered && now < self.expires_at
    }

    /// Whether it was the agent who let it pass: whoever was gone, or had no room for it any more, may be asked again.
    fn counts(&self) -> bool {
        match self.cause {
            Some(Cause::AgentGone | Cause::NoLongerFits) => false,
            None | Some(Cause::TakenByAnother | Cause::Assigned | Cause::Dispatcher | Cause::VisitGone) => true,
        }
    }

    /// What it is at this instant, whether or not its timer has come.
    fn state_at(&self, now: Timestamp) -> OfferState {
        match self.state {
            OfferState::Offered if now >= self.expires_at => OfferState::TimedOut,
            state => state,
        }
    }
}

impl Job {
    /// The first step of a job's life, and the job after it.
    pub fn open(job: JobId, visit: VisitId, territory: Option<TerritoryId>, terms: Terms, now: Timestamp) -> (Step, Self) {
        let step = Step { at: now, event: Event::Opened { job, visit, territory, terms } };
        (step, Self::opened(job, visit, territory, terms, now))
    }

    fn opened(id: JobId, visit_id: VisitId, territory_id: Option<TerritoryId>, terms: Terms, now: Timestamp) -> Self {
        Self {
            id,
            visit_id,
            territory_id,
            terms,
            state: JobState::Open,
            candidates: Vec::new(),
            offers: Vec::new(),
            agent_id: None,
            cause: None,
            relaxed: None,
            opened_at: now,
            closed_at: None,
            revision: 1,
        }
    }

    /// A job from all its steps; None unless they begin with its opening.
    pub fn fold<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Option<Self> {
        let mut steps = steps.into_iter();
        let first = steps.next()?;
        let Event::Opened { job, visit, territory, terms } = &first.event else { return None };
        let mut folded = Self::opened(*job, *visit, *territory, *terms, first.at);
        for step in steps {
            folded.apply(step);
        }
        Some(folded)
    }

    /// What a command leads to: nothing where it was carried out before. `ids` names the offers to be made; where it ends, no more are made.
    pub fn decide(
        &self,
        command: Command,
        now: Timestamp,
        ids: &mut dyn Iterator<Item = OfferId>,
    ) -> Result<Vec<Step>, Rejection> {
        let events = match command {
            Command::Advance { candidates } => self.advance(candidates, now, ids),
            Command::Offer { to } => self.offer(to, now, ids)?,
            Command::Accept { offer, by } => self.accept(offer, by, now)?,
            Command::Decline { offer, by, reason } => self.decline((offer, by), reason, now)?,
            Command::Expire => self.expire(now),
            Command::Withdraw { agent, cause } => self.withdraw(|offer| offer.agent_id == agent, cause),
            Command::Assign { agent, relaxed } => self.assign(agent, relaxed)?,
            Command::Cancel { cause } => self.cancel(cause)?,
        };
        Ok(events.into_iter().map(|event| Step { at: now, event }).collect())
    }

    /// Decides, and takes what was decided.
    pub fn carry_out(
        &mut self,
        command: Command,
        now: Timestamp,
        ids: &mut dyn Iterator<Item = OfferId>,
    ) -> Result<Vec<Step>, Rejection> {
        let steps = self.decide(command, now, ids)?;
        for step in &steps {
            self.apply(step);
        }
        Ok(steps)
    }

    /// When the next offer runs out.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.pending().map(|offer| offer.expires_at).min()
    }

    /// Offers that wait for an answer.
    pub fn pending(&self) -> impl Iterator<Item = &Offer> {
        self.offers.iter().filter(|offer| offer.state == OfferState::Offered)
    }

    /// Was this agent asked, so that an automatic job does not ask again?
    pub fn has_asked(&self, agent: AgentId) -> bool {
        self.offers.iter().any(|offer| offer.agent_id == agent && offer.counts())
    }

    /// Do the terms let it ask somebody who was not asked?
    pub fn may_ask_more(&self) -> bool {
        let asked: HashSet<_> = self.offers.iter().filter(|offer| offer.counts()).map(|offer| offer.agent_id).collect();
        asked.len() < usize::from(self.terms.candidates_max) && self.offers.len() < OFFERS_MAX
    }

    /// How many more may be asked at once now.
    pub fn may_ask(&self) -> usize {
        usize::from(self.terms.at_once).saturating_sub(self.pending().count())
    }

    pub fn offer_of(&self, offer: OfferId) -> Option<&Offer> {
        self.offers.iter().find(|made| made.id == offer)
    }

    fn advance(&self, candidates: Vec<Candidate>, now: Timestamp, ids: &mut dyn Iterator<Item = OfferId>) -> Vec<Event> {
        if self.state.is_final() || self.terms.mode == Mode::Manual {
            return Vec::new();
        }
        let mut asked: HashSet<_> = self.offers.iter().filter(|offer| offer.counts()).map(|offer| offer.agent_id).collect();
        let pending = self.pending().count();
        let room = self.may_ask();
        let left = usize::from(self.terms.candidates_max).saturating_sub(asked.len()).min(OFFERS_MAX - self.offers.len());
        // Ranked twice is asked once.
        let next = candidates.iter().filter(|candidate| asked.insert(candidate.agent_id)).take(room.min(left));
        let expires_at = now.plus_s(i64::from(self.terms.timeout_s));
        let offered = next.zip(ids).map(|(to, offer)| Event::Offered { offer, to: to.clone(), expires_at });
        let mut events: Vec<_> = offered.collect();
        if events.is_empty() && pending == 0 && self.state != JobState::Unfilled {
            events.push(Event::Exhausted);
        }
        if candidates != self.candidates && !events.is_empty() {
            events.insert(0, Event::Ranked { candidates });
        }
        events
    }

    fn offer(&self, to: Candidate, now: Timestamp, ids: &mut dyn Iterator<Item = OfferId>) -> Result<Vec<Event>, Rejection> {
        self.check_open()?;
        if self.pending().any(|offer| offer.agent_id == to.agent_id) {
            return Err(Rejection::AlreadyAsked);
        }
        let offer = ids.next().filter(|_| self.offers.len() < OFFERS_MAX).ok_or(Rejection::TooManyOffers)?;
        let expires_at = now.plus_s(i64::from(self.terms.timeout_s));
        Ok(vec![Event::Offered { offer, to, expires_at }])
    }

    fn accept(&self, offer: OfferId, by: AgentId, now: Timestamp) -> Result<Vec<Event>, Rejection> {
        let mut events = match self.answerable(offer, by, now)? {
            OfferState::Accepted => return Ok(Vec::new()),
            OfferState::Offered => vec![Event::Accepted { offer }],
            state @ (OfferState::Declined | OfferState::TimedOut | OfferState::Withdrawn) => {
                return Err(Rejection::OfferClosed(state));
            }
        };
        events.extend(self.withdraw(|other| other.id != offer, Cause::TakenByAnother));
        Ok(events)
    }

    fn decline(&self, (offer, by): (OfferId, AgentId), reason: Option<String>, now: Timestamp) -> Result<Vec<Event>, Rejection> {
        match self.answerable(offer, by, now)? {
            OfferState::Declined => Ok(Vec::new()),
            OfferState::Offered => Ok(vec![Event::Declined { offer, reason }]),
            state @ (OfferState::Accepted | OfferState::TimedOut | OfferState::Withdrawn) => Err(Rejection::OfferClosed(state)),
        }
    }

    /// What an offer of this agent is now.
    fn answerable(&self, offer: OfferId, by: AgentId, now: Timestamp) -> Result<OfferState, Rejection> {
        let offer = self.offer_of(offer).filter(|offer| offer.agent_id == by);
        offer.map(|offer| offer.state_at(now)).ok_or(Rejection::UnknownOffer)
    }

    fn expire(&self, now: Timestamp) -> Vec<Event> {
        let due = self.pending().filter(|offer| !offer.is_open(now));
        due.map(|offer| Event::TimedOut { offer: offer.id }).collect()
    }

    fn withdraw(&self, which: impl Fn(&Offer) -> bool, cause: Cause) -> Vec<Event> {
        self.pending().filter(|offer| which(offer)).map(|offer| Event::Withdrawn { offer: offer.id, cause }).collect()
    }

    fn assign(&self, agent: AgentId, relaxed: Option<RelaxationKind>) -> Result<Vec<Event>, Rejection> {
        if self.state == JobState::Accepted && self.agent_id == Some(agent) {
            return Ok(Vec::new());
        }
        self.check_open()?;
        let mut events = self.withdraw(|_| true, Cause::Assigned);
        events.push(Event::Assigned { agent, relaxed });
        Ok(events)
    }

    fn cancel(&self, cause: Cause) -> Result<Vec<Event>, Rejection> {
        if self.state == JobState::Cancelled {
            return Ok(Vec::new());
        }
        self.check_open()?;
        let mut events = self.withdraw(|_| true, cause);
        events.push(Event::Cancelled { cause });
        Ok(events)
    }

    fn check_open(&self) -> Result<(), Rejection> {
        if self.state.is_final() { Err(Rejection::JobClosed(self.state)) } else { Ok(()) }
    }

    /// Takes a step that was decided on this very state.
    pub fn apply(&mut self, Step { at, event }: &Step) {
        self.revision += 1;
        match event {
            Event::Opened { .. } => {} // always first, and then the job is made from it
            Event::Ranked { candidates } => self.candidates.clone_from(candidates),
            Event::Offered { offer, to, expires_at } => {
                self.offers.push(Offer {
                    id: *offer,
                    agent_id: to.agent_id,
                    state: OfferState::Offered,
                    offered_at: *at,
                    expires_at: *expires_at,
                    answered_at: None,
                    reason: None,
                    cause: None,
                    arrival: to.arrival,
                    detour_s: to.detour_s,
                });
                self.state = JobState::Offering;
            }
            Event::Accepted { offer } => {
                self.agent_id = self.end_offer(*offer, OfferState::Accepted, *at).map(|offer| offer.agent_id);
                (self.state, self.closed_at) = (JobState::Accepted, Some(*at));
            }
            Event::Declined { offer, reason } => {
                if let Some(offer) = self.end_offer(*offer, OfferState::Declined, *at) {
                    offer.reason.clone_from(reason);
                }
                self.rest();
            }
            Event::TimedOut { offer } => {
                self.end_offer(*offer, OfferState::TimedOut, *at);
                self.rest();
            }
            Event::Withdrawn { offer, cause } => {
                if let Some(offer) = self.end_offer(*offer, OfferState::Withdrawn, *at) {
                    offer.cause = Some(*cause);
                }
                self.rest();
            }
            Event::Assigned { agent, relaxed } => {
                (self.agent_id, self.cause, self.relaxed) = (Some(*agent), Some(Cause::Assigned), *relaxed);
                (self.state, self.closed_at) = (JobState::Accepted, Some(*at));
            }
            Event::Exhausted => self.state = JobState::Unfilled,
            Event::Cancelled { cause } => {
                self.cause = Some(*cause);
                (self.state, self.closed_at) = (JobState::Cancelled, Some(*at));
            }
        }
    }

    fn end_offer(&mut self, offer: OfferId, state: OfferState, at: Timestamp) -> Option<&mut Offer> {
        let offer = self.offers.iter_mut().find(|made| made.id == offer)?;
        (offer.state, offer.answered_at) = (state, Some(at));
        Some(offer)
    }

    /// Nobody is asked any more, unless somebody is.
    fn rest(&mut self) {
        if self.state == JobState::Offering && self.pending().next().is_none() {
            self.state = JobState::Open;
        }
    }
}

/// A reason as it is kept: trimmed, without control characters, not too long. None for an empty one.
pub fn reason(text: &str) -> Option<String> {
    let kept: String = text.trim().chars().filter(|c| !c.is_control()).take(REASON_LEN_MAX).collect();
    (!kept.is_empty()).then_some(kept)
}
