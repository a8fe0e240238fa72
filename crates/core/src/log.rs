//! What a room's log is made of: entries, and where it ends.

use hearth_protocol::{DeviceId, Event, Ordinal, SendId, Seq, UserId};
use serde::{Deserialize, Serialize};

/// One event of a room's log as the store keeps it and the bus carries it: with the sender's device and counter
/// (LOG.md rule 7), which members are not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// The device that composed it.
    pub device: DeviceId,
    /// The device's counter of sends in the room.
    pub n: u64,
}

impl Entry {
    /// Its number in the room.
    pub fn seq(&self) -> Seq {
        self.event.seq
    }

    /// Whether it is this sender's send of this id: the de-duplication key.
    pub fn is_send(&self, by: UserId, id: &SendId) -> bool {
        self.event.by == by && self.event.id == *id
    }
}

/// Where a log ends: the number of its last event, and how many messages it has beside those in threads. Both are 0 for a log not begun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Head {
    /// The last event's number.
    pub seq: Seq,
    /// The last message's ordinal.
    pub ordinal: Ordinal,
}

impl Head {
    /// A log not begun.
    pub const EMPTY: Self = Self {
        seq: Seq::ZERO,
        ordinal: Ordinal::ZERO,
    };
}

/// Where a log ends that ended at `expect`, once the batch is added; or a sentence on why the batch does not follow it.
/// For adapters: the last look at numbers and ordinals before they become durable.
///
/// # Errors
/// The batch is empty, its numbers are not the next ones, or its ordinals do not count its messages.
pub fn head_after(expect: Head, batch: &[Entry]) -> Result<Head, String> {
    if batch.is_empty() {
        return Err("the batch is empty".into());
    }
    batch.iter().try_fold(expect, |head, entry| {
        let ordinal = match entry.event.body.counts() {
            true => head.ordinal.next(),
            false => head.ordinal,
        };
        let next = Head {
            seq: head.seq.next(),
            ordinal,
        };
        if (entry.seq(), entry.event.ordinal) != (next.seq, next.ordinal) {
            return Err(format!(
                "after {head:?} comes {next:?}, and the batch says seq {} with ordinal {}",
                entry.seq(),
                entry.event.ordinal
            ));
        }
        Ok(next)
    })
}
