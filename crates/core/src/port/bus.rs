//! The bus: hints between nodes. It may lose anything; it says when it knows that it did.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::ServerHealth;

/// A node's name, unique among the nodes that run and new at each start.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeName(pub String);

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a hint goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// One of [`Topic::SHARDS`] channels onto which rooms and users are hashed.
    Shard(u16),
    /// One node.
    Node(NodeName),
    /// All nodes: heartbeats.
    Nodes,
}

impl Topic {
    /// How many shard channels there are: enough that a node hears little that it does not want, few enough that
    /// subscriptions stay cheap. Part of the wire between nodes: all must agree.
    pub const SHARDS: u16 = 1024;

    /// The shard channel of a room or a user.
    pub fn of(id: uuid::Uuid) -> Self {
        // FNV-1a over the id: cheap, and the same on every node and version.
        let hash = id
            .as_bytes()
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            });
        Self::Shard(u16::try_from(hash % u64::from(Self::SHARDS)).unwrap_or_default())
    }
}

/// What the bus tells its node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusNews {
    /// A payload on a topic to which the node is subscribed (or was a moment ago).
    Hint(Topic, Bytes),
    /// From now on nothing may arrive on these topics: the subscription is lost or doubted. Asked-for topics only.
    Gap(Vec<Topic>),
    /// The subscription stands (the first time, and again after each gap): what was published before may be lost, so
    /// whoever cares re-reads now. Said only once the other side has confirmed it.
    Whole(Vec<Topic>),
}

/// Why a hint was not handed over. It is lost; the caller goes on.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the bus is away: {0}")]
pub struct BusError(pub String);

/// Hints between nodes.
///
/// **Promises.** At most once, no order between topics; within one topic and one sender the order is kept unless a gap
/// is told. A topic asked for stays asked for: the adapter brings the subscription back by itself after any fault,
/// with `Gap` when it is lost and `Whole` when it stands again. Published to a topic on which nobody listens: lost,
/// and no error. News comes on the receiver that the adapter was made with: it is bounded, and when it is full the
/// adapter drops hints and then says `Gap` and `Whole` for the topics concerned; it never waits for the node.
/// **The caller** subscribes and unsubscribes from one task. Payloads have at most [`PAYLOAD_BYTES_MAX`] bytes.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Hands a payload over. Ends within a second; `Err` when the bus is away or the payload is too large. What ended
    /// in `Err` counts as lost, but may still arrive, late and after what was published later.
    async fn publish(&self, topic: &Topic, payload: Bytes) -> Result<(), BusError>;

    /// Asks for a topic. Returns at once; `Whole` tells when it stands.
    fn subscribe(&self, topic: Topic);

    /// Lets a topic go. Hints may still arrive for a moment.
    fn unsubscribe(&self, topic: &Topic);

    /// Whether the bus answers now.
    async fn ready(&self) -> Result<(), BusError>;

    /// Its servers, asked now: [`ServerHealth::told`]. None where the bus has none. Ends within a second.
    async fn health(&self) -> Vec<ServerHealth> {
        Vec::new()
    }
}

/// The largest payload, in bytes: a full batch of the longest messages does not fit, and is then not published whole
/// but as "read the store" (an empty run), which every timeline understands.
pub const PAYLOAD_BYTES_MAX: usize = 256 * 1024;
