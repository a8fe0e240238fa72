//! What a message's text was: its edits, and how all of it goes when the message is deleted.
//!
//! Promises: no text of a message that was deleted for all is left in the log once the projection is whole up to the
//! deletion; numbers, senders and ids stay. It must not know how a store erases.

use futures_util::{StreamExt, TryStreamExt, stream};
use hearth_protocol::{Body, ErrorCode, Event, RoomId, Seq, User, bounds::EDITS_SHOWN_MAX};

use super::{
    Lane, Node,
    chat::{OVERLAY_EVENTS_MAX, far_behind, overlay},
};
use crate::{
    port::{Cell, Freshness, Store, StoreError},
    refusal::Refusal,
};

/// Events read beside each other: they lie anywhere in the log.
const READS_AT_ONCE: usize = 8;
/// Edits of one message that are looked up and erased together.
const ERASED_AT_ONCE: usize = 100;

/// Erases what the deletions among a run's cells deleted: the messages, and all their edits. The edits that are in the run
/// itself have their cells by now. Again after it broke off does no harm.
pub(super) async fn erase_deleted(
    store: &dyn Store,
    room: RoomId,
    cells: &[Cell],
) -> Result<(), StoreError> {
    let deleted = cells.iter().filter_map(|cell| match cell {
        Cell::Text(cell) if cell.text.is_none() => Some(cell.target),
        _ => None,
    });
    for target in deleted {
        let mut before = Seq::MAX;
        loop {
            let edits = store.edits(room, target, before, ERASED_AT_ONCE).await?;
            for seq in &edits {
                erase(store, room, *seq).await?;
            }
            match edits.last() {
                Some(last) if edits.len() == ERASED_AT_ONCE => before = *last,
                _ => break,
            }
        }
        erase(store, room, target).await?;
    }
    Ok(())
}

/// A read is cheaper than a conditional write: what broke off goes on where it stood.
async fn erase(store: &dyn Store, room: RoomId, seq: Seq) -> Result<(), StoreError> {
    let page = store.read(room, seq, seq, 1, Freshness::Quorum).await?;
    let entry = page.entries.first();
    if entry.is_some_and(|entry| entry.event.body.is_erased()) {
        return Ok(());
    }
    store.erase(room, seq, seq).await
}

impl Node {
    /// A message as it was sent and its edits, the newest of them, in their order.
    ///
    /// # Errors
    /// Not a member, no such message, a deleted one, or the store is away.
    pub async fn edits(&self, by: &User, room: RoomId, target: Seq) -> Result<Vec<Event>, Refusal> {
        self.pressure().admit(Lane::History)?;
        let head = self.member_view(by.id, room).await?.head.seq;
        let none = || {
            Refusal::new(
                ErrorCode::NotFound,
                "There is no such message in this room, or it is deleted.",
            )
        };
        if target == Seq::ZERO || target > head {
            return Err(none());
        }
        let store = &self.0.store;
        // The mark first, then the cells, then the log's end over them (LOG.md rule 29).
        let read = async {
            let projected = store.projected(room).await?.seq;
            let cells = store.message_cells(room, target, target).await?;
            let known = store
                .edits(room, target, head.next(), EDITS_SHOWN_MAX)
                .await?;
            let from = projected.next().max(target.next());
            let end = self.run(room, from, head, OVERLAY_EVENTS_MAX + 1).await?;
            Ok::<_, StoreError>((cells, known, end))
        };
        let (cells, known, end) = read.await.map_err(|error| self.refused(error))?;
        if end.len() > OVERLAY_EVENTS_MAX {
            return Err(far_behind(room));
        }
        let state = overlay(target, target, &cells, &end).remove(&target);
        if state.is_some_and(|state| state.deleted.is_some()) {
            return Err(none());
        }
        let newer = end.iter().filter(|entry| edits(&entry.event, target));
        let mut seqs: Vec<Seq> = known.into_iter().chain(newer.map(|e| e.seq())).collect();
        seqs.sort_unstable();
        seqs.dedup();
        seqs.drain(..seqs.len().saturating_sub(EDITS_SHOWN_MAX));
        seqs.insert(0, target);
        let reads = stream::iter(seqs).map(|seq| self.run(room, seq, seq, 1));
        let rows: Vec<_> = reads
            .buffered(READS_AT_ONCE)
            .try_collect()
            .await
            .map_err(|error| self.refused(error))?;
        // Whoever was removed or whose message was deleted meanwhile: what was read before is what they could see then.
        let events: Vec<Event> = rows
            .into_iter()
            .flatten()
            .map(|entry| entry.event)
            .collect();
        // Erased since.
        if events.iter().any(|event| event.body.is_erased()) {
            return Err(none());
        }
        match events.first() {
            Some(first) if first.seq == target && first.body.is_message() => Ok(events),
            _ => Err(none()),
        }
    }
}

fn edits(event: &Event, message: Seq) -> bool {
    matches!(event.body, Body::Edit { target, .. } if target == message)
}
