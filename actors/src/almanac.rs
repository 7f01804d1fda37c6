//! The almanac: what is in force when, as everybody who derives reads it. Settings, fences, how agents move. Replaced as a whole on a
//! change, never locked across an await; rebuilt from Postgres at start.

use parking_lot::RwLock;
use salessync_engine::AgentId;
use salessync_engine::agent::Rules;
use salessync_engine::fence::FenceSet;
use salessync_engine::track::Book;
use salessync_engine::track::rules::{Profile, TrackRules, Versions};
use std::collections::HashMap;
use std::sync::Arc;

pub struct Almanac {
    book: RwLock<Arc<Book>>,
    profiles: RwLock<HashMap<AgentId, Versions<Profile>>>,
    window_fixes: usize,
}

impl Almanac {
    pub fn new(zone: chrono_tz::Tz, window_fixes: usize) -> Self {
        Self { book: RwLock::new(Arc::new(Book::new(zone))), profiles: RwLock::default(), window_fixes }
    }

    /// What to derive by, now.
    pub fn rules(&self, agent: AgentId) -> Rules {
        let profile = self.profiles.read().get(&agent).cloned().unwrap_or_default();
        Rules { book: self.book.read().clone(), profile, window_fixes: self.window_fixes }
    }

    pub fn set_fences(&self, fences: Arc<FenceSet>) {
        let mut book = self.book.write();
        *book = Arc::new(Book { fences, ..(**book).clone() });
    }

    pub fn set_rules(&self, rules: Versions<TrackRules>) {
        let mut book = self.book.write();
        *book = Arc::new(Book { rules, ..(**book).clone() });
    }

    pub fn set_profile(&self, agent: AgentId, profile: Versions<Profile>) {
        self.profiles.write().insert(agent, profile);
    }
}
