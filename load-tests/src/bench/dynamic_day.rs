//! A day that does not go to plan: half of the visits are asked for while it runs, agents are late, visits overrun and are cancelled, and
//! what is driven is driven. Every event goes to the live plan; now and then the search for plans improves what is still open.
//!
//! Shown beside: what our own search makes of the same visits with all of them known beforehand and nothing going wrong (hindsight), and
//! how long a decision took. The instance is generated after Homberger's (clusters and scatter, one depot, windows), so that it needs no
//! file and no licence.

use super::Plan;
use super::dispatch::{Times, cpu};
use super::table::Table;
use crate::rng::Rng;
use anyhow::{Context, Result, anyhow};
use chrono::NaiveDate;
use salessync_engine::plan::live::{Edit, Expected, LivePlan, Progress, Rejection, Rules, Tables};
use salessync_engine::plan::model::*;
use salessync_engine::plan::search::search;
use salessync_engine::plan::times::{DayPart, DayParts, StraightLine, StraightStops, TravelProfile};
use salessync_engine::{AgentId, Point, Timestamp, VisitId};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::time::{Duration, Instant};
use uuid::Uuid;

const DAY_S: i32 = 10 * 3_600;
const SIDE_M: f64 = 40_000.0;
/// A visit is asked for at least this long before its window closes.
const NOTICE_S: f64 = 5_400.0;
const IMPROVE_EVERY_S: i32 = 900;
/// Of the search, each time: a second or so.
const IMPROVE_ITERATIONS: u64 = 4_000;
const RETRY_EVERY_S: i32 = 600;

/// One day says little: a plan of the same code is several per cent better or worse on the next.
const SEEDS: std::ops::Range<u64> = 11..16;

pub fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let (visits, agents) = if plan.is_quick { (120, 10) } else { (600, 45) };
    let seeds = if plan.is_quick { SEEDS.start..SEEDS.start + 1 } else { SEEDS };
    let days = seeds.end - seeds.start;
    for (name, has_trouble) in [("nothing goes wrong", false), ("late, overrun, cancelled", true)] {
        plan.progress(&format!("{days} days of {visits} visits, half of them asked for as they run, {name}"));
        let mut sum = Sum::default();
        for seed in seeds.clone() {
            sum.add(&Instance::new(visits, agents, has_trouble, seed), plan.is_quick)?;
        }
        sum.tell(name, days, table);
    }
    Ok(())
}

/// Of all days.
#[derive(Default)]
struct Sum {
    over: Vec<f64>,
    decisions: Times,
    asked: usize,
    served: usize,
    late: usize,
    moved: usize,
    driven_m: f64,
    hindsight_m: f64,
    hindsight_served: usize,
}

impl Sum {
    fn add(&mut self, instance: &Instance, is_quick: bool) -> Result<()> {
        let day = Day::new(instance)?.run(instance, is_quick)?;
        let budget = if is_quick { Duration::from_secs(2) } else { Duration::from_secs(20) };
        let (hindsight_m, hindsight_served) = hindsight(instance, budget)?;
        let per_visit = |metres: f64, served: usize| metres / served.max(1) as f64;
        self.over.push((per_visit(day.driven_m, day.served) / per_visit(hindsight_m, hindsight_served) - 1.0) * 100.0);
        self.decisions.append(day.decisions);
        self.asked += instance.visits.len() - day.cancelled;
        self.served += day.served;
        self.late += day.late;
        self.moved += day.moved;
        self.driven_m += day.driven_m;
        self.hindsight_m += hindsight_m;
        self.hindsight_served += hindsight_served;
        Ok(())
    }

    fn tell(&self, name: &str, days: u64, table: &mut Table) {
        let mean = self.over.iter().sum::<f64>() / self.over.len() as f64;
        let each = self.over.iter().map(|over| format!("{over:.1}")).collect::<Vec<_>>().join(", ");
        table.at_most(&format!("dynamic day, metres a visit over hindsight, {name}, mean of {days}"), mean, 10.0, "%");
        table.note(&format!(
            "{each}; {} of {} served, {} after their window closed, {} released or never placed; {:.0} km driven; hindsight serves {} with {:.0} km",
            self.served,
            self.asked,
            self.late,
            self.asked - self.served,
            self.driven_m / 1e3,
            self.hindsight_served,
            self.hindsight_m / 1e3,
        ));
        table.at_most(&format!("dynamic day, a decision p99, {name}"), self.decisions.ms(99.0), 1.0, "ms CPU");
        table.note(&format!(
            "{} decisions, p50 {:.3} ms, longest {:.2} ms; {} visits moved to another agent after they were planned",
            self.decisions.len(),
            self.decisions.ms(50.0),
            self.decisions.ms(100.0),
            self.moved,
        ));
    }
}

/// What will happen, unknown to the plan.
struct Instance {
    visits: Vec<VisitDraft>,
    points: Vec<Point>,
    agents: usize,
    /// By visit: when it is asked for; 0 is before the day.
    asked_s: Vec<i32>,
    cancelled_s: Vec<Option<i32>>,
    /// By visit: how long service really takes, and how many times longer the way there.
    service_s: Vec<i32>,
    slower: Vec<f64>,
    leaves_s: Vec<i32>,
}

impl Instance {
    fn new(count: usize, agents: usize, has_trouble: bool, seed: u64) -> Self {
        let mut rng = Rng::stream(seed, 30);
        let place = |rng: &mut Rng, at: (f64, f64), reach_m: f64| (at.0 + rng.normal() * reach_m, at.1 + rng.normal() * reach_m);
        let middle = (SIDE_M / 2.0, SIDE_M / 2.0);
        let clusters: Vec<_> = (0..12).map(|_| (rng.range(0.0, SIDE_M), rng.range(0.0, SIDE_M))).collect();
        let mut points = vec![on_earth(middle)];
        let mut made = Self {
            visits: Vec::new(),
            points: Vec::new(),
            agents,
            asked_s: Vec::new(),
            cancelled_s: Vec::new(),
            service_s: Vec::new(),
            slower: Vec::new(),
            leaves_s: (0..agents)
                .map(|_| if has_trouble && rng.chance(0.1) { rng.range(0.0, 1_800.0) as i32 } else { 0 })
                .collect(),
        };
        for number in 0..count {
            let at = if rng.chance(0.5) {
                let cluster = *rng.pick(&clusters);
                place(&mut rng, cluster, 1_500.0)
            } else {
                (rng.range(0.0, SIDE_M), rng.range(0.0, SIDE_M))
            };
            points.push(on_earth(at));
            let opens_s = rng.range(1_800.0, f64::from(DAY_S) - 9_000.0);
            let closes_s = opens_s + rng.range(2_700.0, 7_200.0);
            let service_s = rng.range(600.0, 1_500.0);
            made.visits.push(VisitDraft {
                id: VisitId(Uuid::from_u128(0x3000_0000 + number as u128)),
                stop: number + 1,
                service_s,
                windows: vec![WindowDraft { opens_s, closes_s }],
                demand: 0.0,
                skills: Vec::new(),
                allowed_agents: Vec::new(),
                forbidden_agents: Vec::new(),
                preferred_agents: Vec::new(),
                not_preferred_cost: 0.0,
                prize: None,
                priority: 0,
                pinned: None,
                promise: Some(PromiseDraft { opens_s, closes_s, agent: None, cost_broken: 3_600.0 }),
                awaited: None,
                current: None,
            });
            let latest_s = (closes_s - NOTICE_S).max(0.0);
            made.asked_s.push(if number % 2 == 0 { 0 } else { rng.range(0.0, latest_s) as i32 });
            made.cancelled_s.push((has_trouble && rng.chance(0.03)).then(|| rng.range(0.0, opens_s) as i32));
            let overrun = if has_trouble && rng.chance(0.05) { 2.0 } else { 1.0 };
            let noise = if has_trouble { (rng.normal() * 0.15).exp() } else { 1.0 };
            made.service_s.push((service_s * overrun * noise).round() as i32);
            made.slower.push(if has_trouble { (rng.normal() * 0.12).exp() } else { 1.0 });
        }
        made.points = points;
        made
    }

    fn problem(&self, visits: Vec<VisitDraft>) -> ProblemDraft {
        ProblemDraft {
            origin: Timestamp::from_ms_clamped(1_795_000_000_000),
            stops: self.points.iter().map(|point| super::dispatch::stop(*point)).collect(),
            profiles: vec!["car".to_owned()],
            skills: Vec::new(),
            visits,
            shifts: (0..self.agents).map(shift).collect(),
            agents: Vec::new(),
            matrices: Vec::new(),
        }
    }

    fn ways(&self) -> Tables<StraightStops> {
        let line = StraightLine::new(1.3, [45.0, 15.0, 5.0], DayParts::whole()).expect("in range");
        let mut stops = StraightStops::new(line, TravelProfile::Car);
        for point in &self.points {
            stops.add(*point);
        }
        Tables::new(vec![stops], DayPart(0))
    }
}

fn on_earth((north_m, east_m): (f64, f64)) -> Point {
    Point::new(48.0 + north_m / 111_200.0, 11.0 + east_m / 74_400.0).expect("in range")
}

fn shift_id(agent: usize) -> ShiftId {
    let date = NaiveDate::from_ymd_opt(2026, 11, 26).expect("a date");
    ShiftId { agent: AgentId(Uuid::from_u128(0x4000_0000 + agent as u128)), date, part: 0 }
}

fn shift(agent: usize) -> ShiftDraft {
    ShiftDraft {
        id: shift_id(agent),
        start_stop: 0,
        end_stop: Some(0),
        earliest_start_s: 0.0,
        latest_start_s: None,
        latest_end_s: f64::from(DAY_S),
        overtime_max_s: 3_600.0,
        capacity: None,
        skills: Vec::new(),
        visits_max: None,
        travel_max_s: None,
        distance_max_m: None,
        breaks: Vec::new(),
        profile: 0,
        travel_factor: 1.0,
        service_factor: 1.0,
        costs: CostsDraft::default(),
        target_duty_s: None,
        locked: Vec::new(),
        under_way: None,
    }
}

/// What happens next, and when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Event {
    Asked(usize),
    Cancelled(usize),
    /// The agent looks at what is next.
    Look(usize),
    Starts(usize, usize),
    /// As long as was planned has passed, and it is not over.
    Overruns(usize),
    Ends(usize, usize, i32),
    Retry,
    Improve,
}

struct Day {
    plan: LivePlan<Tables<StraightStops>>,
    queue: BinaryHeap<Reverse<(i32, u64, Event)>>,
    next: u64,
    is_busy: Vec<bool>,
    at_stop: Vec<StopIx>,
    made: Vec<usize>,
    /// When each looks next at what to do.
    looks_s: Vec<Option<i32>>,
    /// Has begun the day.
    is_out: Vec<bool>,
    waiting: BTreeSet<usize>,
    is_cancelled: Vec<bool>,
    has_begun: Vec<bool>,
    decisions: Times,
    served: usize,
    late: usize,
    cancelled: usize,
    moved: usize,
    driven_m: f64,
}

impl Day {
    fn new(instance: &Instance) -> Result<Self> {
        let problem = Problem::new(&instance.problem(Vec::new())).map_err(|flaws| anyhow!("{flaws:?}"))?;
        let rules = Rules { ..Rules::default() };
        let plan = LivePlan::new(problem, None, instance.ways(), rules, 0)?;
        let count = instance.visits.len();
        Ok(Self {
            plan,
            queue: BinaryHeap::new(),
            next: 0,
            is_busy: vec![false; instance.agents],
            at_stop: vec![StopIx(0); instance.agents],
            made: vec![0; instance.agents],
            looks_s: vec![None; instance.agents],
            is_out: vec![false; instance.agents],
            waiting: BTreeSet::new(),
            is_cancelled: vec![false; count],
            has_begun: vec![false; count],
            decisions: Times::default(),
            served: 0,
            late: 0,
            cancelled: 0,
            moved: 0,
            driven_m: 0.0,
        })
    }

    fn later(&mut self, at_s: i32, event: Event) {
        self.next += 1;
        self.queue.push(Reverse((at_s, self.next, event)));
    }

    fn run(mut self, instance: &Instance, is_quick: bool) -> Result<Self> {
        for (visit, asked_s) in instance.asked_s.iter().enumerate().filter(|(_, asked_s)| **asked_s == 0) {
            self.ask(instance, visit, *asked_s)?;
        }
        self.improve(if is_quick { 2_000 } else { 20_000 })?;
        self.decisions = Times::default();
        self.moved = 0;
        for (visit, asked_s) in instance.asked_s.iter().enumerate().filter(|(_, asked_s)| **asked_s > 0) {
            self.later(*asked_s, Event::Asked(visit));
        }
        for (visit, at_s) in instance.cancelled_s.iter().enumerate().filter_map(|(visit, at_s)| Some((visit, (*at_s)?))) {
            self.later(at_s.max(instance.asked_s[visit] + 1), Event::Cancelled(visit));
        }
        for agent in 0..instance.agents {
            self.look_later(agent, instance.leaves_s[agent]);
        }
        for at_s in (IMPROVE_EVERY_S..DAY_S).step_by(IMPROVE_EVERY_S as usize) {
            self.later(at_s, Event::Improve);
        }
        for at_s in (RETRY_EVERY_S..DAY_S).step_by(RETRY_EVERY_S as usize) {
            self.later(at_s, Event::Retry);
        }
        while let Some(Reverse((at_s, _, event))) = self.queue.pop() {
            for shift in self.plan.tick(at_s) {
                self.decide(|plan| plan.repair_shift(shift).map(|made| made.diff.moves.len()))?;
            }
            self.happen(instance, at_s, event)?;
        }
        Ok(self)
    }

    fn happen(&mut self, instance: &Instance, at_s: i32, event: Event) -> Result<()> {
        match event {
            Event::Asked(visit) => self.ask(instance, visit, at_s)?,
            Event::Cancelled(visit) if !self.has_begun[visit] => {
                self.is_cancelled[visit] = true;
                self.cancelled += 1;
                self.waiting.remove(&visit);
                let id = instance.visits[visit].id;
                let from = cpu();
                let gone = self.plan.cancel(id, Expected::Any);
                self.decisions.add(cpu() - from);
                gone.map_err(anyhow::Error::from)?;
            }
            Event::Cancelled(_) => {}
            Event::Look(agent) => self.look(instance, agent, at_s)?,
            Event::Starts(agent, visit) => {
                let window = instance.visits[visit].windows[0];
                self.served += 1;
                self.late += usize::from(f64::from(at_s) > window.closes_s.round());
                self.decide(|plan| {
                    plan.progress(instance.visits[visit].id, shift_id(agent), Progress::Started { at_s })
                        .map(|made| made.diff.moves.len())
                })?;
                let (planned_s, really_s) = (instance.visits[visit].service_s.round() as i32, instance.service_s[visit]);
                if really_s > planned_s {
                    self.later(at_s + planned_s, Event::Overruns(visit));
                }
                self.later(at_s + really_s, Event::Ends(agent, visit, at_s));
            }
            Event::Overruns(visit) => {
                // Nobody knows how long it will be: half as long again, or what it really takes if that is less.
                let service_s = ((instance.visits[visit].service_s * 1.5).round() as i32).min(instance.service_s[visit]);
                self.decide(|plan| plan.overrun(instance.visits[visit].id, service_s).map(|made| made.diff.moves.len()))?;
            }
            Event::Ends(agent, visit, started_s) => {
                let progress = Progress::Finished { started_s, ended_s: at_s };
                self.decide(|plan| {
                    plan.progress(instance.visits[visit].id, shift_id(agent), progress).map(|made| made.diff.moves.len())
                })?;
                self.is_busy[agent] = false;
                self.made[agent] += 1;
                self.look_later(agent, at_s);
            }
            Event::Retry => {
                for visit in self.plan.unassigned().collect::<Vec<_>>() {
                    let from = cpu();
                    let placed = self.plan.insert(visit, Expected::Any);
                    self.decisions.add(cpu() - from);
                    match placed {
                        Ok(_) | Err(Rejection::Infeasible { .. }) => {}
                        Err(other) => return Err(other.into()),
                    }
                }
                self.wake(at_s);
            }
            Event::Improve => {
                self.improve(IMPROVE_ITERATIONS)?;
                self.wake(at_s);
            }
        }
        Ok(())
    }

    /// A decision, timed; what it moved is counted.
    fn decide(&mut self, decide: impl FnOnce(&mut LivePlan<Tables<StraightStops>>) -> Result<usize, Rejection>) -> Result<()> {
        let from = cpu();
        let decided = decide(&mut self.plan);
        self.decisions.add(cpu() - from);
        decided.map_err(anyhow::Error::from)?;
        self.wake(self.plan.now_s());
        Ok(())
    }

    fn ask(&mut self, instance: &Instance, visit: usize, at_s: i32) -> Result<()> {
        let draft = &instance.visits[visit];
        let from = cpu();
        let added = self.plan.add_visit(draft);
        self.decisions.add(cpu() - from);
        match added {
            Ok(made) => {
                let is_moved = |step: &&salessync_engine::plan::live::Move| {
                    step.from.zip(step.to).is_some_and(|(from, to)| from.shift != to.shift)
                };
                self.moved += made.diff.moves.iter().filter(is_moved).count();
            }
            Err(Rejection::Infeasible { .. }) => {
                // Kept for later: somebody may cancel.
                self.plan.edit(&[Edit::Add { draft: Box::new(draft.clone()) }], Expected::Any).map_err(anyhow::Error::from)?;
                self.waiting.insert(visit);
            }
            Err(other) => return Err(other.into()),
        }
        self.wake(at_s);
        Ok(())
    }

    /// Whoever has nothing to do looks again.
    fn wake(&mut self, at_s: i32) {
        for agent in 0..self.is_busy.len() {
            if !self.is_busy[agent] && self.is_out[agent] {
                self.look_later(agent, at_s + 1);
            }
        }
    }

    /// One look is waited for at a time, the earliest.
    fn look_later(&mut self, agent: usize, at_s: i32) {
        if self.looks_s[agent].is_none_or(|look_s| at_s < look_s) {
            self.looks_s[agent] = Some(at_s);
            self.later(at_s, Event::Look(agent));
        }
    }

    /// An agent who is free drives to what is next, when it is time to.
    fn look(&mut self, instance: &Instance, agent: usize, at_s: i32) -> Result<()> {
        if self.is_busy[agent] || self.looks_s[agent] != Some(at_s) {
            return Ok(());
        }
        (self.looks_s[agent], self.is_out[agent]) = (None, true);
        let route = self.plan.route(shift_id(agent)).context("a shift of the plan")?;
        let Some(&(id, start_s)) = route.visits.get(self.made[agent]) else { return Ok(()) };
        let ix = self.plan.problem().visit_ix(id).context("a visit of the plan")?;
        let stop = self.plan.problem().visit(ix).stop;
        let leg = self.plan.ways().leg(ProfileIx(0), self.at_stop[agent], stop).context("a way")?;
        let leaves_s = start_s - leg.duration_s - 60;
        if leaves_s > at_s {
            // Not yet: what is next may still change.
            self.look_later(agent, leaves_s);
            return Ok(());
        }
        let visit = (id.0.as_u128() - 0x3000_0000) as usize;
        self.is_busy[agent] = true;
        self.has_begun[visit] = true;
        let drives_s = (f64::from(leg.duration_s) * instance.slower[visit]).round() as i32;
        self.driven_m += f64::from(leg.distance_m);
        self.at_stop[agent] = stop;
        let arrives_s = at_s + drives_s;
        let opens_s = instance.visits[visit].windows[0].opens_s.round() as i32;
        self.decide(|plan| plan.settle(shift_id(agent), 1, false).map(|made| made.diff.moves.len()))?;
        self.decide(|plan| plan.set_position(shift_id(agent), stop, arrives_s).map(|made| made.diff.moves.len()))?;
        self.later(arrives_s.max(opens_s), Event::Starts(agent, visit));
        Ok(())
    }

    fn improve(&mut self, iterations: u64) -> Result<()> {
        let snapshot = self.plan.snapshot(&[]).map_err(anyhow::Error::from)?;
        let found = search(&snapshot.problem, self.plan.ways(), Some(&snapshot.start), 1, &mut |progress| {
            progress.iterations < iterations
        });
        match self.plan.accept(&snapshot.improvement(&found.solution)) {
            Ok(_) | Err(Rejection::Conflict { .. }) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }
}

/// Metres, and visits served, with everything known beforehand and nothing going wrong.
fn hindsight(instance: &Instance, budget: Duration) -> Result<(f64, usize)> {
    let kept = instance.visits.iter().zip(&instance.cancelled_s).filter(|(_, cancelled_s)| cancelled_s.is_none());
    let problem =
        Problem::new(&instance.problem(kept.map(|(visit, _)| visit.clone()).collect())).map_err(|flaws| anyhow!("{flaws:?}"))?;
    let ways = instance.ways();
    let begun = Instant::now();
    let found = search(&problem, &ways, None, 1, &mut |_| begun.elapsed() < budget);
    let mut metres = 0.0;
    for route in found.solution.routes.iter().filter(|route| !route.visits.is_empty()) {
        let stops = route.visits.iter().map(|visit| problem.visit(*visit).stop);
        let mut here = StopIx(0);
        for stop in stops {
            metres += ways.leg(ProfileIx(0), here, stop).map_or(0.0, |leg| f64::from(leg.distance_m));
            here = stop;
        }
    }
    Ok((metres, problem.visits().len() - found.solution.unassigned.len()))
}
