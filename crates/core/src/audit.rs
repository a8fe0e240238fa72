//! The slow audit of heads: compares what each room's timeline has delivered with the store, within a budget. A pure
//! machine. It is what finds a lost hint when nothing else does (LOG.md rule 24).

use std::{cmp::Reverse, collections::BTreeMap};

use hearth_protocol::RoomId;

/// Store reads per second and node: a few per cent of what a node can do.
pub const CHECKS_PER_S: u64 = 50;
/// A room active in the last minute is checked at least this often, budget permitting.
pub const ACTIVE_AGE_MS: u64 = 5_000;
/// How long a room counts as active.
const ACTIVE_MS: u64 = 60_000;
/// A quiet room is checked this often, budget permitting.
const QUIET_AGE_MS: u64 = 30_000;

#[derive(Debug, Clone, Copy)]
struct Watched {
    since_ms: u64,
    checked_ms: u64,
    active_ms: u64,
    suspect: bool,
    under_way: bool,
}

/// Which rooms' heads to read next.
#[derive(Debug, Default)]
pub struct Audit {
    rooms: BTreeMap<RoomId, Watched>,
    /// Thousandths of a check that may be made now.
    budget: u64,
    last_ms: u64,
}

impl Audit {
    /// The room is warm on this node, and as fresh as a read can make it.
    pub fn watch(&mut self, now_ms: u64, room: RoomId) {
        self.rooms.entry(room).or_insert(Watched {
            since_ms: now_ms,
            checked_ms: now_ms,
            active_ms: now_ms,
            suspect: false,
            under_way: false,
        });
    }

    /// The room is cold again.
    pub fn forget(&mut self, room: RoomId) {
        self.rooms.remove(&room);
    }

    /// Something happened in the room.
    pub fn active(&mut self, now_ms: u64, room: RoomId) {
        if let Some(watched) = self.rooms.get_mut(&room) {
            watched.active_ms = now_ms;
        }
    }

    /// Whether the room has not been checked since it is warm.
    pub fn is_unchecked(&self, room: RoomId) -> bool {
        let watched = self.rooms.get(&room);
        watched.is_none_or(|watched| watched.checked_ms == watched.since_ms)
    }

    /// A hint may have been lost: check it before all others.
    pub fn suspect(&mut self, room: RoomId) {
        if let Some(watched) = self.rooms.get_mut(&room) {
            watched.suspect = true;
        }
    }

    /// A check came back; one that failed leaves the room suspect.
    pub fn checked(&mut self, now_ms: u64, room: RoomId, known: bool) {
        if let Some(watched) = self.rooms.get_mut(&room) {
            watched.under_way = false;
            if known {
                watched.checked_ms = now_ms;
            } else {
                watched.suspect = true;
            }
        }
    }

    /// The rooms to check now: suspects, then the rest by how many times over its own age each is; as many as the budget
    /// allows. So an active room is checked more often than a quiet one, and none is starved when there are too many.
    pub fn due(&mut self, now_ms: u64) -> Vec<RoomId> {
        let passed_ms = now_ms.saturating_sub(self.last_ms);
        self.last_ms = now_ms;
        // What is not used in a second is lost, so that a long quiet does not end in a burst.
        self.budget = (self.budget + passed_ms * CHECKS_PER_S).min(1_000 * CHECKS_PER_S);
        let mut due: Vec<_> = self
            .rooms
            .iter()
            .filter(|(_, watched)| !watched.under_way)
            .filter_map(|(room, watched)| {
                let age_ms = now_ms.saturating_sub(watched.checked_ms);
                let active = now_ms.saturating_sub(watched.active_ms) < ACTIVE_MS;
                let (age_max_ms, weight) = match active {
                    true => (ACTIVE_AGE_MS, QUIET_AGE_MS / ACTIVE_AGE_MS),
                    false => (QUIET_AGE_MS, 1),
                };
                let due = watched.suspect || age_ms >= age_max_ms;
                due.then_some((Reverse(watched.suspect), Reverse(age_ms * weight), *room))
            })
            .collect();
        due.sort_unstable();
        due.truncate(usize::try_from(self.budget / 1_000).unwrap_or(usize::MAX));
        self.budget -= 1_000 * due.len() as u64;
        let rooms: Vec<_> = due.into_iter().map(|(_, _, room)| room).collect();
        for room in &rooms {
            if let Some(watched) = self.rooms.get_mut(room) {
                watched.under_way = true;
                watched.suspect = false;
            }
        }
        rooms
    }

    /// How long ago the room longest unchecked was checked, in milliseconds: a metric.
    pub fn oldest_age_ms(&self, now_ms: u64) -> u64 {
        let ages = self
            .rooms
            .values()
            .map(|watched| now_ms.saturating_sub(watched.checked_ms));
        ages.max().unwrap_or(0)
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
    fn an_active_room_is_checked_every_five_seconds_and_a_quiet_one_in_rotation() {
        let mut audit = Audit::default();
        audit.watch(0, room(1));
        assert_eq!(audit.due(ACTIVE_AGE_MS - 1), []);
        assert_eq!(audit.due(ACTIVE_AGE_MS), [room(1)]);
        assert_eq!(
            audit.due(ACTIVE_AGE_MS + 1),
            [],
            "one check of a room at a time"
        );
        audit.checked(100_000, room(1), true);
        assert_eq!(
            audit.due(100_000 + ACTIVE_AGE_MS),
            [],
            "it has become quiet"
        );
        assert_eq!(audit.due(100_000 + QUIET_AGE_MS), [room(1)]);
    }

    #[test]
    fn a_suspect_is_checked_first_and_again_when_the_check_failed() {
        let mut audit = Audit::default();
        for n in 1..=3 {
            audit.watch(0, room(n));
        }
        audit.suspect(room(3));
        assert_eq!(audit.due(1_000), [room(3)]);
        audit.checked(1_100, room(3), false);
        assert_eq!(audit.due(2_000), [room(3)]);
    }

    #[test]
    fn a_quiet_room_is_checked_also_while_the_active_ones_take_more_than_there_is() {
        let mut audit = Audit::default();
        for n in 0..=1_000 {
            audit.watch(0, room(n));
        }
        let quiet = room(0);
        let mut now_ms = ACTIVE_MS;
        while now_ms < 10 * ACTIVE_MS {
            now_ms += 100;
            for n in 1..=1_000 {
                audit.active(now_ms, room(n));
            }
            let due = audit.due(now_ms);
            if now_ms > 2 * ACTIVE_MS && due.contains(&quiet) {
                return;
            }
            due.iter()
                .for_each(|room| audit.checked(now_ms, *room, true));
        }
        panic!("it was never checked again");
    }

    #[test]
    fn checks_stay_within_the_budget_and_the_oldest_go_first() {
        let mut audit = Audit::default();
        for n in 0..500 {
            audit.watch(u64::try_from(n).unwrap(), room(n));
        }
        let first = audit.due(100_000);
        assert_eq!(first.len() as u64, CHECKS_PER_S);
        assert_eq!(first[0], room(0));
        assert_eq!(audit.due(100_100).len() as u64, CHECKS_PER_S / 10);
        assert_eq!(audit.oldest_age_ms(100_100), 100_100);
    }
}
