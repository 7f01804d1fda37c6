//! The hierarchy over a network's graph (a customisable contraction hierarchy, crate `cch`): its order and its shortcuts are made once for a
//! map, the costs of all shortcuts anew for every metric, in milliseconds.
//!
//! Order and shortcuts are the crate's. Customising is done here because our costs carry time and distance in one number; it is the
//! crate's algorithm (lower triangles, bottom up), and a test holds both against each other. Vertices are named by rank: a higher one is
//! contracted later, and everything above a vertex that matters to it is on its way to the root of the elimination tree.

use crate::cost::Cost;
use crate::network::Graph;
use cch::Cch;
use cch::bundle::INVALID_ID;
use std::ops::Range;

/// Order and shortcuts of one graph.
#[derive(Debug)]
pub struct Hierarchy {
    cch: Cch,
}

/// The costs of all shortcuts: the metric of one set of arc costs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Metric {
    /// By shortcut.
    up: Vec<Cost>,
    down: Vec<Cost>,
}

/// Which way a shortcut is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Up,
    Down,
}

impl Hierarchy {
    /// Orders and contracts a graph: seconds for a large city, minutes for a country.
    pub fn build(graph: &Graph) -> Self {
        let vertices = graph.vertex_count();
        let tails: Vec<u32> = (0..vertices as u32).flat_map(|vertex| graph.arcs(vertex).map(move |_| vertex)).collect();
        let degrees =
            |of: fn(salessync_engine::Point) -> f64| graph.middle.iter().map(|point| of(*point) as f32).collect::<Vec<_>>();
        let (lat, lon) = (degrees(salessync_engine::Point::lat), degrees(salessync_engine::Point::lon));
        // The crate's order knows no graph without arcs.
        let order = match tails.is_empty() {
            true => (0..vertices as u32).collect(),
            false => cch::inertial_order(vertices as u32, &tails, &graph.head, &lat, &lon),
        };
        let input = cch::graph::Graph { first_out: graph.first_out.clone(), head: graph.head.clone(), weight: Vec::new() };
        Self { cch: Cch::build(&input, &order) }
    }

    pub fn vertex_count(&self) -> usize {
        self.cch.node_count()
    }

    pub fn shortcut_count(&self) -> usize {
        self.cch.cch_arc_count()
    }

    /// The rank of a vertex of the graph.
    pub fn rank(&self, vertex: u32) -> u32 {
        self.cch.rank[vertex as usize]
    }

    /// The vertex of the graph with this rank.
    pub fn vertex(&self, rank: u32) -> u32 {
        self.cch.order[rank as usize]
    }

    /// The next on the way to the root.
    pub fn parent(&self, rank: u32) -> Option<u32> {
        Some(self.cch.elimination_tree_parent[rank as usize]).filter(|parent| *parent != INVALID_ID)
    }

    /// Shortcuts that lead up from a rank, by the rank they lead to, ascending.
    pub fn up(&self, rank: u32) -> Range<usize> {
        self.cch.up_first_out[rank as usize] as usize..self.cch.up_first_out[rank as usize + 1] as usize
    }

    /// The upper end of each shortcut.
    pub fn upper(&self) -> &[u32] {
        &self.cch.up_head
    }

    /// The lower end of a shortcut.
    pub fn lower(&self, shortcut: usize) -> u32 {
        self.cch.up_tail[shortcut]
    }

    /// The costs of all shortcuts, from the costs of the graph's arcs. A shortcut costs what the cheapest way between its ends costs that
    /// passes only below both.
    pub fn customise(&self, arc_costs: &[Cost]) -> Metric {
        let cch = &self.cch;
        let mut metric = Metric { up: vec![Cost::NO_WAY; cch.cch_arc_count()], down: vec![Cost::NO_WAY; cch.cch_arc_count()] };
        let Metric { up, down } = &mut metric;
        for (arc, &shortcut) in cch.input_arc_to_cch_arc.iter().enumerate() {
            if shortcut == INVALID_ID {
                continue;
            }
            // The crate says which shortcut an arc became, not which way: the first arc of a direction, or one of its extras.
            let shortcut = shortcut as usize;
            let cost = if self.is_upward(arc as u32, shortcut) { &mut up[shortcut] } else { &mut down[shortcut] };
            *cost = (*cost).min(arc_costs[arc]);
        }
        let mut to_upper = vec![0_u32; cch.node_count()];
        for x in 0..cch.node_count() as u32 {
            for shortcut in self.up(x) {
                to_upper[cch.up_head[shortcut] as usize] = shortcut as u32;
            }
            for below in self.below(x) {
                let (lower, bottom) = (cch.down_head[below], cch.down_to_up[below] as usize);
                let (bottom_up, bottom_down) = (up[bottom], down[bottom]);
                for side in self.up(lower).rev() {
                    let upper = cch.up_head[side];
                    if upper <= x {
                        break;
                    }
                    let top = to_upper[upper as usize] as usize;
                    up[top] = up[top].min(bottom_down.plus(up[side]));
                    down[top] = down[top].min(down[side].plus(bottom_up));
                }
            }
        }
        metric
    }

    /// Makes of what it costs to be above some vertices what it costs to be anywhere: on the way `Down` from above, or `Up` to there. One pass
    /// over all shortcuts, from the top; milliseconds by rank.
    pub fn sweep(&self, metric: &Metric, way: Way, ms: &mut [u32]) {
        let (costs, upper) = (metric.costs(way), self.upper());
        for rank in (0..self.vertex_count()).rev() {
            let shortcuts = self.up(rank as u32);
            let over = upper[shortcuts.clone()].iter().zip(&costs[shortcuts]);
            let least = over.map(|(upper, cost)| ms[*upper as usize] + cost.ms()).min();
            ms[rank] = ms[rank].min(least.unwrap_or(u32::MAX));
        }
    }

    /// Entries of the lists of what lies directly below a rank.
    fn below(&self, rank: u32) -> Range<usize> {
        self.cch.down_first_out[rank as usize] as usize..self.cch.down_first_out[rank as usize + 1] as usize
    }

    fn is_upward(&self, arc: u32, shortcut: usize) -> bool {
        let cch = &self.cch;
        let extras = cch.first_extra_forward_input_arc_of_cch[shortcut] as usize
            ..cch.first_extra_forward_input_arc_of_cch[shortcut + 1] as usize;
        cch.forward_input_arc_of_cch[shortcut] == arc || cch.extra_forward_input_arc_of_cch[extras].contains(&arc)
    }

    /// Writes down the vertices that a shortcut passes, in order, its first end left out. Ranks.
    pub fn unpack(&self, metric: &Metric, shortcut: usize, way: Way, out: &mut Vec<u32>) {
        let mut waiting = vec![(shortcut, way)];
        while let Some((shortcut, way)) = waiting.pop() {
            match self.middle_of(metric, shortcut, way) {
                Some((bottom, side)) => {
                    // Up: down to the middle by the bottom, then up the side. Down: down the side, then up to the lower end.
                    let (first, then) = if way == Way::Up { (bottom, side) } else { (side, bottom) };
                    waiting.push((then, Way::Up));
                    waiting.push((first, Way::Down));
                }
                None if way == Way::Up => out.push(self.cch.up_head[shortcut]),
                None => out.push(self.cch.up_tail[shortcut]),
            }
        }
    }

    /// The two shortcuts below one that it is made of; None: it is an arc of the graph.
    fn middle_of(&self, metric: &Metric, shortcut: usize, way: Way) -> Option<(usize, usize)> {
        let cch = &self.cch;
        let (mut a, mut b) = (self.below(cch.up_tail[shortcut]), self.below(cch.up_head[shortcut]));
        let cost = metric.cost(shortcut, way);
        while !a.is_empty() && !b.is_empty() {
            match cch.down_head[a.start].cmp(&cch.down_head[b.start]) {
                std::cmp::Ordering::Less => a.start += 1,
                std::cmp::Ordering::Greater => b.start += 1,
                std::cmp::Ordering::Equal => {
                    let (bottom, side) = (cch.down_to_up[a.start] as usize, cch.down_to_up[b.start] as usize);
                    let over = match way {
                        Way::Up => metric.cost(bottom, Way::Down).plus(metric.cost(side, Way::Up)),
                        Way::Down => metric.cost(side, Way::Down).plus(metric.cost(bottom, Way::Up)),
                    };
                    if over == cost {
                        return Some((bottom, side));
                    }
                    a.start += 1;
                    b.start += 1;
                }
            }
        }
        None
    }

    /// The crate's own structure, for tests that compare with it.
    pub fn structure(&self) -> &Cch {
        &self.cch
    }
}

impl Metric {
    pub fn cost(&self, shortcut: usize, way: Way) -> Cost {
        self.costs(way)[shortcut]
    }

    /// By shortcut.
    pub fn costs(&self, way: Way) -> &[Cost] {
        match way {
            Way::Up => &self.up,
            Way::Down => &self.down,
        }
    }
}
