//! How much of a bare redb writer's speed the embedded store leaves to its senders, measured side by side.
//!
//! In interleaved rounds, on the same disk: 128 senders, each in a room of its own and waiting for its answer before it
//! sends again, against one loop that writes the same rows, encoded beforehand, in transactions of 128 with the same
//! flush; and one sender against the same loop in transactions of one. Both sides' files grow alike, and at the end the
//! rows are compared. Prints each round and, last, the medians of the ratios: of rows per second, and of processor time
//! per row, which others on the machine disturb less. Ends with status 1 if a ratio of rows per second is below its
//! floor (0.8 and 0.5).
//!
//! `cargo run --release --example embedded-floor -- [ROUNDS] [MILLISECONDS PER ROUND] [FOLDER]`

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
use hearth_protocol::{Body, DeviceId, Event, Ordinal, RoomId, SendId, Seq, UserId};
use redb::{Database, Durability, ReadableDatabase, TableDefinition};
use serde_json::json;
use uuid::Uuid;

const SENDERS: usize = 128;
const FLOOR_MANY: f64 = 0.8;
const FLOOR_ONE: f64 = 0.5;

const EVENTS: TableDefinition<&'static [u8; 24], &'static [u8]> = TableDefinition::new("events");
const HEADS: TableDefinition<&'static [u8; 16], &'static [u8; 16]> = TableDefinition::new("heads");

fn message(expect: Head) -> anyhow::Result<Entry> {
    // Drawing it is the client's work.
    let id = Uuid::from_u128(u128::from(expect.seq.0) << 64 | 0x7000_8000_0000_0000_0000);
    Ok(Entry {
        event: Event {
            seq: expect.seq.next(),
            ordinal: expect.ordinal.next(),
            at_ms: 1_700_000_000_000,
            by: UserId(Uuid::from_u128(7)),
            name: "somebody".into(),
            id: SendId::from_uuid(id),
            body: Body::message("a message of a usual length, as people write them all day long"),
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

/// An entry's bytes as the adapter stores them.
fn row(entry: &Entry) -> anyhow::Result<Vec<u8>> {
    let row = json!({ "event": entry.event, "device": entry.device, "n": entry.n });
    Ok(serde_json::to_vec(&row)?)
}

/// What a round of one side came to.
struct Round {
    rows: u64,
    took: Duration,
    /// Processor time of all threads of this process, where the system tells.
    cpu: Option<Duration>,
}

impl Round {
    fn per_second(&self) -> f64 {
        self.rows as f64 / self.took.as_secs_f64()
    }

    /// Microseconds; not a number where the system does not tell.
    fn cpu_each(&self) -> f64 {
        let cpu = self.cpu.map_or(f64::NAN, |cpu| cpu.as_secs_f64());
        cpu * 1e6 / self.rows as f64
    }
}

/// When a round began.
struct Clock(Instant, Option<Duration>);

impl Clock {
    fn start() -> Self {
        Self(Instant::now(), cpu_so_far())
    }

    fn stop(self, rows: u64) -> Round {
        let cpu = cpu_so_far().zip(self.1);
        Round {
            rows,
            took: self.0.elapsed(),
            cpu: cpu.map(|(now, then)| now.saturating_sub(then)),
        }
    }
}

/// Linux' count for each thread; no thread ends between two looks.
fn cpu_so_far() -> Option<Duration> {
    let mut ns = 0;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let stat = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        ns += stat.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(ns))
}

/// Appends in all rooms at once for that long.
async fn adapter(
    store: &Arc<Embedded>,
    rooms: &mut Rooms,
    time: Duration,
) -> anyhow::Result<Round> {
    let clock = Clock::start();
    let begun = clock.0;
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
                anyhow::Ok(head)
            })
        })
        .collect();
    let mut acknowledged = 0;
    for (sender, (_, head)) in senders.into_iter().zip(rooms) {
        let now = sender.await??;
        acknowledged += now.seq.0 - head.seq.0;
        *head = now;
    }
    Ok(clock.stop(acknowledged))
}

/// Writes one row and one head per room and transaction for that long.
fn bare(file: &Database, rooms: &mut Rooms, row: &[u8], time: Duration) -> anyhow::Result<Round> {
    let (clock, mut rows) = (Clock::start(), 0);
    while clock.0.elapsed() < time {
        let mut txn = file.begin_write()?;
        txn.set_durability(Durability::Immediate)?;
        {
            let mut events = txn.open_table(EVENTS)?;
            let mut heads = txn.open_table(HEADS)?;
            for (room, head) in rooms.iter_mut() {
                head.seq = head.seq.next();
                events.insert(&event_key(*room, head.seq), row)?;
                let mut value = [0; 16];
                value[..8].copy_from_slice(&head.seq.0.to_be_bytes());
                heads.insert(room.0.as_bytes(), &value)?;
                rows += 1;
            }
        }
        txn.commit()?;
    }
    Ok(clock.stop(rows))
}

fn event_key(room: RoomId, seq: Seq) -> [u8; 24] {
    let mut key = [0; 24];
    key[..16].copy_from_slice(room.0.as_bytes());
    key[16..].copy_from_slice(&seq.0.to_be_bytes());
    key
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
    // Numbers of a usual length.
    let usual = message(Head {
        seq: Seq(1000),
        ordinal: Ordinal(1000),
    })?;
    let row = row(&usual)?;
    let mut held = true;
    let mut written = Vec::new();
    for (senders, floor) in [(SENDERS, FLOOR_MANY), (1, FLOOR_ONE)] {
        let (mut ours, mut theirs) = (rooms(senders), rooms(senders));
        let (mut ratios, mut costs) = (Vec::new(), Vec::new());
        for round in 0..=rounds {
            // Who goes first alternates: the second finds the disk as the first left it.
            let (a, b);
            if round % 2 == 0 {
                a = adapter(&store, &mut ours, time).await?;
                b = bare(&file, &mut theirs, &row, time)?;
            } else {
                b = bare(&file, &mut theirs, &row, time)?;
                a = adapter(&store, &mut ours, time).await?;
            }
            let ratio = a.per_second() / b.per_second();
            let cost = a.cpu_each() / b.cpu_each();
            println!(
                "senders {senders:>3}  store {:>8.0}/s, {:>4.1} us each  bare {:>8.0}/s, {:>4.1} us each  \
                 ratio {ratio:.2}, of processor time {cost:.2}",
                a.per_second(),
                a.cpu_each(),
                b.per_second(),
                b.cpu_each(),
            );
            // The first finds both files small and the pages cold.
            if round > 0 {
                ratios.push(ratio);
                costs.push(cost);
            }
        }
        let (room, head) = ours[0];
        let stored = store.head(room, Seq::ZERO, Freshness::Serial).await?;
        ensure!(stored == head, "acknowledged {head:?}, stored {stored:?}");
        written.push(room);
        let ratio = median(ratios);
        held &= ratio >= floor;
        println!(
            "senders {senders:>3}  median ratio {ratio:.2}, floor {floor}; of processor time {:.2}",
            median(costs)
        );
    }
    drop(store);
    drop(file);
    alike(dir, &written, &row)?;
    Ok(held)
}

/// Whether the adapter's file holds rows of the length that the bare writer wrote, give or take the numbers' digits.
fn alike(dir: &Path, rooms: &[RoomId], row: &[u8]) -> anyhow::Result<()> {
    let file = Database::open(dir.join("hearth.redb"))?;
    let events = file.begin_read()?.open_table(EVENTS)?;
    for &room in rooms {
        let stored = events.get(&event_key(room, Seq(1)))?;
        let stored = stored.context("no first event")?.value().len();
        let short = row.len().abs_diff(stored);
        ensure!(
            short <= 9,
            "the bare rows have {} bytes, the store's {stored}",
            row.len()
        );
    }
    Ok(())
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let rounds = args
        .next()
        .map_or(Ok(25), |n| n.parse())
        .context("ROUNDS")?;
    ensure!(rounds > 0, "ROUNDS must be at least 1");
    let ms = args
        .next()
        .map_or(Ok(250), |n| n.parse())
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
