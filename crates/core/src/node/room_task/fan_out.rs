//! The fan-out of a room: a turn's events, encoded once for each dialect, then one push for each reader.
//!
//! Fewer than [`SHARED_READERS`] are pushed to by the room's own task, in one go; so are all where no thread could help. A larger fan-out is cut into parts,
//! which tasks take one after another: as many as the runtime has threads but one, which stays free for everybody else;
//! between two parts each of them lets others go on. The room's next turn begins when all parts are through: a reader's
//! frames keep their order, and no reader is ever served by two threads.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use hearth_protocol::{Body, Event, RoomId, UserId, bounds::RUN_EVENTS_MAX, seed::SeedEvent};
use serde::Serialize;

use super::{Lane, Reader, Step, Task, brought_in, counts, encode};
use crate::{
    log::Entry,
    room::{Audience, Effect},
    session::{Dialect, Notice},
};

/// From so many readers on a fan-out is shared. Below it, it takes about as long as waking another thread and being
/// moved to it.
pub(super) const SHARED_READERS: usize = 256;
/// The readers of one part: a third of a millisecond, mostly the kernel's.
const PART_READERS: usize = 64;

impl Task {
    /// Hands the events out. Runs for the same readers that follow each other are joined and encoded once.
    pub(super) async fn sweep(&mut self) {
        let effects = std::mem::take(&mut self.sweep);
        let mut run: Option<(Audience, Vec<Arc<[Entry]>>)> = None;
        // Readers who come back together are often given the same: encoded once.
        let mut last = None;
        for effect in effects {
            if let Effect::Deliver { to, entries } = effect {
                match &mut run {
                    Some((audience, parts)) if *audience == to => parts.push(entries),
                    _ => {
                        self.deliver(run.take(), &mut last).await;
                        run = Some((to, vec![entries]));
                    }
                }
                continue;
            }
            self.deliver(run.take(), &mut last).await;
            self.change(effect);
        }
        self.deliver(run, &mut last).await;
    }

    /// Encodes a run once per dialect and pushes it to each reader.
    async fn deliver(
        &mut self,
        run: Option<(Audience, Vec<Arc<[Entry]>>)>,
        last: &mut Option<Encoded>,
    ) {
        let Some((to, parts)) = run else { return };
        let entries: Vec<&Entry> = parts.iter().flat_map(|part| part.iter()).collect();
        let is_live = matches!(to, Audience::Live(_));
        if is_live {
            // The log itself tells sessions here of the room: news on the user's topic may come before the room's.
            for user in brought_in(entries.iter().copied()) {
                self.node.notify(user, &Notice::RoomAdded(self.id));
            }
        }
        let readers = to.readers().iter();
        let readers: Vec<_> = readers
            .filter_map(|reader| self.hold.readers.get(reader))
            .collect();
        let speaks = |dialect| readers.iter().any(|reader| reader.dialect == dialect);
        let mut frames = Frames::default();
        if speaks(Dialect::V1) {
            match last {
                Some(last) if same(&last.parts, &parts) => frames.v1 = last.v1.clone(),
                _ => {
                    frames.v1 = self.v1(&entries);
                    *last = Some(Encoded {
                        parts: parts.clone(),
                        v1: frames.v1.clone(),
                    });
                }
            }
        }
        if speaks(Dialect::Seed) {
            frames.seed = self.seed(&entries);
        }
        self.node.0.tally.delivered(readers.len(), entries.len());
        if readers.len() < SHARED_READERS || sharers() == 1 {
            for reader in readers {
                frames.push(reader);
            }
        } else {
            let readers = readers.into_iter().cloned().collect();
            Shared::push(frames, readers).await;
        }
        if is_live {
            self.time(&entries);
        }
        if let (Some(first), Some(last), false) =
            (entries.first(), entries.last(), to.readers().is_empty())
        {
            self.record(first.seq(), last.seq(), Step::Delivered { to });
        }
    }

    /// Times the delivery of a run by its last event: the sample that costs least, and the youngest.
    fn time(&self, entries: &[&Entry]) {
        let (Some(last), false) = (entries.last(), self.hold.readers.is_empty()) else {
            return;
        };
        // An event's time may be the one before it in the log, or another node's clock: then it lies ahead.
        let ms = self.node.0.clock.wall_ms().saturating_sub(last.event.at_ms);
        metrics::histogram!(counts::DELIVERY)
            .record(f64::from(u32::try_from(ms).unwrap_or(u32::MAX)) / 1000.0);
    }

    /// Our own frames.
    fn v1(&self, entries: &[&Entry]) -> Arc<[Bytes]> {
        let frame = |run: &[&Entry]| {
            let events: Vec<_> = run.iter().map(|entry| &entry.event).collect();
            encode(&Events {
                r#type: "events",
                room: self.id,
                events: &events,
            })
        };
        entries.chunks(RUN_EVENTS_MAX).map(frame).collect()
    }

    /// The specification's frames: messages only; a private one to the receiver, a group's to all.
    fn seed(&self, entries: &[&Entry]) -> Vec<(SeedAudience, Bytes)> {
        let text = |entry: &&Entry| {
            let Body::Message { text, .. } = &entry.event.body else {
                return None;
            };
            // There a message has a text and nothing else: a file is told by its name.
            let files = entry.event.body.attachments().iter();
            let files: Vec<_> = files.map(|file| format!("[{}]", file.name)).collect();
            let text = match (text.as_str(), files.is_empty()) {
                (text, true) => text.to_owned(),
                ("", false) => files.join(" "),
                (text, false) => format!("{text} {}", files.join(" ")),
            };
            let view = self.room.view(entry.event.by)?;
            let receiver = view.peer.map(|(_, name)| name);
            let to = match receiver {
                Some(_) => SeedAudience::AllBut(entry.event.by),
                None => SeedAudience::All,
            };
            let event = SeedEvent {
                id: entry.event.id.to_string(),
                msg: text,
                sender: entry.event.name.clone(),
                is_group: receiver.is_none(),
                receiver: receiver.unwrap_or_default(),
                group_name: view.name,
            };
            Some((to, encode(&event)))
        };
        entries.iter().filter_map(text).collect()
    }
}

/// A run as readers get it, in the dialects that somebody here speaks.
#[derive(Default)]
struct Frames {
    v1: Arc<[Bytes]>,
    seed: Vec<(SeedAudience, Bytes)>,
}

impl Frames {
    fn push(&self, reader: &Reader) {
        match reader.dialect {
            Dialect::V1 => {
                for frame in self.v1.iter() {
                    reader.outbox.push(Lane::Events, frame);
                }
            }
            Dialect::Seed => {
                for (to, text) in &self.seed {
                    if to.is_for(reader.user) {
                        reader.outbox.push(Lane::Events, text);
                    }
                }
            }
        }
    }
}

/// How many may share a fan-out: one thread stays free, if there is another.
fn sharers() -> usize {
    let threads = tokio::runtime::Handle::current().metrics().num_workers();
    threads.saturating_sub(1).max(1)
}

/// A fan-out whose parts are taken one after another, by whoever has time.
struct Shared {
    frames: Frames,
    readers: Vec<Arc<Reader>>,
    next: AtomicUsize,
}

impl Shared {
    /// Pushes to each reader, on every thread but one; over when all are through.
    async fn push(frames: Frames, readers: Vec<Arc<Reader>>) {
        let tasks = sharers().min(readers.len().div_ceil(PART_READERS));
        let shared = Arc::new(Self {
            frames,
            readers,
            next: AtomicUsize::new(0),
        });
        // The room's own task waits meanwhile, and leaves its thread to one of these.
        let tasks: Vec<_> = (0..tasks)
            .map(|_| tokio::spawn(shared.clone().take_parts()))
            .collect();
        for task in tasks {
            // One that was cancelled: the runtime ends, and its sockets with it.
            if let Err(error) = task.await
                && let Ok(panic) = error.try_into_panic()
            {
                // As if the room's task had pushed by itself: it ends, and its readers are told.
                std::panic::resume_unwind(panic);
            }
        }
    }

    async fn take_parts(self: Arc<Self>) {
        let parts = self.readers.chunks(PART_READERS);
        // Relaxed: nothing but the number itself is handed over by it.
        while let Some(part) = parts.clone().nth(self.next.fetch_add(1, Ordering::Relaxed)) {
            for reader in part {
                self.frames.push(reader);
            }
            tokio::task::yield_now().await;
        }
    }
}

/// Runs as frames, and what they were made of.
struct Encoded {
    parts: Vec<Arc<[Entry]>>,
    v1: Arc<[Bytes]>,
}

/// Whether these are the very same runs.
fn same(a: &[Arc<[Entry]>], b: &[Arc<[Entry]>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
}

/// Whom a text of the specification's dialect is for.
enum SeedAudience {
    All,
    AllBut(UserId),
}

impl SeedAudience {
    fn is_for(&self, user: UserId) -> bool {
        match self {
            Self::All => true,
            Self::AllBut(sender) => *sender != user,
        }
    }
}

/// An `events` frame over borrowed events: the same JSON as [`hearth_protocol::ServerFrame::Events`], without copying a
/// text.
#[derive(Serialize)]
struct Events<'a> {
    r#type: &'static str,
    room: RoomId,
    events: &'a [&'a Event],
}
