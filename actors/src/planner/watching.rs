//! The plan looks up every few seconds: where its agents are, what takes longer, what time it is. Expected times and visits at risk follow, and
//! repairs where something broke. Positions are asked of the stations' markers, a bounded number in one go; frames of phones never come here.

use super::actor::{Going, PlanActor};
use super::board::Decided;
use crate::station::MarkersOf;
use actix::prelude::*;
use salessync_engine::plan::book::ChangeKind;
use salessync_engine::plan::live::AlarmRules;
use salessync_engine::plan::model::ShiftId;
use salessync_engine::wire::plan::Alert;
use salessync_engine::{AgentId, Point, Timestamp, VisitId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a visit that goes on past its time is expected to take more, seconds.
const OVERRUN_GRACE_S: i32 = 300;
/// An expected time is told when it moved by so much, ms.
const TOLD_FROM_MS: i64 = 30_000;
/// A position older than this says nothing of where somebody is, ms.
const POSITION_AGE_MAX_MS: i64 = 15 * 60_000;

impl PlanActor {
    pub(super) fn watch(&mut self, ctx: &mut Context<Self>) {
        if self.today() != self.board.span().first {
            // Another day: the plan is read anew, with its days.
            return ctx.stop();
        }
        if self.may_sleep() {
            return ctx.stop();
        }
        self.improve_when_rested(ctx);
        self.follow_travel(ctx);
        self.board.expect_durations(self.around.durations.now());
        let now = self.now();
        let late = self.board.tick(now);
        let overrun = self.board.overruns(now, OVERRUN_GRACE_S);
        match self.board.together(late, overrun) {
            Some(decided) => {
                let going = Going::of_itself(ChangeKind::Repair, now, decided);
                self.commit(going, ctx, |this, changed, ctx| {
                    this.warn("mend what takes longer", &changed);
                    this.look(ctx);
                });
            }
            None => self.look(ctx),
        }
    }

    fn may_sleep(&self) -> bool {
        let is_idle = self.heard.elapsed() >= self.around.idle;
        is_idle && self.desk.is_empty() && !self.plan_lane.is_watched() && !self.desk_lane.is_watched()
    }

    /// Asks where the agents are who have something ahead today.
    fn look(&mut self, ctx: &mut Context<Self>) {
        let today = self.today();
        let shifts = self.board.shifts_ahead(today);
        if shifts.is_empty() {
            return;
        }
        let at_once = self.around.settings.watched_at_once.min(shifts.len());
        let from = self.watched % shifts.len();
        let asked: Vec<ShiftId> = shifts.iter().cycle().skip(from).take(at_once).copied().collect();
        self.watched = (from + at_once) % shifts.len();
        let agents: Vec<AgentId> = asked.iter().map(|shift| shift.agent).collect();
        let requests: Vec<_> = self.stations().iter().map(|station| station.send(MarkersOf { agents: agents.clone() })).collect();
        let gathered = async move {
            let mut markers = Vec::new();
            for request in requests {
                markers.extend(request.await.unwrap_or_default());
            }
            markers
        };
        let seen = gathered.into_actor(self).map(move |markers: Vec<(AgentId, Point, Timestamp)>, this, ctx| {
            this.see(&asked, &markers, ctx);
        });
        // Commands go on meanwhile: an answer that comes late is still an answer.
        ctx.spawn(seen);
    }

    fn see(&mut self, asked: &[ShiftId], markers: &[(AgentId, Point, Timestamp)], ctx: &mut Context<Self>) {
        let now = self.now();
        let mut all: Option<Decided> = None;
        for (agent, point, at) in markers {
            let fresh = now.since_ms(*at) <= POSITION_AGE_MAX_MS;
            for shift in asked.iter().filter(|shift| shift.agent == *agent && fresh) {
                if self.seen.get(shift).is_some_and(|seen| seen >= at) {
                    continue;
                }
                self.seen.insert(*shift, *at);
                let decided = self.board.position(*shift, *point, *at);
                all = self.board.together(all, decided);
            }
        }
        let asked = asked.to_vec();
        match all {
            Some(decided) => {
                let going = Going::of_itself(ChangeKind::Repair, now, decided);
                self.commit(going, ctx, move |this, changed, _| {
                    this.warn("mend what is late", &changed);
                    this.tell_etas(&asked);
                    this.judge_risks(&asked);
                });
            }
            None => {
                self.tell_etas(&asked);
                self.judge_risks(&asked);
            }
        }
    }

    /// Sends expected times that have moved.
    pub(super) fn tell_etas(&mut self, shifts: &[ShiftId]) {
        let today = self.board.span().first;
        let mut figures = Vec::new();
        for shift in shifts.iter().filter(|shift| shift.date == today) {
            for eta in self.board.etas(*shift, &self.at_risk) {
                let (at, risky) = (eta.eta.ms(), eta.risk.is_some());
                let told = self.told_etas.get(&eta.visit_id);
                if told.is_some_and(|(was, was_risky)| (at - was).abs() < TOLD_FROM_MS && *was_risky == risky) {
                    continue;
                }
                self.told_etas.insert(eta.visit_id, (at, risky));
                figures.push((eta.visit_id.0, super::actor::text_of(&eta)));
            }
        }
        if !figures.is_empty() {
            self.plan_lane.figure(figures);
        }
        let board = &self.board;
        self.plan_lane.unfigure(|visit: Uuid| !board.card(VisitId(visit)).is_some_and(super::world::Card::is_ahead));
        self.tell_drift(shifts);
    }

    /// Raises and clears alarms, apart enough that an estimate that trembles does not.
    fn judge_risks(&mut self, shifts: &[ShiftId]) {
        let rules = AlarmRules::default();
        let mut alerts = Vec::new();
        for shift in shifts {
            let Ok(risks) = self.board.risks(*shift, &self.at_risk, &rules) else { continue };
            let on_it: BTreeSet<VisitId> = self.board.book().route(*shift).iter().copied().collect();
            let risky: BTreeSet<VisitId> = risks.iter().map(|risk| risk.visit).collect();
            for risk in risks.iter().filter(|risk| risk.is_new) {
                alerts.push(alert_of(shift.agent, risk.visit, risk.chance, -risk.margin_s, false));
                self.at_risk.insert(risk.visit);
            }
            let over: Vec<VisitId> = self.at_risk.intersection(&on_it).filter(|visit| !risky.contains(visit)).copied().collect();
            for visit in over {
                alerts.push(alert_of(shift.agent, visit, 0.0, 0, true));
                self.at_risk.remove(&visit);
            }
        }
        for shift in shifts {
            let overtime_s = self.board.overtime_s(*shift);
            let was = self.overtime.contains(shift);
            if overtime_s > 0 && !was {
                self.overtime.insert(*shift);
                alerts.push(Alert::Overtime { agent_id: shift.agent, date: shift.date, overtime_s });
            } else if overtime_s == 0 && was {
                self.overtime.remove(shift);
            }
        }
        let board = &self.board;
        self.at_risk.retain(|visit| board.card(*visit).is_some_and(super::world::Card::is_ahead));
        for alert in alerts {
            self.alert(alert);
        }
    }
}

fn alert_of(agent_id: AgentId, visit_id: VisitId, chance: f64, late_by_s: i32, is_over: bool) -> Alert {
    let probability = (chance * 1_000.0).round() / 1_000.0;
    Alert::PromiseAtRisk { visit_id, agent_id, probability, late_by_s: late_by_s.max(0), is_over }
}
