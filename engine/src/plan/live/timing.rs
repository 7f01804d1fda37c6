//! When everything on a route happens: starts, breaks, departure and end, from the order of visits and the legs between them.
//!
//! The rule: everything as early as it can be, then the departure as late as it can be without ending later or breaking a promise. Where
//! breaks are due, the earliest end over all ways to place them, exactly. What cannot be kept (an agent is late, or a trial does not fit)
//! still gets times; `late_s` says by how much limits are overrun in all, and 0 is the only value of a plan that keeps them.

use super::route::{Head, Step};
use crate::plan::model::{BREAKS_MAX, Break, Problem, Shift, Window};

/// Times of a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Timing {
    pub departs_s: i32,
    pub ends_s: i32,
    /// By which the limits of windows, breaks and the shift are overrun, seconds in all.
    pub late_s: i64,
    /// By break of the shift; None: not due, or long past.
    pub breaks_s: [Option<i32>; BREAKS_MAX],
}

/// Memory used again from one timing to the next.
#[derive(Clone, Default)]
pub(super) struct Board {
    reached: Vec<[Reached; BREAKS_MAX + 1]>,
    /// By gap: breaks taken before and after the way.
    taken: Vec<(u8, u8)>,
}

/// The best way to have left a place with so many breaks taken.
#[derive(Clone, Copy)]
struct Reached {
    late_s: i64,
    /// Ready to leave.
    at_s: i32,
    /// Breaks taken in the gap before it: before the way, and after.
    gap: (u8, u8),
}

const NOT_REACHED: Reached = Reached { late_s: i64::MAX, at_s: i32::MAX, gap: (0, 0) };

impl Reached {
    fn rank(&self) -> (i64, i32) {
        (self.late_s, self.at_s)
    }
}

/// What a route's times depend on.
#[derive(Clone, Copy)]
pub(super) struct Course<'a> {
    pub problem: &'a Problem,
    pub shift: &'a Shift,
    pub head: Head,
    pub end_leg_s: i32,
}

impl Course<'_> {
    /// Breaks that are still to be placed: the others were over before anything here begins. A range of the shift's breaks.
    pub fn breaks_ahead(&self) -> std::ops::Range<usize> {
        let past = self.shift.breaks.iter().take_while(|pause| pause.latest_start_s < self.head.free_s).count();
        past..self.shift.breaks.len()
    }

    /// Writes the start of every step, and returns the rest.
    pub fn time(&self, steps: &mut [Step], board: &mut Board) -> Timing {
        let ahead = self.breaks_ahead();
        board.taken.clear();
        board.taken.resize(steps.len() + 1, (0, 0));
        if !ahead.is_empty() && !steps.is_empty() {
            self.place_breaks(&self.shift.breaks[ahead.clone()], steps, board);
        }
        let breaks = &self.shift.breaks[ahead.clone()];
        let mut timing = self.forward(self.head.free_s, breaks, steps, board);
        if self.head.is_flexible && !steps.is_empty() {
            let latest_s = self.latest_departure(timing.ends_s, breaks, steps, board);
            if latest_s > timing.departs_s {
                let late_s = timing.late_s;
                timing = self.forward(latest_s, breaks, steps, board);
                debug_assert!(timing.late_s <= late_s, "a later departure makes nothing late");
            }
        }
        timing.breaks_s.rotate_right(ahead.start);
        timing
    }

    /// Decides in which gap each break is taken, for the earliest end of those that overrun the least.
    fn place_breaks(&self, breaks: &[Break], steps: &[Step], board: &mut Board) {
        let Board { reached, taken } = board;
        reached.clear();
        let mut from = [NOT_REACHED; BREAKS_MAX + 1];
        from[0] = Reached { late_s: 0, at_s: self.head.free_s, gap: (0, 0) };
        for step in steps {
            let mut next = cross(breaks, &from, step.leg_s);
            for reached in next.iter_mut().take(breaks.len() + 1).filter(|reached| reached.late_s != i64::MAX) {
                let (start_s, late_s) = self.start(step, reached.at_s);
                reached.at_s = start_s.saturating_add(step.service_s);
                reached.late_s += late_s;
            }
            reached.push(next);
            from = next;
        }
        let last = cross(breaks, &from, self.end_leg_s);
        reached.push(last);
        // A break is due only for who is on duty after its latest start.
        let is_complete = |count: usize| breaks.get(count).is_none_or(|pause| last[count].at_s <= pause.latest_start_s);
        let complete = (0..=breaks.len()).filter(|&count| last[count].late_s != i64::MAX && is_complete(count));
        let overrun_s = |count: usize| i64::from((last[count].at_s - self.shift.end_max_s()).max(0));
        let best = complete.min_by_key(|&count| (last[count].late_s + overrun_s(count), last[count].at_s));
        let mut count = best.expect("taking every break is complete, and every break can be taken, if late");
        for gap in (0..=steps.len()).rev() {
            taken[gap] = reached[gap][count].gap;
            count -= usize::from(taken[gap].0 + taken[gap].1);
        }
    }

    /// Starts and ends when departing at `departs_s`, breaks as placed.
    fn forward(&self, departs_s: i32, breaks: &[Break], steps: &mut [Step], board: &Board) -> Timing {
        let mut timing = Timing { departs_s, ..Timing::default() };
        if self.head.is_flexible && !steps.is_empty() {
            timing.late_s += i64::from((departs_s - self.shift.latest_start_s).max(0));
        }
        let (mut at_s, mut next) = (departs_s, 0);
        let mut pause = |at_s: i32, count: u8, timing: &mut Timing| {
            (0..count).fold(at_s, |at_s, _| {
                let due = &breaks[next];
                let begins_s = at_s.max(due.earliest_start_s);
                timing.late_s += i64::from((begins_s - due.latest_start_s).max(0));
                timing.breaks_s[next] = Some(begins_s);
                next += 1;
                begins_s.saturating_add(due.duration_s)
            })
        };
        for (step, &(before, after)) in steps.iter_mut().zip(&board.taken) {
            at_s = pause(at_s, before, &mut timing).saturating_add(step.leg_s);
            at_s = pause(at_s, after, &mut timing);
            let (start_s, late_s) = self.start(step, at_s);
            step.start_s = start_s;
            timing.late_s += late_s;
            at_s = start_s.saturating_add(step.service_s);
        }
        let (before, after) = board.taken[steps.len()];
        at_s = pause(at_s, before, &mut timing).saturating_add(self.end_leg_s);
        at_s = pause(at_s, after, &mut timing);
        timing.ends_s = at_s;
        if !steps.is_empty() {
            timing.late_s += i64::from((at_s - self.shift.end_max_s()).max(0));
        }
        timing
    }

    /// The latest departure with the same end, the same windows, and every promise kept that is kept now.
    fn latest_departure(&self, ends_s: i32, breaks: &[Break], steps: &[Step], board: &Board) -> i32 {
        let mut next = board.taken.iter().map(|(before, after)| usize::from(before + after)).sum::<usize>();
        let mut before_pause = |at_s: i32, count: u8| {
            (0..count).fold(at_s, |at_s, _| {
                next -= 1;
                let due = &breaks[next];
                at_s.saturating_sub(due.duration_s).min(due.latest_start_s)
            })
        };
        let (before, after) = board.taken[steps.len()];
        let mut at_s = before_pause(ends_s, after).saturating_sub(self.end_leg_s);
        at_s = before_pause(at_s, before);
        for (step, &(before, after)) in steps.iter().zip(&board.taken).rev() {
            at_s = at_s.saturating_sub(step.service_s).min(self.last_good_start(step));
            at_s = before_pause(at_s, after).saturating_sub(step.leg_s);
            at_s = before_pause(at_s, before);
        }
        at_s.clamp(self.head.free_s, self.shift.latest_start_s.max(self.head.free_s))
    }

    /// When service starts for who arrives then, and how late that is.
    #[inline]
    pub fn start(&self, step: &Step, arrives_s: i32) -> (i32, i64) {
        if arrives_s <= step.opens_s {
            return (step.opens_s, 0);
        }
        if !step.has_choice {
            return (arrives_s, i64::from((arrives_s - step.closes_s).max(0)));
        }
        let windows = &self.problem.visit(step.visit).windows;
        match windows.iter().find(|window| arrives_s <= window.closes_s) {
            Some(window) => (arrives_s.max(window.opens_s), 0),
            None => (arrives_s, i64::from((arrives_s - step.closes_s).max(0))),
        }
    }

    /// How much later a step may start where it now starts at `start_s`.
    fn last_good_start(&self, step: &Step) -> i32 {
        let visit = self.problem.visit(step.visit);
        let holds = |window: &&Window| window.contains(step.start_s);
        let closes_s = visit.windows.iter().find(holds).map_or(step.start_s, |window| window.closes_s);
        let closes_s = if step.is_timed { step.start_s } else { closes_s };
        // Who is waited for does not leave later for it.
        let closes_s = visit.awaited.map_or(closes_s, |awaited| closes_s.min(step.start_s.max(visit.waits_from_s(awaited))));
        match visit.promise {
            Some(promise) if promise.window.contains(step.start_s) => closes_s.min(promise.window.closes_s),
            _ => closes_s,
        }
    }
}

/// From who is ready to leave to who has arrived and taken the breaks they take there.
fn cross(breaks: &[Break], from: &[Reached; BREAKS_MAX + 1], leg_s: i32) -> [Reached; BREAKS_MAX + 1] {
    let pause = |reached: Reached, due: &Break| {
        let begins_s = reached.at_s.max(due.earliest_start_s);
        let late_s = i64::from((begins_s - due.latest_start_s).max(0));
        Reached { late_s: reached.late_s.saturating_add(late_s), at_s: begins_s.saturating_add(due.duration_s), ..reached }
    };
    let mut before = *from;
    let mut arrived = [NOT_REACHED; BREAKS_MAX + 1];
    for count in 0..=breaks.len() {
        before[count].gap = (0, 0);
        if count > 0 && before[count - 1].late_s != i64::MAX {
            let (taken, staying) = (pause(before[count - 1], &breaks[count - 1]), before[count - 1].gap.0 + 1);
            if taken.rank() < before[count].rank() {
                before[count] = Reached { gap: (staying, 0), ..taken };
            }
        }
        if before[count].late_s != i64::MAX {
            arrived[count] = Reached { at_s: before[count].at_s.saturating_add(leg_s), ..before[count] };
        }
        if count > 0 && arrived[count - 1].late_s != i64::MAX {
            let (mut taken, gap) = (pause(arrived[count - 1], &breaks[count - 1]), arrived[count - 1].gap);
            taken.gap = (gap.0, gap.1 + 1);
            if taken.rank() < arrived[count].rank() {
                arrived[count] = taken;
            }
        }
    }
    arrived
}
