//! Designs looked at by the checker, and against every partition there is where there are few.

use super::*;
use crate::geo::cell::{cell_of, ring};
use proptest::prelude::*;

fn point(lat: f64, lon: f64) -> Point {
    Point::new(lat, lon).unwrap()
}

fn account(lat: f64, lon: f64, visits: f64) -> Account {
    Account { point: point(lat, lon), visits, visit_s: 1_800.0, today: None, is_locked: false }
}

fn draft(accounts: Vec<Account>, seats: usize) -> Draft {
    Draft {
        accounts,
        seats: vec![Seat { base: None, share: 1.0 }; seats],
        weights: Weights::default(),
        travel: Travel::default(),
        seed: 7,
        rounds: 60_000,
    }
}

/// Accounts in two towns and on the land between them, by a small generator of their own.
fn country(n: usize) -> Vec<Account> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    let place = |at: usize, a: f64, b: f64| match at % 5 {
        0 | 1 => (52.50 + 0.05 * a, 13.40 + 0.08 * b),
        2 => (52.40 + 0.03 * a, 13.05 + 0.05 * b),
        _ => (52.30 + 0.40 * a, 12.90 + 0.80 * b),
    };
    (0..n)
        .map(|at| {
            let (lat, lon) = place(at, next(), next());
            account(lat, lon, 1.0 + (4.0 * next()).floor())
        })
        .collect()
}

#[test]
fn work_is_shared_evenly_and_every_territory_hangs_together() {
    let draft = draft(country(600), 6);
    let whole = serde_json::json!({ "type": "Polygon", "coordinates": [[[12.9, 52.3], [13.7, 52.3], [13.7, 52.7], [12.9, 52.7], [12.9, 52.3]]] });
    let whole = crate::geo::shape::Area::from_geojson(&whole).unwrap();
    let ground = Ground::new(&draft, &[Today { area: &whole, seat: None }], None).unwrap();
    assert_eq!(ground.links(), []);
    let design = propose(&draft, &ground);
    assert_eq!(breaches(&draft, &ground, &design), []);
    let measures = measure(&draft, &ground, &design);
    let balance = balance(&measures);
    assert!(balance.spread < 0.1, "{balance:?} {measures:#?}");
    assert_eq!(measures.iter().map(|measure| measure.accounts).sum::<u32>(), 600);
    assert!(balance.roundness > 0.5, "{balance:?}");
    assert_eq!(propose(&draft, &ground), design, "the same seed, the same design");
}

#[test]
fn shares_are_kept_to() {
    let mut draft = draft(country(500), 3);
    draft.seats[1].share = 2.0;
    let ground = Ground::new(&draft, &[], None).unwrap();
    let measures = measure(&draft, &ground, &propose(&draft, &ground));
    let work = |seat: usize| measures[seat].service_s + measures[seat].travel_s;
    let ratio = work(1) / f64::midpoint(work(0), work(2));
    assert!((1.8..2.2).contains(&ratio), "{ratio}");
}

#[test]
fn with_stability_alone_nothing_moves() {
    let mut draft = draft(country(400), 4);
    let ground = Ground::new(&draft, &[], None).unwrap();
    let first = propose(&draft, &ground);
    for (at, seat) in first.seats_of_accounts(&ground, &draft).into_iter().enumerate() {
        draft.accounts[at].today = Some(seat);
    }
    draft.weights = Weights { balance: 0.0, compactness: 0.0, stability: 1.0, travel: 0.0 };
    let areas: Vec<_> = (0..4).map(|seat| outline(&first.cells(&ground, seat)).unwrap().unwrap()).collect();
    let today: Vec<_> = areas.iter().enumerate().map(|(seat, area)| Today { area, seat: Some(seat) }).collect();
    let ground = Ground::new(&draft, &today, Some(ground.resolution())).unwrap();
    let again = propose(&draft, &ground);
    assert_eq!(balance(&measure(&draft, &ground, &again)).moved, 0);
    assert_eq!(breaches(&draft, &ground, &again), []);
}

#[test]
fn locked_accounts_stay_wherever_they_lie() {
    let mut draft = draft(country(300), 3);
    for at in (0..300).step_by(7) {
        draft.accounts[at].today = Some(at % 3);
        draft.accounts[at].is_locked = true;
    }
    let ground = Ground::new(&draft, &[], None).unwrap();
    let design = propose(&draft, &ground);
    assert_eq!(breaches(&draft, &ground, &design), []);
    let seats = design.seats_of_accounts(&ground, &draft);
    assert!((0..300).step_by(7).all(|at| seats[at] == at % 3));
}

#[test]
fn islands_are_linked_and_told() {
    let mut accounts = country(200);
    accounts.extend((0..50).map(|at| account(54.40 + 0.002 * f64::from(at), 18.60, 2.0)));
    let draft = draft(accounts, 4);
    let ground = Ground::new(&draft, &[], Some(7)).unwrap();
    assert!(!ground.links().is_empty() && ground.links().iter().any(|link| link.distance_m > 200_000.0));
    assert_eq!(breaches(&draft, &ground, &propose(&draft, &ground)), []);
}

#[test]
fn nothing_is_special_about_the_antimeridian_and_the_pole() {
    for (lat, lon) in [(12.0, 180.0), (89.9, 20.0), (-16.5, -179.99)] {
        let accounts: Vec<_> = (0..80)
            .map(|at| {
                let lon = lon + f64::from(at % 9) * 0.02 - 0.08;
                let lon = if lon > 180.0 {
                    lon - 360.0
                } else if lon < -180.0 {
                    lon + 360.0
                } else {
                    lon
                };
                account(lat + f64::from(at / 9) * 0.01, lon, 1.0)
            })
            .collect();
        let draft = draft(accounts, 3);
        let ground = Ground::new(&draft, &[], Some(7)).unwrap();
        let design = propose(&draft, &ground);
        assert_eq!(breaches(&draft, &ground, &design), [], "{lat} {lon}");
        if lat < 80.0 {
            for seat in 0..3 {
                let area = outline(&design.cells(&ground, seat)).unwrap().unwrap();
                for cell in design.cells(&ground, seat) {
                    assert!(area.contains(cell.centre()), "{lat} {lon} {cell}");
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_designed_is_said_with_field_and_limit() {
    let good = draft(country(20), 2);
    let ok = good.check();
    assert_eq!(ok, Ok(()));
    let spoiled = |spoil: fn(&mut Draft)| {
        let mut draft = good.clone();
        spoil(&mut draft);
        draft.check().unwrap_err().to_string()
    };
    type Case = (fn(&mut Draft), &'static str);
    let cases: &[Case] = &[
        (|d| d.seats.clear(), "territories must be 1..200"),
        (|d| d.seats[1].share = 0.0, "territories[1].share must be 0.01..100"),
        (|d| d.seats[1].share = f64::NAN, "territories[1].share must be 0.01..100"),
        (|d| d.accounts[3].visits = -1.0, "accounts[3].visits must be 0..10000"),
        (|d| d.accounts[3].visit_s = f64::INFINITY, "accounts[3].visit_s must be 0..86400"),
        (|d| d.accounts[0].today = Some(2), "accounts[0].today must be one of the territories, of a locked account always"),
        (|d| d.accounts[0].is_locked = true, "accounts[0].today must be one of the territories, of a locked account always"),
        (|d| d.weights.balance = 101.0, "weights.balance must be 0..100"),
        (|d| d.travel.speed_mps = 0.0, "travel.speed_mps must be 0.1..60"),
        (|d| d.rounds = ROUNDS_MAX + 1, "rounds must be 0..5000000"),
    ];
    for (spoil, wanted) in cases {
        assert_eq!(spoiled(*spoil), *wanted);
    }
    assert_eq!(Ground::new(&draft(Vec::new(), 1), &[], None).unwrap_err(), GroundFlaw::Nothing);
    let one = draft(vec![account(48.0, 11.0, 1.0)], 9);
    assert_eq!(Ground::new(&one, &[], Some(7)).unwrap_err(), GroundFlaw::TooFewCells { seats: 9, cells: 7 });
    assert_eq!(Ground::new(&good, &[], Some(12)).unwrap_err(), GroundFlaw::Resolution);
    let far: Vec<_> = (0..4_000).map(|at| account(f64::from(at) * 0.02 - 40.0, f64::from(at) * 0.08 - 160.0, 1.0)).collect();
    assert_eq!(Ground::new(&draft(far, 2), &[], Some(9)).unwrap_err(), GroundFlaw::TooWide { resolution: 9 });
}

#[test]
fn no_partition_of_a_few_cells_is_better_by_a_hundredth() {
    let middle = cell_of(point(48.1, 11.5), 7);
    let cells = ring(middle, 1).unwrap();
    let accounts: Vec<_> = cells
        .iter()
        .zip([1.0, 5.0, 2.0, 8.0, 3.0, 6.0, 4.0])
        .map(|(cell, visits)| Account { point: cell.centre(), ..account(0.0, 0.0, visits) })
        .collect();
    let mut draft = draft(accounts, 3);
    draft.weights = Weights { balance: 10.0, compactness: 0.5, stability: 0.0, travel: 0.0 };
    let ground = Ground::new(&draft, &[], Some(7)).unwrap();
    // The widened ground has 19 cells, 12 of them empty: every partition of the seven worked ones, with the search's for the rest, is a bound.
    let scales = tally::Scales::new(&ground, &draft);
    let found = propose(&draft, &ground);
    let cost = |design: &Design| scales.total(&scales.sums(&design.seat_of));
    let worked: Vec<usize> = (0..7).map(|at| ground.cell_of_account(at)).collect();
    let mut better = 0;
    for code in 0..3usize.pow(7) {
        let mut design = found.clone();
        for (place, cell) in worked.iter().enumerate() {
            design.seat_of[*cell] = (code / 3usize.pow(place as u32) % 3) as u16;
        }
        if breaches(&draft, &ground, &design).is_empty() && cost(&design) < cost(&found) * 0.99 {
            better += 1;
        }
    }
    assert_eq!(better, 0);
}

#[test]
fn an_outline_holds_its_cells_and_no_others() {
    let middle = cell_of(point(48.1, 11.5), 8);
    let mut cells = ring(middle, 4).unwrap();
    let hole = ring(middle, 1).unwrap();
    cells.retain(|cell| !hole.contains(cell));
    let aside = cell_of(point(48.3, 11.5), 8);
    cells.push(aside);
    let area = outline(&cells).unwrap().unwrap();
    for cell in ring(middle, 6).unwrap() {
        assert_eq!(area.contains(cell.centre()), cells.contains(&cell), "{cell}");
    }
    assert!(area.contains(aside.centre()));
    let exact: f64 = cells.iter().map(|cell| cell.area_m2()).sum();
    assert!((area.area_m2() / exact - 1.0).abs() < 0.01);
    assert_eq!(outline(&[]).unwrap(), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_design_stands_before_the_checker_and_is_no_worse_than_today(
        places in prop::collection::vec((47.0..47.6f64, 9.0..9.9f64, 0u8..6, 0usize..5, prop::bool::weighted(0.1)), 1..120),
        seats in 1usize..5,
        seed in any::<u64>(),
        based in any::<bool>(),
    ) {
        let accounts: Vec<_> = places
            .iter()
            .map(|(lat, lon, visits, today, locked)| Account {
                today: Some(today % seats),
                is_locked: *locked,
                ..account(*lat, *lon, f64::from(*visits))
            })
            .collect();
        let mut draft = Draft { seed, rounds: 6_000, ..draft(accounts, seats) };
        if based {
            draft.seats[0].base = Some(point(47.3, 9.4));
        }
        prop_assert_eq!(draft.check(), Ok(()));
        let ground = Ground::new(&draft, &[], Some(6)).unwrap();
        let design = propose(&draft, &ground);
        prop_assert_eq!(breaches(&draft, &ground, &design), vec![]);
        let scales = tally::Scales::new(&ground, &draft);
        let none = Draft { rounds: 0, ..draft.clone() };
        let start = propose(&none, &ground);
        prop_assert!(scales.total(&scales.sums(&design.seat_of)) <= scales.total(&scales.sums(&start.seat_of)) + 1e-9);
    }
}
