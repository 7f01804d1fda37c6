//! Turn restrictions, one-way streets and barriers, on small maps written by hand as PBF.

use crate::common::pbf::Map;
use crate::common::{point, roads};
use salessync_engine::plan::times::{DayPart, TravelProfile};
use salessync_roads::osm::pbf::read_bytes;

/// A crossroads: 1 west, 2 north, 3 east, 4 south, all 500 m from 5; a by-road from south over south-west to west.
fn crossroads() -> Map {
    Map::default()
        .node(1, 0.0, -0.005, "")
        .node(2, 0.005, 0.0, "")
        .node(3, 0.0, 0.005, "")
        .node(4, -0.005, 0.0, "")
        .node(5, 0.0, 0.0, "")
        .node(6, -0.005, -0.005, "")
        .way(10, &[1, 5], "highway=residential")
        .way(20, &[2, 5], "highway=residential")
        .way(30, &[5, 3], "highway=residential")
        .way(40, &[5, 4], "highway=residential")
        .way(50, &[4, 6, 1], "highway=service")
}

/// Metres from one place to another.
fn metres(map: &Map, profile: TravelProfile, from: (f64, f64), to: (f64, f64)) -> Option<u32> {
    let extract = read_bytes(&map.bytes()).unwrap();
    let roads = roads(&extract, profile);
    let place = |at: (f64, f64)| roads.snap(point(at.0, at.1), 200.0).unwrap();
    roads.leg(&place(from), &place(to), DayPart(0)).map(|leg| leg.distance_m)
}

const WEST: (f64, f64) = (0.0, -0.004);
const NORTH: (f64, f64) = (0.004, 0.0);
const SOUTH: (f64, f64) = (-0.004, 0.0);
const EAST: (f64, f64) = (0.0, 0.004);
/// Four fifths of 556 m to the junction and as much from it, and the decimetres of WGS84.
const STRAIGHT_M: std::ops::Range<u32> = 880..895;

fn restricted(kind: &str, members: &[(&str, u64, i64)]) -> Map {
    crossroads().relation(100, members, &format!("type=restriction {kind}"))
}

const WEST_TO_SOUTH: [(&str, u64, i64); 3] = [("from", 1, 10), ("via", 0, 5), ("to", 1, 40)];

#[test]
fn without_a_restriction_every_turn_is_made() {
    for (from, to) in [(WEST, SOUTH), (WEST, NORTH), (WEST, EAST), (NORTH, SOUTH), (SOUTH, WEST)] {
        let found = metres(&crossroads(), TravelProfile::Car, from, to);
        assert!(found.is_some_and(|m| STRAIGHT_M.contains(&m)), "{from:?} to {to:?}: {found:?}");
    }
}

#[test]
fn a_forbidden_turn_is_driven_around() {
    let map = restricted("restriction=no_right_turn", &WEST_TO_SOUTH);
    let around = metres(&map, TravelProfile::Car, WEST, SOUTH);
    assert!(around.is_some_and(|m| m > 1_200), "{around:?}");
    for (from, to) in [(SOUTH, WEST), (WEST, NORTH), (NORTH, SOUTH)] {
        assert!(metres(&map, TravelProfile::Car, from, to).is_some_and(|m| STRAIGHT_M.contains(&m)));
    }
    assert!(
        metres(&map, TravelProfile::Foot, WEST, SOUTH).is_some_and(|m| STRAIGHT_M.contains(&m)),
        "it is not for people on foot"
    );
    assert!(metres(&map, TravelProfile::Bike, WEST, SOUTH).is_some_and(|m| m > 1_200));
    let except = restricted("restriction=no_right_turn except=bicycle", &WEST_TO_SOUTH);
    assert!(metres(&except, TravelProfile::Bike, WEST, SOUTH).is_some_and(|m| STRAIGHT_M.contains(&m)));
    assert!(metres(&except, TravelProfile::Car, WEST, SOUTH).is_some_and(|m| m > 1_200));
}

#[test]
fn an_order_forbids_all_other_turns() {
    let map = restricted("restriction=only_straight_on", &[("from", 1, 10), ("via", 0, 5), ("to", 1, 30)]);
    assert!(metres(&map, TravelProfile::Car, WEST, EAST).is_some_and(|m| STRAIGHT_M.contains(&m)));
    for to in [NORTH, SOUTH] {
        assert!(metres(&map, TravelProfile::Car, WEST, to).is_none_or(|m| m > 1_200), "{to:?}");
    }
    // Nobody can obey it: the road it orders into is not for cars. So it is a mistake of the map.
    let mut map = map;
    map.ways[2].2 = vec![("highway".into(), "footway".into())];
    assert!(metres(&map, TravelProfile::Car, WEST, NORTH).is_some_and(|m| STRAIGHT_M.contains(&m)));
}

#[test]
fn several_ways_in_are_all_restricted() {
    let map = restricted("restriction=no_entry", &[("from", 1, 10), ("from", 1, 20), ("via", 0, 5), ("to", 1, 40)]);
    for from in [WEST, NORTH] {
        assert!(metres(&map, TravelProfile::Car, from, SOUTH).is_some_and(|m| m > 1_200), "{from:?}");
    }
    assert!(metres(&map, TravelProfile::Car, EAST, SOUTH).is_some_and(|m| STRAIGHT_M.contains(&m)));
}

#[test]
fn what_is_not_modelled_is_counted_and_left_out() {
    let over_a_way = restricted("restriction=no_right_turn", &[("from", 1, 10), ("via", 1, 20), ("to", 1, 40)]);
    let cut = restricted("restriction=no_right_turn", &[("from", 1, 10), ("via", 0, 77), ("to", 1, 40)]);
    for (map, via_way, incomplete) in [(over_a_way, 1, 0), (cut, 0, 1)] {
        let report = read_bytes(&map.bytes()).unwrap().report;
        assert_eq!((report.restrictions_via_way, report.restrictions_incomplete), (via_way, incomplete));
        assert!(metres(&map, TravelProfile::Car, WEST, SOUTH).is_some_and(|m| STRAIGHT_M.contains(&m)));
    }
}

#[test]
fn one_turns_round_only_where_the_road_ends() {
    // From the first half of a dead end to the other side of the same street: in a one-edge street along it, no turn needed; from the
    // crossroads eastwards and back west over the junction, round at the end of the road.
    let map = Map::default()
        .node(1, 0.0, 0.0, "")
        .node(2, 0.0, 0.01, "")
        .node(3, 0.001, 0.0, "")
        .node(4, -0.001, 0.0, "")
        .node(5, 0.0, -0.01, "")
        .way(10, &[5, 1], "highway=residential oneway=yes")
        .way(20, &[1, 2], "highway=residential")
        .way(30, &[3, 1], "highway=residential oneway=-1")
        .way(40, &[4, 1], "highway=residential oneway=-1")
        .relation(100, &[("from", 1, 10), ("via", 0, 1), ("to", 1, 30)], "type=restriction restriction=no_left_turn");
    // Left is forbidden, so straight on to the end, round, and back: twice 1,113 m and more.
    let found = metres(&map, TravelProfile::Car, (0.0, -0.001), (0.0009, 0.0)).unwrap();
    assert!((2_400..2_480).contains(&found), "{found}");
    let right = metres(&map, TravelProfile::Car, (0.0, -0.001), (-0.0009, 0.0)).unwrap();
    assert!((200..225).contains(&right), "{right}");
}

#[test]
fn one_way_streets_and_roundabouts_go_one_way() {
    let ring = Map::default()
        .node(1, 0.0, 0.001, "")
        .node(2, 0.001, 0.0, "")
        .node(3, 0.0, -0.001, "")
        .node(4, -0.001, 0.0, "")
        .node(5, 0.0, 0.003, "")
        .node(6, 0.003, 0.0, "")
        .way(1, &[1, 2, 3, 4, 1], "highway=tertiary junction=roundabout")
        .way(2, &[5, 1], "highway=residential")
        .way(3, &[2, 6], "highway=residential");
    let (east, north) = ((0.0, 0.002), (0.002, 0.0));
    let short = metres(&ring, TravelProfile::Car, east, north).unwrap();
    let long = metres(&ring, TravelProfile::Car, north, east).unwrap();
    assert!(long > short + 300, "{short} and {long}");
    assert_eq!(metres(&ring, TravelProfile::Foot, east, north), metres(&ring, TravelProfile::Foot, north, east));
}

#[test]
fn a_bollard_stops_cars_and_not_bicycles() {
    let map = Map::default()
        .node(1, 0.0, 0.0, "")
        .node(2, 0.0, 0.005, "barrier=bollard")
        .node(3, 0.0, 0.01, "")
        .node(4, 0.01, 0.005, "")
        .way(10, &[1, 2, 3], "highway=residential")
        .way(20, &[1, 4, 3], "highway=residential");
    let (west, east) = ((0.0, 0.004), (0.0, 0.006));
    assert!(metres(&map, TravelProfile::Bike, west, east).is_some_and(|m| m < 240));
    assert!(metres(&map, TravelProfile::Car, west, east).is_some_and(|m| m > 2_500));
}

#[test]
fn the_time_of_a_turn_counts() {
    let extract = read_bytes(&crossroads().bytes()).unwrap();
    let roads = roads(&extract, TravelProfile::Car);
    let place = |at: (f64, f64)| roads.snap(point(at.0, at.1), 200.0).unwrap();
    let seconds = |from, to| roads.leg(&place(from), &place(to), DayPart(0)).unwrap().duration_s;
    let (straight, left, right) = (seconds(WEST, EAST), seconds(WEST, NORTH), seconds(WEST, SOUTH));
    assert_eq!(left, right);
    assert!((straight + 3..straight + 6).contains(&left), "{straight} and {left}");
}
