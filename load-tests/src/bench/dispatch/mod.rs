//! Dispatch in a plan of 10,000 agents with 20 visits each: one urgent visit placed and its surroundings repaired, the best agent of all with
//! proof, an agent who drops out. Processor time of this thread, by straight lines over a country and by road in one town.
//!
//! The yardstick in the same run is a scan of every open place of every agent. Other solvers are not run here: what they took on a plan of
//! 1,000 visits, on a machine like this one, is told beside.

pub mod world;

use super::Plan;
use super::table::Table;
use crate::rng::Rng;
use anyhow::{Context, Result, bail};
use salessync_engine::plan::live::{Edit, Expected, LivePlan, Rejection};
use salessync_engine::plan::model::{AwaitedDraft, StopDraft, WindowDraft};
use std::time::Duration;
use world::{Ground, NOW_S, World};

const AGENTS: usize = 10_000;
const VISITS: usize = 20;
/// What warm-started solvers took for one visit more in a plan of 1,000, milliseconds.
const PEERS: &str = "one visit more in a plan of 1,000 visits: PyVRP 0.14 102 ms, vrp-core 1.25 290 ms, VROOM 1.15 1,030 ms, OR-Tools 9.15 12,500 ms";

pub fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let agents = if plan.is_quick { 1_000 } else { AGENTS };
    for (name, ground) in [("straight lines", Ground::country()), ("road times", Ground::town()?)] {
        let Some(ground) = ground else {
            eprintln!("bench: SKIPPED dispatch by {name}: there is no map at {}", world::MAP);
            continue;
        };
        plan.progress(&format!("a plan of {agents} agents with {VISITS} visits each, {name}"));
        let mut world = World::new(ground, agents, VISITS, 7)?;
        insert(plan, table, &mut world, name)?;
        for is_awaited in [false, true] {
            exact(plan, table, &mut world, name, is_awaited)?;
        }
        drop_out(plan, table, &mut world, name, "at 11:00", 20.0)?;
        let World { ground, .. } = world;
        let mut morning = World::before_work(ground, agents, VISITS, 7)?;
        drop_out(plan, table, &mut morning, name, "before work, all visits open", 20.0)?;
    }
    Ok(())
}

/// Processor time of this thread.
pub fn cpu() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// Times, to be asked for percentiles.
#[derive(Default)]
pub struct Times(Vec<f64>);

impl Times {
    pub fn add(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1e3);
    }

    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub fn ms(&self, percent: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(((sorted.len().max(1) - 1) as f64 * percent / 100.0) as usize).copied().unwrap_or(f64::NAN)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn insert(plan: &Plan, table: &mut Table, world: &mut World, name: &str) -> Result<()> {
    let count = if plan.is_quick { 300 } else { 5_000 };
    let mut rng = Rng::stream(7, 1);
    let (mut times, mut stop_times, mut refused_times) = (Times::default(), Times::default(), Times::default());
    let (mut placed, mut moved) = (0, 0);
    let late = world.plan.late().count();
    for number in 0..count {
        let draft_at = cpu();
        let draft = world.urgent(&mut rng, number)?;
        stop_times.add(cpu() - draft_at);
        let from = cpu();
        let answer =
            world.plan.edit(&[Edit::Add { draft: Box::new(draft.clone()) }, Edit::Insert { visit: draft.id }], Expected::Any);
        let took = cpu() - from;
        match answer {
            Ok(outcome) => {
                placed += 1;
                moved += outcome
                    .diff
                    .moves
                    .iter()
                    .filter(|step| step.from.is_some() && step.from.map(|s| s.shift) != step.to.map(|s| s.shift))
                    .count();
                times.add(took);
            }
            Err(Rejection::Infeasible { .. }) => refused_times.add(took),
            Err(other) => bail!("an urgent visit: {other}"),
        }
    }
    if world.plan.late().count() > late {
        bail!("an insertion made somebody late");
    }
    table.at_most(&format!("urgent visit placed and repaired p99, {name}"), times.ms(99.0), 1.0, "ms CPU");
    table.note(&format!(
        "{placed} of {count} placed, {moved} other visits moved to another agent; p50 {:.3} ms, p99.9 {:.3} ms, longest {:.3} ms; a new stop p50 {:.3} ms p99 {:.3} ms; refused with reasons p50 {:.1} ms. {PEERS}",
        times.ms(50.0),
        times.ms(99.9),
        times.ms(100.0),
        stop_times.ms(50.0),
        stop_times.ms(99.0),
        refused_times.ms(50.0),
    ));
    Ok(())
}

/// The best of all agents for a visit, proven; for one that somebody waits for, at any hour of the day, where `is_awaited`.
fn exact(plan: &Plan, table: &mut Table, world: &mut World, name: &str, is_awaited: bool) -> Result<()> {
    let count = if plan.is_quick { 40 } else { 400 };
    let mut rng = Rng::stream(7, 2);
    let (mut times, mut near_times, mut scan_times) = (Times::default(), Times::default(), Times::default());
    let (mut agree, mut asked) = (0, 0);
    for number in 0..count {
        let mut draft = world.urgent(&mut rng, 1_000_000 + number)?;
        if is_awaited {
            let opens_s = f64::from(NOW_S);
            draft.windows = vec![WindowDraft { opens_s, closes_s: 86_400.0 }];
            draft.awaited = Some(AwaitedDraft { since_s: opens_s, cost_per_s: 1.0 });
        }
        let add = world.plan.edit(&[Edit::Add { draft: Box::new(draft.clone()) }], Expected::Any).map_err(anyhow::Error::from)?;
        let from = cpu();
        let near = world.plan.recommend(draft.id, 5);
        near_times.add(cpu() - from);
        let from = cpu();
        let exact = world.plan.recommend_exactly(draft.id, 1);
        times.add(cpu() - from);
        if number % 8 == 0 {
            let from = cpu();
            let scan = world.plan.recommend_by_scan(draft.id, 1);
            scan_times.add(cpu() - from);
            let best = |offers: &Result<Vec<_>, Rejection>| offers.as_ref().ok().and_then(|offers| offers.first().copied());
            if best(&exact) != best(&scan) {
                bail!("the proof is wrong: {:?} is not {:?}", best(&exact), best(&scan));
            }
            asked += 1;
            agree += usize::from(best(&near).map(|offer| offer.cost) == best(&scan).map(|offer| offer.cost));
        }
        world.plan.undo(add.undo).map_err(|refused| refused.1)?;
    }
    let what = if is_awaited { "soonest and nearest" } else { "best" };
    let five = if is_awaited { "five candidates of all" } else { "five candidates near by" };
    table.at_most(&format!("{what} agent of all with proof p99, {name}"), times.ms(99.0), 10.0, "ms CPU");
    table.note(&format!(
        "p50 {:.2} ms, p99.9 {:.2} ms; a scan of every open place p50 {:.1} ms, {:.1} times as long; {five} p50 {:.3} ms p99 {:.3} ms, the best of them was the best of all in {agree} of {asked}",
        times.ms(50.0),
        times.ms(99.9),
        scan_times.ms(50.0),
        scan_times.ms(50.0) / times.ms(50.0),
        near_times.ms(50.0),
        near_times.ms(99.0),
    ));
    Ok(())
}

fn drop_out(plan: &Plan, table: &mut Table, world: &mut World, name: &str, when: &str, aim_ms: f64) -> Result<()> {
    let count = if plan.is_quick { 20 } else { 200 };
    let mut rng = Rng::stream(7, 3);
    let mut times = Times::default();
    let (mut open, mut left) = (0, 0);
    for _ in 0..count {
        let shift = world.shifts[rng.below(world.shifts.len())];
        let route = world.plan.route(shift).context("a shift of the plan")?;
        let ahead = route.visits.iter().filter(|(_, start_s)| *start_s >= world.plan.now_s()).count();
        let from = cpu();
        let outcome = world.plan.drop_agent(shift).map_err(anyhow::Error::from)?;
        times.add(cpu() - from);
        open += ahead;
        left += outcome.done.left.len();
        world.plan.undo(outcome.undo).map_err(|refused| refused.1)?;
    }
    table.at_most(&format!("agent drops out p99, {name}, {when}"), times.ms(99.0), aim_ms, "ms CPU");
    table.note(&format!(
        "{:.1} visits each given to others, {left} of {open} left over; p50 {:.2} ms, longest {:.2} ms",
        open as f64 / count as f64,
        times.ms(50.0),
        times.ms(100.0)
    ));
    Ok(())
}

/// The plan of the benchmark.
pub type BenchPlan = LivePlan<world::AnyTables>;

/// A stop of an urgent visit.
pub(crate) fn stop(point: salessync_engine::Point) -> StopDraft {
    StopDraft { lat: Some(point.lat()), lon: Some(point.lon()) }
}

const _: () = assert!(NOW_S == 11 * 3_600);
