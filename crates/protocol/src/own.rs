//! What is a user's own: what only they see, the same on all their devices.
//!
//! Each thing has a key (its kind and what it is about) and stands as it was set last; set to nothing, it is gone. All of
//! one user's together have a version, one more with each change, by which a client finds what it has missed.

use serde::{Deserialize, Serialize};

use crate::{Attachment, Mentions, RoomId, ScheduledId, Seq, UserId};

/// One thing of a user's own, as it was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Own {
    /// When one is not to be told of anything.
    Quiet {
        /// The hours; left out: none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hours: Option<QuietHours>,
    },
    /// Of what in a room one is to be told.
    Notify {
        /// The room.
        room: RoomId,
        /// Of which messages; `all` if left out.
        #[serde(default, skip_serializing_if = "is_default")]
        level: NotifyLevel,
        /// Until then of none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        muted_until_ms: Option<u64>,
    },
    /// Somebody whose messages are not to be shown.
    Blocked {
        /// The user.
        user: UserId,
        /// Blocked, or not any more.
        on: bool,
    },
    /// A message that is not sent yet: one in each room.
    Draft {
        /// The room.
        room: RoomId,
        /// Its text; left out: there is none.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// The message to which it is to reply.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        /// When it was set so. The server says it; what a client says there counts for nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_ms: Option<u64>,
    },
    /// A message that is not sent yet, for a thread: one in each. A kind of its own: who does not know it would take it
    /// for the room's.
    ThreadDraft {
        /// The room.
        room: RoomId,
        /// The message at which the thread begins.
        root: Seq,
        /// Its text; left out: there is none.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// The message to which it is to reply.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        /// When it was set so. The server says it; what a client says there counts for nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_ms: Option<u64>,
    },
    /// A message that is not to be shown.
    Hidden {
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
        /// Hidden, or not any more.
        on: bool,
    },
    /// A message to come back to.
    Saved {
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
        /// Saved, or not any more.
        on: bool,
    },
    /// A message that is to be sent later.
    Scheduled {
        /// By which it is named; the send has the same id.
        id: ScheduledId,
        /// The room.
        room: RoomId,
        /// When.
        at_ms: u64,
        /// Its text; left out, and no files: there is none any more, it was sent or is not to be sent.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// The message to which it is to reply.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        /// Whom it is to mention.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mentions: Option<Box<Mentions>>,
        /// The message at which the thread begins into which it is to go.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<Seq>,
        /// The uploads that it is to bring along, by their ids, with their descriptions.
        #[serde(default, skip_serializing_if = "<[Attachment]>::is_empty")]
        attachments: Box<[Attachment]>,
        /// What has become of it. The server says it; what a client says there counts for nothing.
        #[serde(default, skip_serializing_if = "is_default")]
        state: ScheduledState,
        /// Why it could not be sent, or cannot be said to be.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Whether others are told what one has read, and one of others.
    Receipts {
        /// Told, or not.
        on: bool,
    },
    /// Whether one follows a thread.
    Follow {
        /// The room.
        room: RoomId,
        /// The message at which the thread begins.
        root: Seq,
        /// Followed, or not; left out: as it goes by itself, who has a part in it follows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<bool>,
        /// Where the room's log ended then: who had no part in the thread has read it up to here. A client does not say
        /// it.
        #[serde(default, skip_serializing_if = "is_default")]
        since: Seq,
    },
    /// Up to where one has read a thread.
    Read {
        /// The room.
        room: RoomId,
        /// The message at which the thread begins.
        root: Seq,
        /// Read up to and with this. A lower one than the one that stands counts only with `back`.
        seq: Seq,
        /// Whether it may go back. What stands does not say it.
        #[serde(default, skip_serializing_if = "is_default")]
        back: bool,
        /// Where the room's log ended when it was set back last: what one wrote before it is no sign that one has read
        /// on. A client does not say it.
        #[serde(default, skip_serializing_if = "is_default")]
        at: Seq,
    },
}

/// What has become of a scheduled message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduledState {
    /// Its time has not come.
    #[default]
    Waiting,
    /// It is being sent, and tried again until that is settled: it cannot be changed any more.
    Sending,
    /// It was not sent and will not be.
    Failed,
    /// Whether it was sent cannot be told any more.
    Doubtful,
}

/// Hours of each day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// When they begin, in minutes after midnight.
    pub from_min: u16,
    /// When they end; before `from_min`: on the next day.
    pub to_min: u16,
    /// Where the clock stands that counts, by its name in the time zone database: an offset would be wrong for half of
    /// the year.
    pub zone: String,
}

impl QuietHours {
    /// Whether they go on at this minute of the day there.
    pub fn holds(&self, minute: u16) -> bool {
        if self.from_min <= self.to_min {
            (self.from_min..self.to_min).contains(&minute)
        } else {
            minute >= self.from_min || minute < self.to_min
        }
    }
}

/// Of which messages of a room one is to be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotifyLevel {
    /// Of all.
    #[default]
    All,
    /// Of those that name one.
    Mentions,
    /// Of none.
    None,
}

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnKind {
    /// [`Own::Quiet`].
    Quiet,
    /// [`Own::Notify`].
    Notify,
    /// [`Own::Blocked`].
    Blocked,
    /// [`Own::Draft`].
    Draft,
    /// [`Own::ThreadDraft`].
    ThreadDraft,
    /// [`Own::Hidden`].
    Hidden,
    /// [`Own::Saved`].
    Saved,
    /// [`Own::Scheduled`].
    Scheduled,
    /// [`Own::Receipts`].
    Receipts,
    /// [`Own::Follow`].
    Follow,
    /// [`Own::Read`].
    Read,
}

impl OwnKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Quiet,
        Self::Notify,
        Self::Blocked,
        Self::Draft,
        Self::ThreadDraft,
        Self::Hidden,
        Self::Saved,
        Self::Scheduled,
        Self::Receipts,
        Self::Follow,
        Self::Read,
    ];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Notify => "notify",
            Self::Blocked => "blocked",
            Self::Draft => "draft",
            Self::ThreadDraft => "thread_draft",
            Self::Hidden => "hidden",
            Self::Saved => "saved",
            Self::Scheduled => "scheduled",
            Self::Receipts => "receipts",
            Self::Follow => "follow",
            Self::Read => "read",
        }
    }
}

/// What a thing is about: of one key there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnKey {
    /// The quiet hours.
    Quiet,
    /// Notifications of a room.
    Notify(RoomId),
    /// Somebody who is blocked.
    Blocked(UserId),
    /// A room's draft.
    Draft(RoomId),
    /// A thread's draft.
    ThreadDraft(RoomId, Seq),
    /// A message that is hidden.
    Hidden(RoomId, Seq),
    /// A message that is saved.
    Saved(RoomId, Seq),
    /// A message that is to be sent later.
    Scheduled(ScheduledId),
    /// Whether receipts are told.
    Receipts,
    /// Whether a thread is followed.
    Follow(RoomId, Seq),
    /// Up to where a thread is read.
    Read(RoomId, Seq),
}

impl Own {
    /// Its kind.
    pub fn kind(&self) -> OwnKind {
        match self {
            Self::Quiet { .. } => OwnKind::Quiet,
            Self::Notify { .. } => OwnKind::Notify,
            Self::Blocked { .. } => OwnKind::Blocked,
            Self::Draft { .. } => OwnKind::Draft,
            Self::ThreadDraft { .. } => OwnKind::ThreadDraft,
            Self::Hidden { .. } => OwnKind::Hidden,
            Self::Saved { .. } => OwnKind::Saved,
            Self::Scheduled { .. } => OwnKind::Scheduled,
            Self::Receipts { .. } => OwnKind::Receipts,
            Self::Follow { .. } => OwnKind::Follow,
            Self::Read { .. } => OwnKind::Read,
        }
    }

    /// What it is about.
    pub fn key(&self) -> OwnKey {
        match self {
            Self::Quiet { .. } => OwnKey::Quiet,
            Self::Notify { room, .. } => OwnKey::Notify(*room),
            Self::Blocked { user, .. } => OwnKey::Blocked(*user),
            Self::Draft { room, .. } => OwnKey::Draft(*room),
            Self::ThreadDraft { room, root, .. } => OwnKey::ThreadDraft(*room, *root),
            Self::Hidden { room, seq, .. } => OwnKey::Hidden(*room, *seq),
            Self::Saved { room, seq, .. } => OwnKey::Saved(*room, *seq),
            Self::Scheduled { id, .. } => OwnKey::Scheduled(*id),
            Self::Receipts { .. } => OwnKey::Receipts,
            Self::Follow { room, root, .. } => OwnKey::Follow(*room, *root),
            Self::Read { room, root, .. } => OwnKey::Read(*room, *root),
        }
    }

    /// Whether it says what stands where nothing was set: then it is not kept.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Quiet { hours } => hours.is_none(),
            Self::Notify {
                level,
                muted_until_ms,
                ..
            } => *level == NotifyLevel::All && muted_until_ms.is_none(),
            Self::Draft { text, .. } | Self::ThreadDraft { text, .. } => text.is_empty(),
            Self::Scheduled {
                text, attachments, ..
            } => text.is_empty() && attachments.is_empty(),
            Self::Blocked { on, .. } | Self::Hidden { on, .. } | Self::Saved { on, .. } => !on,
            Self::Receipts { on } => *on,
            Self::Follow { on, .. } => on.is_none(),
            Self::Read { seq, back, at, .. } => *seq == Seq::ZERO && *at == Seq::ZERO && !back,
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_go_over_midnight() {
        let hours = |from_min, to_min| QuietHours {
            from_min,
            to_min,
            zone: "Europe/Berlin".into(),
        };
        let night = hours(22 * 60, 7 * 60);
        assert!(night.holds(23 * 60) && night.holds(0) && night.holds(7 * 60 - 1));
        assert!(!night.holds(7 * 60) && !night.holds(12 * 60));
        let noon = hours(12 * 60, 13 * 60);
        assert!(noon.holds(12 * 60) && !noon.holds(13 * 60) && !noon.holds(0));
    }

    #[test]
    fn a_kind_is_written_as_its_things_are() {
        for kind in OwnKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        let quiet = Own::Quiet { hours: None };
        assert_eq!(serde_json::to_value(&quiet).unwrap()["kind"], "quiet");
        assert!(quiet.is_nothing());
    }
}
