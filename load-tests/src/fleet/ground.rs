//! The ground the fleet moves on, read from a town's GeoJSON: a graph of streets, shops along them, districts.
//!
//! Two streets meet where they share a vertex. Each shop gets a node of its own on the street in front of it.

use crate::town::geojson::Projection;
use crate::town::layout::Class;
use crate::town::plane::{V, inside, nearest_on_segment};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

/// How somebody moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Foot,
    Bicycle,
    Car,
}

impl Mode {
    /// Cruising speed on a road of this class, metres per second; None where this mode does not go.
    pub fn cruise_mps(self, class: Class) -> Option<f64> {
        match (self, class) {
            (Self::Foot, Class::Motorway) | (Self::Bicycle, Class::Motorway) | (Self::Car, Class::Path) => None,
            (Self::Foot, _) => Some(1.35),
            (Self::Bicycle, Class::Path) => Some(3.6),
            (Self::Bicycle, _) => Some(4.9),
            (Self::Car, Class::Motorway) => Some(26.0),
            (Self::Car, Class::Major) => Some(12.8),
            (Self::Car, Class::Minor) => Some(7.8),
        }
    }

    pub const fn acceleration_mps2(self) -> f64 {
        match self {
            Self::Foot => 0.7,
            Self::Bicycle => 0.7,
            Self::Car => 1.7,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Shop {
    pub name: String,
    /// `bakery`, `pharmacy`…
    pub category: String,
    pub address: String,
    pub at: V,
    pub node: usize,
    pub district: Option<usize>,
}

/// A street with a name, where people live and work.
#[derive(Clone, Debug)]
pub struct Street {
    pub name: String,
    pub line: Vec<V>,
}

#[derive(Clone, Debug)]
pub struct District {
    pub name: String,
    pub colour: String,
    /// As in the file: the territory's area.
    pub area: Value,
    ring: Vec<V>,
}

#[derive(Clone, Copy, Debug)]
struct Arc {
    to: usize,
    length_m: f64,
    class: Class,
}

#[derive(Clone, Debug)]
pub struct Ground {
    pub projection: Projection,
    pub nodes: Vec<V>,
    arcs: Vec<Vec<Arc>>,
    pub shops: Vec<Shop>,
    pub streets: Vec<Street>,
    pub districts: Vec<District>,
}

/// One leg of a way: to this place, on a road of this class.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Leg {
    pub to: V,
    pub class: Class,
    /// Three or more streets meet here.
    pub is_junction: bool,
}

#[derive(Deserialize)]
struct Collection {
    bounds: Bounds,
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Bounds {
    south: f64,
    west: f64,
    north: f64,
    east: f64,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Value,
}

#[derive(Deserialize)]
struct Properties {
    kind: String,
    class: Option<String>,
    name: Option<String>,
    category: Option<String>,
    address: Option<String>,
    colour: Option<String>,
}

impl Ground {
    pub fn read(text: &str) -> Result<Self> {
        let file: Collection = serde_json::from_str(text).context("read the town as GeoJSON")?;
        let bounds = &file.bounds;
        let projection = Projection::new(f64::midpoint(bounds.south, bounds.north), f64::midpoint(bounds.west, bounds.east));
        let mut ground = Self {
            projection,
            nodes: Vec::new(),
            arcs: Vec::new(),
            shops: Vec::new(),
            streets: Vec::new(),
            districts: Vec::new(),
        };
        let mut known: HashMap<(i64, i64), usize> = HashMap::new();
        let mut streets: BTreeMap<(usize, usize), Class> = BTreeMap::new();
        for feature in &file.features {
            let properties = &feature.properties;
            let coordinates = &feature.geometry["coordinates"];
            match properties.kind.as_str() {
                "road" => {
                    let class = class_of(properties.class.as_deref())?;
                    let line: Vec<[f64; 2]> = positions(coordinates)?;
                    if let (Some(name), Class::Major | Class::Minor) = (&properties.name, class) {
                        let line = line.iter().map(|[lon, lat]| projection.metres(*lat, *lon)).collect();
                        ground.streets.push(Street { name: name.clone(), line });
                    }
                    let ids: Vec<usize> = line.iter().map(|p| ground.node(&mut known, *p)).collect();
                    for pair in ids.windows(2).filter(|pair| pair[0] != pair[1]) {
                        streets.entry((pair[0].min(pair[1]), pair[0].max(pair[1]))).or_insert(class);
                    }
                }
                "shop" => {
                    let [lon, lat]: [f64; 2] = positions(coordinates)?;
                    let name = properties.name.clone().unwrap_or_default();
                    let category = properties.category.clone().unwrap_or_default();
                    let address = properties.address.clone().unwrap_or_default();
                    let at = projection.metres(lat, lon);
                    ground.shops.push(Shop { name, category, address, at, node: 0, district: None });
                }
                "district" => {
                    let rings: Vec<Vec<[f64; 2]>> = positions(coordinates)?;
                    let ring = rings.first().map(|ring| ring.iter().map(|[lon, lat]| projection.metres(*lat, *lon)).collect());
                    ground.districts.push(District {
                        name: properties.name.clone().unwrap_or_default(),
                        colour: properties.colour.clone().unwrap_or_else(|| "#2563eb".to_owned()),
                        area: feature.geometry.clone(),
                        ring: ring.unwrap_or_default(),
                    });
                }
                _ => {}
            }
        }
        if streets.is_empty() || ground.shops.is_empty() || ground.districts.is_empty() {
            bail!(
                "a town needs roads, shops and districts; this one has {}, {}, {}",
                streets.len(),
                ground.shops.len(),
                ground.districts.len()
            );
        }
        ground.open_shops(&mut streets);
        ground.arcs = vec![Vec::new(); ground.nodes.len()];
        for ((a, b), class) in streets {
            let length_m = ground.nodes[a].distance(ground.nodes[b]);
            ground.arcs[a].push(Arc { to: b, length_m, class });
            ground.arcs[b].push(Arc { to: a, length_m, class });
        }
        Ok(ground)
    }

    fn node(&mut self, known: &mut HashMap<(i64, i64), usize>, [lon, lat]: [f64; 2]) -> usize {
        *known.entry(((lon * 1e6).round() as i64, (lat * 1e6).round() as i64)).or_insert_with(|| {
            self.nodes.push(self.projection.metres(lat, lon));
            self.nodes.len() - 1
        })
    }

    /// Puts each shop's node into the nearest street a car can use, and finds its district.
    fn open_shops(&mut self, streets: &mut BTreeMap<(usize, usize), Class>) {
        for i in 0..self.shops.len() {
            let at = self.shops[i].at;
            let nearest = streets
                .iter()
                .filter(|(_, class)| matches!(class, Class::Major | Class::Minor))
                .map(|(ends, class)| (nearest_on_segment(at, self.nodes[ends.0], self.nodes[ends.1]), *ends, *class))
                .min_by(|a, b| a.0.1.total_cmp(&b.0.1));
            if let Some(((t, _), (a, b), class)) = nearest {
                let node = self.nodes.len();
                self.nodes.push(self.nodes[a].lerp(self.nodes[b], t.clamp(0.02, 0.98)));
                streets.remove(&(a, b));
                streets.insert((a, node), class);
                streets.insert((b, node), class);
                self.shops[i].node = node;
            }
            self.shops[i].district = self.district_of(at);
        }
    }

    pub fn district_of(&self, p: V) -> Option<usize> {
        self.districts.iter().position(|district| district.ring.len() > 2 && inside(p, &district.ring))
    }

    /// The node nearest to a place that this mode can leave from.
    pub fn nearest_node(&self, p: V, mode: Mode) -> usize {
        (0..self.nodes.len())
            .filter(|i| self.arcs[*i].iter().any(|arc| mode.cruise_mps(arc.class).is_some()))
            .min_by(|a, b| self.nodes[*a].distance(p).total_cmp(&self.nodes[*b].distance(p)))
            .unwrap_or(0)
    }

    /// The quickest way between two nodes for this mode (A*); None when there is none.
    pub fn way(&self, from: usize, to: usize, mode: Mode) -> Option<Vec<Leg>> {
        const FASTEST_MPS: f64 = 26.0;
        let key = |s: f64| (s * 1000.0) as u64;
        let mut best: HashMap<usize, (f64, usize, Class)> = HashMap::new();
        let mut open = BinaryHeap::from([Reverse((0, from))]);
        best.insert(from, (0.0, from, Class::Minor));
        let mut settled = std::collections::HashSet::new();
        while let Some(Reverse((_, at))) = open.pop() {
            if at == to {
                break;
            }
            if !settled.insert(at) {
                continue;
            }
            let so_far = best[&at].0;
            for arc in &self.arcs[at] {
                let Some(speed) = mode.cruise_mps(arc.class) else { continue };
                let s = so_far + arc.length_m / speed;
                if best.get(&arc.to).is_none_or(|known| s < known.0) {
                    best.insert(arc.to, (s, at, arc.class));
                    let remaining = self.nodes[arc.to].distance(self.nodes[to]) / FASTEST_MPS;
                    open.push(Reverse((key(s + remaining), arc.to)));
                }
            }
        }
        let mut legs = Vec::new();
        let mut at = to;
        while at != from {
            let &(_, before, class) = best.get(&at)?;
            legs.push(Leg { to: self.nodes[at], class, is_junction: self.arcs[at].len() > 2 });
            at = before;
        }
        legs.reverse();
        Some(legs)
    }

    /// Nodes that can be reached from the first shop, over all nodes.
    #[cfg(test)]
    fn reachable(&self, mode: Mode) -> Vec<bool> {
        let mut seen = vec![false; self.nodes.len()];
        let mut open = vec![self.shops[0].node];
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut seen[at], true) {
                open.extend(self.arcs[at].iter().filter(|arc| mode.cruise_mps(arc.class).is_some()).map(|arc| arc.to));
            }
        }
        seen
    }
}

fn class_of(name: Option<&str>) -> Result<Class> {
    [Class::Motorway, Class::Major, Class::Minor, Class::Path]
        .into_iter()
        .find(|class| Some(class.as_str()) == name)
        .with_context(|| format!("road class {name:?}: must be motorway, major, minor or path"))
}

fn positions<T: serde::de::DeserializeOwned>(coordinates: &Value) -> Result<T> {
    T::deserialize(coordinates).map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::OnceLock;

    pub fn ground() -> &'static Ground {
        static GROUND: OnceLock<Ground> = OnceLock::new();
        GROUND.get_or_init(|| Ground::read(&crate::town::generate(7, crate::town::CENTRE_LAT, crate::town::CENTRE_LON)).unwrap())
    }

    #[test]
    fn every_street_and_every_shop_of_the_town_can_be_reached() {
        let ground = ground();
        let union: Vec<bool> = [Mode::Foot, Mode::Car]
            .map(|mode| ground.reachable(mode))
            .into_iter()
            .fold(vec![false; ground.nodes.len()], |a, b| a.iter().zip(b).map(|(a, b)| *a || b).collect());
        let lost: Vec<V> = (0..ground.nodes.len()).filter(|i| !union[*i]).map(|i| ground.nodes[i]).collect();
        assert!(lost.is_empty(), "{} nodes cannot be reached: {:?}", lost.len(), &lost[..lost.len().min(5)]);
        for mode in [Mode::Foot, Mode::Bicycle, Mode::Car] {
            let reachable = ground.reachable(mode);
            assert!(ground.shops.iter().all(|shop| reachable[shop.node]), "{mode:?}");
        }
        assert!(ground.shops.iter().all(|shop| shop.district.is_some()));
    }

    #[test]
    fn a_way_leads_from_shop_to_shop_along_streets() {
        let ground = ground();
        let (a, b) = (&ground.shops[0], &ground.shops[ground.shops.len() - 1]);
        let way = ground.way(a.node, b.node, Mode::Car).unwrap();
        let length: f64 = std::iter::once(ground.nodes[a.node])
            .chain(way.iter().map(|leg| leg.to))
            .collect::<Vec<_>>()
            .windows(2)
            .map(|w| w[0].distance(w[1]))
            .sum();
        let direct = a.at.distance(b.at);
        assert!(length >= direct - 60.0 && length < 2.5 * direct + 500.0, "{length} m for {direct} m");
    }
}
