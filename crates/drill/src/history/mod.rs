//! The history of a drill: all that was asked, answered and shown, written while it happens and judged afterwards.
//!
//! One JSON object a line in `DIR/history.jsonl`, each with `t`, microseconds of one monotonic clock, and `k`, its kind.
//! Users, rooms, clients and sockets are small numbers, said once with their ids. It promises to stay small where most
//! happens: what readers are shown is written as dense runs `from ..= to` with sums of digests ([`Run`]), so that a
//! reader of ten thousand events costs a line, and yet one wrong byte in one of them shows. It must not know what is
//! right: that is the verdict's business.
//!
//! - A **client** is one device of a user with its memory; what it puts before a person is its *screen*.
//! - A **socket** is one connection of a client to a node; what comes over it is *heard*.
//!
//! Who drills has a [`Recorder`] and an [`Ear`] for each client, tells the ear all frames and steps, and puts by hand
//! only what no socket sees: faults, samples, `quiet`, the logs as read at the end, `end`.
//!
//! [`Recorder`] writes, [`Ear`] turns frames and steps into records, [`History`] reads.

mod deed;
mod ear;
mod read;
#[cfg(test)]
mod tests;
mod write;

use hearth_protocol::{
    Role, Seq,
    bounds::{PAGE_EVENTS_MAX, RESUME_EVENTS_MAX},
};
use serde::{Deserialize, Serialize};

pub(crate) use self::{
    deed::{Deed, Digest, Row},
    ear::{Ear, ODD_CHARS, snap},
    read::History,
    write::{Recorder, text},
};

/// The format's number: a history of another is not judged.
pub(crate) const FORMAT: u32 = 1;
/// The history's file in its directory.
pub(crate) const FILE: &str = "history.jsonl";

/// A user's number in this history.
pub(crate) type UserNo = u32;
/// A room's number.
pub(crate) type RoomNo = u32;
/// A client's number.
pub(crate) type ClientNo = u32;
/// A socket's number.
pub(crate) type SocketNo = u32;
/// A command's number: each try has its own.
pub(crate) type OpNo = u64;
/// A fault's number.
pub(crate) type FaultNo = u32;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Microseconds since the run began. Lines of one client, and of one room of it, stand in the order in which they
    /// happened; lines of different ones may be out of order by the time it takes to write them.
    pub(crate) t: u64,
    /// What happened.
    #[serde(flatten)]
    pub(crate) record: Record,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "k", rename_all = "snake_case")]
pub(crate) enum Record {
    /// The first line.
    Begin(Begin),
    /// A user, before the first line that names them.
    User { u: UserNo, id: String },
    /// A room, before the first line that names it.
    Room { room: RoomNo, id: String },

    /// A command goes out. A resend is another invoke with the same `id` in its command.
    Invoke {
        o: OpNo,
        u: UserNo,
        /// The client that sends it; none over HTTP.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        c: Option<ClientNo>,
        command: Command,
    },
    /// The command was acknowledged: a send with its seq, `create`, `join` and `direct` with the room.
    Ok {
        o: OpNo,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seq: Option<Seq>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomNo>,
    },
    /// The command was refused with a code of the protocol, whatever its retry rule.
    Fail { o: OpNo, code: String },
    /// The command's fate is not known: the socket went, or nothing came for too long.
    Unknown { o: OpNo, why: String },

    /// A client that had no answer to a send takes it for stored, because it saw its event: a promise to its person as
    /// good as an acknowledgement.
    Settled {
        u: UserNo,
        room: RoomNo,
        id: String,
        seq: Seq,
    },

    /// What was acknowledged could still be missed by a plain read of the store: only a simulated store can tell.
    Fragile { room: RoomNo, seq: Seq },

    /// A client begins a connection.
    Open { s: SocketNo, c: ClientNo, u: UserNo },
    /// Its `hello` went out, with the positions of its rooms.
    Hello {
        s: SocketNo,
        rooms: Vec<(RoomNo, Seq)>,
    },
    /// The answer to `hello`.
    Welcome {
        s: SocketNo,
        node: String,
        rooms: Vec<Snap>,
    },
    /// A `room` frame.
    Given { s: SocketNo, snap: Snap },
    /// `events` frames.
    Heard { s: SocketNo, run: Run },
    /// A `gap` frame.
    Gap {
        s: SocketNo,
        room: RoomNo,
        from: Seq,
        to: Seq,
    },
    /// A `reset` frame.
    Reset {
        s: SocketNo,
        room: RoomNo,
        head: Seq,
    },
    /// A `left` frame.
    Left { s: SocketNo, room: RoomNo, seq: Seq },
    /// A `mark` frame.
    Mark {
        s: SocketNo,
        room: RoomNo,
        seq: Seq,
        revision: u64,
        unread: u64,
    },
    /// The first `typing` frame of this room on this socket, or the first since a `left` of it.
    Typing { s: SocketNo, room: RoomNo },
    /// The first `members` frame of this room on this socket, or the first since a `left` of it that was asked for after
    /// that.
    Listed { s: SocketNo, room: RoomNo },
    /// A page of history.
    Page {
        s: SocketNo,
        #[serde(flatten)]
        page: Page,
    },
    /// A message over the specification's own surface, to one whom nothing else tells of the room.
    Plain {
        s: SocketNo,
        room: RoomNo,
        by: UserNo,
        /// Its sender's, or the server's where they gave none.
        id: String,
        text: Digest,
    },
    /// A text that is no frame of the protocol.
    Odd { s: SocketNo, text: String },
    /// The connection ended; with the server's close code, or none where it was cut.
    Close {
        s: SocketNo,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
    },

    /// The room came onto the client's screen; what comes after `head` is to be shown.
    Entered {
        c: ClientNo,
        room: RoomNo,
        head: Seq,
    },
    /// Events were put before the person.
    Shown { c: ClientNo, run: Run },
    /// The person was told that these are missing.
    Missed {
        c: ClientNo,
        room: RoomNo,
        from: Seq,
        to: Seq,
    },
    /// All of the room was taken from the screen, because the server said that it is another log.
    Forgot {
        c: ClientNo,
        room: RoomNo,
        head: Seq,
    },
    /// The room went from the screen.
    Gone { c: ClientNo, room: RoomNo },
    /// An event was shown long after it was composed, to a client that was connected all the while.
    Late {
        c: ClientNo,
        room: RoomNo,
        seq: Seq,
        /// Since when it was connected.
        since: u64,
    },

    /// What one second saw: events shown, and from a message's composing to its being shown, in microseconds.
    Pace {
        shown: u64,
        p50: u64,
        p99: u64,
        max: u64,
    },
    /// A fault begins.
    Fault {
        f: FaultNo,
        /// Its class, as asked for in `faults` of the first line.
        class: String,
        /// What it is done to.
        target: String,
        /// Whether all sends may stop while it lasts: two of three stores away, the only door shut.
        outage: bool,
        /// For how long after its beginning and after its end no send at all need be acknowledged, and readers may be
        /// late.
        heals_us: u64,
        /// The server that must leave the balancer while it lasts, if it lasts long enough.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leaves: Option<String>,
    },
    /// It was taken back.
    Healed { f: FaultNo },
    /// It bit: what was seen of it, and how often.
    Bit { f: FaultNo, what: String, n: u64 },
    /// It did not come to its end: what was broken did not do what it must, or did not come back.
    Undone { f: FaultNo, why: String },
    /// What a server answers a balancer from now on, as statuses of HTTP; none: nothing, within two seconds.
    Health {
        node: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        livez: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        readyz: Option<u16>,
    },
    /// What a server process holds.
    Sample {
        when: When,
        node: String,
        /// Tells one life of the process from the next.
        /// 0: it runs elsewhere.
        pid: u32,
        rss_bytes: u64,
        fds: u64,
        tasks: u64,
    },

    /// All faults are taken back, nobody sends any more (nor joins, to read: who reads the logs has been a member
    /// before), every client that has an open socket was given the time to catch up, and the ears are flushed.
    Quiet,
    /// One event of a room's log, as read from its first to its last at the end.
    Row { room: RoomNo, row: Row },
    /// The same log as another node reads it, in runs from the first event to the last.
    Read { node: String, run: Run },
    /// The room's members as a node lists them at the end, all pages together, in the order of their ids.
    Members {
        node: String,
        room: RoomNo,
        members: Vec<(UserNo, Role)>,
    },
    /// A user's rooms as a node describes them at the end.
    Final {
        node: String,
        u: UserNo,
        rooms: Vec<Snap>,
    },
    /// Somebody who never was in a room asked a server for what is in it, and whether they were told.
    Pried {
        u: UserNo,
        room: RoomNo,
        what: String,
        told: bool,
    },
    /// Somebody who was to come up to the end of every room had not when the time for it was over, connected or not.
    Behind { u: UserNo },
    /// The drill itself failed at something, so that the history may not be whole.
    Broken { what: String },
    /// The last line: how many stand before it.
    End { lines: u64 },
}

/// The run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Begin {
    /// [`FORMAT`].
    pub(crate) format: u32,
    /// With which it is repeated.
    pub(crate) seed: u64,
    /// Of the drill.
    pub(crate) version: String,
    /// What was drilled: for people.
    pub(crate) cluster: String,
    /// The command that repeats it.
    pub(crate) command: String,
    /// When it began, for people.
    pub(crate) wall: String,
    /// Fault classes asked for: each must bite.
    pub(crate) faults: Vec<String>,
    /// Whether each class that was done must bite, asked for or not. In a simulation one may find nothing to bite.
    #[serde(default)]
    pub(crate) each_bites: bool,
    /// Names of the nodes that are read at the end: each must have been.
    pub(crate) nodes: Vec<String>,
    /// What is judged too slow or too much.
    pub(crate) limits: Limits,
}

/// What is judged too slow or too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// From an event's acknowledgement to a connected reader's screen, with no fault in force.
    pub(crate) late_us: u64,
    /// Without one acknowledgement while sends are tried, with no fault in force.
    pub(crate) silence_us: u64,
    /// Resident memory after over before: a factor in per cent …
    pub(crate) rss_percent: u64,
    /// … and so much besides.
    pub(crate) rss_slack_bytes: u64,
    /// File descriptors after over before.
    pub(crate) fds_slack: u64,
    /// Tasks after over before.
    pub(crate) tasks_slack: u64,
    /// A gap stands for no fewer events: they are replayed. Histories from before do not say it.
    #[serde(default)]
    pub(crate) gap_events: u64,
    /// Until a server that must leave the balancer has left it. 0: nobody looked, as in a simulation and in histories
    /// from before.
    #[serde(default)]
    pub(crate) leaves_us: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            late_us: 15_000_000,
            silence_us: 15_000_000,
            // An allocator keeps what it had at the peak; a leak of a load ten times longer passes any factor.
            rss_percent: 150,
            rss_slack_bytes: 96 << 20,
            fds_slack: 32,
            tasks_slack: 32,
            // What is further behind than a resume replays is told as a gap, up to the newest page.
            gap_events: RESUME_EVENTS_MAX - PAGE_EVENTS_MAX as u64,
            leaves_us: 10_000_000,
        }
    }
}

/// What is asked of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Command {
    /// An event is to be added: message, edit, delete, react, invite, remove, role, topic.
    Send {
        room: RoomNo,
        id: String,
        /// None over HTTP without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Seq>,
        device: String,
        n: u64,
        deed: Deed,
    },
    /// A message over the specification's own surface: no id, no answer; `text` is unique in the run.
    SeedSend { room: RoomNo, text: Digest },
    /// A room is to be made.
    Create { id: String },
    /// A room is to be entered.
    Join { room: RoomNo },
    /// A room is to be entered by its name.
    JoinByName,
    /// The direct room with a user is to be opened; none if they were named otherwise than by their id.
    Direct { with: Option<UserNo> },
    /// A room is to be left.
    Leave { room: RoomNo },
    /// The read mark is to be moved, to nothing that the client has not got. Not answered but by `mark` frames.
    Mark { room: RoomNo, seq: Seq, back: bool },
    /// A page of history is asked for; what comes is a `page`.
    History { room: RoomNo },
}

/// A dense run of one room's events. It is broken off where the next event is not the next number, when the socket or
/// the client ends, before any other record of the same room and reader, and after some seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) room: RoomNo,
    pub(crate) from: Seq,
    pub(crate) to: Seq,
    /// When its first came.
    pub(crate) first: u64,
    /// The wrapping sum of [`Row::head_digest`] over its events.
    pub(crate) heads: Digest,
    /// The wrapping sum of [`Deed::digest`] over its events, those of `erased` left out.
    pub(crate) deeds: Digest,
    /// Events that came without their body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) erased: Vec<Seq>,
    /// The most events that came in one frame.
    pub(crate) widest: u64,
}

/// A page of history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) way: Way,
    /// How many were asked for.
    pub(crate) limit: u64,
    pub(crate) room: RoomNo,
    pub(crate) head: Seq,
    /// Its events; none if it was empty. One that is not dense is several `page` records in a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<Run>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) states: Vec<State>,
    pub(crate) more_before: bool,
    pub(crate) more_after: bool,
}

/// Where a page was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    Newest,
    Before(Seq),
    After(Seq),
    Around(Seq),
}

/// How a message stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) seq: Seq,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) edited: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted: Option<Seq>,
    /// Emoji and who put it there, as it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reactions: Vec<(String, Vec<UserNo>)>,
}

/// A room as it was described to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snap {
    pub(crate) room: RoomNo,
    pub(crate) role: Role,
    pub(crate) members: u64,
    pub(crate) topic: Digest,
    pub(crate) head: Seq,
    pub(crate) ordinal: u64,
    pub(crate) mark: Seq,
    pub(crate) revision: u64,
    pub(crate) unread: u64,
}

/// When a sample was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    /// Warm, with nobody connected.
    Before,
    /// While all happens.
    During,
    /// When all have gone again.
    After,
}
