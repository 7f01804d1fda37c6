//! Background tasks: each takes no input, may run at any time, and does what is missing. A failure is logged, counted, and tried
//! again at the next turn.

use crate::compactor::Compactor;
use crate::erasure::Eraser;
use crate::planner::Durations;
use crate::retention::{self, Kind};
use crate::settings::Settings;
use crate::snapshot::Snapshots;
use crate::station::Sweep;
use crate::store::StoreError;
use crate::system::SystemHandle;
use crate::visits::{HORIZON_DAYS, Visits};
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;

/// How often what changed in timelines is written down, and how many agents of each arbiter that have merely gone on go along.
const NEWS_EVERY: Duration = Duration::from_millis(500);
const NEWS_SHARE: usize = 250;
/// How often partitions are looked after.
const PARTITIONS_EVERY: Duration = Duration::from_secs(600);
/// How often data that is older than it is kept is looked for.
const RETENTION_EVERY: Duration = Duration::from_secs(600);
/// How often erasures that were interrupted are looked for.
const ERASURES_EVERY: Duration = Duration::from_secs(60);
/// How often changes of duty are looked for that were written down and not settled.
const DUTY_EVERY: Duration = Duration::from_secs(60);
/// How often idle agents are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(15);
/// How often visits are derived from what has come in.
const VISITS_EVERY: Duration = Duration::from_millis(500);
/// How often visits of days that are over are looked for.
const PAST_DAYS_EVERY: Duration = Duration::from_secs(15);
/// How often beats make the visits of the weeks ahead.
const BEATS_EVERY: Duration = Duration::from_secs(900);
/// How often past days are looked through for chunks to merge.
const MERGE_EVERY: Duration = Duration::from_secs(1_800);
/// How often visits that were completed are learned from.
const DURATIONS_EVERY: Duration = Duration::from_secs(300);
/// How often the compactor looks for rows that have rested.
const COMPACT_EVERY: Duration = Duration::from_secs(15);

/// What the tasks work on.
#[derive(Clone)]
pub(crate) struct Tasks {
    pub snapshots: Snapshots,
    pub compactor: Compactor,
    pub eraser: Eraser,
    pub visits: Visits,
    pub durations: Durations,
    pub settings: Settings,
    pub stopping: watch::Receiver<bool>,
}

/// Starts them all on the store's runtime.
pub(crate) fn start(tasks: Tasks) {
    let every = Duration::from_secs(tasks.settings.storage.snapshot_every_s);
    tasks.repeat("snapshots", every, |tasks| async move { tasks.snapshots.round().await.map(drop) });
    tasks.repeat("news", NEWS_EVERY, |tasks| async move { tasks.snapshots.news(NEWS_SHARE).await.map(drop) });
    tasks.repeat("compactor", COMPACT_EVERY, |tasks| async move { tasks.compactor.pass().await.map(drop) });
    tasks.repeat("merge", MERGE_EVERY, |tasks| async move { tasks.compactor.merge().await.map(drop) });
    let first = tasks.clone();
    tasks.snapshots.store.spawn(async move {
        if let Err(error) = first.partitions().await {
            tracing::warn!(task = "partitions", error = error.chain(), "task failed, trying again at its next turn");
        }
        if let Err(error) = first.retention().await {
            tracing::warn!(task = "retention", error = error.chain(), "task failed, trying again at its next turn");
        }
        if let Err(error) = first.durations.learn().await {
            tracing::warn!(task = "durations", error = error.chain(), "task failed, trying again at its next turn");
        }
    });
    tasks.repeat("partitions", PARTITIONS_EVERY, |tasks| async move { tasks.partitions().await });
    tasks.repeat("retention", RETENTION_EVERY, |tasks| async move { tasks.retention().await });
    tasks.repeat("erasures", ERASURES_EVERY, |tasks| async move { tasks.eraser.finish_all().await });
    tasks.repeat("visits", VISITS_EVERY, |tasks| async move { tasks.visits.derivation_round().await.map(drop) });
    tasks.repeat("past_days", PAST_DAYS_EVERY, |tasks| async move { tasks.visits.settle_past_days().await.map(drop) });
    tasks.repeat("beats", BEATS_EVERY, |tasks| async move { tasks.visits.generate(HORIZON_DAYS).await.map(drop) });
    tasks.repeat("durations", DURATIONS_EVERY, |tasks| async move { tasks.durations.learn().await.map(drop) });
    tasks.repeat("sweep", SWEEP_EVERY, |tasks| async move {
        let idle_ms = tasks.settings.actors.passivate_after_s as i64 * 1000;
        for station in &tasks.snapshots.stations {
            station.do_send(Sweep { idle_ms });
        }
        Ok(())
    });
}

/// Settles duty at once, then as it comes up.
pub(crate) fn settle_duty(system: &SystemHandle, mut stopping: watch::Receiver<bool>) {
    let (weak, store, metrics) = (system.downgrade(), system.store().clone(), system.metrics().clone());
    store.spawn(async move {
        let mut wait = Duration::ZERO;
        loop {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = stopping.wait_for(|stop| *stop) => return,
            }
            wait = DUTY_EVERY;
            // A task that held the system would keep it alive for ever.
            let Some(system) = weak.upgrade() else { return };
            if let Err(error) = system.settle_all_duty().await {
                metrics.task_failures.with_label_values(&["duty"]).inc();
                tracing::warn!(task = "duty", error = error.chain(), "task failed, trying again at its next turn");
            }
        }
    });
}

impl Tasks {
    fn repeat<F>(&self, name: &'static str, every: Duration, turn: impl Fn(Self) -> F + Send + 'static)
    where
        F: Future<Output = Result<(), StoreError>> + Send + 'static,
    {
        let tasks = self.clone();
        let mut stopping = self.stopping.clone();
        self.snapshots.store.spawn(async move {
            loop {
                tokio::select! {
                    () = tokio::time::sleep(every) => {}
                    _ = stopping.wait_for(|stop| *stop) => return,
                }
                if let Err(error) = turn(tasks.clone()).await {
                    tasks.snapshots.metrics.task_failures.with_label_values(&[name]).inc();
                    tracing::warn!(task = name, error = error.chain(), "task failed, trying again at its next turn");
                }
            }
        });
    }

    /// Makes partitions ahead, drops spent and expired ones, and says how far ahead we are.
    async fn partitions(&self) -> Result<(), StoreError> {
        let (store, storage) = (&self.snapshots.store, &self.settings.storage);
        let now = self.snapshots.clock.now();
        store.ensure_partitions(now, storage.days_behind, storage.days_ahead).await?;
        self.snapshots.metrics.partitions_ahead_days.set(store.partition_days_ahead(now).await? as f64);
        let dropped = store.drop_spent_journal(now).await?;
        self.snapshots.metrics.partitions_dropped.inc_by(dropped);
        Ok(())
    }

    /// Deletes what is older than it is kept.
    async fn retention(&self) -> Result<(), StoreError> {
        let gone = retention::run(&self.snapshots.store, &self.settings, self.snapshots.clock.now()).await?;
        let tracks = gone.iter().filter(|(kind, _)| *kind == Kind::Tracks).map(|(_, deleted)| deleted).sum();
        self.snapshots.metrics.partitions_dropped.inc_by(tracks);
        Ok(())
    }
}
