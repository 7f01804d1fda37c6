//! What the console draws under the agents: a basemap by configuration, the generated town, or nothing but a world outline.

use crate::error::ApiError;
use crate::state::AppState;
use actix_files::NamedFile;
use actix_web::web::{self, Data, Json};
use salessync_engine::geo::Bounds;
use serde::Serialize;
use utoipa::ToSchema;

const OSM: &str = "© OpenStreetMap contributors";

pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/map", web::get().to(map));
}

/// The files a map needs, outside /api so that they are plain static files. They hold no one's data.
pub fn files(config: &mut web::ServiceConfig) {
    config.route("/map/town.geojson", web::get().to(town)).route("/map/basemap.pmtiles", web::get().to(basemap));
}

/// Which basemap to draw and where to begin.
#[utoipa::path(get, operation_id = "map", path = "/api/v1/map", tag = "live", security(()), responses((status = 200, body = MapView)))]
pub async fn map(state: Data<AppState>) -> Result<Json<MapView>, ApiError> {
    let map = &state.config.map;
    let credit = |default: &str| if map.attribution.is_empty() { default.to_owned() } else { map.attribution.clone() };
    let is_url = map.basemap.starts_with("http://") || map.basemap.starts_with("https://");
    let view = if is_url {
        MapView { basemap: Basemap::Style { url: map.basemap.clone(), attribution: credit(OSM) }, bounds: None }
    } else if !map.basemap.is_empty() {
        let bounds = read_pmtiles_bounds(map.basemap.clone()).await;
        MapView { basemap: Basemap::Pmtiles { url: "/map/basemap.pmtiles".to_owned(), attribution: credit(OSM) }, bounds }
    } else if !map.town.is_empty() {
        let bounds = read_town_bounds(map.town.clone()).await;
        MapView { basemap: Basemap::Town { url: "/map/town.geojson".to_owned(), attribution: credit("Generated town") }, bounds }
    } else {
        MapView { basemap: Basemap::Outline, bounds: None }
    };
    Ok(Json(view))
}

async fn town(state: Data<AppState>) -> Result<NamedFile, ApiError> {
    open(&state.config.map.town).map(|file| file.set_content_type("application/geo+json".parse().expect("a valid media type")))
}

async fn basemap(state: Data<AppState>) -> Result<NamedFile, ApiError> {
    open(&state.config.map.basemap)
}

fn open(path: &str) -> Result<NamedFile, ApiError> {
    if path.is_empty() || path.starts_with("http") {
        return Err(ApiError::NotFound("this file"));
    }
    NamedFile::open(path).map_err(|error| {
        tracing::warn!(path, %error, "a map file cannot be opened");
        ApiError::NotFound("this file")
    })
}

/// The member `bounds` of the town's GeoJSON.
async fn read_town_bounds(path: String) -> Option<Bounds> {
    #[derive(serde::Deserialize)]
    struct Town {
        bounds: Bounds,
    }
    web::block(move || serde_json::from_slice::<Town>(&std::fs::read(path).ok()?).ok().map(|town| town.bounds)).await.ok()?
}

/// Bounds in the header of a PMTiles v3 archive: four little-endian i32 of 1e-7 degree from byte 102, west first.
async fn read_pmtiles_bounds(path: String) -> Option<Bounds> {
    use std::io::Read;
    let header = web::block(move || {
        let mut header = [0u8; 127];
        std::fs::File::open(path).ok()?.read_exact(&mut header).ok()?;
        Some(header)
    })
    .await
    .ok()??;
    if !header.starts_with(b"PMTiles\x03") {
        return None;
    }
    let degrees = |at: usize| {
        let bytes = header.get(at..at + 4)?.try_into().ok()?;
        Some(f64::from(i32::from_le_bytes(bytes)) / 1e7)
    };
    Bounds { west: degrees(102)?, south: degrees(106)?, east: degrees(110)?, north: degrees(114)? }.check().ok()
}

/// A basemap and the part of the world to begin with.
#[derive(Serialize, ToSchema)]
#[schema(as = Map)]
pub struct MapView {
    pub basemap: Basemap,
    pub bounds: Option<Bounds>,
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Basemap {
    /// A PMTiles archive in the Protomaps schema.
    Pmtiles { url: String, attribution: String },
    /// A MapLibre style.
    Style { url: String, attribution: String },
    /// GeoJSON of a generated town.
    Town { url: String, attribution: String },
    /// Nothing configured: the console draws a world outline.
    Outline,
}
