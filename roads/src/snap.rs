//! Putting places on the road: the nearest point of the nearest edge, not of the nearest junction.
//!
//! An R-tree holds short runs of each edge's shape. Where a nearer edge is on an islet (`Network::is_main`) and another within reach is not,
//! the other is taken: a place that nobody gets to helps nobody.

use crate::network::{Network, Place};
use rstar::{AABB, RTree, RTreeObject};
use salessync_engine::Point;
use salessync_engine::geo::distance::Scale;

/// Beyond this a place has no road, metres: what a rep would not walk from the car.
pub const REACH_M: f64 = 500.0;
/// Segments of an edge's shape in one box of the tree.
const RUN_SEGMENTS: usize = 6;
/// The first look is this far round, metres; most places of a town have a road there.
const FIRST_LOOK_M: f64 = 60.0;

/// There is no road near enough.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
#[error("no road within {reach_m} m{}", nearest(.distance_m))]
pub struct Unsnappable {
    /// To the nearest road within ten times the reach, if there is one.
    pub distance_m: Option<f64>,
    pub reach_m: f64,
}

fn nearest(distance_m: &Option<f64>) -> String {
    distance_m.map_or_else(String::new, |distance_m| format!("; the nearest is {distance_m:.0} m away"))
}

/// A few segments of an edge's shape.
#[derive(Clone, Copy, Debug)]
struct Run {
    edge: u32,
    /// Of `Network::shape`.
    first: u32,
    last: u32,
    low: [f32; 2],
    high: [f32; 2],
}

impl RTreeObject for Run {
    type Envelope = AABB<[f32; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.low, self.high)
    }
}

/// Finds roads by place, for one network.
#[derive(Debug)]
pub struct Snapper {
    tree: RTree<Run>,
}

impl Snapper {
    pub fn new(network: &Network) -> Self {
        let mut runs = Vec::new();
        for (edge, of) in network.edges.iter().enumerate() {
            let mut first = of.shape.start;
            while first + 1 < of.shape.end {
                let last = (first + RUN_SEGMENTS as u32).min(of.shape.end - 1);
                let points = &network.shape[first as usize..=last as usize];
                let bound = |of: fn(Point) -> f64, least: bool| {
                    let degrees = points.iter().map(|point| of(*point));
                    let bound = degrees.reduce(if least { f64::min } else { f64::max }).unwrap_or_default();
                    // Rounded outwards, or a road might lie beside its own box.
                    if least { (bound as f32).next_down() } else { (bound as f32).next_up() }
                };
                let (low, high) =
                    ([bound(Point::lat, true), bound(Point::lon, true)], [bound(Point::lat, false), bound(Point::lon, false)]);
                runs.push(Run { edge: edge as u32, first, last, low, high });
                first = last;
            }
        }
        Self { tree: RTree::bulk_load(runs) }
    }

    /// Puts a place on the road.
    pub fn snap(&self, network: &Network, point: Point, reach_m: f64) -> Result<Place, Unsnappable> {
        let mut look_m = FIRST_LOOK_M.min(reach_m);
        loop {
            let near = self.within(network, point, look_m);
            // Of an islet alone nothing is known yet: further out there may be a road that leads somewhere.
            if let Some(place) = near.iter().find(|place| network.is_main(place.edge)) {
                return Ok(*place);
            }
            if look_m >= reach_m {
                return near.first().copied().ok_or_else(|| {
                    let further = self.within(network, point, reach_m * 10.0);
                    Unsnappable { distance_m: further.first().map(|place| place.off_m), reach_m }
                });
            }
            look_m = (look_m * 3.0).min(reach_m);
        }
    }

    /// The nearest point of every edge within a distance, nearest first; of equally near ones the edge of the lower number.
    pub fn within(&self, network: &Network, point: Point, radius_m: f64) -> Vec<Place> {
        let scale = Scale::at(point.lat());
        let pad = |per_degree: f64| radius_m / per_degree.max(1.0);
        let (lat, lon) = (pad(scale.north_m), pad(scale.east_m));
        let corner = |sign: f64| [(point.lat() + sign * lat) as f32, (point.lon() + sign * lon) as f32];
        let (low, high) = (corner(-1.0).map(f32::next_down), corner(1.0).map(f32::next_up));
        let mut best: Vec<(u32, f64, Nearest)> = Vec::new();
        for run in self.tree.locate_in_envelope_intersecting(AABB::from_corners(low, high)) {
            let nearest = nearest_on_run(network, run, point, scale);
            if nearest.off_m <= radius_m {
                best.push((run.edge, nearest.off_m, nearest));
            }
        }
        best.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.segment.cmp(&b.2.segment)));
        best.dedup_by_key(|(edge, ..)| *edge);
        best.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        best.into_iter().map(|(edge, _, nearest)| nearest.place(network, edge)).collect()
    }
}

/// The nearest point of a run: on which segment, how far along it.
#[derive(Clone, Copy, Debug)]
struct Nearest {
    segment: u32,
    along: f64,
    off_m: f64,
}

fn nearest_on_run(network: &Network, run: &Run, point: Point, scale: Scale) -> Nearest {
    let flat = |other: Point| ((other.lon() - point.lon()) * scale.east_m, (other.lat() - point.lat()) * scale.north_m);
    let mut best = Nearest { segment: run.first, along: 0.0, off_m: f64::INFINITY };
    for segment in run.first..run.last {
        let (a, b) = (flat(network.shape[segment as usize]), flat(network.shape[segment as usize + 1]));
        let (x, y) = (b.0 - a.0, b.1 - a.1);
        let squared = x * x + y * y;
        let along = if squared > 0.0 { (-(a.0 * x + a.1 * y) / squared).clamp(0.0, 1.0) } else { 0.0 };
        let off_m = (a.0 + x * along).hypot(a.1 + y * along);
        if off_m < best.off_m {
            best = Nearest { segment, along, off_m };
        }
    }
    best
}

impl Nearest {
    fn place(self, network: &Network, edge: u32) -> Place {
        let range = &network.edges[edge as usize].shape;
        let points = network.points(edge);
        let length = |points: &[Point]| {
            points.windows(2).map(|pair| salessync_engine::geo::distance::metres(pair[0], pair[1]).0).sum::<f64>()
        };
        let at = (self.segment - range.start) as usize;
        let (a, b) = (points[at], points[at + 1]);
        let before_m = length(&points[..=at]) + self.along * length(&points[at..=at + 1]);
        let whole_m = length(points);
        let share = if whole_m > 0.0 { (before_m / whole_m).clamp(0.0, 1.0) } else { 0.0 };
        let point = salessync_engine::geo::distance::between(a, b, self.along);
        Place { edge, share, point, off_m: self.off_m }
    }
}
