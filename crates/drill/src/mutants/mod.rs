//! `hearth-drill mutants`: turns each seeded bug on, in a process of its own, and sees that the drill finds what breaks.
//!
//! It promises that a bug counts as found only if a promise of the verdicts is broken with it and not without it: a panic
//! of the broken code, or a schedule that comes to no end, is none. [`table`] has what is known of each, [`seek`] looks
//! for one. It must not know how any of them breaks what it breaks.

mod seek;
mod table;

use std::{
    cell::RefCell,
    ops::Range,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use hearth_protocol::mutants::{self, Mutant};
use tokio::time::timeout;

use self::{
    seek::{Found, Seek},
    table::{Entry, Way},
};
use crate::sim;

/// All of it: whatever has no answer by then has failed.
const LONGEST: Duration = Duration::from_secs(45 * 60);

/// What `mutants` is told.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Only these
    names: Vec<String>,
    /// Only those that a simulation finds, and of each only the schedule that testdata/mutants.txt has for it
    #[arg(long)]
    seeded: bool,
    /// Schedules that are tried at most for each
    #[arg(long, default_value_t = 20_000)]
    most: u64,
    /// One bug, these schedules and no others, in this process; this is how each is tried
    #[arg(long, value_name = "A..B", value_parser = sim::range, conflicts_with_all = ["seeded", "most"])]
    seeds: Option<Range<u64>>,
    /// Shows one schedule with one bug, and all that happens in it
    #[arg(long, conflicts_with_all = ["seeded", "most", "seeds"])]
    seed: Option<u64>,
    /// Where a `check` or the schedule of --seed leaves its history
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Tries them. Whether every one was found.
///
/// # Errors
/// There is none of that name, or a process could not be started.
pub(crate) fn run(args: Args) -> Result<bool> {
    for name in &args.names {
        ensure!(
            mutants::ALL.iter().any(|mutant| mutant.name == name),
            mutants::Unknown(name.clone())
        );
    }
    if args.seeds.is_some() || args.seed.is_some() {
        let [name] = args.names.as_slice() else {
            bail!("that is for one bug: name it");
        };
        let mutant = mutants::turn_on(name)?;
        println!("{name}: {}", mutant.says);
        return match args.seed {
            Some(seed) => sim::show_seed(seed, args.out),
            None => seek::here(args.seeds.unwrap_or_default()),
        };
    }
    let wanted: Vec<Entry> = table::read()?
        .into_iter()
        .filter(|entry| args.names.is_empty() || args.names.contains(&entry.mutant.name.to_owned()))
        .filter(|entry| !args.seeded || matches!(entry.way, Way::Sim(Some(_))))
        .collect();
    ensure!(!wanted.is_empty(), "none of these has a committed schedule");
    let seek = Seek {
        most: if args.seeded { 0 } else { args.most },
        out: args.out.unwrap_or_else(std::env::temp_dir),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(all(&seek, wanted))
}

/// A line of progress for each, and at the end, which comes in time, the table and the figure.
async fn all(seek: &Seek, wanted: Vec<Entry>) -> Result<bool> {
    let began = Instant::now();
    let names: Vec<&str> = wanted.iter().map(|entry| entry.mutant.name).collect();
    let (simulated, checked): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .partition(|entry| matches!(entry.way, Way::Sim(_)));
    // A simulation needs one core, a check all of them.
    let rows = RefCell::new(Vec::new());
    let tried = async {
        several(seek, simulated, seek::PROCESSES, &rows).await?;
        several(seek, checked, 1, &rows).await
    };
    let ended = timeout(LONGEST, tried).await;
    let is_over = ended.is_err();
    ended.unwrap_or(Ok(()))?;
    let mut rows = rows.into_inner();
    rows.sort_by_key(|(place, ..)| *place);
    println!();
    for (_, mutant, found) in &rows {
        println!("{}", line(mutant, found.as_ref()));
    }
    let found = rows.iter().filter(|(.., found)| found.is_some()).count();
    let missing = rows.len() - found;
    let seconds = began.elapsed().as_secs();
    if is_over {
        let is_left = |name: &&str| !rows.iter().any(|(_, mutant, _)| mutant.name == *name);
        let left: Vec<&str> = names.into_iter().filter(is_left).collect();
        let minutes = LONGEST.as_secs() / 60;
        println!(
            "FAILED: after {minutes} minutes no answer yet for {}",
            left.join(", ")
        );
    }
    println!("{found} found, {missing} not found, {seconds} s");
    Ok(missing == 0 && !is_over)
}

type Row = (usize, &'static Mutant, Option<Found>);

async fn several(
    seek: &Seek,
    entries: Vec<Entry>,
    processes: usize,
    rows: &RefCell<Vec<Row>>,
) -> Result<()> {
    stream::iter(entries)
        .map(async |entry| {
            let found = seek.find(&entry).await?;
            println!("{}", line(entry.mutant, found.as_ref()));
            rows.borrow_mut().push((entry.place, entry.mutant, found));
            anyhow::Ok(())
        })
        .buffer_unordered(processes)
        .try_collect()
        .await
}

fn line(mutant: &Mutant, found: Option<&Found>) -> String {
    let (name, rule) = (mutant.name, mutant.rule);
    match found {
        Some(Found { by, verdicts }) => {
            format!("found     {name:30} rule {rule:9} {by}: {verdicts}")
        }
        None => format!("NOT FOUND {name:30} rule {rule:9} {}", mutant.says),
    }
}
