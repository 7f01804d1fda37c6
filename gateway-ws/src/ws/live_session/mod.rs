//! A console's session: subscriptions in, snapshots and deltas out. The hub decides what to send and when; the session carries it,
//! carries the acknowledgements back, and closes a console that gives none.

mod following;

use super::follower::{Feed, Follower, Wanted};
use super::inbound::{Frames, Inbound};
use super::rights::Rights;
use super::sockets::{Notice, Place};
use super::throttle::{Bucket, Refusals};
use crate::auth::Principal;
use crate::auth::permit::is_good;
use crate::edge::permit::Seat;
use crate::state::AppState;
use actix::prelude::*;
use actix_http::ws::{CloseCode, CloseReason, ProtocolError};
use actix_web::web::Data;
use actix_web_actors::ws::{self, WebsocketContext};
use bytestring::ByteString;
use chrono::NaiveDate;
use salessync_actors::hub::lane::View;
use salessync_actors::hub::{Push, ViewerId};
use salessync_actors::planner::{LaneMsg, PlanMsg};
use salessync_actors::territory::TopicMsg;
use salessync_engine::geo::Bounds;
use salessync_engine::geo::tile::TileRange;
use salessync_engine::wire::agent::{FrameCode, FrameFlaw};
use salessync_engine::wire::live::{CHANNELS, Channel, ClientFrame, FRAME_BYTES_MAX, ResumeToken, ServerFrame, TOPICS_MAX, read};
use salessync_engine::wire::{Refresh, codes};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

/// How often a session looks at its clocks.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// Nothing received for so long: pinged, then closed.
const SILENT_PING: Duration = Duration::from_secs(30);
const SILENT_CLOSE: Duration = Duration::from_secs(75);
/// Bytes sent between two pings, and bytes whose ping has not been answered: beyond, the console does not read. The acknowledgements bound
/// a well-meaning console; this bounds one that asks for snapshots over and over.
const BYTES_PER_PING: u64 = 1024 * 1024;
const UNREAD_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Pause before a crashed topic is subscribed to again.
const RESUBSCRIBE_AFTER: Duration = Duration::from_millis(100);

/// One console's connection.
pub struct LiveSession {
    state: Data<AppState>,
    id: ViewerId,
    who: Principal,
    rights: Rights,
    place: Option<Place>,
    frames: Option<Frames>,
    view: TileRange,
    /// Frames of each topic that were sent and not acknowledged, oldest first.
    topics: BTreeMap<Channel, VecDeque<(u64, Instant)>>,
    /// The day plans are shown for.
    date: Option<NaiveDate>,
    refusals: Refusals,
    frame_rate: Bucket,
    over: Refusals,
    _seat: Seat,
    sent_bytes: u64,
    read_bytes: u64,
    /// What had been sent at each ping that has not been answered.
    pings: VecDeque<u64>,
    heard: Instant,
    closing: bool,
    followers: BTreeMap<Feed, Follower>,
    /// How often something was followed, of any feed; and the feeds whose growth is told.
    follows: u64,
    growing: BTreeSet<Feed>,
}

impl LiveSession {
    pub fn new(state: Data<AppState>, who: Principal, rights: Rights, frames: Frames, seat: Seat) -> Self {
        let id = state.next_viewer();
        let sockets = &state.config.sockets;
        let frame_rate = Bucket::full(sockets.live_frames_per_s, sockets.live_frames_burst, Instant::now());
        Self {
            state,
            id,
            who,
            rights,
            place: None,
            frames: Some(frames),
            view: TileRange::everywhere(),
            topics: BTreeMap::new(),
            date: None,
            refusals: Refusals::default(),
            frame_rate,
            over: Refusals::default(),
            _seat: seat,
            sent_bytes: 0,
            read_bytes: 0,
            pings: VecDeque::new(),
            heard: Instant::now(),
            closing: false,
            followers: BTreeMap::new(),
            follows: 0,
            growing: BTreeSet::new(),
        }
    }

    fn text(&mut self, text: &str, ctx: &mut WebsocketContext<Self>) {
        let frame = read(text);
        // What the server waits for is paced by the server; everything else by the console's rate.
        match &frame {
            Ok(ClientFrame::Ack { topic, rev }) if self.acknowledged(*topic, *rev) => return,
            Ok(ClientFrame::Followed { seq }) if self.has_followed(Feed::Tracks, *seq) => return self.read_on(Feed::Tracks, ctx),
            Ok(ClientFrame::FollowedVisits { seq }) if self.has_followed(Feed::Visits, *seq) => {
                return self.read_on(Feed::Visits, ctx);
            }
            _ => {}
        }
        if self.frame_rate.take(1, self.heard).is_err() {
            return self.over_rate(ctx);
        }
        match frame {
            Ok(ClientFrame::Subscribe { topics, viewport, resume, date }) => {
                self.date = date;
                self.subscribe(&topics, viewport, &resume, ctx);
            }
            Ok(ClientFrame::Unsubscribe { topics }) => self.unsubscribe(&topics),
            Ok(ClientFrame::Viewport(viewport)) => match viewport.bounds() {
                Ok(bounds) => self.look_at(bounds),
                Err(flaw) => self.refuse(flaw, ctx),
            },
            Ok(ClientFrame::Follow(follow)) => self.follow(Wanted::Tracks(follow.agents), follow.after, ctx),
            Ok(ClientFrame::FollowVisits(follow)) => {
                let after = follow.after;
                self.follow(Wanted::Visits(follow), after, ctx);
            }
            Ok(ClientFrame::Ack { .. } | ClientFrame::Followed { .. } | ClientFrame::FollowedVisits { .. }) => {}
            Ok(ClientFrame::Unfollow {}) => self.unfollow(Feed::Tracks),
            Ok(ClientFrame::UnfollowVisits {}) => self.unfollow(Feed::Visits),
            Ok(ClientFrame::Refresh(refresh)) => self.refresh(&refresh, ctx),
            Ok(ClientFrame::Ping {}) => self.send(&ServerFrame::Pong { at: self.state.system.now() }, ctx),
            Err(flaw) => self.refuse(flaw, ctx),
        }
    }

    fn subscribe(
        &mut self,
        topics: &[String],
        viewport: Option<Bounds>,
        resume: &BTreeMap<String, ResumeToken>,
        ctx: &mut WebsocketContext<Self>,
    ) {
        if self.topics.len() + topics.len() > TOPICS_MAX {
            let flaw = FrameFlaw::new(FrameCode::TooManyTopics, format!("a connection has at most {TOPICS_MAX} topics"));
            return self.refuse(flaw.field("topics", TOPICS_MAX.to_string()), ctx);
        }
        let view = viewport.map_or_else(TileRange::everywhere, |bounds| TileRange::of(&bounds));
        if view != self.view {
            self.view = view;
            self.tell_view();
        }
        for name in topics {
            match name.parse::<Channel>() {
                Ok(channel) if self.rights.shows(&self.state, channel) => self.join(channel, resume.get(name).cloned(), ctx),
                // One that may not be watched is not there.
                Ok(_) | Err(_) => {
                    let shown: String = name.chars().take(60).collect();
                    let flaw = FrameFlaw::new(FrameCode::TopicUnknown, format!("there is no topic {shown:?}"));
                    self.refuse(flaw.field("topics", CHANNELS), ctx);
                }
            }
        }
    }

    fn join(&mut self, channel: Channel, resume: Option<ResumeToken>, ctx: &mut WebsocketContext<Self>) {
        let (viewer, session) = (self.id, ctx.address().recipient());
        match channel {
            Channel::Map(topic) => {
                let Some(sight) = self.rights.sight(topic) else { return };
                let message = TopicMsg::Subscribe { viewer, session, sight, view: self.view, resume };
                self.state.system.topics().tell(topic, message);
            }
            Channel::Plan(territory) | Channel::Dispatch(territory) => {
                let view = View { date: self.date };
                let message = LaneMsg::Watch { channel, viewer, session, view, resume };
                // A plan that is halted or full shows nothing for now; the console may ask again.
                let _ = self.state.system.tell_plan(territory, PlanMsg::Lane(message));
            }
        }
        self.topics.insert(channel, VecDeque::new());
    }

    /// A newer token of the same principal, or a ticket got with one.
    fn refresh(&mut self, refresh: &Refresh, ctx: &mut WebsocketContext<Self>) {
        match Principal::of_refresh(refresh, &self.state).filter(|who| who.id == self.who.id && is_good(&self.state, who)) {
            Some(who) => {
                self.who = who;
                if let Some(place) = &self.place {
                    place.refreshed(who);
                }
                self.send(&ServerFrame::Refreshed { expires_at: who.expires }, ctx);
            }
            None => {
                let flaw = FrameFlaw::new(FrameCode::TokenRefused, "this is no good token or ticket of the same user");
                self.refuse(flaw.field("token", "a newer access token, or a ticket"), ctx);
            }
        }
    }

    /// Access has changed: what may not be watched any more ends the connection, what is seen otherwise is sent anew.
    fn recheck(&mut self, ctx: &mut WebsocketContext<Self>) {
        if !is_good(&self.state, &self.who) {
            return self.end(FrameCode::SessionEnded, codes::TOKEN_EXPIRED, ctx);
        }
        let Some(rights) = Rights::of(&self.state, self.who.id) else {
            return self.end(FrameCode::Forbidden, codes::FORBIDDEN, ctx);
        };
        if rights == self.rights {
            return;
        }
        self.rights = rights;
        let topics: Vec<_> = self.topics.keys().copied().collect();
        if topics.iter().any(|channel| !self.rights.shows(&self.state, *channel))
            || self.followers.keys().any(|feed| !self.rights.has(*feed))
        {
            return self.end(FrameCode::Forbidden, codes::FORBIDDEN, ctx);
        }
        for topic in topics {
            // Told apart by nothing but a look at every row, so that it is simply sent anew; this happens when an administrator acts.
            self.join(topic, None, ctx);
        }
    }

    fn end(&mut self, code: FrameCode, close: u16, ctx: &mut WebsocketContext<Self>) {
        let message = match code {
            FrameCode::Forbidden => "what you watched is not yours to watch any more",
            _ => "the session of this connection has ended",
        };
        self.send(&ServerFrame::Error(FrameFlaw::new(code, message)), ctx);
        self.close(CloseCode::Other(close), ctx);
    }

    fn unsubscribe(&mut self, topics: &[String]) {
        for channel in topics.iter().filter_map(|name| name.parse::<Channel>().ok()) {
            if self.topics.remove(&channel).is_some() {
                self.leave(channel);
            }
        }
    }

    fn leave(&self, channel: Channel) {
        let viewer = self.id;
        match channel {
            Channel::Map(topic) => {
                self.state.system.topics().tell(topic, TopicMsg::Unsubscribe { viewer });
            }
            Channel::Plan(territory) | Channel::Dispatch(territory) => {
                let _ = self.state.system.tell_plan(territory, PlanMsg::Lane(LaneMsg::Leave { channel, viewer }));
            }
        }
    }

    fn look_at(&mut self, bounds: Option<Bounds>) {
        let view = bounds.map_or_else(TileRange::everywhere, |bounds| TileRange::of(&bounds));
        if view != self.view {
            self.view = view;
            self.tell_view();
        }
    }

    fn tell_view(&self) {
        for channel in self.topics.keys() {
            if let Channel::Map(topic) = channel {
                self.state.system.topics().tell(*topic, TopicMsg::View { viewer: self.id, view: self.view });
            }
        }
    }

    /// Takes an acknowledgement; true when something waited for it.
    fn acknowledged(&mut self, channel: Channel, rev: u64) -> bool {
        let Some(in_flight) = self.topics.get_mut(&channel) else { return false };
        let before = in_flight.len();
        while in_flight.front().is_some_and(|(sent, _)| *sent <= rev) {
            in_flight.pop_front();
        }
        let was_due = in_flight.len() < before;
        let viewer = self.id;
        match channel {
            _ if !was_due => {}
            Channel::Map(topic) => {
                self.state.system.topics().tell(topic, TopicMsg::Ack { viewer, rev });
            }
            Channel::Plan(territory) | Channel::Dispatch(territory) => {
                let message = LaneMsg::Acknowledged { channel, viewer, rev };
                let _ = self.state.system.tell_plan(territory, PlanMsg::Lane(message));
            }
        }
        was_due
    }

    /// More frames than the console's rate: said each time, and closed when it goes on regardless.
    fn over_rate(&mut self, ctx: &mut WebsocketContext<Self>) {
        self.state.guard.limits.count("sockets");
        let limit = format!("{} a second", self.state.config.sockets.live_frames_per_s);
        let flaw = FrameFlaw::new(FrameCode::RateLimited, format!("too many frames: at most {limit}")).field("frame", limit);
        self.send(&ServerFrame::Error(flaw), ctx);
        if self.over.one_too_many() {
            self.close(CloseCode::Other(codes::RATE_LIMITED), ctx);
        }
    }

    fn refuse(&mut self, flaw: FrameFlaw, ctx: &mut WebsocketContext<Self>) {
        self.send(&ServerFrame::Error(flaw), ctx);
        if self.refusals.one_too_many() {
            self.send(&ServerFrame::Error(FrameFlaw::new(FrameCode::TooManyErrors, "too many refused frames")), ctx);
            self.close(CloseCode::Other(codes::TOO_MANY_ERRORS), ctx);
        }
    }

    fn send(&mut self, frame: &ServerFrame, ctx: &mut WebsocketContext<Self>) {
        ctx.text(serde_json::to_string(frame).unwrap_or_default());
    }

    fn check(&mut self, ctx: &mut WebsocketContext<Self>) {
        let patience = Duration::from_secs(self.state.config.settings().live.ack_timeout_s);
        let oldest = self.topics.values().filter_map(|in_flight| in_flight.front()).map(|(_, at)| at.elapsed()).max();
        let oldest = oldest.max(self.followers.values().filter_map(Follower::waiting).max());
        for feed in [Feed::Tracks, Feed::Visits] {
            self.read_on(feed, ctx);
        }
        if self.who.expires <= self.state.system.now() {
            self.send(&ServerFrame::Error(FrameFlaw::new(FrameCode::TokenExpired, "the access token has expired")), ctx);
            self.close(CloseCode::Other(codes::TOKEN_EXPIRED), ctx);
        } else if oldest.is_some_and(|oldest| oldest > patience) || self.heard.elapsed() > SILENT_CLOSE {
            self.close(CloseCode::Other(codes::TOO_SLOW), ctx);
        } else if self.heard.elapsed() > SILENT_PING {
            self.ping(ctx);
        }
    }

    fn ping(&mut self, ctx: &mut WebsocketContext<Self>) {
        self.pings.push_back(self.sent_bytes);
        ctx.ping(b"");
    }

    /// Sends a frame of a topic, and looks whether what was sent is being read.
    fn send_frame(&mut self, text: ByteString, ctx: &mut WebsocketContext<Self>) {
        self.sent_bytes += text.len() as u64;
        ctx.text(text);
        if self.sent_bytes - self.pings.back().copied().unwrap_or(self.read_bytes) >= BYTES_PER_PING {
            self.ping(ctx);
        }
        if self.sent_bytes - self.read_bytes > UNREAD_BYTES_MAX && !self.closing {
            self.close(CloseCode::Other(codes::TOO_SLOW), ctx);
        }
    }

    /// Ends the subscriptions and says goodbye; the connection ends when the console has closed too, or a little later.
    fn close(&mut self, code: CloseCode, ctx: &mut WebsocketContext<Self>) {
        self.leave_all();
        if std::mem::replace(&mut self.closing, true) {
            return ctx.stop();
        }
        ctx.close(Some(CloseReason::from(code)));
        ctx.run_later(Duration::from_secs(5), |_, ctx| ctx.stop());
    }

    fn leave_all(&mut self) {
        for channel in std::mem::take(&mut self.topics).into_keys() {
            self.leave(channel);
        }
    }
}

impl Actor for LiveSession {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        if let Some(frames) = self.frames.take() {
            ctx.add_stream(frames);
        }
        ctx.run_interval(CHECK_EVERY, Self::check);
        self.place = Some(self.state.sockets.console(self.who, ctx.address().recipient()));
        let goodbye = self.state.goodbye().into_actor(self);
        ctx.spawn(goodbye.map(|(), this, ctx| this.close(CloseCode::Away, ctx)));
        let system = &self.state.system;
        let welcome = ServerFrame::Welcome {
            epoch: system.topics().epoch().to_owned(),
            server_time: system.now(),
            tick_ms: system.settings().live.tick_ms,
            expires_at: self.who.expires,
        };
        self.send(&welcome, ctx);
    }
}

impl Handler<Notice> for LiveSession {
    type Result = ();

    fn handle(&mut self, notice: Notice, ctx: &mut Self::Context) {
        if self.closing {
            return;
        }
        match notice {
            Notice::Recheck => self.recheck(ctx),
            Notice::Ended => self.end(FrameCode::SessionEnded, codes::TOKEN_EXPIRED, ctx),
            Notice::Forbidden => self.end(FrameCode::Forbidden, codes::FORBIDDEN, ctx),
            Notice::Superseded => {}
        }
    }
}

impl Drop for LiveSession {
    fn drop(&mut self) {
        self.leave_all();
    }
}

/// The library's own stream, which is empty: the session goes on when it ends.
impl StreamHandler<Result<ws::Message, ProtocolError>> for LiveSession {
    fn handle(&mut self, _: Result<ws::Message, ProtocolError>, _: &mut Self::Context) {}
    fn finished(&mut self, _: &mut Self::Context) {}
}

impl StreamHandler<Inbound> for LiveSession {
    fn handle(&mut self, inbound: Inbound, ctx: &mut Self::Context) {
        self.heard = Instant::now();
        if self.closing {
            return;
        }
        match inbound {
            Inbound::Text(text) => self.text(&text, ctx),
            Inbound::Ping(payload) => ctx.pong(&payload),
            Inbound::Pong => self.read_bytes = self.pings.pop_front().unwrap_or(self.read_bytes),
            Inbound::Close => {
                ctx.close(None);
                ctx.stop();
            }
            Inbound::Binary => {
                self.send(&ServerFrame::Error(FrameFlaw::new(FrameCode::BinaryUnsupported, "frames are JSON text")), ctx);
                self.close(CloseCode::Unsupported, ctx);
            }
            Inbound::TooLarge => {
                let flaw = FrameFlaw::new(FrameCode::FrameTooLarge, format!("a frame is at most {FRAME_BYTES_MAX} bytes"));
                self.send(&ServerFrame::Error(flaw.field("frame", FRAME_BYTES_MAX.to_string())), ctx);
                self.close(CloseCode::Size, ctx);
            }
            Inbound::NotUtf8 => self.close(CloseCode::Invalid, ctx),
            Inbound::NotWebSocket => self.close(CloseCode::Protocol, ctx),
        }
    }
    // `finished` stops the session: the connection is gone.
}

impl Handler<Push> for LiveSession {
    type Result = ();

    fn handle(&mut self, push: Push, ctx: &mut Self::Context) {
        match push {
            Push::Frame { topic, rev, text } => {
                if let Some(in_flight) = self.topics.get_mut(&topic) {
                    in_flight.push_back((rev, Instant::now()));
                    self.send_frame(text, ctx);
                }
            }
            Push::Resync { topic, reason } => self.send(&ServerFrame::Resync { topic, reason }, ctx),
            Push::Lost { topic } => {
                if self.topics.contains_key(&topic) && !self.closing {
                    let never = ResumeToken { epoch: String::new(), rev: 0 };
                    ctx.run_later(RESUBSCRIBE_AFTER, move |this, ctx| {
                        if this.topics.contains_key(&topic) {
                            this.join(topic, Some(never), ctx);
                        }
                    });
                }
            }
        }
    }
}
