//! Error and close codes, each with what the client should do about it.

use serde::{Deserialize, Serialize};

/// What a client does after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Not again: the same request will get the same answer.
    Never,
    /// The same request, with the same id, after `retry_after_ms` and with growing pauses.
    Same,
    /// Ask the person: whether it happened cannot be told any more.
    Ask,
    /// Sign in again first.
    SignIn,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $retry:ident, $status:literal;)*) => {
        /// What went wrong, for programs; the `message` beside it is for people.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code, in the order of `docs/protocol.md`.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)*];

            /// The code on the wire.
            pub fn as_str(self) -> &'static str { match self { $(ErrorCode::$name => $text,)* } }

            /// What the client does next.
            pub fn retry(self) -> Retry { match self { $(ErrorCode::$name => Retry::$retry,)* } }

            /// The HTTP status under which the same error is answered there.
            pub fn http_status(self) -> u16 { match self { $(ErrorCode::$name => $status,)* } }
        }
    };
}

error_codes! {
    /// The frame or body is no JSON of the right shape.
    BadRequest = "bad_request", Never, 400;
    /// The frame's `type` is not known here.
    UnknownKind = "unknown_kind", Never, 400;
    /// A text, name or list is larger than its bound.
    TooLarge = "too_large", Never, 413;
    /// No valid credential.
    Unauthorized = "unauthorized", SignIn, 401;
    /// The member's role does not allow it.
    Forbidden = "forbidden", Never, 403;
    /// No such room, user or message, or not one that may be seen.
    NotFound = "not_found", Never, 404;
    /// Not a member, or membership changed since the message was composed: compose it anew.
    NotMember = "not_member", Never, 403;
    /// Banned from the room: the message says why and until when.
    Banned = "banned", Never, 403;
    /// The token's scope has no `read`.
    ScopeRead = "scope_read", Never, 403;
    /// The token's scope has no `send`.
    ScopeSend = "scope_send", Never, 403;
    /// The token's scope has no `rooms`.
    ScopeRooms = "scope_rooms", Never, 403;
    /// The token's scope has no `moderate`.
    ScopeModerate = "scope_moderate", Never, 403;
    /// The name belongs to someone else.
    Taken = "taken", Never, 409;
    /// A later send of this device is already in the log, so this one was given up before.
    OutOfOrder = "out_of_order", Never, 409;
    /// A bound of the account or room is reached (rooms per user, members per room).
    Full = "full", Never, 409;
    /// The room is archived, or was since the send was composed.
    Archived = "archived", Never, 409;
    /// It may or may not have happened; the same id again will tell.
    Doubtful = "doubtful", Same, 503;
    /// Whether it happened cannot be told any more: its `after` lies too far back.
    TooOld = "too_old", Ask, 409;
    /// Too much at once; nothing was done.
    Busy = "busy", Same, 429;
    /// Slow mode: it is too soon after the sender's last message; the same again later.
    Slow = "slow", Same, 429;
    /// The store is away; nothing was done, or the same id again will tell.
    Unavailable = "unavailable", Same, 503;
    /// The server failed; the log has the cause.
    Internal = "internal", Same, 500;
}

macro_rules! close_codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        /// Why the server closes a socket. The range says what to do: below 4100 reconnect and resume; from 4100
        /// sign in first; from 4200 do not come back with the same client.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CloseCode { $($(#[$doc])* $name,)* }

        impl CloseCode {
            /// Every code, in the order of `docs/protocol.md`.
            pub const ALL: &'static [CloseCode] = &[$(CloseCode::$name,)*];

            /// The number in the close frame.
            pub fn number(self) -> u16 { match self { $(CloseCode::$name => $number,)* } }

            /// The name in the close frame's reason and in the documents.
            pub fn name(self) -> &'static str { match self { $(CloseCode::$name => stringify!($name),)* } }
        }
    };
}

close_codes! {
    /// The outbox overflowed: reconnect and resume.
    Slow = 4000;
    /// The server is going away: reconnect elsewhere, after the `after_ms` of the `drain` frame.
    Drain = 4001;
    /// Nothing was heard from the client for longer than two pings.
    Idle = 4002;
    /// The server cannot keep its promise to this socket any more: reconnect and resume.
    Lost = 4003;
    /// The credential is not valid any more: sign in again.
    SignedOut = 4100;
    /// The client breaks the protocol: frames before `hello`, binary frames. What RFC 6455 itself forbids is
    /// closed with its own 1002 and 1007.
    Protocol = 4200;
    /// A frame was larger than the bound.
    FrameTooLarge = 4201;
}

impl CloseCode {
    /// Whether a client comes back by itself, for any number from a close frame (standard ones included).
    pub fn may_reconnect(number: u16) -> bool {
        !matches!(number, 1000 | 1002 | 1003 | 1007..=1010 | 4100..=4999)
    }
}
