//! The desk's commands: a visit is offered, taken, refused, given, called off. What a command means for the plan is committed with it.

use super::actor::{Going, PlanActor};
use super::desk::Working;
use super::messages::{Acting, Answer, DispatchAsk, DispatchCommand, PlanError};
use crate::store::StoreError;
use actix::prelude::*;
use salessync_engine::dispatch::{Candidate, Cause, Command, Job, Mode, Rejection, Terms};
use salessync_engine::plan::book::ChangeKind;
use salessync_engine::plan::live::RelaxationKind;
use salessync_engine::{AgentId, ChangeId, JobId, OfferId, Timestamp, VisitId};
use uuid::Uuid;

impl PlanActor {
    pub(super) fn dispatch(&mut self, ask: DispatchAsk, ctx: &mut Context<Self>) {
        let DispatchAsk { what, by, answer } = ask;
        let now = self.now();
        let going = match what {
            DispatchCommand::Open { job, visit, terms } => {
                if let Some(known) = self.desk.job(job) {
                    let _ = answer.send(Ok(known.clone()));
                    return;
                }
                self.open(job, visit, terms, now)
            }
            DispatchCommand::Begin { job, .. } => return self.begin(job, by, answer, ctx),
            DispatchCommand::Offer { job, agent } => self.offer(job, agent, now),
            DispatchCommand::Assign { job, agent, accepts } => self.assign(job, (agent, accepts), now),
            DispatchCommand::Cancel { job, cause } => self.on_job(job, Command::Cancel { cause }, now),
            DispatchCommand::Accept { offer, agent } => return self.take_offer((offer, agent), by, answer, ctx),
            DispatchCommand::Decline { offer, agent, reason } => self.decline((offer, agent), reason, now),
        };
        match going {
            Ok(going) => self.commit_job(Going { by, ..going }, answer, ctx),
            Err(error) => self.refuse(error, answer),
        }
    }

    /// Commits a going with one job, and answers with the job as it is then.
    fn commit_job(&mut self, going: Going, answer: Answer<Job>, ctx: &mut Context<Self>) {
        let job = going.jobs.first().map(|working| working.job.clone());
        self.commit(going, ctx, move |_, changed, _| {
            let _ = answer.send(changed.and_then(|_| job.ok_or(PlanError::UnknownJob)));
        });
    }

    fn open(&mut self, id: JobId, visit: VisitId, terms: Terms, now: Timestamp) -> Result<Going, PlanError> {
        let card = self.board.known(visit)?;
        if !card.is_ahead() || self.board.book().shift_of(visit).is_some() {
            return Err(PlanError::AlreadyPlanned(visit));
        }
        if self.desk.of_visit(visit).is_some() {
            return Err(StoreError::Taken("visit_id").into());
        }
        let (step, job) = Job::open(id, visit, self.board.territory, terms, now);
        let mut working = Working::opened(step, job);
        self.advance(&mut working, now);
        Ok(self.with(working, now))
    }

    /// Takes up a job that was opened together with its visit. Taken up before it goes on as it is.
    fn begin(&mut self, id: JobId, by: Acting, answer: Answer<Job>, ctx: &mut Context<Self>) {
        if self.desk.job(id).is_some() {
            return self.go_on(id, by, answer, ctx);
        }
        let store = self.around.store.clone();
        let read = async move { store.any_job(id).await };
        let taken = read.into_actor(self).map(move |found, this, ctx| match found {
            Ok(Some(job)) => {
                this.tell_job(job);
                this.go_on(id, by, answer, ctx);
            }
            Ok(None) => this.refuse(PlanError::UnknownJob, answer),
            Err(error) => this.refuse(error.into(), answer),
        });
        ctx.wait(taken);
    }

    fn go_on(&mut self, id: JobId, by: Acting, answer: Answer<Job>, ctx: &mut Context<Self>) {
        let now = self.now();
        match self.working(id) {
            Ok(mut working) => {
                self.advance(&mut working, now);
                self.commit_job(Going { by, ..self.with(working, now) }, answer, ctx);
            }
            Err(error) => self.refuse(error, answer),
        }
    }

    fn offer(&mut self, job: JobId, agent: AgentId, now: Timestamp) -> Result<Going, PlanError> {
        let mut working = self.working(job)?;
        let to = self.board.quote(working.job.visit_id, agent)?;
        working.carry_out(Command::Offer { to }, now)?;
        Ok(self.with(working, now))
    }

    fn assign(
        &mut self,
        job: JobId,
        (agent, accepts): (AgentId, Option<RelaxationKind>),
        now: Timestamp,
    ) -> Result<Going, PlanError> {
        let mut working = self.working(job)?;
        let mut asked = working.clone();
        asked.carry_out(Command::Assign { agent, relaxed: None }, now)?;
        if asked.steps.is_empty() {
            return Ok(self.with(asked, now)); // said twice
        }
        let visit = working.job.visit_id;
        let (decided, relaxed) = match accepts {
            Some(_) => self.board.give(visit, agent, accepts)?,
            None => (self.board.give_making_room(visit, agent)?, None),
        };
        working.carry_out(Command::Assign { agent, relaxed }, now)?;
        Ok(Going { decided: Some(decided), ..self.with(working, now) })
    }

    fn on_job(&mut self, job: JobId, command: Command, now: Timestamp) -> Result<Going, PlanError> {
        let mut working = self.working(job)?;
        working.carry_out(command, now)?;
        Ok(self.with(working, now))
    }

    fn decline(
        &mut self,
        (offer, agent): (OfferId, AgentId),
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<Going, PlanError> {
        let (job, _) = self.desk.of_offer(offer).ok_or(Rejection::UnknownOffer)?;
        let mut working = Working::on(job);
        working.carry_out(Command::Decline { offer, by: agent, reason }, now)?;
        if !working.steps.is_empty() {
            self.advance(&mut working, now);
        }
        Ok(self.with(working, now))
    }

    /// An agent says yes: the offer and the visit's place in their day are committed together. Where it does not fit any more the agent is
    /// told, and the next one asked.
    fn take_offer(&mut self, (offer, agent): (OfferId, AgentId), by: Acting, answer: Answer<Job>, ctx: &mut Context<Self>) {
        let now = self.now();
        let Some((job, _)) = self.desk.of_offer(offer) else { return self.refuse(Rejection::UnknownOffer.into(), answer) };
        let before = Working::on(job);
        let mut working = before.clone();
        if let Err(rejection) = working.carry_out(Command::Accept { offer, by: agent }, now) {
            return self.refuse(rejection.into(), answer);
        }
        if working.steps.is_empty() {
            let _ = answer.send(Ok(working.job)); // said twice
            return;
        }
        match self.board.give_making_room(working.job.visit_id, agent) {
            Ok(decided) => {
                let mut going = Going { by, ..self.with(working, now) };
                going.decided = Some(decided);
                self.commit_job(going, answer, ctx);
            }
            Err(unplanned) => {
                tracing::info!(%offer, %unplanned, "an accepted offer does not fit any more");
                let mut working = before;
                if working.carry_out(Command::Withdraw { agent, cause: Cause::NoLongerFits }, now).is_ok() {
                    self.advance_without(&mut working, Some(agent), now);
                }
                let going = Going { by, ..self.with(working, now) };
                self.commit(going, ctx, move |_, changed, _| {
                    let _ = answer.send(changed.and_then(|_| Err(PlanError::NoLongerFits)));
                });
            }
        }
    }

    /// Time is up for some offers, or a job was opened and the server ended before anybody was asked: the next candidates are asked.
    pub(super) fn expire(&mut self, ctx: &mut Context<Self>) {
        let now = self.now();
        let due = self.desk.due(now);
        if due.is_empty() {
            return;
        }
        let mut going = self.server_steps(now);
        for id in due {
            if let Ok(mut working) = self.working(id)
                && working.carry_out(Command::Expire, now).is_ok()
            {
                self.advance(&mut working, now);
                going.jobs.push(working);
            }
        }
        self.commit(going, ctx, |this, changed, _| this.warn("let offers run out", &changed));
    }

    /// Agents who take nothing any more are not asked either.
    pub(super) fn withdraw_from(&mut self, agents: &[AgentId], ctx: &mut Context<Self>) {
        let now = self.now();
        let mut going = self.server_steps(now);
        for agent in agents {
            for id in self.desk.asking(*agent) {
                let known = going.jobs.iter().position(|working| working.job.id == id);
                let Some(mut working) = known.map(|at| going.jobs.remove(at)).or_else(|| self.working(id).ok()) else { continue };
                if working.carry_out(Command::Withdraw { agent: *agent, cause: Cause::AgentGone }, now).is_ok() {
                    self.advance(&mut working, now);
                }
                going.jobs.push(working);
            }
        }
        if !going.jobs.is_empty() {
            self.commit(going, ctx, |this, changed, _| this.warn("take offers back", &changed));
        }
    }

    /// Asks on, as an automatic job does.
    pub(super) fn advance(&mut self, working: &mut Working, now: Timestamp) {
        self.advance_without(working, None, now);
    }

    /// The same, leaving out somebody for whom it has just been found not to fit.
    fn advance_without(&mut self, working: &mut Working, unable: Option<AgentId>, now: Timestamp) {
        if working.job.terms.mode == Mode::Manual || working.job.state.is_final() {
            return;
        }
        let mut candidates = self.rank(&working.job);
        candidates.retain(|candidate| Some(candidate.agent_id) != unable);
        // An automatic job that is open takes every ranking.
        let _ = working.carry_out(Command::Advance { candidates }, now);
    }

    /// Who could make the visit, the best first: as many as the terms ask, beside those who were asked. Nobody where as many are being asked as may be.
    fn rank(&mut self, job: &Job) -> Vec<Candidate> {
        let (k, wanted) = (usize::from(job.terms.candidates_max) + job.offers.len(), job.may_ask());
        if wanted == 0 {
            return Vec::new();
        }
        self.board.whom_to_ask(job.visit_id, (k, wanted), |agent| job.has_asked(agent)).unwrap_or_default()
    }

    pub(super) fn working(&self, job: JobId) -> Result<Working, PlanError> {
        self.desk.job(job).map(Working::on).ok_or(PlanError::UnknownJob)
    }

    fn with(&self, working: Working, now: Timestamp) -> Going {
        Going { kind: ChangeKind::Dispatch, change: ChangeId(Uuid::now_v7()), jobs: vec![working], ..self.server_steps(now) }
    }
}
