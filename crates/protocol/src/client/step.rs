//! What the client's machine puts out, and what it is told about the socket.

use crate::{
    Ban, Body, ClientFrame, DeviceId, ErrorCode, Event, Member, MessageState, Own, Pin, PresenceOf,
    Receipt, RoomHits, RoomId, RoomSnapshot, SendId, Seq, Thread, User, UserId,
};
use serde::{Deserialize, Serialize};

/// One thing to do or to show, in the order in which they come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Open a socket now; then call `opened`, or `closed` if it cannot be had.
    Connect,
    /// Drop the socket, or the attempt to open one, and report nothing more of it.
    Close,
    /// Put the frame on the socket.
    Write(ClientFrame),
    /// Keep this durably before anything after it is carried out, if the outbox is to outlive the process: the send is
    /// about to go on the wire, with the `after` that every resend must repeat.
    Record(Pending),
    /// The connection is gone; the next try comes after a pause. For the person: the machine keeps the time itself.
    Wait {
        /// How long.
        ms: u64,
        /// Why.
        why: End,
    },
    /// The machine will not come back by itself; `start` tries again.
    Ended(Ended),
    /// The server knows us: the rooms can be read from the machine. What was missed comes as `Show` and `Missed`.
    Welcome {
        /// Who we are.
        user: User,
        /// The node that speaks.
        node: String,
        /// Its build.
        build: String,
        /// Its clock.
        now_ms: u64,
    },
    /// A room is ours that was not, or it stands otherwise than before.
    Room(RoomSnapshot),
    /// The room is no longer ours.
    Left {
        /// The room.
        room: RoomId,
        /// The event that ended it, shown before; `None` if it ended while we were not connected.
        seq: Option<Seq>,
    },
    /// The next event of a room. Each seq comes once, ascending; what is not shown is named by `Missed`.
    Show {
        /// The room.
        room: RoomId,
        /// The event.
        event: Event,
    },
    /// These will not be shown; `history` has them.
    Missed {
        /// The room.
        room: RoomId,
        /// The first.
        from: Seq,
        /// The last.
        to: Seq,
    },
    /// What was shown of the room is not of its log: forget it. What comes next has a seq above `head`.
    Reset {
        /// The room.
        room: RoomId,
        /// The log's end.
        head: Seq,
    },
    /// A send is settled: it has left the outbox, for the only time.
    Settled {
        /// The send.
        pending: Pending,
        /// How it ended.
        outcome: Outcome,
    },
    /// A send waits and will be tried again by itself; later ones of its room wait behind it.
    Held {
        /// The room.
        room: RoomId,
        /// The send.
        id: SendId,
        /// Why.
        code: ErrorCode,
        /// Why, for the person.
        message: String,
        /// Until the next try.
        ms: u64,
    },
    /// A room's count of unread messages, or of mentions among them, changed.
    Unread {
        /// The room.
        room: RoomId,
        /// How many now.
        unread: u64,
        /// How many of them mention the person.
        mentions: u64,
    },
    /// What is unread in a thread that the person follows, or came to follow.
    Thread {
        /// The room.
        room: RoomId,
        /// The message at which it begins.
        root: Seq,
        /// How many messages are unread.
        unread: u64,
    },
    /// The answer to an `ask`, for the only time.
    Answer {
        /// The number that `ask` gave.
        number: u64,
        /// What came.
        answer: Result<Answer, Refused>,
    },
    /// Someone is writing; forget it after `TYPING_MS`.
    Typing {
        /// The room.
        room: RoomId,
        /// Who.
        user: UserId,
        /// Their name.
        name: String,
    },
    /// Receipts of members of a room that was asked for have moved.
    Receipts {
        /// The room.
        room: RoomId,
        /// As they stand.
        receipts: Vec<Receipt>,
    },
    /// What is the person's own was told: these things of it, as they stand.
    Own(Vec<Own>),
    /// How those are whom we watch.
    Presence(Vec<PresenceOf>),
    /// The server is going away; the socket closes next.
    Drain {
        /// The pause before coming back.
        ms: u64,
    },
    /// An error that belongs to no request and no send.
    Notice(Refused),
    /// A text from the server that is no frame of ours: for a log. The machine lives on.
    Odd(String),
}

/// A send in the outbox: all of it is the same in every resend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The room.
    pub room: RoomId,
    /// The client's id.
    pub id: SendId,
    /// The position when it first went on the wire; `None` until then.
    pub after: Option<Seq>,
    /// The device that composed it.
    pub device: DeviceId,
    /// The device's counter in the room.
    pub n: u64,
    /// What is to happen.
    pub body: Body,
}

/// How a send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Stored under this seq.
    Stored(Seq),
    /// Certainly not stored under this id, and never will be.
    Refused(Refused),
    /// Whether it was stored cannot be told any more. Ask the person; sending it again is a new send.
    Doubtful(Refused),
    /// Given up by the person. If it was on the wire it may still appear.
    GivenUp {
        /// Whether it ever was on the wire.
        was_sent: bool,
    },
}

/// A refusal as the server said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// For programs.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
}

/// What an `ask` may be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Make a room.
    Create {
        /// The same id again makes no second room.
        id: SendId,
        /// Its name.
        name: String,
        /// Who may find and enter it.
        kind: crate::RoomKind,
    },
    /// Enter a public room by its id.
    Join(RoomId),
    /// Enter a public room by its name.
    JoinByName(String),
    /// Open the direct room with a user, by name or id.
    Direct(String),
    /// Make a group with these people, by name or id.
    Group {
        /// The same id again makes no second group.
        id: SendId,
        /// The others.
        users: Vec<String>,
    },
    /// Leave a room.
    Leave(RoomId),
    /// Give a room another name.
    Rename(RoomId, String),
    /// A page of history.
    History {
        /// The room.
        room: RoomId,
        /// Where.
        window: Window,
        /// How many at most.
        limit: Option<usize>,
    },
    /// A page of members.
    Members {
        /// The room.
        room: RoomId,
        /// What their names begin with; `None`: all of them.
        q: Option<String>,
        /// Where the page before ended.
        after: Option<UserId>,
        /// How many at most.
        limit: Option<usize>,
    },
    /// A page of bans.
    Bans {
        /// The room.
        room: RoomId,
        /// Where the page before ended.
        after: Option<UserId>,
        /// How many at most.
        limit: Option<usize>,
    },
    /// A room's pinned messages.
    Pins(RoomId),
    /// What a message's text was.
    Edits {
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
    },
    /// A page of a search.
    Search {
        /// Words and filters, as they were typed.
        q: String,
        /// In which room; `None`: in all of one's own, or as `q` says.
        room: Option<RoomId>,
        /// By how many minutes the clock is ahead of UTC by which dates are meant.
        offset_min: i32,
        /// Where the page before ended.
        cursor: Option<String>,
        /// How many hits of one room at most.
        limit: Option<usize>,
    },
    /// A page of a thread.
    Thread {
        /// The room.
        room: RoomId,
        /// The message at which it begins.
        root: Seq,
        /// Where; around nothing, and at no time.
        window: Window,
        /// How many at most.
        limit: Option<usize>,
    },
    /// A page of the threads that the person follows.
    Threads {
        /// Where the page before ended.
        after: Option<String>,
        /// How many at most.
        limit: Option<usize>,
    },
    /// A small room's receipts, and from now on what moves of them on this connection.
    Receipts(RoomId),
    /// Set a thing of one's own.
    Set(Own),
}

/// Where a page of history lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// At the log's end.
    Newest,
    /// Right before a seq.
    Before(Seq),
    /// Right after a seq.
    After(Seq),
    /// On both sides of a seq.
    Around(Seq),
    /// On both sides of the first event at a time or later, in milliseconds since 1970 (UTC).
    At(u64),
}

/// What an `ask` came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The room as it stands.
    Room(RoomSnapshot),
    /// A page of history.
    Page(Page),
    /// A page of members.
    Members {
        /// The page.
        members: Vec<Member>,
        /// Where the next begins.
        next: Option<UserId>,
    },
    /// A page of bans.
    Bans {
        /// The page.
        bans: Vec<Ban>,
        /// Where the next begins.
        next: Option<UserId>,
    },
    /// Pinned messages.
    Pins {
        /// All of them, the one pinned last first.
        pins: Vec<Pin>,
        /// How those messages stand now.
        states: Vec<MessageState>,
    },
    /// The message, then its newest edits in their order.
    Edits(Vec<Event>),
    /// A page of a search.
    Found {
        /// What was found, by rooms.
        rooms: Vec<RoomHits>,
        /// Where to go on with further rooms.
        next: Option<String>,
    },
    /// A page of a thread. Boxed: it is large.
    Thread(Box<ThreadPage>),
    /// A page of threads.
    Threads(Threads),
    /// Receipts of a room, of those who tell theirs.
    Receipts {
        /// The room.
        room: RoomId,
        /// As they stand.
        receipts: Vec<Receipt>,
    },
    /// Done.
    Done,
}

/// A page of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadPage {
    /// The thread as it stands.
    pub thread: Thread,
    /// Its messages, ascending.
    pub events: Vec<Event>,
    /// How they stand now.
    pub states: Vec<MessageState>,
    /// The log's end as of which it is whole.
    pub head: Seq,
    /// Whether there is more before it.
    pub more_before: bool,
    /// Whether there is more after it.
    pub more_after: bool,
}

/// A page of the threads that the person follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threads {
    /// The page, the one written in last first.
    pub threads: Vec<Thread>,
    /// How many of all of them have something unread.
    pub unread: u64,
    /// Where the next begins.
    pub next: Option<String>,
}

/// A page of history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The room.
    pub room: RoomId,
    /// Ascending and dense.
    pub events: Vec<Event>,
    /// How its messages stand now.
    pub states: Vec<MessageState>,
    /// The log's end as of which it is whole.
    pub head: Seq,
    /// Whether there is more before it.
    pub more_before: bool,
    /// Whether there is more after it.
    pub more_after: bool,
}

/// How a socket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The server closed it with this code.
    Code(u16),
    /// It was cut, or could not be opened.
    Cut,
    /// Nothing was heard for too long.
    Silent,
    /// The upgrade was answered with this HTTP status.
    Status(u16),
    /// And with the word when to come back (`Retry-After`).
    Later {
        /// The status.
        status: u16,
        /// When.
        retry_after_ms: u64,
    },
}

impl End {
    /// The upgrade was answered with this status and, if it has one, this `Retry-After`, which is in seconds.
    pub fn answered(status: u16, retry_after: Option<&str>) -> Self {
        match retry_after.and_then(|seconds| seconds.trim().parse::<u64>().ok()) {
            Some(seconds) => Self::Later {
                status,
                retry_after_ms: seconds.saturating_mul(1_000),
            },
            None => Self::Status(status),
        }
    }
}

/// Why the machine does not come back by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Sign in, then `start`.
    SignIn,
    /// This client and this server do not fit, or the server said goodbye for good.
    Stopped(End),
}

/// Why something was not taken in; nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// The room is not ours.
    #[error("this room is not one of yours")]
    NotMember,
    /// The outbox, or the table of requests, is full.
    #[error("too much waits already; nothing was taken")]
    Full,
    /// The id is in the outbox already.
    #[error("a send with this id waits already")]
    Twice,
}

impl Ask {
    /// The frame that asks it.
    pub(super) fn into_frame(self, r#ref: u64) -> ClientFrame {
        match self {
            Ask::Create { id, name, kind } => ClientFrame::Create {
                r#ref,
                id,
                name,
                kind,
            },
            Ask::Join(room) => ClientFrame::Join {
                r#ref,
                room: Some(room),
                name: None,
            },
            Ask::JoinByName(name) => ClientFrame::Join {
                r#ref,
                room: None,
                name: Some(name),
            },
            Ask::Direct(user) => ClientFrame::Direct { r#ref, user },
            Ask::Group { id, users } => ClientFrame::Group { r#ref, id, users },
            Ask::Leave(room) => ClientFrame::Leave { r#ref, room },
            Ask::Rename(room, name) => ClientFrame::Rename { r#ref, room, name },
            Ask::History {
                room,
                window,
                limit,
            } => {
                let (mut before, mut after, mut around, mut at_ms) = (None, None, None, None);
                match window {
                    Window::Newest => {}
                    Window::Before(seq) => before = Some(seq),
                    Window::After(seq) => after = Some(seq),
                    Window::Around(seq) => around = Some(seq),
                    Window::At(ms) => at_ms = Some(ms),
                }
                ClientFrame::History {
                    r#ref,
                    room,
                    before,
                    after,
                    around,
                    at_ms,
                    limit,
                }
            }
            Ask::Members {
                room,
                q,
                after,
                limit,
            } => ClientFrame::Members {
                r#ref,
                room,
                q,
                after,
                limit,
            },
            Ask::Pins(room) => ClientFrame::Pins { r#ref, room },
            Ask::Edits { room, seq } => ClientFrame::Edits { r#ref, room, seq },
            Ask::Search {
                q,
                room,
                offset_min,
                cursor,
                limit,
            } => ClientFrame::Search {
                r#ref,
                q,
                room,
                offset_min,
                cursor,
                limit,
            },
            Ask::Thread {
                room,
                root,
                window,
                limit,
            } => {
                let (before, after) = match window {
                    Window::Newest | Window::Around(_) | Window::At(_) => (None, None),
                    Window::Before(seq) => (Some(seq), None),
                    Window::After(seq) => (None, Some(seq)),
                };
                ClientFrame::Thread {
                    r#ref,
                    room,
                    root,
                    before,
                    after,
                    limit,
                }
            }
            Ask::Threads { after, limit } => ClientFrame::Threads {
                r#ref,
                after,
                limit,
            },
            Ask::Bans { room, after, limit } => ClientFrame::Bans {
                r#ref,
                room,
                after,
                limit,
            },
            Ask::Receipts(room) => ClientFrame::Receipts { r#ref, room },
            Ask::Set(own) => ClientFrame::Set { r#ref, own },
        }
    }
}
