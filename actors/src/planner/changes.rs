//! Changes of the plan: a dispatcher's, taken back, made together with other plans, found by a search, or following what visits and agents do.

use super::actor::{Going, PlanActor};
use super::board::Decided;
use super::messages::{Acting, Answer, Ask, ChangeAsk, Changed, DispatchCommand, Joint, PlanError, PlanMsg, Told};
use super::pool::{Found, Proposal, TakenIn};
use crate::store::plan_world::Wanted;
use actix::prelude::*;
use chrono::NaiveDate;
use salessync_engine::dispatch::{Cause, Command};
use salessync_engine::plan::book::{Asked, ChangeKind, Operation, PlanVersion};
use salessync_engine::plan::live::Snapshot;
use salessync_engine::{AgentId, ChangeId, Timestamp, VisitId};
use std::collections::BTreeMap;
use uuid::Uuid;

impl PlanActor {
    pub(super) fn change(&mut self, ask: ChangeAsk, ctx: &mut Context<Self>) {
        let ChangeAsk { change, base, operations, by, answer } = ask;
        let asked = Asked::of(&operations);
        match self.made_before(change, &asked) {
            Some(Ok(changed)) => return drop(answer.send(Ok(changed))),
            Some(Err(error)) => return self.refuse(error, answer),
            None => {}
        }
        let decided = self.check_base(base).and_then(|()| self.board.change(&operations).map_err(PlanError::from));
        match decided {
            Ok(decided) => {
                let mut going = Going::new(ChangeKind::Edit, change, by, Some(decided));
                (going.operations, going.asked) = (Some(operations), Some(asked));
                self.close_jobs(&mut going);
                self.commit(going, ctx, move |_, changed, _| drop(answer.send(changed)));
            }
            Err(error) => self.refuse(error, answer),
        }
    }

    /// Makes what a version did undone, where the plan and the world still allow it.
    pub(super) fn undo(
        &mut self,
        (version, base): (PlanVersion, PlanVersion),
        by: Acting,
        answer: Answer<Changed>,
        ctx: &mut Context<Self>,
    ) {
        if let Err(error) = self.check_base(base) {
            return self.refuse(error, answer);
        }
        let (store, territory) = (self.around.store.clone(), self.board.territory);
        let read = async move { store.plan_versions(territory, PlanVersion(version.0 - 1), 1).await };
        let undone = read.into_actor(self).map(move |found, this, ctx| {
            let stored = match found {
                Ok(found) => found.into_iter().find(|stored| stored.version == version),
                Err(error) => return drop(answer.send(Err(error.into()))),
            };
            let Some(stored) = stored else { return this.refuse(PlanError::UnknownVersion(version), answer) };
            let back = stored.diff.inverse();
            if let Err(stale) = this.board.book().check(&back) {
                let since = this.since(version, &stale.visits);
                let gone_on = PlanError::GoneOn { version, current: this.board.version(), since };
                return this.refuse(gone_on, answer);
            }
            match this.board.follow_diff(&back) {
                Ok(decided) => {
                    let mut going = Going::new(ChangeKind::Undo, ChangeId(Uuid::now_v7()), by, Some(decided));
                    going.undoes = Some(version);
                    this.close_jobs(&mut going);
                    this.commit(going, ctx, move |_, changed, _| drop(answer.send(changed)));
                }
                Err(error) => this.refuse(error.into(), answer),
            }
        });
        ctx.wait(undone);
    }

    /// A part of a change over several plans. Nothing else is done until the verdict is there.
    pub(super) fn join(&mut self, joint: Joint, ctx: &mut Context<Self>) {
        let Joint { change, of_bulk, asked, base, operations, by, ready, verdict } = joint;
        let decided = match base.map_or(Ok(()), |base| self.check_base(base)) {
            Ok(()) => self.board.change(&operations).map_err(PlanError::from),
            Err(error) => Err(error),
        };
        let mut going = match decided {
            Ok(decided) => Going::new(ChangeKind::Bulk, change, by, Some(decided)),
            Err(error) => return self.refuse(error, ready),
        };
        (going.operations, going.asked, going.of_bulk) = (Some(operations), Some(asked), Some(of_bulk));
        self.close_jobs(&mut going);
        let now = self.now();
        if ready.send(Ok(self.commit_of(&going, now))).is_err() {
            // Nobody waits for it any more: it is not made.
            if !going.decided.is_none_or(|decided| self.board.take_back(decided)) {
                ctx.stop();
            }
            return;
        }
        let heard = verdict.into_actor(self).map(move |verdict, this, ctx| match verdict {
            Ok(true) => drop(this.accept(going, now, ctx)),
            Ok(false) => {
                if !going.decided.is_none_or(|decided| this.board.take_back(decided)) {
                    ctx.stop();
                }
            }
            // Whoever coordinated it is gone: what is stored decides.
            Err(_) => ctx.stop(),
        });
        ctx.wait(heard);
    }

    /// What a search found becomes a version: whole, or in the parts that still hold and gain.
    pub(super) fn found(&mut self, found: Found, ctx: &mut Context<Self>) {
        let Found { job: _, proposal, by, answer } = found;
        let is_stale = proposal.base != self.board.version();
        match self.take_in(&proposal) {
            Ok((decided, is_whole)) => {
                let going = Going::new(ChangeKind::Improve, ChangeId(Uuid::now_v7()), by, Some(decided));
                self.commit(going, ctx, move |_, changed, _| {
                    let taken = changed.map(|changed| TakenIn {
                        version: changed.version,
                        is_rebased: is_stale || !is_whole,
                        diff: changed.diff,
                    });
                    let _ = answer.send(taken);
                });
            }
            Err(error) => self.refuse(error, answer),
        }
    }

    fn take_in(&mut self, proposal: &Proposal) -> Result<(Decided, bool), PlanError> {
        let (decided, is_whole) = self.board.take_in_whole(&proposal.diff)?;
        if decided.is_empty() { Err(PlanError::NothingLeft) } else { Ok((decided, is_whole)) }
    }

    /// A copy of the plan, or of a part, to search on.
    pub(super) fn snapshot(
        &mut self,
        base: Option<PlanVersion>,
        shifts: Option<(Vec<NaiveDate>, Vec<AgentId>)>,
        answer: Answer<(PlanVersion, Box<Snapshot>, Box<super::ways::PlanWays>)>,
    ) {
        if let Err(error) = base.map_or(Ok(()), |base| self.check_base(base)) {
            return self.refuse(error, answer);
        }
        let version = self.board.version();
        let taken = self.board.snapshot(shifts).map(|(snapshot, ways)| (version, Box::new(snapshot), Box::new(ways)));
        let _ = answer.send(taken.map_err(PlanError::from));
    }

    /// Visits that a message names and the plan has not heard of: they may have been made a moment ago.
    pub(super) fn unknown_of(&self, message: &PlanMsg) -> Vec<VisitId> {
        let of = |operations: &[Operation]| operations.iter().flat_map(Operation::visits).collect();
        let mut named: Vec<VisitId> = match message {
            PlanMsg::Change(ask) => of(&ask.operations),
            PlanMsg::Join(joint) => of(&joint.operations),
            PlanMsg::Ask(Ask::Preview { operations, .. }) => of(operations),
            PlanMsg::Ask(Ask::Explain { visit, .. } | Ask::Candidates { visit, .. }) => vec![*visit],
            PlanMsg::Dispatch(ask) => match &ask.what {
                DispatchCommand::Open { visit, .. } | DispatchCommand::Begin { visit, .. } => vec![*visit],
                DispatchCommand::Offer { .. }
                | DispatchCommand::Assign { .. }
                | DispatchCommand::Cancel { .. }
                | DispatchCommand::Accept { .. }
                | DispatchCommand::Decline { .. } => Vec::new(),
            },
            _ => Vec::new(),
        };
        named.retain(|visit| self.board.card(*visit).is_none());
        named
    }

    /// Reads these first, so that whoever has made a visit can plan it in the next breath.
    pub(super) fn hear_of(&mut self, visits: Vec<VisitId>, message: PlanMsg, ctx: &mut Context<Self>) {
        let (store, asked) = (self.around.store.clone(), visits.clone());
        let read = async move { store.plan_cards(Wanted::These(asked)).await };
        let heard = read.into_actor(self).map(move |cards, this, ctx| {
            match cards {
                Ok(cards) => this.follow_cards(visits, cards, ctx),
                Err(error) => {
                    tracing::warn!(territory = ?this.board.territory, error = error.chain(), "cannot read visits that were named");
                }
            }
            // Comes after the commit that following may take.
            ctx.notify(PlanMsg::Heard(Box::new(message)));
        });
        ctx.wait(heard);
    }

    /// Reads visits that were changed elsewhere, and follows. What it knows of already, its own changes among it, is not read again.
    pub(super) fn visits_changed(&mut self, mut visits: BTreeMap<VisitId, Told>, ctx: &mut Context<Self>) {
        visits.retain(|visit, told| self.board.card(*visit).is_none_or(|card| card.revision < told.revision()));
        if visits.is_empty() {
            return; // woken for its desk, say
        }
        let next = |(visit, told): (&VisitId, &Told)| match told {
            Told::Whole(whole) => self.board.card(*visit)?.next(whole).map(|card| (whole.plan.territory_id, card)),
            Told::Revision(_) => None,
        };
        let cards: Option<Vec<_>> = visits.iter().map(next).collect();
        let visits: Vec<VisitId> = visits.into_keys().collect();
        if let Some(cards) = cards {
            return self.follow_cards(visits, cards, ctx);
        }
        let (store, asked) = (self.around.store.clone(), visits.clone());
        let read = async move { store.plan_cards(Wanted::These(asked)).await };
        let followed = read.into_actor(self).map(move |cards, this, ctx| match cards {
            Ok(cards) => this.follow_cards(visits, cards, ctx),
            Err(error) => {
                // The next change, or the next life, reads them again.
                tracing::warn!(territory = ?this.board.territory, error = error.chain(), "cannot read changed visits, reading the plan again");
                ctx.stop();
            }
        });
        ctx.wait(followed);
    }

    fn follow_cards(
        &mut self,
        visits: Vec<VisitId>,
        cards: Vec<(Option<salessync_engine::TerritoryId>, super::world::Card)>,
        ctx: &mut Context<Self>,
    ) {
        self.watch_visits(&visits);
        let named = visits.clone();
        let mut freed = self.days_that_may_free(&visits);
        let mut all: Option<Decided> = None;
        let mut kind = ChangeKind::Follow;
        let mut wanted = Vec::new();
        for visit in visits {
            let card = cards.iter().find(|(territory, card)| card.id == visit && *territory == self.board.territory);
            let was_planned = self.board.book().shift_of(visit).is_some();
            let decided = match card {
                Some((_, card)) => {
                    if was_planned && !card.is_ahead() {
                        kind = ChangeKind::Repair;
                    }
                    if was_planned && card.is_ahead() && card.agent_id.is_some() {
                        wanted.push(visit);
                    }
                    self.board.visit_changed(card.clone())
                }
                None => self.board.visit_gone(visit),
            };
            all = self.board.together(all, decided);
        }
        freed.extend(self.days_that_may_free(&named));
        self.note_freed(freed, ctx);
        if kind == ChangeKind::Repair {
            self.look_for_room(ctx);
        }
        let mut going = match all {
            Some(decided) => Going::of_itself(kind, self.now(), decided),
            None => {
                self.tell_updates();
                return self.close_gone_jobs(ctx);
            }
        };
        self.close_jobs(&mut going);
        self.commit(going, ctx, |this, changed, ctx| {
            this.warn("follow its visits", &changed);
            this.want_back(wanted, ctx);
            this.close_gone_jobs(ctx);
        });
    }

    /// Reads how agents work, and follows.
    pub(super) fn agents_changed(&mut self, agents: Vec<AgentId>, ctx: &mut Context<Self>) {
        let (store, span, territory) = (self.around.store.clone(), self.board.span(), self.board.territory);
        let (almanac, asked) = (self.around.almanac.clone(), agents.clone());
        let overtime_max_s = self.around.settings.overtime_max_s;
        let read = async move { super::build::work_days(&store, &almanac, territory, span, Some(asked), overtime_max_s).await };
        let followed = read.into_actor(self).map(move |days, this, ctx| {
            let days = match days {
                Ok(days) => days,
                Err(error) => {
                    tracing::warn!(territory = ?this.board.territory, error = error.chain(), "cannot read agents' days, reading the plan again");
                    return ctx.stop();
                }
            };
            let mut all = None;
            for shift in this.board.shifts_known(&agents) {
                if !days.iter().any(|day| day.id == shift) {
                    let decided = this.board.day_gone(shift);
                    all = this.board.together(all, decided);
                }
            }
            // What is new first: what the others cannot hold any more finds room there.
            let (known, new): (Vec<_>, Vec<_>) = days.into_iter().partition(|day| this.board.days.contains_key(&day.id));
            for day in new.into_iter().chain(known) {
                let decided = this.board.day_changed(day);
                all = this.board.together(all, decided);
            }
            let shifts = this.board.shifts_known(&agents);
            this.note_freed(shifts.iter().map(|shift| shift.date), ctx);
            this.watch_shifts(shifts);
            this.look_for_room(ctx);
            let gone: Vec<AgentId> = agents.into_iter().filter(|agent| !this.board.is_open(*agent, this.today())).collect();
            match all {
                Some(decided) => {
                    let going = Going::of_itself(ChangeKind::Repair, this.now(), decided);
                    this.commit(going, ctx, move |this, changed, ctx| {
                        this.warn("follow its agents", &changed);
                        this.withdraw_from(&gone, ctx);
                    });
                }
                None => {
                    this.tell_updates();
                    this.withdraw_from(&gone, ctx);
                }
            }
        });
        ctx.wait(followed);
    }

    /// Jobs whose visit gets a place by this change have found their agent.
    pub(super) fn close_jobs(&self, going: &mut Going) {
        let Some(decided) = &going.decided else { return };
        let now = self.now();
        for step in decided.diff.moves() {
            if let (Some(job), Some(to)) = (self.desk.of_visit(step.visit), step.to) {
                let mut working = super::desk::Working::on(job);
                if working.carry_out(Command::Assign { agent: to.shift.agent, relaxed: None }, now).is_ok() {
                    going.jobs.push(working);
                }
            }
        }
    }

    /// Jobs whose visit is not to be made any more.
    fn close_gone_jobs(&mut self, ctx: &mut Context<Self>) {
        let now = self.now();
        let is_gone = |visit: VisitId| !self.board.card(visit).is_some_and(super::world::Card::is_ahead);
        let gone: Vec<_> = self.desk.open().filter(|job| is_gone(job.visit_id)).cloned().collect();
        if gone.is_empty() {
            return;
        }
        let mut going = self.server_steps(now);
        for job in gone {
            let mut working = super::desk::Working::on(&job);
            working.cancel(Cause::VisitGone, now);
            going.jobs.push(working);
        }
        self.commit(going, ctx, |this, changed, _| this.warn("close jobs", &changed));
    }

    pub(super) fn warn<T>(&self, what: &str, outcome: &Result<T, PlanError>) {
        if let Err(error) = outcome {
            tracing::warn!(territory = ?self.board.territory, what, %error, "a plan could not do what it had to");
        }
    }

    pub(super) fn refuse<T>(&self, error: PlanError, answer: Answer<T>) {
        let reason = match &error {
            PlanError::Conflict { .. } => None, // counted where it was found
            PlanError::Unplanned(_) | PlanError::NotDone(_) | PlanError::Named { .. } => Some("infeasible"),
            _ => Some("other"),
        };
        if let Some(reason) = reason {
            self.around.metrics.plan_refusals.with_label_values(&[reason]).inc();
        }
        let _ = answer.send(Err(self.board.named(error)));
    }

    /// Nothing but steps of jobs, by the server itself.
    pub(super) fn server_steps(&self, now: Timestamp) -> Going {
        use salessync_engine::audit::{Act, ActKind, Actor as Who};
        let by = Acting { act: Act::new(now, Who::System, ActKind::DispatchChanged) };
        Going::new(ChangeKind::Dispatch, ChangeId(Uuid::now_v7()), by, None)
    }
}
