//! What everybody of a run shares: the rooms and people by number, the phase, the nemesis' orders to clients, and counts
//! for evidence and for the line of progress.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use hearth_protocol::{RoomId, Seq, UserId};
use tokio::sync::{Semaphore, broadcast, watch};

use super::cast::Cast;
use crate::{
    history::Recorder,
    http::{Http, Place},
};

/// What the run is in the middle of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Everybody comes into their rooms.
    Gather,
    /// Everybody does as is their nature.
    Play,
    /// Nothing new is begun: what is under way is settled.
    Settle,
    /// Everybody comes up to the end of every room.
    CatchUp,
    /// The servers are read; who is not up to the end by now is too late.
    Read,
    /// Everybody goes.
    Leave,
}

/// What the nemesis wants of some clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Reset the socket in the middle of a frame.
    Reset,
    /// Go without a word and leave the connection open.
    HalfOpen,
    /// Read nothing for so long, or next to nothing.
    Slow(Duration),
}

/// Counts up to now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) sent: u64,
    pub(super) acked: u64,
    pub(super) refused: u64,
    pub(super) doubtful: u64,
    /// Sends put off: unavailable, doubtful, busy.
    pub(super) held: u64,
    pub(super) shown: u64,
    pub(super) gaps: u64,
    pub(super) pages: u64,
    pub(super) opened: u64,
    /// Connections that ended without our wish.
    pub(super) ends: u64,
    pub(super) drains: u64,
    /// Of the drains those on whose socket an acknowledgement had just come.
    pub(super) goodbyes: u64,
    /// Cut off by the server as slow.
    pub(super) slow: u64,
    pub(super) torn: u64,
    pub(super) abandoned: u64,
    /// Of the abandoned those that are still open.
    pub(super) left_open: u64,
    /// Of the abandoned those that the server ended because nothing answered its pings.
    pub(super) idle: u64,
    /// Those who read nothing for a while, and those who ask for more and more besides.
    pub(super) deaf: u64,
    pub(super) greedy: u64,
    /// Those who read one byte a second.
    pub(super) dripping: u64,
    pub(super) online: u64,
    /// The same send over another way, answered.
    pub(super) doubles: u64,
}

/// Who somebody turned out to be.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: UserId,
    pub(super) token: String,
}

pub(super) struct World {
    pub(super) cast: Cast,
    /// By index of the cast.
    pub(super) accounts: Vec<Account>,
    /// Rooms that are there, by index of the cast.
    pub(super) rooms: Mutex<Vec<Option<RoomId>>>,
    /// For calls beside the sockets.
    pub(super) http: Http,
    /// The doors for clients.
    pub(super) places: Arc<Vec<Place>>,
    pub(super) recorder: Recorder,
    /// One permit per open socket.
    pub(super) sockets: Arc<Semaphore>,
    /// Messages are long for now, so that who does not read is soon behind.
    pub(super) is_swollen: AtomicBool,
    /// People who have not done what the phase asks.
    pub(super) busy: AtomicU64,
    pub(super) seed: u64,
    /// The ends of the rooms' logs, once nothing more is sent.
    heads: Mutex<HashMap<RoomId, Seq>>,
    tally: Mutex<Tally>,
    phase: watch::Sender<Phase>,
    orders: broadcast::Sender<Order>,
}

impl World {
    pub(super) fn new(
        cast: Cast,
        accounts: Vec<Account>,
        places: Vec<Place>,
        recorder: Recorder,
        sockets: usize,
        seed: u64,
    ) -> Self {
        Self {
            rooms: Mutex::new(vec![None; cast.rooms.len()]),
            cast,
            accounts,
            http: Http::new(),
            places: Arc::new(places),
            recorder,
            sockets: Arc::new(Semaphore::new(sockets)),
            is_swollen: AtomicBool::new(false),
            busy: AtomicU64::new(0),
            seed,
            heads: Mutex::default(),
            tally: Mutex::new(Tally::default()),
            phase: watch::Sender::new(Phase::Gather),
            orders: broadcast::Sender::new(16),
        }
    }

    /// Counts so far.
    pub(super) fn counts(&self) -> Tally {
        *self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts something.
    pub(super) fn count(&self, add: impl FnOnce(&mut Tally)) {
        add(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A room's id, once it is there.
    pub(super) fn room(&self, at: usize) -> Option<RoomId> {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.get(at).copied().flatten()
    }

    /// Which room of the cast it is.
    pub(super) fn index(&self, id: RoomId) -> Option<usize> {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.iter().position(|room| *room == Some(id))
    }

    /// The room is there.
    pub(super) fn found(&self, at: usize, id: RoomId) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get_mut(at) {
            *room = Some(id);
        }
    }

    /// Where a room ends, once that is known.
    pub(super) fn head(&self, room: RoomId) -> Option<Seq> {
        let heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        heads.get(&room).copied()
    }

    /// A room ends there.
    pub(super) fn ends_at(&self, room: RoomId, head: Seq) {
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        heads.insert(room, head);
    }

    /// The next phase, in which so many have something to do.
    pub(super) fn enter(&self, phase: Phase, people: usize) {
        self.busy.store(people as u64, Relaxed);
        self.phase.send_replace(phase);
    }

    /// One more has done what the phase asks.
    pub(super) fn done(&self) {
        self.busy.fetch_sub(1, Relaxed);
    }

    pub(super) fn phase(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    pub(super) fn orders(&self) -> broadcast::Receiver<Order> {
        self.orders.subscribe()
    }

    /// To all clients; some will follow.
    pub(super) fn give(&self, order: Order) {
        // Nobody to hear it: then it does not bite.
        let _ = self.orders.send(order);
    }
}
