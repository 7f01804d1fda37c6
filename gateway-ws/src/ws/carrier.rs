//! Carries an upgraded connection: bytes between the socket and its session, with nothing kept on the way in.
//!
//! The HTTP layer would keep two buffers of a page or more for as long as a connection lives, read ahead of the session into them, and stop
//! looking at a session whose answers the other side does not take. So an upgrade is answered by the application like any request, and then
//! the socket is taken out of that layer. The session is always polled, blocked socket or not: its clocks are what ends a connection that
//! does not read, and its own flow control is what bounds the bytes that wait here.

use actix_codec::Framed;
use actix_http::h1::{Codec, Message};
use actix_http::{ConnectionType, Request, Response};
use actix_service::Service;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Buf, Bytes, BytesMut};
use futures_util::Stream;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio_util::codec::Encoder;

/// Most bytes taken off a socket at once.
const READ_MAX: usize = 16 * 1024;
/// Bytes of an ordinary answer that wait while the client does not take them. Those of a session are bounded by the session.
const ANSWER_WAITING_MAX: usize = 64 * 1024;
/// When the session is over, so long for what it said last to leave.
const LAST_WORDS: Duration = Duration::from_secs(5);

thread_local! {
    /// Where every read of this thread lands, to be copied out at its true size: an idle connection holds no buffer.
    static LANDING: RefCell<[u8; READ_MAX]> = const { RefCell::new([0; READ_MAX]) };
}

/// One upgrade, from the request to the end of the connection.
pub type Carried = Pin<Box<dyn Future<Output = Result<(), actix_web::Error>>>>;

/// Answers a request that asks for an upgrade with `application`, and carries the connection until its session is over. `split` parts the
/// socket into what is read and what is written: a plain one can do that without a lock, TLS cannot.
pub fn upgrade<S, T, R, W>(
    application: Rc<S>,
    request: Request,
    connection: Framed<T, Codec>,
    split: impl FnOnce(T) -> (R, W) + 'static,
) -> Carried
where
    T: 'static,
    R: AsyncRead + Unpin + 'static,
    W: AsyncWrite + Unpin + 'static,
    S: Service<Request> + 'static,
    S::Response: Into<Response<BoxBody>>,
    S::Error: Into<Response<BoxBody>>,
{
    // A box, because otherwise every connection of the HTTP layer would be as large as this.
    Box::pin(async move {
        if let Err(error) = carry(application, request, connection, split).await {
            tracing::debug!(%error, "connection lost");
        }
        Ok(())
    })
}

async fn carry<S, T, R, W>(
    application: Rc<S>,
    mut request: Request,
    connection: Framed<T, Codec>,
    split: impl FnOnce(T) -> (R, W),
) -> io::Result<()>
where
    R: AsyncRead + Unpin + 'static,
    W: AsyncWrite + Unpin,
    S: Service<Request>,
    S::Response: Into<Response<BoxBody>>,
    S::Error: Into<Response<BoxBody>>,
{
    let parts = connection.into_parts();
    let (mut codec, (socket, out)) = (parts.codec, split(parts.io));
    let early = Bytes::copy_from_slice(&parts.read_buf);
    drop((parts.read_buf, parts.write_buf));
    *request.payload() = Payload::Stream { payload: Box::pin(Incoming { early, socket }) };
    let wants_body = request.method() != Method::HEAD;

    let answer = application.call(request).await.map_or_else(Into::into, Into::into);
    drop(application);
    let (mut head, body) = answer.into_parts();
    let is_session = head.status() == StatusCode::SWITCHING_PROTOCOLS;
    if !is_session {
        head.head_mut().set_connection_type(ConnectionType::Close);
    }
    let mut first = BytesMut::new();
    codec.encode(Message::Item((head, body.size())), &mut first)?;
    drop(codec);
    let mut outgoing = Outgoing {
        body: wants_body.then_some(body),
        waiting_bytes: first.len(),
        waiting: VecDeque::from([first.freeze()]),
        waiting_max: if is_session { usize::MAX } else { ANSWER_WAITING_MAX },
        socket: out,
    };
    poll_fn(|cx| outgoing.poll_body(cx)).await?;
    let last_words = async {
        poll_fn(|cx| outgoing.poll_flush(cx)).await?;
        outgoing.socket.shutdown().await
    };
    tokio::time::timeout(LAST_WORDS, last_words).await?
}

/// What the other side sends, taken off the socket when it is asked for.
struct Incoming<R> {
    /// Came along with the request.
    early: Bytes,
    socket: R,
}

impl<R: AsyncRead + Unpin> Stream for Incoming<R> {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.early.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.early))));
        }
        LANDING.with_borrow_mut(|landing| {
            let mut landed = ReadBuf::new(landing);
            let read = ready!(Pin::new(&mut self.socket).poll_read(cx, &mut landed));
            Poll::Ready(match read {
                Ok(()) if landed.filled().is_empty() => None,
                Ok(()) => Some(Ok(Bytes::copy_from_slice(landed.filled()))),
                Err(error) => Some(Err(PayloadError::Io(error))),
            })
        })
    }
}

/// What the session says, on its way to the socket.
struct Outgoing<W> {
    /// None when it has ended.
    body: Option<BoxBody>,
    waiting: VecDeque<Bytes>,
    waiting_bytes: usize,
    waiting_max: usize,
    socket: W,
}

impl<W: AsyncWrite + Unpin> Outgoing<W> {
    /// Ready when the body has ended. Looks at the body also while the socket takes nothing.
    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(body) = &mut self.body {
            let said = if self.waiting_bytes < self.waiting_max { Pin::new(body).poll_next(cx) } else { Poll::Pending };
            match said {
                Poll::Ready(Some(Ok(bytes))) => {
                    self.waiting_bytes += bytes.len();
                    self.waiting.push_back(bytes);
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(io::Error::other(error.to_string()))),
                Poll::Ready(None) => self.body = None,
                Poll::Pending => {
                    let was_full = self.waiting_bytes >= self.waiting_max;
                    ready!(self.poll_flush(cx))?;
                    if !was_full {
                        return Poll::Pending;
                    }
                }
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Ready when nothing waits any more.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(bytes) = self.waiting.front_mut() {
            if !bytes.is_empty() {
                let written = ready!(Pin::new(&mut self.socket).poll_write(cx, bytes))?;
                if written == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                bytes.advance(written);
                self.waiting_bytes -= written;
            }
            if bytes.is_empty() {
                self.waiting.pop_front();
            }
        }
        self.waiting = VecDeque::new(); // an idle connection holds no buffer
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::BodyStream;
    use futures_util::{StreamExt, stream};
    use tokio::io::AsyncReadExt;

    /// Something to say in so many pieces of 1,000 bytes, which counts how many were asked for.
    fn speech(pieces: usize, asked: &Rc<RefCell<usize>>) -> BoxBody {
        let asked = asked.clone();
        let pieces = stream::iter(0..pieces).map(move |piece| {
            *asked.borrow_mut() += 1;
            Ok::<_, io::Error>(Bytes::from(vec![piece as u8; 1_000]))
        });
        BoxBody::new(BodyStream::new(pieces))
    }

    fn outgoing(body: BoxBody, waiting_max: usize, socket: tokio::io::DuplexStream) -> Outgoing<tokio::io::DuplexStream> {
        Outgoing { body: Some(body), waiting: VecDeque::new(), waiting_bytes: 0, waiting_max, socket }
    }

    #[actix_web::test]
    async fn a_session_is_heard_out_while_nobody_reads_and_an_ordinary_answer_is_not() {
        for (waiting_max, heard) in [(usize::MAX, 50), (8_000, 8)] {
            let asked = Rc::new(RefCell::new(0));
            let (mut reader, socket) = tokio::io::duplex(1_000);
            let mut outgoing = outgoing(speech(50, &asked), waiting_max, socket);
            let is_over = poll_fn(|cx| Poll::Ready(outgoing.poll_body(cx).is_ready())).await;
            assert_eq!((*asked.borrow(), is_over), (heard, heard == 50), "nobody has read anything yet");

            let written = async {
                poll_fn(|cx| outgoing.poll_body(cx)).await.unwrap();
                poll_fn(|cx| outgoing.poll_flush(cx)).await.unwrap();
                outgoing.socket.shutdown().await.unwrap();
                assert_eq!((outgoing.waiting.capacity(), outgoing.waiting_bytes), (0, 0));
            };
            let mut read = Vec::new();
            let (_, bytes) = tokio::join!(written, reader.read_to_end(&mut read));
            assert_eq!(bytes.unwrap(), 50_000);
            assert!(read.chunks(1_000).enumerate().all(|(piece, bytes)| bytes.iter().all(|byte| *byte == piece as u8)));
        }
    }

    #[actix_web::test]
    async fn a_lost_connection_ends_it() {
        let (reader, socket) = tokio::io::duplex(1_000);
        drop(reader);
        let mut outgoing = outgoing(speech(5, &Rc::default()), usize::MAX, socket);
        let flushed = async {
            poll_fn(|cx| outgoing.poll_body(cx)).await?;
            poll_fn(|cx| outgoing.poll_flush(cx)).await
        };
        assert_eq!(flushed.await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
