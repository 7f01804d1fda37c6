//! A day's track over REST: one agent's 5,760 fixes, one every fifteen seconds, asked for again and again on a kept-open connection.
//!
//! From the journal's tail, as minutes after they came, and from chunks, as for good; whole and thinned.

use super::Plan;
use super::cast::{Clock, Member, hire};
use super::host::Host;
use super::memory::visit;
use super::nearest::answer;
use super::senders::Latencies;
use super::table::Table;
use anyhow::{Result, ensure};
use bytes::BytesMut;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::Instant;

const DAY_FIXES: i64 = 5_760;
const APART_MS: i64 = 15_000;
/// Others with a day of their own, so that the answer is not all there is.
const AGENTS: usize = 20;
const FRAME_FIXES: usize = 160;
const AIM_MS: f64 = 5.0;
/// After this everything is in chunks: the longest a journal row rests, and the compactor's round.
const COMPACTED_AFTER: Duration = Duration::from_secs(150);

pub async fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let host = Host::start(&plan.server)?;
    let api = host.api().await?;
    let cast = hire(&api, AGENTS, 1).await?;
    let last_ms = Clock::new().ms() - 60_000;
    plan.progress("a day of fixes for each of some agents");
    let times: Vec<i64> = (0..DAY_FIXES).map(|i| last_ms - (DAY_FIXES - 1 - i) * APART_MS).collect();
    visit(&host, &cast.agents, |_| times.chunks(FRAME_FIXES).map(<[i64]>::to_vec).collect()).await?;
    let token = api.token().await;
    let member = &cast.agents[AGENTS / 2];
    let until = if plan.is_quick { 40 } else { 400 };

    let fresh = ask(&host, &token, member, "limit=10000", until).await?;
    ensure!(fresh.fixes == DAY_FIXES as usize, "{} fixes instead of {DAY_FIXES}", fresh.fixes);
    table.show("a day's track over REST, from the journal, median", fresh.latencies.ms(0.5), "ms");
    if !plan.is_quick {
        plan.progress("waiting for the compactor");
        tokio::time::sleep(COMPACTED_AFTER).await;
    }
    let whole = ask(&host, &token, member, "limit=10000", until).await?;
    table.at_most("a day's track over REST, median", whole.latencies.ms(0.5), AIM_MS, "ms");
    table.note(&format!(
        "{} fixes, {:.0} kB of JSON; p99 {:.1} ms, {} requests one after the other",
        whole.fixes,
        whole.bytes as f64 / 1000.0,
        whole.latencies.ms(0.99),
        whole.latencies.count()
    ));
    for (what, query) in [
        ("the same, first 1,000 fixes", "limit=1000"),
        ("the same, simplified to 10 m", "limit=10000&simplify_m=10"),
        ("the same, one fix a minute", "limit=10000&every_s=60"),
    ] {
        let asked = ask(&host, &token, member, query, until / 2).await?;
        table.show(what, asked.latencies.ms(0.5), "ms");
    }
    table.complaints(&host);
    Ok(())
}

struct Asked {
    latencies: Latencies,
    fixes: usize,
    bytes: usize,
}

async fn ask(host: &Host, token: &str, member: &Member, query: &str, times: usize) -> Result<Asked> {
    let mut stream = TcpStream::connect(host.authority()).await?;
    stream.set_nodelay(true)?;
    let request = format!(
        "GET /api/v1/agents/{}/track?{query} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
        member.id,
        host.authority()
    );
    let mut buffer = BytesMut::with_capacity(2 * 1024 * 1024);
    let mut asked = Asked { latencies: Latencies::new(), fixes: 0, bytes: 0 };
    for round in 0..times + times / 10 {
        let start = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        let body = answer(&mut stream, &mut buffer).await?;
        // The first few warm up.
        if round >= times / 10 {
            asked.latencies.record(start.elapsed().as_micros() as u64);
        }
        asked.bytes = body.len();
        asked.fixes = memchr::memmem::find_iter(&body, b"\"recorded_at\":").count();
    }
    Ok(asked)
}
