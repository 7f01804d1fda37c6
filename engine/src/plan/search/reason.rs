//! Why a visit was left out: each shift, with nothing in it but what is locked, is asked for the first rule that refuses it.

use super::timetable::Timetable;
use crate::plan::model::{Prize, Reason, ShiftIx, Skills, VisitIx};

/// The reason of the shift that came closest to making the visit.
pub fn why_left_out(timetable: &mut Timetable<'_>, visit: VisitIx) -> Reason {
    let problem = timetable.ground.problem;
    let (mut closest, mut missing) = (Reason::NoShift, None::<Skills>);
    for shift in 0..problem.shifts().len() {
        let reason = why_not(timetable, shift, visit);
        if let Reason::NobodySkilled { missing: lacking } = reason
            && missing.is_none_or(|least| lacking.0.count_ones() < least.0.count_ones())
        {
            missing = Some(lacking);
        }
        if rung(reason) > rung(closest) {
            closest = reason;
        }
    }
    match (closest, missing) {
        (Reason::NobodySkilled { .. }, Some(missing)) => Reason::NobodySkilled { missing },
        _ => closest,
    }
}

/// How far up the ladder of rules a shift came before one refused.
const fn rung(reason: Reason) -> u8 {
    match reason {
        Reason::NoShift => 0,
        Reason::NobodyAllowed => 1,
        Reason::NobodySkilled { .. } => 2,
        Reason::Unreachable => 3,
        Reason::TooLarge => 4,
        Reason::NoTime => 5,
        Reason::NoRoom => 6,
        Reason::NotWorthIt => 7,
        Reason::NotPlanned => 8,
    }
}

fn why_not(timetable: &mut Timetable<'_>, shift: usize, visit: VisitIx) -> Reason {
    let problem = timetable.ground.problem;
    let (shift_of, visit_of) = (problem.shift(ShiftIx::from(shift)), problem.visit(visit));
    let missing = shift_of.skills.missing(visit_of.skills);
    if !missing.is_empty() {
        let is_allowed = problem.is_allowed(ShiftIx::from(shift), visit);
        return if is_allowed { Reason::NobodySkilled { missing } } else { Reason::NobodyAllowed };
    }
    if !problem.may_serve(ShiftIx::from(shift), visit) {
        return Reason::NobodyAllowed;
    }
    if visit_of.demand > shift_of.capacity {
        return Reason::TooLarge;
    }
    let mut visits: Vec<u32> = shift_of.locked.iter().map(|locked| locked.visit.0).collect();
    let before = timetable.figures(shift, &visits).map_or(0, |figures| figures.bill.total());
    visits.push(visit.0);
    if timetable.sums(shift, &visits).is_none() {
        return Reason::Unreachable;
    }
    match (timetable.figures(shift, &visits), visit_of.prize) {
        (None, _) => Reason::NoTime,
        (Some(figures), Prize::Optional(prize)) if figures.bill.total() - before >= prize => Reason::NotWorthIt,
        (Some(_), _) => Reason::NoRoom,
    }
}
