//! From a draft to a problem: every flaw is found and named, none is repaired in silence.

use super::draft::{AgentLimitsDraft, BreakDraft, ProblemDraft, ShiftDraft, VisitDraft, WindowDraft};
use super::limits::*;
use super::problem::{
    AgentLimits, Awaited, Break, Costs, Current, Locked, Prize, Problem, Promise, Shift, ShiftId, ShiftIx, Skills, StopIx,
    UnderWay, Visit, VisitIx, Window,
};
use super::{Commitment, Flaw, FlawKind, ProfileIx, Subject};
use crate::geo::{Point, PointFlaw};
use crate::{AgentId, VisitId};
use std::collections::HashMap;
use std::hash::Hash;

impl Problem {
    /// Checks a draft, its matrices aside (see [`super::Matrices::from_drafts`]). No shifts, or no visits, is a problem like any other.
    pub fn new(draft: &ProblemDraft) -> Result<Self, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        flaws.count(Subject::Problem, "visits", draft.visits.len(), VISITS_MAX);
        flaws.count(Subject::Problem, "shifts", draft.shifts.len(), SHIFTS_MAX);
        flaws.count(Subject::Problem, "stops", draft.stops.len(), STOPS_MAX);
        flaws.count(Subject::Problem, "profiles", draft.profiles.len(), PROFILES_MAX);
        flaws.count(Subject::Problem, "skills", draft.skills.len(), SKILLS_MAX);
        flaws.count(Subject::Problem, "agents", draft.agents.len(), SHIFTS_MAX);
        if !flaws.found.is_empty() {
            return Err(flaws.found);
        }
        let stops = draft.stops.iter().enumerate().map(|(i, stop)| flaws.point(i, stop.lat, stop.lon)).collect();
        let mut names = Names {
            skills: flaws.index("skills", draft.skills.iter().map(String::as_str), |_| Subject::Problem),
            visits: flaws.index("id", draft.visits.iter().map(|visit| visit.id), Subject::Visit),
            shifts: flaws.index("id", draft.shifts.iter().map(|shift| shift.id), Subject::Shift),
            stops: draft.stops.len(),
            profiles: draft.profiles.len(),
            locked_in: HashMap::new(),
        };
        let shifts: Vec<Shift> = draft.shifts.iter().enumerate().map(|(i, shift)| flaws.shift(i, shift, &mut names)).collect();
        let visits: Vec<Visit> = draft.visits.iter().enumerate().map(|(i, visit)| flaws.visit(i, visit, &names)).collect();
        let agents = flaws.agents(&draft.agents, &shifts);
        if !flaws.found.is_empty() {
            return Err(flaws.found);
        }
        Ok(Self {
            origin: draft.origin,
            stops,
            profiles: draft.profiles.clone(),
            skills: draft.skills.clone(),
            visits,
            shifts,
            agents,
            visit_ix: names.visits.into_iter().map(|(id, i)| (id, VisitIx::from(i))).collect(),
            shift_ix: names.shifts.into_iter().map(|(id, i)| (id, ShiftIx::from(i))).collect(),
        })
    }
}

/// What may be named, and where it is.
pub(super) struct Names<'a> {
    pub(super) skills: HashMap<&'a str, usize>,
    pub(super) visits: HashMap<VisitId, usize>,
    pub(super) shifts: HashMap<ShiftId, usize>,
    pub(super) stops: usize,
    pub(super) profiles: usize,
    /// Visits in locked prefixes.
    pub(super) locked_in: HashMap<VisitIx, ShiftIx>,
}

/// Gathers flaws; what a flawed field is read as does not matter, because then there is no problem.
#[derive(Default)]
pub(super) struct Flaws {
    pub(super) found: Vec<Flaw>,
}

/// Enough to mend by; a file of rubbish does not fill the memory.
const FLAWS_MAX: usize = 1_000;

impl Flaws {
    fn add(&mut self, of: Subject, field: &'static str, kind: FlawKind) {
        if self.found.len() < FLAWS_MAX {
            self.found.push(Flaw { of, field, kind });
        }
    }

    fn count(&mut self, of: Subject, field: &'static str, count: usize, max: usize) {
        if count > max {
            self.add(of, field, FlawKind::TooMany { max });
        }
    }

    fn number(&mut self, of: Subject, field: &'static str, value: f64, min: f64, max: f64) -> f64 {
        if !value.is_finite() {
            self.add(of, field, FlawKind::NotFinite);
        } else if !(min..=max).contains(&value) {
            self.add(of, field, FlawKind::OutOfRange { min, max });
        } else {
            return value;
        }
        min
    }

    /// Whole seconds, metres or pieces.
    fn whole(&mut self, of: Subject, field: &'static str, value: f64, max: i32) -> i32 {
        self.number(of, field, value, 0.0, f64::from(max)).round() as i32
    }

    fn instant(&mut self, of: Subject, field: &'static str, value: f64) -> i32 {
        self.whole(of, field, value, HORIZON_S)
    }

    fn cost(&mut self, of: Subject, field: &'static str, value: f64, max: i64) -> i64 {
        self.number(of, field, value, 0.0, max as f64).round() as i64
    }

    fn limit(&mut self, of: Subject, field: &'static str, value: Option<f64>) -> i32 {
        value.map_or(i32::MAX, |value| self.whole(of, field, value, i32::MAX - 1))
    }

    pub(super) fn point(&mut self, index: usize, lat: Option<f64>, lon: Option<f64>) -> Option<Point> {
        match (lat, lon) {
            (None, None) => None,
            (Some(_), None) => {
                self.add(Subject::Stop(index), "lon", FlawKind::Missing);
                None
            }
            (None, Some(_)) => {
                self.add(Subject::Stop(index), "lat", FlawKind::Missing);
                None
            }
            (Some(lat), Some(lon)) => match Point::new(lat, lon) {
                Ok(point) => Some(point),
                Err(flaw) => {
                    let (field, value, max) = match flaw {
                        PointFlaw::Lat => ("lat", lat, 90.0),
                        PointFlaw::Lon => ("lon", lon, 180.0),
                    };
                    self.number(Subject::Stop(index), field, value, -max, max);
                    None
                }
            },
        }
    }

    fn index<T: Copy + Eq + Hash>(
        &mut self,
        field: &'static str,
        ids: impl Iterator<Item = T>,
        subject: impl Fn(T) -> Subject,
    ) -> HashMap<T, usize> {
        let mut index = HashMap::new();
        for (i, id) in ids.enumerate() {
            if index.insert(id, i).is_some() {
                self.add(subject(id), field, FlawKind::Duplicate);
            }
        }
        index
    }

    fn stop(&mut self, of: Subject, field: &'static str, stop: usize, names: &Names<'_>) -> StopIx {
        if stop >= names.stops {
            self.add(of, field, FlawKind::Unknown { name: stop.to_string(), known: "stops" });
        }
        StopIx::from(stop.min(u32::MAX as usize))
    }

    fn skills(&mut self, of: Subject, wanted: &[String], names: &Names<'_>) -> Skills {
        let mut skills = Skills::default();
        for name in wanted {
            match names.skills.get(name.as_str()) {
                Some(bit) => skills.0 |= 1 << bit,
                None => self.add(of, "skills", FlawKind::Unknown { name: name.chars().take(100).collect(), known: "skills" }),
            }
        }
        skills
    }

    fn shift_ix(&mut self, of: Subject, field: &'static str, id: ShiftId, names: &Names<'_>) -> ShiftIx {
        let known = names.shifts.get(&id).copied();
        if known.is_none() {
            self.add(of, field, FlawKind::Unknown { name: id.to_string(), known: "shifts" });
        }
        ShiftIx::from(known.unwrap_or(0))
    }

    fn agents_named(&mut self, of: Subject, field: &'static str, agents: &[AgentId]) -> Vec<AgentId> {
        self.count(of, field, agents.len(), AGENTS_NAMED_MAX);
        let mut agents = agents.to_vec();
        agents.sort_unstable();
        agents.dedup();
        agents
    }

    pub(super) fn windows(&mut self, of: Subject, drafts: &[WindowDraft]) -> Vec<Window> {
        self.count(of, "windows", drafts.len(), WINDOWS_MAX);
        if drafts.is_empty() {
            self.add(of, "windows", FlawKind::Empty);
        }
        let mut windows: Vec<Window> = drafts
            .iter()
            .take(WINDOWS_MAX)
            .map(|draft| self.window(of, ["windows.opens_s", "windows.closes_s"], draft.opens_s, draft.closes_s))
            .collect();
        windows.sort_unstable_by_key(|window| window.opens_s);
        if windows.windows(2).any(|pair| pair[1].opens_s <= pair[0].closes_s) {
            self.add(of, "windows", FlawKind::Overlap);
        }
        windows
    }

    fn window(&mut self, of: Subject, fields: [&'static str; 2], opens_s: f64, closes_s: f64) -> Window {
        let window = Window { opens_s: self.instant(of, fields[0], opens_s), closes_s: self.instant(of, fields[1], closes_s) };
        if opens_s > closes_s {
            self.add(of, fields[1], FlawKind::EndsBeforeItBegins);
        }
        window
    }

    pub(super) fn visit(&mut self, index: usize, draft: &VisitDraft, names: &Names<'_>) -> Visit {
        let of = Subject::Visit(draft.id);
        if draft.priority > 9 {
            self.add(of, "priority", FlawKind::OutOfRange { min: 0.0, max: 9.0 });
        }
        let promise = draft.promise.map(|promise| Promise {
            window: self.window(of, ["promise.opens_s", "promise.closes_s"], promise.opens_s, promise.closes_s),
            agent: promise.agent,
            cost_broken: self.cost(of, "promise.cost_broken", promise.cost_broken, COST_MAX),
        });
        let awaited = draft.awaited.map(|awaited| Awaited {
            since_s: self.instant(of, "awaited.since_s", awaited.since_s),
            cost_per_s: self.cost(of, "awaited.cost_per_s", awaited.cost_per_s, RATE_MAX),
        });
        let current = draft.current.map(|current| Current {
            shift: self.shift_ix(of, "current.shift", current.shift, names),
            cost_moved: self.cost(of, "current.cost_moved", current.cost_moved, COST_MAX),
        });
        let pinned = draft.pinned.map(|id| self.shift_ix(of, "pinned", id, names));
        let locked_in = names.locked_in.get(&VisitIx::from(index)).copied();
        if let (Some(pinned), Some(locked)) = (pinned, locked_in)
            && pinned != locked
        {
            self.add(of, "pinned", FlawKind::Contradicts { other: "the locked prefix it is in" });
        }
        Visit {
            id: draft.id,
            stop: self.stop(of, "stop", draft.stop, names),
            service_s: self.whole(of, "service_s", draft.service_s, SERVICE_S_MAX),
            windows: self.windows(of, &draft.windows),
            demand: self.whole(of, "demand", draft.demand, DEMAND_MAX),
            skills: self.skills(of, &draft.skills, names),
            allowed_agents: self.agents_named(of, "allowed_agents", &draft.allowed_agents),
            forbidden_agents: self.agents_named(of, "forbidden_agents", &draft.forbidden_agents),
            preferred_agents: self.agents_named(of, "preferred_agents", &draft.preferred_agents),
            not_preferred_cost: self.cost(of, "not_preferred_cost", draft.not_preferred_cost, COST_MAX),
            prize: match draft.prize {
                None => Prize::Mandatory,
                Some(prize) => Prize::Optional(self.cost(of, "prize", prize, COST_MAX)),
            },
            priority: draft.priority,
            pinned,
            promise,
            awaited,
            current,
            locked_in,
        }
    }

    pub(super) fn shift(&mut self, index: usize, draft: &ShiftDraft, names: &mut Names<'_>) -> Shift {
        let of = Subject::Shift(draft.id);
        if draft.profile >= names.profiles {
            self.add(of, "profile", FlawKind::Unknown { name: draft.profile.to_string(), known: "profiles" });
        }
        let latest_end_s = self.instant(of, "latest_end_s", draft.latest_end_s);
        if draft.latest_end_s < draft.earliest_start_s {
            self.add(of, "latest_end_s", FlawKind::EndsBeforeItBegins);
        }
        if draft.latest_start_s.is_some_and(|latest_s| latest_s < draft.earliest_start_s) {
            self.add(of, "latest_start_s", FlawKind::EndsBeforeItBegins);
        }
        let costs = &draft.costs;
        Shift {
            id: draft.id,
            start_stop: self.stop(of, "start_stop", draft.start_stop, names),
            end_stop: draft.end_stop.map(|stop| self.stop(of, "end_stop", stop, names)),
            earliest_start_s: self.instant(of, "earliest_start_s", draft.earliest_start_s),
            latest_start_s: draft.latest_start_s.map_or(HORIZON_S, |latest_s| self.instant(of, "latest_start_s", latest_s)),
            latest_end_s,
            overtime_max_s: self.instant(of, "overtime_max_s", draft.overtime_max_s),
            capacity: self.limit(of, "capacity", draft.capacity),
            visits_max: draft.visits_max.map_or(u32::MAX, |max| max.min(u32::MAX as usize) as u32),
            travel_max_s: self.limit(of, "travel_max_s", draft.travel_max_s),
            distance_max_m: self.limit(of, "distance_max_m", draft.distance_max_m),
            skills: self.skills(of, &draft.skills, names),
            breaks: self.breaks(of, &draft.breaks),
            profile: ProfileIx(draft.profile.min(PROFILES_MAX) as u16),
            travel_factor: self.number(of, "travel_factor", draft.travel_factor, FACTOR_MIN, FACTOR_MAX),
            service_factor: self.number(of, "service_factor", draft.service_factor, FACTOR_MIN, FACTOR_MAX),
            costs: Costs {
                fixed: self.cost(of, "costs.fixed", costs.fixed, COST_MAX),
                per_travel_s: self.cost(of, "costs.per_travel_s", costs.per_travel_s, RATE_MAX),
                per_km: self.cost(of, "costs.per_km", costs.per_km, RATE_MAX),
                per_duty_s: self.cost(of, "costs.per_duty_s", costs.per_duty_s, RATE_MAX),
                per_overtime_s: self.cost(of, "costs.per_overtime_s", costs.per_overtime_s, RATE_MAX),
                per_imbalance_s: self.cost(of, "costs.per_imbalance_s", costs.per_imbalance_s, RATE_MAX),
            },
            target_duty_s: draft.target_duty_s.map(|duty_s| self.instant(of, "target_duty_s", duty_s)),
            locked: self.locked(of, ShiftIx::from(index), draft, names),
            under_way: draft.under_way.map(|under_way| UnderWay {
                stop: self.stop(of, "under_way.stop", under_way.stop, names),
                at_s: self.instant(of, "under_way.at_s", under_way.at_s),
            }),
        }
    }

    fn breaks(&mut self, of: Subject, drafts: &[BreakDraft]) -> Vec<Break> {
        self.count(of, "breaks", drafts.len(), BREAKS_MAX);
        let mut breaks: Vec<Break> = Vec::new();
        for draft in drafts.iter().take(BREAKS_MAX) {
            let fields = ["breaks.earliest_start_s", "breaks.latest_start_s"];
            let Window { opens_s, closes_s } = self.window(of, fields, draft.earliest_start_s, draft.latest_start_s);
            let duration_s = self.instant(of, "breaks.duration_s", draft.duration_s);
            breaks.push(Break { earliest_start_s: opens_s, latest_start_s: closes_s, duration_s });
        }
        breaks.sort_by_key(|pause| (pause.earliest_start_s, pause.latest_start_s));
        if breaks.windows(2).any(|pair| pair[1].latest_start_s < pair[0].latest_start_s) {
            self.add(of, "breaks", FlawKind::Overlap);
        }
        breaks
    }

    fn locked(&mut self, of: Subject, shift: ShiftIx, draft: &ShiftDraft, names: &mut Names<'_>) -> Vec<Locked> {
        let mut locked: Vec<Locked> = Vec::new();
        let mut free_s = draft.earliest_start_s;
        for entry in &draft.locked {
            let Some(&visit) = names.visits.get(&entry.visit) else {
                self.add(of, "locked.visit", FlawKind::Unknown { name: entry.visit.to_string(), known: "visits" });
                continue;
            };
            let visit = VisitIx::from(visit);
            if names.locked_in.insert(visit, shift).is_some() {
                self.add(Subject::Visit(entry.visit), "locked", FlawKind::Duplicate);
            }
            let tightest = locked.last().map_or(Commitment::Done, |before| before.commitment);
            let is_second_in_progress = tightest == Commitment::InProgress && entry.commitment == Commitment::InProgress;
            if !entry.commitment.is_locked() || entry.commitment < tightest || is_second_in_progress {
                self.add(of, "locked.commitment", FlawKind::Contradicts { other: "the order of a locked prefix" });
            }
            let needs_start = entry.commitment <= Commitment::FixedOrderAndTime;
            if needs_start && entry.start_s.is_none() {
                self.add(Subject::Visit(entry.visit), "locked.start_s", FlawKind::Missing);
            }
            if entry.commitment == Commitment::Done && entry.end_s.is_none() {
                self.add(Subject::Visit(entry.visit), "locked.end_s", FlawKind::Missing);
            }
            for (field, at_s) in [("locked.start_s", entry.start_s), ("locked.end_s", entry.end_s)] {
                let Some(at_s) = at_s else { continue };
                if at_s < free_s && entry.commitment <= Commitment::InProgress {
                    self.add(Subject::Visit(entry.visit), field, FlawKind::Contradicts { other: "what comes before it" });
                }
                free_s = free_s.max(at_s);
            }
            locked.push(Locked {
                visit,
                commitment: entry.commitment,
                start_s: entry.start_s.map(|at_s| self.instant(of, "locked.start_s", at_s)),
                end_s: entry.end_s.map(|at_s| self.instant(of, "locked.end_s", at_s)),
            });
        }
        locked
    }

    fn agents(&mut self, drafts: &[AgentLimitsDraft], shifts: &[Shift]) -> Vec<AgentLimits> {
        let index = self.index("agents", drafts.iter().map(|draft| draft.agent), Subject::Agent);
        let mut shifts_of: HashMap<AgentId, Vec<ShiftIx>> = HashMap::new();
        for (i, shift) in shifts.iter().enumerate() {
            if index.contains_key(&shift.id.agent) {
                shifts_of.entry(shift.id.agent).or_default().push(ShiftIx::from(i));
            }
        }
        drafts
            .iter()
            .map(|draft| {
                let of = Subject::Agent(draft.agent);
                AgentLimits {
                    agent: draft.agent,
                    duty_max_s: draft.duty_max_s.map_or(i64::MAX, |max| i64::from(self.instant(of, "duty_max_s", max))),
                    shifts_max: draft.shifts_max.map_or(u32::MAX, |max| max.min(u32::MAX as usize) as u32),
                    shifts: shifts_of.remove(&draft.agent).unwrap_or_default(),
                }
            })
            .collect()
    }
}
