//! How the nodes are: what each says of itself once a second, in its beat, and what a node makes of it for people who
//! look after them. A pure machine; nothing is decided by it.
//!
//! Promises: a line for every node that was heard lately, with how old it is; a node that fell silent keeps its line, as
//! away, until another has taken its place or [`AWAY_MS`] are over; one that said goodbye leaves none. All of it is
//! bounded: so many nodes, lines of so many bytes, an hour of minutes. It must not know what a number is good for.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::{nodes::UNHEARD_MS, port::NodeName, timing::Spread};

/// Other nodes that have a line; of more, those that have been silent for the longest give way, then newcomers.
pub const NODES_TOLD_MAX: usize = 100;
/// A silent node is shown as away for this long.
pub const AWAY_MS: u64 = 10 * 60 * 1_000;
/// Minutes that are remembered.
pub const MINUTES_MAX: usize = 60;
/// A rate is that of so many seconds: long enough to be read, short enough to follow.
const RATE_SECONDS: usize = 10;
/// A text in a report, in bytes: addresses and reasons.
const TEXT_BYTES_MAX: usize = 200;
const MINUTE_MS: u64 = 60_000;

/// What a node says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Where it is, for people.
    pub address: String,
    /// Its build.
    pub build: String,
    /// When it began, by its own clock.
    pub started_ms: u64,
    /// Why clients should not be sent to it; `None`: they should.
    pub unready: Option<String>,
    /// Why the bus is not whole for it; `None`: it is.
    pub bus_away: Option<String>,
    /// Open sessions, and how many connections there may be.
    pub sessions: Gauge,
    /// Users with a session there.
    pub users: u64,
    /// Rooms in memory.
    pub rooms: u64,
    /// About what they take, in bytes.
    pub rooms_bytes: Gauge,
    /// Frames that wait for sockets, in bytes.
    pub outboxes_bytes: Gauge,
    /// Sends that wait for the store, in bytes.
    pub sends_bytes: Gauge,
    /// What the process holds in memory, in bytes, if the system says so.
    pub memory_bytes: Option<u64>,
    /// What it has done since it began.
    pub done: Done,
    /// The same in the last seconds, a minute.
    pub a_minute: Done,
    /// How long appends took lately.
    pub appends: Option<Spread>,
    /// Age of the room that was longest not compared with the store.
    pub audit_oldest_ms: u64,
    /// How far its clock is ahead of the median of the others', if enough have been measured.
    pub clock_ahead_ms: Option<i64>,
}

impl Report {
    /// With texts of a bounded length.
    pub fn bounded(mut self) -> Self {
        let texts = [&mut self.address, &mut self.build];
        let reasons = [&mut self.unready, &mut self.bus_away];
        for text in texts.into_iter().chain(reasons.into_iter().flatten()) {
            text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
        }
        self
    }
}

/// Something that may fill.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gauge {
    /// Now.
    pub now: u64,
    /// The most that it may be.
    pub max: u64,
}

/// What was done: sums that only rise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Messages that were taken in from clients here, and stored by whichever node.
    pub messages: u64,
    /// Events that were handed to sockets here.
    pub deliveries: u64,
}

impl Done {
    fn since(self, before: Self) -> Self {
        Self {
            messages: self.messages.saturating_sub(before.messages),
            deliveries: self.deliveries.saturating_sub(before.deliveries),
        }
    }

    fn add(&mut self, more: Self) {
        self.messages += more.messages;
        self.deliveries += more.deliveries;
    }
}

/// A minute of all nodes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minute {
    /// When it began, in milliseconds since 1970 (UTC).
    pub at_ms: u64,
    /// What was done in it.
    pub done: Done,
}

/// How a node is to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// This node itself, or one that beats.
    Here,
    /// It beats, and is going away.
    Leaving,
    /// It has fallen silent.
    Away,
}

/// What is known of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The node.
    pub node: NodeName,
    /// How it is to this one.
    pub heard: Heard,
    /// How long ago it was heard.
    pub age_ms: u64,
    /// What it said of itself last; `None`: it is of a build that says nothing.
    pub report: Option<Report>,
}

#[derive(Debug)]
struct Other {
    heard_ms: u64,
    leaving: bool,
    report: Option<Report>,
    /// What of its sums is in the minutes already.
    counted: Done,
}

/// What a node knows of itself and the others.
#[derive(Debug)]
pub struct Overview {
    own: NodeName,
    report: Option<Report>,
    said_ms: u64,
    /// The own sums of the last seconds, the oldest first.
    seconds: VecDeque<(u64, Done)>,
    counted: Done,
    others: BTreeMap<NodeName, Other>,
    /// The minute that is not over yet.
    minute: Minute,
    minutes: VecDeque<Minute>,
}

impl Overview {
    /// Nothing is known yet.
    pub fn new(own: NodeName) -> Self {
        Self {
            own,
            report: None,
            said_ms: 0,
            seconds: VecDeque::new(),
            counted: Done::default(),
            others: BTreeMap::new(),
            minute: Minute {
                at_ms: 0,
                done: Done::default(),
            },
            minutes: VecDeque::new(),
        }
    }

    /// What this node has done in a minute, at the rate of the last seconds. To be asked once a second, with the sums.
    pub fn rate(&mut self, now_ms: u64, done: Done) -> Done {
        self.seconds.push_back((now_ms, done));
        while self.seconds.len() > RATE_SECONDS + 1 {
            self.seconds.pop_front();
        }
        let Some((since_ms, before)) = self.seconds.front() else {
            return Done::default();
        };
        let took_ms = now_ms.saturating_sub(*since_ms);
        let done = done.since(*before);
        let a_minute = |n: u64| (n * MINUTE_MS).checked_div(took_ms).unwrap_or_default();
        Done {
            messages: a_minute(done.messages),
            deliveries: a_minute(done.deliveries),
        }
    }

    /// What this node says of itself from now on; a second of its and the others' work is over.
    pub fn say(&mut self, now_ms: u64, wall_ms: u64, report: Report) {
        let report = report.bounded();
        let mut done = report.done.since(self.counted);
        self.counted = report.done;
        for other in self.others.values_mut() {
            if let Some(report) = &other.report {
                done.add(report.done.since(other.counted));
                other.counted = report.done;
            }
        }
        self.count(wall_ms, done);
        self.report = Some(report);
        self.said_ms = now_ms;
        self.forget(now_ms);
    }

    /// What this node says of itself now.
    pub fn said(&self) -> Option<&Report> {
        self.report.as_ref()
    }

    /// Another node was heard.
    pub fn heard(&mut self, now_ms: u64, node: &NodeName, leaving: bool, report: Option<&Report>) {
        if *node == self.own {
            return;
        }
        let report = report.cloned().map(Report::bounded);
        if let Some(other) = self.others.get_mut(node) {
            other.heard_ms = now_ms;
            other.leaving = leaving;
            // A goodbye from a node that has stopped to look at itself.
            if report.is_some() {
                other.report = report;
            }
            return;
        }
        if !self.has_place(now_ms) {
            return;
        }
        // What it had done before it was heard is no work of this minute.
        let counted = report.as_ref().map(|report| report.done);
        let other = Other {
            heard_ms: now_ms,
            leaving,
            report,
            counted: counted.unwrap_or_default(),
        };
        self.others.insert(node.clone(), other);
    }

    /// All nodes: this one first, then the others by name.
    pub fn lines(&self, now_ms: u64) -> Vec<Line> {
        let own = Line {
            node: self.own.clone(),
            heard: Heard::Here,
            age_ms: now_ms.saturating_sub(self.said_ms),
            report: self.report.clone(),
        };
        let others = self.others.iter().map(|(node, other)| Line {
            node: node.clone(),
            heard: match (other.is_silent(now_ms), other.leaving) {
                (true, _) => Heard::Away,
                (false, true) => Heard::Leaving,
                (false, false) => Heard::Here,
            },
            age_ms: now_ms.saturating_sub(other.heard_ms),
            report: other.report.clone(),
        });
        std::iter::once(own).chain(others).collect()
    }

    /// The minutes that are over, the oldest first: as far as this node was there.
    pub fn minutes(&self) -> impl Iterator<Item = &Minute> {
        self.minutes.iter()
    }

    fn count(&mut self, wall_ms: u64, done: Done) {
        let at_ms = wall_ms - wall_ms % MINUTE_MS;
        if self.minute.at_ms != at_ms {
            // One in which the clock was set is left out.
            if self.minute.at_ms + MINUTE_MS == at_ms {
                self.minutes.push_back(self.minute);
            }
            while self.minutes.len() > MINUTES_MAX {
                self.minutes.pop_front();
            }
            self.minute = Minute {
                at_ms,
                done: Done::default(),
            };
        }
        self.minute.done.add(done);
    }

    /// Lets go of those who said goodbye, of who has been silent for long, and of who began anew under another name.
    fn forget(&mut self, now_ms: u64) {
        let mut began: BTreeMap<String, u64> = BTreeMap::new();
        let own = self.report.iter();
        let heard = self.others.values();
        let heard = heard.filter(|other| !other.is_silent(now_ms));
        let heard = heard.filter_map(|other| other.report.as_ref());
        for report in own.chain(heard) {
            let last = began.entry(report.address.clone()).or_default();
            *last = report.started_ms.max(*last);
        }
        self.others.retain(|_, other| {
            if !other.is_silent(now_ms) {
                return true;
            }
            let is_replaced = other.report.as_ref().is_some_and(|report| {
                let began = began.get(&report.address);
                began.is_some_and(|began| *began > report.started_ms)
            });
            let is_over = now_ms.saturating_sub(other.heard_ms) >= AWAY_MS;
            !other.leaving && !is_replaced && !is_over
        });
    }

    /// Makes a place for one more, if there is none: a node that is heard does not give way.
    fn has_place(&mut self, now_ms: u64) -> bool {
        if self.others.len() < NODES_TOLD_MAX {
            return true;
        }
        let silent = self.others.iter();
        let silent = silent.filter(|(_, other)| other.is_silent(now_ms));
        let longest = silent.min_by_key(|(_, other)| other.heard_ms);
        let longest = longest.map(|(node, _)| node.clone());
        longest.is_some_and(|node| self.others.remove(&node).is_some())
    }
}

impl Other {
    fn is_silent(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.heard_ms) >= UNHEARD_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> NodeName {
        NodeName(text.into())
    }

    fn report(address: &str, started_ms: u64, messages: u64) -> Report {
        Report {
            address: address.into(),
            started_ms,
            done: Done {
                messages,
                deliveries: 10 * messages,
            },
            ..Report::default()
        }
    }

    /// A node `a` that has looked at itself once.
    fn overview() -> Overview {
        let mut overview = Overview::new(name("a"));
        overview.say(1, 0, report("a:1", 0, 0));
        overview
    }

    fn told(overview: &Overview, now_ms: u64) -> Vec<(String, Heard, u64)> {
        let lines = overview.lines(now_ms).into_iter();
        lines
            .map(|line| (line.node.0, line.heard, line.age_ms))
            .collect()
    }

    #[test]
    fn a_node_that_falls_silent_is_shown_as_away_and_for_how_long() {
        let mut overview = overview();
        let b = report("b:1", 0, 0);
        overview.heard(1_000, &name("b"), false, Some(&b));
        overview.heard(1_000, &name("a"), false, Some(&b));
        assert_eq!(told(&overview, 1_500)[1], ("b".into(), Heard::Here, 500));
        let silent_ms = 1_000 + UNHEARD_MS;
        overview.say(silent_ms, silent_ms, report("a:1", 0, 0));
        let lines = overview.lines(silent_ms);
        assert_eq!(lines.len(), 2, "this node has one line: {lines:?}");
        assert_eq!((lines[1].heard, lines[1].age_ms), (Heard::Away, UNHEARD_MS));
        assert_eq!(lines[1].report, Some(b), "with what it said last");
        let over_ms = 1_000 + AWAY_MS;
        overview.say(over_ms - 1, over_ms, report("a:1", 0, 0));
        assert_eq!(told(&overview, over_ms).len(), 2);
        overview.say(over_ms, over_ms, report("a:1", 0, 0));
        assert_eq!(told(&overview, over_ms).len(), 1);
    }

    #[test]
    fn a_node_that_says_goodbye_is_leaving_and_then_has_no_line() {
        let mut overview = overview();
        overview.heard(1_000, &name("b"), false, Some(&report("b:1", 0, 0)));
        overview.heard(2_000, &name("b"), true, None);
        let lines = overview.lines(2_000);
        assert_eq!(lines[1].heard, Heard::Leaving);
        assert!(lines[1].report.is_some());
        overview.say(2_000 + UNHEARD_MS, 0, report("a:1", 0, 0));
        assert_eq!(told(&overview, 2_000 + UNHEARD_MS).len(), 1);
    }

    #[test]
    fn a_node_that_begins_anew_takes_the_line_of_the_one_that_died() {
        let mut overview = overview();
        overview.heard(1_000, &name("b-1"), false, Some(&report("b:1", 5, 0)));
        overview.heard(1_000, &name("c-1"), false, Some(&report("c:1", 5, 0)));
        let later_ms = 1_000 + UNHEARD_MS;
        overview.heard(later_ms, &name("b-2"), false, Some(&report("b:1", 9, 0)));
        overview.say(later_ms, 0, report("a:1", 0, 0));
        let nodes: Vec<_> = told(&overview, later_ms)
            .into_iter()
            .map(|(node, heard, _)| (node, heard))
            .collect();
        assert_eq!(
            nodes,
            [
                ("a".into(), Heard::Here),
                ("b-2".into(), Heard::Here),
                ("c-1".into(), Heard::Away)
            ]
        );
    }

    #[test]
    fn a_node_of_a_build_that_says_nothing_of_itself_has_a_line_all_the_same() {
        let mut overview = overview();
        overview.heard(1_000, &name("b"), false, None);
        let lines = overview.lines(1_000);
        assert_eq!((lines[1].heard, &lines[1].report), (Heard::Here, &None));
    }

    #[test]
    fn however_many_nodes_come_those_that_are_heard_keep_their_lines() {
        let mut overview = overview();
        for n in 0..2 * NODES_TOLD_MAX {
            let now_ms = 1_000 + UNHEARD_MS * u64::from(n >= NODES_TOLD_MAX / 2);
            overview.heard(now_ms, &name(&format!("n{n:03}")), false, None);
        }
        let now_ms = 1_000 + UNHEARD_MS;
        let lines = told(&overview, now_ms);
        assert_eq!(lines.len(), NODES_TOLD_MAX + 1);
        assert!(lines.iter().all(|(_, heard, _)| *heard == Heard::Here));
        assert_eq!(lines[1].0, format!("n{:03}", NODES_TOLD_MAX / 2));
    }

    #[test]
    fn the_minutes_hold_what_all_nodes_did_each_thing_once() {
        let mut overview = overview();
        let mut now_ms = 1;
        let mut say = |overview: &mut Overview, wall_ms: u64, messages: u64| {
            now_ms += 1_000;
            overview.say(now_ms, wall_ms, report("a:1", 0, messages));
        };
        // It had done much before it was heard, and a beat of it is lost.
        overview.heard(100, &name("b"), false, Some(&report("b:1", 0, 1_000)));
        say(&mut overview, 1_000, 5);
        overview.heard(200, &name("b"), false, Some(&report("b:1", 0, 1_003)));
        say(&mut overview, 2_000, 5);
        assert_eq!(overview.minutes().count(), 0, "none is over");
        say(&mut overview, 60_000, 9);
        overview.heard(300, &name("b"), false, Some(&report("b:1", 0, 1_004)));
        say(&mut overview, 61_000, 9);
        say(&mut overview, 120_000, 9);
        let minutes: Vec<_> = overview.minutes().collect();
        let messages = minutes
            .iter()
            .map(|minute| (minute.at_ms, minute.done.messages));
        assert_eq!(messages.collect::<Vec<_>>(), [(0, 8), (60_000, 5)]);
        assert_eq!(minutes[1].done.deliveries, 50);
        for minute in 3..200 {
            say(&mut overview, minute * 60_000, 9);
        }
        assert_eq!(overview.minutes().count(), MINUTES_MAX);
        assert_eq!(overview.minutes().last().unwrap().at_ms, 198 * 60_000);
    }

    #[test]
    fn a_minute_in_which_the_clock_was_set_is_left_out() {
        let mut overview = overview();
        overview.say(1_001, 5 * MINUTE_MS, report("a:1", 0, 1));
        overview.say(2_001, 2 * MINUTE_MS, report("a:1", 0, 2));
        overview.say(3_001, 3 * MINUTE_MS, report("a:1", 0, 3));
        let minutes: Vec<_> = overview.minutes().map(|minute| minute.at_ms).collect();
        assert_eq!(minutes, [2 * MINUTE_MS]);
    }

    #[test]
    fn a_rate_is_that_of_the_last_seconds() {
        let mut overview = overview();
        let sums = |messages| Done {
            messages,
            deliveries: 0,
        };
        assert_eq!(overview.rate(0, sums(7)), Done::default());
        assert_eq!(overview.rate(1_000, sums(9)).messages, 120);
        for second in 2..=20 {
            overview.rate(second * 1_000, sums(9));
        }
        assert_eq!(overview.rate(21_000, sums(9)), Done::default());
    }

    #[test]
    fn texts_are_cut_between_letters() {
        let long = Report {
            address: "ü".repeat(TEXT_BYTES_MAX),
            unready: Some("x".repeat(10_000)),
            ..Report::default()
        };
        let bounded = long.bounded();
        assert_eq!(bounded.address, "ü".repeat(TEXT_BYTES_MAX / 2));
        assert_eq!(bounded.unready.map(|why| why.len()), Some(TEXT_BYTES_MAX));
    }
}
