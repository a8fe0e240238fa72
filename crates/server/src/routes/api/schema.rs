//! The protocol's types as OpenAPI describes them. They are never sent: the protocol's own are, and a test holds these
//! against them, field by field, over every golden file.

#![expect(dead_code, reason = "only their description is used")]

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A refusal. What `code` means and whether to try again is in the protocol's page.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Error {
    /// What, in few words.
    error: String,
    /// For programs.
    code: String,
    /// Why, and what helps.
    message: String,
    /// When to try again, where that helps.
    retry_after_ms: Option<u64>,
    /// For a send: the `after` that a resend must repeat.
    after: Option<u64>,
}

/// A user as others see them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The account.
    id: Uuid,
    /// The name by which they are called.
    name: String,
    /// The name that is shown.
    display: String,
}

/// A login.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Who.
    user: User,
    /// The credential: send it as `Authorization: Bearer …`. It is also set as the cookie `hearth_session`.
    token: String,
}

/// Who may find and enter a room.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Anyone may join by its name.
    Public,
    /// Members come by invitation.
    Private,
    /// Two people.
    Direct,
    /// A few people, without a name.
    Group,
    /// Anyone may join by its name; moderators and owners write, if nothing else was said.
    Broadcast,
}

/// What a member may do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads, writes and reacts.
    Guest,
    /// Also invites.
    Member,
    /// Also removes and bans members, deletes others' messages, changes the topic and the name, sets slow mode.
    Moderator,
    /// Also removes and bans anybody, gives roles and rights, archives the room.
    Owner,
}

/// What a room's owners give to roles, from the lowest that has it on.
#[derive(Debug, Deserialize, ToSchema)]
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

/// The lowest role that has each right in a room; left out where it is the usual one of the room's kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rights {
    /// Writing messages, and editing one's own: `guest`, where few write `moderator`.
    write: Option<Role>,
    /// Putting reactions on messages: `guest`.
    react: Option<Role>,
    /// Mentioning everyone: `moderator`.
    everyone: Option<Role>,
    /// Pinning messages, and taking pins off: `moderator`.
    pin: Option<Role>,
    /// Bringing people in, and making invitation links: `member`.
    invite: Option<Role>,
    /// Setting the room's name, topic, description and avatar: `moderator`.
    describe: Option<Role>,
}

/// A room as it stands, for one member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// The room.
    id: Uuid,
    /// Its name; for a direct room the other's name, for a group the others'.
    name: String,
    /// Who may find and enter it; `public` if left out.
    kind: Option<RoomKind>,
    /// Its topic.
    topic: Option<String>,
    /// Its description.
    description: Option<String>,
    /// Its avatar, shown at `/avatars/{avatar}/256` and `/avatars/{avatar}/64`.
    avatar: Option<Uuid>,
    /// Your role; `member` if left out.
    role: Option<Role>,
    /// How many members it has.
    members: u64,
    /// The other member, for a direct room.
    peer: Option<Uuid>,
    /// Whether it is archived; left out: no.
    archived: Option<bool>,
    /// How long each waits between two messages of their own, in seconds; left out: not at all.
    slow_seconds: Option<u32>,
    /// Who may do what in it, where that is not as usual in rooms of its kind.
    rights: Option<Rights>,
    /// The log's end.
    head: u64,
    /// Messages up to the end; 0 if left out.
    ordinal: Option<u64>,
    /// Your read mark; 0 if left out.
    mark: Option<u64>,
    /// The read mark's revision; 0 if left out.
    revision: Option<u64>,
    /// Messages after the mark, exact; 0 if left out.
    unread: Option<u64>,
    /// Those of them that mention you; none if left out.
    mentioned: Option<Vec<u64>>,
}

/// A member of a room.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The account.
    user: Uuid,
    /// Their name.
    name: String,
    /// What they may do.
    role: Role,
    /// Whether it is a bot; left out: it is none.
    bot: Option<bool>,
}

/// A ban that stands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ban {
    /// Who is banned.
    user: Uuid,
    /// Their name.
    name: String,
    /// Who banned them.
    by: Uuid,
    /// When, in milliseconds since 1970 (UTC).
    at_ms: u64,
    /// When it ends by itself.
    until_ms: Option<u64>,
    /// Why.
    reason: Option<String>,
}

/// A pinned message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The message, as it was sent.
    message: Event,
    /// Who pinned it.
    by: Uuid,
    /// When, in milliseconds since 1970 (UTC).
    at_ms: u64,
}

/// What was found in one room, the newest first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomHits {
    /// The room.
    room: Uuid,
    /// How many messages fit in the part of the room that was looked at.
    count: u64,
    /// Whether a part of the room was not looked at: there may be more than `count`. Left out: no.
    at_least: Option<bool>,
    /// The newest of them.
    hits: Vec<Hit>,
    /// The `cursor` with which to go on in this room, if there may be more.
    next: Option<String>,
}

/// A message that fits.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hit {
    /// Its number.
    seq: u64,
    /// When it was stored, in milliseconds since 1970 (UTC).
    at_ms: u64,
    /// Who wrote it.
    by: Uuid,
    /// The name that they had then.
    name: String,
    /// A part of its text as it stands now, around the first place that fits.
    excerpt: String,
    /// How many characters of the text stand before the excerpt; 0 if left out.
    before: Option<u64>,
    /// How many characters of the text stand after the excerpt; 0 if left out.
    after: Option<u64>,
    /// Where in the excerpt what was looked for stands: from a character up to another, which is no more part of it. In
    /// Unicode scalar values. None if left out.
    marks: Option<Vec<Vec<u64>>>,
}

/// One event of a room's log.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its number in the room.
    seq: u64,
    /// How many messages the room had up to and with it.
    ordinal: u64,
    /// When it was stored, in milliseconds since 1970 (UTC): for display, never for order.
    at_ms: u64,
    /// Who did it.
    by: Uuid,
    /// The name that they had then.
    name: String,
    /// The client's id of the send.
    id: String,
    /// What happened.
    body: EventBody,
}

/// What happened, told apart by `kind`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EventBody {
    /// The room began.
    Create {
        /// The room's name; empty for direct rooms and groups.
        title: String,
        /// Who may find and enter it.
        room_kind: RoomKind,
        /// The others who are members from the start: id and name.
        #[schema(value_type = Option<Vec<Vec<String>>>)]
        with: Option<Vec<(Uuid, String)>>,
    },
    /// A message.
    Message {
        /// The text as written (Markdown source).
        text: String,
        /// The message to which it replies.
        reply_to: Option<u64>,
        /// Whom it mentions.
        mentions: Option<Mentions>,
        /// Where it was copied from.
        forward: Option<Forward>,
        /// Files that come with it, at most 10.
        attachments: Option<Vec<Attachment>>,
        /// The thread to which it belongs.
        thread: Option<InThread>,
    },
    /// A message's text was replaced.
    Edit {
        /// The message.
        target: u64,
        /// The new text.
        text: String,
    },
    /// A message was deleted for all.
    Delete {
        /// The message.
        target: u64,
    },
    /// A reaction was put on a message or taken back.
    React {
        /// The message.
        target: u64,
        /// The emoji.
        emoji: String,
        /// Put on, or taken back.
        on: bool,
    },
    /// A message was pinned, or its pin taken off.
    Pin {
        /// The message.
        target: u64,
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
        user: Uuid,
        /// Their name; in a send it may be left out.
        user_name: Option<String>,
        /// Whether they came by themselves, with an invitation link that `by` had made; not in a send.
        accepted: Option<bool>,
    },
    /// `by` put a user out.
    Remove {
        /// The user.
        user: Uuid,
        /// Why, for all to read.
        reason: Option<String>,
    },
    /// `by` put a user out, or kept one out: they cannot come back before the ban ends or is lifted.
    Ban {
        /// The user.
        user: Uuid,
        /// Why, for all to read.
        reason: Option<String>,
        /// When it ends by itself, in milliseconds since 1970 (UTC).
        until_ms: Option<u64>,
    },
    /// `by` lifted a user's ban.
    Unban {
        /// The user.
        user: Uuid,
    },
    /// `by` gave a member a role.
    Role {
        /// The member.
        user: Uuid,
        /// The role.
        role: Role,
    },
    /// The topic was changed.
    Topic {
        /// The new topic; empty for none.
        topic: String,
    },
    /// The description was changed.
    Description {
        /// The new description; empty for none.
        description: String,
    },
    /// The room was given another avatar; not in a send, but by `PUT /api/v1/rooms/{room}/avatar`.
    Avatar {
        /// The picture; left out: none any more.
        avatar: Option<Uuid>,
    },
    /// The room was given another name; not in a send, but by `POST /api/v1/rooms/{room}/rename`.
    Rename {
        /// The new name.
        name: String,
    },
    /// The room was archived, or opened again.
    Archive {
        /// Archived, or opened again.
        on: bool,
    },
    /// Slow mode was changed.
    Slow {
        /// How long each waits between two messages of their own, in seconds; 0 for not at all.
        seconds: u32,
    },
    /// A right was given to another role on.
    Right {
        /// The right.
        right: Right,
        /// The lowest role that has it.
        role: Role,
    },
    /// What stood here was erased.
    Erased {
        /// What it was, without a word of it.
        was: Option<Was>,
    },
}

/// What stays of an event whose words were erased, told apart by `kind`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Was {
    /// A message.
    Message {
        /// The message to which it replied.
        reply_to: Option<u64>,
        /// Whom it mentioned.
        mentions: Option<Mentions>,
        /// The thread to which it belongs.
        thread: Option<InThread>,
    },
    /// An edit.
    Edit {
        /// The message whose text it replaced.
        target: u64,
    },
}

/// Whom a message mentions, beside all who read it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mentions {
    /// Users, at most 50; for who is no member it says nothing.
    users: Option<Vec<Uuid>>,
    /// Everyone in the room, as moderators and owners may.
    everyone: Option<Everyone>,
}

/// A message that was copied. In a send `room` and `seq` are enough, and its own `text` is empty: the server copies it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forward {
    /// The room in which it stands.
    room: Uuid,
    /// Its number there.
    seq: u64,
    /// Who wrote it.
    by: Option<Uuid>,
    /// The name that they had then.
    name: Option<String>,
    /// When it was stored, in milliseconds since 1970 (UTC).
    at_ms: Option<u64>,
}

/// A file that comes with a message. In a send `id` and `alt` are enough: the server fills in the rest.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The upload, and then the file.
    id: Uuid,
    /// What it was called where it came from.
    name: Option<String>,
    /// Its media type, by its content.
    r#type: Option<String>,
    /// How many bytes it has.
    size: Option<u64>,
    /// A picture's width in pixels.
    width: Option<u32>,
    /// A picture's height in pixels.
    height: Option<u32>,
    /// A picture in very small: a JPEG in base64.
    preview: Option<String>,
    /// What is to be seen, in words; at most 200 characters.
    alt: Option<String>,
}

/// To which thread a message belongs. In a send `root` is enough.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InThread {
    /// The message of the room at which it begins.
    root: u64,
    /// Who wrote that one.
    by: Option<Uuid>,
}

/// A thread as it stands for you.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Thread {
    /// The room.
    room: Uuid,
    /// The message at which it begins.
    root: u64,
    /// That message, as it was sent; as `erased` if it was deleted.
    message: Option<Event>,
    /// How that message stands now, if later events changed it.
    state: Option<MessageState>,
    /// How many messages are in it; 0 if left out, also where nothing is counted any more.
    messages: Option<u64>,
    /// The last of them; 0 if left out.
    last: Option<u64>,
    /// When that was stored, in milliseconds since 1970 (UTC).
    last_ms: Option<u64>,
    /// Whether you follow it; left out: no.
    following: Option<bool>,
    /// Up to where you have read it; 0 if left out.
    read: Option<u64>,
    /// The messages after that, without deleted ones; none if left out.
    unread: Option<Vec<u64>>,
}

/// Up to where a member has a room.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The member.
    user: Uuid,
    /// Their read mark; 0 if left out.
    read: Option<u64>,
    /// Up to where one of their devices has it, as far as is known.
    delivered: u64,
}

/// How everyone is mentioned. Both count alike.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Everyone {
    /// Who is connected when it comes is to be alerted.
    Here,
    /// Everybody is to be alerted, also later.
    Room,
}

/// A message as it stands now, where later events changed it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageState {
    /// The message.
    seq: u64,
    /// Its text now, if it was edited.
    text: Option<String>,
    /// The event that edited it last.
    edited: Option<u64>,
    /// When that was, in milliseconds since 1970 (UTC), where it is known.
    edited_ms: Option<u64>,
    /// The event that deleted it.
    deleted: Option<u64>,
    /// Reactions that stand, by emoji.
    reactions: Option<Vec<Reaction>>,
    /// How long the thread is that begins at it, if there is one and it is counted; told by pages of history.
    thread: Option<ThreadLength>,
}

/// How long a thread is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThreadLength {
    /// How many messages are in it.
    messages: u64,
    /// The last of them that is counted there.
    last: u64,
    /// When that was stored, in milliseconds since 1970 (UTC).
    last_ms: u64,
    /// The log's end as of which it is counted: a deletion after it is to be taken off.
    as_of: u64,
}

/// One emoji on a message and who put it there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reaction {
    /// The emoji.
    emoji: String,
    /// Who, in the order of their ids.
    users: Vec<Uuid>,
}

/// One thing of your own, told apart by `kind`. Set to what it is without being set, it is gone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Own {
    /// When you are not to be told of anything.
    Quiet {
        /// The hours; left out: none.
        hours: Option<QuietHours>,
    },
    /// Of what in a room you are to be told.
    Notify {
        /// The room.
        room: Uuid,
        /// Of which messages; `all` if left out.
        level: Option<NotifyLevel>,
        /// Until then of none, in milliseconds since 1970 (UTC).
        muted_until_ms: Option<u64>,
    },
    /// Somebody whose messages are not to be shown.
    Blocked {
        /// The user.
        user: Uuid,
        /// Blocked, or not any more.
        on: bool,
    },
    /// A message that is not sent yet: one in each room.
    Draft {
        /// The room.
        room: Uuid,
        /// Its text; left out: there is none.
        text: Option<String>,
        /// The message to which it is to reply.
        reply_to: Option<u64>,
        /// When it was set so, in milliseconds since 1970 (UTC); not said by a client.
        at_ms: Option<u64>,
    },
    /// A message that is not sent yet, for a thread: one in each.
    ThreadDraft {
        /// The room.
        room: Uuid,
        /// The message at which the thread begins.
        root: u64,
        /// Its text; left out: there is none.
        text: Option<String>,
        /// The message to which it is to reply.
        reply_to: Option<u64>,
        /// When it was set so, in milliseconds since 1970 (UTC); not said by a client.
        at_ms: Option<u64>,
    },
    /// A message that is not to be shown.
    Hidden {
        /// The room.
        room: Uuid,
        /// The message.
        seq: u64,
        /// Hidden, or not any more.
        on: bool,
    },
    /// A message to come back to.
    Saved {
        /// The room.
        room: Uuid,
        /// The message.
        seq: u64,
        /// Saved, or not any more.
        on: bool,
    },
    /// A message that is to be sent later.
    Scheduled {
        /// By which it is named; the send has the same id.
        id: Uuid,
        /// The room.
        room: Uuid,
        /// When, in milliseconds since 1970 (UTC).
        at_ms: u64,
        /// Its text; left out: it was sent, or is not to be sent.
        text: Option<String>,
        /// The message to which it is to reply.
        reply_to: Option<u64>,
        /// Whom it is to mention.
        mentions: Option<Mentions>,
        /// The message at which the thread begins into which it is to go.
        thread: Option<u64>,
        /// The uploads that it is to bring along, by their ids, with their descriptions.
        attachments: Option<Vec<Attachment>>,
        /// What has become of it; `waiting` if left out. What you say there counts for nothing.
        state: Option<ScheduledState>,
        /// Why it could not be sent, or cannot be said to be.
        reason: Option<String>,
    },
    /// Whether others are told what you have read, and you of others.
    Receipts {
        /// Told, or not.
        on: bool,
    },
    /// Whether you follow a thread.
    Follow {
        /// The room.
        room: Uuid,
        /// The message at which the thread begins.
        root: u64,
        /// Followed, or not; left out: as it goes by itself.
        on: Option<bool>,
        /// Where the room's log ended then; not said by a client.
        since: Option<u64>,
    },
    /// Up to where you have read a thread.
    Read {
        /// The room.
        room: Uuid,
        /// The message at which the thread begins.
        root: u64,
        /// Read up to and with this.
        seq: u64,
        /// Whether it may go back; only said by a client.
        back: Option<bool>,
        /// Where the room's log ended when it was set back last; not said by a client.
        at: Option<u64>,
    },
}

/// What has become of a scheduled message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScheduledState {
    /// Its time has not come.
    Waiting,
    /// It is being sent, and tried again until that is settled.
    Sending,
    /// It was not sent and will not be.
    Failed,
    /// Whether it was sent cannot be told any more.
    Doubtful,
}

/// Hours of each day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// When they begin, in minutes after midnight.
    from_min: u16,
    /// When they end; before `from_min`: on the next day.
    to_min: u16,
    /// Where the clock stands that counts: a name of the time zone database.
    zone: String,
}

/// Of which messages of a room you are to be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotifyLevel {
    /// Of all.
    All,
    /// Of those that name you.
    Mentions,
    /// Of none.
    None,
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde::de::DeserializeOwned;
    use serde_json::Value;

    use super::*;

    fn described<T: DeserializeOwned>(file: &str, value: &Value) {
        if let Err(error) = serde_json::from_value::<T>(value.clone()) {
            panic!("{file}: {error}: {value}");
        }
    }

    #[test]
    fn the_description_names_every_field_that_is_sent() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/golden");
        let mut files = 0;
        for entry in fs::read_dir(golden).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            let value: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let list = |key: &str| value[key].as_array().cloned().unwrap_or_default();
            if file.starts_with("event-") {
                described::<Event>(&file, &value);
            }
            list("events")
                .iter()
                .for_each(|event| described::<Event>(&file, event));
            list("states")
                .iter()
                .for_each(|state| described::<MessageState>(&file, state));
            if file.starts_with("server-members") {
                list("members")
                    .iter()
                    .for_each(|member| described::<Member>(&file, member));
            }
            if file.starts_with("server-bans") {
                list("bans")
                    .iter()
                    .for_each(|ban| described::<Ban>(&file, ban));
            }
            if file.starts_with("server-pins") {
                list("pins")
                    .iter()
                    .for_each(|pin| described::<Pin>(&file, pin));
            }
            if file.starts_with("server-found") {
                list("rooms")
                    .iter()
                    .for_each(|room| described::<RoomHits>(&file, room));
            }
            if file.starts_with("server-receipts") {
                list("receipts")
                    .iter()
                    .for_each(|receipt| described::<Receipt>(&file, receipt));
            }
            if file.starts_with("server-threads") {
                list("threads")
                    .iter()
                    .for_each(|thread| described::<Thread>(&file, thread));
            } else if file.starts_with("server-thread") {
                described::<Thread>(&file, &value["thread"]);
            }
            if file.starts_with("server-own") {
                list("own")
                    .iter()
                    .for_each(|own| described::<Own>(&file, own));
            }
            if file.starts_with("client-set") {
                described::<Own>(&file, &value["own"]);
            }
            if file.starts_with("server-welcome") {
                described::<User>(&file, &value["user"]);
                list("rooms")
                    .iter()
                    .for_each(|room| described::<Room>(&file, room));
            }
            if file.starts_with("server-room") {
                described::<Room>(&file, &value["room"]);
            }
            files += 1;
        }
        assert!(
            files > 40,
            "the golden files are not where they were: {files}"
        );
    }
}
