//! The figures that routes carry are what walking them gives, whatever was done and taken back.

use super::descent::Penalties;
use super::ils::{Ils, Tuning};
use super::instance::Instance;
use super::routes::{Cost, Routes};
use super::segment::Segment;
use crate::plan::search::rng::Rng;

fn instance(seed: u64, clients: usize, vehicles: usize) -> Instance {
    let mut rng = Rng::new(seed);
    let places: Vec<(f64, f64)> = (0..=clients).map(|_| (rng.unit() * 1_000.0, rng.unit() * 1_000.0)).collect();
    let travel =
        places.iter().flat_map(|from| places.iter().map(move |to| (from.0 - to.0).hypot(from.1 - to.1).round() as i32)).collect();
    let mut own: Vec<Segment> = (0..clients)
        .map(|_| {
            let opens = 1_500 + rng.below(3_000) as i32;
            Segment::single(rng.below(100) as i32, opens, opens + 200 + rng.below(1_500) as i32)
        })
        .collect();
    own.push(Segment::single(0, 0, 8_000));
    let demand = (0..=clients).map(|client| if client == clients { 0 } else { 1 + rng.below(20) as i32 }).collect();
    Instance::new(vehicles, 100, travel, own, demand)
}

/// What a plan costs when one walks it, going back in time where one is late.
fn walked(instance: &Instance, plan: &[Vec<u16>]) -> Cost {
    let mut cost = Cost::default();
    let depot = instance.clients as u16;
    for route in plan.iter().filter(|route| !route.is_empty()) {
        let (mut at, mut free, mut load) = (depot, instance.own[instance.clients].early, 0);
        for &client in route.iter().chain([&depot]) {
            let own = instance.own[usize::from(client)];
            let leg = instance.travel(at, client);
            let arrives = free + leg;
            cost.travel += i64::from(leg);
            cost.warp += i64::from((arrives - own.late).max(0));
            free = arrives.clamp(own.early, own.late) + own.duration;
            load += instance.demand[usize::from(client)];
            at = client;
        }
        cost.excess += i64::from((load - instance.capacity).max(0));
    }
    cost
}

fn plan_of(routes: &Routes) -> Vec<Vec<u16>> {
    (0..routes.sums.len() as u16).map(|route| routes.clients_of(route).collect()).collect()
}

#[test]
fn routes_cost_what_walking_them_costs_and_undo_restores_them() {
    for seed in 0..10 {
        let instance = instance(seed, 40, 8);
        let mut rng = Rng::new(seed + 1_000);
        let mut routes = Routes::new(&instance);
        let plan: Vec<Vec<u16>> = (0..8).map(|route| (0..40).filter(|client| client % 8 == route).collect()).collect();
        routes.set(&instance, &plan);
        let mut descent = super::descent::Descent::new(&instance);
        for round in 0..20 {
            let before = (plan_of(&routes), routes.cost);
            assert_eq!(walked(&instance, &before.0), before.1, "seed {seed}, round {round}");
            for _ in 0..1 + rng.below(6) {
                let client = rng.below(40) as u16;
                let node = *routes.node(client);
                routes.touch(node.route);
                routes.unlink(&instance, client);
                routes.refresh(&instance, node.route, node.prev, node.next);
                let after = routes.depot(rng.below(8) as u16);
                routes.touch(routes.node(after).route);
                routes.insert(&instance, client, after);
                descent.mark(client);
            }
            descent.run(&instance, &mut routes, Penalties { warp: 1 + rng.below(20) as i64, excess: 5 });
            if rng.one_in(2) {
                routes.undo();
                assert_eq!((plan_of(&routes), routes.cost), before, "seed {seed}, round {round}");
            } else {
                routes.commit();
            }
        }
    }
}

#[test]
fn clients_numbered_anew_keep_their_figures_and_each_has_its_number() {
    for clients in [1, 2, 5, 60] {
        let travel: Vec<i32> =
            (0..=clients).flat_map(|from| (0..=clients).map(move |to| if from == to { 0 } else { 100 * from + to })).collect();
        let own: Vec<Segment> = (0..=clients).map(|client| Segment::single(client, 2 * client, 3 * client)).collect();
        let instance = Instance::new(3, 100, travel, own.clone(), (0..=clients).collect());
        let number = |client: u16| instance.numbers.get(usize::from(client)).map_or(clients, |&number| i32::from(number));
        let mut numbers: Vec<i32> = (0..clients as u16).map(number).collect();
        for from in 0..=clients as u16 {
            assert_eq!(instance.own[usize::from(from)], own[number(from) as usize], "{clients} clients");
            assert_eq!(instance.demand[usize::from(from)], number(from), "{clients} clients");
            for to in (0..=clients as u16).filter(|&to| to != from) {
                assert_eq!(instance.travel(from, to), 100 * number(from) + number(to), "{clients} clients");
            }
        }
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..clients), "{clients} clients");
    }
}

#[test]
fn a_descent_never_raises_the_penalised_cost() {
    for seed in 0..10 {
        let instance = instance(seed, 50, 12);
        let penalties = Penalties { warp: 3, excess: 7 };
        let penalised = |cost: Cost| cost.travel + penalties.warp * cost.warp + penalties.excess * cost.excess;
        let mut routes = Routes::new(&instance);
        let plan: Vec<Vec<u16>> = (0..12).map(|route| (0..50).filter(|client| client % 12 == route).collect()).collect();
        routes.set(&instance, &plan);
        let before = penalised(routes.cost);
        let mut descent = super::descent::Descent::new(&instance);
        descent.mark_all();
        descent.run(&instance, &mut routes, penalties);
        assert!(penalised(routes.cost) < before, "seed {seed}");
        let mut served: Vec<u16> = plan_of(&routes).into_iter().flatten().collect();
        served.sort_unstable();
        assert!(served.into_iter().eq(0..50), "seed {seed}");
    }
}

#[test]
fn the_best_plan_is_the_one_whose_cost_is_told() {
    for seed in 0..4 {
        let instance = instance(seed, 24, 24);
        let mut ils = Ils::new(&instance, seed, Tuning { patience: 1, history_min: 20, ..Tuning::default() });
        ils.run(&[], &mut |ils| ils.iterations < 120);
        let (travel, plan) = (ils.best_travel().unwrap(), ils.best_plan().unwrap());
        assert_eq!(walked(&instance, &plan), Cost { travel, warp: 0, excess: 0 }, "seed {seed}");
    }
}
