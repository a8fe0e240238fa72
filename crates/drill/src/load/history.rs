//! The last page of a long room against that of a short one: reading must not depend on how much there is.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use hearth_protocol::{ClientFrame, RoomId, SendId, ServerFrame};
use tokio::task::JoinSet;

use super::{
    crowd::{Outgoing, Socket, join, room, run_name},
    places,
};
use crate::http::{Http, Place};

/// The last 50 events of a long room and of one with 200, in turn.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// The server
    #[arg(long)]
    url: String,
    /// Events of the long room
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1_000..=5_000_000))]
    events: u64,
    /// Reads of each
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(10..=100_000))]
    reads: u32,
    /// A larger ratio than this is a failure
    #[arg(long, default_value_t = 1.25)]
    ratio_max: f64,
}

const WRITERS: u64 = 256;
const SHORT: u64 = 200;

pub(crate) async fn run(args: Args) -> Result<bool> {
    let places = places(std::slice::from_ref(&args.url))?;
    let (http, run) = (Http::new(), run_name());
    let mut readers = Vec::new();
    for (name, events) in [("short", SHORT), ("long", args.events)] {
        let of_room = format!("{run}-{name}");
        room(&http, &places[0], &of_room).await?;
        let writers = WRITERS.min(events / 10);
        let users = join(
            &http,
            &places,
            &format!("{run}{name}"),
            &of_room,
            usize::try_from(writers)?,
        )
        .await?;
        println!("writing {events} events");
        fill(&places[0], &users, events / writers).await?;
        let (socket, rooms) = Socket::open(&places[0], &users[0]).await?;
        readers.push((socket, rooms.first().context("the reader is in no room")?.0));
    }
    let [short, long] = &mut readers[..] else {
        unreachable!("two were pushed")
    };
    let (mut of_short, mut of_long) = (Vec::new(), Vec::new());
    for round in 0..args.reads + 20 {
        let (a, b) = (read(short).await?, read(long).await?);
        // The first reads warm up what both share.
        if round >= 20 {
            of_short.push(a);
            of_long.push(b);
        }
    }
    let (a, b) = (median(of_short), median(of_long));
    let ratio = b.as_secs_f64() / a.as_secs_f64();
    println!("{SHORT} events: {a:?}; {} events: {b:?}", args.events);
    println!("{ratio:.2} times the cost of a short room's last page");
    Ok(ratio <= args.ratio_max)
}

async fn fill(place: &Place, users: &[String], each: u64) -> Result<()> {
    let mut writers = JoinSet::new();
    for user in users {
        let (place, user) = (place.clone(), user.clone());
        writers.spawn(async move {
            let (mut socket, rooms) = Socket::open(&place, &user).await?;
            let (room, head) = *rooms.first().context("the writer is in no room")?;
            for n in 1..=each {
                let id = SendId::new(format!("{user}-{n}"))?;
                let outgoing = Outgoing {
                    room,
                    id,
                    after: head,
                    device: &user,
                    n,
                    text: "a line of an ordinary length",
                };
                while !socket.send(&outgoing).await? {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while let Some(written) = writers.join_next().await {
        written??;
    }
    Ok(())
}

async fn read((socket, room): &mut (Socket, RoomId)) -> Result<Duration> {
    let began = Instant::now();
    let (before, after, around) = (None, None, None);
    socket
        .write(&ClientFrame::History {
            r#ref: 1,
            room: *room,
            before,
            after,
            around,
            limit: Some(50),
        })
        .await?;
    loop {
        match socket.read().await? {
            ServerFrame::History { events, .. } => {
                ensure!(events.len() == 50, "a page of {} events", events.len());
                return Ok(began.elapsed());
            }
            ServerFrame::Error { message, .. } => anyhow::bail!("refused: {message}"),
            _ => {}
        }
    }
}

fn median(mut values: Vec<Duration>) -> Duration {
    values.sort_unstable();
    values[values.len() / 2]
}
