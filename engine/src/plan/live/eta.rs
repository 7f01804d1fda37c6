//! When the agent will be there, how sure that is, and which windows and promises will be missed unless something is done.

use super::LivePlan;
use super::chance::{AGE_SPREAD, AlarmRules, Uncertain};
use super::change::Rejection;
use super::durations::Estimate;
use super::ways::Ways;
use crate::VisitId;
use crate::plan::model::{ShiftId, Visit};
use serde::Serialize;
use std::collections::BTreeSet;

/// Standard deviation of a visit of which nothing is learned, as a share of what is planned.
const VISIT_SPREAD: f64 = 0.3;

/// How long visits take, by this agent: what `DurationModel` has learned, or nothing.
pub type VisitTimes<'a> = &'a dyn Fn(&Visit, ShiftId) -> Option<Estimate>;

/// When a visit is expected to start.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Eta {
    pub visit: VisitId,
    /// Expected start of service, seconds from the plan's origin.
    pub mean_s: f64,
    pub sd_s: f64,
    /// As the plan has it, every leg and visit taking its expected time.
    pub planned_s: i32,
    /// Of the last window.
    pub closes_s: i32,
    /// That service starts after the last window has closed.
    pub miss_chance: f64,
    /// That service starts after what was promised; None: nothing was.
    pub promise_chance: Option<f64>,
}

impl Eta {
    /// The greater of the two chances.
    pub fn chance(&self) -> f64 {
        self.promise_chance.map_or(self.miss_chance, |chance| chance.max(self.miss_chance))
    }
}

/// A visit that is likely to be missed.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Risk {
    pub visit: VisitId,
    pub chance: f64,
    /// From the expected start to what closes first, seconds; negative: expected after it.
    pub margin_s: i32,
    /// It was not at risk when last asked.
    pub is_new: bool,
}

impl<W: Ways> LivePlan<W> {
    /// Expected starts of what is ahead on a shift, in order.
    pub fn etas(&self, shift: ShiftId, times: VisitTimes<'_>) -> Result<Vec<Eta>, Rejection> {
        let ix = self.shift_ix(shift)?;
        let (grounds, route, of) = (&self.grounds, &self.grounds.routes[ix.at()], self.grounds.problem.shift(ix));
        let departs_s = if route.head.is_flexible { route.timing.departs_s } else { route.head.free_s };
        let mut at = Uncertain::sure(departs_s);
        if let Some(last) = route.begun.last().filter(|_| of.locked[route.begun.len() - 1].end_s.is_none()) {
            // In progress: it ends when such visits end, and not before now.
            let visit = grounds.problem.visit(*last);
            let (mean_s, sd_s) = expected(visit, of.service_s(visit), shift, times);
            let began_s = of.locked[route.begun.len() - 1].start_s.unwrap_or(departs_s);
            at = Uncertain::sure(began_s).after(mean_s, sd_s).not_before(f64::from(grounds.now_s));
        } else if let Some(under_way) = of.under_way {
            at = at.after(0.0, f64::from((grounds.now_s - under_way.at_s).max(0)) * AGE_SPREAD);
        }
        // Whoever has not left yet is planned to leave so late that they wait nowhere, and may still leave sooner: their risks are those of leaving
        // at once.
        let mut soonest = if route.head.is_flexible { Uncertain::sure(route.head.free_s) } else { at };
        let mut breaks = route.timing.breaks_s.iter().zip(&of.breaks).filter_map(|(at, pause)| Some(((*at)?, pause))).peekable();
        let mut etas = Vec::with_capacity(route.steps.len());
        for step in &route.steps {
            while let Some((_, pause)) = breaks.next_if(|(begins_s, _)| *begins_s < step.start_s) {
                for at in [&mut at, &mut soonest] {
                    *at = at.not_before(f64::from(pause.earliest_start_s)).after(f64::from(pause.duration_s), 0.0);
                }
            }
            let visit = grounds.problem.visit(step.visit);
            let waits_until_s = |arrives: Uncertain| {
                // The window in which the expected arrival falls, or the next.
                let window = visit.windows.iter().find(|window| arrives.mean_s <= f64::from(window.closes_s));
                let opens_s = window.or(visit.windows.last()).map_or(0, |window| window.opens_s);
                if step.is_timed { step.opens_s } else { opens_s }
            };
            let arrives = [at, soonest].map(|at| at.after_leg(f64::from(step.leg_s)));
            let begins_s = arrives.map(waits_until_s);
            let [starts, starts_soonest] = [0, 1].map(|n| arrives[n].not_before(f64::from(begins_s[n])));
            let closes_s = visit.windows.last().map_or(i32::MAX, |window| window.closes_s);
            // Whoever waits for the hour is in time, also where it is a single one that a start was fixed at.
            let late = |closes_s: i32| if begins_s[1] > closes_s { 1.0 } else { arrives[1].chance_after(f64::from(closes_s)) };
            etas.push(Eta {
                visit: visit.id,
                mean_s: starts.mean_s,
                sd_s: starts.sd_s(),
                planned_s: step.start_s,
                closes_s,
                miss_chance: late(closes_s),
                promise_chance: visit.promise.map(|promise| late(promise.window.closes_s)),
            });
            let (mean_s, sd_s) = expected(visit, step.service_s, shift, times);
            (at, soonest) = (starts.after(mean_s, sd_s), starts_soonest.after(mean_s, sd_s));
        }
        Ok(etas)
    }

    /// Visits of a shift that are at risk now, where `was` were when last asked.
    pub fn risks(
        &self,
        shift: ShiftId,
        times: VisitTimes<'_>,
        was: &BTreeSet<VisitId>,
        rules: &AlarmRules,
    ) -> Result<Vec<Risk>, Rejection> {
        let mut risks = Vec::new();
        for eta in self.etas(shift, times)? {
            let is_new = !was.contains(&eta.visit);
            if rules.is_at_risk(!is_new, eta.chance()) {
                let ix = self.visit_ix(eta.visit)?;
                let promised_s = self.grounds.problem.visit(ix).promise.map_or(i32::MAX, |promise| promise.window.closes_s);
                let margin_s = (f64::from(eta.closes_s.min(promised_s)) - eta.mean_s).round() as i32;
                risks.push(Risk { visit: eta.visit, chance: eta.chance(), margin_s, is_new });
            }
        }
        Ok(risks)
    }
}

fn expected(visit: &Visit, planned_s: i32, shift: ShiftId, times: VisitTimes<'_>) -> (f64, f64) {
    match times(visit, shift) {
        Some(estimate) => (estimate.mean_s, estimate.sd_s),
        None => (f64::from(planned_s), f64::from(planned_s) * VISIT_SPREAD),
    }
}
