//! The ports: what the core asks of a store, a bus, a presence board and a place for files. Each has two real adapters, and its doc
//! comment is its contract; `crate::conformance` holds every adapter to it.

mod bus;
mod counted;
mod files;
mod health;
mod presence;
mod store;

pub use bus::{Bus, BusError, BusNews, NodeName, PAYLOAD_BYTES_MAX, Topic};
pub use counted::Counted;
pub use files::{Files, FilesError};
pub use health::{SERVERS_TOLD_MAX, ServerHealth, StoreHealth};
pub use presence::{
    Presence, PresenceError, SEEN_MS as PRESENCE_SEEN_MS, TTL_MS as PRESENCE_TTL_MS,
    USERS_MAX as PRESENCE_USERS_MAX,
};
pub use store::{
    Appended, BanCell, Cell, Claim, ClaimSpace, EditCell, End, Follower, Freshness, Given, Held,
    INDEX_READ_MAX, InThreadCell, IndexRow, ListedRow, Log, Mark, MemberCell, Mention,
    MentionsCell, PAGE_BYTES_MAX, Page, PersonRow, Pinned, Pins, ReactionCell, Record, RecordKind,
    Records, RoomSettings, Shelf, SpokeCell, Store, StoreError, TextCell, ThreadCell, ThreadCounts,
    ThreadMessage, Version, Written, outdated_by, rows_of,
};
