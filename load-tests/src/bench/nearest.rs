//! The ten nearest agents to a place, over REST on kept-open connections, against Redis GEOSEARCH over the same points: answers per
//! second of the server's processor time.

use super::Plan;
use super::cast::Cast;
use super::host::{Host, Redis, cpu_s};
use super::resp::{Resp, command};
use super::table::Table;
use super::wire::number_after;
use crate::rng::Rng;
use anyhow::{Context, Result, bail};
use bytes::{Buf, BytesMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

const K: usize = 10;
const RADIUS_M: u32 = 10_000;
const CONNECTIONS: usize = 16;
const DEPTH: usize = 16;
const PLACES: usize = 2000;

pub async fn run(plan: &Plan, table: &mut Table, host: &Host, cast: &Cast, token: &str, at_ms: i64) -> Result<()> {
    let places = Arc::new(places(cast, at_ms));
    plan.progress("the same points into Redis");
    let redis = Redis::start(&plan.redis)?;
    fill(&redis, cast, at_ms)?;
    for (how, depth, aim) in [("one at a time", 1, true), ("pipelined 16 deep", DEPTH, false)] {
        plan.progress(&format!("nearest ten, {how}"));
        let ours = over_rest(plan, host, &places, token, depth).await?;
        let theirs = over_redis(plan, &redis, &places, depth)?;
        let ratio = ours.per_core_s / theirs.per_core_s;
        let name = format!("nearest 10 per core, {how}");
        if aim {
            table.at_least(&name, ratio, 10.0, "× Redis");
        } else {
            table.show(&name, ratio, "× Redis");
        }
        table.note(&format!(
            "REST {:.0} per core-second ({:.0}/s), Redis GEOSEARCH {:.0} per core-second ({:.0}/s), {} points",
            ours.per_core_s,
            ours.per_s,
            theirs.per_core_s,
            theirs.per_s,
            cast.agents.len()
        ));
    }
    Ok(())
}

struct Rate {
    per_s: f64,
    per_core_s: f64,
}

async fn over_rest(plan: &Plan, host: &Host, places: &Arc<Vec<(f64, f64)>>, token: &str, depth: usize) -> Result<Rate> {
    let answers = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let until = start + plan.measure / 2;
    let cpu_from = cpu_s(host.pid())?;
    let mut tasks = JoinSet::new();
    for connection in 0..CONNECTIONS {
        let requests: Vec<Vec<u8>> = places
            .iter()
            .skip(connection)
            .step_by(CONNECTIONS)
            .map(|(lat, lon)| {
                format!(
                    "GET /api/v1/positions/nearest?lat={lat:.7}&lon={lon:.7}&k={K}&max_distance_m={RADIUS_M} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
                    host.authority()
                )
                .into_bytes()
            })
            .collect();
        tasks.spawn(ask(host.authority().to_owned(), requests, depth, until, Arc::clone(&answers)));
    }
    super::watchers::all_done(tasks).await?;
    let seconds = start.elapsed().as_secs_f64();
    let cpu = cpu_s(host.pid())? - cpu_from;
    let answers = answers.load(Ordering::Relaxed) as f64;
    Ok(Rate { per_s: answers / seconds, per_core_s: answers / cpu.max(0.01) })
}

/// Asks over one connection until the end, `depth` requests ahead of the answers.
async fn ask(authority: String, requests: Vec<Vec<u8>>, depth: usize, until: Instant, answers: Arc<AtomicU64>) -> Result<()> {
    let mut stream = TcpStream::connect(&authority).await?;
    stream.set_nodelay(true)?;
    let mut buffer = BytesMut::with_capacity(32 * 1024);
    let mut next = 0;
    let mut is_first = true;
    while Instant::now() < until {
        let mut out = Vec::new();
        for _ in 0..depth {
            out.extend_from_slice(&requests[next % requests.len()]);
            next += 1;
        }
        stream.write_all(&out).await?;
        for _ in 0..depth {
            let body = answer(&mut stream, &mut buffer).await?;
            if std::mem::take(&mut is_first) && !(1..=K).contains(&memchr::memmem::find_iter(&body, b"\"agent\":").count()) {
                bail!("not the ten nearest: {}", String::from_utf8_lossy(&body));
            }
            answers.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(())
}

/// The body of the next answer on a kept-open connection.
pub(super) async fn answer(stream: &mut TcpStream, buffer: &mut BytesMut) -> Result<BytesMut> {
    loop {
        if let Some(head_end) = memchr::memmem::find(buffer, b"\r\n\r\n") {
            let head = buffer[..head_end].to_ascii_lowercase();
            if !head.starts_with(b"http/1.1 200") {
                bail!("instead of an answer: {}", String::from_utf8_lossy(buffer));
            }
            let length = number_after(&head, b"content-length: ").context("an answer without its length")? as usize;
            while buffer.len() < head_end + 4 + length {
                more(stream, buffer).await?;
            }
            buffer.advance(head_end + 4);
            return Ok(buffer.split_to(length));
        }
        more(stream, buffer).await?;
    }
}

async fn more(stream: &mut TcpStream, buffer: &mut BytesMut) -> Result<()> {
    buffer.reserve(8 * 1024);
    match tokio::time::timeout(Duration::from_secs(20), stream.read_buf(buffer)).await {
        Ok(Ok(0)) => bail!("connection lost"),
        Ok(read) => Ok(read.map(drop)?),
        Err(_) => bail!("no answer within 20 s"),
    }
}

/// Places spread like the agents themselves, a hundred metres or so beside one.
fn places(cast: &Cast, at_ms: i64) -> Vec<(f64, f64)> {
    let mut rng = Rng::new(99);
    (0..PLACES).map(|_| rng.pick(&cast.agents).at(at_ms)).map(|(lat, lon)| (lat + 0.001, lon - 0.001)).collect()
}

fn fill(redis: &Redis, cast: &Cast, at_ms: i64) -> Result<()> {
    let mut resp = Resp::open(&redis.address)?;
    for chunk in cast.agents.chunks(500) {
        let mut script = Vec::new();
        for agent in chunk {
            let (lat, lon) = agent.at(at_ms);
            command(&mut script, &["GEOADD", "agents", &format!("{lon:.7}"), &format!("{lat:.7}"), &agent.id.to_string()]);
        }
        resp.pipeline(&script, chunk.len())?;
    }
    Ok(())
}

fn over_redis(plan: &Plan, redis: &Redis, places: &[(f64, f64)], depth: usize) -> Result<Rate> {
    let mut resp = Resp::open(&redis.address)?;
    let scripts: Vec<Vec<u8>> = places
        .chunks_exact(depth)
        .map(|chunk| {
            let mut script = Vec::new();
            for (lat, lon) in chunk {
                let (lat, lon) = (format!("{lat:.7}"), format!("{lon:.7}"));
                let radius = RADIUS_M.to_string();
                command(
                    &mut script,
                    &[
                        "GEOSEARCH",
                        "agents",
                        "FROMLONLAT",
                        &lon,
                        &lat,
                        "BYRADIUS",
                        &radius,
                        "m",
                        "ASC",
                        "COUNT",
                        "10",
                        "WITHDIST",
                    ],
                );
            }
            script
        })
        .collect();
    let (start, cpu_from) = (std::time::Instant::now(), cpu_s(redis.pid())?);
    let mut answers = 0;
    for script in scripts.iter().cycle() {
        if start.elapsed() > plan.measure / 2 {
            break;
        }
        if resp.pipeline(script, depth)? == 0 {
            bail!("Redis found nobody near");
        }
        answers += depth;
    }
    let seconds = start.elapsed().as_secs_f64();
    let cpu = cpu_s(redis.pid())? - cpu_from;
    Ok(Rate { per_s: answers as f64 / seconds, per_core_s: answers as f64 / cpu.max(0.01) })
}
