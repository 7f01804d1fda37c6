//! Travel times: the words in which planners ask, and the oracles that need no map (`straight`, `matrix`). Roads are in the crate
//! `salessync-roads`, which answers through the same trait.
//!
//! Deliberately absent: the map itself, and the traffic's future. A time of day is one of a few parts of it (`parts`), and within a part
//! nothing changes: who departs a minute before a peak travels by the times before it, so the later of two may arrive first.
//!
//! The invariant: what cannot be reached is `UNREACHABLE`, or `None`; no sum or minimum ever makes a time of it.

mod matrix;
mod parts;
mod straight;

use crate::Point;
use crate::geo::distance;
use serde::{Deserialize, Serialize};

pub use matrix::{Matrix, MatrixFlaw};
pub use parts::{DayPart, DayParts, DayPartsFlaw, PARTS_MAX, Part, SECONDS_OF_DAY};
pub use straight::{DETOUR, StraightFlaw, StraightLine, StraightStops};

/// Where a travel time or a distance should stand: there is no way. Larger than any time, so that a minimum leaves it behind.
pub const UNREACHABLE: u32 = u32::MAX;

/// How somebody travels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TravelProfile {
    #[default]
    Car,
    Bike,
    Foot,
}

impl TravelProfile {
    pub const ALL: [Self; 3] = [Self::Car, Self::Bike, Self::Foot];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Car => "car",
            Self::Bike => "bike",
            Self::Foot => "foot",
        }
    }

    /// Its place in `ALL`, for tables with an entry for each.
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// What it takes to get from one place to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Leg {
    pub duration_s: u32,
    pub distance_m: u32,
}

/// A place of a plan: its index in the table of stops that a `TravelTimes` was made for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stop(pub u32);

impl Stop {
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Travel times between the stops of one table, for one profile.
///
/// Asked in inner loops: when one end stays the same, `pin` it and ask with the pin. A stop that is not in the table is a bug of the caller.
pub trait TravelTimes: Send + Sync {
    /// Stops are 0 to this.
    fn stop_count(&self) -> u32;

    /// The parts that a day falls into, as far as travel times are concerned.
    fn parts(&self) -> &DayParts;

    fn leg(&self, from: Stop, to: Stop, part: DayPart) -> Option<Leg>;

    /// Makes ready for questions about ways from and to a stop, at one part of the day. The pin's memory is used again.
    fn pin(&self, pin: &mut Pin, stop: Stop, part: DayPart);

    /// The same where thousands of questions are to come: it may take a thousand times as long when that makes each of them quicker.
    fn pin_widely(&self, pin: &mut Pin, stop: Stop, part: DayPart) {
        self.pin(pin, stop, part);
    }

    /// Seconds from the pinned stop to another, or `UNREACHABLE`. The same as `leg` says.
    fn away_s(&self, pin: &Pin, to: Stop) -> u32;

    /// Seconds from another stop to the pinned one, or `UNREACHABLE`. The same as `leg` says.
    fn back_s(&self, pin: &Pin, from: Stop) -> u32;

    /// The zone of the map that a stop is in. What is known of zones is in a pin, once it is wide.
    fn zone(&self, _stop: Stop) -> Option<u16> {
        None
    }

    /// Where travel from and to a stop begins and ends: the place itself, or the road it was put on. None: unknown.
    fn anchor(&self, stop: Stop) -> Option<Point>;

    /// Nobody gets ahead faster than this, measured in a straight line between anchors, metres a second.
    fn top_mps(&self) -> f64;

    /// Seconds, or `UNREACHABLE`.
    fn duration_s(&self, from: Stop, to: Stop, part: DayPart) -> u32 {
        self.leg(from, to, part).map_or(UNREACHABLE, |leg| leg.duration_s)
    }

    /// A time that no leg between these two is shorter than, at any part of the day: what a search may throw candidates out by without
    /// asking for the time itself.
    fn least_s(&self, from: Stop, to: Stop) -> u32 {
        match (self.anchor(from), self.anchor(to)) {
            (Some(from), Some(to)) => least_s(from, to, self.top_mps()),
            _ => 0,
        }
    }

    /// From each to each: a row for each of `from`, a column for each of `to`.
    fn matrix(&self, from: &[Stop], to: &[Stop], part: DayPart) -> Matrix {
        let mut matrix = Matrix::unreachable(from.len(), to.len());
        for (row, &from) in from.iter().enumerate() {
            for (column, &to) in to.iter().enumerate() {
                matrix.set(row, column, self.leg(from, to, part));
            }
        }
        matrix
    }
}

/// A share of the straight line that rounding, and the plane used for short ways, may take from it.
const STRAIGHT_SLACK: f64 = 0.999;

/// Whole seconds below any way between two places at a speed of at most `top_mps`. Times are rounded to the nearest second, so half of
/// one goes.
pub fn least_s(from: Point, to: Point, top_mps: f64) -> u32 {
    let straight_s = distance::metres(from, to).0 * STRAIGHT_SLACK / top_mps - 0.5;
    if straight_s > 0.0 { straight_s as u32 } else { 0 }
}

/// One stop, made ready for many questions. Which stop, and what the oracle wrote down for it: a cost for each hub that ways from it, and
/// to it, lead through. Hubs are numbers of the oracle's own; oracles that need none leave it empty.
#[derive(Clone, Debug)]
pub struct Pin {
    stop: Stop,
    part: DayPart,
    out: Dense,
    into: Dense,
    is_wide: bool,
    zones: Vec<ZoneTimes>,
}

/// Seconds that no way takes less than, between a pinned stop and all stops of a zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ZoneTimes {
    pub away_s: u32,
    pub back_s: u32,
}

impl Default for Pin {
    fn default() -> Self {
        Self::new()
    }
}

impl Pin {
    /// What stands at a hub that nothing was written down for. Two of them add up without overflow.
    pub const NO_WAY: u32 = (1 << 31) - 1;

    pub const fn new() -> Self {
        Self { stop: Stop(u32::MAX), part: DayPart(0), out: Dense::new(), into: Dense::new(), is_wide: false, zones: Vec::new() }
    }

    /// Forgets the stop before; for oracles.
    pub fn begin(&mut self, stop: Stop, part: DayPart, hubs: usize) {
        (self.stop, self.part, self.is_wide) = (stop, part, false);
        self.zones.clear();
        self.out.begin(hubs);
        self.into.begin(hubs);
    }

    /// Writes down what it costs from the stop to a hub; for oracles.
    pub fn set_out(&mut self, hub: u32, cost: u32) {
        self.out.set(hub, cost);
    }

    /// Writes down what it costs from a hub to the stop; for oracles.
    pub fn set_into(&mut self, hub: u32, cost: u32) {
        self.into.set(hub, cost);
    }

    /// What was written down, from and to the stop, to be made the costs of all hubs; for oracles.
    pub fn widen(&mut self) -> (&mut [u32], &mut [u32]) {
        self.is_wide = true;
        (self.out.whole(), self.into.whole())
    }

    /// Writes down what is known of zones, by their number; for oracles.
    pub fn set_zones(&mut self, zones: impl FnOnce(&[u32], &[u32], &mut Vec<ZoneTimes>)) {
        zones(&self.out.costs, &self.into.costs, &mut self.zones);
    }

    /// By number of the zone; empty: nothing is known.
    pub fn zones(&self) -> &[ZoneTimes] {
        &self.zones
    }

    /// Are the costs of all hubs written down?
    pub const fn is_wide(&self) -> bool {
        self.is_wide
    }

    pub const fn stop(&self) -> Stop {
        self.stop
    }

    pub const fn part(&self) -> DayPart {
        self.part
    }

    /// From the stop to each hub.
    pub fn outward(&self) -> &[u32] {
        &self.out.costs
    }

    /// From each hub to the stop.
    pub fn inward(&self) -> &[u32] {
        &self.into.costs
    }
}

/// A cost for each hub; what was set is remembered, so that forgetting does not cost the whole table.
#[derive(Clone, Debug, Default)]
struct Dense {
    costs: Vec<u32>,
    set: Vec<u32>,
    /// More than what `set` names is written down.
    is_whole: bool,
}

impl Dense {
    const fn new() -> Self {
        Self { costs: Vec::new(), set: Vec::new(), is_whole: false }
    }

    fn begin(&mut self, hubs: usize) {
        if std::mem::take(&mut self.is_whole) {
            self.costs.fill(Pin::NO_WAY);
            self.set.clear();
        }
        for hub in self.set.drain(..) {
            self.costs[hub as usize] = Pin::NO_WAY;
        }
        if self.costs.len() < hubs {
            self.costs.resize(hubs, Pin::NO_WAY);
        }
    }

    fn set(&mut self, hub: u32, cost: u32) {
        self.costs[hub as usize] = cost;
        self.set.push(hub);
    }

    fn whole(&mut self) -> &mut [u32] {
        self.is_whole = true;
        &mut self.costs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_forgets_what_was_pinned_before() {
        let mut pin = Pin::new();
        pin.begin(Stop(1), DayPart(0), 4);
        pin.set_out(2, 7);
        pin.set_into(3, 9);
        pin.begin(Stop(2), DayPart(1), 3);
        assert_eq!((pin.stop(), pin.part()), (Stop(2), DayPart(1)));
        assert!([pin.outward(), pin.inward()].concat().iter().all(|cost| *cost == Pin::NO_WAY));
        assert!(Pin::NO_WAY.checked_add(Pin::NO_WAY).is_some());
    }

    #[test]
    fn the_least_time_is_never_above_a_straight_drive_at_top_speed() {
        let point = |lat, lon| Point::new(lat, lon).unwrap();
        let here = point(-30.03, -51.23);
        for (to, top_mps) in [(here, 10.0), (point(-30.031, -51.23), 30.0), (point(-30.2, -51.0), 27.5), (point(40.0, 3.0), 36.0)]
        {
            let straight_s = distance::metres(here, to).0 / top_mps;
            let least = least_s(here, to, top_mps);
            assert!(f64::from(least) <= straight_s && f64::from(least) + 2.0 >= straight_s * 0.998, "{least} for {straight_s}");
        }
    }
}
