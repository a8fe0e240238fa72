//! A tiny chat that keeps the contract, and the history of it: tests tell it what people do, and then spoil a line.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{Role, RoomKind, Seq};

use crate::history::{
    Begin, ClientNo, Command, Deed, Digest, FORMAT, FaultNo, Limits, Line, OpNo, Page, Record,
    RoomNo, Row, Run, Snap, SocketNo, State, UserNo, Way, When,
};

pub(super) const NODES: [&str; 2] = ["a", "b"];

/// What happened so far, and how things stand.
pub(super) struct Story {
    pub(super) t: u64,
    pub(super) lines: Vec<Line>,
    ops: OpNo,
    sends: u64,
    sockets: SocketNo,
    faults: FaultNo,
    users: UserNo,
    pub(super) rooms: Vec<Room>,
    pub(super) clients: Vec<Client>,
    n: BTreeMap<(UserNo, RoomNo), u64>,
}

pub(super) struct Room {
    pub(super) rows: Vec<Row>,
    pub(super) members: BTreeMap<UserNo, Role>,
    pub(super) messages: Vec<(Seq, UserNo)>,
    topic: Digest,
    ordinal: u64,
    states: BTreeMap<Seq, Standing>,
    marks: BTreeMap<UserNo, (u64, Seq)>,
}

#[derive(Default, Clone)]
struct Standing {
    text: Option<(Seq, Digest)>,
    deleted: Option<Seq>,
    reactions: BTreeSet<(String, UserNo)>,
}

pub(super) struct Client {
    pub(super) u: UserNo,
    pub(super) s: Option<SocketNo>,
    pub(super) screens: BTreeMap<RoomNo, Seq>,
}

impl Room {
    pub(super) fn head(&self) -> Seq {
        Seq(self.rows.len() as u64)
    }

    pub(super) fn deleted(&self, seq: Seq) -> bool {
        self.states.get(&seq).is_some_and(|s| s.deleted.is_some())
    }

    fn run(&self, room: RoomNo, from: Seq, to: Seq, t: u64, erase: bool) -> Run {
        let rows: Vec<Row> = self.rows[from.0 as usize - 1..to.0 as usize]
            .iter()
            .map(|row| self.shown(row, erase))
            .collect();
        Run::all(room, t, &rows).remove(0)
    }

    fn shown(&self, row: &Row, erase: bool) -> Row {
        let mut row = row.clone();
        if erase && self.deleted(row.seq) {
            row.deed = row.deed.erased();
        }
        row
    }
}

impl Story {
    pub(super) fn new(users: u32, faults: &[&str]) -> Self {
        let begin = Begin {
            format: FORMAT,
            seed: 7,
            version: "0".into(),
            cluster: "story".into(),
            command: "hearth-drill check --seed 7".into(),
            wall: "today".into(),
            faults: faults.iter().map(|class| (*class).to_owned()).collect(),
            each_bites: false,
            nodes: NODES.iter().map(|node| (*node).to_owned()).collect(),
            // Stories are short, and so are their gaps.
            limits: Limits {
                gap_events: 1,
                ..Limits::default()
            },
        };
        let mut story = Self {
            t: 0,
            lines: Vec::new(),
            ops: 0,
            sends: 0,
            sockets: 0,
            faults: 0,
            users,
            rooms: Vec::new(),
            clients: Vec::new(),
            n: BTreeMap::new(),
        };
        story.put(Record::Begin(begin));
        for u in 0..users {
            // The first is the installation itself.
            let id = uuid::Uuid::from_u128(u.into()).to_string();
            story.put(Record::User { u, id });
        }
        for node in NODES {
            story.sample(When::Before, node, 1_000_000, 40, 20);
            story.health(node, Some(200));
        }
        story
    }

    pub(super) fn put(&mut self, record: Record) {
        self.t += 1_000;
        self.lines.push(Line { t: self.t, record });
    }

    pub(super) fn wait(&mut self, ms: u64) {
        self.t += ms * 1_000;
    }

    pub(super) fn sample(&mut self, when: When, node: &str, rss_bytes: u64, fds: u64, tasks: u64) {
        let node = node.to_owned();
        self.put(Record::Sample {
            when,
            node,
            pid: 1,
            rss_bytes,
            fds,
            tasks,
        });
    }

    /// What a server answers a balancer from now on; alive it is whenever it answers.
    pub(super) fn health(&mut self, node: &str, readyz: Option<u16>) {
        let node = node.to_owned();
        let livez = readyz.map(|_| 200);
        self.put(Record::Health {
            node,
            livez,
            readyz,
        });
    }

    pub(super) fn fault(&mut self, class: &str, outage: bool, bites: u64) {
        self.hold(class, outage, bites, None, |story| story.wait(500));
    }

    /// A fault in which something happens.
    pub(super) fn hold(
        &mut self,
        class: &str,
        outage: bool,
        bites: u64,
        leaves: Option<&str>,
        happens: impl FnOnce(&mut Self),
    ) {
        let f = self.faults;
        self.faults += 1;
        self.put(Record::Fault {
            f,
            class: class.into(),
            target: "a".into(),
            outage,
            heals_us: 1_000_000,
            leaves: leaves.map(str::to_owned),
        });
        happens(self);
        self.put(Record::Bit {
            f,
            what: "seen".into(),
            n: bites,
        });
        self.put(Record::Healed { f });
    }

    pub(super) fn invoke(&mut self, u: UserNo, command: Command) -> OpNo {
        let o = self.ops;
        self.ops += 1;
        let c = self.clients.iter().position(|client| client.u == u);
        let c = c.map(|at| at as ClientNo);
        self.put(Record::Invoke { o, u, c, command });
        o
    }

    pub(super) fn ok(&mut self, o: OpNo, seq: Option<Seq>, room: Option<RoomNo>) {
        self.put(Record::Ok { o, seq, room });
    }

    pub(super) fn fail(&mut self, o: OpNo, code: &str) {
        let code = code.to_owned();
        self.put(Record::Fail { o, code });
    }

    pub(super) fn unknown(&mut self, o: OpNo) {
        let why = "the socket ended".to_owned();
        self.put(Record::Unknown { o, why });
    }

    /// Its sender saw the event, and takes it for stored.
    pub(super) fn settled(&mut self, u: UserNo, command: &Command, seq: Seq) {
        if let Command::Send { room, id, .. } = command {
            let (room, id) = (*room, id.clone());
            self.put(Record::Settled { u, room, id, seq });
        }
    }

    /// A send composed now, not yet on the wire.
    pub(super) fn compose(&mut self, u: UserNo, room: RoomNo, deed: Deed) -> Command {
        let n = self.n.entry((u, room)).or_default();
        *n += 1;
        self.sends += 1;
        Command::Send {
            room,
            id: format!("{u}-{}-{}", self.sends, self.t),
            after: Some(self.rooms[room as usize].head()),
            device: format!("device-{u}"),
            n: *n,
            deed,
        }
    }

    /// The log gets what a command asks for.
    pub(super) fn append(&mut self, u: UserNo, command: &Command) -> Seq {
        match command {
            Command::Send { room, id, deed, .. } => self.event(*room, u, id, deed.clone()),
            Command::SeedSend { room, text } => {
                let deed = message_of(*text);
                let id = format!("server-{}", self.t);
                self.event(*room, u, &id, deed)
            }
            Command::Join { room } => self.event(*room, u, &format!("j-{}", self.t), Deed::Join),
            Command::Leave { room } => self.event(*room, u, &format!("l-{}", self.t), Deed::Leave),
            other => panic!("{other:?} appends nothing"),
        }
    }

    /// Asked, stored, acknowledged.
    pub(super) fn send(&mut self, u: UserNo, room: RoomNo, deed: Deed) -> Seq {
        let command = self.compose(u, room, deed);
        let o = self.invoke(u, command.clone());
        let seq = self.append(u, &command);
        self.ok(o, Some(seq), None);
        seq
    }

    pub(super) fn say(&mut self, u: UserNo, room: RoomNo) -> Seq {
        let deed = message(&format!("words {}", self.sends));
        self.send(u, room, deed)
    }

    pub(super) fn create(&mut self, by: UserNo, room_kind: RoomKind) -> RoomNo {
        let room = self.rooms.len() as RoomNo;
        let id = format!("create-{room}");
        let name = format!("{room}");
        self.put(Record::Room { room, id: name });
        self.rooms.push(Room {
            rows: Vec::new(),
            members: BTreeMap::new(),
            messages: Vec::new(),
            topic: Digest::of(""),
            ordinal: 0,
            states: BTreeMap::new(),
            marks: BTreeMap::new(),
        });
        let o = self.invoke(by, Command::Create { id: id.clone() });
        let title = Digest::of("a room");
        let with = Vec::new();
        let deed = Deed::Create {
            room_kind,
            title,
            with,
        };
        self.event(room, by, &id, deed);
        self.ok(o, None, Some(room));
        room
    }

    pub(super) fn join(&mut self, u: UserNo, room: RoomNo) {
        let command = Command::Join { room };
        let o = self.invoke(u, command.clone());
        self.append(u, &command);
        self.ok(o, None, Some(room));
    }

    pub(super) fn leave(&mut self, u: UserNo, room: RoomNo) {
        let command = Command::Leave { room };
        let o = self.invoke(u, command.clone());
        self.append(u, &command);
        self.ok(o, None, None);
    }

    pub(super) fn mark(&mut self, u: UserNo, room: RoomNo, seq: Seq, back: bool) {
        self.invoke(u, Command::Mark { room, seq, back });
        let model = &mut self.rooms[room as usize];
        let mark = model.marks.entry(u).or_default();
        if seq > mark.1 {
            mark.1 = seq;
        } else if back && seq < mark.1 {
            *mark = (mark.0 + 1, seq);
        }
        let (revision, seq) = *mark;
        let unread = model.unread(seq);
        let sockets: Vec<SocketNo> = self.sockets_of(u);
        for s in sockets {
            self.put(Record::Mark {
                s,
                room,
                seq,
                revision,
                unread,
            });
        }
    }

    /// Marks that own messages have moved are as if they had not.
    pub(super) fn forget_marks(&mut self, room: RoomNo) {
        self.rooms[room as usize].marks.clear();
    }

    fn sockets_of(&self, u: UserNo) -> Vec<SocketNo> {
        let of = self.clients.iter().filter(|client| client.u == u);
        of.filter_map(|client| client.s).collect()
    }

    fn event(&mut self, room: RoomNo, by: UserNo, id: &str, deed: Deed) -> Seq {
        let t = self.t;
        let model = &mut self.rooms[room as usize];
        let seq = model.head().next();
        let was = model.members.clone();
        match &deed {
            Deed::Create { .. } if by == 0 => {}
            Deed::Create { .. } => {
                model.members.insert(by, Role::Owner);
            }
            Deed::Join if seq == Seq(2) && model.members.is_empty() => {
                model.members.insert(by, Role::Owner);
            }
            Deed::Join => {
                model.members.entry(by).or_insert(Role::Member);
            }
            Deed::Invite { user } => {
                model.members.entry(*user).or_insert(Role::Member);
            }
            Deed::Leave => {
                model.members.remove(&by);
            }
            Deed::Remove { user } => {
                model.members.remove(user);
            }
            Deed::Role { user, role } => {
                model.members.insert(*user, *role);
            }
            Deed::Ban { user, .. } => {
                model.members.remove(user);
            }
            Deed::Pin { .. }
            | Deed::Unban { .. }
            | Deed::Description { .. }
            | Deed::Rename { .. }
            | Deed::Archive { .. }
            | Deed::Slow { .. }
            | Deed::Right { .. }
            | Deed::Avatar { .. } => {}
            Deed::Topic { topic } => model.topic = *topic,
            Deed::Message { .. } => {
                model.ordinal += 1;
                model.messages.push((seq, by));
                let mark = model.marks.entry(by).or_default();
                mark.1 = seq;
            }
            Deed::Edit { target, text } => {
                model.states.entry(*target).or_default().text = Some((seq, *text));
            }
            Deed::Delete { target } => {
                model.states.entry(*target).or_default().deleted = Some(seq);
            }
            Deed::React { target, emoji, on } => {
                let reactions = &mut model.states.entry(*target).or_default().reactions;
                if *on {
                    reactions.insert((emoji.clone(), by));
                } else {
                    reactions.remove(&(emoji.clone(), by));
                }
            }
            Deed::Erased { .. } => {}
        }
        model.rows.push(Row {
            seq,
            ordinal: model.ordinal,
            by,
            id: id.to_owned(),
            rest: Digest(t),
            deed,
        });
        let is: BTreeSet<UserNo> = model.members.keys().copied().collect();
        let was: BTreeSet<UserNo> = was.keys().copied().collect();
        for c in 0..self.clients.len() {
            let u = self.clients[c].u;
            if was.contains(&u) && !is.contains(&u) {
                self.put_out(c, room, seq);
            } else if is.contains(&u) && !was.contains(&u) {
                self.give(c, room);
            }
        }
        seq
    }

    fn give(&mut self, c: usize, room: RoomNo) {
        let client = &self.clients[c];
        let Some(s) = client.s else { return };
        let snap = self.rooms[room as usize].snap(room, client.u);
        let (head, c_no) = (snap.head, c as ClientNo);
        self.put(Record::Given { s, snap });
        self.put(Record::Entered {
            c: c_no,
            room,
            head,
        });
        self.clients[c].screens.insert(room, head);
    }

    fn put_out(&mut self, c: usize, room: RoomNo, seq: Seq) {
        let Some(s) = self.clients[c].s else { return };
        self.deliver(c, room, seq);
        self.put(Record::Left { s, room, seq });
        self.put(Record::Gone {
            c: c as ClientNo,
            room,
        });
        self.clients[c].screens.remove(&room);
    }

    /// A new client of a user, connected.
    pub(super) fn client(&mut self, u: UserNo) -> usize {
        self.clients.push(Client {
            u,
            s: None,
            screens: BTreeMap::new(),
        });
        let c = self.clients.len() - 1;
        self.open(c);
        c
    }

    pub(super) fn open(&mut self, c: usize) {
        let s = self.sockets;
        self.sockets += 1;
        let (u, c_no) = (self.clients[c].u, c as ClientNo);
        self.put(Record::Open { s, c: c_no, u });
        let positions: Vec<(RoomNo, Seq)> = self.clients[c]
            .screens
            .iter()
            .map(|(room, seq)| (*room, *seq))
            .collect();
        let rooms = positions.clone();
        self.put(Record::Hello { s, rooms });
        let snaps: Vec<Snap> = (0u32..)
            .zip(&self.rooms)
            .filter(|(_, model)| model.members.contains_key(&u))
            .map(|(room, model)| model.snap(room, u))
            .collect();
        let node = NODES[s as usize % 2].to_owned();
        let rooms = snaps.clone();
        self.put(Record::Welcome { s, node, rooms });
        self.clients[c].s = Some(s);
        for (room, _) in positions {
            if !snaps.iter().any(|snap| snap.room == room) {
                let seq = Seq::ZERO;
                self.put(Record::Left { s, room, seq });
                self.put(Record::Gone { c: c_no, room });
                self.clients[c].screens.remove(&room);
            }
        }
        for snap in snaps {
            let (room, head) = (snap.room, snap.head);
            if !self.clients[c].screens.contains_key(&room) {
                self.put(Record::Entered {
                    c: c_no,
                    room,
                    head,
                });
                self.clients[c].screens.insert(room, head);
            }
        }
    }

    pub(super) fn close(&mut self, c: usize) {
        if let Some(s) = self.clients[c].s.take() {
            self.put(Record::Close { s, code: None });
        }
    }

    /// What a client has not got of a room comes, up to a number, and is shown.
    pub(super) fn deliver(&mut self, c: usize, room: RoomNo, to: Seq) {
        let client = &self.clients[c];
        let (Some(s), Some(position)) = (client.s, client.screens.get(&room).copied()) else {
            return;
        };
        if position >= to {
            return;
        }
        let run = self.rooms[room as usize].run(room, position.next(), to, self.t, false);
        let shown = run.clone();
        self.put(Record::Heard { s, run });
        self.put(Record::Shown {
            c: c as ClientNo,
            run: shown,
        });
        self.clients[c].screens.insert(room, to);
    }

    /// Everything comes to a client.
    pub(super) fn catch_up(&mut self, c: usize) {
        let rooms: Vec<RoomNo> = self.clients[c].screens.keys().copied().collect();
        for room in rooms {
            self.deliver(c, room, self.rooms[room as usize].head());
        }
    }

    /// A gap is told instead.
    pub(super) fn gap(&mut self, c: usize, room: RoomNo, to: Seq) {
        let client = &self.clients[c];
        let (Some(s), Some(position)) = (client.s, client.screens.get(&room).copied()) else {
            return;
        };
        if position >= to {
            return;
        }
        let from = position.next();
        self.put(Record::Gap { s, room, from, to });
        self.put(Record::Missed {
            c: c as ClientNo,
            room,
            from,
            to,
        });
        self.clients[c].screens.insert(room, to);
    }

    /// A page of history.
    pub(super) fn page(&mut self, c: usize, room: RoomNo, way: Way, limit: u64) {
        let Some(s) = self.clients[c].s else { return };
        let o = self.invoke(self.clients[c].u, Command::History { room });
        let model = &self.rooms[room as usize];
        let head = model.head();
        let (from, to) = match way {
            Way::Newest => (head.0.saturating_sub(limit) + 1, head.0),
            Way::Before(seq) => (seq.0.saturating_sub(limit).max(1), seq.0 - 1),
            Way::After(seq) => (seq.0 + 1, (seq.0 + limit).min(head.0)),
            Way::Around(seq) => (
                seq.0.saturating_sub(limit / 2).max(1),
                (seq.0 + limit / 2 - 1).min(head.0),
            ),
        };
        let from = from.max(1);
        let run = (from <= to).then(|| model.run(room, Seq(from), Seq(to), self.t, true));
        let states = model
            .states
            .range(Seq(from)..=Seq(to.max(from)))
            .filter_map(|(seq, standing)| standing.state(*seq))
            .collect();
        let page = Page {
            way,
            limit,
            room,
            head,
            run,
            states,
            more_before: from > 1,
            more_after: to < head.0,
        };
        self.ok(o, None, None);
        self.put(Record::Page { s, page });
    }

    /// All come to rest, and everything is read.
    pub(super) fn end(mut self) -> Vec<Line> {
        for c in 0..self.clients.len() {
            self.catch_up(c);
        }
        self.put(Record::Quiet);
        for room in 0..self.rooms.len() {
            let rows: Vec<Row> = {
                let model = &self.rooms[room];
                model
                    .rows
                    .iter()
                    .map(|row| model.shown(row, true))
                    .collect()
            };
            let room_no = room as RoomNo;
            for row in rows {
                self.put(Record::Row { room: room_no, row });
            }
            for node in NODES {
                let node = node.to_owned();
                let model = &self.rooms[room];
                let run = model.run(room_no, Seq(1), model.head(), self.t, true);
                let members = model.members.iter().map(|(u, r)| (*u, *r)).collect();
                self.put(Record::Read {
                    node: node.clone(),
                    run,
                });
                self.put(Record::Members {
                    node,
                    room: room_no,
                    members,
                });
            }
        }
        for node in NODES {
            for u in 0..self.users {
                let rooms = (0u32..)
                    .zip(&self.rooms)
                    .filter(|(_, model)| model.members.contains_key(&u))
                    .map(|(room, model)| model.snap(room, u))
                    .collect();
                let node = node.to_owned();
                self.put(Record::Final { node, u, rooms });
            }
        }
        for node in NODES {
            self.sample(When::After, node, 2_000_000, 41, 20);
        }
        let lines = self.lines.len() as u64;
        self.put(Record::End { lines });
        self.lines
    }
}

impl Room {
    fn unread(&self, mark: Seq) -> u64 {
        let below = self.messages.iter().filter(|(seq, _)| *seq <= mark).count();
        self.ordinal - below as u64
    }

    fn snap(&self, room: RoomNo, u: UserNo) -> Snap {
        let (revision, mark) = self.marks.get(&u).copied().unwrap_or_default();
        Snap {
            room,
            role: self.members[&u],
            members: self.members.len() as u64,
            topic: self.topic,
            head: self.head(),
            ordinal: self.ordinal,
            mark,
            revision,
            unread: self.unread(mark),
        }
    }
}

impl Standing {
    fn state(&self, seq: Seq) -> Option<State> {
        if self.deleted.is_some() {
            return Some(State {
                seq,
                text: None,
                edited: None,
                deleted: self.deleted,
                reactions: Vec::new(),
            });
        }
        let mut reactions: Vec<(String, Vec<UserNo>)> = Vec::new();
        for (emoji, user) in &self.reactions {
            match reactions.last_mut() {
                Some((last, users)) if last == emoji => users.push(*user),
                _ => reactions.push((emoji.clone(), vec![*user])),
            }
        }
        let is_changed = self.text.is_some() || !reactions.is_empty();
        is_changed.then(|| State {
            seq,
            text: self.text.map(|(_, text)| text),
            edited: self.text.map(|(at, _)| at),
            deleted: None,
            reactions,
        })
    }
}

pub(super) fn message(text: &str) -> Deed {
    message_of(Digest::of(text))
}

pub(super) fn message_of(text: Digest) -> Deed {
    Deed::Message {
        text,
        reply_to: None,
        thread: None,
    }
}

pub(super) fn react(target: Seq, on: bool) -> Deed {
    Deed::React {
        target,
        emoji: "+1".into(),
        on,
    }
}
