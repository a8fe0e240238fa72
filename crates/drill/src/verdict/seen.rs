//! What came over sockets and what stood on screens, against the logs.
//!
//! A socket is judged by the frames of the protocol: runs in order, nothing of rooms that are not the user's, snapshots
//! and pages equal to the log. A screen is judged by the person before it: each event once, none left out in silence.
//! It promises a position per reader and room, and no more memory.

use std::collections::{BTreeMap, HashMap, HashSet};

use hearth_protocol::{Seq, bounds};

use super::{Bench, Promise, Tally, asked::Judged, cluster::Cluster, truth::Log};
use crate::history::{
    Begin, ClientNo, Deed, Digest, Limits, Line, Page, Record, RoomNo, Run, Snap, SocketNo, UserNo,
    Way,
};

/// Own messages move the mark within this.
const MOVED_US: u64 = 10_000_000;

/// A reader's share of the second going through.
pub(super) struct Seen<'a> {
    judged: &'a Judged,
    cluster: &'a Cluster,
    limits: Limits,
    sockets: HashMap<SocketNo, Socket>,
    screens: HashMap<(ClientNo, RoomNo), Screen>,
    users: HashMap<ClientNo, UserNo>,
    /// Clients with an open socket, and which.
    open: HashMap<ClientNo, SocketNo>,
    /// Of them, those that were there when it became quiet.
    live: Option<Vec<ClientNo>>,
    /// What stood on the screens then: what comes later came too late.
    quiet: Option<HashMap<(ClientNo, RoomNo), Screen>>,
    /// The highest mark seen of a user in a room, when and by which line.
    marks: HashMap<(UserNo, RoomNo), (Standing, u64, u64)>,
    /// Where events are by their senders and ids, of rooms in which somebody hears the specification's own frames.
    by_id: HashMap<RoomNo, HashMap<(UserNo, &'a str), Seq>>,
    reads: HashMap<(String, RoomNo), Seq>,
    finals: HashMap<(UserNo, RoomNo), (Standing, u64)>,
    listed: HashMap<(String, UserNo), HashSet<RoomNo>>,
}

/// A read mark: the higher revision wins, within one the higher seq.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    revision: u64,
    seq: Seq,
}

#[derive(Debug)]
struct Socket {
    u: UserNo,
    c: ClientNo,
    /// When it said hello: what it is told after that is no older.
    hello: Option<u64>,
    hellos: HashMap<RoomNo, Seq>,
    rooms: BTreeMap<RoomNo, Hearing>,
    /// What came in the specification's own frames, and the last of each room.
    plain: HashSet<(RoomNo, Seq)>,
    plain_last: HashMap<RoomNo, Seq>,
}

/// One room on one socket.
#[derive(Debug)]
struct Hearing {
    /// Up to here the user may have it, as the server described the room to them at this number.
    granted: Seq,
    /// Nothing has come yet: the first run may begin with a replay.
    is_fresh: bool,
    position: Seq,
    /// How much of a replay is left, counted down from the bound, and where it ends.
    replay: Option<(Seq, u64)>,
    /// False from `left` on.
    attached: bool,
    line: u64,
}

/// One room on one screen.
#[derive(Debug, Clone, Copy)]
struct Screen {
    position: Seq,
    line: u64,
}

impl<'a> Seen<'a> {
    pub(super) fn new(begin: &Begin, judged: &'a Judged, cluster: &'a Cluster) -> Self {
        Self {
            judged,
            cluster,
            limits: begin.limits,
            sockets: HashMap::new(),
            screens: HashMap::new(),
            users: HashMap::new(),
            open: HashMap::new(),
            live: None,
            quiet: None,
            marks: HashMap::new(),
            by_id: HashMap::new(),
            reads: HashMap::new(),
            finals: HashMap::new(),
            listed: HashMap::new(),
        }
    }

    /// Takes a line of the second going through.
    pub(super) fn take(&mut self, at: u64, line: Line, bench: &mut Bench, tally: &mut Tally) {
        let t = line.t;
        match line.record {
            Record::Open { s, c, u } => {
                tally.sockets += 1;
                self.users.insert(c, u);
                self.open.insert(c, s);
                let socket = Socket {
                    u,
                    c,
                    hello: None,
                    hellos: HashMap::new(),
                    rooms: BTreeMap::new(),
                    plain: HashSet::new(),
                    plain_last: HashMap::new(),
                };
                self.sockets.insert(s, socket);
            }
            Record::Close { s, .. } => {
                let Some(socket) = self.sockets.remove(&s) else {
                    return;
                };
                self.left_behind(at, t, &socket, bench);
                if self.open.get(&socket.c) == Some(&s) {
                    self.open.remove(&socket.c);
                }
            }
            Record::Hello { s, rooms } => {
                if let Some(socket) = self.sockets.get_mut(&s) {
                    socket.hello = Some(t);
                    socket.hellos = rooms.into_iter().collect();
                }
            }
            Record::Welcome { s, rooms, .. } => {
                let Some(socket) = self.sockets.get(&s) else {
                    return stray(at, bench);
                };
                let (u, hello) = (socket.u, socket.hello);
                for snap in rooms {
                    tally.snapshots += 1;
                    self.snapshot(at, u, &snap, bench);
                    self.mark(at, t, u, snap.room, standing(&snap), hello, bench);
                    if let Some(socket) = self.sockets.get_mut(&s) {
                        let known = socket.hellos.get(&snap.room).copied();
                        let position = known.unwrap_or(snap.head);
                        let replay = (position < snap.head)
                            .then_some((snap.head, bounds::RESUME_EVENTS_MAX));
                        let hearing = Hearing {
                            granted: snap.head,
                            is_fresh: true,
                            position,
                            replay,
                            attached: true,
                            line: at,
                        };
                        socket.rooms.insert(snap.room, hearing);
                    }
                }
            }
            Record::Given { s, snap } => {
                let Some(socket) = self.sockets.get(&s) else {
                    return stray(at, bench);
                };
                let u = socket.u;
                tally.snapshots += 1;
                self.snapshot(at, u, &snap, bench);
                self.mark(at, t, u, snap.room, standing(&snap), None, bench);
                if let Some(socket) = self.sockets.get_mut(&s) {
                    // One that could not be loaded at the `hello` goes on from where the client was.
                    let known = socket.hellos.get(&snap.room).copied();
                    let position = known.unwrap_or(snap.head);
                    let replay =
                        (position < snap.head).then_some((snap.head, bounds::RESUME_EVENTS_MAX));
                    let fresh = Hearing {
                        granted: snap.head,
                        is_fresh: true,
                        position,
                        replay,
                        attached: true,
                        line: at,
                    };
                    let hearing = socket.rooms.entry(snap.room).or_insert(fresh);
                    if !hearing.attached {
                        hearing.position = snap.head;
                        hearing.replay = None;
                        hearing.attached = true;
                        hearing.is_fresh = true;
                    }
                    hearing.granted = hearing.granted.max(snap.head);
                }
            }
            Record::Heard { s, run } => self.heard(at, s, &run, bench, tally),
            Record::Gap { s, room, from, to } => {
                tally.gaps += 1;
                bench.judged(Promise::Honest, 1);
                bench.judged(Promise::Complete, 1);
                let head = self.log(room).map_or(Seq::ZERO, Log::head);
                let count = to.next().0.saturating_sub(from.0);
                if count < self.limits.gap_events {
                    bench.wrong(Promise::Complete, &[at], || {
                        format!(
                            "a gap of {count} events ({from} to {to}) was told of room {room}: so few are replayed"
                        )
                    });
                }
                if let Some(hearing) = self.hearing(s, room) {
                    hearing.position = hearing.position.max(to);
                    // What follows a gap is the newest page: it is no long replay any more.
                    hearing.replay = None;
                } else {
                    self.outsider(at, s, room, "a gap", bench);
                }
                if from > to || to > head {
                    bench.wrong(Promise::Honest, &[at], || {
                        format!("a gap from {from} to {to} was told of room {room}, which ends at {head}")
                    });
                }
            }
            Record::Reset { s, room, head } => {
                bench.judged(Promise::Honest, 1);
                let end = self.log(room).map_or(Seq::ZERO, Log::head);
                if let Some(hearing) = self.hearing(s, room) {
                    let (had, line) = (hearing.position, hearing.line);
                    hearing.position = head;
                    hearing.replay = None;
                    // A reset is only for who is ahead of the log, and a log never loses its end.
                    if had <= end {
                        bench.wrong(Promise::Honest, &[line, at], || {
                            format!("a reset to {head} of room {room}, whose reader had {had} of {end} events")
                        });
                    }
                } else {
                    self.outsider(at, s, room, "a reset", bench);
                }
            }
            Record::Left { s, room, seq } => {
                bench.judged(Promise::Honest, 1);
                let u = self.sockets.get(&s).map(|socket| socket.u);
                if let Some(socket) = self.sockets.get_mut(&s) {
                    socket.hellos.remove(&room);
                }
                if let Some(hearing) = self.hearing(s, room) {
                    hearing.attached = false;
                } else if seq > Seq::ZERO {
                    // Without a seq it says no more than that a room of the `hello` is not theirs any more.
                    self.outsider(at, s, room, "that it was left", bench);
                }
                if let Some(u) = u
                    && seq > Seq::ZERO
                    && self.log(room).is_some_and(|log| log.role(u, seq).is_some())
                {
                    bench.wrong(Promise::Honest, &[at], || {
                        format!(
                            "user {u} was told to be out of room {room} by event {seq}, and is not"
                        )
                    });
                }
            }
            Record::Mark {
                s,
                room,
                seq,
                revision,
                unread,
            } => {
                let Some(socket) = self.sockets.get(&s) else {
                    return stray(at, bench);
                };
                let u = socket.u;
                self.notice(at, s, room, "a read mark", bench);
                self.mark(at, t, u, room, Standing { revision, seq }, None, bench);
                if let Some(log) = self.log(room) {
                    bench.judged(Promise::Counted, 1);
                    // As of which number it was counted is not said: it is no more than there ever was.
                    let most = log.ordinal(log.head()).saturating_sub(log.ordinal(seq));
                    if unread > most {
                        bench.wrong(Promise::Counted, &[at], || {
                            format!("{unread} unread after event {seq} of room {room}, which has {most} there")
                        });
                    }
                }
            }
            Record::Typing { s, room } => {
                bench.judged(Promise::Fenced, 1);
                bench.judged(Promise::Private, 1);
                let hearing = self.hearing(s, room);
                if !hearing.is_some_and(|hearing| hearing.attached) {
                    self.outsider(at, s, room, "who is typing", bench);
                }
            }
            Record::Listed { s, room } => {
                bench.judged(Promise::Fenced, 1);
                // It answers a question, which may be asked of a room that this socket has not been given yet.
                let hearing = self.hearing(s, room);
                if hearing.is_some_and(|hearing| !hearing.attached) {
                    self.outsider(at, s, room, "the members", bench);
                } else {
                    self.notice(at, s, room, "the members", bench);
                }
            }
            Record::Page { s, page } => {
                tally.pages += 1;
                self.page(at, t, s, &page, bench);
            }
            Record::Plain {
                s,
                room,
                by,
                id,
                text,
            } => self.plain(at, s, room, (by, &id), text, bench),
            Record::Pried {
                u,
                room,
                what,
                told,
            } => {
                bench.judged(Promise::Private, 1);
                let was_in = self.log(room).is_some_and(|log| !log.changes(u).is_empty());
                if told && !was_in {
                    bench.wrong(Promise::Private, &[at], || {
                        format!("user {u} asked for {what} of room {room}, never was in it, and was told")
                    });
                }
            }
            Record::Behind { u } => {
                bench.judged(Promise::Complete, 1);
                bench.wrong(Promise::Complete, &[at], || {
                    format!("user {u} could not come up to the end of their rooms in the time that was given")
                });
            }
            Record::Odd { text, .. } => bench.wrong(Promise::Honest, &[at], || {
                format!("no frame of the protocol: {text}")
            }),
            Record::Entered { c, room, head } => {
                let screen = Screen {
                    position: head,
                    line: at,
                };
                self.screens.insert((c, room), screen);
                let end = self.log(room).map_or(Seq::ZERO, Log::head);
                if head > end {
                    bench.wrong(Promise::Durable, &[at], || {
                        format!("room {room} was described up to event {head}, and its log ends at {end}")
                    });
                }
            }
            Record::Shown { c, run } => self.shown(at, c, &run, bench, tally),
            Record::Missed { c, room, from, to } => {
                tally.missed += 1;
                if let Some(screen) = self.screens.get_mut(&(c, room)) {
                    if from > screen.position.next() {
                        let (position, line) = (screen.position, screen.line);
                        silent(c, room, position.next(), from, &[line, at], bench);
                    }
                    screen.position = screen.position.max(to);
                    screen.line = at;
                }
            }
            Record::Forgot { c, room, head } => {
                if let Some(screen) = self.screens.get_mut(&(c, room)) {
                    screen.position = head;
                    screen.line = at;
                }
            }
            Record::Gone { c, room } => {
                self.screens.remove(&(c, room));
            }
            Record::Late {
                c,
                room,
                seq,
                since,
            } => {
                let Some(stored) = self.judged.stored.get(&(room, seq)) else {
                    return;
                };
                let late = self.cluster.unexcused(since.max(*stored), t);
                if late > self.limits.late_us {
                    bench.wrong(Promise::Honest, &[at], || {
                        format!(
                            "client {c} was connected and waited {:.1} s for event {seq} of room {room}, \
                             and no fault excuses it",
                            late as f64 / 1e6
                        )
                    });
                }
            }
            Record::Quiet => {
                self.live = Some(self.open.keys().copied().collect());
                self.quiet = Some(self.screens.clone());
            }
            Record::Read { node, run } => self.read(at, node, &run, bench),
            Record::Members {
                node,
                room,
                members,
            } => {
                bench.judged(Promise::Projected, 1);
                if let Some(log) = self.log(room) {
                    let head = log.head();
                    let said: HashSet<UserNo> = members.iter().map(|(user, _)| *user).collect();
                    let wrong = members.iter().find_map(|(user, role)| {
                        let is = log.role(*user, head);
                        (is != Some(*role)).then_some((*user, is))
                    });
                    let count = log.members(head);
                    if let Some((user, is)) = wrong {
                        bench.wrong(Promise::Projected, &[at], || {
                            format!("{node} lists user {user} of room {room} otherwise than the log, which says {is:?}")
                        });
                    } else if said.len() as u64 != count || said.len() != members.len() {
                        bench.wrong(Promise::Projected, &[at], || {
                            format!(
                                "{node} lists {} members of room {room}, and the log says {count}",
                                members.len()
                            )
                        });
                    }
                }
            }
            Record::Final { node, u, rooms } => self.last(at, t, &node, u, rooms, bench),
            _ => {}
        }
    }

    fn log(&self, room: RoomNo) -> Option<&'a Log> {
        self.judged.truth.log(room)
    }

    fn hearing(&mut self, s: SocketNo, room: RoomNo) -> Option<&mut Hearing> {
        self.sockets.get_mut(&s)?.rooms.get_mut(&room)
    }

    /// Something came that has no place in the log: it may only be for who has been a member.
    fn notice(&self, at: u64, s: SocketNo, room: RoomNo, what: &str, bench: &mut Bench) {
        bench.judged(Promise::Private, 1);
        let was_in = self.sockets.get(&s).is_some_and(|socket| {
            let log = self.log(room);
            log.is_some_and(|log| !log.changes(socket.u).is_empty())
        });
        if !was_in {
            self.outsider(at, s, room, what, bench);
        }
    }

    /// A socket ends. What its reader had waited for there is late all the same, though the next socket brings it.
    fn left_behind(&self, at: u64, t: u64, socket: &Socket, bench: &mut Bench) {
        let Some(hello) = socket.hello else { return };
        // As long as a client may need to find that nobody is at the other end.
        let most = self.limits.late_us.max(self.limits.silence_us);
        for (room, hearing) in &socket.rooms {
            bench.judged(Promise::Honest, 1);
            let position = hearing.position;
            let head = self.log(*room).map_or(Seq::ZERO, Log::head);
            let mut missed = (position.next().0..=head.0).map(Seq);
            let stored = missed.find_map(|seq| {
                let stored = self.judged.stored.get(&(*room, seq));
                stored.map(|stored| (seq, *stored))
            });
            let Some((seq, stored)) = stored.filter(|_| hearing.attached) else {
                continue;
            };
            let late = self.cluster.unexcused(stored.max(hello), t);
            if late > most {
                let c = socket.c;
                bench.wrong(Promise::Honest, &[hearing.line, at], || {
                    format!(
                        "client {c} was connected for {:.1} s after event {seq} of room {room} was acknowledged, did not \
                         get it before the socket ended, and no fault excuses it",
                        late as f64 / 1e6
                    )
                });
            }
        }
    }

    /// Something of a room came over a socket to which the room was never given.
    fn outsider(&self, at: u64, s: SocketNo, room: RoomNo, what: &str, bench: &mut Bench) {
        let Some(socket) = self.sockets.get(&s) else {
            return stray(at, bench);
        };
        let u = socket.u;
        let was_in = self.log(room).is_some_and(|log| !log.changes(u).is_empty());
        let promise = if was_in {
            Promise::Fenced
        } else {
            Promise::Private
        };
        bench.wrong(promise, &[at], || {
            format!("user {u} was shown {what} of room {room}, which was not theirs")
        });
    }

    fn heard(&mut self, at: u64, s: SocketNo, run: &Run, bench: &mut Bench, tally: &mut Tally) {
        let count = run.to.0.saturating_sub(run.from.0) + 1;
        tally.heard += count;
        let room = run.room;
        bench.judged(Promise::Private, 1);
        bench.judged(Promise::Ordered, count);
        bench.judged(Promise::Fenced, count);
        bench.judged(Promise::Bounded, 1);
        if run.widest > bounds::RUN_EVENTS_MAX as u64 {
            bench.wrong(Promise::Bounded, &[at], || {
                format!("a frame of {} events", run.widest)
            });
        }
        self.content(at, run, "heard", bench);
        let log = self.log(room);
        let Some(u) = self.sockets.get(&s).map(|socket| socket.u) else {
            return stray(at, bench);
        };
        let Some(hearing) = self.hearing(s, room).filter(|hearing| hearing.attached) else {
            return self.outsider(at, s, room, "events", bench);
        };
        if run.from <= hearing.position {
            let (position, line) = (hearing.position, hearing.line);
            bench.wrong(Promise::Ordered, &[line, at], || {
                format!(
                    "event {} of room {room} came on a socket after event {position}",
                    run.from
                )
            });
        } else if run.from > hearing.position.next() {
            let (position, line) = (hearing.position, hearing.line);
            tally.holes += 1;
            bench.wrong(Promise::Honest, &[line, at], || {
                format!(
                    "event {} of room {room} came on a socket after event {position}, and no gap was told",
                    run.from
                )
            });
        }
        hearing.position = hearing.position.max(run.to);
        hearing.line = at;
        if let Some((head, left)) = &mut hearing.replay {
            let replayed =
                run.to.min(*head).0.saturating_sub(run.from.0) + u64::from(run.from <= *head);
            if replayed > *left {
                bench.wrong(Promise::Bounded, &[at], || {
                    format!(
                        "more than {} events of room {room} were replayed",
                        bounds::RESUME_EVENTS_MAX
                    )
                });
                hearing.replay = None;
            } else {
                *left -= replayed;
                if hearing.position >= *head {
                    hearing.replay = None;
                }
            }
        }
        // A replay ends where the node stood when the reader was let in, membership as of there, and that may lie above
        // the number at which the room was described: who went out and came back in between is shown what is between.
        if std::mem::take(&mut hearing.is_fresh)
            && let Some(back) = log.and_then(|log| log.back_in(u, hearing.granted, run.to))
        {
            hearing.granted = back;
        }
        let from = run.from.max(hearing.granted.next());
        if let Some(seq) = log.and_then(|log| log.first_not_for(u, from, run.to)) {
            bench.wrong(Promise::Fenced, &[at], || {
                format!("user {u} was shown event {seq} of room {room}, and was no member then")
            });
        }
    }

    /// A message in the specification's own frames: they carry no number, but whose it is and its id.
    fn plain(
        &mut self,
        at: u64,
        s: SocketNo,
        room: RoomNo,
        key: (UserNo, &str),
        text: Digest,
        bench: &mut Bench,
    ) {
        for promise in [
            Promise::Durable,
            Promise::Complete,
            Promise::Once,
            Promise::Ordered,
            Promise::Private,
        ] {
            bench.judged(promise, 1);
        }
        let log = self.log(room);
        let by_id: &HashMap<_, _> = self.by_id.entry(room).or_insert_with(|| {
            let rows = log.into_iter().flat_map(Log::rows);
            rows.map(|(row, _)| ((row.by, row.id.as_str()), row.seq))
                .collect()
        });
        let seq = by_id.get(&key).copied();
        let Some(socket) = self.sockets.get_mut(&s) else {
            return stray(at, bench);
        };
        let u = socket.u;
        let Some((log, seq)) = log.zip(seq) else {
            return bench.wrong(Promise::Durable, &[at], || {
                let (by, id) = key;
                format!("user {u} was told message {id} of user {by} in room {room}, and the log does not have it")
            });
        };
        if !socket.plain.insert((room, seq)) {
            bench.wrong(Promise::Once, &[at], || {
                format!("user {u} was told event {seq} of room {room} twice on one socket")
            });
        }
        let last = socket.plain_last.get(&room).copied().unwrap_or(seq);
        socket.plain_last.insert(room, seq.max(last));
        if seq < last {
            bench.wrong(Promise::Ordered, &[at], || {
                format!("user {u} was told event {seq} of room {room} after event {last}")
            });
        }
        // What was deleted by then has no words to be told.
        let mut between = (last.next().0..seq.0).map(Seq);
        let left_out = between.find(|seq| {
            log.deed(*seq).is_some_and(Deed::is_message)
                && log.deleted(*seq, log.head()).is_none()
                && log.is_for(u, *seq)
        });
        if let Some(left_out) = left_out {
            bench.wrong(Promise::Complete, &[log.line(left_out), at], || {
                format!("user {u} was told event {seq} of room {room}, and not event {left_out} before it")
            });
        }
        let is_it = match log.deed(seq) {
            Some(Deed::Message { text: of, .. }) => *of == text,
            Some(_) => false,
            None => true,
        };
        if !is_it {
            bench.wrong(Promise::Ordered, &[log.line(seq), at], || {
                format!(
                    "user {u} was told event {seq} of room {room} otherwise than the log has it"
                )
            });
        }
        if !log.is_for(u, seq) {
            self.outsider(at, s, room, "a message", bench);
        }
    }

    fn shown(&mut self, at: u64, c: ClientNo, run: &Run, bench: &mut Bench, tally: &mut Tally) {
        let count = run.to.0.saturating_sub(run.from.0) + 1;
        tally.shown += count;
        let room = run.room;
        bench.judged(Promise::Once, count);
        bench.judged(Promise::Complete, count);
        bench.judged(Promise::Honest, 1);
        self.content(at, run, "shown", bench);
        let Some(screen) = self.screens.get_mut(&(c, room)) else {
            return bench.wrong(Promise::Once, &[at], || {
                format!("client {c} put events of room {room} before its person, which is not on its screen")
            });
        };
        let (position, line) = (screen.position, screen.line);
        if run.from <= position {
            bench.wrong(Promise::Once, &[line, at], || {
                format!(
                    "client {c} showed event {} of room {room} again or late: it had shown up to {position}",
                    run.from
                )
            });
        } else if run.from > position.next() {
            silent(c, room, position.next(), run.from, &[line, at], bench);
        }
        screen.position = screen.position.max(run.to);
        screen.line = at;
    }

    /// A run is what the log has under its numbers.
    fn content(&self, at: u64, run: &Run, what: &str, bench: &mut Bench) {
        let room = run.room;
        let Some(log) = self.log(room) else { return };
        let Some((heads, mut deeds, known)) = log.sums(run.from, run.to) else {
            return bench.wrong(Promise::Durable, &[at], || {
                format!(
                    "events {} to {} of room {room} were {what}, and the log ends at {}",
                    run.from,
                    run.to,
                    log.head()
                )
            });
        };
        for seq in &run.erased {
            if let Some(deed) = log.deed(*seq).filter(|deed| !deed.is_erased()) {
                deeds = deeds.minus(deed.digest());
            }
            bench.judged(Promise::Projected, 1);
            let is_erased = log.deleted(*seq, log.head()).is_some()
                || log.row(*seq).is_some_and(|row| row.deed.is_erased());
            if !is_erased {
                bench.wrong(Promise::Projected, &[at], || {
                    format!("event {seq} of room {room} came as erased, and nobody deleted it")
                });
            }
        }
        if heads != run.heads || (known && deeds != run.deeds) {
            bench.wrong(Promise::Ordered, &[log.line(run.from), at], || {
                format!(
                    "among events {} to {} of room {room}, {what}, is one that is not what the log has there",
                    run.from, run.to
                )
            });
        }
    }

    /// A room as it was described to a user.
    fn snapshot(&self, at: u64, u: UserNo, snap: &Snap, bench: &mut Bench) {
        let room = snap.room;
        let Some(log) = self.log(room) else { return };
        bench.judged(Promise::Counted, 2);
        bench.judged(Promise::Projected, 3);
        bench.judged(Promise::Private, 1);
        let head = snap.head;
        if head > log.head() {
            return bench.wrong(Promise::Durable, &[at], || {
                let end = log.head();
                format!("room {room} was described up to event {head}, and its log ends at {end}")
            });
        }
        let Some(role) = log.role(u, head) else {
            let promise = if log.changes(u).iter().any(|change| change.at <= head) {
                Promise::Fenced
            } else {
                Promise::Private
            };
            return bench.wrong(promise, &[at], || {
                format!("user {u} was shown room {room} as of event {head}, and was no member then")
            });
        };
        if role != snap.role {
            bench.wrong(Promise::Projected, &[at], || {
                let said = snap.role;
                format!(
                    "user {u} is {role:?} in room {room} as of event {head}, and was told {said:?}"
                )
            });
        }
        let members = log.members(head);
        if members != snap.members {
            bench.wrong(Promise::Projected, &[at], || {
                let said = snap.members;
                format!(
                    "room {room} has {members} members as of event {head}, and {said} were told"
                )
            });
        }
        if log.topic(head) != snap.topic {
            bench.wrong(Promise::Projected, &[at], || {
                format!("room {room} had another topic as of event {head} than was told")
            });
        }
        let ordinal = log.ordinal(head);
        if ordinal != snap.ordinal {
            bench.wrong(Promise::Counted, &[at], || {
                let said = snap.ordinal;
                format!(
                    "{ordinal} messages lie up to event {head} of room {room}, and {said} were told"
                )
            });
        }
        let unread = ordinal.saturating_sub(log.ordinal(snap.mark));
        if unread != snap.unread {
            bench.wrong(Promise::Counted, &[at], || {
                format!(
                    "user {u} has {unread} unread in room {room} (mark {}, end {head}), and {} were told",
                    snap.mark, snap.unread
                )
            });
        }
    }

    /// A user's read mark as it was shown: one that the log or the user explains, and never older than one that had
    /// been shown before the question.
    #[allow(
        clippy::too_many_arguments,
        reason = "one observation: where, when, who, what"
    )]
    fn mark(
        &mut self,
        at: u64,
        t: u64,
        u: UserNo,
        room: RoomNo,
        mark: Standing,
        asked: Option<u64>,
        bench: &mut Bench,
    ) {
        bench.judged(Promise::Counted, 1);
        let Some(log) = self.log(room) else { return };
        let marked = self.judged.marks.get(&(u, room));
        let own = log.row(mark.seq).is_some_and(|row| row.by == u)
            && log.deed(mark.seq).is_none_or(Deed::is_message);
        let told = marked.is_some_and(|marked| marked.seqs.contains(&mark.seq));
        let backs = marked.map_or(0, |marked| marked.backs);
        if (mark.seq > Seq::ZERO && !own && !told) || mark.revision > backs {
            bench.wrong(Promise::Counted, &[at], || {
                format!(
                    "user {u} has read mark {} (revision {}) in room {room}: they neither wrote it nor set it",
                    mark.seq, mark.revision
                )
            });
        }
        let best = self.marks.entry((u, room)).or_insert((mark, t, at));
        let (before, seen, line) = *best;
        if mark < before && asked.is_some_and(|asked| asked > seen) {
            bench.wrong(Promise::Counted, &[line, at], || {
                format!(
                    "user {u}'s read mark in room {room} went back from {} to {}",
                    before.seq, mark.seq
                )
            });
        }
        if mark > before {
            *best = (mark, t, at);
        }
    }

    /// One's own message moves the mark, in its own time. A node that dies takes with it what it had not written yet, so
    /// this is asked only of messages that were stored in peace; and not of who has set the mark back.
    fn moved(&self, at: u64, u: UserNo, room: RoomNo, mark: Standing, bench: &mut Bench) {
        let key = (u, room);
        let Some((seq, t)) = self.judged.wrote.get(&key).copied() else {
            return;
        };
        let backs = self.judged.marks.get(&key).map_or(0, |marked| marked.backs);
        let calm = self
            .cluster
            .is_calm(t.saturating_sub(MOVED_US), t + MOVED_US);
        if backs > 0 || !calm {
            return;
        }
        bench.judged(Promise::Counted, 1);
        if mark.seq < seq {
            bench.wrong(Promise::Counted, &[at], || {
                format!(
                    "user {u} wrote event {seq} of room {room}, and their read mark is {} at the end",
                    mark.seq
                )
            });
        }
    }

    fn page(&mut self, at: u64, t: u64, s: SocketNo, page: &Page, bench: &mut Bench) {
        let (room, head) = (page.room, page.head);
        let Some(u) = self.sockets.get(&s).map(|socket| socket.u) else {
            return stray(at, bench);
        };
        let Some(log) = self.log(room) else { return };
        bench.judged(Promise::Fenced, 1);
        bench.judged(Promise::Complete, 1);
        bench.judged(Promise::Bounded, 1);
        if head > log.head() {
            return bench.wrong(Promise::Durable, &[at], || {
                let end = log.head();
                format!(
                    "a page of room {room} says that it ends at {head}, and its log ends at {end}"
                )
            });
        }
        if log.role(u, head).is_none() {
            self.outsider(at, s, room, "a page of history", bench);
        }
        let limit = page.limit.clamp(1, bounds::PAGE_EVENTS_MAX as u64);
        let end = Seq(head.0 + 1);
        // What there is on that side of the place asked for, nearest first, as far as the limit goes.
        let wanted = match page.way {
            Way::Newest => Some((lower(end, limit), end)),
            Way::Before(seq) => Some((lower(seq.min(end), limit), seq.min(end))),
            Way::After(seq) => {
                let from = seq.next();
                Some((from, Seq((from.0 + limit).min(end.0))))
            }
            Way::Around(_) => None,
        };
        let got = page.run.as_ref().map(|run| (run.from, run.to.next()));
        if let Some(run) = &page.run {
            let count = run.to.0.saturating_sub(run.from.0) + 1;
            if run.widest > limit || count > limit {
                bench.wrong(Promise::Bounded, &[at], || {
                    format!(
                        "a page of {} events where {limit} were asked for",
                        run.widest.max(count)
                    )
                });
            }
            self.content(at, run, "read from history", bench);
        }
        let is_wanted = match (wanted, got) {
            (Some((from, to)), None) => from >= to,
            (Some(wanted), Some(got)) => wanted == got,
            (None, Some((from, to))) => match page.way {
                Way::Around(seq) => seq > head || seq == Seq::ZERO || (from <= seq && seq < to),
                _ => true,
            },
            (None, None) => head == Seq::ZERO || matches!(page.way, Way::Around(seq) if seq > head),
        };
        if !is_wanted {
            bench.wrong(Promise::Complete, &[at], || {
                let show = |range: Option<(Seq, Seq)>| match range {
                    Some((from, to)) if from < to => format!("{from} to {}", to.0 - 1),
                    _ => "nothing".to_owned(),
                };
                format!(
                    "a page of room {room} ({:?}, at most {limit}, end {head}) has {}, not {}",
                    page.way,
                    show(got),
                    wanted.map_or("what lies around it".to_owned(), |w| show(Some(w)))
                )
            });
        }
        let Some(run) = &page.run else { return };
        if page.more_before != (run.from > Seq(1)) || page.more_after != (run.to < head) {
            bench.wrong(Promise::Honest, &[at], || {
                format!(
                    "a page {} to {} of room {room} (end {head}) says that there is more before it: {}, after it: {}",
                    run.from, run.to, page.more_before, page.more_after
                )
            });
        }
        self.states(at, t, page, run, log, bench);
    }

    fn states(&self, at: u64, t: u64, page: &Page, run: &Run, log: &Log, bench: &mut Bench) {
        let room = page.room;
        let said: HashMap<Seq, _> = page.states.iter().map(|state| (state.seq, state)).collect();
        let erased: HashSet<Seq> = run.erased.iter().copied().collect();
        for target in log.changed(run.from, run.to) {
            bench.judged(Promise::Projected, 1);
            if let Some(why) = log.misstated(target, page.head, t, said.get(&target).copied()) {
                bench.wrong(Promise::Projected, &[at], || format!("room {room}: {why}"));
            }
            if log.deleted(target, page.head).is_some() && !erased.contains(&target) {
                bench.wrong(Promise::Projected, &[at], || {
                    format!(
                        "message {target} of room {room} was deleted, and a page shows it as it was"
                    )
                });
            }
        }
        for state in &page.states {
            let is_known = log.changed(state.seq, state.seq).next().is_some();
            if !is_known || state.seq < run.from || state.seq > run.to {
                bench.wrong(Promise::Projected, &[at], || {
                    format!(
                        "message {} of room {room} is shown as changed, and nothing changed it",
                        state.seq
                    )
                });
            }
        }
    }

    /// A node reads a log at the end.
    fn read(&mut self, at: u64, node: String, run: &Run, bench: &mut Bench) {
        let room = run.room;
        bench.judged(Promise::Durable, 1);
        self.content(at, run, "read at the end", bench);
        let position = self.reads.entry((node, room)).or_insert(Seq::ZERO);
        if run.from == position.next() {
            *position = run.to;
        }
    }

    /// A node describes a user's rooms at the end.
    fn last(
        &mut self,
        at: u64,
        t: u64,
        node: &str,
        u: UserNo,
        rooms: Vec<Snap>,
        bench: &mut Bench,
    ) {
        for snap in &rooms {
            let room = snap.room;
            self.snapshot(at, u, snap, bench);
            let mark = standing(snap);
            // Nothing moves any more, so whatever was seen before is not newer.
            self.mark(at, t, u, room, mark, Some(t), bench);
            self.moved(at, u, room, mark, bench);
            let (first, line) = *self.finals.entry((u, room)).or_insert((mark, at));
            if first != mark {
                bench.wrong(Promise::Counted, &[line, at], || {
                    format!(
                        "two nodes say that user {u} has read room {room} up to {} and {}",
                        first.seq, mark.seq
                    )
                });
            }
            if let Some(log) = self.log(room)
                && snap.head < log.head()
            {
                bench.wrong(Promise::Complete, &[at], || {
                    let (said, head) = (snap.head, log.head());
                    format!("{node} still believes at the end that room {room} ends at {said}, not {head}")
                });
            }
        }
        let listed = self.listed.entry((node.to_owned(), u)).or_default();
        listed.extend(rooms.iter().map(|snap| snap.room));
    }

    /// All has been seen.
    pub(super) fn judge(self, bench: &mut Bench) {
        let live: HashMap<UserNo, Vec<ClientNo>> =
            self.live
                .iter()
                .flatten()
                .fold(HashMap::new(), |mut live, client| {
                    if let Some(user) = self.users.get(client) {
                        live.entry(*user).or_default().push(*client);
                    }
                    live
                });
        let screens = self.quiet.as_ref().unwrap_or(&self.screens);
        for (room, log) in self.judged.truth.logs() {
            let head = log.head();
            for user in log.people() {
                let is_in = log.role(user, head).is_some();
                for client in live.get(&user).into_iter().flatten() {
                    bench.judged(Promise::Complete, 1);
                    match screens.get(&(*client, room)) {
                        Some(screen) if is_in && screen.position < head => {
                            let (position, line) = (screen.position, screen.line);
                            bench.wrong(Promise::Complete, &[line, log.line(position.next())], || {
                                format!(
                                    "client {client} of user {user} is connected and has room {room} up to {position} \
                                     of {head}"
                                )
                            });
                        }
                        None if is_in => bench.wrong(Promise::Complete, &[log.line(head)], || {
                            format!("client {client} of user {user} is connected and was never given room {room}")
                        }),
                        Some(screen) if !is_in => {
                            bench.wrong(Promise::Honest, &[screen.line], || {
                                format!("client {client} of user {user} was never told to be out of room {room}")
                            });
                        }
                        _ => {}
                    }
                }
                for node in self.cluster.nodes() {
                    let Some(listed) = self.listed.get(&(node.clone(), user)) else {
                        continue;
                    };
                    bench.judged(Promise::Complete, 1);
                    if is_in && !listed.contains(&room) {
                        bench.wrong(Promise::Complete, &[log.line(head)], || {
                            format!(
                                "{node} does not list room {room} for user {user}, who is in it"
                            )
                        });
                    }
                }
            }
            for node in self.cluster.nodes() {
                bench.judged(Promise::Durable, 1);
                let read = self.reads.get(&(node.clone(), room)).copied();
                let read = read.unwrap_or(Seq::ZERO);
                if read < head {
                    bench.wrong(Promise::Durable, &[log.line(read.next())], || {
                        format!(
                            "{node} reads room {room} up to {read}, and the log has {head} events"
                        )
                    });
                }
            }
        }
    }
}

/// Events that were left out of a screen without a word.
fn silent(c: ClientNo, room: RoomNo, from: Seq, next: Seq, lines: &[u64], bench: &mut Bench) {
    let to = next.0.saturating_sub(1);
    bench.wrong(Promise::Complete, lines, || {
        format!("client {c} did not show events {from} to {to} of room {room}")
    });
    bench.wrong(Promise::Honest, lines, || {
        format!("client {c} was not told that events {from} to {to} of room {room} are missing")
    });
}

fn stray(at: u64, bench: &mut Bench) {
    bench.wrong(Promise::Whole, &[at], || {
        "something came over a socket that is not open".to_owned()
    });
}

fn standing(snap: &Snap) -> Standing {
    Standing {
        revision: snap.revision,
        seq: snap.mark,
    }
}

/// So many events below a number, as far as there are.
fn lower(end: Seq, limit: u64) -> Seq {
    Seq(end.0.saturating_sub(limit).max(1))
}
