//! The dialect `hearth.v1`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hearth_protocol::{
    ClientFrame, CloseCode, Decoded, ErrorCode, Position, RoomId, RoomSnapshot, SendId, Seq,
    ServerFrame,
    bounds::{
        PAGE_EVENTS_DEFAULT, PAGE_EVENTS_MAX, REQUESTS_IN_FLIGHT_MAX, ROOMS_PER_USER_MAX,
        THREADS_PAGE_MAX, WATCHED_USERS_MAX,
    },
    decode_client, mutant,
};
use litemap::LiteMap;

use super::{
    Ask, AskId, Effect, Greeting, Listed, Machine, NewSend, Notice, Reply, RoomRef, SearchFor,
    Window, again::Unloaded,
};
use crate::{refusal::Refusal, room::text_bytes};

/// Sends of one connection that wait behind the one in flight in their room. A full queue stops the reading.
const SENDS_WAITING_MAX: usize = 64;
/// Bytes of their texts, beyond which no more is read: the memory of each connection, however long its messages are.
const SENDS_WAITING_BYTES_MAX: usize = 32 * 1024;
/// Sends in flight, each in a room of its own: without this, made-up rooms would hold as many as a client can name.
const SENDS_IN_FLIGHT_MAX: usize = 64;
/// Rooms remembered that turned up during the greeting: more than a user's list can have.
const ADDED_MAX: usize = 8 * ROOMS_PER_USER_MAX;
/// A notice of typing is worth passing on once in this time per room.
const TYPING_PAUSE_MS: u64 = 1_500;
/// Frames in error before the connection is closed: a client that is wrong this often is not getting better.
const BAD_FRAMES_MAX: u32 = 100;

enum Phase {
    /// Nothing but `hello` and `ping`.
    Opening,
    /// The rooms are being looked up.
    Greeting {
        positions: Vec<Position>,
    },
    Live,
}

/// What an answer is for.
enum Under {
    Rooms,
    /// The answer to a request.
    Room {
        r#ref: u64,
    },
    /// A room that turned up.
    Added {
        room: RoomId,
    },
    Attach {
        room: RoomId,
        from: Seq,
    },
    Send {
        room: RoomId,
        id: SendId,
    },
    Leave {
        r#ref: u64,
    },
    History {
        r#ref: u64,
        room: RoomId,
    },
    Members {
        r#ref: u64,
        room: RoomId,
    },
    Bans {
        r#ref: u64,
        room: RoomId,
    },
    Pins {
        r#ref: u64,
        room: RoomId,
    },
    Edits {
        r#ref: u64,
        room: RoomId,
    },
    Search {
        r#ref: u64,
    },
    Thread {
        r#ref: u64,
    },
    Threads {
        r#ref: u64,
    },
    Receipts {
        r#ref: u64,
        room: RoomId,
    },
    Delivered,
    Mark {
        room: RoomId,
    },
    Own {
        r#ref: u64,
    },
    Set {
        r#ref: u64,
    },
    Presence,
}

pub(crate) struct V1 {
    greeting: Greeting,
    phase: Phase,
    /// Rooms to which the client is attached, or about to be.
    rooms: LiteMap<RoomId, ()>,
    /// Rooms that turned up while the user's rooms were being looked up.
    added: BTreeSet<RoomId>,
    /// Rooms that could not be loaded; the client was told.
    unloaded: Unloaded,
    /// Per room with a send in flight, those that wait behind it.
    sends: BTreeMap<RoomId, VecDeque<NewSend>>,
    waiting: usize,
    waiting_bytes: usize,
    under_way: BTreeMap<AskId, Under>,
    typed_ms: BTreeMap<RoomId, u64>,
    next_ask: u64,
    bad_frames: u32,
    /// Set once the node goes away: when to come back.
    draining: Option<u64>,
    closed: bool,
    wall_ms: Box<dyn Fn() -> u64 + std::marker::Send>,
}

impl V1 {
    pub(crate) fn new(
        greeting: Greeting,
        wall_ms: Box<dyn Fn() -> u64 + std::marker::Send>,
    ) -> Self {
        Self {
            greeting,
            phase: Phase::Opening,
            rooms: LiteMap::with_capacity(1),
            added: BTreeSet::new(),
            unloaded: Unloaded::default(),
            sends: BTreeMap::new(),
            waiting: 0,
            waiting_bytes: 0,
            under_way: BTreeMap::new(),
            typed_ms: BTreeMap::new(),
            next_ask: 0,
            bad_frames: 0,
            draining: None,
            closed: false,
            wall_ms,
        }
    }

    fn ask(&mut self, under: Under, ask: Ask, out: &mut Vec<Effect>) {
        self.next_ask += 1;
        let id = AskId(self.next_ask);
        self.under_way.insert(id, under);
        out.push(Effect::Ask(id, ask));
    }

    fn close(&mut self, code: CloseCode, out: &mut Vec<Effect>) {
        self.closed = true;
        out.push(Effect::Close(code));
    }

    fn frame(&mut self, now_ms: u64, frame: ClientFrame, out: &mut Vec<Effect>) {
        if let ClientFrame::Ping { r#ref } = frame {
            return write(ServerFrame::Pong { r#ref }, out);
        }
        match (&self.phase, frame) {
            (Phase::Opening, ClientFrame::Hello { rooms, .. }) => {
                if rooms.len() > ROOMS_PER_USER_MAX {
                    let message = format!("At most {ROOMS_PER_USER_MAX} rooms can be resumed.");
                    write(
                        error(None, &Refusal::new(ErrorCode::TooLarge, message)),
                        out,
                    );
                    return self.close(CloseCode::Protocol, out);
                }
                self.phase = Phase::Greeting { positions: rooms };
                self.ask(Under::Rooms, Ask::Rooms, out);
            }
            (Phase::Opening, _) => {
                let refusal =
                    Refusal::new(ErrorCode::BadRequest, "The first frame must be `hello`.");
                write(error(None, &refusal), out);
                self.close(CloseCode::Protocol, out);
            }
            (_, ClientFrame::Hello { .. }) => {
                self.bad(
                    None,
                    &Refusal::new(ErrorCode::BadRequest, "`hello` was already said."),
                    out,
                );
            }
            (_, frame) => self.request(now_ms, frame, out),
        }
    }

    fn request(&mut self, now_ms: u64, frame: ClientFrame, out: &mut Vec<Effect>) {
        match frame {
            ClientFrame::Hello { .. } | ClientFrame::Ping { .. } => {}
            ClientFrame::Send {
                room,
                id,
                after,
                device,
                n,
                body,
            } => {
                let send = NewSend {
                    room,
                    id,
                    after: Some(after),
                    device: Some(device),
                    n,
                    body,
                };
                if let Some(waiting) = self.sends.get_mut(&room) {
                    self.waiting += 1;
                    self.waiting_bytes += text_bytes(&send.body);
                    waiting.push_back(send);
                } else {
                    self.sends.insert(room, VecDeque::new());
                    self.ask(
                        Under::Send {
                            room,
                            id: send.id.clone(),
                        },
                        Ask::Send(send),
                        out,
                    );
                }
            }
            ClientFrame::Create {
                r#ref,
                id,
                name,
                kind,
            } => {
                self.ask(Under::Room { r#ref }, Ask::Create { id, name, kind }, out);
            }
            ClientFrame::Join { r#ref, room, name } => match (room, name) {
                (Some(room), _) => {
                    self.ask(Under::Room { r#ref }, Ask::Join(RoomRef::Id(room)), out);
                }
                (None, Some(name)) => {
                    self.ask(Under::Room { r#ref }, Ask::Join(RoomRef::Name(name)), out);
                }
                (None, None) => {
                    let refusal =
                        Refusal::new(ErrorCode::BadRequest, "`join` needs `room` or `name`.");
                    self.bad(Some(r#ref), &refusal, out);
                }
            },
            ClientFrame::Direct { r#ref, user } => {
                self.ask(Under::Room { r#ref }, Ask::Direct(user), out);
            }
            ClientFrame::Group { r#ref, id, users } => {
                self.ask(Under::Room { r#ref }, Ask::Group { id, users }, out);
            }
            ClientFrame::Leave { r#ref, room } => {
                self.ask(Under::Leave { r#ref }, Ask::Leave(room), out);
            }
            ClientFrame::Rename { r#ref, room, name } => {
                self.ask(Under::Room { r#ref }, Ask::Rename { room, name }, out);
            }
            ClientFrame::History {
                r#ref,
                room,
                before,
                after,
                around,
                at_ms,
                limit,
            } => {
                let window = match (before, after, around, at_ms) {
                    (None, None, None, None) => Window::Newest,
                    (Some(seq), None, None, None) => Window::Before(seq),
                    (None, Some(seq), None, None) => Window::After(seq),
                    (None, None, Some(seq), None) => Window::Around(seq),
                    (None, None, None, Some(ms)) => Window::At(ms),
                    _ => {
                        let text =
                            "`history` takes one of `before`, `after`, `around` and `at_ms`.";
                        return self.bad(
                            Some(r#ref),
                            &Refusal::new(ErrorCode::BadRequest, text),
                            out,
                        );
                    }
                };
                let limit = limit
                    .unwrap_or(PAGE_EVENTS_DEFAULT)
                    .clamp(1, PAGE_EVENTS_MAX);
                self.ask(
                    Under::History { r#ref, room },
                    Ask::History {
                        room,
                        window,
                        limit,
                    },
                    out,
                );
            }
            ClientFrame::Members {
                r#ref,
                room,
                q,
                after,
                limit,
            } => {
                let limit = limit
                    .unwrap_or(PAGE_EVENTS_DEFAULT)
                    .clamp(1, PAGE_EVENTS_MAX);
                self.ask(
                    Under::Members { r#ref, room },
                    Ask::Members {
                        room,
                        q,
                        after,
                        limit,
                    },
                    out,
                );
            }
            ClientFrame::Bans {
                r#ref,
                room,
                after,
                limit,
            } => {
                let limit = limit
                    .unwrap_or(PAGE_EVENTS_DEFAULT)
                    .clamp(1, PAGE_EVENTS_MAX);
                self.ask(
                    Under::Bans { r#ref, room },
                    Ask::Bans { room, after, limit },
                    out,
                );
            }
            ClientFrame::Pins { r#ref, room } => {
                self.ask(Under::Pins { r#ref, room }, Ask::Pins(room), out);
            }
            ClientFrame::Edits { r#ref, room, seq } => {
                self.ask(Under::Edits { r#ref, room }, Ask::Edits { room, seq }, out);
            }
            ClientFrame::Search {
                r#ref,
                q,
                room,
                offset_min,
                cursor,
                limit,
            } => {
                let sought = SearchFor {
                    q,
                    room,
                    offset_min,
                    cursor,
                    limit,
                };
                self.ask(Under::Search { r#ref }, Ask::Search(Box::new(sought)), out);
            }
            ClientFrame::Thread {
                r#ref,
                room,
                root,
                before,
                after,
                limit,
            } => {
                let window = match (before, after) {
                    (None, None) => Window::Newest,
                    (Some(seq), None) => Window::Before(seq),
                    (None, Some(seq)) => Window::After(seq),
                    _ => {
                        let text = "Give at most one of `before` and `after`.";
                        let refusal = Refusal::new(ErrorCode::BadRequest, text);
                        return self.bad(Some(r#ref), &refusal, out);
                    }
                };
                let limit = limit.unwrap_or(PAGE_EVENTS_DEFAULT);
                let ask = Ask::Thread {
                    room,
                    root,
                    window,
                    limit,
                };
                self.ask(Under::Thread { r#ref }, ask, out);
            }
            ClientFrame::Threads {
                r#ref,
                after,
                limit,
            } => {
                let limit = limit.unwrap_or(THREADS_PAGE_MAX);
                let ask = Ask::Threads { after, limit };
                self.ask(Under::Threads { r#ref }, ask, out);
            }
            ClientFrame::Receipts { r#ref, room } => {
                self.ask(Under::Receipts { r#ref, room }, Ask::Receipts(room), out);
            }
            ClientFrame::Delivered { room, seq } => {
                self.ask(Under::Delivered, Ask::Delivered { room, seq }, out);
            }
            ClientFrame::Mark { room, seq, back } => {
                self.ask(Under::Mark { room }, Ask::Mark { room, seq, back }, out);
            }
            ClientFrame::Own { r#ref, kinds } => {
                self.ask(Under::Own { r#ref }, Ask::Own(kinds), out);
            }
            ClientFrame::Set { r#ref, own } => {
                self.ask(Under::Set { r#ref }, Ask::Set(own), out);
            }
            ClientFrame::Typing { room } => {
                let due = self
                    .typed_ms
                    .get(&room)
                    .is_none_or(|typed_ms| now_ms >= typed_ms + TYPING_PAUSE_MS);
                if due && self.rooms.contains_key(&room) {
                    self.typed_ms.insert(room, now_ms);
                    out.push(Effect::Typing(room));
                }
            }
            ClientFrame::Presence { status, watch } => {
                if watch.len() > WATCHED_USERS_MAX {
                    let text = format!("At most {WATCHED_USERS_MAX} people can be watched.");
                    return self.bad(None, &Refusal::new(ErrorCode::TooLarge, text), out);
                }
                self.ask(Under::Presence, Ask::Presence { status, watch }, out);
            }
        }
    }

    fn bad(&mut self, r#ref: Option<u64>, refusal: &Refusal, out: &mut Vec<Effect>) {
        write(error(r#ref, refusal), out);
        self.bad_frames += 1;
        if self.bad_frames >= BAD_FRAMES_MAX {
            self.close(CloseCode::Protocol, out);
        }
    }

    fn welcome(&mut self, listed: Listed, out: &mut Vec<Effect>) {
        let Phase::Greeting { positions } = std::mem::replace(&mut self.phase, Phase::Live) else {
            return;
        };
        let mut positions: BTreeMap<_, _> = positions
            .into_iter()
            .map(|position| (position.room, position.seq))
            .collect();
        let Listed { rooms, unloaded } = listed;
        // Before the welcome: what that does not list is not the user's any more, unless it was named here.
        for (room, refusal) in unloaded {
            let from = positions.remove(&room);
            self.unloaded(room, from, &refusal, out);
        }
        // A room without a position starts at the end that the snapshot shows, so that nothing falls in between.
        let attach: Vec<_> = rooms
            .iter()
            .map(|room| (room.id, positions.remove(&room.id).unwrap_or(room.head)))
            .collect();
        write(
            ServerFrame::Welcome {
                build: self.greeting.build.clone(),
                node: self.greeting.node.clone(),
                user: self.greeting.user.clone(),
                now_ms: (self.wall_ms)(),
                rooms: rooms.into_iter().map(without_description).collect(),
            },
            out,
        );
        // It ended while they were away: no event that they know ended it.
        for room in positions.into_keys() {
            write(left(room), out);
        }
        for (room, from) in attach {
            self.attach(room, from, out);
        }
        for room in std::mem::take(&mut self.added) {
            self.look_at(room, out);
        }
    }

    /// Looks whether a room is the user's that this connection has not got.
    fn look_at(&mut self, room: RoomId, out: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Live)
            && self.draining.is_none()
            && !self.rooms.contains_key(&room)
        {
            self.ask(Under::Added { room }, Ask::View(room), out);
        }
    }

    /// The room could not be loaded: the client is told once, and it is looked at again later. The others go on.
    fn unloaded(
        &mut self,
        room: RoomId,
        from: Option<Seq>,
        refusal: &Refusal,
        out: &mut Vec<Effect>,
    ) {
        if self.unloaded.add(room, from) {
            write(room_error(room, refusal), out);
        }
        if let Some(ms) = self.unloaded.pause() {
            out.push(Effect::Again(ms));
        }
    }

    fn attach(&mut self, room: RoomId, from: Seq, out: &mut Vec<Effect>) {
        if self.rooms.insert(room, ()).is_none() {
            self.ask(
                Under::Attach { room, from },
                Ask::Attach {
                    room,
                    from: Some(from),
                },
                out,
            );
        }
    }

    /// The next send of the room goes; after a refusal that asks for the same id again, those behind it must not pass
    /// it, so they are refused alike.
    fn sent(&mut self, room: RoomId, refused: Option<&Refusal>, out: &mut Vec<Effect>) {
        let Some(mut waiting) = self.sends.remove(&room) else {
            return;
        };
        if self.sends.is_empty() {
            self.sends = BTreeMap::new();
        }
        if let Some(refusal) = refused {
            self.waiting -= waiting.len();
            for send in waiting {
                self.waiting_bytes -= text_bytes(&send.body);
                write(send_error(room, send.id, refusal), out);
            }
        } else if let Some(send) = waiting.pop_front() {
            self.waiting -= 1;
            self.waiting_bytes -= text_bytes(&send.body);
            self.sends.insert(room, waiting);
            self.ask(
                Under::Send {
                    room,
                    id: send.id.clone(),
                },
                Ask::Send(send),
                out,
            );
        }
    }

    fn drained(&mut self, out: &mut Vec<Effect>) {
        if let Some(after_ms) = self.draining
            && (self.under_way.is_empty() || mutant!("drain-drops-acks"))
            && !self.closed
        {
            write(ServerFrame::Drain { after_ms }, out);
            self.close(CloseCode::Drain, out);
        }
    }
}

/// A room as it stands in a list of all of them: who is in 500 rooms is not sent 500 descriptions at each connect.
fn without_description(room: RoomSnapshot) -> RoomSnapshot {
    RoomSnapshot {
        description: String::new(),
        ..room
    }
}

impl Machine for V1 {
    fn open(&mut self, _out: &mut Vec<Effect>) {}

    fn text(&mut self, now_ms: u64, text: &str, out: &mut Vec<Effect>) {
        // What comes during a drain is not answered: it is not in the log, and goes elsewhere with the same id.
        if self.closed || self.draining.is_some() {
            return;
        }
        match decode_client(text) {
            Decoded::Frame(frame) => self.frame(now_ms, *frame, out),
            Decoded::Unknown { kind, r#ref } => {
                let text = format!("This server does not know the frame `{kind}`.");
                self.bad(r#ref, &Refusal::new(ErrorCode::UnknownKind, text), out);
            }
            Decoded::Bad { cause, r#ref, send } => {
                let refusal =
                    Refusal::new(ErrorCode::BadRequest, format!("This is no frame: {cause}."));
                match send {
                    Some((room, id)) => write(send_error(room, id, &refusal), out),
                    None => self.bad(r#ref, &refusal, out),
                }
            }
        }
    }

    fn reply(&mut self, ask: AskId, reply: Reply, out: &mut Vec<Effect>) {
        let Some(under) = self.under_way.remove(&ask) else {
            return;
        };
        if self.under_way.is_empty() {
            // An emptied map keeps a node with room for eleven; a connection at rest is to hold nothing.
            self.under_way = BTreeMap::new();
        }
        if self.closed {
            return;
        }
        match (under, reply) {
            (Under::Rooms, Reply::Rooms(Ok(rooms))) => self.welcome(rooms, out),
            (Under::Rooms, Reply::Rooms(Err(refusal))) => {
                write(error(None, &refusal), out);
                self.close(CloseCode::Lost, out);
            }
            (Under::Room { r#ref }, Reply::Room(Ok((room, _)))) => {
                let (id, head) = (room.id, room.head);
                // One that could not be loaded goes on from where the client was.
                let from = self.unloaded.remove(id).flatten().unwrap_or(head);
                write(
                    ServerFrame::Room {
                        r#ref: Some(r#ref),
                        room,
                    },
                    out,
                );
                self.attach(id, from, out);
            }
            (Under::Added { .. }, Reply::Room(Ok((room, _)))) => {
                let (id, head) = (room.id, room.head);
                let from = self.unloaded.remove(id).flatten();
                if !self.rooms.contains_key(&id) {
                    write(ServerFrame::Room { r#ref: None, room }, out);
                    self.attach(id, from.unwrap_or(head), out);
                }
            }
            // It turned up and went again, or it was left long ago and still stands in the user's list.
            (Under::Added { room }, Reply::Room(Err(refusal)))
                if refusal.code == ErrorCode::NotMember =>
            {
                if self.unloaded.remove(room).is_some() {
                    write(left(room), out);
                }
            }
            (Under::Added { room }, Reply::Room(Err(refusal))) => {
                self.unloaded(room, None, &refusal, out);
            }
            (Under::Attach { .. }, Reply::Attached(Ok(()))) => {}
            (Under::Attach { room, from }, Reply::Attached(Err(refusal))) => {
                self.rooms.remove(&room);
                if refusal.code == ErrorCode::NotMember {
                    write(left(room), out);
                    // They may have been let in again meanwhile, and the news of it taken for old.
                    self.look_at(room, out);
                } else {
                    self.unloaded(room, Some(from), &refusal, out);
                }
            }
            (Under::Send { room, id }, Reply::Sent(Ok(seq))) => {
                write(ServerFrame::Ack { room, id, seq }, out);
                self.sent(room, None, out);
            }
            (Under::Send { room, id }, Reply::Sent(Err(refusal))) => {
                write(send_error(room, id, &refusal), out);
                let again = refusal.code.retry() == hearth_protocol::Retry::Same;
                self.sent(room, again.then_some(&refusal), out);
            }
            (Under::Own { r#ref }, Reply::Own(Ok((version, own)))) => {
                let r#ref = Some(r#ref);
                write(
                    ServerFrame::Own {
                        r#ref,
                        version,
                        own,
                    },
                    out,
                );
            }
            (Under::Leave { r#ref } | Under::Set { r#ref }, Reply::Done(Ok(()))) => {
                write(ServerFrame::Done { r#ref }, out);
            }
            (Under::History { r#ref, room }, Reply::History(Ok(page))) => write(
                ServerFrame::History {
                    r#ref,
                    room,
                    events: page.events,
                    states: page.states,
                    head: page.head,
                    more_before: page.more_before,
                    more_after: page.more_after,
                },
                out,
            ),
            (Under::Members { r#ref, room }, Reply::Members(Ok((members, next)))) => {
                write(
                    ServerFrame::Members {
                        r#ref,
                        room,
                        members,
                        next,
                    },
                    out,
                );
            }
            (Under::Bans { r#ref, room }, Reply::Bans(Ok((bans, next)))) => {
                write(
                    ServerFrame::Bans {
                        r#ref,
                        room,
                        bans,
                        next,
                    },
                    out,
                );
            }
            (Under::Pins { r#ref, room }, Reply::Pins(Ok(page))) => write(
                ServerFrame::Pins {
                    r#ref,
                    room,
                    pins: page.pins,
                    states: page.states,
                },
                out,
            ),
            (Under::Edits { r#ref, room }, Reply::Edits(Ok(events))) => write(
                ServerFrame::Edits {
                    r#ref,
                    room,
                    events,
                },
                out,
            ),
            (Under::Search { r#ref }, Reply::Found(Ok(page))) => write(
                ServerFrame::Found {
                    r#ref,
                    rooms: page.rooms,
                    next: page.next,
                },
                out,
            ),
            (Under::Thread { r#ref }, Reply::Thread(Ok(page))) => write(
                ServerFrame::Thread {
                    r#ref,
                    thread: Box::new(page.thread),
                    events: page.events,
                    states: page.states,
                    head: page.head,
                    more_before: page.more_before,
                    more_after: page.more_after,
                },
                out,
            ),
            (Under::Threads { r#ref }, Reply::Threads(Ok(list))) => write(
                ServerFrame::Threads {
                    r#ref,
                    threads: list.threads,
                    unread: list.unread,
                    next: list.next,
                },
                out,
            ),
            (Under::Receipts { r#ref, room }, Reply::Receipts(Ok(receipts))) => write(
                ServerFrame::Receipts {
                    r#ref: Some(r#ref),
                    room,
                    receipts,
                },
                out,
            ),
            // It is said again with the next, or not needed.
            (Under::Delivered, Reply::Done(_)) => {}
            (Under::Mark { .. }, Reply::Done(Ok(()))) => {}
            (Under::Mark { room }, Reply::Done(Err(refusal))) => {
                write(room_error(room, &refusal), out);
            }
            (Under::Presence, Reply::Presence(users)) => {
                write(ServerFrame::Presence { users }, out)
            }
            (
                Under::Room { r#ref }
                | Under::Leave { r#ref }
                | Under::History { r#ref, .. }
                | Under::Members { r#ref, .. }
                | Under::Bans { r#ref, .. }
                | Under::Pins { r#ref, .. }
                | Under::Edits { r#ref, .. }
                | Under::Search { r#ref }
                | Under::Thread { r#ref }
                | Under::Threads { r#ref }
                | Under::Receipts { r#ref, .. }
                | Under::Own { r#ref }
                | Under::Set { r#ref },
                Reply::Room(Err(refusal))
                | Reply::Done(Err(refusal))
                | Reply::History(Err(refusal))
                | Reply::Members(Err(refusal))
                | Reply::Bans(Err(refusal))
                | Reply::Pins(Err(refusal))
                | Reply::Edits(Err(refusal))
                | Reply::Found(Err(refusal))
                | Reply::Thread(Err(refusal))
                | Reply::Threads(Err(refusal))
                | Reply::Receipts(Err(refusal))
                | Reply::Own(Err(refusal)),
            ) => write(error(Some(r#ref), &refusal), out),
            // The shell answers each ask with its own kind of reply.
            (_, _) => self.close(CloseCode::Lost, out),
        }
        self.drained(out);
    }

    fn notice(&mut self, notice: Notice, out: &mut Vec<Effect>) {
        if self.closed {
            return;
        }
        match notice {
            Notice::RoomAdded(room) => match self.phase {
                // One that cannot be loaded is looked at in its turn, however often it is named.
                Phase::Live if self.unloaded.contains(room) => {}
                Phase::Live => self.look_at(room, out),
                // The list may have been read before the room was in it.
                Phase::Greeting { .. } if self.added.len() < ADDED_MAX => {
                    self.added.insert(room);
                }
                Phase::Greeting { .. } => self.close(CloseCode::Lost, out),
                Phase::Opening => {}
            },
            Notice::RoomGone(room) => {
                self.rooms.remove(&room);
                self.typed_ms.remove(&room);
                // Whoever was let in again while the removal was still on its way here: that news came too early.
                self.look_at(room, out);
            }
            Notice::Again => {
                for room in self.unloaded.next() {
                    if self.rooms.contains_key(&room) {
                        self.unloaded.remove(room); // it was entered by its name meanwhile
                    }
                    self.look_at(room, out);
                }
                // What is under way says itself when to look again; the rest of the line is not to wait for that.
                if let Some(ms) = self.unloaded.pause() {
                    out.push(Effect::Again(ms));
                }
            }
            Notice::Drain { after_ms } => {
                self.draining = Some(after_ms);
                self.drained(out);
            }
        }
    }

    fn may_read(&self) -> bool {
        self.waiting < SENDS_WAITING_MAX
            && self.waiting_bytes < SENDS_WAITING_BYTES_MAX
            && self.sends.len() < SENDS_IN_FLIGHT_MAX
            && self.under_way.len() - self.sends.len().min(self.under_way.len())
                < REQUESTS_IN_FLIGHT_MAX
    }
}

fn write(frame: ServerFrame, out: &mut Vec<Effect>) {
    out.push(Effect::Write(Box::new(frame)));
}

fn error(r#ref: Option<u64>, refusal: &Refusal) -> ServerFrame {
    ServerFrame::Error {
        r#ref,
        room: None,
        id: None,
        code: refusal.code,
        message: refusal.message.clone(),
        retry_after_ms: refusal.retry_after_ms,
    }
}

/// What is wrong with a room, not with a send into it.
fn room_error(of: RoomId, refusal: &Refusal) -> ServerFrame {
    let mut frame = error(None, refusal);
    if let ServerFrame::Error { room, .. } = &mut frame {
        *room = Some(of);
    }
    frame
}

/// The room ended while the client was away: no event that it knows ended it.
fn left(room: RoomId) -> ServerFrame {
    ServerFrame::Left {
        room,
        seq: Seq::ZERO,
        r#ref: None,
    }
}

fn send_error(room: RoomId, id: SendId, refusal: &Refusal) -> ServerFrame {
    ServerFrame::Error {
        r#ref: None,
        room: Some(room),
        id: Some(id),
        code: refusal.code,
        message: refusal.message.clone(),
        retry_after_ms: refusal.retry_after_ms,
    }
}
