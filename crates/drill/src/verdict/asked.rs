//! Commands against the logs: what was acknowledged is there once and as it was sent, in the order in which it was sent;
//! what was refused is not; and whoever wrote was allowed to at that very place.
//!
//! It must not know what anybody was shown.

use std::collections::{HashMap, HashSet};

use hearth_protocol::{ErrorCode, Retry, Right, Role, RoomKind, Seq};
use serde::{Deserialize, de::value};

use super::{Bench, Promise, Second, Tally, truth::Truth};
use crate::history::{Command, Deed, Digest, Line, OpNo, Record, RoomNo, Row, UserNo};

/// What was asked, while it is gathered.
#[derive(Debug, Default)]
pub(super) struct Asked {
    truth: Truth,
    sends: Vec<Send>,
    by_id: HashMap<(UserNo, RoomNo, Box<str>), usize>,
    ops: HashMap<OpNo, Op>,
    /// Further acknowledgements of invitations, each with its send's place and its line.
    invited_again: Vec<(usize, Seq, u64)>,
    /// Enterings and leavings that were acknowledged, and by which line.
    requests: Vec<(u64, Op)>,
    seeds: HashMap<(UserNo, RoomNo, Digest), Seeded>,
    /// Events of a user in a room that are erased, and of which nobody knows what they were.
    erased: HashMap<(UserNo, RoomNo), u64>,
    joins: HashSet<(UserNo, RoomNo)>,
    joins_by_name: HashSet<UserNo>,
    leaves: HashSet<(UserNo, RoomNo)>,
    marks: HashMap<(UserNo, RoomNo), Marked>,
    acks: Vec<(u64, u64)>,
    unknowns: Vec<u64>,
    paces: Vec<(u64, u64, u64, u64)>,
    tries: Vec<u64>,
    nobody: Option<UserNo>,
    users: u32,
    rooms: u32,
    /// Rooms that were created, and by which line: one id makes one room.
    created: HashMap<(UserNo, Box<str>), (RoomNo, u64)>,
}

/// What was asked, with the logs folded.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) truth: Truth,
    /// When the event was first acknowledged, by room and seq.
    pub(super) stored: HashMap<(RoomNo, Seq), u64>,
    pub(super) marks: HashMap<(UserNo, RoomNo), Marked>,
    /// The last message of a user in a room that was acknowledged to them, and when.
    pub(super) wrote: HashMap<(UserNo, RoomNo), (Seq, u64)>,
    /// Times of acknowledged sends, ascending.
    pub(super) acks: Vec<u64>,
    /// Times of tries, ascending.
    pub(super) tries: Vec<u64>,
    pub(super) seconds: Vec<Second>,
    pub(super) rooms: u32,
}

/// Read marks that a user asked for in a room.
#[derive(Debug, Default)]
pub(super) struct Marked {
    pub(super) seqs: HashSet<Seq>,
    pub(super) backs: u64,
}

/// One send, however often it was tried.
#[derive(Debug)]
struct Send {
    by: UserNo,
    room: RoomNo,
    deed: Deed,
    device: Box<str>,
    n: u64,
    /// The lowest and the highest position that its tries said.
    after: Option<(Seq, Seq)>,
    invoked: u64,
    line: u64,
    tries: u64,
    /// Tries that the answer says did nothing.
    idle: u64,
    acked: Option<(Seq, u64, u64)>,
    refused: Option<Refused>,
    /// Where the log has it.
    row: Option<Seq>,
}

/// A message over the specification's own surface: it has no id, and its echo is all that its sender learns.
#[derive(Debug, Default)]
struct Seeded {
    sent: u64,
    echoed: u64,
    /// Events of the log that it is.
    found: u64,
    /// Of its last echo.
    line: u64,
}

/// A refusal for good: of the send as it was tried with this `after`. A client that raises it, having seen all up to
/// there without the message, has composed anew (decision 0008), whatever came of an older copy.
#[derive(Debug, Clone, Copy)]
struct Refused {
    code: ErrorCode,
    line: u64,
    after: Option<Seq>,
}

impl Send {
    /// Whether it rests on being a member, and on nothing else.
    fn is_plain(&self) -> bool {
        matches!(
            self.deed,
            Deed::Message { .. } | Deed::Edit { .. } | Deed::React { .. }
        )
    }

    /// How it was refused for good, unless it was tried with a higher `after` too: then it is not in the log.
    fn is_refused(&self) -> Option<Refused> {
        let highest = self.after.map(|(_, high)| high);
        self.refused.filter(|refused| refused.after >= highest)
    }
}

#[derive(Debug)]
enum Op {
    Send(usize, Option<Seq>),
    Join(UserNo, RoomNo),
    Leave(UserNo, RoomNo),
    Create(UserNo, Box<str>),
    Seed(UserNo, RoomNo, Digest),
    Other,
}

impl Asked {
    /// Takes a line of the first going through.
    pub(super) fn take(&mut self, at: u64, line: Line, bench: &mut Bench, tally: &mut Tally) {
        let t = line.t;
        match line.record {
            Record::User { u, id } => {
                self.users += 1;
                tally.users += 1;
                if id == uuid::Uuid::nil().to_string() {
                    self.nobody = Some(u);
                }
            }
            Record::Room { .. } => {
                self.rooms += 1;
                tally.rooms += 1;
            }
            Record::Invoke { o, u, command, .. } => {
                let op = self.invoke(at, t, u, command, bench, tally);
                self.ops.insert(o, op);
            }
            Record::Ok { o, seq, room } => self.ok(at, t, o, seq, room, bench),
            Record::Settled { u, room, id, seq } => {
                self.settled(at, t, (u, room, id.into_boxed_str()), seq, bench);
            }
            Record::Fail { o, code } => self.fail(at, t, o, &code, tally),
            Record::Unknown { o, .. } => {
                if let Some(Op::Send(..)) = self.ops.remove(&o) {
                    self.unknowns.push(t);
                    tally.unknown += 1;
                }
            }
            Record::Pace {
                shown, p50, p99, ..
            } => self.paces.push((t, shown, p50, p99)),
            Record::Row { room, row } => {
                bench.judged(Promise::Durable, 1);
                let seq = row.seq;
                if !self.truth.take(room, row, at) {
                    bench.wrong(Promise::Durable, &[at], || {
                        format!("the log of room {room} is not dense: event {seq} came out of turn")
                    });
                }
            }
            _ => {}
        }
    }

    fn invoke(
        &mut self,
        at: u64,
        t: u64,
        u: UserNo,
        command: Command,
        bench: &mut Bench,
        tally: &mut Tally,
    ) -> Op {
        match command {
            Command::Send {
                room,
                id,
                after,
                device,
                n,
                deed,
            } => {
                self.tries.push(t);
                let key = (u, room, id.into_boxed_str());
                let index = *self.by_id.entry(key).or_insert(self.sends.len());
                if let Some(send) = self.sends.get_mut(index) {
                    tally.resends += 1;
                    send.tries += 1;
                    send.after = send
                        .after
                        .zip(after)
                        .map(|((low, high), after)| (low.min(after), high.max(after)));
                    if send.deed != deed || send.n != n || *send.device != *device {
                        bench.wrong(Promise::Whole, &[send.line, at], || {
                            "the drill sent one id with two contents".to_owned()
                        });
                    }
                } else {
                    tally.sends += 1;
                    self.sends.push(Send {
                        by: u,
                        room,
                        deed,
                        device: device.into_boxed_str(),
                        n,
                        after: after.map(|after| (after, after)),
                        invoked: t,
                        line: at,
                        tries: 1,
                        idle: 0,
                        acked: None,
                        refused: None,
                        row: None,
                    });
                }
                Op::Send(index, after)
            }
            Command::SeedSend { room, text } => {
                self.tries.push(t);
                self.seeds.entry((u, room, text)).or_default().sent += 1;
                Op::Seed(u, room, text)
            }
            Command::Create { id } => Op::Create(u, id.into_boxed_str()),
            Command::Join { room } => {
                self.joins.insert((u, room));
                Op::Join(u, room)
            }
            Command::JoinByName => {
                self.joins_by_name.insert(u);
                Op::Other
            }
            Command::Leave { room } => {
                self.leaves.insert((u, room));
                Op::Leave(u, room)
            }
            Command::Mark { room, seq, back } => {
                let marked = self.marks.entry((u, room)).or_default();
                marked.seqs.insert(seq);
                marked.backs += u64::from(back);
                Op::Other
            }
            Command::Direct { .. } | Command::History { .. } => Op::Other,
        }
    }

    fn ok(
        &mut self,
        at: u64,
        t: u64,
        o: OpNo,
        seq: Option<Seq>,
        room: Option<RoomNo>,
        bench: &mut Bench,
    ) {
        match self.ops.remove(&o) {
            Some(Op::Send(index, _)) => match seq {
                Some(seq) => self.acknowledge(index, at, t, seq, bench),
                None => bench.wrong(Promise::Whole, &[at], || {
                    "a send was noted as acknowledged without a number".to_owned()
                }),
            },
            Some(Op::Create(u, id)) => {
                let Some(room) = room else { return };
                bench.judged(Promise::Once, 1);
                let (known, line) = *self.created.entry((u, id)).or_insert((room, at));
                if known != room {
                    bench.wrong(Promise::Once, &[line, at], || {
                        format!("one create made rooms {known} and {room}")
                    });
                }
            }
            Some(op @ (Op::Join(..) | Op::Leave(..))) => self.requests.push((at, op)),
            Some(Op::Seed(u, room, text)) => {
                let seeded = self.seeds.entry((u, room, text)).or_default();
                seeded.echoed += 1;
                seeded.line = at;
            }
            Some(Op::Other) => {}
            None => bench.wrong(Promise::Whole, &[at], || {
                "an answer to a command that was not invoked, or had its answer".to_owned()
            }),
        }
    }

    fn settled(
        &mut self,
        at: u64,
        t: u64,
        key: (UserNo, RoomNo, Box<str>),
        seq: Seq,
        bench: &mut Bench,
    ) {
        match self.by_id.get(&key) {
            Some(index) => self.acknowledge(*index, at, t, seq, bench),
            None => bench.wrong(Promise::Whole, &[at], || {
                "a send was settled that was not invoked".to_owned()
            }),
        }
    }

    /// A send's number was said.
    fn acknowledge(&mut self, index: usize, at: u64, t: u64, seq: Seq, bench: &mut Bench) {
        let Some(send) = self.sends.get_mut(index) else {
            return;
        };
        bench.judged(Promise::Once, 1);
        match send.acked {
            None => {
                send.acked = Some((seq, t, at));
                self.acks.push((t, t.saturating_sub(send.invoked)));
            }
            // Inviting who is in already is answered with the event by which they are in just then.
            Some((before, ..)) if before != seq && matches!(send.deed, Deed::Invite { .. }) => {
                self.invited_again.push((index, seq, at));
            }
            Some((before, _, line)) if before != seq => {
                bench.wrong(Promise::Once, &[line, at], || {
                    format!("one send was acknowledged as event {before} and as event {seq}")
                });
            }
            Some(_) => {}
        }
    }

    fn fail(&mut self, at: u64, t: u64, o: OpNo, code: &str, tally: &mut Tally) {
        let Some(Op::Send(index, after)) = self.ops.remove(&o) else {
            return;
        };
        let Some(send) = self.sends.get_mut(index) else {
            return;
        };
        match code_of(code) {
            Some(ErrorCode::Busy) => send.idle += 1,
            Some(code) if code.retry() == Retry::Never => {
                send.idle += 1;
                if send.refused.is_none_or(|before| before.after < after) {
                    let line = at;
                    send.refused = Some(Refused { code, line, after });
                }
            }
            _ => {
                self.unknowns.push(t);
                tally.unknown += 1;
            }
        }
    }

    /// Folds the logs and holds what was asked against them.
    pub(super) fn judge(mut self, bench: &mut Bench, tally: &mut Tally) -> Judged {
        let (by_id, sends) = (&self.by_id, &self.sends);
        self.truth.fold(self.nobody, |room, row| {
            let key = (row.by, room, row.id.as_str().into());
            by_id.get(&key).map(|index| sends[*index].deed.clone())
        });
        let mut truth = std::mem::take(&mut self.truth);
        let mut asked = Vec::new();
        let mut wrote = HashMap::new();
        for (room, log) in truth.logs() {
            tally.events += log.head().0;
            for (row, line) in log.rows() {
                self.find(room, row, line, log.deed(row.seq), bench, tally);
            }
            let mut ordinal = 0;
            let mut counters: HashMap<(UserNo, &str), (u64, u64)> = HashMap::new();
            let mut passages: HashMap<UserNo, (Seq, u64)> = HashMap::new();
            for (row, line) in log.rows() {
                let deed = log.deed(row.seq);
                bench.judged(Promise::Counted, 1);
                // Where nobody knows what it was, the number itself is all there is.
                let counts = match deed.unwrap_or(&row.deed) {
                    Deed::Erased { was: None } => row.ordinal > ordinal,
                    deed => deed.counts(),
                };
                ordinal += u64::from(counts);
                if row.ordinal != ordinal {
                    let said = std::mem::replace(&mut ordinal, row.ordinal);
                    bench.wrong(Promise::Counted, &[line], || {
                        format!(
                            "event {} of room {room} has ordinal {}, and {said} messages lie up to it",
                            row.seq, row.ordinal
                        )
                    });
                }
                let index = by_id_of(&self.by_id, room, row);
                let send = index.and_then(|index| self.sends.get(index));
                if let Some(send) = send.filter(|send| send.row == Some(row.seq)) {
                    if let Some((_, t, _)) = send.acked.filter(|_| send.deed.counts()) {
                        wrote.insert((row.by, room), (row.seq, t));
                    }
                    let changes = matches!(
                        send.deed,
                        Deed::Edit { .. } | Deed::Delete { .. } | Deed::React { .. }
                    );
                    if changes {
                        asked.push((room, row.seq, send.invoked));
                    }
                    bench.judged(Promise::Ordered, 1);
                    let key = (row.by, &*send.device);
                    let (last, before) = *counters.get(&key).unwrap_or(&(0, 0));
                    if before > 0 && send.n <= last {
                        bench.wrong(Promise::Ordered, &[before, line], || {
                            format!(
                                "user {} sent event {} of room {room} before an event that stands above it",
                                row.by, row.seq
                            )
                        });
                    }
                    counters.insert(key, (send.n.max(last), line));
                    if let Some((low, _)) = send.after
                        && row.seq <= low
                    {
                        bench.wrong(Promise::Ordered, &[send.line, line], || {
                            format!(
                                "event {} of room {room} stands before event {low}, which its sender had seen",
                                row.seq
                            )
                        });
                    }
                    if let Some((_, high)) = send.after
                        && let Some((passed, at)) = passages.get(&row.by)
                        && *passed > high
                    {
                        bench.wrong(Promise::Fenced, &[send.line, *at, line], || {
                            format!(
                                "user {} went or came by event {passed} of room {room}, and what they composed \
                                 before that is event {}",
                                row.by, row.seq
                            )
                        });
                    }
                }
                if let Some(deed) = deed {
                    bench.judged(Promise::Fenced, 1);
                    if let Some(why) = trespass(log, row, deed, self.nobody) {
                        bench.wrong(Promise::Fenced, &[line], || {
                            format!("event {} of room {room}: user {} {why}", row.seq, row.by)
                        });
                    }
                    if let Some(user) = passes(row, deed) {
                        passages.insert(user, (row.seq, line));
                    }
                }
            }
            self.judge_real_time(room, log, bench);
        }
        for (room, seq, t) in asked {
            truth.asked(room, seq, t);
        }
        let stored = self.judge_sends(&truth, bench, tally);
        self.judge_requests(&truth, bench);
        self.judge_echoes(bench);
        let seconds = self.seconds();
        let mut acks: Vec<u64> = self.acks.iter().map(|(t, _)| *t).collect();
        acks.sort_unstable();
        self.tries.sort_unstable();
        Judged {
            truth,
            stored,
            marks: self.marks,
            wrote,
            acks,
            tries: self.tries,
            seconds,
            rooms: self.rooms,
        }
    }

    /// Finds who sent a row, and whether it is there already.
    fn find(
        &mut self,
        room: RoomNo,
        row: &Row,
        line: u64,
        deed: Option<&Deed>,
        bench: &mut Bench,
        tally: &mut Tally,
    ) {
        bench.judged(Promise::Once, 1);
        if let Some(index) = by_id_of(&self.by_id, room, row) {
            let send = &mut self.sends[index];
            if let Some(first) = send.row {
                return bench.wrong(Promise::Once, &[send.line, line], || {
                    format!(
                        "one send is in room {room} as event {first} and as event {}",
                        row.seq
                    )
                });
            }
            send.row = Some(row.seq);
            tally.recognised += u64::from(send.tries - send.idle > 1 && send.acked.is_some());
            if row.deed.is_erased() && row.deed != send.deed.erased() {
                bench.wrong(Promise::Durable, &[send.line, line], || {
                    format!(
                        "event {} of room {room} was erased, and with its words what is counted by it",
                        row.seq
                    )
                });
            } else if !row.deed.is_erased() && row.deed != send.deed {
                bench.wrong(Promise::Durable, &[send.line, line], || {
                    format!("event {} of room {room} is not what was sent", row.seq)
                });
            }
            return;
        }
        let (by, seq) = (row.by, row.seq);
        let is_known = match deed {
            Some(Deed::Create { .. }) => seq == Seq(1),
            Some(Deed::Join) => {
                self.joins.contains(&(by, room)) || self.joins_by_name.contains(&by)
            }
            // The only owner who leaves makes another first: the server says so for them.
            // A room is renamed by a request, of which the history says nothing but the event.
            Some(Deed::Rename { .. }) => true,
            Some(Deed::Leave)
            | Some(Deed::Role {
                role: Role::Owner, ..
            }) => self.leaves.contains(&(by, room)),
            Some(Deed::Message { text, .. }) => match self.seeds.get_mut(&(by, room, *text)) {
                Some(seeded) => {
                    seeded.found += 1;
                    seeded.found <= seeded.sent
                }
                None => false,
            },
            // What was sent over the specification's surface and erased since.
            None | Some(Deed::Erased { .. }) => {
                *self.erased.entry((by, room)).or_default() += 1;
                true
            }
            Some(_) => false,
        };
        if !is_known {
            bench.wrong(Promise::Once, &[line], || {
                format!("event {seq} of room {room} is in the log, and user {by} did not send it so often")
            });
        }
    }

    /// What was asked after something had been acknowledged stands above it.
    fn judge_real_time(&self, room: RoomNo, log: &super::truth::Log, bench: &mut Bench) {
        let mut earliest: Option<(u64, Seq, u64)> = None;
        for (row, line) in log.rows().rev() {
            let Some(index) = by_id_of(&self.by_id, room, row) else {
                continue;
            };
            let send = &self.sends[index];
            if send.row != Some(row.seq) {
                continue;
            }
            if let Some((acked, seq, above)) = earliest
                && acked < send.invoked
            {
                bench.wrong(Promise::Ordered, &[above, send.line, line], || {
                    format!(
                        "event {seq} of room {room} had been acknowledged before event {} below it was sent",
                        row.seq
                    )
                });
            }
            if let Some((_, acked, at)) = send.acked
                && earliest.is_none_or(|(before, _, _)| acked < before)
            {
                earliest = Some((acked, row.seq, at));
            }
        }
    }

    fn judge_sends(
        &self,
        truth: &Truth,
        bench: &mut Bench,
        tally: &mut Tally,
    ) -> HashMap<(RoomNo, Seq), u64> {
        let mut stored = HashMap::new();
        // Inviting who is in already is answered with the event by which they are.
        let is_there = |send: &Send, seq: Seq| {
            send.row == Some(seq)
                || matches!(&send.deed, Deed::Invite { user } if truth.log(send.room).is_some_and(|log| {
                    log.changes(*user).iter().any(|change| change.at == seq && change.role.is_some())
                }))
        };
        for (index, seq, line) in &self.invited_again {
            let send = &self.sends[*index];
            bench.judged(Promise::Durable, 1);
            if !is_there(send, *seq) {
                bench.wrong(Promise::Durable, &[send.line, *line], || {
                    format!(
                        "an invitation was acknowledged again, as event {seq} of room {}, by which nobody came in",
                        send.room
                    )
                });
            }
        }
        for send in &self.sends {
            let room = send.room;
            let log = truth.log(room);
            if let Some((seq, t, line)) = send.acked {
                tally.acknowledged += 1;
                bench.judged(Promise::Durable, 1);
                stored.insert((room, seq), t);
                if !is_there(send, seq) {
                    bench.wrong(Promise::Durable, &[send.line, line], || match send.row {
                        None => format!(
                            "acknowledged as event {seq} of room {room}, and the log does not have it"
                        ),
                        Some(at) => format!(
                            "acknowledged as event {seq} of room {room}, and the log has it as event {at}"
                        ),
                    });
                }
            }
            bench.judged(Promise::Honest, 1);
            if let Some(Refused { code, line, after }) = send.is_refused() {
                tally.refused += 1;
                if code == ErrorCode::NotMember
                    && let Some(log) = log
                    && let Some(after) = after
                    && send.is_plain()
                    && log.was_in_throughout(send.by, after)
                {
                    bench.wrong(Promise::Honest, &[send.line, line], || {
                        format!(
                            "user {} was refused as no member of room {room}, and has been in it since event {after}",
                            send.by
                        )
                    });
                }
                if let Some(seq) = send.row {
                    let at = log.map_or(0, |log| log.line(seq));
                    bench.wrong(Promise::Honest, &[send.line, line, at], || {
                        format!(
                            "refused for good ({}), and it is event {seq} of room {room}",
                            code.as_str()
                        )
                    });
                } else if let Some((seq, _, acked)) = send.acked
                    // Inviting who is in already adds no event, so the log cannot know it again.
                    && !matches!(send.deed, Deed::Invite { .. })
                {
                    bench.wrong(Promise::Honest, &[acked, line], || {
                        format!(
                            "acknowledged as event {seq} of room {room} and refused for good ({})",
                            code.as_str()
                        )
                    });
                }
            } else if send.idle == send.tries
                && let Some(seq) = send.row
            {
                bench.wrong(Promise::Honest, &[send.line], || {
                    format!("every try was answered that nothing was done, and it is event {seq} of room {room}")
                });
            }
            if send.acked.is_none() && send.is_refused().is_none() {
                match send.row {
                    Some(_) => tally.found += 1,
                    None => tally.absent += 1,
                }
            }
        }
        stored
    }

    /// Entering and leaving, once acknowledged, is in the log.
    fn judge_requests(&self, truth: &Truth, bench: &mut Bench) {
        for (line, op) in &self.requests {
            let (u, room, wanted) = match op {
                Op::Join(u, room) => (*u, *room, true),
                Op::Leave(u, room) => (*u, *room, false),
                Op::Send(..) | Op::Create(..) | Op::Seed(..) | Op::Other => continue,
            };
            bench.judged(Promise::Durable, 1);
            let changes = truth.log(room).map_or(&[][..], |log| log.changes(u));
            if !changes.iter().any(|change| change.role.is_some() == wanted) {
                let what = if wanted { "be in" } else { "have left" };
                bench.wrong(Promise::Durable, &[*line], || {
                    format!("user {u} was told to {what} room {room}, and the log does not say so")
                });
            }
        }
    }

    /// What came back to its sender over the specification's surface is in the log, unless it was erased there.
    fn judge_echoes(&self, bench: &mut Bench) {
        let seeds = self.seeds.iter().filter(|(_, seeded)| seeded.echoed > 0);
        let mut lost = Vec::new();
        for ((u, room, _), seeded) in seeds {
            bench.judged(Promise::Durable, 1);
            let erased = self.erased.get(&(*u, *room)).copied().unwrap_or(0);
            if seeded.found + erased < seeded.echoed {
                lost.push((seeded.line, *u, *room));
            }
        }
        lost.sort_unstable();
        for (line, u, room) in lost {
            bench.wrong(Promise::Durable, &[line], || {
                format!(
                    "what user {u} wrote in room {room} came back to them, and the log does not have it"
                )
            });
        }
    }

    fn seconds(&self) -> Vec<Second> {
        let mut seconds: Vec<Second> = Vec::new();
        fn at(seconds: &mut Vec<Second>, t: u64) -> Option<&mut Second> {
            /// A run is no longer than a week; a clock that says so is broken.
            const SECONDS_MAX: usize = 7 * 24 * 3600;
            let second = usize::try_from(t / 1_000_000).ok()?;
            if second >= SECONDS_MAX {
                return None;
            }
            if seconds.len() <= second {
                seconds.resize(second + 1, Second::default());
            }
            seconds.get_mut(second)
        }
        let mut latencies: HashMap<u64, Vec<u64>> = HashMap::new();
        for (t, latency) in &self.acks {
            latencies.entry(t / 1_000_000).or_default().push(*latency);
        }
        for (second, mut latencies) in latencies {
            latencies.sort_unstable();
            let percentile = |percent: usize| {
                let rank = (latencies.len() * percent).div_ceil(100).max(1);
                latencies[rank - 1]
            };
            if let Some(slot) = at(&mut seconds, second * 1_000_000) {
                slot.acknowledged = latencies.len() as u64;
                slot.ack_p50_us = percentile(50);
                slot.ack_p99_us = percentile(99);
            }
        }
        for t in &self.unknowns {
            if let Some(slot) = at(&mut seconds, *t) {
                slot.unknown += 1;
            }
        }
        for (t, shown, p50, p99) in &self.paces {
            if let Some(slot) = at(&mut seconds, *t) {
                slot.shown += shown;
                slot.shown_p50_us = *p50;
                slot.shown_p99_us = *p99;
            }
        }
        seconds
    }
}

fn by_id_of(
    by_id: &HashMap<(UserNo, RoomNo, Box<str>), usize>,
    room: RoomNo,
    row: &Row,
) -> Option<usize> {
    by_id.get(&(row.by, room, row.id.as_str().into())).copied()
}

fn code_of(text: &str) -> Option<ErrorCode> {
    let text: value::StrDeserializer<'_, value::Error> =
        serde::de::IntoDeserializer::into_deserializer(text);
    ErrorCode::deserialize(text).ok()
}

/// Who goes or comes by an event.
fn passes(row: &Row, deed: &Deed) -> Option<UserNo> {
    match deed {
        Deed::Join | Deed::Leave => Some(row.by),
        Deed::Invite { user } | Deed::Remove { user } | Deed::Ban { user, .. } => Some(*user),
        _ => None,
    }
}

/// Why an event may not stand where it stands.
fn trespass(
    log: &super::truth::Log,
    row: &Row,
    deed: &Deed,
    nobody: Option<UserNo>,
) -> Option<&'static str> {
    let before = Seq(row.seq.0 - 1);
    let role = log.role(row.by, before);
    let direct = log.kind() == RoomKind::Direct;
    let comes = match deed {
        Deed::Join => Some(row.by),
        Deed::Invite { user } => Some(*user),
        _ => None,
    };
    if comes.is_some_and(|user| log.is_banned(user, before)) {
        return Some("came in, and is banned");
    }
    let adds = matches!(
        deed,
        Deed::Message { .. }
            | Deed::Edit { .. }
            | Deed::React { .. }
            | Deed::Pin { .. }
            | Deed::Join
            | Deed::Invite { .. }
            | Deed::Topic { .. }
            | Deed::Description { .. }
            | Deed::Rename { .. }
            | Deed::Slow { .. }
            | Deed::Right { .. }
            | Deed::Avatar { .. }
    );
    if adds && log.is_archived(before) {
        return Some("was added to an archived room");
    }
    match deed {
        Deed::Create { .. } => return (before != Seq::ZERO).then_some("made the room twice"),
        Deed::Join => {
            let open = log.kind().is_open();
            return (!open && role.is_none()).then_some("came in, and the room is not public");
        }
        _ if Some(row.by) == nobody => return None,
        _ => {}
    }
    let Some(role) = role else {
        return Some("wrote, and was no member");
    };
    let author = |target: Seq| log.row(target).map(|row| row.by);
    let needed = match deed {
        Deed::Message { .. } | Deed::Edit { .. } => Some(Right::Write),
        Deed::React { on: true, .. } => Some(Right::React),
        Deed::Pin { .. } => Some(Right::Pin),
        Deed::Invite { .. } => Some(Right::Invite),
        Deed::Topic { .. }
        | Deed::Description { .. }
        | Deed::Avatar { .. }
        | Deed::Rename { .. } => Some(Right::Describe),
        _ => None,
    };
    if needed.is_some_and(|right| role < log.lowest(right, before)) {
        return Some("did what their role has not the right to in this room");
    }
    match deed {
        Deed::Edit { target, .. } => {
            (author(*target) != Some(row.by)).then_some("edited a message of somebody else")
        }
        Deed::Delete { target } => (author(*target) != Some(row.by)
            && (role < Role::Moderator || direct))
            .then_some("deleted a message of somebody else, and is no moderator"),
        Deed::Remove { user } | Deed::Ban { user, .. } => {
            let theirs = log.role(*user, before);
            let may = role >= Role::Moderator && (role == Role::Owner || Some(role) > theirs);
            (!may || direct).then_some("removed or banned somebody and may not")
        }
        Deed::Role { .. } => (role < Role::Owner).then_some("gave a role and is no owner"),
        Deed::Unban { .. } | Deed::Slow { .. } => (role < Role::Moderator || direct)
            .then_some("lifted a ban or set slow mode, and is no moderator"),
        Deed::Archive { .. } | Deed::Right { .. } => (role < Role::Owner || direct)
            .then_some("archived the room or gave a right, and is no owner"),
        Deed::Topic { .. }
        | Deed::Description { .. }
        | Deed::Avatar { .. }
        | Deed::Rename { .. } => direct.then_some("named or described a direct room"),
        Deed::Invite { .. } | Deed::Leave => direct.then_some("changed a direct room's members"),
        _ => None,
    }
}
