//! The territory actor: owner of one topic's live rows and of the consoles that watch them. Also the way to all topics.
//!
//! Nothing here is durable: a territory that crashed is built again from the stations' markers, with a new epoch.

use crate::almanac::Almanac;
use crate::clock::Clock;
use crate::hub::viewer::Memo;
use crate::hub::{Push, Topic, Viewer, ViewerId};
use crate::metrics::Metrics;
use crate::station::{SendRows, Station};
use crate::supervision::life::Entity;
use crate::supervision::warden::Wake;
use crate::supervision::{LifeGuard, Warden};
use actix::prelude::*;
use parking_lot::RwLock;
use salessync_engine::duty::Duty;
use salessync_engine::geo::tile::TileRange;
use salessync_engine::sight::Sight;
use salessync_engine::track::Fix;
use salessync_engine::wire::live::ResumeToken;
use salessync_engine::{AgentId, TerritoryId};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

pub use salessync_engine::wire::live::Topic as TopicId;

/// How often rows are looked through for agents that have fallen silent.
const AGE_EVERY: Duration = Duration::from_secs(5);
/// Messages that wait for a territory that is being built; beyond, row updates are left out (the build reads the rows anyway).
const WAITING_MAX: usize = 10_000;

/// A change of a row.
#[derive(Clone, Debug)]
pub enum Update {
    Row(AgentId, Fix),
    /// The same, also where it goes back in time: what was shown turned out not to be durable.
    TakenBack(AgentId, Fix),
    Gone(AgentId),
    Duty(AgentId, Duty),
}

/// A station's changes of one loop turn.
#[derive(Clone, Debug)]
pub struct Updates(pub Vec<Update>);

/// Everything a territory can be told.
#[derive(Message)]
#[rtype(result = "()")]
pub enum TopicMsg {
    Updates(Updates),
    /// `sight` is what the session's principal may see of this topic now; when that changes it subscribes again.
    Subscribe {
        viewer: ViewerId,
        session: Recipient<Push>,
        sight: Sight,
        view: TileRange,
        resume: Option<ResumeToken>,
    },
    Unsubscribe {
        viewer: ViewerId,
    },
    View {
        viewer: ViewerId,
        view: TileRange,
    },
    Ack {
        viewer: ViewerId,
        rev: u64,
    },
}

impl From<Updates> for TopicMsg {
    fn from(updates: Updates) -> Self {
        Self::Updates(updates)
    }
}

/// Every topic and where it lives.
pub struct Topics {
    slots: RwLock<HashMap<TopicId, Slot>>,
    homes: RwLock<Homes>,
    epoch: String,
    incarnations: AtomicU64,
}

enum Slot {
    /// Not running: what waits for it.
    Starting(Vec<TopicMsg>),
    Running(Addr<TerritoryActor>),
}

#[derive(Default)]
struct Homes {
    wardens: Vec<Addr<Warden>>,
    stations: Vec<Addr<Station>>,
}

impl Topics {
    /// `epoch` names this start of the server.
    pub fn new(epoch: String) -> Self {
        Self { slots: RwLock::default(), homes: RwLock::default(), epoch, incarnations: AtomicU64::new(0) }
    }

    pub fn set_homes(&self, wardens: Vec<Addr<Warden>>, stations: Vec<Addr<Station>>) {
        *self.homes.write() = Homes { wardens, stations };
    }

    pub fn stations(&self) -> Vec<Addr<Station>> {
        self.homes.read().stations.clone()
    }

    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    pub fn exists(&self, topic: TopicId) -> bool {
        self.slots.read().contains_key(&topic)
    }

    /// The arbiter a topic and its agents live on.
    pub fn arbiter_of(topic: TopicId, arbiters: usize) -> usize {
        match topic {
            TopicId::Territory(None) => 0,
            TopicId::Territory(Some(TerritoryId(id))) => {
                let (high, low) = id.as_u64_pair();
                ((high ^ low).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as usize % arbiters.max(1)
            }
        }
    }

    /// Makes a topic known and starts its actor.
    pub fn open(&self, topic: TopicId) {
        let is_new = match self.slots.write().entry(topic) {
            std::collections::hash_map::Entry::Occupied(_) => false,
            std::collections::hash_map::Entry::Vacant(vacant) => {
                vacant.insert(Slot::Starting(Vec::new()));
                true
            }
        };
        let homes = self.homes.read();
        if is_new && !homes.wardens.is_empty() {
            homes.wardens[Self::arbiter_of(topic, homes.wardens.len())].do_send(Wake(Entity::Territory(topic)));
        }
    }

    /// Hands a message to a topic's actor; false when there is no such topic.
    pub fn tell(&self, topic: TopicId, message: impl Into<TopicMsg>) -> bool {
        let message = message.into();
        let message = match self.slots.read().get(&topic) {
            None => return false,
            // Unbounded here; bounded by the stations (one message per loop turn) and by the sessions' flow control.
            Some(Slot::Running(addr)) if addr.connected() => {
                addr.do_send(message);
                return true;
            }
            Some(Slot::Running(_) | Slot::Starting(_)) => message,
        };
        let mut slots = self.slots.write();
        match slots.get_mut(&topic) {
            None => return false,
            Some(Slot::Running(addr)) if addr.connected() => addr.do_send(message),
            Some(slot @ Slot::Running(_)) => *slot = Slot::Starting(vec![message]),
            Some(Slot::Starting(waiting)) => {
                if waiting.len() < WAITING_MAX || !matches!(message, TopicMsg::Updates(_)) {
                    waiting.push(message);
                }
            }
        }
        true
    }

    /// The warden's side: a topic's actor runs.
    pub(crate) fn running(&self, topic: TopicId, addr: Addr<TerritoryActor>) {
        let mut slots = self.slots.write();
        let slot = slots.entry(topic).or_insert_with(|| Slot::Starting(Vec::new()));
        if let Slot::Starting(waiting) = slot {
            for message in waiting.drain(..) {
                addr.do_send(message);
            }
        }
        *slot = Slot::Running(addr);
        drop(slots);
        for station in &self.homes.read().stations {
            station.do_send(SendRows { topic });
        }
    }

    /// Epoch of a topic's next incarnation: a crash must not let a console go on from revisions that are no more.
    pub(crate) fn next_epoch(&self) -> String {
        format!("{}.{}", self.epoch, self.incarnations.fetch_add(1, Ordering::Relaxed))
    }
}

/// What a territory needs from the system.
#[derive(Clone)]
pub struct Surroundings {
    pub clock: Clock,
    pub metrics: Metrics,
    pub almanac: Arc<Almanac>,
    pub tick: Duration,
    pub resume_revisions: u64,
}

/// One territory.
pub struct TerritoryActor {
    id: TopicId,
    topic: Topic,
    viewers: HashMap<ViewerId, Viewer>,
    around: Surroundings,
    last_tick: Option<Instant>,
    tick_is_due: bool,
    _life: LifeGuard,
}

impl TerritoryActor {
    pub fn new(id: TopicId, topics: &Arc<Topics>, around: Surroundings, life: LifeGuard) -> Self {
        let topic = Topic::new(id, topics.next_epoch(), around.resume_revisions);
        around.metrics.actors_awake.with_label_values(&["territory"]).inc();
        Self { id, topic, viewers: HashMap::new(), around, last_tick: None, tick_is_due: false, _life: life }
    }

    fn update(&mut self, Updates(updates): Updates, ctx: &mut Context<Self>) {
        let now = self.around.clock.now();
        for update in updates {
            match update {
                Update::Row(agent, fix) => {
                    if self.topic.put(agent, fix, now) {
                        self.topic.set_duty(agent, self.around.almanac.duty_now(agent, now));
                    }
                }
                Update::TakenBack(agent, fix) => {
                    if self.topic.put_back(agent, fix, now) {
                        self.topic.set_duty(agent, self.around.almanac.duty_now(agent, now));
                    }
                }
                Update::Gone(agent) => self.topic.remove(agent),
                Update::Duty(agent, duty) => self.topic.set_duty(agent, duty),
            }
        }
        self.tick_soon(ctx);
    }

    /// Ticks at most once in `tick`: at once after a quiet time, otherwise when the time is over.
    fn tick_soon(&mut self, ctx: &mut Context<Self>) {
        if self.tick_is_due || !self.topic.has_changes() {
            return;
        }
        self.tick_is_due = true;
        let wait = self.last_tick.map_or(Duration::ZERO, |last| self.around.tick.saturating_sub(last.elapsed()));
        let due = Instant::now() + wait;
        ctx.run_later(wait, move |this, _| {
            this.around.metrics.live_tick_late_seconds.observe(due.elapsed().as_secs_f64());
            this.tick_is_due = false;
            this.tick();
        });
    }

    /// Closes the tick and sends it. Called early where a console asks for the state as it is.
    fn tick(&mut self) {
        self.last_tick = Some(Instant::now());
        let Some(tick) = self.topic.tick() else { return };
        let mut memo = Memo::default();
        let mut coalesced = 0;
        for viewer in self.viewers.values_mut() {
            coalesced += u64::from(viewer.on_tick(&self.topic, &tick, &mut memo));
        }
        self.around.metrics.live_coalesced.inc_by(coalesced);
        self.around.metrics.live_deltas.inc_by(self.viewers.len() as u64 - coalesced);
    }

    fn subscribe(
        &mut self,
        id: ViewerId,
        session: Recipient<Push>,
        (sight, view): (Sight, TileRange),
        resume: Option<&ResumeToken>,
    ) {
        self.tick();
        let viewer = Viewer::begin(&self.topic, self.id, session, (sight, view), resume);
        if let Some(old) = self.viewers.insert(id, viewer) {
            old.end();
        } else {
            self.around.metrics.live_sessions.inc();
        }
    }

    fn unsubscribe(&mut self, id: ViewerId) {
        if let Some(viewer) = self.viewers.remove(&id) {
            viewer.end();
            self.around.metrics.live_sessions.dec();
        }
    }
}

impl Actor for TerritoryActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.run_interval(AGE_EVERY, |this, ctx| {
            this.topic.age(this.around.clock.now());
            this.tick_soon(ctx);
        });
    }
}

impl Drop for TerritoryActor {
    fn drop(&mut self) {
        self.around.metrics.actors_awake.with_label_values(&["territory"]).dec();
        self.around.metrics.live_sessions.sub(self.viewers.len() as i64);
    }
}

impl Handler<TopicMsg> for TerritoryActor {
    type Result = ();

    fn handle(&mut self, message: TopicMsg, ctx: &mut Context<Self>) {
        match message {
            TopicMsg::Updates(updates) => self.update(updates, ctx),
            TopicMsg::Subscribe { viewer, session, sight, view, resume } => {
                self.subscribe(viewer, session, (sight, view), resume.as_ref());
            }
            TopicMsg::Unsubscribe { viewer } => self.unsubscribe(viewer),
            TopicMsg::View { viewer, view } => {
                self.tick();
                if let Some(viewer) = self.viewers.get_mut(&viewer) {
                    viewer.look_at(&self.topic, view);
                }
            }
            TopicMsg::Ack { viewer, rev } => {
                if let Some(viewer) = self.viewers.get_mut(&viewer) {
                    viewer.acknowledged(&self.topic, rev);
                }
            }
        }
    }
}
