//! The frames a phone still has to deliver, and the rules of `/ws/agent` for delivering them. Pure: no socket, no clock.
//!
//! Invariant: a batch leaves the outbox only when the server acknowledged it (or refused it for good), and batches go out in the order
//! they came in, numbered 1, 2, 3, … on every connection.

use salessync_engine::track::RawFix;
use salessync_engine::wire::agent::Limits;
use std::collections::VecDeque;

/// Batches kept for a phone without coverage: at 50 fixes each, over a month at one fix a second.
pub const BATCHES_MAX: usize = 60_000;
/// Room for what stands around the fixes in a frame.
const ENVELOPE_BYTES: usize = 256;

/// Encoded fixes that travel in one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    fixes: Vec<Box<str>>,
    bytes: usize,
}

impl Batch {
    pub fn len(&self) -> usize {
        self.fixes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.fixes.is_empty()
    }

    /// The text frame of this batch.
    pub fn frame(&self, number: u64, device: &str) -> String {
        let mut text = String::with_capacity(self.bytes + ENVELOPE_BYTES);
        text.push_str(r#"{"type":"fixes","frame":"#);
        text.push_str(&number.to_string());
        text.push_str(r#","device":""#);
        text.push_str(device);
        text.push_str(r#"","fixes":["#);
        for (i, fix) in self.fixes.iter().enumerate() {
            if i > 0 {
                text.push(',');
            }
            text.push_str(fix);
        }
        text.push_str("]}");
        text
    }

    fn fits(&self, fix: &str, limits: &Limits) -> bool {
        self.is_empty()
            || (self.len() < limits.fixes_per_frame_max && self.bytes + fix.len() + 1 + ENVELOPE_BYTES <= limits.frame_bytes_max)
    }

    fn add(&mut self, fix: Box<str>) {
        self.bytes += fix.len() + 1;
        self.fixes.push(fix);
    }
}

#[derive(Debug)]
pub struct Outbox {
    batches: VecDeque<Batch>,
    /// How many of `batches`, from the front, are on the wire of this connection.
    in_flight: usize,
    /// The number of the next frame on this connection.
    next_frame: u64,
    /// Nothing is sent before this, after a `busy`.
    wait_until_ms: Option<i64>,
    limits: Limits,
}

impl Default for Outbox {
    fn default() -> Self {
        Self { batches: VecDeque::new(), in_flight: 0, next_frame: 1, wait_until_ms: None, limits: Limits::default() }
    }
}

impl Outbox {
    /// Takes fixes into as few frames as the limits and `per_frame` allow. False when there is no room: nothing was taken.
    pub fn push(&mut self, fixes: &[RawFix], per_frame: usize) -> bool {
        if self.batches.len() + fixes.len() / per_frame.max(1) >= BATCHES_MAX {
            return false;
        }
        let limits = Limits { fixes_per_frame_max: per_frame.clamp(1, self.limits.fixes_per_frame_max), ..self.limits };
        self.batches.extend(packed(fixes.iter().map(encoded), &limits));
        true
    }

    pub fn len(&self) -> usize {
        self.batches.len()
    }

    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// A new connection is open: numbering starts at 1, everything unacknowledged goes again, in frames the server can take.
    pub fn connected(&mut self, limits: Limits) {
        let is_tighter =
            limits.fixes_per_frame_max < self.limits.fixes_per_frame_max || limits.frame_bytes_max < self.limits.frame_bytes_max;
        if is_tighter {
            self.batches = std::mem::take(&mut self.batches)
                .into_iter()
                .flat_map(|batch| packed(batch.fixes.into_iter(), &limits))
                .collect();
        }
        self.limits = limits;
        self.in_flight = 0;
        self.next_frame = 1;
        self.wait_until_ms = None;
    }

    /// The next frame to send now: its number and its batch. Counts as sent.
    pub fn next(&mut self, now_ms: i64) -> Option<(u64, &Batch)> {
        if self.wait_until_ms.is_some_and(|until| now_ms < until) {
            return None;
        }
        self.wait_until_ms = None;
        if self.in_flight >= self.limits.frames_in_flight_max.max(1) || self.in_flight >= self.batches.len() {
            return None;
        }
        let number = self.next_frame;
        self.next_frame += 1;
        self.in_flight += 1;
        self.batches.get(self.in_flight - 1).map(|batch| (number, batch))
    }

    /// When to ask `next` again, if it is waiting out a `busy`.
    pub fn wait_until_ms(&self) -> Option<i64> {
        self.wait_until_ms
    }

    /// Everything up to `frame` is durable. Returns the number of fixes that are now safe; 0 for an old or unknown number.
    pub fn acknowledged(&mut self, frame: u64) -> usize {
        let Some(through) = self.position(frame) else { return 0 };
        self.in_flight -= through + 1;
        self.batches.drain(..=through).map(|batch| batch.len()).sum()
    }

    /// `frame` and everything after it was not taken: they go again, from `frame`, after the pause.
    pub fn busy(&mut self, frame: u64, retry_after_ms: u64, now_ms: i64) {
        if let Some(from) = self.position(frame) {
            self.in_flight = from;
            self.next_frame = frame;
            let wait_ms = i64::try_from(retry_after_ms).unwrap_or(i64::MAX / 2);
            self.wait_until_ms = Some(now_ms.saturating_add(wait_ms));
        }
    }

    /// The server will never take this frame: drops it. The connection must then be opened anew, because the numbers no longer fit.
    pub fn refused(&mut self, frame: u64) -> usize {
        let refused = self.position(frame).and_then(|at| self.batches.remove(at));
        self.in_flight = self.in_flight.saturating_sub(usize::from(refused.is_some()));
        refused.map_or(0, |batch| batch.len())
    }

    /// Place in `batches` of a frame that is on the wire.
    fn position(&self, frame: u64) -> Option<usize> {
        let first = self.next_frame - self.in_flight as u64;
        (frame >= first && frame < self.next_frame).then(|| (frame - first) as usize)
    }
}

/// A fix as the protocol writes it.
fn encoded(fix: &RawFix) -> Box<str> {
    serde_json::to_string(fix).expect("a fix is plain numbers and short text").into()
}

fn packed(fixes: impl Iterator<Item = Box<str>>, limits: &Limits) -> Vec<Batch> {
    let mut out = vec![Batch::default()];
    for fix in fixes {
        if !out.last().is_some_and(|batch| batch.fits(&fix, limits)) {
            out.push(Batch::default());
        }
        if let Some(batch) = out.last_mut() {
            batch.add(fix);
        }
    }
    out.retain(|batch| !batch.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use salessync_engine::Timestamp;

    fn fixes(n: i64) -> Vec<RawFix> {
        (0..n)
            .map(|i| RawFix {
                seq: Some(i),
                recorded_at: Timestamp::from_ms(1_795_420_800_000 + i).unwrap(),
                lat: 54.7,
                lon: 2.3,
                ..RawFix::default()
            })
            .collect()
    }

    fn outbox(batches: i64) -> Outbox {
        let mut outbox = Outbox::default();
        assert!(outbox.push(&fixes(batches), 1));
        outbox
    }

    /// Numbers and first `seq` of everything that can be sent now.
    fn send_all(outbox: &mut Outbox, now_ms: i64) -> Vec<(u64, i64)> {
        std::iter::from_fn(|| {
            outbox.next(now_ms).map(|(number, batch)| {
                let fix: RawFix = serde_json::from_str(&batch.fixes[0]).unwrap();
                (number, fix.seq.unwrap())
            })
        })
        .collect()
    }

    #[test]
    fn no_more_than_the_allowed_frames_are_in_flight() {
        let mut outbox = outbox(40);
        assert_eq!(send_all(&mut outbox, 0).len(), 32);
        assert_eq!(outbox.acknowledged(3), 3);
        assert_eq!(send_all(&mut outbox, 0), [(33, 32), (34, 33), (35, 34)]);
    }

    #[test]
    fn one_acknowledgement_covers_every_frame_before_it_and_an_old_one_nothing() {
        let mut outbox = outbox(5);
        send_all(&mut outbox, 0);
        assert_eq!(outbox.acknowledged(4), 4);
        assert_eq!(outbox.acknowledged(4), 0);
        assert_eq!(outbox.acknowledged(99), 0);
        assert_eq!(outbox.len(), 1);
    }

    #[test]
    fn busy_sends_again_from_that_frame_with_the_same_numbers_after_the_pause() {
        let mut outbox = outbox(5);
        send_all(&mut outbox, 0);
        outbox.acknowledged(1);
        outbox.busy(3, 200, 1_000);
        assert_eq!(send_all(&mut outbox, 1_199), []);
        assert_eq!(outbox.wait_until_ms(), Some(1_200));
        assert_eq!(send_all(&mut outbox, 1_200), [(3, 2), (4, 3), (5, 4)]);
        assert_eq!(outbox.acknowledged(5), 4, "frame 2 was still in flight");
        assert!(outbox.is_empty());
    }

    #[test]
    fn busy_for_a_frame_that_is_not_in_flight_changes_nothing() {
        let mut outbox = outbox(2);
        send_all(&mut outbox, 0);
        outbox.acknowledged(2);
        outbox.busy(2, 200, 0);
        assert_eq!(outbox.wait_until_ms(), None);
    }

    #[test]
    fn a_new_connection_numbers_what_is_unacknowledged_from_one() {
        let mut outbox = outbox(4);
        send_all(&mut outbox, 0);
        outbox.acknowledged(2);
        outbox.busy(3, 60_000, 0);
        outbox.connected(Limits::default());
        assert_eq!(send_all(&mut outbox, 1), [(1, 2), (2, 3)], "and the pause of the old connection is over");
    }

    #[test]
    fn fixes_are_packed_within_the_limits_of_the_server() {
        let mut outbox = Outbox::default();
        outbox.push(&fixes(1_200), 500);
        assert!(outbox.batches.iter().all(|batch| batch.frame(u64::MAX, "a-phone").len() <= 65_536));
        assert_eq!(outbox.batches.iter().map(Batch::len).sum::<usize>(), 1_200);
        outbox.connected(Limits { fixes_per_frame_max: 100, ..Limits::default() });
        assert_eq!(outbox.batches.iter().map(Batch::len).max(), Some(100));
        assert_eq!(outbox.batches.iter().map(Batch::len).sum::<usize>(), 1_200);
    }

    #[test]
    fn a_refused_frame_is_dropped_and_the_others_stay() {
        let mut outbox = outbox(3);
        send_all(&mut outbox, 0);
        assert_eq!(outbox.refused(2), 1);
        outbox.connected(Limits::default());
        assert_eq!(send_all(&mut outbox, 0), [(1, 0), (2, 2)]);
    }

    #[test]
    fn a_frame_reads_back_as_the_protocol_has_it() {
        let mut outbox = Outbox::default();
        outbox.push(&fixes(2), 2);
        let text = outbox.next(0).map(|(number, batch)| batch.frame(number, "pixel-7")).unwrap();
        let salessync_engine::wire::agent::ClientFrame::Fixes(frame) = salessync_engine::wire::agent::read(&text).unwrap() else {
            panic!("{text}")
        };
        assert_eq!((frame.frame, frame.device.as_str(), frame.fixes.len(), frame.rejected.len()), (1, "pixel-7", 2, 0));
    }
}
