//! One room as the client has it: a position, the events shown, what was kept aside over a hole, the read mark.
//!
//! Promises: what [`RoomLog::take`] puts out is ascending and each seq comes once; what lies between two that came out
//! was named by [`Shown::Missed`]. Everything is bounded.

use std::collections::BTreeMap;

use super::{backoff::Backoff, mentioned::Mentioned};
use crate::{Body, Event, Ordinal, RoomSnapshot, Seq, UserId, bounds};

/// Events kept aside over a hole; those furthest away are dropped first and read again from history.
const AHEAD_MAX: usize = 2 * bounds::RUN_EVENTS_MAX;
/// A hole wider than this is not filled but named: the same bound as the server's replay.
const HOLE_EVENTS_MAX: u64 = bounds::RESUME_EVENTS_MAX;

/// What comes out of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    /// The next event.
    Event(Event),
    /// These are not shown.
    Missed(Seq, Seq),
}

/// A read mark as far as the client knows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Read up to and with this.
    pub(super) seq: Seq,
    /// The higher revision wins.
    pub(super) revision: u64,
    /// How many messages lie up to and with `seq`.
    pub(super) ordinal: Ordinal,
}

/// A room's log as the client has it.
#[derive(Debug, Clone)]
pub struct RoomLog {
    /// As the server last described it; `None` for a room remembered from before the first `welcome`.
    pub(super) snapshot: Option<RoomSnapshot>,
    /// Up to here without a hole.
    pub(super) position: Seq,
    /// This seq exists, as far as we know.
    pub(super) seen: Seq,
    /// When to ask for what we do not have, if nothing moves before.
    pub(super) ask_at: Option<u64>,
    /// Pauses between asking, where it did not help.
    pub(super) backoff: Backoff,
    /// Where the replay of this connection ends; `None` once it is there.
    pub(super) replay_to: Option<Seq>,
    /// Every event above this and up to the position was seen: there was no gap since.
    pub(super) whole_from: Seq,
    /// The own read mark.
    pub(super) mark: Mark,
    events: BTreeMap<Seq, Event>,
    ahead: BTreeMap<Seq, Event>,
    keep: usize,
    head_ordinal: Ordinal,
    mentioned: Mentioned,
}

impl RoomLog {
    /// A room of which we have everything up to `position`.
    pub(super) fn new(position: Seq, keep: usize) -> Self {
        Self {
            snapshot: None,
            position,
            seen: position,
            ask_at: None,
            backoff: Backoff::default(),
            replay_to: None,
            whole_from: position,
            mark: Mark::default(),
            events: BTreeMap::new(),
            ahead: BTreeMap::new(),
            keep,
            head_ordinal: Ordinal::ZERO,
            mentioned: Mentioned::default(),
        }
    }

    /// The last seq up to which we have the log without a hole that was not named.
    pub fn position(&self) -> Seq {
        self.position
    }

    /// The room as the server last described it, with what was shown since of its name, its topic, slow mode, its rights
    /// and whether it is archived; counts, and the own role, are those of then.
    pub fn snapshot(&self) -> Option<&RoomSnapshot> {
        self.snapshot.as_ref()
    }

    /// Messages that are not read, exact as of what the server said and what came since.
    pub fn unread(&self) -> u64 {
        self.head_ordinal.0.saturating_sub(self.mark.ordinal.0)
    }

    /// Of those the ones that mention the person, as far as they are counted.
    pub fn mentions(&self) -> u64 {
        self.mentioned.after(self.mark.seq)
    }

    /// Read up to and with this.
    pub fn read_to(&self) -> Seq {
        self.mark.seq
    }

    /// The events shown last, ascending: a bounded number.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.events.values()
    }

    /// The server describes the room. The position stays: what it does not cover will come or be asked for.
    pub(super) fn describe(&mut self, snapshot: RoomSnapshot) {
        self.saw(snapshot.head);
        self.head_ordinal = self.head_ordinal.max(snapshot.ordinal);
        let mark = Mark {
            seq: snapshot.mark,
            revision: snapshot.revision,
            ordinal: Ordinal(snapshot.ordinal.0.saturating_sub(snapshot.unread)),
        };
        if (mark.revision, mark.seq) >= (self.mark.revision, self.mark.seq) {
            self.mark = mark;
        }
        self.mentioned.said(&snapshot.mentioned, snapshot.head);
        self.snapshot = Some(snapshot);
    }

    /// The seq exists.
    pub(super) fn saw(&mut self, seq: Seq) {
        self.seen = self.seen.max(seq);
    }

    /// Takes events in, in whatever order and however often they come, and puts out what is next.
    pub(super) fn take(&mut self, events: Vec<Event>, me: Option<UserId>, out: &mut Vec<Shown>) {
        for event in events {
            self.saw(event.seq);
            if event.seq == self.position.next() {
                self.show(event, me, out);
            } else if event.seq > self.position {
                self.ahead.insert(event.seq, event);
                if self.ahead.len() > AHEAD_MAX {
                    self.ahead.pop_last();
                }
            }
        }
        self.join(me, out);
        // Too wide to fill: named, so that the reader is not held up by it.
        if let Some(first) = self.ahead.keys().next().copied()
            && first.0 - self.position.0 - 1 > HOLE_EVENTS_MAX
        {
            self.skip_to(Seq(first.0 - 1), me, out);
        }
    }

    /// What lies up to `to` will not come: names it and goes on after it.
    pub(super) fn skip_to(&mut self, to: Seq, me: Option<UserId>, out: &mut Vec<Shown>) {
        if to > self.position {
            self.saw(to);
            out.push(Shown::Missed(self.position.next(), to));
            self.position = to;
            self.whole_from = to;
            self.join(me, out);
        }
    }

    /// Whether an event lies beyond a hole: that is, whether asking is due at once.
    pub(super) fn has_hole(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// Whether we know of events that we do not have.
    pub(super) fn is_behind(&self) -> bool {
        self.seen > self.position
    }

    /// Forgets everything: the log is another one and ends at `head`.
    pub(super) fn reset(&mut self, head: Seq) {
        self.position = head;
        self.seen = head;
        self.events.clear();
        self.ahead.clear();
        self.replay_to = None;
        self.whole_from = head;
        self.ask_at = None;
        self.head_ordinal = Ordinal::ZERO;
        self.mark = Mark::default();
        self.mentioned = Mentioned::default();
        if let Some(mut snapshot) = self.snapshot.take() {
            snapshot.head = head;
            self.describe(snapshot);
        }
    }

    /// The server says where the mark is. Whether that is news.
    pub(super) fn mark_said(
        &mut self,
        seq: Seq,
        revision: u64,
        unread: u64,
        mentioned: &[Seq],
    ) -> bool {
        if (revision, seq) < (self.mark.revision, self.mark.seq) {
            return false;
        }
        let mentions = self.mentions();
        self.mentioned.said_too(mentioned);
        let ordinal = self
            .ordinal_at(seq)
            .unwrap_or(Ordinal(self.head_ordinal.0.saturating_sub(unread)));
        let mark = Mark {
            seq,
            revision,
            ordinal,
        };
        std::mem::replace(&mut self.mark, mark) != mark || self.mentions() != mentions
    }

    /// The person has read up to `seq`. Whether the mark moved.
    pub(super) fn mark_read(&mut self, seq: Seq) -> bool {
        let seq = seq.min(self.position);
        match self.ordinal_at(seq) {
            Some(ordinal) if seq > self.mark.seq => {
                self.mark.seq = seq;
                self.mark.ordinal = ordinal;
                true
            }
            _ => false,
        }
    }

    /// How many messages there are up to and with `seq`, if that is known.
    fn ordinal_at(&self, seq: Seq) -> Option<Ordinal> {
        let end = self.snapshot.as_ref().filter(|s| s.head == seq);
        self.events
            .get(&seq)
            .map(|event| event.ordinal)
            .or(end.map(|s| s.ordinal))
    }

    fn join(&mut self, me: Option<UserId>, out: &mut Vec<Shown>) {
        while let Some(entry) = self.ahead.first_entry() {
            let seq = *entry.key();
            if seq > self.position.next() {
                break;
            }
            let event = entry.remove();
            if seq == self.position.next() {
                self.show(event, me, out);
            }
        }
    }

    fn show(&mut self, event: Event, me: Option<UserId>, out: &mut Vec<Shown>) {
        self.position = event.seq;
        self.head_ordinal = self.head_ordinal.max(event.ordinal);
        // What one writes oneself is read; what is replayed was counted by the server already.
        let is_new = self.snapshot.as_ref().is_some_and(|s| event.seq > s.head);
        self.mentioned.take(&event, me, is_new);
        if is_new && let Some(snapshot) = &mut self.snapshot {
            follow(snapshot, &event.body);
        }
        if is_new && Some(event.by) == me && event.body.counts() && event.seq > self.mark.seq {
            self.mark.seq = event.seq;
            self.mark.ordinal = event.ordinal;
        }
        self.events.insert(event.seq, event.clone());
        if self.events.len() > self.keep {
            self.events.pop_first();
        }
        out.push(Shown::Event(event));
    }
}

/// What an event makes of the room itself.
fn follow(snapshot: &mut RoomSnapshot, body: &Body) {
    match body {
        Body::Rename { name } => snapshot.name.clone_from(name),
        Body::Topic { topic } => snapshot.topic.clone_from(topic),
        Body::Description { description } => snapshot.description.clone_from(description),
        Body::Avatar { avatar } => snapshot.avatar = *avatar,
        Body::Archive { on } => snapshot.archived = *on,
        Body::Slow { seconds } => snapshot.slow_seconds = *seconds,
        Body::Right { right, role } => snapshot.rights.set(snapshot.kind, *right, *role),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{event, me, snapshot};
    use super::*;
    use crate::{Mentions, Right, Rights, Role};

    fn seqs(out: &[Shown]) -> Vec<i64> {
        out.iter()
            .map(|shown| match shown {
                Shown::Event(event) => event.seq.0 as i64,
                Shown::Missed(_, to) => -(to.0 as i64),
            })
            .collect()
    }

    fn take(log: &mut RoomLog, seqs_in: &[u64]) -> Vec<i64> {
        let mut out = Vec::new();
        let events = seqs_in.iter().map(|seq| event(*seq)).collect();
        log.take(events, Some(me()), &mut out);
        seqs(&out)
    }

    #[test]
    fn the_next_is_shown_the_known_dropped_the_far_kept_aside() {
        let mut log = RoomLog::new(Seq(4), 100);
        assert_eq!(take(&mut log, &[5, 5, 4, 6]), [5, 6]);
        assert_eq!(take(&mut log, &[9, 8]), [0i64; 0]);
        assert!(log.has_hole() && log.is_behind());
        assert_eq!(log.position(), Seq(6));
        assert_eq!(take(&mut log, &[7]), [7, 8, 9]);
        assert!(!log.has_hole() && !log.is_behind());
    }

    #[test]
    fn what_does_not_fit_aside_is_known_to_exist() {
        let mut log = RoomLog::new(Seq(0), 10_000);
        let far: Vec<u64> = (2..600).collect();
        assert_eq!(take(&mut log, &far), [0i64; 0]);
        assert_eq!(log.seen, Seq(599));
        let shown = take(&mut log, &[1]);
        assert_eq!(shown.len(), AHEAD_MAX + 1);
        assert!(log.is_behind() && !log.has_hole());
    }

    #[test]
    fn a_hole_too_wide_is_named() {
        let mut log = RoomLog::new(Seq(10), 100);
        let far = 10 + HOLE_EVENTS_MAX + 2;
        assert_eq!(take(&mut log, &[far]), [-(far as i64 - 1), far as i64]);
    }

    #[test]
    fn the_store_of_events_is_bounded() {
        let mut log = RoomLog::new(Seq(0), 3);
        take(&mut log, &[1, 2, 3, 4, 5]);
        let kept: Vec<_> = log.events().map(|e| e.seq.0).collect();
        assert_eq!(kept, [3, 4, 5]);
    }

    #[test]
    fn unread_follows_ordinals_and_own_messages_are_read() {
        let mut log = RoomLog::new(Seq(5), 100);
        let mut described = snapshot(7);
        (described.ordinal, described.mark, described.unread) = (Ordinal(7), Seq(4), 3);
        log.describe(described);
        assert_eq!(log.unread(), 3);
        // Replayed events were counted by the server already, own ones included.
        take(&mut log, &[6, 7]);
        assert_eq!(log.unread(), 3);
        let mut own = event(9);
        own.by = me();
        let mut out = Vec::new();
        log.take(vec![event(8)], Some(me()), &mut out);
        assert_eq!(log.unread(), 4);
        log.take(vec![own], Some(me()), &mut out);
        assert_eq!(log.unread(), 0);
    }

    #[test]
    fn a_room_follows_what_is_set_in_it_after_it_was_described() {
        let mut log = RoomLog::new(Seq(3), 100);
        log.describe(snapshot(5));
        let avatar = Some(crate::FileId(uuid::Uuid::from_u128(7)));
        let right = |right, role| Body::Right { right, role };
        let bodies = [
            (4, Body::Rename { name: "old".into() }),
            (6, Body::Rename { name: "new".into() }),
            (7, Body::Topic { topic: "t".into() }),
            (8, Body::Archive { on: true }),
            (9, Body::Slow { seconds: 30 }),
            (10, Body::Avatar { avatar }),
            (11, right(Right::Pin, Role::Member)),
            (12, right(Right::Write, Role::Owner)),
            (13, right(Right::Write, Role::Guest)),
        ];
        let mut out = Vec::new();
        let mut events: Vec<Event> = (4..14).map(event).collect();
        for (seq, body) in bodies {
            events[seq - 4].body = body;
        }
        log.take(events[..2].to_vec(), Some(me()), &mut out);
        let before = snapshot(5).name;
        assert_eq!(log.snapshot().unwrap().name, before, "described since");
        log.take(events[2..].to_vec(), Some(me()), &mut out);
        let now = log.snapshot().unwrap();
        assert_eq!((now.name.as_str(), now.topic.as_str()), ("new", "t"));
        assert_eq!((now.archived, now.slow_seconds), (true, 30));
        assert_eq!(now.avatar, avatar);
        let rights = Rights {
            pin: Some(Role::Member),
            ..Rights::default()
        };
        assert_eq!(now.rights, rights, "what is as usual is left out");
        assert!(now.may(Right::Pin) && !now.may(Right::Describe));
    }

    #[test]
    fn a_mark_of_a_higher_revision_wins_and_a_late_one_is_dropped() {
        let mut log = RoomLog::new(Seq(0), 100);
        log.describe(snapshot(0));
        take(&mut log, &[1, 2, 3, 4]);
        assert!(log.mark_read(Seq(4)));
        assert_eq!(log.unread(), 0);
        assert!(!log.mark_said(Seq(2), 0, 2, &[]));
        assert!(log.mark_said(Seq(1), 1, 3, &[]));
        assert_eq!((log.unread(), log.read_to()), (3, Seq(1)));
        assert!(!log.mark_said(Seq(4), 0, 0, &[]));
        assert_eq!(log.unread(), 3);
    }

    #[test]
    fn mentions_are_counted_until_they_are_read_or_deleted() {
        let mut log = RoomLog::new(Seq(5), 100);
        let mut described = snapshot(7);
        described.mark = Seq(3);
        described.mentioned = vec![Seq(4), Seq(7)];
        log.describe(described);
        assert_eq!(log.mentions(), 2);
        let calling = |seq: u64, by: UserId, users: Vec<UserId>, everyone| {
            let mut called = event(seq);
            called.by = by;
            called.body = Body::Message {
                text: "@".into(),
                reply_to: None,
                mentions: Some(Box::new(Mentions { users, everyone })),
                forward: None,
                attachments: Box::default(),
                thread: None,
            };
            called
        };
        let other = event(1).by;
        let delete = |seq: u64, target: u64| {
            let mut deletion = event(seq);
            deletion.body = Body::Delete {
                target: Seq(target),
            };
            deletion
        };
        let mut out = Vec::new();
        let mut take = |log: &mut RoomLog, event| log.take(vec![event], Some(me()), &mut out);
        // What is replayed was counted by the server.
        take(&mut log, event(6));
        take(&mut log, calling(7, other, vec![me()], None));
        assert_eq!(log.mentions(), 2);
        take(&mut log, calling(8, other, vec![me()], None));
        take(
            &mut log,
            calling(9, other, vec![], Some(crate::Everyone::Here)),
        );
        take(&mut log, calling(10, other, vec![other], None));
        assert_eq!(log.mentions(), 4);
        // Of what was there before the client only the number is known, and that is enough.
        take(&mut log, delete(11, 4));
        take(&mut log, delete(12, 9));
        assert_eq!(log.mentions(), 2);
        assert!(log.mark_read(Seq(7)));
        assert_eq!(log.mentions(), 1);
        // A word from before the deletions, and one that sets back.
        assert!(log.mark_said(Seq(3), 1, 7, &[Seq(4), Seq(7), Seq(8), Seq(9)]));
        assert_eq!(log.mentions(), 2);
        assert!(log.mark_read(Seq(12)));
        assert_eq!(log.mentions(), 0);
        // The own ones mention nobody but others.
        let own = calling(13, me(), vec![me()], Some(crate::Everyone::Room));
        take(&mut log, own);
        assert!(log.mark_said(Seq(12), 2, 1, &[]));
        assert_eq!((log.unread(), log.mentions()), (1, 0));
    }
}
