//! Hearth's rules: rooms as logs, sends, delivery, sessions. Pure machines and the ports they are run over.
//!
//! It must not know HTTP, Redis, Cassandra, redb, the environment or a wall clock: `crates/server` gives it adapters,
//! time and chance.

pub mod admission;
pub mod audit;
pub mod canary;
pub mod clock;
#[cfg(feature = "testing")]
pub mod conformance;
pub mod date;
pub mod delivery;
pub mod files;
pub mod grant;
pub mod hint;
pub mod limit;
pub mod local;
pub mod log;
pub mod news;
pub mod node;
pub mod nodes;
pub mod notifications;
pub mod overview;
pub mod own;
pub mod port;
pub mod profile;
pub mod push;
pub mod recheck;
mod refusal;
pub mod room;
pub mod scheduled;
pub mod search;
pub mod session;
#[cfg(feature = "testing")]
pub mod testing;
pub mod timing;
pub mod totp;
pub mod words;

#[cfg(feature = "mutants")]
pub use hearth_protocol::mutants;
pub use refusal::Refusal;
