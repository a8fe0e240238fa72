//! Good histories that must be accepted, and bad ones that must not: each verdict by hand, and by chance.

mod bad;
mod chance;
mod good;
mod health;
mod story;
mod surface;

use std::collections::BTreeSet;

use super::{Judgement, Promise, judge};
use crate::history::{Line, Record};

/// Judges lines; the last one's count is set right first, unless that is what is tested.
fn judged(lines: &[Line]) -> Judgement {
    let mut lines = lines.to_vec();
    let count = lines.len() as u64 - 1;
    if let Some(Line {
        record: Record::End { lines },
        ..
    }) = lines.last_mut()
    {
        *lines = count;
    }
    judge(|| Ok(lines.clone().into_iter().map(Ok))).expect("a history")
}

fn broken(judgement: &Judgement) -> BTreeSet<Promise> {
    let verdicts = judgement.verdicts.iter();
    verdicts
        .filter(|(_, verdict)| !verdict.held())
        .map(|(promise, _)| *promise)
        .collect()
}

/// What is wrong, for the message of a test that fails.
fn offences(judgement: &Judgement) -> String {
    let verdicts = judgement.verdicts.iter();
    let texts = verdicts.flat_map(|(promise, verdict)| {
        verdict.offences.iter().map(move |offence| {
            let lines: Vec<_> = offence
                .lines
                .iter()
                .filter_map(|at| judgement.evidence.get(at))
                .collect();
            format!("{}: {}\n    {lines:#?}\n", promise.name(), offence.text)
        })
    });
    texts.collect()
}
