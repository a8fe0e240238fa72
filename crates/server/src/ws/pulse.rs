//! One ticker for the pings of all sockets, instead of a timer in each.
//!
//! Promises: every socket is pinged once per interval, and the sockets are spread over it, so that ten thousand of
//! them do not answer in the same moment. A socket that ended is forgotten within an interval.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use hearth_protocol::bounds::PING_INTERVAL_MS;
use tokio::time::{MissedTickBehavior, interval};

use super::pipe::Pipe;

/// How finely an interval is divided.
const SLOTS: usize = 50;

/// The sockets of this server, by the slot of the interval in which they are pinged.
#[derive(Debug)]
pub struct Pulse {
    slots: [Mutex<Vec<Weak<Pipe>>>; SLOTS],
    next: AtomicUsize,
}

impl Pulse {
    /// No sockets yet.
    pub fn new() -> Self {
        Self {
            slots: [const { Mutex::new(Vec::new()) }; SLOTS],
            next: AtomicUsize::new(0),
        }
    }

    /// Has this socket pinged from now on.
    pub fn add(&self, pipe: &Arc<Pipe>) {
        let slot = self.next.fetch_add(1, Ordering::Relaxed) % SLOTS;
        self.lock(slot).push(Arc::downgrade(pipe));
    }

    /// Pings, for ever.
    pub async fn run(self: Arc<Self>) {
        let step = Duration::from_millis(PING_INTERVAL_MS) / u32::try_from(SLOTS).unwrap_or(1);
        let mut ticks = interval(step);
        // After a stall the pings are late, not bunched: two in a row would look like two unanswered ones.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for slot in (0..SLOTS).cycle() {
            ticks.tick().await;
            self.beat(slot);
        }
    }

    fn beat(&self, slot: usize) {
        let mut alive = Vec::new();
        {
            let mut sockets = self.lock(slot);
            sockets.retain(|socket| {
                let socket = socket.upgrade();
                alive.extend(socket.clone());
                socket.is_some()
            });
            if sockets.capacity() > 64 && sockets.len() < sockets.capacity() / 4 {
                sockets.shrink_to_fit();
            }
        }
        // Outside the lock: a ping is a call into the kernel.
        for socket in alive {
            socket.ping();
        }
    }

    fn lock(&self, slot: usize) -> std::sync::MutexGuard<'_, Vec<Weak<Pipe>>> {
        self.slots[slot]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self::new()
    }
}
