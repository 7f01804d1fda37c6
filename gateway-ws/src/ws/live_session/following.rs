//! How a console follows a change feed.

use super::super::follower::{self, Feed, Follower, Grown, Next, Wanted};
use super::{CHECK_EVERY, LiveSession};
use actix::prelude::*;
use actix_web_actors::ws::WebsocketContext;
use salessync_engine::wire::agent::{FrameCode, FrameFlaw};
use salessync_engine::wire::live::ServerFrame;

impl LiveSession {
    pub(super) fn follow(&mut self, wanted: Wanted, after: Option<i64>, ctx: &mut WebsocketContext<Self>) {
        let feed = wanted.feed();
        if !self.rights.has(feed) {
            let message = match feed {
                Feed::Tracks => "timelines are not yours to follow",
                Feed::Visits => "visits are not yours to follow",
            };
            return self.refuse(FrameFlaw::new(FrameCode::Forbidden, message), ctx);
        }
        if self.growing.insert(feed) {
            ctx.add_stream(follower::growth(&self.state.system, feed));
        }
        self.follows += 1;
        let generation = self.follows;
        // Nothing is sent of what was followed before; it counts as followed already, so that a loss of rights is noticed.
        self.followers.insert(feed, Follower::beginning(wanted, generation));
        self.begin(feed, generation, after, ctx);
    }

    /// Finds the place to begin at.
    fn begin(&mut self, feed: Feed, generation: u64, after: Option<i64>, ctx: &mut WebsocketContext<Self>) {
        let state = self.state.clone();
        let begin = async move {
            match after {
                Some(after) => Ok(after),
                None => follower::newest(state, feed).await,
            }
        };
        let begun = begin.into_actor(self).map(move |begun, this, ctx| {
            let is_closing = this.closing;
            let Some(follower) = this.follower(feed, generation).filter(|_| !is_closing) else { return };
            match begun {
                Ok(at) => {
                    follower.begins(at);
                    if after.is_none() {
                        follower.sent(at);
                        this.send_frame(follower::beginning(feed, at).into(), ctx);
                    }
                    this.read_on(feed, ctx);
                }
                Err(error) => {
                    tracing::warn!(error = error.chain(), ?feed, "cannot find a console's place in a change feed, trying again");
                    ctx.run_later(CHECK_EVERY, move |this, ctx| {
                        if this.follower(feed, generation).is_some() {
                            this.begin(feed, generation, after, ctx);
                        }
                    });
                }
            }
        });
        ctx.spawn(begun);
    }

    pub(super) fn unfollow(&mut self, feed: Feed) {
        self.followers.remove(&feed);
    }

    /// Takes an acknowledgement; true when something waited for it.
    pub(super) fn has_followed(&mut self, feed: Feed, seq: i64) -> bool {
        self.followers.get_mut(&feed).is_some_and(|follower| follower.acknowledged(seq))
    }

    fn follower(&mut self, feed: Feed, generation: u64) -> Option<&mut Follower> {
        self.followers.get_mut(&feed).filter(|follower| follower.generation == generation)
    }

    /// Sends the next changes, if there are any and none are under way.
    pub(super) fn read_on(&mut self, feed: Feed, ctx: &mut WebsocketContext<Self>) {
        let Some(follower) = self.followers.get_mut(&feed) else { return };
        let Some((after, wanted)) = follower.wants() else { return };
        follower.is_reading = true;
        let generation = follower.generation;
        let read = follower::next(self.state.clone(), self.rights.clone(), after, wanted);
        let read = read.into_actor(self).map(move |read, this, ctx| {
            let Some(follower) = this.follower(feed, generation) else { return };
            follower.is_reading = false;
            match read {
                Ok((at, Next::Nothing)) => follower.passed(at),
                Ok((_, Next::Gone { oldest })) => {
                    this.unfollow(feed);
                    this.send(&ServerFrame::ChangesGone { oldest }, ctx);
                }
                Ok((_, Next::Frame { last, text })) => {
                    follower.sent(last);
                    this.send_frame(text.into(), ctx);
                }
                // The next change, or the next look at the clocks, tries again.
                Err(error) => tracing::warn!(error = error.chain(), ?feed, "cannot read a change feed for a console"),
            }
        });
        ctx.spawn(read);
    }
}

/// A feed has grown.
impl StreamHandler<Grown> for LiveSession {
    fn handle(&mut self, Grown(feed): Grown, ctx: &mut Self::Context) {
        self.read_on(feed, ctx);
    }
    fn finished(&mut self, _: &mut Self::Context) {}
}
