//! A checker of a plan's own answers: feasibility and cost from the problem and the times stated, in the plainest way.

use super::world::Town;
use crate::plan::live::{LivePlan, Snapshot};
use crate::plan::model::*;

/// Complains about the first thing wrong with the plan: a hard constraint that does not hold, a stated cost that is not the cost. Shifts in
/// `late` are excused from time alone.
pub fn judge(plan: &LivePlan<Town>) {
    judge_after(plan, None);
}

/// The same after a step from where agents were before: by the way they really take, and only so, a shift may come over its limits of travel.
pub fn judge_step(plan: &LivePlan<Town>, before: &[Whereabouts]) {
    judge_after(plan, Some(before));
}

/// Where a shift's agent is, and how far the shift goes in all.
pub struct Whereabouts {
    at: (Option<UnderWay>, usize),
    travel_s: i32,
    distance_m: i32,
}

pub fn whereabouts(plan: &LivePlan<Town>) -> Vec<Whereabouts> {
    let grounds = &plan.grounds;
    let of = |(shift, route): (&Shift, &super::super::route::Route)| Whereabouts {
        at: (shift.under_way, shift.locked.len()),
        travel_s: route.sums.travel_s,
        distance_m: route.sums.distance_m,
    };
    grounds.problem.shifts().iter().zip(&grounds.routes).map(of).collect()
}

/// What the world has done is no fault of the plan: a shift with nothing ahead ends when it ends, and how far an agent has gone is as it is.
fn excuse(problem: &mut Problem, plan: &LivePlan<Town>, before: Option<&[Whereabouts]>) {
    for (at, now) in whereabouts(plan).into_iter().enumerate() {
        let ix = ShiftIx::from(at);
        let mut shift = problem.shift(ix).clone();
        if plan.grounds.routes[at].steps.is_empty() {
            shift.overtime_max_s = 86_400;
        }
        if let Some(was) = before.and_then(|before| before.get(at)) {
            let has_gone_on = was.at != now.at;
            let (travel_s, distance_m) =
                if has_gone_on { (now.travel_s, now.distance_m) } else { (was.travel_s, was.distance_m) };
            shift.travel_max_s = shift.travel_max_s.max(travel_s);
            shift.distance_max_m = shift.distance_max_m.max(distance_m);
        }
        problem.replace_shift(ix, shift);
    }
}

fn judge_after(plan: &LivePlan<Town>, before: Option<&[Whereabouts]>) {
    let Snapshot { mut problem, start, .. } = plan.snapshot(&[]).unwrap();
    excuse(&mut problem, plan, before);
    let late: Vec<ShiftId> = plan.late().map(|(shift, _)| shift).collect();
    if late.is_empty() {
        // The engine's own checker and ours agree with the plan, and with each other.
        let bill = crate::plan::check::check(&problem, plan.ways(), &start).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        assert_eq!(bill, plan.bill(), "stated costs are the costs");
    }
    let bill = check(&problem, &start, plan.ways(), &late).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(bill, plan.bill(), "stated costs are the costs");
}

pub fn check(problem: &Problem, plan: &Solution, town: &Town, late: &[ShiftId]) -> Result<Bill, String> {
    let mut bill = Bill::default();
    let mut seen = vec![0; problem.visits().len()];
    let mut duties: Vec<i64> = Vec::new();
    for (at, route) in plan.routes.iter().enumerate() {
        let shift = problem.shift(ShiftIx::from(at));
        route.visits.iter().for_each(|visit| seen[visit.at()] += 1);
        let is_late = late.contains(&shift.id);
        let (of_route, duty_s) =
            check_route(problem, ShiftIx::from(at), route, town, is_late).map_err(|w| format!("{}: {w}", shift.id))?;
        bill += of_route;
        duties.push(duty_s);
    }
    for unassigned in &plan.unassigned {
        seen[unassigned.visit.at()] += 1;
        let visit = problem.visit(unassigned.visit);
        match visit.prize {
            Prize::Mandatory => bill.mandatory_lost += 1 + i64::from(visit.priority),
            Prize::Optional(prize) => bill.prizes_lost += prize,
        }
    }
    if let Some(visit) = seen.iter().position(|count| *count != 1) {
        return Err(format!("visit {visit} is {} times in the plan", seen[visit]));
    }
    for limits in problem.agents() {
        let duty_s: i64 = limits.shifts.iter().map(|shift| duties[shift.at()]).sum();
        let used = limits.shifts.iter().filter(|shift| !plan.routes[shift.at()].visits.is_empty()).count();
        let is_late = limits.shifts.iter().any(|shift| late.contains(&problem.shift(*shift).id));
        if (duty_s > limits.duty_max_s && !is_late) || used > limits.shifts_max as usize {
            return Err(format!("{} works {duty_s} s in {used} shifts", limits.agent));
        }
    }
    Ok(bill)
}

fn check_route(problem: &Problem, ix: ShiftIx, route: &Route, town: &Town, is_late: bool) -> Result<(Bill, i64), String> {
    let shift = problem.shift(ix);
    if route.visits.is_empty() {
        return Ok((Bill::default(), 0));
    }
    let require = |holds: bool, what: &str| if holds { Ok(()) } else { Err(what.to_owned()) };
    let begun = shift.locked.iter().filter(|locked| locked.commitment <= Commitment::InProgress).count();
    let mut bill = Bill { fixed: shift.costs.fixed, ..Bill::default() };
    let (mut travel_s, mut distance_m, mut demand) = (0, 0, 0);
    let mut stop = shift.start_stop;
    let mut ready_s = route.departs_s;
    let mut breaks: Vec<(i32, i32)> =
        route.breaks_s.iter().zip(&shift.breaks).filter_map(|(at, pause)| Some(((*at)?, pause.duration_s))).collect();
    for (at, pause) in route.breaks_s.iter().zip(&shift.breaks) {
        let is_due = route.departs_s <= pause.latest_start_s && route.ends_s > pause.latest_start_s;
        let is_past = (begun > 0 || shift.under_way.is_some()) && at.is_none();
        require(!is_due || at.is_some() || is_past || is_late, "a break is due and not taken")?;
        if let Some(at_s) = at {
            require((pause.earliest_start_s..=pause.latest_start_s).contains(at_s) || is_late, "a break out of its hours")?;
        }
    }
    for (position, (visit_ix, start_s)) in route.visits.iter().zip(&route.starts_s).enumerate() {
        let visit = problem.visit(*visit_ix);
        require(position < begun || problem.may_serve(ix, *visit_ix), &format!("{} may not be served", visit.id))?;
        if position == begun
            && let Some(under_way) = shift.under_way
        {
            stop = under_way.stop;
            ready_s = ready_s.max(under_way.at_s);
        }
        let leg = town.leg(shift.profile, stop, visit.stop).ok_or("no way")?;
        let leg_s = shift.travel_s(leg.duration_s);
        travel_s += leg_s;
        distance_m += leg.distance_m;
        bill.travel += shift.leg_cost(leg_s, leg.distance_m);
        if position >= begun {
            let from_s = ready_s;
            let in_gap: Vec<_> = breaks.iter().copied().filter(|(at, _)| (from_s..=*start_s).contains(at)).collect();
            breaks.retain(|pause| !in_gap.contains(pause));
            require(
                fits(from_s, leg_s, *start_s, &in_gap),
                &format!("{} cannot be reached in time: {from_s} {leg_s} {start_s} {in_gap:?}", visit.id),
            )?;
            let is_open = visit.windows.iter().any(|window| window.contains(*start_s));
            require(is_open || is_late || visit.locked_in == Some(ix), &format!("{} is closed at {start_s}", visit.id))?;
        }
        ready_s = match shift.locked.get(position).and_then(|locked| locked.end_s) {
            Some(end_s) if position < begun => end_s,
            _ => start_s + shift.service_s(visit),
        };
        stop = visit.stop;
        demand += i64::from(visit.demand);
        let is_preferred = visit.preferred_agents.is_empty() || visit.preferred_agents.contains(&shift.id.agent);
        bill.preference += if is_preferred { 0 } else { visit.not_preferred_cost };
        bill.moved += visit.current.filter(|current| current.shift != ix).map_or(0, |current| current.cost_moved);
        if let Some(promise) = visit.promise {
            let is_kept = promise.window.contains(*start_s) && promise.agent.is_none_or(|agent| agent == shift.id.agent);
            bill.broken_promises += if is_kept { 0 } else { promise.cost_broken };
        }
        if let Some(awaited) = visit.awaited {
            let opens_s = visit.windows.iter().map(|window| window.opens_s).min().unwrap();
            bill.waiting += awaited.cost_per_s * i64::from((start_s - awaited.since_s.max(opens_s)).max(0));
        }
    }
    if begun == route.visits.len()
        && let Some(under_way) = shift.under_way
    {
        stop = under_way.stop;
        ready_s = ready_s.max(under_way.at_s);
    }
    let leg = match shift.end_stop {
        Some(end) => town.leg(shift.profile, stop, end).ok_or("no way home")?,
        None => Leg::default(),
    };
    let leg_s = shift.travel_s(leg.duration_s);
    travel_s += leg_s;
    distance_m += leg.distance_m;
    bill.travel += shift.leg_cost(leg_s, leg.distance_m);
    require(fits(ready_s, leg_s, route.ends_s, &breaks), "cannot be home by then")?;
    require(is_late || route.ends_s <= shift.end_max_s(), "ends too late")?;
    if begun == 0 && shift.under_way.is_none() {
        require(route.departs_s >= shift.earliest_start_s, "departs too early")?;
        require(is_late || route.departs_s <= shift.latest_start_s, "departs too late")?;
    }
    require(shift.capacity == i32::MAX || demand <= i64::from(shift.capacity), "carries too much")?;
    require(route.visits.len() <= shift.visits_max as usize, "makes too many visits")?;
    require(travel_s <= shift.travel_max_s || is_late, "travels too long")?;
    require(distance_m <= shift.distance_max_m || is_late, "travels too far")?;
    let duty_s = i64::from(route.ends_s) - i64::from(route.departs_s);
    bill.duty = shift.costs.per_duty_s * duty_s;
    bill.overtime = shift.costs.per_overtime_s * i64::from((route.ends_s - shift.latest_end_s).max(0));
    bill.imbalance = shift.costs.per_imbalance_s * shift.target_duty_s.map_or(0, |target| (duty_s - i64::from(target)).max(0));
    Ok((bill, duty_s))
}

/// Whether the way and the breaks fit between two instants: some breaks before the way, the others after.
fn fits(from_s: i32, leg_s: i32, until_s: i32, breaks: &[(i32, i32)]) -> bool {
    (0..=breaks.len()).any(|before| {
        let mut at_s = from_s;
        for (count, (begins_s, duration_s)) in breaks.iter().enumerate() {
            if count == before {
                at_s += leg_s;
            }
            if *begins_s < at_s {
                return false;
            }
            at_s = begins_s + duration_s;
        }
        if before == breaks.len() {
            at_s += leg_s;
        }
        at_s <= until_s
    })
}
