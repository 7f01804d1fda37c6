//! How long until everybody sees a plan that had to change: from the event being sent to its `plan_diff` on a console's socket, while phones
//! stream. Two events: a visit is cancelled (its plan follows), and a dispatcher takes one out. Twice: while phones send what comes in at a busy
//! time, and while they send ten times as much, as after a network was away.

use super::Plan;
use super::cast::hire;
use super::host::{EMAIL, Host, PASSWORD};
use super::ingest::{CONNECTIONS, TERRITORIES, paced};
use super::senders::Latencies;
use super::stalls::Meter;
use super::table::Table;
use super::wire::{Wire, number_after};
use crate::client::Api;
use crate::rng::Rng;
use anyhow::{Context, Result, ensure};
use chrono::NaiveDate;
use reqwest::Method;
use salessync_engine::TerritoryId;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// Visits of the measured plan's day, for a hundred agents.
const VISITS: usize = 1_000;
/// Operations of one change: as many as the server takes.
const OPERATIONS: usize = 200;
/// What the thousand phones send meanwhile: fixes a second, and fixes in a frame.
const LOADS: [(f64, u64); 2] = [(1_000.0, 1), (10_000.0, 50)];
const EVENT_EVERY: Duration = Duration::from_millis(60);
/// Phones have connected and their agents are awake by then.
const SETTLED: Duration = Duration::from_secs(4);
/// So many times as long as other measures: a percentile needs some hundred events.
const LONGER: u32 = 3;
const PATIENCE: Duration = Duration::from_secs(10);
const AIM_MS: f64 = 10.0;

pub async fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let plan = &Plan { measure: plan.measure * LONGER, ..plan.clone() };
    let host = Host::start(&plan.server)?;
    let api = host.api().await?;
    let cast = hire(&api, CONNECTIONS, TERRITORIES).await?;
    let territory = *cast.territories.first().context("a territory")?;
    plan.progress("a plan of a thousand visits");
    let visits = planned(&api, territory, if plan.is_quick { VISITS / 5 } else { VISITS }).await?;
    let token = api.token().await;
    for ((rate, fixes_per_frame), visits) in LOADS.into_iter().zip(visits.chunks(visits.len().div_ceil(LOADS.len()))) {
        plan.progress(&format!("visits cancelled and taken out while {rate:.0} fixes/s come in"));
        let meter = Meter::start();
        let events = at_a_desk(Day { url: host.url.clone(), territory, visits: visits.to_vec(), lasts: plan.measure });
        let (load, events) = tokio::join!(paced(plan, &host, &cast, &token, rate, fixes_per_frame), events);
        let (stalls, load, events) = (meter.stop(), load?, events?);
        for (what, name) in [(What::Cancelled, "visit cancelled"), (What::Given, "change of a plan")] {
            let (all, undisturbed) = (Latencies::new(), Latencies::new());
            for event in events.iter().filter(|event| event.what == what) {
                all.record(event.took.as_micros() as u64);
                if !stalls.touch(event.begun.into_std(), (event.begun + event.took).into_std()) {
                    undisturbed.record(event.took.as_micros() as u64);
                }
            }
            table.at_most(&format!("{name} to plan diff, {rate:.0} fixes/s, p99"), all.ms(0.99), AIM_MS, "ms");
            table.note(&format!(
                "p50 {:.1} ms, p90 {:.1}; {} events; the {} in which the machine did not stall (it did {}): p99 {:.1}; acknowledgements p99 {:.1} ms, {} busy",
                all.ms(0.5),
                all.ms(0.9),
                all.count(),
                undisturbed.count(),
                stalls.told(),
                undisturbed.ms(0.99),
                load.acks.ms(0.99),
                load.busy
            ));
        }
    }
    table.complaints(&host);
    Ok(())
}

/// Makes customers around the first town, a visit tomorrow at each, and plans them. Returns the visits that have a place.
async fn planned(api: &Api, territory: TerritoryId, count: usize) -> Result<Vec<String>> {
    let mut rng = Rng::new(7);
    let customers: Vec<Value> = (0..count)
        .map(|n| {
            let point = json!({"lat": rng.range(50.0, 50.1), "lon": rng.range(2.0, 2.1)});
            json!({"id": uuid::Uuid::now_v7(), "name": format!("Customer {n}"), "territory_id": territory, "places": [{"address": "Here", "point": point}]})
        })
        .collect();
    for chunk in customers.chunks(500) {
        let _: Value = api.post("/customers/bulk", &json!({"customers": chunk})).await?;
    }
    let today: Value = api.get("/plans/none").await?;
    let today: NaiveDate = today["date"].as_str().context("a date")?.parse()?;
    let day = today.succ_opt().context("a day after")?;
    let visits: Vec<Value> = customers
        .iter()
        .map(|customer| json!({"id": uuid::Uuid::now_v7(), "customer_id": customer["id"], "day": day, "duration_s": 900}))
        .collect();
    for chunk in visits.chunks(500) {
        let _: Value = api.post("/visits/bulk", &json!({"visits": chunk})).await?;
    }
    let path = format!("/plans/{territory}?date={day}");
    for chunk in visits.chunks(OPERATIONS) {
        let operations: Vec<Value> = chunk.iter().map(|visit| json!({"op": "place", "visit": visit["id"]})).collect();
        change(api, territory, &path, &json!(operations)).await?;
    }
    let plan: Value = api.get(&path).await?;
    let routes = plan["routes"].as_array().context("routes")?.iter();
    let stops = routes.flat_map(|route| route["stops"].as_array().cloned().unwrap_or_default());
    let ids: Vec<String> = stops.filter_map(|stop| Some(stop["visit_id"].as_str()?.to_owned())).collect();
    ensure!(ids.len() * 10 >= count * 9, "{} of {count} visits have a place", ids.len());
    Ok(ids)
}

/// A change upon whatever version there is: others follow visits meanwhile.
async fn change(api: &Api, territory: TerritoryId, path: &str, operations: &Value) -> Result<i64> {
    for _ in 0..20 {
        let plan: Value = api.get(path).await?;
        let body = json!({"base_version": plan["version"], "operations": operations});
        let (status, text) = api.exchange(Method::POST, &format!("/plans/{territory}/changes"), Some(&body)).await?;
        match status.as_u16() {
            200 => return serde_json::from_str::<Value>(&text)?["version"].as_i64().context("a version"),
            409 => {}
            _ => anyhow::bail!("change the plan: HTTP {status}: {text}"),
        }
    }
    anyhow::bail!("the plan never rests")
}

/// A console that watches the plan.
struct Desk {
    wire: Wire,
    topic: String,
    version: i64,
}

impl Desk {
    async fn open(authority: &str, token: &str, territory: TerritoryId) -> Result<Self> {
        let mut wire = Wire::open(authority, "/ws/live", token).await?;
        let topic = format!("plan:{territory}");
        wire.write_text(&format!(r#"{{"type":"subscribe","topics":["{topic}"]}}"#)).await?;
        let mut desk = Self { wire, topic, version: 0 };
        while !desk.step().await?.1 {}
        Ok(desk)
    }

    /// Takes the next frame; returns when it was there, and whether it was a snapshot or a diff.
    async fn step(&mut self) -> Result<(Instant, bool)> {
        let text = tokio::time::timeout(PATIENCE, self.wire.read()).await.context("no frame of the plan came")??;
        let at = Instant::now();
        let is_plan = text.starts_with(br#"{"type":"plan_snapshot""#) || text.starts_with(br#"{"type":"plan_diff""#);
        if is_plan && let Some(version) = number_after(text, b"\"version\":") {
            self.version = version as i64;
        }
        if let Some(rev) = number_after(text, b"\"rev\":") {
            let ack = format!(r#"{{"type":"ack","topic":"{}","rev":{rev}}}"#, self.topic);
            self.wire.write_text(&ack).await?;
        }
        Ok((at, is_plan))
    }

    /// When the next version was on the socket.
    async fn diff_after(&mut self, version: i64) -> Result<Instant> {
        loop {
            let (at, is_plan) = self.step().await?;
            if is_plan && self.version > version {
                return Ok(at);
            }
        }
    }
}

/// What a dispatcher has to do.
struct Day {
    url: String,
    territory: TerritoryId,
    visits: Vec<String>,
    lasts: Duration,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Cancelled,
    Given,
}

struct Event {
    what: What,
    begun: Instant,
    took: Duration,
}

/// A dispatcher has a machine to themselves, and here a thread at least: what the phones' thousand sockets cost their own thread is not the
/// server's.
async fn at_a_desk(day: Day) -> Result<Vec<Event>> {
    let desk = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(events(day))
    };
    tokio::task::spawn_blocking(desk).await?
}

/// Sends events one after the other, each when the one before is seen.
async fn events(Day { url, territory, visits, lasts }: Day) -> Result<Vec<Event>> {
    let api = Api::sign_in(&url, EMAIL, PASSWORD).await?;
    let mut desk = Desk::open(url.trim_start_matches("http://"), &api.token().await, territory).await?;
    let mut events = Vec::new();
    tokio::time::sleep(SETTLED).await;
    let until = Instant::now() + lasts.saturating_sub(SETTLED);
    for (n, visit) in visits.iter().enumerate() {
        if Instant::now() > until {
            break;
        }
        let before = desk.version;
        let begun = Instant::now();
        let (what, path, body) = if n % 2 == 0 {
            (What::Cancelled, format!("/visits/{visit}/cancel"), json!({"reason": "closed today"}))
        } else {
            let operations = json!([{"op": "unassign", "visit": visit}]);
            (What::Given, format!("/plans/{territory}/changes"), json!({"base_version": before, "operations": operations}))
        };
        let (answered, seen) = tokio::join!(api.exchange(Method::POST, &path, Some(&body)), desk.diff_after(before));
        let (status, text) = answered?;
        ensure!(status.is_success(), "an event was refused: HTTP {status}: {text}");
        events.push(Event { what, begun, took: seen?.saturating_duration_since(begun) });
        tokio::time::sleep(EVENT_EVERY).await;
    }
    Ok(events)
}
