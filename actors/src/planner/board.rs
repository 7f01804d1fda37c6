//! The board: one territory's plan as the plan actor holds it. The `Book` is what was accepted, the `LivePlan` knows times, costs and what fits,
//! the cards say what each visit is. Plain state: it decides and is told; storing, telling and waiting are the actor's.
//!
//! Every change goes the same way. The live plan makes it, or refuses; what its routes have become is compared with the book; the caller
//! commits that, and then either `accept`s or takes it back. In between the live plan is ahead of the book, and nobody may ask.

use super::durations::LearnedDurations;
use super::edits::Edits;
use super::facts::{is_same_task, locked, wanted};
use super::refusing::NotDone;
use super::relaxing::{held_open, overtime_max_s, pinned};
use super::ways::PlanWays;
use super::world::{Card, Names, Span, Unfit, WorkDay, stop_drafts, windows_on};
use chrono_tz::Tz;
use salessync_engine::plan::book::{Book, Diff, Hold, Operation, PlanVersion, RouteChange};
use salessync_engine::plan::explain::WhyUnassigned;
use salessync_engine::plan::live::{self, After, Edit, Estimate, Expected, LivePlan, Outcome, Progress, Rejection, Rules, Undo};
use salessync_engine::plan::model::{
    Bill, Commitment, Flaw, Problem, ProblemDraft, Route, ShiftDraft, ShiftId, Solution, StopIx, VisitIx,
};
use salessync_engine::visit::{VisitStatus, Window};
use salessync_engine::wire::plan_answers::RelaxationShown;
use salessync_engine::{AgentId, Point, TerritoryId, Timestamp, VisitId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Everything known of one territory's plan.
pub struct Board {
    pub territory: Option<TerritoryId>,
    pub(super) names: Names,
    pub(super) book: Book,
    pub(super) live: LivePlan<PlanWays>,
    pub(super) cards: HashMap<VisitId, Card>,
    pub(super) days: BTreeMap<ShiftId, WorkDay>,
    /// Visits the live plan does not hold, and why.
    pub(super) unfit: BTreeMap<VisitId, Unfit>,
    /// How long visits take, for expected times.
    learned: Arc<LearnedDurations>,
    /// Days that a dispatcher ended, closed whatever the shifts say, until they are opened again.
    pub(super) released: BTreeSet<ShiftId>,
}

/// A change that the live plan has made and that is not accepted yet.
#[derive(Default)]
pub struct Decided {
    pub diff: Diff,
    pub bill: Bill,
    /// Visits that nobody makes any more.
    pub left: Vec<WhyUnassigned>,
    pub(super) retimed: BTreeSet<ShiftId>,
    /// Days that a dispatcher ends (true) or opens again.
    pub(super) closes: BTreeMap<ShiftId, bool>,
    undo: Option<Undo>,
}

/// Why the board does not do what it is asked.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum Unplanned {
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error("there is no visit {0} in this plan")]
    UnknownVisit(VisitId),
    #[error("agent {agent} does not work on {date}")]
    NoShift { agent: AgentId, date: chrono::NaiveDate },
    #[error("visit {visit} cannot be planned: {}", .why.code())]
    Unfit { visit: VisitId, why: Unfit },
    #[error("{0} stands alone in a change")]
    NotAlone(&'static str),
    #[error("a visit is settled as fixed_agent, fixed_order or fixed_order_and_time")]
    Commitment,
    #[error("nothing is settled of visit {0}")]
    NotSettled(VisitId),
    /// It cannot be as things are, but could if something gave.
    #[error("{rejection}")]
    Relaxable { rejection: Box<Rejection>, relaxations: Vec<RelaxationShown> },
    #[error("what was accepted to give way cannot")]
    GivesNoWay,
    #[error("visit {0} is where it is because limits were exceeded for it: it can only be taken out")]
    Relaxed(VisitId),
    #[error("visit {visit} may not begin at {}: it begins within {}", start_at.local(*zone), within(windows, *zone))]
    OutsideWindows { visit: VisitId, start_at: Timestamp, windows: Vec<Window>, zone: Tz },
    /// A search was narrowed to something that the plan has not.
    #[error("{what} is not in this plan")]
    NotCovered { field: &'static str, index: usize, what: String, limit: String },
}

/// Windows as they are told: from and to, both included.
pub fn within(windows: &[Window], zone: Tz) -> String {
    let told = windows.iter().map(|window| format!("{}..{}", window.from.local(zone), window.to.local(zone)));
    told.collect::<Vec<_>>().join(" or ")
}

impl Board {
    /// Builds the plan anew from what was accepted and the world as it is. Returns what has to be accepted because the world went on.
    pub fn build(
        territory: Option<TerritoryId>,
        span: Span,
        book: Book,
        (cards, days): (Vec<Card>, Vec<WorkDay>),
        mut ways: PlanWays,
        now: Timestamp,
    ) -> Result<(Self, Diff), Vec<Flaw>> {
        let mut names = Names::new(span, &cards, &days);
        let mut drafts: Vec<ShiftDraft> = days.iter().map(|day| names.shift(day, &mut ways)).collect();
        let cards: HashMap<VisitId, Card> = cards.into_iter().map(|card| (card.id, card)).collect();
        let mut routes = wanted(&book, &cards, &days);
        let (mut visits, mut unfit) = (Vec::with_capacity(cards.len()), BTreeMap::new());
        let mut sorted: Vec<&Card> = cards.values().filter(|card| card.is_ahead() || card.is_begun()).collect();
        sorted.sort_unstable_by_key(|card| card.id);
        for card in sorted {
            match names.visit(card, book.hold(card.id), &mut ways) {
                Ok(draft) => visits.push(draft),
                Err(why) => {
                    unfit.insert(card.id, why);
                }
            }
        }
        for route in routes.values_mut() {
            route.retain(|visit| !unfit.contains_key(visit));
        }
        for draft in &mut drafts {
            let route = routes.get(&draft.id).map_or(&[][..], Vec::as_slice);
            draft.locked = locked(span, route, &cards, &book);
            if let Some(day) = days.iter().find(|day| day.id == draft.id) {
                draft.overtime_max_s = f64::from(overtime_max_s(day, route, |visit| book.hold(visit)));
            }
            for visit in route.iter().skip(draft.locked.len()) {
                if book.hold(*visit).is_some_and(|hold| hold.commitment == Commitment::FixedAgent)
                    && let Some(draft_of) = visits.iter_mut().find(|known| known.id == *visit)
                {
                    draft_of.pinned = Some(draft.id);
                }
            }
        }
        let draft = ProblemDraft {
            origin: span.origin(),
            stops: stop_drafts(&ways),
            profiles: PlanWays::profiles(),
            skills: names.skills(),
            visits,
            shifts: drafts,
            agents: Vec::new(),
            matrices: Vec::new(),
        };
        let problem = Problem::new(&draft)?;
        let orders = problem.shifts().iter().map(|shift| {
            let route = routes.get(&shift.id).map_or(&[][..], Vec::as_slice);
            route.iter().filter_map(|visit| problem.visit_ix(*visit)).collect::<Vec<VisitIx>>()
        });
        let start =
            Solution { routes: orders.map(|visits| Route { visits, ..Route::default() }).collect(), unassigned: Vec::new() };
        let live = LivePlan::new(problem, Some(&start), ways, Rules::default(), span.second(now));
        let live =
            live.expect("routes begin with what is locked in them and hold each visit once: `wanted` and `locked` see to it");
        let days: BTreeMap<ShiftId, WorkDay> = days.into_iter().map(|day| (day.id, day)).collect();
        let mut board =
            Self { territory, names, book, live, cards, days, unfit, released: BTreeSet::new(), learned: Arc::default() };
        let closed: Vec<ShiftId> = board.days.values().filter(|day| !day.takes_visits()).map(|day| day.id).collect();
        for shift in closed {
            // What an absent agent had goes to others.
            let _ = board.live.drop_agent(shift);
        }
        board.choose_as_accepted(board.book.holds().keys().copied().collect::<Vec<_>>().into_iter());
        board.leave_unreachable();
        board.keep_limits();
        board.place_assigned();
        board.replace_homeless();
        let all: BTreeSet<ShiftId> = board.book.routes().keys().copied().chain(board.days.keys().copied()).collect();
        let diff = board.compare(&all, []);
        Ok((board, diff))
    }

    pub fn span(&self) -> Span {
        self.names.span
    }

    pub fn version(&self) -> PlanVersion {
        self.book.version()
    }

    pub fn book(&self) -> &Book {
        &self.book
    }

    pub fn card(&self, visit: VisitId) -> Option<&Card> {
        self.cards.get(&visit)
    }

    pub fn works(&self, agent: AgentId, date: chrono::NaiveDate) -> bool {
        self.shift(agent, date).is_ok()
    }

    /// Expects visits to take as long as was learned.
    pub fn expect_durations(&mut self, learned: Arc<LearnedDurations>) {
        self.learned = learned;
    }

    /// How long a visit will take when this shift's agent makes it, as far as that was learned.
    pub(super) fn duration_of(&self, visit: VisitId, shift: ShiftId) -> Option<Estimate> {
        let card = self.cards.get(&visit)?;
        self.learned.estimate(card.class.as_deref(), card.customer_id, shift.agent, card.duration_s)
    }

    /// Makes operations, all or none.
    pub fn change(&mut self, operations: &[Operation]) -> Result<Decided, NotDone> {
        if let Some(alone) = self.alone(operations).map_err(|why| NotDone::new(operations, 0, why))? {
            return Ok(alone);
        }
        let Edits { all, of, holds } = self.edits(operations)?;
        self.choose(&holds);
        match self.live.edit_each(&all) {
            Ok(outcome) => {
                let visits: Vec<VisitId> = holds.iter().map(|(visit, _)| *visit).collect();
                let decided = self.decided(outcome, holds);
                let is_settled = |visit: &VisitId| decided.diff.holds.iter().any(|change| change.visit == *visit);
                self.choose_as_accepted(visits.into_iter().filter(|visit| !is_settled(visit)));
                Ok(decided)
            }
            Err((at, rejection)) => {
                self.choose_as_accepted(holds.iter().map(|(visit, _)| *visit));
                Err(self.not_done(operations, (of[at], &all[at]), rejection))
            }
        }
    }

    /// What operations would do, without making them: the live plan's own account of it.
    pub fn preview(&mut self, operations: &[Operation]) -> Result<live::Diff, NotDone> {
        let Edits { all, of, holds } = self.edits(operations)?;
        self.choose(&holds);
        let previewed = self.live.preview_each(&all);
        self.choose_as_accepted(holds.iter().map(|(visit, _)| *visit));
        previewed.map_err(|(at, rejection)| self.not_done(operations, (of[at], &all[at]), rejection))
    }

    /// Leads back, or anywhere else: makes routes as they stand in a diff, if the world still allows it.
    pub fn follow_diff(&mut self, diff: &Diff) -> Result<Decided, Unplanned> {
        let mut edits = Vec::new();
        let touched: BTreeSet<VisitId> = diff.moves().iter().map(|step| step.visit).collect();
        let movable = |visit: &VisitId| self.cards.get(visit).is_some_and(Card::is_ahead) && !self.unfit.contains_key(visit);
        for visit in touched.iter().filter(|visit| movable(visit) && self.book.shift_of(**visit).is_some()) {
            edits.push(Edit::Remove { visit: *visit });
            edits.extend(self.book.hold(*visit).map(|_| Edit::PinShift { visit: *visit, shift: None }));
        }
        let after = |visit: VisitId| match diff.holds.iter().find(|change| change.visit == visit) {
            Some(change) => change.after,
            None => self.book.hold(visit),
        };
        for change in &diff.routes {
            if let Some(day) = self.days.get(&change.shift) {
                let overtime_max_s = overtime_max_s(day, &change.after, after).max(self.overtime_of(day));
                edits.push(Edit::SetOvertime { shift: day.id, overtime_max_s });
            }
            for (position, visit) in
                change.after.iter().enumerate().filter(|(_, visit)| touched.contains(visit) && movable(visit))
            {
                edits.extend(self.rewindow(*visit, change.shift.date, after(*visit)));
                edits.push(Edit::InsertAt { visit: *visit, shift: change.shift, position: Some(position) });
            }
        }
        for change in &diff.holds {
            let comes_to = diff.routes.iter().find(|route| route.after.contains(&change.visit)).map(|route| route.shift);
            let shift = comes_to.or_else(|| self.book.shift_of(change.visit));
            edits.extend(self.hold_edits(change.visit, change.after, shift));
        }
        let holds: Vec<_> = diff.holds.iter().map(|change| (change.visit, change.after)).collect();
        let comes_back = |change: &&RouteChange| change.after.iter().any(|visit| touched.contains(visit));
        let back: Vec<ShiftId> = diff.routes.iter().filter(comes_back).map(|change| change.shift).collect();
        let ended: Vec<ShiftId> = back.into_iter().filter(|shift| self.released.contains(shift)).collect();
        // Undoing the end of a day opens it again.
        let is_off = |shift: &ShiftId| self.days.get(shift).is_some_and(|day| day.is_closed);
        for shift in ended.iter().filter(|shift| !is_off(shift)) {
            self.live.return_agent(*shift)?;
        }
        match self.live.edit(&edits, Expected::Any) {
            Ok(outcome) => {
                let mut decided = self.decided(outcome, holds);
                for shift in ended {
                    self.set_released(shift, false);
                    decided.closes.insert(shift, false);
                    // The opening is another step: taken back only by building anew.
                    decided.undo = None;
                }
                Ok(decided)
            }
            Err(rejection) => {
                for shift in ended {
                    self.live.drop_agent(shift)?;
                }
                Err(rejection.into())
            }
        }
    }

    /// A visit has come, gone on, ended, or become another. Returns None where that is nothing to the plan.
    pub fn visit_changed(&mut self, card: Card) -> Option<Decided> {
        let id = card.id;
        if !self.span().covers(card.day) {
            return self.visit_gone(id);
        }
        let before = self.cards.insert(id, card.clone());
        if before.as_ref() == Some(&card) {
            return None;
        }
        if card.is_begun() {
            return self.visit_begun(&card);
        }
        if !card.is_ahead() {
            return self.forget(id);
        }
        let is_other = before.is_none_or(|before| !is_same_task(&before, &card));
        let place = self.book.shift_of(id);
        let is_here = match (card.agent_id, place) {
            (Some(agent), Some(shift)) => shift.agent == agent && shift.date == card.day,
            (None, Some(_)) => false,
            (Some(_), None) => false,
            (None, None) => true,
        };
        if !is_other && is_here {
            return None;
        }
        if is_here && place.is_none() {
            return self.forget_and_add(&card, None);
        }
        let wanted = card.agent_id.map(|agent| (agent, card.day));
        self.forget_and_add(&card, wanted)
    }

    /// A visit is no more.
    pub fn visit_gone(&mut self, visit: VisitId) -> Option<Decided> {
        self.cards.remove(&visit)?;
        self.unfit.remove(&visit);
        self.forget(visit)
    }

    fn forget(&mut self, visit: VisitId) -> Option<Decided> {
        let hold = self.book.hold(visit).map(|_| (visit, None));
        let outcome = self.live.cancel(visit, Expected::Any).ok()?;
        Some(self.decided(outcome, hold))
    }

    /// Takes a visit out and in again as what it is now; with its agent where it is told to, otherwise waiting.
    fn forget_and_add(&mut self, card: &Card, wanted: Option<(AgentId, chrono::NaiveDate)>) -> Option<Decided> {
        let mut edits = Vec::new();
        if self.live.problem().visit_ix(card.id).is_some() {
            edits.push(Edit::Cancel { visit: card.id });
        }
        let places: Vec<ShiftId> = wanted.map(|(agent, date)| self.shifts_of(agent, date).collect()).unwrap_or_default();
        let keeps = self.book.shift_of(card.id).filter(|at| places.contains(at));
        let hold = keeps.and_then(|_| self.book.hold(card.id)).filter(|hold| self.still_begins(card, hold));
        self.learn_skills(card);
        match self.names.visit(card, hold, self.live.ways_mut()) {
            Ok(draft) => {
                self.unfit.remove(&card.id);
                let _ = self.live.add_stops(self.live.ways().len());
                edits.push(Edit::Add { draft: Box::new(draft) });
            }
            Err(why) => {
                self.unfit.insert(card.id, why);
            }
        }
        let position = keeps.and_then(|_| self.book.spot(card.id)).map(|spot| spot.position as usize);
        let is_fit = !self.unfit.contains_key(&card.id);
        let dropped = (hold.is_none() && self.book.hold(card.id).is_some()).then_some((card.id, None));
        // Where it was, else anywhere with its agent, else it waits.
        let mut tries: Vec<Vec<Edit>> = Vec::new();
        if is_fit {
            let kept = keeps.filter(|_| position.is_some()).map(|shift| (shift, position));
            for (shift, position) in kept.into_iter().chain(places.into_iter().map(|shift| (shift, None))) {
                let insert = Edit::InsertAt { visit: card.id, shift, position };
                tries.push(edits.iter().cloned().chain([insert]).chain(pinned(card.id, shift, hold)).collect());
            }
        }
        tries.push(edits);
        for edits in tries {
            if let Ok(outcome) = self.live.edit(&edits, Expected::Any) {
                return Some(self.decided(outcome, dropped));
            }
        }
        None
    }

    /// Is the start that was fixed one that the visit still allows? Its owner's word goes before what was fixed upon another.
    fn still_begins(&self, card: &Card, hold: &Hold) -> bool {
        let Some(at) = hold.start_at.filter(|_| !card.is_begun()) else { return true };
        let at = f64::from(self.span().second(at));
        windows_on(self.span(), card).is_ok_and(|windows| {
            let windows = held_open(windows, hold.start_until, |at| self.span().second(at));
            windows.iter().any(|window| (window.opens_s..=window.closes_s).contains(&at))
        })
    }

    /// A visit may ask for what nobody asked for when the plan was laid out.
    fn learn_skills(&mut self, card: &Card) {
        for skill in &card.skills {
            if self.live.learn_skill(skill) {
                self.names.learn_skill(skill);
            }
        }
    }

    fn visit_begun(&mut self, card: &Card) -> Option<Decided> {
        let agent = card.performed_by.or(card.agent_id)?;
        let started = card.started_at?;
        let shift = self.shift_at(agent, card.day, started).ok()?;
        if self.live.problem().visit_ix(card.id).is_none() {
            self.learn_skills(card);
            let draft = self.names.visit(card, None, self.live.ways_mut()).ok()?;
            let _ = self.live.add_stops(self.live.ways().len());
            self.unfit.remove(&card.id);
            self.live.edit(&[Edit::Add { draft: Box::new(draft) }], Expected::Any).ok()?;
        }
        let started_s = self.span().second(started);
        let progress = match card.ended_at.filter(|_| card.status == VisitStatus::Completed) {
            Some(ended) => Progress::Finished { started_s, ended_s: self.span().second(ended).max(started_s) },
            None => Progress::Started { at_s: started_s },
        };
        match self.live.progress(card.id, shift, progress) {
            Ok(outcome) => Some(self.decided_after(outcome)),
            Err(rejection) => {
                tracing::debug!(visit = %card.id, %rejection, "the plan does not follow a visit");
                None
            }
        }
    }

    /// Where an agent is. Returns a change only where that had to be mended.
    pub fn position(&mut self, shift: ShiftId, point: Point, at: Timestamp) -> Option<Decided> {
        let stop = self.names.stops_of(shift)?.under_way;
        self.live.ways_mut().put(stop, point);
        let at_s = self.span().second(at);
        let outcome = self.live.set_position(shift, StopIx::from(stop), at_s).ok()?;
        Some(self.decided_after(outcome)).filter(|decided| !decided.is_empty())
    }

    /// Visits under way that take longer than expected: so much longer as they have, and a little more.
    pub fn overruns(&mut self, now: Timestamp, grace_s: i32) -> Option<Decided> {
        let now_s = self.span().second(now);
        let overdue = self.cards.values().filter(|card| matches!(card.status, VisitStatus::CheckedIn | VisitStatus::InProgress));
        let late: Vec<(VisitId, i32)> = overdue
            .filter_map(|card| {
                let ix = self.live.problem().visit_ix(card.id)?;
                let service_s = self.live.problem().visit(ix).service_s;
                let elapsed_s = now_s - self.span().second(card.started_at?);
                (elapsed_s > service_s).then_some((card.id, elapsed_s + grace_s))
            })
            .collect();
        let mut all: Option<Decided> = None;
        for (visit, service_s) in late {
            if let Ok(outcome) = self.live.overrun(visit, service_s) {
                let decided = self.decided_after(outcome);
                all = Some(match all {
                    None => decided,
                    Some(before) => before.and(decided),
                });
            }
        }
        all.map(|decided| self.again(decided)).filter(|decided| !decided.is_empty())
    }

    /// Time has passed: repairs what that made late. Nothing where nothing is to be mended.
    pub fn tick(&mut self, now: Timestamp) -> Option<Decided> {
        let late = self.live.tick(self.names.span.second(now));
        self.mended(late)
    }

    /// The book takes what was committed.
    pub fn accept(&mut self, diff: &Diff) -> PlanVersion {
        if diff.is_empty() {
            return self.book.version();
        }
        let reassigned = self.reassigned(diff);
        self.note(&reassigned);
        // Made from this very book, and nothing was accepted since: the actor waits for its commit.
        let version = self.book.apply(diff).expect("a change is committed on the version it was decided on");
        self.keep_relaxed(diff);
        self.choose_as_accepted(diff.holds.iter().map(|change| change.visit));
        version
    }

    /// Has the live plan leave visits with the agents whom a change is about to choose.
    fn choose(&mut self, holds: &[(VisitId, Option<Hold>)]) {
        for (visit, hold) in holds {
            self.live.set_chosen(*visit, hold.is_some_and(|hold| hold.chosen));
        }
    }

    /// The same as it was accepted.
    pub(super) fn choose_as_accepted(&mut self, visits: impl Iterator<Item = VisitId>) {
        for visit in visits {
            self.live.set_chosen(visit, self.book.hold(visit).is_some_and(|hold| hold.chosen));
        }
    }

    /// The live plan goes back to what it was before. False where it cannot: the board must be built anew.
    pub fn take_back(&mut self, decided: Decided) -> bool {
        for (shift, is_released) in &decided.closes {
            self.set_released(*shift, !is_released);
        }
        self.choose_as_accepted(decided.diff.holds.iter().map(|change| change.visit));
        match decided.undo {
            Some(undo) => self.live.undo(undo).is_ok(),
            None => false,
        }
    }

    pub(super) fn decided<T>(&self, outcome: Outcome<T>, holds: impl IntoIterator<Item = (VisitId, Option<Hold>)>) -> Decided {
        let touched: BTreeSet<ShiftId> = outcome.diff.routes.iter().map(|route| route.shift).collect();
        let diff = self.compare(&touched, holds);
        Decided {
            diff,
            bill: outcome.diff.bill,
            left: Vec::new(),
            retimed: touched,
            closes: BTreeMap::new(),
            undo: Some(outcome.undo),
        }
    }

    pub(super) fn decided_after(&self, outcome: Outcome<After>) -> Decided {
        let left = outcome.done.left.clone();
        Decided { left, ..self.decided(outcome, []) }
    }

    /// Several changes seen as one: what they come to together.
    pub(super) fn again(&self, decided: Decided) -> Decided {
        let diff = self.compare(&decided.retimed, []);
        Decided { diff, ..decided }
    }

    /// What the live plan has otherwise than the book, in these shifts. What leaves all routes is held no more, and nobody's choice is what went to
    /// another agent without being given to them.
    fn compare(&self, touched: &BTreeSet<ShiftId>, holds: impl IntoIterator<Item = (VisitId, Option<Hold>)>) -> Diff {
        let route = |shift: &ShiftId| {
            let view = self.live.route(*shift);
            (*shift, view.map(|view| view.visits.into_iter().map(|(visit, _)| visit).collect()).unwrap_or_default())
        };
        let routes: Vec<(ShiftId, Vec<VisitId>)> = touched.iter().map(route).collect();
        let mut holds: BTreeMap<VisitId, Option<Hold>> = holds.into_iter().collect();
        let stays: BTreeSet<VisitId> = routes.iter().flat_map(|(_, visits)| visits).copied().collect();
        for visit in touched.iter().flat_map(|shift| self.book.route(*shift)) {
            if !stays.contains(visit) {
                holds.insert(*visit, None);
            }
        }
        for (shift, visits) in &routes {
            for visit in visits.iter().filter(|visit| self.book.shift_of(**visit).is_some_and(|was| was != *shift)) {
                // Nobody chose who has it now.
                if let Some(hold) = self.book.hold(*visit).filter(|hold| hold.chosen) {
                    holds.entry(*visit).or_insert(hold.not_chosen());
                }
            }
        }
        holds.retain(|visit, hold| hold.is_none() || stays.contains(visit) || self.book.shift_of(*visit).is_some());
        self.book.diff_to(routes, holds)
    }

    pub(super) fn known(&self, visit: VisitId) -> Result<&Card, Unplanned> {
        if let Some(why) = self.unfit.get(&visit) {
            return Err(Unplanned::Unfit { visit, why: *why });
        }
        self.cards.get(&visit).ok_or(Unplanned::UnknownVisit(visit))
    }
}

impl Decided {
    pub fn is_empty(&self) -> bool {
        self.diff.is_empty() && self.closes.is_empty()
    }

    pub fn opens_days(&self) -> bool {
        self.closes.values().any(|is_closed| !is_closed)
    }

    pub fn touches(&self) -> impl Iterator<Item = ShiftId> + '_ {
        self.retimed.iter().chain(self.closes.keys()).copied()
    }

    pub(super) fn of_the_past(diff: Diff) -> Self {
        let retimed = diff.shifts().collect();
        Self { diff, bill: Bill::default(), left: Vec::new(), retimed, closes: BTreeMap::new(), undo: None }
    }

    /// Two changes made one after the other. They are taken back only by building anew.
    pub(super) fn and(mut self, later: Self) -> Self {
        self.retimed.extend(later.retimed);
        self.left.extend(later.left);
        self.closes.extend(later.closes);
        self.bill += later.bill;
        self.undo = None;
        self
    }
}
