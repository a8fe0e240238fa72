//! What is broken when: drawn from the seed alone, so that the same seed breaks the same things in the same order. It
//! knows nothing of processes.
//!
//! Every class that was asked for comes once before one comes again, and pairs that were asked for come first. A slot has
//! one fault or two; two never hit the same part, so that each can be told from the other.

use std::{str::FromStr, time::Duration};

use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::SliceRandom};

/// What a fault is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Server,
    Nginx,
    Redis,
    Cassandra,
    Client,
    /// Commands from a file.
    Operator,
}

macro_rules! classes {
    ($($name:ident = $word:literal, $part:ident, $least:literal ..= $most:literal, $says:literal;)*) => {
        /// A class of faults.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(super) enum Class { $(#[doc = $says] $name,)* }

        impl Class {
            /// All that there are, but those of a file.
            pub(super) const ALL: &'static [Class] = &[$(Class::$name,)*];

            /// The word for it on the command line and in the report.
            pub(super) fn word(self) -> &'static str { match self { $(Class::$name => $word,)* } }

            /// What it is, in a sentence.
            pub(super) fn says(self) -> &'static str { match self { $(Class::$name => $says,)* } }

            /// What it is done to.
            pub(super) fn part(self) -> Part { match self { $(Class::$name => Part::$part,)* } }

            /// How long it is held, in milliseconds: any time between these.
            fn hold_ms(self) -> (u64, u64) { match self { $(Class::$name => ($least, $most),)* } }
        }
    };
}

classes! {
    ServerKill = "server-kill", Server, 500 ..= 4_000, "SIGKILL to a server; it comes back some seconds later";
    ServerKills = "server-kills", Server, 6_000 ..= 20_000, "SIGKILL to a server again and again, as soon as it is ready";
    ServerPause = "server-pause", Server, 300 ..= 30_000, "SIGSTOP to a server";
    ServerDrain = "server-drain", Server, 0 ..= 0, "SIGTERM to a server, which drains, and comes back";
    DrainKill = "drain-kill", Server, 0 ..= 0, "SIGTERM to a server while its append is under way, and SIGKILL in the middle of the drain: acknowledgements must come out before";
    ServerRolling = "server-rolling", Server, 0 ..= 0, "SIGTERM to one server after the other, as in an upgrade";
    CommitKill = "commit-kill", Server, 8_000 ..= 20_000, "SIGKILL to the server in the middle of a commit, again and again";
    DiskFull = "disk-full", Server, 3_000 ..= 8_000, "the disk under the server's own store is full, and has room again";
    DiskWrites = "disk-writes", Server, 3_000 ..= 8_000, "writes to the file of the server's own store fail now and then";
    DiskFlush = "disk-flush", Server, 2_000 ..= 4_000, "flushes of the file of the server's own store fail: it refuses everything until it is started again";
    ClockAhead = "clock-ahead", Server, 15_000 ..= 25_000, "the clock of one server goes 90 s ahead of the time";
    ClockBehind = "clock-behind", Server, 15_000 ..= 25_000, "the clock of one server goes 90 s behind the time";
    ClockJumps = "clock-jumps", Server, 15_000 ..= 25_000, "the clock of one server jumps to and fro, by up to 90 s";
    RedisKill = "redis-kill", Redis, 3_000 ..= 6_000, "SIGKILL to a master of Redis; its replica takes over";
    RedisPause = "redis-pause", Redis, 3_500 ..= 8_000, "SIGSTOP to a master of Redis, long enough that its replica takes over";
    RedisFailover = "redis-failover", Redis, 0 ..= 0, "a planned failover of Redis";
    RedisReshard = "redis-reshard", Redis, 0 ..= 0, "slots move from one master of Redis to another";
    RedisFlush = "redis-flush", Redis, 0 ..= 0, "FLUSHALL on all masters of Redis";
    RedisClients = "redis-clients", Redis, 0 ..= 0, "CLIENT KILL of every connection at every server of Redis";
    RedisCut = "redis-cut", Redis, 3_000 ..= 10_000, "the connections of one server to Redis are cut, and none let in";
    RedisSlow = "redis-slow", Redis, 3_000 ..= 12_000, "each frame between one server and Redis is late";
    RedisMute = "redis-mute", Redis, 16_000 ..= 20_000, "nothing gets through between one server and Redis, and nothing is closed";
    RedisSlices = "redis-slices", Redis, 2_000 ..= 5_000, "what one server and Redis say comes one byte at a time";
    RedisLoss = "redis-loss", Redis, 4_000 ..= 12_000, "packets between one server and Redis are lost";
    RedisLate = "redis-late", Redis, 4_000 ..= 12_000, "packets between one server and Redis are late and overtake each other";
    RedisNodesLoss = "redis-nodes-loss", Redis, 4_000 ..= 12_000, "packets between the servers of Redis are lost";
    RedisNodesLate = "redis-nodes-late", Redis, 4_000 ..= 12_000, "packets between the servers of Redis are late and overtake each other";
    RedisSplit = "redis-split", Redis, 4_000 ..= 10_000, "a master of Redis is cut off together with one server; its replica takes over on the other side";
    SubscribeCut = "subscribe-cut", Redis, 300 ..= 1_000, "one server's connections to Redis are cut, and again at the moment at which it subscribes anew";
    HintsLost = "hints-lost", Redis, 3_000 ..= 10_000, "every other hint does not arrive";
    HintsLate = "hints-late", Redis, 3_000 ..= 10_000, "hints are late, and all else is not";
    HintsShuffled = "hints-shuffled", Redis, 3_000 ..= 10_000, "hints come in another order";
    RedisPoison = "redis-poison", Redis, 0 ..= 0, "nonsense in the channels that the servers listen to";
    RedisAway = "redis-away", Redis, 5_000 ..= 30_000, "all of Redis killed";
    CassandraPause = "cassandra-pause", Cassandra, 2_000 ..= 15_000, "SIGSTOP to one of three Cassandra nodes";
    CassandraKill = "cassandra-kill", Cassandra, 2_000 ..= 8_000, "SIGKILL to one of three Cassandra nodes";
    CassandraSlow = "cassandra-slow", Cassandra, 3_000 ..= 12_000, "each frame between the servers and one Cassandra node is late";
    CassandraMute = "cassandra-mute", Cassandra, 3_000 ..= 12_000, "nothing gets through between the servers and one Cassandra node, and nothing is closed";
    CassandraCut = "cassandra-cut", Cassandra, 2_000 ..= 8_000, "the servers' connections to one Cassandra node are cut, and none let in";
    CassandraSlices = "cassandra-slices", Cassandra, 2_000 ..= 5_000, "frames between the servers and one Cassandra node come one byte at a time";
    CassandraLoss = "cassandra-loss", Cassandra, 4_000 ..= 12_000, "packets between one server and Cassandra are lost";
    CassandraLate = "cassandra-late", Cassandra, 4_000 ..= 12_000, "packets between one server and Cassandra are late and overtake each other";
    CassandraNodesLoss = "cassandra-nodes-loss", Cassandra, 4_000 ..= 12_000, "packets between the nodes of Cassandra are lost";
    CassandraNodesLate = "cassandra-nodes-late", Cassandra, 4_000 ..= 12_000, "packets between the nodes of Cassandra are late and overtake each other";
    CassandraAway = "cassandra-away", Cassandra, 16_000 ..= 20_000, "one server reaches no node of Cassandra, and the others reach all";
    AppendLost = "append-lost", Cassandra, 0 ..= 0, "conditional writes do not reach their node: of unknown outcome, and not done";
    AppendUnanswered = "append-unanswered", Cassandra, 0 ..= 0, "conditional writes are applied and not answered: of unknown outcome, and done";
    AppendKill = "append-kill", Server, 500 ..= 4_000, "SIGKILL to a server at the moment of an append, which gets through";
    RollOverLost = "roll-over-lost", Cassandra, 0 ..= 0, "conditional writes that begin a bucket do not reach their node";
    RollOverUnanswered = "roll-over-unanswered", Cassandra, 0 ..= 0, "conditional writes that begin a bucket are applied and not answered";
    RollOverKill = "roll-over-kill", Server, 500 ..= 4_000, "SIGKILL to a server at the moment at which it begins a bucket";
    CassandraMajority = "cassandra-majority", Cassandra, 10_000 ..= 20_000, "SIGSTOP to two of three Cassandra nodes: sends must be answered honestly";
    NginxReload = "nginx-reload", Nginx, 0 ..= 0, "Nginx reads its configuration again";
    NginxDown = "nginx-down", Nginx, 300 ..= 3_000, "SIGKILL to Nginx, its master and its workers: all sockets are cut; it comes back";
    NginxSlow = "nginx-slow", Nginx, 3_000 ..= 10_000, "what Nginx and one server say is late";
    NginxMute = "nginx-mute", Nginx, 3_000 ..= 10_000, "nothing gets through between Nginx and one server, and nothing is closed";
    NginxCut = "nginx-cut", Nginx, 2_000 ..= 8_000, "Nginx's connections to one server are cut, and none let in";
    NginxLoss = "nginx-loss", Nginx, 4_000 ..= 12_000, "packets between Nginx and one server are lost";
    NginxLate = "nginx-late", Nginx, 4_000 ..= 12_000, "packets between Nginx and one server are late and overtake each other";
    ClientLoss = "client-loss", Client, 4_000 ..= 12_000, "packets between clients and all that they reach are lost";
    ClientLate = "client-late", Client, 4_000 ..= 12_000, "packets between clients and all that they reach are late and overtake each other";
    ClientReset = "client-reset", Client, 0 ..= 0, "clients' sockets reset in the middle of a frame";
    ClientHalfOpen = "client-half-open", Client, 0 ..= 0, "clients that go without a word and leave their sockets open, for the server's pings to find";
    ClientSlow = "client-slow", Client, 40_000 ..= 60_000, "clients that read nothing for seconds; some ask for more and more, some read one byte a second";
}

impl Class {
    /// Whether it drops packets or holds them up, which takes a network of the drill's own.
    pub(super) fn needs_net(self) -> bool {
        self.needs_queue()
            || matches!(
                self,
                Class::RedisLoss
                    | Class::RedisNodesLoss
                    | Class::RedisSplit
                    | Class::CassandraLoss
                    | Class::CassandraNodesLoss
                    | Class::NginxLoss
                    | Class::ClientLoss
            )
    }

    /// Whether it holds packets up.
    pub(super) fn needs_queue(self) -> bool {
        matches!(
            self,
            Class::RedisLate
                | Class::RedisNodesLate
                | Class::CassandraLate
                | Class::CassandraNodesLate
                | Class::NginxLate
                | Class::ClientLate
        )
    }

    /// Whether it takes more than one server, or a store between them.
    pub(super) fn needs_cluster(self) -> bool {
        matches!(
            self,
            Class::ServerRolling
                | Class::AppendKill
                | Class::RollOverKill
                | Class::DrainKill
                | Class::ClockAhead
                | Class::ClockBehind
                | Class::ClockJumps
        )
    }

    /// Whether it takes a server whose clock can be set.
    pub(super) fn needs_clock(self) -> bool {
        matches!(
            self,
            Class::ClockAhead | Class::ClockBehind | Class::ClockJumps
        )
    }

    /// Whether it takes a server with its own store.
    pub(super) fn needs_embedded(self) -> bool {
        matches!(
            self,
            Class::CommitKill | Class::DiskFull | Class::DiskWrites | Class::DiskFlush
        )
    }
}

impl FromStr for Class {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let all = Class::ALL.iter();
        all.copied()
            .find(|class| class.word() == word)
            .ok_or_else(|| {
                let words: Vec<&str> = Class::ALL.iter().map(|class| class.word()).collect();
                format!("there are: {}", words.join(", "))
            })
    }
}

/// What a plan is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Done by the drill itself.
    Own(Class),
    /// The commands of an operator's file: which, and how long they are held.
    Command { at: usize, hold_ms: u64 },
}

impl Kind {
    /// What it is done to.
    pub(super) fn part(self) -> Part {
        match self {
            Kind::Own(class) => class.part(),
            Kind::Command { .. } => Part::Operator,
        }
    }

    fn hold_ms(self) -> (u64, u64) {
        match self {
            Kind::Own(class) => class.hold_ms(),
            Kind::Command { hold_ms, .. } => (hold_ms, hold_ms),
        }
    }
}

/// One fault to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) kind: Kind,
    /// Picks the target among those that are there then.
    pub(super) pick: u64,
    /// After the slot began.
    pub(super) delay: Duration,
    /// Held for so long.
    pub(super) hold: Duration,
}

/// One or two faults at once, and then a time of peace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) faults: Vec<Planned>,
    pub(super) peace: Duration,
}

/// Two that are done at once on purpose.
pub(super) type Pair = [Kind; 2];

/// Slots without an end.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    chance: SmallRng,
    /// Still to come.
    pairs: Vec<Pair>,
    /// To come again, when the deck is empty.
    later: Vec<Pair>,
    kinds: Vec<Kind>,
    deck: Vec<Kind>,
    is_one_at_a_time: bool,
    peace_ms_max: u64,
}

impl Plan {
    /// Of these kinds, and these pairs once. Clients that go without a word come first: the server finds that only after a minute.
    /// `peace_s`: at most, after each slot.
    pub(super) fn new(seed: u64, kinds: Vec<Kind>, pairs: Vec<Pair>, peace_s: u16) -> Self {
        let mut plan = Self {
            chance: SmallRng::seed_from_u64(seed ^ 0x6e65_6d65_7369_7321),
            pairs,
            later: Vec::new(),
            kinds,
            deck: Vec::new(),
            is_one_at_a_time: false,
            peace_ms_max: u64::from(peace_s) * 1_000,
        };
        plan.shuffle();
        plan.pairs.shuffle(&mut plan.chance);
        let first = Kind::Own(Class::ClientHalfOpen);
        if let Some(at) = plan.deck.iter().position(|kind| *kind == first) {
            let kind = plan.deck.remove(at);
            plan.deck.push(kind);
        }
        plan
    }

    /// These two once more, when all else has had its turn.
    pub(super) fn again(&mut self, pair: Pair) {
        self.later.push(pair);
    }

    /// From now on only kinds and pairs like these, and nothing beside a kind.
    pub(super) fn only(&mut self, is_like: impl Fn(&[Kind]) -> bool) {
        self.pairs.retain(|pair| is_like(pair));
        self.later.retain(|pair| is_like(pair));
        self.kinds.retain(|kind| is_like(&[*kind]));
        self.deck.retain(|kind| is_like(&[*kind]));
        self.is_one_at_a_time = true;
    }

    fn shuffle(&mut self) {
        self.deck = self.kinds.clone();
        self.deck.shuffle(&mut self.chance);
    }

    fn draw(&mut self, beside: Option<Kind>) -> Option<Kind> {
        let fits = |kind: &Kind| beside.is_none_or(|other| other.part() != kind.part());
        if self.deck.is_empty() {
            self.shuffle();
        }
        let at = self.deck.iter().rposition(fits)?;
        Some(self.deck.remove(at))
    }

    fn planned(&mut self, kind: Kind, delay_ms: u64) -> Planned {
        let (least, most) = kind.hold_ms();
        // Mostly short: the square of chance.
        let part = self.chance.random::<f64>().powi(2);
        let hold = least + ((most - least) as f64 * part) as u64;
        Planned {
            kind,
            pick: self.chance.random(),
            delay: Duration::from_millis(delay_ms),
            hold: Duration::from_millis(hold),
        }
    }
}

impl Iterator for Plan {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        if self.deck.is_empty() {
            self.pairs.append(&mut self.later);
        }
        // What clients left open must be ended soon after: it comes before all.
        let waits = self.deck.last() != Some(&Kind::Own(Class::ClientHalfOpen));
        let pair = if waits { self.pairs.pop() } else { None };
        let (first, second) = match pair {
            Some([first, second]) => (first, Some(second)),
            None => {
                let first = self.draw(None)?;
                let is_two = !self.is_one_at_a_time && self.chance.random_bool(0.4);
                (first, is_two.then(|| self.draw(Some(first))).flatten())
            }
        };
        let mut faults = vec![self.planned(first, 0)];
        if let Some(second) = second {
            let delay_ms = self.chance.random_range(0..1_500);
            let mut other = self.planned(second, delay_ms);
            // Of as many targets of a kind it is another: one that is stopped feels nothing else.
            other.pick = faults[0].pick.wrapping_add(1);
            faults.push(other);
        }
        let peace = Duration::from_millis(self.chance.random_range(500..self.peace_ms_max));
        Some(Slot { faults, peace })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn plan(seed: u64) -> Plan {
        let all = Class::ALL.iter().copied().map(Kind::Own);
        Plan::new(seed, all.collect(), Vec::new(), 3)
    }

    #[test]
    fn the_same_seed_plans_the_same() {
        let slots = |seed| plan(seed).take(50).collect::<Vec<_>>();
        assert_eq!(slots(7), slots(7));
        assert_ne!(slots(7), slots(8));
    }

    #[test]
    fn every_class_comes_before_one_comes_again() {
        for seed in 0..50 {
            let faults = plan(seed).flat_map(|slot| slot.faults);
            let words = faults.take(Class::ALL.len()).map(|fault| match fault.kind {
                Kind::Own(class) => class.word(),
                Kind::Command { .. } => "command",
            });
            let first: Vec<&str> = words.collect();
            let different: HashSet<&str> = first.iter().copied().collect();
            // The second of a pair that has no fitting partner left may come from the next deck.
            assert!(
                different.len() + 1 >= Class::ALL.len(),
                "seed {seed}: {first:?}"
            );
        }
    }

    #[test]
    fn two_at_once_hit_different_parts_and_holds_stay_inside_their_bounds() {
        let mut pairs = 0;
        for slot in plan(3).take(500) {
            if let [one, other] = slot.faults[..] {
                pairs += 1;
                assert_ne!(one.kind.part(), other.kind.part());
                assert_ne!(one.pick % 3, other.pick % 3);
            }
            for fault in slot.faults {
                let (least, most) = fault.kind.hold_ms();
                let hold = fault.hold.as_millis() as u64;
                assert!((least..=most).contains(&hold));
            }
        }
        assert!(pairs > 100);
    }

    #[test]
    fn pairs_come_at_once_each_once_and_soon() {
        let pair = |one, other| [Kind::Own(one), Kind::Own(other)];
        let pairs = vec![
            pair(Class::HintsLost, Class::AppendLost),
            pair(Class::ServerKill, Class::RedisAway),
        ];
        let kinds = vec![Kind::Own(Class::ClientHalfOpen)];
        let slots: Vec<Slot> = Plan::new(5, kinds, pairs.clone(), 3).take(3).collect();
        let of = |slot: &Slot| slot.faults.iter().map(|f| f.kind).collect::<Vec<_>>();
        assert_eq!(of(&slots[0]), [Kind::Own(Class::ClientHalfOpen)]);
        for pair in pairs {
            assert!(slots[1..].iter().any(|slot| of(slot) == pair));
        }
        // And nothing but pairs can be asked for.
        let only = Plan::new(
            5,
            Vec::new(),
            vec![pair(Class::HintsLost, Class::AppendLost)],
            3,
        );
        assert_eq!(only.count(), 1);
    }

    #[test]
    fn what_is_lacking_at_the_end_comes_alone_again_and_again() {
        let mut plan = plan(4);
        plan.nth(2);
        let drain_kill = Kind::Own(Class::DrainKill);
        let pair = [drain_kill, Kind::Own(Class::HintsLost)];
        plan.again(pair);
        plan.only(|kinds| *kinds == pair || *kinds == [drain_kill]);
        let of = |slot: Slot| slot.faults.iter().map(|f| f.kind).collect::<Vec<_>>();
        let first: Vec<_> = plan.by_ref().take(2).map(of).collect();
        assert!(first.contains(&pair.to_vec()) && first.contains(&vec![drain_kill]));
        for slot in plan.by_ref().take(5) {
            let kinds: Vec<Kind> = slot.faults.iter().map(|fault| fault.kind).collect();
            assert_eq!(kinds, [Kind::Own(Class::DrainKill)]);
        }
        plan.only(|_| false);
        assert_eq!(plan.next(), None);
    }

    #[test]
    fn words_are_read_back() {
        for class in Class::ALL {
            assert_eq!(class.word().parse(), Ok(*class));
        }
        assert!("server-tickle".parse::<Class>().is_err());
    }
}
