//! Maps that are cut, broken or something else: a typed error, never a panic; and what of a good map is kept.

use crate::common::pbf::{Map, blob, bytes_field, varint_field};
use crate::common::rng::Rng;
use crate::common::{extract, shared};
use salessync_engine::plan::times::TravelProfile;
use salessync_roads::Network;
use salessync_roads::osm::PlaceKind;
use salessync_roads::osm::pbf::{PbfError, read, read_bytes};

fn small() -> Map {
    Map::default()
        .node(1, 47.0, 9.5, "")
        .node(2, 47.001, 9.5, "highway=traffic_signals")
        .node(3, 47.002, 9.5, "")
        .node(4, 47.002, 9.501, "shop=bakery name=Wanger")
        .way(10, &[1, 2, 3], "highway=residential name=Hauptstrasse maxspeed=30")
        .way(11, &[3, 99, 4], "highway=residential")
        .way(12, &[1, 98], "highway=residential")
        .way(13, &[1], "highway=residential")
        .way(14, &[1, 3, 4, 1], "building=yes addr:street=Aeule addr:housenumber=7")
        .way(15, &[3, 4], "waterway=river")
}

#[test]
fn what_of_a_map_is_kept_is_counted() {
    let extract = read_bytes(&small().bytes()).unwrap();
    let report = extract.report;
    assert_eq!((report.ways_seen, report.ways_kept, report.refs_missing, report.ways_degenerate), (6, [1, 1, 1], 2, 3));
    let mut places: Vec<_> = extract.places.iter().map(|place| (place.kind, place.name.as_str())).collect();
    places.sort_unstable();
    assert_eq!(places, [(PlaceKind::Address, "Aeule 7"), (PlaceKind::Poi, "Wanger")]);
    assert_eq!(extract.names.get(extract.ways[0].name), "Hauptstrasse");
    let network = Network::build(&extract, TravelProfile::Car);
    assert_eq!((network.edges.len(), network.vertices.len()), (2, 3), "cut at the signal");
    assert_eq!(network.edges[0].travel.forward_dkmh, 240);
}

#[test]
fn the_same_bytes_are_the_same_map_and_others_another() {
    let version = |map: &Map| read_bytes(&map.bytes()).unwrap().version;
    assert_eq!(version(&small()), version(&small()));
    assert_ne!(version(&small()), version(&small().node(5, 0.0, 0.0, "")));
}

#[test]
fn an_empty_map_is_a_map_without_roads() {
    let extract = read_bytes(&Map::default().bytes()).unwrap();
    for profile in TravelProfile::ALL {
        let roads = crate::common::roads(&extract, profile);
        assert!(roads.ground.network.is_empty());
        assert!(roads.snap(crate::common::point(0.0, 0.0), 500.0).is_err());
        assert_eq!(roads.matrix(&[None], &[None], salessync_engine::plan::times::DayPart(0)).rows(), 1);
    }
}

#[test]
fn something_else_is_not_a_map() {
    for bytes in [&b""[..], b"\0", b"<osm version='0.6'></osm>", b"\x89PNG\r\n\x1a\n", &[0xff; 64], &blob("OSMData", b"")] {
        let error = read_bytes(bytes).unwrap_err();
        assert!(matches!(error, PbfError::NotPbf | PbfError::CutOff { .. }), "{:?}: {error:?}", &bytes[..bytes.len().min(8)]);
    }
}

#[test]
fn a_map_that_wants_more_than_we_understand_is_refused_by_name() {
    let mut header = Vec::new();
    bytes_field(&mut header, 4, b"HistoricalInformation");
    match read_bytes(&blob("OSMHeader", &header)).unwrap_err() {
        PbfError::Unsupported { feature } => assert_eq!(feature, "HistoricalInformation"),
        other => panic!("{other:?}"),
    }
}

/// Wherever it ends, but at the end of a block, that is an error; at the end of one nobody can tell.
#[test]
fn a_map_that_is_cut_off_is_refused_wherever_it_ends() {
    let bytes = small().bytes();
    let header_ends = blob("OSMHeader", b"").len();
    let mut whole = 0;
    for end in 0..bytes.len() {
        match read_bytes(&bytes[..end]) {
            Ok(_) => whole += 1,
            Err(PbfError::Read(error)) => panic!("{error}"),
            Err(_) => {}
        }
    }
    assert!(whole <= 1, "{whole} beginnings of a map taken for a map; a header of {header_ends} bytes or more alone is one");
}

#[test]
fn damage_anywhere_gives_an_error_or_another_map_but_no_panic() {
    std::panic::set_hook(Box::new(|_| {})); // the library's own, which are caught
    let bytes = small().relation(1, &[("from", 1, 10)], "type=restriction restriction=no_u_turn").bytes();
    let mut rng = Rng::new(3);
    let mut refused = 0;
    for _ in 0..4_000 {
        let mut damaged = bytes.clone();
        for _ in 0..=rng.below(3) {
            let at = rng.below(damaged.len() as u64) as usize;
            damaged[at] = rng.next() as u8;
        }
        refused += u32::from(read_bytes(&damaged).is_err());
    }
    // Inside a block, past its checksum: numbers and texts that are not what they should be.
    let mut raw_block = Vec::new();
    for _ in 0..4_000 {
        raw_block.clear();
        let mut group = Vec::new();
        for field in [1, 3, 4] {
            let mut element = Vec::new();
            varint_field(&mut element, 1, rng.next());
            for packed in 2..=10 {
                let mut numbers = Vec::new();
                (0..rng.below(4)).for_each(|_| {
                    let number = if rng.chance(0.5) { rng.below(6) } else { rng.next() };
                    crate::common::pbf::varint(&mut numbers, number);
                });
                if packed != 8 && packed != 9 || field != 1 {
                    bytes_field(&mut element, packed, &numbers);
                } else {
                    varint_field(&mut element, packed, rng.next());
                }
            }
            bytes_field(&mut group, field, &element);
        }
        let mut table = Vec::new();
        for text in [&b""[..], b"highway", b"residential", b"type", b"restriction", b"\xff\xfe"] {
            bytes_field(&mut table, 1, text);
        }
        bytes_field(&mut raw_block, 1, &table);
        bytes_field(&mut raw_block, 2, &group);
        varint_field(&mut raw_block, 17, rng.next());
        let map = [blob("OSMHeader", b""), blob("OSMData", &raw_block)].concat();
        refused += u32::from(read_bytes(&map).is_err());
    }
    let _ = std::panic::take_hook();
    assert!(refused > 4_000, "{refused}");
}

#[test]
fn a_map_that_changes_while_it_is_read_is_refused() {
    let maps = [small().bytes(), small().node(7, 1.0, 1.0, "").bytes()];
    let mut turn = 0;
    let changed = read(|| {
        turn += 1;
        Ok(&maps[turn - 1][..])
    });
    assert!(matches!(changed, Err(PbfError::Changed)), "{changed:?}");
}

#[test]
fn real_maps_are_read_whole_and_alike_each_time() {
    let Some(file) = shared("data/osm/r5r-porto-alegre.osm.pbf") else { return };
    let bytes = std::fs::read(file).unwrap();
    let (a, b) = (read_bytes(&bytes).unwrap(), read_bytes(&bytes).unwrap());
    assert_eq!((a.nodes.len(), a.ways.len(), a.version), (b.nodes.len(), b.ways.len(), b.version));
    let (one, other) = (Network::build(&a, TravelProfile::Car), Network::build(&b, TravelProfile::Car));
    assert_eq!((&one.edges, &one.graph.head, &one.graph.extra_ms), (&other.edges, &other.graph.head, &other.graph.extra_ms));
    assert!(one.edges.len() > 15_000 && a.report.ways_kept[0] > 10_000);
    let largest_share = one.largest_part as f64 / one.graph.vertex_count() as f64;
    assert!(largest_share > 0.97, "{largest_share}");
    for end in [bytes.len() / 3, bytes.len() - 1, bytes.len() - 4_000] {
        assert!(read_bytes(&bytes[..end]).is_err(), "{end} of {}", bytes.len());
    }
}

#[test]
fn restrictions_of_a_real_map_are_in_its_network() {
    let Some(extract) = extract("liechtenstein-latest.osm.pbf") else { return };
    assert_eq!(extract.report.restrictions_kept, 3);
    let network = Network::build(&extract, TravelProfile::Car);
    let way = |lane: salessync_roads::Lane| network.edges[lane.edge() as usize].way;
    for restriction in extract.restrictions.iter().filter(|restriction| restriction.holds[0] && !restriction.is_only) {
        let via = extract.nodes[restriction.via as usize].point;
        for lane in network
            .lanes()
            .filter(|lane| way(*lane) == restriction.from_way && network.vertices[network.head(*lane) as usize] == via)
        {
            let vertex = network.vertex_of(lane).unwrap();
            let next = network.graph.arcs(vertex).filter_map(|arc| network.lane_of(network.graph.head[arc]));
            for next in next {
                let is_turn = if restriction.from_way == restriction.to_way {
                    next == lane.reverse()
                } else {
                    way(next) == restriction.to_way
                };
                assert!(!is_turn, "{restriction:?}");
            }
        }
    }
}

#[test]
fn a_map_is_read_whichever_form_it_has() {
    use salessync_roads::{MapError, RoadMap};
    let parts = std::sync::Arc::default();
    let pbf = small().bytes();
    let town = br#" {"type":"FeatureCollection","format":"salessync-town","version":1,"features":[{"type":"Feature","properties":
        {"kind":"road","highway":"residential","name":"Mill Lane"},"geometry":{"type":"LineString","coordinates":[[9.5,47.1],[9.51,47.1]]}}]}"#;
    for (bytes, name) in [(&pbf[..], "hauptstr"), (town, "mill")] {
        let map = RoadMap::read(|| Ok(bytes), std::sync::Arc::clone(&parts)).unwrap();
        assert_eq!(map.gazetteer.search(name, None, 5).len(), 1);
        for profile in TravelProfile::ALL {
            assert!(!map.roads(profile).ground.network.is_empty());
        }
    }
    let error = |bytes: &'static [u8]| RoadMap::read(|| Ok(bytes), std::sync::Arc::clone(&parts)).unwrap_err();
    assert!(matches!(error(b""), MapError::Pbf(PbfError::NotPbf)));
    assert!(matches!(error(b"{}"), MapError::Town(_)));
    let footpath = Map::default().node(1, 0.0, 0.0, "").node(2, 0.0, 0.1, "").way(1, &[1, 2], "highway=footway").bytes();
    assert!(matches!(RoadMap::read(|| Ok(&footpath[..]), parts), Err(MapError::NoRoads { profile: TravelProfile::Car })));
}
