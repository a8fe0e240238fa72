//! A room's task: feeds its machine and carries out what comes out.
//!
//! One turn takes in all that has arrived, sends of the same moment together, then carries out all effects: answers and
//! publishes first, then the fan-out to the readers (`fan_out.rs`).

mod fan_out;

use std::{
    collections::BTreeMap,
    sync::{Arc, MutexGuard},
    time::Duration,
};

use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use hearth_protocol::{
    Ban, Body, Member, RoomId, Seq, ServerFrame, ThreadLength, UserId, bounds::THREADS_COUNTED_MAX,
    mutant,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{
    Lane, Node, Outbox, counts,
    edits::erase_deleted,
    flight::{Step, Whose},
    live::Mailbox,
    lock,
    session::encode,
    warm::{AWAKE_BYTES, Asleep, Warm},
};
use crate::{
    hint::{Hint, NodeHint, RoomHint, UserHint},
    log::{Entry, Head},
    own::ThreadChoice,
    port::{Cell, Freshness, Pinned, StoreError, Topic},
    refusal::Refusal,
    room::{
        Act, Audience, Checkpoint, Effect, Input, Origin, ReaderId, Room, RoomConfig, RoomView,
        Send, ThreadView, Ticket, may,
    },
    session::{Dialect, Notice},
};

/// Commands that wait for one room. Sends wait outside (and are then refused as busy), hints are dropped and repaired.
pub(super) const COMMANDS_MAX: usize = 1_024;
/// Commands taken in one turn.
const TURN_COMMANDS_MAX: usize = 256;
/// With so many readers the answers of a turn are let out before its fan-out begins, and a fan-out is followed by a
/// rest: what comes meanwhile for live readers is written to each at once, and what comes later is not delayed.
const SWEEP_LARGE: usize = 64;
/// A rest is so many times as long as the fan-out before it: a room spends no more than a quarter of its time on it.
const REST_TIMES: u32 = 3;
/// The longest rest: a fan-out also takes long where the process was stopped in the middle of it.
const REST_MAX: Duration = Duration::from_millis(50);
/// A room that nobody reads or writes falls asleep after this: its task ends, its machine stays. Whoever asks something
/// of a room soon asks more, and finds the task still there.
const SLEEP_AFTER_MS: u64 = 1_000;
/// A room that nobody reads or writes cools down after this.
pub(super) const IDLE_MS: u64 = 60_000;
/// A room whose log has no event cools down after this: whoever asks for rooms that do not exist must not fill the
/// node with them.
const UNBEGUN_IDLE_MS: u64 = 2_000;
/// Members loaded in one read.
const MEMBERS_READ_MAX: usize = 1_000;
/// Lists of mentions loaded in one read: each has up to a hundred messages.
const MENTIONS_READ_MAX: usize = 200;
/// Threads loaded in one read: each has up to a hundred messages and two hundred followers.
const THREADS_READ_MAX: usize = 200;

/// What a room's task is asked.
pub(super) enum Command {
    /// Straight into the machine.
    Input(Input),
    /// A send of a caller on this node.
    Submit {
        ticket: Ticket,
        send: Send,
        reply: oneshot::Sender<Result<Seq, Refusal>>,
    },
    /// The room as it stands, once it is loaded up to `at_least`, and to the log's end as it is now if `look` says so.
    View {
        user: UserId,
        at_least: Seq,
        look: bool,
        reply: oneshot::Sender<RoomView>,
    },
    /// A page of members, once the room is loaded.
    Members {
        after: Option<UserId>,
        limit: usize,
        reply: oneshot::Sender<Vec<Member>>,
    },
    /// Members whose names have words that begin so, and where to go on. Not answered by a room that is not loaded.
    FindMembers {
        sought: Vec<String>,
        after: Option<UserId>,
        limit: usize,
        look: usize,
        reply: oneshot::Sender<(Vec<Member>, Option<UserId>)>,
    },
    /// Who is to be made an owner before this member leaves. Not answered by a room that is not loaded.
    Heir {
        of: UserId,
        reply: oneshot::Sender<Option<UserId>>,
    },
    /// A page of bans; `None` for who may not see them, any more. Not answered by a room that is not loaded.
    Bans {
        by: UserId,
        after: Option<UserId>,
        limit: usize,
        reply: oneshot::Sender<Option<Vec<Ban>>>,
    },
    /// The messages that are pinned, and the log's end as of which; `None` for who is no member, any more. Not answered by
    /// a room that is not loaded.
    Pins {
        by: UserId,
        reply: oneshot::Sender<Option<(Vec<Pinned>, Seq)>>,
    },
    /// The threads that this member follows, by what they have chosen in the room; `None` for who is none, any more. Not
    /// answered by a room that is not loaded.
    Followed {
        by: UserId,
        choices: BTreeMap<Seq, ThreadChoice>,
        reply: oneshot::Sender<Option<Vec<ThreadView>>>,
    },
    /// Threads as they stand for this member, by what they have chosen in each, and the log's end as of which; `None` for
    /// who is none, any more. Not answered by a room that is not loaded.
    Threads {
        by: UserId,
        asked: Vec<(Seq, ThreadChoice)>,
        reply: oneshot::Sender<Option<(Vec<ThreadView>, Seq)>>,
    },
    /// How long the threads are that begin from the one message to the other; nothing for who is no member, any more. Not
    /// answered by a room that is not loaded.
    ThreadLengths {
        by: UserId,
        from: Seq,
        to: Seq,
        reply: oneshot::Sender<Vec<(Seq, ThreadLength)>>,
    },
    /// Why this send would be refused now. Not answered by a room that is not loaded.
    Judge {
        send: Box<Send>,
        reply: oneshot::Sender<Option<Refusal>>,
    },
    /// A reader wants in.
    Attach {
        reader: ReaderId,
        way: Arc<Reader>,
        from: Option<Seq>,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// A reader is gone.
    Detach(ReaderId),
    /// Someone is writing.
    Typing { user: UserId, name: String },
    /// Compare the head with the store's.
    Check,
}

/// The way to one reader.
pub(super) struct Reader {
    pub(super) user: UserId,
    /// The session's number on this node.
    pub(super) session: u64,
    pub(super) dialect: Dialect,
    pub(super) outbox: Arc<dyn Outbox>,
    pub(super) mailbox: Arc<Mailbox>,
}

/// What came back from a port. Boxed: each room's task has a place for one.
enum Done {
    Input(Box<Input>),
    Checked(Result<Head, StoreError>),
}

/// A view that waits for the room to come so far.
struct AskedView {
    user: UserId,
    at_least: Seq,
    look: Option<u64>,
    reply: oneshot::Sender<RoomView>,
}

struct Task {
    node: Node,
    id: RoomId,
    room: Box<Room>,
    hold: Hold,
    submits: BTreeMap<Ticket, oneshot::Sender<Result<Seq, Refusal>>>,
    attaches: BTreeMap<ReaderId, oneshot::Sender<Result<(), Refusal>>>,
    views: Vec<AskedView>,
    pages: Vec<(Option<UserId>, usize, oneshot::Sender<Vec<Member>>)>,
    under_way: FuturesUnordered<BoxFuture<'static, Done>>,
    /// Sends of this turn that the machine has not got yet.
    sends: Vec<(Ticket, Origin, Send)>,
    effects: Vec<Effect>,
    /// The fan-out that waits for the end of the rest, and when that is.
    sweep: Vec<Effect>,
    rest_until: Instant,
    /// When somebody on this node, or a node that forwards to it, last used the room. Hints do not count: a room that
    /// is busy elsewhere cools down here.
    used_ms: u64,
    /// Whether what its uses have left in empty collections was given back.
    is_shrunk: bool,
    /// What the node was told last of its bytes.
    told_bytes: usize,
}

/// What a room's task holds of its node, given back however the task ends: also after a panic nothing stays behind, no
/// entry under which nobody answers, and no reader who is never told.
struct Hold {
    node: Node,
    id: RoomId,
    readers: BTreeMap<ReaderId, Arc<Reader>>,
    /// Whether the machine was left with the node, or the node has forgotten it already.
    is_over: bool,
}

impl Drop for Hold {
    fn drop(&mut self) {
        if !self.is_over {
            let mut rooms = lock(&self.node.0.rooms);
            rooms.remove(self.id);
            self.node.let_go(rooms, std::iter::once(self.id));
        }
        for (reader, way) in &self.readers {
            self.node.0.flight.detach(self.id, *reader);
            way.outbox.close(hearth_protocol::CloseCode::Lost);
        }
    }
}

/// What becomes of a room that nobody uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Its machine stays in memory.
    Sleep,
    /// Nothing of it does.
    Cold,
}

/// Runs a room until nobody has used it for a while. One that was asleep goes on where it was.
pub(super) async fn run(
    node: Node,
    id: RoomId,
    asleep: Option<Asleep>,
    mut inbox: mpsc::Receiver<Box<Command>>,
) {
    let mut subscribed = asleep.is_some();
    let mut task = match asleep {
        Some(Asleep { room, used_ms }) => Task::new(node.clone(), id, room, used_ms),
        None => {
            // Subscribe first, read after: an overlap falls out by seq, a gap cannot open in between.
            if !mutant!("read-before-subscribe") {
                subscribed = true;
                node.retain(Topic::of(id.0));
            }
            lock(&node.0.audit).watch(node.now_ms(), id);
            let config = RoomConfig {
                room: id,
                batch_max: node.0.batch_max.clone(),
                bounds: node.0.room_bounds.clone(),
            };
            let seed = node.chance(rand::RngExt::random);
            let room = Box::new(Room::new(config, seed));
            Task::new(node.clone(), id, room, node.now_ms())
        }
    };
    let mut writers = node.0.writers.times();
    task.writer();
    task.carry_out().await;
    loop {
        let now_ms = node.now_ms();
        let until_ms = task.room.deadline_ms().unwrap_or(u64::MAX);
        let until_ms = until_ms.min(task.look_ms(now_ms));
        let pause = Duration::from_millis(until_ms.saturating_sub(now_ms));
        // In a fixed order, so that the same happenings give the same turns (the drill's simulation rests on it). What
        // has come back goes first: there is no more of it than the machine has asked for, so the inbox is not starved;
        // and the machine looks at its deadlines with every input, so neither is the clock.
        tokio::select! {
            biased;
            times = node.0.writers.since(writers) => {
                writers = times;
                task.writer();
            }
            Some(done) = task.under_way.next(), if !task.under_way.is_empty() => task.done(done),
            command = inbox.recv() => {
                // The node has stopped.
                let Some(command) = command else { return };
                task.command(*command);
                if !task.sends.is_empty() && task.under_way.is_empty() {
                    // Who is about to send as well does it now: one append is cheaper than two.
                    tokio::task::yield_now().await;
                }
                for _ in 1..TURN_COMMANDS_MAX {
                    let Ok(command) = inbox.try_recv() else { break };
                    task.command(*command);
                }
            }
            () = tokio::time::sleep_until(task.rest_until), if !task.sweep.is_empty() => {}
            () = tokio::time::sleep(pause) => task.input(Input::Tick),
        }
        task.carry_out().await;
        if !subscribed && task.room.is_loaded() {
            node.retain(Topic::of(id.0));
            subscribed = true;
        }
        if task.unused_ms() >= SLEEP_AFTER_MS
            && let Some(end) = task.end()
        {
            // Under the lock nobody can take the handle; one taken before it finds the inbox not empty, or closed: closed
            // before the lock is let go, so that nothing sent later comes to the next task first.
            let rooms = lock(&node.0.rooms);
            if inbox.is_empty() {
                inbox.close();
                task.leave(end, rooms);
                break;
            }
        }
        task.weigh();
    }
    // A place in the inbox that was taken just before the task ended: what comes through it is for the next task.
    while let Some(command) = inbox.recv().await {
        // A refusal is heard by the end of the reply's channel. Boxed, since it is seldom needed: each room's task would
        // have a place for it all the time.
        let _ = Box::pin(node.hand(id, command)).await;
    }
}

impl Task {
    fn new(node: Node, id: RoomId, room: Box<Room>, used_ms: u64) -> Self {
        let hold = Hold {
            node: node.clone(),
            id,
            readers: BTreeMap::new(),
            is_over: false,
        };
        Self {
            node,
            id,
            room,
            hold,
            submits: BTreeMap::new(),
            attaches: BTreeMap::new(),
            views: Vec::new(),
            pages: Vec::new(),
            under_way: FuturesUnordered::new(),
            sends: Vec::new(),
            effects: Vec::new(),
            sweep: Vec::new(),
            rest_until: Instant::now(),
            used_ms,
            is_shrunk: true,
            told_bytes: 0,
        }
    }

    fn is_idle(&self) -> bool {
        self.hold.readers.is_empty()
            && self.sweep.is_empty()
            && self.under_way.is_empty()
            && self.views.is_empty()
            && self.pages.is_empty()
            && self.room.is_idle(self.node.now_ms())
    }

    /// After so long a room that nobody uses is forgotten.
    fn idle_ms(&self) -> u64 {
        match self.room.head() {
            Head::EMPTY => UNBEGUN_IDLE_MS,
            _ => IDLE_MS,
        }
    }

    /// Somebody has asked something, or was answered: with a slow store that is much later, and only then do they ask
    /// more.
    fn used(&mut self) {
        self.used_ms = self.node.now_ms();
        self.is_shrunk = false;
    }

    fn unused_ms(&self) -> u64 {
        self.node.now_ms().saturating_sub(self.used_ms)
    }

    /// Whether the task of a room that nobody has used for a moment is over.
    fn end(&mut self) -> Option<End> {
        if !std::mem::replace(&mut self.is_shrunk, true) {
            self.shrink();
        }
        if !self.is_idle() {
            return None;
        }
        if self.unused_ms() >= self.idle_ms() {
            return Some(End::Cold);
        }
        let may_sleep = self.room.head() != Head::EMPTY && self.room.may_sleep();
        may_sleep.then_some(End::Sleep)
    }

    /// When to look once more whether it is, if nothing happens until then.
    fn look_ms(&self, now_ms: u64) -> u64 {
        let sleep_ms = self.used_ms + SLEEP_AFTER_MS;
        if now_ms < sleep_ms {
            sleep_ms
        } else {
            now_ms + self.idle_ms() / 4
        }
    }

    /// Leaves the machine with the node, or nothing.
    fn leave(mut self, end: End, mut rooms: MutexGuard<'_, Warm>) {
        self.hold.is_over = true;
        let (node, id) = (self.node.clone(), self.id);
        match end {
            End::Sleep => {
                let (room, used_ms) = (self.room, self.used_ms);
                rooms.sleep(id, Asleep { room, used_ms });
                node.cool(rooms);
            }
            End::Cold => {
                rooms.remove(id);
                node.let_go(rooms, std::iter::once(id));
            }
        }
    }

    /// Gives back what collections hold that have become empty: a B-tree keeps its last node, with places for eleven.
    fn shrink(&mut self) {
        if self.submits.is_empty() {
            self.submits = BTreeMap::new();
        }
        if self.attaches.is_empty() {
            self.attaches = BTreeMap::new();
        }
        if self.views.is_empty() {
            self.views = Vec::new();
        }
        if self.pages.is_empty() {
            self.pages = Vec::new();
        }
        self.room.shrink();
    }

    /// Tells the node what the room takes, if that has changed.
    fn weigh(&mut self) {
        let bytes = AWAKE_BYTES + self.room.bytes();
        if bytes != self.told_bytes {
            self.told_bytes = bytes;
            let mut rooms = lock(&self.node.0.rooms);
            rooms.takes(self.id, bytes);
            self.node.cool(rooms);
        }
    }

    fn input(&mut self, input: Input) {
        self.submit();
        let (now_ms, wall_ms) = (self.node.now_ms(), self.node.0.clock.wall_ms());
        self.room.input(now_ms, wall_ms, input, &mut self.effects);
    }

    /// Gives the machine the sends that have come, all at once.
    fn submit(&mut self) {
        if self.sends.is_empty() {
            return;
        }
        let sends = std::mem::take(&mut self.sends);
        let (now_ms, wall_ms) = (self.node.now_ms(), self.node.0.clock.wall_ms());
        self.room.submit(now_ms, wall_ms, sends, &mut self.effects);
    }

    /// The reader is no longer one.
    fn take(&mut self, reader: ReaderId) -> Option<Arc<Reader>> {
        let way = self.hold.readers.remove(&reader)?;
        self.node.0.flight.detach(self.id, reader);
        Some(way)
    }

    /// A step of a run of events.
    fn record(&self, from: Seq, to: Seq, step: Step) {
        let now_ms = self.node.now_ms();
        self.node.0.flight.run(now_ms, self.id, from, to, step);
    }

    fn writer(&mut self) {
        let writer = lock(&self.node.0.nodes).writer(self.id);
        self.input(Input::Writer(writer));
    }

    fn command(&mut self, command: Command) {
        let used = match &command {
            Command::Input(input) => matches!(input, Input::Submit { .. }),
            Command::Check | Command::Typing { .. } => false,
            _ => true,
        };
        if used {
            self.used();
        }
        match command {
            Command::Input(input) => match input {
                Input::Submit {
                    ticket,
                    origin,
                    send,
                } => self.sends.push((ticket, origin, send)),
                input => self.input(input),
            },
            Command::Submit {
                ticket,
                send,
                reply,
            } => {
                self.submits.insert(ticket, reply);
                self.sends.push((ticket, Origin::Here, send));
            }
            Command::View {
                user,
                at_least,
                look,
                reply,
            } => {
                let look = look.then(|| self.room.next_look());
                self.views.push(AskedView {
                    user,
                    at_least,
                    look,
                    reply,
                });
                self.input(Input::HeadSeen(at_least));
                if look.is_some() {
                    self.input(Input::Look);
                }
            }
            Command::Members {
                after,
                limit,
                reply,
            } => {
                self.input(Input::HeadSeen(Seq::ZERO));
                self.pages.push((after, limit, reply));
            }
            Command::FindMembers {
                sought,
                after,
                limit,
                look,
                reply,
            } => {
                if self.room.is_loaded() {
                    let found = self.room.members_found(&sought, after, limit, look);
                    let _ = reply.send(found);
                }
            }
            Command::Heir { of, reply } => {
                if self.room.is_loaded() {
                    let _ = reply.send(self.room.heir(of));
                }
            }
            Command::Bans {
                by,
                after,
                limit,
                reply,
            } => {
                if self.room.is_loaded() {
                    let at_ms = self.node.0.clock.wall_ms();
                    let role = self.room.view(by).and_then(|view| view.role);
                    let shown = role.is_some_and(|role| may(role, Act::SeeBans));
                    let _ = reply.send(shown.then(|| self.room.bans_after(after, limit, at_ms)));
                }
            }
            Command::Pins { by, reply } => {
                if self.room.is_loaded() {
                    let is_member = self.room.member(by).is_some_and(|m| m.role.is_some());
                    let pins = is_member.then(|| (self.room.pins(), self.room.head().seq));
                    let _ = reply.send(pins);
                }
            }
            Command::Followed { by, choices, reply } => {
                if self.room.is_loaded() {
                    let is_member = self.room.member(by).is_some_and(|m| m.role.is_some());
                    let _ = reply.send(is_member.then(|| self.room.followed(by, &choices)));
                }
            }
            Command::ThreadLengths {
                by,
                from,
                to,
                reply,
            } => {
                if self.room.is_loaded() {
                    let is_member = self.room.member(by).is_some_and(|m| m.role.is_some());
                    let lengths = is_member.then(|| self.room.thread_lengths(from, to));
                    let _ = reply.send(lengths.unwrap_or_default());
                }
            }
            Command::Threads { by, asked, reply } => {
                if self.room.is_loaded() {
                    let is_member = self.room.member(by).is_some_and(|m| m.role.is_some());
                    let head = self.room.head().seq;
                    let views = || {
                        let asked = asked.iter();
                        let views = asked.map(|(root, of)| self.room.thread(*root, by, of));
                        (views.collect(), head)
                    };
                    let _ = reply.send(is_member.then(views));
                }
            }
            Command::Judge { send, reply } => {
                if self.room.is_loaded() {
                    let at_ms = self.node.0.clock.wall_ms();
                    let _ = reply.send(self.room.would_refuse(&send, at_ms));
                }
            }
            Command::Attach {
                reader,
                way,
                from,
                reply,
            } => {
                if reply.is_closed() {
                    // The session has gone, and its detach may have overtaken this on its way from a room that cooled.
                    return;
                }
                let user = way.user;
                let whose = Whose {
                    session: way.session,
                    user,
                };
                self.node.0.flight.attach(self.id, reader, whose);
                self.hold.readers.insert(reader, way);
                self.attaches.insert(reader, reply);
                self.input(Input::Attach { reader, user, from });
            }
            Command::Detach(reader) => {
                self.attaches.remove(&reader);
                if self.take(reader).is_some() {
                    self.input(Input::Detach(reader));
                }
            }
            Command::Typing { user, name } => self.typing(user, name),
            Command::Check => {
                let (store, id, head) = (self.node.0.store.clone(), self.id, self.room.head().seq);
                self.under_way.push(Box::pin(async move {
                    Done::Checked(store.head(id, head, Freshness::Quorum).await)
                }));
            }
        }
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Input(input) => {
                let before = self.room.head().seq;
                let is_read = matches!(*input, Input::Read { .. }) && self.room.is_loaded();
                self.input(*input);
                let now = self.room.head().seq;
                if is_read && now > before {
                    self.record(before.next(), now, Step::Repaired);
                    // What was written and not heard of says as much of how often to look as what was.
                    lock(&self.node.0.audit).active(self.node.now_ms(), self.id);
                }
            }
            Done::Checked(checked) => {
                let known = checked.is_ok();
                match checked {
                    Ok(head) => {
                        if head.seq > self.room.head().seq && self.room.is_loaded() {
                            metrics::counter!("hearth_audit_found_total").increment(1);
                        }
                        self.input(Input::HeadSeen(head.seq));
                    }
                    Err(error) => {
                        tracing::debug!(%error, room.id = %self.id, "a head was not audited")
                    }
                }
                lock(&self.node.0.audit).checked(self.node.now_ms(), self.id, known);
            }
        }
    }

    /// Carries out what has come out: what others wait for first, then the fan-out.
    async fn carry_out(&mut self) {
        self.submit();
        let effects = std::mem::take(&mut self.effects);
        let (sweep, others): (Vec<_>, Vec<_>) = effects.into_iter().partition(|effect| {
            matches!(
                effect,
                Effect::Deliver { .. }
                    | Effect::Attached { .. }
                    | Effect::Gap { .. }
                    | Effect::Reset { .. }
                    | Effect::Left { .. }
            )
        });
        let is_awaited = others
            .iter()
            .any(|effect| matches!(effect, Effect::Answer { .. }));
        others.into_iter().for_each(|effect| self.effect(effect));
        let is_large = self.hold.readers.len() >= SWEEP_LARGE;
        if is_awaited && is_large {
            // Who was answered goes on first: a sender does not wait for the fan-out.
            tokio::task::yield_now().await;
        }
        self.sweep.extend(sweep);
        // Who comes or goes is told so before anything is answered that was asked after it.
        let is_live = |effect: &Effect| {
            matches!(
                effect,
                Effect::Deliver {
                    to: Audience::Live(_),
                    ..
                }
            )
        };
        let may_wait = is_large && self.sweep.iter().all(is_live);
        let began = Instant::now();
        if !self.sweep.is_empty() && (!may_wait || began >= self.rest_until) {
            // Boxed: each room's task would have a place for it all the time.
            Box::pin(self.sweep()).await;
            let ended = Instant::now();
            self.rest_until = ended + ((ended - began) * REST_TIMES).min(REST_MAX);
        }
        self.answer_views();
        counts::tell(&self.room.take_counters());
    }

    fn effect(&mut self, effect: Effect) {
        let (store, id) = (self.node.0.store.clone(), self.id);
        match effect {
            Effect::Load => {
                let node = self.node.clone();
                self.later(async move {
                    let _permit = node.0.loads.acquire().await;
                    Input::Loaded(load(&*store, id).await)
                });
            }
            Effect::Read {
                read,
                from,
                to,
                limit,
                freshness,
            } => self.later(async move {
                Input::Read {
                    read,
                    result: store.read(id, from, to, limit, freshness).await,
                }
            }),
            Effect::Projection { read, target } => self.later(async move {
                // The mark first, then the cells (LOG.md rule 29).
                let projection = async {
                    let projected = store.projected(id).await?;
                    let cells = match target {
                        Some(seq) => store.message_cells(id, seq, seq).await?,
                        None => Vec::new(),
                    };
                    Ok((projected, cells))
                };
                Input::Projection {
                    read,
                    result: projection.await,
                }
            }),
            Effect::Append { expect, batch } => {
                if let Some(last) = batch.last() {
                    self.record(expect.seq.next(), last.seq(), Step::Appending);
                }
                self.later(async move {
                    for user in brought_in(&batch) {
                        if let Err(error) = store.add_room_of(user, id).await {
                            return Input::Appended(Err(error));
                        }
                    }
                    Input::Appended(store.append(id, expect, &batch).await)
                });
            }
            Effect::Project { cells, head } => self.later(async move {
                let projected = async {
                    store.project(id, &cells).await?;
                    // Before the mark says that all is done: whoever goes on after a crash erases again.
                    erase_deleted(&*store, id, &cells).await?;
                    store.set_projected(id, head).await?;
                    Ok(head)
                };
                Input::Projected(projected.await)
            }),
            Effect::Publish(entries) => self.publish(entries),
            Effect::Forward { to, ticket, send } => {
                let step = Step::Forwarded { to: to.clone() };
                let now_ms = self.node.now_ms();
                self.node
                    .0
                    .flight
                    .send(now_ms, id, &send.id, Seq::ZERO, step);
                let from = self.node.name().clone();
                let hint = NodeHint::Forward {
                    from,
                    ticket,
                    room: id,
                    send: Box::new(send),
                };
                self.tell_node(to, hint);
            }
            Effect::Reply { to, ticket, result } => {
                self.tell_node(
                    to,
                    NodeHint::Reply {
                        ticket,
                        room: id,
                        result,
                    },
                );
            }
            Effect::Answer { ticket, result } => {
                if let Some(reply) = self.submits.remove(&ticket) {
                    // Whoever asked may have gone.
                    let _ = reply.send(result);
                    self.used();
                }
            }
            Effect::Deliver { .. }
            | Effect::Attached { .. }
            | Effect::Gap { .. }
            | Effect::Reset { .. }
            | Effect::Left { .. } => unreachable!("these are swept"),
        }
    }

    fn later(&mut self, work: impl Future<Output = Input> + std::marker::Send + 'static) {
        self.under_way
            .push(Box::pin(async move { Done::Input(Box::new(work.await)) }));
    }

    fn tell_node(&self, to: crate::port::NodeName, hint: NodeHint) {
        if let Some(payload) = Hint::Node(hint).encode() {
            self.node.publish(Topic::Node(to), payload);
        }
    }

    fn publish(&self, entries: Vec<Entry>) {
        let Some(last) = entries.last() else { return };
        let now_ms = self.node.now_ms();
        {
            // What was found stored after a doubt may lie below what was published since.
            let mut published = lock(&self.node.0.published);
            let told = published.entry(self.id).or_insert((last.seq(), now_ms));
            *told = (told.0.max(last.seq()), now_ms);
        }
        for entry in &entries {
            let (seq, id) = (entry.seq(), &entry.event.id);
            self.node
                .0
                .flight
                .send(now_ms, self.id, id, seq, Step::Appended);
        }
        let (from, to) = (entries.first().map_or(last.seq(), Entry::seq), last.seq());
        lock(&self.node.0.audit).active(now_ms, self.id);
        for user in brought_in(&entries) {
            self.node.tell_user(user, UserHint::Room(self.id));
        }
        for entry in entries.iter().filter(|entry| entry.event.body.counts()) {
            let head = Head {
                seq: entry.seq(),
                ordinal: entry.event.ordinal,
            };
            self.node.sent_up_to(entry.event.by, self.id, head);
        }
        let payload = Hint::Room(self.id, RoomHint::Run(entries)).encode();
        let published =
            payload.is_some_and(|payload| self.node.publish(Topic::of(self.id.0), payload));
        let step = if published {
            Step::Published
        } else {
            Step::Unpublished
        };
        self.record(from, to, step);
    }

    /// A change of the readers.
    fn change(&mut self, effect: Effect) {
        match effect {
            Effect::Attached { reader, result } => {
                if result.is_err() {
                    self.take(reader);
                }
                if let Some(reply) = self.attaches.remove(&reader) {
                    // The session may have gone; its detach is on the way.
                    let _ = reply.send(result.map(|_| ()));
                }
            }
            Effect::Gap { reader, from, to } => {
                self.tell(
                    reader,
                    &ServerFrame::Gap {
                        room: self.id,
                        from,
                        to,
                    },
                );
            }
            Effect::Reset { reader, head } => {
                self.tell(
                    reader,
                    &ServerFrame::Reset {
                        room: self.id,
                        head,
                    },
                );
            }
            Effect::Left { reader, seq } => {
                self.tell(
                    reader,
                    &ServerFrame::Left {
                        room: self.id,
                        seq,
                        r#ref: None,
                    },
                );
                if let Some(way) = self.take(reader)
                    && !way.mailbox.push(Notice::RoomGone(self.id))
                {
                    way.outbox.close(hearth_protocol::CloseCode::Lost);
                }
            }
            _ => unreachable!("only what changes the readers"),
        }
    }

    fn tell(&self, reader: ReaderId, frame: &ServerFrame) {
        if let Some(way) = self.hold.readers.get(&reader)
            && way.dialect == Dialect::V1
        {
            way.outbox.push(Lane::of(frame), &encode(frame));
        }
    }

    fn typing(&self, user: UserId, name: String) {
        if self.node.pressure().admit(Lane::Typing).is_err() {
            return;
        }
        let frame = encode(&ServerFrame::Typing {
            room: self.id,
            user,
            name,
        });
        for (reader, of) in self.room.live() {
            if let Some(way) = self.hold.readers.get(&reader)
                && of != user
                && way.dialect == Dialect::V1
            {
                way.outbox.push(Lane::Typing, &frame);
            }
        }
    }

    fn answer_views(&mut self) {
        // Whoever has stopped waiting takes no place: while the store is away nothing else empties these lists.
        self.views.retain(|view| !view.reply.is_closed());
        self.pages.retain(|(_, _, reply)| !reply.is_closed());
        if !self.room.is_loaded() {
            return;
        }
        let waited = self.views.len() + self.pages.len();
        let head = self.room.head().seq;
        let room = &self.room;
        let there = |view: &mut AskedView| {
            head >= view.at_least && view.look.is_none_or(|since| room.has_looked(since))
        };
        for view in self.views.extract_if(.., there) {
            let seen = self.room.view(view.user).unwrap_or_else(not_begun);
            let _ = view.reply.send(seen);
        }
        for (after, limit, reply) in self.pages.drain(..) {
            let _ = reply.send(self.room.members_after(after, limit));
        }
        if self.views.len() < waited {
            self.used();
        }
    }
}

/// How a room looks whose log has no event.
fn not_begun() -> RoomView {
    RoomView {
        name: String::new(),
        kind: hearth_protocol::RoomKind::Private,
        topic: String::new(),
        description: String::new(),
        role: None,
        since: Seq::ZERO,
        ban: None,
        archived: false,
        slow_seconds: 0,
        rights: hearth_protocol::Rights::default(),
        avatar: None,
        members: 0,
        peer: None,
        mentioned: Vec::new(),
        threaded: false,
        head: Head::EMPTY,
    }
}

/// The users whom these events bring in.
fn brought_in<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<UserId> {
    let mut users = Vec::new();
    for entry in entries {
        match &entry.event.body {
            Body::Create { with, .. } => {
                users.push(entry.event.by);
                users.extend(with.iter().map(|(user, _)| *user));
            }
            Body::Join => users.push(entry.event.by),
            Body::Invite { user, .. } => users.push(*user),
            _ => {}
        }
    }
    users.retain(|user| !user.0.is_nil());
    users
}

async fn load(store: &dyn crate::port::Store, room: RoomId) -> Result<Checkpoint, StoreError> {
    // The mark first, then the cells (LOG.md rule 29).
    let projected = store.projected(room).await?;
    let mut checkpoint = Checkpoint {
        projected,
        room: None,
        members: Vec::new(),
        spoke: Vec::new(),
        mentions: Vec::new(),
        threads: Vec::new(),
    };
    if projected == Head::EMPTY {
        return Ok(checkpoint);
    }
    checkpoint.room = store.room_cell(room).await?;
    let mut after = None;
    loop {
        let page = store.member_cells(room, after, MEMBERS_READ_MAX).await?;
        let full = page.len() == MEMBERS_READ_MAX;
        after = page.last().map(|cell| cell.user);
        checkpoint.members.extend(page);
        if !full {
            break;
        }
    }
    let settings = match &checkpoint.room {
        Some(Cell::Room { settings, .. }) => settings,
        _ => return Ok(checkpoint),
    };
    // Without slow mode there are none that count: messages from before it was changed last do not.
    let (slow, mentioned) = (settings.slow_seconds > 0, settings.mentioned > Seq::ZERO);
    let threaded = settings.threaded > Seq::ZERO;
    if slow {
        let mut after = None;
        loop {
            let page = store.spoke_cells(room, after, MEMBERS_READ_MAX).await?;
            let full = page.len() == MEMBERS_READ_MAX;
            after = page.last().map(|cell| cell.user);
            checkpoint.spoke.extend(page);
            if !full {
                break;
            }
        }
    }
    // Nor are there any where nobody was ever mentioned.
    if mentioned {
        let mut after = None;
        loop {
            let page = store.mention_cells(room, after, MENTIONS_READ_MAX).await?;
            let full = page.len() == MENTIONS_READ_MAX;
            after = page.last().map(|cell| cell.user);
            checkpoint.mentions.extend(page);
            if !full {
                break;
            }
        }
    }
    // Nor any of threads where there was never one.
    if threaded {
        let mut before = None;
        // The cells of those that have given way to newer ones stay where they are.
        while checkpoint.threads.len() < THREADS_COUNTED_MAX {
            let page = store.thread_cells(room, before, THREADS_READ_MAX).await?;
            let full = page.len() == THREADS_READ_MAX;
            before = page.last().map(|cell| cell.root);
            checkpoint.threads.extend(page);
            if !full {
                break;
            }
        }
    }
    Ok(checkpoint)
}

#[cfg(test)]
mod tests;
