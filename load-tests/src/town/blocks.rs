//! What stands on the ground between the streets: parks, blocks, and the houses on a block.
//!
//! Old and inner town: houses wall to wall around a courtyard. Suburbs: houses in gardens, rows, some slabs. Harbour: halls.

use super::layout::{Class, Layout, Use};
use super::net::{Face, Net};
use super::plane::{
    V, area, band, centroid, inset, inside, nearest_on_line, noise, perimeter, polygon, ring_of, simplify_ring, v,
};
use crate::rng::Rng;
use geo::{BooleanOps, InteriorPoint, MultiPolygon, Polygon};

const BLOCK_AREA_MIN_M2: f64 = 220.0;
const COUNTRY_AREA_MIN_M2: f64 = 90_000.0; // larger ground than this is not built on
const GREEN_AREA_M2: std::ops::Range<f64> = 5_000.0..26_000.0;

/// A built block and its houses.
#[derive(Clone, Debug)]
pub struct Block {
    pub shape: Polygon<f64>,
    pub class: &'static str,
    pub houses: Vec<Vec<V>>,
    pub height_m: u32,
}

#[derive(Clone, Debug)]
pub struct Green {
    pub shape: MultiPolygon<f64>,
    /// Empty: to be named by whoever writes it down, when it is large enough for a name.
    pub name: &'static str,
    pub class: &'static str,
    pub middle: V,
}

#[derive(Clone, Debug, Default)]
pub struct Ground {
    pub blocks: Vec<Block>,
    pub greens: Vec<Green>,
}

pub fn ground(layout: &Layout, net: &Net, seed: u64) -> Ground {
    let mut rng = Rng::stream(seed, 5);
    let mut out = Ground::default();
    let water = MultiPolygon::new(layout.water.iter().map(|(_, ring)| polygon(ring)).collect());
    for face in net.faces() {
        let shape = polygon(&face.ring);
        let middle = shape.interior_point().map_or(centroid(&face.ring), |p| v(p.x(), p.y()));
        let size = area(&face.ring);
        let green = |shape, name, class| Green { shape, name, class, middle };
        match layout.reserved(middle) {
            Some(Use::Park(name)) => out.greens.push(green(inset(&shape, 5.5), name, "park")),
            Some(Use::LakePark(name)) => out.greens.push(green(inset(&shape, 5.5), name, "park")),
            Some(Use::Belt) => out.greens.push(green(free_ground(&face, net), "The Ramparts", "park")),
            Some(Use::Riverside) if inside(middle, &layout.boundary) => {
                out.greens.push(green(free_ground(&face, net).difference(&water), "", "riverside"));
            }
            Some(Use::Riverside | Use::Railway | Use::Square(_) | Use::Harbour) => {}
            None if size > COUNTRY_AREA_MIN_M2 || !inside(middle, &layout.boundary) => {}
            None => {
                let is_green = GREEN_AREA_M2.contains(&size) && rng.chance(0.045);
                let free = free_ground(&face, net);
                if is_green {
                    out.greens.push(green(free, "", "garden"));
                    continue;
                }
                let style = style_at(layout, middle, size, seed, &mut rng);
                out.blocks.extend(free.0.into_iter().filter_map(|shape| block(shape, style, &mut rng)));
            }
        }
    }
    out.blocks.extend(harbour(layout, net, &water, &mut rng));
    out
}

/// The piers: open to the river, so no face holds them.
fn harbour(layout: &Layout, net: &Net, water: &MultiPolygon<f64>, rng: &mut Rng) -> Vec<Block> {
    let Some(zone) = layout.zones.iter().find(|zone| zone.land_use == Use::Harbour) else { return Vec::new() };
    let mut dry = MultiPolygon::new(vec![polygon(&zone.ring)]).difference(&inset(water, -7.0));
    for edge in net
        .edges
        .iter()
        .filter(|edge| edge.points.iter().any(|p| nearest_on_line(*p, &zone.ring).0 < 30.0 || inside(*p, &zone.ring)))
    {
        dry = dry.difference(&band(&edge.points, edge.class.half_width_m() + 1.0));
    }
    for pier in &layout.piers {
        let (gate, head) = (pier[0], pier[1]);
        dry = dry.difference(&band(&[gate, head + (head - gate).unit() * 90.0], Class::Minor.half_width_m() + 1.0));
    }
    dry.0.into_iter().filter_map(|shape| block(shape, Style::Halls, rng)).collect()
}

/// The face without its streets.
fn free_ground(face: &Face, net: &Net) -> MultiPolygon<f64> {
    let mut free = inset(&polygon(&face.ring), Class::Minor.half_width_m());
    for &edge in &face.edges {
        let edge = &net.edges[edge];
        if edge.class < Class::Minor {
            free = free.difference(&band(&edge.points, edge.class.half_width_m()));
        }
    }
    free
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Style {
    OldTown,
    Perimeter,
    Houses,
    Rows,
    Slabs,
    Halls,
}

fn style_at(layout: &Layout, p: V, size: f64, seed: u64, rng: &mut Rng) -> Style {
    let rail_distance = layout.rails.first().map_or(f64::INFINITY, |rail| nearest_on_line(p, rail).0);
    let character = noise(seed ^ 9, p * 0.0019);
    if inside(p, &layout.old_town) {
        Style::OldTown
    } else if inside(p, &layout.inner_town) {
        if rail_distance < 170.0 && rng.chance(0.3) { Style::Halls } else { Style::Perimeter }
    } else if (rail_distance < 230.0 && rng.chance(0.5)) || size > 34_000.0 {
        Style::Halls
    } else if character > 0.42 {
        Style::Slabs
    } else if character < -0.35 || p.distance(layout.centre) < 1750.0 {
        Style::Rows
    } else {
        Style::Houses
    }
}

fn block(shape: Polygon<f64>, style: Style, rng: &mut Rng) -> Option<Block> {
    let mut ring = simplify_ring(&ring_of(shape.exterior()), 1.6);
    if area(&ring) < 0.0 {
        ring.reverse();
    }
    if ring.len() < 3 || area(&ring) < BLOCK_AREA_MIN_M2 {
        return None;
    }
    let (class, height_m, houses) = match style {
        Style::OldTown => ("old_town", 12, walled(&ring, 10.0, 9.0..15.0, 0.03, rng)),
        Style::Perimeter => ("inner_town", 18, walled(&ring, 13.0, 15.0..25.0, 0.07, rng)),
        Style::Rows => ("residential", 9, rows(&ring, rng)),
        Style::Houses => ("residential", 7, detached(&ring, rng)),
        Style::Slabs => ("residential", 22, slabs(&ring)),
        Style::Halls => ("industrial", 10, halls(&ring, rng)),
    };
    let houses = houses.into_iter().filter(|house| area(house).abs() > 18.0).collect();
    Some(Block { shape: polygon(&ring), class, houses, height_m })
}

/// Houses wall to wall along the street, a courtyard behind them.
fn walled(ring: &[V], depth: f64, plot: std::ops::Range<f64>, gaps: f64, rng: &mut Rng) -> Vec<Vec<V>> {
    for (shortest, depth) in [(7.0, depth), (7.0, depth * 0.75), (16.0, depth * 0.85), (22.0, depth * 0.7)] {
        let outline = without_short_edges(&simplify_ring(ring, shortest / 5.0), shortest);
        let Some(inner) = drawn_in(&outline, depth) else { continue };
        let mut houses = around(&outline, &inner, plot.clone(), rng);
        houses.retain(|_| !rng.chance(gaps));
        if area(&inner) > 1500.0 && rng.chance(0.6) {
            let yard = drawn_in(&inner, 9.0).filter(|yard| area(yard) > 260.0);
            houses.extend(
                yard.into_iter().flat_map(|yard| plots(&yard, 340.0)).filter(|_| rng.chance(0.3)).map(|p| shrunk(&p, 0.78)),
            );
        }
        return houses;
    }
    plots(ring, plot.start * plot.end * 1.1).iter().map(|plot| shrunk(plot, 0.965)).collect()
}

/// The houses between an outline and the same outline drawn in, cut at right angles to the street, corners in one piece.
fn around(outer: &[V], inner: &[V], plot: std::ops::Range<f64>, rng: &mut Rng) -> Vec<Vec<V>> {
    let n = outer.len();
    let mut cuts: Vec<(usize, f64)> = Vec::new();
    for i in 0..n {
        let front = outer[i].distance(outer[(i + 1) % n]);
        let corner = rng.range(plot.start, plot.end) * 0.8;
        let middle = front - 2.0 * corner;
        if middle < plot.start * 0.5 {
            if front > plot.start * 1.2 {
                cuts.push((i, 0.5));
            }
            continue;
        }
        let houses = (middle / rng.range(plot.start, plot.end)).round().max(1.0) as usize;
        cuts.extend((0..=houses).map(|k| (i, (corner + middle * k as f64 / houses as f64) / front)));
    }
    if cuts.len() < 2 {
        return vec![outer.to_vec()];
    }
    (0..cuts.len())
        .map(|k| {
            let (from, to) = (cuts[k], cuts[(k + 1) % cuts.len()]);
            let at = |ring: &[V], (edge, t): (usize, f64)| ring[edge].lerp(ring[(edge + 1) % n], t);
            let turns = (to.0 + n - from.0) % n + if to.0 == from.0 && to.1 < from.1 { n } else { 0 };
            let corners: Vec<usize> = (1..=turns).map(|step| (from.0 + step) % n).collect();
            let mut house = vec![at(outer, from)];
            house.extend(corners.iter().map(|c| outer[*c]));
            house.push(at(outer, to));
            house.push(at(inner, to));
            house.extend(corners.iter().rev().map(|c| inner[*c]));
            house.push(at(inner, from));
            house
        })
        .collect()
}

/// The outline moved inward corner by corner; None where it would fold over itself.
fn drawn_in(ring: &[V], depth: f64) -> Option<Vec<V>> {
    let n = ring.len();
    if n < 3 {
        return None;
    }
    let inner: Vec<V> = (0..n)
        .map(|i| {
            let before = (ring[i] - ring[(i + n - 1) % n]).unit().left();
            let after = (ring[(i + 1) % n] - ring[i]).unit().left();
            let bisector = (before + after).unit();
            ring[i] + bisector * (depth / bisector.dot(after).max(0.45))
        })
        .collect();
    let keeps_direction = (0..n).all(|i| (inner[(i + 1) % n] - inner[i]).dot(ring[(i + 1) % n] - ring[i]) > 0.0);
    let closed: Vec<V> = ring.iter().chain(&ring[..1]).copied().collect();
    let is_clear = inner.iter().all(|p| inside(*p, ring) && nearest_on_line(*p, &closed).0 > depth * 0.8);
    (keeps_direction && is_clear && area(&inner) > 60.0).then_some(inner)
}

fn without_short_edges(ring: &[V], shortest: f64) -> Vec<V> {
    let mut out: Vec<V> = Vec::new();
    for p in ring {
        match out.last_mut() {
            Some(last) if last.distance(*p) < shortest => *last = last.lerp(*p, 0.5),
            _ => out.push(*p),
        }
    }
    if out.len() > 3 && out[0].distance(out[out.len() - 1]) < shortest {
        out.pop();
    }
    out
}

/// Two-storey rows close behind the street, broken by gaps.
fn rows(ring: &[V], rng: &mut Rng) -> Vec<Vec<V>> {
    let front = without_short_edges(ring, 9.0);
    let Some(front) = drawn_in(&front, 4.0) else { return detached(ring, rng) };
    let Some(back) = drawn_in(&front, 9.5) else { return detached(ring, rng) };
    let mut houses = around(&front, &back, 17.0..27.0, rng);
    houses.retain(|house| house.len() <= 4 && !rng.chance(0.16));
    houses.iter().map(|house| shrunk(house, 0.97)).collect()
}

/// Single houses along the street, each in its garden.
fn detached(ring: &[V], rng: &mut Rng) -> Vec<Vec<V>> {
    let mut houses: Vec<(V, f64, Vec<V>)> = Vec::new();
    let n = ring.len();
    for i in 0..n {
        let (a, b) = (ring[i], ring[(i + 1) % n]);
        let (way, front) = ((b - a).unit(), a.distance(b));
        let mut at = rng.range(9.0, 12.0);
        while at < front - 8.0 {
            let (width, depth) = (rng.range(10.0, 15.0), rng.range(8.5, 11.0));
            let middle = a + way * at + way.left() * (rng.range(4.5, 6.5) + depth / 2.0);
            let radius = width.hypot(depth) / 2.0;
            let house = rectangle(middle, way, width, depth);
            let fits = house.iter().all(|p| inside(*p, ring))
                && houses.iter().all(|(other, r, _)| other.distance(middle) > (radius + r) * 0.93);
            if fits {
                houses.push((middle, radius, house));
            }
            at += width + rng.range(11.0, 16.0);
        }
    }
    houses.into_iter().map(|(_, _, house)| house).collect()
}

/// Long parallel bars on open green.
fn slabs(ring: &[V]) -> Vec<Vec<V>> {
    let way = longest_side(ring);
    let middle = centroid(ring);
    let reach = perimeter(ring) / 2.0;
    let count = (reach / 30.0) as i32;
    let mut houses = Vec::new();
    for across in -count..=count {
        for along in -count..=count {
            let at = middle + way * (f64::from(along) * 27.0 + 4.0) + way.left() * (f64::from(across) * 52.0);
            let bar = rectangle(at, way, 11.5, 42.0);
            if bar.iter().all(|p| inside(*p, ring)) {
                houses.push(bar);
            }
        }
    }
    if houses.is_empty() { plots(ring, 900.0).iter().map(|p| shrunk(p, 0.6)).collect() } else { houses }
}

/// Warehouses and workshops with yards between them.
fn halls(ring: &[V], rng: &mut Rng) -> Vec<Vec<V>> {
    plots(ring, 2600.0)
        .into_iter()
        .filter(|_| !rng.chance(0.12))
        .map(|plot| {
            let way = longest_side(&plot);
            let middle = centroid(&plot);
            let spread = |axis: V| {
                let half = |sign: f64| plot.iter().map(|p| (*p - middle).dot(axis) * sign).fold(0.0, f64::max);
                half(1.0).min(half(-1.0)) * 2.0
            };
            let mut scale = 0.86;
            loop {
                let hall = rectangle(middle, way, spread(way) * scale, spread(way.left()) * scale);
                if scale < 0.45 || hall.iter().all(|p| inside(*p, &plot)) {
                    return hall;
                }
                scale -= 0.06;
            }
        })
        .filter(|hall| hall.iter().all(|p| inside(*p, ring)))
        .collect()
}

fn rectangle(middle: V, way: V, width: f64, depth: f64) -> Vec<V> {
    let (w, d) = (way * (width / 2.0), way.left() * (depth / 2.0));
    vec![middle - w - d, middle + w - d, middle + w + d, middle - w + d]
}

fn longest_side(ring: &[V]) -> V {
    let n = ring.len();
    (0..n).map(|i| ring[(i + 1) % n] - ring[i]).max_by(|a, b| a.len().total_cmp(&b.len())).map_or(v(1.0, 0.0), V::unit)
}

/// Cuts an outline across its longer side until no piece is larger than about `size` square metres.
fn plots(ring: &[V], size: f64) -> Vec<Vec<V>> {
    if ring.len() < 3 || area(ring) < size * 1.5 {
        return vec![ring.to_vec()];
    }
    let way = longest_side(ring);
    let extent = |axis: V| {
        let (low, high) = ring.iter().map(|p| p.dot(axis)).fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(x), h.max(x)));
        (high - low, f64::midpoint(low, high))
    };
    let axis = if extent(way).0 >= extent(way.left()).0 { way } else { way.left() };
    let at = extent(axis).1;
    let (left, right) = (clipped(ring, axis, at), clipped(ring, axis * -1.0, -at));
    if left.len() < 3 || right.len() < 3 || area(&left).min(area(&right)) < size * 0.1 {
        return vec![ring.to_vec()];
    }
    let mut out = plots(&left, size);
    out.extend(plots(&right, size));
    out
}

/// The part of an outline where `p · axis <= at`.
fn clipped(ring: &[V], axis: V, at: f64) -> Vec<V> {
    let mut out = Vec::new();
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        let (da, db) = (a.dot(axis) - at, b.dot(axis) - at);
        if da <= 0.0 {
            out.push(a);
        }
        if (da < 0.0) != (db < 0.0) && (da - db).abs() > 1e-9 {
            out.push(a.lerp(b, da / (da - db)));
        }
    }
    out
}

fn shrunk(ring: &[V], share: f64) -> Vec<V> {
    let middle = centroid(ring);
    ring.iter().map(|p| middle.lerp(*p, share)).collect()
}
