//! The compactor: journal rows that have rested become chunks, and scattered chunks of past days are merged.
//!
//! It takes no input and may run at any time, twice or never: readers see the same fixes before, during and after.

use crate::clock::Clock;
use crate::journal::{compaction_horizon, record};
use crate::metrics::Metrics;
use crate::store::compaction::{NewQuarantined, chunks_of};
use crate::store::journal::SHARDS;
use crate::store::{Store, StoreError};
use salessync_engine::track::{Device, Fix};
use salessync_engine::{AgentId, Timestamp};
use std::collections::BTreeMap;

/// Rows of one shard taken in one pass: at most ~200,000 fixes in memory.
const ROWS_PER_PASS: i64 = 400;
/// Agent-days merged in one pass.
const MERGES_PER_PASS: i64 = 200;
/// A day's chunks are merged when it has been over for so long: most late fixes are in by then.
const MERGE_AFTER_S: i64 = 6 * 3_600;

/// Turns journal into chunks.
#[derive(Clone)]
pub struct Compactor {
    pub store: Store,
    pub epoch: i64,
    pub clock: Clock,
    pub metrics: Metrics,
    pub compact_after_s: u64,
    pub days_behind: i64,
    pub days_ahead: i64,
}

impl Compactor {
    /// One pass over every shard. Returns how many fixes moved.
    pub async fn pass(&self) -> Result<usize, StoreError> {
        let mut moved = 0;
        let heads = self.store.shard_heads().await?;
        for (shard, head) in heads.iter().enumerate().take(SHARDS) {
            let mut after = head.compacted_seq;
            while after < head.seq {
                let timer = self.metrics.compaction_seconds.start_timer();
                let Some((up_to, fixes)) = self.compact_some(shard, after).await? else { break };
                timer.observe_duration();
                moved += fixes;
                after = up_to;
            }
        }
        self.metrics.compacted_fixes.inc_by(moved as u64);
        Ok(moved)
    }

    /// Compacts the next rows of a shard; None when none are old enough.
    async fn compact_some(&self, shard: usize, after: i64) -> Result<Option<(i64, usize)>, StoreError> {
        let now = self.clock.now();
        let rows = self.store.journal_rows(shard, after, compaction_horizon(now, self.compact_after_s), ROWS_PER_PASS).await?;
        let Some(up_to) = rows.last().map(|row| row.seq) else { return Ok(None) };
        let damaged = || StoreError::Damaged { what: "ingest_journal" };
        let mut taken = BTreeMap::<(AgentId, Device), Vec<Fix>>::new();
        let mut aside = Vec::new();
        for row in &rows {
            for record in record::records(&row.data) {
                let record = record.map_err(|_| damaged())?;
                let (device, fixes) = (record.device().map_err(|_| damaged())?, record.fixes().map_err(|_| damaged())?);
                match record.verdict {
                    None => taken.entry((record.agent, device)).or_default().extend(fixes),
                    Some(reason) => aside.extend(fixes.into_iter().map(|fix| NewQuarantined {
                        agent: record.agent,
                        device: device.clone(),
                        fix,
                        reason,
                        received_at: row.at,
                    })),
                }
            }
        }
        let mut moved = aside.len();
        let mut chunks = Vec::new();
        for ((agent, device), mut fixes) in taken {
            fixes.sort_unstable();
            fixes.dedup();
            moved += fixes.len();
            chunks.extend(chunks_of(agent, &device, up_to, &fixes));
        }
        self.store.compact(shard, up_to, self.epoch, self.hot_window(now), chunks, aside).await?;
        Ok(Some((up_to, moved)))
    }

    /// Event times whose partitions are sure to exist.
    fn hot_window(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let today = now.ms().div_euclid(86_400_000);
        let midnight = |day: i64| Timestamp::from_ms_clamped(day * 86_400_000);
        (midnight(today - self.days_behind + 1), midnight(today + self.days_ahead))
    }

    /// Merges scattered chunks of days that are over. Returns how many agent-days.
    pub async fn merge(&self) -> Result<usize, StoreError> {
        let today = self.clock.now().plus_s(-MERGE_AFTER_S).ms().div_euclid(86_400_000) * 86_400_000;
        let fragmented = self.store.fragmented(Timestamp::from_ms_clamped(today), MERGES_PER_PASS).await?;
        for (agent, day) in &fragmented {
            self.store.merge_day(*agent, *day, self.epoch).await?;
        }
        Ok(fragmented.len())
    }
}
