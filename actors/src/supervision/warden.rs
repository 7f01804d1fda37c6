//! The warden of an arbiter: builds agents, customers and territories from durable state, learns of their deaths, builds them again, and
//! halts who keeps crashing.

use super::directory::{Agents, Directory, Halt, Kind};
use super::life::{Entity, LifeGuard};
use super::rebuild::{self, Rebuilt, Tail};
use crate::agent::AgentActor;
use crate::almanac::Almanac;
use crate::chronicle::Chronicle;
use crate::clock::Clock;
use crate::customer::{self, CustomerActor, Customers};
use crate::journal::record;
use crate::metrics::Metrics;
use crate::planner::{self, PlanActor, Planners};
use crate::settings;
use crate::station::StationHandle;
use crate::store::compaction::NewQuarantined;
use crate::store::journal::shard_of;
use crate::store::{SnapshotRow, Store, StoreError};
use crate::territory::{self, TerritoryActor, TopicId, Topics};
use crate::walk_again::{Reach, Walk, walk_again};
use actix::prelude::*;
use salessync_engine::agent::AgentState;
use salessync_engine::customer::CustomerState;
use salessync_engine::track::Quarantine;
use salessync_engine::{AgentId, CustomerId, TerritoryId, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Agents woken with one look into the store.
const WAKE_BATCH: usize = 512;
/// Journal rows read at a time when an agent is rebuilt.
const TAIL_ROWS: i64 = 200;
/// Pause before the store is asked again.
const STORE_RETRY: Duration = Duration::from_millis(250);

/// Somebody has told a sleeping actor something, or wants a topic.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Wake(pub Entity);

/// Somebody wants a halted actor to live again.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Resume(pub Entity);

/// An actor has ended; `crash` is what its panic said.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Died {
    pub entity: Entity,
    pub crash: Option<String>,
}

/// What a warden needs from the system.
#[derive(Clone)]
pub struct Surroundings {
    pub clock: Clock,
    pub metrics: Metrics,
    pub store: Store,
    pub directory: Arc<Directory<Agents>>,
    pub customers: Arc<Directory<Customers>>,
    pub topics: Arc<Topics>,
    pub almanac: Arc<Almanac>,
    pub chronicle: Chronicle,
    pub actors: settings::Actors,
    pub territory: territory::Surroundings,
    pub customer: customer::Surroundings,
    pub planners: Arc<Directory<Planners>>,
    pub plan: planner::Surroundings,
}

/// Builder and watcher of the actors of one arbiter.
pub struct Warden {
    around: Surroundings,
    station: StationHandle,
    wanted: VecDeque<AgentId>,
    is_waking: bool,
    crashes: HashMap<Entity, VecDeque<Instant>>,
}

impl Warden {
    pub fn new(around: Surroundings, station: StationHandle) -> Self {
        Self { around, station, wanted: VecDeque::new(), is_waking: false, crashes: HashMap::new() }
    }

    /// Wakes whoever is wanted, a batch at a time.
    fn wake_wanted(&mut self, ctx: &mut Context<Self>) {
        if self.is_waking || self.wanted.is_empty() {
            return;
        }
        self.is_waking = true;
        let batch: Vec<_> = self.wanted.drain(..self.wanted.len().min(WAKE_BATCH)).collect();
        let (store, ids) = (self.around.store.clone(), batch.clone());
        let read = async move { store.snapshots_of(ids).await }.into_actor(self);
        let woken = read.map(move |snapshots, this, ctx| {
            this.is_waking = false;
            match snapshots {
                Ok(snapshots) => this.build_sleepers(batch, snapshots, ctx),
                Err(error) => {
                    tracing::warn!(agents = batch.len(), error = error.chain(), "cannot read snapshots, trying again");
                    this.wanted.extend(batch);
                    ctx.run_later(STORE_RETRY, Self::wake_wanted);
                }
            }
        });
        ctx.spawn(woken);
    }

    fn build_sleepers(&mut self, batch: Vec<AgentId>, snapshots: Vec<SnapshotRow>, ctx: &mut Context<Self>) {
        let mut snapshots: HashMap<_, _> = snapshots.into_iter().map(|row| (row.agent, row)).collect();
        for agent in batch {
            match read_snapshot(agent, snapshots.remove(&agent)) {
                Snapshot::Read(state, position) => self.build(agent, (state, position), ctx),
                // Its days are read from the store instead.
                Snapshot::Unreadable => self.rebuild(agent, ctx),
            }
            self.around.metrics.agent_wakes.inc();
        }
        self.wake_wanted(ctx);
    }

    fn build(&mut self, agent: AgentId, state: (AgentState, i64), ctx: &mut Context<Self>) {
        if let Some((fix, device)) = state.0.latest() {
            self.station.show(agent, fix, device);
        }
        self.station.arrived(agent);
        let life = LifeGuard::new(Entity::Agent(agent), ctx.address());
        let actor =
            AgentActor::new(agent, state, self.around.almanac.clone(), self.station.clone(), self.around.store.clone(), life);
        self.around.directory.awake(agent, actor.start());
    }

    fn start_topic(&mut self, topic: TopicId, ctx: &mut Context<Self>) {
        let life = LifeGuard::new(Entity::Territory(topic), ctx.address());
        let actor = TerritoryActor::new(topic, &self.around.topics, self.around.territory.clone(), life);
        self.around.topics.running(topic, actor.start());
    }

    /// Notes a crash. Returns the pause before the next life, or None when the bound is passed.
    fn back_off(&mut self, entity: Entity) -> Option<Duration> {
        let window = Duration::from_secs(self.around.actors.restart_window_s);
        let crashes = self.crashes.entry(entity).or_default();
        crashes.push_back(Instant::now());
        while crashes.front().is_some_and(|at| at.elapsed() > window) {
            crashes.pop_front();
        }
        let crashes = crashes.len();
        if crashes > self.around.actors.restarts_max {
            return None;
        }
        let doubled = self.around.actors.restart_backoff_ms.saturating_mul(1 << (crashes - 1).min(20));
        Some(Duration::from_millis(doubled.min(window.as_millis() as u64)))
    }

    /// Builds somebody again after a pause, or halts them when the bound is passed.
    fn crashed<K: Kind>(
        &mut self,
        id: K::Id,
        directory: &Directory<K>,
        panic: String,
        ctx: &mut Context<Self>,
        build: impl FnOnce(&mut Self, &mut Context<Self>) + 'static,
    ) {
        directory.crashed(id);
        let entity = K::entity(id);
        match self.back_off(entity) {
            Some(pause) => {
                self.around.metrics.actor_restarts.with_label_values(&[entity.kind()]).inc();
                tracing::warn!(?entity, panic, pause_ms = pause.as_millis() as u64, "an actor crashed, building it again");
                ctx.run_later(pause, build);
            }
            None => {
                tracing::error!(?entity, panic, "an actor crashed too often, halted");
                directory.halt(id, Halt { since: self.around.clock.now(), last_panic: panic });
            }
        }
    }

    /// Builds a customer from the store, whether it is there yet or not.
    fn build_customer(&mut self, id: CustomerId, ctx: &mut Context<Self>) {
        let store = self.around.store.clone();
        let read = async move {
            loop {
                match store.customer_of(id).await {
                    Ok(customer) => return customer,
                    Err(error) => {
                        tracing::warn!(customer = %id, error = error.chain(), "cannot read the customer, trying again");
                        tokio::time::sleep(STORE_RETRY).await;
                    }
                }
            }
        };
        let built = read.into_actor(self).map(move |customer, this, ctx| {
            let life = LifeGuard::new(Entity::Customer(id), ctx.address());
            let actor = CustomerActor::new(CustomerState::new(id, customer), this.around.customer.clone(), life);
            this.around.customers.awake(id, actor.start());
        });
        ctx.spawn(built);
    }

    /// Builds a plan from the store.
    fn build_plan(&mut self, id: Option<TerritoryId>, ctx: &mut Context<Self>) {
        let around = self.around.plan.clone();
        let read = async move {
            loop {
                match planner::build::build(
                    &around.store,
                    &around.almanac,
                    id,
                    around.zone,
                    (&around.settings, &around.travel),
                    around.clock.now(),
                )
                .await
                {
                    Ok(beginning) => return beginning,
                    Err(error) => {
                        tracing::warn!(territory = ?id, error = error.chain(), "cannot read the plan, trying again");
                        tokio::time::sleep(STORE_RETRY).await;
                    }
                }
            }
        };
        let built = read.into_actor(self).map(move |beginning, this, ctx| {
            let life = LifeGuard::new(Entity::Plan(id), ctx.address());
            let actor = PlanActor::new(beginning, this.around.plan.clone(), life);
            this.around.planners.awake(id, actor.start());
        });
        ctx.spawn(built);
    }

    /// Builds an agent from its snapshot and everything journalled since.
    fn rebuild(&mut self, agent: AgentId, ctx: &mut Context<Self>) {
        let around = Recovery {
            store: self.around.store.clone(),
            almanac: self.around.almanac.clone(),
            chronicle: self.around.chronicle.clone(),
            now: self.around.clock.now(),
        };
        let build = async move {
            loop {
                match recover(&around, agent).await {
                    Ok(state) => return state,
                    Err(error) => {
                        tracing::warn!(%agent, error = error.chain(), "cannot rebuild the agent, trying again");
                        tokio::time::sleep(STORE_RETRY).await;
                    }
                }
            }
        };
        let built = build.into_actor(self).map(move |state, this, ctx| {
            this.station.show_durable(agent, state.0.latest());
            this.build(agent, state, ctx);
        });
        ctx.spawn(built);
    }

    fn topic_crashed(&mut self, topic: TopicId, panic: String, ctx: &mut Context<Self>) {
        self.around.metrics.actor_restarts.with_label_values(&["territory"]).inc();
        // A territory has no state of its own to be stuck in: past the bound it rests for the window, then lives again.
        let pause = self.back_off(Entity::Territory(topic)).unwrap_or(Duration::from_secs(self.around.actors.restart_window_s));
        tracing::error!(%topic, panic, pause_ms = pause.as_millis() as u64, "territory crashed, building it again");
        ctx.run_later(pause, move |this, ctx| this.start_topic(topic, ctx));
    }
}

/// What a snapshot says.
pub(crate) enum Snapshot {
    /// The state and the journal position it covers; nothing at all for an agent without a snapshot.
    Read(AgentState, i64),
    /// Written by another version of the server.
    Unreadable,
}

pub(crate) fn read_snapshot(agent: AgentId, row: Option<SnapshotRow>) -> Snapshot {
    let Some(row) = row else { return Snapshot::Read(AgentState::new(agent), 0) };
    match AgentState::from_bytes(agent, &row.state) {
        Some(state) => Snapshot::Read(state, row.seq),
        None => {
            tracing::warn!(%agent, "snapshot is of another version, walking the agent's days again");
            Snapshot::Unreadable
        }
    }
}

/// What building a state from the store needs.
#[derive(Clone)]
pub(crate) struct Recovery {
    pub store: Store,
    pub almanac: Arc<Almanac>,
    pub chronicle: Chronicle,
    pub now: Timestamp,
}

/// Snapshot and journal tail of one agent, brought together; what panics the derivation is parked durably.
pub(crate) async fn recover(around: &Recovery, agent: AgentId) -> Result<(AgentState, i64), StoreError> {
    let snapshot = around.store.snapshots_of(vec![agent]).await?.pop();
    let seq = snapshot.as_ref().map_or(0, |row| row.seq);
    let (state, position, rewalk) = match read_snapshot(agent, snapshot) {
        Snapshot::Read(state, position) => (state, position, false),
        Snapshot::Unreadable => (AgentState::new(agent), seq, true),
    };
    let (tail, seen) = read_tail(&around.store, agent, position).await?;
    let rebuilt = rebuild::rebuild(state, position, &tail, &around.almanac.rules(agent).0);
    let (state, _) = settle(around, agent, rebuilt, rewalk).await?;
    Ok((state, seen))
}

/// An agent's journal records after `position`, and how far the shard was read.
async fn read_tail(store: &Store, agent: AgentId, position: i64) -> Result<(Vec<Tail>, i64), StoreError> {
    let damaged = || StoreError::Damaged { what: "ingest_journal" };
    let (mut tail, mut seen) = (Vec::new(), position);
    loop {
        let rows = store.journal_rows(shard_of(agent), seen, Timestamp::MAX, TAIL_ROWS).await?;
        let is_last = (rows.len() as i64) < TAIL_ROWS;
        for row in rows {
            seen = row.seq;
            for record in record::records(&row.data) {
                let record = record.map_err(|_| damaged())?;
                if record.agent == agent && record.verdict.is_none() {
                    let (device, fixes) = (record.device().map_err(|_| damaged())?, record.fixes().map_err(|_| damaged())?);
                    tail.push(Tail { seq: row.seq, device, fixes });
                }
            }
        }
        if is_last {
            return Ok((tail, seen));
        }
    }
}

/// Parks what panicked and walks the days again that need the store; with `rewalk` the agent's last days anyway.
pub(crate) async fn settle(
    around: &Recovery,
    agent: AgentId,
    rebuilt: Rebuilt,
    rewalk: bool,
) -> Result<(AgentState, i64), StoreError> {
    let Rebuilt { mut state, position, culprits, off_duty, mut older } = rebuilt;
    if !culprits.is_empty() {
        tracing::error!(%agent, fixes = culprits.len(), "fixes that panic the derivation are parked");
    }
    let aside = culprits.into_iter().map(|culprit| (culprit, Quarantine::DerivationFailed));
    let aside = aside.chain(off_duty.into_iter().map(|fix| (fix, Quarantine::OffDuty)));
    let aside: Vec<_> =
        aside.map(|((device, fix), reason)| NewQuarantined { agent, device, fix, reason, received_at: around.now }).collect();
    if !aside.is_empty() {
        around.store.quarantine(aside).await?;
    }
    let (rules, _) = around.almanac.rules(agent);
    if rewalk {
        for (device, fix) in around.store.last_fixes(agent).await? {
            older.entry(device).or_insert(fix);
        }
    }
    if !older.is_empty() {
        let patches = state.take_patches(&rules);
        let row = SnapshotRow {
            agent,
            shard: shard_of(agent) as i16,
            seq: position,
            rev: around.chronicle.next_rev(),
            state: state.to_bytes(),
            patches,
        };
        around.chronicle.write(vec![row]).await?;
    }
    for (device, fix) in older {
        let newest = state.devices().into_iter().find(|(known, _)| *known == device).and_then(|(_, newest)| newest);
        let guide = state.guide_for(&device, &rules);
        let walk = Walk { store: &around.store, agent, device: &device, guide, newest, reach: Reach::UntilSame };
        walk_again(walk, fix.recorded_at()).await?.settle(&mut state, &rules);
    }
    Ok((state, position))
}

impl Actor for Warden {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(1024);
    }
}

impl Handler<Wake> for Warden {
    type Result = ();

    fn handle(&mut self, Wake(entity): Wake, ctx: &mut Context<Self>) {
        match entity {
            Entity::Agent(agent) => {
                self.wanted.push_back(agent);
                self.wake_wanted(ctx);
            }
            Entity::Customer(customer) => self.build_customer(customer, ctx),
            Entity::Plan(plan) => self.build_plan(plan, ctx),
            Entity::Territory(topic) => self.start_topic(topic, ctx),
        }
    }
}

impl Handler<Resume> for Warden {
    type Result = ();

    fn handle(&mut self, Resume(entity): Resume, ctx: &mut Context<Self>) {
        self.crashes.remove(&entity);
        match entity {
            Entity::Agent(agent) => self.rebuild(agent, ctx),
            Entity::Customer(customer) => self.build_customer(customer, ctx),
            Entity::Plan(plan) => self.build_plan(plan, ctx),
            Entity::Territory(_) => {} // never halted
        }
    }
}

impl Handler<Died> for Warden {
    type Result = ();

    fn handle(&mut self, Died { entity, crash }: Died, ctx: &mut Context<Self>) {
        match (entity, crash) {
            (Entity::Agent(agent), Some(panic)) => {
                self.station.crashed(agent);
                let directory = self.around.directory.clone();
                self.crashed(agent, &directory, panic, ctx, move |this, ctx| this.rebuild(agent, ctx));
            }
            (Entity::Agent(agent), None) => {
                if self.around.directory.asleep(agent) {
                    self.wanted.push_back(agent);
                    self.wake_wanted(ctx);
                }
            }
            (Entity::Customer(id), Some(panic)) => {
                let directory = self.around.customers.clone();
                self.crashed(id, &directory, panic, ctx, move |this, ctx| this.build_customer(id, ctx));
            }
            (Entity::Customer(id), None) => {
                if self.around.customers.asleep(id) {
                    self.build_customer(id, ctx);
                }
            }
            (Entity::Plan(id), Some(panic)) => {
                let directory = self.around.planners.clone();
                self.crashed(id, &directory, panic, ctx, move |this, ctx| this.build_plan(id, ctx));
            }
            (Entity::Plan(id), None) => {
                if self.around.planners.asleep(id) {
                    self.build_plan(id, ctx);
                }
            }
            (Entity::Territory(topic), Some(panic)) => self.topic_crashed(topic, panic, ctx),
            (Entity::Territory(_), None) => {} // the system is stopping
        }
    }
}
