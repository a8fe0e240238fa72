//! The way out of one socket: frames go to the kernel at once, and wait here only while the kernel takes no more.
//!
//! Promises: `push` never waits; frames leave in the order pushed; what waits is counted in bytes and bounded, here and
//! over all sockets of the node: on the way to the bound the lower lanes are shed, at it the socket closes with `slow`;
//! after a close nothing but the close frame is added. It must not know what the frames say.

use std::{
    collections::VecDeque,
    future::poll_fn,
    io::{self, IoSlice},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
};

use bytes::{Buf, Bytes};
use futures_util::task::AtomicWaker;
use hearth_core::node::{Lane, Outbox, Pressure, Pushed};
use hearth_protocol::{CloseCode, bounds::OUTBOX_BYTES_MAX, mutant};
use tokio::net::TcpStream;

use super::codec::{Head, Opcode, close_payload};

/// Frames given to the kernel in one call: enough that a burst costs few calls, few enough for the stack.
const FRAMES_PER_WRITE: usize = 32;

/// A frame up to so long is put together first, for one plain call: cheaper than one that gathers.
const SHORT_BYTES: usize = 1_024;

/// What a waiting frame costs beside its payload, which is shared.
const FRAME_OVERHEAD: usize = size_of::<Frame>();

/// The way out of one socket.
#[derive(Debug)]
pub struct Pipe {
    state: Mutex<State>,
    /// Wakes the socket's task: something waits, or the pipe closes.
    waker: AtomicWaker,
    /// Pings sent since the last sign of life.
    unanswered: AtomicU8,
}

#[derive(Debug)]
struct State {
    /// `None` once the socket's task has ended: the descriptor is closed then, whoever still holds the pipe.
    stream: Option<Arc<TcpStream>>,
    phase: Phase,
    waiting: VecDeque<Frame>,
    waiting_bytes: usize,
    /// As much of it as the node has been told.
    counted_bytes: usize,
    pressure: Arc<Pressure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// A close frame has been added; nothing else is any more.
    Closing,
    /// The peer is gone: what waited was dropped.
    Gone,
}

/// A frame, or what is left of it.
#[derive(Debug)]
struct Frame {
    head: Head,
    head_sent: u8,
    payload: Bytes,
}

/// What the socket's task is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// There is something to read.
    Read,
    /// A close frame is on its way: see it off.
    Closing,
    /// The peer is gone.
    Gone,
}

impl Pipe {
    /// The way out of this socket, on a node under this pressure.
    pub fn new(stream: Arc<TcpStream>, pressure: Arc<Pressure>) -> Self {
        Self {
            state: Mutex::new(State {
                stream: Some(stream),
                phase: Phase::Open,
                waiting: VecDeque::new(),
                waiting_bytes: 0,
                counted_bytes: 0,
                pressure,
            }),
            waker: AtomicWaker::new(),
            unanswered: AtomicU8::new(0),
        }
    }

    /// Sends a control frame's worth: a pong with the client's payload.
    pub fn pong(&self, payload: &[u8]) {
        self.add(Opcode::Pong, Lane::Acks, &Bytes::copy_from_slice(payload));
    }

    /// Sends a message as the conformance suite wants it back. Hearth's own are texts, by [`Outbox::push`].
    #[cfg(feature = "conformance")]
    pub fn echo(&self, opcode: Opcode, payload: &[u8]) {
        self.add(opcode, Lane::Events, &Bytes::copy_from_slice(payload));
    }

    /// A sign of life came.
    pub fn heard(&self) {
        self.unanswered.store(0, Ordering::Relaxed);
    }

    /// Time for a ping: sends one, or closes with `idle` if two went unanswered. To be called every ping interval.
    pub fn ping(&self) {
        if self.unanswered.fetch_add(1, Ordering::Relaxed) >= 2 {
            self.close(CloseCode::Idle);
        } else {
            self.add(Opcode::Ping, Lane::Acks, &Bytes::new());
        }
    }

    /// Closes with any code, also those of RFC 6455.
    pub fn close_with(&self, code: u16, reason: &str) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.close(code, reason);
            state.count();
            drop(state);
            self.waker.wake();
        }
    }

    /// Waits until there is something to do for the socket's task, and sends on in the meantime what waits. Reads
    /// count only if `reading`. Cancel-safe. One task only.
    pub async fn turn(&self, stream: &TcpStream, reading: bool) -> Turn {
        poll_fn(|cx| {
            self.waker.register(cx.waker());
            let mut state = self.lock();
            state.poll_send(stream, cx);
            state.count();
            match state.phase {
                Phase::Gone => return Poll::Ready(Turn::Gone),
                Phase::Closing => return Poll::Ready(Turn::Closing),
                Phase::Open => {}
            }
            drop(state);
            if reading {
                stream.poll_read_ready(cx).map(|_| Turn::Read)
            } else {
                Poll::Pending
            }
        })
        .await
    }

    /// Waits until all that waits has been handed to the kernel, or the peer is gone. One task only.
    pub async fn flush(&self, stream: &TcpStream) {
        poll_fn(|cx| {
            self.waker.register(cx.waker());
            let mut state = self.lock();
            state.poll_send(stream, cx);
            state.count();
            if state.waiting.is_empty() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Lets go of the socket: from here on every push is dropped.
    pub fn end(&self) {
        let mut state = self.lock();
        state.gone();
        state.count();
        state.stream = None;
    }

    fn add(&self, opcode: Opcode, lane: Lane, payload: &Bytes) -> Pushed {
        let mut state = self.lock();
        if state.phase != Phase::Open {
            return Pushed::Taken;
        }
        if state.add(opcode, lane, payload) == Pushed::Shed {
            drop(state);
            lane.count_shed();
            return Pushed::Shed;
        }
        state.count();
        let wake = !state.waiting.is_empty() || state.phase != Phase::Open;
        drop(state);
        if wake {
            self.waker.wake();
        }
        Pushed::Taken
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while it was held can only have cut a frame short, which the peer sees as a broken connection.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbox for Pipe {
    fn push(&self, lane: Lane, text: &Bytes) -> Pushed {
        self.add(Opcode::Text, lane, text)
    }

    fn close(&self, code: CloseCode) {
        self.close_with(code.number(), code.name());
    }
}

impl State {
    fn add(&mut self, opcode: Opcode, lane: Lane, payload: &Bytes) -> Pushed {
        let head = Head::new(opcode, payload.len());
        let mut sent = 0;
        if self.waiting.is_empty() {
            // The common case: the kernel takes it now, and nothing waits.
            match self.send_at_once(&head, payload) {
                Ok(bytes) if bytes == head.as_slice().len() + payload.len() => {
                    return Pushed::Taken;
                }
                Ok(bytes) => sent = bytes,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => {
                    self.gone();
                    return Pushed::Taken;
                }
            }
        } else {
            let bytes = self.waiting_bytes + payload.len() + FRAME_OVERHEAD;
            if !lane.fits(bytes, OUTBOX_BYTES_MAX) || !self.pressure.takes(lane) {
                return Pushed::Shed;
            }
            if bytes > self.pressure.outbox_bytes_max() {
                if lane.percent_max().is_some() {
                    return Pushed::Shed;
                }
                if mutant!("outbox-drops-on-overflow") {
                    return Pushed::Taken;
                }
                metrics::counter!("hearth_sockets_slow_total").increment(1);
                self.close(CloseCode::Slow.number(), CloseCode::Slow.name());
                return Pushed::Taken;
            }
        }
        let mut frame = Frame {
            head,
            head_sent: 0,
            payload: payload.clone(),
        };
        frame.sent(sent);
        self.waiting_bytes += frame.cost();
        self.waiting.push_back(frame);
        Pushed::Taken
    }

    /// How many bytes of a frame the kernel takes.
    fn send_at_once(&self, head: &Head, payload: &[u8]) -> io::Result<usize> {
        let Some(stream) = &self.stream else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let head = head.as_slice();
        if payload.is_empty() {
            return stream.try_write(head);
        }
        let whole = head.len() + payload.len();
        if whole <= SHORT_BYTES {
            let mut bytes = [0; SHORT_BYTES];
            bytes[..head.len()].copy_from_slice(head);
            bytes[head.len()..whole].copy_from_slice(payload);
            return stream.try_write(&bytes[..whole]);
        }
        stream.try_write_vectored(&[IoSlice::new(head), IoSlice::new(payload)])
    }

    /// Tells the node how much waits.
    fn count(&mut self) {
        if self.counted_bytes != self.waiting_bytes {
            self.pressure
                .requeued(self.counted_bytes, self.waiting_bytes);
            self.counted_bytes = self.waiting_bytes;
        }
    }

    /// Adds the close frame. What waits in full is dropped if it is the reason, or sent before it if not.
    fn close(&mut self, code: u16, reason: &str) {
        if code == CloseCode::Slow.number() {
            // Only a frame cut in the middle has to stay: without its end the peer could not read the close frame.
            let cut = self.waiting.front().is_some_and(|frame| frame.is_cut());
            self.waiting.truncate(usize::from(cut));
            self.waiting_bytes = self.waiting.iter().map(Frame::cost).sum();
        }
        let payload = Bytes::from(close_payload(code, reason));
        let frame = Frame {
            head: Head::new(Opcode::Close, payload.len()),
            head_sent: 0,
            payload,
        };
        self.waiting_bytes += frame.cost();
        self.waiting.push_back(frame);
        self.phase = Phase::Closing;
    }

    fn send_now(&mut self) {
        let Some(stream) = self.stream.clone() else {
            return self.gone();
        };
        while !self.waiting.is_empty() {
            match write(&stream, &self.waiting) {
                Ok(sent) => self.sent(sent),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => return self.gone(),
            }
        }
        // An idle connection holds no queue.
        self.waiting = VecDeque::new();
    }

    /// Sends until nothing waits or the kernel takes no more; then the task is woken when it does.
    fn poll_send(&mut self, stream: &TcpStream, cx: &mut Context<'_>) {
        while !self.waiting.is_empty() {
            match stream.poll_write_ready(cx) {
                Poll::Pending => return,
                Poll::Ready(Ok(())) => self.send_now(),
                Poll::Ready(Err(_)) => return self.gone(),
            }
        }
    }

    fn sent(&mut self, mut bytes: usize) {
        while let Some(frame) = self.waiting.front_mut() {
            let before = frame.cost();
            bytes -= frame.sent(bytes);
            self.waiting_bytes -= before - frame.cost();
            if !frame.is_sent() {
                return;
            }
            self.waiting_bytes -= FRAME_OVERHEAD;
            self.waiting.pop_front();
        }
    }

    fn gone(&mut self) {
        self.phase = Phase::Gone;
        self.waiting = VecDeque::new();
        self.waiting_bytes = 0;
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.pressure.requeued(self.counted_bytes, 0);
    }
}

impl Frame {
    fn cost(&self) -> usize {
        self.payload.len() + FRAME_OVERHEAD
    }

    fn head_left(&self) -> &[u8] {
        &self.head.as_slice()[usize::from(self.head_sent)..]
    }

    /// The kernel has taken so many bytes more; how many of them were of this frame.
    fn sent(&mut self, bytes: usize) -> usize {
        let head = self.head_left().len().min(bytes);
        // A head has at most ten bytes.
        self.head_sent += u8::try_from(head).unwrap_or_default();
        let payload = self.payload.len().min(bytes - head);
        self.payload.advance(payload);
        head + payload
    }

    fn is_sent(&self) -> bool {
        self.head_left().is_empty() && self.payload.is_empty()
    }

    fn is_cut(&self) -> bool {
        self.head_sent > 0
    }
}

fn write(stream: &TcpStream, frames: &VecDeque<Frame>) -> io::Result<usize> {
    let mut parts = [IoSlice::new(&[]); 2 * FRAMES_PER_WRITE];
    let mut filled = 0;
    for frame in frames.iter().take(FRAMES_PER_WRITE) {
        for part in [frame.head_left(), &frame.payload[..]] {
            if !part.is_empty() {
                parts[filled] = IoSlice::new(part);
                filled += 1;
            }
        }
    }
    stream.try_write_vectored(&parts[..filled])
}

#[cfg(test)]
#[path = "pipe_tests.rs"]
mod tests;
