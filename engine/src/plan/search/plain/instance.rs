//! The plain problem, as the fast search sees it: one depot, one kind of vehicle, one window and one demand per client.

use super::segment::Segment;

/// Clients are `0..clients`; index `clients` in the matrix and the arrays is the depot.
#[derive(Debug)]
pub struct Instance {
    pub clients: usize,
    pub vehicles: usize,
    pub capacity: i32,
    /// The number each client came with.
    pub numbers: Vec<u16>,
    stride: usize,
    travel: Vec<i32>,
    pub own: Vec<Segment>,
    pub demand: Vec<i32>,
    /// For each client, who had best come just before it, and just after it: the moves that the local search tries.
    before: Vec<Neighbour>,
    after: Vec<Neighbour>,
    /// For each client, who is near in place and time: whom a perturbation takes out together.
    near: Vec<u16>,
    granularity: usize,
    near_len: usize,
}

/// A client that had best be beside another, and the travel between the two in that order.
#[derive(Clone, Copy, Debug)]
pub struct Neighbour {
    pub client: u16,
    pub leg: i32,
}

/// A unit of waiting counts as this part of a unit of travel when neighbours are chosen, a unit of warp as one (Vidal et al. 2013).
const WAIT_WEIGHT: f64 = 0.2;
const NEAR_MAX: usize = 100;
const GRANULARITY: usize = 25;

impl Instance {
    /// `travel` is row-major over clients and depot, the depot last; so are `own` and `demand`. Clients are numbered anew, neighbours
    /// near to each other: what the search looks at together then lies together in memory.
    pub fn new(vehicles: usize, capacity: i32, travel: Vec<i32>, own: Vec<Segment>, demand: Vec<i32>) -> Self {
        let stride = own.len();
        let clients = stride - 1;
        let mut numbers: Vec<u16> = (0..clients as u16).collect();
        line_up(&mut numbers, &|from, to| travel[usize::from(from) * stride + usize::from(to)]);
        let order: Vec<usize> = numbers.iter().map(|&number| usize::from(number)).chain([clients]).collect();
        let travel =
            order.iter().flat_map(|&from| order.iter().map(move |&to| (from, to))).map(|(from, to)| travel[from * stride + to]);
        let (travel, own) = (travel.collect(), order.iter().map(|&number| own[number]).collect());
        let demand = order.iter().map(|&number| demand[number]).collect();
        let mut instance = Self {
            clients,
            vehicles,
            capacity,
            numbers,
            stride,
            travel,
            own,
            demand,
            before: Vec::new(),
            after: Vec::new(),
            near: Vec::new(),
            granularity: GRANULARITY.min(clients.saturating_sub(1)),
            near_len: NEAR_MAX.min(clients.saturating_sub(1)),
        };
        instance.choose_neighbours();
        instance
    }

    fn choose_neighbours(&mut self) {
        let n = self.clients;
        let mut lists: [Vec<u16>; 3] = Default::default();
        let mut keyed: Vec<(f64, u16)> = Vec::with_capacity(n);
        for u in 0..n {
            let orders: [(usize, &dyn Fn(usize) -> f64); 3] = [
                (self.granularity, &|v| self.awkwardness(v, u)),
                (self.granularity, &|v| self.awkwardness(u, v)),
                (self.near_len, &|v| self.awkwardness(u, v).min(self.awkwardness(v, u))),
            ];
            for (list, (len, key)) in lists.iter_mut().zip(orders) {
                keyed.clear();
                keyed.extend((0..n).filter(|&v| v != u).map(|v| (key(v), v as u16)));
                let by_key = |a: &(f64, u16), b: &(f64, u16)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
                if len > 0 && len < keyed.len() {
                    keyed.select_nth_unstable_by(len - 1, by_key);
                }
                keyed.truncate(len);
                keyed.sort_unstable_by(by_key);
                list.extend(keyed.iter().map(|&(_, v)| v));
            }
        }
        let [before, after, near] = lists;
        let with_legs = |list: Vec<u16>, leg: &dyn Fn(u16, u16) -> i32| -> Vec<Neighbour> {
            let granularity = self.granularity.max(1);
            let each = list.into_iter().enumerate();
            each.map(|(at, client)| Neighbour { client, leg: leg((at / granularity) as u16, client) }).collect()
        };
        self.before = with_legs(before, &|client, before| self.travel(before, client));
        self.after = with_legs(after, &|client, after| self.travel(client, after));
        self.near = near;
    }

    /// How ill `to` follows `from`: travel, and waiting or warp that cannot be avoided.
    fn awkwardness(&self, from: usize, to: usize) -> f64 {
        let travel = f64::from(self.travel[from * self.stride + to]);
        let (first, second) = (self.own[from], self.own[to]);
        let wait = f64::from(second.early) - travel - f64::from(first.duration) - f64::from(first.late);
        let warp = f64::from(first.early) + f64::from(first.duration) + travel - f64::from(second.late);
        travel + WAIT_WEIGHT * wait.max(0.0) + warp.max(0.0)
    }

    /// Between two nodes of the search; every node from `clients` on is a depot.
    #[inline(always)]
    pub fn travel(&self, from: u16, to: u16) -> i32 {
        let (from, to) = (usize::from(from).min(self.clients), usize::from(to).min(self.clients));
        self.travel[from * self.stride + to]
    }

    pub fn before(&self, client: u16) -> &[Neighbour] {
        &self.before[usize::from(client) * self.granularity..][..self.granularity]
    }

    pub fn after(&self, client: u16) -> &[Neighbour] {
        &self.after[usize::from(client) * self.granularity..][..self.granularity]
    }

    pub fn near(&self, client: u16) -> &[u16] {
        &self.near[usize::from(client) * self.near_len..][..self.near_len]
    }
}

/// Orders clients so that those near in the order are near in place: halved, again and again, by which of two far ends they are nearer to.
fn line_up(clients: &mut [u16], travel: &dyn Fn(u16, u16) -> i32) {
    const ENOUGH: usize = 4;
    let Some(&any) = clients.first().filter(|_| clients.len() > ENOUGH) else { return };
    let farthest = |from: u16| clients.iter().copied().max_by_key(|&to| (travel(from, to), to)).unwrap_or(from);
    let end = farthest(any);
    let other_end = farthest(end);
    clients.sort_unstable_by_key(|&client| (travel(end, client) - travel(other_end, client), client));
    let (near, far) = clients.split_at_mut(clients.len() / 2);
    line_up(near, travel);
    line_up(far, travel);
}
