//! The plan actor: owner of one territory's board and desk. Decide, commit, accept, tell; in that order, one command after the other.
//!
//! While a commit is under way further messages wait. A commit that certainly failed is taken back; of one whose fate is unknown nothing in
//! memory is believed any more: the actor ends, and is built again from Postgres when somebody next wants it.

use super::board::{Board, Decided};
use super::desk::{Desk, Working, event_label};
use super::durations::Durations;
use super::filling::Wanted;
use super::improving::Improving;
use super::messages::{Acting, Changed, LaneMsg, PlanError, PlanMsg, Since};
use super::pool::Pool;
use super::seeking::Seeking;
use super::telling::Known;
use super::travelling::Renewing;
use crate::almanac::Almanac;
use crate::clock::Clock;
use crate::hub::PhoneBook;
use crate::hub::lane::{Lane, Stamp, View};
use crate::metrics::Metrics;
use crate::settings;
use crate::station::Station;
use crate::store::dispatch::JobCommit;
use crate::store::plan_commits::PlanCommit;
use crate::store::plans::{StoredVersion, key_of};
use crate::store::{Store, StoreError};
use crate::supervision::LifeGuard;
use crate::supervision::directory::{Agents, Directory, Kind};
use crate::supervision::life::Entity;
use crate::territory::{TopicId, Topics};
use crate::travel::Travel;
use crate::visits::Visits;
use actix::prelude::*;
use bytestring::ByteString;
use salessync_engine::audit::{Act, ActKind, Actor as Who, Object};
use salessync_engine::dispatch::Job;
use salessync_engine::plan::book::{Asked, ChangeKind, Diff, Hold, Operation, PlanVersion};
use salessync_engine::plan::model::ShiftId;
use salessync_engine::wire::live::Channel;
use salessync_engine::wire::plan::{By, LaneFrame};
use salessync_engine::{ChangeId, TerritoryId, Timestamp, VisitId};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// Commands that wait for one plan before it is busy.
const MAILBOX: usize = 256;
/// Accepted changes kept for "what has changed since?".
pub(super) const RECENT_MAX: usize = 256;

/// Plans, in their directory. They live on threads of their own, so that neither a thousand agents' fixes keep a change of plan waiting nor a
/// plan that thinks keeps agents.
#[derive(Debug)]
pub enum Planners {}

impl Kind for Planners {
    type Id = Option<TerritoryId>;
    type Message = PlanMsg;
    type Actor = PlanActor;
    type Note = ();

    fn entity(id: Option<TerritoryId>) -> Entity {
        Entity::Plan(id)
    }

    fn hash(id: Option<TerritoryId>) -> usize {
        Topics::arbiter_of(TopicId::Territory(id), usize::MAX)
    }

    fn stranger() -> Option<()> {
        Some(())
    }

    fn must_arrive(message: &PlanMsg) -> bool {
        match message {
            // Lanes are bounded by the sessions' own flow control.
            PlanMsg::Lane(_) | PlanMsg::Visits(_) | PlanMsg::Agents(_) => true,
            PlanMsg::Ask(_)
            | PlanMsg::Change(_)
            | PlanMsg::Undo { .. }
            | PlanMsg::Dispatch(_)
            | PlanMsg::Join(_)
            | PlanMsg::Snapshot { .. }
            | PlanMsg::Found(_)
            | PlanMsg::Fill
            | PlanMsg::Seek
            | PlanMsg::Heard(_) => false,
            #[cfg(feature = "fault-injection")]
            PlanMsg::Poison => false,
        }
    }

    fn only_if_awake(message: &PlanMsg) -> bool {
        // Whoever sleeps reads how agents work when it wakes; what happens to visits is followed at once.
        matches!(message, PlanMsg::Lane(LaneMsg::Leave { .. } | LaneMsg::Acknowledged { .. }) | PlanMsg::Agents(_))
    }
}

/// What a plan needs from the system.
#[derive(Clone)]
pub struct Surroundings {
    pub clock: Clock,
    pub metrics: Metrics,
    pub store: Store,
    pub almanac: Arc<Almanac>,
    pub epoch: i64,
    pub zone: chrono_tz::Tz,
    pub settings: settings::Plan,
    pub phones: Arc<PhoneBook>,
    pub topics: Arc<Topics>,
    pub agents: Arc<Directory<Agents>>,
    pub pool: Pool,
    pub visits: Visits,
    pub travel: Travel,
    pub durations: Durations,
    /// Without anything to do for so long it goes to sleep.
    pub idle: Duration,
}

/// What a plan actor begins with, read from the store.
pub struct Beginning {
    pub board: Board,
    /// What has to be accepted because the world went on.
    pub follow: Diff,
    pub jobs: Vec<Job>,
    /// Newest first.
    pub recent: Vec<StoredVersion>,
}

/// One territory's plan and dispatch.
pub struct PlanActor {
    pub(super) board: Board,
    pub(super) desk: Desk,
    pub(super) plan_lane: Lane,
    pub(super) desk_lane: Lane,
    pub(super) at_risk: BTreeSet<VisitId>,
    pub(super) wanted: Wanted,
    pub(super) seeking: Seeking,
    pub(super) told_etas: BTreeMap<VisitId, (i64, bool)>,
    /// Oldest first.
    recent: VecDeque<Accepted>,
    /// Follows from the beginning; committed first of all.
    follow: Option<Diff>,
    pub(super) around: Surroundings,
    pub(super) heard: Instant,
    /// When a change was accepted last.
    pub(super) changed: Instant,
    pub(super) improving: Improving,
    pub(super) renewing: Renewing,
    pub(super) overtime: BTreeSet<ShiftId>,
    pub(super) watched: usize,
    pub(super) seen: BTreeMap<ShiftId, Timestamp>,
    pub(super) known: Known,
    timer: Option<(Timestamp, SpawnHandle)>,
    /// Last field: dropped after everything else.
    _life: LifeGuard,
}

/// A change that was accepted lately: what it was asked for, and what was answered.
struct Accepted {
    change: ChangeId,
    asked: Option<Asked>,
    since: Since,
    changed: Changed,
}

/// A change decided on, and all that goes with it.
pub(super) struct Going {
    pub kind: ChangeKind,
    pub change: ChangeId,
    pub undoes: Option<PlanVersion>,
    pub by: Acting,
    pub decided: Option<Decided>,
    pub jobs: Vec<Working>,
    /// What a person asked for.
    pub operations: Option<Vec<Operation>>,
    pub asked: Option<Asked>,
    /// The change of several plans that it is a part of.
    pub of_bulk: Option<ChangeId>,
}

impl Going {
    pub fn new(kind: ChangeKind, change: ChangeId, by: Acting, decided: Option<Decided>) -> Self {
        Self { kind, change, undoes: None, by, decided, jobs: Vec::new(), operations: None, asked: None, of_bulk: None }
    }

    /// Something the server does of itself.
    pub fn of_itself(kind: ChangeKind, now: Timestamp, decided: Decided) -> Self {
        let by = Acting { act: Act::new(now, Who::System, ActKind::PlanChanged) };
        Self::new(kind, ChangeId(Uuid::now_v7()), by, Some(decided))
    }
}

impl PlanActor {
    pub fn new(beginning: Beginning, around: Surroundings, life: LifeGuard) -> Self {
        let Beginning { mut board, follow, jobs, recent } = beginning;
        board.expect_durations(around.durations.now());
        let territory = board.territory;
        let lane = |channel| Lane::new(channel, around.topics.next_epoch());
        let wanted = Wanted::after(recent.iter().rev().map(|stored| (stored.kind, &stored.diff)));
        let recent = recent.into_iter().rev().map(|stored| {
            let by = By { kind: stored.actor_kind, id: stored.actor_id };
            let since = Since { version: stored.version, kind: stored.kind, at: stored.at, by, visits: stored.diff.visits() };
            let changed = Changed { version: stored.version, diff: stored.diff, bill: stored.bill };
            Accepted { change: stored.change, asked: stored.asked, since, changed }
        });
        Self {
            plan_lane: lane(Channel::Plan(territory)),
            desk_lane: lane(Channel::Dispatch(territory)),
            recent: recent.collect(),
            desk: Desk::new(jobs),
            at_risk: BTreeSet::new(),
            wanted,
            seeking: Seeking::default(),
            told_etas: BTreeMap::new(),
            follow: (!follow.is_empty()).then_some(follow),
            board,
            heard: Instant::now(),
            changed: Instant::now(),
            improving: Improving::default(),
            renewing: Renewing::default(),
            overtime: BTreeSet::new(),
            watched: 0,
            seen: BTreeMap::new(),
            known: Known::default(),
            timer: None,
            around,
            _life: life,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.around.clock.now()
    }

    pub(super) fn today(&self) -> chrono::NaiveDate {
        self.now().civil_date(self.around.zone)
    }

    /// The answer to a change that was made before under this id, if it was asked for the same.
    pub(super) fn made_before(&self, change: ChangeId, asked: &Asked) -> Option<Result<Changed, PlanError>> {
        let accepted = self.recent.iter().rev().find(|accepted| accepted.change == change)?;
        let is_same = asked.is_of(accepted.since.kind, accepted.asked.as_ref());
        Some(if is_same { Ok(accepted.changed.clone()) } else { Err(PlanError::IdTaken(change)) })
    }

    /// Refuses what was decided on another version, and says what has changed since.
    pub(super) fn check_base(&self, base: PlanVersion) -> Result<(), PlanError> {
        let current = self.board.version();
        if base == current {
            return Ok(());
        }
        self.around.metrics.plan_refusals.with_label_values(&["version_conflict"]).inc();
        let since = self.recent.iter().map(|accepted| &accepted.since).filter(|since| since.version > base).cloned();
        Err(PlanError::Conflict { base, current, since: since.collect() })
    }

    /// What has changed since a version, of these visits.
    pub(super) fn since(&self, version: PlanVersion, visits: &BTreeSet<VisitId>) -> Vec<Since> {
        let touches = |since: &&Since| since.version > version && !since.visits.is_disjoint(visits);
        self.recent.iter().map(|accepted| &accepted.since).filter(touches).cloned().collect()
    }

    /// The row that a change writes.
    pub(super) fn commit_of(&self, going: &Going, now: Timestamp) -> PlanCommit {
        let (diff, bill) = going.decided.as_ref().map(|decided| (decided.diff.clone(), decided.bill)).unwrap_or_default();
        let routed = diff.routes.iter().flat_map(|change| &change.after);
        let mut holds: BTreeMap<VisitId, Hold> =
            routed.filter_map(|visit| Some((*visit, *self.board.book().holds().get(visit)?))).collect();
        for change in &diff.holds {
            match change.after {
                Some(hold) => holds.insert(change.visit, hold),
                None => holds.remove(&change.visit),
            };
        }
        let planned = diff.routes.iter().flat_map(|change| self.board.starts(change.shift)).collect();
        let mut acts = Vec::new();
        let closes = going.decided.as_ref().map(|decided| decided.closes.clone()).unwrap_or_default();
        if !diff.is_empty() || !closes.is_empty() {
            let visits: Vec<VisitId> = diff.visits().into_iter().take(50).collect();
            let key = going.by.act.object.clone().unwrap_or_else(|| Object::new("plan", key_of(self.board.territory)));
            let version = if diff.is_empty() { self.board.version() } else { self.board.version().next() };
            let mut after = json!({"version": version, "kind": going.kind, "change": going.change, "visits": visits});
            let relaxed = diff.holds.iter().filter(|change| change.after.is_some_and(Hold::is_relaxed));
            let relaxed: Vec<_> = relaxed.map(|change| json!({"visit": change.visit, "hold": change.after})).collect();
            if !relaxed.is_empty() {
                after["relaxed"] = relaxed.into();
            }
            for (word, is_end) in [("ended", true), ("opened", false)] {
                let days: Vec<_> =
                    closes.iter().filter(|(_, closed)| **closed == is_end).map(|(shift, _)| json!(shift)).collect();
                if !days.is_empty() {
                    after[word] = days.into();
                }
            }
            acts.push(Act { at: now, kind: ActKind::PlanChanged, ..going.by.act.clone() }.about(key).changing(None, Some(after)));
        }
        for working in going.jobs.iter().filter(|working| !working.steps.is_empty()) {
            let after =
                json!({"visit": working.job.visit_id, "steps": working.steps.iter().map(|step| &step.event).collect::<Vec<_>>()});
            let act = Act { at: now, kind: ActKind::DispatchChanged, ..going.by.act.clone() };
            acts.push(act.about(Object::new("dispatch_job", working.job.id)).changing(None, Some(after)));
        }
        PlanCommit {
            territory: self.board.territory,
            base: self.board.version(),
            change: going.change,
            at: now,
            by: going.by.act.actor,
            kind: going.kind,
            undoes: going.undoes,
            asked: going.asked,
            of_bulk: going.of_bulk,
            moved: self.board.reassigned(&diff),
            closes,
            diff,
            bill,
            planned,
            holds,
            jobs: going.jobs.iter().map(|working| JobCommit { job: working.job.clone(), steps: working.steps.clone() }).collect(),
            acts,
        }
    }

    /// Commits a change, then accepts and tells it; `then` hears how it went. Further messages wait meanwhile.
    pub(super) fn commit(
        &mut self,
        going: Going,
        ctx: &mut Context<Self>,
        then: impl FnOnce(&mut Self, Result<Changed, PlanError>, &mut Context<Self>) + 'static,
    ) {
        let is_nothing =
            going.decided.as_ref().is_none_or(Decided::is_empty) && going.jobs.iter().all(|job| job.steps.is_empty());
        if is_nothing {
            if let Some(decided) = &going.decided {
                self.watch_shifts(decided.touches());
                self.tell_retimed(decided);
            }
            self.tell_updates();
            let changed = Changed { version: self.board.version(), diff: Diff::default(), bill: Default::default() };
            return then(self, Ok(changed), ctx);
        }
        let now = self.now();
        let commit = self.commit_of(&going, now);
        let (store, epoch, begun) = (self.around.store.clone(), self.around.epoch, Instant::now());
        let visits = self.around.visits.clone();
        let write = async move { visits.told(store.commit_plans(vec![commit], visits.book(), epoch).await) };
        let committed = write.into_actor(self).map(move |written, this, ctx| {
            this.around.metrics.plan_commit_seconds.observe(begun.elapsed().as_secs_f64());
            match written {
                Ok(committed) => {
                    this.around.metrics.plan_commits_at_once.inc_by(u64::from(committed.at_once));
                    let changed = this.accept(going, now, ctx);
                    this.board.written(&committed.revisions);
                    then(this, Ok(changed), ctx);
                }
                Err(error) => {
                    let is_over = this.gives_up(going, &error);
                    this.tell_updates();
                    then(this, Err(error.into()), ctx);
                    if is_over {
                        ctx.stop();
                    }
                }
            }
        });
        ctx.wait(committed);
    }

    /// Takes back what was not committed. True where that is not possible, or it is not known: the actor must be built anew.
    pub(super) fn gives_up(&mut self, going: Going, error: &StoreError) -> bool {
        self.around.metrics.plan_refusals.with_label_values(&["store"]).inc();
        let must_go = matches!(error, StoreError::Overtaken { .. } | StoreError::Fenced { .. }) || !error.certainly_aborted();
        let is_back = !must_go && going.decided.is_none_or(|decided| self.board.take_back(decided));
        if !is_back {
            tracing::warn!(territory = ?self.board.territory, error = error.chain(), "a plan's commit went wrong, reading it again");
        }
        !is_back
    }

    /// The plan and the desk are as committed: everybody hears of it.
    pub(super) fn accept(&mut self, going: Going, now: Timestamp, ctx: &mut Context<Self>) -> Changed {
        let base = self.board.version();
        let (diff, bill) = going.decided.as_ref().map(|decided| (decided.diff.clone(), decided.bill)).unwrap_or_default();
        let version = self.board.accept(&diff);
        self.note_wanted(going.kind, &diff, going.operations.as_deref(), ctx);
        let changed = Changed { version, diff, bill };
        if !changed.diff.is_empty() {
            self.changed = Instant::now();
            self.around.metrics.plan_changes.with_label_values(&[going.kind.name()]).inc();
            let by = going.by.by();
            let since = Since { version, kind: going.kind, at: now, by: by.clone(), visits: changed.diff.visits() };
            self.recent.push_back(Accepted { change: going.change, asked: going.asked, since, changed: changed.clone() });
            if self.recent.len() > RECENT_MAX {
                self.recent.pop_front();
            }
            let touched = going.decided.as_ref().map(|decided| self.board.touched(decided)).unwrap_or_default();
            self.tell_change(&changed, base, (by, going.kind, going.change), touched);
        }
        if let Some(decided) = &going.decided {
            self.note_freed_by(decided, ctx);
            if changed.diff.is_empty() {
                self.watch_shifts(decided.touches());
            }
            self.tell_retimed(decided);
            self.tell_left(decided);
            if decided.opens_days() {
                self.look_for_room(ctx);
            }
        }
        self.tell_updates();
        for working in going.jobs.into_iter().filter(|working| !working.steps.is_empty()) {
            for step in &working.steps {
                self.around.metrics.dispatch_steps.with_label_values(&[event_label(&step.event)]).inc();
            }
            self.tell_job(working.job);
        }
        self.arm(ctx);
        changed
    }

    /// Wakes up when the next offer runs out.
    fn arm(&mut self, ctx: &mut Context<Self>) {
        let next = self.desk.next_expiry();
        if self.timer.as_ref().map(|(at, _)| *at) == next {
            return;
        }
        if let Some((_, handle)) = self.timer.take() {
            ctx.cancel_future(handle);
        }
        if let Some(at) = next {
            let wait = Duration::from_millis(at.since_ms(self.now()).max(0) as u64 + 1);
            let handle = ctx.run_later(wait, |this, ctx| {
                this.timer = None;
                this.expire(ctx);
                this.arm(ctx);
            });
            self.timer = Some((at, handle));
        }
    }

    fn lane(&mut self, message: LaneMsg) {
        if let LaneMsg::Watch { channel: Channel::Plan(_), view, .. } = &message {
            self.begin_to_show(view.date.unwrap_or_else(|| self.today()));
        }
        let Self { board, desk, plan_lane, desk_lane, at_risk, around, .. } = self;
        let today = around.clock.now().civil_date(around.zone);
        let draw_plan = |view: View, stamp: Stamp<'_>| -> ByteString {
            let day = board.day(view.date.unwrap_or(today), false, at_risk);
            let (epoch, rev) = (stamp.epoch.to_owned(), stamp.rev);
            text_of(&LaneFrame::PlanSnapshot { topic: stamp.topic, epoch, rev, day: Box::new(day) }).into()
        };
        let draw_desk = |_: View, stamp: Stamp<'_>| -> ByteString {
            let (epoch, rev) = (stamp.epoch.to_owned(), stamp.rev);
            text_of(&LaneFrame::DispatchSnapshot { topic: stamp.topic, epoch, rev, jobs: desk.shown() }).into()
        };
        let is_plan = |channel| matches!(channel, Channel::Plan(_));
        match message {
            LaneMsg::Watch { channel, viewer, session, view, resume } if is_plan(channel) => {
                plan_lane.watch(viewer, session, view, resume.as_ref(), &draw_plan);
            }
            LaneMsg::Watch { viewer, session, view, resume, .. } => {
                desk_lane.watch(viewer, session, view, resume.as_ref(), &draw_desk);
            }
            LaneMsg::Leave { channel, viewer } if is_plan(channel) => plan_lane.leave(viewer),
            LaneMsg::Leave { viewer, .. } => desk_lane.leave(viewer),
            LaneMsg::Acknowledged { channel, viewer, rev } if is_plan(channel) => plan_lane.acknowledged(viewer, rev, &draw_plan),
            LaneMsg::Acknowledged { viewer, rev, .. } => desk_lane.acknowledged(viewer, rev, &draw_desk),
        }
    }

    /// Where agents' stations are, to be asked for markers.
    pub(super) fn stations(&self) -> Vec<Addr<Station>> {
        self.around.topics.stations()
    }
}

impl Actor for PlanActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.around.metrics.actors_awake.with_label_values(&["plan"]).inc();
        ctx.run_interval(Duration::from_secs(self.around.settings.watch_every_s), Self::watch);
        for job in self.desk.open().cloned().collect::<Vec<_>>() {
            self.tell_job(job);
        }
        if let Some(diff) = self.follow.take() {
            let decided = self.board.as_decided(diff);
            let going = Going::of_itself(ChangeKind::Follow, self.now(), decided);
            self.commit(going, ctx, |this, changed, ctx| {
                if let Err(error) = changed {
                    tracing::warn!(territory = ?this.board.territory, %error, "the plan cannot follow the world");
                }
                this.expire(ctx);
            });
        } else {
            self.expire(ctx);
        }
        self.note_all_freed(ctx);
        self.arm(ctx);
    }
    // No `stopped`: it would run on damaged state during a panic. The count goes down in Drop.
}

impl PlanActor {
    pub(super) fn carry_out(&mut self, message: PlanMsg, ctx: &mut Context<Self>) {
        match message {
            PlanMsg::Lane(message) => self.lane(message),
            PlanMsg::Ask(ask) => self.answer(ask),
            PlanMsg::Change(ask) => self.change(*ask, ctx),
            PlanMsg::Undo { version, base, by, answer } => self.undo((version, base), *by, answer, ctx),
            PlanMsg::Dispatch(ask) => self.dispatch(*ask, ctx),
            PlanMsg::Visits(visits) => self.visits_changed(visits, ctx),
            PlanMsg::Agents(agents) => self.agents_changed(agents, ctx),
            PlanMsg::Join(joint) => self.join(*joint, ctx),
            PlanMsg::Snapshot { base, shifts, answer } => self.snapshot(base, shifts, answer),
            PlanMsg::Found(found) => self.found(*found, ctx),
            PlanMsg::Fill => self.fill(ctx),
            PlanMsg::Seek => self.seek(ctx),
            PlanMsg::Heard(message) => self.carry_out(*message, ctx),
            #[cfg(feature = "fault-injection")]
            PlanMsg::Poison => panic!("injected fault: poison message"),
        }
    }
}

impl Drop for PlanActor {
    fn drop(&mut self) {
        self.around.metrics.actors_awake.with_label_values(&["plan"]).dec();
    }
}

impl Handler<PlanMsg> for PlanActor {
    type Result = ();

    fn handle(&mut self, message: PlanMsg, ctx: &mut Context<Self>) {
        self.heard = Instant::now();
        let unknown = self.unknown_of(&message);
        if unknown.is_empty() { self.carry_out(message, ctx) } else { self.hear_of(unknown, message, ctx) }
    }
}

/// Frames of ours always serialise.
pub(super) fn text_of(frame: &impl serde::Serialize) -> String {
    serde_json::to_string(frame).unwrap_or_default()
}
