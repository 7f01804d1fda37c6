//! A phone's session: frames in, acknowledgements out. The contiguous durable prefix is all that is ever acknowledged.
//!
//! Everything it holds is bounded: frames in flight, answers not read, refusals.

mod acts;
mod following;

use super::follower::Follower;
use super::inbound::{Frames, Inbound};
use super::sockets::{Notice, Place};
use super::throttle::{Bucket, Over, Refusals};
use crate::auth::Principal;
use crate::auth::permit::is_good;
use crate::edge::permit::Seat;
use crate::state::AppState;
use actix::prelude::*;
use actix_http::ws::{CloseCode, CloseReason, ProtocolError};
use actix_web::web::Data;
use actix_web_actors::ws::{self, WebsocketContext};
use salessync_actors::hub::phones::{Listed, ToPhone};
use salessync_actors::journal::Answer;
use salessync_actors::system::{Frame, NotTaken};
use salessync_engine::AgentId;
use salessync_engine::track::{Admission, FlawCode, admit};
use salessync_engine::wire::agent::{
    BusyCode, ClientFrame, FRAME_BYTES_MAX, FRAMES_IN_FLIGHT_MAX, FixesFrame, FrameCode, FrameFlaw, Limits, QuarantinedFix,
    RejectedFix, ServerFrame, read,
};
use salessync_engine::wire::{Refresh, codes};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Answers, and bytes of them, sent before the phone must show (by a pong) that it reads.
const ANSWERS_PER_PING: u32 = 64;
const ANSWER_BYTES_PER_PING: usize = 16 * 1024;
/// Bytes of answers kept back while it does not; beyond, its frames are passed over.
const WITHHELD_BYTES_MAX: usize = 8 * 1024;
/// Fixes named in one `rejected` or `quarantined`; the others are counted.
const NAMED_MAX: usize = 64;
/// Longest pause between two looks at a session's clocks.
const CHECK_EVERY_MAX: Duration = Duration::from_secs(15);
/// Shortest and longest wait of a phone that sent more than its rate.
const OVER_RATE_MS: (u64, u64) = (6_000, 60_000);
/// What a phone should wait before it sends again, by reason.
const RETRY_MS: (u64, u64, u64) = (200, 1_000, 10_000);

/// One phone's connection.
pub struct AgentSession {
    state: Data<AppState>,
    agent: AgentId,
    who: Principal,
    place: Option<Place>,
    /// Where plans and desks find this phone.
    listed: Option<Listed>,
    frames: Option<Box<Frames>>,
    answer: Option<Arc<dyn Answer>>,
    /// Number of the last acknowledged frame.
    acked: u64,
    /// Frames after `acked` that were taken: is each durable?
    in_flight: VecDeque<bool>,
    /// A frame was refused for now: everything is passed over until it comes again.
    waits_for_resend: bool,
    refusals: Refusals,
    frame_rate: Bucket,
    fix_rate: Bucket,
    over: Over,
    _seat: Seat,
    outbox: Outbox,
    heard: Instant,
    closing: bool,
    /// Where it is in the feed of visits, and how often it began to follow.
    follower: Option<Box<Follower>>,
    follows: u64,
}

/// Answers on their way, and whether the phone reads them.
#[derive(Default)]
struct Outbox {
    answers: u32,
    bytes: usize,
    pinged_at: Option<Instant>,
    withheld: VecDeque<String>,
    withheld_bytes: usize,
    ack_is_due: bool,
    busy_is_due: bool,
}

impl Outbox {
    /// The phone does not read, and what waits for it is as much as may wait.
    fn is_full(&self) -> bool {
        self.withheld_bytes >= WITHHELD_BYTES_MAX
    }
}

impl AgentSession {
    pub fn new(state: Data<AppState>, agent: AgentId, who: Principal, frames: Frames, seat: Seat) -> Self {
        let now = Instant::now();
        let sockets = &state.config.sockets;
        let frame_rate = Bucket::full(sockets.frames_per_s, sockets.frames_burst, now);
        let fix_rate = Bucket::full(sockets.fixes_per_s, sockets.fixes_burst, now);
        Self {
            state,
            agent,
            who,
            place: None,
            listed: None,
            frames: Some(Box::new(frames)),
            answer: None,
            acked: 0,
            in_flight: VecDeque::new(),
            waits_for_resend: false,
            refusals: Refusals::default(),
            frame_rate,
            fix_rate,
            over: Over::default(),
            _seat: seat,
            outbox: Outbox::default(),
            heard: now,
            closing: false,
            follower: None,
            follows: 0,
        }
    }

    /// The number the next frame must have.
    fn expected(&self) -> u64 {
        self.acked + self.in_flight.len() as u64 + 1
    }

    fn text(&mut self, text: &str, ctx: &mut WebsocketContext<Self>) {
        if self.outbox.is_full() {
            self.waits_for_resend = true;
            self.outbox.busy_is_due = true;
            return;
        }
        let frame = read(text);
        // What the server waits for is paced by the server.
        if let Ok(ClientFrame::FollowedVisits { seq }) = frame
            && self.has_followed(seq)
        {
            return self.read_on(ctx);
        }
        if let Err(wait) = self.frame_rate.take(1, self.heard) {
            let was_on_its_way = matches!(&frame, Ok(ClientFrame::Fixes(frame)) if frame.frame != self.expected());
            return self.over_rate(wait, self.waits_for_resend && was_on_its_way, ctx);
        }
        match frame {
            Ok(ClientFrame::Fixes(frame)) => self.fixes(frame, ctx),
            Ok(ClientFrame::Refresh(refresh)) => self.refresh(&refresh, ctx),
            Ok(ClientFrame::OfferReply { offer, accepts, reason }) => self.offer_reply(offer, accepts, reason, ctx),
            Ok(ClientFrame::Duty(duty)) => self.duty(duty, ctx),
            Ok(ClientFrame::FollowVisits { after }) => self.follow(after, ctx),
            Ok(ClientFrame::FollowedVisits { .. }) => {}
            Ok(ClientFrame::Ping) => self.send(&ServerFrame::Pong { at: self.state.system.now() }, ctx),
            #[cfg(feature = "fault-injection")]
            Ok(ClientFrame::Poison) => self.state.system.poison(self.agent),
            #[cfg(not(feature = "fault-injection"))]
            Ok(ClientFrame::Poison) => {
                let types = salessync_engine::wire::agent::TYPES;
                let flaw = FrameFlaw::new(FrameCode::MalformedFrame, "unknown type \"poison\"").field("type", types);
                self.refuse(flaw, ctx);
            }
            Err(flaw) => self.refuse(flaw, ctx),
        }
    }

    fn fixes(&mut self, frame: FixesFrame, ctx: &mut WebsocketContext<Self>) {
        let (number, expected) = (frame.frame, self.expected());
        if self.waits_for_resend && number != expected {
            return;
        }
        if number != expected {
            if number <= self.acked {
                return self.acknowledge(ctx); // sent again although acknowledged
            }
            let flaw = FrameFlaw::new(FrameCode::FrameOutOfOrder, format!("frame {number} came, {expected} was expected"));
            return self.refuse(flaw.field("frame", expected.to_string()).frame(number), ctx);
        }
        if frame.agent.is_some_and(|agent| agent != self.agent) {
            let flaw = FrameFlaw::new(FrameCode::NotYourAgent, "the frame names another agent than the token");
            return self.refuse(flaw.field("agent", self.agent.to_string()).frame(number), ctx);
        }
        self.waits_for_resend = false;
        if self.in_flight.len() >= FRAMES_IN_FLIGHT_MAX {
            self.state.system.count_busy(BusyCode::InFlight);
            return self.busy(BusyCode::InFlight, ctx);
        }
        let fixes = u32::try_from(frame.fixes.len() + frame.rejected.len()).unwrap_or(u32::MAX);
        if let Err(wait) = self.fix_rate.take(fixes, self.heard) {
            return self.over_rate(wait, false, ctx);
        }
        self.take(frame, ctx);
    }

    /// A newer token of the same agent, or a ticket got with one.
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
                let flaw = FrameFlaw::new(FrameCode::TokenRefused, "this is no good token or ticket of the same agent");
                self.refuse(flaw.field("token", "a newer access token, or a ticket"), ctx);
            }
        }
    }

    fn end(&mut self, code: FrameCode, message: &str, close: u16, ctx: &mut WebsocketContext<Self>) {
        self.send(&ServerFrame::Error(FrameFlaw::new(code, message)), ctx);
        self.close(CloseCode::Other(close), ctx);
    }

    /// More than the connection's rate: the phone is told when to come again, what was on its way behind that is passed over, and it is
    /// closed when it goes on regardless.
    fn over_rate(&mut self, wait: Duration, was_on_its_way: bool, ctx: &mut WebsocketContext<Self>) {
        self.state.guard.limits.count("sockets");
        let is_enough = if was_on_its_way {
            self.over.passed(self.heard)
        } else {
            self.waits_for_resend = true;
            self.state.system.count_busy(BusyCode::RateLimited);
            let (least, most) = OVER_RATE_MS;
            let retry_after_ms = u64::try_from(wait.as_millis()).unwrap_or(most).clamp(least, most);
            self.send(&ServerFrame::Busy { frame: self.expected(), retry_after_ms, code: BusyCode::RateLimited }, ctx);
            self.over.told(self.heard)
        };
        if is_enough {
            let flaw = FrameFlaw::new(FrameCode::RateLimited, "too much a second, again and again");
            self.send(&ServerFrame::Error(flaw), ctx);
            self.close(CloseCode::Other(codes::RATE_LIMITED), ctx);
        }
    }

    /// Hands a frame to its agent; tells the phone what of it is refused or set aside.
    fn take(&mut self, frame: FixesFrame, ctx: &mut WebsocketContext<Self>) {
        if let Some(place) = &mut self.place {
            place.speaks(self.agent, &frame.device);
        }
        let now = self.state.system.now();
        let tracking = self.state.system.tracking(self.agent);
        let mut rejected = frame.rejected;
        let (mut taken, mut aside, mut told) = (Vec::with_capacity(frame.fixes.len()), Vec::new(), Vec::new());
        for fix in &frame.fixes {
            let admission = admit(fix.fix, now);
            if tracking.as_ref().is_some_and(|tracking| !tracking.is_tracked(admission.at())) {
                rejected.push(RejectedFix::off_duty(fix.index, fix.seq));
                continue;
            }
            let (came, reason) = match admission {
                Admission::Taken(fix) => {
                    taken.push(fix);
                    continue;
                }
                Admission::Aside(reason, came) => (came, reason),
                Admission::Repaired { came, meant, repair } => {
                    taken.push(meant);
                    (came, repair.reason())
                }
            };
            aside.push((reason, came));
            told.push(QuarantinedFix { index: fix.index, seq: fix.seq, reason });
        }
        let nothing_to_keep = taken.is_empty() && aside.is_empty();
        if !nothing_to_keep {
            let Some(answer) = self.answer.clone() else { return };
            let agent = self.agent;
            match self.state.system.ingest(Frame { agent, device: frame.device, taken, aside }, answer, frame.frame) {
                Ok(()) => {}
                Err(NotTaken::Busy(code)) => return self.busy(code, ctx),
                Err(NotTaken::UnknownAgent) => return self.close(CloseCode::Policy, ctx),
            }
        }
        self.in_flight.push_back(nothing_to_keep);
        if !rejected.is_empty() {
            self.state.system.count_off_duty(rejected.iter().filter(|fix| fix.code == FlawCode::OffDuty).count());
            rejected.sort_by_key(|fix| fix.index);
            let (fixes, omitted) = named(rejected);
            self.send(&ServerFrame::Rejected { frame: frame.frame, fixes, omitted }, ctx);
        }
        if !told.is_empty() {
            let (fixes, omitted) = named(told);
            self.send(&ServerFrame::Quarantined { frame: frame.frame, fixes, omitted }, ctx);
        }
        if nothing_to_keep {
            self.advance(ctx);
        }
    }

    /// Moves the acknowledged prefix over what is durable.
    fn advance(&mut self, ctx: &mut WebsocketContext<Self>) {
        let before = self.acked;
        while self.in_flight.front() == Some(&true) {
            self.in_flight.pop_front();
            self.acked += 1;
        }
        if self.acked > before {
            self.acknowledge(ctx);
        }
    }

    fn acknowledge(&mut self, ctx: &mut WebsocketContext<Self>) {
        if self.outbox.pinged_at.is_some() {
            self.outbox.ack_is_due = true;
        } else {
            self.write(format!(r#"{{"type":"ack","frame":{}}}"#, self.acked), ctx);
        }
    }

    /// The next expected frame is not taken: the phone sends again from it.
    fn busy(&mut self, code: BusyCode, ctx: &mut WebsocketContext<Self>) {
        self.waits_for_resend = true;
        let (short, middle, long) = RETRY_MS;
        let retry_after_ms = match code {
            BusyCode::InFlight | BusyCode::AgentBusy | BusyCode::AgentRestarting => short,
            BusyCode::JournalFull => middle,
            BusyCode::AgentHalted | BusyCode::RateLimited => long,
        };
        self.send(&ServerFrame::Busy { frame: self.expected(), retry_after_ms, code }, ctx);
    }

    fn refuse(&mut self, flaw: FrameFlaw, ctx: &mut WebsocketContext<Self>) {
        self.send(&ServerFrame::Error(flaw), ctx);
        if self.refusals.one_too_many() {
            self.send(&ServerFrame::Error(FrameFlaw::new(FrameCode::TooManyErrors, "too many refused frames")), ctx);
            self.close(CloseCode::Other(codes::TOO_MANY_ERRORS), ctx);
        }
    }

    fn send(&mut self, frame: &ServerFrame, ctx: &mut WebsocketContext<Self>) {
        // Serialising our own frames cannot fail: no maps with odd keys, no custom errors.
        self.say(serde_json::to_string(frame).unwrap_or_default(), ctx);
    }

    fn say(&mut self, text: String, ctx: &mut WebsocketContext<Self>) {
        if self.outbox.pinged_at.is_some() {
            // One frame's answers may go over the bound; after that no frame is looked at.
            self.outbox.withheld_bytes += text.len();
            self.outbox.withheld.push_back(text);
        } else {
            self.write(text, ctx);
        }
    }

    fn write(&mut self, text: String, ctx: &mut WebsocketContext<Self>) {
        self.outbox.answers += 1;
        self.outbox.bytes += text.len();
        ctx.text(text);
        if (self.outbox.answers >= ANSWERS_PER_PING || self.outbox.bytes >= ANSWER_BYTES_PER_PING) && !self.closing {
            (self.outbox.answers, self.outbox.bytes) = (0, 0);
            self.outbox.pinged_at = Some(Instant::now());
            ctx.ping(b"");
        }
    }

    /// The phone has read everything up to the ping: what was kept back goes out, and may bring the next ping.
    fn ponged(&mut self, ctx: &mut WebsocketContext<Self>) {
        if self.outbox.pinged_at.take().is_none() {
            return;
        }
        self.outbox.withheld_bytes = 0;
        for text in std::mem::take(&mut self.outbox.withheld) {
            self.outbox.answers += 1;
            self.outbox.bytes += text.len();
            ctx.text(text);
        }
        if std::mem::take(&mut self.outbox.ack_is_due) {
            self.acknowledge(ctx);
        }
        if std::mem::take(&mut self.outbox.busy_is_due) {
            self.state.system.count_busy(BusyCode::InFlight);
            self.busy(BusyCode::InFlight, ctx);
        }
        self.read_on(ctx);
    }

    fn check(&mut self, ctx: &mut WebsocketContext<Self>) {
        self.read_on(ctx);
        if self.who.expires <= self.state.system.now() {
            self.send(&ServerFrame::Error(FrameFlaw::new(FrameCode::TokenExpired, "the access token has expired")), ctx);
            self.close(CloseCode::Other(codes::TOKEN_EXPIRED), ctx);
        } else if self.outbox.pinged_at.is_some_and(|at| at.elapsed() >= self.unread_timeout())
            || self.heard.elapsed() >= self.silence_timeout()
        {
            self.close(CloseCode::Other(codes::TOO_SLOW), ctx);
        } else if self.heard.elapsed() >= self.silence_timeout() / 2 {
            ctx.ping(b"");
        }
    }

    /// No pong for so long after a ping: closed.
    fn unread_timeout(&self) -> Duration {
        Duration::from_secs(self.state.config.sockets.unread_timeout_s)
    }

    /// Nothing received for so long: closed, and pinged at half of it.
    fn silence_timeout(&self) -> Duration {
        Duration::from_secs(self.state.config.sockets.silence_timeout_s)
    }

    /// Says goodbye; the connection ends when the phone has closed too, or at the next check.
    fn close(&mut self, code: CloseCode, ctx: &mut WebsocketContext<Self>) {
        if std::mem::replace(&mut self.closing, true) {
            return ctx.stop();
        }
        ctx.close(Some(CloseReason::from(code)));
        ctx.run_later(Duration::from_secs(5), |_, ctx| ctx.stop());
    }
}

impl Actor for AgentSession {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.answer = Some(Arc::new(ToSession(ctx.address())));
        self.place = Some(self.state.sockets.phone(self.who, ctx.address().recipient()));
        if let Some(frames) = self.frames.take() {
            ctx.add_stream(*frames);
        }
        // A quarter: the ping goes out well before the end, however late a look comes.
        let check_every = CHECK_EVERY_MAX.min(self.unread_timeout()).min(self.silence_timeout() / 4);
        ctx.run_interval(check_every, Self::check);
        let goodbye = self.state.goodbye().into_actor(self);
        ctx.spawn(goodbye.map(|(), this, ctx| this.close(CloseCode::Away, ctx)));
        let welcome = ServerFrame::Welcome {
            agent: self.agent,
            server_time: self.state.system.now(),
            expires_at: self.who.expires,
            limits: Limits::default(),
        };
        self.send(&welcome, ctx);
        // What waits for this agent's answer comes right behind.
        self.listed = Some(self.state.system.phones().join(self.agent, ctx.address().recipient()));
    }
}

/// Told of plans and offers. A phone that does not read misses it, is closed before long, and asks again when it comes back.
impl Handler<ToPhone> for AgentSession {
    type Result = ();

    fn handle(&mut self, ToPhone(text): ToPhone, ctx: &mut Self::Context) {
        if !self.closing && !self.outbox.is_full() {
            self.say(text.into(), ctx);
        }
    }
}

impl Handler<Notice> for AgentSession {
    type Result = ();

    fn handle(&mut self, notice: Notice, ctx: &mut Self::Context) {
        if self.closing {
            return;
        }
        match notice {
            Notice::Recheck => {}
            Notice::Ended => {
                self.end(FrameCode::SessionEnded, "the session of this connection has ended", codes::TOKEN_EXPIRED, ctx)
            }
            Notice::Forbidden => self.end(FrameCode::Forbidden, "sending is not allowed any more", codes::FORBIDDEN, ctx),
            Notice::Superseded => self.end(FrameCode::Superseded, "this phone has connected anew", codes::SUPERSEDED, ctx),
        }
    }
}

/// The library's own stream, which is empty: the session goes on when it ends.
impl StreamHandler<Result<ws::Message, ProtocolError>> for AgentSession {
    fn handle(&mut self, _: Result<ws::Message, ProtocolError>, _: &mut Self::Context) {}
    fn finished(&mut self, _: &mut Self::Context) {}
}

impl StreamHandler<Inbound> for AgentSession {
    fn handle(&mut self, inbound: Inbound, ctx: &mut Self::Context) {
        self.heard = Instant::now();
        if self.closing {
            return;
        }
        let error = |code, message: &str| ServerFrame::Error(FrameFlaw::new(code, message));
        match inbound {
            Inbound::Text(text) => self.text(&text, ctx),
            Inbound::Ping(payload) => ctx.pong(&payload),
            Inbound::Pong => self.ponged(ctx),
            Inbound::Close => {
                ctx.close(None);
                ctx.stop();
            }
            Inbound::Binary => {
                self.send(&error(FrameCode::BinaryUnsupported, "frames are JSON text"), ctx);
                self.close(CloseCode::Unsupported, ctx);
            }
            Inbound::TooLarge => {
                let message = format!("a frame is at most {FRAME_BYTES_MAX} bytes");
                let flaw = FrameFlaw::new(FrameCode::FrameTooLarge, message).field("frame", FRAME_BYTES_MAX.to_string());
                self.send(&ServerFrame::Error(flaw), ctx);
                self.close(CloseCode::Size, ctx);
            }
            Inbound::NotUtf8 => self.close(CloseCode::Invalid, ctx),
            Inbound::NotWebSocket => self.close(CloseCode::Protocol, ctx),
        }
    }
    // `finished` stops the session: the connection is gone.
}

/// The first fixes, and how many more there are.
fn named<T>(mut fixes: Vec<T>) -> (Vec<T>, usize) {
    let omitted = fixes.len().saturating_sub(NAMED_MAX);
    fixes.truncate(NAMED_MAX);
    (fixes, omitted)
}

/// What became of a frame.
#[derive(Message)]
#[rtype(result = "()")]
enum Outcome {
    Durable(u64),
    Lost(u64),
}

/// Carries outcomes from the journal's thread. At most one per frame in flight.
struct ToSession(Addr<AgentSession>);

impl Answer for ToSession {
    fn durable(&self, frame: u64) {
        self.0.do_send(Outcome::Durable(frame));
    }

    fn lost(&self, frame: u64) {
        self.0.do_send(Outcome::Lost(frame));
    }
}

impl Handler<Outcome> for AgentSession {
    type Result = ();

    fn handle(&mut self, outcome: Outcome, ctx: &mut Self::Context) {
        let (Outcome::Durable(frame) | Outcome::Lost(frame)) = outcome;
        // Frames before the prefix are settled; frames after it were cut off by a `busy` and come again.
        let Some(index) =
            frame.checked_sub(self.acked + 1).map(|index| index as usize).filter(|index| *index < self.in_flight.len())
        else {
            return;
        };
        match outcome {
            Outcome::Durable(_) => {
                self.in_flight[index] = true;
                self.advance(ctx);
            }
            Outcome::Lost(_) if self.in_flight[index] => {}
            Outcome::Lost(_) => {
                self.in_flight.truncate(index);
                self.state.system.count_busy(BusyCode::AgentRestarting);
                self.busy(BusyCode::AgentRestarting, ctx);
            }
        }
    }
}
