//! The local search: tries every promising client beside each of its neighbours and keeps what lowers the penalised cost.
//!
//! For a neighbour `v` that had best come just before `u`, the arc `v → u` is made in every way there is: `u` and up to two clients
//! behind it move behind `v`, change places with those behind `v`, or the two tails change routes. So for neighbours after `u`, mirrored.

use super::instance::{Instance, Neighbour};
use super::routes::Routes;
use super::segment::Segment;

/// What a unit of warp and of excess load costs.
#[derive(Clone, Copy, Debug)]
pub struct Penalties {
    pub warp: i64,
    pub excess: i64,
}

/// Long stretches turned round are hardly ever in time.
const TURNED_MAX: u16 = 8;

#[derive(Debug)]
pub struct Descent {
    /// Clients to look at, in order of their marking.
    promising: Vec<u16>,
    is_promising: Vec<bool>,
    /// The clock when each was last looked at: routes unchanged since cannot give anything new.
    looked: Vec<u64>,
}

struct Step<'a> {
    instance: &'a Instance,
    routes: &'a mut Routes,
    penalties: Penalties,
    promising: &'a mut Vec<u16>,
    is_promising: &'a mut [bool],
    looked: &'a mut [u64],
}

impl Descent {
    pub fn new(instance: &Instance) -> Self {
        Self { promising: Vec::new(), is_promising: vec![false; instance.clients], looked: vec![0; instance.clients] }
    }

    pub fn mark(&mut self, client: u16) {
        mark(&mut self.promising, &mut self.is_promising, &mut self.looked, client);
    }

    pub fn mark_all(&mut self) {
        for client in 0..self.is_promising.len() as u16 {
            self.mark(client);
        }
    }

    /// Marks a node and who is beside it.
    pub fn mark_around(&mut self, routes: &Routes, id: u16) {
        let node = routes.node(id);
        for id in [node.prev, id, node.next] {
            self.mark(id);
        }
    }

    /// Descends until no marked client finds a better place. The marks are gone afterwards.
    pub fn run(&mut self, instance: &Instance, routes: &mut Routes, penalties: Penalties) {
        loop {
            let mut has_improved = false;
            let mut at = 0;
            while at < self.promising.len() {
                let u = self.promising[at];
                at += 1;
                let looked = std::mem::replace(&mut self.looked[usize::from(u)], routes.clock);
                let clock = routes.clock;
                let mut step = Step {
                    instance,
                    routes,
                    penalties,
                    promising: &mut self.promising,
                    is_promising: &mut self.is_promising,
                    looked: &mut self.looked,
                };
                step.look(u, looked);
                has_improved |= routes.clock != clock;
            }
            if !has_improved {
                break;
            }
        }
        self.forget();
    }

    /// Takes all marks away.
    pub fn forget(&mut self) {
        for client in self.promising.drain(..) {
            self.is_promising[usize::from(client)] = false;
        }
    }
}

fn mark(promising: &mut Vec<u16>, is_promising: &mut [bool], looked: &mut [u64], client: u16) {
    if let Some(is_marked @ false) = is_promising.get_mut(usize::from(client)) {
        *is_marked = true;
        looked[usize::from(client)] = 0;
        promising.push(client);
    }
}

impl Step<'_> {
    #[inline(always)]
    fn t(&self, from: u16, to: u16) -> i32 {
        self.instance.travel(from, to)
    }

    #[inline(always)]
    fn excess_cost(&self, load: i32) -> i64 {
        self.penalties.excess * i64::from((load - self.instance.capacity).max(0))
    }

    #[inline(always)]
    fn penalty(&self, route: u16) -> i64 {
        let sum = self.routes.sum(route);
        self.penalties.warp * i64::from(sum.warp) + self.excess_cost(sum.load)
    }

    /// Whether a route breaks no rule.
    #[inline(always)]
    fn is_sound(&self, route: u16) -> bool {
        let sum = self.routes.sum(route);
        sum.warp == 0 && sum.load <= self.instance.capacity
    }

    fn look(&mut self, u: u16, looked: u64) {
        let instance = self.instance;
        for &Neighbour { client: v, leg } in instance.before(u) {
            if self.is_news(u, v, looked) {
                self.try_arc(v, u, leg, u);
            }
        }
        for &Neighbour { client: v, leg } in instance.after(u) {
            if self.is_news(u, v, looked) {
                self.try_arc(u, v, leg, u);
            }
        }
        self.try_alone(u);
    }

    #[inline(always)]
    fn is_news(&self, u: u16, v: u16, looked: u64) -> bool {
        let changed = |id: u16| self.routes.sum(self.routes.node(id).route).changed;
        changed(u) > looked || changed(v) > looked
    }

    /// Moves into a route of its own.
    fn try_alone(&mut self, u: u16) {
        let node = *self.routes.node(u);
        if self.routes.sum(node.route).len < 2 {
            return;
        }
        if let Some(empty) = self.routes.first_empty() {
            let depot = self.routes.depot(empty);
            let _ = self.exchange(node.prev, [u], node.next, depot, [], depot)
                || self.swap_tails(self.routes.node(u).prev, depot)
                || self.swap_tails(u, depot);
        }
    }

    /// Tries everything that makes `v → u`. `moving` is the one of the two that looks for a better place: the other stays.
    #[inline(always)]
    fn try_arc(&mut self, v: u16, u: u16, arc: i32, moving: u16) {
        let (before, after) = (self.routes.node(v), self.routes.node(u));
        if before.route == after.route {
            if before.next != u {
                self.try_arc_within(v, u, moving);
            }
            return;
        }
        // Whatever gains has an arc that is shorter than one of those it stands in for. If that is not this one, it is tried as another.
        if arc >= after.leg_in && arc >= before.leg_out && self.is_sound(before.route) && self.is_sound(after.route) {
            return;
        }
        self.try_arc_between(v, u, moving);
    }

    /// The same for two clients of different routes.
    fn try_arc_between(&mut self, v: u16, u: u16, moving: u16) {
        let (before, after) = (*self.routes.node(v), *self.routes.node(u));
        let (p, y) = (after.prev, before.next);
        if moving == u {
            // [u, x, …] goes behind v, and what was there may come in return.
            let x = after.next;
            if self.exchange(p, [u], x, v, [], y) {
                return;
            }
            let x2 = if self.routes.is_depot(x) { None } else { Some(self.routes.node(x).next) };
            if let Some(x2) = x2 {
                if self.exchange(p, [u, x], x2, v, [], y) {
                    return;
                }
                if !self.routes.is_depot(x2) && self.exchange(p, [u, x, x2], self.routes.node(x2).next, v, [], y) {
                    return;
                }
            }
            if !self.routes.is_depot(y) {
                let y2 = self.routes.node(y).next;
                if self.exchange(p, [u], x, v, [y], y2) {
                    return;
                }
                if let Some(x2) = x2 {
                    if self.exchange(p, [u, x], x2, v, [y], y2) {
                        return;
                    }
                    if !self.routes.is_depot(y2) && self.exchange(p, [u, x], x2, v, [y, y2], self.routes.node(y2).next) {
                        return;
                    }
                }
            }
        } else {
            // […, q, v] goes before u, and what was there may come in return.
            let q = before.prev;
            if self.exchange(q, [v], y, p, [], u) {
                return;
            }
            let q2 = if self.routes.is_depot(q) { None } else { Some(self.routes.node(q).prev) };
            if let Some(q2) = q2
                && self.exchange(q2, [q, v], y, p, [], u)
            {
                return;
            }
            if !self.routes.is_depot(p) {
                let p2 = self.routes.node(p).prev;
                if self.exchange(q, [v], y, p2, [p], u) {
                    return;
                }
                if let Some(q2) = q2 {
                    if self.exchange(q2, [q, v], y, p2, [p], u) {
                        return;
                    }
                    if !self.routes.is_depot(p2) && self.exchange(q2, [q, v], y, self.routes.node(p2).prev, [p2, p], u) {
                        return;
                    }
                }
            }
        }
        self.swap_tails(v, p);
    }

    /// Exchanges `a`, between `pa` and `xa`, with `b`, between `pb` and `xb` in another route, where that lowers the cost.
    #[inline(always)]
    fn exchange<const A: usize, const B: usize>(&mut self, pa: u16, a: [u16; A], xa: u16, pb: u16, b: [u16; B], xb: u16) -> bool {
        let (a1, a2) = (a[0], a[A - 1]);
        let (to_a, from_a) = (self.t(pb, a1), self.t(a2, xb));
        let mut change =
            to_a + from_a - self.routes.node(pa).leg_out - self.routes.node(a2).leg_out - self.routes.node(pb).leg_out;
        let closing = if B == 0 {
            let closing = self.t(pa, xa);
            change += closing;
            closing
        } else {
            0
        };
        let (mut to_b, mut from_b) = (0, 0);
        if B > 0 {
            to_b = self.t(pa, b[0]);
            from_b = self.t(b[B - 1], xa);
            change += to_b + from_b - self.routes.node(b[B - 1]).leg_out;
        }
        let (ra, rb) = (self.routes.node(pa).route, self.routes.node(pb).route);
        let mut delta = i64::from(change) - self.penalty(ra) - self.penalty(rb);
        if delta >= 0 {
            return false;
        }
        let (node_pa, node_pb) = (self.routes.node(pa), self.routes.node(pb));
        let load_a = self.routes.node(a2).load - node_pa.load;
        let load_b = if B == 0 { 0 } else { self.routes.node(b[B - 1]).load - node_pb.load };
        delta += self.excess_cost(self.routes.sum(ra).load - load_a + load_b);
        delta += self.excess_cost(self.routes.sum(rb).load + load_a - load_b);
        if delta >= 0 {
            return false;
        }
        // What route a becomes.
        let mut stretch = node_pa.upto;
        let warp_a = if B == 0 {
            stretch.warp_with(closing, self.routes.node(xa).from)
        } else {
            stretch = stretch.then(to_b, self.routes.node(b[0]).own.alone());
            for &id in &b[1..] {
                stretch = stretch.then(self.routes.node(id).leg_in, self.routes.node(id).own.alone());
            }
            stretch.warp_with(from_b, self.routes.node(xa).from)
        };
        delta += self.penalties.warp * i64::from(warp_a);
        if delta >= 0 {
            return false;
        }
        let mut stretch = node_pb.upto.then(to_a, self.routes.node(a1).own.alone());
        for &id in &a[1..] {
            stretch = stretch.then(self.routes.node(id).leg_in, self.routes.node(id).own.alone());
        }
        delta += self.penalties.warp * i64::from(stretch.warp_with(from_a, self.routes.node(xb).from));
        if delta >= 0 {
            return false;
        }
        self.routes.touch(ra);
        self.routes.touch(rb);
        let mut last = pa;
        for &id in &b {
            self.routes.link(self.instance, last, id);
            last = id;
        }
        self.routes.link(self.instance, last, xa);
        last = pb;
        for &id in &a {
            self.routes.link(self.instance, last, id);
            last = id;
        }
        self.routes.link(self.instance, last, xb);
        self.routes.refresh(self.instance, ra, pa, xa);
        self.routes.refresh(self.instance, rb, pb, xb);
        for id in [pa, xa, pb, xb] {
            self.mark(id);
        }
        a.iter().for_each(|&id| self.mark(id));
        b.iter().for_each(|&id| self.mark(id));
        true
    }

    /// Lets what follows `v` and what follows `p`, in another route, change places, where that lowers the cost.
    #[inline(always)]
    fn swap_tails(&mut self, v: u16, p: u16) -> bool {
        let (node_v, node_p) = (self.routes.node(v), self.routes.node(p));
        let (y, u) = (node_v.next, node_p.next);
        let (vu, py) = (self.t(v, u), self.t(p, y));
        let (rv, rp) = (node_v.route, node_p.route);
        let change = vu + py - node_v.leg_out - node_p.leg_out;
        let mut delta = i64::from(change) - self.penalty(rv) - self.penalty(rp);
        if delta >= 0 {
            return false;
        }
        let (load_v, load_p) = (node_v.load, node_p.load);
        let (all_v, all_p) = (self.routes.sum(rv).load, self.routes.sum(rp).load);
        delta += self.excess_cost(load_v + all_p - load_p) + self.excess_cost(load_p + all_v - load_v);
        delta += self.penalties.warp * i64::from(node_v.upto.warp_with(vu, self.routes.node(u).from));
        if delta >= 0 {
            return false;
        }
        delta += self.penalties.warp * i64::from(node_p.upto.warp_with(py, self.routes.node(y).from));
        if delta >= 0 {
            return false;
        }
        self.routes.touch(rv);
        self.routes.touch(rp);
        let (depot_v, depot_p) = (self.routes.depot(rv), self.routes.depot(rp));
        let (last_v, last_p) = (self.routes.node(depot_v).prev, self.routes.node(depot_p).prev);
        if self.routes.is_depot(u) {
            self.routes.link(self.instance, v, depot_v);
        } else {
            self.routes.link(self.instance, v, u);
            self.routes.link(self.instance, last_p, depot_v);
        }
        if self.routes.is_depot(y) {
            self.routes.link(self.instance, p, depot_p);
        } else {
            self.routes.link(self.instance, p, y);
            self.routes.link(self.instance, last_v, depot_p);
        }
        let (tail_v, tail_p) = (self.routes.node(v).next, self.routes.node(p).next);
        self.routes.refresh(self.instance, rv, v, tail_v);
        self.routes.refresh(self.instance, rp, p, tail_p);
        for id in [v, u, p, y] {
            self.mark(id);
        }
        true
    }

    /// The same for two clients of one route: moves up to three clients, exchanges one with one, turns a stretch round.
    fn try_arc_within(&mut self, v: u16, u: u16, moving: u16) {
        let route = self.routes.node(u).route;
        let spare = self.penalties.warp * i64::from(self.routes.sum(route).warp);
        let (before, after) = (*self.routes.node(v), *self.routes.node(u));
        let (p, y) = (after.prev, before.next);
        let is_forward = before.place < after.place;
        if moving == u {
            // [u], [u, x], [u, x, x2] behind v
            let mut stretch = [u; 3];
            let mut last = u;
            for len in 1..=3 {
                if len > 1 {
                    last = self.routes.node(last).next;
                    if self.routes.is_depot(last) || last == v {
                        break;
                    }
                    stretch[len - 1] = last;
                }
                let next = self.routes.node(last).next;
                let change = self.t(p, next) - after.leg_in - self.routes.node(last).leg_out + self.t(v, u) + self.t(last, y)
                    - before.leg_out;
                if i64::from(change) < spare && self.shift_within(route, change, p, &stretch[..len], next, v, y, is_forward) {
                    return;
                }
            }
        } else {
            // [v], [q, v] before u
            let mut stretch = [v; 2];
            for len in 1..=2 {
                if len == 2 {
                    stretch[0] = before.prev;
                    if self.routes.is_depot(before.prev) || before.prev == u {
                        break;
                    }
                }
                let first = stretch[2 - len];
                let q = self.routes.node(first).prev;
                let change = self.t(q, y) - self.routes.node(first).leg_in - before.leg_out + self.t(p, first) + self.t(v, u)
                    - after.leg_in;
                if i64::from(change) < spare && self.shift_within(route, change, q, &stretch[2 - len..], y, p, u, !is_forward) {
                    return;
                }
            }
        }
        if is_forward {
            let _ = self.swap_within(route, spare, v, y, u) || self.turn_within(route, spare, v, y, u);
        } else if !self.routes.is_depot(y) {
            self.swap_within(route, spare, p, u, y);
        }
    }

    /// Moves `stretch`, between `p` and `x`, to between `v` and `y` of the same route. `is_back`: towards the start.
    #[expect(clippy::too_many_arguments, reason = "a move is what it is")]
    fn shift_within(&mut self, route: u16, change: i32, p: u16, stretch: &[u16], x: u16, v: u16, y: u16, is_back: bool) -> bool {
        let mut along;
        let warp = if is_back {
            // v [stretch] y … p x
            along = Walk { prev: v, upto: self.routes.node(v).upto };
            stretch.iter().for_each(|&id| along.go(self, id));
            let mut id = y;
            loop {
                along.go(self, id);
                if id == p {
                    break;
                }
                id = self.routes.node(id).next;
            }
            along.upto.warp_with(self.t(p, x), self.routes.node(x).from)
        } else {
            // p x … v [stretch] y
            along = Walk { prev: p, upto: self.routes.node(p).upto };
            let mut id = x;
            loop {
                along.go(self, id);
                if id == v {
                    break;
                }
                id = self.routes.node(id).next;
            }
            stretch.iter().for_each(|&id| along.go(self, id));
            along.upto.warp_with(self.t(along.prev, y), self.routes.node(y).from)
        };
        let old = self.routes.sum(route).warp;
        if i64::from(change) + self.penalties.warp * i64::from(warp - old) >= 0 {
            return false;
        }
        self.routes.touch(route);
        self.routes.link(self.instance, p, x);
        let mut last = v;
        for &id in stretch {
            self.routes.link(self.instance, last, id);
            last = id;
        }
        self.routes.link(self.instance, last, y);
        let (head, tail) = if is_back { (v, x) } else { (p, y) };
        self.routes.refresh(self.instance, route, head, tail);
        for id in [p, x, v, y] {
            self.mark(id);
        }
        stretch.iter().for_each(|&id| self.mark(id));
        true
    }

    /// Exchanges `y`, the one behind `v`, with `u`, further back in the same route and not next to it.
    fn swap_within(&mut self, route: u16, spare: i64, v: u16, y: u16, u: u16) -> bool {
        let (y2, p, x) = (self.routes.node(y).next, self.routes.node(u).prev, self.routes.node(u).next);
        if y2 == u || y == u {
            return false;
        }
        let (node_y, node_u) = (self.routes.node(y), self.routes.node(u));
        let change = self.t(v, u) + self.t(u, y2) + self.t(p, y) + self.t(y, x)
            - node_y.leg_in
            - node_y.leg_out
            - node_u.leg_in
            - node_u.leg_out;
        if i64::from(change) >= spare {
            return false;
        }
        let mut along = Walk { prev: v, upto: self.routes.node(v).upto };
        along.go(self, u);
        let mut id = y2;
        while id != u {
            along.go(self, id);
            id = self.routes.node(id).next;
        }
        along.go(self, y);
        let warp = along.upto.warp_with(self.t(y, x), self.routes.node(x).from);
        if i64::from(change) + self.penalties.warp * i64::from(warp - self.routes.sum(route).warp) >= 0 {
            return false;
        }
        self.routes.touch(route);
        self.routes.link(self.instance, v, u);
        self.routes.link(self.instance, u, y2);
        self.routes.link(self.instance, p, y);
        self.routes.link(self.instance, y, x);
        self.routes.refresh(self.instance, route, v, x);
        for id in [v, u, y2, p, y, x] {
            self.mark(id);
        }
        true
    }

    /// Turns `y … u` round, which makes `v → u`.
    fn turn_within(&mut self, route: u16, spare: i64, v: u16, y: u16, u: u16) -> bool {
        let x = self.routes.node(u).next;
        let mut change = self.t(v, u) + self.t(y, x) - self.routes.node(y).leg_in - self.routes.node(u).leg_out;
        if i64::from(change) >= spare {
            return false;
        }
        if self.routes.node(u).place - self.routes.node(y).place >= TURNED_MAX {
            return false;
        }
        let mut along = Walk { prev: v, upto: self.routes.node(v).upto };
        let mut id = u;
        loop {
            along.go(self, id);
            if id == y {
                break;
            }
            let prev = self.routes.node(id).prev;
            change += self.t(id, prev) - self.t(prev, id);
            id = prev;
        }
        if i64::from(change) >= spare {
            return false;
        }
        let warp = along.upto.warp_with(self.t(y, x), self.routes.node(x).from);
        if i64::from(change) + self.penalties.warp * i64::from(warp - self.routes.sum(route).warp) >= 0 {
            return false;
        }
        self.routes.touch(route);
        let (mut last, mut id) = (v, u);
        loop {
            let prev = self.routes.node(id).prev;
            self.routes.link(self.instance, last, id);
            last = id;
            self.mark(id);
            if id == y {
                break;
            }
            id = prev;
        }
        self.routes.link(self.instance, last, x);
        self.routes.refresh(self.instance, route, v, x);
        self.mark(v);
        self.mark(x);
        true
    }

    fn mark(&mut self, id: u16) {
        mark(self.promising, self.is_promising, self.looked, id);
    }
}

/// A stretch that grows client by client.
struct Walk {
    prev: u16,
    upto: Segment,
}

impl Walk {
    #[inline(always)]
    fn go(&mut self, step: &Step<'_>, id: u16) {
        self.upto = self.upto.then(step.t(self.prev, id), step.routes.node(id).own.alone());
        self.prev = id;
    }
}
