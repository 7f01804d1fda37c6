//! One console's subscription to one topic: its view, what it was sent, what it has acknowledged.
//!
//! The socket's own queue is unbounded and invisible, so this is the flow control: at most `IN_FLIGHT_MAX` frames unacknowledged,
//! then silence; the acknowledgement brings one delta of everything since.

use super::topic::{CannotResume, Tick, Topic};
use actix::prelude::*;
use bytestring::ByteString;
use salessync_engine::geo::tile::TileRange;
use salessync_engine::sight::Sight;
use salessync_engine::wire::live::{Channel, ResumeToken, ResyncReason, Topic as TopicId};
use std::collections::HashMap;
use std::collections::VecDeque;

/// Frames of a topic a console may leave unacknowledged.
pub const IN_FLIGHT_MAX: usize = 2;

/// Which session; unique within a server's life.
pub type ViewerId = u64;

/// To a console's session.
#[derive(Message, Clone, Debug)]
#[rtype(result = "()")]
pub enum Push {
    /// A snapshot or a delta: to be acknowledged by its revision.
    Frame {
        topic: Channel,
        rev: u64,
        text: ByteString,
    },
    Resync {
        topic: Channel,
        reason: ResyncReason,
    },
    /// The topic's actor crashed: subscribe again.
    Lost {
        topic: Channel,
    },
}

/// A subscription.
pub struct Viewer {
    topic: TopicId,
    session: Recipient<Push>,
    sight: Sight,
    view: TileRange,
    sent_rev: u64,
    in_flight: VecDeque<u64>,
    is_behind: bool,
    /// The view was changed while it was behind: a delta would not do.
    wants_all: bool,
    /// Whether dropping this value means that the topic was lost.
    is_guarded: bool,
}

/// Frames of one tick already assembled, by starting revision and view, for those who see every row; the others' are their own.
#[derive(Default)]
pub struct Memo {
    precise: Assembled,
    coarse: Assembled,
}

type Assembled = HashMap<(u64, TileRange), Option<ByteString>>;

impl Viewer {
    /// Begins a subscription: a delta from where the console was, or a snapshot.
    pub fn begin(
        topic: &Topic,
        id: TopicId,
        session: Recipient<Push>,
        (sight, view): (Sight, TileRange),
        resume: Option<&ResumeToken>,
    ) -> Self {
        let mut viewer = Self {
            topic: id,
            session,
            sight,
            view,
            sent_rev: 0,
            in_flight: VecDeque::new(),
            is_behind: false,
            wants_all: false,
            is_guarded: true,
        };
        match resume.map(|token| viewer.resume(topic, token)) {
            Some(Ok(delta)) => viewer.send(topic.rev(), delta),
            Some(Err(reason)) => {
                viewer.session.do_send(Push::Resync { topic: id.into(), reason });
                viewer.send(topic.rev(), topic.snapshot(&viewer.sight, &viewer.view, None));
            }
            None => viewer.send(topic.rev(), topic.snapshot(&viewer.sight, &viewer.view, None)),
        }
        viewer
    }

    /// Goes on where the console was. Whoever sees row by row never does: which rows these were is not known any more.
    fn resume(&self, topic: &Topic, token: &ResumeToken) -> Result<ByteString, ResyncReason> {
        let epoch = topic.epoch_of(&self.sight);
        if epoch.is_empty() || token.epoch != epoch {
            return Err(ResyncReason::EpochChanged);
        }
        topic.delta_since(&self.sight, token.rev, &self.view).map_err(|why| match why {
            CannotResume::TooOld => ResyncReason::TooOld,
            CannotResume::UnknownRevision => ResyncReason::UnknownRevision,
        })
    }

    /// Sends the tick's changes in view, assembled once for all who see the same. Returns whether it was held back.
    pub fn on_tick(&mut self, topic: &Topic, tick: &Tick, memo: &mut Memo) -> bool {
        if self.in_flight.len() >= IN_FLIGHT_MAX {
            self.is_behind = true;
            return true;
        }
        if self.is_behind {
            self.catch_up(topic);
            return false;
        }
        let of_all = |sight: &Sight, memo: &mut Assembled| {
            let frame = memo.entry((self.sent_rev, self.view));
            frame.or_insert_with_key(|(since, view)| topic.delta(tick, sight, *since, view)).clone()
        };
        let frame = match &self.sight {
            Sight::All => of_all(&self.sight, &mut memo.precise),
            Sight::Coarse => of_all(&self.sight, &mut memo.coarse),
            Sight::Each(_) => topic.delta(tick, &self.sight, self.sent_rev, &self.view),
        };
        if let Some(frame) = frame {
            self.send(tick.rev, frame);
        }
        false
    }

    /// The console has applied everything up to `rev`.
    pub fn acknowledged(&mut self, topic: &Topic, rev: u64) {
        while self.in_flight.front().is_some_and(|sent| *sent <= rev) {
            self.in_flight.pop_front();
        }
        // With changes pending a tick is due, and it brings everything.
        if self.is_behind && self.in_flight.len() < IN_FLIGHT_MAX && !topic.has_changes() {
            self.catch_up(topic);
        }
    }

    fn catch_up(&mut self, topic: &Topic) {
        self.is_behind = false;
        if std::mem::take(&mut self.wants_all) {
            return self.send(topic.rev(), topic.snapshot(&self.sight, &self.view, None));
        }
        if self.sent_rev == topic.rev() {
            return;
        }
        match topic.delta_since(&self.sight, self.sent_rev, &self.view) {
            Ok(delta) => self.send(topic.rev(), delta),
            Err(_) => {
                self.session.do_send(Push::Resync { topic: self.topic.into(), reason: ResyncReason::TooOld });
                self.send(topic.rev(), topic.snapshot(&self.sight, &self.view, None));
            }
        }
    }

    /// Changes the view: brings what is new in it. Called between ticks, so what the console holds of the old view is current, unless it
    /// is behind; then it gets the whole new view, when it has acknowledged what it was sent.
    pub fn look_at(&mut self, topic: &Topic, view: TileRange) {
        let old = std::mem::replace(&mut self.view, view);
        if self.is_behind || self.in_flight.len() >= IN_FLIGHT_MAX {
            self.is_behind = true;
            self.wants_all = true;
        } else {
            self.send(topic.rev(), topic.snapshot(&self.sight, &self.view, Some(&old)));
        }
    }

    fn send(&mut self, rev: u64, text: ByteString) {
        self.sent_rev = rev;
        self.in_flight.push_back(rev);
        self.session.do_send(Push::Frame { topic: self.topic.into(), rev, text });
    }

    /// The session ended the subscription itself.
    pub fn end(mut self) {
        self.is_guarded = false;
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        if self.is_guarded {
            self.session.do_send(Push::Lost { topic: self.topic.into() });
        }
    }
}
