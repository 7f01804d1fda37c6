//! How long each kind of data is kept, and the task that deletes what is older. Whatever is kept for a time has its kind here, its key in
//! config/default.toml, and a row in `retention_runs` whenever something of it went.

use crate::settings::Settings;
use crate::store::{Store, StoreError};
use crate::system::SystemHandle;
use salessync_engine::Timestamp;
use serde::Serialize;

/// A kind of data with a time of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Fixes, by when they were recorded.
    Tracks,
    /// Fixes set aside, by when they came.
    Quarantine,
    /// What people decided about fixes, by when they did.
    Decisions,
    /// Trips, stops, days and the rest, by the day they belong to.
    Timeline,
    /// Changes of timelines, for integrators that were away.
    Feed,
    /// Photos and other files of visits, by when they came.
    Files,
}

/// Runs that are remembered, in days: a year and a bit, so that last year's can be compared.
const RUNS_KEPT_DAYS: i64 = 400;

impl Kind {
    pub const ALL: [Self; 6] = [Self::Tracks, Self::Quarantine, Self::Decisions, Self::Timeline, Self::Feed, Self::Files];

    pub fn name(self) -> &'static str {
        match self {
            Self::Tracks => "tracks",
            Self::Quarantine => "quarantine",
            Self::Decisions => "decisions",
            Self::Timeline => "timeline",
            Self::Feed => "feed",
            Self::Files => "files",
        }
    }

    /// The key that sets it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Tracks => "storage.retention_days",
            Self::Quarantine => "retention.quarantine_days",
            Self::Decisions => "retention.decisions_days",
            Self::Timeline => "retention.timeline_days",
            Self::Feed => "storage.feed_days",
            Self::Files => "retention.files_days",
        }
    }

    /// Days that it is kept; None: for ever.
    pub fn days(self, settings: &Settings) -> Option<i64> {
        let tracks = settings.storage.retention_days;
        let or_as_tracks = |days: i64| if days > 0 { days } else { tracks };
        let days = match self {
            Self::Tracks => tracks,
            Self::Quarantine => or_as_tracks(settings.retention.quarantine_days),
            Self::Decisions => or_as_tracks(settings.retention.decisions_days),
            Self::Timeline => settings.retention.timeline_days,
            Self::Feed => settings.storage.feed_days,
            Self::Files => settings.retention.files_days,
        };
        (days > 0).then_some(days)
    }

    async fn delete_before(self, store: &Store, before: Timestamp) -> Result<u64, StoreError> {
        match self {
            Self::Tracks => store.drop_tracks_before(before).await,
            Self::Quarantine => store.drop_quarantined_before(before).await,
            Self::Decisions => store.drop_decisions_before(before).await,
            Self::Timeline => store.drop_timeline_before(before).await,
            Self::Feed => store.drop_changes_before(before).await,
            Self::Files => store.drop_files_before(before).await,
        }
    }
}

/// Deletes what is older than its kind is kept, and notes it. A kind that fails does not keep the others from going. Returns what went, by
/// kind.
pub async fn run(store: &Store, settings: &Settings, now: Timestamp) -> Result<Vec<(Kind, u64)>, StoreError> {
    let mut gone = Vec::new();
    let mut failed = None;
    for kind in Kind::ALL {
        let Some(days) = kind.days(settings) else { continue };
        let before = now.plus_s(-days * 86_400);
        match kind.delete_before(store, before).await {
            Ok(0) => {}
            Ok(deleted) => {
                store.note_retention(kind, now, before, deleted).await?;
                tracing::info!(kind = kind.name(), deleted, "older data is deleted");
                gone.push((kind, deleted));
            }
            Err(error) => failed = Some(error),
        }
    }
    store.drop_retention_runs_before(now.plus_s(-RUNS_KEPT_DAYS * 86_400)).await?;
    failed.map_or(Ok(gone), Err)
}

impl SystemHandle {
    /// Deletes what is older than it is kept, as the task does in between. Returns what went, by kind.
    pub async fn retention_run(&self) -> Result<Vec<(Kind, u64)>, StoreError> {
        run(self.store(), self.settings(), self.now()).await
    }
}
