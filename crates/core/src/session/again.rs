//! Rooms of a session that could not be loaded: which, in which order they are looked at again, and when.
//!
//! It promises that none is forgotten and none starves, that few are looked at at once, and that the pauses grow while
//! nothing comes of it. It must not know frames.

use std::collections::{BTreeMap, VecDeque};

use hearth_protocol::{RoomId, Seq};

/// The first pause; doubled each time until something could be loaded.
pub(super) const PAUSE_MS: u64 = 1_000;
const PAUSE_MS_MAX: u64 = 30_000;
/// Rooms looked at beside each other.
const AT_ONCE: usize = 4;

#[derive(Debug)]
pub(super) struct Unloaded {
    /// With the position from which to go on, where one is known.
    rooms: BTreeMap<RoomId, Option<Seq>>,
    line: VecDeque<RoomId>,
    pause_ms: u64,
    /// Whether the next look is due at some time already.
    due: bool,
}

impl Default for Unloaded {
    fn default() -> Self {
        Self {
            rooms: BTreeMap::new(),
            line: VecDeque::new(),
            pause_ms: PAUSE_MS,
            due: false,
        }
    }
}

impl Unloaded {
    /// The room could not be loaded; a position known before stays. Whether that is news.
    pub(super) fn add(&mut self, room: RoomId, from: Option<Seq>) -> bool {
        if !self.line.contains(&room) {
            self.line.push_back(room);
        }
        let news = !self.rooms.contains_key(&room);
        let known = self.rooms.entry(room).or_default();
        *known = from.or(*known);
        news
    }

    /// Whether the room is one of these.
    pub(super) fn contains(&self, room: RoomId) -> bool {
        self.rooms.contains_key(&room)
    }

    /// The room is settled: whether it was one of these, and from where to go on.
    pub(super) fn remove(&mut self, room: RoomId) -> Option<Option<Seq>> {
        let from = self.rooms.remove(&room)?;
        self.line.retain(|waiting| *waiting != room);
        self.pause_ms = PAUSE_MS;
        Some(from)
    }

    /// In how many milliseconds to look again, if that is not settled yet.
    pub(super) fn pause(&mut self) -> Option<u64> {
        if self.due || self.line.is_empty() {
            return None;
        }
        self.due = true;
        let pause_ms = self.pause_ms;
        self.pause_ms = (pause_ms * 2).min(PAUSE_MS_MAX);
        Some(pause_ms)
    }

    /// The time has come: the rooms to look at now. Each that fails is to be added again.
    pub(super) fn next(&mut self) -> Vec<RoomId> {
        self.due = false;
        let count = AT_ONCE.min(self.line.len());
        self.line.drain(..count).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn room(n: u128) -> RoomId {
        RoomId(Uuid::from_u128(n))
    }

    #[test]
    fn all_are_looked_at_in_turn_with_growing_pauses_until_one_is_there() {
        let mut unloaded = Unloaded::default();
        for n in 0..6 {
            assert!(unloaded.add(room(n), (n == 5).then_some(Seq(7))));
        }
        assert_eq!(unloaded.pause(), Some(1_000));
        assert_eq!(unloaded.pause(), None, "one at a time");
        assert_eq!(unloaded.next(), [room(0), room(1), room(2), room(3)]);
        assert!(!unloaded.add(room(0), None));
        assert_eq!(unloaded.pause(), Some(2_000));
        assert_eq!(unloaded.next(), [room(4), room(5), room(0)]);
        assert!(!unloaded.add(room(5), None));
        assert_eq!(unloaded.remove(room(5)), Some(Some(Seq(7))));
        assert_eq!(unloaded.remove(room(5)), None);
        assert_eq!(unloaded.pause(), None, "none waits");
        unloaded.add(room(1), None);
        assert_eq!(unloaded.pause(), Some(PAUSE_MS));
    }
}
