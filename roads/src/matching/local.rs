//! A search around one place, by distance, as far as a phone moves between two readings.

use crate::network::{Lane, Network};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// How near the beginning of each vertex of the graph is, and over which lane it was come by. Used again for the next search.
#[derive(Debug, Default)]
pub(super) struct Local {
    lane: Option<(Lane, f64)>,
    reached: HashMap<u32, (u32, Option<(u32, Lane)>)>,
    queue: BinaryHeap<Reverse<(u32, u32)>>,
}

impl Local {
    /// Looks around from a place on a lane, up to `reach_dm` decimetres.
    pub fn search(&mut self, network: &Network, lane: Lane, share: f64, reach_dm: u32) {
        self.reached.clear();
        self.queue.clear();
        self.lane = Some((lane, share));
        let length_dm = network.length_dm(lane);
        let rest_dm = length_dm - crate::cost::part(length_dm, share);
        match network.vertex_of(lane) {
            Some(vertex) => network.graph.arcs(vertex).for_each(|arc| self.reach(network.graph.head[arc], rest_dm, None)),
            None => self.reach(network.head(lane), rest_dm, None),
        }
        while let Some(Reverse((dm, vertex))) = self.queue.pop() {
            if self.reached.get(&vertex).is_some_and(|(known_dm, _)| dm > *known_dm) {
                continue;
            }
            for arc in network.graph.arcs(vertex) {
                let lane = network.graph.lane[arc];
                let next_dm = dm + network.length_dm(lane);
                if next_dm <= reach_dm {
                    self.reach(network.graph.head[arc], next_dm, Some((vertex, lane)));
                }
            }
        }
    }

    fn reach(&mut self, vertex: u32, dm: u32, by: Option<(u32, Lane)>) {
        if self.reached.get(&vertex).is_none_or(|(known_dm, _)| dm < *known_dm) {
            self.reached.insert(vertex, (dm, by));
            self.queue.push(Reverse((dm, vertex)));
        }
    }

    /// Metres along roads to a place on a lane; None: further than was looked. On the start's own lane only ahead; a place up to `back_m` behind
    /// is no way at all, since readings waver.
    pub fn metres_to(&self, network: &Network, lane: Lane, share: f64, back_m: f64) -> Option<f64> {
        let length_m = f64::from(network.length_dm(lane)) / 10.0;
        match self.lane {
            Some((start, from)) if start == lane => {
                let ahead_m = (share - from) * length_m;
                (ahead_m >= -back_m).then_some(ahead_m.max(0.0))
            }
            _ => self.reached.get(&self.vertex(network, lane)).map(|(dm, _)| f64::from(*dm) / 10.0 + share * length_m),
        }
    }

    /// The lanes that follow the start's, up to a lane that `metres_to` reached; none where it is the start's own.
    pub fn lanes_to(&self, network: &Network, lane: Lane) -> Vec<Lane> {
        if self.lane.is_some_and(|(start, _)| start == lane) {
            return Vec::new();
        }
        let mut lanes = vec![lane];
        let mut vertex = self.vertex(network, lane);
        while let Some((_, Some((before, by)))) = self.reached.get(&vertex) {
            lanes.push(*by);
            vertex = *before;
        }
        lanes.reverse();
        lanes
    }

    fn vertex(&self, network: &Network, lane: Lane) -> u32 {
        network.vertex_of(lane).unwrap_or_else(|| network.tail(lane))
    }
}
