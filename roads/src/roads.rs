//! The roads of one profile at one moment: network, hierarchy and the metric of every part of the day. Never changed: what is learned
//! about speeds makes new roads, which share all but the metrics with those before.

use crate::cost::Cost;
use crate::hierarchy::{Hierarchy, Metric, Way};
use crate::labels::{Label, Labels, matrix};
use crate::network::{Lane, LaneTimes, Network, Place};
use crate::search::{self, Hub, Scratch};
use crate::snap::{Snapper, Unsnappable};
use crate::zones::Zones;
use rayon::prelude::*;
use salessync_engine::Point;
use salessync_engine::plan::times::{DayPart, DayParts, Leg, Matrix, TravelProfile};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What stays the same for as long as the map does.
#[derive(Debug)]
pub struct Ground {
    pub network: Network,
    pub hierarchy: Hierarchy,
    pub snapper: Snapper,
    pub zones: Zones,
    /// Of `Extract::version`.
    pub map_version: u64,
    scratches: Mutex<Vec<Scratch>>,
}

/// One set of speeds.
#[derive(Debug)]
pub struct Speeds {
    pub times: LaneTimes,
    pub metric: Metric,
    pub top_mps: f64,
}

/// The roads of one profile.
#[derive(Clone, Debug)]
pub struct Roads {
    pub ground: Arc<Ground>,
    parts: Arc<DayParts>,
    /// By `DayPart::index`; parts that are alike share.
    speeds: Vec<Arc<Speeds>>,
    /// Counts how often speeds were made anew: travel times of the same map and number are the same.
    pub metric_version: u64,
}

/// A way on the map.
#[derive(Clone, PartialEq, Debug)]
pub struct Route {
    pub leg: Leg,
    /// From the place on the road where it begins to where it ends; two points or more.
    pub points: Vec<Point>,
    /// The lanes it takes, first and last perhaps in part. On foot too.
    pub lanes: Vec<Lane>,
}

impl Ground {
    pub fn new(network: Network, map_version: u64) -> Self {
        let hierarchy = Hierarchy::build(&network.graph);
        let snapper = Snapper::new(&network);
        let zones = Zones::new(&network, &hierarchy);
        Self { network, hierarchy, snapper, zones, map_version, scratches: Mutex::new(Vec::new()) }
    }

    fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let kept = self.scratches.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = kept.unwrap_or_else(|| Scratch::new(&self.hierarchy));
        let done = work(&mut scratch);
        // After a panic it is not put back, so what is kept is clean.
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        done
    }

    fn speeds(&self, times: LaneTimes) -> Speeds {
        let metric = self.hierarchy.customise(&self.network.arc_costs(&times));
        let top_mps = self.network.top_mps(&times);
        Speeds { times, metric, top_mps }
    }
}

impl Roads {
    /// At free speed, slowed for cars by the parts' factors.
    pub fn new(ground: Arc<Ground>, parts: Arc<DayParts>) -> Self {
        let free = |part: DayPart| {
            let factor = match ground.network.profile {
                TravelProfile::Car => parts.parts()[part.index()].car_factor,
                TravelProfile::Bike | TravelProfile::Foot => 1.0,
            };
            ground.network.free_times(|_| 1.0 / factor)
        };
        let times = (0..parts.parts().len()).map(|part| free(DayPart(part as u8))).collect();
        Self::with_times(Arc::clone(&ground), Arc::clone(&parts), times, 0)
    }

    /// With a time for each lane, by part of the day.
    pub fn with_times(ground: Arc<Ground>, parts: Arc<DayParts>, times: Vec<LaneTimes>, metric_version: u64) -> Self {
        let mut first_alike: Vec<usize> = Vec::new();
        for (part, of_part) in times.iter().enumerate() {
            first_alike.push(times[..part].iter().position(|earlier| earlier == of_part).unwrap_or(part));
        }
        let different: HashMap<usize, Arc<Speeds>> = times
            .into_iter()
            .enumerate()
            .filter(|(part, _)| first_alike[*part] == *part)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|(part, times)| (part, Arc::new(ground.speeds(times))))
            .collect();
        let speeds = first_alike.iter().map(|part| Arc::clone(&different[part])).collect();
        Self { ground, parts, speeds, metric_version }
    }

    pub fn profile(&self) -> TravelProfile {
        self.ground.network.profile
    }

    pub fn parts(&self) -> &Arc<DayParts> {
        &self.parts
    }

    pub fn speeds(&self, part: DayPart) -> &Arc<Speeds> {
        &self.speeds[part.index()]
    }

    /// The highest speed at any part of the day, metres a second in a straight line.
    pub fn top_mps(&self) -> f64 {
        self.speeds.iter().map(|speeds| speeds.top_mps).fold(0.1, f64::max)
    }

    pub fn snap(&self, point: Point, reach_m: f64) -> Result<Place, Unsnappable> {
        self.ground.snapper.snap(&self.ground.network, point, reach_m)
    }

    /// The labels of a place at one part of the day.
    pub fn labels(&self, place: &Place, part: DayPart) -> Labels {
        Labels { out: self.label(place, part, Way::Up), into: self.label(place, part, Way::Down) }
    }

    fn label(&self, place: &Place, part: DayPart, way: Way) -> Label {
        let Ground { network, hierarchy, .. } = &*self.ground;
        let Speeds { times, metric, .. } = &**self.speeds(part);
        let seeds = match way {
            Way::Up => network.departures(place, times),
            Way::Down => network.arrivals(place, times),
        };
        let ranked: Vec<Hub> =
            seeds.iter().map(|((vertex, cost), _)| Hub { rank: hierarchy.rank(*vertex), cost: *cost }).collect();
        let seeds = seeds.into_iter().map(|(seed, _)| seed);
        self.ground.with_scratch(|scratch| Label::new(&scratch.hubs(hierarchy, metric, seeds, way), &ranked))
    }

    /// The cost of the cheapest way between two places.
    pub fn cost(&self, from: &Place, to: &Place, part: DayPart) -> Cost {
        let direct = self.direct(from, to, part);
        direct.min(self.label(from, part, Way::Up).meet(&self.label(to, part, Way::Down)))
    }

    pub fn leg(&self, from: &Place, to: &Place, part: DayPart) -> Option<Leg> {
        self.cost(from, to, part).leg()
    }

    /// The cost of staying on the edge that both places are on, if they are.
    pub fn direct(&self, from: &Place, to: &Place, part: DayPart) -> Cost {
        let direct = self.ground.network.direct(from, to, &self.speeds(part).times);
        direct.map_or(Cost::NO_WAY, |(cost, _)| cost)
    }

    /// From each to each; None where a place is on no road.
    pub fn matrix(&self, from: &[Option<Place>], to: &[Option<Place>], part: DayPart) -> Matrix {
        let labels = |places: &[Option<Place>], way| -> Vec<Label> {
            places.iter().map(|place| place.as_ref().map(|place| self.label(place, part, way)).unwrap_or_default()).collect()
        };
        let (out, into) = (labels(from, Way::Up), labels(to, Way::Down));
        let on_edge = places_by_edge(to.iter().map(Option::as_ref));
        let hubs = self.ground.hierarchy.vertex_count();
        matrix(hubs, out.iter(), into.iter(), from.len(), |row, costs| {
            let Some(here) = &from[row] else { return };
            for &column in on_edge.get(&here.edge).into_iter().flatten() {
                if let Some(there) = &to[column] {
                    costs[column] = costs[column].min(self.direct(here, there, part));
                }
            }
        })
    }

    /// The cheapest way, as it is drawn on the map.
    pub fn route(&self, from: &Place, to: &Place, part: DayPart) -> Option<Route> {
        let Ground { network, hierarchy, .. } = &*self.ground;
        let Speeds { times, metric, .. } = &**self.speeds(part);
        let (departures, arrivals) = (network.departures(from, times), network.arrivals(to, times));
        let found = self.ground.with_scratch(|here| {
            self.ground.with_scratch(|there| {
                let seeds =
                    |seeds: &[(crate::network::Seed, Lane)]| seeds.iter().map(|(seed, _)| *seed).collect::<Vec<_>>().into_iter();
                search::way((hierarchy, metric), (here, there), seeds(&departures), seeds(&arrivals))
            })
        });
        let direct = network.direct(from, to, times);
        if let Some((cost, lane)) = direct.filter(|(cost, _)| found.as_ref().is_none_or(|found| *cost <= found.cost)) {
            let points = network.stretch(lane, lane.share(from.share), lane.share(to.share));
            return Some(Route { leg: cost.leg()?, points, lanes: vec![lane] });
        }
        let found = found?;
        let lanes = network.lanes_of(&found.vertices, &departures, &arrivals, times)?;
        let last = lanes.len() - 1;
        let mut points: Vec<Point> = Vec::new();
        for (at, &lane) in lanes.iter().enumerate() {
            let start = if at == 0 { lane.share(from.share) } else { 0.0 };
            let end = if at == last { lane.share(to.share) } else { 1.0 };
            let stretch = network.stretch(lane, start, end);
            let is_joined = points.last() == stretch.first();
            points.extend(&stretch[usize::from(is_joined)..]);
        }
        if points.len() == 1 {
            points.push(points[0]);
        }
        Some(Route { leg: found.cost.leg()?, points, lanes })
    }
}

/// Which of some places are on each edge.
pub(crate) fn places_by_edge<'a>(places: impl Iterator<Item = Option<&'a Place>>) -> HashMap<u32, Vec<usize>> {
    let mut by_edge: HashMap<u32, Vec<usize>> = HashMap::new();
    for (index, place) in places.enumerate() {
        if let Some(place) = place {
            by_edge.entry(place.edge).or_default().push(index);
        }
    }
    by_edge
}
