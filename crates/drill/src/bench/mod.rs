//! `hearth-drill bench`: what a message, a connection and a start cost the real server, beside small programs that do
//! nothing but the inevitable part (the floor), in one run and in turns.
//!
//! What is compared is processor time of the two processes ([`cpu`]), because clocks on a busy machine say little. Every
//! figure is a [`Row`]; `docs/performance.md` says what each means. It never says more than it measured: what was left
//! out stands in the table as left out.

mod calls;
mod cluster;
mod connections;
mod cpu;
mod fan_out;
mod floor;
mod hello;
mod long;
mod page;
mod row;
mod steady;

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use clap::Parser;

pub(crate) use self::floor::{Floor, run as floor};
use self::row::Row;
use crate::check::{scripts::server_binary, single::Single};

/// What things cost, beside the least that they can cost.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// Which figures, with commas between; all if left out
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Rounds, in each of which the server and the floor take turns
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    /// Idle connections; each needs a descriptor on both sides (`ulimit -n`)
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..=50_000))]
    connections: u32,
    /// Seconds for which they idle
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// Events of the long room
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1_000..=5_000_000))]
    events: u32,
    /// The servers of a cluster that runs already: without them its figures are left out
    #[arg(long, value_delimiter = ',')]
    url: Vec<String>,
    /// The servers of its Redis, HOST:PORT, all of them: for the time that they use
    #[arg(long, value_delimiter = ',')]
    redis: Vec<String>,
    /// Processors of the server and the floor, as taskset(1) names them
    #[arg(long)]
    server_cpu: Option<String>,
    /// Processors of the clients
    #[arg(long)]
    client_cpu: Option<String>,
    /// Where the figures go: `latest.json` and `latest.html`
    #[arg(long, default_value = "bench")]
    out: PathBuf,
}

/// All figures that there are, by the part that takes them.
const FAN_OUT: [&str; 5] = ["P1", "P2", "P3", "P6", "P9"];
const STEADY: [&str; 2] = ["P4", "P16"];
const CONNECTIONS: [&str; 2] = ["P7", "P8"];
const LONG: [&str; 2] = ["P13", "P20"];
const HELLO: [&str; 1] = ["P19"];
const CLUSTER: [&str; 3] = ["P11", "P12", "P17"];

/// Takes them. `true`: every goal is met.
pub(crate) fn run(args: Args) -> Result<bool> {
    let known = || {
        FAN_OUT
            .iter()
            .chain(&STEADY)
            .chain(&CONNECTIONS)
            .chain(&LONG)
            .chain(&HELLO)
    };
    if let Some(other) = args.only.iter().find(|id| !known().any(|k| k == id)) {
        let known: Vec<&str> = known().copied().collect();
        bail!("--only {other}: there are {}", known.join(", "));
    }
    if let Some(processors) = &args.client_cpu {
        cpu::pin(std::process::id(), processors)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(bench(&args))
}

async fn bench(args: &Args) -> Result<bool> {
    let wanted = |ids: &[&str]| {
        args.only.is_empty() || args.only.iter().any(|only| ids.contains(&only.as_str()))
    };
    let folder = std::env::temp_dir().join(format!("hearth-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let mut rows = Vec::new();
    if wanted(&FAN_OUT) {
        let single = server(args, &folder).await?;
        rows.extend(fan_out::measure(args, &single, &folder).await?);
        single.stop().await?;
    }
    if wanted(&STEADY) {
        let single = server(args, &folder).await?;
        rows.extend(steady::measure(args, &single).await?);
        single.stop().await?;
    }
    if wanted(&CONNECTIONS) {
        let single = server(args, &folder).await?;
        rows.extend(connections::measure(args, &single).await?);
        single.stop().await?;
    }
    if wanted(&HELLO) {
        let single = server(args, &folder).await?;
        rows.extend(hello::measure(args, &single).await?);
        single.stop().await?;
    }
    if wanted(&LONG) {
        let single = server(args, &folder).await?;
        rows.extend(long::measure(args, &single).await?);
        single.stop().await?;
    }
    if wanted(&CLUSTER) {
        if args.url.is_empty() {
            println!(
                "{} left out: they need a cluster (--url)",
                CLUSTER.join(", ")
            );
        } else {
            rows.extend(cluster::measure(args).await?);
        }
    }
    fs::remove_dir_all(&folder)?;
    rows.retain(|row| wanted(&[row.id]));
    fs::create_dir_all(&args.out)?;
    let json = serde_json::to_string_pretty(&rows)?;
    fs::write(args.out.join("latest.json"), json).context("writing the figures")?;
    fs::write(args.out.join("latest.html"), page::draw(&rows)).context("writing the page")?;
    println!("{}", Row::table(&rows));
    println!("written to {}", args.out.display());
    let held = rows.iter().filter(|row| row.holds).count();
    println!("{held} of {} goals met", rows.len());
    Ok(held == rows.len())
}

/// A server with a store of its own, warm enough to answer.
async fn server(args: &Args, folder: &std::path::Path) -> Result<Single> {
    let single = Single::prepare(&server_binary()?, folder)?.with(&["--admissions-per-s", "0"]);
    single.start().await?;
    if let Some(processors) = &args.server_cpu {
        cpu::pin(pid(&single).await?, processors)?;
    }
    Ok(single)
}

async fn pid(single: &Single) -> Result<u32> {
    single.pid().await.context("the server does not run")
}
