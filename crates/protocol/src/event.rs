//! Events: all that ever happens in a room, as its log keeps it and its members see it.

use serde::{Deserialize, Serialize};

use crate::{FileId, Ordinal, RoomId, SendId, Seq, UserId};

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
    /// A message. The only body that counts as unread: in its room, or if it is in a thread, there.
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
        /// Files that come with it.
        #[serde(default, skip_serializing_if = "no_files")]
        attachments: Box<[Attachment]>,
        /// The thread to which it belongs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<Box<InThread>>,
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
    /// The room was given another avatar, or none any more. It is shown at `/avatars/ID/256` and `/avatars/ID/64`.
    Avatar {
        /// The picture.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        avatar: Option<FileId>,
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
    /// A right was given to another role on: all that are not below it have it in this room, and no others.
    Right {
        /// The right.
        right: Right,
        /// The lowest role that has it.
        role: Role,
    },
    /// What stood here was erased; its number, sender and id stay, and what is counted by it.
    Erased {
        /// What it was, without a word of it. Not there for what is neither a message nor an edit, and for what was erased
        /// before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Box<Was>>,
    },
}

/// What stays of a body whose words were erased: all that is counted by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Was {
    /// A message.
    Message {
        /// The message to which it replied.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        /// Whom it mentioned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mentions: Option<Box<Mentions>>,
        /// The thread to which it belongs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<Box<InThread>>,
    },
    /// An edit.
    Edit {
        /// The message whose text it replaced.
        target: Seq,
    },
}

impl Was {
    /// Every `kind`.
    pub const KINDS: &'static [&'static str] = &["message", "edit"];

    /// Its `kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Was::Message { .. } => "message",
            Was::Edit { .. } => "edit",
        }
    }
}

fn no_files(attachments: &[Attachment]) -> bool {
    attachments.is_empty()
}

fn is_zero(size: &u64) -> bool {
    *size == 0
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
        "avatar",
        "rename",
        "archive",
        "slow",
        "right",
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
            attachments: Box::default(),
            thread: None,
        }
    }

    /// A message in the thread that begins at that one.
    pub fn in_thread(text: impl Into<String>, root: Seq) -> Self {
        Self::Message {
            text: text.into(),
            reply_to: None,
            mentions: None,
            forward: None,
            thread: Some(Box::new(InThread::at(root))),
            attachments: Box::default(),
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
            Body::Avatar { .. } => "avatar",
            Body::Rename { .. } => "rename",
            Body::Archive { .. } => "archive",
            Body::Slow { .. } => "slow",
            Body::Right { .. } => "right",
            Body::Erased { .. } => "erased",
        }
    }

    /// What stays of it when its words are erased: whatever is counted by it is counted by that as well. Of what is
    /// erased nothing more goes.
    pub fn erased(&self) -> Self {
        let was = match self {
            Body::Message {
                reply_to,
                mentions,
                thread,
                ..
            } => Was::Message {
                reply_to: *reply_to,
                mentions: mentions.clone(),
                thread: thread.clone(),
            },
            Body::Edit { target, .. } => Was::Edit { target: *target },
            Body::Erased { .. } => return self.clone(),
            _ => return Body::Erased { was: None },
        };
        Body::Erased {
            was: Some(Box::new(was)),
        }
    }

    /// Whether its words were erased.
    pub fn is_erased(&self) -> bool {
        matches!(self, Body::Erased { .. })
    }

    /// What it was, if it was erased and that is known.
    fn was(&self) -> Option<&Was> {
        match self {
            Body::Erased { was } => was.as_deref(),
            _ => None,
        }
    }

    /// Whether it is a message, in a thread or not, and has its words.
    pub fn is_message(&self) -> bool {
        matches!(self, Body::Message { .. })
    }

    /// Whether it is a message, or was one before it was erased.
    pub fn was_message(&self) -> bool {
        self.is_message() || matches!(self.was(), Some(Was::Message { .. }))
    }

    /// The same, also for what was erased before it was kept what it was.
    pub fn may_have_been_message(&self) -> bool {
        self.was_message() || matches!(self, Body::Erased { was: None })
    }

    /// Its `kind`; of what was erased that of before, if it is known.
    pub fn sent_kind(&self) -> &'static str {
        self.was().map_or_else(|| self.kind(), Was::kind)
    }

    /// Whether it counts as a message of the room (ordinals, unread): what is in a thread counts there alone. It counts
    /// when it is erased as well, as do its thread and whom it mentions.
    pub fn counts(&self) -> bool {
        self.was_message() && self.thread().is_none()
    }

    /// The thread to which it belongs.
    pub fn thread(&self) -> Option<InThread> {
        match (self, self.was()) {
            (Body::Message { thread, .. }, _) | (_, Some(Was::Message { thread, .. })) => {
                thread.as_deref().copied()
            }
            _ => None,
        }
    }

    /// Whom it mentions.
    pub fn mentioned(&self) -> Option<&Mentions> {
        match (self, self.was()) {
            (Body::Message { mentions, .. }, _) | (_, Some(Was::Message { mentions, .. })) => {
                mentions.as_deref()
            }
            _ => None,
        }
    }

    /// Whether it mentions a user, by id or with everyone.
    pub fn mentions(&self, user: UserId) -> bool {
        self.mentioned()
            .is_some_and(|of| of.everyone.is_some() || of.users.contains(&user))
    }

    /// The message whose text it replaces, or replaced before it was erased.
    pub fn edits(&self) -> Option<Seq> {
        match (self, self.was()) {
            (Body::Edit { target, .. }, _) | (_, Some(Was::Edit { target })) => Some(*target),
            _ => None,
        }
    }

    /// The files that come with it.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Body::Message { attachments, .. } => attachments,
            _ => &[],
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

/// A file that comes with a message. In a send only `id` and `alt` count: the server fills in what it knows of the upload,
/// so whoever reads the message asks for nothing more to show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The upload, and then the file.
    pub id: FileId,
    /// What it was called where it came from, without what no file name should have.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its media type, by its content.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub r#type: String,
    /// How many bytes it has.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub size: u64,
    /// A picture's width in pixels, as it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// A picture's height in pixels, as it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// A picture in very small, to be shown until the thumbnail is there: a JPEG in base64. There is a thumbnail where
    /// this is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub preview: String,
    /// What is to be seen, in words, for who does not see it: the sender's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
}

impl Attachment {
    /// As a send names it.
    pub fn of(id: FileId, alt: impl Into<String>) -> Self {
        Self {
            id,
            name: String::new(),
            r#type: String::new(),
            size: 0,
            width: None,
            height: None,
            preview: String::new(),
            alt: alt.into(),
        }
    }

    /// Whether the server has filled in what it knows.
    pub fn is_known(&self) -> bool {
        self.size > 0
    }
}

fn nobody() -> UserId {
    UserId(uuid::Uuid::nil())
}

fn is_nobody(user: &UserId) -> bool {
    user.0.is_nil()
}

/// To which thread a message belongs. In a send only `root` counts: the server fills in the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InThread {
    /// The message of the room at which it begins.
    pub root: Seq,
    /// Who wrote that one.
    #[serde(default = "nobody", skip_serializing_if = "is_nobody")]
    pub by: UserId,
}

impl InThread {
    /// As a send says it.
    pub fn at(root: Seq) -> Self {
        Self { root, by: nobody() }
    }
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
    /// Anyone may join by its name; moderators and owners write, if nothing else was said, the others read and react.
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
/// `docs/protocol.md`, and each room's owners say it of some [`Right`]s.
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
    /// Also removes and bans anybody, gives roles and rights, archives the room.
    Owner,
}

/// What a room's owners give to roles, from the lowest that has it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Writing messages, and editing one's own.
    Write,
    /// Putting reactions on messages.
    React,
    /// Mentioning everyone.
    Everyone,
    /// Pinning messages, and taking pins off.
    Pin,
    /// Bringing people in, and making invitation links.
    Invite,
    /// Setting the room's name, topic, description and avatar.
    Describe,
}

impl Right {
    /// Every right, in the order of `docs/protocol.md`.
    pub const ALL: [Self; 6] = [
        Self::Write,
        Self::React,
        Self::Everyone,
        Self::Pin,
        Self::Invite,
        Self::Describe,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::React => "react",
            Self::Everyone => "everyone",
            Self::Pin => "pin",
            Self::Invite => "invite",
            Self::Describe => "describe",
        }
    }

    /// The lowest role that has it in a room of a kind in which nothing was said of it.
    pub fn usual(self, kind: RoomKind) -> Role {
        match (self, kind) {
            // Of a direct room's two members each has what is had there at all.
            (_, RoomKind::Direct) | (Self::React, _) => Role::Guest,
            (Self::Write, RoomKind::Broadcast) => Role::Moderator,
            (Self::Write, _) => Role::Guest,
            (Self::Invite, _) => Role::Member,
            (Self::Everyone | Self::Pin | Self::Describe, _) => Role::Moderator,
        }
    }
}

/// The lowest role that has each right in a room; left out where it is the usual one of the room's kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// Writing messages, and editing one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write: Option<Role>,
    /// Putting reactions on messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub react: Option<Role>,
    /// Mentioning everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub everyone: Option<Role>,
    /// Pinning messages, and taking pins off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Role>,
    /// Bringing people in, and making invitation links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<Role>,
    /// Setting the room's name, topic, description and avatar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub describe: Option<Role>,
}

impl Rights {
    /// Of these rights the lowest roles that have them, in a room of a kind.
    pub fn of(kind: RoomKind, lowest: impl IntoIterator<Item = (Right, Role)>) -> Self {
        let mut rights = Self::default();
        for (right, role) in lowest {
            rights.set(kind, right, role);
        }
        rights
    }

    /// The lowest role that has a right, in a room of a kind.
    pub fn lowest(&self, kind: RoomKind, right: Right) -> Role {
        let said = match right {
            Right::Write => self.write,
            Right::React => self.react,
            Right::Everyone => self.everyone,
            Right::Pin => self.pin,
            Right::Invite => self.invite,
            Right::Describe => self.describe,
        };
        said.unwrap_or(right.usual(kind))
    }

    /// Gives a right from a role on, in a room of a kind.
    pub fn set(&mut self, kind: RoomKind, right: Right, role: Role) {
        let said = match right {
            Right::Write => &mut self.write,
            Right::React => &mut self.react,
            Right::Everyone => &mut self.everyone,
            Right::Pin => &mut self.pin,
            Right::Invite => &mut self.invite,
            Right::Describe => &mut self.describe,
        };
        *said = (role != right.usual(kind)).then_some(role);
    }
}

/// A message as it stands now, where later events changed it, or a thread began at it.
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
    /// When that was, in milliseconds since 1970, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_ms: Option<u64>,
    /// The event that deleted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Seq>,
    /// Reactions that stand, by emoji.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// How long the thread is that begins at it, if there is one and it is counted. Only pages of history tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadLength>,
}

impl MessageState {
    /// One that nothing has changed.
    pub fn unchanged(seq: Seq) -> Self {
        Self {
            seq,
            text: None,
            edited: None,
            edited_ms: None,
            deleted: None,
            reactions: Vec::new(),
            thread: None,
        }
    }
}

/// How long a thread is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadLength {
    /// How many messages are in it.
    pub messages: u64,
    /// The last of them that is counted there: what comes after it is not.
    pub last: Seq,
    /// When that was stored, in milliseconds since 1970.
    pub last_ms: u64,
    /// The log's end as of which it is counted: a deletion after it is to be taken off.
    pub as_of: Seq,
}

/// One emoji on a message and who put it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who, in the order of their ids.
    pub users: Vec<UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_erased_has_no_word_left_and_counts_as_before() {
        let user = UserId(uuid::Uuid::from_u128(7));
        let message = |thread: Option<InThread>| Body::Message {
            text: "secret".to_owned(),
            reply_to: Some(Seq(3)),
            mentions: Some(Box::new(Mentions {
                users: vec![user],
                everyone: None,
            })),
            forward: Some(Box::new(Forward {
                room: RoomId(uuid::Uuid::from_u128(8)),
                seq: Seq(1),
                by: user,
                name: "secret".to_owned(),
                at_ms: 0,
            })),
            attachments: Box::new([Attachment {
                name: "secret.png".to_owned(),
                ..Attachment::of(FileId(uuid::Uuid::from_u128(9)), "a secret")
            }]),
            thread: thread.map(Box::new),
        };
        let edit = Body::Edit {
            target: Seq(5),
            text: "secret".to_owned(),
        };
        let root = InThread {
            root: Seq(4),
            by: user,
        };
        for body in [message(None), message(Some(root)), edit, Body::Join] {
            let erased = body.erased();
            assert!(erased.is_erased() && !erased.is_message());
            assert_eq!(erased.erased(), erased);
            let text = serde_json::to_string(&erased).expect("it is written");
            assert!(!text.contains("secret"), "{text}");
            assert!(
                !text.contains("forward") && !text.contains("attachments"),
                "{text}"
            );
            assert_eq!(erased.was_message(), body.is_message());
            assert_eq!(erased.counts(), body.counts());
            assert_eq!(erased.thread(), body.thread());
            assert_eq!(erased.mentioned(), body.mentioned());
            assert_eq!(erased.mentions(user), body.mentions(user));
            assert_eq!(erased.edits(), body.edits());
            if body != Body::Join {
                assert_eq!(erased.sent_kind(), body.kind());
            }
        }
    }

    #[test]
    fn what_was_erased_before_it_was_kept_what_it_was_is_read_and_counts_for_nothing() {
        let read = |text| serde_json::from_str::<Body>(text).expect("it is read");
        for text in [r#"{"kind":"erased"}"#, r#"{"kind":"erased","by":"whom"}"#] {
            let old = read(text);
            assert_eq!(old, Body::Erased { was: None });
            assert!(!old.counts() && !old.was_message() && old.may_have_been_message());
            assert_eq!((old.erased(), old.sent_kind()), (old.clone(), "erased"));
        }
    }
}
