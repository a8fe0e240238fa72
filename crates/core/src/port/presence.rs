//! The presence board: who is connected somewhere. Soft: it expires by itself and may be wrong for a while.

use async_trait::async_trait;
use hearth_protocol::{Status, UserId};

use super::NodeName;

/// Why the board was not read or written. Nobody is shown wrongly for longer than the time to live.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the presence board is away: {0}")]
pub struct PresenceError(pub String);

/// Who is connected somewhere.
///
/// **Promises.** A status set by a node shows, for every node, until the node sets another, or for
/// [`TTL_MS`] after the node last renewed it: a dead node's users fade by themselves. Of several nodes'
/// statuses for one user the highest shows (do not disturb > online > away > offline). When a user's status was last set
/// is remembered for [`SEEN_MS`]. Losing all of it (a flush) is healed by the next renewal, but for those who are gone.
/// Nothing else may rest on it.
#[async_trait]
pub trait Presence: Send + Sync {
    /// Sets the node's status of these users; `Offline` takes it away. The node repeats it for all of its users at
    /// least every third of the time to live. At most 1,000 users a call.
    async fn set(&self, node: &NodeName, users: &[(UserId, Status)]) -> Result<(), PresenceError>;

    /// The users' statuses, in the order asked. At most 1,000 users a call.
    async fn get(&self, users: &[UserId]) -> Result<Vec<Status>, PresenceError>;

    /// For how many milliseconds no node has set the users' statuses, in the order asked; `None` if that is not known. At
    /// most 1,000 users a call.
    async fn unseen_ms(&self, users: &[UserId]) -> Result<Vec<Option<u64>>, PresenceError>;
}

/// The most users a call names.
pub const USERS_MAX: usize = 1_000;

/// How long it is remembered when somebody was last there, in milliseconds: 30 days.
pub const SEEN_MS: u64 = 30 * 24 * 3_600 * 1_000;

/// How long a status shows without renewal, in milliseconds.
pub const TTL_MS: u64 = 30_000;
