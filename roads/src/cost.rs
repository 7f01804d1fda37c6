//! What a way costs: milliseconds and decimetres in one number, compared by time first and by distance where times are equal. Adding two
//! costs is one addition, the better of two is one comparison.

use salessync_engine::plan::times::Leg;

/// Milliseconds in the upper half, decimetres in the lower.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Cost(u64);

impl Cost {
    pub const ZERO: Self = Self(0);
    /// No way: 24.8 days, longer than any drive on earth. Two of them add up without overflow, and stay longer than any way.
    pub const NO_WAY: Self = Self((NO_WAY_MS as u64) << 32);

    pub const fn new(ms: u32, dm: u32) -> Self {
        Self((ms as u64) << 32 | dm as u64)
    }

    pub const fn ms(self) -> u32 {
        (self.0 >> 32) as u32
    }

    pub const fn dm(self) -> u32 {
        self.0 as u32
    }

    pub const fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    pub const fn is_way(self) -> bool {
        self.0 < Self::NO_WAY.0
    }

    /// In seconds and metres, each to the nearest; None where there is no way.
    pub const fn leg(self) -> Option<Leg> {
        if self.is_way() { Some(Leg { duration_s: seconds(self.ms()), distance_m: (self.dm() + 5) / 10 }) } else { None }
    }
}

/// The milliseconds of `Cost::NO_WAY`, which is also what stands for no way in a pin.
pub const NO_WAY_MS: u32 = salessync_engine::plan::times::Pin::NO_WAY;

/// To the nearest second.
pub const fn seconds(ms: u32) -> u32 {
    (ms + 500) / 1000
}

/// A share (0 to 1) of a whole number, to the nearest.
pub fn part(whole: u32, share: f64) -> u32 {
    (f64::from(whole) * share).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_decides_and_then_distance() {
        assert!(Cost::new(5, 900) < Cost::new(6, 1) && Cost::new(5, 1) < Cost::new(5, 2));
        assert_eq!(Cost::new(5, 900).plus(Cost::new(6, 1)), Cost::new(11, 901));
    }

    #[test]
    fn no_way_stays_no_way() {
        assert!(!Cost::NO_WAY.plus(Cost::NO_WAY).is_way() && !Cost::NO_WAY.plus(Cost::new(1, 1)).is_way());
        assert_eq!(Cost::NO_WAY.leg(), None);
        assert_eq!(Cost::new(1_499, 14).leg(), Some(Leg { duration_s: 1, distance_m: 1 }));
        assert_eq!(Cost::new(1_500, 15).leg(), Some(Leg { duration_s: 2, distance_m: 2 }));
    }
}
