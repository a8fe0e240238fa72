//! One socket's task: moves texts between the stream and the session, and sees the close through.
//!
//! Promises: at rest it holds no buffer, only the session and the registration of two wakers; it reads no further than
//! the session may; it ends within seconds of a close, also when the peer never answers. It decides *when*, the
//! session decides *what*.

use std::{cell::RefCell, io, sync::Arc, time::Duration};

use bytes::Bytes;
use hearth_core::node::{Outbox, Session};
use hearth_protocol::{CloseCode, bounds::CLIENT_FRAME_BYTES_MAX};
use tokio::{net::TcpStream, select, time::timeout};

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

/// Runs the socket to its end. `read_ahead` is what came with the handshake's request.
#[allow(
    clippy::manual_async_fn,
    reason = "an async fn keeps room for its arguments twice: where they came, and where they are used"
)]
pub fn run(
    stream: Arc<TcpStream>,
    pipe: Arc<Pipe>,
    mut session: Session,
    read_ahead: Bytes,
) -> impl Future<Output = End> + Send {
    async move {
        let mut inbox = Inbox::new(CLIENT_FRAME_BYTES_MAX);
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
            Came::ServerClose | Came::Bytes => {
                let goodbye = async {
                    pipe.flush(&stream).await;
                    until_closed(&stream, inbox).await;
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
    /// A violation; the close frame has been added.
    ServerClose,
    /// The end of the stream without a close.
    Broken,
}

fn read(stream: &TcpStream, inbox: &mut Inbox, session: &mut Session, pipe: &Pipe) -> Came {
    LANDING.with_borrow_mut(|landing| match stream.try_read(landing) {
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

fn feed(inbox: &mut Inbox, session: &mut Session, pipe: &Pipe, bytes: &[u8]) -> Came {
    let mut bytes = bytes.to_vec();
    take(pipe, session, |taker| inbox.feed(&mut bytes, taker))
}

fn resume(inbox: &mut Inbox, session: &mut Session, pipe: &Pipe) -> Came {
    take(pipe, session, |taker| inbox.resume(taker))
}

/// Lets `feed` hand its messages to the session, and answers what concerns only the connection.
fn take(
    pipe: &Pipe,
    session: &mut Session,
    feed: impl FnOnce(&mut dyn FnMut(Message<'_>) -> Flow) -> Result<(), Violation>,
) -> Came {
    let mut closed = None;
    let fed = feed(&mut |message| {
        if closed.is_some() {
            return Flow::Go;
        }
        match message {
            Message::Text(text) => session.text(&text),
            Message::Ping(payload) => pipe.pong(payload),
            Message::Pong => {}
            Message::Binary(_) => {
                pipe.close(CloseCode::Protocol);
                closed = Some(Came::ServerClose);
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
            Came::ServerClose
        }
    }
}

/// Reads and drops until the client's close frame or the end: leaving bytes unread would make the kernel reset the
/// connection, and the close frame could be lost.
async fn until_closed(stream: &TcpStream, mut inbox: Inbox) {
    let mut framed = true;
    loop {
        if stream.readable().await.is_err() {
            return;
        }
        let over = LANDING.with_borrow_mut(|landing| match stream.try_read(landing) {
            Ok(0) => true,
            Ok(size) => {
                let mut closed = false;
                // After a violation the bytes cannot be framed any more: then only the end counts.
                framed = framed
                    && inbox
                        .feed(&mut landing[..size], &mut |message| {
                            closed |= matches!(message, Message::Close(_));
                            Flow::Go
                        })
                        .is_ok();
                closed
            }
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        });
        if over {
            return;
        }
    }
}
