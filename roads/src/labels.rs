//! Labels: of a place, the few high vertices (hubs) that ways from it, or to it, lead straight up to, with their costs. The cheapest way
//! between two places leads over a hub of both, so a travel time is a minimum over some hundred sums, without any search.
//!
//! With one place pinned, its costs stand in a table by hub, and a time is one pass over the other's label.

use crate::cost::{Cost, NO_WAY_MS};
use crate::search::Hub;
use salessync_engine::plan::times::Matrix;

/// A hub and the milliseconds to or from it. What inner loops read, so nothing else is here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    pub hub: u32,
    pub ms: u32,
}

/// The hubs of one place, in one direction, by rank.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Label {
    entries: Box<[Entry]>,
    /// Decimetres, entry by entry.
    dm: Box<[u32]>,
    /// Where the ways begin, or end: what is asked instead of hubs when the costs of all vertices are known.
    seeds: Box<[Entry]>,
}

/// Both directions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Labels {
    /// From the place to its hubs.
    pub out: Label,
    /// From hubs to the place.
    pub into: Label,
}

impl Label {
    /// `seeds`: vertices by rank, with what it costs to or from them.
    pub fn new(hubs: &[Hub], seeds: &[Hub]) -> Self {
        let entries = |hubs: &[Hub]| hubs.iter().map(|hub| Entry { hub: hub.rank, ms: hub.cost.ms() }).collect();
        Self { entries: entries(hubs), dm: hubs.iter().map(|hub| hub.cost.dm()).collect(), seeds: entries(seeds) }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn costs(&self) -> impl Iterator<Item = (u32, Cost)> {
        self.entries.iter().zip(&self.dm).map(|(entry, dm)| (entry.hub, Cost::new(entry.ms, *dm)))
    }

    /// The least milliseconds over any hub, where `by_hub` holds those of the other end.
    pub fn least_ms(&self, by_hub: &[u32]) -> u32 {
        let over = |entry: &Entry| entry.ms + by_hub[entry.hub as usize];
        // Four minima side by side, or each would wait for the one before.
        let mut least = [NO_WAY_MS; 4];
        let mut fours = self.entries.chunks_exact(4);
        for four in fours.by_ref() {
            for (least, entry) in least.iter_mut().zip(four) {
                *least = (*least).min(over(entry));
            }
        }
        let rest = fours.remainder().iter().map(over);
        least.into_iter().chain(rest).min().unwrap_or(NO_WAY_MS)
    }

    /// The same, where `by_vertex` holds the costs between the other end and every vertex.
    pub fn least_ms_of_all(&self, by_vertex: &[u32]) -> u32 {
        let over = self.seeds.iter().map(|seed| seed.ms + by_vertex[seed.hub as usize]);
        over.min().map_or(NO_WAY_MS, |least| least.min(NO_WAY_MS))
    }

    /// The cheapest cost over any hub of both.
    pub fn meet(&self, into: &Self) -> Cost {
        let (here, there) = (&*self.entries, &*into.entries);
        let (mut a, mut b) = (0, 0);
        let mut best = Cost::NO_WAY;
        let mut best_ms = NO_WAY_MS;
        // Which label goes on next is as good as thrown, so it is added up and not branched on; that both go on is rare, or lasts.
        while a < here.len() && b < there.len() {
            let (one, other) = (here[a], there[b]);
            if one.hub == other.hub && one.ms + other.ms <= best_ms {
                best = best.min(Cost::new(one.ms, self.dm[a]).plus(Cost::new(other.ms, into.dm[b])));
                best_ms = best.ms();
            }
            a += usize::from(one.hub <= other.hub);
            b += usize::from(other.hub <= one.hub);
        }
        best
    }
}

/// Labels of many places, turned about: of each hub, the places that have it.
struct ByHub {
    first: Vec<u32>,
    entries: Vec<(u32, Cost)>,
}

impl ByHub {
    fn new<'a>(hubs: usize, labels: impl Iterator<Item = &'a Label> + Clone) -> Self {
        let mut first = vec![0_u32; hubs + 1];
        for entry in labels.clone().flat_map(|label| label.entries.iter()) {
            first[entry.hub as usize + 1] += 1;
        }
        for hub in 0..hubs {
            first[hub + 1] += first[hub];
        }
        let mut next = first.clone();
        let mut entries = vec![(0, Cost::NO_WAY); first[hubs] as usize];
        for (place, label) in labels.enumerate() {
            for (hub, cost) in label.costs() {
                entries[next[hub as usize] as usize] = (place as u32, cost);
                next[hub as usize] += 1;
            }
        }
        Self { first, entries }
    }

    fn of(&self, hub: u32) -> &[(u32, Cost)] {
        &self.entries[self.first[hub as usize] as usize..self.first[hub as usize + 1] as usize]
    }
}

/// Costs from each to each over hubs; `nearer` is asked for the cost of what is cheaper without one (on the same edge).
pub fn matrix<'a>(
    hubs: usize,
    from: impl Iterator<Item = &'a Label>,
    to: impl ExactSizeIterator<Item = &'a Label> + Clone,
    rows: usize,
    mut nearer: impl FnMut(usize, &mut [Cost]),
) -> Matrix {
    let columns = to.len();
    let mut matrix = Matrix::unreachable(rows, columns);
    let by_hub = ByHub::new(hubs, to);
    let mut costs = vec![Cost::NO_WAY; columns];
    for (row, label) in from.enumerate() {
        costs.fill(Cost::NO_WAY);
        for (hub, here) in label.costs() {
            for (place, there) in by_hub.of(hub) {
                let known = &mut costs[*place as usize];
                *known = (*known).min(here.plus(*there));
            }
        }
        nearer(row, &mut costs);
        for (column, cost) in costs.iter().enumerate() {
            matrix.set(row, column, cost.leg());
        }
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(hubs: &[(u32, u32, u32)]) -> Label {
        Label::new(&hubs.iter().map(|&(rank, ms, dm)| Hub { rank, cost: Cost::new(ms, dm) }).collect::<Vec<_>>(), &[])
    }

    #[test]
    fn labels_meet_at_the_cheapest_hub_of_both() {
        let out = label(&[(1, 10, 5), (4, 30, 7), (6, 1, 1), (7, 2, 2), (9, 50, 1)]);
        let into = label(&[(0, 1, 1), (4, 20, 3), (9, 0, 9)]);
        assert_eq!(out.meet(&into), Cost::new(50, 10));
        assert!(!out.meet(&label(&[(2, 1, 1)])).is_way());
        let mut by_hub = vec![NO_WAY_MS; 10];
        for entry in into.entries() {
            by_hub[entry.hub as usize] = entry.ms;
        }
        assert_eq!(out.least_ms(&by_hub), 50);
        assert_eq!(label(&[]).least_ms(&by_hub), NO_WAY_MS);
        let none = vec![NO_WAY_MS; 10];
        assert_eq!(out.least_ms(&none), NO_WAY_MS);
        let matrix = matrix(10, [&out, &into].into_iter(), [&into].into_iter(), 2, |_, _| {});
        assert_eq!(matrix.get(0, 0), Cost::new(50, 10).leg());
    }
}
