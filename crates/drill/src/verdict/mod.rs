//! The verdicts: whether the contract held, judged from a history alone.
//!
//! Pure: lines go in, a [`Judgement`] comes out. Linear in the history but for look-ups by halving; memory holds the
//! rooms' logs, the sends and a position per reader and room, never what was shown. It goes through the history twice:
//! first for the truth and for what was asked, then for what was answered and shown. It must not know how the history
//! came about, nor anything of the server but its frames' words.
//!
//! - [`truth`] has the logs and the checker's own fold of them.
//! - [`asked`] judges commands against the logs, [`drained`] whether those of a server that went were answered, [`seen`]
//!   what sockets and screens had, [`health`] what a balancer saw, [`cluster`] faults, resources and the drill itself.

mod asked;
mod cluster;
mod drained;
mod health;
mod seen;
#[cfg(test)]
mod tests;
mod truth;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use self::cluster::Fault;

use anyhow::{Result, bail};

use crate::history::{Begin, FORMAT, Line, Record};

/// Offences that are kept of each verdict; the others are counted.
const KEPT: usize = 10;

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Promise {
    Durable,
    Complete,
    Ordered,
    Once,
    Honest,
    Bounded,
    Expendable,
    Fenced,
    Counted,
    Projected,
    Private,
    Returned,
    Bitten,
    Whole,
}

impl Promise {
    pub(crate) const ALL: [Promise; 14] = [
        Promise::Durable,
        Promise::Complete,
        Promise::Ordered,
        Promise::Once,
        Promise::Honest,
        Promise::Bounded,
        Promise::Expendable,
        Promise::Fenced,
        Promise::Counted,
        Promise::Projected,
        Promise::Private,
        Promise::Returned,
        Promise::Bitten,
        Promise::Whole,
    ];

    /// By which it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Promise::Durable => "I1 durable",
            Promise::Complete => "I2 complete",
            Promise::Ordered => "I3 ordered",
            Promise::Once => "I4 once",
            Promise::Honest => "I5 honest",
            Promise::Bounded => "I6 bounded",
            Promise::Expendable => "I7 expendable",
            Promise::Fenced => "I8 fenced",
            Promise::Counted => "unread and marks",
            Promise::Projected => "projections",
            Promise::Private => "nobody outside",
            Promise::Returned => "resources return",
            Promise::Bitten => "faults bit",
            Promise::Whole => "history whole",
        }
    }

    /// What it says.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Promise::Durable => {
                "What was acknowledged is in the log, as it was sent, on every node."
            }
            Promise::Complete => {
                "Every member who stayed or came back has every event of the log, or was told a gap."
            }
            Promise::Ordered => {
                "All saw one order and one content; a sender's events kept their order."
            }
            Promise::Once => "No send is in the log twice, and no screen showed an event twice.",
            Promise::Honest => {
                "Nobody was left behind in silence; what was refused is not in the log."
            }
            Promise::Bounded => "No frame, page or replay had more events than its bound.",
            Promise::Expendable => {
                "Sends were acknowledged again soon after each fault, and every node left the balancer and came back as it must."
            }
            Promise::Fenced => "Who was out neither wrote nor was shown what came after.",
            Promise::Counted => "Unread counts and read marks are what the log implies.",
            Promise::Projected => {
                "Edits, deletions, reactions, members and roles are a fold of the log."
            }
            Promise::Private => "Nobody who never was a member saw any frame of a room.",
            Promise::Returned => "Memory, file descriptors and tasks went back to where they were.",
            Promise::Bitten => "Each class of faults that was asked for did happen and was felt.",
            Promise::Whole => "The history has its beginning, its end and every room's log.",
        }
    }
}

/// Something that may not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offence {
    /// What is wrong.
    pub(crate) text: String,
    /// Lines of the history that show it, the earlier first.
    pub(crate) lines: Vec<u64>,
}

/// One verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// How many things were looked at.
    pub(crate) judged: u64,
    /// How many were wrong.
    pub(crate) wrong: u64,
    /// The first of them.
    pub(crate) offences: Vec<Offence>,
}

impl Verdict {
    pub(crate) fn held(&self) -> bool {
        self.wrong == 0
    }
}

/// The outcome.
#[derive(Debug, Clone)]
pub(crate) struct Judgement {
    pub(crate) begin: Begin,
    pub(crate) verdicts: BTreeMap<Promise, Verdict>,
    pub(crate) tally: Tally,
    pub(crate) seconds: Vec<Second>,
    pub(crate) faults: Vec<Fault>,
    /// When the last line was written.
    pub(crate) ended_us: u64,
    /// The lines that offences point at, by number.
    pub(crate) evidence: BTreeMap<u64, String>,
}

impl Judgement {
    /// Whether everything held.
    pub(crate) fn held(&self) -> bool {
        self.verdicts.values().all(Verdict::held)
    }
}

/// What there was of everything: no verdict rests on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    pub(crate) users: u64,
    pub(crate) rooms: u64,
    pub(crate) sockets: u64,
    /// Events in the logs.
    pub(crate) events: u64,
    /// Sends, each counted once however often it was tried.
    pub(crate) sends: u64,
    pub(crate) acknowledged: u64,
    pub(crate) resends: u64,
    /// Sends acknowledged after a doubt, by a resend with the same id.
    pub(crate) recognised: u64,
    /// Tries whose outcome was not known.
    pub(crate) unknown: u64,
    /// Sends whose fate nobody was ever told, and that the log has …
    pub(crate) found: u64,
    /// … or has not.
    pub(crate) absent: u64,
    pub(crate) refused: u64,
    pub(crate) heard: u64,
    pub(crate) shown: u64,
    pub(crate) missed: u64,
    pub(crate) gaps: u64,
    /// Holes on a connection, which clients had to mend.
    pub(crate) holes: u64,
    pub(crate) pages: u64,
    pub(crate) snapshots: u64,
    /// For how long readers and senders were held to their bounds.
    pub(crate) timed_us: u64,
}

/// One second of the run, for the pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Second {
    pub(crate) acknowledged: u64,
    pub(crate) unknown: u64,
    pub(crate) shown: u64,
    /// From the first try to the acknowledgement.
    pub(crate) ack_p50_us: u64,
    pub(crate) ack_p99_us: u64,
    /// From composing to a screen.
    pub(crate) shown_p50_us: u64,
    pub(crate) shown_p99_us: u64,
}

/// The verdicts while they are being found.
#[derive(Debug)]
struct Bench {
    verdicts: BTreeMap<Promise, Verdict>,
}

impl Bench {
    fn new() -> Self {
        Self {
            verdicts: Promise::ALL
                .into_iter()
                .map(|promise| (promise, Verdict::default()))
                .collect(),
        }
    }

    /// Something was looked at.
    fn judged(&mut self, promise: Promise, count: u64) {
        self.verdicts.entry(promise).or_default().judged += count;
    }

    /// A run that must show something has looked at something for each verdict; without faults none need have bitten.
    fn judge_idle(&mut self) {
        let all = self.verdicts.iter();
        let idle = all.filter(|(promise, verdict)| {
            verdict.judged == 0 && **promise != Promise::Bitten && verdict.held()
        });
        let idle: Vec<&str> = idle.map(|(promise, _)| promise.name()).collect();
        if !idle.is_empty() {
            let what = idle.join(", ");
            self.wrong(Promise::Whole, &[], || {
                format!("nothing was looked at for {what}")
            });
        }
    }

    /// Something is wrong. The text is only made where it is kept.
    fn wrong(&mut self, promise: Promise, lines: &[u64], text: impl FnOnce() -> String) {
        let verdict = self.verdicts.entry(promise).or_default();
        verdict.wrong += 1;
        if verdict.offences.len() < KEPT {
            verdict.offences.push(Offence {
                text: text(),
                lines: lines.iter().copied().filter(|line| *line > 0).collect(),
            });
        }
    }
}

/// Judges a history; `lines` begins it anew each time.
///
/// # Errors
/// It cannot be read, or has no beginning that this build knows. What is missing later on is a verdict.
pub(crate) fn judge<I>(lines: impl Fn() -> Result<I>) -> Result<Judgement>
where
    I: Iterator<Item = Result<Line>>,
{
    let mut bench = Bench::new();
    let mut first = lines()?;
    let begin = match first.next() {
        Some(Ok(Line {
            record: Record::Begin(begin),
            ..
        })) => begin,
        Some(Err(error)) => return Err(error),
        Some(Ok(_)) | None => bail!("this is no history: its first line does not begin one"),
    };
    if begin.format != FORMAT {
        let (theirs, ours) = (begin.format, FORMAT);
        bail!("the history has format {theirs}; this build judges format {ours}");
    }
    let mut asked = asked::Asked::default();
    let mut cluster = cluster::Cluster::new(&begin);
    let mut drained = drained::Drained::default();
    let mut health = health::Health::default();
    let mut tally = Tally {
        lines: 1,
        ..Tally::default()
    };
    let mut ended_us = 0;
    for line in first {
        tally.lines += 1;
        let at = tally.lines;
        // The last line may be half written when the drill was killed: that is a history with no end.
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                bench.wrong(Promise::Whole, &[], || format!("{error:#}"));
                break;
            }
        };
        ended_us = ended_us.max(line.t);
        cluster.take(at, &line, &mut bench);
        drained.take(at, &line, &mut bench);
        health.take(at, &line, &mut bench);
        asked.take(at, line, &mut bench, &mut tally);
    }
    let judged = asked.judge(&mut bench, &mut tally);
    cluster.judge(&judged, &mut bench);
    health.judge(&cluster, &mut bench);
    tally.timed_us = cluster.timed_us();
    let mut seen = seen::Seen::new(&begin, &judged, &cluster);
    for (line, at) in lines()?.zip(1..=tally.lines) {
        let Ok(line) = line else { break };
        seen.take(at, line, &mut bench, &mut tally);
    }
    seen.judge(&mut bench);
    if begin.each_bites {
        bench.judge_idle();
    }
    let wanted: BTreeSet<u64> = bench
        .verdicts
        .values()
        .flat_map(|verdict| &verdict.offences)
        .flat_map(|offence| offence.lines.iter().copied())
        .collect();
    let mut evidence = BTreeMap::new();
    if let Some(last) = wanted.last() {
        for (line, at) in lines()?.zip(1..=*last) {
            if wanted.contains(&at)
                && let Ok(line) = line
                && let Ok(text) = serde_json::to_string(&line)
            {
                evidence.insert(at, text);
            }
        }
    }
    Ok(Judgement {
        begin,
        verdicts: bench.verdicts,
        tally,
        seconds: judged.seconds,
        faults: cluster.into_faults(),
        ended_us,
        evidence,
    })
}
