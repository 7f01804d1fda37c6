//! What access costs: one event for one subscriber, and whether people signing in as fast as the server lets them are felt by phones.

use super::cast::hire;
use super::host::Host;
use super::ingest::{BATCH, BATCHES_AIM, CONNECTIONS, TERRITORIES, paced};
use super::table::Table;
use super::{Plan, host};
use anyhow::{Context, Result, ensure};
use salessync_engine::access::{Action, BuiltIn, Grants, Module};
use salessync_engine::{AgentId, TerritoryId};
use serde_json::json;
use std::collections::HashSet;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Territories somebody answers for, and agents of the teams they lead: a manager of a large region.
const ANSWERED_FOR: u128 = 500;
const LED: u128 = 500;
const EVENTS: u128 = 4_000_000;
/// Each signs in from an address of its own, for accounts that nobody has: the server hashes as long for these.
const PEOPLE: u8 = 24;

pub async fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    events(table);
    sign_ins(plan, table).await
}

/// May this subscriber be told of this agent, who works there? Of four agents one is led, one is in a territory answered for, two are neither.
fn events(table: &mut Table) {
    let agents: Vec<_> =
        (0..4_096u128).map(|n| (AgentId(Uuid::from_u128(n)), Some(TerritoryId(Uuid::from_u128(n % 2_000))))).collect();
    let ns = |role: &str| {
        let grants = Grants {
            permissions: BuiltIn::find(role).map(BuiltIn::permissions).unwrap_or_default(),
            own: Arc::default(),
            team: Arc::new((0..LED).map(|n| AgentId(Uuid::from_u128(4 * n))).collect::<HashSet<_>>()),
            territories: Arc::new((0..ANSWERED_FOR).map(|n| TerritoryId(Uuid::from_u128(4 * n + 1))).collect::<HashSet<_>>()),
        };
        let since = Instant::now();
        let mut told = 0u64;
        for n in 0..EVENTS as usize {
            let (agent, territory) = agents[n % agents.len()];
            // The whole question, from the grants on, as a handler asks it.
            let scope = black_box(&grants).scope(Module::Positions, Action::Read);
            told += u64::from(scope.is_ok_and(|scope| scope.covers(black_box(agent), black_box(territory))));
        }
        (since.elapsed().as_nanos() as f64 / EVENTS as f64, told)
    };
    let (everybody, _) = ns("admin");
    let (some, told) = ns("manager");
    table.at_most("authorisation of one event for one subscriber", some, 100.0, "ns");
    table.note(&format!(
        "a manager of {ANSWERED_FOR} territories and a team of {LED}, {:.0} % of events theirs; whoever sees everybody: {everybody:.1} ns",
        100.0 * told as f64 / EVENTS as f64
    ));
}

/// Acknowledgements at half the aim, before people sign in and while they do, as many as the pool of hashes takes.
async fn sign_ins(plan: &Plan, table: &mut Table) -> Result<()> {
    let host = Host::start(&plan.server)?;
    let api = host.api().await?;
    let cast = hire(&api, CONNECTIONS, TERRITORIES).await?;
    let token = api.token().await;
    plan.progress("acknowledgements, nobody signs in");
    let before = paced(plan, &host, &cast, &token, BATCHES_AIM / 2.0, BATCH).await?;
    plan.progress("acknowledgements while people sign in at the pool's bound");
    let (tries, taken) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let mut people = JoinSet::new();
    for person in 0..PEOPLE {
        people.spawn(sign_in_over_and_over(host.url.clone(), person, Arc::clone(&tries)));
    }
    let cpu_from = host::cpu_s(host.pid())?;
    let during = paced(plan, &host, &cast, &token, BATCHES_AIM / 2.0, BATCH).await?;
    let seconds = taken.elapsed().as_secs_f64();
    let cores = (host::cpu_s(host.pid())? - cpu_from) / seconds;
    people.abort_all();
    let answered = tries.load(Ordering::Relaxed);
    ensure!(answered > 0, "nobody was answered");
    table.at_most("ack p99 while people sign in", during.acks.ms(0.99), 150.0, "ms");
    table.note(&format!(
        "before: {:.1} ms; p50 {:.1} ms before, {:.1} ms during; {:.0} sign-ins/s answered; the server took {cores:.2} cores",
        before.acks.ms(0.99),
        before.acks.ms(0.5),
        during.acks.ms(0.5),
        answered as f64 / seconds
    ));
    table.complaints(&host);
    Ok(())
}

async fn sign_in_over_and_over(url: String, person: u8, tries: Arc<AtomicU64>) -> Result<()> {
    let mut n = 0u64;
    loop {
        // A network of addresses for each: sixty tries at once from one, then one a second.
        let from = IpAddr::V4(Ipv4Addr::new(127, 1 + person, (n / 50 % 250) as u8, 1));
        let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).local_address(from).build()?;
        for _ in 0..50 {
            n += 1;
            let body = json!({"email": format!("nobody-{person}-{n}@example.com"), "password": "not the password of anybody"});
            let answer = http.post(format!("{url}/api/v1/auth/login")).json(&body).send().await.context("try to sign in")?;
            ensure!(answer.status() == reqwest::StatusCode::UNAUTHORIZED, "HTTP {}", answer.status());
            tries.fetch_add(1, Ordering::Relaxed);
        }
    }
}
