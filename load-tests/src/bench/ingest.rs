//! How many fixes a second become durable, in batches and one by one, and how late answers are at half of that. Redis for comparison:
//! GEOADD and PUBLISH of the same points, pipelined, kept nowhere.

use super::cast::{Cast, Clock, hire};
use super::host::{Host, Redis};
use super::resp::{Resp, command};
use super::senders::{Counts, Flood, Latencies, Pace, connect, flood, pace};
use super::table::Table;
use super::watchers::{self, Seen, Window, all_done};
use super::{Plan, wants};
use crate::client::Api;
use anyhow::{Context, Result, bail};
use salessync_engine::{AgentId, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

pub const CONNECTIONS: usize = 1000;
pub const TERRITORIES: usize = 10;
pub const BATCH: u64 = 50;
const PIPELINE: usize = 50;
const REDIS_CONNECTIONS: usize = 4;
const WARM_UP: Duration = Duration::from_secs(1);

pub async fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let (batches, singles) = rates(plan, table).await?;
    if wants(plan, "latency") {
        latencies(plan, table, batches, singles).await?;
    }
    Ok(())
}

pub const BATCHES_AIM: f64 = 100_000.0;
const SINGLES_AIM: f64 = 25_000.0;

/// Measures both rates and returns them, fixes a second.
async fn rates(plan: &Plan, table: &mut Table) -> Result<(f64, f64)> {
    let host = Host::start(&plan.server)?;
    let api = host.api().await?;
    let cast = hire(&api, CONNECTIONS, TERRITORIES).await?;
    plan.progress("batches of 50 from 1,000 connections");
    let batches = flooded(plan, &host, &api, &cast, BATCH, 2).await?;
    plan.progress("one fix a frame, 32 in flight");
    let singles = flooded(plan, &host, &api, &cast, 1, 32).await?;
    if wants(plan, "ingest") {
        let redis = redis_rate(plan, &cast)?;
        table.at_least("durable ingest, batches of 50", batches.rate, BATCHES_AIM, "fixes/s");
        table.note(&format!(
            "{:.2} cores, {} busy; Redis GEOADD+PUBLISH {PIPELINE} deep, not durable: {redis:.0}/s, ratio {:.2}",
            batches.cores,
            batches.busy,
            batches.rate / redis
        ));
        table.at_least("durable ingest, one by one", singles.rate, SINGLES_AIM, "fixes/s");
        table.note(&format!("{:.2} cores, {} busy", singles.cores, singles.busy));
    }
    table.complaints(&host);
    Ok((batches.rate, singles.rate))
}

/// On a fresh server: lateness at half of what was measured, and at half of what was aimed at.
async fn latencies(plan: &Plan, table: &mut Table, batches: f64, singles: f64) -> Result<()> {
    let host = Host::start(&plan.server)?;
    let api = host.api().await?;
    let cast = hire(&api, CONNECTIONS, TERRITORIES).await?;
    let token = api.token().await;
    for (name, rate, per_frame) in [
        ("batches, half the aim", BATCHES_AIM / 2.0, BATCH),
        ("one by one, half the aim", SINGLES_AIM / 2.0, 1),
        ("batches, half the rate", batches / 2.0, BATCH),
        ("one by one, half the rate", singles / 2.0, 1),
    ] {
        plan.progress(&format!("latency of {name}"));
        let late = paced(plan, &host, &cast, &token, rate, per_frame).await?;
        table.at_most(&format!("ack p99, {name}"), late.acks.ms(0.99), 150.0, "ms");
        let (p50, frames) = (late.acks.ms(0.5), late.acks.count());
        table.note(&format!("at {:.0} fixes/s, p50 {p50:.1} ms, {frames} frames, {} busy", late.rate, late.busy));
        table.at_most(&format!("phone to map p99, {name}"), late.live.ms(0.99), 250.0, "ms");
        table.note(&format!("p50 {:.1} ms, {} updates seen by one dispatcher", late.live.ms(0.5), late.live.count()));
    }
    table.complaints(&host);
    Ok(())
}

struct Flooded {
    rate: f64,
    cores: f64,
    busy: u64,
}

/// Sends as fast as acknowledged and counts what is acknowledged after the warm-up.
async fn flooded(plan: &Plan, host: &Host, api: &Api, cast: &Cast, fixes_per_frame: u64, in_flight: u64) -> Result<Flooded> {
    // Each run has hours of its own, so that no fix of one is a repeat of another's.
    let first_ms = Clock::new().ms() - if fixes_per_frame == 1 { 5 } else { 14 } * 3_600_000;
    let wires = connect(host.authority(), &cast.agents).await?;
    let counts = Arc::new(Counts::default());
    let until = Instant::now() + WARM_UP + plan.measure;
    let mut tasks = JoinSet::new();
    for (wire, member) in wires.into_iter().zip(&cast.agents) {
        let shape = Flood { fixes_per_frame, in_flight, first_ms, until };
        tasks.spawn(flood(wire, member.clone(), shape, Arc::clone(&counts)));
    }
    tokio::time::sleep(WARM_UP).await;
    let (from, cpu_from, acked_from) =
        (Instant::now(), super::host::cpu_s(host.pid())?, counts.acked_fixes.load(Ordering::Relaxed));
    tokio::time::sleep_until(until).await;
    let seconds = from.elapsed().as_secs_f64();
    let acked = counts.acked_fixes.load(Ordering::Relaxed) - acked_from;
    let cores = (super::host::cpu_s(host.pid())? - cpu_from) / seconds;
    let mut acked_by = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        acked_by.push(ended.context("a phone's task failed")??);
    }
    are_stored(api, first_ms, &acked_by).await?;
    Ok(Flooded { rate: acked as f64 / seconds, cores, busy: counts.busy.load(Ordering::Relaxed) })
}

/// What was acknowledged to some of the phones can be read back: otherwise the rate is worth nothing.
pub async fn are_stored(api: &Api, first_ms: i64, acked_by: &[(AgentId, u64)]) -> Result<()> {
    const SAMPLED: usize = 4;
    const HOURS_MS: i64 = 9 * 3_600_000;
    let from = Timestamp::from_ms_clamped(first_ms);
    for (agent, acked) in acked_by.iter().step_by(acked_by.len() / SAMPLED) {
        let stored = api.track(*agent, from, from.plus_ms(HOURS_MS)).await?.len() as u64;
        if stored < *acked {
            bail!("{acked} fixes of agent {agent} were acknowledged, {stored} are stored");
        }
    }
    Ok(())
}

pub struct Late {
    rate: f64,
    pub acks: Latencies,
    live: Latencies,
    pub busy: u64,
}

/// Sends at a fixed rate, whatever the server does, while one dispatcher watches all agents.
pub async fn paced(plan: &Plan, host: &Host, cast: &Cast, token: &str, rate: f64, fixes_per_frame: u64) -> Result<Late> {
    let wires = connect(host.authority(), &cast.agents).await?;
    let dispatcher = watchers::open(host.authority(), token, &cast.territories).await?;
    let clock = Clock::new();
    let start = Instant::now() + Duration::from_millis(200);
    let measure_from = start + WARM_UP;
    let until = measure_from + plan.measure;
    let period = Duration::from_secs_f64(CONNECTIONS as f64 * fixes_per_frame as f64 / rate.max(1.0));
    let (acks, live, counts, seen) = (Latencies::new(), Latencies::new(), Arc::new(Counts::default()), Arc::new(Seen::default()));
    let mut tasks = JoinSet::new();
    for (i, (wire, member)) in wires.into_iter().zip(&cast.agents).enumerate() {
        let first = start + period.mul_f64(i as f64 / CONNECTIONS as f64);
        let timetable = Pace { fixes_per_frame, period, first, measure_from, until, clock };
        tasks.spawn(pace(wire, member.clone(), timetable, acks.clone(), Arc::clone(&counts)));
    }
    tasks.spawn(watchers::watch(dispatcher, Window { from: measure_from, until, clock }, seen, Some(live.clone())));
    all_done(tasks).await?;
    let busy = counts.busy.load(Ordering::Relaxed);
    Ok(Late { rate, acks, live, busy })
}

/// The same points into Redis: index and publication, fifty points before the replies are awaited. Points per second.
fn redis_rate(plan: &Plan, cast: &Cast) -> Result<f64> {
    plan.progress("the same points into Redis");
    let redis = Redis::start(&plan.redis)?;
    let points = AtomicU64::new(0);
    let start = std::time::Instant::now();
    let until = start + plan.measure / 2;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..REDIS_CONNECTIONS)
            .map(|worker| {
                let (points, address) = (&points, &redis.address);
                scope.spawn(move || -> Result<()> {
                    let mut resp = Resp::open(address)?;
                    let mut scripts = Vec::new();
                    for chunk in cast.agents.chunks(PIPELINE).skip(worker).step_by(REDIS_CONNECTIONS) {
                        let mut script = Vec::new();
                        for agent in chunk {
                            let (lat, lon) = agent.at(0);
                            let (id, lat, lon) = (agent.id.to_string(), format!("{lat:.7}"), format!("{lon:.7}"));
                            let row = format!(
                                r#"{{"agent":"{id}","at":1795420800000,"lat":{lat},"lon":{lon},"speed_mps":1.42,"bearing_deg":31.5,"accuracy_m":6.5,"battery":0.87,"status":"moving"}}"#
                            );
                            command(&mut script, &["GEOADD", "agents", &lon, &lat, &id]);
                            command(&mut script, &["PUBLISH", "territory:0", &row]);
                        }
                        scripts.push((script, chunk.len()));
                    }
                    while std::time::Instant::now() < until {
                        for (script, n) in &scripts {
                            resp.pipeline(script, 2 * n)?;
                            points.fetch_add(*n as u64, Ordering::Relaxed);
                        }
                    }
                    Ok(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a Redis client failed"))))
    })?;
    Ok(points.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64())
}
