//! What a bot's token lets it do: scopes, and perhaps only some rooms. Pure.
//!
//! It must not know which bot it is for, and whether it is a member: a grant takes away from what a member may, and adds
//! nothing.

use hearth_protocol::{
    Body, ErrorCode, RoomId, Scope,
    scope::{Need, need_of},
};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Rooms to which one token is limited, at most: more than that is all rooms.
pub const GRANT_ROOMS_MAX: usize = 50;

/// What a token lets its bot do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its scopes, each once, in their order.
    pub scopes: Vec<Scope>,
    /// The rooms to which it is limited; none: it is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<RoomId>,
}

impl Grant {
    /// Whether this room is one of those for which it is good.
    pub fn reaches(&self, room: RoomId) -> bool {
        self.rooms.is_empty() || self.rooms.contains(&room)
    }

    /// Whether it is enough for a call or a frame (`hearth_protocol::scope`), about this room if it names one.
    ///
    /// # Errors
    /// The code names the scope that is missing; `forbidden` for what no scope has, and for another room.
    pub fn may(&self, what: &str, room: Option<RoomId>) -> Result<(), Refusal> {
        let need = need_of(what);
        let (scope, is_anywhere) = match need {
            Need::Free => return Ok(()),
            Need::Never => {
                let text = "No bot may do that: it is for people who are logged in.";
                return Err(Refusal::new(ErrorCode::Forbidden, text));
            }
            Need::In(scope) => (scope, false),
            Need::Anywhere(scope) => (scope, true),
        };
        if !self.scopes.contains(&scope) {
            let text = format!(
                "This token's scope has no `{}`. Ask an administrator for a token that has it.",
                scope.as_str()
            );
            return Err(Refusal::new(scope.missing(), text));
        }
        let is_reached = match room {
            Some(room) => self.reaches(room),
            None => is_anywhere || self.rooms.is_empty(),
        };
        if !is_reached {
            return Err(elsewhere());
        }
        Ok(())
    }

    /// Whether it is enough to send this into a room.
    ///
    /// # Errors
    /// As [`Grant::may`].
    pub fn may_send(&self, room: RoomId, body: &Body) -> Result<(), Refusal> {
        self.may(&format!("send {}", body.kind()), Some(room))?;
        // Whoever copies a message reads it.
        if let Body::Message {
            forward: Some(forward),
            ..
        } = body
        {
            self.may("history", Some(forward.room))?;
        }
        Ok(())
    }
}

fn elsewhere() -> Refusal {
    let text =
        "This token is limited to some rooms, and this is about another, or names none by its id.";
    Refusal::new(ErrorCode::Forbidden, text)
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{Forward, Seq, UserId};
    use uuid::Uuid;

    use super::*;

    fn room(n: u128) -> RoomId {
        RoomId(Uuid::from_u128(n))
    }

    fn grant(scopes: &[Scope], rooms: &[u128]) -> Grant {
        Grant {
            scopes: scopes.to_vec(),
            rooms: rooms.iter().map(|n| room(*n)).collect(),
        }
    }

    fn code(answer: Result<(), Refusal>) -> Option<ErrorCode> {
        answer.err().map(|refusal| refusal.code)
    }

    #[test]
    fn what_is_missing_is_named_by_the_code() {
        let reads = grant(&[Scope::Read], &[]);
        assert_eq!(code(reads.may("history", Some(room(1)))), None);
        let sent = reads.may_send(room(1), &Body::message("no"));
        assert_eq!(code(sent), Some(ErrorCode::ScopeSend));
        let topic = Body::Topic {
            topic: String::new(),
        };
        let writes = grant(&[Scope::Send], &[]);
        assert_eq!(
            code(writes.may_send(room(1), &topic)),
            Some(ErrorCode::ScopeModerate)
        );
        assert_eq!(
            code(writes.may("join", Some(room(1)))),
            Some(ErrorCode::ScopeRooms)
        );
        assert_eq!(code(writes.may("hello", None)), Some(ErrorCode::ScopeRead));
        let all = grant(&Scope::ALL, &[]);
        for what in ["set", "GET /api/v1/admin/users", "what is not there"] {
            assert_eq!(
                code(all.may(what, None)),
                Some(ErrorCode::Forbidden),
                "{what}"
            );
        }
    }

    #[test]
    fn a_token_that_is_limited_reaches_its_rooms_and_none_besides() {
        let all = grant(&Scope::ALL, &[1]);
        assert_eq!(code(all.may("history", Some(room(1)))), None);
        assert_eq!(
            code(all.may("history", Some(room(2)))),
            Some(ErrorCode::Forbidden)
        );
        // Not by a name, and no new ones.
        assert_eq!(code(all.may("join", None)), Some(ErrorCode::Forbidden));
        assert_eq!(code(all.may("create", None)), Some(ErrorCode::Forbidden));
        assert_eq!(code(all.may("hello", None)), None);
        let copy = |of| Body::Message {
            text: String::new(),
            reply_to: None,
            mentions: None,
            forward: Some(Box::new(Forward {
                room: room(of),
                seq: Seq(1),
                by: UserId(Uuid::nil()),
                name: String::new(),
                at_ms: 0,
            })),
            attachments: Box::default(),
            thread: None,
        };
        assert_eq!(code(all.may_send(room(1), &copy(1))), None);
        assert_eq!(
            code(all.may_send(room(1), &copy(2))),
            Some(ErrorCode::Forbidden)
        );
        let blind = grant(&[Scope::Send], &[]);
        assert_eq!(
            code(blind.may_send(room(1), &copy(1))),
            Some(ErrorCode::ScopeRead)
        );
    }
}
