//! `hearth-drill sim`: the cluster in one thread. The core's own nodes, unchanged, over a simulated store, bus, network
//! and clock, with the protocol's own clients and people who use and break all of it; judged by the same verdicts as
//! real processes.
//!
//! It promises that one seed is one schedule: the same trace, byte for byte, on every run of the same build. It knows the
//! core as `crates/server` does, by its ports and its node, and nothing of its inside.
//!
//! - [`plan`] draws what happens, with the coincidences of [`shape`], [`course`] lets it happen and judges it,
//!   [`shrink`] leaves out what is not needed.
//! - [`world`] has the nodes; [`store`], [`net`] (the bus), [`socket`] and [`gate`] are what lies between them and people.
//! - [`last_word`] is what is said at the end, to see how soon it is everywhere.
//! - [`person`] is a client with somebody before it, [`plain`] one that speaks the specification's own frames, and
//!   [`agenda`] the order of everything.

mod agenda;
mod course;
mod gate;
mod last_word;
mod net;
mod panics;
mod person;
mod plain;
mod plan;
mod shape;
mod shrink;
mod socket;
mod store;
mod tally;
#[cfg(test)]
mod tests;
mod trace;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{IsTerminal, Write},
    ops::{Range, RangeInclusive},
    path::PathBuf,
    time::Instant,
};

use anyhow::{Context, Result, bail};

use self::{
    course::Ran,
    plan::{Plan, What},
};
use crate::{
    history::{FILE, text},
    verdict::Promise,
    verify,
};

/// What `sim` is told.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Schedules to run, from A up to and without B
    #[arg(long, value_name = "A..B", group = "which", value_parser = range)]
    seeds: Option<Range<u64>>,
    /// One schedule, with all that happens in it
    #[arg(long, group = "which")]
    seed: Option<u64>,
    /// Of that schedule, leaves these acts and faults out, by their numbers
    #[arg(long, value_name = "N,N-N,...", value_delimiter = ',', requires = "seed", value_parser = numbers)]
    without: Vec<RangeInclusive<usize>>,
    /// Where the history and the report of a schedule that fails go
    #[arg(long)]
    out: Option<PathBuf>,
}

/// `A..B`.
pub(crate) fn range(text: &str) -> Result<Range<u64>, String> {
    let parts = text.split_once("..");
    let parsed = parts.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    match parsed {
        Some((from, to)) if from < to => Ok(from..to),
        _ => Err("A..B, two numbers, the first below the second".to_owned()),
    }
}

/// `N` or `N-N`.
fn numbers(text: &str) -> Result<RangeInclusive<usize>, String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.parse(), to.parse()) {
        (Ok(from), Ok(to)) if from <= to => Ok(from..=to),
        _ => Err("N, or N-N with the first no higher than the second".to_owned()),
    }
}

impl Args {
    /// What is left out, ascending.
    fn left_out(&self) -> Vec<usize> {
        let all: BTreeSet<usize> = self.without.iter().cloned().flatten().collect();
        all.into_iter().collect()
    }
}

/// What became of a run over many seeds.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Schedules that held.
    pub(crate) held: u64,
    /// Seeds of those that did not, and which verdicts were broken.
    pub(crate) broken: Vec<(u64, BTreeSet<Promise>)>,
    /// What was met in all of them together.
    pub(crate) met: BTreeMap<&'static str, u64>,
}

/// Runs schedules until as many have failed as are wanted. `seen` is told after each.
///
/// # Errors
/// A schedule could not be run or judged at all.
pub(crate) fn run_seeds(
    seeds: Range<u64>,
    failures_max: usize,
    mut seen: impl FnMut(u64, &Outcome),
) -> Result<Outcome> {
    panics::watch();
    let mut outcome = Outcome::default();
    for seed in seeds {
        let ran = course::run(&Plan::draw(seed), &[], &command(seed, &[]), false)?;
        for (what, count) in ran.met.counts() {
            *outcome.met.entry(what).or_default() += count;
        }
        let broken = ran.broken();
        if broken.is_empty() {
            outcome.held += 1;
        } else {
            outcome.broken.push((seed, broken));
        }
        seen(seed, &outcome);
        if outcome.broken.len() >= failures_max {
            break;
        }
    }
    Ok(outcome)
}

/// Runs the simulation. Whether everything held.
///
/// # Errors
/// A schedule could not be run, or its files not be written.
pub(crate) fn run(args: Args) -> Result<bool> {
    match (&args.seeds, args.seed) {
        (Some(seeds), None) => many(&args, seeds.clone()),
        (None, Some(seed)) => one(&args, seed),
        _ => bail!("which schedules? --seeds A..B, or --seed N"),
    }
}

/// Shows one schedule, with all that happens in it. Whether everything held.
///
/// # Errors
/// It could not be run.
#[cfg(feature = "mutants")]
pub(crate) fn show_seed(seed: u64, out: Option<PathBuf>) -> Result<bool> {
    let args = Args {
        seeds: None,
        seed: Some(seed),
        without: Vec::new(),
        out,
    };
    one(&args, seed)
}

fn many(args: &Args, seeds: Range<u64>) -> Result<bool> {
    let began = Instant::now();
    let count = seeds.end - seeds.start;
    let first = seeds.start;
    let is_terminal = std::io::stdout().is_terminal();
    let outcome = run_seeds(seeds, 1, |seed, outcome| {
        if is_terminal && (seed - first).is_multiple_of(20) {
            let done = seed - first + 1;
            print!("\rsim: {done} of {count} schedules, {} held", outcome.held);
            let _ = std::io::stdout().flush();
        }
    })?;
    if is_terminal {
        println!();
    }
    if let Some((seed, broken)) = outcome.broken.first() {
        show(args, *seed, broken)?;
    }
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    let ran = outcome.held + outcome.broken.len() as u64;
    let of = |names: &[&str]| {
        let all = outcome.met.iter();
        list(all.filter(|(what, _)| names.contains(what)))
    };
    println!("acts: {}", of(plan::ACTS));
    println!("faults: {}", of(plan::FAULTS));
    let known = |what: &str| plan::ACTS.contains(&what) || plan::FAULTS.contains(&what);
    let met = outcome.met.iter().filter(|(what, _)| !known(what));
    println!("met: {}", list(met));
    println!(
        "{} schedules held, {} broken, {:.0} per minute",
        outcome.held,
        outcome.broken.len(),
        ran as f64 / minutes,
    );
    Ok(outcome.broken.is_empty())
}

fn list<'a>(counts: impl Iterator<Item = (&'a &'static str, &'a u64)>) -> String {
    let counts: Vec<String> = counts.map(|(what, n)| format!("{what} {n}")).collect();
    counts.join(", ")
}

fn one(args: &Args, seed: u64) -> Result<bool> {
    panics::watch();
    let plan = Plan::draw(seed);
    let left_out = args.left_out();
    let ran = course::run(&plan, &left_out, &command(seed, &left_out), true)?;
    for line in &ran.trace {
        println!("{line}");
    }
    tell(&plan, &left_out, &ran);
    keep(args, &ran)?;
    let broken = ran.broken();
    println!("{}", figure(seed, &broken));
    Ok(broken.is_empty())
}

/// A schedule that failed, as small as it gets: without the acts and faults that its first verdict is broken without too.
fn show(args: &Args, seed: u64, broken: &BTreeSet<Promise>) -> Result<()> {
    let plan = Plan::draw(seed);
    println!("{}", figure(seed, broken));
    // A schedule that could not be judged whole proves nothing else.
    let judged = broken.iter().find(|promise| **promise != Promise::Whole);
    let Some(promise) = judged.or(broken.first()).copied() else {
        return Ok(());
    };
    let shrunk = shrink::shrink(plan.items.len(), shrink::RUNS_MAX, |left_out| {
        let ran = course::run(&plan, left_out, "", false)?;
        Ok(ran.broken().contains(&promise))
    })?;
    let left_out = shrunk.left_out;
    println!(
        "{} of its {} acts and faults are enough for {}, after {} runs",
        plan.items.len() - left_out.len(),
        plan.items.len(),
        promise.name(),
        shrunk.runs
    );
    let ran = course::run(&plan, &left_out, &command(seed, &left_out), false)?;
    tell(&plan, &left_out, &ran);
    keep(args, &ran)?;
    println!("all of it:  {}", command(seed, &[]));
    println!("again with: {}", command(seed, &left_out));
    Ok(())
}

fn figure(seed: u64, broken: &BTreeSet<Promise>) -> String {
    if broken.is_empty() {
        return format!("schedule {seed} held");
    }
    let names: Vec<&str> = broken.iter().map(|promise| promise.name()).collect();
    format!("schedule {seed} BROKEN: {}", names.join(", "))
}

/// What is in a schedule, and what offends.
fn tell(plan: &Plan, left_out: &[usize], ran: &Ran) {
    println!("schedule {}:", plan.seed);
    for (number, item) in plan.without(left_out) {
        let what = match &item.what {
            What::Act(who, act) => format!("client {who}: {act:?}"),
            What::Plain(at, act) => format!("client {}: {act:?}", plan.people + at),
            What::Fault(fault) => format!("{fault:?}"),
        };
        println!("  #{number} at {} ms: {what}", item.at_ms);
    }
    for line in verify::lines(&ran.judgement) {
        println!("{line}");
    }
}

/// Writes the history and its report, if they are wanted.
fn keep(args: &Args, ran: &Ran) -> Result<()> {
    let Some(dir) = &args.out else { return Ok(()) };
    std::fs::create_dir_all(dir).with_context(|| format!("make {}", dir.display()))?;
    let mut all = Vec::new();
    for line in &ran.lines {
        all.extend(text(line)?);
    }
    let path = dir.join(FILE);
    std::fs::write(&path, all).with_context(|| format!("write {}", path.display()))?;
    verify::report(dir, &ran.judgement)?;
    Ok(())
}

/// The command that repeats a schedule.
fn command(seed: u64, left_out: &[usize]) -> String {
    let mut command = format!("hearth-drill sim --seed {seed}");
    let mut runs: Vec<RangeInclusive<usize>> = Vec::new();
    for at in left_out {
        match runs.last_mut() {
            Some(run) if run.end() + 1 == *at => *run = *run.start()..=*at,
            _ => runs.push(*at..=*at),
        }
    }
    if !runs.is_empty() {
        let numbers: Vec<String> = runs
            .iter()
            .map(|run| match run.start() == run.end() {
                true => run.start().to_string(),
                false => format!("{}-{}", run.start(), run.end()),
            })
            .collect();
        command.push_str(&format!(" --without {}", numbers.join(",")));
    }
    command
}
