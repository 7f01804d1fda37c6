//! How a phone follows what becomes of its agent's visits.

use super::super::follower::{self, Feed, Follower, Grown, Next, Wanted};
use super::super::rights::Rights;
use super::AgentSession;
use actix::prelude::*;
use actix_web_actors::ws::WebsocketContext;
use salessync_engine::wire::agent::{FrameCode, FrameFlaw};
use std::time::Duration;

/// Pause before a place that could not be found is looked for again.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

impl AgentSession {
    pub(super) fn follow(&mut self, after: Option<i64>, ctx: &mut WebsocketContext<Self>) {
        if !self.rights().is_some_and(|rights| rights.has(Feed::Visits)) {
            return self.refuse(FrameFlaw::new(FrameCode::Forbidden, "visits are not yours to follow"), ctx);
        }
        if self.follows == 0 {
            ctx.add_stream(follower::growth(&self.state.system, Feed::Visits));
        }
        self.follows += 1;
        self.follower = Some(Box::new(Follower::beginning(Wanted::OwnVisits(self.agent), self.follows)));
        self.begin(self.follows, after, ctx);
    }

    fn rights(&self) -> Option<Rights> {
        Rights::of(&self.state, self.who.id)
    }

    /// Finds the place to begin at.
    fn begin(&mut self, generation: u64, after: Option<i64>, ctx: &mut WebsocketContext<Self>) {
        let state = self.state.clone();
        let begin = async move {
            match after {
                Some(after) => Ok(after),
                None => follower::newest(state, Feed::Visits).await,
            }
        };
        let begun = begin.into_actor(self).map(move |begun, this, ctx| {
            let is_closing = this.closing;
            let Some(follower) = this.follower(generation).filter(|_| !is_closing) else { return };
            match begun {
                Ok(at) => {
                    follower.begins(at);
                    if after.is_none() {
                        follower.sent(at);
                        this.say(follower::beginning(Feed::Visits, at), ctx);
                    }
                    this.read_on(ctx);
                }
                Err(error) => {
                    tracing::warn!(error = error.chain(), "cannot find a phone's place in the feed of visits, trying again");
                    ctx.run_later(AGAIN_AFTER, move |this, ctx| {
                        if this.follower(generation).is_some() {
                            this.begin(generation, after, ctx);
                        }
                    });
                }
            }
        });
        ctx.spawn(begun);
    }

    /// Takes an acknowledgement; true when something waited for it.
    pub(super) fn has_followed(&mut self, seq: i64) -> bool {
        self.follower.as_deref_mut().is_some_and(|follower| follower.acknowledged(seq))
    }

    fn follower(&mut self, generation: u64) -> Option<&mut Follower> {
        self.follower.as_deref_mut().filter(|follower| follower.generation == generation)
    }

    /// Sends the next changes, if there are any, none are under way, and the phone reads.
    pub(super) fn read_on(&mut self, ctx: &mut WebsocketContext<Self>) {
        if self.closing || self.outbox.pinged_at.is_some() {
            return;
        }
        // Asked anew each time: what a role may see can change while a phone is connected.
        let (state, rights) = (self.state.clone(), self.rights());
        let (Some(follower), Some(rights)) = (self.follower.as_deref_mut(), rights) else { return };
        let Some((after, wanted)) = follower.wants() else { return };
        follower.is_reading = true;
        let generation = follower.generation;
        let read = follower::next(state, rights, after, wanted).into_actor(self).map(move |read, this, ctx| {
            let Some(follower) = this.follower(generation) else { return };
            follower.is_reading = false;
            match read {
                Ok((at, Next::Nothing)) => follower.passed(at),
                Ok((_, Next::Gone { .. })) => this.follower = None,
                Ok((_, Next::Frame { last, text })) => {
                    follower.sent(last);
                    this.say(text, ctx);
                }
                // The next change, or the next look at the clocks, tries again.
                Err(error) => tracing::warn!(error = error.chain(), "cannot read the feed of visits for a phone"),
            }
        });
        ctx.spawn(read);
    }
}

/// The feed has grown.
impl StreamHandler<Grown> for AgentSession {
    fn handle(&mut self, _: Grown, ctx: &mut Self::Context) {
        self.read_on(ctx);
    }
    fn finished(&mut self, _: &mut Self::Context) {}
}
