//! Changing a problem one visit, shift or stop at a time, each checked as in a draft, for plans that live longer than a question.
//!
//! Indexes stay what they are: what is forgotten keeps its place and loses its name.

use super::build::{Flaws, Names};
use super::draft::{ShiftDraft, StopDraft, VisitDraft, WindowDraft};
use super::limits::{SHIFTS_MAX, SKILLS_MAX, STOPS_MAX, VISITS_MAX};
use super::{AgentLimits, Current, Flaw, FlawKind, Problem, Shift, ShiftIx, StopIx, Subject, Visit, VisitIx, Window};
use crate::{AgentId, VisitId};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

impl Problem {
    /// Adds a stop and returns its index.
    pub fn add_stop(&mut self, draft: StopDraft) -> Result<StopIx, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        let point = flaws.point(self.stops.len(), draft.lat, draft.lon);
        if self.stops.len() >= STOPS_MAX {
            flaws.found.push(Flaw { of: Subject::Problem, field: "stops", kind: FlawKind::TooMany { max: STOPS_MAX } });
        }
        if !flaws.found.is_empty() {
            return Err(flaws.found);
        }
        self.stops.push(point);
        Ok(StopIx::from(self.stops.len() - 1))
    }

    /// Tells a skill apart from now on; nobody has it yet. False: there are as many as a problem can tell apart.
    pub fn learn_skill(&mut self, name: &str) -> bool {
        if self.skills.iter().any(|known| known == name) {
            return true;
        }
        let has_room = self.skills.len() < SKILLS_MAX;
        if has_room {
            self.skills.push(name.to_owned());
        }
        has_room
    }

    /// Adds a visit that no shift has locked.
    pub fn add_visit(&mut self, draft: &VisitDraft) -> Result<VisitIx, Vec<Flaw>> {
        let of = Subject::Visit(draft.id);
        if self.visit_ix.contains_key(&draft.id) {
            return Err(vec![Flaw { of, field: "id", kind: FlawKind::Duplicate }]);
        }
        if self.visits.len() >= VISITS_MAX {
            return Err(vec![Flaw { of: Subject::Problem, field: "visits", kind: FlawKind::TooMany { max: VISITS_MAX } }]);
        }
        let visit = self.check_visit(draft)?;
        let ix = VisitIx::from(self.visits.len());
        self.visits.push(visit);
        self.visit_ix.insert(draft.id, ix);
        Ok(ix)
    }

    /// Reads a visit as this problem would, without adding it.
    pub fn check_visit(&self, draft: &VisitDraft) -> Result<Visit, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        let shifts = draft.pinned.into_iter().chain(draft.current.map(|current| current.shift));
        let names = Names {
            skills: self.skills_named(&draft.skills),
            visits: HashMap::new(),
            shifts: shifts.filter_map(|id| Some((id, self.shift_ix(id)?.at()))).collect(),
            stops: self.stops.len(),
            profiles: self.profiles.len(),
            locked_in: HashMap::new(),
        };
        let visit = flaws.visit(self.visits.len(), draft, &names);
        if flaws.found.is_empty() { Ok(visit) } else { Err(flaws.found) }
    }

    /// Reads windows as a visit's.
    pub fn check_windows(of: VisitId, drafts: &[WindowDraft]) -> Result<Vec<Window>, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        let windows = flaws.windows(Subject::Visit(of), drafts);
        if flaws.found.is_empty() { Ok(windows) } else { Err(flaws.found) }
    }

    /// Adds a shift. Limits of its agent that hold over all shifts hold for it too.
    pub fn add_shift(&mut self, draft: &ShiftDraft) -> Result<ShiftIx, Vec<Flaw>> {
        if self.shift_ix.contains_key(&draft.id) {
            return Err(vec![Flaw { of: Subject::Shift(draft.id), field: "id", kind: FlawKind::Duplicate }]);
        }
        if self.shifts.len() >= SHIFTS_MAX {
            return Err(vec![Flaw { of: Subject::Problem, field: "shifts", kind: FlawKind::TooMany { max: SHIFTS_MAX } }]);
        }
        let ix = ShiftIx::from(self.shifts.len());
        let shift = self.check_shift(ix, draft)?;
        self.agents.iter_mut().filter(|limits| limits.agent == draft.id.agent).for_each(|limits| limits.shifts.push(ix));
        self.shifts.push(shift);
        self.shift_ix.insert(draft.id, ix);
        Ok(ix)
    }

    /// Reads a shift as this problem would, without adding it.
    pub fn check_shift(&self, ix: ShiftIx, draft: &ShiftDraft) -> Result<Shift, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        let locked = draft.locked.iter().map(|locked| locked.visit);
        let mut names = Names {
            skills: self.skills_named(&draft.skills),
            visits: locked.filter_map(|id| Some((id, self.visit_ix(id)?.at()))).collect(),
            shifts: HashMap::new(),
            stops: self.stops.len(),
            profiles: self.profiles.len(),
            locked_in: HashMap::new(),
        };
        let shift = flaws.shift(ix.at(), draft, &mut names);
        if flaws.found.is_empty() { Ok(shift) } else { Err(flaws.found) }
    }

    fn skills_named<'a>(&self, wanted: &'a [String]) -> HashMap<&'a str, usize> {
        let bit = |name: &str| self.skills.iter().position(|skill| skill == name);
        wanted.iter().filter_map(|name| Some((name.as_str(), bit(name)?))).collect()
    }

    /// These shifts and visits, both sorted, as a problem of their own. Stops keep their indexes; what is said of other shifts is dropped,
    /// and a visit pinned to one of those may be made by nobody here.
    pub(in crate::plan) fn part(&self, shifts: &[ShiftIx], visits: &[VisitIx]) -> Self {
        let shift_in = |ix: ShiftIx| shifts.binary_search(&ix).ok().map(ShiftIx::from);
        let visit_in = |ix: VisitIx| visits.binary_search(&ix).ok().map(VisitIx::from);
        let visit = |ix: &VisitIx| {
            let mut visit = self.visit(*ix).clone();
            if let Some(pinned) = visit.pinned {
                visit.pinned = shift_in(pinned);
                if visit.pinned.is_none() {
                    visit.allowed_agents = vec![AgentId(uuid::Uuid::nil())];
                }
            }
            visit.current = visit.current.and_then(|current| Some(Current { shift: shift_in(current.shift)?, ..current }));
            visit.locked_in = visit.locked_in.and_then(shift_in);
            visit
        };
        let shift = |ix: &ShiftIx| {
            let mut shift = self.shift(*ix).clone();
            shift.locked.retain_mut(|locked| visit_in(locked.visit).map(|inner| locked.visit = inner).is_some());
            shift
        };
        let limits = |limits: &AgentLimits| {
            let inner: Vec<ShiftIx> = limits.shifts.iter().filter_map(|ix| shift_in(*ix)).collect();
            (!inner.is_empty()).then(|| AgentLimits { shifts: inner, ..limits.clone() })
        };
        let ids = |ix: &VisitIx| self.visit(*ix).id;
        Self {
            origin: self.origin,
            stops: self.stops.clone(),
            profiles: self.profiles.clone(),
            skills: self.skills.clone(),
            visits: visits.iter().map(visit).collect(),
            shifts: shifts.iter().map(shift).collect(),
            agents: self.agents.iter().filter_map(limits).collect(),
            visit_ix: visits.iter().enumerate().map(|(at, ix)| (ids(ix), VisitIx::from(at))).collect(),
            shift_ix: shifts.iter().enumerate().map(|(at, ix)| (self.shift(*ix).id, ShiftIx::from(at))).collect(),
        }
    }

    /// Puts a checked visit in the place of another, and returns that.
    pub(in crate::plan) fn replace_visit(&mut self, ix: VisitIx, visit: Visit) -> Visit {
        debug_assert!(visit.stop.at() < self.stops.len() && !visit.windows.is_empty());
        std::mem::replace(&mut self.visits[ix.at()], visit)
    }

    /// Puts a checked shift in the place of another, and returns that.
    pub(in crate::plan) fn replace_shift(&mut self, ix: ShiftIx, shift: Shift) -> Shift {
        debug_assert_eq!(self.shifts[ix.at()].id, shift.id);
        std::mem::replace(&mut self.shifts[ix.at()], shift)
    }

    /// The visit's id is free again, unless another has it by now; what the index holds means nothing any more.
    pub(in crate::plan) fn forget_visit(&mut self, ix: VisitIx) {
        if let Entry::Occupied(entry) = self.visit_ix.entry(self.visits[ix.at()].id)
            && *entry.get() == ix
        {
            entry.remove();
        }
    }

    /// Takes back that a visit was forgotten.
    pub(in crate::plan) fn recall_visit(&mut self, ix: VisitIx) {
        self.visit_ix.insert(self.visits[ix.at()].id, ix);
    }
}
