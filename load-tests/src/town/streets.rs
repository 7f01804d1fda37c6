//! Side streets: streamlines of a direction field, evenly spaced (after Jobard and Lefer), as towns grow along what is already there.
//!
//! The field turns with the river, the railway and the avenues where they are near, and with each quarter's own grid elsewhere.
//! Streets end on other streets where they can; what ends nowhere is pruned later, by `net`.

use super::layout::{Class, Layout, stations};
use super::plane::{Frame, V, inside, nearest_on_line, noise, resample, v};
use crate::rng::Rng;
use std::collections::VecDeque;

const STEP_M: f64 = 8.0;
const LENGTH_MAX_M: f64 = 1700.0;
const PARALLEL_COS: f64 = 0.77; // lines within 40 degrees of each other compete for room
const CELL_M: f64 = 50.0;
const FIELD_CELL_M: f64 = 25.0;
const HALF_WIDTH_M: f64 = 2900.0;
const HALF_HEIGHT_M: f64 = 2500.0;

/// Draws the side streets of the town.
pub fn side_streets(layout: &Layout, seed: u64) -> Vec<Vec<V>> {
    let mut tracer = Tracer { layout, field: Field::new(layout, seed), samples: Samples::new(), lines: Vec::new() };
    for road in layout.roads.iter().filter(|road| road.class != Class::Path) {
        for (at, direction) in stations(&road.points, STEP_M) {
            tracer.samples.add(Sample { at, direction, line: usize::MAX });
        }
    }
    let mut rng = Rng::stream(seed, 2);
    let mut seeds: Vec<(V, usize)> = (0..5200)
        .map(|i| (v(rng.range(-HALF_WIDTH_M, HALF_WIDTH_M), rng.range(-HALF_HEIGHT_M, HALF_HEIGHT_M)), i % 2))
        .filter(|(p, _)| tracer.is_open(*p))
        .collect();
    seeds.sort_by(|a, b| a.0.distance(layout.centre).total_cmp(&b.0.distance(layout.centre)));
    for (start, family) in seeds {
        let mut waiting = VecDeque::from([(start, family)]);
        while let Some((p, family)) = waiting.pop_front() {
            let Some(line) = tracer.grow(p, family) else { continue };
            let gap = tracer.gap(p, family);
            for (at, direction) in stations(&line, gap) {
                for side in [1.0, -1.0] {
                    waiting.push_back((at + direction.left() * (side * tracer.gap(at, family) * 1.02), family));
                    waiting.push_back((at + direction.left() * (side * 30.0), 1 - family));
                }
            }
        }
    }
    tracer.lines
}

#[derive(Clone, Copy)]
struct Sample {
    at: V,
    direction: V,
    line: usize,
}

/// Points of all lines so far, by place.
struct Samples {
    cells: Vec<Vec<Sample>>,
    columns: usize,
}

impl Samples {
    fn new() -> Self {
        let columns = (2.0 * HALF_WIDTH_M / CELL_M) as usize + 1;
        let rows = (2.0 * HALF_HEIGHT_M / CELL_M) as usize + 1;
        Self { cells: vec![Vec::new(); columns * rows], columns }
    }

    fn cell(&self, p: V) -> Option<(usize, usize)> {
        let (x, y) = ((p.x + HALF_WIDTH_M) / CELL_M, (p.y + HALF_HEIGHT_M) / CELL_M);
        let fits = x >= 0.0 && y >= 0.0 && (x as usize) < self.columns && (y as usize) < self.cells.len() / self.columns;
        fits.then_some((x as usize, y as usize))
    }

    fn add(&mut self, sample: Sample) {
        if let Some((x, y)) = self.cell(sample.at) {
            self.cells[y * self.columns + x].push(sample);
        }
    }

    fn near(&self, p: V, radius: f64) -> impl Iterator<Item = &Sample> {
        let reach = (radius / CELL_M).ceil() as usize;
        let (rows, columns) = (self.cells.len() / self.columns, self.columns);
        let (x, y) = self.cell(p).unwrap_or((usize::MAX / 2, usize::MAX / 2));
        let ys = y.saturating_sub(reach).min(rows)..(y.saturating_add(reach + 1)).min(rows);
        ys.flat_map(move |row| {
            let xs = x.saturating_sub(reach).min(columns)..(x.saturating_add(reach + 1)).min(columns);
            xs.flat_map(move |column| &self.cells[row * columns + column])
        })
        .filter(move |sample| sample.at.distance(p) <= radius)
    }
}

struct Tracer<'a> {
    layout: &'a Layout,
    field: Field,
    samples: Samples,
    lines: Vec<Vec<V>>,
}

impl Tracer<'_> {
    fn is_open(&self, p: V) -> bool {
        inside(p, &self.layout.boundary) && self.layout.reserved(p).is_none() && !self.layout.in_water(p)
    }

    /// Distance to the next parallel street, metres.
    fn gap(&self, p: V, family: usize) -> f64 {
        let narrow = family == 0;
        if inside(p, &self.layout.old_town) {
            return if narrow { 47.0 } else { 64.0 };
        }
        let swell = 1.0 + 0.18 * noise(77, p * 0.0016);
        if inside(p, &self.layout.inner_town) {
            return swell * if narrow { 84.0 } else { 132.0 };
        }
        let out = ((p.distance(self.layout.centre) - 1400.0) / 1000.0).clamp(0.0, 1.0);
        swell * if narrow { 80.0 + 22.0 * out } else { 150.0 + 50.0 * out }
    }

    fn is_crowded(&self, p: V, direction: V, radius: f64, own: usize) -> bool {
        self.samples.near(p, radius).any(|sample| sample.line != own && sample.direction.dot(direction).abs() > PARALLEL_COS)
    }

    /// Traces a street both ways from `start`, when there is room for one.
    fn grow(&mut self, start: V, family: usize) -> Option<Vec<V>> {
        let own = self.lines.len();
        let direction = self.field.direction(start, family);
        if !self.is_open(start) || self.is_crowded(start, direction, self.gap(start, family) * 0.93, own) {
            return None;
        }
        let forward = self.trace(start, direction, family, own);
        let back = self.trace(start, direction * -1.0, family, own);
        let line: Vec<V> = back.into_iter().skip(1).rev().chain(forward).collect();
        if super::plane::length(&line) < 45.0 {
            return None;
        }
        for (at, direction) in stations(&line, STEP_M) {
            self.samples.add(Sample { at, direction, line: own });
        }
        self.lines.push(line.clone());
        Some(line)
    }

    fn trace(&self, start: V, heading: V, family: usize, own: usize) -> Vec<V> {
        let mut line = vec![start];
        let (mut p, mut heading) = (start, heading);
        let gap = self.gap(start, family);
        for step in 0..(LENGTH_MAX_M / STEP_M) as usize {
            let halfway = p + self.field.toward(p, family, heading) * (STEP_M / 2.0);
            let next_heading = self.field.toward(halfway, family, heading);
            let next = p + next_heading * STEP_M;
            let turned_back = step > 12 && line.iter().rev().skip(12).any(|q| q.distance(next) < gap * 0.5);
            if turned_back || !self.is_open(next) || self.is_crowded(next, next_heading, gap * 0.6, own) {
                break;
            }
            (p, heading) = (next, next_heading);
            line.push(p);
        }
        if let Some(end) = self.join(p, heading, gap, own) {
            line.push(end);
        }
        line
    }

    /// The point just beyond the street ahead on which a street ending at `p` can end.
    fn join(&self, p: V, heading: V, gap: f64, own: usize) -> Option<V> {
        let target = self
            .samples
            .near(p, (gap * 0.9).max(60.0))
            .filter(|sample| sample.line != own)
            .filter(|sample| {
                let way = sample.at - p;
                way.len() < 3.0 || (way.unit().dot(heading) > 0.6 && way.unit().cross(sample.direction).abs() > 0.5)
            })
            .min_by(|a, b| a.at.distance(p).total_cmp(&b.at.distance(p)))?;
        let way = target.at - p;
        let is_dry = (1..8).all(|i| !self.layout.in_water(p + way * (f64::from(i) / 8.0)));
        is_dry.then(|| target.at + if way.len() < 3.0 { heading * 3.0 } else { way.unit() * 2.0 })
    }
}

/// A line that streets near it follow, and how far that reaches.
struct Guide {
    line: Vec<V>,
    frame: Frame,
    reach: f64,
}

/// Street directions on a grid, as doubled angles so that they can be averaged.
struct Field {
    doubled: Vec<V>,
    columns: usize,
}

impl Field {
    fn new(layout: &Layout, seed: u64) -> Self {
        let mut rng = Rng::stream(seed, 3);
        let mut quarters: Vec<(V, f64)> = Vec::new();
        for ring in 0..2 {
            let n = 5 + 3 * ring;
            for i in 0..n {
                let angle = std::f64::consts::TAU * (i as f64 + rng.range(-0.25, 0.25)) / n as f64;
                let at = layout.centre + v(angle.cos() * 1.2, angle.sin()) * (1050.0 + 800.0 * f64::from(ring));
                quarters.push((at, rng.range(0.0, std::f64::consts::PI)));
            }
        }
        let guide = |line: &[V], step: f64, reach: f64| {
            let line = resample(line, step);
            Guide { frame: Frame::around(&line), line, reach }
        };
        let mut guides = vec![guide(&layout.river, 60.0, 240.0), guide(&layout.rails[0], 60.0, 150.0)];
        for road in &layout.roads {
            guides.push(guide(&road.points, 30.0, if road.class < Class::Minor { 170.0 } else { 90.0 }));
        }
        let columns = (2.0 * HALF_WIDTH_M / FIELD_CELL_M) as usize + 1;
        let rows = (2.0 * HALF_HEIGHT_M / FIELD_CELL_M) as usize + 1;
        let doubled = (0..columns * rows)
            .map(|i| {
                let p =
                    v((i % columns) as f64 * FIELD_CELL_M - HALF_WIDTH_M, (i / columns) as f64 * FIELD_CELL_M - HALF_HEIGHT_M);
                direction_at(p, layout, &quarters, &guides, seed)
            })
            .collect();
        Self { doubled, columns }
    }

    fn direction(&self, p: V, family: usize) -> V {
        let (x, y) = ((p.x + HALF_WIDTH_M) / FIELD_CELL_M, (p.y + HALF_HEIGHT_M) / FIELD_CELL_M);
        let rows = self.doubled.len() / self.columns;
        let (cx, cy) = ((x.max(0.0) as usize).min(self.columns - 2), (y.max(0.0) as usize).min(rows - 2));
        let (fx, fy) = ((x - cx as f64).clamp(0.0, 1.0), (y - cy as f64).clamp(0.0, 1.0));
        let at = |dx: usize, dy: usize| self.doubled[(cy + dy) * self.columns + cx + dx];
        let doubled = at(0, 0).lerp(at(1, 0), fx).lerp(at(0, 1).lerp(at(1, 1), fx), fy);
        V::polar(doubled.angle() / 2.0 + std::f64::consts::FRAC_PI_2 * family as f64, 1.0)
    }

    /// The direction that goes on most nearly as `heading`.
    fn toward(&self, p: V, family: usize, heading: V) -> V {
        let direction = self.direction(p, family);
        if direction.dot(heading) < 0.0 { direction * -1.0 } else { direction }
    }
}

fn direction_at(p: V, layout: &Layout, quarters: &[(V, f64)], guides: &[Guide], seed: u64) -> V {
    let from_centre = p - layout.centre;
    let in_old_town = inside(p, &layout.old_town);
    let mut sum =
        V::polar(2.0 * from_centre.angle(), if in_old_town { 0.5 } else { 0.9 * (-(from_centre.len() / 900.0).powi(2)).exp() });
    for (at, angle) in quarters {
        sum = sum + V::polar(2.0 * angle, (-(p.distance(*at) / 520.0).powi(2)).exp());
    }
    let base = sum.unit();
    let mut sum = base * 0.55;
    for Guide { line, frame, reach } in guides {
        if !frame.is_near(p, 3.0 * reach) {
            continue;
        }
        let (distance, _, direction) = nearest_on_line(p, line);
        let weight = 1.7 * (-(distance / reach).powi(2)).exp();
        if weight > 1e-3 {
            let doubled = V::polar(2.0 * direction.angle(), 1.0);
            // Streets run along the guide or straight at it, whichever fits the quarter.
            sum = sum + doubled * if doubled.dot(base) < 0.0 { -weight } else { weight };
        }
    }
    let wobble = if in_old_town { 0.55 * noise(seed ^ 5, p * 0.007) } else { 0.16 * noise(seed ^ 6, p * 0.0022) };
    V::polar(sum.angle() + 2.0 * wobble, 1.0)
}
