//! May it be done? A command is decided against the facts as they stand, now; a refusal names the state, the limit or what is lacking.
//!
//! Only commands are refused. What is told after the fact (an offline phone's reports) has happened already: `progress` settles it.

use super::progress::{Effect, Standing, standing};
use super::report::{Author, NOTE_LEN_MAX, PHOTOS_MAX, Report, Told, ToldKind};
use super::rules::{Outside, VisitRuleVersions, VisitRules};
use super::site::{Site, Whereabouts};
use super::{Facts, Outcome, Proof, VisitStatus};
use crate::flaw::{FieldFlaw, checked_line, checked_text};
use crate::{AgentId, Timestamp, VisitEventId, VisitId};

const REASON_LEN_MAX: usize = 120;

/// A command and what is known around it.
#[derive(Clone, Debug)]
pub struct Asking<'a> {
    pub id: VisitEventId,
    pub by: Author,
    /// Whose deed it is: the agent who asks, or for whom somebody asks. None: an office's decision.
    pub agent: Option<AgentId>,
    pub at: Timestamp,
    pub now: Timestamp,
    /// The visit that this agent has open.
    pub open: Option<VisitId>,
    /// When this agent last checked out at this place.
    pub last_check_out: Option<Timestamp>,
    pub site: &'a Site<'a>,
    pub rules: &'a VisitRuleVersions,
}

/// Why a command is not carried out.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum Rejection {
    #[error("the visit cannot {}: it is {}", .told.words(), .status.words())]
    IllegalTransition { told: ToldKind, status: VisitStatus },
    #[error("the visit is not assigned to this agent")]
    NotAssigned,
    #[error("another agent has checked in to this visit")]
    DoneByAnother,
    #[error("the agent has another visit open, {open}: check out of it first")]
    AnotherOpen { open: VisitId },
    #[error("the agent checked out here a moment ago: check in again from {until} on")]
    CoolingDown { until: Timestamp },
    #[error("{distance_m} m away, must be within {radius_m} m")]
    OutsideRadius { distance_m: u32, radius_m: u32 },
    #[error("a position is needed: the phone must say where it is, to {accuracy_max_m} m")]
    PositionNeeded { accuracy_max_m: u32 },
    #[error("this is lacking: {}", named(.0))]
    ProofLacking(Vec<Proof>),
    #[error(transparent)]
    Field(#[from] FieldFlaw),
}

fn named(proofs: &[Proof]) -> String {
    proofs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Rejection {
    /// Stable: clients match on it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::IllegalTransition { .. } => "illegal_transition",
            Self::NotAssigned => "not_assigned",
            Self::DoneByAnother => "done_by_another",
            Self::AnotherOpen { .. } => "another_visit_open",
            Self::CoolingDown { .. } => "cooling_down",
            Self::OutsideRadius { .. } => "outside_radius",
            Self::PositionNeeded { .. } => "position_needed",
            Self::ProofLacking(_) => "proof_lacking",
            Self::Field(_) => "invalid_field",
        }
    }

    /// The fields to blame, each with what it must be.
    pub fn fields(&self) -> Vec<FieldFlaw> {
        match self {
            Self::IllegalTransition { status, .. } => vec![FieldFlaw::new("status", format!("is {status}"))],
            Self::OutsideRadius { radius_m, .. } => vec![FieldFlaw::new("position", format!("must be within {radius_m} m"))],
            Self::PositionNeeded { accuracy_max_m } => {
                vec![FieldFlaw::new("position", format!("must be given, to {accuracy_max_m} m"))]
            }
            Self::ProofLacking(proofs) => proofs.iter().map(|proof| FieldFlaw::new(proof.to_string(), "must be there")).collect(),
            Self::Field(flaw) => vec![flaw.clone()],
            Self::AnotherOpen { open } => vec![FieldFlaw::new("open_visit", open.to_string())],
            Self::CoolingDown { until } => vec![FieldFlaw::new("at", format!("must be from {until} on"))],
            Self::NotAssigned | Self::DoneByAnother => Vec::new(),
        }
    }
}

/// The report that carries a command out, or why there is none. Nothing has happened yet: apply it to the facts.
pub fn decide(facts: &Facts, told: Told, asking: &Asking<'_>) -> Result<Report, Rejection> {
    let rules = asking.rules.at(asking.at);
    let told = checked(told, rules)?;
    let kind = told.kind();
    let before = standing(facts, asking.site, asking.rules);
    if kind.is_deed() {
        check_whose(facts, &before, asking, kind)?;
    }
    let report = Report {
        id: asking.id,
        at: asking.at,
        received_at: asking.now,
        by: asking.by,
        agent: if kind.is_deed() { asking.agent } else { None },
        told,
        clock_ahead: false,
    };
    let mut then = facts.clone();
    then.apply(report.clone());
    let after = standing(&then, asking.site, asking.rules);
    let illegal = || Rejection::IllegalTransition { told: kind, status: before.progress.status };
    // What has ended is begun again by reinstating it only.
    if kind == ToldKind::CheckIn && !before.progress.status.is_ahead() && before.progress.status != VisitStatus::Missed {
        return Err(illegal());
    }
    let effect = after.effects.iter().find(|(id, _)| *id == report.id).map_or(Effect::AlreadyOver, |(_, effect)| *effect);
    match effect {
        Effect::Effective => {}
        Effect::DoneByAnother => return Err(Rejection::DoneByAnother),
        Effect::NotAssigned => return Err(Rejection::NotAssigned),
        Effect::OutsideRadius => {
            let distance_m = report.told.position().and_then(|claim| asking.site.distance_m(claim.point)).unwrap_or(0);
            return Err(Rejection::OutsideRadius { distance_m, radius_m: asking.site.radius_m });
        }
        Effect::NotCheckedIn | Effect::AlreadyDone | Effect::AlreadyOver | Effect::NotOver => return Err(illegal()),
    }
    match &report.told {
        Told::CheckIn { photos, .. } => {
            check_place(facts, &report, rules.outside_check_in, photos.is_empty(), Proof::PhotoAtCheckIn, asking)?;
            check_alone(asking, rules)?;
        }
        Told::CheckOut { photos, .. } => {
            check_place(facts, &report, rules.outside_check_out, photos.is_empty(), Proof::PhotoAtCheckOut, asking)?;
            // Photos named in the command count: they are on their way.
            let mut lacking = after.progress.lacking.clone();
            if !photos.is_empty() {
                lacking.retain(|proof| !matches!(proof, Proof::Photo | Proof::PhotoAtCheckOut));
            }
            if !lacking.is_empty() {
                return Err(Rejection::ProofLacking(lacking));
            }
        }
        Told::EnRoute {}
        | Told::Start {}
        | Told::Abandon { .. }
        | Told::Cancel { .. }
        | Told::Reinstate { .. }
        | Told::LeftOpen { .. } => {}
    }
    Ok(report)
}

fn check_whose(facts: &Facts, before: &Standing, asking: &Asking<'_>, kind: ToldKind) -> Result<(), Rejection> {
    match (before.progress.performed_by, facts.plan.agent_id) {
        (Some(performer), _) if asking.agent.is_some_and(|agent| agent != performer) => Err(Rejection::DoneByAnother),
        (None, assigned) if asking.agent != assigned => Err(Rejection::NotAssigned),
        // Nobody is assigned, and nobody in particular asks.
        (None, None) if kind == ToldKind::CheckIn => Err(Rejection::NotAssigned),
        (Some(_) | None, _) => Ok(()),
    }
}

fn check_place(
    facts: &Facts,
    report: &Report,
    outside: Outside,
    has_no_photo: bool,
    photo: Proof,
    asking: &Asking<'_>,
) -> Result<(), Rejection> {
    if facts.plan.kind.is_by_telephone() || outside == Outside::Flag || asking.site.point.is_none() {
        return Ok(());
    }
    let rules = asking.rules.at(report.at);
    let whereabouts = report.told.position().map(|claim| asking.site.of_claim(claim, rules));
    match (outside, whereabouts) {
        (_, Some(Whereabouts::Inside { .. })) => Ok(()),
        // Whoever tells it from a desk has no position; whoever stands there has.
        (Outside::Block, None | Some(Whereabouts::Unknown { .. })) => {
            Err(Rejection::PositionNeeded { accuracy_max_m: rules.accuracy_max_m })
        }
        (Outside::Block, Some(Whereabouts::Outside { distance_m })) => {
            Err(Rejection::OutsideRadius { distance_m, radius_m: asking.site.radius_m })
        }
        (Outside::Proof, _) if has_no_photo => Err(Rejection::ProofLacking(vec![photo])),
        (Outside::Proof | Outside::Flag, _) => Ok(()),
    }
}

/// One visit at a time, and not the same place again at once.
fn check_alone(asking: &Asking<'_>, rules: &VisitRules) -> Result<(), Rejection> {
    if let Some(open) = asking.open {
        return Err(Rejection::AnotherOpen { open });
    }
    let until = asking.last_check_out.map(|at| at.plus_s(i64::from(rules.cool_down_s)));
    match until.filter(|until| asking.at < *until) {
        Some(until) => Err(Rejection::CoolingDown { until }),
        None => Ok(()),
    }
}

/// Texts in their limits, reasons known to the organisation.
fn checked(told: Told, rules: &VisitRules) -> Result<Told, Rejection> {
    let known = |reason: &str, reasons: &[String]| {
        let reason = checked_line("reason", reason, 1, REASON_LEN_MAX)?;
        if reasons.is_empty() || reasons.contains(&reason) {
            Ok(reason)
        } else {
            Err(FieldFlaw::new("reason", format!("must be one of {}", reasons.join(", "))))
        }
    };
    let note = |note: &str| checked_text("note", note, NOTE_LEN_MAX);
    if told.photos().len() > PHOTOS_MAX {
        return Err(FieldFlaw::new("photos", format!("must be at most {PHOTOS_MAX}")).into());
    }
    Ok(match told {
        Told::EnRoute {} | Told::Start {} | Told::LeftOpen { .. } => told,
        Told::CheckIn { position, photos, note: text } => Told::CheckIn { position, photos, note: note(&text)? },
        Told::CheckOut { position, outcome, reason, photos, note: text } => {
            let reason = match (outcome, reason) {
                (Outcome::Productive, reason) => {
                    reason.map(|reason| checked_line("reason", &reason, 1, REASON_LEN_MAX)).transpose()?
                }
                (Outcome::Unproductive, Some(reason)) => Some(known(&reason, &rules.unproductive_reasons)?),
                (Outcome::Unproductive, None) => {
                    return Err(FieldFlaw::new("reason", "must say why the visit was unproductive").into());
                }
            };
            Told::CheckOut { position, outcome, reason, photos, note: note(&text)? }
        }
        Told::Abandon { reason, note: text } => {
            Told::Abandon { reason: known(&reason, &rules.abandon_reasons)?, note: note(&text)? }
        }
        Told::Cancel { reason, note: text } => {
            Told::Cancel { reason: known(&reason, &rules.cancel_reasons)?, note: note(&text)? }
        }
        Told::Reinstate { note: text } => Told::Reinstate { note: note(&text)? },
    })
}

/// A report told after the fact, if it can be represented: texts within their limits. Nothing else is refused.
pub fn representable(told: &Told) -> Result<(), FieldFlaw> {
    checked_text("note", told.note(), NOTE_LEN_MAX)?;
    if let Some(reason) = told.reason() {
        checked_line("reason", reason, 1, REASON_LEN_MAX)?;
    }
    if told.photos().len() > PHOTOS_MAX {
        return Err(FieldFlaw::new("photos", format!("must be at most {PHOTOS_MAX}")));
    }
    Ok(())
}
