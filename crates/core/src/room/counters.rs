//! What a room's machine counts: for metrics, and for drills that must prove that a fault was met.

/// Plain sums, since the machine was made or they were last taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoomCounters {
    /// Batches stored.
    pub appends: u64,
    /// Events stored by this node.
    pub appended: u64,
    /// Events learned from others' hints.
    pub hinted: u64,
    /// Events learned by reading the store.
    pub read: u64,
    /// Times that events were found missing between the window and what was hinted.
    pub holes: u64,
    /// Of these, closed again without the loss of an event.
    pub repaired: u64,
    /// Holes that could not be closed: readers were told a gap. Each is a loss that an operator must look into.
    pub gaps: u64,
    /// Hints that contradict the window: two logs under one name. Each is a fault of the store.
    pub conflicts: u64,
    /// Sends recognised as already stored.
    pub resends: u64,
    /// Sends refused for good.
    pub refused: u64,
    /// Appends lost to another node's.
    pub lost: u64,
    /// Appends of unknown outcome.
    pub unknown: u64,
    /// Calls of the store that failed.
    pub failures: u64,
    /// Sends handed to the writer.
    pub forwards: u64,
    /// Forwarded sends that were then appended here.
    pub fallbacks: u64,
    /// Sends turned away because too many waited.
    pub busy: u64,
    /// Sends whose time ran out.
    pub expired: u64,
    /// Readers told a gap because they were too far behind.
    pub skipped: u64,
    /// Projections written.
    pub projections: u64,
}
