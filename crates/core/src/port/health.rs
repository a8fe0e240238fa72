//! What a node can say of what it stands on: for people who look after it. Nothing is decided by it.

use crate::timing::Spread;

/// Servers of a store or a bus that are told of at most; those that are down come first.
pub const SERVERS_TOLD_MAX: usize = 64;

/// One server of a store or a bus, as this node sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHealth {
    /// Its address.
    pub name: String,
    /// Why it cannot be used now, for people; `None`: it can.
    pub down: Option<String>,
    /// How long a question took now, in microseconds, if one was asked.
    pub round_trip_us: Option<u64>,
    /// What it holds in memory, if it says so.
    pub memory_bytes: Option<u64>,
}

impl ServerHealth {
    /// No more than are told of, those that are down before the others, each by name.
    pub fn told(mut servers: Vec<Self>) -> Vec<Self> {
        servers.sort_by(|a, b| (a.down.is_none(), &a.name).cmp(&(b.down.is_none(), &b.name)));
        servers.truncate(SERVERS_TOLD_MAX);
        servers
    }
}

/// How a store is, as this node sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreHealth {
    /// It does not say.
    Unsaid,
    /// A file of this machine's.
    File {
        /// How long it is.
        bytes: u64,
        /// How long its transactions took lately, each with its flush.
        commits: Option<Spread>,
    },
    /// Servers.
    Servers {
        /// Each of them: [`ServerHealth::told`].
        servers: Vec<ServerHealth>,
        /// How long requests took lately, those without an answer included.
        requests: Option<Spread>,
        /// How many had no answer in time since this node began.
        timeouts: u64,
    },
}
