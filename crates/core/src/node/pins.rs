//! A room's pinned messages as they stand.

use hearth_protocol::{Pin, RoomId, User};
use tokio::sync::oneshot;

use super::{
    Lane, Node,
    chat::{answered, not_member},
    room_task::Command,
};
use crate::{refusal::Refusal, session::PinPage};

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
        let (mut pinned, head) = answered(answer).await?.ok_or_else(not_member)?;
        if pinned.is_empty() {
            return Ok(PinPage::default());
        }
        pinned.reverse();
        let targets = pinned.iter().map(|pin| pin.target).collect();
        let mut standing = self.standing(by, room, &targets, head).await?;
        let mut page = PinPage::default();
        for pin in pinned {
            let event = standing.events.iter().find(|e| e.seq == pin.target);
            // One that was deleted is `erased`.
            if let Some(event) = event.filter(|event| event.body.is_message()) {
                page.states.extend(standing.states.remove(&pin.target));
                page.pins.push(Pin {
                    message: event.clone(),
                    by: pin.by,
                    at_ms: pin.at_ms,
                });
            }
        }
        page.states.sort_by_key(|state| state.seq);
        Ok(page)
    }
}
