//! Strongly connected parts of a graph: within one, everything is reached from everything.

use super::Graph;

/// The part of every vertex, and the number of vertices of every part. Tarjan's algorithm, without recursion: roads are long.
pub(super) fn parts(graph: &Graph) -> (Vec<u32>, Vec<usize>) {
    const UNSEEN: u32 = u32::MAX;
    let count = graph.vertex_count();
    let mut seen_as = vec![UNSEEN; count];
    let mut lowest = vec![0_u32; count];
    let mut part_of = vec![UNSEEN; count];
    let mut sizes = Vec::new();
    let (mut next, mut waiting, mut path): (u32, Vec<u32>, Vec<(u32, usize)>) = (0, Vec::new(), Vec::new());
    for root in 0..count as u32 {
        if seen_as[root as usize] != UNSEEN {
            continue;
        }
        path.push((root, graph.arcs(root).start));
        while let Some((vertex, arc)) = path.pop() {
            let v = vertex as usize;
            if seen_as[v] == UNSEEN {
                (seen_as[v], lowest[v]) = (next, next);
                next += 1;
                waiting.push(vertex);
            }
            if arc < graph.arcs(vertex).end {
                path.push((vertex, arc + 1));
                let head = graph.head[arc];
                let h = head as usize;
                if seen_as[h] == UNSEEN {
                    path.push((head, graph.arcs(head).start));
                } else if part_of[h] == UNSEEN {
                    lowest[v] = lowest[v].min(seen_as[h]);
                }
                continue;
            }
            if lowest[v] == seen_as[v] {
                let part = sizes.len() as u32;
                let from = waiting.iter().rposition(|waiting| *waiting == vertex).unwrap_or_default();
                for member in &waiting[from..] {
                    part_of[*member as usize] = part;
                }
                sizes.push(waiting.len() - from);
                waiting.truncate(from);
            }
            if let Some((parent, _)) = path.last() {
                let p = *parent as usize;
                lowest[p] = lowest[p].min(lowest[v]);
            }
        }
    }
    (part_of, sizes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::Point;

    /// Two rings joined one way, and a vertex alone.
    #[test]
    fn parts_are_what_reaches_each_other() {
        let arcs = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3)];
        let mut graph = Graph { middle: vec![Point::new(0.0, 0.0).unwrap(); 6], ..Graph::default() };
        graph.first_out = super::super::build::first_out(6, arcs.iter().map(|(tail, _)| *tail));
        graph.head = arcs.iter().map(|(_, head)| *head).collect();
        let (part_of, mut sizes) = parts(&graph);
        assert!(part_of[0] == part_of[1] && part_of[1] == part_of[2] && part_of[3] == part_of[4]);
        assert!(part_of[2] != part_of[3] && part_of[5] != part_of[4] && part_of[5] != part_of[0]);
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 2, 3]);
    }
}
