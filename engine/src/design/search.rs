//! Cells go over between territories: today's partition or one grown from seeds, then annealed, one border cell at a time.
//!
//! Deterministic by the draft's seed and rounds. A cell goes over only if what it leaves still hangs together, so the result does after
//! every step. The answer is never worse than any of the starts.

use super::ground::Ground;
use super::tally::{Scales, Sums};
use super::{Design, Draft};
use std::collections::VecDeque;

const NOBODY: u16 = u16::MAX;
/// Partitions grown from seeds that are tried beside today's.
const STARTS: usize = 4;
/// Rounds of improving the seeds of a start, as in k-means.
const SEED_ROUNDS: usize = 8;
/// A cut of two territories costs as much as this many tries to move a cell.
const ROUNDS_PER_SPLIT: u32 = 100;
/// Cells looked at for whether a territory still hangs together when its cells around the one that leaves do not touch.
const REACH_MAX: usize = 20_000;

/// Splits the ground. Needs at least as many cells as territories (`Ground::new` sees to it).
pub fn propose(draft: &Draft, ground: &Ground) -> Design {
    let scales = Scales::new(ground, draft);
    let mut random = Random::new(draft.seed);
    let mut starts: Vec<Vec<u16>> = Vec::new();
    starts.extend(from_today(draft, ground));
    for _ in 0..STARTS {
        starts.push(grown_from_seeds(draft, ground, &scales, &mut random));
    }
    let rounds = draft.rounds / (starts.len() as u32 + 4);
    let mut best: Option<(f64, Vec<u16>)> = None;
    let mut keep = |cost: f64, seat_of: &[u16]| {
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, seat_of.to_vec()));
        }
    };
    for start in starts {
        keep(scales.total(&scales.sums(&start)), &start);
        let evened = split_again(&scales, start, rounds / ROUNDS_PER_SPLIT, &mut random);
        let (cost, seat_of) = anneal(&scales, evened, 1.0, rounds, &mut random);
        keep(cost, &seat_of);
    }
    for _ in 0..2 {
        let (_, start) = best.clone().expect("there is at least one start");
        let evened = split_again(&scales, start, rounds / ROUNDS_PER_SPLIT, &mut random);
        let (cost, seat_of) = anneal(&scales, evened, 0.2, rounds * 2, &mut random);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, seat_of));
        }
    }
    let (_, seat_of) = best.expect("there is at least one start");
    Design { seat_of }
}

/// Takes two neighbouring territories together and cuts them apart again along a straight line at any angle, so that each has its share;
/// kept when that is better. So work flows through a chain of territories, which single cells at borders do not bring about.
fn split_again(scales: &Scales<'_>, mut seat_of: Vec<u16>, tries: u32, random: &mut Random) -> Vec<u16> {
    let ground = scales.ground;
    let seats = scales.locked_sums().len();
    let mut sums = scales.sums(&seat_of);
    for _ in 0..tries {
        if seats < 2 {
            break;
        }
        let cell = random.below(seat_of.len());
        let a = seat_of[cell];
        let Some(b) = any_bordering(ground, &seat_of, a, random) else { continue };
        let both: Vec<u32> = (0..seat_of.len() as u32).filter(|cell| [a, b].contains(&seat_of[*cell as usize])).collect();
        let angle = random.unit() * std::f64::consts::TAU;
        let Some(halves) = cut_apart(scales, &both, (a, b), angle) else { continue };
        let mean = scales.mean_work_s(&sums);
        let cost = |sums: &[Sums]| {
            [a, b].iter().map(|seat| scales.cost(&sums[usize::from(*seat)], usize::from(*seat), mean)).sum::<f64>()
        };
        let mut after = sums.clone();
        for seat in [a, b] {
            let start = scales.locked_sums()[usize::from(seat)];
            let own = both.iter().zip(&halves).filter(|(_, half)| **half == seat);
            after[usize::from(seat)] =
                own.fold(start, |sums, (cell, _)| scales.with(sums, *cell as usize, usize::from(seat), 1.0));
        }
        if cost(&after) < cost(&sums) - 1e-12 {
            both.iter().zip(halves).for_each(|(cell, half)| seat_of[*cell as usize] = half);
            sums = after;
        }
    }
    seat_of
}

/// Some territory that borders on one, from a cell of its border picked at random.
fn any_bordering(ground: &Ground, seat_of: &[u16], seat: u16, random: &mut Random) -> Option<u16> {
    let outward = |cell: &usize| ground.neighbours(*cell).iter().map(|next| seat_of[*next as usize]).find(|other| *other != seat);
    let border: Vec<u16> = (0..seat_of.len()).filter(|cell| seat_of[*cell] == seat).filter_map(|cell| outward(&cell)).collect();
    if border.is_empty() { None } else { Some(border[random.below(border.len())]) }
}

/// The cells of two territories along an angle, the first getting its share of service, pieces cut off given to the other. None if a part would
/// be empty or torn.
fn cut_apart(scales: &Scales<'_>, both: &[u32], (a, b): (u16, u16), angle: f64) -> Option<Vec<u16>> {
    let ground = scales.ground;
    let (east, north) = (angle.cos(), angle.sin());
    let along = |cell: u32| ground.places[cell as usize][0] * east + ground.places[cell as usize][1] * north;
    let mut order: Vec<usize> = (0..both.len()).collect();
    order.sort_by(|x, y| along(both[*x]).total_cmp(&along(both[*y])));
    // A second for each cell, so that ground without work is shared too.
    let weight = |place: usize| ground.loads[both[place] as usize].service_s + 1.0;
    let locked = |seat: u16| scales.locked_sums()[usize::from(seat)].service_s;
    let all = (0..both.len()).map(weight).sum::<f64>() + locked(a) + locked(b);
    let mut wanted = all * scales.share_between(a, b) - locked(a);
    let mut halves = vec![b; both.len()];
    for place in order {
        if wanted < weight(place) / 2.0 {
            break;
        }
        wanted -= weight(place);
        halves[place] = a;
    }
    let pieces = |halves: &[u16], seat: u16| {
        let mut owner = vec![NOBODY; ground.cells().len()];
        both.iter().zip(halves).for_each(|(cell, half)| owner[*cell as usize] = *half);
        heaviest_part(ground, &owner, seat)
    };
    for (seat, other) in [(a, b), (b, a)] {
        let heaviest = pieces(&halves, seat)?;
        for (place, half) in halves.iter_mut().enumerate() {
            if *half == seat && !heaviest.contains(&both[place]) {
                *half = other;
            }
        }
    }
    // Pieces of the second may have torn the first, which was seen to before.
    let first = pieces(&halves, a)?;
    (first.len() == halves.iter().filter(|half| **half == a).count()).then_some(halves)
}

/// Anneals from a temperature of so many times the mean step that makes things worse, and returns the best seen.
fn anneal(scales: &Scales<'_>, mut seat_of: Vec<u16>, heat: f64, rounds: u32, random: &mut Random) -> (f64, Vec<u16>) {
    let ground = scales.ground;
    let mut sums = scales.sums(&seat_of);
    let mut mean = scales.mean_work_s(&sums);
    let mut cost = scales.total(&sums);
    let mut best = (cost, seat_of.clone());
    let cells = ground.cells().len();
    let heat = heat * mean_worsening(scales, &seat_of, &sums, mean, random);
    let mut reach = Reach::new(cells);
    for round in 0..rounds {
        let cell = random.below(cells);
        let around = ground.neighbours(cell);
        if around.is_empty() {
            continue;
        }
        let from = usize::from(seat_of[cell]);
        let to = usize::from(seat_of[around[random.below(around.len())] as usize]);
        if from == to || sums[from].cells == 1 {
            continue;
        }
        let change = scales.change(&sums, cell, (from, to), mean);
        // Cools to nothing over the first nine tenths.
        let temperature = heat * (1.0 - f64::from(round) / (f64::from(rounds) * 0.9)).max(0.0).powi(2);
        let is_wanted = change < -1e-12 || (temperature > 0.0 && random.unit() < (-change / temperature).exp());
        if !is_wanted || !reach.hangs_together_without(ground, &seat_of, cell) {
            continue;
        }
        seat_of[cell] = to as u16;
        sums[from] = scales.with(sums[from], cell, from, -1.0);
        sums[to] = scales.with(sums[to], cell, to, 1.0);
        cost += change;
        if round % 1024 == 0 {
            // The mean moves with the travel, and sums gather rounding.
            sums = scales.sums(&seat_of);
            mean = scales.mean_work_s(&sums);
            cost = scales.total(&sums);
        }
        if cost < best.0 - 1e-9 && temperature < heat / 20.0 {
            let exact = scales.total(&scales.sums(&seat_of));
            if exact < best.0 - 1e-9 {
                best = (exact, seat_of.clone());
            }
            cost = exact;
        }
    }
    best
}

/// The mean of what single steps would make worse.
fn mean_worsening(scales: &Scales<'_>, seat_of: &[u16], sums: &[Sums], mean: f64, random: &mut Random) -> f64 {
    const SAMPLES: usize = 500;
    let ground = scales.ground;
    let (mut total, mut count) = (0.0, 0u32);
    for _ in 0..SAMPLES {
        let cell = random.below(seat_of.len());
        let from = usize::from(seat_of[cell]);
        let Some(to) = ground.neighbours(cell).iter().map(|next| usize::from(seat_of[*next as usize])).find(|to| *to != from)
        else {
            continue;
        };
        let change = scales.change(sums, cell, (from, to), mean);
        if change > 0.0 {
            total += change;
            count += 1;
        }
    }
    total / f64::from(count.max(1))
}

/// Whether a territory hangs together, with memory that is used again.
struct Reach {
    seen: Vec<u32>,
    turn: u32,
    open: VecDeque<u32>,
}

impl Reach {
    fn new(cells: usize) -> Self {
        Self { seen: vec![0; cells], turn: 0, open: VecDeque::new() }
    }

    /// Does the territory of a cell hang together without it? Nearly always its neighbours of the same territory touch each other around it;
    /// else they are reached through the territory.
    fn hangs_together_without(&mut self, ground: &Ground, seat_of: &[u16], cell: usize) -> bool {
        let seat = seat_of[cell];
        let own = || ground.neighbours(cell).iter().copied().filter(|next| seat_of[*next as usize] == seat);
        let Some(first) = own().next() else { return false };
        let wanted = own().count();
        if wanted == 1
            || self.reached(ground, first, wanted, own(), |next| {
                ground.neighbours(cell).contains(&next) && seat_of[next as usize] == seat
            })
        {
            return true;
        }
        self.reached(ground, first, wanted, own(), |next| next as usize != cell && seat_of[next as usize] == seat)
    }

    fn reached(
        &mut self,
        ground: &Ground,
        first: u32,
        wanted: usize,
        goals: impl Iterator<Item = u32> + Clone,
        may_go: impl Fn(u32) -> bool,
    ) -> bool {
        self.turn += 1;
        self.open.clear();
        self.open.push_back(first);
        self.seen[first as usize] = self.turn;
        let mut found = 1;
        let mut looked = 0;
        while let Some(cell) = self.open.pop_front() {
            looked += 1;
            if looked > REACH_MAX {
                return false;
            }
            for next in ground.neighbours(cell as usize) {
                if self.seen[*next as usize] != self.turn && may_go(*next) {
                    self.seen[*next as usize] = self.turn;
                    self.open.push_back(*next);
                    found += usize::from(goals.clone().any(|goal| goal == *next));
                    if found == wanted {
                        return true;
                    }
                }
            }
        }
        false
    }
}

/// Today's partition as far as it hangs together: cells go to whose accounts are in them, else whose area they are in, else to the nearest
/// cell's; of each territory the part with most work stays, everything else is given to who grows there.
fn from_today(draft: &Draft, ground: &Ground) -> Option<Vec<u16>> {
    let mut seat_of: Vec<u16> = ground.holder.iter().map(|holder| holder.unwrap_or(NOBODY)).collect();
    for (cell, today) in ground.today.iter().enumerate() {
        let most = today.iter().filter_map(|(seat, accounts)| seat.map(|seat| (*accounts, std::cmp::Reverse(seat)))).max();
        if let Some((_, std::cmp::Reverse(seat))) = most {
            seat_of[cell] = seat;
        }
    }
    let mut reached: Vec<u32> = (0..seat_of.len() as u32).filter(|cell| seat_of[*cell as usize] != NOBODY).collect();
    let mut at = 0;
    while let Some(cell) = reached.get(at).copied() {
        at += 1;
        for next in ground.neighbours(cell as usize) {
            if seat_of[*next as usize] == NOBODY {
                seat_of[*next as usize] = seat_of[cell as usize];
                reached.push(*next);
            }
        }
    }
    for seat in 0..draft.seats.len() as u16 {
        let heaviest = heaviest_part(ground, &seat_of, seat)?;
        for (cell, owner) in seat_of.iter_mut().enumerate() {
            if *owner == seat && !heaviest.contains(&(cell as u32)) {
                *owner = NOBODY;
            }
        }
    }
    grow(ground, &Scales::new(ground, draft), &mut seat_of);
    Some(seat_of)
}

/// The part of a territory with most service, none if it has no cell.
fn heaviest_part(ground: &Ground, seat_of: &[u16], seat: u16) -> Option<std::collections::BTreeSet<u32>> {
    let mut seen = vec![false; seat_of.len()];
    let mut best: Option<(f64, Vec<u32>)> = None;
    for start in (0..seat_of.len()).filter(|cell| seat_of[*cell] == seat) {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut part = vec![start as u32];
        let mut at = 0;
        let mut service_s = 0.0;
        while let Some(cell) = part.get(at).copied() {
            at += 1;
            service_s += ground.loads[cell as usize].service_s;
            for next in ground.neighbours(cell as usize) {
                if seat_of[*next as usize] == seat && !std::mem::replace(&mut seen[*next as usize], true) {
                    part.push(*next);
                }
            }
        }
        if best.as_ref().is_none_or(|(most, _)| service_s > *most) {
            best = Some((service_s, part));
        }
    }
    best.map(|(_, part)| part.into_iter().collect())
}

/// A partition grown from the bases, and for territories without one from seeds far from each other that then move to the middle of their work.
fn grown_from_seeds(draft: &Draft, ground: &Ground, scales: &Scales<'_>, random: &mut Random) -> Vec<u16> {
    let mut seeds = first_seeds(draft, ground, random);
    for _ in 0..SEED_ROUNDS {
        let seat_of = grown(ground, scales, &seeds);
        let moved = hearts(ground, &seat_of, &seeds);
        if moved == seeds {
            return seat_of;
        }
        seeds = moved;
    }
    grown(ground, scales, &seeds)
}

fn grown(ground: &Ground, scales: &Scales<'_>, seeds: &[u32]) -> Vec<u16> {
    let mut seat_of = vec![NOBODY; ground.cells().len()];
    for (seat, seed) in seeds.iter().enumerate() {
        seat_of[*seed as usize] = seat as u16;
    }
    grow(ground, scales, &mut seat_of);
    seat_of
}

/// As many cells as there are territories, all different: where bases are, and else by work and distance from those chosen (k-means++).
fn first_seeds(draft: &Draft, ground: &Ground, random: &mut Random) -> Vec<u32> {
    let cells = ground.cells().len();
    let weight = |cell: usize| ground.loads[cell].service_s + 1.0;
    let mut taken = vec![false; cells];
    let mut chosen: Vec<Option<u32>> = vec![None; draft.seats.len()];
    let square = |a: usize, b: [f64; 2]| (ground.places[a][0] - b[0]).powi(2) + (ground.places[a][1] - b[1]).powi(2);
    for (seat, base) in draft.seats.iter().enumerate().filter_map(|(seat, it)| it.base.map(|base| (seat, ground.place(base)))) {
        let nearest = (0..cells).filter(|cell| !taken[*cell]).min_by(|a, b| square(*a, base).total_cmp(&square(*b, base)));
        if let Some(cell) = nearest {
            taken[cell] = true;
            chosen[seat] = Some(cell as u32);
        }
    }
    for seat in 0..chosen.len() {
        if chosen[seat].is_some() {
            continue;
        }
        let far = |cell: usize| {
            let others = chosen.iter().flatten().map(|other| square(cell, ground.places[*other as usize]));
            others.fold(f64::MAX, f64::min)
        };
        let chances: Vec<f64> =
            (0..cells).map(|cell| if taken[cell] { 0.0 } else { weight(cell) * far(cell).min(1e12) }).collect();
        let cell = random.pick(&chances).or_else(|| taken.iter().position(|taken| !taken)).unwrap_or(0);
        taken[cell] = true;
        chosen[seat] = Some(cell as u32);
    }
    chosen.into_iter().flatten().collect()
}

/// The cell of each territory nearest to the middle of its work.
fn hearts(ground: &Ground, seat_of: &[u16], seeds: &[u32]) -> Vec<u32> {
    let mut middles = vec![([0.0, 0.0], 0.0); seeds.len()];
    for (cell, seat) in seat_of.iter().enumerate() {
        let weight = ground.loads[cell].service_s + 1.0;
        let (sum, weights) = &mut middles[usize::from(*seat)];
        sum[0] += weight * ground.places[cell][0];
        sum[1] += weight * ground.places[cell][1];
        *weights += weight;
    }
    let mut nearest: Vec<(f64, u32)> = seeds.iter().map(|seed| (f64::MAX, *seed)).collect();
    for (cell, seat) in seat_of.iter().enumerate() {
        let seat = usize::from(*seat);
        let ([x, y], weights) = middles[seat];
        let away = (ground.places[cell][0] - x / weights).powi(2) + (ground.places[cell][1] - y / weights).powi(2);
        if away < nearest[seat].0 {
            nearest[seat] = (away, cell as u32);
        }
    }
    nearest.into_iter().map(|(_, cell)| cell).collect()
}

/// Gives cells that are nobody's to bordering territories: always the one with least work for its share takes the free cell nearest to where it began.
fn grow(ground: &Ground, scales: &Scales<'_>, seat_of: &mut [u16]) {
    let mut sums: Vec<Sums> = scales.locked_sums().to_vec();
    let mut origins: Vec<Option<u32>> = vec![None; sums.len()];
    for (cell, owner) in seat_of.iter().enumerate() {
        if *owner != NOBODY {
            let seat = usize::from(*owner);
            sums[seat] = scales.with(sums[seat], cell, seat, 1.0);
            origins[seat].get_or_insert(cell as u32);
        }
    }
    let mut borders: Vec<std::collections::BTreeSet<(u64, u32)>> = vec![Default::default(); sums.len()];
    let key = |origin: Option<u32>, cell: u32| {
        let [x, y] = ground.places[cell as usize];
        let [ox, oy] = ground.places[origin.unwrap_or(cell) as usize];
        ((x - ox).powi(2) + (y - oy).powi(2)) as u64
    };
    for (cell, owner) in seat_of.iter().enumerate() {
        if *owner != NOBODY {
            let seat = usize::from(*owner);
            for next in ground.neighbours(cell).iter().filter(|next| seat_of[**next as usize] == NOBODY) {
                borders[seat].insert((key(origins[seat], *next), *next));
            }
        }
    }
    let mut hungry: std::collections::BTreeSet<(u64, usize)> =
        (0..sums.len()).map(|seat| (scales.hunger(&sums[seat], seat), seat)).collect();
    while let Some((_, seat)) = hungry.pop_first() {
        let taken = loop {
            match borders[seat].pop_first() {
                Some((_, cell)) if seat_of[cell as usize] == NOBODY => break Some(cell),
                Some(_) => {}
                None => break None,
            }
        };
        // Walled in: it does not grow any more.
        let Some(cell) = taken else { continue };
        seat_of[cell as usize] = seat as u16;
        sums[seat] = scales.with(sums[seat], cell as usize, seat, 1.0);
        for next in ground.neighbours(cell as usize).iter().filter(|next| seat_of[**next as usize] == NOBODY) {
            borders[seat].insert((key(origins[seat], *next), *next));
        }
        hungry.insert((scales.hunger(&sums[seat], seat), seat));
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): any seed will do, zero too.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// 0 to 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// An index by its weight; none if all are zero.
    fn pick(&mut self, weights: &[f64]) -> Option<usize> {
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return None;
        }
        let mut left = self.unit() * total;
        let picked = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0 && *weight > 0.0
        });
        picked.or_else(|| weights.iter().rposition(|weight| *weight > 0.0))
    }
}
