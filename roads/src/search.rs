//! Searching a hierarchy: what lies above a few vertices, how far it is, and the way between two.
//!
//! Everything a way needs lies on the paths of its ends to the root of the elimination tree, so a search goes through those, once up and,
//! where exact distances are wanted, once down. No queue, no visited set.

use crate::cost::Cost;
use crate::hierarchy::{Hierarchy, Metric, Way};
use crate::network::Seed;

/// Memory for searches over one hierarchy, used again and again.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// By rank; `NO_WAY` between searches.
    cost: Vec<Cost>,
    exact: Vec<Cost>,
    from: Vec<u32>,
    is_marked: Vec<bool>,
    /// Ranks at and above the seeds, ascending.
    above: Vec<u32>,
}

/// Something above the seeds that the cheapest way between them and it goes straight up to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hub {
    pub rank: u32,
    pub cost: Cost,
}

impl Scratch {
    pub fn new(hierarchy: &Hierarchy) -> Self {
        let vertices = hierarchy.vertex_count();
        Self {
            cost: vec![Cost::NO_WAY; vertices],
            exact: vec![Cost::NO_WAY; vertices],
            from: vec![u32::MAX; vertices],
            is_marked: vec![false; vertices],
            above: Vec::new(),
        }
    }

    /// The hubs of the seeds, by rank: `Up` from the seeds to their hubs, `Down` from hubs to the seeds. A hub is left out when some way
    /// over a higher one is as cheap: of every pair of places, the highest vertex of a cheapest way is a hub of both.
    pub fn hubs(&mut self, hierarchy: &Hierarchy, metric: &Metric, seeds: impl Iterator<Item = Seed>, way: Way) -> Vec<Hub> {
        self.climb(hierarchy, metric, seeds, way);
        let back = metric.costs(if way == Way::Up { Way::Down } else { Way::Up });
        let upper = hierarchy.upper();
        let mut hubs = Vec::with_capacity(64);
        for &rank in self.above.iter().rev() {
            let shortcuts = hierarchy.up(rank);
            let over = upper[shortcuts.clone()].iter().zip(&back[shortcuts]);
            let over = over.map(|(upper, back)| self.exact[*upper as usize].plus(*back)).min().unwrap_or(Cost::NO_WAY);
            let straight = self.cost[rank as usize];
            if straight < over {
                hubs.push(Hub { rank, cost: straight });
            }
            self.exact[rank as usize] = straight.min(over).min(Cost::NO_WAY);
        }
        hubs.reverse();
        self.forget();
        hubs
    }

    /// Fills `cost` for everything above the seeds by going straight up.
    fn climb(&mut self, hierarchy: &Hierarchy, metric: &Metric, seeds: impl Iterator<Item = Seed>, way: Way) {
        for (vertex, cost) in seeds {
            let rank = hierarchy.rank(vertex);
            let mut next = Some(rank);
            while let Some(rank) = next.filter(|rank| !self.is_marked[*rank as usize]) {
                self.is_marked[rank as usize] = true;
                self.above.push(rank);
                next = hierarchy.parent(rank);
            }
            let known = &mut self.cost[rank as usize];
            *known = (*known).min(cost);
        }
        self.above.sort_unstable();
        let (upper, costs) = (hierarchy.upper(), metric.costs(way));
        for &rank in &self.above {
            let cost = self.cost[rank as usize];
            if !cost.is_way() {
                continue;
            }
            let shortcuts = hierarchy.up(rank);
            for ((shortcut, upper), further) in shortcuts.clone().zip(&upper[shortcuts.clone()]).zip(&costs[shortcuts]) {
                let over = cost.plus(*further);
                let known = &mut self.cost[*upper as usize];
                if over < *known {
                    *known = over;
                    self.from[*upper as usize] = shortcut as u32;
                }
            }
        }
    }

    fn forget(&mut self) {
        for rank in self.above.drain(..) {
            self.cost[rank as usize] = Cost::NO_WAY;
            self.exact[rank as usize] = Cost::NO_WAY;
            self.from[rank as usize] = u32::MAX;
            self.is_marked[rank as usize] = false;
        }
    }
}

/// A cheapest way from some seeds to others: its cost with that of the seeds, and its vertices of the graph, first and last included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    pub cost: Cost,
    pub vertices: Vec<u32>,
}

/// Finds a cheapest way. `here` and `there` are two scratches of the hierarchy.
pub fn way(
    (hierarchy, metric): (&Hierarchy, &Metric),
    (here, there): (&mut Scratch, &mut Scratch),
    from: impl Iterator<Item = Seed>,
    to: impl Iterator<Item = Seed>,
) -> Option<Found> {
    here.climb(hierarchy, metric, from, Way::Up);
    there.climb(hierarchy, metric, to, Way::Down);
    let costs = there.above.iter().map(|rank| (here.cost[*rank as usize].plus(there.cost[*rank as usize]), *rank));
    let found = costs.min().filter(|(cost, _)| cost.is_way()).map(|(cost, top)| {
        let mut vertices = vec![top];
        let mut up = Vec::new();
        let mut at = top;
        while here.from[at as usize] != u32::MAX {
            let shortcut = here.from[at as usize] as usize;
            up.push(shortcut);
            at = hierarchy.lower(shortcut);
        }
        if !up.is_empty() {
            vertices = vec![at];
            for &shortcut in up.iter().rev() {
                hierarchy.unpack(metric, shortcut, Way::Up, &mut vertices);
            }
        }
        let mut at = top;
        while there.from[at as usize] != u32::MAX {
            let shortcut = there.from[at as usize] as usize;
            hierarchy.unpack(metric, shortcut, Way::Down, &mut vertices);
            at = hierarchy.lower(shortcut);
        }
        Found { cost, vertices: vertices.into_iter().map(|rank| hierarchy.vertex(rank)).collect() }
    });
    here.forget();
    there.forget();
    found
}
