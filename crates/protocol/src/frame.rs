//! The frames of `hearth.v1`: one JSON object each, told apart by `type`.

use serde::{Deserialize, Serialize};

use crate::{
    Body, DeviceId, ErrorCode, Event, FileId, MessageState, Ordinal, Own, OwnKind, ProfileVersion,
    Right, Rights, Role, RoomHits, RoomId, RoomKind, SendId, Seq, UserId,
};

/// Up to where a client has a room's log without a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The room.
    pub room: RoomId,
    /// The last seq that it has.
    pub seq: Seq,
}

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame: who speaks and what they have. Answered by `welcome`, then what was missed in each room.
    Hello {
        /// The device that speaks.
        device: DeviceId,
        /// The client's build.
        #[serde(default)]
        build: String,
        /// Per room the last seq that the client has; a room left out is new to it and starts at the room's end.
        #[serde(default)]
        rooms: Vec<Position>,
    },
    /// Adds an event to a room. Answered by `ack` or `error` with the same `room` and `id`.
    Send {
        /// The room.
        room: RoomId,
        /// The client's id, the same in each resend.
        id: SendId,
        /// The client's contiguous position when this first went on the wire, the same in each resend.
        after: Seq,
        /// The device that composed it.
        device: DeviceId,
        /// The device's counter of sends in this room, rising.
        n: u64,
        /// What is to happen: message, edit, delete, react, pin, invite, remove, ban, unban, role, topic, description,
        /// archive, slow, right.
        body: Body,
    },
    /// Makes a room. Answered by `room` with the same `ref`.
    Create {
        /// The client's number of the request.
        r#ref: u64,
        /// The client's id: the same id again answers the same room.
        id: SendId,
        /// The room's name.
        name: String,
        /// Who may find and enter it; direct rooms are opened with `direct`.
        #[serde(default)]
        kind: RoomKind,
    },
    /// Enters a public room, by id or by name. Answered by `room`.
    Join {
        /// The client's number of the request.
        r#ref: u64,
        /// The room.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// Or its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Opens the direct room with a user, by id or name. Answered by `room`.
    Direct {
        /// The client's number of the request.
        r#ref: u64,
        /// The user's id or name.
        user: String,
    },
    /// Makes a group of a few people. Answered by `room`.
    Group {
        /// The client's number of the request.
        r#ref: u64,
        /// The client's id: the same id again answers the same group.
        id: SendId,
        /// The others' ids or names.
        users: Vec<String>,
    },
    /// Leaves a room. Answered by `done`.
    Leave {
        /// The client's number of the request.
        r#ref: u64,
        /// The room.
        room: RoomId,
    },
    /// Gives a room another name. Answered by `room`.
    Rename {
        /// The client's number of the request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// The new name.
        name: String,
    },
    /// Asks for a page of history: the events before, after or around a seq, around a time, or the newest. Answered by
    /// `history`.
    History {
        /// The client's number of the request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// Events with a lower seq, the nearest first counted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Seq>,
        /// Events with a higher seq.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Seq>,
        /// Events on both sides.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        around: Option<Seq>,
        /// Events on both sides of the first that was stored at this time or later, in milliseconds since 1970 (UTC).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_ms: Option<u64>,
        /// How many at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<usize>,
    },
    /// Asks for a page of a room's members. Answered by `members`.
    Members {
        /// The client's number of the request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// Words that begin one of the member's name; left out: all members.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        q: Option<String>,
        /// Where the page before ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<UserId>,
        /// How many at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<usize>,
    },
    /// Asks for a page of a room's bans, as its moderators may. Answered by `bans`.
    Bans {
        /// The client's number of the request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// Where the page before ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<UserId>,
        /// How many at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<usize>,
    },
    /// Asks for a room's pinned messages. Answered by `pins`.
    Pins {
        /// The client's number of the request.
        r#ref: u64,
        /// The room.
        room: RoomId,
    },
    /// Asks what a message's text was. Answered by `edits`.
    Edits {
        /// The client's number of the request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
    },
    /// Looks for messages in one room, or in all of one's own. Answered by `found`.
    Search {
        /// The client's number of the request.
        r#ref: u64,
        /// Words and filters, as they were typed.
        q: String,
        /// In which room; left out: in all of one's own, or as `q` says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// By how many minutes the clock is ahead of UTC by which dates are meant.
        #[serde(default, skip_serializing_if = "is_default")]
        offset_min: i32,
        /// Where the page before ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
        /// How many hits of one room are listed at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<usize>,
    },
    /// Asks for a page of a thread: its messages before or after a seq, or the newest. Answered by `thread`.
    Thread {
        /// The client's number of the request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// The message at which the thread begins.
        root: Seq,
        /// Messages with a lower seq, the nearest first counted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Seq>,
        /// Messages with a higher seq.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Seq>,
        /// How many at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<usize>,
    },
    /// Asks for a page of the threads that one follows. Answered by `threads`.
    Threads {
        /// The client's number of the request.
        r#ref: u64,
        /// Where the page before ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<String>,
        /// How many at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<usize>,
    },
    /// Asks for a small room's receipts, and to be told from now on what moves of them. Answered by `receipts`.
    Receipts {
        /// The client's number of the request.
        r#ref: u64,
        /// The room.
        room: RoomId,
    },
    /// This device has what was said in a small room. Not answered.
    Delivered {
        /// The room.
        room: RoomId,
        /// Up to and with this.
        seq: Seq,
    },
    /// Moves the own read mark. A lower seq than the mark's counts only with `back`. Not answered but by `mark`.
    Mark {
        /// The room.
        room: RoomId,
        /// Read up to and with this.
        seq: Seq,
        /// "Unread from here": sets the mark back and begins a new revision.
        #[serde(default, skip_serializing_if = "is_default")]
        back: bool,
    },
    /// Asks for what is one's own, and to be told from now on what changes of it. Answered by `own`.
    Own {
        /// The client's number of the request.
        r#ref: u64,
        /// Of which kinds; all if left out.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kinds: Vec<OwnKind>,
    },
    /// Sets one thing of one's own. Answered by `done`.
    Set {
        /// The client's number of the request.
        r#ref: u64,
        /// The thing, as it is to stand.
        own: Own,
    },
    /// The user is writing. Not answered.
    Typing {
        /// The room.
        room: RoomId,
    },
    /// Says the own status, and whose status is wanted from now on. Answered by `presence`.
    Presence {
        /// The own status.
        status: Status,
        /// Whose status to be told: replaces the list before.
        #[serde(default)]
        watch: Vec<UserId>,
    },
    /// Is anybody there? Answered by `pong`: browsers cannot see the protocol's own pings.
    Ping {
        /// The client's number of the request.
        r#ref: u64,
    },
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to `hello`: who you are, and your rooms as they stand. What was missed follows, room by room.
    Welcome {
        /// The server's build.
        build: String,
        /// The node that speaks.
        node: String,
        /// Who the credential says you are.
        user: User,
        /// The server's clock, in milliseconds since 1970.
        now_ms: u64,
        /// Your rooms.
        rooms: Vec<RoomSnapshot>,
    },
    /// A room is yours now: the answer to `create`, `join`, `direct`, `group`, or brought about elsewhere (no `ref`).
    Room {
        /// The request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r#ref: Option<u64>,
        /// The room as it stands.
        room: RoomSnapshot,
    },
    /// The send is stored, under this seq. It says nothing about the events in between.
    Ack {
        /// The room.
        room: RoomId,
        /// The client's id.
        id: SendId,
        /// Its number in the room, for ever.
        seq: Seq,
    },
    /// A dense run of one room's events, live or replayed.
    Events {
        /// The room.
        room: RoomId,
        /// The run, ascending.
        events: Vec<Event>,
    },
    /// You are too far behind: what lies between is not replayed; ask `history` for it. Live events follow after `to`.
    Gap {
        /// The room.
        room: RoomId,
        /// The first that is missing.
        from: Seq,
        /// The last that is missing.
        to: Seq,
    },
    /// What you have of this room does not fit its log (you are ahead of it): drop it and begin at `head`.
    Reset {
        /// The room.
        room: RoomId,
        /// The log's end.
        head: Seq,
    },
    /// The room is no longer yours; nothing after `seq` is shown to you.
    Left {
        /// The room.
        room: RoomId,
        /// The event that ended it.
        seq: Seq,
        /// The request, if it was yours (`leave`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r#ref: Option<u64>,
    },
    /// A page of history.
    History {
        /// The request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// The page, ascending and dense. Deleted messages come as `erased`.
        events: Vec<Event>,
        /// How its messages stand now, where later events changed them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        states: Vec<MessageState>,
        /// The log's end as of which the page is whole.
        head: Seq,
        /// Whether there is more before its first event.
        more_before: bool,
        /// Whether there is more after its last event.
        more_after: bool,
    },
    /// A page of a room's members, by id.
    Members {
        /// The request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// The page.
        members: Vec<Member>,
        /// Where the next page begins, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<UserId>,
    },
    /// A page of a room's bans, by the user's id.
    Bans {
        /// The request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// The page.
        bans: Vec<Ban>,
        /// Where the next page begins, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<UserId>,
    },
    /// A room's pinned messages, the one pinned last first.
    Pins {
        /// The request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// All of them.
        pins: Vec<Pin>,
        /// How those messages stand now, where later events changed them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        states: Vec<MessageState>,
    },
    /// A message as it was sent and what it became.
    Edits {
        /// The request.
        r#ref: u64,
        /// The room.
        room: RoomId,
        /// The message, then its newest edits in their order, each as it stands in the log.
        events: Vec<Event>,
    },
    /// Messages that were found, by rooms.
    Found {
        /// The request.
        r#ref: u64,
        /// The rooms in which some were found, or which were not looked through to their beginning.
        rooms: Vec<RoomHits>,
        /// The `cursor` with which to go on with further rooms, if there are any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// A page of a thread.
    Thread {
        /// The request.
        r#ref: u64,
        /// The thread as it stands for you; boxed, since other frames are far smaller.
        thread: Box<Thread>,
        /// Its messages, ascending. Deleted ones come as `erased`.
        events: Vec<Event>,
        /// How they stand now, where later events changed them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        states: Vec<MessageState>,
        /// The log's end as of which the page is whole.
        head: Seq,
        /// Whether the thread has more before the first of them.
        more_before: bool,
        /// Whether it has more after the last.
        more_after: bool,
    },
    /// A page of the threads that you follow, the one written in last first.
    Threads {
        /// The request.
        r#ref: u64,
        /// The page.
        threads: Vec<Thread>,
        /// How many of all that you follow have something unread.
        unread: u64,
        /// Where the next page begins, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// Receipts: all that was asked for (`ref`), or those that have moved.
    Receipts {
        /// The request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r#ref: Option<u64>,
        /// The room.
        room: RoomId,
        /// Of those who tell theirs.
        receipts: Vec<Receipt>,
    },
    /// Your read mark (moved by any of your devices).
    Mark {
        /// The room.
        room: RoomId,
        /// Read up to and with this.
        seq: Seq,
        /// Its revision: the higher revision wins, within one the higher seq.
        revision: u64,
        /// Messages after it, exact.
        unread: u64,
        /// Those of them that mention you.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentioned: Vec<Seq>,
    },
    /// What is your own: all that was asked for (`ref`), or what has changed by this version.
    Own {
        /// The request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r#ref: Option<u64>,
        /// The version of all that is yours: one more with each change.
        version: u64,
        /// The things as they stand. None, and no `ref`: there is something newer, ask for it.
        own: Vec<Own>,
    },
    /// Someone is writing; forget it after 4 s.
    Typing {
        /// The room.
        room: RoomId,
        /// Who.
        user: UserId,
        /// Their name.
        name: String,
    },
    /// How people are whom you watch.
    Presence {
        /// Those whose status changed, or all after a `presence` of yours.
        users: Vec<PresenceOf>,
    },
    /// The request is done.
    Done {
        /// The request.
        r#ref: u64,
    },
    /// The answer to `ping`.
    Pong {
        /// The request.
        r#ref: u64,
    },
    /// The server is going away: it closes this socket next; come back (elsewhere) after `after_ms`.
    Drain {
        /// How long to wait, jittered by the server.
        after_ms: u64,
    },
    /// Something was refused or could not be done; the socket lives on.
    Error {
        /// The request, if it had a `ref`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r#ref: Option<u64>,
        /// The room of the `send`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// The id of the `send`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<SendId>,
        /// For programs.
        code: ErrorCode,
        /// For people: what is wrong and what helps.
        message: String,
        /// When to try again, where trying again helps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
}

/// A user as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The account.
    pub id: UserId,
    /// The name by which they are called.
    pub name: String,
    /// The name that is shown.
    pub display: String,
}

/// A room as it stands, for one member. Whoever is in five hundred has as many in one `welcome`, so that what a field is
/// most often is left out, and is its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSnapshot {
    /// The room.
    pub id: RoomId,
    /// Its name; for a direct room the other's name, for a group the others'.
    pub name: String,
    /// Who may find and enter it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: RoomKind,
    /// Its topic.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// Its description.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its avatar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<FileId>,
    /// Your role.
    #[serde(default, skip_serializing_if = "is_default")]
    pub role: Role,
    /// How many members it has.
    pub members: u64,
    /// The other member, for a direct room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<UserId>,
    /// Whether it is archived: it can be read, and nothing more is written.
    #[serde(default, skip_serializing_if = "is_default")]
    pub archived: bool,
    /// How long each waits between two messages of their own, in seconds; 0 for not at all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub slow_seconds: u32,
    /// Who may do what in it, where that is not as usual.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rights: Rights,
    /// The log's end.
    pub head: Seq,
    /// Messages up to the end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ordinal: Ordinal,
    /// Your read mark.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mark: Seq,
    /// The read mark's revision.
    #[serde(default, skip_serializing_if = "is_default")]
    pub revision: u64,
    /// Messages after the mark, exact.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unread: u64,
    /// Those of them that mention you, ascending, without those that were deleted: their number is the count of mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentioned: Vec<Seq>,
}

impl RoomSnapshot {
    /// Whether you have a right in it.
    pub fn may(&self, right: Right) -> bool {
        let is_ever =
            self.kind != RoomKind::Direct || !matches!(right, Right::Invite | Right::Describe);
        is_ever && self.role >= self.rights.lowest(self.kind, right)
    }
}

/// A member of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The account.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether it is a bot, as its id says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bot: bool,
}

/// A ban that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Who is banned.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Who banned them.
    pub by: UserId,
    /// When.
    pub at_ms: u64,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<u64>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A pinned message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The message, as it was sent.
    pub message: Event,
    /// Who pinned it.
    pub by: UserId,
    /// When.
    pub at_ms: u64,
}

/// Up to where a member has a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The member.
    pub user: UserId,
    /// Their read mark.
    #[serde(default, skip_serializing_if = "is_default")]
    pub read: Seq,
    /// Up to where one of their devices has it, as far as is known: not below what is read.
    pub delivered: Seq,
}

/// A thread as it stands for one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The room.
    pub room: RoomId,
    /// The message at which it begins.
    pub root: Seq,
    /// That message, as it was sent; as `erased` if it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Event>,
    /// How that message stands now, if later events changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<MessageState>,
    /// How many messages are in it. This and what follows is 0 where nothing was written yet, or nothing is counted any
    /// more.
    #[serde(default, skip_serializing_if = "is_default")]
    pub messages: u64,
    /// The last of them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub last: Seq,
    /// When that was stored, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "is_default")]
    pub last_ms: u64,
    /// Whether you follow it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub following: bool,
    /// Up to where you have read it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub read: Seq,
    /// The messages after that, ascending, without those that were deleted: their number is what is unread.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Seq>,
}

/// How somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No connection.
    Offline,
    /// Connected, but not looking.
    Away,
    /// Connected.
    Online,
    /// Connected, and not to be disturbed. Said on one device, it shows over what the others say.
    DoNotDisturb,
}

/// One person's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceOf {
    /// Who.
    pub user: UserId,
    /// How.
    pub status: Status,
    /// Of who is offline, when they were last connected, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_ms: Option<u64>,
    /// The version of their profile, if the server has heard lately of a change of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileVersion>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

macro_rules! kinds {
    ($(#[$doc:meta])* $frame:ident: $($name:ident = $text:literal),* $(,)?) => {
        impl $frame {
            /// Every `type`, in the order of `docs/protocol.md`.
            pub const KINDS: &'static [&'static str] = &[$($text,)*];

            /// Its `type`.
            pub fn kind(&self) -> &'static str {
                match self { $($frame::$name { .. } => $text,)* }
            }
        }
    };
}

kinds!(ClientFrame: Hello = "hello", Send = "send", Create = "create", Join = "join", Direct = "direct",
    Group = "group", Leave = "leave", Rename = "rename", History = "history", Members = "members", Bans = "bans",
    Pins = "pins", Edits = "edits", Search = "search", Thread = "thread", Threads = "threads", Receipts = "receipts",
    Delivered = "delivered", Mark = "mark", Own = "own", Set = "set", Typing = "typing", Presence = "presence",
    Ping = "ping");

impl ClientFrame {
    /// The room that it is about, if it names one by its id.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Self::Send { room, .. }
            | Self::Leave { room, .. }
            | Self::Rename { room, .. }
            | Self::History { room, .. }
            | Self::Members { room, .. }
            | Self::Bans { room, .. }
            | Self::Pins { room, .. }
            | Self::Edits { room, .. }
            | Self::Thread { room, .. }
            | Self::Receipts { room, .. }
            | Self::Delivered { room, .. }
            | Self::Mark { room, .. }
            | Self::Typing { room } => Some(*room),
            Self::Join { room, .. } | Self::Search { room, .. } => *room,
            Self::Hello { .. }
            | Self::Create { .. }
            | Self::Direct { .. }
            | Self::Group { .. }
            | Self::Threads { .. }
            | Self::Own { .. }
            | Self::Set { .. }
            | Self::Presence { .. }
            | Self::Ping { .. } => None,
        }
    }

    /// The client's number of the request, where it is one.
    pub fn r#ref(&self) -> Option<u64> {
        match self {
            Self::Create { r#ref, .. }
            | Self::Join { r#ref, .. }
            | Self::Direct { r#ref, .. }
            | Self::Group { r#ref, .. }
            | Self::Leave { r#ref, .. }
            | Self::Rename { r#ref, .. }
            | Self::History { r#ref, .. }
            | Self::Members { r#ref, .. }
            | Self::Bans { r#ref, .. }
            | Self::Pins { r#ref, .. }
            | Self::Edits { r#ref, .. }
            | Self::Search { r#ref, .. }
            | Self::Thread { r#ref, .. }
            | Self::Threads { r#ref, .. }
            | Self::Receipts { r#ref, .. }
            | Self::Own { r#ref, .. }
            | Self::Set { r#ref, .. }
            | Self::Ping { r#ref } => Some(*r#ref),
            Self::Hello { .. }
            | Self::Send { .. }
            | Self::Delivered { .. }
            | Self::Mark { .. }
            | Self::Typing { .. }
            | Self::Presence { .. } => None,
        }
    }
}

kinds!(ServerFrame: Welcome = "welcome", Room = "room", Ack = "ack", Events = "events", Gap = "gap",
    Reset = "reset", Left = "left", History = "history", Members = "members", Bans = "bans", Pins = "pins",
    Edits = "edits", Found = "found", Thread = "thread", Threads = "threads", Receipts = "receipts", Mark = "mark",
    Own = "own", Typing = "typing", Presence = "presence", Done = "done", Pong = "pong", Drain = "drain",
    Error = "error");
