//! The agent actor: owner of one agent's live state. Thin: the engine decides, the station and the journal perform.
//!
//! The state follows from committed fixes only; before the commit a fix may do one thing, move the marker.

use crate::journal::{Committed, Entry};
use crate::metrics::Metrics;
use crate::station::StationHandle;
use crate::store::journal::shard_of;
use crate::store::{SnapshotRow, Store};
use crate::supervision::{LifeGuard, rebuild};
use actix::prelude::*;
use salessync_engine::AgentId;
use salessync_engine::agent::{AgentState, Rules};
use salessync_engine::track::{Day, DaySummary, Device, Fix};
use std::time::Duration;
use tokio::sync::oneshot;

/// Pause before a day that could not be read from the store is tried again.
const REDERIVE_RETRY: Duration = Duration::from_millis(500);

/// Everything an agent can be told.
#[derive(Message)]
#[rtype(result = "()")]
pub enum AgentMsg {
    /// A frame from a phone, to be journalled.
    Ingest(Entry),
    /// Durable now: derive.
    Committed(Committed),
    Describe(oneshot::Sender<Box<AgentView>>),
    /// Put your state into the station's round of snapshots.
    TakeSnapshot,
    /// Nothing for a while: go to sleep unless something is under way.
    Passivate,
    /// Damage yourself (tests of supervision).
    #[cfg(feature = "fault-injection")]
    Poison,
}

impl AgentMsg {
    /// Never turned away by a full mailbox: bounded already by the journal or by the station's rounds.
    pub(crate) fn must_arrive(&self) -> bool {
        matches!(self, Self::Committed(_) | Self::TakeSnapshot)
    }

    /// Not worth waking for.
    pub(crate) fn only_if_awake(&self) -> bool {
        matches!(self, Self::TakeSnapshot | Self::Passivate)
    }
}

/// What an agent shows of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgentView {
    /// Newest durable fix and its phone.
    pub latest: Option<(Fix, Device)>,
    pub day: Option<DaySummary>,
    pub held_fixes: usize,
}

/// One agent.
pub struct AgentActor {
    id: AgentId,
    state: AgentState,
    /// The state covers the journal of its shard up to here.
    position: i64,
    /// A device whose day was derived from the store, and the journal position that derivation covers.
    derived: Option<(Device, i64)>,
    /// Frames handed to the journal and not committed yet.
    in_flight: u32,
    rules: Rules,
    station: StationHandle,
    store: Store,
    metrics: Metrics,
    /// Last field: dropped after everything else.
    _life: LifeGuard,
}

impl AgentActor {
    pub fn new(
        id: AgentId,
        (state, position): (AgentState, i64),
        rules: Rules,
        station: StationHandle,
        store: Store,
        life: LifeGuard,
    ) -> Self {
        let metrics = station.metrics();
        Self { id, state, position, derived: None, in_flight: 0, rules, station, store, metrics, _life: life }
    }

    fn ingest(&mut self, entry: Entry) {
        if let Some(newest) = entry.newest {
            self.station.show(self.id, &newest, &entry.device);
        }
        self.in_flight += 1;
        self.station.journal(entry);
    }

    /// Takes a committed frame. What the state covers already (it was rebuilt meanwhile) is passed over.
    fn committed(&mut self, committed: Committed, ctx: &mut Context<Self>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if committed.seq < self.position {
            return;
        }
        let fixes = committed.fixes.fixes();
        if self.is_derived(&committed, &fixes) {
            return;
        }
        let observed = rebuild::observe(&mut self.state, &committed.device, &fixes, self.rules);
        self.position = committed.seq;
        let count = |outcome: &str, n: u32| self.metrics.fixes.with_label_values(&[outcome]).inc_by(u64::from(n));
        count("appended", observed.appended);
        count("late", observed.late);
        count("duplicate", observed.duplicates);
        count("other_day", observed.other_days);
        count("quarantined", committed.aside as u32);
        if observed.rederive {
            self.rederive(committed.device, ctx);
        }
    }

    /// Was this frame part of what the day was last derived from? Then a backlog costs one derivation, not one per frame.
    fn is_derived(&self, committed: &Committed, fixes: &[Fix]) -> bool {
        let Some((device, covers)) = &self.derived else { return false };
        let Some((from, to)) = self.state.day_of(device).map(Day::span) else { return false };
        let of_that_day = |fix: &Fix| (from..to).contains(&fix.recorded_at());
        committed.seq <= *covers && committed.device == *device && fixes.iter().all(of_that_day)
    }

    /// Derives a device's day anew from the store; further messages wait meanwhile, because their order matters.
    fn rederive(&mut self, device: Device, ctx: &mut Context<Self>) {
        let Some((date, (from, to))) = self.state.day_of(&device).map(|day| (day.date(), day.span())) else { return };
        self.metrics.agent_rederivations.inc();
        let (store, id) = (self.store.clone(), self.id);
        let read = async move {
            loop {
                match store.track_span(id, from, to).await {
                    Ok(span) => return span,
                    Err(error) => {
                        tracing::warn!(agent = %id, error = error.chain(), "cannot read the day, trying again");
                        tokio::time::sleep(REDERIVE_RETRY).await;
                    }
                }
            }
        };
        let done = read.into_actor(self).map(move |span, this, _| {
            this.derived = Some((device.clone(), span.covers_seq));
            let fixes = span.fixes.into_iter().filter(|fix| fix.device == device).map(|fix| fix.fix).collect();
            this.state.rederived(&device, Day::derive(date, this.rules.zone, fixes, this.rules.window_fixes));
        });
        ctx.wait(done);
    }

    fn view(&self) -> AgentView {
        AgentView {
            latest: self.state.latest().map(|(fix, device)| (*fix, device.clone())),
            day: self.state.day(),
            held_fixes: self.state.held().0,
        }
    }
}

impl Actor for AgentActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(self.station.mailbox());
        self.metrics.actors_awake.with_label_values(&["agent"]).inc();
    }
    // No `stopped`: it would run on damaged state during a panic. The count goes down in Drop.
}

impl Drop for AgentActor {
    fn drop(&mut self) {
        self.metrics.actors_awake.with_label_values(&["agent"]).dec();
    }
}

impl Handler<AgentMsg> for AgentActor {
    type Result = ();

    fn handle(&mut self, message: AgentMsg, ctx: &mut Context<Self>) {
        match message {
            AgentMsg::Ingest(entry) => self.ingest(entry),
            AgentMsg::Committed(committed) => self.committed(committed, ctx),
            AgentMsg::Describe(answer) => {
                let _ = answer.send(Box::new(self.view()));
            }
            AgentMsg::TakeSnapshot => {
                let shard = shard_of(self.id) as i16;
                self.station.snapshot(SnapshotRow { agent: self.id, shard, seq: self.position, state: self.state.to_bytes() });
            }
            AgentMsg::Passivate => {
                if self.in_flight == 0 && self.station.may_sleep(self.id) {
                    self.metrics.agent_passivations.inc();
                    ctx.stop();
                }
            }
            #[cfg(feature = "fault-injection")]
            AgentMsg::Poison => panic!("injected fault: poison message"),
        }
    }
}
