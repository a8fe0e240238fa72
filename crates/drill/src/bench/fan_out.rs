//! What a delivery costs: one message at a time, and with some waiting, beside a program that only sends; and how long
//! the sender waits for its acknowledgement in a large room beside a small one.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use hearth_protocol::{Body, ClientFrame, DeviceId, RoomId, SendId, Seq};
use tokio::{io::AsyncReadExt, sync::Notify, task::JoinSet, time::timeout};
use tokio_tungstenite::tungstenite::Message;

use super::{
    Args,
    calls::Calls,
    cpu::Meter,
    floor::Running,
    pid,
    row::{Row, median, p99},
    sender::Sender,
};
use crate::{
    check::single::Single,
    http::{Http, Place},
    load::crowd::{Hearing, Saying, Socket, join, room, run_name},
};

/// Rooms of so many members.
const MEMBERS: [u32; 2] = [100, 1_000];
/// So many messages wait at once, with what may be spent of the floor's cost for one.
const WAITING: [(&str, usize, f64); 3] = [("P1", 1, 1.3), ("P2", 16, 0.2), ("P3", 64, 0.08)];
/// Messages of one round, about.
pub(super) const MESSAGES: usize = 64;
/// Acknowledgements timed in one round and room.
const ACKS: usize = 50;
/// How long anything may take, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(60);
pub(super) const TEXT: &str =
    "As long as most of what people say to each other: a line and a half, not more than that.";

/// How a frame with events begins, and each of these.
const EVENTS_BEGIN: &str = r#"{"type":"events""#;
const EVENT_BEGINS: &str = r#"{"seq":"#;

/// How much has come, over all sockets.
#[derive(Default)]
struct Came {
    /// Messages, or bytes of the floor.
    count: AtomicU64,
    bytes: AtomicU64,
    wanted: AtomicU64,
    enough: Notify,
}

impl Came {
    fn add(&self, count: u64, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let before = self.count.fetch_add(count, Ordering::AcqRel);
        if before + count >= self.wanted.load(Ordering::Acquire) {
            self.enough.notify_one();
        }
    }

    /// From now on so many more are wanted.
    fn want(&self, more: u64) {
        let now = self.count.load(Ordering::Acquire);
        self.wanted.store(now + more, Ordering::Release);
    }

    async fn wait(&self) -> Result<()> {
        let all = async {
            while self.count.load(Ordering::Acquire) < self.wanted.load(Ordering::Acquire) {
                self.enough.notified().await;
            }
        };
        timeout(PATIENCE, all).await.context("not everything came")
    }
}

/// A room with all its members connected, to one server or to several.
pub(super) struct Audience {
    room: RoomId,
    after: Seq,
    /// As many as write at once.
    writers: Vec<(String, Saying)>,
    n: u64,
    came: Arc<Came>,
    meter: Meter,
    tasks: JoinSet<()>,
}

impl Audience {
    /// As many at each of the servers, whose processes these are.
    pub(super) async fn gather(
        http: &Http,
        places: &[Place],
        servers: &[u32],
        members: u32,
    ) -> Result<Self> {
        let (run, of_room) = (run_name(), run_name());
        room(http, &places[0], &of_room).await?;
        let names = join(http, places, &run, &of_room, usize::try_from(members)?).await?;
        let came = Arc::new(Came::default());
        let (mut writers, mut tasks) = (Vec::new(), JoinSet::new());
        let mut at = None;
        for (name, place) in names.into_iter().zip(places.iter().cycle()) {
            let (socket, rooms) = Socket::open(place, &name).await?;
            at = at.or(rooms.first().copied());
            let (saying, hearing) = socket.split();
            tasks.spawn(listen(hearing, came.clone()));
            writers.push((name, saying));
        }
        let (room, after) = at.context("a member without a room")?;
        Ok(Self {
            room,
            after,
            writers,
            n: 0,
            came,
            meter: Meter::of_all(servers),
            tasks,
        })
    }

    /// So many times, so many messages at once, each time until all of them have come to all; processor time of the
    /// servers for each delivery, in microseconds.
    pub(super) async fn turn(&mut self, times: usize, at_once: usize) -> Result<f64> {
        let deliveries = self.writers.len() * at_once;
        let before = self.meter.read()?;
        for _ in 0..times {
            self.n += 1;
            self.came.want(u64::try_from(deliveries)?);
            for (name, saying) in self.writers.iter_mut().take(at_once) {
                let send = ClientFrame::Send {
                    room: self.room,
                    id: SendId::new(format!("{name}-{}", self.n))?,
                    after: self.after,
                    device: DeviceId::new(&*name)?,
                    n: self.n,
                    body: Body::message(TEXT),
                };
                saying
                    .send(Message::text(serde_json::to_string(&send)?))
                    .await?;
            }
            self.came.wait().await?;
            // As a client does that has seen them: how far back the server looks for a send depends on it.
            self.after = Seq(self.after.0 + u64::try_from(at_once)?);
        }
        let used = self.meter.read()? - before;
        Ok(used.as_secs_f64() * 1e6 / (times * deliveries) as f64)
    }
}

/// Counts and does not decode: on the processors that the server shares with its readers, theirs is to be as light as
/// the floor's.
async fn listen(mut hearing: Hearing, came: Arc<Came>) {
    while let Some(Ok(message)) = hearing.next().await {
        if let Message::Text(text) = &message
            && text.starts_with(EVENTS_BEGIN)
        {
            let events = text.matches(EVENT_BEGINS).count();
            let bytes = u64::try_from(text.len()).unwrap_or_default();
            came.add(u64::try_from(events).unwrap_or_default(), bytes);
        }
    }
}

/// The program that only sends, with as many sockets.
struct Beside {
    floor: Running,
    sockets: u32,
    came: Arc<Came>,
    tasks: JoinSet<()>,
}

impl Beside {
    async fn start(args: &Args, sockets: u32) -> Result<Self> {
        let (floor, streams) = Running::start(args, sockets).await?;
        let (came, mut tasks) = (Arc::new(Came::default()), JoinSet::new());
        for mut stream in streams {
            let came = came.clone();
            tasks.spawn(async move {
                let mut bytes = vec![0; 4_096];
                while let Ok(read @ 1..) = stream.read(&mut bytes).await {
                    let read = u64::try_from(read).unwrap_or_default();
                    came.add(read, read);
                }
            });
        }
        Ok(Self {
            floor,
            sockets,
            came,
            tasks,
        })
    }

    async fn turn(&mut self, times: usize, bytes: u32) -> Result<f64> {
        let before = self.floor.meter.read()?;
        for _ in 0..times {
            self.came.want(u64::from(bytes) * u64::from(self.sockets));
            self.floor.order(bytes).await?;
            self.came.wait().await?;
        }
        let used = self.floor.meter.read()? - before;
        Ok(used.as_secs_f64() * 1e6 / (times * usize::try_from(self.sockets)?) as f64)
    }

    async fn stop(mut self) -> Result<()> {
        self.tasks.abort_all();
        self.floor.stop().await
    }
}

/// Measures all of it.
pub(super) async fn measure(args: &Args, single: &Single, folder: &Path) -> Result<Vec<Row>> {
    let (http, server) = (Http::new(), pid(single).await?);
    let mut rows = Vec::new();
    for members in MEMBERS {
        println!("fan-out: {members} members");
        let place = std::slice::from_ref(&single.place);
        let mut audience = Audience::gather(&http, place, &[server], members).await?;
        let mut beside = Beside::start(args, members).await?;
        audience.turn(8, 1).await?;
        // The same bytes: an `events` frame of one message, with its WebSocket head of four bytes.
        let count = audience.came.count.load(Ordering::Relaxed).max(1);
        let bytes = u32::try_from(audience.came.bytes.load(Ordering::Relaxed) / count)? + 4;
        beside.turn(8, bytes).await?;
        let mut floors = Vec::new();
        let mut values = WAITING.map(|_| Vec::new());
        for round in 1..=args.rounds {
            floors.push(beside.turn(MESSAGES, bytes).await?);
            for ((_, waiting, _), values) in WAITING.iter().zip(&mut values) {
                values.push(audience.turn((MESSAGES / waiting).max(4), *waiting).await?);
            }
            println!("  round {round} of {}", args.rounds);
        }
        beside.stop().await?;
        if members == 1_000 {
            for (waiting, goal) in [(1, 1.02), (16, 0.1)] {
                let calls = calls(&mut audience, server, folder, waiting).await?;
                let what = format!("calls that send, a delivery, {waiting} waiting");
                rows.push(Row::plain("P6", members, &what, calls, "", goal));
            }
        }
        audience.tasks.abort_all();
        for ((id, waiting, goal), values) in WAITING.iter().zip(values) {
            if *waiting > 1 && members < 1_000 {
                continue;
            }
            let ratios = values
                .iter()
                .zip(&floors)
                .map(|(value, floor)| value / floor);
            let ratio = median(ratios.collect());
            let what = format!("processor time a delivery, {waiting} waiting");
            rows.push(
                Row::plain(id, members, &what, median(values), "µs", *goal)
                    .beside(median(floors.clone()), ratio),
            );
        }
    }
    rows.push(acks(args, &http, &single.place).await?);
    Ok(rows)
}

/// System calls that send, for each delivery.
async fn calls(audience: &mut Audience, server: u32, folder: &Path, waiting: usize) -> Result<f64> {
    let counting = Calls::count(server, folder).await?;
    let times = (MESSAGES / waiting).max(4);
    audience.turn(times, waiting).await?;
    let calls = counting.end().await?;
    Ok(calls as f64 / (times * waiting * audience.writers.len()) as f64)
}

/// A room in which somebody waits for acknowledgements, and its listeners.
struct Waiting {
    sender: String,
    listeners: u64,
    came: Arc<Came>,
}

/// How long a sender waits in a room of a thousand, beside one of ten.
async fn acks(args: &Args, http: &Http, place: &Place) -> Result<Row> {
    println!("acknowledgements: rooms of 10 and of 1,000");
    let (mut rooms, mut tasks) = (Vec::new(), JoinSet::new());
    for members in [10, 1_000] {
        let (run, of_room) = (run_name(), run_name());
        room(http, place, &of_room).await?;
        let mut names = join(http, std::slice::from_ref(place), &run, &of_room, members).await?;
        let came = Arc::new(Came::default());
        for name in names.drain(1..) {
            let hearing = Socket::open(place, &name).await?.0.split().1;
            tasks.spawn(listen(hearing, came.clone()));
        }
        rooms.push(Waiting {
            sender: names.remove(0),
            listeners: u64::try_from(members)? - 1,
            came,
        });
    }
    let (place, rounds) = (place.clone(), args.rounds);
    // On a thread of their own: what is timed is the server, and not the queue of the listeners here.
    let timed = tokio::task::spawn_blocking(move || {
        let own = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        own.block_on(waits(&place, &rooms, rounds))
    });
    let [small, large] = timed.await??.map(p99);
    let what = "a sender's wait for its ack, p99, beside 10";
    Ok(Row::plain("P9", 1_000, what, large, "ms", 1.5).beside(small, large / small))
}

/// What each acknowledgement took, in milliseconds, in two rooms in turns.
async fn waits(place: &Place, rooms: &[Waiting], rounds: u16) -> Result<[Vec<f64>; 2]> {
    let mut senders = Vec::new();
    for of in rooms {
        senders.push(Sender::open(place, &of.sender).await?);
    }
    let mut waits = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for ((of, sender), waits) in rooms.iter().zip(&mut senders).zip(&mut waits) {
            for _ in 0..ACKS {
                // The next one is not to wait for the sweep of this one.
                of.came.want(of.listeners);
                let waited = sender.send().await?;
                // The first round makes connections warm.
                if round > 0 {
                    waits.push(waited);
                }
                of.came.wait().await?;
            }
        }
    }
    Ok(waits)
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{Event, Ordinal, ServerFrame, UserId};

    use super::*;

    #[test]
    fn what_is_counted_is_how_frames_with_events_are_written() {
        let room = RoomId(uuid::Uuid::nil());
        let event = |seq| Event {
            seq: Seq(seq),
            ordinal: Ordinal(seq),
            at_ms: 0,
            by: UserId(uuid::Uuid::nil()),
            name: "Mara".into(),
            id: SendId::new("a").unwrap(),
            body: Body::message(TEXT),
        };
        let events = vec![event(1), event(2)];
        let frame = ServerFrame::Events { room, events };
        let text = serde_json::to_string(&frame).unwrap();
        assert!(text.starts_with(EVENTS_BEGIN), "{text}");
        assert_eq!(text.matches(EVENT_BEGINS).count(), 2, "{text}");
    }
}
