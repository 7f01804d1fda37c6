//! A simulated fleet: field agents who walk, cycle and drive through a generated town from shop to shop, each with a phone of its own.
//!
//! Everything is decided by the seed: who they are, where they go, what their phones do wrong. A second run with the same seed finds
//! its territories and agents there and goes on from where each agent was last seen.

mod beats;
mod calls;
pub mod customers;
pub mod day;
pub mod ground;
mod guest;
pub mod handset;
pub mod people;
pub mod walk;

use crate::client::phone::now_ms;
use crate::client::{Api, NewAgent, Phone, Tally, Until};
use crate::rng::Rng;
use crate::town::plane::V;
use anyhow::{Context, Result};
use calls::Calls;
use day::Today;
use ground::{Ground, Mode};
use handset::{Fault, Handset};
use reqwest::{Method, StatusCode};
use salessync_engine::track::RawFix;
use salessync_engine::{AgentId, TerritoryId, Timestamp};
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;
use walk::{Habits, Walker};

/// Names an agent of a fleet for good: UUIDv5 of `fleet:<seed>:<number>` in this namespace.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0e_8a52_5d1c_4c2e_9a3b_1d7f_42c6_90e1);
const TOKEN_TTL_S: u64 = 12 * 3600;
const HISTORY_STEP_S: i64 = 4;
const HISTORY_PER_FRAME: usize = 200;
const LIVE_PER_FRAME: usize = 50;
/// Shops around an agent that visits are planned at.
const NEAR_FOR_CALLS: usize = 12;
const REPORT_EVERY: Duration = Duration::from_secs(30);
const STOP_WITHIN: Duration = Duration::from_millis(500);
const FLUSH_WITHIN: Duration = Duration::from_secs(4);

#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: crate::Server,
    #[arg(long, default_value_t = 60)]
    pub agents: usize,
    /// An agent more, of this name, whose phone is not driven: it is for a person to take.
    #[arg(long)]
    pub guest: Option<String>,
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// The town's GeoJSON, as `salessync-load town` writes it.
    #[arg(long)]
    pub town: std::path::PathBuf,
    /// Stop after this long; without it, run until told to stop.
    #[arg(long)]
    pub duration_s: Option<u64>,
    /// Seconds between two fixes of a phone.
    #[arg(long, default_value_t = 2.0)]
    pub interval_s: f64,
    /// The agents live this many times faster; the fixes keep the true time.
    #[arg(long, default_value_t = 1.0)]
    pub speed_up: f64,
}

pub async fn run(args: Args) -> Result<()> {
    let text = std::fs::read_to_string(&args.town).with_context(|| format!("read {}", args.town.display()))?;
    let ground = Arc::new(Ground::read(&text)?);
    let api = Arc::new(Api::sign_in(&args.server.url, &args.server.email, &args.server.password).await?);
    let (people, territories) = enlist(&api, &ground, &args).await?;
    let today = Today::at(&api).await?;
    let guest = people.get(args.agents).map(|(agent, _)| agent);
    let customers = customers::settle(&api, &ground, &territories, &people, (today, args.seed), guest).await?;
    let mut visits = day::visit(&api, today, &territories, &people, &customers, args.seed).await?;
    if let Some(guest) = guest {
        guest::ask_for_a_shelf(&api).await?;
        let of_guest = guest::visits(guest.id, today, &customers, &visits, args.seed);
        day::create(&api, &of_guest).await?;
        visits.extend(of_guest);
        println!("fleet: nobody drives the phone of {}", guest.id);
    }
    day::plan(&api, today, &territories, false).await;
    let driven = &people[..args.agents];
    let ids: Vec<AgentId> = driven.iter().map(|(agent, _)| agent.id).collect();
    let tokens = api.agent_tokens(&ids, TOKEN_TTL_S).await?;
    let (agents, districts) = (driven.len(), ground.districts.len());
    println!("fleet: {agents} agents in {districts} districts, {} customers, {} visits today", customers.len(), visits.len());

    let shops = Arc::new(customers::of_shops(&ground, args.seed));
    let tally = Arc::new(Tally::default());
    let (stop, stopping) = watch::channel(false);
    let mut agents = tokio::task::JoinSet::new();
    let everybody = people.clone();
    for (index, ((agent, habits), token)) in people.into_iter().zip(tokens).enumerate() {
        let label = 1_000 * (index as u64 + 1) + 3;
        let device = format!("phone-{index}");
        let rng = Rng::stream(args.seed, label);
        let calls = Calls::new(Arc::clone(&api), token.access_token.clone(), (agent.id, device.clone()), Arc::clone(&shops), rng);
        let phone = Phone::new(Arc::clone(&api), agent.id, &device, Some(token.access_token), Arc::clone(&tally))?;
        let agent = Agent::new(index, (phone, calls), habits, Arc::clone(&ground), &args);
        agents.spawn(agent.live(stopping.clone()));
    }
    let planning =
        tokio::spawn(look_around(Arc::clone(&api), Arc::clone(&ground), today, (territories, everybody, customers), args.seed));
    let reports = tokio::spawn(report(Arc::clone(&tally)));
    wait_for_the_end(args.duration_s).await?;
    let _ = stop.send(true);
    let mut left_behind = 0;
    while let Some(ended) = agents.join_next().await {
        left_behind += ended.context("an agent's task failed")?;
    }
    reports.abort();
    planning.abort();
    println!("{}", line(&tally));
    println!("fleet: stopped, {left_behind} frames unacknowledged");
    Ok(())
}

/// What takes its time while the agents are on their way: the weeks behind and ahead, better plans for today, one for the next working day.
async fn look_around(
    api: Arc<Api>,
    ground: Arc<Ground>,
    today: Today,
    (territories, people, customers): (Vec<TerritoryId>, Vec<(NewAgent, Habits)>, Vec<serde_json::Value>),
    seed: u64,
) {
    let filled = async {
        let visited = beats::tell_last_visits(&api, today, &people, &customers, seed).await?;
        let beats = beats::go_round(&api, &ground, today, &territories, &people, &customers, seed).await?;
        println!("fleet: {visited} customers were visited before, {beats} beats go on");
        anyhow::Ok(())
    };
    if let Err(error) = filled.await {
        println!("fleet: the weeks around today stay as they are: {error:#}");
    }
    day::plan(&api, today, &territories, true).await;
    day::plan(&api, today.next_worked(), &territories, false).await;
}

/// Ctrl-C, SIGTERM, or the duration.
async fn wait_for_the_end(duration_s: Option<u64>) -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let over = async {
        match duration_s {
            Some(s) => tokio::time::sleep(Duration::from_secs(s)).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed.context("listen for Ctrl-C"),
        _ = terminate.recv() => Ok(()),
        () = over => Ok(()),
    }
}

async fn report(tally: Arc<Tally>) {
    let mut every = tokio::time::interval(REPORT_EVERY);
    every.tick().await;
    loop {
        every.tick().await;
        println!("{}", line(&tally));
    }
}

fn line(tally: &Tally) -> String {
    let n = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    format!(
        "fleet: sent {} acked {} busy {} reconnects {} quarantined {} rejected {} errors {}",
        n(&tally.sent),
        n(&tally.acked),
        n(&tally.busy),
        n(&tally.reconnects),
        n(&tally.quarantined),
        n(&tally.rejected),
        n(&tally.errors)
    )
}

/// Makes sure that territories and agents exist. The dense districts get more agents.
async fn enlist(api: &Api, ground: &Ground, args: &Args) -> Result<(Vec<(NewAgent, Habits)>, Vec<TerritoryId>)> {
    let mut territories = Vec::new();
    for district in &ground.districts {
        territories.push(api.territory(&district.name, &district.colour, &district.area).await?);
    }
    let mut rng = Rng::stream(args.seed, 21);
    let names = people::names(args.seed, args.agents);
    let mut people: Vec<(NewAgent, Habits)> = names
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let district = if index < ground.districts.len() {
                index
            } else {
                ground.shops[rng.below(ground.shops.len())].district.unwrap_or(index % ground.districts.len())
            };
            let is_central = district == 0;
            let mode = match rng.unit() {
                x if x < if is_central { 0.62 } else { 0.3 } => Mode::Foot,
                x if x < if is_central { 0.92 } else { 0.6 } => Mode::Bicycle,
                _ => Mode::Car,
            };
            let long_stops = if index % 8 == 5 { 0.35 } else { 0.02 };
            let agent = NewAgent { id: agent_id(args.seed, index), name, territory_id: Some(territories[district]) };
            (agent, Habits { mode, district, long_stops, visit_scale: rng.range(0.7, 1.2) })
        })
        .collect();
    people.extend(args.guest.iter().zip(&territories).map(|(name, first)| guest::guest(name, *first, args.seed, args.agents)));
    let new: Vec<NewAgent> = people.iter().map(|(agent, _)| agent.clone()).collect();
    api.agents(&new).await?;
    Ok((people, territories))
}

pub fn agent_id(seed: u64, index: usize) -> AgentId {
    AgentId(Uuid::new_v5(&NAMESPACE, format!("fleet:{seed}:{index}").as_bytes()))
}

/// One agent and its phone.
struct Agent {
    phone: Phone,
    calls: Calls,
    /// Whether there are visits ahead.
    is_planned: bool,
    habits: Habits,
    ground: Arc<Ground>,
    handset: Handset,
    fault: Fault,
    rng: Rng,
    interval: Duration,
    speed_up: f64,
    history_s: i64,
    seed: u64,
    index: usize,
    out_of_coverage_until: Option<Instant>,
    coverage_until: Instant,
    bad_clock_left: u32,
}

impl Agent {
    fn new(index: usize, (phone, calls): (Phone, Calls), habits: Habits, ground: Arc<Ground>, args: &Args) -> Self {
        let label = 1_000 * (index as u64 + 1);
        let mut rng = Rng::stream(args.seed, label);
        let history_s = rng.range(45.0, 60.0) as i64 * 60;
        Self {
            phone,
            calls,
            is_planned: false,
            habits,
            ground,
            handset: Handset::new(Rng::stream(args.seed, label + 1)),
            fault: Fault::of(index),
            interval: Duration::from_secs_f64(args.interval_s.max(0.05)),
            speed_up: args.speed_up.max(0.01),
            history_s,
            seed: args.seed,
            index,
            out_of_coverage_until: None,
            coverage_until: Instant::now() + Duration::from_secs_f64(rng.range(60.0, 400.0)),
            bad_clock_left: 0,
            rng,
        }
    }

    /// Uploads the last hour, then lives until told to stop. Returns the number of frames that could not be delivered.
    async fn live(mut self, stopping: watch::Receiver<bool>) -> usize {
        let last = self.last_seen().await;
        let walk_seed = Rng::stream(self.seed ^ last.map_or(0, |last| last.0.ms() as u64), 1_000 * (self.index as u64 + 1) + 2);
        let mut walker = Walker::new(&self.ground, self.habits, last.map(|last| last.1), walk_seed);
        self.upload_history(&mut walker, last.map(|last| last.0));

        let mut tick = Instant::now() + self.interval.mul_f64(self.rng.unit());
        while self.wait_until(tick, &stopping).await {
            let s = self.interval.as_secs_f64();
            self.make_calls(&mut walker).await;
            let truth = walker.advance(&self.ground, s * self.speed_up);
            let now = Timestamp::from_ms_clamped(now_ms());
            let fix = self.handset.fix(truth, s, now, &self.ground.projection);
            let fix = self.as_the_clock_says(fix);
            self.phone.queue(&[fix], LIVE_PER_FRAME);
            if self.fault == Fault::Repeats && self.rng.chance(0.05) {
                self.phone.queue(&[fix], LIVE_PER_FRAME);
            }
            if self.calls.notice(&self.ground, truth, now) {
                self.is_planned = false;
            }
            self.change_coverage();
            tick += self.interval;
            if tick + 5 * self.interval < Instant::now() {
                tick = Instant::now() + self.interval; // the machine slept: do not make up for it
            }
        }
        self.out_of_coverage_until = None;
        let _ = tokio::time::timeout(FLUSH_WITHIN, self.phone.drive(Until::Pending(0))).await;
        self.phone.close().await;
        self.phone.outbox.len()
    }

    /// Plans visits where none are ahead, and tells what happened at them; neither while there is no coverage.
    async fn make_calls(&mut self, walker: &mut Walker) {
        if self.out_of_coverage_until.is_some() {
            return;
        }
        self.calls.send().await;
        if !self.is_planned && self.rng.chance(0.1) {
            let near = walker.near(&self.ground, NEAR_FOR_CALLS);
            self.is_planned = self.calls.plan(&near).await;
            walker.call_at(self.calls.shops());
        }
    }

    /// Lets the phone work until `tick`. False when the fleet stops. The drive itself is never cut off: a frame half sent is a frame
    /// out of order.
    async fn wait_until(&mut self, tick: Instant, stopping: &watch::Receiver<bool>) -> bool {
        while Instant::now() < tick && !*stopping.borrow() {
            let slice = tick.min(Instant::now() + STOP_WITHIN);
            if self.out_of_coverage_until.is_some() {
                tokio::time::sleep_until(slice).await;
            } else {
                self.phone.drive(Until::Time(slice)).await;
            }
        }
        !*stopping.borrow()
    }

    /// When and where the server saw this agent last, if that was within the history this run would upload.
    async fn last_seen(&self) -> Option<(Timestamp, V)> {
        #[derive(Deserialize)]
        struct Position {
            recorded_at: Timestamp,
            lat: f64,
            lon: f64,
        }
        let path = format!("/agents/{}/position", self.phone.agent);
        let (status, text) = self.phone_api().exchange(Method::GET, &path, None).await.ok()?;
        if status != StatusCode::OK {
            return None;
        }
        let last: Position = serde_json::from_str(&text).ok()?;
        let is_recent = now_ms() - last.recorded_at.ms() < self.history_s * 1000;
        is_recent.then(|| (last.recorded_at, self.ground.projection.metres(last.lat, last.lon)))
    }

    fn phone_api(&self) -> &Api {
        self.phone.api()
    }

    /// Queues what an offline phone would have kept of the last hour.
    fn upload_history(&mut self, walker: &mut Walker, last: Option<Timestamp>) {
        let now = now_ms();
        let from = last.map_or(now - self.history_s * 1000, |last| last.ms() + HISTORY_STEP_S * 1000);
        let mut history: Vec<RawFix> = Vec::new();
        let mut at = from;
        while at < now - HISTORY_STEP_S * 500 {
            let truth = walker.advance(&self.ground, HISTORY_STEP_S as f64);
            history.push(self.handset.fix(truth, HISTORY_STEP_S as f64, Timestamp::from_ms_clamped(at), &self.ground.projection));
            at += HISTORY_STEP_S * 1000;
        }
        self.phone.queue(&history, HISTORY_PER_FRAME);
    }

    fn as_the_clock_says(&mut self, fix: RawFix) -> RawFix {
        if self.fault != Fault::BadClock {
            return fix;
        }
        if self.bad_clock_left == 0 && self.rng.chance(0.004) {
            self.bad_clock_left = 3 + self.rng.below(5) as u32;
        }
        if self.bad_clock_left == 0 {
            return fix;
        }
        self.bad_clock_left -= 1;
        let wrong_ms = if self.index.is_multiple_of(2) { 3_600_000 } else { -30 * 365 * 86_400_000 };
        RawFix { recorded_at: fix.recorded_at.plus_ms(wrong_ms), ..fix }
    }

    fn change_coverage(&mut self) {
        if self.fault != Fault::Tunnels {
            return;
        }
        let now = Instant::now();
        match self.out_of_coverage_until {
            Some(until) if now >= until => {
                self.out_of_coverage_until = None;
                self.coverage_until = now + Duration::from_secs_f64(self.rng.range(360.0, 900.0));
            }
            None if now >= self.coverage_until => {
                self.phone.lose_connection();
                self.out_of_coverage_until = Some(now + Duration::from_secs_f64(self.rng.range(45.0, 220.0)));
            }
            _ => {}
        }
    }
}
