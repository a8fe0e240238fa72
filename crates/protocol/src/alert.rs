//! Whether somebody is to be told of a message beside showing it where it stands. One function for all who tell: the
//! server, which pushes to devices that sleep, and clients, which tell of what comes live.

use crate::{Body, Event, Everyone, NotifyLevel, RoomKind, UserId};

/// Why somebody is told of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alert {
    /// They want to be told of everything in this room.
    Message,
    /// It is said to them, in a direct room.
    Direct,
    /// It names them.
    Mention,
}

impl Alert {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Direct => "direct",
            Self::Mention => "mention",
        }
    }
}

/// What it depends on, beside the message.
#[derive(Debug, Clone, Copy)]
pub struct Listener {
    /// Who is to be told.
    pub user: UserId,
    /// What kind of room it stands in.
    pub room: RoomKind,
    /// Of what in it they want to be told.
    pub level: NotifyLevel,
    /// Whether they have muted it, or it is one of the hours in which they are not to be disturbed.
    pub is_quiet: bool,
    /// Whether they have blocked its author, or hidden it.
    pub is_hidden: bool,
    /// Whether they have read it.
    pub has_read: bool,
    /// Whether they are here, which `here` asks for.
    pub is_here: bool,
    /// Where it stands in a thread: whether they follow that.
    pub follows: bool,
}

/// Whether somebody is told of a message, and why. Nobody is told of anything but messages, nor of their own; of a message
/// in a thread that does not name them, only who follows it.
pub fn alert(event: &Event, to: &Listener) -> Option<Alert> {
    let Body::Message {
        mentions, thread, ..
    } = &event.body
    else {
        return None;
    };
    if event.by == to.user || to.is_quiet || to.is_hidden || to.has_read {
        return None;
    }
    let names = mentions.as_ref().is_some_and(|mentions| {
        let everyone = match mentions.everyone {
            Some(Everyone::Room) => true,
            Some(Everyone::Here) => to.is_here,
            None => false,
        };
        everyone || mentions.users.contains(&to.user)
    });
    match to.level {
        NotifyLevel::None => None,
        _ if names => Some(Alert::Mention),
        NotifyLevel::Mentions => None,
        NotifyLevel::All if thread.is_some() && !to.follows => None,
        NotifyLevel::All if to.room == RoomKind::Direct => Some(Alert::Direct),
        NotifyLevel::All => Some(Alert::Message),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Mentions, Ordinal, SendId, Seq};

    const ME: UserId = UserId(Uuid::from_u128(1));

    fn message(mentions: Option<Mentions>) -> Event {
        Event {
            seq: Seq(5),
            ordinal: Ordinal(3),
            at_ms: 1,
            by: UserId(Uuid::from_u128(2)),
            name: "mara".into(),
            id: SendId::new("a").unwrap(),
            body: Body::Message {
                text: "t".into(),
                reply_to: None,
                mentions: mentions.map(Box::new),
                forward: None,
                attachments: Box::default(),
                thread: None,
            },
        }
    }

    fn listener(level: NotifyLevel) -> Listener {
        Listener {
            user: ME,
            room: RoomKind::Public,
            level,
            is_quiet: false,
            is_hidden: false,
            has_read: false,
            is_here: false,
            follows: false,
        }
    }

    fn calls(users: Vec<UserId>, everyone: Option<Everyone>) -> Event {
        message(Some(Mentions { users, everyone }))
    }

    #[test]
    fn the_level_says_of_what_one_is_told() {
        let plain = message(None);
        let named = calls(vec![ME], None);
        let told = |event, level| alert(event, &listener(level));
        assert_eq!(told(&plain, NotifyLevel::All), Some(Alert::Message));
        assert_eq!(told(&named, NotifyLevel::All), Some(Alert::Mention));
        assert_eq!(told(&plain, NotifyLevel::Mentions), None);
        assert_eq!(told(&named, NotifyLevel::Mentions), Some(Alert::Mention));
        assert_eq!(told(&named, NotifyLevel::None), None);
        let direct = Listener {
            room: RoomKind::Direct,
            ..listener(NotifyLevel::All)
        };
        assert_eq!(alert(&plain, &direct), Some(Alert::Direct));
    }

    #[test]
    fn of_a_thread_is_told_who_follows_it_or_is_named() {
        let in_thread = |mut event: Event| {
            if let Body::Message { thread, .. } = &mut event.body {
                *thread = Some(Box::new(crate::InThread::at(Seq(2))));
            }
            event
        };
        let (plain, named) = (in_thread(message(None)), in_thread(calls(vec![ME], None)));
        let to = listener(NotifyLevel::All);
        assert_eq!(alert(&plain, &to), None);
        assert_eq!(alert(&named, &to), Some(Alert::Mention));
        let follows = Listener {
            follows: true,
            ..to
        };
        assert_eq!(alert(&plain, &follows), Some(Alert::Message));
    }

    #[test]
    fn everyone_is_told_and_here_is_told_who_is_here() {
        let to = listener(NotifyLevel::Mentions);
        let room = calls(Vec::new(), Some(Everyone::Room));
        let here = calls(Vec::new(), Some(Everyone::Here));
        assert_eq!(alert(&room, &to), Some(Alert::Mention));
        assert_eq!(alert(&here, &to), None);
        let is_here = Listener {
            is_here: true,
            ..to
        };
        assert_eq!(alert(&here, &is_here), Some(Alert::Mention));
    }

    #[test]
    fn what_is_quiet_hidden_read_or_ones_own_is_told_to_nobody() {
        let event = calls(vec![ME], None);
        let to = listener(NotifyLevel::All);
        let cases = [
            Listener {
                is_quiet: true,
                ..to
            },
            Listener {
                is_hidden: true,
                ..to
            },
            Listener {
                has_read: true,
                ..to
            },
            Listener {
                user: event.by,
                ..to
            },
        ];
        for to in cases {
            assert_eq!(alert(&event, &to), None, "{to:?}");
        }
        let mut join = event;
        join.body = Body::Join;
        assert_eq!(alert(&join, &to), None);
    }
}
