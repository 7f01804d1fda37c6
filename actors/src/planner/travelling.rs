//! Travel times that have changed under a plan: the map has been loaded, speeds were learned, a service has answered. The plan's stops get the
//! new times beside it, every leg is asked anew, and what that breaks is mended as one change. Expected times follow.

use super::actor::{Going, PlanActor};
use super::board::{Board, Decided};
use super::ways::PlanWays;
use actix::prelude::*;
use salessync_engine::plan::book::ChangeKind;
use salessync_engine::plan::model::ShiftId;
use salessync_engine::plan::times::TravelProfile;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;

/// Times change at most this often under a plan: agents are not to be sent to and fro.
const RENEW_EVERY: Duration = Duration::from_secs(120);

/// Where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Renewing {
    is_under_way: bool,
    last: Option<Instant>,
}

impl PlanActor {
    /// Has the times made anew, where they would be others.
    pub(super) fn follow_travel(&mut self, ctx: &mut Context<Self>) {
        let is_resting = self.renewing.last.is_some_and(|last| last.elapsed() < RENEW_EVERY);
        if self.renewing.is_under_way || is_resting || !self.around.travel.has_news_for(self.board.ways()) {
            return;
        }
        self.renewing = Renewing { is_under_way: true, last: Some(Instant::now()) };
        let (travel, ways, profiles) = (self.around.travel.clone(), self.board.ways().clone(), self.board.profiles());
        let renewed = async move { travel.renewed_ways(ways, &profiles).await };
        let taken = renewed.into_actor(self).map(|ways, this, ctx| {
            this.renewing = Renewing { is_under_way: false, last: Some(Instant::now()) };
            if let Some(ways) = ways {
                this.take_times(ways, ctx);
            }
        });
        // Commands go on meanwhile: what comes and moves is caught up with.
        ctx.spawn(taken);
    }

    fn take_times(&mut self, ways: PlanWays, ctx: &mut Context<Self>) {
        let today: Vec<ShiftId> = self.board.shifts_ahead(self.today());
        let all: Vec<ShiftId> = self.board.days.keys().copied().collect();
        self.note_all_freed(ctx);
        match self.board.travel_changed(ways) {
            Some(decided) => {
                let going = Going::of_itself(ChangeKind::Repair, self.now(), decided);
                self.commit(going, ctx, move |this, changed, _| {
                    this.warn("follow new travel times", &changed);
                    this.tell_etas(&today);
                    this.tell_drift(&all);
                });
            }
            None => {
                self.tell_etas(&today);
                self.tell_drift(&all);
            }
        }
    }
}

impl Board {
    pub fn ways(&self) -> &PlanWays {
        self.live.ways()
    }

    /// The ways of travelling that anybody of the plan has.
    pub fn profiles(&self) -> Vec<TravelProfile> {
        let used: BTreeSet<TravelProfile> = self.days.values().map(|day| day.profile).collect();
        used.into_iter().collect()
    }

    /// How the agent of a shift travels.
    pub fn profile_of(&self, shift: ShiftId) -> TravelProfile {
        self.days.get(&shift).map_or(TravelProfile::Car, |day| day.profile)
    }

    /// Travels by other times from now on. Returns a change where they broke what could be mended, or left.
    pub fn travel_changed(&mut self, ways: PlanWays) -> Option<Decided> {
        let ways = ways.caught_up(self.live.ways());
        *self.live.ways_mut() = ways;
        let mut broken: BTreeSet<ShiftId> = self.live.refresh().into_iter().collect();
        broken.extend(self.live.without_way());
        self.mended(broken)
    }

    /// Repairs shifts one after the other, as one change.
    pub(super) fn mended(&mut self, shifts: impl IntoIterator<Item = ShiftId>) -> Option<Decided> {
        let mut all: Option<Decided> = None;
        for shift in shifts {
            if let Ok(outcome) = self.live.repair_shift(shift) {
                let decided = self.decided_after(outcome);
                all = Some(match all {
                    None => decided,
                    Some(before) => before.and(decided),
                });
            }
        }
        all.map(|decided| self.again(decided)).filter(|decided| !decided.is_empty())
    }

    /// Of a plan just built: what no way leads to is in no route.
    pub(super) fn leave_unreachable(&mut self) {
        let shifts: Vec<ShiftId> = self.live.without_way().collect();
        for shift in shifts {
            let _ = self.live.repair_shift(shift);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::durations::LearnedDurations;
    use super::super::tests::{Random, agent, agree, card, date, days, early, span, visit};
    use super::super::world::{Card, WorkDay};
    use super::*;
    use crate::store::durations::CompletedVisit;
    use crate::travel::stops::StopTimes;
    use crate::travel::stops::tests::{CROSSING, town};
    use salessync_engine::Point;
    use salessync_engine::plan::book::{Book, Operation};
    use salessync_engine::plan::times::{DayPart, StraightLine};
    use std::sync::Arc;

    const REACH_M: f64 = 100.0;

    fn by_road() -> PlanWays {
        let (roads, part) = (town(), DayPart(0));
        let stops = |profile| salessync_roads::RoadStops::at_part(roads.roads(profile).clone(), REACH_M, part, Vec::new());
        PlanWays::new(TravelProfile::ALL.map(|profile| StopTimes::Road(stops(profile))), part, (StraightLine::default(), part))
    }

    /// The same stops by road, as the service makes them.
    fn onto_roads(ways: &PlanWays) -> PlanWays {
        let (roads, points) = (town(), ways.points());
        let stops =
            |profile| salessync_roads::RoadStops::at_part(roads.roads(profile).clone(), REACH_M, DayPart(0), points.clone());
        ways.with(TravelProfile::ALL.map(|profile| StopTimes::Road(stops(profile))), None)
    }

    fn near(north: f64, east: f64) -> Point {
        Point::new(CROSSING.0 + north, CROSSING.1 + east).unwrap()
    }

    fn at(n: u64, point: Point) -> Card {
        let any = card(n, &mut Random(n));
        Card { point: Some(point), day: date(0), windows: Vec::new(), skills: Vec::new(), duration_s: 900, priority: 80, ..any }
    }

    fn of_town(agents: u64) -> Vec<WorkDay> {
        let home = Some(near(0.0, 0.0));
        days(agents).into_iter().map(|day| WorkDay { start: home, end: home, ..day }).collect()
    }

    fn board(cards: Vec<Card>, agents: u64, ways: PlanWays) -> Board {
        let (mut board, follow) = Board::build(None, span(), Book::default(), (cards, of_town(agents)), ways, early()).unwrap();
        board.accept(&follow);
        board
    }

    fn give(board: &mut Board, n: u64, to: u64) {
        let operation = Operation::Assign {
            visit: visit(n),
            agent: agent(to),
            date: None,
            position: None,
            start_at: None,
            accept_relaxation: None,
        };
        let decided = board.change(&[operation]).unwrap();
        board.accept(&decided.diff);
    }

    fn shown(board: &Board, to: u64) -> salessync_engine::wire::plan::RouteDay {
        board.agent_day(agent(to), date(0), true, &BTreeSet::new()).remove(0)
    }

    #[test]
    fn a_plan_that_went_by_the_line_goes_by_road_once_there_is_one_and_leaves_what_none_leads_to() {
        let line = StraightLine::default();
        let straight = PlanWays::straight(&line, DayPart(0));
        let places = [near(0.012, 0.0001), near(0.0001, 0.012), near(0.05, 0.05)];
        let mut board = board((0..3).map(|n| at(n, places[n as usize])).collect(), 2, straight);
        (0..3).for_each(|n| give(&mut board, n, 0));
        let before = shown(&board, 0);
        // Meanwhile another visit comes.
        let new = onto_roads(board.ways());
        let decided = board.visit_changed(at(3, near(-0.01, 0.0001))).unwrap();
        board.accept(&decided.diff);
        let decided = board.travel_changed(new).expect("the third visit has to go");
        board.accept(&decided.diff);
        let after = shown(&board, 0);
        assert_eq!((before.stops.len(), after.stops.len()), (3, 2));
        let away: Vec<_> = board.left_out(date(0)).into_iter().map(|left| (left.visit_id, left.reasons)).collect();
        assert_eq!(away, [(visit(2), vec!["unreachable".to_owned()]), (visit(3), Vec::new())]);
        assert!(board.book().route(super::super::tests::days(2)[2].id).is_empty(), "nothing was moved to the colleague");
        agree(&board, "by road");
        give(&mut board, 3, 0);
        let refused = board.change(&[Operation::Assign {
            visit: visit(2),
            agent: agent(0),
            date: None,
            position: None,
            start_at: None,
            accept_relaxation: None,
        }]);
        assert!(refused.is_err_and(|error| error.to_string().contains("no way")), "and it is said why");
    }

    #[test]
    fn a_plan_built_by_road_does_not_keep_what_cannot_be_reached() {
        let cards = vec![at(0, near(0.012, 0.0001)), Card { agent_id: Some(agent(0)), ..at(1, near(0.05, 0.05)) }];
        let line = StraightLine::default();
        let mut before = board(cards.clone(), 1, PlanWays::straight(&line, DayPart(0)));
        (0..2).for_each(|n| give(&mut before, n, 0));
        let (board, follow) = Board::build(None, span(), before.book().clone(), (cards, of_town(1)), by_road(), early()).unwrap();
        assert!(follow.moves().iter().map(|step| (step.visit, step.to.is_none())).eq([(visit(1), true)]), "{follow:?}");
        assert_eq!(shown(&board, 0).stops.len(), 1);
    }

    #[test]
    fn expected_times_go_by_what_visits_took_before() {
        let line = StraightLine::default();
        let cards: Vec<Card> = (0..2).map(|n| at(n, near(0.012, 0.0001 + n as f64 * 0.001))).collect();
        let mut board = board(cards.clone(), 1, PlanWays::straight(&line, DayPart(0)));
        (0..2).for_each(|n| give(&mut board, n, 0));
        let second = |board: &Board| {
            let stop = shown(board, 0).stops.remove(1);
            (stop.eta.unwrap().since_ms(stop.start) / 1_000, stop.eta_std_s.unwrap(), stop.start)
        };
        let planned = second(&board);
        let first = shown(&board, 0).stops[0].visit_id;
        let customer = cards.iter().find(|card| card.id == first).unwrap().customer_id;
        let mut learned = LearnedDurations::default();
        for n in 0..40 {
            let checked_in_at = early();
            let ended_at = checked_in_at.plus_s(2_700 + n * 5);
            learned.observe(&CompletedVisit { customer, class: None, agent: agent(9), checked_in_at, ended_at });
        }
        board.expect_durations(Arc::new(learned));
        let after = second(&board);
        assert_eq!(after.2, planned.2, "the plan itself stays");
        assert!(planned.0.abs() <= 1, "as planned as long as nothing is known: {planned:?}");
        assert!((1_500..2_300).contains(&after.0), "three quarters of an hour instead of one: {after:?}");
        assert!(after.1 > 250, "a tenth of it at least: {after:?}");
    }
}
