//! Zones: the map cut into patches of about as many edges each. What it takes at least to get from a place to anything in a zone leaves
//! thousands of stops out of a search, without a look at any of them.

use crate::hierarchy::Hierarchy;
use crate::network::Network;
use salessync_engine::Point;
use salessync_engine::plan::times::{Pin, ZoneTimes};

/// Edges of a zone: few enough for a tight bound, many enough that all bounds of a town stay in the nearest cache.
const EDGES: usize = 32;
/// As many as are left of the names a `u16` has, with one to spare.
const ZONES_MAX: usize = 1 << 15;

/// The zone of every edge, and where ways from and to the edges of a zone begin and end.
#[derive(Debug)]
pub struct Zones {
    of_edge: Vec<u16>,
    departing: ByZone,
    arriving: ByZone,
}

/// Vertices by zone, as ranks.
#[derive(Debug, Default)]
struct ByZone {
    first: Vec<u32>,
    ranks: Vec<u32>,
}

impl Zones {
    /// Halves the map across its longer side, and the halves again, until few edges are left in each.
    pub fn new(network: &Network, hierarchy: &Hierarchy) -> Self {
        let mut edges: Vec<(Point, u32)> = (0..network.edges.len() as u32).map(|edge| (network.points(edge)[0], edge)).collect();
        let size = EDGES.max(edges.len().div_ceil(ZONES_MAX) * 2);
        let mut zones = Self { of_edge: vec![0; edges.len()], departing: ByZone::default(), arriving: ByZone::default() };
        let mut waiting = vec![&mut edges[..]];
        while let Some(patch) = waiting.pop() {
            if patch.len() > size {
                let along = if is_tall(patch) { Point::lat_e7 } else { Point::lon_e7 };
                let middle = patch.len() / 2;
                patch.select_nth_unstable_by_key(middle, |(point, edge)| (along(*point), *edge));
                let (one, other) = patch.split_at_mut(middle);
                waiting.extend([other, one]);
                continue;
            }
            let zone = zones.departing.first.len() as u16;
            patch.iter().for_each(|(_, edge)| zones.of_edge[*edge as usize] = zone);
            let ranks = |vertices: &mut dyn Iterator<Item = u32>| vertices.map(|vertex| hierarchy.rank(vertex)).collect();
            zones.departing.push(ranks(&mut patch.iter().flat_map(|(_, edge)| network.departing(*edge))));
            zones.arriving.push(ranks(&mut patch.iter().flat_map(|(_, edge)| network.arriving(*edge))));
        }
        zones
    }

    pub fn of(&self, edge: u32) -> u16 {
        self.of_edge[edge as usize]
    }

    /// By zone, from what it costs to and from every vertex: milliseconds by rank.
    pub fn least(&self, away_ms: &[u32], back_ms: &[u32], out: &mut Vec<ZoneTimes>) {
        let least_s = |ranks: &[u32], ms: &[u32]| ranks.iter().map(|rank| ms[*rank as usize]).fold(Pin::NO_WAY, u32::min) / 1_000;
        out.clear();
        out.extend(
            self.arriving.iter().zip(self.departing.iter()).map(|(arriving, departing)| ZoneTimes {
                away_s: least_s(arriving, away_ms),
                back_s: least_s(departing, back_ms),
            }),
        );
    }
}

fn is_tall(patch: &[(Point, u32)]) -> bool {
    let spread = |along: fn(Point) -> i32| {
        let places = || patch.iter().map(|(point, _)| i64::from(along(*point)));
        (places().max().unwrap_or(0) - places().min().unwrap_or(0)) as f64
    };
    let shrink = patch.first().map_or(1.0, |(point, _)| point.lat().to_radians().cos());
    spread(Point::lat_e7) > spread(Point::lon_e7) * shrink
}

impl ByZone {
    fn push(&mut self, mut ranks: Vec<u32>) {
        ranks.sort_unstable();
        ranks.dedup();
        self.first.push(self.ranks.len() as u32);
        self.ranks.append(&mut ranks);
    }

    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let ends = self.first.iter().skip(1).copied().chain([self.ranks.len() as u32]);
        self.first.iter().zip(ends).map(|(first, end)| &self.ranks[*first as usize..end as usize])
    }
}
