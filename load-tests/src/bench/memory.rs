//! What an agent that is awake and quiet costs in resident memory, and on a fresh server an idle connection; and on the same hundred
//! thousand agents, how fast the ten nearest are found, against Redis.

use super::cast::{Clock, Member, fixes_frame, hire};
use super::host::{Host, settled_bytes};
use super::senders::connect;
use super::table::Table;
use super::wire::{Wire, number_after};
use super::{Plan, nearest, wants};
use anyhow::{Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::time::Duration;

const TERRITORIES: usize = 40;
const AT_ONCE: usize = 256;
const FEW_FIXES: i64 = 5;
const HOUR_FIXES: i64 = 360; // one every ten seconds
const HOUR_AGENTS: usize = 2000;
const FIRST_CONNECTIONS: usize = 1000;
const IDLE_CONNECTIONS: usize = 4000;

pub async fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let agents = if plan.is_quick { 20_000 } else { 100_000 };
    let host = Host::start(&plan.server)?;
    let api = host.api().await?;
    plan.progress(&format!("{agents} agents sign up"));
    let cast = hire(&api, agents, TERRITORIES).await?;
    let now = Clock::new().ms();
    let last_ms = now - 20_000;

    let asleep = settled_bytes(host.pid()).await?;
    plan.progress("each sends a few fixes and leaves");
    visit(&host, &cast.agents, |_| vec![(0..FEW_FIXES).map(|i| last_ms - (FEW_FIXES - 1 - i) * 10_000).collect()]).await?;
    let awake = settled_bytes(host.pid()).await?;
    plan.progress("some send an hour of fixes");
    let some = &cast.agents[..HOUR_AGENTS.min(agents)];
    // In two frames: one would be larger than a frame may be.
    visit(&host, some, |_| {
        let hour: Vec<i64> = (0..HOUR_FIXES).map(|i| now - 3_700_000 + i * 10_000).collect();
        hour.chunks(HOUR_FIXES as usize / 2).map(<[i64]>::to_vec).collect()
    })
    .await?;
    let after_hour = settled_bytes(host.pid()).await?;
    if wants(plan, "memory") {
        let each = awake.saturating_sub(asleep) as f64 / agents as f64;
        table.at_most("resident memory per idle awake agent", each / 1000.0, 4.0, "kB");
        table.note(&format!(
            "{agents} agents with {FEW_FIXES} fixes each: {:.0} MB more than {:.0} MB",
            mb(awake.saturating_sub(asleep)),
            mb(asleep)
        ));
        let hour = after_hour.saturating_sub(awake) as f64 / some.len() as f64;
        table.show("… more after an hour of fixes every 10 s", hour / 1000.0, "kB");
        table.note(&format!("{} of the agents", some.len()));
    }
    if wants(plan, "nearest") {
        let token = api.token().await;
        nearest::run(plan, table, &host, &cast, &token, last_ms).await?;
    }
    table.complaints(&host);
    Ok(())
}

/// On a fresh server: what the first thousand idle connections cost, and each further one. Their agents are awake before.
pub async fn idle_connections(plan: &Plan, table: &mut Table) -> Result<()> {
    let host = Host::start(&plan.server)?;
    let api = host.api().await?;
    let cast = hire(&api, IDLE_CONNECTIONS, TERRITORIES).await?;
    plan.progress("idle connections");
    wake(&host, &cast.agents, Clock::new().ms() - 20_000).await?;
    let none = settled_bytes(host.pid()).await?;
    let first = connect(host.authority(), &cast.agents[..FIRST_CONNECTIONS]).await?;
    let some = settled_bytes(host.pid()).await?;
    let further = connect(host.authority(), &cast.agents[FIRST_CONNECTIONS..]).await?;
    let all = settled_bytes(host.pid()).await?;
    for (name, wires, before, after) in
        [("memory per idle connection, the first 1,000", first, none, some), ("… each further one", further, some, all)]
    {
        let each = after.saturating_sub(before) as f64 / wires.len() as f64;
        table.at_most(name, each / 1000.0, 12.0, "kB");
        table.note(&format!("{} connections of agents already awake, fresh server, {:.0} MB before", wires.len(), mb(before)));
    }
    table.complaints(&host);
    Ok(())
}

/// Has each member's agent woken by one fix of that time, Unix milliseconds, and left alone.
pub async fn wake(host: &Host, members: &[Member], at: i64) -> Result<()> {
    visit(host, members, |_| vec![vec![at]]).await
}

/// Lets each member connect, send its frames, wait for the acknowledgement and go.
pub(super) async fn visit(host: &Host, members: &[Member], frames: impl Fn(&Member) -> Vec<Vec<i64>>) -> Result<()> {
    let authority = host.authority();
    let frames = &frames;
    stream::iter(members)
        .map(|member| async move {
            let mut wire = Wire::open(authority, "/ws/agent", &member.token).await?;
            let frames = frames(member);
            let mut next = 0;
            let mut acked = 0;
            while acked < frames.len() {
                let mut out = Vec::new();
                for (i, times) in frames.iter().enumerate().skip(next) {
                    fixes_frame(&mut out, i as u64 + 1, member, times.iter().copied());
                }
                next = frames.len();
                wire.write(&out).await?;
                let text = wire.read().await?;
                let frame = number_after(text, b"\"frame\":").unwrap_or(0) as usize;
                if text.starts_with(br#"{"type":"ack""#) {
                    acked = frame;
                } else if text.starts_with(br#"{"type":"busy""#) {
                    let pause = number_after(text, b"\"retry_after_ms\":").unwrap_or(100);
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    next = frame.saturating_sub(1);
                } else if text.starts_with(br#"{"type":"error""#) || text.starts_with(br#"{"type":"rejected""#) {
                    bail!("the server refused a frame: {}", String::from_utf8_lossy(text));
                }
            }
            anyhow::Ok(())
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

pub fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
