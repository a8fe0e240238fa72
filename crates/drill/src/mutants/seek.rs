//! Looks for one seeded bug: in simulated schedules, each stretch of them in a process of its own, or by a `check` of real
//! parts. It promises an end: every process has a deadline.

use std::{
    ops::Range,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use tokio::{process::Command, time::timeout};

use super::table::{Entry, Way};
use crate::{sim, verdict::Promise};

/// Simulations at once: CI has two cores.
pub(super) const PROCESSES: usize = 2;
/// One stretch of schedules, and one check. Broken code may go on for ever.
const SIM: Duration = Duration::from_secs(45 * 60);
const CHECK: Duration = Duration::from_secs(5 * 60);
/// The word before what was found, as one process tells the other.
const FOUND: &str = "found by schedule";

/// How far to look.
pub(super) struct Seek {
    /// Schedules at most, after the committed one.
    pub(super) most: u64,
    pub(super) out: PathBuf,
}

/// What was found.
pub(super) struct Found {
    /// Where, and after how much.
    pub(super) by: String,
    /// Which verdicts were broken.
    pub(super) verdicts: String,
}

/// Tries the bug of this process, until a schedule shows it. Whether one did.
///
/// # Errors
/// A schedule could not be run.
pub(super) fn here(seeds: Range<u64>) -> Result<bool> {
    for seed in seeds {
        let outcome = sim::run_seeds(seed..seed + 1, 1, |_, _| {})?;
        // Broken code that panics, or leaves somebody waiting for ever, ends a schedule before it can be judged.
        let judged = outcome.broken.iter().map(|(_, broken)| broken);
        let verdicts: Vec<&str> = judged
            .filter(|broken| !broken.contains(&Promise::Whole))
            .flatten()
            .map(|promise| promise.name())
            .collect();
        if !verdicts.is_empty() {
            println!("{FOUND} {seed}: {}", verdicts.join(", "));
            return Ok(true);
        }
    }
    println!("not found");
    Ok(false)
}

/// A schedule that shows a bug.
struct Hit {
    seed: u64,
    verdicts: String,
}

impl Seek {
    /// Looks for one.
    ///
    /// # Errors
    /// A process could not be started.
    pub(super) async fn find(&self, entry: &Entry) -> Result<Option<Found>> {
        let name = entry.mutant.name;
        match &entry.way {
            Way::Sim(seed) => {
                let committed = seed.map(|seed| seed..seed + 1);
                for seeds in committed.into_iter().chain(std::iter::once(0..self.most)) {
                    if let Some(found) = self.simulate(name, seeds).await? {
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
            Way::Check(words) => self.check(name, words).await,
        }
    }

    /// Lets `check` look at real processes. A check that does not hold without the bug either shows nothing of it.
    async fn check(&self, name: &str, words: &[String]) -> Result<Option<Found>> {
        let began = Instant::now();
        let with = self.checked(name, words, Some(name)).await?;
        let seconds = began.elapsed().as_secs();
        let verdicts = with.and_then(|(held, said)| broken(&said).filter(|_| !held));
        let Some(verdicts) = verdicts else {
            return Ok(None);
        };
        match self.checked(name, words, None).await? {
            Some((held, said)) if held || is_sound(&said) => Ok(Some(Found {
                by: format!("check, {seconds} s"),
                verdicts,
            })),
            Some((_, said)) => {
                println!("the check of {name} does not hold without a seeded bug either:");
                let tail = said.lines().rev().take(5).collect::<Vec<_>>();
                tail.iter().rev().for_each(|line| println!("  {line}"));
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// One check of the server, with the bug or without.
    async fn checked(
        &self,
        name: &str,
        words: &[String],
        bug: Option<&str>,
    ) -> Result<Option<(bool, String)>> {
        let which = if bug.is_some() { "" } else { "-without" };
        let out = self.out.join(format!("hearth-mutant-{name}{which}"));
        let out = out.to_string_lossy();
        let mut all = vec!["check", "--out", &out];
        all.extend(words.iter().map(String::as_str));
        let variables = bug.map(|bug| ("HEARTH_MUTANT", bug));
        let ended = drill(&all, CHECK, variables.as_slice()).await?;
        if ended.is_none() {
            println!("the check of {name}{which} came to no end in {CHECK:?}");
        }
        Ok(ended)
    }

    /// Looks in some schedules. One that does not hold without the bug either shows nothing of it.
    async fn simulate(&self, name: &str, mut seeds: Range<u64>) -> Result<Option<Found>> {
        let first = seeds.start;
        while !seeds.is_empty() {
            let Some(hit) = tried(name, &seeds).await? else {
                break;
            };
            seeds.start = hit.seed + 1;
            if holds(hit.seed).await? {
                let (seed, tried) = (hit.seed, seeds.start - first);
                return Ok(Some(Found {
                    by: format!("sim, seed {seed}, schedules {tried}"),
                    verdicts: hit.verdicts,
                }));
            }
            println!(
                "schedule {} does not hold without a seeded bug either",
                hit.seed
            );
        }
        Ok(None)
    }
}

/// The promises that a check saw broken. That a fault was not felt, that the drill failed at something, or that memory
/// was not given back yet, is none: a sound server may show that.
fn broken(said: &str) -> Option<String> {
    let line = said
        .lines()
        .find_map(|line| line.strip_prefix("verdict BROKEN: "))?;
    let (verdicts, _) = line.split_once(';')?;
    let is_none = [Promise::Bitten, Promise::Whole, Promise::Returned].map(Promise::name);
    let verdicts: Vec<&str> = verdicts
        .split(", ")
        .filter(|verdict| !is_none.contains(verdict))
        .collect();
    (!verdicts.is_empty()).then(|| verdicts.join(", "))
}

/// Whether a check came to its verdict, and saw nothing broken but what a sound server may show.
fn is_sound(said: &str) -> bool {
    said.contains("\nverdict BROKEN: ") && broken(said).is_none()
}

/// Tries a bug in a process of its own.
async fn tried(name: &str, seeds: &Range<u64>) -> Result<Option<Hit>> {
    let stretch = format!("{}..{}", seeds.start, seeds.end);
    let Some((_, said)) = drill(&["mutants", name, "--seeds", &stretch], SIM, &[]).await? else {
        return Ok(None);
    };
    let hit = said.lines().find_map(|line| {
        let (seed, verdicts) = line.strip_prefix(FOUND)?.split_once(": ")?;
        Some((seed.trim().parse().ok()?, verdicts.to_owned()))
    });
    Ok(hit.map(|(seed, verdicts)| Hit { seed, verdicts }))
}

/// Whether a schedule holds without any bug.
async fn holds(seed: u64) -> Result<bool> {
    let stretch = format!("{seed}..{}", seed + 1);
    let ended = drill(&["sim", "--seeds", &stretch], SIM, &[]).await?;
    Ok(ended.is_some_and(|(held, _)| held))
}

/// Runs this program once more. Whether all held and what it said; nothing if it came to no end.
async fn drill(
    words: &[&str],
    longest: Duration,
    variables: &[(&str, &str)],
) -> Result<Option<(bool, String)>> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(words)
        // What is sound must not be told of a bug by who called this.
        .env_remove("HEARTH_MUTANT")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let Ok(output) = timeout(longest, command.output()).await else {
        return Ok(None);
    };
    let output = output.context("running this program once more")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(Some((output.status.success(), said)))
}

#[cfg(test)]
mod tests {
    use super::{broken, is_sound};

    #[test]
    fn a_fault_that_was_not_felt_is_no_find() {
        let said =
            |verdicts: &str| broken(&format!("so\nverdict BROKEN: {verdicts}; seed 1, again"));
        assert_eq!(said("faults bit"), None);
        assert_eq!(said("resources return, faults bit, history whole"), None);
        assert_eq!(said("I5 honest, faults bit").unwrap(), "I5 honest");
        assert_eq!(broken("verdict: all held"), None);
        assert!(is_sound("so\nverdict BROKEN: resources return; seed 1"));
        assert!(!is_sound("so\nverdict BROKEN: I5 honest; seed 1"));
        assert!(!is_sound("so\nError: it could not be started"));
    }
}
