//! One socket's task: moves messages between the stream and the session, and sees the close through.
//!
//! Promises: at rest it holds no buffer, only the session and the registration of two wakers; it reads no further than
//! the session may; it ends within seconds of a close, also when the peer never answers. It decides *when*, the
//! session decides *what*.

use std::{cell::RefCell, future::poll_fn, io, sync::Arc, time::Duration};

use bytes::Bytes;
use hearth_core::node::{Outbox, Session};
use hearth_protocol::{CloseCode, bounds::CLIENT_FRAME_BYTES_MAX};
use rustix::net::{Shutdown, shutdown};
use tokio::{io::Interest, net::TcpStream, select, time::timeout};

use super::{
    codec::{Message, Violation},
    inbox::{Flow, Inbox},
    pipe::{Pipe, Turn},
};

/// How long a close frame, with all before it, may take to leave and be answered.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// What one call reads at most: half a megabit per socket and turn is fair among many.
const READ_BYTES: usize = 64 * 1024;

thread_local! {
    /// Where reads land. One per worker thread, not per connection: what is left of a frame is copied out of it.
    static LANDING: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// How a socket ended, for the log and the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The client closed.
    Client,
    /// The server closed.
    Server,
    /// The connection broke.
    Broken,
}

/// What a socket serves: a session. Beside it only what a conformance suite talks to.
pub trait Served: Send + 'static {
    /// The largest message that it takes, in bytes; at a larger one the socket closes with `FrameTooLarge`.
    const MESSAGE_BYTES_MAX: usize;

    /// A whole text. Answers go out through the socket's [`Pipe`].
    fn text(&mut self, text: &str);

    /// A whole binary message.
    ///
    /// # Errors
    /// It takes none: the socket closes with this code, and nothing that came behind is handed on.
    fn binary(&mut self, bytes: &[u8]) -> Result<(), CloseCode>;

    /// Whether to read the socket: false while as much is under way as may be, until [`Served::turn`] returns.
    fn may_read(&self) -> bool;

    /// Waits for whatever else there is to do, and does it. May be dropped at any time.
    fn turn(&mut self) -> impl Future<Output = ()> + Send;
}

impl Served for Session {
    const MESSAGE_BYTES_MAX: usize = CLIENT_FRAME_BYTES_MAX;

    fn text(&mut self, text: &str) {
        Session::text(self, text);
    }

    fn binary(&mut self, _: &[u8]) -> Result<(), CloseCode> {
        Err(CloseCode::Protocol)
    }

    fn may_read(&self) -> bool {
        Session::may_read(self)
    }

    fn turn(&mut self) -> impl Future<Output = ()> + Send {
        Session::turn(self)
    }
}

/// Runs the socket to its end. `read_ahead` is what came with the handshake's request.
#[allow(
    clippy::manual_async_fn,
    reason = "an async fn keeps room for its arguments twice: where they came, and where they are used"
)]
pub fn run<S: Served>(
    stream: Arc<TcpStream>,
    pipe: Arc<Pipe>,
    mut session: S,
    read_ahead: Bytes,
) -> impl Future<Output = End> + Send {
    async move {
        let mut inbox = Inbox::new(S::MESSAGE_BYTES_MAX);
        let mut came = if read_ahead.is_empty() {
            Came::Bytes
        } else {
            feed(&mut inbox, &mut session, &pipe, &read_ahead)
        };
        drop(read_ahead);
        while came == Came::Bytes {
            let reading = session.may_read();
            if reading && inbox.is_paused() {
                came = resume(&mut inbox, &mut session, &pipe);
                continue;
            }
            select! {
                turn = pipe.turn(&stream, reading) => came = match turn {
                    Turn::Read => read(&stream, &mut inbox, &mut session, &pipe),
                    Turn::Closing => Came::ServerClose,
                    Turn::Gone => Came::Broken,
                },
                () = session.turn() => {}
            }
        }
        // Detaches at once: nobody waits for a socket that only sees its close frame off.
        drop(session);
        let end = match came {
            Came::ClientClose => {
                let _ = timeout(CLOSE_TIMEOUT, pipe.flush(&stream)).await;
                End::Client
            }
            Came::ServerClose | Came::Violation | Came::Bytes => {
                let framed = (came != Came::Violation).then_some(inbox);
                let goodbye = async {
                    pipe.flush(&stream).await;
                    if framed.is_none() {
                        // Its close frame could not be told from other bytes. That our side has ended lets it end its own.
                        let _ = shutdown(&*stream, Shutdown::Write);
                    }
                    until_closed(&stream, framed).await;
                };
                let _ = timeout(CLOSE_TIMEOUT, goodbye).await;
                End::Server
            }
            Came::Broken => End::Broken,
        };
        pipe.end();
        end
    }
}

/// What came of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// Bytes, or nothing yet: go on.
    Bytes,
    /// The client's close frame; it has been answered.
    ClientClose,
    /// A message that is not taken, or the server's own reason; the close frame has been added.
    ServerClose,
    /// The client broke the protocol; the close frame has been added. What follows cannot be framed any more.
    Violation,
    /// The end of the stream without a close.
    Broken,
}

/// Takes what has come, as far as it fits. Less than fits is all that there was: another call would be in vain, so the
/// stream counts as read empty at once. That is right where only what is new wakes (epoll, kqueue), and tokio's own
/// `AsyncRead` does the same; `try_read` does not.
fn take_in(stream: &TcpStream, landing: &mut [u8]) -> io::Result<usize> {
    let mut size = 0;
    let taken = stream.try_io(Interest::READABLE, || {
        size = rustix::io::read(stream, &mut *landing)?;
        match 0 < size && size < landing.len() {
            true => Err(io::ErrorKind::WouldBlock.into()),
            false => Ok(()),
        }
    });
    match taken {
        Err(error) if size == 0 => Err(error),
        _ => Ok(size),
    }
}

fn read(stream: &TcpStream, inbox: &mut Inbox, session: &mut impl Served, pipe: &Pipe) -> Came {
    LANDING.with_borrow_mut(|landing| match take_in(stream, landing) {
        Ok(0) => Came::Broken,
        Ok(size) => {
            pipe.heard();
            take(pipe, session, |taker| {
                inbox.feed(&mut landing[..size], taker)
            })
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Came::Bytes,
        Err(_) => Came::Broken,
    })
}

fn feed(inbox: &mut Inbox, session: &mut impl Served, pipe: &Pipe, bytes: &[u8]) -> Came {
    let mut bytes = bytes.to_vec();
    take(pipe, session, |taker| inbox.feed(&mut bytes, taker))
}

fn resume(inbox: &mut Inbox, session: &mut impl Served, pipe: &Pipe) -> Came {
    take(pipe, session, |taker| inbox.resume(taker))
}

/// Lets `feed` hand its messages to the session, and answers what concerns only the connection.
fn take(
    pipe: &Pipe,
    session: &mut impl Served,
    feed: impl FnOnce(&mut dyn FnMut(Message<'_>) -> Flow) -> Result<(), Violation>,
) -> Came {
    let mut closed = None;
    let fed = feed(&mut |message| {
        if closed.is_some() {
            if matches!(message, Message::Close(_)) {
                closed = Some(Came::ClientClose);
            }
            return Flow::Go;
        }
        match message {
            Message::Text(text) => session.text(&text),
            Message::Ping(payload) => pipe.pong(payload),
            Message::Pong => {}
            Message::Binary(bytes) => {
                if let Err(code) = session.binary(&bytes) {
                    pipe.close(code);
                    closed = Some(Came::ServerClose);
                }
            }
            Message::Close(code) => {
                // RFC 6455 §5.5.1: the answer repeats the code.
                pipe.close_with(code.unwrap_or(1000), "");
                closed = Some(Came::ClientClose);
            }
        }
        if session.may_read() {
            Flow::Go
        } else {
            Flow::Pause
        }
    });
    match (fed, closed) {
        (_, Some(closed)) => closed,
        (Ok(()), None) => Came::Bytes,
        (Err(violation), None) => {
            match violation {
                Violation::Protocol(_) => pipe.close_with(1002, &violation.to_string()),
                Violation::Utf8 => pipe.close_with(1007, &violation.to_string()),
                Violation::TooLarge(_) => pipe.close(CloseCode::FrameTooLarge),
            }
            Came::Violation
        }
    }
}

/// Reads and drops until the client's close frame, as long as there is an inbox that can frame what comes, or until the
/// end: leaving bytes unread would make the kernel reset the connection, and our close frame could be lost.
async fn until_closed(stream: &TcpStream, mut framed: Option<Inbox>) {
    // A pause may have left whole messages, and the close frame among them.
    let mut over = closes(&mut framed, |inbox, take| inbox.resume(take));
    while !over {
        // Not `readable`, which never gives way as long as bytes come: the time for this could not end it.
        if poll_fn(|cx| stream.poll_read_ready(cx)).await.is_err() {
            return;
        }
        over = LANDING.with_borrow_mut(|landing| match take_in(stream, landing) {
            Ok(0) => true,
            Ok(size) => closes(&mut framed, |inbox, take| {
                inbox.feed(&mut landing[..size], take)
            }),
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        });
    }
}

/// Whether the client's close frame is in what `feed` brings. After a violation nothing can be told any more.
fn closes(
    framed: &mut Option<Inbox>,
    feed: impl FnOnce(&mut Inbox, &mut dyn FnMut(Message<'_>) -> Flow) -> Result<(), Violation>,
) -> bool {
    let mut closed = false;
    let fed = framed.as_mut().map_or(Ok(()), |inbox| {
        feed(inbox, &mut |message| {
            closed |= matches!(message, Message::Close(_));
            Flow::Go
        })
    });
    if fed.is_err() {
        *framed = None;
    }
    closed
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use tokio::net::TcpListener;

    use super::*;

    /// Both ends of a connection.
    async fn connected() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (client, server) = tokio::join!(
            TcpStream::connect(listener.local_addr().unwrap()),
            listener.accept()
        );
        (client.unwrap(), server.unwrap().0)
    }

    fn is_ready(stream: &TcpStream) -> bool {
        let mut nobody = Context::from_waker(Waker::noop());
        stream.poll_read_ready(&mut nobody).is_ready()
    }

    #[tokio::test]
    async fn a_stream_that_was_read_empty_is_not_read_again_before_something_comes() {
        let (client, server) = connected().await;
        let mut landing = [0; 4];
        for text in [&b"one"[..], b"two"] {
            client.try_write(text).unwrap();
            server.readable().await.unwrap();
            assert_eq!(take_in(&server, &mut landing).unwrap(), 3);
            assert_eq!(&landing[..3], text);
            assert!(!is_ready(&server), "a call in vain");
        }
        client.try_write(b"more than fits").unwrap();
        let mut came = Vec::new();
        while came.len() < 14 {
            server.readable().await.unwrap();
            let size = take_in(&server, &mut landing).unwrap();
            came.extend_from_slice(&landing[..size]);
        }
        assert_eq!(came, b"more than fits");
        client.try_write(b"end").unwrap();
        drop(client);
        server.readable().await.unwrap();
        assert_eq!(take_in(&server, &mut landing).unwrap(), 3);
        server.readable().await.unwrap();
        assert_eq!(take_in(&server, &mut landing).unwrap(), 0);
    }

    #[tokio::test]
    async fn a_close_frame_that_a_pause_has_left_is_found() {
        let (_client, server) = connected().await;
        let mut inbox = Inbox::new(100);
        let mut text_and_close = [[0x81, 0x80, 0, 0, 0, 0], [0x88, 0x80, 0, 0, 0, 0]].concat();
        inbox
            .feed(&mut text_and_close, &mut |_| Flow::Pause)
            .unwrap();
        assert!(inbox.is_paused());
        // The client says nothing more, and does not end either.
        let found = until_closed(&server, Some(inbox));
        timeout(CLOSE_TIMEOUT, found).await.unwrap();
    }
}
