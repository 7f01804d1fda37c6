//! The plan as a document: who makes which visits in which order, and what people have settled of them, in numbered versions. A `Diff` leads
//! from one version to another and knows its way back; all that is stored, sent, compared and undone of a plan is diffs.
//!
//! Deliberately absent: times, costs, and whether anything fits. Those follow from the order and from the world as it is now (`live`).
//! The invariant: a visit is at one place at most. `Book::apply` takes only what `Book::check` found made from this very state where it touches.

mod asked;
mod diff;
mod operation;

pub use asked::Asked;
pub use diff::{Diff, HoldChange, Move, RouteChange, Spot};
pub use operation::{OPERATIONS_MAX, Operation};

use crate::access::named;
use crate::plan::model::{Commitment, ShiftId};
use crate::{Timestamp, VisitId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Counts the accepted changes of a territory's plan; 0 before the first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = i64))]
pub struct PlanVersion(pub i64);

impl std::fmt::Display for PlanVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl PlanVersion {
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

named! {
    /// What sort of change a version is.
    ChangeKind, "kind" {
        /// A dispatcher's.
        Edit => "edit",
        /// An earlier change taken back.
        Undo => "undo",
        /// A search found something better.
        Improve => "improve",
        /// What happened in the field had to be mended.
        Repair => "repair",
        /// A dispatch job found its agent.
        Dispatch => "dispatch",
        /// One of several territories' changes made together.
        Bulk => "bulk",
        /// Visits were made, changed or ended elsewhere.
        Follow => "follow",
    }
}

/// What people have settled of a visit, beyond its place in a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanHold))]
pub struct Hold {
    /// `fixed_order_and_time`, `fixed_order`, `fixed_agent`, or `free` where only the time is settled. What is done or under way follows from
    /// the visit itself.
    pub commitment: Commitment,
    /// When it begins, where the time is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_at: Option<Timestamp>,
    /// How late it may begin although its windows have closed: a dispatcher accepted that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_until: Option<Timestamp>,
    /// How long the shift that makes it may go on for its sake, beyond all overtime: a dispatcher accepted that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift_until: Option<Timestamp>,
    /// A person chose the agent: a dispatcher gave the visit to them, or they said yes to it. Nobody else gets it because that costs less, only
    /// where limits would be broken otherwise.
    #[serde(default, skip_serializing_if = "is_false")]
    pub chosen: bool,
}

fn is_false(is: &bool) -> bool {
    !is
}

impl Hold {
    pub const fn new(commitment: Commitment) -> Self {
        Self { commitment, start_at: None, start_until: None, shift_until: None, chosen: false }
    }

    /// What a person's choice of the agent settles, beside what is settled already.
    pub fn chosen(was: Option<Self>) -> Self {
        Self { chosen: true, ..was.unwrap_or(Self::new(Commitment::Free)) }
    }

    /// What stays settled once somebody else has it; None: nothing.
    pub fn not_chosen(self) -> Option<Self> {
        let rest = Self { chosen: false, ..self };
        (rest != Self::new(Commitment::Free)).then_some(rest)
    }

    /// What stays settled once its place in the order is not.
    pub fn freed(self) -> Option<Self> {
        if self.is_relaxed() {
            return Some(self.settled(Commitment::FixedAgent, None));
        }
        self.chosen.then(|| self.settled(Commitment::Free, None))
    }

    /// Were limits exceeded for it?
    pub const fn is_relaxed(self) -> bool {
        self.start_until.is_some() || self.shift_until.is_some()
    }

    /// The same settled otherwise; limits that were exceeded for it stay so.
    pub const fn settled(self, commitment: Commitment, start_at: Option<Timestamp>) -> Self {
        Self { commitment, start_at, ..self }
    }
}

/// One version of a territory's plan.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Book {
    version: PlanVersion,
    /// Never an empty route.
    routes: BTreeMap<ShiftId, Vec<VisitId>>,
    holds: BTreeMap<VisitId, Hold>,
    /// Follows from `routes`.
    shift_of: HashMap<VisitId, ShiftId>,
}

/// A diff that was made from another state: these are otherwise by now.
#[derive(Clone, PartialEq, Eq, Debug, Default, thiserror::Error)]
#[error("{} routes and {} visits have changed since", shifts.len(), visits.len())]
pub struct Stale {
    pub shifts: BTreeSet<ShiftId>,
    pub visits: BTreeSet<VisitId>,
}

impl Book {
    /// A plan as it is stored. A visit named twice stays where it is named first.
    pub fn new(
        version: PlanVersion,
        routes: impl IntoIterator<Item = (ShiftId, Vec<VisitId>)>,
        holds: impl IntoIterator<Item = (VisitId, Hold)>,
    ) -> Self {
        let mut book = Self { version, holds: holds.into_iter().collect(), ..Self::default() };
        for (shift, visits) in routes {
            let visits: Vec<_> = visits.into_iter().filter(|visit| !book.shift_of.contains_key(visit)).collect();
            book.set_route(shift, visits);
        }
        book
    }

    pub fn version(&self) -> PlanVersion {
        self.version
    }

    pub fn routes(&self) -> &BTreeMap<ShiftId, Vec<VisitId>> {
        &self.routes
    }

    /// Visits of a shift in order; empty for one without any.
    pub fn route(&self, shift: ShiftId) -> &[VisitId] {
        self.routes.get(&shift).map_or(&[], Vec::as_slice)
    }

    pub fn holds(&self) -> &BTreeMap<VisitId, Hold> {
        &self.holds
    }

    pub fn hold(&self, visit: VisitId) -> Option<Hold> {
        self.holds.get(&visit).copied()
    }

    pub fn shift_of(&self, visit: VisitId) -> Option<ShiftId> {
        self.shift_of.get(&visit).copied()
    }

    /// Where a visit is.
    pub fn spot(&self, visit: VisitId) -> Option<Spot> {
        let shift = self.shift_of(visit)?;
        let position = self.route(shift).iter().position(|at| *at == visit)?;
        Some(Spot { shift, position: position as u32 })
    }

    /// What leads from here to routes and holds as given; what is not named stays.
    pub fn diff_to(
        &self,
        routes: impl IntoIterator<Item = (ShiftId, Vec<VisitId>)>,
        holds: impl IntoIterator<Item = (VisitId, Option<Hold>)>,
    ) -> Diff {
        let routes = routes.into_iter().filter(|(shift, after)| self.route(*shift) != after.as_slice());
        let holds = holds.into_iter().filter(|(visit, after)| self.hold(*visit) != *after);
        Diff {
            routes: routes.map(|(shift, after)| RouteChange { shift, before: self.route(shift).to_vec(), after }).collect(),
            holds: holds.map(|(visit, after)| HoldChange { visit, before: self.hold(visit), after }).collect(),
        }
    }

    /// Whether a diff was made from what this is now, where it touches, and leaves every visit at one place.
    pub fn check(&self, diff: &Diff) -> Result<(), Stale> {
        let mut stale = Stale::default();
        for change in &diff.routes {
            let now = self.route(change.shift);
            if now != change.before.as_slice() {
                stale.shifts.insert(change.shift);
                let (now, then): (BTreeSet<_>, BTreeSet<_>) = (now.iter().collect(), change.before.iter().collect());
                stale.visits.extend(now.symmetric_difference(&then).copied().copied());
            }
        }
        let touched: BTreeSet<_> = diff.routes.iter().map(|change| change.shift).collect();
        let mut seen = BTreeSet::new();
        for visit in diff.routes.iter().flat_map(|change| &change.after) {
            let is_elsewhere = self.shift_of(*visit).is_some_and(|shift| !touched.contains(&shift));
            if is_elsewhere || !seen.insert(*visit) {
                stale.visits.insert(*visit);
            }
        }
        stale
            .visits
            .extend(diff.holds.iter().filter(|change| self.hold(change.visit) != change.before).map(|change| change.visit));
        if stale == Stale::default() { Ok(()) } else { Err(stale) }
    }

    /// Takes a change: the version after it. Nothing happens to a stale one.
    pub fn apply(&mut self, diff: &Diff) -> Result<PlanVersion, Stale> {
        self.check(diff)?;
        for change in &diff.routes {
            self.set_route(change.shift, Vec::new());
        }
        for change in &diff.routes {
            self.set_route(change.shift, change.after.clone());
        }
        for change in &diff.holds {
            match change.after {
                Some(hold) => self.holds.insert(change.visit, hold),
                None => self.holds.remove(&change.visit),
            };
        }
        self.version = self.version.next();
        Ok(self.version)
    }

    /// The part of a diff made from an older version that still holds: groups of routes that exchange visits among themselves stand or fall
    /// together. None where nothing is left.
    pub fn rebase(&self, diff: &Diff) -> Option<Diff> {
        let mut kept = Diff::default();
        for part in diff.parts() {
            if self.check(&part).is_ok() {
                kept.routes.extend(part.routes);
                kept.holds.extend(part.holds);
            }
        }
        (!kept.is_empty()).then_some(kept)
    }

    fn set_route(&mut self, shift: ShiftId, visits: Vec<VisitId>) {
        for visit in self.routes.remove(&shift).unwrap_or_default() {
            self.shift_of.remove(&visit);
        }
        if !visits.is_empty() {
            self.shift_of.extend(visits.iter().map(|visit| (*visit, shift)));
            self.routes.insert(shift, visits);
        }
    }
}
