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
            restart: 1_000_000,
        }
    }
}

#[derive(Debug)]
pub struct Ils<'a> {
    pub instance: &'a Instance,
    pub routes: Routes,
    pub descent: Descent,
    pub rng: Rng,
    pub penalties: Penalties,
    pub tuning: Tuning,
    pub best: Option<(i64, Vec<Vec<u16>>)>,
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
        if self.rng.unit() < self.tuning.strings_part {
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

    pub fn best_travel(&self) -> Option<i64> {
        self.best.as_ref().map(|best| best.0)
    }

    pub fn into_best(self) -> Option<Vec<Vec<u16>>> {
        self.best.map(|best| best.1)
    }

    fn note_best(&mut self) -> bool {
        let cost = self.routes.cost;
        if cost.is_feasible() && self.best.as_ref().is_none_or(|best| cost.travel < best.0) {
            self.best = Some((cost.travel, self.routes.plan()));
            return true;
        }
        false
    }

    pub fn run(&mut self, start: &[Vec<u16>], go_on: &mut dyn FnMut(&Self) -> bool) {
        self.construct(start);
        let mut history: Vec<Cost> = vec![self.routes.cost; self.tuning.history_min];
        let mut at = 0;
        let (mut tried, mut in_time, mut in_load) = (0u32, 0u32, 0u32);
        let mut current = self.routes.cost;
        let mut idle = 0;
        while go_on(self) {
            self.iterations += 1;
            self.perturb();
            self.descent.run(self.instance, &mut self.routes, self.penalties);
            tried += 1;
            in_time += u32::from(self.routes.cost.warp == 0);
            in_load += u32::from(self.routes.cost.excess == 0);
            if tried == 500 {
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
                idle = 0;
                self.descent.mark_all();
                self.descent.run(self.instance, &mut self.routes, self.penalties);
                self.note_best();
            }
            let wanted =
                ((self.iterations / self.tuning.history_part) as usize).clamp(self.tuning.history_min, self.tuning.history_max);
            if history.len() < wanted {
                history.push(current);
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
            if idle >= self.tuning.restart {
                idle = 0;
                let plan = self.best.as_ref().map(|b| b.1.clone());
                if let Some(plan) = plan {
                    self.routes.set(self.instance, &plan);
                }
                current = self.routes.cost;
                history.fill(current);
            }
        }
    }
}
