//! What waits on a node, over all connections, against its bounds: the bytes queued for sockets that do not take them,
//! and the bytes of sends that the store has not taken yet.
//!
//! Promises: neither sum passes its bound, but for the one frame that each socket is in the middle of; a full node
//! sheds the lower lanes first; and each socket's share shrinks as the node fills, so that a crowd of slow readers
//! cannot take the room of those who are slow for a moment. No lock and no task: counts, read where they matter.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use hearth_protocol::{ErrorCode, bounds::OUTBOX_BYTES_MAX};

use super::lane::{Lane, shed};
use crate::refusal::Refusal;

/// What a send costs beside its text: its ids, its names, its place in the queues.
const SEND_OVERHEAD: usize = 1_024;

/// How much may wait on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PressureBounds {
    /// Bytes queued for sockets, over all of them.
    pub outboxes_bytes_max: usize,
    /// Bytes of sends that are not stored yet, over all connections and calls.
    pub sends_bytes_max: usize,
}

impl Default for PressureBounds {
    /// A few hundred readers stuck at their own bound, and a few seconds' worth of what a store takes.
    fn default() -> Self {
        Self {
            outboxes_bytes_max: 256 * 1024 * 1024,
            sends_bytes_max: 32 * 1024 * 1024,
        }
    }
}

/// What waits.
#[derive(Debug)]
pub struct Pressure {
    bounds: PressureBounds,
    outboxes: AtomicUsize,
    outboxes_peak: AtomicUsize,
    sends: AtomicUsize,
    sends_peak: AtomicUsize,
}

impl Pressure {
    /// Nothing waits yet.
    pub fn new(bounds: PressureBounds) -> Arc<Self> {
        for lane in Lane::ALL {
            if lane.percent_max().is_some() {
                metrics::counter!("hearth_shed_total", "lane" => lane.name()).increment(0);
            }
        }
        metrics::counter!("hearth_sends_busy_total").increment(0);
        Arc::new(Self {
            bounds,
            outboxes: AtomicUsize::new(0),
            outboxes_peak: AtomicUsize::new(0),
            sends: AtomicUsize::new(0),
            sends_peak: AtomicUsize::new(0),
        })
    }

    /// The bounds.
    pub fn bounds(&self) -> PressureBounds {
        self.bounds
    }

    /// Bytes queued for sockets now, and the most there ever were.
    pub fn outboxes_bytes(&self) -> (usize, usize) {
        (
            self.outboxes.load(Ordering::Relaxed),
            self.outboxes_peak.load(Ordering::Relaxed),
        )
    }

    /// Bytes of sends that wait now, and the most there ever were.
    pub fn sends_bytes(&self) -> (usize, usize) {
        (
            self.sends.load(Ordering::Relaxed),
            self.sends_peak.load(Ordering::Relaxed),
        )
    }

    /// Whether the node has room for this lane.
    pub fn takes(&self, lane: Lane) -> bool {
        let (outboxes, sends) = (self.outboxes_bytes().0, self.sends_bytes().0);
        lane.fits(outboxes, self.bounds.outboxes_bytes_max)
            && lane.fits(sends, self.bounds.sends_bytes_max)
    }

    /// Refuses a request of a lane for which the node has no room.
    pub(super) fn admit(&self, lane: Lane) -> Result<(), Refusal> {
        if self.takes(lane) {
            return Ok(());
        }
        lane.count_shed();
        Err(shed())
    }

    /// What one socket may have queued now: its own bound, or as much as is left for all if that is less.
    pub fn outbox_bytes_max(&self) -> usize {
        let left = self.bounds.outboxes_bytes_max;
        OUTBOX_BYTES_MAX.min(left.saturating_sub(self.outboxes_bytes().0))
    }

    /// A socket's queue has changed.
    pub fn requeued(&self, before: usize, after: usize) {
        if after > before {
            let now = self.outboxes.fetch_add(after - before, Ordering::Relaxed) + after - before;
            self.outboxes_peak.fetch_max(now, Ordering::Relaxed);
        } else if before > after {
            self.outboxes.fetch_sub(before - after, Ordering::Relaxed);
        }
    }

    /// Takes in a send with a text of so many bytes, until what is returned is dropped.
    pub(super) fn take_send(self: &Arc<Self>, text_bytes: usize) -> Result<SendTaken, Refusal> {
        let bytes = text_bytes + SEND_OVERHEAD;
        let now = self.sends.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let taken = SendTaken(self.clone(), bytes);
        if now > self.bounds.sends_bytes_max {
            drop(taken);
            metrics::counter!("hearth_sends_busy_total").increment(1);
            let text = "The server has as many messages to store as it can hold. Send the same again in a moment.";
            return Err(Refusal::new(ErrorCode::Busy, text).retry_after(1_000));
        }
        self.sends_peak.fetch_max(now, Ordering::Relaxed);
        Ok(taken)
    }
}

/// A send that waits to be stored.
#[derive(Debug)]
pub(super) struct SendTaken(Arc<Pressure>, usize);

impl Drop for SendTaken {
    fn drop(&mut self) {
        self.0.sends.fetch_sub(self.1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressure(outboxes: usize, sends: usize) -> Arc<Pressure> {
        Pressure::new(PressureBounds {
            outboxes_bytes_max: outboxes,
            sends_bytes_max: sends,
        })
    }

    #[test]
    fn however_many_sockets_queue_as_much_as_they_may_the_bound_holds() {
        let pressure = pressure(4 * OUTBOX_BYTES_MAX, 0);
        let mut queues = [0; 50];
        for _ in 0..200 {
            for queue in &mut queues {
                let frame = 10_000;
                if *queue + frame <= pressure.outbox_bytes_max() {
                    pressure.requeued(*queue, *queue + frame);
                    *queue += frame;
                }
            }
        }
        let (now, peak) = pressure.outboxes_bytes();
        assert!(now <= 4 * OUTBOX_BYTES_MAX && peak <= 4 * OUTBOX_BYTES_MAX);
        assert!(
            queues.iter().all(|queue| *queue > 0),
            "each has a share: {queues:?}"
        );
        for queue in queues {
            pressure.requeued(queue, 0);
        }
        assert_eq!(pressure.outboxes_bytes().0, 0);
        assert_eq!(pressure.outbox_bytes_max(), OUTBOX_BYTES_MAX);
    }

    #[test]
    fn sends_are_taken_up_to_the_bound_and_again_when_one_is_stored() {
        let pressure = pressure(1, 3 * SEND_OVERHEAD);
        let taken: Vec<_> = (0..3).map(|_| pressure.take_send(0).unwrap()).collect();
        let refusal = pressure.take_send(0).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::Busy);
        assert!(refusal.retry_after_ms.is_some());
        assert!(!pressure.takes(Lane::History) && pressure.takes(Lane::Events));
        drop(taken);
        assert_eq!(pressure.sends_bytes(), (0, 3 * SEND_OVERHEAD));
        assert!(pressure.takes(Lane::Presence));
        assert!(pressure.take_send(0).is_ok());
    }
}
