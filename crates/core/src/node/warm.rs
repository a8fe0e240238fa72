//! The rooms that a node holds in memory. One that is in use is awake: it has a task. One that nobody has used for a
//! moment is asleep: its machine lies here, without a task, until somebody wakes it or it is let go of.
//!
//! It promises that the machine of a room is in one place only, here or with its task; and that while all rooms together
//! take more than their bound, those that are asleep are let go of, the one whose last use is longest ago first. A room
//! that is awake never is. It must not know what a task does.

use std::collections::{BTreeMap, BTreeSet};

use hearth_protocol::{RoomId, Seq};
use tokio::sync::mpsc;

use super::room_task::Command;
use crate::room::Room;

/// What a room takes that is asleep, beside its window of the log and its members: its machine, and its places in the
/// node's lists. Measured; a test holds the machine to it.
pub(super) const ASLEEP_BYTES: usize = 1_672;
/// And one that is awake, with its task and its inbox. Measured; a test holds the task to it.
pub(super) const AWAKE_BYTES: usize = 4_096;

/// The way to a room's task. Commands are boxed: an inbox has places for some dozens, used or not.
pub(super) type Handle = mpsc::Sender<Box<Command>>;

/// A machine that is asleep, or is being woken.
#[derive(Debug)]
pub(super) struct Asleep {
    pub(super) room: Box<Room>,
    /// When somebody on this node, or a node that forwards to it, last used the room.
    pub(super) used_ms: u64,
}

#[derive(Debug)]
enum Held {
    Awake { handle: Handle, bytes: usize },
    Asleep { asleep: Asleep, bytes: usize },
}

/// The rooms.
#[derive(Debug)]
pub(super) struct Warm {
    rooms_max: usize,
    bytes_max: usize,
    rooms: BTreeMap<RoomId, Held>,
    /// Those that are asleep, by when they were last used.
    line: BTreeSet<(u64, RoomId)>,
    bytes: usize,
    bytes_peak: usize,
}

impl Warm {
    /// Places for so many rooms of so many bytes together.
    pub(super) fn new(rooms_max: usize, bytes_max: usize) -> Self {
        Self {
            rooms_max,
            bytes_max,
            rooms: BTreeMap::new(),
            line: BTreeSet::new(),
            bytes: 0,
            bytes_peak: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rooms.len()
    }

    /// How many have a task.
    pub(super) fn awake(&self) -> usize {
        self.rooms.len() - self.line.len()
    }

    /// What they take together now, and the most that they ever took.
    pub(super) fn bytes(&self) -> (usize, usize) {
        (self.bytes, self.bytes_peak)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = RoomId> {
        self.rooms.keys().copied()
    }

    pub(super) fn has(&self, room: RoomId) -> bool {
        self.rooms.contains_key(&room)
    }

    /// Whether there is a place for one more, or one that is asleep to give way to it.
    pub(super) fn has_place(&self) -> bool {
        self.rooms.len() < self.rooms_max || !self.line.is_empty()
    }

    /// The way to a room's task, if it is awake.
    pub(super) fn handle(&self, room: RoomId) -> Option<&Handle> {
        match self.rooms.get(&room)? {
            Held::Awake { handle, .. } => Some(handle),
            Held::Asleep { .. } => None,
        }
    }

    /// Whether a room is asleep and has the log up to here: then there is nothing that it must be told.
    pub(super) fn sleeps_at(&self, room: RoomId, seq: Seq) -> bool {
        match self.rooms.get(&room) {
            Some(Held::Asleep { asleep, .. }) => asleep.room.head().seq >= seq,
            _ => false,
        }
    }

    /// The room has a task from now on. Gives the machine to it, if there is one already.
    pub(super) fn wake(&mut self, room: RoomId, handle: Handle) -> Option<Asleep> {
        let was = self.remove(room);
        let bytes = AWAKE_BYTES + was.as_ref().map_or(0, |asleep| asleep.room.bytes());
        self.put(room, Held::Awake { handle, bytes });
        was
    }

    /// What a room that is awake takes now, with all that belongs to it.
    pub(super) fn takes(&mut self, room: RoomId, now: usize) {
        if let Some(Held::Awake { bytes, .. }) = self.rooms.get_mut(&room) {
            self.bytes = self.bytes - *bytes + now;
            *bytes = now;
        }
    }

    /// The room's task ends and leaves the machine here.
    pub(super) fn sleep(&mut self, room: RoomId, asleep: Asleep) {
        self.remove(room);
        let bytes = ASLEEP_BYTES + asleep.room.bytes();
        self.line.insert((asleep.used_ms, room));
        self.put(room, Held::Asleep { asleep, bytes });
    }

    /// Takes a room out, with its machine if that is here.
    pub(super) fn remove(&mut self, room: RoomId) -> Option<Asleep> {
        match self.rooms.remove(&room)? {
            Held::Awake { bytes, .. } => {
                self.bytes -= bytes;
                None
            }
            Held::Asleep { asleep, bytes } => {
                self.bytes -= bytes;
                self.line.remove(&(asleep.used_ms, room));
                Some(asleep)
            }
        }
    }

    /// All of them.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.rooms_max, self.bytes_max);
    }

    /// Takes out those that must go for want of memory or places, after anything that makes rooms larger or more. They are
    /// to be dropped without the lock: a window may be large.
    #[must_use]
    pub(super) fn cool(&mut self) -> Vec<(RoomId, Asleep)> {
        let cooled = self.cool_while(usize::MAX, |warm, _| {
            warm.bytes > warm.bytes_max || warm.rooms.len() > warm.rooms_max
        });
        self.bytes_peak = self.bytes_peak.max(self.bytes);
        cooled
    }

    /// Takes out those that nobody has used since, so many at most; likewise.
    #[must_use]
    pub(super) fn cool_unused(&mut self, since_ms: u64, most: usize) -> Vec<(RoomId, Asleep)> {
        self.cool_while(most, |_, used_ms| used_ms <= since_ms)
    }

    fn cool_while(
        &mut self,
        most: usize,
        must_go: impl Fn(&Self, u64) -> bool,
    ) -> Vec<(RoomId, Asleep)> {
        let mut cooled = Vec::new();
        while cooled.len() < most
            && let Some((used_ms, room)) = self.line.first().copied()
            && must_go(self, used_ms)
        {
            cooled.extend(self.remove(room).map(|asleep| (room, asleep)));
        }
        cooled
    }

    fn put(&mut self, room: RoomId, held: Held) {
        let (Held::Awake { bytes, .. } | Held::Asleep { bytes, .. }) = &held;
        self.bytes += bytes;
        self.rooms.insert(room, held);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;
    use crate::room::RoomConfig;

    fn id(n: u64) -> RoomId {
        RoomId(Uuid::from_u128(u128::from(n)))
    }

    fn machine(n: u64) -> Box<Room> {
        Box::new(Room::new(RoomConfig::new(id(n), Arc::new(|_| 1)), n))
    }

    /// So many rooms that are asleep, the first of them used first.
    fn asleep(count: u64, bytes_max: usize) -> Warm {
        let mut warm = Warm::new(usize::MAX, bytes_max);
        for n in 0..count {
            sleep(&mut warm, n, 100 + n);
        }
        warm
    }

    fn sleep(warm: &mut Warm, n: u64, used_ms: u64) {
        let room = machine(n);
        warm.sleep(id(n), Asleep { room, used_ms });
    }

    fn wake(warm: &mut Warm, n: u64) -> Option<Asleep> {
        warm.wake(id(n), mpsc::channel(1).0)
    }

    fn cooled(cooled: &[(RoomId, Asleep)]) -> Vec<RoomId> {
        cooled.iter().map(|(room, _)| *room).collect()
    }

    #[test]
    fn whose_last_use_is_longest_ago_goes_first_and_no_more_than_must() {
        let mut warm = asleep(4, 4 * ASLEEP_BYTES);
        assert_eq!(cooled(&warm.cool()), [], "they fit");
        let mut first = wake(&mut warm, 0).unwrap();
        assert_eq!(first.used_ms, 100);
        first.used_ms = 200;
        warm.sleep(id(0), first);
        sleep(&mut warm, 4, 150);
        assert_eq!(cooled(&warm.cool()), [id(1)], "the first was used since");
        assert_eq!(warm.len(), 4);
        assert_eq!(warm.bytes(), (4 * ASLEEP_BYTES, 4 * ASLEEP_BYTES));
        assert_eq!(cooled(&warm.cool_unused(150, 2)), [id(2), id(3)]);
        assert_eq!(cooled(&warm.cool_unused(150, 2)), [id(4)]);
        assert_eq!(warm.bytes().0, ASLEEP_BYTES);
    }

    #[test]
    fn one_that_is_awake_never_goes_however_much_it_takes() {
        let mut warm = asleep(3, 4 * ASLEEP_BYTES);
        assert!(wake(&mut warm, 1).is_some());
        warm.takes(id(1), 100 * ASLEEP_BYTES);
        assert_eq!(cooled(&warm.cool()), [id(0), id(2)]);
        assert_eq!(warm.bytes().0, 100 * ASLEEP_BYTES);
        assert_eq!(cooled(&warm.cool_unused(u64::MAX, 9)), []);
        assert!(warm.handle(id(1)).is_some());
        sleep(&mut warm, 1, 0);
        assert_eq!(warm.bytes().0, ASLEEP_BYTES);
        assert_eq!(cooled(&warm.cool()), []);
    }

    #[test]
    fn one_more_takes_the_place_of_one_that_is_asleep() {
        let mut warm = Warm::new(2, usize::MAX);
        sleep(&mut warm, 0, 0);
        assert!(wake(&mut warm, 1).is_none());
        assert_eq!(cooled(&warm.cool()), []);
        assert!(warm.has_place());
        assert!(wake(&mut warm, 2).is_none());
        assert_eq!(cooled(&warm.cool()), [id(0)]);
        assert!(!warm.has_place());
    }

    #[test]
    fn a_machine_with_its_places_takes_no_more_than_is_counted_for_it() {
        let places = size_of::<(RoomId, Held)>() + size_of::<(u64, RoomId)>();
        assert!(size_of::<Room>() + places <= ASLEEP_BYTES);
    }

    #[test]
    fn a_machine_is_here_or_with_its_task() {
        let mut warm = asleep(1, usize::MAX);
        assert!(warm.has(id(0)) && warm.handle(id(0)).is_none());
        assert!(warm.sleeps_at(id(0), Seq::ZERO) && !warm.sleeps_at(id(0), Seq(1)));
        assert!(wake(&mut warm, 0).is_some());
        assert!(warm.handle(id(0)).is_some() && !warm.sleeps_at(id(0), Seq::ZERO));
        assert!(wake(&mut warm, 1).is_none(), "it begins");
        assert!(warm.remove(id(0)).is_none() && warm.remove(id(1)).is_none());
        assert_eq!((warm.len(), warm.bytes().0), (0, 0));
        assert_eq!(cooled(&warm.cool_unused(u64::MAX, 9)), []);
    }
}
