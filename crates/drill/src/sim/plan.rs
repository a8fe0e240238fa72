//! What a schedule is made of: acts of people and faults, each at its time, drawn from the seed before anything runs. So a
//! schedule that fails can be run again without some of them, until no more can be left out.

use rand::{RngExt, SeedableRng, rngs::SmallRng};

use super::shape;

/// How long people act.
pub(super) const PLAY_MS: u64 = 9_000;
/// Nodes.
pub(super) const SLOTS: usize = 3;
/// The public room.
pub(super) const HALL: &str = "hall";
/// Clients that speak the specification's own frames.
pub(super) const PLAINS_MAX: usize = 2;

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) at_ms: u64,
    pub(super) what: What,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Act(usize, Act),
    Plain(usize, PlainAct),
    Fault(Fault),
}

/// What somebody does who speaks the specification's own frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainAct {
    Say,
    /// The client is gone, and the node hears of it after so long.
    Cut(u64),
}

impl PlainAct {
    /// Its kind.
    pub(super) fn kind(self) -> &'static str {
        match self {
            PlainAct::Say => "plain-say",
            PlainAct::Cut(_) => "plain-cut",
        }
    }

    fn draw(chance: &mut SmallRng) -> Self {
        match chance.random_range(0..8) {
            0 => PlainAct::Cut(chance.random_range(0..3_000)),
            _ => PlainAct::Say,
        }
    }
}

/// What a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Say,
    /// So many at once.
    Burst(u32),
    SayLong,
    React,
    Edit,
    Delete,
    Read,
    Unread,
    Page,
    Typing,
    Members,
    /// Goes politely, for so long.
    Go(u64),
    Cut,
    /// Says something and is cut before the answer.
    SayAndCut,
    /// The client is gone, and the node does not hear of it for long.
    HalfOpen,
    /// The node is gone, and the client does not hear of it.
    Unheard,
    Slow(u64),
    Leave,
    Join,
    Create,
    Direct,
    /// The same send again, beside the socket.
    Again,
    /// A message beside the socket.
    Aside,
    /// A message beside the socket, given up at once, and the next one over another node so much later.
    Hasty(u64),
    /// Everybody in the room says something at nearly the same time, and an owner promotes or puts out one of them.
    Uproar,
    /// Of the owner: someone is put out, let in, promoted.
    Remove,
    Invite,
    Promote,
    Topic,
}

/// What is broken, for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Crash {
        slot: usize,
        ms: u64,
    },
    Pause {
        slot: usize,
        ms: u64,
    },
    Drain {
        slot: usize,
        ms: u64,
    },
    Appends {
        of_hundred: u32,
        ms: u64,
    },
    /// Every append of one node is refused for a reason that time does not cure: of a full disk, of a lost right.
    AppendsFail {
        slot: usize,
        ms: u64,
    },
    Calls {
        of_hundred: u32,
        ms: u64,
    },
    StoreAway {
        ms: u64,
    },
    StoreCut {
        slot: usize,
        ms: u64,
    },
    StoreSlow {
        most_ms: u64,
        ms: u64,
    },
    BusLoses {
        of_hundred: u32,
        ms: u64,
    },
    BusDoubles {
        of_hundred: u32,
        ms: u64,
    },
    BusFails {
        of_hundred: u32,
        ms: u64,
    },
    BusSlow {
        most_ms: u64,
        ms: u64,
    },
    BusCut {
        one: usize,
        other: usize,
        ms: u64,
    },
    BusAway {
        slot: usize,
        ms: u64,
    },
    Skew {
        slot: usize,
        ms: i64,
    },
}

impl Fault {
    /// Its class.
    pub(super) fn class(self) -> &'static str {
        match self {
            Fault::Crash { .. } => "crash",
            Fault::Pause { .. } => "pause",
            Fault::Drain { .. } => "drain",
            Fault::Appends { .. } => "appends-unknown",
            Fault::AppendsFail { .. } => "appends-failed",
            Fault::Calls { .. } => "store-failing",
            Fault::StoreAway { .. } => "store-away",
            Fault::StoreCut { .. } => "store-cut",
            Fault::StoreSlow { .. } => "store-slow",
            Fault::BusLoses { .. } => "bus-loses",
            Fault::BusDoubles { .. } => "bus-doubles",
            Fault::BusFails { .. } => "bus-fails",
            Fault::BusSlow { .. } => "bus-slow",
            Fault::BusCut { .. } => "bus-cut",
            Fault::BusAway { .. } => "bus-away",
            Fault::Skew { .. } => "clock",
        }
    }

    /// How long it lasts.
    pub(super) fn ms(self) -> u64 {
        match self {
            Fault::Crash { ms, .. }
            | Fault::Pause { ms, .. }
            | Fault::Drain { ms, .. }
            | Fault::Appends { ms, .. }
            | Fault::AppendsFail { ms, .. }
            | Fault::Calls { ms, .. }
            | Fault::StoreAway { ms }
            | Fault::StoreCut { ms, .. }
            | Fault::StoreSlow { ms, .. }
            | Fault::BusLoses { ms, .. }
            | Fault::BusDoubles { ms, .. }
            | Fault::BusFails { ms, .. }
            | Fault::BusSlow { ms, .. }
            | Fault::BusCut { ms, .. }
            | Fault::BusAway { ms, .. } => ms,
            Fault::Skew { .. } => 0,
        }
    }

    fn draw(chance: &mut SmallRng) -> Self {
        let slot = chance.random_range(0..SLOTS);
        let ms = chance.random_range(100..3_500);
        let of_hundred = [10, 35, 80][chance.random_range(0..3)];
        match chance.random_range(0..100) {
            0..14 => Fault::Crash {
                slot,
                ms: chance.random_range(20..4_000),
            },
            14..24 => Fault::Pause { slot, ms },
            24..29 => Fault::Drain { slot, ms },
            29..43 => Fault::Appends { of_hundred, ms },
            43..46 => Fault::AppendsFail { slot, ms },
            46..51 => Fault::Calls { of_hundred, ms },
            51..55 => Fault::StoreAway { ms },
            55..59 => Fault::StoreCut { slot, ms },
            59..64 => Fault::StoreSlow {
                most_ms: chance.random_range(30..400),
                ms,
            },
            64..73 => Fault::BusLoses { of_hundred, ms },
            73..78 => Fault::BusDoubles { of_hundred, ms },
            78..84 => Fault::BusFails { of_hundred, ms },
            84..88 => Fault::BusSlow {
                most_ms: chance.random_range(50..2_500),
                ms,
            },
            88..93 => Fault::BusCut {
                one: slot,
                other: (slot + 1) % SLOTS,
                ms: ms * 2,
            },
            93..97 => Fault::BusAway { slot, ms },
            _ => Fault::Skew {
                slot,
                ms: chance.random_range(-90_000..90_000),
            },
        }
    }
}

impl Act {
    /// Its kind.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Act::Say => "say",
            Act::Burst(_) => "burst",
            Act::SayLong => "say-long",
            Act::React => "react",
            Act::Edit => "edit",
            Act::Delete => "delete",
            Act::Read => "read",
            Act::Unread => "unread",
            Act::Page => "page",
            Act::Typing => "typing",
            Act::Members => "members",
            Act::Go(_) => "go",
            Act::Cut => "cut",
            Act::SayAndCut => "say-and-cut",
            Act::HalfOpen => "half-open",
            Act::Unheard => "unheard",
            Act::Slow(_) => "slow",
            Act::Leave => "leave",
            Act::Join => "join",
            Act::Create => "create",
            Act::Direct => "direct",
            Act::Again => "again",
            Act::Aside => "aside",
            Act::Hasty(_) => "hasty",
            Act::Uproar => "uproar",
            Act::Remove => "remove",
            Act::Invite => "invite",
            Act::Promote => "promote",
            Act::Topic => "topic",
        }
    }

    fn draw(chance: &mut SmallRng, is_owner: bool) -> Self {
        let die = chance.random_range(0..100);
        if is_owner && chance.random_range(0..3) == 0 {
            return match die {
                0..50 => Act::Remove,
                50..85 => Act::Invite,
                85..93 => Act::Topic,
                _ => Act::Promote,
            };
        }
        match die {
            0..29 => Act::Say,
            29..33 => Act::Burst(chance.random_range(2..9)),
            33..36 => Act::SayLong,
            36..40 => Act::React,
            40..44 => Act::Edit,
            44..46 => Act::Delete,
            46..50 => Act::Read,
            50..52 => Act::Unread,
            52..58 => Act::Page,
            58..59 => Act::Typing,
            59..60 => Act::Members,
            60..66 => Act::Go(chance.random_range(10..3_000)),
            66..70 => Act::Cut,
            70..76 => Act::SayAndCut,
            76..78 => Act::HalfOpen,
            78..79 => Act::Unheard,
            79..82 => Act::Slow(chance.random_range(100..3_000)),
            82..85 => Act::Leave,
            85..89 => Act::Join,
            89..90 => Act::Create,
            90..91 => Act::Direct,
            91..96 => Act::Again,
            _ => Act::Aside,
        }
    }
}

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) seed: u64,
    /// Clients: the first is the owner's.
    pub(super) people: usize,
    /// Clients that speak the specification's own frames.
    pub(super) plains: usize,
    pub(super) bucket: u64,
    pub(super) items: Vec<Item>,
}

/// Every kind of act.
pub(super) const ACTS: &[&str] = &[
    "say",
    "burst",
    "say-long",
    "react",
    "edit",
    "delete",
    "read",
    "unread",
    "page",
    "typing",
    "members",
    "go",
    "cut",
    "say-and-cut",
    "half-open",
    "unheard",
    "slow",
    "leave",
    "join",
    "create",
    "direct",
    "again",
    "aside",
    "hasty",
    "uproar",
    "remove",
    "invite",
    "promote",
    "topic",
    "plain-say",
    "plain-cut",
];

/// Every class of faults.
pub(super) const FAULTS: &[&str] = &[
    "crash",
    "pause",
    "drain",
    "appends-unknown",
    "appends-failed",
    "store-failing",
    "store-away",
    "store-cut",
    "store-slow",
    "bus-loses",
    "bus-doubles",
    "bus-fails",
    "bus-slow",
    "bus-cut",
    "bus-away",
    "clock",
];

impl Plan {
    pub(super) fn draw(seed: u64) -> Self {
        let mut chance = SmallRng::seed_from_u64(seed ^ 0x706c_616e);
        let people = chance.random_range(3..6);
        let bucket = [4, 7, 16, 64][chance.random_range(0..4)];
        let acts = chance.random_range(25..80);
        let faults = match chance.random_range(0..10) {
            0 => 0,
            1..4 => chance.random_range(1..3),
            _ => chance.random_range(2..8),
        };
        let mut items: Vec<Item> = (0..acts)
            .map(|_| {
                let who = chance.random_range(0..people);
                Item {
                    at_ms: chance.random_range(0..PLAY_MS),
                    what: What::Act(who, Act::draw(&mut chance, who == 0)),
                }
            })
            .collect();
        items.extend((0..faults).map(|_| Item {
            at_ms: chance.random_range(0..PLAY_MS - 1_000),
            what: What::Fault(Fault::draw(&mut chance)),
        }));
        let plains = chance.random_range(0..=PLAINS_MAX);
        let acts = if plains == 0 {
            0
        } else {
            chance.random_range(2..14)
        };
        items.extend((0..acts).map(|_| {
            let at = chance.random_range(0..plains);
            Item {
                at_ms: chance.random_range(0..PLAY_MS),
                what: What::Plain(at, PlainAct::draw(&mut chance)),
            }
        }));
        items.extend(shape::items(seed, people));
        items.sort_by_key(|item| item.at_ms);
        Self {
            seed,
            people,
            plains,
            bucket,
            items,
        }
    }

    /// Without some of its items, by their numbers.
    pub(super) fn without(&self, left_out: &[usize]) -> Vec<(usize, &Item)> {
        let all = self.items.iter().enumerate();
        all.filter(|(at, _)| !left_out.contains(at)).collect()
    }
}
