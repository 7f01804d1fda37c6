//! The almanac: what is in force when, as everybody who derives reads it. Settings, fences, how agents move, when they
//! are on duty. Replaced as a whole on a change, never locked across an await; rebuilt from Postgres at start.

use crate::fences::Fences;
use parking_lot::RwLock;
use salessync_engine::agent::{Rules, Tracking};
use salessync_engine::duty::{Duty, DutyHistory};
use salessync_engine::track::Book;
use salessync_engine::track::rules::{Profile, TrackRules, Versions};
use salessync_engine::{AgentId, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Changes of fences remembered for agents that have not taken them in yet.
const CHANGES_MAX: usize = 1_024;

pub struct Almanac {
    fences: Fences,
    current: RwLock<Current>,
    profiles: RwLock<HashMap<AgentId, Versions<Profile>>>,
    duty: RwLock<HashMap<AgentId, Arc<DutyHistory>>>,
    /// Something is said of somebody's duty, or the settings ask for it: fixes are looked at for it.
    is_duty_kept: AtomicBool,
    window_fixes: usize,
}

struct Current {
    book: Arc<Book>,
    /// Of the fences in the book.
    generation: u64,
    /// Generations and the event time from which each differs from the one before.
    changes: VecDeque<(u64, Timestamp)>,
}

impl Almanac {
    pub fn new(zone: chrono_tz::Tz, window_fixes: usize, fences: Fences) -> Self {
        let latest = fences.latest();
        let book = Arc::new(Book { fences: latest.set, ..Book::new(zone) });
        let current = Current { book, generation: latest.number, changes: VecDeque::new() };
        Self {
            fences,
            current: RwLock::new(current),
            profiles: RwLock::default(),
            duty: RwLock::default(),
            is_duty_kept: AtomicBool::new(false),
            window_fixes,
        }
    }

    /// What to derive an agent by, now, and the generation of the fences in it.
    pub fn rules(&self, agent: AgentId) -> (Rules, u64) {
        let (book, generation) = self.book();
        let profile = self.profiles.read().get(&agent).cloned().unwrap_or_default();
        let duty = if self.is_duty_kept.load(Ordering::Acquire) { self.duty(agent) } else { None };
        (Rules { book, profile, duty, window_fixes: self.window_fixes }, generation)
    }

    /// When an agent is tracked; None: always.
    pub fn tracking(&self, agent: AgentId) -> Option<Tracking> {
        self.is_duty_kept.load(Ordering::Acquire).then(|| Tracking { duty: self.duty(agent), book: self.book().0 })
    }

    /// What was told of an agent's duty.
    pub fn duty(&self, agent: AgentId) -> Option<Arc<DutyHistory>> {
        self.duty.read().get(&agent).cloned()
    }

    /// How an agent's duty stands.
    pub fn duty_now(&self, agent: AgentId, now: Timestamp) -> Duty {
        if !self.is_duty_kept.load(Ordering::Acquire) {
            return Duty::On;
        }
        let newest = self.duty(agent).and_then(|duty| duty.newest());
        newest.map_or_else(|| Duty::of(!self.book().0.rules.at(now).duty_required), |(duty, _)| duty)
    }

    pub fn set_duty(&self, agent: AgentId, history: Arc<DutyHistory>) {
        self.duty.write().insert(agent, history);
        self.is_duty_kept.store(true, Ordering::Release);
    }

    /// The settings for tracks in force at an instant.
    pub fn track_rules(&self, at: Timestamp) -> TrackRules {
        self.current.read().book.rules.at(at)
    }

    fn book(&self) -> (Arc<Book>, u64) {
        {
            let current = self.current.read();
            if current.generation == self.fences.generation() {
                return (current.book.clone(), current.generation);
            }
        }
        let mut current = self.current.write();
        let latest = self.fences.latest();
        if latest.number != current.generation {
            current.book = Arc::new(Book { fences: latest.set, ..(*current.book).clone() });
            current.generation = latest.number;
            current.changes.push_back((latest.number, latest.differs_from.unwrap_or(Timestamp::MIN)));
            if current.changes.len() > CHANGES_MAX {
                current.changes.pop_front();
            }
        }
        (current.book.clone(), current.generation)
    }

    /// The event time from which the fences differ from those of a generation; None when they do not.
    pub fn differs_since(&self, generation: u64) -> Option<Timestamp> {
        let current = self.current.read();
        let missed = current.changes.iter().filter(|(number, _)| *number > generation).map(|(_, since)| *since).min();
        let is_forgotten =
            current.changes.front().is_some_and(|(oldest, _)| *oldest > generation + 1) && current.changes.len() == CHANGES_MAX;
        if is_forgotten { Some(Timestamp::MIN) } else { missed }
    }

    pub fn set_rules(&self, rules: Versions<TrackRules>) {
        if rules.values().any(|rules| rules.duty_required) {
            self.is_duty_kept.store(true, Ordering::Release);
        }
        let mut current = self.current.write();
        current.book = Arc::new(Book { rules, ..(*current.book).clone() });
    }

    pub fn set_profile(&self, agent: AgentId, profile: Versions<Profile>) {
        self.profiles.write().insert(agent, profile);
    }

    pub fn forget(&self, agent: AgentId) {
        self.profiles.write().remove(&agent);
        self.duty.write().remove(&agent);
    }
}
