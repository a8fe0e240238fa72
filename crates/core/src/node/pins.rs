//! A room's pinned messages as they stand.

use futures_util::{StreamExt, TryStreamExt, stream};
use hearth_protocol::{Pin, RoomId, Seq, User};
use tokio::sync::oneshot;

use super::{
    Lane, Node,
    chat::{OVERLAY_EVENTS_MAX, answered, far_behind, not_member, overlay},
    room_task::Command,
};
use crate::{
    log::Entry,
    port::{Cell, StoreError},
    refusal::Refusal,
    session::PinPage,
};

/// Messages read beside each other: they lie anywhere in the log.
const READS_AT_ONCE: usize = 8;

impl Node {
    /// The pinned messages, the one pinned last first. One that was deleted is not pinned.
    ///
    /// # Errors
    /// Not a member, or the store is away.
    pub async fn pins(&self, by: &User, room: RoomId) -> Result<PinPage, Refusal> {
        self.pressure().admit(Lane::History)?;
        self.member_view(by.id, room).await?;
        let (reply, answer) = oneshot::channel();
        let (by, command) = (by.id, Command::Pins { by: by.id, reply });
        self.command(room, command).await?;
        let (mut pinned, mut head) = answered(answer).await?.ok_or_else(not_member)?;
        if pinned.is_empty() {
            return Ok(PinPage::default());
        }
        pinned.reverse();
        // The mark first, then the cells, then the log's end over them (LOG.md rule 29).
        let projected = self.0.store.projected(room).await;
        let projected = projected.map_err(|error| self.refused(error))?;
        let targets: Vec<Seq> = pinned.iter().map(|pin| pin.target).collect();
        let first = targets.iter().copied().min().unwrap_or_default();
        let last = targets.iter().copied().max().unwrap_or_default();
        let reads = stream::iter(targets).map(|seq| self.message_with_cells(room, seq));
        let read: Vec<(Option<Entry>, Vec<Cell>)> = reads
            .buffered(READS_AT_ONCE)
            .try_collect()
            .await
            .map_err(|error| self.refused(error))?;
        let (rows, cells): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        let cells = cells.concat();
        let newest = cells.iter().map(Cell::clock).max().unwrap_or_default();
        if newest > head {
            // Nobody is shown what came after their removal.
            let view = self.view(by, room, newest).await?;
            view.role.ok_or_else(not_member)?;
            head = view.head.seq;
        }
        let from = projected.seq.next();
        let end = self.run(room, from, head, OVERLAY_EVENTS_MAX + 1).await;
        let end = end.map_err(|error| self.refused(error))?;
        if end.len() > OVERLAY_EVENTS_MAX {
            return Err(far_behind(room));
        }
        let mut states = overlay(first, last, &cells, &end);
        let mut page = PinPage::default();
        for (pin, row) in pinned.into_iter().zip(rows) {
            let state = states.remove(&pin.target);
            if state.as_ref().is_some_and(|state| state.deleted.is_some()) {
                continue;
            }
            if let Some(row) = row.filter(|row| row.event.body.is_message()) {
                page.states.extend(state);
                page.pins.push(Pin {
                    message: row.event,
                    by: pin.by,
                    at_ms: pin.at_ms,
                });
            }
        }
        page.states.sort_by_key(|state| state.seq);
        Ok(page)
    }

    async fn message_with_cells(
        &self,
        room: RoomId,
        seq: Seq,
    ) -> Result<(Option<Entry>, Vec<Cell>), StoreError> {
        let rows = self.run(room, seq, seq, 1).await?;
        let cells = self.0.store.message_cells(room, seq, seq).await?;
        Ok((rows.into_iter().next(), cells))
    }
}
