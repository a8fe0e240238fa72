//! What came over sockets and what stood on screens, against the logs.
//!
//! A socket is judged by the frames of the protocol: runs in order, nothing of rooms that are not the user's, snapshots
//! and pages equal to the log. A screen is judged by the person before it: each event once, none left out in silence.
//! It promises a position per reader and room, and no more memory.
//!
//! - [`socket`] and [`surface`] judge what came over sockets, [`page`] history, [`told`] descriptions of rooms and read
//!   marks, [`screen`] what was shown, [`end`] what there is at the end.

mod end;
mod page;
mod screen;
mod socket;
mod surface;
mod told;

use std::collections::{BTreeMap, HashMap, HashSet};

use hearth_protocol::{Seq, bounds};

use self::screen::silent;
use super::{Bench, Promise, Tally, asked::Judged, cluster::Cluster, truth::Log};
use crate::history::{Begin, ClientNo, Limits, Line, Record, RoomNo, Snap, SocketNo, UserNo};

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

impl Socket {
    /// A room as it is given to this socket: it goes on from where the `hello` said that the client was.
    fn hearing(&self, snap: &Snap, line: u64) -> Hearing {
        let known = self.hellos.get(&snap.room).copied();
        let position = known.unwrap_or(snap.head);
        let replay = (position < snap.head).then_some((snap.head, bounds::RESUME_EVENTS_MAX));
        Hearing {
            granted: snap.head,
            is_fresh: true,
            position,
            replay,
            attached: true,
            line,
        }
    }
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
                        let hearing = socket.hearing(&snap, at);
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
                    let fresh = socket.hearing(&snap, at);
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
