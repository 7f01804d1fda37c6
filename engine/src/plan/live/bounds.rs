//! What a place costs at least, told without asking for its ways: by the straight line to a whole route, by the zones on both sides of a place,
//! by the straight line to both, and by the ways themselves once those of all stops are reckoned.

use super::Grounds;
use super::quote::Sought;
use super::search::Best;
use super::ways::{Chord, NO_WAY, Ways};
use crate::plan::model::{Leg, Shift, ShiftIx, StopIx, Visit, VisitIx, scaled};
use crate::plan::times::ZoneTimes;
use std::ops::RangeInclusive;

/// A place, and what it costs at least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bound {
    pub least: i64,
    pub shift: ShiftIx,
    pub position: u32,
}

/// A place in a route by the zones on both sides, and the leg that is driven there now. Small: searches run over those of all routes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Hop {
    before: u16,
    next: u16,
    old_s: i32,
}

/// No zone has this number.
const NO_ZONE: u16 = u16::MAX;

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
    travel_factor: f64,
    per_travel_s: i64,
    per_late_s: i64,
    /// What an insertion could mend or save besides travel time.
    slack: i64,
    /// When the first visit that can be put here could be gone to.
    free_s: i32,
}

impl Reach {
    /// No insertion of a visit there costs less.
    fn least(&self, here: Chord, visit: &Visit) -> i64 {
        let away_s = least_s(here.least_to_ball_m(self.middle, self.radius_m), self.per_m);
        let waits = visit.wait_cost(self.free_s.saturating_add(away_s));
        self.least_instead(self.longest_leg_s, self.ways * i64::from(away_s), visit.service_s) + waits
    }

    /// The same for a place where a leg of so long is driven now, and no less than so long then.
    #[inline]
    fn least_instead(&self, old_s: i32, ways_s: i64, service_s: i32) -> i64 {
        // No shift serves in less than a tenth of the time.
        let faster_s = (i64::from(old_s) - ways_s - i64::from(service_s / 10)).max(0);
        self.per_travel_s * (ways_s - i64::from(old_s)) - self.per_late_s * faster_s - self.slack
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
        let open = &route.steps[route.locked..];
        let places = || open.iter().map(|step| step.place).chain([settled]).chain(end);
        let count = places().count() as f32;
        let middle = Chord(std::array::from_fn(|axis| places().map(|place| place.0[axis]).sum::<f32>() / count));
        // Written so that an unknown place makes the radius unknown, and the bound nothing.
        let radius_m = places().map(|place| middle.metres(place)).fold(0.0, |most: f32, m| if m <= most { most } else { m });
        let legs = || {
            let legs = open.iter().map(|step| (step.leg_s, step.leg_m));
            legs.chain([(route.end_leg.duration_s, route.end_leg.distance_m)])
        };
        let longest_m = legs().map(|(_, leg_m)| leg_m).max().unwrap_or(0);
        let idle = self.idle_cost(ix);
        let reach = Reach {
            middle,
            radius_m,
            longest_leg_s: legs().map(|(leg_s, _)| leg_s).max().unwrap_or(0),
            ways: if shift.end_stop.is_some() { 2 } else { 1 },
            travel_factor: shift.travel_factor,
            per_m: per_m(shift, self.ways.top_mps(shift.profile)),
            per_travel_s: shift.costs.per_travel_s,
            per_late_s: per_late_s(shift),
            slack: route.bill.broken_promises + route.bill.waiting + idle + shift.leg_cost(0, longest_m) + 1,
            free_s: route.before(route.locked).1,
        };
        match self.reaches.get_mut(ix.at()) {
            Some(known) => *known = reach,
            None => self.reaches.push(reach),
        }
        let zone = |stop: StopIx| self.ways.zone(shift.profile, stop).unwrap_or(NO_ZONE);
        let hops = &mut self.hops[ix.at()];
        hops.clear();
        let mut before = zone(route.locked.checked_sub(1).map_or(route.head.stop, |last| route.steps[last].stop));
        for step in open {
            let next = zone(step.stop);
            hops.push(Hop { before, next, old_s: step.leg_s });
            before = next;
        }
        let next = shift.end_stop.map_or(NO_ZONE, zone);
        hops.push(Hop { before, next, old_s: route.end_leg.duration_s });
    }

    /// What a visit costs at least on a shift, as far as the straight line to it says.
    pub(super) fn least_on(&self, ix: ShiftIx, visit: &Visit) -> i64 {
        self.reaches[ix.at()].least(self.chord(visit.stop), visit)
    }

    pub(super) fn open_places(&self, ix: ShiftIx) -> RangeInclusive<usize> {
        let route = &self.routes[ix.at()];
        route.locked..=route.steps.len()
    }

    /// Routes that may take the visit for less than the best, as far as the straight line to them says, and how many places they have.
    pub(super) fn routes_within(&self, visit: VisitIx, best: &Best, out: &mut Vec<(i64, ShiftIx)>) -> usize {
        let visit = self.problem.visit(visit);
        let here = self.chord(visit.stop);
        let mut places = 0;
        for (at, reach) in self.reaches.iter().enumerate() {
            let (shift, least) = (ShiftIx::from(at), reach.least(here, visit));
            if least <= best.below() && best.not != Some(shift) {
                let route = &self.routes[at];
                places += route.steps.len() + 1 - route.locked;
                out.push((least, shift));
            }
        }
        places
    }

    /// Places of a shift whose zones are near enough for the visit to cost `below` or less. The sought visit has to be pinned widely.
    pub(super) fn near_by_zones(&self, ix: ShiftIx, sought: &mut Sought<W::Pin>, below: i64) -> impl Iterator<Item = usize> {
        let visit = self.problem.visit(sought.visit);
        let times = self.ways.zone_times(sought.pin(&self.ways, self.problem.shift(ix).profile));
        let (reach, first) = (&self.reaches[ix.at()], self.routes[ix.at()].locked);
        let below = below.saturating_sub(visit.wait_cost(reach.free_s));
        let least = move |zone: u16, seconds: fn(&ZoneTimes) -> u32| match times.get(usize::from(zone)) {
            Some(least) => i64::from(scaled(seconds(least) as i32, reach.travel_factor)),
            None => 0,
        };
        let hops = self.hops[ix.at()].iter().enumerate();
        hops.filter(move |(_, hop)| {
            let ways_s = least(hop.before, |zone| zone.back_s) + least(hop.next, |zone| zone.away_s);
            reach.least_instead(hop.old_s, ways_s, visit.service_s) <= below
        })
        .map(move |(at, _)| first + at)
    }

    /// What `admits` says, without the words.
    pub(super) fn is_admitted(&self, ix: ShiftIx, visit: &Visit) -> bool {
        self.problem.shift(ix).skills.has_all(visit.skills) && self.admits(ix, visit).is_ok()
    }

    /// Bounds of those places of a shift that may cost `below` or less.
    pub(super) fn bounds(
        &self,
        ix: ShiftIx,
        visit: VisitIx,
        places: impl Iterator<Item = usize>,
        below: i64,
        out: &mut Vec<Bound>,
    ) {
        let mut places = places.peekable();
        if places.peek().is_none() {
            return;
        }
        let visit = self.problem.visit(visit);
        let here = self.chord(visit.stop);
        let (route, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
        let Some(last) = visit.windows.last() else { return };
        if route.head.free_s > last.closes_s || !self.is_admitted(ix, visit) {
            return;
        }
        let floor = self.floor(ix, visit);
        if floor > below && route.travel_floor(shift) + floor > below {
            return;
        }
        let per_m = per_m(shift, self.ways.top_mps(shift.profile));
        let terms = Terms::new(shift, visit, floor);
        for position in places {
            let gap = self.gap(ix, position, here);
            let (to_s, from_s) = (least_s(gap.to_m, per_m), least_s(gap.from_m, per_m));
            if let Some(least) = terms.least(&gap, to_s, from_s).filter(|least| *least <= below) {
                out.push(Bound { least, shift: ix, position: position as u32 });
            }
        }
    }

    /// Makes bounds of the ways as they are, instead of straight lines, and keeps those that may cost `below` or less.
    pub(super) fn sharpen(&self, sought: &mut Sought<W::Pin>, below: i64, bounds: &mut Vec<Bound>) {
        let visit = self.problem.visit(sought.visit);
        let here = self.chord(visit.stop);
        let mut known: Option<(ShiftIx, Terms)> = None;
        bounds.retain_mut(|bound| {
            let (ix, position) = (bound.shift, bound.position as usize);
            let (route, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
            let terms = match known {
                Some((known, terms)) if known == ix => terms,
                _ => Terms::new(shift, visit, self.floor(ix, visit)),
            };
            known = Some((ix, terms));
            let pin = sought.pin(&self.ways, shift.profile);
            let next = route.steps.get(position).map_or(shift.end_stop, |next| Some(next.stop));
            let to_s = shift.travel_s(self.ways.back_s(pin, route.before(position).0));
            let from_s = next.map_or(0, |next| shift.travel_s(self.ways.away_s(pin, next)));
            if to_s >= NO_WAY || from_s >= NO_WAY {
                return false;
            }
            let least = terms.least(&self.gap(ix, position, here), to_s, from_s);
            bound.least = least.unwrap_or(i64::MAX);
            least.is_some_and(|least| least <= below)
        });
    }

    /// The place before a step of a route, seen from `here`.
    #[inline]
    fn gap(&self, ix: ShiftIx, position: usize, here: Chord) -> Gap {
        let (route, shift) = (&self.routes[ix.at()], self.problem.shift(ix));
        let (before, free_s) = match position.checked_sub(1).map(|at| &route.steps[at]) {
            Some(before) => (before.place, before.ready_s()),
            None => (route.head.place, route.head.free_s),
        };
        let to_m = here.least_m(before);
        match route.steps.get(position) {
            Some(next) => {
                let from_m = here.least_m(next.place);
                Gap { to_m, free_s, from_m, old_s: next.leg_s, old_m: next.leg_m, latest_s: next.latest_s }
            }
            None => {
                let from_m = shift.end_stop.map_or(0.0, |stop| here.least_m(self.chord(stop)));
                let (Leg { duration_s: old_s, distance_m: old_m }, latest_s) = (route.end_leg, route.end_max_s(shift));
                Gap { to_m, free_s, from_m, old_s, old_m, latest_s }
            }
        }
    }
}

/// A place in a route: from when on one can go there, how far it is at least there and on, and what is gone now instead.
#[derive(Clone, Copy)]
struct Gap {
    to_m: f32,
    free_s: i32,
    from_m: f32,
    old_s: i32,
    old_m: i32,
    latest_s: i32,
}

/// What a visit costs at least with a shift, but for the ways.
#[derive(Clone, Copy)]
struct Terms<'a> {
    shift: &'a Shift,
    visit: &'a Visit,
    floor: i64,
    service_s: i32,
    opens_s: i32,
    closes_s: i32,
    per_late_s: i64,
}

impl<'a> Terms<'a> {
    fn new(shift: &'a Shift, visit: &'a Visit, floor: i64) -> Self {
        let opens_s = visit.windows.first().map_or(i32::MAX, |first| first.opens_s);
        let closes_s = visit.windows.last().map_or(i32::MIN, |last| last.closes_s);
        Self { shift, visit, floor, service_s: shift.service_s(visit), opens_s, closes_s, per_late_s: per_late_s(shift) }
    }

    /// What a place costs at least when the ways there and on take no less than so long; None: even so it is too late.
    #[inline]
    fn least(&self, gap: &Gap, to_s: i32, from_s: i32) -> Option<i64> {
        let start_s = gap.free_s.saturating_add(to_s).max(self.opens_s);
        let arrives_s = start_s.saturating_add(self.service_s).saturating_add(from_s);
        if start_s > self.closes_s || arrives_s > gap.latest_s {
            return None;
        }
        let (costs, travel_s) = (&self.shift.costs, i64::from(to_s) + i64::from(from_s));
        let faster_s = (i64::from(gap.old_s) - travel_s - i64::from(self.service_s)).max(0);
        let mut least = self.floor + costs.per_travel_s * (travel_s - i64::from(gap.old_s)) - faster_s * self.per_late_s;
        least += self.visit.wait_cost(start_s);
        if costs.per_km > 0 {
            let km_cost = |metres: i32| self.shift.leg_cost(0, metres);
            least += km_cost(gap.to_m as i32) + km_cost(gap.from_m as i32) - km_cost(gap.old_m) - 1;
        }
        Some(least)
    }
}

/// What a second less of duty saves at most.
fn per_late_s(shift: &Shift) -> i64 {
    shift.costs.per_duty_s + shift.costs.per_overtime_s + shift.costs.per_imbalance_s
}

pub(super) fn per_m(shift: &Shift, top_mps: f64) -> f32 {
    (shift.travel_factor / top_mps) as f32 * 0.999_99
}
