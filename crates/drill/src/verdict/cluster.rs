//! Faults, resources, and the drill itself: whether what was asked for happened, whether the cluster came through it, and
//! whether the history is one.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter::once,
};

use super::{Bench, Promise, asked::Judged};
use crate::history::{Begin, FaultNo, Limits, Line, Record, RoomNo, When};

/// One fault as it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) class: String,
    pub(crate) target: String,
    pub(crate) began: u64,
    /// None if it was never taken back.
    pub(crate) healed: Option<u64>,
    pub(crate) outage: bool,
    pub(crate) heals_us: u64,
    /// The server that must leave the balancer while it lasts.
    pub(crate) leaves: Option<String>,
    /// What was seen of it, and how often.
    pub(crate) bits: Vec<(String, u64)>,
    pub(super) line: u64,
}

/// A process's belongings.
#[derive(Debug, Clone, Copy)]
struct Held {
    rss: u64,
    fds: u64,
    tasks: u64,
    line: u64,
}

#[derive(Debug)]
pub(super) struct Cluster {
    limits: Limits,
    asked: BTreeSet<String>,
    each_bites: bool,
    nodes: BTreeSet<String>,
    faults: BTreeMap<FaultNo, Fault>,
    before: BTreeMap<String, Held>,
    after: BTreeMap<String, Held>,
    read: BTreeSet<String>,
    described: BTreeSet<String>,
    quiet: Option<u64>,
    ended: Option<u64>,
    lines: u64,
    /// Stretches of time in which sends may go unacknowledged and readers be late, ascending, not touching.
    excused: Vec<(u64, u64)>,
    /// Those in which any fault was in force or healing.
    troubled: Vec<(u64, u64)>,
}

impl Cluster {
    pub(super) fn new(begin: &Begin) -> Self {
        Self {
            limits: begin.limits,
            asked: begin.faults.iter().cloned().collect(),
            each_bites: begin.each_bites,
            nodes: begin.nodes.iter().cloned().collect(),
            faults: BTreeMap::new(),
            before: BTreeMap::new(),
            after: BTreeMap::new(),
            read: BTreeSet::new(),
            described: BTreeSet::new(),
            quiet: None,
            ended: None,
            lines: 0,
            excused: Vec::new(),
            troubled: Vec::new(),
        }
    }

    /// Takes a line of the first going through.
    pub(super) fn take(&mut self, at: u64, line: &Line, bench: &mut Bench) {
        if self.ended.is_some() {
            bench.wrong(Promise::Whole, &[at], || "a line after the last".to_owned());
        }
        self.lines = at;
        match &line.record {
            Record::Fault {
                f,
                class,
                target,
                outage,
                heals_us,
                leaves,
            } => {
                let fault = Fault {
                    class: class.clone(),
                    target: target.clone(),
                    began: line.t,
                    healed: None,
                    outage: *outage,
                    heals_us: *heals_us,
                    leaves: leaves.clone(),
                    bits: Vec::new(),
                    line: at,
                };
                self.faults.insert(*f, fault);
            }
            Record::Healed { f } => {
                if let Some(fault) = self.faults.get_mut(f) {
                    fault.healed = Some(line.t);
                }
            }
            Record::Bit { f, what, n } => {
                if let Some(fault) = self.faults.get_mut(f) {
                    fault.bits.push((what.clone(), *n));
                }
            }
            Record::Undone { f, why } => {
                let fault = self.faults.get(f);
                let lines: Vec<u64> = fault.map(|fault| fault.line).into_iter().chain([at]).collect();
                let (class, target) = fault.map_or(("a fault", "?"), |fault| (&fault.class, &fault.target));
                bench.wrong(Promise::Expendable, &lines, || format!("{class} on {target}: {why}"));
            }
            Record::Sample {
                when,
                node,
                rss_bytes,
                fds,
                tasks,
                ..
            } => {
                let held = Held {
                    rss: *rss_bytes,
                    fds: *fds,
                    tasks: *tasks,
                    line: at,
                };
                match when {
                    // The most that it held when nothing was asked of it; the least that it came back to.
                    When::Before => {
                        let most = self.before.entry(node.clone()).or_insert(held);
                        most.rss = most.rss.max(held.rss);
                        most.fds = most.fds.max(held.fds);
                        most.tasks = most.tasks.max(held.tasks);
                    }
                    When::After => {
                        let least = self.after.entry(node.clone()).or_insert(held);
                        least.rss = least.rss.min(held.rss);
                        least.fds = least.fds.min(held.fds);
                        least.tasks = least.tasks.min(held.tasks);
                        least.line = at;
                    }
                    When::During => {}
                }
            }
            Record::Fragile { room, seq } => bench.wrong(Promise::Durable, &[at], || {
                format!(
                    "event {seq} of room {room} was acknowledged, and a plain read could still miss it"
                )
            }),
            Record::Quiet => self.quiet = Some(line.t),
            Record::Read { node, .. } => {
                self.read.insert(node.clone());
            }
            Record::Final { node, .. } => {
                self.described.insert(node.clone());
            }
            Record::Broken { what } => bench.wrong(Promise::Whole, &[at], || what.clone()),
            Record::End { lines } => {
                self.ended = Some(line.t);
                if *lines + 1 != at {
                    bench.wrong(Promise::Whole, &[at], || {
                        format!(
                            "{lines} lines were written before the last, and {} are there",
                            at - 1
                        )
                    });
                }
            }
            _ => {}
        }
    }

    /// The longest stretch of a wait that no fault excuses.
    pub(super) fn unexcused(&self, from: u64, to: u64) -> u64 {
        longest(outside(&self.excused, from, to))
    }

    /// The longest stretch of a time in which no fault was in force, nor healing.
    pub(super) fn calm(&self, from: u64, to: u64) -> u64 {
        longest(outside(&self.troubled, from, to))
    }

    /// For how long readers and senders were held to their bounds: what no fault excuses, up to the quiet.
    pub(super) fn timed_us(&self) -> u64 {
        let end = self.rest();
        let excused = self.excused.iter();
        let excused: u64 = excused
            .map(|(from, to)| end.min(*to).saturating_sub(*from))
            .sum();
        end.saturating_sub(excused)
    }

    /// Whether no fault was in force, nor healing, at any moment of a stretch.
    pub(super) fn is_calm(&self, from: u64, to: u64) -> bool {
        let first = self.troubled.partition_point(|(_, over)| *over < from);
        self.troubled
            .get(first)
            .is_none_or(|(begin, _)| *begin > to)
    }

    pub(super) fn nodes(&self) -> &BTreeSet<String> {
        &self.nodes
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// When everything was mended and at rest, or the end of what there is.
    pub(super) fn rest(&self) -> u64 {
        self.quiet.or(self.ended).unwrap_or(0)
    }

    pub(super) fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.faults.values()
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults.into_values().collect()
    }

    pub(super) fn judge(&mut self, judged: &Judged, bench: &mut Bench) {
        self.judge_whole(judged, bench);
        self.judge_bites(bench);
        self.judge_resources(bench);
        self.excused = joined(self.faults.values().flat_map(excuse));
        self.troubled = joined(
            self.faults
                .values()
                .map(|fault| (fault.began, fault.over())),
        );
        self.judge_silence(judged, bench);
        self.judge_timed(judged, bench);
    }

    fn judge_whole(&self, judged: &Judged, bench: &mut Bench) {
        bench.judged(Promise::Whole, self.lines);
        if self.quiet.is_none() {
            bench.wrong(Promise::Whole, &[], || {
                "it never became quiet: readers had no time to catch up".to_owned()
            });
        }
        if self.ended.is_none() {
            bench.wrong(Promise::Whole, &[], || "it has no end".to_owned());
        }
        if self.nodes.is_empty() {
            bench.wrong(Promise::Whole, &[1], || "it names no node".to_owned());
        }
        let missing: Vec<RoomNo> = (0..judged.rooms)
            .filter(|room| judged.truth.log(*room).is_none())
            .collect();
        for room in missing {
            bench.wrong(Promise::Whole, &[], || {
                format!("the log of room {room} was not read")
            });
        }
    }

    fn judge_bites(&self, bench: &mut Bench) {
        let mut classes: BTreeSet<&String> = self.asked.iter().collect();
        if self.each_bites {
            classes.extend(self.faults.values().map(|fault| &fault.class));
        }
        for class in classes {
            bench.judged(Promise::Bitten, 1);
            let of_class: Vec<&Fault> = self
                .faults
                .values()
                .filter(|f| f.class == class.as_str())
                .collect();
            let bites: u64 = of_class
                .iter()
                .flat_map(|fault| &fault.bits)
                .map(|(_, n)| n)
                .sum();
            if bites == 0 {
                let lines: Vec<u64> = of_class.iter().map(|fault| fault.line).take(3).collect();
                bench.wrong(Promise::Bitten, &lines, || match of_class.len() {
                    0 => format!("{class} was asked for and never done"),
                    times => format!("{class} was done {times} times and nothing was seen of it"),
                });
            }
        }
        // None need bite each time; but a run in which nothing did has shown nothing.
        bench.judged(Promise::Bitten, self.faults.len() as u64);
        let bit = |fault: &Fault| fault.bits.iter().any(|(_, n)| *n > 0);
        if self.asked.is_empty() && !self.faults.is_empty() && !self.faults.values().any(bit) {
            let lines: Vec<u64> = self
                .faults
                .values()
                .map(|fault| fault.line)
                .take(3)
                .collect();
            bench.wrong(Promise::Bitten, &lines, || {
                format!(
                    "{} faults were done and nothing was seen of any",
                    self.faults.len()
                )
            });
        }
        for fault in self.faults.values() {
            let in_time = |healed: u64| self.quiet.is_none_or(|quiet| healed <= quiet);
            if !fault.healed.is_some_and(in_time) {
                bench.wrong(Promise::Whole, &[fault.line], || {
                    format!("{} on {} was not taken back", fault.class, fault.target)
                });
            }
        }
    }

    fn judge_resources(&self, bench: &mut Bench) {
        let limits = self.limits;
        for node in &self.nodes {
            bench.judged(Promise::Returned, 3);
            let (before, after) = (self.before.get(node), self.after.get(node));
            let (Some(before), Some(after)) = (before, after) else {
                let lines: Vec<u64> = before
                    .into_iter()
                    .chain(after)
                    .map(|held| held.line)
                    .collect();
                bench.wrong(Promise::Returned, &lines, || {
                    let (is_before, is_after) = (before.is_some(), after.is_some());
                    format!(
                        "what {node} holds was not looked at both before and after (before: {is_before}, after: {is_after})"
                    )
                });
                continue;
            };
            let rss = before.rss.saturating_mul(limits.rss_percent) / 100 + limits.rss_slack_bytes;
            let bounds = [
                ("bytes of memory", before.rss, after.rss, rss),
                (
                    "file descriptors",
                    before.fds,
                    after.fds,
                    before.fds + limits.fds_slack,
                ),
                (
                    "tasks",
                    before.tasks,
                    after.tasks,
                    before.tasks + limits.tasks_slack,
                ),
            ];
            for (what, before_n, after_n, bound) in bounds {
                if after_n > bound {
                    bench.wrong(Promise::Returned, &[before.line, after.line], || {
                        format!("{node} had {before_n} {what} before and {after_n} after; {bound} were allowed")
                    });
                }
            }
        }
        for node in &self.nodes {
            bench.judged(Promise::Expendable, 1);
            if !self.read.contains(node) || !self.described.contains(node) {
                bench.wrong(Promise::Expendable, &[], || {
                    format!("{node} was not there at the end")
                });
            }
        }
    }

    /// No stretch without an acknowledgement, while sends are tried and nothing excuses it, is longer than the bound.
    fn judge_silence(&self, judged: &Judged, bench: &mut Bench) {
        let (Some(first), Some(last)) = (judged.tries.first(), judged.tries.last()) else {
            return;
        };
        // What ends a silence: an acknowledgement, or the last try.
        let ends = judged
            .acks
            .iter()
            .copied()
            .filter(|t| t < last)
            .chain([*last]);
        // How long it was silent in a stretch: from the first try in it.
        let silent = |(begin, end): (u64, u64)| {
            let at = judged.tries.partition_point(|t| *t < begin);
            let tried = judged.tries.get(at).copied().unwrap_or(end);
            (end.saturating_sub(tried), tried)
        };
        let mut from = *first;
        for to in ends {
            bench.judged(Promise::Expendable, 1);
            let longest = outside(&self.excused, from, to).map(silent).max();
            if let Some((us, since)) = longest.filter(|(us, _)| *us > self.limits.silence_us) {
                bench.wrong(Promise::Expendable, &[], || {
                    let (since, us) = (since as f64 / 1e6, us as f64 / 1e6);
                    format!(
                        "what was sent from {since:.1} s on was not acknowledged for {us:.1} s, and no fault excuses it"
                    )
                });
            }
            from = to;
        }
    }

    /// A run that must show something has a time in which it could be seen: longer than what is judged too slow.
    fn judge_timed(&self, judged: &Judged, bench: &mut Bench) {
        let (Some(first), Some(quiet)) = (judged.tries.first(), self.quiet) else {
            return;
        };
        if !self.each_bites || self.faults.is_empty() {
            return;
        }
        bench.judged(Promise::Whole, 1);
        let (longest, limits) = (self.unexcused(*first, quiet), self.limits);
        if longest <= limits.late_us.max(limits.silence_us) {
            bench.wrong(Promise::Whole, &[], || {
                format!(
                    "nothing was held to its time: no more than {:.1} s at once were without an excuse",
                    longest as f64 / 1e6
                )
            });
        }
    }
}

impl Fault {
    /// When it had been taken back and healed.
    pub(super) fn over(&self) -> u64 {
        let healed = self.healed.unwrap_or(u64::MAX);
        healed.saturating_add(self.heals_us)
    }
}

/// The times that a fault excuses.
fn excuse(fault: &Fault) -> [(u64, u64); 2] {
    let (began, over) = (fault.began, fault.over());
    let begins = match fault.outage {
        true => over,
        false => began.saturating_add(fault.heals_us),
    };
    [(began, begins), (fault.healed.unwrap_or(over), over)]
}

/// Stretches of time, ascending, those that touch as one.
fn joined(stretches: impl Iterator<Item = (u64, u64)>) -> Vec<(u64, u64)> {
    let mut stretches: Vec<_> = stretches.collect();
    stretches.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (from, to) in stretches {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// What of a time lies in none of these stretches, ascending.
fn outside(stretches: &[(u64, u64)], from: u64, to: u64) -> impl Iterator<Item = (u64, u64)> {
    let first = stretches.partition_point(|(_, over)| *over <= from);
    let inside = stretches[first..].iter();
    let inside = inside.take_while(move |(begin, _)| *begin < to);
    let begins = once(from).chain(inside.clone().map(|(_, over)| *over));
    let ends = inside.map(|(begin, _)| *begin).chain(once(to));
    begins.zip(ends).filter(|(begin, end)| begin < end)
}

fn longest(stretches: impl Iterator<Item = (u64, u64)>) -> u64 {
    stretches.map(|(begin, end)| end - begin).max().unwrap_or(0)
}
