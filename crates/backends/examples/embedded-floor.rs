//! How much of a bare redb writer's speed the embedded store leaves to its senders, measured side by side.
//!
//! In interleaved rounds, on the same disk: 128 senders, each in a room of its own and waiting for its answer before it
//! sends again, against one loop that writes the same rows in transactions of 128 with the same flush; and one sender
//! against the same loop in transactions of one. Both sides' files grow alike. Prints each round and, last, the medians
//! of the ratios; ends with status 1 if one is below its floor (0.8 and 0.5).
//!
//! `cargo run --example embedded-floor -- [ROUNDS] [MILLISECONDS PER ROUND] [FOLDER]`

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use hearth_backends::embedded::{Embedded, Options};
use hearth_core::{
    log::{Entry, Head},
    port::{Appended, Freshness, Log},
};
use hearth_protocol::{Body, DeviceId, Event, RoomId, SendId, Seq, UserId};
use redb::{Database, Durability, TableDefinition};
use uuid::Uuid;

const SENDERS: usize = 128;
const FLOOR_MANY: f64 = 0.8;
const FLOOR_ONE: f64 = 0.5;

const EVENTS: TableDefinition<&'static [u8; 24], &'static [u8]> = TableDefinition::new("events");
const HEADS: TableDefinition<&'static [u8; 16], &'static [u8; 16]> = TableDefinition::new("heads");

fn message(expect: Head) -> anyhow::Result<Entry> {
    Ok(Entry {
        event: Event {
            seq: expect.seq.next(),
            ordinal: expect.ordinal.next(),
            at_ms: 1_700_000_000_000,
            by: UserId(Uuid::from_u128(7)),
            name: "somebody".into(),
            id: SendId::from_uuid(Uuid::now_v7()),
            body: Body::Message {
                text: "a message of a usual length, as people write them all day long".into(),
                reply_to: None,
            },
        },
        device: DeviceId::new("a-device-of-theirs")?,
        n: expect.seq.0 + 1,
    })
}

/// One side's rooms, with where their logs end.
type Rooms = Vec<(RoomId, Head)>;

fn rooms(count: usize) -> Rooms {
    (0..count)
        .map(|_| (RoomId(Uuid::now_v7()), Head::EMPTY))
        .collect()
}

/// Appends in all rooms at once for that long; answers with acknowledged messages per second.
async fn adapter(store: &Arc<Embedded>, rooms: &mut Rooms, time: Duration) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let senders: Vec<_> = rooms
        .iter()
        .map(|&(room, mut head)| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                while begun.elapsed() < time {
                    let batch = [message(head)?];
                    let appended = store.append(room, head, &batch).await?;
                    ensure!(appended == Appended::Applied, "{appended:?}");
                    head.seq = head.seq.next();
                    head.ordinal = head.ordinal.next();
                }
                Ok(head)
            })
        })
        .collect();
    let mut acknowledged = 0;
    for (sender, (_, head)) in senders.into_iter().zip(rooms) {
        let now = sender.await??;
        acknowledged += now.seq.0 - head.seq.0;
        *head = now;
    }
    Ok(acknowledged as f64 / begun.elapsed().as_secs_f64())
}

/// Writes one row and one head per room and transaction for that long; answers with rows per second.
fn bare(file: &Database, rooms: &mut Rooms, time: Duration) -> anyhow::Result<f64> {
    // Of the length that the adapter stores, encoded beforehand.
    let row = serde_json::to_vec(&message(Head::EMPTY)?)?;
    let (begun, mut rows) = (Instant::now(), 0u64);
    while begun.elapsed() < time {
        let mut txn = file.begin_write()?;
        txn.set_durability(Durability::Immediate)?;
        {
            let mut events = txn.open_table(EVENTS)?;
            let mut heads = txn.open_table(HEADS)?;
            for (room, head) in rooms.iter_mut() {
                head.seq = head.seq.next();
                let mut key = [0; 24];
                key[..16].copy_from_slice(room.0.as_bytes());
                key[16..].copy_from_slice(&head.seq.0.to_be_bytes());
                events.insert(&key, row.as_slice())?;
                let mut value = [0; 16];
                value[..8].copy_from_slice(&head.seq.0.to_be_bytes());
                heads.insert(room.0.as_bytes(), &value)?;
                rows += 1;
            }
        }
        txn.commit()?;
    }
    Ok(rows as f64 / begun.elapsed().as_secs_f64())
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

async fn measure(dir: &Path, rounds: usize, time: Duration) -> anyhow::Result<bool> {
    let store = Arc::new(Embedded::open(dir, Options::default())?);
    let file = Database::builder()
        .set_cache_size(Options::default().cache_bytes)
        .create(dir.join("bare.redb"))?;
    let mut held = true;
    for (senders, floor) in [(SENDERS, FLOOR_MANY), (1, FLOOR_ONE)] {
        let (mut ours, mut theirs) = (rooms(senders), rooms(senders));
        let mut ratios = Vec::new();
        for round in 0..=rounds {
            // Who goes first alternates: the second finds the disk as the first left it.
            let (a, b);
            if round % 2 == 0 {
                a = adapter(&store, &mut ours, time).await?;
                b = bare(&file, &mut theirs, time)?;
            } else {
                b = bare(&file, &mut theirs, time)?;
                a = adapter(&store, &mut ours, time).await?;
            }
            println!(
                "senders {senders:>3}  store {a:>8.0}/s  bare {b:>8.0}/s  ratio {:.2}",
                a / b
            );
            if round > 0 {
                ratios.push(a / b);
            }
        }
        let (room, head) = ours[0];
        let stored = store.head(room, Seq::ZERO, Freshness::Serial).await?;
        ensure!(stored == head, "acknowledged {head:?}, stored {stored:?}");
        let ratio = median(ratios);
        held &= ratio >= floor;
        println!("senders {senders:>3}  median ratio {ratio:.2}, floor {floor}");
    }
    Ok(held)
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let rounds = args.next().map_or(Ok(7), |n| n.parse()).context("ROUNDS")?;
    ensure!(rounds > 0, "ROUNDS must be at least 1");
    let ms = args
        .next()
        .map_or(Ok(1000), |n| n.parse())
        .context("MILLISECONDS")?;
    let parent = args.next().unwrap_or_else(|| ".".into());
    let dir = tempfile::tempdir_in(parent).context("FOLDER")?;
    let held = measure(dir.path(), rounds, Duration::from_millis(ms)).await?;
    drop(dir);
    if !held {
        std::process::exit(1);
    }
    Ok(())
}
