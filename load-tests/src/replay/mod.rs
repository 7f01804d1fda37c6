//! Sends a file of recorded fixes as the phones of that day would have: each entity a phone of its own, at the file's pace, faster, or
//! as fast as it is acknowledged. `--verify` then reads everything back and compares it with the file.

pub mod rows;
pub mod verify;

use crate::client::phone::now_ms;
use crate::client::{Api, NewAgent, Phone, Tally, Until};
use anyhow::{Context, Result, bail};
use rows::Recording;
use salessync_engine::track::RawFix;
use salessync_engine::{AgentId, TerritoryId, Timestamp};
use serde_json::json;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

/// Names the agent of an entity for good: UUIDv5 of `<file name>:<entity>` in this namespace.
const NAMESPACE: Uuid = Uuid::from_u128(0x9c1b_02f4_7a35_4f0e_8f5d_3a6e_b1d0_77c4);
const TOKEN_TTL_S: u64 = 12 * 3600;
const PENDING_FRAMES: usize = 64; // more need not wait in memory
const LISTED: usize = 10;
const AT_ONCE_MS: i64 = 50; // what falls due within this travels together

#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// CSV or CSV.gz: entity, ts_iso (or ts), lat, lon, and if there speed_mps, bearing_deg, accuracy_m, altitude_m.
    pub file: std::path::PathBuf,
    #[command(flatten)]
    pub server: crate::Server,
    /// Times faster than the file's clock, or `max`: as fast as acknowledged.
    #[arg(long, default_value = "max")]
    pub speed: Speed,
    /// Move all times so that the last row is now.
    #[arg(long)]
    pub shift_to_now: bool,
    /// Most fixes in one frame.
    #[arg(long, default_value_t = 50)]
    pub batch: usize,
    /// Put the agents into this territory; created around the fixes when there is none of this name.
    #[arg(long)]
    pub territory: Option<String>,
    /// Read every track back and compare it with the file; exit 1 when anything differs.
    #[arg(long)]
    pub verify: bool,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Speed {
    Max,
    Times(f64),
}

impl FromStr for Speed {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse::<f64>()) {
            ("max", _) => Ok(Self::Max),
            (_, Ok(times)) if times.is_finite() && times > 0.0 => Ok(Self::Times(times)),
            _ => Err("must be a number above 0, or max".to_owned()),
        }
    }
}

pub async fn run(args: Args) -> Result<ExitCode> {
    let mut recording = rows::read_file(&args.file)?;
    let (Some(first), Some(last)) = (recording.first(), recording.last()) else {
        bail!("{}: no readable rows", args.file.display())
    };
    let shift_ms = if args.shift_to_now { now_ms() - last.ms() } else { 0 };
    recording.shift_ms(shift_ms);
    list_bad_rows(&recording);

    let api = Arc::new(Api::sign_in(&args.server.url, &args.server.email, &args.server.password).await?);
    let agents = enlist(&api, &args, &recording).await?;
    let ids: Vec<AgentId> = agents.values().copied().collect();
    let tokens = api.agent_tokens(&ids, TOKEN_TTL_S).await?;

    let tally = Arc::new(Tally::default());
    let started = Instant::now();
    let clock = FileClock { first: first.plus_ms(shift_ms), started, speed: args.speed };
    let mut phones = JoinSet::new();
    let mut queued = 0;
    for ((entity, rows), token) in recording.entities.iter().zip(tokens) {
        queued += rows.len();
        let phone = Phone::new(Arc::clone(&api), agents[entity], "replay", Some(token.access_token), Arc::clone(&tally))?;
        phones.spawn(play(phone, rows.clone(), clock, args.batch));
    }
    let progress = tokio::spawn(report(Arc::clone(&tally), queued));
    while let Some(played) = phones.join_next().await {
        played.context("a phone's task failed")?;
    }
    progress.abort();
    let seconds = started.elapsed().as_secs_f64();

    let n = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    println!(
        "replay: {} rows read, {} unparsable, {} sent, {} refused, {} quarantined, {} acknowledged in {seconds:.2} s, {:.0} fixes/s ({} busy, {} reconnects)",
        recording.rows,
        recording.bad.len(),
        n(&tally.sent),
        n(&tally.rejected),
        n(&tally.quarantined),
        n(&tally.acked),
        n(&tally.acked) as f64 / seconds,
        n(&tally.busy),
        n(&tally.reconnects),
    );
    if !args.verify {
        return Ok(ExitCode::SUCCESS);
    }
    verified(&api, &recording, &agents).await
}

fn list_bad_rows(recording: &Recording) {
    if recording.bad.is_empty() {
        return;
    }
    println!("replay: {} of {} rows cannot be read:", recording.bad.len(), recording.rows);
    for (line, why) in recording.bad.iter().take(LISTED) {
        println!("  line {line}: {why}");
    }
}

/// Makes sure that the entities are agents. Returns the agent of each entity.
async fn enlist(api: &Api, args: &Args, recording: &Recording) -> Result<BTreeMap<String, AgentId>> {
    let territory_id = match &args.territory {
        Some(name) => Some(territory_around(api, name, recording).await?),
        None => None,
    };
    let file = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let agents: BTreeMap<String, AgentId> =
        recording.entities.keys().map(|entity| (entity.clone(), agent_id(&file, entity))).collect();
    let new: Vec<NewAgent> = agents.iter().map(|(entity, id)| NewAgent { id: *id, name: entity.clone(), territory_id }).collect();
    api.agents(&new).await?;
    Ok(agents)
}

/// The agent an entity of a file becomes. `file` is the file's name without its folder; `.gz` makes no difference.
pub fn agent_id(file: &str, entity: &str) -> AgentId {
    let file = file.strip_suffix(".gz").unwrap_or(file);
    AgentId(Uuid::new_v5(&NAMESPACE, format!("{file}:{entity}").as_bytes()))
}

async fn territory_around(api: &Api, name: &str, recording: &Recording) -> Result<TerritoryId> {
    const MARGIN_DEG: f64 = 0.01;
    let (mut south, mut west, mut north, mut east) = (90.0_f64, 180.0_f64, -90.0_f64, -180.0_f64);
    for fix in recording.entities.values().flatten() {
        if salessync_engine::Point::new(fix.lat, fix.lon).is_ok() {
            (south, north) = (south.min(fix.lat - MARGIN_DEG), north.max(fix.lat + MARGIN_DEG));
            (west, east) = (west.min(fix.lon - MARGIN_DEG), east.max(fix.lon + MARGIN_DEG));
        }
    }
    let area =
        json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]});
    api.territory(name, "#0f766e", &area).await
}

/// When a fix of the file is due.
#[derive(Clone, Copy, Debug)]
struct FileClock {
    first: Timestamp,
    started: Instant,
    speed: Speed,
}

impl FileClock {
    fn due(&self, at: Timestamp) -> Instant {
        match self.speed {
            Speed::Max => self.started,
            Speed::Times(times) => {
                let ms = at.since_ms(self.first).max(0) as f64 / times;
                self.started + Duration::from_secs_f64(ms / 1000.0)
            }
        }
    }
}

/// Sends one entity's fixes when they are due and waits until all are acknowledged.
async fn play(mut phone: Phone, rows: Vec<RawFix>, clock: FileClock, batch: usize) {
    let batch = batch.max(1);
    let mut next = 0;
    while next < rows.len() {
        let due = clock.due(rows[next].recorded_at);
        phone.drive(Until::Time(due)).await;
        let horizon = Instant::now().max(due) + Duration::from_millis(AT_ONCE_MS as u64);
        let ready = rows[next..].iter().take(batch).take_while(|row| clock.due(row.recorded_at) <= horizon).count().max(1);
        phone.queue(&rows[next..next + ready], batch);
        next += ready;
        phone.drive(Until::Pending(PENDING_FRAMES)).await;
    }
    phone.drive(Until::Pending(0)).await;
    phone.close().await;
}

async fn report(tally: Arc<Tally>, rows: usize) {
    let mut every = tokio::time::interval(Duration::from_secs(10));
    every.tick().await;
    loop {
        every.tick().await;
        println!("replay: {} of {rows} acknowledged", tally.acked.load(Ordering::Relaxed));
    }
}

/// Compares the store with the file, agent by agent.
async fn verified(api: &Arc<Api>, recording: &Recording, agents: &BTreeMap<String, AgentId>) -> Result<ExitCode> {
    let (mut in_track, mut in_quarantine, mut refused, mut differences) = (0, 0, 0, 0);
    for (entity, rows) in &recording.entities {
        let Some((from, to)) = verify::range(rows) else { continue };
        let agent = agents[entity];
        let track = api.track(agent, from, to).await?;
        let quarantine = api.quarantine(agent).await?;
        let comparison = verify::compare(rows, &track, &quarantine);
        in_track += comparison.in_track;
        in_quarantine += comparison.in_quarantine;
        refused += comparison.refused;
        for difference in comparison.differences.iter().take(LISTED.saturating_sub(differences)) {
            println!("  {entity}: {difference}");
        }
        differences += comparison.differences.len();
    }
    println!(
        "verify: {} agents, {in_track} distinct fixes in tracks, {in_quarantine} in quarantine, {refused} not representable, {differences} differences",
        recording.entities.len()
    );
    Ok(if differences == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_is_the_same_agent_gzipped_or_not_and_another_in_another_file() {
        assert_eq!(agent_id("day.csv.gz", "bus-1"), agent_id("day.csv", "bus-1"));
        assert_ne!(agent_id("day.csv", "bus-1"), agent_id("night.csv", "bus-1"));
        assert_ne!(agent_id("day.csv", "bus-1"), agent_id("day.csv", "bus-2"));
    }

    #[test]
    fn speed_is_a_positive_number_or_max() {
        assert_eq!("max".parse(), Ok(Speed::Max));
        assert_eq!("60".parse(), Ok(Speed::Times(60.0)));
        assert!(["0", "-1", "fast", "NaN"].iter().all(|text| text.parse::<Speed>().is_err()));
    }
}
