//! Visits on the running system: what they are judged by, the derivation that follows tracks, and the live end of their feed.
//!
//! Deliberately absent: state. A visit lives in Postgres alone; commands of one agent queue there, under the agent's lock. The one thing kept in
//! memory is what has happened lately, for consoles and phones that follow.

use crate::almanac::Almanac;
use crate::chronicle::Chronicle;
use crate::clock::Clock;
use crate::fences::Fences;
use crate::metrics::Metrics;
use crate::store::visits::{
    ActivityRefusal, Assignment, Awaiting, Deed, Generated, Hand, NewActivity, NewFile, NewPlanned, NewVisitRules, Performed,
    PlanRefusal, Planned, Refusal, Sought, StoredFile, ToldOutcome, ToldReport, TracedChange, VisitBook,
};
use crate::store::{Store, StoreError};
use chrono::{Days, NaiveDate};
use futures_util::future::join_all;
use parking_lot::{Mutex, RwLock};
use salessync_engine::access::{InScope, Scope};
use salessync_engine::beat::Calendar;
use salessync_engine::visit::Visit;
use salessync_engine::visit::derive::Unplanned;
use salessync_engine::visit::feed::Activity;
use salessync_engine::visit::plan::PlanPatch;
use salessync_engine::visit::rules::VisitRuleVersions;
use salessync_engine::work::days_away;
use salessync_engine::{AgentId, Timestamp, VisitId};
use std::collections::{BTreeSet, VecDeque};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, broadcast, watch};

/// Changes kept in memory for those who follow live; who is further behind reads the store.
const RECENT_MAX: usize = 4_096;
/// Changes read from the store at once.
const BATCH: i64 = 500;
/// Looked for even when nobody says that there are more: another server's.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What is committed waits so long to be read: changes come in swarms, and the plans that follow them go first.
const GATHER: Duration = Duration::from_millis(4);
/// Longest wait for what was committed before.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(1);
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Changes made here that wait for plans to take note; what is lost of them the feed tells.
const DONE_HERE_MAX: usize = 1_024;
/// Days derived before others are looked for, and how many at once: each holds a connection.
const DAYS_PER_ROUND: i64 = 200;
const DAYS_AT_ONCE: usize = 3;
/// Tries of a change that another one was in the way of.
const TRIES: usize = 4;
/// How far ahead beats make visits.
pub const HORIZON_DAYS: u64 = 28;

/// Tries again what another transaction was in the way of: it certainly did not happen.
macro_rules! again {
    ($attempt:expr, $is_knot:expr) => {{
        let mut tries = 1;
        loop {
            match $attempt.await {
                Err(error) if tries < TRIES && $is_knot(&error) => tries += 1,
                done => break done,
            }
        }
    }};
}

/// The visits. Cheap to clone.
#[derive(Clone)]
pub struct Visits {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Clock,
    zone: chrono_tz::Tz,
    fences: Fences,
    almanac: Arc<Almanac>,
    chronicle: Chronicle,
    metrics: Metrics,
    rules: RwLock<Arc<VisitRuleVersions>>,
    /// Agents of whom fixes were set aside: the feed of timelines does not tell.
    set_aside: Mutex<BTreeSet<AgentId>>,
    recent: RwLock<VecDeque<Arc<TracedChange>>>,
    newest: watch::Sender<i64>,
    grown: Notify,
    done_here: broadcast::Sender<Done>,
}

/// Visits that one transaction of this server has changed, as they are now.
pub(crate) type Done = Arc<[Arc<Visit>]>;

impl Visits {
    /// Reads the settings, then follows the feed until the system stops.
    pub async fn start(
        store: Store,
        (clock, metrics): (Clock, Metrics),
        (zone, fences, almanac, chronicle): (chrono_tz::Tz, Fences, Arc<Almanac>, Chronicle),
        stopping: watch::Receiver<bool>,
    ) -> Result<Self, StoreError> {
        let rules = RwLock::new(Arc::new(store.visit_rules().await?));
        let newest = store.visit_feed_ends().await?.map_or(0, |(_, newest)| newest);
        let inner = Inner {
            store: store.clone(),
            clock,
            zone,
            fences,
            almanac,
            chronicle,
            metrics,
            rules,
            set_aside: Mutex::default(),
            recent: RwLock::default(),
            newest: watch::Sender::new(newest),
            grown: Notify::new(),
            done_here: broadcast::Sender::new(DONE_HERE_MAX),
        };
        let visits = Self { inner: Arc::new(inner) };
        let follower = visits.clone();
        store.spawn(async move { follower.follow(stopping).await });
        // What was awaited when the last server ended.
        store.mark_awaiting_due(None).await?;
        Ok(visits)
    }

    /// What visits are judged by, now.
    pub fn book(&self) -> VisitBook {
        let Inner { zone, fences, rules, almanac, .. } = &*self.inner;
        let fence_rules = almanac.track_rules(self.now()).fences;
        VisitBook { zone: *zone, rules: rules.read().clone(), fences: fences.current(), fence_rules }
    }

    pub fn zone(&self) -> chrono_tz::Tz {
        self.inner.zone
    }

    fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Puts a version of the settings into force.
    pub async fn set_rules(&self, version: NewVisitRules) -> Result<(), StoreError> {
        self.inner.store.put_visit_rules(version).await?;
        *self.inner.rules.write() = Arc::new(self.inner.store.visit_rules().await?);
        Ok(())
    }

    // What people and phones do

    /// Makes visits. `customers`: whom the maker may see, and the agent they are, who may visit whoever is in their territory.
    pub async fn plan(
        &self,
        scope: &Scope,
        (customers, own): (&Scope, Option<AgentId>),
        new: Vec<NewPlanned>,
        hand: Hand,
    ) -> Result<Vec<Planned>, PlanRefusal> {
        let (this, scope, customers) = (self.clone(), scope.clone(), customers.clone());
        self.at_desk(async move {
            let store = &this.inner.store;
            let done = again!(store.plan_visits(&scope, (&customers, own), this.book(), new.clone(), hand), plan_error);
            this.tell_plans(done.iter().flatten().map(|planned| &planned.visit));
            this.told(done)
        })
        .await?
    }

    /// Makes a visit that somebody is sought for, and opens the job.
    pub async fn plan_sought(
        &self,
        scope: &Scope,
        customers: &Scope,
        new: NewPlanned,
        sought: Sought,
    ) -> Result<Planned, PlanRefusal> {
        let (this, scope, customers) = (self.clone(), scope.clone(), customers.clone());
        self.at_desk(async move {
            let store = &this.inner.store;
            let done = again!(store.plan_sought(&scope, &customers, this.book(), new.clone(), sought.clone()), plan_error);
            this.tell_plans(done.iter().map(|planned| &planned.visit));
            this.told(done)
        })
        .await?
    }

    pub async fn replan(&self, scope: &Scope, visit: VisitId, patch: PlanPatch, hand: Hand) -> Result<Visit, PlanRefusal> {
        let (this, scope) = (self.clone(), scope.clone());
        self.at_desk(async move {
            let done = again!(this.inner.store.replan_visit(&scope, this.book(), visit, patch.clone(), hand), plan_error);
            this.tell_plans(done.iter());
            this.told(done)
        })
        .await?
    }

    /// Gives visits to agents, or takes them away, all or none.
    pub async fn assign(&self, scope: &Scope, assignments: Vec<Assignment>, hand: Hand) -> Result<Vec<Visit>, PlanRefusal> {
        let (this, scope) = (self.clone(), scope.clone());
        self.at_desk(async move {
            let done = again!(this.inner.store.assign_visits(&scope, this.book(), assignments.clone(), hand), plan_error);
            this.tell_plans(done.iter().flatten());
            this.told(done)
        })
        .await?
    }

    pub async fn perform(&self, scope: &Scope, deed: Deed, hand: Hand) -> Result<Performed, Refusal> {
        let (this, scope) = (self.clone(), scope.clone());
        let error = |refusal: &Refusal| matches!(refusal, Refusal::Store(error) if error.is_knot());
        self.at_desk(async move {
            let done = again!(this.inner.store.perform(&scope, this.book(), deed.clone(), hand), error);
            this.tell_plans(done.iter().map(|performed| &performed.visit));
            this.told(done)
        })
        .await?
    }

    /// Several commands, all or none.
    pub async fn perform_all(&self, scope: &Scope, deeds: Vec<Deed>, hand: Hand) -> Result<Vec<Performed>, (usize, Refusal)> {
        let (this, scope) = (self.clone(), scope.clone());
        let error = |(_, refusal): &(usize, Refusal)| matches!(refusal, Refusal::Store(error) if error.is_knot());
        let done = self.at_desk(async move {
            let done = again!(this.inner.store.perform_all(&scope, this.book(), deeds.clone(), hand), error);
            this.tell_plans(done.iter().flatten().map(|performed| &performed.visit));
            this.told(done)
        });
        done.await.map_err(|error| (0, error.into()))?
    }

    /// Carries a change out beside the desk's connections, and lets plans hear of it there: it goes on though nobody waits for the answer any more, and
    /// waits for no thread that has other things to do.
    async fn at_desk<T: Send + 'static>(&self, change: impl Future<Output = T> + Send + 'static) -> Result<T, StoreError> {
        self.inner.store.spawn_at_desk(change).await.map_err(|_| StoreError::Closed)
    }

    pub async fn tell(
        &self,
        scope: &Scope,
        agent: AgentId,
        reports: Vec<ToldReport>,
        hand: Hand,
    ) -> Result<Vec<ToldOutcome>, StoreError> {
        let done = again!(self.inner.store.tell_visits(scope, self.book(), agent, reports.clone(), hand), StoreError::is_knot);
        self.told(done)
    }

    pub async fn add_activity(
        &self,
        scope: &Scope,
        new: NewActivity,
        hand: Hand,
    ) -> Result<(Visit, Activity, bool), ActivityRefusal> {
        let error = |refusal: &ActivityRefusal| matches!(refusal, ActivityRefusal::Store(error) if error.is_knot());
        let done = again!(self.inner.store.add_activity(scope, self.book(), new.clone(), hand), error);
        self.told(done)
    }

    /// Makes a file known whose bytes are kept.
    pub(crate) async fn add_file(&self, new: NewFile, hand: Hand) -> Result<StoredFile, StoreError> {
        let done = again!(self.inner.store.add_file(&self.book(), new.clone(), hand), StoreError::is_knot);
        self.told(done)
    }

    /// Changes as this server commits them, without a look at the feed.
    pub(crate) fn done_here(&self) -> broadcast::Receiver<Done> {
        self.inner.done_here.subscribe()
    }

    /// Plans hear of these now, not when the feed has been read.
    fn tell_plans<'a>(&self, visits: impl Iterator<Item = &'a Visit>) {
        let done: Done = visits.map(|visit| Arc::new(visit.clone())).collect();
        if !done.is_empty() {
            // Nobody listens: then the feed is enough.
            let _ = self.inner.done_here.send(done);
        }
    }

    /// Lets those who follow know that there is more.
    pub(crate) fn told<T>(&self, done: T) -> T {
        self.inner.grown.notify_one();
        done
    }

    /// Stays of an agent on a date that were not planned.
    pub async fn unplanned_stays(&self, agent: InScope<AgentId>, date: NaiveDate) -> Result<Unplanned, StoreError> {
        self.inner.store.unplanned_stays(agent, self.book(), date).await
    }

    // The derivation

    /// Fixes of this agent were set aside at receipt: they have a say in proofs, and no timeline tells of them.
    pub fn fixes_set_aside(&self, agent: AgentId) {
        self.inner.set_aside.lock().insert(agent);
    }

    /// Derives an agent's visits from a date on anew.
    pub async fn recheck(&self, agent: AgentId, from: NaiveDate) -> Result<(), StoreError> {
        self.inner.store.mark_agent_due(agent, from).await
    }

    /// Derives everything that is due. Returns how many days were.
    pub async fn derivation_round(&self) -> Result<usize, StoreError> {
        let Inner { store, chronicle, set_aside, .. } = &*self.inner;
        while store.mark_visits_due().await? {}
        let heard = chronicle.take_heard();
        if !heard.is_empty()
            && let Err(error) = store.mark_awaiting_due(Some(heard.iter().copied().collect())).await
        {
            chronicle.hear_again(heard);
            return Err(error);
        }
        let aside = std::mem::take(&mut *set_aside.lock());
        let since = self.now().civil_date(self.inner.zone).checked_sub_days(Days::new(7)).unwrap_or_default();
        for agent in aside {
            store.mark_agent_due(agent, since).await?;
        }
        let mut derived = 0;
        loop {
            let due = store.due_days(None, DAYS_PER_ROUND).await?;
            let n = due.len();
            self.derive(due).await?;
            derived += n;
            if (n as i64) < DAYS_PER_ROUND {
                return Ok(derived);
            }
        }
    }

    /// Derives what of an agent's visits follows from all that was written of the agent's track, so that whoever asks sees it.
    pub async fn settle(&self, agent: AgentId) -> Result<(), StoreError> {
        let Inner { store, .. } = &*self.inner;
        while store.mark_visits_due().await? {}
        store.mark_awaiting_due(Some(vec![agent])).await?;
        let due = store.due_days(Some(agent), DAYS_PER_ROUND).await?;
        self.derive(due).await
    }

    async fn derive(&self, due: Vec<Awaiting>) -> Result<(), StoreError> {
        let mut failed = None;
        for days in due.chunks(DAYS_AT_ONCE) {
            let derived = join_all(days.iter().map(|day| self.clone().derive_day(*day))).await;
            // A day that failed stays due.
            failed = derived.into_iter().find_map(Result::err).or(failed);
        }
        failed.map_or(Ok(()), Err)
    }

    async fn derive_day(self, day: Awaiting) -> Result<(), StoreError> {
        let Inner { store, metrics, .. } = &*self.inner;
        let book = self.book();
        let changed = again!(store.derive_visits(&book, day, self.now()), StoreError::is_knot)?;
        metrics.visit_days_derived.inc();
        metrics.visits_amended.inc_by(changed as u64);
        if changed > 0 {
            self.told(());
        }
        Ok(())
    }

    /// Settles visits whose day is over. Returns how many were looked at.
    pub async fn settle_past_days(&self) -> Result<usize, StoreError> {
        let mut settled = 0;
        loop {
            let n = self.inner.store.settle_past_days(&self.book(), self.now()).await?;
            settled += n;
            self.told(());
            if n < Store::PAST_DAYS_BATCH {
                return Ok(settled);
            }
        }
    }

    /// Makes the visits of all beats from today on, so many days ahead.
    pub async fn generate(&self, days: u64) -> Result<Generated, StoreError> {
        let store = &self.inner.store;
        let from = self.now().civil_date(self.inner.zone);
        let to = from.checked_add_days(Days::new(days)).unwrap_or(from);
        let calendar = self.calendar(from, to).await?;
        let book = self.book();
        let mut all = Generated::default();
        for (id, content) in store.all_beats().await? {
            let beat = (id, content);
            let made =
                again!(store.generate_visits(&book, beat.clone(), &calendar, (from, to), self.now()), StoreError::is_knot)?;
            all.made += made.made;
            all.changed += made.changed;
            all.withdrawn += made.withdrawn;
            all.reinstated += made.reinstated;
            self.told(());
        }
        Ok(all)
    }

    /// Holidays and absences, with some days around: visits are moved to these.
    async fn calendar(&self, from: NaiveDate, to: NaiveDate) -> Result<Calendar, StoreError> {
        let (from, to) = (from.checked_sub_days(Days::new(30)), to.checked_add_days(Days::new(30)));
        let (Some(from), Some(to)) = (from, to) else { return Ok(Calendar::default()) };
        let Inner { store, zone, .. } = &*self.inner;
        let holidays = store.holidays(from, to).await?.into_iter().map(|holiday| holiday.date).collect();
        let works = store.works_with_absences().await?.into_iter();
        let absences = works.map(|(agent, work)| (agent, days_away(&work, from, to, *zone)));
        Ok(Calendar { holidays, absences: absences.collect() })
    }

    // The feed

    /// Sequence number of the newest change that can be read here; 0 before the first.
    pub fn newest(&self) -> watch::Receiver<i64> {
        self.inner.newest.subscribe()
    }

    /// Waits until what was committed before can be read here, on whichever server it was. Where the store cannot be read, what is known has to do.
    pub async fn has_caught_up(&self) {
        let caught_up = async {
            let (_, newest) = self.inner.store.visit_feed_ends().await.ok().flatten()?;
            let mut known = self.newest();
            if *known.borrow_and_update() < newest {
                self.told(());
            }
            known.wait_for(|at| *at >= newest).await.ok().map(drop)
        };
        let _ = tokio::time::timeout(CAUGHT_UP_WITHIN, caught_up).await;
    }

    /// Up to `limit` changes after `after`, if memory still holds all of them. None: read the store.
    pub fn recent_after(&self, after: i64, limit: usize) -> Option<Vec<Arc<TracedChange>>> {
        let recent = self.inner.recent.read();
        if after >= *self.inner.newest.borrow() {
            return Some(Vec::new());
        }
        recent.front().filter(|oldest| oldest.seq() <= after + 1)?;
        let from = recent.partition_point(|change| change.seq() <= after);
        Some(recent.iter().skip(from).take(limit).cloned().collect())
    }

    /// The same, from memory or else from the store.
    pub async fn changes_after(&self, after: i64, limit: usize) -> Result<Vec<Arc<TracedChange>>, StoreError> {
        match self.recent_after(after, limit) {
            Some(recent) => Ok(recent),
            None => {
                let stored = self.inner.store.visit_changes_after(after, limit as i64).await?;
                Ok(stored.into_iter().map(Arc::new).collect())
            }
        }
    }

    /// Takes an erased agent's changes out of memory.
    pub(crate) fn forget(&self, agent: AgentId) {
        self.inner.recent.write().retain(|change| !change.concerns(agent));
    }

    async fn follow(&self, mut stopping: watch::Receiver<bool>) {
        let mut wait = LOOK_EVERY;
        loop {
            tokio::select! {
                () = self.grown_for_a_while() => {}
                () = tokio::time::sleep(wait) => {}
                _ = stopping.wait_for(|stop| *stop) => return,
            }
            wait = LOOK_EVERY;
            if let Err(error) = self.catch_up().await {
                tracing::warn!(error = error.chain(), "the feed of visits cannot be read, trying again");
                wait = RETRY_AFTER;
            }
        }
    }

    async fn grown_for_a_while(&self) {
        self.inner.grown.notified().await;
        tokio::time::sleep(GATHER).await;
    }

    /// Takes in what was committed since. What comes while it reads is told of, too.
    async fn catch_up(&self) -> Result<(), StoreError> {
        loop {
            let at = *self.inner.newest.borrow();
            let more = self.inner.store.visit_changes_after(at, BATCH).await?;
            let Some(last) = more.last().map(TracedChange::seq) else { return Ok(()) };
            let is_all = (more.len() as i64) < BATCH;
            {
                let mut recent = self.inner.recent.write();
                recent.extend(more.into_iter().map(Arc::new));
                let surplus = recent.len().saturating_sub(RECENT_MAX);
                recent.drain(..surplus);
            }
            self.inner.newest.send_replace(last);
            if is_all {
                return Ok(());
            }
        }
    }
}

fn plan_error(refusal: &PlanRefusal) -> bool {
    matches!(refusal, PlanRefusal::Store(error) if error.is_knot())
}
