//! Writes a town as a GeoJSON FeatureCollection, six decimals, one feature a line, in drawing order.
//!
//! `properties.kind`: land, water, park, block, building, rail, road, place, shop, district. The member `bounds` says what to show. Roads are
//! written so that a road network can be made of them (`salessync_roads::osm::geojson` says what counts), which `format` and `version` promise.

use super::layout::{Class, LAND_HALF};
use super::plane::{V, area, band, inset, length, polygon, resample, ring_of, simplify, simplify_ring, v};
use super::{Town, names};
use geo::{BooleanOps, MultiPolygon};
use salessync_roads::osm::geojson::{FORMAT, VERSION};
use serde_json::{Value, json};
use std::fmt::Write;

const HALF_VIEW: V = v(2500.0, 2000.0);
const GREEN_NAME_AREA_M2: f64 = 4_000.0;

/// A stretch of one street, bridge or not.
#[derive(Clone, Debug)]
pub struct RoadPiece {
    pub points: Vec<V>,
    pub class: Class,
    pub line: usize,
    pub is_bridge: bool,
}

/// Metres around a town's middle to degrees and back.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    lat: f64,
    lon: f64,
    per_lat: f64,
    per_lon: f64,
}

impl Projection {
    pub fn new(lat: f64, lon: f64) -> Self {
        let phi = lat.to_radians();
        let per_lat = 111_132.954 - 559.822 * (2.0 * phi).cos() + 1.175 * (4.0 * phi).cos();
        let per_lon = 111_412.84 * phi.cos() - 93.5 * (3.0 * phi).cos();
        Self { lat, lon, per_lat, per_lon }
    }

    /// Latitude and longitude.
    pub fn degrees(&self, p: V) -> (f64, f64) {
        (self.lat + p.y / self.per_lat, self.lon + p.x / self.per_lon)
    }

    pub fn metres(&self, lat: f64, lon: f64) -> V {
        v((lon - self.lon) * self.per_lon, (lat - self.lat) * self.per_lat)
    }
}

pub fn write(town: &Town, lat: f64, lon: f64) -> String {
    let projection = Projection::new(lat, lon);
    let ((south, west), (north, east)) = (projection.degrees(HALF_VIEW * -1.0), projection.degrees(HALF_VIEW));
    let mut out = Writer { text: String::new(), projection, is_first: true };
    let _ = write!(
        out.text,
        r#"{{"type":"FeatureCollection","format":"{FORMAT}","version":{VERSION},"name":"{}","bounds":{{"south":{south:.6},"west":{west:.6},"north":{north:.6},"east":{east:.6}}},"features":["#,
        names::TOWN
    );
    let layout = &town.layout;
    out.polygon(&json!({"kind": "land"}), &corners(LAND_HALF));
    country(town, &mut out);
    for (name, ring) in &layout.water {
        out.polygon(&json!({"kind": "water", "name": name}), &clipped_to_land(&simplify_ring(ring, 0.8)));
    }
    for block in &town.ground.blocks {
        out.polygon(&json!({"kind": "block", "class": block.class}), &ring_of(block.shape.exterior()));
    }
    for block in town.ground.blocks.iter().filter(|block| !block.houses.is_empty()) {
        out.rings(&json!({"kind": "building", "height_m": block.height_m}), &block.houses);
    }
    for (name, ring) in &town.landmarks {
        out.polygon(&json!({"kind": "building", "name": name, "height_m": 22}), ring);
    }
    for (i, rail) in layout.rails.iter().enumerate() {
        let name = if i == 0 { "Alder Valley Line" } else { "" };
        out.line(&named(json!({"kind": "rail"}), name), &simplify(rail, 0.6));
    }
    for piece in road_pieces(town) {
        let (highway, limit_kmh) = piece.class.highway();
        let road = json!({"kind": "road", "class": piece.class.as_str(), "highway": highway});
        let mut properties = named(road, &town.street_names[piece.line]);
        if let Some(limit_kmh) = limit_kmh {
            properties["limit_kmh"] = json!(limit_kmh);
        }
        if piece.is_bridge {
            properties["bridge"] = json!(true);
        }
        out.line(&properties, &piece.points);
    }
    for (name, class, at) in &town.places {
        out.point(&json!({"kind": "place", "class": class, "name": name}), *at);
    }
    for shop in &town.shops {
        out.point(&json!({"kind": "shop", "name": shop.name, "category": shop.category, "address": shop.address}), shop.at);
    }
    for district in &layout.districts {
        out.polygon(
            &json!({"kind": "district", "name": district.name, "colour": district.colour}),
            &simplify_ring(&district.ring, 0.01),
        );
    }
    out.text.push_str("\n]}\n");
    out.text
}

/// Parks of the town and woods around it.
fn country(town: &Town, out: &mut Writer) {
    let layout = &town.layout;
    let mut clear = MultiPolygon::new(vec![polygon(&layout.boundary)]);
    for road in layout.roads.iter().filter(|road| road.class < Class::Minor) {
        clear = clear.union(&band(&simplify(&road.points, 1.0), 26.0));
    }
    clear = clear.union(&inset(&MultiPolygon::new(vec![polygon(&layout.water[0].1)]), -20.0));
    clear = clear.union(&band(&layout.rails[0], 24.0));
    for (i, ring) in layout.woods.iter().enumerate() {
        let shape = MultiPolygon::new(vec![polygon(&clipped_to_land(ring))]).difference(&clear);
        let name = ["Kingswood", "Alder Forest", "Heron Wood", "Southern Weald"].get(i).copied().unwrap_or("");
        out.shape(&named(json!({"kind": "park", "class": "wood"}), name), &shape);
    }
    let mut namer = names::Namer::new(1);
    for green in &town.ground.greens {
        let size: f64 = green.shape.0.iter().map(|p| area(&ring_of(p.exterior())).abs()).sum();
        let name = match (green.name, green.class) {
            ("", "garden") if size > GREEN_NAME_AREA_M2 => namer.green(),
            (name, _) => name.to_owned(),
        };
        out.shape(&named(json!({"kind": "park", "class": green.class}), &name), &green.shape);
    }
}

/// The roads as they are written: each street in as few pieces as its bridges and gaps allow, with a vertex at every crossing.
pub fn road_pieces(town: &Town) -> Vec<RoadPiece> {
    let mut out: Vec<RoadPiece> = Vec::new();
    for edge in &town.net.edges {
        for (points, is_bridge) in split_at_shores(town, &edge.points) {
            match out.last_mut() {
                Some(last) if last.line == edge.line && last.is_bridge == is_bridge && last.points.last() == points.first() => {
                    last.points.extend(&points[1..]);
                }
                _ => out.push(RoadPiece { points, class: edge.class, line: edge.line, is_bridge }),
            }
        }
    }
    out
}

/// Cuts an edge a little before and after the water.
fn split_at_shores(town: &Town, points: &[V]) -> Vec<(Vec<V>, bool)> {
    const SAMPLE_M: f64 = 2.0;
    const ABUTMENT_M: f64 = 6.0;
    let samples = resample(points, SAMPLE_M);
    let step = length(points) / (samples.len() - 1) as f64;
    let wet: Vec<usize> = (0..samples.len()).filter(|i| town.layout.in_water(samples[*i])).collect();
    let (Some(first), Some(last)) = (wet.first(), wet.last()) else { return vec![(points.to_vec(), false)] };
    let from = *first as f64 * step - ABUTMENT_M;
    let to = *last as f64 * step + ABUTMENT_M;
    let total = length(points);
    let mut out = Vec::new();
    for (start, end, is_bridge) in [(0.0, from, false), (from.max(0.0), to.min(total), true), (to, total, false)] {
        if end - start > 1.0 {
            out.push((between(points, start, end), is_bridge));
        }
    }
    out
}

fn between(points: &[V], start: f64, end: f64) -> Vec<V> {
    let mut out = vec![super::plane::along(points, start).0];
    let mut at = 0.0;
    for w in points.windows(2) {
        at += w[0].distance(w[1]);
        if at > start + 0.5 && at < end - 0.5 {
            out.push(w[1]);
        }
    }
    out.push(super::plane::along(points, end).0);
    out
}

fn corners(half: V) -> Vec<V> {
    vec![v(-half.x, -half.y), v(half.x, -half.y), v(half.x, half.y), v(-half.x, half.y)]
}

fn clipped_to_land(ring: &[V]) -> Vec<V> {
    ring.iter().map(|p| v(p.x.clamp(-LAND_HALF.x, LAND_HALF.x), p.y.clamp(-LAND_HALF.y, LAND_HALF.y))).collect()
}

fn named(mut properties: Value, name: &str) -> Value {
    if !name.is_empty() {
        properties["name"] = json!(name);
    }
    properties
}

struct Writer {
    text: String,
    projection: Projection,
    is_first: bool,
}

impl Writer {
    fn feature(&mut self, properties: &Value, kind: &str, coordinates: impl FnOnce(&mut Self)) {
        self.text.push_str(if self.is_first { "\n" } else { ",\n" });
        self.is_first = false;
        let _ = write!(self.text, r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"{kind}","coordinates":"#);
        coordinates(self);
        self.text.push_str("}}");
    }

    fn polygon(&mut self, properties: &Value, ring: &[V]) {
        self.feature(properties, "Polygon", |w| {
            w.text.push('[');
            w.ring(ring);
            w.text.push(']');
        });
    }

    fn rings(&mut self, properties: &Value, rings: &[Vec<V>]) {
        self.feature(properties, "MultiPolygon", |w| {
            w.list(rings, |w, ring| {
                w.text.push('[');
                w.ring(ring);
                w.text.push(']');
            });
        });
    }

    fn shape(&mut self, properties: &Value, shape: &MultiPolygon<f64>) {
        let large: Vec<_> = shape.0.iter().filter(|p| area(&ring_of(p.exterior())).abs() > 120.0).collect();
        if large.is_empty() {
            return;
        }
        self.feature(properties, "MultiPolygon", |w| {
            w.list(&large, |w, polygon| {
                let rings: Vec<Vec<V>> = std::iter::once(polygon.exterior())
                    .chain(polygon.interiors())
                    .map(|ring| simplify_ring(&ring_of(ring), 0.8))
                    .collect();
                w.list(&rings, |w, ring| w.ring(ring));
            });
        });
    }

    fn line(&mut self, properties: &Value, points: &[V]) {
        self.feature(properties, "LineString", |w| w.list(points, |w, p| w.position(*p)));
    }

    fn point(&mut self, properties: &Value, at: V) {
        self.feature(properties, "Point", |w| w.position(at));
    }

    /// A closed ring: the first position again at its end.
    fn ring(&mut self, ring: &[V]) {
        let closed: Vec<V> = ring.iter().chain(&ring[..1]).copied().collect();
        self.list(&closed, |w, p| w.position(*p));
    }

    fn list<T>(&mut self, items: &[T], each: impl Fn(&mut Self, &T)) {
        self.text.push('[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.text.push(',');
            }
            each(self, item);
        }
        self.text.push(']');
    }

    fn position(&mut self, p: V) {
        let (lat, lon) = self.projection.degrees(p);
        let _ = write!(self.text, "[{lon:.6},{lat:.6}]");
    }
}
