//! How long visits take, learned from those that took place (engine/src/plan/live/durations.rs says how): what expected times and their
//! uncertainty rest on. Nothing of it is stored: after a start the newest part of the feed of visits is read again.

use crate::store::durations::CompletedVisit;
use crate::store::{Store, StoreError};
use parking_lot::RwLock;
use salessync_engine::plan::live::{DurationModel, Estimate, Observed};
use salessync_engine::{AgentId, CustomerId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Events of visits that are read at the start: some hundred thousand visits.
const EVENTS_BACK: i64 = 1_000_000;
/// Events read at once.
const EVENTS_AT_ONCE: i64 = 10_000;
/// Of customers without a class.
const NO_CLASS: u16 = 0;

/// What is known of how long visits take.
#[derive(Clone, Default)]
pub struct LearnedDurations {
    model: DurationModel<CustomerId, AgentId>,
    /// Numbers of classes, from 1, in the order in which they were met.
    classes: BTreeMap<String, u16>,
}

impl LearnedDurations {
    /// Counts a visit. Says whether it counts.
    pub fn observe(&mut self, visit: &CompletedVisit) -> bool {
        let class = match &visit.class {
            None => NO_CLASS,
            Some(code) => {
                let next = u16::try_from(self.classes.len() + 1).unwrap_or(u16::MAX);
                *self.classes.entry(code.clone()).or_insert(next)
            }
        };
        let duration_s = visit.ended_at.since_ms(visit.checked_in_at) as f64 / 1_000.0;
        self.model.observe(&Observed { class, customer: visit.customer, agent: visit.agent, duration_s })
    }

    /// How long a visit will take; None: nothing was seen of such customers, and the plan stands.
    pub fn estimate(&self, class: Option<&str>, customer: CustomerId, agent: AgentId, planned_s: i32) -> Option<Estimate> {
        let class = class.map_or(Some(NO_CLASS), |code| self.classes.get(code).copied());
        // A class that was never met has seen no visit, whatever its number.
        let class = class.unwrap_or(u16::MAX);
        let is_known = self.model.has_seen(class, customer);
        is_known.then(|| self.model.estimate(class, customer, Some(agent), f64::from(planned_s)))
    }
}

/// Learns as visits are completed. Cheap to clone.
#[derive(Clone)]
pub struct Durations {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    now: RwLock<Arc<LearnedDurations>>,
    /// The last event looked at; None: not begun. Held while learning.
    after: tokio::sync::Mutex<Option<i64>>,
}

impl Durations {
    pub fn new(store: Store) -> Self {
        Self { inner: Arc::new(Inner { store, now: RwLock::default(), after: tokio::sync::Mutex::default() }) }
    }

    pub fn now(&self) -> Arc<LearnedDurations> {
        self.inner.now.read().clone()
    }

    /// Takes what was completed since the last time. Returns how many visits.
    pub async fn learn(&self) -> Result<usize, StoreError> {
        let mut position = self.inner.after.lock().await;
        let mut after = match *position {
            Some(after) => after,
            None => self.inner.store.visit_feed_before(EVENTS_BACK).await?,
        };
        let (mut learned, mut count) = (None, 0);
        loop {
            let (visits, last) = self.inner.store.visits_completed_after(after, EVENTS_AT_ONCE).await?;
            if !visits.is_empty() {
                let learned = learned.get_or_insert_with(|| LearnedDurations::clone(&self.now()));
                count += visits.iter().filter(|visit| learned.observe(visit)).count();
            }
            if last == after {
                break;
            }
            after = last;
        }
        if let Some(learned) = learned {
            *self.inner.now.write() = Arc::new(learned);
        }
        *position = Some(after);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::Timestamp;
    use uuid::Uuid;

    fn visit(customer: u128, class: Option<&str>, agent: u128, seconds: i64) -> CompletedVisit {
        let checked_in_at = Timestamp::parse("2026-11-23T10:00:00Z").unwrap();
        CompletedVisit {
            customer: CustomerId(Uuid::from_u128(customer)),
            class: class.map(str::to_owned),
            agent: AgentId(Uuid::from_u128(agent)),
            checked_in_at,
            ended_at: checked_in_at.plus_s(seconds),
        }
    }

    #[test]
    fn a_customer_is_known_by_their_visits_then_by_their_class_and_otherwise_the_plan_stands() {
        let mut learned = LearnedDurations::default();
        for n in 0..60 {
            assert!(learned.observe(&visit(1, Some("A"), n % 3, 1_800 + n as i64)));
            assert!(learned.observe(&visit(2, None, n % 3, 300)));
        }
        assert!(!learned.observe(&visit(1, Some("A"), 1, -5)), "an end before its beginning");
        let of =
            |class, customer| learned.estimate(class, CustomerId(Uuid::from_u128(customer)), AgentId(Uuid::from_u128(1)), 900);
        let (own, like_them, alone) = (of(Some("A"), 1).unwrap(), of(Some("A"), 77).unwrap(), of(None, 78).unwrap());
        assert!((1_700.0..2_000.0).contains(&own.mean_s) && own.visits == 60 && own.sd_s < 400.0, "{own:?}");
        assert!((1_500.0..2_000.0).contains(&like_them.mean_s) && like_them.visits == 0, "{like_them:?}");
        assert!((280.0..450.0).contains(&alone.mean_s), "{alone:?}");
        assert_eq!(
            (of(Some("B"), 79), LearnedDurations::default().estimate(None, CustomerId(Uuid::nil()), AgentId(Uuid::nil()), 900)),
            (None, None)
        );
    }
}
