//! Packets held up between two parts, each for a time of its own, so that they overtake each other (`iptables -j NFQUEUE`).
//!
//! Whatever is still held when it ends is let through, and the kernel lets packets through by itself while the queue is
//! full or nobody reads it. It ends too when it is dropped, as the fault that began it is when its time is over.

use std::{
    collections::BTreeMap,
    io::ErrorKind,
    process::Command,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use nfq::{Message, Queue, Verdict};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

/// Held at most this long: several times the round trip between machines of one datacenter.
const LATE_MAX: Duration = Duration::from_millis(40);
/// How exactly that is kept.
const TICK: Duration = Duration::from_millis(1);
/// Packets held at once. Beyond it the kernel holds none up.
const HELD_MAX: u32 = 8_192;

/// A queue of packets that are late, until it is ended.
#[derive(Debug)]
pub(super) struct Lateness {
    /// The thread has the other one, and ends when this one is gone.
    wanted: Arc<()>,
    thread: JoinHandle<Result<Held>>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) packets: u64,
    /// Packets that were let go after one that came later.
    pub(super) overtaken: u64,
}

/// Whether packets can be held up here: it takes a network of the drill's own and a kernel with queues for packets.
pub(super) fn can_be() -> Result<(), String> {
    let said = |error| format!("packets cannot be held up here: {error}");
    Queue::open()
        .and_then(|mut queue| queue.bind(0))
        .map_err(|error| said(error.to_string()))?;
    let rule = ["-s", "127.0.9.9", "-j", "NFQUEUE", "--queue-bypass"];
    for verb in ["-A", "-D"] {
        let mut command = Command::new("iptables");
        let output = command.args(["-w", verb, "INPUT"]).args(rule).output();
        let output = output.map_err(|error| said(error.to_string()))?;
        if !output.status.success() {
            return Err(said(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
    }
    Ok(())
}

impl Lateness {
    /// Holds up what rules send to the queue of this number.
    pub(super) fn begin(number: u16, seed: u64) -> Result<Self> {
        let mut queue = Queue::open().context("opening a netfilter queue")?;
        queue.bind(number).context("binding a netfilter queue")?;
        // What is in them is of no interest.
        queue.set_copy_range(number, 64)?;
        queue.set_queue_max_len(number, HELD_MAX)?;
        queue.set_fail_open(number, true)?;
        queue.set_nonblocking(true);
        let wanted = Arc::new(());
        let theirs = Arc::clone(&wanted);
        let thread = thread::Builder::new()
            .name("lateness".to_owned())
            .spawn(move || hold(&mut queue, &theirs, SmallRng::seed_from_u64(seed)))?;
        Ok(Self { wanted, thread })
    }

    /// Lets all go. No rule may lead to the queue any more.
    pub(super) async fn end(self) -> Result<Held> {
        let Self { wanted, thread } = self;
        drop(wanted);
        let joined = tokio::task::spawn_blocking(move || thread.join()).await?;
        joined.map_err(|_| anyhow::anyhow!("the thread that holds packets up panicked"))?
    }
}

fn hold(queue: &mut Queue, wanted: &Arc<()>, mut chance: SmallRng) -> Result<Held> {
    let mut held: BTreeMap<(Instant, u64), Message> = BTreeMap::new();
    let mut counts = Held::default();
    let mut newest = 0;
    loop {
        let ends = Arc::strong_count(wanted) == 1;
        loop {
            match queue.recv() {
                Ok(message) => {
                    counts.packets += 1;
                    let late = chance.random_range(Duration::ZERO..LATE_MAX);
                    held.insert((Instant::now() + late, counts.packets), message);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error).context("reading packets"),
            }
        }
        let now = Instant::now();
        while let Some(entry) = held.first_entry()
            && (ends || entry.key().0 <= now)
        {
            let ((_, number), mut message) = entry.remove_entry();
            counts.overtaken += u64::from(number < newest);
            newest = newest.max(number);
            message.set_verdict(Verdict::Accept);
            queue.verdict(message).context("letting a packet go")?;
        }
        if ends {
            return Ok(counts);
        }
        thread::park_timeout(TICK);
    }
}
