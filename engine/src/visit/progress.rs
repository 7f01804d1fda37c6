//! The fold: what a visit's facts amount to. Reports are taken by when they happened; each either has its effect or is kept with the reason
//! why it has none, and may come to have it when an earlier one arrives late.
//!
//! Who did what settles every conflict: the first agent who checked in did the visit, whoever was assigned then or since, and a cancellation
//! does not undo what was done. The invariant: equal facts give equal progress, whatever the order of the reports.

use super::report::{LeftOpen, Report, Told, ToldKind};
use super::rules::{Outside, VisitRuleVersions};
use super::site::{Site, Whereabouts};
use super::verify::Flag;
use super::{Facts, Outcome, Proof, VisitStatus};
use crate::access::named;
use crate::{AgentId, Timestamp, VisitEventId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

named! {
    /// What a report did.
    Effect, "effect" {
        Effective => "effective",
        /// Waits for what comes before it: nobody has told of a check-in yet.
        NotCheckedIn => "not_checked_in",
        /// It had been told before.
        AlreadyDone => "already_done",
        /// The visit had ended by then.
        AlreadyOver => "already_over",
        /// Another agent did the visit.
        DoneByAnother => "done_by_another",
        /// It is not this agent's visit, and they were not there.
        NotAssigned => "not_assigned",
        /// Out of the radius, where the settings refuse that.
        OutsideRadius => "outside_radius",
        /// There was nothing to reinstate.
        NotOver => "not_over",
    }
}

/// What became of a visit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitProgress))]
pub struct Progress {
    pub status: VisitStatus,
    /// Who checked in.
    pub performed_by: Option<AgentId>,
    pub en_route_at: Option<Timestamp>,
    /// When the track saw the agent come and go.
    pub arrived_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
    pub checked_in_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    /// When it was checked out of, given up or cancelled.
    pub ended_at: Option<Timestamp>,
    pub missed_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
    /// Why it was unproductive, cancelled or abandoned.
    pub reason: Option<String>,
    /// What a completed visit should have shown and does not.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub lacking: Vec<Proof>,
}

impl Progress {
    /// A visit of which nothing is known but its plan.
    pub const fn none() -> Self {
        Self {
            status: VisitStatus::Planned,
            performed_by: None,
            en_route_at: None,
            arrived_at: None,
            left_at: None,
            checked_in_at: None,
            started_at: None,
            ended_at: None,
            missed_at: None,
            outcome: None,
            reason: None,
            lacking: Vec::new(),
        }
    }
}

/// The outcome of the fold.
#[derive(Clone, PartialEq, Debug)]
pub struct Standing {
    pub progress: Progress,
    /// Of what was told; the proof adds its own.
    pub flags: BTreeSet<Flag>,
    /// Of each report, in the order in which they were taken.
    pub effects: Vec<(VisitEventId, Effect)>,
    /// The reports that count as check-in and check-out.
    pub check_in: Option<VisitEventId>,
    pub check_out: Option<VisitEventId>,
}

/// How far the reports alone bring a visit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Ahead,
    EnRoute,
    CheckedIn,
    InProgress,
    Completed,
    Cancelled,
    /// `by_server`: nobody told of the end, so that a check-out that comes late still counts.
    Abandoned {
        by_server: bool,
    },
}

/// Folds the facts.
pub fn standing(facts: &Facts, site: &Site<'_>, rules: &VisitRuleVersions) -> Standing {
    let mut reports: Vec<&Report> = facts.reports.iter().collect();
    reports.sort_unstable_by_key(|report| report.order());
    let mut fold = Fold::new(facts, site, rules);
    for report in reports {
        let effect = fold.take(report);
        fold.effects.push((report.id, effect));
    }
    fold.finish()
}

struct Fold<'a> {
    facts: &'a Facts,
    site: &'a Site<'a>,
    rules: &'a VisitRuleVersions,
    stage: Stage,
    progress: Progress,
    flags: BTreeSet<Flag>,
    effects: Vec<(VisitEventId, Effect)>,
    check_in: Option<VisitEventId>,
    check_out: Option<(VisitEventId, &'a str)>,
    /// A visit is missed only if that was said after somebody reinstated it.
    reinstated_at: Option<Timestamp>,
}

impl<'a> Fold<'a> {
    fn new(facts: &'a Facts, site: &'a Site<'a>, rules: &'a VisitRuleVersions) -> Self {
        Self {
            facts,
            site,
            rules,
            stage: Stage::Ahead,
            progress: Progress::none(),
            flags: BTreeSet::new(),
            effects: Vec::with_capacity(facts.reports.len()),
            check_in: None,
            check_out: None,
            reinstated_at: None,
        }
    }

    fn take(&mut self, report: &'a Report) -> Effect {
        if let Some(effect) = self.is_somebody_elses(report) {
            return effect;
        }
        let effect = match &report.told {
            Told::EnRoute {} => self.set_off(report),
            Told::CheckIn { .. } => self.arrive(report),
            Told::Start {} => self.start(report),
            Told::CheckOut { outcome, reason, note, .. } => self.leave(report, *outcome, reason.as_deref(), note),
            Told::Abandon { reason, .. } => self.give_up(report, reason),
            Told::Cancel { reason, .. } => self.cancel(report, reason),
            Told::Reinstate { .. } => self.reinstate(report),
            Told::LeftOpen { why } => self.close(report, *why),
        };
        if effect == Effect::Effective && report.clock_ahead {
            self.flags.insert(Flag::ClockAhead);
        }
        effect
    }

    /// A deed of an agent who did not do this visit. Checking in is for whoever is there first.
    fn is_somebody_elses(&self, report: &Report) -> Option<Effect> {
        let agent = report.agent.filter(|_| report.told.kind().is_deed())?;
        match self.progress.performed_by {
            Some(performer) => (performer != agent).then_some(Effect::DoneByAnother),
            None if report.told.kind() == ToldKind::CheckIn => None,
            None => (self.facts.plan.agent_id != Some(agent)).then_some(match report.told.kind() {
                ToldKind::Start | ToldKind::CheckOut => Effect::NotCheckedIn,
                _ => Effect::NotAssigned,
            }),
        }
    }

    fn set_off(&mut self, report: &Report) -> Effect {
        match self.stage {
            Stage::Ahead => {
                self.stage = Stage::EnRoute;
                self.progress.en_route_at = Some(report.at);
                Effect::Effective
            }
            Stage::EnRoute | Stage::CheckedIn | Stage::InProgress => Effect::AlreadyDone,
            Stage::Completed | Stage::Cancelled | Stage::Abandoned { .. } => Effect::AlreadyOver,
        }
    }

    fn arrive(&mut self, report: &Report) -> Effect {
        match self.stage {
            Stage::CheckedIn | Stage::InProgress => return Effect::AlreadyDone,
            Stage::Completed => return Effect::AlreadyOver,
            Stage::Abandoned { .. } if self.check_in.is_some() => return Effect::AlreadyOver,
            Stage::Ahead | Stage::EnRoute | Stage::Cancelled | Stage::Abandoned { .. } => {}
        }
        let rules = self.rules.at(report.at);
        if self.is_outside(report) {
            if rules.outside_check_in == Outside::Block {
                return Effect::OutsideRadius;
            }
            self.flags.insert(Flag::OutsideAtCheckIn);
        }
        if self.stage == Stage::Cancelled {
            self.flags.insert(Flag::AfterCancellation);
        }
        self.stage = Stage::CheckedIn;
        self.check_in = Some(report.id);
        self.progress.performed_by = report.agent.or(self.facts.plan.agent_id);
        self.progress.checked_in_at = Some(report.at);
        (self.progress.ended_at, self.progress.reason) = (None, None);
        Effect::Effective
    }

    fn start(&mut self, report: &Report) -> Effect {
        match self.stage {
            Stage::CheckedIn => {
                self.stage = Stage::InProgress;
                self.progress.started_at = Some(report.at);
                Effect::Effective
            }
            Stage::InProgress => Effect::AlreadyDone,
            Stage::Ahead | Stage::EnRoute => Effect::NotCheckedIn,
            Stage::Completed | Stage::Cancelled | Stage::Abandoned { .. } => Effect::AlreadyOver,
        }
    }

    fn leave(&mut self, report: &'a Report, outcome: Outcome, reason: Option<&str>, note: &'a str) -> Effect {
        match self.stage {
            Stage::CheckedIn | Stage::InProgress => {}
            // The agent's word is better than what the server made of their silence.
            Stage::Abandoned { by_server: true } => {}
            Stage::Ahead | Stage::EnRoute => return Effect::NotCheckedIn,
            Stage::Completed | Stage::Cancelled | Stage::Abandoned { by_server: false } => return Effect::AlreadyOver,
        }
        if self.is_outside(report) {
            if self.rules.at(report.at).outside_check_out == Outside::Block {
                return Effect::OutsideRadius;
            }
            self.flags.insert(Flag::OutsideAtCheckOut);
        }
        self.stage = Stage::Completed;
        self.check_out = Some((report.id, note));
        self.progress.outcome = Some(outcome);
        self.progress.reason = reason.map(str::to_owned);
        self.progress.ended_at = Some(report.at);
        Effect::Effective
    }

    fn give_up(&mut self, report: &Report, reason: &str) -> Effect {
        match self.stage {
            Stage::Ahead | Stage::EnRoute | Stage::CheckedIn | Stage::InProgress | Stage::Abandoned { by_server: true } => {
                self.stage = Stage::Abandoned { by_server: false };
                self.progress.reason = Some(reason.to_owned());
                self.progress.ended_at = Some(report.at);
                Effect::Effective
            }
            Stage::Completed | Stage::Cancelled | Stage::Abandoned { by_server: false } => Effect::AlreadyOver,
        }
    }

    fn cancel(&mut self, report: &Report, reason: &str) -> Effect {
        match self.stage {
            Stage::Ahead | Stage::EnRoute => {
                self.stage = Stage::Cancelled;
                self.progress.reason = Some(reason.to_owned());
                self.progress.ended_at = Some(report.at);
                Effect::Effective
            }
            Stage::CheckedIn | Stage::InProgress => Effect::AlreadyDone,
            Stage::Completed | Stage::Cancelled | Stage::Abandoned { .. } => Effect::AlreadyOver,
        }
    }

    fn reinstate(&mut self, report: &Report) -> Effect {
        let is_missed = self.facts.missed_at.is_some_and(|missed_at| missed_at <= report.at);
        match self.stage {
            Stage::Cancelled | Stage::Abandoned { .. } if self.check_in.is_none() => {}
            Stage::Ahead | Stage::EnRoute if is_missed => {}
            Stage::Ahead | Stage::EnRoute | Stage::CheckedIn | Stage::InProgress => return Effect::NotOver,
            Stage::Completed | Stage::Cancelled | Stage::Abandoned { .. } => return Effect::AlreadyOver,
        }
        self.stage = Stage::Ahead;
        self.reinstated_at = Some(report.at);
        (self.progress.en_route_at, self.progress.ended_at, self.progress.reason) = (None, None, None);
        Effect::Effective
    }

    fn close(&mut self, report: &Report, why: LeftOpen) -> Effect {
        match self.stage {
            Stage::CheckedIn | Stage::InProgress => {
                self.stage = Stage::Abandoned { by_server: true };
                self.progress.reason = Some(why.name().to_owned());
                self.progress.ended_at = Some(report.at);
                Effect::Effective
            }
            Stage::Ahead | Stage::EnRoute => Effect::NotCheckedIn,
            Stage::Completed | Stage::Cancelled | Stage::Abandoned { .. } => Effect::AlreadyOver,
        }
    }

    fn is_outside(&self, report: &Report) -> bool {
        let rules = self.rules.at(report.at);
        let claim = report.told.position().filter(|_| !self.facts.plan.kind.is_by_telephone());
        claim.is_some_and(|claim| matches!(self.site.of_claim(claim, rules), Whereabouts::Outside { .. }))
    }

    /// What was told, and on top of it what the track and the calendar say of a visit nobody has begun.
    fn finish(mut self) -> Standing {
        let facts = self.facts;
        self.progress.arrived_at = facts.arrival.as_ref().map(|arrival| arrival.arrived_at);
        self.progress.left_at = facts.arrival.as_ref().and_then(|arrival| arrival.left_at);
        let missed_at = facts.missed_at.filter(|missed_at| self.reinstated_at.is_none_or(|reinstated| *missed_at > reinstated));
        self.progress.status = match self.stage {
            Stage::Ahead | Stage::EnRoute if facts.arrival.is_some() => VisitStatus::Arrived,
            Stage::Ahead | Stage::EnRoute if missed_at.is_some() => {
                self.progress.missed_at = missed_at;
                VisitStatus::Missed
            }
            Stage::Ahead if facts.under_way_since.is_some() => {
                self.progress.en_route_at = facts.under_way_since;
                VisitStatus::EnRoute
            }
            Stage::Ahead => VisitStatus::Planned,
            Stage::EnRoute => VisitStatus::EnRoute,
            Stage::CheckedIn => VisitStatus::CheckedIn,
            Stage::InProgress => VisitStatus::InProgress,
            Stage::Completed => VisitStatus::Completed,
            Stage::Cancelled => VisitStatus::Cancelled,
            Stage::Abandoned { .. } => VisitStatus::Abandoned,
        };
        if self.progress.performed_by.is_some() && self.progress.performed_by != facts.plan.agent_id {
            self.flags.insert(Flag::NotAssigned);
        }
        self.progress.lacking = self.lacking();
        if !self.progress.lacking.is_empty() {
            self.flags.insert(Flag::ProofLacking);
        }
        Standing {
            progress: self.progress,
            flags: self.flags,
            effects: self.effects,
            check_in: self.check_in,
            check_out: self.check_out.map(|(id, _)| id),
        }
    }

    /// What a completed visit should have shown, by the settings of when it ended.
    fn lacking(&self) -> Vec<Proof> {
        let (Some(outcome), Some(ended_at), Some((_, note))) = (self.progress.outcome, self.progress.ended_at, self.check_out)
        else {
            return Vec::new();
        };
        let rules = self.rules.at(ended_at);
        let mut required = rules.required(self.facts.plan.kind, self.facts.class.as_deref(), outcome);
        let checked_in_at = self.progress.checked_in_at.unwrap_or(ended_at);
        if self.flags.contains(&Flag::OutsideAtCheckIn) && self.rules.at(checked_in_at).outside_check_in == Outside::Proof {
            required.insert(Proof::PhotoAtCheckIn);
        }
        if self.flags.contains(&Flag::OutsideAtCheckOut) && rules.outside_check_out == Outside::Proof {
            required.insert(Proof::PhotoAtCheckOut);
        }
        self.facts.done.lacking(&required, note)
    }
}
