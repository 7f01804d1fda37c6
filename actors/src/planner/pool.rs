//! Searches for better plans: a few threads of their own, niced, with a bounded queue. A search works on a copy of the plan and of its travel
//! times; what it finds is a proposal. A search that fails, panics or is stopped proposes nothing, so it changes nothing.

use super::ways::PlanWays;
use crate::metrics::Metrics;
use parking_lot::{Condvar, Mutex};
use salessync_engine::PlanJobId;
use salessync_engine::plan::book::{Diff, PlanVersion, RouteChange};
use salessync_engine::plan::check::{assess, check};
use salessync_engine::plan::live::Snapshot;
use salessync_engine::plan::model::{Bill, Matrices, Problem, Solution};
use salessync_engine::plan::search::{self, Progress};
pub use salessync_engine::wire::plan_answers::{CurvePoint, Proposal};
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Points of a cost curve that are kept.
const CURVE_MAX: usize = 200;
/// Nobody is served later than for so many searches that wait.
const NICE: i32 = 10;

/// A finished search.
pub struct Found {
    pub job: PlanJobId,
    pub proposal: Proposal,
    pub by: super::messages::Acting,
    pub answer: super::messages::Answer<TakenIn>,
}

/// How a proposal came in.
#[derive(Clone, PartialEq, Debug)]
pub struct TakenIn {
    pub version: PlanVersion,
    /// The plan had gone on meanwhile, or only a part of it still gained.
    pub is_rebased: bool,
    pub diff: Diff,
}

/// Something to be searched.
pub enum Errand {
    /// A better plan than this one.
    Improve { snapshot: Box<Snapshot>, ways: Box<PlanWays> },
    /// A plan for a problem that somebody brought.
    Solve { problem: Box<Problem>, matrices: Box<Matrices> },
}

/// What came of it.
pub enum Result {
    Improved(Box<Improved>),
    Solved(Box<Solved>),
    /// It could not be done; nothing has changed.
    Failed(String),
}

pub struct Improved {
    pub diff: Diff,
    pub before: Bill,
    pub after: Bill,
    /// The plan as it is breaks limits: somebody is late. Nothing that a search finds does.
    pub was_late: bool,
    pub iterations: u64,
    pub curve: Vec<CurvePoint>,
}

impl Improved {
    /// Whether it is worth to be taken in: visits that have to be made come first, then that nobody is late, then costs.
    pub fn is_better(&self) -> bool {
        let is_better = match self.was_late {
            true => self.after.mandatory_lost <= self.before.mandatory_lost,
            false => self.after.rank() < self.before.rank(),
        };
        is_better && !self.diff.is_empty()
    }
}

pub struct Solved {
    pub problem: Problem,
    pub solution: Solution,
    pub bill: Bill,
    pub iterations: u64,
    pub curve: Vec<CurvePoint>,
}

/// The queue has no place left.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{waiting} searches are waiting already")]
pub struct QueueFull {
    pub waiting: usize,
}

struct Task {
    id: PlanJobId,
    errand: Errand,
    seconds: u32,
    seed: u64,
    stop: Arc<AtomicBool>,
    started: Option<oneshot::Sender<()>>,
    done: oneshot::Sender<Result>,
}

/// A search that was put into the queue.
pub struct Ticket {
    /// It has begun.
    pub started: oneshot::Receiver<()>,
    /// It has ended; dropped: it never will.
    pub done: oneshot::Receiver<Result>,
}

/// The threads and their queue. Cheap to clone.
#[derive(Clone)]
pub struct Pool {
    inner: Arc<Inner>,
}

struct Inner {
    queue: Mutex<VecDeque<Task>>,
    comes: Condvar,
    waiting_max: usize,
    stops: Mutex<HashMap<PlanJobId, Arc<AtomicBool>>>,
    is_closing: AtomicBool,
    metrics: Metrics,
}

impl Pool {
    pub fn start(workers: usize, waiting_max: usize, metrics: Metrics) -> std::io::Result<Self> {
        let inner = Arc::new(Inner {
            queue: Mutex::default(),
            comes: Condvar::new(),
            waiting_max,
            stops: Mutex::default(),
            is_closing: AtomicBool::new(false),
            metrics,
        });
        for worker in 0..workers.max(1) {
            let inner = inner.clone();
            std::thread::Builder::new().name(format!("search-{worker}")).spawn(move || {
                // Best effort: without the right to be nice it is as urgent as everything else.
                let _ = rustix::process::nice(NICE);
                inner.work();
            })?;
        }
        Ok(Self { inner })
    }

    /// Puts a search into the queue, unless that is full.
    pub fn put(&self, id: PlanJobId, errand: Errand, seconds: u32, seed: u64) -> std::result::Result<Ticket, QueueFull> {
        let mut queue = self.inner.queue.lock();
        if queue.len() >= self.inner.waiting_max {
            return Err(QueueFull { waiting: queue.len() });
        }
        let stop = Arc::new(AtomicBool::new(false));
        let ((started, starts), (done, ends)) = (oneshot::channel(), oneshot::channel());
        queue.push_back(Task { id, errand, seconds, seed, stop: stop.clone(), started: Some(started), done });
        self.inner.stops.lock().insert(id, stop);
        self.inner.comes.notify_one();
        Ok(Ticket { started: starts, done: ends })
    }

    /// Stops a search; what it has found by then is its answer. False: there is no such search.
    pub fn stop(&self, id: PlanJobId) -> bool {
        let stops = self.inner.stops.lock();
        stops.get(&id).map(|stop| stop.store(true, Ordering::Relaxed)).is_some()
    }

    /// Ends the threads when what they do is done, which is at once.
    pub fn close(&self) {
        self.inner.is_closing.store(true, Ordering::Relaxed);
        for stop in self.inner.stops.lock().values() {
            stop.store(true, Ordering::Relaxed);
        }
        self.inner.queue.lock().clear();
        self.inner.comes.notify_all();
    }
}

impl Inner {
    fn work(&self) {
        while let Some(mut task) = self.next() {
            if let Some(started) = task.started.take() {
                let _ = started.send(());
            }
            let begun = Instant::now();
            let (id, done) = (task.id, task.done);
            let search = AssertUnwindSafe(|| run(task.errand, task.seconds, task.seed, &task.stop));
            let result = catch_unwind(search).unwrap_or_else(|_| Result::Failed("the search broke down".to_owned()));
            self.metrics.plan_search_seconds.observe(begun.elapsed().as_secs_f64());
            self.stops.lock().remove(&id);
            let _ = done.send(result);
        }
    }

    fn next(&self) -> Option<Task> {
        let mut queue = self.queue.lock();
        loop {
            if self.is_closing.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(task) = queue.pop_front() {
                return Some(task);
            }
            self.comes.wait(&mut queue);
        }
    }
}

/// Goes on until the time is over, and writes down how the cost falls.
struct Watch<'a> {
    begun: Instant,
    limit: Duration,
    stop: &'a AtomicBool,
    curve: Vec<CurvePoint>,
}

impl Watch<'_> {
    fn go_on(&mut self, progress: Progress) -> bool {
        let elapsed = self.begun.elapsed();
        if let Some(cost) = progress.cost.filter(|cost| self.curve.last().is_none_or(|last| last.cost > *cost)) {
            if self.curve.len() == CURVE_MAX {
                // Every other point says the same of the shape.
                let mut keep = false;
                self.curve.retain(|_| {
                    keep = !keep;
                    keep
                });
            }
            self.curve.push(CurvePoint { after_ms: elapsed.as_millis() as u64, cost });
        }
        elapsed < self.limit && !self.stop.load(Ordering::Relaxed)
    }
}

fn run(errand: Errand, seconds: u32, seed: u64, stop: &AtomicBool) -> Result {
    let mut watch = Watch { begun: Instant::now(), limit: Duration::from_secs(u64::from(seconds)), stop, curve: Vec::new() };
    match errand {
        Errand::Improve { snapshot, ways } => {
            let Snapshot { problem, start, .. } = &*snapshot;
            let (before, broken) = assess(problem, ways.as_ref(), start);
            let found = search::search(problem, ways.as_ref(), Some(start), seed, &mut |progress| watch.go_on(progress));
            // Judged by what shares no code with the search.
            if let Err(violations) = check(problem, ways.as_ref(), &found.solution) {
                let first = violations.first().map(ToString::to_string).unwrap_or_default();
                return Result::Failed(format!("the plan found breaks a rule: {first}"));
            }
            Result::Improved(Box::new(Improved {
                diff: difference(&snapshot, &found.solution),
                before,
                after: found.bill,
                was_late: !broken.is_empty(),
                iterations: found.iterations,
                curve: watch.curve,
            }))
        }
        Errand::Solve { problem, matrices } => {
            let found = search::search(&problem, matrices.as_ref(), None, seed, &mut |progress| watch.go_on(progress));
            match check(&problem, matrices.as_ref(), &found.solution) {
                Ok(bill) => Result::Solved(Box::new(Solved {
                    problem: *problem,
                    solution: found.solution,
                    bill,
                    iterations: found.iterations,
                    curve: watch.curve,
                })),
                Err(violations) => {
                    let first = violations.first().map(ToString::to_string).unwrap_or_default();
                    Result::Failed(format!("the plan found breaks a rule: {first}"))
                }
            }
        }
    }
}

/// The routes that a search would have otherwise.
fn difference(snapshot: &Snapshot, found: &Solution) -> Diff {
    let problem = &snapshot.problem;
    let ids = |visits: &[salessync_engine::plan::model::VisitIx]| visits.iter().map(|ix| problem.visit(*ix).id).collect();
    let pairs = problem.shifts().iter().zip(snapshot.start.routes.iter().zip(&found.routes));
    let changed = pairs.filter(|(_, (was, now))| was.visits != now.visits);
    let routes =
        changed.map(|(shift, (was, now))| RouteChange { shift: shift.id, before: ids(&was.visits), after: ids(&now.visits) });
    Diff { routes: routes.collect(), holds: Vec::new() }
}
