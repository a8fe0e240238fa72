//! The writer: one file, one clock, and numbers for whoever has a long id.
//!
//! A history goes to the disk, or stays in memory for a simulation that is judged at once.
//!
//! It promises that a line that names a user or a room stands after the one that says who that is, that it holds no more
//! than a buffer in memory, and that what could not be written is known at the end ([`Recorder::end`]).

use std::{
    collections::HashMap,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
};

use anyhow::{Context, Result};
use hearth_protocol::{RoomId, SendId, UserId};
use tokio::time::Instant;

use super::{Begin, ClientNo, FILE, FaultNo, Limits, Line, OpNo, Record, RoomNo, SocketNo, UserNo};

/// Before it goes to the disk.
const BUFFER_BYTES: usize = 1 << 20;
/// Steps of a latency in a doubling.
const STEPS: usize = 8;

/// Writes a history. Cheap to clone; all clones write to one place.
#[derive(Clone)]
pub(crate) struct Recorder(Arc<Inner>);

struct Inner {
    /// Tokio's, which a simulation holds still.
    began: Instant,
    limits: Limits,
    is_in_memory: bool,
    out: Mutex<Out>,
    users: RwLock<HashMap<UserId, UserNo>>,
    rooms: RwLock<HashMap<RoomId, RoomNo>>,
    pace: Mutex<Pace>,
    ops: AtomicU64,
    clients: AtomicU32,
    sockets: AtomicU32,
    faults: AtomicU32,
}

struct Out {
    place: Place,
    lines: u64,
    failed: Option<std::io::Error>,
}

enum Place {
    Disk(BufWriter<File>),
    Memory(Vec<Line>),
}

/// Latencies of one second, by steps of an eighth of a doubling.
struct Pace {
    counts: [u64; 64 * STEPS],
    shown: u64,
    max: u64,
}

impl Pace {
    const EMPTY: Self = Self {
        counts: [0; 64 * STEPS],
        shown: 0,
        max: 0,
    };

    fn add(&mut self, us: u64) {
        let log = (us.max(1) as f64).log2() * STEPS as f64;
        let at = (log as usize).min(self.counts.len() - 1);
        self.counts[at] += 1;
        self.max = self.max.max(us);
    }

    /// The latency that so many per cent do not exceed, up to its step.
    fn percentile(&self, percent: u64) -> u64 {
        let all: u64 = self.counts.iter().sum();
        let wanted = (all * percent).div_ceil(100);
        let mut sum = 0;
        for (at, count) in self.counts.iter().enumerate() {
            sum += count;
            if sum >= wanted && sum > 0 {
                let us = ((at + 1) as f64 / STEPS as f64).exp2() as u64;
                return us.min(self.max);
            }
        }
        0
    }
}

impl Recorder {
    /// Begins a history in a directory, which is made if it is not there.
    ///
    /// # Errors
    /// The directory or the file cannot be made.
    pub(crate) fn create(dir: &Path, begin: Begin) -> Result<Self> {
        std::fs::create_dir_all(dir).with_context(|| format!("make {}", dir.display()))?;
        let path = dir.join(FILE);
        let file = File::create(&path).with_context(|| format!("make {}", path.display()))?;
        let file = BufWriter::with_capacity(BUFFER_BYTES, file);
        Ok(Self::begin(Place::Disk(file), begin))
    }

    /// Begins a history that is kept in memory, to be had by [`Recorder::take`].
    pub(crate) fn in_memory(begin: Begin) -> Self {
        Self::begin(Place::Memory(Vec::new()), begin)
    }

    fn begin(place: Place, begin: Begin) -> Self {
        let recorder = Self(Arc::new(Inner {
            began: Instant::now(),
            limits: begin.limits,
            is_in_memory: matches!(place, Place::Memory(_)),
            out: Mutex::new(Out {
                place,
                lines: 0,
                failed: None,
            }),
            users: RwLock::default(),
            rooms: RwLock::default(),
            pace: Mutex::new(Pace::EMPTY),
            ops: AtomicU64::new(0),
            clients: AtomicU32::new(0),
            sockets: AtomicU32::new(0),
            faults: AtomicU32::new(0),
        }));
        recorder.put(Record::Begin(begin));
        recorder
    }

    /// Microseconds since the run began.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.0.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// What is judged too slow.
    pub(crate) fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Writes a record, with the time of now.
    pub(crate) fn put(&self, record: Record) {
        self.put_at(self.now(), record);
    }

    /// Writes a record of another moment: a run's last event.
    pub(crate) fn put_at(&self, t: u64, record: Record) {
        let line = Line { t, record };
        // Written out before the lock is taken: a thousand people share it.
        let text = (!self.0.is_in_memory).then(|| text(&line));
        let mut out = self.0.out.lock().unwrap_or_else(PoisonError::into_inner);
        let written = match (&mut out.place, text) {
            (Place::Disk(file), Some(text)) => text.and_then(|text| file.write_all(&text)),
            (Place::Memory(lines), _) => {
                lines.push(line);
                Ok(())
            }
            (Place::Disk(_), None) => Ok(()),
        };
        match written {
            Ok(()) => out.lines += 1,
            Err(error) => {
                out.failed.get_or_insert(error);
            }
        }
    }

    /// A user's number.
    pub(crate) fn user(&self, id: UserId) -> UserNo {
        number(&self.0.users, id, |u| {
            self.put(Record::User {
                u,
                id: id.to_string(),
            });
        })
    }

    /// A room's number.
    pub(crate) fn room(&self, id: RoomId) -> RoomNo {
        number(&self.0.rooms, id, |room| {
            self.put(Record::Room {
                room,
                id: id.to_string(),
            });
        })
    }

    /// A new number for one try of a command.
    pub(crate) fn op(&self) -> OpNo {
        self.0.ops.fetch_add(1, Relaxed)
    }

    /// A new number for a client.
    pub(crate) fn client(&self) -> ClientNo {
        self.0.clients.fetch_add(1, Relaxed)
    }

    /// A new number for a socket.
    pub(crate) fn socket(&self) -> SocketNo {
        self.0.sockets.fetch_add(1, Relaxed)
    }

    /// A new number for a fault.
    pub(crate) fn fault(&self) -> FaultNo {
        self.0.faults.fetch_add(1, Relaxed)
    }

    /// An id for a send composed now: it carries the time, so that whoever is shown the event knows how old it is.
    /// `tag` makes it unique, as a sender's counter over all rooms and devices does.
    pub(crate) fn send_id(&self, by: UserId, tag: u64) -> SendId {
        let text = format!("{}-{tag}-{}", self.user(by), self.now());
        SendId::new(text).unwrap_or_else(|_| SendId::from_uuid(uuid::Uuid::nil()))
    }

    /// When a send of this id was composed, if the id says so.
    pub(crate) fn composed(id: &SendId) -> Option<u64> {
        let mut parts = id.as_str().split('-');
        let (_, _, t) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then(|| t.parse().ok()).flatten()
    }

    /// An event was shown so long after it was composed (if that is known, and the reader was there all the while).
    pub(crate) fn showed(&self, us: Option<u64>) {
        let mut pace = self.0.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.shown += 1;
        if let Some(us) = us {
            pace.add(us);
        }
    }

    /// Writes what the time since the last call saw. To be called once a second.
    pub(crate) fn pace(&self) {
        let mut pace = self.0.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = std::mem::replace(&mut *pace, Pace::EMPTY);
        drop(pace);
        self.put(Record::Pace {
            shown: seen.shown,
            p50: seen.percentile(50),
            p99: seen.percentile(99),
            max: seen.max,
        });
    }

    /// The last line; all of it is on the disk then. Whatever is put after it is a fault of the history.
    ///
    /// # Errors
    /// A line could not be written, now or before.
    pub(crate) fn end(&self) -> Result<()> {
        let lines = {
            let out = self.0.out.lock().unwrap_or_else(PoisonError::into_inner);
            out.lines
        };
        self.put(Record::End { lines });
        let mut out = self.0.out.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = out.failed.take() {
            return Err(error).context("write the history");
        }
        match &mut out.place {
            Place::Disk(file) => {
                file.flush().context("write the history")?;
                file.get_ref().sync_all().context("write the history")
            }
            Place::Memory(_) => Ok(()),
        }
    }

    /// The lines of a history that is kept in memory.
    pub(crate) fn take(&self) -> Vec<Line> {
        let mut out = self.0.out.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut out.place {
            Place::Disk(_) => Vec::new(),
            Place::Memory(lines) => std::mem::take(lines),
        }
    }
}

/// A line as the file has it.
pub(crate) fn text(line: &Line) -> std::io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    Ok(text)
}

/// Looks a number up or gives the next one; `say` is called before anybody else can see it.
fn number<K: Copy + Eq + std::hash::Hash>(
    numbers: &RwLock<HashMap<K, u32>>,
    id: K,
    say: impl FnOnce(u32),
) -> u32 {
    let known = numbers.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(number) = known.get(&id) {
        return *number;
    }
    drop(known);
    let mut known = numbers.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(number) = known.get(&id) {
        return *number;
    }
    let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
    say(next);
    known.insert(id, next);
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_an_eighth_of_a_doubling() {
        let mut pace = Pace::EMPTY;
        for us in 1..=1000 {
            pace.add(us);
        }
        let near = |found: u64, wanted: f64| {
            let ratio = found as f64 / wanted;
            assert!((0.99..1.1).contains(&ratio), "{found} for {wanted}");
        };
        near(pace.percentile(50), 500.0);
        near(pace.percentile(99), 990.0);
        assert_eq!(pace.percentile(100), 1000);
        assert_eq!(Pace::EMPTY.percentile(50), 0);
    }

    #[test]
    fn an_id_says_when_it_was_composed() {
        let composed = |text: &str| Recorder::composed(&text.parse().unwrap());
        assert_eq!(composed("3-17-123456"), Some(123_456));
        assert_eq!(composed("3-17"), None);
        assert_eq!(composed("a-b-c"), None);
        assert_eq!(composed("67e55044-10b1-426f-9247-bb680e5fe0c8"), None);
    }
}
