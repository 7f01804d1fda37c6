//! Iterated local search: take some clients out, put them back where they fit best, descend, keep or take back.
//!
//! Late acceptance (Burke & Bykov, "The late acceptance hill-climbing heuristic", 2017) decides what is kept: a plan that is better than
//! the one before, or than the one a history's length ago. Where nothing better comes, the search begins anew, from nothing or from two
//! good plans crossed, with a longer history: the longer it is let run, the wider it looks.

use super::super::rng::Rng;
use super::descent::{Descent, Penalties};
use super::elites::Elites;
use super::instance::{Instance, Neighbour};
use super::routes::{Cost, NOWHERE, Routes};

/// What was measured to serve best, on the 56 instances of Solomon and some of Homberger.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// Up to so many clients are taken out at once, for a hundred clients; fewer the more there are, because of a large plan most is
    /// left to be mended, and that goes faster in small steps.
    pub removed_max: usize,
    pub history_min: usize,
    pub history_max: usize,
    /// The history grows so much with each new beginning.
    pub growth: f64,
    /// A new beginning comes after so many idle iterations, per entry of the history and hundred clients.
    pub patience: u64,
    /// The part of new beginnings that cross two good plans; the others begin from nothing.
    pub crossed: f64,
    /// The part of perturbations that take strings out of neighbouring routes; the others take a client and those near to it.
    pub strings: f64,
    /// Clients are put back in one of so many orders, all but five of them random.
    pub orders: usize,
    /// Once in so many iterations a whole route is dissolved instead.
    pub whole: usize,
    /// Penalties are moved so that this part of the local optima is feasible.
    pub feasible: (f64, f64),
    /// After a new best, everything is looked at once more, unless that was done so few iterations ago, per thousand clients.
    pub polish_gap: u64,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            removed_max: 50,
            history_min: 100,
            history_max: 3_000,
            growth: 1.2,
            patience: 10,
            crossed: 0.7,
            strings: 0.5,
            orders: 10,
            whole: 50,
            feasible: (0.6, 0.7),
            polish_gap: 5_000,
        }
    }
}

/// Penalties are looked at after so many iterations; sooner until there is a plan that keeps all rules.
const ADAPT_AFTER: u32 = 500;
const ADAPT_AFTER_AT_FIRST: u32 = 50;
const PENALTY_MAX: i64 = 100_000;
/// Looking at everything once more costs nothing worth the name below so many clients.
const POLISHED_ALWAYS: u64 = 200;
/// No longer string of clients is taken out of a route, and out of no more routes.
const STRING_MAX: usize = 10;
const STRINGS_MAX: usize = 32;

#[derive(Debug)]
pub struct Ils<'a> {
    instance: &'a Instance,
    routes: Routes,
    descent: Descent,
    rng: Rng,
    penalties: Penalties,
    watch: Watch,
    tuning: Tuning,
    pub iterations: u64,
    best: Option<i64>,
    /// By route: its clients in the best plan, and the clock of the change that made it so.
    best_routes: Vec<(u64, Vec<u16>)>,
    elites: Elites,
    /// Working memory: the clients taken out.
    removed: Vec<u16>,
    removed_max: usize,
}

/// How many local optima were feasible lately.
#[derive(Clone, Copy, Debug, Default)]
struct Watch {
    tried: u32,
    in_time: u32,
    in_load: u32,
}

/// The plan that is being changed, and what it is compared with.
struct Epoch {
    current: Cost,
    history: Vec<Cost>,
    at: usize,
    best_travel: i64,
    /// Iterations since `best_travel` was found.
    idle: u64,
}

impl Epoch {
    fn new(current: Cost, len: usize) -> Self {
        Self { current, history: vec![current; len], at: 0, best_travel: i64::MAX, idle: 0 }
    }
}

impl<'a> Ils<'a> {
    pub fn new(instance: &'a Instance, seed: u64, tuning: Tuning) -> Self {
        Self {
            instance,
            routes: Routes::new(instance),
            descent: Descent::new(instance),
            rng: Rng::new(seed),
            penalties: Penalties { warp: 8, excess: 50 },
            watch: Watch::default(),
            tuning,
            iterations: 0,
            best: None,
            best_routes: vec![(0, Vec::new()); instance.vehicles],
            elites: Elites::default(),
            removed: Vec::new(),
            removed_max: 0,
        }
    }

    /// What the best plan that keeps all rules travels; None: there is none yet.
    pub fn best_travel(&self) -> Option<i64> {
        self.best
    }

    pub fn best_plan(&self) -> Option<Vec<Vec<u16>>> {
        self.best?;
        Some(self.best_routes.iter().map(|(_, clients)| clients.clone()).filter(|clients| !clients.is_empty()).collect())
    }

    /// Searches from `start`, clients it lacks put where they fit best, until told to stop; asked before every iteration.
    pub fn run(&mut self, start: &[Vec<u16>], go_on: &mut dyn FnMut(&Self) -> bool) {
        self.routes.set(self.instance, start);
        if start.iter().map(Vec::len).sum::<usize>() == self.instance.clients {
            self.note_best();
        }
        self.complete(|instance, order| order.sort_by_key(|&client| instance.own[usize::from(client)].late));
        let clients = self.instance.clients as u64;
        // A large plan needs more steps to come down, and so a longer memory.
        let history = self.tuning.history_min as f64 * (clients as f64 / 100.0).sqrt().max(1.0);
        let mut epoch = Epoch::new(self.routes.cost, history as usize);
        let polish_gap = if clients < POLISHED_ALWAYS { 0 } else { self.tuning.polish_gap * clients / 1_000 };
        let mut polished = 0;
        while go_on(self) {
            self.iterations += 1;
            let patience = self.tuning.patience * epoch.history.len() as u64 * clients.div_ceil(100);
            self.removed_max = self.removed_max(epoch.idle as f64 / patience as f64);
            self.perturb();
            if self.routes.cost == epoch.current {
                // All went back to where it was, or to where it is as well.
                self.descent.forget();
            } else {
                self.descent.run(self.instance, &mut self.routes, self.penalties);
            }
            self.adapt();
            if self.note_best() && self.iterations >= polished + polish_gap {
                polished = self.iterations;
                self.descent.mark_all();
                self.descent.run(self.instance, &mut self.routes, self.penalties);
                self.note_best();
            }
            self.accept(&mut epoch);
            if epoch.idle >= patience {
                let len = ((epoch.history.len() as f64 * self.tuning.growth) as usize).min(self.tuning.history_max);
                self.begin_anew();
                epoch = Epoch::new(self.routes.cost, len);
            }
        }
    }

    /// How many clients may be taken out: few of a large plan, more the longer nothing better comes.
    fn removed_max(&self, weariness: f64) -> usize {
        let most = self.tuning.removed_max as f64;
        let least = (most / (self.instance.clients as f64 / 100.0).sqrt()).min(most);
        (least + (most - least) * weariness.min(1.0)).max(1.0) as usize
    }

    /// Keeps the changes, or takes them back.
    fn accept(&mut self, epoch: &mut Epoch) {
        epoch.at = (epoch.at + 1) % epoch.history.len();
        let late = self.penalised(epoch.history[epoch.at]);
        let (new, now) = (self.penalised(self.routes.cost), self.penalised(epoch.current));
        if new < late || new < now {
            self.routes.commit();
            epoch.current = self.routes.cost;
        } else {
            self.routes.undo();
        }
        if self.penalised(epoch.current) < late {
            epoch.history[epoch.at] = epoch.current;
        }
        epoch.idle += 1;
        if epoch.current.is_feasible() && epoch.current.travel < epoch.best_travel {
            epoch.best_travel = epoch.current.travel;
            epoch.idle = 0;
            self.elites.note(epoch.best_travel, &self.routes);
        }
    }

    fn penalised(&self, cost: Cost) -> i64 {
        cost.travel + self.penalties.warp * cost.warp + self.penalties.excess * cost.excess
    }

    fn adapt(&mut self) {
        self.watch.tried += 1;
        self.watch.in_time += u32::from(self.routes.cost.warp == 0);
        self.watch.in_load += u32::from(self.routes.cost.excess == 0);
        if self.watch.tried < if self.best.is_some() { ADAPT_AFTER } else { ADAPT_AFTER_AT_FIRST } {
            return;
        }
        let Watch { tried, in_time, in_load } = std::mem::take(&mut self.watch);
        let (low, high) = self.tuning.feasible;
        let adapted = |penalty: i64, feasible: u32| {
            let part = f64::from(feasible) / f64::from(tried);
            let factor = if part < low {
                1.3
            } else if part > high {
                0.9
            } else {
                return penalty;
            };
            let new = penalty as f64 * factor;
            (if part < low { new.ceil() } else { new.floor() } as i64).clamp(1, PENALTY_MAX)
        };
        self.penalties.warp = adapted(self.penalties.warp, in_time);
        self.penalties.excess = adapted(self.penalties.excess, in_load);
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

    fn begin_anew(&mut self) {
        self.elites.keep();
        let is_crossed = self.elites.len() >= 2 && self.rng.unit() < self.tuning.crossed;
        let child = if is_crossed { self.elites.cross(self.instance, &mut self.rng) } else { Vec::new() };
        self.routes.set(self.instance, &child);
        let mut rng = self.rng.clone();
        self.complete(|_, order| rng.shuffle(order));
        self.rng = rng;
    }

    /// Puts clients of no route where they fit best, in the order given, and descends.
    fn complete(&mut self, order: impl FnOnce(&Instance, &mut Vec<u16>)) {
        let clients = 0..self.instance.clients as u16;
        let mut missing: Vec<u16> = clients.filter(|&client| self.routes.node(client).route == NOWHERE).collect();
        order(self.instance, &mut missing);
        for client in missing {
            self.insert(client);
        }
        self.descent.mark_all();
        self.descent.run(self.instance, &mut self.routes, self.penalties);
        self.routes.commit();
        self.note_best();
    }

    fn perturb(&mut self) {
        self.removed.clear();
        let seed = self.rng.below(self.instance.clients) as u16;
        if self.rng.one_in(self.tuning.whole) {
            self.remove_route(seed);
        } else if self.rng.unit() < self.tuning.strings {
            self.remove_strings(seed);
        } else {
            self.remove_near(seed);
        }
        let mut removed = std::mem::take(&mut self.removed);
        self.rng.shuffle(&mut removed);
        self.put_in_order(&mut removed);
        for &client in &removed {
            self.insert(client);
        }
        self.removed = removed;
    }

    /// Those first that are hard to place, in one of several senses; or in the random order they have.
    fn put_in_order(&mut self, clients: &mut [u16]) {
        let instance = self.instance;
        let own = |client: u16| instance.own[usize::from(client)];
        let depot = instance.clients as u16;
        match self.rng.below(self.tuning.orders) {
            0 => clients.sort_by_key(|&client| own(client).late - own(client).early),
            1 => clients.sort_by_key(|&client| -instance.demand[usize::from(client)]),
            2 => clients.sort_by_key(|&client| -instance.travel(depot, client)),
            3 => clients.sort_by_key(|&client| own(client).late),
            4 => clients.sort_by_key(|&client| -own(client).early),
            _ => {}
        }
    }

    /// Takes out a client and some of those nearest to it.
    fn remove_near(&mut self, seed: u16) {
        let count = self.rng.below(self.removed_max);
        self.remove(seed);
        for &client in self.instance.near(seed).iter().take(count) {
            self.remove(client);
        }
    }

    /// Dissolves the shortest of the routes around a client: the way to fewer routes.
    fn remove_route(&mut self, seed: u16) {
        let near = self.instance.near(seed).iter().take(STRING_MAX);
        let routes = near.chain([&seed]).map(|&client| self.routes.node(client).route);
        let Some(route) = routes.min_by_key(|&route| self.routes.sum(route).len) else { return };
        let clients: Vec<u16> = self.routes.clients_of(route).collect();
        clients.into_iter().for_each(|client| self.remove(client));
    }

    /// Takes strings of clients out of the routes around a client (Christiaens & Vanden Berghe, "Slack induction by string removals",
    /// 2020).
    fn remove_strings(&mut self, seed: u16) {
        let used = self.routes.sums.iter().filter(|sum| sum.len > 0).count().max(1);
        let len_max = (self.instance.clients / used).clamp(1, STRING_MAX);
        let strings = (2.0 * self.removed_max as f64 / (1.0 + len_max as f64) - 1.0).max(1.0).ceil() as usize;
        let strings = (1 + self.rng.below(strings)).min(STRINGS_MAX);
        let mut ruined = [NOWHERE; STRINGS_MAX];
        let mut count = 0;
        for &client in std::iter::once(&seed).chain(self.instance.near(seed)) {
            let route = self.routes.node(client).route;
            if route == NOWHERE || ruined[..count].contains(&route) {
                continue;
            }
            self.remove_string(client, len_max);
            ruined[count] = route;
            count += 1;
            if count == strings {
                break;
            }
        }
    }

    /// Takes out a client and up to so many beside it in its route.
    fn remove_string(&mut self, client: u16, len_max: usize) {
        let node = *self.routes.node(client);
        let (len, place) = (self.routes.sum(node.route).len as usize, usize::from(node.place) - 1);
        let wanted = 1 + self.rng.below(len_max.min(len));
        let low = (place + 1).saturating_sub(wanted);
        let high = place.min(len - wanted);
        let first = low + self.rng.below(high - low + 1);
        let mut id = client;
        for _ in first..place {
            id = self.routes.node(id).prev;
        }
        self.routes.touch(node.route);
        let head = self.routes.node(id).prev;
        for _ in 0..wanted {
            let next = self.routes.node(id).next;
            self.routes.unlink(self.instance, id);
            self.descent.mark(id);
            self.removed.push(id);
            id = next;
        }
        self.routes.refresh(self.instance, node.route, head, id);
        self.descent.mark(head);
        self.descent.mark(id);
    }

    fn remove(&mut self, client: u16) {
        let node = *self.routes.node(client);
        self.routes.touch(node.route);
        self.routes.unlink(self.instance, client);
        self.routes.refresh(self.instance, node.route, node.prev, node.next);
        for id in [node.prev, node.next, client] {
            self.descent.mark(id);
        }
        self.removed.push(client);
    }

    /// Puts a client where it raises the penalised cost least: beside a neighbour, or into a route of its own.
    fn insert(&mut self, client: u16) {
        let instance = self.instance;
        let (own, demand) = (instance.own[usize::from(client)], instance.demand[usize::from(client)]);
        let excess = |load: i32| self.penalties.excess * i64::from((load - instance.capacity).max(0));
        let mut best = (i64::MAX, NOWHERE);
        let mut consider = |after: u16, to: i32, on: i32| {
            let node = self.routes.node(after);
            let sum = self.routes.sum(node.route);
            let mut delta = i64::from(to + on - node.leg_out) + excess(sum.load + demand)
                - excess(sum.load)
                - self.penalties.warp * i64::from(sum.warp);
            if delta >= best.0 {
                return;
            }
            let warp = node.upto.then(to, own).warp_with(on, self.routes.node(node.next).from);
            delta += self.penalties.warp * i64::from(warp);
            if delta < best.0 {
                best = (delta, after);
            }
        };
        for &Neighbour { client: other, leg } in instance.before(client) {
            let node = self.routes.node(other);
            if node.route != NOWHERE {
                consider(other, leg, instance.travel(client, node.next));
            }
        }
        for &Neighbour { client: other, leg } in instance.after(client) {
            let node = self.routes.node(other);
            if node.route != NOWHERE {
                consider(node.prev, instance.travel(node.prev, client), leg);
            }
        }
        if let Some(empty) = self.routes.first_empty() {
            let depot = self.routes.depot(empty);
            consider(depot, instance.travel(depot, client), instance.travel(client, depot));
        }
        // No neighbour is in a route, and no route is empty: anywhere, the descent will see to it.
        let after = if best.1 == NOWHERE { self.routes.depot(self.rng.below(instance.vehicles) as u16) } else { best.1 };
        self.routes.touch(self.routes.node(after).route);
        self.routes.insert(instance, client, after);
        self.descent.mark_around(&self.routes, client);
    }
}
