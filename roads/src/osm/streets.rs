//! Streets given as plain lines: how a generated town, or a map of one's own, becomes a road network.
//!
//! Two streets meet where they share a corner, to the last digit of its coordinates.

use super::tags::{self, Tags};
use super::{Extract, Node, Place, Way};
use salessync_engine::Point;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// One street, or a piece of one.
#[derive(Clone, PartialEq, Debug)]
pub struct Street {
    pub points: Vec<Point>,
    /// A value of OSM's key `highway`: it says who may go there and how fast.
    pub highway: String,
    pub name: String,
    /// Along the order of its points only; not for those on foot.
    pub is_one_way: bool,
    /// A posted limit, kilometres an hour.
    pub limit_kmh: Option<f64>,
}

impl Extract {
    /// The network of these streets, with the places that are searched for. A street of fewer than two points, or one that nobody may
    /// travel on, is left out and counted.
    pub fn from_streets(streets: &[Street], places: Vec<Place>) -> Self {
        let mut extract = Self::default();
        let mut digest = Sha256::new();
        let mut numbers: HashMap<Point, u32> = HashMap::new();
        for (index, street) in streets.iter().enumerate() {
            digest.update(format!("{}\0{}\0{}\0{:?}\0", street.highway, street.name, street.is_one_way, street.limit_kmh));
            extract.report.ways_seen += 1;
            let limit = street.limit_kmh.map(|limit| limit.to_string());
            let mut tags = Tags(vec![("highway", street.highway.as_str())]);
            tags.0.push(("oneway", if street.is_one_way { "yes" } else { "no" }));
            tags.0.extend(limit.as_deref().map(|limit| ("maxspeed", limit)));
            let travel = tags::travel(&tags);
            if street.points.len() < 2 {
                extract.report.ways_degenerate += 1;
                continue;
            }
            if travel.iter().all(|travel| travel.is_closed()) {
                continue;
            }
            let start = extract.way_nodes.len() as u32;
            for &point in &street.points {
                digest.update(point.lat_e7().to_le_bytes());
                digest.update(point.lon_e7().to_le_bytes());
                let nodes = &mut extract.nodes;
                let number = *numbers.entry(point).or_insert_with(|| {
                    nodes.push(Node { point, blocks: [false; 3], has_signals: false });
                    nodes.len() as u32 - 1
                });
                extract.way_nodes.push(number);
            }
            for (kept, travel) in extract.report.ways_kept.iter_mut().zip(travel) {
                *kept += u64::from(!travel.is_closed());
            }
            let name = extract.names.intern(&street.name);
            extract.ways.push(Way { id: index as i64, nodes: start..extract.way_nodes.len() as u32, travel, name });
        }
        extract.report.places_kept = places.len() as u64;
        extract.places = places;
        let digest = digest.finalize();
        extract.version = u64::from_be_bytes(std::array::from_fn(|i| digest[i]));
        extract
    }
}
