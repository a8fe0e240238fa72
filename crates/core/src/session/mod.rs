//! A session: one connection of one user, as a pure machine. Texts, replies and notices go in, effects come out; the
//! shell in `crate::node` carries them out. Two dialects: our own frames, and the specification's.

mod again;
mod scoped;
mod seed;
#[cfg(test)]
mod tests;
mod v1;

use hearth_protocol::{
    Ban, Body, CloseCode, DeviceId, Event, Member, MessageState, Own, OwnKind, Pin, PresenceOf,
    Receipt, RoomHits, RoomId, RoomKind, RoomSnapshot, SendId, Seq, ServerFrame, Status, Thread,
    User, UserId,
};

use crate::refusal::Refusal;

pub(crate) use scoped::Scoped;
pub(crate) use seed::Seed;
pub(crate) use v1::V1;

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `hearth.v1`.
    V1,
    /// The specification's frames.
    Seed,
}

/// A session's number of something that it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskId(pub u64);

/// A room, as a client names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomRef {
    /// By id.
    Id(RoomId),
    /// By name.
    Name(String),
}

/// A send as a client hands it in; what it leaves out, the node fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSend {
    /// The room.
    pub room: RoomId,
    /// The client's id.
    pub id: SendId,
    /// The client's position when it first went on the wire; `None`: the log's end as the node knows it.
    pub after: Option<Seq>,
    /// The device; `None`: one made for this send alone.
    pub device: Option<DeviceId>,
    /// The device's counter.
    pub n: u64,
    /// What is to happen.
    pub body: Body,
}

/// Which part of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The newest events.
    Newest,
    /// Those before a seq.
    Before(Seq),
    /// Those after a seq.
    After(Seq),
    /// Those on both sides of a seq, and it.
    Around(Seq),
    /// Those on both sides of the first at a time or later, in milliseconds since 1970; the newest if there is none.
    At(u64),
}

/// A page of history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryPage {
    /// The events, ascending and dense; deleted messages as `erased`.
    pub events: Vec<Event>,
    /// How its messages stand, where later events changed them.
    pub states: Vec<MessageState>,
    /// The log's end as of which this holds.
    pub head: Seq,
    /// Whether there is more before.
    pub more_before: bool,
    /// Whether there is more after.
    pub more_after: bool,
}

/// A room's pinned messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PinPage {
    /// All of them, the one pinned last first.
    pub pins: Vec<Pin>,
    /// How those messages stand, where later events changed them, by their numbers.
    pub states: Vec<MessageState>,
}

/// What is looked for in messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchFor {
    /// Words and filters, as they were typed.
    pub q: String,
    /// In which room; `None`: in all of one's own, or as `q` says.
    pub room: Option<RoomId>,
    /// By how many minutes the clock is ahead of UTC by which dates are meant.
    pub offset_min: i32,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many hits of one room are listed.
    pub limit: Option<usize>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// By rooms.
    pub rooms: Vec<RoomHits>,
    /// Where to go on with further rooms.
    pub next: Option<String>,
}

/// A page of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadPage {
    /// The thread.
    pub thread: Thread,
    /// Its messages, ascending; deleted ones as `erased`.
    pub events: Vec<Event>,
    /// How they stand, where later events changed them.
    pub states: Vec<MessageState>,
    /// The log's end as of which this holds.
    pub head: Seq,
    /// Whether there is more before.
    pub more_before: bool,
    /// Whether there is more after.
    pub more_after: bool,
}

/// A page of the threads that a user follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadList {
    /// The page, the one written in last first.
    pub threads: Vec<Thread>,
    /// How many of all of them have something unread.
    pub unread: u64,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A user's rooms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// Those in which the user is a member.
    pub rooms: Vec<RoomSnapshot>,
    /// Those that could not be loaded: the user may be a member. And why.
    pub unloaded: Vec<(RoomId, Refusal)>,
}

/// What a session asks of its node. Each is answered once, by the [`Reply`] named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// The user's rooms: [`Reply::Rooms`].
    Rooms,
    /// A room as it stands, or nothing if the user is no member: [`Reply::Room`].
    View(RoomId),
    /// To be attached, from after a position: [`Reply::Attached`].
    Attach {
        /// The room.
        room: RoomId,
        /// The last seq that the client has; `None`: from the end on.
        from: Option<Seq>,
    },
    /// [`Reply::Sent`].
    Send(NewSend),
    /// [`Reply::Room`].
    Create {
        /// The client's id.
        id: SendId,
        /// The name.
        name: String,
        /// Who may enter.
        kind: RoomKind,
    },
    /// [`Reply::Room`].
    Join(RoomRef),
    /// The room of that name, if the user is a member: [`Reply::Room`].
    Find(String),
    /// [`Reply::Room`].
    Direct(String),
    /// [`Reply::Room`].
    Group {
        /// The client's id.
        id: SendId,
        /// The others, by name or id.
        users: Vec<String>,
    },
    /// [`Reply::Done`].
    Leave(RoomId),
    /// Another name: [`Reply::Room`].
    Rename {
        /// The room.
        room: RoomId,
        /// The name.
        name: String,
    },
    /// [`Reply::History`].
    History {
        /// The room.
        room: RoomId,
        /// Which part.
        window: Window,
        /// How many events.
        limit: usize,
    },
    /// [`Reply::Members`].
    Members {
        /// The room.
        room: RoomId,
        /// What their names begin with; `None`: all of them.
        q: Option<String>,
        /// Where the page before ended.
        after: Option<UserId>,
        /// How many.
        limit: usize,
    },
    /// [`Reply::Bans`].
    Bans {
        /// The room.
        room: RoomId,
        /// Where the page before ended.
        after: Option<UserId>,
        /// How many.
        limit: usize,
    },
    /// [`Reply::Pins`].
    Pins(RoomId),
    /// [`Reply::Edits`].
    Edits {
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
    },
    /// [`Reply::Found`].
    Search(Box<SearchFor>),
    /// [`Reply::Thread`].
    Thread {
        /// The room.
        room: RoomId,
        /// The message at which the thread begins.
        root: Seq,
        /// Which part.
        window: Window,
        /// How many messages.
        limit: usize,
    },
    /// [`Reply::Threads`].
    Threads {
        /// Where the page before ended.
        after: Option<String>,
        /// How many.
        limit: usize,
    },
    /// A room's receipts, and to be told what moves of them: [`Reply::Receipts`].
    Receipts(RoomId),
    /// What was delivered to this device: [`Reply::Done`].
    Delivered {
        /// The room.
        room: RoomId,
        /// Up to and with this.
        seq: Seq,
    },
    /// [`Reply::Done`]; the mark itself comes to all of the user's sessions.
    Mark {
        /// The room.
        room: RoomId,
        /// Read up to and with this.
        seq: Seq,
        /// Whether it may go back.
        back: bool,
    },
    /// What is the user's own, of these kinds, and to be told what changes of it: [`Reply::Own`].
    Own(Vec<OwnKind>),
    /// A thing of it: [`Reply::Done`].
    Set(Own),
    /// [`Reply::Presence`].
    Presence {
        /// The own status.
        status: Status,
        /// Whose to be told.
        watch: Vec<UserId>,
    },
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The rooms.
    Rooms(Result<Listed, Refusal>),
    /// A room, and the seq of the event that last brought the user in.
    Room(Result<(RoomSnapshot, Seq), Refusal>),
    /// Attached, or why not.
    Attached(Result<(), Refusal>),
    /// Stored, or why not.
    Sent(Result<Seq, Refusal>),
    /// Done, or why not.
    Done(Result<(), Refusal>),
    /// A page.
    History(Result<HistoryPage, Refusal>),
    /// A page, and where the next begins.
    Members(Result<(Vec<Member>, Option<UserId>), Refusal>),
    /// A page, and where the next begins.
    Bans(Result<(Vec<Ban>, Option<UserId>), Refusal>),
    /// The pinned messages, and how they stand.
    Pins(Result<PinPage, Refusal>),
    /// The message and its edits.
    Edits(Result<Vec<Event>, Refusal>),
    /// What was found.
    Found(Result<SearchPage, Refusal>),
    /// A page of a thread. Boxed: it is large.
    Thread(Result<Box<ThreadPage>, Refusal>),
    /// A page of threads.
    Threads(Result<ThreadList, Refusal>),
    /// Receipts.
    Receipts(Result<Vec<Receipt>, Refusal>),
    /// What is the user's own, by its version.
    Own(Result<(u64, Vec<Own>), Refusal>),
    /// The watched, as they are.
    Presence(Vec<PresenceOf>),
}

/// What a session is told unasked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The user is a member of this room (perhaps for long).
    RoomAdded(RoomId),
    /// The room is no longer the user's; the reader is detached, and the client was told.
    RoomGone(RoomId),
    /// The time asked for by [`Effect::Again`] has passed.
    Again,
    /// The node goes away: finish what is under way, then close.
    Drain {
        /// When to come back.
        after_ms: u64,
    },
}

/// What comes out of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A frame for the client.
    Write(Box<ServerFrame>),
    /// A text for the client, as it is.
    Text(String),
    /// Something to be done by the node, and answered.
    Ask(AskId, Ask),
    /// The user is writing.
    Typing(RoomId),
    /// Give [`Notice::Again`] in so many milliseconds. One at a time: a later one takes an earlier one's place.
    Again(u64),
    /// The end.
    Close(CloseCode),
}

/// The dialects' common surface.
pub(crate) trait Machine: std::marker::Send {
    /// The connection stands.
    fn open(&mut self, out: &mut Vec<Effect>);
    /// A text from the client.
    fn text(&mut self, now_ms: u64, text: &str, out: &mut Vec<Effect>);
    /// An answer.
    fn reply(&mut self, ask: AskId, reply: Reply, out: &mut Vec<Effect>);
    /// Something unasked.
    fn notice(&mut self, notice: Notice, out: &mut Vec<Effect>);
    /// Whether it takes another text now: the back-pressure.
    fn may_read(&self) -> bool;
}

/// Who the session is for, and who speaks to them.
#[derive(Debug, Clone)]
pub(crate) struct Greeting {
    pub(crate) user: User,
    pub(crate) node: String,
    pub(crate) build: String,
}
