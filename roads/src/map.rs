//! A map, loaded: roads for every profile and the names of places. What the product holds behind one pointer.

use crate::gazetteer::Gazetteer;
use crate::learn::Observed;
use crate::network::Network;
use crate::osm::geojson::{self, TownError};
use crate::osm::pbf::{self, PbfError};
use crate::osm::{Extract, ImportReport};
use crate::roads::{Ground, Roads};
use rayon::prelude::*;
use salessync_engine::plan::times::{DayParts, TravelProfile};
use std::io::{self, Read};
use std::sync::Arc;

/// Largest town as GeoJSON, bytes; an extract in PBF may be larger.
const TOWN_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Why a file is no map.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    #[error("open the map")]
    Open(#[source] io::Error),
    #[error(transparent)]
    Pbf(#[from] PbfError),
    #[error(transparent)]
    Town(#[from] TownError),
    #[error("the town has more than {TOWN_BYTES_MAX} bytes")]
    TownTooLarge,
    #[error("the map has no roads for {profile:?}")]
    NoRoads { profile: TravelProfile },
}

/// Roads and names of one map. Cloning shares everything.
#[derive(Clone, Debug)]
pub struct RoadMap {
    /// By `TravelProfile::index`.
    roads: [Roads; 3],
    pub gazetteer: Arc<Gazetteer>,
    pub report: ImportReport,
    pub version: u64,
}

impl RoadMap {
    /// Reads an OpenStreetMap extract (PBF) or a generated town (GeoJSON), whichever it is. `open` is called several times and must give the
    /// same bytes each time.
    pub fn read<R: Read + Send>(mut open: impl FnMut() -> io::Result<R>, parts: Arc<DayParts>) -> Result<Self, MapError> {
        let mut first = [0; 1];
        let is_text = match open().map_err(MapError::Open)?.read_exact(&mut first) {
            Ok(()) => first == *b"{" || first[0].is_ascii_whitespace(),
            Err(_) => false,
        };
        let extract = if is_text {
            let mut bytes = Vec::new();
            open().and_then(|file| file.take(TOWN_BYTES_MAX + 1).read_to_end(&mut bytes)).map_err(MapError::Open)?;
            if bytes.len() as u64 > TOWN_BYTES_MAX {
                return Err(MapError::TownTooLarge);
            }
            geojson::read_bytes(&bytes)?
        } else {
            pbf::read(open)?
        };
        Self::build(&extract, &parts)
    }

    /// Builds networks, hierarchies and metrics, profile beside profile.
    pub fn build(extract: &Extract, parts: &Arc<DayParts>) -> Result<Self, MapError> {
        let gazetteer = Arc::new(Gazetteer::new(extract));
        let build = |profile: &TravelProfile| {
            let network = Network::build(extract, *profile);
            if network.is_empty() && *profile == TravelProfile::Car {
                return Err(MapError::NoRoads { profile: *profile });
            }
            Ok(Roads::new(Arc::new(Ground::new(network, extract.version)), Arc::clone(parts)))
        };
        let mut built: Vec<Roads> = TravelProfile::ALL.par_iter().map(build).collect::<Result<_, _>>()?;
        let roads = std::array::from_fn(|_| built.remove(0));
        Ok(Self { roads, gazetteer, report: extract.report, version: extract.version })
    }

    pub fn roads(&self, profile: TravelProfile) -> &Roads {
        &self.roads[profile.index()]
    }

    /// The same map at speeds that were observed; None when they are of another map.
    pub fn learned(&self, observed: &Observed, profile: TravelProfile) -> Option<Self> {
        let mut map = self.clone();
        map.roads[profile.index()] = self.roads(profile).learned(observed)?;
        Some(map)
    }
}
