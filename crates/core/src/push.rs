//! What Web Push needs to know: a user's subscriptions as they are kept, and which messages of a run somebody is told of.
//! Pure.

use std::collections::BTreeSet;

use hearth_protocol::{Alert, Body, Event, QuietHours, RoomId, RoomKind, Seq, UserId, alert};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{notifications::listener, own::Owned, room::ThreadView};

/// Subscriptions of one user: one for each browser. The next takes the place of the oldest.
pub const SUBSCRIPTIONS_MAX: usize = 10;
/// An endpoint's address, in bytes: those of the push services have some 200.
pub const ENDPOINT_BYTES_MAX: usize = 1_024;
/// What is told of a message's text, in characters: more than a device shows.
pub const EXCERPT_CHARS_MAX: usize = 200;

/// A browser that is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its name towards its user.
    pub id: Uuid,
    /// Where its push service takes what it is to be told.
    pub endpoint: String,
    /// Its public key (P-256, uncompressed), base64url.
    pub p256dh: String,
    /// Its secret for the sealing, 16 bytes, base64url.
    pub auth: String,
    /// Whether the text is told with it.
    pub text: bool,
    /// When it was made.
    pub created_ms: u64,
    /// By which login: it ends with it. `None`: by a word, in mode `open`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Uuid>,
}

/// Puts a subscription among a user's; one of the same endpoint gives way, then the oldest.
pub fn subscribe(all: &mut Vec<Subscription>, new: Subscription) {
    all.retain(|kept| kept.endpoint != new.endpoint);
    all.push(new);
    let over = all.len().saturating_sub(SUBSCRIPTIONS_MAX);
    all.drain(..over);
}

/// What somebody is told: the last message of a room of which they are to be told, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Who.
    pub user: UserId,
    /// The room.
    pub room: RoomId,
    /// Its name; empty for direct rooms and groups.
    pub room_name: String,
    /// What kind of room.
    pub kind: RoomKind,
    /// The message.
    pub seq: Seq,
    /// Why they are told.
    pub alert: Alert,
    /// Who wrote it, by name.
    pub sender: String,
    /// How its text begins.
    pub excerpt: String,
    /// How many messages it stands for.
    pub count: usize,
    /// When it was written, in milliseconds since 1970.
    pub at_ms: u64,
    /// The browsers.
    pub to: Vec<Subscription>,
}

/// A run of a room's log in which somebody is told of something.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The room.
    pub room: RoomId,
    /// Its kind.
    pub kind: RoomKind,
    /// Its events, ascending.
    pub events: &'a [Event],
}

impl<'a> Run<'a> {
    /// Which of its messages somebody is told of: the last one, why at most, and how many. `threads` are those in which its
    /// messages stand, as they stand for them.
    pub fn told(
        &self,
        user: UserId,
        owned: &Owned,
        read: Seq,
        threads: &[ThreadView],
        wall_ms: u64,
        minute_of_day: impl Fn(&QuietHours) -> Option<u16>,
    ) -> Option<(&'a Event, Alert, usize)> {
        let stands = (user, self.room, self.kind, read);
        let alerts = self.events.iter().filter_map(|event| {
            let root = event.body.thread().map(|of| of.root);
            let thread = threads.iter().find(|thread| Some(thread.root) == root);
            let to = listener(owned, stands, thread, event, wall_ms, &minute_of_day);
            let alert = alert(event, &to).filter(|_| !self.is_deleted(event.seq))?;
            Some((event, alert))
        });
        alerts.fold(None, |told, (event, alert)| {
            let (before, count) = told.map_or((alert, 0), |(_, before, count)| (before, count));
            Some((event, alert.max(before), count + 1))
        })
    }

    /// How a message's text begins, as it stands at the run's end.
    pub fn excerpt(&self, event: &Event) -> String {
        let edited = self
            .events
            .iter()
            .rev()
            .find_map(|later| match &later.body {
                Body::Edit { target, text } if *target == event.seq => Some(text),
                _ => None,
            });
        let text = match (&event.body, edited) {
            (_, Some(text)) | (Body::Message { text, .. }, None) => text.as_str(),
            _ => "",
        };
        let mut excerpt: String = text.chars().take(EXCERPT_CHARS_MAX).collect();
        if excerpt.len() < text.len() {
            excerpt.push('…');
        }
        excerpt
    }

    /// Where the threads begin in which its messages stand.
    pub fn roots(&self) -> BTreeSet<Seq> {
        let threads = self.events.iter().filter_map(|event| event.body.thread());
        threads.map(|of| of.root).collect()
    }

    /// Whom its messages name.
    pub fn named(&self) -> Vec<UserId> {
        let mut named = Vec::new();
        for event in self.events {
            if let Body::Message {
                mentions: Some(mentions),
                ..
            } = &event.body
            {
                named.extend(&mentions.users);
            }
        }
        named.sort_unstable();
        named.dedup();
        named
    }

    fn is_deleted(&self, seq: Seq) -> bool {
        let deletes =
            |event: &Event| matches!(event.body, Body::Delete { target } if target == seq);
        self.events.iter().any(deletes)
    }
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{Mentions, NotifyLevel, Ordinal, Own, SendId};

    use super::*;

    const ROOM: RoomId = RoomId(Uuid::from_u128(1));
    const ME: UserId = UserId(Uuid::from_u128(7));
    const NOON: u16 = 12 * 60;

    fn event(seq: u64, body: Body) -> Event {
        Event {
            seq: Seq(seq),
            ordinal: Ordinal(seq),
            at_ms: 1_000,
            by: UserId(Uuid::from_u128(8)),
            name: "mara".into(),
            id: SendId::new(format!("id-{seq}")).unwrap(),
            body,
        }
    }

    fn mention(text: &str) -> Body {
        Body::Message {
            text: text.into(),
            reply_to: None,
            mentions: Some(Box::new(Mentions {
                users: vec![ME],
                everyone: None,
            })),
            forward: None,
            attachments: Box::default(),
            thread: None,
        }
    }

    fn told(events: &[Event], owned: &Owned, read: u64) -> Option<(u64, Alert, usize)> {
        let run = Run {
            room: ROOM,
            kind: RoomKind::Public,
            events,
        };
        let told = run.told(ME, owned, Seq(read), &[], 10_000, |_| Some(NOON));
        told.map(|(event, alert, count)| (event.seq.0, alert, count))
    }

    fn owned(all: &[Own]) -> Owned {
        let mut owned = Owned::default();
        for own in all {
            owned.set(own, 1, 1_000).unwrap();
        }
        owned
    }

    #[test]
    fn one_notification_stands_for_all_that_is_unread_and_says_the_most_urgent() {
        let events = [
            event(3, Body::message("one")),
            event(4, mention("two")),
            event(5, Body::message("three")),
            event(6, Body::Delete { target: Seq(5) }),
            event(7, Body::message("four")),
            event(
                8,
                Body::Edit {
                    target: Seq(7),
                    text: "x".repeat(EXCERPT_CHARS_MAX + 1),
                },
            ),
        ];
        let nothing = Owned::default();
        assert_eq!(told(&events, &nothing, 0), Some((7, Alert::Mention, 3)));
        assert_eq!(told(&events, &nothing, 4), Some((7, Alert::Message, 1)));
        assert_eq!(told(&events, &nothing, 7), None);
        let run = Run {
            room: ROOM,
            kind: RoomKind::Public,
            events: &events,
        };
        let excerpt = run.excerpt(&events[4]);
        assert_eq!(excerpt.chars().count(), EXCERPT_CHARS_MAX + 1);
        assert!(excerpt.starts_with("xx") && excerpt.ends_with('…'));
        assert_eq!(run.named(), [ME]);
    }

    #[test]
    fn levels_mutes_quiet_hours_blocks_and_hidden_messages_are_gone_by() {
        let events = [event(3, Body::message("one")), event(4, mention("two"))];
        let notify = |level, muted_until_ms| Own::Notify {
            room: ROOM,
            level,
            muted_until_ms,
        };
        let quiet = |from_min, to_min| Own::Quiet {
            hours: Some(QuietHours {
                from_min,
                to_min,
                zone: "Europe/Berlin".into(),
            }),
        };
        let hidden = Own::Hidden {
            room: ROOM,
            seq: Seq(4),
            on: true,
        };
        let blocked = Own::Blocked {
            user: UserId(Uuid::from_u128(8)),
            on: true,
        };
        let cases = [
            (
                notify(NotifyLevel::Mentions, None),
                Some((4, Alert::Mention, 1)),
            ),
            (notify(NotifyLevel::None, None), None),
            (notify(NotifyLevel::All, Some(10_001)), None),
            (
                notify(NotifyLevel::All, Some(10_000)),
                Some((4, Alert::Mention, 2)),
            ),
            (quiet(NOON - 1, NOON + 1), None),
            (quiet(NOON + 1, NOON + 2), Some((4, Alert::Mention, 2))),
            (hidden, Some((3, Alert::Message, 1))),
            (blocked, None),
        ];
        for (own, expected) in cases {
            let set = owned(std::slice::from_ref(&own));
            assert_eq!(told(&events, &set, 0), expected, "{own:?}");
        }
    }

    #[test]
    fn of_one_endpoint_there_is_one_subscription_and_the_oldest_gives_way() {
        let one = |n: usize, endpoint: String| Subscription {
            id: Uuid::from_u128(n as u128),
            endpoint,
            p256dh: String::new(),
            auth: String::new(),
            text: true,
            created_ms: n as u64,
            login: None,
        };
        let mut all = Vec::new();
        for n in 0..SUBSCRIPTIONS_MAX {
            subscribe(&mut all, one(n, format!("https://push.example/{n}")));
        }
        subscribe(&mut all, one(20, "https://push.example/0".into()));
        assert_eq!(all.len(), SUBSCRIPTIONS_MAX);
        subscribe(&mut all, one(21, "https://push.example/new".into()));
        assert_eq!(all.len(), SUBSCRIPTIONS_MAX);
        assert_eq!(all[0].endpoint, "https://push.example/2");
    }
}
