//! From ways to edges: where two ways meet, or something happens, is a junction; what lies between is one edge.

use super::components::parts;
use super::{Edge, Graph, Lane, NONE, Network, Vertices, turns};
use crate::osm::{Extract, Node};
use rayon::prelude::*;
use salessync_engine::Point;
use salessync_engine::geo::distance;
use salessync_engine::plan::times::TravelProfile;

/// A part of the network smaller than this, and than a tenth of the largest, is an islet: a car park cut off by mapping, a track behind a
/// locked gate. Places are put on one only where nothing else is near.
const ISLET_VERTICES: usize = 1_000;
const ISLET_SHARE: usize = 10;

/// Junctions, edges and their shapes, before they are a graph.
#[derive(Default)]
pub(super) struct Roads {
    pub vertices: Vec<Point>,
    pub has_signals: Vec<bool>,
    pub edges: Vec<Edge>,
    pub shape: Vec<Point>,
    /// The vertex that a node of the extract became, if it became one alone.
    pub of_node: Vec<u32>,
}

impl Network {
    /// The network of one profile.
    pub fn build(extract: &Extract, profile: TravelProfile) -> Self {
        let roads = roads(extract, profile);
        let (graph, kinds) = match profile {
            TravelProfile::Car | TravelProfile::Bike => turns::lanes(extract, &roads, profile),
            TravelProfile::Foot => (junctions(&roads), Vertices::Junctions),
        };
        let Roads { vertices, edges, shape, .. } = roads;
        let is_main = vec![false; edges.len()];
        let mut network = Self { profile, vertices, edges, shape, graph, kinds, is_main, largest_part: 0 };
        network.mark_main();
        network
    }

    /// The networks of all profiles, by `TravelProfile::index`.
    pub fn build_all(extract: &Extract) -> [Self; 3] {
        let mut built: Vec<Self> = TravelProfile::ALL.par_iter().map(|profile| Self::build(extract, *profile)).collect();
        std::array::from_fn(|_| built.remove(0))
    }

    fn mark_main(&mut self) {
        let (part_of, sizes) = parts(&self.graph);
        self.largest_part = sizes.iter().copied().max().unwrap_or_default();
        let is_large = |vertex: u32| {
            let size = sizes[part_of[vertex as usize] as usize];
            size >= ISLET_VERTICES.min(self.largest_part.div_ceil(ISLET_SHARE)).max(1)
        };
        let is_main = |edge: u32| {
            self.open_lanes(edge).any(|lane| match self.vertex_of(lane) {
                Some(vertex) => is_large(vertex),
                None => is_large(self.tail(lane)) && is_large(self.head(lane)),
            })
        };
        self.is_main = (0..self.edges.len() as u32).map(is_main).collect();
    }
}

fn roads(extract: &Extract, profile: TravelProfile) -> Roads {
    let p = profile.index();
    let mut uses = vec![0_u8; extract.nodes.len()];
    for way in extract.ways.iter().filter(|way| !way.travel[p].is_closed()) {
        let nodes = extract.nodes_of(way);
        for (at, &node) in nodes.iter().enumerate() {
            let is_end = at == 0 || at + 1 == nodes.len();
            let uses = &mut uses[node as usize];
            *uses = uses.saturating_add(if is_end { 2 } else { 1 });
        }
    }
    for restriction in extract.restrictions.iter().filter(|restriction| restriction.holds[p]) {
        let uses = &mut uses[restriction.via as usize];
        *uses = uses.saturating_add(*uses);
    }
    let mut roads = Roads { of_node: vec![NONE; extract.nodes.len()], ..Roads::default() };
    for way in extract.ways.iter().filter(|way| !way.travel[p].is_closed()) {
        let nodes = extract.nodes_of(way);
        let is_junction = |node: u32| {
            let Node { blocks, has_signals, .. } = extract.nodes[node as usize];
            uses[node as usize] >= 2 || blocks[p] || has_signals
        };
        let mut start = 0;
        for end in 1..nodes.len() {
            if !is_junction(nodes[end]) {
                continue;
            }
            if nodes[start..end].iter().all(|node| *node == nodes[end]) {
                start = end; // a node that a way names twice over
                continue;
            }
            let points = nodes[start..=end].iter().map(|node| extract.nodes[*node as usize].point);
            let shape = roads.shape.len() as u32..(roads.shape.len() + end + 1 - start) as u32;
            roads.shape.extend(points);
            let points = &roads.shape[shape.start as usize..];
            let length_m: f64 = points.windows(2).map(|pair| distance::metres(pair[0], pair[1]).0).sum();
            let length_dm = (length_m * 10.0).round().clamp(1.0, 1e9) as u32;
            let (from, to) = (roads.vertex(extract, p, nodes[start]), roads.vertex(extract, p, nodes[end]));
            roads.edges.push(Edge { from, to, shape, length_dm, travel: way.travel[p], name: way.name, way: way.id });
            start = end;
        }
    }
    roads
}

impl Roads {
    /// A node that stops the profile is a dead end of every edge that comes to it, each with a vertex of its own.
    fn vertex(&mut self, extract: &Extract, profile: usize, node: u32) -> u32 {
        let known = self.of_node[node as usize];
        let Node { point, blocks, has_signals } = extract.nodes[node as usize];
        if known != NONE && !blocks[profile] {
            return known;
        }
        let vertex = self.vertices.len() as u32;
        self.vertices.push(point);
        self.has_signals.push(has_signals);
        self.of_node[node as usize] = vertex;
        vertex
    }
}

/// The graph of those on foot: arcs are lanes.
fn junctions(roads: &Roads) -> Graph {
    let is_open = |lane: &Lane| {
        let travel = roads.edges[lane.edge() as usize].travel;
        if lane.is_along() { travel.forward_dkmh > 0 } else { travel.backward_dkmh > 0 }
    };
    let ends = |lane: Lane| {
        let edge = &roads.edges[lane.edge() as usize];
        if lane.is_along() { (edge.from, edge.to) } else { (edge.to, edge.from) }
    };
    let lanes = (0..roads.edges.len() as u32 * 2).map(Lane).filter(is_open);
    let mut arcs: Vec<(u32, u32, Lane)> = lanes.map(|lane| (ends(lane).0, ends(lane).1, lane)).collect();
    arcs.retain(|(tail, head, _)| tail != head);
    arcs.sort_unstable();
    let mut graph = Graph { middle: roads.vertices.clone(), ..Graph::default() };
    graph.first_out = first_out(roads.vertices.len(), arcs.iter().map(|(tail, ..)| *tail));
    graph.head = arcs.iter().map(|(_, head, _)| *head).collect();
    graph.lane = arcs.iter().map(|(.., lane)| *lane).collect();
    graph.extra_ms = vec![0; arcs.len()];
    graph
}

/// Where the arcs of each vertex begin, from the tails of all arcs in ascending order.
pub(super) fn first_out(vertices: usize, tails: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut first = vec![0_u32; vertices + 1];
    for tail in tails {
        first[tail as usize + 1] += 1;
    }
    for vertex in 0..vertices {
        first[vertex + 1] += first[vertex];
    }
    first
}
