//! What happens to a station from time to time: markers arrive from snapshots, snapshots are collected, idle agents go to sleep,
//! an agent changes its territory, a territory that was rebuilt wants its rows.

use super::{Marker, Round, Station};
use crate::agent::AgentMsg;
use crate::store::SnapshotRow;
use crate::supervision::Phase;
use crate::territory::{TopicId, Update, Updates};
use actix::prelude::*;
use salessync_engine::AgentId;
use tokio::sync::oneshot;

/// Markers as of the last snapshots, at start.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Adopt(pub Vec<Marker>);

impl Handler<Adopt> for Station {
    type Result = ();

    fn handle(&mut self, Adopt(markers): Adopt, _: &mut Context<Self>) {
        let mut state = self.state.borrow_mut();
        for marker in markers {
            state.put_marker(marker.agent, marker.topic, &marker.fix, &marker.device);
        }
    }
}

/// What a round of snapshots brought in.
#[derive(Debug, Default)]
pub struct Collected {
    pub rows: Vec<SnapshotRow>,
    /// Every agent's changes up to the beginning of the round are in `rows` or in the database.
    pub complete: bool,
}

/// Collect a snapshot of every agent that has changed; answers when all have handed theirs in. What was collected before and not
/// confirmed comes along.
#[derive(Message)]
#[rtype(result = "()")]
pub struct CollectSnapshots(pub oneshot::Sender<Collected>);

impl Handler<CollectSnapshots> for Station {
    type Result = ();

    fn handle(&mut self, CollectSnapshots(asked_by): CollectSnapshots, _: &mut Context<Self>) {
        let dirty: Vec<AgentId> = {
            let mut state = self.state.borrow_mut();
            if let Some(unfinished) = state.round.take() {
                // An agent of the last round has not answered (it waits for the store): ask it again.
                state.dirty.extend(unfinished.missing);
            }
            let mut dirty: Vec<_> = state.dirty.drain().collect();
            // Asked between rounds and not answered: perhaps never, so they are asked again.
            dirty.extend(state.asked.drain());
            state.round = Some(Round { missing: dirty.iter().copied().collect(), complete: true, asked_by: Some(asked_by) });
            dirty
        };
        for agent in dirty {
            match self.around.directory.phase(agent) {
                Some(Phase::Awake | Phase::Restarting) => {
                    // Behind everything that is committed and delivered already: the mailbox keeps the order.
                    let _ = self.around.directory.tell(agent, AgentMsg::TakeSnapshot);
                }
                // It was clean when it went to sleep.
                Some(Phase::Asleep) | None => self.state.borrow_mut().strike(agent),
                Some(Phase::Halted(_)) => {
                    let mut state = self.state.borrow_mut();
                    state.dirty.insert(agent);
                    if let Some(round) = &mut state.round {
                        round.complete = false;
                    }
                    state.strike(agent);
                }
            }
        }
        self.state.borrow_mut().end_round_if_done();
    }
}

/// These snapshots are in the database.
#[derive(Message)]
#[rtype(result = "()")]
pub struct SnapshotsWritten(pub Vec<(AgentId, i64)>);

/// Hand over what is worth writing at once, and a share of the rest; and ask a share of the agents that have changed for a snapshot, which
/// the next turn will bring.
#[derive(Message)]
#[rtype(result = "()")]
pub struct CollectNews {
    pub share: usize,
    pub answer: oneshot::Sender<Vec<SnapshotRow>>,
}

impl Handler<CollectNews> for Station {
    type Result = ();

    fn handle(&mut self, CollectNews { share, answer }: CollectNews, _: &mut Context<Self>) {
        let asked: Vec<AgentId> = {
            let mut state = self.state.borrow_mut();
            let urgent: Vec<_> = state.urgent.drain().collect();
            let mut rows: Vec<_> = urgent.iter().filter_map(|agent| state.unwritten.get(agent).cloned()).collect();
            let rest = state.unwritten.values().filter(|row| !urgent.contains(&row.agent)).take(share);
            rows.extend(rest.cloned());
            let _ = answer.send(rows);
            let asked: Vec<_> = state.dirty.iter().take(share).copied().collect();
            for agent in &asked {
                state.dirty.remove(agent);
                state.asked.insert(*agent);
            }
            asked
        };
        for agent in asked {
            match self.around.directory.phase(agent) {
                Some(Phase::Awake | Phase::Restarting) => {
                    let _ = self.around.directory.tell(agent, AgentMsg::TakeSnapshot);
                }
                Some(Phase::Asleep) | None => {
                    self.state.borrow_mut().asked.remove(&agent);
                }
                Some(Phase::Halted(_)) => {
                    let mut state = self.state.borrow_mut();
                    state.asked.remove(&agent);
                    state.dirty.insert(agent);
                }
            }
        }
    }
}

impl Handler<SnapshotsWritten> for Station {
    type Result = ();

    fn handle(&mut self, SnapshotsWritten(written): SnapshotsWritten, _: &mut Context<Self>) {
        let mut state = self.state.borrow_mut();
        for (agent, rev) in written {
            state.written(agent, rev);
        }
    }
}

/// Puts agents to sleep that were not heard of for `idle_ms`.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Sweep {
    pub idle_ms: i64,
}

impl Handler<Sweep> for Station {
    type Result = ();

    fn handle(&mut self, sweep: Sweep, _: &mut Context<Self>) {
        let now = self.around.clock.now();
        let idle: Vec<AgentId> = {
            let state = self.state.borrow();
            let is_idle = |(agent, heard): (&AgentId, &salessync_engine::Timestamp)| {
                (now.since_ms(*heard) >= sweep.idle_ms).then_some(*agent)
            };
            state.heard.iter().filter_map(is_idle).collect()
        };
        for agent in idle {
            if !self.around.directory.is_known(agent) {
                self.state.borrow_mut().forget(agent);
            }
            let _ = self.around.directory.tell(agent, AgentMsg::Passivate);
        }
    }
}

/// An agent is known no more: its marker goes, and what was to be written of it is not.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Forget(pub AgentId);

impl Handler<Forget> for Station {
    type Result = ();

    fn handle(&mut self, Forget(agent): Forget, _: &mut Context<Self>) {
        let topic = {
            let mut state = self.state.borrow_mut();
            let topic =
                state.slots.get(&agent).and_then(|slot| state.markers[*slot as usize].as_ref()).map(|marker| marker.topic);
            state.forget(agent);
            topic
        };
        if let Some(topic) = topic {
            self.around.topics.tell(topic, Updates(vec![Update::Gone(agent)]));
        }
    }
}

/// An agent now belongs to another topic.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Retopic {
    pub agent: AgentId,
    pub topic: TopicId,
}

impl Handler<Retopic> for Station {
    type Result = ();

    fn handle(&mut self, Retopic { agent, topic }: Retopic, _: &mut Context<Self>) {
        let moved = {
            let mut state = self.state.borrow_mut();
            let slot = state.slots.get(&agent).copied();
            let marker = slot.and_then(|slot| state.markers[slot as usize].as_mut());
            marker.filter(|marker| marker.topic != topic).map(|marker| (std::mem::replace(&mut marker.topic, topic), marker.fix))
        };
        if let Some((old, fix)) = moved {
            self.around.topics.tell(old, Updates(vec![Update::Gone(agent)]));
            self.around.topics.tell(topic, Updates(vec![Update::Row(agent, fix)]));
        }
    }
}

/// A territory was built (again) and wants the rows it shows.
#[derive(Message)]
#[rtype(result = "()")]
pub struct SendRows {
    pub topic: TopicId,
}

impl Handler<SendRows> for Station {
    type Result = ();

    fn handle(&mut self, SendRows { topic }: SendRows, _: &mut Context<Self>) {
        let rows: Vec<_> = {
            let state = self.state.borrow();
            let mine = state.markers.iter().flatten().filter(|marker| marker.topic == topic);
            mine.map(|marker| Update::Row(marker.agent, marker.fix)).collect()
        };
        if !rows.is_empty() {
            self.around.topics.tell(topic, Updates(rows));
        }
    }
}
