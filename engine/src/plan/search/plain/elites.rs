//! Good plans of earlier beginnings, and new ones crossed from two of them.

use super::super::rng::Rng;
use super::instance::Instance;
use super::routes::Routes;

const ELITES_MAX: usize = 8;

/// A plan and what it travels.
type Plan = (i64, Vec<Vec<u16>>);

#[derive(Debug, Default)]
pub struct Elites {
    kept: Vec<Plan>,
    /// The best since the last beginning.
    latest: Option<Plan>,
}

impl Elites {
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Notes the best plan since the last beginning.
    pub fn note(&mut self, travel: i64, routes: &Routes) {
        let used = (0..routes.sums.len() as u16).filter(|&route| routes.sum(route).len > 0);
        self.latest = Some((travel, used.map(|route| routes.clients_of(route).collect()).collect()));
    }

    /// Ends a beginning: its best plan is kept when it is good enough and no other costs the same.
    pub fn keep(&mut self) {
        let Some(plan) = self.latest.take() else { return };
        if self.kept.iter().any(|other| other.0 == plan.0) {
            return;
        }
        if self.kept.len() < ELITES_MAX {
            self.kept.push(plan);
        } else if let Some(worst) = self.kept.iter_mut().max_by_key(|other| other.0).filter(|worst| worst.0 > plan.0) {
            *worst = plan;
        }
    }

    /// Some neighbouring routes of one plan, and of another what they leave of its routes. There must be two plans; clients may be missing
    /// from the child. (A plain form of Nagata's selective route exchange.)
    pub fn cross(&self, instance: &Instance, rng: &mut Rng) -> Vec<Vec<u16>> {
        let first = rng.below(self.kept.len());
        let second = (first + 1 + rng.below(self.kept.len() - 1)) % self.kept.len();
        let (giver, taker) = (&self.kept[first].1, &self.kept[second].1);
        let mut is_given = vec![false; instance.clients];
        let mut child: Vec<Vec<u16>> = neighbours(giver, instance, rng).into_iter().map(|route| giver[route].clone()).collect();
        child.iter().flatten().for_each(|&client| is_given[usize::from(client)] = true);
        for route in taker {
            let rest: Vec<u16> = route.iter().copied().filter(|&client| !is_given[usize::from(client)]).collect();
            if 2 * rest.len() > route.len() && child.len() < instance.vehicles {
                child.push(rest);
            }
        }
        child
    }
}

/// Up to half of a plan's routes: those met on a walk from client to near client.
fn neighbours(plan: &[Vec<u16>], instance: &Instance, rng: &mut Rng) -> Vec<usize> {
    const STEPS_MAX: usize = 1_000;
    const NEAREST: usize = 20;
    let mut route_of = vec![0; instance.clients];
    for (at, route) in plan.iter().enumerate() {
        route.iter().for_each(|&client| route_of[usize::from(client)] = at);
    }
    let wanted = 1 + rng.below(plan.len().div_ceil(2));
    let mut chosen: Vec<usize> = Vec::new();
    let mut client = rng.below(instance.clients) as u16;
    for _ in 0..STEPS_MAX {
        let route = route_of[usize::from(client)];
        if !chosen.contains(&route) {
            chosen.push(route);
        }
        let near = instance.near(client);
        if chosen.len() == wanted || near.is_empty() {
            break;
        }
        client = near[rng.below(near.len().min(NEAREST))];
    }
    chosen
}
