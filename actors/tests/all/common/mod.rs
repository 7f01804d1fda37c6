//! A private Postgres and a system on it, turned by hand: no background task comes in between.

use salessync_actors::journal::Answer;
use salessync_actors::store::local_postgres::{IfRunning, LocalPostgres};
use salessync_actors::system::{self, Frame, NotTaken};
use salessync_actors::{Clock, Metrics, Settings, Store, SystemHandle};
use salessync_engine::access::{Action, BuiltIn, Grants, InScope, Module, Scope};
use salessync_engine::agent::Agent;
use salessync_engine::track::{Admission, Device, Fix, RawFix, admit};
use salessync_engine::{AgentId, Timestamp};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

#[path = "../../../../gateway-ws/tests/server/common/prepared.rs"]
mod prepared;

/// A cluster under a folder, migrated.
pub fn cluster(dir: &Path) -> LocalPostgres {
    let migrations = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations"));
    let start = |dir: &Path| LocalPostgres::start(dir, IfRunning::Refuse).unwrap();
    let begun = prepared::folder(migrations, |dir| {
        let postgres = start(dir);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async { Store::open(&postgres.url(), 1).unwrap().migrate().await.unwrap() });
            });
        });
    });
    if let Some(begun) = begun {
        prepared::copy(&begun, dir);
    }
    start(dir)
}

pub struct World {
    pub postgres: LocalPostgres,
    pub now: Arc<AtomicI64>,
    _dir: tempfile::TempDir,
}

impl World {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let postgres = cluster(dir.path());
        let now = Timestamp::parse("2026-11-23T12:00:00Z").unwrap();
        Self { postgres, now: Arc::new(AtomicI64::new(now.ms())), _dir: dir }
    }

    pub fn clock(&self) -> Clock {
        Clock::Manual(self.now.clone())
    }

    pub fn advance_s(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    /// Starts a system on the cluster, as a server would.
    pub async fn system(&self) -> SystemHandle {
        self.system_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn system_with(&self, set: impl FnOnce(&mut Settings)) -> SystemHandle {
        let mut settings = Settings::default();
        settings.actors.arbiters = 2;
        // Rounds and passes are run by the tests.
        settings.storage.snapshot_every_s = 3_600;
        settings.storage.compact_after_s = 60;
        set(&mut settings);
        let store = Store::open(&self.postgres.url(), 8).unwrap();
        system::start(settings, store, self.clock(), Metrics::new()).await.unwrap()
    }
}

/// An administrator's scope.
pub fn everything() -> Scope {
    let permissions = BuiltIn::find("admin").unwrap().permissions();
    Grants { permissions, ..Grants::default() }.scope(Module::Tracks, Action::Read).unwrap()
}

/// The agent as an administrator sees it.
pub fn seen(agent: AgentId) -> InScope<AgentId> {
    everything().agent(agent, None).unwrap()
}

pub fn agent_id(n: u128) -> AgentId {
    AgentId(uuid::Uuid::from_u128(n))
}

pub async fn create_agent(system: &SystemHandle, id: AgentId) {
    let agent = Agent { id, name: format!("agent {id}"), territory_id: None, created_at: system.now() };
    system.create_agents(vec![agent]).await.unwrap();
}

/// A fix so many seconds after 08:00 on the day of these tests.
pub fn fix(second: i64) -> Fix {
    let recorded_at = Timestamp::parse("2026-11-23T08:00:00Z").unwrap().plus_s(second);
    let lat = 52.5 + (second % 97) as f64 * 1e-5;
    Fix::new(&RawFix { recorded_at, lat, lon: 13.4 + second as f64 * 1e-6, ..RawFix::default() }).unwrap()
}

/// Receives what became of frames.
pub struct Answers(mpsc::UnboundedSender<(u64, bool)>);

impl Answers {
    /// Answers that nobody waits for.
    pub fn new() -> Self {
        Self(mpsc::unbounded_channel().0)
    }
}

impl Answer for Answers {
    fn durable(&self, frame: u64) {
        let _ = self.0.send((frame, true));
    }
    fn lost(&self, frame: u64) {
        let _ = self.0.send((frame, false));
    }
}

/// Sends one frame of the default device; false when the agent is busy. What becomes of it is told to `answers`.
pub fn send(
    system: &SystemHandle,
    agent: AgentId,
    fixes: &[Fix],
    number: u64,
    answers: &mpsc::UnboundedSender<(u64, bool)>,
) -> bool {
    let frame = Frame { agent, device: Device::default(), taken: fixes.to_vec(), aside: Vec::new() };
    system.ingest(frame, Arc::new(Answers(answers.clone())), number).is_ok()
}

/// Sends one frame and waits until it is durable, sending again when told to.
pub async fn deliver(system: &SystemHandle, agent: AgentId, fixes: &[Fix]) {
    deliver_from(system, agent, Device::default().as_str(), fixes).await;
}

/// The same, from a phone of that name.
pub async fn deliver_from(system: &SystemHandle, agent: AgentId, device: &str, fixes: &[Fix]) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        let (sender, mut answers) = mpsc::unbounded_channel();
        let (mut taken, mut aside) = (Vec::new(), Vec::new());
        for fix in fixes {
            match admit(*fix, system.now()) {
                Admission::Taken(fix) => taken.push(fix),
                Admission::Aside(reason, fix) => aside.push((reason, fix)),
                Admission::Repaired { came, meant, repair } => {
                    taken.push(meant);
                    aside.push((repair.reason(), came));
                }
            }
        }
        match system.ingest(Frame { agent, device: Device::new(device).unwrap(), taken, aside }, Arc::new(Answers(sender)), 1) {
            Ok(()) => {
                if let Some((_, true)) = answers.recv().await {
                    return;
                }
            }
            Err(NotTaken::Busy(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(other) => panic!("{other}"),
        }
    }
    panic!("the frame did not become durable");
}

/// Waits until `question` is answered with true.
pub async fn eventually(what: &str, question: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !question().await {
        assert!(Instant::now() < deadline, "waited in vain for: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
