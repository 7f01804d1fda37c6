//! Changing the plan as a whole or not at all: what is touched is kept as it was until the change is accepted.

use super::near::Nearby;
use super::route::Route;
use super::search::{shift_slot, visit_slot};
use super::timing::Board;
use super::ways::Ways;
use super::{Grounds, Spot};
use crate::plan::model::{Shift, ShiftIx, StopIx, Visit, VisitIx};

/// What was, of everything a change has touched so far.
#[derive(Default)]
pub(super) struct Journal {
    pub routes: Vec<(ShiftIx, Route)>,
    pub shifts: Vec<(ShiftIx, Shift, bool)>,
    /// With what the visit was, where that changes.
    pub visits: Vec<(VisitIx, Option<Visit>, Spot)>,
    /// Stamps of those visits.
    pub contents: Vec<u64>,
    /// Only times changed: whoever builds on the order of things need not be told.
    pub is_drift: bool,
}

impl Journal {
    pub fn is_empty(&self) -> bool {
        self.routes.is_empty() && self.shifts.is_empty() && self.visits.is_empty()
    }
}

impl<W: Ways> Grounds<W> {
    fn keep_route(&self, journal: &mut Journal, ix: ShiftIx) {
        if !journal.routes.iter().any(|(kept, _)| *kept == ix) {
            journal.routes.push((ix, self.routes[ix.at()].clone()));
        }
    }

    pub(super) fn keep_shift(&self, journal: &mut Journal, ix: ShiftIx) {
        self.keep_route(journal, ix);
        if !journal.shifts.iter().any(|(kept, ..)| *kept == ix) {
            journal.shifts.push((ix, self.problem.shift(ix).clone(), self.is_closed[ix.at()]));
        }
    }

    fn keep_spot(&self, journal: &mut Journal, ix: VisitIx) {
        if !journal.visits.iter().any(|(kept, ..)| *kept == ix) {
            journal.visits.push((ix, None, self.spots[ix.at()]));
            journal.contents.push(self.visit_content[ix.at()]);
        }
    }

    /// Before a visit itself is changed.
    pub(super) fn keep_visit(&self, journal: &mut Journal, ix: VisitIx) {
        let visit = || Some(self.problem.visit(ix).clone());
        match journal.visits.iter_mut().find(|(kept, ..)| *kept == ix) {
            Some((_, kept, _)) if kept.is_none() => *kept = visit(),
            Some(_) => {}
            None => {
                journal.visits.push((ix, visit(), self.spots[ix.at()]));
                journal.contents.push(self.visit_content[ix.at()]);
            }
        }
    }

    /// Puts a visit that is in no route before the step at `position`.
    pub(super) fn put(&mut self, journal: &mut Journal, visit: VisitIx, ix: ShiftIx, position: usize, board: &mut Board) {
        debug_assert!(matches!(self.spots[visit.at()], Spot::Unassigned), "a visit is in one route at most");
        self.keep_spot(journal, visit);
        self.keep_route(journal, ix);
        let steps = self.routes[ix.at()].steps.iter().map(|step| step.visit).collect::<Vec<_>>();
        let order = steps[..position].iter().copied().chain([visit]).chain(steps[position..].iter().copied());
        self.routes[ix.at()] = self.reordered(ix, order, board);
        self.place_visits(ix);
    }

    /// Takes a visit that has not begun out of its route.
    pub(super) fn take(&mut self, journal: &mut Journal, visit: VisitIx, board: &mut Board) {
        let Spot::On { shift: ix, .. } = self.spots[visit.at()] else { return };
        self.keep_spot(journal, visit);
        self.keep_route(journal, ix);
        let order = self.routes[ix.at()].steps.iter().map(|step| step.visit).filter(|other| *other != visit);
        self.routes[ix.at()] = self.reordered(ix, order.collect::<Vec<_>>(), board);
        self.set_spot(visit, Spot::Unassigned);
        self.place_visits(ix);
    }

    /// Replaces routes whose visits change places among each other.
    pub(super) fn replace(&mut self, journal: &mut Journal, routes: Vec<(ShiftIx, Route)>) {
        for (ix, route) in routes {
            self.keep_route(journal, ix);
            self.routes[ix.at()] = route;
            self.place_visits(ix);
        }
    }

    /// Builds a route anew after its shift, its visits or travel changed.
    pub(super) fn rebuild(&mut self, journal: &mut Journal, ix: ShiftIx, board: &mut Board) {
        self.keep_route(journal, ix);
        let visits: Vec<VisitIx> = self.routes[ix.at()].visits().collect();
        self.rebuild_as(journal, ix, &visits, board);
    }

    /// The same with other visits.
    pub(super) fn rebuild_as(&mut self, journal: &mut Journal, ix: ShiftIx, visits: &[VisitIx], board: &mut Board) {
        self.keep_route(journal, ix);
        let stamps = self.routes[ix.at()].stamps;
        self.routes[ix.at()] = Route { stamps, ..self.build(ix, visits, board) };
        self.place_visits(ix);
    }

    pub(super) fn set_spot(&mut self, visit: VisitIx, spot: Spot) {
        self.spots[visit.at()] = spot;
        if !matches!(spot, Spot::On { .. }) {
            self.near.remove(visit_slot(visit));
        }
    }

    /// A visit's spot where it is in no route, remembering where it was.
    pub(super) fn move_out(&mut self, journal: &mut Journal, visit: VisitIx, spot: Spot) {
        self.keep_spot(journal, visit);
        self.set_spot(visit, spot);
    }

    /// Notes where the visits of a route are, and where its settled part ends.
    pub(super) fn place_visits(&mut self, ix: ShiftIx) {
        let Self { routes, spots, near, ways, .. } = self;
        let route = &routes[ix.at()];
        for visit in &route.begun {
            spots[visit.at()] = Spot::Begun { shift: ix };
            near.remove(visit_slot(*visit));
        }
        for (position, step) in route.steps.iter().enumerate() {
            let spot = Spot::On { shift: ix, position: position as u32 };
            let was = std::mem::replace(&mut spots[step.visit.at()], spot);
            if position < route.locked {
                near.remove(visit_slot(step.visit));
            } else if !matches!(was, Spot::On { .. }) || near.point(visit_slot(step.visit)).is_none() {
                set(near, visit_slot(step.visit), step.stop, ways);
            }
        }
        let settled = route.locked.checked_sub(1).map_or(route.head.stop, |last| route.steps[last].stop);
        set(near, shift_slot(ix), settled, ways);
        self.note_reach(ix);
    }

    /// The same after the places themselves may have become others.
    pub(super) fn place_anew(&mut self, ix: ShiftIx) {
        for step in &self.routes[ix.at()].steps {
            self.near.remove(visit_slot(step.visit));
        }
        self.place_visits(ix);
    }

    /// Makes everything as it was, and returns what it had become: done twice, it changes nothing.
    pub(super) fn restore(&mut self, journal: Journal) -> Journal {
        let mut undone = Journal { is_drift: journal.is_drift, ..Journal::default() };
        for (ix, shift, is_closed) in journal.shifts {
            undone.shifts.push((ix, self.problem.replace_shift(ix, shift), self.is_closed[ix.at()]));
            self.is_closed[ix.at()] = is_closed;
        }
        for ((ix, visit, _), content) in journal.visits.iter().zip(&journal.contents) {
            undone.contents.push(std::mem::replace(&mut self.visit_content[ix.at()], *content));
            let was = visit.as_ref().map(|visit| self.problem.replace_visit(*ix, visit.clone()));
            undone.visits.push((*ix, was, self.spots[ix.at()]));
        }
        let restored: Vec<ShiftIx> = journal.routes.iter().map(|(ix, _)| *ix).collect();
        for (ix, route) in journal.routes {
            let was = std::mem::replace(&mut self.routes[ix.at()], route);
            for visit in was.visits() {
                self.set_spot(visit, Spot::Unassigned);
            }
            undone.routes.push((ix, was));
        }
        restored.into_iter().for_each(|ix| self.place_visits(ix));
        for (ix, _, spot) in journal.visits {
            let was = undone.visits.iter().find(|(kept, ..)| *kept == ix).map(|(.., was)| *was);
            match (was == Some(Spot::Gone), spot == Spot::Gone) {
                (false, true) => self.problem.forget_visit(ix),
                (true, false) => self.problem.recall_visit(ix),
                (false, false) | (true, true) => {}
            }
            if matches!(spot, Spot::Gone | Spot::Unassigned) {
                self.set_spot(ix, spot);
            }
        }
        undone
    }
}

fn set<W: Ways>(near: &mut Nearby, slot: u32, stop: StopIx, ways: &W) {
    match ways.place(stop) {
        Some(point) => near.set(slot, point),
        None => near.remove(slot),
    }
}
