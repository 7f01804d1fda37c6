//! Where every agent is: asleep, waking, awake or halted. The only holder of agents' addresses.
//!
//! An agent that is told something wakes; while it does, its messages wait here, bounded. What is committed is never turned away,
//! because it is bounded already by what the journal took.

use super::warden::{Wake, Warden};
use crate::agent::{AgentActor, AgentMsg, AgentView};
use crate::metrics::Metrics;
use crate::store::journal::shard_of;
use crate::territory::TopicId;
use actix::Addr;
use actix::dev::SendError;
use parking_lot::{Mutex, RwLock};
use salessync_engine::wire::agent::BusyCode;
use salessync_engine::{AgentId, Timestamp};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::oneshot;

/// Messages that wait for one waking agent.
const WAITING_MAX: usize = 64;
/// Locks the directory is spread over.
const LOCKS: usize = 64;

/// Where an agent's messages go.
pub struct Directory {
    locks: Vec<Mutex<HashMap<AgentId, Slot>>>,
    wardens: RwLock<Vec<Addr<Warden>>>,
    metrics: Metrics,
}

struct Slot {
    arbiter: u16,
    topic: TopicId,
    state: State,
    restarts: u32,
}

enum State {
    Asleep,
    Waking(Vec<AgentMsg>),
    Awake(Addr<AgentActor>),
    Halted(Box<Halt>),
}

/// Why and since when an agent is halted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Halt {
    pub since: Timestamp,
    pub last_panic: String,
}

/// Phase of an agent's life, as shown to people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AgentPhase {
    Asleep,
    Awake,
    Restarting,
    Halted(Halt),
}

/// Why a message was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such agent")]
    Unknown,
    #[error("the agent cannot take more right now")]
    Busy(BusyCode),
}

/// Why a question was not answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AskError {
    #[error("there is no such agent")]
    Unknown,
    #[error("the agent is halted")]
    Halted,
    #[error("the agent did not answer in time")]
    TimedOut,
}

impl Directory {
    pub fn new(metrics: Metrics) -> Self {
        Self { locks: (0..LOCKS).map(|_| Mutex::default()).collect(), wardens: RwLock::default(), metrics }
    }

    pub fn set_wardens(&self, wardens: Vec<Addr<Warden>>) {
        *self.wardens.write() = wardens;
    }

    fn lock(&self, agent: AgentId) -> &Mutex<HashMap<AgentId, Slot>> {
        &self.locks[shard_of(agent) % LOCKS]
    }

    /// Makes an agent known. One that is known already keeps its place.
    pub fn know(&self, agent: AgentId, arbiter: usize, topic: TopicId) {
        self.lock(agent).lock().entry(agent).or_insert(Slot {
            arbiter: arbiter as u16,
            topic,
            state: State::Asleep,
            restarts: 0,
        });
    }

    /// Makes an agent unknown. Its actor ends when it has handled what it was told; messages that wait are dropped, which tells their senders.
    pub fn forget(&self, agent: AgentId) {
        let slot = self.lock(agent).lock().remove(&agent);
        if slot.is_some_and(|slot| matches!(slot.state, State::Halted(_))) {
            self.metrics.actors_halted.with_label_values(&["agent"]).dec();
        }
    }

    pub fn is_known(&self, agent: AgentId) -> bool {
        self.lock(agent).lock().contains_key(&agent)
    }

    /// Arbiter and topic of an agent.
    pub fn place(&self, agent: AgentId) -> Option<(usize, TopicId)> {
        self.lock(agent).lock().get(&agent).map(|slot| (usize::from(slot.arbiter), slot.topic))
    }

    /// Notes a new topic; returns the arbiter the agent lives on.
    pub fn retopic(&self, agent: AgentId, topic: TopicId) -> Option<usize> {
        let mut slots = self.lock(agent).lock();
        let slot = slots.get_mut(&agent)?;
        slot.topic = topic;
        Some(usize::from(slot.arbiter))
    }

    /// Hands a message to an agent, waking it where needed. What is refused comes back.
    #[expect(
        clippy::result_large_err,
        reason = "gives the message back, as a mailbox does; a box would cost every frame an allocation"
    )]
    pub fn tell(&self, agent: AgentId, message: AgentMsg) -> Result<(), (Refusal, AgentMsg)> {
        let mut slots = self.lock(agent).lock();
        let Some(slot) = slots.get_mut(&agent) else { return Err((Refusal::Unknown, message)) };
        match &mut slot.state {
            State::Awake(addr) => match addr.try_send(message) {
                Ok(()) => Ok(()),
                Err(SendError::Full(message)) if message.must_arrive() => {
                    addr.do_send(message);
                    Ok(())
                }
                Err(SendError::Full(message)) => Err((Refusal::Busy(BusyCode::AgentBusy), message)),
                Err(SendError::Closed(message)) => {
                    // Its death notice is on the way to the warden, which will rebuild it and bring this along.
                    slot.state = State::Waking(vec![message]);
                    Ok(())
                }
            },
            State::Waking(waiting) if waiting.len() < WAITING_MAX || message.must_arrive() => {
                waiting.push(message);
                Ok(())
            }
            State::Waking(_) => Err((Refusal::Busy(BusyCode::AgentRestarting), message)),
            State::Asleep if message.only_if_awake() => Ok(()),
            State::Asleep => {
                slot.state = State::Waking(vec![message]);
                let arbiter = usize::from(slot.arbiter);
                drop(slots);
                self.warden(arbiter, Wake(agent));
                Ok(())
            }
            // Durable already, and read again from the journal when the agent is resumed.
            State::Halted(_) if message.must_arrive() => Ok(()),
            State::Halted(_) => Err((Refusal::Busy(BusyCode::AgentHalted), message)),
        }
    }

    /// Asks an agent for what it shows of itself. Once more if it crashes over the question.
    pub async fn ask(&self, agent: AgentId, deadline: Duration) -> Result<AgentView, AskError> {
        let asked = async {
            loop {
                let (answer, view) = oneshot::channel();
                match self.tell(agent, AgentMsg::Describe(answer)) {
                    Ok(()) => {}
                    Err((Refusal::Unknown, _)) => return Err(AskError::Unknown),
                    Err((Refusal::Busy(BusyCode::AgentHalted), _)) => return Err(AskError::Halted),
                    Err((Refusal::Busy(_), _)) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
                if let Ok(view) = view.await {
                    return Ok(*view);
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(deadline, asked).await.unwrap_or(Err(AskError::TimedOut))
    }

    /// Waits until an agent has written down what follows from everything it was told so far. One that sleeps has done so. Asks once more
    /// if it crashes meanwhile.
    pub async fn settle(&self, agent: AgentId, deadline: Duration) -> Result<(), AskError> {
        let settled = async {
            loop {
                match self.phase(agent) {
                    None => return Err(AskError::Unknown),
                    Some(AgentPhase::Asleep) => return Ok(()),
                    Some(AgentPhase::Halted(_)) => return Err(AskError::Halted),
                    Some(AgentPhase::Awake | AgentPhase::Restarting) => {}
                }
                let (done, settled) = oneshot::channel();
                if self.tell(agent, AgentMsg::Settle(done)).is_ok() && settled.await.is_ok() {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(deadline, settled).await.unwrap_or(Err(AskError::TimedOut))
    }

    pub fn phase(&self, agent: AgentId) -> Option<AgentPhase> {
        self.lock(agent).lock().get(&agent).map(|slot| match &slot.state {
            State::Asleep => AgentPhase::Asleep,
            State::Awake(_) => AgentPhase::Awake,
            State::Waking(_) => AgentPhase::Restarting,
            State::Halted(halt) => AgentPhase::Halted((**halt).clone()),
        })
    }

    /// Lets a halted agent live again. False when it was not halted.
    pub fn resume(&self, agent: AgentId) -> bool {
        let mut slots = self.lock(agent).lock();
        let Some(slot) = slots.get_mut(&agent).filter(|slot| matches!(slot.state, State::Halted(_))) else { return false };
        slot.state = State::Waking(Vec::new());
        let arbiter = usize::from(slot.arbiter);
        drop(slots);
        self.metrics.actors_halted.with_label_values(&["agent"]).dec();
        self.warden(arbiter, super::warden::Resume(agent));
        true
    }

    /// Counts by phase, and who is halted.
    pub fn census(&self) -> Census {
        let mut census = Census::default();
        for lock in &self.locks {
            for (agent, slot) in lock.lock().iter() {
                census.known += 1;
                match &slot.state {
                    State::Asleep => {}
                    State::Awake(_) => {
                        census.awake += 1;
                        *census.awake_at.entry(usize::from(slot.arbiter)).or_default() += 1;
                    }
                    State::Waking(_) => census.restarting += 1,
                    State::Halted(halt) => census.halted.push((*agent, slot.restarts, (**halt).clone())),
                }
            }
        }
        census
    }

    fn warden<M>(&self, arbiter: usize, message: M)
    where
        M: actix::Message + Send + 'static,
        M::Result: Send,
        Warden: actix::Handler<M>,
    {
        let wardens = self.wardens.read();
        if let Some(warden) = wardens.get(arbiter % wardens.len().max(1)) {
            warden.do_send(message); // one per agent at a time
        }
    }

    /// The warden's side: an agent is built and takes its waiting messages.
    pub(super) fn awake(&self, agent: AgentId, addr: Addr<AgentActor>) {
        let mut slots = self.lock(agent).lock();
        if let Some(slot) = slots.get_mut(&agent) {
            if let State::Waking(waiting) = &mut slot.state {
                for message in waiting.drain(..) {
                    addr.do_send(message); // at most WAITING_MAX and what was committed
                }
            }
            slot.state = State::Awake(addr);
        }
    }

    /// The warden's side: an agent crashed and will be built again; new messages wait.
    pub(super) fn crashed(&self, agent: AgentId) {
        if let Some(slot) = self.lock(agent).lock().get_mut(&agent) {
            slot.restarts += 1;
            if !matches!(slot.state, State::Waking(_)) {
                slot.state = State::Waking(Vec::new());
            }
        }
    }

    /// The warden's side: an agent went to sleep. True when messages came meanwhile and it must wake again.
    pub(super) fn asleep(&self, agent: AgentId) -> bool {
        let mut slots = self.lock(agent).lock();
        let Some(slot) = slots.get_mut(&agent) else { return false };
        match &slot.state {
            State::Waking(_) => true,
            State::Asleep | State::Awake(_) | State::Halted(_) => {
                slot.state = State::Asleep;
                false
            }
        }
    }

    /// The warden's side: past the restart bound. Waiting frames are dropped, which tells their senders.
    pub(super) fn halt(&self, agent: AgentId, halt: Halt) {
        let waiting = {
            let mut slots = self.lock(agent).lock();
            let Some(slot) = slots.get_mut(&agent) else { return };
            match std::mem::replace(&mut slot.state, State::Halted(Box::new(halt))) {
                State::Waking(waiting) => waiting,
                State::Asleep | State::Awake(_) | State::Halted(_) => Vec::new(),
            }
        };
        self.metrics.actors_halted.with_label_values(&["agent"]).inc();
        drop(waiting);
    }
}

/// How the agents are.
#[derive(Clone, Debug, Default)]
pub struct Census {
    pub known: usize,
    pub awake: usize,
    /// The same by arbiter; those without an awake agent are left out.
    pub awake_at: HashMap<usize, usize>,
    pub restarting: usize,
    /// Agent, restarts so far, and why.
    pub halted: Vec<(AgentId, u32, Halt)>,
}
