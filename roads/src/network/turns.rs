//! From edges to turns: which lane may follow which, and what turning costs.
//!
//! Turning costs what OSRM's profiles say: up to 7.5 s (6 s by bicycle), growing with the angle, at junctions of three roads or more;
//! 2 s at a signal; 20 s to turn round, which is only done where the road ends. Left and right cost the same: the map does not say on which
//! side people drive.

use super::build::{Roads, first_out};
use super::{Graph, Lane, NONE, Vertices};
use crate::osm::Extract;
use crate::osm::restriction::Restriction;
use salessync_engine::Point;
use salessync_engine::plan::times::TravelProfile;
use std::collections::HashMap;

const SIGNALS_MS: u32 = 2_000;
const ROUND_MS: u32 = 20_000;
/// At right angles and beyond, by `TravelProfile::index`.
const TURN_MS: [f64; 3] = [7_500.0, 6_000.0, 0.0];
/// How sharply the cost of a turn grows about a right angle.
const TURN_STEEPNESS: f64 = 13.0;

pub(super) fn lanes(extract: &Extract, roads: &Roads, profile: TravelProfile) -> (Graph, Vertices) {
    let is_open = |lane: Lane| {
        let travel = roads.edges[lane.edge() as usize].travel;
        if lane.is_along() { travel.forward_dkmh > 0 } else { travel.backward_dkmh > 0 }
    };
    let lanes: Vec<Lane> = (0..roads.edges.len() as u32 * 2).map(Lane).filter(|lane| is_open(*lane)).collect();
    let mut of_lane = vec![NONE; roads.edges.len() * 2];
    for (vertex, lane) in lanes.iter().enumerate() {
        of_lane[lane.index()] = vertex as u32;
    }
    let leaving = Leaving::new(roads, &lanes);
    let mut rules: HashMap<u32, Vec<&Restriction>> = HashMap::new();
    for restriction in extract.restrictions.iter().filter(|restriction| restriction.holds[profile.index()]) {
        let junction = roads.of_node[restriction.via as usize];
        if junction != NONE {
            rules.entry(junction).or_default().push(restriction);
        }
    }
    let mut graph = Graph { middle: lanes.iter().map(|lane| middle(roads, *lane)).collect(), ..Graph::default() };
    let mut tails = Vec::new();
    for (vertex, &lane) in lanes.iter().enumerate() {
        let junction = ends(roads, lane).1;
        let rules = rules.get(&junction).map_or(&[][..], Vec::as_slice);
        for (next, extra_ms) in exits(roads, lane, leaving.of(junction), rules, profile) {
            // Round and round the same loop leads nowhere new, and the hierarchy knows no arc from a vertex to itself.
            if next != lane {
                tails.push(vertex as u32);
                graph.head.push(of_lane[next.index()]);
                graph.lane.push(lane);
                graph.extra_ms.push(extra_ms);
            }
        }
    }
    graph.first_out = first_out(lanes.len(), tails.into_iter());
    (graph, Vertices::Lanes { of_lane, lanes })
}

/// The lanes that may follow a lane at its end, with the time that the turn takes, milliseconds.
fn exits(roads: &Roads, lane: Lane, leaving: &[Lane], rules: &[&Restriction], profile: TravelProfile) -> Vec<(Lane, u32)> {
    let way = |lane: Lane| roads.edges[lane.edge() as usize].way;
    let mine: Vec<&&Restriction> = rules.iter().filter(|rule| rule.from_way == way(lane)).collect();
    let is_round = |next: Lane| next == lane.reverse();
    let is_forbidden = |next: Lane| {
        mine.iter().filter(|rule| !rule.is_only).any(|rule| {
            // Of a way that goes on beyond the junction, "no turning back" is about the lane one came by.
            if rule.from_way == rule.to_way { is_round(next) } else { rule.to_way == way(next) }
        })
    };
    // An order to go where nobody can go is a mistake of the map.
    let ordered: Vec<i64> = mine.iter().filter(|rule| rule.is_only).map(|rule| rule.to_way).collect();
    let can_obey = leaving.iter().any(|next| ordered.contains(&way(*next)) && !is_round(*next));
    let may = |next: Lane| !is_forbidden(next) && (!can_obey || ordered.contains(&way(next)));
    let junction = ends(roads, lane).1;
    let signals_ms = if roads.has_signals[junction as usize] { SIGNALS_MS } else { 0 };
    let is_crossing = leaving.iter().chain([&lane]).map(|lane| lane.edge()).collect::<std::collections::BTreeSet<_>>().len() > 2;
    let arriving = bearing(roads, lane, true);
    let onward: Vec<(Lane, u32)> = leaving
        .iter()
        .filter(|next| !is_round(**next) && may(**next))
        .map(|&next| {
            let turn_ms = if is_crossing { turn_ms(arriving, bearing(roads, next, false), profile) } else { 0 };
            (next, turn_ms + signals_ms)
        })
        .collect();
    if onward.is_empty() {
        let round = leaving.iter().filter(|next| is_round(**next) && !is_forbidden(**next));
        return round.map(|next| (*next, ROUND_MS + signals_ms)).collect();
    }
    onward
}

fn turn_ms(arriving: f64, leaving: f64, profile: TravelProfile) -> u32 {
    let angle = (leaving - arriving + 540.0).rem_euclid(360.0) - 180.0;
    let bend = TURN_STEEPNESS * (angle.abs() / 180.0 - 0.5);
    (TURN_MS[profile.index()] / (1.0 + (-bend).exp())).round() as u32
}

/// Where a lane begins and ends.
fn ends(roads: &Roads, lane: Lane) -> (u32, u32) {
    let edge = &roads.edges[lane.edge() as usize];
    if lane.is_along() { (edge.from, edge.to) } else { (edge.to, edge.from) }
}

fn shape(roads: &Roads, lane: Lane) -> &[Point] {
    let range = &roads.edges[lane.edge() as usize].shape;
    &roads.shape[range.start as usize..range.end as usize]
}

/// The direction of a lane where it begins or ends, degrees.
fn bearing(roads: &Roads, lane: Lane, at_end: bool) -> f64 {
    let points = shape(roads, lane);
    let is_last = lane.is_along() == at_end;
    let (near, mut inward): (Point, Box<dyn Iterator<Item = &Point>>) = match is_last {
        true => (points[points.len() - 1], Box::new(points.iter().rev())),
        false => (points[0], Box::new(points.iter())),
    };
    // The first corner that is elsewhere: maps repeat points.
    let far = inward.find(|point| **point != near).copied().unwrap_or(near);
    let (from, to) = if at_end { (far, near) } else { (near, far) };
    let east = (to.lon() - from.lon()) * to.lat().to_radians().cos();
    east.atan2(to.lat() - from.lat()).to_degrees()
}

fn middle(roads: &Roads, lane: Lane) -> Point {
    let points = shape(roads, lane);
    points[points.len() / 2]
}

/// The open lanes that begin at each junction.
struct Leaving {
    first: Vec<u32>,
    lanes: Vec<Lane>,
}

impl Leaving {
    fn new(roads: &Roads, lanes: &[Lane]) -> Self {
        let mut leaving: Vec<(u32, Lane)> = lanes.iter().map(|lane| (ends(roads, *lane).0, *lane)).collect();
        leaving.sort_unstable();
        let first = first_out(roads.vertices.len(), leaving.iter().map(|(junction, _)| *junction));
        Self { first, lanes: leaving.into_iter().map(|(_, lane)| lane).collect() }
    }

    fn of(&self, junction: u32) -> &[Lane] {
        &self.lanes[self.first[junction as usize] as usize..self.first[junction as usize + 1] as usize]
    }
}
