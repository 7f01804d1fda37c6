//! The way to plans and dispatch: questions and commands to their actors, changes over several plans at once, searches.

use super::SystemHandle;
use crate::planner::messages::{Acting, Answer, Ask, Changed, DispatchAsk, DispatchCommand, Joint, Told};
use crate::planner::pool::{Errand, Found, Improved, Proposal, QueueFull, Result as Outcome, Solved, TakenIn, Ticket};
use crate::planner::{PlanError, PlanMsg};
use crate::store::StoreError;
use crate::store::plan_commits::PlanCommit;
use crate::supervision::Refusal;
use salessync_engine::audit::ActKind;
use salessync_engine::dispatch::Job;
use salessync_engine::plan::book::{Asked, Diff, Operation, PlanVersion};
use salessync_engine::plan::model::{Bill, Matrices, Problem};
use salessync_engine::visit::Visit;
use salessync_engine::wire::plan_answers::{JobRequest, PlanJob, PlanJobState};
use salessync_engine::{AgentId, ChangeId, OfferId, PlanJobId, TerritoryId, VisitId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;
use uuid::Uuid;

/// Longest wait for a plan's answer; a large plan that wakes takes its time.
const PLAN_DEADLINE: Duration = Duration::from_secs(10);

/// Longest wait of a question for what happened to visits before it.
const HEARD_WITHIN: Duration = Duration::from_secs(1);

/// Changes of visits handed on in one go, and the pause before the feed is read again.
const FOLLOWED_AT_ONCE: usize = 500;
const FOLLOW_RETRY: Duration = Duration::from_millis(500);

/// Operations on several plans, each upon a version or upon what is there.
pub type Parts = BTreeMap<Option<TerritoryId>, (Option<PlanVersion>, Vec<Operation>)>;
/// What became of one of them.
pub type PartDone = (Option<TerritoryId>, Changed);

/// Why nothing of a change of several plans was made, and the plan that refused it, where it was one.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct PartRefused {
    pub part: Option<Option<TerritoryId>>,
    pub error: PlanError,
}

impl From<PlanError> for PartRefused {
    fn from(error: PlanError) -> Self {
        Self { part: None, error }
    }
}

impl From<StoreError> for PartRefused {
    fn from(error: StoreError) -> Self {
        PlanError::from(error).into()
    }
}

/// Why a search was not begun, or not ended as asked.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Full(#[from] QueueFull),
    #[error("there is no such search")]
    Unknown,
    #[error("the search is {0}")]
    State(PlanJobState),
    #[error("the search failed: {0}")]
    Failed(String),
}

impl From<StoreError> for SearchError {
    fn from(error: StoreError) -> Self {
        Self::Plan(error.into())
    }
}

impl SystemHandle {
    /// Hands a message to a plan's actor, waking it where needed.
    pub fn tell_plan(&self, territory: Option<TerritoryId>, message: PlanMsg) -> Result<(), PlanError> {
        self.inner.planners.tell(territory, message).map_err(|(refusal, _)| match refusal {
            Refusal::Halted => PlanError::Halted,
            Refusal::Unknown | Refusal::Full | Refusal::Restarting => PlanError::Busy,
        })
    }

    /// Asks a plan's actor and waits. An actor that crashes over it drops the answer: nobody knows then whether it was done.
    pub async fn ask_plan<T>(
        &self,
        territory: Option<TerritoryId>,
        message: impl FnOnce(Answer<T>) -> PlanMsg,
    ) -> Result<T, PlanError> {
        let (answer, answered) = oneshot::channel();
        self.tell_plan(territory, message(answer))?;
        match tokio::time::timeout(PLAN_DEADLINE, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Err(PlanError::TimedOut),
        }
    }

    /// The same for questions. The answer knows of whatever happened to visits before it was asked for.
    pub async fn question<T>(&self, territory: Option<TerritoryId>, ask: impl FnOnce(Answer<T>) -> Ask) -> Result<T, PlanError> {
        self.plans_have_heard().await;
        self.ask_plan(territory, |answer| PlanMsg::Ask(ask(answer))).await
    }

    /// Waits until plans were told of what has been committed of visits so far, on whichever server: their mailboxes keep the order. Where the
    /// feed cannot be read for a while, plans answer what they know.
    pub async fn plans_have_heard(&self) {
        let heard = async {
            let (_, newest) = self.inner.store.visit_feed_ends().await.ok().flatten()?;
            let mut heard = self.inner.plans_heard.subscribe();
            if *heard.borrow_and_update() < newest {
                self.inner.visits.told(());
            }
            heard.wait_for(|at| *at >= newest).await.ok().map(drop)
        };
        let _ = tokio::time::timeout(HEARD_WITHIN, heard).await;
    }

    /// Has a desk do something.
    pub async fn dispatch(&self, territory: Option<TerritoryId>, what: DispatchCommand, by: Acting) -> Result<Job, PlanError> {
        self.ask_plan(territory, |answer| PlanMsg::Dispatch(Box::new(DispatchAsk { what, by, answer }))).await
    }

    /// An agent answers an offer. One that is not theirs is not there.
    pub async fn answer_offer(
        &self,
        agent: AgentId,
        offer: OfferId,
        answer: Result<(), Option<String>>,
        by: Acting,
    ) -> Result<Job, PlanError> {
        let place = self.inner.store.offer_place(offer).await?.filter(|(.., of)| *of == agent);
        let Some((_, territory, _)) = place else { return Err(salessync_engine::dispatch::Rejection::UnknownOffer.into()) };
        let what = match answer {
            Ok(()) => DispatchCommand::Accept { offer, agent },
            Err(reason) => DispatchCommand::Decline { offer, agent, reason },
        };
        self.dispatch(territory, what, by).await
    }

    /// Visits were made, changed, have gone on or ended: their plans follow. A visit comes once for each territory that is, or
    /// was, its own.
    fn visits_changed(&self, changes: impl IntoIterator<Item = (Option<TerritoryId>, VisitId, Told)>) {
        let mut by_plan: BTreeMap<Option<TerritoryId>, BTreeMap<VisitId, Told>> = BTreeMap::new();
        for (territory, visit, told) in changes {
            let of_plan = by_plan.entry(territory).or_default();
            if of_plan.get(&visit).is_none_or(|before| before.revision() < told.revision()) {
                of_plan.insert(visit, told);
            }
        }
        for (territory, visits) in by_plan {
            // A halted plan reads everything when it is resumed.
            let _ = self.tell_plan(territory, PlanMsg::Visits(visits));
        }
    }

    /// Has plans follow what happens to visits, as long as the system runs: whatever made it happen, on whichever server. What was done here they
    /// hear of at once, before the feed has been read.
    pub(super) fn follow_visits(&self) {
        let (system, mut done_here, mut stopping) = (self.clone(), self.inner.visits.done_here(), self.stopping());
        self.inner.store.spawn_at_desk(async move {
            loop {
                let done = tokio::select! {
                    done = done_here.recv() => done,
                    _ = stopping.wait_for(|stop| *stop) => return,
                };
                match done {
                    Ok(done) => {
                        let told = |visit: &Arc<Visit>| (visit.plan.territory_id, visit.id, Told::Whole(visit.clone()));
                        system.visits_changed(done.iter().map(told));
                    }
                    Err(RecvError::Lagged(_)) => {} // the feed tells of it
                    Err(RecvError::Closed) => return,
                }
            }
        });
        let system = self.clone();
        let mut newest = self.inner.visits.newest();
        let mut stopping = self.stopping();
        let mut at = *newest.borrow_and_update();
        self.inner.plans_heard.send_replace(at);
        self.inner.store.spawn(async move {
            loop {
                tokio::select! {
                    changed = newest.changed() => if changed.is_err() { return },
                    _ = stopping.wait_for(|stop| *stop) => return,
                }
                newest.borrow_and_update();
                loop {
                    match system.inner.visits.changes_after(at, FOLLOWED_AT_ONCE).await {
                        Ok(changes) if changes.is_empty() => break,
                        Ok(changes) => {
                            at = changes.last().map_or(at, |last| last.seq());
                            let plans = changes.iter().flat_map(|change| {
                                let event = &change.event;
                                let told = |territory| (territory, event.visit_id, Told::Revision(event.revision));
                                change.territories().map(told)
                            });
                            system.visits_changed(plans);
                            system.inner.plans_heard.send_replace(at);
                        }
                        Err(error) => {
                            tracing::warn!(error = error.chain(), "plans cannot follow the visits, trying again");
                            tokio::time::sleep(FOLLOW_RETRY).await;
                        }
                    }
                }
            }
        });
    }

    /// How agents work has changed: their plans follow.
    pub fn agents_changed(&self, agents: impl IntoIterator<Item = (Option<TerritoryId>, AgentId)>) {
        let mut by_plan: BTreeMap<Option<TerritoryId>, Vec<AgentId>> = BTreeMap::new();
        for (territory, agent) in agents {
            by_plan.entry(territory).or_default().push(agent);
        }
        for (territory, agents) in by_plan {
            let _ = self.tell_plan(territory, PlanMsg::Agents(agents));
        }
    }

    /// The same of one agent by whose work or duty visits may have to go to others: a plan that sleeps is woken for that.
    pub(super) async fn agent_works_otherwise(&self, agent: AgentId) {
        let Some(territory) = self.territory_of(agent) else { return };
        let today = self.now().civil_date(self.inner.visits.zone());
        match self.inner.store.has_route(agent, today).await {
            Ok(false) => {}
            Ok(true) => drop(self.tell_plan(territory, PlanMsg::Visits(BTreeMap::new()))),
            Err(error) => tracing::warn!(%agent, error = error.chain(), "cannot tell whether a plan has to be woken"),
        }
        self.agents_changed([(territory, agent)]);
    }

    /// Phones that are connected, and the offers that wait for them.
    pub fn phones(&self) -> &std::sync::Arc<crate::hub::PhoneBook> {
        &self.inner.phones
    }

    /// Makes changes of several plans, all or none. The same id again is answered as the first time, if the same is asked for.
    pub async fn change_plans(&self, change: ChangeId, parts: Parts, by: &Acting) -> Result<Vec<PartDone>, PartRefused> {
        let asked = Asked::of_several(parts.iter().map(|(territory, (_, operations))| (*territory, &operations[..])));
        let territories: Vec<_> = parts.keys().copied().collect();
        if let Some(done) = self.changed_before(change, &asked, &territories).await? {
            return Ok(done);
        }
        match self.change_together((change, asked), parts, by).await {
            Ok(done) => Ok(done),
            // Somebody was faster with the same.
            Err(refused) => Ok(self.changed_before(change, &asked, &territories).await?.ok_or(refused)?),
        }
    }

    /// What was answered to a change of several plans that was made before. A plan in which nothing had to be changed has kept no version of it.
    async fn changed_before(
        &self,
        change: ChangeId,
        asked: &Asked,
        territories: &[Option<TerritoryId>],
    ) -> Result<Option<Vec<PartDone>>, PlanError> {
        let made = self.inner.store.plan_changes(change).await?;
        if made.is_empty() {
            return Ok(None);
        }
        if !made.iter().all(|(_, stored)| asked.is_of(stored.kind, stored.asked.as_ref())) {
            return Err(PlanError::IdTaken(change));
        }
        let mut done: Vec<PartDone> = made.into_iter().map(|(territory, stored)| (territory, stored.into())).collect();
        for (territory, version) in self.inner.store.planned_territories().await? {
            if territories.contains(&territory) && !done.iter().any(|(of, _)| *of == territory) {
                done.push((territory, Changed { version, diff: Diff::default(), bill: Bill::default() }));
            }
        }
        done.sort_by_key(|(territory, _)| *territory);
        Ok(Some(done))
    }

    /// Plans are locked in the order of their territories, so that two such changes cannot wait for each other.
    async fn change_together(
        &self,
        (change, asked): (ChangeId, Asked),
        parts: Parts,
        by: &Acting,
    ) -> Result<Vec<PartDone>, PartRefused> {
        let is_several = parts.len() > 1;
        let mut held: Vec<oneshot::Sender<bool>> = Vec::with_capacity(parts.len());
        let mut commits: Vec<PlanCommit> = Vec::with_capacity(parts.len());
        for (territory, (base, operations)) in parts {
            // One id names one version: the parts of a change have ids of their own, made of it.
            let key = crate::store::plans::key_of(territory);
            let part = if is_several { ChangeId(Uuid::new_v5(&change.0, key.as_bytes())) } else { change };
            let (verdict, heard) = oneshot::channel();
            let by = by.clone();
            let joined = self.ask_plan(territory, |ready| {
                let joint = Joint { change: part, of_bulk: change, asked, base, operations, by, ready, verdict: heard };
                PlanMsg::Join(Box::new(joint))
            });
            match joined.await {
                Ok(commit) => {
                    held.push(verdict);
                    commits.push(commit);
                }
                Err(error) => {
                    tell_all(held, false);
                    return Err(PartRefused { part: Some(territory), error });
                }
            }
        }
        let changed = commits.iter().map(|commit| {
            let version = if commit.diff.is_empty() { commit.base } else { commit.base.next() };
            (commit.territory, Changed { version, diff: commit.diff.clone(), bill: commit.bill })
        });
        let changed: Vec<_> = changed.collect();
        let visits = &self.inner.visits;
        match visits.told(self.inner.store.commit_plans(commits, visits.book(), self.inner.epoch).await) {
            Ok(_) => {
                tell_all(held, true);
                Ok(changed)
            }
            Err(error) => {
                if error.certainly_aborted() {
                    tell_all(held, false);
                }
                // Otherwise the verdicts are dropped: each plan reads what is stored.
                Err(error.into())
            }
        }
    }

    /// Begins a search for a better plan.
    pub async fn improve(
        &self,
        territory: Option<TerritoryId>,
        base: PlanVersion,
        request: JobRequest,
        by: Acting,
    ) -> Result<PlanJob, SearchError> {
        let part =
            (!request.dates.is_empty() || !request.agents.is_empty()).then(|| (request.dates.clone(), request.agents.clone()));
        let snapshot = self.ask_plan(territory, |answer| PlanMsg::Snapshot { base: Some(base), shifts: part, answer });
        let (version, snapshot, ways) = snapshot.await?;
        let id = PlanJobId(Uuid::now_v7());
        let ticket = self.inner.pool.put(id, Errand::Improve { snapshot, ways }, request.seconds, request.seed)?;
        let job = PlanJob {
            id,
            territory_id: territory,
            state: PlanJobState::Queued,
            base: version,
            request,
            created_at: self.now(),
            started_at: None,
            finished_at: None,
            proposal: None,
            version: None,
            reason: None,
        };
        if let Err(error) = self.inner.store.create_plan_job(job.clone(), by.act.actor).await {
            self.inner.pool.stop(id);
            return Err(error.into());
        }
        let (system, followed) = (self.clone(), job.clone());
        self.inner.store.spawn(async move { system.follow_search(followed, ticket, by).await });
        Ok(job)
    }

    /// Writes down how a search goes on, and has its plan take in what it found where that was asked.
    async fn follow_search(&self, mut job: PlanJob, ticket: Ticket, by: Acting) {
        if ticket.started.await.is_ok() {
            (job.state, job.started_at) = (PlanJobState::Running, Some(self.now()));
            self.note_search(&job, &[PlanJobState::Queued]).await;
        }
        let outcome = ticket.done.await.unwrap_or_else(|_| Outcome::Failed("the server stops".to_owned()));
        job.finished_at = Some(self.now());
        match outcome {
            Outcome::Improved(found) => self.judge(&mut job, *found, by).await,
            Outcome::Failed(reason) => (job.state, job.reason) = (PlanJobState::Failed, Some(reason)),
            Outcome::Solved(_) => (job.state, job.reason) = (PlanJobState::Failed, Some("another problem was solved".to_owned())),
        }
        self.note_search(&job, &[PlanJobState::Queued, PlanJobState::Running]).await;
    }

    async fn judge(&self, job: &mut PlanJob, found: Improved, by: Acting) {
        let is_better = found.is_better();
        let Improved { diff, before, after, was_late, iterations, curve } = found;
        let proposal = Proposal {
            base: job.base,
            diff,
            cost_before: before.total(),
            cost_after: after.total(),
            mandatory_lost_before: before.mandatory_lost,
            mandatory_lost_after: after.mandatory_lost,
            was_late,
            iterations,
            curve,
        };
        job.proposal = Some(proposal.clone());
        if !is_better {
            (job.state, job.reason) = (PlanJobState::Refused, Some("nothing better was found".to_owned()));
        } else if job.request.apply {
            let taken = self.take_in(job.territory_id, job.id, proposal, by).await;
            settle(job, taken);
        } else {
            job.state = PlanJobState::Proposed;
        }
    }

    async fn take_in(
        &self,
        territory: Option<TerritoryId>,
        job: PlanJobId,
        proposal: Proposal,
        by: Acting,
    ) -> Result<TakenIn, PlanError> {
        self.ask_plan(territory, |answer| PlanMsg::Found(Box::new(Found { job, proposal, by, answer }))).await
    }

    /// Accepts what a search has proposed.
    pub async fn accept_search(&self, id: PlanJobId, by: Acting) -> Result<PlanJob, SearchError> {
        let mut job = self.inner.store.plan_job(id).await?.ok_or(SearchError::Unknown)?;
        let Some(proposal) = job.proposal.clone().filter(|_| job.state == PlanJobState::Proposed) else {
            return Err(SearchError::State(job.state));
        };
        let taken = self.take_in(job.territory_id, id, proposal, by).await;
        if let Err(error) = taken {
            return match error {
                PlanError::NothingLeft | PlanError::Unplanned(_) | PlanError::Named { .. } => {
                    settle(&mut job, Err(error));
                    self.note_search(&job, &[PlanJobState::Proposed]).await;
                    Ok(job)
                }
                other => Err(other.into()),
            };
        }
        settle(&mut job, taken);
        self.note_search(&job, &[PlanJobState::Proposed]).await;
        Ok(job)
    }

    /// Forgets what a search has proposed, or stops it.
    pub async fn discard_search(&self, id: PlanJobId) -> Result<PlanJob, SearchError> {
        let mut job = self.inner.store.plan_job(id).await?.ok_or(SearchError::Unknown)?;
        if matches!(job.state, PlanJobState::Applied | PlanJobState::Rebased | PlanJobState::Refused | PlanJobState::Failed) {
            return Err(SearchError::State(job.state));
        }
        self.inner.pool.stop(id);
        (job.state, job.finished_at) = (PlanJobState::Discarded, job.finished_at.or(Some(self.now())));
        let from = &[PlanJobState::Queued, PlanJobState::Running, PlanJobState::Proposed, PlanJobState::Discarded];
        self.note_search(&job, from).await;
        Ok(job)
    }

    async fn note_search(&self, job: &PlanJob, from: &'static [PlanJobState]) {
        if let Err(error) = self.inner.store.step_plan_job(job.clone(), from).await {
            tracing::warn!(job = %job.id, error = error.chain(), "how far a search has come could not be written");
        }
    }

    /// Solves a problem that somebody brought, and waits for it.
    pub async fn solve(&self, problem: Problem, matrices: Matrices, seconds: u32, seed: u64) -> Result<Solved, SearchError> {
        let errand = Errand::Solve { problem: Box::new(problem), matrices: Box::new(matrices) };
        let id = PlanJobId(Uuid::now_v7());
        let ticket = self.inner.pool.put(id, errand, seconds, seed)?;
        // Whoever gives up waiting gives the thread back.
        let stop = StopOnDrop { pool: self.inner.pool.clone(), id };
        let outcome = ticket.done.await;
        drop(stop);
        match outcome {
            Ok(Outcome::Solved(solved)) => Ok(*solved),
            Ok(Outcome::Failed(reason)) => Err(SearchError::Failed(reason)),
            Ok(Outcome::Improved(_)) | Err(_) => Err(SearchError::Failed("the search was cut off".to_owned())),
        }
    }

    /// An act of somebody at a plan.
    pub fn acting(act: salessync_engine::audit::Act) -> Acting {
        Acting { act: salessync_engine::audit::Act { kind: ActKind::PlanChanged, ..act } }
    }
}

/// Tells those who wait whether it was committed; whoever has died meanwhile reads what is stored.
fn tell_all(held: Vec<oneshot::Sender<bool>>, is_committed: bool) {
    for verdict in held {
        let _ = verdict.send(is_committed);
    }
}

/// What taking in came to.
fn settle(job: &mut PlanJob, taken: Result<TakenIn, PlanError>) {
    match taken {
        Ok(taken) => {
            job.state = if taken.is_rebased { PlanJobState::Rebased } else { PlanJobState::Applied };
            job.version = Some(taken.version);
            if let Some(proposal) = &mut job.proposal {
                proposal.diff = taken.diff;
            }
        }
        Err(error) => (job.state, job.reason) = (PlanJobState::Refused, Some(error.to_string())),
    }
}

struct StopOnDrop {
    pool: crate::planner::pool::Pool,
    id: PlanJobId,
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.pool.stop(self.id);
    }
}
