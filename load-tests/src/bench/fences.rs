//! What one fix costs among many fences: the engine's own step, on this thread, with nothing else in the way.
//!
//! A working day on foot through a territory with eleven fences in each square kilometre, mostly shops' circles, some yards and roads;
//! 100, 10,000 and 1,000,000 of them by making the territory larger. What is timed is everything a fix in order costs:
//! finding the fences near, deciding, and the passages that come of it. Then the same as part of the whole derivation (suspicion, motion,
//! totals, fences, checkpoints), one fix at a time; and a day derived again at once, as after a late fix.

use super::Plan;
use super::table::Table;
use crate::rng::Rng;
use anyhow::{Context, Result, bail};
use salessync_engine::fence::{Definition, Fence, FenceRules, FenceSet, FenceWatch, Owner, OwnerKind, Shape};
use salessync_engine::track::{Book, Guide, RawFix, Timeline, Walker};
use salessync_engine::{AgentId, FenceId, Fix, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

const FENCES_PER_KM2: f64 = 11.0;
/// A day at one fix in five seconds.
const FIXES: usize = 5760;
const AGENTS: usize = 20;
/// As a server holds.
const WINDOW_FIXES: usize = 512;
const DAY_AIM_MS: f64 = 5.0;
const DEGREE_M: f64 = 111_200.0;
/// East-west degrees of the middle of the territory are this much shorter.
const COS_LAT: f64 = 0.609;
const MIDDLE: (f64, f64) = (52.5, 13.4);

/// The number of fences, and the aim in microseconds.
const SIZES: [(usize, Option<f64>); 3] = [(100, None), (10_000, Some(2.0)), (1_000_000, Some(3.0))];

pub fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    for (fences, aim_us) in SIZES {
        plan.progress(&format!("an in-order fix among {fences} fences"));
        let measured = measure(fences, if plan.is_quick { 1 } else { 3 })?;
        let name = format!("in-order fix among {fences} fences");
        match aim_us {
            Some(aim_us) => table.at_most(&name, measured.fix_us, aim_us, "µs"),
            None => table.show(&name, measured.fix_us, "µs"),
        }
        let name = format!("… the whole derivation of it, among {fences} fences");
        match aim_us {
            Some(aim_us) => table.at_most(&name, measured.derived_us, aim_us, "µs"),
            None => table.show(&name, measured.derived_us, "µs"),
        }
        let name = format!("re-deriving a day of {FIXES} fixes among {fences} fences");
        table.at_most(&name, measured.day_ms, DAY_AIM_MS, "ms");
        table.note(&format!(
            "{AGENTS} agents of {FIXES} fixes, {} passages; the set was built in {:.2} s",
            measured.passages, measured.built_s
        ));
    }
    Ok(())
}

#[derive(Debug)]
pub struct Measured {
    /// Of the quickest of the rounds: what the machine does besides only ever adds.
    pub fix_us: f64,
    /// Everything that is derived from a fix.
    pub derived_us: f64,
    pub day_ms: f64,
    pub passages: usize,
    pub built_s: f64,
}

/// Walks all agents' days through that many fences, several times.
pub fn measure(fences: usize, rounds: usize) -> Result<Measured> {
    let side_m = (fences as f64 / FENCES_PER_KM2).sqrt() * 1000.0;
    let mut rng = Rng::new(7);
    let all = (0..fences).map(|number| fence(&mut rng, number, side_m)).collect::<Result<Vec<_>>>()?;
    let start = Instant::now();
    let set = Arc::new(FenceSet::new(all));
    let built_s = start.elapsed().as_secs_f64();
    let days = (0..AGENTS).map(|agent| day(&mut Rng::stream(11, agent as u64), side_m)).collect::<Result<Vec<_>>>()?;
    let rules = FenceRules::default();
    let (mut fix_us, mut passages) = (f64::INFINITY, 0);
    for _ in 0..rounds {
        let mut told = Vec::new();
        let start = Instant::now();
        // All agents in turn, as a server meets them: nothing of the last fix is still in the cache.
        let mut watches = vec![FenceWatch::default(); AGENTS];
        for at in 0..FIXES {
            for (number, (watch, day)) in watches.iter_mut().zip(&days).enumerate() {
                let previous = at.checked_sub(1).map(|before| &day[before]);
                watch.step(AgentId(Uuid::from_u128(number as u128)), previous, &day[at], &set, &rules, &mut told);
            }
        }
        fix_us = fix_us.min(start.elapsed().as_secs_f64() * 1e6 / (FIXES * AGENTS) as f64);
        passages = told.len();
    }
    let book = Arc::new(Book { fences: set.clone(), ..Book::new(chrono_tz::UTC) });
    let guides: Vec<_> = (0..AGENTS).map(|number| Guide::new(AgentId(Uuid::from_u128(number as u128)), book.clone())).collect();
    let (mut derived_us, mut day_ms) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..rounds {
        let start = Instant::now();
        let mut timelines: Vec<_> = (0..AGENTS).map(|_| Timeline::default()).collect();
        for at in 0..FIXES {
            for ((timeline, day), guide) in timelines.iter_mut().zip(&days).zip(&guides) {
                timeline.observe(&day[at..=at], guide, WINDOW_FIXES);
            }
        }
        derived_us = derived_us.min(start.elapsed().as_secs_f64() * 1e6 / (FIXES * AGENTS) as f64);
        let start = Instant::now();
        for ((timeline, day), guide) in timelines.iter().zip(&days).zip(&guides) {
            let again = Timeline::rewalk(Walker::default(), day, Timestamp::MIN, guide, WINDOW_FIXES);
            if again.walker() != timeline.walker() {
                bail!("a day derived again came out differently");
            }
        }
        day_ms = day_ms.min(start.elapsed().as_secs_f64() * 1e3 / AGENTS as f64);
    }
    if passages == 0 {
        bail!("nobody met a fence");
    }
    Ok(Measured { fix_us, derived_us, day_ms, passages, built_s })
}

fn place(rng: &mut Rng, side_m: f64) -> (f64, f64) {
    let off = |rng: &mut Rng| rng.range(-0.5, 0.5) * side_m / DEGREE_M;
    (MIDDLE.0 + off(rng), MIDDLE.1 + off(rng) / COS_LAT)
}

fn fence(rng: &mut Rng, number: usize, side_m: f64) -> Result<Fence> {
    let (lat, lon) = place(rng, side_m);
    let position = |north_m: f64, east_m: f64| json!([lon + east_m / DEGREE_M / COS_LAT, lat + north_m / DEGREE_M]);
    let shape = match rng.below(20) {
        0 => {
            let line: Value = (0..3).map(|at| position(f64::from(at) * 150.0, f64::from(at * at) * 60.0)).collect();
            json!({ "type": "Corridor", "coordinates": line, "half_width_m": 20 })
        }
        1..=3 => {
            let corner = |at: i32| {
                let angle = f64::from(at % 8) * std::f64::consts::TAU / 8.0;
                position(90.0 * angle.sin(), 70.0 * angle.cos())
            };
            json!({ "type": "Polygon", "coordinates": [(0..=8).map(corner).collect::<Value>()] })
        }
        _ => json!({ "type": "Circle", "coordinates": [lon, lat], "radius_m": rng.range(50.0, 150.0) }),
    };
    Ok(Fence {
        id: FenceId(Uuid::from_u128(number as u128)),
        version: 1,
        valid_from: Timestamp::MIN,
        valid_to: None,
        definition: Definition {
            name: format!("Fence {number}"),
            shape: Shape::from_geojson(&shape).context("make a fence")?,
            owner: Owner { kind: OwnerKind::AdHoc, id: None },
            agents: None,
            dwell_s: rng.chance(0.5).then_some(300),
            calendar: None,
            floor_m: None,
            ceiling_m: None,
        },
    })
}

/// On foot, a turn now and then, a stop of some minutes after each few hundred metres.
fn day(rng: &mut Rng, side_m: f64) -> Result<Vec<Fix>> {
    let (mut lat, mut lon) = place(rng, side_m * 0.8);
    let (mut bearing, mut resting) = (0.0_f64, 0);
    (0..FIXES as i64)
        .map(|at| {
            if resting > 0 {
                resting -= 1;
            } else if rng.chance(0.01) {
                resting = 60;
            } else {
                bearing += rng.range(-0.3, 0.3);
                lat += 7.0 * bearing.cos() / DEGREE_M;
                lon += 7.0 * bearing.sin() / DEGREE_M / COS_LAT;
            }
            let noise = |rng: &mut Rng| rng.range(-3.0, 3.0) / DEGREE_M;
            let raw = RawFix {
                recorded_at: Timestamp::from_ms_clamped(1_795_420_800_000).plus_s(5 * at),
                lat: lat + noise(rng),
                lon: lon + noise(rng),
                accuracy_m: Some(rng.range(4.0, 15.0)),
                ..RawFix::default()
            };
            Fix::new(&raw).context("make a fix")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walks_meet_fences() {
        assert!(measure(100, 1).unwrap().passages > 20);
    }
}
