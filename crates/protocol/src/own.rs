//! What is a user's own: what only they see, the same on all their devices.
//!
//! Each thing has a key (its kind and what it is about) and stands as it was set last; set to nothing, it is gone. All of
//! one user's together have a version, one more with each change, by which a client finds what it has missed.

use serde::{Deserialize, Serialize};

use crate::{RoomId, Seq, UserId};

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
    /// [`Own::Hidden`].
    Hidden,
    /// [`Own::Saved`].
    Saved,
}

impl OwnKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Quiet,
        Self::Notify,
        Self::Blocked,
        Self::Draft,
        Self::Hidden,
        Self::Saved,
    ];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Notify => "notify",
            Self::Blocked => "blocked",
            Self::Draft => "draft",
            Self::Hidden => "hidden",
            Self::Saved => "saved",
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
    /// A message that is hidden.
    Hidden(RoomId, Seq),
    /// A message that is saved.
    Saved(RoomId, Seq),
}

impl Own {
    /// Its kind.
    pub fn kind(&self) -> OwnKind {
        match self {
            Self::Quiet { .. } => OwnKind::Quiet,
            Self::Notify { .. } => OwnKind::Notify,
            Self::Blocked { .. } => OwnKind::Blocked,
            Self::Draft { .. } => OwnKind::Draft,
            Self::Hidden { .. } => OwnKind::Hidden,
            Self::Saved { .. } => OwnKind::Saved,
        }
    }

    /// What it is about.
    pub fn key(&self) -> OwnKey {
        match self {
            Self::Quiet { .. } => OwnKey::Quiet,
            Self::Notify { room, .. } => OwnKey::Notify(*room),
            Self::Blocked { user, .. } => OwnKey::Blocked(*user),
            Self::Draft { room, .. } => OwnKey::Draft(*room),
            Self::Hidden { room, seq, .. } => OwnKey::Hidden(*room, *seq),
            Self::Saved { room, seq, .. } => OwnKey::Saved(*room, *seq),
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
            Self::Draft { text, .. } => text.is_empty(),
            Self::Blocked { on, .. } | Self::Hidden { on, .. } | Self::Saved { on, .. } => !on,
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
