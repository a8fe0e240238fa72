//! What a typed line can mean.

use hearth_protocol::{Permalink, Right, Role, RoomKind, Seq};

use crate::chat::own::Mine;

/// What a typed line means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat) enum Command {
    /// Say it in the current room.
    Say(String),
    /// Nothing was typed.
    Nothing,
    Help,
    Rooms,
    /// Public rooms: those with these words, or all.
    Find(String),
    /// People whose names begin so.
    People(String),
    /// Go to a room of one's own, or enter it first.
    Join(String),
    Create {
        name: String,
        kind: RoomKind,
    },
    Leave,
    Direct(String),
    /// A group with these people.
    Group(Vec<String>),
    /// Those with this name, or all.
    Members(String),
    /// A page further back, or around a time, in milliseconds since 1970.
    History(Option<u64>),
    /// Messages with these words, in all rooms of one's own.
    Search(String),
    Edit(Message, String),
    Delete(Message),
    React {
        message: Message,
        emoji: String,
        on: bool,
    },
    Pin {
        message: Message,
        on: bool,
    },
    Pins,
    /// What a message's text was.
    Edits(Message),
    /// The first unread messages, and those after them.
    First,
    /// Show the thread that begins at a message, or that it is in: its newest messages, or those before a number.
    Thread(Message, Option<Seq>),
    /// Write into it.
    In(Message, String),
    /// The threads that one follows, or the next page of them.
    Threads {
        more: bool,
    },
    Follow {
        message: Message,
        on: bool,
    },
    /// Up to where others have read this room.
    Receipts,
    /// Whether to tell what one has read, and be told.
    TellReceipts {
        on: bool,
    },
    /// Copy a message into another room of one's own.
    Forward(Message, String),
    /// Send a file, with words for who does not see it, and perhaps a text.
    Attach {
        aim: Aim,
        file: String,
        alt: String,
        text: String,
    },
    /// Keep a message's files, or its only one under this name.
    SaveFile(Message, Option<String>),
    /// Give oneself, or the room, a picture from a file; `None` takes it away.
    Avatar {
        of_room: bool,
        file: Option<String>,
    },
    /// Keep the picture of somebody, or of the room, in a file.
    SaveAvatar {
        /// `None`: the room's.
        of: Option<String>,
        file: String,
    },
    /// Show a message's link.
    Link(Message),
    /// Show the messages around the one that a link leads to.
    Open(Permalink),
    Reply(Message, String),
    Invite(String),
    /// An invitation link: for so many, for so long.
    Invitation {
        uses: u32,
        ms: Option<u64>,
    },
    Invitations,
    /// Withdraw the one with this number in the list, from 1.
    Withdraw(usize),
    /// Enter by an invitation's code.
    Accept(String),
    /// The room's webhooks.
    Webhooks,
    /// A webhook by which programs write here, of this name.
    WayIn(String),
    /// One by which programs are told what happens here, at this address; of these kinds of events, or of all.
    WayOut(String, Vec<String>),
    /// Give the one with this number in the list another name.
    NameHook(usize, String),
    /// Let the one with this number in the list go on.
    ResumeHook(usize),
    /// Withdraw the one with this number in the list, from 1.
    Unhook(usize),
    Remove {
        name: String,
        reason: String,
    },
    Ban {
        name: String,
        /// Until so long from now; without it, until it is lifted.
        ms: Option<u64>,
        reason: String,
    },
    Unban(String),
    Bans,
    Rename(String),
    Archive {
        on: bool,
    },
    Slow {
        seconds: u32,
    },
    Role(String, Role),
    /// Who may do what in this room.
    Rights,
    /// From which role on somebody may do it.
    Right(Right, Role),
    /// Change the topic, or show it.
    Topic(Option<String>),
    /// Change the description, or show it.
    Describe(Option<String>),
    Who,
    /// Where one is logged in.
    Sessions,
    /// End sessions.
    Revoke(Which),
    /// Log out here.
    LogOut,
    /// Delete the account.
    DeleteAccount,
    /// Change the password.
    Password,
    /// Everything from here is unread again.
    Unread(Message),
    /// Something of one's own.
    Mine(Mine),
    /// Try everything that waits now, and send what failed anew.
    Retry,
    /// Give up what failed and what waits.
    Drop,
    Quit,
}

/// Which sessions to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::chat) enum Which {
    /// The one with this number in the list, from 1.
    Number(usize),
    /// All but this one.
    Others,
    /// This one too.
    All,
}

/// Where a message is to go: into the thread of a message, and as the answer to one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::chat) struct Aim {
    pub(in crate::chat) thread: Option<Message>,
    pub(in crate::chat) reply: Option<Message>,
}

/// A message, as a person points at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::chat) enum Message {
    /// By its number.
    Number(Seq),
    /// One's own last.
    OwnLast,
    /// The last of anybody.
    Last,
}
