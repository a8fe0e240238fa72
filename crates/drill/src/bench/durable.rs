//! What a stored message takes the embedded store through the whole server, beside a program that only commits: as many
//! messages in each commit as the server says that it had, and in turns.

use std::{path::Path, time::Duration};

use anyhow::{Result, ensure};
use hearth_protocol::{Body, DeviceId, Event, Ordinal, SendId, Seq, UserId};
use serde_json::json;
use uuid::Uuid;

use super::{
    Args,
    row::{Row, median},
    writer::{Order, Running},
};
use crate::{
    check::single::Single,
    http::Http,
    load::{
        crowd::{Counts, join, room, run_name},
        senders::round,
    },
};

/// So many senders, each in a room of their own, with how many times the bare writer's time a message may take.
const SENDERS: [(u32, f64); 2] = [(128, 1.0 / 0.8), (1, 1.0 / 0.5)];
/// How long each turn sends.
const TURN: Duration = Duration::from_secs(3);
/// Bytes of each text.
const BYTES: usize = 100;

/// Measures it.
pub(super) async fn measure(args: &Args, single: &Single, folder: &Path) -> Result<Vec<Row>> {
    let (http, run) = (Http::new(), run_name());
    let places = std::slice::from_ref(&single.place);
    let bytes = stored(&"x".repeat(BYTES))?.len();
    let mut writer = Running::start(args, &folder.join("bare.redb"), bytes)?;
    let mut rows = Vec::new();
    for (senders, goal) in SENDERS {
        println!("durable: {senders} senders");
        let mut users = Vec::new();
        for n in 0..senders {
            let name = format!("{run}{senders}-{n}");
            room(&http, &places[0], &name).await?;
            users.extend(join(&http, places, &name, &name, 1).await?);
        }
        let (mut values, mut floors) = (Vec::new(), Vec::new());
        for n in 0..=args.rounds {
            let before = Counts::of(&http, places).await?;
            let sent = round(&users, places, TURN, BYTES).await?;
            let after = Counts::of(&http, places).await?;
            ensure!(sent.acked() > 0, "nothing was acknowledged");
            let since = |name| after.since(&before, name);
            let commits = since("hearth_embedded_commits_total");
            ensure!(commits > 0.0, "the server counts no commits");
            let order = Order {
                rooms: usize::try_from(senders)?,
                batch: batch(since("hearth_store_events_total"), commits, senders),
                time: TURN,
            };
            let floor = writer.turn(order).await?;
            println!(
                "  turn {n}, of which the first only warms up: {} in each commit",
                order.batch
            );
            if n > 0 {
                values.push(1e6 / sent.rate());
                floors.push(floor);
            }
        }
        let ratios = values
            .iter()
            .zip(&floors)
            .map(|(value, floor)| value / floor);
        let ratio = median(ratios.collect());
        let what = "time of a stored message, beside a bare writer";
        rows.push(
            Row::plain("P14", senders, what, median(values), "µs", goal)
                .beside(median(floors), ratio),
        );
    }
    writer.stop().await?;
    Ok(rows)
}

/// How many messages a commit had, to the next whole one: no more than there were senders, each of whom waits.
fn batch(events: f64, commits: f64, senders: u32) -> usize {
    let each = (events / commits.max(1.0)).round();
    each.clamp(1.0, f64::from(senders)) as usize
}

/// An event of that text as it is stored and told to other servers, with numbers and ids of a usual length.
pub(super) fn stored(text: &str) -> Result<Vec<u8>> {
    let device = Uuid::from_u128(7).to_string();
    let event = Event {
        seq: Seq(1_000),
        ordinal: Ordinal(1_000),
        at_ms: 1_700_000_000_000,
        by: UserId(Uuid::from_u128(7)),
        name: format!("{}128-64-0", run_name()),
        id: SendId::new(format!("{device}-1000"))?,
        body: Body::message(text),
    };
    let entry = json!({"event": event, "device": DeviceId::new(device)?, "n": 1_000});
    Ok(serde_json::to_vec(&entry)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_what_a_commit_had_and_never_more_than_there_were_senders() {
        assert_eq!(batch(1_000.0, 10.0, 128), 100);
        assert_eq!(batch(1_040.0, 100.0, 128), 10);
        assert_eq!(batch(10.0, 20.0, 1), 1);
        assert_eq!(batch(300.0, 1.0, 128), 128);
        assert_eq!(batch(0.0, 0.0, 128), 1);
    }

    #[test]
    fn a_stored_event_has_its_text_and_its_frame() {
        let (short, long) = (stored("x").unwrap(), stored(&"x".repeat(101)).unwrap());
        assert_eq!(long.len(), short.len() + 100);
    }
}
