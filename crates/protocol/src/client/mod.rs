//! A client of `hearth.v1` as a pure machine: what was heard and what time it is go in, steps come out.
//!
//! It holds what `docs/protocol.md` asks of a client, so that a program brings only a socket and a screen: connecting
//! and coming back, positions and holes, the outbox, read marks, requests. It knows no socket, no clock and no chance
//! but the seed that it is given, so the same inputs give the same steps.
//!
//! **How to drive it.** Call [`Client::start`], then carry out the steps of every call in their order. When a step says
//! [`Step::Connect`], open a socket and report [`Client::opened`], each text by [`Client::heard`], any other sign of
//! life (the peer's pings) by [`Client::alive`], and its end by [`Client::closed`]. After [`Step::Close`] drop that
//! socket and report nothing more of it. Call [`Client::tick`] at [`Client::deadline`]; early, late or needless ticks
//! do no harm. `now_ms` is a monotonic clock of any origin.
//!
//! **What it promises.** [`Step::Show`] has each seq of a room once, ascending, and what it jumps over was named by
//! [`Step::Missed`] or [`Step::Reset`]. Every send that [`Client::send`] took comes back in exactly one
//! [`Step::Settled`], those of a room go on the wire one at a time and in their order, and every resend repeats the
//! id, `after`, device and `n`. Every [`Client::ask`] has exactly one [`Step::Answer`], unless the machine is dropped.
//! Nothing grows without a bound.
//!
//! **What it does not promise.** That a send is settled soon: without a server it waits, and says so. It keeps nothing
//! durably: a program that must survive itself keeps [`Step::Record`] and [`Client::saved`].

mod asks;
mod backoff;
mod hear;
mod mentioned;
mod outbox;
mod own;
mod room;
#[cfg(test)]
mod simulation;
mod step;
#[cfg(test)]
mod tests;
mod threads;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use self::{
    asks::ASKS_MAX,
    room::RoomLog,
    step::{
        Answer, Ask, End, Ended, NotTaken, Outcome, Page, Pending, Refused, Step, ThreadPage,
        Threads, Window,
    },
    threads::ThreadLog,
};
use self::{
    asks::{Asker, Asks},
    backoff::{Backoff, Chance},
    outbox::Outbox,
    own::OwnList,
};
use crate::{
    Body, ClientFrame, CloseCode, Decoded, DeviceId, OwnKey, Position, RoomId, SendId, Seq, Status,
    User, UserId, bounds, decode_server,
};

/// A socket that is not open by then is given up.
const CONNECT_MS: u64 = 15_000;
/// A server that has not said `welcome` by then is given up.
const WELCOME_MS: u64 = 15_000;
/// After so much silence the machine asks whether anybody is there.
const QUIET_MS: u64 = bounds::PING_INTERVAL_MS;
/// And after so much more it gives the connection up.
const SILENT_MS: u64 = 10_000;
/// A connection that lived so long was a success: the next pause is a short one again.
const SETTLED_MS: u64 = 5_000;
/// How long to wait for events that are known to exist before asking for them.
const GRACE_MS: u64 = 3_000;
/// How long sends wait for the replay to be whole. Sending earlier is safe, but mostly a resend in vain.
const REPLAY_MS: u64 = 6_000;
/// Requests under way at once: the server takes more, but sends need room beside them.
const ASKS_IN_FLIGHT_MAX: usize = bounds::REQUESTS_IN_FLIGHT_MAX / 2;
/// Read marks go out at most so often.
const MARK_MS: u64 = 1_000;
/// Typing notices go out at most so often.
const TYPED_MS: u64 = bounds::TYPING_MS - 1_000;

/// What a machine is made with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The device: one per installation, or a new one per process if nothing is kept durably.
    pub device: DeviceId,
    /// The build, for the server's log.
    pub build: String,
    /// Where chance begins: anything that differs between clients.
    pub seed: u64,
    /// Events kept per room, for [`RoomLog::events`].
    pub keep_events: usize,
    /// Sends that may wait.
    pub outbox_max: usize,
    /// Whether to be told what is the person's own, and what changes of it.
    pub follows_own: bool,
    /// Whether to be told of the threads that the person follows. It goes with `follows_own`.
    pub follows_threads: bool,
    /// Whether to say what was delivered to this device, unless the person's own says not to. It goes with
    /// `follows_own`.
    pub tells_delivered: bool,
}

impl Settings {
    /// Usual bounds.
    pub fn new(device: DeviceId, seed: u64) -> Self {
        Self {
            device,
            build: crate::BUILD.to_owned(),
            seed,
            keep_events: 500,
            outbox_max: 1_000,
            follows_own: false,
            follows_threads: false,
            tells_delivered: false,
        }
    }
}

/// What a program keeps durably to go on where another process stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Positions: only of rooms whose events up to there are kept as well.
    pub rooms: Vec<Position>,
    /// Counters of sends, per room: never reused under the same device.
    pub counters: Vec<(RoomId, u64)>,
    /// Sends that were not settled, in order.
    pub outbox: Vec<Pending>,
}

/// How it stands with the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// None is wanted.
    Idle,
    /// A pause before the next try.
    Waiting {
        /// Until then.
        until_ms: u64,
    },
    /// A socket is being opened.
    Connecting {
        /// Since then.
        since_ms: u64,
    },
    /// `hello` was said.
    Greeting {
        /// Since then.
        since_ms: u64,
    },
    /// `welcome` was heard.
    Live {
        /// Since then.
        since_ms: u64,
    },
    /// It will not come back by itself.
    Ended(Ended),
}

/// The machine. See the module's own words.
#[derive(Debug, Clone)]
pub struct Client {
    settings: Settings,
    chance: Chance,
    link: Link,
    backoff: Backoff,
    /// What a `drain` frame told this connection.
    drain_ms: Option<u64>,
    last_heard_ms: u64,
    pinged: bool,
    user: Option<User>,
    rooms: BTreeMap<RoomId, RoomLog>,
    /// Rooms that the server could not load yet: they may be ours, though the welcome does not name them.
    unloaded: BTreeSet<RoomId>,
    outbox: Outbox,
    asks: Asks,
    marks: BTreeMap<RoomId, (Seq, bool)>,
    marks_at_ms: u64,
    typed: Option<(RoomId, u64)>,
    presence: Option<(Status, Vec<UserId>)>,
    own: OwnList,
    threads: threads::Threads,
    /// Up to where events have come that were not said to be delivered yet.
    delivered: BTreeMap<RoomId, Seq>,
    out: Vec<Step>,
}

impl Client {
    /// A machine that knows nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self::resume(settings, Saved::default())
    }

    /// A machine that goes on where another stopped.
    pub fn resume(settings: Settings, saved: Saved) -> Self {
        let mut outbox = Outbox::new(settings.device.clone(), settings.outbox_max);
        outbox.restore(saved.counters, saved.outbox);
        let rooms = saved.rooms.into_iter().take(bounds::ROOMS_PER_USER_MAX);
        Self {
            chance: Chance::new(settings.seed),
            link: Link::Idle,
            backoff: Backoff::default(),
            drain_ms: None,
            last_heard_ms: 0,
            pinged: false,
            user: None,
            rooms: rooms
                .map(|p| (p.room, RoomLog::new(p.seq, settings.keep_events)))
                .collect(),
            unloaded: BTreeSet::new(),
            outbox,
            asks: Asks::default(),
            marks: BTreeMap::new(),
            marks_at_ms: 0,
            typed: None,
            presence: None,
            own: OwnList::default(),
            threads: threads::Threads::default(),
            delivered: BTreeMap::new(),
            settings,
            out: Vec::new(),
        }
    }

    /// What to keep durably, as of now.
    pub fn saved(&self) -> Saved {
        Saved {
            rooms: self.positions(),
            counters: self.outbox.counters(),
            outbox: self.outbox.pending().cloned().collect(),
        }
    }

    // ---- What can be read.

    /// How it stands with the connection.
    pub fn link(&self) -> Link {
        self.link
    }

    /// Who we are, once a server said so.
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// Our rooms, by id.
    pub fn rooms(&self) -> impl Iterator<Item = (RoomId, &RoomLog)> {
        self.rooms.iter().map(|(id, log)| (*id, log))
    }

    /// One of our rooms.
    pub fn room(&self, room: RoomId) -> Option<&RoomLog> {
        self.rooms.get(&room)
    }

    /// What is not settled, room by room in order.
    pub fn pending(&self) -> impl Iterator<Item = &Pending> {
        self.outbox.pending()
    }

    /// When to call [`Client::tick`] next; `None` if nothing waits for time.
    pub fn deadline(&self) -> Option<u64> {
        match self.link {
            Link::Idle | Link::Ended(_) => None,
            Link::Waiting { until_ms } => Some(until_ms),
            Link::Connecting { since_ms } => Some(since_ms + CONNECT_MS),
            Link::Greeting { since_ms } => Some(since_ms + WELCOME_MS),
            Link::Live { since_ms } => {
                let quiet = QUIET_MS + if self.pinged { SILENT_MS } else { 0 };
                let replaying = self.rooms.values().any(|log| log.replay_to.is_some());
                // Without a free place only an answer lets the next one go, not time.
                let in_flight = self.outbox.in_flight() + self.asks.in_flight();
                let places = in_flight < bounds::REQUESTS_IN_FLIGHT_MAX;
                let rooms = self.rooms.iter().filter(|(id, _)| !self.asks.fills(**id));
                [
                    Some(self.last_heard_ms + quiet),
                    (replaying && places && !self.outbox.ready_rooms().is_empty())
                        .then_some(since_ms + REPLAY_MS),
                    (!self.marks.is_empty() || !self.delivered.is_empty())
                        .then_some(self.marks_at_ms),
                    self.outbox.deadline(),
                    self.asks.deadline(),
                    rooms.filter_map(|(_, log)| log.ask_at).min(),
                ]
                .into_iter()
                .flatten()
                .min()
            }
        }
    }

    // ---- What the person wants.

    /// Be connected. From a pause or an end it tries at once, and so do sends that were told to wait.
    pub fn start(&mut self, now_ms: u64) -> Vec<Step> {
        if let Link::Idle | Link::Waiting { .. } | Link::Ended(_) = self.link {
            self.connect(now_ms);
        }
        self.outbox.hurry();
        self.pump(now_ms)
    }

    /// Be not connected. Positions and the outbox stay.
    pub fn stop(&mut self) -> Vec<Step> {
        if let Link::Connecting { .. } | Link::Greeting { .. } | Link::Live { .. } = self.link {
            self.out.push(Step::Close);
        }
        self.link = Link::Idle;
        self.forget_connection();
        std::mem::take(&mut self.out)
    }

    /// Adds an event to a room, connected or not.
    ///
    /// # Errors
    /// [`NotTaken`]: nothing was changed, the person still has the text.
    pub fn send(
        &mut self,
        now_ms: u64,
        room: RoomId,
        id: SendId,
        body: Body,
    ) -> Result<Vec<Step>, NotTaken> {
        if !self.rooms.contains_key(&room) {
            return Err(NotTaken::NotMember);
        }
        self.outbox.add(room, id, body)?;
        Ok(self.pump(now_ms))
    }

    /// Gives a send up. If it was on the wire it may still appear, until a later one of the room is stored.
    pub fn give_up(&mut self, now_ms: u64, room: RoomId, id: &SendId) -> Vec<Step> {
        if let Some(pending) = self.outbox.settle(room, id) {
            let was_sent = pending.after.is_some();
            let outcome = Outcome::GivenUp { was_sent };
            self.out.push(Step::Settled { pending, outcome });
        }
        self.pump(now_ms)
    }

    /// Asks the server something. The number comes back with the answer, over as many connections as it takes.
    ///
    /// # Errors
    /// [`NotTaken::Full`].
    pub fn ask(&mut self, now_ms: u64, ask: Ask) -> Result<(u64, Vec<Step>), NotTaken> {
        let number = self
            .asks
            .add(Asker::Person, |number| ask.into_frame(number))
            .ok_or(NotTaken::Full)?;
        Ok((number, self.pump(now_ms)))
    }

    /// The person has read up to `seq`.
    pub fn read(&mut self, now_ms: u64, room: RoomId, seq: Seq) -> Vec<Step> {
        if let Some(log) = self.rooms.get_mut(&room) {
            let before = hear::unread_step(room, log);
            if log.mark_read(seq) {
                let back = self.marks.get(&room).is_some_and(|(_, back)| *back);
                if !back {
                    self.marks.insert(room, (log.read_to(), false));
                }
                let unread = hear::unread_step(room, log);
                if unread != before {
                    self.out.push(unread);
                }
            }
        }
        self.pump(now_ms)
    }

    /// The person wants everything after `seq` to be unread again.
    pub fn unread_from(&mut self, now_ms: u64, room: RoomId, seq: Seq) -> Vec<Step> {
        if self.rooms.contains_key(&room) {
            self.marks.insert(room, (seq, true));
        }
        self.pump(now_ms)
    }

    /// The person is writing.
    pub fn typing(&mut self, now_ms: u64, room: RoomId) -> Vec<Step> {
        let is_due = self
            .typed
            .is_none_or(|(last, at)| last != room || now_ms >= at + TYPED_MS);
        if is_due && self.is_live() && self.rooms.contains_key(&room) {
            self.typed = Some((room, now_ms));
            self.out.push(Step::Write(ClientFrame::Typing { room }));
        }
        std::mem::take(&mut self.out)
    }

    /// How the person is, and whose status they want to be told. Repeated on every connection.
    pub fn presence(&mut self, status: Status, mut watch: Vec<UserId>) -> Vec<Step> {
        watch.truncate(bounds::WATCHED_USERS_MAX);
        self.presence = Some((status, watch));
        if self.is_live() {
            self.write_presence();
        }
        std::mem::take(&mut self.out)
    }

    // ---- What became of the socket.

    /// The socket stands.
    pub fn opened(&mut self, now_ms: u64) -> Vec<Step> {
        if let Link::Connecting { .. } = self.link {
            self.link = Link::Greeting { since_ms: now_ms };
            self.heard_something(now_ms);
            self.out.push(Step::Write(ClientFrame::Hello {
                device: self.settings.device.clone(),
                build: self.settings.build.clone(),
                rooms: self.positions(),
            }));
        }
        std::mem::take(&mut self.out)
    }

    /// The server gave a sign of life that is no text (a ping or pong of the WebSocket's own).
    pub fn alive(&mut self, now_ms: u64) {
        self.heard_something(now_ms);
    }

    /// The socket is gone, or could not be had.
    pub fn closed(&mut self, now_ms: u64, end: End) -> Vec<Step> {
        match self.link {
            Link::Connecting { .. } | Link::Greeting { .. } | Link::Live { .. } => {
                self.lost(now_ms, end);
            }
            Link::Idle | Link::Waiting { .. } | Link::Ended(_) => {}
        }
        std::mem::take(&mut self.out)
    }

    /// The server said something.
    pub fn heard(&mut self, now_ms: u64, text: &str) -> Vec<Step> {
        self.heard_something(now_ms);
        match (self.link, decode_server(text)) {
            (Link::Greeting { .. } | Link::Live { .. }, Decoded::Frame(frame)) => {
                self.frame(now_ms, *frame);
            }
            (Link::Greeting { .. } | Link::Live { .. }, Decoded::Bad { cause, .. }) => {
                self.out.push(Step::Odd(cause));
            }
            // A type of the future says nothing that this build could do; a socket that we left, nothing at all.
            _ => {}
        }
        self.pump(now_ms)
    }

    /// Time has passed.
    pub fn tick(&mut self, now_ms: u64) -> Vec<Step> {
        match self.link {
            Link::Idle | Link::Ended(_) => {}
            Link::Waiting { until_ms } if now_ms >= until_ms => self.connect(now_ms),
            Link::Connecting { since_ms } if now_ms >= since_ms + CONNECT_MS => {
                self.drop_silent(now_ms);
            }
            Link::Greeting { since_ms } if now_ms >= since_ms + WELCOME_MS => {
                self.drop_silent(now_ms);
            }
            Link::Live { .. } => self.tick_live(now_ms),
            Link::Waiting { .. } | Link::Connecting { .. } | Link::Greeting { .. } => {}
        }
        self.pump(now_ms)
    }

    // ---- The connection.

    fn is_live(&self) -> bool {
        matches!(self.link, Link::Live { .. })
    }

    fn heard_something(&mut self, now_ms: u64) {
        self.last_heard_ms = now_ms;
        self.pinged = false;
    }

    fn positions(&self) -> Vec<Position> {
        let rooms = self.rooms.iter().take(bounds::ROOMS_PER_USER_MAX);
        rooms
            .map(|(room, log)| Position {
                room: *room,
                seq: log.position,
            })
            .collect()
    }

    fn connect(&mut self, now_ms: u64) {
        self.link = Link::Connecting { since_ms: now_ms };
        self.out.push(Step::Connect);
    }

    fn drop_silent(&mut self, now_ms: u64) {
        self.out.push(Step::Close);
        self.lost(now_ms, End::Silent);
    }

    fn lost(&mut self, now_ms: u64, end: End) {
        if let Link::Live { since_ms } = self.link
            && now_ms >= since_ms + SETTLED_MS
        {
            self.backoff.reset();
        }
        let drain_ms = self.drain_ms.take();
        self.forget_connection();
        if let Some(ended) = ended_by(end) {
            self.link = Link::Ended(ended);
            self.out.push(Step::Ended(ended));
            return;
        }
        // The server's own time is jittered already, and coming back at it is no fault to be slower for.
        let ms = match (drain_ms, end) {
            (Some(ms), _) => ms,
            // A time of our own in the server's line: kept, with a little chance, and no fault to be slower for.
            (None, End::Later { retry_after_ms, .. }) => {
                Backoff::default().pause_after(Some(retry_after_ms), &mut self.chance)
            }
            (None, _) => self.backoff.pause(&mut self.chance),
        };
        self.link = Link::Waiting {
            until_ms: now_ms + ms,
        };
        self.out.push(Step::Wait { ms, why: end });
    }

    fn forget_connection(&mut self) {
        self.drain_ms = None;
        self.unloaded.clear();
        self.outbox.cut();
        self.asks.cut();
        for log in self.rooms.values_mut() {
            log.replay_to = None;
            log.ask_at = None;
        }
    }

    fn tick_live(&mut self, now_ms: u64) {
        if self.pinged && now_ms >= self.last_heard_ms + QUIET_MS + SILENT_MS {
            return self.drop_silent(now_ms);
        }
        if !self.pinged && now_ms >= self.last_heard_ms + QUIET_MS {
            self.pinged = true;
            let r#ref = self.asks.number();
            self.out.push(Step::Write(ClientFrame::Ping { r#ref }));
        }
        self.outbox.tick(now_ms);
        self.asks.tick(now_ms);
        let behind: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, log)| log.ask_at.is_some_and(|at| now_ms >= at))
            .map(|(room, _)| *room)
            .collect();
        for room in behind {
            self.fill(room);
        }
    }

    // ---- What goes out.

    /// Puts on the wire what may go, and hands the steps over. The end of every input.
    fn pump(&mut self, now_ms: u64) -> Vec<Step> {
        if let Link::Live { since_ms } = self.link {
            let patience_is_over = now_ms >= since_ms + REPLAY_MS;
            for room in self.outbox.ready_rooms() {
                let log = self.rooms.get(&room);
                let waits = log.is_some_and(|log| log.replay_to.is_some()) && !patience_is_over;
                let in_flight = self.outbox.in_flight() + self.asks.in_flight();
                if waits || in_flight >= bounds::REQUESTS_IN_FLIGHT_MAX {
                    continue;
                }
                self.launch(room, log.map(|log| log.position), now_ms);
            }
            while self.asks.in_flight() < ASKS_IN_FLIGHT_MAX
                && let Some(frame) = self.asks.launch(now_ms)
            {
                self.out.push(Step::Write(frame));
            }
            let is_something = !self.marks.is_empty() || !self.delivered.is_empty();
            if now_ms >= self.marks_at_ms && is_something {
                self.marks_at_ms = now_ms + MARK_MS;
                let delivered = std::mem::take(&mut self.delivered);
                let tells = self.own.of(OwnKey::Receipts).is_none();
                for (room, seq) in delivered.into_iter().filter(|_| tells) {
                    // What is read was delivered.
                    let log = self.rooms.get(&room);
                    if log.is_some_and(|log| log.read_to() < seq) {
                        let delivered = ClientFrame::Delivered { room, seq };
                        self.out.push(Step::Write(delivered));
                    }
                }
                for (room, (seq, back)) in std::mem::take(&mut self.marks) {
                    let mark = ClientFrame::Mark { room, seq, back };
                    self.out.push(Step::Write(mark));
                }
            }
        }
        std::mem::take(&mut self.out)
    }

    fn launch(&mut self, room: RoomId, position: Option<Seq>, now_ms: u64) {
        let Some((pending, is_new)) = self.outbox.launch(room, position, now_ms) else {
            return;
        };
        if is_new {
            self.out.push(Step::Record(pending.clone()));
        }
        self.out.push(Step::Write(ClientFrame::Send {
            room,
            id: pending.id,
            after: pending.after.unwrap_or(Seq::ZERO),
            device: pending.device,
            n: pending.n,
            body: pending.body,
        }));
    }

    fn write_presence(&mut self) {
        if let Some((status, watch)) = self.presence.clone() {
            let presence = ClientFrame::Presence { status, watch };
            self.out.push(Step::Write(presence));
        }
    }

    /// Asks for what a room lacks, unless that is under way.
    fn fill(&mut self, room: RoomId) {
        let Some(log) = self.rooms.get_mut(&room) else {
            return;
        };
        log.ask_at = None;
        if !log.is_behind() || self.asks.fills(room) {
            return;
        }
        let after = log.position;
        self.asks
            .add(Asker::Hole(room), |r#ref| ClientFrame::History {
                r#ref,
                room,
                before: None,
                after: Some(after),
                around: None,
                at_ms: None,
                limit: Some(bounds::PAGE_EVENTS_MAX),
            });
    }
}

/// Whether an end is one after which the machine does not come back by itself.
fn ended_by(end: End) -> Option<Ended> {
    match end {
        // The word when to come back is for those who may.
        End::Later { status, .. } => ended_by(End::Status(status)),
        End::Cut | End::Silent => None,
        End::Code(number) if CloseCode::may_reconnect(number) => None,
        End::Code(4100..=4199) | End::Status(401) => Some(Ended::SignIn),
        // Answers that the same request will get again; anything else is a server or a proxy in trouble.
        End::Status(400 | 403 | 404 | 405 | 421 | 426) | End::Code(_) => Some(Ended::Stopped(end)),
        End::Status(_) => None,
    }
}
