//! The town's drawing board: metres east and north of the town's centre, and what can be done with points, lines and outlines there.
//!
//! Nothing here knows about streets or houses. Polygons are open rings (the first point is not repeated).

use geo::algorithm::buffer::{BufferStyle, LineCap, LineJoin};
use geo::{Buffer, Coord, LineString, MultiPolygon, Polygon};

/// A place or a displacement, in metres.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct V {
    pub x: f64,
    pub y: f64,
}

pub const fn v(x: f64, y: f64) -> V {
    V { x, y }
}

impl std::ops::Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        v(self.x + o.x, self.y + o.y)
    }
}

impl std::ops::Sub for V {
    type Output = V;
    fn sub(self, o: V) -> V {
        v(self.x - o.x, self.y - o.y)
    }
}

impl std::ops::Mul<f64> for V {
    type Output = V;
    fn mul(self, k: f64) -> V {
        v(self.x * k, self.y * k)
    }
}

impl V {
    pub fn polar(angle: f64, length: f64) -> V {
        v(angle.cos() * length, angle.sin() * length)
    }

    pub fn dot(self, o: V) -> f64 {
        self.x * o.x + self.y * o.y
    }

    pub fn cross(self, o: V) -> f64 {
        self.x * o.y - self.y * o.x
    }

    pub fn len(self) -> f64 {
        self.dot(self).sqrt() // not hypot: exact to the last bit everywhere, and fast
    }

    pub fn distance(self, o: V) -> f64 {
        (self - o).len()
    }

    /// The same direction with length 1; east for the zero vector.
    pub fn unit(self) -> V {
        let len = self.len();
        if len < 1e-9 { v(1.0, 0.0) } else { self * (1.0 / len) }
    }

    /// A quarter turn to the left.
    pub fn left(self) -> V {
        v(-self.y, self.x)
    }

    pub fn angle(self) -> f64 {
        self.y.atan2(self.x)
    }

    pub fn lerp(self, o: V, t: f64) -> V {
        self + (o - self) * t
    }
}

/// The point of segment `ab` nearest to `p`, as a fraction of the segment, and the distance.
pub fn nearest_on_segment(p: V, a: V, b: V) -> (f64, f64) {
    let ab = b - a;
    let t = ((p - a).dot(ab) / ab.dot(ab).max(1e-12)).clamp(0.0, 1.0);
    (t, p.distance(a.lerp(b, t)))
}

/// Where segments `ab` and `cd` cross, as fractions of each. Parallel ones never do.
pub fn crossing(a: V, b: V, c: V, d: V) -> Option<(f64, f64)> {
    let (r, s) = (b - a, d - c);
    let denominator = r.cross(s);
    if denominator.abs() < 1e-9 {
        return None;
    }
    let t = (c - a).cross(s) / denominator;
    let u = (c - a).cross(r) / denominator;
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then_some((t, u))
}

pub fn length(line: &[V]) -> f64 {
    line.windows(2).map(|w| w[0].distance(w[1])).sum()
}

/// The nearest point of a line: distance, point, and direction of the line there.
pub fn nearest_on_line(p: V, line: &[V]) -> (f64, V, V) {
    let mut best = (f64::INFINITY, p, v(1.0, 0.0));
    for w in line.windows(2) {
        let (t, d) = nearest_on_segment(p, w[0], w[1]);
        if d < best.0 {
            best = (d, w[0].lerp(w[1], t), (w[1] - w[0]).unit());
        }
    }
    best
}

/// The point `at` metres along the line (clamped to its ends) and the direction there.
pub fn along(line: &[V], at: f64) -> (V, V) {
    let mut left = at.max(0.0);
    for w in line.windows(2) {
        let len = w[0].distance(w[1]);
        if left <= len && len > 0.0 {
            return (w[0].lerp(w[1], left / len), (w[1] - w[0]).unit());
        }
        left -= len;
    }
    let n = line.len();
    (line[n - 1], (line[n - 1] - line[n.saturating_sub(2)]).unit())
}

/// Points every `step` metres, both ends included.
pub fn resample(line: &[V], step: f64) -> Vec<V> {
    let total = length(line);
    let n = (total / step).round().max(1.0) as usize;
    (0..=n).map(|i| along(line, total * i as f64 / n as f64).0).collect()
}

/// A smooth curve through the points (Catmull-Rom), sampled about every `step` metres.
pub fn curve(points: &[V], step: f64) -> Vec<V> {
    let n = points.len();
    let mut out = Vec::new();
    for i in 0..n - 1 {
        let p1 = points[i];
        let p2 = points[i + 1];
        let p0 = if i == 0 { p1 + (p1 - p2) } else { points[i - 1] };
        let p3 = if i + 2 == n { p2 + (p2 - p1) } else { points[i + 2] };
        let pieces = (p1.distance(p2) / step).ceil().max(1.0) as usize;
        for k in 0..pieces {
            out.push(catmull_rom(p0, p1, p2, p3, k as f64 / pieces as f64));
        }
    }
    out.push(points[n - 1]);
    out
}

/// The same for a closed outline.
pub fn closed_curve(points: &[V], step: f64) -> Vec<V> {
    let n = points.len();
    let mut out = Vec::new();
    for i in 0..n {
        let (p0, p1) = (points[(i + n - 1) % n], points[i]);
        let (p2, p3) = (points[(i + 1) % n], points[(i + 2) % n]);
        let pieces = (p1.distance(p2) / step).ceil().max(1.0) as usize;
        for k in 0..pieces {
            out.push(catmull_rom(p0, p1, p2, p3, k as f64 / pieces as f64));
        }
    }
    out
}

fn catmull_rom(p0: V, p1: V, p2: V, p3: V, t: f64) -> V {
    let (t2, t3) = (t * t, t * t * t);
    (p1 * 2.0 + (p2 - p0) * t + (p0 * 2.0 - p1 * 5.0 + p2 * 4.0 - p3) * t2 + (p1 * 3.0 - p0 - p2 * 3.0 + p3) * t3) * 0.5
}

/// The line moved to its left by `by(i)` metres (to the right when negative). Kinks are smoothed away, not resolved.
pub fn offset(line: &[V], by: impl Fn(usize) -> f64) -> Vec<V> {
    (0..line.len())
        .map(|i| {
            let before = line[i.saturating_sub(1)];
            let after = line[(i + 1).min(line.len() - 1)];
            line[i] + (after - before).unit().left() * by(i)
        })
        .collect()
}

/// Signed area, positive when counter-clockwise.
pub fn area(ring: &[V]) -> f64 {
    (0..ring.len()).map(|i| ring[i].cross(ring[(i + 1) % ring.len()])).sum::<f64>() / 2.0
}

pub fn perimeter(ring: &[V]) -> f64 {
    (0..ring.len()).map(|i| ring[i].distance(ring[(i + 1) % ring.len()])).sum()
}

pub fn centroid(ring: &[V]) -> V {
    let (mut sum, mut twice) = (v(0.0, 0.0), 0.0);
    let origin = ring[0];
    for i in 0..ring.len() {
        let (a, b) = (ring[i] - origin, ring[(i + 1) % ring.len()] - origin);
        let c = a.cross(b);
        sum = sum + (a + b) * c;
        twice += c;
    }
    if twice.abs() < 1e-9 { origin } else { origin + sum * (1.0 / (3.0 * twice)) }
}

/// A box around points.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Frame {
    low: V,
    high: V,
}

impl Frame {
    pub fn around(points: &[V]) -> Self {
        let none = Self { low: v(f64::MAX, f64::MAX), high: v(f64::MIN, f64::MIN) };
        points.iter().fold(none, |frame, p| Self {
            low: v(frame.low.x.min(p.x), frame.low.y.min(p.y)),
            high: v(frame.high.x.max(p.x), frame.high.y.max(p.y)),
        })
    }

    /// Whether `p` lies in the box or within `margin` of it.
    pub fn is_near(&self, p: V, margin: f64) -> bool {
        p.x >= self.low.x - margin && p.x <= self.high.x + margin && p.y >= self.low.y - margin && p.y <= self.high.y + margin
    }
}

/// Even-odd rule.
pub fn inside(p: V, ring: &[V]) -> bool {
    let mut is_inside = false;
    let mut j = ring.len() - 1;
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[j]);
        if (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
            is_inside = !is_inside;
        }
        j = i;
    }
    is_inside
}

/// Douglas-Peucker: drops points that lie within `tolerance` of the line without them.
pub fn simplify(line: &[V], tolerance: f64) -> Vec<V> {
    if line.len() < 3 {
        return line.to_vec();
    }
    let (first, last) = (line[0], line[line.len() - 1]);
    let far = (1..line.len() - 1)
        .map(|i| (i, nearest_on_segment(line[i], first, last).1))
        .fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
    if far.1 <= tolerance {
        return vec![first, last];
    }
    let mut out = simplify(&line[..=far.0], tolerance);
    out.pop();
    out.extend(simplify(&line[far.0..], tolerance));
    out
}

/// The same for a closed outline, anchored at its two farthest corners.
pub fn simplify_ring(ring: &[V], tolerance: f64) -> Vec<V> {
    if ring.len() < 5 {
        return ring.to_vec();
    }
    let far = (1..ring.len()).fold(0, |best, i| if ring[0].distance(ring[i]) > ring[0].distance(ring[best]) { i } else { best });
    let mut out = simplify(&ring[..=far], tolerance);
    out.pop();
    let mut back: Vec<V> = ring[far..].to_vec();
    back.push(ring[0]);
    out.extend(simplify(&back, tolerance));
    out.pop();
    out
}

pub fn polygon(ring: &[V]) -> Polygon<f64> {
    Polygon::new(LineString(ring.iter().map(|p| Coord { x: p.x, y: p.y }).collect()), vec![])
}

pub fn line_string(line: &[V]) -> LineString<f64> {
    LineString(line.iter().map(|p| Coord { x: p.x, y: p.y }).collect())
}

pub fn ring_of(line: &LineString<f64>) -> Vec<V> {
    let mut ring: Vec<V> = line.0.iter().map(|c| v(c.x, c.y)).collect();
    if ring.len() > 1 && ring[0].distance(ring[ring.len() - 1]) < 1e-6 {
        ring.pop();
    }
    ring
}

/// The outline drawn in by `by` metres: nothing, one or several outlines.
pub fn inset(shape: &impl Buffer<Scalar = f64>, by: f64) -> MultiPolygon<f64> {
    shape.buffer_with_style(BufferStyle::new(-by).line_join(LineJoin::Miter(0.6)))
}

/// A band of `half_width` metres on both sides of a line.
pub fn band(line: &[V], half_width: f64) -> MultiPolygon<f64> {
    let style = BufferStyle::new(half_width).line_join(LineJoin::Bevel).line_cap(LineCap::Butt);
    line_string(line).buffer_with_style(style)
}

/// Smooth noise in about -1..1, of features about 1 unit wide.
pub fn noise(seed: u64, p: V) -> f64 {
    let (x0, y0) = (p.x.floor(), p.y.floor());
    let (fx, fy) = (p.x - x0, p.y - y0);
    let ease = |t: f64| t * t * (3.0 - 2.0 * t);
    let at = |dx: f64, dy: f64| {
        let mut h = seed ^ ((x0 + dx) as i64 as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        h ^= ((y0 + dy) as i64 as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        h = (h ^ (h >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        h ^= h >> 32;
        (h & 0xFFFF) as f64 / 32_768.0 - 1.0
    };
    let (u, w) = (ease(fx), ease(fy));
    let south = at(0.0, 0.0) * (1.0 - u) + at(1.0, 0.0) * u;
    let north = at(0.0, 1.0) * (1.0 - u) + at(1.0, 1.0) * u;
    south * (1.0 - w) + north * w
}

/// A rounded, irregular outline: an ellipse whose radius wobbles by `wobble`.
pub fn blob(seed: u64, centre: V, radii: V, turn: f64, wobble: f64, points: usize) -> Vec<V> {
    (0..points)
        .map(|i| {
            let angle = std::f64::consts::TAU * i as f64 / points as f64;
            let unit = V::polar(angle, 1.0);
            let swell = 1.0 + wobble * noise(seed, unit * 1.7 + v(40.0, 40.0));
            let p = v(unit.x * radii.x, unit.y * radii.y) * swell;
            centre + v(p.x * turn.cos() - p.y * turn.sin(), p.x * turn.sin() + p.y * turn.cos())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simplifying_keeps_corners_and_drops_straight_points() {
        let line = [v(0.0, 0.0), v(5.0, 0.01), v(10.0, 0.0), v(10.0, 10.0)];
        assert_eq!(simplify(&line, 0.5), [v(0.0, 0.0), v(10.0, 0.0), v(10.0, 10.0)]);
    }

    #[test]
    fn segments_cross_only_where_both_reach() {
        assert!(crossing(v(0.0, 0.0), v(2.0, 0.0), v(1.0, -1.0), v(1.0, 1.0)).is_some());
        assert!(crossing(v(0.0, 0.0), v(2.0, 0.0), v(3.0, -1.0), v(3.0, 1.0)).is_none());
    }

    #[test]
    fn a_square_drawn_in_is_a_smaller_square() {
        let square = polygon(&[v(0.0, 0.0), v(10.0, 0.0), v(10.0, 10.0), v(0.0, 10.0)]);
        let smaller = inset(&square, 2.0);
        let ring = ring_of(smaller.0[0].exterior());
        assert!((area(&ring).abs() - 36.0).abs() < 1e-3);
    }
}
