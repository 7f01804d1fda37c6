//! A planner's stops on the road: each put on its edge once, labelled once, then asked about by its number.
//!
//! A new stop costs two searches for each set of speeds (tens of microseconds). When speeds change, `onto` labels all stops anew in the
//! background while the planner goes on asking the old table.

use crate::cost::seconds;
use crate::hierarchy::Way;
use crate::labels::{Label, Labels, matrix};
use crate::network::Place;
use crate::roads::{Roads, places_by_edge};
use crate::snap::Unsnappable;
use rayon::prelude::*;
use salessync_engine::Point;
use salessync_engine::plan::times::{DayPart, DayParts, Leg, Matrix, Pin, Stop, TravelTimes, UNREACHABLE, ZoneTimes};
use std::collections::HashMap;
use std::sync::Arc;

/// Where a stop that is on no edge stands among the edges.
const NO_EDGE: u32 = u32::MAX;

/// Travel times by road between the stops of a table.
#[derive(Clone, Debug)]
pub struct RoadStops {
    roads: Roads,
    reach_m: f64,
    points: Vec<Point>,
    places: Vec<Result<Place, Unsnappable>>,
    /// By stop: what inner loops look at to see whether two are on one edge.
    edges: Vec<u32>,
    /// By set of speeds, then by stop.
    labels: Vec<Vec<Labels>>,
    /// By `DayPart::index`: which of `labels`.
    labels_of: Vec<usize>,
    /// A part of the day for each of `labels`.
    part_of: Vec<DayPart>,
    /// Every part of the day is answered as this one.
    only: Option<DayPart>,
    /// Stops that never move, by place.
    fixed: HashMap<Point, Stop>,
}

impl RoadStops {
    pub fn new(roads: Roads, reach_m: f64) -> Self {
        let parts = (0..roads.parts().parts().len()).map(|part| DayPart(part as u8));
        let (mut labels_of, mut part_of) = (Vec::new(), Vec::<DayPart>::new());
        for part in parts {
            let alike = part_of.iter().position(|known| Arc::ptr_eq(roads.speeds(*known), roads.speeds(part)));
            labels_of.push(alike.unwrap_or(part_of.len()));
            if alike.is_none() {
                part_of.push(part);
            }
        }
        Self::labelled(roads, reach_m, labels_of, part_of)
    }

    /// These points in their order, each a stop of its own that may be put elsewhere, at the speeds of one part of the day: whichever part is
    /// asked for, it is answered as if it were that one. A fraction of the labels, for plans that know one part only.
    pub fn at_part(roads: Roads, reach_m: f64, part: DayPart, points: Vec<Point>) -> Self {
        let labels_of = vec![0; roads.parts().parts().len()];
        let mut stops = Self { only: Some(part), ..Self::labelled(roads, reach_m, labels_of, vec![part]) };
        stops.add_all(points);
        stops
    }

    fn labelled(roads: Roads, reach_m: f64, labels_of: Vec<usize>, part_of: Vec<DayPart>) -> Self {
        let labels = vec![Vec::new(); part_of.len()];
        Self {
            roads,
            reach_m,
            points: Vec::new(),
            places: Vec::new(),
            edges: Vec::new(),
            labels,
            labels_of,
            part_of,
            only: None,
            fixed: HashMap::new(),
        }
    }

    pub fn roads(&self) -> &Roads {
        &self.roads
    }

    /// The stop of a place that never moves; the same place is the same stop.
    pub fn intern(&mut self, point: Point) -> Stop {
        if let Some(stop) = self.fixed.get(&point) {
            return *stop;
        }
        let stop = self.add(point);
        self.fixed.insert(point, stop);
        stop
    }

    /// All at once, on all cores. In the order given.
    pub fn intern_all(&mut self, points: &[Point]) -> Vec<Stop> {
        let mut new: Vec<Point> = Vec::new();
        let stops = points
            .iter()
            .map(|point| {
                let next = Stop((self.points.len() + new.len()) as u32);
                *self.fixed.entry(*point).or_insert_with(|| {
                    new.push(*point);
                    next
                })
            })
            .collect();
        self.add_all(new);
        stops
    }

    /// A stop of its own, which may be put elsewhere: somebody under way.
    pub fn add(&mut self, point: Point) -> Stop {
        let stop = Stop(self.points.len() as u32);
        let place = self.roads.snap(point, self.reach_m);
        self.points.push(point);
        self.edges.push(place.map_or(NO_EDGE, |place| place.edge));
        for (labels, part) in self.labels.iter_mut().zip(&self.part_of) {
            labels.push(place.map(|place| self.roads.labels(&place, *part)).unwrap_or_default());
        }
        self.places.push(place);
        stop
    }

    /// Puts a stop elsewhere. One that was interned stays where it is: others may mean it.
    pub fn put(&mut self, stop: Stop, point: Point) {
        let at = stop.index();
        if self.fixed.get(&self.points[at]) == Some(&stop) {
            return;
        }
        let place = self.roads.snap(point, self.reach_m);
        self.points[at] = point;
        self.edges[at] = place.map_or(NO_EDGE, |place| place.edge);
        for (labels, part) in self.labels.iter_mut().zip(&self.part_of) {
            labels[at] = place.map(|place| self.roads.labels(&place, *part)).unwrap_or_default();
        }
        self.places[at] = place;
    }

    /// The same stops, by the same numbers, on other roads.
    pub fn onto(&self, roads: Roads) -> Self {
        let mut moved = match self.only {
            Some(part) => Self::at_part(roads, self.reach_m, part, Vec::new()),
            None => Self::new(roads, self.reach_m),
        };
        moved.add_all(self.points.clone());
        moved.fixed.clone_from(&self.fixed);
        moved
    }

    fn add_all(&mut self, points: Vec<Point>) {
        let places: Vec<_> = points.par_iter().map(|point| self.roads.snap(*point, self.reach_m)).collect();
        for (labels, part) in self.labels.iter_mut().zip(&self.part_of) {
            let label = |place: &Result<Place, Unsnappable>| {
                place.as_ref().map(|place| self.roads.labels(place, *part)).unwrap_or_default()
            };
            labels.par_extend(places.par_iter().map(label));
        }
        self.edges.extend(places.iter().map(|place| place.map_or(NO_EDGE, |place| place.edge)));
        self.points.extend(points);
        self.places.extend(places);
    }

    /// Where a stop was put on the road, or why it was not.
    pub fn place(&self, stop: Stop) -> Result<Place, Unsnappable> {
        self.places[stop.index()]
    }

    pub fn point(&self, stop: Stop) -> Point {
        self.points[stop.index()]
    }

    /// The part of the day whose speeds answer for this one.
    fn part_for(&self, part: DayPart) -> DayPart {
        self.part_of[self.labels_of[part.index()]]
    }

    fn labels(&self, stop: Stop, part: DayPart) -> &Labels {
        &self.labels[self.labels_of[part.index()]][stop.index()]
    }

    /// Mean number of hubs of a stop in one direction: what a pinned question costs.
    pub fn mean_hubs(&self) -> f64 {
        let hubs: usize = self.labels.iter().flatten().map(|labels| labels.out.len() + labels.into.len()).sum();
        hubs as f64 / (2 * self.labels.len() * self.points.len()).max(1) as f64
    }

    /// Milliseconds on the edge that two stops share.
    #[cold]
    fn direct_ms(&self, from: Stop, to: Stop, part: DayPart) -> u32 {
        match (self.place(from), self.place(to)) {
            (Ok(from), Ok(to)) => self.roads.direct(&from, &to, self.part_for(part)).ms(),
            _ => crate::cost::NO_WAY_MS,
        }
    }
}

/// Seconds, or that there is no way.
fn answer(ms: u32) -> u32 {
    if ms < crate::cost::NO_WAY_MS { seconds(ms) } else { UNREACHABLE }
}

impl TravelTimes for RoadStops {
    fn stop_count(&self) -> u32 {
        self.points.len() as u32
    }

    fn parts(&self) -> &DayParts {
        self.roads.parts()
    }

    fn leg(&self, from: Stop, to: Stop, part: DayPart) -> Option<Leg> {
        let (here, there) = (self.place(from).ok()?, self.place(to).ok()?);
        let over_hubs = self.labels(from, part).out.meet(&self.labels(to, part).into);
        self.roads.direct(&here, &there, self.part_for(part)).min(over_hubs).leg()
    }

    fn pin(&self, pin: &mut Pin, stop: Stop, part: DayPart) {
        pin.begin(stop, part, self.roads.ground.hierarchy.vertex_count());
        let Labels { out, into } = self.labels(stop, part);
        for entry in out.entries() {
            pin.set_out(entry.hub, entry.ms);
        }
        for entry in into.entries() {
            pin.set_into(entry.hub, entry.ms);
        }
    }

    /// Reckons the ways from and to every vertex there is: a few milliseconds for a large city.
    fn pin_widely(&self, pin: &mut Pin, stop: Stop, part: DayPart) {
        self.pin(pin, stop, part);
        let (hierarchy, metric) = (&self.roads.ground.hierarchy, &self.roads.speeds(self.part_for(part)).metric);
        let (out, into) = pin.widen();
        hierarchy.sweep(metric, Way::Down, out);
        hierarchy.sweep(metric, Way::Up, into);
        let zones = &self.roads.ground.zones;
        if let Some(zone) = self.zone(stop) {
            pin.set_zones(|out, into, times| {
                zones.least(out, into, times);
                // Who is on the same edge needs no vertex.
                times[usize::from(zone)] = ZoneTimes { away_s: 0, back_s: 0 };
            });
        }
    }

    fn zone(&self, stop: Stop) -> Option<u16> {
        self.place(stop).ok().map(|place| self.roads.ground.zones.of(place.edge))
    }

    fn away_s(&self, pin: &Pin, to: Stop) -> u32 {
        let label = &self.labels(to, pin.part()).into;
        let mut ms = if pin.is_wide() { label.least_ms_of_all(pin.outward()) } else { label.least_ms(pin.outward()) };
        if self.edges[to.index()] == self.edges[pin.stop().index()] {
            ms = ms.min(self.direct_ms(pin.stop(), to, pin.part()));
        }
        answer(ms)
    }

    fn back_s(&self, pin: &Pin, from: Stop) -> u32 {
        let label = &self.labels(from, pin.part()).out;
        let mut ms = if pin.is_wide() { label.least_ms_of_all(pin.inward()) } else { label.least_ms(pin.inward()) };
        if self.edges[from.index()] == self.edges[pin.stop().index()] {
            ms = ms.min(self.direct_ms(from, pin.stop(), pin.part()));
        }
        answer(ms)
    }

    fn anchor(&self, stop: Stop) -> Option<Point> {
        self.places[stop.index()].ok().map(|place| place.point)
    }

    fn top_mps(&self) -> f64 {
        self.roads.top_mps()
    }

    fn matrix(&self, from: &[Stop], to: &[Stop], part: DayPart) -> Matrix {
        let hubs = self.roads.ground.hierarchy.vertex_count();
        let out = from.iter().map(|stop| -> &Label { &self.labels(*stop, part).out });
        let into = to.iter().map(|stop| -> &Label { &self.labels(*stop, part).into });
        let on_edge = places_by_edge(to.iter().map(|stop| self.places[stop.index()].as_ref().ok()));
        matrix(hubs, out, into, from.len(), |row, costs| {
            let Ok(here) = self.place(from[row]) else { return };
            for &column in on_edge.get(&here.edge).into_iter().flatten() {
                if let Ok(there) = self.place(to[column]) {
                    costs[column] = costs[column].min(self.roads.direct(&here, &there, self.part_for(part)));
                }
            }
        })
    }
}
