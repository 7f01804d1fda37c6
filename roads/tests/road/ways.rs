//! Times, distances and lines against a plain search, on random towns and on real maps; and what must hold of any times.

use crate::common::dijkstra::From;
use crate::common::rng::Rng;
use crate::common::{extracts, roads, somewhere, town};
use salessync_engine::geo::distance;
use salessync_engine::plan::times::{DayPart, Pin, Stop, TravelProfile, TravelTimes, UNREACHABLE};
use salessync_roads::{Extract, Place, RoadStops, Roads};

/// Every kind of answer about some places, against the plain search.
fn check(roads: &Roads, places: &[Place], part: DayPart) {
    let network = &roads.ground.network;
    let times = &roads.speeds(part).times;
    let asked: Vec<Option<Place>> = places.iter().copied().map(Some).collect();
    let matrix = roads.matrix(&asked, &asked, part);
    for (row, from) in places.iter().enumerate() {
        let plain = From::new(network, times, *from);
        for (column, to) in places.iter().enumerate() {
            let expected = plain.to(to);
            let what = || format!("{:?} from {from:?} to {to:?}", network.profile);
            assert_eq!(roads.cost(from, to, part).min(salessync_roads::cost::Cost::NO_WAY), expected, "{}", what());
            assert_eq!(matrix.get(row, column), expected.leg(), "{}", what());
            let route = roads.route(from, to, part);
            assert_eq!(route.as_ref().map(|route| route.leg), expected.leg(), "{}", what());
            if let Some(route) = route {
                let drawn_m: f64 = route.points.windows(2).map(|pair| distance::metres(pair[0], pair[1]).0).sum();
                // Every edge is at least a decimetre long, whatever is drawn of it.
                let slack_m = 1.0 + 0.1 * route.lanes.len() as f64;
                assert!(
                    (drawn_m - f64::from(expected.dm()) / 10.0).abs() < slack_m,
                    "{drawn_m} m drawn, {expected:?}, {}",
                    what()
                );
                for pair in route.lanes.windows(2) {
                    assert_eq!(network.head(pair[0]), network.tail(pair[1]), "{}", what());
                }
                assert!(route.lanes.iter().all(|lane| network.is_open(*lane)));
            }
        }
    }
}

fn whole_town(seed: u64) {
    let mut rng = Rng::new(seed);
    let side = 2 + rng.below(5) as u32;
    let extract = Extract::from_streets(&town(&mut rng, side), Vec::new());
    for profile in TravelProfile::ALL {
        let roads = roads(&extract, profile);
        if roads.ground.network.is_empty() {
            continue;
        }
        let mut places: Vec<Place> = (0..8).map(|_| somewhere(&roads.ground.network, &mut rng)).collect();
        // Some on one edge, in either order.
        let share = rng.range(0.0, 1.0);
        places.extend([Place { share, ..places[0] }, Place { share: 1.0 - share, ..places[0] }]);
        check(&roads, &places, DayPart(rng.below(5) as u8));
    }
}

#[test]
fn on_random_towns_every_answer_is_that_of_a_plain_search() {
    (0..200).for_each(whole_town);
}

#[test]
fn on_real_maps_every_answer_is_that_of_a_plain_search() {
    for (name, extract) in extracts() {
        let mut rng = Rng::new(11);
        for profile in TravelProfile::ALL {
            let roads = roads(&extract, profile);
            let places: Vec<Place> = (0..24).map(|_| somewhere(&roads.ground.network, &mut rng)).collect();
            eprintln!("{name} {profile:?}: {} edges", roads.ground.network.edges.len());
            check(&roads, &places, DayPart(1));
        }
    }
}

/// The hierarchy's own customisation against the crate's, which knows times alone.
#[test]
fn shortcuts_cost_what_the_crate_says() {
    let mut rng = Rng::new(5);
    let extract = Extract::from_streets(&town(&mut rng, 9), Vec::new());
    let real = extracts().into_iter().map(|(_, extract)| extract).take(1);
    for extract in [extract].into_iter().chain(real) {
        for profile in TravelProfile::ALL {
            let roads = roads(&extract, profile);
            let hierarchy = &roads.ground.hierarchy;
            let speeds = roads.speeds(DayPart(1));
            let weights: Vec<u32> = roads.ground.network.arc_costs(&speeds.times).iter().map(|cost| cost.ms()).collect();
            let theirs = hierarchy.structure().customize(&weights);
            for (way, theirs) in [
                (salessync_roads::hierarchy::Way::Up, &theirs.forward),
                (salessync_roads::hierarchy::Way::Down, &theirs.backward),
            ] {
                let ours: Vec<u32> = speeds.metric.costs(way).iter().map(|cost| cost.ms()).collect();
                assert_eq!(&ours, theirs);
            }
        }
    }
}

#[test]
fn stops_answer_alike_however_they_are_asked() {
    let mut rng = Rng::new(7);
    let extract = Extract::from_streets(&town(&mut rng, 8), Vec::new());
    let roads = roads(&extract, TravelProfile::Car);
    let network = &roads.ground.network;
    let points: Vec<_> = (0..40)
        .map(|_| {
            let edge = rng.below(network.edges.len() as u64) as u32;
            let near = network.points(edge)[0];
            crate::common::point(near.lat() + rng.range(-0.0003, 0.0003), near.lon() + rng.range(-0.0003, 0.0003))
        })
        .chain([crate::common::point(10.0, 10.0)])
        .collect();
    let mut stops = RoadStops::new(roads.clone(), salessync_roads::snap::REACH_M);
    let first = stops.intern_all(&points[..20]);
    let all: Vec<Stop> = points.iter().map(|point| stops.intern(*point)).collect();
    assert_eq!(all[..20], first[..], "the same place is the same stop");
    let nowhere = all[40];
    assert!(stops.place(nowhere).is_err());
    let (mut pin, mut wide) = (Pin::new(), Pin::new());
    let (mut known, mut close) = (0, 0);
    for part in [DayPart(0), DayPart(1), DayPart(3)] {
        let matrix = stops.matrix(&all, &all, part);
        for (row, &from) in all.iter().enumerate() {
            stops.pin_widely(&mut wide, from, part);
            // What was pinned widely before is forgotten.
            if row % 2 == 0 {
                stops.pin_widely(&mut pin, all[(row + 7) % all.len()], part);
            }
            stops.pin(&mut pin, from, part);
            assert!(pin.zones().is_empty() && wide.zones().is_empty() == (from == nowhere));
            for (column, &to) in all.iter().enumerate() {
                let leg = stops.leg(from, to, part);
                if let Some(least) = stops.zone(to).and_then(|zone| wide.zones().get(usize::from(zone))) {
                    assert!(least.away_s <= stops.away_s(&pin, to) && least.back_s <= stops.back_s(&pin, to));
                    close += usize::from(least.away_s > stops.least_s(from, to));
                    known += 1;
                }
                assert_eq!(stops.away_s(&wide, to), stops.away_s(&pin, to));
                assert_eq!(stops.back_s(&wide, to), stops.back_s(&pin, to));
                let places = (stops.place(from).ok(), stops.place(to).ok());
                let expected = places.0.zip(places.1).and_then(|(from, to)| roads.leg(&from, &to, part));
                assert_eq!(leg, expected);
                assert_eq!(matrix.get(row, column), leg);
                assert_eq!(stops.away_s(&pin, to), leg.map_or(UNREACHABLE, |leg| leg.duration_s));
                assert_eq!(stops.back_s(&pin, to), stops.duration_s(to, from, part));
                assert!(stops.least_s(from, to) <= stops.duration_s(from, to, part));
                if from == to && from != nowhere {
                    assert_eq!(leg.map(|leg| leg.duration_s), Some(0));
                }
            }
        }
    }
    assert!(known == 3 * 40 * 40 && close * 2 > known, "{close} of {known} bounds tell more than the straight line");
    // A table of one part answers every part as that one, on these roads and on others.
    for part in [DayPart(1), DayPart(3)] {
        let one = RoadStops::at_part(roads.clone(), salessync_roads::snap::REACH_M, part, points.clone());
        for one in [one.onto(roads.clone()), one] {
            for (from, to) in (0..all.len()).flat_map(|from| (0..all.len()).map(move |to| (from, to))) {
                let (here, there) = (Stop(from as u32), Stop(to as u32));
                assert_eq!(one.leg(here, there, DayPart(0)), stops.leg(all[from], all[to], part));
            }
        }
    }
}

#[test]
fn a_stop_under_way_is_put_elsewhere_and_a_fixed_one_is_not() {
    let mut rng = Rng::new(8);
    let extract = Extract::from_streets(&town(&mut rng, 6), Vec::new());
    let roads = roads(&extract, TravelProfile::Bike);
    let mut stops = RoadStops::new(roads.clone(), 500.0);
    let corner = |at: usize| roads.ground.network.vertices[at];
    let (shop, van) = (stops.intern(corner(3)), stops.add(corner(3)));
    stops.put(shop, corner(9));
    stops.put(van, corner(9));
    assert_eq!((stops.point(shop), stops.point(van)), (corner(3), corner(9)));
    let shop_9 = stops.intern(corner(9));
    assert_ne!(shop_9, van);
    let slower = roads.ground.network.free_times(|_| 2.0);
    let parts = roads.parts().parts().len();
    let moved = stops.onto(Roads::with_times(roads.ground.clone(), roads.parts().clone(), vec![slower; parts], 1));
    for part in [DayPart(0), DayPart(2)] {
        assert_eq!(stops.leg(van, shop, part), stops.leg(shop_9, shop, part));
        let (before, after) = (stops.leg(shop, van, part).unwrap(), moved.leg(shop, van, part).unwrap());
        assert!(after.duration_s > before.duration_s || before.duration_s == 0, "{before:?} {after:?}");
    }
}

/// Going over a third place is never shorter, but for the rounding of two legs to seconds, and the turning round a visit saves: whoever
/// stops in between may leave the other way.
#[test]
fn no_way_is_longer_than_one_over_a_third_place_and_a_turn() {
    const ROUNDING_S: u32 = 2;
    for (name, extract) in extracts() {
        let mut rng = Rng::new(13);
        let roads = roads(&extract, TravelProfile::Foot);
        for _ in 0..400 {
            let [a, b, c] = std::array::from_fn(|_| somewhere(&roads.ground.network, &mut rng));
            let over = roads.leg(&a, &b, DayPart(0)).zip(roads.leg(&b, &c, DayPart(0)));
            if let Some((first, second)) = over {
                let straight = roads.leg(&a, &c, DayPart(0)).expect("reached over a third place");
                assert!(straight.duration_s <= first.duration_s + second.duration_s + ROUNDING_S, "{name}: {a:?} {b:?} {c:?}");
            }
        }
    }
}

#[test]
fn what_is_cut_off_is_unreachable_and_not_far_away() {
    let street = |points: &[(f64, f64)], is_one_way| salessync_roads::osm::streets::Street {
        points: points.iter().map(|&(lat, lon)| crate::common::point(lat, lon)).collect(),
        highway: "residential".into(),
        name: String::new(),
        is_one_way,
        limit_kmh: None,
    };
    // A ring, a one-way exit from it, and an island.
    let streets = [
        street(&[(0.0, 0.0), (0.0, 0.01), (0.01, 0.01), (0.01, 0.0), (0.0, 0.0)], false),
        street(&[(0.0, 0.0), (0.0, -0.01)], true),
        street(&[(1.0, 1.0), (1.0, 1.01)], false),
    ];
    let extract = Extract::from_streets(&streets, Vec::new());
    let car = roads(&extract, TravelProfile::Car);
    let on = |edge: u32| Place { edge, share: 0.5, point: car.ground.network.points(edge)[0], off_m: 0.0 };
    let edge_at = |lat: f64, lon: f64| {
        let near = car.ground.snapper.within(&car.ground.network, crate::common::point(lat, lon), 100.0);
        on(near[0].edge)
    };
    let (ring, exit, island) = (edge_at(0.005, 0.01), edge_at(0.0, -0.005), edge_at(1.0, 1.005));
    let part = DayPart(0);
    assert!(car.leg(&ring, &exit, part).is_some());
    for (from, to) in [(exit, ring), (ring, island), (island, ring), (exit, island)] {
        assert_eq!(car.leg(&from, &to, part), None);
        assert_eq!(car.route(&from, &to, part), None);
        assert_eq!(car.matrix(&[Some(from)], &[Some(to), None], part).durations_s(), [UNREACHABLE, UNREACHABLE]);
    }
    assert!(car.leg(&island, &island, part).is_some_and(|leg| leg.duration_s == 0));
    // Back along a one-way street one has left behind: nowhere.
    let (early, late) = (Place { share: 0.2, ..exit }, Place { share: 0.8, ..exit });
    assert!(car.leg(&early, &late, part).is_some());
    assert_eq!(car.leg(&late, &early, part), None);
}
