//! Very many rooms, one message a minute into each: what a room holds of the server's memory while it is warm and once it
//! is cold again, and the longest that any message waits, also while a server comes and goes.
//!
//! Written over HTTP, without a socket: what grows is the rooms', not their readers'.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use hearth_protocol::bounds::{ROOMS_PER_USER_MAX, TEXT_BYTES_MAX};
use hyper::StatusCode;
use serde_json::{Value, json};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use super::{
    Args, PARTS,
    fan_out::TEXT,
    installation::{Installation, meet},
    row::Row,
    start,
};
use crate::{
    check::single::Single,
    http::{Http, Place, Said},
    load::{
        crowd::{Counts, run_name, user},
        idle::{memory, settle},
    },
};

/// One message into each room within that.
const PERIOD: Duration = Duration::from_secs(60);
/// Calls under way at once. Where there are so many, the next waits, and its wait counts from when it was due.
const CALLS_MAX: usize = 128;
/// Of them while the rooms are made, and while a server's memory is filled: these hold long texts.
const MAKING: usize = 32;
const FILLING: usize = 8;
/// How often one call is made again that was answered "the same again".
const TRIES: usize = 50;
/// How long until all rooms must be cold: three times what the server says.
const COOL: Duration = Duration::from_secs(180);
/// Steps in which a server's memory is filled with what it keeps for good.
const FILLS_MAX: usize = 64;
/// Texts of one step.
const FILL_TEXTS: usize = 256;
/// Memory of a warm room beside its tail.
const WARM_KIB: f64 = 2.0;
/// Nothing, as far as the memory of a process can be read for so many rooms.
const NOTHING_KIB: f64 = 0.1;
/// The longest wait, in seconds.
const STALL_S: f64 = 1.0;

/// On the embedded store, and on Cassandra where there is one: a tenth as many, on two servers, and a third comes and
/// goes.
pub(super) async fn measure(args: &Args, single: &Single, folder: &Path) -> Result<Vec<Row>> {
    let rooms = args.rooms();
    let mut rows = Vec::new();
    if !args.not_embedded {
        println!("rooms: {rooms} on the embedded store");
        let alone = std::future::ready(Ok(()));
        let held = course(args, std::slice::from_ref(single), rooms, alone).await?;
        rows = held.rows(rooms, "embedded");
    }
    if !args.has_parts() {
        println!("P18 on Cassandra left out: needs {PARTS}");
        return Ok(rows);
    }
    let rooms = rooms / 10;
    println!("rooms: {rooms} on Cassandra");
    let held = Installation::with(args, folder, async |made| {
        on_cassandra(args, made, rooms).await
    });
    rows.extend(held.await?.rows(rooms, "Cassandra"));
    Ok(rows)
}

async fn on_cassandra(args: &Args, installation: &mut Installation, rooms: u32) -> Result<Held> {
    let servers = [
        installation.server(args).await?,
        installation.server(args).await?,
    ];
    meet(&Http::new(), &places(&servers)).await?;
    let third = async {
        sleep(PERIOD / 3).await;
        let third = installation.server(args).await?;
        println!("  a third server is there");
        sleep(PERIOD / 3).await;
        third.end().await?;
        println!("  and gone");
        anyhow::Ok(())
    };
    let held = course(args, &servers, rooms, third).await?;
    for server in &servers {
        server.end().await?;
    }
    Ok(held)
}

/// Bytes of memory of all servers, and the longest wait.
#[derive(Debug, Clone, Copy)]
struct Held {
    /// New, without a room in the store.
    empty: f64,
    /// New, with all rooms in the store and none of them warm.
    cold: f64,
    /// The same, with all that a server keeps for good.
    before: f64,
    /// With so many warm ones.
    warm: f64,
    warm_rooms: f64,
    /// With all cold again.
    after: f64,
    /// What one room's tail is as JSON.
    tail: f64,
    longest_s: f64,
}

impl Held {
    fn rows(&self, n: u32, store: &str) -> Vec<Row> {
        let kib = |more: f64, less: f64, rooms: f64| (more - less) / rooms.max(1.0) / 1024.0;
        let row = |what, value, unit, goal| {
            Row::plain("P18", n, &format!("{what}, {store}"), value, unit, goal)
        };
        let (all, tail) = (f64::from(n), self.tail / 1024.0);
        vec![
            row(
                "memory of a cold room",
                kib(self.cold, self.empty, all),
                "KiB",
                NOTHING_KIB,
            ),
            row(
                "memory of a warm room, tail in the goal",
                kib(self.warm, self.before, self.warm_rooms),
                "KiB",
                WARM_KIB + tail,
            ),
            row(
                "memory of a room cold again",
                kib(self.after, self.before, all),
                "KiB",
                NOTHING_KIB,
            ),
            row(
                "the longest wait of a message",
                self.longest_s,
                "s",
                STALL_S,
            ),
        ]
    }
}

fn places(servers: &[Single]) -> Vec<Place> {
    servers.iter().map(|server| server.place.clone()).collect()
}

/// Waits until no more than so many rooms are warm.
async fn cool(http: &Http, places: &[Place], most: f64) -> Result<()> {
    let until = Instant::now() + COOL;
    while warm_rooms(http, places).await? > most {
        ensure!(Instant::now() < until, "the rooms stay warm");
        sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}

/// The whole of it; `meanwhile` happens while the messages are sent.
async fn course(
    args: &Args,
    servers: &[Single],
    rooms: u32,
    meanwhile: impl Future<Output = Result<()>>,
) -> Result<Held> {
    let (http, places) = (Http::new(), places(servers));
    settle().await;
    let empty = memory(&http, &places).await?;
    let paths = make(&http, &places, rooms).await?;
    // Anew: no room is warm, and nothing is held that their making needed.
    for server in servers {
        server.end().await?;
        start(args, server).await?;
    }
    meet(&http, &places).await?;
    settle().await;
    let cold = memory(&http, &places).await?;
    fill(&http, &places).await?;
    cool(&http, &places, 0.0).await?;
    settle().await;
    let before = memory(&http, &places).await?;
    println!("  all rooms are there; one message into each within {PERIOD:?}");
    let (longest_s, ()) = tokio::try_join!(send(&http, &places, &paths), meanwhile)?;
    let warm = memory(&http, &places).await?;
    let warm_rooms = warm_rooms(&http, &places).await?;
    ensure!(warm_rooms > 0.0, "no room is warm");
    println!("  {warm_rooms} are warm; until all are cold again");
    let tail = tail(&http, &places[0], &paths[0]).await?;
    cool(&http, &places, f64::from(rooms) / 100.0).await?;
    settle().await;
    let after = memory(&http, &places).await?;
    println!(
        "  memory in MiB: {:.1} without a room, {:.1} with all cold, {:.1} with what is kept for good, {:.1} with all \
         warm, {:.1} with all cold again",
        mib(empty),
        mib(cold),
        mib(before),
        mib(warm),
        mib(after),
    );
    Ok(Held {
        empty,
        cold,
        before,
        warm,
        warm_rooms,
        after,
        tail,
        longest_s,
    })
}

fn mib(bytes: f64) -> f64 {
    bytes / 1024.0 / 1024.0
}

/// Makes the rooms, each with one member. Where their events are written and read.
async fn make(http: &Http, places: &[Place], rooms: u32) -> Result<Vec<String>> {
    let (run, users) = (
        &run_name(),
        rooms.div_ceil(u32::try_from(ROOMS_PER_USER_MAX)?),
    );
    for n in 0..users {
        user(http, &places[0], &format!("{run}-{n}")).await?;
    }
    let made = stream::iter(0..rooms).map(|n| async move {
        let (owner, name) = (format!("{run}-{}", n % users), format!("{run}-{n}"));
        create(http, &places[0], &owner, &name).await
    });
    made.buffered(MAKING).try_collect().await
}

async fn create(http: &Http, place: &Place, owner: &str, name: &str) -> Result<String> {
    // Under a key, so that a second try is answered the same room.
    let said = Said {
        key: Some(name),
        ..Said::default()
    };
    let path = format!("/api/v1/rooms?id={owner}");
    let room = post(http, place, &path, &said, &json!({"name": name})).await?;
    let id = room["id"].as_str().context("a room without an id")?;
    Ok(format!("/api/v1/rooms/{id}/events?id={owner}"))
}

/// Posts until it is done. What is answered "the same again" may be stored twice: that does no harm here.
async fn post(
    http: &Http,
    place: &Place,
    path: &str,
    said: &Said<'_>,
    body: &Value,
) -> Result<Value> {
    for _ in 0..TRIES {
        let (status, answer) = http.call(place, path, said, Some(body)).await?;
        match status {
            StatusCode::CREATED => return Ok(answer),
            StatusCode::SERVICE_UNAVAILABLE => sleep(Duration::from_millis(200)).await,
            _ => bail!("{path} was answered {status}: {answer}"),
        }
    }
    bail!("{path} was put off {TRIES} times")
}

fn message(text: &str) -> Value {
    json!({"body": {"kind": "message", "text": text}})
}

/// Writes long texts into one room until the servers' memory grows no more: the store's cache, and whatever else is kept
/// for good, is not to be taken for the rooms'.
async fn fill(http: &Http, places: &[Place]) -> Result<()> {
    let (name, body) = (run_name(), message(&"x".repeat(TEXT_BYTES_MAX)));
    user(http, &places[0], &name).await?;
    let path = create(http, &places[0], &name, &name).await?;
    let (path, body, said) = (&path, &body, &Said::default());
    let mut held = memory(http, places).await?;
    for _ in 0..FILLS_MAX {
        stream::iter(0..FILL_TEXTS)
            .map(|_| post(http, &places[0], path, said, body))
            .buffer_unordered(FILLING)
            .try_for_each(|_| std::future::ready(Ok(())))
            .await?;
        let now = memory(http, places).await?;
        if now - held < (FILL_TEXTS * TEXT_BYTES_MAX) as f64 / 4.0 {
            return Ok(());
        }
        held = now;
    }
    bail!("the servers' memory grows on and on")
}

/// One message into each room, each when it is due. The longest wait, in seconds.
async fn send(http: &Http, places: &[Place], paths: &[String]) -> Result<f64> {
    let began = Instant::now();
    let (mut calls, mut longest) = (JoinSet::new(), (0.0_f64, 0.0));
    let count = u32::try_from(paths.len())?;
    for ((n, path), place) in (0..count).zip(paths).zip(places.iter().cycle()) {
        let due = began + due(n, count);
        sleep_until(due).await;
        while calls.len() >= CALLS_MAX
            && let Some(waited) = calls.join_next().await
        {
            longest = longer(longest, waited??);
        }
        let (http, place, path) = (http.clone(), place.clone(), path.clone());
        calls.spawn(async move {
            post(&http, &place, &path, &Said::default(), &message(TEXT)).await?;
            anyhow::Ok((due.elapsed().as_secs_f64(), (due - began).as_secs_f64()))
        });
    }
    while let Some(waited) = calls.join_next().await {
        longest = longer(longest, waited??);
    }
    println!(
        "  the longest wait began {:.0} s after the first",
        longest.1
    );
    Ok(longest.0)
}

/// Of two waits, each with when it began, the longer.
fn longer(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    if b.0 > a.0 { b } else { a }
}

/// When the message into the n-th of so many rooms is due, after the beginning.
fn due(n: u32, rooms: u32) -> Duration {
    PERIOD.mul_f64(f64::from(n) / f64::from(rooms))
}

async fn warm_rooms(http: &Http, places: &[Place]) -> Result<f64> {
    Ok(Counts::of(http, places).await?.get("hearth_rooms_warm"))
}

/// Bytes of a room's events.
async fn tail(http: &Http, place: &Place, path: &str) -> Result<f64> {
    let (status, page) = http.call(place, path, &Said::default(), None).await?;
    ensure!(status.is_success(), "{path} was answered {status}: {page}");
    Ok(page["events"].to_string().len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rooms_are_due_one_after_the_other_within_the_period() {
        assert_eq!(due(0, 1_000), Duration::ZERO);
        assert_eq!(due(500, 1_000), PERIOD / 2);
        assert!(due(999, 1_000) < PERIOD);
    }

    #[test]
    fn a_warm_room_may_hold_its_tail_and_a_cold_one_nothing() {
        let mib = 1024.0 * 1024.0;
        let held = Held {
            empty: 10.0 * mib,
            cold: 10.0 * mib,
            before: 80.0 * mib,
            warm: 83.0 * mib,
            warm_rooms: 1_024.0,
            after: 81.0 * mib,
            tail: 1_024.0,
            longest_s: 0.5,
        };
        let rows = held.rows(1_024, "embedded");
        let told: Vec<_> = rows.iter().map(|row| (row.value, row.holds)).collect();
        assert_eq!(told, [(0.0, true), (3.0, true), (1.0, false), (0.5, true)]);
        let more = Held { tail: 0.0, ..held };
        assert!(!more.rows(1_024, "embedded")[1].holds);
    }
}
