//! A plan as it is shown: a day of it, a route, what waits, what is at risk. Drawn from the board as it is; nothing here decides.

use super::board::Board;
use super::world::{Card, WorkDay};
use chrono::NaiveDate;
use salessync_engine::plan::live::AlarmRules;
use salessync_engine::plan::model::{Commitment, ShiftId, ShiftIx, StopIx, Travel};
use salessync_engine::wire::plan::{
    AtRisk, Eta, Hours, LeftOut, Pause, PlanDay, PlanSummary, Risk, RouteDay, ShiftHours, Stop, Totals,
};
use salessync_engine::{AgentId, Point, VisitId};
use std::collections::{BTreeMap, BTreeSet};

impl Board {
    /// A day of the plan. `precise`: where agents begin and end is shown.
    pub fn day(&self, date: NaiveDate, precise: bool, at_risk: &BTreeSet<VisitId>) -> PlanDay {
        let shifts: Vec<ShiftId> = self.days.keys().filter(|shift| shift.date == date).copied().collect();
        let routes: Vec<RouteDay> = shifts.iter().filter_map(|shift| self.route_day(*shift, precise, at_risk)).collect();
        let mut totals = Totals::default();
        routes.iter().for_each(|route| add(&mut totals, &route.totals));
        totals.cost = self.live.bill().total();
        let mut risky: Vec<AtRisk> = routes
            .iter()
            .flat_map(|route| route.stops.iter().map(move |stop| (route.agent_id, stop)))
            .filter_map(|(agent_id, stop)| Some(AtRisk { visit_id: stop.visit_id, agent_id, risk: stop.risk? }))
            .filter(|risk| at_risk.contains(&risk.visit_id))
            .collect();
        risky.sort_by(|a, b| b.risk.probability.total_cmp(&a.risk.probability).then(a.visit_id.cmp(&b.visit_id)));
        PlanDay {
            territory_id: self.territory,
            version: self.version(),
            date,
            zone: self.span().zone.name().to_owned(),
            routes,
            unassigned: self.left_out(date),
            at_risk: risky,
            totals,
        }
    }

    /// What an agent does in one shift.
    pub fn route_day(&self, shift: ShiftId, precise: bool, at_risk: &BTreeSet<VisitId>) -> Option<RouteDay> {
        let (day, view) = (self.days.get(&shift)?, self.live.route(shift)?);
        let ix = self.live.problem().shift_ix(shift)?;
        let span = self.span();
        let etas: BTreeMap<VisitId, Eta> = self.etas(shift, at_risk).into_iter().map(|eta| (eta.visit_id, eta)).collect();
        let stops = self.stops(ix, &view.visits, view.departs_s, &etas);
        let mut totals = Totals { visits: stops.len() as u32, ..Totals::default() };
        for stop in &stops {
            totals.travel_s += i64::from(stop.travel_s);
            totals.distance_m += i64::from(stop.distance_m);
            totals.service_s += stop.end.since_ms(stop.start) / 1_000;
            totals.wait_s += i64::from(stop.wait_s);
            totals.load += i64::from(stop.demand);
        }
        let is_used = !stops.is_empty();
        let of = self.live.problem().shift(ix);
        if is_used {
            let last = view.visits.last().and_then(|(visit, _)| self.stop_of(*visit));
            let home = of.end_stop.zip(last).and_then(|(end, last)| self.live.ways().leg(of.profile, last, end));
            totals.travel_s += home.map_or(0, |leg| i64::from(of.travel_s(leg.duration_s)));
            totals.distance_m += home.map_or(0, |leg| i64::from(leg.distance_m));
            totals.duty_s = i64::from(view.ends_s - view.departs_s);
        }
        let overtime_s = i64::from((view.ends_s - of.latest_end_s).max(0)) * i64::from(is_used);
        totals.cost = totals.travel_s + overtime_s * of.costs.per_overtime_s;
        Some(RouteDay {
            agent_id: shift.agent,
            date: shift.date,
            part: shift.part,
            shift: ShiftHours { from: day.from, to: day.to, breaks: self.pauses(day) },
            start: day.start.filter(|_| precise),
            end: day.end.filter(|_| precise),
            departs_at: is_used.then(|| span.instant(view.departs_s)),
            ends_at: is_used.then(|| span.instant(view.ends_s)),
            stops,
            totals,
            capacity: day.capacity,
            overtime_s,
            late_s: view.late_s,
            is_closed: !day.takes_visits(),
            is_ended: day.is_ended,
        })
    }

    /// The breaks of a day, each where the timetable takes it.
    fn pauses(&self, day: &WorkDay) -> Vec<Pause> {
        let begin = self.live.breaks(day.id).unwrap_or_default();
        let mut pauses: Vec<Pause> = day
            .breaks
            .iter()
            .map(|rest| Pause { from: rest.from, to: rest.to, duration_s: rest.duration_s, planned_at: None })
            .collect();
        // In the order of the problem's.
        pauses.sort_by_key(|pause| (pause.from, pause.to));
        for (pause, begins_s) in pauses.iter_mut().zip(begin) {
            pause.planned_at = begins_s.map(|begins_s| self.span().instant(begins_s));
        }
        pauses
    }

    /// The routes of an agent's day.
    pub fn agent_day(&self, agent: AgentId, date: NaiveDate, precise: bool, at_risk: &BTreeSet<VisitId>) -> Vec<RouteDay> {
        self.shifts_of(agent, date).filter_map(|shift| self.route_day(shift, precise, at_risk)).collect()
    }

    /// Where the legs of a route lead: stop after stop, the agent's own start first where there is one.
    pub fn way_points(&self, shift: ShiftId) -> Vec<Point> {
        let Some(view) = self.live.route(shift) else { return Vec::new() };
        let day = self.days.get(&shift);
        let visits = view.visits.iter().filter_map(|(visit, _)| self.cards.get(visit)?.point);
        let start = day.and_then(|day| day.start);
        let end = day.and_then(|day| day.end).filter(|_| !view.visits.is_empty());
        start.into_iter().chain(visits).chain(end).collect()
    }

    fn stops(&self, ix: ShiftIx, visits: &[(VisitId, i32)], departs_s: i32, etas: &BTreeMap<VisitId, Eta>) -> Vec<Stop> {
        let (problem, span) = (self.live.problem(), self.span());
        let of = problem.shift(ix);
        let (mut at, mut ready_s) = (of.start_stop, departs_s);
        let mut was_begun = false;
        let mut stops = Vec::with_capacity(visits.len());
        for (position, (id, start_s)) in visits.iter().enumerate() {
            let (Some(card), Some(visit)) = (self.cards.get(id), problem.visit_ix(*id).map(|ix| problem.visit(ix))) else {
                continue;
            };
            if was_begun
                && !card.is_begun()
                && let Some(under_way) = of.under_way
            {
                (at, ready_s) = (under_way.stop, ready_s.max(under_way.at_s));
            }
            was_begun = card.is_begun();
            let leg = self.live.ways().leg(of.profile, at, visit.stop).unwrap_or_default();
            let travel_s = of.travel_s(leg.duration_s);
            let arrival_s = ready_s.saturating_add(travel_s).min(*start_s);
            let end_s = match card.ended_at.filter(|_| card.is_begun()) {
                Some(ended) => span.second(ended).max(*start_s),
                None => start_s.saturating_add(of.service_s(visit)),
            };
            let hold = self.book.hold(*id);
            let eta = etas.get(id);
            stops.push(Stop {
                visit_id: *id,
                customer_id: card.customer_id,
                customer: card.customer.clone(),
                place_id: card.place_id,
                point: card.point,
                position: position as u32,
                status: card.status.name().to_owned(),
                commitment: commitment(card, hold.map(|hold| hold.commitment)),
                hold,
                windows: card.windows.iter().map(|window| Hours { from: window.from, to: window.to }).collect(),
                promise: visit.promise.map(|promise| Hours {
                    from: span.instant(promise.window.opens_s),
                    to: span.instant(promise.window.closes_s),
                }),
                duration_s: card.duration_s,
                demand: card.demand,
                travel_s,
                distance_m: leg.distance_m,
                arrival: span.instant(arrival_s),
                start: span.instant(*start_s),
                end: span.instant(end_s),
                wait_s: start_s - arrival_s,
                eta: eta.map(|eta| eta.eta),
                eta_std_s: eta.map(|eta| eta.eta_std_s),
                risk: eta.and_then(|eta| eta.risk),
            });
            (at, ready_s) = (visit.stop, end_s);
        }
        stops
    }

    /// When visits of a shift are expected to begin; with their risk where they are, or may soon be, at risk.
    pub fn etas(&self, shift: ShiftId, at_risk: &BTreeSet<VisitId>) -> Vec<Eta> {
        let span = self.span();
        let etas = self.live.etas(shift, &|visit, shift| self.duration_of(visit.id, shift)).unwrap_or_default();
        let shown = |eta: &salessync_engine::plan::live::Eta| {
            let chance = eta.chance();
            let is_worth_telling = at_risk.contains(&eta.visit) || chance >= AlarmRules::default().clear_at;
            let late_by_s = (eta.mean_s - f64::from(eta.closes_s)).max(0.0).round() as i32;
            Eta {
                visit_id: eta.visit,
                eta: span.instant(eta.mean_s.round() as i32),
                eta_std_s: eta.sd_s.round() as i32,
                risk: is_worth_telling.then_some(Risk { probability: (chance * 1_000.0).round() / 1_000.0, late_by_s }),
            }
        };
        etas.iter().map(shown).collect()
    }

    /// Visits of a day that nobody makes.
    pub fn left_out(&self, date: NaiveDate) -> Vec<LeftOut> {
        let waits = |card: &&Card| card.day == date && card.is_ahead() && self.book.shift_of(card.id).is_none();
        let mut waiting: Vec<&Card> = self.cards.values().filter(waits).collect();
        waiting.sort_by_key(|card| (!card.is_mandatory(), std::cmp::Reverse(card.priority), card.id));
        waiting.into_iter().map(|card| self.as_left_out(card)).collect()
    }

    /// A visit as it is shown where nobody makes it, or is asked to.
    pub fn as_left_out(&self, card: &Card) -> LeftOut {
        LeftOut {
            visit_id: card.id,
            customer_id: card.customer_id,
            customer: card.customer.clone(),
            place_id: card.place_id,
            point: card.point,
            status: card.status.name().to_owned(),
            windows: card.windows.iter().map(|window| Hours { from: window.from, to: window.to }).collect(),
            duration_s: card.duration_s,
            priority: card.priority,
            demand: card.demand,
            is_mandatory: card.is_mandatory(),
            skills: card.skills.clone(),
            reasons: self.why_left_out(card).into_iter().collect(),
        }
    }

    fn why_left_out(&self, card: &Card) -> Option<String> {
        let unfit = self.unfit.get(&card.id).map(|why| why.code());
        let is_off_road = || {
            let stop = self.stop_of(card.id)?;
            let mut profiles = self.live.problem().shifts().iter().map(|shift| shift.profile);
            (profiles.len() > 0 && profiles.all(|profile| self.live.ways().is_off_road(profile, stop))).then_some("unreachable")
        };
        let is_too_large = || self.is_too_large(card).then_some("too_large");
        unfit.or_else(is_off_road).or_else(is_too_large).map(str::to_owned)
    }

    /// Is it more than any vehicle of its day carries, even with nothing else in it?
    fn is_too_large(&self, card: &Card) -> bool {
        let mut of_day = self.days.values().filter(|day| day.id.date == card.day && day.takes_visits()).peekable();
        of_day.peek().is_some() && of_day.all(|day| day.capacity.is_some_and(|capacity| capacity < card.demand))
    }

    pub fn summary(&self, date: NaiveDate, at_risk: &BTreeSet<VisitId>) -> PlanSummary {
        let day = self.day(date, false, at_risk);
        let is_broken = |stop: &&Stop| stop.promise.is_some_and(|promise| stop.start > promise.to);
        PlanSummary {
            territory_id: self.territory,
            version: day.version,
            agents: day.routes.iter().filter(|route| !route.is_closed).count() as u32,
            visits: day.totals.visits,
            unassigned: day.unassigned.len() as u32,
            at_risk: day.at_risk.len() as u32,
            promises_broken: day.routes.iter().flat_map(|route| &route.stops).filter(is_broken).count() as u32,
            travel_s: day.totals.travel_s,
            distance_m: day.totals.distance_m,
            cost: day.totals.cost,
        }
    }

    fn stop_of(&self, visit: VisitId) -> Option<StopIx> {
        self.live.problem().visit_ix(visit).map(|ix| self.live.problem().visit(ix).stop)
    }
}

fn commitment(card: &Card, held: Option<Commitment>) -> Commitment {
    use salessync_engine::visit::VisitStatus;
    match card.status {
        VisitStatus::Completed => Commitment::Done,
        VisitStatus::CheckedIn | VisitStatus::InProgress => Commitment::InProgress,
        VisitStatus::Planned
        | VisitStatus::EnRoute
        | VisitStatus::Arrived
        | VisitStatus::Missed
        | VisitStatus::Cancelled
        | VisitStatus::Abandoned => held.unwrap_or(Commitment::Free),
    }
}

fn add(sum: &mut Totals, more: &Totals) {
    sum.visits += more.visits;
    sum.travel_s += more.travel_s;
    sum.distance_m += more.distance_m;
    sum.service_s += more.service_s;
    sum.wait_s += more.wait_s;
    sum.duty_s += more.duty_s;
    sum.load += more.load;
    sum.cost += more.cost;
}
