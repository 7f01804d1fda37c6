//! A thousand phones that do not wait for their acknowledgements: what a connection costs the server at its worst, whether the live map
//! stays on time meanwhile, and how often phones are told `busy`.

use super::Plan;
use super::cast::{Clock, hire};
use super::host::{Host, resident_bytes, settled_bytes};
use super::ingest::are_stored;
use super::memory::{mb, wake};
use super::senders::{Counts, Flood, Latencies, burst, connect};
use super::table::Table;
use super::watchers;
use anyhow::{Context, Result};
use salessync_engine::TerritoryId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

const CONNECTIONS: usize = 1000;
const TERRITORIES: usize = 10;
const FIXES_PER_FRAME: u64 = 50;
const BURST: u64 = 16;
/// Fixes that the journal holds where it is to be the slow part: a fortieth of what a burst of all phones brings.
const SLOW_SPILL: &str = "20000";
const SAMPLE_EVERY: Duration = Duration::from_millis(100);
/// A tick is on time up to here: a quarter of the shortest pause between two.
const LATE_S: &str = "0.05";
const TICK_LATE: &str = "salessync_live_tick_late_seconds";

pub async fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    plan.progress("1,000 phones flood");
    let flood = flooded(plan, table, &[]).await?;
    table.at_most("flood, memory per connection at the peak", flood.peak_kb, 64.0, "kB");
    table.note(&format!(
        "idle connections ({:.1} kB each), the agents' tracks and all that waits for the journal are in it; nobody connected: {:.0} MB",
        flood.idle_kb, flood.before_mb
    ));
    table.at_most("flood, ticks more than 50 ms late", 100.0 * flood.server.late_share(), 1.0, "%");
    table.note(&format!("{:.0} ticks, as the server counts them", flood.server.ticks));
    table.show("flood, pause between frames of a territory p99", flood.pauses.ms(0.99), "ms");
    table.note(&format!(
        "p50 {:.0} ms, {} frames seen by one dispatcher; a tick is 200 ms",
        flood.pauses.ms(0.5),
        flood.pauses.count()
    ));
    table.show("flood, acknowledged", flood.rate, "fixes/s");
    table.note(&format!(
        "bursts of {BURST} frames of {FIXES_PER_FRAME} fixes, acknowledgements not waited for; {} answered busy",
        flood.busy
    ));

    plan.progress("1,000 phones flood a journal that holds little");
    let flood = flooded(plan, table, &[("SALESSYNC_JOURNAL__SPILL_FIXES_MAX", SLOW_SPILL)]).await?;
    table.at_least("flood of a slow journal, frames answered busy", flood.busy as f64, 1.0, "");
    table.note(&format!("{}; it holds {SLOW_SPILL} fixes; {:.0} fixes/s acknowledged", flood.server.busy.join(", "), flood.rate));
    table.at_most("flood of a slow journal, memory per connection", flood.peak_kb, 64.0, "kB");
    table.note(&format!("{:.2} % of ticks more than 50 ms late", 100.0 * flood.server.late_share()));
    Ok(())
}

/// What came of a flood. Memory is what was added since nobody was connected, for each connection.
struct Flooded {
    before_mb: f64,
    idle_kb: f64,
    peak_kb: f64,
    pauses: Latencies,
    busy: u64,
    rate: f64,
    server: Counted,
}

/// Floods a fresh server and sees to it that what it acknowledged is stored.
async fn flooded(plan: &Plan, table: &mut Table, settings: &[(&str, &str)]) -> Result<Flooded> {
    let host = Host::start_with(&plan.server, settings)?;
    let api = host.api().await?;
    let cast = hire(&api, CONNECTIONS, TERRITORIES).await?;
    // Newer with every frame, so that every frame moves a marker, and old enough not to overtake the clock.
    let first_ms = Clock::new().ms() - 14 * 3_600_000;
    wake(&host, &cast.agents, first_ms - 1000).await?;
    let before = settled_bytes(host.pid()).await?;
    let wires = connect(host.authority(), &cast.agents).await?;
    let idle = settled_bytes(host.pid()).await?;

    let (counts, peak) = (Arc::new(Counts::default()), Arc::new(AtomicU64::new(0)));
    let metrics = Metrics::read(&host).await?;
    let until = Instant::now() + plan.measure;
    let watching = watch(host.authority().to_owned(), api.token().await, cast.territories.clone(), until);
    let sampling = tokio::spawn(highest(host.pid(), until, Arc::clone(&peak)));
    let mut phones = JoinSet::new();
    for (wire, member) in wires.into_iter().zip(&cast.agents) {
        let shape = Flood { fixes_per_frame: FIXES_PER_FRAME, in_flight: BURST, first_ms, until };
        phones.spawn(burst(wire, member.clone(), shape, Arc::clone(&counts)));
    }
    tokio::time::sleep_until(until).await;
    let acked = counts.acked_fixes.load(Ordering::Relaxed);
    let mut acked_by = Vec::new();
    while let Some(ended) = phones.join_next().await {
        acked_by.push(ended.context("a phone's task failed")??);
    }
    sampling.await.context("the sampling failed")??;
    let pauses = watching.join().unwrap_or_else(|_| Err(anyhow::anyhow!("the dispatcher failed")))?;
    let server = Metrics::read(&host).await?.since(&metrics);
    are_stored(&api, first_ms, &acked_by).await?;
    table.complaints(&host);
    let each_kb = |bytes: u64| bytes.saturating_sub(before) as f64 / CONNECTIONS as f64 / 1000.0;
    Ok(Flooded {
        before_mb: mb(before),
        idle_kb: each_kb(idle),
        peak_kb: each_kb(peak.load(Ordering::Relaxed)),
        pauses,
        busy: counts.busy.load(Ordering::Relaxed),
        rate: acked as f64 / plan.measure.as_secs_f64(),
        server,
    })
}

/// A dispatcher on a thread of its own, so that it does not wait for the phones: how long it is between two frames of a territory.
fn watch(authority: String, token: String, territories: Vec<TerritoryId>, until: Instant) -> JoinHandle<Result<Latencies>> {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let wire = watchers::open(&authority, &token, &territories).await?;
            watchers::pauses(wire, until).await
        })
    })
}

/// Notes the highest resident memory of a process until then.
async fn highest(pid: u32, until: Instant, peak: Arc<AtomicU64>) -> Result<()> {
    while Instant::now() < until {
        peak.fetch_max(resident_bytes(pid)?, Ordering::Relaxed);
        tokio::time::sleep(SAMPLE_EVERY).await;
    }
    Ok(())
}

/// What the server counts of itself.
struct Metrics {
    ticks: f64,
    on_time: f64,
    /// `code`, count.
    busy: Vec<(String, f64)>,
}

/// The same over a time.
struct Counted {
    ticks: f64,
    on_time: f64,
    busy: Vec<String>,
}

impl Metrics {
    async fn read(host: &Host) -> Result<Self> {
        let text = reqwest::get(format!("{}/metrics", host.url)).await?.error_for_status()?.text().await?;
        Self::parse(&text).context("the server's metrics lack the ticks' lateness")
    }

    fn parse(text: &str) -> Option<Self> {
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
            line.trim().parse::<f64>().ok()
        };
        let busy = text.lines().filter_map(|line| {
            let (code, count) = line.strip_prefix("salessync_frames_busy_total{code=\"")?.split_once("\"} ")?;
            Some((code.to_owned(), count.trim().parse().ok()?))
        });
        Some(Self {
            ticks: value(&format!("{TICK_LATE}_count"))?,
            on_time: value(&format!("{TICK_LATE}_bucket{{le=\"{LATE_S}\"}}"))?,
            busy: busy.collect(),
        })
    }

    fn since(&self, before: &Self) -> Counted {
        let earlier = |code: &str| before.busy.iter().find(|(known, _)| known == code).map_or(0.0, |(_, count)| *count);
        Counted {
            ticks: self.ticks - before.ticks,
            on_time: self.on_time - before.on_time,
            busy: self.busy.iter().map(|(code, count)| format!("{code} {:.0}", count - earlier(code))).collect(),
        }
    }
}

impl Counted {
    fn late_share(&self) -> f64 {
        if self.ticks > 0.0 { 1.0 - self.on_time / self.ticks } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_and_busy_are_read_from_the_metrics() {
        let before = Metrics::parse(
            "# TYPE salessync_live_tick_late_seconds histogram\nsalessync_live_tick_late_seconds_bucket{le=\"0.05\"} 5\n\
             salessync_live_tick_late_seconds_count 5\n",
        )
        .unwrap();
        let after = Metrics::parse(
            "salessync_frames_busy_total{code=\"in_flight\"} 12\nsalessync_live_tick_late_seconds_bucket{le=\"0.05\"} 8\n\
             salessync_live_tick_late_seconds_bucket{le=\"+Inf\"} 9\nsalessync_live_tick_late_seconds_count 9\n",
        )
        .unwrap();
        let flooded = after.since(&before);
        assert_eq!(flooded.busy, ["in_flight 12"]);
        assert!((flooded.late_share() - 0.25).abs() < 1e-9);
        assert!(Metrics::parse("salessync_live_rows_total 3\n").is_none());
    }
}
