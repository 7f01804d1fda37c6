//! A thousand dispatchers watch the same thousand agents, who send once a second: a million updates a second to deliver.

use super::Plan;
use super::cast::{Clock, hire};
use super::host::{Host, cpu_s};
use super::senders::{Counts, Latencies, Pace, connect, pace};
use super::table::Table;
use super::watchers::{self, Seen, Window, all_done};
use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

const AGENTS: usize = 1000;
const DISPATCHERS: usize = 1000;
const SAMPLED: usize = 5; // dispatchers that read every row's age
const PERIOD: Duration = Duration::from_secs(1);
const WARM_UP: Duration = Duration::from_secs(3);

pub async fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let host = Host::start(&plan.server)?;
    let api = host.api().await?;
    let cast = hire(&api, AGENTS, 1).await?;
    let token = api.token().await;
    plan.progress("1,000 dispatchers watch 1,000 agents");
    let phones = connect(host.authority(), &cast.agents).await?;
    let dispatchers: Vec<_> = stream::iter(0..DISPATCHERS)
        .map(|_| watchers::open(host.authority(), &token, &cast.territories))
        .buffer_unordered(32)
        .try_collect()
        .await?;

    let clock = Clock::new();
    let start = Instant::now() + Duration::from_millis(300);
    let from = start + WARM_UP;
    let until = from + plan.measure;
    let (acks, live, counts, seen) = (Latencies::new(), Latencies::new(), Arc::new(Counts::default()), Arc::new(Seen::default()));
    let mut tasks = JoinSet::new();
    for (i, (wire, member)) in phones.into_iter().zip(&cast.agents).enumerate() {
        let first = start + PERIOD.mul_f64(i as f64 / AGENTS as f64);
        let timetable = Pace { fixes_per_frame: 1, period: PERIOD, first, measure_from: from, until, clock };
        tasks.spawn(pace(wire, member.clone(), timetable, acks.clone(), Arc::clone(&counts)));
    }
    for (i, wire) in dispatchers.into_iter().enumerate() {
        let latencies = i.is_multiple_of(DISPATCHERS / SAMPLED).then(|| live.clone());
        tasks.spawn(watchers::watch(wire, Window { from, until, clock }, Arc::clone(&seen), latencies));
    }
    tokio::time::sleep_until(from).await;
    let (began, cpu_from) = (Instant::now(), cpu_s(host.pid())?);
    tokio::time::sleep_until(until).await;
    let seconds = began.elapsed().as_secs_f64();
    let cores = (cpu_s(host.pid())? - cpu_from) / seconds;
    all_done(tasks).await?;

    let updates = seen.updates.load(Ordering::Relaxed) as f64 / seconds;
    let wanted = (AGENTS * DISPATCHERS) as f64;
    // The timetable itself sends a million; a tick at the edge of the window may be missing.
    table.at_least("fan-out, 1,000 agents to 1,000 dispatchers", updates, 0.98 * wanted, "updates/s");
    table.note(&format!(
        "{:.0} frames/s, {:.0} MB/s, {} resyncs; aim 1,000,000 less the edges of the window",
        seen.frames.load(Ordering::Relaxed) as f64 / seconds,
        seen.bytes.load(Ordering::Relaxed) as f64 / seconds / 1e6,
        seen.resyncs.load(Ordering::Relaxed)
    ));
    table.at_most("fan-out, phone to dispatcher p99", live.ms(0.99), 500.0, "ms");
    table.note(&format!(
        "p50 {:.1} ms on {SAMPLED} sampled dispatchers, {} rows; ack p99 {:.1} ms",
        live.ms(0.5),
        live.count(),
        acks.ms(0.99)
    ));
    table.at_most("fan-out, processor", cores, 1.0, "cores");
    table.complaints(&host);
    Ok(())
}
