//! Scopes: what the token of a bot lets it do. One table says of every call and every frame which scope it needs.
//!
//! Promises: what is not in the table is in no scope. A test of the server holds the table against its routes and
//! frames, so that a new one without a line fails the build.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ErrorCode;

/// A part of what a member can do. Each stands for itself: none brings another with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// To read: rooms, their logs and members, who somebody is.
    Read,
    /// To write: messages, edits and deletions of the own ones, reactions, read marks.
    Send,
    /// To enter, make and leave rooms.
    Rooms,
    /// What a member's role allows beyond that: pins, invitations, removals, settings.
    Moderate,
}

impl Scope {
    /// All of them, in the order of `docs/protocol.md`.
    pub const ALL: [Self; 4] = [Self::Read, Self::Send, Self::Rooms, Self::Moderate];

    /// On the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Send => "send",
            Self::Rooms => "rooms",
            Self::Moderate => "moderate",
        }
    }

    /// What is answered where it is missing.
    pub fn missing(self) -> ErrorCode {
        match self {
            Self::Read => ErrorCode::ScopeRead,
            Self::Send => ErrorCode::ScopeSend,
            Self::Rooms => ErrorCode::ScopeRooms,
            Self::Moderate => ErrorCode::ScopeModerate,
        }
    }
}

/// Why a text is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no scope `{0}`: choose of read, send, rooms and moderate")]
pub struct NoScope(String);

impl FromStr for Scope {
    type Err = NoScope;

    fn from_str(text: &str) -> Result<Self, NoScope> {
        let found = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        found.ok_or_else(|| NoScope(text.chars().take(32).collect()))
    }
}

/// What a call or a frame needs of a token with a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: no credential is looked at, or what is done by it is looked at one by one.
    Free,
    /// This scope; and a token that is limited to rooms must name one of them.
    In(Scope),
    /// This scope, for a token that is limited to rooms too: nothing of another room is in it.
    Anywhere(Scope),
    /// More than any scope has.
    Never,
}

use Need::{Anywhere, Free, In, Never};
use Scope::{Moderate, Read, Rooms, Send};

/// Every call as `METHOD /path`, every frame as its type, and `send KIND` for every kind of body.
pub const NEEDS: &[(&str, Need)] = &[
    // The specification's surface, and what shows nothing of anybody.
    ("GET /", Free),
    ("GET /health", Free),
    ("GET /livez", Free),
    ("GET /readyz", Free),
    ("GET /metrics", Free),
    ("GET /api", Free),
    ("GET /api/openapi.json", Free),
    ("POST /signin", Free),
    ("POST /login", Free),
    ("POST /create", Never),
    ("POST /join", Never),
    ("GET /trace", Never),
    ("GET /ws", Free),
    ("POST /hooks/{secret}", Free),
    ("GET /assets/{name}", Free),
    ("GET /sw.js", Free),
    ("GET /manifest.webmanifest", Free),
    ("GET /files/{file}", In(Read)),
    ("GET /files/{file}/thumb", In(Read)),
    ("GET /avatars/{avatar}/{side}", Anywhere(Read)),
    ("GET /rooms/{room}/{seq}", In(Read)),
    // Accounts and logins: a bot has neither a password nor sessions.
    ("POST /api/v1/signup", Free),
    ("POST /api/v1/login", Free),
    ("POST /api/v1/reset", Free),
    ("POST /api/v1/forgot", Free),
    ("POST /api/v1/mail/confirm", Free),
    ("GET /api/v1/me/mail", Never),
    ("PUT /api/v1/me/mail", Never),
    ("DELETE /api/v1/me/mail", Never),
    ("PUT /api/v1/me/avatar", Never),
    ("DELETE /api/v1/me/avatar", Never),
    ("POST /api/v1/logout", Never),
    ("GET /api/v1/me", Anywhere(Read)),
    ("PATCH /api/v1/me", Never),
    ("DELETE /api/v1/me", Never),
    ("GET /api/v1/users", Anywhere(Read)),
    ("GET /api/v1/users/{user}", Anywhere(Read)),
    ("GET /api/v1/profiles", Anywhere(Read)),
    ("PUT /api/v1/password", Never),
    ("POST /api/v1/totp", Never),
    ("POST /api/v1/totp/confirm", Never),
    ("POST /api/v1/totp/disable", Never),
    ("GET /api/v1/sessions", Never),
    ("DELETE /api/v1/sessions", Never),
    ("DELETE /api/v1/sessions/{session}", Never),
    ("GET /api/v1/own", Never),
    ("PUT /api/v1/own", Never),
    ("GET /api/v1/saved", Never),
    ("GET /api/v1/scheduled", Never),
    ("POST /api/v1/scheduled", Never),
    ("PUT /api/v1/scheduled/{id}", Never),
    ("DELETE /api/v1/scheduled/{id}", Never),
    ("POST /api/v1/scheduled/{id}/send", Never),
    // Of a token that is limited to rooms: what happens in those.
    ("GET /api/v1/notifications", Anywhere(Read)),
    ("GET /api/v1/push", Never),
    ("GET /api/v1/push/subscriptions", Never),
    ("PUT /api/v1/push/subscriptions", Never),
    ("DELETE /api/v1/push/subscriptions/{subscription}", Never),
    // Administration.
    ("POST /api/v1/admin/first", Never),
    ("GET /api/v1/admin/users", Never),
    ("GET /api/v1/admin/users/{user}", Never),
    ("DELETE /api/v1/admin/users/{user}", Never),
    ("PUT /api/v1/admin/users/{user}/admin", Never),
    ("DELETE /api/v1/admin/users/{user}/admin", Never),
    ("POST /api/v1/admin/users/{user}/deactivate", Never),
    ("POST /api/v1/admin/users/{user}/reactivate", Never),
    ("POST /api/v1/admin/users/{user}/reset", Never),
    ("GET /api/v1/admin/invitations", Never),
    ("POST /api/v1/admin/invitations", Never),
    ("DELETE /api/v1/admin/invitations/{invitation}", Never),
    ("GET /api/v1/admin/acts", Never),
    ("GET /api/v1/admin/health", Never),
    ("GET /api/v1/admin/rooms", Never),
    ("POST /api/v1/admin/bots", Never),
    ("GET /api/v1/admin/bots/{bot}/tokens", Never),
    ("POST /api/v1/admin/bots/{bot}/tokens", Never),
    ("DELETE /api/v1/admin/bots/{bot}/tokens/{token}", Never),
    // Rooms.
    ("GET /api/v1/directory", Anywhere(Read)),
    ("GET /api/v1/rooms", Anywhere(Read)),
    ("POST /api/v1/rooms", In(Rooms)),
    ("POST /api/v1/direct", In(Rooms)),
    ("POST /api/v1/groups", In(Rooms)),
    ("POST /api/v1/invitations/{code}", In(Rooms)),
    ("POST /api/v1/rooms/{room}/join", In(Rooms)),
    ("POST /api/v1/rooms/{room}/leave", In(Rooms)),
    ("POST /api/v1/rooms/{room}/rename", In(Moderate)),
    ("GET /api/v1/rooms/{room}/invitations", In(Moderate)),
    ("POST /api/v1/rooms/{room}/invitations", In(Moderate)),
    (
        "DELETE /api/v1/rooms/{room}/invitations/{invitation}",
        In(Moderate),
    ),
    ("GET /api/v1/rooms/{room}/bans", In(Moderate)),
    ("POST /api/v1/rooms/{room}/mark", In(Send)),
    ("GET /api/v1/rooms/{room}/events", In(Read)),
    // What is sent is looked at by its kind: `send message`.
    ("POST /api/v1/rooms/{room}/events", Free),
    ("GET /api/v1/rooms/{room}/members", In(Read)),
    ("GET /api/v1/rooms/{room}/pins", In(Read)),
    ("GET /api/v1/rooms/{room}/events/{seq}/edits", In(Read)),
    ("GET /api/v1/rooms/{room}/threads/{root}", In(Read)),
    ("GET /api/v1/threads", In(Read)),
    ("GET /api/v1/rooms/{room}/receipts", In(Read)),
    ("GET /api/v1/search", In(Read)),
    ("PUT /api/v1/rooms/{room}/avatar", In(Moderate)),
    ("DELETE /api/v1/rooms/{room}/avatar", In(Moderate)),
    ("POST /api/v1/uploads", In(Send)),
    ("GET /api/v1/uploads/{upload}", Anywhere(Send)),
    ("PUT /api/v1/uploads/{upload}", Anywhere(Send)),
    ("DELETE /api/v1/uploads/{upload}", Anywhere(Send)),
    // Whoever makes a webhook has another way to read or to write, which outlives the token.
    ("GET /api/v1/rooms/{room}/webhooks", Never),
    ("POST /api/v1/rooms/{room}/webhooks/in", Never),
    ("POST /api/v1/rooms/{room}/webhooks/out", Never),
    ("PATCH /api/v1/rooms/{room}/webhooks/{webhook}", Never),
    ("DELETE /api/v1/rooms/{room}/webhooks/{webhook}", Never),
    ("POST /api/v1/rooms/{room}/webhooks/{webhook}/resume", Never),
    // Frames.
    ("hello", Anywhere(Read)),
    ("ping", Free),
    ("create", In(Rooms)),
    ("join", In(Rooms)),
    ("direct", In(Rooms)),
    ("group", In(Rooms)),
    ("leave", In(Rooms)),
    ("rename", In(Moderate)),
    ("history", In(Read)),
    ("members", In(Read)),
    ("bans", In(Moderate)),
    ("pins", In(Read)),
    ("edits", In(Read)),
    ("search", In(Read)),
    ("thread", In(Read)),
    ("threads", In(Read)),
    ("receipts", In(Read)),
    ("delivered", In(Send)),
    ("mark", In(Send)),
    ("own", Never),
    ("set", Never),
    ("typing", In(Send)),
    ("presence", Anywhere(Read)),
    // Kinds of bodies.
    ("send message", In(Send)),
    ("send edit", In(Send)),
    ("send delete", In(Send)),
    ("send react", In(Send)),
    ("send pin", In(Moderate)),
    ("send invite", In(Moderate)),
    ("send remove", In(Moderate)),
    ("send ban", In(Moderate)),
    ("send unban", In(Moderate)),
    ("send role", In(Moderate)),
    ("send topic", In(Moderate)),
    ("send description", In(Moderate)),
    ("send archive", In(Moderate)),
    ("send slow", In(Moderate)),
    ("send right", In(Moderate)),
    // These cannot be sent by anybody, and are told so.
    ("send create", In(Send)),
    ("send join", In(Send)),
    ("send leave", In(Send)),
    ("send rename", In(Send)),
    ("send avatar", In(Send)),
    ("send erased", In(Send)),
];

/// What a call or a frame of the table needs; what is not there is in no scope.
pub fn need_of(what: &str) -> Need {
    let line = NEEDS.iter().find(|(of, _)| *of == what);
    line.map_or(Never, |(_, need)| *need)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Body, ClientFrame};

    #[test]
    fn every_frame_and_kind_of_body_has_its_line_and_only_one() {
        let kinds = ClientFrame::KINDS.iter().filter(|kind| **kind != "send");
        let bodies = Body::KINDS.iter().map(|kind| format!("send {kind}"));
        for what in kinds.map(|kind| (*kind).to_owned()).chain(bodies) {
            assert!(NEEDS.iter().any(|(of, _)| *of == what), "{what}");
        }
        for (n, (of, _)) in NEEDS.iter().enumerate() {
            assert!(
                !NEEDS[..n].iter().any(|(other, _)| other == of),
                "{of} twice"
            );
        }
    }

    #[test]
    fn a_scope_is_called_alike_on_the_wire_and_in_its_code() {
        for scope in Scope::ALL {
            let json = serde_json::to_value(scope).ok();
            assert_eq!(json.as_ref().and_then(|v| v.as_str()), Some(scope.as_str()));
            assert_eq!(scope.as_str().parse(), Ok(scope));
            assert_eq!(
                scope.missing().as_str(),
                format!("scope_{}", scope.as_str())
            );
            assert_eq!(scope.missing().http_status(), 403);
        }
        assert!("admin".parse::<Scope>().is_err());
        assert_eq!(need_of("GET /api/v1/nothing"), Never);
    }
}
