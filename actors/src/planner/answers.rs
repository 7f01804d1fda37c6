//! Questions to a plan, answered from memory. Nothing here changes anything.

use super::actor::PlanActor;
use super::messages::{AgentDay, Ask, Candidates, Explanation, PlanError, Preview, RouteWithWay};
use salessync_engine::VisitId;
use salessync_engine::plan::book::{Operation, PlanVersion};
use salessync_engine::plan::live;
use salessync_engine::wire::plan::OfferShown;
use salessync_engine::wire::plan_answers::{PreviewMove, PreviewRoute, PreviewSlot, PreviewStop, RefusedShown};

impl PlanActor {
    pub(super) fn answer(&mut self, ask: Ask) {
        let today = self.today();
        match ask {
            Ask::Day { date, precise, answer } => {
                let day = self.board.day(date.unwrap_or(today), precise, &self.at_risk);
                let _ = answer.send(Ok(Box::new(day)));
            }
            Ask::AgentDay { agent, date, precise, answer } => {
                let date = date.unwrap_or(today);
                let routes = self.board.agent_day(agent, date, precise, &self.at_risk);
                let _ = answer.send(Ok(AgentDay { version: self.board.version(), date, routes }));
            }
            Ask::Summary { date, answer } => {
                let _ = answer.send(Ok(self.board.summary(date.unwrap_or(today), &self.at_risk)));
            }
            Ask::WayPoints { agent, date, answer } => {
                let routes = self.board.agent_day(agent, date.unwrap_or(today), true, &self.at_risk);
                let with_way = routes.into_iter().map(|route| {
                    let shift = salessync_engine::plan::model::ShiftId { agent, date: route.date, part: route.part };
                    let way = self.board.way_points(shift);
                    RouteWithWay { route, way, profile: self.board.profile_of(shift), part: self.board.ways().part() }
                });
                let _ = answer.send(Ok((self.board.version(), with_way.collect())));
            }
            Ask::Explain { visit, answer } => drop(answer.send(self.explain(visit))),
            Ask::Preview { base, operations, answer } => drop(answer.send(self.preview(base, &operations))),
            Ask::Candidates { visit, k, answer } => drop(answer.send(self.candidates(visit, k))),
            Ask::Offers { agent, answer } => {
                let asking = self.desk.asking(agent).into_iter().filter_map(|id| self.desk.job(id));
                let now = self.now();
                let open = asking.flat_map(|job| job.pending().map(move |offer| (job, offer)));
                let mine = open.filter(|(_, offer)| offer.agent_id == agent && offer.is_open(now));
                let offers: Vec<OfferShown> = mine.filter_map(|(job, offer)| self.offer_shown(job, offer)).collect();
                let _ = answer.send(Ok(offers));
            }
        }
    }

    fn explain(&mut self, visit: VisitId) -> Result<Explanation, PlanError> {
        let version = self.board.version();
        if let Some(why) = self.board.unfit(visit) {
            return Ok(Explanation::Unfit { version, reason: why.code().to_owned() });
        }
        if self.board.known(visit)?.is_begun() {
            return Ok(Explanation::Begun { version });
        }
        Ok(match self.board.book().shift_of(visit) {
            Some(_) => {
                let why = self.board.why_here(visit)?;
                Explanation::Here { version, sentence: why.to_string(), why: Box::new(why) }
            }
            None => {
                let why = self.board.why_waiting(visit)?;
                let relaxations = self.board.relaxations(visit, None);
                Explanation::Waiting { version, sentence: why.to_string(), why: Box::new(why), relaxations }
            }
        })
    }

    fn preview(&mut self, base: Option<PlanVersion>, operations: &[Operation]) -> Result<Preview, PlanError> {
        base.map_or(Ok(()), |base| self.check_base(base))?;
        let before: Vec<(salessync_engine::plan::model::ShiftId, i64)> = self.board.lateness();
        let diff = self.board.preview(operations)?;
        let span = self.board.span();
        let slot =
            |slot: live::Slot| PreviewSlot { shift: slot.shift, position: slot.position, start: span.instant(slot.start_s) };
        let moves = diff.moves.iter().map(|step| PreviewMove {
            visit_id: step.visit,
            from: step.from.map(slot),
            to: step.to.map(slot),
            breaks_promise: matches!(step.promise, Some(live::PromiseNow::Broken)),
        });
        let routes = diff.routes.iter().map(|route| (route, self.board.route(route.shift))).map(|(route, was)| PreviewRoute {
            shift: route.shift,
            wait_s: route.wait_s,
            wait_before_s: was.as_ref().map_or(0, |was| was.wait_s),
            distance_m: route.distance_m,
            distance_before_m: was.as_ref().map_or(0, |was| was.distance_m),
            stops: route
                .visits
                .iter()
                .map(|(visit_id, start_s)| PreviewStop { visit_id: *visit_id, start: span.instant(*start_s) })
                .collect(),
            ends_at: span.instant(route.ends_s),
            late_s: route.late_s,
            late_before_s: before.iter().find(|(shift, _)| *shift == route.shift).map_or(0, |(_, late_s)| *late_s),
        });
        Ok(Preview {
            base: self.board.version(),
            cost: diff.cost,
            bill: diff.bill,
            moves: moves.collect(),
            routes: routes.collect(),
            promises_broken: diff.promises_broken(),
        })
    }

    fn candidates(&mut self, visit: VisitId, k: usize) -> Result<Candidates, PlanError> {
        let version = self.board.version();
        let (candidates, refused) = self.board.ranked(visit, k)?;
        let refused = refused.into_iter().map(|refused| RefusedShown {
            agent_id: refused.shift.agent,
            date: refused.shift.date,
            sentence: refused.refusal.to_string(),
            relaxations: self.board.relaxations(visit, Some(refused.shift)),
            refused,
        });
        Ok(Candidates { version, visit_id: visit, candidates, refused: refused.collect() })
    }
}
