//! A console's place in the change feed. One batch is under way at a time and the next one waits for its acknowledgement, so a console that
//! does not read costs a number, not memory; nothing is coalesced and nothing skipped, because what is not in memory any more is read
//! from the store.

use super::rights::Rights;
use crate::state::AppState;
use actix_web::web::Data;
use futures_util::stream::{self, Stream};
use salessync_actors::Chronicle;
use salessync_actors::store::StoreError;
use salessync_engine::AgentId;
use salessync_engine::track::feed::FeedEntry;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Changes in one frame.
const BATCH: usize = 100;

/// Where a console stands.
pub struct Follower {
    agents: Option<BTreeSet<AgentId>>,
    /// Sent and not acknowledged, and since when.
    in_flight: Option<(i64, Instant)>,
    /// Acknowledged, or where it began.
    at: i64,
    /// Counts up with each `follow`: what was read for an earlier one is not sent any more.
    pub generation: u64,
    /// A read is under way.
    pub is_reading: bool,
}

/// What comes next.
pub enum Next {
    Changes {
        last: i64,
        items: Vec<FeedEntry>,
    },
    Gone {
        oldest: i64,
    },
    /// Nothing new.
    Nothing,
}

impl Follower {
    pub fn new(at: i64, agents: Option<BTreeSet<AgentId>>, generation: u64) -> Self {
        Self { agents, in_flight: None, at, generation, is_reading: false }
    }

    /// Where to read on, unless a batch is under way.
    pub fn wants(&self) -> Option<(i64, Option<BTreeSet<AgentId>>)> {
        (self.in_flight.is_none() && !self.is_reading).then(|| (self.at, self.agents.clone()))
    }

    pub fn sent(&mut self, last: i64) {
        self.in_flight = Some((last, Instant::now()));
    }

    /// Nothing up to here concerned this console.
    pub fn passed(&mut self, last: i64) {
        self.at = last;
    }

    /// Returns whether it was the batch under way.
    pub fn acknowledged(&mut self, seq: i64) -> bool {
        match self.in_flight {
            Some((last, _)) if seq >= last => {
                (self.in_flight, self.at) = (None, last);
                true
            }
            _ => false,
        }
    }

    /// How long the batch under way has waited.
    pub fn waiting(&self) -> Option<Duration> {
        self.in_flight.map(|(_, since)| since.elapsed())
    }
}

/// The feed has grown.
pub struct Grown;

/// Says whenever the feed grows.
pub fn growth(chronicle: &Chronicle) -> impl Stream<Item = Grown> + use<> {
    stream::unfold(chronicle.newest(), |mut newest| async move { newest.changed().await.ok().map(|()| (Grown, newest)) })
}

/// The next changes after `after` that concern these agents and may be told.
pub async fn next(
    state: Data<AppState>,
    rights: Rights,
    after: i64,
    agents: Option<BTreeSet<AgentId>>,
) -> Result<(i64, Next), StoreError> {
    let (chronicle, store) = (state.system.chronicle(), state.system.store());
    let Some(scope) = rights.tracks() else { return Ok((after, Next::Nothing)) };
    let told = |mut entry: FeedEntry| {
        let is_asked_for = agents.as_ref().is_none_or(|agents| agents.contains(&entry.agent_id));
        let is_precise = rights.follows(&state, entry.agent_id).filter(|_| is_asked_for)?;
        if !is_precise {
            entry.coarsen();
        }
        Some(entry)
    };
    let mut at = after;
    loop {
        let (last, items) = match chronicle.recent_after(at, BATCH) {
            Some(recent) => {
                let items: Vec<_> = recent.iter().filter_map(|entry| told(FeedEntry::clone(entry))).collect();
                (recent.last().map(|entry| entry.seq), items)
            }
            None => {
                let oldest = store.feed_ends().await?.map(|(oldest, _)| oldest);
                if let Some(oldest) = oldest.filter(|oldest| at > 0 && at + 1 < *oldest) {
                    return Ok((at, Next::Gone { oldest }));
                }
                let (batch, last) = store.changes_after(scope, at, BATCH as i64).await?;
                ((last > at).then_some(last), batch.into_iter().filter_map(told).collect())
            }
        };
        let Some(last) = last else { return Ok((at, Next::Nothing)) };
        if !items.is_empty() {
            return Ok((last, Next::Changes { last, items }));
        }
        at = last;
    }
}
