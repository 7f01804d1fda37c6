//! A connection's place in a change feed: that of timelines, or that of visits. One batch is under way at a time and the next one waits for its
//! acknowledgement, so a console or phone that does not read costs a number, not memory; nothing is coalesced and nothing skipped, because what is not
//! in memory any more is read from the store.

use super::rights::Rights;
use crate::state::AppState;
use actix_web::web::Data;
use futures_util::stream::{self, Stream};
use salessync_actors::SystemHandle;
use salessync_actors::store::StoreError;
use salessync_engine::AgentId;
use salessync_engine::track::feed::FeedEntry;
use salessync_engine::wire::live::ServerFrame;
use salessync_engine::wire::visits::FollowVisits;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Changes in one frame. Those of visits carry the visit; a phone's frames are small.
const BATCH: usize = 100;
const VISITS_BATCH: usize = 50;
const OWN_VISITS_BATCH: usize = 10;

/// The feeds there are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Feed {
    Tracks,
    Visits,
}

/// What of a feed is followed.
#[derive(Clone)]
pub enum Wanted {
    /// Timelines of these agents, or of all that may be seen.
    Tracks(Option<BTreeSet<AgentId>>),
    /// Visits, of all that may be seen.
    Visits(FollowVisits),
    /// What becomes of an agent's own visits.
    OwnVisits(AgentId),
}

impl Wanted {
    pub const fn feed(&self) -> Feed {
        match self {
            Self::Tracks(_) => Feed::Tracks,
            Self::Visits(_) | Self::OwnVisits(_) => Feed::Visits,
        }
    }
}

/// Where a connection stands.
pub struct Follower {
    wanted: Wanted,
    /// Sent and not acknowledged, and since when.
    in_flight: Option<(i64, Instant)>,
    /// Acknowledged, or where it began.
    at: i64,
    /// Counts up whenever something is followed: what was read for an earlier one is not sent any more.
    pub generation: u64,
    /// A read is under way, or its place is looked for.
    pub is_reading: bool,
}

/// What comes next.
pub enum Next {
    /// A frame, with its last change.
    Frame {
        last: i64,
        text: String,
    },
    Gone {
        oldest: i64,
    },
    /// Nothing new.
    Nothing,
}

impl Follower {
    /// One whose place is still looked for: nothing is read before.
    pub fn beginning(wanted: Wanted, generation: u64) -> Self {
        Self { wanted, in_flight: None, at: 0, generation, is_reading: true }
    }

    /// Its place has been found.
    pub fn begins(&mut self, at: i64) {
        (self.at, self.is_reading) = (at, false);
    }

    /// Where to read on, unless a batch is under way.
    pub fn wants(&self) -> Option<(i64, Wanted)> {
        (self.in_flight.is_none() && !self.is_reading).then(|| (self.at, self.wanted.clone()))
    }

    pub fn sent(&mut self, last: i64) {
        self.in_flight = Some((last, Instant::now()));
    }

    /// Nothing up to here concerned this connection.
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

/// A feed has grown.
pub struct Grown(pub Feed);

/// Says whenever a feed grows.
pub fn growth(system: &SystemHandle, feed: Feed) -> impl Stream<Item = Grown> + use<> {
    let newest = match feed {
        Feed::Tracks => system.chronicle().newest(),
        Feed::Visits => system.visits().newest(),
    };
    stream::unfold(newest, move |mut newest| async move { newest.changed().await.ok().map(|()| (Grown(feed), newest)) })
}

/// Where whoever follows from now on begins.
pub async fn newest(state: Data<AppState>, feed: Feed) -> Result<i64, StoreError> {
    let store = state.system.store();
    let ends = match feed {
        Feed::Tracks => store.feed_ends().await?,
        Feed::Visits => store.visit_feed_ends().await?,
    };
    Ok(ends.map_or(0, |(_, newest)| newest))
}

/// The frame that says where it begins, so that a connection can go on from here after a drop.
pub fn beginning(feed: Feed, at: i64) -> String {
    match feed {
        Feed::Tracks => changes(at, &[]),
        Feed::Visits => visits(at, &[]),
    }
}

fn changes(last: i64, items: &[FeedEntry]) -> String {
    serde_json::to_string(&ServerFrame::Changes { last, items: items.to_vec() }).unwrap_or_default()
}

/// As `ServerFrame::Visits` of either socket, with what has been taken out to cells.
fn visits(last: i64, items: &[Value]) -> String {
    json!({"type": "visits", "last": last, "items": items}).to_string()
}

/// The next changes after `after` that are wanted and may be told.
pub async fn next(state: Data<AppState>, rights: Rights, after: i64, wanted: Wanted) -> Result<(i64, Next), StoreError> {
    match wanted {
        Wanted::Tracks(agents) => next_tracks(state, rights, after, agents).await,
        Wanted::Visits(_) | Wanted::OwnVisits(_) => next_visits(state, rights, after, wanted).await,
    }
}

async fn next_tracks(
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
            return Ok((last, Next::Frame { last, text: changes(last, &items) }));
        }
        at = last;
    }
}

async fn next_visits(state: Data<AppState>, rights: Rights, after: i64, wanted: Wanted) -> Result<(i64, Next), StoreError> {
    let Some(scope) = rights.visits() else { return Ok((after, Next::Nothing)) };
    let precise = rights.precise();
    let batch = if matches!(wanted, Wanted::OwnVisits(_)) { OWN_VISITS_BATCH } else { VISITS_BATCH };
    let mut at = after;
    loop {
        let changes = state.system.visits().changes_after(at, batch).await?;
        let Some(last) = changes.last().map(|change| change.seq()) else { return Ok((at, Next::Nothing)) };
        let told = changes.iter().filter_map(|change| {
            let told = match &wanted {
                Wanted::OwnVisits(agent) => change.told_to_agent(*agent),
                Wanted::Visits(follow) => change.told_to(scope).filter(|_| {
                    let is_of =
                        |territories: &BTreeSet<_>| change.territories().any(|territory| territories.contains(&territory));
                    let is_by = |agents: &BTreeSet<_>| change.agents().any(|agent| agents.contains(&agent));
                    follow.territories.as_ref().is_none_or(is_of) && follow.agents.as_ref().is_none_or(is_by)
                }),
                Wanted::Tracks(_) => None,
            };
            Some(told?.seen(precise.is_some_and(|precise| change.is_covered(precise))))
        });
        let items: Vec<_> = told.collect();
        if !items.is_empty() {
            return Ok((last, Next::Frame { last, text: visits(last, &items) }));
        }
        at = last;
    }
}
