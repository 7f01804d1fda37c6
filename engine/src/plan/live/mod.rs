//! The plan as live state: thousands of routes kept ready, so that one more visit is placed, and what it disturbs repaired, in less than
//! a millisecond instead of by planning anew.
//!
//! A [`LivePlan`] holds a [`Problem`], a route for each shift, and an index of what is near what. Every change is a transaction: it is
//! made as a whole or not at all, bumps the [`PlanVersion`], returns a [`Diff`] small enough for a socket and an [`Undo`]. Searches go
//! from the near (the stops around the visit) to the exact (every shift, left out only where a lower bound proves it cannot be better).
//!
//! Deliberately absent: clocks (`now_s` is told), actors, storage. The invariant: no change that the plan makes on its own breaks a hard
//! constraint that was kept before; what reality broke (an agent is late) is kept, counted in [`LivePlan::late`] and never made worse.

mod adapt;
mod bounds;
mod chance;
mod change;
mod chosen;
mod diff;
mod durations;
mod edit;
mod eta;
mod events;
mod exchange;
mod journal;
mod near;
mod quote;
mod rebase;
mod relax;
mod repair;
mod room;
mod route;
mod search;
mod stops;
mod tables;
mod timing;
mod transact;
mod ways;
mod why;

#[cfg(test)]
mod tests;

pub use chance::{AGE_SPREAD, AlarmRules, LEG_SPREAD, PARKING_SD_S, Uncertain, normal_below};
pub use change::{Expected, Rejection};
pub use diff::{Changed, Diff, Move, Outcome, PlanVersion, PromiseNow, RouteView, Slot, Undo};
pub use durations::{DurationModel, Estimate, Observed};
pub use edit::Edit;
pub use eta::{Eta, Risk, VisitTimes};
pub use events::{After, Progress};
pub use rebase::{Accepted, Improvement, Snapshot};
pub use relax::{Relaxation, RelaxationKind, STRETCH_S_MAX};
pub use room::{GivesWay, RoomOffer};
pub use tables::{Tables, TablesPin};
pub use ways::{NO_WAY, TablePin, Ways};

use super::model::{AgentLimits, Bill, Problem, ShiftId, ShiftIx, Skills, Solution, StopIx, VisitIx};
use crate::VisitId;
use bounds::{Hop, Reach};
use near::Nearby;
use quote::{Bench, Sought};
use route::{Route, Stamps};
use search::Seen;
use std::collections::HashSet;
use ways::Chord;

/// How the plan behaves where the model leaves a choice.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rules {
    /// Stops around a visit that are looked at before every shift is.
    pub near: usize,
    /// Places among those that are asked for their real ways, the likeliest first.
    pub ask: usize,
    /// Places a repair may try before it has to end.
    pub effort: u32,
    /// A repair moves a planned visit only when this much is gained: no thrashing for seconds.
    pub least_gain: i64,
    /// And this much more where another agent makes it then.
    pub least_gain_moved: i64,
    /// Lateness of a route, in all, up to which its visits stay with an agent who is late and nobody else can come.
    pub grace_s: i32,
    /// Starts that shift by less are not told.
    pub told_from_s: i32,
}

impl Default for Rules {
    fn default() -> Self {
        Self { near: 256, ask: 64, effort: 350, least_gain: 60, least_gain_moved: 120, grace_s: 600, told_from_s: 60 }
    }
}

/// Where a visit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Spot {
    /// Cancelled: the plan has forgotten it.
    Gone,
    Unassigned,
    /// Made or being made.
    Begun {
        shift: ShiftIx,
    },
    /// The step at this position.
    On {
        shift: ShiftIx,
        position: u32,
    },
}

impl Spot {
    const fn shift(self) -> Option<ShiftIx> {
        match self {
            Self::Gone | Self::Unassigned => None,
            Self::Begun { shift } | Self::On { shift, .. } => Some(shift),
        }
    }
}

/// What is planned, as facts and figures. Changed only through a journal.
struct Grounds<W> {
    pub problem: Problem,
    pub ways: W,
    pub routes: Vec<Route>,
    /// By visit.
    pub spots: Vec<Spot>,
    /// By shift: takes nothing new.
    pub is_closed: Vec<bool>,
    /// By visit: the version that last changed what it is or where it is.
    pub visit_changed_at: Vec<u64>,
    /// The same, taken back when a change is undone.
    pub visit_content: Vec<u64>,
    /// Nothing that has not begun begins before.
    pub now_s: i32,
    /// By stop.
    chords: Vec<Chord>,
    /// Seconds a metre of straight line, as the plan travelled when it was taken over.
    pace: f32,
    /// By shift.
    reaches: Vec<Reach>,
    /// By shift: its open places, first to last.
    hops: Vec<Vec<Hop>>,
    /// By shift: index into the problem's agents with limits.
    limits: Vec<Option<u32>>,
    /// Open visits, and where each shift's settled part ends.
    pub near: Nearby,
}

/// The plan of one territory, or of all.
pub struct LivePlan<W: Ways> {
    grounds: Grounds<W>,
    rules: Rules,
    version: u64,
    sought: Sought<W::Pin>,
    other: Sought<W::Pin>,
    bench: Bench,
    seen: Seen,
    /// Visits whose agent a person chose.
    chosen: HashSet<VisitId>,
}

impl<W: Ways> Grounds<W> {
    fn limits_of(&self, ix: ShiftIx) -> Option<&AgentLimits> {
        self.limits[ix.at()].map(|at| &self.problem.agents()[at as usize])
    }

    fn chord(&self, stop: StopIx) -> Chord {
        self.chords.get(stop.at()).copied().unwrap_or(Chord::UNKNOWN)
    }

    /// From the legs of the plan; without any, at 30 km/h.
    fn usual_pace(&self) -> f32 {
        let (mut seconds, mut metres) = (0.0f32, 0.0f32);
        for route in &self.routes {
            let mut here = route.head.place;
            for step in &route.steps {
                let leg_m = here.metres(step.place);
                if leg_m.is_finite() && step.leg_s < NO_WAY {
                    (seconds, metres) = (seconds + step.leg_s as f32, metres + leg_m);
                }
                here = step.place;
            }
        }
        if metres > 1_000.0 { seconds / metres } else { 0.12 }
    }

    fn skill_names(&self, skills: Skills) -> Vec<String> {
        let names = self.problem.skills().iter().enumerate();
        names.filter(|(bit, _)| skills.0 >> bit & 1 == 1).map(|(_, name)| name.clone()).collect()
    }

    /// Places of stops that came since.
    fn learn_stops(&mut self) {
        for stop in self.chords.len()..self.problem.stops().len() {
            self.chords.push(self.ways.place(StopIx::from(stop)).map_or(Chord::UNKNOWN, Chord::of));
        }
    }

    /// Places of all stops once more. Of those that were not known nothing is: they may be of somebody under way.
    fn relearn_stops(&mut self) {
        for (at, chord) in self.chords.iter_mut().enumerate().filter(|(_, chord)| chord.is_known()) {
            *chord = self.ways.place(StopIx::from(at)).map_or(Chord::UNKNOWN, Chord::of);
        }
        self.learn_stops();
    }

    fn learn_limits(&mut self) {
        self.limits = vec![None; self.problem.shifts().len()];
        for (at, agent) in self.problem.agents().iter().enumerate() {
            for shift in &agent.shifts {
                self.limits[shift.at()] = Some(at as u32);
            }
        }
    }
}

/// Visits of a start plan that cannot be in it.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum StartFlaw {
    #[error("the plan has {found} routes for {expected} shifts")]
    Routes { found: usize, expected: usize },
    #[error("visit {visit} is planned twice")]
    Twice { visit: VisitId },
    #[error("the route of {shift} does not begin with what is locked there")]
    Locked { shift: ShiftId },
    #[error("visit {visit} is locked in another shift")]
    Elsewhere { visit: VisitId },
}

impl<W: Ways> LivePlan<W> {
    /// Takes a plan over as it is: what its routes break stays broken, and is told by `late`. Without routes: what is locked, nothing else.
    pub fn new(problem: Problem, start: Option<&Solution>, ways: W, rules: Rules, now_s: i32) -> Result<Self, StartFlaw> {
        let orders = match start {
            Some(start) => start.routes.iter().map(|route| route.visits.clone()).collect(),
            None => {
                let locked = |shift: &super::model::Shift| shift.locked.iter().map(|locked| locked.visit).collect();
                problem.shifts().iter().map(locked).collect::<Vec<Vec<VisitIx>>>()
            }
        };
        check_start(&problem, &orders)?;
        let (visits, shifts) = (problem.visits().len(), problem.shifts().len());
        let mut grounds = Grounds {
            problem,
            ways,
            routes: Vec::with_capacity(shifts),
            spots: vec![Spot::Unassigned; visits],
            is_closed: vec![false; shifts],
            visit_changed_at: vec![0; visits],
            visit_content: vec![0; visits],
            now_s,
            chords: Vec::new(),
            pace: 0.0,
            reaches: Vec::with_capacity(shifts),
            hops: vec![Vec::new(); shifts],
            limits: Vec::new(),
            near: Nearby::default(),
        };
        grounds.learn_stops();
        grounds.learn_limits();
        let mut bench = Bench::default();
        for (at, order) in orders.iter().enumerate() {
            let ix = ShiftIx::from(at);
            let route = grounds.build(ix, order, &mut bench.board);
            grounds.routes.push(route);
            grounds.place_visits(ix);
        }
        grounds.pace = grounds.usual_pace();
        Ok(Self {
            grounds,
            rules,
            version: 1,
            sought: Sought::new(),
            other: Sought::new(),
            bench,
            seen: Seen::default(),
            chosen: HashSet::new(),
        })
    }

    pub fn version(&self) -> PlanVersion {
        PlanVersion(self.version)
    }

    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Visits and shifts as the plan knows them; cancelled visits are among them, see `is_planned`.
    pub fn problem(&self) -> &Problem {
        &self.grounds.problem
    }

    pub fn ways(&self) -> &W {
        &self.grounds.ways
    }

    /// For adding stops to; what is there already must keep its times, or `refresh` has to follow.
    pub fn ways_mut(&mut self) -> &mut W {
        &mut self.grounds.ways
    }

    pub fn now_s(&self) -> i32 {
        self.grounds.now_s
    }

    /// What the routes cost, and what is left out.
    pub fn bill(&self) -> Bill {
        let mut bill = Bill::default();
        self.grounds.routes.iter().for_each(|route| bill += route.bill);
        for (at, spot) in self.grounds.spots.iter().enumerate() {
            if *spot == Spot::Unassigned {
                bill += left_out(&self.grounds.problem, VisitIx::from(at));
            }
        }
        bill
    }

    /// Seconds by which limits are overrun, of shifts where any is.
    pub fn late(&self) -> impl Iterator<Item = (ShiftId, i64)> {
        let shifts = self.grounds.problem.shifts().iter().zip(&self.grounds.routes);
        shifts.filter(|(_, route)| route.timing.late_s > 0).map(|(shift, route)| (shift.id, route.timing.late_s))
    }

    /// Visits that are in the plan and in no route.
    pub fn unassigned(&self) -> impl Iterator<Item = VisitId> {
        let visits = self.grounds.problem.visits().iter().zip(&self.grounds.spots);
        visits.filter(|(_, spot)| **spot == Spot::Unassigned).map(|(visit, _)| visit.id)
    }

    /// A number that differs when anything of the plan's state does, versions aside: for telling that a failed change changed nothing.
    pub fn fingerprint(&self) -> u64 {
        let mut print = Fingerprint(0xcbf2_9ce4_8422_2325);
        let grounds = &self.grounds;
        for (ix, route) in grounds.routes.iter().enumerate() {
            let text = format!(
                "{:?}",
                Route { stamps: Stamps::default(), begun: route.begun.clone(), steps: route.steps.clone(), ..*route }
            );
            print.add(text.as_bytes());
            print.add(format!("{:?} {:?}", grounds.problem.shift(ShiftIx::from(ix)), grounds.is_closed[ix]).as_bytes());
            print.add(format!("{:?}", grounds.near.point(search::shift_slot(ShiftIx::from(ix)))).as_bytes());
        }
        for (ix, spot) in grounds.spots.iter().enumerate().filter(|(_, spot)| **spot != Spot::Gone) {
            let ix = VisitIx::from(ix);
            print.add(
                format!("{spot:?} {:?} {:?}", grounds.problem.visit(ix), grounds.near.point(search::visit_slot(ix))).as_bytes(),
            );
        }
        print.add(&grounds.now_s.to_le_bytes());
        print.0
    }
}

/// FNV-1a.
struct Fingerprint(u64);

impl Fingerprint {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// What leaving a visit out costs.
fn left_out(problem: &Problem, ix: VisitIx) -> Bill {
    let visit = problem.visit(ix);
    match visit.prize {
        super::model::Prize::Mandatory => Bill { mandatory_lost: 1 + i64::from(visit.priority), ..Bill::default() },
        super::model::Prize::Optional(prize) => Bill { prizes_lost: prize, ..Bill::default() },
    }
}

fn check_start(problem: &Problem, orders: &[Vec<VisitIx>]) -> Result<(), StartFlaw> {
    if orders.len() != problem.shifts().len() {
        return Err(StartFlaw::Routes { found: orders.len(), expected: problem.shifts().len() });
    }
    let mut is_planned = vec![false; problem.visits().len()];
    for (at, (shift, order)) in problem.shifts().iter().zip(orders).enumerate() {
        if shift.locked.len() > order.len() || shift.locked.iter().zip(order).any(|(locked, visit)| locked.visit != *visit) {
            return Err(StartFlaw::Locked { shift: shift.id });
        }
        for ix in order {
            let visit = problem.visit(*ix);
            if std::mem::replace(&mut is_planned[ix.at()], true) {
                return Err(StartFlaw::Twice { visit: visit.id });
            }
            if visit.locked_in.is_some_and(|shift| shift != ShiftIx::from(at)) {
                return Err(StartFlaw::Elsewhere { visit: visit.id });
            }
        }
    }
    Ok(())
}
