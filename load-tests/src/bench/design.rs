//! Territory design: how even, how round and how quick, beside what most would write first: weighted k-means on the same cells.
//!
//! 5,000 accounts in five towns and on the land between them, to be shared by twenty. The peer moves its weights until the work is as even as it
//! gets (a power diagram, in the manner of Aurenhammer, Hoffmann and Aronov, 1998); it knows nothing of cells that must hang together.

use super::Plan;
use super::table::Table;
use crate::rng::Rng;
use anyhow::{Context, Result, ensure};
use salessync_engine::Point;
use salessync_engine::design::{
    Account, Design, Draft, Ground, Seat, Today, Travel, Weights, balance, breaches, measure, propose,
};
use salessync_engine::geo::shape::Area;
use serde_json::json;
use std::time::Instant;

const ACCOUNTS: usize = 5_000;
const SEATS: usize = 20;
const ROUNDS: u32 = 2_000_000;
const LLOYD_ROUNDS: usize = 60;
/// South, west, north, east.
const REGION: (f64, f64, f64, f64) = (52.0, 12.6, 52.9, 14.2);
const TOWNS: [(f64, f64, f64); 5] =
    [(52.52, 13.40, 0.10), (52.40, 13.06, 0.04), (52.34, 14.05, 0.04), (52.75, 13.25, 0.03), (52.10, 13.15, 0.03)];

pub fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    plan.progress(&format!("sharing {ACCOUNTS} accounts out to {SEATS} territories"));
    let draft = draft(if plan.is_quick { ROUNDS / 10 } else { ROUNDS })?;
    let region = region()?;
    let started = Instant::now();
    let ground = Ground::new(&draft, &[Today { area: &region, seat: None }], None)?;
    let design = propose(&draft, &ground);
    let took_s = started.elapsed().as_secs_f64();
    ensure!(breaches(&draft, &ground, &design).is_empty(), "the design breaks its own rules");
    let ours = balance(&measure(&draft, &ground, &design));
    let started = Instant::now();
    let peer = k_means(&draft, &ground);
    let peer_s = started.elapsed().as_secs_f64();
    let theirs = balance(&measure(&draft, &ground, &peer));
    let torn = breaches(&draft, &ground, &peer).len();
    table.show("territory design, spread of work", ours.spread * 100.0, "%");
    table.show("… weighted k-means, spread of work", theirs.spread * 100.0, "%");
    table.show("territory design, roundness", ours.roundness, "of 1");
    table.show("… weighted k-means, roundness", theirs.roundness, "of 1");
    table.show("territory design, time", took_s, "s");
    table.note(&format!(
        "{} cells of resolution {}; k-means took {peer_s:.1} s and broke {torn} rules of hanging together; travel {:.0} h against {:.0} h",
        ground.cells().len(),
        ground.resolution(),
        ours.travel_s / 3600.0,
        theirs.travel_s / 3600.0
    ));
    Ok(())
}

fn region() -> Result<Area> {
    let (s, w, n, e) = REGION;
    let ring = json!({ "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] });
    Area::from_geojson(&ring).context("the region")
}

fn draft(rounds: u32) -> Result<Draft> {
    let mut rng = Rng::new(19);
    let (s, w, n, e) = REGION;
    let mut accounts = Vec::with_capacity(ACCOUNTS);
    while accounts.len() < ACCOUNTS {
        let (lat, lon) = match TOWNS.get(rng.below(8)) {
            // Three uniform numbers together are near enough to a bell.
            Some((lat, lon, wide)) => {
                let mut bell = || rng.unit() + rng.unit() + rng.unit() - 1.5;
                (lat + wide * bell(), lon + 1.6 * wide * bell())
            }
            None => (s + (n - s) * rng.unit(), w + (e - w) * rng.unit()),
        };
        if (s..n).contains(&lat) && (w..e).contains(&lon) {
            let visits = [1.0, 1.0, 2.0, 4.0][rng.below(4)];
            let visit_s = 900.0 + 300.0 * rng.below(6) as f64;
            accounts.push(Account { point: Point::new(lat, lon)?, visits, visit_s, today: None, is_locked: false });
        }
    }
    let seats = vec![Seat { base: None, share: 1.0 }; SEATS];
    Ok(Draft { accounts, seats, weights: Weights::default(), travel: Travel::default(), seed: 1, rounds })
}

/// Each cell goes to the seed with the least squared distance less its weight; seeds move to the middle of their work, weights fall where there is too much.
fn k_means(draft: &Draft, ground: &Ground) -> Design {
    let places: Vec<[f64; 2]> = ground.cells().iter().map(|cell| [cell.centre().lat(), cell.centre().lon() * 0.61]).collect();
    let mut work = vec![0.0; places.len()];
    for (at, account) in draft.accounts.iter().enumerate() {
        work[ground.cell_of_account(at)] += account.visits * account.visit_s;
    }
    let mean = work.iter().sum::<f64>() / SEATS as f64;
    let mut rng = Rng::new(5);
    let mut seeds: Vec<[f64; 2]> = (0..SEATS).map(|_| places[ground.cell_of_account(rng.below(ACCOUNTS))]).collect();
    let mut weights = vec![0.0; SEATS];
    let square = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
    let assign = |seeds: &[[f64; 2]], weights: &[f64]| -> Vec<u16> {
        let nearest = |place: &[f64; 2]| {
            let powers = (0..SEATS).map(|seat| square(*place, seeds[seat]) - weights[seat]);
            powers.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(seat, _)| seat as u16)
        };
        places.iter().map(nearest).collect()
    };
    for round in 0..LLOYD_ROUNDS {
        for _ in 0..40 {
            let seat_of = assign(&seeds, &weights);
            let mut loads = vec![0.0; SEATS];
            seat_of.iter().zip(&work).for_each(|(seat, work)| loads[usize::from(*seat)] += work);
            let step = 0.002 / (1.0 + round as f64 / 10.0);
            weights.iter_mut().zip(&loads).for_each(|(weight, load)| *weight -= step * (load / mean - 1.0));
        }
        let seat_of = assign(&seeds, &weights);
        let mut middles = vec![([0.0, 0.0], 0.0); SEATS];
        for ((seat, place), work) in seat_of.iter().zip(&places).zip(&work) {
            let (middle, total) = &mut middles[usize::from(*seat)];
            middle[0] += work * place[0];
            middle[1] += work * place[1];
            *total += work;
        }
        for (seed, (middle, total)) in seeds.iter_mut().zip(middles) {
            if total > 0.0 {
                *seed = [middle[0] / total, middle[1] / total];
            }
        }
    }
    Design { seat_of: assign(&seeds, &weights) }
}
