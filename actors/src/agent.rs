//! The agent actor: owner of one agent's live state. Thin: the engine decides, the station and the journal perform.
//!
//! The state follows from committed fixes only; before the commit a fix may do one thing, move the marker.

use crate::almanac::Almanac;
use crate::chronicle::Chronicle;
use crate::journal::{Committed, Entry};
use crate::metrics::Metrics;
use crate::station::StationHandle;
use crate::store::compaction::NewQuarantined;
use crate::store::journal::shard_of;
use crate::store::{SnapshotRow, Store, StoreError};
use crate::supervision::{LifeGuard, rebuild};
use crate::walk_again::{Again, Covered, Reach, Walk, walk_again};
use actix::prelude::*;
use salessync_engine::agent::{AgentState, Rules};
use salessync_engine::track::suspect::on_its_own;
use salessync_engine::track::{DaySummary, Device, Fix, Guide, Quarantine};
use salessync_engine::{AgentId, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Pause before a day that could not be read from the store is tried again.
const REDERIVE_RETRY: Duration = Duration::from_millis(500);

/// Items of one agent that wait to be written; beyond, its frames wait, and its phone is told `busy`. A day of a normal phone has tens.
const UNWRITTEN_ITEMS_MAX: usize = 2_000;

/// Everything an agent can be told.
#[derive(Message)]
#[rtype(result = "()")]
pub enum AgentMsg {
    /// A frame from a phone, to be journalled.
    Ingest(Entry),
    /// Durable now: derive.
    Committed(Committed),
    Describe(oneshot::Sender<Box<AgentView>>),
    /// A person decided about a fix, or settings are to be applied to the past: walk again from the day of `earliest` on, one device or all.
    WalkAgain {
        device: Option<Device>,
        earliest: Timestamp,
        reach: Reach,
        done: Done,
    },
    /// Put your state into the station's round of snapshots.
    TakeSnapshot,
    /// Write down what follows from everything you were told so far.
    Settle(Done),
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
        matches!(self, Self::TakeSnapshot | Self::Settle(_) | Self::Passivate)
    }
}

/// Told when it is done.
pub type Done = oneshot::Sender<()>;

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
    /// The state covers the journal of its shard up to here, rows as a whole.
    position: i64,
    /// What the last walk from the store has seen.
    covered: Option<Covered>,
    /// The state has gone on since the last snapshot was taken.
    is_ahead: bool,
    /// Of the fences the state was derived by.
    generation: u64,
    /// Frames handed to the journal and not committed yet.
    in_flight: u32,
    almanac: Arc<Almanac>,
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
        almanac: Arc<Almanac>,
        station: StationHandle,
        store: Store,
        life: LifeGuard,
    ) -> Self {
        let metrics = station.metrics();
        let (_, generation) = almanac.rules(id);
        Self {
            id,
            generation,
            state,
            position,
            covered: None,
            is_ahead: true,
            in_flight: 0,
            almanac,
            station,
            store,
            metrics,
            _life: life,
        }
    }

    fn ingest(&mut self, entry: Entry) {
        let (rules, _) = self.almanac.rules(self.id);
        let is_showable =
            |fix: &Fix| rules.is_tracked(fix.recorded_at()) && on_its_own(fix, &rules.book.rules.at(fix.recorded_at())).is_none();
        if let Some(newest) = entry.newest.filter(is_showable) {
            self.station.show(self.id, &newest, &entry.device);
        }
        self.in_flight += 1;
        self.station.journal(entry);
    }

    /// Takes a committed frame. What the state covers already (it was rebuilt meanwhile) is passed over.
    fn committed(&mut self, committed: Committed, ctx: &mut Context<Self>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        // The room in the journal is given back when the frame is dealt with.
        let Committed { device, fixes, seq, is_last_of_row, aside, room: _room, .. } = committed;
        let fixes = fixes.fixes();
        // Until the last frame of a row is taken the state does not cover the row: a rebuild takes it whole, and knows what it has.
        let position = self.position.max(if is_last_of_row { seq } else { seq - 1 });
        let is_known = seq < self.position;
        self.position = position;
        if is_known || self.covered.as_ref().is_some_and(|covered| covered.has(&device, &fixes, seq)) {
            return;
        }
        self.is_ahead = true;
        self.station.gone_on(self.id);
        let (rules, from_store) = self.rules_now();
        let observed = rebuild::observe(&mut self.state, &device, &fixes, &rules);
        let count = |outcome: &str, n: u32| self.metrics.fixes.with_label_values(&[outcome]).inc_by(u64::from(n));
        count("appended", observed.appended);
        count("late", observed.late);
        count("duplicate", observed.duplicates);
        count("excluded", observed.excluded);
        count("quarantined", aside as u32);
        if !observed.off_duty.is_empty() {
            self.set_aside(device.clone(), observed.off_duty, ctx);
        }
        if observed.doubted {
            self.station.show_durable(self.id, self.state.latest());
        }
        if let Some(older) = observed.older {
            self.walk_again(&[device], (older.recorded_at(), Reach::UntilSame), None, ctx);
        } else if let Some((since, devices)) = from_store {
            self.walk_again(&devices, (since, Reach::ToTheEnd), None, ctx);
        } else if self.state.is_amended() {
            self.take_snapshot(&rules);
            self.station.write_soon(self.id);
            if self.station.unwritten_items(self.id) > UNWRITTEN_ITEMS_MAX {
                self.write_now(None, ctx);
            }
        }
    }

    /// Fixes that were on their way when their agent's going off duty was told: stored, not derived from, and to be shown nowhere.
    fn set_aside(&self, device: Device, fixes: Vec<Fix>, ctx: &mut Context<Self>) {
        let (store, agent, received_at) = (self.store.clone(), self.id, self.station.now());
        let aside = fixes.into_iter().map(|fix| {
            let (device, reason) = (device.clone(), Quarantine::OffDuty);
            NewQuarantined { agent, device, fix, reason, received_at }
        });
        let aside: Vec<_> = aside.collect();
        let write = async move {
            while let Err(error) = store.quarantine(aside.clone()).await {
                tracing::warn!(%agent, error = error.chain(), "cannot set aside what was off duty, trying again");
                tokio::time::sleep(REDERIVE_RETRY).await;
            }
        };
        ctx.spawn(write.into_actor(self));
    }

    /// What to derive by. Where fences have changed since this was last asked, what the change concerns is walked again first: a fence is in
    /// force from the moment it was made, and fixes of that moment may have come before word of it. Where that lies before what memory
    /// holds, the devices concerned are returned.
    fn rules_now(&mut self) -> (Rules, Option<(Timestamp, Vec<Device>)>) {
        let (rules, generation) = self.almanac.rules(self.id);
        let before = std::mem::replace(&mut self.generation, generation);
        let since = if before == generation { None } else { self.almanac.differs_since(before) };
        let from_store = since.map(|since| (since, self.state.reconsider(since, &rules)));
        (rules, from_store.filter(|(_, devices)| !devices.is_empty()))
    }

    /// Walks devices again from the store, from the day of `earliest` on; further messages wait meanwhile, because their order matters.
    fn walk_again(&mut self, devices: &[Device], stretch: (Timestamp, Reach), done: Option<Done>, ctx: &mut Context<Self>) {
        self.metrics.agent_rederivations.inc();
        let (rules, _) = self.almanac.rules(self.id);
        // The walk compares with what is published, so that has to be up to date.
        self.take_snapshot(&rules);
        let row = self.station.unwritten(self.id);
        let held = self.state.devices();
        let devices: Vec<_> = devices
            .iter()
            .map(|device| {
                let newest = held.iter().find(|(known, _)| known == device).and_then(|(_, newest)| *newest);
                (device.clone(), self.state.guide_for(device, &rules), newest)
            })
            .collect();
        let (store, chronicle, id) = (self.store.clone(), self.station.chronicle(), self.id);
        let walk = async move {
            let written = row.as_ref().map(|row| row.rev);
            loop {
                match walk_all(&store, &chronicle, id, row.clone(), &devices, stretch).await {
                    Ok(again) => return (written, again),
                    Err(error) => {
                        tracing::warn!(agent = %id, error = error.chain(), "cannot walk the days again, trying again");
                        tokio::time::sleep(REDERIVE_RETRY).await;
                    }
                }
            }
        };
        let settled = walk.into_actor(self).map(move |(written, again), this, ctx| {
            if let Some(rev) = written {
                this.station.written(this.id, rev);
            }
            for again in again {
                this.covered = Some(again.covered.clone());
                again.settle(&mut this.state, &rules);
            }
            this.station.show_durable(this.id, this.state.latest());
            this.take_snapshot(&rules);
            match done {
                // Whoever waits for it reads it next.
                Some(done) => this.write_now(Some(done), ctx),
                None => this.station.write_soon(this.id),
            }
        });
        ctx.wait(settled);
    }

    /// Writes what is taken down and lets further messages wait meanwhile.
    fn write_now(&mut self, done: Option<Done>, ctx: &mut Context<Self>) {
        let Some(row) = self.station.unwritten(self.id) else {
            if let Some(done) = done {
                let _ = done.send(());
            }
            return;
        };
        let (chronicle, id, rev) = (self.station.chronicle(), self.id, row.rev);
        let write = async move {
            while let Err(error) = chronicle.write(vec![row.clone()]).await {
                if matches!(error, StoreError::Fenced { .. }) {
                    return;
                }
                tracing::warn!(agent = %id, error = error.chain(), "cannot write the timeline, trying again");
                tokio::time::sleep(REDERIVE_RETRY).await;
            }
        };
        let written = write.into_actor(self).map(move |(), this, _| {
            this.station.written(id, rev);
            if let Some(done) = done {
                let _ = done.send(());
            }
        });
        ctx.wait(written);
    }

    /// Puts the state as it is into the station's hands, to be written.
    fn take_snapshot(&mut self, rules: &Rules) {
        self.is_ahead = false;
        let patches = self.state.take_patches(rules);
        let rev = self.station.next_rev();
        let shard = shard_of(self.id) as i16;
        self.station.snapshot(SnapshotRow {
            agent: self.id,
            shard,
            seq: self.position,
            rev,
            state: self.state.to_bytes(),
            patches,
        });
        if self.in_flight > 0 {
            // It was asked for with these frames in mind, and does not have them.
            self.station.gone_on(self.id);
        }
    }

    fn view(&self) -> AgentView {
        AgentView {
            latest: self.state.latest().map(|(fix, device)| (*fix, device.clone())),
            day: self.state.day(),
            held_fixes: self.state.held().0,
        }
    }
}

/// Writes down what is derived so far, then walks each device.
async fn walk_all(
    store: &Store,
    chronicle: &Chronicle,
    agent: AgentId,
    row: Option<SnapshotRow>,
    devices: &[(Device, Guide, Option<Fix>)],
    (earliest, reach): (Timestamp, Reach),
) -> Result<Vec<Again>, StoreError> {
    if let Some(row) = row {
        chronicle.write(vec![row]).await?;
    }
    let mut walked = Vec::with_capacity(devices.len());
    for (device, guide, newest) in devices {
        let walk = Walk { store, agent, device, guide: guide.clone(), newest: *newest, reach };
        walked.push(walk_again(walk, earliest).await?);
    }
    Ok(walked)
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
            AgentMsg::Settle(done) => {
                if self.is_ahead {
                    self.take_snapshot(&self.almanac.rules(self.id).0);
                }
                self.write_now(Some(done), ctx);
            }
            AgentMsg::TakeSnapshot => self.take_snapshot(&self.almanac.rules(self.id).0),
            AgentMsg::WalkAgain { device, earliest, reach, done } => {
                let held = || self.state.devices().into_iter().map(|(device, _)| device).collect();
                let devices = device.map_or_else(held, |device| vec![device]);
                self.walk_again(&devices, (earliest, reach), Some(done), ctx);
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
