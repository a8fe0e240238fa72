//! What a node knows of its own health by the small messages that it sends itself and its peers: whether it can write,
//! whether it is heard and hears, and whether its clock is like the others'. A pure machine.
//!
//! It takes a node out of the balancer only for what others do not suffer too: where all are in one state, nothing is
//! gained by sending clients elsewhere (`docs/decisions/0011-canary-readiness.md`). So nodes tell each other, on a
//! board that they keep in the store, how long each has not heard itself. A node that cannot write says so in any case,
//! but sends newcomers on only while the board shows that another can. It must not know stores, buses or tasks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::port::NodeName;

/// From one round to the next.
pub const ROUND_MS: u64 = 2_000;
/// The same while the node may be deaf: the others' word is wanted soon.
pub const ROUND_IN_DOUBT_MS: u64 = 1_000;
/// A write that takes longer counts as none. Sends have more time still: a store that is only slow is no reason to
/// take all nodes away.
pub const WRITE_MS: u64 = 5_000;
/// Without a write for this long the node cannot append: a round's pause, and a write that hangs, and some.
pub const UNWRITTEN_MS: u64 = 8_000;
/// Without a message of its own coming back for this long the node may be deaf: six beats and three canaries.
pub const UNHEARD_MS: u64 = 6_000;
/// How much later than this node another must have heard itself, to be believed that it is not alike for both. Beats
/// go each second: when a bus dies for all, their last echoes lie no further apart.
pub const LATER_MS: u64 = 2_500;
/// What another has said of itself is believed for this long.
const SAID_MS: u64 = 8_000;
/// A clock further than this from those of most nodes is wrong. Clocks kept by NTP differ by milliseconds, a measured
/// difference is wrong by half its round trip at most, and events of a clock that is ahead hold up the times of all
/// that follow in their rooms.
pub const OFF_MS: u64 = 5_000;
/// A round trip that took longer says nothing of clocks.
const TRIP_MS_MAX: u64 = 1_000;
/// A measured difference is good for this long.
const MEASURED_MS: u64 = 20_000;
/// A clock must have been off for this long: one measurement may have met a jump of the own clock.
const OFF_FOR_MS: u64 = 1_500;
/// Nodes on the board; those that have not changed for the longest give way.
const BOARD_MAX: usize = 64;
/// Who has not changed on the board for this long is not written again, and once off it is remembered as long: else
/// nodes that forgot it at different times would hand it to each other for ever.
const BOARD_MS: u64 = 30_000;

/// Why a node should not be given clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unready {
    /// It cannot write to the store.
    Unwritten,
    /// It does not hear its own messages, and another node does.
    Deaf,
    /// Its clock is so far from those of most nodes: the difference in milliseconds, positive if it is ahead.
    Clock(i64),
}

impl Unready {
    /// All of them as labels.
    pub const LABELS: [&'static str; 3] = ["store", "deaf", "clock"];

    /// As a label.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Unwritten => Self::LABELS[0],
            Self::Deaf => Self::LABELS[1],
            Self::Clock(_) => Self::LABELS[2],
        }
    }
}

/// What a node says of itself on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    /// One more with each time that it is written.
    n: u64,
    /// How long ago the node last heard itself when it wrote this.
    unheard_ms: u64,
}

/// Another node's line as it was seen to change.
#[derive(Debug, Clone, Copy)]
struct Seen {
    line: Line,
    changed_ms: u64,
    /// When it was last seen on the board.
    there_ms: u64,
    /// When the line was written, at the earliest that it can have been; unknown for a line met for the first time.
    written_ms: Option<u64>,
}

impl Seen {
    /// When the node heard itself last before it wrote the line, at the earliest that it can have been.
    fn heard_ms(&self) -> Option<u64> {
        let written_ms = self.written_ms?;
        Some(written_ms.saturating_sub(self.line.unheard_ms))
    }
}

/// The difference to another node's clock.
#[derive(Debug, Clone, Copy)]
struct Measured {
    at_ms: u64,
    /// Positive if the other is ahead.
    ahead_ms: i64,
}

/// The round that is open.
#[derive(Debug, Clone, Copy)]
struct Open {
    began_ms: u64,
    published_ms: u64,
    wall_ms: u64,
    echoed: bool,
}

/// How long what has come back was under way, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Took {
    /// Since it was published.
    pub bus_ms: u64,
    /// Since the round began with its write.
    pub whole_ms: u64,
}

/// A node's canary.
#[derive(Debug)]
pub struct Canary {
    own: NodeName,
    n: u64,
    round: u64,
    open: Option<Open>,
    written_ms: u64,
    heard_ms: u64,
    read_ms: Option<u64>,
    others: BTreeMap<NodeName, Seen>,
    clocks: BTreeMap<NodeName, Measured>,
    off_since_ms: Option<u64>,
}

impl Canary {
    /// As if all had been well until now.
    pub fn new(own: NodeName, now_ms: u64) -> Self {
        Self {
            own,
            n: 0,
            round: 0,
            open: None,
            written_ms: now_ms,
            heard_ms: now_ms,
            read_ms: None,
            others: BTreeMap::new(),
            clocks: BTreeMap::new(),
            off_since_ms: None,
        }
    }

    /// The board as it was read; `None` if there is none yet. What is no board counts as an empty one.
    pub fn read(&mut self, now_ms: u64, board: Option<&str>) {
        let lines: BTreeMap<NodeName, Line> = board
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        for (node, line) in lines {
            if node == self.own {
                continue;
            }
            let before = self.others.get_mut(&node);
            if let Some(seen) = before
                && seen.line == line
            {
                seen.there_ms = now_ms;
                continue;
            }
            let before = self.others.get(&node);
            // It was written after the last time that the board was read without it.
            let written_ms = before.and(self.read_ms);
            let seen = Seen {
                line,
                changed_ms: now_ms,
                there_ms: now_ms,
                written_ms,
            };
            self.others.insert(node, seen);
        }
        self.others
            .retain(|_, seen| now_ms.saturating_sub(seen.there_ms) < BOARD_MS);
        while self.others.len() >= BOARD_MAX {
            let oldest = self.others.iter().min_by_key(|(_, seen)| seen.changed_ms);
            let Some(oldest) = oldest.map(|(node, _)| node.clone()) else {
                break;
            };
            self.others.remove(&oldest);
        }
        self.read_ms = Some(now_ms);
    }

    /// The board to be written: as it was read, with a new line of this node's.
    pub fn board(&mut self, now_ms: u64) -> String {
        self.n += 1;
        let own = Line {
            n: self.n,
            unheard_ms: now_ms.saturating_sub(self.heard_ms),
        };
        let lately = |seen: &Seen| now_ms.saturating_sub(seen.changed_ms) < BOARD_MS;
        let others = self.others.iter().filter(|(_, seen)| lately(seen));
        let others = others.map(|(node, seen)| (node, seen.line));
        let board: BTreeMap<&NodeName, Line> = others.chain([(&self.own, own)]).collect();
        // Names and numbers: writing them cannot fail.
        serde_json::to_string(&board).unwrap_or_default()
    }

    /// The store has taken the board.
    pub fn written(&mut self, now_ms: u64) {
        self.written_ms = now_ms;
    }

    /// A round's messages go out now; the round began at `began_ms` with its write. Gives the round's number.
    pub fn published(&mut self, began_ms: u64, now_ms: u64, wall_ms: u64) -> u64 {
        self.round += 1;
        self.open = Some(Open {
            began_ms,
            published_ms: now_ms,
            wall_ms,
            echoed: false,
        });
        self.round
    }

    /// A message of this node's own has come back to it over the bus.
    pub fn heard_itself(&mut self, now_ms: u64) {
        self.heard_ms = self.heard_ms.max(now_ms);
    }

    /// This round's canary has come back; how long it took, the first time.
    pub fn echoed(&mut self, now_ms: u64, round: u64) -> Option<Took> {
        self.heard_itself(now_ms);
        let open = self.open.as_mut().filter(|_| round == self.round)?;
        if std::mem::replace(&mut open.echoed, true) {
            return None;
        }
        Some(Took {
            bus_ms: now_ms.saturating_sub(open.published_ms),
            whole_ms: now_ms.saturating_sub(open.began_ms),
        })
    }

    /// A peer has answered this round's canary; `peer_wall_ms` was its clock in between. How long it took there and back.
    pub fn answered(
        &mut self,
        now_ms: u64,
        wall_ms: u64,
        round: u64,
        peer: NodeName,
        peer_wall_ms: u64,
    ) -> Option<u64> {
        let open = self.open.filter(|_| round == self.round)?;
        let trip_ms = now_ms.saturating_sub(open.published_ms);
        if trip_ms <= TRIP_MS_MAX {
            let middle = open.wall_ms.midpoint(wall_ms);
            let ahead_ms = i64::try_from(i128::from(peer_wall_ms) - i128::from(middle));
            let measured = Measured {
                at_ms: now_ms,
                ahead_ms: ahead_ms.unwrap_or(i64::MAX),
            };
            self.clocks.insert(peer, measured);
        }
        self.clocks
            .retain(|_, clock| now_ms.saturating_sub(clock.at_ms) < MEASURED_MS);
        self.off_since_ms = self.off_ms(now_ms).and(self.off_since_ms.or(Some(now_ms)));
        Some(trip_ms)
    }

    /// How far this clock is ahead of the median of the others'; `None` if none was measured lately.
    pub fn ahead_ms(&self, now_ms: u64) -> Option<i64> {
        let mut ahead: Vec<i64> = self.measured(now_ms).collect();
        ahead.sort_unstable();
        let middle = ahead.get(ahead.len() / 2)?;
        Some(middle.saturating_neg())
    }

    fn measured(&self, now_ms: u64) -> impl Iterator<Item = i64> {
        let lately = move |clock: &&Measured| now_ms.saturating_sub(clock.at_ms) < MEASURED_MS;
        let ahead = |clock: &Measured| clock.ahead_ms;
        self.clocks.values().filter(lately).map(ahead)
    }

    /// How far ahead this clock is, if more than half of all nodes, this one included, agree that it is wrong. Of two
    /// nodes neither can say which is.
    fn off_ms(&self, now_ms: u64) -> Option<i64> {
        let ahead_ms = self.ahead_ms(now_ms)?;
        let far = |a: i64, b: i64| a.abs_diff(b) > OFF_MS;
        let nodes = self.measured(now_ms).count() + 1;
        let agreed = self
            .measured(now_ms)
            .filter(|peer| !far(*peer, -ahead_ms))
            .count();
        (far(ahead_ms, 0) && agreed * 2 > nodes).then_some(ahead_ms)
    }

    /// Whether the node has not heard itself for longer than usual.
    pub fn in_doubt(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.heard_ms) > LATER_MS
    }

    /// Whether the node should be given clients.
    ///
    /// # Errors
    /// Why not.
    pub fn verdict(&self, now_ms: u64) -> Result<(), Unready> {
        if self.is_unwritten(now_ms) {
            return Err(Unready::Unwritten);
        }
        self.verdict_beside_others(now_ms)
    }

    /// Whether a client is as well off at this node as at any other, as far as it knows. It is where all are alike, and
    /// where there is no other.
    ///
    /// # Errors
    /// Why not.
    pub fn verdict_beside_others(&self, now_ms: u64) -> Result<(), Unready> {
        // It has written since this node last did, and not long ago.
        let writes = |seen: &Seen| {
            seen.written_ms > Some(self.written_ms)
                && now_ms.saturating_sub(seen.changed_ms) < SAID_MS
        };
        if self.is_unwritten(now_ms) && self.others.values().any(writes) {
            return Err(Unready::Unwritten);
        }
        // An echo that is later than this node's own, and not long past.
        let hears = |seen: &Seen| {
            seen.heard_ms().is_some_and(|heard_ms| {
                heard_ms > self.heard_ms + LATER_MS && heard_ms + SAID_MS > now_ms
            })
        };
        if now_ms.saturating_sub(self.heard_ms) >= UNHEARD_MS && self.others.values().any(hears) {
            return Err(Unready::Deaf);
        }
        match (self.off_ms(now_ms), self.off_since_ms) {
            (Some(ahead_ms), Some(since)) if now_ms.saturating_sub(since) >= OFF_FOR_MS => {
                Err(Unready::Clock(ahead_ms))
            }
            _ => Ok(()),
        }
    }

    fn is_unwritten(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.written_ms) >= UNWRITTEN_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> NodeName {
        NodeName(text.into())
    }

    fn canary(own: &str) -> Canary {
        Canary::new(name(own), 0)
    }

    /// Nodes that share a board, one round each a second and a beat with it while they hear themselves.
    struct Table {
        board: Option<String>,
        nodes: Vec<Canary>,
        /// Those whose writes fail.
        full: Vec<usize>,
        now_ms: u64,
    }

    impl Table {
        fn of(names: &[&str]) -> Self {
            Self {
                board: None,
                nodes: names.iter().map(|own| canary(own)).collect(),
                full: Vec::new(),
                now_ms: 0,
            }
        }

        /// Lets time pass; only these hear themselves.
        fn pass(&mut self, ms: u64, hearing: &[usize]) {
            for _ in 0..ms / 500 {
                self.now_ms += 500;
                for (at, node) in self.nodes.iter_mut().enumerate() {
                    // Not all in the same moment.
                    if self.now_ms / 500 % 2 != at as u64 % 2 {
                        continue;
                    }
                    if hearing.contains(&at) {
                        node.heard_itself(self.now_ms);
                    }
                    if node.in_doubt(self.now_ms) || self.now_ms / 1000 % 2 == at as u64 % 2 {
                        node.read(self.now_ms, self.board.as_deref());
                        let board = node.board(self.now_ms);
                        if !self.full.contains(&at) {
                            self.board = Some(board);
                            node.written(self.now_ms);
                        }
                    }
                }
            }
        }

        fn verdicts(&self) -> Vec<Result<(), Unready>> {
            self.nodes
                .iter()
                .map(|node| node.verdict(self.now_ms))
                .collect()
        }

        fn beside_others(&self) -> Vec<Result<(), Unready>> {
            self.nodes
                .iter()
                .map(|node| node.verdict_beside_others(self.now_ms))
                .collect()
        }
    }

    #[test]
    fn a_deaf_node_leaves_in_time_and_returns_when_it_hears_again() {
        let mut table = Table::of(&["a", "b", "c"]);
        table.pass(20_000, &[0, 1, 2]);
        assert_eq!(table.verdicts(), [Ok(()); 3]);
        table.pass(5_000, &[0, 1]);
        assert_eq!(table.verdicts(), [Ok(()); 3], "no flapping by a pause");
        table.pass(3_500, &[0, 1]);
        assert_eq!(table.verdicts(), [Ok(()), Ok(()), Err(Unready::Deaf)]);
        table.pass(60_000, &[0, 1]);
        assert_eq!(table.verdicts(), [Ok(()), Ok(()), Err(Unready::Deaf)]);
        table.pass(1_000, &[0, 1, 2]);
        assert_eq!(table.verdicts(), [Ok(()); 3]);
    }

    #[test]
    fn nobody_leaves_where_nobody_hears() {
        let mut table = Table::of(&["a", "b", "c"]);
        table.pass(20_000, &[0, 1, 2]);
        for _ in 0..120 {
            table.pass(500, &[]);
            assert_eq!(table.verdicts(), [Ok(()); 3], "at {}", table.now_ms);
        }
    }

    #[test]
    fn a_deaf_node_comes_back_when_the_others_have_become_so_too() {
        let mut table = Table::of(&["a", "b"]);
        table.pass(10_000, &[0, 1]);
        table.pass(12_000, &[0]);
        assert_eq!(table.verdicts(), [Ok(()), Err(Unready::Deaf)]);
        table.pass(SAID_MS + 2_000, &[]);
        assert_eq!(table.verdicts(), [Ok(()); 2]);
    }

    #[test]
    fn a_node_that_cannot_write_leaves_and_returns_with_the_first_write() {
        let mut canary = canary("a");
        canary.written(1_000);
        assert_eq!(canary.verdict(1_000 + UNWRITTEN_MS - 1), Ok(()));
        assert_eq!(
            canary.verdict(1_000 + UNWRITTEN_MS),
            Err(Unready::Unwritten)
        );
        canary.written(9_000);
        assert_eq!(canary.verdict(9_000), Ok(()));
    }

    #[test]
    fn who_cannot_write_sends_newcomers_on_only_while_another_can() {
        let unwritten: Result<(), Unready> = Err(Unready::Unwritten);
        let mut table = Table::of(&["a", "b", "c"]);
        table.pass(20_000, &[0, 1, 2]);
        table.full = vec![2];
        table.pass(9_000, &[0, 1, 2]);
        assert_eq!(table.beside_others(), [Ok(()), Ok(()), unwritten]);
        table.full = vec![0, 1, 2];
        table.pass(10_000, &[0, 1, 2]);
        assert_eq!(table.verdicts(), [unwritten; 3]);
        assert_eq!(table.beside_others(), [Ok(()); 3]);
        table.full = vec![0, 2];
        table.pass(4_000, &[0, 1, 2]);
        assert_eq!(table.beside_others(), [unwritten, Ok(()), unwritten]);
        table.full.clear();
        table.pass(2_000, &[0, 1, 2]);
        assert_eq!(table.beside_others(), [Ok(()); 3]);
    }

    #[test]
    fn who_is_deaf_sends_newcomers_on_and_a_lone_node_never_does() {
        let mut table = Table::of(&["a", "b"]);
        table.pass(10_000, &[0, 1]);
        table.pass(12_000, &[0]);
        assert_eq!(table.beside_others(), [Ok(()), Err(Unready::Deaf)]);
        let mut lone = canary("a");
        // What it wrote on the board before it was started anew, under another name.
        let former = r#"{"z":{"n":7,"unheard_ms":0}}"#;
        for at in [1_000, 3_000, 5_000, 7_000, 9_000] {
            lone.read(at, Some(former));
        }
        assert_eq!(lone.verdict(9_000), Err(Unready::Unwritten));
        assert_eq!(lone.verdict_beside_others(9_000), Ok(()));
    }

    /// Rounds in which peers answer whose clocks are so far ahead of this node's.
    fn measured(peers: &[(&str, i64)]) -> Canary {
        let mut canary = canary("own");
        for at in [1_000, 3_000] {
            let wall = 1_000_000 + at;
            let round = canary.published(at, at, wall);
            for (peer, ahead) in peers {
                let theirs = (wall + 5).checked_add_signed(*ahead).unwrap();
                let trip = canary.answered(at + 10, wall + 10, round, name(peer), theirs);
                assert_eq!(trip, Some(10));
            }
            canary.written(at);
            canary.heard_itself(at);
        }
        canary
    }

    #[test]
    fn a_clock_is_judged_by_the_agreement_of_most() {
        type Peers = &'static [(&'static str, i64)];
        let table: &[(Peers, Result<(), Unready>)] = &[
            (&[], Ok(())),
            (&[("b", 20), ("c", -20)], Ok(())),
            (
                &[("b", 90_000), ("c", 90_100)],
                Err(Unready::Clock(-90_100)),
            ),
            (
                &[("b", -90_000), ("c", -89_000)],
                Err(Unready::Clock(89_000)),
            ),
            // Another's is wrong.
            (&[("b", 90_000), ("c", 0)], Ok(())),
            // Nobody can say whose is.
            (&[("b", 90_000)], Ok(())),
            (&[("b", 90_000), ("c", 90_000), ("d", 0)], Ok(())),
            (&[("b", 90_000), ("c", -90_000)], Ok(())),
            (&[("b", 4_000), ("c", 4_900)], Ok(())),
        ];
        for (peers, expected) in table {
            assert_eq!(measured(peers).verdict(3_010), *expected, "{peers:?}");
        }
        let two = measured(&[("b", 90_000)]);
        assert_eq!(
            two.ahead_ms(3_010),
            Some(-90_000),
            "it is told all the same"
        );
    }

    #[test]
    fn one_measurement_is_not_enough_and_old_ones_are_forgotten() {
        let mut canary = canary("own");
        let round = canary.published(0, 0, 1_000);
        for peer in ["b", "c"] {
            canary.answered(10, 1_010, round, name(peer), 91_000);
        }
        canary.heard_itself(10);
        assert_eq!(canary.verdict(10), Ok(()));
        let canary = measured(&[("b", 90_000), ("c", 90_000)]);
        assert!(canary.ahead_ms(3_010 + MEASURED_MS).is_none());
    }

    #[test]
    fn a_slow_answer_says_nothing_of_clocks() {
        let mut canary = canary("own");
        let round = canary.published(0, 0, 1_000);
        let trip = canary.answered(1_500, 2_500, round, name("b"), 90_000);
        assert_eq!((trip, canary.ahead_ms(1_500)), (Some(1_500), None));
        let late = canary.answered(1_600, 2_600, round + 1, name("b"), 90_000);
        assert_eq!(late, None, "an answer to no open round");
    }

    #[test]
    fn an_echo_is_timed_once() {
        let mut canary = canary("own");
        let round = canary.published(100, 130, 0);
        let took = Took {
            bus_ms: 20,
            whole_ms: 50,
        };
        assert_eq!(canary.echoed(150, round), Some(took));
        assert_eq!(canary.echoed(160, round), None);
        assert_eq!(canary.echoed(170, round - 1), None, "an earlier round's");
    }

    #[test]
    fn whoever_is_gone_goes_off_the_board_for_good() {
        let mut table = Table::of(&["a", "b", "c"]);
        table.pass(10_000, &[0, 1, 2]);
        table.nodes.pop();
        table.pass(25_000, &[0, 1]);
        // It meets the line of the one that is gone as something new.
        table.nodes.push(canary("d"));
        table.pass(2 * BOARD_MS + 10_000, &[0, 1, 2]);
        let board = table.board.clone().unwrap();
        let lines: BTreeMap<String, Line> = serde_json::from_str(&board).unwrap();
        assert_eq!(lines.into_keys().collect::<Vec<_>>(), ["a", "b", "d"]);
    }

    #[test]
    fn the_board_stays_bounded_whoever_writes_on_it() {
        let mut canary = canary("own");
        canary.read(0, Some("what is this?"));
        let many: BTreeMap<String, Line> = (0..500)
            .map(|at| {
                let line = Line {
                    n: at,
                    unheard_ms: 0,
                };
                (format!("n{at}"), line)
            })
            .collect();
        canary.read(1_000, Some(&serde_json::to_string(&many).unwrap()));
        let board = canary.board(1_000);
        let lines: BTreeMap<String, Line> = serde_json::from_str(&board).unwrap();
        assert_eq!(lines.len(), BOARD_MAX);
        assert!(lines.contains_key("own"));
        canary.read(1_000 + BOARD_MS, Some("{}"));
        let board = canary.board(1_000 + BOARD_MS);
        assert_eq!(board, r#"{"own":{"n":2,"unheard_ms":31000}}"#);
    }
}
