//! Iterated local search: take some clients out, put them back where they fit best, descend, keep or take back.

use super::super::rng::Rng;
use super::descent::{Descent, Penalties};
use super::instance::Instance;
use super::routes::{Cost, NOWHERE, Routes};

#[derive(Clone, Debug)]
pub struct Tuning {
    pub removed_max: usize,
    pub history_min: usize,
    pub history_max: usize,
    pub history_part: u64,
    pub strings_part: f64,
    pub target_low: f64,
    pub target_high: f64,
    pub blink: usize,
    pub restart: u64,
    pub growth: f64,
    pub crossed: f64,
    pub whole: usize,
    pub polish_gap: u64,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            removed_max: 25,
            history_min: 100,
            history_max: 3000,
            history_part: 50,
            strings_part: 0.5,
            target_low: 0.6,
            target_high: 0.7,
            blink: 0,
            restart: 10,
            growth: 1.2,
            crossed: 0.7,
            whole: 50,
            polish_gap: 0,
        }
    }
}

const ELITES_MAX: usize = 8;

#[derive(Debug)]
pub struct Ils<'a> {
    pub instance: &'a Instance,
    pub routes: Routes,
    pub descent: Descent,
    pub rng: Rng,
    pub penalties: Penalties,
    pub tuning: Tuning,
    best: Option<i64>,
    /// By route: its clients in the best plan, and the clock of the change that made it so.
    best_routes: Vec<(u64, Vec<u16>)>,
    /// The best plan since the last new beginning, as its cost and routes.
    epoch_plan: (i64, Vec<Vec<u16>>),
    /// Good plans that earlier epochs ended with.
    elites: Vec<(i64, Vec<Vec<u16>>)>,
    pub iterations: u64,
    removed: Vec<u16>,
}

impl<'a> Ils<'a> {
    pub fn new(instance: &'a Instance, seed: u64, tuning: Tuning) -> Self {
        Self {
            instance,
            routes: Routes::new(instance),
            descent: Descent::new(instance),
            rng: Rng::new(seed),
            penalties: Penalties { warp: 8, excess: 50 },
            tuning,
            best: None,
            best_routes: vec![(0, Vec::new()); instance.vehicles],
            epoch_plan: (i64::MAX, Vec::new()),
            elites: Vec::new(),
            iterations: 0,
            removed: Vec::new(),
        }
    }

    pub fn penalised(&self, cost: Cost) -> i64 {
        cost.travel + self.penalties.warp * cost.warp + self.penalties.excess * cost.excess
    }

    /// Puts a client where it costs least, wherever that is.
    pub fn insert(&mut self, c: u16) {
        let i = self.instance;
        let (own, demand) = (i.own[usize::from(c)], i.demand[usize::from(c)]);
        let mut best = (i64::MAX, NOWHERE);
        let excess = |load: i32| self.penalties.excess * i64::from((load - i.capacity).max(0));
        let blink = self.tuning.blink;
        let mut consider = |after: u16, rng: &mut Rng| {
            let node = self.routes.node(after);
            let next = node.next;
            let (to, from) = (i.travel(after, c), i.travel(c, next));
            let sum = self.routes.sum(node.route);
            let mut delta = i64::from(to + from - i.travel(after, next)) + excess(sum.load + demand)
                - excess(sum.load)
                - self.penalties.warp * i64::from(sum.warp);
            if delta >= best.0 || (blink > 0 && rng.one_in(blink)) {
                return;
            }
            let warp = node.upto.then(to, own).warp_with(from, self.routes.node(next).from);
            delta += self.penalties.warp * i64::from(warp);
            if delta < best.0 {
                best = (delta, after);
            }
        };
        for &v in i.before(c) {
            if self.routes.node(v).route != NOWHERE {
                consider(v, &mut self.rng);
            }
        }
        for &w in i.after(c) {
            let node = self.routes.node(w);
            if node.route != NOWHERE {
                consider(node.prev, &mut self.rng);
            }
        }
        if let Some(empty) = self.routes.first_empty() {
            consider(self.routes.depot(empty), &mut self.rng);
        }
        let mut after = best.1;
        if after == NOWHERE {
            after = self.routes.depot(self.rng.below(i.vehicles) as u16);
        }
        let route = self.routes.node(after).route;
        self.routes.touch(route);
        self.routes.insert(i, c, after);
        self.descent.mark_around(&self.routes, c);
    }

    fn remove(&mut self, c: u16) {
        let node = *self.routes.node(c);
        self.routes.touch(node.route);
        self.routes.unlink(c);
        self.routes.refresh(self.instance, node.route, node.prev, node.next);
        for id in [node.prev, node.next, c] {
            self.descent.mark(id);
        }
        self.removed.push(c);
    }

    fn perturb(&mut self) {
        let i = self.instance;
        self.removed.clear();
        let seed = self.rng.below(i.clients) as u16;
        if self.tuning.whole > 0 && self.rng.one_in(self.tuning.whole) {
            self.remove_route(seed);
        } else if self.rng.unit() < self.tuning.strings_part {
            self.remove_strings(seed);
        } else {
            let k = 1 + self.rng.below(self.tuning.removed_max.min(i.clients - 1));
            self.remove(seed);
            for &v in &i.near(seed)[..(k - 1).min(i.near(seed).len())] {
                self.remove(v);
            }
        }
        let mut removed = std::mem::take(&mut self.removed);
        self.rng.shuffle(&mut removed);
        for &c in &removed {
            self.insert(c);
        }
        self.removed = removed;
    }

    /// Dissolves the shortest of the routes around a client: the way to fewer routes.
    fn remove_route(&mut self, seed: u16) {
        let near = self.instance.near(seed).iter().take(10);
        let routes = near.chain([&seed]).map(|&c| self.routes.node(c).route);
        let Some(route) = routes.min_by_key(|&route| self.routes.sum(route).len) else { return };
        let clients: Vec<u16> = self.routes.clients_of(route).collect();
        for client in clients {
            self.remove(client);
        }
    }

    fn remove_strings(&mut self, seed: u16) {
        const LEN_MAX: usize = 10;
        let i = self.instance;
        let routes_used = self.routes.sums.iter().filter(|sum| sum.len > 0).count();
        let mean_len = i.clients as f64 / routes_used as f64;
        let len_max = mean_len.min(LEN_MAX as f64);
        let avg = self.tuning.removed_max as f64 / 2.0;
        let strings = 1 + self.rng.below(((4.0 * avg / (1.0 + len_max) - 1.0).max(1.0)).ceil() as usize);
        let mut ruined = [NOWHERE; 32];
        let mut count = 0;
        for at in 0..=i.near(seed).len() {
            let c = if at == 0 { seed } else { i.near(seed)[at - 1] };
            let route = self.routes.node(c).route;
            if route == NOWHERE || ruined[..count].contains(&route) {
                continue;
            }
            let len = self.routes.sum(route).len as usize;
            let l = 1 + self.rng.below((len_max as usize).min(len).max(1));
            // a window of l clients around c
            let place = usize::from(self.routes.node(c).place) - 1;
            let lo = (place + 1).saturating_sub(l);
            let hi = place.min(len - l);
            let start = lo + self.rng.below(hi - lo + 1);
            let mut id = c;
            for _ in start..place {
                id = self.routes.node(id).prev;
            }
            for _ in 0..l {
                let next = self.routes.node(id).next;
                self.remove(id);
                id = next;
            }
            ruined[count] = route;
            count += 1;
            if count == strings.min(32) {
                break;
            }
        }
    }

    fn construct(&mut self, start: &[Vec<u16>]) {
        let i = self.instance;
        self.routes.set(i, start);
        let is_free = |&c: &u16| self.routes.node(c).route == NOWHERE;
        let mut order: Vec<u16> = (0..i.clients as u16).filter(is_free).collect();
        if order.is_empty() {
            self.note_best();
        }
        order.sort_by_key(|&c| i.own[usize::from(c)].late);
        for c in order {
            self.insert(c);
        }
        self.descent.mark_all();
        self.descent.run(i, &mut self.routes, self.penalties);
        self.routes.commit();
        self.note_best();
    }

    fn plan(&self) -> Vec<Vec<u16>> {
        let used = (0..self.routes.sums.len() as u16).filter(|&route| self.routes.sum(route).len > 0);
        used.map(|route| self.routes.clients_of(route).collect()).collect()
    }

    pub fn best_travel(&self) -> Option<i64> {
        self.best
    }

    pub fn best_plan(&self) -> Option<Vec<Vec<u16>>> {
        self.best?;
        Some(self.best_routes.iter().map(|(_, clients)| clients.clone()).filter(|clients| !clients.is_empty()).collect())
    }

    /// Keeps the plan when it is the best so far; only routes that changed since the last best are copied.
    fn note_best(&mut self) -> bool {
        let cost = self.routes.cost;
        if !cost.is_feasible() || self.best.is_some_and(|best| best <= cost.travel) {
            return false;
        }
        self.best = Some(cost.travel);
        for (route, (clock, clients)) in self.best_routes.iter_mut().enumerate() {
            let changed = self.routes.sums[route].changed;
            if changed != *clock {
                *clock = changed;
                clients.clear();
                clients.extend(self.routes.clients_of(route as u16));
            }
        }
        true
    }

    /// Begins anew: from nothing, or from two good plans crossed.
    fn begin_epoch(&mut self) {
        // The plan the last epoch ended with is worth keeping, if it is not another of its kind.
        let cost = self.epoch_plan.0;
        if cost < i64::MAX && self.elites.iter().all(|(other, _)| *other != cost) {
            let plan = std::mem::take(&mut self.epoch_plan.1);
            if self.elites.len() < ELITES_MAX {
                self.elites.push((cost, plan));
            } else if let Some(worst) = self.elites.iter_mut().max_by_key(|(other, _)| *other).filter(|worst| worst.0 > cost) {
                *worst = (cost, plan);
            }
        }
        self.epoch_plan = (i64::MAX, Vec::new());
        let is_crossed = self.elites.len() >= 2 && self.rng.unit() < self.tuning.crossed;
        let child = if is_crossed { self.cross() } else { Vec::new() };
        self.routes.set(self.instance, &child);
        let mut order: Vec<u16> =
            (0..self.instance.clients as u16).filter(|&client| self.routes.node(client).route == NOWHERE).collect();
        self.rng.shuffle(&mut order);
        for client in order {
            self.insert(client);
        }
        self.descent.mark_all();
        self.descent.run(self.instance, &mut self.routes, self.penalties);
        self.routes.commit();
        self.note_best();
    }

    /// Some neighbouring routes of one good plan, and of another what they leave of its routes.
    fn cross(&mut self) -> Vec<Vec<u16>> {
        let first = self.rng.below(self.elites.len());
        let second = (first + 1 + self.rng.below(self.elites.len() - 1)) % self.elites.len();
        let (giver, taker) = (&self.elites[first].1, &self.elites[second].1);
        let mut route_of = vec![0; self.instance.clients];
        for (at, route) in giver.iter().enumerate() {
            route.iter().for_each(|&client| route_of[usize::from(client)] = at);
        }
        let wanted = 1 + self.rng.below(giver.len().div_ceil(2));
        let mut chosen: Vec<usize> = Vec::new();
        let mut client = self.rng.below(self.instance.clients) as u16;
        let mut steps = 0;
        while chosen.len() < wanted && steps < 1_000 {
            let route = route_of[usize::from(client)];
            if !chosen.contains(&route) {
                chosen.push(route);
            }
            let near = self.instance.near(client);
            client = if near.is_empty() { client } else { near[self.rng.below(near.len().min(20))] };
            steps += 1;
        }
        let mut is_given = vec![false; self.instance.clients];
        let mut child: Vec<Vec<u16>> = chosen.iter().map(|&at| giver[at].clone()).collect();
        child.iter().flatten().for_each(|&client| is_given[usize::from(client)] = true);
        for route in taker {
            let rest: Vec<u16> = route.iter().copied().filter(|&client| !is_given[usize::from(client)]).collect();
            if 2 * rest.len() > route.len() && child.len() < self.instance.vehicles {
                child.push(rest);
            }
        }
        child
    }

    pub fn run(&mut self, start: &[Vec<u16>], go_on: &mut dyn FnMut(&Self) -> bool) {
        self.construct(start);
        let mut history: Vec<Cost> = vec![self.routes.cost; self.tuning.history_min];
        let mut at = 0;
        let (mut tried, mut in_time, mut in_load) = (0u32, 0u32, 0u32);
        let mut current = self.routes.cost;
        let (mut idle, mut polished, mut epoch_best) = (0, 0, i64::MAX);
        while go_on(self) {
            self.iterations += 1;
            self.perturb();
            self.descent.run(self.instance, &mut self.routes, self.penalties);
            tried += 1;
            in_time += u32::from(self.routes.cost.warp == 0);
            in_load += u32::from(self.routes.cost.excess == 0);
            if tried == if self.best.is_some() { 500 } else { 50 } {
                let (lo, hi) = (self.tuning.target_low, self.tuning.target_high);
                let adapt = |p: i64, ok: u32| {
                    let part = f64::from(ok) / f64::from(tried);
                    if part < lo {
                        ((p as f64 * 1.3).ceil() as i64).min(100_000)
                    } else if part > hi {
                        ((p as f64 * 0.9).floor() as i64).max(1)
                    } else {
                        p
                    }
                };
                self.penalties.warp = adapt(self.penalties.warp, in_time);
                self.penalties.excess = adapt(self.penalties.excess, in_load);
                (tried, in_time, in_load) = (0, 0, 0);
            }
            idle += 1;
            if self.note_best() {
                if self.iterations >= polished + self.tuning.polish_gap {
                    polished = self.iterations;
                    self.descent.mark_all();
                    self.descent.run(self.instance, &mut self.routes, self.penalties);
                    self.note_best();
                }
            }
            at = (at + 1) % history.len();
            let (new, late, now) = (self.penalised(self.routes.cost), self.penalised(history[at]), self.penalised(current));
            if new < late || new < now {
                self.routes.commit();
                current = self.routes.cost;
            } else {
                self.routes.undo();
            }
            if self.penalised(current) < late {
                history[at] = current;
            }
            if self.routes.cost.is_feasible() && self.routes.cost.travel < epoch_best {
                epoch_best = self.routes.cost.travel;
                self.epoch_plan = (epoch_best, self.plan());
                idle = 0;
            }
            let patience = self.tuning.restart * history.len() as u64 * (self.instance.clients as u64).div_ceil(100);
            if idle >= patience {
                idle = 0;
                epoch_best = i64::MAX;
                let len = ((history.len() as f64 * self.tuning.growth) as usize).min(self.tuning.history_max);
                self.begin_epoch();
                current = self.routes.cost;
                history = vec![current; len];
            }
        }
    }
}
