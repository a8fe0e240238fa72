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
mod outbox;
mod room;
#[cfg(test)]
mod simulation;
mod step;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::{
    asks::ASKS_MAX,
    room::RoomLog,
    step::{Answer, Ask, End, Ended, NotTaken, Outcome, Page, Pending, Refused, Step, Window},
};
use self::{
    asks::{Asker, Asks},
    backoff::{Backoff, Chance},
    outbox::Outbox,
    room::Shown,
};
use crate::{
    Body, ClientFrame, CloseCode, Decoded, DeviceId, ErrorCode, Event, Position, Retry, RoomId,
    RoomSnapshot, SendId, Seq, ServerFrame, Status, User, UserId, bounds, decode_server,
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
    outbox: Outbox,
    asks: Asks,
    marks: BTreeMap<RoomId, (Seq, bool)>,
    marks_at_ms: u64,
    typed: Option<(RoomId, u64)>,
    presence: Option<(Status, Vec<UserId>)>,
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
            outbox,
            asks: Asks::default(),
            marks: BTreeMap::new(),
            marks_at_ms: 0,
            typed: None,
            presence: None,
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
                let rooms = self.rooms.iter().filter(|(id, _)| !self.asks.fills(**id));
                [
                    Some(self.last_heard_ms + quiet),
                    (replaying && !self.outbox.ready_rooms().is_empty())
                        .then_some(since_ms + REPLAY_MS),
                    (!self.marks.is_empty()).then_some(self.marks_at_ms),
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
            let before = log.unread();
            if log.mark_read(seq) {
                let back = self.marks.get(&room).is_some_and(|(_, back)| *back);
                if !back {
                    self.marks.insert(room, (log.read_to(), false));
                }
                let unread = log.unread();
                if unread != before {
                    self.out.push(Step::Unread { room, unread });
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
        let ms = drain_ms.unwrap_or_else(|| self.backoff.pause(&mut self.chance));
        self.link = Link::Waiting {
            until_ms: now_ms + ms,
        };
        self.out.push(Step::Wait { ms, why: end });
    }

    fn forget_connection(&mut self) {
        self.drain_ms = None;
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
            if now_ms >= self.marks_at_ms && !self.marks.is_empty() {
                self.marks_at_ms = now_ms + MARK_MS;
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
                limit: Some(bounds::PAGE_EVENTS_MAX),
            });
    }

    // ---- What was heard.

    fn frame(&mut self, now_ms: u64, frame: ServerFrame) {
        match frame {
            ServerFrame::Welcome {
                build,
                node,
                user,
                now_ms: server_ms,
                rooms,
            } => {
                self.user = Some(user.clone());
                self.link = Link::Live { since_ms: now_ms };
                self.out.push(Step::Welcome {
                    user,
                    node,
                    build,
                    now_ms: server_ms,
                });
                self.welcomed(now_ms, rooms);
            }
            ServerFrame::Room { r#ref, room } => {
                self.room_said(now_ms, room.clone());
                if let Some(number) = r#ref {
                    self.answer(number, Ok(Answer::Room(room)));
                }
            }
            ServerFrame::Ack { room, id, seq } => {
                if let Some(pending) = self.outbox.settle(room, &id) {
                    let outcome = Outcome::Stored(seq);
                    self.out.push(Step::Settled { pending, outcome });
                }
                // It exists; its event is on the way, or must be asked for.
                if let Some(log) = self.rooms.get_mut(&room) {
                    log.saw(seq);
                    expect_more(log, now_ms);
                }
            }
            ServerFrame::Events { room, events } => {
                self.take(now_ms, room, |log, me, out| log.take(events, me, out));
                // A hole is asked for at once, unless asking has just not helped: then its pause is kept.
                let log = self.rooms.get(&room);
                if log.is_some_and(|log| log.has_hole() && log.backoff.tries() == 0) {
                    self.fill(room);
                }
            }
            ServerFrame::Gap { room, from: _, to } => {
                self.take(now_ms, room, |log, me, out| log.skip_to(to, me, out));
            }
            ServerFrame::Reset { room, head } => self.reset(room, head),
            ServerFrame::Left { room, seq, r#ref } => {
                self.left(room, (seq > Seq::ZERO).then_some(seq));
                if let Some(number) = r#ref {
                    self.answer(number, Ok(Answer::Done));
                }
            }
            ServerFrame::History {
                r#ref,
                room,
                events,
                states,
                head,
                more_before,
                more_after,
            } => {
                let page = Page {
                    room,
                    events,
                    states,
                    head,
                    more_before,
                    more_after,
                };
                self.page(now_ms, r#ref, page);
            }
            ServerFrame::Members {
                r#ref,
                members,
                next,
                ..
            } => self.answer(r#ref, Ok(Answer::Members { members, next })),
            ServerFrame::Done { r#ref } => self.answer(r#ref, Ok(Answer::Done)),
            ServerFrame::Mark {
                room,
                seq,
                revision,
                unread,
            } => {
                if let Some(log) = self.rooms.get_mut(&room)
                    && log.mark_said(seq, revision, unread)
                {
                    let unread = log.unread();
                    self.out.push(Step::Unread { room, unread });
                }
            }
            ServerFrame::Typing { room, user, name } => {
                self.out.push(Step::Typing { room, user, name });
            }
            ServerFrame::Presence { users } => self.out.push(Step::Presence(users)),
            ServerFrame::Pong { .. } => {}
            ServerFrame::Drain { after_ms } => {
                let ms = after_ms.min(60_000);
                self.drain_ms = Some(ms);
                self.out.push(Step::Drain { ms });
            }
            ServerFrame::Error {
                r#ref,
                room,
                id,
                code,
                message,
                retry_after_ms,
            } => {
                let refused = Refused { code, message };
                match (r#ref, room, id) {
                    (Some(number), _, _) => {
                        self.ask_refused(now_ms, number, refused, retry_after_ms);
                    }
                    (None, Some(room), Some(id)) => {
                        self.send_refused(now_ms, room, &id, refused, retry_after_ms);
                    }
                    _ => self.out.push(Step::Notice(refused)),
                }
            }
        }
    }

    fn welcomed(&mut self, now_ms: u64, snapshots: Vec<RoomSnapshot>) {
        let gone: Vec<RoomId> = self
            .rooms
            .keys()
            .filter(|id| !snapshots.iter().any(|s| s.id == **id))
            .copied()
            .collect();
        for room in gone {
            self.left(room, None);
        }
        for snapshot in snapshots {
            let (id, head, mark) = (snapshot.id, snapshot.head, snapshot.mark);
            self.room_said(now_ms, snapshot);
            let Some(log) = self.rooms.get_mut(&id) else {
                continue;
            };
            log.replay_to = (log.position < head).then_some(head);
            if log.replay_to.is_none() {
                self.replayed(id);
            }
            // A mark that was lost with the connection.
            if let Some(log) = self.rooms.get(&id)
                && log.mark.seq > mark
                && log.snapshot.as_ref().map(|s| s.revision) == Some(log.mark.revision)
            {
                self.marks.entry(id).or_insert((log.mark.seq, false));
            }
        }
        // Sends in rooms that are not ours any more and were never on the wire.
        let rooms: Vec<RoomId> = self.outbox.pending().map(|p| p.room).collect();
        for room in rooms {
            if !self.rooms.contains_key(&room) {
                self.refuse_unsent(room);
            }
        }
        self.write_presence();
    }

    fn room_said(&mut self, now_ms: u64, snapshot: RoomSnapshot) {
        let keep = self.settings.keep_events;
        let (id, head) = (snapshot.id, snapshot.head);
        let mut is_news = false;
        let log = self.rooms.entry(id).or_insert_with(|| {
            is_news = true;
            RoomLog::new(head, keep)
        });
        is_news |= log.snapshot.as_ref() != Some(&snapshot);
        log.describe(snapshot.clone());
        expect_more(log, now_ms);
        if is_news {
            self.out.push(Step::Room(snapshot));
        }
    }

    /// Lets a room take something in, and does what follows from what came out.
    fn take(
        &mut self,
        now_ms: u64,
        room: RoomId,
        put: impl FnOnce(&mut RoomLog, Option<UserId>, &mut Vec<Shown>),
    ) {
        let me = self.user.as_ref().map(|user| user.id);
        let Some(log) = self.rooms.get_mut(&room) else {
            return;
        };
        let unread_before = log.unread();
        let mut shown = Vec::new();
        put(log, me, &mut shown);
        if !shown.is_empty() {
            log.ask_at = None;
            log.backoff.reset();
        }
        expect_more(log, now_ms);
        let unread = log.unread();
        let is_replayed = log.replay_to.is_some_and(|to| log.position >= to);
        for shown in shown {
            match shown {
                Shown::Event(event) => self.show(room, me, event),
                Shown::Missed(from, to) => self.out.push(Step::Missed { room, from, to }),
            }
        }
        if unread != unread_before {
            self.out.push(Step::Unread { room, unread });
        }
        if is_replayed {
            self.replayed(room);
        }
    }

    fn show(&mut self, room: RoomId, me: Option<UserId>, event: Event) {
        let mine = if Some(event.by) == me {
            self.outbox.settle(room, &event.id)
        } else {
            None
        };
        let outcome = Outcome::Stored(event.seq);
        self.out.push(Step::Show { room, event });
        if let Some(pending) = mine {
            self.out.push(Step::Settled { pending, outcome });
        }
    }

    /// The replay has reached the `head` of the welcome.
    fn replayed(&mut self, room: RoomId) {
        let Some(log) = self.rooms.get_mut(&room) else {
            return;
        };
        log.replay_to = None;
        let raised = self.outbox.raise(room, log.whole_from, log.position);
        self.out.extend(raised.into_iter().map(Step::Record));
    }

    fn reset(&mut self, room: RoomId, head: Seq) {
        let Some(log) = self.rooms.get_mut(&room) else {
            return;
        };
        log.reset(head);
        self.asks.forget(room);
        self.out.push(Step::Reset { room, head });
        for pending in self.outbox.take_sent(room) {
            let outcome = Outcome::Doubtful(Refused {
                code: ErrorCode::TooOld,
                message: "The room's log is another one than this was sent to.".to_owned(),
            });
            self.out.push(Step::Settled { pending, outcome });
        }
    }

    fn left(&mut self, room: RoomId, seq: Option<Seq>) {
        if self.rooms.remove(&room).is_some() {
            self.asks.forget(room);
            self.marks.remove(&room);
            self.out.push(Step::Left { room, seq });
        }
        self.refuse_unsent(room);
    }

    fn refuse_unsent(&mut self, room: RoomId) {
        for pending in self.outbox.take_unsent(room) {
            let outcome = Outcome::Refused(Refused {
                code: ErrorCode::NotMember,
                message: NotTaken::NotMember.to_string(),
            });
            self.out.push(Step::Settled { pending, outcome });
        }
    }

    fn page(&mut self, now_ms: u64, number: u64, page: Page) {
        let Some((asker, frame)) = self.asks.settle(number) else {
            return;
        };
        let Asker::Hole(room) = asker else {
            let answer = Ok(Answer::Page(page));
            return self.out.push(Step::Answer { number, answer });
        };
        let ClientFrame::History {
            after: Some(after), ..
        } = frame
        else {
            return;
        };
        let before = self.rooms.get(&room).map(|log| log.position);
        self.take(now_ms, room, |log, me, out| {
            // What lies between where we asked and where the page begins is not kept any more.
            if let Some(first) = page.events.first()
                && first.seq > after.next()
            {
                log.skip_to(Seq(first.seq.0 - 1), me, out);
            }
            log.saw(page.head);
            log.take(page.events, me, out);
        });
        let Some(log) = self.rooms.get_mut(&room) else {
            return;
        };
        if !log.is_behind() {
            return;
        }
        if before.is_some_and(|before| log.position > before) {
            self.fill(room);
        } else {
            // A short read is not skipped over: again, after a pause.
            log.ask_at = Some(now_ms + log.backoff.pause_after(Some(500), &mut self.chance));
        }
    }

    fn answer(&mut self, number: u64, answer: Result<Answer, Refused>) {
        if let Some((Asker::Person, _)) = self.asks.settle(number) {
            self.out.push(Step::Answer { number, answer });
        }
    }

    fn ask_refused(&mut self, now_ms: u64, number: u64, refused: Refused, after: Option<u64>) {
        let again = refused.code.retry() == Retry::Same
            && self.asks.hold(number, after, now_ms, &mut self.chance);
        if again {
            return;
        }
        match self.asks.settle(number) {
            Some((Asker::Person, _)) => self.out.push(Step::Answer {
                number,
                answer: Err(refused),
            }),
            // We may not read it: what comes next will say why.
            Some((Asker::Hole(room), _)) => {
                if let Some(log) = self.rooms.get_mut(&room) {
                    let pause = log
                        .backoff
                        .pause_after(after.or(Some(1_000)), &mut self.chance);
                    log.ask_at = Some(now_ms + pause);
                }
            }
            None => {}
        }
    }

    fn send_refused(
        &mut self,
        now_ms: u64,
        room: RoomId,
        id: &SendId,
        refused: Refused,
        after: Option<u64>,
    ) {
        match refused.code.retry() {
            // Signing in comes with the close code; until then the send waits like any other.
            Retry::Same | Retry::SignIn => {
                let pause = self.outbox.hold(room, id, after, now_ms, &mut self.chance);
                if let Some(ms) = pause {
                    self.out.push(Step::Held {
                        room,
                        id: id.clone(),
                        code: refused.code,
                        message: refused.message,
                        ms,
                    });
                }
            }
            Retry::Ask | Retry::Never => {
                let Some(pending) = self.outbox.settle(room, id) else {
                    return;
                };
                let outcome = match refused.code.retry() {
                    Retry::Ask => Outcome::Doubtful(refused),
                    _ => Outcome::Refused(refused),
                };
                self.out.push(Step::Settled { pending, outcome });
            }
        }
    }
}

impl Ask {
    fn into_frame(self, r#ref: u64) -> ClientFrame {
        match self {
            Ask::Create { id, name, kind } => ClientFrame::Create {
                r#ref,
                id,
                name,
                kind,
            },
            Ask::Join(room) => ClientFrame::Join {
                r#ref,
                room: Some(room),
                name: None,
            },
            Ask::JoinByName(name) => ClientFrame::Join {
                r#ref,
                room: None,
                name: Some(name),
            },
            Ask::Direct(user) => ClientFrame::Direct { r#ref, user },
            Ask::Leave(room) => ClientFrame::Leave { r#ref, room },
            Ask::History {
                room,
                window,
                limit,
            } => {
                let (mut before, mut after, mut around) = (None, None, None);
                match window {
                    Window::Newest => {}
                    Window::Before(seq) => before = Some(seq),
                    Window::After(seq) => after = Some(seq),
                    Window::Around(seq) => around = Some(seq),
                }
                ClientFrame::History {
                    r#ref,
                    room,
                    before,
                    after,
                    around,
                    limit,
                }
            }
            Ask::Members { room, after, limit } => ClientFrame::Members {
                r#ref,
                room,
                after,
                limit,
            },
        }
    }
}

/// Sets the time at which to ask for what is known to exist, if it does not come by itself.
fn expect_more(log: &mut RoomLog, now_ms: u64) {
    if log.is_behind() {
        log.ask_at.get_or_insert(now_ms + GRACE_MS);
    } else {
        log.ask_at = None;
    }
}

/// Whether an end is one after which the machine does not come back by itself.
fn ended_by(end: End) -> Option<Ended> {
    match end {
        End::Cut | End::Silent => None,
        End::Code(number) if CloseCode::may_reconnect(number) => None,
        End::Code(4100..=4199) | End::Status(401) => Some(Ended::SignIn),
        // Answers that the same request will get again; anything else is a server or a proxy in trouble.
        End::Status(400 | 403 | 404 | 405 | 421 | 426) | End::Code(_) => Some(Ended::Stopped(end)),
        End::Status(_) => None,
    }
}
