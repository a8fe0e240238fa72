//! One connection through a proxy: frames are read, looked at, kept for as long as the weather wants, and written.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    io,
    pin::pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rand::{RngExt, SeedableRng, rngs::SmallRng};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep_until, timeout},
};

use super::{
    Road, Way, Weather,
    cql::{self, Talk},
    resp, seen_as,
    trap::{Aim, Held, Trap},
};

/// How long what is held waits to be let go.
const HELD: Duration = Duration::from_secs(10);
/// Frames between reading and writing; when full, no more is read.
const READ_MAX: usize = 16;
/// Frames that wait for their time; when full, no more is read.
const WAITING_MAX: usize = 4_096;
/// A piece of what has no frames.
const PIECE_BYTES: usize = 16 << 10;

/// Something that is carried whole.
struct Load {
    bytes: Vec<u8>,
    is_hint: bool,
}

/// What is known of a connection to Cassandra.
struct Questions {
    talk: Talk,
    /// Streams whose answer is kept.
    hidden: Vec<i16>,
}

struct Link<'a> {
    road: &'a Road,
    questions: Mutex<Questions>,
}

/// Until either side ends it or it is cut. `number` tells its chance from others'.
pub(super) async fn carry(client: TcpStream, part: TcpStream, road: &Road, number: u64) {
    let _ = (client.set_nodelay(true), part.set_nodelay(true));
    let (client_in, client_out) = client.into_split();
    let (part_in, part_out) = part.into_split();
    let link = Link {
        road,
        questions: Mutex::new(Questions {
            talk: Talk::new(road.appends.clone()),
            hidden: Vec::new(),
        }),
    };
    let mut cut = road.weather.subscribe();
    tokio::select! {
        _ = link.lane(Direction::There, client_in, part_out, number) => {}
        _ = link.lane(Direction::Back, part_in, client_out, number) => {}
        _ = cut.wait_for(|now| *now == Weather::Cut) => road.touch(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    There,
    Back,
}

impl Link<'_> {
    async fn lane(
        &self,
        direction: Direction,
        from: OwnedReadHalf,
        to: OwnedWriteHalf,
        number: u64,
    ) -> io::Result<()> {
        let (loads, read) = mpsc::channel(READ_MAX);
        let chance = SmallRng::seed_from_u64(number);
        let mut writes = pin!(self.write(read, to, chance));
        let reads = self.read(direction, BufReader::new(from), loads);
        tokio::select! {
            written = &mut writes => return written,
            read = reads => read?,
        }
        // What was read before the end is still to be written.
        writes.await
    }

    async fn read(
        &self,
        direction: Direction,
        mut from: BufReader<OwnedReadHalf>,
        loads: mpsc::Sender<Load>,
    ) -> io::Result<()> {
        loop {
            let load = match self.road.stretch.way {
                Way::Cassandra { server, .. } => {
                    let Some(mut frame) = cql::Frame::read(&mut from).await? else {
                        return Ok(());
                    };
                    let goes = match direction {
                        Direction::There => self.asked(&frame, server).await?,
                        Direction::Back => !self.answered(&frame),
                    };
                    if !goes {
                        continue;
                    }
                    if direction == Direction::Back {
                        frame.rename(seen_as(server));
                    }
                    Load {
                        bytes: frame.0,
                        is_hint: false,
                    }
                }
                Way::Redis { server, .. } => {
                    let Some(mut bytes) = resp::read(&mut from).await? else {
                        return Ok(());
                    };
                    if direction == Direction::There && resp::is_subscription(&bytes) {
                        let trap = self.road.traps.sprung(Aim::Subscribe);
                        if !self.fall(trap, server).await? {
                            continue;
                        }
                    }
                    let is_hint = direction == Direction::Back && resp::is_hint(&bytes);
                    if direction == Direction::Back {
                        let to = format!("127.0.{}.", seen_as(server));
                        resp::rename(&mut bytes, b"127.0.8.", to.as_bytes());
                    }
                    Load { bytes, is_hint }
                }
                Way::Door { .. } => {
                    let mut bytes = Vec::with_capacity(PIECE_BYTES);
                    if from.read_buf(&mut bytes).await? == 0 {
                        return Ok(());
                    }
                    Load {
                        bytes,
                        is_hint: false,
                    }
                }
            };
            if loads.send(load).await.is_err() {
                return Ok(());
            }
        }
    }

    /// A question of a server's. Whether it goes on.
    async fn asked(&self, frame: &cql::Frame, server: usize) -> io::Result<bool> {
        let append = self.questions().talk.asked(frame);
        let Some(append) = append else {
            return Ok(true);
        };
        let aim = match append {
            cql::Append::Beginning => Aim::RollOver,
            cql::Append::Further => Aim::Append,
        };
        let trap = self.road.traps.sprung(aim);
        if matches!(trap, Some(Trap::Hide)) {
            self.questions().hidden.push(frame.stream());
            return Ok(true);
        }
        self.fall(trap, server).await
    }

    /// What goes into a trap. Whether it goes on; an error ends the connection.
    async fn fall(&self, trap: Option<Trap>, server: usize) -> io::Result<bool> {
        match trap {
            None | Some(Trap::Hide) => Ok(true),
            Some(Trap::Lose) => Ok(false),
            Some(Trap::Cut) => Err(io::Error::other("cut")),
            Some(Trap::Hold(tell)) => {
                let (_go_on, gone) = oneshot::channel();
                // Nobody waits for it any more: it goes on at once.
                let _ = tell.send(Held { server, _go_on });
                let _ = timeout(HELD, gone).await;
                Ok(true)
            }
        }
    }

    /// Whether the answer is kept.
    fn answered(&self, frame: &cql::Frame) -> bool {
        let mut questions = self.questions();
        questions.talk.answered(frame);
        let hidden = &mut questions.hidden;
        let Some(at) = hidden.iter().position(|stream| *stream == frame.stream()) else {
            return false;
        };
        hidden.swap_remove(at);
        // One that was not applied tells nothing but that somebody else was first: it may come back.
        let is_applied = frame.is_applied();
        if is_applied {
            self.road.traps.hid();
        }
        is_applied
    }

    fn questions(&self) -> std::sync::MutexGuard<'_, Questions> {
        self.questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(
        &self,
        mut loads: mpsc::Receiver<Load>,
        mut to: OwnedWriteHalf,
        mut chance: SmallRng,
    ) -> io::Result<()> {
        let mut weather = self.road.weather.subscribe();
        let mut waiting = BinaryHeap::<Reverse<(Instant, u64, Vec<u8>)>>::new();
        let (mut number, mut last, mut is_open) = (0u64, Instant::now(), true);
        loop {
            let due = waiting.peek().map(|Reverse((due, ..))| *due);
            tokio::select! {
                biased;
                () = sleep_until(due.unwrap_or(last)), if due.is_some() => {
                    if let Some(Reverse((.., bytes))) = waiting.pop() {
                        self.put(&bytes, &mut to, &mut weather).await?;
                    }
                }
                load = loads.recv(), if is_open && waiting.len() < WAITING_MAX => {
                    let Some(load) = load else {
                        is_open = false;
                        continue;
                    };
                    let Some(due) = self.due(&load, &mut last, &mut chance) else {
                        continue;
                    };
                    if waiting.is_empty() && due <= Instant::now() {
                        self.put(&load.bytes, &mut to, &mut weather).await?;
                    } else {
                        number += 1;
                        waiting.push(Reverse((due, number, load.bytes)));
                    }
                }
                else => return Ok(()),
            }
        }
    }

    /// When it is to be written; `None`: never. All keep their order, but for hints that the weather puts out of it.
    fn due(&self, load: &Load, last: &mut Instant, chance: &mut SmallRng) -> Option<Instant> {
        let weather = *self.road.weather.borrow();
        let now = Instant::now();
        let late = match weather {
            Weather::HintsLost if load.is_hint => {
                if chance.random_bool(0.5) {
                    self.road.touch();
                    return None;
                }
                Duration::ZERO
            }
            Weather::HintsLate(late) if load.is_hint => {
                self.road.touch();
                return Some(now + late);
            }
            Weather::HintsShuffled(most) if load.is_hint => {
                self.road.touch();
                return Some(now + most.mul_f64(chance.random()));
            }
            Weather::Slow(late) => {
                self.road.touch();
                late
            }
            _ => Duration::ZERO,
        };
        *last = (*last).max(now + late);
        Some(*last)
    }

    async fn put(
        &self,
        bytes: &[u8],
        to: &mut OwnedWriteHalf,
        weather: &mut watch::Receiver<Weather>,
    ) -> io::Result<()> {
        let now = *weather.borrow_and_update();
        match now {
            Weather::Mute => {
                self.road.touch();
                // The other way out is the end of all proxies.
                let _ = weather.wait_for(|now| *now != Weather::Mute).await;
            }
            Weather::Slices => {
                self.road.touch();
                for byte in bytes.chunks(1) {
                    to.write_all(byte).await?;
                    tokio::task::yield_now().await;
                }
                return Ok(());
            }
            _ => {}
        }
        to.write_all(bytes).await
    }
}
