//! The plain search everything is held against: who stands at the end of which lane (or at which junction), and when.

use salessync_engine::plan::times::TravelProfile;
use salessync_roads::cost::{Cost, part};
use salessync_roads::network::LaneTimes;
use salessync_roads::{Lane, Network, Place};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The costs from one place to everywhere.
pub struct From<'a> {
    network: &'a Network,
    times: &'a LaneTimes,
    place: Place,
    /// To the beginning of each vertex of the graph: of a lane, or at a junction.
    costs: Vec<Cost>,
}

impl<'a> From<'a> {
    pub fn new(network: &'a Network, times: &'a LaneTimes, place: Place) -> Self {
        let mut costs = vec![Cost::NO_WAY; network.graph.vertex_count()];
        let mut queue = BinaryHeap::new();
        for lane in network.open_lanes(place.edge) {
            let rest = rest(network, times, lane, lane.share(place.share));
            for (vertex, extra_ms) in after(network, lane) {
                queue.push(Reverse((rest.plus(Cost::new(extra_ms, 0)), vertex)));
            }
        }
        while let Some(Reverse((cost, vertex))) = queue.pop() {
            if cost >= costs[vertex as usize] {
                continue;
            }
            costs[vertex as usize] = cost;
            for arc in network.graph.arcs(vertex) {
                let lane = network.graph.lane[arc];
                let step = Cost::new(times.0[lane.index()] + network.graph.extra_ms[arc], network.length_dm(lane));
                queue.push(Reverse((cost.plus(step), network.graph.head[arc])));
            }
        }
        Self { network, times, place, costs }
    }

    pub fn to(&self, place: &Place) -> Cost {
        let mut best = Cost::NO_WAY;
        for lane in self.network.open_lanes(place.edge) {
            let share = lane.share(place.share);
            let (ms, dm) = (self.times.0[lane.index()], self.network.length_dm(lane));
            let vertex = self.network.vertex_of(lane).unwrap_or_else(|| self.network.tail(lane));
            let entered = self.costs[vertex as usize];
            if entered.is_way() {
                best = best.min(entered.plus(Cost::new(part(ms, share), part(dm, share))));
            }
            let started = lane.share(self.place.share);
            if place.edge == self.place.edge && started <= share {
                best = best.min(Cost::new(part(ms, share) - part(ms, started), part(dm, share) - part(dm, started)));
            }
        }
        best
    }
}

fn rest(network: &Network, times: &LaneTimes, lane: Lane, share: f64) -> Cost {
    let (ms, dm) = (times.0[lane.index()], network.length_dm(lane));
    Cost::new(ms - part(ms, share), dm - part(dm, share))
}

/// Where one may be having left a lane at its end.
fn after(network: &Network, lane: Lane) -> Vec<(u32, u32)> {
    if network.profile == TravelProfile::Foot {
        return vec![(network.head(lane), 0)];
    }
    let Some(vertex) = network.vertex_of(lane) else { return Vec::new() };
    network.graph.arcs(vertex).map(|arc| (network.graph.head[arc], network.graph.extra_ms[arc])).collect()
}
