//! From what a search found back to the map: which lanes a way took, and the line they make.

use super::{Lane, LaneTimes, Network, Seed, Vertices};
use crate::cost::Cost;
use salessync_engine::Point;
use salessync_engine::geo::distance;

impl Network {
    /// The points of a lane from one share of its length to another, in its own direction; the ends put in between where they fall.
    pub fn stretch(&self, lane: Lane, start: f64, end: f64) -> Vec<Point> {
        let mut points = self.points(lane.edge()).to_vec();
        if !lane.is_along() {
            points.reverse();
        }
        let lengths: Vec<f64> = points.windows(2).map(|pair| distance::metres(pair[0], pair[1]).0).collect();
        let whole: f64 = lengths.iter().sum();
        let (start_m, end_m) = (start * whole, end * whole);
        let mut out = Vec::with_capacity(points.len());
        let mut at_m = 0.0;
        for (pair, length) in points.windows(2).zip(lengths) {
            let share = |of_m: f64| if length > 0.0 { ((of_m - at_m) / length).clamp(0.0, 1.0) } else { 0.0 };
            let is_last_chance = at_m + length >= whole - 1e-9;
            if out.is_empty() && (at_m + length > start_m || is_last_chance) {
                out.push(distance::between(pair[0], pair[1], share(start_m)));
            }
            if !out.is_empty() {
                if at_m + length >= end_m || is_last_chance {
                    out.push(distance::between(pair[0], pair[1], share(end_m)));
                    break;
                }
                out.push(pair[1]);
            }
            at_m += length;
        }
        out.dedup();
        if out.len() == 1 {
            out.push(out[0]);
        }
        out
    }

    /// The lanes of a way that was found, the one it departs by and the one it arrives by included.
    pub(crate) fn lanes_of(
        &self,
        vertices: &[u32],
        departures: &[(Seed, Lane)],
        arrivals: &[(Seed, Lane)],
        times: &LaneTimes,
    ) -> Option<Vec<Lane>> {
        let cheapest = |seeds: &[(Seed, Lane)], vertex: u32| {
            let of_vertex = seeds.iter().filter(|((seed, _), _)| *seed == vertex);
            of_vertex.min_by_key(|((_, cost), _)| *cost).map(|(_, lane)| *lane)
        };
        let (first, last) = (*vertices.first()?, *vertices.last()?);
        let mut lanes = vec![cheapest(departures, first)?];
        match &self.kinds {
            Vertices::Lanes { lanes: of_vertex, .. } => lanes.extend(vertices.iter().map(|vertex| of_vertex[*vertex as usize])),
            Vertices::Junctions => {
                for pair in vertices.windows(2) {
                    lanes.push(self.cheapest_between(pair[0], pair[1], times)?);
                }
                lanes.push(cheapest(arrivals, last)?);
            }
        }
        Some(lanes)
    }

    fn cheapest_between(&self, tail: u32, head: u32, times: &LaneTimes) -> Option<Lane> {
        let arcs = self.graph.arcs(tail).filter(|arc| self.graph.head[*arc] == head);
        let cost = |arc: &usize| -> Cost { self.lane_cost(self.graph.lane[*arc], times) };
        arcs.min_by_key(cost).map(|arc| self.graph.lane[arc])
    }
}
