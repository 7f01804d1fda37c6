//! What can be set of the live system, with its defaults and limits. config/default.toml shows every key.

use crate::ports::geocode::{self, Geocoder};
use crate::travel::TravelSettings;
use serde::Deserialize;

/// Settings of this crate; the gateway reads them from its configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub organisation: Organisation,
    pub actors: Actors,
    pub journal: Journal,
    pub live: Live,
    pub storage: Storage,
    pub retention: Retention,
    pub travel: TravelSettings,
    pub geocode: geocode::Settings,
    pub plan: Plan,
}

/// Plans and dispatch.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    /// Days a plan covers, today included.
    pub horizon_days: u16,
    /// How often a plan looks at where its agents are and what time it is.
    pub watch_every_s: u64,
    /// Agents a plan looks at in one go; the others come with the next.
    pub watched_at_once: usize,
    /// Threads that search for better plans.
    pub workers: usize,
    /// Searches that may wait for one.
    pub searches_waiting: usize,
    /// Whether a search is made of its own accord whenever the plan has rested.
    pub auto_improve: bool,
    /// What such a search must gain to be accepted, seconds of driving.
    pub improve_min_gain: i64,
    /// Whether what had to be left out comes back when there is room again.
    pub fill_gaps: bool,
    /// How long agents of whom nothing else is said may work over.
    pub overtime_max_s: i32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Organisation {
    /// IANA zone whose civil dates bound the days.
    pub time_zone: String,
    /// ISO 4217 code of what amounts are in.
    pub currency: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Actors {
    /// Threads that agents and territories live on, and as many again for plans; 0: one per core.
    pub arbiters: usize,
    /// Messages an agent's mailbox holds before `busy`.
    pub agent_mailbox: usize,
    /// Newest fixes held in memory per device.
    pub window_fixes: usize,
    /// An agent without messages for so long goes to sleep.
    pub passivate_after_s: u64,
    /// Crashes within `restart_window_s` after which an actor is halted.
    pub restarts_max: usize,
    pub restart_window_s: u64,
    /// First pause before a restart; doubles with each crash in the window.
    pub restart_backoff_ms: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Journal {
    /// Longest wait of a fix for company before its commit begins.
    pub flush_interval_ms: u64,
    /// So many waiting fixes start a commit at once.
    pub flush_fixes: usize,
    /// Fixes held while Postgres is away or slow; beyond, phones are told `busy`.
    pub spill_fixes_max: usize,
    /// A commit that takes longer is tried again on another connection.
    pub commit_timeout_ms: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Live {
    /// Shortest time between two deltas of a topic.
    pub tick_ms: u64,
    /// Revisions for which removals are remembered, so that a console may resume.
    pub resume_revisions: u64,
    /// A console that acknowledges nothing for so long is closed 4408.
    pub ack_timeout_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// Connections to Postgres; half as many again are kept for changes to visits and plans.
    pub connections: u32,
    /// Pause between two rounds of snapshots.
    pub snapshot_every_s: u64,
    /// Journal rows older than this become chunks.
    pub compact_after_s: u64,
    /// Daily partitions kept behind and made ahead of today; fixes outside go to the cold table.
    pub days_behind: i64,
    pub days_ahead: i64,
    /// Tracks older than this are deleted; 0: never.
    pub retention_days: i64,
    /// The change feed keeps changes for so many days.
    pub feed_days: i64,
}

/// How long what follows from tracks is kept; tracks themselves and the change feed are in `storage`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Fixes set aside; 0: as long as tracks.
    pub quarantine_days: i64,
    /// Decisions about fixes; 0: as long as tracks.
    pub decisions_days: i64,
    /// Trips, stops and days; 0: for ever.
    pub timeline_days: i64,
    /// Photos and other files of visits; 0: for ever.
    pub files_days: i64,
}

impl Default for Organisation {
    fn default() -> Self {
        Self { time_zone: "UTC".to_owned(), currency: "EUR".to_owned() }
    }
}

impl Default for Actors {
    fn default() -> Self {
        Self {
            arbiters: 0,
            agent_mailbox: 16,
            window_fixes: 512,
            passivate_after_s: 900,
            restarts_max: 5,
            restart_window_s: 60,
            restart_backoff_ms: 10,
        }
    }
}

impl Default for Journal {
    fn default() -> Self {
        Self { flush_interval_ms: 20, flush_fixes: 2_000, spill_fixes_max: 300_000, commit_timeout_ms: 5_000 }
    }
}

impl Default for Live {
    fn default() -> Self {
        Self { tick_ms: 200, resume_revisions: 3_000, ack_timeout_s: 15 }
    }
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            connections: 8,
            snapshot_every_s: 30,
            compact_after_s: 60,
            days_behind: 30,
            days_ahead: 3,
            retention_days: 0,
            feed_days: 30,
        }
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            horizon_days: 14,
            watch_every_s: 5,
            watched_at_once: 500,
            workers: 1,
            searches_waiting: 16,
            auto_improve: false,
            fill_gaps: true,
            improve_min_gain: 120,
            overtime_max_s: 3_600,
        }
    }
}

/// A key with a value it cannot have.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{key} is {value}, must be {limit}")]
pub struct SettingFlaw {
    pub key: &'static str,
    pub value: String,
    pub limit: String,
}

impl Settings {
    /// Checks every limit; the first broken one is the answer.
    pub fn check(&self) -> Result<(), SettingFlaw> {
        let within = |key, value: u64, range: std::ops::RangeInclusive<u64>| {
            if range.contains(&value) {
                Ok(())
            } else {
                Err(SettingFlaw { key, value: value.to_string(), limit: format!("{}..{}", range.start(), range.end()) })
            }
        };
        self.zone()?;
        let currency = &self.organisation.currency;
        if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
            let limit = "an ISO 4217 code such as EUR".to_owned();
            return Err(SettingFlaw { key: "organisation.currency", value: format!("{currency:?}"), limit });
        }
        within("geocode.interval_ms", self.geocode.interval_ms, 0..=60_000)?;
        within("geocode.timeout_ms", self.geocode.timeout_ms, 100..=60_000)?;
        self.geocoder()?;
        within("actors.arbiters", self.actors.arbiters as u64, 0..=256)?;
        within("actors.agent_mailbox", self.actors.agent_mailbox as u64, 1..=1024)?;
        within("actors.window_fixes", self.actors.window_fixes as u64, 64..=1_000_000)?;
        within("actors.passivate_after_s", self.actors.passivate_after_s, 1..=86_400 * 7)?;
        within("actors.restarts_max", self.actors.restarts_max as u64, 1..=100)?;
        within("actors.restart_window_s", self.actors.restart_window_s, 1..=3_600)?;
        within("actors.restart_backoff_ms", self.actors.restart_backoff_ms, 1..=10_000)?;
        within("journal.flush_interval_ms", self.journal.flush_interval_ms, 1..=50)?;
        within("journal.flush_fixes", self.journal.flush_fixes as u64, 1..=100_000)?;
        within("journal.spill_fixes_max", self.journal.spill_fixes_max as u64, 1_000..=50_000_000)?;
        within("journal.commit_timeout_ms", self.journal.commit_timeout_ms, 100..=60_000)?;
        within("live.tick_ms", self.live.tick_ms, 20..=10_000)?;
        within("live.resume_revisions", self.live.resume_revisions, 1..=1_000_000)?;
        within("live.ack_timeout_s", self.live.ack_timeout_s, 1..=600)?;
        within("storage.connections", u64::from(self.storage.connections), 2..=200)?;
        within("storage.snapshot_every_s", self.storage.snapshot_every_s, 1..=3_600)?;
        within("storage.compact_after_s", self.storage.compact_after_s, 1..=120)?;
        within("storage.days_behind", self.storage.days_behind.max(0) as u64, 1..=400)?;
        within("storage.days_ahead", self.storage.days_ahead.max(0) as u64, 2..=60)?;
        within("plan.horizon_days", u64::from(self.plan.horizon_days), 1..=62)?;
        within("plan.watch_every_s", self.plan.watch_every_s, 1..=600)?;
        within("plan.watched_at_once", self.plan.watched_at_once as u64, 1..=100_000)?;
        within("plan.workers", self.plan.workers as u64, 1..=64)?;
        within("plan.searches_waiting", self.plan.searches_waiting as u64, 1..=1_000)?;
        within("plan.improve_min_gain", self.plan.improve_min_gain.max(0) as u64, 0..=1_000_000)?;
        within("plan.overtime_max_s", self.plan.overtime_max_s.max(0) as u64, 0..=43_200)?;
        within("storage.retention_days", self.storage.retention_days.max(0) as u64, 0..=36_500)?;
        within("storage.feed_days", self.storage.feed_days.max(0) as u64, 1..=36_500)?;
        for (key, days) in [
            ("retention.quarantine_days", self.retention.quarantine_days),
            ("retention.decisions_days", self.retention.decisions_days),
            ("retention.timeline_days", self.retention.timeline_days),
        ] {
            // A negative number is not a short time.
            within(key, u64::try_from(days).unwrap_or(u64::MAX), 0..=36_500)?;
        }
        self.travel.check()?;
        Ok(())
    }

    pub fn zone(&self) -> Result<chrono_tz::Tz, SettingFlaw> {
        self.organisation.time_zone.parse().map_err(|_| SettingFlaw {
            key: "organisation.time_zone",
            value: format!("{:?}", self.organisation.time_zone),
            limit: "an IANA zone such as Europe/Berlin".to_owned(),
        })
    }

    /// Whoever finds places for words.
    pub fn geocoder(&self) -> Result<Geocoder, SettingFlaw> {
        Geocoder::new(&self.geocode).map_err(|flaw| {
            let (key, value) = match flaw {
                geocode::GeocodeFlaw::UserAgent => ("geocode.user_agent", &self.geocode.user_agent),
                geocode::GeocodeFlaw::Url | geocode::GeocodeFlaw::Client(_) => ("geocode.url", &self.geocode.url),
            };
            SettingFlaw { key, value: format!("{value:?}"), limit: flaw.to_string() }
        })
    }

    /// Threads that actors live on.
    pub fn arbiter_count(&self) -> usize {
        match self.actors.arbiters {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n => n,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_within_their_own_limits() {
        assert_eq!(Settings::default().check(), Ok(()));
    }

    #[test]
    fn a_flaw_names_the_key_and_the_limit() {
        let mut settings = Settings::default();
        settings.live.tick_ms = 5;
        assert_eq!(settings.check().unwrap_err().to_string(), "live.tick_ms is 5, must be 20..10000");
        let mut settings = Settings::default();
        settings.organisation.time_zone = "Mars/Olympus".to_owned();
        assert_eq!(settings.check().unwrap_err().key, "organisation.time_zone");
    }
}
