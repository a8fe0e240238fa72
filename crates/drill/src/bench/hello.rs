//! Somebody in very many rooms says hello: processor time, reads and bytes.

use anyhow::Result;
use hearth_protocol::{Position, RoomSnapshot};
use tokio::time::{Instant, sleep};

use super::{
    Args,
    cpu::Meter,
    pid,
    row::{Row, median},
};
use crate::{
    check::single::Single,
    http::Http,
    load::crowd::{Counts, Socket, enter, room, run_name, user},
};

const ROOMS: u32 = 500;
/// Hellos of a round.
const HELLOS: u32 = 10;
/// What the server has asked of its store.
const CALLS: &str = "hearth_store_calls_total";

/// Measures it for who comes back and has missed nothing.
pub(super) async fn measure(args: &Args, single: &Single) -> Result<Vec<Row>> {
    let (http, place, run) = (Http::new(), &single.place, run_name());
    println!("hello: {ROOMS} rooms of one person");
    // Who comes first into a room owns it; hardly anybody owns all that they are in.
    let owner = format!("{run}-owner");
    user(&http, place, &owner).await?;
    user(&http, place, &run).await?;
    for n in 0..ROOMS {
        let name = format!("{run}-{n}");
        room(&http, place, &name).await?;
        enter(&http, place, &name, &owner).await?;
        enter(&http, place, &name, &run).await?;
    }
    let mut rooms = Vec::new();
    let mut meter = Meter::of(pid(single).await?);
    let (mut times, mut calls) = (Vec::new(), Vec::new());
    let places = std::slice::from_ref(place);
    // The first round makes all of it warm.
    for round in 0..=args.rounds {
        let before = Counts::of(&http, places).await?;
        let (used, began) = (meter.read()?, Instant::now());
        let mut last = None;
        for _ in 0..HELLOS {
            // The one before leaves.
            drop(last.take());
            let socket = last.insert(Socket::connect(place, &run).await?);
            let has = rooms.iter().map(|room: &RoomSnapshot| Position {
                room: room.id,
                seq: room.head,
            });
            rooms = socket.hello(&run, has.collect()).await?;
        }
        let used = meter.read()? - used;
        let said = Counts::of(&http, places).await?;
        // As long without a hello: what the server asks by the clock is not the hellos'.
        sleep(began.elapsed()).await;
        let after = Counts::of(&http, places).await?;
        if round > 0 {
            times.push(used.as_secs_f64() * 1e3 / f64::from(HELLOS));
            let [asked, by_clock] = [
                said.all_since(&before, CALLS),
                after.all_since(&said, CALLS),
            ];
            calls.push((asked - by_clock) / f64::from(HELLOS));
        }
    }
    let kib = serde_json::to_vec(&rooms)?.len() as f64 / 1024.0;
    let row = |what, value, unit, goal| Row::plain("P19", ROOMS, what, value, unit, goal);
    Ok(vec![
        row("processor time of a hello", median(times), "ms", 20.0),
        row("calls of the store for it", median(calls), "", 1.0),
        row("its welcome on the wire", kib, "KiB", 50.0),
    ])
}
