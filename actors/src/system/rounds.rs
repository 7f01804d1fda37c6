//! Rounds that run by a timer, asked for at once: by tests, by operators, before an end.

use super::*;

impl SystemHandle {
    /// Puts agents to sleep that were idle for `idle_ms`.
    pub fn sweep(&self, idle_ms: i64) {
        for station in &self.inner.stations {
            station.do_send(Sweep { idle_ms });
        }
    }

    /// Writes what changed since the last round.
    pub async fn snapshot_round(&self) -> Result<usize, StoreError> {
        self.inner.snapshots.round().await
    }

    /// Writes what changed in timelines, as the task does in between. Returns how many agents' news were written.
    pub async fn news_round(&self) -> Result<usize, StoreError> {
        self.inner.snapshots.news(usize::MAX).await
    }

    /// Turns journal rows that have rested into chunks. Returns how many fixes moved.
    pub async fn compaction_pass(&self) -> Result<usize, StoreError> {
        self.inner.compactor.pass().await
    }

    /// Merges scattered chunks of past days. Returns how many agent-days.
    pub async fn merge_pass(&self) -> Result<usize, StoreError> {
        self.inner.compactor.merge().await
    }

    /// Learns the speeds of roads from all trips that ended, as the task does bit by bit. Returns how many roads were seen taken.
    pub async fn learn_speeds(&self) -> Result<u64, StoreError> {
        self.inner.travel.learn_now(self.inner.almanac.clone()).await
    }

    /// Learns how long visits take from those completed since the last time, as the task does every few minutes. Returns how many.
    pub async fn learn_durations(&self) -> Result<usize, StoreError> {
        self.inner.durations.learn().await
    }
}
