//! The last page of a long room against that of a short one: reading must not depend on how much there is.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use hearth_protocol::{Body, ClientFrame, RoomId, Seq, ServerFrame};
use hyper::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;

use super::{
    crowd::{Socket, join, room, run_name},
    places,
};
use crate::http::{Http, Place, Said};

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

/// Members of either room: alike, so that only the lengths of their logs differ.
const WRITERS: u64 = 100;
const SHORT: u64 = 200;
/// So far before the end nothing is kept in memory any more: a page of it is read from the store.
const STORED: u64 = 3_000;

pub(crate) async fn run(args: Args) -> Result<bool> {
    let places = places(std::slice::from_ref(&args.url))?;
    let pages = measure(&Http::new(), &places[0], args.events, args.reads).await?;
    println!(
        "{SHORT} events: {:?}; {} events: {:?}; {STORED} before: {:?}; in the middle of them: {:?}",
        pages.short, args.events, pages.last, pages.stored, pages.middle
    );
    let ratio = pages.last.as_secs_f64() / pages.short.as_secs_f64();
    println!("{ratio:.2} times the cost of a short room's last page");
    Ok(ratio <= args.ratio_max)
}

/// What 50 events take, in the median.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pages {
    /// The last of a room with 200.
    pub(crate) short: Duration,
    /// The last of a room with many more.
    pub(crate) last: Duration,
    /// Three thousand before its end: a page that no memory holds.
    pub(crate) stored: Duration,
    /// Half-way to its beginning.
    pub(crate) middle: Duration,
}

/// Writes both rooms, and reads them in turns.
pub(crate) async fn measure(http: &Http, place: &Place, events: u64, reads: u32) -> Result<Pages> {
    let run = run_name();
    let mut rooms = Vec::new();
    for (name, events) in [("short", SHORT), ("long", events)] {
        let of_room = format!("{run}-{name}");
        room(http, place, &of_room).await?;
        let (names, count) = (format!("{run}{name}"), usize::try_from(WRITERS)?);
        let users = join(http, std::slice::from_ref(place), &names, &of_room, count).await?;
        // Not kept: who listens while a million are written is only in the way.
        let (_, _, id) = open(place, &users[0]).await?;
        println!("writing {events} events");
        // Their joins are events too.
        let each = events.div_ceil(WRITERS) - 1;
        fill(http, place, id, users.clone(), each).await?;
        rooms.push((users, events));
    }
    // Only now: a socket that waits unread while a million are written is taken for dead.
    let mut readers = Vec::new();
    for (users, events) in rooms {
        let (socket, head, id) = open(place, &users[0]).await?;
        ensure!(head >= events, "{events} were written, {head} are there");
        readers.push((socket, id));
    }
    let [short, long] = &mut readers[..] else {
        unreachable!("two were pushed")
    };
    let mut all: [Vec<Duration>; 4] = Default::default();
    let stored = Some(Seq(events.saturating_sub(STORED).max(events / 2)));
    let middle = Some(Seq(events / 2));
    for round in 0..reads + 20 {
        let took = [
            read(short, None).await?,
            read(long, None).await?,
            read(long, stored).await?,
            read(long, middle).await?,
        ];
        // The first reads warm up what both share.
        if round >= 20 {
            all.iter_mut()
                .zip(took)
                .for_each(|(all, took)| all.push(took));
        }
    }
    let [short, last, stored, middle] = all.map(median);
    Ok(Pages {
        short,
        last,
        stored,
        middle,
    })
}

/// A member's socket, and their only room: its end and its id.
async fn open(place: &Place, user: &str) -> Result<(Socket, u64, RoomId)> {
    let (socket, rooms) = Socket::open(place, user).await?;
    let (id, head) = *rooms.first().context("the reader is in no room")?;
    Ok((socket, head.0, id))
}

/// Writes over HTTP: a socket would be sent all that the others write, and most of the time would go into that.
async fn fill(
    http: &Http,
    place: &Place,
    room: RoomId,
    users: Vec<String>,
    each: u64,
) -> Result<()> {
    let body = Body::message("a line of an ordinary length");
    let body = json!({ "body": body });
    let mut writers = JoinSet::new();
    for user in users {
        let (http, place, body) = (http.clone(), place.clone(), body.clone());
        writers.spawn(async move {
            let path = format!("/api/v1/rooms/{room}/events?id={user}");
            let mut written = 0;
            while written < each {
                let (status, answer) = http
                    .call(&place, &path, &Said::default(), Some(&body))
                    .await?;
                match status {
                    StatusCode::CREATED => written += 1,
                    // The same again may be stored twice: more than enough does no harm here.
                    StatusCode::SERVICE_UNAVAILABLE => {
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                    _ => anyhow::bail!("a message was answered {status}: {answer}"),
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

/// A page of 50: the last, or those before a number.
async fn read((socket, room): &mut (Socket, RoomId), before: Option<Seq>) -> Result<Duration> {
    let began = Instant::now();
    let (after, around) = (None, None);
    socket
        .write(&ClientFrame::History {
            r#ref: 1,
            room: *room,
            before,
            after,
            around,
            at_ms: None,
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
