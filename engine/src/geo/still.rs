//! The index of what stays: territories, customers, fences; points and rectangles in one R-tree.
//!
//! Not here: what moves (`grid`), and exact shapes: `at` and `within` answer with candidates by envelope, the caller asks the shape.
//! The invariant: an item whose bounds cross the antimeridian is in the tree as two parts, and still answers once.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rstar::{AABB, RTree, RTreeNode, RTreeObject};

use super::distance::{haversine, metres};
use super::{Bounds, Metres, Point};

/// `metres` is at least this much of the distance on the sphere, less what rounding a point to its grid may add.
const FLOOR: f64 = 0.99;
const ROUNDING_M: f64 = 0.02;

/// Items by the bounds they were put in with, as `Bounds::check` lets them pass. Equal items may be in more than once.
#[derive(Clone, Debug)]
pub struct StillIndex<T> {
    tree: RTree<Part<T>>,
    len: usize,
}

impl<T: Clone + PartialEq> Default for StillIndex<T> {
    fn default() -> Self {
        Self::bulk(std::iter::empty::<(Bounds, T)>())
    }
}

impl<T: Clone + PartialEq> StillIndex<T> {
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds the tree at once: several times quicker to make than by `insert`, and quicker to ask.
    pub fn bulk<B: Into<Bounds>>(items: impl IntoIterator<Item = (B, T)>) -> Self {
        let mut len = 0;
        let parts = items.into_iter().inspect(|_| len += 1).flat_map(|(bounds, item)| parts_of(bounds.into(), item)).collect();
        let tree = RTree::bulk_load(parts);
        Self { tree, len }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes a `Point` or `Bounds`.
    pub fn insert(&mut self, bounds: impl Into<Bounds>, item: T) {
        parts_of(bounds.into(), item).for_each(|part| self.tree.insert(part));
        self.len += 1;
    }

    /// Removes one item equal to this one and put in with these bounds; returns whether there was one.
    pub fn remove(&mut self, bounds: impl Into<Bounds>, item: &T) -> bool {
        let removed = parts_of(bounds.into(), item.clone()).filter(|part| self.tree.remove(part).is_some()).count();
        self.len -= removed.min(1);
        removed > 0
    }

    /// Returns the `k` items nearest by `distance_to`, nearest first; items equally far in no particular order.
    pub fn nearest(&self, from: Point, k: usize) -> Vec<(&T, Metres)> {
        let mut nearest = Vec::new();
        let mut queue = BinaryHeap::from_iter(self.tree.root().children().iter().map(|node| Ahead::new(from, node)));
        while nearest.len() < k
            && let Some(Ahead { metres, node }) = queue.pop()
        {
            match node {
                RTreeNode::Parent(parent) => queue.extend(parent.children().iter().map(|node| Ahead::new(from, node))),
                RTreeNode::Leaf(part) if part.is_nearest_of_item(from) => nearest.push((&part.item, Metres(metres))),
                RTreeNode::Leaf(_) => {}
            }
        }
        nearest
    }

    /// Returns the items whose bounds hold the point, edges included.
    pub fn at(&self, point: Point) -> impl Iterator<Item = &T> {
        self.tree.locate_in_envelope_intersecting(AABB::from_point([point.lat(), point.lon()])).map(|part| &part.item)
    }

    /// Returns the items whose bounds touch these, each once, in no particular order.
    pub fn within(&self, bounds: &Bounds) -> Vec<&T> {
        let views = halves(bounds);
        let mut found = Vec::new();
        for view in views.iter().flatten() {
            let parts = self.tree.locate_in_envelope_intersecting(envelope(view));
            found.extend(parts.filter(|part| part.is_first_in(&views, view)).map(|part| &part.item));
        }
        found
    }
}

/// Returns the distance to the nearest point of the bounds: zero within them, edges included.
pub fn distance_to(bounds: &Bounds, from: Point) -> Metres {
    let distances = halves(bounds).into_iter().flatten().map(|half| metres(from, nearest_in(&half, from)));
    distances.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default()
}

/// The bounds of one point.
impl From<Point> for Bounds {
    fn from(point: Point) -> Self {
        Self { south: point.lat(), west: point.lon(), north: point.lat(), east: point.lon() }
    }
}

/// What the tree holds: an item's bounds, or either side of the antimeridian of them.
#[derive(Clone, PartialEq, Debug)]
struct Part<T> {
    /// This part; `west <= east`.
    half: Bounds,
    whole: Bounds,
    item: T,
}

impl<T> RTreeObject for Part<T> {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        envelope(&self.half)
    }
}

impl<T> Part<T> {
    fn is_whole(&self) -> bool {
        self.half == self.whole
    }

    /// Of several meetings of an item's parts with a viewport's, only the first answers.
    fn is_first_in(&self, views: &[Option<Bounds>; 2], view: &Bounds) -> bool {
        let parts = halves(&self.whole);
        let meetings = views.iter().flatten().flat_map(|view| parts.iter().flatten().map(move |part| (view, part)));
        meetings.into_iter().find(|(view, part)| touches(view, part)) == Some((view, &self.half))
    }

    fn is_nearest_of_item(&self, from: Point) -> bool {
        if self.is_whole() {
            return true;
        }
        let metres_to = |half: &Bounds| metres(from, nearest_in(half, from)).0;
        let [east_end, west_end] = halves(&self.whole).map(|half| half.map_or(f64::INFINITY, |half| metres_to(&half)));
        (east_end <= west_end) == (self.half.west == self.whole.west)
    }
}

fn parts_of<T: Clone>(whole: Bounds, item: T) -> impl Iterator<Item = Part<T>> {
    halves(&whole).into_iter().flatten().map(move |half| Part { half, whole, item: item.clone() })
}

/// The bounds as one box or two, none of which crosses the antimeridian; the one that begins in the west first.
pub(crate) fn halves(bounds: &Bounds) -> [Option<Bounds>; 2] {
    if bounds.west <= bounds.east {
        [Some(*bounds), None]
    } else {
        [Some(Bounds { east: 180.0, ..*bounds }), Some(Bounds { west: -180.0, ..*bounds })]
    }
}

fn envelope(half: &Bounds) -> AABB<[f64; 2]> {
    AABB::from_corners([half.south, half.west], [half.north, half.east])
}

fn touches(a: &Bounds, b: &Bounds) -> bool {
    a.south <= b.north && b.south <= a.north && a.west <= b.east && b.west <= a.east
}

/// The point of the box nearest on the sphere: straight north or south where the longitude fits, else on one of the two sides.
fn nearest_in(half: &Bounds, from: Point) -> Point {
    if (half.west..=half.east).contains(&from.lon()) {
        return on_grid(from.lat().clamp(half.south, half.north), from.lon(), from);
    }
    let [west, east] = [half.west, half.east].map(|lon| nearest_on_side(half, lon, from));
    if haversine(from, west).0 <= haversine(from, east).0 { west } else { east }
}

fn nearest_on_side(half: &Bounds, lon: f64, from: Point) -> Point {
    let (sin, cos) = from.lat().to_radians().sin_cos();
    // Where the great circle square to the meridian meets it: beyond a pole when the meridian is over 90° away.
    let foot = sin.atan2(cos * (lon - from.lon()).to_radians().cos()).to_degrees();
    if (half.south..=half.north).contains(&foot) {
        return on_grid(foot, lon, from);
    }
    let [south, north] = [half.south, half.north].map(|lat| on_grid(lat, lon, from));
    if haversine(from, south).0 <= haversine(from, north).0 { south } else { north }
}

/// Checked bounds hold nothing but points; bounds that were not checked are where one stands.
fn on_grid(lat: f64, lon: f64, otherwise: Point) -> Point {
    Point::new(lat, lon).unwrap_or(otherwise)
}

/// A node still to be opened, the nearest on top.
struct Ahead<'a, T> {
    /// The distance of a leaf; of a parent, what nothing in it is nearer than.
    metres: f64,
    node: &'a RTreeNode<Part<T>>,
}

impl<'a, T> Ahead<'a, T> {
    fn new(from: Point, node: &'a RTreeNode<Part<T>>) -> Self {
        let metres = match node {
            RTreeNode::Leaf(part) => metres(from, nearest_in(&part.half, from)).0,
            RTreeNode::Parent(parent) => {
                let ([south, west], [north, east]) = (parent.envelope().lower(), parent.envelope().upper());
                haversine(from, nearest_in(&Bounds { south, west, north, east }, from)).0 * FLOOR - ROUNDING_M
            }
        };
        Self { metres, node }
    }
}

impl<T> Ord for Ahead<'_, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.metres.total_cmp(&self.metres)
    }
}

impl<T> PartialOrd for Ahead<'_, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Ahead<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Ahead<'_, T> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    fn bounds(south: f64, west: f64, north: f64, east: f64) -> Bounds {
        Bounds { south, west, north, east }.check().unwrap()
    }

    const FIJI: Bounds = Bounds { south: -20.0, west: 175.0, north: -15.0, east: -175.0 };

    #[test]
    fn an_empty_index_answers_nothing() {
        let mut index = StillIndex::<u8>::new();
        assert!(index.is_empty() && !index.remove(point(0.0, 0.0), &0));
        assert!(index.nearest(point(0.0, 0.0), 3).is_empty());
        assert_eq!(index.at(point(0.0, 0.0)).count(), 0);
        assert!(index.within(&bounds(-90.0, -180.0, 90.0, 180.0)).is_empty());
    }

    #[test]
    fn equal_items_are_removed_one_at_a_time() {
        let mut index = StillIndex::bulk([(point(1.0, 1.0), 'a'), (point(1.0, 1.0), 'a'), (point(1.0, 1.0), 'b')]);
        assert!(index.remove(point(1.0, 1.0), &'a'));
        assert_eq!(index.len(), 2);
        assert!(!index.remove(point(1.0, 1.1), &'a'), "not with these bounds");
        assert!(index.remove(point(1.0, 1.0), &'a'));
        assert!(!index.remove(point(1.0, 1.0), &'a'));
        assert_eq!(index.at(point(1.0, 1.0)).collect::<Vec<_>>(), [&'b']);
    }

    #[test]
    fn what_crosses_the_antimeridian_answers_once() {
        let mut index = StillIndex::new();
        index.insert(FIJI, "fiji");
        index.insert(bounds(-90.0, -180.0, 90.0, 180.0), "world");
        for view in
            [FIJI, bounds(-90.0, -180.0, 90.0, 180.0), bounds(-16.0, 10.0, -15.0, 9.0), bounds(-16.0, -176.0, -15.0, 178.0)]
        {
            let mut found = index.within(&view);
            found.sort_unstable();
            assert_eq!(found, [&"fiji", &"world"], "{view:?}");
        }
        assert_eq!(index.within(&bounds(-16.0, 0.0, -15.0, 1.0)), [&"world"]);
        assert_eq!(index.at(point(-18.0, -179.0)).count(), 2);
        assert_eq!(index.nearest(point(-18.0, 180.0), 5).len(), 2);
        assert_eq!(index.nearest(point(-18.0, 0.0), 5).len(), 2);
        assert!(index.remove(FIJI, &"fiji"));
        assert_eq!((index.len(), index.at(point(-18.0, -179.0)).count()), (1, 1));
    }

    #[test]
    fn edges_are_inside_and_one_step_out_is_not() {
        let index = StillIndex::bulk([(bounds(10.0, 20.0, 11.0, 21.0), ())]);
        assert_eq!(index.at(point(10.0, 21.0)).count(), 1);
        assert_eq!(index.at(point(9.999_999_9, 21.0)).count(), 0);
        assert_eq!(index.at(point(10.0, 21.000_000_1)).count(), 0);
        assert_eq!(index.within(&bounds(11.0, 21.0, 12.0, 22.0)).len(), 1);
        assert_eq!(index.within(&bounds(11.000_000_1, 21.0, 12.0, 22.0)).len(), 0);
    }

    #[test]
    fn k_may_be_none_or_more_than_there_are() {
        let index = StillIndex::bulk([(point(0.0, 1.0), 1), (point(0.0, 2.0), 2)]);
        assert!(index.nearest(point(0.0, 0.0), 0).is_empty());
        let items: Vec<_> = index.nearest(point(0.0, 3.0), 9).into_iter().map(|(item, _)| *item).collect();
        assert_eq!(items, [2, 1]);
    }

    /// Against a walk along the edges of the box in small steps.
    #[test]
    fn the_distance_to_a_box_is_that_of_its_nearest_point() {
        let boxes = [bounds(10.0, 20.0, 50.0, 60.0), bounds(-80.0, -170.0, 85.0, -160.0), bounds(70.0, 100.0, 90.0, 110.0), FIJI];
        for area in boxes {
            for from in [point(60.0, 0.0), point(-5.0, 179.0), point(88.0, -70.0), point(30.0, 40.0), point(-45.0, -120.0)] {
                let width = (area.east - area.west).rem_euclid(360.0);
                let edge = (0..=2000).map(f64::from).flat_map(|step| {
                    let lat = area.south + (area.north - area.south) * step / 2000.0;
                    let lon = |part: f64| (area.west + width * part + 180.0).rem_euclid(360.0) - 180.0;
                    let across = lon(step / 2000.0);
                    [(lat, area.west), (lat, area.east), (area.south, across), (area.north, across)]
                });
                let walked = edge.map(|(lat, lon)| metres(from, point(lat, lon)).0).fold(f64::INFINITY, f64::min);
                let expected = if area.contains(from) { 0.0 } else { walked };
                let got = distance_to(&area, from).0;
                assert!((got - expected).abs() <= 1.0 + expected * 1e-3, "{got} instead of {expected}: {area:?} from {from:?}");
            }
        }
    }
}
