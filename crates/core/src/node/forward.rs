//! What a forward copies: a message's text and who wrote it, as far as the sender may read it now.

use hearth_protocol::{Attachment, Body, Forward, Retry, User, UserId};

use super::Node;
use crate::{refusal::Refusal, session::Window};

/// A message as it is copied.
pub(super) struct Copied {
    /// Its text as it stands; empty if there is nothing to copy.
    pub(super) text: String,
    /// Its files, to be copied as well.
    pub(super) attachments: Box<[Attachment]>,
    pub(super) forward: Forward,
}

impl Node {
    /// Copies a message for its forward. Where there is none that the sender may read, it has no text, and the rules say
    /// so: not here, since the send may be one that is stored already, and then it is answered with its number.
    ///
    /// # Errors
    /// The store is away, or there is too much to do: nothing was done, and the same again is right.
    pub(super) async fn copied(&self, by: &User, of: Forward) -> Result<Copied, Refusal> {
        let mut copied = Copied {
            text: String::new(),
            attachments: Box::default(),
            forward: Forward {
                by: UserId(uuid::Uuid::nil()),
                name: String::new(),
                at_ms: 0,
                ..of
            },
        };
        let (room, seq) = (copied.forward.room, copied.forward.seq);
        let page = async {
            if self.member_view(by.id, room).await?.head.seq < seq {
                // It may just have been written at another node.
                self.looked_view(by.id, room).await?;
            }
            self.history(by, room, Window::Around(seq), 1).await
        };
        let mut page = match page.await {
            Err(refusal) if refusal.code.retry() == Retry::Same => return Err(refusal),
            Err(_) => return Ok(copied),
            Ok(page) => page,
        };
        let state = page.states.pop().filter(|state| state.seq == seq);
        let event = page.events.pop().filter(|event| event.seq == seq);
        if let Some(event) = event
            && let Body::Message {
                text,
                forward,
                attachments,
                ..
            } = event.body
        {
            copied.attachments = attachments;
            copied.text = state.and_then(|state| state.text).unwrap_or(text);
            // Of a copy the words are whose they were at first.
            let (by, name, at_ms) = match forward {
                Some(first) => (first.by, first.name, first.at_ms),
                None => (event.by, event.name, event.at_ms),
            };
            copied.forward = Forward {
                by,
                name,
                at_ms,
                ..copied.forward
            };
        }
        Ok(copied)
    }
}
