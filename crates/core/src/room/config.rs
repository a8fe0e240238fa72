//! A room's bounds and the numbers that its machine goes by. Each default carries its reason; no number elsewhere.

use std::{fmt, sync::Arc};

use hearth_protocol::{RoomId, Seq, bounds};

/// How many entries a batch that follows this head may have ([`crate::port::Log::batch_max`]).
pub type BatchMax = Arc<dyn Fn(Seq) -> usize + std::marker::Send + Sync>;

/// What a room's machine is made with.
#[derive(Clone)]
pub struct RoomConfig {
    /// The room.
    pub room: RoomId,
    /// The store's bound of a batch.
    pub batch_max: BatchMax,
    /// The room's own bounds, shared by all rooms of a node.
    pub bounds: Arc<RoomBounds>,
}

impl RoomConfig {
    /// With the default bounds.
    pub fn new(room: RoomId, batch_max: BatchMax) -> Self {
        Self {
            room,
            batch_max,
            bounds: Arc::default(),
        }
    }
}

impl fmt::Debug for RoomConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoomConfig")
            .field("room", &self.room)
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}

/// Bounds and times of a room on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomBounds {
    /// Sends that wait, forwarded ones included; the next is answered `busy`.
    pub queue_items_max: usize,
    /// Bytes of sends that wait.
    pub queue_bytes_max: usize,
    /// Callers that wait for one send (its resends on this node).
    pub askers_max: usize,
    /// Entries of one append: the gain of larger batches is spent by then.
    pub batch_entries_max: usize,
    /// Bytes of one append: well below what Cassandra warns of, and within one hint of the bus.
    pub batch_bytes_max: usize,
    /// How long a send may wait before it is answered `unavailable` or `doubtful`.
    pub send_deadline_ms: u64,
    /// How long a forwarded send waits at least for its event before it is appended here; jittered upwards by half.
    pub forward_timeout_ms: u64,
    /// And at most, jittered likewise, where the writer's answers have been slow. Never more than half a send's deadline:
    /// what is left of it must be enough to append.
    pub forward_timeout_ms_max: u64,
    /// How long nothing is forwarded to a writer that let one time out, so that a dead one costs one time-out.
    pub shun_ms: u64,
    /// The pause after a lost race: up to this times the losses in a row (ten at most).
    pub lost_pause_ms: u64,
    /// The first pause after the store failed to answer; doubled with each failure.
    pub retry_ms: u64,
    /// The longest such pause.
    pub retry_ms_max: u64,
    /// Entries of one read.
    pub read_events_max: usize,
    /// Entries kept in memory: most resumes find theirs here.
    pub tail_events_max: usize,
    /// Bytes of entries kept in memory.
    pub tail_bytes_max: usize,
    /// The log's end is looked up at most this often because of what clients claim: a position above the window, or a
    /// membership that the window does not show.
    pub look_pause_ms: u64,
    /// Senders and ids kept in memory for de-duplication beyond the entries.
    pub sends_max: usize,
    /// A reader further behind is told a gap.
    pub resume_events_max: u64,
    /// What such a reader is given instead: the newest page.
    pub page_events: u64,
    /// How far back an append looks for its own earlier copy.
    pub scan_events_max: u64,
    /// Messages older than the entries kept that sends change, remembered while sends wait.
    pub targets_max: usize,
    /// Reads for readers that catch up, under way at once; the others wait in line.
    pub reader_reads_max: usize,
    /// How long a page that was read for one reader is kept for the next, within `tail_bytes_max`: a server's clients
    /// come back over some ten seconds.
    pub kept_ms: u64,
    /// Reads that may come back short before a hole is taken for one that stays.
    pub hole_tries_max: u32,
    /// The first pause between them; doubled with each.
    pub hole_pause_ms: u64,
    /// The projection is brought up to date when it is this many events behind.
    pub checkpoint_events: u64,
    /// Or when this node has appended and then nothing for this long.
    pub checkpoint_quiet_ms: u64,
    /// Or this long after an event that changes the room or its members.
    pub checkpoint_soon_ms: u64,
}

impl Default for RoomBounds {
    fn default() -> Self {
        Self {
            queue_items_max: 1_024,
            queue_bytes_max: 4 * 1024 * 1024,
            askers_max: 8,
            batch_entries_max: 128,
            batch_bytes_max: 128 * 1024,
            send_deadline_ms: 10_000,
            forward_timeout_ms: 1_000,
            forward_timeout_ms_max: 4_000,
            shun_ms: 2_000,
            lost_pause_ms: 5,
            retry_ms: 50,
            retry_ms_max: 2_000,
            read_events_max: 200,
            tail_events_max: 512,
            tail_bytes_max: 512 * 1024,
            look_pause_ms: 100,
            sends_max: 2_048,
            resume_events_max: bounds::RESUME_EVENTS_MAX,
            page_events: bounds::PAGE_EVENTS_DEFAULT as u64,
            scan_events_max: bounds::SCAN_EVENTS_MAX,
            targets_max: 256,
            reader_reads_max: 4,
            kept_ms: 20_000,
            hole_tries_max: 5,
            hole_pause_ms: 50,
            checkpoint_events: 200,
            checkpoint_quiet_ms: 2_000,
            checkpoint_soon_ms: 500,
        }
    }
}
