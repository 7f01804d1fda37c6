//! The sockets that are open, whose they are, and what they are told from outside: that what they may do has changed, that their token is
//! good no more, that the same phone has connected anew.
//!
//! One task looks at them whenever access changes, so that a socket of a phone that sends nothing costs no timer of its own.

use crate::auth::Principal;
use crate::auth::permit::{is_good, see};
use crate::state::AppState;
use actix::prelude::*;
use actix_web::web::Data;
use parking_lot::Mutex;
use salessync_actors::PrincipalId;
use salessync_engine::AgentId;
use salessync_engine::access::{Action, Module};
use salessync_engine::track::Device;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// To a session.
#[derive(Message, Clone, Copy, PartialEq, Eq, Debug)]
#[rtype(result = "()")]
pub enum Notice {
    /// What its principal may do has changed: look again.
    Recheck,
    /// Its token is good no more.
    Ended,
    /// It may not send any more.
    Forbidden,
    /// The same phone has connected anew.
    Superseded,
}

/// All open sockets.
#[derive(Default)]
pub struct Sockets {
    open: Mutex<Open>,
    ids: AtomicU64,
}

#[derive(Default)]
struct Open {
    consoles: HashMap<u64, Entry>,
    phones: HashMap<u64, Entry>,
    /// The socket each phone speaks on.
    spoken: HashMap<(AgentId, Device), u64>,
}

struct Entry {
    identity: Principal,
    session: Recipient<Notice>,
}

/// A socket's place among the open ones; gone with the value.
pub struct Place {
    sockets: Arc<Sockets>,
    id: u64,
    is_phone: bool,
    speaks_for: Option<(AgentId, Device)>,
}

impl Sockets {
    pub fn console(self: &Arc<Self>, identity: Principal, session: Recipient<Notice>) -> Place {
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        self.open.lock().consoles.insert(id, Entry { identity, session });
        Place { sockets: self.clone(), id, is_phone: false, speaks_for: None }
    }

    pub fn phone(self: &Arc<Self>, identity: Principal, session: Recipient<Notice>) -> Place {
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        self.open.lock().phones.insert(id, Entry { identity, session });
        Place { sockets: self.clone(), id, is_phone: true, speaks_for: None }
    }

    /// Looks at every socket again.
    fn look(&self, state: &AppState) {
        let open = self.open.lock();
        for entry in open.consoles.values() {
            entry.session.do_send(Notice::Recheck);
        }
        for entry in open.phones.values() {
            if !is_good(state, &entry.identity) {
                entry.session.do_send(Notice::Ended);
            } else if !may_send(state, &entry.identity) {
                entry.session.do_send(Notice::Forbidden);
            }
        }
    }
}

/// A phone's own token always sends for its agent; whoever signs in as an agent, while they are that agent.
fn may_send(state: &AppState, identity: &Principal) -> bool {
    let Some(grants) = state.system.access().grants_of(identity.id) else { return false };
    match identity.id {
        PrincipalId::Agent(agent) => {
            grants.scope(Module::Tracks, Action::Create).is_ok_and(|scope| see(state, &scope, agent).is_ok())
        }
        PrincipalId::User(_) | PrincipalId::ApiKey(_) => grants.allow(Module::Tracks, Action::Create),
    }
}

/// Looks at every socket whenever access changes, as long as the server runs.
pub fn start_looking(state: &Data<AppState>) {
    let state = state.clone();
    let mut changes = state.system.access().changes();
    actix_web::rt::spawn(async move {
        while changes.changed().await.is_ok() {
            state.sockets.look(&state);
        }
    });
}

impl Place {
    /// A newer token: from now on its session counts.
    pub fn refreshed(&self, identity: Principal) {
        let mut open = self.sockets.open.lock();
        let entries = if self.is_phone { &mut open.phones } else { &mut open.consoles };
        if let Some(entry) = entries.get_mut(&self.id) {
            entry.identity = identity;
        }
    }

    /// This phone speaks here; where it spoke before ends.
    pub fn speaks(&mut self, agent: AgentId, device: &Device) {
        if self.speaks_for.as_ref().is_some_and(|(known, name)| *known == agent && name == device) {
            return;
        }
        let phone = (agent, device.clone());
        let mut open = self.sockets.open.lock();
        if let Some(before) = self.speaks_for.take().filter(|before| open.spoken.get(before) == Some(&self.id)) {
            open.spoken.remove(&before);
        }
        let earlier = open.spoken.insert(phone.clone(), self.id);
        if let Some(entry) = earlier.filter(|earlier| *earlier != self.id).and_then(|earlier| open.phones.get(&earlier)) {
            entry.session.do_send(Notice::Superseded);
        }
        self.speaks_for = Some(phone);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.sockets.open.lock();
        if self.is_phone {
            open.phones.remove(&self.id);
        } else {
            open.consoles.remove(&self.id);
        }
        if let Some(phone) = self.speaks_for.take().filter(|phone| open.spoken.get(phone) == Some(&self.id)) {
            open.spoken.remove(&phone);
        }
    }
}
