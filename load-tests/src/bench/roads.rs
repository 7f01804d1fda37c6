//! The road network, within this process: how long it takes to make, to change its speeds, and to ask; against a plain Dijkstra on the same graph.
//!
//! On a real extract (OpenStreetMap, ODbL), which is not part of this repository: without it nothing is measured, and that is said. Times are the
//! least of several runs, on one thread but for making the network, because others share the machine.

use super::Plan;
use super::table::Table;
use crate::rng::Rng;
use anyhow::{Context, Result, ensure};
use salessync_engine::Point;
use salessync_engine::plan::times::{DayPart, DayParts, Pin, Stop, TravelProfile, TravelTimes};
use salessync_roads::cost::Cost;
use salessync_roads::hierarchy::Hierarchy;
use salessync_roads::network::LaneTimes;
use salessync_roads::osm::pbf;
use salessync_roads::snap::REACH_M;
use salessync_roads::{Extract, Ground, Network, Place, RoadStops, Roads};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::hint::black_box;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Beside the checkout, where test data lies.
const EXTRACT: &str = "../shared/data/osm/r5r-porto-alegre.osm.pbf";
const STOPS: usize = 5_000;
const PART: DayPart = DayPart(0);
/// Aims: an afternoon's table while the dispatcher looks, and a question in the inner loop of fitting one visit into ten thousand routes.
const MATRIX_100_AIM_MS: f64 = 10.0;
const PINNED_AIM_NS: f64 = 150.0;

pub fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let file = Path::new(EXTRACT);
    if !file.exists() {
        eprintln!("bench: SKIPPED: roads are measured on {EXTRACT}, which is not here");
        return Ok(());
    }
    plan.progress("roads of Porto Alegre");
    let rounds = if plan.is_quick { 2 } else { 10 };
    let extract = measured(table, "read an extract of 14,649 ways", "ms", 1e3, rounds.min(3), || {
        pbf::read(|| File::open(file).map(BufReader::new)).context("read the extract")
    })?;
    making(table, &extract, rounds)?;
    for profile in TravelProfile::ALL {
        asking(table, &extract, profile, rounds)?;
    }
    Ok(())
}

/// Runs it some times, shows the least time, and gives what the last run made.
fn measured<T>(
    table: &mut Table,
    name: &str,
    unit: &'static str,
    in_unit: f64,
    rounds: usize,
    mut work: impl FnMut() -> Result<T>,
) -> Result<T> {
    let mut made = work()?;
    let mut least = f64::INFINITY;
    for _ in 0..rounds {
        let start = Instant::now();
        made = work()?;
        least = least.min(start.elapsed().as_secs_f64());
    }
    table.show(name, least * in_unit, unit);
    Ok(made)
}

/// The least time of a run, seconds.
fn least<T>(rounds: usize, mut work: impl FnMut() -> T) -> f64 {
    let time = |work: &mut dyn FnMut() -> T| {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64()
    };
    (0..rounds.max(1)).map(|_| time(&mut work)).fold(f64::INFINITY, f64::min)
}

fn making(table: &mut Table, extract: &Extract, rounds: usize) -> Result<()> {
    let network = Network::build(extract, TravelProfile::Car);
    ensure!(!network.is_empty(), "the extract has no roads for cars");
    let name = "order and contract it, car, lane by lane";
    let hierarchy = measured(table, name, "ms", 1e3, rounds.min(3), || Ok(Hierarchy::build(&network.graph)))?;
    table.note(&format!(
        "{} junctions, {} lanes, {} turns, {} shortcuts",
        network.vertices.len(),
        network.graph.vertex_count(),
        network.graph.head.len(),
        hierarchy.shortcut_count()
    ));
    let times = network.free_times(|_| 1.0);
    table.show(
        "new speeds for every lane, one thread",
        least(rounds, || hierarchy.customise(&network.arc_costs(&times))) * 1e3,
        "ms",
    );
    Ok(())
}

fn asking(table: &mut Table, extract: &Extract, profile: TravelProfile, rounds: usize) -> Result<()> {
    let ground = Arc::new(Ground::new(Network::build(extract, profile), extract.version));
    let roads = Roads::new(Arc::clone(&ground), Arc::new(DayParts::whole()));
    let network = &ground.network;
    let who = profile.as_str();
    let mut rng = Rng::new(12);
    let points: Vec<Point> = (0..STOPS)
        .filter_map(|_| {
            let near = network.vertices[rng.below(network.vertices.len())];
            Point::new(near.lat() + rng.range(-0.0005, 0.0005), near.lon() + rng.range(-0.0005, 0.0005)).ok()
        })
        .collect();
    let snapped = least(rounds, || points.iter().filter(|point| roads.snap(**point, REACH_M).is_ok()).count());
    table.show(&format!("{who}: put a place on the road"), snapped / points.len() as f64 * 1e6, "µs");
    let places: Vec<Option<Place>> = points.iter().map(|point| roads.snap(*point, REACH_M).ok()).collect();

    let hundred = least(rounds, || roads.matrix(&places[..100], &places[..100], PART));
    table.at_most(&format!("{who}: matrix of 100 × 100 places"), hundred * 1e3, MATRIX_100_AIM_MS, "ms");
    let times = &roads.speeds(PART).times;
    let costs = network.arc_costs(times);
    let plain =
        least(1, || places[..10].iter().flatten().map(|place| dijkstra(network, times, &costs, place)).sum::<u64>()) * 10.0;
    table.show(&format!("{who}: the same, faster than Dijkstra"), plain / hundred, "×");
    table.note(&format!("Dijkstra from 100 places to everywhere: {:.0} ms", plain * 1e3));
    let thousands = least(rounds.min(3), || roads.matrix(&places[..2_000], &places[..2_000], PART));
    table.show(&format!("{who}: matrix of 2,000 × 2,000 places"), thousands * 1e3, "ms");
    table.note(&format!("{:.0} ns a cell, with times and distances", thousands / 4e6 * 1e9));

    let mut stops = RoadStops::new(roads.clone(), REACH_M);
    let ids = stops.intern_all(&points);
    let added = least(rounds, || {
        let mut fresh = RoadStops::new(roads.clone(), REACH_M);
        points[..200].iter().map(|point| fresh.add(*point).0).sum::<u32>()
    });
    table.show(&format!("{who}: a new stop, labels included"), added / 200.0 * 1e6, "µs");
    table.note(&format!("{:.0} hubs each way on the average", stops.mean_hubs()));
    let relabelled = least(rounds.min(3), || stops.onto(roads.clone()).stop_count());
    table.show(&format!("{who}: {STOPS} stops labelled anew, all cores"), relabelled * 1e3, "ms");

    let mut pin = Pin::new();
    let others: Vec<Stop> = (0..20_000).map(|_| *rng.pick(&ids)).collect();
    let pinning = least(rounds, || ids[..1_000].iter().for_each(|stop| stops.pin(&mut pin, *stop, PART)));
    table.show(&format!("{who}: pin a stop"), pinning / 1_000.0 * 1e9, "ns");
    stops.pin(&mut pin, ids[7], PART);
    let away = least(rounds, || others.iter().map(|stop| u64::from(stops.away_s(&pin, *stop))).sum::<u64>());
    let back = least(rounds, || others.iter().map(|stop| u64::from(stops.back_s(&pin, *stop))).sum::<u64>());
    let pinned = f64::midpoint(away, back) / others.len() as f64 * 1e9;
    table.at_most(&format!("{who}: a time against a pinned stop"), pinned, PINNED_AIM_NS, "ns");
    let pairs = least(rounds, || others.windows(2).filter(|pair| stops.leg(pair[0], pair[1], PART).is_some()).count());
    table.show(&format!("{who}: time and distance of any pair of stops"), pairs / others.len() as f64 * 1e9, "ns");
    let ways = least(rounds.min(3), || {
        places
            .windows(2)
            .take(500)
            .filter(|pair| pair[0].zip(pair[1]).is_some_and(|(a, b)| roads.route(&a, &b, PART).is_some()))
            .count()
    });
    table.show(&format!("{who}: a way with its line"), ways / 500.0 * 1e6, "µs");
    Ok(())
}

/// From one place to everywhere: what there was before.
fn dijkstra(network: &Network, times: &LaneTimes, costs: &[Cost], place: &Place) -> u64 {
    let mut known = vec![Cost::NO_WAY; network.graph.vertex_count()];
    let mut queue: BinaryHeap<Reverse<(Cost, u32)>> = BinaryHeap::new();
    queue.extend(network.departures(place, times).into_iter().map(|((vertex, cost), _)| Reverse((cost, vertex))));
    while let Some(Reverse((cost, vertex))) = queue.pop() {
        if cost >= known[vertex as usize] {
            continue;
        }
        known[vertex as usize] = cost;
        for arc in network.graph.arcs(vertex) {
            let next = cost.plus(costs[arc]);
            if next < known[network.graph.head[arc] as usize] {
                queue.push(Reverse((next, network.graph.head[arc])));
            }
        }
    }
    known.iter().filter(|cost| cost.is_way()).map(|cost| u64::from(cost.ms())).sum()
}
