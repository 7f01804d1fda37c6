//! Working days as they are: agents who start from home, customers with opening hours, skills, breaks, overtime, promises.

use super::{Plan, SEED, Table};
use crate::rng::Rng;
use crate::solve::clock::{Clock, Stopwatch};
use anyhow::{Result, anyhow};
use chrono::{Days, NaiveDate};
use salessync_engine::plan::check::check;
use salessync_engine::plan::model::{
    BreakDraft, CostsDraft, Leg, Matrices, Matrix, Problem, ProblemDraft, ShiftDraft, ShiftId, StopDraft, VisitDraft, WindowDraft,
};
use salessync_engine::plan::search::{Progress, search};
use salessync_engine::{AgentId, Timestamp, VisitId};
use uuid::Uuid;

const HOUR_S: f64 = 3_600.0;
const DAY_S: f64 = 86_400.0;
/// Half the side of the square town.
const REACH_M: f64 = 12_000.0;
const DETOUR: f64 = 1.3;
const SPEED_MPS: f64 = 8.0;
const SKILLS: [&str; 4] = ["fridge", "tasting", "contract", "french"];

pub fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let (agents, seconds) = if plan.is_quick { (20, 2.0) } else { (200, 30.0) };
    plan.progress(&format!("a day of {agents} agents with 15 visits each"));
    day(table, agents, 1, 15, seconds)?;
    plan.progress("a week of 5 agents with 8 visits a day");
    day(table, 5, 5, 8, if plan.is_quick { 1.0 } else { 10.0 })
}

fn day(table: &mut Table, agents: usize, days: usize, visits_each: usize, seconds: f64) -> Result<()> {
    let (draft, places) = draft(agents, days, visits_each);
    let problem = Problem::new(&draft).map_err(|flaws| anyhow!("the generated day has a flaw: {}", flaws[0]))?;
    let matrix = Matrix::from_fn(places.len(), |from, to| {
        let metres = DETOUR * (places[from].0 - places[to].0).hypot(places[from].1 - places[to].1);
        Some(Leg { duration_s: (metres / SPEED_MPS).round() as i32, distance_m: metres.round() as i32 })
    });
    let travel = Matrices::new(vec![matrix]);
    let stopwatch = Stopwatch::start(Clock::Cpu);
    let mut first: Option<(i64, f64)> = None;
    let found = search(&problem, &travel, None, SEED, &mut |progress: Progress| {
        let now_s = stopwatch.seconds();
        if first.is_none() {
            first = progress.cost.map(|cost| (cost, now_s));
        }
        now_s < seconds
    });
    let bill =
        check(&problem, &travel, &found.solution).map_err(|violations| anyhow!("the plan breaks a rule: {}", violations[0]))?;
    let visits = problem.visits().len();
    let name = format!("{visits} visits, {agents} agents, {days} days, {seconds:.0} s");
    table.show(&name, 100.0 * (visits - found.solution.unassigned.len()) as f64 / visits as f64, "% planned");
    let (_, first_s) = first.unwrap_or_default();
    table.note(&format!(
        "every rule kept (checked); cost {} (travel {}, duty {}, overtime {}, prizes lost {}, {} mandatory left out); first plan after {first_s:.1} s, {} iterations",
        bill.total(),
        bill.travel,
        bill.duty,
        bill.overtime,
        bill.prizes_lost,
        bill.mandatory_lost,
        found.iterations
    ));
    Ok(())
}

/// A town with denser quarters: 8 to 17 o'clock, an hour of overtime, lunch and a short break; half of the customers have opening hours,
/// some of them twice a day; one in six needs a skill, one in five may be left out.
fn draft(agents: usize, days: usize, visits_each: usize) -> (ProblemDraft, Vec<(f64, f64)>) {
    let mut rng = Rng::new(SEED);
    let quarters: Vec<(f64, f64)> = (0..12).map(|_| (rng.range(-REACH_M, REACH_M), rng.range(-REACH_M, REACH_M))).collect();
    let mut places = Vec::new();
    let mut place = |rng: &mut Rng| {
        let (x, y) = *rng.pick(&quarters);
        places.push(if rng.chance(0.7) {
            (x + 1_500.0 * rng.normal(), y + 1_500.0 * rng.normal())
        } else {
            (rng.range(-REACH_M, REACH_M), rng.range(-REACH_M, REACH_M))
        });
        places.len() - 1
    };
    let mut shifts = Vec::new();
    for agent in 0..agents {
        let home = place(&mut rng);
        let skills: Vec<String> = SKILLS.iter().filter(|_| rng.chance(0.6)).map(|&name| name.to_owned()).collect();
        for day in 0..days {
            let at = |hour: f64| day as f64 * DAY_S + hour * HOUR_S;
            let rest = |from: f64, minutes: f64| BreakDraft {
                earliest_start_s: at(from),
                latest_start_s: at(from + 1.5),
                duration_s: minutes * 60.0,
            };
            shifts.push(ShiftDraft {
                id: ShiftId {
                    agent: AgentId(Uuid::from_u128(agent as u128 + 1)),
                    date: NaiveDate::default() + Days::new(day as u64),
                    part: 0,
                },
                start_stop: home,
                end_stop: Some(home),
                earliest_start_s: at(8.0),
                latest_start_s: Some(at(10.0)),
                latest_end_s: at(17.0),
                overtime_max_s: HOUR_S,
                capacity: None,
                skills: skills.clone(),
                visits_max: Some(visits_each * 2),
                travel_max_s: None,
                distance_max_m: None,
                breaks: vec![rest(11.5, 45.0), rest(14.5, 15.0)],
                profile: 0,
                travel_factor: 1.0,
                service_factor: if rng.chance(0.2) { 1.2 } else { 1.0 },
                costs: CostsDraft { per_overtime_s: 2.0, per_imbalance_s: 0.0, ..CostsDraft::default() },
                target_duty_s: None,
                locked: Vec::new(),
                under_way: None,
            });
        }
    }
    let mut visits = Vec::new();
    for number in 0..agents * days * visits_each {
        let at = |hour: f64| (number % days) as f64 * DAY_S + hour * HOUR_S;
        let hours: &[(f64, f64)] = match rng.below(8) {
            0 => &[(8.0, 11.0)],
            1 => &[(14.0, 17.0)],
            2 => &[(9.0, 11.5), (14.0, 16.5)],
            3 => &[(10.0, 13.0)],
            _ => &[(8.0, 17.0)],
        };
        visits.push(VisitDraft {
            id: VisitId(Uuid::from_u128(number as u128 + 1)),
            stop: place(&mut rng),
            service_s: if visits_each > 10 { rng.range(600.0, 1_500.0).round() } else { rng.range(1_200.0, 3_000.0).round() },
            windows: hours.iter().map(|&(from, to)| WindowDraft { opens_s: at(from), closes_s: at(to) }).collect(),
            demand: 0.0,
            skills: if rng.chance(0.16) { vec![(*rng.pick(&SKILLS)).to_owned()] } else { Vec::new() },
            allowed_agents: Vec::new(),
            forbidden_agents: Vec::new(),
            preferred_agents: Vec::new(),
            not_preferred_cost: 0.0,
            prize: if rng.chance(0.2) { Some(rng.range(1_000.0, 4_000.0).round()) } else { None },
            priority: 0,
            pinned: None,
            promise: None,
            awaited: None,
            current: None,
        });
    }
    let draft = ProblemDraft {
        origin: Timestamp::from_ms_clamped(0),
        stops: vec![StopDraft::default(); places.len()],
        profiles: vec!["car".to_owned()],
        skills: SKILLS.map(str::to_owned).to_vec(),
        visits,
        shifts,
        agents: Vec::new(),
        matrices: Vec::new(),
    };
    (draft, places)
}
