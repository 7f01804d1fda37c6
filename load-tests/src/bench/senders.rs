//! Phones that send as fast as they are acknowledged (`flood`), without waiting for it (`burst`), or on a timetable whatever the server
//! does (`pace`).

use super::cast::{Clock, Member, fixes_frame};
use super::wire::{Wire, number_after};
use anyhow::{Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use hdrhistogram::Histogram;
use salessync_engine::AgentId;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

const CONNECT_AT_ONCE: usize = 64;
const GRACE: Duration = Duration::from_secs(20);
const LAST_ANSWERS: Duration = Duration::from_millis(100);

/// Counts over all senders of a measurement.
#[derive(Debug, Default)]
pub struct Counts {
    pub acked_fixes: AtomicU64,
    pub busy: AtomicU64,
}

/// Microseconds, shared between tasks.
#[derive(Clone, Debug)]
pub struct Latencies(Arc<Mutex<Histogram<u64>>>);

impl Default for Latencies {
    fn default() -> Self {
        Self::new()
    }
}

impl Latencies {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Histogram::new_with_bounds(1, 120_000_000, 3).expect("the bounds are in order"))))
    }

    pub fn record(&self, us: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).saturating_record(us.max(1));
    }

    /// The latency that this share of all stayed below, milliseconds.
    pub fn ms(&self, quantile: f64) -> f64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).value_at_quantile(quantile) as f64 / 1000.0
    }

    pub fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Opens a socket for each member and reads its welcome.
pub async fn connect(authority: &str, members: &[Member]) -> Result<Vec<Wire>> {
    stream::iter(members)
        .map(|member| async move {
            let mut wire = Wire::open(authority, "/ws/agent", &member.token).await?;
            wire.read().await?;
            anyhow::Ok(wire)
        })
        .buffered(CONNECT_AT_ONCE)
        .try_collect()
        .await
}

/// What the server answered.
enum Answer {
    Acked(u64),
    Busy { frame: u64, pause: Duration },
    Other,
}

fn answer(text: &[u8]) -> Result<Answer> {
    let frame = || number_after(text, b"\"frame\":").unwrap_or(0);
    if text.starts_with(br#"{"type":"ack""#) {
        Ok(Answer::Acked(frame()))
    } else if text.starts_with(br#"{"type":"busy""#) {
        let pause = Duration::from_millis(number_after(text, b"\"retry_after_ms\":").unwrap_or(100));
        Ok(Answer::Busy { frame: frame(), pause })
    } else if text.starts_with(br#"{"type":"error""#) || text.starts_with(br#"{"type":"rejected""#) {
        bail!("the server refused a frame: {}", String::from_utf8_lossy(text))
    } else {
        Ok(Answer::Other)
    }
}

/// How a flood is shaped.
#[derive(Clone, Copy, Debug)]
pub struct Flood {
    pub fixes_per_frame: u64,
    /// Frames unacknowledged at a time, or of one burst.
    pub in_flight: u64,
    /// Time of each phone's first fix; the following ones are a second apart.
    pub first_ms: i64,
    pub until: Instant,
}

/// Keeps `in_flight` frames unacknowledged until the end, then waits for the last acknowledgement. Returns how many fixes were
/// acknowledged, and to whom.
pub async fn flood(mut wire: Wire, member: Member, shape: Flood, counts: Arc<Counts>) -> Result<(AgentId, u64)> {
    let (mut next, mut acked) = (1_u64, 0_u64);
    let mut out = Vec::new();
    loop {
        let is_over = Instant::now() >= shape.until;
        if is_over && acked + 1 == next {
            return Ok((member.id, acked * shape.fixes_per_frame));
        }
        if Instant::now() > shape.until + GRACE {
            bail!("{} frames unacknowledged {GRACE:?} after the end", next - 1 - acked);
        }
        out.clear();
        while !is_over && next - 1 - acked < shape.in_flight {
            frame_of_flood(&mut out, next, &member, &shape);
            next += 1;
        }
        if !out.is_empty() {
            wire.write(&out).await?;
        }
        match answer(wire.read().await?)? {
            Answer::Acked(frame) => {
                counts.acked_fixes.fetch_add((frame - acked) * shape.fixes_per_frame, Ordering::Relaxed);
                acked = frame;
            }
            Answer::Busy { frame, pause } => {
                counts.busy.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(pause).await;
                next = frame; // sent again from here; the frames before it may still be acknowledged
            }
            Answer::Other => {}
        }
    }
}

/// Sends bursts of `in_flight` frames one after the other without waiting for acknowledgements, as no phone should. Where it is told
/// `busy` it sends again from there. In the end everything it sent is acknowledged; returns how much, and to whom.
pub async fn burst(mut wire: Wire, member: Member, shape: Flood, counts: Arc<Counts>) -> Result<(AgentId, u64)> {
    let (mut next, mut acked) = (1_u64, 0_u64);
    let mut out = Vec::new();
    while Instant::now() < shape.until || acked + 1 < next {
        if Instant::now() > shape.until + GRACE {
            bail!("{} frames unacknowledged {GRACE:?} after the end", next - 1 - acked);
        }
        if Instant::now() < shape.until {
            out.clear();
            for number in next..next + shape.in_flight {
                frame_of_flood(&mut out, number, &member, &shape);
            }
            next += shape.in_flight;
            wire.write(&out).await?;
        }
        // Everything the server has said so far; after the end there is nothing else to do than to wait for more of it.
        let patience = if Instant::now() < shape.until { Duration::ZERO } else { LAST_ANSWERS };
        while let Ok(text) = tokio::time::timeout(patience, wire.read()).await {
            match answer(text?)? {
                Answer::Acked(frame) => {
                    counts.acked_fixes.fetch_add((frame - acked) * shape.fixes_per_frame, Ordering::Relaxed);
                    acked = frame;
                    if acked + 1 == next {
                        break;
                    }
                }
                Answer::Busy { frame, pause } => {
                    counts.busy.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(pause).await;
                    if Instant::now() >= shape.until {
                        out.clear();
                        (frame..next).for_each(|number| frame_of_flood(&mut out, number, &member, &shape));
                        wire.write(&out).await?;
                    } else {
                        next = frame;
                    }
                    break;
                }
                Answer::Other => {}
            }
        }
    }
    Ok((member.id, acked * shape.fixes_per_frame))
}

fn frame_of_flood(out: &mut Vec<u8>, number: u64, member: &Member, shape: &Flood) {
    let n = shape.fixes_per_frame as i64;
    let first = shape.first_ms + (number - 1) as i64 * n * 1000;
    fixes_frame(out, number, member, (0..n).map(|i| first + i * 1000));
}

/// A timetable.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub fixes_per_frame: u64,
    pub period: Duration,
    pub first: Instant,
    /// Latencies count from here: before, everything warms up.
    pub measure_from: Instant,
    pub until: Instant,
    pub clock: Clock,
}

/// Sends a frame every period, on time even when answers are late. Latency counts from when the frame should have been sent.
pub async fn pace(mut wire: Wire, member: Member, pace: Pace, acks: Latencies, counts: Arc<Counts>) -> Result<()> {
    let mut due = pace.first;
    let mut next = 1_u64;
    let mut open: VecDeque<(u64, Instant)> = VecDeque::new();
    let mut out = Vec::new();
    let write = |out: &mut Vec<u8>, number: u64, due: Instant| {
        let last = pace.clock.ms_at(due);
        let apart = (pace.period.as_millis() as i64 / (pace.fixes_per_frame as i64 + 1)).max(1);
        let n = pace.fixes_per_frame as i64;
        fixes_frame(out, number, &member, (0..n).map(|i| last - (n - 1 - i) * apart));
    };
    while due < pace.until || (!open.is_empty() && Instant::now() < pace.until + GRACE) {
        let wake = if due < pace.until { due } else { pace.until + GRACE };
        tokio::select! {
            biased;
            text = wire.read() => match answer(text?)? {
                Answer::Acked(frame) => {
                    let now = Instant::now();
                    while let Some((_, sent)) = open.pop_front_if(|(number, _)| *number <= frame) {
                        counts.acked_fixes.fetch_add(pace.fixes_per_frame, Ordering::Relaxed);
                        if sent >= pace.measure_from {
                            acks.record(now.duration_since(sent).as_micros() as u64);
                        }
                    }
                }
                Answer::Busy { frame, pause } => {
                    counts.busy.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(pause).await;
                    out.clear();
                    for (number, due) in open.iter().filter(|(number, _)| *number >= frame) {
                        write(&mut out, *number, *due);
                    }
                    wire.write(&out).await?;
                }
                Answer::Other => {}
            },
            () = tokio::time::sleep_until(wake) => {
                if due < pace.until {
                    out.clear();
                    write(&mut out, next, due);
                    open.push_back((next, due));
                    next += 1;
                    due += pace.period;
                    wire.write(&out).await?;
                }
            }
        }
    }
    Ok(())
}
