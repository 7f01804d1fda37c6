//! What a console may watch: whose rows, timelines, plans, desks and visits. Asked anew whenever access changes.

use super::follower::Feed;
use crate::auth::permit::see;
use crate::state::AppState;
use salessync_actors::PrincipalId;
use salessync_actors::territory::TopicId;
use salessync_engine::AgentId;
use salessync_engine::access::{Action, Module, Scope};
use salessync_engine::sight::Sight;
use salessync_engine::wire::live::Channel;

/// What a console may watch.
#[derive(Clone, PartialEq, Eq)]
pub struct Rights {
    /// Whose rows.
    positions: Option<Scope>,
    /// Whose timelines.
    tracks: Option<Scope>,
    /// Whose places to the metre.
    precise: Option<Scope>,
    /// Whose plans and whose dispatch: of whole territories only.
    plans: Option<Scope>,
    dispatch: Option<Scope>,
    /// Whose visits.
    visits: Option<Scope>,
}

impl Rights {
    /// None where nothing may be watched, or nobody is there any more.
    pub fn of(state: &AppState, who: PrincipalId) -> Option<Self> {
        let grants = state.system.access().grants_of(who)?;
        let scope = |module| grants.scope(module, Action::Read).ok();
        let rights = Self {
            positions: scope(Module::Positions),
            tracks: scope(Module::Tracks),
            precise: scope(Module::PreciseLocation),
            plans: scope(Module::Plans),
            dispatch: scope(Module::Dispatch),
            visits: scope(Module::Visits),
        };
        let Self { positions, tracks, plans, dispatch, visits, .. } = &rights;
        [positions, tracks, plans, dispatch, visits].iter().any(|scope| scope.is_some()).then_some(rights)
    }

    /// How a topic is seen; None: as if it were not there.
    pub(super) fn sight(&self, topic: TopicId) -> Option<Sight> {
        let TopicId::Territory(territory) = topic;
        Sight::of(territory, self.positions.as_ref()?, self.precise.as_ref())
    }

    /// Is there such a channel, for this console?
    pub(super) fn shows(&self, state: &AppState, channel: Channel) -> bool {
        let covers = |scope: &Option<Scope>, territory| scope.as_ref().is_some_and(|scope| scope.covers_territory(territory));
        let (topic, may) = match channel {
            Channel::Map(topic) => (topic, self.sight(topic).is_some()),
            Channel::Plan(territory) => (TopicId::Territory(territory), covers(&self.plans, territory)),
            Channel::Dispatch(territory) => (TopicId::Territory(territory), covers(&self.dispatch, territory)),
        };
        may && state.system.topics().exists(topic)
    }

    /// May changes of this agent be told, and with places to the metre?
    pub fn follows(&self, state: &AppState, agent: AgentId) -> Option<bool> {
        see(state, self.tracks.as_ref()?, agent).ok()?;
        Some(self.precise.as_ref().is_some_and(|precise| see(state, precise, agent).is_ok()))
    }

    /// May this feed be followed at all?
    pub fn has(&self, feed: Feed) -> bool {
        match feed {
            Feed::Tracks => self.tracks.is_some(),
            Feed::Visits => self.visits.is_some(),
        }
    }

    pub fn tracks(&self) -> Option<&Scope> {
        self.tracks.as_ref()
    }

    pub fn visits(&self) -> Option<&Scope> {
        self.visits.as_ref()
    }

    pub fn precise(&self) -> Option<&Scope> {
        self.precise.as_ref()
    }
}
