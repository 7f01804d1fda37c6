//! Measures the server on this machine, in one run, beside Redis: what is fast must be shown to be, with what it is compared to.
//!
//! Each group of measures gets a fresh server with an empty database. Never part of the tests: a number is not a verdict on the code.

pub mod access;
pub mod cast;
pub mod design;
pub mod dispatch;
pub mod dynamic_day;
pub mod fanout;
pub mod fences;
pub mod flood;
pub mod host;
pub mod ingest;
pub mod memory;
pub mod nearest;
pub mod planning;
pub mod replan;
pub mod resp;
pub mod roads;
pub mod senders;
pub mod stalls;
pub mod table;
pub mod track;
pub mod watchers;
pub mod wire;

use anyhow::{Context, Result};
use std::path::PathBuf;
use std::time::Duration;
use table::Table;

const FILES_WANTED: u64 = 12_000;

#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The server's release binary; without it the one beside this program.
    #[arg(long)]
    pub server: Option<PathBuf>,
    #[arg(long, default_value = "redis-server")]
    pub redis: PathBuf,
    /// Shorter, and fewer agents: shows that it runs, not how fast.
    #[arg(long)]
    pub quick: bool,
    /// Only these: ingest, latency, flood, fanout, memory, idle (a part of memory), nearest, track, fences, access, planning, design, dispatch, dynamic-day, replan, roads.
    #[arg(long, value_delimiter = ',', value_parser = ["ingest", "latency", "flood", "fanout", "memory", "idle", "nearest", "track", "fences", "access", "planning", "design", "dispatch", "dynamic-day", "replan", "roads"])]
    pub only: Vec<String>,
    /// Planning: all instances at their longest, about half an hour.
    #[arg(long)]
    pub full: bool,
    /// Planning: the folder with best-known.csv, solomon/ and homberger/.
    #[arg(long)]
    pub planning: Option<PathBuf>,
    /// Planning: a Python that can import pyvrp, to run it beside.
    #[arg(long)]
    pub pyvrp: Option<PathBuf>,
}

/// What is to be measured, and how long.
#[derive(Clone, Debug)]
pub struct Plan {
    pub server: PathBuf,
    pub redis: PathBuf,
    pub is_quick: bool,
    pub measure: Duration,
    pub is_full: bool,
    pub planning: Option<PathBuf>,
    pub pyvrp: Option<PathBuf>,
    only: Vec<String>,
}

impl Plan {
    /// Tells whoever waits what is going on.
    pub fn progress(&self, what: &str) {
        eprintln!("bench: … {what}");
    }
}

/// Whether this measure was asked for.
pub fn wants(plan: &Plan, name: &str) -> bool {
    plan.only.is_empty() || plan.only.iter().any(|wanted| wanted == name)
}

pub async fn run(args: Args) -> Result<()> {
    let plan = Plan {
        server: host::server_binary(args.server),
        redis: args.redis,
        is_quick: args.quick,
        measure: Duration::from_secs(if args.quick { 4 } else { 10 }),
        is_full: args.full,
        planning: args.planning,
        pyvrp: args.pyvrp,
        only: args.only,
    };
    host::raise_file_limit(FILES_WANTED);
    let machine = host::machine();
    let mut table = Table::default();
    // Ctrl-C ends the run here, so that what was started is stopped.
    let measured = tokio::select! {
        measured = measure(&plan, &mut table) => measured,
        pressed = tokio::signal::ctrl_c() => pressed.context("listen for Ctrl-C").and_then(|()| anyhow::bail!("interrupted")),
    };
    table.print(&machine);
    measured
}

async fn measure(plan: &Plan, table: &mut Table) -> Result<()> {
    if wants(plan, "ingest") || wants(plan, "latency") {
        ingest::run(plan, table).await.context("measure ingest")?;
    }
    if wants(plan, "flood") {
        flood::run(plan, table).await.context("measure the flood")?;
    }
    if wants(plan, "fanout") {
        fanout::run(plan, table).await.context("measure fan-out")?;
    }
    if wants(plan, "memory") || wants(plan, "nearest") {
        memory::run(plan, table).await.context("measure memory and nearest")?;
    }
    if wants(plan, "memory") || wants(plan, "idle") {
        memory::idle_connections(plan, table).await.context("measure idle connections")?;
    }
    if wants(plan, "track") {
        track::run(plan, table).await.context("measure a day's track")?;
    }
    if wants(plan, "access") {
        access::run(plan, table).await.context("measure access")?;
    }
    if wants(plan, "fences") {
        fences::run(plan, table).context("measure fences")?;
    }
    if wants(plan, "replan") {
        replan::run(plan, table).await.context("measure re-planning")?;
    }
    if wants(plan, "planning") {
        planning::run(plan, table).context("measure planning")?;
    }
    if wants(plan, "design") {
        design::run(plan, table).context("measure territory design")?;
    }
    if wants(plan, "dispatch") {
        dispatch::run(plan, table).context("measure dispatch")?;
    }
    if wants(plan, "dynamic-day") {
        dynamic_day::run(plan, table).context("measure a day that does not go to plan")?;
    }
    if wants(plan, "roads") {
        roads::run(plan, table).context("measure roads")?;
    }
    Ok(())
}
