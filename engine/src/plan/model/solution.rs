//! An answer: who makes which visits in which order and when, what was left out and why, and what it costs.

use super::{Prize, Shift, Skills, Visit, VisitIx};
use serde::{Deserialize, Serialize};

/// A plan. It says when everything happens, so that it can be judged without knowing how it was made.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Solution {
    /// One for each shift of the problem, in its order.
    pub routes: Vec<Route>,
    pub unassigned: Vec<Unassigned>,
}

/// What one shift does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Route {
    pub visits: Vec<VisitIx>,
    /// When service starts, by visit.
    pub starts_s: Vec<i32>,
    /// When each break of the shift starts; None: not due.
    pub breaks_s: Vec<Option<i32>>,
    /// When the shift leaves its start stop. Meaningless without visits.
    pub departs_s: i32,
    /// When it is at its end stop, or done with the last visit where there is none.
    pub ends_s: i32,
}

impl Route {
    /// What a shift without visits does: nothing.
    pub fn idle(shift: &Shift) -> Self {
        let at_s = shift.earliest_start_s;
        Self { breaks_s: vec![None; shift.breaks.len()], departs_s: at_s, ends_s: at_s, ..Self::default() }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unassigned {
    pub visit: VisitIx,
    pub reason: Reason,
}

/// Why a visit was left out: the first of these that holds for every shift.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// There are no shifts.
    NoShift,
    /// Nobody who is allowed works: allowed, forbidden and pinned agents leave none.
    NobodyAllowed,
    /// Of those allowed nobody has these skills.
    NobodySkilled { missing: Skills },
    /// No way leads there and back for any of them.
    Unreachable,
    /// It is more than any of them may carry.
    TooLarge,
    /// Even a shift that did nothing else could not make it within its windows, hours, breaks and limits.
    NoTime,
    /// It would fit into an empty shift, but not beside what the plan holds.
    NoRoom,
    /// Making it would cost more than its prize.
    NotWorthIt,
    /// It fits as the plan is, and nobody has planned it.
    NotPlanned,
}

impl Reason {
    /// Stable, for those who read answers by program.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoShift => "no_shift",
            Self::NobodyAllowed => "nobody_allowed",
            Self::NobodySkilled { .. } => "nobody_skilled",
            Self::Unreachable => "unreachable",
            Self::TooLarge => "too_large",
            Self::NoTime => "no_time",
            Self::NoRoom => "no_room",
            Self::NotWorthIt => "not_worth_it",
            Self::NotPlanned => "not_planned",
        }
    }
}

/// What a plan costs, by cause.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanBill))]
pub struct Bill {
    pub travel: i64,
    pub duty: i64,
    pub overtime: i64,
    pub fixed: i64,
    pub imbalance: i64,
    pub preference: i64,
    pub broken_promises: i64,
    /// Of customers who wait for a visit.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub waiting: i64,
    pub moved: i64,
    pub prizes_lost: i64,
    /// Visits left out that must be made, each counted 1 + its priority. Never traded against costs: fewer is better, first of all.
    pub mandatory_lost: i64,
}

impl Bill {
    /// The sum of all costs; `mandatory_lost` is no cost.
    pub const fn total(&self) -> i64 {
        self.travel
            + self.duty
            + self.overtime
            + self.fixed
            + self.imbalance
            + self.preference
            + self.broken_promises
            + self.waiting
            + self.moved
            + self.prizes_lost
    }

    /// Adds what leaving a visit out costs.
    pub fn leave_out(&mut self, visit: &Visit) {
        match visit.prize {
            Prize::Optional(prize) => self.prizes_lost += prize,
            Prize::Mandatory => self.mandatory_lost += 1 + i64::from(visit.priority),
        }
    }

    /// What to compare plans by: smaller is better.
    pub const fn rank(&self) -> (i64, i64) {
        (self.mandatory_lost, self.total())
    }
}

impl std::ops::Sub for Bill {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            travel: self.travel - other.travel,
            duty: self.duty - other.duty,
            overtime: self.overtime - other.overtime,
            fixed: self.fixed - other.fixed,
            imbalance: self.imbalance - other.imbalance,
            preference: self.preference - other.preference,
            broken_promises: self.broken_promises - other.broken_promises,
            waiting: self.waiting - other.waiting,
            moved: self.moved - other.moved,
            prizes_lost: self.prizes_lost - other.prizes_lost,
            mandatory_lost: self.mandatory_lost - other.mandatory_lost,
        }
    }
}

impl std::ops::Add for Bill {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl std::ops::AddAssign for Bill {
    fn add_assign(&mut self, other: Self) {
        self.travel += other.travel;
        self.duty += other.duty;
        self.overtime += other.overtime;
        self.fixed += other.fixed;
        self.imbalance += other.imbalance;
        self.preference += other.preference;
        self.broken_promises += other.broken_promises;
        self.waiting += other.waiting;
        self.moved += other.moved;
        self.prizes_lost += other.prizes_lost;
        self.mandatory_lost += other.mandatory_lost;
    }
}
