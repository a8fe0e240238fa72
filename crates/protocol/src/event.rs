//! Events: all that ever happens in a room, as its log keeps it and its members see it.

use serde::{Deserialize, Serialize};

use crate::{Ordinal, RoomId, SendId, Seq, UserId};

/// One event of a room's log. Its room is said by the frame or the row that carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the room.
    pub seq: Seq,
    /// How many messages the room had up to and with this event.
    pub ordinal: Ordinal,
    /// When the appending node stored it, in milliseconds since 1970 (UTC): for display, never for order.
    pub at_ms: u64,
    /// Who did it.
    pub by: UserId,
    /// The name that they had then.
    pub name: String,
    /// The client's id of the send.
    pub id: SendId,
    /// What happened.
    pub body: Body,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// The room began. Always seq 1. `by` is its first owner, and for a direct room or a group `with` the other members.
    Create {
        /// The room's name; empty for direct rooms and groups.
        title: String,
        /// Who may find and enter it.
        room_kind: RoomKind,
        /// The others who are members from the start (direct rooms and groups): id and name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        with: Vec<(UserId, String)>,
    },
    /// A message. The only body that counts as unread.
    Message {
        /// The text as written (Markdown source).
        text: String,
        /// The message to which it replies.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        /// Whom it mentions.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mentions: Option<Box<Mentions>>,
        /// Where it was copied from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forward: Option<Box<Forward>>,
    },
    /// A message's text was replaced.
    Edit {
        /// The message.
        target: Seq,
        /// The new text.
        text: String,
    },
    /// A message was deleted for all.
    Delete {
        /// The message.
        target: Seq,
    },
    /// A reaction was put on a message or taken back.
    React {
        /// The message.
        target: Seq,
        /// The emoji.
        emoji: String,
        /// Put on, or taken back.
        on: bool,
    },
    /// A message was pinned, or its pin taken off.
    Pin {
        /// The message.
        target: Seq,
        /// Pinned, or taken off.
        on: bool,
    },
    /// `by` came in by themselves.
    Join,
    /// `by` left.
    Leave,
    /// `by` brought a user in.
    Invite {
        /// The user.
        user: UserId,
        /// The name that they had then. In a send it may be left out: the server fills it in.
        #[serde(default)]
        user_name: String,
        /// Whether the user came by themselves, with an invitation link that `by` had made. A client does not say it.
        #[serde(default, skip_serializing_if = "is_false")]
        accepted: bool,
    },
    /// `by` put a user out.
    Remove {
        /// The user.
        user: UserId,
        /// Why, for all to read.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// `by` put a user out, or kept one out who was not in: they cannot come back before the ban ends or is lifted.
    Ban {
        /// The user.
        user: UserId,
        /// Why, for all to read.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        /// When it ends by itself, in milliseconds since 1970 (UTC): compared with `at_ms` of the event by which they
        /// would come in. Without it, not by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_ms: Option<u64>,
    },
    /// `by` lifted a user's ban.
    Unban {
        /// The user.
        user: UserId,
    },
    /// `by` gave a member a role.
    Role {
        /// The member.
        user: UserId,
        /// The role.
        role: Role,
    },
    /// The topic was changed.
    Topic {
        /// The new topic; empty for none.
        topic: String,
    },
    /// What the room is for was said anew, at more length than a topic has.
    Description {
        /// The new description; empty for none.
        description: String,
    },
    /// The room was given another name. The one before stays the room's as well: who uses it finds the room.
    Rename {
        /// The new name.
        name: String,
    },
    /// The room was archived, or opened again.
    Archive {
        /// Archived, or opened again.
        on: bool,
    },
    /// Slow mode was changed: how long each waits between two messages of their own.
    Slow {
        /// The wait in seconds; 0 for none.
        seconds: u32,
    },
    /// What stood here was erased; its number, sender and id stay.
    Erased,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Body {
    /// Every `kind`, in the order of `docs/protocol.md`.
    pub const KINDS: &'static [&'static str] = &[
        "create",
        "message",
        "edit",
        "delete",
        "react",
        "pin",
        "join",
        "leave",
        "invite",
        "remove",
        "ban",
        "unban",
        "role",
        "topic",
        "description",
        "rename",
        "archive",
        "slow",
        "erased",
    ];

    /// A message that says this and no more.
    pub fn message(text: impl Into<String>) -> Self {
        Self::reply(text, None)
    }

    /// The same, perhaps as a reply to another.
    pub fn reply(text: impl Into<String>, reply_to: Option<Seq>) -> Self {
        Self::Message {
            text: text.into(),
            reply_to,
            mentions: None,
            forward: None,
        }
    }

    /// Its `kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Body::Create { .. } => "create",
            Body::Message { .. } => "message",
            Body::Edit { .. } => "edit",
            Body::Delete { .. } => "delete",
            Body::React { .. } => "react",
            Body::Pin { .. } => "pin",
            Body::Join => "join",
            Body::Leave => "leave",
            Body::Invite { .. } => "invite",
            Body::Remove { .. } => "remove",
            Body::Ban { .. } => "ban",
            Body::Unban { .. } => "unban",
            Body::Role { .. } => "role",
            Body::Topic { .. } => "topic",
            Body::Description { .. } => "description",
            Body::Rename { .. } => "rename",
            Body::Archive { .. } => "archive",
            Body::Slow { .. } => "slow",
            Body::Erased => "erased",
        }
    }

    /// Whether it counts as a message (ordinals, unread).
    pub fn is_message(&self) -> bool {
        matches!(self, Body::Message { .. })
    }

    /// Whether it mentions a user, by id or with everyone.
    pub fn mentions(&self, user: UserId) -> bool {
        match self {
            Body::Message {
                mentions: Some(mentions),
                ..
            } => mentions.everyone.is_some() || mentions.users.contains(&user),
            _ => false,
        }
    }

    /// The message that it changes.
    pub fn target(&self) -> Option<Seq> {
        match self {
            Body::Edit { target, .. }
            | Body::Delete { target }
            | Body::React { target, .. }
            | Body::Pin { target, .. } => Some(*target),
            _ => None,
        }
    }
}

/// Whom a message mentions, beside all who read it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mentions {
    /// Users. For who is no member it says nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserId>,
    /// Everyone in the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub everyone: Option<Everyone>,
}

/// A message that was copied, text and all, as it stood then. In a send only `room` and `seq` count: the server fills in
/// the rest, and the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    /// The room in which it stands.
    pub room: RoomId,
    /// Its number there.
    pub seq: Seq,
    /// Who wrote it.
    #[serde(default = "nobody")]
    pub by: UserId,
    /// The name that they had then.
    #[serde(default)]
    pub name: String,
    /// When it was stored.
    #[serde(default)]
    pub at_ms: u64,
}

fn nobody() -> UserId {
    UserId(uuid::Uuid::nil())
}

/// How everyone is mentioned. Both count alike, for who is here is not in the log; they tell clients whom to alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Everyone {
    /// Who is connected when it comes is to be alerted.
    Here,
    /// Everybody is to be alerted, also later.
    Room,
}

/// Who may find and enter a room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Anyone may join by its name.
    #[default]
    Public,
    /// Members come by invitation.
    Private,
    /// Two people, exactly one room per pair.
    Direct,
    /// A few people, who bring others in; it has no name.
    Group,
    /// Anyone may join by its name; moderators and owners write, the others read and react.
    Broadcast,
}

impl RoomKind {
    /// Every kind, in the order of `docs/protocol.md`.
    pub const ALL: [Self; 5] = [
        Self::Public,
        Self::Private,
        Self::Direct,
        Self::Group,
        Self::Broadcast,
    ];

    /// Whether anyone may find and enter it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Broadcast)
    }

    /// Whether it is called by a name of its own, which is nobody else's; else by its members.
    pub fn is_named(self) -> bool {
        !matches!(self, Self::Direct | Self::Group)
    }
}

/// What a member may do. In this order each may do all that the ones before it may; what that is, is a table in
/// `docs/protocol.md`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads, writes and reacts.
    Guest,
    /// Also invites.
    #[default]
    Member,
    /// Also removes and bans members, deletes others' messages, changes the topic and the name, sets slow mode.
    Moderator,
    /// Also removes and bans anybody, gives roles, archives the room.
    Owner,
}

/// A message as it stands now, where later events changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageState {
    /// The message.
    pub seq: Seq,
    /// Its text now, if it was edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The event that edited it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Seq>,
    /// The event that deleted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Seq>,
    /// Reactions that stand, by emoji.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

/// One emoji on a message and who put it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who, in the order of their ids.
    pub users: Vec<UserId>,
}
