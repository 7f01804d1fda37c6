//! The phones that are connected, by agent, and the offers that wait for each agent's answer: whoever connects is told of them at once.
//!
//! Plan actors write here what they have committed; sessions read. Nothing is kept that the desks do not have: after a start they write it anew.

use actix::prelude::*;
use bytestring::ByteString;
use parking_lot::Mutex;
use salessync_engine::{AgentId, OfferId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A frame to a phone, not asked for.
#[derive(Message, Clone, Debug)]
#[rtype(result = "()")]
pub struct ToPhone(pub ByteString);

/// Connected phones and waiting offers.
#[derive(Default)]
pub struct PhoneBook {
    agents: Mutex<HashMap<AgentId, Entry>>,
    ids: AtomicU64,
}

#[derive(Default)]
struct Entry {
    sessions: Vec<(u64, Recipient<ToPhone>)>,
    offers: BTreeMap<OfferId, ByteString>,
}

impl Entry {
    fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.offers.is_empty()
    }
}

/// A phone's place in the book; gone with the value.
pub struct Listed {
    book: Arc<PhoneBook>,
    agent: AgentId,
    id: u64,
}

impl PhoneBook {
    /// A phone has connected: it is told what waits for its agent, and from now on everything else.
    pub fn join(self: &Arc<Self>, agent: AgentId, session: Recipient<ToPhone>) -> Listed {
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        let mut agents = self.agents.lock();
        let entry = agents.entry(agent).or_default();
        for offer in entry.offers.values() {
            session.do_send(ToPhone(offer.clone()));
        }
        entry.sessions.push((id, session));
        Listed { book: self.clone(), agent, id }
    }

    pub fn is_connected(&self, agent: AgentId) -> bool {
        self.agents.lock().get(&agent).is_some_and(|entry| !entry.sessions.is_empty())
    }

    /// Sends a frame to every phone of an agent; those that come later do not get it.
    pub fn tell(&self, agent: AgentId, frame: ByteString) {
        let sessions = self.agents.lock().get(&agent).map(|entry| entry.sessions.clone());
        for (_, session) in sessions.unwrap_or_default() {
            session.do_send(ToPhone(frame.clone()));
        }
    }

    /// An offer waits for its agent's answer. Told once, however often it is said.
    pub fn offer(&self, agent: AgentId, offer: OfferId, frame: ByteString) {
        let mut agents = self.agents.lock();
        let entry = agents.entry(agent).or_default();
        if entry.offers.insert(offer, frame.clone()).is_none() {
            for (_, session) in &entry.sessions {
                session.do_send(ToPhone(frame.clone()));
            }
        }
    }

    /// An offer waits no more; the agent's phones are told if it did.
    pub fn close(&self, agent: AgentId, offer: OfferId, frame: ByteString) {
        let mut agents = self.agents.lock();
        let Some(entry) = agents.get_mut(&agent) else { return };
        if entry.offers.remove(&offer).is_some() {
            for (_, session) in &entry.sessions {
                session.do_send(ToPhone(frame.clone()));
            }
        }
        if entry.is_empty() {
            agents.remove(&agent);
        }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let mut agents = self.book.agents.lock();
        let Some(entry) = agents.get_mut(&self.agent) else { return };
        entry.sessions.retain(|(id, _)| *id != self.id);
        if entry.is_empty() {
            agents.remove(&self.agent);
        }
    }
}
