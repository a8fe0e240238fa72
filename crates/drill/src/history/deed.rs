//! Events as the history keeps them: texts as digests, users as numbers, everything that a reader is shown covered by
//! one of two digests. The digests are the same in every build and on every machine, as a history is judged elsewhere.

use hearth_protocol::{Body, Event, Right, Role, RoomKind, Seq, UserId};
use serde::{Deserialize, Serialize};

use super::UserNo;

/// 64 bits that stand for a text, a body or an event. Chance makes two alike once in far more events than a drill has.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub(crate) struct Digest(pub(crate) u64);

impl Digest {
    /// Of a text.
    pub(crate) fn of(text: &str) -> Self {
        Hash::new().text(text).end()
    }

    /// Adds up: a sum does not care for the order, which the run's numbers say already.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    /// Takes a part of a sum away.
    pub(crate) fn minus(self, other: Self) -> Self {
        Self(self.0.wrapping_sub(other.0))
    }
}

/// FNV-1a, and a mixer at the end so that sums of digests are as good as digests.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self
    }

    /// With its length, so that two texts in a row cannot be cut elsewhere.
    fn text(self, text: &str) -> Self {
        self.number(text.len() as u64).bytes(text.as_bytes())
    }

    fn number(self, number: u64) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    fn end(self) -> Digest {
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Digest(x ^ (x >> 31))
    }
}

/// What happened, as [`Body`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Deed {
    Create {
        room_kind: RoomKind,
        title: Digest,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        with: Vec<UserNo>,
    },
    Message {
        text: Digest,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        /// The message at which its thread begins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<Seq>,
    },
    Edit {
        target: Seq,
        text: Digest,
    },
    Delete {
        target: Seq,
    },
    React {
        target: Seq,
        emoji: String,
        on: bool,
    },
    Pin {
        target: Seq,
        on: bool,
    },
    Join,
    Leave,
    Invite {
        user: UserNo,
    },
    Remove {
        user: UserNo,
    },
    Ban {
        user: UserNo,
        reason: Digest,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_ms: Option<u64>,
    },
    Unban {
        user: UserNo,
    },
    Role {
        user: UserNo,
        role: Role,
    },
    Topic {
        topic: Digest,
    },
    Description {
        description: Digest,
    },
    Rename {
        name: Digest,
    },
    Archive {
        on: bool,
    },
    Slow {
        seconds: u32,
    },
    Right {
        right: Right,
        role: Role,
    },
    Avatar {
        avatar: Digest,
    },
    Erased {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Was>,
    },
}

/// What stays of a deed whose words were erased, as [`hearth_protocol::Was`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Was {
    Message {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<Seq>,
    },
    Edit {
        target: Seq,
    },
}

impl Deed {
    /// Of a body; `number` gives users their numbers.
    pub(crate) fn of(body: &Body, number: &mut dyn FnMut(UserId) -> UserNo) -> Self {
        match body {
            Body::Create {
                title,
                room_kind,
                with,
            } => Deed::Create {
                room_kind: *room_kind,
                title: Digest::of(title),
                with: with.iter().map(|(user, _)| number(*user)).collect(),
            },
            Body::Message {
                text,
                reply_to,
                thread,
                ..
            } => Deed::Message {
                text: Digest::of(text),
                reply_to: *reply_to,
                thread: thread.as_ref().map(|thread| thread.root),
            },
            Body::Edit { target, text } => Deed::Edit {
                target: *target,
                text: Digest::of(text),
            },
            Body::Delete { target } => Deed::Delete { target: *target },
            Body::React { target, emoji, on } => Deed::React {
                target: *target,
                emoji: emoji.clone(),
                on: *on,
            },
            Body::Pin { target, on } => Deed::Pin {
                target: *target,
                on: *on,
            },
            Body::Join => Deed::Join,
            Body::Leave => Deed::Leave,
            Body::Invite { user, .. } => Deed::Invite {
                user: number(*user),
            },
            Body::Remove { user, .. } => Deed::Remove {
                user: number(*user),
            },
            Body::Ban {
                user,
                reason,
                until_ms,
            } => Deed::Ban {
                user: number(*user),
                reason: Digest::of(reason),
                until_ms: *until_ms,
            },
            Body::Unban { user } => Deed::Unban {
                user: number(*user),
            },
            Body::Rename { name } => Deed::Rename {
                name: Digest::of(name),
            },
            Body::Archive { on } => Deed::Archive { on: *on },
            Body::Slow { seconds } => Deed::Slow { seconds: *seconds },
            Body::Right { right, role } => Deed::Right {
                right: *right,
                role: *role,
            },
            Body::Avatar { avatar } => Deed::Avatar {
                avatar: Digest::of(&avatar.map_or_else(String::new, |avatar| avatar.to_string())),
            },
            Body::Role { user, role } => Deed::Role {
                user: number(*user),
                role: *role,
            },
            Body::Topic { topic } => Deed::Topic {
                topic: Digest::of(topic),
            },
            Body::Description { description } => Deed::Description {
                description: Digest::of(description),
            },
            Body::Erased { was } => Deed::Erased {
                was: was.as_deref().map(|was| match was {
                    hearth_protocol::Was::Message {
                        reply_to, thread, ..
                    } => Was::Message {
                        reply_to: *reply_to,
                        thread: thread.as_ref().map(|thread| thread.root),
                    },
                    hearth_protocol::Was::Edit { target } => Was::Edit { target: *target },
                }),
            },
        }
    }

    /// Covers all of it.
    pub(crate) fn digest(&self) -> Digest {
        let hash = Hash::new();
        match self {
            Deed::Create {
                room_kind,
                title,
                with,
            } => {
                let hash = hash.number(1).number(*room_kind as u64).number(title.0);
                with.iter()
                    .fold(hash, |hash, user| hash.number(u64::from(*user)))
            }
            Deed::Message {
                text,
                reply_to,
                thread,
            } => {
                let hash = hash.number(2).number(text.0);
                let hash = hash.number(reply_to.map_or(0, |seq| seq.0));
                // Without one it is what it was before there were threads.
                match thread {
                    None => hash,
                    Some(root) => hash.number(root.0),
                }
            }
            Deed::Edit { target, text } => hash.number(3).number(target.0).number(text.0),
            Deed::Delete { target } => hash.number(4).number(target.0),
            Deed::React { target, emoji, on } => hash
                .number(5)
                .number(target.0)
                .text(emoji)
                .number(u64::from(*on)),
            Deed::Join => hash.number(6),
            Deed::Leave => hash.number(7),
            Deed::Invite { user } => hash.number(8).number(u64::from(*user)),
            Deed::Remove { user } => hash.number(9).number(u64::from(*user)),
            Deed::Role { user, role } => hash
                .number(10)
                .number(u64::from(*user))
                .number(role_number(*role)),
            Deed::Topic { topic } => hash.number(11).number(topic.0),
            Deed::Erased { was: None } => hash.number(12),
            Deed::Erased {
                was: Some(Was::Message { reply_to, thread }),
            } => hash
                .number(23)
                .number(reply_to.map_or(0, |seq| seq.0))
                .number(thread.map_or(0, |seq| seq.0)),
            Deed::Erased {
                was: Some(Was::Edit { target }),
            } => hash.number(24).number(target.0),
            Deed::Ban {
                user,
                reason,
                until_ms,
            } => hash
                .number(13)
                .number(u64::from(*user))
                .number(reason.0)
                .number(until_ms.map_or(0, |ms| ms.saturating_add(1))),
            Deed::Unban { user } => hash.number(14).number(u64::from(*user)),
            Deed::Rename { name } => hash.number(15).number(name.0),
            Deed::Archive { on } => hash.number(16).number(u64::from(*on)),
            Deed::Description { description } => hash.number(18).number(description.0),
            Deed::Slow { seconds } => hash.number(17).number(u64::from(*seconds)),
            Deed::Right { right, role } => hash
                .number(25)
                .number(*right as u64)
                .number(role_number(*role)),
            Deed::Avatar { avatar } => hash.number(22).number(avatar.0),
            Deed::Pin { target, on } => hash.number(18).number(target.0).number(u64::from(*on)),
        }
        .end()
    }

    pub(crate) fn is_message(&self) -> bool {
        matches!(self, Deed::Message { .. })
    }

    /// Whether it counts as a message of the room: one in a thread does not.
    pub(crate) fn counts(&self) -> bool {
        matches!(
            self,
            Deed::Message { thread: None, .. }
                | Deed::Erased {
                    was: Some(Was::Message { thread: None, .. })
                }
        )
    }

    pub(crate) fn is_erased(&self) -> bool {
        matches!(self, Deed::Erased { .. })
    }

    /// What stays of it when its words are erased.
    pub(crate) fn erased(&self) -> Self {
        let was = match self {
            Deed::Message {
                reply_to, thread, ..
            } => Some(Was::Message {
                reply_to: *reply_to,
                thread: *thread,
            }),
            Deed::Edit { target, .. } => Some(Was::Edit { target: *target }),
            Deed::Erased { .. } => return self.clone(),
            _ => None,
        };
        Deed::Erased { was }
    }
}

/// The same for ever, whatever roles there will be.
fn role_number(role: Role) -> u64 {
    match role {
        Role::Member => 0,
        Role::Moderator => 1,
        Role::Owner => 2,
        Role::Guest => 3,
    }
}

/// One event of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) seq: Seq,
    pub(crate) ordinal: u64,
    pub(crate) by: UserNo,
    pub(crate) id: String,
    /// Covers what readers are shown besides: time and names.
    pub(crate) rest: Digest,
    pub(crate) deed: Deed,
}

impl Row {
    /// Of an event; `number` gives users their numbers.
    pub(crate) fn of(event: &Event, number: &mut dyn FnMut(UserId) -> UserNo) -> Self {
        let rest = Hash::new().number(event.at_ms).text(&event.name);
        let rest = match &event.body {
            Body::Invite { user_name, .. } => rest.text(user_name),
            Body::Remove { reason, .. } if !reason.is_empty() => rest.text(reason),
            Body::Create { with, .. } => with.iter().fold(rest, |rest, (_, name)| rest.text(name)),
            _ => rest,
        };
        Self {
            seq: event.seq,
            ordinal: event.ordinal.0,
            by: number(event.by),
            id: event.id.as_str().to_owned(),
            rest: rest.end(),
            deed: Deed::of(&event.body, number),
        }
    }

    /// Covers all but the deed, which may be erased later.
    pub(crate) fn head_digest(&self) -> Digest {
        Hash::new()
            .number(self.seq.0)
            .number(self.ordinal)
            .number(u64::from(self.by))
            .text(&self.id)
            .number(self.rest.0)
            .end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            seq: Seq(4),
            ordinal: 3,
            by: 2,
            id: "a-1".into(),
            rest: Digest(9),
            deed: Deed::Message {
                text: Digest::of("hello"),
                reply_to: None,
                thread: None,
            },
        }
    }

    #[test]
    fn a_digest_is_the_same_in_every_build() {
        assert_eq!(Digest::of("hello").0, 13072472290063295778);
        assert_eq!(row().head_digest().0, 5943690721158810704);
        assert_eq!(row().deed.digest().0, 16945482607977774889);
    }

    #[test]
    fn every_part_of_an_event_changes_a_digest() {
        let changes: [fn(&mut Row); 5] = [
            |row| row.seq = Seq(5),
            |row| row.ordinal = 4,
            |row| row.by = 3,
            |row| row.id = "a-2".into(),
            |row| row.rest = Digest(8),
        ];
        for change in changes {
            let mut other = row();
            change(&mut other);
            assert_ne!(other.head_digest(), row().head_digest());
        }
        let deeds = [
            Deed::Join,
            Deed::Leave,
            Deed::Erased { was: None },
            row().deed.erased(),
            Deed::Erased {
                was: Some(Was::Edit { target: Seq(1) }),
            },
            Deed::Invite { user: 1 },
            Deed::Remove { user: 1 },
            Deed::Delete { target: Seq(1) },
            Deed::Delete { target: Seq(2) },
            Deed::Topic { topic: Digest(1) },
            Deed::Rename { name: Digest(1) },
            Deed::Unban { user: 1 },
            Deed::Ban {
                user: 1,
                reason: Digest(1),
                until_ms: None,
            },
            Deed::Ban {
                user: 1,
                reason: Digest(1),
                until_ms: Some(0),
            },
            Deed::Archive { on: true },
            Deed::Archive { on: false },
            Deed::Slow { seconds: 1 },
            Deed::Right {
                right: Right::Pin,
                role: Role::Member,
            },
            Deed::Right {
                right: Right::Pin,
                role: Role::Moderator,
            },
            Deed::Right {
                right: Right::Invite,
                role: Role::Member,
            },
            Deed::Avatar { avatar: Digest(1) },
            row().deed,
        ];
        for (at, one) in deeds.iter().enumerate() {
            for other in &deeds[at + 1..] {
                assert_ne!(one.digest(), other.digest(), "{one:?} {other:?}");
            }
        }
    }
}
