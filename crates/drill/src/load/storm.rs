//! A storm: a server dies, and all of its clients come back at once. How long until each has all of it again, what
//! that cost the store, how many were told to wait, and how much memory the servers took.
//!
//! It fails where a room is read more than twice, since readers who missed the same share one read, and where a server
//! takes more memory than its clients' share.
//!
//! With `--url` the first server is killed by a command of yours and the clients go to the others; without, one server
//! with its own store is started here, killed and started again.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use futures_util::{StreamExt, stream};
use hearth_protocol::{
    Body, DeviceId, RoomId, Seq,
    client::{Client, Link, Settings, Step},
};
use hyper::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;

use super::{
    crowd::{Counts, join, lock, room, run_name},
    places,
};
use crate::{
    check::{scripts::server_binary, single::Single},
    http::{Http, Place, Said},
    wire::{Door, Input, Wire},
};

/// All clients of a server that dies come back.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// The servers: all clients are on the first, which is killed. None: one is started here, killed and started again
    #[arg(long)]
    url: Vec<String>,
    /// With --url: the command, for a shell, that kills the first server (such as "kill -9 4711")
    #[arg(long, requires = "url")]
    kill: Option<String>,
    /// How many clients; each needs a descriptor on both sides (`ulimit -n`)
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(10..=50_000))]
    clients: u32,
    /// Rooms among which they are divided
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rooms: u32,
    /// Messages in each room that they miss
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=900))]
    missed: u32,
    /// Longer than this until the last is back is a failure, in seconds
    #[arg(long, default_value_t = 20)]
    seconds_max: u64,
}

/// Patience for each step, however slow the machine is: a storm that has not ended by then has failed.
const PATIENCE: Duration = Duration::from_secs(300);
/// Store reads for each room, on each server: one of what was missed, and one for who came back before all of it was
/// written.
const READS_MAX: f64 = 2.0;
const MEBIBYTE: f64 = 1_048_576.0;
/// The most memory that a server may take, without its clients and for each of them.
const RESIDENT: f64 = 128.0 * MEBIBYTE;
const RESIDENT_OF_A_CLIENT: f64 = 16.0 * 1_024.0;
/// Calls at once while messages are written.
const CALLS_AT_ONCE: usize = 16;

/// What the clients have, and what they are to have.
#[derive(Default)]
struct Board {
    /// The seq up to which a room's clients are to be; set while they wait.
    heads: Mutex<BTreeMap<RoomId, Seq>>,
    there: AtomicUsize,
    shown: AtomicUsize,
    gaps: AtomicUsize,
    ends: AtomicUsize,
    over: AtomicBool,
}

pub(crate) async fn run(args: Args) -> Result<bool> {
    let http = Http::new();
    let folder = std::env::temp_dir().join(run_name());
    let (single, doors) = if args.url.is_empty() {
        std::fs::create_dir_all(&folder)?;
        let single = Single::prepare(&server_binary()?, &folder)?;
        single.start().await?;
        let place = single.place.clone();
        (Some(single), vec![place])
    } else {
        ensure!(
            args.kill.is_some() && args.url.len() >= 2,
            "with --url name two servers or more, and --kill the command that kills the first"
        );
        (None, places(&args.url)?)
    };
    let held = storm(&args, &http, single.as_ref(), &doors).await;
    if let Some(single) = single {
        single.stop().await?;
        std::fs::remove_dir_all(&folder)?;
    }
    held
}

async fn storm(args: &Args, http: &Http, single: Option<&Single>, doors: &[Place]) -> Result<bool> {
    let run = run_name();
    let (count, rooms) = (usize::try_from(args.clients)?, usize::try_from(args.rooms)?);
    println!("making {count} users in {rooms} rooms");
    let mut users = Vec::new();
    for n in 0..rooms {
        let (stem, of_room) = (format!("{run}r{n}"), format!("{run}-{n}"));
        room(http, &doors[0], &of_room).await?;
        let members = count / rooms + usize::from(n < count % rooms);
        users.push(join(http, doors, &stem, &of_room, members).await?);
    }
    let board = Arc::new(Board::default());
    let mut crowd = JoinSet::new();
    let began = tokio::time::Instant::now();
    for (n, name) in users.iter().flatten().enumerate() {
        let settings = Settings::new(DeviceId::new(name)?, n as u64);
        let door = Door {
            places: Arc::new(doors.to_vec()),
            next: 0,
            id: name.clone(),
            token: None,
        };
        let wire = Wire::new(Client::new(settings), door, began);
        crowd.spawn(person(wire, board.clone()));
    }
    let writers: Vec<String> = users.iter().filter_map(|of| of.first().cloned()).collect();
    println!("connecting them to the first server");
    wait(&board, count).await?;
    let heads = write(http, &doors[0], &writers, 1).await?;
    set(&board, heads);
    wait(&board, count).await?;

    let survivors = if single.is_some() { doors } else { &doors[1..] };
    let before = match single {
        // It counts from nought when it is started again.
        Some(_) => Counts::default(),
        None => Counts::of(http, survivors).await?,
    };
    board.shown.store(0, Ordering::Relaxed);
    board.there.store(0, Ordering::Relaxed);
    lock(&board.heads).clear();
    let killed = Instant::now();
    match (single, &args.kill) {
        (Some(single), _) => {
            single.verb("kill").await?;
            single.start().await?;
        }
        (None, Some(command)) => {
            let status = tokio::process::Command::new("sh")
                .args(["-c", command])
                .status()
                .await?;
            ensure!(
                status.success(),
                "the command that kills ended with {status}"
            );
        }
        (None, None) => bail!("nothing kills the first server"),
    }
    let ready = Instant::now();
    let heads = write(http, &survivors[0], &writers, args.missed).await?;
    set(&board, heads);
    let mut resident: f64 = 0.0;
    while board.there.load(Ordering::Relaxed) < count {
        ensure!(
            killed.elapsed() < PATIENCE,
            "{} of {count} are back",
            board.there.load(Ordering::Relaxed)
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = Counts::of(http, survivors).await?;
        resident = resident.max(now.get("process_resident_memory_bytes"));
    }
    let back = killed.elapsed();
    let after = Counts::of(http, survivors).await?;
    board.over.store(true, Ordering::Relaxed);
    crowd.abort_all();
    let grown = |name: &str| after.since(&before, name);
    let shown = board.shown.load(Ordering::Relaxed);
    let wanted = users
        .iter()
        .map(|of| of.len() * usize::try_from(args.missed).unwrap_or_default())
        .sum::<usize>();
    let gaps = board.gaps.load(Ordering::Relaxed);
    println!("clients                     {count:>10}");
    println!("back after the kill         {:>10.1} s", back.as_secs_f64());
    println!(
        "  of which no server was up {:>10.1} s",
        (ready - killed).as_secs_f64()
    );
    println!(
        "told to come later          {:>10.0}",
        grown("hearth_admissions_refused_total")
    );
    println!(
        "connections that ended      {:>10}",
        board.ends.load(Ordering::Relaxed)
    );
    for call in [
        "read",
        "head",
        "projected",
        "member_cells",
        "rooms_of",
        "marks",
        "mark",
        "record",
        "claimed",
    ] {
        let calls = grown(&format!("hearth_store_calls_total{{call=\"{call}\"}}"));
        println!("store: {call:<20} {calls:>10.0}");
    }
    let reads = grown("hearth_store_calls_total{call=\"read\"}");
    let reads_max = READS_MAX * f64::from(args.rooms) * survivors.len() as f64;
    if reads > reads_max {
        println!("FAILED: {reads:.0} reads of the store, of at most {reads_max:.0}");
    }
    println!("shown of what was missed    {shown:>10} of {wanted}, {gaps} gaps");
    let resident_max =
        (RESIDENT + f64::from(args.clients) * RESIDENT_OF_A_CLIENT) * survivors.len() as f64;
    println!(
        "memory of the servers, most {:>10.0} MiB of {:.0}",
        resident / MEBIBYTE,
        resident_max / MEBIBYTE
    );
    if resident > resident_max {
        println!("FAILED: that is more memory than so many clients may take");
    }
    println!(
        "{:.1} s until {count} clients had everything again",
        back.as_secs_f64()
    );
    let is_whole = shown == wanted && gaps == 0;
    let is_bounded = reads <= reads_max && resident <= resident_max;
    Ok(is_whole && is_bounded && back.as_secs() < args.seconds_max)
}

/// One client, until the end.
async fn person(mut wire: Wire, board: Arc<Board>) {
    let now = wire.now_ms();
    let steps = wire.machine.start(now);
    let mut steps = wire.carry(steps).await;
    let mut counted: Option<BTreeMap<RoomId, Seq>> = None;
    while !board.over.load(Ordering::Relaxed) {
        for step in steps {
            match step {
                Step::Show { event, .. } if event.body.is_message() => {
                    board.shown.fetch_add(1, Ordering::Relaxed);
                }
                Step::Missed { .. } => {
                    board.gaps.fetch_add(1, Ordering::Relaxed);
                }
                Step::Wait { .. } => {
                    board.ends.fetch_add(1, Ordering::Relaxed);
                }
                _ => {}
            }
        }
        let heads = lock(&board.heads).clone();
        let is_live = matches!(wire.machine.link(), Link::Live { .. });
        let has_all = wire
            .machine
            .rooms()
            .all(|(room, log)| heads.get(&room).is_none_or(|head| log.position() >= *head));
        // Once for each time that heads are set; before the first, to be live is enough.
        if is_live && has_all && counted.as_ref() != Some(&heads) {
            let is_first = counted.is_none();
            if is_first || !heads.is_empty() {
                board.there.fetch_add(1, Ordering::Relaxed);
                counted = Some(heads);
            }
        }
        // Heads may be set while nothing is heard.
        let input = tokio::select! {
            input = wire.wait() => Some(input),
            () = tokio::time::sleep(Duration::from_secs(1)) => None,
        };
        steps = match input {
            Some(input) => {
                let steps = wire.tell(input);
                wire.carry(steps).await
            }
            None => Vec::new(),
        };
    }
    drop(wire.tell(Input::Time));
}

async fn wait(board: &Board, count: usize) -> Result<()> {
    let began = Instant::now();
    while board.there.load(Ordering::Relaxed) < count {
        let there = board.there.load(Ordering::Relaxed);
        ensure!(
            began.elapsed() < PATIENCE,
            "only {there} of {count} came in"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

fn set(board: &Board, heads: BTreeMap<RoomId, Seq>) {
    board.there.store(0, Ordering::Relaxed);
    *lock(&board.heads) = heads;
}

/// Writes so many messages into each room, and returns where its log ends.
async fn write(
    http: &Http,
    place: &Place,
    writers: &[String],
    each: u32,
) -> Result<BTreeMap<RoomId, Seq>> {
    let heads = stream::iter(writers).map(|name| async move {
        let rooms = http
            .call(
                place,
                &format!("/api/v1/rooms?id={name}"),
                &Said::default(),
                None,
            )
            .await?
            .1;
        let room: RoomId = serde_json::from_value(rooms["rooms"][0]["id"].clone())
            .context("the writer is in no room")?;
        let body = json!({"body": Body::message("what was missed")});
        let (mut written, mut head) = (0, Seq::ZERO);
        while written < each {
            let path = format!("/api/v1/rooms/{room}/events?id={name}");
            let (status, answer) = http
                .call(place, &path, &Said::default(), Some(&body))
                .await?;
            ensure!(
                status == StatusCode::CREATED,
                "a message was answered {status}: {answer}"
            );
            head = serde_json::from_value(answer["seq"].clone())?;
            written += 1;
        }
        anyhow::Ok((room, head))
    });
    let heads: Vec<Result<_>> = heads.buffer_unordered(CALLS_AT_ONCE).collect().await;
    heads.into_iter().collect()
}
