//! Time along a route: when a visit can be over at the earliest, having taken so many of the shift's breaks, and the latest that still
//! lets the rest of the route be made. Exact for several windows and breaks, in constant time per visit.

use super::ground::{Ground, NEVER};
use crate::plan::model::{BREAKS_MAX, Break, Commitment, Shift, Visit};

/// By number of breaks taken: an instant, `NEVER` (forwards) or `-NEVER` (backwards) where it cannot be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instants(pub [i32; BREAKS_MAX + 1]);

/// A shift's clock.
#[derive(Debug)]
pub struct Clock<'a> {
    pub shift: &'a Shift,
    /// The shift's number.
    index: usize,
    /// Breaks that can still come due.
    pub breaks: Vec<Break>,
    /// How many of the shift's breaks came before these.
    pub past: usize,
    pub start_stop: u32,
    pub end_stop: Option<u32>,
    /// Where what is not a fact starts from, when, and how many locked visits are facts: done or in progress.
    pub head_stop: u32,
    pub head: Instants,
    pub facts: usize,
    /// The duty has begun: it cannot start later.
    pub has_begun: bool,
}

impl<'a> Clock<'a> {
    pub fn new(ground: &Ground<'a>, at: usize) -> Self {
        let shift = ground.shift(at);
        let start_stop = ground.stop(shift.start_stop);
        let facts = shift.locked.iter().take_while(|locked| locked.commitment <= Commitment::InProgress).count();
        let (mut head_stop, mut free_s) = (start_stop, shift.earliest_start_s);
        if let Some(last) = facts.checked_sub(1).map(|last| shift.locked[last]) {
            head_stop = ground.visit_stop[last.visit.at()];
            let service_s = shift.service_s(ground.problem.visit(last.visit));
            let start_s = last.start_s.unwrap_or(free_s);
            free_s = free_s.max(last.end_s.unwrap_or(start_s + service_s));
        }
        if let Some(under_way) = shift.under_way {
            // Service in progress goes on at its place until it is over.
            if shift.locked.get(facts.wrapping_sub(1)).is_none_or(|last| last.commitment == Commitment::Done) {
                head_stop = ground.stop(under_way.stop);
            }
            free_s = free_s.max(under_way.at_s);
        }
        let has_begun = facts > 0 || shift.under_way.is_some();
        let past = shift.breaks.iter().take_while(|pause| pause.latest_start_s < free_s).count();
        let mut head = Instants([NEVER; BREAKS_MAX + 1]);
        head.0[0] = free_s;
        if !has_begun {
            // Who starts after a break's latest start does not owe it.
            for (taken, pause) in shift.breaks[past..].iter().enumerate() {
                let start_s = free_s.max(pause.latest_start_s + 1);
                if start_s <= shift.latest_start_s {
                    head.0[taken + 1] = start_s;
                }
            }
        }
        Self {
            shift,
            index: at,
            breaks: shift.breaks[past..].to_vec(),
            past,
            start_stop,
            end_stop: shift.end_stop.map(|stop| ground.stop(stop)),
            head_stop,
            head,
            facts,
            has_begun,
        }
    }

    /// The stop one leaves to reach the visit at `place`, which is no fact; or the end, after the last visit.
    pub fn stop_before(&self, ground: &Ground<'_>, visits: &[u32], place: usize) -> u32 {
        match place.checked_sub(1) {
            Some(before) if place > self.facts => ground.visit_stop[visits[before] as usize],
            _ => self.head_stop,
        }
    }

    /// The stop of the visit at `place`, or the end; None: it ends where the last visit was.
    pub fn stop_at(&self, ground: &Ground<'_>, visits: &[u32], place: usize) -> Option<u32> {
        visits.get(place).map(|&visit| ground.visit_stop[visit as usize]).or(self.end_stop)
    }

    /// How long the way to the visit at `place`, or to the end, takes. A locked visit is reached even where no way is known.
    pub fn travel_s(&self, ground: &Ground<'_>, visits: &[u32], place: usize) -> i32 {
        let Some(to) = self.stop_at(ground, visits, place) else { return 0 };
        let (travel_s, _) = ground.leg(self.index, self.stop_before(ground, visits, place), to);
        let is_locked = place < self.shift.locked.len() || visits.len() == self.shift.locked.len();
        if is_locked && travel_s >= NEVER { 0 } else { travel_s }
    }

    #[inline]
    pub fn states(&self) -> usize {
        self.breaks.len() + 1
    }

    /// When the next visit is reached at the earliest, breaks before and after the way included.
    #[inline]
    pub fn arrive(&self, free: &Instants, travel_s: i32) -> Instants {
        if self.breaks.is_empty() {
            let mut out = Instants([NEVER; BREAKS_MAX + 1]);
            out.0[0] = free.0[0].saturating_add(travel_s).min(NEVER);
            return out;
        }
        let mut out = *free;
        self.rest(&mut out);
        for at in &mut out.0[..self.states()] {
            *at = at.saturating_add(travel_s).min(NEVER);
        }
        self.rest(&mut out);
        out
    }

    /// Takes breaks where one is.
    fn rest(&self, at: &mut Instants) {
        for taken in 0..self.breaks.len() {
            if let Some(rested_s) = self.rested(at.0[taken], taken) {
                at.0[taken + 1] = at.0[taken + 1].min(rested_s);
            }
        }
    }

    /// From arrivals to ends of service.
    #[inline]
    pub fn serve(&self, arrived: &Instants, visit: &Visit, rule: Start) -> Instants {
        let service_s = self.shift.service_s(visit);
        let mut out = *arrived;
        for at in &mut out.0[..self.states()] {
            if *at < NEVER {
                *at = start_of(*at, visit, rule).map_or(NEVER, |start_s| start_s + service_s);
            }
        }
        out
    }

    /// The latest that one may be free before the way that leads to something reached at `arrive` at the latest.
    #[inline]
    pub fn leave(&self, arrive: &Instants, travel_s: i32) -> Instants {
        let mut out = *arrive;
        self.rest_back(&mut out);
        for at in &mut out.0[..self.states()] {
            *at = at.saturating_sub(travel_s).max(-NEVER);
        }
        self.rest_back(&mut out);
        out
    }

    fn rest_back(&self, at: &mut Instants) {
        for (taken, pause) in self.breaks.iter().enumerate().rev() {
            let start_s = (at.0[taken + 1] - pause.duration_s).min(pause.latest_start_s);
            if at.0[taken + 1] > -NEVER && start_s >= pause.earliest_start_s {
                at.0[taken] = at.0[taken].max(start_s);
            }
        }
    }

    /// When the break with this index is over, begun as early as can be from `free_s` on. None: it is too late for it.
    pub fn rested(&self, free_s: i32, index: usize) -> Option<i32> {
        let pause = self.breaks[index];
        let start_s = free_s.max(pause.earliest_start_s);
        (start_s <= pause.latest_start_s).then_some(start_s + pause.duration_s)
    }

    /// From the latest ends of service to the latest arrivals. No window keeps a locked visit from starting.
    #[inline]
    pub fn serve_back(&self, free: &Instants, visit: &Visit, is_locked: bool) -> Instants {
        let service_s = self.shift.service_s(visit);
        let mut out = *free;
        for at in &mut out.0[..self.states()] {
            let latest_s = at.saturating_sub(service_s);
            *at = if is_locked { latest_s } else { last_start(latest_s, visit).unwrap_or(-NEVER) };
        }
        out
    }

    /// Somebody waits for the visit since `since_s`: it is reached no later than for its earliest start, but for what nobody waits.
    pub fn no_later(&self, latest: &mut Instants, over: &Instants, visit: &Visit, since_s: i32) {
        let service_s = self.shift.service_s(visit);
        for (at, over_s) in latest.0.iter_mut().zip(over.0).take(self.states()).filter(|(_, over_s)| *over_s < NEVER) {
            *at = (*at).min(since_s.max(over_s - service_s));
        }
    }

    /// When the duty ends at the earliest and with which breaks taken, given arrivals at its end; None: never in time.
    pub fn end(&self, arrived: &Instants) -> Option<(i32, usize)> {
        let ends = (0..self.states()).filter(|&taken| self.is_enough(taken, arrived.0[taken]));
        ends.map(|taken| (arrived.0[taken], taken)).min()
    }

    /// Whether whoever ends at `end_s` with this many breaks owes none.
    fn is_enough(&self, taken: usize, end_s: i32) -> bool {
        end_s <= self.shift.end_max_s() && self.breaks.get(taken).is_none_or(|next| end_s <= next.latest_start_s)
    }

    /// The latest arrivals at the end of duty, none later than `end_s`.
    pub fn last_arrivals(&self, end_s: i32) -> Instants {
        let mut out = Instants([-NEVER; BREAKS_MAX + 1]);
        for (taken, at) in out.0[..self.states()].iter_mut().enumerate() {
            *at = self.breaks.get(taken).map_or(end_s, |next| end_s.min(next.latest_start_s));
        }
        out
    }

    /// Whether a visit between two ways could fit, were breaks taken at the best of times: quickly told, and never wrongly denied.
    pub fn could_meet(&self, free: &Instants, reach: &Instants, visit: &Visit, (to_s, on_s): (i32, i32)) -> bool {
        let opens_s = visit.windows.first().map_or(0, |window| window.opens_s);
        let rest_s = self.shift.service_s(visit).saturating_add(on_s);
        (0..self.states()).any(|taken| {
            let mut reached_s = free.0[taken].saturating_add(to_s);
            (taken..self.states()).any(|then| {
                if then > taken {
                    reached_s = reached_s.saturating_add(self.breaks[then - 1].duration_s);
                }
                reached_s.max(opens_s).saturating_add(rest_s) <= reach.0[then]
            })
        })
    }

    pub fn can_meet(&self, arrived: &Instants, latest: &Instants) -> bool {
        (0..self.states()).any(|taken| arrived.0[taken] <= latest.0[taken])
    }
}

/// How service may start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// In a window, as early as can be.
    Early,
    /// In a window, not before its promise where it has one that can still be kept.
    AsPromised,
    /// As locked: not before this, late if need be.
    Locked(Option<i32>),
}

pub fn start_of(arrived_s: i32, visit: &Visit, rule: Start) -> Option<i32> {
    let in_window =
        |at_s: i32| visit.windows.iter().find(|window| window.closes_s >= at_s).map(|window| window.opens_s.max(at_s));
    match rule {
        Start::Early => in_window(arrived_s),
        Start::AsPromised => {
            let early = in_window(arrived_s)?;
            let promised = visit
                .promise
                .filter(|promise| early < promise.window.opens_s)
                .and_then(|promise| in_window(promise.window.opens_s).filter(|&start_s| promise.window.contains(start_s)));
            Some(promised.unwrap_or(early))
        }
        Start::Locked(Some(start_s)) => Some(arrived_s.max(start_s)),
        Start::Locked(None) => Some(in_window(arrived_s).unwrap_or(arrived_s)),
    }
}

fn last_start(latest_s: i32, visit: &Visit) -> Option<i32> {
    let window = visit.windows.iter().rev().find(|window| window.opens_s <= latest_s)?;
    Some(window.closes_s.min(latest_s))
}
