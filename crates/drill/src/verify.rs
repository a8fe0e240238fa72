//! `hearth-drill verify`: judges the history in a directory, prints a line per verdict with what offends
//! it, and draws the report beside the history.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    history::History,
    report,
    verdict::{self, Judgement, Verdict},
};

/// The report's file, beside the history.
const REPORT: &str = "report.html";
/// A line of the history is shown up to here; the file has all of it.
const SHOWN_CHARS: usize = 240;

/// What `verify` is told.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Where the history is: what `check` was given as `--out`
    dir: PathBuf,
}

/// Judges a history. Whether everything held.
///
/// # Errors
/// It cannot be read, or the report cannot be written.
pub(crate) fn run(args: Args) -> Result<bool> {
    of(&args.dir)
}

/// Judges the history in a directory. Whether everything held.
///
/// # Errors
/// It cannot be read, or the report cannot be written.
pub(crate) fn of(dir: &Path) -> Result<bool> {
    let history = History::in_dir(dir);
    let judgement = verdict::judge(|| history.lines())?;
    for line in lines(&judgement) {
        println!("{line}");
    }
    report(dir, &judgement)?;
    println!("{}", figure(&judgement));
    Ok(judgement.held())
}

/// Draws the report into the directory.
///
/// # Errors
/// It cannot be written.
pub(crate) fn report(dir: &Path, judgement: &Judgement) -> Result<()> {
    let path = dir.join(REPORT);
    std::fs::write(&path, report::draw(judgement))
        .with_context(|| format!("write {}", path.display()))?;
    println!("report: {}", path.display());
    Ok(())
}

/// The judgement for people, a line each.
pub(crate) fn lines(judgement: &Judgement) -> Vec<String> {
    let tally = &judgement.tally;
    let begin = &judgement.begin;
    let mut lines = vec![
        format!(
            "run: {}, seed {}, {:.0} s, {} lines; repeat it with: {}",
            begin.cluster,
            begin.seed,
            judgement.ended_us as f64 / 1e6,
            tally.lines,
            begin.command
        ),
        format!(
            "logs: {} events in {} rooms; {} sends, {} acknowledged, {} refused, no answer for {} that are there and {} \
             that are not; {} resends, {} acknowledged after a doubt, {} doubts",
            tally.events,
            tally.rooms,
            tally.sends,
            tally.acknowledged,
            tally.refused,
            tally.found,
            tally.absent,
            tally.resends,
            tally.recognised,
            tally.unknown
        ),
        format!(
            "views: {} events over {} sockets, {} shown; {} pages, {} snapshots; {} gaps told, {} holes mended",
            tally.heard,
            tally.sockets,
            tally.shown,
            tally.pages,
            tally.snapshots,
            tally.gaps,
            tally.holes
        ),
    ];
    lines.push(format!(
        "times: readers and senders were held to them for {:.0} s; faults, and what heals after them, excuse the rest",
        tally.timed_us as f64 / 1e6
    ));
    for fault in &judgement.faults {
        let bits: Vec<String> = fault
            .bits
            .iter()
            .map(|(what, n)| format!("{what} {n}"))
            .collect();
        lines.push(format!(
            "fault: {} on {} at {:.1} s: {}",
            fault.class,
            fault.target,
            fault.began as f64 / 1e6,
            if bits.is_empty() {
                "nothing was seen of it".to_owned()
            } else {
                bits.join(", ")
            }
        ));
    }
    let mut shown = BTreeSet::new();
    for (promise, verdict) in &judgement.verdicts {
        lines.push(format!("{:16} {}", promise.name(), word(verdict)));
        for offence in &verdict.offences {
            lines.push(format!("    {}", offence.text));
            for at in &offence.lines {
                if let Some(text) = judgement.evidence.get(at)
                    && shown.insert(*at)
                {
                    let text: String = text.chars().take(SHOWN_CHARS).collect();
                    lines.push(format!("        line {at}: {text}"));
                }
            }
        }
        let more = verdict.wrong - verdict.offences.len() as u64;
        if more > 0 {
            lines.push(format!("    and {more} more"));
        }
    }
    lines
}

/// A verdict in a few words.
pub(crate) fn word(verdict: &Verdict) -> String {
    if verdict.held() {
        format!("held ({} looked at)", verdict.judged)
    } else {
        format!(
            "BROKEN {} times ({} looked at)",
            verdict.wrong, verdict.judged
        )
    }
}

/// The last line: the figure.
fn figure(judgement: &Judgement) -> String {
    let broken: Vec<&str> = judgement
        .verdicts
        .iter()
        .filter(|(_, verdict)| !verdict.held())
        .map(|(promise, _)| promise.name())
        .collect();
    let tally = &judgement.tally;
    let bit = judgement
        .faults
        .iter()
        .filter(|fault| fault.bits.iter().any(|(_, n)| *n > 0))
        .count();
    if broken.is_empty() {
        format!(
            "verdict held: {} acknowledged, {} events shown, {bit} of {} faults bit; {} verdicts, none broken",
            tally.acknowledged,
            tally.shown,
            judgement.faults.len(),
            judgement.verdicts.len()
        )
    } else {
        format!(
            "verdict BROKEN: {}; seed {}, again with: {}",
            broken.join(", "),
            judgement.begin.seed,
            judgement.begin.command
        )
    }
}
