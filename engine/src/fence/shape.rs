//! The shapes a fence can have, read from GeoJSON-like objects and checked once.
//!
//! Not here: measuring against them (`ground`). Sides and lines are straight in the plane of degrees, the short way round the world.

use crate::Point;
use crate::geo::cut::{CutFlaw, along_antimeridian};
use crate::geo::shape::{Area, AreaFlaw, AreaRule, VERTICES_MAX};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

/// A circle smaller than a metre is below what any phone tells apart; one of 1,000 km is a country, which has a border to draw.
pub const RADIUS_M: std::ops::RangeInclusive<f64> = 1.0..=1_000_000.0;
/// From a footpath to a valley.
pub const HALF_WIDTH_M: std::ops::RangeInclusive<f64> = 1.0..=50_000.0;

/// Where a fence stands.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// `{"type": "Circle", "coordinates": [lon, lat], "radius_m": 100}`
    Circle(Circle),
    /// A GeoJSON Polygon or MultiPolygon.
    Polygon(Area),
    /// `{"type": "Corridor", "coordinates": [[lon, lat], …], "half_width_m": 25}`: everything that near to the line, round at its ends.
    Corridor(Corridor),
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Circle {
    centre: Point,
    radius_m: f64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Corridor {
    line: Vec<Point>,
    half_width_m: f64,
}

/// What is wrong with a shape, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path} {rule}")]
pub struct ShapeFlaw {
    /// `radius_m`, `coordinates[3]`…
    pub path: String,
    pub rule: ShapeRule,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ShapeRule {
    #[error("must be Circle, Polygon, MultiPolygon or Corridor")]
    Type,
    #[error("must be a number within 1..1000000")]
    Radius,
    #[error("must be a number within 1..50000")]
    HalfWidth,
    #[error("must be a list of 2..{VERTICES_MAX} positions")]
    Line,
    #[error("must be another place than the position before it")]
    Repeated,
    #[error("is not a member of this type")]
    Unknown,
    #[error("{0}")]
    Area(AreaRule),
    #[error("{0}")]
    Cut(CutFlaw),
}

impl Circle {
    pub fn new(centre: Point, radius_m: f64) -> Result<Self, ShapeFlaw> {
        if RADIUS_M.contains(&radius_m) { Ok(Self { centre, radius_m }) } else { flaw("radius_m", ShapeRule::Radius) }
    }

    pub const fn centre(&self) -> Point {
        self.centre
    }

    pub const fn radius_m(&self) -> f64 {
        self.radius_m
    }
}

impl Corridor {
    /// Takes 2 to 10,000 positions, none the same as the one before it.
    pub fn new(line: Vec<Point>, half_width_m: f64) -> Result<Self, ShapeFlaw> {
        if !(2..=VERTICES_MAX).contains(&line.len()) {
            return flaw("coordinates", ShapeRule::Line);
        }
        if let Some(at) = line.windows(2).position(|pair| pair[0] == pair[1]) {
            return flaw(format!("coordinates[{}]", at + 1), ShapeRule::Repeated);
        }
        if !HALF_WIDTH_M.contains(&half_width_m) {
            return flaw("half_width_m", ShapeRule::HalfWidth);
        }
        Ok(Self { line, half_width_m })
    }

    pub fn line(&self) -> &[Point] {
        &self.line
    }

    pub const fn half_width_m(&self) -> f64 {
        self.half_width_m
    }
}

impl Shape {
    /// Reads a shape. A polygon drawn across the antimeridian is cut along it; longitudes of other shapes are within -180..180.
    pub fn from_geojson(shape: &Value) -> Result<Self, ShapeFlaw> {
        let number = |field: &str| shape[field].as_f64().unwrap_or(f64::NAN);
        match shape["type"].as_str() {
            Some("Circle") => {
                only(shape, &["type", "coordinates", "radius_m"])?;
                Circle::new(position(&shape["coordinates"], "coordinates")?, number("radius_m")).map(Self::Circle)
            }
            Some("Corridor") => {
                only(shape, &["type", "coordinates", "half_width_m"])?;
                let positions = shape["coordinates"].as_array().filter(|list| list.len() <= VERTICES_MAX);
                let Some(positions) = positions else { return flaw("coordinates", ShapeRule::Line) };
                let read = |(at, value)| position(value, &format!("coordinates[{at}]"));
                let line = positions.iter().enumerate().map(read).collect::<Result<_, _>>()?;
                Corridor::new(line, number("half_width_m")).map(Self::Corridor)
            }
            Some("Polygon" | "MultiPolygon") => {
                let cut = along_antimeridian(shape).or_else(|rule| flaw("coordinates", ShapeRule::Cut(rule)))?;
                Ok(Self::Polygon(Area::from_geojson(cut.as_ref().unwrap_or(shape))?))
            }
            _ => flaw("type", ShapeRule::Type),
        }
    }

    pub fn to_geojson(&self) -> Value {
        let position = |point: &Point| json!([point.lon(), point.lat()]);
        match self {
            Self::Circle(Circle { centre, radius_m }) => {
                json!({ "type": "Circle", "coordinates": position(centre), "radius_m": radius_m })
            }
            Self::Polygon(area) => area.to_geojson(),
            Self::Corridor(Corridor { line, half_width_m }) => {
                let line: Value = line.iter().map(position).collect();
                json!({ "type": "Corridor", "coordinates": line, "half_width_m": half_width_m })
            }
        }
    }
}

impl From<AreaFlaw> for ShapeFlaw {
    fn from(AreaFlaw { path, rule }: AreaFlaw) -> Self {
        Self { path, rule: ShapeRule::Area(rule) }
    }
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_geojson().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let shape = Value::deserialize(deserializer)?;
        Self::from_geojson(&shape).map_err(serde::de::Error::custom)
    }
}

fn flaw<T>(path: impl Into<String>, rule: ShapeRule) -> Result<T, ShapeFlaw> {
    Err(ShapeFlaw { path: path.into(), rule })
}

/// A misspelt `radius` must not go unnoticed.
fn only(shape: &Value, members: &[&str]) -> Result<(), ShapeFlaw> {
    let unknown = shape.as_object().and_then(|object| object.keys().find(|key| !members.contains(&key.as_str())));
    unknown.map_or(Ok(()), |key| flaw(key.as_str(), ShapeRule::Unknown))
}

/// `[lon, lat]`, perhaps with an altitude.
fn position(value: &Value, path: &str) -> Result<Point, ShapeFlaw> {
    let numbers = value.as_array().filter(|numbers| (2..=3).contains(&numbers.len()));
    let at = |index: usize| numbers.and_then(|numbers| numbers[index].as_f64());
    match (at(0), at(1)) {
        (Some(lon), Some(lat)) => Point::new(lat, lon).or_else(|rule| flaw(path, ShapeRule::Area(AreaRule::OffTheEarth(rule)))),
        _ => flaw(path, ShapeRule::Area(AreaRule::MustBe("[lon, lat]"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_there_and_back_is_the_same_shape() {
        for shape in [
            json!({ "type": "Circle", "coordinates": [37.6204, 55.75414], "radius_m": 100.5 }),
            json!({ "type": "Corridor", "coordinates": [[179.838, 66.9494], [-179.8496, 66.9508]], "half_width_m": 25.0 }),
            json!({ "type": "Polygon", "coordinates": [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]] }),
        ] {
            let read = Shape::from_geojson(&shape).unwrap();
            assert_eq!(read.to_geojson(), shape);
            assert_eq!(serde_json::from_str::<Shape>(&serde_json::to_string(&read).unwrap()).unwrap(), read);
        }
    }

    #[test]
    fn a_flaw_names_the_field_and_the_limit() {
        for (shape, path, limit) in [
            (json!(null), "type", "Circle, Polygon"),
            (json!({ "type": "Point", "coordinates": [0, 0] }), "type", "Circle, Polygon"),
            (json!({ "type": "Circle", "coordinates": [0, 0] }), "radius_m", "1..1000000"),
            (json!({ "type": "Circle", "coordinates": [0, 0], "radius_m": 0.5 }), "radius_m", "1..1000000"),
            (json!({ "type": "Circle", "coordinates": [0, 0], "radius_m": "100" }), "radius_m", "1..1000000"),
            (json!({ "type": "Circle", "coordinates": [0, 0], "radius_m": 1_000_000.5 }), "radius_m", "1..1000000"),
            (json!({ "type": "Circle", "coordinates": [0, 0], "radius": 50, "radius_m": 50 }), "radius", "not a member"),
            (json!({ "type": "Circle", "coordinates": [0, 91], "radius_m": 50 }), "coordinates", "-90..90"),
            (json!({ "type": "Circle", "coordinates": [[0, 1]], "radius_m": 50 }), "coordinates", "[lon, lat]"),
            (json!({ "type": "Corridor", "coordinates": [[0, 1]], "half_width_m": 50 }), "coordinates", "2..10000"),
            (
                json!({ "type": "Corridor", "coordinates": [[0, 1], [0, 1]], "half_width_m": 50 }),
                "coordinates[1]",
                "another place",
            ),
            (json!({ "type": "Corridor", "coordinates": [[0, 1], [181, 1]], "half_width_m": 50 }), "coordinates[1]", "-180..180"),
            (json!({ "type": "Corridor", "coordinates": [[0, 1], [1, 1]], "half_width_m": 0 }), "half_width_m", "1..50000"),
            (json!({ "type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]] }), "coordinates[0]", "4 positions"),
            (json!({ "type": "Polygon", "coordinates": [[[-120, 80], [0, 80], [120, 80], [-120, 80]]] }), "coordinates", "pole"),
        ] {
            let got = Shape::from_geojson(&shape).unwrap_err();
            assert!(got.path == path && got.to_string().contains(limit), "{got} for {shape}");
        }
    }
}
