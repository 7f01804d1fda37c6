//! A lane: frames that nobody may miss, in order, each with a revision, and beside them figures of which only the newest counts. What a plan's
//! and a dispatch desk's consoles are told goes by lanes; the map's rows do not (`topic`).
//!
//! A console that falls behind is sent every kept frame one after the other as it acknowledges, never two as one, and figures only when it
//! has caught up. One that is further behind than the frames kept, or comes from another life of the server, is drawn the whole state anew.

use super::viewer::{Push, ViewerId};
use actix::prelude::*;
use bytestring::ByteString;
use chrono::NaiveDate;
use salessync_engine::wire::live::{Channel, ResumeToken, ResyncReason};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

/// Frames kept for consoles that are behind or come back: some minutes of a busy desk.
const KEPT_MAX: usize = 1_024;
/// So long frames are drawn for consoles of which the last has left: it may have dropped, and come back for what it missed.
const RETURN_WITHIN: Duration = Duration::from_secs(10 * 60);
/// Frames a console may leave unacknowledged.
const IN_FLIGHT_MAX: usize = 32;

/// What a console wants to see of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct View {
    /// The day it is drawn; the newest state where absent.
    pub date: Option<NaiveDate>,
}

/// What goes on top of every frame.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    pub topic: Channel,
    pub epoch: &'a str,
    pub rev: u64,
}

/// Draws the whole state as it is.
pub type Draw<'a> = &'a dyn Fn(View, Stamp<'_>) -> ByteString;

/// A lane with those who watch it; plain state of its actor.
pub struct Lane {
    channel: Channel,
    epoch: String,
    rev: u64,
    kept: VecDeque<(u64, ByteString)>,
    /// Newest frame that is not kept any more.
    dropped: u64,
    /// Figures by what they are about, each with the revision that brought it.
    figures: BTreeMap<uuid::Uuid, (u64, String)>,
    watchers: HashMap<ViewerId, Watcher>,
    /// When the last of them went.
    left: Option<Instant>,
}

struct Watcher {
    session: Recipient<Push>,
    view: View,
    sent: u64,
    /// Figures up to here were sent.
    figured: u64,
    in_flight: VecDeque<u64>,
}

impl Lane {
    /// `epoch` names this life of the lane.
    pub fn new(channel: Channel, epoch: String) -> Self {
        let (kept, figures, watchers) = (VecDeque::new(), BTreeMap::new(), HashMap::new());
        Self { channel, epoch, rev: 0, kept, dropped: 0, figures, watchers, left: None }
    }

    pub fn is_watched(&self) -> bool {
        !self.watchers.is_empty()
    }

    /// Does anybody watch it, or did a moment ago?
    pub fn is_awaited(&self) -> bool {
        self.is_watched() || self.left.is_some_and(|left| left.elapsed() < RETURN_WITHIN)
    }

    /// Something happened that nobody was there to be told: whoever comes back from before is drawn the whole state.
    pub fn skip(&mut self) {
        self.rev += 1;
        self.dropped = self.rev;
        self.kept.clear();
    }

    /// Sends a frame to everybody who has caught up, and keeps it for the others.
    pub fn publish(&mut self, frame: impl FnOnce(Stamp<'_>) -> String) {
        self.rev += 1;
        let text = ByteString::from(frame(Stamp { topic: self.channel, epoch: &self.epoch, rev: self.rev }));
        if self.kept.len() == KEPT_MAX
            && let Some((rev, _)) = self.kept.pop_front()
        {
            self.dropped = rev;
        }
        self.kept.push_back((self.rev, text));
        self.each_watcher(|lane, watcher| lane.send_frames(watcher));
    }

    /// Takes new figures, each a JSON object, and sends them to those who have caught up. They have a revision, as frames have.
    pub fn figure(&mut self, figures: impl IntoIterator<Item = (uuid::Uuid, String)>) {
        let rev = self.rev + 1;
        for (about, figure) in figures {
            self.rev = rev;
            self.figures.insert(about, (rev, figure));
        }
        if self.rev == rev {
            let newest = self.figures_since(rev - 1);
            self.each_watcher(|lane, watcher| lane.pump(watcher, Some(&newest)));
        }
    }

    /// Nothing is to be said of these any more.
    pub fn unfigure(&mut self, gone: impl Fn(uuid::Uuid) -> bool) {
        self.figures.retain(|about, _| !gone(*about));
    }

    /// Begins to tell a console: from where it was, or with the whole state.
    pub fn watch(&mut self, id: ViewerId, session: Recipient<Push>, view: View, resume: Option<&ResumeToken>, draw: Draw<'_>) {
        let mut watcher = Watcher { session, view, sent: 0, figured: 0, in_flight: VecDeque::new() };
        let from = resume.map(|token| match token {
            token if token.epoch != self.epoch => Err(ResyncReason::EpochChanged),
            token if token.rev > self.rev => Err(ResyncReason::UnknownRevision),
            token if token.rev < self.dropped => Err(ResyncReason::TooOld),
            token => Ok(token.rev),
        });
        match from {
            Some(Ok(rev)) => {
                (watcher.sent, watcher.figured) = (rev, rev);
                self.pump(&mut watcher, None);
            }
            Some(Err(reason)) => {
                watcher.session.do_send(Push::Resync { topic: self.channel, reason });
                self.draw(&mut watcher, draw);
            }
            None => self.draw(&mut watcher, draw),
        }
        self.watchers.insert(id, watcher);
    }

    pub fn leave(&mut self, id: ViewerId) {
        self.watchers.remove(&id);
        if self.watchers.is_empty() {
            self.left = Some(Instant::now());
        }
    }

    /// A console has applied everything up to `rev`.
    pub fn acknowledged(&mut self, id: ViewerId, rev: u64, draw: Draw<'_>) {
        let Some(mut watcher) = self.watchers.remove(&id) else { return };
        while watcher.in_flight.front().is_some_and(|sent| *sent <= rev) {
            watcher.in_flight.pop_front();
        }
        if watcher.sent < self.dropped {
            watcher.session.do_send(Push::Resync { topic: self.channel, reason: ResyncReason::TooOld });
            self.draw(&mut watcher, draw);
        } else {
            self.pump(&mut watcher, None);
        }
        self.watchers.insert(id, watcher);
    }

    /// Tells all consoles that the lane is lost: its actor ends.
    pub fn lose(&mut self) {
        for (_, watcher) in self.watchers.drain() {
            watcher.session.do_send(Push::Lost { topic: self.channel });
        }
    }

    fn draw(&self, watcher: &mut Watcher, draw: Draw<'_>) {
        let text = draw(watcher.view, Stamp { topic: self.channel, epoch: &self.epoch, rev: self.rev });
        watcher.figured = 0;
        watcher.send(self.channel, self.rev, text);
        self.pump(watcher, None);
    }

    /// Sends what is missing: frames as far as may be in flight, then figures where nearly nothing is. `newest` are those of this revision.
    fn pump(&self, watcher: &mut Watcher, newest: Option<&ByteString>) {
        self.send_frames(watcher);
        if watcher.in_flight.len() > 1 || watcher.sent < self.rev || !self.figures.values().any(|(rev, _)| *rev > watcher.figured)
        {
            return;
        }
        let text = match newest.filter(|_| watcher.figured + 1 == self.rev) {
            Some(newest) => newest.clone(),
            None => self.figures_since(watcher.figured),
        };
        watcher.figured = self.rev;
        watcher.send(self.channel, self.rev, text);
    }

    fn send_frames(&self, watcher: &mut Watcher) {
        let from = self.kept.partition_point(|(rev, _)| *rev <= watcher.sent);
        for (rev, text) in self.kept.iter().skip(from) {
            if watcher.in_flight.len() >= IN_FLIGHT_MAX {
                return;
            }
            watcher.send(self.channel, *rev, text.clone());
        }
        watcher.sent = self.rev;
    }

    fn each_watcher(&mut self, tell: impl Fn(&Self, &mut Watcher)) {
        let mut watchers = std::mem::take(&mut self.watchers);
        for watcher in watchers.values_mut() {
            tell(self, watcher);
        }
        self.watchers = watchers;
    }

    fn figures_since(&self, rev: u64) -> ByteString {
        let newer = self.figures.values().filter(|(brought, _)| *brought > rev);
        let list: Vec<&str> = newer.map(|(_, figure)| figure.as_str()).collect();
        format!(r#"{{"type":"eta","topic":"{}","rev":{},"visits":[{}]}}"#, self.channel, self.rev, list.join(",")).into()
    }
}

impl Watcher {
    fn send(&mut self, topic: Channel, rev: u64, text: ByteString) {
        self.sent = rev;
        self.in_flight.push_back(rev);
        self.session.do_send(Push::Frame { topic, rev, text });
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.lose();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parking_lot::Mutex;
    use std::sync::Arc;
    use uuid::Uuid;

    /// Catches what a console is sent.
    #[derive(Clone, Default)]
    struct Console {
        inbox: Arc<Mutex<VecDeque<Push>>>,
        said: Vec<u64>,
        figures: BTreeMap<String, u64>,
        rev: u64,
        epoch: String,
    }

    struct Catch(Arc<Mutex<VecDeque<Push>>>);

    impl Actor for Catch {
        type Context = Context<Self>;
    }

    impl Handler<Push> for Catch {
        type Result = ();
        fn handle(&mut self, push: Push, _: &mut Context<Self>) {
            self.0.lock().push_back(push);
        }
    }

    impl Console {
        fn session(&self) -> Recipient<Push> {
            Catch(self.inbox.clone()).start().recipient()
        }

        /// Applies the next frame; returns the revision to acknowledge.
        fn take(&mut self) -> Option<u64> {
            let push = self.inbox.lock().pop_front()?;
            let Push::Frame { rev, text, .. } = push else { return self.take() };
            let frame: serde_json::Value = serde_json::from_str(&text).unwrap();
            match frame["type"].as_str().unwrap() {
                "whole" => {
                    self.said = serde_json::from_value(frame["said"].clone()).unwrap();
                    self.epoch = frame["epoch"].as_str().unwrap().to_owned();
                }
                "said" => self.said.push(frame["n"].as_u64().unwrap()),
                "eta" => {
                    for figure in frame["visits"].as_array().unwrap() {
                        self.figures.insert(figure["of"].as_str().unwrap().to_owned(), figure["n"].as_u64().unwrap());
                    }
                }
                other => panic!("{other}"),
            }
            assert!(rev >= self.rev, "revisions rise");
            self.rev = rev;
            Some(rev)
        }
    }

    /// Consoles that read at once, now and then, or come back after a while hold every frame once, in order, and the newest figures.
    #[actix::test]
    async fn nobody_misses_a_frame_and_everybody_has_the_newest_figures() {
        for seed in 0..20u64 {
            let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
            let mut next = move |n: u64| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                random % n
            };
            let mut lane = Lane::new(Channel::Plan(None), "e".to_owned());
            let mut said: Vec<u64> = Vec::new();
            let mut truth: BTreeMap<String, u64> = BTreeMap::new();
            let mut consoles: Vec<Console> = (0..3).map(|_| Console::default()).collect();
            let whole = |said: &[u64], stamp: Stamp<'_>| {
                ByteString::from(serde_json::json!({"type": "whole", "said": said, "epoch": stamp.epoch}).to_string())
            };
            for (id, console) in consoles.iter().enumerate() {
                let session = console.session();
                lane.watch(id as u64, session, View::default(), None, &|_, stamp| whole(&said, stamp));
            }
            let steps = if seed == 0 { 4_000 } else { 400 };
            for n in 0..steps {
                if next(3) > 0 {
                    said.push(n);
                    lane.publish(|_| serde_json::json!({"type": "said", "n": n}).to_string());
                } else {
                    let of = Uuid::from_u128(u128::from(next(6)));
                    truth.insert(of.to_string(), n);
                    lane.figure([(of, serde_json::json!({"of": of, "n": n}).to_string())]);
                }
                tokio::task::yield_now().await;
                for (id, console) in consoles.iter_mut().enumerate() {
                    let reads = [50, next(3), u64::from(n % 150 == 149) * 10_000][id];
                    if id == 2 && n == steps / 2 {
                        lane.leave(2);
                        console.inbox.lock().clear();
                        let token = ResumeToken { epoch: console.epoch.clone(), rev: console.rev };
                        lane.watch(2, console.session(), View::default(), Some(&token), &|_, stamp| whole(&said, stamp));
                    }
                    for _ in 0..reads {
                        let Some(rev) = console.take() else { break };
                        lane.acknowledged(id as u64, rev, &|_, stamp| whole(&said, stamp));
                        tokio::task::yield_now().await;
                    }
                }
            }
            for (id, console) in consoles.iter_mut().enumerate() {
                while let Some(rev) = console.take() {
                    lane.acknowledged(id as u64, rev, &|_, stamp| whole(&said, stamp));
                    tokio::task::yield_now().await;
                }
                assert_eq!(console.said, said, "seed {seed}, console {id}");
                assert_eq!(console.figures, truth, "seed {seed}, console {id}");
            }
        }
    }

    #[actix::test]
    async fn another_life_or_a_revision_too_old_is_drawn_anew() {
        let mut lane = Lane::new(Channel::Dispatch(None), "second".to_owned());
        for n in 0..KEPT_MAX + 2 {
            lane.publish(|_| serde_json::json!({"type": "said", "n": n}).to_string());
        }
        for (epoch, rev, reason) in [
            ("first", 3, Some(ResyncReason::EpochChanged)),
            ("second", 1, Some(ResyncReason::TooOld)),
            ("second", 2, None),
            ("second", 9_999, Some(ResyncReason::UnknownRevision)),
        ] {
            let console = Console::default();
            let token = ResumeToken { epoch: epoch.to_owned(), rev };
            lane.watch(1, console.session(), View::default(), Some(&token), &|_, stamp| {
                serde_json::json!({"type": "whole", "said": [], "epoch": stamp.epoch}).to_string().into()
            });
            tokio::task::yield_now().await;
            let first = console.inbox.lock().pop_front();
            let got = first.and_then(|push| if let Push::Resync { reason, .. } = push { Some(reason) } else { None });
            assert_eq!(got, reason, "{epoch} {rev}");
        }
    }

    /// A console that drops alone misses nothing either: what happened meanwhile is kept, or it is drawn anew.
    #[actix::test]
    async fn who_was_alone_and_comes_back_is_told_what_happened_meanwhile() {
        let mut lane = Lane::new(Channel::Plan(None), "e".to_owned());
        let whole = |_: View, _: Stamp<'_>| ByteString::from(r#"{"type":"whole","said":[],"epoch":"e"}"#);
        let token = ResumeToken { epoch: "e".to_owned(), rev: 0 };
        assert!(!lane.is_awaited(), "nobody was ever there");
        lane.watch(1, Console::default().session(), View::default(), None, &whole);
        lane.leave(1);
        assert!(lane.is_awaited() && !lane.is_watched());
        lane.publish(|_| serde_json::json!({"type": "said", "n": 7}).to_string());
        let mut console = Console::default();
        lane.watch(1, console.session(), View::default(), Some(&token), &whole);
        tokio::task::yield_now().await;
        assert_eq!((console.take(), console.said), (Some(1), vec![7]));
        lane.leave(1);
        lane.left = Instant::now().checked_sub(RETURN_WITHIN);
        assert!(!lane.is_awaited());
        lane.skip();
        let console = Console::default();
        let token = ResumeToken { rev: 1, ..token };
        lane.watch(1, console.session(), View::default(), Some(&token), &whole);
        tokio::task::yield_now().await;
        let first = console.inbox.lock().pop_front();
        assert!(matches!(first, Some(Push::Resync { reason: ResyncReason::TooOld, .. })), "{first:?}");
    }
}
