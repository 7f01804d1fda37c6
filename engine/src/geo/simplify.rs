//! A track with fewer points: within a tolerance of the whole one (Ramer, Douglas, Peucker), or one fix in so many seconds.
//!
//! Not here: where a track breaks (gaps, devices): the caller gives one unbroken run at a time.
//! The invariant: a point that is left out lies within the tolerance of the line through those that stay, in metres on the ground,
//! and the first and the last always stay.

use super::distance::{Scale, nearest_share, shortest_lon};
use super::{Metres, Point};
use crate::Timestamp;
use crate::track::Fix;

/// Points looked at together. A longer track is cut into runs of so many, whose ends stay: at the very worst every point is then
/// measured against this many lines, where without a bound it would be all of them.
pub const RUN_POINTS_MAX: usize = 2_048;

/// The tolerance is kept on the sphere of other trackers as well, whose metres are up to 0.6 % longer.
const MARGIN: f64 = 0.99;

/// Returns the places of the points that stay, ascending. `n log n` for tracks as people make them.
pub fn simplify(points: &[Point], tolerance: Metres) -> Vec<usize> {
    let flat = flatten(points);
    let mut stays = vec![false; points.len()];
    // Each run begins with the last point of the one before, so that the line is whole.
    let mut from = 0;
    while from < points.len() {
        let to = points.len().min(from + RUN_POINTS_MAX) - 1;
        simplify_run(&flat, (from, to), tolerance.0, &mut stays);
        if to + 1 == points.len() {
            break;
        }
        from = to;
    }
    (0..points.len()).filter(|&at| stays[at]).collect()
}

/// A point in degrees, its longitude going on from the point before across the antimeridian, and the metres of a degree there.
#[derive(Clone, Copy)]
struct Flat {
    lat: f64,
    lon: f64,
    scale: Scale,
}

impl Flat {
    /// The other point in metres from this one.
    fn sees(&self, other: &Self) -> (f64, f64) {
        ((other.lon - self.lon) * self.scale.east_m, (other.lat - self.lat) * self.scale.north_m)
    }

    /// Distance to the line between two others. Right where it matters, near this point: the scale is taken here.
    fn squared_metres_to(&self, a: &Self, b: &Self) -> f64 {
        let (a, b) = (self.sees(a), self.sees(b));
        let share = nearest_share(a, b);
        let (x, y) = (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share);
        x * x + y * y
    }
}

fn flatten(points: &[Point]) -> Vec<Flat> {
    let mut lon = points.first().map_or(0.0, |point| point.lon());
    let mut last = lon;
    points
        .iter()
        .map(|point| {
            lon += shortest_lon(point.lon() - last);
            last = point.lon();
            Flat { lat: point.lat(), lon, scale: Scale::at(point.lat()) }
        })
        .collect()
}

/// Marks what stays of `from..=to`. The stack holds spans yet to be looked at: never more than there are points.
fn simplify_run(points: &[Flat], (from, to): (usize, usize), tolerance_m: f64, stays: &mut [bool]) {
    stays[from] = true;
    stays[to] = true;
    let limit = (tolerance_m * MARGIN).powi(2);
    let mut spans = vec![(from, to)];
    while let Some((from, to)) = spans.pop() {
        if to - from < 2 {
            continue;
        }
        let (a, b) = (&points[from], &points[to]);
        // Half round the world and more: a line between the two would be drawn on the other side.
        let split = if (b.lon - a.lon).abs() >= 180.0 {
            Some(usize::midpoint(from, to))
        } else {
            let (mut farthest, mut split) = (limit, None);
            for (at, point) in points.iter().enumerate().take(to).skip(from + 1) {
                let distance = point.squared_metres_to(a, b);
                if distance > farthest {
                    (farthest, split) = (distance, Some(at));
                }
            }
            split
        };
        if let Some(at) = split {
            stays[at] = true;
            spans.extend([(from, at), (at, to)]);
        }
    }
}

/// Returns the first fix of each bucket of `every_s` seconds of event time, and the last of all. `fixes` are in order.
pub fn downsample(fixes: &[Fix], every_s: u32) -> Vec<Fix> {
    let mut buckets = Buckets::new(every_s);
    let is_last = |at: usize| at + 1 == fixes.len();
    let stays = fixes.iter().enumerate().filter(|(at, fix)| buckets.opens(fix.recorded_at()) | is_last(*at));
    stays.map(|(_, fix)| *fix).collect()
}

/// Buckets of event time, counted from 1970, so that a fix is in the same one wherever a track is begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Buckets {
    every_ms: i64,
    last: Option<i64>,
}

impl Buckets {
    /// `every_s` of 0 counts as 1.
    pub const fn new(every_s: u32) -> Self {
        let every_s = if every_s == 0 { 1 } else { every_s };
        Self { every_ms: every_s as i64 * 1000, last: None }
    }

    /// Goes on where others were told of a fix at that time.
    pub fn after(mut self, at: Timestamp) -> Self {
        self.opens(at);
        self
    }

    /// Is this the first time in its bucket? Times come in order.
    pub fn opens(&mut self, at: Timestamp) -> bool {
        let bucket = at.ms().div_euclid(self.every_ms);
        self.last.replace(bucket) != Some(bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::RawFix;

    fn points(places: &[(f64, f64)]) -> Vec<Point> {
        places.iter().map(|&(lat, lon)| Point::new(lat, lon).unwrap()).collect()
    }

    fn check(places: &[(f64, f64)], tolerance_m: f64, expected: &[usize]) {
        assert_eq!(simplify(&points(places), Metres(tolerance_m)), expected, "{places:?} within {tolerance_m} m");
    }

    #[test]
    fn what_lies_on_the_way_goes_and_corners_stay() {
        check(&[], 10.0, &[]);
        check(&[(52.0, 13.0)], 10.0, &[0]);
        check(&[(52.0, 13.0), (52.0, 13.0)], 10.0, &[0, 1]);
        check(&[(52.0, 13.0), (52.01, 13.0), (52.02, 13.0)], 1.0, &[0, 2]);
        check(&[(52.0, 13.0), (52.01, 13.0), (52.01, 13.02)], 1.0, &[0, 1, 2]);
        // 0.0001° of longitude is 6.86 m at 52° north.
        check(&[(52.0, 13.0), (52.01, 13.0001), (52.02, 13.0)], 6.8, &[0, 1, 2]);
        check(&[(52.0, 13.0), (52.01, 13.0001), (52.02, 13.0)], 7.0, &[0, 2]);
        // Out and back: the ends are the same, the turning point is not.
        check(&[(52.0, 13.0), (52.01, 13.0), (52.02, 13.0), (52.01, 13.0), (52.0, 13.0)], 5.0, &[0, 2, 4]);
        // A spur beyond the end of the line is far from the line, though not from its continuation.
        check(&[(52.0, 13.0), (52.02, 13.0), (52.01, 13.0)], 5.0, &[0, 1, 2]);
    }

    #[test]
    fn the_antimeridian_is_a_line_like_any_other() {
        check(&[(-18.0, 179.99), (-18.0, 179.999), (-18.0, -179.999), (-18.0, -179.99)], 1.0, &[0, 3]);
        check(&[(-18.0, 179.99), (-18.01, -180.0), (-18.0, -179.99)], 1.0, &[0, 1, 2]);
        // Once round the world: the line home would lead nowhere.
        let round: Vec<_> = (0..=36).map(|step| (0.0, f64::from(step * 10) - 180.0)).collect();
        let stays = simplify(&points(&round), Metres(1.0));
        let widest = stays.windows(2).map(|pair| round[pair[1]].1 - round[pair[0]].1).fold(0.0, f64::max);
        assert!(widest < 180.0, "{stays:?}");
    }

    #[test]
    fn a_long_track_is_cut_into_runs() {
        let line: Vec<_> = (0..10_000).map(|at| (50.0 + f64::from(at) * 1e-5, 13.0)).collect();
        let stays = simplify(&points(&line), Metres(1.0));
        assert_eq!(stays, [0, 2047, 4094, 6141, 8188, 9999]);
        // The worst case: every point is a corner, each split takes off one.
        let spiral: Vec<_> =
            (0..4_000).map(|at| (50.0 + 1e-4 * f64::from(at % 2) * f64::from(at), 13.0 + f64::from(at) * 1e-6)).collect();
        assert_eq!(simplify(&points(&spiral), Metres(0.0)).len(), spiral.len());
    }

    #[test]
    fn one_fix_of_each_bucket_stays_and_the_last() {
        let fix = |at_ms| {
            let recorded_at = Timestamp::from_ms(at_ms).unwrap();
            Fix::new(&RawFix { recorded_at, lat: 52.0, lon: 13.0, ..RawFix::default() }).unwrap()
        };
        let check = |times: &[i64], every_s, expected: &[i64]| {
            let fixes: Vec<_> = times.iter().map(|&at| fix(at)).collect();
            let stays: Vec<_> = downsample(&fixes, every_s).iter().map(|fix| fix.recorded_at().ms()).collect();
            assert_eq!(stays, expected, "{times:?} every {every_s} s");
        };
        check(&[], 60, &[]);
        check(&[5], 60, &[5]);
        check(&[1_000, 2_000, 59_999, 60_000, 61_000, 180_000, 181_000], 60, &[1_000, 60_000, 180_000, 181_000]);
        check(&[-60_001, -60_000, -1, 0, 1], 60, &[-60_001, -60_000, 0, 1]);
        check(&[0, 0, 999, 1_000], 1, &[0, 1_000]);
        check(&[0, 500, 900], 0, &[0, 900]);
    }
}
