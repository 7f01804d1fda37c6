//! What happens outside: visits begin, end and overrun, agents are late, drop out and come back, shifts change, time passes.
//!
//! An event is a fact: it is refused only when it contradicts what is known. What it disturbs is repaired in the same change.

use super::change::{Expected, Rejection};
use super::diff::Outcome;
use super::journal::Journal;
use super::ways::{NO_WAY, Ways};
use super::{Edit, LivePlan, Spot};
use crate::VisitId;
use crate::plan::explain::WhyUnassigned;
use crate::plan::model::{
    Commitment, Locked, SERVICE_S_MAX, Shift, ShiftDraft, ShiftId, ShiftIx, StopDraft, StopIx, UnderWay, Visit, VisitDraft,
    VisitIx,
};

/// How far a visit has come. Seconds from the plan's origin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Service has started.
    Started { at_s: i32 },
    /// Service has ended, having started then.
    Finished { started_s: i32, ended_s: i32 },
}

/// What an event left behind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct After {
    /// Visits that are in no route any more, and why nobody can make them.
    pub left: Vec<WhyUnassigned>,
    /// Seconds by which limits of touched shifts are overrun.
    pub late: Vec<(ShiftId, i64)>,
}

impl<W: Ways> LivePlan<W> {
    /// Adds a stop, which the ways have to know by the same number already.
    pub fn add_stop(&mut self, draft: StopDraft) -> Result<StopIx, Rejection> {
        let stop = self.grounds.problem.add_stop(draft).map_err(|flaws| Rejection::Flawed { flaws })?;
        self.grounds.learn_stops();
        Ok(stop)
    }

    /// Adds a visit and puts it to its best place.
    pub fn add_visit(&mut self, draft: &VisitDraft) -> Result<Outcome, Rejection> {
        self.edit(&[Edit::Add { draft: Box::new(draft.clone()) }, Edit::Insert { visit: draft.id }], Expected::Any)
    }

    /// Forgets a visit and closes the gap.
    pub fn cancel(&mut self, visit: VisitId, expected: Expected) -> Result<Outcome, Rejection> {
        self.edit(&[Edit::Cancel { visit }], expected)
    }

    /// Notes that a visit has started or ended. It need not have been the next, nor planned for this shift.
    pub fn progress(&mut self, visit: VisitId, shift: ShiftId, progress: Progress) -> Result<Outcome<After>, Rejection> {
        let (ix, shift) = (self.visit_ix(visit)?, self.shift_ix(shift)?);
        self.transact(|plan, journal| {
            plan.note_progress(ix, shift, progress, journal)?;
            Ok(plan.settle_down(&[shift], journal))
        })
    }

    fn note_progress(&mut self, ix: VisitIx, shift: ShiftIx, progress: Progress, journal: &mut Journal) -> Result<(), Rejection> {
        let id = self.grounds.problem.visit(ix).id;
        match self.grounds.spots[ix.at()] {
            Spot::Begun { shift: of } if of != shift => return Err(Rejection::Locked { visit: id }),
            Spot::On { .. } => self.unlock_and_take(ix, journal),
            Spot::Begun { .. } | Spot::Unassigned | Spot::Gone => {}
        }
        let grounds = &mut self.grounds;
        grounds.keep_shift(journal, shift);
        grounds.keep_visit(journal, ix);
        let mut now = grounds.problem.shift(shift).clone();
        let begun = grounds.routes[shift.at()].begun.len();
        let (start_s, end_s) = match progress {
            Progress::Started { at_s } => (at_s, None),
            Progress::Finished { started_s, ended_s } if started_s <= ended_s => (started_s, Some(ended_s)),
            Progress::Finished { .. } => return Err(Rejection::Times { field: "ended_s" }),
        };
        let known = now.locked[..begun].iter().position(|locked| locked.visit == ix);
        if known.is_some_and(|at| at + 1 != begun) {
            return Err(Rejection::Locked { visit: id });
        }
        let at = known.unwrap_or(begun);
        let before_s = match at.checked_sub(1).map(|before| &mut now.locked[before]) {
            // Whoever starts elsewhere has ended where they were.
            Some(Locked { commitment: Commitment::InProgress, start_s: began_s, end_s, .. }) if known.is_none() => {
                let ended_s = start_s.max(began_s.unwrap_or(start_s));
                *end_s = Some(ended_s);
                now.locked[at - 1].commitment = Commitment::Done;
                ended_s
            }
            Some(before) => before.end_s.unwrap_or(now.earliest_start_s),
            None => 0,
        };
        if start_s < before_s {
            return Err(Rejection::Times { field: "started_s" });
        }
        if at == 0 && now.under_way.is_none() {
            // On duty since the way there at the latest.
            now.earliest_start_s = now.earliest_start_s.min(start_s);
        }
        let commitment = if end_s.is_some() { Commitment::Done } else { Commitment::InProgress };
        let locked = Locked { visit: ix, commitment, start_s: Some(start_s), end_s };
        match known {
            Some(at) => now.locked[at] = locked,
            None => now.locked.insert(at, locked),
        }
        let stop = grounds.problem.visit(ix).stop;
        let at_s = end_s.unwrap_or(start_s).max(now.under_way.map_or(0, |under_way| under_way.at_s));
        now.under_way = Some(UnderWay { stop, at_s });
        let visit = Visit { locked_in: Some(shift), ..grounds.problem.visit(ix).clone() };
        grounds.problem.replace_visit(ix, visit);
        grounds.problem.replace_shift(shift, now);
        let mut visits: Vec<VisitIx> = grounds.routes[shift.at()].visits().filter(|visit| *visit != ix).collect();
        visits.insert(at, ix);
        grounds.rebuild_as(journal, shift, &visits, &mut self.bench.board);
        Ok(())
    }

    /// A visit takes so long, after all; repairs what that delays.
    pub fn overrun(&mut self, visit: VisitId, service_s: i32) -> Result<Outcome<After>, Rejection> {
        let ix = self.visit_ix(visit)?;
        if !(0..=SERVICE_S_MAX).contains(&service_s) {
            return Err(Rejection::Times { field: "service_s" });
        }
        self.transact(|plan, journal| {
            let changed = Visit { service_s, ..plan.grounds.problem.visit(ix).clone() };
            let shift = plan.replace_visit(ix, changed, journal);
            Ok(plan.settle_down(shift.as_slice(), journal))
        })
    }

    /// Where an agent is and since when free to go on. Only when that breaks something is anything moved.
    pub fn set_position(&mut self, shift: ShiftId, stop: StopIx, at_s: i32) -> Result<Outcome<After>, Rejection> {
        let ix = self.shift_ix(shift)?;
        if stop.at() >= self.grounds.problem.stops().len() {
            return Err(Rejection::Times { field: "stop" });
        }
        self.grounds.learn_stops();
        let is_serving = |now: &Shift, begun: usize| {
            begun.checked_sub(1).map(|last| &now.locked[last]).filter(|last| last.end_s.is_none()).map(|last| last.visit)
        };
        self.drift(ix, |plan, now| {
            let begun = plan.grounds.routes[ix.at()].begun.len();
            // Who serves is where they serve, whatever the phone says.
            let stop = is_serving(now, begun).map_or(stop, |visit| plan.grounds.problem.visit(visit).stop);
            now.under_way = Some(UnderWay { stop, at_s });
        })
    }

    /// An agent will be free so much later than was known.
    pub fn agent_late(&mut self, shift: ShiftId, by_s: i32) -> Result<Outcome<After>, Rejection> {
        let ix = self.shift_ix(shift)?;
        if !(0..=86_400).contains(&by_s) {
            return Err(Rejection::Times { field: "by_s" });
        }
        let head = self.grounds.routes[ix.at()].head;
        self.drift(ix, |_, now| {
            if head.is_flexible {
                now.earliest_start_s = head.free_s + by_s;
                now.latest_start_s = now.latest_start_s.max(now.earliest_start_s);
            } else {
                now.under_way = Some(UnderWay { stop: head.stop, at_s: head.free_s + by_s });
            }
        })
    }

    fn drift(&mut self, ix: ShiftIx, change: impl FnOnce(&Self, &mut Shift)) -> Result<Outcome<After>, Rejection> {
        self.transact(|plan, journal| {
            plan.grounds.keep_shift(journal, ix);
            let was_late_s = plan.grounds.routes[ix.at()].timing.late_s;
            let mut now = plan.grounds.problem.shift(ix).clone();
            change(plan, &mut now);
            plan.grounds.problem.replace_shift(ix, now);
            plan.grounds.rebuild(journal, ix, &mut plan.bench.board);
            if plan.grounds.routes[ix.at()].timing.late_s > was_late_s {
                return Ok(plan.settle_down(&[ix], journal));
            }
            journal.is_drift = true;
            Ok(After::default())
        })
    }

    /// An agent will not go on: what they have not begun is given to others. Nobody able: it is left, and said why.
    pub fn drop_agent(&mut self, shift: ShiftId) -> Result<Outcome<After>, Rejection> {
        let ix = self.shift_ix(shift)?;
        self.transact(|plan, journal| {
            plan.grounds.keep_shift(journal, ix);
            plan.grounds.is_closed[ix.at()] = true;
            let open = plan.release_all(ix, journal);
            let left = plan.place_all(&open, journal);
            let mut touched: Vec<ShiftIx> = open.iter().filter_map(|visit| plan.grounds.spots[visit.at()].shift()).collect();
            touched.sort_unstable();
            touched.dedup();
            plan.repair(&touched, journal);
            Ok(plan.after(&left, &[ix]))
        })
    }

    /// An agent takes visits again.
    pub fn return_agent(&mut self, shift: ShiftId) -> Result<Outcome, Rejection> {
        let ix = self.shift_ix(shift)?;
        self.transact(|plan, journal| {
            plan.grounds.keep_shift(journal, ix);
            plan.grounds.is_closed[ix.at()] = false;
            Ok(())
        })
    }

    /// Plans those of these visits that fit and are worth their way, those first that have the most to lose by waiting; what has a place, or
    /// is not there, is left alone. Says which still wait.
    pub fn fill(&mut self, visits: &[VisitId]) -> Result<Outcome<Vec<VisitId>>, Rejection> {
        let waiting: Vec<VisitIx> = visits.iter().filter_map(|visit| self.unplanned(*visit).ok()).collect();
        self.transact(|plan, journal| {
            let left = plan.place_all(&waiting, journal);
            let mut touched: Vec<ShiftIx> = waiting.iter().filter_map(|visit| plan.grounds.spots[visit.at()].shift()).collect();
            touched.sort_unstable();
            touched.dedup();
            plan.repair(&touched, journal);
            Ok(left.iter().map(|visit| plan.grounds.problem.visit(*visit).id).collect())
        })
    }

    /// Takes everything not yet begun out of a route, what was settled too.
    fn release_all(&mut self, ix: ShiftIx, journal: &mut Journal) -> Vec<VisitIx> {
        let grounds = &mut self.grounds;
        let route = &grounds.routes[ix.at()];
        let open: Vec<VisitIx> = route.steps.iter().map(|step| step.visit).collect();
        let begun = route.begun.clone();
        let mut shift = grounds.problem.shift(ix).clone();
        shift.locked.truncate(begun.len());
        grounds.problem.replace_shift(ix, shift);
        for visit in &open {
            grounds.keep_visit(journal, *visit);
            // A visit kept with this agent is free to go when they are gone.
            let known = grounds.problem.visit(*visit);
            let freed = Visit { locked_in: None, pinned: known.pinned.filter(|pinned| *pinned != ix), ..known.clone() };
            grounds.problem.replace_visit(*visit, freed);
            grounds.set_spot(*visit, Spot::Unassigned);
        }
        grounds.rebuild_as(journal, ix, &begun, &mut self.bench.board);
        open
    }

    /// Changes hours, skills, limits of a shift; what it has locked stays. What it cannot make any more goes to others.
    pub fn set_shift(&mut self, draft: &ShiftDraft) -> Result<Outcome<After>, Rejection> {
        let ix = self.shift_ix(draft.id)?;
        let known = self.grounds.problem.shift(ix);
        let mut shift = self.grounds.problem.check_shift(ix, draft).map_err(|flaws| Rejection::Flawed { flaws })?;
        shift.locked.clone_from(&known.locked);
        shift.under_way = shift.under_way.or(known.under_way);
        self.transact(|plan, journal| {
            plan.grounds.keep_shift(journal, ix);
            plan.grounds.problem.replace_shift(ix, shift);
            plan.grounds.rebuild(journal, ix, &mut plan.bench.board);
            let mut unfit = Vec::new();
            for visit in plan.open_visits(ix) {
                if plan.grounds.admits_as_person(ix, plan.grounds.problem.visit(visit)).is_err() {
                    plan.grounds.take(journal, visit, &mut plan.bench.board);
                    unfit.push(visit);
                }
            }
            unfit.extend(plan.shed(ix, journal));
            let mut left = plan.place_all(&unfit, journal);
            let mut touched: Vec<ShiftIx> = unfit.iter().filter_map(|visit| plan.grounds.spots[visit.at()].shift()).collect();
            left.extend(plan.relieve(ix, journal, &mut touched));
            touched.push(ix);
            plan.repair(&touched, journal);
            Ok(plan.after(&left, &touched))
        })
    }

    /// Gives what is beyond a shift's limits to others, for a plan that begins with more than it may hold. Nothing where limits are kept, and nothing
    /// once a visit of it has begun: what was done beside the plan throws nothing else out.
    pub fn keep_limits(&mut self, shift: ShiftId) -> Result<Option<Outcome<After>>, Rejection> {
        let ix = self.shift_ix(shift)?;
        if !self.is_over(ix) || !self.grounds.routes[ix.at()].begun.is_empty() {
            return Ok(None);
        }
        let outcome = self.transact(|plan, journal| {
            let shed = plan.shed(ix, journal);
            let left = plan.place_all(&shed, journal);
            let mut touched: Vec<ShiftIx> = shed.iter().filter_map(|visit| plan.grounds.spots[visit.at()].shift()).collect();
            touched.push(ix);
            plan.repair(&touched, journal);
            Ok(plan.after(&left, &touched))
        });
        outcome.map(Some)
    }

    /// Adds a shift, empty but for nothing: it takes visits from now on.
    pub fn add_shift(&mut self, draft: &ShiftDraft) -> Result<ShiftIx, Rejection> {
        let open = ShiftDraft { locked: Vec::new(), ..draft.clone() };
        let ix = self.grounds.problem.add_shift(&open).map_err(|flaws| Rejection::Flawed { flaws })?;
        self.grounds.learn_stops();
        self.grounds.learn_limits();
        self.grounds.is_closed.push(false);
        self.grounds.hops.push(Vec::new());
        let route = self.grounds.build(ix, &[], &mut self.bench.board);
        self.grounds.routes.push(route);
        self.grounds.place_visits(ix);
        self.version += 1;
        self.grounds.routes[ix.at()].stamps.changed_at = self.version;
        Ok(ix)
    }

    /// Settles the first `count` visits ahead of an agent in their order, and in their times too if asked; fewer than now loosens.
    pub fn settle(&mut self, shift: ShiftId, count: usize, in_time: bool) -> Result<Outcome, Rejection> {
        let ix = self.shift_ix(shift)?;
        let route = &self.grounds.routes[ix.at()];
        if count > route.steps.len() {
            return Err(Rejection::Position { min: 0, max: route.steps.len() });
        }
        let commitment = if in_time { Commitment::FixedOrderAndTime } else { Commitment::FixedOrder };
        let fixed = route.steps[..count].iter().map(|step| Locked {
            visit: step.visit,
            commitment,
            start_s: in_time.then_some(step.start_s),
            end_s: None,
        });
        let (begun, fixed): (usize, Vec<Locked>) = (route.begun.len(), fixed.collect());
        let loosened: Vec<VisitIx> = route.steps[..route.locked.max(count)].iter().map(|step| step.visit).collect();
        self.transact(|plan, journal| {
            let grounds = &mut plan.grounds;
            grounds.keep_shift(journal, ix);
            let mut now = grounds.problem.shift(ix).clone();
            now.locked.truncate(begun);
            now.locked.extend(fixed);
            grounds.problem.replace_shift(ix, now);
            for (at, visit) in loosened.into_iter().enumerate() {
                grounds.keep_visit(journal, visit);
                let locked_in = (at < count).then_some(ix);
                let visit_now = Visit { locked_in, ..grounds.problem.visit(visit).clone() };
                grounds.problem.replace_visit(visit, visit_now);
            }
            grounds.rebuild(journal, ix, &mut plan.bench.board);
            Ok(())
        })
    }

    /// Time has passed: nothing that has not begun can begin before now. Returns the shifts that limits overrun since.
    pub fn tick(&mut self, now_s: i32) -> Vec<ShiftId> {
        let mut late = Vec::new();
        if now_s <= self.grounds.now_s {
            return late;
        }
        self.grounds.now_s = now_s;
        for at in 0..self.grounds.routes.len() {
            let ix = ShiftIx::from(at);
            if self.grounds.routes[at].head.free_s < now_s {
                let was_late_s = self.retime(ix);
                if self.grounds.routes[at].timing.late_s > was_late_s {
                    late.push(self.grounds.problem.shift(ix).id);
                }
            }
        }
        late
    }

    /// Every leg anew, after travel times have changed. Returns the shifts that limits overrun since.
    pub fn refresh(&mut self) -> Vec<ShiftId> {
        let mut late = Vec::new();
        self.sought.forget();
        self.other.forget();
        self.grounds.relearn_stops();
        for at in 0..self.grounds.routes.len() {
            let ix = ShiftIx::from(at);
            let was_late_s = self.grounds.routes[at].timing.late_s;
            let visits: Vec<VisitIx> = self.grounds.routes[at].visits().collect();
            let stamps = self.grounds.routes[at].stamps;
            self.grounds.routes[at] = self.grounds.build(ix, &visits, &mut self.bench.board);
            self.grounds.routes[at].stamps = stamps;
            self.grounds.place_anew(ix);
            if self.grounds.routes[at].timing.late_s > was_late_s {
                late.push(self.grounds.problem.shift(ix).id);
            }
        }
        self.grounds.pace = self.grounds.usual_pace();
        self.version += 1;
        late
    }

    /// Shifts with a visit ahead that there is no way to.
    pub fn without_way(&self) -> impl Iterator<Item = ShiftId> {
        let shifts = self.grounds.problem.shifts().iter().zip(&self.grounds.routes);
        shifts.filter(|(_, route)| route.steps.iter().any(|step| step.leg_s >= NO_WAY)).map(|(shift, _)| shift.id)
    }

    /// Repairs a shift that is late, and what is around it.
    pub fn repair_shift(&mut self, shift: ShiftId) -> Result<Outcome<After>, Rejection> {
        let ix = self.shift_ix(shift)?;
        self.transact(|plan, journal| Ok(plan.settle_down(&[ix], journal)))
    }

    fn retime(&mut self, ix: ShiftIx) -> i64 {
        let grounds = &mut self.grounds;
        let mut route = grounds.routes[ix.at()].clone();
        let was_late_s = route.timing.late_s;
        route.head.free_s = route.head.free_s.max(grounds.now_s);
        grounds.time(ix, &mut route, &mut self.bench.board);
        grounds.routes[ix.at()] = route;
        grounds.note_reach(ix);
        was_late_s
    }

    /// After something happened on these shifts: relieves who is late, then improves what is around.
    fn settle_down(&mut self, shifts: &[ShiftIx], journal: &mut Journal) -> After {
        let mut touched = shifts.to_vec();
        let mut released = Vec::new();
        for shift in shifts {
            released.extend(self.strand(*shift, journal));
            released.extend(self.relieve(*shift, journal, &mut touched));
        }
        touched.sort_unstable();
        touched.dedup();
        // One of those released may fit where another was taken from.
        let left = self.place_all(&released, journal);
        self.repair(&touched, journal);
        self.after(&left, &touched)
    }

    /// Takes out the visits that there is no way to: what is around them is not late for any other reason.
    fn strand(&mut self, ix: ShiftIx, journal: &mut Journal) -> Vec<VisitIx> {
        let mut stranded = Vec::new();
        loop {
            let route = &self.grounds.routes[ix.at()];
            let open = route.steps[route.locked..].iter().find(|step| step.leg_s >= NO_WAY).map(|step| step.visit);
            let Some(visit) = open else { return stranded };
            self.grounds.take(journal, visit, &mut self.bench.board);
            stranded.push(visit);
        }
    }

    fn after(&mut self, left: &[VisitIx], touched: &[ShiftIx]) -> After {
        let late = touched.iter().map(|ix| (self.grounds.problem.shift(*ix).id, self.grounds.routes[ix.at()].timing.late_s));
        let late = late.filter(|(_, late_s)| *late_s > 0).collect();
        After { left: left.iter().map(|visit| self.why_unassigned_ix(*visit, None)).collect(), late }
    }

    /// Takes visits out until a route is within its limits other than time: the least important first, and of those that matter as much the one
    /// whose load is enough and no more. Returns them.
    fn shed(&mut self, ix: ShiftIx, journal: &mut Journal) -> Vec<VisitIx> {
        let mut shed = Vec::new();
        while self.is_over(ix) {
            let (route, shift) = (&self.grounds.routes[ix.at()], self.grounds.problem.shift(ix));
            let over = if shift.capacity == i32::MAX { 0 } else { (route.sums.demand - i64::from(shift.capacity)).max(0) };
            let demand = |visit: &VisitIx| i64::from(self.grounds.problem.visit(*visit).demand);
            let open = self.open_visits(ix).into_iter().filter(|visit| over == 0 || demand(visit) > 0);
            let waste = |visit: &VisitIx| if demand(visit) < over { (true, -demand(visit)) } else { (false, demand(visit)) };
            let least = open.min_by_key(|visit| (self.importance(*visit), (over > 0).then(|| waste(visit))));
            let Some(visit) = least else { break };
            self.grounds.take(journal, visit, &mut self.bench.board);
            shed.push(visit);
        }
        shed
    }

    /// Whether a route exceeds a limit other than time.
    fn is_over(&self, ix: ShiftIx) -> bool {
        let (route, shift) = (&self.grounds.routes[ix.at()], self.grounds.problem.shift(ix));
        (shift.capacity != i32::MAX && route.sums.demand > i64::from(shift.capacity))
            || route.sums.visits > shift.visits_max
            || route.sums.travel_s > shift.travel_max_s
            || route.sums.distance_m > shift.distance_max_m
    }
}
