//! What a balancer saw: whether servers left it when they had to, came back into it, and never asked to be restarted.

use std::collections::BTreeMap;

use super::{
    Bench, Promise,
    cluster::{Cluster, Fault},
};
use crate::history::{Line, Record};

/// From a fault's line until it is seen at most, beside what the server takes: the drill looks at all servers before it
/// begins, its looks are a second apart, and wait two for their answers.
const LOOK_US: u64 = 5_000_000;
/// After another fault has ended the parts may still be finding each other for so long.
const AFTER_US: u64 = 5_000_000;

#[derive(Debug, Default)]
pub(super) struct Health {
    /// What each server answered, from when on; ascending.
    turns: BTreeMap<String, Vec<Turn>>,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    t: u64,
    readyz: Option<u16>,
    line: u64,
}

impl Turn {
    fn is_ready(self) -> bool {
        self.readyz == Some(200)
    }

    /// Whether it said itself that it is not ready: who says nothing may just be slow.
    fn is_out(self) -> bool {
        self.readyz.is_some_and(|status| status != 200)
    }
}

impl Health {
    /// Takes a line of the first going through.
    pub(super) fn take(&mut self, at: u64, line: &Line, bench: &mut Bench) {
        let Record::Health {
            node,
            livez,
            readyz,
        } = &line.record
        else {
            return;
        };
        bench.judged(Promise::Expendable, 1);
        if let Some(status) = livez.filter(|status| *status != 200) {
            bench.wrong(Promise::Expendable, &[at], || {
                format!("{node} runs, and answered {status} when asked whether it is alive")
            });
        }
        let turns = self.turns.entry(node.clone()).or_default();
        turns.push(Turn {
            t: line.t,
            readyz: *readyz,
            line: at,
        });
    }

    pub(super) fn judge(&self, cluster: &Cluster, bench: &mut Bench) {
        if cluster.limits().leaves_us == 0 {
            return;
        }
        for node in cluster.nodes() {
            match self.turns.get(node) {
                Some(turns) => judge_return(node, turns, cluster, bench),
                None => bench.wrong(Promise::Whole, &[], || {
                    format!("nobody looked whether {node} was in the balancer")
                }),
            }
        }
        for fault in cluster.faults() {
            let turns = fault.leaves.as_ref().and_then(|node| self.turns.get(node));
            if let Some(turns) = turns {
                judge_leave(fault, turns, cluster, bench);
            }
        }
    }
}

/// Who is not ready is again soon after the last fault. It is one time, whatever was answered in it.
fn judge_return(node: &str, turns: &[Turn], cluster: &Cluster, bench: &mut Bench) {
    let mut out: Option<Turn> = None;
    for turn in turns {
        if !turn.is_ready() {
            out = out.or(Some(*turn));
        } else if let Some(since) = out.take() {
            judge_out(node, since, turn.t, cluster, bench);
        }
    }
    if let Some(since) = out {
        judge_out(node, since, cluster.rest(), cluster, bench);
    }
}

fn judge_out(node: &str, since: Turn, until: u64, cluster: &Cluster, bench: &mut Bench) {
    bench.judged(Promise::Expendable, 1);
    let calm = cluster.calm(since.t, until);
    if calm > cluster.limits().silence_us {
        bench.wrong(Promise::Expendable, &[since.line], || {
            format!(
                "{node} was not ready for {:.1} s in which no fault was in force",
                calm as f64 / 1e6
            )
        });
    }
}

/// Who can serve nobody leaves in time. Where another fault is in force, or has only just ended, others may be no better
/// off: then it is not judged.
fn judge_leave(fault: &Fault, turns: &[Turn], cluster: &Cluster, bench: &mut Bench) {
    let by = fault.began + cluster.limits().leaves_us + LOOK_US;
    let is_held = fault.healed.is_none_or(|healed| healed >= by);
    let is_alone = cluster.faults().all(|other| {
        let over = other.healed.map(|healed| match other.outage {
            true => other.over(),
            false => healed.saturating_add(AFTER_US),
        });
        let is_over = over.is_some_and(|over| over < fault.began);
        other.line == fault.line || is_over || other.began > by
    });
    if !is_held || !is_alone {
        return;
    }
    bench.judged(Promise::Expendable, 1);
    let ends = turns.iter().skip(1).map(|turn| turn.t);
    let ends = ends.chain([u64::MAX]);
    let has_left = turns
        .iter()
        .zip(ends)
        .any(|(turn, end)| turn.is_out() && turn.t <= by && end > fault.began);
    if !has_left {
        bench.wrong(Promise::Expendable, &[fault.line], || {
            format!(
                "{} on {}: the server was still in the balancer after {:.0} s",
                fault.class,
                fault.target,
                (by - fault.began) as f64 / 1e6
            )
        });
    }
}
