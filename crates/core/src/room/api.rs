//! What goes into a room's machine and what comes out.

use std::sync::Arc;

use hearth_protocol::{Body, DeviceId, FileId, Right, Rights, Role, RoomKind, SendId, Seq, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    log::{Entry, Head},
    port::{
        Appended, BanCell, Cell, Freshness, MemberCell, MentionsCell, NodeName, Page, SpokeCell,
        StoreError, ThreadCell,
    },
    refusal::Refusal,
};

/// A send to one room, complete: whoever speaks for a client that brings no `after`, `device` or `n` has filled them in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Send {
    /// The sender: authenticated by the node that took it in.
    pub by: UserId,
    /// The sender's name.
    pub name: String,
    /// The client's id.
    pub id: SendId,
    /// The client's contiguous position when it first went on the wire.
    pub after: Seq,
    /// The device that composed it.
    pub device: DeviceId,
    /// The device's counter.
    pub n: u64,
    /// What is to happen.
    pub body: Body,
}

/// The shell's number of a submission; unique per node, not reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ticket(pub u64);

/// The shell's number of a reader (a session's attachment); unique per node, not reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReaderId(pub u64);

/// The machine's number of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadId(pub u64);

/// Who submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A caller on this node: answered by [`Effect::Answer`].
    Here,
    /// A node that forwarded it, with *its* ticket: a refusal or an old seq is answered by [`Effect::Reply`]; a fresh
    /// append by the event itself on the room's topic.
    Node(NodeName),
}

/// The room's projection as loaded: mark first, then the cells (rule 29).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// Up to where the cells are whole.
    pub projected: Head,
    /// [`Cell::Room`], if there is one.
    pub room: Option<Cell>,
    /// All member cells, those who are out included.
    pub members: Vec<MemberCell>,
    /// Who wrote when, if slow mode is on by the room's cell.
    pub spoke: Vec<SpokeCell>,
    /// Who was mentioned where, if anybody was by the room's cell.
    pub mentions: Vec<MentionsCell>,
    /// Its threads, if it had any by the room's cell.
    pub threads: Vec<ThreadCell>,
}

/// What goes in. Each comes with `now_ms` (monotonic, any origin) and, for the entries' time, the wall clock's ms.
#[derive(Debug)]
pub enum Input {
    /// A send.
    Submit {
        /// For the answer.
        ticket: Ticket,
        /// Who submitted.
        origin: Origin,
        /// The send.
        send: Send,
    },
    /// The answer to [`Effect::Load`].
    Loaded(Result<Checkpoint, StoreError>),
    /// The answer to [`Effect::Read`].
    Read {
        /// Which.
        read: ReadId,
        /// What was read.
        result: Result<Page, StoreError>,
    },
    /// The answer to [`Effect::Projection`].
    Projection {
        /// Which.
        read: ReadId,
        /// The mark, and the target's cells, read in this order (rule 29).
        result: Result<(Head, Vec<Cell>), StoreError>,
    },
    /// The answer to [`Effect::Append`].
    Appended(Result<Appended, StoreError>),
    /// The answer to [`Effect::Project`].
    Projected(Result<Head, StoreError>),
    /// A run of entries from the bus, ascending and dense; already confirmed by who published it.
    Hint(Vec<Entry>),
    /// The log has at least this seq (a heartbeat, the audit, an answer; never what a client claims): read up to it. A
    /// room that is not loaded yet loads now, also for 0; with nobody waiting for it in here, a load that fails is
    /// repeated as long as the room lives.
    HeadSeen(Seq),
    /// Look the log's end up: the room has looked when [`super::Room::has_looked`] says so of the
    /// [`super::Room::next_look`] before this. Few looks are made in a second, and all who ask share them.
    Look,
    /// What a forwarded send came to, from the writer's node.
    Replied {
        /// The ticket it was forwarded with.
        ticket: Ticket,
        /// The seq, or why not.
        result: Result<Seq, Refusal>,
    },
    /// Who writes the room now, by the nodes heard: `None` is this node.
    Writer(Option<NodeName>),
    /// A reader wants in: from after a position, or from the end as it stands. Membership is checked here.
    Attach {
        /// The reader.
        reader: ReaderId,
        /// Whose it is.
        user: UserId,
        /// The last seq that it has; `None` starts it at the end.
        from: Option<Seq>,
    },
    /// The reader is gone.
    Detach(ReaderId),
    /// A deadline of [`super::Room::deadline_ms`] has come.
    Tick,
}

/// Whom a run is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// The readers that are live at this point of the effects, in a stable order. Shared: the machine makes a new list
    /// only when the set changes.
    Live(Arc<[ReaderId]>),
    /// One reader that catches up.
    Reader(ReaderId),
}

impl Audience {
    /// Who they are.
    pub fn readers(&self) -> &[ReaderId] {
        match self {
            Self::Live(readers) => readers,
            Self::Reader(reader) => std::slice::from_ref(reader),
        }
    }
}

/// A room as it stands for one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomView {
    /// The room's name; empty for a direct room, and of a group the others' names.
    pub name: String,
    /// Who may enter.
    pub kind: RoomKind,
    /// The topic.
    pub topic: String,
    /// The description.
    pub description: String,
    /// The user's role; `None` if no member.
    pub role: Option<Role>,
    /// The event that last brought the user in or put them out; 0 if none did.
    pub since: Seq,
    /// The user's ban, also one that has run out.
    pub ban: Option<BanCell>,
    /// Whether it is archived.
    pub archived: bool,
    /// Slow mode's wait, 0 if it is off.
    pub slow_seconds: u32,
    /// Who may do what, where that is not as usual.
    pub rights: Rights,
    /// The avatar.
    pub avatar: Option<FileId>,
    /// How many members.
    pub members: u64,
    /// The other member of a direct room.
    pub peer: Option<(UserId, String)>,
    /// The messages that mention the user, since they came in last, as far as they are counted: ascending.
    pub mentioned: Vec<Seq>,
    /// Whether there ever was a thread.
    pub threaded: bool,
    /// The node's position in the log.
    pub head: Head,
}

impl RoomView {
    /// The lowest role that has a right.
    pub fn lowest(&self, right: Right) -> Role {
        self.rights.lowest(self.kind, right)
    }

    /// Whether the user has a right.
    pub fn may(&self, right: Right) -> bool {
        self.role >= Some(self.lowest(right))
    }
}

/// What comes out. The shell carries them out in this order; those with an answer run beside each other.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Load the projection; answered by [`Input::Loaded`].
    Load,
    /// Read `from ..= to`; answered by [`Input::Read`].
    Read {
        /// For the answer.
        read: ReadId,
        /// The first.
        from: Seq,
        /// The last.
        to: Seq,
        /// How many at most.
        limit: usize,
        /// How much it must see.
        freshness: Freshness,
    },
    /// Read the projection's mark and then, if a message is named, its cells; answered by [`Input::Projection`].
    Projection {
        /// For the answer.
        read: ReadId,
        /// The message; `None` asks for the mark alone.
        target: Option<Seq>,
    },
    /// Append; answered by [`Input::Appended`]. One at a time. Before it, the shell notes the room for every user whom
    /// the batch brings in (rule 31); if that fails, the append is not tried and the answer is that error.
    Append {
        /// The head conditioned on.
        expect: Head,
        /// The entries.
        batch: Vec<Entry>,
    },
    /// Write the cells, then set the mark; answered by [`Input::Projected`]. One at a time.
    Project {
        /// All cells of `(mark, head]`.
        cells: Vec<Cell>,
        /// The new mark.
        head: Head,
    },
    /// Publish the run on the room's topic: only what may be acknowledged (rule 14).
    Publish(Vec<Entry>),
    /// Hand the send to the room's writer.
    Forward {
        /// The writer.
        to: NodeName,
        /// The ticket to reply to.
        ticket: Ticket,
        /// The send.
        send: Send,
    },
    /// Answer a node that forwarded.
    Reply {
        /// The node.
        to: NodeName,
        /// Its ticket.
        ticket: Ticket,
        /// The seq, or why not.
        result: Result<Seq, Refusal>,
    },
    /// Answer a caller on this node: stored under this seq, or why not.
    Answer {
        /// The caller's ticket.
        ticket: Ticket,
        /// The seq, or why not.
        result: Result<Seq, Refusal>,
    },
    /// The reader is attached; what follows for it begins after its position. Or why it may not be.
    Attached {
        /// The reader.
        reader: ReaderId,
        /// The room as it stands for the user.
        result: Result<RoomView, Refusal>,
    },
    /// Encode the run once per format and hand it to the audience.
    Deliver {
        /// Whom it is for.
        to: Audience,
        /// The run, dense and ascending, at most [`hearth_protocol::bounds::RUN_EVENTS_MAX`].
        entries: Arc<[Entry]>,
    },
    /// The reader misses `from ..= to` and is told so; what follows begins after `to`.
    Gap {
        /// The reader.
        reader: ReaderId,
        /// The first that is missing.
        from: Seq,
        /// The last that is missing.
        to: Seq,
    },
    /// The reader is ahead of the log (checked with a serial read): it starts anew at the head.
    Reset {
        /// The reader.
        reader: ReaderId,
        /// The log's end.
        head: Seq,
    },
    /// The reader's user is out as of this event, which it has still been given; it is detached.
    Left {
        /// The reader.
        reader: ReaderId,
        /// The event.
        seq: Seq,
    },
}
