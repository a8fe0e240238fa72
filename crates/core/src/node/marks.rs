//! Read marks: what a user has read, moved by hand or by their own sends, which are gathered for a second.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use hearth_protocol::{CloseCode, ErrorCode, Ordinal, RoomId, Seq, ServerFrame, User, UserId};

use super::{Lane, Node, Pushed, flight::Step, lock, session::encode};
use crate::{
    hint::UserHint,
    log::Head,
    port::{Freshness, Mark, StoreError},
    refusal::Refusal,
    session::Dialect,
};

/// Own sends move the mark at most this often.
const FLUSH_MS: u64 = 1_000;
/// Marks gathered at once; more than these are dropped: the next send moves the mark as well.
const GATHERED_MAX: usize = 50_000;
/// Marks remembered, of users who are connected here; those beyond are read when they are needed.
const KNOWN_MAX: usize = 100_000;
/// A remembered mark is good for this long: news of a set-back elsewhere may have been lost.
const KNOWN_MS: u64 = 60_000;
/// Marks that were shed and are still to be shown; whoever has more to be told is closed as slow, and is told by `welcome`.
const OWED_MAX: usize = 50_000;
/// Marks written beside each other.
const WRITES_AT_ONCE: usize = 16;

/// Positions to which own sends move the marks, until they are written; and the marks as last heard, so that to move
/// one costs no read.
#[derive(Default)]
pub(super) struct Marks {
    gathered: BTreeMap<(UserId, RoomId), Head>,
    /// Those being written, unless they were set back meanwhile.
    under_way: BTreeSet<(UserId, RoomId)>,
    known: BTreeMap<(UserId, RoomId), (Mark, u64)>,
    /// Those that a session's outbox had no room for, as frames: the newest of each room.
    owed: BTreeMap<(UserId, u64, RoomId), Bytes>,
}

impl Marks {
    /// The mark stands at least here, as of now.
    pub(super) fn know(&mut self, now_ms: u64, user: UserId, room: RoomId, mark: Mark) {
        if self.known.len() < KNOWN_MAX || self.known.contains_key(&(user, room)) {
            let known = self.known.entry((user, room)).or_default();
            *known = (known.0.max(mark), now_ms);
        }
    }

    /// The user has no session here any more.
    pub(super) fn forget(&mut self, user: UserId) {
        let rooms = (user, RoomId(uuid::Uuid::nil()))..=(user, RoomId(uuid::Uuid::max()));
        let of_user: Vec<_> = self.known.range(rooms).map(|(key, _)| *key).collect();
        for key in of_user {
            self.known.remove(&key);
        }
    }

    fn gather(&mut self, user: UserId, room: RoomId, head: Head) {
        if self.gathered.len() < GATHERED_MAX || self.gathered.contains_key(&(user, room)) {
            let gathered = self.gathered.entry((user, room)).or_default();
            *gathered = (*gathered).max(head);
        }
    }

    /// What was gathered before a set-back must not undo it.
    fn set_back(&mut self, user: UserId, room: RoomId) {
        self.gathered.remove(&(user, room));
        self.under_way.remove(&(user, room));
    }

    /// Whether something the user has sent there is still to move the mark.
    fn is_gathered(&self, user: UserId, room: RoomId) -> bool {
        self.gathered.contains_key(&(user, room)) || self.under_way.contains(&(user, room))
    }

    fn known(&self, now_ms: u64, user: UserId, room: RoomId) -> Option<Mark> {
        let (mark, at_ms) = self.known.get(&(user, room))?;
        (now_ms.saturating_sub(*at_ms) < KNOWN_MS).then_some(*mark)
    }
}

/// Writes the gathered marks once a second.
pub(super) async fn flushes(node: Node) {
    let mut ticks = tokio::time::interval(Duration::from_millis(FLUSH_MS));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        pay(&node);
        // Under pressure they gather on: what is written then is fewer, and the newest.
        if node.pressure().admit(Lane::Receipts).is_ok() {
            flush(&node).await;
        }
    }
}

/// Shows the marks that were shed to those who have room again.
fn pay(node: &Node) {
    if !node.pressure().takes(Lane::Receipts) {
        return;
    }
    let owed = std::mem::take(&mut lock(&node.0.marks).owed);
    for ((user, id, room), frame) in owed {
        let outbox = lock(&node.0.live)
            .session(user, id)
            .map(|session| session.outbox.clone());
        if let Some(outbox) = outbox
            && outbox.push(Lane::Receipts, &frame) == Pushed::Shed
        {
            // A newer one may have been owed meanwhile.
            lock(&node.0.marks)
                .owed
                .entry((user, id, room))
                .or_insert(frame);
        }
    }
}

/// Writes the gathered marks now. What the store does not take is kept for the next time.
pub(super) async fn flush(node: &Node) {
    let gathered = {
        let mut marks = lock(&node.0.marks);
        let gathered = std::mem::take(&mut marks.gathered);
        marks.under_way.extend(gathered.keys());
        gathered
    };
    let moves = stream::iter(gathered).map(|((user, room), head)| async move {
        let moved = node.move_up(user, room, head).await;
        let mut marks = lock(&node.0.marks);
        let stands = marks.under_way.remove(&(user, room));
        if let Err(error) = moved {
            tracing::debug!(%error, "a read mark was not moved");
            if stands {
                marks.gather(user, room, head);
            }
        }
    });
    moves.buffer_unordered(WRITES_AT_ONCE).collect::<()>().await;
}

impl Node {
    /// The user sent the message at `head`, so they have read up to it.
    pub(super) fn sent_up_to(&self, user: UserId, room: RoomId, head: Head) {
        lock(&self.0.marks).gather(user, room, head);
    }

    async fn move_up(&self, user: UserId, room: RoomId, head: Head) -> Result<(), StoreError> {
        let known = lock(&self.0.marks).known(self.now_ms(), user, room);
        let now = match known {
            Some(mark) => mark,
            None => {
                let mark = self.0.store.mark(user, room).await?;
                if lock(&self.0.live).of(user).next().is_some() {
                    lock(&self.0.marks).know(self.now_ms(), user, room, mark);
                }
                mark
            }
        };
        let mark = Mark {
            revision: now.revision,
            seq: head.seq,
            ordinal: head.ordinal,
        };
        if mark > now {
            self.0.store.set_mark(user, room, mark).await?;
            self.read_up_to(user, room, mark.seq);
            self.tell_user(user, UserHint::Mark(room, mark));
        }
        Ok(())
    }

    /// Moves the user's read mark, and tells all of their sessions. A seq above the log's end means the end; a lower
    /// one than the mark's counts only with `back`. That begins a new revision.
    ///
    /// # Errors
    /// Not a member, or the store is away: then it may have moved, and the same again tells.
    pub async fn mark(
        &self,
        by: &User,
        room: RoomId,
        seq: Seq,
        back: bool,
    ) -> Result<Mark, Refusal> {
        self.pressure().admit(Lane::Receipts)?;
        let mut view = self.member_view(by.id, room).await?;
        if seq > view.head.seq {
            // They may have read it at another node: what this one has not heard of is no end.
            view = self.looked_view(by.id, room).await?;
        }
        let now = self
            .0
            .store
            .mark(by.id, room)
            .await
            .map_err(|error| self.refused(error))?;
        let seq = seq.min(view.head.seq);
        let revision = match seq.cmp(&now.seq) {
            std::cmp::Ordering::Less | std::cmp::Ordering::Greater if back => now.revision + 1,
            // What one has sent moves the mark a moment later, on whichever node, and clients know it at once: the new
            // revision holds against that.
            std::cmp::Ordering::Equal if back && lock(&self.0.marks).is_gathered(by.id, room) => {
                now.revision + 1
            }
            std::cmp::Ordering::Less | std::cmp::Ordering::Equal => return Ok(now),
            std::cmp::Ordering::Greater => now.revision,
        };
        if back {
            lock(&self.0.marks).set_back(by.id, room);
        }
        let mark = Mark {
            revision,
            seq,
            ordinal: self.ordinal_at(room, seq, view.head).await?,
        };
        self.0
            .store
            .set_mark(by.id, room, mark)
            .await
            .map_err(|error| self.refused(error))?;
        self.read_up_to(by.id, room, seq);
        self.tell_user(by.id, UserHint::Mark(room, mark));
        self.receipt_moved(room, view.members, by.id, Seq::ZERO);
        Ok(mark)
    }

    fn read_up_to(&self, by: UserId, room: RoomId, seq: Seq) {
        let step = Step::Read { by };
        self.0.flight.run(self.now_ms(), room, seq, seq, step);
    }

    async fn ordinal_at(&self, room: RoomId, seq: Seq, head: Head) -> Result<Ordinal, Refusal> {
        if seq == Seq::ZERO {
            return Ok(Ordinal::ZERO);
        }
        if seq == head.seq {
            return Ok(head.ordinal);
        }
        let read = self
            .0
            .store
            .read(room, seq, seq, 1, Freshness::Quorum)
            .await;
        let page = read.map_err(|error| self.refused(error))?;
        page.entries
            .first()
            .map(|entry| entry.event.ordinal)
            .ok_or_else(|| {
                Refusal::new(
                    ErrorCode::NotFound,
                    "There is no event of this number any more.",
                )
            })
    }

    /// Shows a moved mark to the user's sessions on this node.
    pub(super) fn show_mark(&self, user: UserId, room: RoomId, mark: Mark) {
        if lock(&self.0.live).of(user).next().is_some() {
            lock(&self.0.marks).know(self.now_ms(), user, room, mark);
        }
        if lock(&self.0.live)
            .of(user)
            .all(|session| session.dialect != Dialect::V1)
        {
            return;
        }
        let node = self.clone();
        tokio::spawn(async move {
            let Ok(view) = node.view(user, room, mark.seq).await else {
                return;
            };
            let frame = ServerFrame::Mark {
                room,
                seq: mark.seq,
                revision: mark.revision,
                unread: mark.unread(view.head),
                mentioned: mark.mentioned(&view.mentioned),
            };
            let frame = encode(&frame);
            let sessions: Vec<_> = lock(&node.0.live)
                .numbered(user)
                .filter(|(_, session)| session.dialect == Dialect::V1 && session.reaches(room))
                .map(|(id, session)| (id, session.outbox.clone()))
                .collect();
            for (id, outbox) in sessions {
                let owed = (user, id, room);
                let shed = outbox.push(Lane::Receipts, &frame) == Pushed::Shed;
                let mut marks = lock(&node.0.marks);
                if !shed {
                    marks.owed.remove(&owed);
                } else if marks.owed.len() < OWED_MAX || marks.owed.contains_key(&owed) {
                    marks.owed.insert(owed, frame.clone());
                } else {
                    outbox.close(CloseCode::Slow);
                }
            }
        });
    }
}
