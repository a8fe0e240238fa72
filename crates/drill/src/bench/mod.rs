//! `hearth-drill bench`: what a message, a connection and a start cost the real server, beside small programs that do
//! nothing but the inevitable part (the floor), in one run and in turns.
//!
//! What is compared is processor time of the two processes ([`cpu`]), because clocks on a busy machine say little; where
//! a disk or another server decides, the time itself. Every figure is a [`Row`]; `docs/performance.md` says what each
//! means. It never says more than it measured: what was left out is named, with what it needs.

mod calls;
mod cluster;
mod connections;
mod cpu;
mod durable;
mod fan_out;
mod floor;
mod hello;
mod installation;
mod light;
mod long;
mod nodes;
mod page;
mod rooms;
mod row;
mod sender;
mod steady;
mod writer;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Parser;

use self::row::Row;
pub(crate) use self::{
    floor::{Floor, run as floor},
    writer::{Writer, run as writer},
};
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
    /// Rooms with a message a minute, and a tenth as many on Cassandra [default: 100000 for P18 alone, otherwise 10000]
    #[arg(long, value_parser = clap::value_parser!(u32).range(100..=150_000))]
    rooms: Option<u32>,
    /// P18 on Cassandra alone
    #[arg(long, requires_all = ["redis", "cassandra"])]
    not_embedded: bool,
    /// The servers of a cluster that runs already: without them its figures are left out
    #[arg(long, value_delimiter = ',')]
    url: Vec<String>,
    /// The servers of its Redis, HOST:PORT, all of them: for the time that they use, for a bare publish, and for servers
    /// of the bench's own, with a prefix of their own
    #[arg(long, value_delimiter = ',')]
    redis: Vec<String>,
    /// The nodes of its Cassandra, HOST:PORT: for a bare write, and for servers of the bench's own. It makes a keyspace
    /// for each, and drops it
    #[arg(long, value_delimiter = ',')]
    cassandra: Vec<String>,
    /// Processors of the server and the floor, as taskset(1) names them
    #[arg(long)]
    server_cpu: Option<String>,
    /// Processors of the clients
    #[arg(long)]
    client_cpu: Option<String>,
    /// Figures that were taken elsewhere, to stand beside these: a file as `scripts/web bench` writes it
    #[arg(long)]
    beside: Option<PathBuf>,
    /// Where the figures go: `latest.json` and `latest.html`
    #[arg(long, default_value = "bench")]
    out: PathBuf,
}

/// What servers of the bench's own need.
const PARTS: &str = "a Cassandra and a Redis Cluster (--cassandra, --redis)";

impl Args {
    /// Whether there are [`PARTS`].
    fn has_parts(&self) -> bool {
        !self.cassandra.is_empty() && !self.redis.is_empty()
    }

    /// Making a hundred thousand rooms takes minutes: only for who asks for it.
    fn rooms(&self) -> u32 {
        let alone = self.only == ["P18"];
        self.rooms.unwrap_or(if alone { 100_000 } else { 10_000 })
    }
}

/// What takes some of the figures.
#[derive(Debug, Clone, Copy)]
enum Part {
    FanOut,
    Steady,
    Connections,
    Hello,
    Long,
    Durable,
    Rooms,
    /// A cluster that runs already.
    Cluster,
    /// The same, beside its Cassandra and its Redis.
    Light,
    /// Servers of its own on these.
    Nodes,
}

impl Part {
    const ALL: [Part; 10] = [
        Part::FanOut,
        Part::Steady,
        Part::Connections,
        Part::Hello,
        Part::Long,
        Part::Durable,
        Part::Rooms,
        Part::Cluster,
        Part::Light,
        Part::Nodes,
    ];

    fn figures(self) -> &'static [&'static str] {
        match self {
            Part::FanOut => &["P1", "P2", "P3", "P6", "P9"],
            Part::Steady => &["P4", "P16"],
            Part::Connections => &["P7", "P8"],
            Part::Hello => &["P19"],
            Part::Long => &["P13", "P20"],
            Part::Durable => &["P14"],
            Part::Rooms => &["P18"],
            Part::Cluster => &["P11", "P12", "P17"],
            Part::Light => &["P10"],
            Part::Nodes => &["P15"],
        }
    }

    /// What it needs and was not given.
    fn lacks(self, args: &Args) -> Option<&'static str> {
        match self {
            Part::Cluster if args.url.is_empty() => Some("a cluster (--url)"),
            Part::Light if args.url.is_empty() || !args.has_parts() => {
                Some("a cluster and its parts (--url, --cassandra, --redis)")
            }
            Part::Nodes if !args.has_parts() => Some(PARTS),
            _ => None,
        }
    }

    async fn measure(self, args: &Args, folder: &Path) -> Result<Vec<Row>> {
        match self {
            Part::FanOut => {
                alone(args, folder, async |on| {
                    fan_out::measure(args, on, folder).await
                })
                .await
            }
            Part::Steady => alone(args, folder, async |on| steady::measure(args, on).await).await,
            Part::Connections => {
                alone(args, folder, async |on| {
                    connections::measure(args, on).await
                })
                .await
            }
            Part::Hello => alone(args, folder, async |on| hello::measure(args, on).await).await,
            Part::Long => alone(args, folder, async |on| long::measure(args, on).await).await,
            Part::Durable => {
                alone(args, folder, async |on| {
                    durable::measure(args, on, folder).await
                })
                .await
            }
            Part::Rooms => {
                alone(args, folder, async |on| {
                    rooms::measure(args, on, folder).await
                })
                .await
            }
            Part::Cluster => cluster::measure(args).await,
            Part::Light => light::measure(args, folder).await,
            Part::Nodes => nodes::measure(args, folder).await,
        }
    }
}

/// The figures that there are.
fn known() -> impl Iterator<Item = &'static str> {
    Part::ALL
        .into_iter()
        .flat_map(|part| part.figures().iter().copied())
}

/// Takes them. `true`: every goal is met.
pub(crate) fn run(args: Args) -> Result<bool> {
    let beside = args.beside.as_deref().map_or(Ok(Vec::new()), taken)?;
    let known: Vec<String> = known()
        .map(str::to_owned)
        .chain(beside.iter().map(|row| row.id.to_string()))
        .collect();
    if let Some(other) = args.only.iter().find(|id| !known.contains(id)) {
        bail!("--only {other}: there are {}", known.join(", "));
    }
    if let Some(processors) = &args.client_cpu {
        cpu::pin(std::process::id(), processors)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(bench(&args, beside))
}

/// The figures in a file.
fn taken(file: &Path) -> Result<Vec<Row>> {
    let json = fs::read_to_string(file).with_context(|| format!("--beside {}", file.display()))?;
    serde_json::from_str(&json).with_context(|| {
        format!(
            "--beside {}: no list of figures as in latest.json",
            file.display()
        )
    })
}

async fn bench(args: &Args, beside: Vec<Row>) -> Result<bool> {
    let wanted = |ids: &[&str]| {
        args.only.is_empty() || args.only.iter().any(|only| ids.contains(&only.as_str()))
    };
    let folder = std::env::temp_dir().join(format!("hearth-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let (mut rows, mut is_whole) = (Vec::new(), true);
    for part in Part::ALL {
        if !wanted(part.figures()) {
            continue;
        }
        if let Some(lacks) = part.lacks(args) {
            println!("{} left out: needs {lacks}", part.figures().join(", "));
            continue;
        }
        match part.measure(args, &folder).await {
            Ok(more) => rows.extend(more),
            Err(error) => {
                println!("{} failed: {error:#}", part.figures().join(", "));
                is_whole = false;
            }
        }
    }
    fs::remove_dir_all(&folder)?;
    rows.extend(beside);
    rows.retain(|row| wanted(&[&row.id]));
    fs::create_dir_all(&args.out)?;
    let json = serde_json::to_string_pretty(&rows)?;
    fs::write(args.out.join("latest.json"), json).context("writing the figures")?;
    fs::write(args.out.join("latest.html"), page::draw(&rows)).context("writing the page")?;
    println!("{}", Row::table(&rows));
    println!("written to {}", args.out.display());
    let held = rows.iter().filter(|row| row.holds).count();
    println!("{held} of {} goals met", rows.len());
    Ok(is_whole && held == rows.len())
}

/// Measures on one server with a store of its own, made for it.
async fn alone(
    args: &Args,
    folder: &Path,
    measure: impl AsyncFnOnce(&Single) -> Result<Vec<Row>>,
) -> Result<Vec<Row>> {
    let single = server(args, folder, &[]).await?;
    let rows = measure(&single).await?;
    single.stop().await?;
    Ok(rows)
}

/// A server, with a store of its own unless these settings say otherwise, warm enough to answer.
async fn server(args: &Args, folder: &Path, settings: &[&str]) -> Result<Single> {
    let settings = [&["--admissions-per-s", "0"], settings].concat();
    let single = Single::prepare(&server_binary()?, folder)?.with(&settings);
    start(args, &single).await?;
    Ok(single)
}

/// Starts a server, for the first time or once more, on its processors.
async fn start(args: &Args, single: &Single) -> Result<()> {
    single.start().await?;
    match &args.server_cpu {
        Some(processors) => cpu::pin(pid(single).await?, processors),
        None => Ok(()),
    }
}

async fn pid(single: &Single) -> Result<u32> {
    single.pid().await.context("the server does not run")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn args(words: &[&str]) -> Args {
        Args::parse_from([&["bench"], words].concat())
    }

    #[test]
    fn each_figure_is_taken_by_one_part() {
        let all: Vec<&str> = known().collect();
        let different: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), different.len(), "{all:?}");
        assert!(different.contains("P1") && different.contains("P17"));
    }

    #[test]
    fn a_figure_that_lacks_an_option_says_which() {
        let none = args(&[]);
        let all = args(&["--url", "a:1", "--redis", "b:1", "--cassandra", "c:1"]);
        for part in Part::ALL {
            assert_eq!(part.lacks(&all), None, "{part:?}");
        }
        let lacks = |part: Part, args: &Args| part.lacks(args).unwrap_or_default().to_owned();
        assert!(lacks(Part::Cluster, &none).contains("--url"));
        assert!(lacks(Part::Nodes, &none).contains("--cassandra"));
        let url = args(&["--url", "a:1"]);
        assert!(lacks(Part::Light, &url).contains("--redis"));
        assert_eq!(Part::Durable.lacks(&none), None);
    }

    #[test]
    fn figures_that_were_taken_elsewhere_are_read_or_it_is_said_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("web.json");
        let error = |file: &Path| format!("{:#}", taken(file).unwrap_err());
        assert!(error(&file).contains("web.json"));
        fs::write(&file, "{}").unwrap();
        assert!(error(&file).contains("no list of figures"));
        let rows = [Row::plain("W1", 1, "first load", 90.0, "KB", 90.0)];
        fs::write(&file, serde_json::to_vec(&rows).unwrap()).unwrap();
        assert_eq!(taken(&file).unwrap()[0].id, "W1");
    }

    #[test]
    fn many_rooms_are_made_only_for_who_asks_for_them() {
        assert_eq!(args(&[]).rooms(), 10_000);
        assert_eq!(args(&["--only", "P14,P18"]).rooms(), 10_000);
        assert_eq!(args(&["--only", "P18"]).rooms(), 100_000);
        assert_eq!(args(&["--only", "P18", "--rooms", "500"]).rooms(), 500);
    }
}
