//! Shapes measured: peers' cases, overlaps against sampling, and the odd ends of the earth.

use super::*;
use serde_json::{Value, json};

fn ground(shape: Value) -> Ground {
    Ground::new(&Shape::from_geojson(&shape).unwrap_or_else(|flaw| panic!("{flaw}: {shape}")))
}

fn circle(lat: f64, lon: f64, radius_m: f64) -> Ground {
    ground(json!({ "type": "Circle", "coordinates": [lon, lat], "radius_m": radius_m }))
}

fn square(west: f64, south: f64, side: f64) -> Ground {
    let (east, north) = (west + side, south + side);
    ground(
        json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] }),
    )
}

fn corridor(line: &[(f64, f64)], half_width_m: f64) -> Ground {
    let line: Value = line.iter().map(|(lat, lon)| json!([lon, lat])).collect();
    ground(json!({ "type": "Corridor", "coordinates": line, "half_width_m": half_width_m }))
}

fn point(lat: f64, lon: f64) -> Point {
    Point::new(lat, lon).unwrap()
}

fn close(got: f64, expected: f64, slack: f64) {
    assert!((got - expected).abs() <= slack, "{got} instead of {expected}");
}

#[test]
fn a_segment_is_cut_where_it_leads_through() {
    let moscow = circle(55.754_14, 37.620_4, 100.0);
    let chord = moscow.chord(point(55.752_14, 37.620_4), point(55.756_14, 37.620_4)).unwrap();
    close(chord.length_m, 200.0, 0.1);
    close(chord.middle, 0.5, 1e-4);
    assert_eq!(moscow.chord(point(55.764_14, 37.620_4), point(55.774_14, 37.620_4)), None, "beyond the end");
    let block = square(13.0, 52.0, 0.01);
    let chord = block.chord(point(52.005, 12.98), point(52.005, 13.02)).unwrap();
    close(chord.length_m, 686.0, 2.0);
    close(chord.point.lon(), 13.005, 1e-6);
    assert_eq!(block.chord(point(52.005, 12.98), point(52.005, 12.99)), None);
    assert_eq!(block.chord(point(52.02, 13.0), point(52.0, 13.02)), None, "a corner that is only touched");
    let street = corridor(&[(52.0, 13.0), (52.0, 13.01), (52.01, 13.01)], 20.0);
    let across = street.chord(point(51.99, 13.005), point(52.01, 13.005)).unwrap();
    close(across.length_m, 40.0, 0.5);
    let along = street.chord(point(52.0, 12.99), point(52.0, 13.02)).unwrap();
    close(along.length_m, 40.0 + 686.0, 2.0);
    assert_eq!(street.chord(point(52.001, 12.99), point(52.001, 13.0)), None);
}

/// A comb is entered several times: the longest stretch counts, and it goes on through a hole's far side not at all.
#[test]
fn the_longest_piece_is_the_chord() {
    let comb = ground(json!({ "type": "Polygon", "coordinates": [
        [[0.0, 0.0], [0.1, 0.0], [0.1, 0.01], [0.02, 0.01], [0.02, 0.02], [0.1, 0.02], [0.1, 0.05], [0.0, 0.05], [0.0, 0.0]],
        [[0.03, 0.03], [0.04, 0.03], [0.04, 0.04], [0.03, 0.04], [0.03, 0.03]],
    ] }));
    let chord = comb.chord(point(-0.01, 0.05), point(0.06, 0.05)).unwrap();
    close(chord.point.lat(), 0.035, 1e-6);
    let chord = comb.chord(point(0.035, -0.01), point(0.035, 0.2)).unwrap();
    close(chord.point.lon(), 0.07, 1e-6);
    close(comb.signed_distance_m(point(0.035, 0.035)), -550.0, 10.0);
}

#[test]
fn the_antimeridian_is_no_edge() {
    let fiji =
        ground(json!({ "type": "Polygon", "coordinates": [[[179, -18], [181, -18], [181, -17], [179, -17], [179, -18]]] }));
    for lon in [180.0, -180.0, 179.99, -179.99] {
        assert!(fiji.contains(point(-17.5, lon)));
        close(fiji.signed_distance_m(point(-17.5, lon)), 55_300.0, 200.0);
        close(fiji.overlap(point(-17.5, lon), 5000.0), 1.0, 0.0);
    }
    let chord = fiji.chord(point(-17.5, 178.0), point(-17.5, -178.0)).unwrap();
    close(chord.middle, 0.5, 1e-6);
    close(chord.length_m, 212_000.0, 1000.0);
    let half = square(179.0, -18.0, 1.0);
    close(half.signed_distance_m(point(-17.5, -179.999)), -106.0, 1.0);
    close(half.signed_distance_m(point(-17.5, 179.999)), 106.0, 1.0);
    let round = circle(-17.5, 179.999, 500.0);
    assert!(round.contains(point(-17.5, -179.999)) && !round.contains(point(-17.5, -179.99)));
    assert!(
        round.bounds().contains(point(-17.5, -179.997)) && round.chord(point(-17.6, -179.999), point(-17.4, -179.999)).is_some()
    );
    let lane = corridor(&[(66.949_4, 179.838), (66.950_8, -179.849_6)], 25.0);
    assert!(lane.contains(point(66.950_1, 180.0)) && lane.contains(point(66.950_1, -180.0)));
    assert!(lane.bounds().contains(point(66.95, 179.9)) && !lane.bounds().contains(point(66.95, 0.0)));
    assert!(lane.chord(point(66.9, -179.99), point(67.0, -179.99)).is_some());
}

#[test]
fn poles_and_the_whole_world_are_sane() {
    let world =
        ground(json!({ "type": "Polygon", "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]] }));
    for (lat, lon) in [(0.0, 0.0), (90.0, 180.0), (-90.0, -180.0), (45.0, 180.0)] {
        assert!(world.contains(point(lat, lon)));
        close(world.overlap(point(lat, lon), 1000.0), 1.0, 0.0);
        assert!(world.signed_distance_m(point(lat, lon)) > 1e7);
    }
    let cap = circle(90.0, 0.0, 10_000.0);
    assert!(cap.contains(point(89.95, 170.0)) && cap.contains(point(89.95, -10.0)) && !cap.contains(point(89.9, 0.0)));
    assert_eq!((cap.bounds().west, cap.bounds().east), (-180.0, 180.0));
    assert!(cap.chord(point(89.0, 0.0), point(89.0, 90.0)).is_none());
    let arctic =
        ground(json!({ "type": "Polygon", "coordinates": [[[-180, 80], [180, 80], [180, 90], [-180, 90], [-180, 80]]] }));
    assert!(arctic.contains(point(90.0, 33.0)));
    close(arctic.signed_distance_m(point(81.0, 100.0)), 111_600.0, 300.0);
    close(arctic.signed_distance_m(point(79.0, -170.0)), -111_600.0, 300.0);
}

/// The same by counting the points of a fine grid within the accuracy circle.
#[test]
fn overlaps_are_what_sampling_finds() {
    let (lat, lon) = (52.5, 13.4);
    let Scale { north_m: per_lat, east_m: per_lon } = Scale::at(lat);
    let cases = [
        (circle(lat, lon, 50.0), 0.01),
        (circle(lat, lon, 200.0), 0.01),
        (corridor(&[(lat - 0.1, lon), (lat + 0.1, lon)], 15.0), 0.01),
        (square(lon, lat - 0.05, 0.1), 0.01),
    ];
    for (ground, slack) in cases {
        for accuracy_m in [5.0, 20.0, 49.0, 120.0] {
            for east_m in [-260.0, -60.0, -40.0, -10.0, 0.0, 7.0, 30.0, 55.0, 210.0, 400.0] {
                let at = point(lat, lon + east_m / per_lon);
                let steps = 60;
                let (mut within, mut all) = (0, 0);
                for (row, column) in (-steps..=steps).flat_map(|row| (-steps..=steps).map(move |column| (row, column))) {
                    let (x, y) = (f64::from(column) / f64::from(steps), f64::from(row) / f64::from(steps));
                    if x * x + y * y <= 1.0 {
                        all += 1;
                        let spot = point(at.lat() + y * accuracy_m / per_lat, at.lon() + x * accuracy_m / per_lon);
                        within += i32::from(ground.contains(spot));
                    }
                }
                let sampled = f64::from(within) / f64::from(all);
                let got = ground.overlap(at, accuracy_m);
                assert!(
                    (got - sampled).abs() < slack + 0.01,
                    "{got} instead of {sampled}: {ground:?}, {accuracy_m} m at {east_m} m"
                );
            }
        }
    }
}

/// Ten thousand sides, and a point asks a few: the answer is that of all of them.
#[test]
fn bands_leave_nothing_out() {
    let corner = |at: u32| {
        let angle = f64::from(at) / 2000.0 * std::f64::consts::TAU;
        let reach = if at.is_multiple_of(2) { 0.3 } else { 0.25 } + 0.05 * (angle * 7.0).sin();
        json!([13.0 + reach * angle.cos(), 52.0 + reach * angle.sin()])
    };
    let ring: Value = (0..=2000).map(|at| corner(at % 2000)).collect();
    let shape = Shape::from_geojson(&json!({ "type": "Polygon", "coordinates": [ring] })).unwrap();
    let Shape::Polygon(area) = &shape else { panic!("a polygon") };
    let ground = Ground::new(&shape);
    let ring: Vec<Point> = area.polygons().next().unwrap()[0].clone();
    for at in 0..400 {
        let spot = point(51.6 + 0.002 * f64::from(at), 12.6 + 0.8 * f64::from(at * 37 % 400) / 400.0);
        assert_eq!(ground.contains(spot), area.contains(spot));
        let Scale { north_m: per_lat, east_m: per_lon } = Scale::at(spot.lat());
        let scan = ring.windows(2).map(|side| {
            Side::between(side[0], side[1]).distance_m(spot.lon_e7().into(), spot.lat_e7().into(), per_lon / E7, per_lat / E7)
        });
        let scan = scan.fold(f64::INFINITY, f64::min);
        let got = ground.signed_distance_m(spot);
        assert_eq!(got > 0.0, area.contains(spot));
        close(got.abs(), scan, 0.001 * scan + 0.02);
    }
}
