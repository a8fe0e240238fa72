//! Measures the Cassandra adapter: appends of 1 and of 64 messages, three writers in one room, and the last 50 of a
//! long room beside those of a short one.
//!
//! `cargo run --release -p hearth-backends --example cassandra-measure -- NODES [REPLICATION] [EVENTS]`, NODES with
//! commas, REPLICATION as in `cassandra_replication` (simple:1), EVENTS in the long room (100000). It makes a keyspace
//! of its own and leaves it. Nodes need a minute of use before their times mean anything; ratios say more than times.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures_util::future::try_join_all;
use hearth_backends::cassandra::{Cassandra, Options, migrate};
use hearth_core::{
    log::{Entry, Head},
    port::{Appended, Freshness, Log},
};
use hearth_protocol::{Body, DeviceId, Event, Ordinal, RoomId, SendId, Seq, UserId};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let nodes = arguments.next().context("NODES, with commas")?;
    let replication = arguments.next().unwrap_or_else(|| "simple:1".into());
    let events: u64 = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let options = Options {
        nodes: nodes.split(',').map(str::to_owned).collect(),
        keyspace: format!("m_{}", uuid::Uuid::now_v7().simple()),
        replication: replication.parse().map_err(anyhow::Error::msg)?,
        ..Options::default()
    };
    Box::pin(migrate(&options)).await?;
    let store = Box::pin(Cassandra::connect(&options)).await?;
    println!("keyspace {}, {replication}", options.keyspace);

    // Both rooms, batches of 64 first: they warm the nodes up.
    let (long, short) = (room(), room());
    let began = Instant::now();
    let head = fill(&store, long, Head::EMPTY, events, 64).await?;
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{events} events in batches of 64: {:.0} events/s",
        events as f64 / seconds
    );
    let near = fill(&store, short, Head::EMPTY, 200, 64).await?;

    for batch in [1, 64] {
        let room = room();
        let mut head = Head::EMPTY;
        let mut times = Vec::new();
        for _ in 0..400 {
            let began = Instant::now();
            head = fill(&store, room, head, batch, batch).await?;
            times.push(began.elapsed());
        }
        println!("append of {batch:>2}: {}", summary(&mut times));
    }

    contend(&options).await?;

    let mut far_times = Vec::new();
    let mut near_times = Vec::new();
    for _ in 0..600 {
        for (room, head, times) in [(long, head, &mut far_times), (short, near, &mut near_times)] {
            let began = Instant::now();
            let from = Seq(head.seq.0 - 49);
            let page = store
                .read(room, from, head.seq, 50, Freshness::Quorum)
                .await?;
            times.push(began.elapsed());
            if page.entries.len() != 50 {
                bail!("{} entries instead of 50", page.entries.len());
            }
        }
    }
    println!("last 50 of {events}: {}", summary(&mut far_times));
    println!("last 50 of 200: {}", summary(&mut near_times));
    let mean = |times: &[Duration]| times.iter().sum::<Duration>().as_secs_f64();
    println!(
        "ratio of the means: {:.2}",
        mean(&far_times) / mean(&near_times)
    );
    Ok(())
}

/// One room for two seconds, with one writer and with three that know nothing of each other.
async fn contend(options: &Options) -> anyhow::Result<()> {
    for writers in [1, 3] {
        let mut stores = Vec::new();
        for _ in 0..writers {
            stores.push(Box::pin(Cassandra::connect(options)).await?);
        }
        let room = room();
        let until = Instant::now() + Duration::from_secs(4);
        let counts = try_join_all(stores.iter().map(|store| race(store, room, until))).await?;
        let sum = |pick: fn(&Race) -> u64| counts.iter().map(pick).sum::<u64>();
        println!(
            "{writers} writing one room, 1 message at a time: {}/s applied, {}/s lost, {} unknown",
            sum(|race| race.applied) / 4,
            sum(|race| race.lost) / 4,
            sum(|race| race.unknown),
        );
    }
    Ok(())
}

#[derive(Default)]
struct Race {
    applied: u64,
    lost: u64,
    unknown: u64,
}

async fn race(store: &Cassandra, room: RoomId, until: Instant) -> anyhow::Result<Race> {
    let mut race = Race::default();
    let mut head = Head::EMPTY;
    while Instant::now() < until {
        let next = message(head.seq.next());
        match store
            .append(room, head, std::slice::from_ref(&next))
            .await?
        {
            Appended::Applied => {
                race.applied += 1;
                head = head_of(next.seq());
            }
            Appended::Lost(seen) => {
                race.lost += 1;
                head = seen;
            }
            Appended::Unknown(_) => {
                race.unknown += 1;
                head = store.head(room, head.seq, Freshness::Serial).await?;
            }
        }
    }
    Ok(race)
}

async fn fill(
    store: &Cassandra,
    room: RoomId,
    mut head: Head,
    count: u64,
    batch: u64,
) -> anyhow::Result<Head> {
    let end = head.seq.0 + count;
    while head.seq.0 < end {
        let fit = u64::try_from(store.batch_max(head.seq))?;
        let len = batch.min(fit).min(end - head.seq.0);
        let entries: Vec<Entry> = (1..=len).map(|n| message(Seq(head.seq.0 + n))).collect();
        let to = head_of(Seq(head.seq.0 + len));
        match store.append(room, head, &entries).await? {
            Appended::Applied => head = to,
            // Nobody else writes here: what is there is our own.
            Appended::Lost(seen) if seen >= to => head = to,
            Appended::Lost(seen) => bail!("lost to {seen:?}"),
            Appended::Unknown(_) => head = store.head(room, head.seq, Freshness::Serial).await?,
        }
    }
    Ok(head)
}

fn head_of(seq: Seq) -> Head {
    Head {
        seq,
        ordinal: Ordinal(seq.0),
    }
}

fn room() -> RoomId {
    RoomId(uuid::Uuid::now_v7())
}

fn message(seq: Seq) -> Entry {
    Entry {
        event: Event {
            seq,
            ordinal: Ordinal(seq.0),
            at_ms: 1_700_000_000_000 + seq.0,
            by: UserId(uuid::Uuid::from_u128(7)),
            name: "Mara".into(),
            id: SendId::from_uuid(uuid::Uuid::now_v7()),
            body: Body::message("A message of about the length that people write when they chat."),
        },
        device: DeviceId::new("laptop").expect("a legal id"),
        n: seq.0,
    }
}

fn summary(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    format!(
        "median {:.2} ms, 90 % within {:.2} ms, 99 % within {:.2} ms",
        at(0.5),
        at(0.9),
        at(0.99)
    )
}
