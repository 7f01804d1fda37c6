//! Dispatchers: live sockets that acknowledge what they are sent and count it without reading it closely.

use super::cast::Clock;
use super::senders::Latencies;
use super::wire::{Wire, leading_number, number_after};
use anyhow::{Context, Result};
use memchr::memmem;
use salessync_engine::TerritoryId;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::time::Instant;

/// What the dispatchers of a measurement saw.
#[derive(Debug, Default)]
pub struct Seen {
    pub updates: AtomicU64,
    pub frames: AtomicU64,
    pub bytes: AtomicU64,
    pub resyncs: AtomicU64,
}

/// A measurement's time and clock.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub from: Instant,
    pub until: Instant,
    pub clock: Clock,
}

/// Opens a live socket on all topics and takes in the first snapshots.
pub async fn open(authority: &str, token: &str, territories: &[TerritoryId]) -> Result<Wire> {
    let mut wire = Wire::open(authority, "/ws/live", token).await?;
    let topics: Vec<String> = territories.iter().map(|id| format!("\"territory:{id}\"")).collect();
    wire.write_text(&format!(r#"{{"type":"subscribe","topics":[{}]}}"#, topics.join(","))).await?;
    let mut snapshots = 0;
    while snapshots < territories.len() {
        let text = wire.read().await?;
        if text.starts_with(br#"{"type":"snapshot""#) {
            snapshots += 1;
        }
        if let Some(ack) = acknowledgement(text) {
            wire.write_text(&ack).await?;
        }
    }
    Ok(wire)
}

/// Watches until the end. With `latencies`, every row's age is read as well.
pub async fn watch(mut wire: Wire, window: Window, seen: Arc<Seen>, latencies: Option<Latencies>) -> Result<()> {
    let (row, time) = (memmem::Finder::new(b"\"agent\":"), memmem::Finder::new(b"\"at\":"));
    loop {
        let Ok(text) = tokio::time::timeout_at(window.until, wire.read()).await else { return Ok(()) };
        let text = text?;
        let now = Instant::now();
        if text.starts_with(br#"{"type":"resync""#) {
            seen.resyncs.fetch_add(1, Ordering::Relaxed);
        }
        let Some(ack) = acknowledgement(text) else { continue };
        if now >= window.from && now < window.until {
            seen.frames.fetch_add(1, Ordering::Relaxed);
            seen.bytes.fetch_add(text.len() as u64, Ordering::Relaxed);
            seen.updates.fetch_add(row.find_iter(text).count() as u64, Ordering::Relaxed);
            if let Some(latencies) = &latencies {
                let now_ms = window.clock.ms_at(now);
                let from_ms = window.clock.ms_at(window.from);
                for at in time.find_iter(text) {
                    let Some(at) = leading_number(&text[at + 5..]).and_then(|at| i64::try_from(at).ok()) else { continue };
                    if at >= from_ms {
                        latencies.record(u64::try_from(now_ms - at).unwrap_or(0) * 1000);
                    }
                }
            }
        }
        wire.write_text(&ack).await?;
    }
}

/// Watches until then and tells how long it was between the frames of one topic.
pub async fn pauses(mut wire: Wire, until: Instant) -> Result<Latencies> {
    let pauses = Latencies::new();
    let mut last: HashMap<String, Instant> = HashMap::new();
    while let Ok(text) = tokio::time::timeout_at(until, wire.read()).await {
        let Some((topic, rev)) = topic_and_rev(text?) else { continue };
        let now = Instant::now();
        if let Some(before) = last.insert(topic.to_owned(), now) {
            pauses.record(now.duration_since(before).as_micros() as u64);
        }
        let ack = acknowledge(topic, rev);
        wire.write_text(&ack).await?;
    }
    Ok(pauses)
}

/// The acknowledgement of a snapshot or delta; None for other frames.
fn acknowledgement(text: &[u8]) -> Option<String> {
    topic_and_rev(text).map(|(topic, rev)| acknowledge(topic, rev))
}

fn acknowledge(topic: &str, rev: u64) -> String {
    format!(r#"{{"type":"ack","topic":"{topic}","rev":{rev}}}"#)
}

/// What a snapshot or delta is of; None for other frames.
fn topic_and_rev(text: &[u8]) -> Option<(&str, u64)> {
    const HEAD: usize = 400; // topic and rev stand at the beginning
    let head = &text[..text.len().min(HEAD)];
    if !head.starts_with(br#"{"type":"delta""#) && !head.starts_with(br#"{"type":"snapshot""#) {
        return None;
    }
    let key = b"\"topic\":\"";
    let start = memmem::find(head, key)? + key.len();
    let end = start + head[start..].iter().position(|byte| *byte == b'"')?;
    let topic = std::str::from_utf8(&head[start..end]).ok()?;
    Some((topic, number_after(head, b"\"rev\":")?))
}

/// Runs a set of tasks to their end; the first error ends the measurement.
pub async fn all_done(mut tasks: tokio::task::JoinSet<Result<()>>) -> Result<()> {
    while let Some(ended) = tasks.join_next().await {
        ended.context("a client's task failed")??;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas_and_snapshots_are_acknowledged_with_topic_and_revision() {
        let delta = br#"{"type":"delta","topic":"territory:none","since":7,"rev":9,"gone":[],"rows":[]}"#;
        assert_eq!(acknowledgement(delta).as_deref(), Some(r#"{"type":"ack","topic":"territory:none","rev":9}"#));
        assert_eq!(acknowledgement(br#"{"type":"welcome","epoch":"e","tick_ms":200}"#), None);
    }
}
