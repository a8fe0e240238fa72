//! Read marks: what a user has read, moved by hand or by their own sends, which are gathered for a second.

use std::{collections::BTreeMap, time::Duration};

use hearth_protocol::{ErrorCode, Ordinal, RoomId, Seq, ServerFrame, User, UserId};

use super::{Node, lock, session::encode};
use crate::{
    hint::UserHint,
    log::Head,
    port::{Freshness, Mark},
    refusal::Refusal,
    session::Dialect,
};

/// Own sends move the mark at most this often.
const FLUSH_MS: u64 = 1_000;
/// Marks gathered at once; more than these are dropped: the next send moves the mark as well.
const GATHERED_MAX: usize = 50_000;

/// Positions to which own sends move the marks, until they are written.
#[derive(Default)]
pub(super) struct Marks(BTreeMap<(UserId, RoomId), Head>);

/// Writes the gathered marks once a second.
pub(super) async fn flushes(node: Node) {
    let mut ticks = tokio::time::interval(Duration::from_millis(FLUSH_MS));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        flush(&node).await;
    }
}

/// Writes the gathered marks now.
pub(super) async fn flush(node: &Node) {
    let gathered = std::mem::take(&mut lock(&node.0.marks).0);
    for ((user, room), head) in gathered {
        let moved = async {
            let now = node.0.store.mark(user, room).await?;
            let mark = Mark {
                revision: now.revision,
                seq: head.seq,
                ordinal: head.ordinal,
            };
            if mark > now {
                node.0.store.set_mark(user, room, mark).await?;
                node.tell_user(user, UserHint::Mark(room, mark));
            }
            Ok::<_, crate::port::StoreError>(())
        };
        if let Err(error) = moved.await {
            tracing::debug!(%error, "a read mark was not moved");
        }
    }
}

impl Node {
    /// The user sent the message at `head`, so they have read up to it.
    pub(super) fn sent_up_to(&self, user: UserId, room: RoomId, head: Head) {
        let marks = &mut lock(&self.0.marks).0;
        if marks.len() < GATHERED_MAX || marks.contains_key(&(user, room)) {
            let gathered = marks.entry((user, room)).or_default();
            *gathered = (*gathered).max(head);
        }
    }

    /// Moves the user's read mark, and tells all of their sessions. A seq above the log's end means the end; a lower
    /// one than the mark's counts only with `back`, and then begins a new revision.
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
        let view = self.view(by.id, room, Seq::ZERO).await?;
        if view.role.is_none() {
            return Err(Refusal::new(
                ErrorCode::NotMember,
                "You are not a member of this room.",
            ));
        }
        let now = self
            .0
            .store
            .mark(by.id, room)
            .await
            .map_err(|error| self.refused(error))?;
        let seq = seq.min(view.head.seq);
        let revision = match seq.cmp(&now.seq) {
            std::cmp::Ordering::Less if back => now.revision + 1,
            std::cmp::Ordering::Less | std::cmp::Ordering::Equal => return Ok(now),
            std::cmp::Ordering::Greater => now.revision,
        };
        if back {
            // What was gathered before the set-back must not undo it.
            lock(&self.0.marks).0.remove(&(by.id, room));
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
        self.tell_user(by.id, UserHint::Mark(room, mark));
        Ok(mark)
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
            let unread = view.head.ordinal.0.saturating_sub(mark.ordinal.0);
            let frame = ServerFrame::Mark {
                room,
                seq: mark.seq,
                revision: mark.revision,
                unread,
            };
            let frame = encode(&frame);
            for session in lock(&node.0.live)
                .of(user)
                .filter(|session| session.dialect == Dialect::V1)
            {
                session.outbox.push(&frame);
            }
        });
    }
}
