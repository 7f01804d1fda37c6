//! Why a plan is as it is, as facts: a stable code, the figures that decided, and one short English sentence made of the same figures.
//!
//! Nothing here searches; the live plan and the solver fill these in.

use super::model::{Bill, Reason, ShiftId};
use crate::VisitId;
use serde::Serialize;
use std::fmt;

/// Why a shift cannot take a visit at a place: the constraint that binds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanRefusal))]
pub enum Refusal {
    /// Skills the visit asks for that the agent lacks.
    SkillMissing {
        skills: Vec<String>,
    },
    ForbiddenAgent,
    NotAllowedAgent,
    /// It is to stay with another shift: this one.
    PinnedElsewhere {
        stays_with: ShiftId,
    },
    /// The shift is closed, over, or its agent absent.
    NotOnShift,
    /// What is settled there leaves no place for it.
    Locked,
    Unreachable,
    /// The agent would arrive after the last window closed.
    WindowClosed {
        late_by_s: i32,
    },
    /// A visit that is planned later on the route would miss its window, or the shift's end.
    DelaysOthers {
        late_by_s: i32,
    },
    /// The shift would end after all overtime.
    ShiftEnd {
        over_s: i32,
    },
    /// Breaks, windows and the shift's hours leave no room together.
    NoRoomBesideBreaks {
        late_by_s: i64,
    },
    Capacity {
        over: i64,
    },
    MaxVisits {
        max: u32,
    },
    MaxTravel {
        over_s: i32,
    },
    MaxDistance {
        over_m: i32,
    },
    /// The agent's duty over all their shifts.
    AgentDuty {
        over_s: i64,
    },
    /// The agent's working days are used up.
    AgentShifts {
        max: u32,
    },
}

impl Refusal {
    /// As it is written in answers: never changes its meaning.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SkillMissing { .. } => "skill_missing",
            Self::ForbiddenAgent => "forbidden_agent",
            Self::NotAllowedAgent => "not_allowed_agent",
            Self::PinnedElsewhere { .. } => "pinned_elsewhere",
            Self::NotOnShift => "not_on_shift",
            Self::Locked => "locked",
            Self::Unreachable => "unreachable",
            Self::WindowClosed { .. } => "window_closed",
            Self::DelaysOthers { .. } => "delays_others",
            Self::ShiftEnd { .. } => "shift_end",
            Self::NoRoomBesideBreaks { .. } => "no_room_beside_breaks",
            Self::Capacity { .. } => "capacity",
            Self::MaxVisits { .. } => "max_visits",
            Self::MaxTravel { .. } => "max_travel",
            Self::MaxDistance { .. } => "max_distance",
            Self::AgentDuty { .. } => "agent_duty",
            Self::AgentShifts { .. } => "agent_shifts",
        }
    }

    /// How near the place was to being possible: of several places of one route, the one that came nearest is told.
    pub(super) const fn nearness(&self) -> (u8, i64) {
        match self {
            Self::ForbiddenAgent | Self::NotAllowedAgent | Self::PinnedElsewhere { .. } => (9, 0),
            Self::SkillMissing { .. } => (8, 0),
            Self::NotOnShift => (7, 0),
            Self::Unreachable => (6, 0),
            Self::Locked => (5, 0),
            Self::Capacity { over } => (4, *over),
            Self::MaxVisits { .. } | Self::AgentShifts { .. } => (4, 0),
            Self::MaxTravel { over_s } => (3, *over_s as i64),
            Self::MaxDistance { over_m } => (3, *over_m as i64),
            Self::AgentDuty { over_s } => (3, *over_s),
            Self::WindowClosed { late_by_s } => (2, *late_by_s as i64),
            Self::DelaysOthers { late_by_s } => (1, *late_by_s as i64),
            Self::NoRoomBesideBreaks { late_by_s } => (1, *late_by_s),
            Self::ShiftEnd { over_s } => (1, *over_s as i64),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SkillMissing { skills } => write!(f, "lacks {}", skills.join(", ")),
            Self::ForbiddenAgent => f.write_str("must not go there"),
            Self::NotAllowedAgent => f.write_str("is not among those allowed"),
            Self::PinnedElsewhere { stays_with } => write!(f, "must leave it to shift {stays_with}, with whom it is to stay"),
            Self::NotOnShift => f.write_str("is not on shift"),
            Self::Locked => f.write_str("has no place left that is not settled"),
            Self::Unreachable => f.write_str("has no way there"),
            Self::WindowClosed { late_by_s } => write!(f, "would come {} too late", Duration(*late_by_s as i64)),
            Self::DelaysOthers { late_by_s } => write!(f, "would be {} late afterwards", Duration(*late_by_s as i64)),
            Self::ShiftEnd { over_s } => write!(f, "would be on duty {} too long", Duration(*over_s as i64)),
            Self::NoRoomBesideBreaks { late_by_s } => write!(f, "lacks {} beside the breaks", Duration(*late_by_s)),
            Self::Capacity { over } => write!(f, "would carry {over} too much"),
            Self::MaxVisits { max } => write!(f, "may make {max} visits at most"),
            Self::MaxTravel { over_s } => write!(f, "would travel {} too long", Duration(*over_s as i64)),
            Self::MaxDistance { over_m } => write!(f, "would travel {over_m} m too far"),
            Self::AgentDuty { over_s } => write!(f, "would be on duty {} too long over all days", Duration(*over_s)),
            Self::AgentShifts { max } => write!(f, "may work on {max} days at most"),
        }
    }
}

/// Seconds as people say them.
struct Duration(i64);

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            s @ ..60 => write!(f, "{s} s"),
            s @ 60..3_600 => write!(f, "{} min", (s + 59) / 60),
            s => write!(f, "{} h {} min", s / 3_600, s % 3_600 / 60),
        }
    }
}

/// One way to serve a visit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanOffer))]
pub struct Offer {
    pub shift: ShiftId,
    /// Place on the route counted from its first visit, those made included.
    pub position: usize,
    /// When service would start, seconds from the plan's origin.
    pub start_s: i32,
    /// What the plan's cost grows by.
    pub cost: i64,
    /// The same by cause.
    pub parts: Bill,
    /// By which other visits would start later, in all.
    pub delay_s: i64,
}

/// A shift, and why it was not chosen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanRefused))]
pub struct Refused {
    pub shift: ShiftId,
    #[serde(flatten)]
    pub refusal: Refusal,
}

/// Why this agent: what the choice costs against the next best, and who could not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanWhyHere))]
pub struct WhyHere {
    pub visit: VisitId,
    pub chosen: Offer,
    /// Cheapest first, one for each shift.
    pub others: Vec<Offer>,
    /// Those of the visit's day nearest to it that cannot.
    pub refused: Vec<Refused>,
}

impl WhyHere {
    /// What makes the chosen one cheaper than the next: the cause that differs the most, and by how much.
    pub fn decided_by(&self) -> Option<(&'static str, i64)> {
        let next = self.others.first()?;
        let pairs = parts(&next.parts).into_iter().zip(parts(&self.chosen.parts));
        pairs
            .map(|((cause, theirs), (_, ours))| (cause, theirs - ours))
            .filter(|(_, less)| *less > 0)
            .max_by_key(|(_, less)| *less)
    }
}

impl fmt::Display for WhyHere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} costs {}", self.chosen.shift, self.chosen.cost)?;
        match self.others.first() {
            Some(next) => write!(f, ", the next best {} costs {}", next.shift, next.cost)?,
            None => f.write_str(", and nobody else can")?,
        }
        match self.decided_by() {
            Some((cause, less)) => write!(f, "; {cause} is {less} less"),
            None => Ok(()),
        }
    }
}

/// The causes of a bill by name.
pub fn parts(bill: &Bill) -> [(&'static str, i64); 10] {
    [
        ("travel", bill.travel),
        ("duty", bill.duty),
        ("overtime", bill.overtime),
        ("fixed", bill.fixed),
        ("imbalance", bill.imbalance),
        ("preference", bill.preference),
        ("broken_promises", bill.broken_promises),
        ("waiting", bill.waiting),
        ("moved", bill.moved),
        ("prizes_lost", bill.prizes_lost),
    ]
}

/// Why a visit is in no route.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanWhyUnassigned))]
pub struct WhyUnassigned {
    pub visit: VisitId,
    /// no_shift, nobody_allowed, nobody_skilled, unreachable, too_large, no_time, no_room, not_worth_it or not_planned.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reason: &'static str,
    /// How many of the plan's shifts refuse for each reason, by code, most first.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<(String, usize)>))]
    pub counts: Vec<(&'static str, usize)>,
    /// Those of the visit's day that come nearest to being able.
    pub nearest: Vec<Refused>,
}

impl fmt::Display for WhyUnassigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)?;
        match self.nearest.first() {
            Some(nearest) => write!(f, ": {} {}", nearest.shift, nearest.refusal),
            None => Ok(()),
        }
    }
}

/// The stable code of a reason.
pub const fn reason_code(reason: Reason) -> &'static str {
    match reason {
        Reason::NoShift => "no_shift",
        Reason::NobodyAllowed => "nobody_allowed",
        Reason::NobodySkilled { .. } => "nobody_skilled",
        Reason::Unreachable => "unreachable",
        Reason::TooLarge => "too_large",
        Reason::NoTime => "no_time",
        Reason::NoRoom => "no_room",
        Reason::NotWorthIt => "not_worth_it",
        Reason::NotPlanned => "not_planned",
    }
}

/// Why a visit stands where it does in its route: what the route would cost with it elsewhere.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct WhyOrder {
    pub visit: VisitId,
    pub shift: ShiftId,
    pub position: usize,
    /// Other positions on the same route, in order.
    pub elsewhere: Vec<Elsewhere>,
}

/// Another position, and what it would cost more; None: it cannot be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Elsewhere {
    pub position: usize,
    pub cost_more: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_the_code_it_is_written_with() {
        let refusals = [
            Refusal::SkillMissing { skills: vec!["forklift".into()] },
            Refusal::ForbiddenAgent,
            Refusal::NotOnShift,
            Refusal::WindowClosed { late_by_s: 61 },
            Refusal::Capacity { over: 3 },
            Refusal::AgentShifts { max: 5 },
        ];
        for refusal in refusals {
            let json = serde_json::to_value(&refusal).unwrap();
            assert_eq!(json["code"], refusal.code());
        }
        assert_eq!(Refusal::WindowClosed { late_by_s: 61 }.to_string(), "would come 2 min too late");
        assert_eq!(Refusal::ShiftEnd { over_s: 3_700 }.to_string(), "would be on duty 1 h 1 min too long");
    }
}
