//! A WebSocket client that costs next to nothing, so that on a shared machine the server is measured and not its clients.
//!
//! Frames are masked with the key zero, which changes no byte: a frame is written as it was put together. One text message is one
//! frame; pings are answered while reading. Only for benchmarks: real clients use `client::socket`.

use anyhow::{Context, Result, bail};
use bytes::{Buf, BytesMut};
use salessync_engine::wire::SUBPROTOCOL;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// What may wait in the kernel on its way to the server (it doubles this). Left to itself it takes megabytes, and in a flood the pong, that
/// is the proof of reading, would wait behind all of them.
const SEND_BUFFER: u32 = 128 * 1024;

#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    buffer: BytesMut,
    /// Length of the message given out last: dropped with the next read.
    given_out: usize,
    /// Pongs that are not on the wire yet: no cancelled read may lose one, or half of one.
    owed: BytesMut,
}

impl Wire {
    pub async fn open(authority: &str, path: &str, token: &str) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_send_buffer_size(SEND_BUFFER)?;
        let address = authority.parse().with_context(|| format!("read the address {authority}"))?;
        let mut stream = socket.connect(address).await.with_context(|| format!("connect to {authority}"))?;
        stream.set_nodelay(true)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut buffer = BytesMut::with_capacity(1024);
        let end = loop {
            if let Some(end) = memchr::memmem::find(&buffer, b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                bail!("{path}: closed during the upgrade");
            }
        };
        if !buffer.starts_with(b"HTTP/1.1 101") {
            bail!("{path}: upgrade refused: {}", String::from_utf8_lossy(&buffer));
        }
        buffer.advance(end);
        Ok(Self { stream, buffer, given_out: 0, owed: BytesMut::new() })
    }

    /// The next text message. Safe to be cancelled while it waits.
    pub async fn read(&mut self) -> Result<&[u8]> {
        self.buffer.advance(std::mem::take(&mut self.given_out));
        loop {
            self.pay().await?;
            match frame(&self.buffer)? {
                Some(Frame { opcode: TEXT, header, length }) => {
                    self.buffer.advance(header);
                    self.given_out = length;
                    return Ok(&self.buffer[..length]);
                }
                Some(Frame { opcode: PING, header, length }) => {
                    self.owed.extend_from_slice(&[0x80 | PONG, 0x80 | length as u8, 0, 0, 0, 0]);
                    self.owed.extend_from_slice(&self.buffer[header..header + length]);
                    self.buffer.advance(header + length);
                }
                Some(Frame { opcode: CLOSE, header, length }) => {
                    let code =
                        if length >= 2 { u16::from_be_bytes([self.buffer[header], self.buffer[header + 1]]) } else { 1005 };
                    bail!("closed by the server with {code}");
                }
                Some(Frame { header, length, .. }) => self.buffer.advance(header + length),
                None => {
                    self.buffer.reserve(2048);
                    if self.stream.read_buf(&mut self.buffer).await? == 0 {
                        bail!("connection lost");
                    }
                }
            }
        }
    }

    /// Writes frames made by `text_frame`.
    pub async fn write(&mut self, frames: &[u8]) -> Result<()> {
        self.pay().await?;
        self.stream.write_all(frames).await.context("write to the socket")
    }

    /// Writes the pongs that are owed.
    async fn pay(&mut self) -> Result<()> {
        while !self.owed.is_empty() {
            self.stream.write_buf(&mut self.owed).await.context("write to the socket")?;
        }
        Ok(())
    }

    pub async fn write_text(&mut self, text: &str) -> Result<()> {
        let mut out = Vec::with_capacity(text.len() + 14);
        text_frame(&mut out, |out| out.extend_from_slice(text.as_bytes()));
        self.write(&out).await
    }
}

/// Appends one masked text frame whose payload `fill` writes.
pub fn text_frame(out: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) {
    const HEADER: usize = 8; // with a 16-bit length: any payload may have one
    let start = out.len();
    out.extend_from_slice(&[0x80 | TEXT, 0x80 | 126, 0, 0, 0, 0, 0, 0]);
    fill(out);
    let length = out.len() - start - HEADER;
    if let Ok(short) = u16::try_from(length)
        && length > 125
    {
        out[start + 2..start + 4].copy_from_slice(&short.to_be_bytes());
    } else if length <= 125 {
        out[start + 1] = 0x80 | length as u8;
        out.drain(start + 2..start + 4);
    } else {
        out[start + 1] = 0x80 | 127;
        let long = (length as u64).to_be_bytes();
        out.splice(start + 2..start + 4, long);
    }
}

struct Frame {
    opcode: u8,
    header: usize,
    length: usize,
}

/// The frame at the start of the buffer, once all of it is there.
fn frame(buffer: &[u8]) -> Result<Option<Frame>> {
    let [first, second, ..] = buffer else { return Ok(None) };
    let (header, length) = match (second & 0x7F, buffer) {
        (126, [_, _, a, b, ..]) => (4, usize::from(u16::from_be_bytes([*a, *b]))),
        (127, [_, _, l0, l1, l2, l3, l4, l5, l6, l7, ..]) => {
            (10, u64::from_be_bytes([*l0, *l1, *l2, *l3, *l4, *l5, *l6, *l7]) as usize)
        }
        (126 | 127, _) => return Ok(None),
        (short, _) => (2, usize::from(short)),
    };
    if first & 0x80 == 0 {
        bail!("the server sent a message in fragments");
    }
    Ok((buffer.len() >= header + length).then_some(Frame { opcode: first & 0x0F, header, length }))
}

/// The number after `key`, such as `"frame":`.
pub fn number_after(text: &[u8], key: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(text, key)? + key.len();
    leading_number(&text[at..])
}

pub fn leading_number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Client frames read back with the server's parser once the mask bit and the zero key are taken out.
    #[test]
    fn frames_of_every_length_class_carry_their_length() {
        for (length, header) in [(5, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let mut out = Vec::new();
            text_frame(&mut out, |out| out.resize(out.len() + length, b'x'));
            assert_eq!(out.len(), header + 4 + length);
            out[1] &= 0x7F;
            out.drain(header..header + 4);
            let read = frame(&out).unwrap().unwrap();
            assert_eq!((read.opcode, read.header, read.length), (TEXT, header, length));
            assert!(frame(&out[..out.len() - 1]).unwrap().is_none());
        }
    }

    #[test]
    fn numbers_are_found_after_their_key() {
        assert_eq!(number_after(br#"{"type":"ack","frame":312}"#, b"\"frame\":"), Some(312));
        assert_eq!(number_after(br#"{"type":"pong"}"#, b"\"frame\":"), None);
    }
}
