//! Messages at a steady rate, whatever becomes of the ones before: what a delivery costs, and how long it takes from the
//! moment at which the message was due. Beside the floor, and beside the same room with readers who do not read.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{
    Body, ClientFrame, DeviceId, SendId, Seq, ServerFrame, bounds::OUTBOX_BYTES_MAX,
};
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use super::{
    Args,
    cpu::Meter,
    fan_out::TEXT,
    floor::Running,
    pid,
    row::{Row, median, p99},
};
use crate::{
    check::single::Single,
    http::Http,
    load::crowd::{Counts, Heard, Hearing, Socket, heard, join, lock, room, run_name},
};

/// Members who write in turn: so many that the next turn of each comes after its acknowledgement.
const WRITERS: usize = 20;
/// Readers whose deliveries are timed; of the others what comes is only read.
const TIMED: usize = 25;
/// How long one turn sends.
const TURN: Duration = Duration::from_secs(5);
/// How long the last delivery may take, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is sent to whom.
#[derive(Debug, Clone, Copy)]
struct Load {
    members: u32,
    /// Messages a second.
    rate: u32,
    /// Members who do not read.
    stalled: u32,
}

impl Load {
    fn messages(self) -> u32 {
        self.rate * u32::try_from(TURN.as_secs()).unwrap_or(1)
    }

    fn due(self, began: Instant, n: u32) -> Instant {
        began + TURN * n / self.messages()
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// Processor time of a delivery, in microseconds.
    each: f64,
    /// From when a message was due until it was delivered, the 99th of a hundred, in milliseconds.
    p99: f64,
    /// What the server's memory grew by.
    grown: f64,
}

/// How long each timed delivery took.
type Waits = Arc<Mutex<Vec<f64>>>;
/// The last number that anybody has seen: who writes says so, as a client does.
type Seen = Arc<AtomicU64>;

/// Measures the steady room beside the floor, and the one with readers who do not read.
pub(super) async fn measure(args: &Args, single: &Single) -> Result<Vec<Row>> {
    let even = Load {
        members: 100,
        rate: 1_000,
        stalled: 0,
    };
    let all_read = Load {
        members: 1_000,
        rate: 200,
        stalled: 0,
    };
    let some_stall = Load {
        stalled: 10,
        ..all_read
    };
    let (mut here, mut floor) = (Vec::new(), Vec::new());
    let (mut well, mut stalled) = (Vec::new(), Vec::new());
    let mut bytes = 0;
    for round in 0..=args.rounds.min(5) {
        println!("steady: turn {round}, of which the first only warms up");
        let turns = (
            server(single, even, &mut bytes).await?,
            beside(args, even, bytes).await?,
            server(single, all_read, &mut bytes).await?,
            server(single, some_stall, &mut bytes).await?,
        );
        if round > 0 {
            here.push(turns.0);
            floor.push(turns.1);
            well.push(turns.2);
            stalled.push(turns.3);
        }
    }
    let row = |id, load: Load, what: &str, of: &dyn Fn(&Turn) -> f64, unit, goal| {
        let (value, beside) = match id {
            "P4" => (&here, &floor),
            _ => (&stalled, &well),
        };
        let ratios = value.iter().zip(beside).map(|(a, b)| of(a) / of(b));
        Row::plain(
            id,
            load.members,
            what,
            median(value.iter().map(of).collect()),
            unit,
            goal,
        )
        .beside(
            median(beside.iter().map(of).collect()),
            median(ratios.collect()),
        )
    };
    let grown = stalled
        .iter()
        .map(|turn| turn.grown / f64::from(some_stall.stalled) / 1024.0);
    Ok(vec![
        row(
            "P4",
            even,
            "processor time a delivery, 1,000 messages/s",
            &|turn| turn.each,
            "µs",
            0.6,
        ),
        row(
            "P4",
            even,
            "due until delivered, p99, 1,000 messages/s",
            &|turn| turn.p99,
            "ms",
            2.0,
        ),
        row(
            "P16",
            all_read,
            "the same at 200/s, 1 % do not read, beside none",
            &|turn| turn.p99,
            "ms",
            1.2,
        ),
        Row::plain(
            "P16",
            some_stall.stalled,
            "memory of one who does not read",
            median(grown.collect()),
            "KiB",
            OUTBOX_BYTES_MAX as f64 / 1024.0,
        ),
    ])
}

/// One turn of the real server, in a new room. `bytes`: of the frame of one message.
async fn server(single: &Single, load: Load, bytes: &mut u32) -> Result<Turn> {
    let (http, place) = (Http::new(), &single.place);
    let (run, of_room) = (run_name(), run_name());
    room(&http, place, &of_room).await?;
    let places = std::slice::from_ref(place);
    let members = usize::try_from(load.members)?;
    let names = join(&http, places, &run, &of_room, members).await?;
    let (mut sayings, mut stalled, mut at) = (Vec::new(), Vec::new(), None);
    let (mut timed, mut others, waits) = (JoinSet::new(), JoinSet::new(), Waits::default());
    let mut timing = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let is_stalled = members - n <= usize::try_from(load.stalled)?;
        if is_stalled {
            stalled.push(Socket::open_narrow(place, name).await?);
            continue;
        }
        let (socket, rooms) = Socket::open(place, name).await?;
        at = at.or(rooms.first().copied());
        let (saying, hearing) = socket.split();
        sayings.push((name, saying));
        if n < TIMED {
            timing.push(hearing);
        } else {
            others.spawn(async move { hearing.for_each(|_| std::future::ready(())).await });
        }
    }
    let (room, head) = at.context("a member without a room")?;
    let seen = Seen::new(AtomicU64::new(head.0));
    let mut meter = Meter::of(pid(single).await?);
    let memory = Counts::of(&http, places)
        .await?
        .get("process_resident_memory_bytes");
    let before = meter.read()?;
    let began = Instant::now();
    for hearing in timing {
        timed.spawn(time(hearing, load, began, waits.clone(), seen.clone()));
    }
    for n in 0..load.messages() {
        sleep_until(load.due(began, n)).await;
        let writer = usize::try_from(n)? % WRITERS;
        let (name, saying) = &mut sayings[writer];
        let send = ClientFrame::Send {
            room,
            id: SendId::new(format!("{name}-{n}"))?,
            after: Seq(seen.load(Ordering::Relaxed)),
            device: DeviceId::new(name.as_str())?,
            n: u64::from(n) + 1,
            body: Body::message(TEXT),
        };
        saying
            .send(Message::text(serde_json::to_string(&send)?))
            .await?;
    }
    let frames = all(&mut timed).await?;
    // As large as one event of all that were heard, in frames of however many.
    *bytes = frames / load.messages();
    let used = (meter.read()? - before).as_secs_f64() * 1e6;
    let grown = Counts::of(&http, places)
        .await?
        .get("process_resident_memory_bytes")
        - memory;
    drop(stalled);
    turn(load, used, grown, &waits)
}

/// Hears all messages, and times each. The bytes of their frames.
async fn time(
    mut hearing: Hearing,
    load: Load,
    began: Instant,
    waits: Waits,
    seen: Seen,
) -> Result<u32> {
    let (mut left, mut bytes) = (load.messages(), 0);
    while left > 0 {
        let message = hearing.next().await;
        let length = message
            .as_ref()
            .and_then(|m| m.as_ref().ok())
            .map_or(0, Message::len);
        match heard(message)? {
            Heard::Frame(frame) => {
                let ServerFrame::Events { events, .. } = *frame else {
                    continue;
                };
                let now = Instant::now();
                bytes += u32::try_from(length)?;
                if let Some(last) = events.last() {
                    seen.fetch_max(last.seq.0, Ordering::Relaxed);
                }
                let mut waits = lock(&waits);
                for event in &events {
                    let n = event
                        .id
                        .as_str()
                        .rsplit('-')
                        .next()
                        .and_then(|n| n.parse().ok());
                    // A join is no message.
                    if let Some(n) = n.filter(|_| event.body.is_message()) {
                        waits.push((now - load.due(began, n)).as_secs_f64() * 1e3);
                        left -= 1;
                    }
                }
            }
            Heard::Nothing => {}
            Heard::End => anyhow::bail!("a reader was cut off"),
        }
    }
    Ok(bytes)
}

/// One turn of the floor: the same bytes at the same times.
async fn beside(args: &Args, load: Load, bytes: u32) -> Result<Turn> {
    let (mut floor, streams) = Running::start(args, load.members).await?;
    let (mut timed, mut others, waits) = (JoinSet::new(), JoinSet::new(), Waits::default());
    let before = floor.meter.read()?;
    let began = Instant::now();
    for (n, stream) in streams.into_iter().enumerate() {
        if n < TIMED {
            timed.spawn(time_bytes(stream, load, bytes, began, waits.clone()));
        } else {
            others.spawn(async move {
                let (mut stream, mut sink) = (stream, tokio::io::sink());
                // It ends with the floor.
                let _ = tokio::io::copy(&mut stream, &mut sink).await;
            });
        }
    }
    for n in 0..load.messages() {
        sleep_until(load.due(began, n)).await;
        floor.order(bytes).await?;
    }
    all(&mut timed).await?;
    let used = (floor.meter.read()? - before).as_secs_f64() * 1e6;
    floor.stop().await?;
    turn(load, used, 0.0, &waits)
}

/// A message of the floor has come when so many bytes have.
async fn time_bytes(
    mut stream: TcpStream,
    load: Load,
    bytes: u32,
    began: Instant,
    waits: Waits,
) -> Result<u32> {
    let (mut n, mut come) = (0, 0);
    let mut buffer = vec![0; 16 * 1024];
    while n < load.messages() {
        let read = stream.read(&mut buffer).await?;
        ensure!(read > 0, "the floor has ended");
        come += u32::try_from(read)?;
        let now = Instant::now();
        while n < load.messages() && come >= (n + 1) * bytes {
            lock(&waits).push((now - load.due(began, n)).as_secs_f64() * 1e3);
            n += 1;
        }
    }
    Ok(come)
}

/// Waits until all have heard everything: what the first one heard.
async fn all(timed: &mut JoinSet<Result<u32>>) -> Result<u32> {
    let mut bytes = 0;
    while let Some(heard) = timeout(PATIENCE, timed.join_next())
        .await
        .context("not everything came")?
    {
        bytes = heard??;
    }
    // The others are sent the same.
    sleep(Duration::from_millis(200)).await;
    Ok(bytes)
}

fn turn(load: Load, used: f64, grown: f64, waits: &Waits) -> Result<Turn> {
    let waits = std::mem::take(&mut *lock(waits));
    ensure!(!waits.is_empty(), "nothing was timed");
    let deliveries = f64::from(load.messages()) * f64::from(load.members - load.stalled);
    Ok(Turn {
        each: used / deliveries,
        p99: p99(waits),
        grown,
    })
}
