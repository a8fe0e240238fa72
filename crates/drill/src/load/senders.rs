//! Senders that wait for each acknowledgement, as people do; as many at once as there are.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Parser;
use hearth_protocol::{RoomId, SendId, Seq};
use tokio::task::JoinSet;

use super::{
    crowd::{Counts, Outgoing, Socket, join, room, run_name},
    places,
};
use crate::http::{Http, Place};

/// Senders that wait for each acknowledgement.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// The servers; the senders are spread over them
    #[arg(long = "url", required = true, value_delimiter = ',')]
    urls: Vec<String>,
    /// How many senders
    #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u16).range(1..=2_000))]
    senders: u16,
    /// How many rooms they are spread over
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    rooms: u16,
    /// Seconds of each round
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Rounds
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    /// Bytes of each message
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=16_000))]
    bytes: u16,
    /// In turn with all senders on the first server: the figure is then the ratio of all servers to one
    #[arg(long)]
    compare: bool,
}

/// What one round came to.
#[derive(Debug, Default)]
pub(crate) struct Round {
    acked: u64,
    /// Answers that say "the same again": busy, unavailable, doubtful.
    pub(super) put_off: u64,
    waits: Vec<Duration>,
    seconds: f64,
}

impl Round {
    /// Messages that were acknowledged.
    pub(crate) fn acked(&self) -> u64 {
        self.acked
    }

    /// Messages a second.
    pub(crate) fn rate(&self) -> f64 {
        precise(self.acked) / self.seconds
    }
}

pub(crate) async fn run(args: Args) -> Result<bool> {
    let places = places(&args.urls)?;
    if args.compare && places.len() < 2 {
        bail!("--compare needs more than one --url");
    }
    let http = Http::new();
    let run = run_name();
    println!("making {} users and {} rooms", args.senders, args.rooms);
    let mut users = Vec::new();
    for n in 0..args.rooms {
        let name = format!("{run}-{n}");
        room(&http, &places[0], &name).await?;
        let of_room =
            usize::from(args.senders / args.rooms + u16::from(n < args.senders % args.rooms));
        users.extend(join(&http, &places, &format!("{run}r{n}"), &name, of_room).await?);
    }
    // A round that is not counted: connections to the store and the bus are made, rooms are loaded.
    let (bytes, time) = (usize::from(args.bytes), Duration::from_secs(args.seconds));
    round(&users, &places, Duration::from_secs(1), bytes).await?;
    let (mut all, mut one) = (Vec::new(), Vec::new());
    let mut ratios = Vec::new();
    for n in 1..=args.rounds {
        let before = Counts::of(&http, &places).await?;
        let here = round(&users, &places, time, bytes).await?;
        let after = Counts::of(&http, &places).await?;
        show(
            &format!("round {n}, {} servers", places.len()),
            &here,
            &before,
            &after,
        );
        if args.compare {
            let before = Counts::of(&http, &places).await?;
            let there = round(&users, &places[..1], time, bytes).await?;
            let after = Counts::of(&http, &places).await?;
            show(&format!("round {n}, one server"), &there, &before, &after);
            ratios.push(here.rate() / there.rate());
            one.push(there);
        }
        all.push(here);
    }
    let put_off: u64 = all.iter().chain(&one).map(|round| round.put_off).sum();
    if args.compare {
        println!(
            "ratio of {} servers to one: {:.2} ({put_off} put off)",
            places.len(),
            median(&mut ratios)
        );
    } else {
        let mut rates: Vec<f64> = all.iter().map(Round::rate).collect();
        println!(
            "{:.0} messages/s acknowledged ({put_off} put off)",
            median(&mut rates)
        );
    }
    Ok(put_off == 0)
}

fn show(title: &str, round: &Round, before: &Counts, after: &Counts) {
    let mut waits = round.waits.clone();
    waits.sort_unstable();
    let at = |part: usize| {
        waits
            .get(waits.len() * part / 100)
            .copied()
            .unwrap_or_default()
            .as_secs_f64()
            * 1e3
    };
    let each = |name: &str| after.since(before, name) / precise(round.acked.max(1));
    println!(
        "{title}: {:.0} messages/s, p50 {:.2} ms, p99 {:.2} ms, {} put off; each: {:.3} appends, {:.3} reads, {:.3} \
         head reads, {:.3} hints",
        round.rate(),
        at(50),
        at(99),
        round.put_off,
        each("hearth_store_calls_total{call=\"append\"}"),
        each("hearth_store_calls_total{call=\"read\"}"),
        each("hearth_store_calls_total{call=\"head\"}"),
        each("hearth_hints_published_total"),
    );
}

/// All of them send for that time, each in its first room, and wait for each acknowledgement.
pub(crate) async fn round(
    users: &[String],
    places: &[Place],
    time: Duration,
    bytes: usize,
) -> Result<Round> {
    let mut sockets = JoinSet::new();
    for (n, user) in users.iter().enumerate() {
        let (place, user) = (places[n % places.len()].clone(), user.clone());
        sockets.spawn(async move {
            let (socket, rooms) = Socket::open(&place, &user).await?;
            Ok::<_, anyhow::Error>((user, socket, rooms))
        });
    }
    let mut open = Vec::new();
    while let Some(socket) = sockets.join_next().await {
        open.push(socket??);
    }
    let text = "x".repeat(bytes);
    let began = Instant::now();
    let mut senders = JoinSet::new();
    for (user, socket, rooms) in open {
        let text = text.clone();
        let Some((room, head)) = rooms.first().copied() else {
            bail!("{user} is in no room")
        };
        senders.spawn(async move { send(socket, room, head, &text, began + time).await });
    }
    let mut round = Round::default();
    while let Some(sent) = senders.join_next().await {
        let sent = sent??;
        round.acked += sent.acked;
        round.put_off += sent.put_off;
        round.waits.extend(sent.waits);
    }
    round.seconds = began.elapsed().as_secs_f64();
    Ok(round)
}

async fn send(
    mut socket: Socket,
    room: RoomId,
    head: Seq,
    text: &str,
    until: Instant,
) -> Result<Round> {
    let mut round = Round::default();
    // A device of this round: its counter begins anew.
    let device = SendId::from_uuid(uuid::Uuid::now_v7()).to_string();
    let mut n = 0;
    while Instant::now() < until {
        n += 1;
        let id = SendId::new(format!("{device}-{n}"))?;
        let began = Instant::now();
        // As a client does that has seen them: how far back the server looks for a send depends on it.
        let outgoing = Outgoing {
            room,
            id,
            after: head.max(socket.seen()),
            device: &device,
            n,
            text,
        };
        while !socket.send(&outgoing).await? {
            round.put_off += 1;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        round.acked += 1;
        round.waits.push(began.elapsed());
    }
    Ok(round)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of one run are far below 2^52"
)]
fn precise(count: u64) -> f64 {
    count as f64
}
