//! Reads a town that was generated, or drawn by hand: GeoJSON with the member `"format": "salessync-town"` and a version.
//!
//! What counts are features by `properties.kind`: `road` (a LineString with `highway`, and perhaps `name`, `oneway`, `limit_kmh`), `shop` (a Point
//! with `name` and `address`) and `place` (a Point with `name`). The rest is scenery. Streets meet where they share a corner.

use super::streets::Street;
use super::{Extract, Place, PlaceKind};
use salessync_engine::Point;
use serde::Deserialize;
use serde_json::value::RawValue;

pub const FORMAT: &str = "salessync-town";
/// The version written today, and the newest that is read.
pub const VERSION: u32 = 1;
/// Corners of a street.
const CORNERS_MAX: usize = 100_000;

/// Why a file is no town.
#[derive(Debug, thiserror::Error)]
pub enum TownError {
    #[error("read the town as GeoJSON")]
    Json(#[source] serde_json::Error),
    #[error("format is {found:?}, must be \"{FORMAT}\"")]
    Format { found: String },
    #[error("version is {found}, must be 1..{VERSION}")]
    Version { found: u32 },
    #[error("feature {index}: {field} must be {limit}")]
    Feature { index: usize, field: &'static str, limit: &'static str },
}

#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(default)]
    format: String,
    #[serde(default)]
    version: u32,
    #[serde(borrow)]
    features: Vec<Feature<'a>>,
}

#[derive(Deserialize)]
struct Feature<'a> {
    #[serde(default)]
    properties: Properties,
    #[serde(borrow)]
    geometry: &'a RawValue,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Properties {
    kind: String,
    name: String,
    address: String,
    highway: String,
    oneway: bool,
    limit_kmh: Option<f64>,
}

#[derive(Deserialize)]
struct Line {
    coordinates: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Spot {
    coordinates: Vec<f64>,
}

/// Reads a town.
pub fn read_bytes(bytes: &[u8]) -> Result<Extract, TownError> {
    let file: Collection = serde_json::from_slice(bytes).map_err(TownError::Json)?;
    if file.format != FORMAT {
        return Err(TownError::Format { found: file.format.chars().take(100).collect() });
    }
    if !(1..=VERSION).contains(&file.version) {
        return Err(TownError::Version { found: file.version });
    }
    let (mut streets, mut places) = (Vec::new(), Vec::new());
    for (index, Feature { properties, geometry }) in file.features.into_iter().enumerate() {
        let flaw = |field, limit| TownError::Feature { index, field, limit };
        match properties.kind.as_str() {
            "road" => {
                let line = serde_json::from_str::<Line>(geometry.get()).ok().filter(|line| line.coordinates.len() <= CORNERS_MAX);
                let line = line.ok_or(flaw("geometry", "a LineString of at most 100000 corners"))?;
                let points: Option<Vec<Point>> = line.coordinates.iter().map(|position| point(position)).collect();
                if properties.highway.is_empty() {
                    return Err(flaw("highway", "what OpenStreetMap calls such a road"));
                }
                streets.push(Street {
                    points: points.ok_or(flaw("coordinates", "longitude and latitude in degrees"))?,
                    highway: properties.highway,
                    name: properties.name,
                    is_one_way: properties.oneway,
                    limit_kmh: properties.limit_kmh,
                });
            }
            kind @ ("shop" | "place") => {
                let spot = serde_json::from_str::<Spot>(geometry.get()).map_err(|_| flaw("geometry", "a Point"))?;
                let point = point(&spot.coordinates).ok_or(flaw("coordinates", "longitude and latitude in degrees"))?;
                let kind = if kind == "shop" { PlaceKind::Poi } else { PlaceKind::Settlement };
                let named = [(kind, properties.name), (PlaceKind::Address, properties.address)];
                places.extend(named.into_iter().filter(|(_, name)| !name.is_empty()).map(|(kind, name)| Place {
                    kind,
                    name,
                    point,
                }));
            }
            _ => {}
        }
    }
    Ok(Extract::from_streets(&streets, places))
}

/// GeoJSON puts the longitude first.
fn point(position: &[f64]) -> Option<Point> {
    match position {
        [lon, lat, ..] => Point::new(*lat, *lon).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn town(features: &str) -> String {
        format!(r#"{{"type":"FeatureCollection","format":"salessync-town","version":1,"features":[{features}]}}"#)
    }

    const ROAD: &str = r#"{"type":"Feature","properties":{"kind":"road","highway":"residential","name":"Mill Lane","limit_kmh":30},"geometry":{"type":"LineString","coordinates":[[9.5,47.1],[9.51,47.1],[9.51,47.11]]}}"#;
    const SHOP: &str = r#"{"type":"Feature","properties":{"kind":"shop","name":"Baker","address":"3 Mill Lane"},"geometry":{"type":"Point","coordinates":[9.505,47.1]}}"#;
    const SCENERY: &str = r#"{"type":"Feature","properties":{"kind":"water"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,0]]]}}"#;

    #[test]
    fn roads_and_places_are_read_and_scenery_is_not() {
        let extract = read_bytes(town(&[ROAD, SHOP, SCENERY].join(",")).as_bytes()).unwrap();
        assert_eq!((extract.ways.len(), extract.nodes.len()), (1, 3));
        assert_eq!(extract.ways[0].travel[0].forward_dkmh, 240);
        assert_eq!(extract.nodes[1].point, Point::new(47.1, 9.51).unwrap());
        let names: Vec<_> = extract.places.iter().map(|place| (place.kind, place.name.as_str())).collect();
        assert_eq!(names, [(PlaceKind::Poi, "Baker"), (PlaceKind::Address, "3 Mill Lane")]);
        assert_eq!(extract.names.get(extract.ways[0].name), "Mill Lane");
    }

    #[test]
    fn what_is_no_town_is_refused_by_name() {
        for (text, expected) in [
            ("{".to_owned(), "read the town as GeoJSON"),
            (r#"{"type":"FeatureCollection"}"#.to_owned(), "read the town as GeoJSON"),
            (r#"{"type":"FeatureCollection","features":[]}"#.to_owned(), "format is \"\""),
            (town("").replace(":1,", ":2,"), "version is 2, must be 1..1"),
            (town(&ROAD.replace("highway", "class")), "feature 0: highway must be"),
            (town(&ROAD.replace("9.51,47.11", "9.51,97.11")), "feature 0: coordinates must be"),
            (town(&[SCENERY, &ROAD.replace("[[9.5", "[9.5")].join(",")), "read the town"),
            (
                town(
                    &[SHOP, &ROAD.replace("LineString", "Point").replace("[[9.5,47.1],[9.51,47.1],[9.51,47.11]]", "[9.5,47.1]")]
                        .join(","),
                ),
                "feature 1: geometry must be",
            ),
            (town(&SHOP.replace("[9.505,47.1]", "[9.505]")), "feature 0: coordinates must be"),
        ] {
            let error = read_bytes(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
