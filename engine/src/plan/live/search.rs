//! Finding the best place for a visit: among the stops near it at once, among all with proof by lower bounds.
//!
//! The bound of a place is what it costs at least when both ways are driven along the straight line at the highest speed there is. Places
//! whose bound exceeds the best price known are never asked for their ways; the others are asked in the order of their bounds, until the
//! bound alone is dearer than what was found. So the answer is the one of asking all, ties and all.

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
/// From so many places on the ways from and to all stops are reckoned at once: what was asked one by one until then took about as long.
const WIDE_FROM: u32 = 1_000;

/// What was looked at in the search that is going on; starting another costs nothing.
#[derive(Default)]
pub(super) struct Seen {
    round: u32,
    shifts: Vec<SeenShift>,
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

/// A place, and what it costs at least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Bound {
    least: i64,
    shift: ShiftIx,
    position: u32,
}

/// The best places found, one for each shift, cheapest first.
pub(super) struct Best {
    quotes: Vec<Quote>,
    wanted: usize,
    /// Dearer ones are of no interest.
    at_most: i64,
    /// Shift that is left out.
    not: Option<ShiftIx>,
}

impl Best {
    pub fn new(wanted: usize, at_most: i64) -> Self {
        Self { quotes: Vec::new(), wanted, at_most, not: None }
    }

    /// Leaves out the shift that the visit has just been taken from.
    pub fn except(self, not: Option<ShiftIx>) -> Self {
        Self { not, ..self }
    }

    fn below(&self) -> i64 {
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
                if let Some(detour_s) = route.guess(position, here, grounds.pace, grounds.problem.visit(visit)) {
                    let least = floor.saturating_add(grounds.problem.shift(shift).costs.per_travel_s * detour_s);
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
        self.search_within(visit, u32::MAX, best)
    }

    /// The same for as long as no more than so many places have to be asked: what is found then is good, and not proven best.
    pub(super) fn search_within(&mut self, visit: VisitIx, most: u32, best: &mut Best) -> u32 {
        self.begin(visit);
        let Self { grounds, seen, sought, bench, .. } = self;
        let mut bounds = std::mem::take(&mut seen.bounds);
        bounds.clear();
        for at in 0..grounds.routes.len() {
            let shift = ShiftIx::from(at);
            if best.not != Some(shift) {
                grounds.bounds(shift, visit, best.below(), &mut bounds);
            }
        }
        bounds.sort_unstable();
        let mut asked = 0;
        for bound in &bounds {
            if bound.least > best.below() || asked == most {
                break;
            }
            let known = seen.know(grounds, bound.shift, visit);
            let floor = known.floor;
            asked += 1;
            if asked == WIDE_FROM {
                sought.widen();
            }
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

/// Where what is open of a route lies, and what a visit there could save: one look leaves a route far away out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Reach {
    middle: Chord,
    radius_m: f32,
    longest_leg_s: i32,
    /// Ways that a visit adds at least: there and on, or only there where the route ends with its last visit.
    ways: i64,
    /// Seconds a metre at the highest speed, in the shift's own time.
    per_m: f32,
    per_travel_s: i64,
    per_late_s: i64,
    /// What an insertion could mend or save besides travel time.
    slack: i64,
}

impl Reach {
    /// No insertion of a visit there costs less.
    fn least(&self, here: Chord, service_s: i32) -> i64 {
        let away_s = least_s(here.least_to_ball_m(self.middle, self.radius_m), self.per_m);
        // No shift serves in less than a tenth of the time.
        let detour_s = self.ways * i64::from(away_s);
        let faster_s = (i64::from(self.longest_leg_s) - detour_s - i64::from(service_s / 10)).max(0);
        self.per_travel_s * (detour_s - i64::from(self.longest_leg_s)) - self.per_late_s * faster_s - self.slack
    }
}

/// Whole seconds below any way of so many metres. Half a second is lost where the profile's time is rounded, and another, stretched by the
/// shift's factor of at most ten, where the shift's is.
pub(super) fn least_s(least_m: f32, per_m: f32) -> i32 {
    (least_m * per_m - 6.0).max(0.0) as i32
}

impl<W: Ways> Grounds<W> {
    /// Notes where a route lies now.
    pub(super) fn note_reach(&mut self, ix: ShiftIx) {
        let (route, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
        let settled = route.locked.checked_sub(1).map_or(route.head.place, |last| route.steps[last].place);
        let end = shift.end_stop.map(|stop| self.chord(stop));
        let places = || route.steps[route.locked..].iter().map(|step| step.place).chain([settled]).chain(end);
        let count = places().count() as f32;
        let middle = Chord(std::array::from_fn(|axis| places().map(|place| place.0[axis]).sum::<f32>() / count));
        // Written so that an unknown place makes the radius unknown, and the bound nothing.
        let radius_m = places().map(|place| middle.metres(place)).fold(0.0, |most: f32, m| if m <= most { most } else { m });
        let legs = || {
            route.steps[route.locked..]
                .iter()
                .map(|step| (step.leg_s, step.leg_m))
                .chain([(route.end_leg.duration_s, route.end_leg.distance_m)])
        };
        let longest_m = legs().map(|(_, leg_m)| leg_m).max().unwrap_or(0);
        let idle = self.idle_cost(ix);
        let reach = Reach {
            middle,
            radius_m,
            longest_leg_s: legs().map(|(leg_s, _)| leg_s).max().unwrap_or(0),
            ways: if shift.end_stop.is_some() { 2 } else { 1 },
            per_m: per_m(shift, self.ways.top_mps(shift.profile)),
            per_travel_s: shift.costs.per_travel_s,
            per_late_s: per_late_s(shift),
            slack: route.bill.broken_promises + idle + shift.leg_cost(0, longest_m) + 1,
        };
        match self.reaches.get_mut(ix.at()) {
            Some(known) => *known = reach,
            None => self.reaches.push(reach),
        }
    }

    /// What `admits` says, without the words.
    fn is_admitted(&self, ix: ShiftIx, visit: &Visit) -> bool {
        self.problem.shift(ix).skills.has_all(visit.skills) && self.admits(ix, visit).is_ok()
    }

    /// Bounds of the places of a shift that may cost `below` or less.
    fn bounds(&self, ix: ShiftIx, visit: VisitIx, below: i64, out: &mut Vec<Bound>) {
        let visit = self.problem.visit(visit);
        let here = self.chord(visit.stop);
        if self.reaches[ix.at()].least(here, visit.service_s) > below {
            return;
        }
        let (route, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
        let (Some(first), Some(last)) = (visit.windows.first(), visit.windows.last()) else { return };
        if route.head.free_s > last.closes_s || !self.is_admitted(ix, visit) {
            return;
        }
        let floor = self.floor(ix, visit);
        if floor > below && route.travel_floor(shift) + floor > below {
            return;
        }
        let per_m = per_m(shift, self.ways.top_mps(shift.profile));
        let service_s = shift.service_s(visit);
        let costs = &shift.costs;
        let per_late_s = per_late_s(shift);
        let (mut before_m, mut free_s) = match route.locked.checked_sub(1) {
            Some(at) => (here.least_m(route.steps[at].place), route.steps[at].ready_s()),
            None => (here.least_m(route.head.place), route.head.free_s),
        };
        for position in route.locked..=route.steps.len() {
            let next = route.steps.get(position);
            let (next_m, old_s, old_m, latest_s) = match next {
                Some(next) => (here.least_m(next.place), next.leg_s, next.leg_m, next.latest_s),
                None => {
                    let end_m = shift.end_stop.map_or(0.0, |stop| here.least_m(self.chord(stop)));
                    (end_m, route.end_leg.duration_s, route.end_leg.distance_m, route.end_max_s(shift))
                }
            };
            let (to_s, from_s) = (least_s(before_m, per_m), least_s(next_m, per_m));
            let start_s = (free_s + to_s).max(first.opens_s);
            let arrives_s = start_s.saturating_add(service_s).saturating_add(from_s);
            if start_s <= last.closes_s && arrives_s <= latest_s {
                let detour_s = i64::from(to_s) + i64::from(service_s) + i64::from(from_s);
                let faster_s = (i64::from(old_s) - detour_s).max(0);
                let mut least = floor + costs.per_travel_s * (i64::from(to_s) + i64::from(from_s) - i64::from(old_s));
                least -= faster_s * per_late_s;
                if costs.per_km > 0 {
                    least += shift.leg_cost(0, before_m as i32) + shift.leg_cost(0, next_m as i32) - shift.leg_cost(0, old_m) - 1;
                }
                if least <= below {
                    out.push(Bound { least, shift: ix, position: position as u32 });
                }
            }
            if let Some(next) = next {
                (before_m, free_s) = (next_m, next.ready_s());
            }
        }
    }
}

/// What a second less of duty saves at most.
fn per_late_s(shift: &Shift) -> i64 {
    shift.costs.per_duty_s + shift.costs.per_overtime_s + shift.costs.per_imbalance_s
}

pub(super) fn per_m(shift: &Shift, top_mps: f64) -> f32 {
    (shift.travel_factor / top_mps) as f32 * 0.999_99
}

impl super::route::Route {
    /// By how much longer one would travel with a visit at this position, going by the straight line at the usual pace; None where even
    /// nothing on the way would be too late.
    fn guess(&self, position: usize, here: Chord, pace_s_per_m: f32, visit: &Visit) -> Option<i64> {
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
        Some(((here.metres(before) + from_m) * pace_s_per_m) as i64 - i64::from(old_s))
    }

    /// No insertion saves more travel than the longest leg there is.
    fn travel_floor(&self, shift: &Shift) -> i64 {
        -shift.leg_cost(self.sums.travel_s, self.sums.distance_m)
    }
}
