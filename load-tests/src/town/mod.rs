//! A generated town: a seed gives a whole plausible European town as GeoJSON, the same to the last byte every time.
//!
//! `layout` draws the bones, `streets` grows side streets, `net` makes one network of both, `blocks` builds on the ground between,
//! `shops` opens the customers' shops, `geojson` writes it down. The fleet reads the file, never these types.

pub mod blocks;
pub mod geojson;
pub mod layout;
pub mod names;
pub mod net;
pub mod plane;
pub mod shops;
pub mod streets;

use crate::rng::Rng;
use layout::{Class, Layout, Use};
use names::Namer;
use net::{Drawn, Net};
use plane::{V, closed_curve, curve, nearest_on_line, offset, v};
use std::collections::BTreeSet;

/// On the Dogger Bank, in the open North Sea: no real street, shore or name contradicts the town.
pub const CENTRE_LAT: f64 = 54.72;
pub const CENTRE_LON: f64 = 2.36;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The same seed draws the same town.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Where to write the GeoJSON.
    #[arg(long)]
    pub out: std::path::PathBuf,
    /// Where the middle of the town lies, degrees.
    #[arg(long, default_value_t = CENTRE_LAT, allow_negative_numbers = true)]
    pub lat: f64,
    #[arg(long, default_value_t = CENTRE_LON, allow_negative_numbers = true)]
    pub lon: f64,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    use anyhow::Context;
    let text = generate(args.seed, args.lat, args.lon);
    std::fs::write(&args.out, &text).with_context(|| format!("write {}", args.out.display()))?;
    println!("{}: {} kB", args.out.display(), text.len() / 1000);
    Ok(())
}

/// The town of a seed as GeoJSON text.
pub fn generate(seed: u64, lat: f64, lon: f64) -> String {
    let town = Town::new(seed);
    geojson::write(&town, lat, lon)
}

/// Everything that is drawn, in metres from the middle.
#[derive(Debug)]
pub struct Town {
    pub layout: Layout,
    pub net: Net,
    /// The name of each line of the network.
    pub street_names: Vec<String>,
    pub ground: blocks::Ground,
    pub landmarks: Vec<(String, Vec<V>)>,
    pub shops: Vec<shops::Shop>,
    pub places: Vec<(String, &'static str, V)>,
}

impl Town {
    pub fn new(seed: u64) -> Self {
        let layout = Layout::new(seed);
        let drawn = all_lines(&layout, seed);
        let mut net = Net::build(&drawn);
        net.merge_slivers(&drawn);
        thin_out(&mut net, &drawn, &layout, seed);
        net.merge_slivers(&drawn);

        let mut namer = Namer::new(seed);
        let street_names = name_streets(&layout, &net, &drawn, &mut namer);
        let ground = blocks::ground(&layout, &net, seed);
        let shops = shops::open(&layout, &net, &street_names, &mut namer, seed);
        let places = places(&layout, &mut namer, seed);
        let landmarks = landmarks(&layout);
        let mut town = Self { layout, net, street_names, ground, landmarks, shops, places };
        town.clear_landmarks();
        town
    }

    /// No house stands where a landmark does.
    fn clear_landmarks(&mut self) {
        for block in &mut self.ground.blocks {
            let landmarks = &self.landmarks;
            block.houses.retain(|house| {
                landmarks.iter().all(|(_, ring)| {
                    !house.iter().any(|p| plane::inside(*p, ring)) && !ring.iter().any(|p| plane::inside(*p, house))
                })
            });
        }
    }
}

fn all_lines(layout: &Layout, seed: u64) -> Vec<Drawn> {
    let mut drawn: Vec<Drawn> = layout
        .roads
        .iter()
        .map(|road| {
            let leaves_map = [road.points[0], road.points[road.points.len() - 1]]
                .iter()
                .any(|p| p.x.abs() > layout::LAND_HALF.x - 10.0 || p.y.abs() > layout::LAND_HALF.y - 10.0);
            let is_pier = road.name == "Harbour Road" || layout.piers.contains(&road.points);
            Drawn { points: road.points.clone(), class: road.class, stays_open: leaves_map || is_pier }
        })
        .collect();
    for points in streets::side_streets(layout, seed) {
        drawn.push(Drawn { points, class: Class::Minor, stays_open: false });
    }
    for points in park_paths(layout, seed) {
        drawn.push(Drawn { points, class: Class::Path, stays_open: false });
    }
    drawn
}

/// A round walk in every park and paths from the gates to it.
fn park_paths(layout: &Layout, seed: u64) -> Vec<Vec<V>> {
    let mut rng = Rng::stream(seed, 6);
    let mut out = Vec::new();
    for zone in &layout.zones {
        if !matches!(zone.land_use, Use::Park(_) | Use::LakePark(_)) {
            continue;
        }
        let middle = plane::centroid(&zone.ring);
        let pond = layout.water.iter().map(|(_, ring)| ring).find(|ring| plane::inside(plane::centroid(ring), &zone.ring));
        let is_lake = matches!(zone.land_use, Use::LakePark(_));
        let walk = match pond {
            Some(shore) if is_lake => closed_curve(&plane::resample(&offset(shore, |_| -26.0), 60.0), 14.0),
            _ => {
                let loose: Vec<V> =
                    plane::resample(&zone.ring, 90.0).iter().map(|p| middle.lerp(*p, rng.range(0.52, 0.7))).collect();
                closed_curve(&loose[..loose.len() - 1], 14.0)
            }
        };
        let gates = if is_lake { 9 } else { 6 };
        for i in 0..gates {
            let gate = zone.ring[(i * zone.ring.len() / gates + rng.below(4)) % zone.ring.len()];
            let (_, on_walk, direction) = nearest_on_line(gate, &walk);
            let outward = (gate - middle).unit() * 3.0;
            let bend = gate.lerp(on_walk, 0.55) + direction * rng.range(-22.0, 22.0);
            out.push(curve(&[gate + outward, bend, on_walk - outward], 12.0));
        }
        if !is_lake {
            // Two paths right across, clear of the pond.
            for turn in [0.25, 0.75] {
                let (a, b) =
                    (walk[(turn * walk.len() as f64) as usize], walk[((turn + 0.45) * walk.len() as f64) as usize % walk.len()]);
                let path = curve(&[a, a.lerp(b, 0.5) + (b - a).unit().left() * 30.0, b], 12.0);
                if path.iter().all(|p| pond.is_none_or(|pond| !plane::inside(*p, pond))) {
                    out.push(path);
                }
            }
        }
        out.push([&walk[..], &walk[..1]].concat());
    }
    out.retain(|path| path.iter().all(|p| !layout.in_water(*p)));
    out
}

/// Takes out some side streets, so that blocks differ and streets end on others, as they do where a town was not planned at once.
fn thin_out(net: &mut Net, drawn: &[Drawn], layout: &Layout, seed: u64) {
    let mut rng = Rng::stream(seed, 7);
    let faces = net.faces();
    let mut touched = BTreeSet::new();
    let mut unwanted = BTreeSet::new();
    for (i, edge) in net.edges.iter().enumerate() {
        let is_old = plane::inside(edge.points[0], &layout.old_town);
        if edge.line < layout.roads.len() || edge.class != Class::Minor || !rng.chance(if is_old { 0.13 } else { 0.11 }) {
            continue;
        }
        let beside: Vec<usize> = (0..faces.len()).filter(|f| faces[*f].edges.contains(&i)).collect();
        let joined: f64 = beside.iter().map(|f| plane::area(&faces[*f].ring)).sum();
        let size_max = if is_old { 9_000.0 } else { 26_000.0 };
        if beside.len() == 2 && joined < size_max && beside.iter().all(|f| touched.insert(*f)) {
            unwanted.insert(i);
        }
    }
    net.remove(&unwanted, drawn);
}

fn name_streets(layout: &Layout, net: &Net, drawn: &[Drawn], namer: &mut Namer) -> Vec<String> {
    for road in &layout.roads {
        namer.take(road.name);
    }
    let used: BTreeSet<usize> = net.edges.iter().map(|edge| edge.line).collect();
    drawn
        .iter()
        .enumerate()
        .map(|(i, line)| {
            let middle = line.points[line.points.len() / 2];
            match layout.roads.get(i) {
                Some(road) if !road.name.is_empty() => road.name.to_owned(),
                _ if !used.contains(&i) || line.class == Class::Path => String::new(),
                _ if plane::inside(middle, &layout.old_town) => namer.old_street(),
                _ if plane::inside(middle, &layout.inner_town) => namer.town_street(),
                _ => namer.suburb_street(),
            }
        })
        .collect()
}

/// Labels: the town, its station, and quarters spread over it.
fn places(layout: &Layout, namer: &mut Namer, seed: u64) -> Vec<(String, &'static str, V)> {
    let mut rng = Rng::stream(seed, 8);
    let mut out = vec![
        (names::TOWN.to_owned(), "town", layout.centre + v(0.0, 180.0)),
        (format!("{} Central", names::TOWN), "station", layout.station.0),
        ("Market Square".to_owned(), "square", layout.centre),
    ];
    for _ in 0..400 {
        let p = v(rng.range(-2300.0, 2300.0), rng.range(-1750.0, 1750.0));
        let is_free = plane::inside(p, &layout.boundary)
            && layout.reserved(p).is_none()
            && out.iter().all(|(_, class, at)| at.distance(p) > if *class == "quarter" { 820.0 } else { 620.0 });
        if is_free {
            out.push((namer.quarter(), "quarter", p));
        }
    }
    out
}

/// The buildings everybody knows: station, church, town hall, castle.
fn landmarks(layout: &Layout) -> Vec<(String, Vec<V>)> {
    let turned =
        |at: V, way: V, shape: &[(f64, f64)]| -> Vec<V> { shape.iter().map(|&(x, y)| at + way * x + way.left() * y).collect() };
    let c = layout.centre;
    let castle =
        layout.zones.iter().find(|zone| zone.land_use == Use::Park("Castle Park")).map_or(c, |zone| plane::centroid(&zone.ring));
    let church = [
        (-26., -6.),
        (-8., -6.),
        (-8., -13.),
        (2., -13.),
        (2., -6.),
        (14., -6.),
        (20., -3.),
        (20., 3.),
        (14., 6.),
        (2., 6.),
        (2., 13.),
        (-8., 13.),
        (-8., 6.),
        (-26., 6.),
    ];
    let keep = [
        (-30., -24.),
        (-20., -28.),
        (20., -28.),
        (30., -24.),
        (30., 24.),
        (20., 28.),
        (8., 28.),
        (8., 16.),
        (18., 16.),
        (18., -16.),
        (-18., -16.),
        (-18., 16.),
        (-6., 16.),
        (-6., 28.),
        (-20., 28.),
        (-30., 24.),
    ];
    vec![
        ("St Aldric's Church".to_owned(), turned(c + v(-14.0, 18.0), v(0.98, 0.2).unit(), &church)),
        (
            "Aldermouth Central".to_owned(),
            turned(
                layout.station.0 + layout.station.1.left() * -28.0,
                layout.station.1,
                &[(-78., -11.), (78., -11.), (78., 9.), (-78., 9.)],
            ),
        ),
        ("Alder Castle".to_owned(), turned(castle + v(120.0, 60.0), v(0.9, 0.4).unit(), &keep)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::OnceLock;

    /// One town for all tests: it takes a while in a debug build.
    fn town() -> &'static Town {
        static TOWN: OnceLock<Town> = OnceLock::new();
        TOWN.get_or_init(|| Town::new(7))
    }

    #[test]
    fn the_same_seed_writes_the_same_bytes_and_another_seed_another_town() {
        let text = geojson::write(town(), CENTRE_LAT, CENTRE_LON);
        assert_eq!(text, generate(7, CENTRE_LAT, CENTRE_LON));
        assert_ne!(text, generate(8, CENTRE_LAT, CENTRE_LON));
        assert!(text.len() < 2_500_000, "{} bytes", text.len());
    }

    /// As the server reads it: everybody gets from every shop to every shop.
    #[test]
    fn the_roads_of_the_file_lead_from_every_shop_to_every_shop() {
        let text = geojson::write(town(), CENTRE_LAT, CENTRE_LON);
        let extract = salessync_roads::osm::geojson::read_bytes(text.as_bytes()).unwrap();
        let part = salessync_engine::plan::times::DayPart(0);
        for profile in salessync_engine::plan::times::TravelProfile::ALL {
            let ground = salessync_roads::Ground::new(salessync_roads::Network::build(&extract, profile), extract.version);
            let roads = salessync_roads::Roads::new(std::sync::Arc::new(ground), std::sync::Arc::default());
            let shops = extract.places.iter().filter(|place| place.kind == salessync_roads::osm::PlaceKind::Poi);
            let places: Vec<_> = shops.map(|shop| roads.snap(shop.point, 100.0).ok()).collect();
            assert!(places.len() >= 130 && places.iter().all(Option::is_some), "{profile:?}");
            let matrix = roads.matrix(&places, &places, part);
            let far = matrix.durations_s().iter().copied().max().unwrap();
            assert!(far < 3_600 * 2, "{profile:?}: {far} s");
        }
    }

    #[test]
    fn roads_cross_water_on_bridges_only() {
        let town = town();
        let (mut wet, mut bridges) = (0, 0);
        for piece in geojson::road_pieces(town) {
            bridges += usize::from(piece.is_bridge);
            let samples = plane::resample(&piece.points, 2.0);
            wet += usize::from(!piece.is_bridge && samples.iter().any(|p| town.layout.in_water(*p)));
        }
        assert_eq!(wet, 0, "roads in the water");
        assert!((4..=12).contains(&bridges), "{bridges} bridges");
    }

    #[test]
    fn every_shop_is_within_sixty_metres_of_a_road() {
        let town = town();
        assert!(town.shops.len() >= 130, "{} shops", town.shops.len());
        for shop in &town.shops {
            let nearest =
                town.net.edges.iter().map(|edge| nearest_on_line(shop.at, &edge.points).0).fold(f64::INFINITY, f64::min);
            assert!(nearest < 60.0, "{} is {nearest:.0} m from the next road", shop.name);
            assert!(!town.layout.in_water(shop.at), "{} is afloat", shop.name);
        }
    }

    #[test]
    fn districts_do_not_overlap_and_hold_every_shop() {
        let town = town();
        let mut rng = Rng::new(3);
        let districts = &town.layout.districts;
        for _ in 0..20_000 {
            let p = v(rng.range(-3000.0, 3000.0), rng.range(-2400.0, 2400.0));
            let holding = districts.iter().filter(|d| plane::inside(p, &d.ring)).count();
            assert!(holding <= 1, "{p:?} lies in {holding} districts");
        }
        for shop in &town.shops {
            assert!(districts.iter().any(|d| plane::inside(shop.at, &d.ring)), "{} lies in no district", shop.name);
        }
    }
}
