//! The routes as the search changes them: linked nodes that know the stretch before and after them, and a journal to take changes back.
//!
//! Node `clients + r` is the depot of route `r`, before its first client and after its last: an empty route's depot follows itself.
//! A node fills one cache line.

use super::instance::Instance;
use super::segment::{Segment, Service};

/// `Node::route` of a client that is in no route.
pub const NOWHERE: u16 = u16::MAX;

#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Node {
    /// From the depot to this node, both included. At the depot: the depot alone.
    pub upto: Segment,
    /// From this node to the depot, both included. At the depot: the depot alone.
    pub from: Segment,
    pub own: Service,
    pub prev: u16,
    pub next: u16,
    pub route: u16,
    /// Clients up to and including this one.
    pub place: u16,
    /// Demand up to and including this node.
    pub load: i32,
    /// Travel from the node before, and to the next one.
    pub leg_in: i32,
    pub leg_out: i32,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    pub travel: i32,
    pub warp: i32,
    pub load: i32,
    pub len: u32,
    /// The clock of the last change.
    pub changed: u64,
}

/// What a plan costs before penalties are weighed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cost {
    pub travel: i64,
    pub warp: i64,
    pub excess: i64,
}

impl Cost {
    pub const fn is_feasible(&self) -> bool {
        self.warp == 0 && self.excess == 0
    }
}

#[derive(Debug)]
pub struct Routes {
    pub nodes: Vec<Node>,
    pub sums: Vec<Sum>,
    pub cost: Cost,
    pub clock: u64,
    /// Bit set: the route is empty.
    empty: Vec<u64>,
    capacity: i32,
    clients: usize,
    journal: Journal,
}

/// What the routes touched since the last `commit` were.
#[derive(Debug, Default)]
struct Journal {
    is_touched: Vec<bool>,
    touched: Vec<(u16, Sum)>,
    nodes: Vec<(u16, Node)>,
    cost: Cost,
}

impl Routes {
    pub fn new(instance: &Instance) -> Self {
        let depot = instance.own[instance.clients];
        let blank = Node {
            upto: depot,
            from: depot,
            own: depot.into(),
            prev: 0,
            next: 0,
            route: NOWHERE,
            place: 0,
            load: 0,
            leg_in: 0,
            leg_out: 0,
        };
        let mut nodes = vec![blank; instance.clients + instance.vehicles];
        for (id, node) in nodes.iter_mut().enumerate() {
            if id < instance.clients {
                node.own = instance.own[id].into();
            } else {
                (node.prev, node.next, node.route) = (id as u16, id as u16, (id - instance.clients) as u16);
            }
        }
        let mut empty = vec![0u64; instance.vehicles.div_ceil(64)];
        for route in 0..instance.vehicles {
            empty[route / 64] |= 1 << (route % 64);
        }
        Self {
            nodes,
            sums: vec![Sum::default(); instance.vehicles],
            cost: Cost::default(),
            clock: 1,
            empty,
            capacity: instance.capacity,
            clients: instance.clients,
            journal: Journal { is_touched: vec![false; instance.vehicles], ..Journal::default() },
        }
    }

    #[inline(always)]
    pub fn node(&self, id: u16) -> &Node {
        &self.nodes[usize::from(id)]
    }

    #[inline(always)]
    pub fn sum(&self, route: u16) -> &Sum {
        &self.sums[usize::from(route)]
    }

    pub const fn depot(&self, route: u16) -> u16 {
        self.clients as u16 + route
    }

    #[inline(always)]
    pub const fn is_depot(&self, id: u16) -> bool {
        id as usize >= self.clients
    }

    pub fn first_empty(&self) -> Option<u16> {
        let (i, word) = self.empty.iter().enumerate().find(|(_, word)| **word != 0)?;
        Some((i * 64) as u16 + word.trailing_zeros() as u16)
    }

    pub fn clients_of(&self, route: u16) -> impl Iterator<Item = u16> + '_ {
        let mut at = self.depot(route);
        std::iter::from_fn(move || {
            at = self.node(at).next;
            (!self.is_depot(at)).then_some(at)
        })
    }

    /// Must come before every change of a route.
    pub fn touch(&mut self, route: u16) {
        let at = usize::from(route);
        if self.journal.is_touched[at] {
            return;
        }
        if self.journal.touched.is_empty() {
            self.journal.cost = self.cost;
        }
        self.journal.is_touched[at] = true;
        self.journal.touched.push((route, self.sums[at]));
        let depot = self.depot(route);
        let mut id = depot;
        loop {
            let node = self.nodes[usize::from(id)];
            self.journal.nodes.push((id, node));
            id = node.next;
            if id == depot {
                break;
            }
        }
    }

    /// Keeps all changes since the last time.
    pub fn commit(&mut self) {
        for (route, _) in self.journal.touched.drain(..) {
            self.journal.is_touched[usize::from(route)] = false;
        }
        self.journal.nodes.clear();
    }

    /// Takes all changes since the last `commit` back.
    pub fn undo(&mut self) {
        if self.journal.touched.is_empty() {
            return;
        }
        self.cost = self.journal.cost;
        for (id, node) in self.journal.nodes.drain(..) {
            self.nodes[usize::from(id)] = node;
        }
        let touched = std::mem::take(&mut self.journal.touched);
        for &(route, sum) in &touched {
            self.journal.is_touched[usize::from(route)] = false;
            self.sums[usize::from(route)] = sum;
            self.note_emptiness(route);
        }
        self.journal.touched = touched;
        self.journal.touched.clear();
    }

    fn note_emptiness(&mut self, route: u16) {
        let (word, bit) = (usize::from(route) / 64, 1u64 << (route % 64));
        if self.sums[usize::from(route)].len == 0 {
            self.empty[word] |= bit;
        } else {
            self.empty[word] &= !bit;
        }
    }

    pub fn link(&mut self, instance: &Instance, before: u16, after: u16) {
        let leg = instance.travel(before, after);
        let node = &mut self.nodes[usize::from(before)];
        (node.next, node.leg_out) = (after, leg);
        let node = &mut self.nodes[usize::from(after)];
        (node.prev, node.leg_in) = (before, leg);
    }

    /// Takes a client out of its touched route, whose figures then await `refresh`.
    pub fn unlink(&mut self, instance: &Instance, client: u16) {
        let Node { prev, next, .. } = *self.node(client);
        self.link(instance, prev, next);
        self.nodes[usize::from(client)].route = NOWHERE;
    }

    /// Puts a client after a node of a touched route and brings the route's figures up to date.
    pub fn insert(&mut self, instance: &Instance, client: u16, after: u16) {
        let next = self.node(after).next;
        let route = self.node(after).route;
        self.link(instance, after, client);
        self.link(instance, client, next);
        self.refresh(instance, route, after, next);
    }

    /// Recomputes a route's figures, given that nothing changed up to `head` and from `tail` on.
    pub fn refresh(&mut self, instance: &Instance, route: u16, head: u16, tail: u16) {
        let depot = self.depot(route);
        let Node { mut upto, mut load, mut place, next, .. } = *self.node(head);
        if self.is_depot(head) {
            (upto, load, place) = (self.node(head).own.alone(), 0, 0);
        }
        let mut id = next;
        while id != depot {
            let node = &mut self.nodes[usize::from(id)];
            upto = upto.then(node.leg_in, node.own.alone());
            load += instance.demand[usize::from(id)];
            place += 1;
            (node.upto, node.load, node.place, node.route) = (upto, load, place, route);
            id = node.next;
        }
        let mut travelled = self.node(depot).leg_out;
        let Node { mut from, prev, .. } = *self.node(tail);
        let mut id = prev;
        while id != depot {
            let node = &mut self.nodes[usize::from(id)];
            from = node.own.alone().then(node.leg_out, from);
            node.from = from;
            travelled += node.leg_out;
            id = node.prev;
        }
        let mut id = tail;
        while id != depot {
            let node = self.node(id);
            travelled += node.leg_out;
            id = node.next;
        }
        self.clock += 1;
        let old = self.sums[usize::from(route)];
        let warp = upto.warp_with(self.node(depot).leg_in, self.node(depot).own.alone());
        let new = Sum { travel: travelled, warp, load, len: u32::from(place), changed: self.clock };
        self.cost.travel += i64::from(new.travel) - i64::from(old.travel);
        self.cost.warp += i64::from(new.warp) - i64::from(old.warp);
        self.cost.excess += i64::from((new.load - self.capacity).max(0)) - i64::from((old.load - self.capacity).max(0));
        self.sums[usize::from(route)] = new;
        self.note_emptiness(route);
    }

    /// Replaces everything. Clients of no route are nowhere.
    pub fn set(&mut self, instance: &Instance, plan: &[Vec<u16>]) {
        for node in &mut self.nodes[..self.clients] {
            node.route = NOWHERE;
        }
        for route in 0..self.sums.len() as u16 {
            let depot = self.depot(route);
            let mut last = depot;
            for &client in plan.get(usize::from(route)).into_iter().flatten() {
                self.link(instance, last, client);
                last = client;
            }
            self.link(instance, last, depot);
            self.refresh(instance, route, depot, depot);
        }
        self.commit();
    }
}
