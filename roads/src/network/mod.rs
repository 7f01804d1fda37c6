//! What one profile may travel on: edges between junctions, their lanes, and the graph that ways are searched in.
//!
//! A *lane* is an edge in one direction. Vehicles are searched lane by lane: a vertex of the graph is a lane just entered, an arc leads
//! from a lane into one that may be turned into, so that turn restrictions and the time of turning hold. On foot a vertex is a junction.
//!
//! The invariant: edges and lanes have the same numbers for as long as the map is the same, whatever the speeds.

mod build;
mod components;
mod shape;
mod turns;

use crate::cost::{Cost, part};
use crate::osm::NameId;
use crate::osm::tags::Travel;
use salessync_engine::Point;
use salessync_engine::plan::times::TravelProfile;
use std::ops::Range;

/// A stretch of road without a junction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edge {
    /// Vertices of the road, not of the graph.
    pub from: u32,
    pub to: u32,
    /// Of `Network::shape`: two points or more.
    pub shape: Range<u32>,
    pub length_dm: u32,
    pub travel: Travel,
    pub name: NameId,
    pub way: i64,
}

/// One direction of an edge: twice the edge's number, one more against its shape.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Lane(pub u32);

impl Lane {
    pub const fn along(edge: u32) -> Self {
        Self(edge * 2)
    }

    pub const fn against(edge: u32) -> Self {
        Self(edge * 2 + 1)
    }

    pub const fn edge(self) -> u32 {
        self.0 / 2
    }

    pub const fn is_along(self) -> bool {
        self.0.is_multiple_of(2)
    }

    pub const fn reverse(self) -> Self {
        Self(self.0 ^ 1)
    }

    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// How far along this lane a place lies that lies so far along the shape of the edge.
    pub fn share(self, along_shape: f64) -> f64 {
        if self.is_along() { along_shape } else { 1.0 - along_shape }
    }
}

/// A place on the road.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    pub edge: u32,
    /// How far along the edge's shape, 0 to 1 of its length.
    pub share: f64,
    pub point: Point,
    /// How far it is from the place that was asked for, metres.
    pub off_m: f64,
}

/// What is searched. Arcs of vertex `v` are `first_out[v]..first_out[v + 1]`.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub first_out: Vec<u32>,
    pub head: Vec<u32>,
    /// The lane whose length and time an arc takes.
    pub lane: Vec<Lane>,
    /// What it takes beside, milliseconds: turning, waiting for a signal.
    pub extra_ms: Vec<u32>,
    /// Where a vertex is, for the order in which the hierarchy is built.
    pub middle: Vec<Point>,
}

impl Graph {
    pub fn vertex_count(&self) -> usize {
        self.middle.len()
    }

    pub fn arcs(&self, vertex: u32) -> Range<usize> {
        self.first_out[vertex as usize] as usize..self.first_out[vertex as usize + 1] as usize
    }
}

/// What a vertex of the graph is.
#[derive(Clone, Debug)]
enum Vertices {
    /// A lane; `of_lane` is `NONE` for closed ones.
    Lanes {
        of_lane: Vec<u32>,
        lanes: Vec<Lane>,
    },
    Junctions,
}

const NONE: u32 = u32::MAX;

/// Where a search begins or ends, and what it costs to there.
pub type Seed = (u32, Cost);

#[derive(Clone, Debug)]
pub struct Network {
    pub profile: TravelProfile,
    /// Junctions and ends of roads.
    pub vertices: Vec<Point>,
    pub edges: Vec<Edge>,
    pub shape: Vec<Point>,
    pub graph: Graph,
    kinds: Vertices,
    /// By edge: it belongs to a part of the network that is large enough to get anywhere.
    is_main: Vec<bool>,
    /// Largest strongly connected part, vertices of the graph.
    pub largest_part: usize,
}

/// The time that each lane takes from its beginning to its end, milliseconds, by `Lane::index`; closed ones are never asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaneTimes(pub Vec<u32>);

impl Network {
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    pub fn points(&self, edge: u32) -> &[Point] {
        let Range { start, end } = self.edges[edge as usize].shape;
        &self.shape[start as usize..end as usize]
    }

    pub fn is_open(&self, lane: Lane) -> bool {
        self.dkmh(lane) > 0
    }

    fn dkmh(&self, lane: Lane) -> u16 {
        let travel = self.edges[lane.edge() as usize].travel;
        if lane.is_along() { travel.forward_dkmh } else { travel.backward_dkmh }
    }

    /// Those of an edge's two lanes that are open.
    pub fn open_lanes(&self, edge: u32) -> impl Iterator<Item = Lane> {
        [Lane::along(edge), Lane::against(edge)].into_iter().filter(|lane| self.is_open(*lane))
    }

    /// All lanes that are open.
    pub fn lanes(&self) -> impl Iterator<Item = Lane> {
        (0..self.edges.len() as u32).flat_map(|edge| self.open_lanes(edge))
    }

    /// The junction that a lane begins at.
    pub fn tail(&self, lane: Lane) -> u32 {
        let edge = &self.edges[lane.edge() as usize];
        if lane.is_along() { edge.from } else { edge.to }
    }

    /// The junction that a lane ends at.
    pub fn head(&self, lane: Lane) -> u32 {
        self.tail(lane.reverse())
    }

    pub fn length_dm(&self, lane: Lane) -> u32 {
        self.edges[lane.edge() as usize].length_dm
    }

    pub fn is_main(&self, edge: u32) -> bool {
        self.is_main[edge as usize]
    }

    /// Times at free speed, each multiplied by what `slow` says.
    pub fn free_times(&self, slow: impl Fn(Lane) -> f64) -> LaneTimes {
        let time = |lane: Lane| match self.dkmh(lane) {
            0 => u32::MAX,
            dkmh => {
                let ms = f64::from(self.length_dm(lane)) * 3_600.0 / f64::from(dkmh) * slow(lane);
                ms.round().clamp(1.0, f64::from(LANE_MS_MAX)) as u32
            }
        };
        LaneTimes((0..self.edges.len() as u32 * 2).map(|lane| time(Lane(lane))).collect())
    }

    /// The cost of a lane from its beginning to its end.
    pub fn lane_cost(&self, lane: Lane, times: &LaneTimes) -> Cost {
        Cost::new(times.0[lane.index()], self.length_dm(lane))
    }

    /// The cost of every arc of the graph.
    pub fn arc_costs(&self, times: &LaneTimes) -> Vec<Cost> {
        let arcs = self.graph.lane.iter().zip(&self.graph.extra_ms);
        arcs.map(|(&lane, &extra_ms)| self.lane_cost(lane, times).plus(Cost::new(extra_ms, 0))).collect()
    }

    /// The lane that a vertex of the graph stands for, where vertices are lanes.
    pub fn lane_of(&self, vertex: u32) -> Option<Lane> {
        match &self.kinds {
            Vertices::Lanes { lanes, .. } => Some(lanes[vertex as usize]),
            Vertices::Junctions => None,
        }
    }

    /// The vertex of the graph that stands for a lane, where vertices are lanes and this one is open.
    pub fn vertex_of(&self, lane: Lane) -> Option<u32> {
        match &self.kinds {
            Vertices::Lanes { of_lane, .. } => Some(of_lane[lane.index()]).filter(|vertex| *vertex != NONE),
            Vertices::Junctions => None,
        }
    }

    /// Where ways from a place begin, having left its edge, and what it costs to get off it. With the lane taken.
    pub fn departures(&self, place: &Place, times: &LaneTimes) -> Vec<(Seed, Lane)> {
        let mut seeds = Vec::with_capacity(6);
        for lane in self.open_lanes(place.edge) {
            let share = lane.share(place.share);
            let (ms, dm) = (times.0[lane.index()], self.length_dm(lane));
            let rest = Cost::new(ms - part(ms, share), dm - part(dm, share));
            match self.vertex_of(lane) {
                Some(vertex) => seeds.extend(
                    self.graph
                        .arcs(vertex)
                        .map(|arc| ((self.graph.head[arc], rest.plus(Cost::new(self.graph.extra_ms[arc], 0))), lane)),
                ),
                None => seeds.push(((self.head(lane), rest), lane)),
            }
        }
        seeds
    }

    /// The vertices at which ways from places of an edge begin, whatever they cost.
    pub fn departing(&self, edge: u32) -> impl Iterator<Item = u32> {
        self.open_lanes(edge).flat_map(|lane| {
            let (over, plain) = match self.vertex_of(lane) {
                Some(vertex) => (Some(self.graph.arcs(vertex).map(|arc| self.graph.head[arc])), None),
                None => (None, Some(self.head(lane))),
            };
            over.into_iter().flatten().chain(plain)
        })
    }

    /// The vertices at which ways to places of an edge end.
    pub fn arriving(&self, edge: u32) -> impl Iterator<Item = u32> {
        self.open_lanes(edge).map(|lane| self.vertex_of(lane).unwrap_or_else(|| self.tail(lane)))
    }

    /// Where ways to a place end, having come onto its edge, and what it costs from there. With the lane taken.
    pub fn arrivals(&self, place: &Place, times: &LaneTimes) -> Vec<(Seed, Lane)> {
        let arrival = |lane: Lane| {
            let share = lane.share(place.share);
            let cost = Cost::new(part(times.0[lane.index()], share), part(self.length_dm(lane), share));
            ((self.vertex_of(lane).unwrap_or_else(|| self.tail(lane)), cost), lane)
        };
        self.open_lanes(place.edge).map(arrival).collect()
    }

    /// The way between two places of one edge that does not leave it, if there is one.
    pub fn direct(&self, from: &Place, to: &Place, times: &LaneTimes) -> Option<(Cost, Lane)> {
        if from.edge != to.edge {
            return None;
        }
        let on = |lane: Lane| {
            let (a, b) = (lane.share(from.share), lane.share(to.share));
            let (ms, dm) = (times.0[lane.index()], self.length_dm(lane));
            // Both ends are measured from the lane's beginning, as for ways that leave it.
            (a <= b).then(|| (Cost::new(part(ms, b) - part(ms, a), part(dm, b) - part(dm, a)), lane))
        };
        self.open_lanes(from.edge).filter_map(on).min()
    }

    /// The highest speed in a straight line that any lane allows, metres a second; never 0.
    pub fn top_mps(&self, times: &LaneTimes) -> f64 {
        let mps = |lane: Lane| f64::from(self.length_dm(lane)) * 100.0 / f64::from(times.0[lane.index()]);
        self.lanes().map(mps).fold(0.1, f64::max)
    }
}

/// Longest time of a lane: a ferry of a day.
pub const LANE_MS_MAX: u32 = 86_400_000;
