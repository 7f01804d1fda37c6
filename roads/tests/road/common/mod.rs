//! What tests share: random towns, real extracts, a plain search to compare with, a writer of PBF.

pub mod dijkstra;
pub mod pbf;
pub mod rng;

use rng::Rng;
use salessync_engine::Point;
use salessync_engine::plan::times::{DayParts, TravelProfile};
use salessync_roads::osm::streets::Street;
use salessync_roads::{Extract, Ground, Network, Place, Roads};
use std::path::PathBuf;
use std::sync::Arc;

pub fn point(lat: f64, lon: f64) -> Point {
    Point::new(lat, lon).unwrap()
}

/// A file of the folder of test data beside the checkout, or None, which is said aloud.
pub fn shared(path: &str) -> Option<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path);
    if !file.exists() {
        eprintln!("SKIPPED: there is no {}", file.display());
        return None;
    }
    Some(file)
}

/// The real extracts there are, by name.
pub fn extracts() -> Vec<(&'static str, Extract)> {
    ["r5r-porto-alegre.osm.pbf", "liechtenstein-latest.osm.pbf"]
        .into_iter()
        .filter_map(|name| Some((name, extract(name)?)))
        .collect()
}

pub fn extract(name: &str) -> Option<Extract> {
    let file = shared(&format!("data/osm/{name}"))?;
    Some(salessync_roads::osm::pbf::read(|| std::fs::File::open(&file).map(std::io::BufReader::new)).unwrap())
}

pub fn roads(extract: &Extract, profile: TravelProfile) -> Roads {
    let ground = Ground::new(Network::build(extract, profile), extract.version);
    Roads::new(Arc::new(ground), Arc::new(DayParts::default()))
}

/// A town that nobody would build: a grid with gaps, one-way streets, bends, loops, twins, dead ends and an islet.
pub fn town(rng: &mut Rng, side: u32) -> Vec<Street> {
    let corner = |x: u32, y: u32, jitter: &[(f64, f64)]| {
        let (dx, dy) = jitter[(y * side + x) as usize];
        point(-30.0 + f64::from(y) * 0.002 + dy, -51.0 + f64::from(x) * 0.002 + dx)
    };
    let jitter: Vec<(f64, f64)> = (0..side * side).map(|_| (rng.range(-0.0006, 0.0006), rng.range(-0.0006, 0.0006))).collect();
    let mut streets = Vec::new();
    let mut street = |rng: &mut Rng, from: Point, to: Point| {
        let bend = point(
            f64::midpoint(from.lat(), to.lat()) + rng.range(-0.0004, 0.0004),
            f64::midpoint(from.lon(), to.lon()) + rng.range(-0.0004, 0.0004),
        );
        let points = if rng.chance(0.4) { vec![from, bend, to] } else { vec![from, to] };
        let highway = rng.pick(&["residential", "residential", "primary", "tertiary", "footway", "service"]).to_string();
        let limit_kmh = rng.chance(0.3).then(|| rng.range(5.0, 80.0).round());
        streets.push(Street { points, highway, name: String::new(), is_one_way: rng.chance(0.25), limit_kmh });
    };
    for y in 0..side {
        for x in 0..side {
            let here = corner(x, y, &jitter);
            for (dx, dy) in [(1, 0), (0, 1)] {
                if x + dx < side && y + dy < side && rng.chance(0.85) {
                    street(rng, here, corner(x + dx, y + dy, &jitter));
                }
            }
            if rng.chance(0.08) {
                // Across the town, or round to where it began.
                let (x, y) = (rng.below(u64::from(side)) as u32, rng.below(u64::from(side)) as u32);
                street(rng, here, corner(x, y, &jitter));
            }
            if rng.chance(0.1) {
                let end = point(here.lat() + rng.range(0.0002, 0.001), here.lon() + rng.range(0.0002, 0.001));
                street(rng, here, end);
            }
        }
    }
    let islet = point(-30.02, -51.02);
    street(rng, islet, point(-30.021, -51.02));
    street(rng, point(-30.021, -51.02), point(-30.021, -51.021));
    streets
}

/// Somewhere on the road.
pub fn somewhere(network: &Network, rng: &mut Rng) -> Place {
    let edge = rng.below(network.edges.len() as u64) as u32;
    let share = if rng.chance(0.3) { rng.below(2) as f64 } else { rng.range(0.0, 1.0) };
    Place { edge, share, point: network.points(edge)[0], off_m: 0.0 }
}
