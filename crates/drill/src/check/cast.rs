//! Who takes part, drawn from the seed: rooms of 2 members to as many as asked for, and what each person is like. It
//! knows no server.

use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::SliceRandom};

/// A room to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Room {
    /// Its name; of the direct room nobody's.
    pub(super) name: String,
    pub(super) kind: Entry,
    /// Who is to be in it, besides the director.
    pub(super) members: Vec<usize>,
    /// Messages go into it all the time; long ones, when the nemesis wants somebody to fall behind.
    pub(super) is_busy: bool,
    /// The pumps write into it, and few others are in it: sends by the thousand for a long run.
    pub(super) is_belt: bool,
}

/// How one comes into a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// By oneself.
    Public,
    /// By the director's invitation.
    Private,
    /// By opening it: two people, and no director.
    Direct,
}

/// What a person is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// Made the rooms; puts people out and lets them in again.
    Director,
    /// Writes into the busy room and the belts, so often that all pumps make the rate that was asked for.
    Pump,
    /// Writes now and then, into any of their rooms; edits, deletes, reacts.
    Talker,
    /// Reads, marks, pages through history, comes and goes.
    Reader,
    /// Comes by now and then, so that there are more people than sockets.
    Visitor,
    /// Speaks the specification's own frames.
    Plain,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) nature: Nature,
    /// By index.
    pub(super) rooms: Vec<usize>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cast {
    pub(super) rooms: Vec<Room>,
    /// The first is the director.
    pub(super) people: Vec<Part>,
    /// Sends a second that each pump tries to make.
    pub(super) pump_rate: f64,
}

/// Sends a second, of all pumps, for which one more pump and one more belt is there: a connection has one send of a room
/// in flight, so many in flight take many of both.
const OF_A_PUMP: usize = 40;
const OF_A_BELT: usize = 200;
/// People who speak the specification's frames.
const PLAIN: usize = 3;

impl Cast {
    /// `people` with sockets all the while, and a room of `largest` members, most of whom come by now and then, and
    /// pumps for `rate` sends a second. `tag` makes the names new on any server.
    pub(super) fn draw(seed: u64, tag: &str, people: usize, largest: usize, rate: usize) -> Self {
        let pumps = (rate / OF_A_PUMP).clamp(3, 16);
        let belts = (rate / OF_A_BELT).clamp(1, 8) - 1;
        let mut chance = SmallRng::seed_from_u64(seed ^ 0x6361_7374);
        let residents = people.max(pumps + PLAIN + 6);
        let all = residents.max(largest.saturating_sub(1));
        let mut parts: Vec<Part> = (0..all)
            .map(|at| Part {
                name: format!("{tag}-{at}"),
                nature: match at {
                    0 => Nature::Director,
                    _ if at <= pumps => Nature::Pump,
                    _ if at <= pumps + PLAIN => Nature::Plain,
                    _ if at >= residents => Nature::Visitor,
                    _ if chance.random_bool(0.6) => Nature::Talker,
                    _ => Nature::Reader,
                },
                rooms: Vec::new(),
            })
            .collect();
        let mut others: Vec<usize> = (pumps + PLAIN + 1..residents).collect();
        let mut rooms = Vec::new();
        let mut add = |name: &str, kind, members: Vec<usize>, is_busy| {
            rooms.push(Room {
                name: format!("{tag}-{name}"),
                kind,
                members,
                is_busy,
                is_belt: false,
            });
        };
        let some = |chance: &mut SmallRng, others: &mut Vec<usize>, count: usize| {
            others.shuffle(chance);
            others[..count.min(others.len())].to_vec()
        };
        // The largest: everybody but those of the specification's surface, who would be told all of it.
        let everybody = (1..all).filter(|at| !(pumps + 1..=pumps + PLAIN).contains(at));
        add(
            "all",
            Entry::Public,
            everybody.take(largest).collect(),
            false,
        );
        let mut busy: Vec<usize> = (1..=pumps).collect();
        busy.extend(some(&mut chance, &mut others, 6));
        add("busy", Entry::Public, busy, true);
        let mut plain: Vec<usize> = (pumps + 1..=pumps + PLAIN).collect();
        plain.extend(some(&mut chance, &mut others, 3));
        add("plain", Entry::Public, plain, false);
        for (at, size) in [2, 4, 12, residents / 2].into_iter().enumerate() {
            let kind = if at % 2 == 1 {
                Entry::Private
            } else {
                Entry::Public
            };
            let members = some(&mut chance, &mut others, size);
            add(&format!("room{at}"), kind, members, false);
        }
        let pair = some(&mut chance, &mut others, 2);
        add("pair", Entry::Direct, pair, false);
        for belt in 0..belts {
            let mut members: Vec<usize> = (1..=pumps).collect();
            members.extend(some(&mut chance, &mut others, 1));
            rooms.push(Room {
                name: format!("{tag}-belt{belt}"),
                kind: Entry::Public,
                members,
                is_busy: false,
                is_belt: true,
            });
        }
        for (at, room) in rooms.iter().enumerate() {
            if room.kind != Entry::Direct {
                parts[0].rooms.push(at);
            }
            for member in &room.members {
                parts[*member].rooms.push(at);
            }
        }
        Self {
            rooms,
            people: parts,
            pump_rate: rate as f64 / pumps as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_casts_the_same() {
        let cast = |seed| Cast::draw(seed, "c", 40, 200, 120);
        assert_eq!(cast(1), cast(1));
        assert_ne!(cast(1), cast(2));
    }

    #[test]
    fn rooms_have_two_members_to_the_largest() {
        let cast = Cast::draw(5, "c", 30, 1000, 120);
        // The director is one of the members.
        let sizes: Vec<usize> = cast.rooms.iter().map(|room| room.members.len()).collect();
        assert!(sizes.contains(&2), "{sizes:?}");
        assert!(sizes.iter().any(|size| *size >= 990), "{sizes:?}");
        let visitors = cast.people.iter().filter(|p| p.nature == Nature::Visitor);
        assert!(visitors.count() >= 900);
    }

    #[test]
    fn a_higher_rate_has_more_pumps_in_more_rooms() {
        let lanes = |rate| {
            let cast = Cast::draw(3, "c", 60, 100, rate);
            let is_pump = |at: &&usize| cast.people[**at].nature == Nature::Pump;
            let belts = cast
                .rooms
                .iter()
                .filter(|room| room.is_busy || room.is_belt);
            let lanes: usize = belts
                .map(|room| room.members.iter().filter(is_pump).count())
                .sum();
            lanes
        };
        assert_eq!(lanes(120), 3);
        assert!(lanes(600) > 40, "{}", lanes(600));
    }

    #[test]
    fn membership_is_said_on_both_sides() {
        let cast = Cast::draw(9, "c", 30, 50, 600);
        for (at, room) in cast.rooms.iter().enumerate() {
            for member in &room.members {
                assert!(cast.people[*member].rooms.contains(&at));
            }
        }
        let director = &cast.people[0];
        assert!(
            director
                .rooms
                .iter()
                .all(|at| cast.rooms[*at].kind != Entry::Direct)
        );
    }
}
