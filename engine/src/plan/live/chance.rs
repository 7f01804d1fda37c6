//! Times one is not sure of: means and variances along a route, and the chance that a window is missed.
//!
//! The model, in full. The time at the front of a route is known with a standard deviation that grows with the age of the position.
//! Each leg adds its expected time and the variance `(LEG_SPREAD × leg)² + PARKING_SD_S²`, each visit the mean and variance learned
//! for it; legs and visits are taken as independent, and sums as normal. A visit that cannot start before a window opens at `o` starts
//! at `max(A, o)`, of which mean and variance are Clark's: with `a = (m − o) / s`, mean `m·Φ(a) + o·Φ(−a) + s·φ(a)`, second moment
//! `(m² + s²)·Φ(a) + o²·Φ(−a) + (m + o)·s·φ(a)`. The chance to miss a window that closes at `c` is `1 − Φ((c − m) / s)`.

use serde::{Deserialize, Serialize};

/// Standard deviation of a leg's time as a share of it: what queues and lights do to an urban drive.
pub const LEG_SPREAD: f64 = 0.2;
/// Standard deviation of parking and walking to the door, seconds.
pub const PARKING_SD_S: f64 = 60.0;
/// Growth of the deviation of "where the agent will be" with the age of the last position: a tenth of it.
pub const AGE_SPREAD: f64 = 0.1;

/// A time in seconds from the origin of the plan that is known only so well.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uncertain {
    pub mean_s: f64,
    pub variance_s2: f64,
}

impl Uncertain {
    pub fn sure(at_s: i32) -> Self {
        Self { mean_s: f64::from(at_s), variance_s2: 0.0 }
    }

    pub fn sd_s(self) -> f64 {
        self.variance_s2.sqrt()
    }

    /// After something that takes `mean_s` give or take `sd_s`, independent of what was before.
    pub fn after(self, mean_s: f64, sd_s: f64) -> Self {
        Self { mean_s: self.mean_s + mean_s, variance_s2: self.variance_s2 + sd_s * sd_s }
    }

    /// After a leg expected to take `leg_s`.
    pub fn after_leg(self, leg_s: f64) -> Self {
        let parking = if leg_s > 0.0 { PARKING_SD_S } else { 0.0 };
        self.after(leg_s, (LEG_SPREAD * leg_s).hypot(parking))
    }

    /// The later of this time and `opens_s`.
    pub fn not_before(self, opens_s: f64) -> Self {
        let sd = self.sd_s();
        if sd < 1e-9 {
            return Self { mean_s: self.mean_s.max(opens_s), variance_s2: 0.0 };
        }
        let a = (self.mean_s - opens_s) / sd;
        let (above, below, density) = (normal_below(a), normal_below(-a), (-a * a / 2.0).exp() / (std::f64::consts::TAU).sqrt());
        // Moments about `opens_s`, where nothing large cancels.
        let lead = self.mean_s - opens_s;
        let mean = lead * above + sd * density;
        let second = (lead * lead + self.variance_s2) * above + lead * sd * density;
        debug_assert!((above + below - 1.0).abs() < 1e-6);
        Self { mean_s: opens_s + mean.max(0.0), variance_s2: (second - mean * mean).max(0.0) }
    }

    /// The chance that this time is after `closes_s`.
    pub fn chance_after(self, closes_s: f64) -> f64 {
        let sd = self.sd_s();
        if sd < 1e-9 {
            return if self.mean_s > closes_s { 1.0 } else { 0.0 };
        }
        normal_below((self.mean_s - closes_s) / sd)
    }
}

/// Φ: the chance that a standard normal quantity is below `x`; off by at most 1.5e-7 (Abramowitz and Stegun 7.1.26).
pub fn normal_below(x: f64) -> f64 {
    let z = x.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly = t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let tail = poly * (-z * z).exp() / 2.0;
    if x >= 0.0 { 1.0 - tail } else { tail }
}

/// When to call a visit at risk, and when to stop: apart, so that an estimate that trembles does not.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlarmRules {
    /// Chance of missing from which a visit is called at risk.
    pub raise_at: f64,
    /// Chance below which it no longer is.
    pub clear_at: f64,
}

impl Default for AlarmRules {
    fn default() -> Self {
        Self { raise_at: 0.3, clear_at: 0.15 }
    }
}

impl AlarmRules {
    /// Whether a visit is at risk now, when it was or was not a moment ago.
    pub fn is_at_risk(&self, was: bool, chance: f64) -> bool {
        if was { chance >= self.clear_at.min(self.raise_at) } else { chance >= self.raise_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_curve_is_the_one_of_the_tables() {
        for (x, expected) in [(0.0, 0.5), (1.0, 0.841_344_7), (-1.0, 0.158_655_3), (1.96, 0.975_002_1), (-3.0, 0.001_349_9)] {
            assert!((normal_below(x) - expected).abs() < 2e-7, "{x}: {}", normal_below(x));
        }
    }

    /// Against the same mean and variance summed over a fine grid of the normal curve.
    #[test]
    fn waiting_for_an_opening_has_the_moments_of_the_later_of_two_times() {
        for (mean, sd, opens) in [(100.0, 30.0, 90.0), (100.0, 30.0, 130.0), (0.0, 60.0, 300.0), (5_000.0, 200.0, 0.0)] {
            let (mut weight, mut first, mut second) = (0.0, 0.0, 0.0);
            for step in -8_000..=8_000 {
                let z = f64::from(step) / 1_000.0;
                let (p, at) = ((-z * z / 2.0).exp(), (mean + sd * z).max(opens));
                weight += p;
                first += p * at;
                second += p * (at - opens) * (at - opens);
            }
            let (expected, lead) = (first / weight, first / weight - opens);
            let variance = second / weight - lead * lead;
            let got = Uncertain { mean_s: mean, variance_s2: sd * sd }.not_before(opens);
            assert!((got.mean_s - expected).abs() < 0.01, "{mean} {sd} {opens}: {} {expected}", got.mean_s);
            assert!((got.variance_s2 - variance).abs() < 0.01 * sd * sd, "{mean} {sd} {opens}: {} {variance}", got.variance_s2);
        }
    }

    #[test]
    fn a_sure_time_misses_or_does_not() {
        assert_eq!(Uncertain::sure(100).chance_after(100.0), 0.0);
        assert_eq!(Uncertain::sure(101).chance_after(100.0), 1.0);
        assert_eq!(Uncertain::sure(50).not_before(70.0), Uncertain::sure(70));
        let half = Uncertain::sure(0).after_leg(600.0).after(900.0, 300.0);
        assert!((half.chance_after(1_500.0) - 0.5).abs() < 1e-6 && half.chance_after(3_000.0) < 0.001);
    }

    #[test]
    fn an_alarm_does_not_tremble() {
        let rules = AlarmRules::default();
        let told: Vec<bool> = [0.1, 0.29, 0.31, 0.29, 0.16, 0.31, 0.14, 0.29]
            .into_iter()
            .scan(false, |was, chance| {
                *was = rules.is_at_risk(*was, chance);
                Some(*was)
            })
            .collect();
        assert_eq!(told, [false, false, true, true, true, true, false, false]);
    }
}
