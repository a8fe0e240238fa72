//! The words on Hearth's wire: ids, bounds, events, frames, codes.
//!
//! Everything that a client and a server must agree on is here and nothing else. The crate promises that what it
//! writes today it can read tomorrow: unknown fields are ignored, every frame has a golden file in `golden/`, and
//! `docs/protocol.md` is held against this source by a test. It must not know a socket, a clock or a store.

mod alert;
pub mod bounds;
pub mod client;
mod code;
mod decode;
mod emoji;
mod event;
mod frame;
mod ids;
mod look;
#[cfg(feature = "mutants")]
pub mod mutants;
mod own;
mod permalink;
pub mod scope;
mod search;
pub mod seed;

pub use alert::{Alert, Listener, alert};
pub use code::{CloseCode, ErrorCode, Retry};
pub use decode::{Decoded, decode_client, decode_server, is_object};
pub use emoji::is_emoji;
pub use event::{
    Attachment, Body, Event, Everyone, Forward, InThread, Mentions, MessageState, Reaction, Right,
    Rights, Role, RoomKind, ThreadLength, Was,
};
pub use frame::{
    Ban, ClientFrame, Member, Pin, Position, PresenceOf, Receipt, RoomSnapshot, ServerFrame,
    Status, Thread, User,
};
pub use ids::{
    DeviceId, FileId, IdError, NameError, Ordinal, ProfileVersion, RoomId, RoomName, ScheduledId,
    SendId, Seq, UserId, UserName, is_invisible,
};
pub use own::{NotifyLevel, Own, OwnKey, OwnKind, QuietHours, ScheduledState};
pub use permalink::{NoPermalink, Permalink};
pub use scope::Scope;
pub use search::{Hit, RoomHits};

/// The WebSocket subprotocol under which these frames are spoken on `/ws`.
pub const SUBPROTOCOL: &str = "hearth.v1";

/// The build that speaks: `hello` and `welcome` carry it, so that a client can offer to load a newer one.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// Whether this seeded bug is on ([`mutants`]): the question that a guard asks, `if !mutant!("no-dedup") && …`.
#[cfg(feature = "mutants")]
#[macro_export]
macro_rules! mutant {
    ($name:literal) => {
        $crate::mutants::is_on(const { $crate::mutants::place($name) })
    };
}

/// Whether this seeded bug is on: never, without the feature `mutants`.
#[cfg(not(feature = "mutants"))]
#[macro_export]
macro_rules! mutant {
    ($name:literal) => {
        false
    };
}
