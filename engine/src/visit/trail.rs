//! What the fixes around a visit say: how many, how near, how long the silences, where the agent was when they checked in and out.
//!
//! Made of one phone's believed fixes; which phone, is decided here too, so that it depends on nothing but the fixes.

use super::rules::VisitRules;
use super::site::{Site, Whereabouts};
use crate::track::{Device, Fix};
use crate::{Point, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A fix near an instant.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitSighting))]
pub struct Sighting {
    pub at: Timestamp,
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::visit::report::RawClaim))]
    pub point: Point,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    /// Metres to the visit's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    pub is_there: Option<bool>,
}

/// The track around one visit.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VisitTrail))]
pub struct Trail {
    /// Believed fixes between check-in and check-out.
    pub fixes: u32,
    /// Of them, those at the place.
    pub inside: u32,
    /// Fixes of that time that the phone itself said were simulated.
    pub mock: u32,
    /// Fixes of that time that are not believed for other reasons.
    pub suspect: u32,
    /// Longest silence between check-in and check-out, whole seconds.
    pub gap_max_s: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_check_in: Option<Sighting>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_check_out: Option<Sighting>,
}

/// Fixes of the time around a visit by phone, in order, and how many were set aside.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Around {
    pub believed: BTreeMap<Device, Vec<Fix>>,
    pub mock: u32,
    pub suspect: u32,
}

impl Trail {
    /// How far before and after a visit fixes have a say in it.
    pub const fn margin_s(rules: &VisitRules) -> i64 {
        rules.near_s as i64
    }

    /// The trail of the time from check-in to check-out. Of a visit that goes on (`until` is None) only its beginning: the rest would change with
    /// every fix.
    pub fn of(around: &Around, from: Timestamp, until: Option<Timestamp>, site: &Site<'_>, rules: &VisitRules) -> Self {
        let (mock, suspect) = if until.is_some() { (around.mock, around.suspect) } else { (0, 0) };
        let within = |fix: &&Fix| until.is_some_and(|until| (from..=until).contains(&fix.recorded_at()));
        // The phone with most to say; of equals the first by name.
        let phones = around.believed.iter().map(|(device, fixes)| {
            let count = fixes.iter().filter(within).count();
            (std::cmp::Reverse((count, fixes.len())), device, fixes)
        });
        let Some((_, _, fixes)) = phones.min_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1))) else {
            return Self { mock, suspect, gap_max_s: silence_s(from, until), ..Self::default() };
        };
        let mut trail = Self { mock, suspect, ..Self::default() };
        let mut last = from;
        for fix in fixes.iter().filter(within) {
            trail.fixes += 1;
            trail.inside += u32::from(is_there(site, fix, rules) == Some(true));
            trail.gap_max_s = trail.gap_max_s.max(whole_s(fix.recorded_at().since_ms(last)));
            last = fix.recorded_at();
        }
        if let Some(until) = until {
            trail.gap_max_s = trail.gap_max_s.max(whole_s(until.since_ms(last)));
        }
        let seen = |at: Option<Timestamp>| nearest(fixes, at?, rules).map(|fix| Sighting::of(fix, site, rules));
        [trail.at_check_in, trail.at_check_out] = [Some(from), until].map(seen);
        trail
    }
}

fn whole_s(ms: i64) -> u32 {
    u32::try_from(ms.max(0) / 1000).unwrap_or(u32::MAX)
}

fn silence_s(from: Timestamp, until: Option<Timestamp>) -> u32 {
    until.map_or(0, |until| whole_s(until.since_ms(from)))
}

/// The fix nearest in time, not farther than the rules allow; of two equally near the earlier, of two at one instant the first by content.
fn nearest<'a>(fixes: &'a [Fix], at: Timestamp, rules: &VisitRules) -> Option<&'a Fix> {
    let apart = |fix: &Fix| fix.recorded_at().since_ms(at).abs();
    let first_after = fixes.partition_point(|fix| fix.recorded_at() < at);
    let before = first_after.checked_sub(1).map(|index| fixes[index].recorded_at());
    let before = before.and_then(|time| fixes.iter().find(|fix| fix.recorded_at() == time));
    let candidates = [before, fixes.get(first_after)];
    let found = candidates.into_iter().flatten().min_by_key(|fix| (apart(fix), fix.recorded_at()));
    found.filter(|fix| apart(fix) <= i64::from(rules.near_s) * 1000)
}

fn is_there(site: &Site<'_>, fix: &Fix, rules: &VisitRules) -> Option<bool> {
    match site.whereabouts(fix.point(), fix.accuracy_m(), rules) {
        Whereabouts::Inside { .. } => Some(true),
        Whereabouts::Outside { .. } => Some(false),
        Whereabouts::Unknown { .. } => None,
    }
}

impl Sighting {
    fn of(fix: &Fix, site: &Site<'_>, rules: &VisitRules) -> Self {
        Self {
            at: fix.recorded_at(),
            point: fix.point(),
            accuracy_m: fix.accuracy_m(),
            distance_m: site.distance_m(fix.point()),
            is_there: is_there(site, fix, rules),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::track::RawFix;

    pub fn second(n: i64) -> Timestamp {
        Timestamp::from_ms(1_795_420_800_000 + n * 1_000).unwrap()
    }

    /// A fix so many metres north of the place.
    pub fn fix(at_s: i64, north_m: f64) -> Fix {
        let lat = 52.5 + north_m / 111_270.0;
        let raw = RawFix { recorded_at: second(at_s), lat, lon: 13.4, accuracy_m: Some(8.0), ..RawFix::default() };
        Fix::new(&raw).unwrap()
    }

    pub fn site() -> Site<'static> {
        Site { point: Some(Point::new(52.5, 13.4).unwrap()), ground: None, radius_m: 100 }
    }

    fn around(phones: &[(&str, &[(i64, f64)])]) -> Around {
        let phone = |(name, fixes): &(&str, &[(i64, f64)])| {
            (Device::new(name).unwrap(), fixes.iter().map(|(at, north)| fix(*at, *north)).collect())
        };
        Around { believed: phones.iter().map(phone).collect(), mock: 0, suspect: 0 }
    }

    #[test]
    fn fixes_gaps_and_the_ends_are_told() {
        let rules = VisitRules::default();
        let phone: &[(i64, f64)] = &[(-30, 250.0), (20, 10.0), (300, 20.0), (1_000, 30.0), (1_250, 900.0)];
        let trail = Trail::of(&around(&[("a", phone)]), second(0), Some(second(1_200)), &site(), &rules);
        assert_eq!((trail.fixes, trail.inside, trail.gap_max_s), (3, 3, 700));
        assert_eq!(trail.at_check_in.map(|seen| (seen.at, seen.is_there)), Some((second(20), Some(true))));
        assert_eq!(trail.at_check_out.map(|seen| (seen.at, seen.is_there)), Some((second(1_250), Some(false))));
        assert_eq!(trail.at_check_out.unwrap().distance_m, Some(900));
    }

    #[test]
    fn the_phone_with_most_to_say_counts() {
        let rules = VisitRules::default();
        let (few, many): (&[_], &[_]) = (&[(10, 500.0)], &[(10, 5.0), (20, 5.0)]);
        for phones in [[("a", few), ("b", many)], [("b", few), ("a", many)]] {
            let trail = Trail::of(&around(&phones), second(0), Some(second(60)), &site(), &rules);
            assert_eq!((trail.fixes, trail.inside), (2, 2));
        }
    }

    #[test]
    fn without_fixes_there_is_only_silence() {
        let rules = VisitRules::default();
        let trail = Trail::of(&Around::default(), second(0), Some(second(900)), &site(), &rules);
        assert_eq!((trail.fixes, trail.gap_max_s, trail.at_check_in), (0, 900, None));
        let far: &[(i64, f64)] = &[(-301, 0.0), (1_201, 0.0)];
        let trail = Trail::of(&around(&[("a", far)]), second(0), Some(second(900)), &site(), &rules);
        assert_eq!((trail.at_check_in, trail.at_check_out), (None, None), "too far in time to say anything");
    }
}
