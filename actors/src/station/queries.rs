//! Live questions: nearest, within, positions. Answered from memory, over the markers of this arbiter; the asker merges stations.

use super::{Marker, Station};
use crate::territory::TopicId;
use actix::prelude::*;
use salessync_engine::access::Scope;
use salessync_engine::geo::shape::Area;
use salessync_engine::geo::{Bounds, Metres};
use salessync_engine::{AgentId, Point, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whom the asker may see, and how: a question without it is not answered.
#[derive(Clone, Debug)]
pub struct Seen {
    scope: Scope,
    /// Only those seen to the metre: a question about a place would tell where the others are.
    precise: Option<Scope>,
}

impl Seen {
    /// Everybody in the scope.
    pub fn all(scope: Scope) -> Self {
        Self { scope, precise: None }
    }

    /// Those of the scope who are in the other one too.
    pub fn both(scope: Scope, precise: Scope) -> Self {
        Self { scope, precise: Some(precise) }
    }

    fn covers(&self, marker: &Marker) -> bool {
        let TopicId::Territory(territory) = marker.topic;
        self.scope.covers(marker.agent, territory)
            && self.precise.as_ref().is_none_or(|precise| precise.covers(marker.agent, territory))
    }
}

/// A marker that was asked for.
#[derive(Clone, Debug)]
pub struct Found {
    pub marker: Marker,
    /// From the point asked about, where there was one.
    pub distance: Metres,
}

/// The `k` agents nearest to a point.
#[derive(Message, Clone, Debug)]
#[rtype(result = "Vec<Found>")]
pub struct Nearest {
    pub seen: Seen,
    pub from: Point,
    pub k: usize,
    pub max: Option<Metres>,
}

impl Handler<Nearest> for Station {
    type Result = MessageResult<Nearest>;

    fn handle(&mut self, ask: Nearest, _: &mut Context<Self>) -> Self::Result {
        let state = self.state.borrow();
        let near = state
            .index
            .nearest(ask.from, ask.k, ask.max, |slot| state.marker(slot).is_some_and(|marker| ask.seen.covers(marker)));
        let found =
            near.into_iter().filter_map(|near| Some(Found { marker: state.marker(near.slot)?.clone(), distance: near.distance }));
        MessageResult(found.collect())
    }
}

/// Agents in an area: bounds, and exactly in a polygon where one is given.
#[derive(Message, Clone, Debug)]
#[rtype(result = "Vec<Marker>")]
pub struct Within {
    pub seen: Seen,
    pub bounds: Bounds,
    pub area: Option<Arc<Area>>,
    /// Stop after so many.
    pub limit: usize,
}

impl Handler<Within> for Station {
    type Result = MessageResult<Within>;

    fn handle(&mut self, ask: Within, _: &mut Context<Self>) -> Self::Result {
        let state = self.state.borrow();
        let mut found = Vec::new();
        state.index.within(&ask.bounds, |slot, point| {
            if found.len() < ask.limit
                && ask.area.as_ref().is_none_or(|area| area.contains(point))
                && let Some(marker) = state.marker(slot)
                && ask.seen.covers(marker)
            {
                found.push(marker.clone());
            }
        });
        MessageResult(found)
    }
}

/// Is anybody there?
#[derive(Message, Clone, Copy, Debug)]
#[rtype(result = "Vec<()>")]
pub struct Knock;

impl Handler<Knock> for Station {
    type Result = MessageResult<Knock>;

    fn handle(&mut self, Knock: Knock, _: &mut Context<Self>) -> Self::Result {
        MessageResult(Vec::new())
    }
}

/// Latest positions by agent id, after `after`, of one topic or of all.
#[derive(Message, Clone, Debug)]
#[rtype(result = "Vec<Marker>")]
pub struct Positions {
    pub seen: Seen,
    pub topic: Option<TopicId>,
    pub after: Option<AgentId>,
    pub limit: usize,
}

impl Handler<Positions> for Station {
    type Result = MessageResult<Positions>;

    fn handle(&mut self, ask: Positions, _: &mut Context<Self>) -> Self::Result {
        let state = self.state.borrow();
        // The `limit` smallest ids after the cursor, without sorting everything.
        let mut smallest = BTreeSet::new();
        let wanted = |marker: &&Marker| {
            ask.topic.is_none_or(|topic| marker.topic == topic)
                && ask.after.is_none_or(|after| marker.agent > after)
                && ask.seen.covers(marker)
        };
        for marker in state.markers.iter().flatten().filter(wanted) {
            if smallest.len() == ask.limit && smallest.last().is_some_and(|last| marker.agent > *last) {
                continue;
            }
            smallest.insert(marker.agent);
            if smallest.len() > ask.limit {
                smallest.pop_last();
            }
        }
        let found = smallest.iter().filter_map(|agent| state.slots.get(agent).and_then(|slot| state.marker(*slot)).cloned());
        MessageResult(found.collect())
    }
}

/// Where these agents are, of those who live here. For the server itself: what is told of it is bounded by whom it is told.
#[derive(Message, Clone, Debug)]
#[rtype(result = "Vec<(AgentId, Point, Timestamp)>")]
pub(crate) struct MarkersOf {
    pub agents: Vec<AgentId>,
}

impl Handler<MarkersOf> for Station {
    type Result = MessageResult<MarkersOf>;

    fn handle(&mut self, ask: MarkersOf, _: &mut Context<Self>) -> Self::Result {
        let state = self.state.borrow();
        let markers = ask.agents.iter().filter_map(|agent| state.marker(*state.slots.get(agent)?));
        MessageResult(markers.map(|marker| (marker.agent, marker.fix.point(), marker.fix.recorded_at())).collect())
    }
}
