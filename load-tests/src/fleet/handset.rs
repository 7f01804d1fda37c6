//! What a phone makes of where its owner is: noisy fixes, a battery, tunnels, a clock that is sometimes wrong.

use super::walk::Truth;
use crate::rng::Rng;
use crate::town::geojson::Projection;
use crate::town::plane::{V, noise};
use salessync_engine::Timestamp;
use salessync_engine::track::{RawFix, Source};

/// What is wrong with a phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    None,
    /// Loses coverage for some minutes and delivers late.
    Tunnels,
    /// Sends some fixes twice.
    Repeats,
    /// Its clock jumps now and then.
    BadClock,
}

impl Fault {
    /// The faults of a fleet are spread by number, so that every fleet has some of each.
    pub fn of(index: usize) -> Self {
        match index {
            i if i % 31 == 17 => Self::BadClock,
            i if i % 7 == 3 => Self::Tunnels,
            i if i % 9 == 4 => Self::Repeats,
            _ => Self::None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Handset {
    rng: Rng,
    drift_m: V,
    sigma_m: f64,
    battery: f64,
    drain_per_h: f64,
    is_charging: bool,
    seq: i64,
}

impl Handset {
    pub fn new(mut rng: Rng) -> Self {
        Self {
            drift_m: V { x: rng.normal(), y: rng.normal() } * 2.0,
            sigma_m: rng.range(1.6, 3.4),
            battery: rng.range(0.35, 1.0),
            drain_per_h: rng.range(0.07, 0.14),
            is_charging: false,
            seq: 0,
            rng,
        }
    }

    /// The fix taken at `now`, `s` seconds after the one before.
    pub fn fix(&mut self, truth: Truth, s: f64, now: Timestamp, projection: &Projection) -> RawFix {
        self.seq += 1;
        self.use_battery(truth, s);
        // The error wanders: what it was half a minute ago says nothing any more.
        let keep = (-s / 25.0).exp();
        let fresh = self.sigma_m * (1.0 - keep * keep).sqrt();
        self.drift_m = self.drift_m * keep + V { x: self.rng.normal(), y: self.rng.normal() } * fresh;
        let is_coarse = self.rng.chance(0.002);
        let error = if is_coarse { self.drift_m * 4.0 } else { self.drift_m };
        let (lat, lon) = projection.degrees(truth.at + error);
        let is_moving = truth.speed_mps > 0.4;
        let bearing = (90.0 - truth.heading.angle().to_degrees() + self.rng.normal() * 3.0).rem_euclid(360.0);
        RawFix {
            seq: Some(self.seq),
            recorded_at: now,
            lat: rounded(lat, 1e7),
            lon: rounded(lon, 1e7),
            accuracy_m: Some(rounded(
                if is_coarse { self.rng.range(20.0, 38.0) } else { self.sigma_m * self.rng.range(1.8, 2.5) },
                10.0,
            )),
            speed_mps: Some(rounded(if is_moving { (truth.speed_mps + self.rng.normal() * 0.12).max(0.0) } else { 0.0 }, 100.0)),
            bearing_deg: is_moving.then(|| rounded(bearing, 10.0).min(359.9)),
            altitude_m: Some(rounded(14.0 + 11.0 * noise(21, truth.at * 0.0006) + self.rng.normal() * 0.7, 10.0)),
            battery: Some(rounded(self.battery, 100.0)),
            source: if is_coarse { Source::Network } else { Source::Gps },
            mock: false,
        }
    }

    fn use_battery(&mut self, truth: Truth, s: f64) {
        let hours = s / 3600.0;
        if self.is_charging {
            self.battery = (self.battery + 0.7 * hours).min(1.0);
            self.is_charging = self.battery < 0.95;
        } else {
            self.battery = (self.battery - self.drain_per_h * hours).max(0.02);
            self.is_charging = self.battery < 0.12 || (self.battery < 0.25 && truth.is_visiting);
        }
    }
}

fn rounded(value: f64, per_unit: f64) -> f64 {
    (value * per_unit).round() / per_unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixes_lie_within_metres_of_the_truth_and_can_all_be_represented() {
        let projection = Projection::new(54.7, 2.3);
        let mut handset = Handset::new(Rng::new(1));
        let truth = Truth {
            at: V { x: 500.0, y: -300.0 },
            speed_mps: 1.4,
            heading: V { x: 0.0, y: 1.0 },
            is_visiting: false,
            visiting: None,
        };
        let mut far = 0;
        for i in 0..2_000 {
            let now = Timestamp::from_ms_clamped(1_795_420_800_000 + i * 2_000);
            let fix = handset.fix(truth, 2.0, now, &projection);
            salessync_engine::Fix::new(&fix).unwrap();
            far += usize::from(projection.metres(fix.lat, fix.lon).distance(truth.at) > 12.0);
        }
        assert!(far < 30, "{far} of 2000 fixes are more than 12 m off");
    }
}
