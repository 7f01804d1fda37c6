//! What the plan and its desk tell: consoles by their lanes, agents by their phones. Told is what was committed, never what was only decided.

use super::actor::{PlanActor, text_of};
use super::board::{Board, Decided};
use super::messages::Changed;
use chrono::NaiveDate;
use salessync_engine::dispatch::{Job, OfferState};
use salessync_engine::plan::book::{ChangeKind, PlanVersion};
use salessync_engine::plan::model::ShiftId;
use salessync_engine::wire::plan::{Alert, By, LaneFrame, LeftOut, OfferShown, PhoneFrame, RouteDay};
use salessync_engine::{ChangeId, Timestamp, VisitId};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Times that drift with the clock and with where agents are are told when a start has moved by so much, ms.
const DRIFT_TOLD_FROM_MS: i64 = 120_000;
/// Routes in one frame that changes no version.
const ROUTES_A_FRAME: usize = 64;

/// What consoles know of routes and visits that wait, as far as it may be otherwise than they know.
#[derive(Default)]
pub(super) struct Known {
    /// Routes as they were drawn last.
    shown: BTreeMap<ShiftId, Shown>,
    /// Routes that may have become others since.
    unsaid: BTreeSet<ShiftId>,
    /// Visits that may, and how they waited before.
    visits: BTreeMap<VisitId, Option<(NaiveDate, LeftOut)>>,
}

/// A route as it was drawn. What is expected of it is told apart.
struct Shown {
    print: u64,
    starts: Vec<(VisitId, Timestamp)>,
}

impl Shown {
    fn of(route: &RouteDay) -> Self {
        let mut settled = route.clone();
        for stop in &mut settled.stops {
            (stop.eta, stop.eta_std_s, stop.risk) = (None, None, None);
        }
        let mut print = DefaultHasher::new();
        text_of(&settled).hash(&mut print);
        Self { print: print.finish(), starts: route.stops.iter().map(|stop| (stop.visit_id, stop.start)).collect() }
    }

    fn has_drifted(&self, starts: &[(VisitId, Timestamp)]) -> bool {
        let is_near = |(was, is): (&(VisitId, Timestamp), &(VisitId, Timestamp))| {
            was.0 == is.0 && was.1.since_ms(is.1).abs() < DRIFT_TOLD_FROM_MS
        };
        self.starts.len() != starts.len() || !self.starts.iter().zip(starts).all(is_near)
    }
}

/// What is told of one day beside its version.
#[derive(Default)]
struct Update {
    routes: Vec<RouteDay>,
    unassigned: Vec<LeftOut>,
    gone: Vec<VisitId>,
}

impl PlanActor {
    /// Somebody is about to be drawn a day: from here on they are told what becomes of it.
    pub(super) fn begin_to_show(&mut self, date: NaiveDate) {
        let Self { board, known, at_risk, .. } = self;
        let shifts: Vec<ShiftId> = board.days.keys().filter(|shift| shift.date == date).copied().collect();
        for shift in shifts.into_iter().filter(|shift| !known.shown.contains_key(shift)).collect::<Vec<_>>() {
            if let Some(route) = board.route_day(shift, false, at_risk) {
                known.shown.insert(shift, Shown::of(&route));
            }
        }
    }

    /// Something is about to happen to these visits.
    pub(super) fn watch_visits(&mut self, visits: &[VisitId]) {
        for visit in visits {
            let waited = self.board.waiting_as(*visit);
            self.known.visits.entry(*visit).or_insert(waited);
            self.known.unsaid.extend(self.board.book().shift_of(*visit));
        }
    }

    /// Something has happened to these shifts.
    pub(super) fn watch_shifts(&mut self, shifts: impl IntoIterator<Item = ShiftId>) {
        self.known.unsaid.extend(shifts);
    }

    /// Consoles hear of what has become otherwise without a version.
    pub(super) fn tell_updates(&mut self) {
        let (unsaid, visits) = (std::mem::take(&mut self.known.unsaid), std::mem::take(&mut self.known.visits));
        if unsaid.is_empty() && visits.is_empty() {
            return;
        }
        if !self.plan_lane.is_awaited() {
            self.known.shown.clear();
            return self.plan_lane.skip();
        }
        let mut updates: BTreeMap<NaiveDate, Update> = BTreeMap::new();
        for shift in unsaid {
            let Some(route) = self.board.route_day(shift, false, &self.at_risk) else { continue };
            let shown = Shown::of(&route);
            let print = shown.print;
            if self.known.shown.insert(shift, shown).is_none_or(|before| before.print != print) {
                updates.entry(shift.date).or_default().routes.push(route);
            }
        }
        for (visit, waited) in visits {
            let waits = self.board.waiting_as(visit);
            if waits == waited {
                continue;
            }
            let date = waits.as_ref().map(|(date, _)| *date);
            if let Some((before, _)) = waited.filter(|(before, _)| Some(*before) != date) {
                updates.entry(before).or_default().gone.push(visit);
            }
            if let Some((date, left)) = waits {
                updates.entry(date).or_default().unassigned.push(left);
            }
        }
        for (date, update) in updates {
            self.tell_update(date, update);
        }
    }

    fn tell_update(&mut self, date: NaiveDate, Update { mut routes, unassigned, gone }: Update) {
        let version = self.board.version();
        let mut rest = (unassigned, gone);
        loop {
            let later = routes.split_off(routes.len().min(ROUTES_A_FRAME));
            let (unassigned, gone) = std::mem::take(&mut rest);
            self.plan_lane.publish(|stamp| {
                text_of(&LaneFrame::PlanUpdate { topic: stamp.topic, rev: stamp.rev, version, date, routes, unassigned, gone })
            });
            if later.is_empty() {
                return;
            }
            routes = later;
        }
    }

    /// Consoles hear of routes whose times have drifted by enough.
    pub(super) fn tell_drift(&mut self, shifts: &[ShiftId]) {
        let has_drifted = |shift: &&ShiftId| {
            let shown = self.known.shown.get(shift);
            shown.is_some_and(|shown| shown.has_drifted(&self.board.starts(**shift)))
        };
        let drifted: Vec<ShiftId> = shifts.iter().filter(has_drifted).copied().collect();
        self.watch_shifts(drifted);
        self.tell_updates();
    }

    /// Consoles, and the phones of those whose days it touches, hear of a change.
    pub(super) fn tell_change(
        &mut self,
        changed: &Changed,
        base: PlanVersion,
        (by, kind, change_id): (By, ChangeKind, ChangeId),
        touched: BTreeSet<ShiftId>,
    ) {
        let moves = changed.diff.moves();
        for shift in &touched {
            self.known.unsaid.remove(shift);
        }
        for step in &moves {
            self.known.visits.remove(&step.visit);
        }
        if self.plan_lane.is_awaited() {
            let mut routes = Vec::with_capacity(touched.len());
            for shift in &touched {
                let Some(route) = self.board.route_day(*shift, false, &self.at_risk) else { continue };
                self.known.shown.insert(*shift, Shown::of(&route));
                routes.push(route);
            }
            let left = moves.iter().filter(|step| step.to.is_none()).filter_map(|step| self.board.card(step.visit));
            let unassigned = left.filter(|card| card.is_ahead()).map(|card| self.board.as_left_out(card)).collect();
            let (version, bill) = (changed.version, changed.bill);
            self.plan_lane.publish(|stamp| {
                let frame = LaneFrame::PlanDiff {
                    topic: stamp.topic,
                    rev: stamp.rev,
                    version,
                    base,
                    by,
                    kind,
                    change_id,
                    changes: moves,
                    routes,
                    unassigned,
                    bill,
                };
                text_of(&frame)
            });
        } else {
            self.known.shown.clear();
            self.plan_lane.skip();
        }
        for shift in touched {
            self.tell_phone(shift);
        }
    }

    /// The agent's phones hear of their day as it is now.
    fn tell_phone(&self, shift: ShiftId) {
        if !self.around.phones.is_connected(shift.agent) {
            return;
        }
        if let Some(route) = self.board.route_day(shift, true, &self.at_risk) {
            let frame = PhoneFrame::PlanChanged { version: self.board.version(), day: Box::new(route) };
            self.around.phones.tell(shift.agent, text_of(&frame).into());
        }
    }

    /// Expected times of routes that were retimed.
    pub(super) fn tell_retimed(&mut self, decided: &Decided) {
        let shifts: Vec<ShiftId> = decided.touches().collect();
        self.tell_etas(&shifts);
    }

    pub(super) fn tell_left(&mut self, decided: &Decided) {
        let must = |visit: &VisitId| self.board.card(*visit).is_some_and(|card| card.is_mandatory() && card.is_ahead());
        let left: Vec<VisitId> = decided.left.iter().map(|why| why.visit).filter(must).collect();
        for visit_id in left {
            self.alert(Alert::Unassignable { visit_id });
        }
    }

    pub(super) fn alert(&mut self, alert: Alert) {
        self.plan_lane.publish(|stamp| text_of(&LaneFrame::PlanAlert { topic: stamp.topic, rev: stamp.rev, alert }));
    }

    /// Consoles and phones hear of a job as it is now.
    pub(super) fn tell_job(&mut self, job: Job) {
        for offer in &job.offers {
            let (id, state, cause) = (offer.id, offer.state, offer.cause);
            let end = match state {
                OfferState::Offered => {
                    if let Some(shown) = self.offer_shown(&job, offer) {
                        let frame = text_of(&PhoneFrame::Offer(Box::new(shown)));
                        self.around.phones.offer(offer.agent_id, id, frame.into());
                    }
                    continue;
                }
                // It is theirs now: for every phone of theirs that is no withdrawal.
                OfferState::Accepted => PhoneFrame::OfferState { offer: id, state: Some(state), code: None },
                OfferState::Declined | OfferState::TimedOut | OfferState::Withdrawn => {
                    PhoneFrame::OfferWithdrawn { offer: id, state, cause }
                }
            };
            self.around.phones.close(offer.agent_id, id, text_of(&end).into());
        }
        self.desk.take(job.clone());
        self.desk_lane.publish(|stamp| text_of(&LaneFrame::Dispatch { topic: stamp.topic, rev: stamp.rev, job: Box::new(job) }));
    }

    pub(super) fn offer_shown(&self, job: &Job, offer: &salessync_engine::dispatch::Offer) -> Option<OfferShown> {
        let card = self.board.card(job.visit_id)?;
        Some(OfferShown {
            offer: offer.id,
            job: job.id,
            state: offer.state,
            offered_at: offer.offered_at,
            expires_at: offer.expires_at,
            visit: self.board.as_left_out(card),
            address: card.address.clone(),
            purpose: card.purpose.clone(),
            note: card.note.clone(),
            arrival: offer.arrival,
            detour_s: offer.detour_s,
        })
    }
}

impl Board {
    /// A visit that waits, as it is shown, and on which day.
    fn waiting_as(&self, visit: VisitId) -> Option<(NaiveDate, LeftOut)> {
        let card = self.card(visit).filter(|card| card.is_ahead() && self.book().shift_of(visit).is_none())?;
        Some((card.day, self.as_left_out(card)))
    }

    /// Shifts whose routes an accepted change made others: in what they hold, in what is settled of it, or in their times.
    pub(super) fn touched(&self, decided: &Decided) -> BTreeSet<ShiftId> {
        let held = decided.diff.holds.iter().filter_map(|change| self.book().shift_of(change.visit));
        decided.diff.shifts().chain(held).chain(decided.touches()).collect()
    }
}
