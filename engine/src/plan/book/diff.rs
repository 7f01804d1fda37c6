//! What changed between two versions of a plan: whole routes before and after, so that going back is turning it round.

use super::Hold;
use crate::VisitId;
use crate::plan::model::ShiftId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A change of a plan.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanDiff))]
pub struct Diff {
    /// One for each shift touched.
    pub routes: Vec<RouteChange>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<HoldChange>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanRouteChange))]
pub struct RouteChange {
    pub shift: ShiftId,
    pub before: Vec<VisitId>,
    pub after: Vec<VisitId>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanHoldChange))]
pub struct HoldChange {
    pub visit: VisitId,
    pub before: Option<Hold>,
    pub after: Option<Hold>,
}

/// A place in a route.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanSpot))]
pub struct Spot {
    #[serde(flatten)]
    pub shift: ShiftId,
    /// From 0.
    pub position: u32,
}

/// A visit that goes elsewhere; none on one side: it comes into the plan, or leaves it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PlanMove))]
pub struct Move {
    pub visit: VisitId,
    pub from: Option<Spot>,
    pub to: Option<Spot>,
}

impl Diff {
    pub fn is_empty(&self) -> bool {
        self.routes.is_empty() && self.holds.is_empty()
    }

    /// The way back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let routes = self.routes.iter().map(|change| RouteChange {
            shift: change.shift,
            before: change.after.clone(),
            after: change.before.clone(),
        });
        let holds = self.holds.iter().map(|change| HoldChange { before: change.after, after: change.before, ..*change });
        Self { routes: routes.collect(), holds: holds.collect() }
    }

    /// This change and a later one as a single one; what came and went again is left out.
    #[must_use]
    pub fn then(&self, later: &Self) -> Self {
        let mut routes: BTreeMap<ShiftId, RouteChange> =
            self.routes.iter().map(|change| (change.shift, change.clone())).collect();
        for change in &later.routes {
            let joined = routes.entry(change.shift).or_insert_with(|| change.clone());
            joined.after.clone_from(&change.after);
        }
        let mut holds: BTreeMap<VisitId, HoldChange> = self.holds.iter().map(|change| (change.visit, *change)).collect();
        for change in &later.holds {
            holds.entry(change.visit).or_insert(*change).after = change.after;
        }
        Self {
            routes: routes.into_values().filter(|change| change.before != change.after).collect(),
            holds: holds.into_values().filter(|change| change.before != change.after).collect(),
        }
    }

    pub fn shifts(&self) -> impl Iterator<Item = ShiftId> + '_ {
        self.routes.iter().map(|change| change.shift)
    }

    /// Visits that go elsewhere, or whose hold changes: what a person would call changed.
    pub fn visits(&self) -> BTreeSet<VisitId> {
        let held = self.holds.iter().map(|change| change.visit);
        self.moves().into_iter().map(|moved| moved.visit).chain(held).collect()
    }

    /// Visits that go elsewhere. Of those that stay in their route, as few as explain the new order: who is merely pushed along has not moved.
    pub fn moves(&self) -> Vec<Move> {
        let spots = |side: fn(&RouteChange) -> &Vec<VisitId>| -> HashMap<VisitId, Spot> {
            let of = |change: &'_ RouteChange| {
                let shift = change.shift;
                let spot = move |(at, visit): (usize, &VisitId)| (*visit, Spot { shift, position: at as u32 });
                side(change).iter().enumerate().map(spot).collect::<Vec<_>>()
            };
            self.routes.iter().flat_map(of).collect()
        };
        let (from, to) = (spots(|change| &change.before), spots(|change| &change.after));
        let mut settled = BTreeSet::new();
        for change in &self.routes {
            let stays = change.after.iter().filter_map(|visit| {
                from.get(visit).filter(|spot| spot.shift == change.shift).map(|spot| (*visit, spot.position))
            });
            settled.extend(longest_rising(&stays.collect::<Vec<_>>()));
        }
        let named: BTreeSet<_> = from.keys().chain(to.keys()).copied().collect();
        let moved = named.into_iter().filter(|visit| !settled.contains(visit));
        moved.map(|visit| Move { visit, from: from.get(&visit).copied(), to: to.get(&visit).copied() }).collect()
    }

    /// The diff in independent parts: routes that exchange visits are in one, and a hold goes with the route its visit is in.
    pub(super) fn parts(&self) -> Vec<Self> {
        // Routes by the visits they have in common, joined as far as these reach.
        let mut group: Vec<usize> = (0..self.routes.len()).collect();
        let mut first_with: HashMap<VisitId, usize> = HashMap::new();
        for (at, change) in self.routes.iter().enumerate() {
            for visit in change.before.iter().chain(&change.after) {
                let other = *first_with.entry(*visit).or_insert(at);
                let (a, b) = (root(&mut group, other), root(&mut group, at));
                group[b] = a;
            }
        }
        let mut parts: BTreeMap<usize, Self> = BTreeMap::new();
        for (at, change) in self.routes.iter().enumerate() {
            parts.entry(root(&mut group, at)).or_default().routes.push(change.clone());
        }
        let mut alone = Vec::new();
        for change in &self.holds {
            match first_with.get(&change.visit).map(|at| root(&mut group, *at)) {
                Some(part) => parts.entry(part).or_default().holds.push(*change),
                None => alone.push(Self { routes: Vec::new(), holds: vec![*change] }),
            }
        }
        parts.into_values().chain(alone).collect()
    }
}

fn root(group: &mut [usize], of: usize) -> usize {
    let mut at = of;
    while group[at] != at {
        group[at] = group[group[at]];
        at = group[at];
    }
    at
}

/// The most visits whose former positions rise.
fn longest_rising(visits: &[(VisitId, u32)]) -> Vec<VisitId> {
    // Patience sorting: `ends[k]` is the index of the smallest end of a rising run of k + 1.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (at, (_, position)) in visits.iter().enumerate() {
        let len = ends.partition_point(|end| visits[*end].1 < *position);
        before.push(len.checked_sub(1).map(|previous| ends[previous]));
        if len == ends.len() {
            ends.push(at);
        } else {
            ends[len] = at;
        }
    }
    let mut rising = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        rising.push(visits[at].0);
        next = before[at];
    }
    rising
}
