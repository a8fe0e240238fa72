//! A session by a bot's token: what is outside its grant is refused before the dialect sees it, and rooms that the token
//! does not reach are not there.

use std::sync::Arc;

use hearth_protocol::{ClientFrame, Decoded, ServerFrame, decode_client};

use super::{AskId, Effect, Machine, Notice, Reply, V1};
use crate::{grant::Grant, refusal::Refusal};

pub(crate) struct Scoped {
    grant: Arc<Grant>,
    inner: V1,
}

impl Scoped {
    pub(crate) fn new(grant: Arc<Grant>, inner: V1) -> Self {
        Self { grant, inner }
    }
}

impl Machine for Scoped {
    fn open(&mut self, out: &mut Vec<Effect>) {
        self.inner.open(out);
    }

    fn text(&mut self, now_ms: u64, text: &str, out: &mut Vec<Effect>) {
        // What is no frame is the dialect's to answer.
        if let Decoded::Frame(frame) = decode_client(text)
            && let Err(refusal) = judge(&self.grant, &frame)
        {
            out.push(Effect::Write(Box::new(refused(&frame, refusal))));
            return;
        }
        self.inner.text(now_ms, text, out);
    }

    fn reply(&mut self, ask: AskId, reply: Reply, out: &mut Vec<Effect>) {
        let reply = match reply {
            Reply::Rooms(Ok(mut listed)) => {
                listed.rooms.retain(|room| self.grant.reaches(room.id));
                listed
                    .unloaded
                    .retain(|(room, _)| self.grant.reaches(*room));
                Reply::Rooms(Ok(listed))
            }
            reply => reply,
        };
        self.inner.reply(ask, reply, out);
    }

    fn notice(&mut self, notice: Notice, out: &mut Vec<Effect>) {
        match notice {
            Notice::RoomAdded(room) if !self.grant.reaches(room) => {}
            notice => self.inner.notice(notice, out),
        }
    }

    fn may_read(&self) -> bool {
        self.inner.may_read()
    }
}

/// By the frame that the dialect will carry out, and by nothing else that stands in its text.
fn judge(grant: &Grant, frame: &ClientFrame) -> Result<(), Refusal> {
    match frame {
        ClientFrame::Send { room, body, .. } => grant.may_send(*room, body),
        frame => grant.may(frame.kind(), frame.room()),
    }
}

fn refused(frame: &ClientFrame, refusal: Refusal) -> ServerFrame {
    let id = match frame {
        ClientFrame::Send { id, .. } => Some(id.clone()),
        _ => None,
    };
    let r#ref = frame.r#ref();
    ServerFrame::Error {
        r#ref,
        room: frame.room().filter(|_| r#ref.is_none()),
        id,
        code: refusal.code,
        message: refusal.message,
        retry_after_ms: refusal.retry_after_ms,
    }
}
