//! `hearth-drill`: judges a Hearth server from outside, by nothing but its protocol. The exit status is 0 only when
//! everything held; the last line is the figure.
//!
//! It must not know the server's inside: all it takes from the project is `hearth-protocol`. Only [`sim`] drives the core
//! itself.

mod bench;
mod check;
mod history;
mod http;
mod load;
#[cfg(feature = "mutants")]
mod mutants;
mod replay;
mod report;
mod sim;
mod verdict;
mod verify;
mod wire;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Judges a Hearth server from outside.
#[derive(Debug, Parser)]
#[command(name = "hearth-drill", version, about, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    drill: Drill,
}

#[derive(Debug, Subcommand)]
enum Drill {
    /// Many people and a nemesis against real processes; every promise is judged by the history of it
    #[command(args_override_self = true)]
    Check(check::Args),
    /// Replays IRC logs: each nick a user with a socket of its own, each file a room; at the end compares every
    /// reader's view and the stored history, message by message
    Replay(replay::Args),
    /// Loads a server within bounds, and shows what it costs
    #[command(subcommand)]
    Load(load::Load),
    /// What a message and a connection cost the real server, beside the least that they can cost
    Bench(bench::Args),
    /// A program that only sends: the least that a delivery can cost
    #[command(hide = true)]
    Floor(bench::Floor),
    /// A program that only commits: the least that a stored message can cost
    #[command(hide = true)]
    Writer(bench::Writer),
    /// The cluster in one thread: many schedules of acts and faults, each drawn from a seed and judged like the real thing
    #[command(args_override_self = true)]
    Sim(sim::Args),
    /// Turns each seeded bug on, in a process of its own, and sees that a simulation or a check finds what breaks
    #[cfg(feature = "mutants")]
    Mutants(mutants::Args),
    /// Judges the history that a `check` has written, and draws its report
    Verify(verify::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let held = match cli.drill {
        Drill::Check(args) => check::run(args),
        Drill::Replay(args) => replay::run(args),
        Drill::Load(load) => load::run(load),
        Drill::Bench(args) => bench::run(args),
        Drill::Floor(args) => bench::floor(&args),
        Drill::Writer(args) => bench::writer(&args),
        Drill::Sim(args) => sim::run(args),
        #[cfg(feature = "mutants")]
        Drill::Mutants(args) => mutants::run(args),
        Drill::Verify(args) => verify::run(args),
    };
    match held {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("hearth-drill: {error:#}");
            ExitCode::from(2)
        }
    }
}
