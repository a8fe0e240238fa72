//! A stream of notifications, as a pure machine: from what a session of its user is told of their rooms, and from what is
//! their own, to what they are to be told of.
//!
//! A message waits for some seconds before it is told: a device that is in use has read it by then. Whether it is told is
//! judged at the end of that time, by what stands then (`hearth_protocol::alert`), as for Web Push. It must not know how
//! frames come, who reads the stream, and what the clock of a time zone shows.

use std::collections::{BTreeMap, VecDeque};

use hearth_protocol::{
    Alert, Body, Event, Listener, NotifyLevel, QuietHours, RoomId, RoomKind, RoomSnapshot, Seq,
    ServerFrame, UserId, alert,
};
use serde::Serialize;

use crate::{
    own::{Owned, ThreadChoice},
    room::ThreadView,
};

/// How long a message waits before it is told, in milliseconds.
pub const DELAY_MS: u64 = 5_000;
/// Messages that wait in one stream. Beyond it the one that came first is told sooner; with twice as many, whoever reads it
/// is too slow.
const WAITING_MAX: usize = 1_000;

/// Why somebody is told of a message: the most urgent reason of those that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It names them.
    Mention,
    /// It is said to them, in a direct room.
    Direct,
    /// It stands in a thread that they follow.
    Thread,
    /// They want to be told of everything in this room.
    All,
}

/// A message of which somebody is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The room.
    pub room: RoomId,
    /// The message.
    pub seq: Seq,
    /// Who wrote it.
    pub by: UserId,
    /// Their name then.
    pub name: String,
    /// Why this is told.
    pub why: Why,
    /// The message at which its thread begins, if it stands in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<Seq>,
    /// When it was stored, in milliseconds since 1970.
    pub at_ms: u64,
}

/// What one stream knows.
#[derive(Debug)]
pub struct Watch {
    user: UserId,
    owned: Owned,
    rooms: BTreeMap<RoomId, Watched>,
    /// In the order in which they are due.
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Watched {
    kind: RoomKind,
    mark: Seq,
    /// Up to where its log was heard or is being read.
    heard: Seq,
}

#[derive(Debug)]
struct Waiting {
    room: RoomId,
    due_ms: u64,
    event: Event,
}

impl Watch {
    /// A stream that knows of no rooms yet.
    pub fn new(user: UserId) -> Self {
        Self {
            user,
            owned: Owned::default(),
            rooms: BTreeMap::new(),
            waiting: VecDeque::new(),
        }
    }

    /// What is the user's own, as it stands now.
    pub fn own(&mut self, owned: Owned) {
        self.owned = owned;
    }

    /// Takes in what the session was told. Frames that say nothing of rooms, messages or marks change nothing.
    pub fn hear(&mut self, wall_ms: u64, frame: ServerFrame) {
        match frame {
            ServerFrame::Welcome { rooms, .. } => {
                for room in &rooms {
                    self.watch(room);
                }
            }
            ServerFrame::Room { room, .. } => self.watch(&room),
            ServerFrame::Mark { room, seq, .. } => {
                if let Some(watched) = self.rooms.get_mut(&room) {
                    watched.mark = seq;
                }
            }
            ServerFrame::Left { room, .. } => {
                self.rooms.remove(&room);
                self.waiting.retain(|waiting| waiting.room != room);
            }
            ServerFrame::Events { room, events } => {
                let last = events.last().map(|event| event.seq);
                if let (Some(watched), Some(last)) = (self.rooms.get_mut(&room), last) {
                    watched.heard = watched.heard.max(last);
                }
                for event in events {
                    self.take(room, wall_ms + DELAY_MS, event);
                }
            }
            _ => {}
        }
    }

    /// Up to where a room's log was heard; `None`: it is not known.
    pub fn heard(&self, room: RoomId) -> Option<Seq> {
        self.rooms.get(&room).map(|watched| watched.heard)
    }

    /// Takes in what was stored in a room from a time on and was not heard: of an ascending run of its log what comes after
    /// the user did.
    pub fn recover(&mut self, room: RoomId, since_ms: u64, events: Vec<Event>) {
        let user = self.user;
        let brings_in = |event: &Event| match &event.body {
            Body::Create { .. } => true,
            Body::Join => event.by == user,
            Body::Invite { user: whom, .. } => *whom == user,
            _ => false,
        };
        let from = events.iter().rposition(brings_in).unwrap_or_default();
        for event in events.into_iter().skip(from) {
            let due_ms = event.at_ms.saturating_add(DELAY_MS);
            if event.at_ms >= since_ms {
                self.take(room, due_ms, event);
            }
        }
    }

    /// That all of that was taken in, which is in order of rooms until then.
    pub fn recovered(&mut self) {
        let waiting = self.waiting.make_contiguous();
        waiting.sort_by_key(|waiting| waiting.due_ms);
    }

    /// Of what was taken in of many rooms, keeps the newest that fit.
    pub fn keep_newest(&mut self) {
        self.recovered();
        let over = self.waiting.len().saturating_sub(WAITING_MAX);
        self.waiting.drain(..over);
    }

    /// Whether more waits than may: it was not read as fast as it came.
    pub fn is_full(&self) -> bool {
        self.waiting.len() > 2 * WAITING_MAX
    }

    /// Up to which time all is told that is to be: what waits, and what may still come, was stored about then or later.
    pub fn position(&self, wall_ms: u64) -> u64 {
        let first = self.waiting.front().map(|waiting| waiting.event.at_ms);
        let now = wall_ms.saturating_sub(DELAY_MS);
        first.map_or(now, |first| first.min(now))
    }

    /// When the next message is due; none waits: `None`.
    pub fn next_ms(&self) -> Option<u64> {
        let first = self.waiting.front()?;
        Some(match self.waiting.len() > WAITING_MAX {
            true => 0,
            false => first.due_ms,
        })
    }

    /// The room of the next message that is due, and the message at which its thread begins, with what the user has chosen
    /// there, if it stands in one.
    pub fn due(&self, wall_ms: u64) -> Option<(RoomId, Option<(Seq, ThreadChoice)>)> {
        self.next_ms().filter(|due_ms| *due_ms <= wall_ms)?;
        let Waiting { room, event, .. } = self.waiting.front()?;
        let thread = event.body.thread().map(|of| {
            let choices = self.owned.threads_of(*room);
            (of.root, choices.get(&of.root).copied().unwrap_or_default())
        });
        Some((*room, thread))
    }

    /// Takes the message that [`Self::due`] is of, and says whether it is to be told: of one in a thread, by how that stands
    /// for the user; not if that is not known, since they are out then.
    pub fn next(
        &mut self,
        wall_ms: u64,
        thread: Option<&ThreadView>,
        minute_of_day: impl Fn(&QuietHours) -> Option<u16>,
    ) -> Option<Told> {
        let waiting = self.waiting.pop_front()?;
        self.judge(&waiting, wall_ms, thread, &minute_of_day)
    }

    fn watch(&mut self, room: &RoomSnapshot) {
        let watched = Watched {
            kind: room.kind,
            mark: room.mark,
            heard: room.head.max(self.heard(room.id).unwrap_or_default()),
        };
        self.rooms.insert(room.id, watched);
    }

    fn take(&mut self, room: RoomId, due_ms: u64, mut event: Event) {
        match &mut event.body {
            Body::Message {
                mentions, thread, ..
            } if event.by != self.user => {
                // What else it says is not told, and need not be kept.
                let (mentions, thread) = (mentions.take(), thread.take());
                event.body = Body::Message {
                    text: String::new(),
                    reply_to: None,
                    mentions,
                    forward: None,
                    attachments: Box::default(),
                    thread,
                };
                self.waiting.push_back(Waiting {
                    room,
                    due_ms,
                    event,
                });
            }
            Body::Delete { target } => {
                let target = *target;
                let is_it = |waiting: &Waiting| waiting.room == room && waiting.event.seq == target;
                self.waiting.retain(|waiting| !is_it(waiting));
            }
            _ => {}
        }
    }

    fn judge(
        &self,
        Waiting { room, event, .. }: &Waiting,
        wall_ms: u64,
        thread: Option<&ThreadView>,
        minute_of_day: &impl Fn(&QuietHours) -> Option<u16>,
    ) -> Option<Told> {
        let watched = self.rooms.get(room)?;
        if event.body.thread().is_some() && thread.is_none() {
            return None;
        }
        let to = listener(
            &self.owned,
            (self.user, *room, watched.kind, watched.mark),
            thread,
            event,
            wall_ms,
            minute_of_day,
        );
        let thread = event.body.thread().map(|thread| thread.root);
        let why = match alert(event, &to)? {
            Alert::Mention => Why::Mention,
            Alert::Direct => Why::Direct,
            Alert::Message if thread.is_some() => Why::Thread,
            Alert::Message => Why::All,
        };
        Some(Told {
            room: *room,
            seq: event.seq,
            by: event.by,
            name: event.name.clone(),
            why,
            thread,
            at_ms: event.at_ms,
        })
    }
}

/// How somebody stands to a message of a room, of which kind it is and up to where they have read it, and to its thread, if
/// it stands in one: by what is their own.
pub fn listener(
    owned: &Owned,
    (user, room, kind, read): (UserId, RoomId, RoomKind, Seq),
    thread: Option<&ThreadView>,
    event: &Event,
    wall_ms: u64,
    minute_of_day: &impl Fn(&QuietHours) -> Option<u16>,
) -> Listener {
    let (level, muted_until_ms) = owned.notify_of(room);
    let is_hour = level != NotifyLevel::None
        && owned
            .quiet()
            .is_some_and(|hours| minute_of_day(hours).is_some_and(|minute| hours.holds(minute)));
    let is_muted = muted_until_ms.is_some_and(|until_ms| until_ms > wall_ms);
    let follows = thread.is_some_and(|thread| thread.following);
    let read = match thread {
        // Who reads the room has not read its threads.
        Some(thread) if thread.following => thread.read,
        // To them it says something only where it names them, which the room counts.
        Some(thread) => thread.read.max(read),
        None => read,
    };
    Listener {
        user,
        room: kind,
        level,
        is_quiet: is_hour || is_muted,
        is_hidden: owned.has_blocked(event.by) || owned.has_hidden(room, event.seq),
        has_read: event.seq <= read,
        // Who is here has been told: what comes live is shown to them.
        is_here: false,
        follows,
    }
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{InThread, Mentions, Ordinal, Own, SendId};
    use uuid::Uuid;

    use super::*;

    const ROOM: RoomId = RoomId(Uuid::from_u128(1));
    const ME: UserId = UserId(Uuid::from_u128(7));
    const NOON: u16 = 12 * 60;

    fn snapshot(kind: RoomKind, mark: u64) -> RoomSnapshot {
        let json = serde_json::json!({"id": ROOM, "name": "hall", "kind": kind, "members": 2, "head": 9, "mark": mark});
        serde_json::from_value(json).unwrap()
    }

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

    fn named(text: &str) -> Body {
        let mut body = Body::message(text);
        if let Body::Message { mentions, .. } = &mut body {
            *mentions = Some(Box::new(Mentions {
                users: vec![ME],
                everyone: None,
            }));
        }
        body
    }

    fn in_thread(root: u64) -> Body {
        put_in(root, Body::message("in it"))
    }

    fn put_in(root: u64, mut body: Body) -> Body {
        if let Body::Message { thread, .. } = &mut body {
            *thread = Some(Box::new(InThread::at(Seq(root))));
        }
        body
    }

    fn watch(kind: RoomKind, mark: u64) -> Watch {
        let mut watch = Watch::new(ME);
        let room = snapshot(kind, mark);
        let frame = ServerFrame::Room { r#ref: None, room };
        watch.hear(0, frame);
        watch
    }

    fn hear(watch: &mut Watch, wall_ms: u64, events: &[Event]) {
        let events = events.to_vec();
        watch.hear(wall_ms, ServerFrame::Events { room: ROOM, events });
    }

    fn told(watch: &mut Watch, wall_ms: u64) -> Vec<(u64, Why)> {
        told_with(watch, wall_ms, &[])
    }

    /// The same where these threads are followed, each read up to a message.
    fn told_with(watch: &mut Watch, wall_ms: u64, followed: &[(u64, u64)]) -> Vec<(u64, Why)> {
        let mut all = Vec::new();
        while let Some((_, asked)) = watch.due(wall_ms) {
            let thread = asked.map(|(root, _)| {
                let read = followed.iter().find(|(at, _)| Seq(*at) == root);
                ThreadView {
                    root,
                    following: read.is_some(),
                    read: Seq(read.map_or(0, |(_, read)| *read)),
                    ..ThreadView::default()
                }
            });
            let told = watch.next(wall_ms, thread.as_ref(), |_| Some(NOON));
            all.extend(told.map(|told| (told.seq.0, told.why)));
        }
        all
    }

    #[test]
    fn each_message_is_told_once_after_its_delay_and_why() {
        let mut room = watch(RoomKind::Public, 9);
        let events = [
            event(10, Body::message("one")),
            event(11, named("two")),
            event(12, in_thread(3)),
            event(13, in_thread(4)),
            event(14, Body::Join),
        ];
        hear(&mut room, 100, &events);
        assert_eq!(room.next_ms(), Some(100 + DELAY_MS));
        assert_eq!(told(&mut room, 99 + DELAY_MS), []);
        let all = [(10, Why::All), (11, Why::Mention), (12, Why::Thread)];
        assert_eq!(told_with(&mut room, 100 + DELAY_MS, &[(3, 0)]), all);
        assert_eq!(told(&mut room, 1_000 + DELAY_MS), []);
        let mut direct = watch(RoomKind::Direct, 9);
        hear(&mut direct, 0, &[event(10, Body::message("psst"))]);
        assert_eq!(told(&mut direct, DELAY_MS), [(10, Why::Direct)]);
    }

    #[test]
    fn a_thread_is_read_by_itself_and_what_names_one_beside_it_with_the_room() {
        let mut room = watch(RoomKind::Public, 9);
        let events = [
            event(10, in_thread(3)),
            event(11, in_thread(3)),
            event(12, put_in(4, named("you"))),
            event(13, put_in(4, named("you"))),
        ];
        hear(&mut room, 0, &events);
        let mark = ServerFrame::Mark {
            room: ROOM,
            seq: Seq(12),
            revision: 0,
            unread: 0,
            mentioned: Vec::new(),
        };
        room.hear(1, mark);
        let all = [(11, Why::Thread), (13, Why::Mention)];
        assert_eq!(told_with(&mut room, DELAY_MS, &[(3, 10)]), all);
        // Of a thread that cannot be asked any more nothing is told: its user is out.
        hear(&mut room, 0, &[event(14, put_in(4, named("you")))]);
        assert_eq!(room.due(DELAY_MS).map(|(at, _)| at), Some(ROOM));
        assert_eq!(room.next(DELAY_MS, None, |_| None), None);
        assert_eq!(room.due(DELAY_MS), None);
    }

    #[test]
    fn what_is_read_deleted_or_left_before_it_is_due_is_not_told() {
        let mut room = watch(RoomKind::Public, 9);
        let events = [
            event(10, Body::message("one")),
            event(11, Body::message("two")),
            event(12, Body::message("three")),
            event(13, Body::Delete { target: Seq(12) }),
        ];
        hear(&mut room, 0, &events);
        let mark = ServerFrame::Mark {
            room: ROOM,
            seq: Seq(10),
            revision: 0,
            unread: 1,
            mentioned: Vec::new(),
        };
        room.hear(1, mark);
        assert_eq!(told(&mut room, DELAY_MS), [(11, Why::All)]);
        hear(&mut room, 0, &[event(14, Body::message("four"))]);
        let left = ServerFrame::Left {
            room: ROOM,
            seq: Seq(15),
            r#ref: None,
        };
        room.hear(1, left);
        assert_eq!(room.next_ms(), None);
    }

    #[test]
    fn levels_mutes_hours_blocks_and_hidden_messages_are_gone_by_as_they_stand_when_it_is_due() {
        let notify = |level, muted_until_ms| Own::Notify {
            room: ROOM,
            level,
            muted_until_ms,
        };
        let quiet = Own::Quiet {
            hours: Some(QuietHours {
                from_min: NOON - 1,
                to_min: NOON + 1,
                zone: "Europe/Berlin".into(),
            }),
        };
        let cases = [
            (notify(NotifyLevel::Mentions, None), vec![11]),
            (notify(NotifyLevel::None, None), vec![]),
            (notify(NotifyLevel::All, Some(DELAY_MS + 1)), vec![]),
            (notify(NotifyLevel::All, Some(DELAY_MS)), vec![10, 11]),
            (quiet, vec![]),
            (
                Own::Hidden {
                    room: ROOM,
                    seq: Seq(11),
                    on: true,
                },
                vec![10],
            ),
            (
                Own::Blocked {
                    user: UserId(Uuid::from_u128(8)),
                    on: true,
                },
                vec![],
            ),
        ];
        for (own, expected) in cases {
            let mut room = watch(RoomKind::Public, 9);
            let events = [event(10, Body::message("one")), event(11, named("two"))];
            hear(&mut room, 0, &events);
            let mut owned = Owned::default();
            owned.set(&own, 1, 1_000).unwrap();
            room.own(owned);
            let seqs: Vec<u64> = told(&mut room, DELAY_MS)
                .iter()
                .map(|told| told.0)
                .collect();
            assert_eq!(seqs, expected, "{own:?}");
        }
    }

    #[test]
    fn what_waits_is_bounded_and_the_first_is_told_sooner() {
        let mut room = watch(RoomKind::Public, 9);
        for n in 0..=WAITING_MAX as u64 {
            hear(&mut room, 0, &[event(10 + n, Body::message("x"))]);
        }
        assert_eq!(told(&mut room, 1), [(10, Why::All)]);
        let all: Vec<_> = (0..=WAITING_MAX as u64)
            .map(|n| event(2_000 + n, Body::message("x")))
            .collect();
        hear(&mut room, 0, &all[1..]);
        assert!(!room.is_full());
        hear(&mut room, 0, &all[..1]);
        assert!(room.is_full());
    }

    #[test]
    fn of_what_was_stored_before_the_newest_is_kept() {
        let mut room = watch(RoomKind::Public, 0);
        let at = |seq| Event {
            at_ms: seq,
            ..event(seq, Body::message("x"))
        };
        for first in [1_001, 1] {
            room.recover(ROOM, 0, (first..first + 1_000).map(at).collect());
            room.keep_newest();
        }
        let seqs: Vec<_> = told(&mut room, 2_001 + DELAY_MS)
            .into_iter()
            .map(|told| told.0)
            .collect();
        assert_eq!(seqs, (1_001..=2_000).collect::<Vec<_>>());
    }

    #[test]
    fn what_was_stored_before_is_told_in_the_order_of_its_time() {
        let mut watch = watch(RoomKind::Public, 3);
        let at = |seq, at_ms| Event {
            at_ms,
            ..event(seq, Body::message("x"))
        };
        watch.recover(ROOM, 4, vec![at(1, 3), at(3, 5), at(4, 20), at(5, 30)]);
        let other = RoomId(Uuid::from_u128(2));
        let room = RoomSnapshot {
            id: other,
            ..snapshot(RoomKind::Public, 0)
        };
        watch.hear(0, ServerFrame::Room { r#ref: None, room });
        let invited = Body::Invite {
            user: ME,
            user_name: "me".into(),
            accepted: false,
        };
        let invited = Event {
            body: invited,
            ..at(2, 24)
        };
        watch.recover(other, 0, vec![at(1, 23), invited, at(3, 25)]);
        watch.recovered();
        // Whoever goes on from here is told of all that is not told yet.
        let late = 1_000 + DELAY_MS;
        // What was read waits as well: it is judged when it is due.
        assert_eq!(watch.position(late), 5);
        let mut next = || {
            let told = watch.due(late).map(|_| watch.next(late, None, |_| None));
            told.flatten()
        };
        // What was read is taken, and not told.
        let first = next().or_else(next).unwrap();
        assert_eq!((first.seq, watch.position(late)), (Seq(4), 25));
        let all = told(&mut watch, late);
        assert_eq!(all, [(3, Why::All), (5, Why::All)]);
        assert_eq!(watch.position(late), 1_000);
    }
}
