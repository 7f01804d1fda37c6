//! Reading a socket at our own pace.
//!
//! actix-web-actors drains the whole payload into memory before it decodes one frame, so a thousand bursting phones cost gigabytes.
//! Here bytes are taken off the socket only when no whole frame is left of those taken before; a bounded number of frames is handled per turn;
//! and a frame that says it is too large is refused at its header, before a byte of it is kept.

use actix_http::ws::{Codec, Frame, Item, ProtocolError};
use actix_web::dev::Payload;
use actix_web::web::{Bytes, BytesMut};
use bytestring::ByteString;
use futures_util::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio_util::codec::Decoder;

/// Frames, and bytes of them, handed over before others of the thread get their turn. A turn is short, well under a millisecond, because in a
/// flood a console's frames and acknowledgements wait behind one turn of every phone of the thread.
const FRAMES_PER_TURN: u8 = 16;
const BYTES_PER_TURN: usize = 16 * 1024;
/// After a fatal frame this much more is read and thrown away, so that the answer arrives before the connection is reset.
const DISCARD_MAX: usize = 4 * 1024 * 1024;
/// Longest header of a frame: 2 bytes, 8 of length, 4 of mask.
const HEADER_MAX: usize = 14;

/// What came in.
#[derive(Debug, PartialEq, Eq)]
pub enum Inbound {
    Text(ByteString),
    Ping(Bytes),
    Pong,
    Close,
    /// A binary frame or message.
    Binary,
    /// Bigger than the limit; nothing of it was kept.
    TooLarge,
    NotUtf8,
    NotWebSocket,
}

impl Inbound {
    /// After these nothing more is read from the connection.
    fn is_fatal(&self) -> bool {
        matches!(self, Self::Close | Self::Binary | Self::TooLarge | Self::NotUtf8 | Self::NotWebSocket)
    }
}

/// The frames of one connection, continuations put together.
pub struct Frames {
    payload: Payload,
    buffer: BytesMut,
    codec: Codec,
    message: Option<BytesMut>,
    bytes_max: usize,
    /// What is left of the turn.
    turn: (u8, usize),
    /// Frames were taken out of the buffer since it was last made to measure.
    is_oversized: bool,
    /// Bytes thrown away after a fatal frame.
    discarded: Option<usize>,
}

impl Frames {
    pub fn new(payload: Payload, bytes_max: usize) -> Self {
        Self {
            payload,
            buffer: BytesMut::new(),
            codec: Codec::new().max_size(bytes_max),
            message: None,
            bytes_max,
            turn: (FRAMES_PER_TURN, BYTES_PER_TURN),
            is_oversized: false,
            discarded: None,
        }
    }

    /// Between turns what is left waits in a buffer of its own size: the one it came in may be many times larger.
    fn rest(&mut self) {
        self.turn = (FRAMES_PER_TURN, BYTES_PER_TURN);
        if std::mem::take(&mut self.is_oversized) || self.buffer.is_empty() {
            self.buffer = BytesMut::from(&self.buffer[..]);
        }
    }

    /// The next frame that is whole in the buffer. None: read more.
    fn decode(&mut self) -> Option<Inbound> {
        loop {
            if payload_len(&self.buffer).is_some_and(|len| len > self.bytes_max as u64) {
                return Some(Inbound::TooLarge);
            }
            let inbound = match self.codec.decode(&mut self.buffer) {
                Ok(None) => return None,
                Ok(Some(Frame::Text(bytes))) => text(bytes),
                Ok(Some(Frame::Binary(_) | Frame::Continuation(Item::FirstBinary(_)))) => Inbound::Binary,
                Ok(Some(Frame::Ping(bytes))) => Inbound::Ping(bytes),
                Ok(Some(Frame::Pong(_))) => Inbound::Pong,
                Ok(Some(Frame::Close(_))) => Inbound::Close,
                Ok(Some(Frame::Continuation(item))) => match self.assemble(item) {
                    Some(inbound) => inbound,
                    None => continue,
                },
                Err(ProtocolError::Overflow) => Inbound::TooLarge,
                Err(_) => Inbound::NotWebSocket,
            };
            return Some(inbound);
        }
    }

    /// Adds a fragment; the last one gives the message.
    fn assemble(&mut self, item: Item) -> Option<Inbound> {
        let (bytes, is_last) = match item {
            Item::FirstText(bytes) => {
                self.message = Some(BytesMut::new());
                (bytes, false)
            }
            Item::FirstBinary(_) => return Some(Inbound::Binary),
            Item::Continue(bytes) => (bytes, false),
            Item::Last(bytes) => (bytes, true),
        };
        let message = self.message.get_or_insert_default();
        if message.len() + bytes.len() > self.bytes_max {
            self.message = None;
            return Some(Inbound::TooLarge);
        }
        message.extend_from_slice(&bytes);
        is_last.then(|| text(self.message.take().unwrap_or_default().freeze()))
    }

    fn poll_discard(&mut self, cx: &mut Context<'_>, mut discarded: usize) -> Poll<Option<Inbound>> {
        self.buffer = BytesMut::new();
        loop {
            match Pin::new(&mut self.payload).poll_next(cx) {
                Poll::Ready(Some(Ok(bytes))) => {
                    discarded += bytes.len();
                    self.discarded = Some(discarded);
                    if discarded > DISCARD_MAX {
                        return Poll::Ready(None);
                    }
                }
                Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl Stream for Frames {
    type Item = Inbound;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Inbound>> {
        let this = &mut *self;
        loop {
            if let Some(discarded) = this.discarded {
                return this.poll_discard(cx, discarded);
            }
            if this.turn.0 == 0 || this.turn.1 == 0 {
                this.rest();
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let before = this.buffer.len();
            if let Some(inbound) = this.decode() {
                let taken = before.saturating_sub(this.buffer.len());
                this.turn = (this.turn.0 - 1, this.turn.1.saturating_sub(taken));
                this.is_oversized = true;
                if inbound.is_fatal() {
                    this.discarded = Some(0);
                }
                return Poll::Ready(Some(inbound));
            }
            match Pin::new(&mut this.payload).poll_next(cx) {
                Poll::Ready(Some(Ok(bytes))) => this.buffer.extend_from_slice(&bytes),
                Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(None),
                Poll::Pending => {
                    this.rest();
                    return Poll::Pending;
                }
            }
        }
    }
}

fn text(bytes: Bytes) -> Inbound {
    ByteString::try_from(bytes).map_or(Inbound::NotUtf8, Inbound::Text)
}

/// Length of the payload of the frame that begins in `buffer`, once its header says so.
fn payload_len(buffer: &[u8]) -> Option<u64> {
    let header = &buffer[..buffer.len().min(HEADER_MAX)];
    match header.get(1)? & 0x7f {
        126 => header.get(2..4).map(|len| u64::from(u16::from_be_bytes([len[0], len[1]]))),
        127 => header.get(2..10).and_then(|len| len.try_into().ok()).map(u64::from_be_bytes),
        len => Some(u64::from(len)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::error::PayloadError;
    use futures_util::StreamExt;

    /// A masked client frame with an all-zero mask.
    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut out = vec![first];
        match payload.len() {
            len @ 0..=125 => out.push(0x80 | len as u8),
            len @ 126..=65_535 => {
                out.push(0x80 | 126);
                out.extend((len as u16).to_be_bytes());
            }
            len => {
                out.push(0x80 | 127);
                out.extend((len as u64).to_be_bytes());
            }
        }
        out.extend([0; 4]);
        out.extend(payload);
        out
    }

    async fn read(bytes: Vec<u8>, cut: usize) -> Vec<Inbound> {
        let chunks: Vec<_> = bytes.chunks(cut).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        let stream: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(futures_util::stream::iter(chunks));
        Frames::new(Payload::Stream { payload: stream }, 1_000).collect().await
    }

    #[actix_web::test]
    async fn frames_come_whole_however_the_bytes_are_cut() {
        let bytes =
            [frame(0x81, b"one"), frame(0x01, b"tw"), frame(0x89, b"p"), frame(0x80, b"o"), frame(0x81, &[b'x'; 500])].concat();
        for cut in [1, 2, 3, 7, 100, 10_000] {
            let read = read(bytes.clone(), cut).await;
            let long = "x".repeat(500);
            assert_eq!(
                read,
                [
                    Inbound::Text("one".into()),
                    Inbound::Ping(Bytes::from_static(b"p")),
                    Inbound::Text("two".into()),
                    Inbound::Text(long.as_str().into())
                ],
                "cut at {cut}"
            );
        }
    }

    #[actix_web::test]
    async fn what_is_too_large_is_refused_at_its_header_and_ends_the_reading() {
        let mut header_only = frame(0x81, &[0; 1_001]);
        header_only.truncate(8);
        assert_eq!(read(header_only, 100).await, [Inbound::TooLarge]);
        let pieces = [frame(0x01, &[b'x'; 600]), frame(0x80, &[b'x'; 600]), frame(0x81, b"after")].concat();
        assert_eq!(read(pieces, 50).await, [Inbound::TooLarge]);
        assert_eq!(read(frame(0x81, &[b'x'; 1_000]), 50).await.len(), 1, "the limit itself is fine");
    }

    #[actix_web::test]
    async fn binary_bad_text_and_garbage_are_told_apart() {
        assert_eq!(read(frame(0x82, b"\x00\xff"), 9).await, [Inbound::Binary]);
        assert_eq!(read(frame(0x81, b"\xff\xfe"), 9).await, [Inbound::NotUtf8]);
        assert_eq!(read(b"\x83\x80\x00\x00\x00\x00 this is not a websocket".to_vec(), 9).await, [Inbound::NotWebSocket]);
        assert_eq!(read(frame(0x80, b"no beginning"), 9).await, [Inbound::NotWebSocket]);
    }
}
