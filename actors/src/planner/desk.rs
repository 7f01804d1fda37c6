//! The desk: dispatch jobs of one territory that are open, and those closed lately, for whoever looks. Plain state beside the board: the engine
//! decides, the plan actor commits.

use salessync_engine::dispatch::{Cause, Command, Event, Job, JobState, Mode, Offer, Rejection, Step};
use salessync_engine::{AgentId, JobId, OfferId, Timestamp, VisitId};
use std::collections::{BTreeMap, VecDeque};
use uuid::Uuid;

/// Closed jobs still shown to consoles that come; the others are in the store.
const CLOSED_SHOWN: usize = 100;

/// Open jobs of a territory.
#[derive(Default)]
pub struct Desk {
    jobs: BTreeMap<JobId, Job>,
    closed: VecDeque<Job>,
}

impl Desk {
    pub fn new(open: Vec<Job>) -> Self {
        Self { jobs: open.into_iter().map(|job| (job.id, job)).collect(), closed: VecDeque::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(&id).or_else(|| self.closed.iter().find(|job| job.id == id))
    }

    pub fn open(&self) -> impl Iterator<Item = &Job> {
        self.jobs.values()
    }

    /// Open jobs, then those closed lately.
    pub fn shown(&self) -> Vec<Job> {
        self.jobs.values().chain(&self.closed).cloned().collect()
    }

    pub fn of_visit(&self, visit: VisitId) -> Option<&Job> {
        self.jobs.values().find(|job| job.visit_id == visit)
    }

    /// Jobs in which this agent is being asked.
    pub fn asking(&self, agent: AgentId) -> Vec<JobId> {
        let asks = |job: &&Job| job.pending().any(|offer| offer.agent_id == agent);
        self.jobs.values().filter(asks).map(|job| job.id).collect()
    }

    /// The job of an offer.
    pub fn of_offer(&self, offer: OfferId) -> Option<(&Job, &Offer)> {
        let all = self.jobs.values().chain(&self.closed);
        all.into_iter().find_map(|job| job.offer_of(offer).map(|offer| (job, offer)))
    }

    /// When the next offer of all runs out.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.jobs.values().filter_map(Job::next_expiry).min()
    }

    /// Jobs with an offer that has run out, and automatic ones that ask nobody yet.
    pub fn due(&self, now: Timestamp) -> Vec<JobId> {
        let waits = |job: &&Job| job.terms.mode == Mode::Auto && job.state == JobState::Open;
        let is_due = |job: &&Job| waits(job) || job.next_expiry().is_some_and(|at| at <= now);
        self.jobs.values().filter(is_due).map(|job| job.id).collect()
    }

    /// Takes a job as it is committed.
    pub fn take(&mut self, job: Job) {
        if job.state.is_final() {
            self.jobs.remove(&job.id);
            self.closed.retain(|known| known.id != job.id);
            self.closed.push_front(job);
            self.closed.truncate(CLOSED_SHOWN);
        } else {
            self.jobs.insert(job.id, job);
        }
    }
}

/// A job on its way through some commands, with the steps they led to: committed as one.
#[derive(Clone, Debug)]
pub struct Working {
    pub job: Job,
    pub steps: Vec<Step>,
}

impl Working {
    pub fn on(job: &Job) -> Self {
        Self { job: job.clone(), steps: Vec::new() }
    }

    pub fn opened(step: Step, job: Job) -> Self {
        Self { job, steps: vec![step] }
    }

    pub fn carry_out(&mut self, command: Command, now: Timestamp) -> Result<(), Rejection> {
        let mut ids = std::iter::repeat_with(|| OfferId(Uuid::now_v7()));
        self.steps.extend(self.job.carry_out(command, now, &mut ids)?);
        Ok(())
    }

    /// Takes back what it asks, and ends it, if it has not ended.
    pub fn cancel(&mut self, cause: Cause, now: Timestamp) {
        // A job that has ended stays as it ended.
        let _ = self.carry_out(Command::Cancel { cause }, now);
    }
}

/// What a step is counted as.
pub(super) fn event_label(event: &Event) -> &'static str {
    match event {
        Event::Opened { .. } => "opened",
        Event::Ranked { .. } => "ranked",
        Event::Offered { .. } => "offered",
        Event::Accepted { .. } => "accepted",
        Event::Declined { .. } => "declined",
        Event::TimedOut { .. } => "timed_out",
        Event::Withdrawn { .. } => "withdrawn",
        Event::Assigned { .. } => "assigned",
        Event::Exhausted => "exhausted",
        Event::Cancelled { .. } => "cancelled",
    }
}
