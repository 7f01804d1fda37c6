//! Rounds of snapshots: every so often each changed agent's state is written with its journal position, and once a round is complete
//! the floor below which the journal is no longer needed is raised.

use crate::chronicle::Chronicle;
use crate::clock::Clock;
use crate::journal::Journal;
use crate::metrics::Metrics;
use crate::station::{CollectNews, CollectSnapshots, Collected, SnapshotsWritten, Station};
use crate::store::{SnapshotRow, Store, StoreError};
use actix::Addr;
use std::time::Duration;
use tokio::sync::oneshot;

/// Longest wait for the agents of one round; who is missing then is asked again in the next.
const ROUND_TIMEOUT: Duration = Duration::from_secs(20);
/// Snapshots written with one statement.
const WRITE_BATCH: usize = 2_000;

/// Writes snapshots.
#[derive(Clone)]
pub struct Snapshots {
    pub store: Store,
    pub journal: Journal,
    pub chronicle: Chronicle,
    pub stations: Vec<Addr<Station>>,
    pub clock: Clock,
    pub metrics: Metrics,
}

impl Snapshots {
    /// One round. Returns how many were written.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let timer = self.metrics.snapshot_round_seconds.start_timer();
        // Taken first: every agent's mailbox holds what was delivered up to here before it is asked.
        let floor = self.journal.delivered();
        let (mut complete, mut written) = (true, 0);
        let asked: Vec<_> = self
            .stations
            .iter()
            .map(|station| {
                let (answer, collected) = oneshot::channel();
                station.do_send(CollectSnapshots(answer));
                (station, collected)
            })
            .collect();
        for (station, collected) in asked {
            let Ok(Ok(Collected { rows, complete: all })) = tokio::time::timeout(ROUND_TIMEOUT, collected).await else {
                complete = false;
                continue;
            };
            complete &= all;
            written += rows.len();
            self.write(station, rows).await?;
        }
        if complete {
            self.store.raise_snapshot_floor(floor).await?;
        }
        self.metrics.snapshots.inc_by(written as u64);
        timer.observe_duration();
        Ok(written)
    }

    /// Writes what is worth telling at once, and a share of what has merely gone on. Returns how many were written.
    pub async fn news(&self, share: usize) -> Result<usize, StoreError> {
        let mut written = 0;
        for station in &self.stations {
            let (answer, news) = oneshot::channel();
            station.do_send(CollectNews { share, answer });
            let Ok(Ok(rows)) = tokio::time::timeout(ROUND_TIMEOUT, news).await else { continue };
            written += rows.len();
            self.write(station, rows).await?;
        }
        self.metrics.snapshots.inc_by(written as u64);
        Ok(written)
    }

    async fn write(&self, station: &Addr<Station>, rows: Vec<SnapshotRow>) -> Result<(), StoreError> {
        let mut rows = rows.into_iter();
        loop {
            let batch: Vec<_> = rows.by_ref().take(WRITE_BATCH).collect();
            if batch.is_empty() {
                return Ok(());
            }
            let revs = batch.iter().map(|row| (row.agent, row.rev)).collect();
            self.chronicle.write(batch).await?;
            station.do_send(SnapshotsWritten(revs));
        }
    }
}
