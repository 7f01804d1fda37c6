//! Walking a device's days again from the store: when a fix is older than what its agent holds, when a person decided about a fix, when
//! settings are to be applied to the past.
//!
//! The walk begins with what the day before carried over and goes on, day by day, until a day ends as it ended before; if none does, it
//! reaches the live end. The database must hold all that was derived so far: write the agent's snapshot first.

use crate::store::{Store, StoreError};
use salessync_engine::agent::{AgentState, Rewalk, Rules};
use salessync_engine::track::walk::Yield;
use salessync_engine::track::{Decisions, Device, Fix, Guide, Patch, Walker};
use salessync_engine::{AgentId, Timestamp};
use std::sync::Arc;

/// What came out of a walk.
#[derive(Debug)]
pub struct Again {
    device: Device,
    decisions: Decisions,
    /// Days before the live end, or before the first that ended as before.
    past: Option<Patch>,
    /// From a day on to the live end.
    live: Option<Rewalk>,
    pub covered: Covered,
}

/// What a walk has seen: frames of the device up to this journal position with fixes of this stretch only.
#[derive(Clone, PartialEq, Debug)]
pub struct Covered {
    pub device: Device,
    pub since: Timestamp,
    pub until: Timestamp,
    pub seq: i64,
}

impl Covered {
    /// Were all these fixes, committed at `seq`, part of the walk?
    pub fn has(&self, device: &Device, fixes: &[Fix], seq: i64) -> bool {
        let in_stretch = |fix: &Fix| (self.since..self.until).contains(&fix.recorded_at());
        seq <= self.seq && *device == self.device && fixes.iter().all(in_stretch)
    }
}

impl Again {
    /// Puts the outcome into the agent's state.
    pub fn settle(self, state: &mut AgentState, rules: &Rules) {
        let Self { device, decisions, past, live, .. } = self;
        if let Some(past) = past {
            state.past_amended(&device, past);
        }
        match live {
            Some(live) => state.rewalked(&device, live, decisions, rules),
            None => state.decided(&device, decisions),
        }
    }
}

/// Who is walked again, and by what.
pub struct Walk<'a> {
    pub store: &'a Store,
    pub agent: AgentId,
    pub device: &'a Device,
    pub guide: Guide,
    /// Newest fix the live timeline has taken.
    pub newest: Option<Fix>,
    pub reach: Reach,
}

/// How far a walk goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Until a day ends as it ended before: a change of fixes goes no further.
    UntilSame,
    /// To the live end: settings or fences changed, which every day may feel.
    ToTheEnd,
}

/// Walks from the day of `earliest` on.
pub async fn walk_again(walk: Walk<'_>, earliest: Timestamp) -> Result<Again, StoreError> {
    let Walk { store, agent, device, mut guide, newest, reach } = walk;
    let decisions = store.decisions_of(agent, device).await?;
    guide.decisions = Arc::new(decisions.clone());
    let zone = guide.book.zone;
    let mut date = earliest.civil_date(zone);
    let live_date = newest.map_or(date, |fix| fix.recorded_at().civil_date(zone));
    let carried = store.carry_before(agent, device, date).await?;
    // What cannot be read was written by another version of the walk: then everything is walked again.
    let carried = carried.and_then(|(of, bytes)| Some((of, Walker::from_bytes(&bytes)?)));
    let (mut walker, since) = match carried {
        Some((of, walker)) => (walker, Timestamp::start_of(of.succ_opt().unwrap_or(of), zone)),
        None => (Walker::default(), Timestamp::MIN),
    };
    let (mut from, mut out, mut seq) = (since, Yield::default(), i64::MAX);
    let past = |from: Timestamp, out: Yield| (from > since).then(|| Patch::of_past(since, from, out));
    let covered = |until, seq| Covered { device: device.clone(), since, until, seq };
    while date < live_date {
        let until = Timestamp::start_of(date.succ_opt().unwrap_or(date), zone);
        let (fixes, covers) = device_fixes(store, agent, device, from, until).await?;
        seq = seq.min(covers);
        for fix in &fixes {
            walker.step(fix, &guide, &mut out);
        }
        walker.end_day(&guide, &mut out);
        from = until;
        if reach == Reach::UntilSame
            && store.carry_of(agent, device, date).await?.is_some_and(|before| before == walker.to_bytes())
        {
            return Ok(Again {
                device: device.clone(),
                decisions,
                past: past(from, out),
                live: None,
                covered: covered(until, seq),
            });
        }
        date = store.day_after(agent, device, date).await?.map_or(live_date, |next| next.min(live_date));
    }
    let (fixes, covers) = device_fixes(store, agent, device, from, Timestamp::MAX.plus_ms(1)).await?;
    let live = Some(Rewalk { carry: walker, since: from, fixes });
    let covered = covered(Timestamp::MAX, seq.min(covers));
    Ok(Again { device: device.clone(), decisions, past: past(from, out), live, covered })
}

/// One device's fixes of `[from, to)`, sorted and distinct, and the journal position they cover.
async fn device_fixes(
    store: &Store,
    agent: AgentId,
    device: &Device,
    from: Timestamp,
    to: Timestamp,
) -> Result<(Vec<Fix>, i64), StoreError> {
    let span = store.track_span(agent, from, to).await?;
    Ok((span.fixes.into_iter().filter(|fix| fix.device == *device).map(|fix| fix.fix).collect(), span.covers_seq))
}
