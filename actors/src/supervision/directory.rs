//! Where every actor of a kind is: asleep, waking, awake or halted. The only holder of their addresses.
//!
//! Whoever is told something wakes; while it does, its messages wait here, bounded. What must arrive is never turned away, because it is
//! bounded already by whoever sends it. Some kinds are made known before they can be told anything (agents), others live wherever their id
//! says and are forgotten while they sleep (customers).

use super::life::Entity;
use super::warden::{Resume, Wake, Warden};
use crate::agent::{AgentActor, AgentMsg, AgentView};
use crate::metrics::Metrics;
use crate::store::journal::shard_of;
use crate::territory::TopicId;
use actix::dev::SendError;
use actix::{Actor, Addr, Context, Handler, Message};
use parking_lot::{Mutex, RwLock};
use salessync_engine::{AgentId, Timestamp};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::time::Duration;
use tokio::sync::oneshot;

/// Messages that wait for one waking actor.
const WAITING_MAX: usize = 64;
/// Locks a directory is spread over.
const LOCKS: usize = 64;

/// A kind of actor that a directory is kept of.
pub trait Kind: Sized + 'static {
    type Id: Copy + Eq + Hash;
    type Message: Message<Result = ()> + Send + 'static;
    type Actor: Actor<Context = Context<Self::Actor>> + Handler<Self::Message>;
    /// What is noted of each beside its arbiter.
    type Note: Copy;

    fn entity(id: Self::Id) -> Entity;

    /// Spreads ids evenly; the same for ever.
    fn hash(id: Self::Id) -> usize;

    /// What is noted of one that nobody has made known. None: it stays unknown.
    fn stranger() -> Option<Self::Note>;

    /// Never turned away by a full mailbox.
    fn must_arrive(message: &Self::Message) -> bool;

    /// Not worth waking for.
    fn only_if_awake(message: &Self::Message) -> bool;
}

/// Field agents; what is noted is their topic.
#[derive(Debug)]
pub enum Agents {}

impl Kind for Agents {
    type Id = AgentId;
    type Message = AgentMsg;
    type Actor = AgentActor;
    type Note = TopicId;

    fn entity(id: AgentId) -> Entity {
        Entity::Agent(id)
    }

    fn hash(id: AgentId) -> usize {
        shard_of(id)
    }

    fn stranger() -> Option<TopicId> {
        None
    }

    fn must_arrive(message: &AgentMsg) -> bool {
        message.must_arrive()
    }

    fn only_if_awake(message: &AgentMsg) -> bool {
        message.only_if_awake()
    }
}

/// Where the messages of a kind go.
pub struct Directory<K: Kind> {
    locks: Vec<Mutex<HashMap<K::Id, Slot<K>>>>,
    wardens: RwLock<Vec<Addr<Warden>>>,
    metrics: Metrics,
}

struct Slot<K: Kind> {
    arbiter: u16,
    note: K::Note,
    state: State<K>,
    restarts: u32,
}

enum State<K: Kind> {
    Asleep,
    Waking(Vec<K::Message>),
    Awake(Addr<K::Actor>),
    Halted(Box<Halt>),
}

/// Why and since when an actor is halted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Halt {
    pub since: Timestamp,
    pub last_panic: String,
}

/// Phase of an actor's life, as shown to people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Phase {
    Asleep,
    Awake,
    Restarting,
    Halted(Halt),
}

/// Why a message was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("there is nobody like that")]
    Unknown,
    #[error("its mailbox is full")]
    Full,
    #[error("it is being built, and enough waits for it")]
    Restarting,
    #[error("it is halted")]
    Halted,
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

impl<K: Kind> Directory<K> {
    pub fn new(metrics: Metrics) -> Self {
        Self { locks: (0..LOCKS).map(|_| Mutex::default()).collect(), wardens: RwLock::default(), metrics }
    }

    pub fn set_wardens(&self, wardens: Vec<Addr<Warden>>) {
        *self.wardens.write() = wardens;
    }

    fn lock(&self, id: K::Id) -> &Mutex<HashMap<K::Id, Slot<K>>> {
        &self.locks[K::hash(id) % LOCKS]
    }

    fn label(id: K::Id) -> &'static str {
        K::entity(id).kind()
    }

    /// Makes one known. One that is known already keeps its place.
    pub fn know(&self, id: K::Id, arbiter: usize, note: K::Note) {
        self.lock(id).lock().entry(id).or_insert(Slot { arbiter: arbiter as u16, note, state: State::Asleep, restarts: 0 });
    }

    /// Makes one unknown. Its actor ends when it has handled what it was told; messages that wait are dropped, which tells their senders.
    pub fn forget(&self, id: K::Id) {
        let slot = self.lock(id).lock().remove(&id);
        if slot.is_some_and(|slot| matches!(slot.state, State::Halted(_))) {
            self.metrics.actors_halted.with_label_values(&[Self::label(id)]).dec();
        }
    }

    pub fn is_known(&self, id: K::Id) -> bool {
        self.lock(id).lock().contains_key(&id)
    }

    /// Arbiter of one that is known, and what is noted.
    pub fn place(&self, id: K::Id) -> Option<(usize, K::Note)> {
        self.lock(id).lock().get(&id).map(|slot| (usize::from(slot.arbiter), slot.note))
    }

    /// Notes something else; returns the arbiter it lives on.
    pub fn renote(&self, id: K::Id, note: K::Note) -> Option<usize> {
        let mut slots = self.lock(id).lock();
        let slot = slots.get_mut(&id)?;
        slot.note = note;
        Some(usize::from(slot.arbiter))
    }

    /// Hands a message on, waking its receiver where needed. What is refused comes back.
    pub fn tell(&self, id: K::Id, message: K::Message) -> Result<(), (Refusal, K::Message)> {
        let mut slots = self.lock(id).lock();
        let slot = match (slots.entry(id), K::stranger()) {
            (Entry::Occupied(known), _) => known.into_mut(),
            (Entry::Vacant(_), None) => return Err((Refusal::Unknown, message)),
            (Entry::Vacant(_), Some(_)) if K::only_if_awake(&message) => return Ok(()),
            (Entry::Vacant(vacant), Some(note)) => {
                let arbiter = (K::hash(id) % self.wardens.read().len().max(1)) as u16;
                vacant.insert(Slot { arbiter, note, state: State::Asleep, restarts: 0 })
            }
        };
        match &mut slot.state {
            State::Awake(addr) => match addr.try_send(message) {
                Ok(()) => Ok(()),
                Err(SendError::Full(message)) if K::must_arrive(&message) => {
                    addr.do_send(message);
                    Ok(())
                }
                Err(SendError::Full(message)) => Err((Refusal::Full, message)),
                Err(SendError::Closed(message)) => {
                    // Its death notice is on the way to the warden, which will rebuild it and bring this along.
                    slot.state = State::Waking(vec![message]);
                    Ok(())
                }
            },
            State::Waking(waiting) if waiting.len() < WAITING_MAX || K::must_arrive(&message) => {
                waiting.push(message);
                Ok(())
            }
            State::Waking(_) => Err((Refusal::Restarting, message)),
            State::Asleep if K::only_if_awake(&message) => Ok(()),
            State::Asleep => {
                slot.state = State::Waking(vec![message]);
                let arbiter = usize::from(slot.arbiter);
                drop(slots);
                self.warden(arbiter, Wake(K::entity(id)));
                Ok(())
            }
            // Durable already, and read again from the store when it is resumed.
            State::Halted(_) if K::must_arrive(&message) => Ok(()),
            State::Halted(_) => Err((Refusal::Halted, message)),
        }
    }

    pub fn phase(&self, id: K::Id) -> Option<Phase> {
        self.lock(id).lock().get(&id).map(|slot| match &slot.state {
            State::Asleep => Phase::Asleep,
            State::Awake(_) => Phase::Awake,
            State::Waking(_) => Phase::Restarting,
            State::Halted(halt) => Phase::Halted((**halt).clone()),
        })
    }

    /// Lets a halted actor live again. False when it was not halted.
    pub fn resume(&self, id: K::Id) -> bool {
        let mut slots = self.lock(id).lock();
        let Some(slot) = slots.get_mut(&id).filter(|slot| matches!(slot.state, State::Halted(_))) else { return false };
        slot.state = State::Waking(Vec::new());
        let arbiter = usize::from(slot.arbiter);
        drop(slots);
        self.metrics.actors_halted.with_label_values(&[Self::label(id)]).dec();
        self.warden(arbiter, Resume(K::entity(id)));
        true
    }

    /// Hands something on to everybody who is awake, or will be.
    pub fn tell_awake(&self, message: impl Fn() -> K::Message) {
        for lock in &self.locks {
            let awake: Vec<_> = lock.lock().keys().copied().collect();
            for id in awake {
                let _ = self.tell(id, message());
            }
        }
    }

    /// Counts by phase, and who is halted.
    pub fn census(&self) -> Census<K::Id> {
        let mut census = Census::default();
        for lock in &self.locks {
            for (id, slot) in lock.lock().iter() {
                census.known += 1;
                match &slot.state {
                    State::Asleep => {}
                    State::Awake(_) => {
                        census.awake += 1;
                        *census.awake_at.entry(usize::from(slot.arbiter)).or_default() += 1;
                    }
                    State::Waking(_) => census.restarting += 1,
                    State::Halted(halt) => census.halted.push((*id, slot.restarts, (**halt).clone())),
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
            warden.do_send(message); // one per actor at a time
        }
    }

    /// The warden's side: it is built and takes its waiting messages.
    pub(super) fn awake(&self, id: K::Id, addr: Addr<K::Actor>) {
        let mut slots = self.lock(id).lock();
        if let Some(slot) = slots.get_mut(&id) {
            if let State::Waking(waiting) = &mut slot.state {
                for message in waiting.drain(..) {
                    addr.do_send(message); // at most WAITING_MAX and what was committed
                }
            }
            slot.state = State::Awake(addr);
        }
    }

    /// The warden's side: it crashed and will be built again; new messages wait.
    pub(super) fn crashed(&self, id: K::Id) {
        if let Some(slot) = self.lock(id).lock().get_mut(&id) {
            slot.restarts += 1;
            if !matches!(slot.state, State::Waking(_)) {
                slot.state = State::Waking(Vec::new());
            }
        }
    }

    /// The warden's side: it went to sleep. True when messages came meanwhile and it must wake again.
    pub(super) fn asleep(&self, id: K::Id) -> bool {
        let mut slots = self.lock(id).lock();
        let Some(slot) = slots.get_mut(&id) else { return false };
        match &slot.state {
            State::Waking(_) => true,
            State::Asleep | State::Awake(_) | State::Halted(_) => {
                slot.state = State::Asleep;
                if K::stranger().is_some() {
                    slots.remove(&id);
                }
                false
            }
        }
    }

    /// The warden's side: past the restart bound. Waiting messages are dropped, which tells their senders.
    pub(super) fn halt(&self, id: K::Id, halt: Halt) {
        let waiting = {
            let mut slots = self.lock(id).lock();
            let Some(slot) = slots.get_mut(&id) else { return };
            match std::mem::replace(&mut slot.state, State::Halted(Box::new(halt))) {
                State::Waking(waiting) => waiting,
                State::Asleep | State::Awake(_) | State::Halted(_) => Vec::new(),
            }
        };
        self.metrics.actors_halted.with_label_values(&[Self::label(id)]).inc();
        drop(waiting);
    }
}

impl Directory<Agents> {
    /// Asks an agent for what it shows of itself. Once more if it crashes over the question.
    pub async fn ask(&self, agent: AgentId, deadline: Duration) -> Result<AgentView, AskError> {
        let asked = async {
            loop {
                let (answer, view) = oneshot::channel();
                match self.tell(agent, AgentMsg::Describe(answer)) {
                    Ok(()) => {}
                    Err((Refusal::Unknown, _)) => return Err(AskError::Unknown),
                    Err((Refusal::Halted, _)) => return Err(AskError::Halted),
                    Err((Refusal::Full | Refusal::Restarting, _)) => tokio::time::sleep(Duration::from_millis(10)).await,
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
                    Some(Phase::Asleep) => return Ok(()),
                    Some(Phase::Halted(_)) => return Err(AskError::Halted),
                    Some(Phase::Awake | Phase::Restarting) => {}
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
}

/// How the actors of a kind are.
#[derive(Clone, Debug)]
pub struct Census<Id> {
    pub known: usize,
    pub awake: usize,
    /// The same by arbiter; those without an awake actor are left out.
    pub awake_at: HashMap<usize, usize>,
    pub restarting: usize,
    /// Who, restarts so far, and why.
    pub halted: Vec<(Id, u32, Halt)>,
}

impl<Id> Default for Census<Id> {
    fn default() -> Self {
        Self { known: 0, awake: 0, awake_at: HashMap::new(), restarting: 0, halted: Vec::new() }
    }
}
