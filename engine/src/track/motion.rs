//! Trips and stops: a state machine over believed fixes in order of event time.
//!
//! The rules are Traccar's newer ones (report.trip.newLogic): a stop is left when its anchor is `distance_min_m` away, and the trip then
//! begins where, looking back, every leg was faster than `distance_min_m / duration_min_s`; a trip ends when nothing within
//! `duration_min_s` was so far away. Two things are added: the stop is dated back while the legs before it were slower than a standing
//! phone drifts, so that a parked car does not drive on for three minutes; and a silence longer than `stop_gap_s` always ends a trip.
//!
//! The window of the last places is bounded whatever the rate of fixes: places closer in time than a thirty-sixth of `duration_min_s`
//! are thinned, always the same way.

use super::item::{Body, Item};
use super::rules::MotionRules;
use super::walk::Yield;
use crate::Timestamp;
use crate::geo::Point;
use crate::geo::distance::metres;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Slower than this is standing, m/s: a phone at rest drifts below it, a person walks above (the live map's border too).
const STANDING_MAX_MPS: f64 = 0.5;
/// Places in the window at most, roughly.
const WINDOW_PLACES: i64 = 36;

/// What lies between two believed fixes.
#[derive(Clone, Copy, Debug)]
pub struct Leg {
    pub ms: i64,
    /// Distance that counts; 0 over a relocation.
    pub mm: i64,
    /// The part of `ms` in motion.
    pub motion_ms: i64,
    /// Speed at its end, cm/s: reported, or its mean.
    pub speed_cmps: u32,
    /// Too far for the time, and confirmed.
    pub relocated: bool,
}

/// A place the device was at, with what its odometer showed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Spot {
    at: Timestamp,
    point: Point,
    odometer_mm: i64,
    motion_ms: i64,
    /// Highest speed since the spot before.
    top_cmps: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Phase {
    Stopped {
        /// Where and when the stop began.
        since: Timestamp,
        at: Point,
        /// Where and when it was noticed: what has to be left, and what a trip cannot begin before.
        anchor: Point,
        anchored_at: Timestamp,
    },
    Moving {
        from: Spot,
        top_cmps: u32,
    },
}

/// Motion of one device, carried from fix to fix.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Motion {
    phase: Option<Phase>,
    /// Oldest first; the last one is the newest believed fix.
    #[serde(with = "differences")]
    window: VecDeque<Spot>,
    odometer_mm: i64,
    motion_ms: i64,
}

/// Places as bytes: each by its difference to the one before, which takes half the room. A checkpoint is kept for every few fixes.
mod differences {
    use super::{Point, Spot, Timestamp};
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;
    use std::collections::VecDeque;

    type Difference = (i64, i64, i64, i64, i64, u32);

    fn values(spot: &Spot) -> [i64; 5] {
        let Spot { at, point, odometer_mm, motion_ms, .. } = spot;
        [at.ms(), i64::from(point.lat_e7()), i64::from(point.lon_e7()), *odometer_mm, *motion_ms]
    }

    pub fn serialize<S: Serializer>(window: &VecDeque<Spot>, serializer: S) -> Result<S::Ok, S::Error> {
        let before = std::iter::once([0; 5]).chain(window.iter().map(values));
        serializer.collect_seq(window.iter().zip(before).map(|(spot, before)| -> Difference {
            let [at, lat, lon, odometer, motion] = std::array::from_fn(|i| values(spot)[i] - before[i]);
            (at, lat, lon, odometer, motion, spot.top_cmps)
        }))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<VecDeque<Spot>, D::Error> {
        let mut sum = [0_i64; 5];
        let spots =
            Vec::<Difference>::deserialize(deserializer)?.into_iter().map(|(at, lat, lon, odometer, motion, top_cmps)| {
                for (sum, more) in sum.iter_mut().zip([at, lat, lon, odometer, motion]) {
                    *sum = sum.checked_add(more)?;
                }
                let [at, lat, lon, odometer_mm, motion_ms] = sum;
                let point = Point::from_e7(i32::try_from(lat).ok()?, i32::try_from(lon).ok()?)?;
                Some(Spot { at: Timestamp::from_ms(at).ok()?, point, odometer_mm, motion_ms, top_cmps })
            });
        spots.collect::<Option<_>>().ok_or_else(|| D::Error::custom("no window of places"))
    }
}

impl Motion {
    /// Takes the next believed fix. `leg` is what lies between it and the one before; without one it is the first.
    pub fn step(&mut self, at: Timestamp, point: Point, leg: Option<&Leg>, rules: MotionRules, stop_gap_s: u32, out: &mut Yield) {
        let top_cmps = leg.map_or(0, |leg| leg.speed_cmps);
        if let Some(leg) = leg {
            self.odometer_mm += leg.mm;
            self.motion_ms += leg.motion_ms;
        }
        let here = Spot { at, point, odometer_mm: self.odometer_mm, motion_ms: self.motion_ms, top_cmps };
        match (self.phase, leg, self.window.back().copied()) {
            (Some(phase), Some(leg), Some(last)) => {
                if leg.relocated || leg.ms > i64::from(stop_gap_s) * 1000 {
                    self.over_silence(phase, last, here, leg, rules, out);
                } else {
                    self.forget_before(here.at.plus_s(-i64::from(rules.duration_min_s)));
                    match phase {
                        Phase::Moving { from, top_cmps } => self.moving(from, top_cmps, here, rules, out),
                        Phase::Stopped { since, at, anchor, anchored_at } => {
                            self.stopped((since, at), (anchor, anchored_at), here, rules, out);
                        }
                    }
                }
            }
            _ => self.stand(here, here, out),
        }
        self.remember(here, rules);
    }

    /// Is it on a trip?
    pub const fn is_moving(&self) -> bool {
        matches!(self.phase, Some(Phase::Moving { .. }))
    }

    /// The item that is open, if any.
    pub fn open_item(&self) -> Option<Item> {
        match self.phase? {
            Phase::Stopped { since, at, .. } => Some(open_stop(since, at)),
            Phase::Moving { from, .. } => Some(open_trip(&from)),
        }
    }

    /// Moves the zero of the odometer to the oldest place still needed, so that equal futures are equal values.
    pub fn rebase(&mut self) {
        let oldest = self.window.front().map(|spot| (spot.odometer_mm, spot.motion_ms));
        let from = match self.phase {
            Some(Phase::Moving { from, .. }) => Some((from.odometer_mm, from.motion_ms)),
            _ => None,
        };
        let Some((mm, ms)) = [oldest, from].into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))) else { return };
        for spot in &mut self.window {
            spot.odometer_mm -= mm;
            spot.motion_ms -= ms;
        }
        if let Some(Phase::Moving { from, .. }) = &mut self.phase {
            from.odometer_mm -= mm;
            from.motion_ms -= ms;
        }
        self.odometer_mm -= mm;
        self.motion_ms -= ms;
    }

    /// Keeps the places of the last `duration_min_s`, and one older.
    fn forget_before(&mut self, cutoff: Timestamp) {
        while self.window.get(1).is_some_and(|spot| spot.at < cutoff) {
            self.window.pop_front();
        }
    }

    fn remember(&mut self, here: Spot, rules: MotionRules) {
        let spacing_ms = i64::from(rules.duration_min_s) * 1000 / WINDOW_PLACES;
        let before = self.window.len().checked_sub(2).map(|index| self.window[index].at);
        match (before, self.window.back_mut()) {
            (Some(before), Some(last)) if last.at.since_ms(before) < spacing_ms => {
                *last = Spot { top_cmps: last.top_cmps.max(here.top_cmps), ..here };
            }
            _ => self.window.push_back(here),
        }
    }

    fn moving(&mut self, from: Spot, top_cmps: u32, here: Spot, rules: MotionRules, out: &mut Yield) {
        let top_cmps = top_cmps.max(here.top_cmps);
        let far = f64::from(rules.distance_min_m);
        let goes_on = self.window.iter().any(|spot| metres(spot.point, here.point).0 >= far);
        let long_enough =
            self.window.front().is_some_and(|oldest| here.at.since_ms(oldest.at) >= i64::from(rules.duration_min_s) * 1000);
        if goes_on || !long_enough {
            self.phase = Some(Phase::Moving { from, top_cmps });
            return;
        }
        // It stands; since when? Back over the legs that were no faster than drift.
        let mut end = here;
        for spot in self.window.iter().rev() {
            if spot.at <= from.at || speed(spot, &end) > STANDING_MAX_MPS {
                break;
            }
            end = *spot;
        }
        out.items.push(closed_trip(&from, &end, top_cmps, here.at));
        self.stand(end, here, out);
    }

    fn stopped(
        &mut self,
        (since, at): (Timestamp, Point),
        (anchor, anchored_at): (Point, Timestamp),
        here: Spot,
        rules: MotionRules,
        out: &mut Yield,
    ) {
        if metres(anchor, here.point).0 < f64::from(rules.distance_min_m) {
            return;
        }
        let fast = f64::from(rules.distance_min_m) / f64::from(rules.duration_min_s);
        let (mut start, mut top_cmps) = (here, here.top_cmps);
        for spot in self.window.iter().rev() {
            if spot.at <= anchored_at || speed(spot, &start) <= fast {
                break;
            }
            top_cmps = top_cmps.max(start.top_cmps);
            start = *spot;
        }
        out.items.push(closed_stop(since, at, start.at, here.at));
        out.items.push(open_trip(&start));
        self.phase = Some(Phase::Moving { from: start, top_cmps });
    }

    /// Nobody knows what happened between `last` and `here`: what was going on ended at `last`.
    fn over_silence(&mut self, phase: Phase, last: Spot, here: Spot, leg: &Leg, rules: MotionRules, out: &mut Yield) {
        let apart = metres(last.point, here.point).0;
        let is_displaced = leg.relocated || apart >= f64::from(rules.distance_min_m);
        let is_fast = apart > f64::from(rules.distance_min_m) / f64::from(rules.duration_min_s) * leg.ms as f64 / 1000.0;
        match phase {
            Phase::Moving { from, top_cmps } => {
                if from.at < last.at {
                    out.items.push(closed_trip(&from, &last, top_cmps, here.at));
                } else if !is_displaced || leg.relocated || !is_fast {
                    // It had just begun, and nobody knows that it went on: there was none.
                    out.removed.push(open_trip(&from).key());
                }
                if !is_displaced {
                    return self.stand(last, last, out);
                }
            }
            Phase::Stopped { .. } if !is_displaced => return,
            Phase::Stopped { since, at, .. } => out.items.push(closed_stop(since, at, last.at, here.at)),
        }
        if !leg.relocated && is_fast {
            out.items.push(Item {
                start_at: last.at,
                end_at: Some(here.at),
                decided_at: here.at,
                body: Body::Trip {
                    from: last.point,
                    to: Some(here.point),
                    distance_mm: Some(leg.mm),
                    motion_ms: Some(leg.motion_ms),
                    max_speed_cmps: None,
                    unobserved: true,
                },
            });
        }
        self.window.clear();
        self.stand(here, here, out);
    }

    /// A stop begins at `since`, noticed at `here`.
    fn stand(&mut self, since: Spot, here: Spot, out: &mut Yield) {
        self.phase = Some(Phase::Stopped { since: since.at, at: since.point, anchor: here.point, anchored_at: here.at });
        out.items.push(open_stop(since.at, since.point));
    }
}

/// Mean speed from one place to a later one, m/s; a step in no time is infinitely fast, unless it goes nowhere.
fn speed(from: &Spot, to: &Spot) -> f64 {
    let (m, s) = (metres(from.point, to.point).0, to.at.since_ms(from.at) as f64 / 1000.0);
    if m == 0.0 { 0.0 } else { m / s }
}

fn open_stop(since: Timestamp, at: Point) -> Item {
    Item { start_at: since, end_at: None, decided_at: since, body: Body::Stop { at } }
}

fn closed_stop(since: Timestamp, at: Point, end: Timestamp, decided_at: Timestamp) -> Item {
    Item { start_at: since, end_at: Some(end), decided_at, body: Body::Stop { at } }
}

fn open_trip(from: &Spot) -> Item {
    let body =
        Body::Trip { from: from.point, to: None, distance_mm: None, motion_ms: None, max_speed_cmps: None, unobserved: false };
    Item { start_at: from.at, end_at: None, decided_at: from.at, body }
}

fn closed_trip(from: &Spot, end: &Spot, top_cmps: u32, decided_at: Timestamp) -> Item {
    let body = Body::Trip {
        from: from.point,
        to: Some(end.point),
        distance_mm: Some(end.odometer_mm - from.odometer_mm),
        motion_ms: Some(end.motion_ms - from.motion_ms),
        max_speed_cmps: Some(top_cmps),
        unobserved: false,
    };
    Item { start_at: from.at, end_at: Some(end.at), decided_at, body }
}
