//! `hearth-drill check`: people, rooms and a nemesis against real processes, and a history that is judged afterwards.
//!
//! - [`scripts`] and [`local`] run a cluster of the drill's own, [`single`] one server, [`system`] is either; [`janitor`] tidies up if the drill is killed; [`operator`] reads faults of somebody else's.
//! - [`cast`] draws who takes part and [`plan`] what is broken when, both from the seed; [`asked`] says what may be.
//! - [`person`], [`plain`], [`aside`] and [`ghost`] are the workload; [`world`] is what they share.
//! - [`nemesis`], [`faults`], [`commits`], [`disk`], [`clock`], [`redis`], [`cassandra`], by [`proxy`] [`links`], and by [`net`] [`losses`] and [`lateness`] break things, and bring the evidence; [`watch`] reads the servers' counts, [`health`] what they tell a balancer.
//! - [`stage`] is the course of it all, [`truth`] what is read at the end.

mod aside;
mod asked;
mod cassandra;
mod cast;
mod clock;
mod commits;
mod disk;
mod faults;
mod ghost;
mod health;
mod janitor;
mod lateness;
mod links;
mod local;
mod losses;
mod nemesis;
mod net;
mod operator;
mod person;
mod plain;
mod plan;
mod proxy;
mod redis;
pub(crate) mod scripts;
pub(crate) mod single;
mod stage;
mod system;
mod truth;
mod watch;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, bail, ensure};
use hearth_core::testing::secrets;
use tokio::signal::unix::{SignalKind, signal};

use self::{
    asked::{Asked, asked, is_all, least, word, words},
    cast::Cast,
    local::Local,
    operator::Steps,
    plan::{Class, Kind, Plan},
    scripts::Scripts,
    single::Single,
    stage::{Played, Stage},
    system::System,
};
use crate::{
    history::{Begin, FORMAT, Limits, Recorder},
    http::Place,
    verify,
};

/// What `check` is told.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Starts a cluster of its own on this machine, and ends it: `local`
    #[arg(long, value_parser = ["local"], group = "which")]
    cluster: Option<String>,
    /// Or one server with its embedded store, and ends it
    #[arg(long, group = "which")]
    embedded: bool,
    /// Or the servers of a cluster that runs already: each is a door for clients, and is read at the end
    #[arg(long, value_delimiter = ',', group = "which")]
    url: Vec<String>,
    /// Faults of that cluster: a file of commands (docs/reliability.md)
    #[arg(long)]
    nemesis: Option<PathBuf>,
    /// Where chance begins: who does what, and what is broken when
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long it goes on, without starting and judging
    #[arg(long, default_value_t = 2.0)]
    minutes: f64,
    /// Classes of faults or names of the --nemesis file, with commas between, and pairs of them at once as ONE+OTHER; given
    /// twice, both lists. `all`: all that can be done, and the worst pairs; fails if this machine cannot do one. If left
    /// out, as many of those as the time allows; `none` for peace
    #[arg(long, value_delimiter = ',')]
    faults: Vec<String>,
    /// Goes on until so much was seen of a class, `commit-kill=200`; fails if it takes three times as long
    #[arg(long, value_delimiter = ',')]
    bites: Vec<String>,
    /// People who are connected most of the time
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(12..=2_000))]
    people: u16,
    /// Members of the largest room; most of them only come by
    #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u16).range(2..=10_000))]
    largest: u16,
    /// Sends a second that are tried, besides what people do now and then; more of them take more rooms and connections
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u16).range(1..=5_000))]
    rate: u16,
    /// The longest time of peace between two slots of faults, in seconds: the more, the more is sent in all
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=600))]
    peace: u16,
    /// Where the history, the report and the logs go; by default hearth-check-SEED
    #[arg(long)]
    out: Option<PathBuf>,
    /// The password of the accounts that are made, for servers in mode `password`
    #[arg(long)]
    password: Option<String>,
    /// The folder of the project's scripts; found by itself inside the project
    #[arg(long)]
    scripts: Option<PathBuf>,
    /// The name under which the scripts keep what they start: two at once need two
    #[arg(long, default_value = "drill")]
    name: String,
}

/// Runs the check. Whether everything held.
pub(crate) fn run(args: Args) -> Result<bool> {
    if !(args.minutes > 0.0 && args.minutes <= 10_000.0) {
        bail!("--minutes must be above 0");
    }
    let net = match args.cluster {
        Some(_) => {
            let install = Scripts::find(args.scripts.as_deref())?.path("install");
            net::enter(&install)?
        }
        None => Err("only in a cluster of the drill's own".to_owned()),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(check(&args, &net))
}

async fn check(args: &Args, net: &Result<(), String>) -> Result<bool> {
    let steps = match &args.nemesis {
        Some(file) => Steps::read(file)?,
        None => Steps::default(),
    };
    let asked = asked(args, &steps, net)?;
    let left_out = asked.left_out.clone();
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("hearth-check-{}", args.seed)));
    std::fs::create_dir_all(&out).with_context(|| format!("making {}", out.display()))?;
    let has = |is: &dyn Fn(Class) -> bool| {
        let pairs = asked.pairs.iter().flatten();
        let mut all = asked.kinds.iter().chain(pairs);
        all.any(|kind| matches!(kind, Kind::Own(class) if is(*class)))
    };
    let system = match &args.cluster {
        Some(_) => {
            let scripts = Scripts::find(args.scripts.as_deref())?;
            let mut local = Local::prepare(scripts, &args.name).await?;
            local.has_clock = has(&|class| class.needs_clock());
            Some(System::Whole(local))
        }
        None if args.embedded => {
            let single = Single::prepare(&scripts::server_binary()?, &out)?;
            let is_small = has(&|class| class == Class::DiskFull);
            let is_bad = has(&|class| matches!(class, Class::DiskWrites | Class::DiskFlush));
            Some(System::One(Box::new(
                single.on_a_bad_disk(is_small, is_bad)?,
            )))
        }
        None if args.url.is_empty() => {
            bail!("what is to be checked? --cluster local, --embedded, or --url URL")
        }
        None => None,
    };
    let performed = tokio::select! {
        performed = perform(args, system.as_ref(), &steps, asked, &out) => performed,
        name = asked_to_end() => Err(anyhow::anyhow!("ended by {name}")),
    };
    if let Some(system) = &system {
        println!("check: ending what was started");
        system.stop(&out).await.context("ending what was started")?;
        quiet(&out)?;
    }
    let played = performed?;
    report(args, &played, &left_out, &out)
}

/// Whether no server has logged what it must not: what was said, or by which tokens.
fn quiet(out: &Path) -> Result<()> {
    // All that is said here has some of it.
    secrets::note("a text of a message", aside::WORDS);
    let mut told = Vec::new();
    for entry in std::fs::read_dir(out)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("server") && name.ends_with(".log") {
            let log = std::fs::read(&path)?;
            let log = String::from_utf8_lossy(&log);
            told.extend(secrets::look_through(&path.display().to_string(), &log).err());
        }
    }
    ensure!(
        told.is_empty(),
        "servers have logged what no log may have:\n{}",
        told.join("\n")
    );
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
async fn asked_to_end() -> &'static str {
    let both =
        signal(SignalKind::interrupt()).and_then(|one| Ok((one, signal(SignalKind::terminate())?)));
    let Ok((mut interrupt, mut terminate)) = both else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => "Ctrl-C",
        _ = terminate.recv() => "SIGTERM",
    }
}

async fn perform(
    args: &Args,
    system: Option<&System>,
    steps: &Steps,
    asked: Asked,
    out: &Path,
) -> Result<Played> {
    let places: Vec<Place> = args
        .url
        .iter()
        .map(|url| Place::parse(url))
        .collect::<Result<_>>()?;
    let (doors, nodes) = match system {
        Some(system) => {
            println!("check: starting {}", system.says());
            system.start().await?;
            let names = (1..).map(system::node_name);
            (
                system.doors(),
                names.zip(system.servers()).collect::<Vec<_>>(),
            )
        }
        None => {
            let named = places
                .iter()
                .map(|place| (place.authority.clone(), place.clone()));
            (places.clone(), named.collect())
        }
    };
    // What was asked for must come and bite; if nothing was, of all that there are what the time allows.
    let all = asked.kinds.iter().chain(asked.pairs.iter().flatten());
    let all: BTreeSet<String> = all.map(|kind| word(kind, steps)).collect();
    let (mut classes, mut wanted) = (Vec::new(), BTreeMap::new());
    if !args.faults.is_empty() {
        classes.extend(all.iter().cloned());
        let pairs = asked.pairs.iter().map(|pair| words(pair, steps));
        let single = asked.kinds.iter().map(|kind| word(kind, steps));
        // Each comes again, after the time also, until it has bitten; of a pair both.
        wanted.extend(pairs.chain(single).map(|word| (word, 1)));
    }
    wanted.extend(least(&args.bites, &asked.kinds, steps)?);
    let limits = Limits::default();
    let begin = Begin {
        format: FORMAT,
        seed: args.seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        cluster: system.map_or_else(|| args.url.join(", "), |system| system.says().to_owned()),
        command: command(args),
        wall: wall(),
        faults: classes,
        each_bites: true,
        nodes: nodes.iter().map(|(name, _)| name.clone()).collect(),
        limits,
    };
    let recorder = Recorder::create(out, begin)?;
    let tag = tag();
    let stage = Stage {
        system,
        doors,
        nodes,
        cast: Cast::draw(
            args.seed,
            &tag,
            usize::from(args.people),
            usize::from(args.largest),
            usize::from(args.rate),
        ),
        plan: Plan::new(args.seed, asked.kinds, asked.pairs, args.peace),
        wanted,
        steps,
        recorder: recorder.clone(),
        limits,
        seed: args.seed,
        play: Duration::from_secs_f64(args.minutes * 60.0),
        visits: usize::from(args.people / 2).max(8),
        password: args.password.clone(),
    };
    let played = stage.perform().await?;
    recorder.end()?;
    let untried: Vec<String> = all
        .into_iter()
        .filter(|class| !played.tried.contains_key(class))
        .collect();
    if !untried.is_empty() {
        println!(
            "check: the time ended before the turn of {}",
            untried.join(", ")
        );
    }
    Ok(played)
}

/// The command that repeats it.
fn command(args: &Args) -> String {
    let mut words = vec!["hearth-drill check".to_owned()];
    match &args.cluster {
        Some(cluster) => words.push(format!("--cluster {cluster}")),
        None if args.embedded => words.push("--embedded".to_owned()),
        None => words.push(format!("--url {}", args.url.join(","))),
    }
    words.push(format!(
        "--seed {} --minutes {} --people {} --largest {} --rate {} --peace {}",
        args.seed, args.minutes, args.people, args.largest, args.rate, args.peace
    ));
    if let Some(file) = &args.nemesis {
        words.push(format!("--nemesis {}", file.display()));
    }
    if !args.faults.is_empty() {
        words.push(format!("--faults {}", args.faults.join(",")));
    }
    if !args.bites.is_empty() {
        words.push(format!("--bites {}", args.bites.join(",")));
    }
    if args.password.is_some() {
        words.push("--password ...".to_owned());
    }
    words.join(" ")
}

/// Judges the history, and says what is to be known besides. The last line is the figure.
fn report(args: &Args, played: &Played, left_out: &BTreeSet<String>, out: &Path) -> Result<bool> {
    let mut is_toothless = false;
    for (class, tried) in &played.tried {
        println!(
            "fault {class}: bit {} of {} times, seen {}",
            tried.bit, tried.tried, tried.seen
        );
        is_toothless |= tried.bit == 0;
    }
    for (class, least) in nemesis::short(&played.tried, &played.wanted) {
        println!("FAILED: less was seen of {class} than {least}");
        is_toothless = true;
    }
    let is_short = is_all(args) && !left_out.is_empty();
    if !left_out.is_empty() {
        let words: Vec<&str> = left_out.iter().map(String::as_str).collect();
        let failed = if is_short { "FAILED" } else { "check" };
        println!("{failed}: left out: {}", words.join(", "));
    }
    println!("history: {}", out.display());
    println!("to repeat: {}", command(args));
    if is_toothless {
        println!("FAILED: a class of faults did not bite, or not as often as it must");
    }
    Ok(verify::of(out)? && !is_toothless && !is_short)
}

/// The time of day, for people.
fn wall() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    format!(
        "{} s since 1970 (UTC)",
        since.map_or(0, |since| since.as_secs())
    )
}

/// A short tag that no other run has: names made with it are new on any server.
fn tag() -> String {
    let id = uuid::Uuid::now_v7().simple().to_string();
    format!("c{}", &id[20..])
}
