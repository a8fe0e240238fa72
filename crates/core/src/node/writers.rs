//! That the set of writing nodes has changed, for every warm room: a count, not a message, so no full inbox can lose it.
//!
//! Rooms are woken in the order in which they began to wait. (Tokio's `watch` draws lots for that, and the same happenings
//! would not give the same turns.)

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

#[derive(Debug, Default)]
pub(super) struct Writers {
    times: AtomicU64,
    changed: Notify,
}

impl Writers {
    /// How often it has changed.
    pub(super) fn times(&self) -> u64 {
        self.times.load(Ordering::Acquire)
    }

    /// It has changed.
    pub(super) fn change(&self) {
        self.times.fetch_add(1, Ordering::AcqRel);
        self.changed.notify_waiters();
    }

    /// Waits for a change since `seen`, and returns the count. May be dropped at any time.
    pub(super) async fn since(&self, seen: u64) -> u64 {
        loop {
            // In line before the count is looked at: a change in between wakes it.
            let changed = self.changed.notified();
            let times = self.times();
            if times != seen {
                return times;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_change_is_seen_whenever_it_came() {
        let writers = Writers::default();
        let seen = writers.times();
        assert_eq!(writers.since(seen).now_or_never(), None);
        writers.change();
        writers.change();
        assert_eq!(writers.since(seen).await, 2);
        let mut waiting = std::pin::pin!(writers.since(2));
        assert_eq!(waiting.as_mut().now_or_never(), None);
        writers.change();
        assert_eq!(waiting.await, 3);
    }
}
