//! Places found by name, on a small map written by hand and on real ones.

use crate::common::pbf::Map;
use crate::common::{extract, point};
use salessync_roads::Gazetteer;
use salessync_roads::osm::PlaceKind;
use salessync_roads::osm::pbf::read_bytes;

fn town() -> Gazetteer {
    let street = |map: Map, id: i64, lat: f64, lon: f64, name: &str| {
        map.node(id, lat, lon, "").node(id + 1, lat + 0.001, lon, "").way(
            id,
            &[id, id + 1],
            &format!("highway=residential name={name}"),
        )
    };
    let map = Map::default();
    let map = street(map, 10, 47.14, 9.52, "Äulestrasse");
    let map = street(map, 20, 47.1405, 9.52, "Äulestrasse");
    let map = street(map, 30, 47.20, 9.60, "Äulestrasse");
    let map = street(map, 40, 47.15, 9.52, "Aulenweg");
    let map = street(map, 50, 47.16, 9.52, "Rua~São~João");
    let map = map
        .node(1, 47.141, 9.521, "place=town name=Vaduz")
        .node(2, 47.20, 9.601, "place=village name=Bendern")
        .node(3, 47.1402, 9.5203, "addr:street=Äulestrasse addr:housenumber=7")
        .node(4, 47.1403, 9.5203, "addr:street=Äulestrasse addr:housenumber=17")
        .node(5, 47.1404, 9.5203, "addr:street=Äulestrasse addr:housenumber=7b")
        .node(6, 47.142, 9.52, "shop=bakery name=Bäckerei~Wanger")
        .node(7, 47.142, 9.52, "shop=bakery name=Bäckerei~Wanger");
    Gazetteer::new(&read_bytes(&map.bytes()).unwrap())
}

fn names(gazetteer: &Gazetteer, question: &str) -> Vec<(PlaceKind, String)> {
    gazetteer.search(question, None, 10).into_iter().map(|found| (found.kind, found.name)).collect()
}

#[test]
fn a_place_is_found_by_the_beginnings_of_its_words_in_any_order_and_case() {
    let town = town();
    for (question, expected) in [
        ("vaduz", "Vaduz"),
        ("VADU", "Vaduz"),
        ("äulestrasse", "Äulestrasse"),
        ("aulest", "Äulestrasse"),
        ("sao joao", "Rua São João"),
        ("joão rua", "Rua São João"),
        ("wanger back", "Bäckerei Wanger"),
        ("aulenweg", "Aulenweg"),
    ] {
        assert_eq!(names(&town, question).first().map(|(_, name)| name.as_str()), Some(expected), "{question}");
    }
    for question in ["", " ,", "nowhere", "vaduz nowhere", "aduz"] {
        assert_eq!(names(&town, question), [], "{question}");
    }
}

#[test]
fn a_house_number_is_right_or_wrong() {
    let town = town();
    let found = names(&town, "Äulestrasse 7");
    assert_eq!(found[0], (PlaceKind::Address, "Äulestrasse 7".into()));
    assert!(!found.iter().any(|(_, name)| name.ends_with("17")), "{found:?}");
    assert_eq!(names(&town, "17 aulestrasse")[0].1, "Äulestrasse 17");
}

#[test]
fn streets_of_one_name_are_one_where_they_are_near_and_told_apart_where_not() {
    let town = town();
    let streets: Vec<_> =
        town.search("aulestrasse", None, 10).into_iter().filter(|found| found.kind == PlaceKind::Street).collect();
    assert_eq!(streets.len(), 2, "{streets:?}");
    let near: Vec<_> = streets.iter().filter_map(|street| street.near.as_deref()).collect();
    assert!(near.contains(&"Vaduz") && near.contains(&"Bendern"), "{near:?}");
    for (focus, expected) in [(point(47.14, 9.52), "Vaduz"), (point(47.2, 9.6), "Bendern")] {
        assert_eq!(town.search("aulestrasse", Some(focus), 1)[0].near.as_deref(), Some(expected));
    }
}

#[test]
fn the_same_place_is_told_once_and_no_more_than_asked_for() {
    let town = town();
    assert_eq!(town.search("wanger", None, 10).len(), 1);
    assert_eq!(town.search("aule", None, 2).len(), 2);
    let scores: Vec<f64> = town.search("aule", None, 10).iter().map(|found| found.score).collect();
    assert!(
        scores.windows(2).all(|pair| pair[0] >= pair[1]) && scores.iter().all(|score| (0.0..=1.0).contains(score)),
        "{scores:?}"
    );
}

#[test]
fn a_pin_is_called_by_what_is_nearest() {
    let town = town();
    let found = town.nearest(point(47.1403, 9.5204), 50.0).unwrap();
    assert_eq!((found.kind, found.name.as_str()), (PlaceKind::Address, "Äulestrasse 17"));
    assert!(town.nearest(point(48.0, 9.5), 50.0).is_none());
}

#[test]
fn very_long_and_very_strange_questions_are_answered() {
    let town = town();
    for question in ["a".repeat(100_000), "🦀 \u{0} \u{202e}".repeat(1_000), "a b c d e f g h i j k l m n o p".into()] {
        assert!(town.search(&question, None, 5).len() <= 5);
    }
}

#[test]
fn real_places_are_found() {
    if let Some(extract) = extract("liechtenstein-latest.osm.pbf") {
        let gazetteer = Gazetteer::new(&extract);
        let found = gazetteer.search("vaduz", None, 5);
        assert!(found.iter().any(|found| found.kind == PlaceKind::Settlement && found.name == "Vaduz"), "{found:?}");
        assert!(gazetteer.len() > 1_500, "{}", gazetteer.len());
    }
    if let Some(extract) = extract("r5r-porto-alegre.osm.pbf") {
        let gazetteer = Gazetteer::new(&extract);
        let found = gazetteer.search("avenida ipiranga", None, 5);
        assert_eq!((found[0].kind, found[0].name.as_str()), (PlaceKind::Street, "Avenida Ipiranga"), "{found:?}");
        assert_eq!(gazetteer.search("AV IPIRAN", None, 1)[0].name, "Avenida Ipiranga");
    }
}
