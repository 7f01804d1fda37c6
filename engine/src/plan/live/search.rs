//! Finding the best place for a visit: among the stops near it at once, among all with proof by lower bounds.
//!
//! The bound of a place is what it costs at least when both ways are driven along the straight line at the highest speed there is. Places
//! whose bound exceeds the best price known are never asked for their ways; the others are asked in the order of their bounds, until the
//! bound alone is dearer than what was found. So the answer is the one of asking all, ties and all. Where straight lines leave thousands
//! (in a dense town nobody gets ahead at the highest speed), the ways from and to all stops are reckoned at once, and the bounds made of them.

use super::bounds::Bound;
use super::quote::Quote;
use super::ways::{Chord, Ways};
use super::{Grounds, LivePlan, Spot};
use crate::plan::explain::Refusal;
use crate::plan::model::{Shift, ShiftIx, Visit, VisitIx};

pub(super) const fn visit_slot(visit: VisitIx) -> u32 {
    visit.0 << 1
}

pub(super) const fn shift_slot(shift: ShiftIx) -> u32 {
    shift.0 << 1 | 1
}

/// Where nothing is possible among the likeliest places, so many times as many are asked before it is given up.
const ASK_MOST: usize = 4;
/// From so many places on the ways from and to all stops are reckoned at once: to ask as many one by one would take about as long.
/// Tests have small plans, and are to see both.
const WIDE_FROM: usize = if cfg!(test) { 8 } else { 1_000 };

/// What was looked at in the search that is going on; starting another costs nothing.
#[derive(Default)]
pub(super) struct Seen {
    round: u32,
    shifts: Vec<SeenShift>,
    /// With what a place in it costs at least.
    routes: Vec<(i64, ShiftIx)>,
    bounds: Vec<Bound>,
    near: Vec<(u64, u32)>,
}

#[derive(Clone, Copy, Default)]
struct SeenShift {
    round: u32,
    is_refused: bool,
    floor: i64,
    /// Positions below 64 already asked.
    positions: u64,
}

/// The best places found, one for each shift, cheapest first.
pub(super) struct Best {
    quotes: Vec<Quote>,
    wanted: usize,
    /// Dearer ones are of no interest.
    at_most: i64,
    /// Shift that is left out.
    pub not: Option<ShiftIx>,
}

impl Best {
    pub fn new(wanted: usize, at_most: i64) -> Self {
        Self { quotes: Vec::new(), wanted, at_most, not: None }
    }

    /// Leaves out the shift that the visit has just been taken from.
    pub fn except(self, not: Option<ShiftIx>) -> Self {
        Self { not, ..self }
    }

    pub fn below(&self) -> i64 {
        if self.quotes.len() < self.wanted { self.at_most } else { self.quotes.last().map_or(self.at_most, |last| last.cost) }
    }

    fn offer(&mut self, quote: Quote) {
        if let Some(same) = self.quotes.iter().position(|other| other.shift == quote.shift) {
            if self.quotes[same].rank() <= quote.rank() {
                return;
            }
            self.quotes.remove(same);
        }
        let at = self.quotes.partition_point(|other| other.rank() < quote.rank());
        self.quotes.insert(at, quote);
        self.quotes.truncate(self.wanted);
    }

    pub fn first(&self) -> Option<Quote> {
        self.quotes.first().copied()
    }

    pub fn into_vec(self) -> Vec<Quote> {
        self.quotes
    }
}

impl<W: Ways> LivePlan<W> {
    /// Asks the places around the `near` stops nearest to the visit: those first that look best by the pace at which the plan travels as
    /// it is, `ask` of them, and more only until one is found. Returns how many were asked.
    pub(super) fn search_near(&mut self, visit: VisitIx, near: usize, ask: usize, best: &mut Best) -> u32 {
        self.begin(visit);
        let Self { grounds, seen, sought, bench, .. } = self;
        let Some(point) = grounds.ways.place(sought.stop) else { return 0 };
        let here = grounds.chord(sought.stop);
        grounds.near.around(point, near, &mut seen.near);
        let mut bounds = std::mem::take(&mut seen.bounds);
        bounds.clear();
        for at in 0..seen.near.len() {
            let slot = seen.near[at].1;
            let (shift, positions) = if slot & 1 == 1 {
                let shift = ShiftIx(slot >> 1);
                (shift, grounds.routes[shift.at()].locked..grounds.routes[shift.at()].locked + 1)
            } else {
                match grounds.spots[(slot >> 1) as usize] {
                    Spot::On { shift, position } => (shift, position as usize..position as usize + 2),
                    Spot::Gone | Spot::Unassigned | Spot::Begun { .. } => continue,
                }
            };
            if best.not == Some(shift) {
                continue;
            }
            for position in positions {
                let known = seen.know(grounds, shift, visit);
                if known.is_refused || known.is_asked(position) {
                    continue;
                }
                let (floor, route) = (known.floor, &grounds.routes[shift.at()]);
                let sought = grounds.problem.visit(visit);
                if let Some((detour_s, start_s)) = route.guess(position, here, grounds.pace, sought) {
                    let travel_cost = grounds.problem.shift(shift).costs.per_travel_s * detour_s;
                    let least = floor.saturating_add(travel_cost + sought.wait_cost(start_s));
                    bounds.push(Bound { least, shift, position: position as u32 });
                }
            }
        }
        if bounds.len() > ask {
            bounds.select_nth_unstable(ask);
            bounds[..ask].sort_unstable();
        } else {
            bounds.sort_unstable();
        }
        let mut asked = 0;
        for (at, bound) in bounds.iter().enumerate() {
            if (at >= ask && best.first().is_some()) || at >= ASK_MOST * ask {
                break;
            }
            let floor = seen.know(grounds, bound.shift, visit).floor;
            asked += 1;
            if let Ok(Some(quote)) = grounds.quote(bound.shift, bound.position as usize, sought, floor, best.below(), bench) {
                best.offer(quote);
            }
        }
        seen.bounds = bounds;
        asked
    }

    /// Asks every place of one shift.
    pub(super) fn search_shift(&mut self, visit: VisitIx, shift: ShiftIx, best: &mut Best) -> Option<Refusal> {
        self.begin(visit);
        let Self { grounds, sought, bench, .. } = self;
        let wanted = grounds.problem.visit(visit);
        if let Err(refusal) = grounds.admits(shift, wanted) {
            return Some(refusal);
        }
        let floor = grounds.floor(shift, wanted);
        let (mut nearest, mut is_possible) = (None::<Refusal>, false);
        let route = &grounds.routes[shift.at()];
        for position in route.locked..=route.steps.len() {
            match grounds.quote(shift, position, sought, floor, best.below(), bench) {
                Ok(quote) => {
                    is_possible = true;
                    quote.into_iter().for_each(|quote| best.offer(quote));
                }
                Err(refusal) if nearest.as_ref().is_none_or(|other| refusal.nearness() < other.nearness()) => {
                    nearest = Some(refusal)
                }
                Err(_) => {}
            }
        }
        if is_possible { None } else { nearest }
    }

    /// Makes `best` what it would be had every place of every shift been asked; returns how many had to be.
    pub(super) fn search_all(&mut self, visit: VisitIx, best: &mut Best) -> u32 {
        self.begin(visit);
        let Self { grounds, seen, sought, .. } = self;
        let (routes, bounds) = (&mut seen.routes, &mut seen.bounds);
        routes.clear();
        bounds.clear();
        let places = grounds.routes_within(visit, best, routes);
        let is_wide = places >= WIDE_FROM;
        if is_wide {
            sought.widen();
        }
        for (_, shift) in routes {
            if is_wide {
                let near = grounds.near_by_zones(*shift, sought, best.below());
                grounds.bounds(*shift, visit, near, best.below(), bounds);
            } else {
                grounds.bounds(*shift, visit, grounds.open_places(*shift), best.below(), bounds);
            }
        }
        if is_wide {
            grounds.sharpen(sought, best.below(), bounds);
        }
        self.ask(visit, best)
    }

    /// The same of so many shifts and places that cost the least by their bounds: what is found is good, and not proven best.
    pub(super) fn search_within(&mut self, visit: VisitIx, (shifts, places): (usize, usize), best: &mut Best) -> u32 {
        self.begin(visit);
        let Self { grounds, seen, .. } = self;
        let (routes, bounds) = (&mut seen.routes, &mut seen.bounds);
        routes.clear();
        bounds.clear();
        grounds.routes_within(visit, best, routes);
        if routes.len() > shifts {
            routes.retain(|(_, shift)| grounds.is_admitted(*shift, grounds.problem.visit(visit)));
        }
        keep_least(routes, shifts);
        for (_, shift) in routes {
            grounds.bounds(*shift, visit, grounds.open_places(*shift), best.below(), bounds);
        }
        keep_least(bounds, places);
        self.ask(visit, best)
    }

    /// Asks the places that were found, in the order of their bounds, for as long as these are not dearer than the best.
    fn ask(&mut self, visit: VisitIx, best: &mut Best) -> u32 {
        let Self { grounds, seen, sought, bench, .. } = self;
        let mut bounds = std::mem::take(&mut seen.bounds);
        bounds.sort_unstable();
        let mut asked = 0;
        for bound in &bounds {
            if bound.least > best.below() {
                break;
            }
            let floor = seen.know(grounds, bound.shift, visit).floor;
            asked += 1;
            if let Ok(Some(quote)) = grounds.quote(bound.shift, bound.position as usize, sought, floor, best.below(), bench) {
                best.offer(quote);
            }
        }
        seen.bounds = bounds;
        asked
    }

    /// Every place of every shift, each priced in full.
    pub(super) fn scan(&mut self, visit: VisitIx, best: &mut Best) {
        self.begin(visit);
        let Self { grounds, sought, bench, .. } = self;
        sought.widen();
        for at in 0..grounds.routes.len() {
            let shift = ShiftIx::from(at);
            if !grounds.is_admitted(shift, grounds.problem.visit(visit)) {
                continue;
            }
            let (first, last) = (grounds.routes[at].locked, grounds.routes[at].steps.len());
            for position in first..=last {
                if let Ok(Some(quote)) = grounds.quote(shift, position, sought, i64::MIN / 4, i64::MAX, bench) {
                    best.offer(quote);
                }
            }
        }
    }

    pub(super) fn begin(&mut self, visit: VisitIx) {
        self.seen.begin(self.grounds.routes.len());
        self.sought.seek(visit, self.grounds.problem.visit(visit).stop);
    }
}

impl Seen {
    fn begin(&mut self, shifts: usize) {
        self.shifts.resize(shifts, SeenShift::default());
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.shifts.fill(SeenShift::default());
            self.round = 1;
        }
    }

    /// Memory for stops found near, lent out.
    pub fn take_near(&mut self) -> Vec<(u64, u32)> {
        std::mem::take(&mut self.near)
    }

    pub fn give_near(&mut self, near: Vec<(u64, u32)>) {
        self.near = near;
    }

    fn know<W: Ways>(&mut self, grounds: &Grounds<W>, shift: ShiftIx, visit: VisitIx) -> &mut SeenShift {
        let known = &mut self.shifts[shift.at()];
        if known.round != self.round {
            let visit = grounds.problem.visit(visit);
            let is_refused = !grounds.is_admitted(shift, visit);
            let floor = if is_refused { 0 } else { grounds.floor(shift, visit) };
            *known = SeenShift { round: self.round, is_refused, floor, positions: 0 };
        }
        known
    }
}

impl SeenShift {
    /// Whether a position was asked before; now it was.
    fn is_asked(&mut self, position: usize) -> bool {
        let Some(bit) = 1u64.checked_shl(position as u32) else { return false };
        let was = self.positions & bit != 0;
        self.positions |= bit;
        was
    }
}

/// Keeps so many, the least.
fn keep_least<T: Ord>(of: &mut Vec<T>, count: usize) {
    if of.len() > count {
        of.select_nth_unstable(count);
        of.truncate(count);
    }
}

impl super::route::Route {
    /// By how much longer one would travel with a visit at this position, going by the straight line at the usual pace; None where even
    /// nothing on the way would be too late.
    fn guess(&self, position: usize, here: Chord, pace_s_per_m: f32, visit: &Visit) -> Option<(i64, i32)> {
        let (before, free_s) = match position.checked_sub(1).map(|at| &self.steps[at]) {
            Some(step) => (step.place, step.ready_s()),
            None => (self.head.place, self.head.free_s),
        };
        let first_s = visit.windows.first()?.opens_s.max(free_s);
        let next = self.steps.get(position);
        if free_s > visit.windows.last()?.closes_s || next.is_some_and(|next| first_s > next.latest_s) {
            return None;
        }
        let from_m = next.map_or(0.0, |next| here.metres(next.place));
        let old_s = next.map_or(self.end_leg.duration_s, |next| next.leg_s);
        let (to_m, start_s) =
            (here.metres(before), first_s.max(free_s.saturating_add((here.metres(before) * pace_s_per_m) as i32)));
        Some((((to_m + from_m) * pace_s_per_m) as i64 - i64::from(old_s), start_s))
    }

    /// No insertion saves more travel than the longest leg there is.
    pub(super) fn travel_floor(&self, shift: &Shift) -> i64 {
        -shift.leg_cost(self.sums.travel_s, self.sums.distance_m)
    }
}
