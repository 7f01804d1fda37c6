//! The street network: where all drawn lines cross become nodes, the pieces between them edges, the ground between edges faces.
//!
//! Lines that end nowhere are pruned, slivers are merged into their neighbours, and only the one connected network is kept.

use super::layout::Class;
use super::plane::{V, area, crossing, length, nearest_on_segment, perimeter, simplify};
use std::collections::{BTreeMap, BTreeSet};

const SNAP_M: f64 = 10.0; // crossings nearer than this are one
const REACH_M: f64 = 5.0; // a line ending this near to another ends on it
const SLIVER_AREA_M2: f64 = 900.0;
const SLIVER_SHAPE: f64 = 0.16; // 4 pi area / perimeter²: 1 for a disc, 0.79 for a square

#[derive(Clone, Debug)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub points: Vec<V>,
    pub class: Class,
    /// Index of the line this is a piece of.
    pub line: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Net {
    pub nodes: Vec<V>,
    /// In the order of lines, and along each line.
    pub edges: Vec<Edge>,
}

/// The ground between edges.
#[derive(Clone, Debug)]
pub struct Face {
    pub ring: Vec<V>,
    pub edges: Vec<usize>,
}

/// One line to build the network from. `stays_open`: its ends may lead nowhere (out of the map, to the tip of a pier).
#[derive(Clone, Debug)]
pub struct Drawn {
    pub points: Vec<V>,
    pub class: Class,
    pub stays_open: bool,
}

impl Net {
    pub fn build(lines: &[Drawn]) -> Self {
        let (raw_nodes, events) = crossings(lines);
        let (nodes, of_raw) = cluster(&raw_nodes);
        let mut edges = Vec::new();
        for (line, drawn) in lines.iter().enumerate() {
            let mut events = events[line].clone();
            events.sort_by(|a, b| a.0.total_cmp(&b.0));
            for pair in events.windows(2) {
                let (from, to) = (of_raw[pair[0].1], of_raw[pair[1].1]);
                let points = piece(&drawn.points, pair[0].0, pair[1].0, nodes[from], nodes[to]);
                if from != to && points.len() >= 2 {
                    edges.push(Edge { from, to, points, class: drawn.class, line });
                }
            }
        }
        let mut net = Self { nodes, edges };
        net.drop_twins();
        net.prune(lines);
        net
    }

    /// Removes the edges that `unwanted` names, then whatever leads nowhere without them.
    pub fn remove(&mut self, unwanted: &BTreeSet<usize>, lines: &[Drawn]) {
        let mut index = 0;
        self.edges.retain(|_| {
            index += 1;
            !unwanted.contains(&(index - 1))
        });
        self.prune(lines);
    }

    /// Merges slivers and other grounds too small to build on into a neighbour.
    pub fn merge_slivers(&mut self, lines: &[Drawn]) {
        for _ in 0..8 {
            let faces = self.faces();
            let mut owner: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (i, face) in faces.iter().enumerate() {
                for &edge in &face.edges {
                    owner.entry(edge).or_default().push(i);
                }
            }
            let mut unwanted = BTreeSet::new();
            let mut touched: BTreeSet<usize> = BTreeSet::new();
            for (i, face) in faces.iter().enumerate() {
                let (size, round) = (area(&face.ring), perimeter(&face.ring));
                let is_sliver = size < SLIVER_AREA_M2 || 4.0 * std::f64::consts::PI * size / (round * round) < SLIVER_SHAPE;
                if !is_sliver || touched.contains(&i) {
                    continue;
                }
                let victim = face
                    .edges
                    .iter()
                    .copied()
                    .filter(|edge| self.edges[*edge].class == Class::Minor && !lines[self.edges[*edge].line].stays_open)
                    .filter(|edge| owner[edge].len() == 2 && owner[edge].iter().all(|f| !touched.contains(f)))
                    .max_by(|a, b| length(&self.edges[*a].points).total_cmp(&length(&self.edges[*b].points)));
                if let Some(edge) = victim {
                    touched.extend(&owner[&edge]);
                    unwanted.insert(edge);
                }
            }
            if unwanted.is_empty() {
                return;
            }
            self.remove(&unwanted, lines);
        }
    }

    /// The bounded faces of everything but footpaths, counter-clockwise.
    pub fn faces(&self) -> Vec<Face> {
        // Half-edge 2i runs along edge i, 2i + 1 against it.
        let mut leaving: Vec<Vec<(f64, usize)>> = vec![Vec::new(); self.nodes.len()];
        for (i, edge) in self.edges.iter().enumerate().filter(|(_, edge)| edge.class != Class::Path) {
            let n = edge.points.len();
            leaving[edge.from].push(((edge.points[1] - edge.points[0]).angle(), 2 * i));
            leaving[edge.to].push(((edge.points[n - 2] - edge.points[n - 1]).angle(), 2 * i + 1));
        }
        let mut next = vec![usize::MAX; self.edges.len() * 2];
        for around in &mut leaving {
            around.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            for (k, &(_, half)) in around.iter().enumerate() {
                // Arriving by the twin, leave by the neighbour to the right: the face lies to the left.
                next[half ^ 1] = around[(k + around.len() - 1) % around.len()].1;
            }
        }
        let mut seen = vec![false; next.len()];
        let mut faces = Vec::new();
        for start in 0..next.len() {
            if seen[start] || next[start] == usize::MAX {
                continue;
            }
            let (mut ring, mut edges, mut half) = (Vec::new(), Vec::new(), start);
            while !seen[half] {
                seen[half] = true;
                let points = &self.edges[half / 2].points;
                let last = points.len() - 1;
                if half % 2 == 0 {
                    ring.extend(&points[..last]);
                } else {
                    ring.extend(points[1..].iter().rev());
                }
                edges.push(half / 2);
                half = next[half];
            }
            if area(&ring) > 1.0 {
                faces.push(Face { ring, edges });
            }
        }
        faces
    }

    fn degrees(&self) -> Vec<usize> {
        let mut degree = vec![0; self.nodes.len()];
        for edge in &self.edges {
            degree[edge.from] += 1;
            degree[edge.to] += 1;
        }
        degree
    }

    /// Of two edges between the same nodes that enclose next to nothing, keeps the first drawn.
    fn drop_twins(&mut self) {
        let mut kept: BTreeMap<(usize, usize), Vec<Vec<V>>> = BTreeMap::new();
        self.edges.retain(|edge| {
            let twins = kept.entry((edge.from.min(edge.to), edge.from.max(edge.to))).or_default();
            let points: Vec<V> =
                if edge.from < edge.to { edge.points.clone() } else { edge.points.iter().rev().copied().collect() };
            let is_twin = twins.iter().any(|twin| {
                let ring: Vec<V> = twin.iter().chain(points.iter().rev()).copied().collect();
                area(&ring).abs() < SLIVER_AREA_M2
            });
            twins.push(points);
            !is_twin
        });
    }

    fn prune(&mut self, lines: &[Drawn]) {
        loop {
            let degree = self.degrees();
            let before = self.edges.len();
            self.edges.retain(|edge| lines[edge.line].stays_open || (degree[edge.from] > 1 && degree[edge.to] > 1));
            if self.edges.len() == before {
                break;
            }
        }
        self.keep_largest_part();
    }

    fn keep_largest_part(&mut self) {
        let mut parts = Parts::new(self.nodes.len());
        for edge in &self.edges {
            parts.join(edge.from, edge.to);
        }
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        for edge in &self.edges {
            *sizes.entry(parts.root(edge.from)).or_default() += 1;
        }
        if let Some(largest) = sizes.iter().max_by_key(|(_, size)| **size).map(|(root, _)| *root) {
            self.edges.retain(|edge| parts.root(edge.from) == largest);
        }
    }
}

/// Position along a line: index of the segment plus the fraction of it. With the raw node there.
type Event = (f64, usize);

fn crossings(lines: &[Drawn]) -> (Vec<V>, Vec<Vec<Event>>) {
    const CELL_M: f64 = 80.0;
    let mut grid: BTreeMap<(i32, i32), Vec<(usize, usize)>> = BTreeMap::new();
    let cells = |a: V, b: V, margin: f64| {
        let low = |x: f64, y: f64| ((x.min(y) - margin) / CELL_M).floor() as i32;
        let high = |x: f64, y: f64| ((x.max(y) + margin) / CELL_M).floor() as i32;
        let ys = low(a.y, b.y)..=high(a.y, b.y);
        let xs = low(a.x, b.x)..=high(a.x, b.x);
        ys.flat_map(move |y| xs.clone().map(move |x| (x, y)))
    };
    for (l, line) in lines.iter().enumerate() {
        for (s, w) in line.points.windows(2).enumerate() {
            for cell in cells(w[0], w[1], 0.0) {
                grid.entry(cell).or_default().push((l, s));
            }
        }
    }
    let mut nodes = Vec::new();
    let mut events: Vec<Vec<Event>> = vec![Vec::new(); lines.len()];
    for (l, line) in lines.iter().enumerate() {
        let last = line.points.len() - 1;
        for (s, w) in line.points.windows(2).enumerate() {
            let others: BTreeSet<(usize, usize)> = cells(w[0], w[1], 0.0)
                .filter_map(|cell| grid.get(&cell))
                .flatten()
                .copied()
                .filter(|other| other.0 > l)
                .collect();
            for (ol, os) in others {
                let o = &lines[ol].points;
                if let Some((t, u)) = crossing(w[0], w[1], o[os], o[os + 1]) {
                    events[l].push((s as f64 + t, nodes.len()));
                    events[ol].push((os as f64 + u, nodes.len()));
                    nodes.push(w[0].lerp(w[1], t));
                }
            }
        }
        for (end, at) in [(line.points[0], 0.0), (line.points[last], last as f64)] {
            let node = nodes.len();
            nodes.push(end);
            events[l].push((at, node));
            let near: BTreeSet<(usize, usize)> = cells(end, end, REACH_M)
                .filter_map(|cell| grid.get(&cell))
                .flatten()
                .copied()
                .filter(|other| other.0 != l)
                .collect();
            for (ol, os) in near {
                let (t, d) = nearest_on_segment(end, lines[ol].points[os], lines[ol].points[os + 1]);
                if d < REACH_M {
                    events[ol].push((os as f64 + t, node));
                }
            }
        }
        if line.points[0].distance(line.points[last]) < 1.0 {
            for share in [0.33, 0.67] {
                let at = (last as f64 * share).floor();
                events[l].push((at, nodes.len()));
                nodes.push(line.points[at as usize]);
            }
        }
    }
    (nodes, events)
}

/// Joins raw nodes that lie within the snapping distance. Returns the joined nodes and, for every raw one, which it became.
fn cluster(raw: &[V]) -> (Vec<V>, Vec<usize>) {
    let key = |p: V| ((p.x / SNAP_M).floor() as i32, (p.y / SNAP_M).floor() as i32);
    let mut grid: BTreeMap<(i32, i32), Vec<usize>> = BTreeMap::new();
    let mut parts = Parts::new(raw.len());
    for (i, p) in raw.iter().enumerate() {
        let (x, y) = key(*p);
        for cell in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy))) {
            for &other in grid.get(&cell).into_iter().flatten() {
                if raw[other].distance(*p) < SNAP_M {
                    parts.join(other, i);
                }
            }
        }
        grid.entry((x, y)).or_default().push(i);
    }
    let mut joined: BTreeMap<usize, (usize, V, f64)> = BTreeMap::new();
    let mut of_raw = Vec::with_capacity(raw.len());
    for (i, p) in raw.iter().enumerate() {
        let fresh = joined.len();
        let entry = joined.entry(parts.root(i)).or_insert((fresh, V::default(), 0.0));
        entry.1 = entry.1 + *p;
        entry.2 += 1.0;
        of_raw.push(entry.0);
    }
    let mut nodes = vec![V::default(); joined.len()];
    for (index, sum, count) in joined.into_values() {
        nodes[index] = sum * (1.0 / count);
    }
    (nodes, of_raw)
}

/// The piece of a line between two positions, its ends moved onto the nodes.
fn piece(points: &[V], from: f64, to: f64, start: V, end: V) -> Vec<V> {
    let mut out = vec![start];
    let inner = (from.floor() as usize + 1)..(to.ceil() as usize).min(points.len());
    out.extend(points.get(inner).unwrap_or_default().iter().filter(|p| p.distance(start) > SNAP_M && p.distance(end) > SNAP_M));
    out.push(end);
    simplify(&out, 0.9)
}

/// Union-find.
struct Parts {
    parent: Vec<usize>,
}

impl Parts {
    fn new(n: usize) -> Self {
        Self { parent: (0..n).collect() }
    }

    fn root(&mut self, mut i: usize) -> usize {
        while self.parent[i] != i {
            self.parent[i] = self.parent[self.parent[i]];
            i = self.parent[i];
        }
        i
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::super::plane::v;
    use super::*;

    fn drawn(points: &[(f64, f64)]) -> Drawn {
        Drawn { points: points.iter().map(|&(x, y)| v(x, y)).collect(), class: Class::Minor, stays_open: false }
    }

    /// Two streets one way, two the other, all overshooting: one square block, and the stubs are gone.
    #[test]
    fn four_crossing_streets_leave_one_block_and_no_stubs() {
        let lines = [
            drawn(&[(0.0, 50.0), (300.0, 50.0)]),
            drawn(&[(0.0, 250.0), (300.0, 250.0)]),
            drawn(&[(50.0, 0.0), (50.0, 300.0)]),
            drawn(&[(250.0, 0.0), (250.0, 300.0)]),
        ];
        let net = Net::build(&lines);
        assert_eq!(net.edges.len(), 4);
        let faces = net.faces();
        assert_eq!(faces.len(), 1);
        assert!((area(&faces[0].ring) - 40_000.0).abs() < 1.0);
    }

    #[test]
    fn a_street_that_touches_another_ends_on_it() {
        let lines = [
            drawn(&[(0.0, 0.0), (200.0, 0.0), (200.0, 200.0), (0.0, 200.0), (0.0, 0.0)]),
            drawn(&[(100.0, 2.0), (100.0, 199.0)]),
        ];
        assert_eq!(Net::build(&lines).faces().len(), 2);
    }
}
