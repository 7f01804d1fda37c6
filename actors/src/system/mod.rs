//! The system: starts everything in order, answers for it, and stops it so that nothing is lost.
//!
//! ```text
//! store runtime:  journal writer · snapshot rounds · compactor · partitions
//! arbiter 0..n:   station · warden · agents and territories that live there
//! ```

mod customers;
mod duty;
mod field;
mod imports;
mod plans;
mod questions;
mod rounds;
pub mod territory_designs;
mod visit_imports;
mod weak;

pub use customers::{COMMAND_DEADLINE, ContactUndone, ManyCreated};
pub use duty::{DutyAnswer, DutyNow};
pub use imports::{ImportMode, ImportUndone, Importer};
pub use plans::{PartDone, PartRefused, Parts, SearchError};
pub use visit_imports::VisitImporter;

use crate::access::Access;
use crate::agent::AgentMsg;
use crate::almanac::Almanac;
use crate::chronicle::Chronicle;
use crate::clock::Clock;
use crate::compactor::Compactor;
use crate::customer::{self, Customers};
use crate::erasure::{self, Eraser};
use crate::fences::Fences;
use crate::hub::PhoneBook;
use crate::journal::{Answer, Entry, Journal, Packed, Receipt, Room};
use crate::locating;
use crate::metrics::Metrics;
use crate::planner::pool::Pool;
use crate::planner::{self, Durations, PlanMsg, Planners};
use crate::ports::geocode::Geocoder;
use crate::recovery;
use crate::settings::Settings;
use crate::snapshot::Snapshots;
use crate::station::{self, Adopt, Marker, Retopic, Station, Sweep};
use crate::store::decisions::FixDecision;
use crate::store::territories::TerritoryDeletion;
use crate::store::track_settings::NewTrackRules;
use crate::store::{Store, StoreError};
use crate::supervision::directory::Census;
use crate::supervision::life::install_panic_hook;
use crate::supervision::warden::{self, Recovery};
use crate::supervision::{Agents, AskError, Directory, Phase, Refusal, Warden};
use crate::tasks;
use crate::territory::{self, TopicId, Topics};
use crate::travel::{self, Travel};
use crate::visits::Visits;
use crate::walk_again::Reach;
use actix::prelude::*;
use salessync_engine::access::InScope;
use salessync_engine::agent::Agent;
use salessync_engine::territory::Territory;
use salessync_engine::track::{Device, Fix, Profile, Quarantine};
use salessync_engine::wire::agent::BusyCode;
use salessync_engine::{AgentId, TerritoryId, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Longest wait for a live answer.
pub const ASK_DEADLINE: Duration = Duration::from_secs(3);
/// Longest wait for days to be walked again, and for what is acknowledged to be derived and written.
pub const WALK_DEADLINE: Duration = Duration::from_secs(20);
/// Longest wait for the journal to empty when the system stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the system did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the database is not ready")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Setting(#[from] crate::settings::SettingFlaw),
    #[error("an arbiter thread ended while it started")]
    Arbiter,
    #[error("start the threads that search for plans")]
    Searches(#[source] std::io::Error),
}

/// The running system. Cheap to clone.
#[derive(Clone)]
pub struct SystemHandle {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    journal: Journal,
    directory: Arc<Directory<Agents>>,
    customers: Arc<Directory<Customers>>,
    planners: Arc<Directory<Planners>>,
    phones: Arc<PhoneBook>,
    pool: Pool,
    epoch: i64,
    topics: Arc<Topics>,
    stations: Vec<Addr<Station>>,
    arbiters: Vec<ArbiterHandle>,
    clock: Clock,
    metrics: Metrics,
    settings: Settings,
    snapshots: Snapshots,
    chronicle: Chronicle,
    almanac: Arc<Almanac>,
    compactor: Compactor,
    eraser: Eraser,
    fences: Fences,
    visits: Visits,
    /// The last change of a visit that plans were told of.
    plans_heard: watch::Sender<i64>,
    access: Access,
    geocoder: Geocoder,
    drawing: territory_designs::Drawing,
    /// Held while a change of duty is put into force.
    duty: tokio::sync::Mutex<()>,
    travel: Travel,
    durations: Durations,
    fenced: watch::Receiver<bool>,
    stopping: watch::Sender<bool>,
    started_at: Timestamp,
}

/// Starts everything; serve only when this has returned. Must run inside an actix system.
pub async fn start(settings: Settings, store: Store, clock: Clock, metrics: Metrics) -> Result<SystemHandle, StartError> {
    settings.check()?;
    install_panic_hook();
    let zone = settings.zone()?;
    let geocoder = settings.geocoder()?;
    store.migrate().await?;
    store.ensure_partitions(clock.now(), settings.storage.days_behind, settings.storage.days_ahead).await?;
    let (stopping, on_stop) = watch::channel(false);
    let fences = Fences::start(store.clone(), on_stop.clone()).await?;
    let access = Access::start(store.clone(), on_stop.clone()).await?;
    let almanac = Arc::new(Almanac::new(zone, settings.actors.window_fixes, fences.clone()));
    let epoch = store.take_epoch().await?;
    erasure::finish_interrupted(&store).await?;
    store.fail_interrupted_territory_designs(clock.now()).await?;
    let heads = store.shard_heads().await?;
    almanac.set_rules(store.track_rules().await?);
    for (agent, profile) in store.agent_profiles().await? {
        almanac.set_profile(agent, profile);
    }
    for (agent, history) in store.duty_histories().await? {
        almanac.set_duty(agent, Arc::new(history));
    }
    let chronicle = Chronicle::new(store.clone(), clock.clone(), epoch, zone);
    let judged_by = (zone, fences.clone(), almanac.clone(), chronicle.clone());
    let visits = Visits::start(store.clone(), (clock.clone(), metrics.clone()), judged_by, on_stop.clone()).await?;
    let recovery = Recovery { store: store.clone(), almanac: almanac.clone(), chronicle: chronicle.clone(), now: clock.now() };
    let recovered = recovery::bring_in_tails(&recovery, &heads).await?;
    tracing::info!(agents = recovered, epoch, "journal tails are in the snapshots");

    let directory = Arc::new(Directory::new(metrics.clone()));
    let customers = Arc::new(Directory::new(metrics.clone()));
    let planners = Arc::new(Directory::new(metrics.clone()));
    let phones: Arc<PhoneBook> = Arc::default();
    let pool =
        Pool::start(settings.plan.workers, settings.plan.searches_waiting, metrics.clone()).map_err(StartError::Searches)?;
    store.fail_interrupted_plan_jobs(clock.now()).await?;
    let around = travel::Surroundings { store: store.clone(), clock: clock.clone(), metrics: metrics.clone(), zone };
    let travel = Travel::start(&settings.travel, around)?;
    travel.start_learning(almanac.clone(), stopping.subscribe());
    let durations = Durations::new(store.clone());
    let topics = Arc::new(Topics::new(epoch.to_string()));
    let deliver = {
        let (directory, visits) = (directory.clone(), visits.clone());
        Box::new(move |frame: crate::journal::Committed| {
            if frame.aside > 0 {
                visits.fixes_set_aside(frame.agent);
            }
            // Refused only for an agent that is not known any more: its fixes are durable all the same.
            let _ = directory.tell(frame.agent, AgentMsg::Committed(frame));
        })
    };
    let (journal, fenced, _writer) =
        Journal::start(&store, &settings.journal, epoch, &heads, (clock.clone(), metrics.clone()), deliver);

    let count = settings.arbiter_count();
    let around = || warden::Surroundings {
        clock: clock.clone(),
        metrics: metrics.clone(),
        store: store.clone(),
        directory: directory.clone(),
        customers: customers.clone(),
        planners: planners.clone(),
        plan: planner::Surroundings {
            clock: clock.clone(),
            metrics: metrics.clone(),
            store: store.clone(),
            almanac: almanac.clone(),
            epoch,
            zone,
            settings: settings.plan.clone(),
            phones: phones.clone(),
            topics: topics.clone(),
            agents: directory.clone(),
            pool: pool.clone(),
            visits: visits.clone(),
            travel: travel.clone(),
            durations: durations.clone(),
            idle: Duration::from_secs(settings.actors.passivate_after_s),
        },
        topics: topics.clone(),
        almanac: almanac.clone(),
        chronicle: chronicle.clone(),
        actors: settings.actors.clone(),
        territory: territory::Surroundings {
            clock: clock.clone(),
            metrics: metrics.clone(),
            almanac: almanac.clone(),
            tick: Duration::from_millis(settings.live.tick_ms),
            resume_revisions: settings.live.resume_revisions,
        },
        customer: customer::Surroundings {
            clock: clock.clone(),
            metrics: metrics.clone(),
            store: store.clone(),
            fences: fences.clone(),
            idle: Duration::from_secs(settings.actors.passivate_after_s),
        },
    };
    let (mut homes, mut desks) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for _ in 0..count {
        homes.push(start_arbiter(around(), journal.clone()).await?);
        desks.push(start_arbiter(around(), journal.clone()).await?);
    }
    let stations: Vec<_> = homes.iter().map(|home| home.station.clone()).collect();
    directory.set_wardens(homes.iter().map(|home| home.warden.clone()).collect());
    customers.set_wardens(homes.iter().map(|home| home.warden.clone()).collect());
    planners.set_wardens(desks.iter().map(|home| home.warden.clone()).collect());
    topics.set_homes(homes.iter().map(|home| home.warden.clone()).collect(), stations.clone());

    for (agent, territory) in store.agent_places().await? {
        let topic = TopicId::Territory(territory);
        directory.know(agent, Topics::arbiter_of(topic, count), topic);
    }
    let markers = recovery::each_marker(
        &store,
        |agent| directory.place(agent).map(|(_, topic)| topic),
        |markers| adopt(&directory, &stations, markers),
    )
    .await?;
    topics.open(TopicId::Territory(None));
    for territory in store.territory_ids().await? {
        topics.open(TopicId::Territory(Some(territory)));
    }
    for territory in store.waiting_desks().await? {
        // Time runs out for offers whether or not anybody looks.
        let _ = planners.tell(territory, PlanMsg::Visits(Default::default()));
    }
    tracing::info!(markers, arbiters = count, "system is up");

    let snapshots = Snapshots {
        store: store.clone(),
        journal: journal.clone(),
        chronicle: chronicle.clone(),
        stations: stations.clone(),
        clock: clock.clone(),
        metrics: metrics.clone(),
    };
    let compactor = Compactor {
        store: store.clone(),
        epoch,
        clock: clock.clone(),
        metrics: metrics.clone(),
        compact_after_s: settings.storage.compact_after_s,
        days_behind: settings.storage.days_behind,
        days_ahead: settings.storage.days_ahead,
    };
    let eraser = Eraser {
        store: store.clone(),
        journal: journal.clone(),
        directory: directory.clone(),
        customers: customers.clone(),
        planners: planners.clone(),
        stations: stations.clone(),
        chronicle: chronicle.clone(),
        almanac: almanac.clone(),
        visits: visits.clone(),
    };
    tasks::start(tasks::Tasks {
        visits: visits.clone(),
        durations: durations.clone(),
        snapshots: snapshots.clone(),
        compactor: compactor.clone(),
        eraser: eraser.clone(),
        settings: settings.clone(),
        stopping: on_stop,
    });
    let started_at = clock.now();
    let arbiters = homes.into_iter().chain(desks).map(|home| home.arbiter).collect();
    let on_stop = stopping.subscribe();
    let inner = Inner {
        store,
        journal,
        directory,
        customers,
        planners,
        plans_heard: watch::Sender::new(0),
        phones,
        pool,
        epoch,
        topics,
        stations,
        arbiters,
        clock,
        metrics,
        settings,
        snapshots,
        chronicle,
        almanac,
        compactor,
        eraser,
        fences,
        visits,
        access,
        geocoder,
        drawing: territory_designs::Drawing::default(),
        duty: tokio::sync::Mutex::default(),
        travel,
        durations,
        fenced,
        stopping,
        started_at,
    };
    let system = SystemHandle { inner: Arc::new(inner) };
    system.follow_visits();
    tasks::settle_duty(&system, on_stop);
    locating::start(&system);
    Ok(system)
}

struct Home {
    arbiter: ArbiterHandle,
    station: Addr<Station>,
    warden: Addr<Warden>,
}

/// A thread with its station and warden.
async fn start_arbiter(around: warden::Surroundings, journal: Journal) -> Result<Home, StartError> {
    let arbiter = Arbiter::new();
    let handle = arbiter.handle();
    let (started, home) = tokio::sync::oneshot::channel();
    arbiter.spawn_fn(move || {
        let station = Station::start_here(station::Surroundings {
            clock: around.clock.clone(),
            metrics: around.metrics.clone(),
            journal,
            topics: around.topics.clone(),
            directory: around.directory.clone(),
            chronicle: around.chronicle.clone(),
            agent_mailbox: around.actors.agent_mailbox,
        });
        let addr = station.addr();
        let _ = started.send((addr, Warden::new(around, station).start()));
    });
    let (station, warden) = home.await.map_err(|_| StartError::Arbiter)?;
    Ok(Home { arbiter: handle, station, warden })
}

/// Gives markers to the stations their agents live at.
fn adopt(directory: &Directory<Agents>, stations: &[Addr<Station>], markers: Vec<Marker>) {
    let mut by_station: Vec<Vec<Marker>> = stations.iter().map(|_| Vec::new()).collect();
    for marker in markers {
        if let Some((arbiter, _)) = directory.place(marker.agent) {
            by_station[arbiter].push(marker);
        }
    }
    for (station, markers) in stations.iter().zip(by_station) {
        station.do_send(Adopt(markers));
    }
}

/// A command that was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Ask(#[from] AskError),
}

/// A frame that was not taken, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotTaken {
    #[error("there is no such agent")]
    UnknownAgent,
    #[error("busy")]
    Busy(BusyCode),
}

/// One frame of a phone, sorted out.
pub struct Frame {
    pub agent: AgentId,
    pub device: Device,
    pub taken: Vec<Fix>,
    pub aside: Vec<(Quarantine, Fix)>,
}

impl SystemHandle {
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    pub fn topics(&self) -> &Arc<Topics> {
        &self.inner.topics
    }

    /// The fences as they are watched.
    pub fn fences(&self) -> &Fences {
        &self.inner.fences
    }

    /// How long ways take.
    pub fn travel(&self) -> &Travel {
        &self.inner.travel
    }

    /// The visits: what is done with them, and what happens to them.
    pub fn visits(&self) -> &Visits {
        &self.inner.visits
    }

    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub fn started_at(&self) -> Timestamp {
        self.inner.started_at
    }

    /// Turns true when another server has taken over the database: stop serving.
    pub fn fenced(&self) -> watch::Receiver<bool> {
        self.inner.fenced.clone()
    }

    /// Takes a frame towards the journal. `answer` hears when it is durable, or lost; a refusal is said here and only here.
    pub fn ingest(&self, frame: Frame, answer: Arc<dyn Answer>, number: u64) -> Result<(), NotTaken> {
        let Some(room) = self.room_for(&frame) else {
            return Err(self.busy(BusyCode::JournalFull));
        };
        let receipt = Some(Receipt::new(answer, number));
        let Frame { agent, device, taken, aside } = frame;
        let newest = taken.iter().max().copied();
        let entry = Entry { agent, device, taken: Packed::new(&taken), newest, aside, receipt, room };
        match self.inner.directory.tell(agent, AgentMsg::Ingest(entry)) {
            Ok(()) => Ok(()),
            Err((refusal, message)) => {
                if let AgentMsg::Ingest(Entry { receipt: Some(receipt), .. }) = message {
                    receipt.void();
                }
                Err(match refusal {
                    Refusal::Unknown => NotTaken::UnknownAgent,
                    Refusal::Full => self.busy(BusyCode::AgentBusy),
                    Refusal::Restarting => self.busy(BusyCode::AgentRestarting),
                    Refusal::Halted => self.busy(BusyCode::AgentHalted),
                })
            }
        }
    }

    fn room_for(&self, frame: &Frame) -> Option<Room> {
        self.inner.journal.reserve(frame.taken.len() + frame.aside.len())
    }

    fn busy(&self, code: BusyCode) -> NotTaken {
        self.count_busy(code);
        NotTaken::Busy(code)
    }

    /// Notes a frame that its connection answered `busy` without, or after, asking `ingest`.
    pub fn count_busy(&self, code: BusyCode) {
        self.inner.metrics.frames_busy.with_label_values(&[busy_label(code)]).inc();
    }

    pub fn knows(&self, agent: AgentId) -> bool {
        self.inner.directory.is_known(agent)
    }

    /// Where an agent works, if it is known; None inside: without a territory.
    pub fn territory_of(&self, agent: AgentId) -> Option<Option<TerritoryId>> {
        let (_, TopicId::Territory(territory)) = self.inner.directory.place(agent)?;
        Some(territory)
    }

    /// Who may do what.
    pub fn access(&self) -> &Access {
        &self.inner.access
    }

    pub fn phase(&self, agent: AgentId) -> Option<Phase> {
        self.inner.directory.phase(agent)
    }

    /// Lets a halted agent live again. False when it was not halted.
    pub fn resume(&self, agent: AgentId) -> bool {
        self.inner.directory.resume(agent)
    }

    /// Damages an agent's actor (tests of supervision).
    #[cfg(feature = "fault-injection")]
    pub fn poison(&self, agent: AgentId) {
        let _ = self.inner.directory.tell(agent, AgentMsg::Poison);
    }

    pub(crate) fn eraser(&self) -> &Eraser {
        &self.inner.eraser
    }

    /// Turns true when the system stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.inner.stopping.subscribe()
    }

    fn know(&self, agent: AgentId, territory: Option<TerritoryId>) {
        let topic = TopicId::Territory(territory);
        self.inner.directory.know(agent, Topics::arbiter_of(topic, self.inner.stations.len()), topic);
    }

    pub fn census(&self) -> Census<AgentId> {
        self.inner.directory.census()
    }

    pub fn arbiters(&self) -> usize {
        self.inner.stations.len()
    }

    /// Fixes waiting for a commit or for their agent, and whether commits fail at the moment.
    pub fn journal_state(&self) -> (usize, bool) {
        self.inner.journal.state()
    }

    /// The live end of the change feed.
    pub fn chronicle(&self) -> &Chronicle {
        &self.inner.chronicle
    }

    /// Stops: what was taken is committed and put into snapshots. The sockets are closed by now.
    pub async fn stop(&self) {
        let _ = self.inner.stopping.send(true);
        self.inner.pool.close();
        let drained = async {
            while self.inner.journal.state().0 > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(DRAIN_TIMEOUT, drained).await.is_err() {
            tracing::error!(
                fixes = self.inner.journal.state().0,
                "stopping with fixes that could not be committed; they were never acknowledged"
            );
        }
        match tokio::time::timeout(DRAIN_TIMEOUT, self.inner.snapshots.round()).await {
            Ok(Ok(written)) => tracing::info!(written, "last snapshots are written"),
            Ok(Err(error)) => tracing::warn!(error = error.chain(), "last snapshots failed; the journal has everything"),
            Err(_) => tracing::warn!("last snapshots took too long; the journal has everything"),
        }
        for arbiter in &self.inner.arbiters {
            arbiter.stop();
        }
        self.inner.store.close().await;
    }
}

fn busy_label(code: BusyCode) -> &'static str {
    match code {
        BusyCode::InFlight => "in_flight",
        BusyCode::AgentBusy => "agent_busy",
        BusyCode::JournalFull => "journal_full",
        BusyCode::AgentRestarting => "agent_restarting",
        BusyCode::AgentHalted => "agent_halted",
        BusyCode::RateLimited => "rate_limited",
    }
}
