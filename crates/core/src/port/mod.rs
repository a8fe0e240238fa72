//! The ports: what the core asks of a store, a bus and a presence board. Each has two real adapters, and its doc
//! comment is its contract; `crate::conformance` holds every adapter to it.

mod bus;
mod counted;
mod presence;
mod store;

pub use bus::{Bus, BusError, BusNews, NodeName, PAYLOAD_BYTES_MAX, Topic};
pub use counted::Counted;
pub use presence::{
    Presence, PresenceError, TTL_MS as PRESENCE_TTL_MS, USERS_MAX as PRESENCE_USERS_MAX,
};
pub use store::{
    Appended, BanCell, Cell, Claim, ClaimSpace, Freshness, ListedRow, Log, Mark, MemberCell,
    Mention, MentionsCell, PAGE_BYTES_MAX, Page, Pinned, Pins, ReactionCell, Record, RecordKind,
    Records, RoomSettings, Shelf, SpokeCell, Store, StoreError, TextCell, Version, Written,
    rows_of,
};
