//! What a territory holds and what that costs: sums that change in constant time when a cell goes over.

use super::ground::Ground;
use super::{Design, Draft, Travel};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Tours of n random places in an area A are 0.7124 √(A n) long as n grows (Johnson and McGeoch, 1996).
const TOUR: f64 = 0.7124;

/// Sums over one territory.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Sums {
    pub service_s: f64,
    pub visits: f64,
    /// Ground in cells where somebody is visited, m².
    pub worked_m2: f64,
    /// Σ visits × metres from the base.
    haul: f64,
    pub area_m2: f64,
    moment: [f64; 2],
    moment_square: f64,
    pub cells: u32,
    /// Accounts that come from elsewhere.
    pub newcomers: u32,
}

/// Everything needed to weigh a design.
pub(super) struct Scales<'a> {
    pub ground: &'a Ground,
    draft: &'a Draft,
    /// Metres from the middle of the ground.
    bases: Vec<Option<[f64; 2]>>,
    /// Work of locked accounts.
    locked: Vec<Sums>,
    shares: f64,
    service_s: f64,
    accounts: f64,
    /// Of the whole ground, in the same measure as a territory's.
    spread: f64,
}

impl<'a> Scales<'a> {
    pub fn new(ground: &'a Ground, draft: &'a Draft) -> Self {
        let bases: Vec<_> = draft.seats.iter().map(|seat| seat.base.map(|base| ground.place(base))).collect();
        let mut scales = Self {
            ground,
            draft,
            bases,
            locked: vec![Sums::default(); draft.seats.len()],
            shares: draft.seats.iter().map(|seat| seat.share).sum(),
            service_s: draft.accounts.iter().map(|account| account.visits * account.visit_s).sum(),
            accounts: draft.accounts.len() as f64,
            spread: 1.0,
        };
        for account in draft.accounts.iter().filter(|account| account.is_locked) {
            let Some(seat) = account.today else { continue };
            let at = ground.place(account.point);
            let from_base = scales.bases[seat].map_or(0.0, |base| distance(base, at));
            scales.locked[seat].service_s += account.visits * account.visit_s;
            scales.locked[seat].add_work(account.visits, from_base, 1.0);
        }
        let locked = draft.accounts.iter().enumerate().filter(|(_, account)| account.is_locked);
        let cells: BTreeSet<_> = locked.filter_map(|(at, account)| Some((account.today?, ground.cell_of_account(at)))).collect();
        // Where others are visited too, whoever has the cell counts its ground.
        for (seat, cell) in cells.into_iter().filter(|(_, cell)| ground.loads[*cell].visits <= 0.0) {
            scales.locked[seat].worked_m2 += ground.areas[cell];
        }
        let all = (0..ground.cells().len()).fold(Sums::default(), |sums, cell| scales.with(sums, cell, 0, 1.0));
        scales.spread = all.inertia().max(1.0);
        scales
    }

    /// What a territory would hold with a cell more (sign 1) or less (sign -1).
    pub fn with(&self, mut sums: Sums, cell: usize, seat: usize, sign: f64) -> Sums {
        let (load, at, area) = (&self.ground.loads[cell], self.ground.places[cell], self.ground.areas[cell]);
        sums.service_s += sign * load.service_s;
        if load.visits > 0.0 {
            let from_base = self.bases[seat].map_or(0.0, |base| distance(base, at));
            sums.add_work(load.visits, from_base, sign);
            sums.worked_m2 += sign * area;
        }
        sums.add_ground(at, area, sign);
        let own =
            self.ground.today[cell].iter().find(|(today, _)| *today == Some(seat as u16)).map_or(0, |(_, accounts)| *accounts);
        let newcomers = load.accounts - own;
        if sign > 0.0 {
            sums.cells += 1;
            sums.newcomers += newcomers;
        } else {
            sums.cells -= 1;
            sums.newcomers -= newcomers;
        }
        sums
    }

    /// What each territory holds before it has a cell.
    pub fn locked_sums(&self) -> &[Sums] {
        &self.locked
    }

    /// The first one's part of what two territories have together.
    pub fn share_between(&self, a: u16, b: u16) -> f64 {
        let share = |seat: u16| self.draft.seats[usize::from(seat)].share;
        share(a) / (share(a) + share(b))
    }

    /// Orders territories that grow: the least first. Every square kilometre counts as a second, so that ground without work is shared too.
    pub fn hunger(&self, sums: &Sums, seat: usize) -> u64 {
        ((self.work_s(sums, seat) + sums.area_m2 / 1e6) / self.draft.seats[seat].share * 1e3) as u64
    }

    /// What each territory holds, locked accounts included.
    pub fn sums(&self, seat_of: &[u16]) -> Vec<Sums> {
        let mut sums = self.locked.clone();
        for (cell, seat) in seat_of.iter().enumerate() {
            let seat = usize::from(*seat);
            sums[seat] = self.with(sums[seat], cell, seat, 1.0);
        }
        sums
    }

    /// Seconds of travel in the period.
    pub fn travel_s(&self, sums: &Sums, seat: usize) -> f64 {
        let Travel { speed_mps, detour, days } = self.draft.travel;
        if sums.visits <= 0.0 {
            return 0.0;
        }
        // Fewer visits than days: a tour for each visit.
        let tours = days.min(sums.visits.max(1.0));
        let haul_m = match self.bases[seat] {
            Some(_) => sums.haul / sums.visits,
            None => 0.0,
        };
        let tour_m = 2.0 * haul_m + TOUR * (sums.worked_m2 * sums.visits / tours).max(0.0).sqrt();
        tours * tour_m * detour / speed_mps
    }

    pub fn work_s(&self, sums: &Sums, seat: usize) -> f64 {
        sums.service_s + self.travel_s(sums, seat)
    }

    /// A territory's part of the cost, given the mean work of a share.
    pub fn cost(&self, sums: &Sums, seat: usize, mean_work_s: f64) -> f64 {
        let weights = &self.draft.weights;
        let seats = self.draft.seats.len() as f64;
        let travel_s = self.travel_s(sums, seat);
        let deviation = (sums.service_s + travel_s) / (self.draft.seats[seat].share * mean_work_s).max(1.0) - 1.0;
        let moved = f64::from(sums.newcomers) / self.accounts.max(1.0);
        weights.balance * deviation * deviation / seats
            + weights.compactness * seats * sums.inertia() / self.spread / 10.0
            + weights.stability * moved
            + weights.travel * travel_s / self.service_s.max(1.0)
    }

    /// What it costs more, or less, when a cell goes over.
    pub fn change(&self, sums: &[Sums], cell: usize, (from, to): (usize, usize), mean_work_s: f64) -> f64 {
        let (less, more) = (self.with(sums[from], cell, from, -1.0), self.with(sums[to], cell, to, 1.0));
        let before = self.cost(&sums[from], from, mean_work_s) + self.cost(&sums[to], to, mean_work_s);
        self.cost(&less, from, mean_work_s) + self.cost(&more, to, mean_work_s) - before
    }

    pub fn mean_work_s(&self, sums: &[Sums]) -> f64 {
        sums.iter().enumerate().map(|(seat, sums)| self.work_s(sums, seat)).sum::<f64>() / self.shares
    }

    pub fn total(&self, sums: &[Sums]) -> f64 {
        let mean = self.mean_work_s(sums);
        sums.iter().enumerate().map(|(seat, sums)| self.cost(sums, seat, mean)).sum()
    }
}

impl Sums {
    fn add_work(&mut self, visits: f64, from_base_m: f64, sign: f64) {
        self.visits += sign * visits;
        self.haul += sign * visits * from_base_m;
    }

    fn add_ground(&mut self, at: [f64; 2], area_m2: f64, sign: f64) {
        self.area_m2 += sign * area_m2;
        self.moment[0] += sign * area_m2 * at[0];
        self.moment[1] += sign * area_m2 * at[1];
        self.moment_square += sign * area_m2 * (at[0] * at[0] + at[1] * at[1]);
    }

    /// Moment of inertia of the ground about its middle, m⁴, by cells' middles.
    fn inertia(&self) -> f64 {
        if self.area_m2 <= 0.0 {
            return 0.0;
        }
        (self.moment_square - (self.moment[0] * self.moment[0] + self.moment[1] * self.moment[1]) / self.area_m2).max(0.0)
    }

    /// 1 for a disk, less the longer: A² / (2 π I) with the cells' own moments (Li, Goodchild and Church, 2013).
    fn roundness(&self) -> f64 {
        if self.cells == 0 {
            return 0.0;
        }
        let mean = self.area_m2 / f64::from(self.cells);
        let own = f64::from(self.cells) * HEXAGON * mean * mean;
        self.area_m2 * self.area_m2 / (2.0 * std::f64::consts::PI * (self.inertia() + own))
    }
}

/// Polar moment of a regular hexagon about its middle, as a part of its area squared: 5 √3 / 54.
const HEXAGON: f64 = 0.160_375_074_8;

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
}

/// What one territory comes to.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DesignMeasure))]
pub struct Measure {
    pub accounts: u32,
    /// In the period.
    pub visits: f64,
    /// At accounts in the period, seconds.
    pub service_s: f64,
    /// Estimated, in the period, seconds.
    pub travel_s: f64,
    /// Service and travel over what its share of all work would be: 1 is just right.
    pub load: f64,
    /// 1 for a disk, less for anything longer or torn.
    pub roundness: f64,
    /// Square kilometres.
    pub area_km2: f64,
    /// Accounts that are elsewhere today.
    pub newcomers: u32,
}

/// How even a design is.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DesignBalance))]
pub struct Balance {
    /// Greatest load less the least.
    pub spread: f64,
    /// Standard deviation of the loads, which have mean 1.
    pub deviation: f64,
    /// Mean of the territories'.
    pub roundness: f64,
    /// Accounts that are in another territory today, or in none.
    pub moved: u32,
    /// Estimated, all territories together, seconds in the period.
    pub travel_s: f64,
}

/// Measures every territory of a design.
pub fn measure(draft: &Draft, ground: &Ground, design: &Design) -> Vec<Measure> {
    let scales = Scales::new(ground, draft);
    let mut accounts = vec![0; draft.seats.len()];
    for seat in design.seats_of_accounts(ground, draft) {
        accounts[seat] += 1;
    }
    measures(&scales, &scales.sums(&design.seat_of), &accounts)
}

/// Measures every territory as it is today: with its accounts wherever they lie, and the ground of its area.
pub fn measure_today(draft: &Draft, ground: &Ground) -> Vec<Measure> {
    let scales = Scales::new(ground, draft);
    let mut sums = vec![Sums::default(); draft.seats.len()];
    let mut accounts = vec![0; draft.seats.len()];
    let mut worked = BTreeSet::new();
    for (at, account) in draft.accounts.iter().enumerate() {
        let Some(seat) = account.today else { continue };
        let from_base = scales.bases[seat].map_or(0.0, |base| distance(base, ground.place(account.point)));
        accounts[seat] += 1;
        sums[seat].service_s += account.visits * account.visit_s;
        sums[seat].add_work(account.visits, from_base, 1.0);
        if account.visits > 0.0 && worked.insert((seat, ground.cell_of_account(at))) {
            sums[seat].worked_m2 += ground.areas[ground.cell_of_account(at)];
        }
    }
    for (cell, holder) in ground.holder.iter().enumerate() {
        if let Some(seat) = holder {
            sums[usize::from(*seat)].add_ground(ground.places[cell], ground.areas[cell], 1.0);
            sums[usize::from(*seat)].cells += 1;
        }
    }
    measures(&scales, &sums, &accounts)
}

fn measures(scales: &Scales<'_>, sums: &[Sums], accounts: &[u32]) -> Vec<Measure> {
    let mean = scales.mean_work_s(sums);
    let one = |(seat, sums): (usize, &Sums)| Measure {
        accounts: accounts[seat],
        visits: sums.visits,
        service_s: sums.service_s,
        travel_s: scales.travel_s(sums, seat),
        load: scales.work_s(sums, seat) / (scales.draft.seats[seat].share * mean).max(1.0),
        roundness: sums.roundness(),
        area_km2: sums.area_m2 / 1e6,
        newcomers: sums.newcomers,
    };
    sums.iter().enumerate().map(one).collect()
}

/// Measures a design as a whole.
pub fn balance(measures: &[Measure]) -> Balance {
    let loads = || measures.iter().map(|measure| measure.load);
    let n = measures.len().max(1) as f64;
    let mean = loads().sum::<f64>() / n;
    Balance {
        spread: loads().fold(f64::MIN, f64::max) - loads().fold(f64::MAX, f64::min),
        deviation: (loads().map(|load| (load - mean) * (load - mean)).sum::<f64>() / n).sqrt(),
        roundness: measures.iter().map(|measure| measure.roundness).sum::<f64>() / n,
        moved: measures.iter().map(|measure| measure.newcomers).sum(),
        travel_s: measures.iter().map(|measure| measure.travel_s).sum(),
    }
}
