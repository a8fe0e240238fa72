//! SIGKILL in the middle of a commit, for a server with its own store: writers of the drill's own keep sends under way,
//! the server is killed some microseconds after one of them began, and is started again at once. It promises that all
//! its sends are settled when it ends, and counts a kill only for the sends that it cut off.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use hearth_protocol::{Body, RoomId, Seq, client::Pending};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use tokio::{
    sync::Notify,
    task::{JoinSet, yield_now},
    time::{Instant, sleep, timeout},
};

use super::{
    aside::{self, Heard},
    cast::{Entry, Nature},
    faults::{Bite, Hand},
    single::Single,
    world::World,
};
use crate::http::Said;

/// Who write at once, each one send after the other: they share commits, and one waits while another's is flushed.
const WRITERS: usize = 8;
/// Between two tries of a send while the server is away.
const RETRY: Duration = Duration::from_millis(25);
/// From a start to the first acknowledgement, the check of the file included.
const SERVES: Duration = Duration::from_secs(30);
/// How long the sends may take that are under way when the killing ends.
const SETTLES: Duration = Duration::from_secs(60);

/// What the writers see.
#[derive(Default)]
struct Seen {
    /// Sends on their way, of which nobody knows.
    under_way: AtomicU64,
    /// Sends whose answer never came.
    cut: AtomicU64,
    acked: AtomicU64,
    /// One more went out.
    begun: Notify,
    /// One more was acknowledged.
    answered: Notify,
    is_over: AtomicBool,
}

impl Hand<'_> {
    pub(super) async fn commit_kill(&self, hold: Duration) -> Result<Bite> {
        let single = self.system()?.one();
        let single = single.context("this fault needs a server with its own store")?;
        let seen = Arc::new(Seen::default());
        let mut writers = JoinSet::new();
        for writer in writers_of(self.world).await? {
            writers.spawn(writer.write(Arc::clone(&seen)));
        }
        let killed = self.kill_again_and_again(single, &seen, hold).await;
        // Also after an error: whatever is under way is to be settled.
        let is_back = match single.lives().await {
            Ok(()) => single.ready().await,
            Err(_) => single.start().await,
        };
        seen.is_over.store(true, Relaxed);
        let settled = timeout(SETTLES, async {
            while writers.join_next().await.is_some() {}
        });
        let (killed, stored) = killed?;
        is_back.context("coming back")?;
        settled
            .await
            .context("sends of the drill's own are not settled")?;
        let acked = seen.acked.load(Relaxed);
        let cut = seen.cut.load(Relaxed);
        Ok(Bite::new(
            killed,
            format!(
                "times the server was killed under way; sends cut off: {cut}, of which {stored} at least had been stored, \
                 acknowledged between: {acked}"
            ),
        ))
    }

    /// How often it was killed with sends under way, and how many of those the next process knew again.
    async fn kill_again_and_again(
        &self,
        single: &Single,
        seen: &Seen,
        hold: Duration,
    ) -> Result<(u64, u64)> {
        let mut chance = SmallRng::seed_from_u64(self.world.seed ^ self.world.recorder.now());
        let (mut killed, mut stored) = (0, 0);
        let end = Instant::now() + hold;
        while Instant::now() < end {
            // Some more acknowledgements each time, so that it grows.
            for _ in 0..chance.random_range(WRITERS..4 * WRITERS) {
                let answered = timeout(SERVES, seen.answered.notified()).await;
                single.lives().await?;
                answered.context("the server acknowledges nothing")?;
            }
            // Of this process alone: a new one counts anew.
            let numbers = self.watch.counts_of(&single.place).await;
            let resends = numbers.and_then(|n| n.get("hearth_resends_total").copied());
            stored += resends.unwrap_or_default() as u64;
            timeout(SERVES, seen.begun.notified())
                .await
                .context("nothing is written")?;
            // From the first work on a send to some flushes later.
            let most = 1_u64 << chance.random_range(6..15);
            let us = chance.random_range(0..most);
            // A runtime's timer knows milliseconds only.
            let began = Instant::now();
            while began.elapsed() < Duration::from_micros(us) {
                yield_now().await;
            }
            let under_way = seen.under_way.load(Relaxed);
            let cut = seen.cut.load(Relaxed);
            single.verb("kill").await?;
            single.spawn().await?;
            if chance.random_bool(0.15) {
                // And again, while it looks its file through.
                sleep(Duration::from_millis(chance.random_range(0..400))).await;
                single.verb("kill").await?;
                single.spawn().await?;
            }
            // Those that were under way have failed by now, or were answered at the last moment.
            killed += u64::from(under_way > 0 && seen.cut.load(Relaxed) > cut);
        }
        ensure!(single.process().await.pid.is_some(), "it does not run");
        Ok((killed, stored))
    }
}

/// One who writes.
struct Writer {
    world: Arc<World>,
    number: usize,
    at: usize,
    room: RoomId,
    after: Seq,
}

/// Those who are in their rooms all the time, in the rooms that they are in.
async fn writers_of(world: &Arc<World>) -> Result<Vec<Writer>> {
    let people = world.cast.people.iter().enumerate();
    let pumps: Vec<usize> = people
        .filter(|(_, part)| part.nature == Nature::Pump)
        .map(|(at, _)| at)
        .collect();
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let at = *pumps
            .get(number % pumps.len().max(1))
            .context("nobody to write")?;
        let rooms = &world.cast.people[at].rooms;
        let open: Vec<RoomId> = rooms
            .iter()
            .filter(|room| world.cast.rooms[**room].kind == Entry::Public)
            .filter_map(|room| world.room(*room))
            .collect();
        let room = *open
            .get(number % open.len().max(1))
            .context("no room to write in")?;
        let said = Said {
            token: Some(&world.accounts[at].token),
            key: None,
        };
        let path = format!("/api/v1/rooms/{room}/events?limit=1");
        let (_, page) = world
            .http
            .call(&world.places[0], &path, &said, None)
            .await?;
        let after = Seq(page["head"].as_u64().context("a page without a head")?);
        writers.push(Writer {
            world: Arc::clone(world),
            number,
            at,
            room,
            after,
        });
    }
    Ok(writers)
}

impl Writer {
    /// One send after the other, each until it is acknowledged.
    async fn write(mut self, seen: Arc<Seen>) {
        let (world, place) = (Arc::clone(&self.world), self.world.places[0].clone());
        while !seen.is_over.load(Relaxed) {
            // Of no other send of this account: everybody else counts from 1 up.
            let tag = (self.number as u64 + 1) << 40 | world.recorder.now();
            let pending = Pending {
                room: self.room,
                id: world.recorder.send_id(world.accounts[self.at].id, tag),
                after: Some(self.after),
                device: aside::device("commit", self.number),
                n: tag,
                body: Body::message(aside::text(self.at, tag, (tag % 300) as usize)),
            };
            loop {
                seen.under_way.fetch_add(1, Relaxed);
                seen.begun.notify_waiters();
                let heard = aside::attempt(&world, &place, self.at, &pending).await;
                seen.under_way.fetch_sub(1, Relaxed);
                match heard {
                    Heard::Stored(seq) => {
                        self.after = seq.unwrap_or(self.after);
                        seen.acked.fetch_add(1, Relaxed);
                        seen.answered.notify_waiters();
                        break;
                    }
                    Heard::Refused => break,
                    Heard::PutOff | Heard::Nothing => {
                        seen.cut
                            .fetch_add(u64::from(heard == Heard::Nothing), Relaxed);
                        sleep(RETRY).await;
                    }
                }
            }
        }
    }
}
