//! How far apart two points are, two ways: millimetres for what adds up, a sphere for comparison with peers; and how far a point is
//! from the way between two others.
//!
//! The invariant: `millimetres` is an integer, so a day's distance is the same whatever order its segments are added in.

use super::{Metres, Point};

/// WGS84 semi-major axis, metres (NIMA TR8350.2).
const A: f64 = 6_378_137.0;
/// WGS84 first eccentricity squared.
const E2: f64 = 6.694_379_990_141_316e-3;
/// The sphere that other trackers and Redis-like indexes use, metres.
pub const SPHERE_RADIUS_M: f64 = 6_371_000.0;
/// Beyond this the local plane is off by more than a part in a thousand and the sphere takes over, degrees.
const PLANE_MAX_DEG: f64 = 1.0;

/// Distance between two fixes in whole millimetres, on the WGS84 radii of curvature at their middle latitude.
/// Exact enough for track segments: under 1e-6 relative below 10 km. Far points (over 1°) are measured on the sphere.
pub fn millimetres(a: Point, b: Point) -> i64 {
    (metres(a, b).0 * 1000.0).round() as i64
}

/// The same distance in metres, unrounded.
pub fn metres(a: Point, b: Point) -> Metres {
    let d_lat = b.lat() - a.lat();
    let d_lon = shortest_lon(b.lon() - a.lon());
    if d_lat.abs() > PLANE_MAX_DEG || d_lon.abs() > PLANE_MAX_DEG || a.lat().abs().max(b.lat().abs()) > 89.0 {
        return haversine(a, b);
    }
    let scale = Scale::at(f64::midpoint(a.lat(), b.lat()));
    let (north, east) = (d_lat * scale.north_m, d_lon * scale.east_m);
    Metres((north * north + east * east).sqrt()) // no overflow to fear here, and `hypot` costs 20 ns more
}

/// Metres in a degree at some latitude, northwards and eastwards, on WGS84.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    pub north_m: f64,
    pub east_m: f64,
}

impl Scale {
    pub fn at(lat: f64) -> Self {
        let (sin, cos) = lat.to_radians().sin_cos();
        let w2 = 1.0 - E2 * sin * sin;
        let w = w2.sqrt();
        let radian = std::f64::consts::PI / 180.0;
        Self { north_m: A * (1.0 - E2) / (w2 * w) * radian, east_m: A / w * cos * radian }
    }
}

/// Great-circle distance on the sphere of 6,371,000 m.
pub fn haversine(a: Point, b: Point) -> Metres {
    let (lat_a, lat_b) = (a.lat().to_radians(), b.lat().to_radians());
    let d_lat = lat_b - lat_a;
    let d_lon = (b.lon() - a.lon()).to_radians();
    let h = (d_lat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (d_lon / 2.0).sin().powi(2);
    Metres(2.0 * SPHERE_RADIUS_M * h.sqrt().min(1.0).asin())
}

/// The same difference of longitudes, the short way round: within -180..=180.
pub fn shortest_lon(degrees: f64) -> f64 {
    if degrees > 180.0 {
        degrees - 360.0
    } else if degrees < -180.0 {
        degrees + 360.0
    } else {
        degrees
    }
}

/// The share of the way from `a` to `b`, both seen from the origin, at which the straight line comes nearest to it: 0 to 1.
pub(super) fn nearest_share(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (x, y) = (b.0 - a.0, b.1 - a.1);
    let squared = x * x + y * y;
    if squared > 0.0 { (-(a.0 * x + a.1 * y) / squared).clamp(0.0, 1.0) } else { 0.0 }
}

/// The place a share (0 to 1) of the way from `a` to `b`, the short way round, straight in the plane of degrees: where somebody is
/// taken to be between two fixes.
pub fn between(a: Point, b: Point, share: f64) -> Point {
    let d_lon = shortest_lon(b.lon() - a.lon());
    let lon = shortest_lon(a.lon() + d_lon * share);
    Point::new(a.lat() + (b.lat() - a.lat()) * share, lon).unwrap_or(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    /// Geodesics by Karney's method (GeographicLib), metres.
    #[test]
    fn short_segments_match_the_ellipsoid() {
        for (a, b, expected) in [
            (point(0.0, 0.0), point(0.0, 0.01), 1113.195),
            (point(0.0, 0.0), point(0.01, 0.0), 1105.743),
            (point(52.0, 13.0), point(52.01, 13.0), 1112.674),
            (point(52.0, 13.0), point(52.05, 13.08), 7816.928),
            (point(-33.9, 151.2), point(-33.85, 151.1), 10786.912),
        ] {
            let got = metres(a, b).0;
            assert!((got - expected).abs() < 0.01, "{got} instead of {expected}");
        }
    }

    #[test]
    fn distance_is_symmetric_and_crosses_the_antimeridian_the_short_way() {
        let (a, b) = (point(-18.0, 179.999), point(-18.0, -179.999));
        assert_eq!(millimetres(a, b), millimetres(b, a));
        assert!(millimetres(a, b) < 212_000 && millimetres(a, b) > 211_000);
    }

    #[test]
    fn the_sphere_reproduces_peers_figures() {
        let metres = haversine(point(33.5, -112.1), point(33.6, -112.1)).0;
        assert!((metres - 11_119.493).abs() < 0.001, "{metres}");
    }

    #[test]
    fn a_place_between_goes_the_short_way_and_ends_where_it_should() {
        let (a, b) = (point(-18.0, 179.9), point(-16.0, -179.7));
        assert_eq!(between(a, b, 0.0), a);
        assert_eq!(between(a, b, 1.0), b);
        assert_eq!(between(a, b, 0.5), point(-17.0, -179.9));
        assert_eq!(between(a, a, 0.3), a);
    }
}
