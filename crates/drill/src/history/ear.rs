//! One client's ear: every frame that goes out or comes in, and every step of its machine, turned into records.
//!
//! It promises that nothing that was heard or shown is left out of the history, that runs of events cost a line and not
//! a line each, and that every command that went out has an answer in the history once its socket has ended. It is to be
//! told everything in the order in which it happened, and must not know what is right.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{
    ClientFrame, Decoded, Event, MessageState, RoomId, RoomSnapshot, SendId, ServerFrame, UserId,
    client::{Outcome, Step},
    decode_server,
};

use super::{
    ClientNo, Command, Deed, Digest, OpNo, Page, Record, Recorder, RoomNo, Row, Run, Snap,
    SocketNo, State, UserNo, Way,
};

/// A run is written at the latest so long after its first event.
const RUN_US: u64 = 5_000_000;
/// An odd text is kept up to here.
pub(crate) const ODD_CHARS: usize = 300;

/// One client's ear.
pub(crate) struct Ear {
    recorder: Recorder,
    me: UserId,
    u: UserNo,
    c: ClientNo,
    socket: Option<Socket>,
    entered: BTreeSet<RoomId>,
    /// Sends whose acknowledgement is in the history, until the machine settles them.
    told: BTreeSet<(RoomId, SendId)>,
    shown: BTreeMap<RoomId, Open>,
}

/// What is under way on one connection.
struct Socket {
    s: SocketNo,
    /// When the server welcomed us.
    since: Option<u64>,
    heard: BTreeMap<RoomId, Open>,
    typed: BTreeSet<RoomId>,
    listed: BTreeSet<RoomId>,
    /// Rooms whose members were asked for, by the request.
    listing: BTreeMap<u64, RoomId>,
    /// Of those, requests from before a `left` of their room: their answers may still be on their way.
    overtaken: BTreeSet<u64>,
    sends: BTreeMap<(RoomId, SendId), OpNo>,
    asks: BTreeMap<u64, Asked>,
}

/// A request under way.
enum Asked {
    Op(OpNo),
    Page(OpNo, Way, u64),
}

/// A run that may go on.
struct Open {
    run: Run,
    last: u64,
}

impl Ear {
    /// The ear of a new client of a user.
    pub(crate) fn new(recorder: Recorder, user: UserId) -> Self {
        let (u, c) = (recorder.user(user), recorder.client());
        Self {
            recorder,
            me: user,
            u,
            c,
            socket: None,
            entered: BTreeSet::new(),
            told: BTreeSet::new(),
            shown: BTreeMap::new(),
        }
    }

    /// A socket was opened.
    pub(crate) fn opened(&mut self) {
        self.closed(None);
        let s = self.recorder.socket();
        let (c, u) = (self.c, self.u);
        self.recorder.put(Record::Open { s, c, u });
        self.socket = Some(Socket {
            s,
            since: None,
            heard: BTreeMap::new(),
            typed: BTreeSet::new(),
            listed: BTreeSet::new(),
            listing: BTreeMap::new(),
            overtaken: BTreeSet::new(),
            sends: BTreeMap::new(),
            asks: BTreeMap::new(),
        });
    }

    /// The socket ended: with the server's close code, or none where it was cut by whomever.
    pub(crate) fn closed(&mut self, code: Option<u16>) {
        let Some(socket) = self.socket.take() else {
            return;
        };
        for (_, open) in socket.heard {
            let run = open.run;
            self.recorder
                .put_at(open.last, Record::Heard { s: socket.s, run });
        }
        let ops = socket.sends.into_values();
        let asks = socket.asks.into_values().map(|asked| match asked {
            Asked::Op(o) | Asked::Page(o, ..) => o,
        });
        for o in ops.chain(asks) {
            let why = "the socket ended".to_owned();
            self.recorder.put(Record::Unknown { o, why });
        }
        self.recorder.put(Record::Close { s: socket.s, code });
    }

    /// A frame goes out. To be told before it is written: once it may have left, it may have been done.
    pub(crate) fn wrote(&mut self, frame: &ClientFrame) {
        let recorder = &self.recorder;
        let Some(socket) = &mut self.socket else {
            return;
        };
        let invoke = |command| {
            let o = recorder.op();
            let (u, c) = (self.u, Some(self.c));
            recorder.put(Record::Invoke { o, u, c, command });
            o
        };
        match frame {
            ClientFrame::Hello { rooms, .. } => {
                let rooms = rooms
                    .iter()
                    .map(|position| (recorder.room(position.room), position.seq))
                    .collect();
                let s = socket.s;
                recorder.put(Record::Hello { s, rooms });
            }
            ClientFrame::Send {
                room,
                id,
                after,
                device,
                n,
                body,
            } => {
                let key = (*room, id.clone());
                if let Some(o) = socket.sends.remove(&key) {
                    let why = "sent again without an answer".to_owned();
                    recorder.put(Record::Unknown { o, why });
                }
                let o = invoke(Command::Send {
                    room: recorder.room(*room),
                    id: id.as_str().to_owned(),
                    after: Some(*after),
                    device: device.as_str().to_owned(),
                    n: *n,
                    deed: Deed::of(body, &mut |user| recorder.user(user)),
                });
                socket.sends.insert(key, o);
            }
            ClientFrame::Create { r#ref, id, .. } => {
                let id = id.as_str().to_owned();
                let o = invoke(Command::Create { id });
                socket.asks.insert(*r#ref, Asked::Op(o));
            }
            ClientFrame::Join {
                r#ref,
                room: Some(room),
                ..
            } => {
                let room = recorder.room(*room);
                let o = invoke(Command::Join { room });
                socket.asks.insert(*r#ref, Asked::Op(o));
            }
            ClientFrame::Join { r#ref, .. } => {
                let o = invoke(Command::JoinByName);
                socket.asks.insert(*r#ref, Asked::Op(o));
            }
            ClientFrame::Direct { r#ref, user } => {
                let with = user.parse().ok().map(|user| recorder.user(user));
                let o = invoke(Command::Direct { with });
                socket.asks.insert(*r#ref, Asked::Op(o));
            }
            ClientFrame::Leave { r#ref, room } => {
                let room = recorder.room(*room);
                let o = invoke(Command::Leave { room });
                socket.asks.insert(*r#ref, Asked::Op(o));
            }
            ClientFrame::Mark { room, seq, back } => {
                let (room, seq, back) = (recorder.room(*room), *seq, *back);
                invoke(Command::Mark { room, seq, back });
            }
            ClientFrame::History {
                r#ref,
                room,
                before,
                after,
                around,
                limit,
                ..
            } => {
                let way = match (before, after, around) {
                    (Some(seq), _, _) => Way::Before(*seq),
                    (_, Some(seq), _) => Way::After(*seq),
                    (_, _, Some(seq)) => Way::Around(*seq),
                    _ => Way::Newest,
                };
                let limit = limit.unwrap_or(hearth_protocol::bounds::PAGE_EVENTS_DEFAULT) as u64;
                let room = recorder.room(*room);
                let o = invoke(Command::History { room });
                socket.asks.insert(*r#ref, Asked::Page(o, way, limit));
            }
            ClientFrame::Members { r#ref, room, .. } => {
                socket.listing.insert(*r#ref, *room);
            }
            // A name that is claimed is judged by the event that it leads to.
            ClientFrame::Rename { .. }
            | ClientFrame::Group { .. }
            | ClientFrame::Bans { .. }
            | ClientFrame::Pins { .. }
            | ClientFrame::Edits { .. }
            | ClientFrame::Search { .. }
            | ClientFrame::Thread { .. }
            | ClientFrame::Threads { .. }
            | ClientFrame::Receipts { .. }
            | ClientFrame::Delivered { .. }
            | ClientFrame::Own { .. }
            | ClientFrame::Set { .. }
            | ClientFrame::Typing { .. }
            | ClientFrame::Presence { .. }
            | ClientFrame::Ping { .. } => {}
        }
    }

    /// A text came in. To be told before the machine is.
    pub(crate) fn heard(&mut self, text: &str) {
        match decode_server(text) {
            Decoded::Frame(frame) => self.frame(*frame),
            Decoded::Unknown { .. } | Decoded::Bad { .. } => {
                let Some(socket) = &self.socket else { return };
                let text = text.chars().take(ODD_CHARS).collect();
                self.recorder.put(Record::Odd { s: socket.s, text });
            }
        }
    }

    fn frame(&mut self, frame: ServerFrame) {
        let recorder = self.recorder.clone();
        let Some(socket) = &mut self.socket else {
            return;
        };
        let s = socket.s;
        match frame {
            ServerFrame::Welcome { node, rooms, .. } => {
                socket.since = Some(recorder.now());
                let rooms = rooms.iter().map(|room| snap(&recorder, room)).collect();
                recorder.put(Record::Welcome { s, node, rooms });
            }
            ServerFrame::Room { r#ref, room } => {
                socket.flush(&recorder, room.id);
                let no = recorder.room(room.id);
                let snap = snap(&recorder, &room);
                recorder.put(Record::Given { s, snap });
                if let Some(number) = r#ref {
                    socket.answered(&recorder, number, Some(no));
                }
            }
            ServerFrame::Ack { room, id, seq } => {
                let key = (room, id);
                if let Some(o) = socket.sends.remove(&key) {
                    let (seq, room) = (Some(seq), None);
                    recorder.put(Record::Ok { o, seq, room });
                    self.told.insert(key);
                }
            }
            ServerFrame::Events { room, events } => {
                let now = recorder.now();
                let no = recorder.room(room);
                let wide = events.len() as u64;
                for event in &events {
                    let row = Row::of(event, &mut |user| recorder.user(user));
                    let open = socket.heard.remove(&room);
                    let (done, open) = Open::grow(open, no, &row, now, wide);
                    if let Some(done) = done {
                        let run = done.run;
                        recorder.put_at(done.last, Record::Heard { s, run });
                    }
                    socket.heard.insert(room, open);
                    // One's own event is as good as an acknowledgement: the client takes it for one.
                    let key = (room, event.id.clone());
                    if event.by == self.me
                        && let Some(o) = socket.sends.remove(&key)
                    {
                        let (seq, room) = (Some(event.seq), None);
                        recorder.put(Record::Ok { o, seq, room });
                        self.told.insert(key);
                    }
                }
            }
            ServerFrame::Gap { room, from, to } => {
                socket.flush(&recorder, room);
                let room = recorder.room(room);
                recorder.put(Record::Gap { s, room, from, to });
            }
            ServerFrame::Reset { room, head } => {
                socket.flush(&recorder, room);
                let room = recorder.room(room);
                recorder.put(Record::Reset { s, room, head });
            }
            ServerFrame::Left { room, seq, r#ref } => {
                socket.flush(&recorder, room);
                socket.forget(room);
                let no = recorder.room(room);
                recorder.put(Record::Left { s, room: no, seq });
                if let Some(number) = r#ref {
                    socket.answered(&recorder, number, None);
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
                let Some(Asked::Page(o, way, limit)) = socket.asks.remove(&r#ref) else {
                    return;
                };
                let room = recorder.room(room);
                let (seq, none) = (None, None);
                recorder.put(Record::Ok { o, seq, room: none });
                let page = Page {
                    way,
                    limit,
                    room,
                    head,
                    run: None,
                    states: states.iter().map(|at| state(&recorder, at)).collect(),
                    more_before,
                    more_after,
                };
                put_page(&recorder, s, page, &events);
            }
            ServerFrame::Done { r#ref } => socket.answered(&recorder, r#ref, None),
            ServerFrame::Mark {
                room,
                seq,
                revision,
                unread,
                ..
            } => {
                let room = recorder.room(room);
                recorder.put(Record::Mark {
                    s,
                    room,
                    seq,
                    revision,
                    unread,
                });
            }
            ServerFrame::Typing { room, .. } => {
                if socket.typed.insert(room) {
                    let room = recorder.room(room);
                    recorder.put(Record::Typing { s, room });
                }
            }
            ServerFrame::Error {
                r#ref,
                room,
                id,
                code,
                ..
            } => {
                let o = match (r#ref, room, id) {
                    (Some(number), _, _) => socket.asks.remove(&number).map(|asked| match asked {
                        Asked::Op(o) | Asked::Page(o, ..) => o,
                    }),
                    (None, Some(room), Some(id)) => socket.sends.remove(&(room, id)),
                    _ => None,
                };
                if let Some(o) = o {
                    let code = code.as_str().to_owned();
                    recorder.put(Record::Fail { o, code });
                }
            }
            ServerFrame::Members { r#ref, room, .. } => {
                socket.listing.remove(&r#ref);
                if !socket.overtaken.remove(&r#ref) && socket.listed.insert(room) {
                    let room = recorder.room(room);
                    recorder.put(Record::Listed { s, room });
                }
            }
            ServerFrame::Bans { .. }
            | ServerFrame::Pins { .. }
            | ServerFrame::Edits { .. }
            | ServerFrame::Found { .. }
            | ServerFrame::Thread { .. }
            | ServerFrame::Threads { .. }
            | ServerFrame::Receipts { .. }
            | ServerFrame::Own { .. }
            | ServerFrame::Presence { .. }
            | ServerFrame::Pong { .. }
            | ServerFrame::Drain { .. } => {}
        }
    }

    /// The machine put a step out. To be told in the order in which they come out.
    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Room(snapshot) if self.entered.insert(snapshot.id) => {
                self.flush_shown(snapshot.id);
                let (c, room, head) = (self.c, self.recorder.room(snapshot.id), snapshot.head);
                self.recorder.put(Record::Entered { c, room, head });
            }
            Step::Show { room, event } => self.show(*room, event),
            Step::Settled { pending, outcome } => {
                let was_told = self.told.remove(&(pending.room, pending.id.clone()));
                if let Outcome::Stored(seq) = outcome
                    && !was_told
                {
                    self.recorder.put(Record::Settled {
                        u: self.u,
                        room: self.recorder.room(pending.room),
                        id: pending.id.as_str().to_owned(),
                        seq: *seq,
                    });
                }
            }
            Step::Missed { room, from, to } => {
                self.flush_shown(*room);
                let (c, room, from, to) = (self.c, self.recorder.room(*room), *from, *to);
                self.recorder.put(Record::Missed { c, room, from, to });
            }
            Step::Reset { room, head } => {
                self.flush_shown(*room);
                let (c, room, head) = (self.c, self.recorder.room(*room), *head);
                self.recorder.put(Record::Forgot { c, room, head });
            }
            Step::Left { room, .. } => {
                self.flush_shown(*room);
                self.entered.remove(room);
                let (c, room) = (self.c, self.recorder.room(*room));
                self.recorder.put(Record::Gone { c, room });
            }
            _ => {}
        }
    }

    fn show(&mut self, room: RoomId, event: &Event) {
        let recorder = &self.recorder;
        let now = recorder.now();
        let no = recorder.room(room);
        let row = Row::of(event, &mut |user| recorder.user(user));
        let (done, open) = Open::grow(self.shown.remove(&room), no, &row, now, 1);
        if let Some(done) = done {
            let (c, run) = (self.c, done.run);
            recorder.put_at(done.last, Record::Shown { c, run });
        }
        self.shown.insert(room, open);
        let since = self.socket.as_ref().and_then(|socket| socket.since);
        let composed = Recorder::composed(&event.id);
        // A reader who was away is shown old things: that says nothing about the way from sender to reader.
        let age = composed.zip(since).and_then(|(composed, since)| {
            (composed >= since).then(|| now.saturating_sub(composed))
        });
        recorder.showed(age);
        if let Some(since) = since
            && let Some(composed) = composed
            && now.saturating_sub(composed.max(since)) > recorder.limits().late_us
        {
            let (c, room, seq) = (self.c, no, event.seq);
            recorder.put(Record::Late {
                c,
                room,
                seq,
                since,
            });
        }
    }

    /// Writes the runs that are open. To be called before the history is `quiet`, for clients that stay connected.
    pub(crate) fn flush(&mut self) {
        let recorder = &self.recorder;
        if let Some(socket) = &mut self.socket {
            let s = socket.s;
            for (_, open) in std::mem::take(&mut socket.heard) {
                let run = open.run;
                recorder.put_at(open.last, Record::Heard { s, run });
            }
        }
        for (_, open) in std::mem::take(&mut self.shown) {
            let (c, run) = (self.c, open.run);
            recorder.put_at(open.last, Record::Shown { c, run });
        }
    }

    fn flush_shown(&mut self, room: RoomId) {
        if let Some(open) = self.shown.remove(&room) {
            let (c, run) = (self.c, open.run);
            self.recorder.put_at(open.last, Record::Shown { c, run });
        }
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.flush();
        self.closed(None);
    }
}

impl Socket {
    fn flush(&mut self, recorder: &Recorder, room: RoomId) {
        if let Some(open) = self.heard.remove(&room) {
            let (s, run) = (self.s, open.run);
            recorder.put_at(open.last, Record::Heard { s, run });
        }
    }

    /// The room was left: what comes of it from now on is written anew.
    fn forget(&mut self, room: RoomId) {
        self.typed.remove(&room);
        self.listed.remove(&room);
        let asked = self.listing.extract_if(.., |_, of| *of == room);
        self.overtaken.extend(asked.map(|(number, _)| number));
    }

    fn answered(&mut self, recorder: &Recorder, number: u64, room: Option<RoomNo>) {
        if let Some(Asked::Op(o) | Asked::Page(o, ..)) = self.asks.remove(&number) {
            let seq = None;
            recorder.put(Record::Ok { o, seq, room });
        }
    }
}

impl Open {
    /// The run with one more event; and the one before, if it is not continued.
    fn grow(
        open: Option<Self>,
        room: RoomNo,
        row: &Row,
        now: u64,
        wide: u64,
    ) -> (Option<Self>, Self) {
        match open {
            Some(mut open)
                if row.seq == open.run.to.next() && now.saturating_sub(open.run.first) < RUN_US =>
            {
                open.run.add(row);
                open.run.widest = open.run.widest.max(wide);
                open.last = now;
                (None, open)
            }
            other => {
                let mut run = Run::begin(room, row, now);
                run.widest = wide;
                (other, Self { run, last: now })
            }
        }
    }
}

impl Run {
    /// A run of one event.
    pub(crate) fn begin(room: RoomNo, row: &Row, first: u64) -> Self {
        let mut run = Self {
            room,
            from: row.seq,
            to: row.seq,
            first,
            heads: Digest::default(),
            deeds: Digest::default(),
            erased: Vec::new(),
            widest: 1,
        };
        run.add(row);
        run
    }

    /// The next event; whether it is the next is the caller's to see.
    pub(crate) fn add(&mut self, row: &Row) {
        self.to = row.seq;
        self.heads = self.heads.plus(row.head_digest());
        if row.deed.is_erased() {
            self.erased.push(row.seq);
        } else {
            self.deeds = self.deeds.plus(row.deed.digest());
        }
    }

    /// Any events as dense runs, in the order given.
    pub(crate) fn all<'a>(
        room: RoomNo,
        first: u64,
        rows: impl IntoIterator<Item = &'a Row>,
    ) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for row in rows {
            match runs.last_mut() {
                Some(run) if run.to.next() == row.seq => run.add(row),
                _ => runs.push(Self::begin(room, row, first)),
            }
        }
        for run in &mut runs {
            run.widest = 1;
        }
        runs
    }
}

/// Writes a page that came over a socket: one record if it is dense, as it has to be.
fn put_page(recorder: &Recorder, s: SocketNo, mut page: Page, events: &[Event]) {
    let rows: Vec<Row> = events
        .iter()
        .map(|event| Row::of(event, &mut |user| recorder.user(user)))
        .collect();
    let mut runs = Run::all(page.room, recorder.now(), &rows);
    for run in &mut runs {
        run.widest = rows.len() as u64;
    }
    if runs.is_empty() {
        return recorder.put(Record::Page { s, page });
    }
    for run in runs {
        page.run = Some(run);
        let page = page.clone();
        recorder.put(Record::Page { s, page });
    }
}

/// A snapshot as the history keeps it.
pub(crate) fn snap(recorder: &Recorder, room: &RoomSnapshot) -> Snap {
    Snap {
        room: recorder.room(room.id),
        role: room.role,
        members: room.members,
        topic: Digest::of(&room.topic),
        head: room.head,
        ordinal: room.ordinal.0,
        mark: room.mark,
        revision: room.revision,
        unread: room.unread,
    }
}

fn state(recorder: &Recorder, state: &MessageState) -> State {
    State {
        seq: state.seq,
        text: state.text.as_deref().map(Digest::of),
        edited: state.edited,
        deleted: state.deleted,
        reactions: state
            .reactions
            .iter()
            .map(|reaction| {
                let users = reaction.users.iter().map(|user| recorder.user(*user));
                (reaction.emoji.clone(), users.collect())
            })
            .collect(),
    }
}
