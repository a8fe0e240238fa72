//! The slow audit of heads: compares what each room's timeline has delivered with the store, within a budget. A pure
//! machine. It is what finds a lost hint when nothing else does (LOG.md rule 24).

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use hearth_protocol::RoomId;
use uuid::Uuid;

/// Store reads per second and node: a few per cent of what a node can do.
pub const CHECKS_PER_S: u64 = 50;
/// A room active in the last minute is checked at least this often, budget permitting.
pub const ACTIVE_AGE_MS: u64 = 5_000;
/// How long a room counts as active.
const ACTIVE_MS: u64 = 60_000;
/// A quiet room is checked this often, budget permitting.
const QUIET_AGE_MS: u64 = 30_000;
/// Rooms that are found to have become quiet in one turn. Where all become so at once, the others wait in their old line
/// until a later turn finds them: a turn must not cost what there is.
const QUIETED_MAX: usize = 1_000;

/// In which line a room waits. In each the one longest unchecked is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    SuspectActive,
    SuspectQuiet,
    Active,
    Quiet,
    /// Its check has not come back.
    UnderWay,
}

/// A line, when the room was checked last, the room.
type Place = (Line, u64, RoomId);

#[derive(Debug, Clone, Copy)]
struct Watched {
    since_ms: u64,
    checked_ms: u64,
    active_ms: u64,
    /// Found to be quiet. One that is not may have become so: that is looked at when its turn comes. Those before it in
    /// its line go before it either way, so it is missed by nobody until then.
    is_quiet: bool,
    suspect: bool,
    under_way: bool,
}

impl Watched {
    fn place(&self, room: RoomId) -> Place {
        let line = match (self.under_way, self.suspect, self.is_quiet) {
            (true, _, _) => Line::UnderWay,
            (false, true, false) => Line::SuspectActive,
            (false, true, true) => Line::SuspectQuiet,
            (false, false, false) => Line::Active,
            (false, false, true) => Line::Quiet,
        };
        (line, self.checked_ms, room)
    }
}

/// Which rooms' heads to read next. A turn costs what is due, however many rooms there are.
#[derive(Debug, Default)]
pub struct Audit {
    rooms: BTreeMap<RoomId, Watched>,
    /// All rooms, each in its line.
    places: BTreeSet<Place>,
    /// Thousandths of a check that may be made now.
    budget: u64,
    last_ms: u64,
    /// Places looked at, for the test of what a turn costs.
    #[cfg(test)]
    looks: usize,
}

impl Audit {
    /// The room is warm on this node, and as fresh as a read can make it.
    pub fn watch(&mut self, now_ms: u64, room: RoomId) {
        let watched = Watched {
            since_ms: now_ms,
            checked_ms: now_ms,
            active_ms: now_ms,
            is_quiet: false,
            suspect: false,
            under_way: false,
        };
        let watched = self.rooms.entry(room).or_insert(watched);
        self.places.insert(watched.place(room));
    }

    /// The room is cold again.
    pub fn forget(&mut self, room: RoomId) {
        if let Some(watched) = self.rooms.remove(&room) {
            self.places.remove(&watched.place(room));
        }
    }

    /// Something happened in the room.
    pub fn active(&mut self, now_ms: u64, room: RoomId) {
        self.change(room, |watched| {
            watched.active_ms = now_ms;
            watched.is_quiet = false;
        });
    }

    /// Whether the room has not been checked since it is warm.
    pub fn is_unchecked(&self, room: RoomId) -> bool {
        let watched = self.rooms.get(&room);
        watched.is_none_or(|watched| watched.checked_ms == watched.since_ms)
    }

    /// A hint may have been lost: check it before all others.
    pub fn suspect(&mut self, room: RoomId) {
        self.change(room, |watched| watched.suspect = true);
    }

    /// A check came back; one that failed leaves the room suspect.
    pub fn checked(&mut self, now_ms: u64, room: RoomId, known: bool) {
        self.change(room, |watched| {
            watched.under_way = false;
            if known {
                watched.checked_ms = now_ms;
            } else {
                watched.suspect = true;
            }
        });
    }

    /// The rooms to check now: suspects, then the rest by how many times over its own age each is; as many as the budget
    /// allows. So an active room is checked more often than a quiet one, and none is starved when there are too many.
    pub fn due(&mut self, now_ms: u64) -> Vec<RoomId> {
        let passed_ms = now_ms.saturating_sub(self.last_ms);
        self.last_ms = now_ms;
        // What is not used in a second is lost, so that a long quiet does not end in a burst.
        self.budget = (self.budget + passed_ms * CHECKS_PER_S).min(1_000 * CHECKS_PER_S);
        let (mut due, mut may_quiet) = (Vec::new(), QUIETED_MAX);
        for suspect in [true, false] {
            while self.budget >= 1_000
                && let Some(room) = self.next(now_ms, suspect, &mut may_quiet)
            {
                self.change(room, |watched| {
                    watched.under_way = true;
                    watched.suspect = false;
                });
                self.budget -= 1_000;
                due.push(room);
            }
        }
        due
    }

    /// How long ago the room longest unchecked was checked, in milliseconds: a metric.
    pub fn oldest_age_ms(&self, now_ms: u64) -> u64 {
        let lines = [
            Line::SuspectActive,
            Line::SuspectQuiet,
            Line::Active,
            Line::Quiet,
            Line::UnderWay,
        ];
        let firsts = lines.iter().filter_map(|line| self.first(*line));
        let ages = firsts.map(|(checked_ms, _)| now_ms.saturating_sub(checked_ms));
        ages.max().unwrap_or(0)
    }

    /// The room that is due before all others, among the suspects or among the rest.
    fn next(&mut self, now_ms: u64, suspect: bool, may_quiet: &mut usize) -> Option<RoomId> {
        let (active, quiet) = match suspect {
            true => (Line::SuspectActive, Line::SuspectQuiet),
            false => (Line::Active, Line::Quiet),
        };
        let due = |first: Option<(u64, RoomId)>, age_max_ms, weight| {
            let (checked_ms, room) = first?;
            let age_ms = now_ms.saturating_sub(checked_ms);
            let due = suspect || age_ms >= age_max_ms;
            due.then_some((Reverse(age_ms * weight), room))
        };
        let of_active = loop {
            #[cfg(test)]
            {
                self.looks += 1;
            }
            let of_active = due(
                self.first(active),
                ACTIVE_AGE_MS,
                QUIET_AGE_MS / ACTIVE_AGE_MS,
            );
            let active_ms = |room| self.rooms.get(&room).map_or(0, |watched| watched.active_ms);
            match of_active {
                Some((_, room)) if now_ms.saturating_sub(active_ms(room)) >= ACTIVE_MS => {
                    if *may_quiet == 0 {
                        break None;
                    }
                    *may_quiet -= 1;
                    self.change(room, |watched| watched.is_quiet = true);
                }
                of_active => break of_active,
            }
        };
        let of_quiet = due(self.first(quiet), QUIET_AGE_MS, 1);
        let first = of_active.into_iter().chain(of_quiet).min();
        first.map(|(_, room)| room)
    }

    /// Who is first in a line, and when it was checked last.
    fn first(&self, line: Line) -> Option<(u64, RoomId)> {
        let from = (line, 0, RoomId(Uuid::nil()));
        let (of, checked_ms, room) = self.places.range(from..).next()?;
        (*of == line).then_some((*checked_ms, *room))
    }

    /// Changes what is known of a room, and its place with it.
    fn change(&mut self, room: RoomId, change: impl FnOnce(&mut Watched)) {
        let Some(watched) = self.rooms.get_mut(&room) else {
            return;
        };
        let before = watched.place(room);
        change(watched);
        let after = watched.place(room);
        if before != after {
            self.places.remove(&before);
            self.places.insert(after);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng, rngs::StdRng};

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

    #[test]
    fn a_turn_costs_what_is_due_however_many_rooms_there_are() {
        const ROOMS: u128 = 100_000;
        let mut audit = Audit::default();
        for n in 0..ROOMS {
            audit.watch(0, room(n));
        }
        let mut now_ms = 0;
        let mut turn = |audit: &mut Audit| {
            now_ms += 100;
            audit.looks = 0;
            let due = audit.due(now_ms);
            due.iter()
                .for_each(|room| audit.checked(now_ms, *room, true));
            (audit.looks, due.len(), now_ms)
        };
        let mut checked = 0;
        loop {
            let (looks, due, now_ms) = turn(&mut audit);
            checked += due;
            // One look at each line more than there is due, and those that become quiet, a bounded number at a time.
            let quieted = if now_ms < ACTIVE_MS { 0 } else { QUIETED_MAX };
            assert!(looks <= due + 2 + quieted, "{now_ms}: {looks}, {due}");
            if now_ms == ACTIVE_MS + 20_000 {
                break;
            }
        }
        assert_eq!(checked, 50 + 75 * 50, "as many as may be, all the time");
        assert_eq!(audit.first(Line::Active), None, "all were found quiet");
        let (looks, due, _) = turn(&mut audit);
        assert_eq!((looks, due), (6, 5));
    }

    /// The same without lines: looks at each room in each turn.
    #[derive(Default)]
    struct Plain {
        rooms: BTreeMap<RoomId, Watched>,
        budget: u64,
        last_ms: u64,
    }

    impl Plain {
        fn due(&mut self, now_ms: u64) -> Vec<RoomId> {
            self.budget += (now_ms - self.last_ms) * CHECKS_PER_S;
            self.budget = self.budget.min(1_000 * CHECKS_PER_S);
            self.last_ms = now_ms;
            let mut due: Vec<_> = self
                .rooms
                .iter()
                .filter(|(_, watched)| !watched.under_way)
                .filter_map(|(room, watched)| {
                    let age_ms = now_ms - watched.checked_ms;
                    let active = now_ms - watched.active_ms < ACTIVE_MS;
                    let (age_max_ms, weight) = match active {
                        true => (ACTIVE_AGE_MS, QUIET_AGE_MS / ACTIVE_AGE_MS),
                        false => (QUIET_AGE_MS, 1),
                    };
                    let due = watched.suspect || age_ms >= age_max_ms;
                    due.then_some((Reverse(watched.suspect), Reverse(age_ms * weight), *room))
                })
                .collect();
            due.sort_unstable();
            due.truncate(usize::try_from(self.budget / 1_000).unwrap());
            self.budget -= 1_000 * due.len() as u64;
            for (_, _, room) in &due {
                let watched = self.rooms.get_mut(room).unwrap();
                (watched.under_way, watched.suspect) = (true, false);
            }
            due.into_iter().map(|(_, _, room)| room).collect()
        }

        fn oldest_age_ms(&self, now_ms: u64) -> u64 {
            let ages = self.rooms.values().map(|room| now_ms - room.checked_ms);
            ages.max().unwrap_or(0)
        }
    }

    #[test]
    fn the_lines_give_the_order_in_which_a_look_at_each_room_gives_them() {
        for seed in 0..20 {
            let mut chance = StdRng::seed_from_u64(seed);
            let (mut audit, mut plain) = (Audit::default(), Plain::default());
            // Few rooms are seldom more than the budget allows, many are always.
            let rooms = chance.random_range(1..600);
            let mut under_way: Vec<RoomId> = Vec::new();
            let mut now_ms = 0;
            for _ in 0..1_000 {
                now_ms += [0, 100, 100, 100, 1_000][chance.random_range(0..5)];
                for _ in 0..chance.random_range(0..20) {
                    let of = room(chance.random_range(0..rooms));
                    let watched = plain.rooms.get_mut(&of);
                    match (chance.random_range(0..12), watched) {
                        (0..7, None) => {
                            audit.watch(now_ms, of);
                            let watched = Watched {
                                since_ms: now_ms,
                                checked_ms: now_ms,
                                active_ms: now_ms,
                                is_quiet: false,
                                suspect: false,
                                under_way: false,
                            };
                            plain.rooms.insert(of, watched);
                        }
                        (0, Some(_)) => {
                            audit.forget(of);
                            plain.rooms.remove(&of);
                        }
                        (1..3, Some(watched)) => {
                            audit.active(now_ms, of);
                            watched.active_ms = now_ms;
                        }
                        (3, Some(watched)) => {
                            audit.suspect(of);
                            watched.suspect = true;
                        }
                        _ => {}
                    }
                }
                while !under_way.is_empty() && chance.random_bool(0.8) {
                    let of = under_way.swap_remove(chance.random_range(0..under_way.len()));
                    let known = chance.random_bool(0.9);
                    audit.checked(now_ms, of, known);
                    if let Some(watched) = plain.rooms.get_mut(&of) {
                        watched.under_way = false;
                        match known {
                            true => watched.checked_ms = now_ms,
                            false => watched.suspect = true,
                        }
                    }
                }
                let due = audit.due(now_ms);
                assert_eq!(due, plain.due(now_ms), "{seed}, {now_ms}");
                assert_eq!(audit.oldest_age_ms(now_ms), plain.oldest_age_ms(now_ms));
                assert_eq!(audit.places.len(), audit.rooms.len());
                under_way.extend(due);
            }
        }
    }
}
