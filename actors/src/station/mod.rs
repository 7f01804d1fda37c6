//! The station: what all agents of one arbiter share. It holds their markers and the moving index, gathers what they hand to the
//! journal and to the territories, and passes it on once per loop turn: many updates, one message.
//!
//! Agents reach it as plain state (`StationHandle`, never sent between threads); everybody else by message. Nothing here is durable:
//! markers come back from snapshots and from the phones.

mod queries;
mod rounds;

pub(crate) use queries::MarkersOf;
pub use queries::{Found, Knock, Nearest, Positions, Seen, Within};
pub use rounds::{Adopt, CollectNews, CollectSnapshots, Collected, Forget, Retopic, SendRows, SnapshotsWritten, Sweep};

use crate::chronicle::Chronicle;
use crate::clock::Clock;
use crate::journal::{Entry, Journal};
use crate::metrics::Metrics;
use crate::store::SnapshotRow;
use crate::supervision::{Agents, Directory};
use crate::territory::{TopicId, Topics, Update, Updates};
use actix::prelude::*;
use salessync_engine::geo::grid::MovingIndex;
use salessync_engine::track::{Device, Fix};
use salessync_engine::{AgentId, Timestamp};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;
use tokio::sync::oneshot;

/// A marker on the map: the newest fix that may be shown, durable or not yet.
#[derive(Clone, Debug)]
pub struct Marker {
    pub agent: AgentId,
    pub topic: TopicId,
    pub fix: Fix,
    pub device: Device,
}

/// The shared state of an arbiter.
pub(crate) struct State {
    pub(crate) index: MovingIndex,
    /// By slot of the index; None where the slot is free.
    pub(crate) markers: Vec<Option<Marker>>,
    pub(crate) slots: HashMap<AgentId, u32>,
    /// Awake agents and when they were last handed something, for passivation.
    pub(crate) heard: HashMap<AgentId, Timestamp>,
    /// Agents with committed or coming changes that no snapshot has.
    pub(crate) dirty: HashSet<AgentId>,
    /// Agents asked for a snapshot between rounds that have not answered yet.
    pub(crate) asked: HashSet<AgentId>,
    /// Snapshots taken and not known to be written.
    pub(crate) unwritten: HashMap<AgentId, SnapshotRow>,
    /// Those among them that are worth writing at once.
    pub(crate) urgent: HashSet<AgentId>,
    /// The round of snapshots under way.
    pub(crate) round: Option<Round>,
    outbox: Vec<Entry>,
    updates: BTreeMap<TopicId, Vec<Update>>,
    flush_is_due: bool,
}

/// A round of snapshots: who has not answered yet, and who asked.
pub(crate) struct Round {
    pub(crate) missing: HashSet<AgentId>,
    pub(crate) complete: bool,
    pub(crate) asked_by: Option<oneshot::Sender<Collected>>,
}

/// What a station needs from the system.
#[derive(Clone)]
pub struct Surroundings {
    pub clock: Clock,
    pub metrics: Metrics,
    pub journal: Journal,
    pub topics: Arc<Topics>,
    pub directory: Arc<Directory<Agents>>,
    pub chronicle: Chronicle,
    pub agent_mailbox: usize,
}

/// Plain-state access for the agents of this arbiter. Not `Send` on purpose.
#[derive(Clone)]
pub struct StationHandle {
    pub(crate) state: Rc<RefCell<State>>,
    around: Rc<Surroundings>,
    addr: Addr<Station>,
}

/// The station as an actor: flushes, questions, rounds.
pub struct Station {
    pub(crate) state: Rc<RefCell<State>>,
    pub(crate) around: Rc<Surroundings>,
}

impl Station {
    /// Starts the station of the current arbiter.
    pub fn start_here(around: Surroundings) -> StationHandle {
        let state = Rc::new(RefCell::new(State {
            index: MovingIndex::new(),
            markers: Vec::new(),
            slots: HashMap::new(),
            heard: HashMap::new(),
            dirty: HashSet::new(),
            asked: HashSet::new(),
            unwritten: HashMap::new(),
            urgent: HashSet::new(),
            round: None,
            outbox: Vec::new(),
            updates: BTreeMap::new(),
            flush_is_due: false,
        }));
        let around = Rc::new(around);
        let addr = Self { state: state.clone(), around: around.clone() }.start();
        StationHandle { state, around, addr }
    }
}

impl StationHandle {
    pub fn metrics(&self) -> Metrics {
        self.around.metrics.clone()
    }

    pub fn mailbox(&self) -> usize {
        self.around.agent_mailbox
    }

    pub fn now(&self) -> Timestamp {
        self.around.clock.now()
    }

    pub fn addr(&self) -> Addr<Station> {
        self.addr.clone()
    }

    /// Moves an agent's marker, unless that would move it back in event time.
    pub fn show(&self, agent: AgentId, fix: &Fix, device: &Device) {
        let mut state = self.state.borrow_mut();
        let Some(topic) = state.topic_of(agent, &self.around.directory) else { return };
        if state.put_marker(agent, topic, fix, device) {
            state.updates.entry(topic).or_default().push(Update::Row(agent, *fix));
            self.flush_soon(&mut state);
        }
    }

    /// Sets an agent's marker to what is durable: what it showed before its crash may be parked, or never have been committed.
    pub fn show_durable(&self, agent: AgentId, latest: Option<(&Fix, &Device)>) {
        let mut state = self.state.borrow_mut();
        let Some(topic) = state.topic_of(agent, &self.around.directory) else { return };
        let update = match latest {
            Some((fix, device)) => {
                state.drop_marker(agent);
                state.put_marker(agent, topic, fix, device);
                Update::TakenBack(agent, *fix)
            }
            None => {
                state.drop_marker(agent);
                Update::Gone(agent)
            }
        };
        state.updates.entry(topic).or_default().push(update);
        self.flush_soon(&mut state);
    }

    /// Puts a frame into the batch for the journal.
    pub fn journal(&self, entry: Entry) {
        let mut state = self.state.borrow_mut();
        state.heard.insert(entry.agent, self.around.clock.now());
        state.dirty.insert(entry.agent);
        state.outbox.push(entry);
        self.flush_soon(&mut state);
    }

    /// An agent's state has gone on, or is about to: a snapshot is wanted from now on, whatever was taken before. Rounds of snapshots let the
    /// journal's start move up only past what the agents asked have handed in, so one that is missed here loses what it derived.
    pub fn gone_on(&self, agent: AgentId) {
        self.state.borrow_mut().dirty.insert(agent);
    }

    /// Takes an agent's state into the round of snapshots. What an earlier one has to say of the timeline, and is not known to be
    /// written, goes along.
    pub fn snapshot(&self, mut row: SnapshotRow) {
        let mut state = self.state.borrow_mut();
        let agent = row.agent;
        if let Some(earlier) = state.unwritten.remove(&agent) {
            row.absorb(earlier);
        }
        state.unwritten.insert(agent, row);
        state.asked.remove(&agent);
        state.strike(agent);
        state.end_round_if_done();
    }

    /// Something worth telling has changed: what `snapshot` took is written at the next turn.
    pub fn write_soon(&self, agent: AgentId) {
        self.state.borrow_mut().urgent.insert(agent);
    }

    /// What is taken and not known to be written.
    pub fn unwritten(&self, agent: AgentId) -> Option<SnapshotRow> {
        self.state.borrow().unwritten.get(&agent).cloned()
    }

    /// Items of an agent's timeline that wait to be written.
    pub fn unwritten_items(&self, agent: AgentId) -> usize {
        self.state.borrow().unwritten.get(&agent).map_or(0, SnapshotRow::items)
    }

    /// An agent's snapshot up to this number is in the database.
    pub fn written(&self, agent: AgentId, rev: i64) {
        self.state.borrow_mut().written(agent, rev);
    }

    pub fn chronicle(&self) -> Chronicle {
        self.around.chronicle.clone()
    }

    pub fn next_rev(&self) -> i64 {
        self.around.chronicle.next_rev()
    }

    /// Has everything the agent knows been written?
    pub fn may_sleep(&self, agent: AgentId) -> bool {
        let mut state = self.state.borrow_mut();
        let clean = !state.dirty.contains(&agent) && !state.asked.contains(&agent) && !state.unwritten.contains_key(&agent);
        if clean {
            state.heard.remove(&agent);
        }
        clean
    }

    /// Notes that an agent has been built here.
    pub fn arrived(&self, agent: AgentId) {
        self.state.borrow_mut().heard.insert(agent, self.around.clock.now());
    }

    /// An agent crashed: its next state may differ from its last snapshot.
    pub fn crashed(&self, agent: AgentId) {
        self.gone_on(agent);
    }

    /// Asks the station to pass the batches on when the messages already waiting have been handled.
    fn flush_soon(&self, state: &mut State) {
        if !state.flush_is_due {
            state.flush_is_due = true;
            self.addr.do_send(Flush);
        }
    }
}

impl State {
    fn topic_of(&self, agent: AgentId, directory: &Directory<Agents>) -> Option<TopicId> {
        let known = self.slots.get(&agent).and_then(|slot| self.markers[*slot as usize].as_ref()).map(|marker| marker.topic);
        known.or_else(|| directory.place(agent).map(|(_, topic)| topic))
    }

    /// Returns whether the marker moved.
    pub(crate) fn put_marker(&mut self, agent: AgentId, topic: TopicId, fix: &Fix, device: &Device) -> bool {
        if let Some(slot) = self.slots.get(&agent).copied() {
            let Some(marker) = &mut self.markers[slot as usize] else { return false };
            if marker.fix >= *fix {
                return false;
            }
            marker.fix = *fix;
            if marker.device != *device {
                marker.device = device.clone();
            }
            self.index.set(slot, fix.point());
            return true;
        }
        let slot = self.markers.len() as u32;
        self.markers.push(Some(Marker { agent, topic, fix: *fix, device: device.clone() }));
        self.slots.insert(agent, slot);
        self.index.set(slot, fix.point());
        true
    }

    /// Takes an agent's marker off the map. Its slot stays empty.
    fn drop_marker(&mut self, agent: AgentId) {
        if let Some(slot) = self.slots.remove(&agent) {
            self.markers[slot as usize] = None;
            self.index.remove(slot);
        }
    }

    /// Drops everything of an agent.
    pub(crate) fn forget(&mut self, agent: AgentId) {
        self.drop_marker(agent);
        self.heard.remove(&agent);
        self.dirty.remove(&agent);
        self.asked.remove(&agent);
        self.unwritten.remove(&agent);
        self.urgent.remove(&agent);
        for updates in self.updates.values_mut() {
            updates.retain(|update| !matches!(update, Update::Row(of, _) | Update::TakenBack(of, _) if *of == agent));
        }
        self.strike(agent);
        self.end_round_if_done();
    }

    pub(crate) fn marker(&self, slot: u32) -> Option<&Marker> {
        self.markers.get(slot as usize)?.as_ref()
    }

    pub(crate) fn written(&mut self, agent: AgentId, rev: i64) {
        if self.unwritten.get(&agent).is_some_and(|row| row.rev <= rev) {
            self.unwritten.remove(&agent);
        }
    }

    /// Strikes an agent off the round of snapshots.
    pub(crate) fn strike(&mut self, agent: AgentId) {
        if let Some(round) = &mut self.round {
            round.missing.remove(&agent);
        }
    }

    /// Answers whoever asked for the round once nobody is missing.
    pub(crate) fn end_round_if_done(&mut self) {
        if let Some(mut round) = self.round.take_if(|round| round.missing.is_empty())
            && let Some(asked_by) = round.asked_by.take()
        {
            let _ = asked_by.send(Collected { rows: self.unwritten.values().cloned().collect(), complete: round.complete });
        }
    }
}

impl Actor for Station {
    type Context = Context<Self>;
}

/// Time to pass the batches on.
#[derive(Message)]
#[rtype(result = "()")]
struct Flush;

impl Handler<Flush> for Station {
    type Result = ();

    fn handle(&mut self, _: Flush, _: &mut Context<Self>) {
        let (entries, updates) = {
            let mut state = self.state.borrow_mut();
            state.flush_is_due = false;
            (std::mem::take(&mut state.outbox), std::mem::take(&mut state.updates))
        };
        if !entries.is_empty() {
            self.around.journal.append(entries);
        }
        for (topic, updates) in updates {
            self.around.topics.tell(topic, Updates(updates));
        }
    }
}
