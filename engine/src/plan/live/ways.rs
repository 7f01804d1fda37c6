//! What the live plan asks of travel times: legs, the same with one end pinned, and the bounds that let a search leave legs unasked.
//!
//! Seconds here are the profile's; a shift's own factor is applied by whoever asks.

use crate::Point;
use crate::plan::model::{Leg, Matrices, ProfileIx, StopIx, Travel};
use crate::plan::times::ZoneTimes;

/// In pinned answers: no way. Half of the largest time, so that adding to it does not overflow.
pub const NO_WAY: i32 = i32::MAX / 2;

/// Travel that answers quickly when one end stays the same.
pub trait Ways: Travel {
    /// One stop made ready; its memory is used again.
    type Pin: Default;

    fn pin(&self, pin: &mut Self::Pin, profile: ProfileIx, stop: StopIx);

    /// The same where thousands of questions are to come, each of them quicker for it.
    fn pin_widely(&self, pin: &mut Self::Pin, profile: ProfileIx, stop: StopIx) {
        self.pin(pin, profile, stop);
    }

    /// Seconds from the pinned stop, or `NO_WAY`; the same as `leg` says.
    fn away_s(&self, pin: &Self::Pin, to: StopIx) -> i32;

    /// Seconds to the pinned stop, or `NO_WAY`; the same as `leg` says.
    fn back_s(&self, pin: &Self::Pin, from: StopIx) -> i32;

    /// Where ways from and to a stop begin and end; None: unknown.
    fn place(&self, stop: StopIx) -> Option<Point>;

    /// Nobody gets ahead faster between two places, measured along the straight line, metres a second.
    fn top_mps(&self, profile: ProfileIx) -> f64;

    /// The zone of a profile's map that a stop is in.
    fn zone(&self, _profile: ProfileIx, _stop: StopIx) -> Option<u16> {
        None
    }

    /// By zone, what no way between the pinned stop and a stop there takes less than; empty where nothing is known of zones.
    fn zone_times<'a>(&self, _pin: &'a Self::Pin) -> &'a [ZoneTimes] {
        &[]
    }
}

/// A stop of a table: it needs no making ready.
#[derive(Clone, Copy, Debug)]
pub struct TablePin(ProfileIx, StopIx);

impl Default for TablePin {
    fn default() -> Self {
        Self(ProfileIx(0), StopIx(0))
    }
}

/// Tables know no places: every bound is zero, and searches look at everything.
impl Ways for Matrices {
    type Pin = TablePin;

    fn pin(&self, pin: &mut Self::Pin, profile: ProfileIx, stop: StopIx) {
        *pin = TablePin(profile, stop);
    }

    fn away_s(&self, pin: &Self::Pin, to: StopIx) -> i32 {
        seconds(self.leg(pin.0, pin.1, to))
    }

    fn back_s(&self, pin: &Self::Pin, from: StopIx) -> i32 {
        seconds(self.leg(pin.0, from, pin.1))
    }

    fn place(&self, _: StopIx) -> Option<Point> {
        None
    }

    fn top_mps(&self, _: ProfileIx) -> f64 {
        f64::INFINITY
    }
}

fn seconds(leg: Option<Leg>) -> i32 {
    leg.map_or(NO_WAY, |leg| leg.duration_s.min(NO_WAY))
}

/// A point on the sphere in metres from its centre: the chord between two is shorter than any way, and quick to reckon.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Chord(pub [f32; 3]);

/// Rounding of `Chord` and what it costs at most, metres.
const CHORD_SLACK_M: f32 = 3.0;
/// The sphere overstates the ellipsoid by 0.56 % at most.
const CHORD_SHARE: f32 = 0.99;

impl Chord {
    /// Nearer than anything to everything.
    pub const UNKNOWN: Self = Self([f32::NAN; 3]);

    pub fn is_known(self) -> bool {
        !self.0[0].is_nan()
    }

    pub fn of(point: Point) -> Self {
        let (lat, lon) = (point.lat().to_radians(), point.lon().to_radians());
        let r = crate::geo::distance::SPHERE_RADIUS_M;
        Self([(r * lat.cos() * lon.cos()) as f32, (r * lat.cos() * lon.sin()) as f32, (r * lat.sin()) as f32])
    }

    /// Metres that no way between the two is shorter than.
    pub fn least_m(self, other: Self) -> f32 {
        (self.metres(other) * CHORD_SHARE - CHORD_SLACK_M).max(0.0)
    }

    /// Along the chord.
    pub fn metres(self, other: Self) -> f32 {
        let d = [self.0[0] - other.0[0], self.0[1] - other.0[1], self.0[2] - other.0[2]];
        (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt()
    }

    /// Metres that no way from here to anything within a ball is shorter than.
    pub fn least_to_ball_m(self, middle: Self, radius_m: f32) -> f32 {
        ((self.metres(middle) - radius_m) * CHORD_SHARE - 2.0 * CHORD_SLACK_M).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::distance::metres;

    #[test]
    fn a_chord_is_never_longer_than_the_distance_and_hardly_shorter_in_a_town() {
        let mut seed = 7u64;
        let mut unit = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 11) as f64 / (1u64 << 53) as f64
        };
        for round in 0..20_000 {
            let spread = [0.001, 0.1, 5.0, 60.0][round % 4];
            let (lat, lon) = (unit() * 140.0 - 70.0, unit() * 358.0 - 179.0);
            let other = Point::new(
                (lat + (unit() - 0.5) * spread).clamp(-89.0, 89.0),
                (lon + (unit() - 0.5) * spread).clamp(-180.0, 180.0),
            );
            let (a, b) = (Point::new(lat, lon).unwrap(), other.unwrap());
            let (chord, true_m) = (f64::from(Chord::of(a).least_m(Chord::of(b))), metres(a, b).0);
            assert!(chord <= true_m, "{a:?} {b:?}: {chord} {true_m}");
            assert!(spread > 1.0 || chord > true_m * 0.97 - 5.0, "{a:?} {b:?}: {chord} {true_m}");
        }
    }
}
